#include "filing/postcode.h"

#include <string.h>

#include "postcode_table.h"

bool reg_postcode_fits(unsigned division, const char *postcode)
{
    if (strlen(postcode) != 6 || strspn(postcode, "0123456789") != 6)
        return false;
    for (size_t i = 0; i < sizeof postcodes / sizeof *postcodes; i++)
        if (postcodes[i].division == division)
            return strncmp(postcode, postcodes[i].prefix, strlen(postcodes[i].prefix)) == 0;
    return true;
}
