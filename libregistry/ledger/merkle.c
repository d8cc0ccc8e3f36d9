/* Hashing, the right edge and proofs (RFC 9162 section 2.1). */
#include "ledger/merkle.h"

#include <string.h>

#include "crypto/digest.h"

int reg_merkle_leaf(enum reg_suite suite, struct reg_bytes data, uint8_t ret[REG_DIGEST_LEN])
{
    static const uint8_t prefix = 0x00;
    struct reg_bytes parts[] = {{&prefix, 1}, data};

    return reg_digest(suite, parts, 2, ret);
}

int reg_entry_leaf(enum reg_suite suite, struct reg_bytes header, uint8_t ret_leaf[REG_DIGEST_LEN])
{
    return reg_merkle_leaf(suite, header, ret_leaf);
}

int reg_merkle_node(enum reg_suite suite, const uint8_t left[REG_DIGEST_LEN], const uint8_t right[REG_DIGEST_LEN],
                    uint8_t ret[REG_DIGEST_LEN])
{
    static const uint8_t prefix = 0x01;
    struct reg_bytes parts[] = {{&prefix, 1}, {left, REG_DIGEST_LEN}, {right, REG_DIGEST_LEN}};

    return reg_digest(suite, parts, 3, ret);
}

/* ---- the right edge ------------------------------------------------------------------------------------------------ */

int reg_edge_append(enum reg_suite suite, struct reg_edge *edge, const uint8_t leaf[REG_DIGEST_LEN])
{
    uint8_t node[REG_DIGEST_LEN];
    unsigned count = edge->count;
    int error = 0;

    if (edge->size == UINT64_MAX)
        return REG_ERR_LIMIT;
    memcpy(node, leaf, sizeof node);
    /* Each trailing one of the size is a complete subtree that the leaf makes twice as large. */
    for (uint64_t ones = edge->size; ones & 1 && error == 0; ones >>= 1)
        error = reg_merkle_node(suite, edge->nodes[--count], node, node);
    if (error != 0)
        return error;
    memcpy(edge->nodes[count], node, sizeof node);
    edge->count = count + 1;
    edge->size++;
    return 0;
}

int reg_edge_root(enum reg_suite suite, const struct reg_edge *edge, uint8_t ret[REG_DIGEST_LEN])
{
    uint8_t node[REG_DIGEST_LEN];
    int error = 0;

    if (edge->count == 0)
        return reg_digest(suite, NULL, 0, ret);
    memcpy(node, edge->nodes[edge->count - 1], sizeof node);
    for (unsigned i = edge->count - 1; i > 0 && error == 0; i--)
        error = reg_merkle_node(suite, edge->nodes[i - 1], node, node);
    if (error == 0)
        memcpy(ret, node, sizeof node);
    return error;
}

void reg_edge_encode(const struct reg_edge *edge, struct reg_buf *buf)
{
    reg_buf_put(buf, edge->nodes, (size_t)edge->count * REG_DIGEST_LEN);
}

int reg_edge_decode(uint64_t size, struct reg_bytes bytes, struct reg_edge *ret)
{
    unsigned count = (unsigned)__builtin_popcountll(size);

    if (bytes.len != (size_t)count * REG_DIGEST_LEN)
        return REG_ERR_CORRUPT;
    *ret = (struct reg_edge){.size = size, .count = count};
    if (count)
        memcpy(ret->nodes, bytes.data, bytes.len);
    return 0;
}

/* ---- verifying ----------------------------------------------------------------------------------------------------- */

int reg_inclusion_verify(enum reg_suite suite, const uint8_t leaf[REG_DIGEST_LEN], uint64_t index, uint64_t size,
                         const uint8_t (*proof)[REG_DIGEST_LEN], size_t proof_len, const uint8_t root[REG_DIGEST_LEN])
{
    uint64_t fn = index, sn = size - 1; /* the names of RFC 9162 section 2.1.3.2 */
    uint8_t node[REG_DIGEST_LEN];

    if (size == 0 || index >= size)
        return REG_ERR_SIGNATURE;
    memcpy(node, leaf, sizeof node);
    for (size_t i = 0; i < proof_len; i++) {
        int error;

        if (sn == 0)
            return REG_ERR_SIGNATURE;
        if (fn & 1 || fn == sn) {
            error = reg_merkle_node(suite, proof[i], node, node);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            error = reg_merkle_node(suite, node, proof[i], node);
        }
        if (error != 0)
            return error;
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && memcmp(node, root, sizeof node) == 0 ? 0 : REG_ERR_SIGNATURE;
}

/* The loop of section 2.1.4.2, from the first node of the proof on; both roots are recomputed. */
static int fold_consistency(enum reg_suite suite, uint64_t fn, uint64_t sn, const uint8_t (*proof)[REG_DIGEST_LEN],
                            size_t proof_len, uint8_t fr[REG_DIGEST_LEN], uint8_t sr[REG_DIGEST_LEN], uint64_t *ret_sn)
{
    int error = 0;

    for (size_t i = 0; i < proof_len && error == 0; i++) {
        if (sn == 0)
            return REG_ERR_SIGNATURE;
        if (fn & 1 || fn == sn) {
            error = reg_merkle_node(suite, proof[i], fr, fr);
            if (error == 0)
                error = reg_merkle_node(suite, proof[i], sr, sr);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            error = reg_merkle_node(suite, sr, proof[i], sr);
        }
        fn >>= 1;
        sn >>= 1;
    }
    *ret_sn = sn;
    return error;
}

int reg_consistency_verify(enum reg_suite suite, uint64_t old_size, const uint8_t old_root[REG_DIGEST_LEN],
                           uint64_t new_size, const uint8_t new_root[REG_DIGEST_LEN], const uint8_t (*proof)[REG_DIGEST_LEN],
                           size_t proof_len)
{
    uint64_t fn = old_size - 1, sn = new_size - 1;
    uint8_t fr[REG_DIGEST_LEN], sr[REG_DIGEST_LEN];
    size_t first = 0;
    int error;

    if (old_size == 0 || old_size > new_size) /* that a tree extends the empty one says nothing */
        return REG_ERR_SIGNATURE;
    if (old_size == new_size)
        return proof_len == 0 && memcmp(old_root, new_root, REG_DIGEST_LEN) == 0 ? 0 : REG_ERR_SIGNATURE;
    if (proof_len == 0)
        return REG_ERR_SIGNATURE;
    while (fn & 1) {
        fn >>= 1;
        sn >>= 1;
    }
    if (old_size & (old_size - 1)) { /* not a power of two: the proof begins with the old tree's last subtree */
        memcpy(fr, proof[first++], REG_DIGEST_LEN);
    } else {
        memcpy(fr, old_root, REG_DIGEST_LEN);
    }
    memcpy(sr, fr, sizeof sr);
    error = fold_consistency(suite, fn, sn, proof + first, proof_len - first, fr, sr, &sn);
    if (error != 0)
        return error;
    return sn == 0 && memcmp(fr, old_root, sizeof fr) == 0 && memcmp(sr, new_root, sizeof sr) == 0 ? 0 : REG_ERR_SIGNATURE;
}
