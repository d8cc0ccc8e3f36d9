#include "base/rows.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/error.h"
#include "base/utf8.h"

#define PIECE     ((size_t)65536) /* bytes that are asked of the source at once */
#define CARRY_MAX 4               /* of a character that a piece cuts */
#define TEXT_ROOM (REG_ROW_MAX + 2 * PIECE)
#define NO_TEXT   '\xff' /* stands for bytes that are no character: in no UTF-8 text */

struct reg_rows {
    struct reg_rows_format format;
    reg_rows_source source;
    void *context;
    enum reg_rows_encoding encoding;
    iconv_t converter; /* GB 18030; (iconv_t)-1: none is open */
    uint8_t piece[CARRY_MAX + PIECE];
    size_t carried; /* bytes at the start of the piece that wait for the rest of their character */
    bool begun, ended;
    uint64_t taken;
    char *text; /* UTF-8, of which [at, len) is still to be read */
    size_t at, len;
    uint64_t line;
    size_t columns;                        /* of the header */
    size_t places[REG_ROW_COLUMNS_MAX];    /* of each cell of a row, by the header */
    char *cells[REG_ROW_COLUMNS_MAX + 1];  /* of a row as it stands */
    char numbers[REG_ROW_COLUMNS_MAX][32]; /* numbers of a JSON object as text */
    json_t *object;
};

uint64_t reg_rows_taken(const struct reg_rows *rows)
{
    return rows->taken;
}

/* ---- text ---------------------------------------------------------------------------------------------------------- */

/* How many bytes at the end may be the beginning of a character. */
static size_t cut_character(const uint8_t *bytes, size_t len)
{
    for (size_t cut = 1; cut <= 3 && cut <= len; cut++) {
        uint8_t byte = bytes[len - cut];

        if (byte >= 0xc2)
            return cut < (byte >= 0xf0 ? 4u : byte >= 0xe0 ? 3u : 2u) ? cut : 0;
        if (byte < 0x80)
            return 0;
    }
    return 0;
}

static bool looks_utf8(const uint8_t *bytes, size_t len)
{
    return reg_utf8_valid(bytes, len - cut_character(bytes, len));
}

static size_t mark_length(const struct reg_rows *rows, const uint8_t *bytes, size_t len)
{
    if (rows->encoding != REG_ROWS_GB18030 && len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        return 3;
    return rows->encoding != REG_ROWS_UTF8 && len >= 4 && memcmp(bytes, "\x84\x31\x95\x33", 4) == 0 ? 4 : 0;
}

/* Which encoding it is shows in the first piece that is not ASCII. */
static void detect(struct reg_rows *rows, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] >= 0x80) {
            rows->encoding = looks_utf8(bytes, len) ? REG_ROWS_UTF8 : REG_ROWS_GB18030;
            return;
        }
}

static void append_gb18030(struct reg_rows *rows, size_t len)
{
    char *in = (char *)rows->piece, *out = rows->text + rows->len;
    size_t left = len, room = TEXT_ROOM - rows->len;

    while (left > 0 && iconv(rows->converter, &in, &left, &out, &room) == (size_t)-1) {
        if (errno == EINVAL && !rows->ended)
            break;
        *out++ = NO_TEXT;
        room--;
        in++;
        left--;
    }
    memmove(rows->piece, in, left);
    rows->carried = left;
    rows->len = (size_t)(out - rows->text);
}

static int append_piece(struct reg_rows *rows, size_t len, struct reg_error_info *info)
{
    if (!rows->begun) {
        size_t mark = mark_length(rows, rows->piece, len);

        rows->begun = true;
        if (mark > 0)
            rows->encoding = mark == 3 ? REG_ROWS_UTF8 : REG_ROWS_GB18030;
        len -= mark;
        memmove(rows->piece, rows->piece + mark, len);
    }
    if (rows->encoding == REG_ROWS_DETECT)
        detect(rows, rows->piece, len);
    if (rows->encoding == REG_ROWS_GB18030) {
        if (rows->converter == (iconv_t)-1 && (rows->converter = iconv_open("UTF-8", "GB18030")) == (iconv_t)-1)
            return reg_fail(info, REG_ERR_UNSUPPORTED, "本机不能转换 GB 18030", "this system cannot convert GB 18030");
        append_gb18030(rows, len);
        return 0;
    }
    memcpy(rows->text + rows->len, rows->piece, len);
    rows->len += len;
    return 0;
}

