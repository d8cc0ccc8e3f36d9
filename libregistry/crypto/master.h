/* The master key's inside. */
#ifndef REG_CRYPTO_MASTER_H
#define REG_CRYPTO_MASTER_H

#include <registry/key.h>
#include <registry/suite.h>

#define REG_MASTER_LEN 32

struct reg_master_key {
    enum reg_suite suite;
    uint8_t bytes[REG_MASTER_LEN];
};

/* A digest that only who has the master key can make: HMAC over `data`, under a key that HKDF makes of the master key for this
 * purpose alone. For indexes over what is not to be read from them. */
REG_MUST_CHECK int reg_master_digest(const struct reg_master_key *key, const char *purpose, struct reg_bytes data,
                                     uint8_t ret[REG_DIGEST_LEN]);

#endif
