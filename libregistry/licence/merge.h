/* Merging: which items one licence carries, and why (design: outcome of merging). */
#ifndef REG_LICENCE_MERGE_H
#define REG_LICENCE_MERGE_H

#include "catalogue/item_set.h"
#include "filing/rules.h"

struct reg_merge {
    reg_pb_outcome **outcomes; /* grouped by state, reason, until, waiting_for; every item of the catalogue once */
    size_t outcome_count;
    reg_pb_finding **findings; /* what items lack: rule "I<n>" */
    size_t finding_count;
    struct reg_item_set merged;
    reg_pb_item_record **records; /* items merged, deferred or waiting, ascending, with their facts and materials */
    size_t record_count;
    reg_pb_savings savings;
};

/* Merges; everything lives in the arena. Facts whose source is the engine (subject code) are filled by
 * reg_merge_set_code once the code is known. */
REG_MUST_CHECK int reg_merge_run(const struct reg_rule_input *input, struct reg_arena *arena, struct reg_merge *ret);
/* Fills the facts that follow from the credit code (source subject_code and the like) into the records. */
REG_MUST_CHECK int reg_merge_set_code(struct reg_merge *merge, const struct reg_catalogue *catalogue, const char *code,
                                      struct reg_arena *arena);

#endif
