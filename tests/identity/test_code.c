/* Unified social credit codes: real ones, every reason, a million made ones, and what a slip of one character does. */
#include <registry/code.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "suite.h"

#define ALPHABET "0123456789ABCDEFGHJKLMNPQRTUWXY"
#define MADE     1000000
#define SEED     UINT64_C(20151001)

/* xorshift64: the same codes in every run. */
static uint64_t state;

static uint32_t random_below(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % limit;
}

/* Reads a CSV file; exits where it cannot be read (nothing else in the program makes sense then). */
static void read_table(const char *path, struct reg_csv *ret)
{
    static char text[1 << 20];
    struct reg_error_info info = {0};
    FILE *file = fopen(path, "rb");
    size_t len = file ? fread(text, 1, sizeof text, file) : 0;

    if (!file || reg_csv_parse(path, (struct reg_bytes){(const uint8_t *)text, len}, ret, &info) != 0) {
        fprintf(stderr, "cannot read %s: %s\n", path, info.en);
        exit(2);
    }
    fclose(file);
}

static void check_verdicts_of(const char *path)
{
    struct reg_csv codes;
    unsigned seen[3] = {0};

    read_table(path, &codes);
    CU_ASSERT_EQUAL(codes.rows, 94);
    for (size_t i = 0; i < codes.rows; i++) {
        const char *code = reg_csv_cell(&codes, i, 0), *expected = reg_csv_cell(&codes, i, 1);
        enum reg_verdict verdict = reg_code_check(code, strlen(code), NULL);

        seen[verdict]++;
        CHECK_CASE(strcmp(reg_verdict_name(verdict), expected) == 0, "%s is %s, not %s", code, expected,
                   reg_verdict_name(verdict));
    }
    CU_ASSERT(seen[REG_VERDICT_VALID] == 84 && seen[REG_VERDICT_LEGACY] == 3 && seen[REG_VERDICT_INVALID] == 7);
    reg_csv_clear(&codes);
}

static void test_real_codes(void)
{
    check_verdicts_of(REG_SOURCE_DIR "/tests/identity/credit_codes.csv");
}

/* The copy in this folder against where it came from. */
static void test_domain_codes(void)
{
    static const char path[] = REG_SOURCE_DIR "/../shared/domain/credit_codes.csv";
    FILE *file = fopen(path, "rb");

    if (!file) {
        printf("\nSKIPPED: %s is not there\n", path);
        return;
    }
    fclose(file);
    check_verdicts_of(path);
}

