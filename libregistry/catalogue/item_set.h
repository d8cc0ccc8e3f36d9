/* A set of items: bit n-1 is item n. */
#ifndef REG_CATALOGUE_ITEM_SET_H
#define REG_CATALOGUE_ITEM_SET_H

#include <stdbool.h>
#include <stdint.h>

#define REG_ITEM_MAX 1023

struct reg_item_set {
    uint64_t words[(REG_ITEM_MAX + 63) / 64];
};

static inline void reg_item_set_add(struct reg_item_set *set, unsigned item)
{
    if (item >= 1 && item <= REG_ITEM_MAX)
        set->words[(item - 1) / 64] |= UINT64_C(1) << ((item - 1) % 64);
}

static inline bool reg_item_set_has(const struct reg_item_set *set, unsigned item)
{
    return item >= 1 && item <= REG_ITEM_MAX && (set->words[(item - 1) / 64] >> ((item - 1) % 64) & 1);
}

/* The next item after `item` (0: the first); 0 at the end. */
static inline unsigned reg_item_set_next(const struct reg_item_set *set, unsigned item)
{
    while (++item <= REG_ITEM_MAX) {
        uint64_t word = set->words[(item - 1) / 64] >> ((item - 1) % 64);

        if (word)
            return item + (unsigned)__builtin_ctzll(word);
        item = ((item - 1) / 64 + 1) * 64;
    }
    return 0;
}

#endif
