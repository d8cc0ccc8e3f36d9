/* Filling an empty register. Indexes of licences, names, cases and requests are away meanwhile, so that rows are only put
 * behind one another; what is unique is looked up in memory (known.c). Terms and keys of names are kept aside (runs.c). In
 * the end they are written in the order of their keys, and the indexes are built. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/sqlite/fill.h"
#include "store/sqlite/runs.h"
#include "store/sqlite/sqlite.h"

#define CODE_LEN        18                /* of a term's payload; a shorter code ends in NULs */
#define NAME_LEN        12                /* of a key's: the name's number and its industry */
#define TERMS_AT_A_TIME ((size_t)1 << 20) /* that are sorted; 32 bytes each */
#define KEYS_AT_A_TIME  ((size_t)1 << 19)
#define STEP            ((uint64_t)1 << 18) /* rows of a transaction in the end */

void reg_sqlite_fill_free(struct reg_sqlite_fill *fill)
{
    if (!fill)
        return;
    reg_known_clear(&fill->known);
    reg_runs_free(fill->terms);
    reg_runs_free(fill->keys);
    free(fill);
}

int reg_sqlite_fill_errno(const struct reg_sqlite_fill *fill)
{
    return reg_runs_errno(fill->terms) ? reg_runs_errno(fill->terms) : reg_runs_errno(fill->keys);
}

void reg_sqlite_fill_relax(struct reg_sqlite *sqlite)
{
    if (!sqlite->fill->relaxed) /* without it FULL stays, which is only slower */
        sqlite3_exec(sqlite->db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    sqlite->fill->relaxed = true;
}

/* ---- beginning ----------------------------------------------------------------------------------------------------- */

static int drop_index(struct reg_sqlite *sqlite, const char *name)
{
    char command[128];

    snprintf(command, sizeof command, "DROP INDEX \"%s\"", name);
    return sqlite3_exec(sqlite->db, command, NULL, NULL, NULL) == SQLITE_OK ? 0 : reg_sqlite_error(sqlite, NULL);
}

/* One at a time: what is dropped must not be read at the same time. */
static int drop_indexes(struct reg_sqlite *sqlite)
{
    static const char which[] = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
                                " AND tbl_name IN ('licence', 'name', 'case', 'request') LIMIT 1";
    bool any = true;
    int error = 0;

    while (error == 0 && any) {
        sqlite3_stmt *statement = NULL;
        char name[64] = "";
        int stepped = SQLITE_ERROR;

        if (sqlite3_prepare_v2(sqlite->db, which, -1, &statement, NULL) == SQLITE_OK)
            stepped = sqlite3_step(statement);
        any = stepped == SQLITE_ROW;
        if (any)
            snprintf(name, sizeof name, "%s", (const char *)sqlite3_column_text(statement, 0));
        sqlite3_finalize(statement);
        error = any ? drop_index(sqlite, name) : stepped == SQLITE_DONE ? 0 : reg_sqlite_error(sqlite, NULL);
    }
    return error;
}

int reg_sqlite_fill_begin(struct reg_sqlite *sqlite, const char *path, struct reg_sqlite_fill **ret)
{
    static const char empty[] = "DELETE FROM name; DELETE FROM name_gram; DELETE FROM licence_term";
    struct reg_sqlite_fill *fill = calloc(1, sizeof *fill);
    int error;

    if (!fill)
        return REG_ERR_NOMEM;
    reg_known_init(&fill->known);
    fill->terms = reg_runs_new(path, CODE_LEN, TERMS_AT_A_TIME);
    fill->keys = reg_runs_new(path, NAME_LEN, KEYS_AT_A_TIME);
    error = fill->terms && fill->keys ? drop_indexes(sqlite) : REG_ERR_NOMEM;
    if (error == 0 && sqlite3_exec(sqlite->db, empty, NULL, NULL, NULL) != SQLITE_OK)
        error = reg_sqlite_error(sqlite, NULL);
    if (error == 0)
        error = reg_known_read(sqlite, &fill->known);
    if (error == 0)
        *ret = fill;
    else
        reg_sqlite_fill_free(fill);
    return error;
}

/* ---- kept aside ---------------------------------------------------------------------------------------------------- */

#define SIGN ((uint64_t)1 << 63) /* a negative term is before the others */

static void put_number(uint8_t *to, uint64_t number, size_t len)
{
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)(number >> (8 * (len - 1 - i)));
}

static uint64_t take_number(const uint8_t *from, size_t len)
{
    uint64_t number = 0;

    for (size_t i = 0; i < len; i++)
        number = number << 8 | from[i];
    return number;
}

#define KEYS_AT_ONCE 64

int reg_sqlite_fill_terms(struct reg_sqlite *sqlite, const struct reg_licence_terms *terms)
{
    uint64_t keys[KEYS_AT_ONCE];
    char code[CODE_LEN] = "";
    int error = 0;

    memcpy(code, terms->code, strnlen(terms->code, CODE_LEN));
    for (size_t from = 0, count; from < terms->count && error == 0; from += count) {
        count = terms->count - from < KEYS_AT_ONCE ? terms->count - from : KEYS_AT_ONCE;
        for (size_t i = 0; i < count; i++)
            keys[i] = (uint64_t)terms->terms[from + i] ^ SIGN;
        error = reg_runs_add(sqlite->fill->terms, keys, count, code);
    }
    return error;
}

