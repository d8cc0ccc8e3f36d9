#include "grpc/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grpc/internal.h"
#include "grpc/text.h"

#define BYTES_OF(literal) ((struct reg_bytes){(const uint8_t *)(literal), sizeof(literal) - 1})

const struct reg_caller *rd_call_caller(const struct rd_call *call)
{
    return call->caller;
}

struct rd_worker *rd_call_worker(const struct rd_call *call)
{
    return call->grpc->options.worker;
}

bool rd_call_ended(const struct rd_call *call)
{
    return call->state >= CALL_ANSWERED;
}

bool rd_call_done(const struct rd_call *call)
{
    return rd_call_ended(call) || call->grpc->now_ns >= call->deadline_ns;
}

void rd_call_hold(struct rd_call *call)
{
    call->refs++;
}

void rd_call_release(struct rd_call *call)
{
    rd_call_put(call);
}

void rd_call_set_state(struct rd_call *call, void *state, void (*free_state)(void *state))
{
    call->handler_state = state;
    call->free_state = free_state;
}

void *rd_call_state(const struct rd_call *call)
{
    return call->handler_state;
}

/* The one place where a call ends. */
static void end_call(struct rd_call *call, enum call_state state, enum rd_status status)
{
    const struct rd_grpc_options *options = &call->grpc->options;
    void (*free_state)(void *) = call->free_state;
    void *handler_state = call->handler_state;
    double seconds = 0;

    call->state = state;
    call->status = status;
    call->waiting_ns = 0;
    if (options->on_call != NULL) {
        if (call->run_ns != 0)
            seconds = (double)(rd_grpc_now(call->grpc) - call->run_ns) * 1e-9;
        options->on_call(options->context,
                         call->method == NULL ? options->method_count : (size_t)(call->method - options->methods), status,
                         seconds);
    }
    call->free_state = NULL;
    call->handler_state = NULL;
    if (free_state != NULL)
        free_state(handler_state);
}

void rd_call_cancel(struct rd_call *call)
{
    if (!rd_call_ended(call))
        end_call(call, CALL_CANCELLED, RD_CANCELLED);
}

static void respond(struct rd_call *call)
{
    static const struct rd_field fields[] = {{":status", {(const uint8_t *)"200", 3}},
                                             {"content-type", {(const uint8_t *)"application/grpc", 16}}};

    if (!call->stream.headers_sent)
        rd_stream_respond(&call->stream, fields, 2, false);
}

static size_t status_fields(struct rd_call *call, struct rd_field *fields)
{
    static const char *const digits[] = {"0", "1",  "2",  "3",  "4",  "5",  "6",  "7", "8",
                                         "9", "10", "11", "12", "13", "14", "15", "16"};
    const char *number = digits[call->status];

    fields[0] = (struct rd_field){"grpc-status", {(const uint8_t *)number, strlen(number)}};
    if (call->text == NULL)
        return 1;
    fields[1] = (struct rd_field){"grpc-message", {(const uint8_t *)call->text, call->text_len}};
    return 2;
}

size_t rd_call_trailers(struct rd_stream *stream, struct rd_field fields[RD_FIELDS_MAX])
{
    return status_fields((struct rd_call *)stream, fields);
}

static void set_text(struct rd_call *call, const char *text)
{
    call->text = malloc(TEXT_MAX); /* without memory the number has to do */
    if (call->text != NULL)
        call->text_len = rd_percent_encode(text, call->text, TEXT_MAX);
}

/* Sends the error: alone, or after what a stream has already answered. */
static void send_error(struct rd_call *call, const char *http_status)
{
    struct rd_field fields[RD_FIELDS_MAX] = {{":status", {(const uint8_t *)http_status, 3}},
                                             {"content-type", BYTES_OF("application/grpc")}};
    size_t count = 2;

    if (call->stream.headers_sent) {
        rd_stream_end(&call->stream);
        return;
    }
    count += status_fields(call, fields + count);
    if (call->status == RD_UNIMPLEMENTED)
        fields[count++] = (struct rd_field){"grpc-accept-encoding", BYTES_OF("identity")};
    rd_stream_respond(&call->stream, fields, count, true);
}

void rd_call_refuse(struct rd_call *call, const char *http_status, enum rd_status status, const char *text)
{
    if (rd_call_ended(call))
        return;
    if (call->stream.http2 != NULL)
        set_text(call, text);
    end_call(call, CALL_ANSWERED, status);
    if (!call->in_use)
        rd_call_drop(call);
    send_error(call, http_status);
}

void rd_call_fail(struct rd_call *call, enum rd_status status, const char *text)
{
    rd_call_refuse(call, "200", status, text);
}

static bool send_message(struct rd_call *call, struct reg_bytes message)
{
    const uint8_t prefix[PREFIX_LEN] = {0, (uint8_t)(message.len >> 24), (uint8_t)(message.len >> 16),
                                        (uint8_t)(message.len >> 8), (uint8_t)message.len};

    if (message.len > UINT32_MAX || !rd_stream_data(&call->stream, (struct reg_bytes){prefix, PREFIX_LEN}, message)) {
        rd_call_fail(call, RD_RESOURCE_EXHAUSTED, "out of memory; try again later / 内存不足，请稍后重试");
        return false;
    }
    respond(call);
    return true;
}

static bool expired(struct rd_call *call)
{
    if (call->grpc->now_ns < call->deadline_ns)
        return false;
    rd_call_fail(call, RD_DEADLINE_EXCEEDED,
                 "not answered within the call's time; look whether it took effect, then try again / "
                 "未在限定时间内办结，请先查询是否已生效再重试");
    return true;
}

void rd_call_reply(struct rd_call *call, struct reg_bytes message)
{
    if (rd_call_ended(call) || expired(call) || !send_message(call, message))
        return;
    end_call(call, CALL_ANSWERED, RD_OK);
    rd_stream_end(&call->stream);
}

void rd_call_send(struct rd_call *call, struct reg_bytes message)
{
    const struct rd_grpc_connection *connection = call->connection;

    if (rd_call_ended(call) || expired(call))
        return;
    if (connection != NULL && rd_grpc_waiting(connection) + message.len > call->grpc->options.limits->output_bytes) {
        rd_call_fail(call, RD_RESOURCE_EXHAUSTED,
                     "too much waits to be read on this connection; read faster / 该连接上待读取的数据过多，请加快读取");
        return;
    }
    (void)send_message(call, message);
}

void rd_call_finish(struct rd_call *call)
{
    if (rd_call_ended(call) || expired(call))
        return;
    respond(call);
    end_call(call, CALL_ANSWERED, RD_OK);
    rd_stream_end(&call->stream);
}
