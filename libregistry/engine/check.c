/* The register's fsck: entry by entry, page by page, in little memory: some bytes of sums for an entry. No read holds a
 * snapshot for longer than a page. */
#include "engine/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "ledger/checkpoint.h"
#include "licence/credential.h"

#define PAGE        128
#define TILE_LEVELS 8
#define SAMPLE      1000 /* one signature in so many is verified, and those of the last so many entries */

struct check {
    struct reg_engine *engine;
    struct reg_reader *reader, *pages; /* the second for what is walked through */
    struct reg_tree tree;
    bool all; /* every signature */
    struct reg_work work;
    struct reg_check_result result;
    struct reg_edge edge;
    struct reg_tile tiles[TILE_LEVELS]; /* being filled; [level] holds roots of those below */
    int64_t time_ms;
    struct reg_cursor batches, checkpoints;
    const struct reg_value *batch, *checkpoint; /* the one that `edge` has not reached the end of; NULL: none */
    uint64_t foundings;                         /* entries that found a licence */
    /* Cases whose key is gone, and cases that `erase` entries name: the same, so the same number and sum. */
    uint64_t keyless, keyless_sum, erased, erased_sum;
    uint32_t revisions; /* of the catalogue, so far */
    size_t pools;       /* of subject codes, so far */
};

/* Reports one thing that is wrong with an entry; the check goes on. */
static void report(struct check *check, uint64_t position, const char *zh, const char *en)
{
    struct reg_error_info info;

    reg_fail(&info, REG_ERR_CORRUPT, "条目 %llu：%s", "entry %llu: %s", (unsigned long long)position, "");
    strncat(info.zh, zh, sizeof info.zh - strlen(info.zh) - 1);
    strncat(info.en, en, sizeof info.en - strlen(info.en) - 1);
    check->work.problems++;
    if (check->work.problem)
        check->work.problem(check->work.context, &info);
}

/* Anything but a lack of memory says something of what is checked. */
static int judged(struct check *check, int error, uint64_t position, const char *zh, const char *en)
{
    if (error == REG_ERR_NOMEM)
        return error;
    if (error != 0)
        report(check, position, zh, en);
    return 0;
}

/* ---- one entry ----------------------------------------------------------------------------------------------------- */

static void check_header(struct check *check, const struct reg_entry_row *row, const reg_pb_entry_header *header)
{
    if (header->position != row->position)
        report(check, row->position, "条目头的位置不符", "the header names another position");
    if (header->format != 1)
        report(check, row->position, "条目格式未知", "the header's format is unknown");
    if (header->registry_id.len != REG_REGISTRY_ID_LEN ||
        memcmp(header->registry_id.data, check->engine->facts.id, REG_REGISTRY_ID_LEN) != 0)
        report(check, row->position, "条目属于另一登记库", "the header names another registry");
    if (header->time_ms < check->time_ms)
        report(check, row->position, "时间早于前一条目", "the time is before that of the entry before");
    check->time_ms = header->time_ms;
}

static int check_credential(struct check *check, uint64_t position, const reg_pb_licence_record *licence)
{
    struct reg_bytes bytes = {licence->credential.data, licence->credential.len};
    struct reg_bytes nonce = {licence->credential_nonce.data, licence->credential_nonce.len};
    const char *address = licence->address ? licence->address->text : "";
    struct reg_credential *credential = NULL;
    int error;

    if (licence->version == 0 && bytes.len == 0) /* taken over, and not signed yet */
        return 0;
    error = reg_credential_parse(bytes, &credential, NULL);
    if (error != 0)
        return judged(check, error, position, "凭证无法解码", "the credential does not decode");
    if (check->all || position % SAMPLE == 0 || position + SAMPLE >= check->work.size) {
        error = reg_credential_verify(credential, check->engine->keys[0], NULL);
        error = judged(check, error, position, "凭证签名不符", "the credential's signature does not verify");
        check->result.signatures++;
    }
    if (strcmp(reg_credential_code(credential), licence->credit_code) != 0 ||
        reg_credential_serial(credential) != licence->serial)
        report(check, position, "凭证与执照不符", "the credential is of another licence");
    if (error == 0) {
        error = reg_credential_covers(credential, nonce, (struct reg_bytes){(const uint8_t *)address, strlen(address)},
                                      (struct reg_bytes){(const uint8_t *)licence->scope, strlen(licence->scope)});
        error = judged(check, error, position, "凭证摘要与住所、经营范围不符",
                       "the credential's digest does not cover address and scope");
    }
    reg_credential_free(credential);
    return error;
}

