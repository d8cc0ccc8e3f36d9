/* What is unique of licences and requests, while they have no index: their rows' numbers are found in memory, by a hash, and
 * the rows are looked at. */
#include <stdio.h>
#include <string.h>

#include "store/sqlite/fill.h"

#define SUBJECT_AT  8 /* of a code: characters 9 to 17 */
#define SUBJECT_LEN 9
#define CODE_SIZE   sizeof((struct reg_taken *)0)->registered

void reg_known_init(struct reg_known *known)
{
    pthread_mutex_init(&known->lock, NULL);
}

void reg_known_forget(struct reg_known *known)
{
    reg_unique_clear(&known->subjects);
    reg_unique_clear(&known->names);
    reg_unique_clear(&known->requests);
}

void reg_known_clear(struct reg_known *known)
{
    reg_known_forget(known);
    pthread_mutex_destroy(&known->lock);
}

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
    if (!statement)
        return;
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

static int find_subject(struct reg_sqlite *sqlite, const char *code, char ret_code[CODE_SIZE], uint64_t *ret_number)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_FILLED_SUBJECT);
    int error = find(sqlite, &sqlite->fill->known.subjects, hash_subject(code), statement, 0, code, NULL, ret_number);
    const char *found = error == 0 && *ret_number ? (const char *)sqlite3_column_text(statement, 0) : "";

    if (found)
        snprintf(ret_code, CODE_SIZE, "%s", found);
    done(statement);
    return found ? error : REG_ERR_NOMEM;
}

static int find_name(struct reg_sqlite *sqlite, uint32_t authority, const char *name_key, char ret_code[CODE_SIZE])
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_FILLED_NAME);
    uint64_t number;
    int error = find(sqlite, &sqlite->fill->known.names, hash_name(authority, name_key), statement, authority, NULL,
                     name_key, &number);
    const char *found = error == 0 && number ? (const char *)sqlite3_column_text(statement, 0) : "";

    if (found)
        snprintf(ret_code, CODE_SIZE, "%s", found);
    done(statement);
    return found ? error : REG_ERR_NOMEM;
}

/* `taken`: filled where it is there, or NULL. */
static int find_request(struct reg_sqlite *sqlite, const char *caller, const char *request_id, struct reg_taken *taken,
                        uint64_t *ret_number)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_FILLED_REQUEST);
    int error = find(sqlite, &sqlite->fill->known.requests, hash_request(caller, request_id), statement, 0, caller,
                     request_id, ret_number);

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

static int add_licence(struct reg_known *known, const char *code, uint32_t authority, const char *name_key, int64_t number)
{
    int error;

    pthread_mutex_lock(&known->lock);
    error = reg_unique_add(&known->subjects, hash_subject(code), (uint64_t)number);
    if (error == 0 && name_key)
        error = reg_unique_add(&known->names, hash_name(authority, name_key), (uint64_t)number);
    pthread_mutex_unlock(&known->lock);
    return error;
}

static int add_request(struct reg_known *known, const char *caller, const char *request_id, int64_t number)
{
    int error;

    pthread_mutex_lock(&known->lock);
    error = reg_unique_add(&known->requests, hash_request(caller, request_id), (uint64_t)number);
    pthread_mutex_unlock(&known->lock);
    return error;
}

int reg_sqlite_fill_find(struct reg_sqlite *sqlite, const struct reg_licence_row *row, const char *name_key,
                         int64_t *ret_number)
{
    char subject[CODE_SIZE], holder[CODE_SIZE] = "";
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
    return add_licence(&sqlite->fill->known, row->code, row->authority, name_key, number);
}

int reg_sqlite_fill_find_request(struct reg_sqlite *sqlite, const struct reg_request_row *row)
{
    uint64_t number;
    int error = find_request(sqlite, row->caller, row->request_id, NULL, &number);

    return error == 0 && number ? REG_ERR_CONFLICT : error;
}

int reg_sqlite_fill_know_request(struct reg_sqlite *sqlite, const struct reg_request_row *row, int64_t number)
{
    return add_request(&sqlite->fill->known, row->caller, row->request_id, number);
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

    pthread_mutex_lock(&sqlite->fill->known.lock);
    for (size_t i = 0; i < query->taken_count && error == 0; i++)
        error = take(sqlite, query->caller, &query->taken[i]);
    pthread_mutex_unlock(&sqlite->fill->known.lock);
    return error;
}

static const char *text(sqlite3_stmt *statement, int column)
{
    return (const char *)sqlite3_column_text(statement, column);
}

/* The rows of an earlier run. */
int reg_known_read(struct reg_sqlite *sqlite, struct reg_known *known)
{
    sqlite3_stmt *licences = reg_sqlite_prepare(sqlite, REG_SQL_FILLED_LICENCES),
                 *requests = reg_sqlite_prepare(sqlite, REG_SQL_FILLED_REQUESTS);
    int stepped = SQLITE_DONE, error = licences && requests ? 0 : reg_sqlite_error(sqlite, NULL);

    while (error == 0 && (stepped = sqlite3_step(licences)) == SQLITE_ROW)
        error = !text(licences, 1) ? REG_ERR_NOMEM
                                   : add_licence(known, text(licences, 1), (uint32_t)sqlite3_column_int64(licences, 2),
                                                 text(licences, 3), sqlite3_column_int64(licences, 0));
    while (error == 0 && stepped == SQLITE_DONE && (stepped = sqlite3_step(requests)) == SQLITE_ROW) {
        error = !text(requests, 1) || !text(requests, 2)
                    ? REG_ERR_NOMEM
                    : add_request(known, text(requests, 1), text(requests, 2), sqlite3_column_int64(requests, 0));
        stepped = SQLITE_DONE;
    }
    if (error == 0 && stepped != SQLITE_DONE)
        error = reg_sqlite_error(sqlite, NULL);
    sqlite3_reset(licences);
    sqlite3_reset(requests);
    return error;
}
