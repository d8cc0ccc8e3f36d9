#include "writer/pool.h"

#include <pthread.h>
#include <stdlib.h>

struct list {
    struct rd_pool_job *first, **end;
};

struct thread {
    pthread_t id;
    struct rd_pool *pool;
    struct reg_reader *reader;
};

struct rd_pool {
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct list urgent, calls;
    unsigned waiting, capacity; /* of calls */
    bool stopping;
    unsigned started; /* threads that run */
    unsigned count;
    struct thread threads[];
};

static void push(struct list *list, struct rd_pool_job *job)
{
    job->next = NULL;
    *list->end = job;
    list->end = &job->next;
}

static struct rd_pool_job *pop(struct list *list)
{
    struct rd_pool_job *job = list->first;

    if (job != NULL) {
        list->first = job->next;
        if (list->first == NULL)
            list->end = &list->first;
    }
    return job;
}

/* The next job; NULL once the pool stops and nothing waits. */
static struct rd_pool_job *next_job(struct rd_pool *pool)
{
    struct rd_pool_job *job;

    pthread_mutex_lock(&pool->lock);
    while ((job = pop(&pool->urgent)) == NULL) {
        job = pop(&pool->calls);
        if (job != NULL) {
            pool->waiting--;
            break;
        }
        if (pool->stopping)
            break;
        pthread_cond_wait(&pool->work, &pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return job;
}

static void *pool_main(void *argument)
{
    struct thread *thread = argument;
    struct rd_pool_job *job;

    while ((job = next_job(thread->pool)) != NULL)
        job->run(job, thread->reader);
    return NULL;
}

int rd_pool_new(struct reg_engine *engine, unsigned threads, unsigned capacity, struct rd_pool **ret_pool,
                struct reg_error_info *info)
{
    struct rd_pool *pool = calloc(1, sizeof *pool + threads * sizeof pool->threads[0]);
    int r = REG_ERR_NOMEM;

    if (pool == NULL)
        return r;
    pool->urgent.end = &pool->urgent.first;
    pool->calls.end = &pool->calls.first;
    pool->capacity = capacity;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    for (; pool->count < threads; pool->count++) {
        pool->threads[pool->count].pool = pool;
        r = reg_reader_open(engine, &pool->threads[pool->count].reader, info);
        if (r < 0)
            goto out;
    }
    r = REG_ERR_NOMEM;
    for (; pool->started < threads; pool->started++)
        if (pthread_create(&pool->threads[pool->started].id, NULL, pool_main, &pool->threads[pool->started]) != 0)
            goto out;
    *ret_pool = pool;
    pool = NULL;
    r = 0;
out:
    rd_pool_free(pool);
    return r;
}

void rd_pool_stop(struct rd_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (; pool->started > 0; pool->started--)
        pthread_join(pool->threads[pool->started - 1].id, NULL);
}

void rd_pool_free(struct rd_pool *pool)
{
    if (pool == NULL)
        return;
    rd_pool_stop(pool);
    for (unsigned i = 0; i < pool->count; i++)
        reg_reader_close(pool->threads[i].reader);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

void rd_pool_submit_urgent(struct rd_pool *pool, struct rd_pool_job *job)
{
    pthread_mutex_lock(&pool->lock);
    push(&pool->urgent, job);
    pthread_cond_signal(&pool->work);
    pthread_mutex_unlock(&pool->lock);
}

bool rd_pool_submit(struct rd_pool *pool, struct rd_pool_job *job)
{
    bool room;

    pthread_mutex_lock(&pool->lock);
    room = pool->waiting < pool->capacity && !pool->stopping;
    if (room) {
        push(&pool->calls, job);
        pool->waiting++;
        pthread_cond_signal(&pool->work);
    }
    pthread_mutex_unlock(&pool->lock);
    return room;
}
