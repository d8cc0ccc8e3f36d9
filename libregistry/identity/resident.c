/* Resident ID (GB 11643-1999): 6 of the division, 8 of the birth date, 3 of a sequence, a check (ISO 7064 MOD 11-2). */
#include <registry/code.h>

#include <string.h>

#include "base/date.h"

#define LEN 18

/* The check character of 17 digits; 0: not all digits. */
static char check_character(const char *body)
{
    static const unsigned char weights[LEN - 1] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;

    for (int i = 0; i < LEN - 1; i++) {
        if (body[i] < '0' || body[i] > '9')
            return 0;
        sum += (body[i] - '0') * weights[i];
    }
    return "10X98765432"[sum % 11];
}

static bool birth_date_exists(const char *id, int32_t today)
{
    char text[REG_DAY_TEXT];
    int32_t day;

    memcpy(text, id + 6, 4);
    text[4] = '-';
    memcpy(text + 5, id + 10, 2);
    text[7] = '-';
    memcpy(text + 8, id + 12, 2);
    text[10] = '\0';
    return memcmp(text, "18", 2) >= 0 && reg_day_parse(text, &day) && day <= today;
}

static enum reg_code_reason judge(const char *id, size_t len, int32_t today)
{
    char check;

    if (len == 15)
        return REG_CODE_OLD; /* first-generation cards are invalid since 2013-01-01 (居民身份证法) */
    if (len != LEN)
        return REG_CODE_LENGTH;
    check = check_character(id);
    if (!check || (id[LEN - 1] != 'X' && (id[LEN - 1] < '0' || id[LEN - 1] > '9')))
        return REG_CODE_CHARACTER;
    if (id[LEN - 1] != check)
        return REG_CODE_CHECK;
    return birth_date_exists(id, today) ? REG_CODE_GOOD : REG_CODE_DATE;
}

enum reg_verdict reg_resident_id_check(const char *id, size_t len, int32_t today, enum reg_code_reason *ret_reason)
{
    enum reg_code_reason reason = judge(id, len, today);

    if (ret_reason)
        *ret_reason = reason;
    return reason == REG_CODE_GOOD ? REG_VERDICT_VALID : REG_VERDICT_INVALID;
}

int reg_resident_id_make(const char body[17], char ret_id[19])
{
    char check = check_character(body);

    if (!check)
        return REG_ERR_INVALID;
    memcpy(ret_id, body, LEN - 1);
    ret_id[LEN - 1] = check;
    ret_id[LEN] = '\0';
    return 0;
}
