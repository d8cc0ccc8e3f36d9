#include "base/date.h"

#include <stdio.h>
#include <string.h>

#define FIRST_DAY (-719162) /* 0001-01-01 */
#define LAST_DAY  2932896   /* 9999-12-31 */
#define DAY_MS    INT64_C(86400000)
#define UTC8_MS   INT64_C(28800000)

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* `count` digits; -1 where one is not. */
static int digits(const char *text, int count)
{
    int value = 0;

    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool reg_day_parse(const char *text, int32_t *ret)
{
    int year, month, day;

    if (strnlen(text, REG_DAY_TEXT) != REG_DAY_TEXT - 1 || text[4] != '-' || text[7] != '-')
        return false;
    year = digits(text, 4);
    month = digits(text + 5, 2);
    day = digits(text + 8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    *ret = reg_day_of_civil(year, month, day);
    return true;
}

void reg_day_format(int32_t day, char text[REG_DAY_TEXT])
{
    char written[40];
    int year, month, mday;

    /* Four digits hold no other years; a day out of range shows as the nearest that can be written. */
    if (day < FIRST_DAY)
        day = FIRST_DAY;
    if (day > LAST_DAY)
        day = LAST_DAY;
    reg_day_to_civil(day, &year, &month, &mday);
    snprintf(written, sizeof written, "%04d-%02d-%02d", year, month, mday);
    memcpy(text, written, REG_DAY_TEXT);
}

/* Eras of 400 years (146,097 days), years from March: leap days fall at the end (H. Hinnant, chrono-compatible dates). */
int32_t reg_day_of_civil(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return (int32_t)(era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468);
}

void reg_day_to_civil(int32_t day, int *year, int *month, int *mday)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;

    *mday = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

int32_t reg_day_of_time(int64_t time_ms)
{
    int64_t day = time_ms / DAY_MS;
    int64_t rest = time_ms % DAY_MS;

    if (rest < 0) {
        day--;
        rest += DAY_MS;
    }
    day += rest + UTC8_MS >= DAY_MS;
    if (day > INT32_MAX)
        return INT32_MAX;
    return day < INT32_MIN ? INT32_MIN : (int32_t)day;
}

int32_t reg_day_add_months(int32_t day, int months)
{
    int year, month, mday, last;
    int64_t index;

    reg_day_to_civil(day, &year, &month, &mday);
    index = (int64_t)year * 12 + (month - 1) + months;
    /* Where four digits end, so does arithmetic. */
    if (index < 12)
        return FIRST_DAY;
    if (index >= 120000)
        return LAST_DAY;
    year = (int)(index / 12);
    month = (int)(index % 12) + 1;
    last = days_in_month(year, month);
    return reg_day_of_civil(year, month, mday < last ? mday : last);
}
