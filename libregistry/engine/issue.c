/* From a judged filing to one that is ready to append: lease, credential, lint. */
#include "engine/revision.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "identity/division.h"
#include "licence/credential.h"

#define VERIFY_ONE_IN 1000

/* ---- lease --------------------------------------------------------------------------------------------------------- */

/* How many to lease now. A lease that fails does not let the next one grow: what is gone stays within what was used. */
static unsigned want(const struct reg_block *block)
{
    return block->want == 0 ? 1 : block->want * 2 < REG_LEASE_BLOCK ? block->want * 2 : REG_LEASE_BLOCK;
}

static void fill(struct reg_block *block, const struct reg_lease *lease)
{
    block->next = lease->first;
    block->left = lease->count;
    memcpy(block->prefix, lease->prefix, sizeof block->prefix);
}

static uint64_t take(struct reg_block *block)
{
    block->left--;
    return block->next++;
}

static int take_serial(struct reg_engine *engine, uint64_t *ret, struct reg_error_info *info)
{
    unsigned count = want(&engine->serials);
    struct reg_lease lease;
    int error = 0;

    if (engine->serials.left == 0) {
        error = engine->store->ops->lease(engine->store, REG_LEASE_SERIALS, engine->facts.authority, count, &lease, info);
        if (error != 0)
            return error;
        engine->serials.want = count;
        fill(&engine->serials, &lease);
    }
    *ret = take(&engine->serials);
    return 0;
}

/* Whose pool an authority uses that has none of its own: the one above it, the registry's at last. 0: there is none above. */
static uint32_t superior(const struct reg_engine *engine, uint32_t authority)
{
    uint32_t above = authority % 100 ? authority - authority % 100 : authority - authority % 10000;

    if (authority == engine->facts.authority)
        return 0;
    return above != authority && reg_division_within(engine->facts.authority, above) ? above : engine->facts.authority;
}

static struct reg_block *block_of(struct reg_engine *engine, uint32_t authority)
{
    struct reg_block *grown;

