/* Filings from outside: whatever decodes and passes the engine's door is judged and merged without harm, the same each time,
 * and every finding says something. */
#include <string.h>

#include <registry/catalogue.h>

#include "base/date.h"
#include "base/message.h"
#include "fuzz.h"
#include "licence/merge.h"

static struct reg_catalogue *catalogue;

static void check_findings(reg_pb_finding *const *findings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        MUST(findings[i]->rule[0] && findings[i]->severity && findings[i]->message_zh[0] && findings[i]->message_en[0]);
}

/* Every item of the catalogue has one outcome. */
static void check_outcomes(const struct reg_merge *merge)
{
    struct reg_item_set seen = {0};

    for (size_t i = 0; i < merge->outcome_count; i++)
        for (size_t j = 0; j < merge->outcomes[i]->n_items; j++) {
            MUST(!reg_item_set_has(&seen, merge->outcomes[i]->items[j]));
            reg_item_set_add(&seen, merge->outcomes[i]->items[j]);
        }
    for (size_t i = 0; i < reg_catalogue_item_count(catalogue); i++)
        MUST(reg_item_set_has(&seen, reg_catalogue_item_at(catalogue, i)->number));
}

static void judge(reg_pb_filing *filing, bool node, struct reg_arena *arena)
{
    static const struct reg_register_view view;
    struct reg_rule_input input = {.filing = filing, .view = &view, .catalogue = catalogue, .node = node};
    struct reg_register_needs needs;
    struct reg_merge merge;
    reg_pb_finding **findings, **again;
    size_t count, count_again;

    input.type = reg_entity_type_find(filing->entity->type);
    input.day = reg_day_of_civil(2026, 11, 24);
    if (reg_rules_needs(filing, arena, &needs) != 0 || reg_rules_run(&input, arena, &findings, &count) != 0 ||
        reg_rules_run(&input, arena, &again, &count_again) != 0 || reg_merge_run(&input, arena, &merge) != 0) {
        MUST(reg_arena_over_budget(arena));
        return;
    }
    MUST(count == count_again);
    check_findings(findings, count);
    check_findings(merge.findings, merge.finding_count);
    check_outcomes(&merge);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reg_arena *arena = reg_arena_new((size_t)1 << 23);
    struct reg_error_info info = {"", ""};
    ProtobufCMessage *message;

    MUST(arena);
    MUST(catalogue || reg_catalogue_default(&catalogue) == 0);
    if (reg_message_decode(&registry__v1__filing__descriptor, (struct reg_bytes){data, size}, REG_UNKNOWN_IGNORE, arena,
                           &message, &info) == 0) {
        reg_pb_filing *filing = (reg_pb_filing *)message;

        if (filing->entity) { /* the engine refuses a filing without one before any rule */
            judge(filing, false, arena);
            judge(filing, true, arena);
        }
    }
    reg_arena_free(arena);
    return 0;
}
