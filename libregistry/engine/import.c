/* Taking over an existing register: batches of rows on their way into the ledger (registry/import.h). */
#include "engine/import.h"
#include "engine/terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "licence/licence.h"

#define UNIQUE_BASIS "国发〔2015〕33号 唯一、终身不变"
#define NAME_BASIS   "名称规定 §17"
#define BATCH_BYTES  ((size_t)8 << 20) /* of its cells: sealed, with what a licence says twice, some 32 MiB at the most */
#define RANDOM_AHEAD 4096              /* random bytes drawn from the host at once */

struct reg_import_batch {
    struct reg_import *import;
    struct reg_import_batch *next; /* of the spare ones */
    struct reg_import_row *rows;
    size_t count, room;
    uint64_t bytes; /* of the file, up to the batch's end */
};

/* ---- reading ------------------------------------------------------------------------------------------------------- */

int reg_import_new(struct reg_engine *engine, const struct reg_caller *caller, const struct reg_import_options *options,
                   reg_import_source source, void *context, struct reg_import **ret_import, struct reg_error_info *info)
{
    static const enum reg_rows_encoding encodings[] = {REG_ROWS_DETECT, REG_ROWS_UTF8, REG_ROWS_GB18030};
    struct reg_import *import = calloc(1, sizeof *import);
    struct reg_rows_format format = {options->file, reg_import_columns, REG_CELL_COUNT, options->json_lines,
                                     encodings[options->encoding]};
    int error;

    if (!import)
        return REG_ERR_NOMEM;
    import->engine = engine;
    import->look = true;
    import->day = reg_day_of_time(engine->host.now(engine->host.context));
    import->caller = strdup(caller->uri);
    error = import->caller ? reg_rows_open(&format, source, context, &import->rows, info) : REG_ERR_NOMEM;
    if (error != 0) {
        reg_import_free(import);
        return error;
    }
    *ret_import = import;
    return 0;
}

static void end_batch(struct reg_import_batch *batch)
{
    if (!batch)
        return;
    for (size_t i = 0; batch->rows && i < batch->room; i++)
        reg_arena_free(batch->rows[i].arena);
    free(batch->rows);
    free(batch);
}

void reg_import_free(struct reg_import *import)
{
    struct reg_import_batch *next;

    if (!import)
        return;
    for (struct reg_import_batch *batch = import->spare; batch; batch = next) {
        next = batch->next;
        end_batch(batch);
    }
    reg_rows_close(import->rows);
    free(import->caller);
    free(import);
}

static int take_row(struct reg_import_row *row, const struct reg_row *read, size_t *bytes)
{
    row->line = read->line;
    if (!row->arena && !(row->arena = reg_arena_new(REG_MESSAGE_BUDGET)))
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < REG_CELL_COUNT; i++) {
        row->cells[i] = "";
        if (read->error != 0 || !*read->cells[i])
            continue;
        *bytes += strlen(read->cells[i]);
        if (!(row->cells[i] = reg_arena_strdup(row->arena, read->cells[i])))
            return REG_ERR_NOMEM;
    }
    return read->error == 0 ? 0
                            : reg_import_refuse(row, "ROW", "", reg_arena_strdup(row->arena, read->info.zh),
                                                reg_arena_strdup(row->arena, read->info.en), "");
}

/* One that was freed, where it has the room. */
static struct reg_import_batch *new_batch(struct reg_import *import, size_t room)
{
    struct reg_import_batch *batch = import->spare;

    if (batch)
        import->spare = batch->next;
    if (batch && batch->room >= room)
        return batch;
    end_batch(batch);
    batch = calloc(1, sizeof *batch);
    if (!batch || !(batch->rows = calloc(room, sizeof *batch->rows))) {
        free(batch);
        return NULL;
    }
    batch->import = import;
    batch->room = room;
    return batch;
}

