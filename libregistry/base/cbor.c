#include "base/cbor.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

#define SIMPLE_FALSE 20
#define SIMPLE_TRUE  21
#define SIMPLE_NULL  22

static void put_head(struct reg_buf *buf, enum reg_cbor_type type, uint64_t value)
{
    uint8_t major = (uint8_t)(type << 5);

    if (value < 24) {
        reg_buf_put_u8(buf, major | (uint8_t)value);
    } else if (value <= UINT8_MAX) {
        reg_buf_put_u8(buf, major | 24);
        reg_buf_put_u8(buf, (uint8_t)value);
    } else if (value <= UINT16_MAX) {
        reg_buf_put_u8(buf, major | 25);
        reg_buf_put_be16(buf, (uint16_t)value);
    } else if (value <= UINT32_MAX) {
        reg_buf_put_u8(buf, major | 26);
        reg_buf_put_be32(buf, (uint32_t)value);
    } else {
        reg_buf_put_u8(buf, major | 27);
        reg_buf_put_be64(buf, value);
    }
}

void reg_cbor_put_uint(struct reg_buf *buf, uint64_t value)
{
    put_head(buf, REG_CBOR_UINT, value);
}

void reg_cbor_put_int(struct reg_buf *buf, int64_t value)
{
    if (value >= 0)
        put_head(buf, REG_CBOR_UINT, (uint64_t)value);
    else
        put_head(buf, REG_CBOR_NEGATIVE, (uint64_t)(-1 - value));
}

void reg_cbor_put_bytes(struct reg_buf *buf, struct reg_bytes bytes)
{
    put_head(buf, REG_CBOR_BYTES, bytes.len);
    reg_buf_put(buf, bytes.data, bytes.len);
}

void reg_cbor_put_text(struct reg_buf *buf, struct reg_bytes text)
{
    if (buf->error == 0 && text.len > 0 && !reg_utf8_valid(text.data, text.len))
        buf->error = REG_ERR_ENCODING;
    put_head(buf, REG_CBOR_TEXT, text.len);
    reg_buf_put(buf, text.data, text.len);
}

void reg_cbor_put_array(struct reg_buf *buf, uint64_t count)
{
    put_head(buf, REG_CBOR_ARRAY, count);
}

void reg_cbor_put_map(struct reg_buf *buf, uint64_t count)
{
    put_head(buf, REG_CBOR_MAP, count);
}

void reg_cbor_put_bool(struct reg_buf *buf, bool value)
{
    put_head(buf, REG_CBOR_SIMPLE, value ? SIMPLE_TRUE : SIMPLE_FALSE);
}

void reg_cbor_put_null(struct reg_buf *buf)
{
    put_head(buf, REG_CBOR_SIMPLE, SIMPLE_NULL);
}

/* What can be wrong with foreign bytes. */
enum problem { GOOD, CUT_SHORT, LENGTH_FORM, SHORTEST, TYPE, UTF8, KEY_ORDER, KEY_TWICE, DEPTH, TRAILING };

static const struct {
    const char *zh, *en;
} problem_texts[] = {
    [CUT_SHORT] = {"CBOR 第 %zu 字节：数据不完整", "CBOR byte %zu: the bytes end too early"},
    [LENGTH_FORM] = {"CBOR 第 %zu 字节：长度不定或保留的编码", "CBOR byte %zu: an indefinite length or a reserved form"},
    [SHORTEST] = {"CBOR 第 %zu 字节：整数或长度不是最短形式",
                  "CBOR byte %zu: an integer or length not in its shortest form"},
    [TYPE] = {"CBOR 第 %zu 字节：标签、浮点数或其他不允许的类型",
              "CBOR byte %zu: a tag, a float or another type not allowed"},
    [UTF8] = {"CBOR 第 %zu 字节：文本不是 UTF-8 或含 NUL", "CBOR byte %zu: text that is not UTF-8, or has a NUL"},
    [KEY_ORDER] = {"CBOR 第 %zu 字节：映射的键未按字节序排列", "CBOR byte %zu: map keys not in bytewise order"},
    [KEY_TWICE] = {"CBOR 第 %zu 字节：映射的键重复", "CBOR byte %zu: a map key that comes twice"},
    [DEPTH] = {"CBOR 第 %zu 字节：嵌套过深", "CBOR byte %zu: nested too deeply"},
    [TRAILING] = {"CBOR 第 %zu 字节：末尾有多余字节", "CBOR byte %zu: bytes after the end"},
};

