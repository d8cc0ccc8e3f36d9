/* Reads: a start and a completion each. With sqlite the completion comes before the start returns. */
#include "engine/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "base/wire.h"
#include "crypto/digest.h"
#include "engine/cache.h"
#include "engine/tail.h"

int reg_reader_open(struct reg_engine *engine, struct reg_reader **ret_reader, struct reg_error_info *info)
{
    struct reg_reader *reader = calloc(1, sizeof *reader);
    int error;

    if (!reader)
        return REG_ERR_NOMEM;
    reader->engine = engine;
    error = engine->store->ops->reader_open(engine->store, &reader->store, info);
    if (error != 0) {
        free(reader);
        return error;
    }
    *ret_reader = reader;
    return 0;
}

void reg_reader_close(struct reg_reader *reader)
{
    if (!reader)
        return;
    reg_reader_uncache(reader);
    reader->store->ops->reader_close(reader->store);
    free(reader);
}

void reg_reader_turn(struct reg_reader *reader, struct reg_reader_wait ret_waits[REG_READER_WAITS])
{
    struct reg_store_wait waits[REG_STORE_WAITS] = {{.fd = -1}, {.fd = -1}};

    if (reader->store->ops->turn)
        reader->store->ops->turn(reader->store, waits);
    for (size_t i = 0; i < REG_STORE_WAITS; i++)
        ret_waits[i] = (struct reg_reader_wait){waits[i].fd, waits[i].writing, waits[i].connection};
}

void reg_standby_figures(struct reg_engine *engine, struct reg_standby_figures *ret)
{
    const struct reg_store_counts *counts = &engine->store->counts;

    *ret = (struct reg_standby_figures){atomic_load_explicit(&counts->standby, memory_order_relaxed),
                                        atomic_load_explicit(&counts->behind, memory_order_relaxed),
                                        atomic_load_explicit(&counts->failed, memory_order_relaxed)};
}

static void read_free(struct read *read)
{
    reg_query_clear(&read->query);
    reg_credential_free(read->credential);
    reg_arena_free(read->arena);
    free(read);
}

void read_end(struct read *read, int error)
{
    struct reg_buf buf = REG_BUF_INIT;

    if (error == 0)
        error = read->answer(read, &buf);
    if (error == 0)
        error = buf.error;
    if (error == 0)
        reg_tail_know(read->engine->tail, read->query.head.size);
    if (error == REG_ERR_NOMEM && read->arena && reg_arena_over_budget(read->arena))
        error = REG_ERR_LIMIT;
    read->done(read->context, error, &read->info, error == 0 ? reg_buf_bytes(&buf) : (struct reg_bytes){NULL, 0});
    reg_buf_clear(&buf);
    read_free(read);
}

static void read_completed(struct reg_query *query, int error)
{
    read_end(query->context, error);
}

struct read *read_new(struct reg_reader *reader, const struct reg_caller *caller, const ProtobufCMessageDescriptor *type,
                      struct reg_bytes message, int (*answer)(struct read *read, struct reg_buf *buf), reg_read_callback done,
                      void *context)
{
    struct read *read = calloc(1, sizeof *read);
    int error = REG_ERR_NOMEM;

    if (!read) {
        done(context, error, NULL, (struct reg_bytes){NULL, 0});
        return NULL;
    }
    read->reader = reader;
    read->engine = reader->engine;
    read->store = reader->store;
    read->answer = answer;
    read->done = done;
    read->context = context;
    read->query.done = read_completed;
    read->query.context = read;
    reg_grant_of(caller, &read->grant);
    read->arena = reg_arena_new(REG_MESSAGE_BUDGET);
    if (read->arena)
        error = reg_message_decode(type, message, REG_UNKNOWN_IGNORE, read->arena, &read->message, &read->info);
    if (error != 0) {
        read_end(read, error);
        return NULL;
    }
    return read;
}

static uint64_t at_least_of(const struct read *read)
{
    const reg_pb_tree_size *size = NULL;

    if (read->message->descriptor == &registry__v1__get_licence_request__descriptor)
        size = ((const reg_pb_get_licence_request *)read->message)->at_least;
    return size ? size->size : 0;
}

