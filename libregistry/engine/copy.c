/* Copying a registry to another store, through the port on both sides. Batches go over as they are; who dies on the way goes
 * on behind the last one that was committed. The copy cannot be opened until it was checked as a whole. */
#include <registry/moving.h>

#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"
#include "engine/check.h"
#include "engine/revision.h"

#define BATCHES_PER_COMMIT 256
#define ENTRIES_PER_COMMIT 2048
#define CHUNK              64

struct copying {
    const struct reg_copy_callbacks *callbacks;
    struct reg_engine *from;
    struct reg_reader *source;
    struct reg_store *to;
    struct reg_query pools;         /* of the source */
    uint64_t size, at, next_serial; /* the target is at `at` */
    struct reg_copy_result result;
};

static int stopped(struct reg_error_info *info)
{
    return reg_fail(info, REG_ERR_UNAVAILABLE, "已中止；再次运行即继续", "stopped; run it again to go on");
}

static void enter_stage(struct copying *copying, enum reg_copy_stage stage)
{
    if (copying->callbacks->stage)
        copying->callbacks->stage(copying->callbacks->context, stage);
}

/* ---- batches ------------------------------------------------------------------------------------------------------- */

static const struct reg_pool_row *pool_of(const struct copying *copying, uint64_t position)
{
    for (size_t i = 0; i < copying->pools.pool_count; i++)
        if (copying->pools.pools[i].position == position)
            return &copying->pools.pools[i];
    return NULL;
}

/* The entries of a batch, page by page; their bytes are copied to the arena. */
static int read_entries(struct copying *copying, uint64_t first, struct reg_arena *arena, struct reg_append *appends,
                        size_t count)
{
    int error = 0;

    for (size_t at = 0; at < count && error == 0;) {
        struct reg_query page = {.kind = REG_QUERY_ENTRIES, .from = first + at, .limit = count - at, .arena = arena};

        error = reg_query_wait(copying->source->store, &page);
        if (error == 0 && page.entry_count == 0)
            error = REG_ERR_CORRUPT;
        for (size_t i = 0; i < page.entry_count && error == 0; i++, at++) {
            const struct reg_entry_row *row = &page.entries[i];

            if (row->position != first + at)
                error = REG_ERR_CORRUPT;
            appends[at] = (struct reg_append){.entry = *row,
                                              .new_case_key = row->has_case && row->case_number == row->position,
                                              .pool = pool_of(copying, row->position)};
        }
    }
    return error;
}

/* The tiles that a batch completed, as they stand in the source. */
static int read_tiles(struct copying *copying, uint64_t before, uint64_t after, struct reg_arena *arena,
                      struct reg_batch *batch)
{
    struct reg_tile *tiles = reg_arena_alloc(arena, ((after - before) / REG_TILE_WIDTH + 8) * 2 * sizeof *tiles);
    int error = tiles ? 0 : REG_ERR_NOMEM;

    batch->tiles = tiles;
    for (unsigned level = 0; level < 7 && error == 0; level++)
        for (uint64_t i = before >> (8 * (level + 1)); i < after >> (8 * (level + 1)) && error == 0; i++) {
            struct reg_query query = {.kind = REG_QUERY_TILE, .level = level, .number = i};
            struct reg_tile *tile = &tiles[batch->tile_count++];

            error = reg_query_wait(copying->source->store, &query);
            if (error == 0 && query.bytes.len != sizeof tile->hashes)
                error = REG_ERR_CORRUPT;
            tile->level = level;
            tile->index = i;
            if (error == 0)
                memcpy(tile->hashes, query.bytes.data, sizeof tile->hashes);
            reg_query_clear(&query);
        }
    return error;
}

