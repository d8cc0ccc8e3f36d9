/* Days and times. A day is the number of days since 1970-01-01 (proleptic Gregorian); the day of a time is UTC+8's. */
#ifndef REG_BASE_DATE_H
#define REG_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include <registry/export.h>

#define REG_DAY_TEXT 11 /* "YYYY-MM-DD" and NUL */

/* "YYYY-MM-DD" of a date that exists, years 0001 to 9999; false leaves `*ret` alone. `text` is NUL-terminated. */
REG_MUST_CHECK bool reg_day_parse(const char *text, int32_t *ret);
void reg_day_format(int32_t day, char text[REG_DAY_TEXT]);
int32_t reg_day_of_civil(int year, int month, int day);
void reg_day_to_civil(int32_t day, int *year, int *month, int *mday);
/* The UTC+8 day of a time in milliseconds since 1970 UTC. */
int32_t reg_day_of_time(int64_t time_ms);
/* The same day `months` later (earlier: negative), or the last day of that month where it has no such day (民法典 §202). */
int32_t reg_day_add_months(int32_t day, int months);

#endif
