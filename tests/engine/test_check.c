/* The ledger's check over 600 entries, and that it notices each single thing that was changed behind the engine's back. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "suite.h"

#define ENTRIES 600

static struct fixture fixture;
static int started = REG_ERR_CORRUPT;

/* Every eighth entry a licence (positions 2, 10, 18 …), the others returned filings; 64 a batch. */
static int fill(void)
{
    struct reg_request *batch[REG_BATCH_MAX] = {NULL};
    int error = 0;

    for (unsigned done = 2; done < ENTRIES && error == 0;) {
        unsigned count = 0;

        for (; count < REG_BATCH_MAX && done + count < ENTRIES && error == 0; count++) {
            unsigned number = done + count - 2;
            struct reg_data message;
            char id[16], trade[7];

            snprintf(id, sizeof id, "request-%u", number);
            trade_name(number, trade);
            message = fixture_request(&fixture, number % 8 == 0 ? "01" : "09", id, number % 8 == 0 ? trade : NULL);
            error = reg_request_new(fixture.engine, &window, reg_bytes_of(&message), &batch[count], &fixture.info);
            reg_data_clear(&message);
            if (error == 0)
                error = reg_request_prepare(batch[count], fixture.reader, &fixture.info);
        }
        if (error == 0)
            error = reg_engine_lease(fixture.engine, batch, count, &fixture.info);
        for (unsigned i = 0; i < count && error == 0; i++)
            error = reg_request_sign(batch[i], &fixture.info);
        if (error == 0)
            error = reg_engine_append(fixture.engine, batch, count, &fixture.info);
        for (unsigned i = 0; i < count; i++) {
            reg_request_free(batch[i]);
            batch[i] = NULL;
        }
        done += count;
    }
    return error;
}

static int set_up(void)
{
    struct reg_data note = {NULL, 0};

    started = fixture_start(&fixture, REG_SUITE_INTL);
    if (started == 0)
        started = fill();
    if (started == 0)
        started = reg_ledger_checkpoint(fixture.engine, &note, &fixture.info);
    reg_data_clear(&note);
    if (started != 0)
        fprintf(stderr, "%s\n", fixture.info.en);
    return 0; /* the first test says so */
}

static int tear_down(void)
{
    fixture_end(&fixture);
    return 0;
}

static bool count_progress(void *context, uint64_t done, uint64_t total)
{
    uint64_t *last = context;
    bool ok = done > last[0] && total == ENTRIES;

    last[0] = ok ? done : UINT64_MAX;
    return last[1]-- > 0;
}

static void whole(void)
{
    struct reg_check_result result = {0};
    uint64_t progress[2] = {0, 1000};
    int error;

    CHECK_CASE(started == 0 && fixture_check(&fixture, &result) == 0, "%s", fixture.info.en);
    CHECK_CASE(result.entries == ENTRIES && result.licences == (ENTRIES - 2 + 7) / 8, "%llu entries, %llu licences",
               (unsigned long long)result.entries, (unsigned long long)result.licences);
    error = reg_ledger_check(fixture.engine, NULL, count_progress, NULL, progress, &result, &fixture.info);
    CHECK_CASE(error == 0 && progress[0] == ENTRIES, "progress to %llu", (unsigned long long)progress[0]);
    progress[0] = progress[1] = 0;
    error = reg_ledger_check(fixture.engine, NULL, count_progress, NULL, progress, &result, &fixture.info);
    CHECK_CASE(error == 0 && result.entries < ENTRIES && result.problems == 0, "stopped after %llu",
               (unsigned long long)result.entries);
}

/* ---- one byte -------------------------------------------------------------------------------------------------------- */

static const struct flip {
    const char *table, *column;
    int64_t row;
    int step; /* every so many bytes from the first on */
} flips[] = {
    {"entry", "header", 0, 7},      {"entry", "header", 66, 7},     {"entry", "header", ENTRIES - 1, 11},
    {"entry", "body", 0, 97},       {"entry", "body", 1, 9973},    {"entry", "body", 66, 397},
    {"entry", "body", 67, 397},     {"tile", "hashes", 1, 2731},    {"tile", "hashes", 2, 2731},
    {"batch", "edge", -1, 9},       {"case_key", "wrapped", 66, 7}, {"case_key", "wrapped", 67, 7},
    {"checkpoint", "note", -1, 23}, {"request", "digest", 1, 9},
};

/* Incremental writing goes past the triggers that make the ledger append-only. */
static int flip_byte(sqlite3_blob *blob, int at)
{
    unsigned char byte;
    int error = sqlite3_blob_read(blob, &byte, 1, at);

    byte ^= 1;
    return error == SQLITE_OK ? sqlite3_blob_write(blob, &byte, 1, at) : error;
}

