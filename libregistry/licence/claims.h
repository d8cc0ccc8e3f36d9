/* The claims of a credential, between struct and deterministic CBOR: docs/credential.cddl. */
#ifndef REG_LICENCE_CLAIMS_H
#define REG_LICENCE_CLAIMS_H

#include <stdbool.h>

#include <registry/code.h>
#include <registry/suite.h>

#include "base/buffer.h"
#include "catalogue/item_set.h"

#define REG_CLAIMS_DIGEST_LEN 16

#define REG_CURRENCY_CNY 156
/* Minor units of ten thousand CNY (万元). */
#define REG_TEN_THOUSAND_CNY UINT64_C(1000000)

/* Days since 1970-01-01 of 0001-01-01 and 9999-12-31: what a date can say. */
#define REG_CLAIMS_DAY_MIN (-719162)
#define REG_CLAIMS_DAY_MAX 2932896

/* The claims; strings are borrowed. */
struct reg_claims {
    int64_t iat; /* seconds since 1970 */
    char code[REG_CODE_LEN + 1];
    uint64_t serial;
    uint32_t version;
    struct reg_bytes name;
    uint32_t type;
    uint32_t composition; /* 0: none; 1 personal, 2 family */
    struct reg_bytes representative;
    bool has_capital;
    uint64_t minor;
    uint32_t currency, exponent; /* CNY always with exponent 2 */
    int32_t established;
    bool has_from, has_to; /* has_from: only where it is not the day of establishment */
    int32_t from, to;
    uint32_t authority;
    uint32_t catalogue;
    struct reg_item_set items;
    uint8_t digest[REG_CLAIMS_DIGEST_LEN];
};

/* Appends the encoding, for values in range; what is out of range is refused by reg_claims_decode. */
void reg_claims_encode(const struct reg_claims *claims, struct reg_buf *buf);
/* Strict: what reg_claims_encode would not write, byte for byte, is REG_ERR_INVALID; `info` names the claim. */
REG_MUST_CHECK int reg_claims_decode(struct reg_bytes bytes, struct reg_claims *ret, struct reg_error_info *info);
/* What covers address and scope: the first 16 bytes of the suite's digest of the CBOR array [nonce, address, scope]. */
REG_MUST_CHECK int reg_claims_digest(enum reg_suite suite, struct reg_bytes nonce, struct reg_bytes address,
                                     struct reg_bytes scope, uint8_t ret[REG_CLAIMS_DIGEST_LEN]);

#endif