/* More text behind what there is. */
static int fill(struct reg_rows *rows, struct reg_error_info *info)
{
    size_t len = 0, more;
    int error = 0;

    memmove(rows->text, rows->text + rows->at, rows->len - rows->at);
    rows->len -= rows->at;
    rows->at = 0;
    /* the first piece is a whole one where the source has that much, so that a mark and the encoding can be seen in it */
    do {
        more = 0;
        error = rows->source(rows->context, rows->piece + rows->carried + len, PIECE - len, &more);
        len += more;
    } while (error == 0 && more > 0 && !rows->begun && len < PIECE);
    if (error != 0)
        return error;
    rows->ended = more == 0;
    rows->taken += len;
    return append_piece(rows, rows->carried + len, info);
}

/* ---- where a row ends ---------------------------------------------------------------------------------------------- */

enum scan { SCAN_START, SCAN_PLAIN, SCAN_QUOTED, SCAN_QUOTE };

static enum scan scan_next(enum scan state, char c, bool json)
{
    if (json)
        return SCAN_PLAIN;
    if (state == SCAN_QUOTED)
        return c == '"' ? SCAN_QUOTE : SCAN_QUOTED;
    if (c == ',')
        return SCAN_START;
    if (c == '"')
        return state == SCAN_PLAIN ? SCAN_PLAIN : SCAN_QUOTED;
    return state == SCAN_QUOTE && c == '\r' ? SCAN_QUOTE : SCAN_PLAIN;
}

/* Drops what is left of a line that is longer than the buffer. */
static int skip_line(struct reg_rows *rows, struct reg_error_info *info)
{
    for (;;) {
        char *end = memchr(rows->text + rows->at, '\n', rows->len - rows->at);
        int error;

        if (end || rows->ended) {
            rows->at = end ? (size_t)(end - rows->text) + 1 : rows->len;
            rows->line++;
            return 0;
        }
        rows->at = rows->len;
        error = fill(rows, info);
        if (error != 0)
            return error;
    }
}

static int unreadable(struct reg_row *row, const char *zh, const char *en)
{
    row->error = reg_fail(&row->info, REG_ERR_INVALID, zh, en);
    return 0;
}

/* A row that goes on too long, or to the end of the file in a quote: its first line alone is given up. */
static int give_up(struct reg_rows *rows, bool quoted, struct reg_row *row, struct reg_error_info *info)
{
    if (quoted)
        unreadable(row, "引号没有收尾", "a quote is never closed");
    else
        unreadable(row, "行超过 256 KiB", "the row is over 256 KiB");
    return skip_line(rows, info);
}

/* The length of the row at `at` without its line end, and what goes behind it. `row->error` is set where it is given up;
 * `*ret_len` SIZE_MAX: there is none. */
static int find_row(struct reg_rows *rows, struct reg_row *row, size_t *ret_len, struct reg_error_info *info)
{
    enum scan state = SCAN_START;
    size_t len = 0;
    uint64_t lines = 0;
    int error = 0;

    for (;;) {
        for (; rows->at + len < rows->len; len++) {
            char c = rows->text[rows->at + len];

            lines += c == '\n';
            if (c == '\n' && state != SCAN_QUOTED) {
                *ret_len = len;
                row->line = rows->line;
                rows->line += lines;
                return 0;
            }
            state = scan_next(state, c, rows->format.json_lines);
        }
        row->line = rows->line;
        if (len > REG_ROW_MAX || (rows->ended && state == SCAN_QUOTED))
            return give_up(rows, state == SCAN_QUOTED, row, info);
        if (rows->ended)
            break;
        error = fill(rows, info);
        if (error != 0)
            return error;
    }
    *ret_len = len > 0 ? len : SIZE_MAX;
    rows->line += lines + 1;
    return 0;
}

