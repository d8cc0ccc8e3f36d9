/* Rows of a register that is being filled, by COPY: the server takes them from the wire into pages, many at once, where a
 * statement takes arrays apart, row by row. */
#include "store/postgresql/rows.h"

#include "base/error.h"

#define PIECE ((size_t)64 << 10) /* sent at once: the server writes one while the next is made */

/* One COPY under way. */
struct copying {
    struct reg_pg *pg;
    const struct reg_append *appends;
    size_t count;
    struct reg_buf rows;
    bool lost;
    int64_t number; /* of the next name */
};

enum table { ENTRIES, KEYS, LICENCES, CASES, REQUESTS, TERMS, NAMES, NAME_KEYS, TABLE_COUNT };

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

/* The columns of the next row, each behind the one before; what was gathered is sent when it is enough. */
static struct reg_buf *const *next_row(struct copying *copying, struct reg_buf *columns[15], unsigned count)
{
    if (copying->rows.len >= PIECE) {
        copying->lost = copying->lost || copying->rows.error != 0 ||
                        PQputCopyData(copying->pg->conn, (const char *)copying->rows.data, (int)copying->rows.len) != 1;
        copying->rows.len = 0;
    }
    reg_buf_put_be16(&copying->rows, (uint16_t)count);
    for (unsigned i = 0; i < count; i++)
        columns[i] = &copying->rows;
    return columns;
}

static void put_terms(struct copying *copying, const struct reg_append *append)
{
    struct reg_buf *columns[15];

    for (size_t i = 0; append->terms && i < append->terms->count; i++) {
        next_row(copying, columns, 2);
        reg_pg_array_number(columns[0], append->terms->terms[i]);
        reg_pg_array_text(columns[1], append->terms->code);
    }
}

static void put_names(struct copying *copying, const struct reg_append *append)
{
    struct reg_buf *columns[15];

    for (size_t i = 0; i < append->name_count; i++) {
        next_row(copying, columns, 7);
        reg_pg_array_number(columns[0], copying->number++);
        reg_pg_put_name(columns + 1, &append->names[i]);
    }
}

static void put_name_keys(struct copying *copying, const struct reg_append *append)
{
    struct reg_buf *columns[15];

    for (size_t i = 0; i < append->name_count; i++, copying->number++)
        for (size_t j = 0; j < append->names[i].key_count; j++) {
            next_row(copying, columns, 4);
            reg_pg_array_number(columns[0], append->names[i].authority);
            reg_pg_array_number(columns[1], append->names[i].keys[j]);
            reg_pg_array_number(columns[2], copying->number);
            reg_pg_array_number(columns[3], append->names[i].industry);
        }
}

static void put_rows(struct copying *copying, enum table table, const struct reg_append *append)
{
    struct reg_buf *columns[15];

    if (table == TERMS)
        put_terms(copying, append);
    else if (table == NAMES)
        put_names(copying, append);
    else if (table == NAME_KEYS)
        put_name_keys(copying, append);
    else if (table == ENTRIES)
        reg_pg_put_entry(next_row(copying, columns, 4), append);
    else if (table == KEYS && append->new_case_key)
        reg_pg_put_key(next_row(copying, columns, 2), append);
    else if (table == LICENCES && append->licence)
        reg_pg_put_licence(next_row(copying, columns, 15), append);
    else if (table == CASES && append->case_row)
        reg_pg_put_case(next_row(copying, columns, 5), append->case_row);
    else if (table == REQUESTS && append->request)
        reg_pg_put_request(next_row(copying, columns, 4), append->request);
}

/* ---- COPY ---------------------------------------------------------------------------------------------------------- */

static const char *const commands[TABLE_COUNT] = {
    [ENTRIES] = "COPY entry (position, case_number, header, body) FROM STDIN (FORMAT binary)",
    [KEYS] = "COPY case_key (case_number, wrapped) FROM STDIN (FORMAT binary)",
    [LICENCES] = "COPY licence (code, position, serial, version, revision, state, authority, type, name, name_key, parent,"
                 " wake_day, industry, established, recorded) FROM STDIN (FORMAT binary)",
    [CASES] = "COPY \"case\" (number, position, state, authority, code) FROM STDIN (FORMAT binary)",
    [REQUESTS] = "COPY request (caller, request_id, digest, position) FROM STDIN (FORMAT binary)",
    [TERMS] = "COPY licence_term (term, code) FROM STDIN (FORMAT binary)",
    [NAMES] = "COPY name (number, holder, name, authority, state, until_day, position) FROM STDIN (FORMAT binary)",
    [NAME_KEYS] = "COPY name_gram (authority, gram, number, industry) FROM STDIN (FORMAT binary)",
};

