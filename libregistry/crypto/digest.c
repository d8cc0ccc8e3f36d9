#include "crypto/digest.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/crypto.h>

#include "crypto/algorithms.h"

static struct reg_algorithms fetched;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
    fetched = (struct reg_algorithms){
        .sm3 = EVP_MD_fetch(NULL, "SM3", NULL),
        .sha256 = EVP_MD_fetch(NULL, "SHA256", NULL),
        .sm4_ctr = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL),
        .aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL),
        .hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL),
        .pbkdf2 = EVP_KDF_fetch(NULL, "PBKDF2", NULL),
        .hmac = EVP_MAC_fetch(NULL, "HMAC", NULL),
    };
}

const struct reg_algorithms *reg_algorithms(void)
{
    bool complete;

    pthread_once(&once, fetch);
    complete = fetched.sm3 && fetched.sha256 && fetched.sm4_ctr && fetched.aes_256_gcm && fetched.hkdf && fetched.pbkdf2 &&
               fetched.hmac;
    return complete ? &fetched : NULL;
}

const EVP_MD *reg_suite_md(const struct reg_algorithms *algorithms, enum reg_suite suite)
{
    return suite == REG_SUITE_GM ? algorithms->sm3 : algorithms->sha256;
}

static int digest(const EVP_MD *md, const struct reg_bytes *parts, size_t count, uint8_t ret[REG_DIGEST_LEN])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int ok = context && EVP_DigestInit_ex2(context, md, NULL);

    for (size_t i = 0; i < count && ok; i++)
        ok = EVP_DigestUpdate(context, parts[i].data, parts[i].len);
    ok = ok && EVP_DigestFinal_ex(context, ret, NULL);
    EVP_MD_CTX_free(context);
    return ok ? 0 : REG_ERR_CRYPTO;
}

int reg_digest(enum reg_suite suite, const struct reg_bytes *parts, size_t count, uint8_t ret[REG_DIGEST_LEN])
{
    const struct reg_algorithms *algorithms = reg_algorithms();

    return algorithms ? digest(reg_suite_md(algorithms, suite), parts, count, ret) : REG_ERR_CRYPTO;
}

int reg_sha256(const struct reg_bytes *parts, size_t count, uint8_t ret[REG_DIGEST_LEN])
{
    const struct reg_algorithms *algorithms = reg_algorithms();

    return algorithms ? digest(algorithms->sha256, parts, count, ret) : REG_ERR_CRYPTO;
}

int reg_secret_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

void reg_secret_wipe(void *data, size_t len)
{
    OPENSSL_cleanse(data, len);
}

const char *reg_suite_name(enum reg_suite suite)
{
    return suite == REG_SUITE_INTL ? "intl" : "gm";
}

int reg_suite_parse(const char *name, enum reg_suite *ret_suite)
{
    for (enum reg_suite suite = REG_SUITE_GM; suite <= REG_SUITE_INTL; suite++)
        if (strcmp(name, reg_suite_name(suite)) == 0) {
            *ret_suite = suite;
            return 0;
        }
    return REG_ERR_INVALID;
}
