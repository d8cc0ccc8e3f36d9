/* Dates and the working-day calendar. */
#include <string.h>

#include "base/calendar.h"
#include "base/date.h"
#include "suite.h"

static int32_t day_of(const char *text)
{
    int32_t day = INT32_MIN;

    CHECK_CASE(reg_day_parse(text, &day), "%s", text);
    return day;
}

static void parse(void)
{
    static const struct {
        const char *text;
        int32_t day;
    } good[] = {
        {"1970-01-01", 0},     {"1969-12-31", -1},      {"2000-02-29", 11016},   {"2024-02-29", 19782},
        {"2026-11-24", 20781}, {"0001-01-01", -719162}, {"9999-12-31", 2932896},
    };
    static const char *const bad[] = {
        "",           "2023-02-29", "1900-02-29",  "2100-02-29", "2024-02-30",  "2024-04-31",  "2024-06-31",
        "2024-09-31", "2024-11-31", "2024-01-32",  "2024-00-01", "2024-13-01",  "2024-01-00",  "0000-01-01",
        "2024-1-01",  "2024-01-1",  "2024/01/01",  "20240101",   "2024-01-01 ", " 2024-01-01", "+024-01-01",
        "-024-01-01", "2024-01-0a", "2024-01-011", "２024-01-0",
    };
    int32_t day = 77;
    char text[REG_DAY_TEXT];

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CHECK_CASE(day_of(good[i].text) == good[i].day, "%s: %d", good[i].text, day_of(good[i].text));
        reg_day_format(good[i].day, text);
        CHECK_CASE(strcmp(text, good[i].text) == 0, "%s: %s", good[i].text, text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_CASE(!reg_day_parse(bad[i], &day) && day == 77, "%s", bad[i]);
    reg_day_format(INT32_MAX, text);
    CU_ASSERT_STRING_EQUAL(text, "9999-12-31");
    reg_day_format(INT32_MIN, text);
    CU_ASSERT_STRING_EQUAL(text, "0001-01-01");
}

/* Every day of the years that can be written, there and back, one after another. */
static void every_day_round_trips(void)
{
    int32_t end = day_of("9999-12-31");
    int year, month, mday, last_year = 0, last_month = 12, last_mday = 31;

    for (int32_t day = day_of("0001-01-01"); day <= end; day++) {
        bool follows;

        reg_day_to_civil(day, &year, &month, &mday);
        follows = mday == last_mday + 1 || (mday == 1 && (month == last_month + 1 || (month == 1 && year == last_year + 1)));
        if (!follows || reg_day_of_civil(year, month, mday) != day) {
            CHECK_CASE(0, "day %d: %d-%d-%d", day, year, month, mday);
            return;
        }
        last_year = year;
        last_month = month;
        last_mday = mday;
    }
    CU_ASSERT_EQUAL(last_year, 9999);
}

static void months(void)
{
    static const struct {
        const char *from;
        int months;
        const char *to;
    } cases[] = {
        {"2024-01-31", 1, "2024-02-29"},         {"2023-01-31", 1, "2023-02-28"},   {"2024-02-29", 12, "2025-02-28"},
        {"2024-02-29", 48, "2028-02-29"},        {"2024-03-31", -1, "2024-02-29"},  {"2024-08-31", 1, "2024-09-30"},
        {"2024-12-31", 2, "2025-02-28"},         {"2024-01-15", -1, "2023-12-15"},  {"2024-07-01", 60, "2029-07-01"},
        {"2024-05-30", 0, "2024-05-30"},         {"1970-01-31", -11, "1969-02-28"}, {"9999-11-30", 1, "9999-12-30"},
        {"9999-12-01", 1, "9999-12-31"},         {"0001-01-05", -1, "0001-01-01"},  {"2000-01-01", INT32_MAX, "9999-12-31"},
        {"2000-01-01", INT32_MIN, "0001-01-01"},
    };
    char text[REG_DAY_TEXT];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reg_day_format(reg_day_add_months(day_of(cases[i].from), cases[i].months), text);
        CHECK_CASE(strcmp(text, cases[i].to) == 0, "%s and %d months: %s", cases[i].from, cases[i].months, text);
    }
}

