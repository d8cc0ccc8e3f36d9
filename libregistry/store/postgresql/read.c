/* Queries: what the results say, in the query's arena; and those that are waited for. Each is one round trip: head and rows of one
 * snapshot. */
#include <stdlib.h>
#include <string.h>

#include "store/postgresql/postgresql.h"

#define LICENCE_WIDTH 14 /* columns of a licence; an entry's may follow */

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

int reg_pg_read_head(struct reg_query *query, const PGresult *result)
{
    query->head = (struct reg_head){0};
    if (reg_pg_rows(result) == 0)
        return 0;
    query->head.size = (uint64_t)reg_pg_column_number(result, 0, 0);
    query->head.time_ms = reg_pg_column_number(result, 0, 1);
    query->head.rebuilt = (uint64_t)reg_pg_column_number(result, 0, 3);
    if (query->kind != REG_QUERY_HEAD)
        return 0;
    return reg_edge_decode(query->head.size,
                           (struct reg_bytes){(const uint8_t *)PQgetvalue(result, 0, 2), (size_t)PQgetlength(result, 0, 2)},
                           &query->head.edge);
}

static int read_licence(const PGresult *result, int i, struct reg_arena *arena, struct reg_licence_row *ret)
{
    struct reg_licence_row row = {.position = (uint64_t)reg_pg_column_number(result, i, 1),
                                  .serial = (uint64_t)reg_pg_column_number(result, i, 2),
                                  .version = (uint32_t)reg_pg_column_number(result, i, 3),
                                  .revision = (uint64_t)reg_pg_column_number(result, i, 4),
                                  .state = (uint32_t)reg_pg_column_number(result, i, 5),
                                  .authority = (uint32_t)reg_pg_column_number(result, i, 6),
                                  .type = (uint32_t)reg_pg_column_number(result, i, 7),
                                  .name = reg_pg_column_text(result, i, 8, arena),
                                  .wake_day = (int32_t)reg_pg_column_number(result, i, 10),
                                  .industry = (uint32_t)reg_pg_column_number(result, i, 11),
                                  .established = (int32_t)reg_pg_column_number(result, i, 12),
                                  .recorded = (int32_t)reg_pg_column_number(result, i, 13)};
    int error = row.name ? reg_pg_column_code(result, i, 0, row.code) : REG_ERR_NOMEM;

    if (error == 0)
        error = reg_pg_column_code(result, i, 9, row.parent);
    if (error == 0)
        *ret = row;
    return error;
}

static int read_licences(struct reg_query *query, const PGresult *result)
{
    int count = reg_pg_rows(result), error = 0;

    query->licences = reg_arena_alloc(query->arena, ((size_t)count + 1) * sizeof *query->licences);
    if (!query->licences)
        return REG_ERR_NOMEM;
    for (int i = 0; i < count && error == 0; i++) {
        error = read_licence(result, i, query->arena, &query->licences[query->licence_count]);
        query->licence_count += error == 0;
    }
    return error;
}

static int read_found(struct reg_query *query, const PGresult *result)
{
    int error = read_licences(query, result);

    if (error != 0)
        return error;
    query->hits = reg_arena_alloc(query->arena, (query->licence_count + 1) * sizeof *query->hits);
    if (!query->hits)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < query->licence_count; i++)
        query->hits[i] = (size_t)reg_pg_column_number(result, (int)i, LICENCE_WIDTH);
    return 0;
}

static int read_entry(const PGresult *result, int i, int column, struct reg_arena *arena, struct reg_entry_row *ret)
{
    struct reg_entry_row row = {.position = (uint64_t)reg_pg_column_number(result, i, column),
                                .has_case = !reg_pg_column_null(result, i, column + 1),
                                .case_number = (uint64_t)reg_pg_column_number(result, i, column + 1)};
    int error = reg_pg_column_bytes(result, i, column + 2, arena, &row.header);

    if (error == 0)
        error = reg_pg_column_bytes(result, i, column + 3, arena, &row.body);
    if (error == 0)
        error = reg_pg_column_bytes(result, i, column + 4, arena, &row.wrapped_key);
    if (error == 0)
        *ret = row;
    return error;
}

