#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256

/* Forgets the bytes; the error stays, since it is sticky until clear or finish. */
static void drop(struct reg_buf *buf)
{
    free(buf->data);
    buf->data = NULL;
    buf->len = buf->cap = 0;
}

void reg_buf_clear(struct reg_buf *buf)
{
    drop(buf);
    buf->error = 0;
}

void reg_buf_wipe(struct reg_buf *buf)
{
    if (buf->data)
        explicit_bzero(buf->data, buf->cap);
    reg_buf_clear(buf);
}

/* Room for `len` more bytes and a NUL. Growing copies by hand, so that what is left behind can be wiped: a buffer may hold
 * secrets, and realloc would leave them in freed memory. */
static int reserve(struct reg_buf *buf, size_t len)
{
    uint8_t *grown;
    size_t need, cap;

    if (buf->error)
        return buf->error;
    if (len >= SIZE_MAX / 4 - buf->len)
        return buf->error = REG_ERR_LIMIT;
    need = buf->len + len + 1;
    if (need <= buf->cap)
        return 0;
    cap = buf->cap ? buf->cap * 2 : FIRST_CAPACITY;
    if (cap < need)
        cap = need;
    grown = malloc(cap);
    if (!grown)
        return buf->error = REG_ERR_NOMEM;
    if (buf->data) {
        memcpy(grown, buf->data, buf->len);
        explicit_bzero(buf->data, buf->len);
        free(buf->data);
    }
    buf->data = grown;
    buf->cap = cap;
    return 0;
}

uint8_t *reg_buf_extend(struct reg_buf *buf, size_t len)
{
    uint8_t *at;

    if (reserve(buf, len))
        return NULL;
    at = buf->data + buf->len;
    buf->len += len;
    return at;
}

void reg_buf_put(struct reg_buf *buf, const void *data, size_t len)
{
    uint8_t *at = reg_buf_extend(buf, len);

    if (at && len > 0)
        memcpy(at, data, len);
}

void reg_buf_puts(struct reg_buf *buf, const char *text)
{
    reg_buf_put(buf, text, strlen(text));
}

/* The low `size` bytes of `value`, most significant first. */
static void put_be(struct reg_buf *buf, uint64_t value, size_t size)
{
    uint8_t *at = reg_buf_extend(buf, size);

    if (!at)
        return;
    while (size-- > 0)
        *at++ = (uint8_t)(value >> (8 * size));
}

void reg_buf_put_u8(struct reg_buf *buf, uint8_t value)
{
    put_be(buf, value, 1);
}

void reg_buf_put_be16(struct reg_buf *buf, uint16_t value)
{
    put_be(buf, value, 2);
}

void reg_buf_put_be32(struct reg_buf *buf, uint32_t value)
{
    put_be(buf, value, 4);
}

void reg_buf_put_be64(struct reg_buf *buf, uint64_t value)
{
    put_be(buf, value, 8);
}

void reg_buf_printf(struct reg_buf *buf, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 && !buf->error)
        buf->error = REG_ERR_LIMIT;
    /* reserve leaves a byte for the NUL that vsnprintf writes. */
    if (n < 0 || reserve(buf, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf((char *)buf->data + buf->len, (size_t)n + 1, format, args);
    va_end(args);
    buf->len += (size_t)n;
}

int reg_buf_finish(struct reg_buf *buf, struct reg_data *ret)
{
    int error = reserve(buf, 0);

    if (error) {
        reg_buf_wipe(buf);
        return error;
    }
    buf->data[buf->len] = '\0';
    *ret = (struct reg_data){buf->data, buf->len};
    *buf = REG_BUF_INIT;
    return 0;
}