/* The argument of the initial byte's low bits; the cursor stands behind that byte. */
static enum problem take_argument(struct reg_cursor *cursor, unsigned low, uint64_t *ret)
{
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t value, least;
    bool there;

    switch (low) {
    case 24:
        there = reg_cursor_u8(cursor, &u8);
        value = there ? u8 : 0;
        least = 24;
        break;
    case 25:
        there = reg_cursor_be16(cursor, &u16);
        value = there ? u16 : 0;
        least = UINT64_C(1) << 8;
        break;
    case 26:
        there = reg_cursor_be32(cursor, &u32);
        value = there ? u32 : 0;
        least = UINT64_C(1) << 16;
        break;
    case 27:
        there = reg_cursor_be64(cursor, &value);
        least = UINT64_C(1) << 32;
        break;
    default:
        if (low > 27)
            return LENGTH_FORM;
        *ret = low;
        return GOOD;
    }
    if (!there)
        return CUT_SHORT;
    if (value < least)
        return SHORTEST;
    *ret = value;
    return GOOD;
}

/* Type and argument of the next value; on a problem the cursor stands where it was. */
static enum problem take_head(struct reg_cursor *cursor, enum reg_cbor_type *ret_type, uint64_t *ret_value)
{
    struct reg_cursor at = *cursor;
    enum problem problem;
    uint64_t value;
    uint8_t initial;

    if (!reg_cursor_u8(&at, &initial))
        return CUT_SHORT;
    if (initial >> 5 == REG_CBOR_TAG)
        return TYPE;
    if (initial >> 5 == REG_CBOR_SIMPLE && ((initial & 31) < SIMPLE_FALSE || (initial & 31) > SIMPLE_NULL))
        return (initial & 31) == 31 ? LENGTH_FORM : TYPE;
    problem = take_argument(&at, initial & 31, &value);
    if (problem != GOOD)
        return problem;
    *cursor = at;
    *ret_type = (enum reg_cbor_type)(initial >> 5);
    *ret_value = value;
    return GOOD;
}

static enum problem take_string(struct reg_cursor *cursor, enum reg_cbor_type type, uint64_t len, struct reg_bytes *ret)
{
    struct reg_bytes bytes;

    if (len > cursor->left || !reg_cursor_bytes(cursor, (size_t)len, &bytes))
        return CUT_SHORT;
    if (type == REG_CBOR_TEXT && bytes.len > 0 && !reg_utf8_valid(bytes.data, bytes.len))
        return UTF8;
    *ret = bytes;
    return GOOD;
}

static enum problem check_item(struct reg_cursor *cursor, unsigned depth);

/* Orders two keys by their encodings (RFC 8949 section 4.2.1); no encoding is the beginning of another. */
static enum problem check_keys(struct reg_bytes before, struct reg_bytes key)
{
    size_t common = before.len < key.len ? before.len : key.len;
    int order = memcmp(before.data, key.data, common);

    if (order == 0)
        return KEY_TWICE;
    return order < 0 ? GOOD : KEY_ORDER;
}

static enum problem check_map(struct reg_cursor *cursor, uint64_t pairs, unsigned depth)
{
    struct reg_bytes before = {NULL, 0}, key;
    enum problem problem;

    for (uint64_t i = 0; i < pairs; i++) {
        struct reg_cursor start = *cursor;

        problem = check_item(cursor, depth);
        if (problem != GOOD)
            return problem;
        key = (struct reg_bytes){start.at, start.left - cursor->left};
        problem = i == 0 ? GOOD : check_keys(before, key);
        if (problem != GOOD) {
            *cursor = start;
            return problem;
        }
        before = key;
        problem = check_item(cursor, depth);
        if (problem != GOOD)
            return problem;
    }
    return GOOD;
}

/* Takes one whole value; on a problem the cursor stands at the value that has it. */
static enum problem check_item(struct reg_cursor *cursor, unsigned depth)
{
    struct reg_cursor start = *cursor;
    struct reg_bytes string;
    enum reg_cbor_type type;
    enum problem problem;
    uint64_t value;

