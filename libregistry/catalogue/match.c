/* Whom an item applies to, by industry and by scope. */
#include <string.h>

#include "base/utf8.h"
#include "catalogue/internal.h"

#define BRACKET_OPEN  0xFF08 /* （ */
#define BRACKET_CLOSE 0xFF09 /* ） */
#define BLOOM_BITS    (REG_SCOPE_BLOOM_WORDS * 64)

static unsigned pair_bit(uint32_t left, uint32_t right)
{
    return ((left * 0x9E3779B1U) ^ (right * 0x85EBCA77U)) >> 22;
}

_Static_assert(BLOOM_BITS == 1 << 10, "pair_bit keeps ten bits");

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* "5951", "595", "C13", with or without the letter, as a range of four-digit codes. */
static bool parse_industry(const char *text, struct industry_range *ret)
{
    static const unsigned scale[] = {0, 0, 100, 10, 1};
    size_t digits;
    unsigned value = 0;

    ret->letter = 0;
    if (is_upper(*text))
        ret->letter = *text++;
    digits = strspn(text, "0123456789");
    if (digits < 2 || digits > 4 || text[digits] != '\0')
        return false;
    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (unsigned)(text[i] - '0');
    ret->first = value * scale[digits];
    ret->last = ret->first + scale[digits] - 1;
    return true;
}

bool industry_range_parse(const char *text, struct industry_range *ret)
{
    const char *dash = strchr(text, '-');
    struct industry_range from, to;
    char part[8];

    if (!dash)
        return parse_industry(text, ret);
    if ((size_t)(dash - text) >= sizeof part)
        return false;
    memcpy(part, text, (size_t)(dash - text));
    part[dash - text] = '\0';
    if (!parse_industry(part, &from) || !parse_industry(dash + 1, &to) || from.letter != to.letter || from.first > to.first)
        return false;
    *ret = (struct industry_range){from.letter, from.first, to.last};
    return true;
}

static uint32_t next_folded(const char **at)
{
    uint32_t point = reg_utf8_next(at);

    return point == '(' ? BRACKET_OPEN : point == ')' ? BRACKET_CLOSE : point;
}

/* Copies the character that ends at `end`; brackets in full width. */
static char *put_folded(char *to, const char *from, const char *end, uint32_t point)
{
    if (point == BRACKET_OPEN || point == BRACKET_CLOSE) {
        memcpy(to, point == BRACKET_OPEN ? "（" : "）", 3);
        return to + 3;
    }
    while (from < end)
        *to++ = *from++;
    return to;
}

int folded_compare(const char *a, const char *b)
{
    uint32_t left, right;

    do {
        left = next_folded(&a);
        right = next_folded(&b);
    } while (left == right && left != 0);
    return (left > right) - (left < right);
}

bool keyword_prepare(const char *text, struct reg_arena *arena, struct keyword *ret)
{
    char *folded = reg_arena_alloc(arena, 3 * strlen(text) + 1), *to = folded;
    const char *at = text, *from = text;
    uint32_t before = 0, point;

    if (!folded)
        return false;
    *ret = (struct keyword){.text = folded, .pair = {REG_PAIR_NONE, REG_PAIR_NONE}};
    while ((point = next_folded(&at)) != 0) {
        to = put_folded(to, from, at, point);
        from = at;
        if (point == BRACKET_OPEN)
            ret->whole = true;
        if (before) {
            ret->pair[1] = pair_bit(before, point);
            if (ret->pair[0] == REG_PAIR_NONE)
                ret->pair[0] = ret->pair[1];
        }
        before = point;
    }
    *to = '\0';
    return true;
}

/* Adds a term to both texts; where brackets were cut the plain text is broken, so that no word arises across the gap. */
static void add_term(struct reg_scope_index *index, const char *term, char **whole, char **plain)
{
    const char *at = term, *from = term;
    uint32_t before = 0, point;
    unsigned depth = 0;

    while ((point = next_folded(&at)) != 0) {
        *whole = put_folded(*whole, from, at, point);
        if (point == BRACKET_OPEN) {
            depth++;
            *(*plain)++ = '\n';
        } else if (point == BRACKET_CLOSE) {
            depth -= depth > 0;
        } else if (depth == 0) {
            *plain = put_folded(*plain, from, at, point);
        }
        from = at;
        if (before) {
            unsigned bit = pair_bit(before, point);

            index->pairs[bit / 64] |= UINT64_C(1) << (bit % 64);
        }
        before = point;
    }
    *(*whole)++ = '\n';
    *(*plain)++ = '\n';
}

/* Marks the items that the term's row triggers; false: no row, its words are to be looked at. The items of the sample's
 * rows are those of the sample catalogue: beside another catalogue their numbers may mean anything. */
static bool add_listed(const struct reg_catalogue *catalogue, const char *text, struct reg_scope_index *index)
{
    const struct reg_scope_term *term;

    if (!catalogue || (catalogue->sample_terms && !catalogue->sample))
        return false;
    term = reg_scope_term_by_text(catalogue, text);
    for (size_t i = 0; term && i < term->item_count; i++)
        reg_item_set_add(&index->by_term, term->items[i]);
    return term != NULL;
}

int reg_scope_index_init(const struct reg_catalogue *catalogue, const char *industry, const char *const *terms,
                         size_t term_count, struct reg_arena *arena, struct reg_scope_index *ret)
{
    struct industry_range range;
    struct reg_scope_index index = {0};
    char *whole, *plain;
    size_t size = 2;

    for (size_t i = 0; i < term_count; i++)
        size += 3 * strlen(terms[i]) + 1; /* a bracket may grow from one byte to three */
    whole = reg_arena_alloc(arena, size);
    plain = reg_arena_alloc(arena, size);
    if (!whole || !plain)
        return reg_arena_over_budget(arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
    index.whole = whole;
    index.plain = plain;
    *whole++ = '\n';
    *plain++ = '\n';
    for (size_t i = 0; i < term_count; i++)
        if (!add_listed(catalogue, terms[i], &index))
            add_term(&index, terms[i], &whole, &plain);
    if (parse_industry(industry, &range) && range.first == range.last) {
        index.letter = range.letter;
        index.industry = range.first;
    }
    *ret = index;
    return 0;
}

static bool has_pair(const struct reg_scope_index *scope, unsigned bit)
{
    return bit == REG_PAIR_NONE || (scope->pairs[bit / 64] >> (bit % 64) & 1);
}

enum reg_item_match reg_item_matches(const struct reg_item *item, const struct reg_scope_index *scope)
{
    const struct item_row *row = (const struct item_row *)(const void *)item; /* the public part comes first */

    if (item->any_industry && item->any_keyword)
        return REG_MATCH_UNIVERSAL;
    for (size_t i = 0; scope->industry && i < item->industry_count; i++) {
        const struct industry_range *range = &row->ranges[i];

        if (scope->industry >= range->first && scope->industry <= range->last &&
            (!scope->letter || !range->letter || scope->letter == range->letter))
            return REG_MATCH_INDUSTRY;
    }
    if (reg_item_set_has(&scope->by_term, item->number))
        return REG_MATCH_SCOPE;
    for (size_t i = 0; i < item->keyword_count; i++) {
        const struct keyword *word = &row->words[i];

        if (has_pair(scope, word->pair[0]) && has_pair(scope, word->pair[1]) &&
            strstr(word->whole ? scope->whole : scope->plain, word->text))
            return REG_MATCH_SCOPE;
    }
    return REG_MATCH_NONE;
}
