/* Family C, first part: types and people. */
#include <stdint.h>
#include <string.h>

#include "base/calendar.h"
#include "base/date.h"
#include "filing/rule.h"

#define ERROR REGISTRY__V1__SEVERITY__SEVERITY_ERROR

bool reg_person_natural(const reg_pb_person *person)
{
    return person && person->kind == REGISTRY__V1__PERSON_KIND__PERSON_KIND_NATURAL;
}

/* ---- C01 ----------------------------------------------------------------------------------------------------------- */

/* Types of companies with one shareholder, and of what kind that one is. */
static const struct {
    unsigned type;
    bool natural;
} single_owner[] = {{1151, true},  {1152, false}, {1153, false}, {1123, false}, {5140, true},
                    {5150, false}, {5160, false}, {6140, true},  {6150, false}, {6160, false}};

static void check_structure(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;
    const reg_pb_person *only =
        entity->n_investors == 1 ? reg_filing_person(run->filing, entity->investors[0]->person) : NULL;

    for (size_t i = 0; i < sizeof single_owner / sizeof *single_owner; i++) {
        if (single_owner[i].type != entity->type)
            continue;
        if (!only || reg_person_natural(only) != single_owner[i].natural)
            reg_find(run, "entity.type");
        return;
    }
    if (only && entity->type == 1130) /* one owner has types of its own: 1151 to 1153 */
        reg_find(run, "entity.type");
}

static void check_c01(struct reg_rule_run *run)
{
    if (!run->input->type) {
        reg_find_as(run, ERROR, "市场主体类型代码不存在", "there is no such entity type", "entity.type");
    } else if (run->input->type->licence_template == 0) {
        reg_find_as(run, ERROR, "该市场主体类型不发照，请选用更具体的类型",
                    "no licence is issued for this type: choose a more specific one", "entity.type");
    } else if (run->input->type->family == REG_FAMILY_LLC) {
        check_structure(run);
    }
}

/* ---- how many ------------------------------------------------------------------------------------------------------ */

static void check_count(struct reg_rule_run *run, size_t least, size_t most)
{
    size_t count = run->entity->n_investors;

    if (count < least || count > most)
        reg_find(run, "entity.investors");
}

static void check_c02(struct reg_rule_run *run)
{
    check_count(run, 1, 50);
}

static void check_c03(struct reg_rule_run *run)
{
    size_t resident = 0;

    if (run->entity->n_investors < 1 || run->entity->n_investors > 200) {
        reg_find(run, "entity.investors");
        return;
    }
    for (size_t i = 0; i < run->entity->n_investors; i++) {
        const reg_pb_person *person = reg_filing_person(run->filing, run->entity->investors[i]->person);

        resident += person && person->resident;
    }
    if (resident * 2 < run->entity->n_investors)
        reg_find(run, "entity.investors");
}

static void check_c22(struct reg_rule_run *run)
{
    check_count(run, 2, SIZE_MAX);
}

static void check_c23(struct reg_rule_run *run)
{
    unsigned type = run->entity->type;
    size_t general = 0;

    if (type != 4533 && type != 5430 && type != 6430)
        return;
    for (size_t i = 0; i < run->entity->n_investors; i++)
        general += run->entity->investors[i]->liability == REGISTRY__V1__LIABILITY__LIABILITY_UNLIMITED;
    if (run->entity->n_investors < 2 || run->entity->n_investors > 50 || general == 0)
        reg_find(run, "entity.investors");
}

/* ---- who ----------------------------------------------------------------------------------------------------------- */

/* A director or manager who executes the company's affairs on its behalf. */
static bool executes(const reg_pb_entity *entity, uint32_t person)
{
    for (size_t i = 0; i < entity->n_officers; i++) {
        reg_pb_position position = entity->officers[i]->position;

        if (entity->officers[i]->person == person && entity->officers[i]->executes &&
            (position == REGISTRY__V1__POSITION__POSITION_DIRECTOR || position == REGISTRY__V1__POSITION__POSITION_CHAIR ||
             position == REGISTRY__V1__POSITION__POSITION_MANAGER))
            return true;
    }
    return false;
}

static void check_c14(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;

    if (entity->n_representatives == 0)
        return; /* D08 says so */
    if (entity->n_representatives != 1 || !executes(entity, entity->representatives[0]->person))
        reg_find(run, "entity.representatives");
}

