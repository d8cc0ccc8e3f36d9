#include "writer/writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* After the store could not be written the writer says so for this long, then invites a new attempt. */
#define PAUSE_SECONDS 5

struct batch {
    struct rd_filing *filings[REG_BATCH_MAX];
    size_t count;
};

struct rd_writer {
    struct rd_writer_options options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work; /* something waits, or the writer stops */
    pthread_cond_t gone; /* the thread has ended */
    struct rd_filing *first, **end;
    unsigned waiting;
    bool stopping, ended;

    pthread_mutex_t sign_lock;
    pthread_cond_t sign_done;
    size_t signing; /* filings of the batch in the pool that are not signed yet */

    bool paused; /* the thread's own */
    struct batch batches[2];
};

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct timespec after_ms(unsigned ms)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

static void set_paused(struct rd_writer *writer, bool paused)
{
    if (writer->paused == paused)
        return;
    writer->paused = paused;
    if (writer->options.on_pause != NULL)
        writer->options.on_pause(writer->options.context, paused);
}

/* ---- giving back -------------------------------------------------------------------------------------------------- */

/* From here on the filing and its repeats belong to their workers again. Where the store cannot be written the repeats share
 * that; otherwise each is prepared again, and finds the answer or takes its own turn. */
static void give_back(struct rd_filing *filing, enum rd_fate fate)
{
    struct rd_filing *repeat = filing->repeats, *next;
    bool shared = fate == RD_FATE_FAILED && filing->error == REG_ERR_UNAVAILABLE;

    filing->repeats = NULL;
    filing->fate = fate;
    for (; repeat != NULL; repeat = next) {
        next = repeat->next;
        repeat->fate = shared ? RD_FATE_FAILED : RD_FATE_AGAIN;
        if (shared) {
            repeat->error = filing->error;
            repeat->info = filing->info;
        }
        rd_worker_post(repeat->worker, &repeat->back);
    }
    rd_worker_post(filing->worker, &filing->back);
}

static void fail(struct rd_filing *filing, int error, const struct reg_error_info *info)
{
    filing->error = error;
    filing->info = *info;
    give_back(filing, RD_FATE_FAILED);
}

static void fail_all(struct batch *batch, int error, const struct reg_error_info *info)
{
    for (size_t i = 0; i < batch->count; i++)
        fail(batch->filings[i], error, info);
    batch->count = 0;
}

/* Gives back those that have an error of their own; the others stay in order. */
static void drop_failed(struct batch *batch)
{
    size_t kept = 0;

    for (size_t i = 0; i < batch->count; i++) {
        if (batch->filings[i]->error != 0)
            give_back(batch->filings[i], RD_FATE_FAILED);
        else
            batch->filings[kept++] = batch->filings[i];
    }
    batch->count = kept;
}

/* ---- taking ------------------------------------------------------------------------------------------------------- */

/* Hangs a repeat on the first of its kind. */
static bool is_repeat(const struct batch *batch, struct rd_filing *filing)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct rd_filing *first = batch->filings[i];

        if (first->hash == filing->hash && reg_request_same(first->request, filing->request)) {
            filing->next = first->repeats;
            first->repeats = filing;
            return true;
        }
    }
    return false;
}

/* Waits for work unless a signed batch is there to be appended. */
static void wait_for_work(struct rd_writer *writer)
{
    struct timespec until = after_ms(PAUSE_SECONDS * 1000);

    while (writer->first == NULL && !writer->stopping) {
        if (!writer->paused) {
            pthread_cond_wait(&writer->work, &writer->lock);
        } else if (pthread_cond_timedwait(&writer->work, &writer->lock, &until) != 0) {
            pthread_mutex_unlock(&writer->lock);
            set_paused(writer, false);
            pthread_mutex_lock(&writer->lock);
        }
    }
}

