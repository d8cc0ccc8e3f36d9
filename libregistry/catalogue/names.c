/* Names for people: of items and entity types. */
#include <registry/catalogue.h>

#include "catalogue/catalogue.h"
#include "catalogue/entity_type.h"

const char *reg_catalogue_item_name(const struct reg_catalogue *catalogue, unsigned item, bool zh)
{
    const struct reg_item *found = reg_catalogue_item(catalogue, item);

    if (!found)
        return NULL;
    return zh ? found->name_zh : found->name_en;
}

const char *reg_entity_type_name(unsigned code)
{
    const struct reg_entity_type *type = reg_entity_type_find(code);

    return type ? type->name_zh : NULL;
}
