/* Organisation codes, registration numbers, resident IDs. */
#include <registry/code.h>

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "suite.h"

static void expect(const char *number, enum reg_verdict verdict, enum reg_code_reason reason, enum reg_code_reason expected)
{
    CHECK_CASE(reason == expected, "\"%s\": %s, not %s", number, reg_code_reason_name(reason),
               reg_code_reason_name(expected));
    CHECK_CASE((verdict == REG_VERDICT_VALID) == (expected == REG_CODE_GOOD), "\"%s\": %s", number,
               reg_verdict_name(verdict));
}

/* ---- organisation code --------------------------------------------------------------------------------------------- */

static const struct {
    const char *code;
    enum reg_code_reason reason;
} organisations[] = {
    {"760810639", REG_CODE_GOOD},      {"76081063-9", REG_CODE_GOOD},
    {"57098120X", REG_CODE_GOOD}, /* 10 is X */
    {"612049542", REG_CODE_GOOD},      {"M000100Y4", REG_CODE_GOOD},
    {"D2143569X", REG_CODE_GOOD}, /* GB 11714 */
    {"760810638", REG_CODE_CHECK},     {"57098120x", REG_CODE_CHARACTER},
    {"57098120A", REG_CODE_CHECK},     {"76081063", REG_CODE_LENGTH},
    {"7608106399", REG_CODE_LENGTH},   {"76081063--9", REG_CODE_LENGTH},
    {"7608-10639", REG_CODE_LENGTH},   {"", REG_CODE_LENGTH},
    {"7608 0639", REG_CODE_CHARACTER},
};

static void test_organisations(void)
{
    char made[10] = "same";

    for (size_t i = 0; i < sizeof organisations / sizeof *organisations; i++) {
        enum reg_code_reason reason = REG_CODE_OLD;
        const char *code = organisations[i].code;
        enum reg_verdict verdict = reg_organisation_code_check(code, strlen(code), &reason);

        expect(code, verdict, reason, organisations[i].reason);
    }
    CU_ASSERT_EQUAL(reg_organisation_code_make("760810_3", made), REG_ERR_INVALID);
    CU_ASSERT_STRING_EQUAL(made, "same");
    CU_ASSERT_EQUAL(reg_organisation_code_make("D2143569", made), 0);
    CU_ASSERT_STRING_EQUAL(made, "D2143569X");
    CU_ASSERT_EQUAL(reg_organisation_code_check("760810639", 9, NULL), REG_VERDICT_VALID);
}

/* Every check character occurs, 0 (from 11) and X (from 10) among them, and only the made one is accepted. */
static void test_organisation_checks(void)
{
    static const char checks[] = "0123456789X";
    unsigned seen[11] = {0};

    for (unsigned n = 0; n < 2000; n++) {
        char body[9], code[10];

        snprintf(body, sizeof body, "%08u", n * 48611u % 100000000u);
        CHECK_CASE(reg_organisation_code_make(body, code) == 0, "%s", body);
        seen[strchr(checks, code[8]) - checks]++;
        for (const char *c = checks; *c; c++) {
            char other[10];

            snprintf(other, sizeof other, "%s%c", body, *c);
            CHECK_CASE((reg_organisation_code_check(other, 9, NULL) == REG_VERDICT_VALID) == (*c == code[8]), "%s", other);
        }
    }
    for (int i = 0; i < 11; i++)
        CHECK_CASE(seen[i] > 0, "%c", checks[i]);
}

/* ---- registration number ------------------------------------------------------------------------------------------- */

static const struct {
    const char *number;
    enum reg_code_reason reason;
} registrations[] = {
    {"110000000000016", REG_CODE_CHECK},     {"11010800000001", REG_CODE_LENGTH},     {"1101080000000166", REG_CODE_LENGTH},
    {"11010800000001X", REG_CODE_CHARACTER}, {"1101080000A0016", REG_CODE_CHARACTER}, {"", REG_CODE_LENGTH},
};

/* ISO 7064 MOD 11,10 in the standard's other form: the number with its check digit leaves 1. */
static bool pure_check(const char *number)
{
    int p = 10, s = 0;

    for (int i = 0; i < 15; i++) {
        s = p % 11 + (number[i] - '0');
        p = (s % 10 == 0 ? 10 : s % 10) * 2;
    }
    return s % 10 == 1;
}

static void test_registrations(void)
{
    char made[16] = "same";

    for (size_t i = 0; i < sizeof registrations / sizeof *registrations; i++) {
        enum reg_code_reason reason = REG_CODE_OLD;
        const char *number = registrations[i].number;
        enum reg_verdict verdict = reg_registration_number_check(number, strlen(number), &reason);

        expect(number, verdict, reason, registrations[i].reason);
    }
    CU_ASSERT_EQUAL(reg_registration_number_make("3413000000000X", made), REG_ERR_INVALID);
    CU_ASSERT_STRING_EQUAL(made, "same");
    for (unsigned n = 0; n < 3000; n++) {
        char body[15];

        snprintf(body, sizeof body, "341300%08u", n * 31337u);
        CHECK_CASE(reg_registration_number_make(body, made) == 0 && pure_check(made), "%s: %s", body, made);
        for (char c = '0'; c <= '9'; c++) {
            bool same = c == made[14];
            char other[16];

            snprintf(other, sizeof other, "%s%c", body, c);
            CHECK_CASE((reg_registration_number_check(other, 15, NULL) == REG_VERDICT_VALID) == same, "%s", other);
        }
    }
}

