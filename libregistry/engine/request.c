/* A request from its bytes to a judged filing. */
#include "engine/revision.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "filing/amend.h"

#define ATTEMPTS_MAX 3

static int check_request_id(const char *id, struct reg_error_info *info)
{
    size_t len = strlen(id);

    if (len == 0 || len > REG_REQUEST_ID_MAX)
        return reg_fail(info, REG_ERR_INVALID, "request_id 应为 1 至 %d 字节", "request_id takes 1 to %d bytes",
                        REG_REQUEST_ID_MAX);
    return 0;
}

static uint64_t fnv(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

/* Equality of requests is equality of the library's own re-encoding. */
static int digest_message(struct reg_request *request)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_bytes bytes;
    int error;

    reg_message_encode(request->message, &buf);
    bytes = reg_buf_bytes(&buf);
    error = buf.error ? buf.error : reg_digest(request->engine->facts.suite, &bytes, 1, request->digest);
    reg_buf_clear(&buf);
    return error;
}

/* ---- the kinds of request ------------------------------------------------------------------------------------------ */

static int take_filing(struct reg_request *request, struct reg_error_info *info)
{
    const reg_pb_submit_filing_request *message = (const reg_pb_submit_filing_request *)request->message;

    request->request_id = message->request_id;
    if (!message->filing)
        return reg_fail(info, REG_ERR_INVALID, "请求缺少 filing", "the request has no filing");
    request->filed = message->filing;
    request->actor = message->filing->actor;
    return reg_filing_admit(request->engine, message->filing, info);
}

static int need_case(struct reg_request *request, uint64_t number, struct reg_error_info *info)
{
    if (number == 0)
        return reg_fail(info, REG_ERR_INVALID, "请给出办件号（number）", "give the case's number");
    request->case_number = number;
    return 0;
}

static int take_supplement(struct reg_request *request, struct reg_error_info *info)
{
    const reg_pb_supplement_case_request *message = (const reg_pb_supplement_case_request *)request->message;

    request->request_id = message->request_id;
    if (!message->filing)
        return reg_fail(info, REG_ERR_INVALID, "请求缺少 filing", "the request has no filing");
    request->actor = message->filing->actor;
    if (reg_filing_check_parts(message->filing, info) != 0)
        return REG_ERR_INVALID;
    return need_case(request, message->number, info);
}

static int take_decision(struct reg_request *request, struct reg_error_info *info)
{
    const reg_pb_decide_task_request *message = (const reg_pb_decide_task_request *)request->message;
    bool refuses = message->decision == REGISTRY__V1__DECISION__DECISION_REFUSE;

    request->request_id = message->request_id;
    request->actor = message->actor;
    request->decision = message->decision;
    request->reason = message->reason;
    request->basis = message->basis;
    if (message->decision == REGISTRY__V1__DECISION__DECISION_UNSPECIFIED)
        return reg_fail(info, REG_ERR_INVALID, "请求缺少决定（decision）", "the request has no decision");
    if (message->decision != REGISTRY__V1__DECISION__DECISION_ACCEPT && !message->reason[0])
        return reg_fail(info, REG_ERR_INVALID, "退回、不予登记须写明理由", "a return or refusal gives its reason");
    if (refuses && !message->basis[0])
        return reg_fail(info, REG_ERR_INVALID, "不予登记须写明法律依据", "a refusal gives its legal basis");
    return need_case(request, message->number, info);
}

static int take_withdrawal(struct reg_request *request, struct reg_error_info *info)
{
    const reg_pb_withdraw_case_request *message = (const reg_pb_withdraw_case_request *)request->message;

    request->request_id = message->request_id;
    request->actor = message->actor;
    return need_case(request, message->number, info);
}

/* A step of a licence's life is judged like a filing of its own kind, which nobody can send. */
static int take_step(struct reg_request *request, reg_pb_filing_kind kind, char *credit_code, struct reg_error_info *info)
{
    reg_pb_filing *filing = reg_arena_alloc(request->arena, sizeof *filing);

    if (!filing)
        return REG_ERR_NOMEM;
    if (strlen(credit_code) != REG_CODE_LEN)
        return reg_fail(info, REG_ERR_INVALID, "请给出统一社会信用代码（credit_code）", "give the credit code");
    registry__v1__filing__init(filing);
    filing->kind = kind;
    filing->credit_code = credit_code;
    filing->actor = request->actor;
    request->filed = filing;
    return 0;
}