int reg_import_read(struct reg_import *import, size_t most, struct reg_import_batch **ret_batch, struct reg_error_info *info)
{
    struct reg_import_batch *batch;
    struct reg_row read;
    size_t bytes = 0;
    bool end = false;
    int error = 0;

    most = most < REG_IMPORT_BATCH_MAX ? most : REG_IMPORT_BATCH_MAX;
    batch = new_batch(import, most + 1);
    if (!batch)
        return REG_ERR_NOMEM;
    while (error == 0 && !end && batch->count < most && bytes < BATCH_BYTES) {
        error = reg_rows_next(import->rows, &read, &end, info);
        if (error == 0 && !end)
            error = take_row(&batch->rows[batch->count++], &read, &bytes);
    }
    batch->bytes = reg_rows_taken(import->rows);
    if (error != 0 || batch->count == 0) {
        reg_import_batch_free(batch);
        batch = NULL;
    }
    *ret_batch = batch;
    return error;
}

static void clear_row(struct reg_import_row *row)
{
    struct reg_arena *arena = row->arena;

    reg_data_clear(&row->body);
    reg_data_clear(&row->wrapped_key);
    reg_data_clear(&row->pending.header);
    reg_arena_reset(arena);
    *row = (struct reg_import_row){.arena = arena};
}

void reg_import_batch_free(struct reg_import_batch *batch)
{
    if (!batch)
        return;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->rows[i].arena)
            clear_row(&batch->rows[i]);
    batch->count = 0;
    batch->next = batch->import->spare;
    batch->import->spare = batch;
}

int reg_import_judge(struct reg_import_batch *batch, size_t part, size_t parts)
{
    int error = 0;

    for (size_t i = part; i < batch->count && error == 0; i += parts)
        if (batch->rows[i].fate == REG_IMPORT_GOOD)
            error = reg_import_row_judge(batch->import->engine, batch->import->day, &batch->rows[i]);
    return error;
}

/* ---- what the register, and the batch itself, has already ------------------------------------------------------------ */

static int refuse_other(struct reg_import_row *row, const char *zh, const char *en)
{
    return reg_import_refuse(row, "A07", "credit_code", reg_arena_printf(row->arena, "%s：%s", zh, row->request_id + 7),
                             reg_arena_printf(row->arena, "%s: %s", en, row->request_id + 7), UNIQUE_BASIS);
}

/* The register would know two entities by one subject code: the nine characters that stay whatever stands before them. */
static int refuse_subject(struct reg_import_row *row, const char *holder)
{
    return reg_import_refuse(
        row, "A07", "credit_code", reg_arena_printf(row->arena, "%s 的主体标识码（第 9 至 17 位）已由 %s 使用", row->code, holder),
        reg_arena_printf(row->arena, "the subject code (characters 9 to 17) of %s is that of %s", row->code, holder),
        UNIQUE_BASIS);
}

static int refuse_name(struct reg_import_row *row, const char *holder)
{
    return reg_import_refuse(row, "B19", "name", reg_arena_printf(row->arena, "名称已由同一登记机关的 %s 使用", holder),
                             reg_arena_printf(row->arena, "the name is held by %s of the same authority", holder),
                             NAME_BASIS);
}

/* Who comes with a code of its own cannot have one that only this registry allots. */
static int refuse_pool(struct reg_import_row *row, const struct reg_pool_row *pool)
{
    return reg_import_refuse(
        row, "A07", "credit_code", reg_arena_printf(row->arena, "代码属本登记库的码段 %s，但从未赋予", pool->prefix),
        reg_arena_printf(row->arena, "the code lies in this registry's pool %s, and was never allotted", pool->prefix),
        UNIQUE_BASIS);
}

static int judge_taken(struct reg_import_row *row, const struct reg_taken *taken, const struct reg_query *pools)
{
    const struct reg_pool_row *pool;

    if (taken->seen && memcmp(taken->digest, row->digest, REG_DIGEST_LEN) == 0) {
        row->fate = REG_IMPORT_KNOWN;
        return 0;
    }
    if (taken->seen)
        return refuse_other(row, "此前已导入内容不同的一行", "another row of it was imported before");
    if (taken->registered[0])
        return strcmp(taken->registered, row->code) == 0
                   ? refuse_other(row, "代码已在登记库中", "the code is on the register already")
                   : refuse_subject(row, taken->registered);
    if (taken->holder[0])
        return refuse_name(row, taken->holder);
    if (row->code[0] && !row->leased && (pool = reg_pool_holding(pools, row->code)))
        return refuse_pool(row, pool);
    return 0;
}

