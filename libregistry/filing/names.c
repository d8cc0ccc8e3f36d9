/* Family B: names: the whole name, its structure, and the family's table. Parts are judged in name_parts.c, words in
 * name_words.c, the names of others in name_similar.c. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "filing/name_rules.h"

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING
#define REVIEW  REGISTRY__V1__SEVERITY__SEVERITY_REVIEW

#define NAMED          (REG_RULE_ALL & ~REG_RULE_INDIVIDUAL)
#define NAME_MAX_PARTS 1200 /* bytes of all parts */

static void check_b01(struct reg_rule_run *run)
{
    if (!reg_name_full(run->entity)[0])
        reg_find(run, "entity.name.full");
}

/* Brackets and the middle dot may stand between characters. */
static bool name_mark(uint32_t c)
{
    return c == 0xff08 || c == 0xff09 || c == '(' || c == ')' || c == 0x00b7;
}

static bool name_too_long(struct reg_rule_run *run)
{
    if (!name_is_long(run->entity))
        return false;
    reg_find_as(run, ERROR, "名称过长", "the name is too long", "entity.name.full");
    return true;
}

static void check_b02(struct reg_rule_run *run)
{
    const char *at = reg_name_full(run->entity);
    uint32_t c;

    if (name_too_long(run))
        return;
    while ((c = reg_utf8_next(&at)))
        if (!reg_utf8_is_han(c) && !name_mark(c)) {
            reg_find(run, "entity.name.full");
            return;
        }
}

/* Appends a part; with brackets where `bracketed` and the part brings none. */
static size_t put_part(char *out, size_t size, size_t at, const char *part, bool bracketed)
{
    int n;

    bracketed = bracketed && part[0] && !reg_name_open_bracket(part);
    n = snprintf(out + at, at < size ? size - at : 0, "%s%s%s", bracketed ? "（" : "", part, bracketed ? "）" : "");
    return n < 0 ? size : at + (size_t)n;
}

/* The three orders of 名称规定 §6: division in front, or in brackets behind the trade name or the industry. */
static bool parts_make(const reg_pb_name *name, int order)
{
    const char *parts[3][4] = {{name->division, name->trade_name, name->industry, name->form},
                               {name->trade_name, name->division, name->industry, name->form},
                               {name->trade_name, name->industry, name->division, name->form}};
    char text[NAME_MAX_PARTS];
    size_t len = 0;

    for (int i = 0; i < 4; i++)
        len = put_part(text, sizeof text, len, parts[order][i], order > 0 && i == order);
    return len < sizeof text && reg_name_equal(text, name->full);
}

/* Of some entities' forms (总站, 经理部 …) the list has but the usual ones: then a person looks. */
static void check_form(struct reg_rule_run *run)
{
    unsigned family = run->input->type ? 1u << run->input->type->family : REG_RULE_ALL;
    bool listed = family & (REG_RULE_COMPANY | REG_RULE_PARTNERSHIP | REG_RULE_COOPERATIVE);
    struct name_part_text form = name_part(run, NAME_FORM);

    if (form.len)
        return;
    if (name_parts_filed(run->entity) || listed)
        reg_find_as(run, ERROR, "企业名称缺少组织形式", "the name lacks its form of organisation", "%s", form.path);
    else
        reg_find_as(run, REVIEW, "未识别出企业名称的组织形式", "the name's form of organisation was not recognised", "%s",
                    form.path);
}

/* Whether it may do without division or industry B04 and B05 say. */
static void check_b03(struct reg_rule_run *run)
{
    const reg_pb_name *name = run->entity->name;
    struct name_part_text trade = name_part(run, NAME_TRADE);

    if (!reg_name_full(run->entity)[0] || name_is_long(run->entity))
        return;
    if (trade.len == 0)
        reg_find_as(run, ERROR, "企业名称缺少字号", "the name lacks its trade name", "%s", trade.path);
    check_form(run);
    if (name_parts_filed(run->entity) && !parts_make(name, 0) && !parts_make(name, 1) && !parts_make(name, 2))
        reg_find_as(run, ERROR, "企业名称与所填各部分不一致，或各部分次序不符合规定",
                    "the name is not what its parts make in an order that is allowed", "entity.name.full");
}

static void check_b10(struct reg_rule_run *run)
{
    const char *name = reg_name_full(run->entity);
    bool jsc = run->input->type->family == REG_FAMILY_JSC;
    bool good = jsc ? reg_text_ends_with(name, "股份有限公司") || reg_text_ends_with(name, "股份公司")
                    : reg_text_ends_with(name, "有限责任公司") ||
                          (reg_text_ends_with(name, "有限公司") && !reg_text_ends_with(name, "股份有限公司"));

    if (name[0] && !good)
        reg_find(run, "entity.name.full");
}

