#include "base/csv.h"

#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

#define MAX_BYTES   ((size_t)64 << 20)
#define MAX_COLUMNS ((size_t)256)

/* Cells are unquoted in place: what is written never overtakes what is read. */
struct parser {
    struct reg_csv csv;
    struct reg_error_info *info;
    char *at, *end;
    size_t line;   /* of the row being read, from 1 */
    size_t column; /* of the cell being read, from 1 */
    size_t cells, cell_room, line_room;
    bool header_done;
};

static int out_of_memory(struct reg_error_info *info)
{
    return reg_fail(info, REG_ERR_NOMEM, "内存不足", "out of memory");
}

/* Says where the bytes stop being text: line, and cell of that line as commas count it. */
static int not_text(const char *file, struct reg_bytes bytes, size_t position, struct reg_error_info *info)
{
    size_t line = 1, column = 1;

    for (size_t i = 0; i < position && i < bytes.len; i++) {
        if (bytes.data[i] == '\n') {
            line++;
            column = 1;
        } else if (bytes.data[i] == ',') {
            column++;
        }
    }
    return reg_fail(info, REG_ERR_INVALID, "%s 第 %zu 行第 %zu 列：不是 UTF-8 或 GB 18030 文字，或含有空字符",
                    "%s:%zu: column %zu: neither UTF-8 nor GB 18030 text, or it holds a NUL", file, line, column);
}

/* Where the first character begins that is not UTF-8. */
static size_t valid_prefix(struct reg_bytes bytes)
{
    size_t at = 0, len = 1;

    while (at + len <= bytes.len && len <= 4) {
        if (reg_utf8_valid(bytes.data + at, len)) {
            at += len;
            len = 1;
        } else {
            len++;
        }
    }
    return at;
}

/* GB 18030 needs at most 1.5 bytes of UTF-8 for a byte (two bytes become three). */
static int from_gb18030(const char *file, struct reg_bytes bytes, char **ret_text, size_t *ret_len,
                        struct reg_error_info *info)
{
    size_t in_left = bytes.len, out_size = bytes.len + bytes.len / 2 + 4, out_left = out_size;
    char *in = (char *)bytes.data, *text = NULL, *out;
    iconv_t converter;
    int error = 0;

    converter = iconv_open("UTF-8", "GB18030");
    if (converter == (iconv_t)-1)
        return reg_fail(info, REG_ERR_UNSUPPORTED, "%s 不是 UTF-8，而本机不能转换 GB 18030",
                        "%s is not UTF-8, and this system cannot convert GB 18030", file);
    text = malloc(out_size + 1);
    if (!text) {
        error = out_of_memory(info);
        goto out;
    }
    out = text;
    if (memchr(bytes.data, 0, bytes.len)) {
        error = not_text(file, bytes, (size_t)((const uint8_t *)memchr(bytes.data, 0, bytes.len) - bytes.data), info);
        goto out;
    }
    if (iconv(converter, &in, &in_left, &out, &out_left) == (size_t)-1) {
        error = not_text(file, bytes, bytes.len - in_left, info);
        goto out;
    }
    *ret_len = out_size - out_left;
    *ret_text = text;
    text = NULL;
out:
    iconv_close(converter);
    free(text);
    return error;
}

/* The file as NUL-terminated UTF-8 without byte-order mark. A file that is marked as UTF-8 is not tried as anything else. */
static int to_text(const char *file, struct reg_bytes bytes, char **ret_text, size_t *ret_len, struct reg_error_info *info)
{
    bool marked = bytes.len >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0;
    char *text = NULL;
    int error;

    if (!reg_utf8_valid(bytes.data, bytes.len)) {
        if (marked)
            return not_text(file, bytes, valid_prefix(bytes), info);
        /* The mark as GB 18030 writes it. */
        if (bytes.len >= 4 && memcmp(bytes.data, "\x84\x31\x95\x33", 4) == 0)
            bytes = (struct reg_bytes){bytes.data + 4, bytes.len - 4};
        error = from_gb18030(file, bytes, &text, ret_len, info);
        if (error)
            return error;
    } else {
        size_t skip = marked ? 3 : 0;

        *ret_len = bytes.len - skip;
        text = malloc(*ret_len + 1);
        if (!text)
            return out_of_memory(info);
        if (*ret_len > 0)
            memcpy(text, bytes.data + skip, *ret_len);
    }
    text[*ret_len] = '\0';
    *ret_text = text;
    return 0;
}

