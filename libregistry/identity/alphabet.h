/* The credit code's alphabet, and what its check takes from the divisions. */
#ifndef REG_IDENTITY_ALPHABET_H
#define REG_IDENTITY_ALPHABET_H

#include <stdbool.h>

#define REG_CODE_BASE 31

/* 0-9 and A-Z without I, O, S, V, Z. */
extern const char reg_code_alphabet[REG_CODE_BASE + 1];
/* 0-30; -1: not of the alphabet. */
int reg_code_value(char c);
/* Is the division `hundreds` * 100 + `rest` known? Both within range: up to 9999, up to 99. */
bool reg_division_listed(unsigned hundreds, unsigned rest);

#endif
