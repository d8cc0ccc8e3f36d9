/* The writer: one thread that takes prepared filings from the workers, has them signed and appends them in batches.
 *
 * Two stages, one batch in each: while the pool signs a batch, the writer appends the one before. A batch is what waits when
 * the writer looks (at most `batch_size`, no timer): under load batches grow by themselves, without it nothing waits.
 * A repeat of a queued (caller, request id) waits for the first one's fate and is then prepared again, which answers it from
 * the store. Nobody is answered before the commit.
 */
#ifndef RD_WRITER_WRITER_H
#define RD_WRITER_WRITER_H

#include "loop/worker.h"
#include "writer/pool.h"

struct rd_writer;

/* What became of a filing that was pushed. */
enum rd_fate {
    RD_FATE_WRITTEN, /* appended: the request has its answer */
    RD_FATE_AGAIN,   /* lost a race, or was a repeat of one that is through: prepare again */
    RD_FATE_FAILED   /* `error` and `info` say why; nothing of it was appended */
};

/* A filing on its way through the writer; embedded in the call's state. The worker fills the first four members, the writer
 * gives it back by rd_worker_post with the last three set. */
struct rd_filing {
    struct rd_task back; /* what runs on the worker when its fate is known */
    struct rd_worker *worker;
    struct reg_request *request; /* prepared: REG_REQUEST_QUEUE */
    uint64_t hash;               /* reg_request_hash */

    struct rd_filing *next;    /* the writer's own */
    struct rd_filing *repeats; /* of this one, waiting for its fate */
    struct rd_pool_job job;
    struct rd_writer *writer;

    enum rd_fate fate;
    int error;
    struct reg_error_info info;
};

struct rd_writer_options {
    struct reg_engine *engine;
    struct rd_pool *pool;
    unsigned queue_length;
    unsigned batch_size; /* 1 to REG_BATCH_MAX */
    void *context;       /* of the two callbacks, which the writer's thread calls; either may be NULL */
    void (*on_batch)(void *context, size_t filings, double seconds); /* a commit, and how long it took */
    void (*on_pause)(void *context, bool paused); /* the store cannot be written; it can again, or it is time to try */
};

enum rd_push { RD_PUSH_OK, RD_PUSH_FULL, RD_PUSH_STOPPED };

REG_MUST_CHECK int rd_writer_new(const struct rd_writer_options *options, struct rd_writer **ret_writer);
/* Queues a filing; it belongs to the writer until it is given back. Any thread. */
REG_MUST_CHECK enum rd_push rd_writer_push(struct rd_writer *writer, struct rd_filing *filing);
/* Filings that wait. Any thread. */
unsigned rd_writer_waiting(struct rd_writer *writer);
/* Takes no more, finishes what waits; the thread ends. Returns at once. */
void rd_writer_stop(struct rd_writer *writer);
/* True once everything was given back after rd_writer_stop; waits at most `ms`. */
bool rd_writer_wait(struct rd_writer *writer, unsigned ms);
/* Stops, finishes what waits and frees. NULL is fine. */
void rd_writer_free(struct rd_writer *writer);

#endif
