#include "fixture.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/buffer.h"
#include "base/message.h"
#include "base/wire.h"

#define BUDGET ((size_t)64 << 20)

const struct reg_caller window = {.uri = "test:window", .kind = REG_CALLER_WINDOW},
                        auditor = {.uri = "test:auditor", .kind = REG_CALLER_AUDITOR},
                        operator_caller = {.uri = "registry:operator", .kind = REG_CALLER_OPERATOR};

static int draw(void *context, void *ret, size_t len)
{
    (void)context;
    return getrandom(ret, len, 0) == (ssize_t)len ? 0 : REG_ERR_IO;
}

static int64_t now(void *context)
{
    return ((struct fixture *)context)->clock;
}

int fixture_prepare(struct fixture *fixture, enum reg_suite suite)
{
    memset(fixture, 0, sizeof *fixture);
    strcpy(fixture->directory, "/tmp/registry-test-XXXXXX");
    if (!mkdtemp(fixture->directory))
        return REG_ERR_IO;
    fixture->suite = suite;
    fixture->clock = INT64_C(1795478400000); /* 2026-11-24 */
    fixture->host = (struct reg_host){fixture, draw, now};
    fixture->init = (struct reg_init_options)REG_INIT_OPTIONS_INIT;
    fixture->init.suite = suite;
    fixture->init.open_store = reg_store_open;
    fixture->open = (struct reg_open_options)REG_OPEN_OPTIONS_INIT;
    fixture->open.open_store = reg_store_open;
    fixture->arena = reg_arena_new(BUDGET);
    return fixture->arena ? 0 : REG_ERR_NOMEM;
}

int fixture_open(struct fixture *fixture)
{
    int error = reg_engine_open(fixture->directory, &fixture->open, &fixture->host, &fixture->engine, &fixture->info);

    return error != 0 ? error : reg_reader_open(fixture->engine, &fixture->reader, &fixture->info);
}

int fixture_start(struct fixture *fixture, enum reg_suite suite)
{
    int error = fixture_prepare(fixture, suite);

    if (error == 0)
        error = reg_registry_init(fixture->directory, &fixture->init, &fixture->host, &fixture->info);
    return error != 0 ? error : fixture_open(fixture);
}

void fixture_shut(struct fixture *fixture)
{
    reg_reader_close(fixture->reader);
    reg_engine_close(fixture->engine);
    fixture->reader = NULL;
    fixture->engine = NULL;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    return remove(path);
}

