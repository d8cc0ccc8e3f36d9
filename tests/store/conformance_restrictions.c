/* Restrictions: found by subject while they stand, listed from the newest back, lifted once, and forgotten. */
#include "conformance.h"

#include <string.h>

#include "batch.h"
#include "place.h"
#include "sample.h"
#include "suite.h"

#define PERSON "5f1d0c" /* a digest, as far as the store knows */

static struct reg_restriction_row row_of(const char *subject, uint32_t source, const char *basis)
{
    return (struct reg_restriction_row){.subject = subject,
                                        .source = source,
                                        .since = 20000,
                                        .until = 20100,
                                        .blocks = 5,
                                        .unreachable = true,
                                        .basis = basis};
}

/* Places it in a batch of its own; its position, 0 with the error where it was refused. */
static uint64_t place(struct reg_store *store, struct reg_restriction_row row, int *ret_error)
{
    struct batch batch;
    struct reg_append *append;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    append = batch_add(&batch);
    append->entry.has_case = append->new_case_key = true;
    append->entry.case_number = append->entry.position;
    append->entry.wrapped_key = (struct reg_bytes){sample_wrapped, SAMPLE_WRAPPED_LEN};
    row.position = append->entry.position;
    append->restriction = &row;
    *ret_error = batch_end(&batch);
    return *ret_error == 0 ? row.position : 0;
}

static int lift(struct reg_store *store, uint64_t position)
{
    struct batch batch;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    batch_add(&batch)->lifts = position;
    return batch_end(&batch);
}

/* How many of those subjects' stand. */
static size_t standing(struct reg_store_reader *reader, const char *const *subjects, size_t count)
{
    struct reg_query query = {.kind = REG_QUERY_REGISTER, .subjects = subjects, .subject_count = count};
    size_t found;

    ask(reader, &query);
    found = query.restriction_count;
    for (size_t i = 0; i < found; i++)
        CHECK_CASE(query.restrictions[i].lifted == 0, "row %zu is lifted", i);
    reg_query_clear(&query);
    return found;
}

