/* The library draws no random bytes and reads no clock of its own: its host hands them in. */
#ifndef REGISTRY_HOST_H
#define REGISTRY_HOST_H

#include <stddef.h>
#include <stdint.h>

/* What the library asks of its host. Both callbacks may be called from any thread, several at once. */
struct reg_host {
    void *context;
    /* Fills `len` bytes fit for keys and salts; 0, or an enum reg_error. */
    int (*random)(void *context, void *ret, size_t len);
    /* Milliseconds since 1970-01-01 UTC. */
    int64_t (*now)(void *context);
};

#endif
