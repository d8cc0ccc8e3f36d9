/* A reader's cache of licences: what makes GetLicence cheap, one entry for each code and distinct grant. It belongs to one
 * thread; the figures alone may be read by any.
 *
 * It does not know what is true: reg_reader_catch_up (tail.h) drops what later entries changed, and says up to which tree
 * size the rest still stands. Who is thrown out when it is full is decided by SIEVE: an entry that was asked for again
 * stays, so that a caller who walks through the register once does not push out what others come back for.
 */
#ifndef REG_ENGINE_CACHE_H
#define REG_ENGINE_CACHE_H

#include <stdatomic.h>

#include "ledger/entry.h"
#include "ledger/store.h"

struct reg_cache;

/* Borrowed until the cache is next changed. */
struct reg_cached {
    const struct reg_licence_row *row; /* without name */
    uint64_t as_of;                    /* the tree size at which it was read */
    struct reg_bytes view;             /* the encoded EntryView of that grant */
};

struct reg_cache_counts {
    atomic_uint_fast64_t hits, misses, bypassed, evicted, bytes, entries;
};

/* `limit`: bytes of all that it holds, its own tables included. `seed` keeps the places in its table from being foreseen.
 * NULL: out of memory, or the limit is too small for anything. */
struct reg_cache *reg_cache_new(size_t limit, uint64_t seed);
void reg_cache_free(struct reg_cache *cache);
bool reg_cache_find(struct reg_cache *cache, const char *code, const struct reg_grant *grant, struct reg_cached *ret);
/* Keeps a copy in place of what it had; whatever does not fit, or of a grant too many, is not kept. */
void reg_cache_put(struct reg_cache *cache, const struct reg_licence_row *row, const struct reg_grant *grant, uint64_t as_of,
                   struct reg_bytes view);
/* An entry of that code stands at that position: wipes what was read before it, whatever the grant. */
void reg_cache_drop(struct reg_cache *cache, const char *code, uint64_t position);
void reg_cache_clear(struct reg_cache *cache);
struct reg_cache_counts *reg_cache_counts(struct reg_cache *cache);

#endif