/* Fills `batch` with what waits; repeats of it or of `signed_batch` do not count. False once there will be no more. */
static bool take(struct rd_writer *writer, struct batch *batch, const struct batch *signed_batch)
{
    struct rd_filing *filing;
    bool more;

    batch->count = 0;
    pthread_mutex_lock(&writer->lock);
    if (signed_batch->count == 0)
        wait_for_work(writer);
    while (writer->first != NULL && batch->count < writer->options.batch_size) {
        filing = writer->first;
        writer->first = filing->next;
        if (writer->first == NULL)
            writer->end = &writer->first;
        writer->waiting--;
        filing->next = NULL;
        filing->repeats = NULL;
        filing->error = 0;
        if (!is_repeat(signed_batch, filing) && !is_repeat(batch, filing))
            batch->filings[batch->count++] = filing;
    }
    more = !writer->stopping || writer->first != NULL || batch->count > 0 || signed_batch->count > 0;
    pthread_mutex_unlock(&writer->lock);
    return more;
}

/* ---- leasing and signing ------------------------------------------------------------------------------------------ */

static size_t requests_of(const struct batch *batch, struct reg_request *ret[REG_BATCH_MAX])
{
    for (size_t i = 0; i < batch->count; i++)
        ret[i] = batch->filings[i]->request;
    return batch->count;
}

static void lease(struct rd_writer *writer, struct batch *batch)
{
    struct reg_request *requests[REG_BATCH_MAX] = {NULL};
    struct reg_error_info info = {"", ""};
    size_t count = requests_of(batch, requests);
    int r = reg_engine_lease(writer->options.engine, requests, count, &info);

    if (r < 0) {
        if (r == REG_ERR_UNAVAILABLE)
            set_paused(writer, true);
        fail_all(batch, r, &info);
        return;
    }
    for (size_t i = 0; i < count; i++)
        batch->filings[i]->error = reg_request_error(requests[i], &batch->filings[i]->info);
    drop_failed(batch);
}

static void sign(struct rd_pool_job *job, struct reg_reader *reader)
{
    struct rd_filing *filing = (struct rd_filing *)((char *)job - offsetof(struct rd_filing, job));
    struct rd_writer *writer = filing->writer;

    (void)reader;
    filing->error = reg_request_sign(filing->request, &filing->info);
    pthread_mutex_lock(&writer->sign_lock);
    if (--writer->signing == 0)
        pthread_cond_signal(&writer->sign_done);
    pthread_mutex_unlock(&writer->sign_lock);
}

static void start_signing(struct rd_writer *writer, struct batch *batch)
{
    writer->signing = batch->count; /* nobody else looks: nothing is in the pool */
    for (size_t i = 0; i < batch->count; i++) {
        batch->filings[i]->writer = writer;
        batch->filings[i]->job.run = sign;
        rd_pool_submit_urgent(writer->options.pool, &batch->filings[i]->job);
    }
}

static void finish_signing(struct rd_writer *writer, struct batch *batch)
{
    pthread_mutex_lock(&writer->sign_lock);
    while (writer->signing > 0)
        pthread_cond_wait(&writer->sign_done, &writer->sign_lock);
    pthread_mutex_unlock(&writer->sign_lock);
    drop_failed(batch);
}

/* ---- appending ---------------------------------------------------------------------------------------------------- */

static void give_back_appended(struct rd_filing *filing)
{
    filing->error = reg_request_error(filing->request, &filing->info);
    if (filing->error != 0)
        give_back(filing, RD_FATE_FAILED);
    else
        give_back(filing, reg_request_state(filing->request) == REG_REQUEST_ANSWERED ? RD_FATE_WRITTEN : RD_FATE_AGAIN);
}

/* One commit; on an error nothing was appended and the batch is whole. */
static int append(struct rd_writer *writer, struct rd_filing *const *filings, size_t count, struct reg_error_info *info)
{
    struct reg_request *requests[REG_BATCH_MAX] = {NULL};
    double start = seconds_now();
    int r;

    for (size_t i = 0; i < count; i++)
        requests[i] = filings[i]->request;
    r = reg_engine_append(writer->options.engine, requests, count, info);
    if (r == 0 && writer->options.on_batch != NULL)
        writer->options.on_batch(writer->options.context, count, seconds_now() - start);
    if (r == 0)
        set_paused(writer, false);
    return r;
}

