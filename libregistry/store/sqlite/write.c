/* Inserts. */
#include "store/sqlite/sqlite.h"

static void bind_number(sqlite3_stmt *statement, int index, uint64_t number)
{
    sqlite3_bind_int64(statement, index, (sqlite3_int64)number);
}

static void bind_blob(sqlite3_stmt *statement, int index, struct reg_bytes bytes)
{
    sqlite3_bind_blob64(statement, index, bytes.data ? bytes.data : (const uint8_t *)"", bytes.len, SQLITE_STATIC);
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

int reg_sqlite_insert_entry(struct reg_sqlite *sqlite, const struct reg_append *append)
{
    const struct reg_entry_row *entry = &append->entry;
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_ENTRY);
    int error;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    bind_number(statement, 1, entry->position);
    if (entry->has_case)
        bind_number(statement, 2, entry->case_number);
    bind_blob(statement, 3, entry->header);
    bind_blob(statement, 4, entry->body);
    error = reg_sqlite_run(sqlite, statement);
    if (error == 0 && append->new_case_key) {
        statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_KEY);
        bind_number(statement, 1, entry->case_number);
        if (entry->wrapped_key.len > 0)
            bind_blob(statement, 2, entry->wrapped_key);
        error = reg_sqlite_run(sqlite, statement);
    }
    if (error == 0 && append->destroy_key) {
        statement = reg_sqlite_prepare(sqlite, REG_SQL_DESTROY_KEY);
        bind_number(statement, 1, append->destroy_case);
        error = reg_sqlite_run(sqlite, statement);
    }
    if (error == 0 && append->destroy_key) {
        statement = reg_sqlite_prepare(sqlite, REG_SQL_FORGET_RESTRICTION);
        bind_number(statement, 1, append->destroy_case);
        error = reg_sqlite_run(sqlite, statement);
    }
    return error;
}

static int put_licence(struct reg_sqlite *sqlite, const struct reg_licence_row *row, const char *name_key)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, sqlite->fill ? REG_SQL_FILL_LICENCE : REG_SQL_PUT_LICENCE);
    int64_t number = 0;
    int error = statement ? 0 : reg_sqlite_error(sqlite, NULL);

    if (error == 0 && sqlite->fill)
        error = reg_sqlite_fill_find(sqlite, row, name_key, &number);
    if (error != 0)
        return error;
    bind_text(statement, 1, row->code);
    bind_number(statement, 2, row->position);
    bind_number(statement, 3, row->serial);
    bind_number(statement, 4, row->version);
    bind_number(statement, 5, row->revision);
    bind_number(statement, 6, row->state);
    bind_number(statement, 7, row->authority);
    bind_number(statement, 8, row->type);
    bind_text(statement, 9, row->name);
    if (name_key)
        bind_text(statement, 10, name_key);
    if (row->parent[0])
        bind_text(statement, 11, row->parent);
    if (row->wake_day)
        sqlite3_bind_int64(statement, 12, row->wake_day);
    bind_number(statement, 13, row->industry);
    sqlite3_bind_int64(statement, 14, row->established);
    sqlite3_bind_int64(statement, 15, row->recorded);
    if (number)
        sqlite3_bind_int64(statement, 16, number);
    error = reg_sqlite_run(sqlite, statement);
    /* A row of an equal or newer revision stood there: the code, or the revision, was taken. */
    if (error == 0 && sqlite3_changes(sqlite->db) != 1)
        error = REG_ERR_CONFLICT;
    if (error == 0 && sqlite->fill)
        error = reg_sqlite_fill_know(sqlite, row, name_key, number ? number : sqlite3_last_insert_rowid(sqlite->db));
    return error;
}

static int insert_serial(struct reg_sqlite *sqlite, const struct reg_serial_row *row)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_SERIAL);

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    bind_number(statement, 1, row->serial);
    bind_text(statement, 2, row->code);
    bind_number(statement, 3, row->position);
    bind_number(statement, 4, row->version);
    return reg_sqlite_run(sqlite, statement);
}

