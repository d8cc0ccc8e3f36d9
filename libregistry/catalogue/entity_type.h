/* Entity types (市场主体类型代码), data/entity_types.csv, compiled in. */
#ifndef REG_CATALOGUE_ENTITY_TYPE_H
#define REG_CATALOGUE_ENTITY_TYPE_H

#include "catalogue/catalogue.h"

/* Families of types that the law treats alike. */
enum reg_entity_family {
    REG_FAMILY_LLC = 1, REG_FAMILY_JSC, REG_FAMILY_BRANCH, REG_FAMILY_PARTNERSHIP, REG_FAMILY_SOLE, REG_FAMILY_COOPERATIVE,
    REG_FAMILY_INDIVIDUAL, REG_FAMILY_NON_COMPANY, REG_FAMILY_OTHER
};

struct reg_entity_type {
    unsigned code;
    const char *name_zh, *class_zh;
    unsigned licence_template;  /* 0: not issued */
    char prefix[3];             /* first two characters of the credit code; empty: none */
    enum reg_entity_family family;
    enum reg_entity_letter letter;
};

/* NULL: no such type. 9999 gives the row of 9500. */
const struct reg_entity_type *reg_entity_type_find(unsigned code);

#endif
