/* The views against the entries, both ways, and the tables beside them. A view is one row of the table below. */
#include <string.h>

#include "base/error.h"
#include "base/message.h"
#include "engine/check.h"

#define TILE_LEVELS 8

/* ---- what a row must be -------------------------------------------------------------------------------------------- */

static struct reg_value number_of(uint64_t number)
{
    return (struct reg_value){.kind = REG_VALUE_NUMBER, .number = (int64_t)number};
}

static struct reg_value text_of(const char *text)
{
    return (struct reg_value){REG_VALUE_TEXT, 0, {(const uint8_t *)text, strlen(text)}};
}

static struct reg_value text_or_null(const char *text)
{
    return text && *text ? text_of(text) : (struct reg_value){.kind = REG_VALUE_NULL};
}

static bool licence_values(const struct reg_entry_rows *rows, struct reg_value *ret)
{
    const struct reg_licence_row *row = rows->append.licence;

    if (!row)
        return false;
    ret[0] = text_of(row->code);
    ret[1] = number_of(row->position);
    ret[2] = number_of(row->serial);
    ret[3] = number_of(row->version);
    ret[4] = number_of(row->revision);
    ret[5] = number_of(row->state);
    ret[6] = number_of(row->authority);
    ret[7] = number_of(row->type);
    ret[8] = text_of(row->name);
    ret[9] = text_or_null(rows->append.name_key);
    ret[10] = text_or_null(row->parent);
    ret[11] = row->wake_day ? (struct reg_value){.kind = REG_VALUE_NUMBER, .number = row->wake_day}
                            : (struct reg_value){.kind = REG_VALUE_NULL};
    return true;
}

static bool serial_values(const struct reg_entry_rows *rows, struct reg_value *ret)
{
    const struct reg_serial_row *row = rows->append.serial;

    if (!row)
        return false;
    ret[0] = number_of(row->serial);
    ret[1] = text_of(row->code);
    ret[2] = number_of(row->position);
    ret[3] = number_of(row->version);
    return true;
}

static bool case_values(const struct reg_entry_rows *rows, struct reg_value *ret)
{
    const struct reg_case_row *row = rows->append.case_row;

    if (!row)
        return false;
    ret[0] = number_of(row->number);
    ret[1] = number_of(row->position);
    ret[2] = number_of(row->state);
    ret[3] = number_of(row->authority);
    ret[4] = text_of(row->code);
    return true;
}

static bool request_values(const struct reg_entry_rows *rows, struct reg_value *ret)
{
    const struct reg_request_row *row = rows->append.request;

    if (!row)
        return false;
    ret[0] = text_of(row->caller);
    ret[1] = text_of(row->request_id);
    ret[2] = (struct reg_value){REG_VALUE_BLOB, 0, {row->digest, REG_DIGEST_LEN}};
    ret[3] = number_of(row->position);
    return true;
}

static bool catalogue_values(const struct reg_entry_rows *rows, struct reg_value *ret)
{
    const struct reg_catalogue_row *row = rows->append.catalogue;

    if (!row)
        return false;
    ret[0] = number_of(row->revision);
    ret[1] = number_of(row->position);
    ret[2] = (struct reg_value){.kind = REG_VALUE_NUMBER, .number = row->effective};
    return true;
}

/* The views. `replaced`: a later entry takes the row's place. `sealed`: made from a sealed section, so of an entry whose key
 * was destroyed nobody can say what the row was. */
static const struct view {
    enum reg_table table;
    unsigned columns, position; /* position: the column that names the entry */
    bool replaced, sealed;
    bool (*values)(const struct reg_entry_rows *rows, struct reg_value *ret); /* false: the entry brings no row */
} views[] = {
    {REG_TABLE_LICENCE, 12, 1, true, false, licence_values},
    {REG_TABLE_SERIAL, 4, 2, false, false, serial_values},
    {REG_TABLE_CASE, 5, 1, true, false, case_values},
    {REG_TABLE_REQUEST, 4, 3, false, true, request_values},
    {REG_TABLE_CATALOGUE, 3, 1, false, false, catalogue_values},
};

/* ---- reporting ----------------------------------------------------------------------------------------------------- */

