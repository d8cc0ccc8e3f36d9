/* The views against the entries, both ways. A view is one row of the table below.
 *
 * Rows are first compared by sums: of those that the entries bring, and of those that stand, each table walked through in its own
 * order. Where a sum differs, also because a later entry took a row's place, entries and rows are looked at one by one. */
#include <string.h>

#include "base/error.h"
#include "engine/check.h"

#define PAGE 64

/* ---- what a row must be -------------------------------------------------------------------------------------------- */

static struct reg_value number_of(uint64_t number)
{
    return (struct reg_value){.kind = REG_VALUE_NUMBER, .number = (int64_t)number};
}

static struct reg_value text_of(const char *text)
{
    return (struct reg_value){REG_VALUE_TEXT, 0, {(const uint8_t *)text, strlen(text)}};
}

static struct reg_value day_or_null(int32_t day)
{
    return (struct reg_value){.kind = day ? REG_VALUE_NUMBER : REG_VALUE_NULL, .number = day};
}

static struct reg_value text_or_null(const char *text)
{
    return text && *text ? text_of(text) : (struct reg_value){.kind = REG_VALUE_NULL};
}

static void fill_licence(const struct reg_licence_row *row, const char *name_key, struct reg_value *ret)
{
    ret[0] = text_of(row->code);
    ret[1] = number_of(row->position);
    ret[2] = number_of(row->serial);
    ret[3] = number_of(row->version);
    ret[4] = number_of(row->revision);
    ret[5] = number_of(row->state);
    ret[6] = number_of(row->authority);
    ret[7] = number_of(row->type);
    ret[8] = text_of(row->name);
    ret[9] = text_or_null(name_key);
    ret[10] = text_or_null(row->parent);
    ret[11] = day_or_null(row->wake_day);
    ret[12] = number_of(row->industry);
    ret[13] = (struct reg_value){.kind = REG_VALUE_NUMBER, .number = row->established};
    ret[14] = (struct reg_value){.kind = REG_VALUE_NUMBER, .number = row->recorded};
}

static bool licence_values(const struct reg_entry_rows *rows, size_t at, struct reg_value *ret)
{
    if (at > 0 || !rows->append.licence)
        return false;
    fill_licence(rows->append.licence, rows->append.name_key, ret);
    return true;
}

static bool serial_values(const struct reg_entry_rows *rows, size_t at, struct reg_value *ret)
{
    const struct reg_serial_row *row = rows->append.serial;

    if (at > 0 || !row)
        return false;
    ret[0] = number_of(row->serial);
    ret[1] = text_of(row->code);
    ret[2] = number_of(row->position);
    ret[3] = number_of(row->version);
    return true;
}

static bool case_values(const struct reg_entry_rows *rows, size_t at, struct reg_value *ret)
{
    const struct reg_case_row *row = rows->append.case_row;

    if (at > 0 || !row)
        return false;
    ret[0] = number_of(row->number);
    ret[1] = number_of(row->position);
    ret[2] = number_of(row->state);
    ret[3] = number_of(row->authority);
    ret[4] = text_of(row->code);
    return true;
}

static bool request_values(const struct reg_entry_rows *rows, size_t at, struct reg_value *ret)
{
    const struct reg_request_row *row = rows->append.request;

    if (at > 0 || !row)
        return false;
    ret[0] = text_of(row->caller);
    ret[1] = text_of(row->request_id);
    ret[2] = (struct reg_value){REG_VALUE_BLOB, 0, {row->digest, REG_DIGEST_LEN}};
    ret[3] = number_of(row->position);
    return true;
}

static bool catalogue_values(const struct reg_entry_rows *rows, size_t at, struct reg_value *ret)
{
    const struct reg_catalogue_row *row = rows->append.catalogue;

    if (at > 0 || !row)
        return false;
    ret[0] = number_of(row->revision);
    ret[1] = number_of(row->position);
    ret[2] = (struct reg_value){.kind = REG_VALUE_NUMBER, .number = row->effective};
    return true;
}

/* All but the row's number, which is the store's. */
static bool name_values(const struct reg_entry_rows *rows, size_t at, struct reg_value *ret)
{
    const struct reg_name_row *row = &rows->append.names[at];

    if (at >= rows->append.name_count)
        return false;
    ret[1] = text_of(row->holder);
    ret[2] = text_of(row->name);
    ret[3] = number_of(row->authority);
    ret[4] = number_of(row->state);
    ret[5] = day_or_null(row->until_day);
    ret[6] = number_of(row->position);
    return true;
}

