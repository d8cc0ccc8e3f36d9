/* Sealing: round trips, every byte of what is sealed, the aad and the key; case keys under the master key. */
#include "crypto/seal.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

static const enum reg_suite both[] = {REG_SUITE_GM, REG_SUITE_INTL};
static const uint8_t key[REG_CASE_KEY_LEN] = {1, 2, 3}, nonce[REG_SEAL_NONCE_LEN] = {9, 8, 7};
static const struct reg_bytes aad = {(const uint8_t *)"case 7, section 3", 17}, none = {NULL, 0};

static size_t overhead(enum reg_suite suite)
{
    return suite == REG_SUITE_GM ? 16 + 32 : 12 + 16;
}

static void test_round_trip(void)
{
    static const size_t lens[] = {0, 1, 15, 16, 17, 1000, 100000};
    static uint8_t plain[100000];

    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i < 2 * sizeof lens / sizeof *lens; i++) {
        enum reg_suite suite = both[i % 2];
        size_t len = lens[i / 2];
        struct reg_buf sealed = REG_BUF_INIT, back = REG_BUF_INIT;

        reg_buf_puts(&sealed, "before");
        reg_buf_puts(&back, "before");
        CHECK_CASE(reg_seal(suite, key, nonce, len % 2 ? aad : none, (struct reg_bytes){plain, len}, &sealed) == 0, "%zu",
                   i);
        CHECK_CASE(sealed.len == 6 + len + overhead(suite) && memcmp(sealed.data, "before", 6) == 0, "%zu", i);
        CHECK_CASE(len < 15 || memcmp(sealed.data + 6 + (suite == REG_SUITE_GM ? 16 : 12), plain, len) != 0, "%zu", i);
        CHECK_CASE(
            reg_unseal(suite, key, len % 2 ? aad : none, (struct reg_bytes){sealed.data + 6, sealed.len - 6}, &back) == 0,
            "%zu", i);
        CHECK_CASE(back.len == 6 + len && memcmp(back.data, "before", 6) == 0 && memcmp(back.data + 6, plain, len) == 0,
                   "%zu", i);
        reg_buf_clear(&sealed);
        reg_buf_clear(&back);
    }
}

/* One sealer for many: each as if it were the only one, whatever failed before. */
static void test_sealer(void)
{
    for (size_t i = 0; i < 2; i++) {
        struct reg_sealer *sealer = NULL;
        struct reg_buf sealed[3] = {REG_BUF_INIT, REG_BUF_INIT, REG_BUF_INIT}, back = REG_BUF_INIT;
        uint8_t nonces[3][REG_SEAL_NONCE_LEN] = {{1}, {2}, {3}};
        static const char *const texts[3] = {"one", "", "a third text, longer than a block of sixteen"};

        CU_ASSERT_EQUAL_FATAL(reg_sealer_new(both[i], key, &sealer), 0);
        for (size_t j = 0; j < 3; j++)
            CU_ASSERT_EQUAL(reg_sealer_seal(sealer, nonces[j], aad,
                                            (struct reg_bytes){(const uint8_t *)texts[j], strlen(texts[j])}, &sealed[j]),
                            0);
        for (size_t j = 0; j < 6; j++) {
            struct reg_bytes bytes = reg_buf_bytes(&sealed[j % 3]);

            CHECK_CASE(reg_sealer_open(sealer, none, bytes, &back) == REG_ERR_SIGNATURE && back.len == 0, "%zu", j);
            CHECK_CASE(reg_sealer_open(sealer, aad, bytes, &back) == 0 && back.len == strlen(texts[j % 3]) &&
                           (back.len == 0 || memcmp(back.data, texts[j % 3], back.len) == 0),
                       "%zu", j);
            back.len = 0;
            CHECK_CASE(reg_unseal(both[i], key, aad, bytes, &back) == 0 && back.len == strlen(texts[j % 3]), "%zu alone", j);
            back.len = 0;
        }
        for (size_t j = 0; j < 3; j++)
            reg_buf_clear(&sealed[j]);
        reg_buf_clear(&back);
        reg_sealer_free(sealer);
    }
}

/* Unsealing must fail as a signature does and leave the buffer as it was. */
static void refuse(enum reg_suite suite, const uint8_t *with, struct reg_bytes bound, struct reg_bytes sealed,
                   const char *name, size_t number)
{
    struct reg_buf back = REG_BUF_INIT;

    reg_buf_puts(&back, "same");
    CHECK_CASE(reg_unseal(suite, with, bound, sealed, &back) == REG_ERR_SIGNATURE, "%s %zu", name, number);
    CHECK_CASE(back.error == 0 && back.len == 4 && memcmp(back.data, "same", 4) == 0, "%s %zu", name, number);
    reg_buf_clear(&back);
}

