/* Is an answer of the form what the dictionary says the fact is? */
#ifndef REG_CATALOGUE_VALUE_H
#define REG_CATALOGUE_VALUE_H

#include "catalogue/catalogue.h"
#include "model.h"

enum reg_fact_fault {
    REG_FACT_GOOD,
    REG_FACT_KIND,   /* answered by another kind of value: text where a number belongs */
    REG_FACT_EMPTY,  /* nothing in it */
    REG_FACT_CHOICE, /* not among the choices, or chosen twice */
    REG_FACT_BOUNDS, /* too little or too much */
    REG_FACT_FORMAT  /* a date, number or code that does not follow its format */
};

/* `day`: the filing's day, which bounds the birth date in a resident ID. */
enum reg_fact_fault reg_fact_check(const struct reg_fact_def *def, const reg_pb_fact *fact, int32_t day);
/* What is wrong, in a sentence of each language, in the arena; NULL: out of memory. */
char *reg_fact_fault_text(const struct reg_fact_def *def, enum reg_fact_fault fault, bool zh, struct reg_arena *arena);

/* How an answer is written in a form: members of a JSON Schema (2020-12), without what the fact itself adds (choices,
 * bounds). Never stricter than reg_fact_check. Static. */
const char *reg_fact_type_schema(enum reg_fact_type type);

#endif
