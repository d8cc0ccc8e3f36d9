/* Keys of a registry, and signers.
 *
 * A key pair is for one role: `issuer` signs credentials, `log` signs checkpoints, `receipt` signs receipts. A signer is
 * whatever can sign with the private half: a key file, or a callback behind which a crypto card can stand. Private keys
 * live in files of mode 0600 (REG_ERR_MODE otherwise), sealed by a passphrase where one is given.
 */
#ifndef REGISTRY_KEY_H
#define REGISTRY_KEY_H

#include <registry/suite.h>

REG_BEGIN_DECLS

enum reg_key_role { REG_KEY_ISSUER = 1, REG_KEY_LOG = 2, REG_KEY_RECEIPT = 3 };

/* "issuer", "log", "receipt". */
REG_EXPORT const char *reg_key_role_name(enum reg_key_role role);

/* A public key: opaque, immutable after creation, any thread. */
struct reg_public_key;

/* From SubjectPublicKeyInfo in PEM or DER. REG_ERR_KEY: neither, or not a key of a suite. */
REG_EXPORT REG_MUST_CHECK int reg_public_key_new(struct reg_bytes spki, struct reg_public_key **ret_key,
                                                 struct reg_error_info *info);
REG_EXPORT void reg_public_key_free(struct reg_public_key *key);
/* The suite whose algorithm this is. Ed25519 is intl. */
REG_EXPORT enum reg_suite reg_public_key_suite(const struct reg_public_key *key);
/* First 4 bytes of the suite's digest of the DER SubjectPublicKeyInfo. */
REG_EXPORT void reg_public_key_id(const struct reg_public_key *key, uint8_t ret_id[4]);
/* The DER SubjectPublicKeyInfo, borrowed from the key. */
REG_EXPORT struct reg_bytes reg_public_key_spki(const struct reg_public_key *key);
/* The PEM form. */
REG_EXPORT REG_MUST_CHECK int reg_public_key_pem(const struct reg_public_key *key, struct reg_data *ret_pem);
/* Verifies a raw 64-byte signature (r||s, or Ed25519's) over `message`; SM2 with identity 1234567812345678.
 * REG_ERR_SIGNATURE: it is not one. */
REG_EXPORT REG_MUST_CHECK int reg_public_key_verify(const struct reg_public_key *key, struct reg_bytes message,
                                                    const uint8_t signature[64]);

/* Signs `message` into 64 raw bytes; called from any thread, several at once. Returns 0 or an enum reg_error. */
typedef int (*reg_sign_callback)(void *context, struct reg_bytes message, uint8_t ret_signature[64]);

/* Something that signs. */
struct reg_signer;

/* A fresh key pair. Uses OpenSSL's random bytes (as any signature does). */
REG_EXPORT REG_MUST_CHECK int reg_signer_generate(enum reg_suite suite, enum reg_key_role role, struct reg_signer **ret_signer);
/* From a key file. `passphrase` may be NULL. REG_ERR_IO, REG_ERR_MODE, REG_ERR_KEY; `info` names the file. */
REG_EXPORT REG_MUST_CHECK int reg_signer_load(const char *path, const char *passphrase, enum reg_key_role role,
                                              struct reg_signer **ret_signer, struct reg_error_info *info);
/* Writes the private key to a new file of mode 0600, synced; REG_ERR_IO where it exists already. Not for callbacks. */
REG_EXPORT REG_MUST_CHECK int reg_signer_save(const struct reg_signer *signer, const char *path, const char *passphrase,
                                              struct reg_error_info *info);
/* A signer behind a callback; `public_key` is copied, `context` borrowed until the signer is freed. */
REG_EXPORT REG_MUST_CHECK int reg_signer_new(const struct reg_public_key *public_key, enum reg_key_role role,
                                             reg_sign_callback sign, void *context, struct reg_signer **ret_signer);
REG_EXPORT void reg_signer_free(struct reg_signer *signer);
REG_EXPORT const struct reg_public_key *reg_signer_public_key(const struct reg_signer *signer);
REG_EXPORT REG_MUST_CHECK int reg_signer_sign(const struct reg_signer *signer, struct reg_bytes message, uint8_t ret_signature[64]);

/* The master key: 32 bytes that wrap the keys of cases. */
struct reg_master_key;

/* From 32 random bytes (copied). */
REG_EXPORT REG_MUST_CHECK int reg_master_key_new(enum reg_suite suite, const uint8_t bytes[32], struct reg_master_key **ret_key);
REG_EXPORT REG_MUST_CHECK int reg_master_key_load(enum reg_suite suite, const char *path, const char *passphrase,
                                                  struct reg_master_key **ret_key, struct reg_error_info *info);
REG_EXPORT REG_MUST_CHECK int reg_master_key_save(const struct reg_master_key *key, const char *path, const char *passphrase,
                                                  struct reg_error_info *info);
/* Wipes and frees. */
REG_EXPORT void reg_master_key_free(struct reg_master_key *key);

REG_END_DECLS

#endif
