/* What each of the 61 items must do, by tests/licence/items.csv: written from the law and the domain table, never from
 * data/items.csv, so that a slip in the one is seen against the other.
 *
 * Its columns: `entity_letters` whom the item applies to, every letter not there is a near miss. `industries` and `terms`
 * each trigger it alone, `near_industries` and `near_terms` do not; no trigger at all: everybody of those letters. `facts`
 * are key=value, `!` mandatory, `|` between the entries of a list; a fact without a value is taken from the filing itself
 * (address, head, parent …). `waits_for` is the permit that an after_permit item waits for. */
#ifndef TESTS_LICENCE_ITEMS_H
#define TESTS_LICENCE_ITEMS_H

#include "base/csv.h"
#include "licence/merge.h"

#define ITEM_COUNT 61
#define LIST_MAX   16

/* Parts of a cell. */
struct item_list {
    const char *parts[LIST_MAX];
    size_t count;
};

struct expected_fact {
    const char *key, *value; /* NULL: from the filing */
    bool mandatory;
};

struct item_expected {
    unsigned item;
    const char *name_zh, *kind_zh, *department_zh, *letters, *when, *waits_for, *status;
    struct item_list industries, terms, near_industries, near_terms, materials;
    struct expected_fact facts[LIST_MAX];
    size_t fact_count;
};

struct item_table {
    struct item_expected items[ITEM_COUNT]; /* by number, from 1 */
    struct reg_arena *arena;
};

/* Reads items.csv; false: it is not there, or not of 61 rows in order. */
bool item_table_load(struct item_table *table);
void item_table_free(struct item_table *table);

bool expected_in_force(const struct item_expected *item);
/* Applies to everybody of its letters? */
bool expected_universal(const struct item_expected *item);

/* How a filing differs from the plain one of a letter, which does software and carries the facts and materials of the
 * universal items and of the item itself. */
struct filing_plan {
    char letter;
    const char *industry, *term; /* NULL: those of a software house */
    bool no_staff;               /* every number of people is 0 */
    bool headcount_alone;        /* nobody by `employees`, but by the item's own number of people */
    bool not_asked;              /* an item to opt in is not asked for */
    bool at_start;               /* establishment, also for what is asked for later alone */
    bool no_options;             /* the item's optional facts are left out */
    const char *drop_fact, *drop_material, *promise_material;
};

/* Lives in the arena; `view` holds the parent. */
reg_pb_filing *build_filing(const struct item_table *table, const struct item_expected *item,
                            const struct reg_catalogue *catalogue, const struct filing_plan *plan, struct reg_arena *arena);

/* Cases that a row leaves no room for, each with its reason in judge_reason_text. */
enum judge_reason {
    ALL_LETTERS,
    EVERYBODY,
    NEVER_OFFERED,
    NOTHING_MANDATORY,
    NO_MATERIAL,
    BY_THE_ENGINE,
    FACT_WHILE_WAITING,
    MATERIAL_WHILE_WAITING,
    JUDGE_REASONS
};
extern const char *const judge_reason_text[JUDGE_REASONS];

/* Judging a catalogue's row by its expectation. */
struct judge {
    const struct item_table *table;
    const struct item_expected *item;
    const struct reg_catalogue *catalogue;
    bool stop; /* at the first failure */
    size_t cases, failures, impossible[JUDGE_REASONS];
    char first[256]; /* what failed first */
};

/* By what merging does with filings, then by what the row says. */
void judge_merging(struct judge *judge);
void judge_row(struct judge *judge);

#endif
