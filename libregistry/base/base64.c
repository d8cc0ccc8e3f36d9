#include "base/base64.h"

size_t base64_encoded_length(size_t len)
{
    return (len + 2) / 3 * 4;
}

void base64_encode(const uint8_t *data, size_t len, char *text)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < len; i += 3) {
        uint32_t bits = (uint32_t)data[i] << 16;

        if (i + 1 < len)
            bits |= (uint32_t)data[i + 1] << 8;
        if (i + 2 < len)
            bits |= data[i + 2];
        *text++ = alphabet[bits >> 18];
        *text++ = alphabet[bits >> 12 & 63];
        *text++ = i + 1 < len ? alphabet[bits >> 6 & 63] : '=';
        *text++ = i + 2 < len ? alphabet[bits & 63] : '=';
    }
    *text = '\0';
}

static int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool base64_decode(const char *text, size_t len, uint8_t *data, size_t *ret_len)
{
    size_t digits = len, written = 0;
    uint32_t bits = 0;
    unsigned have = 0;

    while (digits > 0 && len - digits < 2 && text[digits - 1] == '=')
        digits--;
    if (digits % 4 == 1 || (digits < len && len % 4 != 0))
        return false;
    for (size_t i = 0; i < digits; i++) {
        int digit = digit_of(text[i]);

        if (digit < 0)
            return false;
        bits = bits << 6 | (uint32_t)digit;
        have += 6;
        if (have >= 8) {
            have -= 8;
            data[written++] = (uint8_t)(bits >> have);
            bits &= (1u << have) - 1;
        }
    }
    if (bits != 0)
        return false;
    *ret_len = written;
    return true;
}
