/* The store port under load, one measurement a call; scripts/bench store calls it and puts it beside others.
 *
 *   bench_store URL fill COUNT               appends generated licences, in batches
 *   bench_store URL issue BATCH SECONDS      the same for a time: licences a second, each batch durable
 *   bench_store URL look uniform|zipf IN_FLIGHT SECONDS         look-ups by code with their entries, a second
 *   bench_store URL bare uniform|zipf IN_FLIGHT SECONDS         the same statements without the port: libpq, or SQLite
 *
 * A licence is what an issue writes: entry, key, licence, name with its keys, serial, case, request; sizes as of example 02.
 */
#include <inttypes.h>
#include <libpq-fe.h>
#include <malloc.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <registry/store.h>

#include "ledger/store.h"

#define AUTHORITY    341300
#define BATCH_MAX    256
#define BODY         5110
#define HEADER       82
#define WRAPPED      60
#define NAME_KEYS    3
#define KEY_SPACE    100000
#define TERMS        17 /* example 02 has as many */
#define COMMON_TERMS 5
#define FLIGHT_MAX   256

static uint64_t state = 20261124;

/* splitmix64 */
static uint64_t draw(void)
{
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what, const char *why)
{
    fprintf(stderr, "bench_store: %s: %s\n", what, why);
    exit(1);
}

static void must(int error, const struct reg_error_info *info, const char *what)
{
    if (error != 0)
        die(what, info ? info->en : "failed");
}

/* The code of the licence at a position; no code that an office gives, but as long. */
static void code_of(uint64_t position, char ret[19])
{
    snprintf(ret, 19, "91341300MA%07u0", (unsigned)(position % 10000000));
}

/* ---- appending ----------------------------------------------------------------------------------------------------- */

struct made {
    struct reg_append append;
    struct reg_licence_row licence;
    struct reg_serial_row serial;
    struct reg_case_row case_row;
    struct reg_request_row request;
    struct reg_name_row name;
    struct reg_licence_terms terms;
    int64_t term_numbers[TERMS];
    uint32_t keys[NAME_KEYS];
    char text[64], id[32];
    uint8_t header[HEADER], body[BODY], wrapped[WRAPPED];
};

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static void make_name(struct made *made, uint64_t position)
{
    snprintf(made->text, sizeof made->text, "宿州市%08" PRIu64 "贸易有限责任公司", position);
    for (size_t i = 0; i < NAME_KEYS; i++)
        made->keys[i] = (uint32_t)(i * KEY_SPACE + draw() % KEY_SPACE);
    qsort(made->keys, NAME_KEYS, sizeof *made->keys, by_number);
    made->name = (struct reg_name_row){.holder = made->licence.code,
                                       .name = made->text,
                                       .authority = AUTHORITY,
                                       .state = REG_NAME_HELD,
                                       .position = made->licence.position,
                                       .keys = made->keys,
                                       .key_count = NAME_KEYS,
                                       .industry = 1};
}

/* As many as example 02 is found by: some that most licences have, and many that few have. */
static void make_terms(struct made *made)
{
    for (size_t i = 0; i < TERMS; i++)
        made->term_numbers[i] = i < COMMON_TERMS ? (int64_t)i + 1 : (int64_t)(i * KEY_SPACE + draw() % KEY_SPACE);
    made->terms = (struct reg_licence_terms){.code = made->licence.code, .terms = made->term_numbers, .count = TERMS};
}

static void make(struct made *made, uint64_t position)
{
    for (size_t i = 0; i + 8 <= BODY; i += 8) { /* sealed bytes do not compress */
        uint64_t word = draw();

        memcpy(made->body + i, &word, 8);
    }
    memcpy(made->header, made->body, HEADER);
    memcpy(made->header, &position, sizeof position);
    memcpy(made->wrapped, made->body + HEADER, WRAPPED);
    made->licence = (struct reg_licence_row){.position = position,
                                             .serial = position,
                                             .version = 1,
                                             .revision = 1,
                                             .state = 1,
                                             .authority = AUTHORITY,
                                             .type = 1130,
                                             .name = made->text,
                                             .established = 20000,
                                             .recorded = 20000};
    code_of(position, made->licence.code);
    make_name(made, position);
    make_terms(made);
    made->serial = (struct reg_serial_row){.serial = position, .position = position, .version = 1};
    made->case_row = (struct reg_case_row){.number = position, .position = position, .state = 3, .authority = AUTHORITY};
    code_of(position, made->serial.code);
    code_of(position, made->case_row.code);
    snprintf(made->id, sizeof made->id, "load %" PRIu64, position);
    made->request = (struct reg_request_row){.caller = "registry:window", .request_id = made->id, .position = position};
    memcpy(made->request.digest, made->body, REG_DIGEST_LEN);
    made->append = (struct reg_append){.entry = {.position = position,
                                                 .has_case = true,
                                                 .case_number = position,
                                                 .header = {made->header, HEADER},
                                                 .body = {made->body, BODY},
                                                 .wrapped_key = {made->wrapped, WRAPPED}},
                                       .new_case_key = true,
                                       .licence = &made->licence,
                                       .name_key = made->text,
                                       .terms = &made->terms,
                                       .names = &made->name,
                                       .name_count = 1,
                                       .serial = &made->serial,
                                       .case_row = &made->case_row,
                                       .request = &made->request};
}

