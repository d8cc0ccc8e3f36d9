/* Reading credentials: the foreign vector, texts, limits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "sample.h"
#include "suite.h"

static struct reg_bytes text_of(const char *text)
{
    return (struct reg_bytes){(const uint8_t *)text, strlen(text)};
}

static void unhex(const char *hex, struct reg_buf *buf)
{
    char pair[3] = "";

    for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
        memcpy(pair, hex, 2);
        reg_buf_put_u8(buf, (uint8_t)strtoul(pair, NULL, 16));
    }
}

/* ---- the foreign vector ------------------------------------------------------------------------------------------- */

struct vector {
    json_t *json;
    struct reg_buf bytes;
    const char *digits;
    struct reg_public_key *key;
};

static void vector_load(struct vector *vector)
{
    const char *hex, *pem;

    memset(vector, 0, sizeof *vector);
    vector->json = json_load_file(REG_SOURCE_DIR "/tests/vectors/credential.json", 0, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(vector->json);
    hex = json_string_value(json_object_get(vector->json, "credential_hex"));
    pem = json_string_value(json_object_get(vector->json, "public_key_pem"));
    vector->digits = json_string_value(json_object_get(vector->json, "digits"));
    CU_ASSERT_FATAL(hex != NULL && pem != NULL && vector->digits != NULL);
    unhex(hex, &vector->bytes);
    CU_ASSERT_EQUAL_FATAL(reg_public_key_new(text_of(pem), &vector->key, NULL), 0);
}

static void vector_clear(struct vector *vector)
{
    reg_public_key_free(vector->key);
    reg_buf_clear(&vector->bytes);
    json_decref(vector->json);
}

static const char *vector_text(const struct vector *vector, const char *object, const char *key)
{
    return json_string_value(json_object_get(json_object_get(vector->json, object), key));
}

static json_int_t vector_number(const struct vector *vector, const char *key)
{
    return json_integer_value(json_object_get(json_object_get(vector->json, "claims"), key));
}

static void check_vector_claims(const struct vector *vector, const reg_pb_credential_claims *claims)
{
    struct reg_buf items = REG_BUF_INIT;
    uint8_t bits[8] = {0};

    CU_ASSERT_EQUAL(claims->issued_at, vector_number(vector, "iat"));
    CU_ASSERT_STRING_EQUAL(claims->credit_code, vector_text(vector, "claims", "code"));
    CU_ASSERT_EQUAL((json_int_t)claims->serial, vector_number(vector, "serial"));
    CU_ASSERT_EQUAL(claims->version, vector_number(vector, "version"));
    CU_ASSERT_STRING_EQUAL(claims->name, vector_text(vector, "claims", "name"));
    CU_ASSERT_EQUAL(claims->type, vector_number(vector, "type"));
    CU_ASSERT_EQUAL(claims->composition, 0);
    CU_ASSERT_STRING_EQUAL(claims->representative, vector_text(vector, "claims", "representative"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(claims->capital);
    CU_ASSERT_EQUAL((json_int_t)claims->capital->minor, vector_number(vector, "capital_ten_thousand_cny") * 1000000);
    CU_ASSERT_EQUAL(claims->capital->currency, 156);
    CU_ASSERT_EQUAL(claims->capital->exponent, 2);
    CU_ASSERT_STRING_EQUAL(claims->established, vector_text(vector, "claims", "established"));
    CU_ASSERT_STRING_EQUAL(claims->from, "");
    CU_ASSERT_STRING_EQUAL(claims->to, "");
    CU_ASSERT_EQUAL(claims->authority, vector_number(vector, "authority"));
    CU_ASSERT_EQUAL(claims->catalogue_revision, vector_number(vector, "catalogue"));
    unhex(vector_text(vector, "claims", "items_hex"), &items); /* big-endian */
    for (size_t i = 0; i < claims->n_items; i++)
        bits[7 - (claims->items[i] - 1) / 8] |= (uint8_t)(1u << (claims->items[i] - 1) % 8);
    CU_ASSERT_EQUAL(items.len, sizeof bits);
    CU_ASSERT_EQUAL(memcmp(items.data, bits, sizeof bits), 0);
    reg_buf_clear(&items);
}

static void test_vector(void)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_credential *credential = NULL, *carried = NULL;
    reg_pb_credential_claims *claims = NULL;
    struct reg_buf nonce = REG_BUF_INIT;
    struct reg_bytes address, scope;
    struct vector vector;

    vector_load(&vector);
    CU_ASSERT_EQUAL_FATAL(reg_credential_parse(reg_buf_bytes(&vector.bytes), &credential, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(reg_credential_parse(text_of(vector.digits), &carried, NULL), 0);
    CU_ASSERT_EQUAL(reg_credential_bytes(carried).len, vector.bytes.len);
    CU_ASSERT_EQUAL(memcmp(reg_credential_bytes(carried).data, vector.bytes.data, vector.bytes.len), 0);
    CU_ASSERT_TRUE(encodes_to_itself(reg_buf_bytes(&vector.bytes)));
    CU_ASSERT_EQUAL(reg_credential_suite(credential), REG_SUITE_GM);
    CU_ASSERT_STRING_EQUAL(reg_credential_code(credential), "91310115MA1H7K3C47");
    CU_ASSERT_EQUAL(reg_credential_serial(credential), 20311277);
    CU_ASSERT_EQUAL(reg_credential_verify(credential, vector.key, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(reg_credential_claims(credential, arena, &claims), 0);
    check_vector_claims(&vector, claims);

    unhex(vector_text(&vector, "digest_of", "nonce_hex"), &nonce);
    address = text_of(vector_text(&vector, "digest_of", "address"));
    scope = text_of(vector_text(&vector, "digest_of", "scope"));
    CU_ASSERT_EQUAL(reg_credential_covers(credential, reg_buf_bytes(&nonce), address, scope), 0);
    CU_ASSERT_EQUAL(reg_credential_covers(credential, reg_buf_bytes(&nonce), scope, address), REG_ERR_SIGNATURE);
    nonce.data[0] ^= 1;
    CU_ASSERT_EQUAL(reg_credential_covers(credential, reg_buf_bytes(&nonce), address, scope), REG_ERR_SIGNATURE);
    nonce.len--;
    CU_ASSERT_EQUAL(reg_credential_covers(credential, reg_buf_bytes(&nonce), address, scope), REG_ERR_SIGNATURE);
    reg_buf_clear(&nonce);
    reg_credential_free(credential);
    reg_credential_free(carried);
    reg_arena_free(arena);
    vector_clear(&vector);
}

static void test_vector_json(void)
{
    struct reg_credential *credential = NULL;
    struct reg_data text = {0};
    struct vector vector;
    json_t *json;

    vector_load(&vector);
    CU_ASSERT_EQUAL_FATAL(reg_credential_parse(reg_buf_bytes(&vector.bytes), &credential, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(reg_credential_claims_json(credential, &text), 0);
    json = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(json);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json, "creditCode")), "91310115MA1H7K3C47");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json, "issuedAt")), "1795500000");
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json, "established")), "2019-08-20");
    json_decref(json);
    reg_data_clear(&text);
    reg_credential_free(credential);
    vector_clear(&vector);
}