/* The row of a pool, the next in order. What of it is used, no entry says. */
static int check_pool_view(struct check *check, uint64_t position, const reg_pb_code_pool *pool)
{
    struct reg_query query = {.kind = REG_QUERY_POOLS};
    size_t at = check->pools++;
    int error = reg_query_wait(check->reader->store, &query);

    if (error == 0) {
        const struct reg_pool_row *row = at < query.pool_count ? &query.pools[at] : NULL;

        if (!row || row->position != position || row->authority != pool->authority ||
            strcmp(row->prefix, pool->prefix) != 0 || row->first != pool->first || row->last != pool->last ||
            row->next < row->first || row->next > row->last + 1)
            report(check, position, "码段与条目不符", "the pool's row contradicts the entry");
    }
    reg_query_clear(&query);
    return error;
}

/* A pool that no entry brought would be used like any other. */
static int check_last_pool(struct check *check, uint64_t size)
{
    struct reg_query query = {.kind = REG_QUERY_POOLS};
    int error = reg_query_wait(check->reader->store, &query);

    if (error == 0 && query.head.size == size && query.pool_count > check->pools)
        report(check, size - 1, "多出码段", "there is a pool that no entry brought");
    reg_query_clear(&query);
    return error;
}

static int check_rows(struct check *check, const struct reg_entry_row *row, const reg_pb_entry_header *header,
                      const reg_pb_record *record, struct reg_arena *arena)
{
    struct reg_entry_rows rows;
    int error = reg_entry_rows_of(check->engine, check->reader->store, row, header, record, arena, &rows);

    if (error == 0)
        return reg_add_rows(&check->work, row->position, &rows);
    if (error == REG_ERR_UNAVAILABLE)
        return error;
    return judged(check, error, row->position, "条目与其前一版本不符", "the entry does not fit the revision before it");
}

static int check_record(struct check *check, const struct reg_entry_row *row, const uint8_t *key,
                        const reg_pb_entry_header *header, struct reg_arena *arena)
{
    reg_pb_record *record;
    int error = reg_record_decode(row->body, check->engine->facts.suite, key, arena, &record);

    if (error == REG_ERR_NOMEM)
        return error;
    if (error != 0) {
        report(check, row->position, "条目内容无法解码", "the entry's record does not decode");
        return 0;
    }
    error = check_rows(check, row, header, record, arena);
    if (error == 0 && record->licence) {
        if (strcmp(record->licence->credit_code, header->credit_code) != 0)
            report(check, row->position, "条目头的代码不符", "the header names another code");
        error = check_credential(check, row->position, record->licence);
        check->foundings += record->licence->before_case != REGISTRY__V1__LICENCE_RECORD__BEFORE_PREVIOUS;
    }
    if (error == 0 && record->catalogue && record->catalogue->revision != ++check->revisions)
        report(check, row->position, "目录版次不连续", "the catalogue's revisions are not dense");
    if (error == 0 && record->pool)
        error = check_pool_view(check, row->position, record->pool);
    if (error == 0 && record->registry && record->registry->pool)
        error = check_pool_view(check, row->position, record->registry->pool);
    if (error == 0 && record->erase) {
        check->erased++;
        check->erased_sum += record->erase->case_number;
    }
    return error;
}

/* Sections that are sealed. */
static int count_sealed(struct reg_bytes body, uint64_t *ret)
{
    struct reg_arena *arena = reg_arena_new(0); /* a copy of the body, which is in memory already */
    ProtobufCMessage *message;
    int error =
        arena ? reg_message_decode(&registry__v1__stored_body__descriptor, body, REG_UNKNOWN_REFUSE, arena, &message, NULL)
              : REG_ERR_NOMEM;

    *ret = 0;
    for (size_t i = 0; error == 0 && i < ((reg_pb_stored_body *)message)->n_sections; i++)
        *ret += ((reg_pb_stored_body *)message)->sections[i]->sealed.len > 0;
    reg_arena_free(arena);
    return error == REG_ERR_NOMEM ? error : 0; /* reg_body_check says what does not decode */
}

