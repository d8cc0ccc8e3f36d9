/* generate: an invented register of any size, the same for the same seed. No row is of a real enterprise or person: subject
 * codes come from a range that the national centre has not begun, and names are put together from lists. */
#include <stdlib.h>
#include <string.h>

#include <registry/code.h>
#include <registry/import.h>

#include "ctl.h"

#define ROWS_MAX       100000000ull
#define LEGACY_PERCENT 4 /* rows that have but a registration number */
#define BRANCH_OF      7 /* a branch is of the company so many rows before, or the first before that */

/* ---- the lists ----------------------------------------------------------------------------------------------------- */

/* 64 characters for trade names, 32 for given names. */
static const char trade[] = "安邦昌辰诚达德鼎东方丰福富高光广贵国海翰和恒弘宏华辉汇吉佳嘉建江金锦景久凯康科乐理利联隆茂美明"
                            "宁鹏齐启乾勤青庆荣瑞润盛世顺泰天成";
static const char given[] = "安柏诚丹恩帆庚涵嘉景可岚敏宁平琪然睿舒棠婉文希晓雅远越泽知舟卓子";
static const char family_names[] = "陈褚丁范方冯高葛韩何贺洪胡江蒋孔李林刘陆罗马孟潘彭钱沈宋孙唐汪王";

static const struct {
    const char *word, *code, *scope;
} industries[] = {{"商贸", "F5199", "日用百货销售；办公用品销售；五金产品零售"},
                  {"软件", "I6513", "软件开发；信息系统集成服务；信息技术咨询服务"},
                  {"建筑工程", "E4790", "土石方工程施工；园林绿化工程施工"},
                  {"餐饮管理", "H6210", "餐饮管理；外卖递送服务"},
                  {"农业科技", "A0190", "农业科学研究和试验发展；蔬菜种植"},
                  {"物流", "G5430", "国内货物运输代理；装卸搬运"},
                  {"机械制造", "C3499", "通用设备制造；机械零件加工"},
                  {"文化传媒", "L7259", "组织文化艺术交流活动；广告设计、代理"},
                  {"纺织", "C1781", "面料纺织加工；针纺织品销售"},
                  {"家具", "C2110", "家具制造；家具销售"}};
#define INDUSTRY_COUNT (sizeof industries / sizeof *industries)

static const struct {
    unsigned code;
    const char *name, *postcode;
} counties[] = {{341302, "宿州市埇桥区", "234000"},
                {341321, "砀山县", "235300"},
                {341322, "萧县", "235200"},
                {341323, "灵璧县", "234200"},
                {341324, "泗县", "234300"}};

enum shape { COMPANY, BRANCH, PARTNERSHIP, SOLE, COOPERATIVE, INDIVIDUAL, COLLECTIVE };

/* Shares in a thousand, about as a city's register has them. */
static const struct {
    unsigned share, type;
    const char *prefix;
    enum shape shape;
    const char *form;
} types[] = {{230, 1130, "91", COMPANY, "有限公司"},
             {90, 1151, "91", COMPANY, "有限公司"},
             {8, 1110, "91", COMPANY, "有限责任公司"},
             {6, 1223, "91", COMPANY, "股份有限公司"},
             {4, 5150, "91", COMPANY, "有限公司"},
             {40, 2130, "91", BRANCH, "分公司"},
             {4, 4531, "91", PARTNERSHIP, "（普通合伙）"},
             {6, 4533, "91", PARTNERSHIP, "（有限合伙）"},
             {22, 4540, "91", SOLE, "厂"},
             {12, 3200, "91", COLLECTIVE, "公司"},
             {28, 9100, "93", COOPERATIVE, "专业合作社"},
             {550, 9500, "92", INDIVIDUAL, "店"}};
#define TYPE_COUNT (sizeof types / sizeof *types)

/* ---- chance -------------------------------------------------------------------------------------------------------- */

struct dice {
    uint64_t state;
};

/* splitmix64 */
static uint64_t roll(struct dice *dice, uint64_t sides)
{
    uint64_t value = dice->state += UINT64_C(0x9e3779b97f4a7c15);

    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return (value ^ value >> 31) % sides;
}

/* Character `index` of a list of characters of three bytes each. */
static void put_character(char *text, const char *list, size_t index)
{
    size_t len = strlen(text);

    memcpy(text + len, list + 3 * index, 3);
    text[len + 3] = '\0';
}

/* ---- a row --------------------------------------------------------------------------------------------------------- */

struct maker {
    uint64_t first, rows, seed;
    unsigned authority;
    const char *pool;
};

