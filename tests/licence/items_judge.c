/* Judging one row of a catalogue by its expectation. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "items.h"

#define STATE(name)  REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_##name
#define REASON(name) REGISTRY__V1__OUTCOME_REASON__OUTCOME_REASON_##name
#define LETTERS      "CBPSFINW"

const char *const judge_reason_text[JUDGE_REASONS] = {
    [ALL_LETTERS] = "it applies to every kind of entity: no wrong letter",
    [EVERYBODY] = "it needs no industry and no scope: no near miss",
    [NEVER_OFFERED] = "repealed or absorbed: it neither merges nor lacks anything",
    [NOTHING_MANDATORY] = "none of its facts is mandatory: none can be missing",
    [NO_MATERIAL] = "it asks for no material: none can be missing",
    [BY_THE_ENGINE] = "the fact follows from the credit code: it cannot be missing",
    [FACT_WHILE_WAITING] = "it waits for a permit: its facts are not due yet",
    [MATERIAL_WHILE_WAITING] = "it waits for a permit: its materials are not due yet",
};

/* What one filing came to. */
struct trial {
    struct reg_arena *arena;
    struct reg_merge merge;
    reg_pb_outcome_state state;
    reg_pb_outcome_reason reason;
    const char *waiting_for;
    const reg_pb_item_record *record;
};

