/* From a judged filing to a body that is ready to append: lease, credential, lint, sections, seal. */
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "licence/credential.h"

#define VERIFY_ONE_IN 1000
#define READ_SLACK    ((size_t)65536) /* what reading an entry back takes beside its record */

static bool leads_to_licence(const struct reg_request *request)
{
    return request->outcome == REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED;
}

/* ---- lease --------------------------------------------------------------------------------------------------------- */

static int take(struct reg_engine *engine, struct reg_block *block, enum reg_lease_kind kind, uint64_t *ret,
                struct reg_error_info *info)
{
    if (block->left == 0) {
        struct reg_lease lease;
        int error = engine->store->ops->lease(engine->store, kind, engine->facts.authority, REG_LEASE_BLOCK, &lease, info);

        if (error != 0)
            return error;
        if (lease.count == 0)
            return reg_fail(info, REG_ERR_EXHAUSTED, "主体标识码码段已用尽，请运营者增加码段",
                            "the pool of subject codes is used up: the operator must add a range");
        block->next = lease.first;
        block->left = lease.count;
        memcpy(block->prefix, lease.prefix, sizeof block->prefix);
    }
    *ret = block->next++;
    block->left--;
    return 0;
}

static int lease_code(struct reg_request *request, struct reg_error_info *info)
{
    struct reg_engine *engine = request->engine;
    char body[9];
    uint64_t number;
    int error;

    if (engine->facts.role == REG_ROLE_NODE) {
        memcpy(request->code, request->message->filing->assigned_code, REG_CODE_LEN + 1);
        return 0;
    }
    error = take(engine, &engine->codes, REG_LEASE_CODES, &number, info);
    if (error == 0)
        error = reg_code_pool_body(engine->codes.prefix, number, body);
    if (error == 0)
        error = reg_code_make(request->input.type->prefix, request->message->filing->authority, body, request->code);
    return error;
}

int reg_engine_lease(struct reg_engine *engine, struct reg_request *const *requests, size_t count,
                     struct reg_error_info *info)
{
    for (size_t i = 0; i < count; i++) {
        struct reg_request *request = requests[i];
        struct reg_error_info detail = {0};
        int error;

        if (request->state != REG_REQUEST_QUEUE || !leads_to_licence(request))
            continue;
        error = lease_code(request, &detail);
        if (error == 0)
            error = take(engine, &engine->serials, REG_LEASE_SERIALS, &request->serial, &detail);
        if (error == REG_ERR_EXHAUSTED || error == REG_ERR_INVALID || error == REG_ERR_LIMIT) {
            request->error = error;
            request->error_info = detail;
        } else if (error != 0) {
            if (info)
                *info = detail;
            return error;
        }
    }
    return 0;
}

/* ---- the credential ------------------------------------------------------------------------------------------------ */

static int fill_record(struct reg_request *request, int64_t now_ms)
{
    const struct reg_engine *engine = request->engine;
    reg_pb_licence_record *licence = request->licence;
    uint8_t *nonce = reg_arena_alloc(request->work, REG_CREDENTIAL_NONCE_LEN);
    int error;

    if (!nonce)
        return REG_ERR_NOMEM;
    error = engine->host.random(engine->host.context, nonce, REG_CREDENTIAL_NONCE_LEN);
    if (error != 0)
        return error;
    licence->credit_code = request->code;
    licence->serial = request->serial;
    licence->version = 1;
    licence->revision = 1;
    licence->credential_nonce = (ProtobufCBinaryData){REG_CREDENTIAL_NONCE_LEN, nonce};
    if (engine->facts.role == REG_ROLE_REGISTRAR) { /* the day the licence is issued (条例 §21) */
        char day[REG_DAY_TEXT];

        reg_day_format(reg_day_of_time(now_ms), day);
        licence->established = reg_arena_strdup(request->work, day);
        if (!licence->established)
            return REG_ERR_NOMEM;
    }
    return reg_merge_set_code(&request->merge, engine->catalogue, request->code, request->work);
}

static int sign_credential(struct reg_request *request, int64_t iat, struct reg_error_info *info)
{
    struct reg_engine *engine = request->engine;
    bool sample = atomic_fetch_add(&engine->signed_count, 1) % VERIFY_ONE_IN == 0;
    struct reg_buf buf = REG_BUF_INIT;
    uint8_t *copy = NULL;
    int error = reg_credential_make(engine->issuer, request->licence, &request->merge.merged, iat, &buf);

    if (error == 0)
        error = reg_credential_lint(reg_buf_bytes(&buf), request->licence, &request->merge.merged, iat,
                                    sample ? reg_signer_public_key(engine->issuer) : NULL, info);
    if (error == 0 && !(copy = reg_arena_memdup(request->work, buf.data, buf.len)))
        error = REG_ERR_NOMEM;
    if (error == 0)
        request->licence->credential = (ProtobufCBinaryData){buf.len, copy};
    reg_buf_clear(&buf);
    return error;
}

