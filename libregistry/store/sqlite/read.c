/* Queries. Each ends with every statement reset: a reader holds no snapshot between two queries. */
#include <string.h>

#include "store/sqlite/sqlite.h"

#define PAGE_BYTES ((size_t)4 << 20)

/* Steps; 1: a row, 0: no more, negative: an error. */
static int step(struct reg_sqlite *sqlite, sqlite3_stmt *statement)
{
    int stepped = statement ? sqlite3_step(statement) : SQLITE_ERROR;

    return stepped == SQLITE_ROW ? 1 : stepped == SQLITE_DONE ? 0 : reg_sqlite_error(sqlite, NULL);
}

static void done(sqlite3_stmt *statement)
{
    if (!statement)
        return;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static int copy_blob(sqlite3_stmt *statement, int column, struct reg_arena *arena, struct reg_bytes *ret)
{
    size_t len = (size_t)sqlite3_column_bytes(statement, column);
    void *copy = NULL;

    if (len > 0 && !(copy = reg_arena_memdup(arena, sqlite3_column_blob(statement, column), len)))
        return REG_ERR_NOMEM;
    *ret = (struct reg_bytes){copy, len};
    return 0;
}

static int copy_code(sqlite3_stmt *statement, int column, char ret[19])
{
    const char *text = (const char *)sqlite3_column_text(statement, column);

    if (!text || sqlite3_column_bytes(statement, column) > 18)
        return REG_ERR_CORRUPT;
    strcpy(ret, text);
    return 0;
}

static int bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    return statement ? sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC) : SQLITE_ERROR;
}

/* Numbers from callers may lie past what SQLite counts; nothing is stored there. */
static int bind_number(sqlite3_stmt *statement, int index, uint64_t number)
{
    return statement ? sqlite3_bind_int64(statement, index, number > INT64_MAX ? INT64_MAX : (sqlite3_int64)number)
                     : SQLITE_ERROR;
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

static int read_entry(sqlite3_stmt *statement, int column, struct reg_arena *arena, struct reg_entry_row *ret)
{
    struct reg_entry_row row = {.position = (uint64_t)sqlite3_column_int64(statement, column),
                                .has_case = sqlite3_column_type(statement, column + 1) != SQLITE_NULL,
                                .case_number = (uint64_t)sqlite3_column_int64(statement, column + 1)};
    int error = copy_blob(statement, column + 2, arena, &row.header);

    if (error == 0)
        error = copy_blob(statement, column + 3, arena, &row.body);
    if (error == 0)
        error = copy_blob(statement, column + 4, arena, &row.wrapped_key);
    if (error == 0)
        *ret = row;
    return error;
}

int reg_sqlite_read_licence(sqlite3_stmt *statement, struct reg_arena *arena, struct reg_licence_row *ret)
{
    struct reg_licence_row row = {.position = (uint64_t)sqlite3_column_int64(statement, 1),
                                  .serial = (uint64_t)sqlite3_column_int64(statement, 2),
                                  .version = (uint32_t)sqlite3_column_int64(statement, 3),
                                  .revision = (uint64_t)sqlite3_column_int64(statement, 4),
                                  .state = (uint32_t)sqlite3_column_int64(statement, 5),
                                  .authority = (uint32_t)sqlite3_column_int64(statement, 6),
                                  .type = (uint32_t)sqlite3_column_int64(statement, 7),
                                  .wake_day = (int32_t)sqlite3_column_int64(statement, 10),
                                  .industry = (uint32_t)sqlite3_column_int64(statement, 11),
                                  .established = (int32_t)sqlite3_column_int64(statement, 12),
                                  .recorded = (int32_t)sqlite3_column_int64(statement, 13)};
    const char *name = (const char *)sqlite3_column_text(statement, 8);
    int error = copy_code(statement, 0, row.code);

    if (error == 0 && sqlite3_column_type(statement, 9) != SQLITE_NULL)
        error = copy_code(statement, 9, row.parent);
    if (error == 0 && !(row.name = reg_arena_strdup(arena, name ? name : "")))
        error = REG_ERR_NOMEM;
    if (error == 0)
        *ret = row;
    return error;
}

/* ---- queries ------------------------------------------------------------------------------------------------------- */

static int query_head(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_HEAD);
    int error = step(sqlite, statement);

    query->head = (struct reg_head){0};
    if (error == 1) {
        query->head.size = (uint64_t)sqlite3_column_int64(statement, 0);
        query->head.time_ms = sqlite3_column_int64(statement, 1);
        query->head.rebuilt = (uint64_t)sqlite3_column_int64(statement, 3);
        error = query->kind == REG_QUERY_HEAD
                    ? reg_edge_decode(
                          query->head.size,
                          (struct reg_bytes){sqlite3_column_blob(statement, 2), (size_t)sqlite3_column_bytes(statement, 2)},
                          &query->head.edge)
                    : 0;
    }
    done(statement);
    return error;
}