static void check_b11(struct reg_rule_run *run)
{
    static const struct {
        unsigned type;
        const char *mark;
    } marks[] = {{4531, "普通合伙"}, {4532, "特殊普通合伙"}, {4533, "有限合伙"},
                 {5410, "普通合伙"}, {5420, "特殊普通合伙"}, {5430, "有限合伙"},
                 {6410, "普通合伙"}, {6420, "特殊普通合伙"}, {6430, "有限合伙"}};
    const char *name = reg_name_full(run->entity);
    bool any = false;

    if (!name[0])
        return;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (marks[i].type == run->entity->type) {
            if (!reg_name_has_mark(name, marks[i].mark))
                reg_find(run, "entity.name.full");
            return;
        }
        any = any || reg_name_has_mark(name, marks[i].mark);
    }
    if (!any) /* a type that leaves the kind of partnership open */
        reg_find(run, "entity.name.full");
}

static void check_b12_forbidden(struct reg_rule_run *run)
{
    const char *name = reg_name_full(run->entity);

    if (strstr(name, "有限") || strstr(name, "公司"))
        reg_find(run, "entity.name.full");
}

static void check_b12_mark(struct reg_rule_run *run)
{
    const char *name = reg_name_full(run->entity);

    if (name[0] && !reg_name_has_mark(name, "个人独资"))
        reg_find(run, "entity.name.full");
}

static void check_b13(struct reg_rule_run *run)
{
    const char *name = reg_name_full(run->entity);
    bool is_union = strstr(name, "联合社") != NULL;

    if (name[0] && !strstr(name, is_union ? "专业合作社联合社" : "专业合作社"))
        reg_find(run, "entity.name.full");
}

/* Does a country's name, or that of Hong Kong, Macao or Taiwan, stand in the name? */
static bool says_nationality(const char *name)
{
    struct reg_name_word_set words = {0};

    reg_name_words_in(name, strlen(name), &words);
    for (const struct reg_name_word *word = NULL; (word = reg_name_words_next(&words, word)) != NULL;)
        if (strcmp(word->class_name, "foreign") == 0)
            return true;
    return strstr(name, "香港") || strstr(name, "澳门") || strstr(name, "台湾");
}

/* A branch of a foreign company says its nationality and how it is liable; countries are more than the words know. */
static void check_parent_abroad(struct reg_rule_run *run, const char *name)
{
    static const char *const liabilities[] = {"有限", "股份", "无限", "两合", "合伙"};
    size_t i = 0;

    while (i < sizeof liabilities / sizeof *liabilities && !strstr(name, liabilities[i]))
        i++;
    if (i == sizeof liabilities / sizeof *liabilities)
        reg_find_as(run, ERROR, "境外企业分支机构应当在名称中标明该企业的责任形式",
                    "the name of a foreign company's branch says how the company is liable", "entity.name.full");
    if (!says_nationality(name))
        reg_find_as(run, REVIEW, "境外企业分支机构应当在名称中标明该企业的国籍，须人工核实",
                    "the name of a foreign company's branch says its nationality: a person looks whether it does",
                    "entity.name.full");
}

/* The parent's name in front, 分公司, 分厂, 分店 and their like behind; offices (办事处) have no such word. */
static void check_b14(struct reg_rule_run *run)
{
    const struct reg_parent_view *parent = &run->input->view->parent;
    const char *name = reg_name_full(run->entity), *rest = name;
    bool office = run->entity->type == 5830 || run->entity->type == 6830;

    if (!name[0])
        return; /* B01 says so */
    if (reg_rule_parent_abroad(run->entity->type))
        check_parent_abroad(run, name);
    if (parent->found && parent->name) {
        rest = reg_name_after(name, parent->name);
        if (!rest) {
            reg_find(run, "entity.name.full");
            return;
        }
    }
    if (!office && !strstr(rest, "分"))
        reg_find(run, "entity.name.full");
}

/* A form that other families alone use (分店, 合作社) is not among the words of §25, but misleads: a person looks. */
static void check_b22(struct reg_rule_run *run)
{
    static const char *const forbidden[] = {"企业", "公司", "农民专业合作社"};
    const char *name = reg_name_full(run->entity);
    unsigned families;

    if (name_too_long(run)) /* B02 does not apply */
        return;
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (strstr(name, forbidden[i])) {
            reg_find(run, "entity.name.full");
            return;
        }
    families = name_parsed(run)->form_families;
    if (families && !(families & REG_NAME_INDIVIDUAL))
        reg_find_as(run, REVIEW, "名称所用的组织形式不是个体工商户的组织形式",
                    "the name's form of organisation is not one of individual businesses", "entity.name.full");
}

