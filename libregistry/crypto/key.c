/* Public keys: reading, identifying, verifying. */
#include <registry/key.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/error.h"
#include "crypto/algorithms.h"
#include "crypto/digest.h"
#include "crypto/pkey.h"

/* SM2's identity of the signer (GB/T 35276); OpenSSL's default is empty. */
static const char sm2_identity[] = "1234567812345678";

const char *reg_key_role_name(enum reg_key_role role)
{
    static const char *const names[] = {"", "issuer", "log", "receipt"};

    return role >= REG_KEY_ISSUER && role <= REG_KEY_RECEIPT ? names[role] : "";
}

/* ---- the algorithm of a key ---------------------------------------------------------------------------------------- */

enum reg_algorithm reg_pkey_algorithm(EVP_PKEY *pkey)
{
    char group[32] = "";

    if (EVP_PKEY_is_a(pkey, "ED25519"))
        return REG_ALGORITHM_ED25519;
    if (!EVP_PKEY_is_a(pkey, "EC") && !EVP_PKEY_is_a(pkey, "SM2"))
        return REG_ALGORITHM_NONE;
    if (!EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL))
        return REG_ALGORITHM_NONE;
    if (strcmp(group, "SM2") == 0)
        return REG_ALGORITHM_SM2;
    return strcmp(group, "prime256v1") == 0 ? REG_ALGORITHM_P256 : REG_ALGORITHM_NONE;
}

enum reg_suite reg_algorithm_suite(enum reg_algorithm algorithm)
{
    return algorithm == REG_ALGORITHM_SM2 ? REG_SUITE_GM : REG_SUITE_INTL;
}

EVP_MD_CTX *reg_pkey_context(EVP_PKEY *pkey, enum reg_algorithm algorithm, bool sign)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const char *md = algorithm == REG_ALGORITHM_ED25519 ? NULL : algorithm == REG_ALGORITHM_SM2 ? "SM3" : "SHA256";
    EVP_PKEY_CTX *key_context = NULL;
    int ok = context && (sign ? EVP_DigestSignInit_ex(context, &key_context, md, NULL, NULL, pkey, NULL)
                              : EVP_DigestVerifyInit_ex(context, &key_context, md, NULL, NULL, pkey, NULL)) == 1;

    /* After the init: as a parameter of it, OpenSSL 3.0 refuses the identity. */
    if (ok && algorithm == REG_ALGORITHM_SM2)
        ok = EVP_PKEY_CTX_set1_id(key_context, sm2_identity, sizeof sm2_identity - 1) == 1;
    if (ok)
        return context;
    EVP_MD_CTX_free(context);
    return NULL;
}

/* ---- public keys --------------------------------------------------------------------------------------------------- */

struct reg_public_key {
    EVP_PKEY *pkey;
    enum reg_algorithm algorithm;
    uint8_t *spki;
    size_t spki_len;
    uint8_t id[4];
};

static EVP_PKEY *read_spki(struct reg_bytes bytes)
{
    const unsigned char *at = bytes.data;
    EVP_PKEY *pkey = NULL;
    BIO *bio;

    if (bytes.len == 0 || bytes.len > 65536)
        return NULL;
    if (bytes.data[0] == 0x30) { /* DER; nothing may follow */
        pkey = d2i_PUBKEY(NULL, &at, (long)bytes.len);
        if (pkey && at != bytes.data + bytes.len) {
            EVP_PKEY_free(pkey);
            pkey = NULL;
        }
        return pkey;
    }
    bio = BIO_new_mem_buf(bytes.data, (int)bytes.len);
    if (bio)
        pkey = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return pkey;
}

