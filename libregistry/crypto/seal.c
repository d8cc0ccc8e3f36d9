#include "crypto/seal.h"

#include <stdbool.h>
#include <stdlib.h>
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

struct reg_sealer {
    enum reg_suite suite;
    const struct reg_algorithms *algorithms;
    EVP_CIPHER_CTX *cipher; /* with its key; each use sets a nonce */
    EVP_MAC_CTX *mac;       /* gm: with its key */
};

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

static int ready_gm(struct reg_sealer *sealer, const uint8_t key[REG_CASE_KEY_LEN])
{
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SM3", 0),
                           OSSL_PARAM_construct_end()};
    uint8_t keys[SM4_KEY + MAC_KEY];
    int error = split_key(sealer->algorithms, key, keys);

    sealer->mac = EVP_MAC_CTX_new(sealer->algorithms->hmac);
    if (error == 0 && !(sealer->mac && EVP_EncryptInit_ex2(sealer->cipher, sealer->algorithms->sm4_ctr, keys, NULL, NULL) &&
                        EVP_MAC_init(sealer->mac, keys + SM4_KEY, MAC_KEY, params)))
        error = REG_ERR_CRYPTO;
    reg_secret_wipe(keys, sizeof keys);
    return error;
}

static int sm4_ctr(struct reg_sealer *sealer, const uint8_t nonce[CTR_NONCE], struct reg_bytes in, uint8_t *out)
{
    int len = 0;

    return in.len < INT32_MAX && EVP_EncryptInit_ex2(sealer->cipher, NULL, NULL, nonce, NULL) &&
                   EVP_EncryptUpdate(sealer->cipher, out, &len, in.data, (int)in.len)
               ? 0
               : REG_ERR_CRYPTO;
}

/* HMAC-SM3 over (length of aad || aad || nonce || cipher text): no two splits of the same bytes have the same tag. */
static int hmac_tag(struct reg_sealer *sealer, struct reg_bytes aad, struct reg_bytes sealed, uint8_t ret[CTR_TAG])
{
    uint8_t length[8];

    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)((uint64_t)aad.len >> 8 * (7 - i));
    return EVP_MAC_init(sealer->mac, NULL, 0, NULL) && EVP_MAC_update(sealer->mac, length, sizeof length) &&
                   EVP_MAC_update(sealer->mac, aad.data, aad.len) && EVP_MAC_update(sealer->mac, sealed.data, sealed.len) &&
                   EVP_MAC_final(sealer->mac, ret, NULL, CTR_TAG)
               ? 0
               : REG_ERR_CRYPTO;
}

static int seal_gm(struct reg_sealer *sealer, const uint8_t *nonce, struct reg_bytes aad, struct reg_bytes plain,
                   struct reg_buf *buf)
{
    uint8_t *out = reg_buf_extend(buf, CTR_NONCE + plain.len + CTR_TAG);
    int error;

    if (!out)
        return buf->error;
    memcpy(out, nonce, CTR_NONCE);
    error = sm4_ctr(sealer, nonce, plain, out + CTR_NONCE);
    if (error == 0)
        error = hmac_tag(sealer, aad, (struct reg_bytes){out, CTR_NONCE + plain.len}, out + CTR_NONCE + plain.len);
    return error;
}

static int open_gm(struct reg_sealer *sealer, struct reg_bytes aad, struct reg_bytes sealed, uint8_t *out)
{
    size_t len = sealed.len - CTR_NONCE - CTR_TAG;
    uint8_t tag[CTR_TAG];
    int error = hmac_tag(sealer, aad, (struct reg_bytes){sealed.data, CTR_NONCE + len}, tag);

    if (error == 0 && !reg_secret_equal(tag, sealed.data + CTR_NONCE + len, CTR_TAG))
        error = REG_ERR_SIGNATURE;
    if (error == 0)
        error = sm4_ctr(sealer, sealed.data, (struct reg_bytes){sealed.data + CTR_NONCE, len}, out);
    return error;
}

/* ---- intl: AES-256-GCM --------------------------------------------------------------------------------------------- */

static int ready_intl(struct reg_sealer *sealer, const uint8_t key[REG_CASE_KEY_LEN])
{
    return EVP_CipherInit_ex2(sealer->cipher, sealer->algorithms->aes_256_gcm, key, NULL, 1, NULL) ? 0 : REG_ERR_CRYPTO;
}

static int seal_intl(struct reg_sealer *sealer, const uint8_t *nonce, struct reg_bytes aad, struct reg_bytes plain,
                     struct reg_buf *buf)
{
    EVP_CIPHER_CTX *cipher = sealer->cipher;
    uint8_t *out = reg_buf_extend(buf, GCM_NONCE + plain.len + GCM_TAG);
    int len = 0, ok = out && plain.len < INT32_MAX && aad.len < INT32_MAX;

