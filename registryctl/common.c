/* Opening a registry, files, faults, progress. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <ini.h>

#include "ctl.h"

int ctl_fail(int error, const struct reg_error_info *info)
{
    if (info && (info->zh[0] || info->en[0]))
        fprintf(stderr, "registryctl: %s / %s\n", info->zh, info->en);
    else
        fprintf(stderr, "registryctl: %s / %s\n", reg_error_text_zh(error), reg_error_text(error));
    return CTL_FAULT;
}

int ctl_usage(const char *zh, const char *en)
{
    fprintf(stderr, "registryctl: %s / %s\n", zh, en);
    return CTL_FAULT;
}

static int host_random(void *context, void *ret, size_t len)
{
    uint8_t *at = ret;

    (void)context;
    while (len > 0) {
        ssize_t n = getrandom(at, len, 0);

        if (n < 0 && errno != EINTR)
            return REG_ERR_IO;
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

static int64_t host_now(void *context)
{
    struct timespec now;

    (void)context;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const struct reg_host ctl_host = {NULL, host_random, host_now};

/* ---- opening ------------------------------------------------------------------------------------------------------- */

struct settings {
    char store[1024], passphrase_file[4096], sources[512];
};

/* False: the value does not fit. */
static bool take(char *setting, size_t size, const char *value)
{
    return (size_t)snprintf(setting, size, "%s", value) < size;
}

/* The settings of registry.conf that the tool shares with the daemon, which checks the rest. */
static int take_setting(void *user, const char *section, const char *name, const char *value)
{
    struct settings *settings = user;

    if (strcmp(section, "registry") == 0 && strcmp(name, "store") == 0)
        return take(settings->store, sizeof settings->store, value);
    if (strcmp(section, "registry") == 0 && strcmp(name, "passphrase_file") == 0)
        return take(settings->passphrase_file, sizeof settings->passphrase_file, value);
    if (strcmp(section, "restrictions") == 0 && strcmp(name, "sources") == 0)
        return take(settings->sources, sizeof settings->sources, value);
    return 1;
}

static int read_settings(const struct ctl *ctl, struct settings *settings)
{
    char path[4096];

    snprintf(settings->store, sizeof settings->store, "sqlite:registry.db");
    snprintf(path, sizeof path, "%s/registry.conf", ctl->dir);
    if (access(path, F_OK) == 0 && ini_parse(path, take_setting, settings) != 0) {
        fprintf(stderr, "registryctl: 无法读取 %s / cannot read %s\n", path, path);
        return REG_ERR_IO;
    }
    if (ctl->passphrase_file)
        snprintf(settings->passphrase_file, sizeof settings->passphrase_file, "%s", ctl->passphrase_file);
    else if (settings->passphrase_file[0] && settings->passphrase_file[0] != '/') {
        char absolute[4096];

        if ((size_t)snprintf(absolute, sizeof absolute, "%s/%s", ctl->dir, settings->passphrase_file) < sizeof absolute)
            memcpy(settings->passphrase_file, absolute, sizeof absolute);
    }
    return 0;
}

int ctl_read_passphrase(const char *path, struct reg_data *ret, struct reg_error_info *info)
{
    int error = ctl_read_file(path, 4096, ret, info);

    if (error == 0)
        ret->data[strcspn((char *)ret->data, "\r\n")] = '\0';
    return error;
}

int ctl_store_url(const struct ctl *ctl, char *ret, size_t size)
{
    struct settings settings = {0};
    int error = read_settings(ctl, &settings);

    if (error == 0 && !take(ret, size, settings.store))
        error = REG_ERR_LIMIT;
    return error;
}