static int query_licences(struct reg_sqlite *sqlite, struct reg_query *query)
{
    int error = 0;

    query->licences = reg_arena_alloc(query->arena, (query->code_count + 1) * sizeof *query->licences);
    query->entries =
        query->with_entries ? reg_arena_alloc(query->arena, (query->code_count + 1) * sizeof *query->entries) : NULL;
    if (!query->licences || (query->with_entries && !query->entries))
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < query->code_count && error >= 0; i++) {
        sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, query->with_entries ? REG_SQL_LICENCE_ENTRY : REG_SQL_LICENCE);

        bind_text(statement, 1, query->codes[i]);
        error = step(sqlite, statement);
        if (error == 1) {
            error = reg_sqlite_read_licence(statement, query->arena, &query->licences[query->licence_count]);
            if (error == 0 && query->with_entries)
                error = read_entry(statement, 14, query->arena, &query->entries[query->entry_count++]);
            query->licence_count += error == 0;
        }
        done(statement);
    }
    return error;
}

static int query_entries(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, query->headers_only ? REG_SQL_HEADERS : REG_SQL_ENTRIES);
    size_t bytes = 0, limit = query->limit < 65536 ? query->limit : 65536;
    int error;

    query->entries = reg_arena_alloc(query->arena, (limit + 1) * sizeof *query->entries);
    if (!query->entries)
        return REG_ERR_NOMEM;
    bind_number(statement, 1, query->from);
    bind_number(statement, 2, limit);
    while ((error = step(sqlite, statement)) == 1) {
        bytes += (size_t)sqlite3_column_bytes(statement, 2) + (size_t)sqlite3_column_bytes(statement, 3);
        if (bytes > PAGE_BYTES && query->entry_count > 0) {
            error = 0;
            break;
        }
        error = read_entry(statement, 0, query->arena, &query->entries[query->entry_count]);
        if (error != 0)
            break;
        query->entry_count++;
    }
    done(statement);
    return error;
}

/* The entry at a position, as entries[0]. */
static int query_entry(struct reg_sqlite *sqlite, struct reg_query *query, uint64_t position)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_ENTRY);
    int error;

    query->entries = reg_arena_alloc(query->arena, sizeof *query->entries);
    if (!query->entries)
        return REG_ERR_NOMEM;
    bind_number(statement, 1, position);
    error = step(sqlite, statement);
    if (error == 1) {
        error = read_entry(statement, 0, query->arena, query->entries);
        query->entry_count = error == 0;
    }
    done(statement);
    return error;
}

/* Rows of the case view; grows the list as they come. */
static int query_cases(struct reg_sqlite *sqlite, struct reg_query *query, sqlite3_stmt *statement)
{
    size_t cap = 0;
    int error;

    while ((error = step(sqlite, statement)) == 1) {
        struct reg_case_row *row;

        if (query->case_count == cap) {
            size_t more = cap ? cap * 2 : 4;
            struct reg_case_row *rows = reg_arena_alloc(query->arena, more * sizeof *rows);

            if (!rows) {
                error = REG_ERR_NOMEM;
                break;
            }
            if (cap)
                memcpy(rows, query->cases, cap * sizeof *rows);
            query->cases = rows;
            cap = more;
        }
        row = &query->cases[query->case_count];
        row->number = (uint64_t)sqlite3_column_int64(statement, 0);
        row->position = (uint64_t)sqlite3_column_int64(statement, 1);
        row->state = (uint32_t)sqlite3_column_int64(statement, 2);
        row->authority = (uint32_t)sqlite3_column_int64(statement, 3);
        error = copy_code(statement, 4, row->code);
        if (error != 0)
            break;
        query->case_count++;
    }
    done(statement);
    return error;
}

