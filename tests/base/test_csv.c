#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "suite.h"

#define BYTES(text)                                                                                                         \
    {                                                                                                                       \
        (const uint8_t *)(text), sizeof(text) - 1                                                                           \
    }

/* Cells of the whole file, header included, each followed by |, rows by newline. */
static const struct {
    const char *name;
    struct reg_bytes bytes;
    const char *cells;
    size_t first_line, last_line; /* of the data rows; 0: none */
} good[] = {
    {"plain", BYTES("a,b\n1,2\n3,4\n"), "a|b|\n1|2|\n3|4|\n", 2, 3},
    {"no line end at the end", BYTES("a,b\n1,2"), "a|b|\n1|2|\n", 2, 2},
    {"header alone", BYTES("a,b"), "a|b|\n", 0, 0},
    {"CRLF", BYTES("a,b\r\n1,2\r\n"), "a|b|\n1|2|\n", 2, 2},
    {"byte-order mark",
     BYTES("\xEF\xBB\xBF"
           "a,b\n1,2\n"),
     "a|b|\n1|2|\n", 2, 2},
    {"blank lines", BYTES("\n\r\na,b\n\n1,2\n\n\r\n3,4\n\n"), "a|b|\n1|2|\n3|4|\n", 5, 8},
    {"empty cells", BYTES("a,b,c\n,,\n"), "a|b|c|\n|||\n", 2, 2},
    {"quotes", BYTES("\"a\",b\n\"1,\"\"2\"\"\",\"\"\n"), "a|b|\n1,\"2\"||\n", 2, 2},
    {"line ends in quotes", BYTES("a,b\n\"1\n\r\n2\",x\n3,4\n"), "a|b|\n1\n\r\n2|x|\n3|4|\n", 2, 5},
    {"spaces stay", BYTES("a,b\n 1 , 2\n"), "a|b|\n 1 | 2|\n", 2, 2},
    {"Chinese", BYTES("名称,备注\n宿州，市,甲\n"), "名称|备注|\n宿州，市|甲|\n", 2, 2},
    {"GB 18030", BYTES("\xC3\xFB\xB3\xC6,\xB1\xB8\xD7\xA2\n\xCB\xDE\xD6\xDD,\x95\x34\xB2\x35\n"), "名称|备注|\n宿州|𠮷|\n",
     2, 2},
    {"GB 18030 with a mark", BYTES("\x84\x31\x95\x33\xC3\xFB\xB3\xC6\n\xCB\xDE\n"), "名称|\n宿|\n", 2, 2},
    {"one column", BYTES("a\n\"\"\nx\n"), "a|\n|\nx|\n", 2, 3},
};

static const struct {
    const char *name;
    struct reg_bytes bytes;
    int error;
    const char *en, *zh;
} bad[] = {
    {"nothing", BYTES(""), REG_ERR_INVALID, "t.csv:1: column 1: no header row", "t.csv 第 1 行第 1 列：没有表头"},
    {"blank lines only", BYTES("\n\n"), REG_ERR_INVALID, "t.csv:3: column 1: no header row", NULL},
    {"row too short", BYTES("a,b,c\n1,2,3\n\n1,2\n"), REG_ERR_INVALID,
     "t.csv:4: column 2: the row ends here, the header has 3 columns", "t.csv 第 4 行第 2 列：少于表头的 3 列"},
    {"row too long", BYTES("a,b\n1,2,3\n"), REG_ERR_INVALID, "t.csv:2: column 3: the header has only 2 columns",
     "t.csv 第 2 行第 3 列：多于表头的 2 列"},
    {"row after a long cell", BYTES("a,b\n\"1\n2\n3\",4\n5\n"), REG_ERR_INVALID,
     "t.csv:5: column 1: the row ends here, the header has 2 columns", NULL},
    {"open quote", BYTES("a,b\n1,\"2\n3,4\n"), REG_ERR_INVALID, "t.csv:2: column 2: the quote is never closed",
     "t.csv 第 2 行第 2 列：引号没有收尾"},
    {"text after quote", BYTES("a,b\n\"1\"x,2\n"), REG_ERR_INVALID, "t.csv:2: column 1: text after the closing quote", NULL},
    {"quote within", BYTES("a,b\n1,2\"3\n"), REG_ERR_INVALID, "t.csv:2: column 2: a quote inside an unquoted cell", NULL},
    {"lone carriage return", BYTES("a,b\n1\r2,3\n"), REG_ERR_INVALID,
     "t.csv:2: column 1: a carriage return without line feed", NULL},
    {"empty header", BYTES("a,,c\n"), REG_ERR_INVALID, "t.csv:1: column 2: the header is empty", NULL},
    {"repeated header", BYTES("\na,b,a\n"), REG_ERR_INVALID, "t.csv:2: column 3: the header repeats another", NULL},
    {"NUL", BYTES("a,b\n1,2\0\n"), REG_ERR_INVALID, "t.csv:2: column 2: neither UTF-8 nor GB 18030 text, or it holds a NUL",
     NULL},
    {"neither encoding", BYTES("a,b\n1,2\n3,\xFF\xFF\n"), REG_ERR_INVALID,
     "t.csv:3: column 2: neither UTF-8 nor GB 18030 text, or it holds a NUL", NULL},
    {"GB 18030 cut", BYTES("\xC3\xFB\n\xC3"), REG_ERR_INVALID,
     "t.csv:2: column 1: neither UTF-8 nor GB 18030 text, or it holds a NUL", NULL},
    {"marked as UTF-8 but is not",
     BYTES("\xEF\xBB\xBF"
           "a,b\n1,\xC3\xFB\n"),
     REG_ERR_INVALID, "t.csv:2: column 2: neither UTF-8 nor GB 18030 text, or it holds a NUL", NULL},
};

