/* Publishing a revision of the catalogue: a request like a filing, so that it goes through the one writer. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "engine/revision.h"

int reg_publication_take(struct reg_request *request, struct reg_error_info *info)
{
    const reg_pb_publish_catalogue_request *message = (const reg_pb_publish_catalogue_request *)request->message;
    struct reg_bytes terms = {message->scope_terms_csv.data, message->scope_terms_csv.len};
    struct reg_catalogue *catalogue = NULL;
    int32_t effective;
    int error;

    request->request_id = message->request_id;
    request->actor = message->actor;
    if (!reg_day_parse(message->effective, &effective))
        return reg_fail(info, REG_ERR_INVALID, "生效日（effective）应为存在的日期，如 2027-01-01",
                        "effective is a day of the calendar, such as 2027-01-01");
    if (terms.len == 0)
        terms = (struct reg_bytes){NULL, 0};
    error = reg_catalogue_parse((struct reg_bytes){message->items_csv.data, message->items_csv.len},
                                (struct reg_bytes){message->facts_csv.data, message->facts_csv.len},
                                (struct reg_bytes){message->materials_csv.data, message->materials_csv.len}, terms,
                                &catalogue, info);
    if (error == 0)
        error = reg_revision_new(0, effective, catalogue, &request->revision);
    if (error != 0)
        reg_catalogue_free(catalogue);
    return error;
}

/* May it come into force on that day? */
static int check_effective(const struct reg_request *request, const struct reg_revision *newest, struct reg_error_info *info)
{
    const struct reg_engine *engine = request->engine;
    int32_t today = reg_day_of_time(engine->host.now(engine->host.context));
    char day[REG_DAY_TEXT];

    if (request->revision->effective < newest->effective) {
        reg_day_format(newest->effective, day);
        return reg_fail(info, REG_ERR_INVALID, "生效日不得早于第 %u 版的生效日 %s",
                        "the effective day is not before that of revision %u, %s", newest->number, day);
    }
    if (request->revision->effective < today) {
        reg_day_format(today, day);
        return reg_fail(
            info, REG_ERR_INVALID, "生效日不得早于今日（%s）：此前的申请已按当时的目录办理",
            "the effective day is not before today (%s): earlier filings were merged by the catalogue of their day", day);
    }
    return 0;
}

int reg_publication_prepare(struct reg_request *request, struct reg_store_reader *reader, struct reg_error_info *info)
{
    const struct reg_revision *newest;
    int error = reg_revisions_catch_up(request->engine, reader, info);

    newest = reg_revision_newest(request->engine);
    if (error == 0)
        error = check_effective(request, newest, info);
    if (error == 0)
        error = reg_catalogue_may_follow(newest->catalogue, request->revision->catalogue, info);
    if (error == 0) {
        request->revision->number = newest->number + 1;
        request->state = REG_REQUEST_QUEUE;
    }
    return error;
}

static void fill_administration(const struct reg_request *request, reg_pb_administration *administration)
{
    registry__v1__administration__init(administration);
    administration->caller = (char *)request->caller;
    administration->request_id = (char *)request->request_id;
    administration->request_digest = (ProtobufCBinaryData){REG_DIGEST_LEN, (uint8_t *)request->digest};
    administration->actor = request->actor;
}

static ProtobufCBinaryData file_of(const struct reg_catalogue *catalogue, const char *which)
{
    struct reg_bytes csv = reg_catalogue_csv(catalogue, which);

    return (ProtobufCBinaryData){csv.len, (uint8_t *)csv.data};
}

int reg_catalogue_record_encode(const struct reg_catalogue *catalogue, unsigned revision, const char *effective,
                                struct reg_data *ret)
{
    reg_pb_catalogue_record message = REGISTRY__V1__CATALOGUE_RECORD__INIT;
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    message.revision = revision;
    message.effective = (char *)effective;
    message.items_csv = file_of(catalogue, "items");
    message.facts_csv = file_of(catalogue, "facts");
    message.materials_csv = file_of(catalogue, "materials");
    message.scope_terms_csv = file_of(catalogue, "scope_terms");
    record.catalogue = &message;
    reg_message_encode(&record.base, &buf);
    error = reg_buf_finish(&buf, ret);
    reg_buf_clear(&buf);
    return error;
}

int reg_administration_build(struct reg_request *request, reg_pb_entry_kind kind, struct reg_data record)
{
    struct reg_fragment *fragments = calloc(2, sizeof *fragments); /* reg_request_seal frees them */
    reg_pb_administration administration;
    reg_pb_record sealed = REGISTRY__V1__RECORD__INIT;
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    if (!fragments) {
        reg_data_clear(&record);
        return REG_ERR_NOMEM;
    }
    fragments[0].id = REG_SECTION_PUBLIC;
    fragments[0].bytes = record;
    fragments[1].id = REG_SECTION_RESTRICTED + REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_ADMINISTRATION;
    fill_administration(request, &administration);
    sealed.administration = &administration;
    reg_message_encode(&sealed.base, &buf);
    error = reg_buf_finish(&buf, &fragments[1].bytes);
    reg_buf_clear(&buf);
    if (error != 0) {
        reg_fragments_free(fragments, 2);
        return error;
    }
    request->request_row = (struct reg_request_row){.caller = request->caller, .request_id = request->request_id};
    memcpy(request->request_row.digest, request->digest, REG_DIGEST_LEN);
    request->pending.kind = kind;
    request->pending.code = "";
    request->pending.authority = request->engine->facts.authority;
    request->pending.request = &request->request_row;
    return reg_request_seal(request, fragments, 2);
}

int reg_publication_build(struct reg_request *request)
{
    const struct reg_revision *revision = request->revision;
    struct reg_data record = {0};
    char effective[REG_DAY_TEXT];
    int error;

    reg_day_format(revision->effective, effective);
    error = reg_catalogue_record_encode(revision->catalogue, revision->number, effective, &record);
    if (error != 0)
        return error;
    request->catalogue_row = (struct reg_catalogue_row){.revision = revision->number, .effective = revision->effective};
    request->pending.catalogue = &request->catalogue_row;
    return reg_administration_build(request, REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_CATALOGUE, record);
}

void reg_publication_appended(struct reg_request *request)
{
    if (request->revision)
        request->revision->position = request->pending.position;
    if (request->revision && reg_revision_add(request->engine, request->revision))
        request->revision = NULL; /* the engine's now; where somebody read it before us it stays ours */
}

void reg_answer_publication(const reg_pb_catalogue_record *record, uint64_t position, struct reg_buf *buf)
{
    reg_pb_publish_catalogue_response response = REGISTRY__V1__PUBLISH_CATALOGUE_RESPONSE__INIT;

    response.revision = record->revision;
    response.effective = record->effective;
    response.position = position;
    reg_message_encode(&response.base, buf);
}
