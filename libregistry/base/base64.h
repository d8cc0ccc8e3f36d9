/* Base64 of RFC 4648: the standard alphabet with padding out; both alphabets, padded or not, in. Private to the JSON codec.
 */
#ifndef REG_BASE_BASE64_H
#define REG_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <registry/export.h>

/* Characters of the encoding of `len` bytes, without a NUL. */
size_t base64_encoded_length(size_t len);
/* Writes them and a NUL. */
void base64_encode(const uint8_t *data, size_t len, char *text);
/* Decodes into `data`, which has room for len / 4 * 3 + 2 bytes. False: a foreign character, a length or padding that cannot
 * be, or bits set that no byte uses (so that equal bytes have one spelling). */
REG_MUST_CHECK bool base64_decode(const char *text, size_t len, uint8_t *data, size_t *ret_len);

#endif
