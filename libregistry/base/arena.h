/* An arena: many small allocations, freed together, under a byte budget. */
#ifndef REG_BASE_ARENA_H
#define REG_BASE_ARENA_H

#include <stddef.h>

#include <registry/export.h>

struct reg_arena;

/* `budget` bounds the sum of what is handed out; 0: unbounded. NULL: out of memory. */
struct reg_arena *reg_arena_new(size_t budget);
void reg_arena_free(struct reg_arena *arena);
/* Everything that was handed out is gone; some room is kept for what comes. */
void reg_arena_reset(struct reg_arena *arena);
/* Zeroed, aligned for any type; NULL: budget or memory used up. */
void *reg_arena_alloc(struct reg_arena *arena, size_t size);
char *reg_arena_strdup(struct reg_arena *arena, const char *text);
char *reg_arena_printf(struct reg_arena *arena, const char *format, ...) REG_PRINTF(2, 3);
void *reg_arena_memdup(struct reg_arena *arena, const void *data, size_t len);
/* True once an allocation was refused for the budget. */
int reg_arena_over_budget(const struct reg_arena *arena);

#endif
