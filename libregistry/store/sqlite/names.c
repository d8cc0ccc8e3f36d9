/* Names and their keys: which are looked for, which are written. */
#include <string.h>

#include "store/sqlite/sqlite.h"

#define NAMES_OF_MAX 4096 /* one holder's, of all times */

static void done(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static int read_name(sqlite3_stmt *statement, struct reg_arena *arena, struct reg_name_row *ret)
{
    const char *holder = (const char *)sqlite3_column_text(statement, 1),
               *name = (const char *)sqlite3_column_text(statement, 2);

    *ret = (struct reg_name_row){.holder = reg_arena_strdup(arena, holder ? holder : ""),
                                 .name = reg_arena_strdup(arena, name ? name : ""),
                                 .authority = (uint32_t)sqlite3_column_int64(statement, 3),
                                 .state = (enum reg_name_state)sqlite3_column_int(statement, 4),
                                 .until_day = sqlite3_column_int(statement, 5),
                                 .position = (uint64_t)sqlite3_column_int64(statement, 6)};
    return ret->holder && ret->name ? 0 : REG_ERR_NOMEM;
}

/* Names found so far, with their rows' numbers: several keys may lead to one. */
struct found {
    int64_t numbers[REG_NAMES_MAX];
};

static int take_name(sqlite3_stmt *statement, struct reg_query *query, struct found *found)
{
    int64_t number = sqlite3_column_int64(statement, 0);
    int error;

    for (size_t i = 0; i < query->name_count; i++)
        if (found->numbers[i] == number)
            return 0;
    found->numbers[query->name_count] = number;
    error = read_name(statement, query->arena, &query->names[query->name_count]);
    query->name_count += error == 0;
    return error;
}

static int find_by_key(struct reg_sqlite *sqlite, struct reg_query *query, uint32_t key, bool sure, struct found *found)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, sure ? REG_SQL_NAMES_SURE : REG_SQL_NAMES_NEAR);
    int stepped = SQLITE_DONE, error = 0;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_bind_int64(statement, 1, query->authority);
    sqlite3_bind_int64(statement, 2, key);
    sqlite3_bind_int64(statement, 3, query->probe->industry);
    sqlite3_bind_int64(statement, 4, query->probe->day);
    sqlite3_bind_int64(statement, 5, REG_NAMES_PER_KEY);
    if (!sure)
        sqlite3_bind_int64(statement, 6, REG_NAMES_LOOKED_AT);
    while (error == 0 && query->name_count < REG_NAMES_MAX && (stepped = sqlite3_step(statement)) == SQLITE_ROW)
        error = take_name(statement, query, found);
    if (error == 0 && stepped != SQLITE_ROW && stepped != SQLITE_DONE)
        error = reg_sqlite_error(sqlite, NULL);
    done(statement);
    return error;
}

int reg_sqlite_query_names(struct reg_sqlite *sqlite, struct reg_query *query)
{
    const struct reg_name_probe *probe = query->probe;
    struct found found;
    int error = 0;

    if (!probe)
        return 0;
    query->names = reg_arena_alloc(query->arena, REG_NAMES_MAX * sizeof *query->names);
    if (!query->names)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < probe->count && error == 0; i++)
        error = find_by_key(sqlite, query, probe->keys[i], i < probe->sure, &found);
    return error;
}

/* How many of the probe's keys lead to that row. */
static int count_keys(struct reg_sqlite *sqlite, const struct reg_name_probe *probe, int64_t number,
                      struct reg_name_row *row)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_NAME_KEY);
    int error = 0;

    for (size_t i = 0; probe && i < probe->count && error == 0; i++) {
        int stepped;

        if (!statement)
            return reg_sqlite_error(sqlite, NULL);
        sqlite3_bind_int64(statement, 1, row->authority);
        sqlite3_bind_int64(statement, 2, probe->keys[i]);
        sqlite3_bind_int64(statement, 3, number);
        stepped = sqlite3_step(statement);
        row->key_count += stepped == SQLITE_ROW && (uint32_t)sqlite3_column_int64(statement, 0) == probe->industry;
        if (stepped != SQLITE_ROW && stepped != SQLITE_DONE)
            error = reg_sqlite_error(sqlite, NULL);
        done(statement);
    }
    return error;
}

static int read_holder(struct reg_sqlite *sqlite, struct reg_query *query, const char *holder, size_t max)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_NAMES_OF);
    size_t cap = 0;
    int stepped, error = 0;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    bind_text(statement, 1, holder);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)max);
    while (error == 0 && (stepped = sqlite3_step(statement)) == SQLITE_ROW) {
        if (query->name_count == cap) {
            struct reg_name_row *more = reg_arena_alloc(query->arena, (cap ? 2 * cap : 4) * sizeof *more);

            if (!more) {
                error = REG_ERR_NOMEM;
                break;
            }
            if (cap)
                memcpy(more, query->names, cap * sizeof *more);
            query->names = more;
            cap = cap ? 2 * cap : 4;
        }
        error = read_name(statement, query->arena, &query->names[query->name_count]);
        if (error == 0 && query->name && strcmp(query->names[query->name_count].name, query->name) == 0)
            error = count_keys(sqlite, query->probe, sqlite3_column_int64(statement, 0), &query->names[query->name_count]);
        query->name_count += error == 0;
    }
    if (error == 0 && stepped != SQLITE_DONE)
        error = reg_sqlite_error(sqlite, NULL);
    done(statement);
    return error;
}

