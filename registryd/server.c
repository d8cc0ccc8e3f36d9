#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config/fault.h"
#include "log/log.h"
#include "log/notify.h"
#include "loop/server.h"
#include "service/methods.h"
#include "service/stock.h"
#include "service/wake.h"

#define FILES_BESIDE 256 /* store, ledger, logs, metrics: what is open beside the connections */

extern const unsigned char rd_descriptor_set[];
extern const size_t rd_descriptor_set_len;

/* ---- what the library asks of its host ---------------------------------------------------------------------------- */

/* What one system call gives whole; a filing draws many times. */
#define RANDOM_DRAWN 256

static int draw_random(void *context, void *ret, size_t len)
{
    static _Thread_local uint8_t drawn[RANDOM_DRAWN];
    static _Thread_local size_t left;
    uint8_t *bytes = ret;

    (void)context;
    while (len > 0) {
        ssize_t n = left > 0 ? 0 : getrandom(drawn, sizeof drawn, 0);
        size_t part;

        if (n < 0 && errno == EINTR)
            continue;
        if (n != 0 && n != (ssize_t)sizeof drawn)
            return REG_ERR_CRYPTO;
        left += (size_t)n;
        part = len < left ? len : left;
        memcpy(bytes, drawn + sizeof drawn - left, part);
        explicit_bzero(drawn + sizeof drawn - left, part);
        bytes += part;
        len -= part;
        left -= part;
    }
    return 0;
}

static int64_t now_ms(void *context)
{
    struct timespec now;

    (void)context;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what the transport, the writer and ops ask of the server ----------------------------------------------------- */

static const struct reg_caller *find_caller(void *context, const char *uri)
{
    const struct rd_server *server = context;

    for (size_t i = 0; i < server->config.caller_count; i++)
        if (strcmp(server->callers[i].uri, uri) == 0)
            return &server->callers[i];
    rd_log(RD_LOG_NOTICE, "service", "a caller that the configuration does not have: %.200s", uri);
    return NULL;
}

static unsigned or_cores(unsigned n)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    return n > 0 ? n : cores > 0 ? (unsigned)cores : 1;
}

static int open_reader(void *context, struct reg_reader **ret_reader, struct reg_error_info *info)
{
    struct rd_server *server = context;
    size_t bytes = server->config.licence_bytes / or_cores(server->config.workers);
    int r = reg_reader_open(server->engine, ret_reader, info);

    return r == 0 && bytes > 0 ? reg_reader_cache(*ret_reader, bytes, info) : r;
}

static void on_call(void *context, size_t row, enum rd_status status, double seconds)
{
    struct rd_server *server = context;

    rd_metrics_call(server->metrics, row, status, seconds);
    if (rd_log_wants(RD_LOG_DEBUG))
        rd_log(RD_LOG_DEBUG, "service", "%s %s %.6f s", row < rd_method_count ? rd_methods[row].path : "(no such method)",
               rd_status_name(status), seconds);
}

static void on_batch(void *context, size_t filings, double seconds)
{
    struct rd_server *server = context;

    rd_follower_nudge(atomic_load(&server->follower));
    rd_metrics_batch(server->metrics, filings, seconds);
}

static void on_pause(void *context, bool paused)
{
    struct rd_server *server = context;

    atomic_store(&server->paused, paused);
    rd_health_set_paused(server->health, paused);
    if (paused)
        rd_log(RD_LOG_ERROR, "writer", "the store cannot be written; filings are answered UNAVAILABLE, look-ups go on");
    else
        rd_log(RD_LOG_NOTICE, "writer", "writing again");
}

static void take_stock(void *context, const struct reg_code_stock *stock)
{
    struct rd_gauges *gauges = context;

    if (gauges->stock_count < RD_AUTHORITIES_MAX)
        gauges->stocks[gauges->stock_count++] = (struct rd_stock){stock->authority, stock->used, stock->all};
}

static void read_figures(struct rd_server *server, struct rd_gauges *gauges)
{
    struct reg_cache_figures figures;
    struct reg_standby_figures standby;

    reg_standby_figures(server->engine, &standby);
    gauges->standby_answered = standby.answered;
    gauges->standby_behind = standby.behind;
    gauges->standby_failed = standby.failed;

    reg_cache_figures(server->engine, &figures);
    gauges->cache_hits = figures.hits;
    gauges->cache_misses = figures.misses;
    gauges->cache_bypassed = figures.bypassed;
    gauges->cache_evicted = figures.evicted;
    gauges->cache_bytes = figures.bytes;
    gauges->cache_entries = figures.entries;
}