/* ---- sections ------------------------------------------------------------------------------------------------------ */

static bool in_item_record(const struct reg_merge *merge, const char *key)
{
    for (size_t i = 0; i < merge->record_count; i++)
        for (size_t j = 0; j < merge->records[i]->n_facts; j++)
            if (strcmp(merge->records[i]->facts[j]->key, key) == 0)
                return true;
    return false;
}

/* Answers that no item's section carries stay with the administration: nothing that was filed is lost. */
static int other_facts(const struct reg_request *request, reg_pb_administration *administration)
{
    const reg_pb_filing *filing = request->message->filing;

    administration->facts =
        reg_arena_alloc(request->work, (filing->n_facts ? filing->n_facts : 1) * sizeof *administration->facts);
    if (!administration->facts)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < filing->n_facts; i++)
        if (!in_item_record(&request->merge, filing->facts[i]->key))
            administration->facts[administration->n_facts++] = filing->facts[i];
    return 0;
}

static int build_administration(struct reg_request *request, reg_pb_administration *administration)
{
    const reg_pb_filing *filing = request->message->filing;

    registry__v1__administration__init(administration);
    administration->caller = (char *)request->caller;
    administration->request_id = request->message->request_id;
    administration->request_digest = (ProtobufCBinaryData){REG_DIGEST_LEN, request->digest};
    administration->actor = filing->actor;
    administration->channel = filing->channel;
    administration->n_materials = filing->n_materials;
    administration->materials = filing->materials;
    administration->n_items_asked = filing->n_items_asked;
    administration->items_asked = filing->items_asked;
    if (filing->follows_case == REGISTRY__V1__FILING__FOLLOWS_PREVIOUS_CASE) {
        administration->follows_case = REGISTRY__V1__ADMINISTRATION__FOLLOWS_PREVIOUS_CASE;
        administration->previous_case = filing->previous_case;
    }
    if (!leads_to_licence(request))
        return 0;
    administration->savings = &request->merge.savings;
    administration->n_findings = request->finding_count;
    administration->findings = request->findings;
    return other_facts(request, administration);
}

static int add_fragment(struct reg_fragment *fragments, size_t *count, uint32_t id, const reg_pb_record *record)
{
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    reg_message_encode(&record->base, &buf);
    error = reg_buf_finish(&buf, &fragments[*count].bytes);
    if (error == 0)
        fragments[(*count)++].id = id;
    return error;
}

int reg_case_fragments(const struct reg_request *request, const reg_pb_administration *administration,
                       struct reg_fragment **ret_fragments, size_t *ret_count)
{
    struct reg_fragment *fragments = calloc(3, sizeof *fragments);
    reg_pb_case_record public_case = REGISTRY__V1__CASE_RECORD__INIT;
    reg_pb_filing_record filing = REGISTRY__V1__FILING_RECORD__INIT;
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    char deadline[REG_DAY_TEXT];
    size_t count = 0;
    int error;

    if (!fragments)
        return REG_ERR_NOMEM;
    public_case.state = request->outcome;
    public_case.kind = request->message->filing->kind;
    if (request->outcome == REGISTRY__V1__CASE_STATE__CASE_STATE_IN_REVIEW) {
        reg_day_format(reg_case_deadline(request->input.day), deadline);
        public_case.deadline = deadline;
    }
    record.case_record = &public_case;
    error = add_fragment(fragments, &count, REG_SECTION_PUBLIC, &record);
    record.case_record = NULL;
    record.administration = (reg_pb_administration *)administration;
    if (error == 0)
        error =
            add_fragment(fragments, &count,
                         REG_SECTION_RESTRICTED + REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_ADMINISTRATION, &record);
    record.administration = NULL;
    filing.filing = request->message->filing;
    filing.n_findings = request->finding_count;
    filing.findings = request->findings;
    filing.n_outcomes = request->merge.outcome_count;
    filing.outcomes = request->merge.outcomes;
    record.filing = &filing;
    if (error == 0)
        error = add_fragment(fragments, &count,
                             REG_SECTION_RESTRICTED + REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_FILING, &record);
    if (error != 0) {
        reg_fragments_free(fragments, count);
        return error;
    }
    *ret_fragments = fragments;
    *ret_count = count;
    return 0;
}

/* What is appended can be read back: the decoding that every answer does, within the same budget. */
static int check_readable(const struct reg_fragment *fragments, size_t count, struct reg_error_info *info)
{
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET - READ_SLACK);
    struct reg_buf whole = REG_BUF_INIT;
    ProtobufCMessage *record;
    int error;

    for (size_t i = 0; i < count; i++)
        reg_buf_put(&whole, fragments[i].bytes.data, fragments[i].bytes.len);
    error = arena ? whole.error : REG_ERR_NOMEM;
    if (error == 0)
        error = reg_message_decode(&registry__v1__record__descriptor, reg_buf_bytes(&whole), REG_UNKNOWN_REFUSE, arena,
                                   &record, info);
    if (error == REG_ERR_LIMIT)
        reg_filing_too_large(info);
    reg_buf_wipe(&whole);
    reg_arena_free(arena);
    return error;
}