int reg_sqlite_query_names_of(struct reg_sqlite *sqlite, struct reg_query *query)
{
    return query->code_count > 0 ? read_holder(sqlite, query, query->codes[0], NAMES_OF_MAX) : 0;
}

int reg_sqlite_query_reservation(struct reg_sqlite *sqlite, struct reg_query *query)
{
    struct reg_query only = {.arena = query->arena};
    int error = read_holder(sqlite, &only, query->reservation, 1);

    if (error == 0 && only.name_count > 0)
        query->reserved = only.names;
    return error;
}

/* ---- writing ------------------------------------------------------------------------------------------------------- */

/* Takes away every key of the row, for the name of that number under that authority. */
static int delete_keys(struct reg_sqlite *sqlite, const struct reg_name_row *row, int64_t number, int64_t authority)
{
    int error = reg_sqlite_write_sorted(sqlite); /* of an earlier append */

    for (size_t i = 0; i < row->key_count && error == 0; i++) {
        sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_DELETE_KEY_OF_NAME);

        if (!statement)
            return reg_sqlite_error(sqlite, NULL);
        sqlite3_bind_int64(statement, 1, authority);
        sqlite3_bind_int64(statement, 2, row->keys[i]);
        sqlite3_bind_int64(statement, 3, number);
        error = reg_sqlite_run(sqlite, statement);
    }
    return error;
}

/* The row that stands there; *ret_number 0: none. */
static int find_name(struct reg_sqlite *sqlite, const struct reg_name_row *row, int64_t *ret_number, int64_t *ret_authority)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_NAME_ROW);
    int stepped, error = 0;

    *ret_number = *ret_authority = 0;
    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    bind_text(statement, 1, row->holder);
    bind_text(statement, 2, row->name);
    stepped = sqlite3_step(statement);
    if (stepped == SQLITE_ROW) {
        *ret_number = sqlite3_column_int64(statement, 0);
        *ret_authority = sqlite3_column_int64(statement, 3);
    } else if (stepped != SQLITE_DONE)
        error = reg_sqlite_error(sqlite, NULL);
    done(statement);
    return error;
}

static int insert_name(struct reg_sqlite *sqlite, const struct reg_name_row *row)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_NAME);
    int error;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    bind_text(statement, 1, row->holder);
    bind_text(statement, 2, row->name);
    sqlite3_bind_int64(statement, 3, row->authority);
    sqlite3_bind_int64(statement, 4, row->state);
    if (row->until_day)
        sqlite3_bind_int64(statement, 5, row->until_day);
    sqlite3_bind_int64(statement, 6, (sqlite3_int64)row->position);
    error = reg_sqlite_run(sqlite, statement);
    if (error != 0)
        return error;
    return (sqlite->fill ? reg_sqlite_fill_keys : reg_sqlite_keep_keys)(sqlite, row, sqlite3_last_insert_rowid(sqlite->db));
}

static int update_name(struct reg_sqlite *sqlite, const struct reg_name_row *row, int64_t number, int64_t authority)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_UPDATE_NAME);
    int error;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_bind_int64(statement, 1, number);
    sqlite3_bind_int64(statement, 2, row->authority);
    sqlite3_bind_int64(statement, 3, row->state);
    if (row->until_day)
        sqlite3_bind_int64(statement, 4, row->until_day);
    sqlite3_bind_int64(statement, 5, (sqlite3_int64)row->position);
    error = reg_sqlite_run(sqlite, statement);
    if (error != 0 || row->authority == authority)
        return error;
    error = delete_keys(sqlite, row, number, authority);
    return error != 0 ? error : reg_sqlite_keep_keys(sqlite, row, number);
}

static int delete_name(struct reg_sqlite *sqlite, const struct reg_name_row *row, int64_t number, int64_t authority)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_DELETE_NAME);
    int error;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_bind_int64(statement, 1, number);
    error = reg_sqlite_run(sqlite, statement);
    return error != 0 ? error : delete_keys(sqlite, row, number, authority);
}

int reg_sqlite_put_names(struct reg_sqlite *sqlite, const struct reg_append *append)
{
    int error = 0;

    for (size_t i = 0; i < append->name_count && error == 0; i++) {
        const struct reg_name_row *row = &append->names[i];
        int64_t number, authority;

        if (sqlite->fill) { /* to be looked up in the end, by its index */
            error = row->state != REG_NAME_REMOVED ? insert_name(sqlite, row) : 0;
            continue;
        }
        error = find_name(sqlite, row, &number, &authority);
        if (error == 0 && row->state == REG_NAME_REMOVED)
            error = number ? delete_name(sqlite, row, number, authority) : 0;
        else if (error == 0)
            error = number ? update_name(sqlite, row, number, authority) : insert_name(sqlite, row);
    }
    return error;
}
