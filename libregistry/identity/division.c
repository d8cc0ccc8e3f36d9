/* Divisions (GB/T 2260, every revision) and registrar codes outside it. */
#include <registry/code.h>

#include "divisions_table.h"

bool reg_registrar_known(unsigned division)
{
    unsigned bit = division % 100;

    if (division > 999999)
        return false;
    return blocks[block_of[division / 100]][bit / 64] >> bit % 64 & 1;
}

const char *reg_division_name(unsigned division)
{
    size_t low = 0, high = sizeof divisions / sizeof *divisions;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (divisions[middle].code == division)
            return divisions[middle].name;
        if (divisions[middle].code < division)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
