#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

struct error_text {
    const char *zh;
    const char *en;
};

/* Indexed by -error. */
static const struct error_text texts[] = {
    [-REG_OK] = {"成功", "success"},
    [-REG_ERR_INVALID] = {"参数或数据格式不正确", "malformed argument or bytes"},
    [-REG_ERR_NOMEM] = {"内存不足", "out of memory"},
    [-REG_ERR_LIMIT] = {"超过规定的限额", "over a limit"},
    [-REG_ERR_ENCODING] = {"文字不是合法的 UTF-8，或含有空字符", "text is not valid UTF-8, or holds a NUL"},
    [-REG_ERR_UNKNOWN_FIELD] = {"含有模型中没有的字段", "a field that the model does not have"},
    [-REG_ERR_NOT_FOUND] = {"没有找到", "not found"},
    [-REG_ERR_EXISTS] = {"该请求编号已用于另一请求", "the request id was used for another request"},
    [-REG_ERR_CONFLICT] = {"数据已被他人先行修改", "somebody else was faster"},
    [-REG_ERR_UNAVAILABLE] = {"存储暂时不可用，请稍后重试", "the store is unavailable for now; try again"},
    [-REG_ERR_IO] = {"文件读写失败", "a file could not be read or written"},
    [-REG_ERR_CRYPTO] = {"密码运算失败", "a cryptographic operation failed"},
    [-REG_ERR_KEY] = {"密钥缺失、损坏或属于另一套算法", "a key is missing, damaged or of another suite"},
    [-REG_ERR_MODE] = {"密钥文件可被他人读取", "a key file can be read by others"},
    [-REG_ERR_VERSION] = {"存储版本不符", "the store is of another version"},
    [-REG_ERR_SUITE] = {"存储或密钥属于另一套算法", "a store or key of another suite"},
    [-REG_ERR_CORRUPT] = {"存储的数据自相矛盾", "stored bytes contradict themselves"},
    [-REG_ERR_SIGNATURE] = {"签名或摘要验证不通过", "a signature or digest does not verify"},
    [-REG_ERR_ERASED] = {"该部分的密钥已销毁", "the keys of this section were destroyed"},
    [-REG_ERR_EXHAUSTED] = {"代码段已用完", "the code pool is used up"},
    [-REG_ERR_UNSUPPORTED] = {"本登记库不提供此项服务", "not served by this registry"},
    [-REG_ERR_DENIED] = {"调用方无权进行此操作", "the caller may not do this"},
    [-REG_ERR_BUSY] = {"登记库正被独占使用", "the registry is held by somebody who needs it alone"},
};

static const struct error_text unknown_text = {"未知错误", "unknown error"};

static const struct error_text *text_of(int error)
{
    if (error > 0 || error <= -(int)(sizeof texts / sizeof texts[0]))
        return &unknown_text;
    return &texts[-error];
}

const char *reg_error_text(int error)
{
    return text_of(error)->en;
}

const char *reg_error_text_zh(int error)
{
    return text_of(error)->zh;
}

/* vsnprintf cuts at a byte; what is left must still be whole characters. */
static void format_text(char *text, size_t size, const char *format, va_list args)
{
    size_t whole, len;
    int n;

    text[0] = '\0';
    if (!format)
        return;
    n = vsnprintf(text, size, format, args);
    if (n < 0)
        text[0] = '\0';
    if (n < 0 || (size_t)n < size)
        return;
    len = strlen(text);
    whole = reg_utf8_cut(text, len);
    text[whole] = '\0';
}

static void format_both(struct reg_error_info *info, const char *zh, const char *en, va_list args)
{
    va_list again;

    va_copy(again, args);
    format_text(info->zh, sizeof info->zh, zh, args);
    format_text(info->en, sizeof info->en, en, again);
    va_end(again);
}

int reg_fail(struct reg_error_info *info, int error, const char *zh, const char *en, ...)
{
    va_list args;

    if (!info)
        return error;
    va_start(args, en);
    format_both(info, zh, en, args);
    va_end(args);
    return error;
}

static void add_text(char *text, size_t size, const char *mark, const char *reason)
{
    size_t len = strlen(text);

    snprintf(text + len, size - len, "%s%s", mark, reason);
    text[reg_utf8_cut(text, strlen(text))] = '\0';
}

int reg_fail_because(struct reg_error_info *info, int error, const char *zh, const char *en, ...)
{
    va_list args;

    if (!info)
        return error;
    va_start(args, en);
    format_both(info, zh, en, args);
    va_end(args);
    add_text(info->zh, sizeof info->zh, "：", reg_error_text_zh(error));
    add_text(info->en, sizeof info->en, ": ", reg_error_text(error));
    return error;
}