/* One flipped bit, of any byte and any place in it: not parsed, or not verified. */
static void test_vector_flipped(void)
{
    struct vector vector;

    vector_load(&vector);
    for (size_t i = 0; i < vector.bytes.len; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            struct reg_credential *credential = NULL;
            int parsed, verified = 0;

            vector.bytes.data[i] ^= (uint8_t)(1u << bit);
            parsed = reg_credential_parse(reg_buf_bytes(&vector.bytes), &credential, NULL);
            if (parsed == 0) {
                CHECK_CASE(encodes_to_itself(reg_buf_bytes(&vector.bytes)), "byte %zu bit %u", i, bit);
                verified = reg_credential_verify(credential, vector.key, NULL);
            }
            CHECK_CASE(parsed != 0 || verified == REG_ERR_SIGNATURE || verified == REG_ERR_SUITE, "byte %zu bit %u: %d", i,
                       bit, verified);
            reg_credential_free(credential);
            vector.bytes.data[i] ^= (uint8_t)(1u << bit);
        }
    }
    vector_clear(&vector);
}

static void test_cut_and_trailing(void)
{
    struct reg_credential *credential = NULL;
    struct vector vector;

    vector_load(&vector);
    for (size_t len = 0; len < vector.bytes.len; len++)
        CHECK_CASE(reg_credential_parse((struct reg_bytes){vector.bytes.data, len}, &credential, NULL) == REG_ERR_INVALID,
                   "%zu bytes", len);
    reg_buf_put_u8(&vector.bytes, 0);
    CU_ASSERT_EQUAL(reg_credential_parse(reg_buf_bytes(&vector.bytes), &credential, NULL), REG_ERR_INVALID);
    vector_clear(&vector);
}

