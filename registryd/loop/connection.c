/* A socket of the agency plane: one read and one write a wake-up, TLS and gRPC in between. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop/internal.h"

#define GATHER_BYTES (64 * 1024) /* a write takes this much and a frame */
#define GATHER_MAX   8           /* writes for one connection in a turn */

static void set_reading(struct rd_connection *connection, bool on)
{
    if (connection->reading == on)
        return;
    connection->reading = on;
    if (on)
        event_add(connection->readable, NULL);
    else
        event_del(connection->readable);
}

static void set_writing(struct rd_connection *connection, bool on)
{
    if (connection->writing == on)
        return;
    connection->writing = on;
    if (on)
        event_add(connection->writable, NULL);
    else
        event_del(connection->writable);
}

void rd_connection_mark(struct rd_connection *connection)
{
    if (connection->dirty)
        return;
    connection->dirty = true;
    connection->next_dirty = connection->worker->dirty;
    connection->worker->dirty = connection;
}

void rd_connection_output(void *connection)
{
    rd_connection_mark(connection);
}

/* The one place where a connection changes its state. */
static void become(struct rd_connection *connection, enum connection_state state)
{
    if (state <= connection->state)
        return;
    connection->state = state;
    if (state >= CONNECTION_CLOSING) {
        connection->since_ns = rd_clock();
        set_reading(connection, false);
        rd_connection_mark(connection);
    }
}