static void write_metrics(void *context, FILE *out)
{
    struct rd_server *server = context;
    struct reg_ledger_head head;
    struct rd_transport_counters counters;
    struct rd_gauges gauges = {
        .version = RD_VERSION,
        .suite = reg_suite_name(server->facts.suite),
        .role = server->facts.role == REG_ROLE_NODE ? "node" : "registrar",
        .queue_length = rd_writer_waiting(server->writer),
        .queue_limit = server->config.queue_length,
        .connections = rd_transport_connections(server->transport),
        .paused = atomic_load(&server->paused),
    };

    read_figures(server, &gauges);
    rd_transport_counters(server->transport, &counters);
    gauges.accepted = counters.accepted;
    gauges.refused = counters.refused_connections;
    gauges.failed_handshakes = counters.failed_handshakes;
    gauges.glitches = counters.glitches;
    gauges.timeouts = counters.timeouts;
    if (reg_ledger_head(server->ops_reader, &head, NULL) == 0) {
        gauges.tree_size = head.size;
        gauges.tree_known = true;
    }
    if (reg_code_stocks(server->ops_reader, take_stock, &gauges, NULL) < 0)
        gauges.stock_count = 0;
    rd_metrics_write(server->metrics, &gauges, out);
}

static bool write_health(void *context, FILE *out)
{
    struct rd_server *server = context;
    struct reg_ledger_head head;

    if (reg_ledger_head(server->ops_reader, &head, NULL) < 0)
        fputs("the store cannot be read\n", out);
    else if (atomic_load(&server->paused))
        fputs("the store cannot be written\n", out);
    else if (rd_health_status(server->health, "") != RD_SERVING)
        fputs("going down\n", out);
    else
        return fprintf(out, "ok, tree size %llu\n", (unsigned long long)head.size) > 0;
    return false;
}

/* Where whoever started us looks for the ports; a file that an earlier run left behind would mislead. */
static void remove_run_file(const struct rd_server *server, const char *name)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/run/%s", server->config.directory, name);
    unlink(path);
}

/* ---- opening ------------------------------------------------------------------------------------------------------ */

static int open_callers(struct rd_server *server, const char *insecure_caller, struct reg_error_info *info)
{
    struct rd_config *config = &server->config;

    server->callers = calloc(config->caller_count + 1, sizeof *server->callers);
    if (server->callers == NULL)
        return rd_fail(info, REG_ERR_NOMEM, "内存不足", "out of memory");
    for (size_t i = 0; i < config->caller_count; i++) {
        const struct rd_caller *caller = &config->callers[i];

        server->callers[i] = (struct reg_caller){caller->uri,
                                                 (enum reg_caller_kind)caller->kind,
                                                 caller->items.values,
                                                 caller->items.count,
                                                 caller->classes.values,
                                                 caller->classes.count};
        if (insecure_caller != NULL && strcmp(caller->uri, insecure_caller) == 0)
            server->anybody = &server->callers[i];
    }
    if (insecure_caller != NULL && server->anybody == NULL)
        return rd_fail(info, REG_ERR_INVALID, "registry.conf 中没有 URI 为“%s”的调用方（--insecure-caller）",
                       "registry.conf has no caller with the URI \"%s\" (--insecure-caller)", insecure_caller);
    return 0;
}

static int open_engine(struct rd_server *server, struct reg_error_info *info)
{
    struct reg_open_options options = REG_OPEN_OPTIONS_INIT;
    struct reg_host host = {NULL, draw_random, now_ms};
    char *passphrase = NULL;
    int r = rd_config_passphrase(&server->config, &passphrase, info);

    if (r < 0)
        return r;
    options.open_store = reg_store_open;
    options.read_store = server->config.read_store[0] ? server->config.read_store : NULL;
    options.store = server->config.store;
    options.passphrase = passphrase;
    options.connected_sources = server->config.sources[0] ? server->config.sources : NULL;
    r = reg_engine_open(server->config.directory, &options, &host, &server->engine, info);
    rd_secret_free(passphrase);
    if (r == 0)
        r = reg_reader_open(server->engine, &server->ops_reader, info);
    if (r == 0)
        reg_engine_facts(server->engine, &server->facts);
    return r;
}

