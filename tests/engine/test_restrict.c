/* Restrictions through the engine: placed, in the way of filings, lifted, repeated, listed, imported, and checked. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/message.h"
#include "engine/internal.h"
#include "suite.h"

#define SUPERVISOR "341302199506112229" /* 周小禾 of example 01 */

static struct fixture fixture;
static unsigned requests;

static int start(void)
{
    fixture_start(&fixture, REG_SUITE_INTL);
    return 0;
}

static int end(void)
{
    fixture_end(&fixture);
    return 0;
}

/* Sends a message made of JSON; the position of its entry, 0 with the error where it failed. */
static uint64_t send(enum reg_step step, const char *type, const char *json, int *ret_error)
{
    struct reg_data message = {NULL, 0}, answer = {NULL, 0};
    reg_pb_restriction_response *response = NULL;

    *ret_error = reg_json_to_message(type, (struct reg_bytes){(const uint8_t *)json, strlen(json)}, &message, &fixture.info);
    if (*ret_error == 0)
        *ret_error = reg_engine_step(fixture.engine, step, &operator_caller, reg_bytes_of(&message), &answer, &fixture.info);
    if (*ret_error == 0)
        response = (reg_pb_restriction_response *)fixture_decode(&fixture, &registry__v1__restriction_response__descriptor,
                                                                 reg_bytes_of(&answer));
    reg_data_clear(&message);
    reg_data_clear(&answer);
    return response ? response->position : 0;
}

static uint64_t place(const char *id, const char *subject, const char *rest, int *ret_error)
{
    char json[512];

    snprintf(json, sizeof json, "{\"requestId\": \"%s\", \"restriction\": {%s, \"since\": \"2026-01-01\", %s}}", id, subject,
             rest);
    return send(REG_STEP_RESTRICT, "PlaceRestrictionRequest", json, ret_error);
}

static uint64_t lift(const char *id, uint64_t position, int *ret_error)
{
    char json[256];

    snprintf(json, sizeof json, "{\"requestId\": \"%s\", \"position\": \"%llu\", \"basis\": \"移出决定〔2026〕2号\"}", id,
             (unsigned long long)position);
    return send(REG_STEP_LIFT, "LiftRestrictionRequest", json, ret_error);
}

static const char *subject_of(const char *code)
{
    static char text[64];

    snprintf(text, sizeof text, "\"creditCode\": \"%s\"", code);
    return text;
}

/* Establishes example 01 under another name; its code. */
static const char *establish(unsigned number)
{
    reg_pb_submit_filing_response *answer;
    struct reg_data message;
    char id[32], trade[7];
    int error;

    snprintf(id, sizeof id, "establish-%u", number);
    trade_name(number, trade);
    message = fixture_request(&fixture, "01", id, trade);
    answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);
    reg_data_clear(&message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    CHECK_CASE(answer->filed_case->credit_code[0], "not accepted: %s",
               answer->filed_case->n_findings ? answer->filed_case->findings[0]->message_en : "");
    return answer->filed_case->credit_code;
}

#define MATERIAL(kind) "{\"kind\": \"" kind "\", \"digest\": \"GN0K6taNaCfoj4jqQaco6xRFGQqa1XdoONhlxPNI7+E=\"}"

/* Files a simple deregistration; its case. */
static const reg_pb_case *deregister(const char *code)
{
    struct reg_data message = {NULL, 0};
    reg_pb_submit_filing_response *answer = NULL;
    char json[1024];
    int error;

    snprintf(
        json, sizeof json,
        "{\"requestId\": \"deregister-%u\", \"filing\": {\"kind\": \"FILING_KIND_SIMPLE_DEREGISTER\", \"authority\": "
        "341300, "
        "\"creditCode\": \"%s\", \"baseRevision\": \"1\", \"particulars\": {\"promised\": true, \"licenceReturned\": true, "
        "\"announced\": \"2026-10-24\"}, \"materials\": [" MATERIAL("application_form") ", " MATERIAL(
            "investors_promise") "]}}",
        requests++, code);
    error = reg_json_to_message("SubmitFilingRequest", (struct reg_bytes){(const uint8_t *)json, strlen(json)}, &message,
                                &fixture.info);
    CU_ASSERT_EQUAL_FATAL(error, 0);
    answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);
    reg_data_clear(&message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    return answer->filed_case;
}

