/* The memory of calls: a list of spare ones, which keep their small buffers. */
#include <stdlib.h>
#include <string.h>

#include "grpc/internal.h"

#define SPARE_MAX  512
#define BUFFER_MAX 4096 /* a larger buffer goes back at once */

static void free_call(struct rd_call *call)
{
    rd_stream_clear(&call->stream);
    free(call->in);
    free(call);
}

/* Zeroes a call but for its buffers. */
static void clean(struct rd_call *call)
{
    uint8_t *in = call->in, *out = call->stream.out;
    size_t in_size = call->in_size, out_size = call->stream.out_size;

    memset(call, 0, sizeof *call);
    call->in = in;
    call->in_size = in_size;
    call->stream.out = out;
    call->stream.out_size = out_size;
}

struct rd_call *rd_call_new(struct rd_grpc_connection *connection)
{
    struct rd_grpc *grpc = connection->grpc;
    struct rd_call *call = grpc->spare;

    if (call != NULL) {
        grpc->spare = call->next;
        grpc->spare_count--;
        clean(call);
    } else {
        call = calloc(1, sizeof *call);
    }
    if (call == NULL)
        return NULL;
    call->grpc = grpc;
    call->connection = connection;
    call->caller = connection->caller;
    call->refs = 1;
    call->next = connection->calls;
    call->link = &connection->calls;
    if (call->next != NULL)
        call->next->link = &call->next;
    connection->calls = call;
    connection->open++;
    return call;
}

/* The message that was coming is gone or done with. */
void rd_call_drop(struct rd_call *call)
{
    if (call->connection != NULL)
        call->connection->incoming -= call->in_len;
    call->in_len = 0;
    call->prefix_len = 0;
    call->waiting_ns = 0;
    if (call->in_size > BUFFER_MAX) {
        free(call->in);
        call->in = NULL;
        call->in_size = 0;
    }
}

/* The stream of the call is closed. */
void rd_call_unlink(struct rd_call *call)
{
    struct rd_grpc_connection *connection = call->connection;

    rd_call_drop(call);
    *call->link = call->next;
    if (call->next != NULL)
        call->next->link = call->link;
    call->connection = NULL;
    if (--connection->open == 0)
        connection->idle_since = connection->grpc->now_ns;
    rd_call_put(call);
}

void rd_call_put(struct rd_call *call)
{
    struct rd_grpc *grpc = call->grpc;

    if (--call->refs > 0)
        return;
    free(call->text);
    call->text = NULL;
    if (call->stream.out_size > BUFFER_MAX)
        rd_stream_clear(&call->stream);
    if (grpc->spare_count >= SPARE_MAX) {
        free_call(call);
        return;
    }
    call->next = grpc->spare;
    grpc->spare = call;
    grpc->spare_count++;
}

void rd_calls_free(struct rd_grpc *grpc)
{
    while (grpc->spare != NULL) {
        struct rd_call *call = grpc->spare;

        grpc->spare = call->next;
        free_call(call);
    }
}
