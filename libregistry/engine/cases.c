/* Cases: looking at them, validating without one, and the clock that ends dormancies. */
#include "engine/read.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"

/* ---- GetCase ------------------------------------------------------------------------------------------------------- */

static int answer_get_case(struct read *read, struct reg_buf *buf)
{
    const reg_pb_get_case_request *request = (reg_pb_get_case_request *)read->message;
    uint8_t key[REG_CASE_KEY_LEN];
    struct reg_opened_entry entry;
    int error;

    if (read->query.case_count == 0 || read->query.entry_count == 0)
        return reg_fail(&read->info, REG_ERR_NOT_FOUND, "没有办件 %llu", "there is no case %llu",
                        (unsigned long long)request->number);
    error = reg_entry_open(read->engine, &read->query.entries[0], key, &entry);
    if (error == 0)
        error = reg_answer_case(read->engine, &entry, &read->query.cases[0], read->query.head.size, buf);
    reg_secret_wipe(key, sizeof key);
    return error;
}

void reg_get_case(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                  reg_read_callback done, void *context)
{
    struct read *read =
        read_new(reader, caller, &registry__v1__get_case_request__descriptor, message, answer_get_case, done, context);

    if (!read || !read_may_file(read))
        return;
    read->query.kind = REG_QUERY_CASE;
    read->query.number = ((reg_pb_get_case_request *)read->message)->number;
    read_start(read);
}

/* ---- ListCases ----------------------------------------------------------------------------------------------------- */

#define PAGE_DEFAULT 50
#define PAGE_MAX     500

/* Is the case one that was asked for? A list by code is not narrowed by the store. */
static bool asked_for(const reg_pb_list_cases_request *request, const struct reg_case_row *row)
{
    return (!request->before || row->number < request->before) &&
           (!request->state || row->state == (uint32_t)request->state) &&
           (!request->authority || row->authority == request->authority);
}

static int answer_list_cases(struct read *read, struct reg_buf *buf)
{
    const reg_pb_list_cases_request *request = (reg_pb_list_cases_request *)read->message;
    size_t page = request->page_size ? request->page_size : PAGE_DEFAULT, count = read->query.case_count;
    bool ascending = request->credit_code[0] != '\0';
    reg_pb_list_cases_response response = REGISTRY__V1__LIST_CASES_RESPONSE__INIT;
    reg_pb_tree_size as_of = REGISTRY__V1__TREE_SIZE__INIT;
    reg_pb_case_summary *cases = reg_arena_alloc(read->arena, (page + 1) * sizeof *cases);

    response.cases = reg_arena_alloc(read->arena, (page + 1) * sizeof *response.cases);
    if (!cases || !response.cases)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct reg_case_row *row = &read->query.cases[ascending ? count - 1 - i : i];
        reg_pb_case_summary *summary = &cases[response.n_cases];

        if (!asked_for(request, row))
            continue;
        if (response.n_cases == page) { /* one more was asked of the store than is given */
            response.next_before = response.cases[page - 1]->number;
            break;
        }
        registry__v1__case_summary__init(summary);
        summary->number = row->number;
        summary->state = (reg_pb_case_state)row->state;
        summary->authority = row->authority;
        summary->credit_code = (char *)row->code;
        summary->position = row->position;
        response.cases[response.n_cases++] = summary;
    }
    as_of.registry_id = (ProtobufCBinaryData){sizeof read->engine->facts.id, read->engine->facts.id};
    as_of.size = read->query.head.size;
    response.as_of = &as_of;
    reg_message_encode(&response.base, buf);
    return buf->error;
}

