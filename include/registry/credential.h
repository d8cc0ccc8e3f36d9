/* The credential (登记信息签名凭证): signed claims of a licence, carried by its QR code and verifiable offline.
 *
 * COSE_Sign1 (RFC 9052) over deterministic CBOR (RFC 8949 section 4.2) claims; the shape is docs/credential.cddl. Never
 * called 电子营业执照, which is the State's system.
 *
 *     struct reg_credential *credential;
 *     reg_credential_parse(text, &credential, &info);      text of the QR, its digits, or the COSE bytes
 *     reg_credential_verify(credential, key, &info);       against the issuer's public key
 *     reg_credential_claims_json(credential, &json);
 *     reg_credential_free(credential);
 */
#ifndef REGISTRY_CREDENTIAL_H
#define REGISTRY_CREDENTIAL_H

#include <registry/key.h>

REG_BEGIN_DECLS

/* A parsed credential: opaque, immutable, any thread. Parsing says nothing of authenticity. */
struct reg_credential;

/* From the text of a QR (https://<host>/v/<digits>), from its digits alone, or from the COSE bytes. Strict: what is not the
 * one deterministic encoding of its claims is REG_ERR_INVALID; `info` says where. The bytes are copied. Limit: 4 KiB. */
REG_EXPORT REG_MUST_CHECK int reg_credential_parse(struct reg_bytes text_or_bytes, struct reg_credential **ret_credential,
                                                   struct reg_error_info *info);
REG_EXPORT void reg_credential_free(struct reg_credential *credential);
/* The COSE bytes, borrowed. */
REG_EXPORT struct reg_bytes reg_credential_bytes(const struct reg_credential *credential);
/* First 4 bytes of the digest of the issuer's SubjectPublicKeyInfo. */
REG_EXPORT void reg_credential_key_id(const struct reg_credential *credential, uint8_t ret_id[4]);
REG_EXPORT enum reg_suite reg_credential_suite(const struct reg_credential *credential);
REG_EXPORT uint64_t reg_credential_serial(const struct reg_credential *credential);
/* 18 characters, borrowed. */
REG_EXPORT const char *reg_credential_code(const struct reg_credential *credential);
/* The claims as JSON (message CredentialClaims). */
REG_EXPORT REG_MUST_CHECK int reg_credential_claims_json(const struct reg_credential *credential, struct reg_data *ret_json);
/* REG_ERR_SIGNATURE: not signed by this key; REG_ERR_SUITE: the key is of another suite. */
REG_EXPORT REG_MUST_CHECK int reg_credential_verify(const struct reg_credential *credential, const struct reg_public_key *key,
                                                    struct reg_error_info *info);
/* Does the credential's digest cover this address and scope, as printed, with this nonce? REG_ERR_SIGNATURE: no. */
REG_EXPORT REG_MUST_CHECK int reg_credential_covers(const struct reg_credential *credential, struct reg_bytes nonce,
                                                    struct reg_bytes address, struct reg_bytes scope);
/* The text of its QR code: https://<host>/v/<digits>. */
REG_EXPORT REG_MUST_CHECK int reg_credential_text(const struct reg_credential *credential, const char *host, struct reg_data *ret_text);

REG_END_DECLS

#endif