static const struct reg_rule rules[] = {
    {"B01", NAMED, 0, 0, ERROR, "市场主体只能登记一个名称，且不得为空", "an entity has exactly one name",
     "条例 §10; 名称规定 §4; 细则 §6(七)", check_b01},
    {"B02", NAMED, 0, 0, ERROR, "企业名称应当使用规范汉字", "a name is written in standard Chinese characters",
     "名称规定 §5", check_b02},
    {"B03", NAMED & ~REG_RULE_BRANCH, 0, 0, ERROR, "企业名称结构不完整", "the name's structure is incomplete",
     "名称规定 §6; 名称实施办法(总局令第82号) §8,§9", check_b03},
    {"B04", NAMED & ~REG_RULE_BRANCH, 0, 0, REVIEW, "不含行政区划名称的企业名称应当符合规定条件（跨省、自治区、直辖市经营）",
     "a name without a division is for those who operate across provinces", "名称规定 §6; 名称实施办法(总局令第82号)",
     check_b04},
    {"B05", NAMED & ~REG_RULE_BRANCH, 0, 0, REVIEW, "不含行业表述的企业名称应当符合规定条件（跨行业综合经营）",
     "a name without an industry is for those who do business across industries", "名称规定 §6", check_b05},
    {"B06", NAMED & ~REG_RULE_BRANCH, 0, 0, ERROR, "行政区划名称使用不当", "the division's name is not used as it should be",
     "名称规定 §7", check_b06},
    {"B07", NAMED & ~REG_RULE_BRANCH, 0, 0, ERROR, "字号应当由两个以上汉字组成",
     "a trade name has two or more Chinese characters", "名称规定 §8", check_b07},
    {"B08", NAMED & ~REG_RULE_BRANCH, 0, 0, ERROR, "县级以上行政区划名称、行业或者经营特点不得作为字号",
     "the name of a division or of an industry is no trade name", "名称规定 §8", check_b08},
    {"B09", NAMED & ~REG_RULE_BRANCH, 0, 0, WARNING, "企业名称中的行业与主营业务不符",
     "the industry in the name does not agree with the main business", "名称规定 §9", check_b09},
    {"B10", REG_RULE_COMPANY, 0, 0, ERROR, "公司名称应当标明公司类型", "a company's name says what kind of company it is",
     "公司法 §7; 名称规定 §10", check_b10},
    {"B11", REG_RULE_PARTNERSHIP, 0, 0, ERROR, "合伙企业名称应当标明“普通合伙”“特殊普通合伙”或“有限合伙”字样",
     "a partnership's name says which kind of partnership it is", "合伙企业法 §15,§56,§62", check_b11},
    {"B12", REG_RULE_SOLE, 0, 0, ERROR, "个人独资企业名称不得使用“有限”“有限责任”或者“公司”字样",
     "a sole proprietorship's name does not say 有限 or 公司", "个人独资企业法 §11", check_b12_forbidden},
    {"B12", REG_RULE_SOLE, REG_RULE_DAY(2023, 10, 1), 0, ERROR, "个人独资企业名称应当标明“（个人独资）”",
     "a sole proprietorship's name carries （个人独资）", "名称实施办法(总局令第82号) §12", check_b12_mark},
    {"B13", REG_RULE_COOPERATIVE, 0, 0, ERROR, "农民专业合作社名称应当含有“专业合作社”字样",
     "a farmers' cooperative's name has 专业合作社 in it",
     "名称规定 §25 (参照); 名称实施办法(总局令第82号); 农民专业合作社法 §57 (联合社)", check_b13},
    {"B14", REG_RULE_BRANCH, 0, 0, ERROR, "分支机构名称应当冠以其所从属企业的名称并缀以“分公司”等字词",
     "a branch's name is its parent's name and 分公司, 分厂, 分店 or the like", "名称规定 §13", check_b14},
    {"B15", REG_RULE_ALL, 0, 0, ERROR, "企业名称含有禁止使用的内容", "the name has something in it that is forbidden",
     "名称规定 §11", check_b15},
    {"B16", REG_RULE_ALL & ~REG_RULE_BRANCH, REG_RULE_DAY(2021, 3, 1), 0, REVIEW, "企业名称冠以“中国”等字词应当报国务院批准",
     "a name that begins with 中国 or the like needs the State Council's approval", "名称规定 §12", check_b16},
    {"B17", REG_RULE_ALL & ~REG_RULE_BRANCH, 0, 0, ERROR, "企业集团名称不符合规定",
     "集团 is for the parent of a group of enterprises", "名称规定 §14", check_b17},
    {"B18", REG_RULE_ALL, REG_RULE_DAY(2023, 10, 1), 0, ERROR, "企业名称含有不当表述",
     "the name says something that misleads", "名称实施办法(总局令第82号) §17", check_b18},
    {"B19", REG_RULE_ALL, 0, 0, ERROR, "该名称已由同一登记机关登记", "the same authority has registered this name already",
     "名称规定 §17(一)-(三)", check_b19, REG_RULE_FORM_KINDS | REG_KIND(ANNUL) | REG_KIND(RESTORE)},
    {"B20", REG_RULE_ALL, 0, 0, ERROR, "企业名称保留期已届满", "the name's reservation has ended", "名称规定 §18",
     check_b20},
    {"B22", REG_RULE_INDIVIDUAL, 0, 0, ERROR, "个体工商户名称不得使用“企业”“公司”“农民专业合作社”字样",
     "an individual business's name does not say 企业, 公司 or 农民专业合作社", "名称规定 §25; 个体工商户登记管理规定(2025)",
     check_b22},
};
const struct reg_rule_list reg_rules_names = {rules, sizeof rules / sizeof *rules};
