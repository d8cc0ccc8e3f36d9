/* UTF-8 as RFC 3629 has it: no surrogates, no over-long forms, nothing past U+10FFFF. */
#ifndef REG_BASE_UTF8_H
#define REG_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <registry/export.h>

/* Valid and without NUL. */
bool reg_utf8_valid(const void *text, size_t len);
/* The code point at `*at` (valid text, NUL-terminated), which moves past it; 0 at the end. */
uint32_t reg_utf8_next(const char **at);
/* Number of code points of valid text. */
size_t reg_utf8_length(const char *text);
/* True where the code point is a Han character (unified ideographs of all blocks, and 〇). */
bool reg_utf8_is_han(uint32_t code_point);
/* The largest n <= len at which valid text can be cut without splitting a character. */
size_t reg_utf8_cut(const char *text, size_t len);

#endif
