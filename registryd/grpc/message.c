/* From DATA to messages to methods: the five-byte prefix of gRPC over HTTP/2. */
#include <stdlib.h>
#include <string.h>

#include "grpc/internal.h"

#define IN_MIN 512

static void run(struct rd_call *call, struct reg_bytes message)
{
    if (call->grpc->now_ns >= call->deadline_ns) {
        rd_call_fail(call, RD_DEADLINE_EXCEEDED,
                     "the call's time was over before it began; give it more / "
                     "调用在开始前已超时，请延长时限");
        return;
    }
    if (call->state == CALL_OPEN) {
        call->state = CALL_RUNNING;
        call->run_ns = call->grpc->now_ns;
    }
    call->in_use = true;
    call->method->run(call, message);
    call->in_use = false;
}

/* The header list is complete: is there anything to wait for? */
void rd_call_begin(struct rd_call *call)
{
    const struct rd_limits *limits = call->grpc->options.limits;
    int64_t now = call->grpc->now_ns, most = call->timeout_ns;

    call->begun = true;
    if (call->method == NULL || call->method->kind == RD_UNARY) {
        /* streams live as long as their peer wants, within streams_per_connection */
        if (most > limits->call_ms * NS_PER_MS)
            most = limits->call_ms * NS_PER_MS;
    }
    call->deadline_ns = now + most;
    if (call->stream.oversized)
        rd_call_refuse(call, "431", RD_RESOURCE_EXHAUSTED,
                       "the header list is too large; send less metadata / 请求头过大，请减少元数据");
    else if (!call->is_post)
        rd_call_refuse(call, "405", RD_UNIMPLEMENTED, "gRPC is served here, by POST / 此处仅提供 gRPC 服务，须用 POST");
    else if (!call->is_grpc)
        rd_call_refuse(call, "415", RD_INVALID_ARGUMENT, "send application/grpc / 内容类型须为 application/grpc");
    else if (call->caller == NULL && (call->method == NULL || !call->method->anonymous))
        rd_call_fail(call, RD_UNAUTHENTICATED,
                     "no known caller: use a client certificate whose one URI stands in the configuration / "
                     "无法识别调用方：请使用其唯一 URI 已在配置中登记的客户端证书");
    else if (call->method == NULL)
        rd_call_fail(call, RD_UNIMPLEMENTED, "no such method; ask reflection for the list / 没有该方法，可由反射接口查询");
    else if (call->bad_timeout)
        rd_call_fail(call, RD_INVALID_ARGUMENT,
                     "malformed grpc-timeout; send up to eight digits and a unit / "
                     "grpc-timeout 格式错误，须为至多八位数字加单位");
    else if (call->connection->draining)
        rd_call_fail(call, RD_UNAVAILABLE, "the server is going down; try again / 服务器正在停机，请重试");
    else if (rd_grpc_waiting(call->connection) > limits->output_bytes)
        rd_call_fail(call, RD_RESOURCE_EXHAUSTED,
                     "too much waits to be read on this connection; read faster / 该连接上待读取的数据过多，请加快读取");
}

/* Room for what has come; it grows with the bytes that come, not with what the prefix promises. */
static bool reserve(struct rd_call *call, size_t len)
{
    size_t size = call->in_size > 0 ? call->in_size : IN_MIN;
    uint8_t *in;

    while (size < len)
        size *= 2;
    if (size == call->in_size)
        return true;
    in = realloc(call->in, size);
    if (in == NULL)
        return false;
    call->in = in;
    call->in_size = size;
    return true;
}