/* The envelope around the vector's claims: its parts in hexadecimal. */
static void test_envelopes(void)
{
#define KID          "04447c0c155e"
#define HEADER       "4da2013a00010000" KID
#define ONES_9       "010101010101010101"
#define SIGNATURE_63 ONES_9 ONES_9 ONES_9 ONES_9 ONES_9 ONES_9 ONES_9
    static const struct {
        const char *what, *before, *after;
        int error;
    } cases[] = {
        {"as it is", "84" HEADER "a0", "5840" SIGNATURE_63 "01", 0},
        {"suite intl", "8449a20128" KID "a0", "5840" SIGNATURE_63 "01", 0},
        {"signature of 63 bytes", "84" HEADER "a0", "583f" SIGNATURE_63, REG_ERR_INVALID},
        {"signature of 65 bytes", "84" HEADER "a0", "5841" SIGNATURE_63 "0101", REG_ERR_INVALID},
        {"signature as null", "84" HEADER "a0", "f6", REG_ERR_INVALID},
        {"tagged", "d284" HEADER "a0", "5840" SIGNATURE_63 "01", REG_ERR_INVALID},
        {"three parts", "83" HEADER, "5840" SIGNATURE_63 "01", REG_ERR_INVALID},
        {"alg unprotected", "84" HEADER "a10126", "5840" SIGNATURE_63 "01", REG_ERR_INVALID},
        {"ES256", "8449a20126" KID "a0", "5840" SIGNATURE_63 "01", REG_ERR_INVALID},
        {"no kid", "8447a1013a00010000a0", "5840" SIGNATURE_63 "01", REG_ERR_INVALID},
        {"kid of 3 bytes", "844ca2013a0001000004437c0c15a0", "5840" SIGNATURE_63 "01", REG_ERR_INVALID},
        {"kid of 5 bytes", "844ea2013a0001000004457c0c155e00a0", "5840" SIGNATURE_63 "01", REG_ERR_INVALID},
        {"kid before alg", "844da2" KID "013a00010000a0", "5840" SIGNATURE_63 "01", REG_ERR_INVALID},
        {"a third header", "844fa3013a00010000" KID "0500a0", "5840" SIGNATURE_63 "01", REG_ERR_INVALID},
        {"bytes after the header", "844ea2013a00010000" KID "00a0", "5840" SIGNATURE_63 "01", REG_ERR_INVALID},
        {"long length of the header", "84580da2013a00010000" KID "a0", "5840" SIGNATURE_63 "01", REG_ERR_INVALID},
        {"indefinite", "9f" HEADER "a0", "5840" SIGNATURE_63 "01ff", REG_ERR_INVALID},
    };
    struct vector vector;

    vector_load(&vector);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* Behind array head, header and empty map: the claims with their head of two bytes. */
        static const size_t claims_at = 1 + 14 + 1, claims_len = 2 + 0x7e;
        struct reg_credential *credential = NULL;
        struct reg_buf buf = REG_BUF_INIT;
        int r;

        unhex(cases[i].before, &buf);
        reg_buf_put(&buf, vector.bytes.data + claims_at, claims_len);
        unhex(cases[i].after, &buf);
        r = reg_credential_parse(reg_buf_bytes(&buf), &credential, NULL);
        CHECK_CASE(r == cases[i].error, "%s: %d", cases[i].what, r);
        CHECK_CASE(r != 0 || encodes_to_itself(reg_buf_bytes(&buf)), "%s", cases[i].what);
        reg_credential_free(credential);
        reg_buf_clear(&buf);
    }
    vector_clear(&vector);
}

