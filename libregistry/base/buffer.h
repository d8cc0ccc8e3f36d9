/* A growing run of bytes with a sticky error: append without checking, check once at the end. */
#ifndef REG_BASE_BUFFER_H
#define REG_BASE_BUFFER_H

#include <registry/bytes.h>
#include <registry/error.h>

struct reg_buf {
    uint8_t *data;
    size_t len, cap;
    int error; /* 0, REG_ERR_NOMEM or REG_ERR_LIMIT; once set, appends do nothing */
};

#define REG_BUF_INIT ((struct reg_buf){0})

void reg_buf_clear(struct reg_buf *buf);
/* Like clear, but wipes the bytes first (secrets). */
void reg_buf_wipe(struct reg_buf *buf);
void reg_buf_put(struct reg_buf *buf, const void *data, size_t len);
void reg_buf_puts(struct reg_buf *buf, const char *text);
void reg_buf_put_u8(struct reg_buf *buf, uint8_t value);
void reg_buf_put_be16(struct reg_buf *buf, uint16_t value);
void reg_buf_put_be32(struct reg_buf *buf, uint32_t value);
void reg_buf_put_be64(struct reg_buf *buf, uint64_t value);
void reg_buf_printf(struct reg_buf *buf, const char *format, ...) REG_PRINTF(2, 3);
/* Room for `len` more bytes; returns where they start, or NULL with the error set. Raises `len` by itself. */
uint8_t *reg_buf_extend(struct reg_buf *buf, size_t len);
/* Gives the bytes (NUL after the last) to `*ret` and empties the buffer; the sticky error is returned instead. */
REG_MUST_CHECK int reg_buf_finish(struct reg_buf *buf, struct reg_data *ret);

static inline struct reg_bytes reg_buf_bytes(const struct reg_buf *buf)
{
    return (struct reg_bytes){buf->data, buf->len};
}

#endif
