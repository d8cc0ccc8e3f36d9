/* Sealing: authenticated encryption of sections under a case key, and of case keys under the master key.
 *
 * gm: HKDF-SM3 splits the key into a cipher key and a MAC key; SM4-CTR, then HMAC-SM3 over (length of aad in 8 bytes || aad
 * || nonce || cipher text). What is sealed: nonce 16 || cipher text || tag 32.
 *
 * intl: AES-256-GCM. What is sealed: nonce 12 || cipher text || tag 16.
 */
#ifndef REG_CRYPTO_SEAL_H
#define REG_CRYPTO_SEAL_H

#include <registry/key.h>

#include "base/buffer.h"

#define REG_CASE_KEY_LEN   32
#define REG_SEAL_NONCE_LEN 16 /* random bytes that sealing takes; intl uses the first 12 */

/* A key made ready once, for the many sections of an entry; one thread. */
struct reg_sealer;
REG_MUST_CHECK int reg_sealer_new(enum reg_suite suite, const uint8_t key[REG_CASE_KEY_LEN], struct reg_sealer **ret);
void reg_sealer_free(struct reg_sealer *sealer);
/* As reg_seal and reg_unseal, below. */
REG_MUST_CHECK int reg_sealer_seal(struct reg_sealer *sealer, const uint8_t nonce[REG_SEAL_NONCE_LEN], struct reg_bytes aad,
                                   struct reg_bytes plain, struct reg_buf *buf);
REG_MUST_CHECK int reg_sealer_open(struct reg_sealer *sealer, struct reg_bytes aad, struct reg_bytes sealed,
                                   struct reg_buf *buf);

/* Appends the sealed form of `plain`; `aad` is bound in. */
REG_MUST_CHECK int reg_seal(enum reg_suite suite, const uint8_t key[REG_CASE_KEY_LEN],
                            const uint8_t nonce[REG_SEAL_NONCE_LEN], struct reg_bytes aad, struct reg_bytes plain,
                            struct reg_buf *buf);
/* Appends the plain form. REG_ERR_SIGNATURE: tampered with, another key or another aad; `buf` is then unchanged. */
REG_MUST_CHECK int reg_unseal(enum reg_suite suite, const uint8_t key[REG_CASE_KEY_LEN], struct reg_bytes aad,
                              struct reg_bytes sealed, struct reg_buf *buf);
/* Seals a case key under the master key, and back. */
REG_MUST_CHECK int reg_case_key_wrap(const struct reg_master_key *master, const uint8_t key[REG_CASE_KEY_LEN],
                                     const uint8_t nonce[REG_SEAL_NONCE_LEN], struct reg_buf *buf);
REG_MUST_CHECK int reg_case_key_unwrap(const struct reg_master_key *master, struct reg_bytes wrapped,
                                       uint8_t ret_key[REG_CASE_KEY_LEN]);

#endif
