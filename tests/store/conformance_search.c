/* Licences are found by terms, by code, by day and by other columns: one after the other, whatever leads. */
#include "conformance.h"

#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "place.h"
#include "sample.h"
#include "suite.h"

#define LICENCES 6
#define COMMON   INT64_C(0x0700000000000001) /* all have it */
#define PAIR     INT64_C(0x0300000000000002) /* B and E */
#define ONE      INT64_MAX                   /* D */
#define NOBODY   INT64_C(5)

/* Licence i is number i + 1 of its code, A to F. */
static const char *const codes[LICENCES] = {"91341300MAY0000011", "91341300MAY0000021", "91341300MAY0000031",
                                            "91341300MAY0000041", "91341302MAY0000051", "91341302MAY0000061"};
static const int32_t established[LICENCES] = {30, 10, -5, 10, INT32_MIN, 10};
static const int32_t recorded[LICENCES] = {100, 100, 102, 101, 103, 104};
static const uint32_t authorities[LICENCES] = {341300, 341301, 341300, 341301, 341300, 341302};
static const uint32_t types[LICENCES] = {1130, 4540, 1130, 1140, 1130, 1130};
static const uint32_t industries[LICENCES] = {0, 5199, 5189, 5101, 5200, 5189};
static const uint32_t states[LICENCES] = {1, 2, 1, 4, 1, 2};
static const int64_t terms[LICENCES][2] = {{COMMON}, {COMMON, PAIR}, {COMMON}, {COMMON, ONE}, {COMMON, PAIR}, {COMMON}};
static const size_t term_counts[LICENCES] = {1, 2, 1, 2, 2, 1};

static void append_licences(struct reg_store *store)
{
    struct reg_licence_row rows[LICENCES];
    struct reg_licence_terms found_by[LICENCES];
    struct batch batch;

    CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
    for (size_t n = LICENCES; n > 0; n--) { /* not in the order in which they are found */
        size_t i = n - 1;
        struct reg_append *append = batch_add(&batch);

        rows[i] = sample_licence(codes[i], batch.head.size + batch.count - 1, 1);
        rows[i].established = established[i];
        rows[i].recorded = recorded[i];
        rows[i].authority = authorities[i];
        rows[i].type = types[i];
        rows[i].industry = industries[i];
        rows[i].state = states[i];
        rows[i].serial = 200 + i;
        found_by[i] = (struct reg_licence_terms){codes[i], NULL, 0, terms[i], term_counts[i]};
        append->licence = &rows[i];
        append->terms = &found_by[i];
    }
    CU_ASSERT_EQUAL(batch_end(&batch), 0);
}

#define ALL_CODES .code_after = "", .code_to = REG_SEARCH_CODE_LAST
#define ANY_VALUE .value_after = INT32_MIN, .value_to = INT32_MAX

static const int64_t both[] = {COMMON, PAIR}, turned[] = {PAIR, COMMON}, one[] = {COMMON, ONE}, nobody[] = {PAIR, NOBODY},
                     common[] = {COMMON};