/* A row of the source's batches: first_position; count, time_ms, edge. */
static int copy_batch(struct copying *copying, const struct reg_value *row, struct reg_error_info *info)
{
    uint64_t first = (uint64_t)row[0].number, count = (uint64_t)row[1].number;
    struct reg_batch batch = {.count = count, .head = {.size = first + count, .time_ms = row[2].number}};
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_append *appends = NULL;
    int error = arena ? 0 : REG_ERR_NOMEM;

    if (error == 0 && (first != copying->at || count == 0 || first + count > copying->size))
        error = REG_ERR_CORRUPT;
    if (error == 0 && !(appends = reg_arena_alloc(arena, count * sizeof *appends)))
        error = REG_ERR_NOMEM;
    batch.appends = appends;
    if (error == 0)
        error = reg_edge_decode(first + count, row[3].bytes, &batch.head.edge);
    if (error == 0)
        error = read_entries(copying, first, arena, appends, count);
    if (error == 0)
        error = read_tiles(copying, first, first + count, arena, &batch);
    if (error == REG_ERR_CORRUPT)
        reg_fail(info, error, "源存储第 %llu 条起的一批有误：请先运行 registryctl ledger check",
                 "the source's batch from entry %llu on is damaged: run registryctl ledger check first",
                 (unsigned long long)first);
    if (error == 0)
        error = copying->to->ops->insert(copying->to, &batch, info);
    if (error == 0)
        copying->at += count;
    reg_arena_free(arena);
    return error;
}

/* As many batches as one transaction takes. */
static int copy_some(struct copying *copying, struct reg_error_info *info)
{
    struct reg_store *to = copying->to;
    struct reg_value key = {.kind = REG_VALUE_NUMBER, .number = (int64_t)copying->at};
    struct reg_query page = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_BATCH, .key = &key, .limit = BATCHES_PER_COMMIT};
    uint64_t before = copying->at;
    int error = reg_query_wait(copying->source->store, &page);

    if (error == 0 && page.row_count == 0)
        error = reg_fail(info, REG_ERR_CORRUPT, "源存储缺少第 %llu 条起的批次",
                         "the source lacks the batch from entry %llu on", (unsigned long long)before);
    if (error == 0)
        error = to->ops->begin(to, NULL, info);
    if (error == 0) {
        for (size_t i = 0; i < page.row_count && copying->at - before < ENTRIES_PER_COMMIT && error == 0; i++)
            error = copying->at < copying->size ? copy_batch(copying, page.rows[i], info) : 0;
        if (error == 0)
            error = to->ops->commit(to, info);
        if (error != 0)
            to->ops->rollback(to);
    }
    reg_query_clear(&page);
    copying->result.copied += error == 0 ? copying->at - before : 0;
    return error;
}

static int copy_entries(struct copying *copying, struct reg_error_info *info)
{
    int error = 0;

    enter_stage(copying, REG_COPY_ENTRIES);
    while (copying->at < copying->size && error == 0) {
        error = copy_some(copying, info);
        if (error == 0 && copying->callbacks->progress &&
            !copying->callbacks->progress(copying->callbacks->context, copying->at, copying->size))
            error = stopped(info);
    }
    return error;
}

/* ---- what no entry says -------------------------------------------------------------------------------------------- */

static int read_restriction(struct reg_store *store, uint64_t position, struct reg_query *ret)
{
    struct reg_value key = {.kind = REG_VALUE_NUMBER, .number = (int64_t)position};
    int error;

    *ret = (struct reg_query){.kind = REG_QUERY_TABLE, .table = REG_TABLE_RESTRICTION, .key = &key, .limit = 1};
    error = store->ops->read(store, ret);
    ret->key = NULL;
    if (error == 0 && ret->row_count == 1 && (uint64_t)ret->rows[0][0].number != position)
        ret->row_count = 0;
    return error;
}

/* What is left of an erased restriction: its entry does not tell any more, and a later one may lift it. */
static int copy_restriction(struct copying *copying, uint64_t position, struct reg_error_info *info)
{
    struct reg_query source, target = {0};
    int error = read_restriction(copying->from->store, position, &source);

    if (error == 0 && source.row_count == 1)
        error = read_restriction(copying->to, position, &target);
    if (error == 0 && source.row_count == 1 && target.row_count == 0) {
        const struct reg_value *row = source.rows[0];
        struct reg_restriction_row restriction = {.position = position,
                                                  .subject = (const char *)row[1].bytes.data,
                                                  .source = (uint32_t)row[2].number,
                                                  .since = (int32_t)row[3].number,
                                                  .until = row[4].kind == REG_VALUE_NULL ? 0 : (int32_t)row[4].number,
                                                  .blocks = (uint32_t)row[5].number,
                                                  .unreachable = row[6].number != 0,
                                                  .basis = (const char *)row[7].bytes.data};
        struct reg_append append = {.entry.position = position, .restriction = &restriction};

        error = copying->to->ops->insert_views(copying->to, &append, 1, info);
    }
    reg_query_clear(&source);
    reg_query_clear(&target);
    return error;
}

