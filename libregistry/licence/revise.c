/* What a revision changes of the one before. */
#include <string.h>

#include "base/message.h"
#include "licence/licence.h"

static int no_memory(struct reg_arena *arena)
{
    return reg_arena_over_budget(arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
}

/* Members of the public record that a filing can change; printed ones make a new version of the licence. `entity`: the
 * member of Entity that brings it. */
static const struct {
    const char *path, *entity;
    bool printed;
} members[] = {
    {"authority", NULL, true},
    {"type", "type", true},
    {"name", "name", true},
    {"address", "address", true},
    {"capital", "capital", true},
    {"established", "established", true},
    {"term", "term", true},
    {"scopeEntries", "scope", true},
    {"industry", "industry", false},
    {"composition", "composition", true},
    {"representative", NULL, true},
    {"representatives", "representatives", false},
    {"persons", NULL, false},
    {"investors", "investors", false},
    {"officers", "officers", false},
    {"familyMembers", "familyMembers", false},
    {"parentCode", "parentCode", false},
    {"formerNumbers", "formerNumbers", false},
    {"state", NULL, false},
};
#define MEMBER_COUNT (sizeof members / sizeof *members)

const char *reg_licence_changed_member(const char *path)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        if (strcmp(members[i].path, path) == 0)
            return members[i].entity;
    return NULL;
}

/* A change whose value before is the JSON in `buf`, which is cleared. */
static int new_change(const char *path, struct reg_buf *buf, struct reg_arena *arena, reg_pb_change **ret)
{
    reg_pb_change *change = reg_arena_alloc(arena, sizeof *change);
    int error = buf->error;

    if (error == 0)
        reg_buf_put_u8(buf, 0);
    if (error == 0 && change) {
        registry__v1__change__init(change);
        change->path = reg_arena_strdup(arena, path);
        change->before = reg_arena_memdup(arena, buf->data, buf->len);
    }
    if (error == 0 && (!change || !change->path || !change->before))
        error = no_memory(arena);
    reg_buf_clear(buf);
    if (error == 0)
        *ret = change;
    return error;
}

/* The address as it is printed: its text alone. */
static bool printed_change(size_t member, const reg_pb_licence_record *before, const reg_pb_licence_record *licence)
{
    const char *a = before->address ? before->address->text : "", *b = licence->address ? licence->address->text : "";
    const char *c = before->name ? before->name->full : "", *d = licence->name ? licence->name->full : "";

    if (strcmp(members[member].path, "address") == 0)
        return strcmp(a, b) != 0;
    if (strcmp(members[member].path, "name") == 0)
        return strcmp(c, d) != 0;
    return members[member].printed;
}

static int public_changes(const reg_pb_licence_record *before, reg_pb_licence_record *licence, struct reg_arena *arena,
                          bool *ret_printed)
{
    int error = 0;

    licence->n_changes = 0;
    licence->changes = reg_arena_alloc(arena, MEMBER_COUNT * sizeof *licence->changes);
    if (!licence->changes)
        return no_memory(arena);
    *ret_printed = false;
    for (size_t i = 0; i < MEMBER_COUNT && error == 0; i++) {
        const ProtobufCFieldDescriptor *field = reg_message_field(licence->base.descriptor, members[i].path);
        struct reg_buf buf = REG_BUF_INIT;
        bool same = true;

        error = reg_message_field_same(field, &before->base, &licence->base, &same);
        if (error != 0 || same)
            continue;
        error = reg_message_field_json(field, &before->base, &buf);
        if (error == 0)
            error = new_change(members[i].path, &buf, arena, &licence->changes[licence->n_changes]);
        reg_buf_clear(&buf);
        licence->n_changes += error == 0;
        *ret_printed = *ret_printed || printed_change(i, before, licence);
    }
    return error;
}

/* ---- items --------------------------------------------------------------------------------------------------------- */

static const reg_pb_item_record *find_item(const reg_pb_record *record, uint32_t item)
{
    for (size_t i = 0; i < record->n_items; i++)
        if (record->items[i]->item == item)
            return record->items[i];
    return NULL;
}

static const reg_pb_fact *find_fact(const reg_pb_item_record *record, const char *key)
{
    for (size_t i = 0; i < record->n_facts; i++)
        if (strcmp(record->facts[i]->key, key) == 0)
            return record->facts[i];
    return NULL;
}

static int same_fact(const reg_pb_fact *a, const reg_pb_fact *b, bool *ret)
{
    struct reg_buf left = REG_BUF_INIT, right = REG_BUF_INIT;
    int error;

    reg_message_encode(&a->base, &left);
    reg_message_encode(&b->base, &right);
    error = left.error ? left.error : right.error;
    *ret = error == 0 && left.len == right.len && memcmp(left.data, right.data, left.len) == 0;
    reg_buf_clear(&left);
    reg_buf_clear(&right);
    return error;
}

/* `fact` NULL: there was none, or there is none any more; the value before is then empty. */
static int add_fact_change(reg_pb_item_record *record, const char *key, const reg_pb_fact *before, struct reg_arena *arena)
{
    struct reg_buf buf = REG_BUF_INIT;
    int error = before ? reg_message_to_json(&before->base, 0, &buf) : 0;

    if (error == 0)
        error = new_change(key, &buf, arena, &record->changes[record->n_changes]);
    reg_buf_clear(&buf);
    record->n_changes += error == 0;
    return error;
}

static int item_changes(const reg_pb_item_record *before, reg_pb_item_record *record, struct reg_arena *arena)
{
    size_t most = before->n_facts + record->n_facts + 1;
    int error = 0;

    record->n_changes = 0;
    record->changes = reg_arena_alloc(arena, most * sizeof *record->changes);
    if (!record->changes)
        return no_memory(arena);
    for (size_t i = 0; i < record->n_facts && error == 0; i++) {
        const reg_pb_fact *old = find_fact(before, record->facts[i]->key);
        bool same = false;

        if (old)
            error = same_fact(old, record->facts[i], &same);
        if (error == 0 && !same)
            error = add_fact_change(record, record->facts[i]->key, old, arena);
    }
    for (size_t i = 0; i < before->n_facts && error == 0; i++)
        if (!find_fact(record, before->facts[i]->key))
            error = add_fact_change(record, before->facts[i]->key, before->facts[i], arena);
    return error;
}

int reg_licence_revise(const reg_pb_record *before, reg_pb_licence_record *licence, struct reg_merge *merge,
                       struct reg_arena *arena, bool *ret_printed)
{
    int error = public_changes(before->licence, licence, arena, ret_printed);

    for (size_t i = 0; i < merge->record_count && error == 0; i++) {
        const reg_pb_item_record *old = find_item(before, merge->records[i]->item);

        if (old)
            error = item_changes(old, merge->records[i], arena);
    }
    return error;
}
