/* Backups, and what a restored store needs before it is served: erasures hold again, and no number is issued twice. */
#include <registry/import.h>
#include <registry/moving.h>

#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "engine/check.h"
#include "identity/division.h"

#define PAGE 256
/* Daemons that may have been at work when the backup was made, each with blocks of its own. */
#define DAEMONS 8
/* Rows of one import that may have codes and not be in the ledger: registryctl import has two batches of 2,048 at work. */
#define IMPORT_AHEAD REG_IMPORT_BATCH_MAX
#define DIVISIONS    1000000

struct restoring {
    const struct reg_restored_callbacks *callbacks;
    struct reg_engine *engine;
    struct reg_reader *reader;
    uint32_t *authorities; /* that have cases */
    size_t authority_count;
    struct reg_restored_result result;
};

int reg_registry_backup(struct reg_engine *engine, const char *path, reg_progress_callback progress, void *context,
                        struct reg_error_info *info)
{
    return engine->store->ops->backup(engine->store, path, progress, context, info);
}

/* ---- erasures ------------------------------------------------------------------------------------------------------ */

/* The case that an entry erased; `*ret_erases` false: it is of another kind. */
static int erased_case(const struct restoring *restoring, const struct reg_entry_row *row, uint64_t *ret_case,
                       bool *ret_erases)
{
    struct reg_arena *arena = reg_arena_new(0);
    ProtobufCMessage *header = NULL;
    reg_pb_record *record = NULL;
    int error = arena ? reg_message_decode(&registry__v1__entry_header__descriptor, row->header, REG_UNKNOWN_REFUSE, arena,
                                           &header, NULL)
                      : REG_ERR_NOMEM;

    *ret_erases = error == 0 && ((reg_pb_entry_header *)header)->kind == REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_ERASE;
    if (*ret_erases) {
        error = reg_record_decode(row->body, restoring->engine->facts.suite, NULL, arena, &record);
        if (error == 0 && !record->erase)
            error = REG_ERR_CORRUPT;
        if (error == 0)
            *ret_case = record->erase->case_number;
    }
    reg_arena_free(arena);
    return error;
}

/* In a transaction of its own: one around the whole would be idle for longer than a database allows while the ledger is
 * read. */
static int destroy(struct restoring *restoring, const uint64_t *cases, size_t count, struct reg_error_info *info)
{
    struct reg_store *store = restoring->engine->store;
    uint64_t destroyed = 0;
    int error = count > 0 ? store->ops->begin(store, NULL, info) : 0;

    if (error != 0 || count == 0)
        return error;
    error = store->ops->destroy_keys(store, cases, count, &destroyed, info);
    if (error == 0)
        error = store->ops->commit(store, info);
    if (error != 0)
        store->ops->rollback(store);
    else
        restoring->result.keys += destroyed;
    return error;
}

static int erase_page(struct restoring *restoring, const struct reg_query *page, struct reg_error_info *info)
{
    uint64_t cases[PAGE];
    size_t count = 0;

    for (size_t i = 0; i < page->entry_count; i++) {
        bool erases;
        int error = erased_case(restoring, &page->entries[i], &cases[count], &erases);

        if (error != 0)
            return reg_fail(info, error, "条目 %llu 无法读取，存储未启用",
                            "entry %llu cannot be read; the store stays closed",
                            (unsigned long long)page->entries[i].position);
        count += erases;
    }
    return destroy(restoring, cases, count, info);
}

/* Before anything else: whoever dies on the way begins again. */
static int close_down(struct reg_store *store, struct reg_error_info *info)
{
    int error = store->ops->begin(store, NULL, info);

    if (error != 0)
        return error;
    error = store->ops->set_state(store, REG_STORE_BACKUP, info);
    if (error == 0)
        error = store->ops->commit(store, info);
    if (error != 0)
        store->ops->rollback(store);
    else
        store->identity.state = REG_STORE_BACKUP;
    return error;
}

/* Destroys what the ledger says was destroyed. */
static int erase_again(struct restoring *restoring, struct reg_error_info *info)
{
    uint64_t at = 0, size = restoring->result.entries;
    int error = close_down(restoring->engine->store, info);

    while (at < size && error == 0) {
        struct reg_query page = {.kind = REG_QUERY_ENTRIES, .from = at, .limit = PAGE};

        error = reg_query_wait(restoring->reader->store, &page);
        if (error == 0 && (page.entry_count == 0 || page.entries[0].position != at))
            error = reg_fail(info, REG_ERR_CORRUPT, "条目 %llu 缺失，存储未启用",
                             "entry %llu is missing; the store stays closed", (unsigned long long)at);
        if (error == 0)
            error = erase_page(restoring, &page, info);
        if (error == 0)
            at = page.entries[page.entry_count - 1].position + 1;
        reg_query_clear(&page);
    }
    return error;
}

/* ---- numbers ------------------------------------------------------------------------------------------------------- */

/* The head, and where nobody says how many licences were lost: the busiest day's entries, for every day that has passed
 * since. */