static int query_case(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_CASE);
    int error;

    bind_number(statement, 1, query->number);
    error = query_cases(sqlite, query, statement);
    if (error == 0 && query->case_count > 0)
        error = query_entry(sqlite, query, query->cases[0].position);
    return error;
}

static int query_cases_of(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_CASES_OF);

    bind_text(statement, 1, query->code_count > 0 ? query->codes[0] : "");
    return query_cases(sqlite, query, statement);
}

static int query_cases_page(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_CASES);

    bind_number(statement, 1, query->number);
    bind_number(statement, 2, query->state);
    bind_number(statement, 3, query->authority);
    bind_number(statement, 4, query->limit);
    return query_cases(sqlite, query, statement);
}

static int query_wakes(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_WAKES);
    size_t limit = query->limit < 65536 ? query->limit : 65536;
    int error;

    query->licences = reg_arena_alloc(query->arena, (limit + 1) * sizeof *query->licences);
    if (!query->licences)
        return REG_ERR_NOMEM;
    bind_number(statement, 1, query->number);
    bind_number(statement, 2, limit);
    while ((error = step(sqlite, statement)) == 1) {
        error = reg_sqlite_read_licence(statement, query->arena, &query->licences[query->licence_count]);
        if (error != 0)
            break;
        query->licence_count++;
    }
    done(statement);
    return error;
}

static int query_branches(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_BRANCHES);
    const char *names = "";
    int error;

    bind_text(statement, 1, query->parent);
    bind_number(statement, 2, REG_BRANCHES_NAMED);
    while ((error = step(sqlite, statement)) == 1) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);

        query->branch_count = (size_t)sqlite3_column_int64(statement, 1);
        names = reg_arena_printf(query->arena, "%s%s%s", names, names[0] ? "、" : "", name ? name : "");
        if (!names) {
            error = REG_ERR_NOMEM;
            break;
        }
    }
    query->branch_names = names;
    done(statement);
    return error;
}

static int query_serial(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_SERIAL);
    const char *code;
    int error;

    query->serials = reg_arena_alloc(query->arena, sizeof *query->serials);
    if (!query->serials)
        return REG_ERR_NOMEM;
    bind_number(statement, 1, query->number);
    error = step(sqlite, statement);
    if (error == 1) {
        query->serials->serial = (uint64_t)sqlite3_column_int64(statement, 0);
        query->serials->position = (uint64_t)sqlite3_column_int64(statement, 2);
        query->serials->version = (uint32_t)sqlite3_column_int64(statement, 3);
        error = copy_code(statement, 1, query->serials->code);
        query->serial_count = error == 0;
    }
    done(statement);
    if (error != 0 || query->serial_count == 0)
        return error;
    code = query->serials->code;
    query->codes = &code;
    query->code_count = 1;
    error = query_licences(sqlite, query);
    query->codes = NULL;
    query->code_count = 0;
    return error == 0 ? query_entry(sqlite, query, query->serials->position) : error;
}

static int query_request(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_REQUEST);
    int error;

    bind_text(statement, 1, query->caller);
    bind_text(statement, 2, query->request_id);
    error = step(sqlite, statement);
    if (error == 1) {
        struct reg_request_row *row = reg_arena_alloc(query->arena, sizeof *row);

        error = !row ? REG_ERR_NOMEM : sqlite3_column_bytes(statement, 0) != REG_DIGEST_LEN ? REG_ERR_CORRUPT : 0;
        if (error == 0) {
            *row = (struct reg_request_row){
                query->caller, query->request_id, {0}, (uint64_t)sqlite3_column_int64(statement, 1)};
            memcpy(row->digest, sqlite3_column_blob(statement, 0), REG_DIGEST_LEN);
            query->request = row;
        }
    }
    done(statement);
    return error;
}

