#include "engine/cache.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"

#define GRANTS_MAX   64   /* distinct ones; a bureau has some twenty departments */
#define PER_BUCKET   2048 /* bytes of the limit for each bucket: an entry has about as many */
#define LARGEST_PART 8    /* no entry is larger than this part of the limit */

struct item {
    struct item *next_in_bucket;
    struct item *newer, *older; /* by the time at which they came */
    struct reg_licence_row row;
    uint64_t as_of;
    unsigned grant;
    bool asked; /* since it came, or since the hand passed */
    size_t len;
    uint8_t view[];
};

struct reg_cache {
    struct reg_cache_counts counts;
    size_t limit, used;
    uint64_t seed;
    struct item *newest, *oldest, *hand;
    size_t grant_count;
    struct reg_grant grants[GRANTS_MAX];
    size_t bucket_count; /* a power of two */
    struct item *buckets[];
};

struct reg_cache *reg_cache_new(size_t limit, uint64_t seed)
{
    size_t buckets = 1, own;
    struct reg_cache *cache;

    while (buckets < limit / PER_BUCKET)
        buckets *= 2;
    own = sizeof *cache + buckets * sizeof cache->buckets[0];
    if (own >= limit)
        return NULL;
    cache = calloc(1, own);
    if (!cache)
        return NULL;
    cache->limit = limit;
    cache->used = own;
    cache->seed = seed;
    cache->bucket_count = buckets;
    atomic_store_explicit(&cache->counts.bytes, own, memory_order_relaxed);
    return cache;
}

void reg_cache_free(struct reg_cache *cache)
{
    if (!cache)
        return;
    reg_cache_clear(cache);
    free(cache);
}

struct reg_cache_counts *reg_cache_counts(struct reg_cache *cache)
{
    return &cache->counts;
}

static struct item **bucket_of(struct reg_cache *cache, const char *code)
{
    uint64_t hash = cache->seed;

    for (; *code; code++) {
        hash = (hash ^ (uint8_t)*code) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return &cache->buckets[hash & (cache->bucket_count - 1)];
}

static bool same_grant(const struct reg_grant *a, const struct reg_grant *b)
{
    return a->all == b->all && a->classes == b->classes && memcmp(a->items, b->items, sizeof a->items) == 0;
}

/* Its number; GRANTS_MAX: none, and there is no room for another. */
static unsigned number_of(struct reg_cache *cache, const struct reg_grant *grant, bool add)
{
    unsigned i = 0;

    while (i < cache->grant_count && !same_grant(&cache->grants[i], grant))
        i++;
    if (i < cache->grant_count)
        return i;
    if (!add || i == GRANTS_MAX)
        return GRANTS_MAX;
    cache->grants[cache->grant_count++] = *grant;
    return i;
}

static struct item *find(struct reg_cache *cache, const char *code, unsigned grant)
{
    struct item *item = *bucket_of(cache, code);

    while (item && (item->grant != grant || strcmp(item->row.code, code) != 0))
        item = item->next_in_bucket;
    return item;
}

bool reg_cache_find(struct reg_cache *cache, const char *code, const struct reg_grant *grant, struct reg_cached *ret)
{
    struct item *item = find(cache, code, number_of(cache, grant, false));

    if (!item)
        return false;
    item->asked = true;
    *ret = (struct reg_cached){&item->row, item->as_of, {item->view, item->len}};
    return true;
}

static void count(struct reg_cache *cache, const struct item *item, bool added)
{
    size_t size = sizeof *item + item->len;

    cache->used = added ? cache->used + size : cache->used - size;
    atomic_store_explicit(&cache->counts.bytes, cache->used, memory_order_relaxed);
    atomic_fetch_add_explicit(&cache->counts.entries, added ? 1 : UINT64_MAX, memory_order_relaxed);
}

/* Sections may hold what only this grant may see: it does not stay in freed memory. */
static void take_out(struct reg_cache *cache, struct item *item)
{
    struct item **link = bucket_of(cache, item->row.code);

    while (*link != item)
        link = &(*link)->next_in_bucket;
    *link = item->next_in_bucket;
    if (cache->hand == item)
        cache->hand = item->newer;
    *(item->newer ? &item->newer->older : &cache->newest) = item->older;
    *(item->older ? &item->older->newer : &cache->oldest) = item->newer;
    count(cache, item, false);
    reg_secret_wipe(item, sizeof *item + item->len);
    free(item);
}

/* The hand goes from the oldest to the newest and round again, past those that were asked for since it came by. */
static void evict(struct reg_cache *cache)
{
    struct item *item = cache->hand ? cache->hand : cache->oldest;

    while (item->asked) {
        item->asked = false;
        item = item->newer ? item->newer : cache->oldest;
    }
    cache->hand = item;
    take_out(cache, item);
    atomic_fetch_add_explicit(&cache->counts.evicted, 1, memory_order_relaxed);
}

void reg_cache_put(struct reg_cache *cache, const struct reg_licence_row *row, const struct reg_grant *grant, uint64_t as_of,
                   struct reg_bytes view)
{
    unsigned number = number_of(cache, grant, true);
    size_t size = sizeof(struct item) + view.len;
    struct item *item = number == GRANTS_MAX ? NULL : find(cache, row->code, number), **bucket;

    if (item)
        take_out(cache, item);
    if (number == GRANTS_MAX || view.len > cache->limit / LARGEST_PART)
        return;
    while (cache->oldest && cache->used + size > cache->limit)
        evict(cache);
    item = cache->used + size > cache->limit ? NULL : malloc(size);
    if (!item)
        return;
    *item = (struct item){.row = *row, .as_of = as_of, .grant = number, .len = view.len, .older = cache->newest};
    item->row.name = NULL;
    memcpy(item->view, view.data, view.len);
    bucket = bucket_of(cache, row->code);
    item->next_in_bucket = *bucket;
    *bucket = item;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = item;
    cache->newest = item;
    count(cache, item, true);
}

void reg_cache_drop(struct reg_cache *cache, const char *code, uint64_t position)
{
    struct item *item = *bucket_of(cache, code), *next;

    for (; item; item = next) {
        next = item->next_in_bucket;
        if (item->as_of <= position && strcmp(item->row.code, code) == 0)
            take_out(cache, item);
    }
}

void reg_cache_clear(struct reg_cache *cache)
{
    while (cache->oldest)
        take_out(cache, cache->oldest);
    cache->grant_count = 0;
}
