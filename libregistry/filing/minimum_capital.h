/* Businesses that need a minimum of capital, paid in at registration: data/minimum_capital.csv. */
#ifndef REG_FILING_MINIMUM_CAPITAL_H
#define REG_FILING_MINIMUM_CAPITAL_H

#include <stdint.h>

/* The minimum in yuan for an entry of the scope with exactly that text; 0: none. */
uint64_t reg_minimum_capital(const char *term);

#endif
