/* Entries: salting, sealing and digesting sections into a body; the header; views for receivers. */
#ifndef REG_LEDGER_ENTRY_H
#define REG_LEDGER_ENTRY_H

#include <stdbool.h>

#include <registry/entry.h>
#include <registry/host.h>

#include "base/arena.h"
#include "crypto/seal.h"
#include "model.h"

#define REG_SECTION_PUBLIC     0
#define REG_SECTION_RESTRICTED 1024 /* + enum RestrictedClass */
#define REG_SALT_LEN           16
#define REG_REGISTRY_ID_LEN    8

/* One section before it is salted. */
struct reg_fragment {
    uint32_t id;
    struct reg_data bytes;
};

void reg_fragments_free(struct reg_fragment *fragments, size_t count);

/* Salts every fragment (ids ascending, the first is 0), seals all but the public one under the case key (NULL only where
 * there is nothing to seal), and gives the encoded StoredBody and the body digest. */
REG_MUST_CHECK int reg_body_build(enum reg_suite suite, const struct reg_fragment *fragments, size_t count,
                                  const uint8_t case_key[REG_CASE_KEY_LEN], const struct reg_host *host,
                                  struct reg_data *ret_body, uint8_t ret_digest[REG_DIGEST_LEN]);
/* The encoded EntryHeader. */
REG_MUST_CHECK int reg_header_encode(const uint8_t registry_id[REG_REGISTRY_ID_LEN], uint64_t position,
                                     reg_pb_entry_kind kind, const char *code, int64_t time_ms, uint32_t authority,
                                     const uint8_t body_digest[REG_DIGEST_LEN], struct reg_buf *buf);

/* Who may see which sections. Public sections are always open. */
struct reg_grant {
    bool all;                         /* window, operator */
    uint64_t items[(1023 + 63) / 64]; /* a department's items: bit n - 1 */
    uint32_t classes;                 /* restricted classes: bit k */
};
bool reg_grant_allows(const struct reg_grant *grant, uint32_t section_id);

/* Appends the encoded EntryView: sections that the grant allows are opened with the case key, the others given as digests.
 * `case_key` NULL: the key was destroyed (or nothing is sealed); every sealed section is then given as its digest. */
REG_MUST_CHECK int reg_view_build(enum reg_suite suite, struct reg_bytes header, struct reg_bytes stored_body,
                                  const struct reg_grant *grant, const uint8_t case_key[REG_CASE_KEY_LEN],
                                  struct reg_buf *buf);
/* Decodes what a view's open sections hold: their bytes concatenated are one Record. Lives in the arena. */
REG_MUST_CHECK int reg_record_decode(struct reg_bytes stored_body, enum reg_suite suite,
                                     const uint8_t case_key[REG_CASE_KEY_LEN], struct reg_arena *arena, reg_pb_record **ret);
/* Recomputes the body digest from the stored digests, each open section's digest from its bytes, and, with a case key, each
 * sealed section's; compares with the header. REG_ERR_CORRUPT with the section in `info`. */
REG_MUST_CHECK int reg_body_check(enum reg_suite suite, struct reg_bytes header, struct reg_bytes stored_body,
                                  const uint8_t case_key[REG_CASE_KEY_LEN], struct reg_error_info *info);

#endif
