/* The writer's way: batches, lost races, faults of the store, a pool that is used up. What was acknowledged is never lost,
 * what was not is answered when it is repeated, and one filing makes one licence. */
#include "fixture.h"
#include "store_double.h"

#include <stdio.h>
#include <string.h>

#include "base/message.h"
#include "suite.h"

static uint64_t tree_size(struct fixture *fixture)
{
    struct reg_ledger_head head = {0};

    return reg_ledger_head(fixture->reader, &head, &fixture->info) == 0 ? head.size : 0;
}

/* A request of filing 01 under that trade name, prepared. NULL: it failed. */
static struct reg_request *prepared(struct fixture *fixture, const char *id, const char *trade)
{
    struct reg_data message = fixture_request(fixture, "01", id, trade);
    struct reg_request *request = NULL;
    int error = reg_request_new(fixture->engine, &window, reg_bytes_of(&message), &request, &fixture->info);

    reg_data_clear(&message);
    if (error == 0)
        error = reg_request_prepare(request, fixture->reader, &fixture->info);
    if (error == 0)
        return request;
    reg_request_free(request);
    return NULL;
}

static int lease_and_sign(struct fixture *fixture, struct reg_request *const *requests, size_t count)
{
    int error = reg_engine_lease(fixture->engine, requests, count, &fixture->info);

    for (size_t i = 0; i < count && error == 0; i++)
        error = reg_request_error(requests[i], &fixture->info);
    for (size_t i = 0; i < count && error == 0; i++)
        error = reg_request_sign(requests[i], &fixture->info);
    return error;
}

/* The decoded answer; NULL where there is none. */
static reg_pb_submit_filing_response *answer_of(struct fixture *fixture, const struct reg_request *request)
{
    struct reg_data answer = {NULL, 0};
    ProtobufCMessage *decoded = NULL;

    if (reg_request_answer(request, &answer) == 0)
        decoded = fixture_decode(fixture, &registry__v1__submit_filing_response__descriptor, reg_bytes_of(&answer));
    reg_data_clear(&answer);
    return (reg_pb_submit_filing_response *)decoded;
}

/* ---- faults ---------------------------------------------------------------------------------------------------------- */

static const struct fault_case {
    const char *name;
    enum fault fault;
    bool answered; /* though the store complained: it is known to be there */
    unsigned kept; /* entries that the fault leaves in the ledger */
} fault_cases[] = {
    {"lease fails", FAULT_LEASE, false, 0},
    {"begin fails", FAULT_BEGIN, false, 0},
    {"insert fails", FAULT_INSERT, false, 0},
    {"commit fails, nothing was written", FAULT_COMMIT_LOST, false, 0},
    {"commit fails, all was written", FAULT_COMMIT_UNCLEAR, true, 1},
    {"commit fails, all was written, then the store is gone", FAULT_COMMIT_AND_BEGIN, false, 1},
};

static void one_fault(struct fixture *fixture, unsigned number)
{
    const struct fault_case *row = &fault_cases[number];
    reg_pb_submit_filing_response *answer;
    uint64_t before = tree_size(fixture);
    struct reg_data message;
    char id[16], trade[7];
    int error;

    snprintf(id, sizeof id, "fault-%u", number);
    trade_name(number, trade);
    message = fixture_request(fixture, "01", id, trade);
    if (row->fault == FAULT_LEASE) { /* leased numbers of the engine's block are used first */
        fixture_shut(fixture);
        CHECK_CASE(fixture_open(fixture) == 0, "%s: %s", row->name, fixture->info.en);
    }
    double_fail(row->fault);
    answer = fixture_submit(fixture, reg_bytes_of(&message), &error);
    CHECK_CASE(double_failed() > 0, "%s: it did not happen", row->name);
    CHECK_CASE(row->answered ? error == 0 && answer : error == REG_ERR_UNAVAILABLE && !answer, "%s: %d", row->name, error);
    CHECK_CASE(tree_size(fixture) == before + row->kept, "%s: %llu entries more", row->name,
               (unsigned long long)(tree_size(fixture) - before));
    double_fail(FAULT_NONE);
    answer = fixture_submit(fixture, reg_bytes_of(&message), &error);
    CHECK_CASE(answer && answer->licence && answer->filed_case->number == before, "%s, repeated: %d %s", row->name, error,
               fixture->info.en);
    CHECK_CASE(tree_size(fixture) == before + 1, "%s: %llu entries more after the repeat", row->name,
               (unsigned long long)(tree_size(fixture) - before));
    reg_data_clear(&message);
}