/* Rows of a batch by a text of each: open addressing, at most half full. */
struct row_set {
    size_t room; /* a power of two */
    const struct reg_import_row **slots;
};

typedef int (*row_compare)(const struct reg_import_row *a, const struct reg_import_row *b);

static int compare_ids(const struct reg_import_row *a, const struct reg_import_row *b)
{
    return strcmp(a->request_id, b->request_id);
}

/* 9 to 17; every code has 18 by now */
static int compare_subjects(const struct reg_import_row *a, const struct reg_import_row *b)
{
    return memcmp(a->code + 8, b->code + 8, 9);
}

static int compare_names(const struct reg_import_row *a, const struct reg_import_row *b)
{
    return a->filing->authority != b->filing->authority || strcmp(a->name_key, b->name_key) != 0;
}

static uint64_t hash_bytes(const char *bytes, size_t len)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (uint8_t)bytes[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 32;
}

/* The row that has the same already; otherwise puts it in and gives NULL. */
static const struct reg_import_row *put_row(struct row_set *set, const struct reg_import_row *row, const char *key,
                                            size_t len, row_compare compare)
{
    size_t at = hash_bytes(key, len) & (set->room - 1);

    for (; set->slots[at]; at = (at + 1) & (set->room - 1))
        if (compare(set->slots[at], row) == 0)
            return set->slots[at];
    set->slots[at] = row;
    return NULL;
}

static bool set_new(struct row_set *set, size_t count)
{
    set->room = 16;
    while (set->room < 2 * count)
        set->room *= 2;
    set->slots = calloc(set->room, sizeof *set->slots);
    return set->slots != NULL;
}

static int judge_beside(struct reg_import_row *row, struct row_set sets[3])
{
    const struct reg_import_row *other = put_row(&sets[0], row, row->request_id, strlen(row->request_id), compare_ids);

    if (other && memcmp(other->digest, row->digest, REG_DIGEST_LEN) == 0) {
        row->fate = REG_IMPORT_KNOWN;
        return 0;
    }
    if (other)
        return refuse_other(row, "文件中有另一行", "the file has another row of it");
    other = row->code[0] ? put_row(&sets[1], row, row->code + 8, 9, compare_subjects) : NULL;
    if (other)
        return refuse_subject(row, other->code);
    other = row->name_key ? put_row(&sets[2], row, row->name_key, strlen(row->name_key), compare_names) : NULL;
    return other ? refuse_name(row, other->request_id + 7) : 0;
}

/* Rows that an earlier one of the batch leaves no room for. */
static int judge_batch(struct reg_import_batch *batch)
{
    struct row_set sets[3] = {{0}};
    int error = 0;

    for (size_t i = 0; i < 3; i++)
        if (!set_new(&sets[i], batch->count))
            error = REG_ERR_NOMEM;
    for (size_t i = 0; i < batch->count && error == 0; i++)
        if (batch->rows[i].fate == REG_IMPORT_GOOD)
            error = judge_beside(&batch->rows[i], sets);
    for (size_t i = 0; i < 3; i++)
        free(sets[i].slots);
    return error;
}

/* Asks by a reader, or, where it is NULL, inside the writer's transaction. */
static int ask(const struct reg_import *import, struct reg_reader *reader, struct reg_query *query)
{
    struct reg_store *store = import->engine->store;

    return reader ? reg_query_wait(reader->store, query) : store->ops->read(store, query);
}

static int judge_register(struct reg_import_batch *batch, struct reg_reader *reader)
{
    struct reg_query taken = {.kind = REG_QUERY_TAKEN, .caller = batch->import->caller};
    struct reg_query pools = {.kind = REG_QUERY_POOLS};
    struct reg_taken *list = calloc(batch->count + 1, sizeof *list);
    size_t at = 0;
    int error = list ? 0 : REG_ERR_NOMEM;

    for (size_t i = 0; i < batch->count && error == 0; i++) {
        const struct reg_import_row *row = &batch->rows[i];

        if (row->fate == REG_IMPORT_GOOD)
            list[at++] = (struct reg_taken){.request_id = row->request_id,
                                            .code = row->code[0] ? row->code : NULL,
                                            .name_key = row->name_key,
                                            .authority = row->filing->authority};
    }
    taken.taken = list;
    taken.taken_count = at;
    if (error == 0)
        error = ask(batch->import, reader, &taken);
    if (error == 0)
        error = ask(batch->import, reader, &pools);
    at = 0;
    for (size_t i = 0; i < batch->count && error == 0; i++)
        if (batch->rows[i].fate == REG_IMPORT_GOOD)
            error = judge_taken(&batch->rows[i], &list[at++], &pools);
    reg_query_clear(&taken);
    reg_query_clear(&pools);
    free(list);
    return error;
}

