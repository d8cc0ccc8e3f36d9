/* A table of hashes, open, in the order of hashes as far as it goes; 8 bytes a slot. */
#include "store/unique.h"

#include <stdlib.h>

#define SIZE_FIRST ((size_t)1 << 16)

void reg_unique_clear(struct reg_unique *unique)
{
    free(unique->slots);
    *unique = (struct reg_unique){0};
}

static size_t home(const struct reg_unique *unique, uint32_t hash)
{
    return (size_t)((uint64_t)hash * unique->size >> 32);
}

static void put(struct reg_unique *unique, uint64_t slot)
{
    size_t at = home(unique, (uint32_t)(slot >> 32));

    while (unique->slots[at])
        at = at + 1 < unique->size ? at + 1 : 0;
    unique->slots[at] = slot;
}

/* Half as many again, before four of five are taken. */
static int grow(struct reg_unique *unique)
{
    struct reg_unique grown = {.size = unique->size ? unique->size + unique->size / 2 : SIZE_FIRST, .count = unique->count};

    grown.slots = calloc(grown.size, sizeof *grown.slots);
    if (!grown.slots)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < unique->size; i++)
        if (unique->slots[i])
            put(&grown, unique->slots[i]);
    free(unique->slots);
    *unique = grown;
    return 0;
}

int reg_unique_add(struct reg_unique *unique, uint32_t hash, uint64_t number)
{
    int error = number > UINT32_MAX ? REG_ERR_LIMIT : 0;

    if (error == 0 && 5 * (unique->count + 1) > 4 * unique->size)
        error = grow(unique);
    if (error != 0)
        return error;
    put(unique, (uint64_t)hash << 32 | number);
    unique->count++;
    return 0;
}

uint64_t reg_unique_next(const struct reg_unique *unique, uint32_t hash, size_t *at)
{
    size_t from = unique->size ? home(unique, hash) : 0;

    while (*at < unique->size) {
        uint64_t slot = unique->slots[(from + (*at)++) % unique->size];

        if (!slot)
            return 0;
        if (slot >> 32 == hash)
            return slot & UINT32_MAX;
    }
    return 0;
}

/* FNV-1a, and what MurmurHash3 ends with: its upper bits tell neighbours apart. */
uint32_t reg_unique_hash(uint64_t number, const char *text, size_t len)
{
    uint64_t hash = 14695981039346656037u ^ number * 0x9e3779b97f4a7c15u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (uint8_t)text[i]) * 1099511628211u;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
    return (uint32_t)(hash >> 32);
}
