/* Views that are gone or damaged are rebuilt from the entries, and every answer is what it was, byte by byte; on both
 * stores, with an erased case, and with a view so damaged that the registry does not open. */
#include <string.h>

#include "base/message.h"
#include "publication.h"
#include "suite.h"

#ifdef REG_TEST_POSTGRESQL
#include "../store/place.h"
#include "../store/place_postgresql.h"
#endif

#define LICENCES 4

static struct fixture fixture;
static char codes[LICENCES][19];
static uint64_t erased; /* the entry of the case that was erased */

static bool change_store(const char *sql)
{
#ifdef REG_TEST_POSTGRESQL
    return place_command(place_url, sql);
#else
    return fixture_sql(&fixture, sql);
#endif
}

static int begin(void)
{
    int error = fixture_prepare(&fixture, REG_SUITE_INTL);

#ifdef REG_TEST_POSTGRESQL
    place_set_up();
    fixture.init.store = fixture.open.store = place_url;
#endif
    if (error == 0)
        error = reg_registry_init(fixture.directory, &fixture.init, &fixture.host, &fixture.info);
    return error == 0 ? fixture_open(&fixture) : error;
}

static void end(void)
{
    fixture_end(&fixture);
#ifdef REG_TEST_POSTGRESQL
    place_tear_down();
#endif
}

/* ---- what is registered ---------------------------------------------------------------------------------------------- */

/* The request of that number: a licence, or, behind those, a returned filing. */
static struct reg_data request_of(unsigned number)
{
    char id[16], trade[7];

    snprintf(id, sizeof id, "filing-%u", number);
    trade_name(number, trade);
    return number < LICENCES ? fixture_request(&fixture, "01", id, trade) : fixture_request(&fixture, "09", id, NULL);
}

static void file_all(void)
{
    for (unsigned i = 0; i <= LICENCES; i++) {
        struct reg_data message = request_of(i);
        int error;
        const reg_pb_submit_filing_response *answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);

        reg_data_clear(&message);
        CHECK_CASE(error == 0 && answer, "%u: %s", i, fixture.info.en);
        if (i < LICENCES && answer)
            snprintf(codes[i], sizeof codes[i], "%s", answer->filed_case->credit_code);
        if (i == 1 && answer)
            erased = answer->filed_case->number;
    }
}

static void place_restriction(void)
{
    char json[256];
    struct reg_data message = {NULL, 0}, answer = {NULL, 0};
    int error;

    snprintf(json, sizeof json,
             "{\"requestId\": \"list\", \"restriction\": {\"creditCode\": \"%s\", \"since\": \"2026-01-01\", \"source\": "
             "\"RESTRICTION_SOURCE_ABNORMAL_LIST\", \"basis\": \"列入决定〔2026〕1号\"}}",
             codes[0]);
    error = reg_json_to_message("PlaceRestrictionRequest", (struct reg_bytes){(const uint8_t *)json, strlen(json)}, &message,
                                &fixture.info);
    if (error == 0)
        error = reg_engine_step(fixture.engine, REG_STEP_RESTRICT, &operator_caller, reg_bytes_of(&message), &answer,
                                &fixture.info);
    CHECK_CASE(error == 0, "%s", fixture.info.en);
    reg_data_clear(&message);
    reg_data_clear(&answer);
}

static void fill(void)
{
    uint64_t position;
    int error;

    file_all();
    place_restriction();
    CHECK_CASE(publish(&fixture, fixture.engine, &seals_repealed, 1, "next", "2026-12-01", &error) != NULL, "%s",
               fixture.info.en);
    CHECK_CASE(reg_ledger_erase(fixture.engine, codes[1], "示例", &position, &fixture.info) == 0, "%s", fixture.info.en);
}

/* ---- what is answered ------------------------------------------------------------------------------------------------ */

