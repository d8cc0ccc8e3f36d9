/* Families D and E: what is registered, what is recorded, and items. */
#include <registry/code.h>

#include <stdint.h>
#include <string.h>

#include "base/date.h"
#include "filing/rule.h"
#include "identity/division.h"

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING
#define REVIEW  REGISTRY__V1__SEVERITY__SEVERITY_REVIEW

#define PERSON_NAME_MAX         300  /* bytes */
#define REPRESENTATIVES_MAX_LEN 1200 /* bytes as printed: the credential must fit into a QR code */

static bool is(const struct reg_rule_run *run, unsigned families)
{
    return run->input->type && (families >> run->input->type->family & 1);
}

/* ---- D01 ----------------------------------------------------------------------------------------------------------- */

static void check_d01(struct reg_rule_run *run)
{
    const reg_pb_address *address = run->entity->address;

    if (!address || !address->text[0])
        reg_find_as(run, ERROR, "缺少住所（主要经营场所、经营场所）", "the address is missing", "entity.address.text");
    else if (!reg_registrar_known(address->division))
        reg_find_as(run, ERROR, "住所的行政区划码无效", "the address's division does not exist", "entity.address.division");
    else if (!reg_division_within(run->filing->authority, address->division))
        reg_find_as(run, ERROR, "住所不在本登记机关辖区内", "the address is outside the authority's territory",
                    "entity.address.division");
}

/* ---- D02 ----------------------------------------------------------------------------------------------------------- */

static void check_d02(struct reg_rule_run *run)
{
    if (run->entity->address && run->entity->address->on_platform && !is(run, REG_RULE_INDIVIDUAL))
        reg_find(run, "entity.address.onPlatform");
}

/* ---- D07 ----------------------------------------------------------------------------------------------------------- */

static void check_d07(struct reg_rule_run *run)
{
    const reg_pb_term *term = run->entity->term;
    int32_t from = run->input->day, to;

    if (!term)
        return; /* D09 says so */
    if (term->from[0] && !reg_day_parse(term->from, &from))
        reg_find(run, "entity.term.from");
    else if (term->unlimited == (term->to[0] != '\0'))
        reg_find(run, "entity.term");
    else if (term->to[0] && (!reg_day_parse(term->to, &to) || to <= from))
        reg_find(run, "entity.term.to");
}

/* ---- D08 ----------------------------------------------------------------------------------------------------------- */

static void missing(struct reg_rule_run *run, const char *zh, const char *en, const char *path)
{
    reg_find_as(run, ERROR, zh, en, "%s", path);
}

/* Roles must name persons that the filing has; persons have numbers of their own and names. */
static void check_persons(struct reg_rule_run *run)
{
    const reg_pb_filing *filing = run->filing;

    for (size_t i = 0; i < filing->n_persons; i++) {
        const reg_pb_person *person = filing->persons[i];

        if (person->number == 0 || (i > 0 && person->number <= filing->persons[i - 1]->number))
            reg_find_as(run, ERROR, "人员编号应从 1 起递增，不得重复", "persons are numbered from 1 up, without repeats",
                        "persons[%zu].number", i);
        if (!person->name[0])
            reg_find_as(run, ERROR, "缺少姓名或名称", "the name is missing", "persons[%zu].name", i);
        else if (strlen(person->name) > PERSON_NAME_MAX)
            reg_find_as(run, ERROR, "姓名或名称过长", "the name is too long", "persons[%zu].name", i);
        if (person->kind == REGISTRY__V1__PERSON_KIND__PERSON_KIND_UNSPECIFIED)
            reg_find_as(run, ERROR, "缺少人员种类", "the kind of person is missing", "persons[%zu].kind", i);
        if (person->kind == REGISTRY__V1__PERSON_KIND__PERSON_KIND_NATURAL && !person->id)
            reg_find_as(run, ERROR, "缺少身份证件", "the identity document is missing", "persons[%zu].id", i);
        if (person->kind == REGISTRY__V1__PERSON_KIND__PERSON_KIND_ENTERPRISE && !person->credit_code[0] &&
            (person->country == 0 || person->country == 156))
            reg_find_as(run, ERROR, "缺少统一社会信用代码", "the credit code is missing", "persons[%zu].creditCode", i);
    }
}

