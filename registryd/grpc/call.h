/* A call: one RPC in flight, as a method's handler sees it.
 *
 * A call lives on the worker (event loop thread) of its connection; every function here is for that thread, except
 * rd_call_worker. A handler that answers later holds the call and comes back through rd_worker_post; the peer may be gone by
 * then, in which case replying does nothing. Messages are one protobuf message each, without gRPC's five-byte prefix.
 */
#ifndef RD_GRPC_CALL_H
#define RD_GRPC_CALL_H

#include <stdbool.h>

#include <registry/engine.h>

#include "grpc/status.h"

struct rd_call;
struct rd_worker;

enum rd_method_kind {
    RD_UNARY, /* one message in, one out: `run` is called once */
    RD_STREAM /* `run` is called for each message in, and once with `message.data` NULL when the peer has closed its side;
               * the handler sends any number and finishes */
};

/* One row per method. */
struct rd_method {
    const char *path; /* "/registry.v1.LicenceService/GetLicence" */
    enum rd_method_kind kind;
    bool anonymous; /* served without a known caller (health) */
    void (*run)(struct rd_call *call, struct reg_bytes message);
};

/* The caller, NULL only for anonymous methods. Borrowed for the call. */
const struct reg_caller *rd_call_caller(const struct rd_call *call);
struct rd_worker *rd_call_worker(const struct rd_call *call);
/* Unary: answers and ends the call. The message is copied into the frame. */
void rd_call_reply(struct rd_call *call, struct reg_bytes message);
/* Ends the call with an error; the text says what to do. Percent-encoded on the wire, UTF-8 here. */
void rd_call_fail(struct rd_call *call, enum rd_status status, const char *text);
/* Streams: sends one message; ends the call well. */
void rd_call_send(struct rd_call *call, struct reg_bytes message);
void rd_call_finish(struct rd_call *call);
/* Keeps the call's memory until released (pairs); it may still be cancelled meanwhile. */
void rd_call_hold(struct rd_call *call);
void rd_call_release(struct rd_call *call);
/* True once answered, cancelled, or past its deadline. */
bool rd_call_done(const struct rd_call *call);
/* A slot for the handler of a stream; `free_state` is called when the call ends. */
void rd_call_set_state(struct rd_call *call, void *state, void (*free_state)(void *state));
void *rd_call_state(const struct rd_call *call);

#endif
