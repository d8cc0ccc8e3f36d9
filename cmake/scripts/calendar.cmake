# The working-day calendar as a sorted C table: cmake -DFILE=data/calendar.csv -DRESULT=… -P calendar.cmake
# Each row of the CSV is date,kind,name; kind is holiday or workday (调休上班).
file(STRINGS ${FILE} lines ENCODING UTF-8)
set(number 0)
set(rows)
foreach(line IN LISTS lines)
  math(EXPR number "${number} + 1")
  if(number EQUAL 1)
    if(NOT line MATCHES "^date,kind,")
      message(FATAL_ERROR "${FILE}:1: the header is not date,kind,…")
    endif()
    continue()
  endif()
  if(NOT line MATCHES "^([0-9][0-9][0-9][0-9])-([0-9][0-9])-([0-9][0-9]),(holiday|workday),")
    message(FATAL_ERROR "${FILE}:${number}: not a date and holiday or workday: ${line}")
  endif()
  list(APPEND rows "${CMAKE_MATCH_1}-${CMAKE_MATCH_2}-${CMAKE_MATCH_3} ${CMAKE_MATCH_4}")
endforeach()
list(SORT rows)

set(table "")
set(before "")
foreach(row IN LISTS rows)
  string(REGEX MATCH "^([0-9]+)-0?([0-9]+)-0?([0-9]+) (.*)$" _ ${row})
  set(year ${CMAKE_MATCH_1})
  set(month ${CMAKE_MATCH_2})
  set(day ${CMAKE_MATCH_3})
  set(work ${CMAKE_MATCH_4})
  if("${year}-${month}-${day}" STREQUAL before)
    message(FATAL_ERROR "${FILE}: ${before} stands there twice")
  endif()
  set(before "${year}-${month}-${day}")
  # Days since 1970-01-01, with years that begin in March (libregistry/base/date.c has the same in C).
  set(march_year ${year})
  if(month LESS_EQUAL 2)
    math(EXPR march_year "${year} - 1")
  endif()
  math(EXPR number "${march_year} * 365 + ${march_year} / 4 - ${march_year} / 100 + ${march_year} / 400
       + (153 * ((${month} + 9) % 12) + 2) / 5 + ${day} - 1 - 719468")
  string(COMPARE EQUAL ${work} workday is_work)
  string(APPEND table "    {${number}, ${is_work}}, /* ${row} */\n")
endforeach()
# A year's schedule is published whole (国务院办公厅 notice), so the last year is known to its end.
math(EXPR last "${year} * 365 + ${year} / 4 - ${year} / 100 + ${year} / 400 + (153 * 9 + 2) / 5 + 31 - 1 - 719468")
file(WRITE ${RESULT}
"/* Made from data/calendar.csv. */
static const struct calendar_exception exceptions[] = {
${table}};
static const int32_t last_known_day = ${last}; /* ${year}-12-31 */
")
