/* Revisions of the catalogue: a filing is merged by the one in force on its day, and what is recorded keeps its own. */
#include <string.h>

#include "publication.h"
#include "suite.h"

#define DAY_MS INT64_C(86400000)

static const struct alteration both[2] = {{"8,", ",in_force,", ",repealed,"},
                                          {"5,", "statistics_contact_name;", "statistics_contact_name!;"}};

static unsigned revision_today(const struct fixture *fixture)
{
    struct reg_registry_facts facts;

    reg_engine_facts(fixture->engine, &facts);
    return facts.catalogue_revision;
}

static reg_pb_submit_filing_response *file(struct fixture *fixture, const char *id, unsigned trade, int *ret_error)
{
    reg_pb_submit_filing_response *answer;
    struct reg_data message;
    char name[7];

    trade_name(trade, name);
    message = fixture_request(fixture, "01", id, name);
    answer = fixture_submit(fixture, reg_bytes_of(&message), ret_error);
    reg_data_clear(&message);
    return answer;
}

/* The revision that the record of an accepted filing names; 0: not accepted. */
static unsigned merged_by(struct fixture *fixture, const reg_pb_submit_filing_response *answer)
{
    int error = 0;
    const reg_pb_get_licence_response *licence;

    if (!answer || answer->filed_case->state != REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED)
        return 0;
    licence = fixture_licence(fixture, &operator_caller, answer->filed_case->credit_code, &error);
    for (size_t i = 0; licence && i < licence->entry->n_sections; i++)
        if (licence->entry->sections[i]->id == 0) {
            ProtobufCMessage *record = fixture_decode(
                fixture, &registry__v1__record__descriptor,
                (struct reg_bytes){licence->entry->sections[i]->bytes.data, licence->entry->sections[i]->bytes.len});

            return record ? ((reg_pb_record *)record)->licence->catalogue_revision : 0;
        }
    return 0;
}

static bool has_outcome(const reg_pb_submit_filing_response *answer, unsigned item)
{
    for (size_t i = 0; i < answer->filed_case->n_outcomes; i++)
        for (size_t k = 0; k < answer->filed_case->outcomes[i]->n_items; k++)
            if (answer->filed_case->outcomes[i]->items[k] == item &&
                answer->filed_case->outcomes[i]->state == REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_MERGED)
                return true;
    return false;
}

