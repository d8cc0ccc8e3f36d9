/* What the files of replaying share. */
#ifndef REG_ENGINE_REPLAY_H
#define REG_ENGINE_REPLAY_H

#include "engine/internal.h"

/* A recorded filing: what was said of it, and what it came to. */
struct reg_replayed {
    const struct reg_entry_row *row;
    const reg_pb_record *record;
    reg_pb_case_state state;
    reg_pb_finding *const *findings;
    size_t finding_count;
    reg_pb_outcome *const *outcomes;
    size_t outcome_count;
};

/* Puts findings that the register of the time, or a person, gave into the judgement as they are recorded. */
REG_MUST_CHECK int reg_replay_carry(const struct reg_replayed *recorded, struct reg_arena *arena,
                                    struct reg_judgement *judgement);
/* Fills the difference; `*ret_differs`: there is one. In the arena. */
REG_MUST_CHECK int reg_replay_compare(const struct reg_replayed *recorded, const struct reg_judgement *judgement,
                                      reg_pb_case_state after, struct reg_arena *arena, struct reg_replay_difference *ret,
                                      bool *ret_differs);

#endif
