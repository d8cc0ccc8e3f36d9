/* The little of protobuf's wire format that walking and writing messages in place takes. */
#ifndef REG_BASE_WIRE_H
#define REG_BASE_WIRE_H

#include "base/buffer.h"
#include "base/cursor.h"

/* Each takes the next value and returns true, or returns false and leaves the cursor alone. */
REG_MUST_CHECK bool reg_wire_varint(struct reg_cursor *cursor, uint64_t *ret);
REG_MUST_CHECK bool reg_wire_bytes(struct reg_cursor *cursor, struct reg_bytes *ret);
void reg_wire_put_varint(struct reg_buf *buf, uint64_t value);
/* A length-delimited field: its tag, its length, its bytes. */
void reg_wire_put_bytes(struct reg_buf *buf, unsigned field, struct reg_bytes bytes);

#endif