void read_start(struct read *read)
{
    uint64_t known = atomic_load_explicit(&read->engine->tail->known, memory_order_acquire), wanted = at_least_of(read);

    read->query.at_least = known > wanted ? known : wanted;
    read->store->ops->start(read->store, &read->query);
}

bool read_may_file(struct read *read)
{
    if (read->grant.all)
        return true;
    read_end(read, reg_fail(&read->info, REG_ERR_DENIED, "申请和办件只供窗口和运营者使用",
                            "filings and cases are for windows and the operator"));
    return false;
}

/* ---- GetLicence ---------------------------------------------------------------------------------------------------- */

/* The tree size that the caller has seen already must be one of this registry. */
static int check_at_least(struct read *read, const reg_pb_tree_size *at_least)
{
    const struct reg_registry_facts *facts = &read->engine->facts;

    if (at_least && (at_least->registry_id.len != sizeof facts->id ||
                     memcmp(at_least->registry_id.data, facts->id, sizeof facts->id) != 0))
        return reg_fail(&read->info, REG_ERR_INVALID, "at_least 不是本登记库的树大小",
                        "at_least is not a tree size of this registry");
    return 0;
}

/* False: the store must be asked. */
static bool find_cached(struct read *read)
{
    struct reg_cache *cache = read->reader->cache;
    struct reg_cache_counts *counts;
    uint64_t size;
    bool usable, found;

    if (!cache)
        return false;
    counts = reg_cache_counts(cache);
    usable = reg_tail_usable(read->reader, at_least_of(read), &size);
    found = usable && reg_cache_find(cache, read->query.codes[0], &read->grant, &read->cached);
    atomic_fetch_add_explicit(found ? &counts->hits : usable ? &counts->misses : &counts->bypassed, 1, memory_order_relaxed);
    if (found)
        read->query.head.size = size > read->cached.as_of ? size : read->cached.as_of;
    return found;
}

static int answer_cached(struct read *read, struct reg_buf *buf)
{
    int error = reg_answer_status(read->engine, read->cached.row, read->query.head.size, buf);

    if (error == 0)
        reg_wire_put_bytes(buf, 2, read->cached.view);
    return error != 0 ? error : buf->error;
}

/* What the follower has passed since the query was answered may be out of date. */
static void keep(struct read *read, struct reg_bytes view)
{
    struct reg_reader *reader = read->reader;

    if (!reader->cache)
        return;
    reg_reader_catch_up(reader);
    if (read->query.head.size >= reader->followed && read->query.head.rebuilt == reader->rebuilt)
        reg_cache_put(reader->cache, &read->query.licences[0], &read->grant, read->query.head.size, view);
}

static int answer_stored(struct read *read, const struct reg_opened_entry *entry, struct reg_buf *buf)
{
    struct reg_buf view = REG_BUF_INIT;
    int error = reg_answer_status(read->engine, &read->query.licences[0], read->query.head.size, buf);

    if (error == 0)
        error = reg_view_build(read->engine->facts.suite, entry->header, entry->body, &read->grant, entry->case_key, &view);
    if (error == 0)
        error = view.error;
    if (error == 0) {
        reg_wire_put_bytes(buf, 2, reg_buf_bytes(&view));
        keep(read, reg_buf_bytes(&view));
    }
    reg_buf_clear(&view);
    return error;
}

