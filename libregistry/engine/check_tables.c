/* The tables beside the views: keys of names and of cases, pools, counters, tiles beyond the tree, what the store says of itself.
 * What it takes to judge them is collected while the views are walked through, each of them once. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "engine/check.h"

#define TILE_LEVELS 8

static const struct reg_value one = {.kind = REG_VALUE_NUMBER, .number = 1};

/* ---- the tally ----------------------------------------------------------------------------------------------------- */

int reg_tally_start(struct reg_work *work, struct reg_tally *tally)
{
    int error;

    *tally = (struct reg_tally){.pools = {.kind = REG_QUERY_POOLS}, .last_serial = -1, .last_name = -1};
    error = reg_query_wait(work->reader, &tally->pools);
    tally->highest = calloc(tally->pools.pool_count + 1, sizeof *tally->highest);
    return error == 0 && !tally->highest ? REG_ERR_NOMEM : error;
}

void reg_tally_clear(struct reg_tally *tally)
{
    reg_query_clear(&tally->pools);
    free(tally->highest);
    tally->highest = NULL;
}

/* The number behind the prefix in a code's eight characters; false: it is not of that pool. */
static bool number_in_pool(const char *code, const char *prefix, uint64_t *ret)
{
    static const char digits[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    size_t len = strlen(prefix);

    *ret = 0;
    if (strlen(code) != REG_CODE_LEN || len > 8 || strncmp(code + 8, prefix, len) != 0)
        return false;
    for (const char *at = code + 8 + len; at < code + 16; at++) {
        const char *digit = strchr(digits, *at);

        if (!digit)
            return false;
        *ret = *ret * 31 + (uint64_t)(digit - digits);
    }
    return true;
}

static void tally_code(struct reg_tally *tally, const char *code)
{
    for (size_t i = 0; i < tally->pools.pool_count; i++) {
        const struct reg_pool_row *pool = &tally->pools.pools[i];
        uint64_t number;

        if (number_in_pool(code, pool->prefix, &number) && number >= pool->first && number <= pool->last &&
            number + 1 > tally->highest[i])
            tally->highest[i] = number + 1;
    }
}

static uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

/* A number for a row of name_gram; the sum of all of them tells two sets of rows apart, in whatever order they come. */
static uint64_t key_sum(uint64_t authority, uint64_t key, uint64_t number, uint64_t industry)
{
    return mix(mix(authority << 32 ^ key) + mix(number ^ UINT64_C(0x9e3779b97f4a7c15)) * 3 + mix(industry) * 7);
}

static void tally_name(const struct reg_work *work, struct reg_tally *tally, const struct reg_value *row)
{
    struct reg_name_keys keys;

    if (row[2].kind != REG_VALUE_TEXT)
        return;
    reg_name_keys_of(work->engine, (const char *)row[2].bytes.data, &keys);
    for (size_t i = 0; i < keys.count; i++)
        tally->keys_sum += key_sum((uint64_t)row[3].number, keys.keys[i], (uint64_t)row[0].number, keys.industry);
    tally->last_name = row[0].number;
}

void reg_tally_row(const struct reg_work *work, struct reg_tally *tally, enum reg_table table, const struct reg_value *row)
{
    if (table == REG_TABLE_LICENCE) {
        tally->licences++;
        tally_code(tally, (const char *)row[0].bytes.data);
    } else if (table == REG_TABLE_SERIAL) {
        tally->last_serial = row[0].number;
    } else if (table == REG_TABLE_NAME) {
        tally_name(work, tally, row);
    }
}

/* ---- the tables ---------------------------------------------------------------------------------------------------- */

/* The keys of the names that were walked through; those of later names are passed over. Where the ledger grew since the check
 * began a name may have moved to another authority, and its keys with it: not compared then. */
static int check_name_keys(struct reg_work *work, const struct reg_tally *tally)
{
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    const struct reg_value *row, none = {.kind = REG_VALUE_NUMBER};
    struct reg_cursor cursor;
    uint64_t sum = 0;
    int error;

    reg_work_walk(work, &cursor, REG_TABLE_NAME_KEY);
    while ((error = reg_work_next(work, &cursor, &row)) == 0 && row)
        if (row[2].number <= tally->last_name)
            sum += key_sum((uint64_t)row[0].number, (uint64_t)row[1].number, (uint64_t)row[2].number,
                           (uint64_t)row[3].number);
        else if (cursor.page.head.size == work->size)
            reg_report_row(work, REG_TABLE_NAME_KEY, row, "没有此名称", "there is no such name");
    reg_cursor_clear(&cursor);
    if (error == 0)
        error = reg_query_wait(work->reader, &head);
    if (error == 0 && !work->stopped && head.head.size == work->size && sum != tally->keys_sum)
        reg_report_row(work, REG_TABLE_NAME_KEY, &none, "与名称不符，可用 --repair-views 重建",
                       "they are not the keys of the names: --repair-views makes them anew");
    reg_query_clear(&head);
    return error;
}

/* Terms name no entry: all are counted as of the first one. Not compared where the ledger grew since the check began. */
static int check_terms(struct reg_work *work)
{
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    const struct reg_value *row, none = {.kind = REG_VALUE_NUMBER};
    struct reg_cursor cursor;
    int error;

    reg_work_walk(work, &cursor, REG_TABLE_TERM);
    while ((error = reg_work_next(work, &cursor, &row)) == 0 && row)
        reg_sum_take(work, REG_TABLE_TERM, 0, row, 0, 2);
    reg_cursor_clear(&cursor);
    if (error == 0)
        error = reg_query_wait(work->reader, &head);
    if (error == 0 && !work->stopped && head.head.size == work->size && !reg_sum_settled(work, REG_TABLE_TERM, 0))
        reg_report_row(work, REG_TABLE_TERM, &none, "与执照不符，可用 --repair-views 重建",
                       "they are not what the licences are found by: --repair-views makes them anew");
    reg_query_clear(&head);
    return error;
}

/* A key that no case's first entry has. */
static int check_case_key(struct reg_work *work, const struct reg_value *row)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = (uint64_t)row[0].number, .limit = 1};
    int error = row[0].number >= 0 ? reg_query_wait(work->reader, &query) : 0;

    if (error == 0 && (query.entry_count == 0 || query.entries[0].position != (uint64_t)row[0].number ||
                       !query.entries[0].has_case || query.entries[0].case_number != query.entries[0].position))
        reg_report_row(work, REG_TABLE_CASE_KEY, row, "没有此办件", "there is no such case");
    reg_query_clear(&query);
    return error;
}