struct made {
    struct dice dice;
    size_t type, industry, county;
    unsigned authority;
    const char *division; /* its name */
    const char *postcode;
    char trade[16], name[240], code[19], number[16], day[11], person[16], id[19];
};

static size_t pick_type(struct dice *dice)
{
    uint64_t left = roll(dice, 1000);
    size_t i = 0;

    while (i + 1 < TYPE_COUNT && left >= types[i].share)
        left -= types[i++].share;
    return i;
}

/* Another name for each row: the row's number, shuffled, as characters. */
static void make_trade(uint64_t row, char ret[16])
{
    unsigned digits = row < 4096 ? 2 : row < 262144 ? 3 : 4;
    uint64_t room = UINT64_C(1) << 6 * digits, value = row * UINT64_C(0x9e3779b1) % room;

    ret[0] = '\0';
    for (unsigned i = 0; i < digits; i++, value /= 64)
        put_character(ret, trade, value % 64);
}

static void make_day(struct dice *dice, int from, int years, char ret[11])
{
    unsigned year = (unsigned)from + (unsigned)roll(dice, (uint64_t)years), month = 1 + (unsigned)roll(dice, 12);

    snprintf(ret, 11, "%04u-%02u-%02u", year % 10000, month % 13, 1 + (unsigned)roll(dice, 28));
}

static void make_person(struct dice *dice, unsigned division, struct made *made)
{
    char body[32], born[11];

    put_character(made->person, family_names, roll(dice, sizeof family_names / 3));
    for (uint64_t i = 0, count = 1 + roll(dice, 2); i < count; i++)
        put_character(made->person, given, roll(dice, sizeof given / 3));
    make_day(dice, 1955, 45, born);
    snprintf(body, sizeof body, "%06u%.4s%.2s%.2s%03u", division, born, born + 5, born + 8, (unsigned)roll(dice, 1000));
    if (reg_resident_id_make(body, made->id) != 0)
        made->id[0] = '\0';
}

/* The code of a row that has one; the subject code follows from the row's number alone. */
static void make_code(const struct maker *maker, uint64_t row, unsigned authority, const char *prefix, char ret[19])
{
    char body[9];

    ret[0] = '\0';
    if (reg_code_pool_body(maker->pool, row, body) != 0 || reg_code_make(prefix, authority, body, ret) != 0)
        ret[0] = '\0';
}

static void make_name(struct made *made)
{
    enum shape shape = types[made->type].shape;
    const char *industry = industries[made->industry].word, *form = types[made->type].form;

    if (shape == PARTNERSHIP)
        snprintf(made->name, sizeof made->name, "%s%s%s合伙企业%s", made->division, made->trade, industry, form);
    else if (shape == COOPERATIVE)
        snprintf(made->name, sizeof made->name, "%s%s种植%s", made->division, made->trade, form);
    else
        snprintf(made->name, sizeof made->name, "%s%s%s%s", made->division, made->trade, industry, form);
}

static void make_row(const struct maker *maker, uint64_t row, struct made *ret)
{
    struct made made = {.dice = {maker->seed * UINT64_C(0x2545f4914f6cdd1d) + row * UINT64_C(0x9e3779b97f4a7c15)}};
    char body[32];

    made.type = pick_type(&made.dice);
    made.industry = (size_t)roll(&made.dice, INDUSTRY_COUNT);
    made.county = (size_t)roll(&made.dice, sizeof counties / sizeof *counties);
    made.authority = maker->authority;
    made.division = reg_division_name(maker->authority);
    made.postcode = "";
    if (maker->authority == 341300) {
        made.postcode = counties[made.county].postcode;
        if (types[made.type].shape == INDIVIDUAL || types[made.type].shape == COOPERATIVE || roll(&made.dice, 3) == 0) {
            made.authority = counties[made.county].code;
            made.division = counties[made.county].name;
        }
    }
    make_trade(row, made.trade);
    make_name(&made);
    if (roll(&made.dice, 100) < LEGACY_PERCENT && types[made.type].shape != BRANCH) {
        snprintf(body, sizeof body, "%06u%u%07u", made.authority, types[made.type].shape == INDIVIDUAL ? 6u : 0u,
                 (unsigned)(row % 10000000));
        (void)!reg_registration_number_make(body, made.number);
    } else {
        make_code(maker, row, made.authority, types[made.type].prefix, made.code);
    }
    make_day(&made.dice, made.number[0] ? 1990 : 2016, made.number[0] ? 25 : 10, made.day);
    make_person(&made.dice, counties[made.county].code, &made);
    *ret = made;
}

