/* Inserts: one multi-row statement per table, all of a batch in one round trip. */
#include "store/postgresql/rows.h"

#include <stdlib.h>

#define CALLS_MAX 21

/* A batch under way, and how many rows of each table it has. */
struct writing {
    const struct reg_batch *batch;
    struct reg_pg_call calls[CALLS_MAX];
    size_t count;
    size_t keys, destroyed, licences, serials, cases, requests, catalogues, pools, names, removed, name_keys, removed_keys;
    size_t restrictions, lifted, terms, terms_gone;
};

static struct reg_pg_call *add(struct writing *writing, enum reg_pg_statement statement)
{
    struct reg_pg_call *call = &writing->calls[writing->count++];

    call->statement = statement;
    return call;
}

static void count_rows(struct writing *writing)
{
    for (size_t i = 0; i < writing->batch->count; i++) {
        const struct reg_append *append = &writing->batch->appends[i];

        writing->keys += append->new_case_key;
        writing->destroyed += append->destroy_key;
        writing->licences += append->licence != NULL;
        writing->terms += append->terms ? append->terms->count : 0;
        writing->terms_gone += append->terms ? append->terms->gone_count : 0;
        writing->serials += append->serial != NULL;
        writing->cases += append->case_row != NULL;
        writing->requests += append->request != NULL;
        for (size_t j = 0; j < append->name_count; j++) {
            bool removed = append->names[j].state == REG_NAME_REMOVED;

            writing->names += !removed;
            writing->removed += removed;
            writing->name_keys += append->names[j].key_count;
            writing->removed_keys += removed ? append->names[j].key_count : 0;
        }
        writing->catalogues += append->catalogue != NULL;
        writing->restrictions += append->restriction != NULL;
        writing->lifted += append->lifts != 0;
        writing->pools += append->pool != NULL;
    }
}

static void add_entries(struct writing *writing)
{
    const struct reg_batch *batch = writing->batch;
    struct reg_pg_call *call = add(writing, REG_PG_INSERT_ENTRIES);
    struct reg_buf *columns[4];

    for (size_t i = 0; i < 4; i++)
        columns[i] = reg_pg_array(call, i < 2 ? REG_PG_NUMBERS : REG_PG_BLOBS, batch->count);
    for (size_t i = 0; i < batch->count; i++)
        reg_pg_put_entry(columns, &batch->appends[i]);
}

static void add_keys(struct writing *writing)
{
    struct reg_pg_call *call;
    struct reg_buf *columns[2];

    if (writing->keys > 0) {
        call = add(writing, REG_PG_INSERT_KEYS);
        columns[0] = reg_pg_array(call, REG_PG_NUMBERS, writing->keys);
        columns[1] = reg_pg_array(call, REG_PG_BLOBS, writing->keys);
        for (size_t i = 0; i < writing->batch->count; i++)
            if (writing->batch->appends[i].new_case_key)
                reg_pg_put_key(columns, &writing->batch->appends[i]);
    }
    if (writing->destroyed > 0) {
        call = add(writing, REG_PG_DESTROY_KEYS);
        columns[0] = reg_pg_array(call, REG_PG_NUMBERS, writing->destroyed);
        for (size_t i = 0; i < writing->batch->count; i++)
            if (writing->batch->appends[i].destroy_key)
                reg_pg_array_number(columns[0], (int64_t)writing->batch->appends[i].destroy_case);
    }
}

