/* The licence's public record, the texts it prints, and the sections of its entry. */
#include "filing/rule.h"
#include "licence/licence.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The tails that 总局 has printed behind each kind of the scope. */
#define GENERAL_TAIL "（除许可业务外，可自主依法经营法律法规非禁止或限制的项目）"
#define LICENSED_TAIL                                                                                                       \
    "（依法须经批准的项目，经相关部门批准后方可开展经营活动，具体经营项目以相关部门批准文件或许可证件为准）"

/* ---- texts --------------------------------------------------------------------------------------------------------- */

static char *arena_text(struct reg_buf *buf, struct reg_arena *arena)
{
    char *copy = NULL;

    reg_buf_put_u8(buf, 0);
    if (buf->error == 0)
        copy = reg_arena_memdup(arena, buf->data, buf->len);
    reg_buf_clear(buf);
    return copy;
}

static void put_entries(struct reg_buf *buf, const char *head, reg_pb_scope_entry *const *entries, size_t count,
                        const char *tail)
{
    if (count == 0)
        return;
    reg_buf_puts(buf, head);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            reg_buf_puts(buf, "；");
        reg_buf_puts(buf, entries[i]->term);
    }
    reg_buf_puts(buf, tail);
}

char *reg_licence_scope_text(const reg_pb_scope *scope, struct reg_arena *arena)
{
    struct reg_buf buf = REG_BUF_INIT;

    if (scope) {
        put_entries(&buf, "一般项目：", scope->general, scope->n_general, GENERAL_TAIL);
        put_entries(&buf, "许可项目：", scope->licensed, scope->n_licensed, LICENSED_TAIL);
    }
    return arena_text(&buf, arena);
}

static const char *person_name(const reg_pb_filing *filing, uint32_t number)
{
    const reg_pb_person *person = reg_filing_person(filing, number);

    return person ? person->name : "";
}

char *reg_licence_representative_text(const reg_pb_filing *filing, struct reg_arena *arena)
{
    const reg_pb_entity *entity = filing->entity;
    struct reg_buf buf = REG_BUF_INIT;

    for (size_t i = 0; i < entity->n_representatives; i++) {
        const reg_pb_representative *representative = entity->representatives[i];

        if (i > 0)
            reg_buf_puts(&buf, "、");
        reg_buf_puts(&buf, person_name(filing, representative->person));
        if (representative->delegate) {
            reg_buf_puts(&buf, "（委派代表：");
            reg_buf_puts(&buf, person_name(filing, representative->delegate));
            reg_buf_puts(&buf, "）");
        }
    }
    return arena_text(&buf, arena);
}

/* ---- persons ------------------------------------------------------------------------------------------------------- */

bool reg_licence_person_is_public(const reg_pb_entity *entity, uint32_t number)
{
    for (size_t i = 0; i < entity->n_representatives; i++)
        if (entity->representatives[i]->person == number || entity->representatives[i]->delegate == number)
            return true;
    for (size_t i = 0; i < entity->n_investors; i++)
        if (entity->investors[i]->person == number)
            return true;
    for (size_t i = 0; i < entity->n_officers; i++)
        if (entity->officers[i]->person == number)
            return true;
    for (size_t i = 0; i < entity->n_family_members; i++)
        if (entity->family_members[i] == number)
            return true;
    return false;
}

reg_pb_public_person *reg_licence_public_person(const reg_pb_person *person, struct reg_arena *arena)
{
    reg_pb_public_person *ret = reg_arena_alloc(arena, sizeof *ret);

    if (!ret)
        return NULL;
    registry__v1__public_person__init(ret);
    ret->number = person->number;
    ret->kind = person->kind;
    ret->name = person->name;
    ret->credit_code = person->credit_code;
    ret->country = person->country;
    return ret;
}

static void mark(const reg_pb_filing *filing, bool *shown, uint32_t number)
{
    size_t index = reg_filing_person_index(filing, number);

    if (index != SIZE_MAX)
        shown[index] = true;
}

