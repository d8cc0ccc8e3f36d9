/* Revisions of the catalogue: the engine keeps each that it has seen for as long as it lives, newest first. */
#ifndef REG_ENGINE_REVISION_H
#define REG_ENGINE_REVISION_H

#include "engine/internal.h"

/* Immutable once it is in the engine's list. */
struct reg_revision {
    unsigned number;
    int32_t effective; /* the day from which it is in force; 0: from the beginning */
    uint64_t position; /* of its entry */
    struct reg_catalogue *catalogue;
    struct reg_revision *before; /* NULL: it is the first */
};

/* Takes the catalogue over where it succeeds. */
REG_MUST_CHECK int reg_revision_new(unsigned number, int32_t effective, struct reg_catalogue *catalogue,
                                    struct reg_revision **ret);
/* One revision with its catalogue, not those before it. NULL is fine. */
void reg_revision_free(struct reg_revision *revision);
/* From its entry's record. */
REG_MUST_CHECK int reg_revision_read(const reg_pb_catalogue_record *record, struct reg_revision **ret,
                                     struct reg_error_info *info);

/* The newest, whether it is in force yet or not. */
const struct reg_revision *reg_revision_newest(const struct reg_engine *engine);
/* The one in force on a day. */
const struct reg_revision *reg_revision_on(const struct reg_engine *engine, int32_t day);
const struct reg_revision *reg_revision_today(const struct reg_engine *engine);
/* The one that was in force on a day as far as the ledger went up to `position`. */
const struct reg_revision *reg_revision_as_of(const struct reg_engine *engine, int32_t day, uint64_t position);
/* NULL: the engine has seen no such revision. */
const struct reg_revision *reg_revision_of(const struct reg_engine *engine, unsigned number);
/* Puts it before the newest; false: that is not the one before it (any more), and the revision stays the caller's. */
bool reg_revision_add(struct reg_engine *engine, struct reg_revision *revision);
/* Reads what others have published since. Any thread, with its own reader. */
REG_MUST_CHECK int reg_revisions_catch_up(struct reg_engine *engine, struct reg_store_reader *reader,
                                          struct reg_error_info *info);

#endif