    for (size_t i = 0; i < engine->code_blocks; i++)
        if (engine->codes[i].authority == authority)
            return &engine->codes[i];
    grown = realloc(engine->codes, (engine->code_blocks + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    engine->codes = grown;
    grown[engine->code_blocks] = (struct reg_block){.authority = authority};
    return &grown[engine->code_blocks++];
}

/* Fills an authority's block with at most `count` numbers of the pool that it uses. */
static int fill_block(struct reg_engine *engine, struct reg_block *block, unsigned count, struct reg_error_info *info)
{
    struct reg_lease lease = {.no_pool = true};
    uint32_t authority = block->authority;
    int error = 0;

    for (uint32_t owner = authority; error == 0 && owner && lease.no_pool; owner = superior(engine, owner))
        error = engine->store->ops->lease(engine->store, REG_LEASE_CODES, owner, count, &lease, info);
    if (error == 0 && lease.count == 0)
        error = reg_fail(info, REG_ERR_EXHAUSTED, "登记机关 %u 的主体标识码码段已用尽，请运营者用 registryctl pool add 增加码段",
                         "the subject codes of authority %u are used up: the operator adds a pool by registryctl pool add",
                         authority);
    if (error == 0)
        fill(block, &lease);
    return error;
}

int reg_codes_want(struct reg_engine *engine, uint32_t authority, uint64_t count, struct reg_error_info *info)
{
    struct reg_block *block = block_of(engine, authority);

    if (!block)
        return REG_ERR_NOMEM;
    return block->left > 0 || count == 0 ? 0 : fill_block(engine, block, count < UINT16_MAX ? (unsigned)count : UINT16_MAX, info);
}

int reg_code_take(struct reg_engine *engine, uint32_t authority, char ret[9], struct reg_error_info *info)
{
    struct reg_block *block = block_of(engine, authority);
    int error = block ? 0 : REG_ERR_NOMEM;

    if (error == 0 && block->left == 0) {
        unsigned count = want(block);

        error = fill_block(engine, block, count, info);
        block->want = error == 0 ? count : block->want;
    }
    return error == 0 ? reg_code_pool_body(block->prefix, take(block), ret) : error;
}

static int lease_code(struct reg_request *request, struct reg_error_info *info)
{
    struct reg_engine *engine = request->engine;
    const reg_pb_filing *filing = request->prep.whole;
    char body[9];
    int error;

    if (!reg_request_founds(request) || filing->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_MOVE_IN) {
        memcpy(request->code, filing->credit_code, REG_CODE_LEN + 1);
        return 0;
    }
    if (engine->facts.role == REG_ROLE_NODE) {
        memcpy(request->code, filing->assigned_code, REG_CODE_LEN + 1);
        return 0;
    }
    error = reg_code_take(engine, filing->authority, body, info);
    if (error == 0)
        error = reg_code_make(request->prep.input.type->prefix, filing->authority, body, request->code);
    return error;
}

int reg_engine_lease(struct reg_engine *engine, struct reg_request *const *requests, size_t count,
                     struct reg_error_info *info)
{
    for (size_t i = 0; i < count; i++) {
        struct reg_request *request = requests[i];
        struct reg_error_info detail = {0};
        int error;

        if (request->state != REG_REQUEST_QUEUE || !reg_request_licenses(request))
            continue;
        error = lease_code(request, &detail);
        if (error == 0 && request->new_version)
            error = take_serial(engine, &request->serial, &detail);
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

/* A new version has a serial and a nonce of its own; a revision of the same version keeps those, and the credential. */
static int number_record(struct reg_request *request)
{
    const struct reg_engine *engine = request->engine;
    const reg_pb_licence_record *before = reg_request_founds(request) ? NULL : request->prep.before->licence;
    reg_pb_licence_record *licence = request->licence;
    uint8_t *nonce;

    licence->credit_code = request->code;
    licence->revision = before ? before->revision + 1 : 1;
    if (!request->new_version) {
        licence->serial = before->serial;
        licence->version = before->version;
        licence->credential = before->credential;
        licence->credential_nonce = before->credential_nonce;
        return 0;
    }
    licence->serial = request->serial;
    licence->version = before ? before->version + 1 : 1;
    nonce = reg_arena_alloc(request->work, REG_CREDENTIAL_NONCE_LEN);
    if (!nonce)
        return REG_ERR_NOMEM;
    licence->credential_nonce = (ProtobufCBinaryData){REG_CREDENTIAL_NONCE_LEN, nonce};
    return engine->host.random(engine->host.context, nonce, REG_CREDENTIAL_NONCE_LEN);
}

static int fill_record(struct reg_request *request, int64_t now_ms)
{
    const struct reg_engine *engine = request->engine;
    bool allotted = (REG_KIND(ESTABLISH) | REG_KIND(UPGRADE)) >> request->prep.whole->kind & 1;
    int error = number_record(request);

    if (error == 0 && allotted && engine->facts.role == REG_ROLE_REGISTRAR) {
        /* the day the licence is issued (条例 §21) */
        char day[REG_DAY_TEXT];

        reg_day_format(reg_day_of_time(now_ms), day);
        request->licence->established = reg_arena_strdup(request->work, day);
        error = request->licence->established ? 0 : REG_ERR_NOMEM;
    }
    if (reg_preparation_carries(&request->prep)) /* it has its code already */
        return error;
    return error == 0 ? reg_merge_set_code(&request->prep.judgement.merge, request->prep.revision->catalogue, request->code,
                                           request->work)
                      : error;
}

static int sign_credential(struct reg_request *request, int64_t iat, struct reg_error_info *info)
{
    struct reg_engine *engine = request->engine;
    bool sample = atomic_fetch_add(&engine->signed_count, 1) % VERIFY_ONE_IN == 0;
    struct reg_buf buf = REG_BUF_INIT;
    uint8_t *copy = NULL;
    int error = reg_credential_make(engine->issuer, request->licence, &request->prep.judgement.merge.merged, iat, &buf);

    if (error == 0)
        error = reg_credential_lint(reg_buf_bytes(&buf), request->licence, &request->prep.judgement.merge.merged, iat,
                                    sample ? reg_signer_public_key(engine->issuer) : NULL, info);
    if (error == 0 && !(copy = reg_arena_memdup(request->work, buf.data, buf.len)))
        error = REG_ERR_NOMEM;
    if (error == 0)
        request->licence->credential = (ProtobufCBinaryData){buf.len, copy};
    reg_buf_clear(&buf);
    return error;
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
    if (reg_request_licenses(request)) {
        error = fill_record(request, now_ms);
        if (error == 0 && request->new_version)
            error = sign_credential(request, now_ms / 1000, &detail);
    }
    if (error == 0)
        error = reg_request_restricts(request) ? reg_restriction_build(request) : reg_request_build(request, &detail);
    if (error == REG_ERR_NOMEM && reg_arena_over_budget(request->work))
        error = reg_filing_too_large(&detail);
    request->error = error; /* a batch passes over what could not be signed */
    request->error_info = detail;
    if (error != 0 && info)
        *info = detail;
    return error;
}