static int take_resumption(struct reg_request *request, struct reg_error_info *info)
{
    const reg_pb_report_resumption_request *message = (const reg_pb_report_resumption_request *)request->message;

    request->request_id = message->request_id;
    request->actor = message->actor;
    return take_step(request, REGISTRY__V1__FILING_KIND__FILING_KIND_WAKE, message->credit_code, info);
}

/* The first credential of a licence that was taken over: it brings nothing but a new version. */
static int take_signing(struct reg_request *request, struct reg_error_info *info)
{
    const reg_pb_sign_licence_request *message = (const reg_pb_sign_licence_request *)request->message;

    request->request_id = message->request_id;
    return take_step(request, REGISTRY__V1__FILING_KIND__FILING_KIND_SIGN, message->credit_code, info);
}

static const struct {
    const ProtobufCMessageDescriptor *type;
    int (*take)(struct reg_request *request, struct reg_error_info *info);
} steps[] = {
    [REG_STEP_FILE] = {&registry__v1__submit_filing_request__descriptor, take_filing},
    [REG_STEP_SUPPLEMENT] = {&registry__v1__supplement_case_request__descriptor, take_supplement},
    [REG_STEP_DECIDE] = {&registry__v1__decide_task_request__descriptor, take_decision},
    [REG_STEP_WITHDRAW] = {&registry__v1__withdraw_case_request__descriptor, take_withdrawal},
    [REG_STEP_WAKE] = {&registry__v1__report_resumption_request__descriptor, take_resumption},
    [REG_STEP_PUBLISH] = {&registry__v1__publish_catalogue_request__descriptor, reg_publication_take},
    [REG_STEP_RESTRICT] = {&registry__v1__place_restriction_request__descriptor, reg_restriction_take},
    [REG_STEP_LIFT] = {&registry__v1__lift_restriction_request__descriptor, reg_lift_take},
    [REG_STEP_ADD_POOL] = {&registry__v1__add_pool_request__descriptor, reg_pool_take},
    [REG_STEP_RESERVE] = {&registry__v1__reserve_name_request__descriptor, reg_reservation_take},
    [REG_STEP_SIGN] = {&registry__v1__sign_licence_request__descriptor, take_signing},
};

int reg_request_new_step(struct reg_engine *engine, enum reg_step step, const struct reg_caller *caller,
                         struct reg_bytes message, struct reg_request **ret_request, struct reg_error_info *info)
{
    struct reg_request *request = calloc(1, sizeof *request);
    int error = REG_ERR_NOMEM;

    if (!request)
        return error;
    request->engine = engine;
    request->step = step;
    request->reason = request->basis = "";
    request->arena = reg_arena_new(REG_MESSAGE_BUDGET);
    if (!request->arena || !(request->caller = reg_arena_strdup(request->arena, caller->uri)))
        goto fail;
    error = reg_message_decode(steps[step].type, message, REG_UNKNOWN_REFUSE, request->arena, &request->message, info);
    if (error != 0)
        goto fail;
    error = steps[step].take(request, info);
    if (error == 0)
        error = check_request_id(request->request_id, info);
    if (error == 0)
        error = digest_message(request);
    if (error != 0)
        goto fail;
    request->hash = fnv(fnv(UINT64_C(0xcbf29ce484222325), request->caller), request->request_id);
    request->state = REG_REQUEST_AGAIN;
    *ret_request = request;
    return 0;
fail:
    reg_request_free(request);
    return error;
}

int reg_request_new(struct reg_engine *engine, const struct reg_caller *caller, struct reg_bytes message,
                    struct reg_request **ret_request, struct reg_error_info *info)
{
    return reg_request_new_step(engine, REG_STEP_FILE, caller, message, ret_request, info);
}

