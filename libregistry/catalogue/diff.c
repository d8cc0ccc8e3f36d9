#include "catalogue/diff.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "catalogue/internal.h"

/* How a file's rows are told apart and named. */
struct diff_file {
    const char *which;
    const char *key, *zh, *en; /* columns */
    enum reg_change_subject subject;
};

static const struct diff_file diff_files[] = {
    {"items", "number", "name_zh", "name_en", REG_CHANGED_ITEM},
    {"facts", "key", "label_zh", "label_en", REG_CHANGED_FACT},
    {"materials", "kind", "label_zh", "label_en", REG_CHANGED_MATERIAL},
    {"scope_terms", "code", "term", "term", REG_CHANGED_TERM},
};

/* A comparison under way: the same file of both catalogues. */
struct comparing {
    const struct reg_catalogue *before, *after;
    const struct diff_file *file;
    struct reg_csv old, new;
    struct reg_arena *arena;
    struct reg_catalogue_diff *diff;
};

static const char *cell(const struct reg_csv *csv, size_t row, const char *column)
{
    int at = reg_csv_column(csv, column);

    return at < 0 ? "" : reg_csv_cell(csv, row, (size_t)at);
}

/* The row of that key; SIZE_MAX: none. Files keep their order: looking starts where the last one stood. */
static size_t find_row(const struct reg_csv *csv, const char *column, const char *key, size_t from)
{
    for (size_t i = 0; i < csv->rows; i++) {
        size_t row = (from + i) % csv->rows;

        if (strcmp(cell(csv, row, column), key) == 0)
            return row;
    }
    return SIZE_MAX;
}

static int add(struct comparing *work, const struct reg_catalogue_change *change)
{
    struct reg_catalogue_diff *diff = work->diff;
    struct reg_catalogue_change *copy;
    const char **texts[] = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL};

    if (diff->count == diff->cap) {
        size_t cap = diff->cap ? diff->cap * 2 : 64;
        struct reg_catalogue_change *grown = reg_arena_alloc(work->arena, cap * sizeof *grown);

        if (!grown)
            return REG_ERR_NOMEM;
        if (diff->count)
            memcpy(grown, diff->changes, diff->count * sizeof *grown);
        diff->changes = grown;
        diff->cap = cap;
    }
    copy = &diff->changes[diff->count];
    *copy = *change;
    texts[0] = &copy->id, texts[1] = &copy->zh, texts[2] = &copy->en, texts[3] = &copy->column, texts[4] = &copy->part;
    texts[5] = &copy->part_zh, texts[6] = &copy->part_en, texts[7] = &copy->before, texts[8] = &copy->after;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!(*texts[i] = reg_arena_strdup(work->arena, *texts[i] ? *texts[i] : "")))
            return REG_ERR_NOMEM;
    diff->count++;
    return 0;
}

static struct reg_catalogue_change row_change(const struct comparing *work, const struct reg_csv *csv, size_t row,
                                              enum reg_change_kind kind)
{
    return (struct reg_catalogue_change){.subject = work->file->subject,
                                         .kind = kind,
                                         .id = cell(csv, row, work->file->key),
                                         .zh = cell(csv, row, work->file->zh),
                                         .en = cell(csv, row, work->file->en)};
}

/* ---- the facts and materials of an item ---------------------------------------------------------------------------- */

/* The next part of a list: its name of `*len` bytes, and whether `!` stands behind it. NULL: no more. */
static const char *next_part(const char **at, size_t *len, bool *mandatory)
{
    const char *start = *at;
    size_t whole = strcspn(start, ";");

    if (whole == 0)
        return NULL;
    *mandatory = start[whole - 1] == '!';
    *len = whole - *mandatory;
    *at = start + whole + (start[whole] == ';');
    return start;
}

/* What a list says of a part. */
static const char *part_state(const char *list, const char *part, size_t part_len)
{
    const char *name;
    size_t len;
    bool mandatory;

    while ((name = next_part(&list, &len, &mandatory)) != NULL)
        if (len == part_len && memcmp(name, part, len) == 0)
            return mandatory ? "mandatory" : "optional";
    return "";
}

static void name_part(const struct reg_catalogue *catalogue, const char *column, struct reg_catalogue_change *change)
{
    if (strcmp(column, "facts") == 0) {
        const struct reg_fact_def *fact = reg_catalogue_fact(catalogue, change->part);

        change->part_zh = fact ? fact->label_zh : "";
        change->part_en = fact ? fact->label_en : "";
    } else {
        const struct reg_material_def *material = reg_catalogue_material(catalogue, change->part);

        change->part_zh = material ? material->label_zh : "";
        change->part_en = material ? material->label_en : "";
    }
}

