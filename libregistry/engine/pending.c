/* Numbering entries from the head: positions, times, leaves, right edge, completed tiles. Arithmetic only; the one place
 * where the ledger grows. */
#include "engine/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "engine/tail.h"

/* A batch under construction. */
struct numbering {
    struct reg_engine *engine;
    struct reg_head head;
    struct reg_append *appends;
    uint8_t (*leaves)[REG_DIGEST_LEN];
    uint64_t first; /* position of leaves[0] */
    size_t count;
    struct reg_tile *tiles;
    size_t tile_count, tile_cap;
};

static int read_head(struct numbering *batch)
{
    struct reg_query query = {.kind = REG_QUERY_HEAD};
    int error = batch->engine->store->ops->read(batch->engine->store, &query);

    if (error == 0)
        batch->head = query.head;
    reg_query_clear(&query);
    return error;
}

static void set_positions(struct reg_pending *pending, uint64_t position, uint64_t case_number, int64_t time_ms)
{
    pending->position = position;
    for (size_t i = 0; i < pending->name_count; i++)
        pending->names[i].position = position;
    if (!pending->reserves) /* by the entry's own day, so that the rows can be made again from it */
        pending->name_count =
            reg_name_rows_date(pending->names, pending->name_count, pending->name_ended, reg_day_of_time(time_ms));
    if (pending->licence) {
        pending->licence->position = position;
        pending->licence->recorded = reg_day_of_time(time_ms);
    }
    if (pending->serial)
        pending->serial->position = position;
    if (pending->request)
        pending->request->position = position;
    if (pending->catalogue)
        pending->catalogue->position = position;
    if (pending->restriction)
        pending->restriction->position = position;
    if (pending->pool)
        pending->pool->position = position;
    if (pending->reserves)
        snprintf(pending->reservation, sizeof pending->reservation, "%llu", (unsigned long long)position);
    if (pending->case_row) {
        pending->case_row->number = case_number;
        pending->case_row->position = position;
    }
}

static int number_one(struct numbering *batch, struct reg_pending *pending, struct reg_append *append)
{
    const struct reg_engine *engine = batch->engine;
    uint64_t position = batch->head.size, case_number = pending->goes_on ? pending->case_number : position;
    struct reg_buf header = REG_BUF_INIT;
    int error;

    error = reg_header_encode(engine->facts.id, position, pending->kind, pending->code, batch->head.time_ms,
                              pending->authority, pending->digest, &header);
    reg_data_clear(&pending->header); /* of a batch that failed */
    if (error == 0)
        error = reg_buf_finish(&header, &pending->header);
    if (error == 0)
        error = reg_merkle_leaf(engine->facts.suite, reg_bytes_of(&pending->header), batch->leaves[batch->count]);
    if (error == 0)
        error = reg_edge_append(engine->facts.suite, &batch->head.edge, batch->leaves[batch->count]);
    if (error != 0) {
        reg_buf_clear(&header);
        return error;
    }
    set_positions(pending, position, case_number, batch->head.time_ms);
    *append = (struct reg_append){.entry = {.position = position,
                                            .has_case = pending->wrapped_key.len > 0 || pending->goes_on,
                                            .case_number = case_number,
                                            .header = reg_bytes_of(&pending->header),
                                            .body = pending->body,
                                            .wrapped_key = pending->wrapped_key},
                                  .new_case_key = pending->wrapped_key.len > 0,
                                  .licence = pending->licence,
                                  .name_key = pending->name_key,
                                  .terms = pending->terms,
                                  .names = pending->names,
                                  .name_count = pending->name_count,
                                  .serial = pending->serial,
                                  .case_row = pending->case_row,
                                  .request = pending->request,
                                  .catalogue = pending->catalogue,
                                  .restriction = pending->restriction,
                                  .lifts = pending->lifts,
                                  .pool = pending->pool,
                                  .destroy_key = pending->destroys,
                                  .destroy_case = pending->destroyed_case};
    batch->head.size++;
    batch->count++;
    return 0;
}

/* Leaf hashes of [from, to) that were committed before this batch. */
static int read_leaves(struct numbering *batch, uint64_t from, uint64_t to, uint8_t (*ret)[REG_DIGEST_LEN])
{
    int error = 0;

    for (uint64_t at = from; at < to && error == 0;) {
        struct reg_query query = {.kind = REG_QUERY_ENTRIES, .headers_only = true, .from = at, .limit = (size_t)(to - at)};

        error = batch->engine->store->ops->read(batch->engine->store, &query);
        if (error == 0 && query.entry_count == 0)
            error = REG_ERR_CORRUPT;
        for (size_t i = 0; i < query.entry_count && at < to && error == 0; i++, at++)
            error = query.entries[i].position == at
                        ? reg_merkle_leaf(batch->engine->facts.suite, query.entries[i].header, ret[at - from])
                        : REG_ERR_CORRUPT;
        reg_query_clear(&query);
    }
    return error;
}

static struct reg_tile *add_tile(struct numbering *batch, unsigned level, uint64_t index)
{
    if (batch->tile_count == batch->tile_cap) {
        size_t cap = batch->tile_cap ? batch->tile_cap * 2 : 2;
        struct reg_tile *tiles = realloc(batch->tiles, cap * sizeof *tiles);

        if (!tiles)
            return NULL;
        batch->tiles = tiles;
        batch->tile_cap = cap;
    }
    batch->tiles[batch->tile_count] = (struct reg_tile){.level = level, .index = index};
    return &batch->tiles[batch->tile_count++];
}

