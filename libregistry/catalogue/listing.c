/* The items as people and programs list them. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "catalogue/internal.h"

static const char *const when_names[] = {"establish", "establish_if_staff", "opt_in", "opt_in_after_start", "after_permit"};
static const char *const status_names[] = {"in_force", "repealed", "absorbed", "transformed"};
static const char *const kind_names[] = {"登记", "备案", "报告", "许可"};

/* Columns that a character takes on a terminal (Unicode TR 11: wide and fullwidth take two). */
static size_t char_width(uint32_t point)
{
    if ((point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
        (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
        (point >= 0xFE30 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF60) ||
        (point >= 0xFFE0 && point <= 0xFFE6) || (point >= 0x20000 && point <= 0x3FFFD))
        return 2;
    return 1;
}

static size_t text_width(const char *text)
{
    size_t width = 0;
    uint32_t point;

    while ((point = reg_utf8_next(&text)) != 0)
        width += char_width(point);
    return width;
}

#define TABLE_COLUMNS 6

static void table_row(const struct reg_item *item, const char *number, const char *ret[TABLE_COLUMNS])
{
    ret[0] = number;
    ret[1] = item->name_zh;
    ret[2] = item->department_zh;
    ret[3] = when_names[item->when];
    ret[4] = status_names[item->status];
    ret[5] = item->name_en;
}

static void put_row(struct reg_buf *buf, const char *const cells[TABLE_COLUMNS], const size_t widths[TABLE_COLUMNS])
{
    for (size_t i = 0; i < TABLE_COLUMNS; i++) {
        size_t pad = i + 1 < TABLE_COLUMNS ? widths[i] - text_width(cells[i]) + 2 : 0;

        reg_buf_puts(buf, cells[i]);
        for (; pad > 0; pad--)
            reg_buf_put_u8(buf, ' ');
    }
    reg_buf_put_u8(buf, '\n');
}

static void number_text(unsigned number, char ret[16])
{
    char digits[16];
    size_t len = 0;

    do {
        digits[len++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    for (size_t i = 0; i < len; i++)
        ret[i] = digits[len - 1 - i];
    ret[len] = '\0';
}

int reg_catalogue_items_table(const struct reg_catalogue *catalogue, struct reg_data *ret_text)
{
    static const char *const head[TABLE_COLUMNS] = {"#", "事项", "部门", "when", "status", "item"};
    struct reg_buf buf = REG_BUF_INIT;
    size_t widths[TABLE_COLUMNS];
    const char *cells[TABLE_COLUMNS];
    char number[16];

    if (catalogue->sample)
        reg_buf_printf(&buf, "%s\n%s\n\n", reg_catalogue_notice_zh(), reg_catalogue_notice_en());
    for (size_t i = 0; i < TABLE_COLUMNS; i++)
        widths[i] = text_width(head[i]);
    for (size_t row = 0; row < catalogue->item_count; row++) {
        number_text(catalogue->items[row].item.number, number);
        table_row(&catalogue->items[row].item, number, cells);
        for (size_t i = 0; i < TABLE_COLUMNS; i++)
            widths[i] = text_width(cells[i]) > widths[i] ? text_width(cells[i]) : widths[i];
    }
    put_row(&buf, head, widths);
    for (size_t row = 0; row < catalogue->item_count; row++) {
        number_text(catalogue->items[row].item.number, number);
        table_row(&catalogue->items[row].item, number, cells);
        put_row(&buf, cells, widths);
    }
    return reg_buf_finish(&buf, ret_text);
}

static json_t *strings_json(const char *const *texts, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; array && i < count; i++) {
        if (json_array_append_new(array, json_string(texts[i]))) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *letters_json(unsigned letters)
{
    static const char *const names[] = {"C", "B", "P", "S", "F", "I", "N", "W"};
    const char *texts[8];
    size_t count = 0;

    for (size_t i = 0; i < 8; i++) {
        if (letters >> i & 1)
            texts[count++] = names[i];
    }
    return strings_json(texts, count);
}

static json_t *facts_json(const struct reg_item *item)
{
    json_t *array = json_array();

    for (size_t i = 0; array && i < item->fact_count; i++) {
        const struct reg_fact_def *fact = item->facts[i].fact;
        json_t *object = json_pack("{s:s, s:b, s:s, s:s}", "key", fact->key, "mandatory", item->facts[i].mandatory,
                                   "labelZh", fact->label_zh, "labelEn", fact->label_en);

        if (json_array_append_new(array, object)) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *materials_json(const struct reg_item *item)
{
    json_t *array = json_array();

    for (size_t i = 0; array && i < item->material_count; i++) {
        const struct reg_material_def *material = item->materials[i];
        json_t *object = json_pack("{s:s, s:s, s:s}", "kind", material->kind, "labelZh", material->label_zh, "labelEn",
                                   material->label_en);

        if (json_array_append_new(array, object)) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *item_json(const struct reg_item *item)
{
    static const char *const any[] = {"*"};
    json_t *object =
        json_pack("{s:i, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "number",
                  (int)item->number, "tier", item->tier, "nameZh", item->name_zh, "nameEn", item->name_en, "department",
                  "id", item->department, "nameZh", item->department_zh, "nameEn", item->department_en, "level",
                  item->level_zh, "kind", kind_names[item->kind], "treatment", item->treatment_zh, "when",
                  when_names[item->when], "status", status_names[item->status], "statusNote", item->status_note, "note",
                  item->note, "permit", item->permit_zh, "legalBasis", item->legal_basis, "provenance", item->provenance);

    if (!object)
        return NULL;
    if (json_object_set_new(object, "entityTypes", letters_json(item->letters)) ||
        json_object_set_new(
            object, "industries",
            strings_json(item->any_industry ? any : item->industries, item->any_industry ? 1 : item->industry_count)) ||
        json_object_set_new(
            object, "keywords",
            strings_json(item->any_keyword ? any : item->keywords, item->any_keyword ? 1 : item->keyword_count)) ||
        json_object_set_new(object, "facts", facts_json(item)) ||
        json_object_set_new(object, "materials", materials_json(item))) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *items_json(const struct reg_catalogue *catalogue)
{
    json_t *array = json_array();

    for (size_t i = 0; array && i < catalogue->item_count; i++)
        if (json_array_append_new(array, item_json(&catalogue->items[i].item))) {
            json_decref(array);
            return NULL;
        }
    return array;
}

int reg_catalogue_items_json(const struct reg_catalogue *catalogue, struct reg_data *ret_json)
{
    json_t *whole = json_object(), *notice = NULL;
    struct reg_buf buf = REG_BUF_INIT;
    char *text = NULL;
    int error = REG_ERR_NOMEM;

    if (reg_catalogue_is_sample(catalogue)) {
        notice = json_pack("{s:s, s:s}", "zh", reg_catalogue_notice_zh(), "en", reg_catalogue_notice_en());
        if (json_object_set_new(whole, "notice", notice))
            goto out;
    }
    if (json_object_set_new(whole, "items", items_json(catalogue)))
        goto out;
    text = json_dumps(whole, JSON_INDENT(2));
    if (!text)
        goto out;
    reg_buf_puts(&buf, text);
    reg_buf_put_u8(&buf, '\n');
    error = reg_buf_finish(&buf, ret_json);
out:
    free(text);
    json_decref(whole);
    return error;
}
