/* The terms of a licence's record. */
#include "engine/terms.h"

#include <string.h>

#include "base/utf8.h"
#include "crypto/master.h"

#define VALUE_BITS 56

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

void reg_term_add_grams(struct reg_term_list *list, const char *name_key, size_t most)
{
    size_t before = list->count;
    uint32_t left = reg_utf8_next(&name_key), right;

    while (left && list->count - before < most && (right = reg_utf8_next(&name_key))) {
        reg_term_add(list, reg_term(REG_TERM_GRAM, (uint64_t)left << 21 | right));
        left = right;
    }
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

static int64_t industry_term(size_t characters, unsigned number)
{
    return reg_term(REG_TERM_INDUSTRY, (uint64_t)characters << 16 | number);
}

bool reg_term_industry(const char *text, int64_t *ret, uint32_t *ret_class)
{
    char letter = 0;
    unsigned number = 0;
    size_t digits = 0;

    *ret_class = 0;
    if (*text >= 'A' && *text <= 'T')
        letter = *text++;
    for (; *text >= '0' && *text <= '9' && digits < 5; text++, digits++)
        number = number * 10 + (unsigned)(*text - '0');
    if (*text || digits == 1 || digits > 4 || (digits == 0 && !letter))
        return false;
    *ret = digits ? industry_term(digits, number) : industry_term(1, (unsigned char)letter);
    if (digits == 4)
        *ret_class = number;
    for (size_t more = digits; more > 2; more--) /* the division */
        number /= 10;
    return digits == 0 || (number >= 1 && number <= DIVISION_LAST && (!letter || section_of(number) == letter));
}

static void add_industry(struct reg_term_list *list, const char *industry)
{
    uint32_t number;
    int64_t term;

    if (!reg_term_industry(industry, &term, &number) || number == 0)
        return;
    reg_term_add(list, term);
    reg_term_add(list, industry_term(3, number / 10));
    reg_term_add(list, industry_term(2, number / 100));
    reg_term_add(list, industry_term(1, (unsigned char)section_of(number / 100)));
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
                reg_term_add(list, reg_term(REG_TERM_ITEM, licence->outcomes[i]->items[j]));
}

/* More than it can have. */
static size_t room_for(const reg_pb_licence_record *licence)
{
    size_t room = 16 + (licence->name ? strlen(licence->name->full) : 0) + licence->n_former_numbers +
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
    add_industry(list, licence->industry);
    reg_term_add(list, reg_term(REG_TERM_TYPE, licence->type));
    reg_term_add(list, reg_term(REG_TERM_AUTHORITY, licence->authority));
    if (licence->state != REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING)
        reg_term_add(list, reg_term(REG_TERM_STATE, (uint64_t)licence->state));
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

/* Drops those that the other list has too. */
static void drop(struct reg_term_list *list, const int64_t *other, size_t other_count, bool but_persons)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++)
        if ((but_persons && reg_term_kind(list->terms[i]) == REG_TERM_PERSON) || !has(other, other_count, list->terms[i]))
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
    drop(&put, gone.terms, gone.count, true);
    drop(&gone, kept.terms, kept.count, false);
    *ret = (struct reg_licence_terms){(after ? after : before)->credit_code, gone.terms, gone.count, put.terms, put.count};
    return 0;
}
