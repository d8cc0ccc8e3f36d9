/* What the files of the import share: a row on its way from cells to an entry. */
#ifndef REG_ENGINE_IMPORT_H
#define REG_ENGINE_IMPORT_H

#include <registry/import.h>

#include "base/rows.h"
#include "engine/revision.h"

/* Columns of a file; import_row.c has their names. */
enum reg_import_cell {
    REG_CELL_CREDIT_CODE,
    REG_CELL_REGISTRATION_NUMBER,
    REG_CELL_ORGANISATION_CODE,
    REG_CELL_NAME,
    REG_CELL_TYPE,
    REG_CELL_AUTHORITY,
    REG_CELL_STATE,
    REG_CELL_STATE_SINCE,
    REG_CELL_DORMANT_UNTIL,
    REG_CELL_ESTABLISHED,
    REG_CELL_DIVISION,
    REG_CELL_ADDRESS,
    REG_CELL_POSTCODE,
    REG_CELL_CAPITAL,
    REG_CELL_CURRENCY,
    REG_CELL_TERM_FROM,
    REG_CELL_TERM_TO,
    REG_CELL_SCOPE,
    REG_CELL_INDUSTRY,
    REG_CELL_COMPOSITION,
    REG_CELL_REPRESENTATIVE,
    REG_CELL_ID_KIND,
    REG_CELL_ID_NUMBER,
    REG_CELL_MOBILE,
    REG_CELL_PARENT_CODE,
    REG_CELL_COUNT
};
extern const char *const reg_import_columns[REG_CELL_COUNT][2];

enum reg_import_fate { REG_IMPORT_GOOD, REG_IMPORT_KNOWN, REG_IMPORT_REFUSED };

struct reg_import_row {
    uint64_t line;
    const char *cells[REG_CELL_COUNT];
    struct reg_arena *arena; /* everything of the row */
    enum reg_import_fate fate;
    struct reg_judgement judgement; /* its findings alone; nothing is merged */
    const struct reg_entity_type *type;
    reg_pb_filing *filing;
    reg_pb_licence_state state;
    reg_pb_life *life;
    const char *name_key;        /* that it holds; NULL: none */
    char code[REG_CODE_LEN + 1]; /* empty: to be leased */
    char request_id[40];
    uint8_t digest[REG_DIGEST_LEN]; /* of its cells */
    bool allotted;                  /* the code is this registry's making */
    bool leased;                    /* and comes from its pool */
    /* sealed */
    struct reg_licence_row licence_row;
    struct reg_licence_terms terms;
    struct reg_case_row case_row;
    struct reg_request_row request_row;
    struct reg_pending pending;
    struct reg_data body, wrapped_key;
};

struct reg_import {
    struct reg_engine *engine;
    char *caller;
    int32_t day;
    struct reg_rows *rows;
    struct reg_import_batch *spare; /* those that were freed; their rows keep their arenas */
    bool look; /* the register has rows of this file already: the next batch is looked up before it is sealed */
    bool filling; /* an empty register: fill.c */
    bool remakes; /* its names and terms are made from the entries in the end: not all of them were given to the store */
    uint64_t size; /* of the ledger, where nobody else appends meanwhile */
};

/* Adds a finding of the import's own; the row is refused. Both texts in the arena or static. */
REG_MUST_CHECK int reg_import_refuse(struct reg_import_row *row, const char *rule, const char *path, const char *zh,
                                     const char *en, const char *basis);
/* Reads the cells into a filing and judges it by itself: what holds for everybody on a register. */
REG_MUST_CHECK int reg_import_row_judge(const struct reg_engine *engine, int32_t day, struct reg_import_row *row);

#endif