static bool found(const reg_pb_case *filed, const char *rule, reg_pb_severity severity)
{
    for (size_t i = 0; i < filed->n_findings; i++)
        if (strcmp(filed->findings[i]->rule, rule) == 0 && filed->findings[i]->severity == severity)
            return true;
    return false;
}

#define ERROR    REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING  REGISTRY__V1__SEVERITY__SEVERITY_WARNING
#define ACCEPTED REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED
#define LISTED   "\"source\": \"RESTRICTION_SOURCE_ABNORMAL_LIST\", \"basis\": \"列入决定〔2026〕1号\""
#define BARRED   "\"source\": \"RESTRICTION_SOURCE_DISQUALIFIED\", \"basis\": \"判决〔2026〕3号\""
#define PERSON   "\"person\": {\"kind\": \"ID_KIND_RESIDENT\", \"number\": \"" SUPERVISOR "\"}"

static void test_entity(void)
{
    const char *code = establish(1);
    uint64_t position, lifted;
    const reg_pb_case *filed;
    int error;

    position = place("list", subject_of(code), LISTED, &error);
    CU_ASSERT_EQUAL_FATAL(error, 0);
    CU_ASSERT_EQUAL(place("list", subject_of(code), LISTED, &error), position); /* a repeat */
    place("list", subject_of(code), BARRED, &error);                            /* the id was used, and persons alone */
    CU_ASSERT_NOT_EQUAL(error, 0);
    place("list again", subject_of(code), LISTED, &error);
    CHECK_CASE(error == REG_ERR_EXISTS, "%s", reg_error_text(error));
    filed = deregister(code);
    CU_ASSERT_TRUE(found(filed, "E15", ERROR));
    CU_ASSERT_NOT_EQUAL(filed->state, ACCEPTED);
    lifted = lift("lift", position, &error);
    CU_ASSERT_TRUE(error == 0 && lifted > position);
    CU_ASSERT_EQUAL(lift("lift", position, &error), lifted);
    lift("lift again", position, &error);
    CU_ASSERT_EQUAL(error, REG_ERR_NOT_FOUND);
    lift("lift nothing", lifted, &error);
    CU_ASSERT_EQUAL(error, REG_ERR_NOT_FOUND);
    filed = deregister(code);
    CHECK_CASE(filed->state == ACCEPTED, "%s", filed->n_findings ? filed->findings[0]->message_en : "");
    place("once more", subject_of(code), LISTED, &error); /* what was lifted may come again */
    CU_ASSERT_EQUAL(error, 0);
}

static void test_person(void)
{
    reg_pb_submit_filing_response *answer;
    struct reg_data message;
    char trade[7];
    int error;
    uint64_t position = place("bar", PERSON, BARRED, &error);

    CHECK_CASE(error == 0, "%s", fixture.info.en);
    trade_name(2, trade);
    message = fixture_request(&fixture, "01", "barred", trade);
    answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);
    reg_data_clear(&message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    CU_ASSERT_TRUE(found(answer->filed_case, "C16", ERROR));
    CU_ASSERT_FALSE(found(answer->filed_case, "C15", ERROR)); /* the supervisor represents nobody */
    lift("free", position, &error);
    CU_ASSERT_EQUAL(error, 0);
    establish(2);
}

/* A filing, as JSON without its braces, sent under an id. */
static const reg_pb_case *submit(const char *id, const char *filing)
{
    struct reg_data message = {NULL, 0};
    reg_pb_submit_filing_response *answer = NULL;
    char json[1024];
    int error;

    snprintf(json, sizeof json, "{\"requestId\": \"%s\", \"filing\": {%s}}", id, filing);
    error = reg_json_to_message("SubmitFilingRequest", (struct reg_bytes){(const uint8_t *)json, strlen(json)}, &message,
                                &fixture.info);
    CHECK_CASE(error == 0, "%s", fixture.info.en);
    answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);
    reg_data_clear(&message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    return answer->filed_case;
}

#define NAMESAKE "341302199003071357" /* of the same name as the first person of example 01 */

