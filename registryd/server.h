/* The daemon as a whole: what every part of it may reach. It goes down explicitly; there are no globals but the log level.
 *
 *     rd_server_open     the registry, its keys and store, the pool, the writer: everything that can fail before listening
 *     rd_server_start    the listeners; writes run/port and run/ops-port
 *     rd_server_drain    stop accepting, finish what was begun
 *     rd_server_close
 */
#ifndef RD_SERVER_H
#define RD_SERVER_H

#include <stdatomic.h>

#include "config/config.h"
#include "ops/metrics.h"
#include "ops/ops.h"
#include "service/descriptors.h"
#include "service/health.h"
#include "writer/writer.h"

struct rd_transport;

struct rd_server {
    struct rd_config config;
    struct reg_engine *engine;
    struct reg_registry_facts facts;
    struct reg_reader *ops_reader; /* of the thread of ops */
    struct reg_caller *callers;    /* of the configuration, as the engine takes them */
    struct reg_caller *anybody;    /* --insecure-caller: everyone is this one; NULL: TLS */
    const char **paths;            /* of the methods, for the metrics */
    struct rd_descriptors *descriptors;
    struct rd_metrics *metrics;
    struct rd_health *health;
    struct rd_pool *pool;
    struct rd_writer *writer;
    struct rd_ops *ops;
    struct rd_transport *transport;
    atomic_bool paused; /* the store cannot be written */
};

/* Opens everything that needs no socket. `config` moves into the server. `insecure_caller`: the URI of a configured caller
 * that everyone is, without TLS and on loopback only; NULL: TLS. The server is to be closed in any case. */
REG_MUST_CHECK int rd_server_open(struct rd_server *server, struct rd_config *config, const char *insecure_caller,
                                  struct reg_error_info *info);
REG_MUST_CHECK int rd_server_start(struct rd_server *server, struct reg_error_info *info);
/* Takes no new calls, ends streams, finishes what was begun. `hurry` is asked now and then, whether to leave at once. True
 * when everything was finished in time. */
bool rd_server_drain(struct rd_server *server, bool (*hurry)(void *context), void *context);
void rd_server_close(struct rd_server *server);

#endif