int reg_import_look(struct reg_import_batch *batch, struct reg_reader *reader)
{
    struct reg_import *import = batch->import;
    int error = import->look ? judge_register(batch, reader) : 0;
    bool known = false;

    for (size_t i = 0; i < batch->count; i++)
        known = known || batch->rows[i].fate == REG_IMPORT_KNOWN;
    import->look = known;
    return error == 0 ? judge_batch(batch) : error;
}

/* ---- codes --------------------------------------------------------------------------------------------------------- */

static bool wants_code(const struct reg_import_row *row)
{
    return row->fate == REG_IMPORT_GOOD && !row->code[0];
}

static int lease_row(struct reg_engine *engine, struct reg_import_row *row, uint64_t wanted, struct reg_error_info *info)
{
    char body[9];
    int error = reg_codes_want(engine, row->filing->authority, wanted, info);

    if (error == 0)
        error = reg_code_take(engine, row->filing->authority, body, info);
    if (error == 0)
        error = reg_code_make(row->type->prefix, row->filing->authority, body, row->code);
    row->leased = error == 0;
    return error != REG_ERR_INVALID ? error
                                    : reg_import_refuse(row, "A05", "type", "此类主体没有统一社会信用代码前缀",
                                                        "no code begins for such a type", "");
}

/* Codes for all rows of one authority, from its first one on: what is leased is what they need, for a restored store skips
 * no more than that (restore.c). */
static int lease_rows(struct reg_import_batch *batch, size_t first, struct reg_error_info *info)
{
    uint32_t authority = batch->rows[first].filing->authority;
    uint64_t wanted = 0;
    int error = 0;

    for (size_t i = first; i < batch->count; i++)
        wanted += wants_code(&batch->rows[i]) && batch->rows[i].filing->authority == authority;
    for (size_t i = first; i < batch->count && error == 0; i++)
        if (wants_code(&batch->rows[i]) && batch->rows[i].filing->authority == authority)
            error = lease_row(batch->import->engine, &batch->rows[i], wanted--, info);
    return error;
}

int reg_import_lease(struct reg_import_batch *batch, struct reg_error_info *info)
{
    int error = 0;

    for (size_t i = 0; i < batch->count && error == 0; i++)
        if (wants_code(&batch->rows[i]))
            error = lease_rows(batch, i, info);
    return error;
}

/* ---- sealing ------------------------------------------------------------------------------------------------------- */

/* Random bytes drawn ahead: a row takes some ten times a few. */
struct drawing {
    struct reg_host host; /* hands them out; its context is this */
    const struct reg_host *from;
    uint8_t bytes[RANDOM_AHEAD];
    size_t left;
};

static int draw(void *context, void *ret, size_t len)
{
    struct drawing *drawing = context;

    if (len > sizeof drawing->bytes)
        return drawing->from->random(drawing->from->context, ret, len);
    if (drawing->left < len) {
        int error = drawing->from->random(drawing->from->context, drawing->bytes, sizeof drawing->bytes);

        if (error != 0)
            return error;
        drawing->left = sizeof drawing->bytes;
    }
    drawing->left -= len;
    memcpy(ret, drawing->bytes + drawing->left, len);
    reg_secret_wipe(drawing->bytes + drawing->left, len);
    return 0;
}

static int make_record(const struct reg_import *import, struct reg_import_row *row, const struct reg_revision *revision,
                       reg_pb_licence_record **ret)
{
    static const struct reg_register_view view;
    static const struct reg_merge nothing;
    struct reg_rule_input input = {
        .filing = row->filing, .view = &view, .catalogue = revision->catalogue, .type = row->type, .day = import->day};
    reg_pb_licence_record *licence = NULL;
    int error = reg_licence_record_build(&input, &nothing, revision->number, row->arena, &licence);

    if (error != 0)
        return error;
    licence->credit_code = row->code;
    licence->revision = 1;
    licence->state = row->state;
    licence->life = row->life;
    licence->code_allotted = row->allotted;
    *ret = licence;
    return 0;
}