/* All but what lifted it. */
static bool restriction_values(const struct reg_entry_rows *rows, size_t at, struct reg_value *ret)
{
    const struct reg_restriction_row *row = rows->append.restriction;

    if (at > 0 || !row)
        return false;
    ret[0] = number_of(row->position);
    ret[1] = text_of(row->subject);
    ret[2] = number_of(row->source);
    ret[3] = (struct reg_value){.kind = REG_VALUE_NUMBER, .number = row->since};
    ret[4] = day_or_null(row->until);
    ret[5] = number_of(row->blocks);
    ret[6] = number_of(row->unreachable);
    ret[7] = text_of(row->basis);
    return true;
}

/* The views. `first`: the first column that an entry says; `position`: the one that names the entry. `replaced`: a later entry
 * takes the row's place. `sealed`: made from a sealed section, so of an entry whose key was destroyed nobody can say what the
 * row was. */
static const struct view {
    enum reg_table table;
    unsigned first, columns, position;
    bool replaced, sealed;
    bool (*values)(const struct reg_entry_rows *rows, size_t at, struct reg_value *ret); /* false: it brings no more rows */
} views[] = {
    {REG_TABLE_LICENCE, 0, 15, 1, true, false, licence_values},
    {REG_TABLE_SERIAL, 0, 4, 2, false, false, serial_values},
    {REG_TABLE_CASE, 0, 5, 1, true, false, case_values},
    {REG_TABLE_REQUEST, 0, 4, 3, false, true, request_values},
    {REG_TABLE_CATALOGUE, 0, 3, 1, false, false, catalogue_values},
    {REG_TABLE_NAME, 1, 7, 6, true, false, name_values},
    {REG_TABLE_RESTRICTION, 0, 8, 0, false, true, restriction_values},
};
#define VIEW_COUNT (sizeof views / sizeof *views)

/* ---- reporting ----------------------------------------------------------------------------------------------------- */

void reg_report_row(struct reg_work *work, enum reg_table table, const struct reg_value *key, const char *zh, const char *en)
{
    static const char *const names[REG_TABLE_COUNT] = {
        "licence", "serial", "case", "request",    "catalogue", "name",    "name_gram", "restriction",
        "case_key", "batch", "tile", "checkpoint", "pool",      "counter", "meta",      "licence_term"};
    struct reg_error_info info;

    /* keys are of two kinds */
    if (key->kind == REG_VALUE_TEXT)
        reg_fail(&info, REG_ERR_CORRUPT, "表 %s，键 %s：%s", "table %s, key %s: %s", names[table],
                 (const char *)key->bytes.data, "");
    else
        reg_fail(&info, REG_ERR_CORRUPT, "表 %s，键 %lld：%s", "table %s, key %lld: %s", names[table], (long long)key->number,
                 "");
    strncat(info.zh, zh, sizeof info.zh - strlen(info.zh) - 1);
    strncat(info.en, en, sizeof info.en - strlen(info.en) - 1);
    work->problems++;
    if (work->problem)
        work->problem(work->context, &info);
}

bool reg_same_value(const struct reg_value *a, const struct reg_value *b)
{
    return a->kind == b->kind && a->number == b->number && a->bytes.len == b->bytes.len &&
           (a->bytes.len == 0 || memcmp(a->bytes.data, b->bytes.data, a->bytes.len) == 0);
}

static bool same_values(const struct reg_value *a, const struct reg_value *b, unsigned first, unsigned end)
{
    for (unsigned i = first; i < end; i++)
        if (!reg_same_value(&a[i], &b[i]))
            return false;
    return true;
}

/* ---- how far it is ------------------------------------------------------------------------------------------------- */

/* The rows that the rest of the entries bring are guessed from those before. */
void reg_work_show(struct reg_work *work)
{
    uint64_t rows = work->entries > 0 ? (uint64_t)((double)work->found * (double)work->size / (double)work->entries) : 0;
    uint64_t done = work->entries + work->walked, total = work->size + rows;

    if (work->progress && !work->progress(work->context, done, total > done ? total : done))
        work->stopped = true;
}

void reg_work_walk(struct reg_work *work, struct reg_cursor *cursor, enum reg_table table)
{
    reg_cursor_init(cursor, work->pages, table);
    cursor->ahead = true;
}

int reg_work_next(struct reg_work *work, struct reg_cursor *cursor, const struct reg_value **ret_row)
{
    int error;

    if (work->walked++ % 1024 == 0)
        reg_work_show(work);
    *ret_row = NULL;
    error = work->stopped ? 0 : reg_cursor_next(cursor, ret_row);
    if (error != 0 || !*ret_row)
        work->walked--;
    return error;
}

