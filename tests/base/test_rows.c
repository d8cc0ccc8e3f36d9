/* Rows of a file, piece by piece: what is good, what is refused and on which line, and that the next row is read after all.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/rows.h"
#include "suite.h"

static const char *const columns[][2] = {{"code", "代码"}, {"name", "名称"}, {"note", "备注"}};

/* A source that gives `piece` bytes at a time. */
struct source {
    struct reg_bytes bytes;
    size_t piece;
};

static int give(void *context, uint8_t *bytes, size_t size, size_t *ret_len)
{
    struct source *source = context;
    size_t len = source->bytes.len < source->piece ? source->bytes.len : source->piece;

    len = len < size ? len : size;
    if (len > 0)
        memcpy(bytes, source->bytes.data, len);
    source->bytes.data += len;
    source->bytes.len -= len;
    *ret_len = len;
    return 0;
}

/* "line:code|name|note;" of each row, "line!english;" of one that was refused; "error english" where it does not open. */
static void read_all(struct reg_bytes bytes, size_t piece, bool json, enum reg_rows_encoding encoding, struct reg_buf *out)
{
    struct reg_rows_format format = {"t", columns, 3, json, encoding};
    struct source source = {bytes, piece};
    struct reg_error_info info = {0};
    struct reg_rows *rows = NULL;
    struct reg_row row;
    bool end = false;
    int error = reg_rows_open(&format, give, &source, &rows, &info);

    if (error != 0)
        reg_buf_printf(out, "error %s", info.en);
    while (error == 0 && (error = reg_rows_next(rows, &row, &end, &info)) == 0 && !end) {
        if (row.error != 0)
            reg_buf_printf(out, "%llu!%s;", (unsigned long long)row.line, row.info.en);
        else
            reg_buf_printf(out, "%llu:%s|%s|%s;", (unsigned long long)row.line, row.cells[0], row.cells[1], row.cells[2]);
    }
    if (rows)
        CU_ASSERT_EQUAL(reg_rows_taken(rows), bytes.len);
    reg_rows_close(rows);
    reg_buf_put_u8(out, 0);
}

static void expect(const char *name, struct reg_bytes bytes, bool json, enum reg_rows_encoding encoding,
                   const char *expected)
{
    for (size_t piece = 1; piece < 100; piece = piece * 2 + 1) {
        struct reg_buf out = REG_BUF_INIT;

        read_all(bytes, piece, json, encoding, &out);
        CHECK_CASE(strcmp((char *)out.data, expected) == 0, "%s, by %zu: %s", name, piece, (char *)out.data);
        reg_buf_clear(&out);
    }
}

static const struct {
    const char *name, *text;
    size_t len; /* 0: to its NUL */
    enum reg_rows_encoding encoding;
    const char *expected;
} csv[] = {
    {"plain", "code,name\n1,2\n3,4\n", 0, 0, "2:1|2|;3:3|4|;"},
    {"no line end", "code,name\n1,2", 0, 0, "2:1|2|;"},
    {"CRLF, blank lines", "\r\ncode,name\r\n\r\n1,2\r\n\n3,4\r\n", 0, 0, "4:1|2|;6:3|4|;"},
    {"header alone", "code", 0, 0, ""},
    {"columns in any order", "name,code\n1,2\n", 0, 0, "2:2|1|;"},
    {"Chinese header", "名称,代码\n甲,2\n", 0, 0, "2:2|甲|;"},
    {"a mark",
     "\xEF\xBB\xBF"
     "code,name\n1,2\n",
     0, 0, "2:1|2|;"},
    {"GB 18030", "\xC3\xFB\xB3\xC6\n\xCB\xDE\xD6\xDD\x95\x34\xB2\x35\n", 0, 0, "2:|宿州𠮷|;"},
    {"GB 18030 with a mark", "\x84\x31\x95\x33\xC3\xFB\xB3\xC6\n\xCB\xDE\n", 0, 0, "2:|宿|;"},
    {"GB 18030 as told", "name\n\xCB\xDE\n", 0, REG_ROWS_GB18030, "2:|宿|;"},
    {"GB 18030 told as UTF-8", "name\n\xCB\xDE\nx\n", 0, REG_ROWS_UTF8,
     "2!it has bytes that are no text: the encoding is wrong;3:|x|;"},
    {"half a GB 18030 character", "name\n\xCB\xDE\n\x81", 0, REG_ROWS_GB18030,
     "2:|宿|;3!it has bytes that are no text: the encoding is wrong;"},
    {"bad UTF-8", "name\n甲\n\xC0\x80\n乙\n", 0, REG_ROWS_UTF8,
     "2:|甲|;3!it has bytes that are no text: the encoding is wrong;4:|乙|;"},
    {"quotes", "code,name\n\"1,\"\"2\"\"\",\"\"\n\"a\nb\",\"c\"\r\n4,5\n", 0, 0, "2:1,\"2\"||;3:a\nb|c|;5:4|5|;"},
    {"an open quote costs a line", "code,name\n1,\"2\n3,4\n5,6\n", 0, 0, "2!a quote is never closed;3:3|4|;4:5|6|;"},
    {"text after a quote", "code,name\n\"1\"x,2\n3,4\n", 0, 0, "2!text after the closing quote;3:3|4|;"},
    {"a quote within", "code,name\n1,2\"3\n3,4\n", 0, 0, "2!a quote or carriage return inside an unquoted cell;3:3|4|;"},
    {"a carriage return within", "code,name\n1\r2,3\n3,4\n", 0, 0,
     "2!a quote or carriage return inside an unquoted cell;3:3|4|;"},
    {"too few", "code,name\n1\n3,4\n", 0, 0, "2!it has 1 columns, the header 2;3:3|4|;"},
    {"too many", "code,name\n1,2,3\n3,4\n", 0, 0, "2!it has 3 columns, the header 2;3:3|4|;"},
    {"a NUL",
     "code,name\n1,\0"
     "2\n3,4\n",
     19, 0, "2!it holds a NUL;3:3|4|;"},
    {"nothing", "", 0, 0, "error t: header: there is no header row"},
    {"blank lines", "\n\n", 0, 0, "error t: header: there is no header row"},
    {"an unknown column", "code,colour\n1,2\n", 0, 0,
     "error t: column 2 of the header, \"colour\", is unknown or there twice"},
    {"a column twice", "code,name,代码\n", 0, 0, "error t: column 3 of the header, \"代码\", is unknown or there twice"},
    {"an open quote in the header", "code,\"name\n1,2\n", 0, 0, "error t: header: a quote is never closed"},
};

