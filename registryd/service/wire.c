#include "service/wire.h"

static bool varint(struct rd_wire *wire, uint64_t *ret)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64 && wire->at < wire->end; shift += 7) {
        uint8_t byte = *wire->at++;

        value |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            *ret = value;
            return true;
        }
    }
    return false;
}

static bool skip(struct rd_wire *wire, size_t len, struct reg_bytes *ret)
{
    if ((size_t)(wire->end - wire->at) < len)
        return false;
    *ret = (struct reg_bytes){wire->at, len};
    wire->at += len;
    return true;
}

bool rd_wire_next(struct rd_wire *wire, struct rd_field *ret_field)
{
    struct rd_field field = {0, 0, {NULL, 0}};
    struct reg_bytes fixed;
    uint64_t key = 0, len = 0;
    bool good = false;

    if (wire->at == wire->end || wire->bad)
        return false;
    if (varint(wire, &key) && key >> 3 != 0 && key >> 3 < 1u << 29) {
        field.number = (unsigned)(key >> 3);
        switch (key & 7) {
        case 0:
            good = varint(wire, &field.value);
            break;
        case 1:
            good = skip(wire, 8, &fixed);
            break;
        case 2:
            good = varint(wire, &len) && len <= SIZE_MAX && skip(wire, (size_t)len, &field.bytes);
            break;
        case 5:
            good = skip(wire, 4, &fixed);
            break;
        default: /* groups are gone from the language */
            break;
        }
    }
    wire->bad = !good;
    if (good)
        *ret_field = field;
    return good;
}
