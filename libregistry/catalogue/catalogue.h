/* The catalogue (目录): the items that one licence merges, the facts and materials they need. Immutable once loaded; any
 * thread. The compiled-in one is a sample catalogue (示例目录，非宿州市公布目录). */
#ifndef REG_CATALOGUE_CATALOGUE_H
#define REG_CATALOGUE_CATALOGUE_H

#include <stdbool.h>

#include <registry/catalogue.h>

#include "base/arena.h"
#include "catalogue/item_set.h"

/* Whom an item applies to; an entity has exactly one letter (branch before foreign-invested before the rest). */
enum reg_entity_letter {
    REG_LETTER_C = 1 << 0, /* company */
    REG_LETTER_B = 1 << 1, /* branch */
    REG_LETTER_P = 1 << 2, /* partnership */
    REG_LETTER_S = 1 << 3, /* sole proprietorship */
    REG_LETTER_F = 1 << 4, /* farmers' cooperative */
    REG_LETTER_I = 1 << 5, /* individual business */
    REG_LETTER_N = 1 << 6, /* non-company legal person and the like */
    REG_LETTER_W = 1 << 7  /* foreign-invested */
};

enum reg_item_when {
    REG_WHEN_ESTABLISH,
    REG_WHEN_ESTABLISH_IF_STAFF,
    REG_WHEN_OPT_IN,
    REG_WHEN_OPT_IN_AFTER_START,
    REG_WHEN_AFTER_PERMIT
};

enum reg_item_status { REG_ITEM_IN_FORCE, REG_ITEM_REPEALED, REG_ITEM_ABSORBED, REG_ITEM_TRANSFORMED };

enum reg_item_kind { REG_ITEM_REGISTRATION, REG_ITEM_RECORDATION, REG_ITEM_REPORT, REG_ITEM_PERMISSION };

enum reg_fact_type {
    REG_FACT_TEXT, REG_FACT_INT, REG_FACT_NUM, REG_FACT_BOOL, REG_FACT_ENUM, REG_FACT_SET, REG_FACT_DATE, REG_FACT_YM,
    REG_FACT_ID, REG_FACT_CODE, REG_FACT_MOBILE, REG_FACT_TEL, REG_FACT_POST, REG_FACT_EMAIL, REG_FACT_DIV, REG_FACT_IND4,
    REG_FACT_CTRY, REG_FACT_LIST, REG_FACT_REF
};

/* Who may see a fact: the departments of the items that name it, or everybody. */
enum reg_fact_class { REG_FACT_ITEM, REG_FACT_PUBLIC };

/* A fact of the dictionary. */
struct reg_fact_def {
    const char *key;
    enum reg_fact_type type;
    const char *unit; /* empty: none */
    const char *label_zh, *label_en;
    const char *help_zh, *help_en; /* a sentence each, or both empty */
    enum reg_fact_class visibility;
    const char *const *choices;    /* enum and set */
    const char *const *choices_en; /* what each choice is called in English */
    size_t choice_count;
    bool has_min, has_max; /* int and num, inclusive; list: how many */
    double min, max;
    const char *source; /* "": asked on the form; else where the engine takes it from: subject_code, entity.industry … */
};

struct reg_material_def {
    const char *kind;
    const char *label_zh, *label_en;
};

/* What an item needs of a fact or material. */
struct reg_item_fact {
    const struct reg_fact_def *fact;
    bool mandatory;
};

struct reg_item {
    unsigned number; /* 1 … REG_ITEM_MAX; bit number - 1 for ever */
    const char *tier, *name_zh, *name_en, *department, *department_zh, *department_en, *level_zh;
    enum reg_item_kind kind;
    const char *treatment_zh;
    unsigned letters; /* enum reg_entity_letter, or-ed */
    bool any_industry, any_keyword; /* `*` or empty */
    const char *const *industries; /* "5951", "C13-C43" */
    size_t industry_count;
    const char *const *keywords; /* brackets folded to full width */
    size_t keyword_count;
    enum reg_item_when when;
    enum reg_item_status status;
    const char *status_note, *note, *legal_basis, *provenance;
    const char *permit_zh; /* after_permit: what it waits for */
    const struct reg_item_fact *facts; /* sorted by key */
    size_t fact_count;
    const struct reg_material_def *const *materials;
    size_t material_count;
};

/* Items, ascending by number. */
size_t reg_catalogue_item_count(const struct reg_catalogue *catalogue);
const struct reg_item *reg_catalogue_item_at(const struct reg_catalogue *catalogue, size_t index);
/* NULL: no such item. */
const struct reg_item *reg_catalogue_item(const struct reg_catalogue *catalogue, unsigned number);
/* NULL: the dictionary has no such fact, no such material. */
const struct reg_fact_def *reg_catalogue_fact(const struct reg_catalogue *catalogue, const char *key);
const struct reg_material_def *reg_catalogue_material(const struct reg_catalogue *catalogue, const char *kind);

/* The item that is the licence itself and carries the others. */
#define REG_ITEM_LICENCE 1

/* The dictionaries, sorted by key and by kind: a definition's index is its place in them. */
size_t reg_catalogue_fact_count(const struct reg_catalogue *catalogue);
size_t reg_catalogue_material_count(const struct reg_catalogue *catalogue);
size_t reg_catalogue_fact_index(const struct reg_catalogue *catalogue, const struct reg_fact_def *fact);
size_t reg_catalogue_material_index(const struct reg_catalogue *catalogue, const struct reg_material_def *material);

#define REG_SCOPE_BLOOM_WORDS 16

/* What an entity does, folded once for matching against every item. */
struct reg_scope_index {
    char letter;       /* of the industry, 0: not given */
    unsigned industry; /* four digits, 0: none */
    struct reg_item_set by_term; /* what the rows of listed terms trigger */
    /* of the other terms */
    const char *whole; /* each term as filed with brackets folded to full width, between line feeds */
    const char *plain; /* the same without what stands in brackets */
    uint64_t pairs[REG_SCOPE_BLOOM_WORDS]; /* Bloom filter over neighbouring characters of `whole` */
};

/* `catalogue`: whose list of scope terms is asked first; NULL: all terms are matched by keywords. `industry`: GB/T 4754 with
 * or without its letter, may be empty; `terms`: the scope's terms as filed. Strings live in the arena. */
REG_MUST_CHECK int reg_scope_index_init(const struct reg_catalogue *catalogue, const char *industry,
                                        const char *const *terms, size_t term_count, struct reg_arena *arena,
                                        struct reg_scope_index *ret);

/* Does the row's industry or scope match? (both any: universal; one of them any: the other decides) A term
 * of the list matches the items of its row and no others; any other by keywords. A keyword is found in a
 * term's text outside brackets, so that what a term excludes (“不含…”) matches no other item; a keyword that has brackets
 * itself is found in the whole term. `item` is an item of a catalogue. */
enum reg_item_match { REG_MATCH_NONE, REG_MATCH_UNIVERSAL, REG_MATCH_INDUSTRY, REG_MATCH_SCOPE };
enum reg_item_match reg_item_matches(const struct reg_item *item, const struct reg_scope_index *scope);

#endif