/* ---- a branch's parent --------------------------------------------------------------------------------------------- */

/* A company with a code among the rows before. */
static bool find_parent(const struct maker *maker, uint64_t row, struct made *ret)
{
    uint64_t at = row > BRANCH_OF ? row - BRANCH_OF : 0;

    for (unsigned tries = 0; tries < 64; tries++, at--) {
        make_row(maker, at, ret);
        if (types[ret->type].shape == COMPANY && ret->code[0])
            return true;
        if (at == 0)
            break;
    }
    return false;
}

/* ---- CSV ----------------------------------------------------------------------------------------------------------- */

static void put_state(struct made *made)
{
    uint64_t chance = roll(&made->dice, 1000);
    const char *state = chance < 12 ? "dormant" : chance < 40 ? "revoked" : chance < 120 ? "deregistered" : "existing";
    char since[11] = "";

    if (chance < 120)
        make_day(&made->dice, chance < 12 ? 2026 : 2019, chance < 12 ? 1 : 7, since);
    if (chance < 12) /* a dormancy that goes on */
        snprintf(since, sizeof since, "2026-0%u-01", 1 + (unsigned)roll(&made->dice, 9));
    printf(",%s,%s,%s", state, since, chance < 12 ? "2027-12-31" : "");
}

static void put_row(const struct maker *maker, uint64_t row)
{
    struct made made, parent;
    bool branch;

    make_row(maker, row, &made);
    branch = types[made.type].shape == BRANCH;
    if (branch && !find_parent(maker, row, &parent)) {
        made.type = 0;
        make_name(&made);
    } else if (branch) {
        snprintf(made.name, sizeof made.name, "%.180s%s分公司", parent.name, made.trade);
    }
    branch = types[made.type].shape == BRANCH;
    printf("%s,%s,%s,%04u,%06u", made.code, made.number, made.name, types[made.type].type, made.authority);
    put_state(&made);
    printf(",%s,%06u,%s示例路%u号,%s,", made.day, maker->authority == 341300 ? counties[made.county].code : maker->authority,
           maker->authority == 341300 ? counties[made.county].name : made.division, 1 + (unsigned)roll(&made.dice, 999),
           made.postcode);
    if (!branch && types[made.type].shape != INDIVIDUAL)
        printf("%u0000", 10 + 10 * (unsigned)roll(&made.dice, 100));
    printf(",%s,%s,%s,%s,%s,%s,139%08u,%s\n", industries[made.industry].scope, industries[made.industry].code,
           types[made.type].shape == INDIVIDUAL ? "personal" : "", made.person, made.id[0] ? "resident" : "", made.id,
           (unsigned)roll(&made.dice, 100000000), branch ? parent.code : "");
}

static bool read_count(const char *text, uint64_t most, uint64_t *ret)
{
    char *end;

    if (!text)
        return true;
    *ret = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && *ret <= most;
}

int ctl_generate(struct ctl *ctl)
{
    const char *rows = ctl_option(ctl, "rows"), *seed = ctl_option(ctl, "seed"), *authority = ctl_option(ctl, "authority");
    const char *pool = ctl_option(ctl, "pool"), *first = ctl_option(ctl, "first");
    struct maker maker = {.rows = 1000, .seed = 1, .pool = pool ? pool : "MAX"};
    uint64_t number = 341300;
    char body[9];

    if (!ctl_arguments(ctl, 0))
        return CTL_FAULT;
    if (!read_count(rows, ROWS_MAX, &maker.rows) || !read_count(first, ROWS_MAX, &maker.first) ||
        !read_count(seed, UINT64_MAX, &maker.seed) || !read_count(authority, 999999, &number) ||
        !reg_registrar_known((unsigned)number) || reg_code_pool_body(maker.pool, maker.first + maker.rows, body) != 0)
        return ctl_usage("--rows、--first、--seed、--authority 或 --pool 无效",
                         "--rows, --first, --seed, --authority or --pool is invalid");
    maker.authority = (unsigned)number;
    puts("credit_code,registration_number,name,type,authority,state,state_since,dormant_until,established,division,address,"
         "postcode,capital,scope,industry,composition,representative,representative_id_kind,representative_id,"
         "representative_mobile,parent_code");
    for (uint64_t row = maker.first; row < maker.first + maker.rows && !ferror(stdout); row++)
        put_row(&maker, row);
    return fflush(stdout) == 0 ? CTL_YES : CTL_FAULT;
}