static void add_licences(struct writing *writing)
{
    static const enum reg_pg_element types[15] = {REG_PG_TEXTS,   REG_PG_NUMBERS, REG_PG_NUMBERS, REG_PG_NUMBERS,
                                                  REG_PG_NUMBERS, REG_PG_NUMBERS, REG_PG_NUMBERS, REG_PG_NUMBERS,
                                                  REG_PG_TEXTS,   REG_PG_TEXTS,   REG_PG_TEXTS,   REG_PG_NUMBERS,
                                                  REG_PG_NUMBERS, REG_PG_NUMBERS, REG_PG_NUMBERS};
    struct reg_buf *columns[15];
    struct reg_pg_call *call;

    if (writing->licences == 0)
        return;
    call = add(writing, REG_PG_PUT_LICENCES);
    for (size_t i = 0; i < 15; i++)
        columns[i] = reg_pg_array(call, types[i], writing->licences);
    for (size_t i = 0; i < writing->batch->count; i++)
        if (writing->batch->appends[i].licence)
            reg_pg_put_licence(columns, &writing->batch->appends[i]);
}

/* What licences are not found by any more, or are. */
static void add_terms(struct writing *writing, bool gone)
{
    size_t rows = gone ? writing->terms_gone : writing->terms;
    struct reg_pg_call *call;
    struct reg_buf *numbers, *codes;

    if (rows == 0)
        return;
    call = add(writing, gone ? REG_PG_DELETE_TERMS : REG_PG_INSERT_TERMS);
    numbers = reg_pg_array(call, REG_PG_NUMBERS, rows);
    codes = reg_pg_array(call, REG_PG_TEXTS, rows);
    for (size_t i = 0; i < writing->batch->count; i++) {
        const struct reg_licence_terms *terms = writing->batch->appends[i].terms;

        for (size_t j = 0; terms && j < (gone ? terms->gone_count : terms->count); j++) {
            reg_pg_array_number(numbers, gone ? terms->gone[j] : terms->terms[j]);
            reg_pg_array_text(codes, terms->code);
        }
    }
}

/* The keys of all names, those that are removed too where `all`: holder, name, which of the keys, industry; all keys in a
 * row. */
static void add_name_keys(struct writing *writing, bool all)
{
    size_t names = all ? writing->names + writing->removed : writing->names;
    size_t count = all ? writing->name_keys : writing->name_keys - writing->removed_keys, done = 0;
    struct reg_pg_call *call;
    struct reg_buf *columns[5], *grams;

    if (count == 0)
        return;
    call = add(writing, all ? REG_PG_DELETE_NAME_KEYS : REG_PG_INSERT_NAME_KEYS);
    for (size_t i = 0; i < 5; i++)
        columns[i] = reg_pg_array(call, i < 2 ? REG_PG_TEXTS : REG_PG_NUMBERS, names);
    grams = reg_pg_array(call, REG_PG_NUMBERS, count);
    for (size_t i = 0; i < writing->batch->count; i++)
        for (size_t j = 0; j < writing->batch->appends[i].name_count; j++) {
            const struct reg_name_row *row = &writing->batch->appends[i].names[j];

            if (!all && row->state == REG_NAME_REMOVED)
                continue;
            reg_pg_array_text(columns[0], row->holder);
            reg_pg_array_text(columns[1], row->name);
            reg_pg_array_number(columns[2], (int64_t)done + 1);
            reg_pg_array_number(columns[3], (int64_t)(done += row->key_count));
            reg_pg_array_number(columns[4], row->industry);
            for (size_t k = 0; k < row->key_count; k++)
                reg_pg_array_number(grams, row->keys[k]);
        }
}

static void add_name_rows(struct writing *writing, bool removed)
{
    size_t count = removed ? writing->removed : writing->names;
    struct reg_pg_call *call;
    struct reg_buf *columns[6];

    if (count == 0)
        return;
    call = add(writing, removed ? REG_PG_DELETE_NAMES : REG_PG_PUT_NAMES);
    for (size_t i = 0; i < (removed ? 2 : 6); i++)
        columns[i] = reg_pg_array(call, i < 2 ? REG_PG_TEXTS : REG_PG_NUMBERS, count);
    for (size_t i = 0; i < writing->batch->count; i++)
        for (size_t j = 0; j < writing->batch->appends[i].name_count; j++)
            if ((writing->batch->appends[i].names[j].state == REG_NAME_REMOVED) == removed)
                reg_pg_put_name(columns, &writing->batch->appends[i].names[j]);
}