static int read_batches(struct restoring *restoring, uint64_t lost)
{
    struct reg_restored_result *result = &restoring->result;
    const struct reg_value *row;
    struct reg_cursor cursor;
    int32_t day = INT32_MIN, today = reg_day_of_time(restoring->engine->host.now(restoring->engine->host.context));
    uint64_t of_day = 0, busiest = 0;
    int error;

    reg_cursor_init(&cursor, restoring->reader->store, REG_TABLE_BATCH);
    while ((error = reg_cursor_next(&cursor, &row)) == 0 && row) {
        int32_t its = reg_day_of_time(row[2].number);

        result->entries = (uint64_t)(row[0].number + row[1].number);
        result->time_ms = row[2].number;
        of_day = (its == day ? of_day : 0) + (uint64_t)row[1].number;
        day = its;
        if (of_day > busiest)
            busiest = of_day;
    }
    reg_cursor_clear(&cursor);
    result->lost = lost > 0 ? lost : busiest * (today > day && day != INT32_MIN ? (uint64_t)(today - day) + 1 : 1);
    return error;
}

/* Every authority that ever took a code of a pool and issued it has the case. */
static int read_authorities(struct restoring *restoring)
{
    bool *seen = calloc(DIVISIONS, sizeof *seen);
    const struct reg_value *row;
    struct reg_cursor cursor;
    size_t count = 0;
    int error = seen ? 0 : REG_ERR_NOMEM;

    reg_cursor_init(&cursor, restoring->reader->store, REG_TABLE_CASE);
    while (error == 0 && (error = reg_cursor_next(&cursor, &row)) == 0 && row)
        if (row[3].number >= 0 && row[3].number < DIVISIONS && !seen[row[3].number]) {
            seen[row[3].number] = true;
            count++;
        }
    reg_cursor_clear(&cursor);
    if (error == 0 && !(restoring->authorities = calloc(count + 1, sizeof *restoring->authorities)))
        error = REG_ERR_NOMEM;
    for (uint32_t i = 0; i < DIVISIONS && error == 0; i++)
        if (seen[i])
            restoring->authorities[restoring->authority_count++] = i;
    free(seen);
    return error;
}

static void say_skipped(const struct restoring *restoring, const char *prefix, uint64_t first, uint64_t next)
{
    if (restoring->callbacks->skipped && next > first)
        restoring->callbacks->skipped(restoring->callbacks->context, prefix, first, next);
}

static int skip_serials(struct restoring *restoring, uint64_t count, struct reg_error_info *info)
{
    struct reg_store *store = restoring->engine->store;
    struct reg_value one = {.kind = REG_VALUE_NUMBER, .number = 1};
    struct reg_query counter = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_COUNTER, .key = &one, .limit = 1};
    int error = reg_query_wait(restoring->reader->store, &counter);
    uint64_t first = error == 0 && counter.row_count == 1 ? (uint64_t)counter.rows[0][1].number : 0;

    if (error == 0 && counter.row_count != 1)
        error = reg_fail(info, REG_ERR_CORRUPT, "存储缺少计数器", "the store lacks its counter");
    reg_query_clear(&counter);
    if (error == 0)
        error = store->ops->raise(store, &(struct reg_raise){.next_serial = first + count}, info);
    if (error == 0)
        say_skipped(restoring, NULL, first, first + count);
    return error;
}

/* A daemon has a block for each authority, and those without a pool of their own take from one above. */
static uint64_t blocks_ahead(const struct restoring *restoring, uint32_t owner)
{
    uint64_t authorities = 0;

    for (size_t i = 0; i < restoring->authority_count; i++)
        authorities += reg_division_within(owner, restoring->authorities[i]);
    return authorities * DAEMONS * REG_LEASE_BLOCK;
}

/* Where an authority's pools end before the skip does, nothing of them is left to be issued twice; say it. */
static void say_used_up(const struct restoring *restoring, const struct reg_query *query, const uint64_t *left)
{
    for (size_t i = 0; i < query->pool_count; i++)
        if (left[i] > 0 && restoring->callbacks->used_up)
            restoring->callbacks->used_up(restoring->callbacks->context, query->pools[i].authority);
}

/* Pools of one authority are used one behind the other. */
static int skip_codes(struct restoring *restoring, uint64_t count, struct reg_error_info *info)
{
    struct reg_store *store = restoring->engine->store;
    struct reg_query query = {.kind = REG_QUERY_POOLS};
    uint64_t *left = NULL; /* what an authority's first pool keeps account of for those behind it */
    int error = reg_query_wait(restoring->reader->store, &query);

    if (error == 0 && !(left = calloc(query.pool_count + 1, sizeof *left)))
        error = REG_ERR_NOMEM;
    for (size_t i = 0; i < query.pool_count && error == 0; i++) {
        const struct reg_pool_row *pool = &query.pools[i];
        uint64_t room = pool->last + 1 > pool->next ? pool->last + 1 - pool->next : 0, skips;
        size_t own = 0;

        while (query.pools[own].authority != pool->authority)
            own++;
        if (own == i)
            left[i] = count + IMPORT_AHEAD + blocks_ahead(restoring, pool->authority);
        skips = left[own] < room ? left[own] : room;
        left[own] -= skips;
        error = store->ops->raise(store, &(struct reg_raise){.pool = pool->position, .next_code = pool->next + skips}, info);
        if (error == 0)
            say_skipped(restoring, pool->prefix, pool->next, pool->next + skips);
    }
    if (error == 0)
        say_used_up(restoring, &query, left);
    free(left);
    reg_query_clear(&query);
    return error;
}

