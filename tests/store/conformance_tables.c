/* Tables as they stand, page by page; views emptied and written anew. */
#include "conformance.h"

#include <string.h>

#include "batch.h"
#include "place.h"
#include "sample.h"
#include "suite.h"

static const struct reg_value first_key[REG_KEY_MAX] = {{.kind = REG_VALUE_NUMBER, .number = INT64_MIN},
                                                        {.kind = REG_VALUE_NUMBER, .number = INT64_MIN},
                                                        {.kind = REG_VALUE_NUMBER, .number = INT64_MIN}};
static const struct reg_value first_text[2] = {{REG_VALUE_TEXT, 0, {(const uint8_t *)"", 0}},
                                               {REG_VALUE_TEXT, 0, {(const uint8_t *)"", 0}}};

static const struct reg_value first_term[2] = {{.kind = REG_VALUE_NUMBER, .number = INT64_MIN},
                                               {REG_VALUE_TEXT, 0, {(const uint8_t *)"", 0}}};

static const struct reg_value *key_before_all(enum reg_table table)
{
    return table == REG_TABLE_LICENCE || table == REG_TABLE_REQUEST ? first_text
           : table == REG_TABLE_TERM                                ? first_term
                                                                    : first_key;
}

static struct reg_query first_page(struct reg_store_reader *reader, enum reg_table table, size_t limit)
{
    struct reg_query query = {.kind = REG_QUERY_TABLE,
                              .table = table,
                              .key = key_before_all(table),
                              .limit = limit};

    ask(reader, &query);
    return query;
}

static bool same_value(const struct reg_value *value, enum reg_value_kind kind, int64_t number, const char *text)
{
    return value->kind == kind && (kind != REG_VALUE_NUMBER || value->number == number) &&
           (kind != REG_VALUE_TEXT || (strlen(text) == value->bytes.len && strcmp((const char *)value->bytes.data, text) == 0));
}

#define IS_NUMBER(value, n) CHECK_CASE(same_value(&(value), REG_VALUE_NUMBER, (n), NULL), #value)
#define IS_TEXT(value, s)   CHECK_CASE(same_value(&(value), REG_VALUE_TEXT, 0, (s)), #value)

static void check_view_rows(struct reg_store_reader *reader)
{
    struct reg_query query = first_page(reader, REG_TABLE_LICENCE, 10);

    CU_ASSERT_EQUAL_FATAL(query.row_count, 1);
    CU_ASSERT_EQUAL(query.head.size, 4);
    IS_TEXT(query.rows[0][0], CODE_A);
    IS_NUMBER(query.rows[0][1], 2);
    IS_TEXT(query.rows[0][8], "宿州示例商贸有限公司");
    IS_TEXT(query.rows[0][9], "宿州示例商贸");
    CU_ASSERT_EQUAL(query.rows[0][11].kind, REG_VALUE_NULL);
    IS_NUMBER(query.rows[0][12], 5211);
    IS_NUMBER(query.rows[0][13], -40);
    IS_NUMBER(query.rows[0][14], 20000);
    reg_query_clear(&query);
    query = first_page(reader, REG_TABLE_TERM, 10);
    CU_ASSERT_EQUAL_FATAL(query.row_count, 2);
    IS_NUMBER(query.rows[0][0], 7);
    IS_TEXT(query.rows[0][1], CODE_A);
    IS_NUMBER(query.rows[1][0], INT64_MAX);
    reg_query_clear(&query);
    query = first_page(reader, REG_TABLE_REQUEST, 10);
    CU_ASSERT_EQUAL_FATAL(query.row_count, 1);
    IS_TEXT(query.rows[0][0], "registry:window");
    IS_TEXT(query.rows[0][1], "one");
    CU_ASSERT(query.rows[0][2].kind == REG_VALUE_BLOB && query.rows[0][2].bytes.len == REG_DIGEST_LEN &&
              query.rows[0][2].bytes.data[0] == 9);
    IS_NUMBER(query.rows[0][3], 2);
    reg_query_clear(&query);
    query = first_page(reader, REG_TABLE_CASE_KEY, 10);
    CU_ASSERT_EQUAL_FATAL(query.row_count, 1);
    CU_ASSERT(query.rows[0][1].bytes.len == SAMPLE_WRAPPED_LEN &&
              memcmp(query.rows[0][1].bytes.data, sample_wrapped, SAMPLE_WRAPPED_LEN) == 0);
    reg_query_clear(&query);
}

