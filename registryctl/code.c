/* code check, code make. */
#include <stdlib.h>
#include <string.h>

#include <registry/code.h>

#include "ctl.h"

/* Printable ASCII that JSON does not escape: of a line with anything else no code is shown, whatever its encoding. */
static bool plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] < 0x20 || text[i] > 0x7e || text[i] == '"' || text[i] == '\\')
            return false;
    return true;
}

/* One line: code, tab, verdict, tab, reason. Returns whether the code is valid or legacy. */
static bool check_line(const struct ctl *ctl, const char *code, size_t len)
{
    enum reg_code_reason reason;
    enum reg_verdict verdict = reg_code_check(code, len, &reason);

    if (ctl->json) {
        bool shown = plain(code, len);

        printf("{\"code\":%s%.*s%s,\"verdict\":\"%s\",\"reason\":\"%s\",\"text\":\"%s\"}\n", shown ? "\"" : "",
               shown ? (int)len : 4, shown ? code : "null", shown ? "\"" : "", reg_verdict_name(verdict),
               reg_code_reason_name(reason), reg_code_reason_text(reason, false));
    } else {
        printf("%.*s\t%s\t%s\n", (int)len, code, reg_verdict_name(verdict), reg_code_reason_name(reason));
    }
    return verdict != REG_VERDICT_INVALID;
}

int ctl_code_check(struct ctl *ctl)
{
    const char *path = ctl->argc == 0 ? "-" : ctl->argv[0];
    FILE *file;
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    bool all = true, failed;

    if (ctl->argc > 1)
        return ctl_usage("code check 只取一个文件", "code check takes one file");
    file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (!file) {
        fprintf(stderr, "registryctl: 无法读取 %s / cannot read %s\n", path, path);
        return CTL_FAULT;
    }
    while ((len = getline(&line, &cap, file)) >= 0) {
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            len--;
        if (len == 0)
            continue;
        all &= check_line(ctl, line, (size_t)len);
    }
    failed = ferror(file) != 0;
    free(line);
    if (file != stdin)
        fclose(file);
    if (failed) {
        fprintf(stderr, "registryctl: 读取 %s 出错 / reading %s failed\n", path, path);
        return CTL_FAULT;
    }
    return all ? CTL_YES : CTL_NO;
}

int ctl_code_make(struct ctl *ctl)
{
    char code[REG_CODE_LEN + 1], *end;
    unsigned long registrar;
    int error;

    if (!ctl_arguments(ctl, 3))
        return CTL_FAULT;
    registrar = strtoul(ctl->argv[1], &end, 10);
    if (strlen(ctl->argv[0]) != 2 || *end != '\0' || registrar > 999999 || strlen(ctl->argv[2]) != 8)
        return ctl_usage("应为：前缀 2 位、登记机关 6 位、主体标识 8 位",
                         "give 2 characters of prefix, 6 digits of registrar, 8 characters of body");
    error = reg_code_make(ctl->argv[0], (unsigned)registrar, ctl->argv[2], code);
    if (error != 0)
        return ctl_fail(error, NULL);
    puts(code);
    return CTL_YES;
}
