#include "grpc/text.h"

#include <string.h>
#include <strings.h>

#define TIMEOUT_DIGITS 8
#define CONTENT_TYPE   "application/grpc"

bool rd_timeout_parse(struct reg_bytes text, int64_t *ret_ns)
{
    static const struct {
        char name;
        int64_t ns;
    } units[] = {{'H', 3600000000000}, {'M', 60000000000}, {'S', 1000000000}, {'m', 1000000}, {'u', 1000}, {'n', 1}};
    int64_t value = 0;

    if (text.len < 2 || text.len > TIMEOUT_DIGITS + 1)
        return false;
    for (size_t i = 0; i + 1 < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        value = value * 10 + (text.data[i] - '0');
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (text.data[text.len - 1] == (uint8_t)units[i].name) {
            /* eight digits of hours are more than 64 bits of nanoseconds; a year is as good as for ever */
            *ret_ns = value > INT64_MAX / 256 / units[i].ns ? INT64_MAX / 256 : value * units[i].ns;
            return true;
        }
    return false;
}

/* The bytes of the character that starts here, at least one and never beyond the end. */
static size_t character(const unsigned char *p)
{
    size_t len = 1;

    while (len < 4 && (p[len] & 0xc0) == 0x80)
        len++;
    return len;
}

size_t rd_percent_encode(const char *text, char *buffer, size_t size)
{
    static const char hex[] = "0123456789ABCDEF";
    const unsigned char *p = (const unsigned char *)text;
    size_t at = 0;

    while (*p != 0) {
        size_t len = character(p);
        bool plain = len == 1 && *p >= 0x20 && *p < 0x7f && *p != '%';

        if (at + (plain ? 1 : 3 * len) >= size)
            break;
        for (size_t i = 0; i < len; i++) {
            if (plain) {
                buffer[at++] = (char)p[i];
            } else {
                buffer[at++] = '%';
                buffer[at++] = hex[p[i] >> 4];
                buffer[at++] = hex[p[i] & 15];
            }
        }
        p += len;
    }
    return at;
}

bool rd_is_grpc(struct reg_bytes content_type)
{
    const size_t len = sizeof CONTENT_TYPE - 1;

    return content_type.len >= len && strncasecmp((const char *)content_type.data, CONTENT_TYPE, len) == 0 &&
           (content_type.len == len || content_type.data[len] == '+' || content_type.data[len] == ';');
}
