/* The dictionaries: departments, facts, materials. */
#include <stdlib.h>
#include <string.h>

#include "catalogue/internal.h"

static int compare_facts(const void *a, const void *b)
{
    return strcmp(((const struct reg_fact_def *)a)->key, ((const struct reg_fact_def *)b)->key);
}

static int compare_materials(const void *a, const void *b)
{
    return strcmp(((const struct reg_material_def *)a)->kind, ((const struct reg_material_def *)b)->kind);
}

/* Rejects a key that an earlier row has. Files have a few hundred rows: looking at each pair is fine. */
static int check_unique(const struct sheet *sheet, int column)
{
    for (size_t row = 0; row < sheet->csv.rows; row++) {
        const char *key = sheet_cell(sheet, row, column);

        for (size_t before = 0; before < row; before++) {
            if (strcmp(sheet_cell(sheet, before, column), key) == 0)
                return sheet_reject(sheet, row, column, key, "与前面的行重复", "an earlier row has the same");
        }
    }
    return 0;
}

int load_departments(struct reg_catalogue *catalogue, struct reg_error_info *info)
{
    static const char *const names[] = {"id", "name_zh", "name_en", NULL};
    struct sheet sheet;
    int error = sheet_open(&sheet, "departments.csv",
                           (struct reg_bytes){reg_data_departments_csv, reg_data_departments_csv_len}, names, info);

    if (error)
        return error;
    catalogue->departments = reg_arena_alloc(catalogue->arena, (sheet.csv.rows + 1) * sizeof *catalogue->departments);
    error = catalogue->departments ? check_unique(&sheet, 0) : REG_ERR_NOMEM;
    for (size_t row = 0; !error && row < sheet.csv.rows; row++) {
        struct department *department = &catalogue->departments[row];

        error = sheet_key(&sheet, row, 0, catalogue->arena, &department->id);
        if (!error)
            error = sheet_text(&sheet, row, 1, catalogue->arena, &department->name_zh);
        if (!error)
            error = sheet_text(&sheet, row, 2, catalogue->arena, &department->name_en);
    }
    catalogue->department_count = sheet.csv.rows;
    sheet_close(&sheet);
    return error;
}

enum {
    FACT_KEY,
    FACT_TYPE,
    FACT_UNIT,
    FACT_CHOICES,
    FACT_CHOICES_EN,
    FACT_MIN,
    FACT_MAX,
    FACT_LABEL_ZH,
    FACT_LABEL_EN,
    FACT_HELP_ZH,
    FACT_HELP_EN,
    FACT_VISIBILITY,
    FACT_SOURCE
};

/* A bound; `*ret_has` says whether the cell has one. */
static int read_bound(const struct sheet *sheet, size_t row, int column, bool allowed, bool *ret_has, double *ret)
{
    const char *cell = sheet_cell(sheet, row, column);

    if (*cell == '\0')
        return 0;
    if (!allowed)
        return sheet_reject(sheet, row, column, cell, "只有 int、num、list 有上下限", "only int, num and list have bounds");
    if (!decimal_parse(cell, ret))
        return sheet_reject(sheet, row, column, cell, "不是数", "not a number");
    *ret_has = true;
    return 0;
}

/* The choices and what each is called in English: as many, in the same order. */
static int read_choices(const struct sheet *sheet, size_t row, struct reg_arena *arena, struct reg_fact_def *fact)
{
    bool chosen = fact->type == REG_FACT_ENUM || fact->type == REG_FACT_SET;
    size_t english = 0;
    int error = sheet_list(sheet, row, FACT_CHOICES, arena, &fact->choices, &fact->choice_count);

    if (!error && chosen != (fact->choice_count > 0))
        error = sheet_reject(sheet, row, FACT_CHOICES, sheet_cell(sheet, row, FACT_CHOICES),
                             "enum 和 set 应有选项，其他类型不应有", "enum and set have choices, other types have none");
    if (!error)
        error = sheet_list(sheet, row, FACT_CHOICES_EN, arena, &fact->choices_en, &english);
    if (!error && english != fact->choice_count)
        error = sheet_reject(sheet, row, FACT_CHOICES_EN, sheet_cell(sheet, row, FACT_CHOICES_EN),
                             "应与 choices 的选项一样多", "must have as many as choices");
    return error;
}

/* One sentence in each language, or none in either: a person who reads one of them must not miss what the other says. */
static int read_help(const struct sheet *sheet, size_t row, struct reg_arena *arena, struct reg_fact_def *fact)
{
    int error = sheet_optional(sheet, row, FACT_HELP_ZH, arena, &fact->help_zh);

    if (!error)
        error = sheet_optional(sheet, row, FACT_HELP_EN, arena, &fact->help_en);
    if (!error && (*fact->help_zh == '\0') != (*fact->help_en == '\0'))
        error = sheet_reject(sheet, row, *fact->help_zh ? FACT_HELP_EN : FACT_HELP_ZH, "", "两种语言的说明应都填或者都不填",
                             "help is given in both languages or in neither");
    return error;
}

static int read_domain(const struct sheet *sheet, size_t row, struct reg_arena *arena, struct reg_fact_def *fact)
{
    bool bounded = fact->type == REG_FACT_INT || fact->type == REG_FACT_NUM || fact->type == REG_FACT_LIST;
    int error = read_choices(sheet, row, arena, fact);

    if (!error)
        error = read_bound(sheet, row, FACT_MIN, bounded, &fact->has_min, &fact->min);
    if (!error)
        error = read_bound(sheet, row, FACT_MAX, bounded, &fact->has_max, &fact->max);
    if (!error && fact->has_min && fact->has_max && fact->min > fact->max)
        error = sheet_reject(sheet, row, FACT_MAX, sheet_cell(sheet, row, FACT_MAX), "小于下限", "less than the minimum");
    return error;
}

