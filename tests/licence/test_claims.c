/* Strictness of the claims' decoder: docs/credential.cddl, claim by claim. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cbor.h"
#include "licence/claims.h"
#include "licence/credential_text.h"
#include "suite.h"

enum field {
    PROFILE,
    CODE,
    SERIAL,
    VERSION,
    NAME,
    TYPE,
    REPRESENTATIVE,
    CAPITAL,
    ESTABLISHED,
    FROM,
    TO,
    AUTHORITY,
    CATALOGUE,
    ITEMS,
    DIGEST,
    FIELDS
};

static const char *const names[FIELDS] = {"profile", "code",           "serial",    "version",     "name",
                                          "type",    "representative", "capital",   "established", "from",
                                          "to",      "authority",      "catalogue", "items",       "digest"};

static const char *const good[FIELDS] = {
    [PROFILE] = "01",
    [CODE] = "4b056fcba8d8e6f293bd0fef", /* 91310115MA1H7K3C47 */
    [SERIAL] = "1a0135eced",
    [VERSION] = "07",
    [NAME] = "66e6b0b4e6b0b4",
    [TYPE] = "19046a",
    [REPRESENTATIVE] = "63e6aca7",
    [CAPITAL] = "1903e8",
    [ESTABLISHED] = "1946d0",
    [FROM] = "f6",
    [TO] = "f6",
    [AUTHORITY] = "1a0004bb63",
    [CATALOGUE] = "0c",
    [ITEMS] = "1b0000123400845011",
    [DIGEST] = "50e805b43b0dbf843ebf8e91d2e7b4de54",
};

#define ZEROS_32  "00000000000000000000000000000000"
#define ZEROS_126 ZEROS_32 ZEROS_32 ZEROS_32 ZEROS_32 ZEROS_32 ZEROS_32 ZEROS_32 "0000000000000000000000000000"

struct change {
    const char *what;
    enum field field;
    const char *hex;
};

static const struct change accepted[] = {
    {"as it is", PROFILE, "01"},
    {"the least code", CODE,
     "4b"
     "0000000000000000000000"},
    {"the greatest code", CODE,
     "4b"
     "12a72c47a21dd9c491e21e"},
    {"a legacy code", CODE,
     "72"
     "39313331303131354d413148374b33433438"},
    {"serial 0", SERIAL, "00"},
    {"serial 2^64-1", SERIAL, "1bffffffffffffffff"},
    {"no name", NAME, "60"},
    {"personal", TYPE, "8219251c01"},
    {"family", TYPE, "8219251c02"},
    {"no capital", CAPITAL, "f6"},
    {"nothing paid in", CAPITAL, "00"},
    {"one fen", CAPITAL, "8301189c02"},
    {"ten thousand US dollars", CAPITAL,
     "831a000f4240"
     "190348"
     "02"},
    {"yen", CAPITAL,
     "831903e8"
     "190188"
     "00"},
    {"before 1970", ESTABLISHED, "391000"},
    {"a later start", FROM, "1946d1"},
    {"an end", TO, "196000"},
    {"an end on the first day", TO, "1946d0"},
    {"no items", ITEMS, "00"},
    {"64 items", ITEMS, "1bffffffffffffffff"},
    {"item 65", ITEMS,
     "49"
     "000000000000000001"},
    {"item 1023", ITEMS,
     "5880" ZEROS_126 "00"
     "40"},
};

