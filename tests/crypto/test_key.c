/* Public keys and signers: the standards' examples, every suite and role, callbacks, threads. */
#include <registry/key.h>

#include <pthread.h>
#include <string.h>

#include "hex.h"
#include "suite.h"

#define SM2_SPKI     "3059301306072a8648ce3d020106082a811ccf5501822d034200"
#define P256_SPKI    "3059301306072a8648ce3d020106082a8648ce3d030107034200"
#define ED25519_SPKI "302a300506032b6570032100"

static const struct {
    const char *name;
    enum reg_suite suite;
    const char *spki, *message, *signature;
} vectors[] = {
    {"GB/T 32918.5 A.2, identity 1234567812345678, \"message digest\"", REG_SUITE_GM,
     SM2_SPKI "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
              "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
     "6d65737361676520646967657374",
     "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
     "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"},
    {"RFC 6979 A.2.5, P-256 with SHA-256, \"sample\"", REG_SUITE_INTL,
     P256_SPKI "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
               "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
     "73616d706c65",
     "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
     "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
    {"RFC 8032 7.1 test 3, Ed25519", REG_SUITE_INTL,
     ED25519_SPKI "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

static void test_vectors(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        uint8_t spki[128], message[32], signature[64];
        struct reg_bytes der = {spki, hex_bytes(vectors[i].spki, spki)};
        struct reg_bytes bytes = {message, hex_bytes(vectors[i].message, message)};
        struct reg_public_key *key = NULL;

        hex_bytes(vectors[i].signature, signature);
        CHECK_CASE(reg_public_key_new(der, &key, NULL) == 0, "%s", vectors[i].name);
        if (!key)
            continue;
        CHECK_CASE(reg_public_key_suite(key) == vectors[i].suite, "%s", vectors[i].name);
        CHECK_CASE(reg_public_key_spki(key).len == der.len && memcmp(reg_public_key_spki(key).data, spki, der.len) == 0,
                   "%s", vectors[i].name);
        CHECK_CASE(reg_public_key_verify(key, bytes, signature) == 0, "%s", vectors[i].name);
        for (size_t at = 0; at < sizeof signature; at++) {
            signature[at] ^= 1;
            CHECK_CASE(reg_public_key_verify(key, bytes, signature) == REG_ERR_SIGNATURE, "%s, byte %zu", vectors[i].name,
                       at);
            signature[at] ^= 1;
        }
        message[0] ^= 1;
        CHECK_CASE(reg_public_key_verify(key, bytes, signature) == REG_ERR_SIGNATURE, "%s", vectors[i].name);
        message[0] ^= 1;
        memset(signature, 0, sizeof signature);
        CHECK_CASE(reg_public_key_verify(key, bytes, signature) == REG_ERR_SIGNATURE, "%s: zeros", vectors[i].name);
        memset(signature, 0xff, sizeof signature);
        CHECK_CASE(reg_public_key_verify(key, bytes, signature) == REG_ERR_SIGNATURE, "%s: ones", vectors[i].name);
        reg_public_key_free(key);
    }
}

/* Not keys of a suite, and not keys. */
static void test_foreign_keys(void)
{
    static const struct {
        const char *name, *hex;
    } cases[] = {
        {"empty", ""},
        {"an empty sequence", "3000"},
        {"cut short", SM2_SPKI "0409f9df311e5421a150"},
        {"not on the curve", P256_SPKI "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                                       "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462298"},
        {"X25519", "302a300506032b656e032100fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"},
        {"a byte follows", ED25519_SPKI "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb91154890802500"},
        {"text", "2d2d2d2d2d424547494e"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reg_error_info info = {0};
        struct reg_public_key *key = NULL;
        uint8_t bytes[128];
        struct reg_bytes spki = {bytes, hex_bytes(cases[i].hex, bytes)};

        CHECK_CASE(reg_public_key_new(spki, &key, &info) == REG_ERR_KEY && !key, "%s", cases[i].name);
        CHECK_CASE(info.zh[0] && info.en[0], "%s", cases[i].name);
        reg_public_key_free(key);
    }
}

static const struct {
    enum reg_suite suite;
    enum reg_key_role role;
    const char *spki; /* how its SubjectPublicKeyInfo begins */
} kinds[] = {
    {REG_SUITE_GM, REG_KEY_ISSUER, SM2_SPKI},    {REG_SUITE_GM, REG_KEY_LOG, SM2_SPKI},
    {REG_SUITE_GM, REG_KEY_RECEIPT, SM2_SPKI},   {REG_SUITE_INTL, REG_KEY_ISSUER, P256_SPKI},
    {REG_SUITE_INTL, REG_KEY_LOG, ED25519_SPKI}, {REG_SUITE_INTL, REG_KEY_RECEIPT, P256_SPKI},
};

static const struct reg_bytes hello = {(const uint8_t *)"hello", 5}, nothing = {NULL, 0};

/* r||s has leading zeros in one of 128 signatures: enough are made to meet them. */
static void test_generated_keys(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct reg_signer *signer = NULL;
        struct reg_public_key *copy = NULL;
        struct reg_data pem = {0};
        uint8_t signature[64], head[32], id[4], copied_id[4];
        size_t len = hex_bytes(kinds[i].spki, head);

        CHECK_CASE(reg_signer_generate(kinds[i].suite, kinds[i].role, &signer) == 0, "%zu", i);
        if (!signer)
            continue;
        CHECK_CASE(memcmp(reg_public_key_spki(reg_signer_public_key(signer)).data, head, len) == 0, "%zu", i);
        CHECK_CASE(reg_public_key_suite(reg_signer_public_key(signer)) == kinds[i].suite, "%zu", i);
        CHECK_CASE(reg_public_key_pem(reg_signer_public_key(signer), &pem) == 0, "%zu", i);
        CHECK_CASE(reg_public_key_new(reg_bytes_of(&pem), &copy, NULL) == 0, "%zu", i);
        reg_data_clear(&pem);
        if (copy) {
            reg_public_key_id(copy, copied_id);
            reg_public_key_id(reg_signer_public_key(signer), id);
            CHECK_CASE(memcmp(id, copied_id, 4) == 0, "%zu", i);
            for (int n = 0; n < 200; n++) {
                CHECK_CASE(reg_signer_sign(signer, hello, signature) == 0, "%zu", i);
                CHECK_CASE(reg_public_key_verify(copy, hello, signature) == 0, "%zu", i);
            }
            CHECK_CASE(reg_public_key_verify(copy, nothing, signature) == REG_ERR_SIGNATURE, "%zu", i);
            CHECK_CASE(reg_signer_sign(signer, nothing, signature) == 0, "%zu", i);
            CHECK_CASE(reg_public_key_verify(copy, nothing, signature) == 0, "%zu", i);
        }
        reg_public_key_free(copy);
        reg_signer_free(signer);
    }
}

/* Another key's signature is none, of the same algorithm or not. */
static void test_other_keys(void)
{
    struct reg_signer *signers[6] = {NULL};
    uint8_t signature[64];

    for (size_t i = 0; i < 6; i++)
        CU_ASSERT_EQUAL_FATAL(reg_signer_generate(kinds[i].suite, kinds[i].role, &signers[i]), 0);
    for (size_t i = 0; i < 6; i++) {
        CU_ASSERT_EQUAL(reg_signer_sign(signers[i], hello, signature), 0);
        for (size_t j = 0; j < 6; j++)
            CHECK_CASE(reg_public_key_verify(reg_signer_public_key(signers[j]), hello, signature) ==
                           (i == j ? 0 : REG_ERR_SIGNATURE),
                       "%zu by %zu", j, i);
    }
    for (size_t i = 0; i < 6; i++)
        reg_signer_free(signers[i]);
}

/* ---- callbacks ----------------------------------------------------------------------------------------------------- */

struct card {
    const struct reg_signer *inside;
    int calls, answer;
};

static int sign_with_card(void *context, struct reg_bytes message, uint8_t ret_signature[64])
{
    struct card *card = context;

    card->calls++;
    return card->answer != 0 ? card->answer : reg_signer_sign(card->inside, message, ret_signature);
}

static void test_callback(void)
{
    struct reg_signer *inside = NULL, *signer = NULL;
    struct reg_public_key *public_key = NULL;
    struct card card = {0};
    uint8_t signature[64];

    CU_ASSERT_EQUAL_FATAL(reg_signer_generate(REG_SUITE_GM, REG_KEY_ISSUER, &inside), 0);
    card.inside = inside;
    CU_ASSERT_EQUAL_FATAL(reg_public_key_new(reg_public_key_spki(reg_signer_public_key(inside)), &public_key, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(reg_signer_new(public_key, REG_KEY_ISSUER, sign_with_card, &card, &signer), 0);
    reg_public_key_free(public_key); /* the signer has a copy */
    CU_ASSERT_EQUAL(reg_signer_sign(signer, hello, signature), 0);
    CU_ASSERT_EQUAL(reg_public_key_verify(reg_signer_public_key(signer), hello, signature), 0);
    card.answer = REG_ERR_UNAVAILABLE;
    CU_ASSERT_EQUAL(reg_signer_sign(signer, hello, signature), REG_ERR_UNAVAILABLE);
    CU_ASSERT_EQUAL(card.calls, 2);
    CU_ASSERT(reg_signer_save(signer, "/nonexistent/key", NULL, NULL) != 0);
    reg_signer_free(signer);
    reg_signer_free(inside);
    reg_signer_free(NULL);
    reg_public_key_free(NULL);
}

/* ---- threads ------------------------------------------------------------------------------------------------------- */

#define THREADS 4

static void *sign_often(void *context)
{
    const struct reg_signer *signer = context;
    uint8_t signature[64];

    for (uint8_t n = 0; n < 50; n++) {
        struct reg_bytes message = {&n, 1};

        if (reg_signer_sign(signer, message, signature) != 0 ||
            reg_public_key_verify(reg_signer_public_key(signer), message, signature) != 0)
            return context;
    }
    return NULL;
}

static void test_threads(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct reg_signer *signer = NULL;
        pthread_t threads[THREADS];
        int started = 0;

        CU_ASSERT_EQUAL_FATAL(reg_signer_generate(kinds[i].suite, kinds[i].role, &signer), 0);
        while (started < THREADS && pthread_create(&threads[started], NULL, sign_often, signer) == 0)
            started++;
        CU_ASSERT_EQUAL(started, THREADS);
        while (started-- > 0) {
            void *failed = NULL;

            pthread_join(threads[started], &failed);
            CHECK_CASE(!failed, "%zu", i);
        }
        reg_signer_free(signer);
    }
}

static CU_TestInfo tests[] = {
    {"vectors", test_vectors},
    {"foreign keys", test_foreign_keys},
    {"generated keys", test_generated_keys},
    {"other keys", test_other_keys},
    {"callback", test_callback},
    {"threads", test_threads},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {{.pName = "key", .pTests = tests}, CU_SUITE_INFO_NULL};
