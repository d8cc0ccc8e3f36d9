/* replay: what would come out differently by another catalogue, or on another day. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <registry/rules.h>

#include "ctl.h"

#define RULES_MAX 256
#define ITEMS_MAX 1024

struct total {
    uint64_t more, less; /* findings that appear and go; of an item: cases in which it is merged, and not merged any more */
};

struct rule_total {
    char rule[8];
    struct total total;
};

/* What the callbacks share. */
struct replaying {
    struct ctl_progress progress; /* first: it is the progress callback's context too */
    bool json, first;
    bool failed; /* something could not be printed */
    struct rule_total rules[RULES_MAX];
    size_t rule_count;
    struct total items[ITEMS_MAX];
};

static void count_finding(struct replaying *replaying, const struct reg_replay_finding *finding)
{
    size_t i = 0;

    while (i < replaying->rule_count && strcmp(replaying->rules[i].rule, finding->rule) != 0)
        i++;
    if (i == RULES_MAX)
        return;
    if (i == replaying->rule_count) {
        snprintf(replaying->rules[i].rule, sizeof replaying->rules[i].rule, "%s", finding->rule);
        replaying->rule_count++;
    }
    if (finding->appears)
        replaying->rules[i].total.more++;
    else
        replaying->rules[i].total.less++;
}

static void count_item(struct replaying *replaying, const struct reg_replay_item *item)
{
    if (item->item >= ITEMS_MAX)
        return;
    replaying->items[item->item].more += strcmp(item->after, "merged") == 0;
    replaying->items[item->item].less += strcmp(item->before, "merged") == 0;
}

static void print_json(struct replaying *replaying, const struct reg_replay_difference *difference)
{
    struct reg_data json = {0};

    if (reg_replay_json(difference, &json) != 0)
        replaying->failed = true;
    else
        printf("%s%s", replaying->first ? "\n" : ",\n", (const char *)json.data);
    replaying->first = false;
    reg_data_clear(&json);
}

static void print_text(const struct reg_replay_difference *difference)
{
    printf("办件 case %" PRIu64 " %s %s：%s → %s\n", difference->number, difference->code, difference->name,
           difference->before, difference->after);
    for (size_t i = 0; i < difference->finding_count; i++)
        printf("  %s %s %s %s：%s / %s\n", difference->findings[i].appears ? "＋" : "－", difference->findings[i].rule,
               difference->findings[i].severity, difference->findings[i].path, difference->findings[i].zh,
               difference->findings[i].en);
    for (size_t i = 0; i < difference->item_count; i++)
        printf("  ～ 事项 item %u：%s → %s\n", difference->items[i].item,
               *difference->items[i].before ? difference->items[i].before : "—",
               *difference->items[i].after ? difference->items[i].after : "—");
}

static bool take_difference(void *context, const struct reg_replay_difference *difference)
{
    struct replaying *replaying = context;

    for (size_t i = 0; i < difference->finding_count; i++)
        count_finding(replaying, &difference->findings[i]);
    for (size_t i = 0; i < difference->item_count; i++)
        count_item(replaying, &difference->items[i]);
    ctl_progress_end(&replaying->progress);
    if (replaying->json)
        print_json(replaying, difference);
    else
        print_text(difference);
    return !replaying->failed;
}

static void print_totals(const struct replaying *replaying, const struct reg_replay_result *result)
{
    for (size_t i = 0; i < replaying->rule_count; i++)
        printf("规则 rule %s：新增 more %" PRIu64 "，消除 fewer %" PRIu64 "\n", replaying->rules[i].rule,
               replaying->rules[i].total.more, replaying->rules[i].total.less);
    for (unsigned i = 0; i < ITEMS_MAX; i++)
        if (replaying->items[i].more || replaying->items[i].less)
            printf("事项 item %u：改为合并 merged now %" PRIu64 "，不再合并 no longer %" PRIu64 "\n", i,
                   replaying->items[i].more, replaying->items[i].less);
    printf("申请 filings %" PRIu64 " · 结果不同 differ %" PRIu64 " · 已抹除 erased %" PRIu64 "\n", result->filings,
           result->differing, result->erased);
}

static void print_totals_json(const struct replaying *replaying, const struct reg_replay_result *result)
{
    const char *comma = "";

    printf("%s],\n\"rules\":{", replaying->first ? "" : "\n");
    for (size_t i = 0; i < replaying->rule_count; i++)
        printf("%s\"%s\":{\"more\":%" PRIu64 ",\"fewer\":%" PRIu64 "}", i ? "," : "", replaying->rules[i].rule,
               replaying->rules[i].total.more, replaying->rules[i].total.less);
    printf("},\n\"items\":{");
    for (unsigned i = 0; i < ITEMS_MAX; i++)
        if (replaying->items[i].more || replaying->items[i].less) {
            printf("%s\"%u\":{\"mergedNow\":%" PRIu64 ",\"noLonger\":%" PRIu64 "}", comma, i, replaying->items[i].more,
                   replaying->items[i].less);
            comma = ",";
        }
    printf("},\n\"filings\":\"%" PRIu64 "\",\"differing\":\"%" PRIu64 "\",\"erased\":\"%" PRIu64 "\"}\n", result->filings,
           result->differing, result->erased);
}

static int replay(struct ctl *ctl, struct reg_engine *engine, const struct reg_replay_options *options)
{
    struct replaying *replaying = calloc(1, sizeof *replaying);
    struct reg_replay_result result = {0};
    struct reg_error_info info = {0};
    int error = replaying ? 0 : REG_ERR_NOMEM;

    if (error == 0) {
        replaying->json = ctl->json;
        replaying->first = true;
        if (ctl->json)
            printf("{\"cases\":[");
        ctl_progress_start(&replaying->progress, "replay");
        error = reg_replay(engine, options, ctl_progress_draw, take_difference, replaying, &result, &info);
        ctl_progress_end(&replaying->progress);
        if (error == 0 && replaying->failed)
            error = REG_ERR_NOMEM;
    }
    if (error == 0)
        (ctl->json ? print_totals_json : print_totals)(replaying, &result);
    free(replaying);
    if (error != 0)
        return ctl_fail(error, &info);
    return result.differing == 0 ? CTL_YES : CTL_NO;
}

int ctl_replay(struct ctl *ctl)
{
    const char *name = ctl_option(ctl, "catalogue"), *on = ctl_option(ctl, "on"), *from = ctl_option(ctl, "from");
    struct reg_replay_options options = REG_REPLAY_OPTIONS_INIT;
    struct ctl_catalogue named = {NULL, NULL};
    struct reg_engine *engine = NULL;
    struct reg_error_info info = {0};
    char *end = NULL;
    int status;

    if (on && !reg_rules_day(on, &options.day))
        return ctl_usage("--on 应为存在的日期，如 2024-07-01", "--on is a day of the calendar, such as 2024-07-01");
    options.from = from ? strtoull(from, &end, 10) : 0;
    if (from && (*from < '0' || *from > '9' || *end))
        return ctl_usage("--from 应为条目位置", "--from is the position of an entry");
    if (!ctl_arguments(ctl, 0) || ctl_open(ctl, &engine) != 0)
        return CTL_FAULT;
    if (name && ctl_catalogue_named(name, engine, &named, &info) != 0) {
        reg_engine_close(engine);
        return ctl_fail(REG_ERR_INVALID, &info);
    }
    options.catalogue = named.catalogue;
    status = replay(ctl, engine, &options);
    reg_catalogue_free(named.owned);
    reg_engine_close(engine);
    return status;
}