static void test_tampering(void)
{
    static const struct reg_bytes plain = {(const uint8_t *)"the operator's residence", 24};

    for (size_t s = 0; s < 2; s++) {
        enum reg_suite suite = both[s], other = both[1 - s];
        struct reg_buf sealed = REG_BUF_INIT;
        uint8_t other_key[REG_CASE_KEY_LEN];
        const char *name = reg_suite_name(suite);

        CU_ASSERT_EQUAL_FATAL(reg_seal(suite, key, nonce, aad, plain, &sealed), 0);
        for (size_t i = 0; i < sealed.len; i++) {
            sealed.data[i] ^= 0x80;
            refuse(suite, key, aad, reg_buf_bytes(&sealed), name, i);
            sealed.data[i] ^= 0x80;
        }
        for (size_t len = 0; len < sealed.len; len++)
            refuse(suite, key, aad, (struct reg_bytes){sealed.data, len}, name, len);
        memcpy(other_key, key, sizeof other_key);
        other_key[31] ^= 1;
        refuse(suite, other_key, aad, reg_buf_bytes(&sealed), name, 0);
        refuse(suite, key, none, reg_buf_bytes(&sealed), name, 0);
        refuse(suite, key, (struct reg_bytes){aad.data, aad.len - 1}, reg_buf_bytes(&sealed), name, 0);
        refuse(other, key, aad, reg_buf_bytes(&sealed), name, 0);
        reg_buf_clear(&sealed);
    }
}

/* Bytes that move from the nonce into the aad would make the same MAC input if the aad's length were not in it. */
static void test_aad_boundary(void)
{
    struct reg_buf sealed = REG_BUF_INIT;
    uint8_t longer[18];

    CU_ASSERT_EQUAL_FATAL(reg_seal(REG_SUITE_GM, key, nonce, aad, aad, &sealed), 0);
    memcpy(longer, aad.data, 17);
    longer[17] = sealed.data[0];
    refuse(REG_SUITE_GM, key, (struct reg_bytes){longer, 18}, (struct reg_bytes){sealed.data + 1, sealed.len - 1}, "moved",
           0);
    reg_buf_clear(&sealed);
}

static void test_case_keys(void)
{
    static const uint8_t master_bytes[32] = {5, 5, 5}, other_bytes[32] = {5, 5, 6};

    for (size_t s = 0; s < 2; s++) {
        struct reg_master_key *master = NULL, *other = NULL;
        struct reg_buf wrapped = REG_BUF_INIT, not_a_key = REG_BUF_INIT;
        uint8_t back[REG_CASE_KEY_LEN] = {0}, same[REG_CASE_KEY_LEN] = {0};

        CU_ASSERT_EQUAL_FATAL(reg_master_key_new(both[s], master_bytes, &master), 0);
        CU_ASSERT_EQUAL_FATAL(reg_master_key_new(both[s], other_bytes, &other), 0);
        CU_ASSERT_EQUAL_FATAL(reg_case_key_wrap(master, key, nonce, &wrapped), 0);
        CU_ASSERT_EQUAL(wrapped.len, REG_CASE_KEY_LEN + overhead(both[s]));
        CU_ASSERT_EQUAL(reg_case_key_unwrap(other, reg_buf_bytes(&wrapped), back), REG_ERR_SIGNATURE);
        CU_ASSERT(memcmp(back, same, sizeof back) == 0);
        CU_ASSERT_EQUAL(reg_case_key_unwrap(master, reg_buf_bytes(&wrapped), back), 0);
        CU_ASSERT(memcmp(back, key, sizeof back) == 0);
        CU_ASSERT_EQUAL(reg_case_key_unwrap(master, none, back), REG_ERR_SIGNATURE);
        /* What another use sealed under the same bytes is no case key. */
        CU_ASSERT_EQUAL(reg_seal(both[s], master_bytes, nonce, none, (struct reg_bytes){key, 32}, &not_a_key), 0);
        CU_ASSERT_EQUAL(reg_case_key_unwrap(master, reg_buf_bytes(&not_a_key), back), REG_ERR_SIGNATURE);
        reg_buf_clear(&wrapped);
        reg_buf_clear(&not_a_key);
        reg_master_key_free(master);
        reg_master_key_free(other);
    }
    reg_master_key_free(NULL);
}

static CU_TestInfo tests[] = {{"one sealer for many", test_sealer},
                              {"round trip", test_round_trip},
                              {"tampering", test_tampering},
                              {"boundary of the aad", test_aad_boundary},
                              {"case keys", test_case_keys},
                              CU_TEST_INFO_NULL};

CU_SuiteInfo suites[] = {{.pName = "seal", .pTests = tests}, CU_SUITE_INFO_NULL};
