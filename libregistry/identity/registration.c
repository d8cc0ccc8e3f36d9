/* Registration number of 15 digits (GS 15-2006): 6 of the registrar, 8 of a sequence, a check digit (ISO 7064 MOD 11,10). */
#include <registry/code.h>

#include <string.h>

#define DIGITS 15

/* The check digit of 14 digits; -1: not all digits. */
static int check_digit(const char *body)
{
    int p = 10;

    for (int i = 0; i < DIGITS - 1; i++) {
        if (body[i] < '0' || body[i] > '9')
            return -1;
        p = (p + (body[i] - '0')) % 10;
        p = (p == 0 ? 10 : p) * 2 % 11;
    }
    return (11 - p) % 10;
}

static enum reg_code_reason judge(const char *number, size_t len)
{
    int check;

    if (len != DIGITS)
        return REG_CODE_LENGTH;
    check = check_digit(number);
    if (check < 0 || number[DIGITS - 1] < '0' || number[DIGITS - 1] > '9')
        return REG_CODE_CHARACTER;
    return number[DIGITS - 1] - '0' == check ? REG_CODE_GOOD : REG_CODE_CHECK;
}

enum reg_verdict reg_registration_number_check(const char *number, size_t len, enum reg_code_reason *ret_reason)
{
    enum reg_code_reason reason = judge(number, len);

    if (ret_reason)
        *ret_reason = reason;
    return reason == REG_CODE_GOOD ? REG_VERDICT_VALID : REG_VERDICT_INVALID;
}

int reg_registration_number_make(const char body[14], char ret_number[16])
{
    int check = check_digit(body);

    if (check < 0)
        return REG_ERR_INVALID;
    memcpy(ret_number, body, DIGITS - 1);
    ret_number[DIGITS - 1] = (char)('0' + check);
    ret_number[DIGITS] = '\0';
    return 0;
}
