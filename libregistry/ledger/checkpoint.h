/* Checkpoints: signed notes (C2SP signed-note, tlog-checkpoint) over a tree head. */
#ifndef REG_LEDGER_CHECKPOINT_H
#define REG_LEDGER_CHECKPOINT_H

#include <registry/key.h>

#include "base/buffer.h"

/* Appends the note: origin, size, base64 root, a blank line, one signature line by `log`. `origin` is <host>/<16 hex
 * digits>. intl: Ed25519 (type 0x01); gm: SM2 over the note's text (type 0xFF, "SM2-SM3"). */
REG_MUST_CHECK int reg_checkpoint_sign(const struct reg_signer *log, const char *origin, uint64_t size,
                                       const uint8_t root[REG_DIGEST_LEN], struct reg_buf *buf);
/* Verifies the note and gives what it says. REG_ERR_INVALID, REG_ERR_SIGNATURE. */
REG_MUST_CHECK int reg_checkpoint_verify(const struct reg_public_key *log, const char *origin, struct reg_bytes note,
                                         uint64_t *ret_size, uint8_t ret_root[REG_DIGEST_LEN], struct reg_error_info *info);

#endif
