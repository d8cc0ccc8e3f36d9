/* Reading ahead: while a page is worked on, the server makes the next one, and what of it fits into the socket's buffers
 * arrives. */
#include <string.h>

#include "store/postgresql/postgresql.h"

static bool same_value(const struct reg_value *a, const struct reg_value *b)
{
    return a->kind == b->kind && a->number == b->number && a->bytes.len == b->bytes.len &&
           (a->bytes.len == 0 || memcmp(a->bytes.data, b->bytes.data, a->bytes.len) == 0);
}

static bool same_question(const struct reg_query *a, const struct reg_query *b)
{
    if (a->kind != b->kind || a->limit != b->limit || a->table != b->table || a->headers_only != b->headers_only)
        return false;
    if (a->kind == REG_QUERY_ENTRIES)
        return a->from == b->from;
    for (unsigned i = 0; i < reg_table_keys(a->table); i++)
        if (!same_value(&a->key[i], &b->key[i]))
            return false;
    return true;
}

/* The page behind one that is full; of a table from its last row on. False: none, or out of memory. */
static bool next_question(struct reg_pg_ahead *ahead, const struct reg_query *query)
{
    struct reg_query *next = &ahead->query;

    *next = (struct reg_query){
        .kind = query->kind, .limit = query->limit, .table = query->table, .headers_only = query->headers_only};
    if (query->limit == 0 || !(next->arena = reg_arena_new(0)))
        return false;
    if (query->kind == REG_QUERY_ENTRIES && query->entry_count == query->limit) {
        next->from = query->entries[query->entry_count - 1].position + 1;
        return true;
    }
    if (query->kind != REG_QUERY_TABLE || query->row_count < query->limit)
        return false;
    next->key = ahead->key;
    for (unsigned i = 0; i < reg_table_keys(query->table); i++) {
        ahead->key[i] = query->rows[query->row_count - 1][i];
        if (ahead->key[i].bytes.len == 0)
            continue;
        ahead->key[i].bytes.data = (const uint8_t *)reg_arena_strdup(next->arena, (const char *)ahead->key[i].bytes.data);
        if (!ahead->key[i].bytes.data)
            return false;
    }
    return true;
}

static void forget(struct reg_pg_ahead *ahead)
{
    for (size_t i = 0; i < ahead->reading.count; i++)
        reg_pg_call_clear(&ahead->reading.calls[i]);
    reg_arena_free(ahead->query.arena);
    *ahead = (struct reg_pg_ahead){0};
}

static void ask_ahead(struct reg_pg_ahead *ahead, struct reg_pg *pg, const struct reg_query *query)
{
    if (next_question(ahead, query) && reg_pg_ask(&ahead->reading, &ahead->query) == 0)
        ahead->sent = true;
    if (ahead->sent && !reg_pg_snapshot_start(pg, ahead->reading.calls, ahead->reading.count)) {
        reg_pg_drop(pg); /* the next use says what is wrong */
        ahead->sent = false;
    }
    if (!ahead->sent)
        forget(ahead);
}

/* What is on its way becomes the query's. */
static int take(struct reg_pg_ahead *ahead, struct reg_pg *pg, struct reg_query *query)
{
    int error = reg_pg_snapshot_end(pg, ahead->reading.calls, ahead->reading.count, NULL);

    if (!query->arena) {
        query->arena = ahead->query.arena;
        ahead->query.arena = NULL;
    }
    ahead->reading.query = query;
    if (error == 0)
        error = reg_pg_answer(&ahead->reading);
    forget(ahead);
    return error;
}

void reg_pg_ahead_end(struct reg_pg_ahead *ahead, struct reg_pg *pg)
{
    if (ahead->sent && reg_pg_snapshot_end(pg, ahead->reading.calls, ahead->reading.count, NULL) != 0)
        reg_pg_drop(pg); /* the next use says what is wrong */
    forget(ahead);
}

int reg_pg_ahead_query(struct reg_pg_ahead *ahead, struct reg_pg *pg, struct reg_query *query)
{
    int error;

    if (ahead->sent && same_question(&ahead->query, query)) {
        error = take(ahead, pg, query);
    } else {
        reg_pg_ahead_end(ahead, pg);
        error = reg_pg_ready(pg, NULL);
        if (error == 0)
            error = reg_pg_query(pg, query, true);
    }
    if (error == 0 && query->ahead)
        ask_ahead(ahead, pg, query);
    return error;
}
