/* What the files of this folder share. */
#ifndef RD_GRPC_INTERNAL_H
#define RD_GRPC_INTERNAL_H

#include "grpc/connection.h"
#include "http2/session.h"

#define PREFIX_LEN 5
#define TEXT_MAX   1536 /* of a percent-encoded grpc-message */
#define NS_PER_MS  1000000LL

enum call_state {
    CALL_OPEN,      /* its header list or message is still coming, or a stream between messages before its first */
    CALL_RUNNING,   /* its method has been called */
    CALL_ANSWERED,  /* its outcome is on its way to the peer */
    CALL_CANCELLED, /* the peer or the connection went away before */
};

struct rd_call {
    struct rd_stream stream; /* first: http2 knows the call by it */
    struct rd_grpc *grpc;
    struct rd_grpc_connection *connection; /* NULL once the stream is closed */
    struct rd_call *next, **link;          /* of the connection; `next` of the free list */
    const struct reg_caller *caller;
    const struct rd_method *method; /* NULL: none of that name */
    enum call_state state;
    unsigned refs; /* one of the open stream, one while the method runs, one a hold */
    bool begun;    /* the header list is complete */
    bool in_use;   /* the method runs and reads `in` */
    bool is_post, is_grpc, bad_timeout;
    int64_t timeout_ns;
    int64_t waiting_ns; /* since when a message is awaited; 0: none is */
    int64_t run_ns;     /* when the method was first called */
    int64_t deadline_ns;
    uint8_t prefix[PREFIX_LEN]; /* of the message that is coming */
    size_t prefix_len;
    uint8_t *in; /* the message that is coming; kept for the next call */
    size_t in_len, in_size;
    size_t messages; /* that came whole */
    enum rd_status status;
    char *text; /* of the error, percent-encoded; NULL: none */
    size_t text_len;
    void *handler_state;
    void (*free_state)(void *state);
};

struct rd_grpc {
    struct rd_grpc_options options;
    struct rd_http2_setup *setup;
    const struct rd_method **table; /* open addressing, NULL: free */
    size_t table_mask;
    struct rd_call *spare;
    size_t spare_count;
    int64_t now_ns;
};

struct rd_grpc_connection {
    struct rd_grpc *grpc;
    struct rd_http2 *http2;
    const struct reg_caller *caller;
    void *context;
    struct rd_call *calls;
    unsigned open;       /* streams */
    size_t incoming;     /* bytes of messages that are still coming */
    int64_t idle_since;  /* when the last stream went */
    bool draining, gone; /* asked for no more; GOAWAY sent */
};

/* calls.c: the memory of calls */
struct rd_call *rd_call_new(struct rd_grpc_connection *connection);
void rd_call_put(struct rd_call *call);
void rd_call_drop(struct rd_call *call);
void rd_call_unlink(struct rd_call *call);
void rd_calls_free(struct rd_grpc *grpc);

/* call.c */
void rd_call_cancel(struct rd_call *call);
bool rd_call_ended(const struct rd_call *call);
void rd_call_refuse(struct rd_call *call, const char *http_status, enum rd_status status, const char *text);
size_t rd_call_trailers(struct rd_stream *stream, struct rd_field fields[RD_FIELDS_MAX]);

/* message.c */
void rd_call_begin(struct rd_call *call);
void rd_call_take(struct rd_call *call, struct reg_bytes bytes);
void rd_call_take_end(struct rd_call *call);

/* methods.c */
REG_MUST_CHECK int rd_methods_index(struct rd_grpc *grpc);
const struct rd_method *rd_methods_find(const struct rd_grpc *grpc, struct reg_bytes path);

#endif
