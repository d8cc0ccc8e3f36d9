#include "hex.h"

#include <stdio.h>

size_t hex_bytes(const char *hex, uint8_t *ret)
{
    size_t n = 0;

    for (unsigned byte; sscanf(hex + 2 * n, "%2x", &byte) == 1; n++)
        ret[n] = (uint8_t)byte;
    return n;
}
