/* Replay over a ledger of examples: by the same catalogue and day nothing differs, by others exactly what must. */
#include <stdio.h>
#include <string.h>

#include "publication.h"
#include "suite.h"

#define CASES_MAX 64
#define EXAMPLES  20 /* filings of one registry */

/* What replay said, kept past its callbacks. */
struct said {
    struct {
        uint64_t number;
        char before[16], after[16], rule[8], path[128], item_before[16], item_after[16];
        size_t findings, items;
        unsigned item;
        bool appears;
    } cases[CASES_MAX];
    size_t count, stop_after;
    struct reg_replay_result result;
    uint64_t progress_done, progress_total;
};

static bool take(void *context, const struct reg_replay_difference *difference)
{
    struct said *said = context;

    if (said->count == CASES_MAX)
        return false;
    said->cases[said->count].number = difference->number;
    said->cases[said->count].findings = difference->finding_count;
    said->cases[said->count].items = difference->item_count;
    snprintf(said->cases[said->count].before, 16, "%s", difference->before);
    snprintf(said->cases[said->count].after, 16, "%s", difference->after);
    if (difference->finding_count > 0) {
        said->cases[said->count].appears = difference->findings[0].appears;
        snprintf(said->cases[said->count].rule, 8, "%s", difference->findings[0].rule);
        snprintf(said->cases[said->count].path, 128, "%s", difference->findings[0].path);
    }
    if (difference->item_count > 0) {
        said->cases[said->count].item = difference->items[0].item;
        snprintf(said->cases[said->count].item_before, 16, "%s", difference->items[0].before);
        snprintf(said->cases[said->count].item_after, 16, "%s", difference->items[0].after);
    }
    return ++said->count != said->stop_after;
}

static bool on(void *context, uint64_t done, uint64_t total)
{
    struct said *said = context;

    said->progress_done = done;
    said->progress_total = total;
    return true;
}

static int replay(struct fixture *fixture, const struct reg_catalogue *catalogue, int32_t day, uint64_t from,
                  struct said *said)
{
    struct reg_replay_options options = REG_REPLAY_OPTIONS_INIT;
    size_t stop_after = said->stop_after;

    memset(said, 0, sizeof *said);
    said->stop_after = stop_after;
    options.catalogue = catalogue;
    options.day = day;
    options.from = from;
    return reg_replay(fixture->engine, &options, on, take, said, &said->result, &fixture->info);
}

/* A registry with every example filed, 2 at position 2 and so on. `*ret_accepted`: how many were. */
static int fill(struct fixture *fixture, unsigned *ret_accepted)
{
    int error = fixture_start(fixture, REG_SUITE_INTL);

    *ret_accepted = 0;
    for (unsigned i = 1; i <= EXAMPLES && error == 0; i++) {
        const reg_pb_submit_filing_response *answer;
        struct reg_data message;
        char name[8], id[16];

        snprintf(name, sizeof name, "%02u", i);
        snprintf(id, sizeof id, "request %u", i);
        message = fixture_request(fixture, name, id, NULL);
        answer = message.data ? fixture_submit(fixture, reg_bytes_of(&message), &error) : NULL;
        reg_data_clear(&message);
        if (!answer)
            return error ? error : REG_ERR_NOT_FOUND;
        *ret_accepted += answer->filed_case->state == REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED;
    }
    return error;
}

/* Nothing differs: not by what each was judged by, nor by the same catalogue and day said in so many words. */
static void test_same(void)
{
    struct reg_catalogue *sample = NULL;
    struct fixture fixture;
    struct said said = {0};
    unsigned accepted;

    CU_ASSERT_EQUAL_FATAL(fill(&fixture, &accepted), 0);
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&sample), 0);
    CU_ASSERT_EQUAL(replay(&fixture, NULL, 0, 0, &said), 0);
    CU_ASSERT_EQUAL(said.result.filings, EXAMPLES);
    CHECK_CASE(said.count == 0 && said.result.differing == 0, "case %llu %s %s", (unsigned long long)said.cases[0].number,
               said.cases[0].rule, said.cases[0].path);
    CU_ASSERT_EQUAL(said.progress_done, EXAMPLES + 2);
    CU_ASSERT_EQUAL(said.progress_total, EXAMPLES + 2);
    CU_ASSERT_EQUAL(replay(&fixture, sample, 20781, 0, &said), 0); /* 2026-11-24 */
    CU_ASSERT_EQUAL(said.count, 0);
    CU_ASSERT_EQUAL(replay(&fixture, NULL, 0, 20, &said), 0);
    CU_ASSERT_EQUAL(said.result.filings, 2);
    CU_ASSERT_EQUAL(replay(&fixture, NULL, 0, 999, &said), 0);
    CU_ASSERT_EQUAL(said.result.filings, 0);
    reg_catalogue_free(sample);
    fixture_end(&fixture);
}

