/* Fails the first, second, … allocation of each scenario: a clean error, no crash, no leak (the sanitizers say), and what
 * failed succeeds when it is done again. Linked with --wrap, which reaches the rooms and none of the foreign libraries. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "suite.h"

#define ALLOCATIONS_MAX 4000

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static unsigned left; /* allocations before the one that fails; 0: none fails */
static bool failed;

static bool strikes(void)
{
    if (left == 0 || --left > 0)
        return false;
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return strikes() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return strikes() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return strikes() ? NULL : __real_realloc(old, size);
}

/* ---- scenarios ------------------------------------------------------------------------------------------------------- */

struct scenario {
    const char *name;
    int (*run)(struct fixture *fixture, unsigned number); /* 0 or an error */
    int (*between)(struct fixture *fixture);              /* after each run; NULL: nothing */
    unsigned at_least;                                    /* allocations that it is known to make */
};

static struct reg_data message; /* of the scenario's run: made before allocations fail */

static void take_error(void *context, int error, const struct reg_error_info *info, struct reg_bytes answer)
{
    (void)info;
    (void)answer;
    *(int *)context = error;
}

static int run_submit(struct fixture *fixture, unsigned number)
{
    struct reg_data answer = {NULL, 0};
    int error = reg_engine_submit(fixture->engine, &window, reg_bytes_of(&message), &answer, &fixture->info);

    (void)number;
    if (error != 0 && answer.data)
        error = REG_ERR_CORRUPT; /* an output of a failed call */
    reg_data_clear(&answer);
    return error;
}

static int run_open(struct fixture *fixture, unsigned number)
{
    (void)number;
    return fixture_open(fixture);
}

static int shut(struct fixture *fixture)
{
    fixture_shut(fixture);
    return 0;
}

static int run_check(struct fixture *fixture, unsigned number)
{
    struct reg_check_result result = {0};
    int error = reg_ledger_check(fixture->engine, NULL, NULL, NULL, NULL, &result, &fixture->info);

    (void)number;
    return error == 0 && result.problems > 0 ? REG_ERR_CORRUPT : error;
}

static int run_validate(struct fixture *fixture, unsigned number)
{
    int error = 1;

    (void)number;
    reg_validate_filing(fixture->reader, &window, reg_bytes_of(&message), take_error, &error);
    return error;
}

static int run_checkpoint(struct fixture *fixture, unsigned number)
{
    struct reg_data note = {NULL, 0};
    int error = reg_ledger_checkpoint(fixture->engine, &note, &fixture->info);

    (void)number;
    reg_data_clear(&note);
    return error;
}

/* Submit comes last: its runs make the ledger long, and the check of it slow. */
static const struct scenario scenarios[] = {
    {"validate", run_validate, NULL, 5}, {"checkpoint", run_checkpoint, NULL, 2}, {"check", run_check, NULL, 15},
    {"open", run_open, shut, 20},        {"submit", run_submit, NULL, 40},
};

static void prepare_message(struct fixture *fixture, const struct scenario *scenario, unsigned number)
{
    char id[16], trade[7];

    reg_data_clear(&message);
    snprintf(id, sizeof id, "alloc-%u", number);
    trade_name(number, trade);
    message = fixture_request(fixture, "01", id, trade);
    if (scenario->run == run_validate && message.data) { /* ValidateFilingRequest: the filing is field 1 instead of 2 */
        reg_pb_submit_filing_request *request = (reg_pb_submit_filing_request *)fixture_decode(
            fixture, &registry__v1__submit_filing_request__descriptor, reg_bytes_of(&message));
        reg_pb_validate_filing_request validate = REGISTRY__V1__VALIDATE_FILING_REQUEST__INIT;

        validate.filing = request ? request->filing : NULL;
        message.len = protobuf_c_message_pack(&validate.base, message.data);
    }
}

static void run_scenario(struct fixture *fixture, const struct scenario *scenario)
{
    unsigned number = 1;

    for (; number < ALLOCATIONS_MAX; number++) {
        int error, again = 0;

        prepare_message(fixture, scenario, number);
        failed = false;
        left = number;
        error = scenario->run(fixture, number);
        left = 0;
        if (scenario->between)
            scenario->between(fixture);
        CHECK_CASE(!failed || error == REG_ERR_NOMEM, "%s, allocation %u: %d %s", scenario->name, number, error,
                   reg_error_text(error));
        if (failed) {
            again = scenario->run(fixture, number);
            if (scenario->between)
                scenario->between(fixture);
        }
        CHECK_CASE(again == 0, "%s after allocation %u: %d %s", scenario->name, number, again, fixture->info.en);
        if (!failed) {
            CHECK_CASE(error == 0, "%s: %d %s", scenario->name, error, fixture->info.en);
            break;
        }
    }
    CHECK_CASE(number > scenario->at_least && number < ALLOCATIONS_MAX, "%s: %u allocations", scenario->name, number - 1);
    printf("%s: %u allocations\n", scenario->name, number - 1);
}

static void each_allocation(void)
{
    struct fixture fixture;
    struct reg_check_result result = {0};
    int error = fixture_start(&fixture, REG_SUITE_INTL);

    CHECK_CASE(error == 0, "%s", fixture.info.en);
    message = fixture_request(&fixture, "01", "before", NULL);
    CHECK_CASE(run_submit(&fixture, 0) == 0, "%s", fixture.info.en);
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios && error == 0; i++) {
        if (scenarios[i].run == run_open)
            fixture_shut(&fixture);
        run_scenario(&fixture, &scenarios[i]);
        if (scenarios[i].run == run_open)
            error = fixture_open(&fixture);
    }
    CHECK_CASE(error == 0 && fixture_check(&fixture, &result) == 0, "%s", fixture.info.en);
    reg_data_clear(&message);
    fixture_end(&fixture);
}

static CU_TestInfo tests[] = {{"each allocation of each scenario", each_allocation}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"failing allocations", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
