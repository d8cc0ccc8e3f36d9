/* The pool: a few threads for what takes too long for an event loop, signing before everything else. */
#ifndef RD_WRITER_POOL_H
#define RD_WRITER_POOL_H

#include <registry/engine.h>

struct rd_pool;

/* Work for the pool; embedded in what it concerns. `reader` belongs to the thread that runs it. */
struct rd_pool_job {
    struct rd_pool_job *next;
    void (*run)(struct rd_pool_job *job, struct reg_reader *reader);
};

/* Starts `threads` threads, each with a reader of its own; `capacity` jobs of rd_pool_submit may wait. */
REG_MUST_CHECK int rd_pool_new(struct reg_engine *engine, unsigned threads, unsigned capacity, struct rd_pool **ret_pool,
                               struct reg_error_info *info);
/* Runs what waits and joins the threads; rd_pool_submit refuses from now on. */
void rd_pool_stop(struct rd_pool *pool);
/* Stops and frees. NULL is fine. */
void rd_pool_free(struct rd_pool *pool);
/* For the writer: goes before all others and is never refused (the writer has one batch there at most). Any thread. */
void rd_pool_submit_urgent(struct rd_pool *pool, struct rd_pool_job *job);
/* For calls: false where too many wait already. Any thread. */
REG_MUST_CHECK bool rd_pool_submit(struct rd_pool *pool, struct rd_pool_job *job);

#endif