int ctl_open_with(const struct ctl *ctl, const char *store, ctl_opened use, void *context)
{
    struct reg_open_options options = REG_OPEN_OPTIONS_INIT;
    struct reg_error_info info = {0};
    struct settings settings = {0};
    struct reg_data passphrase = {0};
    int error;

    if (!ctl->dir) {
        ctl_usage("请用 --dir DIR 或 REGISTRY_DIR 指明登记库", "name the registry with --dir DIR or REGISTRY_DIR");
        return REG_ERR_INVALID;
    }
    error = read_settings(ctl, &settings);
    if (error != 0)
        return error;
    if (settings.passphrase_file[0])
        error = ctl_read_passphrase(settings.passphrase_file, &passphrase, &info);
    options.open_store = reg_store_open;
    options.store = store ? store : settings.store;
    options.connected_sources = settings.sources[0] ? settings.sources : NULL;
    options.passphrase = (const char *)passphrase.data;
    if (error == 0)
        error = use(ctl, &options, context, &info);
    if (passphrase.data)
        explicit_bzero(passphrase.data, passphrase.len);
    reg_data_clear(&passphrase);
    if (error != 0)
        ctl_fail(error, &info);
    return error;
}

/* How an engine is opened, and where to. */
struct opening {
    bool damaged_views, filling;
    struct reg_engine **ret;
};

static int open_engine(const struct ctl *ctl, const struct reg_open_options *options, void *context,
                       struct reg_error_info *info)
{
    const struct opening *opening = context;
    struct reg_open_options own = *options;

    own.damaged_views = opening->damaged_views;
    own.filling = opening->filling;
    return reg_engine_open(ctl->dir, &own, &ctl_host, opening->ret, info);
}

int ctl_open(const struct ctl *ctl, struct reg_engine **ret_engine)
{
    return ctl_open_with(ctl, NULL, open_engine, &(struct opening){false, false, ret_engine});
}

int ctl_open_damaged(const struct ctl *ctl, bool filling, struct reg_engine **ret_engine)
{
    return ctl_open_with(ctl, NULL, open_engine, &(struct opening){true, filling, ret_engine});
}

static int open_reader(const struct ctl *ctl, const char *store, bool filling, struct reg_engine **ret_engine,
                       struct reg_reader **ret_reader)
{
    struct reg_error_info info = {0};
    int error = ctl_open_with(ctl, store, open_engine, &(struct opening){false, filling, ret_engine});

    if (error != 0)
        return error;
    error = reg_reader_open(*ret_engine, ret_reader, &info);
    if (error != 0) {
        ctl_fail(error, &info);
        reg_engine_close(*ret_engine);
        *ret_engine = NULL;
    }
    return error;
}

int ctl_open_reader(const struct ctl *ctl, struct reg_engine **ret_engine, struct reg_reader **ret_reader)
{
    return open_reader(ctl, NULL, false, ret_engine, ret_reader);
}

int ctl_open_filling(const struct ctl *ctl, const char *store, struct reg_engine **ret_engine,
                     struct reg_reader **ret_reader)
{
    return open_reader(ctl, store, true, ret_engine, ret_reader);
}

struct reg_caller ctl_operator(const struct reg_engine *engine)
{
    struct reg_registry_facts facts;

    reg_engine_facts(engine, &facts);
    return (struct reg_caller){.uri = facts.operator_uri, .kind = REG_CALLER_OPERATOR};
}

struct waiting {
    bool done;
    int error;
    struct reg_data message;
    struct reg_error_info *info;
};

static void read_done(void *context, int error, const struct reg_error_info *info, struct reg_bytes message)
{
    struct waiting *waiting = context;

    waiting->done = true;
    waiting->error = error;
    if (error != 0 && info)
        *waiting->info = *info;
    if (error != 0)
        return;
    waiting->message.data = malloc(message.len + 1);
    waiting->message.len = message.len;
    if (!waiting->message.data)
        waiting->error = REG_ERR_NOMEM;
    else if (message.len)
        memcpy(waiting->message.data, message.data, message.len);
}

int ctl_wait(ctl_read start, struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
             struct reg_data *ret_message, struct reg_error_info *info)
{
    struct waiting waiting = {.info = info};

