#include "filing/decimal.h"
#include "suite.h"

static const struct {
    const char *text;
    unsigned places;
    bool good;
    int64_t value;
} cases[] = {
    {"0", 2, true, 0},
    {"33.34", 2, true, 3334},
    {"100", 6, true, 100000000},
    {"66.666667", 6, true, 66666667},
    {"1.50", 1, true, 15},
    {"1.55", 1, false, 0},
    {"007", 0, true, 7},
    {"", 2, false, 0},
    {".5", 2, false, 0},
    {"5.", 2, false, 0},
    {"-1", 2, false, 0},
    {"+1", 2, false, 0},
    {"1e3", 2, false, 0},
    {"1.2.3", 2, false, 0},
    {" 1", 2, false, 0},
    {"１", 2, false, 0},
    {"100000000000000000", 0, true, INT64_C(100000000000000000)},
    {"100000000000000001", 0, false, 0},
    {"99999999999999999999999999", 0, false, 0},
    {"100000000000000000", 1, false, 0},
};

static void test_parse(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = -7;
        bool good = reg_decimal_parse(cases[i].text, cases[i].places, &value);

        CHECK_CASE(good == cases[i].good, "\"%s\" to %u places", cases[i].text, cases[i].places);
        CHECK_CASE(value == (cases[i].good ? cases[i].value : -7), "\"%s\": %lld", cases[i].text, (long long)value);
    }
}

static CU_TestInfo tests[] = {{"parse", test_parse}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"decimal", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
