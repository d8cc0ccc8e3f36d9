/* CSV: every cell of what parses is there and is UTF-8; what does not parse says why. */
#include <string.h>

#include "base/csv.h"
#include "base/utf8.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reg_error_info info = {"", ""};
    struct reg_csv csv;

    if (reg_csv_parse("fuzz.csv", (struct reg_bytes){data, size}, &csv, &info) != 0) {
        MUST(info.zh[0] && info.en[0]);
        return 0;
    }
    MUST(csv.columns > 0);
    for (size_t row = 0; row < csv.rows; row++) {
        MUST(csv.lines[row] > (row ? csv.lines[row - 1] : 1));
        for (size_t column = 0; column < csv.columns; column++) {
            const char *cell = reg_csv_cell(&csv, row, column);

            MUST(reg_utf8_valid(cell, strlen(cell)));
        }
    }
    reg_csv_clear(&csv);
    return 0;
}
