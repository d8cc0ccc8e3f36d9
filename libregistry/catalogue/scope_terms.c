/* The list of scope terms: reading it, looking terms up. */
#include "catalogue/scope_terms.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "catalogue/internal.h"

#define SAMPLE_PREFIX "sample-"
#define CODE_MAX      32
#define TERM_MAX      600 /* bytes */

const char *const scope_term_columns[SCOPE_COLUMNS + 1] = {"code",  "term",   "kind", "industries",
                                                           "items", "permit", "note", NULL};

const char *const scope_kind_names[] = {[REG_SCOPE_GENERAL] = "general",
                                        [REG_SCOPE_PRE_APPROVAL] = "pre_approval",
                                        [REG_SCOPE_POST_APPROVAL] = "post_approval",
                                        NULL};

/* ---- one row --------------------------------------------------------------------------------------------------------- */

static int read_code(const struct sheet *sheet, size_t row, struct reg_arena *arena, const char **ret)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const char *cell = sheet_cell(sheet, row, SCOPE_CODE);
    size_t len = strspn(cell, allowed);

    if (len == 0 || len > CODE_MAX || cell[len] != '\0')
        return sheet_reject(sheet, row, SCOPE_CODE, cell, "应为 1 至 32 个字母、数字、“.”“_”“-”",
                            "must be 1 to 32 letters, digits, '.', '_' or '-'");
    return sheet_optional(sheet, row, SCOPE_CODE, arena, ret);
}

static int read_text(const struct sheet *sheet, size_t row, struct reg_arena *arena, const char **ret)
{
    const char *cell = sheet_cell(sheet, row, SCOPE_TERM);

    if (strlen(cell) > TERM_MAX)
        return sheet_reject(sheet, row, SCOPE_TERM, cell, "超过 600 字节", "over 600 bytes");
    if (strpbrk(cell, " \t\r\n"))
        return sheet_reject(sheet, row, SCOPE_TERM, cell, "含有空格或换行", "has spaces or line breaks in it");
    return sheet_text(sheet, row, SCOPE_TERM, arena, ret);
}

static int read_industries(const struct sheet *sheet, size_t row, struct reg_arena *arena, struct reg_scope_term *term)
{
    int error = sheet_list(sheet, row, SCOPE_INDUSTRIES, arena, &term->industries, &term->industry_count);
    struct industry_range range;

    for (size_t i = 0; !error && i < term->industry_count; i++)
        if (!industry_range_parse(term->industries[i], &range))
            error = sheet_reject(sheet, row, SCOPE_INDUSTRIES, term->industries[i], "不是 GB/T 4754 代码或其范围",
                                 "no code of GB/T 4754 and no range of them");
    return error;
}

/* A number without sign or leading zero; 0: none. */
static unsigned item_number(const char *text)
{
    size_t len = strspn(text, "0123456789");
    unsigned long number = len >= 1 && len <= 4 && text[len] == '\0' && *text != '0' ? strtoul(text, NULL, 10) : 0;

    return number <= REG_ITEM_MAX ? (unsigned)number : 0;
}

/* The items of a sample are those of the sample catalogue: beside another they may be unknown, and trigger nothing. */
static int read_items(const struct sheet *sheet, size_t row, const struct reg_catalogue *catalogue, struct reg_arena *arena,
                      struct reg_scope_term *term)
{
    bool sample = strncmp(term->code, SAMPLE_PREFIX, strlen(SAMPLE_PREFIX)) == 0;
    const char *const *parts;
    uint16_t *items;
    int error = sheet_list(sheet, row, SCOPE_ITEMS, arena, &parts, &term->item_count);

    if (error)
        return error;
    items = reg_arena_alloc(arena, (term->item_count + 1) * sizeof *items);
    if (!items)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < term->item_count; i++) {
        items[i] = (uint16_t)item_number(parts[i]);
        if (items[i] == 0 || (!sample && !reg_catalogue_item(catalogue, items[i])))
            return sheet_reject(sheet, row, SCOPE_ITEMS, parts[i], "目录中没有此事项", "the catalogue has no such item");
    }
    term->items = items;
    return 0;
}

int scope_term_read(const struct sheet *sheet, size_t row, const struct reg_catalogue *catalogue, struct reg_arena *arena,
                    struct reg_scope_term *term)
{
    int error = read_code(sheet, row, arena, &term->code);

    if (!error)
        error = read_text(sheet, row, arena, &term->term);
    if (!error)
        error = read_industries(sheet, row, arena, term);
    if (!error)
        error = read_items(sheet, row, catalogue, arena, term);
    if (!error)
        error = sheet_optional(sheet, row, SCOPE_PERMIT, arena, &term->permit_zh);
    if (!error)
        error = sheet_optional(sheet, row, SCOPE_NOTE, arena, &term->note);
    if (!error && term->kind == REG_SCOPE_GENERAL && *term->permit_zh)
        error =
            sheet_reject(sheet, row, SCOPE_PERMIT, term->permit_zh, "一般项目不需要许可", "a general item needs no permit");
    return error;
}

/* ---- the list -------------------------------------------------------------------------------------------------------- */

/* Equal ones stay in the order of the file, so that of two it is the later which repeats. */
static int by_place(const struct reg_scope_term *a, const struct reg_scope_term *b)
{
    return (a > b) - (a < b);
}

