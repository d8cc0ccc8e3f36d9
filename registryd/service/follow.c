#include "service/follow.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "log/log.h"

#define PERIOD_MS 50

/* To each worker one task, which is on its way at most once. */
struct news {
    struct rd_task task; /* first */
    atomic_bool posted;
};

struct rd_follower {
    struct reg_reader *reader;
    struct rd_transport *transport;
    pthread_t thread;
    bool running, lost;
    atomic_bool stopping;
    int nudge_fd;
    unsigned workers;
    struct news news[];
};

static void catch_up(struct rd_task *task, struct rd_worker *worker)
{
    atomic_store(&((struct news *)task)->posted, false);
    reg_reader_catch_up(rd_worker_reader(worker));
}

static void tell(struct rd_follower *follower)
{
    for (unsigned i = 0; i < follower->workers; i++)
        if (!atomic_exchange(&follower->news[i].posted, true))
            rd_worker_post(rd_transport_worker(follower->transport, i), &follower->news[i].task);
}

/* Said once when it is lost, and once when it is there again. */
static void look(struct rd_follower *follower)
{
    struct reg_error_info info = {"", ""};
    bool news = false, lost = reg_reader_follow(follower->reader, &news, &info) < 0;

    if (lost && !follower->lost)
        rd_log(RD_LOG_WARNING, "service", "%s; licences are read from the store, not from the cache", info.en);
    else if (!lost && follower->lost)
        rd_log(RD_LOG_NOTICE, "service", "the ledger's tail is read again");
    follower->lost = lost;
    if (news)
        tell(follower);
}

static void *follow(void *argument)
{
    struct rd_follower *follower = argument;
    eventfd_t value;

    while (!atomic_load(&follower->stopping)) {
        struct pollfd fds[] = {{.fd = follower->nudge_fd, .events = POLLIN}, {.fd = -1, .events = POLLIN}};

        look(follower);
        fds[1].fd = follower->lost ? -1 : reg_reader_listen(follower->reader);
        poll(fds, 2, PERIOD_MS);
        if (fds[0].revents & POLLIN)
            eventfd_read(follower->nudge_fd, &value);
    }
    return NULL;
}

int rd_follower_start(struct reg_engine *engine, struct rd_transport *transport, struct rd_follower **ret_follower,
                      struct reg_error_info *info)
{
    unsigned workers = rd_transport_worker_count(transport);
    struct rd_follower *follower = calloc(1, sizeof *follower + workers * sizeof follower->news[0]);
    sigset_t all, before;
    int r;

    if (follower == NULL)
        return REG_ERR_NOMEM;
    follower->transport = transport;
    follower->workers = workers;
    follower->nudge_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    for (unsigned i = 0; i < workers; i++)
        follower->news[i].task.run = catch_up;
    r = follower->nudge_fd < 0 ? REG_ERR_NOMEM : reg_reader_open(engine, &follower->reader, info);
    if (r == 0) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        follower->running = pthread_create(&follower->thread, NULL, follow, follower) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        r = follower->running ? 0 : REG_ERR_NOMEM;
    }
    if (r < 0) {
        rd_follower_stop(follower);
        rd_follower_free(follower);
        return r;
    }
    *ret_follower = follower;
    return 0;
}

void rd_follower_nudge(struct rd_follower *follower)
{
    if (follower != NULL)
        eventfd_write(follower->nudge_fd, 1); /* fails only where the counter is full: then it is awake */
}

void rd_follower_stop(struct rd_follower *follower)
{
    if (follower == NULL)
        return;
    atomic_store(&follower->stopping, true);
    if (follower->running) {
        rd_follower_nudge(follower);
        pthread_join(follower->thread, NULL);
    }
    follower->running = false;
    reg_reader_close(follower->reader);
    follower->reader = NULL;
}

void rd_follower_free(struct rd_follower *follower)
{
    if (follower == NULL)
        return;
    if (follower->nudge_fd >= 0)
        close(follower->nudge_fd);
    free(follower);
}
