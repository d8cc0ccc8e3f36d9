/* What moving a store, backing it up and restoring it ask of an adapter. */
#include "conformance.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "place.h"
#include "sample.h"
#include "suite.h"

static struct reg_value value_at(struct reg_store *store, enum reg_table table, int64_t from, unsigned column)
{
    struct reg_value key = {.kind = REG_VALUE_NUMBER, .number = from}, value;
    struct reg_query query = {.kind = REG_QUERY_TABLE, .table = table, .key = &key, .limit = 1};

    CU_ASSERT_EQUAL_FATAL(store->ops->read(store, &query), 0);
    CU_ASSERT_EQUAL_FATAL(query.row_count, 1);
    value = query.rows[0][column]; /* of its bytes the length alone is looked at */
    reg_query_clear(&query);
    return value;
}

static void end(struct reg_store *store, bool commits)
{
    int error = 0;

    if (commits)
        error = store->ops->commit(store, NULL);
    else
        store->ops->rollback(store);
    CU_ASSERT_EQUAL(error, 0);
}

static int open_as(enum reg_store_state state, uint8_t last, struct reg_store **ret)
{
    struct reg_store_identity identity = place_identity;
    struct reg_error_info info = {0};
    int error;

    identity.state = state;
    identity.registry_id[7] = last;
    error = reg_store_open(place_directory, place_url, &identity, ret, &info);
    CHECK_CASE(error == 0 || (info.en[0] && info.zh[0]), "%d says nothing", error);
    return error;
}

/* A copy is begun, gone on with, finished; another registry's is refused; a live store can be told from it. */
static void test_copy(void)
{
    struct reg_store *store = NULL;

    for (int round = 0; round < 2; round++) {
        CU_ASSERT_EQUAL_FATAL(open_as(REG_STORE_COPY, 8, &store), 0);
        CHECK_CASE(store->identity.state == REG_STORE_COPY, "round %d", round);
        if (round == 0)
            sample_append(store);
        CHECK_CASE(head_of(store).size == 3, "round %d", round);
        store->ops->close(store);
    }
    CU_ASSERT_EQUAL(open_as(REG_STORE_COPY, 9, &store), REG_ERR_EXISTS);
    CU_ASSERT_EQUAL(open_as(REG_STORE_LIVE, 8, &store), REG_ERR_EXISTS);
    store = place_open();
    CU_ASSERT_EQUAL(store->identity.state, REG_STORE_COPY);
    for (int kept = 0; kept < 2; kept++) { /* rolled back, committed */
        CU_ASSERT_EQUAL_FATAL(store->ops->begin(store, NULL, NULL), 0);
        CU_ASSERT_EQUAL(store->ops->set_state(store, REG_STORE_LIVE, NULL), 0);
        end(store, kept);
        store->ops->close(store);
        store = place_open();
        CHECK_CASE(store->identity.state == (kept ? REG_STORE_LIVE : REG_STORE_COPY), "%d", kept);
    }
    store->ops->close(store);
    CU_ASSERT_EQUAL_FATAL(open_as(REG_STORE_COPY, 8, &store), 0); /* live by now: the caller sees it */
    CU_ASSERT_EQUAL(store->identity.state, REG_STORE_LIVE);
    store->ops->close(store);
}

/* Batches of a copy share a transaction; a key that was destroyed comes as one. */
static void test_batches_together(void)
{
    struct reg_store *store = place_create();
    struct batch first, second;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &first), 0);
    *batch_add(&first) = (struct reg_append){
        .entry = {.has_case = true, .header = {(const uint8_t *)"h", 1}, .body = {(const uint8_t *)"b", 1}},
        .new_case_key = true};
    CU_ASSERT_EQUAL(batch_insert(&first), 0);
    memset(&second, 0, sizeof second);
    second.store = store;
    second.head = first.head;
    second.head.size++;
    CU_ASSERT_EQUAL(reg_edge_append(REG_SUITE_INTL, &second.head.edge, (uint8_t[REG_DIGEST_LEN]){1}), 0);
    batch_add(&second);
    CU_ASSERT_EQUAL(batch_end(&second), 0);
    CU_ASSERT_EQUAL(head_of(store).size, 2);
    CU_ASSERT_EQUAL(value_at(store, REG_TABLE_CASE_KEY, 0, 1).kind, REG_VALUE_NULL);
    CU_ASSERT_EQUAL(value_at(store, REG_TABLE_BATCH, 1, 1).number, 1);
    store->ops->close(store);
}

