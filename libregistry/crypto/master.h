/* The master key's inside. */
#ifndef REG_CRYPTO_MASTER_H
#define REG_CRYPTO_MASTER_H

#include <registry/key.h>

#define REG_MASTER_LEN 32

struct reg_master_key {
    enum reg_suite suite;
    uint8_t bytes[REG_MASTER_LEN];
};

#endif