static void parses(void)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct reg_error_info info = {"", ""};
        struct reg_csv csv;
        char cells[256] = "";
        int error = reg_csv_parse("t.csv", good[i].bytes, &csv, &info);

        CHECK_CASE(error == 0, "%s: %s", good[i].name, info.en);
        if (error)
            continue;
        for (size_t row = 0; row <= csv.rows; row++) {
            for (size_t column = 0; column < csv.columns; column++) {
                const char *cell = csv.cells[row * csv.columns + column];

                strcat(strcat(cells, cell), "|");
                if (row > 0)
                    CHECK_CASE(reg_csv_cell(&csv, row - 1, column) == cell, "%s", good[i].name);
            }
            strcat(cells, "\n");
        }
        CHECK_CASE(strcmp(cells, good[i].cells) == 0, "%s: %s", good[i].name, cells);
        if (csv.rows > 0)
            CHECK_CASE(csv.lines[0] == good[i].first_line && csv.lines[csv.rows - 1] == good[i].last_line, "%s: %zu to %zu",
                       good[i].name, csv.lines[0], csv.lines[csv.rows - 1]);
        reg_csv_clear(&csv);
    }
}

static void refuses(void)
{
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct reg_error_info info = {"", ""};
        struct reg_csv csv = {.columns = 77};
        int error = reg_csv_parse("t.csv", bad[i].bytes, &csv, &info);

        CHECK_CASE(error == bad[i].error, "%s: %d", bad[i].name, error);
        CHECK_CASE(strcmp(info.en, bad[i].en) == 0, "%s: %s", bad[i].name, info.en);
        CHECK_CASE(!bad[i].zh || strcmp(info.zh, bad[i].zh) == 0, "%s: %s", bad[i].name, info.zh);
        CHECK_CASE(csv.columns == 77, "%s: the result was touched", bad[i].name);
        CHECK_CASE(reg_csv_parse("t.csv", bad[i].bytes, &csv, NULL) == error, "%s", bad[i].name);
    }
}

static void limits(void)
{
    static char wide[1024];
    struct reg_error_info info;
    struct reg_csv csv = {0};
    size_t len = 0;

    for (int i = 0; i < 256; i++)
        len += (size_t)sprintf(wide + len, "%s%x", i ? "," : "", i);
    CU_ASSERT_EQUAL(reg_csv_parse("t.csv", (struct reg_bytes){(uint8_t *)wide, len}, &csv, &info), 0);
    CU_ASSERT_EQUAL(csv.columns, 256);
    CU_ASSERT_EQUAL(reg_csv_column(&csv, "ff"), 255);
    CU_ASSERT_EQUAL(reg_csv_column(&csv, "0"), 0);
    CU_ASSERT_EQUAL(reg_csv_column(&csv, "FF"), -1);
    CU_ASSERT_STRING_EQUAL(reg_csv_cell(&csv, 0, 0), "");
    reg_csv_clear(&csv);
    reg_csv_clear(&csv);
    reg_csv_clear(NULL);
    strcpy(wide + len, ",x");
    CU_ASSERT_EQUAL(reg_csv_parse("t.csv", (struct reg_bytes){(uint8_t *)wide, len + 2}, &csv, &info), REG_ERR_LIMIT);
    CU_ASSERT_STRING_EQUAL(info.en, "t.csv:1: more than 256 columns");
    /* The length alone is refused: nothing is read. */
    CU_ASSERT_EQUAL(reg_csv_parse("t.csv", (struct reg_bytes){(uint8_t *)wide, ((size_t)64 << 20) + 1}, &csv, &info),
                    REG_ERR_LIMIT);
}

/* The project's own data says the same in both encodings. */
static void data_in_both_encodings(void)
{
    FILE *file = fopen(REG_SOURCE_DIR "/data/calendar.csv", "rb");
    static char utf8[1 << 17], gb[1 << 17];
    struct reg_csv first = {0}, second = {0};
    struct reg_error_info info = {"", ""};
    size_t len, in_left, out_left = sizeof gb;
    char *in = utf8, *out = gb;
    iconv_t converter = iconv_open("GB18030", "UTF-8");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_TRUE_FATAL(converter != (iconv_t)-1);
    in_left = len = fread(utf8, 1, sizeof utf8, file);
    fclose(file);
    CU_ASSERT_EQUAL_FATAL(iconv(converter, &in, &in_left, &out, &out_left), 0);
    iconv_close(converter);
    CU_ASSERT_EQUAL_FATAL(reg_csv_parse("utf8", (struct reg_bytes){(uint8_t *)utf8, len}, &first, &info), 0);
    CU_ASSERT_EQUAL_FATAL(reg_csv_parse("gb", (struct reg_bytes){(uint8_t *)gb, sizeof gb - out_left}, &second, &info), 0);
    CU_ASSERT_TRUE_FATAL(first.rows == second.rows && first.columns == second.columns && first.rows > 700);
    for (size_t row = 0; row < first.rows; row++)
        for (size_t column = 0; column < first.columns; column++)
            if (strcmp(reg_csv_cell(&first, row, column), reg_csv_cell(&second, row, column)) != 0)
                CHECK_CASE(0, "row %zu column %zu", row, column);
    reg_csv_clear(&first);
    reg_csv_clear(&second);
}

static CU_TestInfo tests[] = {
    {"parses", parses}, {"refuses", refuses}, {"limits", limits}, {"data in both encodings", data_in_both_encodings},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {{"csv", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
