/* Merging: which items one licence carries, and why (design: outcome of merging).
 *
 * An item that applies is merged, deferred (a material is promised for a later day) or waits (for a permit that comes after
 * the licence); one that lacks a mandatory fact or a material is refused as incomplete, with a finding of severity error
 * that returns the case. Every item of the catalogue has exactly one outcome. */
#ifndef REG_LICENCE_MERGE_H
#define REG_LICENCE_MERGE_H

#include "catalogue/item_set.h"
#include "filing/rules.h"

struct reg_merge {
    reg_pb_outcome **outcomes; /* grouped by state, reason, until, waiting_for; every item of the catalogue once */
    size_t outcome_count;
    reg_pb_finding **findings; /* what items lack: rule "I<n>"; what the catalogue does not know: rule "I0" */
    size_t finding_count;
    struct reg_item_set merged;
    reg_pb_item_record **records; /* items merged, deferred or waiting, ascending, with their facts and materials */
    size_t record_count;
    reg_pb_savings savings; /* against filing each merged or deferred item by itself (filing/savings.h) */
};

/* Merges; everything lives in the arena. Facts that the filing itself holds (address, industry, parent …) are taken from it
 * unless the form answers them; facts whose source is the engine (subject code) are filled by reg_merge_set_code once the
 * code is known. REG_ERR_NOMEM, REG_ERR_LIMIT (the arena's budget). */
REG_MUST_CHECK int reg_merge_run(const struct reg_rule_input *input, struct reg_arena *arena, struct reg_merge *ret);
/* What the filing itself says of a fact whose definition names this source (data/README.md); NULL or "" where it says nothing.
 * `view` may be NULL: then the parent is not known. */
const char *reg_filing_source_text(const reg_pb_filing *filing, const struct reg_register_view *view, const char *source);
/* Fills the facts that follow from the credit code (source subject_code: its characters 9 to 17) into the records. Filling
 * again, with another code, replaces them. */
REG_MUST_CHECK int reg_merge_set_code(struct reg_merge *merge, const struct reg_catalogue *catalogue, const char *code,
                                      struct reg_arena *arena);

#endif