static void append_batch(struct rd_writer *writer, struct batch *batch)
{
    struct reg_error_info info = {"", ""};
    int r = append(writer, batch->filings, batch->count, &info);

    if (r == REG_ERR_UNAVAILABLE) {
        fail_all(batch, r, &info);
        set_paused(writer, true);
        return;
    }
    for (size_t i = 0; i < batch->count; i++) {
        /* one bad filing must not take the others with it: each alone, once */
        if (r < 0 && batch->count > 1) {
            int alone = append(writer, &batch->filings[i], 1, &info);

            if (alone < 0) {
                fail(batch->filings[i], alone, &info);
                continue;
            }
        } else if (r < 0) {
            fail(batch->filings[i], r, &info);
            continue;
        }
        give_back_appended(batch->filings[i]);
    }
    batch->count = 0;
}

/* ---- the thread --------------------------------------------------------------------------------------------------- */

static void *writer_main(void *argument)
{
    struct rd_writer *writer = argument;
    struct batch *signed_batch = &writer->batches[0], *fresh = &writer->batches[1], *swap;

    while (take(writer, fresh, signed_batch)) {
        if (fresh->count > 0)
            lease(writer, fresh);
        start_signing(writer, fresh);
        if (signed_batch->count > 0)
            append_batch(writer, signed_batch);
        finish_signing(writer, fresh);
        swap = signed_batch;
        signed_batch = fresh;
        fresh = swap;
    }
    pthread_mutex_lock(&writer->lock);
    writer->ended = true;
    pthread_cond_broadcast(&writer->gone);
    pthread_mutex_unlock(&writer->lock);
    return NULL;
}

int rd_writer_new(const struct rd_writer_options *options, struct rd_writer **ret_writer)
{
    struct rd_writer *writer = calloc(1, sizeof *writer);
    pthread_condattr_t monotonic;

    if (writer == NULL)
        return REG_ERR_NOMEM;
    writer->options = *options;
    writer->end = &writer->first;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->work, &monotonic);
    pthread_cond_init(&writer->gone, &monotonic);
    pthread_mutex_init(&writer->sign_lock, NULL);
    pthread_cond_init(&writer->sign_done, NULL);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&writer->thread, NULL, writer_main, writer) != 0) {
        free(writer);
        return REG_ERR_NOMEM;
    }
    *ret_writer = writer;
    return 0;
}

enum rd_push rd_writer_push(struct rd_writer *writer, struct rd_filing *filing)
{
    enum rd_push result = RD_PUSH_OK;

    pthread_mutex_lock(&writer->lock);
    if (writer->stopping) {
        result = RD_PUSH_STOPPED;
    } else if (writer->waiting >= writer->options.queue_length) {
        result = RD_PUSH_FULL;
    } else {
        filing->next = NULL;
        *writer->end = filing;
        writer->end = &filing->next;
        writer->waiting++;
        pthread_cond_signal(&writer->work);
    }
    pthread_mutex_unlock(&writer->lock);
    return result;
}

unsigned rd_writer_waiting(struct rd_writer *writer)
{
    unsigned waiting;

    pthread_mutex_lock(&writer->lock);
    waiting = writer->waiting;
    pthread_mutex_unlock(&writer->lock);
    return waiting;
}

void rd_writer_stop(struct rd_writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_cond_broadcast(&writer->work);
    pthread_mutex_unlock(&writer->lock);
}

bool rd_writer_wait(struct rd_writer *writer, unsigned ms)
{
    struct timespec until = after_ms(ms);
    bool ended;

    pthread_mutex_lock(&writer->lock);
    while (!writer->ended && pthread_cond_timedwait(&writer->gone, &writer->lock, &until) == 0)
        ;
    ended = writer->ended;
    pthread_mutex_unlock(&writer->lock);
    return ended;
}

void rd_writer_free(struct rd_writer *writer)
{
    if (writer == NULL)
        return;
    rd_writer_stop(writer);
    pthread_join(writer->thread, NULL);
    pthread_cond_destroy(&writer->sign_done);
    pthread_mutex_destroy(&writer->sign_lock);
    pthread_cond_destroy(&writer->gone);
    pthread_cond_destroy(&writer->work);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
}
