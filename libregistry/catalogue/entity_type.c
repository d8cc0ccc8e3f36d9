#include <stddef.h>

#include "catalogue/entity_type.h"

/* Made of data/entity_types.csv at build time, ascending by code. */
static const struct reg_entity_type types[] = {
#include "entity_types.inc"
};

#define INDIVIDUAL_CODE     9500
#define INDIVIDUAL_OLD_CODE 9999 /* one dictionary's number for the same */

const struct reg_entity_type *reg_entity_type_find(unsigned code)
{
    size_t low = 0, high = sizeof types / sizeof types[0];

    if (code == INDIVIDUAL_OLD_CODE)
        code = INDIVIDUAL_CODE;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (types[middle].code == code)
            return &types[middle];
        if (types[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
