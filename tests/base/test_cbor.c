#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cbor.h"
#include "suite.h"

/* Bytes of a hexadecimal text; the caller frees them. */
static uint8_t *unhex(const char *hex, size_t *ret_len)
{
    size_t len = strlen(hex) / 2;
    uint8_t *bytes = malloc(len + 1);

    if (bytes == NULL)
        abort();
    for (size_t i = 0; i < len; i++) {
        unsigned value = 0;

        if (sscanf(hex + 2 * i, "%2x", &value) != 1)
            abort();
        bytes[i] = (uint8_t)value;
    }
    *ret_len = len;
    return bytes;
}

static int check_hex(const char *hex, struct reg_error_info *info)
{
    size_t len;
    uint8_t *bytes = unhex(hex, &len);
    int r = reg_cbor_check((struct reg_bytes){bytes, len}, info);

    free(bytes);
    return r;
}

static void expect_hex(const struct reg_buf *buf, const char *hex)
{
    char text[256] = "";

    for (size_t i = 0; i < buf->len && i < 120; i++)
        snprintf(text + 2 * i, 3, "%02x", buf->data[i]);
    CHECK_CASE(buf->error == 0 && strcmp(text, hex) == 0, "%s, not %s", text, hex);
}

/* RFC 8949 appendix A. */
static const struct {
    int64_t value;
    const char *hex;
} integers[] = {
    {0, "00"},
    {1, "01"},
    {10, "0a"},
    {23, "17"},
    {24, "1818"},
    {100, "1864"},
    {255, "18ff"},
    {256, "190100"},
    {1000, "1903e8"},
    {65535, "19ffff"},
    {65536, "1a00010000"},
    {1000000, "1a000f4240"},
    {4294967295, "1affffffff"},
    {4294967296, "1b0000000100000000"},
    {1000000000000, "1b000000e8d4a51000"},
    {INT64_MAX, "1b7fffffffffffffff"},
    {-1, "20"},
    {-10, "29"},
    {-24, "37"},
    {-25, "3818"},
    {-100, "3863"},
    {-1000, "3903e7"},
    {-65537, "3a00010000"},
    {INT64_MIN, "3b7fffffffffffffff"},
};

static void test_integers(void)
{
    for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++) {
        struct reg_buf buf = REG_BUF_INIT;
        struct reg_cursor at;
        int64_t value = 0;

        reg_cbor_put_int(&buf, integers[i].value);
        expect_hex(&buf, integers[i].hex);
        at = reg_cursor_of(reg_buf_bytes(&buf));
        CHECK_CASE(reg_cbor_get_int(&at, &value) && value == integers[i].value && at.left == 0, "%s", integers[i].hex);
        CHECK_CASE(check_hex(integers[i].hex, NULL) == 0, "%s", integers[i].hex);
        reg_buf_clear(&buf);
    }
}

static void test_integers_out_of_range(void)
{
    size_t len;
    uint8_t *bytes = unhex("1bffffffffffffffff", &len);
    struct reg_cursor at = reg_cursor_of((struct reg_bytes){bytes, len});
    uint64_t u = 0;
    int64_t s = 7;

    CU_ASSERT_FALSE(reg_cbor_get_int(&at, &s));
    CU_ASSERT_EQUAL(s, 7);
    CU_ASSERT_EQUAL(at.left, 9);
    CU_ASSERT_TRUE(reg_cbor_get_uint(&at, &u));
    CU_ASSERT_EQUAL(u, UINT64_MAX);
    bytes[0] = 0x3b;
    at = reg_cursor_of((struct reg_bytes){bytes, len});
    CU_ASSERT_FALSE(reg_cbor_get_int(&at, &s));
    CU_ASSERT_FALSE(reg_cbor_get_uint(&at, &u));
    CU_ASSERT_EQUAL(at.left, 9);
    free(bytes);
}

/* {1: [h'0102', "水", true, null], "a": {}} */
static const char document[] = "a20184420102"
                               "63e6b0b4"
                               "f5f6"
                               "6161a0";