/* ---- cells --------------------------------------------------------------------------------------------------------- */

/* Unquotes the cell at `*at` in place and moves behind it. NULL: it is no cell. */
static char *take_cell(char **at, char *end, struct reg_row *row)
{
    char *from = *at, *cell = from, *to = from;

    if (from == end || *from != '"') {
        for (; from < end && *from != ','; from++)
            if (*from == '"' || *from == '\r') {
                unreadable(row, "引号须在单元格开头，回车后须有换行", "a quote or carriage return inside an unquoted cell");
                return NULL;
            }
        *at = from;
        return cell;
    }
    for (from++; from < end; from++) {
        if (*from == '"' && (from + 1 == end || from[1] != '"'))
            break;
        from += *from == '"';
        *to++ = *from;
    }
    from += from < end;
    if (from < end && *from != ',') {
        unreadable(row, "引号后还有文字", "text after the closing quote");
        return NULL;
    }
    *to = '\0';
    *at = from;
    return cell;
}

/* Splits the row into rows->cells; the text behind it is a line end, or its own terminator. */
static size_t split(struct reg_rows *rows, char *text, size_t len, struct reg_row *row)
{
    char *at = text, *end = text + len;
    size_t count = 0;
    bool more = true;

    *end = '\0';
    while (more) {
        char *cell = take_cell(&at, end, row);

        if (!cell)
            return 0;
        if (count == REG_ROW_COLUMNS_MAX) {
            unreadable(row, "列太多", "too many columns");
            return 0;
        }
        rows->cells[count++] = cell;
        more = at < end;
        if (at < end)
            *at++ = '\0';
    }
    return count;
}

static void take_cells(struct reg_rows *rows, char *text, size_t len, struct reg_row *row)
{
    size_t count = split(rows, text, len, row);

    if (row->error == 0 && count != rows->columns)
        row->error = reg_fail(&row->info, REG_ERR_INVALID, "有 %zu 列，表头有 %zu 列", "it has %zu columns, the header %zu",
                              count, rows->columns);
    for (size_t i = 0; i < count && row->error == 0; i++)
        row->cells[rows->places[i]] = rows->cells[i];
}

static size_t column_of(const struct reg_rows *rows, const char *name)
{
    size_t i = 0;

    while (i < rows->format.column_count && strcmp(rows->format.columns[i][0], name) != 0 &&
           strcmp(rows->format.columns[i][1], name) != 0)
        i++;
    return i;
}

/* ---- a JSON object ------------------------------------------------------------------------------------------------- */

static const char *value_text(struct reg_rows *rows, size_t column, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return json_string_value(value);
    case JSON_INTEGER:
        snprintf(rows->numbers[column], sizeof rows->numbers[column], "%lld", (long long)json_integer_value(value));
        return rows->numbers[column];
    case JSON_NULL:
        return "";
    default:
        return NULL;
    }
}

static void take_object(struct reg_rows *rows, const char *text, size_t len, struct reg_row *row)
{
    json_error_t fault;
    const char *name;
    json_t *value;

    json_decref(rows->object);
    rows->object = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);
    if (!json_is_object(rows->object)) {
        unreadable(row, "不是一个 JSON 对象", "it is no JSON object");
        return;
    }
    json_object_foreach(rows->object, name, value)
    {
        size_t column = column_of(rows, name);
        const char *cell = column < rows->format.column_count ? value_text(rows, column, value) : NULL;

        if (!cell) {
            row->error = reg_fail(&row->info, REG_ERR_INVALID, "成员“%.*s”未知，或者不是文字或整数",
                                  "member \"%.*s\" is unknown, or no text and no integer",
                                  (int)reg_utf8_cut(name, strnlen(name, 40)), name);
            return;
        }
        row->cells[column] = cell;
    }
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

static void clear_row(struct reg_row *row, uint64_t line)
{
    row->line = line;
    row->error = 0;
    for (size_t i = 0; i < REG_ROW_COLUMNS_MAX; i++)
        row->cells[i] = "";
}