/* The keys go before the rows that they lead to change, and come back behind them. */
static void add_names(struct writing *writing)
{
    add_name_keys(writing, true);
    add_name_rows(writing, true);
    add_name_rows(writing, false);
    add_name_keys(writing, false);
}

static void add_serials(struct writing *writing)
{
    struct reg_pg_call *call;
    struct reg_buf *serials, *codes, *positions, *versions;

    if (writing->serials == 0)
        return;
    call = add(writing, REG_PG_INSERT_SERIALS);
    serials = reg_pg_array(call, REG_PG_NUMBERS, writing->serials);
    codes = reg_pg_array(call, REG_PG_TEXTS, writing->serials);
    positions = reg_pg_array(call, REG_PG_NUMBERS, writing->serials);
    versions = reg_pg_array(call, REG_PG_NUMBERS, writing->serials);
    for (size_t i = 0; i < writing->batch->count; i++) {
        const struct reg_serial_row *row = writing->batch->appends[i].serial;

        if (!row)
            continue;
        reg_pg_array_number(serials, (int64_t)row->serial);
        reg_pg_array_text(codes, row->code);
        reg_pg_array_number(positions, (int64_t)row->position);
        reg_pg_array_number(versions, row->version);
    }
}

static void add_cases(struct writing *writing)
{
    struct reg_pg_call *call;
    struct reg_buf *columns[5];

    if (writing->cases == 0)
        return;
    call = add(writing, REG_PG_PUT_CASES);
    for (size_t i = 0; i < 5; i++)
        columns[i] = reg_pg_array(call, i == 4 ? REG_PG_TEXTS : REG_PG_NUMBERS, writing->cases);
    for (size_t i = 0; i < writing->batch->count; i++)
        if (writing->batch->appends[i].case_row)
            reg_pg_put_case(columns, writing->batch->appends[i].case_row);
}

static void add_requests(struct writing *writing)
{
    struct reg_pg_call *call;
    struct reg_buf *columns[4];

    if (writing->requests == 0)
        return;
    call = add(writing, REG_PG_INSERT_REQUESTS);
    for (size_t i = 0; i < 4; i++)
        columns[i] = reg_pg_array(call, i < 2 ? REG_PG_TEXTS : i == 2 ? REG_PG_BLOBS : REG_PG_NUMBERS, writing->requests);
    for (size_t i = 0; i < writing->batch->count; i++)
        if (writing->batch->appends[i].request)
            reg_pg_put_request(columns, writing->batch->appends[i].request);
}

static void add_catalogues(struct writing *writing)
{
    struct reg_pg_call *call;
    struct reg_buf *revisions, *positions, *days;

    if (writing->catalogues == 0)
        return;
    call = add(writing, REG_PG_INSERT_CATALOGUES);
    revisions = reg_pg_array(call, REG_PG_NUMBERS, writing->catalogues);
    positions = reg_pg_array(call, REG_PG_NUMBERS, writing->catalogues);
    days = reg_pg_array(call, REG_PG_NUMBERS, writing->catalogues);
    for (size_t i = 0; i < writing->batch->count; i++) {
        const struct reg_catalogue_row *row = writing->batch->appends[i].catalogue;

        if (!row)
            continue;
        reg_pg_array_number(revisions, row->revision);
        reg_pg_array_number(positions, (int64_t)row->position);
        reg_pg_array_number(days, row->effective);
    }
}

