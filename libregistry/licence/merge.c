#include "licence/merge.h"

#include <stdlib.h>
#include <string.h>

#include <registry/code.h>

#include "base/date.h"
#include "catalogue/value.h"

#define STATE(name)    REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_##name
#define REASON(name)   REGISTRY__V1__OUTCOME_REASON__OUTCOME_REASON_##name
#define SEVERITY(name) REGISTRY__V1__SEVERITY__SEVERITY_##name

#define STAFF_FACT     "employees"
#define STAFF_UNIT     "人"
#define SOURCE_SUBJECT "subject_code"
#define SUBJECT_AT     8 /* characters 9 to 17 of the credit code */
#define DIGEST_LEN     32

/* What the one form and one set of materials rest on: quoted where no item is at fault. */
#define ONE_FORM_BASIS "国办发〔2017〕41号 三; 工商企注字〔2018〕31号 二"

/* A fact of the dictionary, as this filing has it. */
struct fact_slot {
    reg_pb_fact *fact; /* given, or taken from the filing; NULL: neither */
    bool given;
    bool checked, bad;
    bool derived; /* the source was looked at */
    bool counted; /* in the savings */
};

/* A material of the catalogue, as this filing has it: the files of its kind, chained by struct work's `next`. */
struct material_slot {
    size_t first, last; /* index in the filing + 1; 0: none */
    size_t count;
    bool counted; /* in the savings */
};

/* What was decided of one item. */
struct verdict {
    reg_pb_outcome_state state;
    reg_pb_outcome_reason reason;
    const char *until, *waiting_for; /* "": none */
    size_t group;
};

struct work {
    const struct reg_rule_input *in;
    const reg_pb_entity *entity; /* NULL: the filing has none */
    struct reg_arena *arena;
    struct reg_merge *merge;
    struct fact_slot *facts;         /* by index in the dictionary */
    struct material_slot *materials; /* by index in the catalogue's materials */
    size_t *next;                    /* by index in the filing: the next material of its kind, + 1 */
    struct reg_scope_index scope;
    struct reg_item_set asked;
    size_t finding_cap;
    bool staff;
};