static int build_body(struct reg_request *request, struct reg_error_info *info)
{
    const struct reg_engine *engine = request->engine;
    reg_pb_administration administration;
    struct reg_fragment *fragments = NULL;
    struct reg_buf wrapped = REG_BUF_INIT;
    uint8_t nonce[REG_SEAL_NONCE_LEN];
    size_t count = 0;
    int error = build_administration(request, &administration);

    if (error == 0)
        error = leads_to_licence(request)
                    ? reg_licence_fragments(request->licence, &request->merge, request->message->filing, &administration,
                                            &fragments, &count)
                    : reg_case_fragments(request, &administration, &fragments, &count);
    if (error == 0)
        error = check_readable(fragments, count, info);
    if (error == 0)
        error = engine->host.random(engine->host.context, request->case_key, sizeof request->case_key);
    if (error == 0)
        error = engine->host.random(engine->host.context, nonce, sizeof nonce);
    if (error == 0)
        error = reg_body_build(engine->facts.suite, fragments, count, request->case_key, &engine->host, &request->body,
                               request->pending.digest);
    if (error == 0)
        error = reg_case_key_wrap(engine->master, request->case_key, nonce, &wrapped);
    if (error == 0)
        error = reg_buf_finish(&wrapped, &request->wrapped_key);
    reg_buf_clear(&wrapped);
    reg_fragments_free(fragments, count);
    return error;
}

/* ---- the rows ------------------------------------------------------------------------------------------------------ */

static reg_pb_entry_kind entry_kind(const struct reg_request *request)
{
    if (leads_to_licence(request))
        return REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_LICENCE;
    return request->outcome == REGISTRY__V1__CASE_STATE__CASE_STATE_RETURNED
               ? REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_RETURNED
               : REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_IN_REVIEW;
}

static void fill_licence_rows(struct reg_request *request)
{
    const reg_pb_licence_record *licence = request->licence;

    request->licence_row = (struct reg_licence_row){.serial = licence->serial,
                                                    .version = licence->version,
                                                    .revision = licence->revision,
                                                    .state = (uint32_t)licence->state,
                                                    .authority = licence->authority,
                                                    .type = licence->type,
                                                    .name = licence->name ? licence->name->full : ""};
    memcpy(request->licence_row.code, request->code, sizeof request->code);
    request->serial_row = (struct reg_serial_row){.serial = licence->serial, .version = licence->version};
    memcpy(request->serial_row.code, request->code, sizeof request->code);
    request->pending.licence = &request->licence_row;
    request->pending.serial = &request->serial_row;
    request->pending.name_key = request->needs.name_key;
    request->pending.code = request->code;
}

static void fill_rows(struct reg_request *request)
{
    uint32_t authority = request->message->filing->authority;

    request->pending.kind = entry_kind(request);
    request->pending.code = "";
    request->pending.authority = authority;
    request->pending.body = reg_bytes_of(&request->body);
    request->pending.wrapped_key = reg_bytes_of(&request->wrapped_key);
    request->case_row = (struct reg_case_row){.state = (uint32_t)request->outcome, .authority = authority};
    request->request_row = (struct reg_request_row){.caller = request->caller, .request_id = request->message->request_id};
    memcpy(request->request_row.digest, request->digest, REG_DIGEST_LEN);
    request->pending.case_row = &request->case_row;
    request->pending.request = &request->request_row;
    if (leads_to_licence(request)) {
        memcpy(request->case_row.code, request->code, sizeof request->code);
        fill_licence_rows(request);
    }
}

int reg_request_sign(struct reg_request *request, struct reg_error_info *info)
{
    const struct reg_engine *engine = request->engine;
    int64_t now_ms = engine->host.now(engine->host.context);
    struct reg_error_info detail = {0};
    int error = 0;

    if (request->state != REG_REQUEST_QUEUE || request->error != 0)
        return request->error;
    request->pending = (struct reg_pending){0};
    if (leads_to_licence(request)) {
        error = reg_licence_record_build(&request->input, &request->merge, engine->facts.catalogue_revision, request->work,
                                         &request->licence);
        if (error == 0)
            error = fill_record(request, now_ms);
        if (error == 0)
            error = sign_credential(request, now_ms / 1000, &detail);
    }
    if (error == 0)
        error = build_body(request, &detail);
    if (error == 0)
        fill_rows(request);
    else if (error == REG_ERR_NOMEM && reg_arena_over_budget(request->work))
        error = reg_filing_too_large(&detail);
    request->error = error; /* a batch passes over what could not be signed */
    request->error_info = detail;
    if (error != 0 && info)
        *info = detail;
    return error;
}
