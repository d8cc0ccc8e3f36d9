/* Making and linting credentials, in both suites. */
#include <stdio.h>
#include <string.h>

#include "sample.h"
#include "suite.h"

static const enum reg_suite suite_list[] = {REG_SUITE_GM, REG_SUITE_INTL};

/* Makes, lints, parses and verifies; gives the bytes. */
static void round_trip(enum reg_suite suite, const struct reg_signer *signer, const struct sample *sample, const char *what,
                       struct reg_buf *buf)
{
    const struct reg_public_key *key = reg_signer_public_key(signer);
    struct reg_credential *credential = NULL, *again = NULL;
    struct reg_error_info info = {"", ""};
    struct reg_data text = {0};
    int r;

    r = reg_credential_make(signer, &sample->licence, &sample->merged, SAMPLE_IAT, buf);
    CHECK_CASE(r == 0, "%s: %d", what, r);
    r = reg_credential_lint(reg_buf_bytes(buf), &sample->licence, &sample->merged, SAMPLE_IAT, key, &info);
    CHECK_CASE(r == 0, "%s: %d %s", what, r, info.en);
    CHECK_CASE(encodes_to_itself(reg_buf_bytes(buf)), "%s", what);
    r = reg_credential_parse(reg_buf_bytes(buf), &credential, &info);
    CHECK_CASE(r == 0, "%s: %d %s", what, r, info.en);
    if (r != 0)
        return;
    CHECK_CASE(reg_credential_suite(credential) == suite, "%s", what);
    CHECK_CASE(reg_credential_verify(credential, key, &info) == 0, "%s: %s", what, info.en);
    CHECK_CASE(reg_credential_text(credential, "yz.suzhou.example", &text) == 0, "%s", what);
    CHECK_CASE(text.len > 28 && memcmp(text.data, "https://yz.suzhou.example/v/", 28) == 0, "%s", what);
    CHECK_CASE(reg_credential_parse(reg_bytes_of(&text), &again, &info) == 0, "%s: %s", what, info.en);
    CHECK_CASE(again != NULL && reg_credential_bytes(again).len == buf->len &&
                   memcmp(reg_credential_bytes(again).data, buf->data, buf->len) == 0,
               "%s", what);
    reg_data_clear(&text);
    reg_credential_free(again);
    reg_credential_free(credential);
}

static void spoil_nothing(struct sample *sample)
{
    (void)sample;
}

static void spoil_name(struct sample *sample)
{
    sample->name.full = "宿州市汴河智能科技有限公习";
}

static void no_name(struct sample *sample)
{
    sample->licence.name = NULL;
}

static void other_code(struct sample *sample)
{
    sample->licence.credit_code = "91341300MAYA00171T";
}

static void legacy_code(struct sample *sample)
{
    sample->licence.credit_code = "91310115MA1H7K3C4Y";
}

static void other_serial(struct sample *sample)
{
    sample->licence.serial++;
}

static void other_version(struct sample *sample)
{
    sample->licence.version++;
}

static void other_type(struct sample *sample)
{
    sample->licence.type = 9500;
}

static void family(struct sample *sample)
{
    sample->licence.composition = REGISTRY__V1__COMPOSITION__COMPOSITION_FAMILY;
}

static void other_representative(struct sample *sample)
{
    sample->licence.representative = "欧阳文";
}

static void no_capital(struct sample *sample)
{
    sample->licence.capital = NULL;
}

static void odd_capital(struct sample *sample)
{
    sample->capital.minor++;
}

static void dollars(struct sample *sample)
{
    sample->capital.currency = 840;
}

/* 1.234 is not CNY's; 10 yuan with three decimals is. */
static void long_decimals(struct sample *sample)
{
    sample->capital.minor = 10000;
    sample->capital.exponent = 3;
}

static void yuan(struct sample *sample)
{
    sample->capital.minor = 12345;
    sample->capital.exponent = 0;
}

