/* Family C, second part: who does what. */
#include <stdint.h>
#include <string.h>

#include "base/date.h"
#include "filing/rule.h"

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING
#define REVIEW  REGISTRY__V1__SEVERITY__SEVERITY_REVIEW

/* What a person is in the filing, or-ed. */
enum {
    SUPERVISES = 1,
    MANAGES = 2,
    PARTNER = 4,
    LIMITED_PARTNER = 8,
    ACTS = 16,
    DIRECTS = 32,
    EMPLOYEES_SUPERVISOR = 64, /* elected by the employees */
    EMPLOYEES_DIRECTOR = 128,
    EXECUTES = 256 /* a partner who is registered as executing */
};

static uint16_t duty(reg_pb_position position)
{
    if (position == REGISTRY__V1__POSITION__POSITION_UNSPECIFIED)
        return 0;
    if (position == REGISTRY__V1__POSITION__POSITION_SUPERVISOR)
        return SUPERVISES;
    if (position == REGISTRY__V1__POSITION__POSITION_DIRECTOR || position == REGISTRY__V1__POSITION__POSITION_CHAIR)
        return DIRECTS | MANAGES;
    return MANAGES;
}

/* What an officer is, with the employees' vote. */
static uint16_t office(const reg_pb_officer *officer)
{
    uint16_t role = duty(officer->position);

    if (officer->employee && (role & SUPERVISES))
        role |= EMPLOYEES_SUPERVISOR;
    if (officer->employee && (role & DIRECTS))
        role |= EMPLOYEES_DIRECTOR;
    return role | ACTS;
}

static void mark(const struct reg_rule_run *run, uint16_t *roles, uint32_t number, uint16_t role)
{
    size_t index = reg_filing_person_index(run->filing, number);

    if (index != SIZE_MAX)
        roles[index] |= role;
}

