/* Several handles, several processes, and one that is killed. Children are forked before this process opens the store. */
#include "conformance.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch.h"
#include "place.h"
#include "suite.h"

#define AUTHORITY 341300
#define NUMBERS   4096

/* A child that waits to be told to begin, and tells when it got somewhere. */
struct child {
    pid_t pid;
    int to, from;
};

static struct child child_start(int (*run)(struct reg_store *store, int in, int out))
{
    struct child child = {-1, -1, -1};
    int to[2], from[2];

    CU_ASSERT_FATAL(pipe(to) == 0 && pipe(from) == 0);
    fflush(NULL);
    child.pid = fork();
    CU_ASSERT_NOT_EQUAL_FATAL(child.pid, -1);
    if (child.pid == 0) {
        struct reg_store *store = NULL;
        char byte;

        close(to[1]);
        close(from[0]);
        if (read(to[0], &byte, 1) != 1 || reg_store_open(place_directory, place_url, NULL, &store, NULL) != 0)
            _exit(9);
        _exit(run(store, to[0], from[1]));
    }
    close(to[0]);
    close(from[1]);
    child.to = to[1];
    child.from = from[0];
    return child;
}

static void child_tell(const struct child *child)
{
    CU_ASSERT_EQUAL(write(child->to, "x", 1), 1);
}

static void child_await(const struct child *child)
{
    char byte;

    CU_ASSERT_EQUAL(read(child->from, &byte, 1), 1);
}

static int child_end(struct child *child)
{
    int status = -1;

    waitpid(child->pid, &status, 0);
    close(child->to);
    close(child->from);
    return status;
}

/* ---- leases -------------------------------------------------------------------------------------------------------- */

static int add_pool(struct reg_store *store, const struct reg_pool_row *pool, struct reg_error_info *info)
{
    struct batch batch;
    int error = batch_begin(store, &batch);

    if (error != 0)
        return error;
    batch_add(&batch)->pool = pool;
    error = batch_end(&batch);
    *info = batch.info;
    return error;
}

static void add_pools(struct reg_store *store)
{
    static const struct reg_pool_row pools[] = {{AUTHORITY, "MAY", 0, 0, 99, 0},
                                                {AUTHORITY, "MAZ", 0, 10, 29, 1},
                                                {341302, "MAX", 0, 0, 4, 2},
                                                {AUTHORITY, "MAY", 100, 100, 100, 3}};
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query = {.kind = REG_QUERY_POOLS};
    struct reg_error_info info = {0};

    for (size_t i = 0; i < sizeof pools / sizeof *pools; i++)
        CU_ASSERT_EQUAL(add_pool(store, &pools[i], &info), 0);
    CU_ASSERT_EQUAL(add_pool(store, &pools[0], &info), REG_ERR_CONFLICT);
    CU_ASSERT_NOT_EQUAL(info.en[0], '\0');
    ask(reader, &query);
    CU_ASSERT_EQUAL_FATAL(query.pool_count, sizeof pools / sizeof *pools);
    for (size_t i = 0; i < query.pool_count; i++) {
        const struct reg_pool_row *row = &query.pools[i];

        CHECK_CASE(row->authority == pools[i].authority && strcmp(row->prefix, pools[i].prefix) == 0 &&
                       row->first == pools[i].first && row->next == pools[i].next && row->last == pools[i].last &&
                       row->position == pools[i].position,
                   "pool %zu", i);
    }
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
}

static struct reg_lease lease(struct reg_store *store, enum reg_lease_kind kind, uint32_t authority, unsigned want)
{
    struct reg_lease lease = {0};

    CU_ASSERT_EQUAL(store->ops->lease(store, kind, authority, want, &lease, NULL), 0);
    return lease;
}

