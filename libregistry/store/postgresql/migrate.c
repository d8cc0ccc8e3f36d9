#include "store/postgresql/migrate.h"

#include <registry/store.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "crypto/digest.h"
#include "store/postgresql/store.h"

#define MIGRATION_LOCK "7093846115203297143" /* of pg_advisory_lock, for migrations of any registry in the database */

extern const unsigned char reg_sql_postgresql_001[];
extern const size_t reg_sql_postgresql_001_len;

static const struct migration {
    const char *name;
    const unsigned char *sql;
    const size_t *len;
} migrations[] = {{"001_initial", reg_sql_postgresql_001, &reg_sql_postgresql_001_len},
                  {"002_indexes", reg_sql_postgresql_002, &reg_sql_postgresql_002_len}};
#define MIGRATION_COUNT (sizeof migrations / sizeof *migrations)

/* The digest of a migration as hexadecimal. */
static int digest_text(const struct migration *migration, char ret[2 * REG_DIGEST_LEN + 1])
{
    static const char digits[] = "0123456789abcdef";
    struct reg_bytes bytes = {migration->sql, *migration->len};
    uint8_t digest[REG_DIGEST_LEN];
    int error = reg_digest(REG_SUITE_INTL, &bytes, 1, digest);

    for (size_t i = 0; i < REG_DIGEST_LEN && error == 0; i++) {
        ret[2 * i] = digits[digest[i] >> 4];
        ret[2 * i + 1] = digits[digest[i] & 15];
    }
    ret[2 * REG_DIGEST_LEN] = '\0';
    return error;
}

/* Is the migration applied, as this program has it? */
static int is_applied(struct reg_pg *pg, size_t index, const char *digest, bool *ret, struct reg_error_info *info)
{
    char *command = NULL;
    PGresult *result;
    int error = 0;

    if (asprintf(&command, "SELECT digest FROM migration WHERE number = %zu", index + 1) < 0)
        return REG_ERR_NOMEM;
    result = PQexec(pg->conn, command);
    free(command);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        error = reg_pg_error(pg, result, info);
    *ret = error == 0 && PQntuples(result) == 1;
    if (*ret && strcmp(PQgetvalue(result, 0, 0), digest) != 0)
        error = reg_fail(info, REG_ERR_VERSION, "已执行的迁移 %s 与本程序所带的不同",
                         "migration %s, which was applied, is not the one that this program has", migrations[index].name);
    PQclear(result);
    return error;
}

static int apply(struct reg_pg *pg, size_t index, const char *digest, struct reg_error_info *info)
{
    char *record = NULL;
    int error = reg_pg_command(pg, "BEGIN", info);

    if (error == 0 && asprintf(&record, "INSERT INTO migration (number, name, digest) VALUES (%zu, '%s', '%s')", index + 1,
                               migrations[index].name, digest) < 0)
        error = REG_ERR_NOMEM;
    if (error == 0)
        error = reg_pg_command(pg, (const char *)migrations[index].sql, info);
    if (error == 0)
        error = reg_pg_command(pg, record, info);
    if (error == 0)
        error = reg_pg_command(pg, "COMMIT", info);
    if (error != 0) /* the transaction takes back what was done; its own error would say no more */
        PQclear(PQexec(pg->conn, "ROLLBACK"));
    free(record);
    return error;
}

int reg_pg_migrate(struct reg_pg *pg, unsigned *ret_applied, struct reg_error_info *info)
{
    static const char table[] = "CREATE TABLE IF NOT EXISTS migration (number bigint PRIMARY KEY, name text NOT NULL,"
                                " digest text NOT NULL, applied timestamptz NOT NULL DEFAULT now())";
    char digest[2 * REG_DIGEST_LEN + 1];
    int error;

    *ret_applied = 0;
    pg->answer_ms = 0; /* a large register's migration takes its time, and so does waiting for another's */
    error = reg_pg_command(pg, "SELECT pg_advisory_lock(" MIGRATION_LOCK ")", info);
    if (error == 0)
        error = reg_pg_command(pg, table, info);
    for (size_t i = 0; i < MIGRATION_COUNT && error == 0; i++) {
        bool done = false;

        error = digest_text(&migrations[i], digest);
        if (error == 0)
            error = is_applied(pg, i, digest, &done, info);
        if (error == 0 && !done) {
            error = apply(pg, i, digest, info);
            *ret_applied += error == 0;
        }
    }
    PQclear(PQexec(pg->conn, "SELECT pg_advisory_unlock(" MIGRATION_LOCK ")"));
    return error;
}

int reg_pg_grant(struct reg_pg *pg, const char *role, struct reg_error_info *info)
{
    char *name = PQescapeIdentifier(pg->conn, role, strlen(role)), *command = NULL;
    int error = 0;

    if (!name ||
        asprintf(&command,
                 "GRANT SELECT ON ALL TABLES IN SCHEMA public TO %s;"
                 "GRANT INSERT ON entry, batch, tile, case_key, checkpoint, pool, licence, serial, \"case\", request,"
                          " catalogue, name, name_gram, licence_term, restriction"
                 " TO %s;"
                 "GRANT UPDATE ON case_key, pool, counter, licence, \"case\", name, restriction TO %s;"
                 "GRANT DELETE ON name, name_gram, licence_term TO %s",
                 name, name, name, name) < 0)
        error = REG_ERR_NOMEM;
    if (error == 0)
        error = reg_pg_command(pg, command, info);
    free(command);
    PQfreemem(name);
    return error;
}

int reg_store_migrate(const char *url, const char *role, unsigned *ret_applied, struct reg_error_info *info)
{
    struct reg_pg pg = {.url = strdup(url)};
    int error;

    if (strncmp(url, "postgresql://", 13) != 0 && strncmp(url, "postgres://", 11) != 0) {
        free(pg.url);
        return reg_fail(info, REG_ERR_INVALID, "只有 postgresql:// 的存储需要迁移",
                        "only a postgresql:// store is migrated");
    }
    error = pg.url ? reg_pg_connect_bare(&pg, info) : REG_ERR_NOMEM;
    if (error == 0)
        error = reg_pg_migrate(&pg, ret_applied, info);
    if (error == 0 && role)
        error = reg_pg_grant(&pg, role, info);
    reg_pg_close(&pg);
    return error;
}