static int copy_erasure(struct copying *copying, uint64_t number, struct reg_error_info *info)
{
    struct reg_store *to = copying->to;
    uint64_t destroyed;
    int error = to->ops->begin(to, NULL, info);

    if (error != 0)
        return error;
    error = to->ops->destroy_keys(to, &number, 1, &destroyed, info);
    if (error == 0)
        error = copy_restriction(copying, number, info);
    if (error == 0)
        error = to->ops->commit(to, info);
    if (error != 0)
        to->ops->rollback(to);
    return error;
}

/* Keys that were destroyed in the source, also since they were copied. Each in a transaction of its own: one around all
 * would be idle for longer than a database allows while the source's keys are read. */
static int copy_erasures(struct copying *copying, bool *ret_erased, struct reg_error_info *info)
{
    const struct reg_value *row;
    struct reg_cursor cursor;
    int error;

    *ret_erased = false;
    reg_cursor_init(&cursor, copying->source->store, REG_TABLE_CASE_KEY);
    while ((error = reg_cursor_next(&cursor, &row)) == 0 && row) {
        if (row[1].kind != REG_VALUE_NULL)
            continue;
        *ret_erased = true;
        error = copy_erasure(copying, (uint64_t)row[0].number, info);
        if (error != 0)
            break;
    }
    reg_cursor_clear(&cursor);
    return error;
}

static int copy_checkpoints(struct copying *copying, struct reg_error_info *info)
{
    const struct reg_value *row;
    struct reg_cursor cursor;
    int error;

    reg_cursor_init(&cursor, copying->source->store, REG_TABLE_CHECKPOINT);
    while ((error = reg_cursor_next(&cursor, &row)) == 0 && row)
        if ((error = copying->to->ops->keep_checkpoint(copying->to, (uint64_t)row[0].number, row[1].bytes, info)) != 0)
            break;
    reg_cursor_clear(&cursor);
    return error;
}

static int read_serial(struct reg_store *store, uint64_t *ret, struct reg_error_info *info)
{
    struct reg_value one = {.kind = REG_VALUE_NUMBER, .number = 1};
    struct reg_query counter = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_COUNTER, .key = &one, .limit = 1};
    int error = store->ops->read(store, &counter);

    if (error == 0 && counter.row_count != 1)
        error = reg_fail(info, REG_ERR_CORRUPT, "存储缺少计数器", "the store lacks its counter");
    if (error == 0)
        *ret = (uint64_t)counter.rows[0][1].number;
    reg_query_clear(&counter);
    return error;
}

static int copy_counters(struct copying *copying, struct reg_error_info *info)
{
    struct reg_store *to = copying->to;
    int error = read_serial(copying->from->store, &copying->next_serial, info);

    if (error == 0)
        error = to->ops->raise(to, &(struct reg_raise){.next_serial = copying->next_serial}, info);
    for (size_t i = 0; i < copying->pools.pool_count && error == 0; i++)
        error = to->ops->raise(
            to, &(struct reg_raise){.pool = copying->pools.pools[i].position, .next_code = copying->pools.pools[i].next},
            info);
    return error;
}

/* A bit for each entry whose request the target has. One pass: a look-up for each request of a province would take a day. */
static int find_requests(const struct copying *copying, struct reg_reader *target, uint8_t *ret_there)
{
    const struct reg_value *row;
    struct reg_cursor cursor;
    int error;

    reg_cursor_init(&cursor, target->store, REG_TABLE_REQUEST);
    while ((error = reg_cursor_next(&cursor, &row)) == 0 && row)
        if ((uint64_t)row[3].number < copying->size)
            ret_there[row[3].number / 8] |= (uint8_t)(1 << row[3].number % 8);
    reg_cursor_clear(&cursor);
    return error;
}

