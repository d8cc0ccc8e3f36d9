#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CHUNK   ((size_t)4096)
#define LARGEST_CHUNK ((size_t)65536)
#define KEPT_CHUNK    ((size_t)32768)
#define ALIGNMENT     (alignof(max_align_t))

struct chunk {
    struct chunk *next;
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

struct reg_arena {
    struct chunk *chunks; /* newest first; only the first one has room worth trying */
    size_t budget;        /* SIZE_MAX: unbounded */
    size_t given;
    size_t next_chunk;
    int over_budget;
};

struct reg_arena *reg_arena_new(size_t budget)
{
    struct reg_arena *arena = calloc(1, sizeof *arena);

    if (!arena)
        return NULL;
    arena->budget = budget ? budget : SIZE_MAX;
    arena->next_chunk = FIRST_CHUNK;
    return arena;
}

static void free_chunks(struct chunk *chunk)
{
    struct chunk *next;

    for (; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
}

void reg_arena_free(struct reg_arena *arena)
{
    if (!arena)
        return;
    free_chunks(arena->chunks);
    free(arena);
}

void reg_arena_reset(struct reg_arena *arena)
{
    struct chunk *kept = arena->chunks;

    if (kept && kept->size <= KEPT_CHUNK) {
        free_chunks(kept->next);
        kept->next = NULL;
        kept->used = 0;
    } else {
        free_chunks(kept);
        arena->chunks = NULL;
        arena->next_chunk = FIRST_CHUNK;
    }
    arena->given = 0;
    arena->over_budget = 0;
}

/* A chunk with room for `size` bytes. What is larger than a chunk gets one of its own behind the first, whose room stays. */
static struct chunk *add_chunk(struct reg_arena *arena, size_t size)
{
    struct chunk *chunk;
    size_t room = arena->next_chunk - sizeof *chunk;
    int own = size > room;

    if (own)
        room = size;
    chunk = malloc(sizeof *chunk + room);
    if (!chunk)
        return NULL;
    chunk->size = room;
    chunk->used = 0;
    if (own && arena->chunks) {
        chunk->next = arena->chunks->next;
        arena->chunks->next = chunk;
        return chunk;
    }
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    if (arena->next_chunk < LARGEST_CHUNK)
        arena->next_chunk *= 2;
    return chunk;
}

/* Room that holds anything yet. */
static void *take(struct reg_arena *arena, size_t size)
{
    struct chunk *chunk = arena->chunks;
    void *at;

    if (size == 0)
        size = 1;
    if (size > SIZE_MAX / 4) {
        arena->over_budget = 1;
        return NULL;
    }
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (size > arena->budget - arena->given) {
        arena->over_budget = 1;
        return NULL;
    }
    if (!chunk || size > chunk->size - chunk->used) {
        chunk = add_chunk(arena, size);
        if (!chunk)
            return NULL;
    }
    at = chunk->bytes + chunk->used;
    chunk->used += size;
    arena->given += size;
    return at;
}

void *reg_arena_alloc(struct reg_arena *arena, size_t size)
{
    void *at = take(arena, size);

    return at ? memset(at, 0, size) : NULL;
}

char *reg_arena_strdup(struct reg_arena *arena, const char *text)
{
    return reg_arena_memdup(arena, text, strlen(text) + 1);
}

char *reg_arena_printf(struct reg_arena *arena, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n >= 0)
        text = reg_arena_alloc(arena, (size_t)n + 1);
    if (!text)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    return text;
}

void *reg_arena_memdup(struct reg_arena *arena, const void *data, size_t len)
{
    void *copy = take(arena, len);

    if (copy && len > 0)
        memcpy(copy, data, len);
    return copy;
}

int reg_arena_over_budget(const struct reg_arena *arena)
{
    return arena->over_budget;
}
