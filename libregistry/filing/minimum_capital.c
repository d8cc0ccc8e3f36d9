#include "filing/minimum_capital.h"

#include <string.h>

#include "minimum_capital_table.h"

uint64_t reg_minimum_capital(const char *term)
{
    for (size_t i = 0; i < sizeof minimums / sizeof *minimums; i++)
        if (strcmp(minimums[i].term, term) == 0)
            return minimums[i].yuan;
    return 0;
}
