#include "twin_worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void twin_worker_init(struct rd_worker *worker, struct reg_reader *reader, void *context)
{
    memset(worker, 0, sizeof *worker);
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->posted, NULL);
    worker->end = &worker->first;
    worker->reader = reader;
    worker->context = context;
}

static struct rd_task *pop(struct rd_worker *worker, bool wait)
{
    struct rd_task *task;

    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 60;
    pthread_mutex_lock(&worker->lock);
    while (wait && worker->first == NULL)
        if (pthread_cond_timedwait(&worker->posted, &worker->lock, &until) != 0) {
            fputs("nothing was posted to the worker for a minute\n", stderr);
            abort();
        }
    task = worker->first;
    if (task != NULL) {
        worker->first = task->next;
        if (worker->first == NULL)
            worker->end = &worker->first;
    }
    pthread_mutex_unlock(&worker->lock);
    return task;
}

void twin_worker_run(struct rd_worker *worker, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct rd_task *task = pop(worker, true);

        task->run(task, worker);
    }
}

size_t twin_worker_run_posted(struct rd_worker *worker)
{
    struct rd_task *task;
    size_t count = 0;

    while ((task = pop(worker, false)) != NULL) {
        task->run(task, worker);
        count++;
    }
    return count;
}

void rd_worker_post(struct rd_worker *worker, struct rd_task *task)
{
    pthread_mutex_lock(&worker->lock);
    task->next = NULL;
    *worker->end = task;
    worker->end = &task->next;
    pthread_cond_broadcast(&worker->posted);
    pthread_mutex_unlock(&worker->lock);
}

bool rd_worker_after(struct rd_worker *worker, unsigned seconds, struct rd_task *task)
{
    (void)worker;
    (void)seconds;
    (void)task;
    return true;
}

struct reg_reader *rd_worker_reader(struct rd_worker *worker)
{
    return worker->reader;
}

void *rd_worker_context(struct rd_worker *worker)
{
    return worker->context;
}

const struct reg_caller *rd_call_caller(const struct rd_call *call)
{
    return call->caller;
}

struct rd_worker *rd_call_worker(const struct rd_call *call)
{
    return call->worker;
}

static void set_text(struct rd_call *call, struct reg_bytes message)
{
    size_t len = message.len < sizeof call->text - 1 ? message.len : sizeof call->text - 1;

    if (len > 0)
        memcpy(call->text, message.data, len);
    call->text[len] = '\0';
}

void twin_call_end(struct rd_call *call)
{
    call->done = true;
    if (call->free_state != NULL)
        call->free_state(call->state);
    call->free_state = NULL;
}

void rd_call_reply(struct rd_call *call, struct reg_bytes message)
{
    if (call->done)
        return;
    call->status = RD_OK;
    set_text(call, message);
    twin_call_end(call);
}

void rd_call_fail(struct rd_call *call, enum rd_status status, const char *text)
{
    if (call->done)
        return;
    call->status = status;
    set_text(call, (struct reg_bytes){(const uint8_t *)text, strlen(text)});
    twin_call_end(call);
}

void rd_call_send(struct rd_call *call, struct reg_bytes message)
{
    if (call->done)
        return;
    call->sent++;
    set_text(call, message);
}

void rd_call_finish(struct rd_call *call)
{
    if (call->done)
        return;
    call->status = RD_OK;
    twin_call_end(call);
}

void rd_call_hold(struct rd_call *call)
{
    call->holds++;
}

void rd_call_release(struct rd_call *call)
{
    call->holds--;
}

bool rd_call_done(const struct rd_call *call)
{
    return call->done;
}

void rd_call_set_state(struct rd_call *call, void *state, void (*free_state)(void *state))
{
    call->state = state;
    call->free_state = free_state;
}

void *rd_call_state(const struct rd_call *call)
{
    return call->state;
}