static void test_tables(void)
{
    static const size_t counts[REG_TABLE_COUNT] = {
        [REG_TABLE_LICENCE] = 1, [REG_TABLE_SERIAL] = 1,  [REG_TABLE_CASE] = 1,    [REG_TABLE_REQUEST] = 1,
        [REG_TABLE_CASE_KEY] = 1, [REG_TABLE_BATCH] = 2, [REG_TABLE_COUNTER] = 1, [REG_TABLE_META] = 1, [REG_TABLE_POOL] = 1,
        [REG_TABLE_TERM] = 2};
    static const struct reg_pool_row pool = {341300, "MAY", 1, 5, 9, 3};
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct batch batch;
    struct reg_query query;

    sample_append(store);
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    batch_add(&batch)->pool = &pool;
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
    for (int i = 0; i < REG_TABLE_COUNT; i++) {
        query = first_page(reader, (enum reg_table)i, 10);
        CHECK_CASE(query.row_count == counts[i], "table %d: %zu rows", i, query.row_count);
        reg_query_clear(&query);
    }
    check_view_rows(reader);
    query = first_page(reader, REG_TABLE_POOL, 1);
    CU_ASSERT_EQUAL_FATAL(query.row_count, 1);
    IS_NUMBER(query.rows[0][0], 3);
    IS_NUMBER(query.rows[0][1], 341300);
    IS_TEXT(query.rows[0][2], "MAY");
    IS_NUMBER(query.rows[0][3], 1);
    IS_NUMBER(query.rows[0][4], 5);
    IS_NUMBER(query.rows[0][5], 9);
    reg_query_clear(&query);
    query = first_page(reader, REG_TABLE_META, 1);
    CU_ASSERT_EQUAL_FATAL(query.row_count, 1);
    CU_ASSERT(query.rows[0][1].bytes.len == REG_REGISTRY_ID_LEN &&
              memcmp(query.rows[0][1].bytes.data, place_identity.registry_id, REG_REGISTRY_ID_LEN) == 0);
    IS_NUMBER(query.rows[0][2], place_identity.suite);
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* Names, their keys by three columns, and restrictions. */
static void test_names_and_restrictions(void)
{
    static const uint32_t keys[] = {7, 9};
    static const struct reg_name_row name = {CODE_A, "宿州示例", 341300, REG_NAME_HELD, 0, keys, 2, 6, 5};
    static const struct reg_restriction_row restriction = {0, CODE_A, 2, 20000, 20100, 5, true, "决定", 0};
    static const struct reg_value key_7[REG_KEY_MAX] = {{.kind = REG_VALUE_NUMBER, .number = 341300},
                                                        {.kind = REG_VALUE_NUMBER, .number = 7},
                                                        {.kind = REG_VALUE_NUMBER, .number = INT64_MAX}};
    struct reg_query query = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_NAME_KEY, .key = key_7, .limit = 10};
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct batch batch;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    batch_add(&batch)->names = &name;
    batch.appends[0].name_count = 1;
    batch.appends[0].restriction = &restriction;
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
    ask(reader, &query); /* behind every row of key 7 */
    CU_ASSERT_EQUAL_FATAL(query.row_count, 1);
    IS_NUMBER(query.rows[0][0], 341300);
    IS_NUMBER(query.rows[0][1], 9);
    IS_NUMBER(query.rows[0][3], 6);
    reg_query_clear(&query);
    query = first_page(reader, REG_TABLE_NAME, 10);
    CU_ASSERT_EQUAL_FATAL(query.row_count, 1);
    IS_TEXT(query.rows[0][1], CODE_A);
    IS_TEXT(query.rows[0][2], "宿州示例");
    IS_NUMBER(query.rows[0][3], 341300);
    IS_NUMBER(query.rows[0][4], REG_NAME_HELD);
    CU_ASSERT_EQUAL(query.rows[0][5].kind, REG_VALUE_NULL);
    IS_NUMBER(query.rows[0][6], 5);
    reg_query_clear(&query);
    query = first_page(reader, REG_TABLE_RESTRICTION, 10);
    CU_ASSERT_EQUAL_FATAL(query.row_count, 1);
    IS_TEXT(query.rows[0][1], CODE_A);
    IS_NUMBER(query.rows[0][4], 20100);
    IS_NUMBER(query.rows[0][6], 1);
    IS_TEXT(query.rows[0][7], "决定");
    CU_ASSERT_EQUAL(query.rows[0][8].kind, REG_VALUE_NULL);
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* From each key on, as many rows as were asked for; of keys of two columns too. */
static void test_table_pages(void)
{
    static const char *const names[][2] = {{"a", "1"}, {"a", "2"}, {"b", "1"}, {"c", "0"}};
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_request_row rows[4];
    struct batch batch;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    for (size_t i = 0; i < 4; i++) {
        rows[i] = (struct reg_request_row){.caller = names[3 - i][0], .request_id = names[3 - i][1], .position = i};
        batch_add(&batch)->request = &rows[i];
    }
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
    for (size_t i = 0; i < 4; i++)
        for (size_t limit = 0; limit < 4; limit++) {
            struct reg_value key[2] = {{REG_VALUE_TEXT, 0, {(const uint8_t *)names[i][0], 1}},
                                       {REG_VALUE_TEXT, 0, {(const uint8_t *)names[i][1], 1}}};
            struct reg_query query = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_REQUEST, .key = key, .limit = limit};

            ask(reader, &query);
            CHECK_CASE(query.row_count == (limit < 4 - i ? limit : 4 - i), "from %zu: %zu rows", i, query.row_count);
            for (size_t j = 0; j < query.row_count; j++) {
                IS_TEXT(query.rows[j][0], names[i + j][0]);
                IS_TEXT(query.rows[j][1], names[i + j][1]);
                IS_NUMBER(query.rows[j][3], (int64_t)(3 - i - j));
            }
            reg_query_clear(&query);
        }
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* The views are emptied and written anew, in one transaction or not at all; the entries stay. */
static void test_views_anew(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query;
    struct sample sample;

    sample_append(store);
    for (int kept = 0; kept < 3; kept++) { /* rolled back, emptied, written again */
        if (kept == 2) {
            sample_begin(store, &sample);
            CU_ASSERT_EQUAL(store->ops->insert_views(store, sample.batch.appends, sample.batch.count, NULL), 0);
        } else {
            CU_ASSERT_EQUAL_FATAL(store->ops->begin(store, NULL, NULL), 0);
            CU_ASSERT_EQUAL(store->ops->clear_views(store, NULL), 0);
        }
        if (kept == 0)
            store->ops->rollback(store);
        else
            CHECK_CASE(store->ops->commit(store, NULL) == 0, "%d", kept);
        for (int table = 0; table <= REG_TABLE_REQUEST; table++) {
            query = first_page(reader, (enum reg_table)table, 10);
            CHECK_CASE(query.row_count == (kept != 1) && query.head.size == 3, "table %d, %d: %zu rows", table, kept,
                       query.row_count);
            reg_query_clear(&query);
        }
        query = first_page(reader, REG_TABLE_TERM, 10);
        CHECK_CASE(query.row_count == (kept != 1) * 2, "terms, %d: %zu rows", kept, query.row_count);
        reg_query_clear(&query);
    }
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* What a destroyed key sealed nobody can write anew: the request's row is left standing, the other views' are not. */
static void test_erased_request(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct batch batch;
    struct reg_query query;

    sample_append(store);
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    batch_add(&batch)->destroy_key = true;
    batch.appends[0].destroy_case = 2;
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
    CU_ASSERT_EQUAL_FATAL(store->ops->begin(store, NULL, NULL), 0);
    CU_ASSERT_EQUAL(store->ops->clear_views(store, NULL), 0);
    CU_ASSERT_EQUAL(store->ops->commit(store, NULL), 0);
    for (int table = 0; table <= REG_TABLE_REQUEST; table++) {
        query = first_page(reader, (enum reg_table)table, 10);
        CHECK_CASE(query.row_count == (table == REG_TABLE_REQUEST), "table %d: %zu rows", table, query.row_count);
        reg_query_clear(&query);
    }
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

CU_TestInfo conformance_tables[] = {{"tables as they stand", test_tables},
                                    {"pages of tables", test_table_pages},
                                    {"names and restrictions", test_names_and_restrictions},
                                    {"views anew", test_views_anew},
                                    {"a request whose key is gone", test_erased_request},
                                    CU_TEST_INFO_NULL};
