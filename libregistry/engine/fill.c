/* Filling an empty register. The store keeps names and terms, which lie all over their indexes, aside, and writes them in
 * the end, in order, with the indexes that only readers want (ledger/store.h, fill_on). Until then its state says so, and
 * nobody else opens it. What a run that died had given it is lost: then they are made from the entries, as for
 * --repair-views. */
#include "engine/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "engine/check.h"
#include "engine/terms.h"

#define CHUNK 4096 /* licences whose rows are written at once: some 3 MiB */
#define PAGE  256

static const struct reg_value least[2][REG_KEY_MAX] = {
    {{REG_VALUE_TEXT, 0, {(const uint8_t *)"", 0}}},
    {{.kind = REG_VALUE_NUMBER, .number = INT64_MIN}},
};

/* Inside the transaction, which it commits. */
static int set_state(struct reg_engine *engine, enum reg_store_state state, struct reg_error_info *info)
{
    struct reg_store *store = engine->store;
    int error = store->ops->set_state(store, state, info);

    if (error == 0)
        error = store->ops->commit(store, info);
    if (error == 0)
        store->identity.state = state;
    return error;
}

static int change_state(struct reg_engine *engine, enum reg_store_state state, struct reg_error_info *info)
{
    struct reg_store *store = engine->store;
    int error = store->ops->begin(store, NULL, info);

    if (error != 0)
        return error;
    error = set_state(engine, state, info);
    if (error == REG_ERR_DENIED)
        reg_fail(info, error, "继续或结束导入须用拥有表的数据库角色：--store URL",
                 "going on with the import, or ending it, wants the database role that owns the tables: --store URL");
    if (error != 0)
        store->ops->rollback(store);
    return error;
}

static int fill_to_end(struct reg_engine *engine, reg_progress_callback progress, void *context, struct reg_error_info *info)
{
    struct reg_store *store = engine->store;
    uint64_t done = 0, total = 0;
    int error;

    do {
        error = store->ops->fill_on(store, &done, &total, info);
        if (error == 0 && progress && !progress(context, done, total))
            error = reg_fail(info, REG_ERR_UNAVAILABLE, "已中止", "stopped");
    } while (error == 0 && done < total);
    return error;
}

int reg_fill_nothing(struct reg_engine *engine, reg_progress_callback progress, void *context, struct reg_error_info *info)
{
    int error = change_state(engine, REG_STORE_FILLING, info);

    return error == 0 ? fill_to_end(engine, progress, context, info) : error;
}

/* ---- beginning ----------------------------------------------------------------------------------------------------- */

/* Inside the transaction. */
static int is_empty(struct reg_store *store, bool *ret)
{
    static const enum reg_table tables[] = {REG_TABLE_LICENCE, REG_TABLE_NAME};
    int error = 0;

    *ret = true;
    for (size_t i = 0; i < 2 && error == 0; i++) {
        struct reg_query query = {.kind = REG_QUERY_TABLE, .table = tables[i], .key = least[i], .limit = 1};

        error = store->ops->read(store, &query);
        *ret = *ret && query.row_count == 0;
        reg_query_clear(&query);
    }
    return error;
}

/* Inside the transaction. */
static int read_size(struct reg_store *store, uint64_t *ret)
{
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    int error = store->ops->read(store, &head);

    *ret = head.head.size;
    reg_query_clear(&head);
    return error;
}

/* `*ret_empty`: it was, and is being filled from now on. */
static int begin_empty(struct reg_engine *engine, bool *ret_empty, uint64_t *ret_size, struct reg_error_info *info)
{
    struct reg_store *store = engine->store;
    bool empty = false;
    int error = store->ops->begin(store, NULL, info);

    if (error == 0)
        error = is_empty(store, &empty);
    if (error == 0)
        error = read_size(store, ret_size);
    if (error == 0 && empty)
        error = set_state(engine, REG_STORE_FILLING, info);
    if (error != 0 || !empty)
        store->ops->rollback(store);
    *ret_empty = error == 0 && empty;
    return error == REG_ERR_DENIED ? 0 : error; /* not the role that owns the tables */
}

