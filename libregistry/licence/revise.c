/* What a revision changes of the one before. */
#include <string.h>

#include "base/message.h"
#include "filing/rule.h"
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
    {"raising", "raising", false},
    {"noSupervisors", "noSupervisors", false},
    {"noExecutorAgreed", "noExecutorAgreed", false},
    {"state", NULL, false},
    /* Restricted classes: that they changed is public, what they were before stands in the revision before alone. */
    {"identities", NULL, false},
    {"contact", NULL, false},
    {"residences", NULL, false},
    {"liaison", "liaisonPerson", false},
    {"beneficial", "beneficialOwners", false},
};
#define MEMBER_COUNT (sizeof members / sizeof *members)
#define CLASS(name)  REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_##name

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

        if (!field) /* a restricted class */
            continue;
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

/* ---- restricted classes -------------------------------------------------------------------------------------------- */

static void put_number(struct reg_buf *buf, uint32_t number)
{
    reg_buf_put_be32(buf, number);
}

static void put_text(struct reg_buf *buf, const char *text)
{
    put_number(buf, (uint32_t)strlen(text));
    reg_buf_puts(buf, text);
}

static void put_named(struct reg_buf *buf, const reg_pb_filing *filing, uint32_t number)
{
    const reg_pb_person *person = reg_filing_person(filing, number);

    put_number(buf, number);
    put_text(buf, person ? person->name : "");
    put_number(buf, person ? person->country : 0);
}

static void put_message(struct reg_buf *buf, uint32_t number, const ProtobufCMessage *message)
{
    if (!message)
        return;
    put_number(buf, number);
    reg_message_encode(message, buf);
}

static void put_identity(struct reg_buf *buf, const reg_pb_person *person)
{
    put_message(buf, person->number, person->id ? &person->id->base : NULL);
    if (person->verification == REGISTRY__V1__VERIFICATION__VERIFICATION_UNSPECIFIED)
        return;
    put_number(buf, person->number);
    put_number(buf, (uint32_t)person->verification);
}

/* What a class holds of a filing, as bytes that differ where it does. */
static void put_class(struct reg_buf *buf, reg_pb_restricted_class class, const reg_pb_filing *filing)
{
    const reg_pb_entity *entity = filing->entity;
    bool liaison = entity->liaison_case == REGISTRY__V1__ENTITY__LIAISON_LIAISON_PERSON;

    if (class == CLASS(LIAISON) && liaison)
        put_named(buf, filing, entity->liaison_person);
    if (class == CLASS(LIAISON) && entity->document_recipient) {
        put_text(buf, "recipient");
        put_named(buf, filing, entity->document_recipient);
    }
    if (class == CLASS(BENEFICIAL))
        put_number(buf, (uint32_t)entity->beneficial_exempt);
    for (size_t i = 0; class == CLASS(BENEFICIAL) && i < entity->n_beneficial_owners; i++)
        put_named(buf, filing, entity->beneficial_owners[i]);
    if (class == CLASS(CONTACT) && entity->address)
        put_text(buf, entity->address->postcode);
    for (size_t i = 0; i < filing->n_persons; i++) {
        const reg_pb_person *person = filing->persons[i];

        if (class == CLASS(IDENTITY))
            put_identity(buf, person);
        else if (class == CLASS(CONTACT))
            put_message(buf, person->number, person->contact ? &person->contact->base : NULL);
        else if (class == CLASS(RESIDENCE) &&
                 (person->residence[0] || person->resident || person->barred || person->farmer)) {
            put_number(buf, person->number);
            put_text(buf, person->residence);
            put_number(buf, (uint32_t)person->farmer << 2 | (uint32_t)person->resident << 1 | (uint32_t)person->barred);
        }
    }
}

static int class_same(reg_pb_restricted_class class, const reg_pb_filing *recorded, const reg_pb_filing *whole, bool *ret)
{
    struct reg_buf left = REG_BUF_INIT, right = REG_BUF_INIT;
    int error;

    put_class(&left, class, recorded);
    put_class(&right, class, whole);
    error = left.error ? left.error : right.error;
    *ret = error == 0 && left.len == right.len && (left.len == 0 || memcmp(left.data, right.data, left.len) == 0);
    reg_buf_wipe(&left);
    reg_buf_wipe(&right);
    return error;
}

static int restricted_changes(const reg_pb_filing *recorded, const reg_pb_filing *whole, reg_pb_licence_record *licence,
                              struct reg_arena *arena)
{
    static const struct {
        reg_pb_restricted_class class;
        const char *path;
    } classes[] = {{CLASS(IDENTITY), "identities"},
                   {CLASS(CONTACT), "contact"},
                   {CLASS(RESIDENCE), "residences"},
                   {CLASS(LIAISON), "liaison"},
                   {CLASS(BENEFICIAL), "beneficial"}};
    int error = 0;

    for (size_t i = 0; i < sizeof classes / sizeof *classes && error == 0; i++) {
        struct reg_buf nothing = REG_BUF_INIT;
        bool same = true;

        error = class_same(classes[i].class, recorded, whole, &same);
        if (error == 0 && !same) {
            error = new_change(classes[i].path, &nothing, arena, &licence->changes[licence->n_changes]);
            licence->n_changes += error == 0;
        }
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

int reg_licence_revise(const reg_pb_record *before, const reg_pb_filing *recorded, const reg_pb_filing *whole,
                       reg_pb_licence_record *licence, struct reg_merge *merge, struct reg_arena *arena, bool *ret_printed)
{
    int error = public_changes(before->licence, licence, arena, ret_printed);

    if (error == 0)
        error = restricted_changes(recorded, whole, licence, arena);
    for (size_t i = 0; i < merge->record_count && error == 0; i++) {
        const reg_pb_item_record *old = find_item(before, merge->records[i]->item);

        if (old)
            error = item_changes(old, merge->records[i], arena);
    }
    return error;
}