static void put_restriction(struct reg_buf *const columns[8], const struct reg_restriction_row *row)
{
    reg_pg_array_number(columns[0], (int64_t)row->position);
    reg_pg_array_text(columns[1], row->subject);
    reg_pg_array_number(columns[2], row->source);
    reg_pg_array_number(columns[3], row->since);
    if (row->until)
        reg_pg_array_number(columns[4], row->until);
    else
        reg_pg_array_null(columns[4]);
    reg_pg_array_number(columns[5], row->blocks);
    reg_pg_array_number(columns[6], row->unreachable);
    reg_pg_array_text(columns[7], row->basis);
}

static void add_restrictions(struct writing *writing)
{
    struct reg_pg_call *call;
    struct reg_buf *columns[8];

    if (writing->restrictions == 0)
        return;
    call = add(writing, REG_PG_INSERT_RESTRICTIONS);
    for (size_t i = 0; i < 8; i++)
        columns[i] = reg_pg_array(call, i == 1 || i == 7 ? REG_PG_TEXTS : REG_PG_NUMBERS, writing->restrictions);
    for (size_t i = 0; i < writing->batch->count; i++)
        if (writing->batch->appends[i].restriction)
            put_restriction(columns, writing->batch->appends[i].restriction);
}

static void add_lifted(struct writing *writing)
{
    struct reg_pg_call *call;
    struct reg_buf *placed, *positions;

    if (writing->lifted == 0)
        return;
    call = add(writing, REG_PG_LIFT_RESTRICTIONS);
    placed = reg_pg_array(call, REG_PG_NUMBERS, writing->lifted);
    positions = reg_pg_array(call, REG_PG_NUMBERS, writing->lifted);
    for (size_t i = 0; i < writing->batch->count; i++) {
        const struct reg_append *append = &writing->batch->appends[i];

        if (append->lifts == 0)
            continue;
        reg_pg_array_number(placed, (int64_t)append->lifts);
        reg_pg_array_number(positions, (int64_t)append->entry.position);
    }
}

static void add_pools(struct writing *writing)
{
    struct reg_pg_call *call;
    struct reg_buf *columns[6];

    if (writing->pools == 0)
        return;
    call = add(writing, REG_PG_INSERT_POOLS);
    for (size_t i = 0; i < 6; i++)
        columns[i] = reg_pg_array(call, i == 1 ? REG_PG_TEXTS : REG_PG_NUMBERS, writing->pools);
    for (size_t i = 0; i < writing->batch->count; i++) {
        const struct reg_pool_row *row = writing->batch->appends[i].pool;

        if (!row)
            continue;
        reg_pg_array_number(columns[0], row->authority);
        reg_pg_array_text(columns[1], row->prefix);
        reg_pg_array_number(columns[2], (int64_t)row->first);
        reg_pg_array_number(columns[3], (int64_t)row->next);
        reg_pg_array_number(columns[4], (int64_t)row->last);
        reg_pg_array_number(columns[5], (int64_t)row->position);
    }
}

static void add_tiles(struct writing *writing)
{
    const struct reg_batch *batch = writing->batch;
    struct reg_pg_call *call;
    struct reg_buf *levels, *numbers, *hashes;

    if (batch->tile_count == 0)
        return;
    call = add(writing, REG_PG_INSERT_TILES);
    levels = reg_pg_array(call, REG_PG_NUMBERS, batch->tile_count);
    numbers = reg_pg_array(call, REG_PG_NUMBERS, batch->tile_count);
    hashes = reg_pg_array(call, REG_PG_BLOBS, batch->tile_count);
    for (size_t i = 0; i < batch->tile_count; i++) {
        reg_pg_array_number(levels, batch->tiles[i].level);
        reg_pg_array_number(numbers, (int64_t)batch->tiles[i].index);
        reg_pg_array_bytes(hashes, (struct reg_bytes){batch->tiles[i].hashes[0], sizeof batch->tiles[i].hashes});
    }
}