static bool is_blank(const char *text, size_t len)
{
    return len == 0 || (len == 1 && text[0] == '\r');
}

/* The next row that is not blank: where it stands in the text, or `row->error`. */
static int next_text(struct reg_rows *rows, struct reg_row *row, char **ret_text, size_t *ret_len,
                     struct reg_error_info *info)
{
    int error;

    do {
        *ret_len = 0;
        clear_row(row, rows->line);
        error = find_row(rows, row, ret_len, info);
        if (error != 0 || row->error != 0 || *ret_len == SIZE_MAX)
            return error;
        *ret_text = rows->text + rows->at;
        rows->at += *ret_len + (rows->at + *ret_len < rows->len);
    } while (is_blank(*ret_text, *ret_len));
    if ((*ret_text)[*ret_len - 1] == '\r')
        --*ret_len;
    if (*ret_len > REG_ROW_MAX)
        return unreadable(row, "行超过 256 KiB", "the row is over 256 KiB");
    if (memchr(*ret_text, '\0', *ret_len))
        return unreadable(row, "含有空字符", "it holds a NUL");
    if (!reg_utf8_valid((const uint8_t *)*ret_text, *ret_len))
        return unreadable(row, "含有不是文字的字节：编码有误", "it has bytes that are no text: the encoding is wrong");
    return 0;
}

int reg_rows_next(struct reg_rows *rows, struct reg_row *ret, bool *ret_end, struct reg_error_info *info)
{
    char *text = NULL;
    size_t len = 0;
    int error = next_text(rows, ret, &text, &len, info);

    *ret_end = error == 0 && ret->error == 0 && len == SIZE_MAX;
    if (error != 0 || *ret_end || ret->error != 0)
        return error;
    if (rows->format.json_lines)
        take_object(rows, text, len, ret);
    else
        take_cells(rows, text, len, ret);
    return 0;
}

static int read_header(struct reg_rows *rows, struct reg_error_info *info)
{
    struct reg_row row;
    char *text = NULL;
    size_t len = 0;
    bool seen[REG_ROW_COLUMNS_MAX] = {false};
    int error = next_text(rows, &row, &text, &len, info);

    if (error != 0)
        return error;
    if (row.error == 0 && len != SIZE_MAX)
        rows->columns = split(rows, text, len, &row);
    else if (row.error == 0)
        unreadable(&row, "没有表头", "there is no header row");
    if (row.error != 0)
        return reg_fail(info, REG_ERR_INVALID, "%s 表头：%s%.0s", "%s: header: %.0s%s", rows->format.file, row.info.zh,
                        row.info.en);
    for (size_t i = 0; i < rows->columns; i++) {
        size_t column = column_of(rows, rows->cells[i]);

        if (column == rows->format.column_count || seen[column])
            return reg_fail(info, REG_ERR_INVALID, "%s 表头第 %zu 列“%.40s”未知或者重复",
                            "%s: column %zu of the header, \"%.40s\", is unknown or there twice", rows->format.file, i + 1,
                            rows->cells[i]);
        seen[column] = true;
        rows->places[i] = column;
    }
    return 0;
}

int reg_rows_open(const struct reg_rows_format *format, reg_rows_source source, void *context, struct reg_rows **ret,
                  struct reg_error_info *info)
{
    struct reg_rows *rows = calloc(1, sizeof *rows);
    int error;

    if (!rows)
        return REG_ERR_NOMEM;
    rows->format = *format;
    rows->source = source;
    rows->context = context;
    rows->encoding = format->encoding;
    rows->converter = (iconv_t)-1;
    rows->line = 1;
    rows->text = malloc(TEXT_ROOM + 1);
    error = !rows->text ? REG_ERR_NOMEM : format->json_lines ? 0 : read_header(rows, info);
    if (error != 0) {
        reg_rows_close(rows);
        return error;
    }
    *ret = rows;
    return 0;
}

void reg_rows_close(struct reg_rows *rows)
{
    if (!rows)
        return;
    if (rows->converter != (iconv_t)-1)
        iconv_close(rows->converter);
    json_decref(rows->object);
    free(rows->text);
    free(rows);
}