static int read_entries(struct reg_query *query, const PGresult *result, int column)
{
    int count = reg_pg_rows(result), error = 0;

    query->entries = reg_arena_alloc(query->arena, ((size_t)count + 1) * sizeof *query->entries);
    if (!query->entries)
        return REG_ERR_NOMEM;
    for (int i = 0; i < count && error == 0; i++) {
        error = read_entry(result, i, column, query->arena, &query->entries[i]);
        query->entry_count += error == 0;
    }
    return error;
}

static int read_cases(struct reg_query *query, const PGresult *result)
{
    int count = reg_pg_rows(result), error = 0;

    query->cases = reg_arena_alloc(query->arena, ((size_t)count + 1) * sizeof *query->cases);
    if (!query->cases)
        return REG_ERR_NOMEM;
    for (int i = 0; i < count && error == 0; i++) {
        struct reg_case_row *row = &query->cases[i];

        row->number = (uint64_t)reg_pg_column_number(result, i, 0);
        row->position = (uint64_t)reg_pg_column_number(result, i, 1);
        row->state = (uint32_t)reg_pg_column_number(result, i, 2);
        row->authority = (uint32_t)reg_pg_column_number(result, i, 3);
        error = reg_pg_column_code(result, i, 4, row->code);
        query->case_count += error == 0;
    }
    return error;
}

static int read_serial(struct reg_query *query, const PGresult *result)
{
    if (reg_pg_rows(result) == 0)
        return 0;
    query->serials = reg_arena_alloc(query->arena, sizeof *query->serials);
    if (!query->serials)
        return REG_ERR_NOMEM;
    query->serials->serial = (uint64_t)reg_pg_column_number(result, 0, 0);
    query->serials->position = (uint64_t)reg_pg_column_number(result, 0, 2);
    query->serials->version = (uint32_t)reg_pg_column_number(result, 0, 3);
    query->serial_count = 1;
    return reg_pg_column_code(result, 0, 1, query->serials->code);
}

static int read_request(struct reg_query *query, const PGresult *result)
{
    struct reg_request_row *row;

    if (reg_pg_rows(result) == 0)
        return 0;
    if (PQgetlength(result, 0, 0) != REG_DIGEST_LEN)
        return REG_ERR_CORRUPT;
    row = reg_arena_alloc(query->arena, sizeof *row);
    if (!row)
        return REG_ERR_NOMEM;
    *row = (struct reg_request_row){query->caller, query->request_id, {0}, (uint64_t)reg_pg_column_number(result, 0, 1)};
    memcpy(row->digest, PQgetvalue(result, 0, 0), REG_DIGEST_LEN);
    query->request = row;
    return 0;
}

static int read_name(struct reg_query *query, const PGresult *result)
{
    if (reg_pg_rows(result) == 0)
        return 0;
    query->name_code = reg_pg_column_text(result, 0, 0, query->arena);
    return query->name_code ? 0 : REG_ERR_NOMEM;
}

static int read_names(struct reg_query *query, const PGresult *result, bool keys, struct reg_name_row **ret_rows)
{
    int count = reg_pg_rows(result);
    struct reg_name_row *rows = reg_arena_alloc(query->arena, ((size_t)count + 1) * sizeof *rows);

    if (!rows)
        return REG_ERR_NOMEM;
    for (int i = 0; i < count; i++) {
        rows[i] = (struct reg_name_row){.holder = reg_pg_column_text(result, i, 0, query->arena),
                                        .name = reg_pg_column_text(result, i, 1, query->arena),
                                        .authority = (uint32_t)reg_pg_column_number(result, i, 2),
                                        .state = (enum reg_name_state)reg_pg_column_number(result, i, 3),
                                        .until_day = (int32_t)reg_pg_column_number(result, i, 4),
                                        .position = (uint64_t)reg_pg_column_number(result, i, 5),
                                        .key_count = keys ? (size_t)reg_pg_column_number(result, i, 6) : 0};
        if (!rows[i].holder || !rows[i].name)
            return REG_ERR_NOMEM;
    }
    *ret_rows = rows;
    return 0;
}

static int read_found_names(struct reg_query *query, const PGresult *result, bool keys)
{
    int error = read_names(query, result, keys, &query->names);

    if (error == 0)
        query->name_count = (size_t)reg_pg_rows(result);
    return error;
}

static int read_reserved(struct reg_query *query, const PGresult *result)
{
    struct reg_name_row *row = NULL;
    int error = read_names(query, result, false, &row);

    if (error == 0 && reg_pg_rows(result) > 0)
        query->reserved = row;
    return error;
}