    problem = take_head(cursor, &type, &value);
    if (problem != GOOD)
        return problem;
    switch (type) {
    case REG_CBOR_BYTES:
    case REG_CBOR_TEXT:
        problem = take_string(cursor, type, value, &string);
        if (problem != GOOD)
            *cursor = start;
        return problem;
    case REG_CBOR_ARRAY:
    case REG_CBOR_MAP:
        if (depth == REG_CBOR_DEPTH_MAX) {
            *cursor = start;
            return DEPTH;
        }
        if (type == REG_CBOR_MAP)
            return check_map(cursor, value, depth + 1);
        for (uint64_t i = 0; i < value && problem == GOOD; i++)
            problem = check_item(cursor, depth + 1);
        return problem;
    default:
        return GOOD;
    }
}

int reg_cbor_check(struct reg_bytes bytes, struct reg_error_info *info)
{
    struct reg_cursor cursor = reg_cursor_of(bytes);
    enum problem problem;

    problem = check_item(&cursor, 0);
    if (problem == GOOD && cursor.left > 0)
        problem = TRAILING;
    if (problem == GOOD)
        return 0;
    return reg_fail(info, REG_ERR_INVALID, problem_texts[problem].zh, problem_texts[problem].en, bytes.len - cursor.left);
}

enum reg_cbor_type reg_cbor_peek(const struct reg_cursor *cursor)
{
    return cursor->left == 0 ? REG_CBOR_END : (enum reg_cbor_type)(cursor->at[0] >> 5);
}

/* The argument of the next value if it is of that type. */
static bool get_head(struct reg_cursor *cursor, enum reg_cbor_type type, uint64_t *ret)
{
    struct reg_cursor at = *cursor;
    enum reg_cbor_type found;
    uint64_t value;

    if (take_head(&at, &found, &value) != GOOD || found != type)
        return false;
    *cursor = at;
    *ret = value;
    return true;
}

bool reg_cbor_get_uint(struct reg_cursor *cursor, uint64_t *ret)
{
    return get_head(cursor, REG_CBOR_UINT, ret);
}

bool reg_cbor_get_int(struct reg_cursor *cursor, int64_t *ret)
{
    struct reg_cursor at = *cursor;
    enum reg_cbor_type type;
    uint64_t value;

    if (take_head(&at, &type, &value) != GOOD || type > REG_CBOR_NEGATIVE || value > INT64_MAX)
        return false;
    *cursor = at;
    *ret = type == REG_CBOR_UINT ? (int64_t)value : -1 - (int64_t)value;
    return true;
}

static bool get_string(struct reg_cursor *cursor, enum reg_cbor_type type, struct reg_bytes *ret)
{
    struct reg_cursor at = *cursor;
    uint64_t len;

    if (!get_head(&at, type, &len) || take_string(&at, type, len, ret) != GOOD)
        return false;
    *cursor = at;
    return true;
}

bool reg_cbor_get_bytes(struct reg_cursor *cursor, struct reg_bytes *ret)
{
    return get_string(cursor, REG_CBOR_BYTES, ret);
}

bool reg_cbor_get_text(struct reg_cursor *cursor, struct reg_bytes *ret)
{
    return get_string(cursor, REG_CBOR_TEXT, ret);
}

bool reg_cbor_get_array(struct reg_cursor *cursor, uint64_t *ret_count)
{
    return get_head(cursor, REG_CBOR_ARRAY, ret_count);
}

bool reg_cbor_get_map(struct reg_cursor *cursor, uint64_t *ret_count)
{
    return get_head(cursor, REG_CBOR_MAP, ret_count);
}

bool reg_cbor_get_bool(struct reg_cursor *cursor, bool *ret)
{
    struct reg_cursor at = *cursor;
    uint64_t value;

    if (!get_head(&at, REG_CBOR_SIMPLE, &value) || value == SIMPLE_NULL)
        return false;
    *cursor = at;
    *ret = value == SIMPLE_TRUE;
    return true;
}

bool reg_cbor_get_null(struct reg_cursor *cursor)
{
    struct reg_cursor at = *cursor;
    uint64_t value;

    if (!get_head(&at, REG_CBOR_SIMPLE, &value) || value != SIMPLE_NULL)
        return false;
    *cursor = at;
    return true;
}
