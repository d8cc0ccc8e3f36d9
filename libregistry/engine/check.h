/* The ledger's check: what its files share, and the rows of the views that an entry brings. */
#ifndef REG_ENGINE_CHECK_H
#define REG_ENGINE_CHECK_H

#include "engine/internal.h"

/* The rows that one entry brings; `append` points to those that there are. */
struct reg_entry_rows {
    struct reg_licence_row licence;
    struct reg_serial_row serial;
    struct reg_case_row case_row;
    struct reg_request_row request;
    struct reg_catalogue_row catalogue;
    struct reg_append append; /* without the entry itself */
    bool erased;              /* the request cannot be read any more: its case's key was destroyed */
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
    bool started, ended;
};
void reg_cursor_init(struct reg_cursor *cursor, struct reg_store_reader *reader, enum reg_table table);
/* The next row, valid until the call after; NULL behind the last. */
REG_MUST_CHECK int reg_cursor_next(struct reg_cursor *cursor, const struct reg_value **ret_row);
void reg_cursor_clear(struct reg_cursor *cursor);

/* Where problems go. */
struct reg_report {
    reg_problem_callback problem;
    void *context;
    uint64_t problems;
};
/* Says of a row of a table what is wrong with it; the check goes on. */
void reg_report_row(struct reg_report *report, enum reg_table table, const struct reg_value *key, const char *zh,
                    const char *en);

/* Are the rows that the entry at `position` brings in the views? */
REG_MUST_CHECK int reg_check_rows(struct reg_store_reader *reader, struct reg_report *report, uint64_t position,
                                  const struct reg_entry_rows *rows);
/* The other way round: has each row of each view its entry? */
REG_MUST_CHECK int reg_check_views(struct reg_engine *engine, struct reg_store_reader *reader, struct reg_report *report);
/* And the other tables: keys of cases, pools, counters, tiles beyond the tree, what the store says of itself. */
REG_MUST_CHECK int reg_check_tables(struct reg_engine *engine, struct reg_store_reader *reader, uint64_t size,
                                    uint64_t foundings, struct reg_report *report);

#endif