static int read_branches(struct reg_query *query, const PGresult *result)
{
    const char *names = "";

    for (int i = 0; i < reg_pg_rows(result); i++) {
        query->branch_count = (size_t)reg_pg_column_number(result, i, 1);
        names = reg_arena_printf(query->arena, "%s%s%s", names, names[0] ? "、" : "", PQgetvalue(result, i, 0));
        if (!names)
            return REG_ERR_NOMEM;
    }
    query->branch_names = names;
    return 0;
}

static int read_catalogues(struct reg_query *query, const PGresult *result)
{
    int count = reg_pg_rows(result);

    query->catalogues = reg_arena_alloc(query->arena, ((size_t)count + 1) * sizeof *query->catalogues);
    if (!query->catalogues)
        return REG_ERR_NOMEM;
    for (int i = 0; i < count; i++)
        query->catalogues[query->catalogue_count++] =
            (struct reg_catalogue_row){.revision = (uint32_t)reg_pg_column_number(result, i, 0),
                                       .position = (uint64_t)reg_pg_column_number(result, i, 1),
                                       .effective = (int32_t)reg_pg_column_number(result, i, 2)};
    return 0;
}

static int read_restrictions(struct reg_query *query, const PGresult *result)
{
    int count = reg_pg_rows(result);

    query->restrictions = reg_arena_alloc(query->arena, ((size_t)count + 1) * sizeof *query->restrictions);
    if (!query->restrictions)
        return REG_ERR_NOMEM;
    for (int i = 0; i < count; i++) {
        struct reg_restriction_row *row = &query->restrictions[i];

        *row = (struct reg_restriction_row){.position = (uint64_t)reg_pg_column_number(result, i, 0),
                                            .subject = reg_pg_column_text(result, i, 1, query->arena),
                                            .source = (uint32_t)reg_pg_column_number(result, i, 2),
                                            .since = (int32_t)reg_pg_column_number(result, i, 3),
                                            .until = (int32_t)reg_pg_column_number(result, i, 4),
                                            .blocks = (uint32_t)reg_pg_column_number(result, i, 5),
                                            .unreachable = reg_pg_column_number(result, i, 6) != 0,
                                            .basis = reg_pg_column_text(result, i, 7, query->arena),
                                            .lifted = (uint64_t)reg_pg_column_number(result, i, 8)};
        if (!row->subject || !row->basis)
            return REG_ERR_NOMEM;
        query->restriction_count++;
    }
    return 0;
}

static int read_pools(struct reg_query *query, const PGresult *result)
{
    int count = reg_pg_rows(result);

    query->pools = reg_arena_alloc(query->arena, ((size_t)count + 1) * sizeof *query->pools);
    if (!query->pools)
        return REG_ERR_NOMEM;
    for (int i = 0; i < count; i++) {
        struct reg_pool_row *row = &query->pools[i];

        *row = (struct reg_pool_row){.authority = (uint32_t)reg_pg_column_number(result, i, 0),
                                     .first = (uint64_t)reg_pg_column_number(result, i, 2),
                                     .next = (uint64_t)reg_pg_column_number(result, i, 3),
                                     .last = (uint64_t)reg_pg_column_number(result, i, 4),
                                     .position = (uint64_t)reg_pg_column_number(result, i, 5)};
        if (strlen(PQgetvalue(result, i, 1)) >= sizeof row->prefix)
            return REG_ERR_CORRUPT;
        strcpy(row->prefix, PQgetvalue(result, i, 1));
        query->pool_count++;
    }
    return 0;
}

static int read_checkpoint(struct reg_query *query, const PGresult *result)
{
    if (reg_pg_rows(result) == 0)
        return 0;
    query->number = (uint64_t)reg_pg_column_number(result, 0, 0);
    return reg_pg_column_bytes(result, 0, 1, query->arena, &query->bytes);
}

