/* What the files of this folder share. */
#ifndef RD_LOOP_INTERNAL_H
#define RD_LOOP_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include <event2/event.h>

#include "grpc/connection.h"
#include "loop/server.h"
#include "loop/tally.h"
#include "tls/tls.h"

#define INPUT_SIZE (64 * 1024)
#define NS_PER_MS  1000000LL

enum connection_state {
    CONNECTION_HANDSHAKE, /* TLS is being agreed on */
    CONNECTION_OPEN,
    CONNECTION_CLOSING, /* what is left is sent, nothing is read */
    CONNECTION_DEAD     /* freed at the end of the turn */
};

struct rd_connection {
    struct rd_task arrive; /* first: how the accept thread hands it over */
    struct rd_worker *worker;
    struct rd_connection *next, **link; /* of the worker */
    struct rd_connection *next_dirty;   /* to be looked at when the turn ends */
    bool dirty;
    enum connection_state state;
    int fd;
    bool reading, writing; /* the events that are added */
    struct event *readable, *writable;
    struct rd_tls *tls; /* NULL: none */
    struct rd_grpc_connection *grpc;
    uint8_t *pending; /* what the socket did not take */
    size_t pending_at, pending_len, pending_size;
    int64_t since_ns; /* accepted, or closing */
    int64_t sent_ns;  /* when the peer last took something, or had taken all */
    uint8_t address[RD_TALLY_KEY], caller[RD_TALLY_KEY];
    bool caller_counted;
};

struct rd_worker {
    struct rd_transport *transport;
    pthread_t thread;
    bool running;
    struct event_base *base;
    struct event *woken, *tick, *alarm;
    struct rd_task *alarm_task; /* that `alarm` runs */
    int wake_fd;
    _Atomic(struct rd_task *) posted; /* a stack, newest first */
    struct rd_task drain_task, stop_task;
    bool draining, stopping;
    unsigned handshakes; /* that this turn may still do */
    atomic_uint load;    /* connections */
    struct reg_reader *reader;
    struct reg_reader_wait waits[REG_READER_WAITS]; /* what `reads` wait for */
    struct event *reads[REG_READER_WAITS];
    struct rd_grpc *grpc;
    struct rd_connection *connections, *dirty;
    struct rd_output plain, out; /* of the connection that is being flushed */
    uint8_t *input, *decrypted;  /* INPUT_SIZE each */
};

struct counters {
    atomic_uint_fast64_t accepted, refused, handshakes_failed, glitches, timeouts;
};

struct rd_transport {
    struct rd_transport_options options;
    struct rd_tls_context *tls;
    struct rd_tally *addresses, *callers;
    struct rd_worker *workers;
    struct counters counters;
    atomic_uint open; /* connections */
    pthread_mutex_t lock;
    pthread_cond_t emptied;
    pthread_t thread; /* accepts */
    bool accepting, drained;
    int listen_fd, stop_fd;
    unsigned port;
};

/* transport.c */
void rd_transport_gone(struct rd_transport *transport, const uint8_t address[RD_TALLY_KEY]);
/* accept.c */
REG_MUST_CHECK int rd_listen(struct rd_transport *transport, struct reg_error_info *info);
void *rd_accept_run(void *transport);
/* worker.c */
REG_MUST_CHECK int rd_worker_init(struct rd_worker *worker, struct rd_transport *transport, struct reg_error_info *info);
REG_MUST_CHECK int rd_worker_start(struct rd_worker *worker);
void rd_worker_clear(struct rd_worker *worker);
int64_t rd_clock(void);
/* connection.c */
REG_MUST_CHECK struct rd_connection *rd_connection_new(struct rd_worker *worker, int fd,
                                                       const uint8_t address[RD_TALLY_KEY]);
void rd_connection_arrive(struct rd_task *task, struct rd_worker *worker);
void rd_connection_mark(struct rd_connection *connection);
void rd_connection_output(void *connection);
void rd_connection_finish_turn(struct rd_connection *connection);
void rd_connection_tick(struct rd_connection *connection);
void rd_connection_drain(struct rd_connection *connection);
void rd_connection_free(struct rd_connection *connection);

#endif
