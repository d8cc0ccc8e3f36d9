/* The terms of a licence's record. */
#include "engine/terms.h"

#include <string.h>

#include "base/utf8.h"
#include "crypto/master.h"

#define VALUE_BITS   56
#define ITEM_LICENCE 1 /* 营业执照, the carrier of all items */

int64_t reg_term(enum reg_term_kind kind, uint64_t value)
{
    return (int64_t)((uint64_t)kind << VALUE_BITS | (value & ((UINT64_C(1) << VALUE_BITS) - 1)));
}

enum reg_term_kind reg_term_kind(int64_t term)
{
    return (enum reg_term_kind)(term >> VALUE_BITS);
}

static bool has(const int64_t *terms, size_t count, int64_t term)
{
    for (size_t i = 0; i < count; i++)
        if (terms[i] == term)
            return true;
    return false;
}

void reg_term_add(struct reg_term_list *list, int64_t term)
{
    if (!has(list->terms, list->count, term))
        list->terms[list->count++] = term;
}

void reg_term_add_item(struct reg_term_list *list, uint32_t item)
{
    if (item != ITEM_LICENCE)
        reg_term_add(list, reg_term(REG_TERM_ITEM, item));
}

#define GRAM(left, right) ((uint64_t)(left) << 21 | (right))

/* Those of 有限责任公司 and 有限公司. */
static bool is_of_form(uint64_t gram)
{
    static const uint64_t grams[] = {GRAM(U'有', U'限'), GRAM(U'限', U'责'), GRAM(U'责', U'任'),
                                     GRAM(U'任', U'公'), GRAM(U'限', U'公'), GRAM(U'公', U'司')};

    for (size_t i = 0; i < sizeof grams / sizeof *grams; i++)
        if (grams[i] == gram)
            return true;
    return false;
}

void reg_term_add_grams(struct reg_term_list *list, const char *name_key, size_t most)
{
    size_t before = list->count;
    uint32_t left = reg_utf8_next(&name_key), right;

    for (; left && list->count - before < most && (right = reg_utf8_next(&name_key)); left = right)
        if (!is_of_form(GRAM(left, right)))
            reg_term_add(list, reg_term(REG_TERM_GRAM, GRAM(left, right)));
}

int reg_term_add_digest(const struct reg_engine *engine, enum reg_term_kind kind, const char *text, struct reg_arena *arena,
                        struct reg_term_list *list)
{
    char *key = reg_name_key(text, arena);
    uint8_t digest[REG_DIGEST_LEN];
    uint64_t value = 0;
    int error;

    if (!key)
        return REG_ERR_NOMEM;
    for (char *at = key; kind == REG_TERM_FORMER && *at; at++) /* organisation codes have letters */
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    error = reg_master_digest(engine->master, kind == REG_TERM_PERSON ? "registry index person" : "registry index number",
                              (struct reg_bytes){(const uint8_t *)key, strlen(key)}, digest);
    for (size_t i = 0; i < VALUE_BITS / 8; i++)
        value = value << 8 | digest[i];
    if (error == 0)
        reg_term_add(list, reg_term(kind, value));
    return error;
}

/* ---- industries ---------------------------------------------------------------------------------------------------- */

/* GB/T 4754-2017: the first division of each section, from A on. */
static const uint8_t sections[] = {1, 6, 13, 44, 47, 51, 53, 61, 63, 66, 70, 71, 73, 76, 80, 83, 84, 86, 91, 97};
#define DIVISION_LAST 97

static char section_of(unsigned division)
{
    size_t at = 0;

    while (at + 1 < sizeof sections && sections[at + 1] <= division)
        at++;
    return (char)('A' + at);
}

static int32_t first_of_section(size_t section)
{
    return (section < sizeof sections ? sections[section] : DIVISION_LAST + 1) * 100;
}

bool reg_industry_classes(const char *text, int32_t *ret_first, int32_t *ret_last)
{
    char letter = 0;
    int32_t first = 0, width = 10000;
    size_t digits = 0;

    if (*text >= 'A' && *text <= 'T')
        letter = *text++;
    for (; *text >= '0' && *text <= '9' && digits < 4; text++, digits++, width /= 10)
        first = first * 10 + (*text - '0');
    if (*text || digits == 1 || (digits == 0 && !letter))
        return false;
    if (digits == 0) {
        *ret_first = first_of_section((size_t)(letter - 'A'));
        *ret_last = first_of_section((size_t)(letter - 'A') + 1) - 1;
        return true;
    }
    first *= width;
    *ret_first = first;
    *ret_last = first + width - 1;
    return first >= 100 && first < (DIVISION_LAST + 1) * 100 && (!letter || section_of((unsigned)first / 100) == letter);
}

