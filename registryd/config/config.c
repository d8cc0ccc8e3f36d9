#include "config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/fault.h"
#include "config/options.h"

#define FILE_MAX    (1u << 20)
#define CALLERS_MAX 10000

/* Where the reading is. inih calls `next_line` for each line and then `take_option` for what it finds on it. */
struct reading {
    const char *file;
    const char *rest, *end;
    unsigned line;       /* of the line handed out last */
    unsigned fault_line; /* where reading stopped; 0: nowhere */
    int fault;
    const char *section; /* of the table; NULL before the first */
    unsigned char *seen; /* per option: given already (callers: in this section) */
    struct rd_config *config;
    struct reg_error_info *info;
};

/* Puts file and line before what `what` says. */
static void fault(struct reading *reading, int error, const struct reg_error_info *what)
{
    reading->fault = error;
    reading->fault_line = reading->line;
    rd_fail_at(reading->info, error, reading->file, reading->line, what);
}

static struct rd_caller *new_caller(struct reading *reading, const char *name, struct reg_error_info *what)
{
    struct rd_config *config = reading->config;
    struct rd_caller *callers, *caller;

    for (size_t i = 0; i < config->caller_count; i++)
        if (strcmp(config->callers[i].name, name) == 0) {
            rd_fail(what, REG_ERR_INVALID, "调用方“%s”出现两次", "caller \"%s\" stands here twice", name);
            return NULL;
        }
    if (config->caller_count == CALLERS_MAX) {
        rd_fail(what, REG_ERR_INVALID, "调用方超过 %d 个", "more than %d callers", CALLERS_MAX);
        return NULL;
    }
    rd_fail(what, REG_ERR_NOMEM, "内存不足", "out of memory");
    callers = realloc(config->callers, (config->caller_count + 1) * sizeof *callers);
    if (callers == NULL)
        return NULL;
    config->callers = callers;
    caller = &callers[config->caller_count];
    *caller = (struct rd_caller){.name = strdup(name), .line = reading->line};
    if (caller->name == NULL)
        return NULL;
    config->caller_count++;
    return caller;
}

/* "caller NAME", in `section`; the name is what follows the blank. */
static const char *caller_name(const char *section)
{
    size_t len = strlen(RD_CALLER_SECTION);

    return strncmp(section, RD_CALLER_SECTION " ", len + 1) == 0 && section[len + 1] != '\0' ? section + len + 1 : NULL;
}

static void enter_section(struct reading *reading, const char *section)
{
    struct reg_error_info what;
    const char *name = caller_name(section);

    if (name != NULL) {
        if (new_caller(reading, name, &what) == NULL) {
            fault(reading, REG_ERR_INVALID, &what);
            return;
        }
        for (size_t i = 0; i < rd_option_count; i++)
            if (strcmp(rd_options[i].section, RD_CALLER_SECTION) == 0)
                reading->seen[i] = 0;
        reading->section = RD_CALLER_SECTION;
        return;
    }
    if (strcmp(section, RD_CALLER_SECTION) == 0) {
        rd_fail(&what, REG_ERR_INVALID, "调用方须有名称：[%s 名称]", "a caller needs a name: [%s NAME]", section);
        fault(reading, REG_ERR_INVALID, &what);
        return;
    }
    for (size_t i = 0; i < rd_option_count; i++)
        if (strcmp(rd_options[i].section, section) == 0) {
            reading->section = rd_options[i].section;
            return;
        }
    rd_fail(&what, REG_ERR_INVALID, "没有这一节：[%s]", "there is no section [%s]", section);
    fault(reading, REG_ERR_INVALID, &what);
}

/* What inih would cut, join or pass over in silence is refused here. */
static bool line_ok(struct reading *reading, const char *line, size_t len)
{
    struct reg_error_info what;
    const char *close;
    char section[RD_CONFIG_NAME_MAX + 1];

    if (memchr(line, '\0', len) != NULL) {
        rd_fail(&what, REG_ERR_INVALID, "有 NUL 字节", "has a NUL byte");
    } else if (len > RD_CONFIG_LINE_MAX) {
        rd_fail(&what, REG_ERR_INVALID, "一行超过 %d 字节，请缩短", "the line is longer than %d bytes; shorten it",
                RD_CONFIG_LINE_MAX);
    } else if (len > 0 && (line[0] == ' ' || line[0] == '\t') && strspn(line, " \t\r") < len) {
        rd_fail(&what, REG_ERR_INVALID, "行首不得有空格", "a line must not begin with a blank");
    } else if (len > 0 && line[0] == '[' && (close = memchr(line, ']', len)) != NULL) {
        if ((size_t)(close - line - 1) > RD_CONFIG_NAME_MAX) {
            rd_fail(&what, REG_ERR_INVALID, "节名超过 %d 字节", "the section's name is longer than %d bytes",
                    RD_CONFIG_NAME_MAX);
        } else {
            snprintf(section, sizeof section, "%.*s", (int)(close - line - 1), line + 1);
            enter_section(reading, section);
            return reading->fault == 0;
        }
    } else {
        return true;
    }
    fault(reading, REG_ERR_INVALID, &what);
    return false;
}

