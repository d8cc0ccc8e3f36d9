/* CBOR: what the check accepts, the readers read, and writing what they read gives the same bytes. */
#include <string.h>

#include "base/cbor.h"
#include "fuzz.h"

static void copy_item(struct reg_cursor *at, struct reg_buf *buf)
{
    struct reg_bytes bytes;
    uint64_t value;
    bool flag;

    switch (reg_cbor_peek(at)) {
    case REG_CBOR_UINT:
        MUST(reg_cbor_get_uint(at, &value));
        reg_cbor_put_uint(buf, value);
        break;
    case REG_CBOR_BYTES:
        MUST(reg_cbor_get_bytes(at, &bytes));
        reg_cbor_put_bytes(buf, bytes);
        break;
    case REG_CBOR_TEXT:
        MUST(reg_cbor_get_text(at, &bytes));
        reg_cbor_put_text(buf, bytes);
        break;
    case REG_CBOR_ARRAY:
        MUST(reg_cbor_get_array(at, &value));
        reg_cbor_put_array(buf, value);
        while (value-- > 0)
            copy_item(at, buf);
        break;
    case REG_CBOR_MAP:
        MUST(reg_cbor_get_map(at, &value));
        reg_cbor_put_map(buf, value);
        for (; value > 0; value--) {
            copy_item(at, buf);
            copy_item(at, buf);
        }
        break;
    case REG_CBOR_NEGATIVE: {
        int64_t number;

        if (reg_cbor_get_int(at, &number)) {
            reg_cbor_put_int(buf, number);
        } else {
            /* Below -2^63: nothing reads it, the check lets it pass. */
            MUST(at->left >= 9 && at->at[0] == 0x3b);
            reg_buf_put(buf, at->at, 9);
            MUST(reg_cursor_bytes(at, 9, &bytes));
        }
        break;
    }
    default:
        if (reg_cbor_get_bool(at, &flag)) {
            reg_cbor_put_bool(buf, flag);
        } else {
            MUST(reg_cbor_get_null(at));
            reg_cbor_put_null(buf);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reg_cursor at = reg_cursor_of((struct reg_bytes){data, size});
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_error_info info = {"", ""};

    if (reg_cbor_check((struct reg_bytes){data, size}, &info) == 0) {
        copy_item(&at, &buf);
        MUST(buf.error == 0 && at.left == 0 && buf.len == size && memcmp(buf.data, data, size) == 0);
    } else {
        MUST(info.zh[0] && info.en[0]);
    }
    reg_buf_clear(&buf);
    return 0;
}
