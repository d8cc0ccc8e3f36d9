/* The third listener: /metrics and /healthz over plain HTTP on loopback, with a thread and an event loop of its own, so that
 * it answers when the workers do not. */
#ifndef RD_OPS_OPS_H
#define RD_OPS_OPS_H

#include <stdbool.h>
#include <stdio.h>

#include <registry/error.h>

struct rd_ops;

struct rd_ops_options {
    const char *address; /* loopback; anything else is refused */
    unsigned port;       /* 0: any */
    void *context;       /* of the callbacks, which run on the thread of ops */
    void (*metrics)(void *context, FILE *out);
    /* Writes a line that says how it is; false: 503. */
    bool (*healthy)(void *context, FILE *out);
};

/* Binds and serves. REG_ERR_INVALID: not loopback; REG_ERR_IO: cannot be bound. */
REG_MUST_CHECK int rd_ops_new(const struct rd_ops_options *options, struct rd_ops **ret_ops, struct reg_error_info *info);
unsigned rd_ops_port(const struct rd_ops *ops);
/* Ends the thread. NULL is fine. */
void rd_ops_free(struct rd_ops *ops);

#endif
