/* Filling an empty register on PostgreSQL: the schema and the rows in the end are those of a register that was not filled.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "batch.h"
#include "place.h"
#include "place_postgresql.h"
#include "sample.h"
#include "suite.h"

#define CODE_C           "91341300MAY0000254"
#define CODE_D           "91341300MAY000033X"
#define CODE_E           "91341300MAY000041X"
#define CODE_F           "91341300MAY00005XX"
#define CODE_C_ELSEWHERE "92110000MAY000025X" /* the subject code of CODE_C */
#define STEPS            17                   /* a statement of 002_indexes.sql each, and ANALYZE */
#define SCHEMA                                                                                                              \
    "SELECT string_agg(d, E'\\n' ORDER BY d) FROM (SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL"   \
    " SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated FROM pg_constraint"   \
    " WHERE connamespace = 'public'::regnamespace UNION ALL SELECT attrelid::regclass || ' ' || attname || ' ' || "         \
    "attnotnull"                                                                                                            \
    " FROM pg_attribute WHERE attrelid IN ('name'::regclass, 'name_gram'::regclass, 'licence_term'::regclass)) s (d)"
#define ROWS(table) "SELECT t::text FROM " table " t"
#define CONTENTS                                                                                                                                                                \
    "SELECT string_agg(d, E'\\n' ORDER BY d) FROM (" ROWS("entry") " UNION ALL " ROWS("case_key") " UNION ALL " ROWS(                                                           \
        "lice"                                                                                                                                                                  \
        "nce") " UNION ALL " ROWS("\"case\"") " UNION ALL " ROWS("request") " UNION ALL " ROWS("batch") " UNION ALL " ROWS("licence_term") " UNION "                            \
                                                                                                                                           "ALL"                                \
                                                                                                                                           " " ROWS("name") " UNION ALL " ROWS( \
                                                                                                                                               "name_gram") ") s (d)"

