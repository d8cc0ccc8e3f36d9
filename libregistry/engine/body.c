/* What is appended of a decided filing: sections, sealed, and the rows of the views. */
#include "engine/terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "licence/recall.h"

#define READ_SLACK ((size_t)65536) /* what reading an entry back takes beside its record */

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
    const reg_pb_filing *filing = request->prep.whole;

    administration->facts =
        reg_arena_alloc(request->work, (filing->n_facts ? filing->n_facts : 1) * sizeof *administration->facts);
    if (!administration->facts)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < filing->n_facts; i++)
        if (!in_item_record(&request->prep.judgement.merge, filing->facts[i]->key))
            administration->facts[administration->n_facts++] = filing->facts[i];
    return 0;
}

static int build_administration(struct reg_request *request, reg_pb_administration *administration)
{
    const reg_pb_filing *filing = request->prep.whole;

    registry__v1__administration__init(administration);
    administration->caller = (char *)request->caller;
    administration->request_id = (char *)request->request_id;
    administration->request_digest = (ProtobufCBinaryData){REG_DIGEST_LEN, request->digest};
    administration->actor = request->actor;
    administration->channel = filing->channel;
    administration->n_materials = filing->n_materials;
    administration->materials = filing->materials;
    administration->n_items_asked = filing->n_items_asked;
    administration->items_asked = filing->items_asked;
    if (filing->follows_case == REGISTRY__V1__FILING__FOLLOWS_PREVIOUS_CASE) {
        administration->follows_case = REGISTRY__V1__ADMINISTRATION__FOLLOWS_PREVIOUS_CASE;
        administration->previous_case = filing->previous_case;
    }
    if (!reg_request_licenses(request))
        return 0;
    administration->savings = &request->prep.judgement.merge.savings;
    administration->n_findings = request->prep.judgement.finding_count;
    administration->findings = request->prep.judgement.findings;
    return other_facts(request, administration);
}

int reg_fragment_add(struct reg_fragment *fragments, size_t *count, uint32_t id, const reg_pb_record *record)
{
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    reg_message_encode(&record->base, &buf);
    error = reg_buf_finish(&buf, &fragments[*count].bytes);
    if (error == 0)
        fragments[(*count)++].id = id;
    return error;
}