static int64_t last_row(sqlite3 *db, const char *table)
{
    char sql[64];
    sqlite3_stmt *statement = NULL;
    int64_t row = -1;

    snprintf(sql, sizeof sql, "SELECT max(rowid) FROM %s", table);
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        row = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return row;
}

static void flip_column(sqlite3 *db, const struct flip *flip)
{
    int64_t row = flip->row >= 0 ? flip->row : last_row(db, flip->table);
    int tried = 0;

    for (int at = 0;; at += flip->step) {
        struct reg_check_result result = {0};
        sqlite3_blob *blob = NULL;
        long problems = 0;
        int error = sqlite3_blob_open(db, "main", flip->table, flip->column, row, 1, &blob);

        if (error == SQLITE_OK && at >= sqlite3_blob_bytes(blob)) {
            sqlite3_blob_close(blob);
            break;
        }
        error = error == SQLITE_OK ? flip_byte(blob, at) : error;
        sqlite3_blob_close(blob);
        CHECK_CASE(error == SQLITE_OK, "%s.%s of row %lld: %s", flip->table, flip->column, (long long)row,
                   sqlite3_errmsg(db));
        if (error != SQLITE_OK)
            return;
        problems = fixture_check(&fixture, &result);
        CHECK_CASE(problems > 0 && *fixture.info.zh && *fixture.info.en, "%s.%s of row %lld, byte %d: %ld problems, %s",
                   flip->table, flip->column, (long long)row, at, problems, fixture.info.en);
        if (sqlite3_blob_open(db, "main", flip->table, flip->column, row, 1, &blob) == SQLITE_OK)
            CHECK_CASE(flip_byte(blob, at) == SQLITE_OK, "%s", sqlite3_errmsg(db));
        sqlite3_blob_close(blob);
        tried++;
    }
    CHECK_CASE(tried > 2, "%s.%s: %d bytes tried", flip->table, flip->column, tried);
}

static sqlite3 *open_database(void)
{
    char path[128];
    sqlite3 *db = NULL;

    snprintf(path, sizeof path, "%s/registry.db", fixture.directory);
    CHECK_CASE(sqlite3_open(path, &db) == SQLITE_OK, "%s", path);
    return db;
}

static void one_byte(void)
{
    sqlite3 *db = open_database();
    struct reg_check_result result = {0};

    for (size_t i = 0; i < sizeof flips / sizeof *flips && started == 0; i++)
        flip_column(db, &flips[i]);
    sqlite3_close(db);
    CHECK_CASE(fixture_check(&fixture, &result) == 0, "put back, still: %s", fixture.info.en);
}

/* ---- one value, one row ---------------------------------------------------------------------------------------------- */

