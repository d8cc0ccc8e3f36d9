/* Facts of the one form: given, taken from the filing, checked, shared by the items that name them. */
#include <string.h>

#include <registry/code.h>

#include "catalogue/value.h"
#include "filing/rule.h"
#include "licence/merge_work.h"

#define SOURCE_SUBJECT "subject_code"
#define SUBJECT_AT     8 /* characters 9 to 17 of the credit code */

int reg_merge_index_facts(struct reg_merge_work *w)
{
    const reg_pb_filing *filing = w->in->filing;
    struct reg_arena *arena = w->arena;
    int error = 0;

    for (size_t i = 0; !error && i < filing->n_facts; i++) {
        reg_pb_fact *fact = filing->facts[i];
        const struct reg_fact_def *def = reg_catalogue_fact(w->in->catalogue, fact->key);
        struct fact_slot *slot = def ? &w->facts[reg_catalogue_fact_index(w->in->catalogue, def)] : NULL;

        if (!slot) {
            error = reg_merge_find(w, NULL, SEVERITY(ERROR), reg_arena_printf(arena, "facts[%s]", fact->key),
                                   reg_arena_printf(arena, "目录中没有信息项“%s”", fact->key),
                                   reg_arena_printf(arena, "The catalogue has no fact %s", fact->key));
        } else if (slot->given) {
            error = reg_merge_find(w, NULL, SEVERITY(ERROR), reg_arena_printf(arena, "facts[%s]", fact->key),
                                   reg_arena_printf(arena, "信息项“%s”填写了两次", def->label_zh),
                                   reg_arena_printf(arena, "%s: answered twice", def->label_en));
        } else {
            slot->fact = fact;
            slot->given = true;
        }
    }
    return error;
}

bool reg_merge_positive(const struct reg_merge_work *w, const struct reg_fact_def *def)
{
    const reg_pb_fact *fact = def ? w->facts[reg_catalogue_fact_index(w->in->catalogue, def)].fact : NULL;

    return fact && fact->value_case == REGISTRY__V1__FACT__VALUE_INTEGER && fact->integer > 0;
}

static const reg_pb_person *first_representative(const reg_pb_filing *filing)
{
    if (!filing->entity || filing->entity->n_representatives == 0)
        return NULL;
    return reg_filing_person(filing, filing->entity->representatives[0]->person);
}

const char *reg_filing_source_text(const reg_pb_filing *filing, const struct reg_register_view *view, const char *source)
{
    const reg_pb_entity *entity = filing->entity;
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
        return view && view->parent.found ? view->parent.name : NULL;
    if (strncmp(source, "representative.", strlen("representative.")) != 0)
        return NULL;
    person = first_representative(filing);
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
        return reg_merge_no_memory(arena);
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
static int derive(struct reg_merge_work *w, const struct reg_item *item, const struct reg_fact_def *def,
                  struct fact_slot *slot)
{
    const char *text;

    slot->derived = true;
    if (strcmp(def->source, SOURCE_SUBJECT) == 0) {
        if (!slot->given)
            return 0;
        slot->fact = NULL;
        return reg_merge_find(
            w, item, SEVERITY(WARNING), reg_arena_printf(w->arena, "facts[%s]", def->key),
            reg_arena_printf(w->arena, "“%s”由登记系统赋予，所填内容不予采用", def->label_zh),
            reg_arena_printf(w->arena, "%s: allotted by the registry, the answer is not used", def->label_en));
    }
    text = reg_filing_source_text(w->in->filing, w->in->view, def->source);
    if (!text || *text == '\0')
        return 0;
    if (!slot->given)
        return text_fact(w->arena, def->key, text, strlen(text), &slot->fact);
    if (slot->fact->value_case != REGISTRY__V1__FACT__VALUE_TEXT || strcmp(slot->fact->text, text) == 0)
        return 0;
    return reg_merge_find(w, item, SEVERITY(WARNING), reg_arena_printf(w->arena, "facts[%s]", def->key),
                          reg_arena_printf(w->arena, "“%s”与申请中的“%s”不同", def->label_zh, text),
                          reg_arena_printf(w->arena, "%s: differs from what the filing says: %s", def->label_en, text));
}

static int check_fact(struct reg_merge_work *w, const struct reg_item *item, const struct reg_fact_def *def,
                      struct fact_slot *slot, reg_pb_severity severity)
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
        return reg_merge_no_memory(w->arena);
    return reg_merge_find(w, item, severity, reg_arena_printf(w->arena, "facts[%s]", def->key),
                          reg_arena_printf(w->arena, "“%s”：%s", def->label_zh, zh),
                          reg_arena_printf(w->arena, "%s: %s", def->label_en, en));
}

/* Looks at each fact that the item names; `*incomplete` becomes true where one is missing (if `required`) or wrong. */
int reg_merge_collect_facts(struct reg_merge_work *w, const struct reg_item *item, bool required, reg_pb_item_record *record,
                            bool *incomplete)
{
    int error = 0;

    /* room for all of them, so that reg_merge_set_code can put in what comes later */
    record->facts = item->fact_count ? reg_arena_alloc(w->arena, item->fact_count * sizeof(reg_pb_fact *)) : NULL;
    if (item->fact_count && !record->facts)
        return reg_merge_no_memory(w->arena);
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
            error = reg_merge_find(w, item, SEVERITY(ERROR), reg_arena_printf(w->arena, "facts[%s]", def->key),
                                   reg_arena_printf(w->arena, "%s：缺少“%s”", item->name_zh, def->label_zh),
                                   reg_arena_printf(w->arena, "%s: %s is missing", item->name_en, def->label_en));
        }
    }
    return error;
}

/* Facts that no item which applies names: nothing hangs on them, so what is wrong with them is a warning. */
int reg_merge_check_unneeded(struct reg_merge_work *w)
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
            reg_pb_fact *fact = NULL;
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