/* ---- reasons ------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *code;
    enum reg_code_reason reason;
} reasons[] = {
    {"example of GB 32100", "91350100M000100Y43", REG_CODE_GOOD},
    {"check value 31 folds to 0", "913502006120495420", REG_CODE_GOOD},
    {"empty", "", REG_CODE_LENGTH},
    {"17 characters", "91350100M000100Y4", REG_CODE_LENGTH},
    {"19 characters", "91350100M000100Y433", REG_CODE_LENGTH},
    {"lower case", "91350100m000100y43", REG_CODE_CHARACTER},
    {"I in the subject", "91350100MI00100Y43", REG_CODE_CHARACTER},
    {"O in the subject", "91350100MO00100Y43", REG_CODE_CHARACTER},
    {"S in the subject", "91350100MS00100Y43", REG_CODE_CHARACTER},
    {"V in the subject", "91350100MV00100Y43", REG_CODE_CHARACTER},
    {"Z as the check", "91350100M000100Y4Z", REG_CODE_CHARACTER},
    {"letter in the registrar", "9135A100M000100Y43", REG_CODE_CHARACTER},
    {"byte above 127",
     "91350100M\xC3\xA9"
     "0100Y43",
     REG_CODE_CHARACTER},
    {"space", "91350100M000100Y4 ", REG_CODE_CHARACTER},
    {"character before prefix", "95350100MI00100Y43", REG_CODE_CHARACTER},
    {"prefix 94", "94350100M000100Y43", REG_CODE_PREFIX},
    {"prefix 99", "99350100M000100Y43", REG_CODE_PREFIX},
    {"prefix Z of no department", "B1350100M000100Y43", REG_CODE_PREFIX},
    {"a resident ID", "420302199001010035", REG_CODE_PREFIX},
    {"subject check", "91350100M000100Y53", REG_CODE_SUBJECT_CHECK},
    {"subject check is a letter but X", "91350100M000100YA3", REG_CODE_SUBJECT_CHECK},
    {"subject check before the last character", "91350203M0001FUE3P", REG_CODE_SUBJECT_CHECK},
    {"last character", "91341302760810639B", REG_CODE_CHECK},
    {"legacy of Xiamen", "91350203M0001FUE2P", REG_CODE_LEGACY},
    {"the same with the character that follows", "91350203M0001FUE2J", REG_CODE_GOOD},
};

static void test_reasons(void)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        enum reg_code_reason reason = REG_CODE_OLD;
        enum reg_verdict verdict = reg_code_check(reasons[i].code, strlen(reasons[i].code), &reason),
                         expected = reasons[i].reason == REG_CODE_GOOD     ? REG_VERDICT_VALID
                                    : reasons[i].reason == REG_CODE_LEGACY ? REG_VERDICT_LEGACY
                                                                           : REG_VERDICT_INVALID;

        CHECK_CASE(reason == reasons[i].reason, "%s: %s", reasons[i].name, reg_code_reason_name(reason));
        CHECK_CASE(verdict == expected, "%s: %s", reasons[i].name, reg_verdict_name(verdict));
    }
}

/* The last character of 17 that computes; by the definition, one weight after the other. */
static char last_character(const char *code)
{
    unsigned weight = 1, sum = 0;

    for (int i = 0; i < 17; i++, weight = weight * 3 % 31)
        sum += (unsigned)(strchr(ALPHABET, code[i]) - ALPHABET) * weight;
    return ALPHABET[(31 - sum % 31) % 31];
}

