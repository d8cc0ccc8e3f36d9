/* Signers: key files, or a callback behind which a crypto card can stand. */
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "base/error.h"
#include "crypto/pkey.h"

/* 16 MiB and some 50 ms; OpenSSL reads files of up to 32 MiB. */
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 1

struct reg_signer {
    struct reg_public_key *public_key;
    EVP_PKEY *pkey; /* NULL: behind the callback */
    enum reg_algorithm algorithm;
    reg_sign_callback sign;
    void *context;
};

/* The algorithm of a role's keys in a suite. */
static enum reg_algorithm role_algorithm(enum reg_suite suite, enum reg_key_role role)
{
    if (suite == REG_SUITE_GM)
        return REG_ALGORITHM_SM2;
    return role == REG_KEY_LOG ? REG_ALGORITHM_ED25519 : REG_ALGORITHM_P256;
}

/* Takes over `pkey`. */
static int signer_of_pkey(EVP_PKEY *pkey, struct reg_signer **ret_signer)
{
    struct reg_signer *signer = calloc(1, sizeof *signer);
    int error = signer ? reg_public_key_of_pkey(pkey, &signer->public_key) : REG_ERR_NOMEM;

    if (error != 0) {
        EVP_PKEY_free(pkey);
        free(signer);
        return error;
    }
    signer->pkey = pkey;
    signer->algorithm = reg_pkey_algorithm(pkey);
    *ret_signer = signer;
    return 0;
}

int reg_signer_generate(enum reg_suite suite, enum reg_key_role role, struct reg_signer **ret_signer)
{
    enum reg_algorithm algorithm = role_algorithm(suite, role);
    EVP_PKEY *pkey = algorithm == REG_ALGORITHM_ED25519 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                     : algorithm == REG_ALGORITHM_SM2   ? EVP_PKEY_Q_keygen(NULL, NULL, "SM2")
                                                        : EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");

    return pkey ? signer_of_pkey(pkey, ret_signer) : REG_ERR_CRYPTO;
}

int reg_signer_new(const struct reg_public_key *public_key, enum reg_key_role role, reg_sign_callback sign, void *context,
                   struct reg_signer **ret_signer)
{
    struct reg_signer *signer = calloc(1, sizeof *signer);
    int error = signer ? reg_public_key_new(reg_public_key_spki(public_key), &signer->public_key, NULL) : REG_ERR_NOMEM;

    (void)role; /* a key behind a callback is what its owner says it is */
    if (error != 0) {
        free(signer);
        return error;
    }
    signer->sign = sign;
    signer->context = context;
    *ret_signer = signer;
    return 0;
}

void reg_signer_free(struct reg_signer *signer)
{
    if (!signer)
        return;
    reg_public_key_free(signer->public_key);
    EVP_PKEY_free(signer->pkey);
    free(signer);
}

const struct reg_public_key *reg_signer_public_key(const struct reg_signer *signer)
{
    return signer->public_key;
}

/* DER's r and s as two numbers of 32 bytes. */
static int to_raw(const uint8_t *der, size_t len, uint8_t ret[64])
{
    const uint8_t *at = der;
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &at, (long)len);
    int ok = signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), ret, 32) == 32 &&
             BN_bn2binpad(ECDSA_SIG_get0_s(signature), ret + 32, 32) == 32;

    ECDSA_SIG_free(signature);
    return ok;
}

int reg_signer_sign(const struct reg_signer *signer, struct reg_bytes message, uint8_t ret_signature[64])
{
    uint8_t made[128];
    size_t len = sizeof made;
    EVP_MD_CTX *context;
    int ok;

    if (signer->sign)
        return signer->sign(signer->context, message, ret_signature);
    context = reg_pkey_context(signer->pkey, signer->algorithm, true);
    ok = context && EVP_DigestSign(context, made, &len, message.data, message.len) == 1;
    EVP_MD_CTX_free(context);
    if (ok && signer->algorithm == REG_ALGORITHM_ED25519)
        memcpy(ret_signature, made, 64);
    else if (ok)
        ok = to_raw(made, len, ret_signature);
    return ok ? 0 : REG_ERR_CRYPTO;
}

/* ---- files --------------------------------------------------------------------------------------------------------- */

/* OpenSSL's passphrase callback: what the caller gave, never the terminal. */
static int give_passphrase(char *buf, int size, int writing, void *context)
{
    const char *passphrase = context;
    size_t len = passphrase ? strlen(passphrase) : 0;

    (void)writing;
    if (!passphrase || len > (size_t)size)
        return -1;
    memcpy(buf, passphrase, len);
    return (int)len;
}

int reg_signer_load(const char *path, const char *passphrase, enum reg_key_role role, struct reg_signer **ret_signer,
                    struct reg_error_info *info)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_signer *signer = NULL;
    EVP_PKEY *pkey = NULL;
    BIO *bio;
    int error = reg_secret_file_read(path, &buf, info);

    if (error != 0)
        goto out;
    bio = BIO_new_mem_buf(buf.data, (int)buf.len);
    if (bio)
        pkey = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, (void *)passphrase);
    BIO_free(bio);
    error = pkey ? signer_of_pkey(pkey, &signer) : REG_ERR_KEY;
    if (error == 0 && signer->algorithm != role_algorithm(reg_algorithm_suite(signer->algorithm), role))
        error = REG_ERR_KEY;
    if (error == REG_ERR_KEY)
        reg_fail(info, error, "密钥文件 %s 无法使用（已损坏、口令不符或不是%s密钥）",
                 "key file %s cannot be used (damaged, another passphrase, or not a key for role %s)", path,
                 reg_key_role_name(role));
    if (error == 0) {
        *ret_signer = signer;
        signer = NULL;
    }
out:
    reg_signer_free(signer);
    reg_buf_wipe(&buf);
    return error;
}

/* Encodes as PKCS #8; under a passphrase sealed by PBES2, AES-256-CBC and scrypt (OpenSSL's own writer would derive the key
 * with no more than 2,048 rounds of PBKDF2). */
static bool write_private_key(BIO *bio, EVP_PKEY *pkey, const char *passphrase)
{
    PKCS8_PRIV_KEY_INFO *plain = NULL;
    X509_ALGOR *scheme = NULL;
    X509_SIG *sealed = NULL;
    bool ok = false;

    if (!passphrase)
        return PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, give_passphrase, NULL) == 1;
    plain = EVP_PKEY2PKCS8(pkey);
    scheme = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 16, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
    if (plain && scheme)
        sealed = PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), plain, scheme);
    if (sealed) {
        scheme = NULL; /* now the sealed key's */
        ok = PEM_write_bio_PKCS8(bio, sealed) == 1;
    }
    X509_SIG_free(sealed);
    X509_ALGOR_free(scheme);
    PKCS8_PRIV_KEY_INFO_free(plain);
    return ok;
}

int reg_signer_save(const struct reg_signer *signer, const char *path, const char *passphrase, struct reg_error_info *info)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *text;
    long len = 0;
    int error;

    if (signer->pkey && bio && write_private_key(bio, signer->pkey, passphrase))
        len = BIO_get_mem_data(bio, &text);
    error = len > 0 ? reg_secret_file_write(path, (struct reg_bytes){(const uint8_t *)text, (size_t)len}, info)
                    : reg_fail(info, REG_ERR_CRYPTO, "无法编码密钥 %s", "cannot encode the key %s", path);
    BIO_free(bio);
    return error;
}