/* Pools are used in order, each number once, whichever handle asks and however often one is opened anew. */
static void test_code_leases(void)
{
    static const char *const prefixes[] = {"MAY", "MAZ", "MAY"};
    static const uint64_t firsts[] = {0, 10, 100}, ends[] = {100, 30, 101};
    struct reg_store *stores[2] = {place_create(), place_open()};
    uint64_t expected = 0;
    size_t pool = 0;
    struct reg_lease got;

    add_pools(stores[0]);
    for (unsigned i = 0; (got = lease(stores[i % 2], REG_LEASE_CODES, AUTHORITY, 7)).count > 0 && i < 100; i++) {
        if (pool < 2 && expected == ends[pool])
            expected = firsts[++pool];
        CHECK_CASE(got.first == expected && strcmp(got.prefix, prefixes[pool]) == 0, "lease %u: %s%" PRIu64, i, got.prefix,
                   got.first);
        CHECK_CASE(got.count <= 7, "lease %u: %" PRIu64 " numbers", i, got.count);
        expected = got.first + got.count;
        if (i % 3 == 2) {
            stores[i % 2]->ops->close(stores[i % 2]);
            stores[i % 2] = place_open();
        }
    }
    CU_ASSERT(pool == 2 && expected == 101);
    CU_ASSERT_FALSE(got.no_pool);
    got = lease(stores[0], REG_LEASE_CODES, 341302, 64);
    CU_ASSERT(got.first == 0 && got.count == 5);
    got = lease(stores[1], REG_LEASE_CODES, 341302, 64);
    CU_ASSERT(got.count == 0 && !got.no_pool);
    got = lease(stores[1], REG_LEASE_CODES, 110000, 64);
    CU_ASSERT(got.count == 0 && got.no_pool);
    stores[0]->ops->close(stores[0]);
    stores[1]->ops->close(stores[1]);
}

/* A lease is committed by itself: undoing a batch gives no number back. */
static void test_serial_leases(void)
{
    struct reg_store *store = place_create(), *other;
    struct batch batch;

    CU_ASSERT_EQUAL(lease(store, REG_LEASE_SERIALS, AUTHORITY, 64).first, 0);
    CU_ASSERT_EQUAL(batch_begin(store, &batch), 0);
    batch_add(&batch);
    CU_ASSERT_EQUAL(batch_insert(&batch), 0);
    store->ops->rollback(store);
    CU_ASSERT_EQUAL(lease(store, REG_LEASE_SERIALS, AUTHORITY, 10).first, 64);
    other = place_open();
    CU_ASSERT_EQUAL(lease(other, REG_LEASE_SERIALS, AUTHORITY, 1).first, 74);
    CU_ASSERT_EQUAL(lease(store, REG_LEASE_SERIALS, AUTHORITY, 1).first, 75);
    other->ops->close(other);
    store->ops->close(store);
    store = place_open();
    CU_ASSERT_EQUAL(lease(store, REG_LEASE_SERIALS, AUTHORITY, 1).first, 76);
    store->ops->close(store);
}

static int lease_many(struct reg_store *store, int in, int out)
{
    (void)in;
    for (unsigned i = 0; i < 40; i++) {
        struct reg_lease got;

        if (store->ops->lease(store, REG_LEASE_SERIALS, AUTHORITY, 1 + i % 5, &got, NULL) != 0 ||
            write(out, &got, sizeof got) != sizeof got)
            return 1;
    }
    store->ops->close(store);
    return 0;
}

static void test_leases_of_processes(void)
{
    static unsigned char taken[NUMBERS];
    struct reg_store *store = place_create();
    struct child children[3];
    unsigned leases = 0;

    memset(taken, 0, sizeof taken);
    store->ops->close(store);
    for (size_t i = 0; i < 3; i++)
        children[i] = child_start(lease_many);
    for (size_t i = 0; i < 3; i++)
        child_tell(&children[i]);
    for (size_t i = 0; i < 3; i++) {
        struct reg_lease got;

        while (read(children[i].from, &got, sizeof got) == sizeof got) {
            leases++;
            for (uint64_t number = got.first; number < got.first + got.count; number++)
                CHECK_CASE(number < NUMBERS && !taken[number]++, "%" PRIu64 " was leased twice", number);
        }
        CU_ASSERT_EQUAL(child_end(&children[i]), 0);
    }
    CU_ASSERT_EQUAL(leases, 120);
}

