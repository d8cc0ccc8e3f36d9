/* Reading items.csv. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "catalogue/internal.h"

enum {
    ITEM_NUMBER,
    ITEM_TIER,
    ITEM_NAME_ZH,
    ITEM_NAME_EN,
    ITEM_DEPARTMENT,
    ITEM_LEVEL,
    ITEM_KIND,
    ITEM_TREATMENT,
    ITEM_TYPES,
    ITEM_INDUSTRIES,
    ITEM_KEYWORDS,
    ITEM_WHEN,
    ITEM_STATUS,
    ITEM_STATUS_NOTE,
    ITEM_NOTE,
    ITEM_PERMIT,
    ITEM_BASIS,
    ITEM_PROVENANCE,
    ITEM_FACTS,
    ITEM_MATERIALS
};

static const char *const item_columns[] = {
    "number",    "tier",         "name_zh",     "name_en",    "department", "level",     "kind",
    "treatment", "entity_types", "industries",  "keywords",   "when",       "status",    "status_note",
    "note",      "permit_zh",    "legal_basis", "provenance", "facts",      "materials", NULL};

static int read_number(struct reg_catalogue *catalogue, const struct sheet *sheet, size_t row, struct reg_item *item)
{
    const char *cell = sheet_cell(sheet, row, ITEM_NUMBER);
    size_t len = strlen(cell);

    item->number = len > 0 && len <= 4 && strspn(cell, "0123456789") == len ? (unsigned)strtoul(cell, NULL, 10) : 0;
    if (item->number < 1 || item->number > REG_ITEM_MAX)
        return sheet_reject(sheet, row, ITEM_NUMBER, cell, "应为 1 至 1023 的整数", "must be a number from 1 to 1023");
    if (catalogue->by_number[item->number])
        return sheet_reject(sheet, row, ITEM_NUMBER, cell, "与前面的行重复", "an earlier row has the same");
    catalogue->by_number[item->number] = 1;
    return 0;
}

static int read_texts(const struct sheet *sheet, size_t row, struct reg_arena *arena, struct reg_item *item)
{
    const struct {
        int column;
        bool optional;
        const char **to;
    } texts[] = {
        {ITEM_TIER, false, &item->tier},
        {ITEM_NAME_ZH, false, &item->name_zh},
        {ITEM_NAME_EN, false, &item->name_en},
        {ITEM_LEVEL, false, &item->level_zh},
        {ITEM_TREATMENT, false, &item->treatment_zh},
        {ITEM_STATUS_NOTE, true, &item->status_note},
        {ITEM_NOTE, true, &item->note},
        {ITEM_PERMIT, true, &item->permit_zh},
        {ITEM_BASIS, false, &item->legal_basis},
        {ITEM_PROVENANCE, true, &item->provenance},
    };
    int error = 0;

    for (size_t i = 0; !error && i < sizeof texts / sizeof texts[0]; i++)
        error = texts[i].optional ? sheet_optional(sheet, row, texts[i].column, arena, texts[i].to)
                                  : sheet_text(sheet, row, texts[i].column, arena, texts[i].to);
    return error;
}

static int read_enums(const struct sheet *sheet, size_t row, struct reg_item *item)
{
    static const char *const kinds[] = {"登记", "备案", "报告", "许可", NULL};
    static const char *const whens[] = {"establish",          "establish_if_staff", "opt_in",
                                        "opt_in_after_start", "after_permit",       NULL};
    static const char *const states[] = {"in_force", "repealed", "absorbed", "transformed", NULL};
    int kind, when, status;
    int error = sheet_choice(sheet, row, ITEM_KIND, kinds, &kind);

    if (!error)
        error = sheet_choice(sheet, row, ITEM_WHEN, whens, &when);
    if (!error)
        error = sheet_choice(sheet, row, ITEM_STATUS, states, &status);
    if (error)
        return error;
    item->kind = (enum reg_item_kind)kind;
    item->when = (enum reg_item_when)when;
    item->status = (enum reg_item_status)status;
    if ((item->when == REG_WHEN_AFTER_PERMIT) != (*item->permit_zh != '\0'))
        return sheet_reject(sheet, row, ITEM_PERMIT, item->permit_zh, "after_permit 的事项应写明许可，其他事项应为空",
                            "an after_permit item names its permit, any other none");
    return 0;
}

static int read_department(const struct reg_catalogue *catalogue, const struct sheet *sheet, size_t row,
                           struct reg_item *item)
{
    const char *cell = sheet_cell(sheet, row, ITEM_DEPARTMENT);

    for (size_t i = 0; i < catalogue->department_count; i++) {
        const struct department *department = &catalogue->departments[i];

        if (strcmp(department->id, cell) == 0) {
            item->department = department->id;
            item->department_zh = department->name_zh;
            item->department_en = department->name_en;
            return 0;
        }
    }
    return sheet_reject(sheet, row, ITEM_DEPARTMENT, cell, "没有这个部门", "no such department");
}

static int read_letters(const struct sheet *sheet, size_t row, struct reg_arena *arena, struct reg_item *item)
{
    static const char letters[] = "CBPSFINW"; /* in the order of the bits of enum reg_entity_letter */
    const char *const *parts;
    size_t count;
    int error = sheet_list(sheet, row, ITEM_TYPES, arena, &parts, &count);

    if (error)
        return error;
    for (size_t i = 0; i < count; i++) {
        const char *letter = strchr(letters, parts[i][0]);

        if (!letter || parts[i][1] != '\0')
            return sheet_reject(sheet, row, ITEM_TYPES, parts[i], "应为 C、B、P、S、F、I、N、W 之一",
                                "must be one of C, B, P, S, F, I, N, W");
        item->letters |= 1U << (letter - letters);
    }
    if (count == 0)
        return sheet_reject(sheet, row, ITEM_TYPES, "", "不能为空", "must not be empty");
    return 0;
}