/* The roles of every person, in the order of the persons: one pass, however many there are. NULL: the run has an error. */
static uint16_t *roles_of(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;
    size_t size = (run->filing->n_persons + 1) * sizeof(uint16_t);
    uint16_t *roles = reg_arena_alloc(run->arena, size);
    bool sole = run->input->type && run->input->type->family == REG_FAMILY_SOLE;

    if (!roles) {
        run->error = reg_arena_over_budget(run->arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
        return NULL;
    }
    memset(roles, 0, size);
    for (size_t i = 0; i < entity->n_officers; i++)
        mark(run, roles, entity->officers[i]->person, office(entity->officers[i]));
    for (size_t i = 0; i < entity->n_investors; i++) {
        bool limited = entity->investors[i]->liability == REGISTRY__V1__LIABILITY__LIABILITY_LIMITED;
        bool general = entity->investors[i]->liability == REGISTRY__V1__LIABILITY__LIABILITY_UNLIMITED;

        mark(run, roles, entity->investors[i]->person,
             (uint16_t)(PARTNER | (limited ? LIMITED_PARTNER : 0) | (general || sole ? ACTS : 0)));
    }
    for (size_t i = 0; i < entity->n_representatives; i++) {
        mark(run, roles, entity->representatives[i]->person, ACTS | EXECUTES);
        mark(run, roles, entity->representatives[i]->delegate, ACTS);
    }
    return roles;
}

/* ---- C17 ----------------------------------------------------------------------------------------------------------- */

static void check_c17(struct reg_rule_run *run)
{
    const uint16_t *roles = roles_of(run);

    for (size_t i = 0; roles && i < run->entity->n_officers; i++) {
        size_t index = reg_filing_person_index(run->filing, run->entity->officers[i]->person);

        if (duty(run->entity->officers[i]->position) == SUPERVISES && index != SIZE_MAX && (roles[index] & MANAGES))
            reg_find(run, "entity.officers[%zu]", i);
    }
}

/* ---- C18 to C20 ---------------------------------------------------------------------------------------------------- */

/* Persons, not positions: a chair may be filed as a director too. */
static size_t count_of(const struct reg_rule_run *run, const uint16_t *roles, uint16_t role)
{
    size_t count = 0;

    for (size_t i = 0; roles && i < run->filing->n_persons; i++)
        count += (roles[i] & role) != 0;
    return count;
}

#define EMPLOYEES_ENOUGH 300 /* from so many on the employees are represented (公司法 §68) */

static int64_t employees_of(const reg_pb_filing *filing)
{
    for (size_t i = 0; i < filing->n_facts; i++)
        if (strcmp(filing->facts[i]->key, "employees") == 0 &&
            filing->facts[i]->value_case == REGISTRY__V1__FACT__VALUE_INTEGER)
            return filing->facts[i]->integer;
    return 0;
}

/* What is wrong with officers that are on record is said, and returned only with those that the filing brings. */
static reg_pb_severity board_severity(const struct reg_rule_run *run)
{
    return reg_rule_brings(run, "officers") || reg_rule_replaces(run, "noSupervisors") ? ERROR : WARNING;
}

/* A board has three or more; a company without one has a single director, who is nobody's chair (公司法 §75, §128). */
static void check_c18(struct reg_rule_run *run)
{
    const uint16_t *roles = roles_of(run);
    size_t directors = count_of(run, roles, DIRECTS);
    bool chair = false;

    for (size_t i = 0; i < run->entity->n_officers; i++)
        chair = chair || run->entity->officers[i]->position == REGISTRY__V1__POSITION__POSITION_CHAIR;
    if (directors == 2 || (directors == 1 && chair)) /* none: D09 says so */
        reg_find(run, "entity.officers");
    if (directors > 0 && employees_of(run->filing) >= EMPLOYEES_ENOUGH && count_of(run, roles, EMPLOYEES_DIRECTOR) == 0 &&
        (count_of(run, roles, SUPERVISES) < 3 || count_of(run, roles, EMPLOYEES_SUPERVISOR) == 0))
        reg_find_as(run, board_severity(run), "职工三百人以上且监事会中没有职工代表的，董事会成员中应当有职工代表",
                    "with 300 employees or more, and none of theirs on a supervisory board, a director is elected by them",
                    "entity.officers");
}

/* A third or more of a supervisory board is elected by the employees (公司法 §76, §130). */
static void check_employees_share(struct reg_rule_run *run, const uint16_t *roles, size_t supervisors)
{
    if (supervisors >= 3 && count_of(run, roles, EMPLOYEES_SUPERVISOR) * 3 < supervisors)
        reg_find_as(run, board_severity(run), "监事会中职工代表的比例不得低于三分之一",
                    "a third or more of a supervisory board is elected by the employees", "entity.officers");
}

/* Three or more, one (§83), or none: by consent of all shareholders (§83), or with an audit committee of the board (§69). */
static void check_c19(struct reg_rule_run *run)
{
    const uint16_t *roles = roles_of(run);
    size_t supervisors = count_of(run, roles, SUPERVISES);
    reg_pb_no_supervisors ground = run->entity->no_supervisors;

    if (supervisors == 2)
        reg_find(run, "entity.officers");
    check_employees_share(run, roles, supervisors);
    if (supervisors > 0)
        return;
    if (ground == REGISTRY__V1__NO_SUPERVISORS__NO_SUPERVISORS_UNSPECIFIED)
        reg_find_as(run, board_severity(run), "不设监事的，应当经全体股东一致同意，或者在董事会中设审计委员会",
                    "there is no supervisor: that takes the consent of all shareholders, or an audit committee of the board",
                    "entity.noSupervisors");
    else if (ground == REGISTRY__V1__NO_SUPERVISORS__NO_SUPERVISORS_AUDIT_COMMITTEE && count_of(run, roles, DIRECTS) < 3)
        reg_find_as(run, board_severity(run), "审计委员会由董事组成：不设董事会的公司不能设审计委员会",
                    "an audit committee is made of directors: a company without a board has none", "entity.noSupervisors");
}

/* Three or more, one (§133), or none with an audit committee of three directors or more (§121). */
static void check_c20(struct reg_rule_run *run)
{
    const uint16_t *roles = roles_of(run);
    size_t supervisors = count_of(run, roles, SUPERVISES);

    if (supervisors == 2 || (supervisors == 0 && count_of(run, roles, DIRECTS) < 3))
        reg_find(run, "entity.officers");
    else if (supervisors == 0 && run->entity->no_supervisors != REGISTRY__V1__NO_SUPERVISORS__NO_SUPERVISORS_AUDIT_COMMITTEE)
        reg_find_as(run, board_severity(run), "不设监事会、监事的股份有限公司，应当在董事会中设审计委员会",
                    "a joint-stock company without supervisors has an audit committee of its board", "entity.noSupervisors");
    check_employees_share(run, roles, supervisors);
}

/* ---- C24 ----------------------------------------------------------------------------------------------------------- */

/* What tells that an organisation may be one of those: its name, or that its code is a public institution's (12) or a social
 * body's (51). Whether it is listed, or of public welfare, is for a person. */
static bool barred_from_liability(const reg_pb_person *person)
{
    return strncmp(person->credit_code, "12", 2) == 0 || strncmp(person->credit_code, "51", 2) == 0 ||
           strstr(person->name, "国有");
}

static void check_c24(struct reg_rule_run *run)
{
    for (size_t i = 0; i < run->entity->n_investors; i++) {
        const reg_pb_investor *investor = run->entity->investors[i];
        const reg_pb_person *person = reg_filing_person(run->filing, investor->person);

        if (investor->liability == REGISTRY__V1__LIABILITY__LIABILITY_UNLIMITED && person && !reg_person_natural(person) &&
            barred_from_liability(person))
            reg_find(run, "entity.investors[%zu].person", i);
    }
}

/* ---- C25, C26 ------------------------------------------------------------------------------------------------------ */

static void check_c25(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;
    const uint16_t *roles = roles_of(run);

    for (size_t i = 0; i < entity->n_investors; i++)
        if (entity->investors[i]->liability == REGISTRY__V1__LIABILITY__LIABILITY_LIMITED &&
            strstr(entity->investors[i]->form, "劳务"))
            reg_find(run, "entity.investors[%zu].form", i);
    for (size_t i = 0; roles && i < entity->n_representatives; i++) {
        size_t index = reg_filing_person_index(run->filing, entity->representatives[i]->person);

        if (index != SIZE_MAX && (roles[index] & LIMITED_PARTNER))
            reg_find(run, "entity.representatives[%zu].person", i);
    }
}

/* Where nobody was agreed on, all partners but the limited ones execute (细则 §11). */
static void check_all_execute(struct reg_rule_run *run, const uint16_t *roles)
{
    for (size_t i = 0; i < run->entity->n_investors; i++) {
        size_t index = reg_filing_person_index(run->filing, run->entity->investors[i]->person);

        if (run->entity->investors[i]->liability != REGISTRY__V1__LIABILITY__LIABILITY_LIMITED && index != SIZE_MAX &&
            !(roles[index] & EXECUTES))
            reg_find_as(run, ERROR, "未约定执行事务合伙人的，应将全体普通合伙人登记为执行事务合伙人",
                        "nobody was agreed on to execute affairs: then every general partner is registered as doing so",
                        "entity.investors[%zu].person", i);
    }
}

static void check_c26(struct reg_rule_run *run)
{
    const uint16_t *roles = roles_of(run);

    for (size_t i = 0; roles && i < run->entity->n_representatives; i++) {
        size_t index = reg_filing_person_index(run->filing, run->entity->representatives[i]->person);

        if (index != SIZE_MAX && !(roles[index] & PARTNER)) /* nobody at all: D08 says so */
            reg_find(run, "entity.representatives[%zu].person", i);
    }
    if (roles && run->entity->no_executor_agreed)
        check_all_execute(run, roles);
}

/* ---- C31 ----------------------------------------------------------------------------------------------------------- */

/* ISO 3166-1 numbers of China, Hong Kong, Macao and Taiwan. */
static bool citizen(uint32_t country)
{
    return country == 0 || country == 156 || country == 344 || country == 446 || country == 158;
}

static void check_c31(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;

    if (entity->n_representatives > 1)
        reg_find_as(run, ERROR, "个体工商户只有一名经营者", "an individual business has one operator",
                    "entity.representatives");
    for (size_t i = 0; i < entity->n_representatives; i++) {
        const reg_pb_person *operator= reg_filing_person(run->filing, entity->representatives[i]->person);

        if (operator&&(!reg_person_natural(operator) || !citizen(operator->country)))
            reg_find(run, "entity.representatives[%zu].person", i);
    }
}

/* ---- C32 ----------------------------------------------------------------------------------------------------------- */

static void check_c32(struct reg_rule_run *run)
{
    if (run->entity->composition == REGISTRY__V1__COMPOSITION__COMPOSITION_FAMILY && run->entity->n_family_members == 0)
        reg_find(run, "entity.familyMembers");
}

/* ---- C33 ----------------------------------------------------------------------------------------------------------- */

/* The birthday that a resident ID card or a residence permit tells; numbers that are wrong are A08's. */
static bool born(const reg_pb_person *person, int32_t *ret)
{
    const reg_pb_id_document *id = person->id;
    char text[REG_DAY_TEXT];

    if (!id ||
        (id->kind != REGISTRY__V1__ID_KIND__ID_KIND_RESIDENT && id->kind != REGISTRY__V1__ID_KIND__ID_KIND_HMT_RESIDENCE) ||
        strlen(id->number) != 18)
        return false;
    memcpy(text, id->number + 6, 4);
    text[4] = '-';
    memcpy(text + 5, id->number + 10, 2);
    text[7] = '-';
    memcpy(text + 8, id->number + 12, 2);
    text[10] = '\0';
    return reg_day_parse(text, ret);
}

static void check_c33(struct reg_rule_run *run)
{
    const uint16_t *roles = roles_of(run);
    int32_t birthday;

    for (size_t i = 0; roles && i < run->filing->n_persons; i++) {
        if (!(roles[i] & ACTS) || !reg_person_natural(run->filing->persons[i]) ||
            !born(run->filing->persons[i], &birthday) || reg_day_add_months(birthday, 18 * 12) <= run->input->day)
            continue;
        if (reg_day_add_months(birthday, 16 * 12) <= run->input->day)
            reg_find_as(run, REVIEW, "未满十八周岁：是否以自己的劳动收入为主要生活来源，须人工核实",
                        "under 18: whether this person lives on labour income of their own is for a person to decide",
                        "persons[%zu].id.number", i);
        else
            reg_find(run, "persons[%zu].id.number", i);
    }
}

/* ---- C36 ----------------------------------------------------------------------------------------------------------- */

#define EXEMPT_CAPITAL UINT64_C(1000000000) /* 10,000,000 yuan in fen */

/* What the filing can tell of the exemption (办法 §3): the holders, and the capital where it is in yuan. */
static bool holders_exempt(const struct reg_rule_run *run)
{
    for (size_t i = 0; i < run->entity->n_investors; i++)
        if (!reg_person_natural(reg_filing_person(run->filing, run->entity->investors[i]->person)))
            return false;
    return true;
}

static bool capital_exempt(const reg_pb_money *capital)
{
    return capital && (capital->currency != 156 || capital->minor <= EXEMPT_CAPITAL);
}

/* The exemption was promised: it must be one that can be. */
static void check_promise(struct reg_rule_run *run)
{
    const reg_pb_money *capital = run->entity->capital;

    if (!capital_exempt(capital) || !holders_exempt(run))
        reg_find_as(
            run, ERROR, "不符合承诺免报条件：注册资本（出资额）不超过一千万元且股东、合伙人全部为自然人的方可承诺免报",
            "the exemption cannot be promised: it is for a capital of ten million yuan or less that natural persons hold",
            "entity.beneficialExempt");
    else if (capital->currency != 156)
        reg_find_as(
            run, REVIEW, "注册资本（出资额）以外币表示：是否不超过等值一千万元人民币，须人工核实",
            "the capital is in another currency: whether it is worth ten million yuan or less is for a person to decide",
            "entity.beneficialExempt");
}

static void check_c36(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;
    bool brought = reg_rule_brings(run, "beneficialOwners") || reg_rule_replaces(run, "beneficialExempt") ||
                   reg_rule_replaces(run, "investors");

    if (run->input->type->family == REG_FAMILY_BRANCH && !reg_rule_parent_abroad(entity->type))
        return;
    for (size_t i = 0; i < entity->n_beneficial_owners; i++) {
        const reg_pb_person *owner = reg_filing_person(run->filing, entity->beneficial_owners[i]);

        if (owner && !reg_person_natural(owner))
            reg_find_as(run, ERROR, "受益所有人应为自然人", "a beneficial owner is a natural person",
                        "entity.beneficialOwners[%zu]", i);
    }
    if (entity->n_beneficial_owners > 0)
        return;
    if (entity->beneficial_exempt)
        check_promise(run);
    else
        reg_find_as(run, brought || !capital_exempt(entity->capital) || !holders_exempt(run) ? ERROR : WARNING, NULL, NULL,
                    "entity.beneficialOwners");
}

static const struct reg_rule rules[] = {
    {"C17", REG_RULE_COMPANY, 0, 0, ERROR, "董事、高级管理人员不得兼任监事",
     "a director or senior manager cannot be a supervisor", "公司法 §76(4),§130(4)", check_c17},
    {"C18", REG_RULE_COMPANY, REG_RULE_DAY(2024, 7, 1), 0, ERROR, "董事会成员应为三人以上；不设董事会的，设一名董事",
     "a board has three or more directors; a company without a board has one director", "公司法 §68,§75,§120,§128",
     check_c18},
    {"C19", REG_RULE_LLC, REG_RULE_DAY(2024, 7, 1), 0, ERROR,
     "监事设置不符合规定：监事会成员应为三人以上；不设监事会的，设一名监事",
     "a supervisory board has three or more members; a company without one has one supervisor", "公司法 §69,§76,§83,§176",
     check_c19},
    {"C20", REG_RULE_JSC, REG_RULE_DAY(2024, 7, 1), 0, ERROR,
     "股份有限公司监事设置不符合规定：监事会三人以上，或者监事一人，或者由三名以上董事组成审计委员会",
     "a joint-stock company has three or more supervisors, one, or an audit committee of three or more directors",
     "公司法 §121,§130,§133", check_c20},
    {"C24", REG_RULE_PARTNERSHIP, 0, 0, REVIEW,
     "普通合伙人疑为国有独资公司、国有企业、上市公司或者公益性的事业单位、社会团体",
     "a general partner seems to be an enterprise of the State, a listed company or a body of public welfare",
     "合伙企业法 §3", check_c24},
    {"C25", REG_RULE_PARTNERSHIP, 0, 0, ERROR, "有限合伙人不得以劳务出资，不得执行合伙事务",
     "a limited partner neither contributes labour nor executes affairs", "合伙企业法 §64,§68", check_c25},
    {"C26", REG_RULE_PARTNERSHIP, 0, 0, ERROR, "执行事务合伙人应为合伙人",
     "a partnership's affairs are executed by partners", "合伙企业法 §26; 细则 §6(四),§11", check_c26},
    {"C31", REG_RULE_INDIVIDUAL, 0, 0, ERROR, "经营者不符合个体工商户登记条件",
     "an individual business's operator is a citizen, also of Hong Kong, Macao and Taiwan", "促进个体工商户发展条例 §2,§37",
     check_c31},
    {"C32", REG_RULE_INDIVIDUAL, 0, 0, ERROR, "家庭经营应当备案参加经营的家庭成员姓名",
     "the family members who take part in a business run by a family are recorded", "细则 §7,§9; 条例 §9(六)", check_c32},
    {"C33", REG_RULE_ALL, 0, 0, ERROR, "申请人不具有完全民事行为能力", "somebody who acts has no full legal capacity",
     "民法典 §17-18", check_c33},
    {"C36", REG_RULE_COMPANY | REG_RULE_PARTNERSHIP | REG_RULE_BRANCH, REG_RULE_DAY(2024, 11, 1), 0, ERROR,
     "应当备案受益所有人信息或者作出免报承诺", "the beneficial owners are recorded, or the exemption is promised",
     "受益所有人信息管理办法(2024-11-01) §2,§3; 条例 §9(八)", check_c36},
};
const struct reg_rule_list reg_rules_roles = {rules, sizeof rules / sizeof *rules};
