/* The master key and its file: a first line that names suite and form, a second with hexadecimal digits.
 *
 *   registry-master-key gm plain            64 digits: the key
 *   registry-master-key gm sealed           salt 16 || sealed key, under PBKDF2 (600,000 rounds) of the passphrase
 */
#include "crypto/master.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/rand.h>

#include "base/error.h"
#include "crypto/algorithms.h"
#include "crypto/digest.h"
#include "crypto/pkey.h"
#include "crypto/seal.h"

#define TITLE    "registry-master-key"
#define SALT_LEN 16
#define ROUNDS   600000u

int reg_master_key_new(enum reg_suite suite, const uint8_t bytes[REG_MASTER_LEN], struct reg_master_key **ret_key)
{
    struct reg_master_key *key = calloc(1, sizeof *key);

    if (!key)
        return REG_ERR_NOMEM;
    key->suite = suite;
    memcpy(key->bytes, bytes, REG_MASTER_LEN);
    *ret_key = key;
    return 0;
}

void reg_master_key_free(struct reg_master_key *key)
{
    if (!key)
        return;
    reg_secret_wipe(key, sizeof *key);
    free(key);
}

static int derive(enum reg_suite suite, const char *passphrase, const uint8_t salt[SALT_LEN], uint8_t ret[REG_CASE_KEY_LEN])
{
    const struct reg_algorithms *algorithms = reg_algorithms();
    EVP_KDF_CTX *context = algorithms ? EVP_KDF_CTX_new(algorithms->pbkdf2) : NULL;
    unsigned rounds = ROUNDS;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)(suite == REG_SUITE_GM ? "SM3" : "SHA256"), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, (void *)passphrase, strlen(passphrase)),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, SALT_LEN),
        OSSL_PARAM_construct_uint(OSSL_KDF_PARAM_ITER, &rounds),
        OSSL_PARAM_construct_end(),
    };
    int ok = context && EVP_KDF_derive(context, ret, REG_CASE_KEY_LEN, params) == 1;

    EVP_KDF_CTX_free(context);
    return ok ? 0 : REG_ERR_CRYPTO;
}

/* A key for one purpose. */
static int purpose_key(const struct reg_master_key *key, const char *purpose, uint8_t ret[REG_DIGEST_LEN])
{
    const struct reg_algorithms *algorithms = reg_algorithms();
    EVP_KDF_CTX *context = algorithms ? EVP_KDF_CTX_new(algorithms->hkdf) : NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)(key->suite == REG_SUITE_GM ? "SM3" : "SHA256"), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key->bytes, REG_MASTER_LEN),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)purpose, strlen(purpose)),
        OSSL_PARAM_construct_end(),
    };
    int ok = context && EVP_KDF_derive(context, ret, REG_DIGEST_LEN, params) == 1;

    EVP_KDF_CTX_free(context);
    return ok ? 0 : REG_ERR_CRYPTO;
}

int reg_master_digest(const struct reg_master_key *key, const char *purpose, struct reg_bytes data, uint8_t ret[REG_DIGEST_LEN])
{
    const struct reg_algorithms *algorithms = reg_algorithms();
    EVP_MAC_CTX *context = algorithms ? EVP_MAC_CTX_new(algorithms->hmac) : NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)(key->suite == REG_SUITE_GM ? "SM3" : "SHA256"), 0),
        OSSL_PARAM_construct_end(),
    };
    uint8_t derived_key[REG_DIGEST_LEN];
    int error = context ? purpose_key(key, purpose, derived_key) : REG_ERR_CRYPTO;

    if (error == 0 && !(EVP_MAC_init(context, derived_key, sizeof derived_key, params) &&
                        EVP_MAC_update(context, data.data, data.len) && EVP_MAC_final(context, ret, NULL, REG_DIGEST_LEN)))
        error = REG_ERR_CRYPTO;
    reg_secret_wipe(derived_key, sizeof derived_key);
    EVP_MAC_CTX_free(context);
    return error;
}

static struct reg_bytes title(void)
{
    return (struct reg_bytes){(const uint8_t *)TITLE, sizeof TITLE - 1};
}

/* Appends salt and sealed key. */
static int seal_master(const struct reg_master_key *key, const char *passphrase, struct reg_buf *buf)
{
    uint8_t salt[SALT_LEN], nonce[REG_SEAL_NONCE_LEN], derived[REG_CASE_KEY_LEN];
    int error = RAND_bytes(salt, sizeof salt) == 1 && RAND_bytes(nonce, sizeof nonce) == 1 ? 0 : REG_ERR_CRYPTO;

    if (error == 0)
        error = derive(key->suite, passphrase, salt, derived);
    reg_buf_put(buf, salt, sizeof salt);
    if (error == 0)
        error = reg_seal(key->suite, derived, nonce, title(), (struct reg_bytes){key->bytes, REG_MASTER_LEN}, buf);
    reg_secret_wipe(derived, sizeof derived);
    return error;
}