static bool is_any(const struct sheet *sheet, size_t row, int column)
{
    const char *cell = sheet_cell(sheet, row, column);

    return *cell == '\0' || strcmp(cell, "*") == 0;
}

static int read_industries(const struct sheet *sheet, size_t row, struct reg_arena *arena, struct item_row *ret)
{
    struct reg_item *item = &ret->item;
    struct industry_range *ranges;
    int error;

    item->any_industry = is_any(sheet, row, ITEM_INDUSTRIES);
    if (item->any_industry)
        return 0;
    error = sheet_list(sheet, row, ITEM_INDUSTRIES, arena, &item->industries, &item->industry_count);
    if (error)
        return error;
    ranges = reg_arena_alloc(arena, item->industry_count * sizeof *ranges);
    if (!ranges)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < item->industry_count; i++) {
        if (!industry_range_parse(item->industries[i], &ranges[i]))
            return sheet_reject(sheet, row, ITEM_INDUSTRIES, item->industries[i], "不是行业代码，也不是行业代码区间",
                                "neither an industry code nor a range of them");
    }
    ret->ranges = ranges;
    return 0;
}

static int read_keywords(const struct sheet *sheet, size_t row, struct reg_arena *arena, struct item_row *ret)
{
    struct reg_item *item = &ret->item;
    const char *const *parts;
    const char **folded;
    struct keyword *words;
    int error;

    item->any_keyword = is_any(sheet, row, ITEM_KEYWORDS);
    if (item->any_keyword)
        return 0;
    error = sheet_list(sheet, row, ITEM_KEYWORDS, arena, &parts, &item->keyword_count);
    if (error)
        return error;
    words = reg_arena_alloc(arena, item->keyword_count * sizeof *words);
    folded = reg_arena_alloc(arena, item->keyword_count * sizeof *folded);
    if (!words || !folded)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < item->keyword_count; i++) {
        if (!keyword_prepare(parts[i], arena, &words[i]))
            return REG_ERR_NOMEM;
        folded[i] = words[i].text;
    }
    item->keywords = folded;
    ret->words = words;
    return 0;
}

static int compare_item_facts(const void *a, const void *b)
{
    return strcmp(((const struct reg_item_fact *)a)->fact->key, ((const struct reg_item_fact *)b)->fact->key);
}

