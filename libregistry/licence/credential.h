/* Making a credential from a licence's public record, and linting it. */
#ifndef REG_LICENCE_CREDENTIAL_H
#define REG_LICENCE_CREDENTIAL_H

#include <registry/credential.h>

#include "catalogue/item_set.h"
#include "base/buffer.h"
#include "base/arena.h"
#include "model.h"

#define REG_CREDENTIAL_NONCE_LEN 8
#define REG_CREDENTIAL_MAX       4096 /* bytes that a verifier takes */

/* Encodes the claims of `licence` (code, serial, version, …, credential_nonce set) issued at `iat` seconds, signs them and
 * appends the COSE_Sign1 to `buf`. `merged`: the items of the credential. */
REG_MUST_CHECK int reg_credential_make(const struct reg_signer *issuer, const reg_pb_licence_record *licence,
                                       const struct reg_item_set *merged, int64_t iat, struct reg_buf *buf);
/* Decodes the finished credential with the verifier's decoder and compares it with the licence field by field.
 * REG_ERR_LIMIT: longer than a verifier takes. REG_ERR_CORRUPT: they differ; `info` names the field. The signature is
 * checked where `key` is not NULL. */
REG_MUST_CHECK int reg_credential_lint(struct reg_bytes credential, const reg_pb_licence_record *licence,
                                       const struct reg_item_set *merged, int64_t iat, const struct reg_public_key *key,
                                       struct reg_error_info *info);
/* The claims as the model's message; lives in the arena. */
REG_MUST_CHECK int reg_credential_claims(const struct reg_credential *credential, struct reg_arena *arena,
                                         reg_pb_credential_claims **ret);

#endif
