/* The ledger's check over 600 entries, and that it notices each single thing that was changed behind the engine's back. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "suite.h"

#define ENTRIES 600
#define ALL     (ENTRIES + 4) /* with restrictions and a reservation behind them */

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

static int send(enum reg_step step, const char *type, const char *json)
{
    struct reg_data message = {NULL, 0}, answer = {NULL, 0};
    int error = reg_json_to_message(type, (struct reg_bytes){(const uint8_t *)json, strlen(json)}, &message, &fixture.info);

    if (error == 0)
        error = reg_engine_step(fixture.engine, step, step == REG_STEP_RESERVE ? &window : &operator_caller,
                                reg_bytes_of(&message), &answer, &fixture.info);
    reg_data_clear(&message);
    reg_data_clear(&answer);
    return error;
}

#define BARRED(id, basis)                                                                                                   \
    "{\"requestId\": \"" id "\", \"restriction\": {\"person\": {\"kind\": \"ID_KIND_RESIDENT\", \"number\": "                \
    "\"341302199506112229\"}, \"since\": \"2026-01-01\", \"source\": \"RESTRICTION_SOURCE_DISQUALIFIED\", "                  \
    "\"basis\": \"" basis "\"}}"

/* A restriction that is lifted, one that stands, and a name that is kept. */
static int fill_on(void)
{
    int error = send(REG_STEP_RESTRICT, "PlaceRestrictionRequest", BARRED("bar-1", "判决〔2026〕3号"));

    if (error == 0)
        error = send(REG_STEP_LIFT, "LiftRestrictionRequest",
                     "{\"requestId\": \"lift-1\", \"position\": \"600\", \"basis\": \"裁定〔2026〕4号\"}");
    if (error == 0)
        error = send(REG_STEP_RESTRICT, "PlaceRestrictionRequest", BARRED("bar-2", "判决〔2026〕5号"));
    if (error == 0)
        error = send(REG_STEP_RESERVE, "ReserveNameRequest",
                     "{\"requestId\": \"keep-1\", \"authority\": 341300, \"name\": \"宿州市远山贸易有限责任公司\", "
                     "\"type\": 1130, \"industry\": \"F5137\", \"applicant\": \"林晚\"}");
    return error;
}