/* "key!;key": what is marked is mandatory. */
static int read_facts(const struct reg_catalogue *catalogue, const struct sheet *sheet, size_t row, struct reg_item *item)
{
    const char *const *parts;
    struct reg_item_fact *facts;
    int error = sheet_list(sheet, row, ITEM_FACTS, catalogue->arena, &parts, &item->fact_count);

    if (error)
        return error;
    facts = reg_arena_alloc(catalogue->arena, (item->fact_count + 1) * sizeof *facts);
    if (!facts)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < item->fact_count; i++) {
        size_t len = strlen(parts[i]);
        char *key = reg_arena_strdup(catalogue->arena, parts[i]);

        if (!key)
            return REG_ERR_NOMEM;
        facts[i].mandatory = parts[i][len - 1] == '!';
        key[len - facts[i].mandatory] = '\0';
        facts[i].fact = reg_catalogue_fact(catalogue, key);
        if (!facts[i].fact)
            return sheet_reject(sheet, row, ITEM_FACTS, key, "信息项字典中没有", "the dictionary has no such fact");
        for (size_t k = 0; k < i; k++) {
            if (facts[k].fact == facts[i].fact)
                return sheet_reject(sheet, row, ITEM_FACTS, key, "重复", "listed twice");
        }
    }
    qsort(facts, item->fact_count, sizeof *facts, compare_item_facts);
    item->facts = facts;
    return 0;
}

static int read_materials(const struct reg_catalogue *catalogue, const struct sheet *sheet, size_t row,
                          struct reg_item *item)
{
    const char *const *parts;
    const struct reg_material_def **materials;
    int error = sheet_list(sheet, row, ITEM_MATERIALS, catalogue->arena, &parts, &item->material_count);

    if (error)
        return error;
    materials = reg_arena_alloc(catalogue->arena, (item->material_count + 1) * sizeof *materials);
    if (!materials)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < item->material_count; i++) {
        materials[i] = reg_catalogue_material(catalogue, parts[i]);
        if (!materials[i])
            return sheet_reject(sheet, row, ITEM_MATERIALS, parts[i], "材料表中没有", "no such material");
    }
    item->materials = materials;
    return 0;
}

static int read_item(struct reg_catalogue *catalogue, const struct sheet *sheet, size_t row, struct item_row *ret)
{
    int error = read_number(catalogue, sheet, row, &ret->item);

    if (!error)
        error = read_texts(sheet, row, catalogue->arena, &ret->item);
    if (!error)
        error = read_enums(sheet, row, &ret->item);
    if (!error)
        error = read_department(catalogue, sheet, row, &ret->item);
    if (!error)
        error = read_letters(sheet, row, catalogue->arena, &ret->item);
    if (!error)
        error = read_industries(sheet, row, catalogue->arena, ret);
    if (!error)
        error = read_keywords(sheet, row, catalogue->arena, ret);
    if (!error)
        error = read_facts(catalogue, sheet, row, &ret->item);
    return error ? error : read_materials(catalogue, sheet, row, &ret->item);
}

static int compare_items(const void *a, const void *b)
{
    return (int)((const struct item_row *)a)->item.number - (int)((const struct item_row *)b)->item.number;
}

int load_items(struct reg_catalogue *catalogue, struct reg_bytes bytes, struct reg_error_info *info)
{
    struct sheet sheet;
    int error = sheet_open(&sheet, "items.csv", bytes, item_columns, info);

    if (error)
        return error;
    catalogue->items = reg_arena_alloc(catalogue->arena, (sheet.csv.rows + 1) * sizeof *catalogue->items);
    if (!catalogue->items)
        error = REG_ERR_NOMEM;
    else if (sheet.csv.rows == 0)
        error = reg_fail(info, REG_ERR_INVALID, "%s 第 1 行：没有事项", "%s line 1: there are no items", sheet.csv.file);
    for (size_t row = 0; !error && row < sheet.csv.rows; row++)
        error = read_item(catalogue, &sheet, row, &catalogue->items[row]);
    if (!error) {
        catalogue->item_count = sheet.csv.rows;
        qsort(catalogue->items, catalogue->item_count, sizeof *catalogue->items, compare_items);
        for (size_t i = 0; i < catalogue->item_count; i++)
            catalogue->by_number[catalogue->items[i].item.number] = (uint16_t)(i + 1);
        error = sheet_canonical(&sheet, &catalogue->csv[FILE_ITEMS]);
    }
    sheet_close(&sheet);
    return error;
}