static void check_reference(struct reg_rule_run *run, uint32_t number, const char *role, size_t index, const char *member)
{
    if (!reg_filing_person(run->filing, number))
        reg_find_as(run, ERROR, "所指人员不在申请中", "no person of the filing has this number", "entity.%s[%zu]%s", role,
                    index, member);
}

static void check_references(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;

    for (size_t i = 0; i < entity->n_representatives; i++) {
        check_reference(run, entity->representatives[i]->person, "representatives", i, ".person");
        if (entity->representatives[i]->delegate)
            check_reference(run, entity->representatives[i]->delegate, "representatives", i, ".delegate");
    }
    for (size_t i = 0; i < entity->n_investors; i++)
        check_reference(run, entity->investors[i]->person, "investors", i, ".person");
    for (size_t i = 0; i < entity->n_officers; i++)
        check_reference(run, entity->officers[i]->person, "officers", i, ".person");
    for (size_t i = 0; i < entity->n_family_members; i++)
        check_reference(run, entity->family_members[i], "familyMembers", i, "");
    for (size_t i = 0; i < entity->n_beneficial_owners; i++)
        check_reference(run, entity->beneficial_owners[i], "beneficialOwners", i, "");
    if (entity->liaison_case == REGISTRY__V1__ENTITY__LIAISON_LIAISON_PERSON &&
        !reg_filing_person(run->filing, entity->liaison_person))
        missing(run, "所指人员不在申请中", "no person of the filing has this number", "entity.liaisonPerson");
    if (entity->document_recipient && !reg_filing_person(run->filing, entity->document_recipient))
        missing(run, "所指人员不在申请中", "no person of the filing has this number", "entity.documentRecipient");
}

/* The names that the licence prints and the credential signs. */
static void check_representatives(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;
    size_t len = 0;

    for (size_t i = 0; i < entity->n_representatives; i++) {
        const reg_pb_person *person = reg_filing_person(run->filing, entity->representatives[i]->person);
        const reg_pb_person *delegate = reg_filing_person(run->filing, entity->representatives[i]->delegate);

        len += strlen("、") + (person ? strlen(person->name) : 0);
        len += delegate ? strlen("（委派代表：）") + strlen(delegate->name) : 0;
    }
    if (entity->n_representatives == 0)
        missing(run, "缺少法定代表人（执行事务合伙人、投资人、经营者、负责人）", "the representative is missing",
                "entity.representatives");
    else if (len > REPRESENTATIVES_MAX_LEN)
        missing(run, "代表人姓名合计过长，执照无法载明", "the representatives' names are too long for a licence",
                "entity.representatives");
}

/* Foreign companies have no credit code that their branches (71xx, 7310) could name. */
bool reg_rule_parent_abroad(unsigned type)
{
    return type / 100 == 71 || type == 7310;
}

/* A branch follows a parent: one of this register, or one that its code names and this register cannot look up. */
static void check_parent(struct reg_rule_run *run)
{
    const struct reg_parent_view *parent = &run->input->view->parent;
    bool abroad = reg_rule_parent_abroad(run->entity->type);

    if (!run->entity->parent_code[0] && abroad)
        reg_find_as(run, WARNING, "隶属主体为外国（地区）企业，未核验", "the parent is a foreign company: not verified",
                    "entity.parentCode");
    else if (!run->entity->parent_code[0])
        missing(run, "缺少所隶属主体的统一社会信用代码", "the parent's credit code is missing", "entity.parentCode");
    else if (!parent->found)
        reg_find_as(run, WARNING, "隶属主体不在本登记库，未核验", "the parent is not in this register: not verified",
                    "entity.parentCode");
    else if (parent->state != REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING &&
             parent->state != REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DORMANT)
        missing(run, "隶属主体已不存续", "the parent no longer exists", "entity.parentCode");
}

static void check_scope(struct reg_rule_run *run)
{
    const reg_pb_scope *scope = run->entity->scope;

    if (!scope || scope->n_general + scope->n_licensed == 0) {
        missing(run, "缺少经营范围", "the business scope is missing", "entity.scope");
        return;
    }
    for (size_t i = 0; i < scope->n_general; i++)
        if (!scope->general[i]->term[0])
            reg_find_as(run, ERROR, "经营范围条目为空", "an entry of the scope is empty", "entity.scope.general[%zu].term",
                        i);
    for (size_t i = 0; i < scope->n_licensed; i++)
        if (!scope->licensed[i]->term[0])
            reg_find_as(run, ERROR, "经营范围条目为空", "an entry of the scope is empty", "entity.scope.licensed[%zu].term",
                        i);
}

