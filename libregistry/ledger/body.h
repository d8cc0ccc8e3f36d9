/* Stored bodies on the wire: walked in place, without decoding a message, because a look-up does it. */
#ifndef REG_LEDGER_BODY_H
#define REG_LEDGER_BODY_H

#include "base/wire.h"
#include "ledger/entry.h"

/* One stored section, borrowed from the body. Open: salt and bytes; sealed: `sealed` is not empty. */
struct reg_stored_section {
    uint32_t id;
    struct reg_bytes digest, salt, bytes, sealed;
};

/* Takes the next section of a StoredBody. REG_ERR_CORRUPT. */
REG_MUST_CHECK int reg_body_next(struct reg_cursor *cursor, struct reg_stored_section *ret);
/* Opens the sections of one entry: its key is made ready at the first sealed one. `case_key` NULL: it was destroyed, or there is
 * none. */
struct reg_section_opener {
    enum reg_suite suite;
    const uint8_t *case_key;
    struct reg_sealer *sealer;
    struct reg_buf plain; /* of the section opened last */
};
void reg_section_opener_clear(struct reg_section_opener *opener);
/* Salt and bytes of a section; those of a sealed one stand in the opener until the next is opened. */
REG_MUST_CHECK int reg_section_open(struct reg_section_opener *opener, const struct reg_stored_section *section,
                                    struct reg_bytes *ret_salt, struct reg_bytes *ret_bytes);
REG_MUST_CHECK int reg_section_digest(enum reg_suite suite, struct reg_bytes salt, struct reg_bytes bytes,
                                      uint8_t ret[REG_DIGEST_LEN]);
/* Appends what the body digest is over: id, section digest. */
void reg_body_digest_put(struct reg_buf *buf, uint32_t id, const uint8_t digest[REG_DIGEST_LEN]);
/* The body digest that a header names, borrowed. REG_ERR_INVALID. */
REG_MUST_CHECK int reg_header_body_digest(struct reg_bytes header, struct reg_bytes *ret);
struct reg_bytes reg_section_aad(uint32_t id, uint8_t space[2]);

#endif
