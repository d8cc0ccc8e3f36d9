/* Restrictions on their way into the ledger: placing and lifting, each a request with one entry and no case. */
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "filing/restrictions.h"

#define BASIS_MAX  1024
#define NUMBER_MAX 64

bool reg_request_restricts(const struct reg_request *request)
{
    return request->step == REG_STEP_RESTRICT || request->step == REG_STEP_LIFT;
}

/* ---- what is asked ------------------------------------------------------------------------------------------------- */

static int check_subject(const struct reg_engine *engine, const reg_pb_restriction *restriction,
                         const struct reg_restriction_source *source, struct reg_error_info *info)
{
    const reg_pb_id_document *person = restriction->person;
    size_t len = person ? strlen(person->number) : 0;

    if ((restriction->credit_code[0] != '\0') == (person != NULL))
        return reg_fail(info, REG_ERR_INVALID, "限制的对象为统一社会信用代码或者证件之一",
                        "the subject is either a credit code or an identity document");
    if (person ? !source->of_persons : !source->of_entities)
        return reg_fail(info, REG_ERR_INVALID, person ? "%s不以自然人为对象" : "%s只以自然人为对象",
                        person ? "%s is not placed on persons" : "%s is placed on persons alone", source->zh);
    if (person && (person->kind == REGISTRY__V1__ID_KIND__ID_KIND_UNSPECIFIED || len == 0 || len > NUMBER_MAX))
        return reg_fail(info, REG_ERR_INVALID, "证件种类或者号码缺失", "kind or number of the identity document is missing");
    if (person && person->kind == REGISTRY__V1__ID_KIND__ID_KIND_RESIDENT &&
        reg_resident_id_check(person->number, len, reg_day_of_time(engine->host.now(engine->host.context)), NULL) ==
            REG_VERDICT_INVALID)
        return reg_fail(info, REG_ERR_INVALID, "公民身份号码有误", "the ID number is wrong");
    if (!person && reg_code_check(restriction->credit_code, strlen(restriction->credit_code), NULL) == REG_VERDICT_INVALID)
        return reg_fail(info, REG_ERR_INVALID, "统一社会信用代码“%.40s”有误", "credit code \"%.40s\" is wrong",
                        restriction->credit_code);
    return 0;
}

static int check_days(const reg_pb_restriction *restriction, struct reg_error_info *info)
{
    int32_t since, until;

    if (!reg_day_parse(restriction->since, &since))
        return reg_fail(info, REG_ERR_INVALID, "起始日（since）不是有效日期", "since is no date");
    if (restriction->until[0] && (!reg_day_parse(restriction->until, &until) || until < since))
        return reg_fail(info, REG_ERR_INVALID, "终止日（until）不是有效日期，或者早于起始日",
                        "until is no date, or before since");
    return 0;
}

static int check_blocks(const reg_pb_restriction *restriction, struct reg_error_info *info)
{
    for (size_t i = 0; i < restriction->n_blocks; i++)
        if (!reg_life_step(restriction->blocks[i]) || (i > 0 && restriction->blocks[i] <= restriction->blocks[i - 1]))
            return reg_fail(info, REG_ERR_INVALID, "blocks[%zu] 不是申请种类，或者未按升序排列",
                            "blocks[%zu] is no kind of filing, or out of order", i);
    return 0;
}

static int check_basis(const char *basis, struct reg_error_info *info)
{
    if (basis[0] == '\0' || strlen(basis) > BASIS_MAX)
        return reg_fail(info, REG_ERR_INVALID, "请写明依据（至多 %d 字节）", "give the basis (at most %d bytes)", BASIS_MAX);
    return 0;
}

int reg_restriction_take(struct reg_request *request, struct reg_error_info *info)
{
    const reg_pb_place_restriction_request *message = (const reg_pb_place_restriction_request *)request->message;
    const reg_pb_restriction *restriction = message->restriction;
    const struct reg_restriction_source *source = restriction ? reg_restriction_source_of(restriction->source) : NULL;
    int error;

    request->request_id = message->request_id;
    if (!restriction)
        return reg_fail(info, REG_ERR_INVALID, "请求缺少 restriction", "the request has no restriction");
    if (!source)
        return reg_fail(info, REG_ERR_INVALID, "限制的来源（source）缺失或者未知", "the restriction's source is missing");
    if (restriction->position)
        return reg_fail(info, REG_ERR_INVALID, "position 由登记库给出", "position is given by the registry");
    if (restriction->address_unreachable && !(REG_SOURCE(ABNORMAL_LIST) >> restriction->source & 1))
        return reg_fail(info, REG_ERR_INVALID, "address_unreachable 只用于经营异常名录",
                        "address_unreachable goes with the list of abnormal operations alone");
    error = check_subject(request->engine, restriction, source, info);
    if (error == 0)
        error = check_basis(restriction->basis, info);
    if (error == 0)
        error = check_basis(restriction->note[0] ? restriction->note : "-", info);
    if (error == 0)
        error = check_days(restriction, info);
    return error == 0 ? check_blocks(restriction, info) : error;
}