/* An entry without a key: of no case, or of one that was erased; then the key's row is still there. */
static int check_keyless(struct check *check, const struct reg_entry_row *row)
{
    struct reg_value key = {.kind = REG_VALUE_NUMBER, .number = (int64_t)row->case_number};
    struct reg_query query = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_CASE_KEY, .key = &key, .limit = 1};
    uint64_t sealed;
    int error = count_sealed(row->body, &sealed);

    if (error != 0)
        return error;
    if (!row->has_case) {
        if (sealed > 0)
            report(check, row->position, "有密封的信息段而无办件", "it has sealed sections but no case");
        return 0;
    }
    check->result.erased_sections += sealed;
    error = reg_query_wait(check->reader->store, &query);
    if (error == 0 && (query.row_count == 0 || query.rows[0][0].number != key.number))
        report(check, row->position, "办件密钥缺行", "the row of its case's key is missing");
    if (row->position == row->case_number) {
        check->keyless++;
        check->keyless_sum += row->case_number;
    }
    reg_query_clear(&query);
    return error;
}

static void add_case_key(struct check *check, uint64_t number)
{
    struct reg_value key = {.kind = REG_VALUE_NUMBER, .number = (int64_t)number};

    reg_sum_add(&check->work, REG_TABLE_CASE_KEY, key.number, &key, 0, 1);
}

static int check_entry(struct check *check, const struct reg_entry_row *row)
{
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    struct reg_error_info info = {0};
    struct reg_opened_entry opened = {0};
    uint8_t key[REG_CASE_KEY_LEN];
    ProtobufCMessage *header = NULL;
    int error = arena ? reg_entry_open(check->engine, row, key, &opened) : REG_ERR_NOMEM;

    if (error == REG_ERR_SIGNATURE)
        error = judged(check, error, row->position, "办件密钥无法解开", "the case key does not unwrap");
    if (error == 0 && row->wrapped_key.len == 0)
        error = check_keyless(check, row);
    if (error == 0 && row->has_case && row->case_number == row->position)
        add_case_key(check, row->position);
    if (error == 0) {
        error = reg_body_check(check->engine->facts.suite, row->header, row->body, opened.case_key, &info);
        error = judged(check, error, row->position, info.zh, info.en);
    }
    if (error == 0) {
        error = reg_message_decode(&registry__v1__entry_header__descriptor, row->header, REG_UNKNOWN_REFUSE, arena, &header,
                                   NULL);
        error = judged(check, error, row->position, "条目头无法解码", "the header does not decode");
    }
    if (error == 0 && header) {
        check_header(check, row, (reg_pb_entry_header *)header);
        error = check_record(check, row, opened.case_key, (reg_pb_entry_header *)header, arena);
    }
    reg_secret_wipe(key, sizeof key);
    reg_arena_free(arena);
    return error;
}

/* ---- the tree ------------------------------------------------------------------------------------------------------ */

/* A tile that is full must be stored as it was computed. */
static int check_tile(struct check *check, unsigned level)
{
    const struct reg_tile *tile = &check->tiles[level];
    struct reg_query query = {.kind = REG_QUERY_TILE, .level = level, .number = tile->index};
    int error = reg_query_wait(check->reader->store, &query);

    if (error == 0 &&
        (query.bytes.len != sizeof tile->hashes || memcmp(query.bytes.data, tile->hashes, sizeof tile->hashes) != 0))
        report(check, check->edge.size - 1, "哈希瓦片与条目不符", "the tile of hashes contradicts the entries");
    reg_query_clear(&query);
    return error;
}

/* Compares the tiles that the leaf `index` completes, each of them giving a hash to the level above. */
static int check_tiles(struct check *check, uint64_t index)
{
    enum reg_suite suite = check->engine->facts.suite;
    int error = 0;

    for (unsigned level = 0; level + 1 < TILE_LEVELS && error == 0 && index % REG_TILE_WIDTH == REG_TILE_WIDTH - 1;
         level++) {
        struct reg_edge edge = {0};

        index /= REG_TILE_WIDTH;
        check->tiles[level].index = index;
        error = check_tile(check, level);
        for (unsigned i = 0; i < REG_TILE_WIDTH && error == 0; i++)
            error = reg_edge_append(suite, &edge, check->tiles[level].hashes[i]);
        if (error == 0)
            error = reg_edge_root(suite, &edge, check->tiles[level + 1].hashes[index % REG_TILE_WIDTH]);
    }
    return error;
}