int reg_import_fill_begin(struct reg_import *import, bool *ret_filling, struct reg_error_info *info)
{
    struct reg_engine *engine = import->engine;
    bool resumed = engine->store->identity.state == REG_STORE_FILLING;
    int error = reg_engine_hold_alone(engine, info);

    *ret_filling = false;
    if (error != 0) /* beside a running daemon everything is written at once; half a register has none */
        return error == REG_ERR_BUSY && !resumed ? 0 : error;
    if (resumed) {
        error = change_state(engine, REG_STORE_FILLING, info);
        *ret_filling = error == 0;
    } else {
        error = begin_empty(engine, ret_filling, &import->size, info);
    }
    import->filling = *ret_filling;
    import->remakes = resumed;
    if (!*ret_filling)
        reg_engine_hold_shared(engine);
    return error;
}

/* ---- ending -------------------------------------------------------------------------------------------------------- */

struct item {
    char code[REG_CODE_LEN + 1];
    struct reg_licence_terms terms;
};

struct filling {
    struct reg_engine *engine;
    struct reg_reader *reader;
    bool others;             /* somebody filed meanwhile, who had the registry open on another host */
    struct reg_arena *arena; /* of the chunk */
    struct item *items;
    struct reg_append *appends;
    size_t count;
};

static int flush(struct filling *filling, struct reg_error_info *info)
{
    struct reg_store *store = filling->engine->store;
    int error = filling->count > 0 ? store->ops->begin(store, NULL, info) : 0;

    if (error == 0 && filling->count > 0) {
        error = store->ops->insert_views(store, filling->appends, filling->count, info);
        if (error == 0)
            error = store->ops->commit(store, info);
        if (error != 0)
            store->ops->rollback(store);
    }
    filling->count = 0;
    reg_arena_free(filling->arena);
    filling->arena = reg_arena_new(0);
    return error == 0 && !filling->arena ? REG_ERR_NOMEM : error;
}

static int add_names(struct filling *filling, const struct item *item, const reg_pb_licence_record *licence,
                     uint64_t position, int32_t day, struct reg_append *append)
{
    struct reg_licence_row row;
    struct reg_name_row *names = NULL;
    int32_t ended = reg_name_ended(licence);
    int error;

    reg_licence_row_of(licence, &row);
    row.name = reg_arena_strdup(filling->arena, row.name);
    if (!row.name)
        return REG_ERR_NOMEM;
    error = reg_name_rows_imported(filling->engine, &row, ended, filling->arena, &names, &append->name_count);
    if (error != 0)
        return error;
    append->name_count = reg_name_rows_date(names, append->name_count, ended, day);
    for (size_t i = 0; i < append->name_count; i++) {
        names[i].holder = item->code; /* `row` ends here */
        names[i].position = position;
    }
    append->names = names;
    return 0;
}

static int add_licence(struct filling *filling, const struct reg_entry_row *entry, const reg_pb_licence_record *licence,
                       int64_t time_ms, struct reg_arena *page)
{
    struct item *item = &filling->items[filling->count];
    struct reg_append *append = &filling->appends[filling->count];
    bool erased = entry->has_case && entry->wrapped_key.len == 0;
    int error = reg_licence_terms_of(filling->engine, NULL, licence, erased, page, &item->terms);

    if (error != 0)
        return error;
    *append = (struct reg_append){.entry = {.position = entry->position}, .terms = &item->terms};
    memcpy(item->code, licence->credit_code, strlen(licence->credit_code) + 1);
    item->terms.code = item->code;
    item->terms.terms = reg_arena_memdup(filling->arena, item->terms.terms, item->terms.count * sizeof *item->terms.terms);
    if (!item->terms.terms)
        return REG_ERR_NOMEM;
    error = add_names(filling, item, licence, entry->position, reg_day_of_time(time_ms), append);
    filling->count += error == 0;
    return error;
}

