/* Queries of PostgreSQL whose completion comes later: the same answers as those that are waited for, whatever fails on the
 * way. */
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "batch.h"
#include "place.h"
#include "place_postgresql.h"
#include "sample.h"
#include "suite.h"

#define LICENCES 50
#define ASKED    120

/* ---- asking ---------------------------------------------------------------------------------------------------------- */

struct asked {
    struct reg_query query;
    const char *codes[4];
    char text[4][19];
    unsigned done;
    int error;
};

static struct asked asked[ASKED];
static size_t asked_count, done_count;

static void on_done(struct reg_query *query, int error)
{
    struct asked *it = query->context;

    it->error = error;
    it->done++;
    done_count++;
}

static struct asked *add(enum reg_query_kind kind)
{
    struct asked *it = &asked[asked_count++];

    *it = (struct asked){.query = {.kind = kind, .done = on_done, .context = it, .codes = it->codes}};
    return it;
}

static void add_code(struct asked *it, const char *code)
{
    size_t i = it->query.code_count++;

    snprintf(it->text[i], sizeof it->text[i], "%s", code);
    it->codes[i] = it->text[i];
}

static struct asked *add_look_up(const char *code)
{
    struct asked *it = add(REG_QUERY_LICENCES);

    it->query.with_entries = true;
    add_code(it, code);
    return it;
}