static void clear_work(struct reg_request *request)
{
    reg_data_clear(&request->body);
    reg_data_clear(&request->wrapped_key);
    reg_data_clear(&request->pending.header);
    reg_data_clear(&request->second.body);
    reg_data_clear(&request->second.wrapped_key);
    reg_data_clear(&request->second.pending.header);
    request->has_second = false;
    reg_secret_wipe(request->case_key, sizeof request->case_key);
    reg_arena_free(request->work);
    request->work = NULL;
    request->licence = NULL;
}

void reg_request_free(struct reg_request *request)
{
    if (!request)
        return;
    clear_work(request);
    reg_data_clear(&request->answer);
    reg_revision_free(request->revision);
    reg_arena_free(request->arena);
    free(request);
}

/* The answer that an entry makes to a request of this step. */
static int put_answer(const struct reg_request *request, const struct reg_opened_entry *entry, struct reg_buf *buf)
{
    if (!reg_request_restricts(request))
        return reg_answer_submit(request->engine, entry, buf);
    reg_restriction_answer(request->engine, entry->position, buf);
    return buf->error;
}

/* A repeat: the stored outcome where the digests agree. */
int reg_request_settle(struct reg_request *request, uint64_t position, const uint8_t digest[REG_DIGEST_LEN],
                       struct reg_query *entry_query, struct reg_error_info *info)
{
    uint8_t key[REG_CASE_KEY_LEN];
    struct reg_opened_entry opened;
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    if (entry_query->entry_count == 0 || entry_query->entries[0].position != position)
        return reg_fail(info, REG_ERR_CORRUPT, "登记库缺少条目 %llu", "the store lacks entry %llu",
                        (unsigned long long)position);
    if (memcmp(digest, request->digest, REG_DIGEST_LEN) != 0)
        return reg_fail(info, REG_ERR_EXISTS, "request_id “%s”已用于另一份申请，请换一个新的 request_id",
                        "request_id \"%s\" was used for another filing: take a new one", request->request_id);
    error = reg_entry_open(request->engine, &entry_query->entries[0], key, &opened);
    if (error == 0)
        error = put_answer(request, &opened, &buf);
    reg_secret_wipe(key, sizeof key);
    if (error == 0)
        error = reg_buf_finish(&buf, &request->answer);
    reg_buf_clear(&buf);
    if (error == 0)
        request->state = REG_REQUEST_ANSWERED;
    return error;
}

static int settle_seen(struct reg_request *request, struct reg_store_reader *reader, uint64_t position,
                       const uint8_t digest[REG_DIGEST_LEN], struct reg_error_info *info)
{
    struct reg_query entry = {.kind = REG_QUERY_ENTRIES, .from = position, .limit = 1};
    int error = reg_query_wait(reader, &entry);

    if (error == 0)
        error = reg_request_settle(request, position, digest, &entry, info);
    reg_query_clear(&entry);
    return error;
}

/* A request that goes on with a case, a restriction or what the operator does may be a repeat although that is no longer
 * where it was. */
static int settle_early(struct reg_request *request, struct reg_store_reader *reader, struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_REGISTER, .caller = request->caller, .request_id = request->request_id};
    int error = reg_query_wait(reader, &query);

    if (error == 0 && query.request)
        error = settle_seen(request, reader, query.request->position, query.request->digest, info);
    reg_query_clear(&query);
    return error;
}

static int not_in_review(const struct reg_request *request, struct reg_error_info *info)
{
    return reg_fail(info, REG_ERR_INVALID, "办件 %llu 不在审查中", "case %llu is not in review",
                    (unsigned long long)request->case_number);
}

/* The filing that the case holds, and what a supplement adds to it. */
static int load_case(struct reg_request *request, struct reg_store_reader *reader, struct reg_error_info *info)
{
    struct reg_case_row row;
    reg_pb_filing *stored = NULL, *filing = NULL;
    int error = reg_case_filing(request->engine, reader, request->case_number, request->work, &stored, &row,
                                request->case_key, info);

    if (error == 0 && row.state != REGISTRY__V1__CASE_STATE__CASE_STATE_IN_REVIEW)
        error = not_in_review(request, info);
    if (error != 0)
        return error;
    request->filed = stored;
    request->case_position = row.position;
    if (request->step != REG_STEP_SUPPLEMENT)
        return 0;
    error =
        reg_filing_supplement(stored, ((reg_pb_supplement_case_request *)request->message)->filing, request->work, &filing);
    request->filed = filing;
    return error == 0 ? reg_filing_admit(request->engine, filing, info) : error;
}

