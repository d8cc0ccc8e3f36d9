/* The writer's order, batches, repeats and errors, over an engine of the tests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "twin_engine.h"
#include "twin_worker.h"
#include "writer/writer.h"

#define CALLER                                                                                                              \
    {                                                                                                                       \
        .uri = "registry:window", .kind = REG_CALLER_WINDOW                                                                 \
    }

static struct fixture {
    struct reg_engine engine;
    struct rd_worker worker;
    struct rd_pool *pool;
    struct rd_writer *writer;
    size_t batches;
    int pauses, resumes;
} f;

static void on_batch(void *context, size_t filings, double seconds)
{
    struct fixture *fixture = context;

    (void)filings;
    (void)seconds;
    fixture->batches++;
}

static void on_pause(void *context, bool paused)
{
    struct fixture *fixture = context;

    if (paused)
        fixture->pauses++;
    else
        fixture->resumes++;
}

static void set_up(unsigned queue_length, unsigned batch_size)
{
    struct rd_writer_options options = {&f.engine, NULL, queue_length, batch_size, &f, on_batch, on_pause};
    struct reg_error_info info = {"", ""};

    memset(&f, 0, sizeof f);
    twin_engine_init(&f.engine);
    twin_worker_init(&f.worker, NULL, NULL);
    CU_ASSERT_EQUAL_FATAL(rd_pool_new(&f.engine, 2, 4, &f.pool, &info), 0);
    options.pool = f.pool;
    CU_ASSERT_EQUAL_FATAL(rd_writer_new(&options, &f.writer), 0);
}

static void tear_down(void)
{
    rd_writer_free(f.writer);
    rd_pool_free(f.pool);
    CU_ASSERT_EQUAL(f.engine.readers, 0);
}

struct sent {
    struct rd_filing filing; /* first */
    bool back;
};

static void back(struct rd_task *task, struct rd_worker *worker)
{
    (void)worker;
    ((struct sent *)task)->back = true;
}

static struct sent *make(const char *message)
{
    static const struct reg_caller caller = CALLER;
    struct sent *sent = calloc(1, sizeof *sent);
    struct reg_error_info info;

    CU_ASSERT_EQUAL_FATAL(reg_request_new(&f.engine, &caller, (struct reg_bytes){(const uint8_t *)message, strlen(message)},
                                          &sent->filing.request, &info),
                          0);
    sent->filing.back.run = back;
    sent->filing.worker = &f.worker;
    sent->filing.hash = reg_request_hash(sent->filing.request);
    return sent;
}

static void push(struct sent *sent)
{
    CU_ASSERT_EQUAL(rd_writer_push(f.writer, &sent->filing), RD_PUSH_OK);
}

static void release(struct sent *sent)
{
    reg_request_free(sent->filing.request);
    free(sent);
}

/* Pushes `first` and returns when its append has begun, and waits to be let go. */
static void block_with(struct sent *first)
{
    twin_engine_allow(&f.engine, 0);
    push(first);
    twin_engine_wait(&f.engine, &f.engine.appending, 1);
}

static void test_one(void)
{
    struct sent *sent;

    set_up(8, 64);
    sent = make("a");
    push(sent);
    twin_worker_run(&f.worker, 1);
    CU_ASSERT_TRUE(sent->back);
    CU_ASSERT_EQUAL(sent->filing.fate, RD_FATE_WRITTEN);
    CU_ASSERT_EQUAL(twin_engine_written(&f.engine, "a"), 1);
    release(sent);
    tear_down();
    CU_ASSERT_EQUAL(f.batches, 1);
}

/* What waits becomes one batch, at most as large as allowed, in the order of arrival. */
static void test_batches(void)
{
    struct sent *first, *sent[100];
    char id[8];

    set_up(100, 64);
    first = make("first");
    block_with(first);
    for (int i = 0; i < 100; i++) {
        snprintf(id, sizeof id, "%c%d", 'a' + i % 26, i);
        sent[i] = make(id);
        push(sent[i]);
    }
    CU_ASSERT_EQUAL(rd_writer_waiting(f.writer), 100);
    twin_engine_allow(&f.engine, SIZE_MAX);
    twin_worker_run(&f.worker, 101);
    CU_ASSERT_EQUAL(f.engine.commits, 3);
    CU_ASSERT_EQUAL(f.engine.largest, 64);
    for (int i = 0; i < 100; i++) {
        snprintf(id, sizeof id, "%c%d", 'a' + i % 26, i);
        CHECK_CASE(strcmp(f.engine.written[i + 1], id) == 0, "place %d: %s", i, f.engine.written[i + 1]);
        CHECK_CASE(sent[i]->filing.fate == RD_FATE_WRITTEN, "%s", id);
        release(sent[i]);
    }
    release(first);
    tear_down();
}

