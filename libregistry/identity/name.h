/* Names of enterprises (企业名称登记管理规定, 2021): taken apart, and the words that the law speaks of. */
#ifndef REG_IDENTITY_NAME_H
#define REG_IDENTITY_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who uses a form of organisation, or-ed: 1 << family, families numbered as the catalogue numbers them. */
enum reg_name_family {
    REG_NAME_LLC = 1 << 1,
    REG_NAME_JSC = 1 << 2,
    REG_NAME_BRANCH = 1 << 3,
    REG_NAME_PARTNERSHIP = 1 << 4,
    REG_NAME_SOLE = 1 << 5,
    REG_NAME_COOPERATIVE = 1 << 6,
    REG_NAME_INDIVIDUAL = 1 << 7,
    REG_NAME_NON_COMPANY = 1 << 8,
    REG_NAME_OTHER = 1 << 9
};

/* Where the division stands (§6): in front, or in brackets behind the trade name or the industry. */
enum reg_name_place { REG_NAME_NOWHERE, REG_NAME_FRONT, REG_NAME_AFTER_TRADE, REG_NAME_AFTER_INDUSTRY };

/* What is known beside the name. Zeroed: nothing. */
struct reg_name_hints {
    unsigned families; /* enum reg_name_family; 0: any */
    unsigned seat;     /* division of the seat; 0: unknown */
};

/* A part: bytes of the text that was given. len 0: absent. */
struct reg_name_span {
    size_t offset, len;
};

/* A division, or several of them one within the other. */
struct reg_name_division {
    unsigned code;      /* the innermost; 0: a development zone that no division goes before */
    bool covers_seat;   /* the seat lies in it; true where no seat was given */
    bool lone_district; /* 市辖区 without its city */
    bool lone_zone;     /* a development zone without a division */
};

struct reg_name_parts {
    enum reg_name_place place;
    struct reg_name_span division; /* with its brackets where it has some */
    struct reg_name_span trade_name, industry;
    struct reg_name_span group;  /* 集团, with its brackets where it has some */
    struct reg_name_span form;   /* with its mark: 合伙企业（有限合伙） */
    struct reg_name_span branch; /* what follows the parent's name; the other parts are the parent's */
    struct reg_name_span aside;  /* a division in brackets where another one stands in front */
    struct reg_name_division where;
    unsigned form_families; /* who uses that form; 0: unknown */
    bool form_says_trade;   /* 超市, 药房: the form says what is done, without an industry */
};

/* In longer texts nothing is looked for. */
#define REG_NAME_LONGEST 1200

/* Takes any UTF-8 apart. `hints` may be NULL. Where words leave a choice, the trade name gets two characters before the
 * industry or a short division (宿州市灵璧石贸易: 灵璧石) gets them. */
void reg_name_parse(const char *full, const struct reg_name_hints *hints, struct reg_name_parts *ret);

/* Is the text a division, brackets or not, short (宿州) or in full (宿州市)? `seat` 0: unknown. */
bool reg_name_division_parse(const char *text, size_t len, unsigned seat, struct reg_name_division *ret);

/* The length of the bracket that begins there, full-width or half-width; 0: none does. */
size_t reg_name_open_bracket(const char *text);
size_t reg_name_close_bracket(const char *text);
/* Equal but for the width of brackets? */
bool reg_name_equal(const char *a, const char *b);
/* Where the text goes on behind `prefix`, brackets of either width; NULL: it does not begin with it. */
const char *reg_name_after(const char *text, const char *prefix);
/* Does the text have 有限合伙 or the like in brackets of its own? */
bool reg_name_has_mark(const char *text, const char *mark);

/* ---- words ----------------------------------------------------------------------------------------------------------- */

enum reg_name_division_kind { REG_NAME_NOT_DIVISION, REG_NAME_SHORT_DIVISION, REG_NAME_FULL_DIVISION };
/* Is the whole text one division's name at county level or above, and is it short (朝阳) or in full (朝阳区)? */
enum reg_name_division_kind reg_name_is_division(const char *text, size_t len);

enum reg_name_industry_kind { REG_NAME_NO_INDUSTRY, REG_NAME_ANY_INDUSTRY, REG_NAME_THAT_INDUSTRY };
/* Is the whole text made of industry words? of such that go with any industry, or does one of them name its own? */
enum reg_name_industry_kind reg_name_is_industry(const char *text, size_t len);

enum reg_name_agreement { REG_NAME_UNDECIDED, REG_NAME_AGREES, REG_NAME_DISAGREES };
/* Does the industry in a name agree with a code of GB/T 4754 (I6513, 6513)? Undecided where no word of it says. */
enum reg_name_agreement reg_name_industry_agrees(const char *text, size_t len, const char *code);

enum reg_name_position { REG_NAME_WORD_ANYWHERE, REG_NAME_WORD_FIRST, REG_NAME_WORD_TRADE_NAME };
enum reg_name_severity { REG_NAME_WORD_ERROR, REG_NAME_WORD_WARNING, REG_NAME_WORD_REVIEW };

/* A row of data/name_words.csv. */
struct reg_name_word {
    const char *word, *class_name;
    enum reg_name_position position;
    enum reg_name_severity severity;
    const char *exceptions; /* phrases in which the word is innocent, between ; */
    const char *note, *legal_basis;
};
const struct reg_name_word *reg_name_words(size_t *ret_count);

#define REG_NAME_WORDS_MAX 1024
/* Some of those rows. Zeroed: none. */
struct reg_name_word_set {
    uint64_t bits[REG_NAME_WORDS_MAX / 64];
};
/* Adds the rows whose word stands anywhere in the text. */
void reg_name_words_in(const char *text, size_t len, struct reg_name_word_set *set);
/* The row behind `after` (NULL: the first) that the set has, in the file's order; NULL: no more. */
const struct reg_name_word *reg_name_words_next(const struct reg_name_word_set *set, const struct reg_name_word *after);
/* Where the word stands in the text, outside its exceptions; NULL: nowhere. Its position is not looked at. */
const char *reg_name_word_find(const struct reg_name_word *word, const char *text);

#endif