/* The leaves and the right edge of the batch; tiles that it completes, of the lowest level, as the engine would write them.
 */
static void grow(struct reg_batch *batch, enum reg_suite suite, struct reg_tile *tiles)
{
    static uint8_t leaves[REG_TILE_WIDTH][REG_DIGEST_LEN];

    for (size_t i = 0; i < batch->count; i++) {
        uint64_t position = batch->appends[i].entry.position;
        uint8_t *leaf = leaves[position % REG_TILE_WIDTH];

        must(reg_merkle_leaf(suite, batch->appends[i].entry.header, leaf), NULL, "leaf");
        must(reg_edge_append(suite, &batch->head.edge, leaf), NULL, "edge");
        if (position % REG_TILE_WIDTH == REG_TILE_WIDTH - 1) {
            tiles[batch->tile_count].level = 0;
            tiles[batch->tile_count].index = position / REG_TILE_WIDTH;
            memcpy(tiles[batch->tile_count++].hashes, leaves, sizeof leaves);
        }
    }
    batch->head.size = batch->appends[batch->count - 1].entry.position + 1;
    batch->tiles = tiles;
}

static void append(struct reg_store *store, size_t count)
{
    static struct made made[BATCH_MAX];
    static struct reg_append appends[BATCH_MAX];
    static struct reg_tile tiles[2];
    struct reg_batch batch = {.appends = appends, .count = count};
    struct reg_query query = {.kind = REG_QUERY_HEAD};
    struct reg_error_info info = {"", ""};
    bool refused;

    must(store->ops->begin(store, &query, &info), &info, "begin");
    batch.head = query.head;
    reg_query_clear(&query);
    for (size_t i = 0; i < count; i++) {
        make(&made[i], batch.head.size + i);
        appends[i] = made[i].append;
    }
    grow(&batch, store->identity.suite, tiles);
    must(store->ops->append(store, &batch, &refused, &info), &info, "append");
}

static double issue(struct reg_store *store, size_t batch, double seconds)
{
    double began = now(), at = began;
    size_t count = 0;

    for (; at - began < seconds; at = now(), count += batch)
        append(store, batch);
    return (double)count / (at - began);
}

/* ---- looking up ---------------------------------------------------------------------------------------------------- */

static uint64_t size_of(struct reg_store_reader *reader)
{
    struct reg_query query = {.kind = REG_QUERY_HEAD};
    uint64_t size;

    must(reg_query_wait(reader, &query), NULL, "head");
    size = query.head.size;
    reg_query_clear(&query);
    if (size == 0)
        die("look", "the store is empty");
    return size;
}

/* A position; with Zipf's law of exponent 1 the k-th most wanted is wanted as 1/k, and the most wanted are strewn about. */
static uint64_t want(uint64_t size, bool zipf)
{
    double random = (double)(draw() >> 11) / 9007199254740992.0;

    if (!zipf)
        return draw() % size;
    return (uint64_t)(exp(random * log((double)size)) - 1) * UINT64_C(2654435761) % size;
}

static void draw_codes(uint64_t size, bool zipf, size_t count, char codes[][19])
{
    for (size_t i = 0; i < count; i++)
        code_of(want(size, zipf), codes[i]);
}

static double look(struct reg_store *store, bool zipf, size_t in_flight, double seconds)
{
    static char codes[FLIGHT_MAX][19];
    const char *pointers[FLIGHT_MAX];
    struct reg_store_reader *reader;
    struct reg_error_info info = {"", ""};
    double began, at;
    uint64_t size, count = 0;

    must(store->ops->reader_open(store, &reader, &info), &info, "reader");
    size = size_of(reader);
    for (size_t i = 0; i < in_flight; i++)
        pointers[i] = codes[i];
    for (at = began = now(); at - began < seconds; at = now()) {
        struct reg_query query = {
            .kind = REG_QUERY_LICENCES, .codes = pointers, .code_count = in_flight, .with_entries = true};

        draw_codes(size, zipf, in_flight, codes);
        must(reg_query_wait(reader, &query), NULL, "query");
        if (query.licence_count != in_flight || query.entry_count != in_flight)
            die("look", "a licence is missing");
        count += in_flight;
        reg_query_clear(&query);
    }
    reader->ops->reader_close(reader);
    return (double)count / (at - began);
}

/* ---- the same statements, bare --------------------------------------------------------------------------------------- */

#define COLUMNS                                                                                                             \
    "l.code, l.position, l.serial, l.version, l.revision, l.state, l.authority, l.type, l.name, l.parent, l.wake_day,"      \
    " l.industry, l.established, l.recorded, e.position, e.case_number, e.header, e.body, k.wrapped"
#define JOINS " JOIN entry e ON e.position = l.position LEFT JOIN case_key k ON k.case_number = e.case_number"

