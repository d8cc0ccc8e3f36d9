/* Entries of the ledger as a receiver sees them: verifying what was received, and proofs of the transparency log.
 *
 * An entry view carries the header, the sections that the receiver may see and the digests of the others. Redaction is
 * leaving out: whatever is received can be verified. The tree is RFC 9162's over entry headers.
 */
#ifndef REGISTRY_ENTRY_H
#define REGISTRY_ENTRY_H

#include <registry/suite.h>

REG_BEGIN_DECLS

/* Verifies an encoded EntryView: recomputes the digest of each open section, takes the closed ones as given, and compares
 * the body digest with the header's. REG_ERR_SIGNATURE: they differ; REG_ERR_INVALID: not an entry view. Any thread. */
REG_EXPORT REG_MUST_CHECK int reg_entry_view_verify(enum reg_suite suite, struct reg_bytes view, struct reg_error_info *info);
/* The view as JSON for people and programs: the bytes, and beside them the decoded header and record. */
REG_EXPORT REG_MUST_CHECK int reg_entry_view_json(struct reg_bytes view, struct reg_data *ret_json, struct reg_error_info *info);
/* The Merkle leaf of an entry: H(0x00 || header). */
REG_EXPORT REG_MUST_CHECK int reg_entry_leaf(enum reg_suite suite, struct reg_bytes header, uint8_t ret_leaf[REG_DIGEST_LEN]);
/* Is `leaf` number `index` of the tree of `size` leaves with this root? (RFC 9162 section 2.1.3.2) REG_ERR_SIGNATURE: no. */
REG_EXPORT REG_MUST_CHECK int reg_inclusion_verify(enum reg_suite suite, const uint8_t leaf[REG_DIGEST_LEN], uint64_t index, uint64_t size,
                                                   const uint8_t (*proof)[REG_DIGEST_LEN], size_t proof_len,
                                                   const uint8_t root[REG_DIGEST_LEN]);
/* Is the tree of `old_size` a prefix of the tree of `new_size`? (RFC 9162 section 2.1.4.2; of the empty tree
 * nothing can be proved) REG_ERR_SIGNATURE: no. */
REG_EXPORT REG_MUST_CHECK int reg_consistency_verify(enum reg_suite suite, uint64_t old_size, const uint8_t old_root[REG_DIGEST_LEN],
                                                     uint64_t new_size, const uint8_t new_root[REG_DIGEST_LEN],
                                                     const uint8_t (*proof)[REG_DIGEST_LEN], size_t proof_len);

REG_END_DECLS

#endif