static void other_established(struct sample *sample)
{
    sample->licence.established = "2026-11-25";
    sample->term.from = "2026-11-25";
}

static void later_from(struct sample *sample)
{
    sample->term.from = "2027-01-01";
}

static void no_term(struct sample *sample)
{
    sample->licence.term = NULL;
}

static void with_end(struct sample *sample)
{
    sample->term.to = "2046-11-23";
    sample->term.unlimited = false;
}

static void other_authority(struct sample *sample)
{
    sample->licence.authority = 341302;
}

static void other_catalogue(struct sample *sample)
{
    sample->licence.catalogue_revision++;
}

static void item_more(struct sample *sample)
{
    reg_item_set_add(&sample->merged, 7);
}

static void item_65(struct sample *sample)
{
    reg_item_set_add(&sample->merged, 65);
}

static void item_1023(struct sample *sample)
{
    reg_item_set_add(&sample->merged, 1023);
}

static void no_items(struct sample *sample)
{
    memset(&sample->merged, 0, sizeof sample->merged);
}

static void other_address(struct sample *sample)
{
    sample->address.text = "安徽省宿州市埇桥区汴河中路169号";
}

static void other_scope(struct sample *sample)
{
    sample->licence.scope = "一般项目：技术服务";
}

static void other_nonce(struct sample *sample)
{
    sample->nonce[7]++;
}

/* Each makes another licence of the sample: a credential of its own, and not the sample's. */
static const struct {
    const char *field; /* that the lint names; NULL: the credential is the same */
    void (*change)(struct sample *sample);
} changes[] = {
    {NULL, spoil_nothing},
    {NULL, no_term},
    {"name", spoil_name},
    {"name", no_name},
    {"code", other_code},
    {"code", legacy_code},
    {"serial", other_serial},
    {"version", other_version},
    {"type", other_type},
    {"composition", family},
    {"representative", other_representative},
    {"capital", no_capital},
    {"capital", odd_capital},
    {"capital", dollars},
    {"capital", long_decimals},
    {"capital", yuan},
    {"established", other_established},
    {"from", later_from},
    {"to", with_end},
    {"authority", other_authority},
    {"catalogue", other_catalogue},
    {"items", item_more},
    {"items", item_65},
    {"items", item_1023},
    {"items", no_items},
    {"digest", other_address},
    {"digest", other_scope},
    {"digest", other_nonce},
};

static void test_made_and_linted(void)
{
    for (size_t s = 0; s < sizeof suite_list / sizeof suite_list[0]; s++) {
        struct reg_buf plain = REG_BUF_INIT;
        struct reg_signer *signer = NULL;
        struct sample sample;

        CU_ASSERT_EQUAL_FATAL(reg_signer_generate(suite_list[s], REG_KEY_ISSUER, &signer), 0);
        sample_init(&sample);
        round_trip(suite_list[s], signer, &sample, "sample", &plain);
        for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
            struct reg_error_info info = {"", ""};
            struct reg_buf buf = REG_BUF_INIT;
            char what[64], where[32];
            int r;

            snprintf(what, sizeof what, "%s: change %zu, %s", reg_suite_name(suite_list[s]), i,
                     changes[i].field == NULL ? "none" : changes[i].field);
            sample_init(&sample);
            changes[i].change(&sample);
            round_trip(suite_list[s], signer, &sample, what, &buf);
            /* The credential of the sample is not that of the changed licence. */
            r = reg_credential_lint(reg_buf_bytes(&plain), &sample.licence, &sample.merged, SAMPLE_IAT, NULL, &info);
            CHECK_CASE(r == (changes[i].field == NULL ? 0 : REG_ERR_CORRUPT), "%s: %d", what, r);
            snprintf(where, sizeof where, "\"%s\"", changes[i].field == NULL ? "" : changes[i].field);
            CHECK_CASE(changes[i].field == NULL || strstr(info.en, where) != NULL, "%s: %s", what, info.en);
            reg_buf_clear(&buf);
        }
        sample_init(&sample);
        CU_ASSERT_EQUAL(
            reg_credential_lint(reg_buf_bytes(&plain), &sample.licence, &sample.merged, SAMPLE_IAT + 1, NULL, NULL),
            REG_ERR_CORRUPT);
        reg_buf_clear(&plain);
        reg_signer_free(signer);
    }
}

