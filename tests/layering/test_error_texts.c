/* Every error number has a text of its own in both languages: the enum is read from the public header. */
#include <registry/error.h>

#include <stdio.h>
#include <string.h>

#include "suite.h"

static int read_numbers(int numbers[64])
{
    FILE *file = fopen(REG_SOURCE_DIR "/include/registry/error.h", "r");
    char line[256], name[64];
    int count = 0, number;

    if (!file)
        return 0;
    while (fgets(line, sizeof line, file) && count < 64)
        if (sscanf(line, " REG_%63[A-Z_] = %d", name, &number) == 2)
            numbers[count++] = number;
    fclose(file);
    return count;
}

static void each_error_has_texts(void)
{
    const char *unknown = reg_error_text(1), *unknown_zh = reg_error_text_zh(1);
    int numbers[64], count = read_numbers(numbers);

    CHECK_CASE(count >= 23, "%d numbers", count);
    for (int i = 0; i < count; i++) {
        const char *en = reg_error_text(numbers[i]), *zh = reg_error_text_zh(numbers[i]);

        CHECK_CASE(en && *en && strcmp(en, unknown) != 0, "%d", numbers[i]);
        CHECK_CASE(zh && *zh && strcmp(zh, unknown_zh) != 0 && ((unsigned char)zh[0] & 0x80), "%d", numbers[i]);
        for (int j = 0; j < i; j++)
            CHECK_CASE(strcmp(en, reg_error_text(numbers[j])) != 0 && strcmp(zh, reg_error_text_zh(numbers[j])) != 0,
                       "%d, %d", numbers[i], numbers[j]);
    }
    CHECK_CASE(strcmp(reg_error_text(-count), unknown) == 0, "%d is beyond the last", -count);
}

static CU_TestInfo tests[] = {{"each error has a text in both languages", each_error_has_texts}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"error texts", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