static void check_c28(struct reg_rule_run *run)
{
    const reg_pb_person *owner =
        run->entity->n_investors == 1 ? reg_filing_person(run->filing, run->entity->investors[0]->person) : NULL;

    if (!reg_person_natural(owner)) {
        reg_find(run, "entity.investors");
        return;
    }
    if (owner->barred)
        reg_find_as(run, ERROR, "投资人为法律、行政法规禁止从事营利性活动的人",
                    "the investor is barred from profit-making activity", "entity.investors[0].person");
    if (owner->country != 0 && owner->country != 156)
        reg_find_as(run, ERROR, "外国自然人不得设立个人独资企业", "a foreigner cannot set up a sole proprietorship",
                    "entity.investors[0].person");
}

/* ---- C27 ----------------------------------------------------------------------------------------------------------- */

/* Does the main industry serve clients by professional knowledge: business services, research, technical services (GB/T 4754
 * divisions 72 to 75)? */
static bool professional(const char *industry)
{
    size_t letter = industry[0] >= 'A' && industry[0] <= 'T';

    return industry[letter] == '7' && industry[letter + 1] >= '2' && industry[letter + 1] <= '5';
}

static void check_c27(struct reg_rule_run *run)
{
    if (!reg_rule_special_partnership(run->entity->type))
        return;
    if (!reg_rule_recorded(run) && !reg_rule_has_material(run, "partner_qualifications"))
        reg_find(run, "materials");
    if (reg_rule_brings(run, "industry") && !professional(run->entity->industry))
        reg_find_as(run, REGISTRY__V1__SEVERITY__SEVERITY_REVIEW,
                    "是否为以专业知识和专门技能为客户提供有偿服务的专业服务机构，须人工核实",
                    "whether it serves clients by professional knowledge and skill is for a person to decide",
                    "entity.industry");
}

/* ---- C29, C30 ------------------------------------------------------------------------------------------------------ */

static bool is_union(const struct reg_rule_run *run)
{
    return strstr(reg_name_full(run->entity), "联合社") != NULL;
}

/* Four of five members or more are farmers (农民专业合作社法 §20). Who has too few after a change of members has six months
 * from then on (细则 §39). */
static void check_farmers(struct reg_rule_run *run, size_t farmers)
{
    int32_t since;

    if (farmers * 5 >= run->entity->n_investors * 4 || !reg_rule_brings(run, "investors"))
        return;
    if (!reg_rule_recorded(run)) {
        reg_find_as(run, ERROR, "农民至少应当占成员总数的百分之八十", "four fifths of the members or more are farmers",
                    "entity.investors");
        return;
    }
    if (!reg_day_parse(reg_rule_particulars(run)->decided, &since))
        since = run->input->day;
    reg_rule_find_limit(run, REGISTRY__V1__SEVERITY__SEVERITY_WARNING, "农民成员低于百分之八十，应当在六个月内达到法定比例",
                        "fewer than four fifths of the members are farmers: to be made good within six months",
                        reg_calendar_move_off_holiday(reg_day_add_months(since, 6)), "entity.investors");
}

/* A state organ (its code begins 11) manages public affairs and cannot join (农民专业合作社法 §19). */
static bool is_organ(const reg_pb_person *member)
{
    return strncmp(member->credit_code, "11", 2) == 0;
}

/* Members that are organisations are at most one of 20 and fewer, or a twentieth (农民专业合作社法 §20). */
static void check_c29(struct reg_rule_run *run)
{
    size_t count = run->entity->n_investors, organisations = 0, farmers = 0;

    if (is_union(run) || count == 0) /* D08 says so */
        return;
    if (count < 5)
        reg_find(run, "entity.investors");
    for (size_t i = 0; i < count; i++) {
        const reg_pb_person *member = reg_filing_person(run->filing, run->entity->investors[i]->person);

        organisations += member && !reg_person_natural(member);
        farmers += reg_person_natural(member) && member->farmer;
        if (member && is_organ(member))
            reg_find_as(run, ERROR, "具有管理公共事务职能的单位不得加入农民专业合作社",
                        "a body that manages public affairs cannot join a cooperative", "entity.investors[%zu].person", i);
    }
    check_farmers(run, farmers);
    if (count <= 20 ? organisations > 1 : organisations * 20 > count)
        reg_find_as(run, ERROR, "单位成员过多：成员二十人以下的可有一个，超过二十人的不得超过百分之五",
                    "too many members are organisations: one of 20 or fewer members, otherwise five per cent",
                    "entity.investors");
}

