#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "catalogue/internal.h"

#define SHEET_COLUMNS_MAX ((int)(sizeof((struct sheet *)0)->columns / sizeof(int)))

static int map_columns(struct sheet *sheet)
{
    const char *file = sheet->csv.file;

    for (size_t i = 0; i < sheet->csv.columns; i++) {
        const char *header = sheet->csv.cells[i];
        int known = 0;

        while (sheet->names[known] && strcmp(sheet->names[known], header) != 0)
            known++;
        if (!sheet->names[known] || reg_csv_column(&sheet->csv, header) != (int)i)
            return reg_fail(sheet->info, REG_ERR_INVALID, "%s 第 1 行：列“%s”未知或者重复",
                            "%s line 1: column %s is unknown or repeated", file, header);
    }
    for (int i = 0; sheet->names[i] && i < SHEET_COLUMNS_MAX; i++) {
        sheet->columns[i] = reg_csv_column(&sheet->csv, sheet->names[i]);
        if (sheet->columns[i] < 0)
            return reg_fail(sheet->info, REG_ERR_INVALID, "%s 第 1 行：缺少列“%s”", "%s line 1: column %s is missing", file,
                            sheet->names[i]);
    }
    return 0;
}

int sheet_open(struct sheet *sheet, const char *file, struct reg_bytes bytes, const char *const *names,
               struct reg_error_info *info)
{
    int error;

    *sheet = (struct sheet){.names = names, .info = info};
    error = reg_csv_parse(file, bytes, &sheet->csv, info);
    if (error)
        return error;
    error = map_columns(sheet);
    if (error)
        sheet_close(sheet);
    return error;
}

void sheet_close(struct sheet *sheet)
{
    reg_csv_clear(&sheet->csv);
}

const char *sheet_cell(const struct sheet *sheet, size_t row, int column)
{
    return sheet->columns[column] < 0 ? "" : reg_csv_cell(&sheet->csv, row, (size_t)sheet->columns[column]);
}

int sheet_reject(const struct sheet *sheet, size_t row, int column, const char *value, const char *zh, const char *en)
{
    /* both formats share the arguments: each passes over the other's sentence */
    return reg_fail(sheet->info, REG_ERR_INVALID, "%s 第 %zu 行，%s 列：%s%.0s：“%.60s”",
                    "%s line %zu, column %s: %.0s%s: \"%.60s\"", sheet->csv.file, sheet->csv.lines[row],
                    sheet->names[column], zh, en, value);
}

int sheet_optional(const struct sheet *sheet, size_t row, int column, struct reg_arena *arena, const char **ret)
{
    const char *text = reg_arena_strdup(arena, sheet_cell(sheet, row, column));

    if (!text)
        return REG_ERR_NOMEM;
    *ret = text;
    return 0;
}

int sheet_text(const struct sheet *sheet, size_t row, int column, struct reg_arena *arena, const char **ret)
{
    const char *cell = sheet_cell(sheet, row, column);

    if (cell[strspn(cell, " \t")] == '\0')
        return sheet_reject(sheet, row, column, cell, "不能为空", "must not be empty");
    return sheet_optional(sheet, row, column, arena, ret);
}

int sheet_choice(const struct sheet *sheet, size_t row, int column, const char *const *names, int *ret)
{
    const char *cell = sheet_cell(sheet, row, column);

    for (int i = 0; names[i]; i++) {
        if (strcmp(names[i], cell) == 0) {
            *ret = i;
            return 0;
        }
    }
    return sheet_reject(sheet, row, column, cell, "不是允许的值", "not one of the values allowed here");
}

int sheet_list(const struct sheet *sheet, size_t row, int column, struct reg_arena *arena, const char *const **ret,
               size_t *ret_count)
{
    const char *cell = sheet_cell(sheet, row, column);
    char *text = reg_arena_strdup(arena, cell);
    const char **parts;
    size_t count = 1;

    for (const char *at = cell; *at; at++)
        count += *at == ';';
    parts = reg_arena_alloc(arena, count * sizeof *parts);
    if (!text || !parts)
        return REG_ERR_NOMEM;
    if (*cell == '\0')
        count = 0;
    for (size_t i = 0; i < count; i++) {
        char *end;

        text += strspn(text, " ");
        end = text + strcspn(text, ";");
        parts[i] = text;
        text = *end ? end + 1 : end;
        *end = '\0';
        while (end > parts[i] && end[-1] == ' ')
            *--end = '\0';
        if (*parts[i] == '\0')
            return sheet_reject(sheet, row, column, cell, "分号之间为空", "nothing between semicolons");
        for (size_t k = 0; k < i; k++) {
            if (strcmp(parts[k], parts[i]) == 0)
                return sheet_reject(sheet, row, column, parts[i], "重复", "listed twice");
        }
    }
    *ret = parts;
    *ret_count = count;
    return 0;
}

int sheet_key(const struct sheet *sheet, size_t row, int column, struct reg_arena *arena, const char **ret)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz", all[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    const char *cell = sheet_cell(sheet, row, column);

    if (strspn(cell, letters) == 0 || cell[strspn(cell, all)] != '\0')
        return sheet_reject(sheet, row, column, cell, "应由小写字母、数字和下划线组成并以字母开头",
                            "must be lower-case letters, digits and _, starting with a letter");
    return sheet_optional(sheet, row, column, arena, ret);
}

/* Written out, since strtod's decimal point is the locale's. */
bool decimal_parse(const char *text, double *ret)
{
    double value = 0, scale = 1;
    bool negative = *text == '-', digits = false;

    text += negative;
    for (; *text >= '0' && *text <= '9'; text++, digits = true)
        value = value * 10 + (*text - '0');
    if (*text == '.') {
        text++;
        digits = digits && *text != '\0';
        for (; *text >= '0' && *text <= '9'; text++) {
            scale *= 10;
            value = value * 10 + (*text - '0');
        }
    }
    if (!digits || *text != '\0')
        return false;
    value /= scale;
    *ret = negative ? -value : value;
    return true;
}

void sheet_put_cell(struct reg_buf *buf, const char *cell)
{
    if (strpbrk(cell, ",\"\r\n") == NULL) {
        reg_buf_puts(buf, cell);
        return;
    }
    reg_buf_put_u8(buf, '"');
    for (; *cell; cell++) {
        if (*cell == '"')
            reg_buf_put_u8(buf, '"');
        reg_buf_put_u8(buf, (uint8_t)*cell);
    }
    reg_buf_put_u8(buf, '"');
}

int sheet_canonical(const struct sheet *sheet, struct reg_data *ret)
{
    struct reg_buf buf = REG_BUF_INIT;

    for (size_t row = 0; row <= sheet->csv.rows; row++) {
        for (int i = 0; sheet->names[i]; i++) {
            if (i > 0)
                reg_buf_put_u8(&buf, ',');
            sheet_put_cell(&buf, row == 0 ? sheet->names[i] : sheet_cell(sheet, row - 1, i));
        }
        reg_buf_put_u8(&buf, '\n');
    }
    return reg_buf_finish(&buf, ret);
}
