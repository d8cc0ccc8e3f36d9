/* Names and the keys under which they are found. */
#include "conformance.h"

#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "place.h"
#include "sample.h"
#include "suite.h"

#define SUZHOU 341300u
#define HEFEI  340100u

static const uint32_t keys_1[] = {1, 100, 101}, keys_2[] = {2, 101, 102}, keys_3[] = {3, 4294967295u};

static struct reg_name_row row(const char *holder, const char *name, const uint32_t *keys, size_t count, uint32_t industry)
{
    return (struct reg_name_row){holder, name, SUZHOU, REG_NAME_HELD, 0, keys, count, industry, 0};
}

static void put(struct reg_store *store, const struct reg_name_row *rows, size_t count)
{
    struct batch batch;
    struct reg_append *append;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    append = batch_add(&batch);
    append->names = rows;
    append->name_count = count;
    CHECK_CASE(batch_end(&batch) == 0, "%s", batch.info.en);
}

/* The names found, in order, joined by a space. */
static void expect(struct reg_store *store, const struct reg_name_probe *probe, uint32_t authority, const char *expected)
{
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query = {.kind = REG_QUERY_NAMES, .authority = authority, .probe = probe};
    char found[256] = "";

    ask(reader, &query);
    for (size_t i = 0; i < query.name_count; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", i ? " " : "", query.names[i].name);
    CHECK_CASE(strcmp(found, expected) == 0, "found \"%s\", not \"%s\"", found, expected);
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
}

static struct reg_store *filled(void)
{
    struct reg_store *store = place_create();
    struct reg_name_row rows[] = {row(CODE_A, "one", keys_1, 3, 6), row(CODE_B, "two", keys_2, 3, 8),
                                  row(CODE_B, "three", keys_3, 2, 0)};

    rows[1].state = REG_NAME_GIVEN_UP;
    rows[1].until_day = 20000;
    put(store, rows, 3);
    return store;
}

static void test_find(void)
{
    struct reg_store *store = filled();
    static const uint32_t none[] = {7}, shared[] = {101}, last[] = {4294967295u, 101, 3, 1};

    expect(store, &(struct reg_name_probe){none, 1, 1, 0, 0}, SUZHOU, "");
    expect(store, &(struct reg_name_probe){shared, 1, 1, 0, 19999}, SUZHOU, "two one");
    expect(store, &(struct reg_name_probe){shared, 1, 0, 0, 19999}, SUZHOU, "two one");
    expect(store, &(struct reg_name_probe){shared, 1, 1, 0, 20000}, SUZHOU, "one");
    expect(store, &(struct reg_name_probe){shared, 1, 0, 0, 20000}, SUZHOU, "one");
    expect(store, &(struct reg_name_probe){shared, 1, 1, 2, 0}, SUZHOU, "one");
    expect(store, &(struct reg_name_probe){shared, 1, 0, 8, 0}, SUZHOU, "two");
    expect(store, &(struct reg_name_probe){shared, 1, 1, 1, 0}, SUZHOU, "");
    expect(store, &(struct reg_name_probe){shared, 1, 1, 0, 0}, HEFEI, "");
    expect(store, &(struct reg_name_probe){last, 4, 1, 1, 0}, SUZHOU, "three");
    expect(store, &(struct reg_name_probe){last, 4, 1, 0, 0}, SUZHOU, "three two one");
    expect(store, &(struct reg_name_probe){last, 0, 0, 0, 0}, SUZHOU, "");
    store->ops->close(store);
}

/* What is written again is replaced, under another authority with its keys; what is removed is found no more. */
static void test_change(void)
{
    struct reg_store *store = filled();
    static const uint32_t all[] = {1, 2, 3, 100, 101, 102};
    const struct reg_name_probe probe = {all, 6, 6, 0, 0};
    struct reg_name_row moved = row(CODE_A, "one", keys_1, 3, 6), gone = row(CODE_B, "two", keys_2, 3, 8),
                        never = row("nobody", "two", keys_2, 3, 8);

    moved.authority = HEFEI;
    put(store, &moved, 1);
    expect(store, &probe, SUZHOU, "two three");
    expect(store, &probe, HEFEI, "one");
    moved.authority = SUZHOU;
    moved.state = REG_NAME_GIVEN_UP;
    moved.until_day = -1;
    put(store, &moved, 1);
    expect(store, &probe, SUZHOU, "two three");
    expect(store, &probe, HEFEI, "");
    gone.state = never.state = REG_NAME_REMOVED;
    put(store, &never, 1);
    expect(store, &probe, SUZHOU, "two three");
    put(store, &gone, 1);
    expect(store, &probe, SUZHOU, "three");
    store->ops->close(store);
    store = place_open();
    expect(store, &probe, SUZHOU, "three");
    store->ops->close(store);
}

static void test_of_holder(void)
{
    struct reg_store *store = filled();
    struct reg_store_reader *reader = reader_of(store);
    static const char *const code[] = {CODE_B};
    static const uint32_t some[] = {2, 101, 103};
    const struct reg_name_probe probe = {some, 3, 0, 8, 0}, other_industry = {some, 3, 0, 9, 0};
    struct reg_query query = {.kind = REG_QUERY_NAMES_OF, .codes = code, .code_count = 1, .name = "two", .probe = &probe};

    ask(reader, &query);
    CU_ASSERT_EQUAL_FATAL(query.name_count, 2);
    CU_ASSERT_STRING_EQUAL(query.names[0].name, "two");
    CU_ASSERT_STRING_EQUAL(query.names[0].holder, CODE_B);
    CU_ASSERT(query.names[0].authority == SUZHOU && query.names[0].state == REG_NAME_GIVEN_UP &&
              query.names[0].until_day == 20000 && query.names[0].key_count == 2);
    CU_ASSERT(query.names[1].state == REG_NAME_HELD && query.names[1].until_day == 0 && query.names[1].key_count == 0);
    reg_query_clear(&query);
    query = (struct reg_query){
        .kind = REG_QUERY_NAMES_OF, .codes = code, .code_count = 1, .name = "two", .probe = &other_industry};
    ask(reader, &query);
    CU_ASSERT(query.name_count == 2 && query.names[0].key_count == 0);
    reg_query_clear(&query);
    query = (struct reg_query){.kind = REG_QUERY_REGISTER, .reservation = CODE_A, .authority = SUZHOU};
    ask(reader, &query);
    CU_ASSERT_PTR_NOT_NULL_FATAL(query.reserved);
    CU_ASSERT_STRING_EQUAL(query.reserved->name, "one");
    reg_query_clear(&query);
    query = (struct reg_query){.kind = REG_QUERY_REGISTER, .reservation = "nobody", .authority = SUZHOU};
    ask(reader, &query);
    CU_ASSERT_PTR_NULL(query.reserved);
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* A key that very many names share: sure keys are looked through, others as far as said; the newest are found. */
static void test_bounds(void)
{
    enum { MANY = REG_NAMES_LOOKED_AT + 500 };
    static struct reg_name_row rows[MANY];
    static char names[MANY][12];
    static const uint32_t key[] = {5};
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_name_probe probe = {key, 1, 1, 0, 0};
    struct reg_query query = {.kind = REG_QUERY_NAMES, .authority = SUZHOU, .probe = &probe};

    for (size_t i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "%zu", i);
        rows[i] = row(CODE_A, names[i], key, 1, i == 0 ? 1 : 2);
    }
    put(store, rows, MANY);
    ask(reader, &query);
    CU_ASSERT_EQUAL(query.name_count, REG_NAMES_PER_KEY);
    CU_ASSERT_STRING_EQUAL(query.names[0].name, names[MANY - 1]);
    reg_query_clear(&query);
    probe.industry = 1; /* the oldest alone */
    query = (struct reg_query){.kind = REG_QUERY_NAMES, .authority = SUZHOU, .probe = &probe};
    ask(reader, &query);
    CU_ASSERT_EQUAL(query.name_count, 1);
    reg_query_clear(&query);
    probe.sure = 0;
    query = (struct reg_query){.kind = REG_QUERY_NAMES, .authority = SUZHOU, .probe = &probe};
    ask(reader, &query);
    CU_ASSERT_EQUAL(query.name_count, 0);
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

CU_TestInfo conformance_names[] = {{"names are found", test_find},
                                   {"names change", test_change},
                                   {"names of a holder", test_of_holder},
                                   {"names without end", test_bounds},
                                   CU_TEST_INFO_NULL};