static void forget(void)
{
    for (size_t i = 0; i < asked_count; i++)
        reg_query_clear(&asked[i].query);
    asked_count = done_count = 0;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The reader's loop: turns until everything is done. */
static void drive(struct reg_store_reader *reader)
{
    struct reg_store_wait waits[REG_STORE_WAITS];

    for (int64_t end = now_ms() + 20000; now_ms() < end;) {
        struct pollfd fds[REG_STORE_WAITS];

        reader->ops->turn(reader, waits);
        if (done_count >= asked_count)
            return;
        for (size_t i = 0; i < REG_STORE_WAITS; i++)
            fds[i] = (struct pollfd){.fd = waits[i].fd, .events = (short)(POLLIN | (waits[i].writing ? POLLOUT : 0))};
        poll(fds, REG_STORE_WAITS, 100); /* what is not answered is noticed in a turn, too */
    }
    CHECK_CASE(false, "%zu of %zu done", done_count, asked_count);
}

static void start_all(struct reg_store_reader *reader)
{
    for (size_t i = 0; i < asked_count; i++)
        reader->ops->start(reader, &asked[i].query);
    CU_ASSERT_EQUAL(done_count, 0); /* nobody is waited for */
}

static struct reg_store_reader *later_reader(struct reg_store *store)
{
    struct reg_store_reader *reader = reader_of(store);
    struct reg_store_wait waits[REG_STORE_WAITS];

    reader->ops->turn(reader, waits);
    return reader;
}

/* ---- what is there --------------------------------------------------------------------------------------------------- */

static void code_of(unsigned number, char ret[19])
{
    snprintf(ret, 19, "91341300MA%07u0", number);
}

static void fill(struct reg_store *store)
{
    struct reg_licence_row rows[LICENCES];
    struct batch batch;
    char code[19];

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    for (unsigned i = 0; i < LICENCES; i++) {
        code_of(i, code);
        rows[i] = sample_licence(code, batch.head.size + i, 1);
        rows[i].serial = 100 + i;
        batch_add(&batch)->licence = &rows[i];
    }
    CU_ASSERT_EQUAL_FATAL(batch_end(&batch), 0);
}

static bool same_bytes(struct reg_bytes a, struct reg_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* As the same query that is waited for. */
static void check_same(struct reg_store_reader *reader, struct asked *it, size_t number)
{
    struct reg_query waited = {.kind = it->query.kind,
                               .codes = it->codes,
                               .code_count = it->query.code_count,
                               .with_entries = it->query.with_entries,
                               .from = it->query.from,
                               .limit = it->query.limit};
    bool same;

    ask(reader, &waited);
    same = it->done == 1 && it->error == 0 && it->query.head.size == waited.head.size &&
           it->query.licence_count == waited.licence_count && it->query.entry_count == waited.entry_count;
    for (size_t i = 0; same && i < waited.licence_count; i++)
        same = strcmp(it->query.licences[i].code, waited.licences[i].code) == 0 &&
               it->query.licences[i].position == waited.licences[i].position &&
               it->query.licences[i].serial == waited.licences[i].serial;
    for (size_t i = 0; same && i < waited.entry_count; i++)
        same = it->query.entries[i].position == waited.entries[i].position &&
               same_bytes(it->query.entries[i].header, waited.entries[i].header) &&
               same_bytes(it->query.entries[i].body, waited.entries[i].body);
    CHECK_CASE(same, "query %zu: done %u times, error %d, %zu licences, %zu entries", number, it->done, it->error,
               it->query.licence_count, it->query.entry_count);
    reg_query_clear(&waited);
}

/* Look-ups of one code and of several, of codes that are there, twice there and not there; and others between them. */
static void test_together(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader;
    struct asked *it;
    char code[19];

    sample_append(store);
    fill(store);
    reader = later_reader(store);
    for (unsigned i = 0; i < ASKED; i++) {
        code_of(i * 7 % (LICENCES + 10), code);
        if (i % 10 == 9) {
            it = add(i % 20 == 9 ? REG_QUERY_ENTRIES : REG_QUERY_HEAD);
            it->query.from = i % LICENCES;
            it->query.limit = 3;
            continue;
        }
        it = add_look_up(code);
        for (unsigned more = 0; more < i % 4; more++) {
            code_of((i + more * 17) % (LICENCES + 10), code);
            add_code(it, more == 1 ? it->text[0] : code);
        }
    }
    start_all(reader);
    drive(reader);
    for (size_t i = 0; i < asked_count; i++)
        check_same(reader, &asked[i], i);
    forget();
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* A query that the server refuses is an error of its own: those on their way behind it are answered. */
static void test_refused(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader;

    sample_append(store);
    reader = later_reader(store);
    for (unsigned round = 0; round < 3; round++) {
        add_code(add(REG_QUERY_CASES_OF), "\xff\xfe"); /* not UTF-8 */
        add_look_up(CODE_A);
        add(REG_QUERY_HEAD);
        add_look_up(CODE_A);
        start_all(reader);
        drive(reader);
        CU_ASSERT_NOT_EQUAL(asked[0].error, 0);
        for (size_t i = 1; i < asked_count; i++)
            check_same(reader, &asked[i], i);
        forget();
    }
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* Ends the connections that wait for something to do, other than this one's. */
static void cut(void)
{
    CU_ASSERT(place_command(place_url,
                            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                            " AND datname = current_database()"));
}

/* The connection is lost under way, or while nobody asks; and a reader is closed under way. Everybody is told, once. */
static void test_lost(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader;
    struct reg_store_wait waits[REG_STORE_WAITS];

    sample_append(store);
    reader = later_reader(store);
    add_look_up(CODE_A);
    start_all(reader);
    drive(reader);
    CU_ASSERT_EQUAL(asked[0].error, 0);
    forget();
    cut();
    for (unsigned turns = 0; turns < 3; turns++) /* the loop wakes up for the server's last words, and for the end */
        reader->ops->turn(reader, waits);
    CU_ASSERT_EQUAL(waits[0].fd, -1);
    add_look_up(CODE_A);
    add(REG_QUERY_HEAD);
    start_all(reader);
    drive(reader);
    CU_ASSERT_EQUAL(asked[0].error, 0);
    forget();

    add_look_up(CODE_A);
    add(REG_QUERY_HEAD);
    start_all(reader);
    cut(); /* sent to a connection that is not there any more */
    drive(reader);
    for (size_t i = 0; i < asked_count; i++)
        CHECK_CASE(asked[i].done == 1 && asked[i].error == REG_ERR_UNAVAILABLE, "%d", asked[i].error);
    forget();

    add_look_up(CODE_A);
    start_all(reader);
    reader->ops->turn(reader, waits); /* on its way */
    add(REG_QUERY_HEAD);
    reader->ops->start(reader, &asked[1].query); /* and waiting */
    reader->ops->reader_close(reader);
    for (size_t i = 0; i < asked_count; i++)
        CHECK_CASE(asked[i].done == 1 && asked[i].error == REG_ERR_UNAVAILABLE, "%zu: %d", i, asked[i].error);
    forget();
    store->ops->close(store);
}

/* ---- a standby ------------------------------------------------------------------------------------------------------- */

static char copy_url[560];

/* A database that is as this one was: a standby that replays nothing. Nobody may be connected to this one. */
static void copy(void)
{
    char command[200], name[64];
    const char *options = strchr(place_url, '?');

    snprintf(name, sizeof name, "%.*s", (int)(options - place_url) - 14, place_url + 14);
    snprintf(copy_url, sizeof copy_url, "postgresql:///copy%s", options);
    snprintf(command, sizeof command, "CREATE DATABASE copy TEMPLATE %s", name);
    CU_ASSERT_FATAL(place_command(place_cluster(), command));
}

static void look_at_least(struct reg_store_reader *reader, uint64_t at_least, uint64_t expected)
{
    add_look_up(CODE_A)->query.at_least = at_least;
    add(REG_QUERY_HEAD)->query.at_least = at_least;
    start_all(reader);
    drive(reader);
    for (size_t i = 0; i < asked_count; i++)
        CHECK_CASE(asked[i].done == 1 && asked[i].error == 0 && asked[i].query.head.size == expected, "%zu: %d, size %d", i,
                   asked[i].error, (int)asked[i].query.head.size);
    CHECK_CASE(asked[0].query.licence_count == 1 && asked[0].query.entry_count == 1, "%zu", asked[0].query.licence_count);
    forget();
}

static void check_counts(const struct reg_store *store, uint64_t standby, uint64_t behind, uint64_t failed)
{
    CHECK_CASE(store->counts.standby == standby && store->counts.behind == behind && store->counts.failed == failed,
               "%d by the standby, %d behind, %d failed", (int)store->counts.standby, (int)store->counts.behind,
               (int)store->counts.failed);
}

/* Nobody waits for it: until it is connected the database answers. */
static void connect_standby(struct reg_store *store, struct reg_store_reader *reader)
{
    for (int64_t end = now_ms() + 20000; store->counts.standby == 0 && now_ms() < end;) {
        add(REG_QUERY_HEAD);
        start_all(reader);
        drive(reader);
        forget();
    }
    CU_ASSERT_NOT_EQUAL(store->counts.standby, 0);
    store->counts.standby = store->counts.behind = store->counts.failed = 0;
}

static void test_standby(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader;
    struct reg_error_info info = {0};

    sample_append(store);
    store->ops->close(store);
    copy();
    store = place_open();
    CU_ASSERT_EQUAL(store->ops->read_from(store, "sqlite:x", &info), REG_ERR_INVALID);
    CU_ASSERT_EQUAL(store->ops->read_from(store, copy_url, &info), 0);
    CU_ASSERT_EQUAL(batch_append(store, 1), 0);
    reader = later_reader(store);
    connect_standby(store, reader);
    look_at_least(reader, 0, 3);
    look_at_least(reader, 3, 3);
    check_counts(store, 4, 0, 0);
    look_at_least(reader, 4, 4); /* the standby has not got that far */
    check_counts(store, 4, 2, 0);
    CU_ASSERT_EQUAL(head_of(store).size, 4); /* who waits asks the database itself */
    CU_ASSERT(place_command(place_cluster(), "DROP DATABASE copy WITH (FORCE)"));
    look_at_least(reader, 0, 4); /* gone: asked anew of the database itself */
    CU_ASSERT_EQUAL(store->counts.standby, 4);
    CU_ASSERT_EQUAL(store->counts.failed, 2);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* A database of another registry is none of its standbys, whatever the configuration says. */
static void test_stranger(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader;
    struct reg_error_info info = {0};

    sample_append(store);
    store->ops->close(store);
    copy();
    CU_ASSERT(place_command(copy_url,
                            "SET session_replication_role = replica; UPDATE meta SET registry_id = '\\x0807060504030201'"));
    store = place_open();
    CU_ASSERT_EQUAL(batch_append(store, 1), 0);
    CU_ASSERT_EQUAL(store->ops->read_from(store, copy_url, &info), 0);
    reader = later_reader(store);
    for (unsigned i = 0; i < 20; i++) /* it has time to be connected */
        look_at_least(reader, 0, 4);
    CU_ASSERT_EQUAL(store->counts.standby, 0);
    reader->ops->reader_close(reader);
    store->ops->close(store);
    CU_ASSERT(place_command(place_cluster(), "DROP DATABASE copy WITH (FORCE)"));
}

/* Its server takes connections and says nothing: look-ups are answered meanwhile, as if there was none. */
static void test_dead(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct reg_store *store = place_create();
    struct reg_store_reader *reader;
    int64_t since;
    char url[100];

    CU_ASSERT_FATAL(bind(fd, (struct sockaddr *)&address, len) == 0 && listen(fd, 5) == 0 &&
                    getsockname(fd, (struct sockaddr *)&address, &len) == 0);
    snprintf(url, sizeof url, "postgresql://registry@127.0.0.1:%d/copy?sslmode=disable&gssencmode=disable",
             ntohs(address.sin_port));
    sample_append(store);
    CU_ASSERT_EQUAL(store->ops->read_from(store, url, NULL), 0);
    reader = later_reader(store);
    look_at_least(reader, 0, 3); /* connects to the database itself */
    since = now_ms();
    for (unsigned i = 0; i < 10; i++)
        look_at_least(reader, 0, 3);
    CHECK_CASE(now_ms() - since < 1000, "%d ms", (int)(now_ms() - since));
    check_counts(store, 0, 0, 22);
    reader->ops->reader_close(reader);
    store->ops->close(store);
    close(fd);
}

/* It takes connections, but does not answer: once is waited for it, and then it is left alone for a while. */
static void test_frozen(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader;
    PGconn *holder;
    int64_t since;

    sample_append(store);
    store->ops->close(store);
    copy();
    store = place_open();
    CU_ASSERT_EQUAL(store->ops->read_from(store, copy_url, NULL), 0);
    reader = later_reader(store);
    connect_standby(store, reader);
    holder = PQconnectdb(copy_url);
    PQclear(PQexec(holder, "BEGIN; LOCK TABLE licence"));
    CU_ASSERT_EQUAL(PQtransactionStatus(holder), PQTRANS_INTRANS);
    since = now_ms();
    for (unsigned i = 0; i < 8; i++) {
        look_at_least(reader, 0, 3);
        usleep(100000);
    }
    CHECK_CASE(now_ms() - since < 3000, "%d ms", (int)(now_ms() - since));
    check_counts(store, 0, 0, 16);
    PQfinish(holder);
    reader->ops->reader_close(reader);
    store->ops->close(store);
    CU_ASSERT(place_command(place_cluster(), "DROP DATABASE copy WITH (FORCE)"));
}

static CU_TestInfo tests[] = {{"together", test_together}, {"refused", test_refused},     {"lost", test_lost},
                              {"a standby", test_standby}, {"a stranger", test_stranger},
                              {"a dead one", test_dead},   {"a frozen one", test_frozen},   CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"postgresql: later", NULL, NULL, place_set_up, place_tear_down, tests}, CU_SUITE_INFO_NULL};
