/* Answers made of entries. A repeat must get the same bytes as the first answer, so both are made here, of what is stored.
 */
#include "engine/internal.h"

#include <string.h>

#include "base/message.h"
#include "base/wire.h"
#include "crypto/digest.h"

static int put_buffer(struct reg_buf *buf, unsigned number, struct reg_buf *field)
{
    int error = field->error;

    if (error == 0)
        reg_wire_put_bytes(buf, number, reg_buf_bytes(field));
    return error != 0 ? error : buf->error;
}

static void tree_size_of(const struct reg_engine *engine, uint64_t size, reg_pb_tree_size *ret)
{
    registry__v1__tree_size__init(ret);
    ret->registry_id = (ProtobufCBinaryData){sizeof engine->facts.id, (uint8_t *)engine->facts.id};
    ret->size = size;
}

void reg_grant_of(const struct reg_caller *caller, struct reg_grant *ret)
{
    *ret = (struct reg_grant){.all = caller->kind == REG_CALLER_WINDOW || caller->kind == REG_CALLER_OPERATOR};
    if (caller->kind != REG_CALLER_DEPARTMENT)
        return;
    for (size_t i = 0; i < caller->item_count; i++)
        if (caller->items[i] >= 1 && caller->items[i] <= REG_ITEM_MAX)
            ret->items[(caller->items[i] - 1) / 64] |= UINT64_C(1) << (caller->items[i] - 1) % 64;
    for (size_t i = 0; i < caller->class_count; i++)
        if (caller->classes[i] < 32)
            ret->classes |= UINT32_C(1) << caller->classes[i];
}

int reg_entry_open(const struct reg_engine *engine, const struct reg_entry_row *row, uint8_t key[REG_CASE_KEY_LEN],
                   struct reg_opened_entry *ret)
{
    int error = 0;

    if (row->wrapped_key.len > 0)
        error = reg_case_key_unwrap(engine->master, row->wrapped_key, key);
    if (error == 0)
        *ret = (struct reg_opened_entry){row->header, row->body, row->position, row->case_number,
                                         row->wrapped_key.len > 0 ? key : NULL};
    return error;
}

/* ---- licences ------------------------------------------------------------------------------------------------------ */

int reg_answer_status(const struct reg_engine *engine, const struct reg_licence_row *row, uint64_t tree_size,
                      struct reg_buf *buf)
{
    reg_pb_licence_status status = REGISTRY__V1__LICENCE_STATUS__INIT;
    reg_pb_tree_size as_of;
    struct reg_buf field = REG_BUF_INIT;
    int error;

    tree_size_of(engine, tree_size, &as_of);
    status.credit_code = (char *)row->code;
    status.state = (reg_pb_licence_state)row->state;
    status.serial = row->serial;
    status.version = row->version;
    status.revision = row->revision;
    status.position = row->position;
    status.as_of = &as_of;
    if (row->version == 0) {
        status.credential_pending = true;
        status.note_zh = (char *)"存量导入的执照，尚未签发凭证（由 registryctl licence sign --pending 补签）";
        status.note_en = (char *)"taken over from an existing register: no credential has been signed for it yet "
                                 "(registryctl licence sign --pending)";
    }
    reg_message_encode(&status.base, &field);
    error = put_buffer(buf, 1, &field);
    reg_buf_clear(&field);
    return error;
}

int reg_answer_licence(const struct reg_engine *engine, const struct reg_opened_entry *entry,
                       const struct reg_licence_row *row, const struct reg_grant *grant, uint64_t tree_size,
                       struct reg_buf *buf)
{
    struct reg_buf field = REG_BUF_INIT;
    int error = reg_answer_status(engine, row, tree_size, buf);

    if (error == 0)
        error = reg_view_build(engine->facts.suite, entry->header, entry->body, grant, entry->case_key, &field);
    if (error == 0)
        error = put_buffer(buf, 2, &field);
    reg_buf_clear(&field);
    return error;
}

/* The row that the licence's own entry made. */
static int row_of_record(const reg_pb_licence_record *licence, uint64_t position, struct reg_licence_row *ret)
{
    if (strlen(licence->credit_code) != REG_CODE_LEN)
        return REG_ERR_CORRUPT;
    *ret = (struct reg_licence_row){.position = position,
                                    .serial = licence->serial,
                                    .version = licence->version,
                                    .revision = licence->revision,
                                    .state = (uint32_t)licence->state};
    memcpy(ret->code, licence->credit_code, REG_CODE_LEN + 1);
    return 0;
}

