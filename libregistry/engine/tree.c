/* The store's Merkle tree: hashes from tiles, the root at any size, checkpoints. */
#include "engine/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "ledger/checkpoint.h"

static int leaf_of_entry(struct reg_tree *tree, uint64_t index, uint8_t ret[REG_DIGEST_LEN])
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .headers_only = true, .from = index, .limit = 1};
    int error = reg_query_wait(tree->store, &query);

    if (error == 0)
        error = query.entry_count == 1 && query.entries[0].position == index
                    ? reg_merkle_leaf(tree->engine->facts.suite, query.entries[0].header, ret)
                    : REG_ERR_CORRUPT;
    reg_query_clear(&query);
    return error;
}

/* Loads a stored tile into `last`; false in `ret` where it is not stored (not complete yet). */
static int load_tile(struct reg_tree *tree, unsigned level, uint64_t index, bool *ret)
{
    struct reg_query query = {.kind = REG_QUERY_TILE, .level = level, .number = index};
    int error;

    *ret = tree->has_last && tree->last.level == level && tree->last.index == index;
    if (*ret)
        return 0;
    error = reg_query_wait(tree->store, &query);
    if (error == 0 && query.bytes.len == sizeof tree->last.hashes) {
        memcpy(tree->last.hashes, query.bytes.data, query.bytes.len);
        tree->last.level = level;
        tree->last.index = index;
        tree->has_last = *ret = true;
    } else if (error == 0 && query.bytes.len != 0) {
        error = REG_ERR_CORRUPT;
    }
    reg_query_clear(&query);
    return error;
}

static int hash_at(void *context, unsigned level, uint64_t index, uint8_t ret[REG_DIGEST_LEN])
{
    struct reg_tree *tree = context;
    struct reg_edge edge = {0};
    uint8_t hash[REG_DIGEST_LEN];
    bool stored;
    int error = load_tile(tree, level, index / REG_TILE_WIDTH, &stored);

    if (error != 0)
        return error;
    if (stored) {
        memcpy(ret, tree->last.hashes[index % REG_TILE_WIDTH], REG_DIGEST_LEN);
        return 0;
    }
    if (level == 0)
        return leaf_of_entry(tree, index, ret);
    for (unsigned i = 0; i < REG_TILE_WIDTH && error == 0; i++) { /* the root of a whole tile one level down */
        error = hash_at(tree, level - 1, index * REG_TILE_WIDTH + i, hash);
        if (error == 0)
            error = reg_edge_append(tree->engine->facts.suite, &edge, hash);
    }
    return error == 0 ? reg_edge_root(tree->engine->facts.suite, &edge, ret) : error;
}

void reg_tree_init(struct reg_tree *tree, struct reg_reader *reader)
{
    *tree = (struct reg_tree){.engine = reader->engine, .store = reader->store};
    tree->source = (struct reg_tile_source){tree, hash_at};
}

int reg_tree_root_at(struct reg_tree *tree, uint64_t size, uint8_t ret[REG_DIGEST_LEN])
{
    return reg_range_root(tree->engine->facts.suite, &tree->source, 0, size, ret);
}

char *reg_engine_origin(const struct reg_engine *engine, struct reg_arena *arena)
{
    char id[2 * REG_REGISTRY_ID_LEN + 1];

    for (size_t i = 0; i < REG_REGISTRY_ID_LEN; i++)
        snprintf(id + 2 * i, 3, "%02x", engine->facts.id[i]);
    return reg_arena_printf(arena, "%s/%s", engine->facts.host, id);
}

int reg_ledger_head(struct reg_reader *reader, struct reg_ledger_head *ret_head, struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_HEAD};
    struct reg_ledger_head head = {0};
    int error = reg_query_wait(reader->store, &query);

    if (error == 0) {
        head.size = query.head.size;
        head.time_ms = query.head.time_ms;
        error = reg_edge_root(reader->engine->facts.suite, &query.head.edge, head.root);
    }
    reg_query_clear(&query);
    if (error != 0)
        return reg_fail_because(info, error, "读取台账首部失败", "cannot read the ledger's head");
    *ret_head = head;
    return 0;
}

int reg_checkpoint_hold(struct reg_engine *engine, struct reg_reader *reader, struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_CHECKPOINT};
    struct reg_arena *arena = reg_arena_new(0);
    uint8_t noted[REG_DIGEST_LEN], root[REG_DIGEST_LEN];
    struct reg_tree tree;
    uint64_t size;
    const char *origin = arena ? reg_engine_origin(engine, arena) : NULL;
    int error = origin ? reg_query_wait(reader->store, &query) : REG_ERR_NOMEM;

    if (error != 0 || query.bytes.len == 0)
        goto out;
    error = reg_checkpoint_verify(reg_signer_public_key(engine->log), origin, query.bytes, &size, noted, info);
    if (error != 0)
        goto out;
    reg_tree_init(&tree, reader);
    error = size <= query.head.size ? reg_tree_root_at(&tree, size, root) : REG_ERR_CORRUPT;
    if (error == 0 && memcmp(root, noted, REG_DIGEST_LEN) != 0)
        error = REG_ERR_CORRUPT;
    if (error == REG_ERR_CORRUPT)
        reg_fail(info, error, "台账与已签署的检查点（%llu 条）不符，拒绝写入；请从备份恢复",
                 "the ledger contradicts its signed checkpoint of %llu entries: nothing is written; restore from a backup",
                 (unsigned long long)size);
out:
    reg_query_clear(&query);
    reg_arena_free(arena);
    return error;
}

/* Signs and keeps a checkpoint of that head. */
static int sign_head(struct reg_engine *engine, const struct reg_ledger_head *head, struct reg_buf *buf,
                     struct reg_error_info *info)
{
    struct reg_arena *arena = reg_arena_new(0);
    const char *origin = arena ? reg_engine_origin(engine, arena) : NULL;
    int error = origin ? reg_checkpoint_sign(engine->log, origin, head->size, head->root, buf) : REG_ERR_NOMEM;

    if (error == 0) /* kept before anybody sees it */
        error = engine->store->ops->keep_checkpoint(engine->store, head->size, reg_buf_bytes(buf), info);
    reg_arena_free(arena);
    return error;
}

int reg_ledger_checkpoint(struct reg_engine *engine, struct reg_data *ret_note, struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_CHECKPOINT};
    struct reg_reader *reader = NULL;
    struct reg_ledger_head head;
    struct reg_buf buf = REG_BUF_INIT;
    int error = reg_reader_open(engine, &reader, info);

    if (error == 0)
        error = reg_ledger_head(reader, &head, info);
    if (error == 0)
        error = reg_query_wait(reader->store, &query);
    if (error == 0) {
        if (query.bytes.len > 0 && query.number == head.size)
            reg_buf_put(&buf, query.bytes.data, query.bytes.len);
        else
            error = sign_head(engine, &head, &buf, info);
    }
    if (error == 0)
        error = reg_buf_finish(&buf, ret_note);
    reg_buf_clear(&buf);
    reg_query_clear(&query);
    reg_reader_close(reader);
    return error;
}