static double bare_libpq(const char *url, bool zipf, size_t in_flight, double seconds)
{
    static const char sql[] = "SELECT " COLUMNS " FROM unnest($1::text[]) WITH ORDINALITY a (code, place)"
                              " JOIN licence l ON l.code = a.code" JOINS " ORDER BY a.place";
    PGconn *connection = PQconnectdb(url);
    static char codes[FLIGHT_MAX][19], array[FLIGHT_MAX * 20 + 3];
    double began, at;
    uint64_t size, count = 0;
    PGresult *result;

    if (PQstatus(connection) != CONNECTION_OK)
        die("connect", PQerrorMessage(connection));
    PQclear(PQexec(connection, "SET plan_cache_mode = force_generic_plan"));
    PQclear(PQprepare(connection, "look", sql, 0, NULL));
    result = PQexec(connection, "SELECT first_position + count FROM batch ORDER BY first_position DESC LIMIT 1");
    size = strtoull(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    for (at = began = now(); at - began < seconds; at = now()) {
        const char *values[] = {array};
        size_t length = 0;

        draw_codes(size, zipf, in_flight, codes);
        for (size_t i = 0; i < in_flight; i++)
            length += (size_t)sprintf(array + length, "%c%s", i ? ',' : '{', codes[i]);
        strcpy(array + length, "}");
        result = PQexecPrepared(connection, "look", 1, values, NULL, NULL, 1);
        if ((size_t)PQntuples(result) != in_flight)
            die("bare", PQerrorMessage(connection));
        PQclear(result);
        count += in_flight;
    }
    PQfinish(connection);
    return (double)count / (at - began);
}

static double bare_sqlite(const char *path, bool zipf, size_t in_flight, double seconds)
{
    static const char sql[] = "SELECT " COLUMNS " FROM licence l" JOINS " WHERE l.code = ?1";
    static char codes[FLIGHT_MAX][19];
    sqlite3 *file;
    sqlite3_stmt *statement;
    double began, at;
    uint64_t size, count = 0;

    if (sqlite3_open_v2(path, &file, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(file, "SELECT first_position + count FROM batch ORDER BY first_position DESC LIMIT 1", -1,
                           &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        die(path, sqlite3_errmsg(file));
    size = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    if (sqlite3_prepare_v2(file, sql, -1, &statement, NULL) != SQLITE_OK)
        die(path, sqlite3_errmsg(file));
    for (at = began = now(); at - began < seconds; at = now()) {
        draw_codes(size, zipf, in_flight, codes);
        sqlite3_exec(file, "BEGIN", NULL, NULL, NULL);
        for (size_t i = 0; i < in_flight; i++, count++) {
            sqlite3_bind_text(statement, 1, codes[i], 18, SQLITE_STATIC);
            if (sqlite3_step(statement) != SQLITE_ROW || sqlite3_column_bytes(statement, 14) != BODY)
                die("bare", "a licence is missing");
            sqlite3_reset(statement);
        }
        sqlite3_exec(file, "COMMIT", NULL, NULL, NULL);
    }
    sqlite3_finalize(statement);
    sqlite3_close(file);
    return (double)count / (at - began);
}

/* ---- the program ----------------------------------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
    static const struct reg_store_identity identity = {.registry_id = {1}, .suite = REG_SUITE_INTL};
    struct reg_error_info info = {"", ""};
    struct reg_store *store = NULL;
    const char *url = argc > 1 ? argv[1] : "", *what = argc > 2 ? argv[2] : "";
    bool zipf = argc > 3 && strcmp(argv[3], "zipf") == 0;
    size_t number = argc > 3 ? strtoull(argv[argc > 5 ? 4 : 3], NULL, 10) : 0;
    double seconds = argc > 4 ? strtod(argv[argc - 1], NULL) : 0, rate = 0;

    mallopt(M_TRIM_THRESHOLD, 8 << 20); /* as registryd does */
    if (argc < 4 || number == 0)
        die("usage", "see the head of tests/bench/bench_store.c");
    if (strcmp(what, "bare") == 0 && number <= FLIGHT_MAX) {
        rate = strncmp(url, "sqlite:", 7) == 0 ? bare_sqlite(url + 7, zipf, number, seconds)
                                               : bare_libpq(url, zipf, number, seconds);
        printf("%.0f\n", rate);
        return 0;
    }
    if (reg_store_open("/", url, NULL, &store, &info) != 0)
        must(reg_store_open("/", url, &identity, &store, &info), &info, "open");
    if (strcmp(what, "fill") == 0) {
        double began = now();

        for (size_t done = 0; done < number; done += BATCH_MAX)
            append(store, BATCH_MAX);
        rate = (double)number / (now() - began);
    } else if (strcmp(what, "issue") == 0 && number <= BATCH_MAX) {
        rate = issue(store, number, seconds);
    } else if (strcmp(what, "look") == 0 && number <= FLIGHT_MAX) {
        rate = look(store, zipf, number, seconds);
    } else {
        die("usage", "see the head of tests/bench/bench_store.c");
    }
    store->ops->close(store);
    printf("%.0f\n", rate);
    return 0;
}