void reg_report_row(struct reg_report *report, enum reg_table table, const struct reg_value *key, const char *zh,
                    const char *en)
{
    static const char *const names[REG_TABLE_COUNT] = {"licence", "serial", "case", "request",    "catalogue", "case_key",
                                                       "batch",   "tile",   "checkpoint", "pool", "counter",   "meta"};
    bool text = key[0].kind == REG_VALUE_TEXT;
    struct reg_error_info info;

    /* keys are of two kinds: what is printed is the one, and nothing for the other */
    if (text)
        reg_fail(&info, REG_ERR_CORRUPT, "表 %s，键 %s：%s", "table %s, key %s: %s", names[table],
                 (const char *)key[0].bytes.data, "");
    else
        reg_fail(&info, REG_ERR_CORRUPT, "表 %s，键 %lld：%s", "table %s, key %lld: %s", names[table],
                 (long long)key[0].number, "");
    strncat(info.zh, zh, sizeof info.zh - strlen(info.zh) - 1);
    strncat(info.en, en, sizeof info.en - strlen(info.en) - 1);
    report->problems++;
    if (report->problem)
        report->problem(report->context, &info);
}

static bool same_value(const struct reg_value *a, const struct reg_value *b)
{
    return a->kind == b->kind && a->number == b->number && a->bytes.len == b->bytes.len &&
           (a->bytes.len == 0 || memcmp(a->bytes.data, b->bytes.data, a->bytes.len) == 0);
}

static bool same_values(const struct reg_value *a, const struct reg_value *b, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (!same_value(&a[i], &b[i]))
            return false;
    return true;
}

/* ---- entries, then rows -------------------------------------------------------------------------------------------- */

static int check_row(struct reg_store_reader *reader, struct reg_report *report, uint64_t position, const struct view *view,
                     const struct reg_value *expected)
{
    struct reg_query query = {.kind = REG_QUERY_TABLE, .table = view->table, .key = expected, .limit = 1};
    int error = reg_query_wait(reader, &query);
    const struct reg_value *row = query.rows ? query.rows[0] : NULL;

    if (error != 0)
        goto out;
    if (query.row_count == 0 || !same_values(row, expected, reg_table_keys(view->table)))
        reg_report_row(report, view->table, expected, "缺少条目所产生的行", "the row that an entry brings is missing");
    else if (view->replaced && row[view->position].number > (int64_t)position)
        ; /* of a later entry: the walk through the view says whether that brings it */
    else if (!same_values(row, expected, view->columns))
        reg_report_row(report, view->table, expected, "与条目不符", "the row contradicts its entry");
out:
    reg_query_clear(&query);
    return error;
}

int reg_check_rows(struct reg_store_reader *reader, struct reg_report *report, uint64_t position,
                   const struct reg_entry_rows *rows)
{
    int error = 0;

    for (size_t i = 0; i < sizeof views / sizeof *views && error == 0; i++) {
        struct reg_value expected[REG_COLUMNS_MAX] = {0};

        if (views[i].values(rows, expected))
            error = check_row(reader, report, position, &views[i], expected);
    }
    return error;
}

/* Two licences under one name: the key finds one of them only. */
static int check_name(struct reg_store_reader *reader, struct reg_report *report, const struct reg_value *row)
{
    struct reg_query query = {.kind = REG_QUERY_REGISTER,
                              .authority = (uint32_t)row[6].number,
                              .name_key = (const char *)row[9].bytes.data};
    int error = 0;

    if (row[9].kind != REG_VALUE_TEXT)
        return 0;
    error = reg_query_wait(reader, &query);
    if (error == 0 && query.name_code && strcmp(query.name_code, (const char *)row[0].bytes.data) != 0)
        reg_report_row(report, REG_TABLE_LICENCE, row, "名称由两个登记共用", "two licences hold the name");
    reg_query_clear(&query);
    return error;
}

/* ---- rows, then entries -------------------------------------------------------------------------------------------- */

/* What the entry that a row names brings; `*ret_there` false: there is no such entry, or it cannot be read. */
static int rows_at(struct reg_engine *engine, struct reg_store_reader *reader, int64_t position, struct reg_query *query,
                   struct reg_arena *arena, struct reg_entry_rows *ret, bool *ret_there)
{
    int error;

    *query = (struct reg_query){.kind = REG_QUERY_ENTRIES, .from = (uint64_t)position, .limit = 1};
    *ret_there = false;
    error = position >= 0 ? reg_query_wait(reader, query) : 0;
    if (error != 0 || query->entry_count != 1 || query->entries[0].position != (uint64_t)position)
        return error;
    error = reg_entry_rows_read(engine, reader, &query->entries[0], arena, ret);
    if (error == REG_ERR_NOMEM || error == REG_ERR_UNAVAILABLE)
        return error;
    *ret_there = error == 0;
    return 0;
}

