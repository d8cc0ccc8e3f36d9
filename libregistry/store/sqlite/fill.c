/* Filling an empty register. Indexes of licences, names, cases and requests are away meanwhile, so that rows are only put behind
 * one another; what is unique is looked up in memory (unique.c). Terms and keys of names are kept aside (runs.c). In the end they
 * are written in the order of their keys, and the indexes are built. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/sqlite/runs.h"
#include "store/sqlite/sqlite.h"
#include "store/unique.h"

#define CODE_LEN    18                 /* of a term's payload; a shorter code ends in NULs */
#define NAME_LEN    12                 /* of a key's: the name's number and its industry */
#define TERMS_AT_A_TIME ((size_t)1 << 20) /* that are sorted; 32 bytes each */
#define KEYS_AT_A_TIME  ((size_t)1 << 19)
#define STEP        ((uint64_t)1 << 18) /* rows of a transaction in the end */
#define SUBJECT_AT  8                  /* of a code: characters 9 to 17 */
#define SUBJECT_LEN 9

struct reg_sqlite_fill {
    pthread_mutex_t lock; /* of the tables: a reader asks while the writer adds */
    struct reg_unique subjects, names, requests;
    struct reg_runs *terms, *keys;
    bool relaxed;
    bool ends; /* reg_sqlite_fill_on was called */
    uint64_t term_steps, key_steps, done, total;
    const char *index; /* the statement of the next */
};

void reg_sqlite_fill_free(struct reg_sqlite_fill *fill)
{
    if (!fill)
        return;
    reg_unique_clear(&fill->subjects);
    reg_unique_clear(&fill->names);
    reg_unique_clear(&fill->requests);
    reg_runs_free(fill->terms);
    reg_runs_free(fill->keys);
    pthread_mutex_destroy(&fill->lock);
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

/* ---- what is unique ------------------------------------------------------------------------------------------------ */

static uint32_t hash_subject(const char *code)
{
    size_t len = strlen(code);

    return len > SUBJECT_AT ? reg_unique_hash(0, code + SUBJECT_AT, strnlen(code + SUBJECT_AT, SUBJECT_LEN))
                            : reg_unique_hash(0, "", 0);
}

static uint32_t hash_name(uint32_t authority, const char *name_key)
{
    return reg_unique_hash(authority, name_key, strlen(name_key));
}

static uint32_t hash_request(const char *caller, const char *request_id)
{
    return reg_unique_hash(reg_unique_hash(0, caller, strlen(caller)), request_id, strlen(request_id));
}

/* Does the row of that number have it? SQLITE_ROW, to be reset by the caller. */
static int look(struct reg_sqlite *sqlite, sqlite3_stmt *statement, uint64_t number, uint32_t authority, const char *first,
                const char *second)
{
    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_reset(statement);
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)number);
    if (first)
        sqlite3_bind_text(statement, 2, first, -1, SQLITE_STATIC);
    else
        sqlite3_bind_int64(statement, 2, authority);
    if (second)
        sqlite3_bind_text(statement, 3, second, -1, SQLITE_STATIC);
    return sqlite3_step(statement);
}

static void done(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

/* The row that has it, its statement left for the caller; `*ret_number` 0: none has. */
static int find(struct reg_sqlite *sqlite, const struct reg_unique *unique, uint32_t hash, sqlite3_stmt *statement,
                uint32_t authority, const char *first, const char *second, uint64_t *ret_number)
{
    size_t at = 0;
    int stepped = SQLITE_DONE;

    do {
        *ret_number = reg_unique_next(unique, hash, &at);
        if (*ret_number)
            stepped = look(sqlite, statement, *ret_number, authority, first, second);
    } while (*ret_number && stepped == SQLITE_DONE);
    return !*ret_number || stepped == SQLITE_ROW ? 0 : reg_sqlite_error(sqlite, NULL);
}

static int find_subject(struct reg_sqlite *sqlite, const char *code, char ret_code[19], uint64_t *ret_number)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_FILLED_SUBJECT);
    int error = find(sqlite, &sqlite->fill->subjects, hash_subject(code), statement, 0, code, NULL, ret_number);
    const char *found = error == 0 && *ret_number ? (const char *)sqlite3_column_text(statement, 0) : "";

    if (found)
        snprintf(ret_code, CODE_LEN + 1, "%s", found);
    done(statement);
    return found ? error : REG_ERR_NOMEM;
}