/* ---- where they differ: entries, then rows ------------------------------------------------------------------------- */

static const char missing_zh[] = "缺少条目所产生的行", missing_en[] = "the row that an entry brings is missing",
                  other_zh[] = "与条目不符", other_en[] = "the row contradicts its entry";

static int check_row(struct reg_work *work, uint64_t position, const struct view *view, const struct reg_value *expected)
{
    struct reg_query query = {.kind = REG_QUERY_TABLE, .table = view->table, .key = expected, .limit = 1};
    int error = reg_query_wait(work->reader, &query);
    const struct reg_value *row = query.rows ? query.rows[0] : NULL;

    if (error != 0)
        goto out;
    if (query.row_count == 0 || !same_values(row, expected, 0, reg_table_keys(view->table)))
        reg_report_row(work, view->table, expected, missing_zh, missing_en);
    else if (view->replaced && row[view->position].number > (int64_t)position)
        ; /* of a later entry: the walk through the view says whether that brings it */
    else if (!same_values(row, expected, 0, view->columns))
        reg_report_row(work, view->table, expected, other_zh, other_en);
out:
    reg_query_clear(&query);
    return error;
}

/* A name's row is found by its holder, not by its number. */
static int check_name_row(struct reg_work *work, const struct reg_name_row *expected)
{
    struct reg_query query = {.kind = REG_QUERY_NAMES_OF, .codes = &expected->holder, .code_count = 1};
    const struct reg_value holder = text_of(expected->holder);
    const struct reg_name_row *row = NULL;
    int error = reg_query_wait(work->reader, &query);

    for (size_t i = 0; error == 0 && i < query.name_count && !row; i++)
        if (strcmp(query.names[i].name, expected->name) == 0)
            row = &query.names[i];
    if (error == 0 && !row)
        reg_report_row(work, REG_TABLE_NAME, &holder, missing_zh, missing_en);
    else if (error == 0 && row->position <= expected->position &&
             (row->position < expected->position || row->authority != expected->authority || row->state != expected->state ||
              row->until_day != expected->until_day))
        reg_report_row(work, REG_TABLE_NAME, &holder, other_zh, other_en);
    reg_query_clear(&query);
    return error;
}

/* The restriction that the entry at `position` lifts. */
static int check_lifted(struct reg_work *work, uint64_t position, uint64_t placed)
{
    struct reg_query query = {.kind = REG_QUERY_RESTRICTION, .number = placed};
    const struct reg_value key = number_of(placed);
    int error = reg_query_wait(work->reader, &query);

    if (error == 0 && query.restriction_count == 0)
        reg_report_row(work, REG_TABLE_RESTRICTION, &key, missing_zh, missing_en);
    else if (error == 0 && query.restrictions[0].lifted != position)
        reg_report_row(work, REG_TABLE_RESTRICTION, &key, other_zh, other_en);
    reg_query_clear(&query);
    return error;
}

static int check_rows(struct reg_work *work, uint64_t position, const struct reg_entry_rows *rows)
{
    int error = 0;

    for (size_t i = 0; i < VIEW_COUNT && error == 0; i++) {
        struct reg_value expected[REG_COLUMNS_MAX] = {0};

        if (!reg_sum_differs(work, views[i].table, (int64_t)position))
            continue;
        for (size_t at = 0; error == 0 && views[i].values(rows, at, expected); at++)
            error = views[i].table == REG_TABLE_NAME ? check_name_row(work, &rows->append.names[at])
                                                     : check_row(work, position, &views[i], expected);
    }
    return error == 0 && rows->append.lifts ? check_lifted(work, position, rows->append.lifts) : error;
}

/* Two licences under one name: the key finds one of them only. */
static int check_name(struct reg_work *work, const struct reg_value *row)
{
    struct reg_query query = {.kind = REG_QUERY_REGISTER,
                              .authority = (uint32_t)row[6].number,
                              .name_key = (const char *)row[9].bytes.data};
    int error = 0;

    if (row[9].kind != REG_VALUE_TEXT)
        return 0;
    error = reg_query_wait(work->reader, &query);
    if (error == 0 && query.name_code && strcmp(query.name_code, (const char *)row[0].bytes.data) != 0)
        reg_report_row(work, REG_TABLE_LICENCE, row, "名称由两个登记共用", "two licences hold the name");
    reg_query_clear(&query);
    return error;
}

