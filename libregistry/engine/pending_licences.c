/* Licences that were taken over and wait for their first credential. */
#include <registry/import.h>

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/message.h"
#include "engine/internal.h"

#define PAGE 1000

/* The columns of the licence table (ledger/store.h). */
enum column { CODE = 0, VERSION = 3, STATE = 5 };

static int give(const char *code, reg_unsigned_callback callback, void *context, bool *ret_on)
{
    reg_pb_sign_licence_request request = REGISTRY__V1__SIGN_LICENCE_REQUEST__INIT;
    struct reg_buf buf = REG_BUF_INIT;
    char id[32];
    int error;

    snprintf(id, sizeof id, "sign/%.18s", code);
    request.request_id = id;
    request.credit_code = (char *)code;
    reg_message_encode(&request.base, &buf);
    error = buf.error;
    if (error == 0)
        *ret_on = callback(context, code, reg_buf_bytes(&buf));
    reg_buf_clear(&buf);
    return error;
}

int reg_unsigned_licences(struct reg_reader *reader, const char *after, size_t limit, reg_unsigned_callback callback,
                          void *context, char ret_last[19], struct reg_error_info *info)
{
    struct reg_value key = {REG_VALUE_TEXT, 0, {(const uint8_t *)after, strlen(after)}};
    struct reg_query query = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_LICENCE, .key = &key, .limit = PAGE};
    size_t given = 0;
    bool on = true;
    int error = reg_query_wait(reader->store, &query);

    if (error != 0)
        reg_fail_because(info, error, "无法读取执照", "cannot read the licences");
    ret_last[0] = '\0';
    for (size_t i = 0; i < query.row_count && error == 0 && on && given < limit; i++) {
        const struct reg_value *row = query.rows[i];
        const char *code = (const char *)row[CODE].bytes.data;

        if (strcmp(code, after) == 0)
            continue;
        snprintf(ret_last, 19, "%.18s", code);
        if (row[VERSION].number != 0 || !(REG_STATE_LIVE >> row[STATE].number & 1))
            continue;
        given++;
        error = give(code, callback, context, &on);
    }
    reg_query_clear(&query);
    return error;
}