static void faults(void)
{
    struct fixture fixture;
    struct reg_check_result result = {0};
    int error = fixture_prepare(&fixture, REG_SUITE_INTL);

    fixture.init.open_store = fixture.open.open_store = double_open;
    if (error == 0)
        error = reg_registry_init(fixture.directory, &fixture.init, &fixture.host, &fixture.info);
    if (error == 0)
        error = fixture_open(&fixture);
    CHECK_CASE(error == 0, "%s", fixture.info.en);
    for (unsigned i = 0; i < sizeof fault_cases / sizeof *fault_cases && error == 0; i++)
        one_fault(&fixture, i);
    CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.licences == sizeof fault_cases / sizeof *fault_cases, "%s",
               fixture.info.en);
    fixture_end(&fixture);
}

/* ---- races ----------------------------------------------------------------------------------------------------------- */

/* Two filings of one name, prepared side by side: the second is prepared again and comes back with a finding. */
static void lost_race(bool one_batch)
{
    struct fixture fixture;
    struct reg_check_result result = {0};
    struct reg_request *both[2] = {NULL, NULL};
    reg_pb_submit_filing_response *answer = NULL;
    int error = fixture_start(&fixture, REG_SUITE_INTL);

    both[0] = error == 0 ? prepared(&fixture, "first", NULL) : NULL;
    both[1] = error == 0 ? prepared(&fixture, "second", NULL) : NULL;
    CHECK_CASE(both[0] && both[1], "%s", fixture.info.en);
    if (!both[0] || !both[1])
        goto out;
    CHECK_CASE(lease_and_sign(&fixture, both, 2) == 0, "%s", fixture.info.en);
    if (one_batch)
        error = reg_engine_append(fixture.engine, both, 2, &fixture.info);
    else
        error = reg_engine_append(fixture.engine, &both[0], 1, &fixture.info);
    if (error == 0 && !one_batch)
        error = reg_engine_append(fixture.engine, &both[1], 1, &fixture.info);
    CHECK_CASE(error == 0 && reg_request_state(both[0]) == REG_REQUEST_ANSWERED &&
                   reg_request_state(both[1]) == REG_REQUEST_AGAIN,
               "%d: %d, %d", error, reg_request_state(both[0]), reg_request_state(both[1]));
    answer = answer_of(&fixture, both[0]);
    CHECK_CASE(answer && answer->licence, "the first has no licence");
    CHECK_CASE(!answer_of(&fixture, both[1]), "the second is answered already");
    error = reg_request_prepare(both[1], fixture.reader, &fixture.info);
    CHECK_CASE(error == 0 && reg_request_state(both[1]) == REG_REQUEST_QUEUE, "%d %s", error, fixture.info.en);
    error = lease_and_sign(&fixture, &both[1], 1);
    if (error == 0)
        error = reg_engine_append(fixture.engine, &both[1], 1, &fixture.info);
    answer = error == 0 ? answer_of(&fixture, both[1]) : NULL;
    CHECK_CASE(answer && answer->filed_case->state == REGISTRY__V1__CASE_STATE__CASE_STATE_RETURNED && !answer->licence &&
                   answer->filed_case->n_findings > 0,
               "%d %s", error, fixture.info.en);
    CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.licences == 1 && result.entries == 4, "%s", fixture.info.en);
out:
    reg_request_free(both[0]);
    reg_request_free(both[1]);
    fixture_end(&fixture);
}

static void race_in_a_batch(void)
{
    lost_race(true);
}

static void race_of_batches(void)
{
    lost_race(false);
}

static struct reg_request *reserving(struct fixture *fixture, const char *id, const char *name)
{
    reg_pb_reserve_name_request message = REGISTRY__V1__RESERVE_NAME_REQUEST__INIT;
    struct reg_request *request = NULL;
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    message.request_id = (char *)id;
    message.authority = 341300;
    message.name = (char *)name;
    message.type = 1130;
    message.applicant = (char *)"林晚";
    reg_message_encode(&message.base, &buf);
    error = reg_request_new_step(fixture->engine, REG_STEP_RESERVE, &window, reg_buf_bytes(&buf), &request, &fixture->info);
    reg_buf_clear(&buf);
    if (error == 0)
        error = reg_request_prepare(request, fixture->reader, &fixture->info);
    CHECK_CASE(error == 0 && reg_request_state(request) == REG_REQUEST_QUEUE, "%d %s", error, fixture->info.en);
    return request;
}