static int query_name(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_NAME);
    int error;

    bind_number(statement, 1, query->authority);
    bind_text(statement, 2, query->name_key);
    error = step(sqlite, statement);
    if (error == 1) {
        const char *code = (const char *)sqlite3_column_text(statement, 0);

        query->name_code = code ? reg_arena_strdup(query->arena, code) : NULL;
        error = query->name_code ? 0 : code ? REG_ERR_NOMEM : REG_ERR_CORRUPT;
    }
    done(statement);
    return error;
}

static int query_catalogues(struct reg_sqlite *sqlite, struct reg_query *query, sqlite3_stmt *statement)
{
    size_t cap = 0;
    int error;

    while ((error = step(sqlite, statement)) == 1) {
        if (query->catalogue_count == cap) {
            struct reg_catalogue_row *grown = reg_arena_alloc(query->arena, (cap = cap * 2 + 1) * sizeof *grown);

            if (!grown) {
                error = REG_ERR_NOMEM;
                break;
            }
            if (query->catalogue_count)
                memcpy(grown, query->catalogues, query->catalogue_count * sizeof *grown);
            query->catalogues = grown;
        }
        query->catalogues[query->catalogue_count++] =
            (struct reg_catalogue_row){.revision = (uint32_t)sqlite3_column_int64(statement, 0),
                                       .position = (uint64_t)sqlite3_column_int64(statement, 1),
                                       .effective = (int32_t)sqlite3_column_int64(statement, 2)};
    }
    done(statement);
    return error;
}

static int query_pools(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_POOLS);
    size_t cap = 0;
    int error;

    while ((error = step(sqlite, statement)) == 1) {
        struct reg_pool_row *row;
        const char *prefix = (const char *)sqlite3_column_text(statement, 1);

        if (query->pool_count == cap) {
            struct reg_pool_row *grown = reg_arena_alloc(query->arena, (cap = cap * 2 + 2) * sizeof *grown);

            if (!grown) {
                error = REG_ERR_NOMEM;
                break;
            }
            if (query->pool_count)
                memcpy(grown, query->pools, query->pool_count * sizeof *grown);
            query->pools = grown;
        }
        row = &query->pools[query->pool_count];
        *row = (struct reg_pool_row){.authority = (uint32_t)sqlite3_column_int64(statement, 0),
                                     .first = (uint64_t)sqlite3_column_int64(statement, 2),
                                     .next = (uint64_t)sqlite3_column_int64(statement, 3),
                                     .last = (uint64_t)sqlite3_column_int64(statement, 4),
                                     .position = (uint64_t)sqlite3_column_int64(statement, 5)};
        if (!prefix || strlen(prefix) >= sizeof row->prefix) {
            error = REG_ERR_CORRUPT;
            break;
        }
        strcpy(row->prefix, prefix);
        query->pool_count++;
    }
    done(statement);
    return error;
}

static int query_subjects(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_SUBJECTS);
    int error;

    query->licences = reg_arena_alloc(query->arena, sizeof *query->licences);
    if (!query->licences)
        return REG_ERR_NOMEM;
    bind_text(statement, 1, query->code_count > 1 ? query->codes[0] : "");
    bind_text(statement, 2, query->code_count > 1 ? query->codes[1] : "");
    error = step(sqlite, statement);
    if (error == 1) {
        error = reg_sqlite_read_licence(statement, query->arena, query->licences);
        query->licence_count = error == 0;
    }
    done(statement);
    return error;
}

static int query_catalogues_behind(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_CATALOGUES);

    bind_number(statement, 1, query->number);
    return query_catalogues(sqlite, query, statement);
}