static int read_fact(const struct sheet *sheet, size_t row, struct reg_arena *arena, struct reg_fact_def *fact)
{
    static const char *const types[] = {"text",   "int", "num",  "bool",  "enum", "set",  "date", "ym",   "id",  "code",
                                        "mobile", "tel", "post", "email", "div",  "ind4", "ctry", "list", "ref", NULL};
    static const char *const classes[] = {"item", "public", NULL};
    static const char *const sources[] = {"",
                                          "subject_code",
                                          "entity.address",
                                          "entity.postcode",
                                          "entity.name",
                                          "entity.industry",
                                          "parent.name",
                                          "representative.name",
                                          "representative.id",
                                          NULL};
    int type, visibility, source;
    int error = sheet_key(sheet, row, FACT_KEY, arena, &fact->key);

    if (!error)
        error = sheet_choice(sheet, row, FACT_TYPE, types, &type);
    if (!error)
        error = sheet_choice(sheet, row, FACT_VISIBILITY, classes, &visibility);
    if (!error)
        error = sheet_choice(sheet, row, FACT_SOURCE, sources, &source);
    if (error)
        return error;
    fact->type = (enum reg_fact_type)type;
    fact->visibility = (enum reg_fact_class)visibility;
    fact->source = sources[source];
    error = sheet_optional(sheet, row, FACT_UNIT, arena, &fact->unit);
    if (!error)
        error = sheet_text(sheet, row, FACT_LABEL_ZH, arena, &fact->label_zh);
    if (!error)
        error = sheet_text(sheet, row, FACT_LABEL_EN, arena, &fact->label_en);
    if (!error)
        error = read_help(sheet, row, arena, fact);
    return error ? error : read_domain(sheet, row, arena, fact);
}

int load_facts(struct reg_catalogue *catalogue, struct reg_bytes bytes, struct reg_error_info *info)
{
    static const char *const names[] = {"key",      "type",     "unit",    "choices", "choices_en", "min",    "max",
                                        "label_zh", "label_en", "help_zh", "help_en", "visibility", "source", NULL};
    struct sheet sheet;
    int error = sheet_open(&sheet, "facts.csv", bytes, names, info);

    if (error)
        return error;
    catalogue->facts = reg_arena_alloc(catalogue->arena, (sheet.csv.rows + 1) * sizeof *catalogue->facts);
    error = catalogue->facts ? check_unique(&sheet, FACT_KEY) : REG_ERR_NOMEM;
    for (size_t row = 0; !error && row < sheet.csv.rows; row++)
        error = read_fact(&sheet, row, catalogue->arena, &catalogue->facts[row]);
    if (!error) {
        catalogue->fact_count = sheet.csv.rows;
        qsort(catalogue->facts, catalogue->fact_count, sizeof *catalogue->facts, compare_facts);
        error = sheet_canonical(&sheet, &catalogue->csv[FILE_FACTS]);
    }
    sheet_close(&sheet);
    return error;
}

int load_materials(struct reg_catalogue *catalogue, struct reg_bytes bytes, struct reg_error_info *info)
{
    static const char *const names[] = {"kind", "label_zh", "label_en", NULL};
    struct sheet sheet;
    int error = sheet_open(&sheet, "materials.csv", bytes, names, info);

    if (error)
        return error;
    catalogue->materials = reg_arena_alloc(catalogue->arena, (sheet.csv.rows + 1) * sizeof *catalogue->materials);
    error = catalogue->materials ? check_unique(&sheet, 0) : REG_ERR_NOMEM;
    for (size_t row = 0; !error && row < sheet.csv.rows; row++) {
        struct reg_material_def *material = &catalogue->materials[row];

        error = sheet_key(&sheet, row, 0, catalogue->arena, &material->kind);
        if (!error)
            error = sheet_text(&sheet, row, 1, catalogue->arena, &material->label_zh);
        if (!error)
            error = sheet_text(&sheet, row, 2, catalogue->arena, &material->label_en);
    }
    if (!error) {
        catalogue->material_count = sheet.csv.rows;
        qsort(catalogue->materials, catalogue->material_count, sizeof *catalogue->materials, compare_materials);
        error = sheet_canonical(&sheet, &catalogue->csv[FILE_MATERIALS]);
    }
    sheet_close(&sheet);
    return error;
}

const struct reg_fact_def *reg_catalogue_fact(const struct reg_catalogue *catalogue, const char *key)
{
    struct reg_fact_def wanted = {.key = key};

    return bsearch(&wanted, catalogue->facts, catalogue->fact_count, sizeof wanted, compare_facts);
}

const struct reg_material_def *reg_catalogue_material(const struct reg_catalogue *catalogue, const char *kind)
{
    struct reg_material_def wanted = {.kind = kind};

    return bsearch(&wanted, catalogue->materials, catalogue->material_count, sizeof wanted, compare_materials);
}

size_t reg_catalogue_fact_count(const struct reg_catalogue *catalogue)
{
    return catalogue->fact_count;
}

size_t reg_catalogue_material_count(const struct reg_catalogue *catalogue)
{
    return catalogue->material_count;
}

size_t reg_catalogue_fact_index(const struct reg_catalogue *catalogue, const struct reg_fact_def *fact)
{
    return (size_t)(fact - catalogue->facts);
}

size_t reg_catalogue_material_index(const struct reg_catalogue *catalogue, const struct reg_material_def *material)
{
    return (size_t)(material - catalogue->materials);
}