static int check_back(struct reg_engine *engine, struct reg_store_reader *reader, struct reg_report *report,
                      const struct view *view, const struct reg_value *row)
{
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    struct reg_query query = {0};
    struct reg_entry_rows rows;
    struct reg_value expected[REG_COLUMNS_MAX] = {0};
    bool there = false;
    int error = arena ? rows_at(engine, reader, row[view->position].number, &query, arena, &rows, &there) : REG_ERR_NOMEM;

    if (error == 0 && !there)
        reg_report_row(report, view->table, row, "所指条目不存在或无法读取", "its entry does not exist or cannot be read");
    else if (error == 0 && !(view->sealed && rows.erased) &&
             (!view->values(&rows, expected) || !same_values(row, expected, view->columns)))
        reg_report_row(report, view->table, row, "没有产生此行的条目", "no entry brings this row");
    if (error == 0 && view->table == REG_TABLE_LICENCE)
        error = check_name(reader, report, row);
    reg_query_clear(&query);
    reg_arena_free(arena);
    return error;
}

int reg_check_views(struct reg_engine *engine, struct reg_store_reader *reader, struct reg_report *report)
{
    int error = 0;

    for (size_t i = 0; i < sizeof views / sizeof *views && error == 0; i++) {
        const struct reg_value *row;
        struct reg_cursor cursor;

        reg_cursor_init(&cursor, reader, views[i].table);
        while ((error = reg_cursor_next(&cursor, &row)) == 0 && row && error == 0)
            if ((error = check_back(engine, reader, report, &views[i], row)) != 0)
                break;
        reg_cursor_clear(&cursor);
    }
    return error;
}

/* ---- the other tables ---------------------------------------------------------------------------------------------- */

/* A key that no case's first entry has. */
static int check_case_keys(struct reg_store_reader *reader, struct reg_report *report)
{
    const struct reg_value *row;
    struct reg_cursor cursor;
    int error;

    reg_cursor_init(&cursor, reader, REG_TABLE_CASE_KEY);
    while ((error = reg_cursor_next(&cursor, &row)) == 0 && row) {
        struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = (uint64_t)row[0].number, .limit = 1};

        error = row[0].number >= 0 ? reg_query_wait(reader, &query) : 0;
        if (error == 0 && (query.entry_count == 0 || query.entries[0].position != (uint64_t)row[0].number ||
                           !query.entries[0].has_case || query.entries[0].case_number != query.entries[0].position))
            reg_report_row(report, REG_TABLE_CASE_KEY, row, "没有此办件", "there is no such case");
        reg_query_clear(&query);
        if (error != 0)
            break;
    }
    reg_cursor_clear(&cursor);
    return error;
}