/* Adds the statement's rows to those that are there. */
static int query_restrictions(struct reg_sqlite *sqlite, struct reg_query *query, sqlite3_stmt *statement, size_t *cap)
{
    int error;

    while ((error = step(sqlite, statement)) == 1) {
        const char *subject = (const char *)sqlite3_column_text(statement, 1),
                   *basis = (const char *)sqlite3_column_text(statement, 7);
        struct reg_restriction_row *row;

        if (query->restriction_count == *cap) {
            size_t more = *cap ? *cap * 2 : 4;
            struct reg_restriction_row *rows = reg_arena_alloc(query->arena, more * sizeof *rows);

            if (!rows) {
                error = REG_ERR_NOMEM;
                break;
            }
            if (*cap)
                memcpy(rows, query->restrictions, *cap * sizeof *rows);
            query->restrictions = rows;
            *cap = more;
        }
        row = &query->restrictions[query->restriction_count];
        *row = (struct reg_restriction_row){.position = (uint64_t)sqlite3_column_int64(statement, 0),
                                            .subject = reg_arena_strdup(query->arena, subject ? subject : ""),
                                            .source = (uint32_t)sqlite3_column_int64(statement, 2),
                                            .since = (int32_t)sqlite3_column_int64(statement, 3),
                                            .until = (int32_t)sqlite3_column_int64(statement, 4),
                                            .blocks = (uint32_t)sqlite3_column_int64(statement, 5),
                                            .unreachable = sqlite3_column_int64(statement, 6) != 0,
                                            .basis = reg_arena_strdup(query->arena, basis ? basis : ""),
                                            .lifted = (uint64_t)sqlite3_column_int64(statement, 8)};
        if (!row->subject || !row->basis) {
            error = REG_ERR_NOMEM;
            break;
        }
        query->restriction_count++;
    }
    done(statement);
    return error;
}

/* Those that stand, subject by subject. */
static int query_standing(struct reg_sqlite *sqlite, struct reg_query *query)
{
    size_t cap = 0;
    int error = 0;

    for (size_t i = 0; i < query->subject_count && error == 0; i++) {
        sqlite3_stmt *statement;

        if (!query->subjects[i][0]) /* nobody */
            continue;
        statement = reg_sqlite_prepare(sqlite, REG_SQL_STANDING);
        bind_text(statement, 1, query->subjects[i]);
        error = query_restrictions(sqlite, query, statement, &cap);
    }
    return error;
}

static int query_restriction(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_RESTRICTION);
    size_t cap = 0;

    bind_number(statement, 1, query->number);
    return query_restrictions(sqlite, query, statement, &cap);
}

static int query_restrictions_page(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_RESTRICTIONS);
    size_t cap = 0;

    bind_number(statement, 1, query->number);
    if (query->subject_count > 0)
        bind_text(statement, 2, query->subjects[0]);
    bind_number(statement, 3, query->with_lifted);
    bind_number(statement, 4, query->limit);
    return query_restrictions(sqlite, query, statement, &cap);
}

static int query_register(struct reg_sqlite *sqlite, struct reg_query *query)
{
    int error = query->caller && query->request_id ? query_request(sqlite, query) : 0;

    if (error == 0)
        error = query_licences(sqlite, query);
    if (error == 0 && query->name_key)
        error = query_name(sqlite, query);
    if (error == 0 && query->parent)
        error = query_branches(sqlite, query);
    if (error == 0)
        error = query_catalogues(sqlite, query, reg_sqlite_prepare(sqlite, REG_SQL_LAST_CATALOGUE));
    if (error == 0 && query->probe)
        error = reg_sqlite_query_names(sqlite, query);
    if (error == 0 && query->reservation)
        error = reg_sqlite_query_reservation(sqlite, query);
    if (error == 0 && query->subject_count > 0)
        error = query_standing(sqlite, query);
    return error;
}

static int query_tile(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_TILE);
    int error;

    bind_number(statement, 1, query->level);
    bind_number(statement, 2, query->number);
    error = step(sqlite, statement);
    if (error == 1)
        error = copy_blob(statement, 0, query->arena, &query->bytes);
    done(statement);
    return error;
}

static int query_checkpoint(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_CHECKPOINT);
    int error = step(sqlite, statement);

    if (error == 1) {
        query->number = (uint64_t)sqlite3_column_int64(statement, 0);
        error = copy_blob(statement, 1, query->arena, &query->bytes);
    }
    done(statement);
    return error;
}

