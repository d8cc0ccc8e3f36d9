/* The way back: from the record of a licence entry to the whole filing that would have made it. */
#ifndef REG_LICENCE_RECALL_H
#define REG_LICENCE_RECALL_H

#include "base/arena.h"
#include "catalogue/catalogue.h"
#include "licence/merge.h"

/* What is recorded, as a whole filing: entity, persons, facts, items asked for, materials. Sections that were not open (keys
 * destroyed) leave their facts out. Shallow: `record` must outlive it. REG_ERR_NOMEM, REG_ERR_LIMIT. */
REG_MUST_CHECK int reg_licence_recall(const reg_pb_record *record, const struct reg_catalogue *catalogue,
                                      struct reg_arena *arena, reg_pb_filing **ret);
/* What was merged, carried over as it stands. */
REG_MUST_CHECK int reg_licence_recall_merge(const reg_pb_record *record, struct reg_arena *arena, struct reg_merge *ret);

#endif
