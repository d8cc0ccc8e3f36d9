#include "licence/credential_text.h"

#include <string.h>

#include <registry/credential.h>

#include "base/error.h"

#define GROUP_BYTES  7
#define GROUP_DIGITS 17

/* Digits that stand for so many bytes: the least that hold 256^n - 1. */
static const uint8_t group_digits[GROUP_BYTES + 1] = {0, 3, 5, 8, 10, 13, 15, GROUP_DIGITS};

void reg_digits_encode(struct reg_bytes bytes, struct reg_buf *buf)
{
    for (size_t at = 0; at < bytes.len; at += GROUP_BYTES) {
        size_t count = bytes.len - at < GROUP_BYTES ? bytes.len - at : GROUP_BYTES;
        uint8_t *digits = reg_buf_extend(buf, group_digits[count]);
        uint64_t value = 0;

        if (digits == NULL)
            return;
        for (size_t i = count; i-- > 0;)
            value = value << 8 | bytes.data[at + i];
        for (size_t i = group_digits[count]; i-- > 0; value /= 10)
            digits[i] = (uint8_t)('0' + value % 10);
    }
}

/* The number of bytes that a group of so many digits stands for; 0: none. */
static size_t group_bytes(size_t digits)
{
    for (size_t count = 1; count <= GROUP_BYTES; count++)
        if (group_digits[count] == digits)
            return count;
    return 0;
}

int reg_digits_decode(struct reg_bytes digits, struct reg_buf *buf, struct reg_error_info *info)
{
    for (size_t at = 0; at < digits.len; at += GROUP_DIGITS) {
        size_t len = digits.len - at < GROUP_DIGITS ? digits.len - at : GROUP_DIGITS;
        size_t count = group_bytes(len);
        uint64_t value = 0;
        uint8_t bytes[GROUP_BYTES];

        if (count == 0)
            return reg_fail(info, REG_ERR_INVALID, "凭证共 %zu 位数字，长度不对", "no credential has %zu digits",
                            digits.len);
        for (size_t i = 0; i < len; i++) {
            if (digits.data[at + i] < '0' || digits.data[at + i] > '9')
                return reg_fail(info, REG_ERR_INVALID, "凭证第 %zu 个字符不是数字",
                                "character %zu of the credential is not a digit", at + i + 1);
            value = value * 10 + (uint64_t)(digits.data[at + i] - '0');
        }
        if (value >> 8 * count != 0)
            return reg_fail(info, REG_ERR_INVALID, "凭证第 %zu 位起的一组数字超出范围",
                            "the group of digits from digit %zu is out of range", at + 1);
        for (size_t i = 0; i < count; i++)
            bytes[i] = (uint8_t)(value >> 8 * i);
        reg_buf_put(buf, bytes, count);
    }
    return buf->error;
}

bool reg_digits_find(struct reg_bytes text, struct reg_bytes *ret_digits)
{
    static const size_t path_len = sizeof REG_CREDENTIAL_PATH - 1;
    size_t start = text.len;

    while (start > 0 && text.data[start - 1] >= '0' && text.data[start - 1] <= '9')
        start--;
    if (start == text.len || start < path_len || memcmp(text.data + start - path_len, REG_CREDENTIAL_PATH, path_len) != 0)
        return false;
    *ret_digits = (struct reg_bytes){text.data + start, text.len - start};
    return true;
}
