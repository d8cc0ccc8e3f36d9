#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "bench.h"
#include "made.h"

#define COLUMNS                                                                                                             \
    "l.code, l.position, l.serial, l.version, l.revision, l.state, l.authority, l.type, l.name, l.parent, l.wake_day,"      \
    " l.industry, l.established, l.recorded, e.position, e.case_number, e.header, e.body, k.wrapped"
#define JOINS " JOIN entry e ON e.position = l.position LEFT JOIN case_key k ON k.case_number = e.case_number"

static double bare_libpq(const char *url, bool zipf, size_t in_flight, double seconds)
{
    static const char sql[] = "SELECT " COLUMNS " FROM unnest($1::text[]) WITH ORDINALITY a (code, place)"
                              " JOIN licence l ON l.code = a.code" JOINS " ORDER BY a.place";
    PGconn *connection = PQconnectdb(url);
    static char codes[BATCH_MAX][CODE_SIZE], array[BATCH_MAX * 20 + 3];
    double began, at;
    uint64_t size, count = 0;
    PGresult *result;

    if (PQstatus(connection) != CONNECTION_OK)
        must(1, PQerrorMessage(connection));
    PQclear(PQexec(connection, "SET plan_cache_mode = force_generic_plan"));
    PQclear(PQprepare(connection, "look", sql, 0, NULL));
    result = PQexec(connection, "SELECT first_position + count FROM batch ORDER BY first_position DESC LIMIT 1");
    size = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    for (at = began = now_us(); at - began < seconds * 1e6; at = now_us()) {
        const char *values[] = {array};
        size_t length = 0;

        draw_codes(size, zipf, in_flight, codes);
        for (size_t i = 0; i < in_flight; i++)
            length += (size_t)sprintf(array + length, "%c%s", i ? ',' : '{', codes[i]);
        strcpy(array + length, "}");
        result = PQexecPrepared(connection, "look", 1, values, NULL, NULL, 1);
        if ((size_t)PQntuples(result) != in_flight)
            must(1, PQerrorMessage(connection));
        PQclear(result);
        count += in_flight;
    }
    PQfinish(connection);
    return (double)count * 1e6 / (at - began);
}

static double bare_sqlite(const char *path, bool zipf, size_t in_flight, double seconds)
{
    static const char sql[] = "SELECT " COLUMNS " FROM licence l" JOINS " WHERE l.code = ?1";
    static char codes[BATCH_MAX][CODE_SIZE];
    sqlite3 *file;
    sqlite3_stmt *statement;
    double began, at;
    uint64_t size, count = 0;

    if (sqlite3_open_v2(path, &file, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(file, "SELECT first_position + count FROM batch ORDER BY first_position DESC LIMIT 1", -1,
                           &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        must(1, sqlite3_errmsg(file));
    size = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    if (sqlite3_prepare_v2(file, sql, -1, &statement, NULL) != SQLITE_OK)
        must(1, sqlite3_errmsg(file));
    for (at = began = now_us(); at - began < seconds * 1e6; at = now_us()) {
        draw_codes(size, zipf, in_flight, codes);
        sqlite3_exec(file, "BEGIN", NULL, NULL, NULL);
        for (size_t i = 0; i < in_flight; i++, count++) {
            sqlite3_bind_text(statement, 1, codes[i], 18, SQLITE_STATIC);
            if (sqlite3_step(statement) != SQLITE_ROW || sqlite3_column_bytes(statement, 17) != BODY)
                must(1, "a licence is missing");
            sqlite3_reset(statement);
        }
        sqlite3_exec(file, "COMMIT", NULL, NULL, NULL);
    }
    sqlite3_finalize(statement);
    sqlite3_close(file);
    return (double)count * 1e6 / (at - began);
}

double bare_look(const char *url, bool zipf, size_t in_flight, double seconds)
{
    return strncmp(url, "sqlite:", 7) == 0 ? bare_sqlite(url + 7, zipf, in_flight, seconds)
                                           : bare_libpq(url, zipf, in_flight, seconds);
}
