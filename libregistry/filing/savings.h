/* What one filing saves against filing each of its items by itself: one form less than there are items, each fact that
 * several of their forms ask counted once, each material likewise, and one visit less than there are departments. */
#ifndef REG_FILING_SAVINGS_H
#define REG_FILING_SAVINGS_H

#include "base/arena.h"
#include "catalogue/catalogue.h"
#include "model.h"

struct reg_savings {
    const struct reg_catalogue *catalogue;
    bool *facts, *materials;  /* by index in the dictionary: named by an item that was added */
    const char **departments; /* of the items that were added, each once */
    size_t department_count, item_count;
    uint32_t fact_repeats, material_repeats;
};

/* Nothing added yet; lives in the arena. REG_ERR_NOMEM, REG_ERR_LIMIT (the arena's budget). */
REG_MUST_CHECK int reg_savings_init(const struct reg_catalogue *catalogue, struct reg_arena *arena, struct reg_savings *ret);
/* Adds an item of the catalogue, once. */
void reg_savings_add(struct reg_savings *savings, const struct reg_item *item);
/* What the items added so far save. */
void reg_savings_sum(const struct reg_savings *savings, reg_pb_savings *ret);

#endif