/* Two licences with one subject code: looking for it finds one of them only. */
static int check_subject(struct reg_work *work, const struct reg_value *row)
{
    const char *code = (const char *)row[0].bytes.data;
    struct reg_query query = {.kind = REG_QUERY_SUBJECTS, .code_count = 2};
    char subject[10] = "";
    int error;

    if (row[0].bytes.len != REG_CODE_LEN)
        return 0;
    memcpy(subject, code + 8, 9);
    query.codes = (const char *const[]){subject, subject};
    error = reg_query_wait(work->reader, &query);
    if (error == 0 && query.licence_count > 0 && strcmp(query.licences[0].code, code) != 0)
        reg_report_row(work, REG_TABLE_LICENCE, row, "主体标识码由两个登记共用", "two licences have the subject code");
    reg_query_clear(&query);
    return error;
}

/* ---- and rows, then entries ---------------------------------------------------------------------------------------- */

/* What the entry at a position brings; `*ret_there` false: there is no such entry, or it cannot be read. */
static int rows_at(struct reg_work *work, int64_t position, struct reg_query *query, struct reg_arena *arena,
                   struct reg_entry_rows *ret, bool *ret_there)
{
    int error;

    *query = (struct reg_query){.kind = REG_QUERY_ENTRIES, .from = (uint64_t)position, .limit = 1};
    *ret_there = false;
    error = position >= 0 ? reg_query_wait(work->reader, query) : 0;
    if (error != 0 || query->entry_count != 1 || query->entries[0].position != (uint64_t)position)
        return error;
    error = reg_entry_rows_read(work->engine, work->reader, &query->entries[0], arena, ret);
    if (error == REG_ERR_NOMEM || error == REG_ERR_UNAVAILABLE)
        return error;
    *ret_there = error == 0;
    return 0;
}

/* Does the entry bring the row? */
static bool brings(const struct view *view, const struct reg_entry_rows *rows, const struct reg_value *row)
{
    struct reg_value expected[REG_COLUMNS_MAX] = {0};

    for (size_t at = 0; view->values(rows, at, expected); at++)
        if (same_values(row, expected, view->first, view->columns))
            return true;
    return view->sealed && rows->erased;
}

/* Does the entry that a restriction names as its lifting one lift it? */
static int check_lifting(struct reg_work *work, const struct reg_value *row)
{
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    struct reg_query query = {0};
    struct reg_entry_rows rows;
    bool there = false;
    int error = arena ? rows_at(work, row[8].number, &query, arena, &rows, &there) : REG_ERR_NOMEM;

    if (error == 0 && (!there || (int64_t)rows.append.lifts != row[0].number))
        reg_report_row(work, REG_TABLE_RESTRICTION, row, "所记的解除条目不符", "it names an entry that does not lift it");
    reg_query_clear(&query);
    reg_arena_free(arena);
    return error;
}

static int check_back(struct reg_work *work, const struct view *view, const struct reg_value *row)
{
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    struct reg_query query = {0};
    struct reg_entry_rows rows;
    bool there = false;
    int error = arena ? rows_at(work, row[view->position].number, &query, arena, &rows, &there) : REG_ERR_NOMEM;

    if (error == 0 && !there)
        reg_report_row(work, view->table, row, "所指条目不存在或无法读取", "its entry does not exist or cannot be read");
    else if (error == 0 && !brings(view, &rows, row))
        reg_report_row(work, view->table, row, "没有产生此行的条目", "no entry brings this row");
    if (error == 0 && view->table == REG_TABLE_LICENCE)
        error = check_name(work, row);
    if (error == 0 && view->table == REG_TABLE_LICENCE)
        error = check_subject(work, row);
    reg_query_clear(&query);
    reg_arena_free(arena);
    return error;
}

/* ---- what stands, in order ----------------------------------------------------------------------------------------- */

static void add_terms(struct reg_work *work, const struct reg_licence_terms *terms, bool add)
{
    for (size_t i = 0; i < terms->count; i++) {
        const struct reg_value values[2] = {{.kind = REG_VALUE_NUMBER, .number = terms->terms[i]}, text_of(terms->code)};

        (add ? reg_sum_add : reg_sum_take)(work, REG_TABLE_TERM, 0, values, 0, 2);
        work->found += add;
    }
}

int reg_add_rows(struct reg_work *work, uint64_t position, const struct reg_entry_rows *rows)
{
    struct reg_value values[REG_COLUMNS_MAX] = {0};

    for (size_t i = 0; i < VIEW_COUNT; i++)
        for (size_t at = 0; views[i].values(rows, at, values); at++) {
            reg_sum_add(work, views[i].table, (int64_t)position, values, views[i].first, views[i].columns);
            work->found++;
        }
    if (rows->replaces) {
        fill_licence(&rows->before, rows->before_key, values);
        reg_sum_take(work, REG_TABLE_LICENCE, (int64_t)rows->before.position, values, 0, 15);
        add_terms(work, &rows->before_terms, false);
    }
    if (rows->append.terms)
        add_terms(work, &rows->all_terms, true);
    return rows->append.lifts ? check_lifted(work, position, rows->append.lifts) : 0;
}

