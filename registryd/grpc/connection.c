#include "grpc/connection.h"

#include <stdlib.h>
#include <string.h>

#include "grpc/internal.h"
#include "grpc/text.h"

static struct rd_stream *on_open(void *context)
{
    struct rd_grpc_connection *connection = context;
    struct rd_call *call;

    call = connection->gone ? NULL : rd_call_new(connection);
    if (call == NULL)
        return NULL;
    call->waiting_ns = connection->grpc->now_ns;
    call->timeout_ns = INT64_MAX / 4;
    call->deadline_ns = INT64_MAX;
    return &call->stream;
}

static bool is(struct reg_bytes bytes, const char *text)
{
    return bytes.len == strlen(text) && memcmp(bytes.data, text, bytes.len) == 0;
}

static void on_header(struct rd_stream *stream, struct reg_bytes name, struct reg_bytes value)
{
    struct rd_call *call = (struct rd_call *)stream;

    if (is(name, ":path"))
        call->method = rd_methods_find(call->grpc, value);
    else if (is(name, ":method"))
        call->is_post = is(value, "POST");
    else if (is(name, "content-type"))
        call->is_grpc = rd_is_grpc(value);
    else if (is(name, "grpc-timeout"))
        call->bad_timeout = !rd_timeout_parse(value, &call->timeout_ns);
}

static void on_begin(struct rd_stream *stream)
{
    rd_call_begin((struct rd_call *)stream);
}

static void on_data(struct rd_stream *stream, struct reg_bytes bytes)
{
    rd_call_take((struct rd_call *)stream, bytes);
}

static void on_end(struct rd_stream *stream)
{
    rd_call_take_end((struct rd_call *)stream);
}

static void on_close(struct rd_stream *stream)
{
    struct rd_call *call = (struct rd_call *)stream;

    rd_call_cancel(call);
    rd_call_unlink(call);
}

static void on_output(void *context)
{
    struct rd_grpc_connection *connection = context;

    if (connection->grpc->options.output != NULL)
        connection->grpc->options.output(connection->context);
}

static const struct rd_http2_events events = {
    .open = on_open,
    .header = on_header,
    .begin = on_begin,
    .data = on_data,
    .end = on_end,
    .trailers = rd_call_trailers,
    .close = on_close,
    .output = on_output,
};

int rd_grpc_new(const struct rd_grpc_options *options, struct rd_grpc **ret_grpc)
{
    struct rd_grpc *grpc = calloc(1, sizeof *grpc);
    int r;

    if (grpc == NULL)
        return REG_ERR_NOMEM;
    grpc->options = *options;
    r = rd_methods_index(grpc);
    if (r == 0)
        r = rd_http2_setup_new(options->limits, &events, &grpc->setup);
    if (r < 0) {
        rd_grpc_free(grpc);
        return r;
    }
    rd_grpc_now(grpc);
    *ret_grpc = grpc;
    return 0;
}

void rd_grpc_free(struct rd_grpc *grpc)
{
    if (grpc == NULL)
        return;
    rd_calls_free(grpc);
    rd_http2_setup_free(grpc->setup);
    free(grpc->table);
    free(grpc);
}

int64_t rd_grpc_now(struct rd_grpc *grpc)
{
    grpc->now_ns = grpc->options.clock();
    return grpc->now_ns;
}

int rd_grpc_connection_new(struct rd_grpc *grpc, const struct reg_caller *caller, void *context,
                           struct rd_grpc_connection **ret_connection)
{
    struct rd_grpc_connection *connection = calloc(1, sizeof *connection);
    int r;

    if (connection == NULL)
        return REG_ERR_NOMEM;
    connection->grpc = grpc;
    connection->caller = caller;
    connection->context = context;
    connection->idle_since = rd_grpc_now(grpc);
    r = rd_http2_new(grpc->setup, connection, grpc->now_ns, &connection->http2);
    if (r < 0) {
        free(connection);
        return r;
    }
    *ret_connection = connection;
    return 0;
}

