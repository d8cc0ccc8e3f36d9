/* ListItems, GetForm, ListRules: reads of the catalogue and the rulebook, which the engine has in memory; the store is asked for
 * revisions that others have published. */
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "engine/revision.h"
#include "filing/form.h"
#include "filing/rule.h"

/* One read, from its request to its answer. */
struct look {
    struct reg_reader *reader; /* NULL: there is no registry */
    bool may_file;             /* the caller may see what is recorded */
    const struct reg_catalogue *catalogue;
    unsigned catalogue_revision;
    int32_t day;
    struct reg_arena *arena;
    const ProtobufCMessage *request;
    struct reg_error_info *info;
};

typedef int (*look_answer)(struct look *look, struct reg_buf *buf);

static int no_memory(const struct look *look)
{
    return reg_arena_over_budget(look->arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
}

/* Decodes the request and appends the answer to it. */
static int look_run(struct look *look, const ProtobufCMessageDescriptor *type, struct reg_bytes message, look_answer answer,
                    struct reg_buf *buf)
{
    ProtobufCMessage *decoded = NULL;
    int error;

    look->arena = reg_arena_new(REG_MESSAGE_BUDGET);
    if (!look->arena)
        return REG_ERR_NOMEM;
    error = reg_message_decode(type, message, REG_UNKNOWN_IGNORE, look->arena, &decoded, look->info);
    look->request = decoded;
    if (!error)
        error = answer(look, buf);
    if (!error)
        error = buf->error;
    reg_arena_free(look->arena);
    return error;
}

/* Settles which revision is looked at: the one that is named, or the one in force on a day, today where none is named. Without a
 * registry there is but one catalogue. */
static int look_at(struct look *look, unsigned number, const char *day)
{
    const struct reg_revision *revision;
    int error;

    if (*day && !reg_day_parse(day, &look->day))
        return reg_fail(look->info, REG_ERR_INVALID, "“%.20s”不是日期（YYYY-MM-DD）", "\"%.20s\" is no date (YYYY-MM-DD)",
                        day);
    if (!look->reader)
        return 0;
    error = reg_revisions_catch_up(look->reader->engine, look->reader->store, look->info);
    if (error != 0)
        return error;
    revision = number ? reg_revision_of(look->reader->engine, number) : reg_revision_on(look->reader->engine, look->day);
    if (!revision)
        return reg_fail(look->info, REG_ERR_NOT_FOUND, "目录没有第 %u 版", "the catalogue has no revision %u", number);
    look->catalogue = revision->catalogue;
    look->catalogue_revision = revision->number;
    return 0;
}

static void read_now(struct reg_reader *reader, const struct reg_caller *caller, const ProtobufCMessageDescriptor *type,
                     struct reg_bytes message, look_answer answer, reg_read_callback done, void *context)
{
    const struct reg_engine *engine = reader->engine;
    struct reg_error_info info = {0};
    struct look look = {.reader = reader,
                        .may_file = caller->kind == REG_CALLER_WINDOW || caller->kind == REG_CALLER_OPERATOR,
                        .day = reg_day_of_time(engine->host.now(engine->host.context)),
                        .info = &info};
    struct reg_buf buf = REG_BUF_INIT;
    int error = look_run(&look, type, message, answer, &buf);

    done(context, error, &info, error == 0 ? reg_buf_bytes(&buf) : (struct reg_bytes){NULL, 0});
    reg_buf_clear(&buf);
}

/* ---- ListItems ----------------------------------------------------------------------------------------------------- */

static const reg_pb_item_status statuses[] = {
    [REG_ITEM_IN_FORCE] = REGISTRY__V1__ITEM_STATUS__ITEM_STATUS_IN_FORCE,
    [REG_ITEM_REPEALED] = REGISTRY__V1__ITEM_STATUS__ITEM_STATUS_REPEALED,
    [REG_ITEM_ABSORBED] = REGISTRY__V1__ITEM_STATUS__ITEM_STATUS_ABSORBED,
    [REG_ITEM_TRANSFORMED] = REGISTRY__V1__ITEM_STATUS__ITEM_STATUS_TRANSFORMED,
};

static const reg_pb_item_when whens[] = {
    [REG_WHEN_ESTABLISH] = REGISTRY__V1__ITEM_WHEN__ITEM_WHEN_ESTABLISH,
    [REG_WHEN_ESTABLISH_IF_STAFF] = REGISTRY__V1__ITEM_WHEN__ITEM_WHEN_ESTABLISH_IF_STAFF,
    [REG_WHEN_OPT_IN] = REGISTRY__V1__ITEM_WHEN__ITEM_WHEN_OPT_IN,
    [REG_WHEN_OPT_IN_AFTER_START] = REGISTRY__V1__ITEM_WHEN__ITEM_WHEN_OPT_IN_AFTER_START,
    [REG_WHEN_AFTER_PERMIT] = REGISTRY__V1__ITEM_WHEN__ITEM_WHEN_AFTER_PERMIT,
};

/* By bit of enum reg_entity_letter. */
static const char *const letters[] = {"C", "B", "P", "S", "F", "I", "N", "W"};
#define LETTER_COUNT (sizeof letters / sizeof *letters)

static reg_pb_catalogue_item *item_message(const struct look *look, const struct reg_item *item)
{
    reg_pb_catalogue_item *message = reg_arena_alloc(look->arena, sizeof *message);

    if (!message)
        return NULL;
    registry__v1__catalogue_item__init(message);
    message->number = item->number;
    message->name_zh = (char *)item->name_zh;
    message->name_en = (char *)item->name_en;
    message->department = (char *)item->department;
    message->department_zh = (char *)item->department_zh;
    message->department_en = (char *)item->department_en;
    message->status = statuses[item->status];
    message->when = whens[item->when];
    message->entity_letters = reg_arena_alloc(look->arena, LETTER_COUNT * sizeof(char *));
    if (!message->entity_letters)
        return NULL;
    for (size_t i = 0; i < LETTER_COUNT; i++)
        if (item->letters >> i & 1)
            message->entity_letters[message->n_entity_letters++] = (char *)letters[i];
    message->legal_basis = (char *)item->legal_basis;
    message->provenance = (char *)item->provenance;
    return message;
}

static int answer_items(struct look *look, struct reg_buf *buf)
{
    const reg_pb_list_items_request *request = (const reg_pb_list_items_request *)look->request;
    const struct reg_entity_type *type = reg_entity_type_find(request->entity_type);
    reg_pb_list_items_response response = REGISTRY__V1__LIST_ITEMS_RESPONSE__INIT;
    size_t count;
    int error = look_at(look, request->catalogue_revision, request->day);

    if (request->entity_type != 0 && !type)
        return reg_fail(look->info, REG_ERR_INVALID, "没有市场主体类型 %u", "there is no entity type %u",
                        request->entity_type);
    if (error != 0)
        return error;
    count = reg_catalogue_item_count(look->catalogue);
    response.items = reg_arena_alloc(look->arena, (count + 1) * sizeof(reg_pb_catalogue_item *));
    if (!response.items)
        return no_memory(look);
    for (size_t i = 0; i < count; i++) {
        const struct reg_item *item = reg_catalogue_item_at(look->catalogue, i);
        reg_pb_catalogue_item *message;

        if ((type && !(item->letters & (unsigned)type->letter)) ||
            (request->in_force && (item->status == REG_ITEM_REPEALED || item->status == REG_ITEM_ABSORBED)))
            continue;
        message = item_message(look, item);
        if (!message)
            return no_memory(look);
        response.items[response.n_items++] = message;
    }
    if (reg_catalogue_is_sample(look->catalogue)) {
        response.notice_zh = (char *)reg_catalogue_notice_zh();
        response.notice_en = (char *)reg_catalogue_notice_en();
    }
    response.catalogue_revision = look->catalogue_revision;
    reg_message_encode(&response.base, buf);
    return 0;
}

void reg_list_items(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                    reg_read_callback done, void *context)
{
    read_now(reader, caller, &registry__v1__list_items_request__descriptor, message, answer_items, done, context);
}

/* ---- GetForm ------------------------------------------------------------------------------------------------------- */

/* What is recorded of the licence that the form is for: for windows and the operator, who file for it. */
static int read_recorded(const struct look *look, const char *code, reg_pb_filing **ret)
{
    if (!look->reader)
        return reg_fail(look->info, REG_ERR_UNSUPPORTED, "须指明登记库", "name the registry that the licence is in");
    if (!look->may_file)
        return reg_fail(look->info, REG_ERR_DENIED, "已登记的内容只供窗口和运营者预填",
                        "what is recorded is filled in for windows and the operator");
    return reg_recorded_filing(look->reader->engine, look->reader->store, code, look->day, look->arena, ret, look->info);
}

/* Takes from the record what the request leaves open. */
static int fill_from_record(const struct look *look, const reg_pb_filing *recorded, struct reg_form_request *wanted)
{
    const reg_pb_scope *scope = recorded->entity->scope;
    size_t general = scope ? scope->n_general : 0, licensed = scope ? scope->n_licensed : 0;
    const char **terms = reg_arena_alloc(look->arena, (general + licensed + 1) * sizeof *terms);

    if (!terms)
        return no_memory(look);
    for (size_t i = 0; i < general; i++)
        terms[i] = scope->general[i]->term;
    for (size_t i = 0; i < licensed; i++)
        terms[general + i] = scope->licensed[i]->term;
    wanted->recorded = recorded;
    if (!wanted->type)
        wanted->type = recorded->entity->type;
    if (!wanted->industry[0])
        wanted->industry = recorded->entity->industry;
    if (!wanted->term_count) {
        wanted->terms = terms;
        wanted->term_count = general + licensed;
    }
    if (!wanted->item_count) {
        wanted->items = recorded->items_asked;
        wanted->item_count = recorded->n_items_asked;
    }
    if (!wanted->held_count) {
        wanted->held = recorded->facts;
        wanted->held_count = recorded->n_facts;
    }
    return 0;
}

static int answer_form(struct look *look, struct reg_buf *buf)
{
    const reg_pb_get_form_request *request = (const reg_pb_get_form_request *)look->request;
    struct reg_form_request wanted = {.type = request->entity_type,
                                      .kind = request->kind,
                                      .items = request->items,
                                      .item_count = request->n_items,
                                      .terms = (const char *const *)request->scope_terms,
                                      .term_count = request->n_scope_terms,
                                      .industry = request->industry,
                                      .held = request->held,
                                      .held_count = request->n_held};
    reg_pb_get_form_response response = REGISTRY__V1__GET_FORM_RESPONSE__INIT;
    reg_pb_filing *recorded = NULL;
    struct reg_form_savings savings;
    struct reg_buf schema = REG_BUF_INIT;
    int error = look_at(look, request->catalogue_revision, request->day);

    wanted.catalogue = look->catalogue;
    wanted.day = look->day;
    if (!error && request->credit_code[0])
        error = read_recorded(look, request->credit_code, &recorded);
    if (!error && recorded)
        error = fill_from_record(look, recorded, &wanted);
    if (!error)
        error = reg_form_build(&wanted, look->arena, &schema, &savings, look->info);
    if (!error) {
        reg_buf_put_u8(&schema, '\0');
        error = schema.error;
    }
    if (!error) {
        response.schema_json = (char *)schema.data;
        response.savings = &savings.plain;
        response.savings_with_staff = &savings.with_staff;
        reg_message_encode(&response.base, buf);
    }
    reg_buf_clear(&schema);
    return error;
}

void reg_get_form(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                  reg_read_callback done, void *context)
{
    read_now(reader, caller, &registry__v1__get_form_request__descriptor, message, answer_form, done, context);
}

int reg_form_make(const struct reg_catalogue *catalogue, int32_t day, struct reg_bytes message, struct reg_data *ret_message,
                  struct reg_error_info *info)
{
    struct look look = {.catalogue = catalogue, .day = day, .info = info};
    struct reg_buf buf = REG_BUF_INIT;
    int error = look_run(&look, &registry__v1__get_form_request__descriptor, message, answer_form, &buf);

    if (!error)
        error = reg_buf_finish(&buf, ret_message);
    reg_buf_clear(&buf);
    return error;
}

/* ---- ListRules ----------------------------------------------------------------------------------------------------- */

/* "2024-07-01"; "" for day 0; NULL: out of memory. */
static char *day_text(const struct look *look, int32_t day)
{
    char *text;

    if (day == 0)
        return (char *)"";
    text = reg_arena_alloc(look->arena, REG_DAY_TEXT);
    if (text)
        reg_day_format(day, text);
    return text;
}

static reg_pb_rule *rule_message(const struct look *look, const struct reg_rule *rule)
{
    reg_pb_rule *message = reg_arena_alloc(look->arena, sizeof *message);
    char **families = reg_arena_alloc(look->arena, (REG_FAMILY_OTHER + 1) * sizeof *families);

    if (!message || !families)
        return NULL;
    registry__v1__rule__init(message);
    message->id = (char *)rule->id;
    message->severity = rule->severity;
    message->applies_to = families;
    if (rule->applies_to == REG_RULE_ALL)
        families[message->n_applies_to++] = (char *)"all";
    for (unsigned family = REG_FAMILY_LLC; family <= REG_FAMILY_OTHER && rule->applies_to != REG_RULE_ALL; family++)
        if (rule->applies_to >> family & 1)
            families[message->n_applies_to++] = (char *)reg_rule_family_name((enum reg_entity_family)family);
    message->since = day_text(look, rule->since);
    message->until = day_text(look, rule->until);
    message->zh = (char *)rule->zh;
    message->en = (char *)rule->en;
    message->legal_basis = (char *)rule->legal_basis;
    return message->since && message->until ? message : NULL;
}

static int answer_rules(struct look *look, struct reg_buf *buf)
{
    const char *text = ((const reg_pb_list_rules_request *)look->request)->day;
    reg_pb_list_rules_response response = REGISTRY__V1__LIST_RULES_RESPONSE__INIT;
    int32_t day = 0;
    size_t count = 0;

    if (*text && !reg_day_parse(text, &day))
        return reg_fail(look->info, REG_ERR_INVALID, "“%.20s”不是日期（YYYY-MM-DD）", "\"%.20s\" is no date (YYYY-MM-DD)",
                        text);
    for (size_t i = 0; i < REG_RULE_FAMILY_COUNT; i++)
        count += reg_rule_families[i]->count;
    response.rules = reg_arena_alloc(look->arena, count * sizeof(reg_pb_rule *));
    if (!response.rules)
        return no_memory(look);
    for (size_t i = 0; i < REG_RULE_FAMILY_COUNT; i++)
        for (size_t k = 0; k < reg_rule_families[i]->count; k++) {
            const struct reg_rule *rule = &reg_rule_families[i]->rules[k];

            if (*text && !reg_rule_in_force(rule, day))
                continue;
            response.rules[response.n_rules] = rule_message(look, rule);
            if (!response.rules[response.n_rules++])
                return no_memory(look);
        }
    reg_message_encode(&response.base, buf);
    return 0;
}

void reg_list_rules(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                    reg_read_callback done, void *context)
{
    read_now(reader, caller, &registry__v1__list_rules_request__descriptor, message, answer_rules, done, context);
}
