/* Divisions (GB/T 2260, every revision) and registrar codes outside it. */
#include <registry/code.h>

#include "identity/alphabet.h"
#include "identity/division.h"

#include "divisions_table.h"

bool reg_registrar_known(unsigned division)
{
    return division <= 999999 && reg_division_listed(division / 100, division % 100);
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

bool reg_division_within(unsigned authority, unsigned division)
{
    if (authority % 10000 == 0)
        return division / 10000 == authority / 10000;
    if (authority % 100 == 0)
        return division / 100 == authority / 100;
    return division == authority;
}
