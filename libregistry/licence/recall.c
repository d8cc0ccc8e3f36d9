#include "licence/recall.h"

#include <stdlib.h>
#include <string.h>

#include "filing/rule.h"

static int no_memory(struct reg_arena *arena)
{
    return reg_arena_over_budget(arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
}

/* A recall under construction. */
struct recall {
    const reg_pb_record *record;
    struct reg_arena *arena;
    reg_pb_filing *filing;
};

/* ---- persons ------------------------------------------------------------------------------------------------------- */

static reg_pb_person *person_of(struct recall *recall, uint32_t number)
{
    return (reg_pb_person *)reg_filing_person(recall->filing, number);
}

static int compare_persons(const void *a, const void *b)
{
    const reg_pb_person *left = *(reg_pb_person *const *)a, *right = *(reg_pb_person *const *)b;

    return left->number < right->number ? -1 : left->number > right->number;
}

static int add_person(struct recall *recall, const reg_pb_public_person *named)
{
    reg_pb_person *person = reg_arena_alloc(recall->arena, sizeof *person);

    if (!person)
        return no_memory(recall->arena);
    registry__v1__person__init(person);
    person->number = named->number;
    person->kind = named->kind;
    person->name = named->name;
    person->credit_code = named->credit_code;
    person->country = named->country;
    recall->filing->persons[recall->filing->n_persons++] = person;
    return 0;
}

static bool has_person(const struct recall *recall, uint32_t number)
{
    for (size_t i = 0; i < recall->filing->n_persons; i++)
        if (recall->filing->persons[i]->number == number)
            return true;
    return false;
}

/* The liaison where nobody else's role shows them. */
static int add_liaison(struct recall *recall, const reg_pb_liaison_record *liaison)
{
    reg_pb_public_person named = REGISTRY__V1__PUBLIC_PERSON__INIT;

    if (!liaison || liaison->person == 0 || has_person(recall, liaison->person))
        return 0;
    named.number = liaison->person;
    named.kind = REGISTRY__V1__PERSON_KIND__PERSON_KIND_NATURAL;
    named.name = liaison->name;
    named.country = liaison->country;
    return add_person(recall, &named);
}

/* Who receives legal documents may be the liaison or a beneficial owner too. */
static int add_recipient(struct recall *recall, const reg_pb_liaison_record *liaison)
{
    if (!liaison || !liaison->recipient_named || has_person(recall, liaison->recipient))
        return 0;
    return add_person(recall, liaison->recipient_named);
}

static int recall_persons(struct recall *recall)
{
    const reg_pb_record *record = recall->record;
    const reg_pb_licence_record *licence = record->licence;
    size_t named = record->beneficial ? record->beneficial->n_named : 0;
    int error = 0;

    recall->filing->persons =
        reg_arena_alloc(recall->arena, (licence->n_persons + named + 3) * sizeof *recall->filing->persons);
    if (!recall->filing->persons)
        return no_memory(recall->arena);
    for (size_t i = 0; i < licence->n_persons && error == 0; i++)
        error = add_person(recall, licence->persons[i]);
    for (size_t i = 0; i < named && error == 0; i++)
        error = add_person(recall, record->beneficial->named[i]);
    if (error == 0)
        error = add_liaison(recall, record->liaison);
    if (error == 0)
        error = add_recipient(recall, record->liaison);
    if (error == 0)
        qsort(recall->filing->persons, recall->filing->n_persons, sizeof *recall->filing->persons, compare_persons);
    return error;
}

/* What the restricted classes say of them. */
static void fill_persons(struct recall *recall)
{
    const reg_pb_record *record = recall->record;
    reg_pb_person *person;

    for (size_t i = 0; i < record->n_identities; i++)
        if ((person = person_of(recall, record->identities[i]->person)) != NULL) {
            person->id = record->identities[i]->id;
            person->verification = record->identities[i]->verification;
        }
    for (size_t i = 0; record->contact && i < record->contact->n_persons; i++)
        if ((person = person_of(recall, record->contact->persons[i]->person)) != NULL)
            person->contact = record->contact->persons[i]->contact;
    for (size_t i = 0; i < record->n_residences; i++)
        if ((person = person_of(recall, record->residences[i]->person)) != NULL) {
            person->residence = record->residences[i]->residence;
            person->resident = record->residences[i]->resident;
            person->barred = record->residences[i]->barred;
            person->farmer = record->residences[i]->farmer;
        }
}

/* ---- the entity ---------------------------------------------------------------------------------------------------- */

static int recall_address(struct recall *recall, reg_pb_entity *entity)
{
    reg_pb_address *address;

    if (!recall->record->licence->address)
        return 0;
    address = reg_arena_memdup(recall->arena, recall->record->licence->address, sizeof *address);
    if (!address)
        return no_memory(recall->arena);
    if (recall->record->contact)
        address->postcode = recall->record->contact->postcode;
    entity->address = address;
    return 0;
}

/* Roles that only the restricted classes show. */
static void recall_unseen(const reg_pb_record *record, reg_pb_entity *entity)
{
    if (record->liaison && record->liaison->person != 0) {
        entity->liaison_case = REGISTRY__V1__ENTITY__LIAISON_LIAISON_PERSON;
        entity->liaison_person = record->liaison->person;
    }
    if (record->liaison)
        entity->document_recipient = record->liaison->recipient;
    if (record->beneficial) {
        entity->n_beneficial_owners = record->beneficial->n_persons;
        entity->beneficial_owners = record->beneficial->persons;
        entity->beneficial_exempt = record->beneficial->exempt;
    }
}

static int recall_entity(struct recall *recall)
{
    const reg_pb_licence_record *licence = recall->record->licence;
    reg_pb_entity *entity = reg_arena_alloc(recall->arena, sizeof *entity);

    if (!entity)
        return no_memory(recall->arena);
    registry__v1__entity__init(entity);
    recall->filing->entity = entity;
    entity->type = licence->type;
    entity->name = licence->name;
    entity->capital = licence->capital;
    entity->established = licence->established;
    entity->term = licence->term;
    entity->scope = licence->scope_entries;
    entity->industry = licence->industry;
    entity->composition = licence->composition;
    entity->n_representatives = licence->n_representatives;
    entity->representatives = licence->representatives;
    entity->n_investors = licence->n_investors;
    entity->investors = licence->investors;
    entity->n_officers = licence->n_officers;
    entity->officers = licence->officers;
    entity->n_family_members = licence->n_family_members;
    entity->family_members = licence->family_members;
    entity->parent_code = licence->parent_code;
    entity->n_former_numbers = licence->n_former_numbers;
    entity->former_numbers = licence->former_numbers;
    entity->raising = licence->raising;
    entity->no_supervisors = licence->no_supervisors;
    entity->no_executor_agreed = licence->no_executor_agreed;
    recall_unseen(recall->record, entity);
    return recall_address(recall, entity);
}

/* ---- facts --------------------------------------------------------------------------------------------------------- */

static int compare_facts(const void *a, const void *b)
{
    return strcmp((*(reg_pb_fact *const *)a)->key, (*(reg_pb_fact *const *)b)->key);
}

/* A fact that merging took from the filing itself is taken again; one that was answered otherwise is kept. */
static bool answered(const struct recall *recall, const struct reg_catalogue *catalogue, const reg_pb_fact *fact)
{
    const struct reg_fact_def *def = reg_catalogue_fact(catalogue, fact->key);
    const char *source = def && def->source[0] ? reg_filing_source_text(recall->filing, NULL, def->source) : NULL;

    if (!def || !def->source[0])
        return true;
    return source && (fact->value_case != REGISTRY__V1__FACT__VALUE_TEXT || strcmp(fact->text, source) != 0);
}

static int recall_facts(struct recall *recall, const struct reg_catalogue *catalogue)
{
    const reg_pb_record *record = recall->record;
    const reg_pb_administration *administration = record->administration;
    reg_pb_filing *filing = recall->filing;
    size_t most = administration ? administration->n_facts : 0, count = 0;

    for (size_t i = 0; i < record->n_items; i++)
        most += record->items[i]->n_facts;
    filing->facts = reg_arena_alloc(recall->arena, (most + 1) * sizeof *filing->facts);
    if (!filing->facts)
        return no_memory(recall->arena);
    for (size_t i = 0; administration && i < administration->n_facts; i++)
        filing->facts[filing->n_facts++] = administration->facts[i];
    for (size_t i = 0; i < record->n_items; i++)
        for (size_t j = 0; j < record->items[i]->n_facts; j++)
            if (answered(recall, catalogue, record->items[i]->facts[j]))
                filing->facts[filing->n_facts++] = record->items[i]->facts[j];
    qsort(filing->facts, filing->n_facts, sizeof *filing->facts, compare_facts);
    for (size_t i = 0; i < filing->n_facts; i++) /* several items may repeat a fact */
        if (count == 0 || strcmp(filing->facts[count - 1]->key, filing->facts[i]->key) != 0)
            filing->facts[count++] = filing->facts[i];
    filing->n_facts = count;
    return 0;
}

int reg_licence_recall(const reg_pb_record *record, const struct reg_catalogue *catalogue, struct reg_arena *arena,
                       reg_pb_filing **ret)
{
    struct recall recall = {record, arena, reg_arena_alloc(arena, sizeof(reg_pb_filing))};
    int error;

    if (!record->licence)
        return REG_ERR_CORRUPT;
    if (!recall.filing)
        return no_memory(arena);
    registry__v1__filing__init(recall.filing);
    recall.filing->kind = record->licence->kind;
    recall.filing->authority = record->licence->authority;
    recall.filing->credit_code = record->licence->credit_code;
    error = recall_persons(&recall);
    if (error == 0) {
        fill_persons(&recall);
        error = recall_entity(&recall);
    }
    if (error == 0)
        error = recall_facts(&recall, catalogue);
    if (error != 0)
        return error;
    if (record->administration) {
        recall.filing->n_items_asked = record->administration->n_items_asked;
        recall.filing->items_asked = record->administration->items_asked;
        recall.filing->n_materials = record->administration->n_materials;
        recall.filing->materials = record->administration->materials;
    }
    *ret = recall.filing;
    return 0;
}

int reg_licence_recall_merge(const reg_pb_record *record, struct reg_arena *arena, struct reg_merge *ret)
{
    struct reg_merge merge = {.outcomes = record->licence->outcomes,
                              .outcome_count = record->licence->n_outcomes,
                              .records = reg_arena_alloc(arena, (record->n_items + 1) * sizeof *merge.records),
                              .record_count = record->n_items,
                              .savings = REGISTRY__V1__SAVINGS__INIT};

    if (!merge.records)
        return no_memory(arena);
    for (size_t i = 0; i < record->n_items; i++) {
        merge.records[i] = reg_arena_memdup(arena, record->items[i], sizeof *record->items[i]);
        if (!merge.records[i])
            return no_memory(arena);
        merge.records[i]->n_changes = 0;
    }
    for (size_t i = 0; i < merge.outcome_count; i++)
        for (size_t j = 0;
             merge.outcomes[i]->state == REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_MERGED && j < merge.outcomes[i]->n_items;
             j++)
            reg_item_set_add(&merge.merged, merge.outcomes[i]->items[j]);
    *ret = merge;
    return 0;
}
