/* A store that somebody or something has changed: opening it says that it is damaged, in words, and never what the change
 * made of it. */
#include "fixture.h"

#include <stdio.h>

#include "suite.h"

static const struct damage {
    const char *name, *sql;
} damages[] = {
    {"the last byte of entry 0", "UPDATE entry SET body = CAST(substr(body, 1, length(body) - 1) || x'21' AS BLOB)"
                                 " WHERE position = 0"},
    {"the last byte of entry 1", "UPDATE entry SET body = CAST(substr(body, 1, length(body) - 1) || x'21' AS BLOB)"
                                 " WHERE position = 1"},
    {"the header of entry 1", "UPDATE entry SET header = CAST(substr(header, 1, length(header) - 1) || x'21' AS BLOB)"
                              " WHERE position = 1"},
    {"an entry 1 that is empty", "UPDATE entry SET body = x'' WHERE position = 1"},
    {"no entry 1", "DELETE FROM entry WHERE position = 1"},
};

static void beginnings(void)
{
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct fixture fixture;
        char sql[256];
        int error = fixture_start(&fixture, REG_SUITE_INTL);

        CHECK_CASE(error == 0, "%s", fixture.info.en);
        fixture_shut(&fixture);
        fixture.info = (struct reg_error_info){0};
        snprintf(sql, sizeof sql, "DROP TRIGGER entry_update; DROP TRIGGER entry_delete; %s", damages[i].sql);
        CHECK_CASE(fixture_sql(&fixture, sql), "%s: nothing changed", damages[i].name);
        error = fixture_open(&fixture);
        CHECK_CASE(error == REG_ERR_CORRUPT && *fixture.info.zh && *fixture.info.en, "%s: %d %s", damages[i].name, error,
                   fixture.info.en);
        fixture_end(&fixture);
    }
}

static CU_TestInfo tests[] = {{"a damaged beginning", beginnings}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"damage", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