static int fill_rows(const struct reg_import *import, struct reg_import_row *row, const reg_pb_licence_record *licence)
{
    int error;

    reg_licence_row_of(licence, &row->licence_row);
    row->case_row =
        (struct reg_case_row){.state = REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED, .authority = licence->authority};
    memcpy(row->case_row.code, row->code, sizeof row->code);
    row->request_row = (struct reg_request_row){.caller = import->caller, .request_id = row->request_id};
    memcpy(row->request_row.digest, row->digest, REG_DIGEST_LEN);
    row->pending.kind = REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_IMPORTED;
    row->pending.code = row->code;
    row->pending.authority = licence->authority;
    row->pending.licence = &row->licence_row;
    row->pending.name_key = row->name_key;
    row->pending.case_row = &row->case_row;
    row->pending.request = &row->request_row;
    if (import->filling && import->remakes)
        return 0;
    row->pending.terms = &row->terms;
    row->pending.name_ended = reg_name_ended(licence);
    error = reg_licence_terms_of(import->engine, NULL, licence, false, row->arena, &row->terms);
    return error != 0 ? error : reg_name_rows_imported(import->engine, &row->licence_row, row->pending.name_ended, row->arena,
                                  &row->pending.names, &row->pending.name_count);
}

static int seal_fragments(const struct reg_engine *engine, struct reg_import_row *row, const struct reg_fragment *fragments,
                          size_t count, const struct reg_host *host)
{
    struct reg_buf wrapped = REG_BUF_INIT;
    uint8_t key[REG_CASE_KEY_LEN], nonce[REG_SEAL_NONCE_LEN];
    int error = host->random(host->context, key, sizeof key);

    if (error == 0)
        error = host->random(host->context, nonce, sizeof nonce);
    if (error == 0)
        error = reg_body_build(engine->facts.suite, fragments, count, key, host, &row->body, row->pending.digest);
    if (error == 0)
        error = reg_case_key_wrap(engine->master, key, nonce, &wrapped);
    if (error == 0)
        error = reg_buf_finish(&wrapped, &row->wrapped_key);
    reg_buf_clear(&wrapped);
    reg_secret_wipe(key, sizeof key);
    row->pending.body = reg_bytes_of(&row->body);
    row->pending.wrapped_key = reg_bytes_of(&row->wrapped_key);
    return error;
}

static int seal_row(const struct reg_import *import, struct reg_import_row *row, const struct reg_host *host)
{
    static const struct reg_merge nothing;
    reg_pb_administration administration = REGISTRY__V1__ADMINISTRATION__INIT;
    reg_pb_licence_record *licence = NULL;
    struct reg_fragment *fragments = NULL;
    size_t count = 0;
    int error = make_record(import, row, reg_revision_on(import->engine, import->day), &licence);

    if (error == 0)
        error = fill_rows(import, row, licence);
    administration.caller = import->caller;
    administration.request_id = row->request_id;
    administration.request_digest = (ProtobufCBinaryData){REG_DIGEST_LEN, row->digest};
    administration.findings = row->judgement.findings;
    administration.n_findings = row->judgement.finding_count;
    if (error == 0)
        error = reg_licence_fragments(licence, &nothing, row->filing, &administration, &fragments, &count);
    if (error != 0)
        return error;
    error = seal_fragments(import->engine, row, fragments, count, host);
    reg_fragments_free(fragments, count);
    return error;
}

int reg_import_seal(struct reg_import_batch *batch, size_t part, size_t parts)
{
    const struct reg_host *from = &batch->import->engine->host;
    struct drawing drawing = {.host = {&drawing, draw, from->now}, .from = from};
    int error = 0;

    for (size_t i = part; i < batch->count && error == 0; i += parts)
        if (batch->rows[i].fate == REG_IMPORT_GOOD)
            error = seal_row(batch->import, &batch->rows[i], &drawing.host);
    reg_secret_wipe(drawing.bytes, sizeof drawing.bytes);
    return error;
}

