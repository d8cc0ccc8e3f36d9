/* Sums over rows. Of each table, for every so many entries: the rows that those bring, less the rows that stand. What is not
 * 0 in the end is looked at row by row; a register in which nothing was changed needs two walks in order and no search. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "engine/check.h"

#define ENTRIES 64

/* ---- a number for a row -------------------------------------------------------------------------------------------- */

/* SipHash-1-3 under a key drawn for this check: nobody can choose rows whose numbers add up to those of others. */
static uint64_t rotate(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static void mix(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static void absorb(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    mix(v);
    v[0] ^= word;
}

/* Their length was absorbed before, so no two lists of values make the same words. */
static void absorb_bytes(uint64_t v[4], struct reg_bytes bytes)
{
    for (size_t at = 0; at < bytes.len; at += 8) {
        uint64_t word = 0;

        memcpy(&word, bytes.data + at, bytes.len - at < 8 ? bytes.len - at : 8);
        absorb(v, word);
    }
}

static uint64_t number_of(const struct reg_sums *sums, const struct reg_value *values, unsigned first, unsigned end)
{
    uint64_t v[4] = {sums->key[0] ^ UINT64_C(0x736f6d6570736575), sums->key[1] ^ UINT64_C(0x646f72616e646f6d),
                     sums->key[0] ^ UINT64_C(0x6c7967656e657261), sums->key[1] ^ UINT64_C(0x7465646279746573)};

    for (unsigned i = first; i < end; i++) {
        absorb(v, (uint64_t)values[i].kind << 56 ^ values[i].bytes.len);
        absorb(v, (uint64_t)values[i].number);
        absorb_bytes(v, values[i].bytes);
    }
    v[2] ^= 0xff;
    for (unsigned i = 0; i < 3; i++)
        mix(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- sums ---------------------------------------------------------------------------------------------------------- */

int reg_sums_start(struct reg_work *work)
{
    const struct reg_host *host = &work->engine->host;
    struct reg_sums *sums = &work->sums;

    sums->count = (size_t)(work->size / ENTRIES + 1);
    sums->sums = calloc(REG_TABLE_COUNT * sums->count, sizeof *sums->sums); /* pages that no table uses are never touched */
    if (!sums->sums)
        return REG_ERR_NOMEM;
    return host->random(host->context, sums->key, sizeof sums->key);
}

void reg_sums_clear(struct reg_work *work)
{
    free(work->sums.sums);
    work->sums = (struct reg_sums){0};
}

bool reg_sum_has(const struct reg_work *work, int64_t position)
{
    return position >= 0 && (uint64_t)position < work->size;
}

static uint64_t *sum_at(const struct reg_work *work, enum reg_table table, int64_t position)
{
    return &work->sums.sums[table * work->sums.count + (size_t)((uint64_t)position / ENTRIES)];
}

void reg_sum_add(struct reg_work *work, enum reg_table table, int64_t position, const struct reg_value *values,
                 unsigned first, unsigned end)
{
    *sum_at(work, table, position) += number_of(&work->sums, values, first, end);
}

void reg_sum_take(struct reg_work *work, enum reg_table table, int64_t position, const struct reg_value *values,
                  unsigned first, unsigned end)
{
    *sum_at(work, table, position) -= number_of(&work->sums, values, first, end);
}

bool reg_sum_settled(const struct reg_work *work, enum reg_table table, int64_t position)
{
    return *sum_at(work, table, position) == 0;
}

bool reg_sum_differs(const struct reg_work *work, enum reg_table table, int64_t position)
{
    return work->all || !reg_sum_settled(work, table, position);
}

bool reg_sums_differ(const struct reg_work *work, enum reg_table table)
{
    for (size_t i = 0; i < work->sums.count; i++)
        if (reg_sum_differs(work, table, (int64_t)(i * ENTRIES)))
            return true;
    return false;
}
