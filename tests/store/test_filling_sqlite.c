/* Filling an empty register on SQLite: the schema and the rows in the end are those of a register that was not filled. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "batch.h"
#include "place.h"
#include "sample.h"
#include "suite.h"

#define STEPS 16 /* terms, keys, a statement of 002_indexes.sql each */
#define SCHEMA                                                                                                              \
    "SELECT group_concat(d, char(10)) FROM (SELECT type || name || tbl_name || coalesce(sql, '') AS d FROM sqlite_schema "  \
    "ORDER BY 1)"
#define CONTENTS                                                                                                            \
    "SELECT group_concat(t || a || '/' || b || '/' || c || '/' || d, char(10)) FROM (SELECT 'term' AS t, term AS a,"        \
    " code AS b, 0 AS c, 0 AS d FROM licence_term UNION ALL SELECT 'name', holder, name, state, coalesce(until_day, 0)"     \
    " FROM name UNION ALL SELECT 'key', g.authority, gram, holder, industry FROM name_gram g JOIN name USING (number)"      \
    " UNION ALL SELECT 'licence', code, revision, coalesce(name_key, ''), authority FROM licence"                           \
    " UNION ALL SELECT 'request', caller, request_id, position, hex(digest) FROM request"                                   \
    " UNION ALL SELECT 'case', number, code, state, position FROM \"case\" ORDER BY 1, 2, 3, 4, 5)"

