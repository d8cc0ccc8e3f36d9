#include "filing/decimal.h"

#include <string.h>

#define MOST INT64_C(100000000000000000)

bool reg_decimal_parse(const char *text, unsigned places, int64_t *ret)
{
    size_t whole = strspn(text, "0123456789"), fraction = 0;
    int64_t value = 0;
    unsigned seen = 0;

    if (whole == 0)
        return false;
    if (text[whole] == '.') {
        fraction = strspn(text + whole + 1, "0123456789");
        if (fraction == 0 || text[whole + 1 + fraction] != '\0')
            return false;
    } else if (text[whole] != '\0') {
        return false;
    }
    for (const char *at = text; *at; at++) {
        if (*at == '.')
            continue;
        if (at > text + whole && ++seen > places) {
            if (*at != '0')
                return false;
            continue;
        }
        value = value * 10 + (*at - '0');
        if (value > MOST)
            return false;
    }
    for (; seen < places; seen++) {
        value *= 10;
        if (value > MOST)
            return false;
    }
    *ret = value;
    return true;
}
