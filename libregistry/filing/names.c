/* Family B: names. The parts of a name are taken as filed. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "filing/rule.h"

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING
#define REVIEW  REGISTRY__V1__SEVERITY__SEVERITY_REVIEW

#define NAMED          (REG_RULE_ALL & ~REG_RULE_INDIVIDUAL)
#define NAME_MAX_BYTES 300

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

/* The credential signs the whole name, and a QR code has room for no more. */
static bool name_too_long(struct reg_rule_run *run)
{
    if (strlen(reg_name_full(run->entity)) <= NAME_MAX_BYTES)
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

    bracketed = bracketed && part[0] && strncmp(part, "（", 3) != 0;
    n = snprintf(out + at, at < size ? size - at : 0, "%s%s%s", bracketed ? "（" : "", part, bracketed ? "）" : "");
    return n < 0 ? size : at + (size_t)n;
}

/* The three orders of 名称规定 §6: division in front, or in brackets behind the trade name or the industry. */
static bool parts_make(const reg_pb_name *name, int order)
{
    const char *parts[3][4] = {{name->division, name->trade_name, name->industry, name->form},
                               {name->trade_name, name->division, name->industry, name->form},
                               {name->trade_name, name->industry, name->division, name->form}};
    char text[4 * NAME_MAX_BYTES];
    size_t len = 0;

    for (int i = 0; i < 4; i++)
        len = put_part(text, sizeof text, len, parts[order][i], order > 0 && i == order);
    return len < sizeof text && strcmp(text, name->full) == 0;
}

static void check_b03(struct reg_rule_run *run)
{
    const reg_pb_name *name = run->entity->name;

    if (!name || !name->full[0])
        return;
    if (!name->trade_name[0])
        reg_find_as(run, ERROR, "企业名称缺少字号", "the name lacks its trade name", "entity.name.tradeName");
    if (!name->form[0])
        reg_find_as(run, ERROR, "企业名称缺少组织形式", "the name lacks its form of organisation", "entity.name.form");
    if (!name->division[0])
        reg_find_as(run, WARNING, "企业名称没有行政区划名称，是否符合规定未核验",
                    "the name has no division; whether that is allowed was not verified", "entity.name.division");
    if (!name->industry[0])
        reg_find_as(run, WARNING, "企业名称没有行业或者经营特点，是否符合规定未核验",
                    "the name has no industry; whether that is allowed was not verified", "entity.name.industry");
    if (!parts_make(name, 0) && !parts_make(name, 1) && !parts_make(name, 2))
        reg_find_as(run, ERROR, "企业名称与所填各部分不一致，或各部分次序不符合规定",
                    "the name is not what its parts make in an order that is allowed", "entity.name.full");
}

static void check_b07(struct reg_rule_run *run)
{
    const char *at = run->entity->name ? run->entity->name->trade_name : "";
    unsigned han = 0;
    uint32_t c;

    if (!at[0])
        return;
    while ((c = reg_utf8_next(&at)))
        han += reg_utf8_is_han(c);
    if (han < 2)
        reg_find(run, "entity.name.tradeName");
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
    } marks[] = {{4531, "（普通合伙）"}, {4532, "（特殊普通合伙）"}, {4533, "（有限合伙）"},
                 {5410, "（普通合伙）"}, {5420, "（特殊普通合伙）"}, {5430, "（有限合伙）"},
                 {6410, "（普通合伙）"}, {6420, "（特殊普通合伙）"}, {6430, "（有限合伙）"}};
    const char *name = reg_name_full(run->entity);
    bool any = false;

    if (!name[0])
        return;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (marks[i].type == run->entity->type) {
            if (!strstr(name, marks[i].mark))
                reg_find(run, "entity.name.full");
            return;
        }
        any = any || strstr(name, marks[i].mark) != NULL;
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

    if (name[0] && !strstr(name, "（个人独资）"))
        reg_find(run, "entity.name.full");
}

static void check_b13(struct reg_rule_run *run)
{
    const char *name = reg_name_full(run->entity);
    bool is_union = strstr(name, "联合社") != NULL;

    if (name[0] && !strstr(name, is_union ? "专业合作社联合社" : "专业合作社"))
        reg_find(run, "entity.name.full");
}

