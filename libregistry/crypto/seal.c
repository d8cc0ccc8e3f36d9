#include "crypto/seal.h"

#include <string.h>

#include <openssl/core_names.h>

#include "crypto/algorithms.h"
#include "crypto/digest.h"
#include "crypto/master.h"

#define GCM_NONCE 12
#define GCM_TAG   16
#define CTR_NONCE 16
#define CTR_TAG   32
#define SM4_KEY   16
#define MAC_KEY   32

/* ---- gm: SM4-CTR, then HMAC-SM3 ------------------------------------------------------------------------------------ */

/* A cipher key and a MAC key of one case key (HKDF-SM3). */
static int split_key(const struct reg_algorithms *algorithms, const uint8_t key[REG_CASE_KEY_LEN],
                     uint8_t ret[SM4_KEY + MAC_KEY])
{
    static const char label[] = "registry seal gm v1";
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(algorithms->hkdf);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SM3", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key, REG_CASE_KEY_LEN),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)label, sizeof label - 1),
        OSSL_PARAM_construct_end(),
    };
    int ok = context && EVP_KDF_derive(context, ret, SM4_KEY + MAC_KEY, params) == 1;

    EVP_KDF_CTX_free(context);
    return ok ? 0 : REG_ERR_CRYPTO;
}

static int sm4_ctr(const struct reg_algorithms *algorithms, const uint8_t key[SM4_KEY], const uint8_t nonce[CTR_NONCE],
                   struct reg_bytes in, uint8_t *out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int len = 0, ok = context && in.len < INT32_MAX && EVP_EncryptInit_ex2(context, algorithms->sm4_ctr, key, nonce, NULL) &&
                      EVP_EncryptUpdate(context, out, &len, in.data, (int)in.len);

    EVP_CIPHER_CTX_free(context);
    return ok ? 0 : REG_ERR_CRYPTO;
}

/* HMAC-SM3 over (length of aad || aad || nonce || cipher text): no two splits of the same bytes have the same tag. */
static int hmac_tag(const struct reg_algorithms *algorithms, const uint8_t key[MAC_KEY], struct reg_bytes aad,
                    struct reg_bytes sealed, uint8_t ret[CTR_TAG])
{
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(algorithms->hmac);
    uint8_t length[8];
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SM3", 0),
                           OSSL_PARAM_construct_end()};
    int ok;

    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)((uint64_t)aad.len >> 8 * (7 - i));
    ok = context && EVP_MAC_init(context, key, MAC_KEY, params) && EVP_MAC_update(context, length, sizeof length) &&
         EVP_MAC_update(context, aad.data, aad.len) && EVP_MAC_update(context, sealed.data, sealed.len) &&
         EVP_MAC_final(context, ret, NULL, CTR_TAG);
    EVP_MAC_CTX_free(context);
    return ok ? 0 : REG_ERR_CRYPTO;
}

static int seal_gm(const struct reg_algorithms *algorithms, const uint8_t key[REG_CASE_KEY_LEN], const uint8_t *nonce,
                   struct reg_bytes aad, struct reg_bytes plain, struct reg_buf *buf)
{
    uint8_t keys[SM4_KEY + MAC_KEY];
    uint8_t *out = reg_buf_extend(buf, CTR_NONCE + plain.len + CTR_TAG);
    int error;

    if (!out)
        return buf->error;
    memcpy(out, nonce, CTR_NONCE);
    error = split_key(algorithms, key, keys);
    if (error == 0)
        error = sm4_ctr(algorithms, keys, nonce, plain, out + CTR_NONCE);
    if (error == 0)
        error = hmac_tag(algorithms, keys + SM4_KEY, aad, (struct reg_bytes){out, CTR_NONCE + plain.len},
                         out + CTR_NONCE + plain.len);
    reg_secret_wipe(keys, sizeof keys);
    return error;
}

static int unseal_gm(const struct reg_algorithms *algorithms, const uint8_t key[REG_CASE_KEY_LEN], struct reg_bytes aad,
                     struct reg_bytes sealed, uint8_t *out)
{
    size_t len = sealed.len - CTR_NONCE - CTR_TAG;
    uint8_t keys[SM4_KEY + MAC_KEY], tag[CTR_TAG];
    int error = split_key(algorithms, key, keys);

    if (error == 0)
        error = hmac_tag(algorithms, keys + SM4_KEY, aad, (struct reg_bytes){sealed.data, CTR_NONCE + len}, tag);
    if (error == 0 && !reg_secret_equal(tag, sealed.data + CTR_NONCE + len, CTR_TAG))
        error = REG_ERR_SIGNATURE;
    if (error == 0)
        error = sm4_ctr(algorithms, keys, sealed.data, (struct reg_bytes){sealed.data + CTR_NONCE, len}, out);
    reg_secret_wipe(keys, sizeof keys);
    return error;
}

/* ---- intl: AES-256-GCM --------------------------------------------------------------------------------------------- */

