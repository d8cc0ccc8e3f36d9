/* TLS 1.3 with client certificates: bytes in, bytes out. The only folder of the daemon that includes OpenSSL.
 *
 *     rd_tls_input       what was read from the socket; valid until rd_tls_handshake or rd_tls_read want more
 *     rd_tls_handshake   until it is done, then rd_tls_caller
 *     rd_tls_read        decrypted bytes, until it wants more
 *     rd_tls_write       all of it, always
 *
 * What is to be written to the socket is appended to the output that the connection was made with.
 */
#ifndef RD_TLS_TLS_H
#define RD_TLS_TLS_H

#include <stdbool.h>

#include <registry/bytes.h>
#include <registry/error.h>

struct rd_tls;
struct rd_tls_context;

/* Bytes that grow. */
struct rd_output {
    uint8_t *data;
    size_t len, size;
};
/* False without memory. */
REG_MUST_CHECK bool rd_output_add(struct rd_output *output, struct reg_bytes bytes);

/* Files as PEM: the chain of the server, its key, the authority of the clients. REG_ERR_KEY. */
REG_MUST_CHECK int rd_tls_context_new(const char *certificate, const char *key, const char *client_ca,
                                      struct rd_tls_context **ret_context, struct reg_error_info *info);
void rd_tls_context_free(struct rd_tls_context *context);

enum rd_tls_result {
    RD_TLS_OK,
    RD_TLS_MORE,  /* wants more input */
    RD_TLS_ENDED, /* the peer said goodbye */
    RD_TLS_FAILED
};

/* `output` is borrowed. */
REG_MUST_CHECK int rd_tls_new(struct rd_tls_context *context, struct rd_output *output, struct rd_tls **ret_tls);
void rd_tls_free(struct rd_tls *tls);
void rd_tls_input(struct rd_tls *tls, struct reg_bytes bytes);
enum rd_tls_result rd_tls_handshake(struct rd_tls *tls);
enum rd_tls_result rd_tls_read(struct rd_tls *tls, uint8_t *buffer, size_t size, size_t *ret_len);
REG_MUST_CHECK int rd_tls_write(struct rd_tls *tls, struct reg_bytes bytes);
/* Says goodbye. */
void rd_tls_goodbye(struct rd_tls *tls);
/* The one URI of the client certificate's alternative names, freed with free(); NULL: no certificate, no URI or several. */
char *rd_tls_caller(const struct rd_tls *tls);

#endif
