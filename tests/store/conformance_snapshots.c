/* All of a batch or nothing of it, in every query; and every query says as of which head it is true. */
#include "conformance.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "place.h"
#include "sample.h"
#include "suite.h"

static const char *const code_a[] = {CODE_A};

/* Asks for what the sample brings, and how many things come with it. */
static const struct question {
    enum reg_query_kind kind;
    uint64_t number;
    size_t found;
} questions[] = {
    {REG_QUERY_HEAD, 0, 0},     {REG_QUERY_LICENCES, 0, 2},
    {REG_QUERY_ENTRIES, 0, 3},  {REG_QUERY_CASE, 2, 2},
    {REG_QUERY_SERIAL, 102, 3}, {REG_QUERY_REGISTER, 0, 3},
    {REG_QUERY_TILE, 0, 1},     {REG_QUERY_CHECKPOINT, 0, 0} /* kept by itself, not with a batch */,
    {REG_QUERY_CASES_OF, 0, 1},
};

static struct reg_query query_of(const struct question *question)
{
    return (struct reg_query){.kind = question->kind,
                              .codes = code_a,
                              .code_count = 1,
                              .with_entries = question->kind == REG_QUERY_LICENCES,
                              .limit = 10,
                              .number = question->number,
                              .caller = "registry:window",
                              .request_id = "one",
                              .name_key = "宿州示例商贸",
                              .authority = 341300};
}

/* Checks the answer, and clears it. */
static void check_answer(const char *when, struct reg_query *query, const struct question *question, bool there)
{
    size_t found = query->licence_count + query->entry_count + query->case_count + query->serial_count +
                   (query->request != NULL) + (query->name_code != NULL) + (query->bytes.len > 0);

    CHECK_CASE(found == (there ? question->found : 0), "%s, query %d: %zu found", when, (int)question->kind, found);
    CHECK_CASE(query->head.size == (there ? 3 : 0) && query->head.time_ms == (there ? 1000 : 0),
               "%s, query %d: head of %" PRIu64 " at %" PRId64, when, (int)question->kind, query->head.size,
               query->head.time_ms);
    CHECK_CASE(question->kind != REG_QUERY_HEAD || query->head.edge.size == query->head.size, "%s: the head's edge", when);
    reg_query_clear(query);
}

static void check_reader(const char *when, struct reg_store_reader *reader, bool there)
{
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        struct reg_query query = query_of(&questions[i]);

        ask(reader, &query);
        check_answer(when, &query, &questions[i], there);
    }
}

static void check_writer(const char *when, struct reg_store *store, bool there)
{
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        struct reg_query query = query_of(&questions[i]);
        int error = store->ops->read(store, &query);

        CHECK_CASE(error == 0, "%s, query %d: %d", when, (int)questions[i].kind, error);
        check_answer(when, &query, &questions[i], there);
    }
}

/* Readers that were there before see nothing until COMMIT, and all of it afterwards; so does another handle's. */
static void test_before_and_after_commit(void)
{
    static struct reg_tile tile; /* level 0, number 0 */
    struct reg_store *store = place_create(), *other = place_open();
    struct reg_store_reader *readers[2] = {reader_of(store), reader_of(other)};
    struct sample sample;

    for (size_t i = 0; i < 2; i++)
        check_reader("empty", readers[i], false);
    sample_begin(store, &sample);
    sample.batch.tiles = &tile;
    sample.batch.tile_count = 1;
    CU_ASSERT_EQUAL(batch_insert(&sample.batch), 0);
    for (size_t i = 0; i < 2; i++)
        check_reader("before COMMIT", readers[i], false);
    check_writer("inside", store, true);
    CU_ASSERT_EQUAL(store->ops->commit(store, NULL), 0);
    for (size_t i = 0; i < 2; i++)
        check_reader("after COMMIT", readers[i], true);
    check_writer("after COMMIT", other, true); /* outside a transaction too */
    for (size_t i = 0; i < 2; i++)
        readers[i]->ops->reader_close(readers[i]);
    store->ops->close(store);
    other->ops->close(other);
}

/* ---- refused at its last row ------------------------------------------------------------------------------------------ */

enum repeated { POSITION, CODE, SERIAL, REQUEST, NAME, KEY, TILE };