static int seal_intl(const struct reg_algorithms *algorithms, const uint8_t key[REG_CASE_KEY_LEN], const uint8_t *nonce,
                     struct reg_bytes aad, struct reg_bytes plain, struct reg_buf *buf)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *out = reg_buf_extend(buf, GCM_NONCE + plain.len + GCM_TAG);
    int len = 0, ok = context && out && plain.len < INT32_MAX && aad.len < INT32_MAX;

    if (ok)
        memcpy(out, nonce, GCM_NONCE);
    ok = ok && EVP_EncryptInit_ex2(context, algorithms->aes_256_gcm, key, nonce, NULL) &&
         EVP_EncryptUpdate(context, NULL, &len, aad.data, (int)aad.len) &&
         EVP_EncryptUpdate(context, out + GCM_NONCE, &len, plain.data, (int)plain.len) &&
         EVP_EncryptFinal_ex(context, out + GCM_NONCE + plain.len, &len) &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, out + GCM_NONCE + plain.len);
    EVP_CIPHER_CTX_free(context);
    return ok ? 0 : buf->error ? buf->error : REG_ERR_CRYPTO;
}

static int unseal_intl(const struct reg_algorithms *algorithms, const uint8_t key[REG_CASE_KEY_LEN], struct reg_bytes aad,
                       struct reg_bytes sealed, uint8_t *out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    size_t plain = sealed.len - GCM_NONCE - GCM_TAG;
    int len = 0,
        ok = context && sealed.len < INT32_MAX && aad.len < INT32_MAX &&
             EVP_DecryptInit_ex2(context, algorithms->aes_256_gcm, key, sealed.data, NULL) &&
             EVP_DecryptUpdate(context, NULL, &len, aad.data, (int)aad.len) &&
             EVP_DecryptUpdate(context, out, &len, sealed.data + GCM_NONCE, (int)plain) &&
             EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, (void *)(sealed.data + GCM_NONCE + plain));
    int authentic = ok && EVP_DecryptFinal_ex(context, out + plain, &len) > 0;

    EVP_CIPHER_CTX_free(context);
    return authentic ? 0 : ok ? REG_ERR_SIGNATURE : REG_ERR_CRYPTO;
}

/* ---- either -------------------------------------------------------------------------------------------------------- */

int reg_seal(enum reg_suite suite, const uint8_t key[REG_CASE_KEY_LEN], const uint8_t nonce[REG_SEAL_NONCE_LEN],
             struct reg_bytes aad, struct reg_bytes plain, struct reg_buf *buf)
{
    const struct reg_algorithms *algorithms = reg_algorithms();
    size_t before = buf->len;
    int error = !algorithms             ? REG_ERR_CRYPTO
                : suite == REG_SUITE_GM ? seal_gm(algorithms, key, nonce, aad, plain, buf)
                                        : seal_intl(algorithms, key, nonce, aad, plain, buf);

    if (error != 0)
        buf->len = before;
    return error;
}

int reg_unseal(enum reg_suite suite, const uint8_t key[REG_CASE_KEY_LEN], struct reg_bytes aad, struct reg_bytes sealed,
               struct reg_buf *buf)
{
    const struct reg_algorithms *algorithms = reg_algorithms();
    size_t overhead = suite == REG_SUITE_GM ? CTR_NONCE + CTR_TAG : GCM_NONCE + GCM_TAG;
    size_t before = buf->len;
    uint8_t *out;
    int error;

    if (!algorithms)
        return REG_ERR_CRYPTO;
    if (sealed.len < overhead)
        return REG_ERR_SIGNATURE;
    out = reg_buf_extend(buf, sealed.len - overhead);
    if (!out)
        return buf->error;
    error = suite == REG_SUITE_GM ? unseal_gm(algorithms, key, aad, sealed, out)
                                  : unseal_intl(algorithms, key, aad, sealed, out);
    if (error != 0) {
        reg_secret_wipe(out, sealed.len - overhead);
        buf->len = before;
    }
    return error;
}

static struct reg_bytes wrap_label(void)
{
    static const char label[] = "registry case key v1";

    return (struct reg_bytes){(const uint8_t *)label, sizeof label - 1};
}

int reg_case_key_wrap(const struct reg_master_key *master, const uint8_t key[REG_CASE_KEY_LEN],
                      const uint8_t nonce[REG_SEAL_NONCE_LEN], struct reg_buf *buf)
{
    return reg_seal(master->suite, master->bytes, nonce, wrap_label(), (struct reg_bytes){key, REG_CASE_KEY_LEN}, buf);
}

int reg_case_key_unwrap(const struct reg_master_key *master, struct reg_bytes wrapped, uint8_t ret_key[REG_CASE_KEY_LEN])
{
    struct reg_buf buf = REG_BUF_INIT;
    int error = reg_unseal(master->suite, master->bytes, wrap_label(), wrapped, &buf);

    if (error == 0 && buf.len != REG_CASE_KEY_LEN)
        error = REG_ERR_SIGNATURE;
    if (error == 0)
        memcpy(ret_key, buf.data, REG_CASE_KEY_LEN);
    reg_buf_wipe(&buf);
    return error;
}