static int has_request(const struct copying *copying, struct reg_reader *reader, const uint8_t *there,
                       const struct reg_value *row, bool *ret)
{
    struct reg_query query = {.kind = REG_QUERY_REGISTER,
                              .caller = (const char *)row[0].bytes.data,
                              .request_id = (const char *)row[1].bytes.data};
    uint64_t position = (uint64_t)row[3].number;
    int error = 0;

    *ret = position < copying->size && there[position / 8] & 1 << position % 8;
    if (*ret)
        return 0;
    error = reg_query_wait(reader->store, &query);
    *ret = query.request != NULL;
    reg_query_clear(&query);
    return error;
}

/* The request ids of erased cases, which their entries do not tell any more: a repeated request is still known. */
static int copy_requests(struct copying *copying, struct reg_reader *target, struct reg_error_info *info)
{
    struct reg_store *to = copying->to;
    const struct reg_value *row;
    struct reg_cursor cursor;
    uint8_t *there = calloc(copying->size / 8 + 1, 1);
    bool known;
    int error = there ? find_requests(copying, target, there) : REG_ERR_NOMEM;

    reg_cursor_init(&cursor, copying->source->store, REG_TABLE_REQUEST);
    while (error == 0 && (error = reg_cursor_next(&cursor, &row)) == 0 && row) {
        struct reg_request_row request = {.caller = (const char *)row[0].bytes.data,
                                          .request_id = (const char *)row[1].bytes.data,
                                          .position = (uint64_t)row[3].number};
        struct reg_append append = {.entry.position = request.position, .request = &request};

        error = row[2].bytes.len == REG_DIGEST_LEN ? has_request(copying, target, there, row, &known) : REG_ERR_CORRUPT;
        if (error == 0 && !known) {
            memcpy(request.digest, row[2].bytes.data, REG_DIGEST_LEN);
            error = to->ops->begin(to, NULL, info);
            if (error == 0 && (error = to->ops->insert_views(to, &append, 1, info)) == 0)
                error = to->ops->commit(to, info);
            if (error != 0)
                to->ops->rollback(to);
        }
        if (error != 0)
            break;
    }
    reg_cursor_clear(&cursor);
    free(there);
    return error;
}

static int copy_rest(struct copying *copying, bool *ret_erased, struct reg_error_info *info)
{
    struct reg_store *to = copying->to;
    int error = copy_erasures(copying, ret_erased, info);

    if (error == 0)
        error = to->ops->begin(to, NULL, info);
    if (error != 0)
        return error;
    error = copy_checkpoints(copying, info);
    if (error == 0)
        error = copy_counters(copying, info);
    if (error == 0)
        error = to->ops->commit(to, info);
    if (error != 0)
        to->ops->rollback(to);
    return error;
}

/* ---- the whole ----------------------------------------------------------------------------------------------------- */

static int root_of(const struct reg_engine *engine, struct reg_store *store, uint64_t *ret_size, uint8_t ret[REG_DIGEST_LEN])
{
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    int error = store->ops->read(store, &head);

    *ret_size = head.head.size;
    if (error == 0 && head.head.size > 0)
        error = reg_edge_root(engine->facts.suite, &head.head.edge, ret);
    reg_query_clear(&head);
    return error;
}

/* What is there already must be the beginning of this ledger. */
static int find_place(struct copying *copying, struct reg_error_info *info)
{
    uint8_t there[REG_DIGEST_LEN], here[REG_DIGEST_LEN];
    struct reg_tree tree;
    int error;

    error = root_of(copying->from, copying->from->store, &copying->size, copying->result.root);
    if (error == 0)
        error = root_of(copying->from, copying->to, &copying->at, there);
    if (error != 0 || copying->at == 0)
        return error;
    reg_tree_init(&tree, copying->source);
    error = copying->at <= copying->size ? reg_tree_root_at(&tree, copying->at, here) : REG_ERR_CONFLICT;
    if (error == 0 && memcmp(here, there, REG_DIGEST_LEN) != 0)
        error = REG_ERR_CONFLICT;
    if (error == REG_ERR_CONFLICT)
        reg_fail(info, error, "目标是同一登记库另一历史的副本（%llu 条），请换用空的存储",
                 "the target is a copy of another history of this registry (%llu entries): take an empty store",
                 (unsigned long long)copying->at);
    return error;
}