/* ---- tables as they stand ------------------------------------------------------------------------------------------ */

static int read_value(sqlite3_stmt *statement, int column, struct reg_arena *arena, struct reg_value *ret)
{
    static const enum reg_value_kind kinds[] = {[SQLITE_INTEGER] = REG_VALUE_NUMBER, [SQLITE_TEXT] = REG_VALUE_TEXT,
                                                [SQLITE_BLOB] = REG_VALUE_BLOB,      [SQLITE_FLOAT] = REG_VALUE_BLOB,
                                                [SQLITE_NULL] = REG_VALUE_NULL};
    struct reg_value value = {.kind = kinds[sqlite3_column_type(statement, column)]};

    if (value.kind == REG_VALUE_NUMBER)
        value.number = sqlite3_column_int64(statement, column);
    if (value.kind == REG_VALUE_TEXT || value.kind == REG_VALUE_BLOB) {
        const void *bytes = value.kind == REG_VALUE_TEXT ? (const void *)sqlite3_column_text(statement, column)
                                                         : sqlite3_column_blob(statement, column);
        uint8_t *copy = reg_arena_alloc(arena, (size_t)sqlite3_column_bytes(statement, column) + 1);

        value.bytes = (struct reg_bytes){copy, (size_t)sqlite3_column_bytes(statement, column)};
        if (!copy)
            return REG_ERR_NOMEM;
        if (value.bytes.len > 0)
            memcpy(copy, bytes, value.bytes.len);
        copy[value.bytes.len] = '\0';
    }
    *ret = value;
    return 0;
}

static int query_table(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_TABLE + query->table);
    size_t limit = query->limit < 65536 ? query->limit : 65536;
    int keys = (int)reg_table_keys(query->table), error;

    query->rows = reg_arena_alloc(query->arena, (limit + 1) * sizeof *query->rows);
    if (!query->rows)
        return REG_ERR_NOMEM;
    for (int i = 0; i < keys; i++)
        if (query->key[i].kind == REG_VALUE_TEXT)
            bind_text(statement, i + 1, (const char *)query->key[i].bytes.data);
        else if (statement)
            sqlite3_bind_int64(statement, i + 1, query->key[i].number);
    bind_number(statement, keys + 1, limit);
    while ((error = step(sqlite, statement)) == 1) {
        for (int i = 0; i < sqlite3_column_count(statement) && error >= 0; i++)
            error = read_value(statement, i, query->arena, &query->rows[query->row_count][i]) == 0 ? 1 : REG_ERR_NOMEM;
        if (error < 0)
            break;
        query->row_count++;
    }
    done(statement);
    return error;
}

/* Asks one statement of one or two texts; 1: a row, left for the caller to take. */
static int ask_taken(struct reg_sqlite *sqlite, enum reg_sqlite_statement which, const char *first, const char *second,
                     sqlite3_stmt **ret)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, which);

    bind_text(statement, 1, first);
    if (second)
        bind_text(statement, 2, second);
    *ret = statement;
    return step(sqlite, statement);
}

static int take_request(struct reg_sqlite *sqlite, const char *caller, struct reg_taken *taken)
{
    sqlite3_stmt *statement;
    int error = ask_taken(sqlite, REG_SQL_REQUEST, caller, taken->request_id, &statement);

    if (error == 1) {
        error = sqlite3_column_bytes(statement, 0) == REG_DIGEST_LEN ? 0 : REG_ERR_CORRUPT;
        if (error == 0)
            memcpy(taken->digest, sqlite3_column_blob(statement, 0), REG_DIGEST_LEN);
        taken->position = (uint64_t)sqlite3_column_int64(statement, 1);
        taken->seen = true;
    }
    done(statement);
    return error;
}

static int take_code(struct reg_sqlite *sqlite, struct reg_taken *taken)
{
    sqlite3_stmt *statement;
    int error = ask_taken(sqlite, REG_SQL_SUBJECT, taken->code, NULL, &statement);

    if (error == 1)
        error = copy_code(statement, 0, taken->registered);
    done(statement);
    return error;
}

