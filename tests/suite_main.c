/* The main function of every CUnit program. CU_basic_run_tests returns 0 even when assertions fail, so the verdict is made
 * here: tests ran, none failed, no suite failed to start. */
#include <stdarg.h>
#include <stdio.h>

#include <CUnit/Basic.h>

#include "suite.h"

void check_case(int ok, const char *file, int line, const char *condition, const char *format, ...)
{
    static char text[1024];
    va_list args;
    int n;

    n = snprintf(text, sizeof text, "%s: ", condition);
    va_start(args, format);
    if (n > 0 && (size_t)n < sizeof text)
        vsnprintf(text + n, sizeof text - (size_t)n, format, args);
    va_end(args);
    CU_assertImplementation(ok ? CU_TRUE : CU_FALSE, (unsigned)line, text, file, "", CU_FALSE);
}

int main(void)
{
    unsigned run, failed, asserts;

    if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS) {
        fprintf(stderr, "cannot set up the suites: %s\n", CU_get_error_msg());
        return 2;
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    if (CU_basic_run_tests() != CUE_SUCCESS)
        return 2;
    run = CU_get_number_of_tests_run();
    failed = CU_get_number_of_failure_records();
    asserts = CU_get_number_of_asserts();
    CU_cleanup_registry();
    if (run == 0 || asserts == 0) {
        fprintf(stderr, "no test was run, or nothing was asserted\n");
        return 2;
    }
    return failed == 0 ? 0 : 1;
}