static void test_document(void)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_cursor at;
    struct reg_bytes bytes = {0}, text = {0};
    uint64_t count = 0, key = 0;
    bool flag = false;

    reg_cbor_put_map(&buf, 2);
    reg_cbor_put_uint(&buf, 1);
    reg_cbor_put_array(&buf, 4);
    reg_cbor_put_bytes(&buf, (struct reg_bytes){(const uint8_t *)"\1\2", 2});
    reg_cbor_put_text(&buf, (struct reg_bytes){(const uint8_t *)"水", 3});
    reg_cbor_put_bool(&buf, true);
    reg_cbor_put_null(&buf);
    reg_cbor_put_text(&buf, (struct reg_bytes){(const uint8_t *)"a", 1});
    reg_cbor_put_map(&buf, 0);
    expect_hex(&buf, document);
    CU_ASSERT_EQUAL(reg_cbor_check(reg_buf_bytes(&buf), NULL), 0);

    at = reg_cursor_of(reg_buf_bytes(&buf));
    CU_ASSERT_EQUAL(reg_cbor_peek(&at), REG_CBOR_MAP);
    CU_ASSERT_FALSE(reg_cbor_get_array(&at, &count));
    CU_ASSERT_TRUE(reg_cbor_get_map(&at, &count) && count == 2);
    CU_ASSERT_TRUE(reg_cbor_get_uint(&at, &key) && key == 1);
    CU_ASSERT_TRUE(reg_cbor_get_array(&at, &count) && count == 4);
    CU_ASSERT_FALSE(reg_cbor_get_text(&at, &text));
    CU_ASSERT_TRUE(reg_cbor_get_bytes(&at, &bytes) && bytes.len == 2 && bytes.data[1] == 2);
    CU_ASSERT_FALSE(reg_cbor_get_bytes(&at, &bytes));
    CU_ASSERT_TRUE(reg_cbor_get_text(&at, &text) && text.len == 3);
    CU_ASSERT_FALSE(reg_cbor_get_null(&at));
    CU_ASSERT_TRUE(reg_cbor_get_bool(&at, &flag) && flag);
    CU_ASSERT_FALSE(reg_cbor_get_bool(&at, &flag));
    CU_ASSERT_TRUE(reg_cbor_get_null(&at));
    CU_ASSERT_TRUE(reg_cbor_get_text(&at, &text) && text.len == 1);
    CU_ASSERT_TRUE(reg_cbor_get_map(&at, &count) && count == 0);
    CU_ASSERT_EQUAL(reg_cbor_peek(&at), REG_CBOR_END);
    CU_ASSERT_FALSE(reg_cbor_get_null(&at));
    reg_buf_clear(&buf);
}

