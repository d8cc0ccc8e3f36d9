#include "engine/tail.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/message.h"
#include "engine/cache.h"
#include "engine/internal.h"

#define PAGE 256 /* entries of one read */

struct reg_tail *reg_tail_new(void)
{
    struct reg_tail *tail = calloc(1, sizeof *tail);

    if (tail && pthread_mutex_init(&tail->lock, NULL) != 0) {
        free(tail);
        tail = NULL;
    }
    return tail;
}

void reg_tail_free(struct reg_tail *tail)
{
    if (!tail)
        return;
    pthread_mutex_destroy(&tail->lock);
    free(tail);
}

void reg_tail_know(struct reg_tail *tail, uint64_t size)
{
    uint64_t known = atomic_load_explicit(&tail->known, memory_order_relaxed);

    while (known < size &&
           !atomic_compare_exchange_weak_explicit(&tail->known, &known, size, memory_order_release, memory_order_relaxed))
        ;
}

/* ---- following ----------------------------------------------------------------------------------------------------- */

/* Everybody starts anew at that size: too much has happened, or the ledger is not the one that it was. */
static void leap(struct reg_tail *tail, uint64_t size)
{
    pthread_mutex_lock(&tail->lock);
    atomic_fetch_add_explicit(&tail->epoch, 1, memory_order_release);
    atomic_store_explicit(&tail->followed, size, memory_order_release);
    pthread_mutex_unlock(&tail->lock);
}

/* The views were rebuilt: what was kept is of those before, whatever the tree size. */
static void note_rebuilt(struct reg_tail *tail, uint64_t rebuilt)
{
    pthread_mutex_lock(&tail->lock);
    if (tail->rebuilt != rebuilt)
        atomic_fetch_add_explicit(&tail->epoch, 1, memory_order_release);
    tail->rebuilt = rebuilt;
    pthread_mutex_unlock(&tail->lock);
}

/* Whose licence the entry concerns; an erasure without a code may concern anybody's, which `*ret_all` says. */
static int note_entry(struct reg_tail *tail, const struct reg_entry_row *row, struct reg_arena *arena, bool *ret_all)
{
    ProtobufCMessage *message;
    const reg_pb_entry_header *header;
    int error =
        reg_message_decode(&registry__v1__entry_header__descriptor, row->header, REG_UNKNOWN_IGNORE, arena, &message, NULL);

    if (error != 0)
        return error;
    header = (const reg_pb_entry_header *)message;
    if (strlen(header->credit_code) >= sizeof tail->codes[0])
        return REG_ERR_CORRUPT;
    if (header->kind == REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_ERASE && header->credit_code[0] == '\0')
        *ret_all = true;
    strcpy(tail->codes[row->position % REG_TAIL_KEPT], header->credit_code);
    return 0;
}

static int note_page(struct reg_tail *tail, const struct reg_query *query)
{
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    uint64_t size = query->from;
    bool all = false;
    int error = arena ? 0 : REG_ERR_NOMEM;

    pthread_mutex_lock(&tail->lock);
    for (size_t i = 0; i < query->entry_count && error == 0; i++) {
        error = query->entries[i].position == size ? note_entry(tail, &query->entries[i], arena, &all) : REG_ERR_CORRUPT;
        size += error == 0;
    }
    if (all)
        atomic_fetch_add_explicit(&tail->epoch, 1, memory_order_release);
    atomic_store_explicit(&tail->followed, size, memory_order_release);
    pthread_mutex_unlock(&tail->lock);
    reg_arena_free(arena);
    return error;
}

/* One page; `*ret_left`: how many entries are still to be read. */
static int follow_page(struct reg_reader *reader, uint64_t *ret_left)
{
    struct reg_tail *tail = reader->engine->tail;
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .headers_only = true, .from = atomic_load(&tail->followed), .limit = PAGE};
    int error = reg_query_wait(reader->store, &query);

    if (error == 0)
        note_rebuilt(tail, query.head.rebuilt);
    if (error == 0 && (query.head.size < query.from || query.head.size - query.from > REG_TAIL_KEPT / 2))
        leap(tail, query.head.size);
    else if (error == 0 && query.head.size > query.from && query.entry_count == 0) /* asking again would not help */
        error = REG_ERR_CORRUPT;
    else if (error == 0)
        error = note_page(tail, &query);
    *ret_left = error == 0 ? query.head.size - atomic_load(&tail->followed) : 0;
    reg_query_clear(&query);
    return error;
}