static int set_up(void)
{
    struct reg_data note = {NULL, 0};

    started = fixture_start(&fixture, REG_SUITE_INTL);
    if (started == 0)
        started = fill();
    if (started == 0)
        started = fill_on();
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

struct shown {
    uint64_t done, total;
    unsigned calls, at_most;
    bool forward;
};

static bool count_progress(void *context, uint64_t done, uint64_t total)
{
    struct shown *shown = context;

    shown->forward = (shown->forward || shown->calls == 0) && done >= shown->done && done <= total && total >= ALL;
    shown->done = done;
    shown->total = total;
    return ++shown->calls < shown->at_most;
}

/* How far it is: entries first, then the rows of the tables, to the end. */
static void progress(void)
{
    struct shown shown = {.at_most = 1000};
    struct reg_check_result result = {0};
    int error = reg_ledger_check(fixture.engine, NULL, count_progress, NULL, &shown, &result, &fixture.info);

    CHECK_CASE(error == 0 && shown.forward && shown.done == shown.total && shown.total > 3 * ALL, "%llu of %llu",
               (unsigned long long)shown.done, (unsigned long long)shown.total);
    CHECK_CASE(shown.calls > 5, "%u calls", shown.calls);
    for (unsigned calls = 1; calls <= 5; calls += 4) { /* stopped among the entries, and among the rows */
        shown = (struct shown){.at_most = calls};
        error = reg_ledger_check(fixture.engine, NULL, count_progress, NULL, &shown, &result, &fixture.info);
        CHECK_CASE(error == 0 && shown.calls == calls && shown.done < shown.total && result.problems == 0,
                   "stopped after %u calls: %llu of %llu, %llu problems", shown.calls, (unsigned long long)shown.done,
                   (unsigned long long)shown.total, (unsigned long long)result.problems);
    }
}

static void whole(void)
{
    struct reg_check_options options = REG_CHECK_OPTIONS_INIT;
    struct reg_check_result result = {0};
    int error;

    CHECK_CASE(started == 0 && fixture_check(&fixture, &result) == 0, "%s", fixture.info.en);
    CHECK_CASE(result.entries == ALL && result.licences == (ENTRIES - 2 + 7) / 8, "%llu entries, %llu licences",
               (unsigned long long)result.entries, (unsigned long long)result.licences);
    options.all = true; /* each row looked for by itself */
    error = reg_ledger_check(fixture.engine, &options, NULL, NULL, NULL, &result, &fixture.info);
    CHECK_CASE(error == 0 && result.problems == 0 && result.signatures == result.licences, "%d, %llu problems, %llu verified",
               error, (unsigned long long)result.problems, (unsigned long long)result.signatures);
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
    VALUE("name", "position", "3", "position + 8"),
    {"name_gram: a key of no name", "INSERT INTO name_gram SELECT authority, 1, number, industry FROM name_gram LIMIT 1",
     "DELETE FROM name_gram WHERE gram = 1"},
    {"name_gram: a name of no number", "INSERT INTO name_gram VALUES (341300, 1, 100000, 0)",
     "DELETE FROM name_gram WHERE gram = 1"},
    {"name: a row more", "INSERT INTO name (holder, name, authority, state, position) VALUES ('9', '宿州', 341300, 1, 66)",
     "DELETE FROM name WHERE holder = '9'"},
    {"restriction: a row more",
     "INSERT INTO restriction VALUES (66, '91341300MAY000000X', 1, 20000, NULL, 0, 0, '决定', NULL)",
     "DELETE FROM restriction WHERE position = 66"},
    {"restriction: lifted by another", "UPDATE restriction SET lifted = 602 WHERE position = 600",
     "UPDATE restriction SET lifted = 601 WHERE position = 600"},
    {"restriction: not lifted", "UPDATE restriction SET lifted = NULL WHERE position = 600",
     "UPDATE restriction SET lifted = 601 WHERE position = 600"},
    VALUE("licence", "industry", "3", "industry + 1"),
    VALUE("licence", "established", "3", "established - 1"),
    VALUE("licence", "recorded", "3", "recorded + 1"),
    {"licence_term: a term less",
     "CREATE TABLE kept AS SELECT * FROM licence_term LIMIT 1;"
     "DELETE FROM licence_term WHERE (term, code) IN (SELECT term, code FROM kept)",
     "INSERT INTO licence_term SELECT * FROM kept;DROP TABLE kept"},
    {"licence_term: a term more", "INSERT INTO licence_term SELECT 1, code FROM licence LIMIT 1",
     "DELETE FROM licence_term WHERE term = 1"},
    {"licence_term: a term of no licence", "INSERT INTO licence_term SELECT term, '9' FROM licence_term LIMIT 1",
     "DELETE FROM licence_term WHERE code = '9'"},
    GONE("name", "3"),
    GONE("restriction", "600"),
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

/* ---- one subject code, two licences ---------------------------------------------------------------------------------- */

static void count_shared(void *context, const struct reg_error_info *problem)
{
    *(int *)context += strstr(problem->en, "two licences have the subject code") && strstr(problem->zh, "主体标识码");
}

static void one_subject(void)
{
    sqlite3 *db = open_database();
    struct reg_check_result result = {0};
    int shared = 0;

    CHECK_CASE(started == 0 && sqlite3_exec(db,
                                            "DROP INDEX licence_subject; CREATE TABLE kept AS SELECT code AS v FROM licence"
                                            " WHERE rowid = 3; UPDATE licence SET code = '92110000' || substr((SELECT code FROM"
                                            " licence WHERE rowid = 4), 9) WHERE rowid = 3",
                                            NULL, NULL, NULL) == SQLITE_OK,
               "%s", sqlite3_errmsg(db));
    CU_ASSERT_EQUAL(reg_ledger_check(fixture.engine, NULL, NULL, count_shared, &shared, &result, &fixture.info), 0);
    CHECK_CASE(shared == 1, "said %d times", shared);
    CHECK_CASE(sqlite3_exec(db,
                            "UPDATE licence SET code = (SELECT v FROM kept) WHERE rowid = 3; DROP TABLE kept;"
                            "CREATE UNIQUE INDEX licence_subject ON licence (substr(code, 9, 9))",
                            NULL, NULL, NULL) == SQLITE_OK,
               "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    CHECK_CASE(fixture_check(&fixture, &result) == 0, "put back, still: %s", fixture.info.en);
}

/* ---- every column ---------------------------------------------------------------------------------------------------- */

/* What is not changed by the rule of its type, and what makes no difference. A column that the schema has and nobody knows of
 * is changed by the rule, and turns the test red where the check does not look at it. */
static const struct column {
    const char *name, *value; /* value NULL: no difference */
    const char *why;
} columns[] = {
    {"licence.number", NULL, "the row's place in the table"},
    {"request.number", NULL, "the row's place in the table"},
    {"pool.number", NULL, "the order in which pools are used up"},
    {"meta.rebuilt", NULL, "caches start anew where it is another than it was, whatever it is"},
    {"meta.version", "1", "a newer version is no fault where programs of this one may use it"},
    {"meta.next_serial", "3", "leased serials may stay unused, used ones may not come again"},
    {"pool.next", "3", "leased codes may stay unused, used ones may not come again"},
};

static bool run_sql(sqlite3 *db, const char *name, char *sql)
{
    char *message = NULL;
    bool ok = sql && sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK;

    CHECK_CASE(ok, "%s: %s", name, message ? message : "no memory");
    sqlite3_free(message);
    sqlite3_free(sql);
    return ok;
}

static void change_column(sqlite3 *db, const char *table, const char *column, const char *type)
{
    const char *rule = strcmp(type, "INTEGER") == 0 ? "coalesce(%s, 0) + 100000"
                       : strcmp(type, "TEXT") == 0  ? "substr(coalesce(%1$s, ''), 1, max(length(coalesce(%1$s, '')) - 1, 0)) || '#'"
                                                    : "zeroblob(length(%s))";
    struct reg_check_result result = {0};
    char name[64], value[128];
    char *sql;
    long problems;

    snprintf(name, sizeof name, "%.30s.%.30s", table, column);
    snprintf(value, sizeof value, rule, column);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (strcmp(columns[i].name, name) == 0) {
            if (!columns[i].value)
                return;
            snprintf(value, sizeof value, "%s", columns[i].value);
        }
    if (!run_sql(db, name, sqlite3_mprintf("CREATE TABLE kept AS SELECT * FROM \"%w\"", table)))
        return;
    sql = strcmp(table, "name_gram") == 0 /* it has no rowid */
              ? sqlite3_mprintf("UPDATE name_gram SET %s = %s WHERE (authority, gram, number) = (SELECT authority, gram, number"
                                " FROM kept LIMIT 1)",
                                column, value)
          : strcmp(table, "licence_term") == 0 /* nor has this */
              ? sqlite3_mprintf("UPDATE licence_term SET %s = %s WHERE (term, code) = (SELECT term, code FROM kept LIMIT 1)",
                                column, value)
              : sqlite3_mprintf("UPDATE \"%w\" SET %s = %s WHERE rowid = (SELECT max(rowid) FROM \"%w\")", table, column,
                                value, table);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_CONSTRAINT) /* refused by the schema itself */
        CHECK_CASE(strcmp(name, "meta.one") == 0, "%s", name);
    else {
        CHECK_CASE(sqlite3_changes(db) == 1, "%s: %s", name, sqlite3_errmsg(db));
        problems = fixture_check(&fixture, &result);
        CHECK_CASE((problems > 0 || (problems < 0 && strcmp(table, "batch") == 0)) && *fixture.info.zh && *fixture.info.en,
                   "%s: %ld problems, %s", name, problems,
                   fixture.info.en);
    }
    sqlite3_free(sql);
    run_sql(db, name, sqlite3_mprintf("DELETE FROM \"%w\"; INSERT INTO \"%w\" SELECT * FROM kept; DROP TABLE kept", table,
                                      table));
}

/* The triggers that keep the ledger append-only, as SQL; dropped. */
static char *drop_triggers(sqlite3 *db)
{
    static const char list[] = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'";
    char *kept = sqlite3_mprintf(""), *drops = sqlite3_mprintf("");
    sqlite3_stmt *statement = NULL;

    CHECK_CASE(sqlite3_prepare_v2(db, list, -1, &statement, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    while (sqlite3_step(statement) == SQLITE_ROW) {
        kept = sqlite3_mprintf("%z%s;", kept, sqlite3_column_text(statement, 1));
        drops = sqlite3_mprintf("%zDROP TRIGGER %s;", drops, sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    run_sql(db, "triggers", drops);
    return kept;
}

static void every_column(void)
{
    static const char list[] = "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c"
                               " WHERE m.type = 'table'";
    sqlite3 *db = open_database();
    char *triggers = drop_triggers(db), names[128][3][32];
    struct reg_check_result result = {0};
    sqlite3_stmt *statement = NULL;
    size_t count = 0;

    CHECK_CASE(sqlite3_prepare_v2(db, list, -1, &statement, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    while (sqlite3_step(statement) == SQLITE_ROW && count < 128) {
        for (int i = 0; i < 3; i++)
            snprintf(names[count][i], sizeof names[count][i], "%s", (const char *)sqlite3_column_text(statement, i));
        count++;
    }
    sqlite3_finalize(statement);
    CHECK_CASE(count > 70 && count < 128, "%zu columns", count);
    for (size_t i = 0; i < count && started == 0; i++)
        change_column(db, names[i][0], names[i][1], names[i][2]);
    run_sql(db, "triggers", triggers);
    sqlite3_close(db);
    CHECK_CASE(fixture_check(&fixture, &result) == 0, "put back, still: %s", fixture.info.en);
}

/* ---- beside the daemon, and anew ------------------------------------------------------------------------------------- */

struct beside {
    sqlite3 *db;
    unsigned pages, emptied, submitted;
};

/* Between two pages: the log can be emptied, which no snapshot allows, and a filing is accepted. */
static bool go_on(void *context, uint64_t done, uint64_t total)
{
    struct beside *beside = context;
    struct reg_data message, answer = {NULL, 0};
    char id[16];

    (void)total;
    snprintf(id, sizeof id, "beside-%llu", (unsigned long long)done);
    message = fixture_request(&fixture, "09", id, NULL);
    beside->pages++;
    beside->emptied += sqlite3_wal_checkpoint_v2(beside->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK;
    beside->submitted +=
        reg_engine_submit(fixture.engine, &window, reg_bytes_of(&message), &answer, &fixture.info) == 0;
    reg_data_clear(&answer);
    reg_data_clear(&message);
    return true;
}

static void beside_a_writer(void)
{
    struct beside beside = {.db = open_database()};
    struct reg_check_result result = {0};
    int error = reg_ledger_check(fixture.engine, NULL, go_on, NULL, &beside, &result, &fixture.info);

    CHECK_CASE(error == 0 && result.problems == 0, "%d, %llu problems", error, (unsigned long long)result.problems);
    CHECK_CASE(beside.pages > 1 && beside.emptied == beside.pages && beside.submitted == beside.pages,
               "%u pages, %u submitted, %u times emptied", beside.pages, beside.submitted, beside.emptied);
    sqlite3_close(beside.db);
}

static void views_anew(void)
{
    static const char *const damages[] = {
        "DELETE FROM licence; DELETE FROM serial; DELETE FROM \"case\"; DELETE FROM request; DELETE FROM catalogue;"
        "DELETE FROM name; DELETE FROM name_gram; DELETE FROM licence_term; DELETE FROM restriction",
        "UPDATE licence SET position = 1, name = 'x', name_key = NULL; UPDATE serial SET code = 'x'; UPDATE \"case\" SET"
        " state = 9; UPDATE request SET request_id = request_id || 'x'; UPDATE name SET until_day = 1, state = 2;"
        "UPDATE name_gram SET gram = gram + 1 WHERE gram = (SELECT max(gram) FROM name_gram);"
        "UPDATE licence_term SET term = -term WHERE code = (SELECT max(code) FROM licence_term);"
        "UPDATE licence SET recorded = 0, established = 1, industry = 2;"
        "UPDATE restriction SET lifted = NULL, basis = basis || position"};
    sqlite3 *db = open_database();
    const char *before = fixture_views(&fixture);

    for (size_t i = 0; i < 2 && started == 0; i++) {
        struct reg_check_result result = {0};
        uint64_t entries = 0;
        const char *after;
        int error;

        CHECK_CASE(sqlite3_exec(db, damages[i], NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
        CHECK_CASE(fixture_check(&fixture, &result) > 0, "damage %zu", i);
        error = reg_ledger_repair_views(fixture.engine, NULL, NULL, &entries, &fixture.info);
        CHECK_CASE(error == 0 && entries == result.entries, "%d: %s", error, fixture.info.en);
        after = fixture_views(&fixture);
        CHECK_CASE(before && after && strcmp(before, after) == 0, "damage %zu: the views are others", i);
        CHECK_CASE(fixture_check(&fixture, &result) == 0, "damage %zu: %s", i, fixture.info.en);
    }
    sqlite3_close(db);
}

/* Nobody else may have the registry open. */
static void views_of_others(void)
{
    struct reg_engine *other = NULL;
    uint64_t entries = 0;
    int error = reg_engine_open(fixture.directory, &fixture.open, &fixture.host, &other, &fixture.info);

    CHECK_CASE(error == 0, "%s", fixture.info.en);
    error = reg_ledger_repair_views(fixture.engine, NULL, NULL, &entries, &fixture.info);
    CHECK_CASE(error == REG_ERR_BUSY && *fixture.info.zh, "%d", error);
    reg_engine_close(other);
    error = reg_ledger_repair_views(fixture.engine, NULL, NULL, &entries, &fixture.info);
    CHECK_CASE(error == 0, "%d: %s", error, fixture.info.en);
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
                              {"how far it is", progress},
                              {"one byte changed", one_byte},
                              {"one value changed or one row gone", one_value},
                              {"one subject code, two licences", one_subject},
                              {"every column", every_column},
                              {"beside a writer", beside_a_writer},
                              {"views anew", views_anew},
                              {"views of others", views_of_others},
                              {"append-only", append_only},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"check", set_up, tear_down, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
