/* What the files of this room share. */
#ifndef REG_CATALOGUE_INTERNAL_H
#define REG_CATALOGUE_INTERNAL_H

#include "base/arena.h"
#include "base/csv.h"
#include "catalogue/catalogue.h"

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

enum catalogue_file { FILE_ITEMS, FILE_FACTS, FILE_MATERIALS, FILE_COUNT };

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
    struct reg_data csv[FILE_COUNT]; /* canonical */
    bool sample;
};

/* The compiled-in files. */
extern const unsigned char reg_data_items_csv[], reg_data_facts_csv[], reg_data_materials_csv[], reg_data_departments_csv[];
extern const size_t reg_data_items_csv_len, reg_data_facts_csv_len, reg_data_materials_csv_len, reg_data_departments_csv_len;

/* A CSV file being read: errors name file, line and column. */
struct sheet {
    struct reg_csv csv;
    const char *const *names; /* the columns that the file must have, by our index */
    int columns[24];          /* ours to the file's */
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
/* The file in one fixed way of writing CSV: what is ledgered. */
REG_MUST_CHECK int sheet_canonical(const struct sheet *sheet, struct reg_data *ret);

REG_MUST_CHECK int load_departments(struct reg_catalogue *catalogue, struct reg_error_info *info);
REG_MUST_CHECK int load_facts(struct reg_catalogue *catalogue, struct reg_bytes bytes, struct reg_error_info *info);
REG_MUST_CHECK int load_materials(struct reg_catalogue *catalogue, struct reg_bytes bytes, struct reg_error_info *info);
/* Needs the three above. */
REG_MUST_CHECK int load_items(struct reg_catalogue *catalogue, struct reg_bytes bytes, struct reg_error_info *info);

/* "5951", "C13-C43"; false: neither. */
bool industry_range_parse(const char *text, struct industry_range *ret);
/* The keyword with brackets folded and its pairs of characters; false: out of memory. */
bool keyword_prepare(const char *text, struct reg_arena *arena, struct keyword *ret);

/* "-12.5", "300"; false: not a decimal. */
bool decimal_parse(const char *text, double *ret);

#endif