static const struct change {
    const char *name, *change, *undo;
} changes[] = {
#define VALUE(table, column, row, value)                                                                                    \
    {                                                                                                                       \
        table "." column,                                                                                                   \
            "CREATE TABLE kept AS SELECT " column " AS v FROM " table " WHERE rowid = " row ";"                             \
            "UPDATE " table " SET " column " = " value " WHERE rowid = " row,                                               \
            "UPDATE " table " SET " column " = (SELECT v FROM kept) WHERE rowid = " row ";DROP TABLE kept"                  \
    }
#define GONE(table, row)                                                                                                    \
    {                                                                                                                       \
        table ": a row less",                                                                                               \
            "CREATE TABLE kept AS SELECT * FROM " table " WHERE rowid = " row ";DELETE FROM " table " WHERE rowid = " row,  \
            "INSERT INTO " table " SELECT * FROM kept;DROP TABLE kept"                                                      \
    }
    VALUE("licence", "code", "3", "'91341300MAY000000X'"),
    VALUE("licence", "position", "3", "position + 8"),
    VALUE("licence", "serial", "3", "serial + 1"),
    VALUE("licence", "version", "3", "2"),
    VALUE("licence", "revision", "3", "2"),
    VALUE("licence", "state", "3", "3"),
    VALUE("licence", "authority", "3", "341302"),
    VALUE("licence", "type", "3", "1152"),
    VALUE("licence", "name", "3", "name || '。'"),
    VALUE("serial", "code", "3", "'91341300MAY000000X'"),
    VALUE("serial", "position", "3", "position + 8"),
    VALUE("serial", "version", "3", "7"),
    VALUE("\"case\"", "code", "66", "'91341300MAY000000X'"),
    VALUE("\"case\"", "authority", "66", "110000"),
    VALUE("\"case\"", "state", "66", "5"),
    VALUE("\"case\"", "position", "66", "position - 8"),
    VALUE("request", "position", "66", "position + 1"),
    VALUE("request", "caller", "66", "'test:other'"),
    VALUE("request", "request_id", "66", "'other'"),
    VALUE("name", "holder", "3", "'91341300MAY000000X'"),
    VALUE("name", "name", "3", "name || '。'"),
    VALUE("name", "authority", "3", "341302"),
    VALUE("name", "state", "3", "2"),
    VALUE("name", "state", "3", "3"),
    VALUE("name", "until_day", "3", "30000"),
    {"name_gram: a key less",
     "CREATE TABLE kept AS SELECT * FROM name_gram WHERE number = 3 LIMIT 1;"
     "DELETE FROM name_gram WHERE (authority, gram, number) IN (SELECT authority, gram, number FROM kept)",
     "INSERT INTO name_gram SELECT * FROM kept;DROP TABLE kept"},
    {"name_gram: another key",
     "CREATE TABLE kept AS SELECT max(gram) AS v FROM name_gram WHERE number = 3;"
     "UPDATE name_gram SET gram = gram + 1 WHERE number = 3 AND gram = (SELECT v FROM kept)",
     "UPDATE name_gram SET gram = gram - 1 WHERE number = 3 AND gram = (SELECT v + 1 FROM kept);DROP TABLE kept"},
    {"name_gram: another industry",
     "CREATE TABLE kept AS SELECT max(gram) AS v, industry AS i FROM name_gram WHERE number = 3;"
     "UPDATE name_gram SET industry = industry + 1 WHERE number = 3 AND gram = (SELECT v FROM kept)",
     "UPDATE name_gram SET industry = (SELECT i FROM kept) WHERE number = 3 AND gram = (SELECT v FROM kept);DROP TABLE kept"},
    GONE("name", "3"),
    GONE("licence", "3"),
    GONE("serial", "3"),
    GONE("\"case\"", "66"),
    GONE("request", "66"),
    GONE("tile", "1"),
    GONE("case_key", "66"),
};

static void one_value(void)
{
    sqlite3 *db = open_database();
    struct reg_check_result result = {0};

    for (size_t i = 0; i < sizeof changes / sizeof *changes && started == 0; i++) {
        const struct change *change = &changes[i];
        char *message = NULL;
        long problems;

        CHECK_CASE(sqlite3_exec(db, change->change, NULL, NULL, &message) == SQLITE_OK && sqlite3_changes(db) == 1, "%s: %s",
                   change->name, message ? message : "nothing changed");
        problems = fixture_check(&fixture, &result);
        CHECK_CASE(problems > 0 && *fixture.info.zh && *fixture.info.en, "%s: %ld problems, %s", change->name, problems,
                   fixture.info.en);
        CHECK_CASE(sqlite3_exec(db, change->undo, NULL, NULL, &message) == SQLITE_OK, "%s: %s", change->name,
                   message ? message : "");
        sqlite3_free(message);
    }
    sqlite3_close(db);
    CHECK_CASE(fixture_check(&fixture, &result) == 0, "put back, still: %s", fixture.info.en);
}

/* The ledger refuses changes by SQL; past that, a missing entry is noticed. */
static void append_only(void)
{
    sqlite3 *db = open_database();
    struct reg_check_result result = {0};

    CHECK_CASE(sqlite3_exec(db, "UPDATE entry SET case_number = 1 WHERE position = 66", NULL, NULL, NULL) != SQLITE_OK,
               "update");
    CHECK_CASE(sqlite3_exec(db, "DELETE FROM entry WHERE position = 66", NULL, NULL, NULL) != SQLITE_OK, "delete");
    CHECK_CASE(sqlite3_exec(db, "DELETE FROM batch", NULL, NULL, NULL) != SQLITE_OK, "delete of batches");
    CHECK_CASE(sqlite3_exec(db, "DROP TRIGGER entry_delete; DELETE FROM entry WHERE position = 66", NULL, NULL, NULL) ==
                   SQLITE_OK,
               "%s", sqlite3_errmsg(db));
    CHECK_CASE(fixture_check(&fixture, &result) > 0, "an entry is missing: %s", fixture.info.en);
    sqlite3_close(db);
}

static CU_TestInfo tests[] = {{"600 entries", whole},
                              {"one byte changed", one_byte},
                              {"one value changed or one row gone", one_value},
                              {"append-only", append_only},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"check", set_up, tear_down, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
