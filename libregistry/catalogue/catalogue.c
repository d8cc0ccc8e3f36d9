#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "catalogue/internal.h"

#define CATALOGUE_FILE_MAX (16U << 20)

const char *reg_catalogue_notice_zh(void)
{
    return "示例目录，非宿州市公布目录";
}

const char *reg_catalogue_notice_en(void)
{
    return "Sample catalogue, not the one that the city of Suzhou (Anhui) published";
}

void reg_catalogue_free(struct reg_catalogue *catalogue)
{
    if (!catalogue)
        return;
    for (size_t i = 0; i < FILE_COUNT; i++)
        reg_data_clear(&catalogue->csv[i]);
    reg_arena_free(catalogue->arena);
    free(catalogue);
}

int reg_catalogue_parse(struct reg_bytes items_csv, struct reg_bytes facts_csv, struct reg_bytes materials_csv,
                        struct reg_bytes scope_terms_csv, struct reg_catalogue **ret_catalogue, struct reg_error_info *info)
{
    struct reg_catalogue *catalogue = calloc(1, sizeof *catalogue);
    int error = REG_ERR_NOMEM;

    if (!catalogue)
        return REG_ERR_NOMEM;
    catalogue->arena = reg_arena_new(0);
    if (!catalogue->arena)
        goto out;
    error = load_departments(catalogue, info);
    if (!error)
        error = load_facts(catalogue, facts_csv, info);
    if (!error)
        error = load_materials(catalogue, materials_csv, info);
    if (!error)
        error = load_items(catalogue, items_csv, info);
    if (error)
        goto out;
    catalogue->sample = catalogue->csv[FILE_ITEMS].len == reg_data_items_csv_len &&
                        memcmp(catalogue->csv[FILE_ITEMS].data, reg_data_items_csv, reg_data_items_csv_len) == 0;
    error = load_scope_terms(catalogue, scope_terms_csv, info);
    if (error)
        goto out;
    *ret_catalogue = catalogue;
    catalogue = NULL;
out:
    reg_catalogue_free(catalogue);
    return error;
}

int reg_catalogue_default(struct reg_catalogue **ret_catalogue)
{
    return reg_catalogue_parse((struct reg_bytes){reg_data_items_csv, reg_data_items_csv_len},
                               (struct reg_bytes){reg_data_facts_csv, reg_data_facts_csv_len},
                               (struct reg_bytes){reg_data_materials_csv, reg_data_materials_csv_len},
                               (struct reg_bytes){NULL, 0}, ret_catalogue, NULL);
}

static int read_whole(FILE *file, struct reg_buf *buf)
{
    uint8_t chunk[8192];
    size_t len;

    while ((len = fread(chunk, 1, sizeof chunk, file)) > 0) {
        reg_buf_put(buf, chunk, len);
        if (buf->error)
            return buf->error;
        if (buf->len > CATALOGUE_FILE_MAX)
            return REG_ERR_LIMIT;
    }
    return ferror(file) ? REG_ERR_IO : 0;
}

/* `ret_there` NULL: the file must exist. */
static int read_file(const char *directory, const char *name, struct reg_buf *buf, bool *ret_there,
                     struct reg_error_info *info)
{
    struct reg_buf path = REG_BUF_INIT;
    FILE *file = NULL;
    int error;

    reg_buf_printf(&path, "%s/%s", directory, name);
    error = path.error;
    if (error)
        goto out;
    file = fopen((const char *)path.data, "rb");
    if (ret_there) {
        *ret_there = file || errno != ENOENT;
        if (!*ret_there)
            goto out;
    }
    error = file ? read_whole(file, buf) : REG_ERR_IO;
    if (error == REG_ERR_LIMIT)
        reg_fail(info, error, "%s/%s 超过 16 MiB", "%s/%s is over 16 MiB", directory, name);
    else if (error == REG_ERR_IO)
        reg_fail(info, error, "无法读取 %s/%s：%s", "cannot read %s/%s: %s", directory, name, strerror(errno));
out:
    if (file)
        fclose(file);
    reg_buf_clear(&path);
    return error;
}

int reg_catalogue_load(const char *directory, struct reg_catalogue **ret_catalogue, struct reg_error_info *info)
{
    static const char *const names[FILE_COUNT] = {"items.csv", "facts.csv", "materials.csv", "scope_terms.csv"};
    struct reg_buf files[FILE_COUNT] = {REG_BUF_INIT, REG_BUF_INIT, REG_BUF_INIT, REG_BUF_INIT};
    struct reg_bytes terms = {NULL, 0};
    bool has_terms;
    int error = 0;

    for (size_t i = 0; !error && i < FILE_COUNT; i++)
        error = read_file(directory, names[i], &files[i], i == FILE_SCOPE_TERMS ? &has_terms : NULL, info);
    if (!error && has_terms) /* an empty file is not the compiled-in one */
        terms = files[FILE_SCOPE_TERMS].len ? reg_buf_bytes(&files[FILE_SCOPE_TERMS])
                                            : (struct reg_bytes){(const uint8_t *)"", 0};
    if (!error)
        error = reg_catalogue_parse(reg_buf_bytes(&files[FILE_ITEMS]), reg_buf_bytes(&files[FILE_FACTS]),
                                    reg_buf_bytes(&files[FILE_MATERIALS]), terms, ret_catalogue, info);
    for (size_t i = 0; i < FILE_COUNT; i++)
        reg_buf_clear(&files[i]);
    return error;
}

struct reg_bytes reg_catalogue_csv(const struct reg_catalogue *catalogue, const char *which)
{
    static const char *const names[FILE_COUNT] = {"items", "facts", "materials", "scope_terms"};

    for (size_t i = 0; i < FILE_COUNT; i++) {
        if (strcmp(names[i], which) == 0)
            return reg_bytes_of(&catalogue->csv[i]);
    }
    return (struct reg_bytes){NULL, 0};
}

bool reg_catalogue_is_sample(const struct reg_catalogue *catalogue)
{
    return catalogue->sample;
}

size_t reg_catalogue_item_count(const struct reg_catalogue *catalogue)
{
    return catalogue->item_count;
}

const struct reg_item *reg_catalogue_item_at(const struct reg_catalogue *catalogue, size_t index)
{
    return &catalogue->items[index].item;
}

const struct reg_item *reg_catalogue_item(const struct reg_catalogue *catalogue, unsigned number)
{
    unsigned place = number <= REG_ITEM_MAX ? catalogue->by_number[number] : 0;

    return place ? &catalogue->items[place - 1].item : NULL;
}
