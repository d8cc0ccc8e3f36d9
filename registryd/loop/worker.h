/* A worker: a thread with an event loop, its connections and its reader of the register. A look-up runs on it from the
 * first byte to the last and never changes threads. */
#ifndef RD_LOOP_WORKER_H
#define RD_LOOP_WORKER_H

#include <stdbool.h>

#include <registry/engine.h>

struct rd_worker;
struct event_base;

/* Work handed to a worker from another thread; embedded in what it concerns. */
struct rd_task {
    struct rd_task *next;
    void (*run)(struct rd_task *task, struct rd_worker *worker);
};

/* Runs `task` on the worker's thread soon. Any thread. One wake-up however many tasks wait. */
void rd_worker_post(struct rd_worker *worker, struct rd_task *task);
/* Runs `task` on the worker once the seconds are over, unless its loop ends before. One at a time: a later one takes its place.
 * For the worker's thread alone. False: out of memory. */
bool rd_worker_after(struct rd_worker *worker, unsigned seconds, struct rd_task *task);
/* The worker's reader; for the worker's thread alone. */
struct reg_reader *rd_worker_reader(struct rd_worker *worker);
struct event_base *rd_worker_base(struct rd_worker *worker);
/* What the server hung on its workers (struct rd_server). */
void *rd_worker_context(struct rd_worker *worker);

#endif