static int no_memory(struct reg_arena *arena)
{
    return reg_arena_over_budget(arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
}

/* Adds a finding; `item` NULL: rule I0. Texts and path are in the arena already; a NULL among them is lack of memory. */
static int add_finding(struct work *w, const struct reg_item *item, reg_pb_severity severity, char *path, char *zh, char *en)
{
    struct reg_merge *merge = w->merge;
    reg_pb_finding *finding = reg_arena_alloc(w->arena, sizeof *finding);
    char *rule = reg_arena_printf(w->arena, "I%u", item ? item->number : 0);

    if (merge->finding_count == w->finding_cap) {
        size_t cap = w->finding_cap ? 2 * w->finding_cap : 16;
        reg_pb_finding **grown = reg_arena_alloc(w->arena, cap * sizeof *grown);

        if (!grown)
            return no_memory(w->arena);
        if (merge->finding_count)
            memcpy(grown, merge->findings, merge->finding_count * sizeof *grown);
        merge->findings = grown;
        w->finding_cap = cap;
    }
    if (!finding || !rule || !path || !zh || !en)
        return no_memory(w->arena);
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

static int index_facts(struct work *w)
{
    const reg_pb_filing *filing = w->in->filing;
    struct reg_arena *arena = w->arena;
    int error = 0;

    for (size_t i = 0; !error && i < filing->n_facts; i++) {
        reg_pb_fact *fact = filing->facts[i];
        const struct reg_fact_def *def = reg_catalogue_fact(w->in->catalogue, fact->key);
        struct fact_slot *slot = def ? &w->facts[reg_catalogue_fact_index(w->in->catalogue, def)] : NULL;

        if (!slot) {
            error = add_finding(w, NULL, SEVERITY(ERROR), reg_arena_printf(arena, "facts[%s]", fact->key),
                                reg_arena_printf(arena, "目录中没有信息项“%s”", fact->key),
                                reg_arena_printf(arena, "The catalogue has no fact %s", fact->key));
        } else if (slot->given) {
            error = add_finding(w, NULL, SEVERITY(ERROR), reg_arena_printf(arena, "facts[%s]", fact->key),
                                reg_arena_printf(arena, "信息项“%s”填写了两次", def->label_zh),
                                reg_arena_printf(arena, "%s: answered twice", def->label_en));
        } else {
            slot->fact = fact;
            slot->given = true;
        }
    }
    return error;
}

static int index_materials(struct work *w)
{
    const reg_pb_filing *filing = w->in->filing;
    struct reg_arena *arena = w->arena;
    int error = 0;

    w->next = reg_arena_alloc(arena, (filing->n_materials + 1) * sizeof *w->next);
    if (!w->next)
        return no_memory(arena);
    for (size_t i = 0; !error && i < filing->n_materials; i++) {
        const char *kind = filing->materials[i]->kind;
        const struct reg_material_def *def = reg_catalogue_material(w->in->catalogue, kind);
        struct material_slot *slot = def ? &w->materials[reg_catalogue_material_index(w->in->catalogue, def)] : NULL;

        if (slot) {
            *(slot->count ? &w->next[slot->last - 1] : &slot->first) = i + 1;
            slot->last = i + 1;
            slot->count++;
        } else { /* rules may ask for materials that no item names, and a bureau for more: said, not in the way */
            error = add_finding(w, NULL, SEVERITY(WARNING), reg_arena_printf(arena, "materials[%s]", kind),
                                reg_arena_printf(arena, "目录中没有材料“%s”", kind),
                                reg_arena_printf(arena, "The catalogue has no material %s", kind));
        }
    }
    return error;
}

static int index_scope(struct work *w)
{
    const reg_pb_scope *scope = w->entity ? w->entity->scope : NULL;
    size_t general = scope ? scope->n_general : 0, licensed = scope ? scope->n_licensed : 0;
    const char **terms = reg_arena_alloc(w->arena, (general + licensed + 1) * sizeof *terms);

    if (!terms)
        return no_memory(w->arena);
    for (size_t i = 0; i < general; i++)
        terms[i] = scope->general[i]->term;
    for (size_t i = 0; i < licensed; i++)
        terms[general + i] = scope->licensed[i]->term;
    return reg_scope_index_init(w->entity ? w->entity->industry : "", terms, general + licensed, w->arena, &w->scope);
}

static bool positive(const struct work *w, const struct reg_fact_def *def)
{
    const reg_pb_fact *fact = def ? w->facts[reg_catalogue_fact_index(w->in->catalogue, def)].fact : NULL;

    return fact && fact->value_case == REGISTRY__V1__FACT__VALUE_INTEGER && fact->integer > 0;
}

static const reg_pb_person *first_representative(const struct work *w)
{
    const reg_pb_filing *filing = w->in->filing;

    if (!w->entity || w->entity->n_representatives == 0)
        return NULL;
    for (size_t i = 0; i < filing->n_persons; i++) {
        if (filing->persons[i]->number == w->entity->representatives[0]->person)
            return filing->persons[i];
    }
    return NULL;
}

/* What the filing itself says of a fact, NULL or "" where it says nothing. */
static const char *source_text(const struct work *w, const char *source)
{
    const reg_pb_entity *entity = w->entity;
    const reg_pb_person *person;

    if (strcmp(source, "entity.address") == 0)
        return entity && entity->address ? entity->address->text : NULL;
    if (strcmp(source, "entity.postcode") == 0)
        return entity && entity->address ? entity->address->postcode : NULL;
    if (strcmp(source, "entity.name") == 0)
        return entity && entity->name ? entity->name->full : NULL;
    if (strcmp(source, "entity.industry") == 0)
        return entity ? entity->industry : NULL;
    if (strcmp(source, "parent.name") == 0)
        return w->in->view && w->in->view->parent.found ? w->in->view->parent.name : NULL;
    person = first_representative(w);
    if (!person)
        return NULL;
    if (strcmp(source, "representative.name") == 0)
        return person->name;
    return person->id ? person->id->number : NULL;
}

static int text_fact(struct reg_arena *arena, const char *key, const char *text, size_t len, reg_pb_fact **ret)
{
    reg_pb_fact *fact = reg_arena_alloc(arena, sizeof *fact);
    char *copy = reg_arena_alloc(arena, len + 1);

    if (!fact || !copy)
        return no_memory(arena);
    memcpy(copy, text, len);
    registry__v1__fact__init(fact);
    fact->key = (char *)key;
    fact->value_case = REGISTRY__V1__FACT__VALUE_TEXT;
    fact->text = copy;
    *ret = fact;
    return 0;
}

/* Takes a fact from the filing. An answer given all the same stands, since a unit may trade elsewhere than where it is
 * registered; that it differs is said. The subject code follows from the credit code, whatever is answered. */
static int derive(struct work *w, const struct reg_item *item, const struct reg_fact_def *def, struct fact_slot *slot)
{
    const char *text;

    slot->derived = true;
    if (strcmp(def->source, SOURCE_SUBJECT) == 0) {
        if (!slot->given)
            return 0;
        slot->fact = NULL;
        return add_finding(
            w, item, SEVERITY(WARNING), reg_arena_printf(w->arena, "facts[%s]", def->key),
            reg_arena_printf(w->arena, "“%s”由登记系统赋予，所填内容不予采用", def->label_zh),
            reg_arena_printf(w->arena, "%s: allotted by the registry, the answer is not used", def->label_en));
    }
    text = source_text(w, def->source);
    if (!text || *text == '\0')
        return 0;
    if (!slot->given)
        return text_fact(w->arena, def->key, text, strlen(text), &slot->fact);
    if (slot->fact->value_case != REGISTRY__V1__FACT__VALUE_TEXT || strcmp(slot->fact->text, text) == 0)
        return 0;
    return add_finding(w, item, SEVERITY(WARNING), reg_arena_printf(w->arena, "facts[%s]", def->key),
                       reg_arena_printf(w->arena, "“%s”与申请中的“%s”不同", def->label_zh, text),
                       reg_arena_printf(w->arena, "%s: differs from what the filing says: %s", def->label_en, text));
}

static int check_fact(struct work *w, const struct reg_item *item, const struct reg_fact_def *def, struct fact_slot *slot,
                      reg_pb_severity severity)
{
    enum reg_fact_fault fault = reg_fact_check(def, slot->fact, w->in->day);
    char *zh, *en;

    slot->checked = true;
    if (fault == REG_FACT_GOOD)
        return 0;
    slot->bad = true;
    zh = reg_fact_fault_text(def, fault, true, w->arena);
    en = reg_fact_fault_text(def, fault, false, w->arena);
    if (!zh || !en)
        return no_memory(w->arena);
    return add_finding(w, item, severity, reg_arena_printf(w->arena, "facts[%s]", def->key),
                       reg_arena_printf(w->arena, "“%s”：%s", def->label_zh, zh),
                       reg_arena_printf(w->arena, "%s: %s", def->label_en, en));
}

/* Looks at each fact that the item names; `*incomplete` becomes true where one is missing (if `required`) or wrong. */
static int collect_facts(struct work *w, const struct reg_item *item, bool required, reg_pb_item_record *record,
                         bool *incomplete)
{
    int error = 0;

    /* room for all of them, so that reg_merge_set_code can put in what comes later */
    record->facts = item->fact_count ? reg_arena_alloc(w->arena, item->fact_count * sizeof(reg_pb_fact *)) : NULL;
    if (item->fact_count && !record->facts)
        return no_memory(w->arena);
    for (size_t i = 0; !error && i < item->fact_count; i++) {
        const struct reg_fact_def *def = item->facts[i].fact;
        struct fact_slot *slot = &w->facts[reg_catalogue_fact_index(w->in->catalogue, def)];

        if (*def->source && !slot->derived)
            error = derive(w, item, def, slot);
        if (!error && slot->fact && !slot->checked)
            error = check_fact(w, item, def, slot, SEVERITY(ERROR));
        if (error)
            break;
        if (slot->fact && !slot->bad) {
            record->facts[record->n_facts++] = slot->fact;
        } else if (slot->bad) {
            *incomplete = true;
        } else if (item->facts[i].mandatory && required && strcmp(def->source, SOURCE_SUBJECT) != 0) {
            *incomplete = true;
            error = add_finding(w, item, SEVERITY(ERROR), reg_arena_printf(w->arena, "facts[%s]", def->key),
                                reg_arena_printf(w->arena, "%s：缺少“%s”", item->name_zh, def->label_zh),
                                reg_arena_printf(w->arena, "%s: %s is missing", item->name_en, def->label_en));
        }
    }
    return error;
}

/* What is wrong with a material, NULL: nothing. */
static const char *material_fault(const struct work *w, const struct reg_item *item, const reg_pb_material *material,
                                  bool zh)
{
    int32_t until;

    if (*material->deferred_until == '\0')
        return material->digest.len == DIGEST_LEN ? NULL : zh ? "没有文件摘要" : "has no digest of its file";
    /* the licence is issued on the spot on complete materials (条例 §19): only what hangs on it can be deferred */
    if (item->number == REG_ITEM_LICENCE)
        return zh ? "不得容缺" : "cannot be deferred";
    if (!reg_day_parse(material->deferred_until, &until))
        return zh ? "承诺补交日期应为 YYYY-MM-DD" : "is promised for a day that is not YYYY-MM-DD";
    if (until < w->in->day)
        return zh ? "承诺补交日期已过" : "is promised for a day that has passed";
    return NULL;
}

static int material_finding(struct work *w, const struct reg_item *item, const struct reg_material_def *def, const char *zh,
                            const char *en)
{
    return add_finding(w, item, SEVERITY(ERROR), reg_arena_printf(w->arena, "materials[%s]", def->kind),
                       reg_arena_printf(w->arena, "%s：“%s”%s", item->name_zh, def->label_zh, zh),
                       reg_arena_printf(w->arena, "%s: %s %s", item->name_en, def->label_en, en));
}

/* What collect_materials finds out. */
struct promise {
    bool incomplete;
    const char *until; /* the latest promised day, "": none */
};

/* The files of one kind: those that are in order go to the record. */
static int collect_kind(struct work *w, const struct reg_item *item, const struct reg_material_def *def,
                        const struct material_slot *slot, reg_pb_item_record *record, struct promise *promise)
{
    int error = 0;

    for (size_t at = slot->first; !error && at; at = w->next[at - 1]) {
        reg_pb_material *material = w->in->filing->materials[at - 1];
        const char *fault = material_fault(w, item, material, true);

        if (fault) {
            promise->incomplete = true;
            error = material_finding(w, item, def, fault, material_fault(w, item, material, false));
            continue;
        }
        record->materials[record->n_materials++] = material;
        if (strcmp(material->deferred_until, promise->until) > 0)
            promise->until = material->deferred_until;
    }
    return error;
}

/* Looks at each material that the item names. */
static int collect_materials(struct work *w, const struct reg_item *item, bool required, reg_pb_item_record *record,
                             struct promise *promise)
{
    size_t room = 0;
    int error = 0;

    for (size_t i = 0; i < item->material_count; i++)
        room += w->materials[reg_catalogue_material_index(w->in->catalogue, item->materials[i])].count;
    record->materials = room ? reg_arena_alloc(w->arena, room * sizeof(reg_pb_material *)) : NULL;
    if (room && !record->materials)
        return no_memory(w->arena);
    for (size_t i = 0; !error && i < item->material_count; i++) {
        const struct reg_material_def *def = item->materials[i];
        const struct material_slot *slot = &w->materials[reg_catalogue_material_index(w->in->catalogue, def)];

        if (slot->count > 0) {
            error = collect_kind(w, item, def, slot, record, promise);
        } else if (required) {
            promise->incomplete = true;
            error = material_finding(w, item, def, "缺少", "is missing");
        }
    }
    return error;
}

static bool has_staff(const struct work *w, const struct reg_item *item)
{
    if (w->staff)
        return true;
    for (size_t i = 0; i < item->fact_count; i++) {
        const struct reg_fact_def *def = item->facts[i].fact;

        if (def->type == REG_FACT_INT && strcmp(def->unit, STAFF_UNIT) == 0 && positive(w, def))
            return true;
    }
    return false;
}

/* Does the item apply? The verdict as far as the catalogue's columns decide it; merged where all of them say yes. */
static struct verdict applies(const struct work *w, const struct reg_item *item)
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
static int complete(struct work *w, const struct reg_item *item, struct verdict *verdict)
{
    reg_pb_item_record *record = reg_arena_alloc(w->arena, sizeof *record);
    bool required = verdict->state == STATE(MERGED);
    struct promise promise = {false, ""};
    int error;

    if (!record)
        return no_memory(w->arena);
    registry__v1__item_record__init(record);
    error = collect_facts(w, item, required, record, &promise.incomplete);
    if (!error)
        error = collect_materials(w, item, required, record, &promise);
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

static int decide(struct work *w, struct verdict *verdicts)
{
    size_t count = reg_catalogue_item_count(w->in->catalogue);
    int error = 0;

    w->merge->records = reg_arena_alloc(w->arena, (count + 1) * sizeof *w->merge->records);
    if (!w->merge->records)
        return no_memory(w->arena);
    for (size_t i = 0; !error && i < count; i++) {
        const struct reg_item *item = reg_catalogue_item_at(w->in->catalogue, i);

        verdicts[i] = applies(w, item);
        if (verdicts[i].state == STATE(MERGED) || verdicts[i].state == STATE(WAITING))
            error = complete(w, item, &verdicts[i]);
    }
    return error;
}

/* Facts that no item which applies names: nothing hangs on them, so what is wrong with them is a warning. */
static int check_unneeded(struct work *w)
{
    const reg_pb_filing *filing = w->in->filing;
    int error = 0;

    for (size_t i = 0; !error && i < filing->n_facts; i++) {
        const struct reg_fact_def *def = reg_catalogue_fact(w->in->catalogue, filing->facts[i]->key);
        struct fact_slot *slot = def ? &w->facts[reg_catalogue_fact_index(w->in->catalogue, def)] : NULL;

        if (slot && slot->fact == filing->facts[i] && !slot->checked)
            error = check_fact(w, NULL, def, slot, SEVERITY(WARNING));
    }
    return error;
}

/* Says of items that were asked for and cannot be had. */
static int check_asked(struct work *w, const struct verdict *verdicts)
{
    const struct reg_catalogue *catalogue = w->in->catalogue;
    const reg_pb_filing *filing = w->in->filing;
    size_t count = reg_catalogue_item_count(catalogue);
    int error = 0;

    for (size_t i = 0; !error && i < filing->n_items_asked; i++) {
        if (!reg_catalogue_item(catalogue, filing->items_asked[i]))
            error = add_finding(w, NULL, SEVERITY(WARNING), reg_arena_printf(w->arena, "itemsAsked[%zu]", i),
                                reg_arena_printf(w->arena, "目录中没有事项 %u", filing->items_asked[i]),
                                reg_arena_printf(w->arena, "The catalogue has no item %u", filing->items_asked[i]));
    }
    for (size_t i = 0; !error && i < count && filing->n_items_asked > 0; i++) {
        const struct reg_item *item = reg_catalogue_item_at(catalogue, i);

        if (reg_item_set_has(&w->asked, item->number) && verdicts[i].state == STATE(NOT_APPLICABLE))
            error = add_finding(
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
static int group(struct work *w, struct verdict *verdicts)
{
    size_t count = reg_catalogue_item_count(w->in->catalogue);
    struct reg_merge *merge = w->merge;
    reg_pb_outcome *outcomes = reg_arena_alloc(w->arena, (count + 1) * sizeof *outcomes);
    uint32_t *items = reg_arena_alloc(w->arena, (count + 1) * sizeof *items);

    merge->outcomes = reg_arena_alloc(w->arena, (count + 1) * sizeof *merge->outcomes);
    if (!outcomes || !items || !merge->outcomes)
        return no_memory(w->arena);
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

/* What an item adds to the savings: everything that an item before it has named already. */
static void count_item(struct work *w, const struct reg_item *item, reg_pb_savings *savings)
{
    for (size_t i = 0; i < item->fact_count; i++) {
        struct fact_slot *slot = &w->facts[reg_catalogue_fact_index(w->in->catalogue, item->facts[i].fact)];

        savings->facts += slot->counted;
        slot->counted = true;
    }
    for (size_t i = 0; i < item->material_count; i++) {
        struct material_slot *slot = &w->materials[reg_catalogue_material_index(w->in->catalogue, item->materials[i])];

        savings->materials += slot->counted;
        slot->counted = true;
    }
}

static int save(struct work *w)
{
    struct reg_merge *merge = w->merge;
    const char **departments = reg_arena_alloc(w->arena, (merge->record_count + 1) * sizeof *departments);
    size_t department_count = 0, items = 0;

    if (!departments)
        return no_memory(w->arena);
    registry__v1__savings__init(&merge->savings);
    for (size_t i = 0; i < merge->record_count; i++) {
        const struct reg_item *item = reg_catalogue_item(w->in->catalogue, merge->records[i]->item);
        size_t at = 0;

        if (merge->records[i]->state == STATE(WAITING))
            continue;
        items++;
        count_item(w, item, &merge->savings);
        while (at < department_count && strcmp(departments[at], item->department) != 0)
            at++;
        if (at == department_count)
            departments[department_count++] = item->department;
    }
    merge->savings.forms = items ? (uint32_t)(items - 1) : 0;
    merge->savings.visits = department_count ? (uint32_t)(department_count - 1) : 0;
    return 0;
}

static int prepare(struct work *w)
{
    const struct reg_catalogue *catalogue = w->in->catalogue;
    const reg_pb_filing *filing = w->in->filing;
    int error;

    w->facts = reg_arena_alloc(w->arena, (reg_catalogue_fact_count(catalogue) + 1) * sizeof *w->facts);
    w->materials = reg_arena_alloc(w->arena, (reg_catalogue_material_count(catalogue) + 1) * sizeof *w->materials);
    if (!w->facts || !w->materials)
        return no_memory(w->arena);
    for (size_t i = 0; i < filing->n_items_asked; i++)
        reg_item_set_add(&w->asked, filing->items_asked[i]);
    error = index_facts(w);
    if (!error)
        error = index_materials(w);
    if (!error)
        error = index_scope(w);
    if (!error)
        w->staff = positive(w, reg_catalogue_fact(catalogue, STAFF_FACT));
    return error;
}

int reg_merge_run(const struct reg_rule_input *input, struct reg_arena *arena, struct reg_merge *ret)
{
    struct reg_merge merge = {0};
    struct work w = {.in = input, .entity = input->filing->entity, .arena = arena, .merge = &merge};
    struct verdict *verdicts = reg_arena_alloc(arena, (reg_catalogue_item_count(input->catalogue) + 1) * sizeof *verdicts);
    int error = verdicts ? prepare(&w) : no_memory(arena);

    if (!error)
        error = decide(&w, verdicts);
    if (!error)
        error = check_unneeded(&w);
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

/* Puts a fact in its place by key, or in the place of the one that has its key. The record has room: collect_facts. */
static void put_fact(reg_pb_item_record *record, reg_pb_fact *fact)
{
    size_t at = 0;

    while (at < record->n_facts && strcmp(record->facts[at]->key, fact->key) < 0)
        at++;
    if (at == record->n_facts || strcmp(record->facts[at]->key, fact->key) != 0) {
        memmove(&record->facts[at + 1], &record->facts[at], (record->n_facts - at) * sizeof *record->facts);
        record->n_facts++;
    }
    record->facts[at] = fact;
}

int reg_merge_set_code(struct reg_merge *merge, const struct reg_catalogue *catalogue, const char *code,
                       struct reg_arena *arena)
{
    if (strlen(code) != REG_CODE_LEN)
        return REG_ERR_INVALID;
    for (size_t i = 0; i < merge->record_count; i++) {
        const struct reg_item *item = reg_catalogue_item(catalogue, merge->records[i]->item);

        for (size_t k = 0; item && k < item->fact_count; k++) {
            const struct reg_fact_def *def = item->facts[k].fact;
            reg_pb_fact *fact;
            int error;

            if (strcmp(def->source, SOURCE_SUBJECT) != 0)
                continue;
            error = text_fact(arena, def->key, code + SUBJECT_AT, REG_SUBJECT_LEN, &fact);
            if (error)
                return error;
            put_fact(merge->records[i], fact);
        }
    }
    return 0;
}
