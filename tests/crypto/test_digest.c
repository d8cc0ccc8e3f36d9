/* Digests against the standards' examples, and the names of suites. */
#include "crypto/digest.h"

#include <string.h>

#include "hex.h"
#include "suite.h"

#define TEXT(text)                                                                                                          \
    {                                                                                                                       \
        (const uint8_t *)(text), sizeof(text) - 1                                                                           \
    }

static const struct {
    const char *name;
    enum reg_suite suite;
    struct reg_bytes parts[3];
    size_t count;
    const char *digest;
} vectors[] = {
    {"GB/T 32905 A.1", REG_SUITE_GM, {TEXT("abc")}, 1, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
    {"GB/T 32905 A.2",
     REG_SUITE_GM,
     {TEXT("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd")},
     1,
     "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"},
    {"SM3 in parts",
     REG_SUITE_GM,
     {TEXT("a"), {NULL, 0}, TEXT("bc")},
     3,
     "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
    {"SHA-256, FIPS 180-4",
     REG_SUITE_INTL,
     {TEXT("abc")},
     1,
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"SHA-256 of nothing",
     REG_SUITE_INTL,
     {{NULL, 0}},
     0,
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"SHA-256 in parts",
     REG_SUITE_INTL,
     {TEXT("ab"), TEXT("c")},
     2,
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
};

static void test_vectors(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        uint8_t digest[REG_DIGEST_LEN] = {0}, expected[REG_DIGEST_LEN];

        hex_bytes(vectors[i].digest, expected);
        CHECK_CASE(reg_digest(vectors[i].suite, vectors[i].parts, vectors[i].count, digest) == 0, "%s", vectors[i].name);
        CHECK_CASE(memcmp(digest, expected, sizeof digest) == 0, "%s", vectors[i].name);
        if (vectors[i].suite == REG_SUITE_INTL) {
            memset(digest, 0, sizeof digest);
            CHECK_CASE(reg_sha256(vectors[i].parts, vectors[i].count, digest) == 0, "%s", vectors[i].name);
            CHECK_CASE(memcmp(digest, expected, sizeof digest) == 0, "%s", vectors[i].name);
        }
    }
}

static void test_secrets(void)
{
    uint8_t a[4] = {1, 2, 3, 4}, b[4] = {1, 2, 3, 5}, zero[4] = {0};

    CU_ASSERT_TRUE(reg_secret_equal(a, a, 4));
    CU_ASSERT_FALSE(reg_secret_equal(a, b, 4));
    CU_ASSERT_TRUE(reg_secret_equal(a, b, 3));
    reg_secret_wipe(a, sizeof a);
    CU_ASSERT(memcmp(a, zero, sizeof a) == 0);
}

static void test_suites(void)
{
    enum reg_suite suite = REG_SUITE_GM;

    CU_ASSERT(reg_suite_parse("intl", &suite) == 0 && suite == REG_SUITE_INTL);
    CU_ASSERT(reg_suite_parse("gm", &suite) == 0 && suite == REG_SUITE_GM);
    CU_ASSERT(reg_suite_parse("GM", &suite) == REG_ERR_INVALID && suite == REG_SUITE_GM);
    CU_ASSERT(reg_suite_parse("", &suite) == REG_ERR_INVALID);
    CU_ASSERT_STRING_EQUAL(reg_suite_name(REG_SUITE_GM), "gm");
    CU_ASSERT_STRING_EQUAL(reg_suite_name(REG_SUITE_INTL), "intl");
}

static CU_TestInfo tests[] = {
    {"vectors", test_vectors}, {"secrets", test_secrets}, {"suites", test_suites}, CU_TEST_INFO_NULL};

CU_SuiteInfo suites[] = {{.pName = "digest", .pTests = tests}, CU_SUITE_INFO_NULL};
