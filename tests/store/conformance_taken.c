/* What is taken is refused; what is rolled back was never there; what is destroyed is gone. */
#include "conformance.h"

#include <string.h>

#include "batch.h"
#include "place.h"
#include "sample.h"
#include "suite.h"

/* What an entry of the second batch wants; the first is sample_append. */
static const struct attempt {
    const char *name;
    const char *code, *name_key;
    uint64_t revision;
    uint32_t authority;
    int64_t serial;
    const char *caller, *request_id;
    int position; /* added to the entry's own */
    int expected;
} attempts[] = {
    {"a code that is taken", CODE_A, NULL, 1, 341300, -1, NULL, NULL, 0, REG_ERR_CONFLICT},
    {"a subject code that is taken", CODE_A_ELSEWHERE, NULL, 1, 110000, -1, NULL, NULL, 0, REG_ERR_CONFLICT},
    {"a revision that is taken", CODE_A, NULL, 7, 341300, -1, NULL, NULL, 0, REG_ERR_CONFLICT},
    {"the next revision", CODE_A, NULL, 8, 341300, -1, NULL, NULL, 0, 0},
    {"a serial that is taken", NULL, NULL, 0, 0, 102, NULL, NULL, 0, REG_ERR_CONFLICT},
    {"the next serial", NULL, NULL, 0, 0, 103, NULL, NULL, 0, 0},
    {"a request that was seen", NULL, NULL, 0, 0, -1, "registry:window", "one", 0, REG_ERR_CONFLICT},
    {"its id from another caller", NULL, NULL, 0, 0, -1, "registry:other", "one", 0, 0},
    {"another id of its caller", NULL, NULL, 0, 0, -1, "registry:window", "two", 0, 0},
    {"a name that is held", CODE_B, "宿州示例商贸", 1, 341300, -1, NULL, NULL, 0, REG_ERR_CONFLICT},
    {"that name at another authority", CODE_B, "宿州示例商贸", 1, 341302, -1, NULL, NULL, 0, 0},
    {"another name", CODE_B, "宿州样本商贸", 1, 341300, -1, NULL, NULL, 0, 0},
    {"no name beside no name", CODE_B, NULL, 1, 341300, -1, NULL, NULL, 0, 0},
    {"a position that is taken", NULL, NULL, 0, 0, -1, NULL, NULL, -1, REG_ERR_CONFLICT},
};

static void try_attempt(struct reg_store *store, const struct attempt *attempt)
{
    struct reg_licence_row licence = sample_licence(attempt->code ? attempt->code : CODE_B, 3, attempt->revision);
    struct reg_serial_row serial = {.serial = (uint64_t)attempt->serial, .code = CODE_B, .position = 3, .version = 1};
    struct reg_request_row request = {attempt->caller, attempt->request_id, {1}, 3};
    struct batch batch;
    struct reg_append *append;
    int error;

    licence.authority = attempt->authority;
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    append = batch_add(&batch);
    append->entry.position += (uint64_t)attempt->position;
    append->licence = attempt->code ? &licence : NULL;
    append->name_key = attempt->name_key;
    append->serial = attempt->serial >= 0 ? &serial : NULL;
    append->request = attempt->caller ? &request : NULL;
    error = batch_end(&batch);
    CHECK_CASE(error == attempt->expected, "%s: %d, %s", attempt->name, error, batch.info.en);
    /* The adapter's text is about this error, or there is none. */
    CHECK_CASE((batch.info.en[0] == '\0') == (batch.info.zh[0] == '\0'), "%s", attempt->name);
    CHECK_CASE(!strstr(batch.info.en, "not an error") && !strstr(batch.info.en, "no more rows"), "%s: %s", attempt->name,
               batch.info.en);
    CHECK_CASE(head_of(store).size == 3 + (error == 0), "%s", attempt->name);
}

static void test_unique(void)
{
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        struct reg_store *store = place_create();

        sample_append(store);
        try_attempt(store, &attempts[i]);
        if (attempts[i].expected != 0) { /* what was refused is not in the way of the next batch, nor in its views */
            CHECK_CASE(batch_append(store, 1) == 0, "after %s", attempts[i].name);
            CHECK_CASE(head_of(store).size == 4, "after %s", attempts[i].name);
        }
        store->ops->close(store);
        place_tear_down();
        place_set_up();
    }
}

/* A name is free again once its holder lets go of it. */
static void test_released_name(void)
{
    struct reg_store *store = place_create();
    struct reg_licence_row gone = sample_licence(CODE_A, 3, 8), next = sample_licence(CODE_B, 3, 1);
    struct batch batch;
    struct reg_append *append;

    sample_append(store);
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    batch_add(&batch)->licence = &gone;
    append = batch_add(&batch);
    append->licence = &next;
    append->name_key = "宿州示例商贸";
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
    store->ops->close(store);
}

static void test_rollback(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_licence_row licence = sample_licence(CODE_B, 3, 1), changed = sample_licence(CODE_A, 4, 8);
    struct reg_query inside = {.kind = REG_QUERY_HEAD}, outside = {.kind = REG_QUERY_LICENCES};
    struct batch batch;

    sample_append(store);
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    batch_add(&batch)->licence = &licence;
    batch_add(&batch)->licence = &changed;
    CU_ASSERT_EQUAL(batch_insert(&batch), 0);
    CU_ASSERT_EQUAL(store->ops->read(store, &inside), 0); /* the writer sees its own rows, nobody else does */
    CU_ASSERT_EQUAL(inside.head.size, 5);
    reg_query_clear(&inside);
    CU_ASSERT_EQUAL(head_of(store).size, 3);
    store->ops->rollback(store);
    outside.codes = (const char *const[]){CODE_A, CODE_B};
    outside.code_count = 2;
    ask(reader, &outside);
    CU_ASSERT_EQUAL(outside.head.size, 3);
    CU_ASSERT_EQUAL_FATAL(outside.licence_count, 1);
    sample_check_licence(&outside.licences[0]);
    reg_query_clear(&outside);
    store->ops->rollback(store); /* nothing to undo: no harm */
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* Erasing destroys the key of its case and of no other; the entries stay. */
static void test_destroy_key(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .limit = 10};
    struct batch batch;
    struct reg_append *append;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    for (size_t i = 0; i < 4; i++) { /* entry 3 is of case 1 too, and comes without a key of its own */
        append = batch_add(&batch);
        append->entry.has_case = true;
        append->entry.case_number = i < 3 ? i : 1;
        append->entry.wrapped_key = (struct reg_bytes){sample_wrapped, sizeof sample_wrapped};
        append->new_case_key = i < 3;
    }
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    append = batch_add(&batch);
    append->destroy_key = true;
    append->destroy_case = 1;
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
    ask(reader, &query);
    CU_ASSERT_EQUAL_FATAL(query.entry_count, 5);
    for (size_t i = 0; i < 5; i++)
        CHECK_CASE((query.entries[i].wrapped_key.len > 0) == (i == 0 || i == 2), "entry %zu", i);
    CU_ASSERT(query.entries[1].has_case && sample_same(query.entries[1].body, "body 1"));
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

CU_TestInfo conformance_taken[] = {{"unique keys", test_unique},
                                   {"a released name", test_released_name},
                                   {"rollback", test_rollback},
                                   {"destroying a key", test_destroy_key},
                                   CU_TEST_INFO_NULL};
