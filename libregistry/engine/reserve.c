/* Reserving a name (名称规定 §18): judged as CheckName judges, appended through the one writer like a filing. */
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "catalogue/entity_type.h"

#define MONTHS_RESERVED          2
#define MONTHS_RESERVED_APPROVAL 12
#define APPLICANT_MAX            300 /* bytes */

int reg_reservation_take(struct reg_request *request, struct reg_error_info *info)
{
    const reg_pb_reserve_name_request *message = (const reg_pb_reserve_name_request *)request->message;
    const struct reg_entity_type *type = reg_entity_type_find(message->type);
    reg_pb_check_name_request asked = REGISTRY__V1__CHECK_NAME_REQUEST__INIT;

    request->request_id = message->request_id;
    request->actor = message->actor;
    if (!type || type->family == REG_FAMILY_BRANCH) /* a branch's name follows its parent's */
        return reg_fail(info, REG_ERR_INVALID, "请给出主体类型（type）；分支机构的名称不予保留",
                        "give the entity's type; a branch's name is not reserved");
    if (!message->applicant[0] || strlen(message->applicant) > APPLICANT_MAX)
        return reg_fail(info, REG_ERR_INVALID, "申请人（applicant）缺失或超过 %d 字节",
                        "the applicant is missing or longer than %d bytes", APPLICANT_MAX);
    asked.authority = message->authority;
    asked.name = message->name;
    asked.type = message->type;
    asked.industry = message->industry;
    asked.n_investors = message->n_investors;
    asked.investors = message->investors;
    return reg_name_filing(request->engine, &asked, request->arena, (reg_pb_filing **)&request->filed, info);
}

/* Refused: nothing is appended, so that the same request may succeed once the name is free. */
static int refuse(struct reg_request *request, reg_pb_reserve_name_response *response)
{
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    reg_message_encode(&response->base, &buf);
    error = reg_buf_finish(&buf, &request->answer);
    reg_buf_clear(&buf);
    if (error == 0)
        request->state = REG_REQUEST_ANSWERED;
    return error;
}

int reg_reservation_decide(struct reg_request *request)
{
    struct reg_preparation *prep = &request->prep;
    reg_pb_reserve_name_response response = REGISTRY__V1__RESERVE_NAME_RESPONSE__INIT;
    int error = reg_name_findings(&prep->judgement, prep->work, &response.findings, &response.n_findings);

    if (error == 0)
        error = reg_name_similar(&prep->view, prep->work, &response.similar, &response.n_similar);
    if (error != 0)
        return error;
    for (size_t i = 0; i < response.n_findings; i++)
        if (response.findings[i]->severity == REGISTRY__V1__SEVERITY__SEVERITY_ERROR)
            return refuse(request, &response);
    request->state = REG_REQUEST_QUEUE;
    return 0;
}

static int encode(const reg_pb_record *record, struct reg_fragment *fragment, uint32_t id)
{
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    fragment->id = id;
    reg_message_encode(&record->base, &buf);
    error = reg_buf_finish(&buf, &fragment->bytes);
    reg_buf_clear(&buf);
    return error;
}

/* Who asked for it and what was said of it is not public. */
static int encode_administration(const struct reg_request *request, struct reg_fragment *fragment)
{
    const reg_pb_reserve_name_request *message = (const reg_pb_reserve_name_request *)request->message;
    reg_pb_administration administration = REGISTRY__V1__ADMINISTRATION__INIT;
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    int error =
        reg_name_findings(&request->prep.judgement, request->work, &administration.findings, &administration.n_findings);

    administration.caller = (char *)request->caller;
    administration.request_id = (char *)request->request_id;
    administration.request_digest = (ProtobufCBinaryData){REG_DIGEST_LEN, (uint8_t *)request->digest};
    administration.actor = request->actor;
    administration.applicant = message->applicant;
    record.administration = &administration;
    return error != 0 ? error
                      : encode(&record, fragment,
                               REG_SECTION_RESTRICTED + REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_ADMINISTRATION);
}

static int encode_name(const struct reg_request *request, const char *until, struct reg_fragment *fragment)
{
    const reg_pb_reserve_name_request *message = (const reg_pb_reserve_name_request *)request->message;
    reg_pb_name_record name = REGISTRY__V1__NAME_RECORD__INIT;
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    int error = reg_name_similar(&request->prep.view, request->work, &name.similar, &name.n_similar);

    name.name = message->name;
    name.authority = message->authority;
    name.until = (char *)until;
    name.type = message->type;
    name.industry = message->industry;
    record.name = &name;
    return error != 0 ? error : encode(&record, fragment, REG_SECTION_PUBLIC);
}

static int fill_rows(struct reg_request *request, int32_t until)
{
    const reg_pb_reserve_name_request *message = (const reg_pb_reserve_name_request *)request->message;
    struct reg_pending *pending = &request->pending;

    request->request_row = (struct reg_request_row){.caller = request->caller, .request_id = request->request_id};
    memcpy(request->request_row.digest, request->digest, REG_DIGEST_LEN);
    pending->kind = REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_NAME;
    pending->code = "";
    pending->authority = message->authority;
    pending->request = &request->request_row;
    pending->reserves = true;
    pending->names = reg_arena_alloc(request->work, sizeof *pending->names);
    pending->name_count = 1;
    return pending->names ? reg_name_row_fill(request->engine, pending->reservation, message->name, message->authority,
                                              REG_NAME_RESERVED, until + 1, request->work, pending->names)
                          : REG_ERR_NOMEM;
}

int reg_reservation_build(struct reg_request *request)
{
    const reg_pb_reserve_name_request *message = (const reg_pb_reserve_name_request *)request->message;
    int32_t until =
        reg_day_add_months(request->prep.day, message->needs_approval ? MONTHS_RESERVED_APPROVAL : MONTHS_RESERVED);
    struct reg_fragment *fragments = calloc(2, sizeof *fragments); /* reg_request_seal frees them */
    char day[REG_DAY_TEXT];
    int error;

    if (!fragments)
        return REG_ERR_NOMEM;
    reg_day_format(until, day);
    error = encode_name(request, day, &fragments[0]);
    if (error == 0)
        error = encode_administration(request, &fragments[1]);
    if (error == 0)
        error = fill_rows(request, until);
    if (error != 0) {
        reg_fragments_free(fragments, 2);
        return error;
    }
    return reg_request_seal(request, fragments, 2);
}

void reg_answer_reservation(const reg_pb_record *record, uint64_t position, struct reg_buf *buf)
{
    const reg_pb_administration *administration = record->administration;
    reg_pb_reserve_name_response response = REGISTRY__V1__RESERVE_NAME_RESPONSE__INIT;

    response.reservation = position;
    response.until = record->name->until;
    response.n_similar = record->name->n_similar;
    response.similar = record->name->similar;
    if (administration) {
        response.n_findings = administration->n_findings;
        response.findings = administration->findings;
    }
    reg_message_encode(&response.base, buf);
}