static void test_lint_signature_and_form(void)
{
    struct reg_signer *signer = NULL, *other = NULL;
    struct reg_buf buf = REG_BUF_INIT;
    struct sample sample;

    CU_ASSERT_EQUAL_FATAL(reg_signer_generate(REG_SUITE_GM, REG_KEY_ISSUER, &signer), 0);
    CU_ASSERT_EQUAL_FATAL(reg_signer_generate(REG_SUITE_GM, REG_KEY_ISSUER, &other), 0);
    sample_init(&sample);
    CU_ASSERT_EQUAL_FATAL(reg_credential_make(signer, &sample.licence, &sample.merged, SAMPLE_IAT, &buf), 0);
    CU_ASSERT_EQUAL(reg_credential_lint(reg_buf_bytes(&buf), &sample.licence, &sample.merged, SAMPLE_IAT,
                                        reg_signer_public_key(other), NULL),
                    REG_ERR_SIGNATURE);
    buf.data[buf.len - 1] ^= 1;
    CU_ASSERT_EQUAL(reg_credential_lint(reg_buf_bytes(&buf), &sample.licence, &sample.merged, SAMPLE_IAT, NULL, NULL), 0);
    CU_ASSERT_EQUAL(reg_credential_lint(reg_buf_bytes(&buf), &sample.licence, &sample.merged, SAMPLE_IAT,
                                        reg_signer_public_key(signer), NULL),
                    REG_ERR_SIGNATURE);
    buf.len--;
    CU_ASSERT_EQUAL(reg_credential_lint(reg_buf_bytes(&buf), &sample.licence, &sample.merged, SAMPLE_IAT, NULL, NULL),
                    REG_ERR_CORRUPT);
    reg_buf_clear(&buf);
    reg_signer_free(signer);
    reg_signer_free(other);
}

static void test_keys_of_others(void)
{
    struct reg_signer *signers[2] = {NULL, NULL};

    for (size_t s = 0; s < 2; s++)
        CU_ASSERT_EQUAL_FATAL(reg_signer_generate(suite_list[s], REG_KEY_ISSUER, &signers[s]), 0);
    for (size_t s = 0; s < 2; s++) {
        struct reg_credential *credential = NULL;
        struct reg_buf buf = REG_BUF_INIT;
        uint8_t id[4], key_id[4];
        struct sample sample;

        sample_init(&sample);
        CU_ASSERT_EQUAL_FATAL(reg_credential_make(signers[s], &sample.licence, &sample.merged, SAMPLE_IAT, &buf), 0);
        CU_ASSERT_EQUAL_FATAL(reg_credential_parse(reg_buf_bytes(&buf), &credential, NULL), 0);
        CU_ASSERT_EQUAL(reg_credential_verify(credential, reg_signer_public_key(signers[1 - s]), NULL), REG_ERR_SUITE);
        reg_credential_key_id(credential, id);
        reg_public_key_id(reg_signer_public_key(signers[s]), key_id);
        CU_ASSERT_EQUAL(memcmp(id, key_id, sizeof id), 0);
        reg_credential_free(credential);
        reg_buf_clear(&buf);
    }
    for (size_t s = 0; s < 2; s++)
        reg_signer_free(signers[s]);
}

/* What the decoder would refuse is never signed. */
static int refuse_to_sign(void *context, struct reg_bytes message, uint8_t ret_signature[64])
{
    (void)message;
    (void)ret_signature;
    ++*(int *)context;
    return REG_ERR_UNAVAILABLE;
}

