/* The Merkle tree of RFC 9162 over the suite's digest: the right edge for appending, tiles for proofs. */
#ifndef REG_LEDGER_MERKLE_H
#define REG_LEDGER_MERKLE_H

#include <registry/entry.h>

#include "base/buffer.h"

/* Complete subtrees from left to right: one per set bit of `size`, largest first. All that appending needs. */
struct reg_edge {
    uint64_t size;
    unsigned count;
    uint8_t nodes[64][REG_DIGEST_LEN];
};

REG_MUST_CHECK int reg_merkle_leaf(enum reg_suite suite, struct reg_bytes data, uint8_t ret[REG_DIGEST_LEN]);
REG_MUST_CHECK int reg_merkle_node(enum reg_suite suite, const uint8_t left[REG_DIGEST_LEN],
                                   const uint8_t right[REG_DIGEST_LEN], uint8_t ret[REG_DIGEST_LEN]);
REG_MUST_CHECK int reg_edge_append(enum reg_suite suite, struct reg_edge *edge, const uint8_t leaf[REG_DIGEST_LEN]);
/* Root of the tree; of the empty tree, the digest of nothing. */
REG_MUST_CHECK int reg_edge_root(enum reg_suite suite, const struct reg_edge *edge, uint8_t ret[REG_DIGEST_LEN]);
/* The nodes as bytes (count * 32) and back; decoding checks that the length fits the size. */
void reg_edge_encode(const struct reg_edge *edge, struct reg_buf *buf);
REG_MUST_CHECK int reg_edge_decode(uint64_t size, struct reg_bytes bytes, struct reg_edge *ret);

/* Complete 256-wide tiles (C2SP tlog-tiles): level 0 holds leaves, level l roots of complete subtrees of 256^l leaves. */
#define REG_TILE_WIDTH 256

/* Where hashes are read from: whole tiles and, past the last whole one, the hashes of a partial tile. */
struct reg_tile_source {
    void *context;
    /* Fills hash `index` of `level`: the root of the complete subtree over leaves [index*256^level, (index+1)*256^level). */
    int (*hash)(void *context, unsigned level, uint64_t index, uint8_t ret[REG_DIGEST_LEN]);
};

/* Root of the tree over `count` leaves from leaf `from`, a multiple of the largest power of two in `count`. */
REG_MUST_CHECK int reg_range_root(enum reg_suite suite, const struct reg_tile_source *source, uint64_t from, uint64_t count,
                                  uint8_t ret[REG_DIGEST_LEN]);
/* Appends the proof's hashes (32 bytes each) to `buf`. REG_ERR_INVALID: index >= size, old_size > new_size or 0. */
REG_MUST_CHECK int reg_inclusion_prove(enum reg_suite suite, const struct reg_tile_source *source, uint64_t index,
                                       uint64_t size, struct reg_buf *buf);
REG_MUST_CHECK int reg_consistency_prove(enum reg_suite suite, const struct reg_tile_source *source, uint64_t old_size,
                                         uint64_t new_size, struct reg_buf *buf);

#endif