static uint64_t reservation_of(struct fixture *fixture, const struct reg_request *request)
{
    struct reg_data answer = {NULL, 0};
    ProtobufCMessage *decoded = NULL;

    if (reg_request_answer(request, &answer) == 0)
        decoded = fixture_decode(fixture, &registry__v1__reserve_name_response__descriptor, reg_bytes_of(&answer));
    reg_data_clear(&answer);
    return decoded ? ((reg_pb_reserve_name_response *)decoded)->reservation : 0;
}

/* Two reservations of one trade name, prepared side by side: the first has it, the second is prepared again and refused. */
static void reservations_race(void)
{
    for (unsigned batches = 1; batches <= 2; batches++) {
        struct fixture fixture;
        struct reg_request *both[2];
        uint64_t size;
        int error = fixture_start(&fixture, REG_SUITE_INTL);

        CU_ASSERT_EQUAL_FATAL(error, 0);
        size = tree_size(&fixture);
        both[0] = reserving(&fixture, "first", "宿州市远山贸易有限责任公司");
        both[1] = reserving(&fixture, "second", "宿州市远山商贸有限公司");
        error = lease_and_sign(&fixture, both, 2);
        if (error == 0)
            error = reg_engine_append(fixture.engine, both, batches == 1 ? 2 : 1, &fixture.info);
        if (error == 0 && batches == 2)
            error = reg_engine_append(fixture.engine, &both[1], 1, &fixture.info);
        CHECK_CASE(error == 0 && reg_request_state(both[0]) == REG_REQUEST_ANSWERED &&
                       reg_request_state(both[1]) == REG_REQUEST_AGAIN,
                   "%u batches: %d, %d %d", batches, error, reg_request_state(both[0]), reg_request_state(both[1]));
        CU_ASSERT_EQUAL(reservation_of(&fixture, both[0]), size);
        error = reg_request_prepare(both[1], fixture.reader, &fixture.info);
        CHECK_CASE(error == 0 && reg_request_state(both[1]) == REG_REQUEST_ANSWERED, "%d %s", error, fixture.info.en);
        CU_ASSERT_EQUAL(reservation_of(&fixture, both[1]), 0);
        CU_ASSERT_EQUAL(tree_size(&fixture), size + 1);
        reg_request_free(both[0]);
        reg_request_free(both[1]);
        fixture_end(&fixture);
    }
}

/* The same caller and request id twice in one batch: one entry, two equal answers. */
static void twice_in_a_batch(void)
{
    struct fixture fixture;
    struct reg_request *both[2] = {NULL, NULL};
    struct reg_data answers[2] = {{NULL, 0}, {NULL, 0}};
    int error = fixture_start(&fixture, REG_SUITE_INTL);

    both[0] = error == 0 ? prepared(&fixture, "same", NULL) : NULL;
    both[1] = error == 0 ? prepared(&fixture, "same", NULL) : NULL;
    CHECK_CASE(both[0] && both[1] && reg_request_same(both[0], both[1]) &&
                   reg_request_hash(both[0]) == reg_request_hash(both[1]),
               "%s", fixture.info.en);
    if (both[0] && both[1]) {
        error = lease_and_sign(&fixture, both, 2);
        if (error == 0)
            error = reg_engine_append(fixture.engine, both, 2, &fixture.info);
        CHECK_CASE(error == 0 && reg_request_state(both[1]) == REG_REQUEST_AGAIN, "%d %s", error, fixture.info.en);
        error = reg_request_prepare(both[1], fixture.reader, &fixture.info);
        CHECK_CASE(error == 0 && reg_request_state(both[1]) == REG_REQUEST_ANSWERED, "%d %s", error, fixture.info.en);
        CHECK_CASE(reg_request_answer(both[0], &answers[0]) == 0 && reg_request_answer(both[1], &answers[1]) == 0 &&
                       answers[0].len == answers[1].len && memcmp(answers[0].data, answers[1].data, answers[0].len) == 0,
                   "two answers");
        CHECK_CASE(tree_size(&fixture) == 3, "%llu entries", (unsigned long long)tree_size(&fixture));
    }
    for (size_t i = 0; i < 2; i++) {
        reg_data_clear(&answers[i]);
        reg_request_free(both[i]);
    }
    fixture_end(&fixture);
}