/* ---- cases --------------------------------------------------------------------------------------------------------- */

/* Fills the case's facts from its record; everything is borrowed from the record. */
static void case_of_record(const reg_pb_record *record, reg_pb_case *ret)
{
    if (record->licence) {
        ret->state = REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED;
        ret->kind = record->licence->kind;
        ret->credit_code = record->licence->credit_code;
        ret->n_outcomes = record->licence->n_outcomes;
        ret->outcomes = record->licence->outcomes;
    }
    if (record->case_record) {
        ret->state = record->case_record->state;
        ret->kind = record->case_record->kind;
        ret->deadline = record->case_record->deadline;
        ret->reason = record->case_record->reason;
        ret->basis = record->case_record->basis;
    }
    if (record->administration) {
        ret->savings = record->administration->savings;
        ret->n_findings = record->administration->n_findings;
        ret->findings = record->administration->findings;
    }
    if (record->filing) {
        ret->n_findings = record->filing->n_findings;
        ret->findings = record->filing->findings;
        ret->n_outcomes = record->filing->n_outcomes;
        ret->outcomes = record->filing->outcomes;
    }
}

/* Reads an entry whole; the record and the header live in the arena. */
static int read_entry(const struct reg_engine *engine, const struct reg_opened_entry *entry, struct reg_arena *arena,
                      reg_pb_record **ret_record, reg_pb_entry_header **ret_header)
{
    ProtobufCMessage *header;
    int error =
        reg_message_decode(&registry__v1__entry_header__descriptor, entry->header, REG_UNKNOWN_REFUSE, arena, &header, NULL);

    if (error == 0)
        error = reg_record_decode(entry->body, engine->facts.suite, entry->case_key, arena, ret_record);
    if (error == 0)
        *ret_header = (reg_pb_entry_header *)header;
    return error;
}

/* Appends the encoded Case as field 1. */
static int put_case(const struct reg_engine *engine, const reg_pb_record *record, const reg_pb_entry_header *header,
                    uint64_t number, uint64_t tree_size, struct reg_buf *buf)
{
    reg_pb_case filed = REGISTRY__V1__CASE__INIT;
    reg_pb_tree_size as_of;
    struct reg_buf field = REG_BUF_INIT;
    int error;

    tree_size_of(engine, tree_size, &as_of);
    case_of_record(record, &filed);
    filed.number = number;
    filed.authority = header->authority;
    filed.time_ms = header->time_ms;
    filed.as_of = &as_of;
    reg_message_encode(&filed.base, &field);
    error = put_buffer(buf, 1, &field);
    reg_buf_clear(&field);
    return error;
}

int reg_answer_case(const struct reg_engine *engine, const struct reg_opened_entry *entry, const struct reg_case_row *row,
                    uint64_t tree_size, struct reg_buf *buf)
{
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    reg_pb_entry_header *header;
    reg_pb_record *record;
    int error = arena ? read_entry(engine, entry, arena, &record, &header) : REG_ERR_NOMEM;

    if (error == 0)
        error = put_case(engine, record, header, row->number, tree_size, buf);
    reg_arena_free(arena);
    return error;
}

int reg_answer_submit(const struct reg_engine *engine, const struct reg_opened_entry *entry, struct reg_buf *buf)
{
    static const struct reg_grant everything = {.all = true};
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    struct reg_buf licence = REG_BUF_INIT;
    struct reg_licence_row row;
    reg_pb_entry_header *header;
    reg_pb_record *record;
    int error = arena ? read_entry(engine, entry, arena, &record, &header) : REG_ERR_NOMEM;

    if (error == 0 && record->catalogue)
        reg_answer_publication(record->catalogue, entry->position, buf);
    else if (error == 0 && record->pool)
        reg_answer_pool(record->pool, entry->position, buf);
    else if (error == 0 && record->name)
        reg_answer_reservation(record, entry->position, buf);
    else if (error == 0)
        error = put_case(engine, record, header, entry->case_number, entry->position + 1, buf);
    if (error == 0 && record->licence) {
        error = row_of_record(record->licence, entry->position, &row);
        if (error == 0)
            error = reg_answer_licence(engine, entry, &row, &everything, entry->position + 1, &licence);
        if (error == 0)
            error = put_buffer(buf, 2, &licence);
    }
    reg_buf_clear(&licence);
    reg_arena_free(arena);
    return error;
}
