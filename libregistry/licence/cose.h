/* COSE_Sign1 (RFC 9052), untagged, deterministic, external_aad empty: protected header { 1: alg, 4: kid }, unprotected
 * header empty, signature raw (64 bytes). */
#ifndef REG_LICENCE_COSE_H
#define REG_LICENCE_COSE_H

#include <registry/key.h>

#include "base/buffer.h"

#define REG_COSE_SIGNATURE_LEN 64

/* A message taken apart; everything is borrowed from its bytes. */
struct reg_cose {
    enum reg_suite suite; /* from alg */
    uint8_t key_id[4];
    struct reg_bytes header; /* the protected header, as signed */
    struct reg_bytes payload;
    struct reg_bytes signature;
};

/* Takes a message apart; header and payload are checked as deterministic CBOR, too. REG_ERR_INVALID; `info` says where. */
REG_MUST_CHECK int reg_cose_decode(struct reg_bytes bytes, struct reg_cose *ret, struct reg_error_info *info);
/* Appends the message of a suite's alg, a key id, a payload and a signature. */
void reg_cose_put(enum reg_suite suite, const uint8_t key_id[4], struct reg_bytes payload,
                  const uint8_t signature[REG_COSE_SIGNATURE_LEN], struct reg_buf *buf);
/* Signs a payload and appends the message; `buf` is unchanged on failure, its sticky error is returned. */
REG_MUST_CHECK int reg_cose_sign(const struct reg_signer *signer, struct reg_bytes payload, struct reg_buf *buf);
/* REG_ERR_SIGNATURE: not signed by this key; REG_ERR_SUITE: the key is of another suite. */
REG_MUST_CHECK int reg_cose_verify(const struct reg_cose *cose, const struct reg_public_key *key,
                                   struct reg_error_info *info);

#endif
