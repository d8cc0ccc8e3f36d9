/* Setting an option's member from its text. */
#include "config/options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/fault.h"

static int set_string(const struct rd_option *option, const char *value, char **member, struct reg_error_info *info)
{
    size_t len = strlen(value);
    char *copy;

    if (len < option->min)
        return rd_fail(info, REG_ERR_INVALID, "%s 不得为空", "%s must not be empty", option->key);
    if (option->max > 0 && len > option->max)
        return rd_fail(info, REG_ERR_INVALID, "%s 超过 %lu 字节", "%s is longer than %lu bytes", option->key, option->max);
    copy = strdup(value);
    if (copy == NULL)
        return rd_fail(info, REG_ERR_NOMEM, "内存不足", "out of memory");
    free(*member);
    *member = copy;
    return 0;
}

/* Paths are relative to the registry's directory, so that the daemon may be started from anywhere. */
static int set_path(const struct rd_option *option, const char *directory, const char *value, char **member,
                    struct reg_error_info *info)
{
    char *path = NULL;
    int r;

    if (value[0] == '/' || value[0] == '\0')
        return set_string(option, value, member, info);
    r = set_string(option, value, member, info);
    if (r < 0)
        return r;
    if (asprintf(&path, "%s/%s", directory, value) < 0)
        return rd_fail(info, REG_ERR_NOMEM, "内存不足", "out of memory");
    free(*member);
    *member = path;
    return 0;
}

static bool is_address(const char *text, bool *ret_loopback)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_pton(AF_INET, text, &v4) == 1) {
        *ret_loopback = (ntohl(v4.s_addr) >> 24) == 127;
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6) == 1) {
        *ret_loopback = IN6_IS_ADDR_LOOPBACK(&v6);
        return true;
    }
    return false;
}

static int set_address(const struct rd_option *option, const char *value, char **member, struct reg_error_info *info)
{
    bool loopback = false;

    if (!is_address(value, &loopback))
        return rd_fail(info, REG_ERR_INVALID, "%s 应为数字 IP 地址，不能是“%s”",
                       "%s must be a numeric IP address, not \"%s\"", option->key, value);
    if (option->type == RD_OPTION_LOOPBACK && !loopback)
        return rd_fail(info, REG_ERR_INVALID, "%s 只能是本机地址（127.0.0.0/8 或 ::1），不能是“%s”",
                       "%s must be a loopback address (127.0.0.0/8 or ::1), not \"%s\"", option->key, value);
    return set_string(option, value, member, info);
}

/* Digits alone: no sign, no blank, no other base. */
static int number(const struct rd_option *option, const char *value, unsigned long *ret, struct reg_error_info *info)
{
    unsigned long n = 0;

    errno = 0;
    if (value[0] != '\0' && strspn(value, "0123456789") == strlen(value))
        n = strtoul(value, NULL, 10);
    else
        errno = EINVAL;
    if (errno != 0 || n < option->min || n > option->max)
        return rd_fail(info, REG_ERR_INVALID, "%s 应为 %lu 到 %lu 之间的整数，不能是“%s”",
                       "%s must be a whole number from %lu to %lu, not \"%s\"", option->key, option->min, option->max,
                       value);
    *ret = n;
    return 0;
}

static int choice(const struct rd_option *option, const char *value, unsigned *ret, struct reg_error_info *info)
{
    char known[128] = "";
    size_t len = 0;

    for (const struct rd_choice *c = option->choices; c->name != NULL; c++) {
        if (strcmp(c->name, value) == 0) {
            *ret = c->value;
            return 0;
        }
        len += (size_t)snprintf(known + len, sizeof known - len, "%s%s", len == 0 ? "" : ", ", c->name);
        if (len >= sizeof known)
            len = sizeof known - 1;
    }
    return rd_fail(info, REG_ERR_INVALID, "%s 应为 %s 之一，不能是“%s”", "%s must be one of %s, not \"%s\"", option->key,
                   known, value);
}

static char *trimmed(char *text)
{
    char *end;

    text += strspn(text, " \t");
    end = text + strlen(text);
    while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
        *--end = '\0';
    return text;
}

static int set_numbers(const struct rd_option *option, const char *value, struct rd_numbers *member,
                       struct reg_error_info *info)
{
    char *copy = strdup(value), *rest = copy, *part;
    struct rd_numbers list = {NULL, 0};
    unsigned long n = 0;
    unsigned named = 0;
    int r = REG_ERR_NOMEM;

    /* every number but the first stands behind a comma */
    if (copy != NULL)
        list.values = calloc(strlen(value) + 1, sizeof *list.values);
    if (list.values == NULL) {
        rd_fail(info, r, "内存不足", "out of memory");
        goto out;
    }
    while (value[0] != '\0' && (part = strsep(&rest, ",")) != NULL) {
        part = trimmed(part);
        r = option->choices != NULL ? choice(option, part, &named, info) : number(option, part, &n, info);
        if (r < 0)
            goto out;
        list.values[list.count] = option->choices != NULL ? named : (unsigned)n;
        for (size_t i = 0; i < list.count; i++)
            if (list.values[i] == list.values[list.count]) {
                r = rd_fail(info, REG_ERR_INVALID, "%s 中“%s”出现两次", "%s has \"%s\" twice", option->key, part);
                goto out;
            }
        list.count++;
    }
    free(member->values);
    *member = list;
    list.values = NULL;
    r = 0;
out:
    free(list.values);
    free(copy);
    return r;
}

int rd_option_set(const struct rd_option *option, const char *directory, const char *value, void *target,
                  struct reg_error_info *info)
{
    void *member = (char *)target + option->offset;
    unsigned long n = 0;
    int r;

    switch (option->type) {
    case RD_OPTION_TEXT:
        return set_string(option, value, member, info);
    case RD_OPTION_PATH:
        return set_path(option, directory, value, member, info);
    case RD_OPTION_ADDRESS:
    case RD_OPTION_LOOPBACK:
        return set_address(option, value, member, info);
    case RD_OPTION_NUMBER:
        r = number(option, value, &n, info);
        if (r == 0)
            *(unsigned *)member = (unsigned)n;
        return r;
    case RD_OPTION_SIZE:
        r = number(option, value, &n, info);
        if (r == 0)
            *(size_t *)member = n;
        return r;
    case RD_OPTION_CHOICE:
        return choice(option, value, member, info);
    case RD_OPTION_NUMBERS:
    case RD_OPTION_CHOICES:
        return set_numbers(option, value, member, info);
    }
    return REG_ERR_INVALID;
}
