/* The tables of names: divisions, industries, forms of organisation, words that the law speaks of. */
#include "identity/name_table.h"

#include <string.h>

#include "identity/name_hash.h"

/* Made by make_name_tables.c. */
#include "names_table.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* An index as print_index makes it. */
struct word_index {
    const uint64_t *lengths;
    const uint16_t *slots;
    size_t slot_count;
};
#define INDEX(table)                                                                                                        \
    {                                                                                                                       \
        table##_lengths, table##_slots, COUNT(table##_slots)                                                                \
    }

static const struct word_index division_index = INDEX(named_divisions), industry_index = INDEX(industry_words),
                               form_index = INDEX(form_words), law_index = INDEX(name_word_rows);

/* The lengths of up to `max` bytes that words with that edge have, a bit for each. */
static uint64_t lengths_up_to(const struct word_index *index, unsigned edge, size_t max)
{
    return index->lengths[edge] & (max < NAME_WORD_LESS - 1 ? ((uint64_t)2 << max) - 1 : UINT64_MAX);
}

/* The longest of the lengths, which are not 0; it is taken out of them. */
static size_t take_longest(uint64_t *lengths)
{
    size_t len = 63;

    while (!(*lengths >> len))
        len--;
    *lengths &= ~((uint64_t)1 << len);
    return len;
}

static bool equal(const char *text, size_t len, const char *word, size_t word_len)
{
    return len == word_len && memcmp(text, word, len) == 0;
}

/* The row that the next slot of the word's chain names; SIZE_MAX: no more. *slot begins as the hash. */
static size_t next_candidate(const struct word_index *index, size_t *slot)
{
    size_t row = index->slots[*slot & (index->slot_count - 1)];

    ++*slot;
    return row ? row - 1 : SIZE_MAX;
}

size_t name_divisions_named(const char *text, size_t len, const struct named_division **ret_rows)
{
    size_t slot = name_hash(text, len), row, end;

    while ((row = next_candidate(&division_index, &slot)) != SIZE_MAX)
        if (equal(text, len, named_divisions[row].name, named_divisions[row].len)) {
            for (end = row + 1; end < COUNT(named_divisions); end++)
                if (!equal(text, len, named_divisions[end].name, named_divisions[end].len))
                    break;
            *ret_rows = &named_divisions[row];
            return end - row;
        }
    *ret_rows = named_divisions;
    return 0;
}

size_t name_divisions_at(const char *text, size_t max, const struct named_division **ret_rows)
{
    uint64_t lengths = max ? lengths_up_to(&division_index, name_first_edge(text, max), max) : 0;

    while (lengths) {
        size_t count = name_divisions_named(text, take_longest(&lengths), ret_rows);

        if (count)
            return count;
    }
    return 0;
}

/* The first of the law's words that are exactly this text, as a place among name_word_rows; SIZE_MAX: none. */
static size_t law_word_named(const char *text, size_t len)
{
    size_t slot = name_hash(text, len), place;

    while ((place = next_candidate(&law_index, &slot)) != SIZE_MAX) {
        const char *word = name_words[name_word_rows[place]].word;

        if (strncmp(word, text, len) == 0 && !word[len])
            break;
    }
    return place;
}

size_t name_zone_at(const char *text, size_t max)
{
    uint64_t lengths = max ? lengths_up_to(&law_index, name_first_edge(text, max), max) : 0;

    while (lengths) {
        size_t len = take_longest(&lengths), place = law_word_named(text, len);

        for (; place < COUNT(name_word_rows); place++) {
            const struct reg_name_word *word = &name_words[name_word_rows[place]];

            if (strncmp(word->word, text, len) != 0 || word->word[len])
                break;
            if (strcmp(word->class_name, "zone") == 0)
                return len;
        }
    }
    return 0;
}

static const struct industry_word *industry_named(const char *text, size_t len)
{
    size_t slot = name_hash(text, len), row;

    while ((row = next_candidate(&industry_index, &slot)) != SIZE_MAX)
        if (equal(text, len, industry_words[row].word, industry_words[row].len))
            return &industry_words[row];
    return NULL;
}

const struct industry_word *name_industry_before(const char *end, size_t max)
{
    uint64_t lengths = max ? lengths_up_to(&industry_index, name_last_edge(end, max), max) : 0;
    const struct industry_word *word = NULL;

    while (lengths && !word) {
        size_t len = take_longest(&lengths);

        word = industry_named(end - len, len);
    }
    return word;
}