    if (ok)
        memcpy(out, nonce, GCM_NONCE);
    ok = ok && EVP_CipherInit_ex2(cipher, NULL, NULL, nonce, 1, NULL) &&
         EVP_CipherUpdate(cipher, NULL, &len, aad.data, (int)aad.len) &&
         EVP_CipherUpdate(cipher, out + GCM_NONCE, &len, plain.data, (int)plain.len) &&
         EVP_CipherFinal_ex(cipher, out + GCM_NONCE + plain.len, &len) &&
         EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, out + GCM_NONCE + plain.len);
    return ok ? 0 : buf->error ? buf->error : REG_ERR_CRYPTO;
}

static int open_intl(struct reg_sealer *sealer, struct reg_bytes aad, struct reg_bytes sealed, uint8_t *out)
{
    EVP_CIPHER_CTX *cipher = sealer->cipher;
    size_t plain = sealed.len - GCM_NONCE - GCM_TAG;
    int len = 0, ok = sealed.len < INT32_MAX && aad.len < INT32_MAX &&
                      EVP_CipherInit_ex2(cipher, NULL, NULL, sealed.data, 0, NULL) &&
                      EVP_CipherUpdate(cipher, NULL, &len, aad.data, (int)aad.len) &&
                      EVP_CipherUpdate(cipher, out, &len, sealed.data + GCM_NONCE, (int)plain) &&
                      EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, (void *)(sealed.data + GCM_NONCE + plain));

    return !ok ? REG_ERR_CRYPTO : EVP_CipherFinal_ex(cipher, out + plain, &len) > 0 ? 0 : REG_ERR_SIGNATURE;
}

/* ---- either -------------------------------------------------------------------------------------------------------- */

int reg_sealer_new(enum reg_suite suite, const uint8_t key[REG_CASE_KEY_LEN], struct reg_sealer **ret)
{
    struct reg_sealer *sealer = calloc(1, sizeof *sealer);
    int error = REG_ERR_CRYPTO;

    if (!sealer)
        return REG_ERR_NOMEM;
    sealer->suite = suite;
    sealer->algorithms = reg_algorithms();
    sealer->cipher = EVP_CIPHER_CTX_new();
    if (sealer->algorithms && sealer->cipher)
        error = suite == REG_SUITE_GM ? ready_gm(sealer, key) : ready_intl(sealer, key);
    if (error != 0) {
        reg_sealer_free(sealer);
        return error;
    }
    *ret = sealer;
    return 0;
}

void reg_sealer_free(struct reg_sealer *sealer)
{
    if (!sealer)
        return;
    EVP_CIPHER_CTX_free(sealer->cipher); /* which wipes the keys */
    EVP_MAC_CTX_free(sealer->mac);
    free(sealer);
}

int reg_sealer_seal(struct reg_sealer *sealer, const uint8_t nonce[REG_SEAL_NONCE_LEN], struct reg_bytes aad,
                    struct reg_bytes plain, struct reg_buf *buf)
{
    size_t before = buf->len;
    int error =
        sealer->suite == REG_SUITE_GM ? seal_gm(sealer, nonce, aad, plain, buf) : seal_intl(sealer, nonce, aad, plain, buf);

    if (error != 0)
        buf->len = before;
    return error;
}

int reg_sealer_open(struct reg_sealer *sealer, struct reg_bytes aad, struct reg_bytes sealed, struct reg_buf *buf)
{
    bool gm = sealer->suite == REG_SUITE_GM;
    size_t overhead = gm ? CTR_NONCE + CTR_TAG : GCM_NONCE + GCM_TAG, before = buf->len;
    uint8_t *out;
    int error;

    if (sealed.len < overhead)
        return REG_ERR_SIGNATURE;
    out = reg_buf_extend(buf, sealed.len - overhead);
    if (!out)
        return buf->error;
    error = gm ? open_gm(sealer, aad, sealed, out) : open_intl(sealer, aad, sealed, out);
    if (error != 0) {
        reg_secret_wipe(out, sealed.len - overhead);
        buf->len = before;
    }
    return error;
}

int reg_seal(enum reg_suite suite, const uint8_t key[REG_CASE_KEY_LEN], const uint8_t nonce[REG_SEAL_NONCE_LEN],
             struct reg_bytes aad, struct reg_bytes plain, struct reg_buf *buf)
{
    struct reg_sealer *sealer = NULL;
    int error = reg_sealer_new(suite, key, &sealer);

    if (error == 0)
        error = reg_sealer_seal(sealer, nonce, aad, plain, buf);
    reg_sealer_free(sealer);
    return error;
}

int reg_unseal(enum reg_suite suite, const uint8_t key[REG_CASE_KEY_LEN], struct reg_bytes aad, struct reg_bytes sealed,
               struct reg_buf *buf)
{
    struct reg_sealer *sealer = NULL;
    int error = reg_sealer_new(suite, key, &sealer);

    if (error == 0)
        error = reg_sealer_open(sealer, aad, sealed, buf);
    reg_sealer_free(sealer);
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
