/* A list of scope terms under other headings, made into a catalogue's scope_terms.csv. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "catalogue/internal.h"

/* Headings by which a column goes elsewhere; the first is ours. */
static const char *const headings[SCOPE_COLUMNS][5] = {
    [SCOPE_CODE] = {"code", "编码", "条目代码", "代码"},
    [SCOPE_TERM] = {"term", "规范表述", "条目名称", "名称"},
    [SCOPE_KIND] = {"kind", "类别", "条目类别", "许可类别"},
    [SCOPE_INDUSTRIES] = {"industries", "行业代码", "国民经济行业代码", "行业"},
    [SCOPE_ITEMS] = {"items", "事项", "事项编号"},
    [SCOPE_PERMIT] = {"permit", "许可", "许可事项", "许可证件"},
    [SCOPE_NOTE] = {"note", "备注", "说明"},
};

/* Names of kinds. “许可项目” alone is none of them: it does not say whether approval comes before the licence. */
static const struct {
    const char *name;
    enum reg_scope_kind kind;
} kind_names[] = {
    {"general", REG_SCOPE_GENERAL},           {"一般", REG_SCOPE_GENERAL},
    {"一般项目", REG_SCOPE_GENERAL},          {"一般经营项目", REG_SCOPE_GENERAL},
    {"pre_approval", REG_SCOPE_PRE_APPROVAL}, {"前置", REG_SCOPE_PRE_APPROVAL},
    {"前置许可", REG_SCOPE_PRE_APPROVAL},     {"前置审批", REG_SCOPE_PRE_APPROVAL},
    {"许可（前置）", REG_SCOPE_PRE_APPROVAL}, {"post_approval", REG_SCOPE_POST_APPROVAL},
    {"后置", REG_SCOPE_POST_APPROVAL},        {"后置许可", REG_SCOPE_POST_APPROVAL},
    {"后置审批", REG_SCOPE_POST_APPROVAL},    {"许可（后置）", REG_SCOPE_POST_APPROVAL},
};

struct import {
    const struct reg_catalogue *catalogue;
    struct reg_arena *arena;
    struct sheet sheet;
    struct reg_error_info fault;  /* of the row that is being read */
    struct reg_scope_term *terms; /* by row */
    const char **refused;         /* by row; NULL: taken */
    const struct reg_scope_term **order;
    size_t order_count;
};

static int map_headings(struct import *import, struct reg_error_info *info)
{
    struct sheet *sheet = &import->sheet;

    for (int column = 0; column < SCOPE_COLUMNS; column++) {
        sheet->columns[column] = -1;
        for (size_t i = 0; headings[column][i] && sheet->columns[column] < 0; i++)
            sheet->columns[column] = reg_csv_column(&sheet->csv, headings[column][i]);
        if (sheet->columns[column] < 0 && column <= SCOPE_KIND)
            return reg_fail(info, REG_ERR_INVALID, "%s 第 1 行：缺少列“%s”（%s）", "%s line 1: column %s (%s) is missing",
                            sheet->csv.file, headings[column][0], headings[column][1]);
    }
    return 0;
}

/* Takes blanks off both ends of every cell, U+3000 too: spreadsheets leave them behind. */
static void trim(struct reg_csv *csv)
{
    static const char wide[] = "　";

    for (size_t i = csv->columns; i < csv->columns * (csv->rows + 1); i++) {
        char *cell = csv->cells[i];
        size_t len;

        while (*cell == ' ' || *cell == '\t' || strncmp(cell, wide, 3) == 0)
            cell += *cell == wide[0] ? 3 : 1;
        for (len = strlen(cell); len > 0;) {
            if (cell[len - 1] == ' ' || cell[len - 1] == '\t')
                len--;
            else if (len >= 3 && memcmp(cell + len - 3, wide, 3) == 0)
                len -= 3;
            else
                break;
        }
        cell[len] = '\0';
        csv->cells[i] = cell;
    }
}

static int read_kind(const struct sheet *sheet, size_t row, enum reg_scope_kind *ret)
{
    const char *cell = sheet_cell(sheet, row, SCOPE_KIND);

    for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++)
        if (folded_compare(kind_names[i].name, cell) == 0) {
            *ret = kind_names[i].kind;
            return 0;
        }
    return sheet_reject(sheet, row, SCOPE_KIND, cell, "应为一般、前置许可或者后置许可",
                        "must be general, pre_approval or post_approval");
}

/* Without a column of items: those whose keywords the term has. */
static int guess_items(struct import *import, struct reg_scope_term *term)
{
    size_t count = reg_catalogue_item_count(import->catalogue);
    uint16_t *items = reg_arena_alloc(import->arena, (count + 1) * sizeof *items);
    struct reg_scope_index index;
    int error = items ? reg_scope_index_init(NULL, "", &term->term, 1, import->arena, &index) : REG_ERR_NOMEM;

    for (size_t i = 0; !error && i < count; i++) {
        const struct reg_item *item = reg_catalogue_item_at(import->catalogue, i);

        if (reg_item_matches(item, &index) == REG_MATCH_SCOPE)
            items[term->item_count++] = (uint16_t)item->number;
    }
    term->items = items;
    return error;
}