/* Whose residence is registered: partners, the investor of a sole proprietorship, the operator (细则 §6(三), (四), (七)). */
static void check_residence(struct reg_rule_run *run, uint32_t number)
{
    size_t index = reg_filing_person_index(run->filing, number);

    if (index != SIZE_MAX && !run->filing->persons[index]->residence[0])
        reg_find_as(run, ERROR, "缺少住所（居所）", "the residence is missing", "persons[%zu].residence", index);
}

static void check_residences(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;

    if (is(run, REG_RULE_PARTNERSHIP | REG_RULE_SOLE))
        for (size_t i = 0; i < entity->n_investors; i++)
            check_residence(run, entity->investors[i]->person);
    if (is(run, REG_RULE_INDIVIDUAL))
        for (size_t i = 0; i < entity->n_representatives; i++)
            check_residence(run, entity->representatives[i]->person);
}

/* A managing partner that is no natural person acts through a delegate (细则 §6(四)). */
static void check_delegates(struct reg_rule_run *run)
{
    for (size_t i = 0; i < run->entity->n_representatives; i++) {
        const reg_pb_representative *representative = run->entity->representatives[i];
        const reg_pb_person *partner = reg_filing_person(run->filing, representative->person);

        if (partner && partner->kind != REGISTRY__V1__PERSON_KIND__PERSON_KIND_NATURAL && !representative->delegate)
            reg_find_as(run, ERROR, "缺少委派代表", "the delegate of a partner that is an organisation is missing",
                        "entity.representatives[%zu].delegate", i);
    }
}

/* Registered items (细则 §6); name and address have rules of their own. */
static void check_d08(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;

    check_persons(run);
    check_references(run);
    check_scope(run);
    check_representatives(run);
    if (is(run, REG_RULE_WITH_CAPITAL) && !entity->capital)
        missing(run, "缺少注册资本（出资额）", "the capital is missing", "entity.capital");
    if (is(run, REG_RULE_BRANCH | REG_RULE_INDIVIDUAL) && entity->capital)
        missing(run, "分支机构和个体工商户不登记注册资本（出资额）", "branches and individual businesses have no capital",
                "entity.capital");
    if (is(run, REG_RULE_WITH_CAPITAL) && entity->n_investors == 0)
        missing(run, "缺少股东（发起人、合伙人、投资人、成员）",
                "the shareholders, partners, investor or members are missing", "entity.investors");
    if (is(run, REG_RULE_INDIVIDUAL) && entity->composition == REGISTRY__V1__COMPOSITION__COMPOSITION_UNSPECIFIED)
        missing(run, "缺少组成形式", "the composition (personal or family) is missing", "entity.composition");
    if (is(run, REG_RULE_PARTNERSHIP))
        for (size_t i = 0; i < entity->n_investors; i++)
            if (entity->investors[i]->liability == REGISTRY__V1__LIABILITY__LIABILITY_UNSPECIFIED)
                reg_find_as(run, ERROR, "缺少合伙人承担责任方式", "how the partner is liable is missing",
                            "entity.investors[%zu].liability", i);
    check_residences(run);
    if (is(run, REG_RULE_PARTNERSHIP))
        check_delegates(run);
    if (is(run, REG_RULE_BRANCH))
        check_parent(run);
}

/* ---- D09 ----------------------------------------------------------------------------------------------------------- */

static bool has_material(const reg_pb_filing *filing, const char *kind)
{
    for (size_t i = 0; i < filing->n_materials; i++)
        if (strcmp(filing->materials[i]->kind, kind) == 0)
            return true;
    return false;
}

static bool has_director(const reg_pb_entity *entity)
{
    for (size_t i = 0; i < entity->n_officers; i++) {
        reg_pb_position position = entity->officers[i]->position;

        if (position == REGISTRY__V1__POSITION__POSITION_DIRECTOR || position == REGISTRY__V1__POSITION__POSITION_CHAIR)
            return true;
    }
    return false;
}

