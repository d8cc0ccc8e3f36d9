#include "base/calendar.h"

#include <stddef.h>

/* A day that is not what its weekday says. */
struct calendar_exception {
    int32_t day;
    bool work;
};

#include "calendar_table.h"

static bool is_weekend(int32_t day)
{
    /* 1970-01-01 was a Thursday: counted from Monday, day 3. */
    int weekday = (int)(((int64_t)day + 3) % 7);

    return (weekday < 0 ? weekday + 7 : weekday) >= 5;
}

static const struct calendar_exception *find_exception(int32_t day)
{
    size_t low = 0, high = sizeof exceptions / sizeof exceptions[0];

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (exceptions[middle].day == day)
            return &exceptions[middle];
        if (exceptions[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool reg_calendar_is_workday(int32_t day)
{
    const struct calendar_exception *exception = find_exception(day);

    return exception ? exception->work : !is_weekend(day);
}

int32_t reg_calendar_add_workdays(int32_t day, unsigned count)
{
    while (count > 0 && day < INT32_MAX) {
        day++;
        count -= reg_calendar_is_workday(day);
    }
    return day;
}

int32_t reg_calendar_move_off_holiday(int32_t day)
{
    while (!reg_calendar_is_workday(day) && day < INT32_MAX)
        day++;
    return day;
}

bool reg_calendar_is_provisional(int32_t day)
{
    return day > last_known_day;
}