static const struct form_word *form_named(const char *text, size_t len)
{
    size_t slot = name_hash(text, len), row;

    while ((row = next_candidate(&form_index, &slot)) != SIZE_MAX)
        if (equal(text, len, form_words[row].word, form_words[row].len))
            return &form_words[row];
    return NULL;
}

const struct form_word *name_form_before(const char *end, size_t max, unsigned kinds)
{
    uint64_t lengths = max ? lengths_up_to(&form_index, name_last_edge(end, max), max) : 0;

    while (lengths) {
        size_t len = take_longest(&lengths);
        const struct form_word *form = form_named(end - len, len);

        if (form && (kinds & 1u << form->kind))
            return form;
    }
    return NULL;
}

const struct form_word *name_mark_named(const char *text, size_t len)
{
    const struct form_word *form = form_named(text, len);

    return form && form->kind == FORM_MARK ? form : NULL;
}

bool name_industry_has(const struct industry_word *word, unsigned code)
{
    for (size_t i = word->first_range; i < word->end_range; i++)
        if (code >= industry_ranges[i].first && code <= industry_ranges[i].last)
            return true;
    return false;
}

/* 食品 is made (13, 14, 15) and sold (51, 52), 食品科技 is research as well (M): what it is about is the narrowest. */
void name_industry_divisions(const struct industry_word *word, uint64_t bits[2])
{
    bool found = false;

    for (int wide = 0; wide < 2 && !found; wide++)
        for (size_t i = word->first_range; i < word->end_range; i++) {
            unsigned first = industry_ranges[i].first / 100, last = industry_ranges[i].last / 100;

            if (!wide && (last > first || first == 51 || first == 52))
                continue;
            for (unsigned division = first; division <= last; division++)
                bits[division / 64] |= (uint64_t)1 << division % 64;
            found = true;
        }
}

const struct reg_name_word *reg_name_words(size_t *ret_count)
{
    *ret_count = COUNT(name_words);
    return name_words;
}

_Static_assert(COUNT(name_words) <= REG_NAME_WORDS_MAX, "a set of words has room for all of them");

/* All rows of the word at that place among name_word_rows: they follow one another. */
static void add_rows(size_t place, const char *text, size_t len, struct reg_name_word_set *set)
{
    for (; place < COUNT(name_word_rows); place++) {
        unsigned row = name_word_rows[place];

        if (strncmp(name_words[row].word, text, len) != 0 || name_words[row].word[len])
            return;
        set->bits[row / 64] |= (uint64_t)1 << row % 64;
    }
}

void reg_name_words_in(const char *text, size_t len, struct reg_name_word_set *set)
{
    for (size_t at = 0; at < len; at++) {
        uint64_t lengths;

        if (((unsigned char)text[at] & 0xc0) == 0x80)
            continue;
        lengths = lengths_up_to(&law_index, name_first_edge(text + at, len - at), len - at);
        while (lengths) {
            size_t word_len = take_longest(&lengths);

            add_rows(law_word_named(text + at, word_len), text + at, word_len, set);
        }
    }
}

const struct reg_name_word *reg_name_words_next(const struct reg_name_word_set *set, const struct reg_name_word *after)
{
    for (size_t row = after ? (size_t)(after - name_words) + 1 : 0; row < COUNT(name_words); row++) {
        if (row % 64 == 0 && !set->bits[row / 64])
            row += 63;
        else if (set->bits[row / 64] >> row % 64 & 1)
            return &name_words[row];
    }
    return NULL;
}

/* Does the phrase, somewhere over `at`, stand in the text? */
static bool within_phrase(const char *text, const char *at, const char *phrase, size_t len, const char *word)
{
    for (size_t i = 0; i + strlen(word) <= len; i++)
        if (memcmp(phrase + i, word, strlen(word)) == 0 && (size_t)(at - text) >= i && strncmp(at - i, phrase, len) == 0)
            return true;
    return false;
}

static bool excepted(const struct reg_name_word *word, const char *text, const char *at)
{
    for (const char *phrase = word->exceptions; *phrase;) {
        size_t len = strcspn(phrase, ";");

        if (within_phrase(text, at, phrase, len, word->word))
            return true;
        phrase += len + (phrase[len] == ';');
    }
    return false;
}

const char *reg_name_word_find(const struct reg_name_word *word, const char *text)
{
    for (const char *at = text; (at = strstr(at, word->word)); at += strlen(word->word))
        if (!excepted(word, text, at))
            return at;
    return NULL;
}