/* fgets over the bytes; NULL also after a fault, since inih itself would go on. */
static char *next_line(char *ret, int size, void *stream)
{
    struct reading *reading = stream;
    const char *newline, *start = reading->rest;
    size_t len;

    if (reading->fault != 0 || start == reading->end)
        return NULL;
    newline = memchr(start, '\n', (size_t)(reading->end - start));
    len = (size_t)((newline != NULL ? newline : reading->end) - start);
    reading->rest = newline != NULL ? newline + 1 : reading->end;
    reading->line++;
    if (!line_ok(reading, start, len) || (int)len + 2 > size)
        return NULL;
    memcpy(ret, start, len);
    ret[len] = '\n';
    ret[len + 1] = '\0';
    return ret;
}

static int take_option(void *user, const char *section, const char *key, const char *value)
{
    struct reading *reading = user;
    struct rd_config *config = reading->config;
    const struct rd_option *option = NULL;
    struct reg_error_info what;
    void *target = config;
    int r = REG_ERR_INVALID;

    if (reading->section == NULL) {
        rd_fail(&what, r, "“%s”不在任何一节中", "\"%s\" stands outside every section", key);
    } else if ((option = rd_option_find(reading->section, key)) == NULL) {
        rd_fail(&what, r, "[%s] 中没有选项“%s”", "[%s] has no option \"%s\"", section, key);
    } else if (reading->seen[option - rd_options] != 0) {
        rd_fail(&what, r, "[%s] 中“%s”出现两次", "[%s] has \"%s\" twice", section, key);
    } else {
        reading->seen[option - rd_options] = 1;
        if (strcmp(option->section, RD_CALLER_SECTION) == 0)
            target = &config->callers[config->caller_count - 1];
        r = rd_option_set(option, config->directory, value, target, &what);
    }
    if (r < 0)
        fault(reading, r, &what);
    return r == 0;
}

static int set_defaults(struct rd_config *config, struct reg_error_info *info)
{
    int r;

    for (size_t i = 0; i < rd_option_count; i++) {
        if (rd_options[i].initial == NULL || strcmp(rd_options[i].section, RD_CALLER_SECTION) == 0)
            continue;
        r = rd_option_set(&rd_options[i], config->directory, rd_options[i].initial, config, info);
        if (r < 0)
            return r;
    }
    return 0;
}

/* What one caller's section alone cannot show. */
static int check_callers(const char *file, const struct rd_config *config, struct reg_error_info *info)
{
    for (size_t i = 0; i < config->caller_count; i++) {
        const struct rd_caller *caller = &config->callers[i];

        if (caller->uri == NULL || caller->kind == 0)
            return rd_fail(info, REG_ERR_INVALID, "%s:%u: 调用方“%s”缺少 uri 或 kind",
                           "%s:%u: caller \"%s\" lacks uri or kind", file, caller->line, caller->name);
        if (caller->kind != REG_CALLER_DEPARTMENT && caller->items.count + caller->classes.count > 0)
            return rd_fail(info, REG_ERR_INVALID, "%s:%u: 只有部门才有 items 与 classes（调用方“%s”）",
                           "%s:%u: only a department has items and classes (caller \"%s\")", file, caller->line,
                           caller->name);
        for (size_t j = 0; j < i; j++)
            if (strcmp(caller->uri, config->callers[j].uri) == 0)
                return rd_fail(info, REG_ERR_INVALID, "%s:%u: URI“%s”已属于另一调用方",
                               "%s:%u: another caller has the URI \"%s\"", file, caller->line, caller->uri);
    }
    return 0;
}

int rd_config_parse(const char *directory, const char *file, struct reg_bytes text, struct rd_config *config,
                    struct reg_error_info *info)
{
    struct reading reading = {.file = file, .config = config, .info = info};
    size_t bom = text.len >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    size_t len = strlen(directory);
    int r = REG_ERR_NOMEM, line;

    rd_fail(info, r, "内存不足", "out of memory");
    while (len > 1 && directory[len - 1] == '/')
        len--;
    config->directory = strndup(directory, len);
    reading.seen = calloc(rd_option_count, 1);
    if (config->directory == NULL || reading.seen == NULL)
        goto out;
    r = set_defaults(config, info);
    if (r < 0)
        goto out;
    if (text.len > 0) {
        reading.rest = (const char *)text.data + bom;
        reading.end = (const char *)text.data + text.len;
    }
    line = ini_parse_stream(next_line, &reading, take_option, &reading);
    /* inih reports the first line that it could not make out; ours may come before it */
    if (line > 0 && (reading.fault == 0 || (unsigned)line < reading.fault_line)) {
        r = rd_fail(info, REG_ERR_INVALID, "%s:%d: 应为“[节]”、“选项 = 值”或注释",
                    "%s:%d: expected \"[section]\", \"option = value\" or a comment", file, line);
        goto out;
    }
    r = reading.fault != 0 ? reading.fault : check_callers(file, config, info);
out:
    free(reading.seen);
    return r;
}