/* REG_ERR_INVALID: the row is wrong, `fault` says how. */
static int read_row(struct import *import, size_t row)
{
    struct reg_scope_term *term = &import->terms[row];
    int error = read_kind(&import->sheet, row, &term->kind);

    if (!error)
        error = scope_term_read(&import->sheet, row, import->catalogue, import->arena, term);
    if (!error && import->sheet.columns[SCOPE_ITEMS] < 0)
        error = guess_items(import, term);
    return error;
}

static int refuse(struct import *import, size_t row)
{
    import->refused[row] = reg_arena_printf(import->arena, "%s / %s\n", import->fault.zh, import->fault.en);
    return import->refused[row] ? 0 : REG_ERR_NOMEM;
}

static int read_rows(struct import *import)
{
    size_t rows = import->sheet.csv.rows;
    int error = 0;

    import->terms = reg_arena_alloc(import->arena, (rows + 1) * sizeof *import->terms);
    import->refused = reg_arena_alloc(import->arena, (rows + 1) * sizeof *import->refused);
    import->order = reg_arena_alloc(import->arena, (rows + 1) * sizeof *import->order);
    if (!import->terms || !import->refused || !import->order)
        return REG_ERR_NOMEM;
    for (size_t row = 0; !error && row < rows; row++) {
        error = read_row(import, row);
        if (!error)
            import->order[import->order_count++] = &import->terms[row];
        else if (error == REG_ERR_INVALID)
            error = refuse(import, row);
    }
    return error;
}

/* Of rows with the same code or the same text the first is taken. */
static int refuse_repeats(struct import *import, int column)
{
    const struct reg_scope_term **order = import->order;
    size_t kept = 0;
    int error = 0;

    qsort(order, import->order_count, sizeof *order, column == SCOPE_CODE ? scope_compare_codes : scope_compare_texts);
    for (size_t i = 0; !error && i < import->order_count; i++) {
        const struct reg_scope_term *term = order[i], *before = kept ? order[kept - 1] : NULL;
        size_t row = (size_t)(term - import->terms);

        if (before &&
            (column == SCOPE_CODE ? strcmp(before->code, term->code) : folded_compare(before->term, term->term)) == 0) {
            (void)sheet_reject(&import->sheet, row, column, sheet_cell(&import->sheet, row, column), "与前面的行重复",
                               "an earlier row has the same");
            error = refuse(import, row);
        } else {
            order[kept++] = term;
        }
    }
    import->order_count = kept;
    return error;
}

static void put_row(const struct import *import, size_t row, struct reg_buf *buf)
{
    const struct reg_scope_term *term = &import->terms[row];

    for (int column = 0; column < SCOPE_COLUMNS; column++) {
        if (column > 0)
            reg_buf_put_u8(buf, ',');
        if (column == SCOPE_KIND)
            reg_buf_puts(buf, scope_kind_names[term->kind]);
        else if (column != SCOPE_ITEMS)
            sheet_put_cell(buf, sheet_cell(&import->sheet, row, column));
        for (size_t i = 0; column == SCOPE_ITEMS && i < term->item_count; i++)
            reg_buf_printf(buf, i ? ";%u" : "%u", term->items[i]);
    }
    reg_buf_put_u8(buf, '\n');
}

static int write_result(const struct import *import, struct reg_scope_import *ret)
{
    struct reg_buf csv = REG_BUF_INIT, report = REG_BUF_INIT;
    struct reg_scope_import result = {0};
    int error;

    for (int column = 0; column < SCOPE_COLUMNS; column++)
        reg_buf_printf(&csv, column ? ",%s" : "%s", scope_term_columns[column]);
    reg_buf_put_u8(&csv, '\n');
    for (size_t row = 0; row < import->sheet.csv.rows; row++) {
        if (import->refused[row]) {
            reg_buf_puts(&report, import->refused[row]);
            result.refused_count++;
        } else {
            put_row(import, row, &csv);
            result.taken++;
        }
    }
    error = reg_buf_finish(&csv, &result.csv);
    if (!error)
        error = reg_buf_finish(&report, &result.report);
    else
        reg_buf_clear(&report);
    if (error)
        reg_scope_import_clear(&result);
    else
        *ret = result;
    return error;
}

int reg_scope_terms_import(const struct reg_catalogue *catalogue, const char *file, struct reg_bytes csv,
                           struct reg_scope_import *ret, struct reg_error_info *info)
{
    struct import import = {.catalogue = catalogue, .arena = reg_arena_new(0)};
    int error = import.arena ? 0 : REG_ERR_NOMEM;

    if (!error)
        error = reg_csv_parse(file, csv, &import.sheet.csv, info);
    if (error)
        goto out;
    import.sheet.names = scope_term_columns;
    import.sheet.info = &import.fault;
    error = map_headings(&import, info);
    if (!error) {
        trim(&import.sheet.csv);
        error = read_rows(&import);
    }
    if (!error)
        error = refuse_repeats(&import, SCOPE_CODE);
    if (!error)
        error = refuse_repeats(&import, SCOPE_TERM);
    if (!error)
        error = write_result(&import, ret);
    reg_csv_clear(&import.sheet.csv);
out:
    reg_arena_free(import.arena);
    return error;
}

void reg_scope_import_clear(struct reg_scope_import *import)
{
    reg_data_clear(&import->csv);
    reg_data_clear(&import->report);
    *import = (struct reg_scope_import){0};
}
