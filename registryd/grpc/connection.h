/* gRPC over one HTTP/2 connection: bytes in, bytes out, methods called in between. No sockets; the clock is handed in.
 *
 *     rd_grpc_new               once a worker: methods, limits, clock
 *     rd_grpc_connection_new    once a connection, when it is known who calls
 *     rd_grpc_receive           what was read; runs the methods
 *     rd_grpc_send              the next bytes to write, until there are none
 *     rd_grpc_tick              now and then: deadlines
 *
 * All of it belongs to one thread.
 */
#ifndef RD_GRPC_CONNECTION_H
#define RD_GRPC_CONNECTION_H

#include "grpc/call.h"
#include "grpc/limits.h"

struct rd_grpc;
struct rd_grpc_connection;

struct rd_grpc_options {
    const struct rd_limits *limits; /* borrowed, like all pointers here */
    const struct rd_method *methods;
    size_t method_count;
    struct rd_worker *worker;                                                          /* rd_call_worker */
    int64_t (*clock)(void);                                                            /* nanoseconds, monotonic */
    void *context;                                                                     /* of on_call */
    void (*on_call)(void *context, size_t row, enum rd_status status, double seconds); /* NULL is fine */
    void (*output)(void *connection_context); /* a connection has something to send, perhaps */
};

REG_MUST_CHECK int rd_grpc_new(const struct rd_grpc_options *options, struct rd_grpc **ret_grpc);
/* Every connection must be gone, every call released. NULL is fine. */
void rd_grpc_free(struct rd_grpc *grpc);
/* Reads the clock: once a turn of the loop, and before calls are answered from outside a connection's functions. */
int64_t rd_grpc_now(struct rd_grpc *grpc);

/* `caller` NULL: unknown, only anonymous methods are served. `context` is handed to `output`. */
REG_MUST_CHECK int rd_grpc_connection_new(struct rd_grpc *grpc, const struct reg_caller *caller, void *context,
                                          struct rd_grpc_connection **ret_connection);
/* Cancels its calls. NULL is fine. */
void rd_grpc_connection_free(struct rd_grpc_connection *connection);
/* An error: send what is left and close. */
REG_MUST_CHECK int rd_grpc_receive(struct rd_grpc_connection *connection, struct reg_bytes bytes);
/* Borrowed until the next call; empty when there is nothing to send now. */
REG_MUST_CHECK int rd_grpc_send(struct rd_grpc_connection *connection, struct reg_bytes *ret_bytes);
/* Ends what is past its time. Returns how many messages never came in time. */
unsigned rd_grpc_tick(struct rd_grpc_connection *connection);
/* First call: no new calls please, streams end with UNAVAILABLE. Later calls: once nothing runs, GOAWAY; the connection is
 * over when that is sent. */
void rd_grpc_drain(struct rd_grpc_connection *connection);
/* One connection too many of its caller: GOAWAY ENHANCE_YOUR_CALM; over once that is sent. */
void rd_grpc_calm(struct rd_grpc_connection *connection);
/* Without a stream for longer than the limit: GOAWAY was queued. */
bool rd_grpc_idle(struct rd_grpc_connection *connection);
/* Nothing more will come or go. */
bool rd_grpc_over(const struct rd_grpc_connection *connection);
bool rd_grpc_glitched(const struct rd_grpc_connection *connection);
/* What is queued and not yet taken by rd_grpc_send, in bytes. */
size_t rd_grpc_waiting(const struct rd_grpc_connection *connection);

#endif