/* A contact becomes mandatory that no example gives: whoever has the item merged would be returned for that alone. */
static void test_mandatory(void)
{
    struct reg_catalogue *altered = altered_catalogue(&contact_mandatory, 1);
    struct fixture fixture;
    struct said said = {0};
    unsigned accepted, returned = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(altered);
    CU_ASSERT_EQUAL_FATAL(fill(&fixture, &accepted), 0);
    CU_ASSERT_EQUAL(replay(&fixture, altered, 0, 0, &said), 0);
    CU_ASSERT(said.count > 5 && said.count == said.result.differing && said.count < EXAMPLES);
    for (size_t i = 0; i < said.count; i++) {
        CHECK_CASE(said.cases[i].findings == 1 && said.cases[i].appears && strcmp(said.cases[i].rule, "I5") == 0 &&
                       strcmp(said.cases[i].path, "facts[statistics_contact_name]") == 0,
                   "case %llu: %s %s", (unsigned long long)said.cases[i].number, said.cases[i].rule, said.cases[i].path);
        if (strcmp(said.cases[i].before, "accepted") != 0) /* nothing was merged that could be lost */
            continue;
        CHECK_CASE(said.cases[i].items == 1 && said.cases[i].item == 5 && strcmp(said.cases[i].item_before, "merged") == 0,
                   "case %llu: item %u %s", (unsigned long long)said.cases[i].number, said.cases[i].item,
                   said.cases[i].item_before);
        returned += strcmp(said.cases[i].before, "accepted") == 0 && strcmp(said.cases[i].after, "returned") == 0;
    }
    CU_ASSERT(returned > 5 && returned < accepted); /* individuals have no such item */
    said.stop_after = 2;
    CU_ASSERT_EQUAL(replay(&fixture, altered, 0, 0, &said), 0);
    CU_ASSERT_EQUAL(said.count, 2);
    reg_catalogue_free(altered);
    fixture_end(&fixture);
}

/* What the register knew at the time stands: a name that was taken is not looked up again. */
static void test_name_taken(void)
{
    const reg_pb_submit_filing_response *answer;
    struct fixture fixture;
    struct said said = {0};
    struct reg_data message;
    unsigned accepted;
    int error;

    CU_ASSERT_EQUAL_FATAL(fill(&fixture, &accepted), 0);
    message = fixture_request(&fixture, "01", "again", NULL);
    answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);
    reg_data_clear(&message);
    CU_ASSERT_PTR_NOT_NULL_FATAL(answer);
    CU_ASSERT_EQUAL(answer->filed_case->state, REGISTRY__V1__CASE_STATE__CASE_STATE_RETURNED);
    CU_ASSERT_EQUAL(replay(&fixture, NULL, 0, 0, &said), 0);
    CU_ASSERT_EQUAL(said.result.filings, EXAMPLES + 1);
    CHECK_CASE(said.count == 0, "%s %s", said.cases[0].rule, said.cases[0].path);
    fixture_end(&fixture);
}

/* An item is repealed: nobody is returned, those that had it merged have it no longer. */
static void test_repealed(void)
{
    struct reg_catalogue *altered = altered_catalogue(&seals_repealed, 1);
    struct fixture fixture;
    struct said said = {0};
    unsigned accepted;

    CU_ASSERT_PTR_NOT_NULL_FATAL(altered);
    CU_ASSERT_EQUAL_FATAL(fill(&fixture, &accepted), 0);
    CU_ASSERT_EQUAL(replay(&fixture, altered, 0, 0, &said), 0);
    CU_ASSERT(said.count > 3);
    for (size_t i = 0; i < said.count; i++)
        CHECK_CASE(strcmp(said.cases[i].before, said.cases[i].after) == 0 && said.cases[i].items == 1 &&
                       said.cases[i].item == 8 && strcmp(said.cases[i].item_after, "not_applicable") == 0,
                   "case %llu: %s -> %s, item %u %s", (unsigned long long)said.cases[i].number, said.cases[i].before,
                   said.cases[i].after, said.cases[i].item, said.cases[i].item_after);
    reg_catalogue_free(altered);
    fixture_end(&fixture);
}

