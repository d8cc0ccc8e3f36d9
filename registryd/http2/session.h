/* One HTTP/2 connection, server side: bytes in, bytes out. The only folder that includes nghttp2.
 *
 *     rd_http2_receive    what was read; events are called from it
 *     rd_http2_send       the next bytes to write, until there are none
 *     rd_http2_over       nothing more will come or go: close the connection
 *
 * The user of a stream embeds struct rd_stream as its first member and gives it in the event `open`. After the event `close`
 * a stream takes no more output: what is sent to it is dropped.
 */
#ifndef RD_HTTP2_SESSION_H
#define RD_HTTP2_SESSION_H

#include <stdbool.h>

#include <registry/bytes.h>

#include "grpc/limits.h"

struct rd_http2;
struct rd_http2_setup;

struct rd_stream {
    struct rd_http2 *http2; /* NULL once closed */
    int32_t id;
    uint8_t *out; /* queued DATA; kept by the user for the next stream, freed by rd_stream_clear */
    size_t out_at, out_len, out_size;
    size_t header_bytes; /* of the request, as SETTINGS_MAX_HEADER_LIST_SIZE counts */
    bool headers_sent, ending, peer_closed, deferred, oversized;
};

struct rd_field {
    const char *name;
    struct reg_bytes value;
};
#define RD_FIELDS_MAX 6

struct rd_http2_events {
    /* A stream has begun; its memory, zeroed but for `out` and `out_size`. NULL refuses it. */
    struct rd_stream *(*open)(void *context);
    void (*header)(struct rd_stream *stream, struct reg_bytes name, struct reg_bytes value);
    void (*begin)(struct rd_stream *stream); /* the header list is complete; see `oversized` */
    void (*data)(struct rd_stream *stream, struct reg_bytes bytes);
    void (*end)(struct rd_stream *stream); /* the peer has said all it had to say */
    /* All DATA of a stream that ends is sent: its trailers; the count. */
    size_t (*trailers)(struct rd_stream *stream, struct rd_field fields[RD_FIELDS_MAX]);
    void (*close)(struct rd_stream *stream);
    void (*output)(void *context); /* there is something to send, perhaps */
};

/* What the connections of a worker share: events and limits. `limits` and `events` are borrowed. */
REG_MUST_CHECK int rd_http2_setup_new(const struct rd_limits *limits, const struct rd_http2_events *events,
                                      struct rd_http2_setup **ret_setup);
void rd_http2_setup_free(struct rd_http2_setup *setup);

REG_MUST_CHECK int rd_http2_new(struct rd_http2_setup *setup, void *context, int64_t now_ns, struct rd_http2 **ret_http2);
/* Calls no events: the streams are the user's to end. */
void rd_http2_free(struct rd_http2 *http2);
/* REG_ERR_INVALID: not HTTP/2, or too many glitches: send what is left and close. */
REG_MUST_CHECK int rd_http2_receive(struct rd_http2 *http2, struct reg_bytes bytes, int64_t now_ns);
/* Borrowed until the next call; empty when there is nothing to send now. */
REG_MUST_CHECK int rd_http2_send(struct rd_http2 *http2, struct reg_bytes *ret_bytes);
bool rd_http2_over(const struct rd_http2 *http2);
/* The connection broke a limit of glitches. */
bool rd_http2_glitched(const struct rd_http2 *http2);
/* What is queued and not yet taken by rd_http2_send: bytes of streams, and what the frames themselves hold. */
size_t rd_http2_waiting(const struct rd_http2 *http2);
/* Asks the peer to begin no more streams; what it has begun by then is still served. */
void rd_http2_notice(struct rd_http2 *http2);
/* GOAWAY: streams that begin from now on are not served. */
void rd_http2_goaway(struct rd_http2 *http2);
/* GOAWAY ENHANCE_YOUR_CALM; the connection is over once that is sent. */
void rd_http2_calm(struct rd_http2 *http2);

/* Sends the header list; `end` closes our side with it. */
void rd_stream_respond(struct rd_stream *stream, const struct rd_field *fields, size_t count, bool end);
/* Queues bytes as DATA, copied: `prefix`, then `bytes`. False without memory. */
REG_MUST_CHECK bool rd_stream_data(struct rd_stream *stream, struct reg_bytes prefix, struct reg_bytes bytes);
/* No more DATA; the event `trailers` follows. */
void rd_stream_end(struct rd_stream *stream);
/* Frees what a stream of the user's holds. */
void rd_stream_clear(struct rd_stream *stream);

#endif