static int take_name(struct reg_sqlite *sqlite, struct reg_taken *taken)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_NAME);
    int error;

    bind_number(statement, 1, taken->authority);
    bind_text(statement, 2, taken->name_key);
    error = step(sqlite, statement);
    if (error == 1)
        error = copy_code(statement, 0, taken->holder);
    done(statement);
    return error;
}

static int query_taken(struct reg_sqlite *sqlite, struct reg_query *query)
{
    int error = 0;

    for (size_t i = 0; i < query->taken_count && error == 0; i++) {
        struct reg_taken *taken = &query->taken[i];

        taken->seen = false;
        taken->registered[0] = taken->holder[0] = '\0';
        if (taken->request_id)
            error = take_request(sqlite, query->caller, taken);
        if (error == 0 && taken->code)
            error = take_code(sqlite, taken);
        if (error == 0 && taken->name_key)
            error = take_name(sqlite, taken);
    }
    return error;
}

static int run_query(struct reg_sqlite *sqlite, struct reg_query *query)
{
    switch (query->kind) {
    case REG_QUERY_HEAD:
        return 0;
    case REG_QUERY_LICENCES:
        return query_licences(sqlite, query);
    case REG_QUERY_ENTRIES:
        return query_entries(sqlite, query);
    case REG_QUERY_CASE:
        return query_case(sqlite, query);
    case REG_QUERY_SERIAL:
        return query_serial(sqlite, query);
    case REG_QUERY_REGISTER:
        return query_register(sqlite, query);
    case REG_QUERY_TILE:
        return query_tile(sqlite, query);
    case REG_QUERY_CHECKPOINT:
        return query_checkpoint(sqlite, query);
    case REG_QUERY_CASES_OF:
        return query_cases_of(sqlite, query);
    case REG_QUERY_CASES:
        return query->code_count > 0 ? query_cases_of(sqlite, query) : query_cases_page(sqlite, query);
    case REG_QUERY_CATALOGUES:
        return query_catalogues_behind(sqlite, query);
    case REG_QUERY_WAKES:
        return query_wakes(sqlite, query);
    case REG_QUERY_POOLS:
        return query_pools(sqlite, query);
    case REG_QUERY_SUBJECTS:
        return query_subjects(sqlite, query);
    case REG_QUERY_NAMES:
        return reg_sqlite_query_names(sqlite, query);
    case REG_QUERY_NAMES_OF:
        return reg_sqlite_query_names_of(sqlite, query);
    case REG_QUERY_RESTRICTION:
        return query_restriction(sqlite, query);
    case REG_QUERY_RESTRICTIONS:
        return query_restrictions_page(sqlite, query);
    case REG_QUERY_TAKEN:
        return sqlite->fill ? reg_sqlite_fill_taken(sqlite, query) : query_taken(sqlite, query);
    case REG_QUERY_SEARCH:
        return reg_sqlite_query_search(sqlite, query);
    case REG_QUERY_TABLE:
        return query_table(sqlite, query);
    }
    return REG_ERR_INVALID;
}

int reg_sqlite_query(struct reg_sqlite *sqlite, struct reg_query *query, bool begin)
{
    int error = 0;

    if (!query->arena && !(query->arena = reg_arena_new(0)))
        return REG_ERR_NOMEM;
    if (begin) /* one snapshot for head and rows */
        error = reg_sqlite_run(sqlite, reg_sqlite_prepare(sqlite, REG_SQL_BEGIN_READ));
    if (error != 0)
        return error;
    error = query_head(sqlite, query);
    if (error == 0)
        error = run_query(sqlite, query);
    if (begin) {
        int ended = reg_sqlite_run(sqlite, reg_sqlite_prepare(sqlite, REG_SQL_COMMIT));

        if (ended != 0 && !sqlite3_get_autocommit(sqlite->db)) /* else no query would ever begin again */
            (void)!reg_sqlite_run(sqlite, reg_sqlite_prepare(sqlite, REG_SQL_ROLLBACK));
        error = error != 0 ? error : ended;
    }
    return error;
}
