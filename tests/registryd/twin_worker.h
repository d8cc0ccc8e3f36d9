/* A worker of the tests: posted tasks wait in a list until the test runs them on its own thread; and calls that remember
 * what they were answered. */
#ifndef TESTS_TWIN_WORKER_H
#define TESTS_TWIN_WORKER_H

#include <pthread.h>

#include "grpc/call.h"
#include "loop/worker.h"

struct rd_worker {
    pthread_mutex_t lock;
    pthread_cond_t posted;
    struct rd_task *first, **end;
    struct reg_reader *reader;
    void *context;
};

struct rd_call {
    struct rd_worker *worker;
    const struct reg_caller *caller;
    int holds;
    bool done;
    enum rd_status status;
    char text[1024]; /* of the last answer, or of the error */
    size_t sent;     /* messages of a stream */
    void *state;
    void (*free_state)(void *state);
};

void twin_worker_init(struct rd_worker *worker, struct reg_reader *reader, void *context);
/* Runs `count` tasks, waiting for them; or all that are there. */
void twin_worker_run(struct rd_worker *worker, size_t count);
size_t twin_worker_run_posted(struct rd_worker *worker);
/* The peer goes away, or the transport ends the call. */
void twin_call_end(struct rd_call *call);

#endif