void fixture_end(struct fixture *fixture)
{
    fixture_shut(fixture);
    reg_arena_free(fixture->arena);
    if (strncmp(fixture->directory, "/tmp/registry-test-", 19) == 0)
        nftw(fixture->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- filings --------------------------------------------------------------------------------------------------------- */

void trade_name(unsigned number, char ret[7])
{
    /* U+5000 to U+503F, twice: all of them in the common block */
    const unsigned points[] = {0x5000 + number / 64, 0x6000 + number % 64};

    for (size_t i = 0; i < 2; i++) {
        ret[3 * i] = (char)(0xe0 | points[i] >> 12);
        ret[3 * i + 1] = (char)(0x80 | (points[i] >> 6 & 63));
        ret[3 * i + 2] = (char)(0x80 | (points[i] & 63));
    }
    ret[6] = '\0';
}

static FILE *open_filing(const char *name)
{
    static const char folder[] = REG_SOURCE_DIR "/examples/filings";
    DIR *listing = opendir(folder);
    struct dirent *entry;
    char path[512] = "";

    while (listing && (entry = readdir(listing)) != NULL)
        if (strncmp(entry->d_name, name, strlen(name)) == 0)
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (listing)
        closedir(listing);
    return *path ? fopen(path, "rb") : NULL;
}

struct reg_data fixture_request(struct fixture *fixture, const char *name, const char *id, const char *trade)
{
    static const char traded[] = "青禾";
    static char text[1 << 16];
    struct reg_data message = {NULL, 0};
    FILE *file = open_filing(name);
    int n = snprintf(text, sizeof text, "{\"requestId\":\"%s\",\"filing\":", id);
    size_t len;

    if (!file)
        return message;
    len = (size_t)n + fread(text + n, 1, sizeof text - (size_t)n - 2, file);
    fclose(file);
    text[len++] = '}';
    text[len] = '\0';
    for (char *at = text; trade && (at = strstr(at, traded)) != NULL; at += strlen(trade))
        memcpy(at, trade, sizeof traded - 1);
    if (reg_json_to_message("SubmitFilingRequest", (struct reg_bytes){(uint8_t *)text, len}, &message, &fixture->info) != 0)
        message.data = NULL;
    return message;
}

ProtobufCMessage *fixture_decode(struct fixture *fixture, const ProtobufCMessageDescriptor *type, struct reg_bytes message)
{
    ProtobufCMessage *decoded = NULL;

    return reg_message_decode(type, message, REG_UNKNOWN_REFUSE, fixture->arena, &decoded, &fixture->info) == 0 ? decoded
                                                                                                                : NULL;
}

reg_pb_submit_filing_response *fixture_submit(struct fixture *fixture, struct reg_bytes message, int *ret_error)
{
    struct reg_data answer = {NULL, 0};
    ProtobufCMessage *decoded = NULL;

    *ret_error = reg_engine_submit(fixture->engine, &window, message, &answer, &fixture->info);
    if (*ret_error == 0)
        decoded = fixture_decode(fixture, &registry__v1__submit_filing_response__descriptor, reg_bytes_of(&answer));
    reg_data_clear(&answer);
    return (reg_pb_submit_filing_response *)decoded;
}

/* ---- reads ----------------------------------------------------------------------------------------------------------- */

struct waiting {
    struct fixture *fixture;
    const ProtobufCMessageDescriptor *type;
    ProtobufCMessage *decoded;
    int error, calls;
};

static void take(void *context, int error, const struct reg_error_info *info, struct reg_bytes message)
{
    struct waiting *waiting = context;

    waiting->calls++;
    waiting->error = error;
    if (error != 0 && info)
        waiting->fixture->info = *info;
    if (error == 0)
        waiting->decoded = fixture_decode(waiting->fixture, waiting->type, message);
}

reg_pb_get_licence_response *fixture_licence(struct fixture *fixture, const struct reg_caller *caller, const char *code,
                                             int *ret_error)
{
    struct waiting waiting = {.fixture = fixture, .type = &registry__v1__get_licence_response__descriptor};
    reg_pb_get_licence_request request = REGISTRY__V1__GET_LICENCE_REQUEST__INIT;
    struct reg_buf buf = REG_BUF_INIT;

    request.credit_code = (char *)code;
    reg_message_encode(&request.base, &buf);
    reg_get_licence(fixture->reader, caller, reg_buf_bytes(&buf), take, &waiting);
    reg_buf_clear(&buf);
    *ret_error = waiting.calls == 1 ? waiting.error : REG_ERR_CORRUPT;
    return (reg_pb_get_licence_response *)waiting.decoded;
}

reg_pb_get_case_response *fixture_case(struct fixture *fixture, uint64_t number, int *ret_error)
{
    struct waiting waiting = {.fixture = fixture, .type = &registry__v1__get_case_response__descriptor};
    reg_pb_get_case_request request = REGISTRY__V1__GET_CASE_REQUEST__INIT;
    struct reg_buf buf = REG_BUF_INIT;

    request.number = number;
    reg_message_encode(&request.base, &buf);
    reg_get_case(fixture->reader, &window, reg_buf_bytes(&buf), take, &waiting);
    reg_buf_clear(&buf);
    *ret_error = waiting.calls == 1 ? waiting.error : REG_ERR_CORRUPT;
    return (reg_pb_get_case_response *)waiting.decoded;
}

static void keep_first(void *context, const struct reg_error_info *info)
{
    struct fixture *fixture = context;

    if (fixture->info.en[0] == '\0')
        fixture->info = *info;
}

long fixture_check(struct fixture *fixture, struct reg_check_result *ret_result)
{
    fixture->info = (struct reg_error_info){0};
    if (reg_ledger_check(fixture->engine, NULL, NULL, keep_first, fixture, ret_result, &fixture->info) != 0)
        return -1;
    return (long)ret_result->problems;
}

bool fixture_sql(struct fixture *fixture, const char *sql)
{
    char path[128];
    sqlite3 *db = NULL;
    bool ok;

    snprintf(path, sizeof path, "%s/registry.db", fixture->directory);
    ok = sqlite3_open(path, &db) == SQLITE_OK && sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK &&
         sqlite3_total_changes(db) > 0;
    if (!ok)
        fprintf(stderr, "sql: %s\n", sqlite3_errmsg(db));
    sqlite3_close(db);
    return ok;
}

static bool dump_rows(sqlite3 *db, const char *sql, struct reg_buf *buf)
{
    sqlite3_stmt *statement = NULL;
    int stepped = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

    while (stepped == SQLITE_OK || stepped == SQLITE_ROW) {
        stepped = sqlite3_step(statement);
        for (int i = 0; stepped == SQLITE_ROW && i < sqlite3_column_count(statement); i++) {
            const char *text = (const char *)sqlite3_column_text(statement, i);

            reg_buf_put(buf, text ? text : "-", text ? strlen(text) : 1);
            reg_buf_put(buf, "|", 1);
        }
        reg_buf_put(buf, "\n", 1);
    }
    sqlite3_finalize(statement);
    return stepped == SQLITE_DONE;
}

char *fixture_views(struct fixture *fixture)
{
    static const char *const views[] = {
        "SELECT code, position, serial, version, revision, state, authority, type, name, name_key, parent, wake_day,"
        " industry, established, recorded FROM licence ORDER BY code",
        "SELECT * FROM licence_term ORDER BY term, code",
        "SELECT * FROM serial ORDER BY serial",
        "SELECT * FROM \"case\" ORDER BY number",
        "SELECT caller, request_id, hex(digest), position FROM request ORDER BY caller, request_id",
        "SELECT * FROM catalogue ORDER BY revision",
        "SELECT holder, name, authority, state, until_day, position FROM name ORDER BY holder, name",
        "SELECT holder, name, k.authority, gram, industry FROM name_gram k LEFT JOIN name USING (number)"
        " ORDER BY holder, name, k.authority, gram",
        "SELECT * FROM restriction ORDER BY position"};
    struct reg_buf buf = REG_BUF_INIT;
    char path[128], *text = NULL;
    sqlite3 *db = NULL;
    bool ok;

    snprintf(path, sizeof path, "%s/registry.db", fixture->directory);
    ok = sqlite3_open(path, &db) == SQLITE_OK;
    for (size_t i = 0; ok && i < sizeof views / sizeof *views; i++)
        ok = dump_rows(db, views[i], &buf);
    if (!ok)
        fprintf(stderr, "views: %s\n", sqlite3_errmsg(db));
    sqlite3_close(db);
    reg_buf_put(&buf, "", 1);
    if (ok && buf.error == 0)
        text = reg_arena_memdup(fixture->arena, buf.data, buf.len);
    reg_buf_clear(&buf);
    return text;
}
