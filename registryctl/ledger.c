/* ledger head, ledger check, erase. */
#include <inttypes.h>

#include "ctl.h"

int ctl_ledger_head(struct ctl *ctl)
{
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    struct reg_data note = {0};
    struct reg_ledger_head head;
    struct reg_error_info info = {0};
    int error;

    if (!ctl_arguments(ctl, 0) || ctl_open_reader(ctl, &engine, &reader) != 0)
        return CTL_FAULT;
    if (ctl->json) {
        error = reg_ledger_head(reader, &head, &info);
        if (error == 0) {
            printf("{\"size\":\"%" PRIu64 "\",\"timeMs\":\"%" PRId64 "\",\"root\":\"", head.size, head.time_ms);
            for (size_t i = 0; i < REG_DIGEST_LEN; i++)
                printf("%02x", head.root[i]);
            puts("\"}");
        }
    } else {
        error = reg_ledger_checkpoint(engine, &note, &info);
        if (error == 0)
            ctl_print(reg_bytes_of(&note));
    }
    reg_data_clear(&note);
    reg_reader_close(reader);
    reg_engine_close(engine);
    return error == 0 ? CTL_YES : ctl_fail(error, &info);
}

/* What the check's callbacks share. */
struct checking {
    struct ctl_progress progress; /* first: it is the progress callback's context too */
    uint64_t shown;
};

static void show_problem(void *context, const struct reg_error_info *info)
{
    struct checking *checking = context;

    if (checking->shown++ < 100)
        fprintf(stderr, "%s / %s\n", info->zh, info->en);
}

/* Rebuilds the views; false: it could not. */
static bool repair_views(struct reg_engine *engine)
{
    struct reg_error_info info = {0};
    struct ctl_progress progress;
    uint64_t entries = 0;
    int error;

    ctl_progress_start(&progress, "ledger check --repair-views");
    error = reg_ledger_repair_views(engine, ctl_progress_draw, &progress, &entries, &info);
    ctl_progress_end(&progress);
    if (error != 0)
        ctl_fail(error, &info);
    return error == 0;
}

int ctl_ledger_check(struct ctl *ctl)
{
    struct reg_check_options options = REG_CHECK_OPTIONS_INIT;
    struct reg_engine *engine = NULL;
    struct checking checking = {0};
    bool repairs;
    struct reg_check_result result = {0};
    struct reg_error_info info = {0};
    int error;

    options.all = ctl_flag(ctl, "all");
    repairs = ctl_flag(ctl, "repair-views");
    if (!ctl_arguments(ctl, 0) || ctl_open_damaged(ctl, repairs, &engine) != 0)
        return CTL_FAULT;
    if (repairs && !repair_views(engine)) {
        reg_engine_close(engine);
        return CTL_FAULT;
    }
    ctl_progress_start(&checking.progress, "ledger check");
    error = reg_ledger_check(engine, &options, ctl_progress_draw, show_problem, &checking, &result, &info);
    ctl_progress_end(&checking.progress);
    reg_engine_close(engine);
    if (error != 0)
        return ctl_fail(error, &info);
    if (ctl->json)
        printf("{\"entries\":\"%" PRIu64 "\",\"licences\":\"%" PRIu64 "\",\"erasedSections\":\"%" PRIu64
               "\",\"problems\":\"%" PRIu64 "\"}\n",
               result.entries, result.licences, result.erased_sections, result.problems);
    else
        printf("条目 entries %" PRIu64 " · 执照 licences %" PRIu64 " · 已抹除的信息段 erased sections %" PRIu64
               " · 问题 problems %" PRIu64 "\n%s\n",
               result.entries, result.licences, result.erased_sections, result.problems,
               result.problems == 0 ? "台账完整 / the ledger is whole" : "台账有误 / the ledger is damaged");
    return result.problems == 0 ? CTL_YES : CTL_NO;
}

int ctl_erase(struct ctl *ctl)
{
    const char *basis = ctl_option(ctl, "basis");
    struct reg_engine *engine = NULL;
    struct reg_error_info info = {0};
    uint64_t position = 0;
    int error;

    if (!basis)
        return ctl_usage("请用 --basis 写明抹除依据", "give the basis of erasing with --basis");
    if (!ctl_arguments(ctl, 1) || ctl_open(ctl, &engine) != 0)
        return CTL_FAULT;
    error = reg_ledger_erase(engine, ctl->argv[0], basis, &position, &info);
    reg_engine_close(engine);
    if (error == REG_ERR_NOT_FOUND || error == REG_ERR_ERASED) {
        ctl_fail(error, &info);
        return CTL_NO;
    }
    if (error != 0)
        return ctl_fail(error, &info);
    if (ctl->json)
        printf("{\"position\":\"%" PRIu64 "\"}\n", position);
    else
        printf("已抹除，记于条目 %" PRIu64 " / erased, recorded as entry %" PRIu64 "\n", position, position);
    return CTL_YES;
}
