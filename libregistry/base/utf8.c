#include "base/utf8.h"

#include <string.h>

#define ONES  0x0101010101010101u
#define HIGHS 0x8080808080808080u

struct range {
    uint32_t first, last;
};

/* Unicode 15.1, by block. */
static const struct range han[] = {
    {0x3007, 0x3007},   /* 〇 */
    {0x3400, 0x4DBF},   /* Extension A */
    {0x4E00, 0x9FFF},   /* unified ideographs */
    {0xF900, 0xFA6D},   /* compatibility ideographs */
    {0xFA70, 0xFAD9},   /* compatibility ideographs */
    {0x20000, 0x2A6DF}, /* Extension B */
    {0x2A700, 0x2B739}, /* Extension C */
    {0x2B740, 0x2B81D}, /* Extension D */
    {0x2B820, 0x2CEA1}, /* Extension E */
    {0x2CEB0, 0x2EBE0}, /* Extension F */
    {0x2EBF0, 0x2EE5D}, /* Extension I */
    {0x2F800, 0x2FA1D}, /* compatibility ideographs supplement */
    {0x30000, 0x3134A}, /* Extension G */
    {0x31350, 0x323AF}, /* Extension H */
};

static int is_tail(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Bytes of the well-formed sequence at `s` (RFC 3629 §4), 0 where there is none within `left` bytes. */
static size_t sequence_length(const unsigned char *s, size_t left)
{
    unsigned char first = s[0];

    if (first < 0x80)
        return first != 0;
    if (first < 0xC2)
        return 0;
    if (first < 0xE0)
        return left >= 2 && is_tail(s[1]) ? 2 : 0;
    if (first < 0xF0) {
        if (left < 3 || !is_tail(s[1]) || !is_tail(s[2]))
            return 0;
        /* E0 80..9F is over-long, ED A0..BF a surrogate. */
        return (first == 0xE0 && s[1] < 0xA0) || (first == 0xED && s[1] > 0x9F) ? 0 : 3;
    }
    if (first > 0xF4 || left < 4 || !is_tail(s[1]) || !is_tail(s[2]) || !is_tail(s[3]))
        return 0;
    /* F0 80..8F is over-long, F4 90.. past U+10FFFF. */
    return (first == 0xF0 && s[1] < 0x90) || (first == 0xF4 && s[1] > 0x8F) ? 0 : 4;
}

bool reg_utf8_valid(const void *text, size_t len)
{
    const unsigned char *s = text;
    uint64_t word;
    size_t n;

    while (len > 0) {
        if (len >= sizeof word && s[0] < 0x80) {
            memcpy(&word, s, sizeof word);
            /* Eight bytes of ASCII, none of them zero. */
            if (((word | (word - ONES)) & HIGHS) == 0) {
                s += sizeof word;
                len -= sizeof word;
                continue;
            }
        }
        n = sequence_length(s, len);
        if (n == 0)
            return false;
        s += n;
        len -= n;
    }
    return true;
}

uint32_t reg_utf8_next(const char **at)
{
    const unsigned char *s = (const unsigned char *)*at;
    uint32_t code_point = s[0];
    size_t tails;

    if (code_point == 0)
        return 0;
    if (code_point < 0x80) {
        *at += 1;
        return code_point;
    }
    tails = code_point < 0xE0 ? 1 : code_point < 0xF0 ? 2 : 3;
    code_point &= 0x3Fu >> tails;
    *at += 1;
    for (size_t i = 1; i <= tails && is_tail(s[i]); i++) {
        code_point = code_point << 6 | (s[i] & 0x3F);
        *at += 1;
    }
    return code_point;
}

size_t reg_utf8_length(const char *text)
{
    size_t length = 0;

    for (; *text; text++)
        length += !is_tail((unsigned char)*text);
    return length;
}

bool reg_utf8_is_han(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof han / sizeof han[0] && han[i].first <= code_point; i++)
        if (code_point <= han[i].last)
            return true;
    return false;
}

size_t reg_utf8_cut(const char *text, size_t len)
{
    size_t start = len;

    /* Back to the last byte that starts a character; keep that character only if it ends at or before `len`. */
    while (start > 0 && is_tail((unsigned char)text[start - 1]))
        start--;
    if (start == 0)
        return len;
    start--;
    return sequence_length((const unsigned char *)text + start, len - start) == len - start ? len : start;
}