/* Room for one more element; `*items` and `*room` are unchanged where there is none. */
static bool make_room(void **items, size_t count, size_t *room, size_t size)
{
    size_t grown = *room ? *room * 2 : 256;
    void *moved;

    if (count < *room)
        return true;
    if (grown > SIZE_MAX / size)
        return false;
    moved = realloc(*items, grown * size);
    if (!moved)
        return false;
    *items = moved;
    *room = grown;
    return true;
}

static int add_cell(struct parser *parser, char *cell)
{
    void *cells = parser->csv.cells;

    if (!parser->header_done && parser->column > MAX_COLUMNS)
        return reg_fail(parser->info, REG_ERR_LIMIT, "%s 第 %zu 行：超过 %zu 列", "%s:%zu: more than %zu columns",
                        parser->csv.file, parser->line, MAX_COLUMNS);
    if (parser->header_done && parser->column > parser->csv.columns)
        return reg_fail(parser->info, REG_ERR_INVALID, "%s 第 %zu 行第 %zu 列：多于表头的 %zu 列",
                        "%s:%zu: column %zu: the header has only %zu columns", parser->csv.file, parser->line,
                        parser->column, parser->csv.columns);
    if (!make_room(&cells, parser->cells, &parser->cell_room, sizeof *parser->csv.cells))
        return out_of_memory(parser->info);
    parser->csv.cells = cells;
    parser->csv.cells[parser->cells++] = cell;
    return 0;
}

static int bad_cell(struct parser *parser, const char *zh, const char *en)
{
    return reg_fail(parser->info, REG_ERR_INVALID, zh, en, parser->csv.file, parser->line, parser->column);
}

/* At the end of a cell stands a comma, a line's end or the file's. */
static bool at_cell_end(const struct parser *parser)
{
    const char *at = parser->at;

    return at == parser->end || *at == ',' || *at == '\n' || (*at == '\r' && at[1] == '\n');
}

/* Leaves `at` behind the closing quote. Counts the lines it spans into `*lines`. */
static int quoted_cell(struct parser *parser, char **ret_end, size_t *lines)
{
    char *to = ++parser->at;

    while (parser->at < parser->end) {
        if (*parser->at == '"' && parser->at[1] != '"') {
            parser->at++;
            *ret_end = to;
            return at_cell_end(parser) ? 0
                                       : bad_cell(parser, "%s 第 %zu 行第 %zu 列：引号后还有文字",
                                                  "%s:%zu: column %zu: text after the closing quote");
        }
        parser->at += *parser->at == '"';
        *lines += *parser->at == '\n';
        *to++ = *parser->at++;
    }
    return bad_cell(parser, "%s 第 %zu 行第 %zu 列：引号没有收尾", "%s:%zu: column %zu: the quote is never closed");
}

static int plain_cell(struct parser *parser, char **ret_end)
{
    for (; !at_cell_end(parser); parser->at++) {
        if (*parser->at == '"')
            return bad_cell(parser, "%s 第 %zu 行第 %zu 列：引号须在单元格开头",
                            "%s:%zu: column %zu: a quote inside an unquoted cell");
        if (*parser->at == '\r')
            return bad_cell(parser, "%s 第 %zu 行第 %zu 列：回车后没有换行",
                            "%s:%zu: column %zu: a carriage return without line feed");
    }
    *ret_end = parser->at;
    return 0;
}