/* The one value of a query; the caller's. */
static char *value(const char *query)
{
    PGconn *conn = PQconnectdb(place_url);
    PGresult *result = PQexec(conn, query);
    char *text = PQresultStatus(result) == PGRES_TUPLES_OK ? strdup(PQgetvalue(result, 0, 0)) : NULL;

    CHECK_CASE(text != NULL, "%s: %s", query, PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
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

static int set_state(struct reg_store *store, enum reg_store_state state)
{
    struct reg_error_info info = {0};
    int error = store->ops->begin(store, NULL, &info);

    if (error == 0)
        error = store->ops->set_state(store, state, &info);
    if (error == 0)
        error = store->ops->commit(store, &info);
    if (error != 0)
        store->ops->rollback(store);
    return error;
}

/* So many steps, or all; -1. */
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

/* An entry without a case, and two licences, with their names and terms or without. */
static int append_rows(struct reg_store *store, bool with_views)
{
    static const char *const codes[2] = {CODE_A, CODE_B};
    struct reg_licence_row licences[2];
    struct reg_case_row cases[2];
    struct reg_request_row requests[2];
    struct batch batch;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    batch_add(&batch);
    for (size_t i = 0; i < 2; i++) {
        struct reg_append *append = batch_add(&batch);
        uint64_t position = append->entry.position;

        licences[i] = sample_licence(codes[i], position, 1);
        licences[i].wake_day = i ? 21000 : 0;
        cases[i] = (struct reg_case_row){.number = position, .position = position, .state = 4, .authority = 341300};
        strcpy(cases[i].code, codes[i]);
        requests[i] = (struct reg_request_row){"registry:operator", i ? "two" : "one", {9, 8, (uint8_t)i}, position};
        append->entry.has_case = append->new_case_key = true;
        append->entry.case_number = position;
        append->entry.wrapped_key = (struct reg_bytes){sample_wrapped, i ? 0 : sizeof sample_wrapped};
        append->licence = &licences[i];
        append->name_key = i ? NULL : "宿州甲";
        append->case_row = &cases[i];
        append->request = &requests[i];
        if (with_views)
            hang_views(append, i);
    }
    return end(store, batch_insert(&batch));
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

static int add_names(struct reg_store *store)
{
    struct reg_append append = {.entry = {.position = 1}, .names = names, .name_count = 1};
    struct reg_error_info info = {0};
    int error = store->ops->begin(store, NULL, &info);

    return end(store, error != 0 ? error : store->ops->insert_views(store, &append, 1, &info));
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
        CU_ASSERT_EQUAL(set_state(store, REG_STORE_LIVE), 0);
        CU_ASSERT(is(SCHEMA, schema));
        CU_ASSERT(is(CONTENTS, contents));
        CU_ASSERT(is("SELECT state FROM meta", "0"));
        CU_ASSERT(
            is("SELECT count(*) FROM pg_class WHERE relname IN ('licence', 'licence_term', 'name', 'name_gram', 'case')"
               " AND reltuples > 0",
               "5"));
        store->ops->close(store);
    }
    CHECK_CASE(total == STEPS, "%d", (int)total);
    free(contents);
    free(schema);
}

/* Who dies behind some step, or before the first, is gone on after: names and terms anew, the rest as it stands. */
static void test_resumed(void)
{
    static const int steps[] = {0, STEPS / 2, STEPS};
    struct reg_store *store = place_create();
    char *schema = value(SCHEMA);
    uint64_t total = 0;

    CU_ASSERT_EQUAL(append_rows(store, true), 0);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
        CU_ASSERT(is("SELECT (SELECT count(*) FROM name) + (SELECT count(*) FROM name_gram)"
                     " + (SELECT count(*) FROM licence_term)",
                     "0"));
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

/* A licence that is there is refused as ever, and nothing of its batch is left; a term that came twice, in the end. Then
 * everything can be begun anew. */
static void test_conflicts(void)
{
    struct reg_store *store = place_create();
    char *schema = value(SCHEMA);
    uint64_t total = 0;

    CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
    CU_ASSERT_EQUAL(append_rows(store, false), 0);
    CU_ASSERT_EQUAL(append_rows(store, false), REG_ERR_CONFLICT);
    CU_ASSERT_EQUAL(head_of(store).size, 3);
    CU_ASSERT_EQUAL(add_views(store), 0);
    CU_ASSERT_EQUAL(add_views(store), 0);
    CU_ASSERT_EQUAL(fill_on(store, -1, &total), REG_ERR_CONFLICT);
    CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
    CU_ASSERT_EQUAL(fill_on(store, -1, &total), 0);
    CU_ASSERT(is(SCHEMA, schema));
    CU_ASSERT_EQUAL(add_views(store), 0); /* as a repair does now */
    CU_ASSERT(is("SELECT count(*) FROM name", "3"));
    CU_ASSERT_EQUAL(add_names(store), 0); /* which may come again */
    CU_ASSERT_EQUAL(set_state(store, REG_STORE_LIVE), 0);
    store->ops->close(store);
    free(schema);
}

/* Two licences of one batch; "" is no name. */
static int append_pair(struct reg_store *store, const char *const codes[2], const char *const name_keys[2])
{
    struct reg_licence_row licences[2];
    struct batch batch;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    for (size_t i = 0; i < 2; i++) {
        struct reg_append *append = batch_add(&batch);

        licences[i] = sample_licence(codes[i], append->entry.position, 1);
        append->licence = &licences[i];
        append->name_key = name_keys[i][0] ? name_keys[i] : NULL;
    }
    return end(store, batch_insert(&batch));
}

/* What is unique of a licence is so while nothing in the database says it: in a batch, behind one, behind one that was taken
 * back. */
static void test_unique(void)
{
    static const struct {
        const char *codes[2], *names[2];
        int expected;
    } cases[] = {{{CODE_C, CODE_C_ELSEWHERE}, {"", ""}, REG_ERR_CONFLICT},
                 {{CODE_C, CODE_D}, {"宿州丙", "宿州丙"}, REG_ERR_CONFLICT},
                 {{CODE_C, CODE_A_ELSEWHERE}, {"", ""}, REG_ERR_CONFLICT},
                 {{CODE_C, CODE_A}, {"", ""}, REG_ERR_CONFLICT},
                 {{CODE_C, CODE_D}, {"宿州丙", "宿州甲"}, REG_ERR_CONFLICT},
                 {{CODE_C, CODE_D}, {"宿州丙", ""}, 0},
                 {{CODE_D, CODE_E}, {"", ""}, REG_ERR_CONFLICT},
                 {{CODE_E, CODE_F}, {"", "宿州丙"}, REG_ERR_CONFLICT},
                 {{CODE_E, CODE_F}, {"", ""}, 0}};
    struct reg_store *store = place_create();
    uint64_t total;

    CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
    CU_ASSERT_EQUAL(append_rows(store, true), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_CASE(append_pair(store, cases[i].codes, cases[i].names) == cases[i].expected, "%d", (int)i);
    CU_ASSERT_EQUAL(fill_on(store, -1, &total), 0);
    CU_ASSERT(is("SELECT count(*) FROM licence", "6"));
    store->ops->close(store);
}

/* What is taken is told the same with keys and without, by a reader and by the writer. */
static void test_taken(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    uint64_t total;

    CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
    CU_ASSERT_EQUAL(append_rows(store, true), 0);
    for (int i = 0; i < 4; i++) {
        struct reg_taken taken[] = {
            {.request_id = "one", .code = CODE_A_ELSEWHERE, .name_key = "宿州甲", .authority = 341300},
            {.request_id = "two", .code = CODE_B, .name_key = "宿州甲", .authority = 340100},
            {.request_id = "three", .code = CODE_C, .name_key = "宿州丙", .authority = 341300},
            {.request_id = "one"}};
        struct reg_query query = {.kind = REG_QUERY_TAKEN, .caller = "registry:operator", .taken = taken, .taken_count = 4};

        CU_ASSERT_EQUAL(i % 2 ? store->ops->read(store, &query) : reg_query_wait(reader, &query), 0);
        CU_ASSERT_EQUAL(query.head.size, 3);
        CU_ASSERT(taken[0].seen && taken[0].position == 1 && taken[0].digest[0] == 9 && taken[0].digest[2] == 0);
        CU_ASSERT_STRING_EQUAL(taken[0].registered, CODE_A);
        CU_ASSERT_STRING_EQUAL(taken[0].holder, CODE_A);
        CU_ASSERT(taken[1].seen && taken[1].position == 2 && taken[1].digest[2] == 1 && !taken[1].holder[0]);
        CU_ASSERT_STRING_EQUAL(taken[1].registered, CODE_B);
        CU_ASSERT(!taken[2].seen && !taken[2].registered[0] && !taken[2].holder[0]);
        CU_ASSERT(taken[3].seen && !taken[3].registered[0] && !taken[3].holder[0]);
        query.caller = "registry:window";
        CU_ASSERT_EQUAL(i % 2 ? store->ops->read(store, &query) : reg_query_wait(reader, &query), 0);
        CU_ASSERT_FALSE(taken[0].seen);
        reg_query_clear(&query);
        if (i == 1)
            CU_ASSERT_EQUAL(fill_on(store, -1, &total), 0);
    }
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* What statements may take is no limit to building an index: here one that waits for a lock. */
static void test_timeout(void)
{
    struct reg_store *store = place_create();
    char command[160];
    uint64_t total = 0;
    int status = 0;
    pid_t child;

    store->ops->close(store);
    snprintf(command, sizeof command, "ALTER DATABASE %.*s SET statement_timeout = '1s'", (int)strcspn(place_url + 14, "?"),
             place_url + 14);
    CU_ASSERT(place_command(place_url, command));
    store = place_open();
    CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
    store->ops->close(store);
    store = place_open();
    fflush(NULL);
    child = fork();
    if (child == 0)
        _exit(place_command(place_url, "SET statement_timeout = 0; BEGIN; LOCK TABLE licence_term IN ROW EXCLUSIVE MODE;"
                                       " NOTIFY locked; SELECT pg_sleep(2); COMMIT")
                  ? 0
                  : 1);
    while (is("SELECT count(*) FROM pg_locks WHERE relation = 'licence_term'::regclass AND granted", "0"))
        usleep(10000);
    CU_ASSERT_EQUAL(fill_on(store, -1, &total), 0);
    waitpid(child, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    store->ops->close(store);
}

/* The daemon's role owns no tables: it fills nothing, and takes nothing away; nor does one that may change the state. */
static void test_role(void)
{
    struct reg_store *store = place_create();
    struct reg_error_info info = {0};
    char *schema = value(SCHEMA), url[600];
    unsigned applied;

    CU_ASSERT(place_command(place_cluster(), "CREATE ROLE filler LOGIN"));
    CU_ASSERT_EQUAL(reg_store_migrate(place_url, "filler", &applied, &info), 0);
    store->ops->close(store);
    snprintf(url, sizeof url, "%s", place_url);
    *strstr(url, "user=registry") = '\0';
    strcat(url, "user=filler");
    CU_ASSERT_EQUAL_FATAL(reg_store_open(place_directory, url, NULL, &store, &info), 0);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), REG_ERR_DENIED);
        CU_ASSERT(is(SCHEMA, schema));
        CU_ASSERT(is("SELECT state FROM meta", "0"));
        CU_ASSERT(place_command(place_url, "GRANT UPDATE ON meta TO filler"));
    }
    CU_ASSERT_EQUAL(append_rows(store, true), 0);
    CU_ASSERT_EQUAL(head_of(store).size, 3);
    store->ops->close(store);
    free(schema);
    place_tear_down();
    CU_ASSERT(place_command(place_cluster(), "DROP ROLE filler"));
    place_set_up();
}

/* Once the connection is made anew. */
static void begin_again(struct reg_store *store)
{
    struct reg_error_info info;
    int error = -1;

    for (int i = 0; i < 100 && (error = store->ops->begin(store, NULL, &info)) != 0; i++)
        usleep(50000);
    CU_ASSERT_EQUAL(error, 0);
    store->ops->rollback(store);
}

/* Who has the registry open on another host waits in vain for the lock. Where the connection that fills was lost, he is told
 * that keys are missing, and who fills, to begin anew. */
static void test_beside(void)
{
    struct reg_store *store = place_create(), *other = place_open();
    struct reg_error_info info;
    uint64_t total;

    CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
    CU_ASSERT_EQUAL(other->ops->begin(other, NULL, &info), REG_ERR_UNAVAILABLE);
    CU_ASSERT(place_command(place_url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                                       " AND datname = current_database()"));
    begin_again(other);
    CU_ASSERT_EQUAL(append_rows(other, true), REG_ERR_UNAVAILABLE);
    CU_ASSERT_EQUAL(append_rows(other, false), REG_ERR_UNAVAILABLE);
    begin_again(store);
    CU_ASSERT_EQUAL(append_rows(store, true), REG_ERR_UNAVAILABLE);
    CU_ASSERT_EQUAL(add_views(store), REG_ERR_UNAVAILABLE);
    CU_ASSERT_EQUAL(fill_on(store, 1, &total), REG_ERR_UNAVAILABLE);
    CU_ASSERT_EQUAL(head_of(store).size, 0);
    CU_ASSERT_EQUAL(set_state(store, REG_STORE_FILLING), 0);
    CU_ASSERT_EQUAL(append_rows(store, true), 0);
    CU_ASSERT_EQUAL(fill_on(store, -1, &total), 0);
    begin_again(other);
    other->ops->close(other);
    store->ops->close(store);
}

static CU_TestInfo tests[] = {{"filled", test_filled}, {"resumed", test_resumed}, {"conflicts", test_conflicts},
                              {"unique", test_unique}, {"taken", test_taken},     {"timeout", test_timeout},
                              {"role", test_role},     {"beside", test_beside},   CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"filling", NULL, NULL, place_set_up, place_tear_down, tests}, CU_SUITE_INFO_NULL};
