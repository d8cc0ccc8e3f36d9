/* Rules that read restrictions: who may not hold an office or apply (C15, C16, C34), and what an entity may not do for now
 * (B21, E15, E19, E27). A source that is not connected is named in a warning: a rule that cannot ask never passes in
 * silence. */
#include "filing/restrictions.h"

#include <string.h>

#include "base/date.h"
#include "filing/rule.h"

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING

#define ID(name)      REGISTRY__V1__RESTRICTION_SOURCE__RESTRICTION_SOURCE_##name
#define ALL_KINDS     (~0u)
#define BARRED        (REG_SOURCE(DISQUALIFIED) | REG_SOURCE(DISHONEST_DEBTOR))
#define BARRED_MONTHS 36 /* three years (条例 §40) */

const struct reg_restriction_source reg_restriction_sources[REG_RESTRICTION_SOURCE_COUNT] = {
    {ID(ABNORMAL_LIST), false, true, "abnormal_list", "经营异常名录", "the list of abnormal operations"},
    {ID(SERIOUS_VIOLATION), false, true, "serious_violation", "严重违法失信名单", "the list of serious violations"},
    {ID(FROZEN_EQUITY), true, true, "frozen_equity", "股权冻结", "frozen equity"},
    {ID(PLEDGE), true, true, "pledge", "股权出质", "pledged equity"},
    {ID(CHATTEL_MORTGAGE), false, true, "chattel_mortgage", "动产抵押", "a chattel mortgage"},
    {ID(DISQUALIFIED), true, false, "disqualified", "任职限制", "a bar from office"},
    {ID(DISHONEST_DEBTOR), true, true, "dishonest_debtor", "失信被执行人", "the list of dishonest judgment debtors"},
    {ID(INVESTIGATION), true, true, "investigation", "立案调查", "an investigation"},
    {ID(UNPAID_PENALTY), true, true, "unpaid_penalty", "未缴罚款", "an unpaid penalty"},
    {ID(COURT_ASSISTANCE), true, true, "court_assistance", "司法协助", "a court's request for assistance"},
    {ID(FALSE_FILING), true, true, "false_filing", "虚假登记责任人", "responsibility for a false registration"},
    {ID(NAME_STOPPED), false, true, "name_stopped", "名称停用", "an order to stop using the name"},
};

const struct reg_restriction_source *reg_restriction_source_of(unsigned source)
{
    return source >= 1 && source <= REG_RESTRICTION_SOURCE_COUNT ? &reg_restriction_sources[source - 1] : NULL;
}

static bool equals(const char *text, const char *name, size_t len)
{
    return strlen(text) == len && memcmp(text, name, len) == 0;
}

const struct reg_restriction_source *reg_restriction_source_find(const char *name, size_t len)
{
    for (size_t i = 0; i < REG_RESTRICTION_SOURCE_COUNT; i++)
        if (equals(reg_restriction_sources[i].key, name, len) || equals(reg_restriction_sources[i].zh, name, len))
            return &reg_restriction_sources[i];
    return NULL;
}

/* ---- what the rules share ------------------------------------------------------------------------------------------ */

static bool is_family(const struct reg_rule_run *run, unsigned families)
{
    return run->input->type && (families >> run->input->type->family & 1);
}

static bool in_force(const struct reg_restriction_view *restriction, int32_t day)
{
    return restriction->since <= day && (restriction->until == 0 || day <= restriction->until);
}

