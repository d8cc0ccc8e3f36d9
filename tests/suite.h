/* One CUnit program per module: define `suites` and link tests/suite_main.c. */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <CUnit/CUnit.h>

/* Ends with CU_SUITE_INFO_NULL. */
extern CU_SuiteInfo suites[];

/* Asserts with a message that names the case. */
#define CHECK_CASE(condition, ...) check_case((condition), __FILE__, __LINE__, #condition, __VA_ARGS__)
void check_case(int ok, const char *file, int line, const char *condition, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
