/* An engine of the tests: the functions of registry/engine.h that the writer and the services call, over a store that is an
 * array. A request's message is its id and, after a colon, what shall go wrong with it:
 *
 *     "a"     goes through                          "a:L"   loses the first race in append
 *     "a:E"   no code is left when it is leased     "a:S"   cannot be signed
 *     "a:B"   makes any append with it fail         "a:N"   is refused by reg_request_new (REG_ERR_UNKNOWN_FIELD)
 *
 * reg_get_licence answers "licence of <message>", fails with REG_ERR_NOT_FOUND for "none".
 */
#ifndef TESTS_TWIN_ENGINE_H
#define TESTS_TWIN_ENGINE_H

#include <pthread.h>

#include <registry/engine.h>

struct reg_engine {
    pthread_mutex_t lock;
    char written[1024][16]; /* ids, in the order of their commits */
    size_t written_count;
    size_t commits, largest, prepared, readers;
    bool unavailable; /* the store cannot be written */
    size_t allowed;   /* append waits while there are so many commits */
    size_t appending; /* 1 while in append */
    size_t signed_count;
    pthread_cond_t changed; /* any of these */
};

void twin_engine_init(struct reg_engine *engine);
/* How often an id was written. */
size_t twin_engine_written(struct reg_engine *engine, const char *id);
/* Lets so many commits through (counted from the beginning) and holds the next; SIZE_MAX: all, as at first. */
void twin_engine_allow(struct reg_engine *engine, size_t commits);
void twin_engine_set_unavailable(struct reg_engine *engine, bool unavailable);
/* Waits until a counter of the engine has this value. */
void twin_engine_wait(struct reg_engine *engine, const size_t *counter, size_t value);

#endif
