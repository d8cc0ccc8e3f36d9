#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "bare.h"
#include "bench.h"

#define COLUMNS                                                                                                             \
    "l.code, l.position, l.serial, l.version, l.revision, l.state, l.authority, l.type, l.name, l.parent, l.wake_day,"      \
    " l.industry, l.established, l.recorded, e.position, e.case_number, e.header, e.body, k.wrapped"
#define JOINS " JOIN entry e ON e.position = l.position LEFT JOIN case_key k ON k.case_number = e.case_number"

static double look_libpq(const struct looks *looks, struct drawing *drawing)
{
    static const char sql[] = "SELECT " COLUMNS " FROM unnest($1::text[]) WITH ORDINALITY a (code, place)"
                              " JOIN licence l ON l.code = a.code" JOINS " ORDER BY a.place";
    PGconn *connection = PQconnectdb(looks->url);
    char array[BATCH_MAX * 20 + 3];
    const char *values[] = {array};
    double began, count = 0;

    must(PQstatus(connection) != CONNECTION_OK, PQerrorMessage(connection));
    PQclear(PQexec(connection,
                   "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off;"
                   "SET enable_mergejoin = off; SET jit = off"));
    PQclear(PQprepare(connection, "look", sql, 0, NULL));
    for (began = now_us(); now_us() - began < looks->seconds * 1e6; count += (double)looks->in_flight) {
        size_t length = 0;
        PGresult *result;

        draw_codes(looks, drawing);
        for (size_t i = 0; i < looks->in_flight; i++)
            length += (size_t)sprintf(array + length, "%c%s", i ? ',' : '{', drawing->codes[i]);
        strcpy(array + length, "}");
        result = PQexecPrepared(connection, "look", 1, values, NULL, NULL, 1);
        must((size_t)PQntuples(result) != looks->in_flight, PQerrorMessage(connection));
        PQclear(result);
    }
    count *= 1e6 / (now_us() - began);
    PQfinish(connection);
    return count;
}

static double look_sqlite(const struct looks *looks, struct drawing *drawing)
{
    static const char sql[] = "SELECT " COLUMNS " FROM licence l" JOINS " WHERE l.code = ?1";
    sqlite3 *file;
    sqlite3_stmt *statement;
    double began, count = 0;

    if (sqlite3_open_v2(looks->url + strlen("sqlite:"), &file, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
            SQLITE_OK ||
        sqlite3_prepare_v2(file, sql, -1, &statement, NULL) != SQLITE_OK)
        must(1, sqlite3_errmsg(file));
    for (began = now_us(); now_us() - began < looks->seconds * 1e6; count += (double)looks->in_flight) {
        draw_codes(looks, drawing);
        sqlite3_exec(file, "BEGIN", NULL, NULL, NULL);
        for (size_t i = 0; i < looks->in_flight; i++) {
            sqlite3_bind_text(statement, 1, drawing->codes[i], CODE_SIZE - 1, SQLITE_STATIC);
            must(sqlite3_step(statement) != SQLITE_ROW || sqlite3_column_bytes(statement, 17) == 0, "a licence is missing");
            sqlite3_reset(statement);
        }
        sqlite3_exec(file, "COMMIT", NULL, NULL, NULL);
    }
    count *= 1e6 / (now_us() - began);
    sqlite3_finalize(statement);
    sqlite3_close(file);
    return count;
}

look_loop bare_look(const char *url)
{
    return strncmp(url, "sqlite:", 7) == 0 ? look_sqlite : look_libpq;
}
