/* What is written is read. */
#include "conformance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "place.h"
#include "sample.h"
#include "suite.h"

static const char *const code_a[] = {CODE_A};
static const char *const both[] = {CODE_B, CODE_A, "91341300MAY999991E"};

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static void test_empty(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    static const enum reg_query_kind kinds[] = {REG_QUERY_HEAD,     REG_QUERY_LICENCES,   REG_QUERY_ENTRIES,
                                                REG_QUERY_CASE,     REG_QUERY_SERIAL,     REG_QUERY_REGISTER,
                                                REG_QUERY_TILE,     REG_QUERY_CHECKPOINT, REG_QUERY_CASES_OF,
                                                REG_QUERY_CATALOGUES, REG_QUERY_POOLS,    REG_QUERY_SUBJECTS, REG_QUERY_NAMES,    REG_QUERY_NAMES_OF};

    CU_ASSERT_EQUAL(memcmp(&store->identity, &place_identity, sizeof place_identity), 0);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (int far = 0; far < 2; far++) { /* numbers that no adapter counts to are not there either */
            struct reg_query query = {.kind = kinds[i],
                                      .codes = both,
                                      .code_count = 3,
                                      .with_entries = true,
                                      .limit = 10,
                                      .from = far ? UINT64_MAX : 0,
                                      .number = far ? UINT64_MAX : 0,
                                      .caller = "c",
                                      .request_id = "r",
                                      .name_key = "n",
                                      .authority = 1};

            CHECK_CASE(reg_query_wait(reader, &query) == 0, "query %d", (int)kinds[i]);
            CHECK_CASE(query.head.size == 0 && query.licence_count == 0 && query.entry_count == 0 && query.case_count == 0 &&
                           query.serial_count == 0 && query.catalogue_count == 0 && !query.request && !query.name_code && query.bytes.len == 0,
                       "query %d", (int)kinds[i]);
            reg_query_clear(&query);
        }
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

static void check_entry_2(const struct reg_entry_row *row)
{
    CU_ASSERT_EQUAL(row->position, 2);
    CU_ASSERT(row->has_case);
    CU_ASSERT_EQUAL(row->case_number, 2);
    CU_ASSERT(sample_same(row->header, "header 2"));
    CU_ASSERT(sample_same(row->body, "body 2"));
    CU_ASSERT_EQUAL_FATAL(row->wrapped_key.len, sizeof sample_wrapped);
    CU_ASSERT_EQUAL(memcmp(row->wrapped_key.data, sample_wrapped, sizeof sample_wrapped), 0);
}

static void check_licences(struct reg_store_reader *reader)
{
    struct reg_query query = {.kind = REG_QUERY_LICENCES, .codes = both, .code_count = 3, .with_entries = true};

    ask(reader, &query);
    CU_ASSERT_EQUAL(query.head.size, 3);
    CU_ASSERT_EQUAL(query.head.time_ms, 1000);
    CU_ASSERT_EQUAL_FATAL(query.licence_count, 1);
    CU_ASSERT_EQUAL_FATAL(query.entry_count, 1);
    sample_check_licence(&query.licences[0]);
    check_entry_2(&query.entries[0]);
    reg_query_clear(&query);
}

static void check_register(struct reg_store_reader *reader)
{
    static const struct {
        const char *caller, *id, *name;
        uint32_t authority;
        bool seen, held;
    } cases[] = {{"registry:window", "one", "宿州示例商贸", 341300, true, true},
                 {"registry:window", "two", "宿州示例商贸", 341302, false, false},
                 {"registry:other", "one", "宿州示例", 341300, false, false},
                 {NULL, NULL, NULL, 341300, false, false}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reg_query query = {.kind = REG_QUERY_REGISTER,
                                  .codes = code_a,
                                  .code_count = 1,
                                  .caller = cases[i].caller,
                                  .request_id = cases[i].id,
                                  .name_key = cases[i].name,
                                  .authority = cases[i].authority};

        ask(reader, &query);
        CHECK_CASE((query.request != NULL) == cases[i].seen, "case %zu", i);
        CHECK_CASE((query.name_code != NULL) == cases[i].held, "case %zu", i);
        CHECK_CASE(query.licence_count == 1 && query.entry_count == 0 && query.head.size == 3, "case %zu", i);
        if (query.request)
            CU_ASSERT(query.request->position == 2 && query.request->digest[0] == 9 && query.request->digest[31] == 0);
        if (query.name_code)
            CU_ASSERT_STRING_EQUAL(query.name_code, CODE_A);
        reg_query_clear(&query);
    }
}

static void check_case_and_serial(struct reg_store_reader *reader)
{
    struct reg_query query = {.kind = REG_QUERY_CASE, .number = 2};

    ask(reader, &query);
    CU_ASSERT_EQUAL_FATAL(query.case_count, 1);
    CU_ASSERT_EQUAL_FATAL(query.entry_count, 1);
    CU_ASSERT(query.cases[0].number == 2 && query.cases[0].position == 2 && query.cases[0].state == 4 &&
              query.cases[0].authority == 341300);
    CU_ASSERT_STRING_EQUAL(query.cases[0].code, CODE_A);
    check_entry_2(&query.entries[0]);
    reg_query_clear(&query);
    query = (struct reg_query){.kind = REG_QUERY_SERIAL, .number = 102};
    ask(reader, &query);
    CU_ASSERT_EQUAL_FATAL(query.serial_count, 1);
    CU_ASSERT_EQUAL_FATAL(query.licence_count, 1);
    CU_ASSERT_EQUAL_FATAL(query.entry_count, 1);
    CU_ASSERT(query.serials[0].serial == 102 && query.serials[0].position == 2 && query.serials[0].version == 3);
    CU_ASSERT_STRING_EQUAL(query.serials[0].code, CODE_A);
    sample_check_licence(&query.licences[0]);
    check_entry_2(&query.entries[0]);
    reg_query_clear(&query);
}

/* Is there a licence whose code holds one of these? */
static void check_subjects(struct reg_store_reader *reader)
{
    static const struct {
        const char *first, *last;
        bool found;
    } cases[] = {{"00000000", "YYYYYYYY", true}, {"00000000", "00000001", false}, {"XYYYYYYY", "YYYYYYYY", false}, {"", "", true}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char body[9] = "";
        struct reg_query query = {.kind = REG_QUERY_SUBJECTS, .code_count = 2};

        memcpy(body, CODE_A + 8, 8);
        query.codes = (const char *const[]){*cases[i].first ? cases[i].first : body, *cases[i].last ? cases[i].last : body};
        ask(reader, &query);
        CHECK_CASE(query.licence_count == cases[i].found, "case %zu", i);
        if (query.licence_count > 0)
            sample_check_licence(&query.licences[0]);
        reg_query_clear(&query);
    }
}

/* Many questions at once, each answered by itself; what was left of an earlier answer goes. */
static void test_taken(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_taken taken[] = {
        {.request_id = "one", .code = CODE_A, .name_key = "宿州示例商贸", .authority = 341300},
        {.request_id = "two", .code = CODE_B, .name_key = "宿州示例商贸", .authority = 341302, .seen = true, .holder = "x"},
        {.code = CODE_A_ELSEWHERE, .name_key = "宿州样本商贸", .authority = 341300},
        {.request_id = "one"},
        {.name_key = "宿州示例商贸", .authority = 341300, .registered = "x"}};
    static const struct {
        bool seen;
        const char *registered, *holder;
    } expected[] = {{true, CODE_A, CODE_A}, {false, "", ""}, {false, CODE_A, ""}, {true, "", ""}, {false, "", CODE_A}};
    struct reg_query query = {.kind = REG_QUERY_TAKEN, .caller = "registry:window", .taken = taken, .taken_count = 5};

    sample_append(store);
    ask(reader, &query);
    CU_ASSERT_EQUAL(query.head.size, 3);
    for (size_t i = 0; i < 5; i++) {
        CHECK_CASE(taken[i].seen == expected[i].seen && strcmp(taken[i].registered, expected[i].registered) == 0 &&
                       strcmp(taken[i].holder, expected[i].holder) == 0,
                   "case %zu: %d %s %s", i, taken[i].seen, taken[i].registered, taken[i].holder);
        CHECK_CASE(!taken[i].seen || (taken[i].position == 2 && taken[i].digest[0] == 9 && taken[i].digest[3] == 0), "case %zu", i);
    }
    reg_query_clear(&query);
    query = (struct reg_query){.kind = REG_QUERY_TAKEN, .caller = "registry:other", .taken = taken, .taken_count = 1};
    ask(reader, &query);
    CU_ASSERT(!taken[0].seen && strcmp(taken[0].registered, CODE_A) == 0);
    reg_query_clear(&query);
    query = (struct reg_query){.kind = REG_QUERY_TAKEN, .caller = "registry:window"};
    ask(reader, &query);
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

static void check_all(struct reg_store *store)
{
    struct reg_store_reader *reader = reader_of(store);
    struct reg_head head = head_of(store);
    uint8_t root[REG_DIGEST_LEN], expected[REG_DIGEST_LEN], leaf[REG_DIGEST_LEN];
    struct reg_edge edge = {0};

    for (int i = 0; i < 3; i++) {
        char header[] = "header 0";

        header[7] = (char)('0' + i);
        CU_ASSERT_EQUAL(reg_merkle_leaf(REG_SUITE_INTL, (struct reg_bytes){(const uint8_t *)header, 8}, leaf), 0);
        CU_ASSERT_EQUAL(reg_edge_append(REG_SUITE_INTL, &edge, leaf), 0);
    }
    CU_ASSERT_EQUAL(reg_edge_root(REG_SUITE_INTL, &edge, expected), 0);
    CU_ASSERT_EQUAL(head.edge.size, 3);
    CU_ASSERT_EQUAL(reg_edge_root(REG_SUITE_INTL, &head.edge, root), 0);
    CU_ASSERT_EQUAL(memcmp(root, expected, sizeof root), 0);
    check_licences(reader);
    check_register(reader);
    check_case_and_serial(reader);
    check_subjects(reader);
    reader->ops->reader_close(reader);
}

static void test_append_and_get(void)
{
    struct reg_store *store = place_create();

    sample_append(store);
    check_all(store);
    store->ops->close(store);
    store = place_open();
    CU_ASSERT_EQUAL(memcmp(&store->identity, &place_identity, sizeof place_identity), 0);
    check_all(store);
    store->ops->close(store);
}

static void test_range(void)
{
    static const struct {
        uint64_t from;
        size_t limit, count;
    } cases[] = {{0, 10, 10}, {0, 1000, 130}, {125, 10, 5}, {129, 1, 1}, {130, 10, 0}, {UINT64_MAX, 10, 0}, {5, 0, 0}};
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);

    CU_ASSERT_EQUAL(batch_append(store, 64), 0);
    CU_ASSERT_EQUAL(batch_append(store, 64), 0);
    CU_ASSERT_EQUAL(batch_append(store, 2), 0);
    for (size_t n = 0; n < 2 * sizeof cases / sizeof *cases; n++) {
        bool headers = n % 2;
        size_t i = n / 2;
        struct reg_query query = {
            .kind = REG_QUERY_ENTRIES, .headers_only = headers, .from = cases[i].from, .limit = cases[i].limit};

        ask(reader, &query);
        CHECK_CASE(query.entry_count == cases[i].count, "case %zu: %zu", i, query.entry_count);
        for (size_t j = 0; j < query.entry_count; j++) {
            char header[32];

            snprintf(header, sizeof header, "header %" PRIu64, cases[i].from + j);
            CHECK_CASE(query.entries[j].position == cases[i].from + j && sample_same(query.entries[j].header, header) &&
                           !query.entries[j].has_case && query.entries[j].wrapped_key.len == 0 &&
                           (query.entries[j].body.len == 0) == headers,
                       "case %zu, entry %zu", i, j);
        }
        reg_query_clear(&query);
    }
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* A page stays under 4 MiB, but gives at least one entry. */
static void test_page(void)
{
    static const struct {
        uint64_t from;
        size_t count;
    } cases[] = {{0, 2}, {1, 1}, {2, 1}, {3, 1}};
    static const size_t sizes[] = {1500000, 1500000, 5000000, 1500000};
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    uint8_t *large = calloc(1, 5000000);
    struct batch batch;

    CU_ASSERT_PTR_NOT_NULL_FATAL(large);
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    for (size_t i = 0; i < 4; i++)
        batch_add(&batch)->entry.body = (struct reg_bytes){large, sizes[i]};
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = cases[i].from, .limit = 100};

        ask(reader, &query);
        CHECK_CASE(query.entry_count == cases[i].count, "case %zu: %zu", i, query.entry_count);
        CHECK_CASE(query.entry_count > 0 && query.entries[0].body.len == sizes[cases[i].from], "case %zu", i);
        reg_query_clear(&query);
    }
    free(large);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

static void test_cases_of(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_case_row rows[10] = {0};
    static const char *const nobody[] = {""};
    struct reg_query query = {.kind = REG_QUERY_CASES_OF, .codes = code_a, .code_count = 1};
    struct batch batch;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    for (size_t i = 0; i < 10; i++) { /* 0, 3, 6, 9 are of A; 1, 4, 7 of B; the others of nobody */
        rows[i] = (struct reg_case_row){.number = i, .position = i};
        strcpy(rows[i].code, i % 3 == 0 ? CODE_A : i % 3 == 1 ? CODE_B : "");
        batch_add(&batch)->case_row = &rows[i];
    }
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
    ask(reader, &query);
    CU_ASSERT_EQUAL(query.case_count, 4);
    for (size_t i = 0; i < query.case_count; i++)
        CHECK_CASE(query.cases[i].number == i * 3, "case %zu", i);
    reg_query_clear(&query);
    query = (struct reg_query){.kind = REG_QUERY_CASES_OF, .codes = nobody, .code_count = 1};
    ask(reader, &query);
    CU_ASSERT_EQUAL(query.case_count, 0);
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

static void test_tiles(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_tile *tile = calloc(1, sizeof *tile);
    struct reg_query query = {.kind = REG_QUERY_TILE, .level = 1, .number = 3};
    struct batch batch;

    CU_ASSERT_PTR_NOT_NULL_FATAL(tile);
    tile->level = 1;
    tile->index = 3;
    memset(tile->hashes, 0x5a, sizeof tile->hashes);
    for (int again = 0; again < 2; again++) { /* the same tile twice is a conflict */
        struct reg_batch insert = {.appends = batch.appends, .count = 1, .tiles = tile, .tile_count = 1};

        CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
        batch_add(&batch);
        insert.head = batch.head;
        insert.head.size++;
        CU_ASSERT_EQUAL(reg_edge_append(REG_SUITE_INTL, &insert.head.edge, tile->hashes[0]), 0);
        CU_ASSERT_EQUAL(store->ops->insert(store, &insert, &batch.info), again ? REG_ERR_CONFLICT : 0);
        if (again)
            store->ops->rollback(store);
        else
            CU_ASSERT_EQUAL(store->ops->commit(store, &batch.info), 0);
    }
    ask(reader, &query);
    CU_ASSERT_EQUAL_FATAL(query.bytes.len, sizeof tile->hashes);
    CU_ASSERT_EQUAL(memcmp(query.bytes.data, tile->hashes, sizeof tile->hashes), 0);
    reg_query_clear(&query);
    query = (struct reg_query){.kind = REG_QUERY_TILE, .level = 0, .number = 3};
    ask(reader, &query);
    CU_ASSERT_EQUAL(query.bytes.len, 0);
    reg_query_clear(&query);
    free(tile);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

static void test_checkpoints(void)
{
    static const struct {
        uint64_t size;
        const char *text;
    } kept[] = {{10, "ten"}, {300, "three hundred"}, {20, "twenty"}, {300, "another of three hundred"}};
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query = {.kind = REG_QUERY_CHECKPOINT};

    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        CU_ASSERT_EQUAL(store->ops->keep_checkpoint(store, kept[i].size,
                                                    (struct reg_bytes){(const uint8_t *)kept[i].text, strlen(kept[i].text)},
                                                    NULL),
                        0);
    ask(reader, &query);
    CU_ASSERT_EQUAL(query.number, 300);
    CU_ASSERT(sample_same(query.bytes, "three hundred"));
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

CU_TestInfo conformance_rows[] = {{"an empty store", test_empty},
                                  {"append and get", test_append_and_get},
                                  {"ranges", test_range},
                                  {"pages", test_page},
                                  {"cases of a code", test_cases_of},
                                  {"what is taken, of many", test_taken},
                                  {"tiles", test_tiles},
                                  {"checkpoints", test_checkpoints},
                                  CU_TEST_INFO_NULL};