static int read_value(const PGresult *result, int row, int column, struct reg_arena *arena, struct reg_value *ret)
{
    struct reg_value value = {.kind = REG_VALUE_NULL};
    char *copy;

    if (reg_pg_column_null(result, row, column)) {
        *ret = value;
        return 0;
    }
    if (PQftype(result, column) == REG_PG_NUMBERS) {
        value.kind = REG_VALUE_NUMBER;
        value.number = reg_pg_column_number(result, row, column);
    } else { /* the value is terminated in the result, too */
        value.kind = PQftype(result, column) == REG_PG_TEXTS ? REG_VALUE_TEXT : REG_VALUE_BLOB;
        value.bytes.len = (size_t)PQgetlength(result, row, column);
        value.bytes.data = (const uint8_t *)(copy = reg_arena_memdup(arena, PQgetvalue(result, row, column), value.bytes.len + 1));
        if (!copy)
            return REG_ERR_NOMEM;
    }
    *ret = value;
    return 0;
}

static int read_rows(struct reg_query *query, const PGresult *result)
{
    int error = 0;

    query->rows = reg_arena_alloc(query->arena, ((size_t)reg_pg_rows(result) + 1) * sizeof *query->rows);
    if (!query->rows)
        return REG_ERR_NOMEM;
    for (int i = 0; i < reg_pg_rows(result) && error == 0; i++) {
        for (int j = 0; j < PQnfields(result) && error == 0; j++)
            error = read_value(result, i, j, query->arena, &query->rows[i][j]);
        query->row_count += error == 0;
    }
    return error;
}

static int read_taken(struct reg_query *query, const PGresult *result)
{
    int error = (size_t)reg_pg_rows(result) == query->taken_count ? 0 : REG_ERR_CORRUPT;

    for (size_t i = 0; i < query->taken_count && error == 0; i++) {
        struct reg_taken *taken = &query->taken[i];
        int row = (int)i;

        taken->seen = !reg_pg_column_null(result, row, 1);
        error = reg_pg_column_code(result, row, 2, taken->registered);
        if (error == 0)
            error = reg_pg_column_code(result, row, 3, taken->holder);
        if (error != 0 || !taken->seen)
            continue;
        if (PQgetlength(result, row, 0) != REG_DIGEST_LEN)
            return REG_ERR_CORRUPT;
        memcpy(taken->digest, PQgetvalue(result, row, 0), REG_DIGEST_LEN);
        taken->position = (uint64_t)reg_pg_column_number(result, row, 1);
    }
    return error;
}

static int read_result(struct reg_query *query, const struct reg_pg_call *call)
{
    if (call->statement >= REG_PG_TABLE)
        return read_rows(query, call->result);
    if (call->statement >= REG_PG_SEARCH && call->statement <= REG_PG_SEARCH_LAST)
        return read_found(query, call->result);
    switch (call->statement) {
    case REG_PG_HEAD:
        return reg_pg_read_head(query, call->result);
    case REG_PG_LICENCES:
    case REG_PG_WAKES:
    case REG_PG_SUBJECTS:
    case REG_PG_SERIAL_LICENCE:
        return read_licences(query, call->result);
    case REG_PG_LICENCE_ENTRIES: {
        int error = read_licences(query, call->result);

        return error == 0 ? read_entries(query, call->result, LICENCE_WIDTH) : error;
    }
    case REG_PG_ENTRIES:
    case REG_PG_HEADERS:
    case REG_PG_CASE_ENTRY:
    case REG_PG_SERIAL_ENTRY:
        return read_entries(query, call->result, 0);
    case REG_PG_CASE:
    case REG_PG_CASES:
    case REG_PG_CASES_OF:
        return read_cases(query, call->result);
    case REG_PG_SERIAL:
        return read_serial(query, call->result);
    case REG_PG_REQUEST:
        return read_request(query, call->result);
    case REG_PG_NAME:
        return read_name(query, call->result);
    case REG_PG_NAMES:
    case REG_PG_NAMES_OF:
        return read_found_names(query, call->result, call->statement == REG_PG_NAMES_OF);
    case REG_PG_RESERVED:
        return read_reserved(query, call->result);
    case REG_PG_CATALOGUES:
    case REG_PG_LAST_CATALOGUE:
        return read_catalogues(query, call->result);
    case REG_PG_RESTRICTION:
    case REG_PG_RESTRICTIONS:
    case REG_PG_STANDING:
        return read_restrictions(query, call->result);
    case REG_PG_BRANCHES:
        return read_branches(query, call->result);
    case REG_PG_TILE:
        return reg_pg_rows(call->result) > 0 ? reg_pg_column_bytes(call->result, 0, 0, query->arena, &query->bytes) : 0;
    case REG_PG_CHECKPOINT:
        return read_checkpoint(query, call->result);
    case REG_PG_POOLS:
        return read_pools(query, call->result);
    case REG_PG_TAKEN:
        return read_taken(query, call->result);
    default:
        return REG_ERR_INVALID;
    }
}

