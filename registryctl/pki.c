#include "pki.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define DAY 86400L

struct ctl_pki {
    char *directory;
    EVP_PKEY *key;
    X509 *certificate;
};

static int fail(struct reg_error_info *info, const char *what)
{
    snprintf(info->zh, sizeof info->zh, "无法生成开发用证书：%s", what);
    snprintf(info->en, sizeof info->en, "cannot make the development certificates: %s", what);
    return REG_ERR_CRYPTO;
}

static int add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;
    int ok;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    ok = extension && X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return ok;
}

static int set_serial(X509 *certificate)
{
    unsigned char bytes[16];
    BIGNUM *number = NULL;
    int ok = RAND_bytes(bytes, sizeof bytes) == 1;

    bytes[0] &= 0x7f;
    ok = ok && (number = BN_bin2bn(bytes, sizeof bytes, NULL)) &&
         BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return ok;
}

/* A certificate without extensions, not yet signed. */
static X509 *blank(EVP_PKEY *key, const char *common_name, X509 *issuer, long days)
{
    X509 *certificate = X509_new();
    X509_NAME *name;

    if (!certificate)
        return NULL;
    name = X509_get_subject_name(certificate);
    if (!X509_set_version(certificate, 2) || !set_serial(certificate) ||
        !X509_gmtime_adj(X509_getm_notBefore(certificate), -300) ||
        !X509_gmtime_adj(X509_getm_notAfter(certificate), days * DAY) ||
        !X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0) ||
        !X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : name) ||
        !X509_set_pubkey(certificate, key)) {
        X509_free(certificate);
        return NULL;
    }
    return certificate;
}

static FILE *create(const struct ctl_pki *pki, const char *name, const char *suffix, int mode)
{
    char path[4096];
    int fd;

    if ((size_t)snprintf(path, sizeof path, "%s/%s.%s", pki->directory, name, suffix) >= sizeof path)
        return NULL;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    return fd < 0 ? NULL : fdopen(fd, "w");
}

static int write_pair(const struct ctl_pki *pki, const char *name, EVP_PKEY *key, X509 *certificate)
{
    FILE *out = create(pki, name, "key", 0600);
    int ok = out && PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);

    if (out && fclose(out) != 0)
        ok = 0;
    out = ok ? create(pki, name, "crt", 0644) : NULL;
    ok = ok && out && PEM_write_X509(out, certificate);
    if (out && fclose(out) != 0)
        ok = 0;
    return ok;
}

int ctl_pki_new(const char *directory, struct ctl_pki **ret_pki, struct reg_error_info *info)
{
    struct ctl_pki *pki = calloc(1, sizeof *pki);
    X509 *ca;
    int ok;

    if (!pki)
        return REG_ERR_NOMEM;
    pki->directory = strdup(directory);
    pki->key = EVP_EC_gen("P-256");
    ok = pki->directory && pki->key && (ca = pki->certificate = blank(pki->key, "registry development CA", NULL, 3650));
    ok = ok && add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
         add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
         add_extension(ca, ca, NID_subject_key_identifier, "hash") && X509_sign(ca, pki->key, EVP_sha256()) &&
         write_pair(pki, "ca", pki->key, ca);
    if (!ok) {
        ctl_pki_free(pki);
        return fail(info, "ca");
    }
    *ret_pki = pki;
    return 0;
}

void ctl_pki_free(struct ctl_pki *pki)
{
    if (!pki)
        return;
    X509_free(pki->certificate);
    EVP_PKEY_free(pki->key);
    free(pki->directory);
    free(pki);
}

int ctl_pki_issue(struct ctl_pki *pki, const char *name, const char *alt, int server, struct reg_error_info *info)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = key ? blank(key, name, pki->certificate, 730) : NULL;
    int ok = certificate && add_extension(certificate, pki->certificate, NID_basic_constraints, "critical,CA:FALSE") &&
             add_extension(certificate, pki->certificate, NID_key_usage, "critical,digitalSignature") &&
             add_extension(certificate, pki->certificate, NID_ext_key_usage, server ? "serverAuth" : "clientAuth") &&
             add_extension(certificate, pki->certificate, NID_subject_key_identifier, "hash") &&
             add_extension(certificate, pki->certificate, NID_authority_key_identifier, "keyid:always") &&
             add_extension(certificate, pki->certificate, NID_subject_alt_name, alt) &&
             X509_sign(certificate, pki->key, EVP_sha256()) && write_pair(pki, name, key, certificate);

    X509_free(certificate);
    EVP_PKEY_free(key);
    return ok ? 0 : fail(info, name);
}
