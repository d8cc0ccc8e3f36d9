/* The register's fsck: entry by entry, page by page, in constant memory. No read holds a snapshot for longer than a page. */
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "ledger/checkpoint.h"
#include "licence/credential.h"

#define PAGE 256

struct check {
    struct reg_engine *engine;
    struct reg_reader *reader;
    struct reg_tree tree;
    reg_progress_callback progress;
    reg_problem_callback problem;
    void *context;
    struct reg_check_result result;
    struct reg_edge edge;
    struct reg_tile tile; /* the leaf tile being filled */
    int64_t time_ms;
    uint64_t noted_size; /* of the last checkpoint; 0: none */
    uint8_t noted_root[REG_DIGEST_LEN];
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
    check->result.problems++;
    if (check->problem)
        check->problem(check->context, &info);
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
    int error = reg_credential_parse(bytes, &credential, NULL);

    if (error != 0)
        return judged(check, error, position, "凭证无法解码", "the credential does not decode");
    error = reg_credential_verify(credential, check->engine->keys[0], NULL);
    error = judged(check, error, position, "凭证签名不符", "the credential's signature does not verify");
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

/* A row that names a later entry: is that one of this code? */
static int check_later_entry(struct check *check, uint64_t position, const struct reg_licence_row *row)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = row->position, .limit = 1};
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    ProtobufCMessage *header = NULL;
    int error = arena ? reg_query_wait(check->reader->store, &query) : REG_ERR_NOMEM;

    if (error != 0)
        goto out;
    error = query.entry_count == 1 && query.entries[0].position == row->position
                ? reg_message_decode(&registry__v1__entry_header__descriptor, query.entries[0].header, REG_UNKNOWN_REFUSE,
                                     arena, &header, NULL)
                : REG_ERR_CORRUPT;
    if (error == 0 && strcmp(((reg_pb_entry_header *)header)->credit_code, row->code) != 0)
        error = REG_ERR_CORRUPT;
    error = judged(check, error, position, "执照视图指向另一条目", "the licence view names an entry of something else");
out:
    reg_query_clear(&query);
    reg_arena_free(arena);
    return error;
}

static int check_names(struct check *check, uint64_t position, const reg_pb_licence_record *licence, bool current)
{
    struct reg_licence_row row;
    bool good = true;
    int error;

    reg_licence_row_of(licence, &row);
    error = reg_name_rows_check(check->engine, check->reader->store, &row, current, reg_day_of_time(check->time_ms), &good);
    if (error == 0 && !good)
        report(check, position, "名称索引与条目不符", "the index of names contradicts the entry");
    return error;
}

/* The view's rows of one licence entry: they stand where a later entry has not taken their place. */
static int check_licence_view(struct check *check, uint64_t position, const reg_pb_licence_record *licence)
{
    const char *code = licence->credit_code;
    struct reg_query query = {.kind = REG_QUERY_LICENCES, .codes = &code, .code_count = 1};
    struct reg_query serial = {.kind = REG_QUERY_SERIAL, .number = licence->serial};
    int error = reg_query_wait(check->reader->store, &query);

    if (error == 0)
        error = reg_query_wait(check->reader->store, &serial);
    if (error != 0)
        goto out;
    if (query.licence_count != 1 || query.licences[0].position < position)
        report(check, position, "执照视图缺行或过时", "the licence view lacks its row or is behind");
    else if (query.licences[0].position > position)
        error = check_later_entry(check, position, &query.licences[0]);
    else {
        const struct reg_licence_row *row = &query.licences[0];
        struct reg_licence_row expected;

        check->result.licences++;
        reg_licence_row_of(licence, &expected);
        if (row->serial != expected.serial || row->version != expected.version || row->revision != expected.revision ||
            row->state != expected.state || row->authority != expected.authority || row->type != expected.type ||
            row->wake_day != expected.wake_day || strcmp(row->parent, expected.parent) != 0 ||
            strcmp(row->name, expected.name) != 0)
            report(check, position, "执照视图与条目不符", "the licence view contradicts the entry");
    }
    if (serial.serial_count != 1 || strcmp(serial.serials[0].code, code) != 0 || serial.serials[0].position > position ||
        serial.serials[0].version != licence->version)
        report(check, position, "序号视图与条目不符", "the serial view contradicts the entry");
    if (error == 0)
        error = check_names(check, position, licence, query.licence_count == 1 && query.licences[0].position == position);
out:
    reg_query_clear(&query);
    reg_query_clear(&serial);
    return error;
}

