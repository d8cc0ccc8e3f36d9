/* Checkpoints in both suites: what is signed verifies, and no changed byte does. */
#include <string.h>

#include "ledger/checkpoint.h"
#include "suite.h"

#define ORIGIN "registry.example/0123456789abcdef"

static void check_suite(enum reg_suite suite)
{
    struct reg_signer *log = NULL, *other = NULL;
    uint8_t root[REG_DIGEST_LEN], got[REG_DIGEST_LEN];
    struct reg_buf note = REG_BUF_INIT;
    struct reg_error_info info;
    uint64_t size = 0;

    for (size_t i = 0; i < sizeof root; i++)
        root[i] = (uint8_t)(i * 7);
    CU_ASSERT_EQUAL_FATAL(reg_signer_generate(suite, REG_KEY_LOG, &log), 0);
    CU_ASSERT_EQUAL_FATAL(reg_signer_generate(suite, REG_KEY_LOG, &other), 0);
    CU_ASSERT_EQUAL_FATAL(reg_checkpoint_sign(log, ORIGIN, 12345, root, &note), 0);
    CU_ASSERT_EQUAL(strncmp((const char *)note.data, ORIGIN "\n12345\n", sizeof ORIGIN + 6), 0);
    CU_ASSERT_EQUAL(reg_checkpoint_verify(reg_signer_public_key(log), ORIGIN, reg_buf_bytes(&note), &size, got, &info), 0);
    CU_ASSERT_EQUAL(size, 12345);
    CU_ASSERT_EQUAL(memcmp(got, root, sizeof root), 0);
    CU_ASSERT_EQUAL(reg_checkpoint_verify(reg_signer_public_key(other), ORIGIN, reg_buf_bytes(&note), &size, got, &info),
                    REG_ERR_SIGNATURE);
    CU_ASSERT_EQUAL(reg_checkpoint_verify(reg_signer_public_key(log), "another.example/0123456789abcdef",
                                          reg_buf_bytes(&note), &size, got, &info),
                    REG_ERR_SIGNATURE);
    for (size_t i = 0; i < note.len; i++) {
        note.data[i] ^= 1;
        CHECK_CASE(reg_checkpoint_verify(reg_signer_public_key(log), ORIGIN, reg_buf_bytes(&note), &size, got, &info) != 0,
                   "byte %zu", i);
        note.data[i] ^= 1;
    }
    for (size_t len = 0; len < note.len; len++)
        CHECK_CASE(reg_checkpoint_verify(reg_signer_public_key(log), ORIGIN, (struct reg_bytes){note.data, len}, &size, got,
                                         &info) != 0,
                   "the first %zu bytes", len);
    reg_buf_clear(&note);
    reg_signer_free(log);
    reg_signer_free(other);
}

static void test_gm(void)
{
    check_suite(REG_SUITE_GM);
}

static void test_intl(void)
{
    check_suite(REG_SUITE_INTL);
}

static CU_TestInfo tests[] = {{"gm", test_gm}, {"intl", test_intl}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"checkpoint", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
