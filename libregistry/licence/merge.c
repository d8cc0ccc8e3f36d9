/* Merging: whether each item applies, and with what outcome. */
#include <stdlib.h>
#include <string.h>

#include "filing/savings.h"
#include "licence/merge_work.h"

#define STAFF_FACT "employees"
#define STAFF_UNIT "人"

/* What the one form and one set of materials rest on: quoted where no item is at fault. */
#define ONE_FORM_BASIS "国办发〔2017〕41号 三; 工商企注字〔2018〕31号 二"

/* What was decided of one item. */
struct verdict {
    reg_pb_outcome_state state;
    reg_pb_outcome_reason reason;
    const char *until, *waiting_for; /* "": none */
    size_t group;
};

int reg_merge_no_memory(struct reg_arena *arena)
{
    return reg_arena_over_budget(arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
}

/* Adds a finding; `item` NULL: rule I0. Texts and path are in the arena already; a NULL among them is lack of memory. */
int reg_merge_find(struct reg_merge_work *w, const struct reg_item *item, reg_pb_severity severity, char *path, char *zh,
                   char *en)
{
    struct reg_merge *merge = w->merge;
    reg_pb_finding *finding = reg_arena_alloc(w->arena, sizeof *finding);
    char *rule = reg_arena_printf(w->arena, "I%u", item ? item->number : 0);

    if (merge->finding_count == w->finding_cap) {
        size_t cap = w->finding_cap ? 2 * w->finding_cap : 16;
        reg_pb_finding **grown = reg_arena_alloc(w->arena, cap * sizeof *grown);

        if (!grown)
            return reg_merge_no_memory(w->arena);
        if (merge->finding_count)
            memcpy(grown, merge->findings, merge->finding_count * sizeof *grown);
        merge->findings = grown;
        w->finding_cap = cap;
    }
    if (!finding || !rule || !path || !zh || !en)
        return reg_merge_no_memory(w->arena);
    registry__v1__finding__init(finding);
    finding->rule = rule;
    finding->severity = severity;
    finding->path = path;
    finding->message_zh = zh;
    finding->message_en = en;
    finding->legal_basis = item ? (char *)item->legal_basis : (char *)ONE_FORM_BASIS;
    merge->findings[merge->finding_count++] = finding;
    return 0;
}

static int index_scope(struct reg_merge_work *w)
{
    const reg_pb_scope *scope = w->entity ? w->entity->scope : NULL;
    size_t general = scope ? scope->n_general : 0, licensed = scope ? scope->n_licensed : 0;
    const char **terms = reg_arena_alloc(w->arena, (general + licensed + 1) * sizeof *terms);

    if (!terms)
        return reg_merge_no_memory(w->arena);
    for (size_t i = 0; i < general; i++)
        terms[i] = scope->general[i]->term;
    for (size_t i = 0; i < licensed; i++)
        terms[general + i] = scope->licensed[i]->term;
    return reg_scope_index_init(w->in->catalogue, w->entity ? w->entity->industry : "", terms, general + licensed, w->arena,
                                &w->scope);
}

static bool has_staff(const struct reg_merge_work *w, const struct reg_item *item)
{
    if (w->staff)
        return true;
    for (size_t i = 0; i < item->fact_count; i++) {
        const struct reg_fact_def *def = item->facts[i].fact;

        if (def->type == REG_FACT_INT && strcmp(def->unit, STAFF_UNIT) == 0 && reg_merge_positive(w, def))
            return true;
    }
    return false;
}

/* Does the item apply? The verdict as far as the catalogue's columns decide it; merged where all of them say yes. */
static struct verdict applies(const struct reg_merge_work *w, const struct reg_item *item)
{
    static const reg_pb_outcome_reason reasons[] = {[REG_MATCH_NONE] = REASON(NO_MATCH),
                                                    [REG_MATCH_UNIVERSAL] = REASON(UNIVERSAL),
                                                    [REG_MATCH_INDUSTRY] = REASON(INDUSTRY),
                                                    [REG_MATCH_SCOPE] = REASON(SCOPE)};
    struct verdict verdict = {STATE(NOT_APPLICABLE), REASON(NOT_IN_FORCE), "", "", 0};
    enum reg_item_match match;

    /* what was transformed is in force under its new name */
    if (item->status == REG_ITEM_REPEALED || item->status == REG_ITEM_ABSORBED)
        return verdict;
    verdict.reason = REASON(ENTITY_TYPE);
    if (!w->in->type || !(item->letters & (unsigned)w->in->type->letter))
        return verdict;
    match = reg_item_matches(item, &w->scope);
    verdict.reason = reasons[match];
    if (match == REG_MATCH_NONE)
        return verdict;
    if (item->kind == REG_ITEM_PERMISSION) { /* E22: 工商企注字〔2018〕31号 一 */
        verdict.state = STATE(REFUSED);
        verdict.reason = REASON(PERMISSION);
        return verdict;
    }
    if (item->when == REG_WHEN_OPT_IN_AFTER_START &&
        w->in->filing->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_ESTABLISH) {
        verdict.reason = REASON(NOT_AT_START);
        return verdict;
    }
    if (item->when == REG_WHEN_OPT_IN || item->when == REG_WHEN_OPT_IN_AFTER_START) {
        verdict.reason = reg_item_set_has(&w->asked, item->number) ? REASON(ASKED) : REASON(NOT_ASKED);
        if (verdict.reason == REASON(NOT_ASKED))
            return verdict;
    } else if (item->when == REG_WHEN_ESTABLISH_IF_STAFF && !has_staff(w, item)) {
        verdict.reason = REASON(NO_STAFF);
        return verdict;
    } else if (item->when == REG_WHEN_AFTER_PERMIT) {
        verdict.state = STATE(WAITING);
        verdict.reason = REASON(PERMIT);
        verdict.waiting_for = item->permit_zh;
        return verdict;
    }
    verdict.state = STATE(MERGED);
    return verdict;
}

/* Completes the verdict on an item that applies by its facts and materials; adds its record unless it is incomplete. */
static int complete(struct reg_merge_work *w, const struct reg_item *item, struct verdict *verdict)
{
    reg_pb_item_record *record = reg_arena_alloc(w->arena, sizeof *record);
    bool required = verdict->state == STATE(MERGED);
    struct promise promise = {false, ""};
    int error;

    if (!record)
        return reg_merge_no_memory(w->arena);
    registry__v1__item_record__init(record);
    error = reg_merge_collect_facts(w, item, required, record, &promise.incomplete);
    if (!error)
        error = reg_merge_collect_materials(w, item, required, record, &promise);
    if (error)
        return error;
    if (required && promise.incomplete) {
        verdict->state = STATE(REFUSED);
        verdict->reason = REASON(INCOMPLETE);
        return 0;
    }
    if (required && *promise.until) {
        verdict->state = STATE(DEFERRED);
        verdict->reason = REASON(MATERIAL_DEFERRED);
        verdict->until = promise.until;
    }
    if (verdict->state == STATE(MERGED))
        reg_item_set_add(&w->merge->merged, item->number);
    record->item = item->number;
    record->state = verdict->state;
    w->merge->records[w->merge->record_count++] = record;
    return 0;
}

static int decide(struct reg_merge_work *w, struct verdict *verdicts)
{
    size_t count = reg_catalogue_item_count(w->in->catalogue);
    int error = 0;

    w->merge->records = reg_arena_alloc(w->arena, (count + 1) * sizeof *w->merge->records);
    if (!w->merge->records)
        return reg_merge_no_memory(w->arena);
    for (size_t i = 0; !error && i < count; i++) {
        const struct reg_item *item = reg_catalogue_item_at(w->in->catalogue, i);

        verdicts[i] = applies(w, item);
        if (verdicts[i].state == STATE(MERGED) || verdicts[i].state == STATE(WAITING))
            error = complete(w, item, &verdicts[i]);
    }
    return error;
}

/* Says of items that were asked for and cannot be had. */
static int check_asked(struct reg_merge_work *w, const struct verdict *verdicts)
{
    const struct reg_catalogue *catalogue = w->in->catalogue;
    const reg_pb_filing *filing = w->in->filing;
    size_t count = reg_catalogue_item_count(catalogue);
    int error = 0;

    for (size_t i = 0; !error && i < filing->n_items_asked; i++) {
        if (!reg_catalogue_item(catalogue, filing->items_asked[i]))
            error = reg_merge_find(w, NULL, SEVERITY(WARNING), reg_arena_printf(w->arena, "itemsAsked[%zu]", i),
                                   reg_arena_printf(w->arena, "目录中没有事项 %u", filing->items_asked[i]),
                                   reg_arena_printf(w->arena, "The catalogue has no item %u", filing->items_asked[i]));
    }
    for (size_t i = 0; !error && i < count && filing->n_items_asked > 0; i++) {
        const struct reg_item *item = reg_catalogue_item_at(catalogue, i);

        if (reg_item_set_has(&w->asked, item->number) && verdicts[i].state == STATE(NOT_APPLICABLE))
            error = reg_merge_find(
                w, item, SEVERITY(WARNING), reg_arena_strdup(w->arena, "itemsAsked"),
                reg_arena_printf(w->arena, "所选事项“%s”不适用于本次申请", item->name_zh),
                reg_arena_printf(w->arena, "%s: asked for, but it does not apply to this filing", item->name_en));
    }
    return error;
}

static int compare_outcomes(const void *a, const void *b)
{
    const reg_pb_outcome *left = *(reg_pb_outcome *const *)a, *right = *(reg_pb_outcome *const *)b;

    if (left->state != right->state)
        return left->state < right->state ? -1 : 1;
    if (left->reason != right->reason)
        return left->reason < right->reason ? -1 : 1;
    return left->items[0] < right->items[0] ? -1 : 1;
}

static bool same_group(const reg_pb_outcome *outcome, const struct verdict *verdict)
{
    return outcome->state == verdict->state && outcome->reason == verdict->reason &&
           strcmp(outcome->until, verdict->until) == 0 && strcmp(outcome->waiting_for, verdict->waiting_for) == 0;
}

/* One outcome for the items that share it: first counts each group, then fills it. */
static int group(struct reg_merge_work *w, struct verdict *verdicts)
{
    size_t count = reg_catalogue_item_count(w->in->catalogue);
    struct reg_merge *merge = w->merge;
    reg_pb_outcome *outcomes = reg_arena_alloc(w->arena, (count + 1) * sizeof *outcomes);
    uint32_t *items = reg_arena_alloc(w->arena, (count + 1) * sizeof *items);

    merge->outcomes = reg_arena_alloc(w->arena, (count + 1) * sizeof *merge->outcomes);
    if (!outcomes || !items || !merge->outcomes)
        return reg_merge_no_memory(w->arena);
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;

        while (at < merge->outcome_count && !same_group(&outcomes[at], &verdicts[i]))
            at++;
        if (at == merge->outcome_count) {
            registry__v1__outcome__init(&outcomes[at]);
            outcomes[at].state = verdicts[i].state;
            outcomes[at].reason = verdicts[i].reason;
            outcomes[at].until = (char *)verdicts[i].until;
            outcomes[at].waiting_for = (char *)verdicts[i].waiting_for;
            merge->outcomes[merge->outcome_count++] = &outcomes[at];
        }
        outcomes[at].n_items++;
        verdicts[i].group = at;
    }
    for (size_t i = 0; i < merge->outcome_count; i++) {
        outcomes[i].items = items;
        items += outcomes[i].n_items;
        outcomes[i].n_items = 0;
    }
    for (size_t i = 0; i < count; i++) {
        reg_pb_outcome *outcome = &outcomes[verdicts[i].group];

        outcome->items[outcome->n_items++] = reg_catalogue_item_at(w->in->catalogue, i)->number;
    }
    qsort(merge->outcomes, merge->outcome_count, sizeof *merge->outcomes, compare_outcomes);
    return 0;
}