static void test_tomorrow(void)
{
    struct fixture fixture;
    struct reg_check_result result;
    reg_pb_publish_catalogue_response *published;
    reg_pb_submit_filing_response *first, *second;
    const struct reg_catalogue *catalogue = NULL;
    int error;

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    published = publish(&fixture, fixture.engine, both, 1, "p1", "2026-11-25", &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(published);
    CU_ASSERT_EQUAL(published->revision, 2);
    CU_ASSERT_EQUAL(published->position, 2);
    CU_ASSERT_STRING_EQUAL(published->effective, "2026-11-25");
    CU_ASSERT_EQUAL(revision_today(&fixture), 1);
    first = file(&fixture, "a", 1, &error);
    CU_ASSERT_EQUAL(merged_by(&fixture, first), 1);
    CU_ASSERT(has_outcome(first, 8));
    fixture.clock += DAY_MS;
    CU_ASSERT_EQUAL(revision_today(&fixture), 2);
    second = file(&fixture, "b", 2, &error);
    CU_ASSERT_EQUAL(merged_by(&fixture, second), 2);
    CU_ASSERT_FALSE(has_outcome(second, 8));
    CU_ASSERT_EQUAL(merged_by(&fixture, first), 1);
    CU_ASSERT_EQUAL(reg_engine_catalogue_of(fixture.engine, 3, 0, &catalogue, NULL), REG_ERR_NOT_FOUND);
    CU_ASSERT_EQUAL(reg_engine_catalogue_of(fixture.engine, 1, 0, &catalogue, NULL), 0);
    CU_ASSERT(reg_catalogue_is_sample(catalogue));
    CU_ASSERT_FALSE(reg_catalogue_is_sample(reg_engine_catalogue(fixture.engine)));
    CU_ASSERT_EQUAL(fixture_check(&fixture, &result), 0);
    fixture_end(&fixture);
}

/* What tomorrow asks for is not there today: accepted by revision 1, returned by 2. */
static void test_mandatory(void)
{
    struct fixture fixture;
    reg_pb_submit_filing_response *answer;
    bool said = false;
    int error;

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(publish(&fixture, fixture.engine, both, 2, "p1", "2026-11-25", &error));
    CU_ASSERT_EQUAL(merged_by(&fixture, file(&fixture, "a", 1, &error)), 1);
    fixture.clock += DAY_MS;
    answer = file(&fixture, "b", 2, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    CU_ASSERT_EQUAL(answer->filed_case->state, REGISTRY__V1__CASE_STATE__CASE_STATE_RETURNED);
    for (size_t i = 0; i < answer->filed_case->n_findings; i++)
        said = said || strstr(answer->filed_case->findings[i]->path, "statistics_contact_name") ||
               strstr(answer->filed_case->findings[i]->message_zh, "统计联系人");
    CU_ASSERT(said);
    fixture_end(&fixture);
}

/* Another engine on the same registry publishes: this one judges by it from its next filing on, and after opening again. */
static void test_beside(void)
{
    struct fixture fixture;
    struct reg_engine *other = NULL;
    reg_pb_submit_filing_response *answer;
    int error;

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    CU_ASSERT_EQUAL_FATAL(reg_engine_open(fixture.directory, &fixture.open, &fixture.host, &other, &fixture.info), 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(publish(&fixture, other, both, 1, "p1", "2026-11-24", &error));
    CU_ASSERT_EQUAL(revision_today(&fixture), 1); /* nothing read yet */
    answer = file(&fixture, "a", 1, &error);
    CU_ASSERT_EQUAL(merged_by(&fixture, answer), 2);
    CU_ASSERT_EQUAL(revision_today(&fixture), 2);
    CU_ASSERT_PTR_NOT_NULL_FATAL(publish(&fixture, other, both, 2, "p2", "2026-11-24", &error));
    reg_engine_close(other);
    fixture_shut(&fixture);
    CU_ASSERT_EQUAL_FATAL(fixture_open(&fixture), 0);
    CU_ASSERT_EQUAL(revision_today(&fixture), 3);
    fixture_end(&fixture);
}

/* Prepared under a revision that is none of today's when it comes to be appended: it is prepared again. */
static void test_between(void)
{
    struct fixture fixture;
    struct reg_data message;
    struct reg_request *request = NULL;
    struct reg_engine *other = NULL;
    int error;

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    CU_ASSERT_EQUAL_FATAL(reg_engine_open(fixture.directory, &fixture.open, &fixture.host, &other, &fixture.info), 0);
    for (unsigned turn = 0; turn < 2; turn++) { /* published meanwhile; midnight passes */
        message = fixture_request(&fixture, "01", turn ? "b" : "a", turn ? "晴川" : NULL);
        CU_ASSERT_EQUAL_FATAL(reg_request_new(fixture.engine, &window, reg_bytes_of(&message), &request, &fixture.info), 0);
        reg_data_clear(&message);
        CU_ASSERT_EQUAL(reg_request_prepare(request, fixture.reader, &fixture.info), 0);
        if (turn == 0)
            CU_ASSERT_PTR_NOT_NULL(publish(&fixture, other, both, 1, "p1", "2026-11-25", &error));
        CU_ASSERT_EQUAL(reg_engine_lease(fixture.engine, &request, 1, &fixture.info), 0);
        CU_ASSERT_EQUAL(reg_request_sign(request, &fixture.info), 0);
        if (turn == 1)
            fixture.clock += DAY_MS;
        CU_ASSERT_EQUAL(reg_engine_append(fixture.engine, &request, 1, &fixture.info), 0);
        CU_ASSERT_EQUAL(reg_request_state(request), REG_REQUEST_AGAIN);
        CU_ASSERT_EQUAL(reg_request_prepare(request, fixture.reader, &fixture.info), 0);
        CU_ASSERT_EQUAL(reg_engine_lease(fixture.engine, &request, 1, &fixture.info), 0);
        CU_ASSERT_EQUAL(reg_request_sign(request, &fixture.info), 0);
        CU_ASSERT_EQUAL(reg_engine_append(fixture.engine, &request, 1, &fixture.info), 0);
        CU_ASSERT_EQUAL(reg_request_state(request), REG_REQUEST_ANSWERED);
        reg_request_free(request);
    }
    reg_engine_close(other);
    fixture_end(&fixture);
}

static const struct alteration reused = {"8,", "公章刻制备案", "出租汽车经营备案"};

static const struct {
    const char *id, *effective;
    const struct alteration *alterations;
    int error;
    const char *says;
} refusals[] = {
    {"r1", "2026-11-31", both, REG_ERR_INVALID, "a day of the calendar"},
    {"r2", "2026-11-23", both, REG_ERR_INVALID, "not before today"},
    {"r3", "2026-12-01", &reused, REG_ERR_INVALID, "numbers are never reused"},
    {"", "2026-12-01", both, REG_ERR_INVALID, "request_id"},
    {"p1", "2026-12-01", both, 0, ""},
    {"p1", "2026-12-01", both, 0, ""}, /* a repeat: revision 2 again */
    {"p1", "2026-12-02", both, REG_ERR_EXISTS, "used for another"},
    {"r4", "2026-11-30", both, REG_ERR_INVALID, "not before that of revision 2, 2026-12-01"},
};

static void test_refusals(void)
{
    struct fixture fixture;
    struct reg_ledger_head head = {0};

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_GM), 0);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        int error;
        const reg_pb_publish_catalogue_response *answer =
            publish(&fixture, fixture.engine, refusals[i].alterations, 1, refusals[i].id, refusals[i].effective, &error);

        CHECK_CASE(error == refusals[i].error && strstr(fixture.info.en, refusals[i].says), "%zu: %d %s", i, error,
                   fixture.info.en);
        CHECK_CASE(error != 0 || (answer && answer->revision == 2 && answer->position == 2), "%zu", i);
    }
    CU_ASSERT_EQUAL(reg_ledger_head(fixture.reader, &head, &fixture.info), 0);
    CU_ASSERT_EQUAL(head.size, 3);
    fixture_end(&fixture);
}