static const struct found {
    const char *name, *expected; /* a letter for each licence and its hits */
    size_t limit;
    struct reg_search search;
} cases[] = {
    {"all", "A0B0C0D0E0F0", 10, {REG_SEARCH_BY_CODE, ALL_CODES}},
    {"a page", "A0B0", 2, {REG_SEARCH_BY_CODE, ALL_CODES}},
    {"the page after", "C0D0", 2, {REG_SEARCH_BY_CODE, .code_after = "91341300MAY0000021", .code_to = REG_SEARCH_CODE_LAST}},
    {"the last", "F0", 2, {REG_SEARCH_BY_CODE, .code_after = "91341302MAY0000051", .code_to = REG_SEARCH_CODE_LAST}},
    {"none after it", "", 2, {REG_SEARCH_BY_CODE, .code_after = "91341302MAY0000061", .code_to = REG_SEARCH_CODE_LAST}},
    {"a beginning", "E0F0", 10, {REG_SEARCH_BY_CODE, .code_after = "91341302", .code_to = "91341302~"}},
    {"one code", "C0", 10, {REG_SEARCH_BY_CODE, .code_after = "91341300MAY000003", .code_to = "91341300MAY0000031"}},
    {"no page", "", 0, {REG_SEARCH_BY_CODE, ALL_CODES}},
    {"by code, with terms", "A1B2C1D1E2F1", 10, {REG_SEARCH_BY_CODE, both, 2, ALL_CODES}},
    {"the rarest leads", "B2E2", 10, {REG_SEARCH_BY_TERM, both, 2, ALL_CODES}},
    {"in whatever order", "B2E2", 10, {REG_SEARCH_BY_TERM, turned, 2, ALL_CODES}},
    {"the highest number", "D2", 10, {REG_SEARCH_BY_TERM, one, 2, ALL_CODES}},
    {"a term that nobody has", "", 10, {REG_SEARCH_BY_TERM, nobody, 2, ALL_CODES}},
    {"behind a code", "E2", 10, {REG_SEARCH_BY_TERM, both, 2, .code_after = "91341300MAY0000021", .code_to = "~"}},
    {"up to a code", "B2", 10, {REG_SEARCH_BY_TERM, both, 2, .code_after = "", .code_to = "91341300MAY0000041"}},
    {"a page of a term", "A1B1C1", 3, {REG_SEARCH_BY_TERM, common, 1, ALL_CODES}},
    {"by day", "E0C0B0D0F0A0", 10, {REG_SEARCH_BY_ESTABLISHED, .code_after = "", ANY_VALUE}},
    {"from a day", "B0D0F0A0", 10, {REG_SEARCH_BY_ESTABLISHED, .code_after = "", .value_after = -4, .value_to = INT32_MAX}},
    {"that day itself",
     "C0B0D0F0A0",
     10,
     {REG_SEARCH_BY_ESTABLISHED, .code_after = "", .value_after = -5, .value_to = INT32_MAX}},
    {"up to a day", "E0C0", 10, {REG_SEARCH_BY_ESTABLISHED, .code_after = "", .value_after = INT32_MIN, .value_to = 9}},
    {"up to that day",
     "E0C0B0D0F0",
     10,
     {REG_SEARCH_BY_ESTABLISHED, .code_after = "", .value_after = INT32_MIN, .value_to = 10}},
    {"on within a day",
     "D0F0",
     2,
     {REG_SEARCH_BY_ESTABLISHED, .code_after = "91341300MAY0000021", .value_after = 10, .value_to = INT32_MAX}},
    {"no such day", "", 10, {REG_SEARCH_BY_ESTABLISHED, .code_after = "", .value_after = 11, .value_to = 29}},
    {"by day, with terms",
     "D1C1E2",
     3,
     {REG_SEARCH_BY_RECORDED, both, 2, .code_after = "", .value_after = 101, .value_to = INT32_MAX}},
    {"an authority", "A0C0E0", 10, {REG_SEARCH_BY_AUTHORITY, .code_after = "", .value_after = 341300, .value_to = 341300}},
    {"its next page",
     "C1E2",
     3,
     {REG_SEARCH_BY_AUTHORITY, both, 2, .code_after = "91341300MAY0000011", .value_after = 341300, .value_to = 341300}},
    {"a type", "D0", 10, {REG_SEARCH_BY_TYPE, .code_after = "", .value_after = 1140, .value_to = 1140}},
    {"a division of industries",
     "D0C0F0B0",
     10,
     {REG_SEARCH_BY_INDUSTRY, .code_after = "", .value_after = 5100, .value_to = 5199}},
    {"on within a class",
     "F0B0",
     10,
     {REG_SEARCH_BY_INDUSTRY, .code_after = "91341300MAY0000031", .value_after = 5189, .value_to = 5199}},
    {"a state", "B0F0", 10, {REG_SEARCH_BY_STATE, .code_after = "", .value_after = 2, .value_to = 2}},
    {"any state but existing", "B0F0D0", 10, {REG_SEARCH_BY_STATE, .code_after = "", ANY_VALUE}},
    {"recorded", "A0B0D0", 10, {REG_SEARCH_BY_RECORDED, .code_after = "", .value_after = 100, .value_to = 101}},
};