/* `again`: those where the sums differ. That a key is missing, the entries' check says. */
static int walk_case_keys(struct reg_work *work, bool again)
{
    const struct reg_value *row;
    struct reg_cursor cursor;
    int error;

    reg_work_walk(work, &cursor, REG_TABLE_CASE_KEY);
    while ((error = reg_work_next(work, &cursor, &row)) == 0 && row) {
        bool counted = reg_sum_has(work, row[0].number);

        if (counted && !again)
            reg_sum_take(work, REG_TABLE_CASE_KEY, row[0].number, row, 0, 1);
        else if (counted == again && (!again || reg_sum_differs(work, REG_TABLE_CASE_KEY, row[0].number)))
            error = check_case_key(work, row);
        if (error != 0)
            break;
    }
    reg_cursor_clear(&cursor);
    return error;
}

static int check_case_keys(struct reg_work *work)
{
    int error = walk_case_keys(work, false);

    return error == 0 && !work->stopped && reg_sums_differ(work, REG_TABLE_CASE_KEY) ? walk_case_keys(work, true) : error;
}

/* Those within the tree are compared as it grows. */
static int check_tiles(struct reg_work *work)
{
    const struct reg_value *row;
    struct reg_cursor cursor;
    int error;

    reg_work_walk(work, &cursor, REG_TABLE_TILE);
    while ((error = reg_work_next(work, &cursor, &row)) == 0 && row) {
        uint64_t now = cursor.page.head.size > work->size ? cursor.page.head.size : work->size;

        if (row[0].number < 0 || row[0].number >= TILE_LEVELS - 1 || row[1].number < 0 ||
            (uint64_t)row[1].number >= now >> (8 * (row[0].number + 1)))
            reg_report_row(work, REG_TABLE_TILE, row, "超出哈希树", "it is beyond the tree");
    }
    reg_cursor_clear(&cursor);
    return error;
}

/* The pools are read again behind the codes: numbers that were leased meanwhile are below `next` by then. */
static int check_pools(struct reg_work *work, const struct reg_tally *tally)
{
    struct reg_query after = {.kind = REG_QUERY_POOLS};
    int error = reg_query_wait(work->reader, &after);

    for (size_t i = 0; i < tally->pools.pool_count && error == 0; i++)
        if (i >= after.pool_count || after.pools[i].next < tally->highest[i]) {
            struct reg_value key = {.kind = REG_VALUE_NUMBER, .number = (int64_t)tally->pools.pools[i].position};

            reg_report_row(work, REG_TABLE_POOL, &key, "下一号码已被使用", "its next number was used");
        }
    reg_query_clear(&after);
    return error;
}

/* The serials before the counter: leased before they are used, so it is read last. */
static int check_counter(struct reg_work *work, const struct reg_tally *tally)
{
    struct reg_query query = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_COUNTER, .key = &one, .limit = 1};
    int error = reg_query_wait(work->reader, &query);

    if (error == 0 && (query.row_count != 1 || query.rows[0][1].number <= tally->last_serial))
        reg_report_row(work, REG_TABLE_COUNTER, &one, "下一序号已被使用", "the next serial was used");
    reg_query_clear(&query);
    return error;
}

static int check_meta(struct reg_work *work)
{
    struct reg_value id = {REG_VALUE_BLOB, 0, {work->engine->facts.id, REG_REGISTRY_ID_LEN}};
    struct reg_value suite = {.kind = REG_VALUE_NUMBER, .number = work->engine->facts.suite};
    struct reg_query query = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_META, .key = &one, .limit = 1};
    int error = reg_query_wait(work->reader, &query);

    if (error == 0 && (query.row_count != 1 || !reg_same_value(&query.rows[0][1], &id) ||
                       !reg_same_value(&query.rows[0][2], &suite) || query.rows[0][3].number < query.rows[0][4].number ||
                       query.rows[0][5].number != (int64_t)work->engine->store->identity.state))
        reg_report_row(work, REG_TABLE_META, &one, "与登记库不符", "it is not what the registry is");
    reg_query_clear(&query);
    return error;
}

int reg_check_tables(struct reg_work *work, const struct reg_tally *tally)
{
    int error = check_name_keys(work, tally);

    if (error == 0 && !work->stopped)
        error = check_terms(work);
    if (error == 0)
        error = check_case_keys(work);
    if (error == 0)
        error = check_tiles(work);
    if (error == 0)
        error = check_pools(work, tally);
    if (error == 0)
        error = check_counter(work, tally);
    return error == 0 ? check_meta(work) : error;
}
