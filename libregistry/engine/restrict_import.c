/* Restrictions by the file, as other authorities send them: a request for each row, refused rows passed over. */
#include "engine/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "filing/restrictions.h"

enum column { SOURCE, CREDIT_CODE, ID_KIND, ID_NUMBER, BASIS, SINCE, UNTIL, BLOCKS, NOTE, UNREACHABLE, COLUMN_COUNT };
static const struct {
    const char *name;
    bool needed;
} columns[COLUMN_COUNT] = {
    {"source", true}, {"credit_code", true}, {"id_kind", true}, {"id_number", true}, {"basis", true},
    {"since", true},  {"until", false},      {"blocks", false}, {"note", false},     {"address_unreachable", false},
};

/* An import under way. */
struct import {
    struct reg_engine *engine;
    const struct reg_caller *caller;
    struct reg_csv csv;
    int at[COLUMN_COUNT]; /* where the columns stand; -1: left out */
    struct reg_import_result result;
};

static int find_columns(struct import *import, struct reg_error_info *info)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        import->at[i] = reg_csv_column(&import->csv, columns[i].name);
        if (import->at[i] < 0 && columns[i].needed)
            return reg_fail(info, REG_ERR_INVALID, "%s：缺少列 %s", "%s: column %s is missing", import->csv.file,
                            columns[i].name);
    }
    return 0;
}

static char *cell(const struct import *import, size_t row, enum column column)
{
    return import->at[column] < 0 ? (char *)"" : (char *)reg_csv_cell(&import->csv, row, (size_t)import->at[column]);
}

/* ---- one row ------------------------------------------------------------------------------------------------------- */

