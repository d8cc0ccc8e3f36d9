#include "base/cursor.h"

bool reg_cursor_bytes(struct reg_cursor *cursor, size_t len, struct reg_bytes *ret)
{
    if (len > cursor->left)
        return false;
    *ret = (struct reg_bytes){cursor->at, len};
    if (len > 0)
        cursor->at += len;
    cursor->left -= len;
    return true;
}

/* `size` bytes, most significant first. */
static bool take_be(struct reg_cursor *cursor, size_t size, uint64_t *ret)
{
    struct reg_bytes bytes;
    uint64_t value = 0;

    if (!reg_cursor_bytes(cursor, size, &bytes))
        return false;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | bytes.data[i];
    *ret = value;
    return true;
}

bool reg_cursor_u8(struct reg_cursor *cursor, uint8_t *ret)
{
    uint64_t value;

    if (!take_be(cursor, 1, &value))
        return false;
    *ret = (uint8_t)value;
    return true;
}

bool reg_cursor_be16(struct reg_cursor *cursor, uint16_t *ret)
{
    uint64_t value;

    if (!take_be(cursor, 2, &value))
        return false;
    *ret = (uint16_t)value;
    return true;
}

bool reg_cursor_be32(struct reg_cursor *cursor, uint32_t *ret)
{
    uint64_t value;

    if (!take_be(cursor, 4, &value))
        return false;
    *ret = (uint32_t)value;
    return true;
}

bool reg_cursor_be64(struct reg_cursor *cursor, uint64_t *ret)
{
    return take_be(cursor, 8, ret);
}