/* Two stages: while one batch is being appended, the next is signed. */
static void test_stages(void)
{
    struct sent *first, *sent[2];

    set_up(8, 1);
    first = make("first");
    block_with(first); /* both wait before the writer looks again */
    for (int i = 0; i < 2; i++) {
        sent[i] = make(i == 0 ? "a" : "b");
        push(sent[i]);
    }
    twin_engine_allow(&f.engine, 1);
    twin_engine_wait(&f.engine, &f.engine.signed_count, 3); /* comes only if signing does not wait for the append of "a" */
    CU_ASSERT_EQUAL(twin_engine_written(&f.engine, "a"), 0);
    twin_engine_allow(&f.engine, SIZE_MAX);
    twin_worker_run(&f.worker, 3);
    CU_ASSERT_EQUAL(f.engine.commits, 3);
    release(first);
    release(sent[0]);
    release(sent[1]);
    tear_down();
}

/* A repeat waits for the first of its kind in its batch. */
static void test_repeats(void)
{
    static const char *const ids[] = {"a", "b", "b", "a", "a2", "b", "c"};
    static const enum rd_fate fates[] = {RD_FATE_WRITTEN, RD_FATE_WRITTEN, RD_FATE_AGAIN,  RD_FATE_AGAIN,
                                         RD_FATE_WRITTEN, RD_FATE_AGAIN,   RD_FATE_WRITTEN};
    struct sent *first, *sent[7];

    set_up(16, 64);
    first = make("first");
    block_with(first);
    for (int i = 0; i < 7; i++) {
        sent[i] = make(ids[i]);
        push(sent[i]);
    }
    twin_engine_allow(&f.engine, SIZE_MAX);
    twin_worker_run(&f.worker, 8);
    for (int i = 0; i < 7; i++) {
        CHECK_CASE(sent[i]->filing.fate == fates[i], "%d: %s", i, ids[i]);
        release(sent[i]);
    }
    CU_ASSERT_EQUAL(f.engine.signed_count, 5);
    release(first);
    tear_down();
}

/* … and in the batch before, which is signed but not written yet. */
static void test_repeat_of_signed(void)
{
    struct sent *first, *sent[3];

    set_up(16, 1);
    first = make("first");
    block_with(first);
    for (int i = 0; i < 3; i++) {
        sent[i] = make(i < 2 ? "a" : "b");
        push(sent[i]);
    }
    twin_engine_allow(&f.engine, 1);
    twin_engine_wait(&f.engine, &f.engine.signed_count, 3); /* "a" waits for its append; its repeat is not signed, "b" is */
    twin_engine_allow(&f.engine, SIZE_MAX);
    twin_worker_run(&f.worker, 4);
    CU_ASSERT_EQUAL(sent[0]->filing.fate, RD_FATE_WRITTEN);
    CU_ASSERT_EQUAL(sent[1]->filing.fate, RD_FATE_AGAIN);
    CU_ASSERT_EQUAL(sent[2]->filing.fate, RD_FATE_WRITTEN);
    CU_ASSERT_EQUAL(f.engine.signed_count, 3);
    for (int i = 0; i < 3; i++)
        release(sent[i]);
    release(first);
    tear_down();
}

static const struct {
    const char *message;
    enum rd_fate fate;
    int error;
} errors[] = {{"good1", RD_FATE_WRITTEN, 0},
              {"none:E", RD_FATE_FAILED, REG_ERR_EXHAUSTED},
              {"bad:S", RD_FATE_FAILED, REG_ERR_CRYPTO},
              {"race:L", RD_FATE_AGAIN, 0},
              {"good2", RD_FATE_WRITTEN, 0}};

/* Who fails takes nobody along. */
static void test_errors(void)
{
    struct sent *first, *sent[5], *poison;

    for (int poisoned = 0; poisoned < 2; poisoned++) {
        set_up(16, 64);
        first = make("first");
        block_with(first);
        for (int i = 0; i < 5; i++) {
            sent[i] = make(errors[i].message);
            push(sent[i]);
        }
        poison = make(poisoned ? "poison:B" : "fine");
        push(poison);
        twin_engine_allow(&f.engine, SIZE_MAX);
        twin_worker_run(&f.worker, 7);
        for (int i = 0; i < 5; i++) {
            CHECK_CASE(sent[i]->filing.fate == errors[i].fate && sent[i]->filing.error == errors[i].error, "%s, poisoned %d",
                       errors[i].message, poisoned);
            release(sent[i]);
        }
        CU_ASSERT_EQUAL(poison->filing.fate, poisoned ? RD_FATE_FAILED : RD_FATE_WRITTEN);
        CU_ASSERT_EQUAL(f.engine.commits, poisoned ? 4 : 2);
        release(poison);
        release(first);
        tear_down();
    }
}