/* Keys are destroyed once, and only those asked for. */
static void test_destroy(void)
{
    static const uint64_t cases[] = {2, 7, 9};
    struct reg_store *store = place_create();
    uint64_t destroyed = 99;

    sample_append(store);
    for (int round = 0; round < 3; round++) { /* another case's, this one's, again */
        CU_ASSERT_EQUAL_FATAL(store->ops->begin(store, NULL, NULL), 0);
        CU_ASSERT_EQUAL(
            store->ops->destroy_keys(store, round == 0 ? cases + 1 : cases, round == 0 ? 2 : 3, &destroyed, NULL), 0);
        CU_ASSERT_EQUAL(store->ops->commit(store, NULL), 0);
        CHECK_CASE(destroyed == (round == 1), "round %d: %d", round, (int)destroyed);
        CHECK_CASE(value_at(store, REG_TABLE_CASE_KEY, 2, 1).kind == (round == 0 ? REG_VALUE_BLOB : REG_VALUE_NULL),
                   "round %d", round);
    }
    store->ops->close(store);
}

/* Counters go up, never down; a pool's to one past its last at the most; what is undone was never there. */
static void test_raise(void)
{
    static const struct {
        struct reg_raise raise;
        bool kept;
        int64_t serial, code;
    } cases[] = {{{10, 0, 0}, true, 10, 5}, {{5, 0, 4}, true, 10, 5}, {{20, 0, 7}, false, 10, 5},
                 {{20, 0, 7}, true, 20, 7}, {{0, 3, 9}, true, 20, 7}, {{0, 0, 100}, true, 20, 10}};
    static const struct reg_pool_row pool = {341300, "MAY", 1, 5, 9, 0};
    struct reg_store *store = place_create();
    struct reg_lease lease;
    struct batch batch;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    batch_add(&batch)->pool = &pool;
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CU_ASSERT_EQUAL_FATAL(store->ops->begin(store, NULL, NULL), 0);
        CU_ASSERT_EQUAL(store->ops->raise(store, &cases[i].raise, NULL), 0);
        end(store, cases[i].kept);
        CHECK_CASE(value_at(store, REG_TABLE_COUNTER, 1, 1).number == cases[i].serial, "case %zu", i);
        CHECK_CASE(value_at(store, REG_TABLE_POOL, 0, 4).number == cases[i].code, "case %zu", i);
    }
    CU_ASSERT_EQUAL(store->ops->lease(store, REG_LEASE_SERIALS, 0, 5, &lease, NULL), 0);
    CU_ASSERT_EQUAL(lease.first, 20);
    CU_ASSERT_EQUAL(store->ops->lease(store, REG_LEASE_CODES, 341300, 5, &lease, NULL), 0);
    CU_ASSERT_EQUAL(lease.count, 0);
    store->ops->close(store);
}

/* Who looks knows whether the views are those that he knew; what is undone was never there. */
static void test_rebuilt(void)
{
    struct reg_store *store = place_create();

    sample_append(store);
    for (unsigned round = 0; round < 4; round++) {
        CHECK_CASE(head_of(store).rebuilt == round / 2, "round %u", round);
        CU_ASSERT_EQUAL_FATAL(store->ops->begin(store, NULL, NULL), 0);
        CU_ASSERT_EQUAL(store->ops->clear_views(store, NULL), 0);
        end(store, round % 2 == 1);
    }
    CU_ASSERT_EQUAL(head_of(store).rebuilt, 2);
    store->ops->close(store);
}

