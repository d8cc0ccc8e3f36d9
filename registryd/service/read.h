/* A look-up: from the call to the worker's reader and back, on one thread. */
#ifndef RD_SERVICE_READ_H
#define RD_SERVICE_READ_H

#include "grpc/call.h"

/* reg_get_licence and its like. */
typedef void (*rd_read)(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                        reg_read_callback done, void *context);

/* Starts `read` and answers the call when it is done, now or from the reader's loop. */
void rd_read_answer(struct rd_call *call, struct reg_bytes message, rd_read read);
/* The same in the pool, for what costs too much for the loop. */
void rd_read_in_pool(struct rd_call *call, struct reg_bytes message, rd_read read);

#endif