/* ---- records ------------------------------------------------------------------------------------------------------- */

static int add_person(const struct reg_engine *engine, const reg_pb_licence_record *licence, uint32_t number,
                      struct reg_arena *arena, struct reg_term_list *list)
{
    int error = 0;

    for (size_t i = 0; i < licence->n_persons && error == 0; i++)
        if (licence->persons[i]->number == number && licence->persons[i]->name[0])
            error = reg_term_add_digest(engine, REG_TERM_PERSON, licence->persons[i]->name, arena, list);
    return error;
}

static int add_persons(const struct reg_engine *engine, const reg_pb_licence_record *licence, struct reg_arena *arena,
                       struct reg_term_list *list)
{
    int error = 0;

    for (size_t i = 0; i < licence->n_representatives && error == 0; i++) {
        error = add_person(engine, licence, licence->representatives[i]->person, arena, list);
        if (error == 0 && licence->representatives[i]->delegate)
            error = add_person(engine, licence, licence->representatives[i]->delegate, arena, list);
    }
    return error;
}

static void add_items(const reg_pb_licence_record *licence, struct reg_term_list *list)
{
    for (size_t i = 0; i < licence->n_outcomes; i++)
        for (size_t j = 0; j < licence->outcomes[i]->n_items; j++)
            if (licence->outcomes[i]->state == REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_MERGED ||
                licence->outcomes[i]->state == REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_DEFERRED)
                reg_term_add_item(list, licence->outcomes[i]->items[j]);
}

/* More than it can have. */
static size_t room_for(const reg_pb_licence_record *licence)
{
    size_t room = (licence->name ? strlen(licence->name->full) : 0) + licence->n_former_numbers +
                  2 * licence->n_representatives * (licence->n_persons + 1);

    for (size_t i = 0; i < licence->n_outcomes; i++)
        room += licence->outcomes[i]->n_items;
    return room;
}

static int add_all(const struct reg_engine *engine, const reg_pb_licence_record *licence, struct reg_arena *arena,
                   struct reg_term_list *list)
{
    char *key = reg_name_key(licence->name ? licence->name->full : "", arena);
    int error = key ? 0 : REG_ERR_NOMEM;

    for (size_t i = 0; i < licence->n_former_numbers && error == 0; i++)
        error = reg_term_add_digest(engine, REG_TERM_FORMER, licence->former_numbers[i], arena, list);
    if (error != 0)
        return error;
    reg_term_add_grams(list, key, SIZE_MAX);
    add_items(licence, list);
    return 0;
}

/* All of a record, or its persons alone; `*ret` is empty without a record. */
static int list_terms(const struct reg_engine *engine, const reg_pb_licence_record *licence, bool all, bool persons,
                      struct reg_arena *arena, struct reg_term_list *ret)
{
    int error = 0;

    *ret = (struct reg_term_list){reg_arena_alloc(arena, (licence ? room_for(licence) : 1) * sizeof(int64_t)), 0};
    if (!ret->terms)
        return REG_ERR_NOMEM;
    if (licence && all)
        error = add_all(engine, licence, arena, ret);
    if (error == 0 && licence && persons)
        error = add_persons(engine, licence, arena, ret);
    return error;
}

/* Drops those that the other list has too, but persons. */
static void drop(struct reg_term_list *list, const int64_t *other, size_t other_count)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++)
        if (reg_term_kind(list->terms[i]) == REG_TERM_PERSON || !has(other, other_count, list->terms[i]))
            list->terms[kept++] = list->terms[i];
    list->count = kept;
}

int reg_licence_terms_of(const struct reg_engine *engine, const reg_pb_licence_record *before,
                         const reg_pb_licence_record *after, bool erased, struct reg_arena *arena,
                         struct reg_licence_terms *ret)
{
    struct reg_term_list gone, put, kept;
    int error = list_terms(engine, before, after != NULL, true, arena, &gone);

    if (error == 0)
        error = list_terms(engine, after, true, !erased, arena, &put);
    if (error != 0)
        return error;
    kept = put;
    kept.terms = reg_arena_memdup(arena, put.terms, (put.count + 1) * sizeof *put.terms);
    if (!kept.terms)
        return REG_ERR_NOMEM;
    drop(&put, gone.terms, gone.count);
    drop(&gone, kept.terms, kept.count);
    *ret = (struct reg_licence_terms){(after ? after : before)->credit_code, gone.terms, gone.count, put.terms, put.count};
    return 0;
}
