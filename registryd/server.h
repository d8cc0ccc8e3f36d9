/* The daemon as a whole: what every part of it may reach. It goes down explicitly; there are no globals but the log level.
 *
 *     rd_server_open     the registry, the pool, the writer, the ports: everything that can fail
 *     rd_server_start    accept
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
#include "service/follow.h"
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
    struct rd_follower *_Atomic follower; /* of the ledger's tail; NULL: nothing is cached */
    struct rd_task *wake; /* the clock of dormancies */
    struct rd_task *stock; /* the watch on the subject codes */
    atomic_bool paused; /* the store cannot be written */
};

/* How the command line changes what the configuration says. */
struct rd_server_options {
    const char
        *insecure_caller; /* URI of a configured caller that everyone is, without TLS and on loopback alone; NULL: TLS */
    bool check;           /* nobody will be served: bind any port instead of the configured ones, write no files */
};

/* Opens the registry, the threads of the pool and the writer, and binds the ports: whatever can be wrong with the set-up is
 * found here. `config` moves into the zeroed server, which is to be closed in any case. */
REG_MUST_CHECK int rd_server_open(struct rd_server *server, struct rd_config *config,
                                  const struct rd_server_options *options, struct reg_error_info *info);
/* Accepts calls, and writes run/port and run/ops-port. */
REG_MUST_CHECK int rd_server_start(struct rd_server *server, struct reg_error_info *info);
/* Takes no new calls, ends streams, finishes what was begun, for at most the configured time. `hurry` is asked about ten
 * times a second whether to leave at once. False when not all was finished: then there is nothing left to do but to exit. */
bool rd_server_drain(struct rd_server *server, bool (*hurry)(void *context), void *context);
/* Frees everything; after rd_server_open failed, or rd_server_drain was true. */
void rd_server_close(struct rd_server *server);

#endif
