/* Vectors are written in hexadecimal. */
#ifndef TESTS_CRYPTO_HEX_H
#define TESTS_CRYPTO_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Decodes `hex` (even number of lower- or upper-case digits) into `ret`; returns the number of bytes. */
size_t hex_bytes(const char *hex, uint8_t *ret);

#endif