/* The one value of a query; the caller's. */
static char *value(const char *query)
{
    sqlite3_stmt *statement = NULL;
    char file[300], *text = NULL;
    sqlite3 *db = NULL;

    snprintf(file, sizeof file, "%s/registry.db", place_directory);
    if (sqlite3_open(file, &db) == SQLITE_OK && sqlite3_prepare_v2(db, query, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
        text = strdup((const char *)sqlite3_column_text(statement, 0));
    CHECK_CASE(text != NULL, "%s: %s", query, sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return text;
}

/* Is it that still, or again? */
static bool is(const char *query, const char *expected)
{
    char *now = value(query);
    bool same = now && expected && strcmp(now, expected) == 0;

    free(now);
    return same;
}

/* Commits, or takes back what failed. */
static int end(struct reg_store *store, int error)
{
    struct reg_error_info info = {0};

    if (error == 0)
        error = store->ops->commit(store, &info);
    if (error != 0)
        store->ops->rollback(store);
    return error;
}

static int set_state(struct reg_store *store, enum reg_store_state state)
{
    struct reg_error_info info = {0};
    int error = store->ops->begin(store, NULL, &info);

    return end(store, error == 0 ? store->ops->set_state(store, state, &info) : error);
}

/* So many steps, or all. */
static int fill_on(struct reg_store *store, int steps, uint64_t *ret_total)
{
    struct reg_error_info info = {0};
    uint64_t done = 0, before = 0;
    int error = 0;

    *ret_total = 1;
    for (int i = 0; i != steps && done < *ret_total && error == 0; i++) {
        before = done;
        error = store->ops->fill_on(store, &done, ret_total, &info);
        CHECK_CASE(error != 0 || (done > before && done <= *ret_total), "%d of %d", (int)done, (int)*ret_total);
    }
    return error;
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

static const int64_t terms_a[] = {INT64_MAX, -7, 7}, terms_b[] = {7};
static const uint32_t keys_a[] = {1, 4294967295u}, keys_b[] = {3};
static const struct reg_licence_terms terms[2] = {{CODE_A, NULL, 0, terms_a, 3}, {CODE_B, NULL, 0, terms_b, 1}};
static const struct reg_name_row names[3] = {{CODE_A, "宿州甲", 341300, REG_NAME_HELD, 0, keys_a, 2, 6, 1},
                                             {CODE_A, "宿州乙", 341300, REG_NAME_GIVEN_UP, 20000, keys_b, 1, 0, 1},
                                             {CODE_B, "宿州甲", 340100, REG_NAME_HELD, 0, keys_a, 2, 6, 2}};

/* Of the first licence or the second. */
static void hang_views(struct reg_append *append, size_t i)
{
    append->terms = &terms[i];
    append->names = &names[2 * i];
    append->name_count = 2 - i;
}

/* A licence with its case and its request, and its names and terms or not. */
struct founding {
    const char *code, *name_key, *request_id;
    uint64_t revision;
    int views; /* -1: none */
};

static int append_one(struct reg_store *store, const struct founding *founding)
{
    struct reg_licence_row licence;
    struct reg_case_row case_row = {.state = 4, .authority = 341300};
    struct reg_request_row request = {.caller = "registry:operator", .request_id = founding->request_id, .digest = {9}};
    struct reg_append *append;
    struct batch batch;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    append = batch_add(&batch);
    licence = sample_licence(founding->code, append->entry.position, founding->revision);
    case_row.number = case_row.position = request.position = append->entry.position;
    snprintf(case_row.code, sizeof case_row.code, "%s", founding->code);
    append->entry.has_case = append->new_case_key = true;
    append->entry.case_number = append->entry.position;
    append->entry.wrapped_key = (struct reg_bytes){sample_wrapped, sizeof sample_wrapped};
    append->licence = &licence;
    append->name_key = founding->name_key;
    append->case_row = &case_row;
    append->request = &request;
    if (founding->views >= 0)
        hang_views(append, (size_t)founding->views);
    return end(store, batch_insert(&batch));
}

static int append_rows(struct reg_store *store, bool with_views)
{
    struct founding a = {CODE_A, "宿州甲", "one", 1, with_views ? 0 : -1}, b = {CODE_B, NULL, "two", 1, with_views ? 1 : -1};
    int error = batch_append(store, 1);

    if (error == 0)
        error = append_one(store, &a);
    return error == 0 ? append_one(store, &b) : error;
}

static int add_views(struct reg_store *store)
{
    struct reg_append appends[2] = {{.entry = {.position = 1}}, {.entry = {.position = 2}}};
    struct reg_error_info info = {0};
    int error = store->ops->begin(store, NULL, &info);

    hang_views(&appends[0], 0);
    hang_views(&appends[1], 1);
    return end(store, error != 0 ? error : store->ops->insert_views(store, appends, 2, &info));
}

/* ---- tests --------------------------------------------------------------------------------------------------------- */

static void test_filled(void)
{
    struct reg_store *store = place_create();
    char *schema = value(SCHEMA), *contents;
    uint64_t total = 0;

    CU_ASSERT_EQUAL(append_rows(store, true), 0);
    contents = value(CONTENTS);
    store->ops->close(store);
    for (int i = 0; i < 2; i++) { /* names and terms with their entries, or behind them */
        place_tear_down();
        place_set_up();
        store = place_create();
        CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
        CU_ASSERT_FALSE(is(SCHEMA, schema));
        CU_ASSERT_EQUAL(append_rows(store, i == 0), 0);
        if (i == 1)
            CU_ASSERT_EQUAL(add_views(store), 0);
        CU_ASSERT_EQUAL(fill_on(store, -1, &total), 0);
        CHECK_CASE(total == STEPS, "%d", (int)total);
        CU_ASSERT_EQUAL(set_state(store, REG_STORE_LIVE), 0);
        CU_ASSERT(is(SCHEMA, schema));
        CU_ASSERT(is(CONTENTS, contents));
        CU_ASSERT(is("SELECT state FROM meta", "0"));
        store->ops->close(store);
    }
    free(contents);
    free(schema);
}

/* Who dies behind some step, or before the first, is gone on after: names and terms anew, the rest as it stands. */
static void test_resumed(void)
{
    static const int steps[] = {0, 1, STEPS / 2, STEPS};
    struct reg_store *store = place_create();
    char *schema = value(SCHEMA);
    uint64_t total = 0;

    CU_ASSERT_EQUAL(append_rows(store, true), 0);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
        CU_ASSERT(is("SELECT (SELECT count(*) FROM name) + (SELECT count(*) FROM name_gram)"
                     " + (SELECT count(*) FROM licence_term)",
                     "0"));
        CU_ASSERT_EQUAL(append_rows(store, false), REG_ERR_CONFLICT); /* it knows what was there */
        CU_ASSERT_EQUAL(add_views(store), 0);
        CU_ASSERT_EQUAL(fill_on(store, steps[i], &total), 0);
        CU_ASSERT_EQUAL(is(SCHEMA, schema), steps[i] == STEPS);
        store->ops->close(store);
        store = place_open();
    }
    CU_ASSERT(is("SELECT count(*) || ' ' || max(number) FROM name", "3 3"));
    CU_ASSERT(is("SELECT count(*) FROM name_gram JOIN name USING (number)", "5"));
    CU_ASSERT(is("SELECT count(*) FROM licence_term", "4"));
    store->ops->close(store);
    free(schema);
}

/* Without an index: what is unique of a licence or a request is refused as ever, and a licence goes on by its revisions. */
static void test_unique(void)
{
    static const struct unique_case {
        const char *name;
        struct founding founding;
        int error;
    } cases[] = {{"the code", {CODE_A, NULL, "three", 1, -1}, REG_ERR_CONFLICT},
                 {"the subject code", {CODE_A_ELSEWHERE, NULL, "four", 1, -1}, REG_ERR_CONFLICT},
                 {"the name", {"91341300MAY0000253", "宿州甲", "five", 1, -1}, REG_ERR_CONFLICT},
                 {"the request", {"91341300MAY0000253", NULL, "one", 1, -1}, REG_ERR_CONFLICT},
                 {"the next revision, another name", {CODE_A, "宿州丁", "six", 2, -1}, 0},
                 {"that revision again", {CODE_A, "宿州丁", "seven", 2, -1}, REG_ERR_CONFLICT},
                 {"the name that was given up", {"91341300MAY0000253", "宿州甲", "eight", 1, -1}, 0},
                 {"the new one", {"91341300MAY000033Y", "宿州丁", "nine", 1, -1}, REG_ERR_CONFLICT},
                 {"nothing of another's", {"91341300MAY000033Y", "宿州戊", "ten", 1, -1}, 0}};
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    char *schema = value(SCHEMA);
    struct reg_taken taken[2] = {{.request_id = "one", .code = CODE_A_ELSEWHERE, .name_key = "宿州甲", .authority = 341300},
                                 {.request_id = "none", .code = CODE_B, .name_key = "宿州己", .authority = 341300}};
    struct reg_query query = {.kind = REG_QUERY_TAKEN, .caller = "registry:operator", .taken = taken, .taken_count = 2};
    uint64_t total = 0;

    CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
    CU_ASSERT_EQUAL(append_rows(store, true), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int error = append_one(store, &cases[i].founding);

        CHECK_CASE(error == cases[i].error, "%s: %d", cases[i].name, error);
    }
    ask(reader, &query);
    CU_ASSERT(taken[0].seen && taken[0].digest[0] == 9 && taken[0].position == 1);
    CU_ASSERT_STRING_EQUAL(taken[0].registered, CODE_A);
    CU_ASSERT_STRING_EQUAL(taken[0].holder, "91341300MAY0000253");
    CU_ASSERT(!taken[1].seen && !taken[1].holder[0]);
    CU_ASSERT_STRING_EQUAL(taken[1].registered, CODE_B);
    reg_query_clear(&query);
    CU_ASSERT_EQUAL(fill_on(store, -1, &total), 0);
    CU_ASSERT(is(SCHEMA, schema));
    CU_ASSERT(is("SELECT count(*) FROM licence", "4"));
    store->ops->reader_close(reader);
    store->ops->close(store);
    free(schema);
}

/* A term that came twice, or a name, says so in the end. Then everything can be begun anew, and the views repaired. */
static void test_conflicts(void)
{
    struct reg_store *store = place_create();
    char *schema = value(SCHEMA);
    uint64_t total = 0;

    CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
    CU_ASSERT_EQUAL(append_rows(store, true), 0);
    CU_ASSERT_EQUAL(add_views(store), 0);
    CU_ASSERT_EQUAL(fill_on(store, -1, &total), REG_ERR_CONFLICT);
    CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
    CU_ASSERT_EQUAL(fill_on(store, -1, &total), 0);
    CU_ASSERT(is(SCHEMA, schema));
    CU_ASSERT_EQUAL(add_views(store), 0); /* as a repair does now */
    CU_ASSERT(is("SELECT count(*) FROM name", "3"));
    CU_ASSERT_EQUAL(set_state(store, REG_STORE_LIVE), 0);
    store->ops->close(store);
    free(schema);
}

/* A state that was not committed took nothing away. */
static void test_taken_back(void)
{
    struct reg_store *store = place_create();
    char *schema = value(SCHEMA);
    struct reg_error_info info = {0};

    CU_ASSERT_EQUAL(append_rows(store, true), 0);
    CU_ASSERT_EQUAL(store->ops->begin(store, NULL, &info), 0);
    CU_ASSERT_EQUAL(store->ops->set_state(store, REG_STORE_FILLING, &info), 0);
    store->ops->rollback(store);
    CU_ASSERT(is(SCHEMA, schema));
    CU_ASSERT(is("SELECT count(*) FROM licence_term", "4"));
    CU_ASSERT_EQUAL(append_one(store, &(struct founding){"91341300MAY0000253", "宿州丙", "three", 1, -1}), 0);
    CU_ASSERT_EQUAL(append_one(store, &(struct founding){CODE_A_ELSEWHERE, NULL, "four", 1, -1}), REG_ERR_CONFLICT);
    store->ops->close(store);
    free(schema);
}

static CU_TestInfo tests[] = {{"filled", test_filled},       {"resumed", test_resumed},       {"unique", test_unique},
                              {"conflicts", test_conflicts}, {"taken back", test_taken_back}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"filling", NULL, NULL, place_set_up, place_tear_down, tests}, CU_SUITE_INFO_NULL};
