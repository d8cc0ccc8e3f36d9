/* What one filing costs without the store: decoding it, the rulebook, merging. The example of a trading company, which
 * merges ten items. The three are timed in turn within a round, so that what else runs on the machine hits all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <registry/catalogue.h>

#include "../filing/load.h"
#include "base/date.h"
#include "base/message.h"
#include "licence/merge.h"
#include "bench.h"

#define EXAMPLE "02"
#define ROUNDS  21
#define PASSES  200

enum step { DECODE, RULES, MERGE, STEP_COUNT };

static const char *const step_names[STEP_COUNT] = {"decode", "rules", "merge"};

/* One filing through the three steps; adds the microseconds of each. */
static void pass(struct reg_bytes bytes, const struct reg_catalogue *catalogue, double spent[STEP_COUNT])
{
    static const struct reg_register_view view;
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_rule_input input = {.view = &view, .catalogue = catalogue, .day = reg_day_of_civil(2026, 11, 24)};
    ProtobufCMessage *message = NULL;
    reg_pb_finding **findings;
    struct reg_merge merge;
    size_t count;
    double times[STEP_COUNT + 1];

    must(arena ? 0 : REG_ERR_NOMEM, "arena");
    times[DECODE] = now_us();
    must(reg_message_decode(&registry__v1__filing__descriptor, bytes, REG_UNKNOWN_REFUSE, arena, &message, NULL), "decode");
    times[RULES] = now_us();
    input.filing = (const reg_pb_filing *)message;
    input.type = reg_entity_type_find(input.filing->entity->type);
    must(reg_rules_run(&input, arena, &findings, &count), "rules");
    times[MERGE] = now_us();
    must(reg_merge_run(&input, arena, &merge), "merge");
    times[STEP_COUNT] = now_us();
    if (reg_findings_worst(findings, count) == REGISTRY__V1__SEVERITY__SEVERITY_ERROR) {
        fprintf(stderr, "example %s is not one that is accepted\n", EXAMPLE);
        exit(1);
    }
    for (int step = 0; step < STEP_COUNT; step++)
        spent[step] += times[step + 1] - times[step];
    reg_arena_free(arena);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(void)
{
    static double rounds[STEP_COUNT][ROUNDS];
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_buf encoded = REG_BUF_INIT;
    struct reg_catalogue *catalogue;

    must(arena ? 0 : REG_ERR_NOMEM, "arena");
    must(reg_catalogue_default(&catalogue), "catalogue");
    reg_message_encode(&load_example(EXAMPLE, arena)->base, &encoded);
    must(encoded.error, "encode");
    for (int round = 0; round < ROUNDS; round++) {
        double spent[STEP_COUNT] = {0};

        for (int i = 0; i < PASSES; i++)
            pass(reg_buf_bytes(&encoded), catalogue, spent);
        for (int step = 0; step < STEP_COUNT; step++)
            rounds[step][round] = spent[step] / PASSES;
    }
    printf("us a filing (example %s, %zu bytes, %d rounds of %d) %8s %8s %8s\n", EXAMPLE, encoded.len, ROUNDS, PASSES, "min",
           "median", "max");
    for (int step = 0; step < STEP_COUNT; step++) {
        qsort(rounds[step], ROUNDS, sizeof rounds[step][0], compare);
        printf("%-48s %8.2f %8.2f %8.2f\n", step_names[step], rounds[step][0], rounds[step][ROUNDS / 2],
               rounds[step][ROUNDS - 1]);
    }
    reg_buf_clear(&encoded);
    reg_catalogue_free(catalogue);
    reg_arena_free(arena);
    return 0;
}
