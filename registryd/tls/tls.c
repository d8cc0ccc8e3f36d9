#include "tls/tls.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define OUTPUT_MIN (32 * 1024)

struct rd_tls_context {
    SSL_CTX *ssl;
    BIO_METHOD *method; /* reads the input, appends to the output: nothing is kept for a connection at rest */
};

struct rd_tls {
    SSL *ssl;
    struct reg_bytes input;
    struct rd_output *output;
};

bool rd_output_add(struct rd_output *output, struct reg_bytes bytes)
{
    size_t size = output->size > 0 ? output->size : OUTPUT_MIN;
    uint8_t *data;

    if (bytes.len == 0)
        return true;
    while (size - output->len < bytes.len)
        size *= 2;
    if (size > output->size) {
        data = realloc(output->data, size);
        if (data == NULL)
            return false;
        output->data = data;
        output->size = size;
    }
    memcpy(output->data + output->len, bytes.data, bytes.len);
    output->len += bytes.len;
    return true;
}

static int bio_read(BIO *bio, char *buffer, size_t size, size_t *ret_len)
{
    struct rd_tls *tls = BIO_get_data(bio);
    size_t len = tls->input.len < size ? tls->input.len : size;

    BIO_clear_retry_flags(bio);
    if (len == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    memcpy(buffer, tls->input.data, len);
    tls->input.data += len;
    tls->input.len -= len;
    *ret_len = len;
    return 1;
}

static int bio_write(BIO *bio, const char *bytes, size_t len, size_t *ret_len)
{
    struct rd_tls *tls = BIO_get_data(bio);

    BIO_clear_retry_flags(bio);
    if (!rd_output_add(tls->output, (struct reg_bytes){(const uint8_t *)bytes, len}))
        return 0;
    *ret_len = len;
    return 1;
}

static long bio_ctrl(BIO *bio, int command, long number, void *argument)
{
    (void)bio;
    (void)number;
    (void)argument;
    return command == BIO_CTRL_FLUSH;
}

/* ALPN: h2 and nothing else; without it there is no HTTP/2 (RFC 9113, 3.2). */
static int select_h2(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in, unsigned in_len,
                     void *argument)
{
    static const unsigned char h2[] = {2, 'h', '2'};
    unsigned char *chosen = NULL;

    (void)ssl;
    (void)argument;
    if (SSL_select_next_proto(&chosen, out_len, h2, sizeof h2, in, in_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static int set_fault(struct reg_error_info *info, const char *zh, const char *en, const char *file)
{
    unsigned long error = ERR_peek_last_error();
    const char *reason = ERR_reason_error_string(error);

    ERR_clear_error();
    if (info != NULL) {
        snprintf(info->zh, sizeof info->zh, "%s %s：%s", zh, file, reason != NULL ? reason : "");
        snprintf(info->en, sizeof info->en, "%s %s: %s", en, file, reason != NULL ? reason : "");
    }
    return REG_ERR_KEY;
}

/* OpenSSL takes a certificate's extensions apart when it first looks at them; the authorities are shared by all workers, so
 * that is done before there are any. */
static void read_extensions(SSL_CTX *ssl)
{
    STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(ssl));

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));

        if (certificate != NULL)
            (void)X509_check_purpose(certificate, -1, 0);
    }
}

static int load_files(SSL_CTX *ssl, const char *certificate, const char *key, const char *client_ca,
                      struct reg_error_info *info)
{
    STACK_OF(X509_NAME) * names;

    if (SSL_CTX_use_certificate_chain_file(ssl, certificate) != 1)
        return set_fault(info, "无法使用服务器证书", "cannot use the server certificate", certificate);
    if (SSL_CTX_use_PrivateKey_file(ssl, key, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(ssl) != 1)
        return set_fault(info, "无法使用服务器私钥", "cannot use the server key", key);
    names = SSL_load_client_CA_file(client_ca);
    if (names == NULL || SSL_CTX_load_verify_file(ssl, client_ca) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return set_fault(info, "无法使用客户端 CA 证书", "cannot use the clients' authority", client_ca);
    }
    SSL_CTX_set_client_CA_list(ssl, names);
    read_extensions(ssl);
    return 0;
}

static BIO_METHOD *make_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "registryd");

    if (method == NULL)
        return NULL;
    BIO_meth_set_read_ex(method, bio_read);
    BIO_meth_set_write_ex(method, bio_write);
    BIO_meth_set_ctrl(method, bio_ctrl);
    return method;
}