/* ---- resident ID --------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *id;
    enum reg_code_reason reason;
} ids[] = {
    {"example of GB 11643", "11010519491231002X", REG_CODE_GOOD},
    {"example of GB 11643, 1880", "440524188001010014", REG_CODE_GOOD},
    {"lower-case x", "11010519491231002x", REG_CODE_CHARACTER},
    {"15 digits", "110105491231002", REG_CODE_OLD},
    {"17 digits", "11010519491231002", REG_CODE_LENGTH},
    {"19 digits", "11010519491231002X1", REG_CODE_LENGTH},
    {"empty", "", REG_CODE_LENGTH},
    {"X within", "1101051949123100X2", REG_CODE_CHARACTER},
    {"letter as check", "11010519491231002A", REG_CODE_CHARACTER},
    {"check", "110105194912310021", REG_CODE_CHECK},
};

/* Bodies of invented persons: the check is computed, the date decides. */
static const struct {
    const char *name, *body;
    enum reg_code_reason reason;
} dates[] = {
    {"today", "34130220261124001", REG_CODE_GOOD},
    {"tomorrow", "34130220261125001", REG_CODE_DATE},
    {"29 February of a leap year", "34130220240229001", REG_CODE_GOOD},
    {"29 February of another", "34130220230229001", REG_CODE_DATE},
    {"29 February 1900", "34130219000229001", REG_CODE_DATE},
    {"month 13", "34130219901301001", REG_CODE_DATE},
    {"month 0", "34130219900001001", REG_CODE_DATE},
    {"day 31 of April", "34130219900431001", REG_CODE_DATE},
    {"day 0", "34130219900400001", REG_CODE_DATE},
    {"year 1800", "34130218000101001", REG_CODE_GOOD},
    {"year 1799", "34130217991231001", REG_CODE_DATE},
    {"residence permit of Hong Kong", "81000019900401001", REG_CODE_GOOD},
    {"residence permit of Macao", "82000019900401001", REG_CODE_GOOD},
    {"residence permit of Taiwan", "83000019900401001", REG_CODE_GOOD},
    {"permanent residence card", "91134019900401001", REG_CODE_GOOD},
};

static void test_resident_ids(void)
{
    int32_t today = reg_day_of_civil(2026, 11, 24);

    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        enum reg_code_reason reason = REG_CODE_GOOD;
        enum reg_verdict verdict = reg_resident_id_check(ids[i].id, strlen(ids[i].id), today, &reason);

        expect(ids[i].name, verdict, reason, ids[i].reason);
    }
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        enum reg_code_reason reason = REG_CODE_OLD;
        enum reg_verdict verdict;
        char id[19];

        CHECK_CASE(reg_resident_id_make(dates[i].body, id) == 0, "%s", dates[i].name);
        verdict = reg_resident_id_check(id, 18, today, &reason);
        expect(dates[i].name, verdict, reason, dates[i].reason);
    }
}

/* MOD 11-2 sees every change of one character and every swap of two neighbours. */
static void test_resident_slips(void)
{
    static const char id[] = "11010519491231002X";
    int32_t today = reg_day_of_civil(2026, 11, 24);
    char slip[19], made[19] = "same";

    for (int i = 0; i < 18; i++)
        for (const char *c = "0123456789X"; *c; c++) {
            memcpy(slip, id, sizeof slip);
            slip[i] = *c;
            CHECK_CASE((reg_resident_id_check(slip, 18, today, NULL) == REG_VERDICT_VALID) == (*c == id[i]), "%s", slip);
        }
    for (int i = 0; i < 17; i++) {
        memcpy(slip, id, sizeof slip);
        slip[i] = id[i + 1];
        slip[i + 1] = id[i];
        CHECK_CASE((reg_resident_id_check(slip, 18, today, NULL) == REG_VERDICT_VALID) == (id[i] == id[i + 1]), "%s", slip);
    }
    CU_ASSERT_EQUAL(reg_resident_id_make("1101051949123100X", made), REG_ERR_INVALID);
    CU_ASSERT_STRING_EQUAL(made, "same");
}

static CU_TestInfo tests[] = {
    {"organisation codes", test_organisations},     {"organisation code checks", test_organisation_checks},
    {"registration numbers", test_registrations},   {"resident IDs", test_resident_ids},
    {"slips in resident IDs", test_resident_slips}, CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {{.pName = "numbers", .pTests = tests}, CU_SUITE_INFO_NULL};