/* A checkpoint inside the open transaction comes and goes with it. */
static void test_checkpoint_inside(void)
{
    struct reg_store *store = place_create();

    for (int kept = 0; kept < 2; kept++) {
        struct reg_query query = {.kind = REG_QUERY_CHECKPOINT};

        CU_ASSERT_EQUAL_FATAL(store->ops->begin(store, NULL, NULL), 0);
        CU_ASSERT_EQUAL(store->ops->keep_checkpoint(store, 5, (struct reg_bytes){(const uint8_t *)"note", 4}, NULL), 0);
        end(store, kept);
        CU_ASSERT_EQUAL(store->ops->read(store, &query), 0);
        CHECK_CASE(query.bytes.len == (kept ? 4 : 0), "%d", kept);
        reg_query_clear(&query);
    }
    store->ops->close(store);
}

/* The backup is the store with another state, also of what stands in the write-ahead log; a file that is there is left
 * alone. */
static void check_backup(struct reg_store *store, const char *path)
{
    struct reg_store *copy = NULL;
    struct reg_error_info info = {0};
    char url[300];

    snprintf(url, sizeof url, "sqlite:%s", path);
    CU_ASSERT_EQUAL_FATAL(reg_store_open(place_directory, url, NULL, &copy, &info), 0);
    CU_ASSERT_EQUAL(copy->identity.state, REG_STORE_BACKUP);
    CU_ASSERT_EQUAL(memcmp(copy->identity.registry_id, place_identity.registry_id, REG_REGISTRY_ID_LEN), 0);
    CU_ASSERT_EQUAL(head_of(copy).size, 3);
    CU_ASSERT_EQUAL(value_at(copy, REG_TABLE_CASE_KEY, 2, 1).bytes.len, SAMPLE_WRAPPED_LEN);
    copy->ops->close(copy);
    CU_ASSERT_EQUAL(store->ops->backup(store, path, NULL, NULL, &info), REG_ERR_EXISTS);
    CU_ASSERT_EQUAL(store->ops->backup(store, "/nonexistent/backup", NULL, NULL, &info), REG_ERR_IO);
}

static void test_backup(void)
{
    struct reg_store *store = place_create(), *other;
    struct reg_error_info info = {0};
    struct batch batch;
    char path[200], shm[210];
    int error;

    sample_append(store);
    other = place_open();
    CU_ASSERT_EQUAL_FATAL(batch_begin(other, &batch), 0); /* a writer in the middle of its batch is not in the way */
    batch_add(&batch);
    CU_ASSERT_EQUAL(batch_insert(&batch), 0);
    snprintf(path, sizeof path, "%s/backup-%d", place_directory, (int)getpid());
    error = store->ops->backup(store, path, NULL, NULL, &info);
    other->ops->rollback(other);
    CHECK_CASE(error == 0 || (error == REG_ERR_UNSUPPORTED && strstr(info.en, "pgBackRest")), "%d: %s", error, info.en);
    CU_ASSERT_EQUAL(error == 0, strncmp(place_url, "sqlite:", 7) == 0);
    if (error == 0)
        check_backup(store, path);
    unlink(path);
    for (int i = 0; i < 2; i++) {
        snprintf(shm, sizeof shm, "%s-%s", path, i ? "shm" : "wal");
        unlink(shm);
    }
    other->ops->close(other);
    store->ops->close(store);
}

CU_TestInfo conformance_moved[] = {{"a copy", test_copy},
                                   {"batches together", test_batches_together},
                                   {"keys destroyed", test_destroy},
                                   {"counters raised", test_raise},
                                   {"a checkpoint inside", test_checkpoint_inside},
                                   {"rebuilt", test_rebuilt},
                                   {"a backup", test_backup},
                                   CU_TEST_INFO_NULL};
