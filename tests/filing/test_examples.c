/* The example filings through rules and merging, with outcomes written by hand. */
#include <string.h>

#include "base/date.h"
#include "licence/merge.h"
#include "load.h"
#include "suite.h"

/* Items by number, ending with 0. */
static const struct {
    const char *example;
    bool good;
    unsigned merged[16], deferred[4], waiting[4];
    const char *rules[24]; /* of errors that must be among the findings */
} expected[] = {
    {"01", true, {1, 2, 3, 5, 8}, {0}, {0}, {0}},
    {"02", true, {1, 2, 3, 4, 5, 8, 12, 19, 37, 55}, {0}, {0}, {0}},
    {"03", true, {1, 2, 3, 5, 8, 61}, {0}, {0}, {0}},
    {"04", true, {1, 2, 3, 5, 8}, {0}, {0}, {0}},
    {"05", true, {1, 2, 3, 5, 8}, {0}, {0}, {0}},
    {"06", true, {1, 2, 3, 5, 8}, {0}, {31}, {0}},
    {"07", true, {1, 2, 3, 5, 8, 54}, {0}, {0}, {0}},
    {"08", true, {1, 3}, {56}, {0}, {0}},
    {"09", false, {1, 2}, {0}, {0}, {"A08", "B03", "B07", "B10", "C06", "C11", "C14", "D09", "I3", "I5", "I8"}},
    {"10", false, {1, 2, 3, 5, 8}, {0}, {0}, {"A02", "B11", "C10", "C11", "C23", "D01", "D07", "D08", "D09"}},
    {"11", true, {1, 2, 3, 5, 8, 32, 38}, {0}, {0}, {0}},
    {"12", true, {1, 2, 3, 5, 8, 9}, {0}, {0}, {0}},
    {"13", true, {1, 2, 3, 5, 8}, {0}, {0}, {0}},
    {"14", true, {1, 3, 47}, {0}, {0}, {0}},
    {"15", true, {1, 2, 3, 4, 5, 8, 12, 37}, {0}, {0}, {0}},
    {"16", true, {1, 2, 3, 5, 8, 18}, {0}, {0}, {0}},
    {"17", true, {1, 2, 3, 5, 8, 18, 26}, {0}, {0}, {0}},
    {"18", true, {1, 2, 3, 5, 8, 18}, {0}, {0}, {0}},
    {"19", true, {1, 2, 3, 5, 8}, {0}, {58}, {0}},
    {"20", true, {1, 2, 3, 5, 8}, {0}, {0}, {0}},
};

static struct reg_catalogue *catalogue;

static int load(void)
{
    return reg_catalogue_default(&catalogue);
}

static int unload(void)
{
    reg_catalogue_free(catalogue);
    return 0;
}

/* Do the outcomes of that state have exactly these items? */
static void check_items(const char *example, const struct reg_merge *merge, reg_pb_outcome_state state,
                        const unsigned *items)
{
    struct reg_item_set wanted = {0}, got = {0};

    for (; *items; items++)
        reg_item_set_add(&wanted, *items);
    for (size_t i = 0; i < merge->outcome_count; i++)
        for (size_t j = 0; merge->outcomes[i]->state == state && j < merge->outcomes[i]->n_items; j++)
            reg_item_set_add(&got, merge->outcomes[i]->items[j]);
    for (unsigned item = 1; item <= 61; item++)
        CHECK_CASE(reg_item_set_has(&wanted, item) == reg_item_set_has(&got, item), "%s, state %d: item %u", example, state,
                   item);
}

static bool has_error(reg_pb_finding *const *findings, size_t count, const char *rule)
{
    for (size_t i = 0; i < count; i++)
        if (findings[i]->severity == REGISTRY__V1__SEVERITY__SEVERITY_ERROR &&
            (!rule || strcmp(findings[i]->rule, rule) == 0))
            return true;
    return false;
}

static void test_examples(void)
{
    static const struct reg_register_view view;

    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        struct reg_rule_input input = {
            .filing = load_example(expected[i].example, arena), .view = &view, .catalogue = catalogue};
        struct reg_merge merge;
        reg_pb_finding **findings;
        size_t count;

        CU_ASSERT_TRUE(reg_day_parse("2026-11-24", &input.day));
        input.type = reg_entity_type_find(input.filing->entity->type);
        CU_ASSERT_EQUAL_FATAL(reg_rules_run(&input, arena, &findings, &count), 0);
        CU_ASSERT_EQUAL_FATAL(reg_merge_run(&input, arena, &merge), 0);
        CHECK_CASE(expected[i].good ==
                       !(has_error(findings, count, NULL) || has_error(merge.findings, merge.finding_count, NULL)),
                   "%s", expected[i].example);
        for (size_t j = 0; j < count; j++) /* their scopes are written in terms of the sample list */
            CHECK_CASE(strcmp(findings[j]->rule, "D03") != 0, "%s: %s, %s", expected[i].example, findings[j]->path,
                       findings[j]->message_en);
        for (size_t j = 0; expected[i].rules[j]; j++)
            CHECK_CASE(has_error(findings, count, expected[i].rules[j]) ||
                           has_error(merge.findings, merge.finding_count, expected[i].rules[j]),
                       "%s: %s", expected[i].example, expected[i].rules[j]);
        check_items(expected[i].example, &merge, REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_MERGED, expected[i].merged);
        check_items(expected[i].example, &merge, REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_DEFERRED, expected[i].deferred);
        check_items(expected[i].example, &merge, REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_WAITING, expected[i].waiting);
        reg_arena_free(arena);
    }
}

static CU_TestInfo tests[] = {{"examples", test_examples}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"examples", load, unload, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
