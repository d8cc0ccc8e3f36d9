#include "loop/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "loop/internal.h"

static int options_fault(struct reg_error_info *info)
{
    if (info != NULL) {
        snprintf(info->zh, sizeof info->zh, "服务器须有证书、私钥和客户端 CA，或指定固定调用方");
        snprintf(info->en, sizeof info->en,
                 "a certificate, its key and the clients' authority are needed, or a fixed caller");
    }
    return REG_ERR_INVALID;
}

static int open_transport(struct rd_transport *transport, struct reg_error_info *info)
{
    const struct rd_transport_options *options = &transport->options;
    int r;

    transport->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    transport->workers = calloc(options->workers, sizeof *transport->workers);
    if (transport->stop_fd < 0 || transport->workers == NULL)
        return REG_ERR_NOMEM;
    for (unsigned i = 0; i < options->workers; i++) {
        transport->workers[i].transport = transport;
        transport->workers[i].wake_fd = -1;
    }
    r = rd_tally_new(options->limits.connections_per_address, &transport->addresses);
    if (r == 0)
        r = rd_tally_new(options->limits.connections_per_caller, &transport->callers);
    if (r == 0 && options->certificate != NULL)
        r = rd_tls_context_new(options->certificate, options->key, options->client_ca, &transport->tls, info);
    for (unsigned i = 0; r == 0 && i < options->workers; i++)
        r = rd_worker_init(&transport->workers[i], transport, info);
    if (r == 0)
        r = rd_listen(transport, info);
    return r;
}

int rd_transport_new(const struct rd_transport_options *options, struct rd_transport **ret_transport,
                     struct reg_error_info *info)
{
    struct rd_transport *transport;
    pthread_condattr_t attributes;
    int r;

    if (options->size != sizeof *options || options->address == NULL || options->workers == 0 ||
        (options->certificate == NULL) != (options->anybody != NULL) ||
        (options->certificate != NULL && (options->key == NULL || options->client_ca == NULL)))
        return options_fault(info);
    transport = calloc(1, sizeof *transport);
    if (transport == NULL)
        return REG_ERR_NOMEM;
    transport->options = *options;
    transport->listen_fd = transport->stop_fd = -1;
    pthread_mutex_init(&transport->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&transport->emptied, &attributes);
    pthread_condattr_destroy(&attributes);
    r = open_transport(transport, info);
    if (r < 0) {
        rd_transport_free(transport);
        return r;
    }
    *ret_transport = transport;
    return 0;
}

int rd_transport_start(struct rd_transport *transport, struct reg_error_info *info)
{
    sigset_t all, before;
    int r = 0;

    (void)info;
    for (unsigned i = 0; r == 0 && i < transport->options.workers; i++)
        r = rd_worker_start(&transport->workers[i]);
    if (r < 0)
        return r;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    r = pthread_create(&transport->thread, NULL, rd_accept_run, transport);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    transport->accepting = r == 0;
    return r == 0 ? 0 : REG_ERR_NOMEM;
}

static void stop_accepting(struct rd_transport *transport)
{
    if (transport->accepting) {
        eventfd_write(transport->stop_fd, 1);
        pthread_join(transport->thread, NULL);
        transport->accepting = false;
    }
    if (transport->listen_fd >= 0)
        close(transport->listen_fd);
    transport->listen_fd = -1;
}

void rd_transport_drain(struct rd_transport *transport)
{
    if (transport->drained)
        return;
    transport->drained = true;
    stop_accepting(transport); /* what it has dealt is posted before the drain */
    for (unsigned i = 0; i < transport->options.workers; i++)
        rd_worker_post(&transport->workers[i], &transport->workers[i].drain_task);
}

void rd_transport_gone(struct rd_transport *transport, const uint8_t address[RD_TALLY_KEY])
{
    rd_tally_give(transport->addresses, address);
    if (atomic_fetch_sub(&transport->open, 1) != 1)
        return;
    pthread_mutex_lock(&transport->lock);
    pthread_cond_broadcast(&transport->emptied);
    pthread_mutex_unlock(&transport->lock);
}

bool rd_transport_wait(struct rd_transport *transport, unsigned ms)
{
    struct timespec until;
    bool empty;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&transport->lock);
    while (!(empty = atomic_load(&transport->open) == 0))
        if (pthread_cond_timedwait(&transport->emptied, &transport->lock, &until) != 0) {
            empty = atomic_load(&transport->open) == 0;
            break;
        }
    pthread_mutex_unlock(&transport->lock);
    return empty;
}

void rd_transport_free(struct rd_transport *transport)
{
    if (transport == NULL)
        return;
    stop_accepting(transport);
    for (unsigned i = 0; transport->workers != NULL && i < transport->options.workers; i++)
        rd_worker_clear(&transport->workers[i]);
    free(transport->workers);
    rd_tls_context_free(transport->tls);
    rd_tally_free(transport->addresses);
    rd_tally_free(transport->callers);
    if (transport->stop_fd >= 0)
        close(transport->stop_fd);
    pthread_cond_destroy(&transport->emptied);
    pthread_mutex_destroy(&transport->lock);
    free(transport);
}

unsigned rd_transport_port(const struct rd_transport *transport)
{
    return transport->port;
}

unsigned rd_transport_worker_count(const struct rd_transport *transport)
{
    return transport->options.workers;
}

struct rd_worker *rd_transport_worker(struct rd_transport *transport, unsigned index)
{
    return &transport->workers[index];
}

unsigned rd_transport_connections(const struct rd_transport *transport)
{
    return atomic_load(&((struct rd_transport *)transport)->open);
}

void rd_transport_counters(const struct rd_transport *transport, struct rd_transport_counters *ret_counters)
{
    struct counters *counters = &((struct rd_transport *)transport)->counters;

    *ret_counters = (struct rd_transport_counters){atomic_load(&counters->accepted), atomic_load(&counters->refused),
                                                   atomic_load(&counters->handshakes_failed),
                                                   atomic_load(&counters->glitches), atomic_load(&counters->timeouts)};
}