/* Where those of a person begin. */
static size_t first_of(const struct reg_register_view *view, uint32_t person)
{
    size_t low = 0, high = view->restriction_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (view->restrictions[middle].person < person)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first restriction in force of those sources on a person, or on the entity itself (person 0); NULL: there is none. */
static const struct reg_restriction_view *find(const struct reg_rule_run *run, uint32_t person, uint32_t sources)
{
    const struct reg_register_view *view = run->input->view;

    for (size_t i = first_of(view, person); i < view->restriction_count && view->restrictions[i].person == person; i++)
        if ((sources >> view->restrictions[i].source & 1) && in_force(&view->restrictions[i], run->input->day))
            return &view->restrictions[i];
    return NULL;
}

#define PERSON_OF(member, index) reg_arena_printf(run->arena, "entity.%s[%zu].person", member, index)

/* Names the sources that the rule would have asked and that are not connected. */
static void warn_unconnected(struct reg_rule_run *run, uint32_t asked, const char *path)
{
    const struct reg_connected_sources *sources = &run->input->sources;
    uint32_t missing = asked & ~sources->mask;
    const char *zh = "", *en = "";

    if (!sources->configured || missing == 0)
        return;
    for (unsigned i = 1; zh && en && i <= REG_RESTRICTION_SOURCE_COUNT; i++)
        if (missing >> i & 1) {
            const struct reg_restriction_source *source = reg_restriction_source_of(i);

            zh = reg_arena_printf(run->arena, "%s%s%s", zh, zh[0] ? "、" : "", source->zh);
            en = reg_arena_printf(run->arena, "%s%s%s", en, en[0] ? ", " : "", source->en);
        }
    reg_find_as(run, WARNING, zh ? reg_arena_printf(run->arena, "%s未核验：数据来源未接入", zh) : NULL,
                en ? reg_arena_printf(run->arena, "unverified, the source is not connected: %s", en) : NULL, "%s", path);
}

/* Finds a restriction in words: whose, which source, on what basis. A changed person is told from the one before by name. */
static void find_restricted(struct reg_rule_run *run, const struct reg_restriction_view *restriction, uint32_t person,
                            const char *path)
{
    const struct reg_restriction_source *source = reg_restriction_source_of(restriction->source);
    const reg_pb_person *named = reg_filing_person(run->filing, person);
    const char *name = named ? named->name : "";

    reg_find_as(run, run->rule->severity,
                reg_arena_printf(run->arena, "%s%s%s（%s：%s）", name, name[0] ? "：" : "", run->rule->zh, source->zh,
                                 restriction->basis),
                reg_arena_printf(run->arena, "%s%s%s (%s: %s)", name, name[0] ? ": " : "", run->rule->en, source->en,
                                 restriction->basis),
                "%s", path ? path : "");
}

/* ---- C15, C16: offices --------------------------------------------------------------------------------------------- */

static void check_c15(struct reg_rule_run *run)
{
    for (size_t i = 0; i < run->entity->n_representatives; i++) {
        uint32_t person = run->entity->representatives[i]->person;
        const struct reg_restriction_view *restriction = find(run, person, BARRED);

        if (restriction && person)
            find_restricted(run, restriction, person, PERSON_OF("representatives", i));
    }
    warn_unconnected(run, BARRED, "entity.representatives");
}

static void check_c16(struct reg_rule_run *run)
{
    for (size_t i = 0; i < run->entity->n_officers; i++) {
        uint32_t person = run->entity->officers[i]->person;
        const struct reg_restriction_view *restriction = find(run, person, BARRED);

        if (restriction && person)
            find_restricted(run, restriction, person, PERSON_OF("officers", i));
    }
    warn_unconnected(run, BARRED, "entity.officers");
}

/* ---- C34: who registered falsely ----------------------------------------------------------------------------------- */

/* Three years from the annulment, whose day is not counted: the same day of the third year is the last. */
static const struct reg_restriction_view *false_filing(const struct reg_rule_run *run, uint32_t person)
{
    const struct reg_register_view *view = run->input->view;

    for (size_t i = first_of(view, person); i < view->restriction_count && view->restrictions[i].person == person; i++)
        if (view->restrictions[i].source == ID(FALSE_FILING) && run->input->day >= view->restrictions[i].since &&
            run->input->day <= reg_day_add_months(view->restrictions[i].since, BARRED_MONTHS))
            return &view->restrictions[i];
    return NULL;
}

static void check_applicant(struct reg_rule_run *run, uint32_t person, const char *member, size_t index)
{
    const struct reg_restriction_view *restriction = person ? false_filing(run, person) : NULL;

    if (restriction)
        find_restricted(run, restriction, person, PERSON_OF(member, index));
}

/* Who applies are the investors and whoever represents the entity. */
static void check_c34(struct reg_rule_run *run)
{
    for (size_t i = 0; i < run->entity->n_representatives; i++)
        check_applicant(run, run->entity->representatives[i]->person, "representatives", i);
    for (size_t i = 0; i < run->entity->n_investors; i++)
        check_applicant(run, run->entity->investors[i]->person, "investors", i);
    if (is_family(run, REG_RULE_COMPANY))
        warn_unconnected(run, REG_SOURCE(FALSE_FILING), "entity.investors");
}

/* ---- E15, E27: what an entity may not do for now ------------------------------------------------------------------- */

static void check_e15(struct reg_rule_run *run)
{
    uint32_t sources = REG_SOURCE(ABNORMAL_LIST) | REG_SOURCE(SERIOUS_VIOLATION) | REG_SOURCE(FROZEN_EQUITY) |
                       REG_SOURCE(PLEDGE) | REG_SOURCE(CHATTEL_MORTGAGE) | REG_SOURCE(INVESTIGATION) |
                       REG_SOURCE(UNPAID_PENALTY);

    for (unsigned i = 1; i <= REG_RESTRICTION_SOURCE_COUNT; i++) {
        const struct reg_restriction_view *restriction = sources >> i & 1 ? find(run, 0, 1u << i) : NULL;

        if (restriction)
            find_restricted(run, restriction, 0, "kind");
    }
    if (is_family(run, REG_RULE_COMPANY))
        warn_unconnected(run, sources, "kind");
}

static void check_e27(struct reg_rule_run *run)
{
    uint32_t sources = REG_SOURCE(COURT_ASSISTANCE) | REG_SOURCE(FROZEN_EQUITY) | REG_SOURCE(INVESTIGATION);
    const struct reg_register_view *view = run->input->view;

    for (size_t i = 0; i < view->restriction_count; i++) {
        const struct reg_restriction_view *restriction = &view->restrictions[i];

        if (restriction->person == 0 && (sources >> restriction->source & 1) &&
            (restriction->blocks >> run->filing->kind & 1) && in_force(restriction, run->input->day))
            find_restricted(run, restriction, 0, "kind");
    }
    if (is_family(run, REG_RULE_COMPANY) && run->input->view->subject.licence)
        warn_unconnected(run, sources, "kind");
}

/* ---- E19: what a change brings along ------------------------------------------------------------------------------- */

static const struct reg_restriction_view *unreachable(const struct reg_rule_run *run)
{
    const struct reg_register_view *view = run->input->view;

    for (size_t i = 0; i < view->restriction_count; i++)
        if (view->restrictions[i].source == ID(ABNORMAL_LIST) && view->restrictions[i].person == 0 &&
            view->restrictions[i].unreachable && in_force(&view->restrictions[i], run->input->day))
            return &view->restrictions[i];
    return NULL;
}

static void check_e19(struct reg_rule_run *run)
{
    const struct reg_restriction_view *restriction = unreachable(run);

    if (restriction && !reg_rule_replaces(run, "address"))
        reg_find_as(
            run, ERROR,
            reg_arena_printf(run->arena, "通过登记的住所无法取得联系（%s），应当一并办理住所变更登记", restriction->basis),
            reg_arena_printf(run->arena, "nobody was found at the registered address (%s): the change includes it",
                             restriction->basis),
            "entity.address");
    for (size_t i = 0; i < run->entity->n_representatives && !reg_rule_replaces(run, "representatives"); i++) {
        uint32_t person = run->entity->representatives[i]->person;

        if (is_family(run, REG_RULE_COMPANY | REG_RULE_NON_COMPANY) && person && find(run, person, BARRED)) {
            reg_find_as(run, ERROR, "法定代表人不得任职，应当一并办理法定代表人变更登记",
                        "the representative is barred from office: the change includes another one",
                        "entity.representatives");
            break;
        }
    }
    if (is_family(run, REG_RULE_COMPANY))
        warn_unconnected(run, REG_SOURCE(ABNORMAL_LIST) | BARRED, "entity.address");
}

/* ---- B21: a name that is to be used no more ------------------------------------------------------------------------ */

static void check_b21(struct reg_rule_run *run)
{
    const struct reg_restriction_view *restriction = find(run, 0, REG_SOURCE(NAME_STOPPED));
    int32_t last;

    if (is_family(run, REG_RULE_COMPANY) && run->input->view->subject.licence)
        warn_unconnected(run, REG_SOURCE(NAME_STOPPED), "entity.name");
    if (!restriction)
        return;
    last = reg_rule_limit_end(restriction->since, 30);
    if (run->input->day > last)
        reg_rule_find_limit(run, WARNING, "逾期未办理名称变更登记，应当列入经营异常名录",
                            "the name was not changed in time: the entity belongs on the list of abnormal operations "
                            "(经营异常名录)",
                            last, "entity.name");
    else if (!reg_rule_replaces(run, "name"))
        reg_rule_find_limit(run, WARNING, run->rule->zh, run->rule->en, last, "entity.name");
}

static const struct reg_rule rules[] = {
    {"B21", REG_RULE_ALL & ~REG_RULE_INDIVIDUAL, 0, 0, WARNING, "名称被认定应当停止使用，应在30日内办理变更",
     "the name is to be used no more: it is changed within 30 days", "名称规定 §23", check_b21, ALL_KINDS},
    {"C15", REG_RULE_COMPANY | REG_RULE_NON_COMPANY, 0, 0, ERROR, "法定代表人存在不得任职的情形",
     "the legal representative is barred from the office", "条例 §12", check_c15},
    {"C16", REG_RULE_COMPANY, 0, 0, ERROR, "董事、监事、高级管理人员存在不得任职的情形",
     "a director, supervisor or senior manager is barred from the office", "公司法 §178", check_c16},
    {"C34", REG_RULE_ALL, 0, 0, ERROR, "虚假登记直接责任人三年内不得再次申请登记",
     "whoever is responsible for a false registration does not apply again within three years", "条例 §40", check_c34},
    {"E15", REG_RULE_ALL, 0, 0, ERROR, "不适用简易注销程序", "simple deregistration does not apply", "条例 §33(4); 细则 §48",
     check_e15, REG_KIND(SIMPLE_DEREGISTER)},
    {"E19", REG_RULE_ALL, 0, 0, ERROR, "应当一并办理住所（法定代表人）变更登记",
     "the change includes the address (the legal representative)", "细则 §20", check_e19, REG_KIND(CHANGE)},
    {"E27", REG_RULE_ALL, 0, 0, ERROR, "登记事项被依法限制", "the filing is forbidden for now", "细则 §48,§79", check_e27,
     ALL_KINDS},
};
const struct reg_rule_list reg_rules_restrictions = {rules, sizeof rules / sizeof *rules};
