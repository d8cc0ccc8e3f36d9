/* The ledger's tail as this process knows it: what keeps the readers' caches true.
 *
 * One thread follows the ledger (reg_tail_follow) and notes whose licences the new entries concern; each reader drops those
 * of its own cache (reg_reader_catch_up) before it looks there. A cache is trusted only while all of this holds:
 *   - the follower has read the ledger within the last 100 ms,
 *   - it has read at least as far as this process has committed or answered, and as the caller asks for,
 *   - the reader has dropped everything up to there, or all where the views were rebuilt since.
 * Otherwise the store is read, which is always right.
 */
#ifndef REG_ENGINE_TAIL_H
#define REG_ENGINE_TAIL_H

#include <pthread.h>
#include <stdatomic.h>

#include <registry/engine.h>

#define REG_TAIL_KEPT     4096 /* entries whose codes are kept; a reader further behind starts anew */
#define REG_TAIL_FRESH_MS 100

struct reg_tail {
    _Atomic uint64_t known;    /* committed or answered by this process: nobody may be given less */
    _Atomic uint64_t followed; /* the follower has read the entries below */
    _Atomic uint64_t epoch;    /* changes where caches must start anew */
    _Atomic int64_t read_ms;   /* when the follower last began a look that went well; 0: never */
    uint64_t inserted;         /* the writer's: the tree size that its open transaction leads to */
    pthread_mutex_t lock;      /* of `caches`, `codes` and `rebuilt` */
    uint64_t rebuilt;          /* how often the views had been when the follower last looked */
    struct reg_reader *caches; /* readers that have one */
    char codes[REG_TAIL_KEPT][19];
};

struct reg_tail *reg_tail_new(void);
void reg_tail_free(struct reg_tail *tail);
/* This process has committed or answered at that tree size. */
void reg_tail_know(struct reg_tail *tail, uint64_t size);
/* Drops from the reader's cache what entries since changed. True: what is left holds for `*ret_size`, which is at least
 * `at_least`; false: the cache must not be used now. */
bool reg_tail_usable(struct reg_reader *reader, uint64_t at_least, uint64_t *ret_size);
/* Gives up the reader's cache. */
void reg_reader_uncache(struct reg_reader *reader);

#endif