bool reg_request_administers(const struct reg_request *request)
{
    return request->step == REG_STEP_PUBLISH || request->step == REG_STEP_ADD_POOL;
}

static int prepare(struct reg_request *request, struct reg_store_reader *reader, struct reg_error_info *info)
{
    struct reg_asker asker = {request->caller, request->request_id};
    reg_pb_filing *base = NULL;
    bool restricts = reg_request_restricts(request);
    bool alone = restricts || reg_request_administers(request);
    int error = request->case_number || alone ? settle_early(request, reader, info) : 0;

    if (error != 0 || request->state == REG_REQUEST_ANSWERED)
        return error;
    if (request->revision)
        return reg_publication_prepare(request, reader, info);
    if (restricts)
        return reg_restriction_prepare(request, reader, info);
    if (reg_request_administers(request)) {
        request->state = REG_REQUEST_QUEUE;
        return 0;
    }
    error = request->case_number ? load_case(request, reader, info) : 0;
    if (error == REG_ERR_INVALID && settle_early(request, reader, info) == 0 && request->state == REG_REQUEST_ANSWERED)
        return 0; /* it was this request that decided the case meanwhile */
    if (error == 0)
        error = reg_base_filing(request->engine, reader, request->filed, request->work, &base, info);
    request->prep = (struct reg_preparation){.work = request->work};
    if (error == 0)
        error = reg_prepare(request->engine, reader, request->filed, base, &asker, &request->prep, info);
    if (error != 0)
        return error;
    if (request->prep.seen)
        return settle_seen(request, reader, request->prep.seen_position, request->prep.seen_digest, info);
    if (request->step == REG_STEP_SIGN && request->prep.before->licence->version > 0)
        return reg_fail(info, REG_ERR_EXISTS, "执照 %s 已有凭证", "licence %s has a credential already",
                        request->filed->credit_code);
    return request->step == REG_STEP_RESERVE ? reg_reservation_decide(request) : reg_request_decide(request, info);
}

int reg_request_prepare(struct reg_request *request, struct reg_reader *reader, struct reg_error_info *info)
{
    int error;

    if (request->attempts++ == ATTEMPTS_MAX)
        return reg_fail(info, REG_ERR_CONFLICT, "登记库持续变动，请稍后重试",
                        "the register kept changing under this filing: try again");
    clear_work(request);
    request->error = 0;
    request->state = REG_REQUEST_AGAIN;
    request->work = reg_arena_new(REG_MESSAGE_BUDGET);
    if (!request->work)
        return REG_ERR_NOMEM;
    error = prepare(request, reader->store, info);
    if ((error == REG_ERR_NOMEM || error == REG_ERR_LIMIT) && reg_arena_over_budget(request->work))
        error = reg_filing_too_large(info);
    return error;
}

enum reg_request_state reg_request_state(const struct reg_request *request)
{
    return request->state;
}

uint64_t reg_request_hash(const struct reg_request *request)
{
    return request->hash;
}

bool reg_request_same(const struct reg_request *a, const struct reg_request *b)
{
    return strcmp(a->caller, b->caller) == 0 && strcmp(a->request_id, b->request_id) == 0;
}

int reg_request_error(const struct reg_request *request, struct reg_error_info *info)
{
    if (request->error != 0 && info)
        *info = request->error_info;
    return request->error;
}

int reg_request_answer(const struct reg_request *request, struct reg_data *ret_message)
{
    struct reg_opened_entry entry = {reg_bytes_of(&request->pending.header), reg_bytes_of(&request->body),
                                     request->pending.position, request->case_row.number, request->case_key};
    struct reg_buf buf = REG_BUF_INIT;
    int error = 0;

    if (request->state != REG_REQUEST_ANSWERED)
        return REG_ERR_INVALID;
    if (request->answer.data) /* a repeat */
        reg_buf_put(&buf, request->answer.data, request->answer.len);
    else
        error = put_answer(request, &entry, &buf);
    if (error == 0)
        error = reg_buf_finish(&buf, ret_message);
    reg_buf_clear(&buf);
    return error;
}
