/* Decimals that a person types: "33.34", exact. */
#ifndef REG_FILING_DECIMAL_H
#define REG_FILING_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include <registry/export.h>

/* A decimal without sign and exponent as a whole number of 10^-places. False: not one, more places, or over 10^17. */
REG_MUST_CHECK bool reg_decimal_parse(const char *text, unsigned places, int64_t *ret);

#endif
