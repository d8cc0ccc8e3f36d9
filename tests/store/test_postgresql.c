/* The PostgreSQL adapter: the conformance suite, and what only it can do wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "batch.h"
#include "conformance.h"
#include "place.h"
#include "place_postgresql.h"
#include "sample.h"
#include "suite.h"

/* ---- schema -------------------------------------------------------------------------------------------------------- */

static bool refused(const char *command)
{
    PGconn *conn = PQconnectdb(place_url);
    PGresult *result = PQexec(conn, command);
    bool is = PQresultStatus(result) == PGRES_FATAL_ERROR;

    PQclear(result);
    PQfinish(conn);
    return is;
}

static void test_append_only(void)
{
    static const char *const commands[] = {"UPDATE entry SET body = ''", "DELETE FROM entry", "TRUNCATE entry",
                                           "UPDATE batch SET count = 7", "DELETE FROM batch", "UPDATE tile SET number = 9"};
    struct reg_store *store = place_create();

    sample_append(store);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        CHECK_CASE(refused(commands[i]), "%s", commands[i]);
    CU_ASSERT_EQUAL(head_of(store).size, 3);
    store->ops->close(store);
}

/* The daemon's role may add to the ledger and nothing else to it; it may not make tables. */
static void test_roles(void)
{
    struct reg_store *store = place_create();
    struct reg_error_info info = {0};
    unsigned applied = 9;
    char url[600];

    CU_ASSERT(place_command(place_cluster(), "CREATE ROLE daemon LOGIN"));
    CU_ASSERT_EQUAL(reg_store_migrate(place_url, "daemon", &applied, &info), 0);
    CU_ASSERT_EQUAL(applied, 0);
    store->ops->close(store);
    snprintf(url, sizeof url, "%s", place_url);
    *strstr(url, "user=registry") = '\0';
    strcat(url, "user=daemon");
    CU_ASSERT_EQUAL_FATAL(reg_store_open(place_directory, url, NULL, &store, &info), 0);
    sample_append(store);
    CU_ASSERT_EQUAL(head_of(store).size, 3);
    CU_ASSERT(!place_command(url, "UPDATE entry SET body = ''"));
    CU_ASSERT(!place_command(url, "DELETE FROM batch"));
    CU_ASSERT(!place_command(url, "DELETE FROM licence"));
    CU_ASSERT(!place_command(url, "CREATE TABLE other (number bigint)"));
    store->ops->close(store);
    place_tear_down();
    CU_ASSERT(place_command(place_cluster(), "DROP ROLE daemon"));
    place_set_up();
}

/* ---- migrations ---------------------------------------------------------------------------------------------------- */

static void test_migrations(void)
{
    struct reg_error_info info = {0};
    unsigned applied = 0;
    struct reg_store *store = NULL;

    CU_ASSERT_EQUAL(reg_store_open(place_directory, place_url, NULL, &store, &info), REG_ERR_CORRUPT);
    CHECK_CASE(strstr(info.en, "migrate") != NULL, "%s", info.en);
    CU_ASSERT_EQUAL(reg_store_migrate(place_url, NULL, &applied, &info), 0);
    CU_ASSERT(applied > 0);
    CU_ASSERT_EQUAL(reg_store_migrate(place_url, NULL, &applied, &info), 0);
    CU_ASSERT_EQUAL(applied, 0);
    store = place_create();
    store->ops->close(store);
    store = NULL;
    CU_ASSERT_EQUAL(reg_store_open(place_directory, place_url, &place_identity, &store, &info), REG_ERR_EXISTS);
    CU_ASSERT(place_command(place_url, "UPDATE migration SET digest = 'another'"));
    CU_ASSERT_EQUAL(reg_store_migrate(place_url, NULL, &applied, &info), REG_ERR_VERSION);
    CU_ASSERT(place_command(place_url, "UPDATE meta SET oldest = 99, version = 99"));
    CU_ASSERT_EQUAL(reg_store_open(place_directory, place_url, NULL, &store, &info), REG_ERR_VERSION);
    CU_ASSERT_EQUAL(reg_store_migrate("sqlite:registry.db", NULL, &applied, &info), REG_ERR_INVALID);
}

/* Two at once: one does it, the other finds it done. */
static void test_migrations_at_once(void)
{
    struct reg_error_info info = {0};
    unsigned applied = 0;
    int status = 0;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0)
        _exit(reg_store_migrate(place_url, NULL, &applied, NULL) == 0 ? 0 : 1);
    CU_ASSERT_EQUAL(reg_store_migrate(place_url, NULL, &applied, &info), 0);
    waitpid(child, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
}

/* ---- connections --------------------------------------------------------------------------------------------------- */

