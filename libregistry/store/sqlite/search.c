/* What licences are found by: terms that are written, and licences that are looked for by them. */
#include "store/sqlite/sqlite.h"

static void done(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

/* How many codes a term has; no more than REG_SEARCH_COUNTED are counted. */
static int count_term(struct reg_sqlite *sqlite, int64_t term, int64_t *ret)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_COUNT_TERM);
    int error = 0;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_bind_int64(statement, 1, term);
    sqlite3_bind_int64(statement, 2, REG_SEARCH_COUNTED);
    if (sqlite3_step(statement) == SQLITE_ROW)
        *ret = sqlite3_column_int64(statement, 0);
    else
        error = reg_sqlite_error(sqlite, NULL);
    done(statement);
    return error;
}

static int rarest(struct reg_sqlite *sqlite, const struct reg_search *search, int64_t *ret)
{
    int64_t least = INT64_MAX, count = 0;
    int error = 0;

    *ret = 0;
    for (size_t i = 0; i < search->term_count && least > 0 && error == 0; i++) {
        error = count_term(sqlite, search->terms[i], &count);
        if (error == 0 && count < least) {
            least = count;
            *ret = search->terms[i];
        }
    }
    return error;
}

/* How many of the terms the licence has. */
static int count_hits(struct reg_sqlite *sqlite, const struct reg_search *search, const char *code, size_t *ret)
{
    int error = 0;

    *ret = 0;
    for (size_t i = 0; i < search->term_count && error == 0; i++) {
        sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_HAS_TERM);
        int stepped;

        if (!statement)
            return reg_sqlite_error(sqlite, NULL);
        sqlite3_bind_int64(statement, 1, search->terms[i]);
        sqlite3_bind_text(statement, 2, code, -1, SQLITE_STATIC);
        stepped = sqlite3_step(statement);
        *ret += stepped == SQLITE_ROW;
        if (stepped != SQLITE_ROW && stepped != SQLITE_DONE)
            error = reg_sqlite_error(sqlite, NULL);
        done(statement);
    }
    return error;
}

static int bind_search(struct reg_sqlite *sqlite, const struct reg_query *query, sqlite3_stmt *statement, size_t limit)
{
    const struct reg_search *search = query->search;
    int64_t fourth = search->value_after;
    int error = search->by == REG_SEARCH_BY_TERM ? rarest(sqlite, search, &fourth) : 0;

    sqlite3_bind_text(statement, 1, search->code_after, -1, SQLITE_STATIC);
    if (REG_SEARCH_BY_COLUMN(search->by))
        sqlite3_bind_int64(statement, 2, search->value_to);
    else
        sqlite3_bind_text(statement, 2, search->code_to, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)limit);
    if (search->by != REG_SEARCH_BY_CODE)
        sqlite3_bind_int64(statement, 4, fourth);
    return error;
}

int reg_sqlite_query_search(struct reg_sqlite *sqlite, struct reg_query *query)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_SEARCH + query->search->by);
    size_t limit = query->limit < 65536 ? query->limit : 65536;
    int stepped = SQLITE_DONE, error;

    query->licences = reg_arena_alloc(query->arena, (limit + 1) * sizeof *query->licences);
    query->hits = reg_arena_alloc(query->arena, (limit + 1) * sizeof *query->hits);
    if (!query->licences || !query->hits)
        return REG_ERR_NOMEM;
    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    error = bind_search(sqlite, query, statement, limit);
    while (error == 0 && (stepped = sqlite3_step(statement)) == SQLITE_ROW) {
        struct reg_licence_row *row = &query->licences[query->licence_count];

        error = reg_sqlite_read_licence(statement, query->arena, row);
        if (error == 0)
            error = count_hits(sqlite, query->search, row->code, &query->hits[query->licence_count]);
        query->licence_count += error == 0;
    }
    if (error == 0 && stepped != SQLITE_DONE)
        error = reg_sqlite_error(sqlite, NULL);
    done(statement);
    return error;
}

/* ---- writing ------------------------------------------------------------------------------------------------------- */

int reg_sqlite_put_terms(struct reg_sqlite *sqlite, const struct reg_licence_terms *terms)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_DELETE_TERM);
    int error = statement ? 0 : reg_sqlite_error(sqlite, NULL);

    if (sqlite->fill)
        return reg_sqlite_fill_terms(sqlite, terms);
    if (error == 0 && terms->gone_count > 0) /* of an earlier append */
        error = reg_sqlite_write_sorted(sqlite);
    for (size_t i = 0; i < terms->gone_count && error == 0; i++) {
        sqlite3_bind_int64(statement, 1, terms->gone[i]);
        sqlite3_bind_text(statement, 2, terms->code, -1, SQLITE_STATIC);
        error = reg_sqlite_run(sqlite, statement);
    }
    return error == 0 ? reg_sqlite_keep_terms(sqlite, terms) : error;
}
