#include "import_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <registry/code.h>

#include "suite.h"

struct source {
    const char *text;
    size_t left;
};

static int give(void *context, uint8_t *bytes, size_t size, size_t *ret_len)
{
    struct source *source = context;
    size_t len = source->left < size ? source->left : size;

    if (len > 0)
        memcpy(bytes, source->text, len);
    source->text += len;
    source->left -= len;
    *ret_len = len;
    return 0;
}

unsigned import_told_long;

/* What was refused: "line rule;" of each finding that names one. */
static void note(void *context, struct reg_bytes json)
{
    char line[4096];

    snprintf(line, sizeof line, "%.*s", (int)json.len, (const char *)json.data);
    import_told_long += strstr(line, "过长：至多") && strstr(line, "too long:");
    for (const char *at = line; (at = strstr(at, "\"rule\": \"")); at++)
        reg_buf_printf(context, "%d %.3s;", atoi(line + 9), at + 9);
}

bool import_fills, import_ends, import_filling;
unsigned import_batches;
void (*import_before_end)(struct fixture *fixture);
void (*import_before_batch)(void);
bool import_again;
int import_error;

struct reg_import_counts import_text(struct fixture *fixture, const char *text, bool json, size_t most,
                                     struct reg_buf *refused)
{
    struct reg_import_options options = REG_IMPORT_OPTIONS_INIT;
    struct source source = {text, strlen(text)};
    struct reg_import_counts counts = {0};
    struct reg_import_batch *batch = NULL;
    struct reg_import *run = NULL;
    int error;

    options.json_lines = json;
    import_batches = 0;
    import_filling = false;
    error = reg_import_new(fixture->engine, &operator_caller, &options, give, &source, &run, &fixture->info);
    if (error == 0 && import_fills)
        error = reg_import_fill_begin(run, &import_filling, &fixture->info);
    while (error == 0 && (error = reg_import_read(run, most, &batch, &fixture->info)) == 0 && batch) {
        import_batches++;
        for (size_t part = 0; part < 3 && error == 0; part++)
            error = reg_import_judge(batch, part, 3);
        if (error == 0)
            error = reg_import_look(batch, fixture->reader);
        if (error == 0)
            error = reg_import_lease(batch, &fixture->info);
        for (size_t part = 0; part < 3 && error == 0; part++)
            error = reg_import_seal(batch, part, 3);
        if (error == 0 && import_before_batch)
            import_before_batch();
        if (error == 0)
            error = reg_import_append(batch, &fixture->info);
        if (error == REG_ERR_UNAVAILABLE && import_again)
            error = reg_import_append(batch, &fixture->info);
        if (error == 0)
            error = reg_import_report(batch, &counts, note, refused);
        reg_import_batch_free(batch);
    }
    if (error == 0 && import_filling && import_before_end)
        import_before_end(fixture);
    if (error == 0 && import_filling && import_ends)
        error = reg_import_fill_end(run, fixture->reader, NULL, NULL, &fixture->info);
    CHECK_CASE(error == import_error, "%d %s", error, fixture->info.en);
    reg_import_free(run);
    reg_buf_put_u8(refused, 0);
    return counts;
}

void import_code(const char *prefix, const char *pool, uint64_t number, char ret[19])
{
    char body[9];

    CU_ASSERT_EQUAL_FATAL(reg_code_pool_body(pool, number, body), 0);
    CU_ASSERT_EQUAL_FATAL(reg_code_make(prefix, 341300, body, ret), 0);
}

void import_expect(struct fixture *fixture, const char *name, const char *rows, size_t most, uint64_t imported,
                   uint64_t known, const char *refusals)
{
    struct reg_buf refused = REG_BUF_INIT;
    struct reg_import_counts counts = import_text(fixture, rows, false, most, &refused);

    CHECK_CASE(counts.imported == imported && counts.known == known, "%s: %d imported, %d known", name, (int)counts.imported,
               (int)counts.known);
    CHECK_CASE(strcmp((char *)refused.data, refusals) == 0, "%s: refused %s", name, (char *)refused.data);
    CHECK_CASE(counts.rows == counts.imported + counts.known + counts.refused, "%s", name);
    reg_buf_clear(&refused);
}