/* ---- several writers ----------------------------------------------------------------------------------------------- */

/* Every entry is there, in order, and the head's tree is theirs. */
static void check_ledger(struct reg_store *store, uint64_t size)
{
    struct reg_store_reader *reader = reader_of(store);
    struct reg_head head = head_of(store);
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .limit = 1000};
    struct reg_edge edge = {0};

    CHECK_CASE(head.size == size, "%" PRIu64 " entries", head.size);
    ask(reader, &query);
    CU_ASSERT_EQUAL(query.entry_count, size);
    for (size_t i = 0; i < query.entry_count; i++) {
        uint8_t leaf[REG_DIGEST_LEN];

        CHECK_CASE(query.entries[i].position == i, "entry %zu", i);
        CU_ASSERT_EQUAL(reg_merkle_leaf(REG_SUITE_INTL, query.entries[i].header, leaf), 0);
        CU_ASSERT_EQUAL(reg_edge_append(REG_SUITE_INTL, &edge, leaf), 0);
    }
    CU_ASSERT(edge.count == head.edge.count && memcmp(edge.nodes, head.edge.nodes, (size_t)edge.count * 32) == 0);
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
}

/* The head is read anew in every transaction; a reader opened long ago sees what was committed since. */
static void test_two_handles(void)
{
    struct reg_store *first = place_create(), *second = place_open();
    struct reg_store_reader *reader = reader_of(second);

    for (uint64_t size = 0; size < 20; size++) {
        struct reg_query query = {.kind = REG_QUERY_HEAD};

        ask(reader, &query);
        CHECK_CASE(query.head.size == size, "%" PRIu64, query.head.size);
        reg_query_clear(&query);
        CU_ASSERT_EQUAL(batch_append(size % 3 == 0 ? second : first, 1), 0);
    }
    check_ledger(first, 20);
    reader->ops->reader_close(reader);
    first->ops->close(first);
    second->ops->close(second);
}

static int append_many(struct reg_store *store, int in, int out)
{
    (void)in;
    (void)out;
    for (int i = 0; i < 25; i++)
        if (batch_append(store, 2) != 0)
            return 1;
    store->ops->close(store);
    return 0;
}

static void test_two_processes(void)
{
    struct reg_store *store = place_create();
    struct child child;

    store->ops->close(store);
    child = child_start(append_many);
    store = place_open();
    child_tell(&child);
    for (int i = 0; i < 25; i++)
        CU_ASSERT_EQUAL(batch_append(store, 2), 0);
    CU_ASSERT_EQUAL(child_end(&child), 0);
    check_ledger(store, 100);
    store->ops->close(store);
}

static int append_slowly(struct reg_store *store, int in, int out)
{
    struct batch batch;

    (void)in;
    if (batch_begin(store, &batch) != 0)
        return 1;
    batch_add(&batch);
    if (batch_insert(&batch) != 0 || write(out, "x", 1) != 1)
        return 2;
    usleep(200000); /* long enough that the parent is at the lock; the outcome does not depend on it */
    if (store->ops->commit(store, NULL) != 0)
        return 3;
    store->ops->close(store);
    return 0;
}

/* Who comes second waits for the lock and builds on what the first one committed. */
static void test_waiting_for_the_lock(void)
{
    struct reg_store *store = place_create();
    struct child child;
    struct batch batch;

    store->ops->close(store);
    child = child_start(append_slowly);
    store = place_open();
    child_tell(&child);
    child_await(&child);
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    CU_ASSERT_EQUAL(batch.head.size, 1);
    batch_add(&batch);
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
    CU_ASSERT_EQUAL(child_end(&child), 0);
    check_ledger(store, 2);
    store->ops->close(store);
}

/* ---- killed -------------------------------------------------------------------------------------------------------- */

#define LARGE 200000 /* a batch of these is larger than what an adapter holds in memory */