/* The parent's name in front, 分公司, 分厂, 分店 and their like behind; offices (办事处) have no such word. */
static void check_b14(struct reg_rule_run *run)
{
    const struct reg_parent_view *parent = &run->input->view->parent;
    const char *name = reg_name_full(run->entity), *rest = name;
    bool office = run->entity->type == 5830 || run->entity->type == 6830;

    if (!name[0])
        return; /* B01 says so */
    if (parent->found && parent->name) {
        if (strncmp(name, parent->name, strlen(parent->name)) != 0) {
            reg_find(run, "entity.name.full");
            return;
        }
        rest = name + strlen(parent->name);
    }
    if (!office && !strstr(rest, "分"))
        reg_find(run, "entity.name.full");
}

/* 名称规定 §12. Whether the State Council approved is not in the filing: a person decides. */
static void check_b16(struct reg_rule_run *run)
{
    static const char *const words[] = {"中国", "中华", "中央", "全国", "国家"};
    const char *name = reg_name_full(run->entity);
    const char *industry = run->entity->name ? run->entity->name->industry : "";

    if (strstr(name, "（中国）") || strstr(name, "(中国)")) {
        if (!reg_rule_foreign(run))
            reg_find_as(run, ERROR, "名称含有“（中国）”的，限于使用外国投资者字号的外商独资或者控股企业",
                        "（中国） is for firms that foreign investors hold and that use their trade name",
                        "entity.name.full");
        return;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *at = strstr(name, words[i]);

        if (at == name)
            reg_find(run, "entity.name.full");
        else if (at && !strstr(industry, words[i]))
            reg_find_as(run, REVIEW, "名称中间的“中国”“中华”“全国”“国家”等字词应当是行业限定语",
                        "中国, 中华, 全国 or 国家 within a name qualifies the industry", "entity.name.full");
    }
}

/* An equal name, live, under the same authority. Similar names are a later rulebook's. */
static void check_b19(struct reg_rule_run *run)
{
    if (run->input->view->name_taken)
        reg_find(run, "entity.name.full");
}

static void check_b22(struct reg_rule_run *run)
{
    static const char *const forbidden[] = {"企业", "公司", "农民专业合作社"};
    const char *name = reg_name_full(run->entity);

    if (name_too_long(run)) /* B02 does not apply */
        return;
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (strstr(name, forbidden[i])) {
            reg_find(run, "entity.name.full");
            return;
        }
}

static const struct reg_rule rules[] = {
    {"B01", NAMED, 0, 0, ERROR, "市场主体只能登记一个名称，且不得为空", "an entity has exactly one name",
     "条例 §10; 名称规定 §4; 细则 §6(七)", check_b01},
    {"B02", NAMED, 0, 0, ERROR, "企业名称应当使用规范汉字", "a name is written in standard Chinese characters",
     "名称规定 §5", check_b02},
    {"B03", NAMED & ~REG_RULE_BRANCH, 0, 0, ERROR, "企业名称结构不完整", "the name's structure is incomplete",
     "名称规定 §6; 名称实施办法(总局令第82号) §8,§9", check_b03},
    {"B07", NAMED & ~REG_RULE_BRANCH, 0, 0, ERROR, "字号应当由两个以上汉字组成",
     "a trade name has two or more Chinese characters", "名称规定 §8", check_b07},
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
    {"B16", REG_RULE_ALL & ~REG_RULE_BRANCH, REG_RULE_DAY(2021, 3, 1), 0, REVIEW, "企业名称冠以“中国”等字词应当报国务院批准",
     "a name that begins with 中国 or the like needs the State Council's approval", "名称规定 §12", check_b16},
    {"B19", REG_RULE_ALL, 0, 0, ERROR, "该名称已由同一登记机关登记", "the same authority has registered this name already",
     "名称规定 §17", check_b19},
    {"B22", REG_RULE_INDIVIDUAL, 0, 0, ERROR, "个体工商户名称不得使用“企业”“公司”“农民专业合作社”字样",
     "an individual business's name does not say 企业, 公司 or 农民专业合作社", "名称规定 §25; 个体工商户登记管理规定(2025)",
     check_b22},
};
const struct reg_rule_list reg_rules_names = {rules, sizeof rules / sizeof *rules};
