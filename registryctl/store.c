/* store copy, store backup, store restored. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <registry/moving.h>

#include "ctl.h"

struct copying {
    struct ctl_progress progress; /* first: it is the progress callback's context too */
    const char *to;
    struct reg_copy_result result;
    uint64_t shown;
};

static void enter_stage(void *context, enum reg_copy_stage stage)
{
    static const char *const labels[] = {"store copy", "store copy: views", "store copy: check"};
    struct copying *copying = context;

    ctl_progress_end(&copying->progress);
    ctl_progress_start(&copying->progress, labels[stage]);
}

static void show_problem(void *context, const struct reg_error_info *info)
{
    struct copying *copying = context;

    if (copying->shown++ < 100)
        fprintf(stderr, "%s / %s\n", info->zh, info->en);
}

static int copy(const struct ctl *ctl, const struct reg_open_options *options, void *context, struct reg_error_info *info)
{
    struct copying *copying = context;
    struct reg_copy_callbacks callbacks = {enter_stage, ctl_progress_draw, show_problem, copying};
    int error = reg_registry_copy(ctl->dir, options, copying->to, &ctl_host, &callbacks, &copying->result, info);

    ctl_progress_end(&copying->progress);
    return error;
}

/* Does the address that the daemon will use lead to the copy, and may it be read by that role? */
static int try_address(const struct ctl *ctl, const struct reg_open_options *options, void *context,
                       struct reg_error_info *info)
{
    struct copying *copying = context;
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    struct reg_ledger_head head = {0};
    int error = reg_engine_open(ctl->dir, options, &ctl_host, &engine, info);

    if (error == 0)
        error = reg_reader_open(engine, &reader, info);
    if (error == 0)
        error = reg_ledger_head(reader, &head, info);
    if (error == 0 && memcmp(head.root, copying->result.root, sizeof head.root) != 0) {
        snprintf(info->zh, sizeof info->zh, "--switch 的地址不是刚完成的副本，配置未改");
        snprintf(info->en, sizeof info->en, "the address of --switch is not the copy; the configuration stays as it was");
        error = REG_ERR_CONFLICT;
    }
    reg_reader_close(reader);
    reg_engine_close(engine);
    return error;
}

/* The text with its first `store = …` of [registry] replaced. */
static char *with_store(const char *text, const char *address)
{
    const char *line = text;
    char *changed = NULL;

    while (line && !(strncmp(line, "store", 5) == 0 && line[5 + strspn(line + 5, " \t")] == '='))
        line = (line = strchr(line, '\n')) ? line + 1 : NULL;
    if (line && asprintf(&changed, "%.*sstore = %s%s", (int)(line - text), text, address, line + strcspn(line, "\n")) < 0)
        changed = NULL;
    return changed;
}

/* A new file takes the old one's name: whoever reads it sees one or the other. */
static int switch_to(const struct ctl *ctl, const char *address, struct reg_error_info *info)
{
    struct reg_data text = {0};
    char path[4096], fresh[4096], *changed = NULL;
    int error = REG_ERR_LIMIT;

    if ((size_t)snprintf(path, sizeof path, "%s/registry.conf", ctl->dir) < sizeof path &&
        (size_t)snprintf(fresh, sizeof fresh, "%s/registry.conf.new", ctl->dir) < sizeof fresh)
        error = ctl_read_file(path, 1 << 20, &text, info);
    if (error == 0 && !(changed = with_store((const char *)text.data, address))) {
        snprintf(info->zh, sizeof info->zh, "registry.conf 中没有 store 一行");
        snprintf(info->en, sizeof info->en, "registry.conf has no line store");
        error = REG_ERR_NOT_FOUND;
    }
    if (error == 0)
        error = ctl_write_file(fresh, (struct reg_bytes){(const uint8_t *)changed, strlen(changed)}, 0600, info);
    if (error == 0 && rename(fresh, path) != 0)
        error = REG_ERR_IO;
    free(changed);
    reg_data_clear(&text);
    return error;
}

static void say_copied(const struct copying *copying)
{
    printf("已复制并核验 / copied and checked: %s\n  条目 entries %" PRIu64 "（本次 this time %" PRIu64
           "） · 树首 tree head ",
           copying->to, copying->result.entries, copying->result.copied);
    for (size_t i = 0; i < REG_DIGEST_LEN; i++)
        printf("%02x", copying->result.root[i]);
    putchar('\n');
}

int ctl_store_copy(struct ctl *ctl)
{
    const char *address = ctl_option(ctl, "switch");
    struct copying copying = {.to = ctl_option(ctl, "to")};
    struct reg_error_info info = {0};
    int error;

    if (!copying.to)
        return ctl_usage("请用 --to URL 指明目标存储", "name the target store with --to URL");
    if (!ctl_arguments(ctl, 0) || ctl_open_with(ctl, NULL, copy, &copying) != 0)
        return CTL_FAULT;
    say_copied(&copying);
    if (!address) {
        printf(
            "下一步：在 %s/registry.conf 的 [registry] 中改为 / next, in %s/registry.conf under [registry]:\n  store = %s\n"
            "PostgreSQL：请填守护进程角色的地址 / of PostgreSQL the address of the daemon's role\n",
            ctl->dir, ctl->dir, copying.to);
        return CTL_YES;
    }
    if (ctl_open_with(ctl, address, try_address, &copying) != 0)
        return CTL_FAULT;
    error = switch_to(ctl, address, &info);
    if (error != 0)
        return ctl_fail(error, &info);
    printf("配置已改 / configuration changed: store = %s\n旧存储保持原样，请勿再启用 / the old store is as it was: do not "
           "serve "
           "it again\n",
           address);
    return CTL_YES;
}