/* The batch that ends here: its beginning, its time and the right edge that it left. */
static int check_batch(struct check *check, uint64_t position)
{
    const struct reg_value *batch = check->batch;
    struct reg_buf edge = REG_BUF_INIT;
    int error = 0;

    if (!batch || batch[0].number > (int64_t)position) {
        report(check, position, "不属于任何一批", "no batch has it");
        return 0;
    }
    if (batch[2].number != check->time_ms)
        report(check, position, "时间与所在批次不符", "its time is not that of its batch");
    if (batch[0].number + batch[1].number > (int64_t)check->edge.size)
        return 0;
    reg_edge_encode(&check->edge, &edge);
    error = edge.error;
    if (error == 0 && (batch[0].number + batch[1].number != (int64_t)check->edge.size || batch[3].bytes.len != edge.len ||
                       memcmp(batch[3].bytes.data, edge.data, edge.len) != 0))
        report(check, position, "批次与条目不符", "the batch contradicts its entries");
    reg_buf_clear(&edge);
    if (error == 0)
        error = reg_cursor_next(&check->batches, &check->batch);
    if (error == 0 && check->batch && check->batch[0].number != (int64_t)check->edge.size)
        report(check, position, "批次不连续", "the next batch does not begin where this one ends");
    return error;
}

/* The checkpoints that were signed of this size. */
static int check_checkpoint(struct check *check, uint64_t position)
{
    uint8_t root[REG_DIGEST_LEN], noted[REG_DIGEST_LEN];
    struct reg_error_info info = {0};
    struct reg_arena *arena;
    const char *origin;
    uint64_t size = 0;
    int error;

    if (!check->checkpoint || check->checkpoint[0].number != (int64_t)check->edge.size)
        return 0;
    arena = reg_arena_new(0);
    origin = arena ? reg_engine_origin(check->engine, arena) : NULL;
    error = origin ? reg_edge_root(check->engine->facts.suite, &check->edge, root) : REG_ERR_NOMEM;
    if (error == 0) {
        error = reg_checkpoint_verify(check->engine->keys[1], origin, check->checkpoint[1].bytes, &size, noted, &info);
        if (error == 0 && (size != check->edge.size || memcmp(root, noted, sizeof root) != 0))
            error = reg_fail(&info, REG_ERR_CORRUPT, "与已签署的检查点不符", "the tree contradicts the signed checkpoint");
        error = judged(check, error, position, info.zh, info.en);
    }
    reg_arena_free(arena);
    return error == 0 ? reg_cursor_next(&check->checkpoints, &check->checkpoint) : error;
}

static int grow_tree(struct check *check, const struct reg_entry_row *row)
{
    enum reg_suite suite = check->engine->facts.suite;
    uint8_t *leaf = check->tiles[0].hashes[row->position % REG_TILE_WIDTH];
    int error = reg_merkle_leaf(suite, row->header, leaf);

    if (error == 0)
        error = reg_edge_append(suite, &check->edge, leaf);
    if (error == 0)
        error = check_tiles(check, row->position);
    if (error == 0)
        error = check_batch(check, row->position);
    return error == 0 ? check_checkpoint(check, row->position) : error;
}

static int check_head(struct check *check, uint64_t size, const struct reg_head *head)
{
    uint8_t root[REG_DIGEST_LEN], stored[REG_DIGEST_LEN], tiles[REG_DIGEST_LEN];
    enum reg_suite suite = check->engine->facts.suite;
    int error;

    if (check->edge.size != size) {
        report(check, check->edge.size, "条目缺失：台账不连续", "entries are missing: the ledger is not dense");
        return 0;
    }
    if (head->size != size) /* it grew meanwhile */
        return 0;
    error = reg_edge_root(suite, &check->edge, root);
    if (error == 0)
        error = reg_edge_root(suite, &head->edge, stored);
    if (error == 0)
        error = reg_tree_root_at(&check->tree, size, tiles);
    if (error != 0 && error != REG_ERR_CORRUPT)
        return error;
    if (error != 0 || memcmp(root, stored, REG_DIGEST_LEN) != 0 || memcmp(root, tiles, REG_DIGEST_LEN) != 0)
        report(check, size - 1, "树根与台账首部或瓦片不符", "the root contradicts the ledger's head or its tiles");
    return 0;
}

/* Every case without a key has its `erase` entry; not compared where the ledger grew meanwhile: it may stand behind `size`.
 */
static int check_erasures(struct check *check, uint64_t size)
{
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    int error = reg_query_wait(check->reader->store, &head);

    if (error == 0 && head.head.size == size && (check->keyless != check->erased || check->keyless_sum != check->erased_sum))
        report(check, size - 1, "缺少密钥的办件与抹除条目不符",
               "the cases without a key are not those that erase entries name");
    reg_query_clear(&head);
    return error;
}

