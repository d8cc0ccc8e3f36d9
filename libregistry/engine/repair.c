/* Rebuilding the views from the entries. One transaction: who dies on the way leaves the views as they were. */
#include "engine/check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/error.h"

#define CHUNK REG_BATCH_MAX

struct repair {
    struct reg_engine *engine;
    struct reg_reader *reader; /* entries are read beside the transaction */
    struct reg_query page;
    struct reg_arena *arena;
    struct reg_entry_rows rows[CHUNK];
    struct reg_append appends[CHUNK];
    size_t count;
};

/* A chunk is written by one statement for each table, which may meet each row but once. */
static bool same_names(const struct reg_append *a, const struct reg_append *b)
{
    for (size_t i = 0; i < a->name_count; i++)
        for (size_t j = 0; j < b->name_count; j++)
            if (strcmp(a->names[i].holder, b->names[j].holder) == 0 && strcmp(a->names[i].name, b->names[j].name) == 0)
                return true;
    return false;
}

static bool meets(const struct repair *repair, const struct reg_entry_rows *rows)
{
    for (size_t i = 0; i < repair->count; i++) {
        const struct reg_append *append = &repair->appends[i];

        if ((append->licence && rows->append.licence && strcmp(append->licence->code, rows->append.licence->code) == 0) ||
            (append->case_row && rows->append.case_row && append->case_row->number == rows->append.case_row->number) ||
            same_names(append, &rows->append))
            return true;
    }
    return false;
}

static int flush(struct repair *repair, struct reg_error_info *info)
{
    struct reg_store *store = repair->engine->store;
    int error = repair->count > 0 ? store->ops->insert_views(store, repair->appends, repair->count, info) : 0;

    repair->count = 0;
    return error;
}

static int add(struct repair *repair, const struct reg_entry_row *row, struct reg_error_info *info)
{
    struct reg_entry_rows *rows = &repair->rows[repair->count];
    int error = reg_entry_rows_read(repair->engine, repair->reader->store, row, repair->arena, rows);

    if (error != 0)
        return reg_fail(info, error, "条目 %llu 无法读取，视图未改", "entry %llu cannot be read; the views stay as they were",
                        (unsigned long long)row->position);
    if (meets(repair, rows)) {
        error = flush(repair, info);
        rows = &repair->rows[0]; /* its rows point into themselves, so they are made again there */
        if (error == 0)
            error = reg_entry_rows_read(repair->engine, repair->reader->store, row, repair->arena, rows);
    }
    if (error == 0)
        repair->appends[repair->count++] = rows->append;
    return error;
}

/* One page of entries, in chunks; `*ret_next`: where the next one begins. */
static int replay_page(struct repair *repair, uint64_t from, uint64_t size, uint64_t *ret_next, struct reg_error_info *info)
{
    int error;

    repair->page = (struct reg_query){.kind = REG_QUERY_ENTRIES, .from = from, .limit = CHUNK};
    repair->arena = reg_arena_new(CHUNK * REG_MESSAGE_BUDGET);
    error = repair->arena ? reg_query_wait(repair->reader->store, &repair->page) : REG_ERR_NOMEM;
    *ret_next = from;
    for (size_t i = 0; i < repair->page.entry_count && error == 0 && *ret_next < size; i++) {
        if (repair->page.entries[i].position != *ret_next)
            break;
        error = add(repair, &repair->page.entries[i], info);
        ++*ret_next;
    }
    if (error == 0)
        error = flush(repair, info);
    if (error == 0 && *ret_next == from)
        error = reg_fail(info, REG_ERR_CORRUPT, "条目 %llu 缺失，视图未改", "entry %llu is missing; the views stay as they were",
                         (unsigned long long)from);
    reg_query_clear(&repair->page);
    reg_arena_free(repair->arena);
    return error;
}

static int replay(struct repair *repair, reg_progress_callback progress, void *context, uint64_t *ret_entries,
                  struct reg_error_info *info)
{
    struct reg_store *store = repair->engine->store;
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    uint64_t at = 0, next = 0, size;
    int error = store->ops->read(store, &head);

    size = head.head.size;
    reg_query_clear(&head);
    if (error == 0)
        error = store->ops->clear_views(store, info);
    if (error == REG_ERR_DENIED)
        reg_fail(info, error, "重建视图须用拥有表的数据库角色", "rebuilding views wants the database role that owns the tables");
    for (; error == 0 && at < size; at = next) {
        error = replay_page(repair, at, size, &next, info);
        if (error == 0 && progress && !progress(context, next, size))
            error = reg_fail(info, REG_ERR_UNAVAILABLE, "已中止，视图未改", "stopped; the views stay as they were");
    }
    *ret_entries = at;
    return error;
}

/* Others hold the lock file shared; asking for it alone gives up the own hold where it fails, so it is taken again. */
int reg_engine_hold_alone(struct reg_engine *engine, struct reg_error_info *info)
{
    if (engine->lock_fd < 0 || flock(engine->lock_fd, LOCK_EX | LOCK_NB) == 0) /* -1: the caller holds it */
        return 0;
    flock(engine->lock_fd, LOCK_SH | LOCK_NB);
    return reg_fail(info, REG_ERR_BUSY, "登记库正被使用：请先停止 registryd", "the registry is in use: stop registryd first");
}

void reg_engine_hold_shared(struct reg_engine *engine)
{
    if (engine->lock_fd >= 0)
        flock(engine->lock_fd, LOCK_SH | LOCK_NB);
}

int reg_ledger_repair_views(struct reg_engine *engine, reg_progress_callback progress, void *context, uint64_t *ret_entries,
                            struct reg_error_info *info)
{
    struct reg_store *store = engine->store;
    struct repair *repair = calloc(1, sizeof *repair);
    int error;

    if (!repair)
        return REG_ERR_NOMEM;
    repair->engine = engine;
    error = reg_engine_hold_alone(engine, info);
    if (error != 0) {
        free(repair);
        return error;
    }
    if (store->identity.state == REG_STORE_FILLING)
        error = reg_fill_nothing(engine, progress, context, info);
    if (error == 0)
        error = reg_reader_open(engine, &repair->reader, info);
    if (error == 0)
        error = store->ops->begin(store, NULL, info);
    if (error == 0) {
        error = replay(repair, progress, context, ret_entries, info);
        if (error == 0 && store->identity.state == REG_STORE_FILLING)
            error = store->ops->set_state(store, REG_STORE_LIVE, info);
        if (error == 0)
            error = store->ops->commit(store, info);
        if (error != 0)
            store->ops->rollback(store);
        else if (store->identity.state == REG_STORE_FILLING)
            store->identity.state = REG_STORE_LIVE;
    }
    reg_engine_hold_shared(engine);
    reg_reader_close(repair->reader);
    free(repair);
    return error;
}