static int check_case_view(struct check *check, const struct reg_entry_row *row, const reg_pb_entry_header *header,
                           const reg_pb_record *record)
{
    struct reg_query query = {.kind = REG_QUERY_CASE, .number = row->case_number};
    reg_pb_case_state state = record->licence       ? REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED
                              : record->case_record ? record->case_record->state
                                                    : REGISTRY__V1__CASE_STATE__CASE_STATE_UNSPECIFIED;
    int error;

    if (state == REGISTRY__V1__CASE_STATE__CASE_STATE_UNSPECIFIED)
        return 0;
    error = reg_query_wait(check->reader->store, &query);
    if (error == 0 && (query.case_count != 1 || query.cases[0].position < row->position ||
                       (query.cases[0].position == row->position &&
                        (query.cases[0].state != (uint32_t)state || query.cases[0].authority != header->authority ||
                         strcmp(query.cases[0].code, header->credit_code) != 0))))
        report(check, row->position, "办件视图与条目不符", "the case view contradicts the entry");
    reg_query_clear(&query);
    return error;
}

static int check_request_view(struct check *check, uint64_t position, const reg_pb_administration *administration)
{
    struct reg_query query = {
        .kind = REG_QUERY_REGISTER, .caller = administration->caller, .request_id = administration->request_id};
    int error;

    if (administration->request_id[0] == '\0')
        return 0;
    error = reg_query_wait(check->reader->store, &query);
    if (error == 0 &&
        (!query.request || query.request->position != position || administration->request_digest.len != REG_DIGEST_LEN ||
         memcmp(query.request->digest, administration->request_digest.data, REG_DIGEST_LEN) != 0))
        report(check, position, "请求视图与条目不符", "the request view contradicts the entry");
    reg_query_clear(&query);
    return error;
}

/* The view's row of a revision of the catalogue, which stands behind the one before it. */
static int check_catalogue_view(struct check *check, uint64_t position, const reg_pb_catalogue_record *catalogue)
{
    struct reg_query query = {.kind = REG_QUERY_CATALOGUES, .number = check->revisions};
    int32_t effective = 0;
    int error = reg_query_wait(check->reader->store, &query);

    if (error == 0 && *catalogue->effective && !reg_day_parse(catalogue->effective, &effective))
        report(check, position, "目录的生效日无法读取", "the catalogue's effective day cannot be read");
    if (error == 0 && catalogue->revision != ++check->revisions)
        report(check, position, "目录版次不连续", "the catalogue's revisions are not dense");
    if (error == 0 && (query.catalogue_count == 0 || query.catalogues[0].revision != catalogue->revision ||
                       query.catalogues[0].position != position || query.catalogues[0].effective != effective))
        report(check, position, "目录视图与条目不符", "the catalogue view contradicts the entry");
    reg_query_clear(&query);
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

/* A row of the view that no entry brought would be taken for a revision; not compared where the ledger grew meanwhile. */
static int check_last_revision(struct check *check, uint64_t size)
{
    struct reg_query query = {.kind = REG_QUERY_CATALOGUES, .number = check->revisions};
    int error = reg_query_wait(check->reader->store, &query);

    if (error == 0 && query.head.size == size && query.catalogue_count > 0)
        report(check, size - 1, "目录视图多出版次", "the catalogue view has a revision that no entry brought");
    reg_query_clear(&query);
    return error;
}

/* Is the entry one that lifts the restriction placed at `placed`? */
static int check_lifting(struct check *check, uint64_t position, uint64_t placed, struct reg_arena *arena)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = position, .limit = 1};
    reg_pb_record *record = NULL;
    int error = reg_query_wait(check->reader->store, &query);

    if (error == 0)
        error = query.entry_count == 1 && query.entries[0].position == position
                    ? reg_record_decode(query.entries[0].body, check->engine->facts.suite, NULL, arena, &record)
                    : REG_ERR_CORRUPT;
    if (error == 0 &&
        (!record->restriction || record->restriction->ends_case != REGISTRY__V1__RESTRICTION_RECORD__ENDS_LIFTS ||
         record->restriction->lifts != placed))
        error = REG_ERR_CORRUPT;
    reg_query_clear(&query);
    return judged(check, error, placed, "限制视图所记的解除条目不符",
                  "the restriction view names an entry that does not lift it");
}

