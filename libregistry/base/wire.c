#include "base/wire.h"

bool reg_wire_varint(struct reg_cursor *cursor, uint64_t *ret)
{
    struct reg_cursor at = *cursor;
    uint64_t value = 0;
    uint8_t byte;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (!reg_cursor_u8(&at, &byte) || (shift == 63 && byte > 1))
            return false;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *cursor = at;
            *ret = value;
            return true;
        }
    }
    return false;
}

bool reg_wire_bytes(struct reg_cursor *cursor, struct reg_bytes *ret)
{
    struct reg_cursor at = *cursor;
    uint64_t len;

    if (!reg_wire_varint(&at, &len) || len > at.left || !reg_cursor_bytes(&at, (size_t)len, ret))
        return false;
    *cursor = at;
    return true;
}

void reg_wire_put_varint(struct reg_buf *buf, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        reg_buf_put_u8(buf, (uint8_t)(value | 0x80));
    reg_buf_put_u8(buf, (uint8_t)value);
}

void reg_wire_put_bytes(struct reg_buf *buf, unsigned field, struct reg_bytes bytes)
{
    reg_wire_put_varint(buf, (uint64_t)field << 3 | 2);
    reg_wire_put_varint(buf, bytes.len);
    reg_buf_put(buf, bytes.data, bytes.len);
}