static void check(struct judge *judge, bool good, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void check(struct judge *judge, bool good, const char *format, ...)
{
    va_list args;
    int len;

    if (good)
        return;
    if (judge->failures++ == 0) {
        len = snprintf(judge->first, sizeof judge->first, "item %u: ", judge->item->item);
        va_start(args, format);
        vsnprintf(judge->first + len, sizeof judge->first - (size_t)len, format, args);
        va_end(args);
    }
}

static bool over(const struct judge *judge)
{
    return judge->stop && judge->failures > 0;
}

static void run(struct judge *judge, const struct filing_plan *plan, struct trial *trial)
{
    const struct reg_fact_def *dropped = plan->drop_fact ? reg_catalogue_fact(judge->catalogue, plan->drop_fact) : NULL;
    struct reg_register_view view = {.parent = {.name = "宿州示例总公司有限公司"}};
    struct reg_rule_input input = {.view = &view, .catalogue = judge->catalogue, .day = reg_day_of_civil(2026, 11, 24)};

    *trial = (struct trial){.arena = reg_arena_new(0), .waiting_for = ""};
    view.parent.found = !dropped || strcmp(dropped->source, "parent.name") != 0;
    input.filing = build_filing(judge->table, judge->item, judge->catalogue, plan, trial->arena);
    input.type = reg_entity_type_find(input.filing->entity->type);
    judge->cases++;
    if (reg_merge_run(&input, trial->arena, &trial->merge) != 0)
        return;
    for (size_t i = 0; i < trial->merge.outcome_count; i++) {
        const reg_pb_outcome *outcome = trial->merge.outcomes[i];

        for (size_t k = 0; k < outcome->n_items; k++) {
            if (outcome->items[k] == judge->item->item) {
                trial->state = outcome->state;
                trial->reason = outcome->reason;
                trial->waiting_for = outcome->waiting_for;
            }
        }
    }
    for (size_t i = 0; i < trial->merge.record_count; i++) {
        if (trial->merge.records[i]->item == judge->item->item)
            trial->record = trial->merge.records[i];
    }
}

/* Errors of the item itself; `path` NULL: anywhere. */
static size_t errors_of(const struct judge *judge, const struct trial *trial, const char *path)
{
    char rule[16];
    size_t count = 0;

    snprintf(rule, sizeof rule, "I%u", judge->item->item);
    for (size_t i = 0; i < trial->merge.finding_count; i++) {
        const reg_pb_finding *finding = trial->merge.findings[i];

        count += finding->severity == REGISTRY__V1__SEVERITY__SEVERITY_ERROR && strcmp(finding->rule, rule) == 0 &&
                 (!path || strcmp(finding->path, path) == 0);
    }
    return count;
}

/* Runs the plan and checks the outcome, and that the item finds nothing wrong where it is not refused. */
static void expect(struct judge *judge, const struct filing_plan *plan, reg_pb_outcome_state state,
                   reg_pb_outcome_reason reason, const char *what)
{
    struct trial trial;

    if (over(judge))
        return;
    run(judge, plan, &trial);
    check(judge, trial.state == state && trial.reason == reason, "%s, letter %c: state %d, reason %d instead of %d, %d",
          what, plan->letter, trial.state, trial.reason, state, reason);
    check(judge, state == STATE(REFUSED) || errors_of(judge, &trial, NULL) == 0, "%s, letter %c: the case is returned", what,
          plan->letter);
    reg_arena_free(trial.arena);
}

static bool when_is(const struct judge *judge, const char *when)
{
    return strcmp(judge->item->when, when) == 0;
}

/* A filing that triggers the item: by its first term, or else by its first industry. */
static struct filing_plan trigger(const struct judge *judge)
{
    const struct item_expected *item = judge->item;
    struct filing_plan plan = {.letter = item->letters[0]};

    if (item->terms.count)
        plan.term = item->terms.parts[0];
    else if (item->industries.count)
        plan.industry = item->industries.parts[0];
    return plan;
}

/* The outcome of an item that applies. */
static void applied(const struct judge *judge, reg_pb_outcome_reason match, reg_pb_outcome_state *state,
                    reg_pb_outcome_reason *reason)
{
    *state = when_is(judge, "after_permit") ? STATE(WAITING) : STATE(MERGED);
    *reason = when_is(judge, "after_permit")                 ? REASON(PERMIT)
              : strncmp(judge->item->when, "opt_in", 6) == 0 ? REASON(ASKED)
                                                             : match;
}

static void expect_applied(struct judge *judge, const struct filing_plan *plan, const char *what)
{
    reg_pb_outcome_state state;
    reg_pb_outcome_reason reason;

    applied(judge,
            expected_universal(judge->item) ? REASON(UNIVERSAL)
            : plan->industry                ? REASON(INDUSTRY)
                                            : REASON(SCOPE),
            &state, &reason);
    expect(judge, plan, state, reason, what);
}

static void judge_letters(struct judge *judge)
{
    for (const char *letter = LETTERS; *letter; letter++) {
        struct filing_plan plan = trigger(judge);

        plan.letter = *letter;
        if (strchr(judge->item->letters, *letter))
            expect_applied(judge, &plan, "its letter");
        else
            expect(judge, &plan, STATE(NOT_APPLICABLE), REASON(ENTITY_TYPE), "a letter that is not its own");
    }
    judge->impossible[ALL_LETTERS] += strlen(judge->item->letters) == strlen(LETTERS);
}

static void judge_triggers(struct judge *judge)
{
    const struct item_expected *item = judge->item;
    struct filing_plan plan = {.letter = item->letters[0]};

    for (size_t i = 0; i < item->industries.count; i++) {
        plan.industry = item->industries.parts[i];
        expect_applied(judge, &plan, plan.industry);
    }
    plan.industry = NULL;
    for (size_t i = 0; i < item->terms.count; i++) {
        plan.term = item->terms.parts[i];
        expect_applied(judge, &plan, plan.term);
    }
    plan.term = NULL;
    if (expected_universal(item)) {
        judge->impossible[EVERYBODY]++;
        return;
    }
    expect(judge, &plan, STATE(NOT_APPLICABLE), REASON(NO_MATCH), "neither industry nor scope");
    for (size_t i = 0; i < item->near_industries.count; i++) {
        plan.industry = item->near_industries.parts[i];
        expect(judge, &plan, STATE(NOT_APPLICABLE), REASON(NO_MATCH), plan.industry);
    }
    plan.industry = NULL;
    for (size_t i = 0; i < item->near_terms.count; i++) {
        plan.term = item->near_terms.parts[i];
        expect(judge, &plan, STATE(NOT_APPLICABLE), REASON(NO_MATCH), plan.term);
    }
}

/* Staff, opting in, the start. */
static void judge_when(struct judge *judge)
{
    struct filing_plan plan = trigger(judge);

    plan.no_staff = true;
    if (when_is(judge, "establish_if_staff")) {
        expect(judge, &plan, STATE(NOT_APPLICABLE), REASON(NO_STAFF), "no staff");
        plan.no_staff = false;
        plan.headcount_alone = true;
        expect_applied(judge, &plan, "staff by its own headcount");
    } else {
        expect_applied(judge, &plan, "no staff");
    }
    plan = trigger(judge);
    plan.not_asked = true;
    if (strncmp(judge->item->when, "opt_in", 6) == 0)
        expect(judge, &plan, STATE(NOT_APPLICABLE), REASON(NOT_ASKED), "not asked for");
    plan.not_asked = false;
    plan.at_start = true;
    if (when_is(judge, "opt_in_after_start"))
        expect(judge, &plan, STATE(NOT_APPLICABLE), REASON(NOT_AT_START), "asked for at the start");
}

/* Something is left out or promised: while the item waits for its permit nothing is due. */
static void expect_lack(struct judge *judge, const struct filing_plan *plan, const char *format, const char *name)
{
    struct trial trial;
    char path[96];

    if (over(judge))
        return;
    snprintf(path, sizeof path, format, name);
    run(judge, plan, &trial);
    check(judge, trial.state == STATE(REFUSED) && trial.reason == REASON(INCOMPLETE), "without %s: state %d, reason %d",
          path, trial.state, trial.reason);
    check(judge, errors_of(judge, &trial, path) == 1 && errors_of(judge, &trial, NULL) == 1,
          "without %s: not exactly one finding, on that", path);
    reg_arena_free(trial.arena);
}

static void judge_facts(struct judge *judge)
{
    const struct item_expected *item = judge->item;
    struct filing_plan plan = trigger(judge);
    size_t mandatory = 0;

    plan.no_options = true;
    expect_applied(judge, &plan, "without its optional facts");
    plan.no_options = false;
    for (size_t i = 0; i < item->fact_count; i++) {
        plan.drop_fact = item->facts[i].key;
        if (!item->facts[i].mandatory)
            continue;
        mandatory++;
        if (strcmp(item->facts[i].key, "subject_code") == 0) {
            judge->impossible[BY_THE_ENGINE]++;
            expect_applied(judge, &plan, "before the code is known");
        } else if (when_is(judge, "after_permit")) {
            judge->impossible[FACT_WHILE_WAITING]++;
            expect_applied(judge, &plan, item->facts[i].key);
        } else {
            expect_lack(judge, &plan, "facts[%s]", item->facts[i].key);
        }
    }
    judge->impossible[NOTHING_MANDATORY] += mandatory == 0;
}

static void judge_materials(struct judge *judge)
{
    const struct item_expected *item = judge->item;
    struct filing_plan plan = trigger(judge);

    for (size_t i = 0; i < item->materials.count; i++) {
        plan.drop_material = item->materials.parts[i];
        plan.promise_material = NULL;
        if (when_is(judge, "after_permit")) {
            judge->impossible[MATERIAL_WHILE_WAITING]++;
            expect_applied(judge, &plan, item->materials.parts[i]);
            continue;
        }
        expect_lack(judge, &plan, "materials[%s]", item->materials.parts[i]);
        plan.promise_material = plan.drop_material;
        plan.drop_material = NULL;
        if (item->item == REG_ITEM_LICENCE)
            expect_lack(judge, &plan, "materials[%s]", item->materials.parts[i]);
        else
            expect(judge, &plan, STATE(DEFERRED), REASON(MATERIAL_DEFERRED), item->materials.parts[i]);
    }
    judge->impossible[NO_MATERIAL] += item->materials.count == 0;
}

/* The record carries all of the item's facts and materials, and none that it does not ask. */
static void judge_record(struct judge *judge)
{
    const struct item_expected *item = judge->item;
    struct filing_plan plan = trigger(judge);
    struct trial trial;
    size_t facts = 0, materials = 0, later = 0;

    if (over(judge))
        return;
    run(judge, &plan, &trial);
    check(judge, trial.record, "no record");
    for (size_t i = 0; trial.record && i < item->fact_count; i++) {
        later += strcmp(item->facts[i].key, "subject_code") == 0;
        for (size_t k = 0; k < trial.record->n_facts; k++)
            facts += strcmp(trial.record->facts[k]->key, item->facts[i].key) == 0;
    }
    for (size_t i = 0; trial.record && i < item->materials.count; i++) {
        for (size_t k = 0; k < trial.record->n_materials; k++)
            materials += strcmp(trial.record->materials[k]->kind, item->materials.parts[i]) == 0;
    }
    if (trial.record) {
        check(judge, facts + later == item->fact_count && facts == trial.record->n_facts, "%zu of %zu facts, %zu on record",
              facts, item->fact_count, trial.record->n_facts);
        check(judge, materials == item->materials.count && materials == trial.record->n_materials,
              "%zu of %zu materials, %zu on record", materials, item->materials.count, trial.record->n_materials);
    }
    check(judge, strcmp(trial.waiting_for, item->waits_for) == 0, "waits for “%s”", trial.waiting_for);
    reg_arena_free(trial.arena);
}

/* Never offered to anybody, asked for or not. */
static void judge_gone(struct judge *judge)
{
    const struct item_expected *item = judge->item;

    judge->impossible[NEVER_OFFERED]++;
    for (const char *letter = LETTERS; *letter; letter++) {
        struct filing_plan plan = {.letter = *letter};

        for (size_t i = 0; i < item->industries.count; i++) {
            plan.industry = item->industries.parts[i];
            expect(judge, &plan, STATE(NOT_APPLICABLE), REASON(NOT_IN_FORCE), plan.industry);
        }
        plan.industry = NULL;
        for (size_t i = 0; i < item->terms.count; i++) {
            plan.term = item->terms.parts[i];
            expect(judge, &plan, STATE(NOT_APPLICABLE), REASON(NOT_IN_FORCE), plan.term);
        }
    }
}

void judge_merging(struct judge *judge)
{
    if (!expected_in_force(judge->item)) {
        judge_gone(judge);
        return;
    }
    judge_letters(judge);
    judge_triggers(judge);
    judge_when(judge);
    judge_facts(judge);
    judge_materials(judge);
    judge_record(judge);
}

/* Whom a row that is gone applied to, which history still asks. */
static void judge_matches(struct judge *judge, const struct reg_item *row)
{
    const struct item_expected *item = judge->item;
    struct reg_arena *arena = reg_arena_new(0);

    for (size_t i = 0; i < item->industries.count + item->terms.count; i++) {
        bool industry = i < item->industries.count;
        const char *text = industry ? item->industries.parts[i] : item->terms.parts[i - item->industries.count];
        struct reg_scope_index index;
        enum reg_item_match match = REG_MATCH_NONE;

        if (reg_scope_index_init(NULL, industry ? text : "", &text, !industry, arena, &index) == 0)
            match = reg_item_matches(row, &index);
        check(judge, match == (industry ? REG_MATCH_INDUSTRY : REG_MATCH_SCOPE), "%s: match %d", text, match);
    }
    reg_arena_free(arena);
}

static void judge_needs(struct judge *judge, const struct reg_item *row)
{
    const struct item_expected *item = judge->item;

    check(judge, row->fact_count == item->fact_count, "%zu facts", row->fact_count);
    for (size_t i = 0; i < item->fact_count; i++) {
        const struct expected_fact *expected = &item->facts[i];
        size_t at = 0;

        while (at < row->fact_count && strcmp(row->facts[at].fact->key, expected->key) != 0)
            at++;
        check(judge, at < row->fact_count, "%s: not asked", expected->key);
        if (at == row->fact_count)
            continue;
        check(judge, row->facts[at].mandatory == expected->mandatory, "%s: mandatory or not", expected->key);
        check(judge, (*row->facts[at].fact->source == '\0') == (expected->value != NULL), "%s: its source", expected->key);
    }
    check(judge, row->material_count == item->materials.count, "%zu materials", row->material_count);
    for (size_t i = 0; i < item->materials.count && i < row->material_count; i++)
        check(judge, strcmp(row->materials[i]->kind, item->materials.parts[i]) == 0, "%s", row->materials[i]->kind);
}

void judge_row(struct judge *judge)
{
    static const char *const whens[] = {"establish", "establish_if_staff", "opt_in", "opt_in_after_start", "after_permit"};
    static const char *const states[] = {"in_force", "repealed", "absorbed", "transformed"};
    static const char *const kinds[] = {"登记", "备案", "报告", "许可"};
    const struct item_expected *item = judge->item;
    const struct reg_item *row = reg_catalogue_item(judge->catalogue, item->item);
    unsigned letters = 0;

    check(judge, row, "no such row");
    if (!row)
        return;
    for (size_t i = 0; i < strlen(LETTERS); i++)
        letters |= strchr(item->letters, LETTERS[i]) ? 1U << i : 0; /* in the order of enum reg_entity_letter */
    check(judge, row->letters == letters, "letters %x", row->letters);
    check(judge, strcmp(row->name_zh, item->name_zh) == 0, "name %s", row->name_zh);
    check(judge, strcmp(kinds[row->kind], item->kind_zh) == 0, "kind %d", row->kind);
    check(judge, strcmp(row->department_zh, item->department_zh) == 0, "department %s", row->department_zh);
    check(judge, strcmp(whens[row->when], item->when) == 0, "when %d", row->when);
    check(judge, strcmp(states[row->status], item->status) == 0, "status %d", row->status);
    check(judge, strcmp(row->permit_zh, item->waits_for) == 0, "waits for %s", row->permit_zh);
    judge_needs(judge, row);
    if (!expected_in_force(item))
        judge_matches(judge, row);
}