static void bad_code(struct sample *sample)
{
    sample->licence.credit_code = "91310115MA1H7K3CO7";
}

static void short_code(struct sample *sample)
{
    sample->licence.credit_code = "91310115MA1H7K3C4";
}

static void version_0(struct sample *sample)
{
    sample->licence.version = 0;
}

static void no_type(struct sample *sample)
{
    sample->licence.type = 0;
}

static void bad_day(struct sample *sample)
{
    sample->licence.established = "2026-02-30";
}

static void bad_end(struct sample *sample)
{
    sample->term.to = "2046";
    sample->term.unlimited = false;
}

static void no_currency(struct sample *sample)
{
    sample->capital.currency = 0;
}

static void fraction_of_a_fen(struct sample *sample)
{
    sample->capital.minor = 10001;
    sample->capital.exponent = 3;
}

static void too_much(struct sample *sample)
{
    sample->capital.minor = UINT64_MAX;
    sample->capital.exponent = 0;
}

static void short_nonce(struct sample *sample)
{
    sample->licence.credential_nonce.len--;
}

static void bad_text(struct sample *sample)
{
    sample->name.full = "\xed\xa0\x80";
}

static void no_authority(struct sample *sample)
{
    sample->licence.authority = 0;
}

static void test_not_made(void)
{
    static const struct {
        const char *what;
        void (*spoil)(struct sample *sample);
        int error, asked;
    } cases[] = {
        {"the signer refuses", spoil_nothing, REG_ERR_UNAVAILABLE, 1},
        {"letter O in the code", bad_code, REG_ERR_INVALID, 0},
        {"code of 17", short_code, REG_ERR_INVALID, 0},
        {"version 0", version_0, REG_ERR_INVALID, 0},
        {"no type", no_type, REG_ERR_INVALID, 0},
        {"no such day", bad_day, REG_ERR_INVALID, 0},
        {"no such end", bad_end, REG_ERR_INVALID, 0},
        {"no currency", no_currency, REG_ERR_INVALID, 0},
        {"a fraction of a fen", fraction_of_a_fen, REG_ERR_INVALID, 0},
        {"more than fits", too_much, REG_ERR_INVALID, 0},
        {"nonce of 7 bytes", short_nonce, REG_ERR_INVALID, 0},
        {"not UTF-8", bad_text, REG_ERR_ENCODING, 0},
        {"no authority", no_authority, REG_ERR_INVALID, 0},
    };
    struct reg_signer *key = NULL, *signer = NULL;
    int asked = 0;

    CU_ASSERT_EQUAL_FATAL(reg_signer_generate(REG_SUITE_GM, REG_KEY_ISSUER, &key), 0);
    CU_ASSERT_EQUAL_FATAL(reg_signer_new(reg_signer_public_key(key), REG_KEY_ISSUER, refuse_to_sign, &asked, &signer), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reg_buf buf = REG_BUF_INIT;
        struct sample sample;
        int r;

        asked = 0;
        sample_init(&sample);
        cases[i].spoil(&sample);
        r = reg_credential_make(signer, &sample.licence, &sample.merged, SAMPLE_IAT, &buf);
        CHECK_CASE(r == cases[i].error, "%s: %d", cases[i].what, r);
        CHECK_CASE(asked == cases[i].asked, "%s", cases[i].what);
        CHECK_CASE(buf.len == 0 && buf.error == 0, "%s", cases[i].what);
        reg_buf_clear(&buf);
    }
    reg_signer_free(signer);
    reg_signer_free(key);
}

static CU_TestInfo tests[] = {
    {"made, linted, parsed, verified; every difference is found", test_made_and_linted},
    {"the lint's signature and form", test_lint_signature_and_form},
    {"keys of others", test_keys_of_others},
    {"what cannot be read is not signed", test_not_made},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {
    {"making credentials", NULL, NULL, NULL, NULL, tests},
    CU_SUITE_INFO_NULL,
};
