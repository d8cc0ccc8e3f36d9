#include "config/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A text that was cut ends in a whole UTF-8 character. */
static void trim(char *text, size_t size)
{
    size_t len = strlen(text), start = len;

    if (len + 1 < size)
        return;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start > 0 && (unsigned char)text[start - 1] >= 0xc0)
        text[start - 1] = '\0';
}

int rd_fail(struct reg_error_info *info, int error, const char *zh, const char *en, ...)
{
    va_list args;

    if (info == NULL)
        return error;
    va_start(args, en);
    vsnprintf(info->zh, sizeof info->zh, zh, args);
    va_end(args);
    va_start(args, en);
    vsnprintf(info->en, sizeof info->en, en, args);
    va_end(args);
    trim(info->zh, sizeof info->zh);
    trim(info->en, sizeof info->en);
    return error;
}

int rd_fail_at(struct reg_error_info *info, int error, const char *file, unsigned line, const struct reg_error_info *what)
{
    int zh, en;

    if (info == NULL)
        return error;
    zh = snprintf(info->zh, sizeof info->zh, "%s:%u: %s", file, line, what->zh);
    en = snprintf(info->en, sizeof info->en, "%s:%u: %s", file, line, what->en);
    if (zh >= (int)sizeof info->zh)
        trim(info->zh, sizeof info->zh);
    if (en >= (int)sizeof info->en)
        trim(info->en, sizeof info->en);
    return error;
}