/* The next result, which must be of that status; the NULL that ends a command's is no error. */
static int expect(struct copying *copying, ExecStatusType status, struct reg_error_info *info)
{
    PGresult *result = reg_pg_result(copying->pg), *end;
    int error = result && PQresultStatus(result) == status ? 0 : reg_pg_error(copying->pg, result, info);

    while ((error != 0 || status != PGRES_COPY_IN) && result && (end = reg_pg_result(copying->pg)) != NULL)
        PQclear(end);
    PQclear(result);
    return error;
}

static int copy_table(struct copying *copying, enum table table, struct reg_error_info *info)
{
    static const uint8_t head[19] = "PGCOPY\n\377\r\n\0"; /* no flags, no extension */
    int error = PQsendQuery(copying->pg->conn, commands[table]) == 1 ? expect(copying, PGRES_COPY_IN, info)
                                                                     : reg_pg_error(copying->pg, NULL, info);

    if (error != 0)
        return error;
    copying->rows.len = 0;
    reg_buf_put(&copying->rows, head, sizeof head);
    for (size_t i = 0; i < copying->count && !copying->lost; i++)
        put_rows(copying, table, &copying->appends[i]);
    reg_buf_put_be16(&copying->rows, UINT16_MAX);
    error = copying->rows.error;
    copying->lost = copying->lost || (error == 0 && PQputCopyData(copying->pg->conn, (const char *)copying->rows.data,
                                                                  (int)copying->rows.len) != 1);
    if (copying->lost || PQputCopyEnd(copying->pg->conn, error != 0 ? "out of memory" : NULL) != 1)
        return error != 0 ? error : reg_pg_error(copying->pg, NULL, info);
    return error != 0 ? (expect(copying, PGRES_COMMAND_OK, NULL), error) : expect(copying, PGRES_COMMAND_OK, info);
}

/* ---- a batch ------------------------------------------------------------------------------------------------------- */

bool reg_pg_copy_fits(const struct reg_append *appends, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct reg_append *append = &appends[i];

        if (append->serial || append->catalogue || append->restriction || append->lifts || append->pool ||
            append->destroy_key || (append->terms && append->terms->gone_count > 0) ||
            (append->licence && append->licence->revision > 1) ||
            (append->case_row && append->case_row->number != append->entry.position))
            return false;
        for (size_t j = 0; j < append->name_count; j++)
            if (append->names[j].state == REG_NAME_REMOVED)
                return false;
    }
    return true;
}

/* Numbers for so many names, committed or not: no other name gets them. */
static int take_numbers(struct copying *copying, int64_t count, int64_t *ret_first, struct reg_error_info *info)
{
    struct reg_pg_call call = {.statement = REG_PG_NAME_NUMBERS};
    int error;

    reg_pg_number(&call, count);
    error = reg_pg_run(copying->pg, &call, 1, info);
    if (error == 0)
        *ret_first = reg_pg_column_number(call.result, 0, 0);
    reg_pg_call_clear(&call);
    return error;
}

static void count_rows(const struct copying *copying, size_t counts[TABLE_COUNT])
{
    for (size_t i = 0; i < copying->count; i++) {
        const struct reg_append *append = &copying->appends[i];

        counts[KEYS] += append->new_case_key;
        counts[LICENCES] += append->licence != NULL;
        counts[CASES] += append->case_row != NULL;
        counts[REQUESTS] += append->request != NULL;
        counts[TERMS] += append->terms ? append->terms->count : 0;
        counts[NAMES] += append->name_count;
        for (size_t j = 0; j < append->name_count; j++)
            counts[NAME_KEYS] += append->names[j].key_count;
    }
}

int reg_pg_copy_rows(struct reg_pg *pg, const struct reg_append *appends, size_t count, bool entries,
                     struct reg_error_info *info)
{
    struct copying copying = {.pg = pg, .appends = appends, .count = count};
    size_t counts[TABLE_COUNT] = {[ENTRIES] = entries ? count : 0};
    int64_t first = 0;
    int error = 0;

    count_rows(&copying, counts);
    if (counts[NAMES] > 0)
        error = take_numbers(&copying, (int64_t)counts[NAMES], &first, info);
    for (unsigned table = 0; table < TABLE_COUNT && error == 0; table++) {
        copying.number = first;
        if (counts[table] > 0)
            error = copy_table(&copying, table, info);
    }
    if (copying.lost) /* the rest of it may be on its way */
        reg_pg_drop(pg);
    reg_buf_clear(&copying.rows);
    return error;
}