/* The row that an entry placed, or lifted. */
static int check_restriction_view(struct check *check, uint64_t position, const reg_pb_record *record,
                                  struct reg_arena *arena)
{
    bool lifts = record->restriction->ends_case == REGISTRY__V1__RESTRICTION_RECORD__ENDS_LIFTS;
    struct reg_query query = {.kind = REG_QUERY_RESTRICTION, .number = lifts ? record->restriction->lifts : position};
    struct reg_restriction_row expected;
    int error = reg_query_wait(check->reader->store, &query);

    if (error != 0)
        goto out;
    if (query.restriction_count != 1) {
        report(check, position, "限制视图缺行", "the restriction view lacks its row");
    } else if (lifts) {
        if (query.restrictions[0].lifted != position)
            report(check, position, "限制视图与条目不符", "the restriction view contradicts the entry");
    } else {
        const struct reg_restriction_row *row = &query.restrictions[0];

        error = reg_restriction_row_of(check->engine, record, arena, &expected);
        if (error == 0 &&
            (strcmp(row->subject, expected.subject) != 0 || row->source != expected.source || row->since != expected.since ||
             row->until != expected.until || row->blocks != expected.blocks || row->unreachable != expected.unreachable ||
             strcmp(row->basis, expected.basis) != 0))
            error = REG_ERR_CORRUPT;
        error = judged(check, error, position, "限制视图与条目不符", "the restriction view contradicts the entry");
        if (error == 0 && row->lifted)
            error = check_lifting(check, row->lifted, position, arena);
    }
out:
    reg_query_clear(&query);
    return error;
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
    error = row->has_case ? check_case_view(check, row, header, record) : 0;
    if (error == 0 && record->administration)
        error = check_request_view(check, row->position, record->administration);
    if (error == 0 && record->licence) {
        if (strcmp(record->licence->credit_code, header->credit_code) != 0)
            report(check, row->position, "条目头的代码不符", "the header names another code");
        error = check_credential(check, row->position, record->licence);
    }
    if (error == 0 && record->licence)
        error = check_licence_view(check, row->position, record->licence);
    if (error == 0 && record->catalogue)
        error = check_catalogue_view(check, row->position, record->catalogue);
    if (error == 0 && record->restriction)
        error = check_restriction_view(check, row->position, record, arena);
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

static int count_erased(struct check *check, struct reg_bytes body)
{
    struct reg_arena *arena = reg_arena_new(0); /* a copy of the body, which is in memory already */
    ProtobufCMessage *message;
    int error = arena ? reg_message_decode(&registry__v1__stored_body__descriptor, body, REG_UNKNOWN_REFUSE, arena, &message,
                                           NULL)
                      : REG_ERR_NOMEM;

    for (size_t i = 0; error == 0 && i < ((reg_pb_stored_body *)message)->n_sections; i++)
        check->result.erased_sections += ((reg_pb_stored_body *)message)->sections[i]->sealed.len > 0;
    reg_arena_free(arena);
    return error == REG_ERR_NOMEM ? error : 0; /* reg_body_check says what does not decode */
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
    if (error == 0 && row->has_case && row->wrapped_key.len == 0) {
        error = count_erased(check, row->body);
        if (row->position == row->case_number) {
            check->keyless++;
            check->keyless_sum += row->case_number;
        }
    }
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

/* A leaf tile that is full must be stored as it was computed; higher ones follow from it (hash_at of the tree reads them).
 */
static int check_tile(struct check *check)
{
    struct reg_query query = {.kind = REG_QUERY_TILE, .number = check->tile.index};
    int error = reg_query_wait(check->reader->store, &query);

    if (error == 0 && (query.bytes.len != sizeof check->tile.hashes ||
                       memcmp(query.bytes.data, check->tile.hashes, sizeof check->tile.hashes) != 0))
        report(check, check->edge.size - 1, "哈希瓦片与条目不符", "the tile of hashes contradicts the entries");
    reg_query_clear(&query);
    return error;
}

static int grow_tree(struct check *check, const struct reg_entry_row *row)
{
    enum reg_suite suite = check->engine->facts.suite;
    uint8_t *leaf = check->tile.hashes[row->position % REG_TILE_WIDTH], root[REG_DIGEST_LEN];
    int error = reg_merkle_leaf(suite, row->header, leaf);

    check->tile.index = row->position / REG_TILE_WIDTH;
    if (error == 0)
        error = reg_edge_append(suite, &check->edge, leaf);
    if (error == 0 && check->edge.size % REG_TILE_WIDTH == 0)
        error = check_tile(check);
    if (error == 0 && check->edge.size == check->noted_size) {
        error = reg_edge_root(suite, &check->edge, root);
        if (error == 0 && memcmp(root, check->noted_root, REG_DIGEST_LEN) != 0)
            report(check, row->position, "与已签署的检查点不符", "the tree contradicts the signed checkpoint");
    }
    return error;
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

static int read_checkpoint(struct check *check)
{
    struct reg_query query = {.kind = REG_QUERY_CHECKPOINT};
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_error_info info = {0};
    const char *origin = arena ? reg_engine_origin(check->engine, arena) : NULL;
    int error = origin ? reg_query_wait(check->reader->store, &query) : REG_ERR_NOMEM;

    if (error == 0 && query.bytes.len > 0) {
        error =
            reg_checkpoint_verify(check->engine->keys[1], origin, query.bytes, &check->noted_size, check->noted_root, &info);
        error = judged(check, error, query.number, info.zh, info.en);
    }
    reg_query_clear(&query);
    reg_arena_free(arena);
    return error;
}

static int check_page(struct check *check, uint64_t from, uint64_t size, uint64_t *ret_next)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = from, .limit = PAGE};
    int error = reg_query_wait(check->reader->store, &query);

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

static int run(struct check *check, struct reg_error_info *info)
{
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    uint64_t size = 0, at = 0, next = 0;
    bool on = true;
    int error = reg_query_wait(check->reader->store, &head);

    if (error == 0) {
        size = head.head.size;
        error = read_checkpoint(check);
    }
    for (; error == 0 && at < size && on; at = next) {
        error = check_page(check, at, size, &next);
        if (next == at)
            break;
        on = !check->progress || check->progress(check->context, next, size);
    }
    if (error == 0 && on)
        error = check_head(check, size, &head.head);
    if (error == 0 && on && at == size)
        error = check_erasures(check, size);
    if (error == 0 && on && at == size)
        error = check_last_revision(check, size);
    if (error == 0 && on && at == size)
        error = check_last_pool(check, size);
    reg_query_clear(&head);
    if (error != 0)
        return reg_fail(info, error, "检查中断：%s", "the check could not go on: %s", reg_error_text(error));
    return 0;
}

int reg_ledger_check(struct reg_engine *engine, reg_progress_callback progress, reg_problem_callback problem, void *context,
                     struct reg_check_result *ret_result, struct reg_error_info *info)
{
    struct check *check = calloc(1, sizeof *check);
    int error;

    if (!check)
        return REG_ERR_NOMEM;
    check->engine = engine;
    check->progress = progress;
    check->problem = problem;
    check->context = context;
    error = reg_reader_open(engine, &check->reader, info);
    if (error == 0) {
        reg_tree_init(&check->tree, check->reader);
        error = run(check, info);
    }
    if (error == 0)
        *ret_result = check->result;
    reg_reader_close(check->reader);
    free(check);
    return error;
}
