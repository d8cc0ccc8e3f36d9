/* CheckName: the rules about names over a filing that has but a name, and the names near it. */
#include "engine/read.h"

#include <string.h>

#include "base/error.h"
#include "base/message.h"
#include "identity/division.h"

#define INVESTORS_MAX 1000

/* The investors, each a person of the filing with the credit code that was given. */
static int add_investors(struct reg_arena *arena, const reg_pb_check_name_request *request, reg_pb_filing *filing)
{
    size_t count = request->n_investors;
    reg_pb_person *persons = reg_arena_alloc(arena, (count + 1) * sizeof *persons);
    reg_pb_investor *investors = reg_arena_alloc(arena, (count + 1) * sizeof *investors);

    filing->persons = reg_arena_alloc(arena, (count + 1) * sizeof *filing->persons);
    filing->entity->investors = reg_arena_alloc(arena, (count + 1) * sizeof *filing->entity->investors);
    if (!persons || !investors || !filing->persons || !filing->entity->investors)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        registry__v1__person__init(&persons[i]);
        registry__v1__investor__init(&investors[i]);
        persons[i].number = investors[i].person = (uint32_t)i + 1;
        persons[i].credit_code = request->investors[i];
        filing->persons[i] = &persons[i];
        filing->entity->investors[i] = &investors[i];
    }
    filing->n_persons = filing->entity->n_investors = count;
    return 0;
}

static char *part(struct reg_arena *arena, const char *name, struct reg_name_span span)
{
    return reg_arena_printf(arena, "%.*s", (int)span.len, name + span.offset);
}

static int add_parts(struct reg_arena *arena, const struct reg_engine *engine, const reg_pb_check_name_request *request,
                     reg_pb_check_name_response *response)
{
    const struct reg_entity_type *type = reg_entity_type_find(request->type);
    const struct reg_name_hints hints = {.families = type ? 1u << type->family : 0, .seat = engine->facts.authority};
    reg_pb_name *name = reg_arena_alloc(arena, sizeof *name);
    struct reg_name_parts parts;

    if (!name)
        return REG_ERR_NOMEM;
    reg_name_parse(request->name, &hints, &parts);
    registry__v1__name__init(name);
    name->full = request->name;
    name->division = part(arena, request->name, parts.division);
    name->trade_name = part(arena, request->name, parts.trade_name);
    name->industry = part(arena, request->name, parts.industry);
    name->form = part(arena, request->name, parts.form);
    response->parts = name;
    return name->division && name->trade_name && name->industry && name->form ? 0 : REG_ERR_NOMEM;
}

int reg_name_findings(const struct reg_judgement *judgement, struct reg_arena *arena, reg_pb_finding ***ret,
                      size_t *ret_count)
{
    reg_pb_finding **findings = reg_arena_alloc(arena, (judgement->finding_count + 1) * sizeof *findings);
    size_t count = 0;

    if (!findings)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < judgement->finding_count; i++)
        if (judgement->findings[i]->rule[0] == 'B')
            findings[count++] = judgement->findings[i];
    *ret = findings;
    *ret_count = count;
    return 0;
}

int reg_name_similar(const struct reg_register_view *view, struct reg_arena *arena, reg_pb_similar_name ***ret,
                     size_t *ret_count)
{
    static const reg_pb_name_hold holds[] = {[REG_HOLD_LIVE] = REGISTRY__V1__NAME_HOLD__NAME_HOLD_LIVE,
                                             [REG_HOLD_RESERVED] = REGISTRY__V1__NAME_HOLD__NAME_HOLD_RESERVED,
                                             [REG_HOLD_GIVEN_UP] = REGISTRY__V1__NAME_HOLD__NAME_HOLD_GIVEN_UP};
    reg_pb_similar_name *rows = reg_arena_alloc(arena, (view->similar_count + 1) * sizeof *rows);
    reg_pb_similar_name **list = reg_arena_alloc(arena, (view->similar_count + 1) * sizeof *list);

    if (!rows || !list)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < view->similar_count; i++) {
        const struct reg_similar_name *similar = &view->similar[i];

        registry__v1__similar_name__init(&rows[i]);
        rows[i].code = (char *)similar->code;
        rows[i].name = (char *)similar->name;
        rows[i].hold = holds[similar->hold];
        rows[i].rank = (uint32_t)similar->similarity;
        rows[i].reason_zh = (char *)reg_similarity_zh(similar->similarity);
        rows[i].reason_en = (char *)reg_similarity_en(similar->similarity);
        list[i] = &rows[i];
    }
    *ret = list;
    *ret_count = view->similar_count;
    return 0;
}