/* One row, up to and with its line end. */
static int read_row(struct parser *parser, size_t *ret_lines)
{
    size_t lines = 1;
    bool more = true;

    for (parser->column = 1; more; parser->column++) {
        char *cell = *parser->at == '"' ? parser->at + 1 : parser->at, *cell_end = NULL;
        int error = *parser->at == '"' ? quoted_cell(parser, &cell_end, &lines) : plain_cell(parser, &cell_end);

        if (!error)
            error = add_cell(parser, cell);
        if (error)
            return error;
        more = parser->at < parser->end && *parser->at == ',';
        parser->at += parser->at < parser->end && *parser->at == '\r';
        parser->at += parser->at < parser->end;
        *cell_end = '\0';
    }
    parser->column--;
    *ret_lines = lines;
    return 0;
}

static int check_header(struct parser *parser)
{
    parser->csv.columns = parser->cells;
    for (size_t i = 0; i < parser->cells; i++) {
        parser->column = i + 1;
        if (!*parser->csv.cells[i])
            return bad_cell(parser, "%s 第 %zu 行第 %zu 列：表头为空", "%s:%zu: column %zu: the header is empty");
        for (size_t j = 0; j < i; j++)
            if (strcmp(parser->csv.cells[i], parser->csv.cells[j]) == 0)
                return bad_cell(parser, "%s 第 %zu 行第 %zu 列：表头重复", "%s:%zu: column %zu: the header repeats another");
    }
    parser->header_done = true;
    return 0;
}

static int check_row(struct parser *parser)
{
    void *lines = parser->csv.lines;

    if (parser->column < parser->csv.columns)
        return reg_fail(parser->info, REG_ERR_INVALID, "%s 第 %zu 行第 %zu 列：少于表头的 %zu 列",
                        "%s:%zu: column %zu: the row ends here, the header has %zu columns", parser->csv.file, parser->line,
                        parser->column, parser->csv.columns);
    if (!make_room(&lines, parser->csv.rows, &parser->line_room, sizeof *parser->csv.lines))
        return out_of_memory(parser->info);
    parser->csv.lines = lines;
    parser->csv.lines[parser->csv.rows++] = parser->line;
    return 0;
}

/* True where a blank line was skipped. */
static bool skip_blank(struct parser *parser)
{
    size_t len = *parser->at == '\n' ? 1 : *parser->at == '\r' && parser->at[1] == '\n' ? 2 : 0;

    parser->at += len;
    parser->line += len > 0;
    return len > 0;
}

static int read_all(struct parser *parser)
{
    size_t lines;
    int error;

    while (parser->at < parser->end) {
        if (skip_blank(parser))
            continue;
        error = read_row(parser, &lines);
        if (!error)
            error = parser->header_done ? check_row(parser) : check_header(parser);
        if (error)
            return error;
        parser->line += lines;
    }
    if (!parser->header_done)
        return reg_fail(parser->info, REG_ERR_INVALID, "%s 第 %zu 行第 %zu 列：没有表头",
                        "%s:%zu: column %zu: no header row", parser->csv.file, parser->line, (size_t)1);
    return 0;
}

int reg_csv_parse(const char *file, struct reg_bytes bytes, struct reg_csv *ret, struct reg_error_info *info)
{
    struct parser parser = {.csv.file = file, .info = info, .line = 1};
    size_t len = 0;
    int error;

    if (bytes.len > MAX_BYTES)
        return reg_fail(info, REG_ERR_LIMIT, "%s 超过 64 MiB", "%s is over 64 MiB", file);
    error = to_text(file, bytes, &parser.csv.text, &len, info);
    if (error)
        return error;
    parser.at = parser.csv.text;
    parser.end = parser.csv.text + len;
    error = read_all(&parser);
    if (error)
        reg_csv_clear(&parser.csv);
    else
        *ret = parser.csv;
    return error;
}

void reg_csv_clear(struct reg_csv *csv)
{
    if (!csv)
        return;
    free(csv->cells);
    free(csv->lines);
    free(csv->text);
    *csv = (struct reg_csv){0};
}

int reg_csv_column(const struct reg_csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->columns; i++)
        if (strcmp(csv->cells[i], name) == 0)
            return (int)i;
    return -1;
}

const char *reg_csv_cell(const struct reg_csv *csv, size_t row, size_t column)
{
    if (row >= csv->rows || column >= csv->columns)
        return "";
    return csv->cells[(row + 1) * csv->columns + column];
}
