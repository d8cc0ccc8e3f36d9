/* Divisions within one another. */
#ifndef REG_IDENTITY_DIVISION_H
#define REG_IDENTITY_DIVISION_H

#include <stdbool.h>

/* Does the territory of `authority` take in the division? 341300 has 3413xx, 340000 has 34xxxx, 341302 itself alone. */
bool reg_division_within(unsigned authority, unsigned division);

#endif