static int make_context(const char *certificate, const char *key, const char *client_ca, struct rd_tls_context *context,
                        struct reg_error_info *info)
{
    context->method = make_method();
    context->ssl = SSL_CTX_new(TLS_server_method());
    if (context->method == NULL || context->ssl == NULL)
        return REG_ERR_NOMEM;
    SSL_CTX_set_min_proto_version(context->ssl, TLS1_3_VERSION);
    SSL_CTX_set_mode(context->ssl, SSL_MODE_RELEASE_BUFFERS);
    /* Who shows no certificate gets through the handshake and is told why no call is served; a wrong one fails it. */
    SSL_CTX_set_verify(context->ssl, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_alpn_select_cb(context->ssl, select_h2, NULL);
    /* Connections live long: resumption would save little, and keep the certificates of peers in memory. */
    SSL_CTX_set_session_cache_mode(context->ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context->ssl, 0);
    return load_files(context->ssl, certificate, key, client_ca, info);
}

int rd_tls_context_new(const char *certificate, const char *key, const char *client_ca, struct rd_tls_context **ret_context,
                       struct reg_error_info *info)
{
    struct rd_tls_context *context = calloc(1, sizeof *context);
    int r;

    if (context == NULL)
        return REG_ERR_NOMEM;
    r = make_context(certificate, key, client_ca, context, info);
    if (r < 0) {
        rd_tls_context_free(context);
        return r;
    }
    *ret_context = context;
    return 0;
}

void rd_tls_context_free(struct rd_tls_context *context)
{
    if (context == NULL)
        return;
    SSL_CTX_free(context->ssl);
    BIO_meth_free(context->method);
    free(context);
}

int rd_tls_new(struct rd_tls_context *context, struct rd_output *output, struct rd_tls **ret_tls)
{
    struct rd_tls *tls = calloc(1, sizeof *tls);
    BIO *bio = BIO_new(context->method);

    if (tls == NULL || bio == NULL)
        goto fail;
    tls->output = output;
    tls->ssl = SSL_new(context->ssl);
    if (tls->ssl == NULL)
        goto fail;
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio);
    SSL_set_accept_state(tls->ssl);
    *ret_tls = tls;
    return 0;
fail:
    BIO_free(bio);
    free(tls);
    return REG_ERR_NOMEM;
}

void rd_tls_free(struct rd_tls *tls)
{
    if (tls == NULL)
        return;
    SSL_free(tls->ssl);
    free(tls);
}

void rd_tls_input(struct rd_tls *tls, struct reg_bytes bytes)
{
    tls->input = bytes;
}

static enum rd_tls_result result_of(struct rd_tls *tls, int r)
{
    int error = SSL_get_error(tls->ssl, r);

    ERR_clear_error();
    return error == SSL_ERROR_WANT_READ ? RD_TLS_MORE : error == SSL_ERROR_ZERO_RETURN ? RD_TLS_ENDED : RD_TLS_FAILED;
}

enum rd_tls_result rd_tls_handshake(struct rd_tls *tls)
{
    const unsigned char *protocol = NULL;
    unsigned len = 0;
    int r;

    ERR_clear_error();
    r = SSL_do_handshake(tls->ssl);
    if (r != 1)
        return result_of(tls, r);
    SSL_get0_alpn_selected(tls->ssl, &protocol, &len);
    return len == 2 ? RD_TLS_OK : RD_TLS_FAILED; /* select_h2 is not asked where the peer names no protocol at all */
}

enum rd_tls_result rd_tls_read(struct rd_tls *tls, uint8_t *buffer, size_t size, size_t *ret_len)
{
    int r;

    ERR_clear_error();
    r = SSL_read_ex(tls->ssl, buffer, size, ret_len);
    return r == 1 ? RD_TLS_OK : result_of(tls, r);
}

int rd_tls_write(struct rd_tls *tls, struct reg_bytes bytes)
{
    size_t written;

    ERR_clear_error();
    if (bytes.len == 0 || SSL_write_ex(tls->ssl, bytes.data, bytes.len, &written) == 1)
        return 0;
    ERR_clear_error();
    return REG_ERR_CRYPTO;
}

void rd_tls_goodbye(struct rd_tls *tls)
{
    ERR_clear_error();
    SSL_shutdown(tls->ssl);
    ERR_clear_error();
}

/* The text of the one URI in a list of names. */
static char *one_uri(const GENERAL_NAMES *names)
{
    const ASN1_IA5STRING *uri = NULL;

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        if (name->type != GEN_URI)
            continue;
        if (uri != NULL)
            return NULL;
        uri = name->d.uniformResourceIdentifier;
    }
    if (uri == NULL || memchr(ASN1_STRING_get0_data(uri), 0, (size_t)ASN1_STRING_length(uri)) != NULL)
        return NULL;
    return strndup((const char *)ASN1_STRING_get0_data(uri), (size_t)ASN1_STRING_length(uri));
}

char *rd_tls_caller(const struct rd_tls *tls)
{
    X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
    GENERAL_NAMES *names;
    char *uri;

    if (certificate == NULL || SSL_get_verify_result(tls->ssl) != X509_V_OK)
        return NULL;
    names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    if (names == NULL)
        return NULL;
    uri = one_uri(names);
    GENERAL_NAMES_free(names);
    return uri;
}