/* ---- backup -------------------------------------------------------------------------------------------------------- */

int ctl_store_backup(struct ctl *ctl)
{
    struct reg_engine *engine = NULL;
    struct ctl_progress progress;
    struct reg_error_info info = {0};
    int error;

    if (!ctl_arguments(ctl, 1) || ctl_open(ctl, &engine) != 0)
        return CTL_FAULT;
    ctl_progress_start(&progress, "store backup");
    error = reg_registry_backup(engine, ctl->argv[0], ctl_progress_draw, &progress, &info);
    ctl_progress_end(&progress);
    reg_engine_close(engine);
    if (error != 0)
        return ctl_fail(error, &info);
    printf("已备份 / backed up: %s\n", ctl->argv[0]);
    return CTL_YES;
}

/* ---- restored ------------------------------------------------------------------------------------------------------ */

struct restoring {
    struct ctl_progress progress; /* first: it is the progress callback's context too */
    struct reg_restored_options options;
    struct reg_restored_result result;
    uint64_t shown;
};

static void show_restored_problem(void *context, const struct reg_error_info *info)
{
    struct restoring *restoring = context;

    if (restoring->shown++ < 100)
        fprintf(stderr, "%s / %s\n", info->zh, info->en);
}

static void show_skipped(void *context, const char *prefix, uint64_t first, uint64_t next)
{
    struct restoring *restoring = context;

    ctl_progress_end(&restoring->progress);
    if (prefix)
        printf("跳过主体标识码 / subject codes skipped: %s %" PRIu64 "–%" PRIu64 "\n", prefix, first, next - 1);
    else
        printf("跳过证照流水号 / serials skipped: %" PRIu64 "–%" PRIu64 "\n", first, next - 1);
}

static void show_used_up(void *context, unsigned authority)
{
    struct restoring *restoring = context;

    ctl_progress_end(&restoring->progress);
    printf("登记机关 %u 的码段在跳过时已到尽头，不再赋码：请用 registryctl pool add 增加码段\n"
           "  the pools of authority %u end before the skip does; nothing is allotted of them any more: add another by "
           "registryctl pool add\n",
           authority, authority);
}

static int restore(const struct ctl *ctl, const struct reg_open_options *options, void *context, struct reg_error_info *info)
{
    struct restoring *restoring = context;
    struct reg_restored_callbacks callbacks = {ctl_progress_draw, show_restored_problem, show_skipped, show_used_up,
                                               restoring};
    int error;

    ctl_progress_start(&restoring->progress, "store restored");
    error = reg_registry_restored(ctl->dir, options, &ctl_host, &restoring->options, &callbacks, &restoring->result, info);
    ctl_progress_end(&restoring->progress);
    return error;
}

static void say_restored(const struct restoring *restoring)
{
    const struct reg_restored_result *result = &restoring->result;
    time_t seconds = (time_t)(result->time_ms / 1000);
    struct tm parts;
    char when[32] = "";

    if (gmtime_r(&seconds, &parts))
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &parts);
    printf("已核验、可启用 / checked, may be served\n  条目 entries %" PRIu64
           " · 最后一批 last batch %s · 重新销毁的密钥 keys "
           "destroyed again %" PRIu64 "\n  按至多 %" PRIu64 " 份执照丢失计 / as if at most %" PRIu64
           " licences were lost\n  树首 tree head ",
           result->entries, when, result->keys, result->lost, result->lost);
    for (size_t i = 0; i < REG_DIGEST_LEN; i++)
        printf("%02x", result->root[i]);
    printf(
        "\n启用前请重做此时刻之后的抹除 / before it is served, repeat the erasures after that moment: registryctl erase\n");
}

int ctl_store_restored(struct ctl *ctl)
{
    struct restoring restoring = {.options = REG_RESTORED_OPTIONS_INIT};
    const char *lost = ctl_option(ctl, "lost"), *store = ctl_option(ctl, "store");

    if (lost) {
        size_t len = strlen(lost);

        if (len == 0 || len > 9 || strspn(lost, "0123456789") != len || strtoull(lost, NULL, 10) == 0)
            return ctl_usage("--lost 应为正整数", "--lost is a number from 1 on");
        restoring.options.lost = strtoull(lost, NULL, 10);
    }
    if (!ctl_arguments(ctl, 0) || ctl_open_with(ctl, store, restore, &restoring) != 0)
        return CTL_FAULT;
    say_restored(&restoring);
    return CTL_YES;
}
