/* A diff as people and programs read it. */
#include <jansson.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "catalogue/diff.h"

static const char *const subject_names[] = {"item", "fact", "material", "scope_term"};
static const char *const subject_texts[] = {"事项 item", "信息项 fact", "材料 material", "规范表述 scope term"};
static const char *const kind_names[] = {"added", "removed", "repealed", "changed"};
static const char *const kind_texts[] = {"＋ 新增 added", "✕ 删行 removed", "－ 废止 repealed", "～ 变更 changed"};

static const char *or_dash(const char *text)
{
    return *text ? text : "—";
}

static void put_change(const struct reg_catalogue_change *change, struct reg_buf *buf)
{
    reg_buf_printf(buf, "%s %s %s %s", kind_texts[change->kind], subject_texts[change->subject], change->id, change->zh);
    if (change->subject != REG_CHANGED_TERM)
        reg_buf_printf(buf, " %s", change->en);
    if (*change->column)
        reg_buf_printf(buf, "：%s", change->column);
    if (*change->part)
        reg_buf_printf(buf, " %s %s %s", change->part, change->part_zh, change->part_en);
    if (*change->column)
        reg_buf_printf(buf, "：%s → %s", or_dash(change->before), or_dash(change->after));
    reg_buf_put_u8(buf, '\n');
}

int reg_catalogue_diff_text(const struct reg_catalogue *before, const struct reg_catalogue *after, struct reg_data *ret_text,
                            size_t *ret_count)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_catalogue_diff diff;
    int error = arena ? reg_catalogue_diff_make(before, after, arena, &diff) : REG_ERR_NOMEM;

    for (size_t i = 0; error == 0 && i < diff.count; i++)
        put_change(&diff.changes[i], &buf);
    if (error == 0)
        reg_buf_printf(&buf, "共 %zu 处 / %zu differences\n", diff.count, diff.count);
    if (error == 0)
        error = reg_buf_finish(&buf, ret_text);
    if (error == 0)
        *ret_count = diff.count;
    reg_buf_clear(&buf);
    reg_arena_free(arena);
    return error;
}

static json_t *change_json(const struct reg_catalogue_change *change)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s}", "subject", subject_names[change->subject], "kind",
                               kind_names[change->kind], "id", change->id, "nameZh", change->zh, "nameEn", change->en);
    json_t *column = NULL, *part = NULL;

    if (object && *change->column) {
        column = json_pack("{s:s, s:s, s:s}", "column", change->column, "before", change->before, "after", change->after);
        if (json_object_update(object, column)) {
            json_decref(object);
            object = NULL;
        }
    }
    if (object && *change->part) {
        part = json_pack("{s:s, s:s, s:s}", "part", change->part, "partZh", change->part_zh, "partEn", change->part_en);
        if (json_object_update(object, part)) {
            json_decref(object);
            object = NULL;
        }
    }
    json_decref(column);
    json_decref(part);
    return object;
}

int reg_catalogue_diff_json(const struct reg_catalogue *before, const struct reg_catalogue *after, struct reg_data *ret_json,
                            size_t *ret_count)
{
    struct reg_arena *arena = reg_arena_new(0);
    json_t *whole = json_object(), *array = json_array();
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_catalogue_diff diff;
    char *text = NULL;
    int error = arena ? reg_catalogue_diff_make(before, after, arena, &diff) : REG_ERR_NOMEM;

    for (size_t i = 0; error == 0 && i < diff.count; i++)
        if (json_array_append_new(array, change_json(&diff.changes[i])))
            error = REG_ERR_NOMEM;
    if (error == 0 && (json_object_set(whole, "changes", array) || !(text = json_dumps(whole, JSON_INDENT(2)))))
        error = REG_ERR_NOMEM;
    if (error == 0) {
        reg_buf_puts(&buf, text);
        reg_buf_put_u8(&buf, '\n');
        error = reg_buf_finish(&buf, ret_json);
    }
    if (error == 0)
        *ret_count = diff.count;
    free(text);
    json_decref(array);
    json_decref(whole);
    reg_buf_clear(&buf);
    reg_arena_free(arena);
    return error;
}