/* The first batch, and the first checkpoint. */
static int start_cursors(struct check *check)
{
    int error;

    reg_cursor_init(&check->batches, check->reader->store, REG_TABLE_BATCH);
    reg_cursor_init(&check->checkpoints, check->reader->store, REG_TABLE_CHECKPOINT);
    error = reg_cursor_next(&check->batches, &check->batch);
    return error == 0 ? reg_cursor_next(&check->checkpoints, &check->checkpoint) : error;
}

/* What the tables have behind the last entry; not looked at where the ledger grew meanwhile. */
static int check_ends(struct check *check, uint64_t size)
{
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    int error = reg_query_wait(check->reader->store, &head);

    if (error == 0 && head.head.size == size && check->batch)
        report(check, size - 1, "之后还有没有条目的批次", "a batch without entries stands behind it");
    if (error == 0 && head.head.size == size && check->checkpoint)
        report(check, size - 1, "之后还有检查点，台账可能被截短",
               "a checkpoint stands behind it: the ledger may have been cut short");
    reg_query_clear(&head);
    return error;
}

static int check_page(struct check *check, uint64_t from, uint64_t size, uint64_t *ret_next)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = from, .limit = PAGE, .ahead = true};
    int error = reg_query_wait(check->pages->store, &query);

    *ret_next = from;
    for (size_t i = 0; i < query.entry_count && error == 0 && *ret_next < size; i++) {
        if (query.entries[i].position != *ret_next)
            break; /* a gap: the head's check says so */
        error = check_entry(check, &query.entries[i]);
        if (error == 0)
            error = grow_tree(check, &query.entries[i]);
        check->result.entries++;
        ++*ret_next;
    }
    reg_query_clear(&query);
    return error;
}

/* What is looked at once every entry was. */
static int check_rest(struct check *check, uint64_t size, const struct reg_head *head)
{
    int error = check_head(check, size, head);

    if (error == 0)
        error = check_erasures(check, size);
    if (error == 0)
        error = check_ends(check, size);
    if (error == 0)
        error = check_last_pool(check, size);
    return error == 0 ? reg_check_views(&check->work, check->foundings, &check->result.licences) : error;
}

static int run(struct check *check, struct reg_error_info *info)
{
    struct reg_work *work = &check->work;
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    uint64_t at = 0, next = 0;
    int error = reg_query_wait(check->reader->store, &head);

    work->size = head.head.size;
    if (error == 0)
        error = reg_sums_start(work);
    if (error == 0)
        error = start_cursors(check);
    for (; error == 0 && at < work->size && !work->stopped; at = next) {
        error = check_page(check, at, work->size, &next);
        if (next == at)
            break;
        work->entries = next;
        reg_work_show(work);
    }
    if (error == 0 && !work->stopped)
        error = check_rest(check, work->size, &head.head);
    if (error == 0 && !work->stopped) { /* there is no more than was found */
        work->found = work->walked;
        reg_work_show(work);
    }
    reg_query_clear(&head);
    if (error != 0)
        return reg_fail_because(info, error, "检查中断", "the check could not go on");
    return 0;
}

int reg_ledger_check(struct reg_engine *engine, const struct reg_check_options *options, reg_progress_callback progress,
                     reg_problem_callback problem, void *context, struct reg_check_result *ret_result,
                     struct reg_error_info *info)
{
    struct check *check;
    int error;

    if (options && options->size != sizeof *options)
        return reg_fail(info, REG_ERR_VERSION, "选项结构的大小不符", "the options are of another size");
    check = calloc(1, sizeof *check);
    if (!check)
        return REG_ERR_NOMEM;
    check->engine = engine;
    check->all = options && options->all;
    error = reg_reader_open(engine, &check->reader, info);
    if (error == 0)
        error = reg_reader_open(engine, &check->pages, info);
    if (error == 0) {
        check->work = (struct reg_work){.engine = engine,
                                        .reader = check->reader->store,
                                        .pages = check->pages->store,
                                        .progress = progress,
                                        .problem = problem,
                                        .context = context,
                                        .all = check->all};
        reg_tree_init(&check->tree, check->reader);
        error = run(check, info);
        reg_sums_clear(&check->work);
        reg_cursor_clear(&check->batches);
        reg_cursor_clear(&check->checkpoints);
    }
    check->result.problems = check->work.problems;
    if (error == 0)
        *ret_result = check->result;
    reg_reader_close(check->pages);
    reg_reader_close(check->reader);
    free(check);
    return error;
}