/* Those within the tree are compared as it grows. */
static int check_tiles(struct reg_store_reader *reader, uint64_t size, struct reg_report *report)
{
    const struct reg_value *row;
    struct reg_cursor cursor;
    int error;

    reg_cursor_init(&cursor, reader, REG_TABLE_TILE);
    while ((error = reg_cursor_next(&cursor, &row)) == 0 && row) {
        uint64_t now = cursor.page.head.size > size ? cursor.page.head.size : size;

        if (row[0].number < 0 || row[0].number >= TILE_LEVELS - 1 || row[1].number < 0 ||
            (uint64_t)row[1].number >= now >> (8 * (row[0].number + 1)))
            reg_report_row(report, REG_TABLE_TILE, row, "超出哈希树", "it is beyond the tree");
    }
    reg_cursor_clear(&cursor);
    return error;
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

/* One past the highest number of a pool that a licence has. */
static int highest_of(struct reg_store_reader *reader, const struct reg_pool_row *pool, uint64_t *ret)
{
    const struct reg_value *row;
    struct reg_cursor cursor;
    uint64_t number;
    int error;

    *ret = 0;
    reg_cursor_init(&cursor, reader, REG_TABLE_LICENCE);
    while ((error = reg_cursor_next(&cursor, &row)) == 0 && row)
        if (number_in_pool((const char *)row[0].bytes.data, pool->prefix, &number) && number >= pool->first &&
            number <= pool->last && number + 1 > *ret)
            *ret = number + 1;
    reg_cursor_clear(&cursor);
    return error;
}

/* Each pool against every code: there are few pools, and the codes are read page by page. The pools are read again behind
 * them: numbers that were leased meanwhile are below `next` by then. */
static int check_pools(struct reg_store_reader *reader, struct reg_report *report)
{
    struct reg_query before = {.kind = REG_QUERY_POOLS};
    int error = reg_query_wait(reader, &before);

    for (size_t i = 0; i < before.pool_count && error == 0; i++) {
        struct reg_value key = text_of(before.pools[i].prefix);
        struct reg_query after = {.kind = REG_QUERY_POOLS};
        uint64_t highest = 0;

        error = highest_of(reader, &before.pools[i], &highest);
        if (error == 0)
            error = reg_query_wait(reader, &after);
        if (error == 0 && (i >= after.pool_count || after.pools[i].next < highest))
            reg_report_row(report, REG_TABLE_POOL, &key, "下一号码已被使用", "its next number was used");
        reg_query_clear(&after);
    }
    reg_query_clear(&before);
    return error;
}

/* The serials before the counter: leased before they are used, so it is read last. */
static int check_counter(struct reg_store_reader *reader, struct reg_report *report)
{
    struct reg_value one = number_of(1);
    struct reg_query query = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_COUNTER, .key = &one, .limit = 1};
    const struct reg_value *row;
    struct reg_cursor cursor;
    int64_t most = -1;
    int error;

    reg_cursor_init(&cursor, reader, REG_TABLE_SERIAL);
    while ((error = reg_cursor_next(&cursor, &row)) == 0 && row)
        most = row[0].number;
    reg_cursor_clear(&cursor);
    if (error == 0)
        error = reg_query_wait(reader, &query);
    if (error == 0 && (query.row_count != 1 || query.rows[0][1].number <= most))
        reg_report_row(report, REG_TABLE_COUNTER, &one, "下一序号已被使用", "the next serial was used");
    reg_query_clear(&query);
    return error;
}

static int check_meta(struct reg_engine *engine, struct reg_store_reader *reader, struct reg_report *report)
{
    struct reg_value one = number_of(1);
    struct reg_value id = {REG_VALUE_BLOB, 0, {engine->facts.id, REG_REGISTRY_ID_LEN}};
    struct reg_value suite = number_of(engine->facts.suite);
    struct reg_query query = {.kind = REG_QUERY_TABLE, .table = REG_TABLE_META, .key = &one, .limit = 1};
    int error = reg_query_wait(reader, &query);

    if (error == 0 && (query.row_count != 1 || !same_value(&query.rows[0][1], &id) ||
                       !same_value(&query.rows[0][2], &suite) || query.rows[0][3].number < query.rows[0][4].number))
        reg_report_row(report, REG_TABLE_META, &one, "与登记库不符", "it is not what the registry is");
    reg_query_clear(&query);
    return error;
}

/* One licence for each founding; a code that was founded twice has one row for both. Not compared where the ledger grew. */
static int check_foundings(struct reg_store_reader *reader, uint64_t size, uint64_t foundings, struct reg_report *report)
{
    const struct reg_value *row;
    struct reg_value none = text_of("");
    struct reg_cursor cursor;
    uint64_t count = 0;
    int error;

    reg_cursor_init(&cursor, reader, REG_TABLE_LICENCE);
    while ((error = reg_cursor_next(&cursor, &row)) == 0 && row)
        count++;
    if (error == 0 && cursor.page.head.size == size && count != foundings)
        reg_report_row(report, REG_TABLE_LICENCE, &none, "登记数与设立条目数不符，代码可能重复",
                       "there are not as many licences as entries that found one: a code may be used twice");
    reg_cursor_clear(&cursor);
    return error;
}

int reg_check_tables(struct reg_engine *engine, struct reg_store_reader *reader, uint64_t size, uint64_t foundings,
                     struct reg_report *report)
{
    int error = check_case_keys(reader, report);

    if (error == 0)
        error = check_tiles(reader, size, report);
    if (error == 0)
        error = check_pools(reader, report);
    if (error == 0)
        error = check_counter(reader, report);
    if (error == 0)
        error = check_meta(engine, reader, report);
    return error == 0 ? check_foundings(reader, size, foundings, report) : error;
}