int reg_lift_take(struct reg_request *request, struct reg_error_info *info)
{
    const reg_pb_lift_restriction_request *message = (const reg_pb_lift_restriction_request *)request->message;

    request->request_id = message->request_id;
    if (message->position == 0)
        return reg_fail(info, REG_ERR_INVALID, "请给出限制的条目号（position）", "give the restriction's position");
    return check_basis(message->basis, info);
}

/* ---- preparing ----------------------------------------------------------------------------------------------------- */

static const reg_pb_restriction *placed(const struct reg_request *request)
{
    return ((const reg_pb_place_restriction_request *)request->message)->restriction;
}

/* The row of a restriction as it is asked for, or as its entry has it; basis and subject are borrowed. */
static void row_of(const reg_pb_restriction_record *record, const char *basis, const char *subject,
                   struct reg_restriction_row *ret)
{
    *ret = (struct reg_restriction_row){
        .subject = subject, .source = (uint32_t)record->source, .unreachable = record->address_unreachable, .basis = basis};
    if (!reg_day_parse(record->since, &ret->since))
        ret->since = 0;
    if (!reg_day_parse(record->until, &ret->until))
        ret->until = 0;
    for (size_t i = 0; i < record->n_blocks; i++)
        ret->blocks |= 1u << ((unsigned)record->blocks[i] & 31);
}

int reg_restriction_row_of(const struct reg_engine *engine, const reg_pb_record *record, struct reg_arena *arena,
                           struct reg_restriction_row *ret)
{
    const reg_pb_restriction_record *restriction = record->restriction;
    const char *subject = restriction->credit_code;
    int error = 0;

    if (!record->administration || (!subject[0] && (record->n_identities != 1 || !record->identities[0]->id)))
        return REG_ERR_CORRUPT;
    if (!subject[0])
        error = reg_person_subject(engine, record->identities[0]->id, arena, &subject);
    if (error == 0)
        row_of(restriction, record->administration->basis, subject, ret);
    return error;
}

static void record_of(const reg_pb_restriction *restriction, reg_pb_restriction_record *ret)
{
    registry__v1__restriction_record__init(ret);
    ret->source = restriction->source;
    ret->credit_code = restriction->credit_code;
    ret->since = restriction->since;
    ret->until = restriction->until;
    ret->n_blocks = restriction->n_blocks;
    ret->blocks = restriction->blocks;
    ret->address_unreachable = restriction->address_unreachable;
}

static const struct reg_restriction_row *standing(const struct reg_query *query, const struct reg_restriction_row *row)
{
    for (size_t i = 0; i < query->restriction_count; i++)
        if (query->restrictions[i].source == row->source && strcmp(query->restrictions[i].basis, row->basis) == 0)
            return &query->restrictions[i];
    return NULL;
}

static int remember_subject(struct reg_request *request, const char *subject)
{
    request->prep.subjects = reg_arena_alloc(request->work, sizeof *request->prep.subjects);
    if (!request->prep.subjects)
        return REG_ERR_NOMEM;
    request->prep.subjects[0] = subject;
    request->prep.subject_count = 1;
    return 0;
}

static int prepare_placing(struct reg_request *request, struct reg_store_reader *reader, struct reg_error_info *info)
{
    const reg_pb_restriction *restriction = placed(request);
    struct reg_query query = {.kind = REG_QUERY_REGISTER};
    const struct reg_restriction_row *known;
    reg_pb_restriction_record record;
    const char *subject = restriction->credit_code;
    int error = restriction->person ? reg_person_subject(request->engine, restriction->person, request->work, &subject) : 0;

    if (error == 0)
        error = remember_subject(request, subject);
    if (error != 0)
        return error;
    record_of(restriction, &record);
    row_of(&record, restriction->basis, subject, &request->restriction_row);
    query.subjects = request->prep.subjects;
    query.subject_count = 1;
    error = reg_query_wait(reader, &query);
    known = error == 0 ? standing(&query, &request->restriction_row) : NULL;
    if (known)
        error = reg_fail(info, REG_ERR_EXISTS, "该限制此前已登记，见条目 %llu",
                         "this restriction stands already, as entry %llu", (unsigned long long)known->position);
    reg_query_clear(&query);
    return error;
}

static int prepare_lifting(struct reg_request *request, struct reg_store_reader *reader, struct reg_error_info *info)
{
    uint64_t position = ((const reg_pb_lift_restriction_request *)request->message)->position;
    struct reg_query query = {.kind = REG_QUERY_RESTRICTION, .number = position};
    int error = reg_query_wait(reader, &query);

    if (error == 0 && query.restriction_count == 0)
        error = reg_fail(info, REG_ERR_NOT_FOUND, "条目 %llu 未设置限制", "entry %llu places no restriction",
                         (unsigned long long)position);
    if (error == 0 && query.restrictions[0].lifted)
        error = reg_fail(info, REG_ERR_NOT_FOUND, "该限制已由条目 %llu 解除", "it was lifted before, by entry %llu",
                         (unsigned long long)query.restrictions[0].lifted);
    if (error == 0) {
        request->restriction_row = query.restrictions[0];
        request->restriction_row.subject = reg_arena_strdup(request->work, query.restrictions[0].subject);
        request->restriction_row.basis = reg_arena_strdup(request->work, query.restrictions[0].basis);
        error = request->restriction_row.subject && request->restriction_row.basis ? 0 : REG_ERR_NOMEM;
    }
    if (error == 0)
        error = remember_subject(request, request->restriction_row.subject);
    reg_query_clear(&query);
    return error;
}

