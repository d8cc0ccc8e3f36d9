/* Filings made for one item: a plain one of each letter, and how it differs. */
#include <stdlib.h>
#include <string.h>

#include "items.h"

#define PLAIN_INDUSTRY "I6513"
#define PLAIN_TERM     "软件开发"
#define FACTS_MAX      96
#define MATERIALS_MAX  16

struct work {
    const struct reg_catalogue *catalogue;
    const struct filing_plan *plan;
    struct reg_arena *arena;
    reg_pb_filing *filing;
    const char *no_source; /* what the filing must not say, "": nothing */
};

static unsigned type_of(char letter)
{
    static const struct {
        char letter;
        unsigned type;
    } types[] = {{'C', 1151}, {'B', 2151}, {'P', 4531}, {'S', 4540}, {'F', 9100}, {'I', 9500}, {'N', 3100}, {'W', 5150}};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].letter == letter)
            return types[i].type;
    }
    abort();
}

static void *make(struct reg_arena *arena, size_t size)
{
    void *made = reg_arena_alloc(arena, size);

    if (!made)
        abort();
    return made;
}

static bool says(const struct work *w, const char *source)
{
    return strcmp(w->no_source, source) != 0;
}

static void add_entity(struct work *w)
{
    reg_pb_entity *entity = w->filing->entity = make(w->arena, sizeof *entity);
    reg_pb_scope *scope = make(w->arena, sizeof *scope);
    reg_pb_scope_entry *entry = make(w->arena, sizeof *entry);

    registry__v1__entity__init(entity);
    registry__v1__scope__init(scope);
    registry__v1__scope_entry__init(entry);
    entity->type = type_of(w->plan->letter);
    entity->industry = (char *)(w->plan->industry ? w->plan->industry : PLAIN_INDUSTRY);
    if (!says(w, "entity.industry"))
        entity->industry = (char *)"";
    entry->term = (char *)(w->plan->term ? w->plan->term : PLAIN_TERM);
    scope->general = make(w->arena, sizeof *scope->general);
    scope->general[0] = entry;
    scope->n_general = 1;
    entity->scope = scope;
    entity->address = make(w->arena, sizeof *entity->address);
    registry__v1__address__init(entity->address);
    entity->address->text = (char *)(says(w, "entity.address") ? "安徽省宿州市埇桥区示例路1号" : "");
    entity->address->postcode = (char *)(says(w, "entity.postcode") ? "234000" : "");
}

static void add_head(struct work *w)
{
    reg_pb_entity *entity = w->filing->entity;
    reg_pb_person *person = make(w->arena, sizeof *person);

    entity->representatives = make(w->arena, sizeof *entity->representatives);
    entity->representatives[0] = make(w->arena, sizeof **entity->representatives);
    entity->n_representatives = 1;
    registry__v1__representative__init(entity->representatives[0]);
    entity->representatives[0]->person = person->number = 1;
    w->filing->persons = make(w->arena, sizeof *w->filing->persons);
    w->filing->persons[0] = person;
    w->filing->n_persons = 1;
    registry__v1__person__init(person);
    person->number = 1;
    person->name = (char *)(says(w, "representative.name") ? "张示例" : "");
    if (says(w, "representative.id")) {
        person->id = make(w->arena, sizeof *person->id);
        registry__v1__id_document__init(person->id);
        person->id->number = (char *)"11010519491231002X";
    }
}

static bool counts_people(const struct reg_fact_def *def)
{
    return def->type == REG_FACT_INT && strcmp(def->unit, "人") == 0;
}

static void set_list(reg_pb_fact *fact, const char *value, struct reg_arena *arena)
{
    char *at = reg_arena_strdup(arena, value);

    fact->value_case = REGISTRY__V1__FACT__VALUE_LIST;
    fact->list = make(arena, sizeof *fact->list);
    registry__v1__string_list__init(fact->list);
    fact->list->values = make(arena, LIST_MAX * sizeof(char *));
    for (char *part = strtok(at, "|"); part && fact->list->n_values < LIST_MAX; part = strtok(NULL, "|"))
        fact->list->values[fact->list->n_values++] = part;
}

static void set_value(reg_pb_fact *fact, const struct reg_fact_def *def, const char *value, struct reg_arena *arena)
{
    switch (def->type) {
    case REG_FACT_INT:
        fact->value_case = REGISTRY__V1__FACT__VALUE_INTEGER;
        fact->integer = strtol(value, NULL, 10);
        break;
    case REG_FACT_NUM:
        fact->value_case = REGISTRY__V1__FACT__VALUE_DECIMAL;
        fact->decimal = (char *)value;
        break;
    case REG_FACT_BOOL:
        fact->value_case = REGISTRY__V1__FACT__VALUE_FLAG;
        fact->flag = strcmp(value, "是") == 0;
        break;
    case REG_FACT_SET:
    case REG_FACT_LIST:
        set_list(fact, value, arena);
        break;
    default:
        fact->value_case = REGISTRY__V1__FACT__VALUE_TEXT;
        fact->text = (char *)value;
    }
}

