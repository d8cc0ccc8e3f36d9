/* catalogue items, catalogue import. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "ctl.h"

#define LIST_MAX (16U << 20)

/* The registry's catalogue where --dir names one, else the compiled-in sample. */
int ctl_catalogue_items(struct ctl *ctl)
{
    struct reg_engine *engine = NULL;
    struct reg_catalogue *sample = NULL;
    const struct reg_catalogue *catalogue;
    struct reg_data text = {0};
    struct reg_error_info info = {0};
    const char *on;
    unsigned revision;
    int32_t day;
    int error;

    if (!ctl_revision_options(ctl, &revision, &on, &day) || !ctl_arguments(ctl, 0))
        return CTL_FAULT;
    if (ctl->dir && ctl_open(ctl, &engine) != 0)
        return CTL_FAULT;
    error = engine ? reg_engine_catalogue_of(engine, revision, day, &catalogue, &info) : reg_catalogue_default(&sample);
    if (!engine)
        catalogue = sample;
    if (error == 0)
        error = ctl->json ? reg_catalogue_items_json(catalogue, &text) : reg_catalogue_items_table(catalogue, &text);
    if (error == 0)
        ctl_print(reg_bytes_of(&text));
    reg_data_clear(&text);
    reg_catalogue_free(sample);
    reg_engine_close(engine);
    return error == 0 ? CTL_YES : ctl_fail(error, &info);
}

/* DIR/scope_terms.csv; makes DIR where there is none. */
static int write_terms(const char *directory, struct reg_bytes csv, struct reg_error_info *info)
{
    char path[4096];

    if ((size_t)snprintf(path, sizeof path, "%s/scope_terms.csv", directory) >= sizeof path ||
        (mkdir(directory, 0755) != 0 && errno != EEXIST)) {
        snprintf(info->zh, sizeof info->zh, "无法建立目录 %s：%s", directory, strerror(errno));
        snprintf(info->en, sizeof info->en, "cannot make the directory %s: %s", directory, strerror(errno));
        return REG_ERR_IO;
    }
    return ctl_write_file(path, csv, 0644, info);
}

/* The list's rows that can be taken become a catalogue's scope_terms.csv; of each other one it says why not. */
int ctl_catalogue_import(struct ctl *ctl)
{
    const char *out = ctl_option(ctl, "out"), *directory = ctl_option(ctl, "catalogue");
    struct reg_catalogue *catalogue = NULL;
    struct reg_scope_import import = {{NULL, 0}, {NULL, 0}, 0, 0};
    struct reg_data list = {0};
    struct reg_error_info info = {0};
    int error;

    if (!ctl_arguments(ctl, 1))
        return CTL_FAULT;
    if (!out)
        return ctl_usage("请用 --out DIR 指明目录", "name a directory with --out DIR");
    error = directory ? reg_catalogue_load(directory, &catalogue, &info) : reg_catalogue_default(&catalogue);
    if (error == 0)
        error = ctl_read_file(ctl->argv[0], LIST_MAX, &list, &info);
    if (error == 0)
        error = reg_scope_terms_import(catalogue, ctl->argv[0], reg_bytes_of(&list), &import, &info);
    if (error == 0 && import.report.len > 0)
        fwrite(import.report.data, 1, import.report.len, stderr);
    if (error == 0 && import.taken > 0)
        error = write_terms(out, reg_bytes_of(&import.csv), &info);
    if (error == 0)
        printf("采用 %zu 条，未采用 %zu 条 / %zu terms taken, %zu refused\n", import.taken, import.refused_count,
               import.taken, import.refused_count);
    error = error == 0 ? (import.taken > 0 && import.refused_count == 0 ? CTL_YES : CTL_NO) : ctl_fail(error, &info);
    reg_scope_import_clear(&import);
    reg_data_clear(&list);
    reg_catalogue_free(catalogue);
    return error;
}