static void keep_answer(void *context, int error, const struct reg_error_info *info, struct reg_bytes message)
{
    struct reg_buf *answers = context;

    reg_buf_put(answers, &error, sizeof error);
    reg_buf_put(answers, message.data, error == 0 ? message.len : 0);
    (void)info;
}

typedef void (*read_function)(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                              reg_read_callback done, void *context);

static void ask_for(read_function read, const char *type, const char *json, struct reg_buf *answers)
{
    struct reg_data message = {NULL, 0};

    CHECK_CASE(reg_json_to_message(type, (struct reg_bytes){(const uint8_t *)json, strlen(json)}, &message, &fixture.info) ==
                   0,
               "%s", fixture.info.en);
    read(fixture.reader, &operator_caller, reg_bytes_of(&message), keep_answer, answers);
    reg_data_clear(&message);
}

/* Every answer that views have a part in; a filing that is repeated is answered from its row, also once its case is erased.
 */
static struct reg_buf all_answers(void)
{
    struct reg_buf answers = REG_BUF_INIT;
    char json[160];

    for (unsigned i = 0; i <= LICENCES; i++) {
        struct reg_data message = request_of(i), answer = {NULL, 0};
        int error = reg_engine_submit(fixture.engine, &window, reg_bytes_of(&message), &answer, &fixture.info);

        CHECK_CASE(error == 0, "repeat %u: %d %s", i, error, fixture.info.en);
        keep_answer(&answers, error, NULL, reg_bytes_of(&answer));
        reg_data_clear(&message);
        reg_data_clear(&answer);
        if (i == LICENCES)
            break;
        snprintf(json, sizeof json, "{\"creditCode\": \"%s\"}", codes[i]);
        ask_for(reg_get_licence, "GetLicenceRequest", json, &answers);
    }
    ask_for(reg_list_cases, "ListCasesRequest", "{}", &answers);
    ask_for(reg_list_restrictions, "ListRestrictionsRequest", "{}", &answers);
    ask_for(reg_check_name, "CheckNameRequest",
            "{\"authority\": 341300, \"name\": \"宿州市倀怀餐饮有限公司\", \"type\": 1130, \"industry\": \"H6210\"}",
            &answers);
    return answers;
}

/* ---- damage and repair ----------------------------------------------------------------------------------------------- */

static const struct damage {
    const char *name, *sql;
    bool shuts; /* the registry does not open */
} damages[] = {
    {"a licence", "UPDATE licence SET name = 'x', serial = serial + 7 WHERE revision = 1", false},
    {"no views",
     "DELETE FROM licence; DELETE FROM serial; DELETE FROM \"case\"; DELETE FROM name; DELETE FROM name_gram;"
     "DELETE FROM restriction; DELETE FROM catalogue; DELETE FROM request WHERE position <> 3",
     false},
    {"a revision of the catalogue", "UPDATE catalogue SET position = 2 WHERE revision = 2", true},
    {"a revision's number", "UPDATE catalogue SET revision = 9 WHERE revision = 1", true},
};

/* As `--repair-views` does: opened in spite of the damage, checked, and the views made anew. */
static bool make_anew(const struct damage *damage)
{
    struct reg_check_result result = {0};
    struct reg_data message = fixture_request(&fixture, "01", "beside", "桔柚");
    uint64_t entries = 0;
    int error;

    fixture.open.damaged_views = true;
    error = fixture_open(&fixture);
    fixture.open.damaged_views = false;
    CHECK_CASE(error == 0, "%s: %d %s", damage->name, error, fixture.info.en);
    if (error == 0 && damage->shuts) { /* by which law, nobody knows */
        CHECK_CASE(!fixture_submit(&fixture, reg_bytes_of(&message), &error) && error == REG_ERR_CORRUPT, "%s: filed, %d",
                   damage->name, error);
        error = 0;
    }
    reg_data_clear(&message);
    if (error != 0)
        return false;
    CHECK_CASE(fixture_check(&fixture, &result) > 0, "%s: not found", damage->name);
    error = reg_ledger_repair_views(fixture.engine, NULL, NULL, &entries, &fixture.info);
    CHECK_CASE(error == 0 && entries == result.entries, "%s: %d %s", damage->name, error, fixture.info.en);
    fixture_shut(&fixture);
    return error == 0;
}

