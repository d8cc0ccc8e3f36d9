/* Deterministic CBOR (RFC 8949 section 4.2): every value has one encoding, and nothing else is read.
 *
 * The values are integers, byte and text strings, arrays, maps, booleans and null. Tags, floats, other simple values and
 * indefinite lengths are refused, and so are integers and lengths that are not the shortest, map keys that are not in
 * bytewise order or come twice, text that is not UTF-8 and bytes after the end.
 */
#ifndef REG_BASE_CBOR_H
#define REG_BASE_CBOR_H

#include "base/buffer.h"
#include "base/cursor.h"

/* Arrays and maps within each other. */
#define REG_CBOR_DEPTH_MAX 16

enum reg_cbor_type {
    REG_CBOR_UINT,
    REG_CBOR_NEGATIVE,
    REG_CBOR_BYTES,
    REG_CBOR_TEXT,
    REG_CBOR_ARRAY,
    REG_CBOR_MAP,
    REG_CBOR_TAG,    /* never read */
    REG_CBOR_SIMPLE, /* false, true, null */
    REG_CBOR_END     /* nothing is left */
};

/* Each appends one head or value. An array is its head and then `count` values, a map its head and then `count` pairs of key
 * and value, which the caller writes with the keys in bytewise order. Text that is not UTF-8 sets the buffer's error to
 * REG_ERR_ENCODING. */
void reg_cbor_put_uint(struct reg_buf *buf, uint64_t value);
void reg_cbor_put_int(struct reg_buf *buf, int64_t value);
void reg_cbor_put_bytes(struct reg_buf *buf, struct reg_bytes bytes);
void reg_cbor_put_text(struct reg_buf *buf, struct reg_bytes text);
void reg_cbor_put_array(struct reg_buf *buf, uint64_t count);
void reg_cbor_put_map(struct reg_buf *buf, uint64_t count);
void reg_cbor_put_bool(struct reg_buf *buf, bool value);
void reg_cbor_put_null(struct reg_buf *buf);

/* Are the bytes the deterministic encoding of exactly one value? REG_ERR_INVALID: no; `info` names the byte and why. */
REG_MUST_CHECK int reg_cbor_check(struct reg_bytes bytes, struct reg_error_info *info);

/* The type of the next value. */
enum reg_cbor_type reg_cbor_peek(const struct reg_cursor *cursor);
/* Each takes the next value, or the head of an array or map, and returns true; where it is of another type, out of range or
 * not in its shortest form, each returns false and leaves cursor and result alone. Strings are borrowed. Keys are not
 * compared here: reg_cbor_check does that. */
REG_MUST_CHECK bool reg_cbor_get_uint(struct reg_cursor *cursor, uint64_t *ret);
REG_MUST_CHECK bool reg_cbor_get_int(struct reg_cursor *cursor, int64_t *ret);
REG_MUST_CHECK bool reg_cbor_get_bytes(struct reg_cursor *cursor, struct reg_bytes *ret);
REG_MUST_CHECK bool reg_cbor_get_text(struct reg_cursor *cursor, struct reg_bytes *ret);
REG_MUST_CHECK bool reg_cbor_get_array(struct reg_cursor *cursor, uint64_t *ret_count);
REG_MUST_CHECK bool reg_cbor_get_map(struct reg_cursor *cursor, uint64_t *ret_count);
REG_MUST_CHECK bool reg_cbor_get_bool(struct reg_cursor *cursor, bool *ret);
REG_MUST_CHECK bool reg_cbor_get_null(struct reg_cursor *cursor);

#endif
