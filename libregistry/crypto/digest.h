/* Digests of a suite: SM3 (gm), SHA-256 (intl). */
#ifndef REG_CRYPTO_DIGEST_H
#define REG_CRYPTO_DIGEST_H

#include <registry/suite.h>

/* H(parts[0] || parts[1] || …). Any thread. */
REG_MUST_CHECK int reg_digest(enum reg_suite suite, const struct reg_bytes *parts, size_t count,
                              uint8_t ret[REG_DIGEST_LEN]);
/* SHA-256 in either suite (signed-note key ids). */
REG_MUST_CHECK int reg_sha256(const struct reg_bytes *parts, size_t count, uint8_t ret[REG_DIGEST_LEN]);
/* Equal, in constant time. */
int reg_secret_equal(const void *a, const void *b, size_t len);
void reg_secret_wipe(void *data, size_t len);

#endif