static int answer_get_licence(struct read *read, struct reg_buf *buf)
{
    const reg_pb_get_licence_request *request = (reg_pb_get_licence_request *)read->message;
    uint8_t key[REG_CASE_KEY_LEN];
    struct reg_opened_entry entry;
    int error;

    if (read->query.head.size < at_least_of(read))
        return reg_fail(&read->info, REG_ERR_UNAVAILABLE, "登记库只有 %llu 条，少于 at_least，请稍后重试",
                        "the registry has %llu entries, fewer than at_least: try again later",
                        (unsigned long long)read->query.head.size);
    if (read->query.licence_count == 0)
        return reg_fail(&read->info, REG_ERR_NOT_FOUND, "本登记库没有代码 %s 的执照",
                        "this registry has no licence of code %s", request->credit_code);
    if (read->query.entry_count == 0)
        return reg_fail(&read->info, REG_ERR_CORRUPT, "登记库缺少执照 %s 的条目", "the store lacks the entry of licence %s",
                        request->credit_code);
    error = reg_entry_open(read->engine, &read->query.entries[0], key, &entry);
    if (error == 0)
        error = answer_stored(read, &entry, buf);
    reg_secret_wipe(key, sizeof key);
    return error;
}

void reg_get_licence(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                     reg_read_callback done, void *context)
{
    struct read *read =
        read_new(reader, caller, &registry__v1__get_licence_request__descriptor, message, answer_get_licence, done, context);
    const char **code;
    enum reg_code_reason reason;
    int error;

    if (!read)
        return;
    code = reg_arena_alloc(read->arena, sizeof *code);
    if (!code) {
        read_end(read, REG_ERR_NOMEM);
        return;
    }
    *code = ((reg_pb_get_licence_request *)read->message)->credit_code;
    if (reg_code_check(*code, strlen(*code), &reason) == REG_VERDICT_INVALID) {
        read_end(read, reg_fail(&read->info, REG_ERR_INVALID, "统一社会信用代码“%.40s”无效：%s",
                                "credit code \"%.40s\" is invalid (%s)", *code, reg_code_reason_name(reason)));
        return;
    }
    error = check_at_least(read, ((reg_pb_get_licence_request *)read->message)->at_least);
    if (error != 0) {
        read_end(read, error);
        return;
    }
    read->query.kind = REG_QUERY_LICENCES;
    read->query.codes = code;
    read->query.code_count = 1;
    read->query.with_entries = true;
    if (find_cached(read)) {
        read->answer = answer_cached;
        read_end(read, 0);
    } else {
        read_start(read);
    }
}

/* ---- VerifyCredential ---------------------------------------------------------------------------------------------- */

static const struct {
    reg_pb_licence_state state;
    reg_pb_credential_status status;
} state_status[] = {
    {REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING, REGISTRY__V1__CREDENTIAL_STATUS__CREDENTIAL_STATUS_VALID},
    {REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DORMANT, REGISTRY__V1__CREDENTIAL_STATUS__CREDENTIAL_STATUS_DORMANT},
    {REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_REVOKED, REGISTRY__V1__CREDENTIAL_STATUS__CREDENTIAL_STATUS_REVOKED},
    {REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_ORDERED_CLOSED, REGISTRY__V1__CREDENTIAL_STATUS__CREDENTIAL_STATUS_REVOKED},
    {REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DEREGISTERED,
     REGISTRY__V1__CREDENTIAL_STATUS__CREDENTIAL_STATUS_DEREGISTERED},
    {REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_ANNULLED, REGISTRY__V1__CREDENTIAL_STATUS__CREDENTIAL_STATUS_ANNULLED},
    {REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_MOVED_OUT, REGISTRY__V1__CREDENTIAL_STATUS__CREDENTIAL_STATUS_MOVED_OUT},
};

/* Every state but existing outranks superseded. */
static reg_pb_credential_status status_of(const struct reg_licence_row *row, uint64_t serial)
{
    if (row->state == REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING && row->serial != serial)
        return REGISTRY__V1__CREDENTIAL_STATUS__CREDENTIAL_STATUS_SUPERSEDED;
    for (size_t i = 0; i < sizeof state_status / sizeof *state_status; i++)
        if (state_status[i].state == (reg_pb_licence_state)row->state)
            return state_status[i].status;
    return REGISTRY__V1__CREDENTIAL_STATUS__CREDENTIAL_STATUS_UNSPECIFIED;
}

