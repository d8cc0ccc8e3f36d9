#include "loop/worker.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "loop/internal.h"

#define TICK_MS 50

int64_t rd_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

struct reg_reader *rd_worker_reader(struct rd_worker *worker)
{
    return worker->reader;
}

struct event_base *rd_worker_base(struct rd_worker *worker)
{
    return worker->base;
}

void *rd_worker_context(struct rd_worker *worker)
{
    return worker->transport->options.context;
}

/* A stack that the worker takes as a whole: who finds it empty wakes the worker, and nobody else. */
void rd_worker_post(struct rd_worker *worker, struct rd_task *task)
{
    struct rd_task *top = atomic_load_explicit(&worker->posted, memory_order_relaxed);

    do
        task->next = top;
    while (!atomic_compare_exchange_weak_explicit(&worker->posted, &top, task, memory_order_release, memory_order_relaxed));
    if (top == NULL)
        eventfd_write(worker->wake_fd, 1); /* fails only where the counter is full: then the worker is awake */
}

static void on_alarm(evutil_socket_t unused, short what, void *context)
{
    struct rd_worker *worker = context;

    (void)unused;
    (void)what;
    worker->alarm_task->run(worker->alarm_task, worker);
}

bool rd_worker_after(struct rd_worker *worker, unsigned seconds, struct rd_task *task)
{
    const struct timeval wait = {(time_t)seconds, 0};

    if (worker->alarm == NULL)
        worker->alarm = evtimer_new(worker->base, on_alarm, worker);
    worker->alarm_task = task;
    return worker->alarm != NULL && evtimer_add(worker->alarm, &wait) == 0;
}

static void run_posted(struct rd_worker *worker)
{
    struct rd_task *task = atomic_exchange_explicit(&worker->posted, NULL, memory_order_acquire), *first = NULL, *next;

    rd_grpc_now(worker->grpc);
    for (; task != NULL; task = next) { /* oldest first */
        next = task->next;
        task->next = first;
        first = task;
    }
    for (; first != NULL; first = next) {
        next = first->next;
        first->run(first, worker);
    }
}

static void on_woken(evutil_socket_t fd, short what, void *argument)
{
    eventfd_t value;

    (void)what;
    eventfd_read(fd, &value);
    run_posted(argument);
}

static void on_tick(evutil_socket_t fd, short what, void *argument)
{
    struct rd_worker *worker = argument;

    (void)fd;
    (void)what;
    for (struct rd_connection *connection = worker->connections; connection != NULL; connection = connection->next)
        rd_connection_tick(connection); /* frees nothing: that is for the end of the turn */
}

/* Nothing is done here: it ends the wait, and the reader's turn comes with the loop's. */
static void on_read(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    (void)context;
}

static void watch(struct rd_worker *worker, size_t i, const struct reg_reader_wait *wait)
{
    const struct reg_reader_wait *before = &worker->waits[i];
    short what = (short)(EV_READ | EV_PERSIST | (wait->writing ? EV_WRITE : 0));

    if (wait->fd == before->fd && wait->writing == before->writing && wait->connection == before->connection)
        return;
    if (worker->reads[i] != NULL)
        event_free(worker->reads[i]);
    worker->reads[i] = wait->fd < 0 ? NULL : event_new(worker->base, wait->fd, what, on_read, worker);
    worker->waits[i] = *wait;
    if (wait->fd >= 0 && (worker->reads[i] == NULL || event_add(worker->reads[i], NULL) != 0))
        worker->waits[i].fd = -1; /* tried again with the next turn */
}

static void turn_reader(struct rd_worker *worker)
{
    struct reg_reader_wait waits[REG_READER_WAITS];

    if (worker->reader == NULL || worker->transport->options.turn_reader == NULL)
        return;
    rd_grpc_now(worker->grpc);
    worker->transport->options.turn_reader(worker->reader, waits);
    for (size_t i = 0; i < REG_READER_WAITS; i++)
        watch(worker, i, &waits[i]);
}