static size_t message_len(const struct rd_call *call)
{
    const uint8_t *p = call->prefix;

    return (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 | p[4];
}

/* False: the call was failed. */
static bool check_prefix(struct rd_call *call)
{
    const struct rd_limits *limits = call->grpc->options.limits;

    if (call->prefix[0] == 1)
        rd_call_fail(call, RD_UNIMPLEMENTED,
                     "compressed messages are not served; send grpc-encoding identity / "
                     "不支持压缩消息，请使用 grpc-encoding identity");
    else if (call->prefix[0] != 0)
        rd_call_fail(call, RD_INTERNAL, "the message's prefix is malformed / 消息前缀格式错误");
    else if (message_len(call) > limits->message_bytes)
        rd_call_fail(call, RD_RESOURCE_EXHAUSTED,
                     "the message is too large; send less at once / 消息过大，请减少一次发送的内容");
    else if (call->method->kind == RD_UNARY && call->messages > 0)
        rd_call_fail(call, RD_INVALID_ARGUMENT, "this method takes one message / 该方法只接受一条消息");
    else
        return true;
    return false;
}

static bool append(struct rd_call *call, struct reg_bytes bytes)
{
    struct rd_grpc_connection *connection = call->connection;

    /* one message of the largest size may always come, and as much again beside it */
    if (bytes.len > 2 * call->grpc->options.limits->message_bytes - connection->incoming) {
        rd_call_fail(call, RD_RESOURCE_EXHAUSTED,
                     "too many large messages at once on this connection; send one after the other / "
                     "该连接上同时传送的大消息过多，请逐条发送");
        return false;
    }
    if (!reserve(call, call->in_len + bytes.len)) {
        rd_call_fail(call, RD_RESOURCE_EXHAUSTED, "out of memory; try again later / 内存不足，请稍后重试");
        return false;
    }
    if (bytes.len > 0)
        memcpy(call->in + call->in_len, bytes.data, bytes.len);
    call->in_len += bytes.len;
    connection->incoming += bytes.len;
    return true;
}

/* A stream's method is called for each message as it comes; a unary one at the end, when it is sure that it is the only one.
 */
static void whole(struct rd_call *call)
{
    call->messages++;
    if (call->method->kind == RD_UNARY) {
        call->prefix_len = 0;
        return;
    }
    call->waiting_ns = 0;
    rd_call_hold(call);
    run(call, (struct reg_bytes){call->in, call->in_len});
    rd_call_drop(call);
    rd_call_release(call);
}

static size_t minimum(size_t a, size_t b)
{
    return a < b ? a : b;
}

void rd_call_take(struct rd_call *call, struct reg_bytes bytes)
{
    while (bytes.len > 0 && !rd_call_ended(call)) {
        size_t n = minimum(PREFIX_LEN - call->prefix_len, bytes.len);

        if (call->waiting_ns == 0)
            call->waiting_ns = call->grpc->now_ns;
        memcpy(call->prefix + call->prefix_len, bytes.data, n);
        call->prefix_len += n;
        bytes = (struct reg_bytes){bytes.data + n, bytes.len - n};
        if (call->prefix_len < PREFIX_LEN)
            return;
        if (n > 0 && (!check_prefix(call) || !reserve(call, 1)))
            return;
        n = minimum(message_len(call) - call->in_len, bytes.len);
        if (!append(call, (struct reg_bytes){bytes.data, n}))
            return;
        bytes = (struct reg_bytes){bytes.data + n, bytes.len - n};
        if (call->in_len == message_len(call))
            whole(call);
    }
}

void rd_call_take_end(struct rd_call *call)
{
    if (rd_call_ended(call))
        return;
    if (call->prefix_len > 0) {
        rd_call_fail(call, RD_INVALID_ARGUMENT, "the message was cut short; send it whole / 消息不完整，请完整发送");
        return;
    }
    call->waiting_ns = 0;
    if (call->method->kind == RD_STREAM) {
        run(call, (struct reg_bytes){NULL, 0});
        return;
    }
    if (call->messages == 0) {
        rd_call_fail(call, RD_INVALID_ARGUMENT, "this method takes one message / 该方法只接受一条消息");
        return;
    }
    rd_call_hold(call);
    run(call, (struct reg_bytes){call->in, call->in_len});
    rd_call_drop(call);
    rd_call_release(call);
}
