#include "service/errors.h"

#include <stdio.h>

#include "log/log.h"

static const struct row {
    int error;
    enum rd_status status;
    const char *en, *zh; /* what the caller can do; NULL: the library's text says it */
} rows[] = {
    {REG_ERR_INVALID, RD_INVALID_ARGUMENT, "correct the message", "请更正消息"},
    {REG_ERR_ENCODING, RD_INVALID_ARGUMENT, "send UTF-8 without NUL", "请使用不含 NUL 的 UTF-8"},
    {REG_ERR_UNKNOWN_FIELD, RD_INVALID_ARGUMENT, "use the .proto of this server", "请使用本服务器的 .proto"},
    {REG_ERR_LIMIT, RD_RESOURCE_EXHAUSTED, "send less at once", "请减少一次发送的内容"},
    {REG_ERR_NOT_FOUND, RD_NOT_FOUND, NULL, NULL},
    {REG_ERR_EXISTS, RD_ALREADY_EXISTS, NULL, NULL},
    {REG_ERR_CONFLICT, RD_ABORTED, NULL, NULL},
    {REG_ERR_UNAVAILABLE, RD_UNAVAILABLE, "try again later with the same request_id", "请稍后以同一 request_id 重试"},
    {REG_ERR_EXHAUSTED, RD_RESOURCE_EXHAUSTED, "tell the operator: the code pool is used up", "请告知运维：代码池已用尽"},
    {REG_ERR_DENIED, RD_PERMISSION_DENIED, "ask the operator for the right to do this", "请向运维申请相应权限"},
    {REG_ERR_UNSUPPORTED, RD_UNIMPLEMENTED, NULL, NULL},
    {REG_ERR_BUSY, RD_UNAVAILABLE, "try again later", "请稍后重试"},
    {REG_ERR_ERASED, RD_INTERNAL, NULL, NULL},
    {REG_ERR_NOMEM, RD_INTERNAL, NULL, NULL},
    {REG_ERR_IO, RD_INTERNAL, NULL, NULL},
    {REG_ERR_CRYPTO, RD_INTERNAL, NULL, NULL},
    {REG_ERR_KEY, RD_INTERNAL, NULL, NULL},
    {REG_ERR_MODE, RD_INTERNAL, NULL, NULL},
    {REG_ERR_VERSION, RD_INTERNAL, NULL, NULL},
    {REG_ERR_SUITE, RD_INTERNAL, NULL, NULL},
    {REG_ERR_CORRUPT, RD_INTERNAL, NULL, NULL},
    {REG_ERR_SIGNATURE, RD_INTERNAL, NULL, NULL},
};

static const struct row *find(int error)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].error == error)
            return &rows[i];
    return NULL;
}

enum rd_status rd_error_status(int error)
{
    const struct row *row = find(error);

    return row != NULL ? row->status : RD_INTERNAL;
}

bool rd_error_known(int error)
{
    return find(error) != NULL;
}

void rd_error_text(int error, const struct reg_error_info *info, char ret_text[RD_ERROR_TEXT_MAX])
{
    const struct row *row = find(error);
    const char *en = info != NULL && info->en[0] != '\0' ? info->en : reg_error_text(error);
    const char *zh = info != NULL && info->zh[0] != '\0' ? info->zh : reg_error_text_zh(error);

    if (rd_error_status(error) == RD_INTERNAL)
        snprintf(ret_text, RD_ERROR_TEXT_MAX, "a fault of the server; tell the operator / 服务器内部故障，请告知运维");
    else if (row->en != NULL)
        snprintf(ret_text, RD_ERROR_TEXT_MAX, "%s; %s / %s；%s", en, row->en, zh, row->zh);
    else
        snprintf(ret_text, RD_ERROR_TEXT_MAX, "%s / %s", en, zh);
}

void rd_call_fail_error(struct rd_call *call, int error, const struct reg_error_info *info)
{
    char text[RD_ERROR_TEXT_MAX];
    bool detail = info != NULL && info->en[0] != '\0';

    if (rd_error_status(error) == RD_INTERNAL)
        rd_log(RD_LOG_ERROR, "service", "a call failed: %s%s%s", reg_error_text(error), detail ? ": " : "",
               detail ? info->en : "");
    rd_error_text(error, info, text);
    rd_call_fail(call, rd_error_status(error), text);
}