/* The bytes of a whole file of at most `max`. */
static int read_file(const char *path, size_t max, struct reg_data *ret, struct reg_error_info *info)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), r = REG_ERR_IO;
    struct stat st;
    uint8_t *bytes = NULL;
    size_t len = 0;
    ssize_t n;

    if (fd < 0)
        return rd_fail(info, errno == ENOENT ? REG_ERR_NOT_FOUND : REG_ERR_IO, "无法打开 %s：%s", "cannot open %s: %s", path,
                       strerror(errno));
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size > max) {
        rd_fail(info, r, "%s 不是不超过 %zu 字节的普通文件", "%s is not a regular file of at most %zu bytes", path, max);
        goto out;
    }
    bytes = malloc((size_t)st.st_size + 1);
    if (bytes == NULL) {
        r = rd_fail(info, REG_ERR_NOMEM, "内存不足", "out of memory");
        goto out;
    }
    while (len < (size_t)st.st_size && (n = read(fd, bytes + len, (size_t)st.st_size - len)) > 0)
        len += (size_t)n;
    bytes[len] = '\0';
    *ret = (struct reg_data){bytes, len};
    bytes = NULL;
    r = 0;
out:
    free(bytes);
    close(fd);
    return r;
}

int rd_config_load(const char *directory, struct rd_config *config, struct reg_error_info *info)
{
    struct reg_data text = {NULL, 0};
    char *path = NULL;
    int r = REG_ERR_NOMEM;

    if (asprintf(&path, "%s/registry.conf", directory) < 0) {
        path = NULL;
        rd_fail(info, r, "内存不足", "out of memory");
        goto out;
    }
    r = read_file(path, FILE_MAX, &text, info);
    if (r == 0)
        r = rd_config_parse(directory, path, reg_bytes_of(&text), config, info);
out:
    free(text.data);
    free(path);
    return r;
}

void rd_config_clear(struct rd_config *config)
{
    for (size_t i = 0; i < config->caller_count; i++) {
        free(config->callers[i].name);
        free(config->callers[i].uri);
        free(config->callers[i].items.values);
        free(config->callers[i].classes.values);
    }
    free(config->callers);
    free(config->directory);
    free(config->store);
    free(config->read_store);
    free(config->passphrase_file);
    free(config->sources);
    free(config->listen_address);
    free(config->certificate);
    free(config->key);
    free(config->client_ca);
    free(config->ops_address);
    *config = (struct rd_config){0};
}

static int check_readable(const char *path, bool secret, struct reg_error_info *info)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return rd_fail(info, REG_ERR_IO, "%s：%s", "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode) || access(path, R_OK) < 0)
        return rd_fail(info, REG_ERR_IO, "%s 不是可读的普通文件", "%s is not a regular file that can be read", path);
    if (secret && (st.st_mode & 077) != 0)
        return rd_fail(info, REG_ERR_MODE, "%s 的权限为 %03o，他人可以读写；请执行 chmod 600 %s",
                       "%s has mode %03o, so that others can reach it; run: chmod 600 %s", path,
                       (unsigned)(st.st_mode & 0777), path);
    return 0;
}

int rd_config_check(const struct rd_config *config, bool tls, struct reg_error_info *info)
{
    int r = 0;

    if (config->passphrase_file[0] != '\0')
        r = check_readable(config->passphrase_file, true, info);
    if (r == 0 && tls)
        r = check_readable(config->certificate, false, info);
    if (r == 0 && tls)
        r = check_readable(config->key, true, info);
    if (r == 0 && tls)
        r = check_readable(config->client_ca, false, info);
    return r;
}

int rd_config_passphrase(const struct rd_config *config, char **ret_passphrase, struct reg_error_info *info)
{
    struct reg_data text = {NULL, 0};
    int r;

    if (config->passphrase_file[0] == '\0') {
        *ret_passphrase = NULL;
        return 0;
    }
    r = read_file(config->passphrase_file, 1024, &text, info);
    if (r < 0)
        return r;
    text.data[strcspn((char *)text.data, "\r\n")] = '\0';
    if (text.data[0] == '\0') {
        free(text.data);
        return rd_fail(info, REG_ERR_INVALID, "%s 的首行为空", "the first line of %s is empty", config->passphrase_file);
    }
    *ret_passphrase = (char *)text.data;
    return 0;
}

void rd_secret_free(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}