static void add_batch(struct writing *writing, struct reg_buf *edge)
{
    const struct reg_batch *batch = writing->batch;
    struct reg_pg_call *call = add(writing, REG_PG_INSERT_BATCH);

    reg_edge_encode(&batch->head.edge, edge);
    reg_pg_number(call, (int64_t)(batch->head.size - batch->count));
    reg_pg_number(call, (int64_t)batch->count);
    reg_pg_number(call, batch->head.time_ms);
    reg_pg_bytes(call, reg_buf_bytes(edge));
}

static void add_views(struct writing *writing)
{
    add_licences(writing);
    add_terms(writing, true);
    add_terms(writing, false);
    add_names(writing);
    add_serials(writing);
    add_cases(writing);
    add_requests(writing);
    add_catalogues(writing);
    add_pools(writing);
    add_restrictions(writing);
    add_lifted(writing);
}

static int prepare(struct writing *writing)
{
    int error = 0;

    for (size_t i = 0; i < writing->count && error == 0; i++)
        error = reg_pg_arrays_done(&writing->calls[i]);
    return error;
}

static void clear(struct writing *writing)
{
    for (size_t i = 0; i < writing->count; i++)
        reg_pg_call_clear(&writing->calls[i]);
}

int reg_pg_insert_views(struct reg_pg *pg, const struct reg_append *appends, size_t count, struct reg_error_info *info)
{
    struct reg_batch batch = {.appends = appends, .count = count};
    struct writing writing = {.batch = &batch};
    int error;

    count_rows(&writing);
    add_views(&writing);
    error = prepare(&writing);
    if (error == 0 && writing.count > 0)
        error = reg_pg_run(pg, writing.calls, writing.count, info);
    clear(&writing);
    return error;
}

/* `edge` is borrowed by the calls. */
static void add_all(struct writing *writing, struct reg_buf *edge)
{
    count_rows(writing);
    add_entries(writing);
    add_keys(writing);
    add_views(writing);
    add_tiles(writing);
    add_batch(writing, edge);
}

static int run(struct reg_pg *pg, struct writing *writing, struct reg_buf *edge, struct reg_error_info *info)
{
    int error = edge->error != 0 ? edge->error : prepare(writing);

    if (error == 0)
        error = reg_pg_run(pg, writing->calls, writing->count, info);
    clear(writing);
    reg_buf_clear(edge);
    return error;
}

int reg_pg_insert(struct reg_pg *pg, const struct reg_batch *batch, struct reg_error_info *info)
{
    struct writing writing = {.batch = batch};
    struct reg_buf edge = REG_BUF_INIT;

    add_all(&writing, &edge);
    return run(pg, &writing, &edge, info);
}

int reg_pg_insert_head(struct reg_pg *pg, const struct reg_batch *batch, struct reg_error_info *info)
{
    struct writing writing = {.batch = batch};
    struct reg_buf edge = REG_BUF_INIT;

    add_tiles(&writing);
    add_batch(&writing, &edge);
    return run(pg, &writing, &edge, info);
}

/* Behind a statement that failed the server runs none, COMMIT neither, and says that the transaction is open and failed. Any
 * other end than that, or a clean COMMIT, leaves open what became of it. */
int reg_pg_append(struct reg_pg *pg, const struct reg_batch *batch, bool *ret_refused, struct reg_error_info *info)
{
    struct writing writing = {.batch = batch};
    struct reg_buf edge = REG_BUF_INIT;
    int error;

    add_all(&writing, &edge);
    add(&writing, REG_PG_NOTIFY);
    add(&writing, REG_PG_COMMIT);
    error = edge.error != 0 ? edge.error : prepare(&writing);
    *ret_refused = error != 0;
    if (error == 0) {
        error = reg_pg_run(pg, writing.calls, writing.count, info);
        *ret_refused = error != 0 && pg->conn && PQtransactionStatus(pg->conn) == PQTRANS_INERROR;
    }
    if (error == 0)
        error = reg_pg_committed(pg, writing.calls[writing.count - 1].result, info);
    clear(&writing);
    reg_buf_clear(&edge);
    return error;
}