    start(reader, caller, message, read_done, &waiting);
    if (waiting.error == 0)
        *ret_message = waiting.message;
    return waiting.error;
}

/* ---- files --------------------------------------------------------------------------------------------------------- */

int ctl_read_file(const char *path, size_t limit, struct reg_data *ret, struct reg_error_info *info)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    uint8_t *data = malloc(limit + 2);
    size_t len = 0;
    int error = 0;

    if (!file || !data) {
        snprintf(info->zh, sizeof info->zh, "无法读取 %s：%s", path, strerror(errno));
        snprintf(info->en, sizeof info->en, "cannot read %s: %s", path, strerror(errno));
        error = data ? REG_ERR_IO : REG_ERR_NOMEM;
        goto out;
    }
    len = fread(data, 1, limit + 1, file);
    if (len > limit) {
        snprintf(info->zh, sizeof info->zh, "%s 超过 %zu 字节", path, limit);
        snprintf(info->en, sizeof info->en, "%s is over %zu bytes", path, limit);
        error = REG_ERR_LIMIT;
    } else if (ferror(file)) {
        snprintf(info->zh, sizeof info->zh, "读取 %s 出错", path);
        snprintf(info->en, sizeof info->en, "reading %s failed", path);
        error = REG_ERR_IO;
    }
out:
    if (file && file != stdin)
        fclose(file);
    if (error == 0) {
        data[len] = 0;
        *ret = (struct reg_data){data, len};
    } else {
        free(data);
    }
    return error;
}

int ctl_write_file(const char *path, struct reg_bytes bytes, unsigned mode, struct reg_error_info *info)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    size_t done = 0;

    while (fd >= 0 && done < bytes.len) {
        ssize_t n = write(fd, bytes.data + done, bytes.len - done);

        if (n < 0 && errno != EINTR)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    if (fd < 0 || done < bytes.len || fsync(fd) != 0 || close(fd) != 0) {
        snprintf(info->zh, sizeof info->zh, "无法写入 %s：%s", path, strerror(errno));
        snprintf(info->en, sizeof info->en, "cannot write %s: %s", path, strerror(errno));
        return REG_ERR_IO;
    }
    return 0;
}

void ctl_print(struct reg_bytes text)
{
    fwrite(text.data, 1, text.len, stdout);
    if (text.len == 0 || text.data[text.len - 1] != '\n')
        putchar('\n');
}

/* ---- progress ------------------------------------------------------------------------------------------------------ */

void ctl_progress_start(struct ctl_progress *progress, const char *label)
{
    *progress = (struct ctl_progress){.label = label, .started_ms = host_now(NULL)};
}

bool ctl_progress_draw(void *context, uint64_t done, uint64_t total)
{
    struct ctl_progress *progress = context;
    int64_t now = host_now(NULL), elapsed = now - progress->started_ms;
    unsigned filled = total ? (unsigned)(done * 30 / total) : 30;
    double rate = elapsed > 0 ? (double)done * 1000 / (double)elapsed : 0;

    if (elapsed < 1000 || now - progress->drawn_ms < 100 || !isatty(STDERR_FILENO))
        return true;
    progress->drawn_ms = now;
    fprintf(stderr, "\r%s [%.*s%.*s] %3u%%  %.0f/s  %.0f s   ", progress->label, (int)filled,
            "##############################", (int)(30 - filled), "..............................",
            total ? (unsigned)(done * 100 / total) : 100, rate, rate > 0 ? (double)(total - done) / rate : 0);
    fflush(stderr);
    return true;
}

double ctl_progress_seconds(const struct ctl_progress *progress)
{
    return (double)(host_now(NULL) - progress->started_ms) / 1000;
}

void ctl_progress_end(struct ctl_progress *progress)
{
    if (progress->drawn_ms)
        fputs("\r\033[K", stderr);
}