static void test_csv(void)
{
    for (size_t i = 0; i < sizeof csv / sizeof *csv; i++)
        expect(csv[i].name, (struct reg_bytes){(const uint8_t *)csv[i].text, csv[i].len ? csv[i].len : strlen(csv[i].text)},
               false, csv[i].encoding, csv[i].expected);
}

static const struct {
    const char *name, *text, *expected;
} json[] = {
    {"objects", "{\"code\":\"1\",\"name\":\"甲\"}\n\n{\"note\":2,\"code\":null}", "1:1|甲|;3:||2;"},
    {"Chinese members", "{\"代码\":\"1\"}\n", "1:1||;"},
    {"no object", "[1]\n{\"code\":\"2\"}\n", "1!it is no JSON object;2:2||;"},
    {"cut", "{\"code\":\n{\"code\":\"2\"}\n", "1!it is no JSON object;2:2||;"},
    {"a member twice", "{\"code\":\"1\",\"code\":\"2\"}\n", "1!it is no JSON object;"},
    {"an unknown member", "{\"colour\":\"1\"}\n", "1!member \"colour\" is unknown, or no text and no integer;"},
    {"a list", "{\"code\":[]}\n", "1!member \"code\" is unknown, or no text and no integer;"},
    {"a NUL in a text", "{\"code\":\"\\u0000\"}\n", "1!it is no JSON object;"},
};

static void test_json(void)
{
    for (size_t i = 0; i < sizeof json / sizeof *json; i++)
        expect(json[i].name, (struct reg_bytes){(const uint8_t *)json[i].text, strlen(json[i].text)}, true, 0,
               json[i].expected);
}

/* A cell of a million characters is refused, in and out of quotes, wherever its line ends; the row behind it is read. */
static void test_long(void)
{
    static const struct {
        const char *before, *after, *expected;
    } cases[] = {{"code,name\n1,", "\n3,4\n", "2!the row is over 256 KiB;3:3|4|;"},
                 {"code,name\n1,\"", "\"\n3,4\n", "2!a quote is never closed;3:3|4|;"},
                 {"code,name\n1,", "", "2!the row is over 256 KiB;"}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t length = 300000; length <= 1000000; length += 700000) {
            struct reg_buf text = REG_BUF_INIT, out = REG_BUF_INIT;

            reg_buf_puts(&text, cases[i].before);
            for (size_t k = 0; k < length; k++)
                reg_buf_put_u8(&text, 'x');
            reg_buf_puts(&text, cases[i].after);
            read_all(reg_buf_bytes(&text), 4096, false, 0, &out);
            CHECK_CASE(strcmp((char *)out.data, cases[i].expected) == 0, "case %zu, %zu: %.100s", i, length,
                       (char *)out.data);
            reg_buf_clear(&text);
            reg_buf_clear(&out);
        }
}

/* What shows the encoding may come late, and rows are read for ever in the memory of one. */
static void test_late(void)
{
    struct reg_buf text = REG_BUF_INIT, out = REG_BUF_INIT;
    size_t rows = 0;

    reg_buf_puts(&text, "code,name\n");
    for (size_t i = 0; i < 200000; i++)
        reg_buf_puts(&text, "1,2\n");
    reg_buf_puts(&text, "3,\xCB\xDE\n");
    read_all(reg_buf_bytes(&text), 65536, false, 0, &out);
    for (const char *at = (char *)out.data; (at = strchr(at, ';')); at++)
        rows++;
    CU_ASSERT_EQUAL(rows, 200001);
    CU_ASSERT_PTR_NOT_NULL(strstr((char *)out.data, "200002:3|宿|;"));
    reg_buf_clear(&text);
    reg_buf_clear(&out);
}

static CU_TestInfo tests[] = {{"csv", test_csv},
                              {"json lines", test_json},
                              {"long rows", test_long},
                              {"an encoding that shows late", test_late},
                              CU_TEST_INFO_NULL};

CU_SuiteInfo suites[] = {{"rows", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