/* What the reader completes is written at once; what goes on where room was made may read anew. */
static void finish_turn(struct rd_worker *worker)
{
    const struct timeval tick = {0, TICK_MS * 1000};
    struct rd_connection *connection;

    for (turn_reader(worker); worker->dirty != NULL; turn_reader(worker))
        while ((connection = worker->dirty) != NULL) {
            worker->dirty = connection->next_dirty;
            rd_connection_finish_turn(connection);
        }
    if (worker->connections != NULL && !event_pending(worker->tick, EV_TIMEOUT, NULL))
        event_add(worker->tick, &tick);
    else if (worker->connections == NULL)
        event_del(worker->tick);
}

static void *work(void *argument)
{
    struct rd_worker *worker = argument;

    while (!worker->stopping) {
        worker->handshakes = worker->transport->options.limits.handshakes_per_turn;
        event_base_loop(worker->base, EVLOOP_ONCE);
        finish_turn(worker);
    }
    return NULL;
}

static void drain(struct rd_task *task, struct rd_worker *worker)
{
    (void)task;
    worker->draining = true;
    for (struct rd_connection *connection = worker->connections; connection != NULL; connection = connection->next)
        rd_connection_drain(connection);
}

static void stop(struct rd_task *task, struct rd_worker *worker)
{
    (void)task;
    worker->stopping = true;
}

int rd_worker_init(struct rd_worker *worker, struct rd_transport *transport, struct reg_error_info *info)
{
    const struct rd_transport_options *options = &transport->options;
    struct rd_grpc_options grpc = {&transport->options.limits, options->methods, options->method_count, worker, rd_clock,
                                   options->context,           options->on_call, rd_connection_output};
    int r;

    worker->transport = transport;
    worker->drain_task.run = drain;
    worker->stop_task.run = stop;
    for (size_t i = 0; i < REG_READER_WAITS; i++)
        worker->waits[i].fd = -1;
    worker->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    worker->base = event_base_new();
    worker->input = malloc(INPUT_SIZE);
    worker->decrypted = malloc(INPUT_SIZE);
    if (worker->wake_fd < 0 || worker->base == NULL || worker->input == NULL || worker->decrypted == NULL)
        return REG_ERR_NOMEM;
    worker->woken = event_new(worker->base, worker->wake_fd, EV_READ | EV_PERSIST, on_woken, worker);
    worker->tick = event_new(worker->base, -1, EV_PERSIST, on_tick, worker);
    if (worker->woken == NULL || worker->tick == NULL || event_add(worker->woken, NULL) != 0)
        return REG_ERR_NOMEM;
    r = rd_grpc_new(&grpc, &worker->grpc);
    if (r == 0 && options->open_reader != NULL)
        r = options->open_reader(options->context, &worker->reader, info);
    return r;
}

/* Signals are for the main thread. */
int rd_worker_start(struct rd_worker *worker)
{
    sigset_t all, before;
    int r;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    r = pthread_create(&worker->thread, NULL, work, worker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    worker->running = r == 0;
    return r == 0 ? 0 : REG_ERR_NOMEM;
}

void rd_worker_clear(struct rd_worker *worker)
{
    const struct rd_transport_options *options = &worker->transport->options;

    if (worker->running) {
        rd_worker_post(worker, &worker->stop_task);
        pthread_join(worker->thread, NULL);
    }
    if (worker->grpc != NULL)
        run_posted(worker); /* whoever came back last gives back what it holds */
    for (size_t i = 0; i < REG_READER_WAITS; i++)
        if (worker->reads[i] != NULL)
            event_free(worker->reads[i]);
    if (worker->reader != NULL && options->close_reader != NULL)
        options->close_reader(worker->reader); /* whoever waits for a read is told that it does not come */
    while (worker->connections != NULL)
        rd_connection_free(worker->connections);
    rd_grpc_free(worker->grpc);
    if (worker->woken != NULL)
        event_free(worker->woken);
    if (worker->tick != NULL)
        event_free(worker->tick);
    if (worker->alarm != NULL)
        event_free(worker->alarm);
    if (worker->base != NULL)
        event_base_free(worker->base);
    if (worker->wake_fd >= 0)
        close(worker->wake_fd);
    free(worker->input);
    free(worker->decrypted);
    free(worker->plain.data);
    free(worker->out.data);
}