static int find_name(struct reg_sqlite *sqlite, uint32_t authority, const char *name_key, char ret_code[19])
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_FILLED_NAME);
    uint64_t number;
    int error = find(sqlite, &sqlite->fill->names, hash_name(authority, name_key), statement, authority, NULL, name_key, &number);
    const char *found = error == 0 && number ? (const char *)sqlite3_column_text(statement, 0) : "";

    if (found)
        snprintf(ret_code, CODE_LEN + 1, "%s", found);
    done(statement);
    return found ? error : REG_ERR_NOMEM;
}

/* `taken`: filled where it is there, or NULL. */
static int find_request(struct reg_sqlite *sqlite, const char *caller, const char *request_id, struct reg_taken *taken,
                        uint64_t *ret_number)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_FILLED_REQUEST);
    int error = find(sqlite, &sqlite->fill->requests, hash_request(caller, request_id), statement, 0, caller, request_id, ret_number);

    if (error == 0 && *ret_number && taken) {
        error = sqlite3_column_bytes(statement, 0) == REG_DIGEST_LEN ? 0 : REG_ERR_CORRUPT;
        if (error == 0)
            memcpy(taken->digest, sqlite3_column_blob(statement, 0), REG_DIGEST_LEN);
        taken->position = (uint64_t)sqlite3_column_int64(statement, 1);
        taken->seen = true;
    }
    done(statement);
    return error;
}

static int add_licence(struct reg_sqlite_fill *fill, const char *code, uint32_t authority, const char *name_key, int64_t number)
{
    int error;

    pthread_mutex_lock(&fill->lock);
    error = reg_unique_add(&fill->subjects, hash_subject(code), (uint64_t)number);
    if (error == 0 && name_key)
        error = reg_unique_add(&fill->names, hash_name(authority, name_key), (uint64_t)number);
    pthread_mutex_unlock(&fill->lock);
    return error;
}

static int add_request(struct reg_sqlite_fill *fill, const char *caller, const char *request_id, int64_t number)
{
    int error;

    pthread_mutex_lock(&fill->lock);
    error = reg_unique_add(&fill->requests, hash_request(caller, request_id), (uint64_t)number);
    pthread_mutex_unlock(&fill->lock);
    return error;
}

int reg_sqlite_fill_find(struct reg_sqlite *sqlite, const struct reg_licence_row *row, const char *name_key, int64_t *ret_number)
{
    char subject[CODE_LEN + 1], holder[CODE_LEN + 1] = "";
    uint64_t number;
    int error = find_subject(sqlite, row->code, subject, &number);

    if (error == 0 && number && strcmp(subject, row->code) != 0)
        error = REG_ERR_CONFLICT;
    if (error == 0 && name_key)
        error = find_name(sqlite, row->authority, name_key, holder);
    if (error == 0 && *holder && strcmp(holder, row->code) != 0)
        error = REG_ERR_CONFLICT;
    if (error == 0)
        *ret_number = (int64_t)number;
    return error;
}

int reg_sqlite_fill_know(struct reg_sqlite *sqlite, const struct reg_licence_row *row, const char *name_key, int64_t number)
{
    return add_licence(sqlite->fill, row->code, row->authority, name_key, number);
}

int reg_sqlite_fill_find_request(struct reg_sqlite *sqlite, const struct reg_request_row *row)
{
    uint64_t number;
    int error = find_request(sqlite, row->caller, row->request_id, NULL, &number);

    return error == 0 && number ? REG_ERR_CONFLICT : error;
}