static int add_entry(struct filling *filling, const struct reg_entry_row *entry, struct reg_arena *page)
{
    ProtobufCMessage *message = NULL;
    const reg_pb_entry_header *header;
    reg_pb_record *record = NULL;
    int error =
        reg_message_decode(&registry__v1__entry_header__descriptor, entry->header, REG_UNKNOWN_REFUSE, page, &message, NULL);

    if (error != 0)
        return error;
    header = (const reg_pb_entry_header *)message;
    if (header->kind != REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_IMPORTED) {
        filling->others =
            filling->others || header->credit_code[0] != '\0' || header->kind == REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_NAME;
        return 0;
    }
    error = reg_record_decode(entry->body, filling->engine->facts.suite, NULL, page, &record);
    if (error == 0 && (!record->licence || strlen(record->licence->credit_code) != REG_CODE_LEN))
        error = REG_ERR_CORRUPT;
    return error == 0 ? add_licence(filling, entry, record->licence, header->time_ms, page) : error;
}

/* `*ret_next`: where the next page begins; the same: there is none. */
static int add_page(struct filling *filling, uint64_t from, uint64_t *ret_next, uint64_t *ret_size,
                    struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = from, .limit = PAGE};
    struct reg_arena *page = reg_arena_new(0);
    int error = page ? reg_query_wait(filling->reader->store, &query) : REG_ERR_NOMEM;

    *ret_next = from;
    *ret_size = query.head.size;
    for (size_t i = 0; i < query.entry_count && error == 0; i++) {
        error = query.entries[i].position == *ret_next ? add_entry(filling, &query.entries[i], page) : REG_ERR_CORRUPT;
        if (error == REG_ERR_CORRUPT)
            reg_fail(info, error, "条目 %llu 缺失或无法读取", "entry %llu is missing or cannot be read",
                     (unsigned long long)*ret_next);
        ++*ret_next;
    }
    reg_query_clear(&query);
    reg_arena_free(page);
    return error == 0 && filling->count + PAGE > CHUNK ? flush(filling, info) : error;
}

static int write_all(struct filling *filling, reg_progress_callback progress, void *context, struct reg_error_info *info)
{
    uint64_t at = 0, next = 0, size = 0;
    int error;

    do {
        at = next;
        error = add_page(filling, at, &next, &size, info);
        if (error == 0 && progress && !progress(context, next, size))
            error = reg_fail(info, REG_ERR_UNAVAILABLE, "已中止", "stopped");
    } while (error == 0 && next > at);
    return error == 0 ? flush(filling, info) : error;
}

/* Names and terms of what is in the ledger, given to the store anew; `*ret_others`: not all of it is the import's. */
static int remake(struct reg_import *import, struct reg_reader *reader, reg_progress_callback progress, void *context,
                  bool *ret_others, struct reg_error_info *info)
{
    struct filling filling = {.engine = import->engine,
                              .reader = reader,
                              .arena = reg_arena_new(0),
                              .items = calloc(CHUNK, sizeof *filling.items),
                              .appends = calloc(CHUNK, sizeof *filling.appends)};
    int error = filling.arena && filling.items && filling.appends ? 0 : REG_ERR_NOMEM;

    if (error == 0)
        error = change_state(import->engine, REG_STORE_FILLING, info);
    if (error == 0)
        error = write_all(&filling, progress, context, info);
    *ret_others = filling.others;
    reg_arena_free(filling.arena);
    free(filling.items);
    free(filling.appends);
    return error;
}

/* Did somebody append meanwhile, who had the registry open on another host? */
static int find_others(const struct reg_import *import, struct reg_reader *reader, bool *ret_others)
{
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    int error = reg_query_wait(reader->store, &head);

    *ret_others = head.head.size != import->size;
    reg_query_clear(&head);
    return error;
}

int reg_import_fill_end(struct reg_import *import, struct reg_reader *reader, reg_progress_callback progress, void *context,
                        struct reg_error_info *info)
{
    struct reg_engine *engine = import->engine;
    uint64_t entries;
    bool others = false;
    int error =
        import->remakes ? remake(import, reader, progress, context, &others, info) : find_others(import, reader, &others);

    if (error == 0 && !others)
        error = fill_to_end(engine, progress, context, info);
    if (error == REG_ERR_CONFLICT || (error == 0 && others)) /* an import's licence may be another by now */
        return reg_ledger_repair_views(engine, progress, context, &entries, info);
    if (error == 0)
        error = change_state(engine, REG_STORE_LIVE, info);
    if (error == 0)
        reg_engine_hold_shared(engine);
    else
        import->remakes = true; /* where the caller asks for it again */
    return error;
}