int reg_reader_follow(struct reg_reader *reader, bool *ret_news, struct reg_error_info *info)
{
    struct reg_tail *tail = reader->engine->tail;
    int64_t start = reader->engine->host.now(reader->engine->host.context);
    uint64_t before = atomic_load(&tail->followed), left = 0;
    int error;

    do
        error = follow_page(reader, &left);
    while (error == 0 && left > 0);
    *ret_news = atomic_load(&tail->followed) != before;
    if (error == 0)
        atomic_store_explicit(&tail->read_ms, start, memory_order_release);
    return error == 0 ? 0 : reg_fail(info, error, "无法读取账本的末端", "the ledger's tail cannot be read");
}

int reg_reader_listen(struct reg_reader *reader)
{
    return reader->store->ops->listen ? reader->store->ops->listen(reader->store) : -1;
}

/* ---- the readers' side --------------------------------------------------------------------------------------------- */

void reg_reader_catch_up(struct reg_reader *reader)
{
    struct reg_tail *tail = reader->engine->tail;
    uint64_t size;

    if (!reader->cache || (atomic_load_explicit(&tail->followed, memory_order_acquire) == reader->followed &&
                           atomic_load_explicit(&tail->epoch, memory_order_acquire) == reader->epoch))
        return;
    pthread_mutex_lock(&tail->lock);
    size = atomic_load(&tail->followed);
    if (reader->epoch != atomic_load(&tail->epoch) || size < reader->followed || size - reader->followed > REG_TAIL_KEPT)
        reg_cache_clear(reader->cache);
    else
        for (uint64_t at = reader->followed; at < size; at++)
            if (tail->codes[at % REG_TAIL_KEPT][0])
                reg_cache_drop(reader->cache, tail->codes[at % REG_TAIL_KEPT], at);
    reader->followed = size;
    reader->epoch = atomic_load(&tail->epoch);
    reader->rebuilt = tail->rebuilt;
    pthread_mutex_unlock(&tail->lock);
}

bool reg_tail_usable(struct reg_reader *reader, uint64_t at_least, uint64_t *ret_size)
{
    struct reg_tail *tail = reader->engine->tail;
    uint64_t known = atomic_load_explicit(&tail->known, memory_order_acquire);
    int64_t read_ms = atomic_load_explicit(&tail->read_ms, memory_order_acquire), now;

    reg_reader_catch_up(reader);
    *ret_size = reader->followed;
    if (reader->followed < known || reader->followed < at_least)
        return false;
    now = reader->engine->host.now(reader->engine->host.context);
    return read_ms != 0 && now >= read_ms && now - read_ms <= REG_TAIL_FRESH_MS;
}

int reg_reader_cache(struct reg_reader *reader, size_t bytes, struct reg_error_info *info)
{
    struct reg_engine *engine = reader->engine;
    uint64_t seed = 0;
    int error = engine->host.random(engine->host.context, &seed, sizeof seed);

    if (error != 0)
        return reg_fail(info, error, "无法取得随机数", "no random bytes are to be had");
    reader->cache = reg_cache_new(bytes, seed);
    if (!reader->cache)
        return reg_fail(info, REG_ERR_LIMIT, "缓存的大小 %zu 字节不可用", "a cache of %zu bytes cannot be had", bytes);
    pthread_mutex_lock(&engine->tail->lock);
    reader->next = engine->tail->caches;
    engine->tail->caches = reader;
    pthread_mutex_unlock(&engine->tail->lock);
    return 0;
}

void reg_reader_uncache(struct reg_reader *reader)
{
    struct reg_tail *tail = reader->engine->tail;

    if (!reader->cache)
        return;
    pthread_mutex_lock(&tail->lock);
    for (struct reg_reader **at = &tail->caches; *at; at = &(*at)->next)
        if (*at == reader) {
            *at = reader->next;
            break;
        }
    pthread_mutex_unlock(&tail->lock);
    reg_cache_free(reader->cache);
    reader->cache = NULL;
}

void reg_cache_figures(struct reg_engine *engine, struct reg_cache_figures *ret)
{
    *ret = (struct reg_cache_figures){0};
    pthread_mutex_lock(&engine->tail->lock);
    for (struct reg_reader *reader = engine->tail->caches; reader; reader = reader->next) {
        const struct reg_cache_counts *counts = reg_cache_counts(reader->cache);

        ret->hits += atomic_load_explicit(&counts->hits, memory_order_relaxed);
        ret->misses += atomic_load_explicit(&counts->misses, memory_order_relaxed);
        ret->bypassed += atomic_load_explicit(&counts->bypassed, memory_order_relaxed);
        ret->evicted += atomic_load_explicit(&counts->evicted, memory_order_relaxed);
        ret->bytes += atomic_load_explicit(&counts->bytes, memory_order_relaxed);
        ret->entries += atomic_load_explicit(&counts->entries, memory_order_relaxed);
    }
    pthread_mutex_unlock(&engine->tail->lock);
}