static void check_c30(struct reg_rule_run *run)
{
    size_t cooperatives = 0;

    if (!is_union(run) || run->entity->n_investors == 0)
        return;
    for (size_t i = 0; i < run->entity->n_investors; i++) {
        const reg_pb_person *member = reg_filing_person(run->filing, run->entity->investors[i]->person);

        cooperatives += member && strncmp(member->credit_code, "93", 2) == 0;
    }
    if (cooperatives < 3 && reg_rule_recorded(run))
        reg_find_as(run, REGISTRY__V1__SEVERITY__SEVERITY_WARNING, "联合社成员社不足三个，应当在六个月内补足",
                    "the union has fewer than three cooperatives: to be made good within six months", "entity.investors");
    else if (cooperatives < 3)
        reg_find(run, "entity.investors");
}

/* ---- C21 ----------------------------------------------------------------------------------------------------------- */

static void check_c21(struct reg_rule_run *run)
{
    bool replaced = false;
    int32_t resigned;

    for (size_t i = 0; i < run->filing->n_replaces; i++)
        replaced = replaced || strcmp(run->filing->replaces[i], "representatives") == 0;
    if (replaced && reg_day_parse(reg_rule_particulars(run)->decided, &resigned) &&
        run->input->day > reg_calendar_move_off_holiday(resigned + 30))
        reg_find_as(run, REGISTRY__V1__SEVERITY__SEVERITY_WARNING, NULL, NULL,
                    "particulars.decided"); /* late, yet welcome */
}

static const struct reg_rule rules[] = {
    {"C01", REG_RULE_ALL, 0, 0, ERROR, "市场主体类型与股东（投资人）情况不一致",
     "the entity's type does not agree with its shareholders", "细则 §9", check_c01},
    {"C02", REG_RULE_LLC, 0, 0, ERROR, "有限责任公司股东人数应为1人以上50人以下",
     "a limited liability company has 1 to 50 shareholders", "公司法 §42", check_c02},
    {"C03", REG_RULE_JSC, 0, 0, ERROR, "股份有限公司发起人应为1人以上200人以下且半数以上在境内有住所",
     "a joint-stock company has 1 to 200 promoters, half of them or more domiciled in China", "公司法 §92", check_c03},
    {"C14", REG_RULE_COMPANY, REG_RULE_DAY(2024, 7, 1), 0, ERROR, "法定代表人应当由代表公司执行公司事务的董事或者经理担任",
     "the legal representative is a director or manager who executes company affairs on its behalf", "公司法 §10",
     check_c14},
    {"C21", REG_RULE_COMPANY, REG_RULE_DAY(2024, 7, 1), 0, ERROR, "应当在法定代表人辞任之日起三十日内确定新的法定代表人",
     "a new legal representative is found within 30 days of the resignation", "公司法 §10", check_c21, REG_KIND(CHANGE)},
    {"C22", REG_RULE_PARTNERSHIP, 0, 0, ERROR, "合伙企业应当有两个以上合伙人", "a partnership has two or more partners",
     "合伙企业法 §14", check_c22},
    {"C23", REG_RULE_PARTNERSHIP, 0, 0, ERROR, "有限合伙企业合伙人应为2人以上50人以下且至少有一个普通合伙人",
     "a limited partnership has 2 to 50 partners, one of them or more a general partner", "合伙企业法 §61", check_c23},
    {"C27", REG_RULE_PARTNERSHIP, REG_RULE_DAY(2022, 3, 1), 0, ERROR, "特殊普通合伙应当提交合伙人职业资格文件",
     "a special general partnership hands in its partners' professional qualifications", "合伙企业法 §55; 细则 §28",
     check_c27},
    {"C28", REG_RULE_SOLE, 0, 0, ERROR, "个人独资企业投资人应为一个自然人",
     "a sole proprietorship has one natural person as its investor", "个人独资企业法 §2,§8,§16,§47", check_c28},
    {"C29", REG_RULE_COOPERATIVE, 0, 0, ERROR, "农民专业合作社应有五名以上成员",
     "a farmers' cooperative has five or more members", "农民专业合作社法 §12,§19,§20; 细则 §39(2)", check_c29},
    {"C30", REG_RULE_COOPERATIVE, 0, 0, ERROR, "农民专业合作社联合社应有三个以上成员社",
     "a union of cooperatives has three or more cooperatives as members", "农民专业合作社法 §56", check_c30},
};
const struct reg_rule_list reg_rules_people = {rules, sizeof rules / sizeof *rules};
