/* Restrictions: what other authorities place on entities and persons, and what they are called. */
#ifndef REG_FILING_RESTRICTIONS_H
#define REG_FILING_RESTRICTIONS_H

#include <stdbool.h>

#include "model.h"

#define REG_RESTRICTION_SOURCE_COUNT 12
#define REG_SOURCE(name)             (1u << REGISTRY__V1__RESTRICTION_SOURCE__RESTRICTION_SOURCE_##name)

struct reg_restriction_source {
    reg_pb_restriction_source source;
    bool of_persons; /* placed on persons, never on entities; the others the other way about where `of_entities` */
    bool of_entities;
    const char *key; /* in configuration and in files: "abnormal_list" */
    const char *zh, *en;
};
/* By number, from 1. */
extern const struct reg_restriction_source reg_restriction_sources[REG_RESTRICTION_SOURCE_COUNT];

/* NULL: no such source. */
const struct reg_restriction_source *reg_restriction_source_of(unsigned source);
/* By key or Chinese name, the first `len` bytes of `name`; NULL: there is none. */
const struct reg_restriction_source *reg_restriction_source_find(const char *name, size_t len);

#endif
