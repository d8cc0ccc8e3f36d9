/* OpenSSL's algorithms of the two suites, fetched once per process: fetching costs more than a digest does. */
#ifndef REG_CRYPTO_ALGORITHMS_H
#define REG_CRYPTO_ALGORITHMS_H

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <registry/suite.h>

struct reg_algorithms {
    EVP_MD *sm3, *sha256;
    EVP_CIPHER *sm4_ctr, *aes_256_gcm;
    EVP_KDF *hkdf, *pbkdf2;
    EVP_MAC *hmac;
};

/* NULL: OpenSSL lacks one of them. Any thread. */
const struct reg_algorithms *reg_algorithms(void);
/* The suite's digest. */
const EVP_MD *reg_suite_md(const struct reg_algorithms *algorithms, enum reg_suite suite);

#endif
