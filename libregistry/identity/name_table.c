/* The tables of names: divisions, industries, forms of organisation, words that the law speaks of. */
#include "identity/name_table.h"

#include <string.h>

/* Made by make_name_tables.c. */
#include "names_table.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static int compare(const char *text, size_t len, const char *word, size_t word_len)
{
    int order = memcmp(text, word, len < word_len ? len : word_len);

    return order ? order : (len > word_len) - (len < word_len);
}

size_t name_divisions_named(const char *text, size_t len, const struct named_division **ret_rows)
{
    size_t low = 0, high = COUNT(named_divisions), end;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (compare(text, len, named_divisions[middle].name, named_divisions[middle].len) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < COUNT(named_divisions); end++)
        if (compare(text, len, named_divisions[end].name, named_divisions[end].len) != 0)
            break;
    *ret_rows = &named_divisions[low];
    return end - low;
}

size_t name_divisions_at(const char *text, size_t max, const struct named_division **ret_rows)
{
    for (size_t len = max < DIVISION_LONGEST ? max : DIVISION_LONGEST; len; len--) {
        size_t count = name_divisions_named(text, len, ret_rows);

        if (count)
            return count;
    }
    return 0;
}

size_t name_zone_at(const char *text, size_t max)
{
    size_t longest = 0;

    for (size_t i = 0; i < COUNT(name_words); i++) {
        size_t len = strlen(name_words[i].word);

        if (len > longest && len <= max && strcmp(name_words[i].class_name, "zone") == 0 &&
            memcmp(name_words[i].word, text, len) == 0)
            longest = len;
    }
    return longest;
}

static const struct industry_word *industry_named(const char *text, size_t len)
{
    size_t low = 0, high = COUNT(industry_words);

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(text, len, industry_words[middle].word, industry_words[middle].len);

        if (order == 0)
            return &industry_words[middle];
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct industry_word *name_industry_before(const char *end, size_t max)
{
    for (size_t len = max < INDUSTRY_LONGEST ? max : INDUSTRY_LONGEST; len; len--) {
        const struct industry_word *word = industry_named(end - len, len);

        if (word)
            return word;
    }
    return NULL;
}

const struct form_word *name_form_before(const char *end, size_t max, unsigned kinds)
{
    const struct form_word *longest = NULL;

    for (size_t i = 0; i < COUNT(form_words); i++) {
        const struct form_word *form = &form_words[i];

        if ((kinds & 1u << form->kind) && form->len <= max && (!longest || form->len > longest->len) &&
            memcmp(end - form->len, form->word, form->len) == 0)
            longest = form;
    }
    return longest;
}

const struct form_word *name_mark_named(const char *text, size_t len)
{
    for (size_t i = 0; i < COUNT(form_words); i++)
        if (form_words[i].kind == FORM_MARK && compare(text, len, form_words[i].word, form_words[i].len) == 0)
            return &form_words[i];
    return NULL;
}

bool name_industry_has(const struct industry_word *word, unsigned code)
{
    for (size_t i = word->first_range; i < word->end_range; i++)
        if (code >= industry_ranges[i].first && code <= industry_ranges[i].last)
            return true;
    return false;
}

const struct reg_name_word *reg_name_words(size_t *ret_count)
{
    *ret_count = COUNT(name_words);
    return name_words;
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