/* What the handlers use. */
static int open_service(struct rd_server *server, struct reg_error_info *info)
{
    struct rd_writer_options options = {.engine = server->engine,
                                        .queue_length = server->config.queue_length,
                                        .batch_size = server->config.batch_size,
                                        .context = server,
                                        .on_batch = on_batch,
                                        .on_pause = on_pause};
    int r;

    server->paths = calloc(rd_method_count, sizeof *server->paths);
    if (server->paths == NULL)
        return rd_fail(info, REG_ERR_NOMEM, "内存不足", "out of memory");
    for (size_t i = 0; i < rd_method_count; i++)
        server->paths[i] = rd_methods[i].path;
    r = rd_descriptors_new((struct reg_bytes){rd_descriptor_set, rd_descriptor_set_len}, &server->descriptors);
    if (r == 0)
        r = rd_metrics_new(server->paths, rd_method_count, now_ms(NULL), &server->metrics);
    if (r == 0)
        r = rd_health_new(&server->health);
    if (r == 0)
        r = rd_pool_new(server->engine, or_cores(server->config.pool), server->config.verify_queue, &server->pool, info);
    options.pool = server->pool;
    if (r == 0)
        r = rd_writer_new(&options, &server->writer);
    return r;
}

/* Connections must leave the store its files: with the usual 1,024 of a process they would not. */
static unsigned connections_that_fit(unsigned connections)
{
    struct rlimit files;
    rlim_t wanted = (rlim_t)connections + FILES_BESIDE;

    if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= wanted)
        return connections;
    files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= wanted)
        return connections;
    connections = files.rlim_cur > 2 * FILES_BESIDE ? (unsigned)files.rlim_cur - FILES_BESIDE : (unsigned)files.rlim_cur / 2;
    rd_log(RD_LOG_WARNING, "server", "a process may open %llu files here: %u connections at most, not [limits] connections",
           (unsigned long long)files.rlim_cur, connections);
    return connections;
}

static int open_listeners(struct rd_server *server, bool check, struct reg_error_info *info)
{
    const struct rd_config *config = &server->config;
    struct rd_transport_options transport = RD_TRANSPORT_OPTIONS_INIT;
    struct rd_ops_options ops = {config->ops_address, check ? 0 : config->ops_port, server, write_metrics, write_health};
    int r;

    transport.address = config->listen_address;
    transport.port = check ? 0 : config->listen_port;
    transport.workers = or_cores(config->workers);
    transport.limits = config->limits;
    transport.limits.connections = connections_that_fit(config->limits.connections);
    transport.certificate = server->anybody != NULL ? NULL : config->certificate;
    transport.key = server->anybody != NULL ? NULL : config->key;
    transport.client_ca = server->anybody != NULL ? NULL : config->client_ca;
    transport.anybody = server->anybody;
    transport.methods = rd_methods;
    transport.method_count = rd_method_count;
    transport.context = server;
    transport.find_caller = find_caller;
    transport.open_reader = open_reader;
    transport.close_reader = reg_reader_close;
    transport.turn_reader = reg_reader_turn;
    transport.on_call = on_call;
    r = rd_transport_new(&transport, &server->transport, info);
    return r < 0 ? r : rd_ops_new(&ops, &server->ops, info);
}

int rd_server_open(struct rd_server *server, struct rd_config *config, const struct rd_server_options *options,
                   struct reg_error_info *info)
{
    int r;

    server->config = *config;
    *config = (struct rd_config){0};
    r = rd_config_check(&server->config, options->insecure_caller == NULL, info);
    if (r == 0)
        r = open_callers(server, options->insecure_caller, info);
    if (r == 0)
        r = open_engine(server, info);
    if (r == 0)
        r = open_service(server, info);
    if (r == 0)
        r = open_listeners(server, options->check, info);
    if (r == 0 && !options->check) {
        remove_run_file(server, "port");
        remove_run_file(server, "ops-port");
    }
    return r;
}

/* ---- running ------------------------------------------------------------------------------------------------------ */

/* A number in DIR/run, whole or not at all. */
static int write_run_file(const struct rd_server *server, const char *name, unsigned value, struct reg_error_info *info)
{
    char path[4096], part[4096 + 8], text[16];
    int fd = -1, len = snprintf(text, sizeof text, "%u\n", value);
    bool good;

    snprintf(path, sizeof path, "%s/run", server->config.directory);
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return rd_fail(info, REG_ERR_IO, "无法创建目录 %s：%s", "cannot make the directory %s: %s", path, strerror(errno));
    snprintf(path, sizeof path, "%s/run/%s", server->config.directory, name);
    snprintf(part, sizeof part, "%s.part", path);
    fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    good = fd >= 0 && write(fd, text, (size_t)len) == len;
    if (fd >= 0 && close(fd) < 0)
        good = false;
    if (!good || rename(part, path) < 0)
        return rd_fail(info, REG_ERR_IO, "无法写入 %s：%s", "cannot write %s: %s", path, strerror(errno));
    return 0;
}