static void test_find(void)
{
    static const char *const nobody[] = {"", "another"}, *const both[] = {CODE_A, "", PERSON};
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query = {.kind = REG_QUERY_REGISTER, .subjects = both, .subject_count = 1};
    uint64_t position;
    int error;

    CU_ASSERT_EQUAL_FATAL(batch_append(store, 1), 0); /* position 0 is no restriction's */
    position = place(store, row_of(CODE_A, 1, "决定〔2026〕1号"), &error);
    CU_ASSERT_EQUAL(error, 0);
    place(store, row_of(PERSON, 6, "判决〔2026〕3号"), &error);
    CU_ASSERT_EQUAL(error, 0);
    CU_ASSERT_EQUAL(standing(reader, both, 3), 2);
    CU_ASSERT_EQUAL(standing(reader, nobody, 2), 0);
    ask(reader, &query);
    CU_ASSERT_EQUAL_FATAL(query.restriction_count, 1);
    CU_ASSERT_EQUAL(query.restrictions[0].position, position);
    CU_ASSERT_STRING_EQUAL(query.restrictions[0].subject, CODE_A);
    CU_ASSERT_EQUAL(query.restrictions[0].source, 1);
    CU_ASSERT(query.restrictions[0].since == 20000 && query.restrictions[0].until == 20100);
    CU_ASSERT(query.restrictions[0].blocks == 5 && query.restrictions[0].unreachable);
    CU_ASSERT_STRING_EQUAL(query.restrictions[0].basis, "决定〔2026〕1号");
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* One subject, source and basis stand once; what was lifted may come again; nothing is lifted twice. */
static void test_lift(void)
{
    static const char *const subject[] = {CODE_A};
    struct reg_restriction_row row = row_of(CODE_A, 1, "决定〔2026〕1号");
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query = {.kind = REG_QUERY_RESTRICTION};
    uint64_t position, size;
    int error;

    CU_ASSERT_EQUAL_FATAL(batch_append(store, 1), 0);
    position = place(store, row, &error);
    CU_ASSERT_EQUAL(error, 0);
    place(store, row, &error);
    CU_ASSERT_EQUAL(error, REG_ERR_CONFLICT);
    place(store, row_of(CODE_A, 1, "决定〔2026〕2号"), &error);
    CU_ASSERT_EQUAL(error, 0);
    CU_ASSERT_EQUAL(standing(reader, subject, 1), 2);
    size = head_of(store).size;
    CU_ASSERT_EQUAL(lift(store, position), 0);
    CU_ASSERT_EQUAL(standing(reader, subject, 1), 1);
    CU_ASSERT_EQUAL(lift(store, position), REG_ERR_CONFLICT);
    CU_ASSERT_EQUAL(lift(store, 1000), REG_ERR_CONFLICT);
    CU_ASSERT_EQUAL(standing(reader, subject, 1), 1);
    query.number = position;
    ask(reader, &query); /* by its position it is found all the same */
    CU_ASSERT_EQUAL_FATAL(query.restriction_count, 1);
    CU_ASSERT_EQUAL(query.restrictions[0].lifted, size);
    reg_query_clear(&query);
    place(store, row, &error);
    CU_ASSERT_EQUAL(error, 0);
    CU_ASSERT_EQUAL(standing(reader, subject, 1), 2);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* Checks a page's positions, newest first. */
static void check_page(struct reg_store_reader *reader, struct reg_query query, const uint64_t *positions, size_t count)
{
    query.kind = REG_QUERY_RESTRICTIONS;
    ask(reader, &query);
    CHECK_CASE(query.restriction_count == count, "%zu rows, not %zu", query.restriction_count, count);
    for (size_t i = 0; i < count && i < query.restriction_count; i++)
        CHECK_CASE(query.restrictions[i].position == positions[i], "row %zu is %llu", i,
                   (unsigned long long)query.restrictions[i].position);
    reg_query_clear(&query);
}

static void test_list(void)
{
    static const char *const subject[] = {PERSON};
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    uint64_t at[4];
    int error;

    CU_ASSERT_EQUAL_FATAL(batch_append(store, 1), 0);
    for (uint32_t i = 0; i < 4; i++) {
        at[3 - i] = place(store, row_of(i % 2 ? PERSON : CODE_A, i + 1, "决定"), &error);
        CU_ASSERT_EQUAL(error, 0);
    }
    CU_ASSERT_EQUAL(lift(store, at[2]), 0);
    check_page(reader, (struct reg_query){.number = UINT64_MAX, .limit = 10}, (uint64_t[]){at[0], at[1], at[3]}, 3);
    check_page(reader, (struct reg_query){.number = UINT64_MAX, .limit = 10, .with_lifted = true}, at, 4);
    check_page(reader, (struct reg_query){.number = UINT64_MAX, .limit = 2, .with_lifted = true}, at, 2);
    check_page(reader, (struct reg_query){.number = at[1], .limit = 2, .with_lifted = true}, at + 2, 2);
    check_page(reader, (struct reg_query){.number = UINT64_MAX, .limit = 10, .subjects = subject, .subject_count = 1}, at,
               1);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

static void test_rollback(void)
{
    static const char *const subject[] = {CODE_A};
    struct reg_restriction_row row = row_of(CODE_A, 1, "决定");
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct batch batch;

    CU_ASSERT_EQUAL_FATAL(batch_append(store, 1), 0);
    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    row.position = batch.head.size;
    batch_add(&batch)->restriction = &row;
    CU_ASSERT_EQUAL(batch_insert(&batch), 0);
    store->ops->rollback(store);
    CU_ASSERT_EQUAL(standing(reader, subject, 1), 0);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

static int destroy(struct reg_store *store, uint64_t position)
{
    struct batch batch;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    batch_add(&batch)->destroy_key = true;
    batch.appends[0].destroy_case = position;
    return batch_end(&batch);
}

/* With its entry's key goes what the row says of the person; that there was one, and when it ended, stays. */
static void test_forget(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query = {.kind = REG_QUERY_RESTRICTION};
    uint64_t position[2];
    int error;

    CU_ASSERT_EQUAL_FATAL(batch_append(store, 1), 0);
    for (int i = 0; i < 2; i++) { /* the same again: two forgotten ones are not in each other's way */
        position[i] = place(store, row_of(PERSON, 6, "判决〔2026〕3号"), &error);
        CU_ASSERT_EQUAL(error, 0);
        CU_ASSERT_EQUAL(lift(store, position[i]), 0);
    }
    CU_ASSERT_EQUAL(destroy(store, position[0]), 0);
    for (int i = 0; i < 2; i++) {
        query = (struct reg_query){.kind = REG_QUERY_RESTRICTION, .number = position[i]};
        ask(reader, &query);
        CU_ASSERT_EQUAL_FATAL(query.restriction_count, 1);
        CHECK_CASE(strcmp(query.restrictions[0].subject, i == 0 ? "" : PERSON) == 0, "%d", i);
        CHECK_CASE(strcmp(query.restrictions[0].basis, i == 0 ? "" : "判决〔2026〕3号") == 0, "%d", i);
        CU_ASSERT(query.restrictions[0].source == 6 && query.restrictions[0].lifted == position[i] + 1);
        reg_query_clear(&query);
    }
    CU_ASSERT_EQUAL(destroy(store, position[1]), 0);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

CU_TestInfo conformance_restrictions[] = {
    {"restrictions are found", test_find},       {"restrictions are lifted", test_lift},
    {"restrictions are listed", test_list},      {"restrictions rolled back", test_rollback},
    {"restrictions are forgotten", test_forget}, CU_TEST_INFO_NULL};
