/* The credit code's alphabet, and what its check shares with the organisation code's. */
#ifndef REG_IDENTITY_ALPHABET_H
#define REG_IDENTITY_ALPHABET_H

#include <stdbool.h>

#define REG_CODE_BASE 31

/* 0-9 and A-Z without I, O, S, V, Z. */
extern const char reg_code_alphabet[REG_CODE_BASE + 1];
/* 0-30; -1: not of the alphabet. */
int reg_code_value(char c);
/* Is `check` the ninth character of an organisation code whose weighted sum is this? (GB 11714: 10 is X, 11 is 0) */
bool reg_organisation_check_fits(unsigned sum, char check);

#endif