int rd_server_start(struct rd_server *server, struct reg_error_info *info)
{
    unsigned port = rd_transport_port(server->transport), ops_port = rd_ops_port(server->ops);
    char status[160];
    struct rd_follower *follower = NULL;
    int r = rd_transport_start(server->transport, info);

    if (r == 0 && server->config.licence_bytes > 0)
        r = rd_follower_start(server->engine, server->transport, &follower, info);
    atomic_store(&server->follower, follower);
    if (r == 0 && !(server->wake = rd_wake_start(rd_transport_worker(server->transport, 0))))
        r = REG_ERR_NOMEM;
    if (r == 0 && !(server->stock = rd_stock_watch(rd_transport_worker(server->transport, 0))))
        r = REG_ERR_NOMEM;
    if (r == 0)
        r = write_run_file(server, "ops-port", ops_port, info);
    if (r == 0)
        r = write_run_file(server, "port", port, info); /* last: whoever waits for it finds everything there */
    if (r < 0)
        return r;
    snprintf(status, sizeof status, "serving on %.60s port %u, metrics on port %u", server->config.listen_address, port,
             ops_port);
    rd_log(RD_LOG_INFO, "server", "registryd %s, suite %s, authority %u, %u workers: %s", RD_VERSION,
           reg_suite_name(server->facts.suite), server->facts.authority, rd_transport_worker_count(server->transport),
           status);
    if (server->anybody != NULL)
        rd_log(RD_LOG_WARNING, "server", "no TLS: everyone on this machine is %s", server->anybody->uri);
    rd_notify_ready(status);
    return 0;
}

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static unsigned left_of(unsigned ms, int64_t since)
{
    int64_t gone = monotonic_ms() - since;

    return gone >= (int64_t)ms ? 0 : ms - (unsigned)gone;
}

bool rd_server_drain(struct rd_server *server, bool (*hurry)(void *context), void *context)
{
    unsigned limit = server->config.drain_ms, left;
    int64_t start = monotonic_ms();
    bool gone = false, written = false, hurried = false;

    rd_notify_stopping();
    rd_log(RD_LOG_INFO, "server", "going down: finishing what was begun, %u ms at most", limit);
    remove_run_file(server, "port");
    remove_run_file(server, "ops-port");
    rd_health_set_draining(server->health);
    rd_transport_drain(server->transport);
    do {
        left = left_of(limit, start);
        gone = rd_transport_wait(server->transport, left < 100 ? left : 100);
        hurried = hurry(context); /* takes the signal: it is asked for once and remembered */
    } while (!gone && left > 0 && !hurried);
    /* calls that are still open may wait for the writer: it finishes its queue in any case */
    rd_writer_stop(server->writer);
    do {
        left = hurried ? 0 : left_of(limit, start);
        written = rd_writer_wait(server->writer, left < 100 ? left : 100);
        hurried = hurried || hurry(context);
    } while (!written && left > 0 && !hurried);
    if (!gone || !written)
        rd_log(RD_LOG_WARNING, "server",
               "not everything was finished; whoever has no answer asks again with the same request_id");
    return gone && written;
}

void rd_server_close(struct rd_server *server)
{
    rd_ops_free(server->ops);
    /* writer and pool give back to workers, and workers push to them: both stop before the workers do, and are freed after
     */
    if (server->writer != NULL) {
        rd_writer_stop(server->writer);
        rd_writer_wait(server->writer, UINT_MAX);
    }
    if (server->pool != NULL)
        rd_pool_stop(server->pool);
    rd_follower_stop(server->follower);
    rd_transport_free(server->transport);
    rd_follower_free(server->follower);
    free(server->wake);
    free(server->stock);
    rd_writer_free(server->writer);
    rd_pool_free(server->pool);
    rd_health_free(server->health);
    rd_metrics_free(server->metrics);
    rd_descriptors_free(server->descriptors);
    free(server->paths);
    free(server->callers);
    reg_reader_close(server->ops_reader);
    reg_engine_close(server->engine);
    rd_config_clear(&server->config);
}