/* ---- text --------------------------------------------------------------------------------------------------------- */

static void test_texts(void)
{
    static const struct {
        const char *before, *after;
        int error;
    } cases[] = {
        {"", "", 0},
        {"https://localhost/v/", "", 0},
        {"https://localhost:8443/v/", "", 0},
        {"HTTPS://YZ.SUZHOU.EXAMPLE/v/", "", 0},
        {"https://localhost/V/", "", REG_ERR_INVALID},
        {"https://localhost/w/", "", REG_ERR_INVALID},
        {"https://localhost/v/v", "", REG_ERR_INVALID},
        {"https://localhost/v/", "\n", REG_ERR_INVALID},
        {"https://localhost/v/", "?x=1", REG_ERR_INVALID},
        {"https://localhost/v/-", "", REG_ERR_INVALID},
        {" ", "", REG_ERR_INVALID},
        {"", " ", REG_ERR_INVALID},
        {"0", "", REG_ERR_INVALID},
        {"", "0", REG_ERR_INVALID},
    };
    struct vector vector;

    vector_load(&vector);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reg_credential *credential = NULL;
        struct reg_error_info info = {"", ""};
        struct reg_buf text = REG_BUF_INIT;
        int r;

        reg_buf_printf(&text, "%s%s%s", cases[i].before, vector.digits, cases[i].after);
        r = reg_credential_parse(reg_buf_bytes(&text), &credential, &info);
        CHECK_CASE(r == cases[i].error, "%s…%s: %d %s", cases[i].before, cases[i].after, r, info.en);
        CHECK_CASE(r == 0 || (info.zh[0] != '\0' && info.en[0] != '\0'), "%s…%s", cases[i].before, cases[i].after);
        reg_credential_free(credential);
        reg_buf_clear(&text);
    }
    vector_clear(&vector);
}

static void test_limits_and_hosts(void)
{
    static const char *const hosts[] = {"", "a b", "localhost/", "主机", "a?b", "a#b", "user@host"};
    struct reg_credential *credential = NULL;
    struct reg_data text = {0};
    struct vector vector;
    struct reg_buf big = REG_BUF_INIT;
    uint8_t *bytes;

    bytes = reg_buf_extend(&big, 5000);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    memset(bytes, 0x84, 5000);
    CU_ASSERT_EQUAL(reg_credential_parse(reg_buf_bytes(&big), &credential, NULL), REG_ERR_LIMIT);
    bytes = reg_buf_extend(&big, 15000);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    memset(big.data, '0', 20000);
    CU_ASSERT_EQUAL(reg_credential_parse(reg_buf_bytes(&big), &credential, NULL), REG_ERR_LIMIT);
    reg_buf_clear(&big);
    CU_ASSERT_EQUAL(reg_credential_parse((struct reg_bytes){NULL, 0}, &credential, NULL), REG_ERR_INVALID);

    vector_load(&vector);
    CU_ASSERT_EQUAL_FATAL(reg_credential_parse(text_of(vector.digits), &credential, NULL), 0);
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
        CHECK_CASE(reg_credential_text(credential, hosts[i], &text) == REG_ERR_INVALID, "%s", hosts[i]);
    CU_ASSERT_EQUAL(reg_credential_text(credential, "[::1]:8443", &text), 0);
    reg_data_clear(&text);
    reg_credential_free(credential);
    vector_clear(&vector);
}

static CU_TestInfo tests[] = {
    {"the foreign vector decodes to its claims and verifies", test_vector},
    {"its claims as JSON", test_vector_json},
    {"one flipped bit fails", test_vector_flipped},
    {"cut short or too long", test_cut_and_trailing},
    {"the envelope", test_envelopes},
    {"texts that carry a credential", test_texts},
    {"limits and hosts", test_limits_and_hosts},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {
    {"credential", NULL, NULL, NULL, NULL, tests},
    CU_SUITE_INFO_NULL,
};