static int check_copy(struct copying *copying, struct reg_engine *target, struct reg_error_info *info)
{
    const struct reg_copy_callbacks *callbacks = copying->callbacks;
    struct reg_check_result result = {0};
    uint8_t root[REG_DIGEST_LEN];
    uint64_t size;
    int error;

    enter_stage(copying, REG_COPY_CHECK);
    error = reg_ledger_check(target, NULL, callbacks->progress, callbacks->problem, callbacks->context, &result, info);
    copying->result.problems = result.problems;
    copying->result.entries = result.entries;
    if (error == 0)
        error = root_of(copying->from, copying->to, &size, root);
    if (error == 0 && (result.problems > 0 || size != copying->size || memcmp(root, copying->result.root, sizeof root) != 0))
        error = reg_fail(info, REG_ERR_CORRUPT, "副本与源不符（%llu 处），未启用",
                         "the copy is not whole (%llu problems): it stays closed", (unsigned long long)result.problems);
    return error;
}

static bool same_pools(const struct reg_query *a, const struct reg_query *b)
{
    bool same = a->pool_count == b->pool_count;

    for (size_t i = 0; i < a->pool_count && same; i++)
        same = a->pools[i].position == b->pools[i].position && a->pools[i].next == b->pools[i].next;
    return same;
}

/* Does the source stand as it was read? The lock of this registry's directory keeps nobody away who serves the same database
 * on another host. Inside the source's transaction. */
static int check_source(struct copying *copying, struct reg_error_info *info)
{
    struct reg_store *from = copying->from->store;
    struct reg_query pools = {.kind = REG_QUERY_POOLS};
    uint8_t root[REG_DIGEST_LEN];
    uint64_t size = 0, next_serial = 0;
    int error = root_of(copying->from, from, &size, root);

    if (error == 0)
        error = read_serial(from, &next_serial, info);
    if (error == 0)
        error = from->ops->read(from, &pools);
    if (error == 0 && (size != copying->size || next_serial != copying->next_serial || !same_pools(&pools, &copying->pools)))
        error =
            reg_fail(info, REG_ERR_BUSY, "复制期间源存储有变动，副本未启用：请停止所有主机上的 registryd，再次运行即继续",
                     "the source changed while it was copied, and the copy stays closed: stop registryd on every host, "
                     "and run it again to go on");
    reg_query_clear(&pools);
    return error;
}

/* Nobody appends to the source between the last look at it and the copy's opening: the writer's lock is held. */
static int open_up(struct copying *copying, struct reg_store *to, struct reg_error_info *info)
{
    struct reg_store *from = copying->from->store;
    int error = from->ops->begin(from, NULL, info);

    if (error != 0)
        return error;
    error = check_source(copying, info);
    if (error == 0)
        error = to->ops->begin(to, NULL, info);
    if (error == 0) {
        error = to->ops->set_state(to, REG_STORE_LIVE, info);
        if (error == 0)
            error = to->ops->commit(to, info);
        if (error != 0)
            to->ops->rollback(to);
    }
    from->ops->rollback(from); /* it is as it was */
    return error;
}

/* The copy as an engine of its own: views, request ids, the check. It owns the target's store. */
static int finish(struct copying *copying, struct reg_engine *target, bool erased, struct reg_error_info *info)
{
    const struct reg_copy_callbacks *callbacks = copying->callbacks;
    struct reg_reader *reader = NULL;
    uint64_t entries;
    int error;

    enter_stage(copying, REG_COPY_VIEWS);
    error = reg_ledger_repair_views(target, callbacks->progress, callbacks->context, &entries, info);
    if (error == 0)
        error = reg_reader_open(target, &reader, info);
    if (error == 0) /* there was no view of them when it was opened */
        error = reg_revisions_catch_up(target, reader->store, info);
    if (error == 0 && erased)
        error = copy_requests(copying, reader, info);
    reg_reader_close(reader);
    if (error == 0)
        error = check_copy(copying, target, info);
    return error == 0 ? open_up(copying, target->store, info) : error;
}

