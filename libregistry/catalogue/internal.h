/* What the files of this room share. */
#ifndef REG_CATALOGUE_INTERNAL_H
#define REG_CATALOGUE_INTERNAL_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/csv.h"
#include "catalogue/catalogue.h"
#include "catalogue/scope_terms.h"

struct department {
    const char *id, *name_zh, *name_en;
};

/* Industries from `first` to `last`, four digits; `letter` 0: any. */
struct industry_range {
    char letter;
    unsigned first, last;
};

/* A keyword ready to be looked for. */
struct keyword {
    const char *text;
    bool whole;       /* has brackets itself: compared with whole terms */
    unsigned pair[2]; /* bits of its first and last pair of characters; REG_PAIR_NONE: too short */
};

#define REG_PAIR_NONE (~0U)

/* An item and what matching has prepared of it; the public part comes first. */
struct item_row {
    struct reg_item item;
    const struct industry_range *ranges;
    const struct keyword *words;
};

enum catalogue_file { FILE_ITEMS, FILE_FACTS, FILE_MATERIALS, FILE_SCOPE_TERMS, FILE_COUNT };

struct reg_catalogue {
    struct reg_arena *arena;
    struct item_row *items; /* ascending by number */
    size_t item_count;
    uint16_t by_number[REG_ITEM_MAX + 1]; /* index + 1; 0: no such item */
    struct reg_fact_def *facts;           /* sorted by key */
    size_t fact_count;
    struct reg_material_def *materials; /* sorted by kind */
    size_t material_count;
    struct department *departments; /* in the order of the file */
    size_t department_count;
    struct reg_scope_term *terms; /* in the order of the file */
    const struct reg_scope_term **by_code, **by_text;
    size_t term_count;
    struct reg_data csv[FILE_COUNT]; /* canonical */
    bool sample;
    bool sample_terms;
};

/* The compiled-in files. */
extern const unsigned char reg_data_items_csv[], reg_data_facts_csv[], reg_data_materials_csv[], reg_data_departments_csv[],
    reg_data_scope_terms_csv[];
extern const size_t reg_data_items_csv_len, reg_data_facts_csv_len, reg_data_materials_csv_len, reg_data_departments_csv_len,
    reg_data_scope_terms_csv_len;

/* A CSV file being read: errors name file, line and column. */
struct sheet {
    struct reg_csv csv;
    const char *const *names; /* the columns that the file must have, by our index */
    int columns[24];          /* ours to the file's; below 0: the file has none, its cells are empty */
    struct reg_error_info *info;
};

/* Parses and maps the columns: all of `names` (NULL-terminated) and no other. */
REG_MUST_CHECK int sheet_open(struct sheet *sheet, const char *file, struct reg_bytes bytes, const char *const *names,
                              struct reg_error_info *info);
void sheet_close(struct sheet *sheet);
const char *sheet_cell(const struct sheet *sheet, size_t row, int column);
/* Says what is wrong with a value of a cell; returns REG_ERR_INVALID. */
int sheet_reject(const struct sheet *sheet, size_t row, int column, const char *value, const char *zh, const char *en);
/* The cell must not be empty; copies it to the arena. */
REG_MUST_CHECK int sheet_text(const struct sheet *sheet, size_t row, int column, struct reg_arena *arena, const char **ret);
/* The cell may be empty. */
REG_MUST_CHECK int sheet_optional(const struct sheet *sheet, size_t row, int column, struct reg_arena *arena,
                                  const char **ret);
/* The place of the cell's value among `names` (NULL-terminated). */
REG_MUST_CHECK int sheet_choice(const struct sheet *sheet, size_t row, int column, const char *const *names, int *ret);
/* The cell as a list: parts between `;`, none of them empty; an empty cell is an empty list. */
REG_MUST_CHECK int sheet_list(const struct sheet *sheet, size_t row, int column, struct reg_arena *arena,
                              const char *const **ret, size_t *ret_count);
/* The cell as a key: lower-case letters, digits and `_`, starting with a letter. */
REG_MUST_CHECK int sheet_key(const struct sheet *sheet, size_t row, int column, struct reg_arena *arena, const char **ret);
/* A cell as CSV writes it. */
void sheet_put_cell(struct reg_buf *buf, const char *cell);
/* The file in one fixed way of writing CSV: what is ledgered. */
REG_MUST_CHECK int sheet_canonical(const struct sheet *sheet, struct reg_data *ret);

REG_MUST_CHECK int load_departments(struct reg_catalogue *catalogue, struct reg_error_info *info);
REG_MUST_CHECK int load_facts(struct reg_catalogue *catalogue, struct reg_bytes bytes, struct reg_error_info *info);
REG_MUST_CHECK int load_materials(struct reg_catalogue *catalogue, struct reg_bytes bytes, struct reg_error_info *info);
/* Needs the three above. */
REG_MUST_CHECK int load_items(struct reg_catalogue *catalogue, struct reg_bytes bytes, struct reg_error_info *info);

/* Needs the items. Bytes NULL: the compiled-in list. */
REG_MUST_CHECK int load_scope_terms(struct reg_catalogue *catalogue, struct reg_bytes bytes, struct reg_error_info *info);

/* A row of a list of scope terms: columns, the names of its kinds in the order of the enumeration, all but `kind` of it. */
enum { SCOPE_CODE, SCOPE_TERM, SCOPE_KIND, SCOPE_INDUSTRIES, SCOPE_ITEMS, SCOPE_PERMIT, SCOPE_NOTE, SCOPE_COLUMNS };
extern const char *const scope_term_columns[SCOPE_COLUMNS + 1], *const scope_kind_names[];
REG_MUST_CHECK int scope_term_read(const struct sheet *sheet, size_t row, const struct reg_catalogue *catalogue,
                                   struct reg_arena *arena, struct reg_scope_term *term);
/* Order pointers to terms of one array by code and by text, for qsort; equal ones as they stand in it. */
int scope_compare_codes(const void *a, const void *b);
int scope_compare_texts(const void *a, const void *b);

/* "5951", "C13-C43"; false: neither. */
bool industry_range_parse(const char *text, struct industry_range *ret);
/* The keyword with brackets folded and its pairs of characters; false: out of memory. */
bool keyword_prepare(const char *text, struct reg_arena *arena, struct keyword *ret);
/* Compares texts, brackets of either width alike. */
int folded_compare(const char *a, const char *b);

/* "-12.5", "300"; false: not a decimal. */
bool decimal_parse(const char *text, double *ret);

#endif
