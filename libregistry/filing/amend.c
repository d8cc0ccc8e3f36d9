#include "filing/amend.h"

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "filing/rule.h"

static int no_memory(struct reg_arena *arena)
{
    return reg_arena_over_budget(arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
}

static int amend_entity(const reg_pb_filing *base, const reg_pb_filing *filing, struct reg_arena *arena, reg_pb_entity **ret)
{
    reg_pb_entity *entity = reg_arena_alloc(arena, sizeof *entity);
    const ProtobufCFieldDescriptor *member;

    if (!entity)
        return no_memory(arena);
    *entity = *base->entity;
    for (size_t i = 0; filing->entity && i < filing->n_replaces; i++)
        if ((member = reg_message_field(entity->base.descriptor, filing->replaces[i])) != NULL)
            reg_message_field_copy(member, &filing->entity->base, &entity->base);
    *ret = entity;
    return 0;
}

/* ---- lists: what is filed takes the place of what is recorded under the same key ----------------------------------- */

/* Compares the keys of two elements. */
typedef int (*compare_keys)(const void *a, const void *b);

static int compare_persons(const void *a, const void *b)
{
    const reg_pb_person *left = *(reg_pb_person *const *)a, *right = *(reg_pb_person *const *)b;

    return left->number < right->number ? -1 : left->number > right->number;
}

static int compare_facts(const void *a, const void *b)
{
    return strcmp((*(reg_pb_fact *const *)a)->key, (*(reg_pb_fact *const *)b)->key);
}

static int compare_materials(const void *a, const void *b)
{
    return strcmp((*(reg_pb_material *const *)a)->kind, (*(reg_pb_material *const *)b)->kind);
}

static int compare_items(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return left < right ? -1 : left > right;
}

/* A list of elements of `size` bytes. */
struct list {
    void *elements;
    size_t count;
};

/* An element on its way into its place; of equal keys the one that stood first comes first. */
struct placed {
    const void *element;
    compare_keys compare;
    size_t index;
    bool filed;
};

static int compare_placed(const void *a, const void *b)
{
    const struct placed *left = a, *right = b;
    int order = left->compare(left->element, right->element);

    return order != 0 ? order : left->index < right->index ? -1 : left->index > right->index;
}

static struct placed *place(const struct list *list, size_t size, compare_keys compare, bool filed, struct placed *at)
{
    for (size_t i = 0; i < list->count; i++)
        *at++ = (struct placed){(const char *)list->elements + i * size, compare, i, filed};
    return at;
}

/* Elements of `base` whose key `filed` has not, and all of `filed`; sorted by key, equal keys in their order. */
static int overlay(struct list base, struct list filed, size_t size, compare_keys compare, struct reg_arena *arena,
                   struct list *ret)
{
    size_t total = base.count + filed.count, count = 0;
    char *merged = reg_arena_alloc(arena, (total + 1) * size);
    struct placed *all = calloc(total + 1, sizeof *all);

    if (!merged || !all) {
        free(all);
        return no_memory(arena);
    }
    place(&base, size, compare, false, place(&filed, size, compare, true, all));
    qsort(all, total, sizeof *all, compare_placed);
    for (size_t i = 0, next; i < total; i = next) {
        bool replaced = false;

        for (next = i; next < total && compare(all[i].element, all[next].element) == 0; next++)
            replaced = replaced || all[next].filed;
        for (size_t j = i; j < next; j++)
            if (all[j].filed || !replaced)
                memcpy(merged + count++ * size, all[j].element, size);
    }
    free(all);
    *ret = (struct list){merged, count};
    return 0;
}

/* ---- persons to whom nothing refers -------------------------------------------------------------------------------- */

static void mark(const reg_pb_filing *filing, bool *named, uint32_t number)
{
    size_t index = reg_filing_person_index(filing, number);

    if (index != SIZE_MAX)
        named[index] = true;
}

static void mark_all(const reg_pb_filing *filing, bool *named)
{
    const reg_pb_entity *entity = filing->entity;

    for (size_t i = 0; i < entity->n_representatives; i++) {
        mark(filing, named, entity->representatives[i]->person);
        mark(filing, named, entity->representatives[i]->delegate);
    }
    for (size_t i = 0; i < entity->n_investors; i++)
        mark(filing, named, entity->investors[i]->person);
    for (size_t i = 0; i < entity->n_officers; i++)
        mark(filing, named, entity->officers[i]->person);
    for (size_t i = 0; i < entity->n_family_members; i++)
        mark(filing, named, entity->family_members[i]);
    for (size_t i = 0; i < entity->n_beneficial_owners; i++)
        mark(filing, named, entity->beneficial_owners[i]);
    if (entity->liaison_case == REGISTRY__V1__ENTITY__LIAISON_LIAISON_PERSON)
        mark(filing, named, entity->liaison_person);
    mark(filing, named, entity->document_recipient);
}

/* Who was recorded and has no part any more is left out; whom the filing itself brings stays. */
static int drop_unnamed(const reg_pb_filing *filed, struct reg_arena *arena, reg_pb_filing *whole)
{
    bool *named = reg_arena_alloc(arena, (whole->n_persons + 1) * sizeof *named);
    size_t count = 0;

    if (!named)
        return no_memory(arena);
    if (!whole->entity)
        return 0;
    mark_all(whole, named);
    for (size_t i = 0; i < whole->n_persons; i++)
        if (named[i] || reg_filing_person(filed, whole->persons[i]->number))
            whole->persons[count++] = whole->persons[i];
    whole->n_persons = count;
    return 0;
}

static int lay_over(const reg_pb_filing *base, const reg_pb_filing *filing, struct reg_arena *arena, reg_pb_filing **ret)
{
    reg_pb_filing *whole = reg_arena_alloc(arena, sizeof *whole);
    struct list persons = {0}, facts = {0}, materials = {0}, items = {0};
    int error;

    if (!whole)
        return no_memory(arena);
    *whole = *filing;
    error = !base->entity ? 0 : amend_entity(base, filing, arena, &whole->entity);
    if (error == 0)
        error = overlay((struct list){base->persons, base->n_persons}, (struct list){filing->persons, filing->n_persons},
                        sizeof *whole->persons, compare_persons, arena, &persons);
    if (error == 0)
        error = overlay((struct list){base->facts, base->n_facts}, (struct list){filing->facts, filing->n_facts},
                        sizeof *whole->facts, compare_facts, arena, &facts);
    if (error == 0)
        error =
            overlay((struct list){base->materials, base->n_materials}, (struct list){filing->materials, filing->n_materials},
                    sizeof *whole->materials, compare_materials, arena, &materials);
    if (error == 0)
        error = overlay((struct list){base->items_asked, base->n_items_asked},
                        (struct list){filing->items_asked, filing->n_items_asked}, sizeof *whole->items_asked, compare_items,
                        arena, &items);
    if (error != 0)
        return error;
    whole->persons = persons.elements;
    whole->n_persons = persons.count;
    whole->facts = facts.elements;
    whole->n_facts = facts.count;
    whole->materials = materials.elements;
    whole->n_materials = materials.count;
    whole->items_asked = items.elements;
    whole->n_items_asked = items.count;
    *ret = whole;
    return 0;
}

int reg_filing_amend(const reg_pb_filing *base, const reg_pb_filing *filing, struct reg_arena *arena, reg_pb_filing **ret)
{
    int error = lay_over(base, filing, arena, ret);

    return error == 0 ? drop_unnamed(filing, arena, *ret) : error;
}

static bool listed(char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

/* ---- who is made another ------------------------------------------------------------------------------------------- */

static bool same_person(const reg_pb_person *a, const reg_pb_person *b)
{
    return a->kind == b->kind && a->country == b->country && strcmp(a->name, b->name) == 0 &&
           strcmp(a->credit_code, b->credit_code) == 0 && !a->id == !b->id &&
           (!a->id || (a->id->kind == b->id->kind && strcmp(a->id->number, b->id->number) == 0));
}

static bool stands_in(const reg_pb_entity *entity, const char *member, uint32_t number)
{
    bool is = false;

    if (strcmp(member, "representatives") == 0)
        for (size_t i = 0; i < entity->n_representatives; i++)
            is = is || entity->representatives[i]->person == number || entity->representatives[i]->delegate == number;
    else if (strcmp(member, "investors") == 0)
        for (size_t i = 0; i < entity->n_investors; i++)
            is = is || entity->investors[i]->person == number;
    else if (strcmp(member, "officers") == 0)
        for (size_t i = 0; i < entity->n_officers; i++)
            is = is || entity->officers[i]->person == number;
    else if (strcmp(member, "familyMembers") == 0)
        for (size_t i = 0; i < entity->n_family_members; i++)
            is = is || entity->family_members[i] == number;
    else
        for (size_t i = 0; i < entity->n_beneficial_owners; i++)
            is = is || entity->beneficial_owners[i] == number;
    return is;
}

int reg_filing_imply_replaced(const reg_pb_filing *recorded, const reg_pb_filing *filed, struct reg_arena *arena,
                              reg_pb_filing *whole)
{
    static const char *const members[] = {"representatives", "investors", "officers", "familyMembers", "beneficialOwners"};
    const size_t member_count = sizeof members / sizeof *members;
    char **list = reg_arena_alloc(arena, (filed->n_replaces + member_count + 1) * sizeof *list);
    bool implied[sizeof members / sizeof *members] = {false};
    size_t count = 0;

    if (!list)
        return no_memory(arena);
    for (size_t i = 0; i < filed->n_persons; i++) {
        const reg_pb_person *before = reg_filing_person(recorded, filed->persons[i]->number);

        for (size_t j = 0; before && !same_person(before, filed->persons[i]) && j < member_count; j++)
            implied[j] = implied[j] || stands_in(whole->entity, members[j], before->number);
    }
    for (size_t i = 0; i < filed->n_replaces; i++)
        list[count++] = filed->replaces[i];
    for (size_t j = 0; j < member_count; j++)
        if (implied[j] && !listed(list, count, members[j]))
            list[count++] = (char *)members[j];
    whole->replaces = list;
    whole->n_replaces = count;
    return 0;
}

int reg_filing_supplement(const reg_pb_filing *filing, const reg_pb_filing *supplement, struct reg_arena *arena,
                          reg_pb_filing **ret)
{
    reg_pb_filing overlaid = *supplement, *whole = NULL;
    size_t most = filing->n_replaces + supplement->n_replaces;
    char **members = reg_arena_alloc(arena, (most + 1) * sizeof *members);
    int error = members ? lay_over(filing, &overlaid, arena, &whole) : no_memory(arena);

    if (error != 0)
        return error;
    overlaid = *filing; /* everything but what was laid over it stays the filing's */
    overlaid.entity = whole->entity;
    overlaid.persons = whole->persons;
    overlaid.n_persons = whole->n_persons;
    overlaid.facts = whole->facts;
    overlaid.n_facts = whole->n_facts;
    overlaid.materials = whole->materials;
    overlaid.n_materials = whole->n_materials;
    overlaid.items_asked = whole->items_asked;
    overlaid.n_items_asked = whole->n_items_asked;
    if (supplement->particulars)
        overlaid.particulars = supplement->particulars;
    overlaid.n_replaces = 0;
    overlaid.replaces = members;
    for (size_t i = 0; i < filing->n_replaces; i++)
        members[overlaid.n_replaces++] = filing->replaces[i];
    for (size_t i = 0; i < supplement->n_replaces && filing->n_replaces > 0; i++)
        if (!listed(members, overlaid.n_replaces, supplement->replaces[i]))
            members[overlaid.n_replaces++] = supplement->replaces[i];
    *whole = overlaid;
    *ret = whole;
    return 0;
}
