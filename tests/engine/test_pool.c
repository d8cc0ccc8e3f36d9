/* Pools of subject codes: each code once, in order, to the last one; and the export of what was allotted. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <registry/code.h>

#include "base/buffer.h"
#include "base/message.h"
#include "fixture.h"
#include "suite.h"

static int add_pool(struct fixture *fixture, const char *id, const char *prefix, uint64_t first, uint64_t last,
                    unsigned authority)
{
    reg_pb_add_pool_request request = REGISTRY__V1__ADD_POOL_REQUEST__INIT;
    struct reg_data answer = {NULL, 0};
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    request.request_id = (char *)id;
    request.prefix = (char *)prefix;
    request.first = first;
    request.until_case = REGISTRY__V1__ADD_POOL_REQUEST__UNTIL_LAST;
    request.last = last;
    request.authority = authority;
    reg_message_encode(&request.base, &buf);
    fixture->info = (struct reg_error_info){0};
    error =
        reg_engine_step(fixture->engine, REG_STEP_ADD_POOL, &operator_caller, reg_buf_bytes(&buf), &answer, &fixture->info);
    if (error == 0)
        CU_ASSERT_PTR_NOT_NULL(fixture_decode(fixture, &registry__v1__add_pool_response__descriptor, reg_bytes_of(&answer)));
    reg_data_clear(&answer);
    reg_buf_clear(&buf);
    return error;
}

/* Files example 01 under a name of its own; the credit code, NULL: none. */
static const char *establish(struct fixture *fixture, unsigned number, int *ret_error)
{
    const reg_pb_submit_filing_response *answer;
    struct reg_data message;
    char id[16], trade[7];

    snprintf(id, sizeof id, "e%u", number);
    trade_name(number, trade);
    message = fixture_request(fixture, "01", id, trade);
    answer = fixture_submit(fixture, reg_bytes_of(&message), ret_error);
    reg_data_clear(&message);
    return answer && answer->licence ? answer->licence->status->credit_code : NULL;
}

/* A registry whose first pool is MAY0000: 31 codes. */
static void start_small(struct fixture *fixture)
{
    int error = fixture_prepare(fixture, REG_SUITE_INTL);

    fixture->init.pool_prefix = "MAY0000";
    if (error == 0)
        error = reg_registry_init(fixture->directory, &fixture->init, &fixture->host, &fixture->info);
    if (error == 0)
        error = fixture_open(fixture);
    CHECK_CASE(error == 0, "%s", fixture->info.en);
}

static void expect_body(const char *code, const char *prefix, uint64_t number)
{
    char body[9] = "";

    CU_ASSERT_EQUAL(reg_code_pool_body(prefix, number, body), 0);
    CHECK_CASE(code && strncmp(code + 8, body, 8) == 0 && reg_code_check(code, 18, NULL) == REG_VERDICT_VALID,
               "%s, expected %s", code ? code : "none", body);
}

/* ---- what may be added --------------------------------------------------------------------------------------------- */

static void refusals(void)
{
    static const struct {
        const char *prefix;
        uint64_t first, last;
        unsigned authority;
        int error;
    } cases[] = {{"MB0", 10, 19, 0, 0},
                 {"MB0", 0, 9, 341302, 0},
                 {"MB0", 20, 28629150, 341300, 0},
                 {"MAX0000", 30, 30, 0, 0},
                 {"MB0", 19, 19, 0, REG_ERR_INVALID},      /* within one */
                 {"MB00000", 0, 0, 0, REG_ERR_INVALID},    /* the same codes by another prefix */
                 {"MA", 0, 887503680, 0, REG_ERR_INVALID}, /* around others */
                 {"MAY0000", 3, 3, 0, REG_ERR_INVALID},    /* the registry's first one */
                 {"MAX000", 30, 31, 0, REG_ERR_INVALID},   /* ends in MAX00010, begins with MAX0000Y */
                 {"MAX0000", 31, 31, 0, REG_ERR_INVALID},  /* does not fit */
                 {"MAX0000", 2, 1, 0, REG_ERR_INVALID},    /* none */
                 {"MAX00000", 0, 0, 0, REG_ERR_INVALID},   /* no prefix */
                 {"MAI", 0, 0, 0, REG_ERR_INVALID},        /* no character of a code */
                 {"MAW", 0, 1, 341200, REG_ERR_INVALID},   /* another prefecture's */
                 {"MAW", 0, 1, 341399, REG_ERR_INVALID}};  /* nobody's */
    struct reg_check_result result = {0};
    struct fixture fixture;
    char id[16];

    start_small(&fixture);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int error;

        snprintf(id, sizeof id, "p%zu", i);
        error = add_pool(&fixture, id, cases[i].prefix, cases[i].first, cases[i].last, cases[i].authority);
        CHECK_CASE(error == cases[i].error, "%zu %s: %d %s", i, cases[i].prefix, error, fixture.info.en);
        CHECK_CASE(error == 0 || (*fixture.info.zh && *fixture.info.en), "%zu: says nothing", i);
    }
    CU_ASSERT_EQUAL(add_pool(&fixture, "p0", "MB0", 10, 19, 0), 0); /* a repeat */
    CU_ASSERT_EQUAL(add_pool(&fixture, "p0", "MAW", 10, 19, 0), REG_ERR_EXISTS);
    CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.entries == 6, "%s", fixture.info.en);
    CU_ASSERT(fixture_sql(&fixture, "UPDATE pool SET last = last + 1 WHERE prefix = 'MAX0000'"));
    CHECK_CASE(fixture_check(&fixture, &result) == 1, "%s", fixture.info.en);
    CU_ASSERT(fixture_sql(&fixture, "UPDATE pool SET last = last - 1 WHERE prefix = 'MAX0000'"));
    CU_ASSERT(fixture_sql(&fixture, "INSERT INTO pool (authority, prefix, first, next, last, position)"
                                    " VALUES (341300, 'MAT', 0, 0, 9, 99)"));
    CHECK_CASE(fixture_check(&fixture, &result) == 1, "%s", fixture.info.en);
    fixture_end(&fixture);
}

