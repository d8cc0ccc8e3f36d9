/* The materials that the registration itself needs, by kind of filing and family of entity: data/registration_materials.csv.
 * Those that items ask for are the catalogue's. */
#ifndef REG_FILING_MATERIALS_H
#define REG_FILING_MATERIALS_H

#include <stdbool.h>

#include "catalogue/catalogue.h"

struct reg_rule_input;

enum reg_material_condition {
    REG_MATERIAL_IF_ALWAYS,
    REG_MATERIAL_IF_PERSONS,  /* the filing brings persons */
    REG_MATERIAL_IF_ADDRESS,  /* it replaces the address */
    REG_MATERIAL_IF_ARTICLES, /* it replaces what articles or agreement state */
    REG_MATERIAL_IF_IN_KIND,  /* somebody contributes otherwise than in money */
    REG_MATERIAL_IF_MANDATE,  /* some partners manage for the others, or one through a delegate */
    REG_MATERIAL_IF_RULING,   /* a court's ruling stands for the liquidation */
    REG_MATERIAL_IF_NO_RULING,
    /* A rule of its own says that it is missing. */
    REG_MATERIAL_IF_RAISED,  /* others than the promoters take up shares (C05) */
    REG_MATERIAL_IF_PUBLIC,  /* the public does (C05) */
    REG_MATERIAL_IF_SPECIAL, /* a special general partnership (C27) */
    REG_MATERIAL_IF_FOREIGN  /* an entity with investors from abroad (C38) */
};

struct reg_registration_material {
    unsigned kinds, families; /* REG_KIND…, REG_RULE_…, or-ed */
    enum reg_material_condition condition;
    struct reg_material_def def;
    const char *legal_basis;
};

size_t reg_registration_material_count(void);
const struct reg_registration_material *reg_registration_material_at(size_t index);
/* Is there a row for a material of that kind? */
bool reg_registration_material_known(const char *kind);
/* Is it never asked of that type, whatever is filed? */
bool reg_registration_material_not_of(const struct reg_registration_material *material, unsigned type);
/* Does the filing have to have it? */
bool reg_registration_material_needed(const struct reg_registration_material *material, const struct reg_rule_input *input);

#endif