static int tile_root(enum reg_suite suite, const uint8_t (*hashes)[REG_DIGEST_LEN], uint8_t ret[REG_DIGEST_LEN])
{
    struct reg_edge edge = {0};
    int error = 0;

    for (unsigned i = 0; i < REG_TILE_WIDTH && error == 0; i++)
        error = reg_edge_append(suite, &edge, hashes[i]);
    return error == 0 ? reg_edge_root(suite, &edge, ret) : error;
}

/* Root of tile `index` of `level`: of this batch, or stored. */
static int root_of_tile(struct numbering *batch, unsigned level, uint64_t index, uint8_t ret[REG_DIGEST_LEN])
{
    struct reg_query query = {.kind = REG_QUERY_TILE, .level = level, .number = index};
    enum reg_suite suite = batch->engine->facts.suite;
    int error;

    for (size_t i = 0; i < batch->tile_count; i++)
        if (batch->tiles[i].level == level && batch->tiles[i].index == index)
            return tile_root(suite, (const uint8_t(*)[REG_DIGEST_LEN])batch->tiles[i].hashes, ret);
    error = batch->engine->store->ops->read(batch->engine->store, &query);
    if (error == 0 && query.bytes.len != sizeof((struct reg_tile *)0)->hashes)
        error = REG_ERR_CORRUPT;
    if (error == 0)
        error = tile_root(suite, (const uint8_t(*)[REG_DIGEST_LEN])query.bytes.data, ret);
    reg_query_clear(&query);
    return error;
}

/* The leaf tile that ends at `end` (a multiple of 256): leaves committed before, then the batch's own. */
static int complete_leaf_tile(struct numbering *batch, uint64_t end)
{
    uint64_t start = end - REG_TILE_WIDTH;
    uint64_t own = start > batch->first ? start : batch->first;
    struct reg_tile *tile = add_tile(batch, 0, start / REG_TILE_WIDTH);
    int error;

    if (!tile)
        return REG_ERR_NOMEM;
    error = read_leaves(batch, start, own, tile->hashes);
    if (error == 0)
        memcpy(tile->hashes[own - start], batch->leaves[own - batch->first], (size_t)(end - own) * REG_DIGEST_LEN);
    return error;
}

static int complete_tiles(struct numbering *batch, uint64_t end)
{
    uint64_t tiles = end / REG_TILE_WIDTH; /* whole tiles of the level below */
    int error = complete_leaf_tile(batch, end);

    for (unsigned level = 1; error == 0 && tiles % REG_TILE_WIDTH == 0; level++, tiles /= REG_TILE_WIDTH) {
        uint64_t first = tiles - REG_TILE_WIDTH;
        size_t at = batch->tile_count;

        if (!add_tile(batch, level, tiles / REG_TILE_WIDTH - 1))
            return REG_ERR_NOMEM;
        for (unsigned i = 0; i < REG_TILE_WIDTH && error == 0; i++)
            error = root_of_tile(batch, level - 1, first + i, batch->tiles[at].hashes[i]);
    }
    return error;
}

static int number_all(struct numbering *batch, struct reg_pending *const *pending, size_t count)
{
    int64_t now = batch->engine->host.now(batch->engine->host.context);
    int error;

    batch->appends = calloc(count ? count : 1, sizeof *batch->appends);
    batch->leaves = calloc(count ? count : 1, sizeof *batch->leaves);
    error = batch->appends && batch->leaves ? read_head(batch) : REG_ERR_NOMEM;
    batch->first = batch->head.size;
    if (now > batch->head.time_ms) /* never before the entry that went before, whatever the clock does */
        batch->head.time_ms = now;
    for (size_t i = 0; i < count && error == 0; i++) {
        error = number_one(batch, pending[i], &batch->appends[i]);
        if (error == 0 && batch->head.size % REG_TILE_WIDTH == 0)
            error = complete_tiles(batch, batch->head.size);
    }
    return error;
}

/* Inserts what was numbered; `ret_refused`: commits it, too. */
static int write_all(struct numbering *batch, bool *ret_refused, struct reg_error_info *info)
{
    struct reg_store *store = batch->engine->store;
    struct reg_batch rows = {batch->appends, batch->count, batch->head, batch->tiles, batch->tile_count};

    if (!ret_refused)
        return store->ops->insert(store, &rows, info);
    return store->ops->append(store, &rows, ret_refused, info);
}

static int number_and_write(struct reg_engine *engine, struct reg_pending *const *pending, size_t count, bool *ret_refused,
                            struct reg_error_info *info)
{
    struct numbering batch = {.engine = engine};
    int error = number_all(&batch, pending, count);

    if (error != 0) {
        reg_fail_because(info, error, "无法为条目编号", "cannot number the entries");
        if (ret_refused)
            *ret_refused = true;
    } else {
        error = write_all(&batch, ret_refused, info);
        if (error == 0 && engine->tail) /* none at a registry's birth: nobody reads it yet */
            engine->tail->inserted = batch.head.size;
    }
    free(batch.appends);
    free(batch.leaves);
    free(batch.tiles);
    return error;
}

int reg_pending_insert(struct reg_engine *engine, struct reg_pending *const *pending, size_t count,
                       struct reg_error_info *info)
{
    return number_and_write(engine, pending, count, NULL, info);
}

int reg_pending_append(struct reg_engine *engine, struct reg_pending *const *pending, size_t count, bool *ret_refused,
                       struct reg_error_info *info)
{
    int error = number_and_write(engine, pending, count, ret_refused, info);

    if (error == 0)
        reg_tail_know(engine->tail, engine->tail->inserted);
    return error;
}