/* What reg_licence_person_is_public says of each person, in one pass: a cooperative may have thousands of members. */
static void mark_public(const reg_pb_filing *filing, bool *shown)
{
    const reg_pb_entity *entity = filing->entity;

    for (size_t i = 0; i < entity->n_representatives; i++) {
        mark(filing, shown, entity->representatives[i]->person);
        mark(filing, shown, entity->representatives[i]->delegate);
    }
    for (size_t i = 0; i < entity->n_investors; i++)
        mark(filing, shown, entity->investors[i]->person);
    for (size_t i = 0; i < entity->n_officers; i++)
        mark(filing, shown, entity->officers[i]->person);
    for (size_t i = 0; i < entity->n_family_members; i++)
        mark(filing, shown, entity->family_members[i]);
}

static int add_persons(const reg_pb_filing *filing, struct reg_arena *arena, reg_pb_licence_record *licence)
{
    bool *shown = reg_arena_alloc(arena, (filing->n_persons + 1) * sizeof *shown);

    licence->persons = reg_arena_alloc(arena, (filing->n_persons + 1) * sizeof *licence->persons);
    if (!licence->persons || !shown)
        return REG_ERR_NOMEM;
    memset(shown, 0, (filing->n_persons + 1) * sizeof *shown);
    mark_public(filing, shown);
    for (size_t i = 0; i < filing->n_persons; i++) {
        if (!shown[i])
            continue;
        licence->persons[licence->n_persons] = reg_licence_public_person(filing->persons[i], arena);
        if (!licence->persons[licence->n_persons++])
            return REG_ERR_NOMEM;
    }
    return 0;
}

/* ---- the record ---------------------------------------------------------------------------------------------------- */

/* The address as it is public: the post code is in the contact class. */
static int add_address(const reg_pb_entity *entity, struct reg_arena *arena, reg_pb_licence_record *licence)
{
    reg_pb_address *address;

    if (!entity->address)
        return 0;
    address = reg_arena_alloc(arena, sizeof *address);
    if (!address)
        return REG_ERR_NOMEM;
    registry__v1__address__init(address);
    address->division = entity->address->division;
    address->text = entity->address->text;
    address->on_platform = entity->address->on_platform;
    licence->address = address;
    return 0;
}

int reg_licence_record_build(const struct reg_rule_input *input, const struct reg_merge *merge, unsigned catalogue_revision,
                             struct reg_arena *arena, reg_pb_licence_record **ret)
{
    const reg_pb_filing *filing = input->filing;
    const reg_pb_entity *entity = filing->entity;
    reg_pb_licence_record *licence = reg_arena_alloc(arena, sizeof *licence);
    int error;

    if (!licence)
        return REG_ERR_NOMEM;
    registry__v1__licence_record__init(licence);
    licence->kind = filing->kind;
    licence->authority = filing->authority;
    licence->type = input->type ? input->type->code : entity->type; /* 9999 becomes 9500 */
    licence->name = entity->name;
    licence->capital = entity->capital;
    licence->established = entity->established;
    licence->term = entity->term;
    licence->scope = reg_licence_scope_text(entity->scope, arena);
    licence->scope_entries = entity->scope;
    licence->industry = entity->industry;
    licence->composition = entity->composition;
    licence->representative = reg_licence_representative_text(filing, arena);
    licence->n_representatives = entity->n_representatives;
    licence->representatives = entity->representatives;
    licence->n_investors = entity->n_investors;
    licence->investors = entity->investors;
    licence->n_officers = entity->n_officers;
    licence->officers = entity->officers;
    licence->n_family_members = entity->n_family_members;
    licence->family_members = entity->family_members;
    licence->parent_code = entity->parent_code;
    licence->n_former_numbers = entity->n_former_numbers;
    licence->former_numbers = entity->former_numbers;
    licence->raising = entity->raising;
    licence->no_supervisors = entity->no_supervisors;
    licence->no_executor_agreed = entity->no_executor_agreed;
    licence->catalogue_revision = catalogue_revision;
    licence->n_outcomes = merge->outcome_count;
    licence->outcomes = merge->outcomes;
    licence->state = REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING;
    error = licence->scope && licence->representative ? add_address(entity, arena, licence) : REG_ERR_NOMEM;
    if (error == 0)
        error = add_persons(filing, arena, licence);
    if (error == 0)
        *ret = licence;
    return error;
}
