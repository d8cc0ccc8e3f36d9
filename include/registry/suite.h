/* Suites: a registry has one, fixed at init, and it decides every algorithm (docs/architecture.md).
 *
 *              gm (default)                          intl
 * credential   SM2 with SM3 (GB/T 32918, 32905)      P-256 with SHA-256 (FIPS 186-5)
 * tree         SM3                                   SHA-256 (RFC 9162)
 * checkpoint   SM2                                   Ed25519 (RFC 8032)
 * sealing      SM4-CTR then HMAC-SM3                 AES-256-GCM
 */
#ifndef REGISTRY_SUITE_H
#define REGISTRY_SUITE_H

#include <registry/bytes.h>
#include <registry/error.h>

REG_BEGIN_DECLS

enum reg_suite { REG_SUITE_GM = 1, REG_SUITE_INTL = 2 };

/* Length of a digest of either suite, in bytes. */
#define REG_DIGEST_LEN 32

/* "gm" or "intl"; never NULL for a valid suite. */
REG_EXPORT const char *reg_suite_name(enum reg_suite suite);
/* The suite of that name. REG_ERR_INVALID: no such suite. */
REG_EXPORT REG_MUST_CHECK int reg_suite_parse(const char *name, enum reg_suite *ret_suite);

REG_END_DECLS

#endif