/* Who is put under a recorded person's number and name is no old sin of the register's. */
static void test_namesake(void)
{
    const char *code = establish(3);
    char filing[768];
    const reg_pb_case *filed;
    int error;
    uint64_t position = place("bar the namesake",
                              "\"person\": {\"kind\": \"ID_KIND_RESIDENT\", \"number\": \"" NAMESAKE "\"}", BARRED, &error);

    CHECK_CASE(error == 0, "%s", fixture.info.en);
    snprintf(filing, sizeof filing,
             "\"kind\": \"FILING_KIND_CHANGE\", \"authority\": 341300, \"creditCode\": \"%s\", \"baseRevision\": \"1\", "
             "\"particulars\": {\"licenceReturned\": true}, \"persons\": [{\"number\": 1, \"kind\": "
             "\"PERSON_KIND_NATURAL\", \"name\": \"陈远帆\", \"id\": {\"kind\": \"ID_KIND_RESIDENT\", \"number\": "
             "\"" NAMESAKE "\"}, \"country\": 156, \"resident\": true, \"contact\": {\"mobile\": \"13900000101\"}, "
             "\"residence\": \"安徽省宿州市埇桥区示例路1号\"}]",
             code);
    filed = submit("a namesake", filing);
    CU_ASSERT_TRUE(found(filed, "C15", ERROR));
    CU_ASSERT_TRUE(found(filed, "C16", ERROR));
    CU_ASSERT_NOT_EQUAL(filed->state, ACCEPTED);
    lift("free the namesake", position, &error);
    CU_ASSERT_EQUAL(error, 0);
    filed = submit("a free namesake", filing);
    CU_ASSERT_FALSE(found(filed, "C15", ERROR) || found(filed, "C16", ERROR));
}

static void test_refused(void)
{
    static const struct {
        const char *subject, *rest;
    } wrong[] = {
        {"\"creditCode\": \"91341300MAY000009X\"", LISTED}, /* its check digit */
        {"\"creditCode\": \"91341300MAY000009W\"", BARRED}, /* no person */
        {PERSON, LISTED},                                   /* no entity */
        {"\"person\": {\"kind\": \"ID_KIND_RESIDENT\", \"number\": \"341302199506112228\"}", BARRED},
        {"\"person\": {\"number\": \"" SUPERVISOR "\"}", BARRED},
        {PERSON ", \"creditCode\": \"91341300MAY000009W\"", BARRED},
        {PERSON, "\"source\": \"RESTRICTION_SOURCE_DISQUALIFIED\""}, /* no basis */
        {PERSON, "\"basis\": \"判决〔2026〕3号\""},                  /* no source */
        {PERSON, BARRED ", \"until\": \"2025-12-31\""},
        {PERSON, BARRED ", \"until\": \"2026-02-30\""},
        {PERSON, BARRED ", \"blocks\": [\"FILING_KIND_DEREGISTER\", \"FILING_KIND_CHANGE\"]"},
        {PERSON, BARRED ", \"addressUnreachable\": true"},
        {PERSON, BARRED ", \"position\": \"7\""},
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int error;

        place("wrong", wrong[i].subject, wrong[i].rest, &error);
        CHECK_CASE(error == REG_ERR_INVALID && fixture.info.zh[0], "%zu: %d", i, error);
    }
}

/* A restriction that comes between a filing's preparation and its commit sends the filing back. */
static void test_race(void)
{
    const char *code = establish(3);
    struct reg_request *request = NULL;
    struct reg_data message = {NULL, 0};
    char json[1024];
    int error;

    snprintf(
        json, sizeof json,
        "{\"requestId\": \"race\", \"filing\": {\"kind\": \"FILING_KIND_SIMPLE_DEREGISTER\", \"authority\": 341300, "
        "\"creditCode\": \"%s\", \"baseRevision\": \"1\", \"particulars\": {\"promised\": true, \"licenceReturned\": true, "
        "\"announced\": \"2026-10-24\"}, \"materials\": [" MATERIAL("application_form") ", " MATERIAL(
            "investors_promise") "]}}",
        code);
    error = reg_json_to_message("SubmitFilingRequest", (struct reg_bytes){(const uint8_t *)json, strlen(json)}, &message,
                                &fixture.info);
    if (error == 0)
        error = reg_request_new(fixture.engine, &window, reg_bytes_of(&message), &request, &fixture.info);
    reg_data_clear(&message);
    if (error == 0)
        error = reg_request_prepare(request, fixture.reader, &fixture.info);
    if (error == 0)
        error = reg_engine_lease(fixture.engine, &request, 1, &fixture.info);
    if (error == 0)
        error = reg_request_sign(request, &fixture.info);
    CHECK_CASE(error == 0, "%s", fixture.info.en);
    place("in between", subject_of(code), LISTED, &error);
    CU_ASSERT_EQUAL(error, 0);
    error = reg_engine_append(fixture.engine, &request, 1, &fixture.info);
    CU_ASSERT_EQUAL(error, 0);
    CU_ASSERT_EQUAL(reg_request_state(request), REG_REQUEST_AGAIN);
    reg_request_free(request);
}

