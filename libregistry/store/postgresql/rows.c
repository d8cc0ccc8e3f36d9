#include "store/postgresql/rows.h"

void reg_pg_put_entry(struct reg_buf *const columns[4], const struct reg_append *append)
{
    const struct reg_entry_row *entry = &append->entry;

    reg_pg_array_number(columns[0], (int64_t)entry->position);
    if (entry->has_case)
        reg_pg_array_number(columns[1], (int64_t)entry->case_number);
    else
        reg_pg_array_null(columns[1]);
    reg_pg_array_bytes(columns[2], entry->header);
    reg_pg_array_bytes(columns[3], entry->body);
}

void reg_pg_put_key(struct reg_buf *const columns[2], const struct reg_append *append)
{
    reg_pg_array_number(columns[0], (int64_t)append->entry.case_number);
    if (append->entry.wrapped_key.len > 0)
        reg_pg_array_bytes(columns[1], append->entry.wrapped_key);
    else
        reg_pg_array_null(columns[1]);
}

static void put_text_or_null(struct reg_buf *array, const char *text)
{
    if (text && *text)
        reg_pg_array_text(array, text);
    else
        reg_pg_array_null(array);
}

void reg_pg_put_licence(struct reg_buf *const columns[15], const struct reg_append *append)
{
    const struct reg_licence_row *row = append->licence;

    reg_pg_array_text(columns[0], row->code);
    reg_pg_array_number(columns[1], (int64_t)row->position);
    reg_pg_array_number(columns[2], (int64_t)row->serial);
    reg_pg_array_number(columns[3], row->version);
    reg_pg_array_number(columns[4], (int64_t)row->revision);
    reg_pg_array_number(columns[5], row->state);
    reg_pg_array_number(columns[6], row->authority);
    reg_pg_array_number(columns[7], row->type);
    reg_pg_array_text(columns[8], row->name);
    put_text_or_null(columns[9], append->name_key);
    put_text_or_null(columns[10], row->parent);
    if (row->wake_day)
        reg_pg_array_number(columns[11], row->wake_day);
    else
        reg_pg_array_null(columns[11]);
    reg_pg_array_number(columns[12], row->industry);
    reg_pg_array_number(columns[13], row->established);
    reg_pg_array_number(columns[14], row->recorded);
}

void reg_pg_put_name(struct reg_buf *const columns[6], const struct reg_name_row *row)
{
    reg_pg_array_text(columns[0], row->holder);
    reg_pg_array_text(columns[1], row->name);
    if (row->state == REG_NAME_REMOVED)
        return;
    reg_pg_array_number(columns[2], row->authority);
    reg_pg_array_number(columns[3], row->state);
    if (row->until_day)
        reg_pg_array_number(columns[4], row->until_day);
    else
        reg_pg_array_null(columns[4]);
    reg_pg_array_number(columns[5], (int64_t)row->position);
}

void reg_pg_put_case(struct reg_buf *const columns[5], const struct reg_case_row *row)
{
    reg_pg_array_number(columns[0], (int64_t)row->number);
    reg_pg_array_number(columns[1], (int64_t)row->position);
    reg_pg_array_number(columns[2], row->state);
    reg_pg_array_number(columns[3], row->authority);
    reg_pg_array_text(columns[4], row->code);
}

void reg_pg_put_request(struct reg_buf *const columns[4], const struct reg_request_row *row)
{
    reg_pg_array_text(columns[0], row->caller);
    reg_pg_array_text(columns[1], row->request_id);
    reg_pg_array_bytes(columns[2], (struct reg_bytes){row->digest, REG_DIGEST_LEN});
    reg_pg_array_number(columns[3], (int64_t)row->position);
}
