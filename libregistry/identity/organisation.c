/* Organisation code (GB 11714-1997): 8 characters of 0-9A-Z and a check character, weights 3 7 9 10 5 8 4 2 mod 11. */
#include <registry/code.h>

#include <string.h>

static const unsigned char weights[8] = {3, 7, 9, 10, 5, 8, 4, 2};

static int value_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
}

/* GB 11714: 10 is X, 11 is 0. */
static bool check_fits(unsigned sum, char check)
{
    int value = check == 'X' ? 10 : check >= '0' && check <= '9' ? check - '0' : -1;

    return value >= 0 && (sum + (unsigned)value) % 11 == 0;
}

/* The weighted sum of 8 characters; -1: a character outside the alphabet. */
static int weighted_sum(const char *body)
{
    int sum = 0;

    for (int i = 0; i < 8; i++) {
        int value = value_of(body[i]);

        if (value < 0)
            return -1;
        sum += value * weights[i];
    }
    return sum;
}

static enum reg_code_reason judge(const char *code, size_t len)
{
    bool dash = len == REG_SUBJECT_LEN + 1 && code[8] == '-';
    int sum;

    if (len != REG_SUBJECT_LEN && !dash)
        return REG_CODE_LENGTH;
    sum = weighted_sum(code);
    if (sum < 0 || value_of(code[len - 1]) < 0)
        return REG_CODE_CHARACTER;
    return check_fits((unsigned)sum, code[len - 1]) ? REG_CODE_GOOD : REG_CODE_CHECK;
}

enum reg_verdict reg_organisation_code_check(const char *code, size_t len, enum reg_code_reason *ret_reason)
{
    enum reg_code_reason reason = judge(code, len);

    if (ret_reason)
        *ret_reason = reason;
    return reason == REG_CODE_GOOD ? REG_VERDICT_VALID : REG_VERDICT_INVALID;
}

int reg_organisation_code_make(const char body[8], char ret_code[REG_SUBJECT_LEN + 1])
{
    int sum = weighted_sum(body), check;

    if (sum < 0)
        return REG_ERR_INVALID;
    check = (11 - sum % 11) % 11;
    memcpy(ret_code, body, 8);
    ret_code[8] = check == 10 ? 'X' : (char)('0' + check);
    ret_code[9] = '\0';
    return 0;
}