int reg_sqlite_fill_know_request(struct reg_sqlite *sqlite, const struct reg_request_row *row, int64_t number)
{
    return add_request(sqlite->fill, row->caller, row->request_id, number);
}

static int take(struct reg_sqlite *sqlite, const char *caller, struct reg_taken *taken)
{
    uint64_t number;
    int error = 0;

    taken->seen = false;
    taken->registered[0] = taken->holder[0] = '\0';
    if (taken->request_id)
        error = find_request(sqlite, caller, taken->request_id, taken, &number);
    if (error == 0 && taken->code)
        error = find_subject(sqlite, taken->code, taken->registered, &number);
    if (error == 0 && taken->name_key)
        error = find_name(sqlite, taken->authority, taken->name_key, taken->holder);
    return error;
}

int reg_sqlite_fill_taken(struct reg_sqlite *sqlite, struct reg_query *query)
{
    int error = 0;

    pthread_mutex_lock(&sqlite->fill->lock);
    for (size_t i = 0; i < query->taken_count && error == 0; i++)
        error = take(sqlite, query->caller, &query->taken[i]);
    pthread_mutex_unlock(&sqlite->fill->lock);
    return error;
}

/* ---- beginning ----------------------------------------------------------------------------------------------------- */

static const char *text(sqlite3_stmt *statement, int column)
{
    return (const char *)sqlite3_column_text(statement, column);
}

/* The rows of an earlier run. */
static int know_all(struct reg_sqlite *sqlite, struct reg_sqlite_fill *fill)
{
    sqlite3_stmt *licences = reg_sqlite_prepare(sqlite, REG_SQL_FILLED_LICENCES),
                 *requests = reg_sqlite_prepare(sqlite, REG_SQL_FILLED_REQUESTS);
    int stepped = SQLITE_DONE, error = licences && requests ? 0 : reg_sqlite_error(sqlite, NULL);

    while (error == 0 && (stepped = sqlite3_step(licences)) == SQLITE_ROW)
        error = add_licence(fill, text(licences, 1), (uint32_t)sqlite3_column_int64(licences, 2), text(licences, 3),
                            sqlite3_column_int64(licences, 0));
    while (error == 0 && stepped == SQLITE_DONE && (stepped = sqlite3_step(requests)) == SQLITE_ROW) {
        error = add_request(fill, text(requests, 1), text(requests, 2), sqlite3_column_int64(requests, 0));
        stepped = SQLITE_DONE;
    }
    if (error == 0 && stepped != SQLITE_DONE)
        error = reg_sqlite_error(sqlite, NULL);
    sqlite3_reset(licences);
    sqlite3_reset(requests);
    return error;
}

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
            snprintf(name, sizeof name, "%s", text(statement, 0));
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
    pthread_mutex_init(&fill->lock, NULL);
    fill->terms = reg_runs_new(path, CODE_LEN, TERMS_AT_A_TIME);
    fill->keys = reg_runs_new(path, NAME_LEN, KEYS_AT_A_TIME);
    error = fill->terms && fill->keys ? drop_indexes(sqlite) : REG_ERR_NOMEM;
    if (error == 0 && sqlite3_exec(sqlite->db, empty, NULL, NULL, NULL) != SQLITE_OK)
        error = reg_sqlite_error(sqlite, NULL);
    if (error == 0)
        error = know_all(sqlite, fill);
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

/* What is unique is known by the indexes from now on. Those of a large register are sorted in temporary files, not in memory. */
static int end(struct reg_sqlite *sqlite, struct reg_sqlite_fill *fill)
{
    int error = reg_runs_merge(fill->terms);

    if (error == 0)
        error = reg_runs_merge(fill->keys);
    if (error != 0)
        return error;
    reg_unique_clear(&fill->subjects);
    reg_unique_clear(&fill->names);
    reg_unique_clear(&fill->requests);
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