int reg_master_key_save(const struct reg_master_key *key, const char *path, const char *passphrase,
                        struct reg_error_info *info)
{
    struct reg_buf raw = REG_BUF_INIT, text = REG_BUF_INIT;
    int error = 0;

    if (passphrase)
        error = seal_master(key, passphrase, &raw);
    else
        reg_buf_put(&raw, key->bytes, REG_MASTER_LEN);
    reg_buf_printf(&text, "%s %s %s\n", TITLE, reg_suite_name(key->suite), passphrase ? "sealed" : "plain");
    for (size_t i = 0; i < raw.len; i++)
        reg_buf_printf(&text, "%02x", raw.data[i]);
    reg_buf_puts(&text, "\n");
    if (error == 0)
        error = raw.error ? raw.error : text.error;
    if (error == 0)
        error = reg_secret_file_write(path, reg_buf_bytes(&text), info);
    reg_buf_wipe(&raw);
    reg_buf_wipe(&text);
    return error;
}

static int hex_digit(int c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The file's second line; true where it is whole hexadecimal bytes. */
static bool read_hex(const char *line, struct reg_buf *raw)
{
    for (; line[0] && line[0] != '\n'; line += 2) {
        int high = hex_digit(line[0]), low = high < 0 ? -1 : hex_digit(line[1]);

        if (low < 0)
            return false;
        reg_buf_put_u8(raw, (uint8_t)(high << 4 | low));
    }
    return raw->error == 0;
}

static int unseal_master(enum reg_suite suite, const char *passphrase, struct reg_bytes raw, struct reg_buf *plain)
{
    uint8_t derived[REG_CASE_KEY_LEN];
    int error;

    if (!passphrase || raw.len <= SALT_LEN)
        return REG_ERR_KEY;
    error = derive(suite, passphrase, raw.data, derived);
    if (error == 0)
        error = reg_unseal(suite, derived, title(), (struct reg_bytes){raw.data + SALT_LEN, raw.len - SALT_LEN}, plain);
    reg_secret_wipe(derived, sizeof derived);
    return error == REG_ERR_SIGNATURE ? REG_ERR_KEY : error;
}

/* Takes the file's text apart. */
static int parse(const char *text, const char *passphrase, enum reg_suite *ret_suite, struct reg_buf *plain)
{
    char suite[8], form[8];
    struct reg_buf raw = REG_BUF_INIT;
    int at = 0, error = REG_ERR_KEY;

    if (sscanf(text, TITLE " %7s %7s%n", suite, form, &at) != 2 || text[at] != '\n' ||
        reg_suite_parse(suite, ret_suite) != 0 || !read_hex(text + at + 1, &raw))
        goto out;
    if (strcmp(form, "plain") == 0) {
        reg_buf_put(plain, raw.data, raw.len);
        error = plain->error;
    } else if (strcmp(form, "sealed") == 0) {
        error = unseal_master(*ret_suite, passphrase, reg_buf_bytes(&raw), plain);
    }
    if (error == 0 && plain->len != REG_MASTER_LEN)
        error = REG_ERR_KEY;
out:
    if (raw.error != 0) /* the text may be whole: there was no memory for it */
        error = raw.error;
    reg_buf_wipe(&raw);
    return error;
}

int reg_master_key_load(enum reg_suite suite, const char *path, const char *passphrase, struct reg_master_key **ret_key,
                        struct reg_error_info *info)
{
    struct reg_buf text = REG_BUF_INIT, plain = REG_BUF_INIT;
    enum reg_suite found = suite;
    int error = reg_secret_file_read(path, &text, info);

    if (error != 0)
        goto out;
    reg_buf_put_u8(&text, 0);
    error = text.error ? text.error : parse((const char *)text.data, passphrase, &found, &plain);
    if (error == REG_ERR_KEY)
        reg_fail(info, error, "主密钥文件 %s 无法使用（已损坏或口令不符）",
                 "master key file %s cannot be used (damaged, or another passphrase)", path);
    else if (error == 0 && found != suite)
        error =
            reg_fail(info, REG_ERR_SUITE, "主密钥文件 %s 属于另一算法套件", "master key file %s is of another suite", path);
    if (error == 0)
        error = reg_master_key_new(suite, plain.data, ret_key);
out:
    reg_buf_wipe(&text);
    reg_buf_wipe(&plain);
    return error;
}