/* ---- listing --------------------------------------------------------------------------------------------------------- */

struct listing {
    reg_pb_list_restrictions_response *response;
    int error;
};

static void take_list(void *context, int error, const struct reg_error_info *info, struct reg_bytes message)
{
    struct listing *listing = context;

    (void)info;
    listing->error = error;
    if (error == 0)
        listing->response = (reg_pb_list_restrictions_response *)fixture_decode(
            &fixture, &registry__v1__list_restrictions_response__descriptor, message);
}

static reg_pb_list_restrictions_response *list(const struct reg_caller *caller, const char *json, int *ret_error)
{
    struct reg_data message = {NULL, 0};
    struct listing listing = {NULL, 0};

    *ret_error = reg_json_to_message("ListRestrictionsRequest", (struct reg_bytes){(const uint8_t *)json, strlen(json)},
                                     &message, &fixture.info);
    CU_ASSERT_EQUAL(*ret_error, 0);
    reg_list_restrictions(fixture.reader, caller, reg_bytes_of(&message), take_list, &listing);
    reg_data_clear(&message);
    *ret_error = listing.error;
    return listing.response;
}

static void test_list(void)
{
    reg_pb_list_restrictions_response *response;
    int error;

    response = list(&window, "{" PERSON "}", &error);
    CU_ASSERT_TRUE(response && response->n_restrictions == 0); /* lifted */
    response = list(&window, "{" PERSON ", \"lifted\": true}", &error);
    CU_ASSERT_TRUE_FATAL(response && response->n_restrictions == 1);
    CU_ASSERT_TRUE(response->restrictions[0]->lifted && response->restrictions[0]->lifted_by > 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(response->restrictions[0]->restriction->person);
    CU_ASSERT_STRING_EQUAL(response->restrictions[0]->restriction->person->number, SUPERVISOR);
    CU_ASSERT_STRING_EQUAL(response->restrictions[0]->restriction->basis, "判决〔2026〕3号");
    response = list(&window, "{\"pageSize\": 1}", &error);
    CU_ASSERT_TRUE_FATAL(response && response->n_restrictions == 1 && response->next_before > 0);
    list(&auditor, "{}", &error);
    CU_ASSERT_EQUAL(error, REG_ERR_DENIED);
}

/* ---- erasing --------------------------------------------------------------------------------------------------------- */

static int erase(uint64_t position)
{
    uint64_t recorded;
    char target[32];

    snprintf(target, sizeof target, "%llu", (unsigned long long)position);
    return reg_ledger_erase(fixture.engine, target, "测试：错录他人信息", &recorded, &fixture.info);
}

static size_t listed(const char *subject)
{
    char json[256];
    int error;
    reg_pb_list_restrictions_response *response;

    snprintf(json, sizeof json, "{%s, \"lifted\": true}", subject);
    response = list(&window, json, &error);
    return response ? response->n_restrictions : 0;
}

/* A restriction that stands is not erased; one that was lifted goes with its lifting, and whom it was of nobody can say. */
static void test_erased(void)
{
    static const char person[] = "\"person\": {\"kind\": \"ID_KIND_RESIDENT\", \"number\": \"" NAMESAKE "\"}";
    struct reg_check_result before, after;
    uint64_t position, lifted;
    size_t count = listed(person);
    int error;

    CU_ASSERT_EQUAL(fixture_check(&fixture, &before), 0);
    position = place("bar to be erased", person, BARRED, &error);
    CU_ASSERT_EQUAL_FATAL(error, 0);
    CU_ASSERT_EQUAL(erase(position), REG_ERR_INVALID);
    lifted = lift("free to be erased", position, &error);
    CU_ASSERT_EQUAL_FATAL(error, 0);
    CU_ASSERT_EQUAL(listed(person), count + 1);
    CHECK_CASE(erase(position) == 0, "%s", fixture.info.en);
    CU_ASSERT_EQUAL(listed(person), count);
    CU_ASSERT_EQUAL(erase(position), REG_ERR_ERASED);
    CU_ASSERT_EQUAL(erase(lifted), REG_ERR_ERASED);
    CU_ASSERT_EQUAL(erase(0), REG_ERR_NOT_FOUND); /* entry 0 is the registry's */
    CHECK_CASE(fixture_check(&fixture, &after) == 0, "%s", fixture.info.en);
    CU_ASSERT_EQUAL(after.erased_sections, before.erased_sections + 3); /* who, on what basis; and on what basis no more */
    CHECK_CASE(reg_ledger_repair_views(fixture.engine, NULL, NULL, &lifted, &fixture.info) == 0, "%s", fixture.info.en);
    CHECK_CASE(fixture_check(&fixture, &after) == 0, "%s", fixture.info.en);
    place("bar after all", person, BARRED, &error);
    CU_ASSERT_EQUAL(error, 0);
}

/* Who asked for a name is erased; the name stays reserved. */
static void test_erased_applicant(void)
{
    static const char json[] =
        "{\"requestId\": \"keep\", \"authority\": 341300, \"name\": "
        "\"宿州市青穗软件有限公司\", \"type\": 1130, \"industry\": \"I6513\", \"applicant\": \"林晚\"}";
    struct reg_data message = {NULL, 0}, answer = {NULL, 0}, again = {NULL, 0};
    const reg_pb_reserve_name_response *response;
    struct reg_check_result before, after;
    int error = reg_json_to_message("ReserveNameRequest", (struct reg_bytes){(const uint8_t *)json, sizeof json - 1},
                                    &message, &fixture.info);

    if (error == 0)
        error = reg_engine_step(fixture.engine, REG_STEP_RESERVE, &window, reg_bytes_of(&message), &answer, &fixture.info);
    CHECK_CASE(error == 0, "%s", fixture.info.en);
    CU_ASSERT_EQUAL_FATAL(error, 0);
    response = (const reg_pb_reserve_name_response *)fixture_decode(
        &fixture, &registry__v1__reserve_name_response__descriptor, reg_bytes_of(&answer));
    CU_ASSERT_TRUE_FATAL(response && response->reservation > 0);
    CU_ASSERT_EQUAL(fixture_check(&fixture, &before), 0);
    CHECK_CASE(erase(response->reservation) == 0, "%s", fixture.info.en);
    CU_ASSERT_EQUAL(erase(response->reservation), REG_ERR_ERASED);
    CHECK_CASE(fixture_check(&fixture, &after) == 0, "%s", fixture.info.en);
    CU_ASSERT_EQUAL(after.erased_sections, before.erased_sections + 1);
    error = reg_engine_step(fixture.engine, REG_STEP_RESERVE, &window, reg_bytes_of(&message), &again, &fixture.info);
    CU_ASSERT_TRUE(error == 0 && again.len == answer.len); /* the same request is still the same reservation */
    reg_data_clear(&message);
    reg_data_clear(&answer);
    reg_data_clear(&again);
}

/* ---- import ---------------------------------------------------------------------------------------------------------- */

static void take_refused(void *context, size_t line, struct reg_bytes row, const struct reg_error_info *info)
{
    size_t *lines = context;

    CU_ASSERT_TRUE(row.len > 0 && info->zh[0] && info->en[0]);
    lines[lines[0]++ + 1] = line;
}

static void test_import(void)
{
    static const char csv[] = "source,credit_code,id_kind,id_number,basis,since,until,blocks\n"
                              "股权冻结,91341300MAY000009W,,,裁定1号,2026-01-01,2028-12-31,CHANGE deregister\n"
                              "disqualified,,resident," SUPERVISOR ",判决9号,2026-01-01,,\n"
                              "nothing,91341300MAY000009W,,,裁定2号,2026-01-01,,\n"
                              "pledge,91341300MAY000009X,,,裁定3号,2026-01-01,,\n";
    struct reg_bytes bytes = {(const uint8_t *)csv, sizeof csv - 1};
    struct reg_import_result result = {0};
    size_t lines[8] = {0};
    int error = reg_restrictions_import(fixture.engine, &operator_caller, "list.csv", bytes, NULL, take_refused, lines,
                                        &result, &fixture.info);

    CHECK_CASE(error == 0, "%s", fixture.info.en);
    CU_ASSERT_TRUE(result.rows == 4 && result.placed == 2 && result.known == 0 && result.refused == 2);
    CU_ASSERT_TRUE(lines[0] == 2 && lines[1] == 4 && lines[2] == 5);
    error = reg_restrictions_import(fixture.engine, &operator_caller, "list.csv", bytes, NULL, NULL, NULL, &result,
                                    &fixture.info);
    CU_ASSERT_TRUE(error == 0 && result.placed == 0 && result.known == 2 && result.refused == 2);
}

/* ---- sources, checking ----------------------------------------------------------------------------------------------- */

static void test_sources(void)
{
    reg_pb_submit_filing_response *answer;
    struct reg_data message;
    char trade[7];
    int error;

    fixture_shut(&fixture);
    fixture.open.connected_sources = "disqualified, nowhere";
    CU_ASSERT_EQUAL(fixture_open(&fixture), REG_ERR_INVALID);
    fixture.open.connected_sources = "disqualified,dishonest_debtor";
    CU_ASSERT_EQUAL_FATAL(fixture_open(&fixture), 0);
    trade_name(4, trade);
    message = fixture_request(&fixture, "03", "sources", NULL);
    answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);
    reg_data_clear(&message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    CU_ASSERT_TRUE(found(answer->filed_case, "C34", WARNING));
    CU_ASSERT_FALSE(found(answer->filed_case, "C16", WARNING));
}

static void test_check(void)
{
    static const struct {
        const char *change, *back;
    } changes[] = {
        {"UPDATE restriction SET source = source + 1 WHERE lifted IS NULL",
         "UPDATE restriction SET source = source - 1 WHERE lifted IS NULL"},
        {"UPDATE restriction SET since = since + 1", "UPDATE restriction SET since = since - 1"},
        {"UPDATE restriction SET blocks = blocks + 1", "UPDATE restriction SET blocks = blocks - 1"},
        {"UPDATE restriction SET basis = basis || '改'",
         "UPDATE restriction SET basis = substr(basis, 1, length(basis) - 1)"},
        {"UPDATE restriction SET subject = subject || 'x'",
         "UPDATE restriction SET subject = substr(subject, 1, length(subject) - 1)"},
        {"UPDATE restriction SET lifted = 3 WHERE lifted IS NULL", "UPDATE restriction SET lifted = NULL WHERE lifted = 3"},
        {"UPDATE restriction SET lifted = lifted + 1", "UPDATE restriction SET lifted = lifted - 1"},
        {"UPDATE restriction SET position = position + 1000", "UPDATE restriction SET position = position - 1000"},
    };
    struct reg_check_result result;

    CHECK_CASE(fixture_check(&fixture, &result) == 0, "%s", fixture.info.en);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        CU_ASSERT_TRUE(fixture_sql(&fixture, changes[i].change));
        CHECK_CASE(fixture_check(&fixture, &result) > 0, "not noticed: %s", changes[i].change);
        CU_ASSERT_TRUE(fixture_sql(&fixture, changes[i].back));
    }
    CHECK_CASE(fixture_check(&fixture, &result) == 0, "%s", fixture.info.en);
}

