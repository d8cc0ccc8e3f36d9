#include "base/wire.h"

/* Fields are read and written one by one: copying a cursor whole right after it moved stalls the processor, and look-ups
 * walk bodies. */
bool reg_wire_varint(struct reg_cursor *cursor, uint64_t *ret)
{
    const uint8_t *at = cursor->at;
    size_t left = cursor->left, used = 0;
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64 && used < left; shift += 7) {
        uint8_t byte = at[used++];

        if (shift == 63 && byte > 1)
            return false;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            cursor->at = at + used;
            cursor->left = left - used;
            *ret = value;
            return true;
        }
    }
    return false;
}

bool reg_wire_bytes(struct reg_cursor *cursor, struct reg_bytes *ret)
{
    const uint8_t *at = cursor->at;
    size_t left = cursor->left;
    uint64_t len;

    if (!reg_wire_varint(cursor, &len))
        return false;
    if (len > cursor->left) {
        cursor->at = at;
        cursor->left = left;
        return false;
    }
    ret->data = cursor->at;
    ret->len = (size_t)len;
    cursor->at += len;
    cursor->left -= (size_t)len;
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