static bool has_fact(const reg_pb_filing *filing, const char *key)
{
    for (size_t i = 0; i < filing->n_facts; i++) {
        if (strcmp(filing->facts[i]->key, key) == 0)
            return true;
    }
    return false;
}

static void add_fact(struct work *w, const struct expected_fact *expected)
{
    const struct reg_fact_def *def = reg_catalogue_fact(w->catalogue, expected->key);
    const char *value = expected->value;
    reg_pb_fact *fact;

    if (!def || !value || has_fact(w->filing, expected->key) || w->filing->n_facts == FACTS_MAX)
        return;
    if (w->plan->drop_fact && strcmp(w->plan->drop_fact, expected->key) == 0)
        return;
    if (counts_people(def) && (w->plan->no_staff || (w->plan->headcount_alone && strcmp(expected->key, "employees") == 0)))
        value = "0";
    fact = make(w->arena, sizeof *fact);
    registry__v1__fact__init(fact);
    fact->key = (char *)expected->key;
    set_value(fact, def, value, w->arena);
    w->filing->facts[w->filing->n_facts++] = fact;
}

static void add_material(struct work *w, const char *kind)
{
    static uint8_t digest[32];
    reg_pb_material *material;

    for (size_t i = 0; i < w->filing->n_materials; i++) {
        if (strcmp(w->filing->materials[i]->kind, kind) == 0)
            return;
    }
    if (w->filing->n_materials == MATERIALS_MAX || (w->plan->drop_material && strcmp(w->plan->drop_material, kind) == 0))
        return;
    material = make(w->arena, sizeof *material);
    registry__v1__material__init(material);
    material->kind = (char *)kind;
    if (w->plan->promise_material && strcmp(w->plan->promise_material, kind) == 0)
        material->deferred_until = (char *)"2026-12-15";
    else
        material->digest = (ProtobufCBinaryData){sizeof digest, digest};
    w->filing->materials[w->filing->n_materials++] = material;
}

/* What is optional for `item` is left out also where another item names it. */
static bool left_out(const struct work *w, const struct item_expected *item, const char *key)
{
    for (size_t i = 0; w->plan->no_options && i < item->fact_count; i++) {
        if (strcmp(item->facts[i].key, key) == 0)
            return !item->facts[i].mandatory;
    }
    return false;
}

static void add_parts(struct work *w, const struct item_expected *of, const struct item_expected *item)
{
    for (size_t i = 0; i < of->fact_count; i++) {
        if (!left_out(w, item, of->facts[i].key))
            add_fact(w, &of->facts[i]);
    }
    for (size_t i = 0; i < of->materials.count; i++)
        add_material(w, of->materials.parts[i]);
}

reg_pb_filing *build_filing(const struct item_table *table, const struct item_expected *item,
                            const struct reg_catalogue *catalogue, const struct filing_plan *plan, struct reg_arena *arena)
{
    const struct reg_fact_def *dropped = plan->drop_fact ? reg_catalogue_fact(catalogue, plan->drop_fact) : NULL;
    reg_pb_filing *filing = make(arena, sizeof *filing);
    struct work w = {catalogue, plan, arena, filing, dropped ? dropped->source : ""};
    bool later = strcmp(item->when, "opt_in_after_start") == 0 && !plan->at_start;

    registry__v1__filing__init(filing);
    filing->kind = later ? REGISTRY__V1__FILING_KIND__FILING_KIND_CHANGE : REGISTRY__V1__FILING_KIND__FILING_KIND_ESTABLISH;
    add_entity(&w);
    add_head(&w);
    filing->facts = make(arena, FACTS_MAX * sizeof *filing->facts);
    filing->materials = make(arena, MATERIALS_MAX * sizeof *filing->materials);
    add_parts(&w, item, item);
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        const struct item_expected *other = &table->items[i];

        if (expected_universal(other) && strchr(other->letters, plan->letter))
            add_parts(&w, other, item);
    }
    if (strncmp(item->when, "opt_in", 6) == 0 && !plan->not_asked) {
        filing->items_asked = make(arena, sizeof *filing->items_asked);
        filing->items_asked[0] = item->item;
        filing->n_items_asked = 1;
    }
    return filing;
}
