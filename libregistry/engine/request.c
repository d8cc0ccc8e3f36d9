/* A request from its bytes to a judged filing. */
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"

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

    reg_message_encode(&request->message->base, &buf);
    bytes = reg_buf_bytes(&buf);
    error = buf.error ? buf.error : reg_digest(request->engine->facts.suite, &bytes, 1, request->digest);
    reg_buf_clear(&buf);
    return error;
}

int reg_request_new(struct reg_engine *engine, const struct reg_caller *caller, struct reg_bytes message,
                    struct reg_request **ret_request, struct reg_error_info *info)
{
    struct reg_request *request = calloc(1, sizeof *request);
    ProtobufCMessage *decoded;
    int error = REG_ERR_NOMEM;

    if (!request)
        return error;
    request->engine = engine;
    request->arena = reg_arena_new(REG_MESSAGE_BUDGET);
    if (!request->arena || !(request->caller = reg_arena_strdup(request->arena, caller->uri)))
        goto fail;
    error = reg_message_decode(&registry__v1__submit_filing_request__descriptor, message, REG_UNKNOWN_REFUSE, request->arena,
                               &decoded, info);
    if (error != 0)
        goto fail;
    request->message = (reg_pb_submit_filing_request *)decoded;
    error = check_request_id(request->message->request_id, info);
    if (error == 0 && !request->message->filing)
        error = reg_fail(info, REG_ERR_INVALID, "请求缺少 filing", "the request has no filing");
    if (error == 0)
        error = reg_filing_admit(engine, request->message->filing, info);
    if (error == 0)
        error = digest_message(request);
    if (error != 0)
        goto fail;
    request->hash = fnv(fnv(UINT64_C(0xcbf29ce484222325), request->caller), request->message->request_id);
    request->state = REG_REQUEST_AGAIN;
    *ret_request = request;
    return 0;
fail:
    reg_request_free(request);
    return error;
}

static void clear_work(struct reg_request *request)
{
    reg_data_clear(&request->body);
    reg_data_clear(&request->wrapped_key);
    reg_data_clear(&request->pending.header);
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
    reg_arena_free(request->arena);
    free(request);
}

/* A repeat: the stored outcome where the digests agree. */
static int answer_repeat(struct reg_request *request, const struct reg_request_row *row, const struct reg_entry_row *entry,
                         struct reg_error_info *info)
{
    uint8_t key[REG_CASE_KEY_LEN];
    struct reg_opened_entry opened;
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    if (memcmp(row->digest, request->digest, REG_DIGEST_LEN) != 0)
        return reg_fail(info, REG_ERR_EXISTS, "request_id “%s”已用于另一份申请，请换一个新的 request_id",
                        "request_id \"%s\" was used for another filing: take a new one", request->message->request_id);
    error = reg_entry_open(request->engine, entry, key, &opened);
    if (error == 0)
        error = reg_answer_submit(request->engine, &opened, &buf);
    reg_secret_wipe(key, sizeof key);
    if (error == 0)
        error = reg_buf_finish(&buf, &request->answer);
    reg_buf_clear(&buf);
    if (error == 0)
        request->state = REG_REQUEST_ANSWERED;
    return error;
}

int reg_request_settle(struct reg_request *request, const struct reg_query *view, struct reg_query *entry_query,
                       struct reg_error_info *info)
{
    if (entry_query->entry_count == 0 || entry_query->entries[0].position != view->request->position)
        return reg_fail(info, REG_ERR_CORRUPT, "登记库缺少条目 %llu", "the store lacks entry %llu",
                        (unsigned long long)view->request->position);
    return answer_repeat(request, view->request, &entry_query->entries[0], info);
}

static int judge(struct reg_request *request, const struct reg_query *view)
{
    const struct reg_engine *engine = request->engine;
    struct reg_judgement judgement;
    reg_pb_severity worst;
    int error;

    reg_register_view_fill(view, &request->needs, &request->view);
    if (request->view.parent.name) /* outlives the query */
        request->view.parent.name = reg_arena_strdup(request->work, request->view.parent.name);
    request->view_size = view->head.size;
    request->input = (struct reg_rule_input){
        .filing = request->message->filing,
        .view = &request->view,
        .catalogue = engine->catalogue,
        .type = reg_entity_type_find(request->message->filing->entity->type),
        .day = reg_day_of_time(engine->host.now(engine->host.context)),
        .node = engine->facts.role == REG_ROLE_NODE,
    };
    error = reg_filing_judge(&request->input, request->work, &judgement);
    if (error != 0)
        return error;
    request->findings = judgement.findings;
    request->finding_count = judgement.finding_count;
    request->merge = judgement.merge;
    worst = reg_findings_worst(request->findings, request->finding_count);
    request->outcome = worst == REGISTRY__V1__SEVERITY__SEVERITY_ERROR    ? REGISTRY__V1__CASE_STATE__CASE_STATE_RETURNED
                       : worst == REGISTRY__V1__SEVERITY__SEVERITY_REVIEW ? REGISTRY__V1__CASE_STATE__CASE_STATE_IN_REVIEW
                                                                          : REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED;
    request->state = REG_REQUEST_QUEUE;
    return 0;
}

int reg_request_prepare(struct reg_request *request, struct reg_reader *reader, struct reg_error_info *info)
{
    struct reg_query view = {0}, entry = {0};
    int error;

    if (request->attempts++ == ATTEMPTS_MAX)
        return reg_fail(info, REG_ERR_CONFLICT, "登记库持续变动，请稍后重试",
                        "the register kept changing under this filing: try again");
    clear_work(request);
    request->error = 0;
    request->work = reg_arena_new(REG_MESSAGE_BUDGET);
    if (!request->work)
        return REG_ERR_NOMEM;
    error = reg_rules_needs(request->message->filing, request->work, &request->needs);
    if (error == 0)
        error = reg_register_query_fill(&request->needs, request->message->filing->authority, request->work, &view);
    if (error != 0)
        goto out;
    view.caller = request->caller;
    view.request_id = request->message->request_id;
    error = reg_query_wait(reader->store, &view);
    if (error != 0)
        goto out;
    if (view.request) {
        entry = (struct reg_query){.kind = REG_QUERY_ENTRIES, .from = view.request->position, .limit = 1};
        error = reg_query_wait(reader->store, &entry);
        if (error == 0)
            error = reg_request_settle(request, &view, &entry, info);
    } else {
        error = judge(request, &view);
    }
out:
    if ((error == REG_ERR_NOMEM || error == REG_ERR_LIMIT) && reg_arena_over_budget(request->work))
        error = reg_filing_too_large(info);
    reg_query_clear(&view);
    reg_query_clear(&entry);
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
    return strcmp(a->caller, b->caller) == 0 && strcmp(a->message->request_id, b->message->request_id) == 0;
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
                                     request->pending.position, request->case_key};
    struct reg_buf buf = REG_BUF_INIT;
    int error = 0;

    if (request->state != REG_REQUEST_ANSWERED)
        return REG_ERR_INVALID;
    if (request->answer.data) /* a repeat */
        reg_buf_put(&buf, request->answer.data, request->answer.len);
    else
        error = reg_answer_submit(request->engine, &entry, &buf);
    if (error == 0)
        error = reg_buf_finish(&buf, ret_message);
    reg_buf_clear(&buf);
    return error;
}
