/* An HTTP/2 client in memory, for the tests of the transport: nghttp2's client session against a connection of ours. */
#ifndef TESTS_H2_CLIENT_H
#define TESTS_H2_CLIENT_H

#include <nghttp2/nghttp2.h>

#include "grpc/connection.h"

#define ANSWERS_MAX 320
#define DATA_MAX    65536

struct answer {
    int32_t id;
    int http;   /* 0: no header list came */
    int status; /* grpc-status; -1: none */
    char message[2048];
    uint8_t data[256]; /* the beginning */
    size_t len;
    bool closed;
    uint32_t reset; /* the code it was closed with */
    const uint8_t *body;
    size_t body_len;
    bool keep_open;
};

struct client {
    nghttp2_session *session;
    struct rd_grpc_connection *server;
    struct answer *answers;
    size_t count;
    int received; /* the last result of rd_grpc_receive */
    int goaways;
    uint32_t goaway_code;
    int32_t goaway_last;
    size_t settings_header_list, settings_streams;
};

struct request {
    const char *path, *method, *type, *timeout, *extra; /* NULL: the usual; `extra`: value of a header field */
    const uint8_t *body;
    size_t body_len;
    bool keep_open; /* no END_STREAM after the body */
};

void client_open(struct client *client, struct rd_grpc_connection *server);
/* The same without a server in memory: the test moves the bytes. */
void client_open_alone(struct client *client);
void client_close(struct client *client);
struct answer *client_call(struct client *client, const struct request *request);
/* Back and forth until both have nothing to say. */
void client_pump(struct client *client);
/* What the client would write now, and gives it what was read. */
size_t client_take(struct client *client, uint8_t *buffer, size_t size);
void client_give(struct client *client, const uint8_t *bytes, size_t len);
/* A gRPC message: prefix and bytes; the length. */
size_t framed(uint8_t *buffer, const char *text);

#endif