/* "A1B2": licence A has one of the terms, B two. */
static void show(const struct reg_query *query, char *ret, size_t size)
{
    size_t len = 0;

    *ret = '\0';
    for (size_t i = 0; i < query->licence_count && len + 8 < size; i++)
        for (size_t j = 0; j < LICENCES; j++)
            if (strcmp(query->licences[i].code, codes[j]) == 0)
                len += (size_t)snprintf(ret + len, size - len, "%c%zu", (char)('A' + j), query->hits[i]);
}

static void find(struct reg_store_reader *reader, const struct found *found)
{
    struct reg_query query = {.kind = REG_QUERY_SEARCH, .search = &found->search, .limit = found->limit};
    char text[64];

    ask(reader, &query);
    show(&query, text, sizeof text);
    CHECK_CASE(strcmp(text, found->expected) == 0, "%s: %s", found->name, text);
    CHECK_CASE(query.head.size == LICENCES, "%s: of %d entries", found->name, (int)query.head.size);
    reg_query_clear(&query);
}

static void test_search(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);

    append_licences(store);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        find(reader, &cases[i]);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

static void test_row(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    const struct reg_search search = {REG_SEARCH_BY_CODE, ALL_CODES};
    struct reg_query query = {.kind = REG_QUERY_SEARCH, .search = &search, .limit = 10};

    ask(reader, &query);
    CU_ASSERT_EQUAL(query.licence_count, 0);
    reg_query_clear(&query);
    sample_append(store);
    query = (struct reg_query){.kind = REG_QUERY_SEARCH, .search = &search, .limit = 10};
    ask(reader, &query);
    CU_ASSERT_EQUAL_FATAL(query.licence_count, 1);
    sample_check_licence(&query.licences[0]);
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* Terms go and come; those that go and were not there are no fault; what is undone is undone. */
static void test_change(void)
{
    static const int64_t gone[] = {PAIR, NOBODY, COMMON}, put[] = {COMMON, ONE};
    static const struct found after[] = {{"gone", "E1", 10, {REG_SEARCH_BY_TERM, turned, 1, ALL_CODES}},
                                         {"put", "B2D2", 10, {REG_SEARCH_BY_TERM, one, 2, ALL_CODES}},
                                         {"once", "A1B1C1D1E1F1", 10, {REG_SEARCH_BY_TERM, common, 1, ALL_CODES}}};
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    const struct reg_licence_terms change = {codes[1], gone, 3, put, 2};

    append_licences(store);
    for (int kept = 0; kept < 2; kept++) {
        struct reg_query head = {.kind = REG_QUERY_HEAD};
        struct batch batch;

        CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
        batch_add(&batch)->terms = &change;
        CU_ASSERT_EQUAL(batch_insert(&batch), 0);
        if (kept) {
            CU_ASSERT_EQUAL(store->ops->commit(store, &batch.info), 0);
        } else {
            store->ops->rollback(store);
        }
        ask(reader, &head);
        CU_ASSERT_EQUAL(head.head.size, (uint64_t)(LICENCES + kept));
        reg_query_clear(&head);
        if (!kept)
            find(reader, &cases[9]);
    }
    for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
        struct reg_query query = {.kind = REG_QUERY_SEARCH, .search = &after[i].search, .limit = after[i].limit};
        char text[64];

        ask(reader, &query);
        show(&query, text, sizeof text);
        CHECK_CASE(strcmp(text, after[i].expected) == 0, "%s: %s", after[i].name, text);
        reg_query_clear(&query);
    }
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

CU_TestInfo conformance_search[] = {
    {"found", test_search}, {"a whole row", test_row}, {"terms go and come", test_change}, CU_TEST_INFO_NULL};
