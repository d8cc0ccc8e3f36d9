/* Bytes: borrowed (reg_bytes) and owned (reg_data). Strings travel the same way, without a NUL that counts. */
#ifndef REGISTRY_BYTES_H
#define REGISTRY_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include <registry/export.h>

REG_BEGIN_DECLS

/* Bytes that somebody else owns. */
struct reg_bytes {
    const uint8_t *data;
    size_t len;
};

/* Bytes that the holder owns and gives back with reg_data_clear. A NUL that does not count follows the last byte. */
struct reg_data {
    uint8_t *data;
    size_t len;
};

/* Frees the bytes and zeroes the struct. A zeroed struct and NULL are fine. */
REG_EXPORT void reg_data_clear(struct reg_data *data);

static inline struct reg_bytes reg_bytes_of(const struct reg_data *data)
{
    struct reg_bytes bytes = {data->data, data->len};

    return bytes;
}

REG_END_DECLS

#endif
