/* All 61 items merge, wait, stay out and return as the law and the domain table say (items.csv, see items.h). */
#include <stdio.h>

#include "items.h"
#include "suite.h"

static struct item_table table;
static struct reg_catalogue *catalogue;

static int load(void)
{
    return !item_table_load(&table) || reg_catalogue_default(&catalogue) != 0;
}

static int unload(void)
{
    reg_catalogue_free(catalogue);
    item_table_free(&table);
    return 0;
}

/* How often a row leaves no room for a case, and which items these are. */
static const size_t impossible[JUDGE_REASONS] = {
    [ALL_LETTERS] = 6,       /* 1, 3, 16, 19, 55, 61 */
    [EVERYBODY] = 10,        /* 1, 2, 3, 4, 5, 8, 12, 18 (everybody foreign-invested), 30, 37 */
    [NEVER_OFFERED] = 3,     /* 13, 20, 25 */
    [NOTHING_MANDATORY] = 3, /* 1, 28, 47 */
    /* 2, 3, 4, 5, 8, 12, 14, 16, 17, 18, 19, 21, 23, 26, 28, 29, 32, 33, 35, 36, 37, 40, 41, 42, 43, 44, 47, 48, 54, 55, 61
     */
    [NO_MATERIAL] = 31,
    [BY_THE_ENGINE] = 1,          /* 2 */
    [FACT_WHILE_WAITING] = 11,    /* 31, 49, 51, 53, 58 */
    [MATERIAL_WHILE_WAITING] = 6, /* 31, 49, 51, 53, 58 */
};

static void test_merging(void)
{
    size_t counted[JUDGE_REASONS] = {0}, cases = 0;

    for (size_t i = 0; i < ITEM_COUNT; i++) {
        struct judge judge = {.table = &table, .item = &table.items[i], .catalogue = catalogue};

        judge_merging(&judge);
        CHECK_CASE(judge.failures == 0, "%zu failures; %s", judge.failures, judge.first);
        CHECK_CASE(judge.cases > 8, "item %zu: %zu cases", i + 1, judge.cases);
        cases += judge.cases;
        for (size_t k = 0; k < JUDGE_REASONS; k++)
            counted[k] += judge.impossible[k];
    }
    for (size_t k = 0; k < JUDGE_REASONS; k++)
        CHECK_CASE(counted[k] == impossible[k], "%s: %zu", judge_reason_text[k], counted[k]);
    printf("%zu filings\n", cases);
}

static void test_rows(void)
{
    CU_ASSERT_EQUAL(reg_catalogue_item_count(catalogue), ITEM_COUNT);
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        struct judge judge = {.table = &table, .item = &table.items[i], .catalogue = catalogue};

        judge_row(&judge);
        CHECK_CASE(judge.failures == 0, "%zu failures; %s", judge.failures, judge.first);
    }
}

static CU_TestInfo tests[] = {{"merging", test_merging}, {"rows", test_rows}, CU_TEST_INFO_NULL};

CU_SuiteInfo suites[] = {{"items", load, unload, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
