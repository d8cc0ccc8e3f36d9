/* Messages and JSON by name, and checking a filing without a registry. */
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/error.h"
#include "base/message.h"

static const ProtobufCMessageDescriptor *const types[] = {
    &registry__v1__filing__descriptor,
    &registry__v1__case__descriptor,
    &registry__v1__entry_header__descriptor,
    &registry__v1__record__descriptor,
    &registry__v1__entry_view__descriptor,
    &registry__v1__validate_filing_request__descriptor,
    &registry__v1__validate_filing_response__descriptor,
    &registry__v1__submit_filing_request__descriptor,
    &registry__v1__submit_filing_response__descriptor,
    &registry__v1__get_case_request__descriptor,
    &registry__v1__get_case_response__descriptor,
    &registry__v1__list_cases_request__descriptor,
    &registry__v1__list_cases_response__descriptor,
    &registry__v1__supplement_case_request__descriptor,
    &registry__v1__decide_task_request__descriptor,
    &registry__v1__withdraw_case_request__descriptor,
    &registry__v1__report_resumption_request__descriptor,
    &registry__v1__check_name_request__descriptor,
    &registry__v1__check_name_response__descriptor,
    &registry__v1__reserve_name_request__descriptor,
    &registry__v1__reserve_name_response__descriptor,
    &registry__v1__get_licence_request__descriptor,
    &registry__v1__get_licence_response__descriptor,
    &registry__v1__get_licence_history_request__descriptor,
    &registry__v1__get_licence_history_response__descriptor,
    &registry__v1__licence_revision__descriptor,
    &registry__v1__batch_get_licences_request__descriptor,
    &registry__v1__batch_get_licences_response__descriptor,
    &registry__v1__search_licences_request__descriptor,
    &registry__v1__search_licences_response__descriptor,
    &registry__v1__found_licence__descriptor,
    &registry__v1__verify_credential_request__descriptor,
    &registry__v1__verify_credential_response__descriptor,
    &registry__v1__list_items_request__descriptor,
    &registry__v1__list_items_response__descriptor,
    &registry__v1__get_form_request__descriptor,
    &registry__v1__get_form_response__descriptor,
    &registry__v1__add_pool_request__descriptor,
    &registry__v1__add_pool_response__descriptor,
    &registry__v1__list_pools_request__descriptor,
    &registry__v1__list_pools_response__descriptor,
    &registry__v1__publish_catalogue_request__descriptor,
    &registry__v1__publish_catalogue_response__descriptor,
    &registry__v1__list_rules_request__descriptor,
    &registry__v1__list_rules_response__descriptor,
    &registry__v1__restriction__descriptor,
    &registry__v1__place_restriction_request__descriptor,
    &registry__v1__lift_restriction_request__descriptor,
    &registry__v1__restriction_response__descriptor,
    &registry__v1__list_restrictions_request__descriptor,
    &registry__v1__list_restrictions_response__descriptor,
};

static const ProtobufCMessageDescriptor *find_type(const char *name, struct reg_error_info *info)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i]->short_name, name) == 0)
            return types[i];
    reg_fail(info, REG_ERR_INVALID, "没有名为 %s 的消息", "there is no message %s", name);
    return NULL;
}

int reg_json_to_message(const char *type, struct reg_bytes json, struct reg_data *ret_message, struct reg_error_info *info)
{
    const ProtobufCMessageDescriptor *descriptor = find_type(type, info);
    struct reg_arena *arena;
    ProtobufCMessage *message;
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    if (!descriptor)
        return REG_ERR_INVALID;
    arena = reg_arena_new(REG_MESSAGE_BUDGET);
    error = arena ? reg_message_from_json(descriptor, json, arena, &message, info) : REG_ERR_NOMEM;
    if (error == 0) {
        reg_message_encode(message, &buf);
        error = reg_buf_finish(&buf, ret_message);
    }
    reg_buf_clear(&buf);
    reg_arena_free(arena);
    return error;
}

/* ---- an answer with its entry opened up ---------------------------------------------------------------------------- */

static json_t *load_buffer(struct reg_buf *buf)
{
    json_t *json = buf->error == 0 ? json_loadb((const char *)buf->data, buf->len, 0, NULL) : NULL;

    reg_buf_clear(buf);
    return json;
}

static json_t *message_object(const ProtobufCMessage *message)
{
    struct reg_buf buf = REG_BUF_INIT;

    if (!message || reg_message_to_json(message, 0, &buf) != 0) {
        reg_buf_clear(&buf);
        return NULL;
    }
    return load_buffer(&buf);
}