static const struct {
    enum repeated repeated;
    const char *name;
} repetitions[] = {{POSITION, "a position"}, {CODE, "a code and revision"}, {SERIAL, "a serial"}, {REQUEST, "a request"},
                   {NAME, "a name"},         {KEY, "a case's key"},         {TILE, "a tile"}};

/* The batch's last row wants what a row before it has. */
static void repeat(struct sample *sample, enum repeated repeated, const struct reg_licence_row *namesake)
{
    const struct reg_append *first = &sample->batch.appends[2];
    struct reg_append *last = batch_add(&sample->batch);

    if (repeated == POSITION)
        last->entry.position = first->entry.position;
    if (repeated == CODE)
        last->licence = first->licence;
    if (repeated == SERIAL)
        last->serial = first->serial;
    if (repeated == REQUEST)
        last->request = first->request;
    if (repeated == NAME) {
        last->licence = namesake;
        last->name_key = first->name_key;
    }
    if (repeated == KEY) {
        last->entry.has_case = true;
        last->entry.case_number = first->entry.case_number;
        last->entry.wrapped_key = first->entry.wrapped_key;
        last->new_case_key = true;
    }
    sample->batch.tile_count = repeated == TILE ? 2 : 1;
}

static void test_refused_whole(void)
{
    static struct reg_tile tiles[2]; /* the same one twice */
    struct reg_licence_row namesake = sample_licence(CODE_B, 3, 1);
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);

    for (size_t i = 0; i < sizeof repetitions / sizeof *repetitions; i++) {
        struct sample sample;
        int error;

        sample_begin(store, &sample);
        sample.batch.tiles = tiles;
        repeat(&sample, repetitions[i].repeated, &namesake);
        error = batch_insert(&sample.batch);
        CHECK_CASE(error == REG_ERR_CONFLICT, "%s: %d, %s", repetitions[i].name, error, sample.batch.info.en);
        store->ops->rollback(store);
        check_reader(repetitions[i].name, reader, false);
        check_writer(repetitions[i].name, store, false);
    }
    sample_append(store); /* what was refused is in nobody's way */
    CU_ASSERT_EQUAL(head_of(store).size, 3);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* ---- destroying keys -------------------------------------------------------------------------------------------------- */

static size_t key_len(struct reg_store *store)
{
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query = {.kind = REG_QUERY_CASE, .number = 2};
    size_t len;

    ask(reader, &query);
    CU_ASSERT_EQUAL_FATAL(query.entry_count, 1);
    len = query.entries[0].wrapped_key.len;
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    return len;
}

/* A key is there until its destruction is committed; then the case gets no key again. */
static void test_destruction(void)
{
    struct reg_store *store = place_create();

    sample_append(store);
    for (int committed = 0; committed < 2; committed++) {
        struct batch batch;
        struct reg_append *append;

        CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
        append = batch_add(&batch);
        append->destroy_key = true;
        append->destroy_case = 2;
        CU_ASSERT_EQUAL(batch_insert(&batch), 0);
        CU_ASSERT_EQUAL(key_len(store), SAMPLE_WRAPPED_LEN);
        if (!committed)
            store->ops->rollback(store);
        else if (store->ops->commit(store, NULL) != 0)
            CU_FAIL("COMMIT");
        CHECK_CASE(key_len(store) == (committed ? 0 : SAMPLE_WRAPPED_LEN), "committed: %d", committed);
    }
    for (int again = 0; again < 2; again++) { /* before and after opening anew */
        struct batch batch;
        struct reg_append *append;

        CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
        append = batch_add(&batch);
        append->entry.has_case = true;
        append->entry.case_number = 2;
        append->entry.wrapped_key = (struct reg_bytes){sample_wrapped, sizeof sample_wrapped};
        append->new_case_key = true;
        CU_ASSERT_EQUAL(batch_end(&batch), REG_ERR_CONFLICT);
        CU_ASSERT_EQUAL(key_len(store), 0);
        store->ops->close(store);
        store = place_open();
    }
    store->ops->close(store);
}

CU_TestInfo conformance_snapshots[] = {{"before and after COMMIT", test_before_and_after_commit},
                                       {"refused whole", test_refused_whole},
                                       {"destruction", test_destruction},
                                       CU_TEST_INFO_NULL};