static void test_unavailable(void)
{
    struct sent *sent[4];

    set_up(16, 64);
    twin_engine_set_unavailable(&f.engine, true);
    sent[0] = make("first");
    block_with(sent[0]);
    for (int i = 1; i < 4; i++) {
        sent[i] = make("same");
        push(sent[i]);
    }
    twin_engine_allow(&f.engine, SIZE_MAX);
    twin_worker_run(&f.worker, 4);
    for (int i = 0; i < 4; i++) {
        CHECK_CASE(sent[i]->filing.fate == RD_FATE_FAILED && sent[i]->filing.error == REG_ERR_UNAVAILABLE, "%d", i);
        release(sent[i]);
    }
    twin_engine_set_unavailable(&f.engine, false);
    sent[0] = make("later");
    push(sent[0]);
    twin_worker_run(&f.worker, 1);
    CU_ASSERT_EQUAL(sent[0]->filing.fate, RD_FATE_WRITTEN);
    release(sent[0]);
    tear_down();
    CU_ASSERT_EQUAL(f.pauses, 1);
    CU_ASSERT_EQUAL(f.resumes, 1);
}

static void test_full_and_stop(void)
{
    struct sent *first, *waiting, *late;

    set_up(1, 64);
    first = make("first");
    block_with(first);
    waiting = make("waiting");
    late = make("late");
    push(waiting);
    CU_ASSERT_EQUAL(rd_writer_push(f.writer, &late->filing), RD_PUSH_FULL);
    rd_writer_stop(f.writer);
    CU_ASSERT_EQUAL(rd_writer_push(f.writer, &late->filing), RD_PUSH_STOPPED);
    CU_ASSERT_FALSE(rd_writer_wait(f.writer, 0));
    twin_engine_allow(&f.engine, SIZE_MAX);
    twin_worker_run(&f.worker, 2);
    CU_ASSERT_TRUE(rd_writer_wait(f.writer, 60000));
    CU_ASSERT_EQUAL(waiting->filing.fate, RD_FATE_WRITTEN);
    release(first);
    release(waiting);
    release(late);
    tear_down();
}

/* ---- the pool ----------------------------------------------------------------------------------------------------- */

struct work {
    struct rd_pool_job job; /* first */
    pthread_mutex_t *gate;
    char name;
};

static char order[16];
static size_t order_len;
static pthread_mutex_t order_lock = PTHREAD_MUTEX_INITIALIZER;

static void work(struct rd_pool_job *job, struct reg_reader *reader)
{
    struct work *w = (struct work *)job;

    if (w->gate != NULL) {
        pthread_mutex_lock(w->gate);
        pthread_mutex_unlock(w->gate);
    }
    pthread_mutex_lock(&order_lock);
    order[order_len++] = reader != NULL ? w->name : '?';
    pthread_mutex_unlock(&order_lock);
}

/* Signing goes before verifying; what is beyond the capacity is refused; what waits is finished. */
static void test_pool(void)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    struct work works[] = {{{NULL, work}, &gate, '0'}, {{NULL, work}, NULL, 'a'}, {{NULL, work}, NULL, 'b'},
                           {{NULL, work}, NULL, 'c'},  {{NULL, work}, NULL, 'S'}, {{NULL, work}, NULL, 'T'}};
    struct reg_engine engine;
    struct reg_error_info info;
    struct rd_pool *pool;

    twin_engine_init(&engine);
    order_len = 0;
    CU_ASSERT_EQUAL_FATAL(rd_pool_new(&engine, 1, 2, &pool, &info), 0);
    pthread_mutex_lock(&gate);
    rd_pool_submit_urgent(pool, &works[0].job); /* the only thread waits at the gate */
    CU_ASSERT_TRUE(rd_pool_submit(pool, &works[1].job));
    CU_ASSERT_TRUE(rd_pool_submit(pool, &works[2].job));
    CU_ASSERT_FALSE(rd_pool_submit(pool, &works[3].job));
    rd_pool_submit_urgent(pool, &works[4].job);
    rd_pool_submit_urgent(pool, &works[5].job);
    pthread_mutex_unlock(&gate);
    rd_pool_free(pool);
    CHECK_CASE(order_len == 5 && memcmp(order, "0STab", 5) == 0, "%.*s", (int)order_len, order);
    CU_ASSERT_EQUAL(engine.readers, 0);
}

static CU_TestInfo writer_tests[] = {{"one", test_one},
                                     {"batches", test_batches},
                                     {"stages", test_stages},
                                     {"repeats", test_repeats},
                                     {"repeat of a signed one", test_repeat_of_signed},
                                     {"errors", test_errors},
                                     {"unavailable", test_unavailable},
                                     {"full and stop", test_full_and_stop},
                                     {"pool", test_pool},
                                     CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"writer", NULL, NULL, NULL, NULL, writer_tests}, CU_SUITE_INFO_NULL};
