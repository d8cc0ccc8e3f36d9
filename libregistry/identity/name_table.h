/* Look-ups in the tables of names, for name.c. All texts are bytes and a length. */
#ifndef REG_IDENTITY_NAME_TABLE_H
#define REG_IDENTITY_NAME_TABLE_H

#include "identity/name.h"

/* A name that divisions go by; one row for each code of that name. */
struct named_division {
    const char *name;
    size_t len;
    bool is_short;
    unsigned code;
};

struct industry_word {
    const char *word;
    size_t len, first_range, end_range; /* none: goes with any industry */
};

enum form_kind { FORM_LEGAL, FORM_MARK, FORM_BRANCH, FORM_PLAIN, FORM_TRADE }; /* FORM_TRADE: says the trade too, as 超市 */
struct form_word {
    const char *word; /* a mark without its brackets */
    size_t len;
    enum form_kind kind;
    unsigned families;
};

/* Rows of the longest name of a division that the text begins with, shorter than `max` bytes or as long. Returns their
 * number. */
size_t name_divisions_at(const char *text, size_t max, const struct named_division **ret_rows);
/* Rows of exactly that name. */
size_t name_divisions_named(const char *text, size_t len, const struct named_division **ret_rows);
/* Length of the zone word (开发区 …) that the text begins with; 0: none. */
size_t name_zone_at(const char *text, size_t max);
/* The longest industry word of at most `max` bytes that ends at `end`; NULL: none. */
const struct industry_word *name_industry_before(const char *end, size_t max);
/* The longest form of one of the kinds (1 << kind, or-ed) that ends at `end`. */
const struct form_word *name_form_before(const char *end, size_t max, unsigned kinds);
/* The mark of exactly that text. */
const struct form_word *name_mark_named(const char *text, size_t len);
/* Does the four-digit code lie in a range of that word? */
bool name_industry_has(const struct industry_word *word, unsigned code);
/* Adds the divisions (two digits, a bit each) that the word speaks of; sales and whole sections only where it has no others.
 */
void name_industry_divisions(const struct industry_word *word, uint64_t bits[2]);

#endif