static const struct change refused[] = {
    {"another profile", PROFILE, "02"},
    {"no profile", PROFILE, "00"},
    {"code of 10 bytes", CODE,
     "4a"
     "056fcba8d8e6f293bd0f"},
    {"code of 12 bytes", CODE,
     "4c"
     "00056fcba8d8e6f293bd0fef"},
    {"code past 31^17", CODE,
     "4b"
     "12a72c47a21dd9c491e21f"},
    {"code of all ones", CODE,
     "4b"
     "ffffffffffffffffffffff"},
    {"good code as text", CODE,
     "72"
     "39313331303131354d413148374b33433437"},
    {"legacy code with a letter O", CODE,
     "72"
     "39313331303131354d4f3148374b33433438"},
    {"legacy code in lower case", CODE,
     "72"
     "39313331303131354d613148374b33433438"},
    {"legacy code of 17", CODE,
     "71"
     "39313331303131354d413148374b334334"},
    {"code as a number", CODE, "1a0004bb63"},
    {"negative serial", SERIAL, "20"},
    {"version 0", VERSION, "00"},
    {"version 2^32", VERSION, "1b0000000100000000"},
    {"name as bytes", NAME, "46e6b0b4e6b0b4"},
    {"no text", NAME, "f6"},
    {"type of three digits", TYPE, "1903e7"},
    {"type of five digits", TYPE, "192710"},
    {"composition 0", TYPE, "8219251c00"},
    {"composition 3", TYPE, "8219251c03"},
    {"type alone in an array", TYPE, "8119251c"},
    {"three of a type", TYPE, "8319251c0101"},
    {"representative as null", REPRESENTATIVE, "f6"},
    {"whole ten thousands spelt out", CAPITAL, "831a000f4240189c02"},
    {"nothing spelt out", CAPITAL, "8300189c02"},
    {"CNY without decimals", CAPITAL, "8301189c00"},
    {"CNY with three decimals", CAPITAL, "8301189c03"},
    {"currency 0", CAPITAL, "83010002"},
    {"currency 1000", CAPITAL, "83011903e802"},
    {"exponent 5", CAPITAL, "830119034805"},
    {"too much capital", CAPITAL, "1b000010c6f7a0b5ee"},
    {"two of a capital", CAPITAL, "8201189c"},
    {"negative capital", CAPITAL, "20"},
    {"no day of establishment", ESTABLISHED, "f6"},
    {"the year 10000", ESTABLISHED, "1a002cc0a1"},
    {"the year 0", ESTABLISHED, "3a000af93a"},
    {"from as established", FROM, "1946d0"},
    {"from past the calendar", FROM, "1a002cc0a1"},
    {"to past the calendar", TO, "1a002cc0a1"},
    {"to as text", TO, "60"},
    {"authority of five digits", AUTHORITY, "1a0001869f"},
    {"authority of seven digits", AUTHORITY, "1a000f4240"},
    {"catalogue 2^32", CATALOGUE, "1b0000000100000000"},
    {"items as null", ITEMS, "f6"},
    {"8 bytes of items", ITEMS,
     "48"
     "1150840034120001"},
    {"no bytes of items", ITEMS, "40"},
    {"trailing zero byte", ITEMS,
     "4a"
     "00000000000000000100"},
    {"9 bytes below 2^64", ITEMS,
     "49"
     "115084003412000000"},
    {"item 1024", ITEMS,
     "5880" ZEROS_126 "00"
     "80"},
    {"129 bytes of items", ITEMS,
     "5881" ZEROS_126 "0000"
     "01"},
    {"digest of 15 bytes", DIGEST,
     "4f"
     "e805b43b0dbf843ebf8e91d2e7b4de"},
    {"digest of 17 bytes", DIGEST,
     "51"
     "e805b43b0dbf843ebf8e91d2e7b4de5400"},
};

static void put_hex(struct reg_buf *buf, const char *hex)
{
    for (; hex[0] != '\0'; hex += 2) {
        unsigned value = 0;

        if (hex[1] == '\0' || sscanf(hex, "%2x", &value) != 1)
            abort();
        reg_buf_put_u8(buf, (uint8_t)value);
    }
}

/* The good claims with one field's bytes changed. */
static void put_claims(const struct change *change, struct reg_buf *buf)
{
    put_hex(buf, "a2061a6b0527e03a000100008f");
    for (int i = 0; i < FIELDS; i++)
        put_hex(buf, change != NULL && i == (int)change->field ? change->hex : good[i]);
}

static void test_accepted(void)
{
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        struct reg_buf buf = REG_BUF_INIT, again = REG_BUF_INIT;
        struct reg_error_info info = {"", ""};
        struct reg_claims claims;
        int r;

        put_claims(&accepted[i], &buf);
        CHECK_CASE(reg_cbor_check(reg_buf_bytes(&buf), &info) == 0, "%s: %s", accepted[i].what, info.en);
        r = reg_claims_decode(reg_buf_bytes(&buf), &claims, &info);
        CHECK_CASE(r == 0, "%s: %s", accepted[i].what, info.en);
        if (r == 0) {
            reg_claims_encode(&claims, &again);
            CHECK_CASE(again.error == 0 && again.len == buf.len && memcmp(again.data, buf.data, buf.len) == 0,
                       "%s: encodes to other bytes", accepted[i].what);
        }
        reg_buf_clear(&buf);
        reg_buf_clear(&again);
    }
}

static void test_refused(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct reg_buf buf = REG_BUF_INIT;
        struct reg_error_info info = {"", ""};
        struct reg_claims claims;
        char where[32];

        /* Well-formed CBOR all the same: what is refused is the choice. */
        put_claims(&refused[i], &buf);
        CHECK_CASE(reg_cbor_check(reg_buf_bytes(&buf), &info) == 0, "%s: %s", refused[i].what, info.en);
        CHECK_CASE(reg_claims_decode(reg_buf_bytes(&buf), &claims, &info) == REG_ERR_INVALID, "%s", refused[i].what);
        snprintf(where, sizeof where, "\"%s\"", names[refused[i].field]);
        CHECK_CASE(strstr(info.en, where) != NULL, "%s: %s", refused[i].what, info.en);
        reg_buf_clear(&buf);
    }
}