int reg_restriction_prepare(struct reg_request *request, struct reg_store_reader *reader, struct reg_error_info *info)
{
    int error =
        request->step == REG_STEP_RESTRICT ? prepare_placing(request, reader, info) : prepare_lifting(request, reader, info);

    if (error == 0)
        request->state = REG_REQUEST_QUEUE;
    return error;
}

bool reg_restriction_outdated(const struct reg_request *request, const struct reg_query *now)
{
    bool stands = standing(now, &request->restriction_row) != NULL;

    return stands != (request->step == REG_STEP_LIFT);
}

/* ---- the entry ----------------------------------------------------------------------------------------------------- */

static bool is_code(const char *subject)
{
    return strlen(subject) == REG_CODE_LEN;
}

static void fill_administration(struct reg_request *request, reg_pb_administration *ret)
{
    bool places = request->step == REG_STEP_RESTRICT;

    registry__v1__administration__init(ret);
    ret->caller = (char *)request->caller;
    ret->request_id = (char *)request->request_id;
    ret->request_digest = (ProtobufCBinaryData){REG_DIGEST_LEN, request->digest};
    ret->basis = places ? placed(request)->basis : ((reg_pb_lift_restriction_request *)request->message)->basis;
    if (places)
        ret->note = placed(request)->note;
}

/* What everybody may know, what the administration knows, and whom it concerns. */
static int add_sections(struct reg_request *request, struct reg_fragment *fragments, size_t *count)
{
    const uint32_t administration_id =
                       REG_SECTION_RESTRICTED + REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_ADMINISTRATION,
                   identity_id = REG_SECTION_RESTRICTED + REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_IDENTITY;
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    reg_pb_restriction_record restriction = REGISTRY__V1__RESTRICTION_RECORD__INIT;
    reg_pb_administration administration;
    reg_pb_person_identity identity = REGISTRY__V1__PERSON_IDENTITY__INIT, *identities = &identity;
    bool places = request->step == REG_STEP_RESTRICT;
    int error;

    if (places) {
        record_of(placed(request), &restriction);
    } else {
        restriction.source = (reg_pb_restriction_source)request->restriction_row.source;
        restriction.credit_code =
            is_code(request->restriction_row.subject) ? (char *)request->restriction_row.subject : (char *)"";
        restriction.ends_case = REGISTRY__V1__RESTRICTION_RECORD__ENDS_LIFTS;
        restriction.lifts = request->restriction_row.position;
    }
    record.restriction = &restriction;
    error = reg_fragment_add(fragments, count, REG_SECTION_PUBLIC, &record);
    fill_administration(request, &administration);
    record.restriction = NULL;
    record.administration = &administration;
    if (error == 0)
        error = reg_fragment_add(fragments, count, administration_id, &record);
    if (error != 0 || !places || !placed(request)->person)
        return error;
    identity.id = placed(request)->person;
    record.administration = NULL;
    record.identities = &identities;
    record.n_identities = 1;
    return reg_fragment_add(fragments, count, identity_id, &record);
}

int reg_restriction_build(struct reg_request *request)
{
    struct reg_fragment *fragments = calloc(3, sizeof *fragments);
    const char *subject = request->restriction_row.subject;
    size_t count = 0;
    int error = fragments ? add_sections(request, fragments, &count) : REG_ERR_NOMEM;

    if (error != 0) {
        reg_fragments_free(fragments, count);
        return error;
    }
    error = reg_request_seal(request, fragments, count);
    request->pending.kind = REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_RESTRICTION;
    request->pending.code = is_code(subject) ? subject : "";
    request->pending.authority = request->engine->facts.authority;
    request->pending.restricts = subject;
    if (request->step == REG_STEP_RESTRICT)
        request->pending.restriction = &request->restriction_row;
    else
        request->pending.lifts = request->restriction_row.position;
    request->request_row = (struct reg_request_row){.caller = request->caller, .request_id = request->request_id};
    memcpy(request->request_row.digest, request->digest, REG_DIGEST_LEN);
    request->pending.request = &request->request_row;
    return error;
}

void reg_restriction_answer(const struct reg_engine *engine, uint64_t position, struct reg_buf *buf)
{
    reg_pb_restriction_response response = REGISTRY__V1__RESTRICTION_RESPONSE__INIT;
    reg_pb_tree_size as_of = REGISTRY__V1__TREE_SIZE__INIT;

    as_of.registry_id = (ProtobufCBinaryData){sizeof engine->facts.id, (uint8_t *)engine->facts.id};
    as_of.size = position + 1;
    response.position = position;
    response.as_of = &as_of;
    reg_message_encode(&response.base, buf);
}