int reg_public_key_of_pkey(EVP_PKEY *pkey, struct reg_public_key **ret_key)
{
    struct reg_public_key *key = calloc(1, sizeof *key);
    uint8_t digest[REG_DIGEST_LEN];
    struct reg_bytes spki;
    int len;

    if (!key)
        return REG_ERR_NOMEM;
    key->algorithm = reg_pkey_algorithm(pkey);
    len = i2d_PUBKEY(pkey, &key->spki);
    spki = (struct reg_bytes){key->spki, len > 0 ? (size_t)len : 0};
    if (key->algorithm == REG_ALGORITHM_NONE || len <= 0 ||
        reg_digest(reg_algorithm_suite(key->algorithm), &spki, 1, digest) != 0 || !EVP_PKEY_up_ref(pkey)) {
        OPENSSL_free(key->spki);
        free(key);
        return REG_ERR_KEY;
    }
    key->pkey = pkey;
    key->spki_len = spki.len;
    memcpy(key->id, digest, sizeof key->id);
    *ret_key = key;
    return 0;
}

int reg_public_key_new(struct reg_bytes spki, struct reg_public_key **ret_key, struct reg_error_info *info)
{
    EVP_PKEY *pkey = read_spki(spki);
    int error = pkey ? reg_public_key_of_pkey(pkey, ret_key) : REG_ERR_KEY;

    EVP_PKEY_free(pkey);
    if (error == REG_ERR_KEY)
        reg_fail(info, error, "不是可用的公钥（SM2、P-256 或 Ed25519，PEM 或 DER）",
                 "not a public key that can be used (SM2, P-256 or Ed25519, in PEM or DER)");
    return error;
}

void reg_public_key_free(struct reg_public_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->pkey);
    OPENSSL_free(key->spki);
    free(key);
}

enum reg_suite reg_public_key_suite(const struct reg_public_key *key)
{
    return reg_algorithm_suite(key->algorithm);
}

void reg_public_key_id(const struct reg_public_key *key, uint8_t ret_id[4])
{
    memcpy(ret_id, key->id, sizeof key->id);
}

struct reg_bytes reg_public_key_spki(const struct reg_public_key *key)
{
    return (struct reg_bytes){key->spki, key->spki_len};
}

int reg_public_key_pem(const struct reg_public_key *key, struct reg_data *ret_pem)
{
    struct reg_buf buf = REG_BUF_INIT;
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    long len = bio && PEM_write_bio_PUBKEY(bio, key->pkey) ? BIO_get_mem_data(bio, &text) : 0;
    int error = len > 0 ? 0 : REG_ERR_CRYPTO;

    if (error == 0) {
        reg_buf_put(&buf, text, (size_t)len);
        error = reg_buf_finish(&buf, ret_pem);
    }
    BIO_free(bio);
    return error;
}

/* r||s to the DER form that OpenSSL verifies. */
static int to_der(const uint8_t raw[64], uint8_t **ret, int *ret_len)
{
    ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(raw, 32, NULL), *s = BN_bin2bn(raw + 32, 32, NULL);
    int ok = signature && r && s && ECDSA_SIG_set0(signature, r, s);

    if (!ok) {
        BN_free(r);
        BN_free(s);
    }
    *ret = NULL;
    *ret_len = ok ? i2d_ECDSA_SIG(signature, ret) : -1;
    ECDSA_SIG_free(signature);
    return *ret_len > 0;
}

int reg_public_key_verify(const struct reg_public_key *key, struct reg_bytes message, const uint8_t signature[64])
{
    EVP_MD_CTX *context = reg_pkey_context(key->pkey, key->algorithm, false);
    uint8_t *der = NULL;
    int der_len = 0, verdict = -1;

    if (!context)
        return REG_ERR_CRYPTO;
    if (key->algorithm == REG_ALGORITHM_ED25519)
        verdict = EVP_DigestVerify(context, signature, 64, message.data, message.len);
    else if (to_der(signature, &der, &der_len))
        verdict = EVP_DigestVerify(context, der, (size_t)der_len, message.data, message.len);
    OPENSSL_free(der);
    EVP_MD_CTX_free(context);
    return verdict == 1 ? 0 : REG_ERR_SIGNATURE;
}