/* "change", "CHANGE" and "FILING_KIND_CHANGE" mean the same, and so do the kinds of documents. */
static int enum_value(const ProtobufCEnumDescriptor *type, const char *prefix, const char *text, size_t len, int *ret)
{
    char name[64];
    size_t prefix_len = strlen(prefix);

    if (len >= sizeof name)
        return REG_ERR_INVALID;
    for (size_t i = 0; i < len; i++)
        name[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
    name[len] = '\0';
    for (unsigned i = 0; i < type->n_values; i++)
        if (type->values[i].value != 0 &&
            (strcmp(type->values[i].name, name) == 0 || strcmp(type->values[i].name + prefix_len, name) == 0)) {
            *ret = type->values[i].value;
            return 0;
        }
    return REG_ERR_INVALID;
}

static int compare_kinds(const void *a, const void *b)
{
    return (int)*(const reg_pb_filing_kind *)a - (int)*(const reg_pb_filing_kind *)b;
}

/* Kinds of filing, joined by spaces or semicolons. */
static int read_blocks(const char *text, struct reg_arena *arena, reg_pb_restriction *ret, struct reg_error_info *info)
{
    ret->blocks = reg_arena_alloc(arena, (strlen(text) / 2 + 1) * sizeof *ret->blocks);
    if (!ret->blocks)
        return REG_ERR_NOMEM;
    while (*text) {
        size_t len = strcspn(text, " ;");
        int kind;

        if (len > 0 && enum_value(&registry__v1__filing_kind__descriptor, "FILING_KIND_", text, len, &kind) != 0)
            return reg_fail(info, REG_ERR_INVALID, "blocks：没有申请种类“%.*s”",
                            "blocks: there is no kind of filing \"%.*s\"", (int)len, text);
        if (len > 0)
            ret->blocks[ret->n_blocks++] = (reg_pb_filing_kind)kind;
        text += len + (text[len] != '\0');
    }
    if (ret->n_blocks > 1)
        qsort(ret->blocks, ret->n_blocks, sizeof *ret->blocks, compare_kinds);
    return 0;
}

static int read_row(const struct import *import, size_t row, struct reg_arena *arena, reg_pb_restriction *ret,
                    struct reg_error_info *info)
{
    const char *name = cell(import, row, SOURCE), *id_kind = cell(import, row, ID_KIND),
               *unreachable = cell(import, row, UNREACHABLE);
    const struct reg_restriction_source *source = reg_restriction_source_find(name, strlen(name));
    int kind = 0;

    registry__v1__restriction__init(ret);
    if (!source)
        return reg_fail(info, REG_ERR_INVALID, "source：没有名为“%.40s”的限制来源",
                        "source: there is no source \"%.40s\" of restrictions", name);
    if (id_kind[0] && enum_value(&registry__v1__id_kind__descriptor, "ID_KIND_", id_kind, strlen(id_kind), &kind) != 0)
        return reg_fail(info, REG_ERR_INVALID, "id_kind：没有证件种类“%.40s”", "id_kind: there is no kind \"%.40s\"",
                        id_kind);
    if (unreachable[0] && strcmp(unreachable, "0") != 0 && strcmp(unreachable, "1") != 0)
        return reg_fail(info, REG_ERR_INVALID, "address_unreachable 应为 0 或 1", "address_unreachable is 0 or 1");
    ret->source = source->source;
    ret->credit_code = cell(import, row, CREDIT_CODE);
    ret->basis = cell(import, row, BASIS);
    ret->since = cell(import, row, SINCE);
    ret->until = cell(import, row, UNTIL);
    ret->note = cell(import, row, NOTE);
    ret->address_unreachable = unreachable[0] == '1';
    if (id_kind[0] || cell(import, row, ID_NUMBER)[0]) {
        ret->person = reg_arena_alloc(arena, sizeof *ret->person);
        if (!ret->person)
            return REG_ERR_NOMEM;
        registry__v1__id_document__init(ret->person);
        ret->person->kind = (reg_pb_id_kind)kind;
        ret->person->number = cell(import, row, ID_NUMBER);
    }
    return read_blocks(cell(import, row, BLOCKS), arena, ret, info);
}

/* A request id of its own: the same restriction may be placed anew after it was lifted. */
static int make_request_id(const struct import *import, char ret[REG_REQUEST_ID_MAX + 1])
{
    uint8_t bytes[16];
    int error = import->engine->host.random(import->engine->host.context, bytes, sizeof bytes);

    memcpy(ret, "import/", 8);
    for (size_t i = 0; i < sizeof bytes && error == 0; i++)
        snprintf(ret + 7 + 2 * i, 3, "%02x", bytes[i]);
    return error;
}

static int place(const struct import *import, reg_pb_restriction *restriction, struct reg_error_info *info)
{
    reg_pb_place_restriction_request request = REGISTRY__V1__PLACE_RESTRICTION_REQUEST__INIT;
    char id[REG_REQUEST_ID_MAX + 1];
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_data answer = {0};
    int error = make_request_id(import, id);

    request.request_id = id;
    request.restriction = restriction;
    reg_message_encode(&request.base, &buf);
    if (error == 0)
        error = buf.error;
    if (error == 0)
        error = reg_engine_step(import->engine, REG_STEP_RESTRICT, import->caller, reg_buf_bytes(&buf), &answer, info);
    reg_buf_clear(&buf);
    reg_data_clear(&answer);
    return error;
}

/* ---- all rows ------------------------------------------------------------------------------------------------------ */

static int report_row(const struct import *import, size_t row, reg_refused_callback refused, void *context,
                      const struct reg_error_info *info)
{
    struct reg_buf line = REG_BUF_INIT;
    int error;

    for (size_t i = 0; i < import->csv.columns; i++) {
        reg_buf_puts(&line, i ? ",\"" : "\"");
        for (const char *at = reg_csv_cell(&import->csv, row, i); *at; at++)
            reg_buf_put(&line, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
        reg_buf_puts(&line, "\"");
    }
    error = line.error;
    if (error == 0)
        refused(context, import->csv.lines[row], reg_buf_bytes(&line), info);
    reg_buf_clear(&line);
    return error;
}

/* What is wrong with the row alone; anything else ends the import. */
static bool is_refusal(int error)
{
    return error == REG_ERR_INVALID || error == REG_ERR_LIMIT || error == REG_ERR_ENCODING;
}

static int import_row(struct import *import, size_t row, reg_refused_callback refused, void *context,
                      struct reg_error_info *info)
{
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    reg_pb_restriction restriction;
    int error = arena ? read_row(import, row, arena, &restriction, info) : REG_ERR_NOMEM;

    if (error == 0)
        error = place(import, &restriction, info);
    reg_arena_free(arena);
    import->result.rows++;
    if (error == 0)
        import->result.placed++;
    if (error == REG_ERR_EXISTS)
        import->result.known++;
    if (!is_refusal(error))
        return error == REG_ERR_EXISTS ? 0 : error;
    import->result.refused++;
    return refused ? report_row(import, row, refused, context, info) : 0;
}

int reg_restrictions_import(struct reg_engine *engine, const struct reg_caller *caller, const char *file,
                            struct reg_bytes csv, reg_progress_callback progress, reg_refused_callback refused,
                            void *context, struct reg_import_result *ret_result, struct reg_error_info *info)
{
    struct import import = {.engine = engine, .caller = caller};
    struct reg_error_info detail = {0};
    int error = reg_csv_parse(file, csv, &import.csv, info);

    if (error != 0)
        return error;
    error = find_columns(&import, info);
    for (size_t i = 0; i < import.csv.rows && error == 0; i++) {
        error = import_row(&import, i, refused, context, &detail);
        if (error != 0 && info)
            *info = detail;
        if (error == 0 && progress && !progress(context, i + 1, import.csv.rows))
            break;
    }
    *ret_result = import.result;
    reg_csv_clear(&import.csv);
    return error;
}