static void test_frame_refused(void)
{
    static const struct {
        const char *what, *head, *tail;
    } cases[] = {
        {"no map", "82061a6b0527e03a000100008f", ""},
        {"a third claim", "a3061a6b0527e03a000100008f", "3a0001000100"},
        {"another key than iat", "a2051a6b0527e03a000100008f", ""},
        {"negative iat", "a206203a000100008f", ""},
        {"iat past 2^63", "a2061bffffffffffffffff3a000100008f", ""},
        {"another private claim", "a2061a6b0527e03a000100018f", ""},
        {"a sixteenth field", "a2061a6b0527e03a0001000090", "00"},
        {"trailing byte", "a2061a6b0527e03a000100008f", "00"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reg_buf buf = REG_BUF_INIT;
        struct reg_claims claims;

        put_hex(&buf, cases[i].head);
        for (int j = 0; j < FIELDS; j++)
            put_hex(&buf, good[j]);
        put_hex(&buf, cases[i].tail);
        CHECK_CASE(reg_claims_decode(reg_buf_bytes(&buf), &claims, NULL) == REG_ERR_INVALID, "%s", cases[i].what);
        reg_buf_clear(&buf);
    }
}

static void test_cut_short(void)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_claims claims;

    put_claims(NULL, &buf);
    CU_ASSERT_EQUAL(reg_claims_decode(reg_buf_bytes(&buf), &claims, NULL), 0);
    for (size_t len = 0; len < buf.len; len++)
        CHECK_CASE(reg_claims_decode((struct reg_bytes){buf.data, len}, &claims, NULL) == REG_ERR_INVALID, "%zu bytes", len);
    reg_buf_clear(&buf);
}

/* ---- digits ------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *hex, *digits;
} groups[] = {
    {"00", "000"},
    {"ff", "255"},
    {"ffff", "65535"},
    {"0100", "00001"},
    {"ffffff", "16777215"},
    {"ffffffff", "4294967295"},
    {"ffffffffff", "1099511627775"},
    {"ffffffffffff", "281474976710655"},
    {"ffffffffffffff", "72057594037927935"},
    {"01000000000000", "00000000000000001"},
    {"ffffffffffffff07", "72057594037927935007"},
};

static void test_digits(void)
{
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        struct reg_buf bytes = REG_BUF_INIT, digits = REG_BUF_INIT, again = REG_BUF_INIT;

        put_hex(&bytes, groups[i].hex);
        reg_digits_encode(reg_buf_bytes(&bytes), &digits);
        CHECK_CASE(digits.len == strlen(groups[i].digits) && memcmp(digits.data, groups[i].digits, digits.len) == 0, "%s",
                   groups[i].hex);
        CHECK_CASE(reg_digits_decode(reg_buf_bytes(&digits), &again, NULL) == 0, "%s", groups[i].digits);
        CHECK_CASE(again.len == bytes.len && memcmp(again.data, bytes.data, bytes.len) == 0, "%s", groups[i].digits);
        reg_buf_clear(&bytes);
        reg_buf_clear(&digits);
        reg_buf_clear(&again);
    }
}

static void test_digits_refused(void)
{
    static const char *const cases[] = {
        "1",
        "12",
        "1234",
        "123456",
        "1234567",
        "123456789",
        "00000000000",
        "000000000000",
        "00000000000000",
        "0000000000000000",
        "256",
        "65536",
        "16777216",
        "4294967296",
        "1099511627776",
        "281474976710656",
        "72057594037927936",
        "99999999999999999",
        "00000000000000000256",
        "0000000000000000000",
        "12a",
        "-12",
        " 12",
        "12 ",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reg_buf buf = REG_BUF_INIT;
        struct reg_error_info info = {"", ""};

        CHECK_CASE(reg_digits_decode((struct reg_bytes){(const uint8_t *)cases[i], strlen(cases[i])}, &buf, &info) ==
                       REG_ERR_INVALID,
                   "%s", cases[i]);
        CHECK_CASE(info.en[0] != '\0' && info.zh[0] != '\0', "%s", cases[i]);
        reg_buf_clear(&buf);
    }
}

static CU_TestInfo tests[] = {
    {"every form that is canonical encodes to itself", test_accepted},
    {"every form that is not is refused by its claim", test_refused},
    {"the frame around the claims", test_frame_refused},
    {"claims cut short", test_cut_short},
    {"digits there and back", test_digits},
    {"digits that stand for nothing", test_digits_refused},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {
    {"claims", NULL, NULL, NULL, NULL, tests},
    CU_SUITE_INFO_NULL,
};