int reg_sqlite_fill_keys(struct reg_sqlite *sqlite, const struct reg_name_row *row, int64_t number)
{
    uint64_t keys[KEYS_AT_ONCE];
    uint8_t name[NAME_LEN];
    int error = 0;

    put_number(name, (uint64_t)number, 8);
    put_number(name + 8, row->industry, 4);
    for (size_t from = 0, count; from < row->key_count && error == 0; from += count) {
        count = row->key_count - from < KEYS_AT_ONCE ? row->key_count - from : KEYS_AT_ONCE;
        for (size_t i = 0; i < count; i++)
            keys[i] = (uint64_t)row->authority << 32 | row->keys[from + i];
        error = reg_runs_add(sqlite->fill->keys, keys, count, name);
    }
    return error;
}

/* ---- ending -------------------------------------------------------------------------------------------------------- */

static int write_term(struct reg_sqlite *sqlite, uint64_t key, const uint8_t *payload)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_TERM);

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)(key ^ SIGN));
    sqlite3_bind_text(statement, 2, (const char *)payload, (int)strnlen((const char *)payload, CODE_LEN), SQLITE_STATIC);
    return reg_sqlite_run(sqlite, statement);
}

static int write_key(struct reg_sqlite *sqlite, uint64_t key, const uint8_t *payload)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_KEY_OF_NAME);

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)(key >> 32));
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)(key & UINT32_MAX));
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)take_number(payload, 8));
    sqlite3_bind_int64(statement, 4, (sqlite3_int64)take_number(payload + 8, 4));
    return reg_sqlite_run(sqlite, statement);
}

/* The next rows of one kind, in a transaction; where it fails the caller rolls back. */
static int write_step(struct reg_sqlite *sqlite, struct reg_runs *runs,
                      int (*write)(struct reg_sqlite *sqlite, uint64_t key, const uint8_t *payload))
{
    const uint8_t *payload = NULL;
    uint64_t key;
    int error = reg_sqlite_run(sqlite, reg_sqlite_prepare(sqlite, REG_SQL_BEGIN_WRITE));

    for (uint64_t i = 0; i < STEP && error == 0; i++) {
        error = reg_runs_next(runs, &key, &payload);
        if (error != 0 || !payload)
            break;
        error = write(sqlite, key, payload);
    }
    return error == 0 ? reg_sqlite_run(sqlite, reg_sqlite_prepare(sqlite, REG_SQL_COMMIT)) : error;
}

static int build_index(struct reg_sqlite *sqlite, struct reg_sqlite_fill *fill)
{
    sqlite3_stmt *statement = NULL;
    int error;

    if (sqlite3_prepare_v2(sqlite->db, fill->index, -1, &statement, &fill->index) != SQLITE_OK)
        return reg_sqlite_error(sqlite, NULL);
    error = reg_sqlite_run(sqlite, statement);
    sqlite3_finalize(statement);
    return error;
}

/* What is unique is known by the indexes from now on. Those of a large register are sorted in temporary files, not in
 * memory. */
static int end(struct reg_sqlite *sqlite, struct reg_sqlite_fill *fill)
{
    int error = reg_runs_merge(fill->terms);

    if (error == 0)
        error = reg_runs_merge(fill->keys);
    if (error != 0)
        return error;
    reg_known_forget(&fill->known);
    sqlite3_exec(sqlite->db, "PRAGMA temp_store = FILE; PRAGMA threads = 1; PRAGMA cache_size = -16384", NULL, NULL, NULL);
    fill->ends = true;
    fill->term_steps = (reg_runs_count(fill->terms) + STEP - 1) / STEP;
    fill->key_steps = (reg_runs_count(fill->keys) + STEP - 1) / STEP;
    fill->total = fill->term_steps + fill->key_steps;
    fill->index = (const char *)reg_sql_sqlite_002;
    for (const char *at = fill->index; (at = strstr(at, "\nCREATE ")); at++)
        fill->total++;
    return 0;
}

int reg_sqlite_fill_on(struct reg_sqlite *sqlite, uint64_t *ret_done, uint64_t *ret_total)
{
    static const char settings[] = "PRAGMA temp_store = MEMORY; PRAGMA threads = 0; PRAGMA synchronous = FULL";
    struct reg_sqlite_fill *fill = sqlite->fill;
    int error = fill->ends ? 0 : end(sqlite, fill);

    if (error != 0)
        return error;
    if (fill->done < fill->term_steps)
        error = write_step(sqlite, fill->terms, write_term);
    else if (fill->done < fill->term_steps + fill->key_steps)
        error = write_step(sqlite, fill->keys, write_key);
    else
        error = build_index(sqlite, fill);
    if (error == 0 && ++fill->done == fill->total && sqlite3_exec(sqlite->db, settings, NULL, NULL, NULL) != SQLITE_OK)
        error = reg_sqlite_error(sqlite, NULL);
    *ret_done = fill->done;
    *ret_total = fill->total;
    return error;
}