static bool repair(const struct damage *damage)
{
    struct reg_buf before = all_answers(), after = REG_BUF_INIT;
    struct reg_check_result result = {0};
    bool done = false;
    int error;

    fixture_shut(&fixture);
    CHECK_CASE(change_store(damage->sql), "%s", damage->name);
    error = fixture_open(&fixture);
    CHECK_CASE(error == (damage->shuts ? REG_ERR_CORRUPT : 0), "%s: %d %s", damage->name, error, fixture.info.en);
    fixture_shut(&fixture);
    if (make_anew(damage)) {
        error = fixture_open(&fixture);
        done = error == 0 && fixture_check(&fixture, &result) == 0;
        CHECK_CASE(done, "%s: %d %s", damage->name, error, fixture.info.en);
    }
    if (done)
        after = all_answers();
    CHECK_CASE(before.len == after.len && memcmp(before.data, after.data, before.len) == 0, "%s: other answers",
               damage->name);
    reg_buf_clear(&before);
    reg_buf_clear(&after);
    return done;
}

static void repairs(void)
{
    struct reg_check_result result = {0};
    int error = begin();

    CHECK_CASE(error == 0, "%s", fixture.info.en);
    if (error == 0) {
        fill();
        CHECK_CASE(erased == 3 && fixture_check(&fixture, &result) == 0, "%s", fixture.info.en);
        for (size_t i = 0; i < sizeof damages / sizeof *damages && repair(&damages[i]); i++)
            ;
    }
    end();
}

#ifdef REG_TEST_POSTGRESQL
/* ---- beside a writer: test_check.c has the same of SQLite ------------------------------------------------------------ */

struct beside {
    unsigned calls, filed, free;
};

/* In the middle of a check: nobody holds a snapshot, and a filing is acknowledged. */
static bool go_on(void *context, uint64_t done, uint64_t total)
{
    static const char command[] =
        "DO $$ BEGIN IF EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend' AND (backend_xmin IS NOT NULL OR xact_start IS NOT NULL))"
        " THEN RAISE EXCEPTION 'a snapshot is held'; END IF; END $$";
    struct beside *beside = context;
    struct reg_data message, answer = {NULL, 0};
    char id[16];

    snprintf(id, sizeof id, "beside-%u", beside->calls++);
    message = fixture_request(&fixture, "09", id, NULL);
    beside->free += place_command(place_url, command);
    beside->filed += reg_engine_submit(fixture.engine, &window, reg_bytes_of(&message), &answer, &fixture.info) == 0;
    reg_data_clear(&answer);
    reg_data_clear(&message);
    (void)done;
    (void)total;
    return true;
}

static void beside_a_writer(void)
{
    struct beside beside = {0};
    struct reg_check_result result = {0};
    int error = begin();

    CHECK_CASE(error == 0, "%s", fixture.info.en);
    if (error == 0) {
        fill();
        error = reg_ledger_check(fixture.engine, NULL, go_on, NULL, &beside, &result, &fixture.info);
        CHECK_CASE(error == 0 && result.problems == 0, "%d, %llu problems", error, (unsigned long long)result.problems);
        CHECK_CASE(beside.calls > 2 && beside.free == beside.calls && beside.filed == beside.calls,
                   "%u calls, %u without a snapshot, %u filed", beside.calls, beside.free, beside.filed);
    }
    end();
}
#endif

static CU_TestInfo tests[] = {{"damaged views", repairs},
#ifdef REG_TEST_POSTGRESQL
                              {"beside a writer", beside_a_writer},
#endif
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"repair", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