/* Revision 2 asks more from tomorrow on: what was merged today is not measured by it, unless replay is told to. */
static void test_revisions(void)
{
    const struct reg_catalogue *second = NULL;
    struct fixture fixture;
    struct said said = {0};
    struct reg_data message;
    unsigned accepted;
    int error;

    CU_ASSERT_EQUAL_FATAL(fill(&fixture, &accepted), 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(publish(&fixture, fixture.engine, &contact_mandatory, 1, "p1", "2026-11-25", &error));
    fixture.clock += INT64_C(86400000);
    message = fixture_request(&fixture, "01", "returned by 2", "晴川");
    CU_ASSERT_PTR_NOT_NULL_FATAL(fixture_submit(&fixture, reg_bytes_of(&message), &error));
    reg_data_clear(&message);
    CU_ASSERT_EQUAL(replay(&fixture, NULL, 0, 0, &said), 0);
    CU_ASSERT_EQUAL(said.result.filings, EXAMPLES + 1);
    CU_ASSERT_EQUAL(said.count, 0);
    CU_ASSERT_EQUAL_FATAL(reg_engine_catalogue_of(fixture.engine, 1, 0, &second, NULL), 0);
    CU_ASSERT_EQUAL(replay(&fixture, second, 0, 0, &said), 0);
    CU_ASSERT_EQUAL_FATAL(said.count, 1); /* by revision 1 the last one would be accepted */
    CU_ASSERT_EQUAL(said.cases[0].number, EXAMPLES + 3);
    CU_ASSERT_STRING_EQUAL(said.cases[0].before, "returned");
    CU_ASSERT_STRING_EQUAL(said.cases[0].after, "accepted");
    CU_ASSERT_FALSE(said.cases[0].appears);
    fixture_end(&fixture);
}

static bool finds_c06(void *context, const struct reg_replay_difference *difference)
{
    for (size_t i = 0; i < difference->finding_count; i++)
        if (strcmp(difference->findings[i].rule, "C06") == 0 && !difference->findings[i].appears)
            ++*(unsigned *)context;
    return true;
}

/* The day before the Company Law of 2023 came into force nobody had to pay within five years. */
static void test_day(void)
{
    struct reg_replay_options options = REG_REPLAY_OPTIONS_INIT;
    struct reg_replay_result result = {0};
    struct fixture fixture;
    unsigned accepted, lifted = 0;

    CU_ASSERT_EQUAL_FATAL(fill(&fixture, &accepted), 0);
    options.day = 19904; /* 2024-06-30 */
    CU_ASSERT_EQUAL(reg_replay(fixture.engine, &options, NULL, finds_c06, &lifted, &result, &fixture.info), 0);
    CU_ASSERT_EQUAL(lifted, 1);
    options.day = 19905; /* 2024-07-01 */
    lifted = 0;
    CU_ASSERT_EQUAL(reg_replay(fixture.engine, &options, NULL, finds_c06, &lifted, &result, &fixture.info), 0);
    CU_ASSERT_EQUAL(lifted, 0);
    fixture_end(&fixture);
}

/* What was erased is counted and passed over; the rest is judged. */
static void test_erased(void)
{
    struct reg_catalogue *altered = altered_catalogue(&contact_mandatory, 1);
    struct fixture fixture;
    struct said said = {0};
    uint64_t position;
    unsigned accepted;

    CU_ASSERT_PTR_NOT_NULL_FATAL(altered);
    CU_ASSERT_EQUAL_FATAL(fill(&fixture, &accepted), 0);
    CU_ASSERT_EQUAL(reg_ledger_erase(fixture.engine, "2", "test", &position, &fixture.info), 0);
    CU_ASSERT_EQUAL(replay(&fixture, altered, 0, 0, &said), 0);
    CU_ASSERT_EQUAL(said.result.filings, EXAMPLES - 1);
    CU_ASSERT_EQUAL(said.result.erased, 1);
    CU_ASSERT(said.count > 0 && said.cases[0].number == 3);
    reg_catalogue_free(altered);
    fixture_end(&fixture);
}

static CU_TestInfo tests[] = {
    {"the same catalogue and day", test_same},
    {"a fact becomes mandatory", test_mandatory},
    {"a name that was taken", test_name_taken},
    {"an item is repealed", test_repealed},
    {"revisions", test_revisions},
    {"another day", test_day},
    {"erased", test_erased},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {
    {"replay", NULL, NULL, NULL, NULL, tests},
    CU_SUITE_INFO_NULL,
};