/* How many numbers may be gone since the backup, of which n were taken. A block is leased when the one before is used up,
 * and is as long as 1, 2, 4, … REG_LEASE_BLOCK; so all but the last are used, and the last is no longer than what its
 * process used before, and one. A process that began since the backup therefore leased less than 2 n. One that was at work
 * then, used n and the rest of one block; it has one of serials, and one of codes for each authority that it serves. An
 * authority without a case then had blocks no longer than what was on its way into the ledger, which is lost: 2 n more than
 * the n at the most, whence 3 n. An import leases what its rows need: those that were appended are in n, and IMPORT_AHEAD
 * are on the way. */
static int open_up(struct restoring *restoring, struct reg_error_info *info)
{
    struct reg_store *store = restoring->engine->store;
    uint64_t count = (restoring->result.lost < UINT32_MAX ? restoring->result.lost : UINT32_MAX) * 3;
    int error = store->ops->begin(store, NULL, info);

    if (error != 0)
        return error;
    error = skip_serials(restoring, count + DAEMONS * REG_LEASE_BLOCK, info);
    if (error == 0)
        error = skip_codes(restoring, count, info);
    if (error == 0)
        error = store->ops->set_state(store, REG_STORE_LIVE, info);
    if (error == 0)
        error = store->ops->commit(store, info);
    if (error != 0)
        store->ops->rollback(store);
    else
        store->identity.state = REG_STORE_LIVE;
    return error;
}

/* ---- the whole ----------------------------------------------------------------------------------------------------- */

static int check_whole(struct restoring *restoring, struct reg_error_info *info)
{
    const struct reg_restored_callbacks *callbacks = restoring->callbacks;
    struct reg_ledger_head head;
    struct reg_check_result result = {0};
    int error = reg_ledger_check(restoring->engine, NULL, callbacks->progress, callbacks->problem, callbacks->context,
                                 &result, info);

    restoring->result.problems = result.problems;
    if (error == 0 && result.problems > 0)
        error =
            reg_fail(info, REG_ERR_CORRUPT, "台账有误（%llu 处），存储未启用",
                     "the ledger is damaged (%llu problems): the store stays closed", (unsigned long long)result.problems);
    if (error == 0)
        error = reg_ledger_head(restoring->reader, &head, info);
    if (error == 0)
        memcpy(restoring->result.root, head.root, sizeof head.root);
    return error;
}

static int restore(struct restoring *restoring, uint64_t lost, struct reg_error_info *info)
{
    int error;

    if (restoring->engine->store->identity.state == REG_STORE_COPY)
        return reg_fail(info, REG_ERR_UNSUPPORTED, "存储是未完成的副本：请再次运行 registryctl store copy",
                        "the store is half a copy: run registryctl store copy again");
    error = reg_reader_open(restoring->engine, &restoring->reader, info);
    if (error == 0)
        error = read_batches(restoring, lost);
    if (error == 0)
        error = erase_again(restoring, info);
    if (error == 0)
        error = check_whole(restoring, info);
    if (error == 0)
        error = read_authorities(restoring);
    return error == 0 ? open_up(restoring, info) : error;
}

int reg_registry_restored(const char *directory, const struct reg_open_options *options, const struct reg_host *host,
                          const struct reg_restored_options *restored, const struct reg_restored_callbacks *callbacks,
                          struct reg_restored_result *ret_result, struct reg_error_info *info)
{
    static const struct reg_restored_callbacks none;
    struct restoring restoring = {.callbacks = callbacks ? callbacks : &none};
    struct reg_store *store = NULL;
    int lock = -1, error;

    if (options->size != sizeof *options || restored->size != sizeof *restored || !options->open_store || !options->store)
        return reg_fail(info, REG_ERR_INVALID, "打开选项不完整", "the open options are incomplete");
    error = reg_registry_lock(directory, LOCK_EX, &lock, info);
    if (error == 0)
        error = options->open_store(directory, options->store, NULL, &store, info);
    if (error == 0)
        error = reg_engine_open_store(directory, options, host, store, lock, &restoring.engine, info);
    else if (lock >= 0)
        close(lock);
    if (error == 0)
        error = restore(&restoring, restored->lost, info);
    free(restoring.authorities);
    reg_reader_close(restoring.reader);
    reg_engine_close(restoring.engine);
    *ret_result = restoring.result;
    return error;
}