/* A row of an entry behind the last one that was counted is looked at by itself. */
static int take_row(struct reg_work *work, const struct view *view, const struct reg_value *row)
{
    int64_t position = row[view->position].number;
    int error = 0;

    if (reg_sum_has(work, position))
        reg_sum_take(work, view->table, position, row, view->first, view->columns);
    else
        error = check_back(work, view, row);
    if (error == 0 && view->table == REG_TABLE_RESTRICTION && row[8].kind != REG_VALUE_NULL)
        error = check_lifting(work, row);
    return error;
}

/* `tally` NULL: the second time, for rows of entries where something differs. */
static int walk_view(struct reg_work *work, const struct view *view, struct reg_tally *tally)
{
    const struct reg_value *row;
    struct reg_cursor cursor;
    int error;

    reg_work_walk(work, &cursor, view->table);
    while ((error = reg_work_next(work, &cursor, &row)) == 0 && row) {
        int64_t position = row[view->position].number;

        if (tally) {
            error = take_row(work, view, row);
            reg_tally_row(work, tally, view->table, row);
        } else if (reg_sum_has(work, position) && reg_sum_differs(work, view->table, position)) {
            error = check_back(work, view, row);
        }
        if (error != 0)
            break;
    }
    reg_cursor_clear(&cursor);
    return error;
}

static bool any_differs(const struct reg_work *work, uint64_t position)
{
    for (size_t i = 0; i < VIEW_COUNT; i++)
        if (reg_sum_differs(work, views[i].table, (int64_t)position))
            return true;
    return false;
}

/* An entry that cannot be read was reported before. */
static int check_entry(struct reg_work *work, const struct reg_entry_row *row)
{
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    struct reg_entry_rows rows;
    int error = arena ? reg_entry_rows_read(work->engine, work->reader, row, arena, &rows) : REG_ERR_NOMEM;

    if (error == 0)
        error = check_rows(work, row->position, &rows);
    else if (error != REG_ERR_NOMEM && error != REG_ERR_UNAVAILABLE)
        error = 0;
    reg_arena_free(arena);
    return error;
}

/* The entries where something differs, again. */
static int check_entries(struct reg_work *work)
{
    int error = 0;

    for (uint64_t at = 0; at < work->size && error == 0 && !work->stopped; at++) {
        struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = at, .limit = PAGE};

        if (!any_differs(work, at))
            continue;
        error = reg_query_wait(work->reader, &query);
        for (size_t i = 0; i < query.entry_count && error == 0 && query.entries[i].position < work->size; i++) {
            at = query.entries[i].position;
            if (any_differs(work, at))
                error = check_entry(work, &query.entries[i]);
        }
        reg_query_clear(&query);
        reg_work_show(work);
    }
    return error;
}

static int check_differing(struct reg_work *work)
{
    int error = check_entries(work);

    for (size_t i = 0; i < VIEW_COUNT && error == 0 && !work->stopped; i++)
        if (reg_sums_differ(work, views[i].table))
            error = walk_view(work, &views[i], NULL);
    return error;
}

/* One licence for each founding; a code that was founded twice has one row for both. Not compared where the ledger grew. */
static int check_foundings(struct reg_work *work, uint64_t licences, uint64_t foundings)
{
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    const struct reg_value none = text_of("");
    int error = reg_query_wait(work->reader, &head);

    if (error == 0 && head.head.size == work->size && licences != foundings)
        reg_report_row(work, REG_TABLE_LICENCE, &none, "登记数与设立条目数不符，代码可能重复",
                       "there are not as many licences as entries that found one: a code may be used twice");
    reg_query_clear(&head);
    return error;
}

int reg_check_views(struct reg_work *work, uint64_t foundings, uint64_t *ret_licences)
{
    struct reg_tally tally;
    int error = reg_tally_start(work, &tally);

    for (size_t i = 0; i < VIEW_COUNT && error == 0 && !work->stopped; i++)
        error = walk_view(work, &views[i], &tally);
    if (error == 0 && !work->stopped)
        error = check_differing(work);
    if (error == 0 && !work->stopped)
        error = check_foundings(work, tally.licences, foundings);
    if (error == 0 && !work->stopped)
        error = reg_check_tables(work, &tally);
    *ret_licences = tally.licences;
    reg_tally_clear(&tally);
    return error;
}
