/* OpenSSL keys, shared by the files of this room. */
#ifndef REG_CRYPTO_PKEY_H
#define REG_CRYPTO_PKEY_H

#include <stdbool.h>

#include <openssl/evp.h>

#include <registry/key.h>

#include "base/buffer.h"

enum reg_algorithm { REG_ALGORITHM_NONE, REG_ALGORITHM_SM2, REG_ALGORITHM_P256, REG_ALGORITHM_ED25519 };

/* REG_ALGORITHM_NONE: not a key of a suite. */
enum reg_algorithm reg_pkey_algorithm(EVP_PKEY *pkey);
enum reg_suite reg_algorithm_suite(enum reg_algorithm algorithm);
/* A context ready to sign or verify, with SM2's identity set; NULL: OpenSSL refused. */
EVP_MD_CTX *reg_pkey_context(EVP_PKEY *pkey, enum reg_algorithm algorithm, bool sign);
/* The public half; `pkey` stays the caller's. REG_ERR_KEY: not a key of a suite. */
REG_MUST_CHECK int reg_public_key_of_pkey(EVP_PKEY *pkey, struct reg_public_key **ret_key);

/* Reads a file of secrets: at most 64 KiB, closed to group and others. */
REG_MUST_CHECK int reg_secret_file_read(const char *path, struct reg_buf *buf, struct reg_error_info *info);
/* Writes a new file of mode 0600; file and directory are synced. */
REG_MUST_CHECK int reg_secret_file_write(const char *path, struct reg_bytes bytes, struct reg_error_info *info);

#endif
