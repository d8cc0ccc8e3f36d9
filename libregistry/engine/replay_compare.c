/* What was recorded of a filing against what is said of it now. */
#include <string.h>

#include "engine/replay.h"

#define ITEMS_MAX 1024

/* Rules that ask the register or a person: what they said is not asked again. An empty path: any. */
static const struct {
    const char *rule, *path;
} said_then[] = {
    {"A07", ""},           /* the code was taken */
    {"B19", ""},           /* the name, or one near it, was taken */
    {"B21", ""},           /* this and what follows: what other authorities had placed */
    {"C15", ""},
    {"C16", ""},
    {"C34", ""},
    {"D06", ""},           /* what the parent might do */
    {"E15", ""},
    {"E19", ""},
    {"E27", ""},
    {"B20", ""},           /* the name's reservation had ended */
    {"E04", ""},           /* a person decided */
    {"E16", "creditCode"}, /* there were branches */
};

static bool carried(const reg_pb_finding *finding)
{
    for (size_t i = 0; i < sizeof said_then / sizeof *said_then; i++)
        if (strcmp(finding->rule, said_then[i].rule) == 0 &&
            (!*said_then[i].path || strcmp(finding->path, said_then[i].path) == 0))
            return true;
    return false;
}

int reg_replay_carry(const struct reg_replayed *recorded, struct reg_arena *arena, struct reg_judgement *judgement)
{
    reg_pb_finding **findings =
        reg_arena_alloc(arena, (judgement->finding_count + recorded->finding_count + 1) * sizeof *findings);
    size_t count = 0;

    if (!findings)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < judgement->finding_count; i++)
        if (!carried(judgement->findings[i]))
            findings[count++] = judgement->findings[i];
    for (size_t i = 0; i < recorded->finding_count; i++)
        if (carried(recorded->findings[i]))
            findings[count++] = recorded->findings[i];
    judgement->findings = findings;
    judgement->finding_count = count;
    return 0;
}

/* ---- findings ------------------------------------------------------------------------------------------------------ */

static bool same_finding(const reg_pb_finding *a, const reg_pb_finding *b)
{
    return a->severity == b->severity && strcmp(a->rule, b->rule) == 0 && strcmp(a->path, b->path) == 0;
}

/* How many of the first `count` are the same as this one. */
static size_t same_among(reg_pb_finding *const *findings, size_t count, const reg_pb_finding *finding)
{
    size_t same = 0;

    for (size_t i = 0; i < count; i++)
        same += same_finding(findings[i], finding);
    return same;
}

static const char *severity_name(reg_pb_severity severity)
{
    return severity == REGISTRY__V1__SEVERITY__SEVERITY_ERROR    ? "error"
           : severity == REGISTRY__V1__SEVERITY__SEVERITY_REVIEW ? "review"
                                                                 : "warning";
}

/* Adds those of one side that the other has not, or has less often. */
static size_t add_findings(reg_pb_finding *const *findings, size_t count, reg_pb_finding *const *others, size_t other_count,
                           bool appear, struct reg_replay_finding *ret)
{
    size_t added = 0;

    for (size_t i = 0; i < count; i++)
        if (same_among(findings, i + 1, findings[i]) > same_among(others, other_count, findings[i]))
            ret[added++] = (struct reg_replay_finding){appear,
                                                       findings[i]->rule,
                                                       severity_name(findings[i]->severity),
                                                       findings[i]->path,
                                                       findings[i]->message_zh,
                                                       findings[i]->message_en};
    return added;
}

/* ---- outcomes ------------------------------------------------------------------------------------------------------ */

static const char *const outcome_names[] = {"", "merged", "deferred", "waiting", "not_applicable", "refused"};

/* The outcome of each item, by its number. */
static void spread(reg_pb_outcome *const *outcomes, size_t count, uint8_t ret[ITEMS_MAX])
{
    memset(ret, 0, ITEMS_MAX);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < outcomes[i]->n_items; k++)
            if (outcomes[i]->items[k] < ITEMS_MAX &&
                (size_t)outcomes[i]->state < sizeof outcome_names / sizeof *outcome_names)
                ret[outcomes[i]->items[k]] = (uint8_t)outcomes[i]->state;
}

static int compare_outcomes(const struct reg_replayed *recorded, const struct reg_judgement *judgement,
                            struct reg_arena *arena, struct reg_replay_difference *ret)
{
    uint8_t before[ITEMS_MAX], after[ITEMS_MAX];
    struct reg_replay_item *items = reg_arena_alloc(arena, ITEMS_MAX * sizeof *items);

    if (!items)
        return REG_ERR_NOMEM;
    spread(recorded->outcomes, recorded->outcome_count, before);
    spread(judgement->merge.outcomes, judgement->merge.outcome_count, after);
    for (unsigned i = 0; i < ITEMS_MAX; i++)
        if (before[i] != after[i])
            items[ret->item_count++] = (struct reg_replay_item){i, outcome_names[before[i]], outcome_names[after[i]]};
    ret->items = items;
    return 0;
}

static const char *state_name(reg_pb_case_state state)
{
    static const char *const names[] = {"", "in_review", "returned", "accepted", "refused", "withdrawn"};

    return (size_t)state < sizeof names / sizeof *names ? names[state] : "";
}

int reg_replay_compare(const struct reg_replayed *recorded, const struct reg_judgement *judgement, reg_pb_case_state after,
                       struct reg_arena *arena, struct reg_replay_difference *ret, bool *ret_differs)
{
    struct reg_replay_finding *findings =
        reg_arena_alloc(arena, (judgement->finding_count + recorded->finding_count + 1) * sizeof *findings);

    if (!findings)
        return REG_ERR_NOMEM;
    ret->before = state_name(recorded->state);
    ret->after = state_name(after);
    ret->findings = findings;
    ret->finding_count = add_findings(judgement->findings, judgement->finding_count, recorded->findings,
                                      recorded->finding_count, true, findings);
    ret->finding_count += add_findings(recorded->findings, recorded->finding_count, judgement->findings,
                                       judgement->finding_count, false, findings + ret->finding_count);
    *ret_differs = ret->finding_count > 0 || recorded->state != after;
    if (compare_outcomes(recorded, judgement, arena, ret) != 0)
        return REG_ERR_NOMEM;
    *ret_differs = *ret_differs || ret->item_count > 0;
    return 0;
}
