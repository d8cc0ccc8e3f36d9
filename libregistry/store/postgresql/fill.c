/* Filling an empty register: what only readers look by is taken away while its rows come, and made when they are all there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/postgresql/migrate.h"

/* ---- which ones ---------------------------------------------------------------------------------------------------- */

#define NAME_MAX_LEN 63

/* A statement of 002_indexes.sql. */
struct index {
    char table[NAME_MAX_LEN + 1]; /* whose key it is; empty: an index */
    char name[NAME_MAX_LEN + 1];
    bool keeps; /* what is unique of a licence */
    const char *sql;
    int len;
};

/* The one behind `*at`, which moves on; false: there is none. */
static bool next_index(const char **at, struct index *ret)
{
    const char *end;

    while (**at == '\n' || strncmp(*at, "--", 2) == 0)
        *at += strcspn(*at, "\n") + 1;
    end = strstr(*at, ";\n");
    if (!end)
        return false;
    *ret = (struct index){.sql = *at, .len = (int)(end - *at)};
    *at = end + 2;
    if (sscanf(ret->sql, "ALTER TABLE %63s ADD CONSTRAINT %63s", ret->table, ret->name) == 2) {
        ret->keeps = strcmp(ret->table, "licence") == 0;
        return true;
    }
    ret->table[0] = '\0';
    ret->keeps = sscanf(ret->sql, "CREATE UNIQUE INDEX %63s", ret->name) == 1;
    return ret->keeps || sscanf(ret->sql, "CREATE INDEX %63s", ret->name) == 1;
}

/* ---- taking them away ---------------------------------------------------------------------------------------------- */

/* The first value of a query. */
static int ask(struct reg_pg *pg, const char *sql, bool *ret, struct reg_error_info *info)
{
    PGresult *result = reg_pg_exec(pg, sql);
    int error = PQresultStatus(result) == PGRES_TUPLES_OK ? 0 : reg_pg_error(pg, result, info);

    *ret = error == 0 && PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return error;
}

static int stands(struct reg_pg *pg, const struct index *index, bool *ret, struct reg_error_info *info)
{
    char sql[128];

    snprintf(sql, sizeof sql, "SELECT to_regclass('%s') IS NOT NULL", index->name);
    return ask(pg, sql, ret, info);
}

static void drop(struct reg_buf *sql, const struct index *index)
{
    if (index->table[0])
        reg_buf_printf(sql, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s;", index->table, index->name);
    else
        reg_buf_printf(sql, "DROP INDEX IF EXISTS %s;", index->name);
}

/* What an earlier run left without keys gets them again: who fills on has them not in memory. */
static int take_away(struct reg_pg *pg, bool empty, struct reg_buf *sql, struct reg_error_info *info)
{
    const char *at = (const char *)reg_sql_postgresql_002;
    struct index index;
    bool there = false;
    int error = 0;

    while (error == 0 && next_index(&at, &index)) {
        if (empty || !index.keeps)
            drop(sql, &index);
        else if ((error = stands(pg, &index, &there, info)) == 0 && !there)
            reg_buf_printf(sql, "%.*s;", index.len, index.sql);
    }
    return error;
}

int reg_pg_fill_begin(struct reg_pg *pg, int64_t lock, bool *ret_empty, struct reg_error_info *info)
{
    struct reg_buf sql = REG_BUF_INIT;
    bool empty = false;
    int error;

    pg->answer_ms = 0; /* until the next transaction */
    error = ask(pg, "SELECT NOT EXISTS (SELECT 1 FROM licence)", &empty, info);
    /* What a crash of the server takes with it of what was committed, the next run imports again: nobody was told of it.
     * Going live waits for all that was committed before. */
    reg_buf_puts(&sql, "SET synchronous_commit = off; SET statement_timeout = 0;"
                       "TRUNCATE name_gram, name, licence_term RESTART IDENTITY; DROP INDEX IF EXISTS licence_filling;");
    if (empty)
        reg_buf_puts(&sql, "CREATE INDEX licence_filling ON licence (position);"); /* for keys.c */
    if (error == 0)
        error = take_away(pg, empty, &sql, info);
    reg_buf_printf(&sql, "SELECT pg_advisory_lock(%lld)", (long long)lock);
    if (error == 0)
        error = sql.error != 0 ? sql.error : reg_pg_command(pg, (const char *)sql.data, info);
    reg_buf_clear(&sql);
    *ret_empty = empty;
    return error;
}

/* ---- making them --------------------------------------------------------------------------------------------------- */

/* Takes its time, whatever the role's statements may: no limit on the server, none here. */
static int build(struct reg_pg *pg, const struct index *index, struct reg_error_info *info)
{
    static const char settings[] = "SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '256MB';"
                                   " SET LOCAL max_parallel_maintenance_workers = 4";
    struct reg_buf command = REG_BUF_INIT;
    int error;

    reg_buf_printf(&command, "BEGIN; %s; %.*s; COMMIT", settings, index->len, index->sql);
    pg->answer_ms = 0; /* until the next transaction */
    error = command.error != 0 ? command.error : reg_pg_command(pg, (const char *)command.data, info);
    if (error != 0 && pg->conn)
        PQclear(reg_pg_exec(pg, "ROLLBACK"));
    reg_buf_clear(&command);
    return error;
}

/* Every index stands. What is searched is read from indexes alone where the pages of its table are known to be visible to
 * all; autovacuum would see to that later. Then the connection is one like others again. */
static int end(struct reg_pg *pg, struct reg_error_info *info)
{
    static const char *const commands[] = {
        "SET statement_timeout = 0", "DROP INDEX IF EXISTS licence_filling", "VACUUM (ANALYZE) licence_term, name_gram",
        "ANALYZE licence, name, \"case\"",
        "SELECT pg_advisory_unlock_all(); RESET statement_timeout; RESET synchronous_commit; " REG_PG_DURABLE};
    int error = 0;

    pg->answer_ms = 0;
    for (size_t i = 0; i < sizeof commands / sizeof *commands && error == 0; i++)
        error = reg_pg_command(pg, commands[i], info);
    return error;
}

int reg_pg_fill_on(struct reg_pg *pg, uint64_t *ret_done, uint64_t *ret_total, struct reg_error_info *info)
{
    const char *at = (const char *)reg_sql_postgresql_002;
    struct index index, next = {0};
    bool there = false, found = false;
    uint64_t done = 0, total = 1;
    int error = 0;

    for (; error == 0 && next_index(&at, &index); total++) {
        error = stands(pg, &index, &there, info);
        done += there;
        if (!there && !found)
            next = index;
        found = found || !there;
    }
    if (error == 0)
        error = found ? build(pg, &next, info) : end(pg, info);
    if (error != 0)
        return error;
    *ret_done = done + 1;
    *ret_total = total;
    return 0;
}