/* ---- appending ----------------------------------------------------------------------------------------------------- */

static int append_good(struct reg_import_batch *batch, struct reg_pending **pending, struct reg_error_info *info)
{
    size_t count = 0;
    int error = judge_register(batch, NULL);

    if (error != 0)
        return error;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->rows[i].fate == REG_IMPORT_GOOD)
            pending[count++] = &batch->rows[i].pending;
    batch->import->size += count;
    return count > 0 ? reg_pending_insert(batch->import->engine, pending, count, info) : 0;
}

int reg_import_append(struct reg_import_batch *batch, struct reg_error_info *info)
{
    struct reg_store *store = batch->import->engine->store;
    struct reg_pending **pending = calloc(batch->count + 1, sizeof *pending);
    bool any = false;
    int error = pending ? 0 : REG_ERR_NOMEM;

    for (size_t i = 0; i < batch->count; i++)
        any = any || batch->rows[i].fate == REG_IMPORT_GOOD;
    if (error == 0 && any) {
        error = reg_engine_begin(batch->import->engine, NULL, info);
        if (error == 0 && (error = append_good(batch, pending, info)) == 0)
            error = reg_engine_commit(batch->import->engine, info);
        if (error != 0) {
            store->ops->rollback(store);
            batch->import->remakes = true; /* the store may have kept some of these aside */
        }
    }
    free(pending);
    return error;
}

/* ---- what became of the rows --------------------------------------------------------------------------------------- */

static void put_string(struct reg_buf *buf, const char *before, const char *text)
{
    reg_buf_puts(buf, before);
    reg_buf_puts(buf, "\"");
    for (; *text; text++) {
        if ((uint8_t)*text < 0x20)
            reg_buf_printf(buf, "\\u%04x", *text);
        else if (*text == '"' || *text == '\\')
            reg_buf_printf(buf, "\\%c", *text);
        else
            reg_buf_put_u8(buf, (uint8_t)*text);
    }
    reg_buf_puts(buf, "\"");
}

static int report_row(const struct reg_import_row *row, reg_import_refusal refused, void *context)
{
    const char *code = row->cells[*row->cells[REG_CELL_CREDIT_CODE]         ? REG_CELL_CREDIT_CODE
                                  : *row->cells[REG_CELL_ORGANISATION_CODE] ? REG_CELL_ORGANISATION_CODE
                                                                            : REG_CELL_REGISTRATION_NUMBER];
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    reg_buf_printf(&buf, "{\"line\": %llu", (unsigned long long)row->line);
    put_string(&buf, ", \"code\": ", code);
    reg_buf_puts(&buf, ", \"findings\": [");
    for (size_t i = 0; i < row->judgement.finding_count; i++) {
        const reg_pb_finding *finding = row->judgement.findings[i];

        put_string(&buf, i ? ", {\"rule\": " : "{\"rule\": ", finding->rule);
        put_string(&buf, ", \"path\": ", finding->path);
        put_string(&buf, ", \"zh\": ", finding->message_zh);
        put_string(&buf, ", \"en\": ", finding->message_en);
        put_string(&buf, ", \"basis\": ", finding->legal_basis);
        reg_buf_puts(&buf, "}");
    }
    reg_buf_puts(&buf, "]}\n");
    error = buf.error;
    if (error == 0)
        refused(context, reg_buf_bytes(&buf));
    reg_buf_clear(&buf);
    return error;
}

int reg_import_report(const struct reg_import_batch *batch, struct reg_import_counts *counts, reg_import_refusal refused,
                      void *context)
{
    int error = 0;

    counts->rows += batch->count;
    counts->bytes = batch->bytes;
    for (size_t i = 0; i < batch->count && error == 0; i++) {
        const struct reg_import_row *row = &batch->rows[i];

        counts->imported += row->fate == REG_IMPORT_GOOD;
        counts->known += row->fate == REG_IMPORT_KNOWN;
        counts->refused += row->fate == REG_IMPORT_REFUSED;
        if (row->fate == REG_IMPORT_REFUSED && refused)
            error = report_row(row, refused, context);
    }
    return error;
}