static int put_case(struct reg_sqlite *sqlite, const struct reg_case_row *row)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_PUT_CASE);

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    bind_number(statement, 1, row->number);
    bind_number(statement, 2, row->position);
    bind_number(statement, 3, row->state);
    bind_number(statement, 4, row->authority);
    bind_text(statement, 5, row->code);
    return reg_sqlite_run(sqlite, statement);
}

static int insert_request(struct reg_sqlite *sqlite, const struct reg_request_row *row)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_REQUEST);
    int error = statement ? 0 : reg_sqlite_error(sqlite, NULL);

    if (error == 0 && sqlite->fill)
        error = reg_sqlite_fill_find_request(sqlite, row);
    if (error != 0)
        return error;
    bind_text(statement, 1, row->caller);
    bind_text(statement, 2, row->request_id);
    bind_blob(statement, 3, (struct reg_bytes){row->digest, REG_DIGEST_LEN});
    bind_number(statement, 4, row->position);
    error = reg_sqlite_run(sqlite, statement);
    if (error == 0 && sqlite->fill)
        error = reg_sqlite_fill_know_request(sqlite, row, sqlite3_last_insert_rowid(sqlite->db));
    return error;
}

static int insert_catalogue(struct reg_sqlite *sqlite, const struct reg_catalogue_row *row)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_CATALOGUE);

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    bind_number(statement, 1, row->revision);
    bind_number(statement, 2, row->position);
    sqlite3_bind_int64(statement, 3, row->effective);
    return reg_sqlite_run(sqlite, statement);
}

static int insert_restriction(struct reg_sqlite *sqlite, const struct reg_restriction_row *row)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_RESTRICTION);

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    bind_number(statement, 1, row->position);
    bind_text(statement, 2, row->subject);
    bind_number(statement, 3, row->source);
    sqlite3_bind_int64(statement, 4, row->since);
    if (row->until)
        sqlite3_bind_int64(statement, 5, row->until);
    bind_number(statement, 6, row->blocks);
    bind_number(statement, 7, row->unreachable);
    bind_text(statement, 8, row->basis);
    return reg_sqlite_run(sqlite, statement);
}

static int lift_restriction(struct reg_sqlite *sqlite, uint64_t placed, uint64_t position)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_LIFT_RESTRICTION);
    int error;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    bind_number(statement, 1, placed);
    bind_number(statement, 2, position);
    error = reg_sqlite_run(sqlite, statement);
    return error == 0 && sqlite3_changes(sqlite->db) != 1 ? REG_ERR_CONFLICT : error;
}

static int insert_pool(struct reg_sqlite *sqlite, const struct reg_pool_row *row)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_POOL_ADD);

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    bind_number(statement, 1, row->authority);
    bind_text(statement, 2, row->prefix);
    bind_number(statement, 3, row->first);
    bind_number(statement, 4, row->next);
    bind_number(statement, 5, row->last);
    bind_number(statement, 6, row->position);
    return reg_sqlite_run(sqlite, statement);
}

int reg_sqlite_insert_views(struct reg_sqlite *sqlite, const struct reg_append *append)
{
    int error = append->licence ? put_licence(sqlite, append->licence, append->name_key) : 0;

    if (error == 0 && append->terms)
        error = reg_sqlite_put_terms(sqlite, append->terms);
    if (error == 0)
        error = reg_sqlite_put_names(sqlite, append);
    if (error == 0 && append->serial)
        error = insert_serial(sqlite, append->serial);
    if (error == 0 && append->case_row)
        error = put_case(sqlite, append->case_row);
    if (error == 0 && append->request)
        error = insert_request(sqlite, append->request);
    if (error == 0 && append->catalogue)
        error = insert_catalogue(sqlite, append->catalogue);
    if (error == 0 && append->restriction)
        error = insert_restriction(sqlite, append->restriction);
    if (error == 0 && append->lifts)
        error = lift_restriction(sqlite, append->lifts, append->entry.position);
    if (error == 0 && append->pool)
        error = insert_pool(sqlite, append->pool);
    return error;
}