static void day_of_a_time(void)
{
    static const struct {
        int64_t time_ms;
        int32_t day;
    } cases[] = {
        {0, 0},
        {INT64_C(57599999), 0},  /* 15:59:59.999 UTC is 23:59:59.999 in China */
        {INT64_C(57600000), 1},  /* midnight in China */
        {INT64_C(-28800000), 0}, /* 1970-01-01 00:00 in China */
        {INT64_C(-28800001), -1},
        {INT64_C(-86400000), -1},
        {INT64_C(1795478400000), 20781}, /* 2026-11-24 00:00 UTC */
        {INT64_MAX, INT32_MAX},
        {INT64_MIN, INT32_MIN},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_CASE(reg_day_of_time(cases[i].time_ms) == cases[i].day, "case %zu: %d", i, reg_day_of_time(cases[i].time_ms));
}

static void workdays(void)
{
    static const struct {
        const char *day;
        bool work;
    } cases[] = {
        {"2026-11-23", true},  {"2026-11-24", true},  {"2026-11-27", true},  {"2026-11-28", false}, {"2026-11-29", false},
        {"2024-02-04", true},  {"2024-02-09", true},  {"2024-02-10", false}, {"2024-02-16", false}, {"2024-02-17", false},
        {"2024-02-18", true},  {"2024-02-19", true},  {"2026-10-01", false}, {"2026-10-10", true},  {"1969-12-31", true},
        {"1970-01-03", false}, {"1970-01-04", false}, {"1970-01-05", true},  {"1969-12-28", false}, {"1969-12-29", true},
        {"2004-01-01", false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_CASE(reg_calendar_is_workday(day_of(cases[i].day)) == cases[i].work, "%s", cases[i].day);
}

/* Spring Festival 2024: off from Saturday 10 to Saturday 17 February, work on Sundays 4 and 18. */
static void limits_in_workdays(void)
{
    static const struct {
        const char *from;
        unsigned count;
        const char *to;
    } cases[] = {
        {"2024-02-07", 0, "2024-02-07"}, {"2024-02-07", 1, "2024-02-08"}, {"2024-02-09", 1, "2024-02-18"},
        {"2024-02-08", 3, "2024-02-19"}, {"2024-02-02", 1, "2024-02-04"}, {"2024-02-12", 1, "2024-02-18"},
        {"2026-11-24", 3, "2026-11-27"}, {"2026-11-26", 3, "2026-12-01"}, {"2024-01-29", 20, "2024-02-29"},
    };
    static const struct {
        const char *day, *moved;
    } ends[] = {
        {"2024-02-09", "2024-02-09"}, {"2024-02-10", "2024-02-18"}, {"2024-02-17", "2024-02-18"},
        {"2024-02-18", "2024-02-18"}, {"2026-11-28", "2026-11-30"}, {"2026-11-24", "2026-11-24"},
    };
    char text[REG_DAY_TEXT];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reg_day_format(reg_calendar_add_workdays(day_of(cases[i].from), cases[i].count), text);
        CHECK_CASE(strcmp(text, cases[i].to) == 0, "%s and %u days: %s", cases[i].from, cases[i].count, text);
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        reg_day_format(reg_calendar_move_off_holiday(day_of(ends[i].day)), text);
        CHECK_CASE(strcmp(text, ends[i].moved) == 0, "%s: %s", ends[i].day, text);
    }
    CU_ASSERT_EQUAL(reg_calendar_add_workdays(INT32_MAX - 1, 5), INT32_MAX);
}

/* A new year's rows in data/calendar.csv move this. */
static void what_the_calendar_knows(void)
{
    CU_ASSERT_FALSE(reg_calendar_is_provisional(day_of("2004-01-01")));
    CU_ASSERT_FALSE(reg_calendar_is_provisional(day_of("2026-12-31")));
    CU_ASSERT_TRUE(reg_calendar_is_provisional(day_of("2027-01-01")));
}

static CU_TestInfo tests[] = {
    {"parse", parse},
    {"every day round-trips", every_day_round_trips},
    {"months", months},
    {"day of a time", day_of_a_time},
    {"workdays", workdays},
    {"limits in workdays", limits_in_workdays},
    {"what the calendar knows", what_the_calendar_knows},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {{"date", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
