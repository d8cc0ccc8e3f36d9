/* The ledger's check: what its files share, and the rows of the views that an entry brings. */
#ifndef REG_ENGINE_CHECK_H
#define REG_ENGINE_CHECK_H

#include "engine/internal.h"

/* Alone with the registry, or one of several again: its lock file. REG_ERR_BUSY: somebody else has it open. */
REG_MUST_CHECK int reg_engine_hold_alone(struct reg_engine *engine, struct reg_error_info *info);
void reg_engine_hold_shared(struct reg_engine *engine);
/* A register half taken over, alone with it: every index stands again, over no names and no terms. */
REG_MUST_CHECK int reg_fill_nothing(struct reg_engine *engine, reg_progress_callback progress, void *context,
                                    struct reg_error_info *info);

/* The rows that one entry brings; `append` points to those that there are. */
struct reg_entry_rows {
    struct reg_licence_row licence;
    struct reg_licence_terms terms;    /* what changes from the revision before */
    struct reg_licence_terms all_terms; /* what the licence is found by */
    struct reg_serial_row serial;
    struct reg_case_row case_row;
    struct reg_request_row request;
    struct reg_catalogue_row catalogue;
    struct reg_restriction_row restriction;
    struct reg_append append; /* of the entry itself the position alone; and without a pool, which is no view */
    /* The licence's row as the revision before left it, with `replaces`; append.licence takes its place. */
    struct reg_licence_row before;
    struct reg_licence_terms before_terms;
    const char *before_key;
    bool replaces;
    bool erased;              /* what is sealed cannot be read any more: the key of its case was destroyed */
};

/* Makes them anew from an entry, by the functions that made them when it was appended. `record` is what could be opened of it;
 * strings are borrowed from it or live in the arena. REG_ERR_CORRUPT: an entry names another one that does not fit. */
REG_MUST_CHECK int reg_entry_rows_of(const struct reg_engine *engine, struct reg_store_reader *reader,
                                     const struct reg_entry_row *row, const reg_pb_entry_header *header,
                                     const reg_pb_record *record, struct reg_arena *arena, struct reg_entry_rows *ret);
/* The same for a row as it is stored: opens and decodes it first. */
REG_MUST_CHECK int reg_entry_rows_read(const struct reg_engine *engine, struct reg_store_reader *reader,
                                       const struct reg_entry_row *row, struct reg_arena *arena, struct reg_entry_rows *ret);

/* A walk through a table, page by page: between two pages no snapshot is held. */
struct reg_cursor {
    struct reg_store_reader *reader;
    enum reg_table table;
    struct reg_query page;
    size_t at;
    bool ahead; /* pages are read ahead: the reader is used for nothing else meanwhile */
    bool started, ended;
};
void reg_cursor_init(struct reg_cursor *cursor, struct reg_store_reader *reader, enum reg_table table);
/* The next row, valid until the call after; NULL behind the last. */
REG_MUST_CHECK int reg_cursor_next(struct reg_cursor *cursor, const struct reg_value **ret_row);
void reg_cursor_clear(struct reg_cursor *cursor);

/* Of each table, for every so many entries: the numbers of the rows that those bring, less those of the rows that stand. */
struct reg_sums {
    uint64_t key[2];
    uint64_t *sums;
    size_t count; /* of a table */
};

/* What all parts of the check work with: where problems go, and how far it is. */
struct reg_work {
    struct reg_engine *engine;
    struct reg_store_reader *reader;
    struct reg_store_reader *pages; /* what is walked through, which nothing comes between */
    reg_progress_callback progress;
    reg_problem_callback problem;
    void *context;
    uint64_t problems;
    uint64_t size;           /* entries when the check began */
    uint64_t entries, found; /* looked at, and how many rows those brought */
    uint64_t walked;         /* rows looked at the other way round */
    bool stopped;            /* the caller wants no more */
    bool all;                /* every row is looked for one by one, too */
    struct reg_sums sums;
};
/* Tells the caller how far it is; sets `stopped`. */
void reg_work_show(struct reg_work *work);
/* Says of a row of a table what is wrong with it; the check goes on. */
void reg_report_row(struct reg_work *work, enum reg_table table, const struct reg_value *key, const char *zh, const char *en);
/* A walk through a table; the next row of it, NULL also where the caller wants no more. */
void reg_work_walk(struct reg_work *work, struct reg_cursor *cursor, enum reg_table table);
REG_MUST_CHECK int reg_work_next(struct reg_work *work, struct reg_cursor *cursor, const struct reg_value **ret_row);

bool reg_same_value(const struct reg_value *a, const struct reg_value *b);

/* Rows of a table are counted for entries before work->size: added where the entry at `position` brings them, taken away where
 * they stand. Where both are the same nothing differs; else the rows have to be looked at. */
REG_MUST_CHECK int reg_sums_start(struct reg_work *work);
void reg_sums_clear(struct reg_work *work);
bool reg_sum_has(const struct reg_work *work, int64_t position);
void reg_sum_add(struct reg_work *work, enum reg_table table, int64_t position, const struct reg_value *values,
                 unsigned first, unsigned end);
void reg_sum_take(struct reg_work *work, enum reg_table table, int64_t position, const struct reg_value *values,
                  unsigned first, unsigned end);
bool reg_sum_differs(const struct reg_work *work, enum reg_table table, int64_t position);
bool reg_sums_differ(const struct reg_work *work, enum reg_table table); /* anywhere */
/* Whether it is so that as much was taken away as was added, for entries about that one. */
bool reg_sum_settled(const struct reg_work *work, enum reg_table table, int64_t position);

/* Counts the rows that the entry at `position` brings. */
REG_MUST_CHECK int reg_add_rows(struct reg_work *work, uint64_t position, const struct reg_entry_rows *rows);
/* The views against what was counted; where that differs, both ways: has each entry its rows, and each row its entry? */
REG_MUST_CHECK int reg_check_views(struct reg_work *work, uint64_t foundings, uint64_t *ret_licences);

/* What the walks through the views collect for the tables beside them. */
struct reg_tally {
    struct reg_query pools; /* as they were before the walk */
    uint64_t *highest;      /* of each, one past the highest number that a licence has */
    uint64_t licences;
    int64_t last_serial; /* -1: none */
    /* The names, in the order of their numbers: the last number, the sum of their keys, and the tree size before. */
    int64_t last_name;
    uint64_t keys_sum, names_size;
};
REG_MUST_CHECK int reg_tally_start(struct reg_work *work, struct reg_tally *tally);
void reg_tally_clear(struct reg_tally *tally);
/* Counts a row of that view. */
void reg_tally_row(const struct reg_work *work, struct reg_tally *tally, enum reg_table table, const struct reg_value *row);
/* The other tables: keys of names and of cases, pools, counters, tiles beyond the tree, what the store says of itself. */
REG_MUST_CHECK int reg_check_tables(struct reg_work *work, const struct reg_tally *tally);

#endif
