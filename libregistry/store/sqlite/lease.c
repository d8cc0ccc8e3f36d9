/* Numbers that are leased: serials, and codes of pools. */
#include <string.h>

#include "store/sqlite/sqlite.h"

static int lease_serials(struct reg_sqlite *sqlite, struct reg_sqlite_leasing *leasing)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_SERIAL_TAKE);
    int error = 0;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)leasing->want);
    if (sqlite3_step(statement) == SQLITE_ROW) {
        leasing->lease.first = (uint64_t)sqlite3_column_int64(statement, 0);
        leasing->lease.count = leasing->want;
    } else {
        error = reg_sqlite_error(sqlite, NULL);
    }
    sqlite3_reset(statement);
    return error;
}

static int lease_codes(struct reg_sqlite *sqlite, struct reg_sqlite_leasing *leasing)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_POOL_NEXT);
    const char *prefix;
    sqlite3_int64 pool;
    uint64_t left;
    int stepped;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_bind_int64(statement, 1, leasing->authority);
    stepped = sqlite3_step(statement);
    if (stepped != SQLITE_ROW) {
        sqlite3_reset(statement);
        leasing->lease.no_pool = true;
        return stepped == SQLITE_DONE ? 0 : reg_sqlite_error(sqlite, NULL);
    }
    pool = sqlite3_column_int64(statement, 0);
    prefix = (const char *)sqlite3_column_text(statement, 1);
    if (!prefix || strlen(prefix) >= sizeof leasing->lease.prefix) {
        sqlite3_reset(statement);
        return REG_ERR_CORRUPT;
    }
    strcpy(leasing->lease.prefix, prefix);
    leasing->lease.first = (uint64_t)sqlite3_column_int64(statement, 2);
    left = (uint64_t)sqlite3_column_int64(statement, 3) - leasing->lease.first + 1;
    leasing->lease.count = left < leasing->want ? left : leasing->want;
    sqlite3_reset(statement);
    statement = reg_sqlite_prepare(sqlite, REG_SQL_POOL_TAKE);
    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_bind_int64(statement, 1, pool);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)leasing->lease.count);
    return reg_sqlite_run(sqlite, statement);
}

int reg_sqlite_lease(struct reg_sqlite *sqlite, void *context)
{
    struct reg_sqlite_leasing *leasing = context;

    return leasing->kind == REG_LEASE_SERIALS ? lease_serials(sqlite, leasing) : lease_codes(sqlite, leasing);
}
