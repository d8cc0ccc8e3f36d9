/* Whatever a peer sends to an HTTP/2 connection; the corpus begins with the client's preface. */
#include <stdlib.h>

#include "grpc/connection.h"

static int64_t now_ns;

static int64_t fuzz_clock(void)
{
    return now_ns += 1000000;
}

static void run_unary(struct rd_call *call, struct reg_bytes message)
{
    rd_call_reply(call, message);
}

static void run_stream(struct rd_call *call, struct reg_bytes message)
{
    if (message.data == NULL)
        rd_call_finish(call);
    else
        rd_call_send(call, message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct rd_method methods[] = {{"/a", RD_UNARY, true, run_unary}, {"/b", RD_STREAM, true, run_stream}};
    struct rd_limits limits = RD_LIMITS_INIT;
    struct rd_grpc_options options = {.limits = &limits, .methods = methods, .method_count = 2, .clock = fuzz_clock};
    struct rd_grpc *grpc;
    struct rd_grpc_connection *connection;
    struct reg_bytes out = {NULL, 0};
    size_t half = size / 2;

    now_ns = 1;
    if (rd_grpc_new(&options, &grpc) != 0)
        abort();
    if (rd_grpc_connection_new(grpc, NULL, NULL, &connection) != 0)
        abort();
    for (int i = 0; i < 2; i++) {
        struct reg_bytes part = {data + (i == 0 ? 0 : half), i == 0 ? half : size - half};

        if (part.len > 0 && rd_grpc_receive(connection, part) != 0)
            break;
        while (rd_grpc_send(connection, &out) == 0 && out.len > 0)
            ;
        rd_grpc_tick(connection);
    }
    rd_grpc_connection_free(connection);
    rd_grpc_free(grpc);
    return 0;
}