static json_t *view_object(const reg_pb_entry_view *view)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_data text = {0};
    json_t *json = NULL;

    reg_message_encode(&view->base, &buf);
    if (buf.error == 0 && reg_entry_view_json(reg_buf_bytes(&buf), &text, NULL) == 0)
        json = json_loadb((const char *)text.data, text.len, 0, NULL);
    reg_data_clear(&text);
    reg_buf_clear(&buf);
    return json;
}

/* {status, entry: the view with header and records decoded beside the bytes}. */
static json_t *licence_object(const reg_pb_get_licence_response *response)
{
    json_t *json = json_object();

    if (response->status)
        json_object_set_new(json, "status", message_object(&response->status->base));
    if (response->entry)
        json_object_set_new(json, "entry", view_object(response->entry));
    return json;
}

static json_t *submission_object(const reg_pb_submit_filing_response *response)
{
    json_t *json = json_object();

    if (response->filed_case)
        json_object_set_new(json, "filedCase", message_object(&response->filed_case->base));
    if (response->licence)
        json_object_set_new(json, "licence", licence_object(response->licence));
    return json;
}

static json_t *answer_object(const ProtobufCMessage *message)
{
    if (message->descriptor == &registry__v1__entry_view__descriptor)
        return view_object((const reg_pb_entry_view *)message);
    if (message->descriptor == &registry__v1__get_licence_response__descriptor)
        return licence_object((const reg_pb_get_licence_response *)message);
    if (message->descriptor != &registry__v1__submit_filing_response__descriptor)
        return message_object(message);
    return submission_object((const reg_pb_submit_filing_response *)message);
}

int reg_message_json(const char *type, struct reg_bytes message, int indent, struct reg_data *ret_json,
                     struct reg_error_info *info)
{
    const ProtobufCMessageDescriptor *descriptor = find_type(type, info);
    struct reg_arena *arena;
    ProtobufCMessage *decoded;
    struct reg_buf buf = REG_BUF_INIT;
    json_t *json = NULL;
    char *text = NULL;
    int error;

    if (!descriptor)
        return REG_ERR_INVALID;
    arena = reg_arena_new(REG_MESSAGE_BUDGET);
    error = arena ? reg_message_decode(descriptor, message, REG_UNKNOWN_IGNORE, arena, &decoded, info) : REG_ERR_NOMEM;
    if (error == 0) {
        json = answer_object(decoded);
        text = json ? json_dumps(json, indent > 0 ? (size_t)JSON_INDENT(indent) : JSON_COMPACT) : NULL;
        error = text ? 0 : REG_ERR_NOMEM;
    }
    if (error == 0) {
        reg_buf_puts(&buf, text);
        error = reg_buf_finish(&buf, ret_json);
    }
    free(text);
    json_decref(json);
    reg_buf_clear(&buf);
    reg_arena_free(arena);
    return error;
}

/* ---- a filing without a registry ----------------------------------------------------------------------------------- */

int reg_filing_check(const struct reg_catalogue *catalogue, unsigned authority, int32_t day, struct reg_bytes filing,
                     struct reg_data *ret_message, struct reg_error_info *info)
{
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    struct reg_engine engine = {.facts = {.role = REG_ROLE_REGISTRAR, .authority = authority}};
    struct reg_register_view view = {0};
    struct reg_judgement judgement;
    struct reg_rule_input input;
    struct reg_buf buf = REG_BUF_INIT;
    ProtobufCMessage *message;
    int error =
        arena ? reg_message_decode(&registry__v1__filing__descriptor, filing, REG_UNKNOWN_REFUSE, arena, &message, info)
              : REG_ERR_NOMEM;

    if (error == 0)
        error = reg_filing_admit(&engine, (reg_pb_filing *)message, info);
    if (error == 0 && (reg_life_step(((reg_pb_filing *)message)->kind)->form != REG_FORM_WHOLE ||
                       !((reg_pb_filing *)message)->entity))
        error = reg_fail(info, REG_ERR_UNSUPPORTED, "此申请须对照登记库校验，请用 --dir 指定",
                         "a filing of this kind is checked against a registry: name it by --dir");
    if (error == 0) {
        input = (struct reg_rule_input){.filing = (reg_pb_filing *)message,
                                        .view = &view,
                                        .catalogue = catalogue,
                                        .day = day,
                                        .type = reg_entity_type_find(((reg_pb_filing *)message)->entity->type)};
        error = reg_filing_judge(&input, arena, &judgement);
        if (error == REG_ERR_NOMEM && reg_arena_over_budget(arena))
            error = reg_filing_too_large(info);
    }
    if (error == 0) {
        reg_judgement_encode(&judgement, &buf);
        error = reg_buf_finish(&buf, ret_message);
    }
    reg_buf_clear(&buf);
    reg_arena_free(arena);
    return error;
}
