/* Making proofs from tiles (RFC 9162 sections 2.1.3.1 and 2.1.4.1). */
#include <stdbool.h>
#include <string.h>

#include "ledger/merkle.h"

/* The largest power of two smaller than n (n > 1). */
static uint64_t split(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* Root of the complete subtree of 2^bits leaves at leaf `from`, which lies on its boundary. */
static int complete_root(enum reg_suite suite, const struct reg_tile_source *source, uint64_t from, unsigned bits,
                         uint8_t ret[REG_DIGEST_LEN])
{
    unsigned level = bits / 8, width = 1u << bits % 8;
    struct reg_edge edge = {0};
    uint8_t hash[REG_DIGEST_LEN];
    int error = 0;

    for (unsigned i = 0; i < width && error == 0; i++) {
        error = source->hash(source->context, level, (from >> 8 * level) + i, hash);
        if (error == 0)
            error = reg_edge_append(suite, &edge, hash);
    }
    return error == 0 ? reg_edge_root(suite, &edge, ret) : error;
}

int reg_range_root(enum reg_suite suite, const struct reg_tile_source *source, uint64_t from, uint64_t count,
                   uint8_t ret[REG_DIGEST_LEN])
{
    struct reg_edge edge = {.size = count};
    uint64_t at = from;
    int error = 0;

    for (int bits = 63; bits >= 0 && error == 0; bits--) {
        if (!(count >> bits & 1))
            continue;
        error = complete_root(suite, source, at, (unsigned)bits, edge.nodes[edge.count++]);
        at += UINT64_C(1) << bits;
    }
    return error == 0 ? reg_edge_root(suite, &edge, ret) : error;
}

/* The ranges whose roots are a proof, from the leaves up. */
struct range {
    uint64_t from, count;
};

static int put_roots(enum reg_suite suite, const struct reg_tile_source *source, const struct range *ranges, unsigned count,
                     struct reg_buf *buf)
{
    size_t before = buf->len;
    uint8_t root[REG_DIGEST_LEN];
    int error = 0;

    while (count > 0 && error == 0) {
        count--;
        error = reg_range_root(suite, source, ranges[count].from, ranges[count].count, root);
        if (error == 0)
            reg_buf_put(buf, root, sizeof root);
    }
    if (error == 0)
        error = buf->error;
    if (error != 0)
        buf->len = before;
    return error;
}

int reg_inclusion_prove(enum reg_suite suite, const struct reg_tile_source *source, uint64_t index, uint64_t size,
                        struct reg_buf *buf)
{
    struct range ranges[64];
    unsigned count = 0;
    uint64_t from = 0, n = size;

    if (index >= size)
        return REG_ERR_INVALID;
    while (n > 1) {
        uint64_t k = split(n);

        if (index - from < k) {
            ranges[count++] = (struct range){from + k, n - k};
            n = k;
        } else {
            ranges[count++] = (struct range){from, k};
            from += k;
            n -= k;
        }
    }
    return put_roots(suite, source, ranges, count, buf);
}

int reg_consistency_prove(enum reg_suite suite, const struct reg_tile_source *source, uint64_t old_size, uint64_t new_size,
                          struct reg_buf *buf)
{
    struct range ranges[65];
    unsigned count = 0;
    uint64_t from = 0, n = new_size, m = old_size;
    bool whole = true; /* the old tree is a subtree of the new one so far: its root is known */

    if (old_size == 0 || old_size > new_size)
        return REG_ERR_INVALID;
    if (old_size == new_size)
        return 0;
    while (m != n) {
        uint64_t k = split(n);

        if (m <= k) {
            ranges[count++] = (struct range){from + k, n - k};
            n = k;
        } else {
            ranges[count++] = (struct range){from, k};
            from += k;
            n -= k;
            m -= k;
            whole = false;
        }
    }
    if (!whole)
        ranges[count++] = (struct range){from, m};
    return put_roots(suite, source, ranges, count, buf);
}