/* What partners contribute, and by when unless it is paid (细则 §7(二)); the amounts are C11's. */
static void check_contributions(struct reg_rule_run *run)
{
    for (size_t i = 0; i < run->entity->n_investors; i++) {
        const reg_pb_investor *partner = run->entity->investors[i];
        bool paid = partner->paid && partner->subscribed && reg_money_compare(partner->paid, partner->subscribed) >= 0;

        if (!partner->form[0])
            reg_find_as(run, ERROR, "缺少出资方式", "the kind of the contribution is missing", "entity.investors[%zu].form",
                        i);
        if (!partner->due[0] && !paid)
            reg_find_as(run, ERROR, "缺少缴付期限", "the day by which the contribution is paid is missing",
                        "entity.investors[%zu].due", i);
    }
}

/* Recorded facts (细则 §7). */
static void check_d09(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;

    if (is(run, REG_RULE_COMPANY | REG_RULE_NON_COMPANY | REG_RULE_COOPERATIVE) && !has_material(run->filing, "articles"))
        missing(run, "缺少章程", "the articles of association are missing", "materials");
    if (is(run, REG_RULE_PARTNERSHIP) && !has_material(run->filing, "partnership_agreement"))
        missing(run, "缺少合伙协议", "the partnership agreement is missing", "materials");
    if (is(run, REG_RULE_PARTNERSHIP))
        check_contributions(run);
    if (is(run, REG_RULE_COMPANY | REG_RULE_NON_COMPANY | REG_RULE_PARTNERSHIP) && !entity->term)
        missing(run, "缺少经营期限（合伙期限）", "the term is missing", "entity.term");
    if (is(run, REG_RULE_COMPANY) && !has_director(entity))
        missing(run, "缺少董事", "the directors are missing", "entity.officers");
    if (entity->liaison_case != REGISTRY__V1__ENTITY__LIAISON_LIAISON_PERSON)
        missing(run, "缺少登记联络员", "the registration liaison is missing", "entity.liaisonPerson");
}

/* ---- D11 ----------------------------------------------------------------------------------------------------------- */

/* A superior authority may hand some registrations down (细则 §4): whether it did is not in the filing. */
static void check_d11(struct reg_rule_run *run)
{
    if (run->filing->authority % 100 != 0)
        reg_find(run, "authority");
}

/* ---- E22 ----------------------------------------------------------------------------------------------------------- */

static void check_e22(struct reg_rule_run *run)
{
    for (size_t i = 0; i < run->filing->n_items_asked; i++) {
        const struct reg_item *item = reg_catalogue_item(run->input->catalogue, run->filing->items_asked[i]);

        if (!item)
            reg_find_as(run, ERROR, "目录中没有此事项", "the catalogue has no such item", "itemsAsked[%zu]", i);
        else if (item->kind == REG_ITEM_PERMISSION)
            reg_find(run, "itemsAsked[%zu]", i);
    }
}

static const struct reg_rule rules[] = {
    {"D01", REG_RULE_ALL, 0, 0, ERROR, "市场主体只能登记一个住所或者主要经营场所", "an entity has exactly one address",
     "条例 §11; 细则 §10", check_d01},
    {"D02", REG_RULE_ALL, REG_RULE_DAY(2022, 3, 1), 0, ERROR, "网络经营场所仅适用于电子商务平台内的个体工商户",
     "a place on a platform is for individual businesses alone", "条例 §11(2)", check_d02},
    {"D07", REG_RULE_COMPANY | REG_RULE_PARTNERSHIP | REG_RULE_NON_COMPANY, 0, 0, ERROR, "经营期限不正确",
     "the term is either unlimited or ends on a later day", "条例 §9(二); 细则 §23", check_d07},
    {"D08", REG_RULE_ALL, 0, 0, ERROR, "登记事项不完整", "what is registered is incomplete", "条例 §8; 细则 §6", check_d08},
    {"D09", REG_RULE_ALL, 0, 0, ERROR, "备案事项不完整", "what is recorded is incomplete", "条例 §9; 细则 §7", check_d09},
    {"D11", REG_RULE_JSC, REG_RULE_DAY(2022, 3, 1), 0, REVIEW,
     "股份有限公司由地市级以上登记机关登记；是否由上级交由办理，须核对",
     "joint-stock companies are registered at city level or above, unless the superior handed it down: to be looked at",
     "细则 §4", check_d11},
    {"E22", REG_RULE_ALL, 0, 0, ERROR, "行政许可类事项不得纳入多证合一", "an administrative permission is never merged",
     "工商企注字〔2018〕31号 一", check_e22},
};
const struct reg_rule_list reg_rules_items = {rules, sizeof rules / sizeof *rules};
