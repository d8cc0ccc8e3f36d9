/* Foreign bytes are read through a bounded cursor, never by pointer arithmetic. */
#ifndef REG_BASE_CURSOR_H
#define REG_BASE_CURSOR_H

#include <stdbool.h>

#include <registry/bytes.h>

struct reg_cursor {
    const uint8_t *at;
    size_t left;
};

static inline struct reg_cursor reg_cursor_of(struct reg_bytes bytes)
{
    return (struct reg_cursor){bytes.data, bytes.len};
}

/* Each takes the next bytes and returns true, or returns false and leaves cursor and result alone. */
REG_MUST_CHECK bool reg_cursor_bytes(struct reg_cursor *cursor, size_t len, struct reg_bytes *ret);
REG_MUST_CHECK bool reg_cursor_u8(struct reg_cursor *cursor, uint8_t *ret);
REG_MUST_CHECK bool reg_cursor_be16(struct reg_cursor *cursor, uint16_t *ret);
REG_MUST_CHECK bool reg_cursor_be32(struct reg_cursor *cursor, uint32_t *ret);
REG_MUST_CHECK bool reg_cursor_be64(struct reg_cursor *cursor, uint64_t *ret);

#endif