/* Are these bytes the credential that is stored under their serial? */
static int stored_equal(struct read *read, bool *ret)
{
    struct reg_bytes bytes = reg_credential_bytes(read->credential);
    reg_pb_record *record;
    int error;

    *ret = false;
    if (read->query.serial_count == 0 || read->query.entry_count == 0)
        return 0;
    error = reg_record_decode(read->query.entries[0].body, read->engine->facts.suite, NULL, read->arena, &record);
    if (error == 0 && record->licence)
        *ret = record->licence->credential.len == bytes.len &&
               memcmp(record->licence->credential.data, bytes.data, bytes.len) == 0;
    return error;
}

static void explain(struct read *read, reg_pb_verify_credential_response *response)
{
    const struct reg_public_key *key = reg_signer_public_key(read->engine->issuer);

    if (reg_credential_verify(read->credential, key, NULL) == 0) {
        response->problem_zh = (char *)"签名属实，但本登记库（尚）不知此凭证，请稍后再验";
        response->problem_en = (char *)"signed by this registry, which does not know the credential (yet): verify again later";
    } else {
        response->problem_zh = (char *)"不是本登记库签发的凭证，或已被篡改";
        response->problem_en = (char *)"not signed by this registry, or altered";
    }
}

static int answer_verify(struct read *read, struct reg_buf *buf)
{
    reg_pb_verify_credential_response response = REGISTRY__V1__VERIFY_CREDENTIAL_RESPONSE__INIT;
    reg_pb_tree_size as_of = REGISTRY__V1__TREE_SIZE__INIT;
    bool equal;
    int error = reg_credential_claims(read->credential, read->arena, &response.claims);

    if (error == 0)
        error = stored_equal(read, &equal);
    if (error != 0)
        return error;
    if (equal) {
        response.authentic = true;
        if (read->query.licence_count > 0)
            response.status = status_of(&read->query.licences[0], reg_credential_serial(read->credential));
    } else {
        explain(read, &response);
    }
    as_of.registry_id = (ProtobufCBinaryData){sizeof read->engine->facts.id, read->engine->facts.id};
    as_of.size = read->query.head.size;
    response.as_of = &as_of;
    response.time_ms = read->engine->host.now(read->engine->host.context);
    reg_message_encode(&response.base, buf);
    return buf->error;
}

static int answer_unreadable(struct read *read, struct reg_buf *buf)
{
    reg_pb_verify_credential_response response = REGISTRY__V1__VERIFY_CREDENTIAL_RESPONSE__INIT;

    response.problem_zh = read->info.zh;
    response.problem_en = read->info.en;
    response.time_ms = read->engine->host.now(read->engine->host.context);
    reg_message_encode(&response.base, buf);
    return buf->error;
}

void reg_verify_credential(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                           reg_read_callback done, void *context)
{
    struct read *read = read_new(reader, caller, &registry__v1__verify_credential_request__descriptor, message,
                                 answer_verify, done, context);
    const reg_pb_verify_credential_request *request;
    struct reg_bytes given;
    int error;

    if (!read)
        return;
    request = (reg_pb_verify_credential_request *)read->message;
    if (request->credential_case == REGISTRY__V1__VERIFY_CREDENTIAL_REQUEST__CREDENTIAL_CREDENTIAL_BYTES)
        given = (struct reg_bytes){request->credential_bytes.data, request->credential_bytes.len};
    else if (request->credential_case == REGISTRY__V1__VERIFY_CREDENTIAL_REQUEST__CREDENTIAL_TEXT)
        given = (struct reg_bytes){(uint8_t *)request->text, strlen(request->text)};
    else {
        read_end(read, reg_fail(&read->info, REG_ERR_INVALID, "请给出凭证", "give a credential"));
        return;
    }
    error = reg_credential_parse(given, &read->credential, &read->info);
    if (error == REG_ERR_NOMEM) {
        read_end(read, error);
    } else if (error != 0) { /* not a fault: the answer is that it is none */
        read->answer = answer_unreadable;
        read_end(read, 0);
    } else {
        read->query.kind = REG_QUERY_SERIAL;
        read->query.number = reg_credential_serial(read->credential);
        read_start(read);
    }
}