/* What the view says of revisions is held against the entries. */
static void test_view(void)
{
    static const char *const damages[] = {"UPDATE catalogue SET effective = 5 WHERE revision = 2",
                                          "DELETE FROM catalogue WHERE revision = 2",
                                          "INSERT INTO catalogue VALUES (3, 1, 0)"};

    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct fixture fixture;
        struct reg_check_result result;
        int error;

        CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
        CU_ASSERT_PTR_NOT_NULL(publish(&fixture, fixture.engine, both, 1, "p1", "2026-11-25", &error));
        CHECK_CASE(fixture_check(&fixture, &result) == 0, "%zu: %s", i, fixture.info.en);
        CHECK_CASE(fixture_sql(&fixture, damages[i]), "%zu", i);
        CHECK_CASE(fixture_check(&fixture, &result) > 0 && strstr(fixture.info.en, "table catalogue"), "%zu: %s", i,
                   fixture.info.en);
        fixture_end(&fixture);
    }
}

static CU_TestInfo tests[] = {
    {"today's revision and tomorrow's", test_tomorrow},
    {"a fact becomes mandatory", test_mandatory},
    {"published beside an open engine", test_beside},
    {"published between preparing and appending", test_between},
    {"what is refused", test_refusals},
    {"the view of revisions", test_view},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {
    {"publish", NULL, NULL, NULL, NULL, tests},
    CU_SUITE_INFO_NULL,
};
