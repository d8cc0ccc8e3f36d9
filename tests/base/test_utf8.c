#include <string.h>

#include "base/utf8.h"
#include "suite.h"

static const struct {
    const char *name;
    const char *text;
    size_t len;
    bool valid;
} texts[] = {
    {"empty", "", 0, true},
    {"ASCII", "abcdefghijklmnopqrstuvwxyz", 26, true},
    {"Chinese", "宿州市", 9, true},
    {"first and last of two bytes", "\xC2\x80\xDF\xBF", 4, true},
    {"first and last of three bytes", "\xE0\xA0\x80\xEF\xBF\xBF", 6, true},
    {"before and after the surrogates", "\xED\x9F\xBF\xEE\x80\x80", 6, true},
    {"first and last of four bytes", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 8, true},
    {"NUL alone", "\0", 1, false},
    {"NUL within eight ASCII bytes", "abc\0efgh", 8, false},
    {"NUL after eight ASCII bytes", "abcdefgh\0", 9, false},
    {"NUL among Chinese", "\xE5\xAE\xBF\0", 4, false},
    {"stray tail", "\x80", 1, false},
    {"stray tail after ASCII", "abcdefg\xBF", 8, false},
    {"over-long slash in two bytes", "\xC0\xAF", 2, false},
    {"over-long two bytes", "\xC1\xBF", 2, false},
    {"over-long NUL", "\xC0\x80", 2, false},
    {"over-long three bytes", "\xE0\x9F\xBF", 3, false},
    {"over-long four bytes", "\xF0\x8F\xBF\xBF", 4, false},
    {"first surrogate", "\xED\xA0\x80", 3, false},
    {"last surrogate", "\xED\xBF\xBF", 3, false},
    {"surrogate pair (CESU-8)", "\xED\xA0\x81\xED\xB0\x80", 6, false},
    {"past U+10FFFF", "\xF4\x90\x80\x80", 4, false},
    {"lead F5", "\xF5\x80\x80\x80", 4, false},
    {"five bytes", "\xF8\x88\x80\x80\x80", 5, false},
    {"six bytes", "\xFC\x84\x80\x80\x80\x80", 6, false},
    {"FE", "\xFE", 1, false},
    {"FF", "\xFF", 1, false},
    {"two bytes cut", "\xC3", 1, false},
    {"three bytes cut to one", "\xE5", 1, false},
    {"three bytes cut to two", "\xE5\xAE", 2, false},
    {"four bytes cut to three", "\xF0\xA0\xAE", 3, false},
    {"two bytes with ASCII tail", "\xC3(", 2, false},
    {"three bytes with ASCII second", "\xE5(\xBF", 3, false},
    {"three bytes with ASCII third", "\xE5\xAE(", 3, false},
    {"four bytes with ASCII fourth", "\xF0\xA0\xAE(", 4, false},
    {"lead after lead", "\xE5\xE5\xAE\xBF", 4, false},
};

static void valid_and_malformed(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char padded[64];

        CHECK_CASE(reg_utf8_valid(texts[i].text, texts[i].len) == texts[i].valid, "%s", texts[i].name);
        /* At every offset against the run of eight bytes that the fast path reads. */
        for (size_t shift = 1; shift <= 9; shift++) {
            memset(padded, 'x', sizeof padded);
            memcpy(padded + shift, texts[i].text, texts[i].len);
            CHECK_CASE(reg_utf8_valid(padded, shift + texts[i].len + 9) == texts[i].valid, "%s, shifted by %zu",
                       texts[i].name, shift);
        }
    }
}

/* Every code point through next, and its bytes through valid. */
static void next_reads_every_code_point(void)
{
    for (uint32_t c = 1; c <= 0x10FFFF; c++) {
        char text[5] = "";
        const char *at = text;
        size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        static const uint8_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};

        if (len == 1)
            text[0] = (char)c;
        for (size_t i = len; len > 1 && i-- > 0;)
            text[i] = (char)(i ? 0x80 | (c >> (6 * (len - 1 - i)) & 0x3F) : leads[len] | c >> (6 * (len - 1)));
        if (reg_utf8_valid(text, len) != (c < 0xD800 || c > 0xDFFF))
            CHECK_CASE(0, "U+%04X", c);
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        if (reg_utf8_next(&at) != c || at != text + len || reg_utf8_next(&at) != 0 || at != text + len)
            CHECK_CASE(0, "U+%04X", c);
    }
    CU_ASSERT_EQUAL(reg_utf8_length(""), 0);
    CU_ASSERT_EQUAL(reg_utf8_length("aé宿𠮷"), 4);
}

static void han(void)
{
    static const struct {
        uint32_t code_point;
        bool han;
    } cases[] = {
        {'a', false},      {0x3005, false},  {0x3006, false},  {0x3007, true},   {0x3008, false},  {0x33FF, false},
        {0x3400, true},    {0x4DBF, true},   {0x4DC0, false},  {0x4E00, true},   {0x9FFF, true},   {0xA000, false},
        {0xF900, true},    {0xFAD9, true},   {0xFA6E, false},  {0xFB00, false},  {0x20000, true},  {0x2A6DF, true},
        {0x2A6E0, false},  {0x2A700, true},  {0x2B739, true},  {0x2B73A, false}, {0x2B740, true},  {0x2B81D, true},
        {0x2B820, true},   {0x2CEA1, true},  {0x2CEA2, false}, {0x2CEB0, true},  {0x2EBE0, true},  {0x2EBF0, true},
        {0x2EE5D, true},   {0x2EE5E, false}, {0x2F800, true},  {0x2FA1D, true},  {0x2FA1E, false}, {0x30000, true},
        {0x3134A, true},   {0x3134B, false}, {0x31350, true},  {0x323AF, true},  {0x323B0, false}, {0xFF10, false},
        {0x10FFFF, false}, {0x3042, false},  {0xAC00, false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_CASE(reg_utf8_is_han(cases[i].code_point) == cases[i].han, "U+%04X", cases[i].code_point);
}

static void cut(void)
{
    static const char text[] = "aé宿𠮷z"; /* starts at 0, 1, 3, 6, 10, 11 */
    static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};

    for (size_t len = 0; len < sizeof expected / sizeof expected[0]; len++)
        CHECK_CASE(reg_utf8_cut(text, len) == expected[len], "cut at %zu: %zu", len, reg_utf8_cut(text, len));
}

static CU_TestInfo tests[] = {
    {"valid and malformed", valid_and_malformed},
    {"next reads every code point", next_reads_every_code_point},
    {"Han characters", han},
    {"cut", cut},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {{"utf8", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