static const struct {
    const char *name, *hex, *where;
} refused[] = {
    {"nothing", "", "byte 0: the bytes end"},
    {"trailing byte", "0000", "byte 1: bytes after"},
    {"zero in two bytes", "1800", "byte 0: an integer or length not in its shortest"},
    {"23 in two bytes", "1817", "shortest"},
    {"255 in three bytes", "1900ff", "shortest"},
    {"65535 in five bytes", "1a0000ffff", "shortest"},
    {"2^32-1 in nine bytes", "1b00000000ffffffff", "shortest"},
    {"long negative", "3800", "shortest"},
    {"long length of bytes", "580100", "shortest"},
    {"long length of text", "780161", "shortest"},
    {"long count of an array", "980100", "shortest"},
    {"long count of a map", "b8010000", "shortest"},
    {"indefinite bytes", "5f4100ff", "byte 0: an indefinite"},
    {"indefinite array", "9f00ff", "indefinite"},
    {"indefinite map", "bf0000ff", "indefinite"},
    {"break alone", "ff", "indefinite"},
    {"reserved length 28", "1c", "reserved"},
    {"reserved length 30", "5e", "reserved"},
    {"cut argument", "19ff", "the bytes end"},
    {"cut string", "4201", "the bytes end"},
    {"string of 2^64-1", "5bffffffffffffffff00", "the bytes end"},
    {"array of 2^64-1", "9bffffffffffffffff00", "the bytes end"},
    {"map of 2^64-1", "bbffffffffffffffff0000", "the bytes end"},
    {"cut array", "8200", "byte 2: the bytes end"},
    {"cut map", "a100", "byte 2: the bytes end"},
    {"tag", "c000", "byte 0: a tag"},
    {"self-described", "d9d9f700", "a tag"},
    {"half float", "f93c00", "a float"},
    {"double", "fb3ff0000000000000", "a float"},
    {"undefined", "f7", "another type"},
    {"simple 0", "e0", "another type"},
    {"true in two bytes", "f815", "another type"},
    {"lone continuation byte", "6180", "byte 0: text that is not UTF-8"},
    {"surrogate", "63eda080", "not UTF-8"},
    {"over-long slash", "62c0af", "not UTF-8"},
    {"NUL in text", "6100", "not UTF-8"},
    {"keys out of order", "a202000100", "byte 3: map keys not in bytewise"},
    {"shorter key later",
     "a2616100"
     "0100",
     "map keys not in bytewise"},
    {"key twice", "a201000100", "byte 3: a map key that comes twice"},
    {"text key twice", "a2616100616101", "comes twice"},
    {"nested",
     "82a1018118ff"
     "1800",
     "byte 6: an integer"},
};

static void test_refused(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct reg_error_info info = {"", ""};
        int r = check_hex(refused[i].hex, &info);

        CHECK_CASE(r == REG_ERR_INVALID, "%s", refused[i].name);
        CHECK_CASE(strstr(info.en, refused[i].where) != NULL, "%s: %s", refused[i].name, info.en);
        CHECK_CASE(info.zh[0] != '\0', "%s", refused[i].name);
    }
}

/* Keys of one length are ordered by value, longer encodings after shorter ones, negative after positive. */
static void test_key_order(void)
{
    CU_ASSERT_EQUAL(check_hex("a60000"
                              "1818"
                              "00"
                              "20"
                              "00"
                              "4100"
                              "00"
                              "6161"
                              "00"
                              "f5"
                              "00",
                              NULL),
                    0);
    CU_ASSERT_EQUAL(check_hex("a20600"
                              "3a00010000"
                              "00",
                              NULL),
                    0);
}

static void test_depth(void)
{
    char hex[2 * REG_CBOR_DEPTH_MAX + 5] = "";
    struct reg_error_info info = {"", ""};

    for (size_t i = 0; i < REG_CBOR_DEPTH_MAX; i++)
        strcat(hex, "81");
    strcat(hex, "00");
    CU_ASSERT_EQUAL(check_hex(hex, NULL), 0);
    memcpy(hex + strlen(hex) - 2, "8100", 5);
    CU_ASSERT_EQUAL(check_hex(hex, &info), REG_ERR_INVALID);
    CHECK_CASE(strstr(info.en, "byte 16: nested too deeply") != NULL, "%s", info.en);
}

static void test_encoder_refuses_bad_text(void)
{
    struct reg_buf buf = REG_BUF_INIT;

    reg_cbor_put_text(&buf, (struct reg_bytes){(const uint8_t *)"\xed\xa0\x80", 3});
    CU_ASSERT_EQUAL(buf.error, REG_ERR_ENCODING);
    reg_buf_clear(&buf);
}

static CU_TestInfo tests[] = {
    {"integers take their shortest form", test_integers},
    {"integers out of range", test_integers_out_of_range},
    {"a document there and back", test_document},
    {"what is not deterministic is refused", test_refused},
    {"order of keys", test_key_order},
    {"depth is bounded", test_depth},
    {"the encoder refuses text that is not UTF-8", test_encoder_refuses_bad_text},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {
    {"cbor", NULL, NULL, NULL, NULL, tests},
    CU_SUITE_INFO_NULL,
};