void rd_grpc_connection_free(struct rd_grpc_connection *connection)
{
    if (connection == NULL)
        return;
    rd_grpc_now(connection->grpc);
    while (connection->calls != NULL) {
        struct rd_call *call = connection->calls;

        call->stream.http2 = NULL;
        rd_call_cancel(call);
        rd_call_unlink(call);
    }
    rd_http2_free(connection->http2);
    free(connection);
}

int rd_grpc_receive(struct rd_grpc_connection *connection, struct reg_bytes bytes)
{
    return rd_http2_receive(connection->http2, bytes, rd_grpc_now(connection->grpc));
}

int rd_grpc_send(struct rd_grpc_connection *connection, struct reg_bytes *ret_bytes)
{
    return rd_http2_send(connection->http2, ret_bytes);
}

/* Calls a function for each call; it may end the call, which leaves the list only in http2's own time. */
static void for_each(struct rd_grpc_connection *connection, void (*visit)(struct rd_call *call))
{
    struct rd_call *next;

    for (struct rd_call *call = connection->calls; call != NULL; call = next) {
        next = call->next;
        visit(call);
    }
}

unsigned rd_grpc_tick(struct rd_grpc_connection *connection)
{
    const struct rd_limits *limits = connection->grpc->options.limits;
    int64_t now = rd_grpc_now(connection->grpc);
    unsigned late = 0;
    struct rd_call *next;

    for (struct rd_call *call = connection->calls; call != NULL; call = next) {
        next = call->next;
        if (rd_call_ended(call))
            continue;
        if (call->waiting_ns != 0 && now - call->waiting_ns >= limits->header_ms * NS_PER_MS) {
            late++;
            if (!call->begun) /* a header list without an end holds the whole connection up */
                rd_http2_calm(connection->http2);
            else
                rd_call_fail(call, RD_DEADLINE_EXCEEDED,
                             "the message did not come in time; send it again / "
                             "未在限定时间内收到完整消息，请重新发送");
        } else if (now >= call->deadline_ns) {
            rd_call_fail(call, RD_DEADLINE_EXCEEDED,
                         "not answered within the call's time; look whether it took effect, then try again / "
                         "未在限定时间内办结，请先查询是否已生效再重试");
        }
    }
    return late;
}

static void end_stream(struct rd_call *call)
{
    if (!rd_call_ended(call) && call->begun && call->method->kind == RD_STREAM)
        rd_call_fail(call, RD_UNAVAILABLE, "the server is going down; connect again / 服务器正在停机，请重新连接");
}

void rd_grpc_drain(struct rd_grpc_connection *connection)
{
    rd_grpc_now(connection->grpc);
    if (!connection->draining) {
        connection->draining = true;
        for_each(connection, end_stream);
        rd_http2_notice(connection->http2);
    } else if (!connection->gone && connection->calls == NULL) {
        connection->gone = true;
        rd_http2_goaway(connection->http2);
    }
}

void rd_grpc_calm(struct rd_grpc_connection *connection)
{
    connection->gone = true;
    rd_http2_calm(connection->http2);
}

bool rd_grpc_idle(struct rd_grpc_connection *connection)
{
    if (connection->gone || connection->open > 0 ||
        connection->grpc->now_ns - connection->idle_since < connection->grpc->options.limits->idle_ms * NS_PER_MS)
        return false;
    connection->gone = true;
    rd_http2_goaway(connection->http2);
    return true;
}

bool rd_grpc_over(const struct rd_grpc_connection *connection)
{
    return rd_http2_over(connection->http2) || (connection->gone && connection->calls == NULL);
}

bool rd_grpc_glitched(const struct rd_grpc_connection *connection)
{
    return rd_http2_glitched(connection->http2);
}

size_t rd_grpc_waiting(const struct rd_grpc_connection *connection)
{
    return rd_http2_waiting(connection->http2);
}