/* A store that was finished before is fine where it is this one to the last number; somebody may have used it since. */
static int check_live(struct copying *copying, struct reg_error_info *info)
{
    uint64_t serials[2] = {0};
    int error = read_serial(copying->from->store, &serials[0], info);

    if (error == 0)
        error = read_serial(copying->to, &serials[1], info);
    if (error == 0 && copying->to->identity.state == REG_STORE_LIVE && copying->at == copying->size &&
        serials[0] == serials[1]) {
        copying->result.entries = copying->size;
        return 0;
    }
    return error != 0 ? error
                      : reg_fail(info, REG_ERR_EXISTS, "目标非空：已是启用的登记库或其备份，不予覆盖",
                                 "the target is not empty: it is a registry in use, or its backup, and is left as it is");
}

static int copy(struct copying *copying, const char *directory, const struct reg_open_options *options,
                const struct reg_host *host, struct reg_error_info *info)
{
    struct reg_engine *target = NULL;
    bool erased = false;
    int error = find_place(copying, info);

    if (error == 0 && copying->to->identity.state != REG_STORE_COPY)
        return check_live(copying, info);
    if (error == 0)
        error = reg_query_wait(copying->source->store, &copying->pools);
    if (error == 0)
        error = copy_entries(copying, info);
    if (error == 0)
        error = copy_rest(copying, &erased, info);
    if (error == 0) {
        struct reg_store *to = copying->to;

        error = reg_engine_open_store(directory, options, host, to, -1, &target, info);
        if (error != 0)
            copying->to = NULL; /* closed with it */
    }
    if (error == 0) {
        error = finish(copying, target, erased, info);
        copying->to = NULL;
        reg_engine_close(target);
    }
    return error;
}

static int open_both(struct copying *copying, const char *directory, const struct reg_open_options *options, const char *url,
                     const struct reg_host *host, int lock, struct reg_error_info *info)
{
    struct reg_store_identity identity = {.state = REG_STORE_COPY};
    struct reg_store *store = NULL;
    int error = options->open_store(directory, options->store, NULL, &store, info);

    if (error == 0)
        error = reg_engine_open_store(directory, options, host, store, lock, &copying->from, info);
    else
        close(lock);
    if (error == 0 && copying->from->store->identity.state != REG_STORE_LIVE)
        error = reg_fail(info, REG_ERR_UNSUPPORTED, "源存储是副本或备份，尚未启用",
                         "the source is a copy or a backup that is not in use");
    if (error == 0)
        error = reg_reader_open(copying->from, &copying->source, info);
    if (error != 0)
        return error;
    memcpy(identity.registry_id, copying->from->facts.id, sizeof identity.registry_id);
    identity.suite = copying->from->facts.suite;
    return options->open_store(directory, url, &identity, &copying->to, info);
}

int reg_registry_copy(const char *directory, const struct reg_open_options *options, const char *url,
                      const struct reg_host *host, const struct reg_copy_callbacks *callbacks,
                      struct reg_copy_result *ret_result, struct reg_error_info *info)
{
    static const struct reg_copy_callbacks none;
    struct copying copying = {.callbacks = callbacks ? callbacks : &none, .pools = {.kind = REG_QUERY_POOLS}};
    int lock = -1, error;

    if (options->size != sizeof *options || !options->open_store || !options->store)
        return reg_fail(info, REG_ERR_INVALID, "打开选项不完整", "the open options are incomplete");
    error = reg_registry_lock(directory, LOCK_EX, &lock, info);
    if (error == 0)
        error = open_both(&copying, directory, options, url, host, lock, info);
    if (error == 0)
        error = copy(&copying, directory, options, host, info);
    reg_query_clear(&copying.pools);
    reg_reader_close(copying.source);
    if (copying.to)
        copying.to->ops->close(copying.to);
    reg_engine_close(copying.from);
    *ret_result = copying.result;
    return error;
}