static void count(atomic_uint_fast64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/* ---- writing ------------------------------------------------------------------------------------------------------ */

static bool keep(struct rd_connection *connection, const uint8_t *bytes, size_t len)
{
    size_t left = connection->pending_len - connection->pending_at;
    uint8_t *pending;

    if (connection->pending_at > 0 && left > 0)
        memmove(connection->pending, connection->pending + connection->pending_at, left);
    connection->pending_at = 0;
    connection->pending_len = left;
    if (left + len > connection->pending_size) {
        pending = realloc(connection->pending, left + len);
        if (pending == NULL)
            return false;
        connection->pending = pending;
        connection->pending_size = left + len;
    }
    memcpy(connection->pending + left, bytes, len);
    connection->pending_len += len;
    return true;
}

/* How much the socket took; -1: it is broken. */
static ssize_t write_some(int fd, const uint8_t *bytes, size_t len)
{
    ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

/* Writes what stands in the worker's output, which is empty again afterwards. */
static void send_out(struct rd_connection *connection)
{
    struct rd_output *out = &connection->worker->out;
    ssize_t n = 0;

    if (out->len > 0 && connection->state != CONNECTION_DEAD) {
        if (connection->pending_len == 0)
            n = write_some(connection->fd, out->data, out->len);
        if (n > 0)
            connection->sent_ns = rd_clock();
        if (n < 0 || ((size_t)n < out->len && !keep(connection, out->data + n, out->len - (size_t)n)))
            become(connection, CONNECTION_DEAD);
        else if (connection->pending_len > 0)
            set_writing(connection, true);
    }
    out->len = 0;
}

/* Collects frames; false: there are no more. */
static bool gather(struct rd_connection *connection)
{
    struct rd_worker *worker = connection->worker;
    struct rd_output *plain = connection->tls != NULL ? &worker->plain : &worker->out;
    struct reg_bytes frame = {NULL, 0};
    bool more = true;
    int r = 0;

    while (more && r == 0 && plain->len < GATHER_BYTES) {
        r = rd_grpc_send(connection->grpc, &frame);
        more = r == 0 && frame.len > 0;
        if (more && !rd_output_add(plain, frame))
            r = REG_ERR_NOMEM;
    }
    if (r == 0 && connection->tls != NULL)
        r = rd_tls_write(connection->tls, (struct reg_bytes){plain->data, plain->len});
    worker->plain.len = 0;
    if (r != 0) {
        become(connection, CONNECTION_DEAD);
        return false;
    }
    return more;
}

/* True once there is nothing more to collect. */
static bool flush(struct rd_connection *connection)
{
    bool more = true;

    for (int i = 0; more && i < GATHER_MAX && connection->pending_len == 0 && connection->state != CONNECTION_DEAD; i++) {
        more = gather(connection);
        send_out(connection);
    }
    if (more && connection->state != CONNECTION_DEAD)
        set_writing(connection, true); /* the next turn goes on */
    return !more;
}

static void on_writable(evutil_socket_t fd, short what, void *argument)
{
    struct rd_connection *connection = argument;
    size_t left = connection->pending_len - connection->pending_at;
    ssize_t n = 0;

    (void)what;
    if (left > 0)
        n = write_some(fd, connection->pending + connection->pending_at, left);
    if (n < 0) {
        become(connection, CONNECTION_DEAD);
        return;
    }
    if (n > 0)
        connection->sent_ns = rd_clock();
    connection->pending_at += (size_t)n;
    if ((size_t)n < left)
        return;
    free(connection->pending);
    connection->pending = NULL;
    connection->pending_at = connection->pending_len = connection->pending_size = 0;
    set_writing(connection, false);
    rd_connection_mark(connection);
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

/* It is known who calls: HTTP/2 begins. */
static void open_calls(struct rd_connection *connection, const struct reg_caller *caller)
{
    struct rd_transport *transport = connection->worker->transport;
    bool counted = true;

    if (rd_grpc_connection_new(connection->worker->grpc, caller, connection, &connection->grpc) != 0) {
        become(connection, CONNECTION_DEAD);
        return;
    }
    become(connection, CONNECTION_OPEN);
    rd_connection_mark(connection);
    if (caller != NULL) {
        memcpy(connection->caller, &caller, sizeof caller);
        counted = connection->caller_counted = rd_tally_take(transport->callers, connection->caller);
    }
    if (!counted) {
        count(&transport->counters.refused, 1);
        rd_grpc_calm(connection->grpc);
    }
}

static void shake_hands(struct rd_connection *connection)
{
    const struct rd_transport_options *options = &connection->worker->transport->options;
    enum rd_tls_result result = rd_tls_handshake(connection->tls);
    const struct reg_caller *caller = NULL;
    char *uri;

    if (result != RD_TLS_OK && result != RD_TLS_MORE)
        count(&connection->worker->transport->counters.handshakes_failed, 1);
    send_out(connection); /* the alert too */
    if (result == RD_TLS_MORE)
        return;
    if (result != RD_TLS_OK) {
        become(connection, CONNECTION_DEAD);
        return;
    }
    uri = rd_tls_caller(connection->tls);
    if (uri != NULL && options->find_caller != NULL)
        caller = options->find_caller(options->context, uri);
    free(uri);
    open_calls(connection, caller);
}

static void take(struct rd_connection *connection, struct reg_bytes bytes)
{
    rd_connection_mark(connection); /* HTTP/2 may have something to say, or a window has opened */
    if (rd_grpc_receive(connection->grpc, bytes) == 0)
        return;
    if (rd_grpc_glitched(connection->grpc))
        count(&connection->worker->transport->counters.glitches, 1);
    become(connection, CONNECTION_CLOSING);
}

static void take_tls(struct rd_connection *connection, struct reg_bytes bytes)
{
    uint8_t *buffer = connection->worker->decrypted;
    enum rd_tls_result result = RD_TLS_OK;
    size_t len = 0;

    rd_tls_input(connection->tls, bytes);
    if (connection->state == CONNECTION_HANDSHAKE) {
        connection->worker->handshakes--;
        shake_hands(connection);
    }
    while (connection->state == CONNECTION_OPEN && result == RD_TLS_OK) {
        result = rd_tls_read(connection->tls, buffer, INPUT_SIZE, &len);
        if (result == RD_TLS_OK)
            take(connection, (struct reg_bytes){buffer, len});
    }
    send_out(connection); /* an alert, a key update */
    rd_tls_input(connection->tls, (struct reg_bytes){NULL, 0});
    if (result == RD_TLS_ENDED || result == RD_TLS_FAILED)
        become(connection, CONNECTION_DEAD);
}

static void on_readable(evutil_socket_t fd, short what, void *argument)
{
    struct rd_connection *connection = argument;
    struct rd_worker *worker = connection->worker;
    ssize_t n;

    (void)what;
    if (connection->state == CONNECTION_HANDSHAKE && worker->handshakes == 0)
        return; /* the bytes wait in the socket for a turn that has room */
    n = recv(fd, worker->input, INPUT_SIZE, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        if (connection->state == CONNECTION_HANDSHAKE)
            count(&worker->transport->counters.handshakes_failed, 1);
        become(connection, CONNECTION_DEAD);
        return;
    }
    if (connection->tls != NULL)
        take_tls(connection, (struct reg_bytes){worker->input, (size_t)n});
    else
        take(connection, (struct reg_bytes){worker->input, (size_t)n});
}

/* ---- life --------------------------------------------------------------------------------------------------------- */

struct rd_connection *rd_connection_new(struct rd_worker *worker, int fd, const uint8_t address[RD_TALLY_KEY])
{
    struct rd_connection *connection = calloc(1, sizeof *connection);

    if (connection == NULL)
        return NULL;
    connection->arrive.run = rd_connection_arrive;
    connection->worker = worker;
    connection->fd = fd;
    connection->since_ns = connection->sent_ns = rd_clock();
    memcpy(connection->address, address, RD_TALLY_KEY);
    return connection;
}

void rd_connection_arrive(struct rd_task *task, struct rd_worker *worker)
{
    struct rd_connection *connection = (struct rd_connection *)task;
    struct rd_transport *transport = worker->transport;

    connection->next = worker->connections;
    connection->link = &worker->connections;
    if (connection->next != NULL)
        connection->next->link = &connection->next;
    worker->connections = connection;
    connection->readable = event_new(worker->base, connection->fd, EV_READ | EV_PERSIST, on_readable, connection);
    connection->writable = event_new(worker->base, connection->fd, EV_WRITE | EV_PERSIST, on_writable, connection);
    if (connection->readable == NULL || connection->writable == NULL ||
        (transport->tls != NULL && rd_tls_new(transport->tls, &worker->out, &connection->tls) != 0)) {
        become(connection, CONNECTION_DEAD);
        return;
    }
    if (connection->tls == NULL)
        open_calls(connection, transport->options.anybody);
    if (connection->state < CONNECTION_CLOSING)
        set_reading(connection, true);
}

/* Everything of this turn has been read and answered: one write. */
void rd_connection_finish_turn(struct rd_connection *connection)
{
    bool all = true;
    size_t left;

    if (connection->grpc != NULL && connection->state != CONNECTION_DEAD) {
        all = flush(connection);
        if (rd_grpc_over(connection->grpc))
            become(connection, CONNECTION_CLOSING);
    }
    left = connection->pending_len - connection->pending_at;
    if (connection->state == CONNECTION_CLOSING && all && left == 0) {
        if (connection->tls != NULL) {
            rd_tls_goodbye(connection->tls);
            send_out(connection);
        }
        become(connection, CONNECTION_DEAD);
    }
    if (connection->state == CONNECTION_DEAD) {
        rd_connection_free(connection);
        return;
    }
    connection->dirty = false;
    if (connection->state == CONNECTION_OPEN) /* a peer that does not read is not read from */
        set_reading(connection, left == 0 || left + rd_grpc_waiting(connection->grpc) <=
                                                 connection->worker->transport->options.limits.output_bytes);
}

/* Something waits for a peer that has taken nothing for as long as a connection may idle. */
static bool is_stalled(struct rd_connection *connection, int64_t now)
{
    if (connection->pending_len == 0 && rd_grpc_waiting(connection->grpc) == 0)
        connection->sent_ns = now;
    return now - connection->sent_ns >= connection->worker->transport->options.limits.idle_ms * NS_PER_MS;
}

void rd_connection_tick(struct rd_connection *connection)
{
    struct rd_transport *transport = connection->worker->transport;
    const struct rd_limits *limits = &transport->options.limits;
    int64_t now = rd_clock(), age = now - connection->since_ns;

    switch (connection->state) {
    case CONNECTION_HANDSHAKE:
        if (age >= limits->handshake_ms * NS_PER_MS) {
            count(&transport->counters.handshakes_failed, 1);
            become(connection, CONNECTION_DEAD);
        }
        break;
    case CONNECTION_OPEN:
        count(&transport->counters.timeouts, rd_grpc_tick(connection->grpc));
        if (is_stalled(connection, now)) {
            count(&transport->counters.timeouts, 1);
            become(connection, CONNECTION_DEAD);
        } else if (rd_grpc_idle(connection->grpc)) {
            count(&transport->counters.timeouts, 1);
        }
        if (connection->worker->draining)
            rd_grpc_drain(connection->grpc);
        break;
    case CONNECTION_CLOSING:
        if (age >= limits->header_ms * NS_PER_MS)
            become(connection, CONNECTION_DEAD);
        break;
    case CONNECTION_DEAD:
        break;
    }
}

void rd_connection_drain(struct rd_connection *connection)
{
    if (connection->state == CONNECTION_OPEN)
        rd_grpc_drain(connection->grpc);
    else if (connection->state == CONNECTION_HANDSHAKE)
        become(connection, CONNECTION_DEAD);
}

void rd_connection_free(struct rd_connection *connection)
{
    struct rd_worker *worker = connection->worker;
    struct rd_transport *transport = worker->transport;

    *connection->link = connection->next;
    if (connection->next != NULL)
        connection->next->link = connection->link;
    if (connection->readable != NULL)
        event_free(connection->readable);
    if (connection->writable != NULL)
        event_free(connection->writable);
    rd_grpc_connection_free(connection->grpc);
    rd_tls_free(connection->tls);
    close(connection->fd);
    free(connection->pending);
    if (connection->caller_counted)
        rd_tally_give(transport->callers, connection->caller);
    atomic_fetch_sub(&worker->load, 1);
    rd_transport_gone(transport, connection->address);
    free(connection);
}