int scope_compare_codes(const void *a, const void *b)
{
    const struct reg_scope_term *left = *(const struct reg_scope_term *const *)a;
    const struct reg_scope_term *right = *(const struct reg_scope_term *const *)b;
    int order = strcmp(left->code, right->code);

    return order ? order : by_place(left, right);
}

int scope_compare_texts(const void *a, const void *b)
{
    const struct reg_scope_term *left = *(const struct reg_scope_term *const *)a;
    const struct reg_scope_term *right = *(const struct reg_scope_term *const *)b;
    int order = folded_compare(left->term, right->term);

    return order ? order : by_place(left, right);
}

static int check_unique(const struct sheet *sheet, const struct reg_catalogue *catalogue)
{
    const struct reg_scope_term *const *codes = catalogue->by_code, *const *texts = catalogue->by_text;

    for (size_t i = 1; i < catalogue->term_count; i++) {
        if (strcmp(codes[i - 1]->code, codes[i]->code) == 0)
            return sheet_reject(sheet, (size_t)(codes[i] - catalogue->terms), SCOPE_CODE, codes[i]->code, "与前面的行重复",
                                "an earlier row has the same");
        if (folded_compare(texts[i - 1]->term, texts[i]->term) == 0)
            return sheet_reject(sheet, (size_t)(texts[i] - catalogue->terms), SCOPE_TERM, texts[i]->term, "与前面的行重复",
                                "an earlier row has the same");
    }
    return 0;
}

static int read_rows(struct reg_catalogue *catalogue, const struct sheet *sheet)
{
    struct reg_arena *arena = catalogue->arena;
    int error = 0, kind;

    catalogue->terms = reg_arena_alloc(arena, (sheet->csv.rows + 1) * sizeof *catalogue->terms);
    catalogue->by_code = reg_arena_alloc(arena, (sheet->csv.rows + 1) * sizeof *catalogue->by_code);
    catalogue->by_text = reg_arena_alloc(arena, (sheet->csv.rows + 1) * sizeof *catalogue->by_text);
    if (!catalogue->terms || !catalogue->by_code || !catalogue->by_text)
        return REG_ERR_NOMEM;
    for (size_t row = 0; !error && row < sheet->csv.rows; row++) {
        struct reg_scope_term *term = &catalogue->terms[row];

        error = sheet_choice(sheet, row, SCOPE_KIND, scope_kind_names, &kind);
        if (error)
            return error;
        term->kind = (enum reg_scope_kind)kind;
        error = scope_term_read(sheet, row, catalogue, arena, term);
        catalogue->by_code[row] = catalogue->by_text[row] = term;
    }
    return error;
}

int load_scope_terms(struct reg_catalogue *catalogue, struct reg_bytes bytes, struct reg_error_info *info)
{
    struct sheet sheet;
    int error;

    if (!bytes.data)
        bytes = (struct reg_bytes){reg_data_scope_terms_csv, reg_data_scope_terms_csv_len};
    error = sheet_open(&sheet, "scope_terms.csv", bytes, scope_term_columns, info);
    if (error)
        return error;
    if (sheet.csv.rows == 0)
        error = reg_fail(info, REG_ERR_INVALID, "scope_terms.csv 没有条目", "scope_terms.csv has no term");
    if (!error)
        error = read_rows(catalogue, &sheet);
    if (!error) {
        catalogue->term_count = sheet.csv.rows;
        qsort(catalogue->by_code, catalogue->term_count, sizeof(struct reg_scope_term *), scope_compare_codes);
        qsort(catalogue->by_text, catalogue->term_count, sizeof(struct reg_scope_term *), scope_compare_texts);
        error = check_unique(&sheet, catalogue);
    }
    for (size_t i = 0; !error && i < catalogue->term_count; i++)
        catalogue->sample_terms |= strncmp(catalogue->terms[i].code, SAMPLE_PREFIX, strlen(SAMPLE_PREFIX)) == 0;
    if (!error)
        error = sheet_canonical(&sheet, &catalogue->csv[FILE_SCOPE_TERMS]);
    sheet_close(&sheet);
    return error;
}

/* ---- look-up --------------------------------------------------------------------------------------------------------- */

static int find_code(const void *code, const void *term)
{
    return strcmp(code, (*(const struct reg_scope_term *const *)term)->code);
}

static int find_text(const void *text, const void *term)
{
    return folded_compare(text, (*(const struct reg_scope_term *const *)term)->term);
}

const struct reg_scope_term *reg_scope_term_by_code(const struct reg_catalogue *catalogue, const char *code)
{
    const struct reg_scope_term **found = bsearch(code, catalogue->by_code, catalogue->term_count, sizeof *found, find_code);

    return found ? *found : NULL;
}

const struct reg_scope_term *reg_scope_term_by_text(const struct reg_catalogue *catalogue, const char *text)
{
    const struct reg_scope_term **found = bsearch(text, catalogue->by_text, catalogue->term_count, sizeof *found, find_text);

    return found ? *found : NULL;
}

size_t reg_scope_term_count(const struct reg_catalogue *catalogue)
{
    return catalogue->term_count;
}

const struct reg_scope_term *reg_scope_term_at(const struct reg_catalogue *catalogue, size_t index)
{
    return &catalogue->terms[index];
}

bool reg_scope_terms_are_sample(const struct reg_catalogue *catalogue)
{
    return catalogue->sample_terms;
}