/* ---- batches and pools --------------------------------------------------------------------------------------------- */

static void full_batch(void)
{
    struct fixture fixture;
    struct reg_check_result result = {0};
    struct reg_request *batch[REG_BATCH_MAX + 1] = {NULL};
    int error = fixture_start(&fixture, REG_SUITE_GM);

    for (unsigned i = 0; i <= REG_BATCH_MAX && error == 0; i++) {
        char id[8], trade[7];

        snprintf(id, sizeof id, "%u", i);
        trade_name(i, trade);
        batch[i] = prepared(&fixture, id, trade);
        error = batch[i] ? 0 : REG_ERR_CORRUPT;
    }
    CHECK_CASE(error == 0, "%s", fixture.info.en);
    if (error == 0) {
        error = reg_engine_append(fixture.engine, batch, REG_BATCH_MAX + 1, &fixture.info);
        CHECK_CASE(error == REG_ERR_LIMIT && tree_size(&fixture) == 2, "65 at once: %d", error);
        error = lease_and_sign(&fixture, batch, REG_BATCH_MAX);
        if (error == 0)
            error = reg_engine_append(fixture.engine, batch, REG_BATCH_MAX, &fixture.info);
        CHECK_CASE(error == 0, "%d %s", error, fixture.info.en);
        for (unsigned i = 0; i < REG_BATCH_MAX; i++) {
            reg_pb_submit_filing_response *answer = answer_of(&fixture, batch[i]);

            CHECK_CASE(answer && answer->licence && answer->filed_case->number == 2 + i &&
                           answer->licence->status->serial == i,
                       "request %u", i);
        }
        CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.licences == REG_BATCH_MAX, "%s", fixture.info.en);
    }
    for (size_t i = 0; i <= REG_BATCH_MAX; i++)
        reg_request_free(batch[i]);
    fixture_end(&fixture);
}

/* A pool of 31 codes; the 32nd filing is refused, and a filing that needs no code is not. */
static void pool_used_up(void)
{
    struct fixture fixture;
    struct reg_check_result result = {0};
    reg_pb_submit_filing_response *answer;
    struct reg_data message;
    int error = fixture_prepare(&fixture, REG_SUITE_INTL);

    fixture.init.pool_prefix = "MAY0000";
    if (error == 0)
        error = reg_registry_init(fixture.directory, &fixture.init, &fixture.host, &fixture.info);
    if (error == 0)
        error = fixture_open(&fixture);
    CHECK_CASE(error == 0, "%s", fixture.info.en);
    for (unsigned i = 0; i < 32 && error == 0; i++) {
        char id[8], trade[7];

        snprintf(id, sizeof id, "%u", i);
        trade_name(i, trade);
        message = fixture_request(&fixture, "01", id, trade);
        answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);
        reg_data_clear(&message);
        CHECK_CASE((i < 31) == (answer && answer->licence), "filing %u: %d %s", i, error, fixture.info.en);
    }
    CHECK_CASE(error == REG_ERR_EXHAUSTED && *fixture.info.zh && *fixture.info.en, "%d %s", error, fixture.info.en);
    message = fixture_request(&fixture, "09", "returned", NULL);
    answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);
    CHECK_CASE(error == 0 && answer && !answer->licence, "%d %s", error, fixture.info.en);
    reg_data_clear(&message);
    CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.licences == 31 && result.entries == 34, "%s",
               fixture.info.en);
    fixture_end(&fixture);
}

static CU_TestInfo tests[] = {{"faults of the store", faults},
                              {"a name lost within a batch", race_in_a_batch},
                              {"a name lost to the batch before", race_of_batches},
                              {"a name reserved twice at once", reservations_race},
                              {"one request id twice in a batch", twice_in_a_batch},
                              {"a batch of 64", full_batch},
                              {"a pool that is used up", pool_used_up},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"append", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