int reg_name_filing(const struct reg_engine *engine, const reg_pb_check_name_request *asked, struct reg_arena *arena,
                    reg_pb_filing **ret, struct reg_error_info *info)
{
    reg_pb_filing *filing = reg_arena_alloc(arena, sizeof *filing);
    reg_pb_entity *entity = reg_arena_alloc(arena, sizeof *entity);
    reg_pb_name *name = reg_arena_alloc(arena, sizeof *name);

    if (!asked->name[0] || strlen(asked->name) > REG_NAME_LONGEST || asked->n_investors > INVESTORS_MAX)
        return reg_fail(info, REG_ERR_INVALID, "name 缺失或过长，或者 investors 过多",
                        "name is missing or too long, or investors are too many");
    if (!reg_division_within(engine->facts.authority, asked->authority))
        return reg_fail(info, REG_ERR_INVALID, "登记机关 %u 不属于本登记库（%u）",
                        "authority %u is not one of this registry's (%u)", asked->authority, engine->facts.authority);
    if (!filing || !entity || !name)
        return REG_ERR_NOMEM;
    registry__v1__filing__init(filing);
    registry__v1__entity__init(entity);
    registry__v1__name__init(name);
    filing->kind = REGISTRY__V1__FILING_KIND__FILING_KIND_ESTABLISH;
    filing->authority = asked->authority;
    filing->entity = entity;
    entity->type = asked->type;
    entity->industry = asked->industry;
    entity->name = name;
    name->full = asked->name;
    *ret = filing;
    return add_investors(arena, asked, filing);
}

static int answer_check_name(struct read *read, struct reg_buf *buf)
{
    static const struct reg_asker nobody = {NULL, NULL};
    const reg_pb_check_name_request *request = (const reg_pb_check_name_request *)read->message;
    struct reg_preparation prep = {.work = read->arena};
    reg_pb_check_name_response response = REGISTRY__V1__CHECK_NAME_RESPONSE__INIT;
    reg_pb_tree_size as_of = REGISTRY__V1__TREE_SIZE__INIT;
    reg_pb_filing *filing = NULL;
    int error = reg_name_filing(read->engine, request, read->arena, &filing, &read->info);

    if (error == 0)
        error = reg_prepare(read->engine, read->store, filing, NULL, &nobody, &prep, &read->info);
    if (error == 0)
        error = add_parts(read->arena, read->engine, request, &response);
    if (error == 0)
        error = reg_name_findings(&prep.judgement, read->arena, &response.findings, &response.n_findings);
    if (error == 0)
        error = reg_name_similar(&prep.view, read->arena, &response.similar, &response.n_similar);
    if (error != 0)
        return error;
    as_of.registry_id = (ProtobufCBinaryData){sizeof read->engine->facts.id, read->engine->facts.id};
    as_of.size = prep.view_size;
    response.as_of = &as_of;
    reg_message_encode(&response.base, buf);
    return buf->error;
}

void reg_check_name(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                    reg_read_callback done, void *context)
{
    struct read *read =
        read_new(reader, caller, &registry__v1__check_name_request__descriptor, message, answer_check_name, done, context);

    if (read && read_may_file(read))
        read_end(read, 0); /* it waits for what it reads */
}
