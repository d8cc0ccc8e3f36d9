/* Lines of the log: formats, escaping, cutting. */
#include <string.h>

#include "log/log.h"
#include "suite.h"

#define TIME_MS 1795514400123LL /* 2026-11-24T10:00:00.123Z */

static const struct {
    const char *name;
    enum rd_log_level level;
    enum rd_log_format format;
    const char *text, *expected;
} cases[] = {
    {"journal", RD_LOG_INFO, RD_LOG_JOURNAL, "listening", "<6>test: listening\n"},
    {"journal error", RD_LOG_ERROR, RD_LOG_JOURNAL, "no", "<3>test: no\n"},
    {"text", RD_LOG_WARNING, RD_LOG_TEXT, "慢", "2026-11-24T10:00:00.123Z warning test: 慢\n"},
    {"json", RD_LOG_DEBUG, RD_LOG_JSON, "a \"b\" \\",
     "{\"time\":\"2026-11-24T10:00:00.123Z\",\"level\":\"debug\",\"area\":\"test\",\"message\":\"a \\\"b\\\" \\\\\"}\n"},
    {"a peer cannot make a line", RD_LOG_INFO, RD_LOG_JOURNAL, "x\n<0>y\x7f\x1b", "<6>test: x\\u000a<0>y\\u007f\\u001b\n"},
    {"not UTF-8", RD_LOG_INFO, RD_LOG_JOURNAL, "a\xff\xe4\xb8z", "<6>test: a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\n"},
};

static void test_lines(void)
{
    char line[256];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len = rd_log_line(cases[i].level, cases[i].format, "test", cases[i].text, TIME_MS, line, sizeof line);

        CHECK_CASE(len == strlen(cases[i].expected) && memcmp(line, cases[i].expected, len) == 0, "%s: %.*s", cases[i].name,
                   (int)len, line);
    }
}

static void test_cut(void)
{
    char text[600] = "", line[200];
    size_t len;

    for (int i = 0; i < 150; i++)
        strcat(text, "照");
    for (int format = RD_LOG_JOURNAL; format <= RD_LOG_TEXT; format++)
        for (size_t size = 128; size <= sizeof line; size++) {
            len = rd_log_line(RD_LOG_INFO, (enum rd_log_format)format, "test", text, TIME_MS, line, size);
            CHECK_CASE(len <= size && line[len - 1] == '\n', "format %d size %zu", format, size);
            CHECK_CASE(memcmp(line + len - (format == RD_LOG_JSON ? 6 : 4), "照", 3) == 0,
                       "cut in a character, format %d size %zu", format, size);
            CHECK_CASE(format != RD_LOG_JSON || memcmp(line + len - 3, "\"}\n", 3) == 0, "open JSON, size %zu", size);
        }
}

static void test_levels(void)
{
    rd_log_setup(RD_LOG_NOTICE, RD_LOG_TEXT);
    CU_ASSERT_TRUE(rd_log_wants(RD_LOG_ERROR));
    CU_ASSERT_TRUE(rd_log_wants(RD_LOG_NOTICE));
    CU_ASSERT_FALSE(rd_log_wants(RD_LOG_INFO));
    CU_ASSERT_STRING_EQUAL(rd_log_level_name(RD_LOG_DEBUG), "debug");
}

static CU_TestInfo log_tests[] = {{"lines", test_lines}, {"cut", test_cut}, {"levels", test_levels}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"log", NULL, NULL, NULL, NULL, log_tests}, CU_SUITE_INFO_NULL};