static int case_fragments(const struct reg_request *request, const reg_pb_administration *administration,
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
    public_case.kind = request->prep.whole->kind;
    public_case.reason = (char *)request->reason;
    public_case.basis = (char *)request->basis;
    if (request->outcome == REGISTRY__V1__CASE_STATE__CASE_STATE_IN_REVIEW) {
        reg_day_format(reg_case_deadline(request->prep.input.day), deadline);
        public_case.deadline = deadline;
    }
    record.case_record = &public_case;
    error = reg_fragment_add(fragments, &count, REG_SECTION_PUBLIC, &record);
    record.case_record = NULL;
    record.administration = (reg_pb_administration *)administration;
    if (error == 0)
        error =
            reg_fragment_add(fragments, &count,
                         REG_SECTION_RESTRICTED + REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_ADMINISTRATION, &record);
    record.administration = NULL;
    filing.filing = (reg_pb_filing *)request->prep.filed;
    filing.n_findings = request->prep.judgement.finding_count;
    filing.findings = request->prep.judgement.findings;
    filing.n_outcomes = request->prep.judgement.merge.outcome_count;
    filing.outcomes = request->prep.judgement.merge.outcomes;
    record.filing = &filing;
    if (error == 0)
        error = reg_fragment_add(fragments, &count,
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

/* Seals the fragments under the key of the case, which a new case gets here; frees them. */
static int seal(struct reg_request *request, struct reg_fragment *fragments, size_t count, bool new_key,
                uint8_t key[REG_CASE_KEY_LEN], struct reg_pending *pending, struct reg_data *ret_body,
                struct reg_data *ret_wrapped)
{
    const struct reg_engine *engine = request->engine;
    struct reg_buf wrapped = REG_BUF_INIT;
    uint8_t nonce[REG_SEAL_NONCE_LEN];
    int error = 0;

    if (new_key)
        error = engine->host.random(engine->host.context, key, REG_CASE_KEY_LEN);
    if (error == 0 && new_key)
        error = engine->host.random(engine->host.context, nonce, sizeof nonce);
    if (error == 0)
        error = reg_body_build(engine->facts.suite, fragments, count, key, &engine->host, ret_body, pending->digest);
    if (error == 0 && new_key)
        error = reg_case_key_wrap(engine->master, key, nonce, &wrapped);
    if (error == 0 && new_key)
        error = reg_buf_finish(&wrapped, ret_wrapped);
    reg_buf_clear(&wrapped);
    reg_fragments_free(fragments, count);
    pending->body = reg_bytes_of(ret_body);
    pending->wrapped_key = reg_bytes_of(ret_wrapped);
    return error;
}

int reg_request_seal(struct reg_request *request, struct reg_fragment *fragments, size_t count)
{
    return seal(request, fragments, count, request->case_number == 0, request->case_key, &request->pending, &request->body,
                &request->wrapped_key);
}

static int build_body(struct reg_request *request, struct reg_error_info *info)
{
    reg_pb_administration administration;
    struct reg_fragment *fragments = NULL;
    size_t count = 0;
    int error = build_administration(request, &administration);

    if (error == 0)
        error = reg_request_licenses(request)
                    ? reg_licence_fragments(request->licence, &request->prep.judgement.merge, request->prep.whole,
                                            &administration, &fragments, &count)
                    : case_fragments(request, &administration, &fragments, &count);
    if (error != 0)
        return error;
    error = check_readable(fragments, count, info);
    if (error != 0) {
        reg_fragments_free(fragments, count);
        return error;
    }
    return reg_request_seal(request, fragments, count);
}

/* ---- the rows ------------------------------------------------------------------------------------------------------ */

static reg_pb_entry_kind entry_kind(const struct reg_request *request)
{
    if (request->prep.whole->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_WAKE && reg_request_licenses(request))
        return REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_WAKE;
    switch (request->outcome) {
    case REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED:
        return REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_LICENCE;
    case REGISTRY__V1__CASE_STATE__CASE_STATE_RETURNED:
        return REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_RETURNED;
    case REGISTRY__V1__CASE_STATE__CASE_STATE_REFUSED:
        return REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_REFUSED;
    case REGISTRY__V1__CASE_STATE__CASE_STATE_WITHDRAWN:
        return REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_WITHDRAWN;
    default:
        return REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_IN_REVIEW;
    }
}

void reg_licence_row_of(const reg_pb_licence_record *licence, struct reg_licence_row *ret)
{
    int32_t first, last;

    *ret = (struct reg_licence_row){.serial = licence->serial,
                                    .version = licence->version,
                                    .revision = licence->revision,
                                    .state = (uint32_t)licence->state,
                                    .authority = licence->authority,
                                    .type = licence->type,
                                    .name = licence->name ? licence->name->full : ""};
    if (!reg_day_parse(licence->established, &ret->established))
        ret->established = INT32_MIN;
    if (reg_industry_classes(licence->industry, &first, &last) && first == last)
        ret->industry = (uint32_t)first;
    snprintf(ret->code, sizeof ret->code, "%s", licence->credit_code);
    snprintf(ret->parent, sizeof ret->parent, "%s", licence->parent_code);
    if (licence->state == REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DORMANT && licence->life &&
        reg_day_parse(licence->life->dormant_until, &last))
        ret->wake_day = last + 1;
}

static int fill_licence_rows(struct reg_request *request)
{
    const struct reg_preparation *prep = &request->prep;
    bool founds = !prep->has_subject || strcmp(prep->row.code, request->code) != 0;
    int error;

    const reg_pb_licence_record *licence = request->licence;

    reg_licence_row_of(licence, &request->licence_row);
    request->pending.licence = &request->licence_row;
    request->pending.terms = &request->terms;
    error = reg_licence_terms_of(request->engine, founds ? NULL : prep->before->licence, licence, false, request->work,
                                 &request->terms);
    if (error != 0)
        return error;
    if (REG_STATE_NAMED >> licence->state & 1) /* whose registration ended gives up the name */
        request->pending.name_key = request->prep.needs.name_key;
    error = reg_name_rows(request->engine, founds ? NULL : &prep->row, &request->licence_row, prep->name_need.reservation,
                          prep->view.reserved_name, request->work, &request->pending.names, &request->pending.name_count);
    if (error != 0 || !request->new_version)
        return error;
    request->serial_row = (struct reg_serial_row){.serial = licence->serial, .version = licence->version};
    memcpy(request->serial_row.code, request->code, sizeof request->code);
    request->pending.serial = &request->serial_row;
    return 0;
}

static int fill_rows(struct reg_request *request)
{
    uint32_t authority = request->prep.whole->authority;
    const char *code = reg_request_licenses(request) ? request->code
                       : request->prep.has_subject   ? request->prep.row.code
                                                     : "";

    request->pending.kind = entry_kind(request);
    request->pending.code = code;
    request->pending.authority = authority;
    request->pending.goes_on = request->case_number != 0;
    request->pending.case_number = request->case_number;
    request->case_row = (struct reg_case_row){.state = (uint32_t)request->outcome, .authority = authority};
    memcpy(request->case_row.code, code, strlen(code) + 1);
    request->request_row = (struct reg_request_row){.caller = request->caller, .request_id = request->request_id};
    memcpy(request->request_row.digest, request->digest, REG_DIGEST_LEN);
    request->pending.case_row = &request->case_row;
    request->pending.request = &request->request_row;
    return reg_request_licenses(request) ? fill_licence_rows(request) : 0;
}

/* ---- the individual that an upgrade ends --------------------------------------------------------------------------- */

static int end_individual(struct reg_request *request, reg_pb_licence_record **ret)
{
    const struct reg_preparation *prep = &request->prep;
    reg_pb_licence_record *licence = reg_arena_memdup(request->work, prep->before->licence, sizeof *licence);
    reg_pb_life *life = reg_arena_alloc(request->work, sizeof *life);
    reg_pb_change **changes = reg_arena_alloc(request->work, sizeof *changes);
    struct reg_buf state = REG_BUF_INIT;
    char day[REG_DAY_TEXT];
    int error;

    if (!licence || !life || !changes || !(*changes = reg_arena_alloc(request->work, sizeof **changes)))
        return REG_ERR_NOMEM;
    if (licence->life)
        *life = *licence->life;
    else
        registry__v1__life__init(life);
    reg_day_format(prep->input.day, day);
    life->since = reg_arena_strdup(request->work, day);
    life->before = licence->state;
    life->successor = request->code;
    registry__v1__change__init(*changes);
    (*changes)->path = (char *)"state";
    error = reg_message_field_json(reg_message_field(licence->base.descriptor, "state"), &licence->base, &state);
    if (error == 0)
        (*changes)->before = reg_arena_printf(request->work, "%.*s", (int)state.len, (const char *)state.data);
    reg_buf_clear(&state);
    if (error != 0)
        return error;
    licence->name_reservation = 0; /* of its last revision, not of its end */
    licence->changes = changes;
    licence->n_changes = 1;
    licence->life = life;
    licence->kind = REGISTRY__V1__FILING_KIND__FILING_KIND_UPGRADE;
    licence->state = REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DEREGISTERED;
    licence->particulars = prep->whole->particulars;
    licence->revision++;
    licence->before_case = REGISTRY__V1__LICENCE_RECORD__BEFORE_PREVIOUS;
    licence->previous = prep->row.position;
    *ret = licence;
    return life->since && (*changes)->before ? 0 : REG_ERR_NOMEM;
}

static int build_second(struct reg_request *request)
{
    struct reg_second_entry *second = &request->second;
    const reg_pb_administration *before = request->prep.before->administration;
    reg_pb_administration administration = REGISTRY__V1__ADMINISTRATION__INIT;
    reg_pb_licence_record *licence = NULL;
    struct reg_fragment *fragments = NULL;
    struct reg_merge merge;
    uint8_t key[REG_CASE_KEY_LEN];
    size_t count = 0;
    int error = end_individual(request, &licence);

    if (error == 0)
        error = reg_licence_recall_merge(request->prep.before, request->work, &merge);
    administration.caller = (char *)request->caller;
    administration.actor = request->actor;
    administration.channel = request->prep.whole->channel;
    if (before) { /* what was filed with the individual stays with it */
        administration.n_materials = before->n_materials;
        administration.materials = before->materials;
        administration.n_items_asked = before->n_items_asked;
        administration.items_asked = before->items_asked;
        administration.n_facts = before->n_facts;
        administration.facts = before->facts;
    }
    if (error == 0)
        error = reg_licence_fragments(licence, &merge, request->prep.recorded, &administration, &fragments, &count);
    if (error != 0)
        return error;
    second->pending = (struct reg_pending){.kind = REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_LICENCE,
                                           .code = request->prep.row.code,
                                           .authority = request->prep.row.authority,
                                           .licence = &second->licence_row,
                                           .case_row = &second->case_row};
    error = seal(request, fragments, count, true, key, &second->pending, &second->body, &second->wrapped_key);
    reg_secret_wipe(key, sizeof key);
    reg_licence_row_of(licence, &second->licence_row);
    second->pending.terms = &second->terms;
    if (error == 0)
        error = reg_licence_terms_of(request->engine, request->prep.before->licence, licence, false, request->work,
                                     &second->terms);
    second->case_row = (struct reg_case_row){.state = REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED,
                                             .authority = request->prep.row.authority};
    memcpy(second->case_row.code, request->prep.row.code, sizeof second->case_row.code);
    if (error == 0)
        error = reg_name_rows(request->engine, &request->prep.row, &second->licence_row, NULL, NULL, request->work,
                              &second->pending.names, &second->pending.name_count);
    request->has_second = error == 0;
    return error;
}

int reg_request_build(struct reg_request *request, struct reg_error_info *info)
{
    bool reserves = request->step == REG_STEP_RESERVE;
    int error = request->revision                  ? reg_publication_build(request)
                : reg_request_administers(request) ? reg_pool_build(request)
                : reserves                         ? reg_reservation_build(request)
                                                   : build_body(request, info);

    if (error != 0 || reserves || reg_request_administers(request))
        return error;
    error = fill_rows(request);
    if (error == 0 && reg_request_licenses(request) && request->prep.whole->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_UPGRADE)
        error = build_second(request);
    return error;
}
