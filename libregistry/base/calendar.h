/* The working-day calendar (工作日): statutory holidays and make-up working days, data/calendar.csv, compiled in. */
#ifndef REG_BASE_CALENDAR_H
#define REG_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

bool reg_calendar_is_workday(int32_t day);
/* The `count`-th working day after `day`: the first day is excluded. */
int32_t reg_calendar_add_workdays(int32_t day, unsigned count);
/* The last day of a calendar limit that ends on a holiday moves to the next working day (民法典 §203). */
int32_t reg_calendar_move_off_holiday(int32_t day);
/* True for days after the last that the calendar knows: what is computed there is provisional. */
bool reg_calendar_is_provisional(int32_t day);

#endif
