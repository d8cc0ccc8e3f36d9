/* The transport: listener, accept thread and workers, TLS, HTTP/2 and gRPC, down to the rows of the method table.
 *
 *     rd_transport_new      reads the certificates, binds the port (rd_transport_port), opens a reader per worker
 *     rd_transport_start    accepts
 *     rd_transport_drain    closes the listener; GOAWAY; streams end with UNAVAILABLE; new calls get UNAVAILABLE
 *     rd_transport_wait     until the last connection is gone, or the time is over
 *     rd_transport_free     ends what is left and joins the threads
 *
 * It knows nothing of the server: what it needs is in the options.
 */
#ifndef RD_LOOP_SERVER_H
#define RD_LOOP_SERVER_H

#include "grpc/call.h"
#include "grpc/limits.h"
#include "loop/worker.h"

struct rd_transport;

struct rd_transport_options {
    size_t size;                      /* sizeof(struct rd_transport_options) */
    const char *address;              /* numeric, IPv4 or IPv6; default 127.0.0.1 */
    unsigned port;                    /* 0: any, see rd_transport_port */
    unsigned workers;                 /* default 1 */
    struct rd_limits limits;          /* default RD_LIMITS_INIT */
    const char *certificate;          /* the chain as PEM; NULL: no TLS, only with `anybody` and on loopback */
    const char *key;                  /* PEM */
    const char *client_ca;            /* whose certificates the callers hold, PEM */
    const struct reg_caller *anybody; /* everyone is this caller; NULL: callers have certificates */
    const struct rd_method *methods;  /* borrowed */
    size_t method_count;
    void *context; /* rd_worker_context, and the argument of the functions below; any thread calls them */
    /* The caller with that URI, borrowed until the transport is gone; NULL: unknown. Asked once a connection. */
    const struct reg_caller *(*find_caller)(void *context, const char *uri);
    /* A worker's reader (reg_reader_open, reg_reader_close); NULL: workers have none. */
    int (*open_reader)(void *context, struct reg_reader **ret_reader, struct reg_error_info *info);
    void (*close_reader)(struct reg_reader *reader);
    /* A turn of it, with each turn of the worker's loop; NULL: it needs none. */
    void (*turn_reader)(struct reg_reader *reader, struct reg_reader_wait ret_waits[REG_READER_WAITS]);
    /* A call has ended; `row` is method_count where there was no such method. NULL is fine. */
    void (*on_call)(void *context, size_t row, enum rd_status status, double seconds);
};

#define RD_TRANSPORT_OPTIONS_INIT                                                                                           \
    {                                                                                                                       \
        .size = sizeof(struct rd_transport_options), .address = "127.0.0.1", .workers = 1, .limits = RD_LIMITS_INIT         \
    }

/* What was refused or ended against a limit; sums over all workers since the start. */
struct rd_transport_counters {
    uint64_t accepted;
    uint64_t refused_connections; /* over connections, connections_per_address or connections_per_caller */
    uint64_t failed_handshakes;   /* with an invalid certificate, too slow, or not TLS */
    uint64_t glitches;            /* connections closed for resets, pings, settings or empty frames */
    uint64_t timeouts;            /* connections closed for being idle or unread, calls whose message never came */
};

/* Copies what it is given but what it says is borrowed. REG_ERR_INVALID: address, options. REG_ERR_IO: a file, the port.
 * REG_ERR_KEY: a certificate or key; REG_ERR_NOMEM; or what open_reader says. */
REG_MUST_CHECK int rd_transport_new(const struct rd_transport_options *options, struct rd_transport **ret_transport,
                                    struct reg_error_info *info);
/* Starts the threads. */
REG_MUST_CHECK int rd_transport_start(struct rd_transport *transport, struct reg_error_info *info);
/* Begins to go down; returns at once. Calls that run may still be answered. */
void rd_transport_drain(struct rd_transport *transport);
/* True once no connection is left; waits at most `ms`. */
bool rd_transport_wait(struct rd_transport *transport, unsigned ms);
/* Ends all connections and calls, stops and joins the threads: nothing is posted to a worker afterwards, so whatever holds
 * calls must have given them back. NULL is fine. */
void rd_transport_free(struct rd_transport *transport);

unsigned rd_transport_port(const struct rd_transport *transport);
unsigned rd_transport_worker_count(const struct rd_transport *transport);
struct rd_worker *rd_transport_worker(struct rd_transport *transport, unsigned index);
/* Open now. Any thread. */
unsigned rd_transport_connections(const struct rd_transport *transport);
void rd_transport_counters(const struct rd_transport *transport, struct rd_transport_counters *ret_counters);

#endif