/* The parts of one list that the other has not, or, with `both`, those that it has otherwise. */
static int compare_parts(struct comparing *work, struct reg_catalogue_change change, bool gone)
{
    const char *old = change.before, *new = change.after, *list = gone ? old : new, *name;
    size_t len;
    bool mandatory;
    int error = 0;

    while (error == 0 && (name = next_part(&list, &len, &mandatory)) != NULL) {
        change.before = part_state(old, name, len);
        change.after = part_state(new, name, len);
        if (strcmp(change.before, change.after) == 0 || (gone && *change.after))
            continue;
        change.part = reg_arena_printf(work->arena, "%.*s", (int)len, name);
        if (!change.part)
            return REG_ERR_NOMEM;
        name_part(gone ? work->before : work->after, change.column, &change);
        error = add(work, &change);
    }
    return error;
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

static bool in_force(const char *status)
{
    return strcmp(status, "repealed") != 0 && strcmp(status, "absorbed") != 0;
}

static int compare_column(struct comparing *work, struct reg_catalogue_change change)
{
    bool item = change.subject == REG_CHANGED_ITEM;
    int error;

    if (strcmp(change.before, change.after) == 0)
        return 0;
    if (item && strcmp(change.column, "status") == 0 && in_force(change.before) && !in_force(change.after))
        change.kind = REG_CHANGE_REPEALED;
    if (!item || (strcmp(change.column, "facts") != 0 && strcmp(change.column, "materials") != 0))
        return add(work, &change);
    error = compare_parts(work, change, false);
    return error == 0 ? compare_parts(work, change, true) : error;
}

static int compare_row(struct comparing *work, size_t old_row, size_t new_row)
{
    struct reg_catalogue_change change = row_change(work, &work->new, new_row, REG_CHANGE_CHANGED);
    int error = 0;

    for (size_t column = 0; column < work->new.columns &&error == 0; column++) {
        change.column = work->new.cells[column];
        change.before = cell(&work->old, old_row, change.column);
        change.after = reg_csv_cell(&work->new, new_row, column);
        error = compare_column(work, change);
    }
    return error;
}

static int compare_rows(struct comparing *work)
{
    const char *key = work->file->key;
    size_t from = 0;
    int error = 0;

    for (size_t row = 0; row < work->new.rows &&error == 0; row++) {
        size_t old_row = find_row(&work->old, key, cell(&work->new, row, key), from);

        if (old_row == SIZE_MAX) {
            struct reg_catalogue_change change = row_change(work, &work->new, row, REG_CHANGE_ADDED);

            error = add(work, &change);
        } else {
            error = compare_row(work, old_row, row);
            from = old_row + 1;
        }
    }
    for (size_t row = 0; row < work->old.rows && error == 0; row++)
        if (find_row(&work->new, key, cell(&work->old, row, key), row) == SIZE_MAX) {
            struct reg_catalogue_change change = row_change(work, &work->old, row, REG_CHANGE_REMOVED);

            error = add(work, &change);
        }
    return error;
}

int reg_catalogue_diff_make(const struct reg_catalogue *before, const struct reg_catalogue *after, struct reg_arena *arena,
                            struct reg_catalogue_diff *ret)
{
    struct comparing work = {.before = before, .after = after, .arena = arena, .diff = ret};
    int error = 0;

    *ret = (struct reg_catalogue_diff){NULL, 0, 0};
    for (size_t i = 0; i < sizeof diff_files / sizeof *diff_files && error == 0; i++) {
        work.file = &diff_files[i];
        error = reg_csv_parse(work.file->which, reg_catalogue_csv(before, work.file->which), &work.old, NULL);
        if (error == 0)
            error = reg_csv_parse(work.file->which, reg_catalogue_csv(after, work.file->which), &work.new, NULL);
        if (error == 0)
            error = compare_rows(&work);
        reg_csv_clear(&work.old);
        reg_csv_clear(&work.new);
    }
    return error;
}

/* ---- the rule of numbers ------------------------------------------------------------------------------------------- */

#define NAME_POINTS 128

static size_t points_of(const char *text, uint32_t ret[NAME_POINTS])
{
    size_t count = 0;

    while (count < NAME_POINTS && (ret[count] = reg_utf8_next(&text)) != 0)
        count++;
    return count;
}

/* Is at least half of the longer name, in order, in the other? An item may be renamed; under another name altogether it is
 * another item. */
static bool names_akin(const char *a, const char *b)
{
    uint32_t left[NAME_POINTS], right[NAME_POINTS];
    size_t m = points_of(a, left), n = points_of(b, right), common[NAME_POINTS + 1] = {0};

    for (size_t i = 0; i < m; i++)
        for (size_t j = 0, corner = 0; j < n; j++) {
            size_t above = common[j + 1];

            common[j + 1] = left[i] == right[j] ? corner + 1 : above > common[j] ? above : common[j];
            corner = above;
        }
    return 2 * common[n] >= (m > n ? m : n);
}

static bool same_item(const struct reg_item *a, const struct reg_item *b)
{
    return strcmp(a->name_zh, b->name_zh) == 0 ||
           (strcmp(a->department, b->department) == 0 && names_akin(a->name_zh, b->name_zh));
}

int reg_catalogue_may_follow(const struct reg_catalogue *before, const struct reg_catalogue *after,
                             struct reg_error_info *info)
{
    for (size_t i = 0; i < reg_catalogue_item_count(before); i++) {
        const struct reg_item *old = reg_catalogue_item_at(before, i), *new = reg_catalogue_item(after, old->number);

        if (!new)
            return reg_fail(info, REG_ERR_INVALID, "事项 %u“%s”不见了：请将其状态改为 repealed，不得删行",
                            "item %u \"%s\" is gone: give it the status repealed, its row stays", old->number, old->name_zh);
        if (!same_item(old, new))
            return reg_fail(info, REG_ERR_INVALID, "编号 %u 原为“%s”，现为“%s”：编号不得改作他用",
                            "number %u was \"%s\" and is \"%s\" now: numbers are never reused", old->number, old->name_zh,
                            new->name_zh);
    }
    return 0;
}