/* ---- codes, in order, each once ------------------------------------------------------------------------------------ */

struct listing {
    uint64_t count, stop_after;
    uint64_t positions[64];
    char subjects[64][10];
};

static bool list(void *context, const struct reg_allotted_code *code)
{
    struct listing *listing = context;

    CHECK_CASE(strncmp(code->code + 8, code->subject, 9) == 0 && strlen(code->subject) == 9 && code->authority == 341300 &&
                   strcmp(code->day, "2026-11-24") == 0 && *code->name && strcmp(code->state, "existing") == 0,
               "%s %s %u %s %s %s", code->code, code->subject, code->authority, code->day, code->name, code->state);
    if (listing->count < 64) {
        listing->positions[listing->count] = code->position;
        strcpy(listing->subjects[listing->count], code->subject);
    }
    return ++listing->count != listing->stop_after;
}

static void check_export(struct fixture *fixture)
{
    struct listing all = {0}, some = {0}, none = {0}, two = {.stop_after = 2};

    CU_ASSERT_EQUAL(reg_codes_export(fixture->reader, 0, 0, list, &all, &fixture->info), 0);
    CU_ASSERT_EQUAL_FATAL(all.count, 33);
    for (size_t i = 1; i < 33; i++)
        CHECK_CASE(all.positions[i - 1] < all.positions[i] && strcmp(all.subjects[i - 1], all.subjects[i]) < 0, "%zu", i);
    CU_ASSERT_EQUAL(reg_codes_export(fixture->reader, all.positions[3], all.positions[9], list, &some, &fixture->info), 0);
    CU_ASSERT_EQUAL(some.count, 6);
    CU_ASSERT_EQUAL(some.positions[0], all.positions[3]);
    CU_ASSERT_EQUAL(reg_codes_export(fixture->reader, 1000, 0, list, &none, &fixture->info), 0);
    CU_ASSERT_EQUAL(none.count, 0);
    CU_ASSERT_EQUAL(reg_codes_export(fixture->reader, 0, 0, list, &two, &fixture->info), 0);
    CU_ASSERT_EQUAL(two.count, 2);
}

static void keep_stock(void *context, const struct reg_code_stock *stock)
{
    *(struct reg_code_stock *)context = *stock;
}

/* Low from nine tenths on: 30 of 33. */
static void check_stock(struct fixture *fixture, unsigned used)
{
    struct reg_code_stock stock = {0};

    CU_ASSERT_EQUAL(reg_code_stocks(fixture->reader, keep_stock, &stock, NULL), 0);
    CHECK_CASE(stock.authority == 341300 && stock.all == 33 && stock.used >= used && stock.low == (stock.used >= 30),
               "%u: %" PRIu64 " of %" PRIu64 ", low %d", used, stock.used, stock.all, stock.low);
}

static void to_the_last(void)
{
    struct fixture fixture;
    struct reg_check_result result = {0};
    int error = 0;

    start_small(&fixture);
    CU_ASSERT_EQUAL(add_pool(&fixture, "p", "MB0", 10, 11, 0), 0);
    for (unsigned i = 0; i < 33; i++) {
        expect_body(establish(&fixture, i, &error), i < 31 ? "MAY0000" : "MB0", i < 31 ? i : i - 21);
        check_stock(&fixture, i + 1);
    }
    CU_ASSERT_PTR_NULL(establish(&fixture, 33, &error));
    CHECK_CASE(error == REG_ERR_EXHAUSTED && strstr(fixture.info.en, "pool add"), "%d %s", error, fixture.info.en);
    check_export(&fixture);
    CU_ASSERT_EQUAL(add_pool(&fixture, "q", "MB0", 12, 12, 0), 0);
    expect_body(establish(&fixture, 33, &error), "MB0", 12);
    CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.licences == 34, "%s", fixture.info.en);
    fixture_end(&fixture);
}

/* Leased and not used: the process died. What it had is skipped, and nothing is allotted twice. */
static void crash(void)
{
    struct fixture fixture;
    struct reg_data message;
    struct reg_request *request = NULL;
    int error;

    start_small(&fixture);
    expect_body(establish(&fixture, 0, &error), "MAY0000", 0);
    message = fixture_request(&fixture, "01", "lost", "失落");
    error = reg_request_new(fixture.engine, &window, reg_bytes_of(&message), &request, &fixture.info);
    if (error == 0)
        error = reg_request_prepare(request, fixture.reader, &fixture.info);
    if (error == 0)
        error = reg_engine_lease(fixture.engine, &request, 1, &fixture.info);
    CHECK_CASE(error == 0, "%s", fixture.info.en);
    reg_request_free(request);
    reg_data_clear(&message);
    fixture_shut(&fixture);
    CU_ASSERT_EQUAL_FATAL(fixture_open(&fixture), 0);
    expect_body(establish(&fixture, 1, &error), "MAY0000", 3); /* 1 and 2 were leased */
    expect_body(establish(&fixture, 2, &error), "MAY0000", 4);
    fixture_end(&fixture);
}

static CU_TestInfo tests[] = {
    {"what is refused", refusals}, {"to the last code", to_the_last}, {"a crash leaves a gap", crash}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"pool", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
