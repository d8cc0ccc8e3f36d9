/* The credit code's alphabet, and what its check takes from the divisions. */
#ifndef REG_IDENTITY_ALPHABET_H
#define REG_IDENTITY_ALPHABET_H

#include <stdbool.h>
#include <stdint.h>

#define REG_CODE_BASE 31

/* 0-9 and A-Z without I, O, S, V, Z. */
extern const char reg_code_alphabet[REG_CODE_BASE + 1];
/* 0-30; -1: not of the alphabet. */
int reg_code_value(char c);

/* Known divisions: which block of 100 a division's first four digits have, and a bit for its last two (divisions_table.h). */
extern const uint16_t reg_division_block_of[10000];
extern const uint64_t reg_division_blocks[][2];

/* Is the division `hundreds` * 100 + `rest` known? Both within range: up to 9999, up to 99. */
static inline bool reg_division_listed(unsigned hundreds, unsigned rest)
{
    return reg_division_blocks[reg_division_block_of[hundreds]][rest / 64] >> rest % 64 & 1;
}

#endif