static void test_legacy_is_narrow(void)
{
    static const struct {
        const char *body; /* 17 characters whose subject check holds */
        bool legacy;
    } cases[] = {
        {"91350203M0001FUE2", true},  {"91350100M000100Y4", true},  {"91350303M0001FUE2", false},
        {"91360203M0001FUE2", false}, {"91350200612049542", false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (const char *c = ALPHABET; *c; c++) {
            char code[19];
            enum reg_verdict verdict, expected = cases[i].legacy ? REG_VERDICT_LEGACY : REG_VERDICT_INVALID;

            snprintf(code, sizeof code, "%s%c", cases[i].body, *c);
            verdict = reg_code_check(code, 18, NULL);
            if (*c == last_character(code))
                expected = REG_VERDICT_VALID;
            CHECK_CASE(verdict == expected, "%s: %s", code, reg_verdict_name(verdict));
        }
}

static void test_unknown_registrar_is_a_warning(void)
{
    enum reg_code_reason reason = REG_CODE_GOOD;
    char code[19] = "91999999760810639";

    code[17] = last_character(code);
    CU_ASSERT_EQUAL(reg_code_check(code, 18, &reason), REG_VERDICT_VALID);
    CU_ASSERT_EQUAL(reason, REG_CODE_REGISTRAR_UNKNOWN);
}

static void test_prefixes(void)
{
    static const char path[] = REG_SOURCE_DIR "/data/credit_code_prefixes.csv";
    struct reg_csv prefixes;

    read_table(path, &prefixes);
    CU_ASSERT_EQUAL(prefixes.rows, 36);
    for (const char *d = ALPHABET; *d; d++)
        for (const char *c = ALPHABET; *c; c++) {
            bool expected = false;
            enum reg_code_reason reason;
            char code[19];

            for (size_t i = 0; i < prefixes.rows; i++)
                expected = expected || (*reg_csv_cell(&prefixes, i, 0) == *d && *reg_csv_cell(&prefixes, i, 2) == *c);
            snprintf(code, sizeof code, "%c%c341302760810639", *d, *c);
            code[17] = last_character(code);
            (void)reg_code_check(code, 18, &reason);
            CHECK_CASE(reason == (expected ? REG_CODE_GOOD : REG_CODE_PREFIX), "%c%c: %s", *d, *c,
                       reg_code_reason_name(reason));
        }
    reg_csv_clear(&prefixes);
}

static void test_names_and_texts(void)
{
    for (enum reg_code_reason r = REG_CODE_GOOD; r <= REG_CODE_OLD; r++) {
        CHECK_CASE(*reg_code_reason_name(r) && *reg_code_reason_text(r, true) && *reg_code_reason_text(r, false), "%d",
                   (int)r);
        for (enum reg_code_reason other = REG_CODE_GOOD; other < r; other++)
            CHECK_CASE(strcmp(reg_code_reason_name(r), reg_code_reason_name(other)) != 0, "%d, %d", (int)r, (int)other);
    }
    CU_ASSERT_STRING_EQUAL(reg_code_reason_name(REG_CODE_CHECK), "check");
}

/* ---- making -------------------------------------------------------------------------------------------------------- */

static void random_body(char body[9])
{
    for (int i = 0; i < 8; i++)
        body[i] = ALPHABET[random_below(31)];
    body[8] = '\0';
}

/* Every other character of the alphabet at every place. The last check sees each such change by itself: 31 is prime, no
 * weight is a multiple of it and two values differ by less, so the sum changes mod 31. Valid is therefore impossible; legacy
 * (which ignores the last character) is not, in Fuzhou's and Xiamen's M000. */
static void check_slips(const char *code)
{
    char slip[19];

    memcpy(slip, code, sizeof slip);
    for (int i = 0; i < 18; i++) {
        for (const char *c = ALPHABET; *c; c++) {
            slip[i] = *c;
            if (*c != code[i])
                CHECK_CASE(reg_code_check(slip, 18, NULL) != REG_VERDICT_VALID, "%s from %s", slip, code);
        }
        slip[i] = code[i];
    }
}

static void test_made_codes(void)
{
    static const char *const prefixes[] = {"91", "92", "93", "11", "A1", "N3", "Y1"};
    static const unsigned registrars[] = {341300, 341302, 110000, 100000, 320594, 350200};
    unsigned bad = 0, zeros = 0;

    state = SEED;
    printf(" (seed %llu) ", (unsigned long long)SEED);
    for (int i = 0; i < MADE; i++) {
        enum reg_code_reason reason = REG_CODE_OLD;
        char body[9], code[19] = "";

        random_body(body);
        if (reg_code_make(prefixes[i % 7], registrars[i % 6], body, code) != 0 ||
            reg_code_check(code, 18, &reason) != REG_VERDICT_VALID || reason != REG_CODE_GOOD ||
            code[17] != last_character(code) || strlen(code) != 18) {
            if (bad++ == 0)
                CHECK_CASE(0, "%s of %s: %s", code, body, reg_code_reason_name(reason));
        }
        zeros += code[17] == '0';
        if (i % 5000 == 0)
            check_slips(code);
    }
    CU_ASSERT_EQUAL(bad, 0);
    /* One in 31 folds 31 to 0: the classic bug would have made none, or failed above. */
    CU_ASSERT(zeros > MADE / 31 * 9 / 10 && zeros < MADE / 31 * 11 / 10);
}

static const struct {
    const char *name, *prefix;
    unsigned registrar;
    const char *body;
} cannot[] = {
    {"prefix", "94", 341300, "MA2PBMA7"},
    {"registrar unknown", "91", 999999, "MA2PBMA7"},
    {"registrar of 7 digits", "91", 1341300, "MA2PBMA7"},
    {"registrar 0", "91", 0, "MA2PBMA7"},
    {"letter O", "91", 341300, "MA2OBMA7"},
    {"letter Z", "91", 341300, "MA2ZBMA7"},
    {"lower case", "91", 341300, "ma2pbma7"},
    {"short body", "91", 341300, "MA2PBMA"},
};

static void test_cannot_make(void)
{
    for (size_t i = 0; i < sizeof cannot / sizeof *cannot; i++) {
        char body[9] = {0}, code[19] = "untouched";

        memcpy(body, cannot[i].body, strlen(cannot[i].body));
        CHECK_CASE(reg_code_make(cannot[i].prefix, cannot[i].registrar, body, code) == REG_ERR_INVALID, "%s",
                   cannot[i].name);
        CHECK_CASE(strcmp(code, "untouched") == 0, "%s", cannot[i].name);
    }
}

static void test_make_a_real_code(void)
{
    char code[19];

    CU_ASSERT_EQUAL(reg_code_make("91", 341302, "76081063", code), 0);
    CU_ASSERT_STRING_EQUAL(code, "91341302760810639A");
}

static const struct {
    const char *prefix;
    uint64_t n;
    int error;
    const char *body;
} bodies[] = {
    {"MAK", 0, 0, "MAK00000"},
    {"MAK", 30, 0, "MAK0000Y"},
    {"MAK", 31, 0, "MAK00010"},
    {"MAK", 28629150, 0, "MAKYYYYY"},
    {"MAK", 28629151, REG_ERR_LIMIT, NULL}, /* 31^5 */
    {"MAK", UINT64_MAX, REG_ERR_LIMIT, NULL},
    {"MA2P", 961, 0, "MA2P0100"},
    {"MAK00000", 0, 0, "MAK00000"},
    {"MAK00000", 1, REG_ERR_LIMIT, NULL},
    {"", 852891037440, 0, "YYYYYYYY"},
    {"", 852891037441, REG_ERR_LIMIT, NULL}, /* 31^8 */
    {"MAK000000", 0, REG_ERR_LIMIT, NULL},
    {"MAO", 0, REG_ERR_INVALID, NULL},
};

static void test_pool_bodies(void)
{
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        char body[9] = "same";
        int error = reg_code_pool_body(bodies[i].prefix, bodies[i].n, body);

        CHECK_CASE(error == bodies[i].error, "%s %llu: %d", bodies[i].prefix, (unsigned long long)bodies[i].n, error);
        CHECK_CASE(strcmp(body, bodies[i].body ? bodies[i].body : "same") == 0, "%s %llu: %s", bodies[i].prefix,
                   (unsigned long long)bodies[i].n, body);
    }
}

/* ---- divisions ----------------------------------------------------------------------------------------------------- */

/* The bitmap against the rows it was made from, over every number that could be a division. */
static void test_divisions(void)
{
    static const char *const paths[] = {REG_SOURCE_DIR "/data/divisions.csv", REG_SOURCE_DIR "/data/registrar_codes.csv"};
    static bool expected[1000100];
    unsigned wrong = 0;

    for (int p = 0; p < 2; p++) {
        struct reg_csv table;

        read_table(paths[p], &table);
        for (size_t i = 0; i < table.rows; i++) {
            unsigned code = (unsigned)strtoul(reg_csv_cell(&table, i, 0), NULL, 10);
            const char *name = reg_division_name(code);

            expected[code] = true;
            CHECK_CASE(name && strcmp(name, reg_csv_cell(&table, i, 1)) == 0, "%u", code);
        }
        reg_csv_clear(&table);
    }
    for (unsigned code = 0; code < sizeof expected; code++)
        if (reg_registrar_known(code) != expected[code] || !reg_division_name(code) == expected[code])
            CHECK_CASE(wrong++ > 0, "%u", code);
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_FALSE(reg_registrar_known(4294967295u));
    CU_ASSERT_TRUE(reg_registrar_known(100000)); /* SAMR itself */
}

static CU_TestInfo tests[] = {
    {"real codes", test_real_codes},
    {"real codes of the domain data", test_domain_codes},
    {"reasons and their order", test_reasons},
    {"legacy is narrow", test_legacy_is_narrow},
    {"an unknown registrar is a warning", test_unknown_registrar_is_a_warning},
    {"prefixes", test_prefixes},
    {"names and texts", test_names_and_texts},
    {"a million made codes and slips", test_made_codes},
    {"what cannot be made", test_cannot_make},
    {"making a real code", test_make_a_real_code},
    {"bodies of a pool", test_pool_bodies},
    {"divisions", test_divisions},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {{.pName = "credit code", .pTests = tests}, CU_SUITE_INFO_NULL};