void reg_list_cases(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                    reg_read_callback done, void *context)
{
    struct read *read =
        read_new(reader, caller, &registry__v1__list_cases_request__descriptor, message, answer_list_cases, done, context);
    const reg_pb_list_cases_request *request;
    const char **code;

    if (!read || !read_may_file(read))
        return;
    request = (reg_pb_list_cases_request *)read->message;
    code = reg_arena_alloc(read->arena, sizeof *code);
    if (!code || request->page_size > PAGE_MAX) {
        read_end(read,
                 !code ? REG_ERR_NOMEM
                       : reg_fail(&read->info, REG_ERR_INVALID, "page_size 应为 1 至 %d", "page_size is 1 to %d", PAGE_MAX));
        return;
    }
    *code = request->credit_code;
    read->query.kind = REG_QUERY_CASES;
    read->query.codes = code;
    read->query.code_count = request->credit_code[0] ? 1 : 0;
    read->query.state = (uint32_t)request->state;
    read->query.authority = request->authority;
    read->query.number = request->before ? request->before : UINT64_MAX;
    read->query.limit = (request->page_size ? request->page_size : PAGE_DEFAULT) + 1;
    read_start(read);
}

/* ---- ValidateFiling ------------------------------------------------------------------------------------------------ */

/* Prepares against the reader, as SubmitFiling does, and goes no further. */
static int validate(struct read *read, const reg_pb_filing *filing, struct reg_buf *buf)
{
    static const struct reg_asker nobody = {NULL, NULL};
    struct reg_preparation prep = {.work = read->arena};
    reg_pb_filing *base = NULL;
    int error = reg_filing_admit(read->engine, filing, &read->info);

    if (error == 0)
        error = reg_base_filing(read->engine, read->store, filing, read->arena, &base, &read->info);
    if (error == 0)
        error = reg_prepare(read->engine, read->store, filing, base, &nobody, &prep, &read->info);
    if (error == 0)
        reg_judgement_encode(&prep.judgement, buf);
    return error != 0 ? error : buf->error;
}

static int answer_validate(struct read *read, struct reg_buf *buf)
{
    const reg_pb_filing *filing = ((reg_pb_validate_filing_request *)read->message)->filing;

    if (!filing)
        return reg_fail(&read->info, REG_ERR_INVALID, "请求缺少 filing", "the request has no filing");
    return validate(read, filing, buf);
}

void reg_validate_filing(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                         reg_read_callback done, void *context)
{
    struct read *read = read_new(reader, caller, &registry__v1__validate_filing_request__descriptor, message,
                                 answer_validate, done, context);

    if (read && read_may_file(read))
        read_end(read, 0); /* it reads more than once, each time waiting */
}

/* ---- the clock ----------------------------------------------------------------------------------------------------- */

int reg_due_wakes(struct reg_reader *reader, size_t limit, reg_due_callback due, void *context, struct reg_error_info *info)
{
    static const struct reg_caller registry = {.uri = "registry", .kind = REG_CALLER_OPERATOR};
    const struct reg_engine *engine = reader->engine;
    int32_t today = reg_day_of_time(engine->host.now(engine->host.context));
    struct reg_query query = {.kind = REG_QUERY_WAKES, .number = (uint64_t)today, .limit = limit};
    int error = reg_query_wait(reader->store, &query);

    for (size_t i = 0; i < query.licence_count && error == 0; i++) {
        reg_pb_report_resumption_request request = REGISTRY__V1__REPORT_RESUMPTION_REQUEST__INIT;
        reg_pb_actor actor = REGISTRY__V1__ACTOR__INIT;
        char day[REG_DAY_TEXT], id[REG_REQUEST_ID_MAX + 1];
        struct reg_buf buf = REG_BUF_INIT;

        reg_day_format(query.licences[i].wake_day, day);
        snprintf(id, sizeof id, "%s/%s", query.licences[i].code, day);
        actor.staff_number = (char *)"registry";
        request.request_id = id;
        request.credit_code = query.licences[i].code;
        request.actor = &actor;
        reg_message_encode(&request.base, &buf);
        error = buf.error;
        if (error == 0)
            due(context, &registry, reg_buf_bytes(&buf));
        reg_buf_clear(&buf);
    }
    reg_query_clear(&query);
    return error == 0 ? 0 : reg_fail_because(info, error, "无法查出期满的歇业", "cannot find dormancies that ended");
}