/* Does the file hold the text? */
static bool holds(const char *name, const char *text)
{
    char path[128];
    struct reg_buf buf = REG_BUF_INIT;
    uint8_t *page;
    FILE *file;
    bool held = false;

    snprintf(path, sizeof path, "%s/%s", fixture.directory, name);
    file = fopen(path, "rb");
    if (!file)
        return false;
    do
        page = reg_buf_extend(&buf, 4096);
    while (page && fread(page, 1, 4096, file) == 4096);
    fclose(file);
    for (size_t i = 0; i + strlen(text) <= buf.len && !held; i++)
        held = memcmp(buf.data + i, text, strlen(text)) == 0;
    reg_buf_clear(&buf);
    return held;
}

/* No document number stands in the store in clear: neither in the table nor in an entry. */
static void test_sealed(void)
{
    CU_ASSERT_TRUE(holds("registry.db", "列入决定〔2026〕1号") || holds("registry.db-wal", "列入决定〔2026〕1号"));
    CU_ASSERT_FALSE(holds("registry.db", SUPERVISOR) || holds("registry.db-wal", SUPERVISOR));
}

static CU_TestInfo tests[] = {{"an entity", test_entity},
                              {"a person", test_person},
                              {"a namesake", test_namesake},
                              {"refused", test_refused},
                              {"a race", test_race},
                              {"a list", test_list},
                              {"erased", test_erased},
                              {"an applicant erased", test_erased_applicant},
                              {"a file", test_import},
                              {"sources", test_sources},
                              {"the check", test_check},
                              {"sealed", test_sealed},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"restrictions", start, end, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