/* Ends every connection to the test's database but one's own. */
static void cut(void)
{
    char command[200];

    snprintf(command, sizeof command,
             "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
             "current_database()");
    CU_ASSERT(place_command(place_url, command));
}

static int ask_head(struct reg_store_reader *reader, uint64_t *ret)
{
    struct reg_query query = {.kind = REG_QUERY_HEAD};
    int error = reg_query_wait(reader, &query);

    *ret = query.head.size;
    reg_query_clear(&query);
    return error;
}

/* A lost connection is a clear error, and made anew; nothing of an open batch is left. */
static void test_lost(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct batch batch;
    uint64_t size = 0;
    int error;

    sample_append(store);
    CU_ASSERT_EQUAL(ask_head(reader, &size), 0);
    CU_ASSERT_EQUAL(size, 3);
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    batch_add(&batch);
    CU_ASSERT_EQUAL(batch_insert(&batch), 0);
    cut();
    error = store->ops->commit(store, &batch.info);
    CHECK_CASE(error == REG_ERR_UNAVAILABLE, "%d: %s", error, batch.info.en);
    store->ops->rollback(store);
    CU_ASSERT_EQUAL(ask_head(reader, &size), REG_ERR_UNAVAILABLE);
    usleep(200000); /* longer than the first wait of the back-off */
    CU_ASSERT_EQUAL(ask_head(reader, &size), 0);
    CU_ASSERT_EQUAL(size, 3);
    CU_ASSERT_EQUAL(batch_append(store, 2), 0);
    CU_ASSERT_EQUAL(head_of(store).size, 5);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* Pages in a row, read ahead: each is where it was asked for, also where something else is asked between, another page than
 * the next one, or the connection is lost. */
static void test_ahead(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    static const uint64_t positions[] = {0, 4, 8, 12, 16, 4, 8};
    struct reg_value key = {.kind = REG_VALUE_NUMBER, .number = 0};
    uint64_t size = 0;
    int error, lost = 0;

    for (int i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(batch_append(store, 4), 0);
    for (size_t i = 0; i < sizeof positions / sizeof *positions; i++) {
        uint64_t from = positions[i];
        struct reg_query page = {.kind = REG_QUERY_ENTRIES, .from = from, .limit = 4, .ahead = true};

        if (from == 8)
            CU_ASSERT_EQUAL(ask_head(reader, &size), 0);
        if (from == 12)
            cut();
        while ((error = reg_query_wait(reader, &page)) == REG_ERR_UNAVAILABLE) { /* what had arrived before is good */
            reg_query_clear(&page);
            page = (struct reg_query){.kind = REG_QUERY_ENTRIES, .from = from, .limit = 4, .ahead = true};
            lost++;
            usleep(200000); /* longer than the first wait of the back-off */
        }
        CU_ASSERT_EQUAL(error, 0);
        CU_ASSERT_EQUAL(page.head.size, 20);
        CHECK_CASE(page.entry_count == 4 && page.entries[0].position == from && page.entries[3].position == from + 3 &&
                       memcmp(page.entries[3].header.data, "header", 6) == 0,
                   "%d", (int)from);
        reg_query_clear(&page);
    }
    CU_ASSERT_EQUAL(lost, 1);
    for (int i = 0; i < 5; i++) { /* the last row again, and a step back on the way */
        struct reg_query page = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_BATCH, .key = &key, .limit = 2, .ahead = true};

        key.number = i == 3 ? 4 : 4 * i;
        CU_ASSERT_EQUAL(reg_query_wait(reader, &page), 0);
        CHECK_CASE(page.row_count == (i == 4 ? 1 : 2) && page.rows[0][0].number == key.number, "%d", i);
        reg_query_clear(&page);
    }
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* Who holds the lock and does nothing loses it after five seconds; nothing of its batch is there. */
static void test_frozen(void)
{
    struct reg_store *frozen = place_create(), *other = place_open();
    struct batch batch;

    sample_append(other);
    CU_ASSERT_EQUAL_FATAL(batch_begin(frozen, &batch), 0);
    batch_add(&batch);
    CU_ASSERT_EQUAL(batch_insert(&batch), 0);
    CU_ASSERT_EQUAL(batch_append(other, 1), 0); /* waits for the lock */
    CU_ASSERT_EQUAL(frozen->ops->commit(frozen, &batch.info), REG_ERR_UNAVAILABLE);
    frozen->ops->rollback(frozen);
    CU_ASSERT_EQUAL(head_of(other).size, 4);
    frozen->ops->close(frozen);
    other->ops->close(other);
}

/* Do others wait for a lock in this database? */
static bool somebody_waits(PGconn *conn)
{
    PGresult *result =
        PQexec(conn, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
    bool waits = PQntuples(result) > 0;

    PQclear(result);
    return waits;
}

static void append_pool(struct reg_store *store, const char *prefix)
{
    struct reg_pool_row pool = {.authority = 341300, .last = 9};
    struct batch batch;

    strcpy(pool.prefix, prefix);
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    pool.position = batch.head.size;
    batch_add(&batch)->pool = &pool;
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
}

/* Two daemons at the end of a pool: who waited while the other took the last numbers goes on with the next pool. */
static void test_pool_end(void)
{
    struct reg_store *store = place_create();
    struct reg_lease lease = {0};
    struct reg_error_info info = {0};
    PGconn *other = PQconnectdb(place_url);
    PGresult *result;
    int status = 0;
    pid_t child;

    append_pool(store, "MAY");
    append_pool(store, "MAX");
    result = PQexec(other, "BEGIN; UPDATE pool SET next = last + 1 WHERE prefix = 'MAY'");
    CU_ASSERT_EQUAL(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    fflush(NULL);
    child = fork();
    if (child == 0) { /* commits once the lease waits for the row; activity is read by a connection without a snapshot */
        PGconn *watcher = PQconnectdb(place_url);
        bool waited = false;

        for (int i = 0; i < 400 && !(waited = somebody_waits(watcher)); i++)
            usleep(20000);
        result = PQexec(other, "COMMIT");
        _exit(waited && PQresultStatus(result) == PGRES_COMMAND_OK ? 0 : 1);
    }
    CU_ASSERT_EQUAL(store->ops->lease(store, REG_LEASE_CODES, 341300, 4, &lease, &info), 0);
    waitpid(child, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    CHECK_CASE(lease.count == 4 && lease.first == 0 && strcmp(lease.prefix, "MAX") == 0, "%s %d", lease.prefix,
               (int)lease.count);
    PQfinish(other);
    store->ops->close(store);
}

/* What cannot be a store says so. */
static void test_opening(void)
{
    static const struct {
        const char *name, *url;
        int expected;
    } cases[] = {
        {"no server there", "postgresql:///registry?host=/nonexistent", REG_ERR_UNAVAILABLE},
        {"no such option", "postgresql:///registry?colour=red", REG_ERR_UNAVAILABLE},
        {"another scheme", "mysql://localhost/registry", REG_ERR_INVALID},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reg_store *store = NULL;
        struct reg_error_info info = {0};
        int error = reg_store_open(place_directory, cases[i].url, NULL, &store, &info);

        CHECK_CASE(error == cases[i].expected && info.en[0] && info.zh[0], "%s: %d, %s", cases[i].name, error, info.en);
    }
}

static void test_encoding(void)
{
    struct reg_store *store = NULL;
    struct reg_error_info info = {0};
    char url[600];

    CU_ASSERT(place_command(place_cluster(), "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C'"
                                             " LC_CTYPE 'C'"));
    snprintf(url, sizeof url, "postgresql:///latin%s", strchr(place_url, '?'));
    CU_ASSERT_EQUAL(reg_store_open(place_directory, url, &place_identity, &store, &info), REG_ERR_INVALID);
    CHECK_CASE(strstr(info.en, "UTF8") != NULL, "%s", info.en);
    CU_ASSERT(place_command(place_cluster(), "DROP DATABASE latin"));
}

static CU_TestInfo tests[] = {{"append-only", test_append_only},
                              {"roles", test_roles},
                              {"migrations", test_migrations},
                              {"migrations at once", test_migrations_at_once},
                              {"a lost connection", test_lost},
                              {"reading ahead", test_ahead},
                              {"a frozen lock holder", test_frozen},
                              {"the end of a pool", test_pool_end},
                              {"opening", test_opening},
                              {"encoding", test_encoding},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"postgresql: rows", NULL, NULL, place_set_up, place_tear_down, conformance_rows},
                         {"postgresql: names", NULL, NULL, place_set_up, place_tear_down, conformance_names},
                         {"postgresql: restrictions", NULL, NULL, place_set_up, place_tear_down, conformance_restrictions},
                         {"postgresql: search", NULL, NULL, place_set_up, place_tear_down, conformance_search},
                         {"postgresql: tables", NULL, NULL, place_set_up, place_tear_down, conformance_tables},
                         {"postgresql: moved", NULL, NULL, place_set_up, place_tear_down, conformance_moved},
                         {"postgresql: taken", NULL, NULL, place_set_up, place_tear_down, conformance_taken},
                         {"postgresql: snapshots", NULL, NULL, place_set_up, place_tear_down, conformance_snapshots},
                         {"postgresql: processes", NULL, NULL, place_set_up, place_tear_down, conformance_processes},
                         {"postgresql", NULL, NULL, place_set_up, place_tear_down, tests},
                         CU_SUITE_INFO_NULL};
