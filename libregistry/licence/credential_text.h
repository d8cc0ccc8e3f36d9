/* The carriage of a credential: its bytes as decimal digits, and the text of its QR code. */
#ifndef REG_LICENCE_CREDENTIAL_TEXT_H
#define REG_LICENCE_CREDENTIAL_TEXT_H

#include <stdbool.h>

#include "base/buffer.h"

/* What stands between host and digits in https://<host>/v/<digits>. */
#define REG_CREDENTIAL_PATH "/v/"

/* Appends the digits: 7 bytes, little-endian, to 17 digits; a tail of 1 to 6 bytes to 3, 5, 8, 10, 13, 15. */
void reg_digits_encode(struct reg_bytes bytes, struct reg_buf *buf);
/* Appends the bytes. REG_ERR_INVALID: not digits, a tail of another length, or a group whose value needs more bytes than it
 * stands for; `info` says which. The buffer's sticky error is returned. */
REG_MUST_CHECK int reg_digits_decode(struct reg_bytes digits, struct reg_buf *buf, struct reg_error_info *info);
/* The digits that end `text` behind REG_CREDENTIAL_PATH; false where it is not of that form. */
REG_MUST_CHECK bool reg_digits_find(struct reg_bytes text, struct reg_bytes *ret_digits);

#endif