static int save(struct reg_merge_work *w)
{
    struct reg_merge *merge = w->merge;
    struct reg_savings savings;
    int error = reg_savings_init(w->in->catalogue, w->arena, &savings);

    for (size_t i = 0; !error && i < merge->record_count; i++) {
        if (merge->records[i]->state != STATE(WAITING))
            reg_savings_add(&savings, reg_catalogue_item(w->in->catalogue, merge->records[i]->item));
    }
    if (!error)
        reg_savings_sum(&savings, &merge->savings);
    return error;
}

static int prepare(struct reg_merge_work *w)
{
    const struct reg_catalogue *catalogue = w->in->catalogue;
    const reg_pb_filing *filing = w->in->filing;
    int error;

    w->facts = reg_arena_alloc(w->arena, (reg_catalogue_fact_count(catalogue) + 1) * sizeof *w->facts);
    w->materials = reg_arena_alloc(w->arena, (reg_catalogue_material_count(catalogue) + 1) * sizeof *w->materials);
    if (!w->facts || !w->materials)
        return reg_merge_no_memory(w->arena);
    for (size_t i = 0; i < filing->n_items_asked; i++)
        reg_item_set_add(&w->asked, filing->items_asked[i]);
    error = reg_merge_index_facts(w);
    if (!error)
        error = reg_merge_index_materials(w);
    if (!error)
        error = index_scope(w);
    if (!error)
        w->staff = reg_merge_positive(w, reg_catalogue_fact(catalogue, STAFF_FACT));
    return error;
}

int reg_merge_run(const struct reg_rule_input *input, struct reg_arena *arena, struct reg_merge *ret)
{
    struct reg_merge merge = {0};
    struct reg_merge_work w = {.in = input, .entity = input->filing->entity, .arena = arena, .merge = &merge};
    struct verdict *verdicts = reg_arena_alloc(arena, (reg_catalogue_item_count(input->catalogue) + 1) * sizeof *verdicts);
    int error = verdicts ? prepare(&w) : reg_merge_no_memory(arena);

    if (!error)
        error = decide(&w, verdicts);
    if (!error)
        error = reg_merge_check_unneeded(&w);
    if (!error)
        error = check_asked(&w, verdicts);
    if (!error)
        error = group(&w, verdicts);
    if (!error)
        error = save(&w);
    if (!error)
        *ret = merge;
    return error;
}