/* Inserts 64 large entries with rows of every view; commits where told so; then waits to be killed. */
static int insert_and_wait(struct reg_store *store, int out, bool commit)
{
    static uint8_t large[LARGE];
    static struct batch batch;
    struct reg_licence_row licence = {.code = "91341300MAY000009W", .revision = 1, .name = "宿州示例商贸有限公司"};
    struct reg_serial_row serial = {.serial = 5, .code = "91341300MAY000009W"};
    struct reg_case_row case_row = {.number = 10};
    struct reg_request_row request = {"registry:window", "killed", {1}, 10};

    if (batch_begin(store, &batch) != 0)
        return 1;
    for (size_t i = 0; i < BATCH_CAP; i++)
        batch_add(&batch)->entry.body = (struct reg_bytes){large, sizeof large};
    batch.appends[0].licence = &licence;
    batch.appends[0].name_key = "宿州示例商贸";
    batch.appends[0].serial = &serial;
    batch.appends[0].case_row = &case_row;
    batch.appends[0].request = &request;
    if (batch_insert(&batch) != 0 || (commit && store->ops->commit(store, NULL) != 0) || write(out, "x", 1) != 1)
        return 2;
    for (;;)
        pause();
}

static int killed_before_commit(struct reg_store *store, int in, int out)
{
    (void)in;
    return insert_and_wait(store, out, false);
}

static int killed_after_commit(struct reg_store *store, int in, int out)
{
    (void)in;
    return insert_and_wait(store, out, true);
}

static void check_views(struct reg_store *store, bool there)
{
    static const char *const codes[] = {"91341300MAY000009W"};
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query = {.kind = REG_QUERY_REGISTER,
                              .codes = codes,
                              .code_count = 1,
                              .caller = "registry:window",
                              .request_id = "killed",
                              .name_key = "宿州示例商贸"};

    ask(reader, &query);
    CU_ASSERT_EQUAL(query.licence_count, there);
    CU_ASSERT_EQUAL(query.request != NULL, there);
    CU_ASSERT_EQUAL(query.name_code != NULL, there);
    reg_query_clear(&query);
    query = (struct reg_query){.kind = REG_QUERY_SERIAL, .number = 5};
    ask(reader, &query);
    CU_ASSERT_EQUAL(query.serial_count, there);
    reg_query_clear(&query);
    query = (struct reg_query){.kind = REG_QUERY_CASE, .number = 10};
    ask(reader, &query);
    CU_ASSERT_EQUAL(query.case_count, there);
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
}

static void kill_and_look(int (*run)(struct reg_store *store, int in, int out), uint64_t expected)
{
    struct reg_store *store = place_create();
    struct child child;
    int status;

    CU_ASSERT_EQUAL(batch_append(store, 10), 0);
    store->ops->close(store);
    child = child_start(run);
    child_tell(&child);
    child_await(&child);
    kill(child.pid, SIGKILL);
    status = child_end(&child);
    CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    store = place_open();
    check_views(store, expected > 10);
    CU_ASSERT_EQUAL(head_of(store).size, expected);
    CU_ASSERT_EQUAL(batch_append(store, 3), 0);
    CU_ASSERT_EQUAL(head_of(store).size, expected + 3);
    if (expected == 10)
        check_ledger(store, 13);
    store->ops->close(store);
}

static void test_killed_before_commit(void)
{
    kill_and_look(killed_before_commit, 10);
}

static void test_killed_after_commit(void)
{
    kill_and_look(killed_after_commit, 10 + BATCH_CAP);
}

CU_TestInfo conformance_processes[] = {{"leases of codes", test_code_leases},
                                       {"leases of serials", test_serial_leases},
                                       {"leases of processes", test_leases_of_processes},
                                       {"two handles", test_two_handles},
                                       {"two processes", test_two_processes},
                                       {"waiting for the lock", test_waiting_for_the_lock},
                                       {"killed before COMMIT", test_killed_before_commit},
                                       {"killed after COMMIT", test_killed_after_commit},
                                       CU_TEST_INFO_NULL};