/* ---- of a round trip ------------------------------------------------------------------------------------------------ */

int reg_pg_answer(const struct reg_pg_reading *reading)
{
    int error = 0;

    for (size_t i = 0; i < reading->count && error == 0; i++)
        error = read_result(reading->query, &reading->calls[i]);
    return error;
}

/* The rows are in the order of the codes that were asked for, without those that are not there. */
int reg_pg_answer_look_up(const struct reg_pg_reading *reading, struct reg_query *query, int *row)
{
    const PGresult *result = reading->calls[1].result;
    int error = reg_pg_read_head(query, reading->calls[0].result);

    query->licences = reg_arena_alloc(query->arena, (query->code_count + 1) * sizeof *query->licences);
    query->entries = reg_arena_alloc(query->arena, (query->code_count + 1) * sizeof *query->entries);
    if (!query->licences || !query->entries)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < query->code_count && error == 0; i++) {
        if (*row >= reg_pg_rows(result) || strcmp(PQgetvalue(result, *row, 0), query->codes[i]) != 0)
            continue;
        error = read_licence(result, *row, query->arena, &query->licences[query->licence_count]);
        if (error == 0)
            error = read_entry(result, *row, LICENCE_WIDTH, query->arena, &query->entries[query->entry_count]);
        query->licence_count += error == 0;
        query->entry_count += error == 0;
        ++*row;
    }
    return error;
}

int reg_pg_query(struct reg_pg *pg, struct reg_query *query, bool snapshot)
{
    struct reg_pg_reading reading = {0};
    int error;

    query->next = NULL;
    error = reg_pg_ask(&reading, query);
    if (error == 0)
        error = snapshot ? reg_pg_run_snapshot(pg, reading.calls, reading.count, NULL)
                         : reg_pg_run(pg, reading.calls, reading.count, NULL);
    if (error == 0)
        error = reg_pg_answer(&reading);
    for (size_t i = 0; i < reading.count; i++)
        reg_pg_call_clear(&reading.calls[i]);
    return error;
}

static size_t count_queries(const struct reg_query *queries)
{
    size_t count = 0;

    for (; queries; queries = queries->next)
        count++;
    return count;
}

/* Every query asks for the head first; here it has the one that the calls ask for. */
static int run_readings(struct reg_pg *pg, struct reg_pg_call *calls, size_t call_count, struct reg_pg_reading *readings,
                        size_t count, struct reg_error_info *info)
{
    struct reg_pg_part *parts = calloc(count + 1, sizeof *parts);
    PGresult *head;
    int error;

    if (!parts)
        return REG_ERR_NOMEM;
    parts[0] = (struct reg_pg_part){calls, call_count};
    for (size_t i = 0; i < count; i++)
        parts[i + 1] = (struct reg_pg_part){readings[i].calls + 1, readings[i].count - 1};
    error = reg_pg_run_parts(pg, parts, count + 1, info);
    head = calls[call_count - 1].result;
    for (size_t i = 0; i < count && error == 0; i++) {
        readings[i].calls[0].result = head;
        error = reg_pg_answer(&readings[i]);
        readings[i].calls[0].result = NULL;
    }
    free(parts);
    return error;
}

int reg_pg_queries(struct reg_pg *pg, struct reg_pg_call *calls, size_t count, struct reg_query *queries,
                   struct reg_error_info *info)
{
    size_t readings_count = count_queries(queries), asked = 0;
    struct reg_pg_reading *readings = calloc(readings_count + 1, sizeof *readings);
    int error = readings ? 0 : REG_ERR_NOMEM;

    for (struct reg_query *query = queries, *next; query && error == 0; query = next, asked++) {
        next = query->next;
        query->next = NULL; /* linked, they would be look-ups that go together */
        error = reg_pg_ask(&readings[asked], query);
        query->next = next;
    }
    if (error == 0)
        error = run_readings(pg, calls, count, readings, readings_count, info);
    for (size_t i = 0; i < asked; i++)
        for (size_t j = 0; j < readings[i].count; j++)
            reg_pg_call_clear(&readings[i].calls[j]);
    free(readings);
    return error;
}
