#include "batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "suite.h"

int batch_begin(struct reg_store *store, struct batch *ret)
{
    struct reg_query query = {.kind = REG_QUERY_HEAD};
    int error;

    *ret = (struct batch){.store = store};
    error = store->ops->begin(store, &query, &ret->info);
    ret->head = query.head;
    reg_query_clear(&query);
    return error;
}

struct reg_append *batch_add(struct batch *batch)
{
    size_t i = batch->count++;
    struct reg_append *append = &batch->appends[i];
    uint64_t position = batch->head.size + i;

    snprintf(batch->headers[i], sizeof batch->headers[i], "header %" PRIu64, position);
    snprintf(batch->bodies[i], sizeof batch->bodies[i], "body %" PRIu64, position);
    append->entry = (struct reg_entry_row){
        .position = position,
        .header = {(const uint8_t *)batch->headers[i], strlen(batch->headers[i])},
        .body = {(const uint8_t *)batch->bodies[i], strlen(batch->bodies[i])},
    };
    return append;
}

static int batch_number(struct batch *batch, struct reg_batch *ret)
{
    *ret = (struct reg_batch){.appends = batch->appends,
                              .count = batch->count,
                              .head = batch->head,
                              .tiles = batch->tiles,
                              .tile_count = batch->tile_count};
    for (size_t i = 0; i < batch->count; i++) {
        uint8_t leaf[REG_DIGEST_LEN];
        int error = reg_merkle_leaf(batch->store->identity.suite, batch->appends[i].entry.header, leaf);

        if (error == 0)
            error = reg_edge_append(batch->store->identity.suite, &ret->head.edge, leaf);
        if (error != 0)
            return error;
    }
    ret->head.size += batch->count;
    ret->head.time_ms += 1000;
    return 0;
}

int batch_insert(struct batch *batch)
{
    struct reg_batch insert;
    int error = batch_number(batch, &insert);

    return error == 0 ? batch->store->ops->insert(batch->store, &insert, &batch->info) : error;
}

int batch_end(struct batch *batch)
{
    struct reg_batch append;
    bool refused = false;
    int error = batch_number(batch, &append);

    if (error == 0)
        error = batch->store->ops->append(batch->store, &append, &refused, &batch->info);
    CU_ASSERT(error == REG_ERR_CONFLICT ? refused : error == 0 ? !refused : true);
    if (error != 0)
        batch->store->ops->rollback(batch->store);
    return error;
}

int batch_append(struct reg_store *store, size_t count)
{
    struct batch batch;
    int error = batch_begin(store, &batch);

    for (size_t i = 0; i < count && error == 0; i++)
        batch_add(&batch);
    return error == 0 ? batch_end(&batch) : error;
}

void ask(struct reg_store_reader *reader, struct reg_query *query)
{
    int error = reg_query_wait(reader, query);

    CHECK_CASE(error == 0, "query %d: %d", (int)query->kind, error);
}

struct reg_store_reader *reader_of(struct reg_store *store)
{
    struct reg_store_reader *reader = NULL;
    struct reg_error_info info = {0};
    int error = store->ops->reader_open(store, &reader, &info);

    CHECK_CASE(error == 0, "%d: %s", error, info.en);
    CU_ASSERT_PTR_NOT_NULL_FATAL(reader);
    return reader;
}

struct reg_head head_of(struct reg_store *store)
{
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query = {.kind = REG_QUERY_HEAD};
    struct reg_head head;

    ask(reader, &query);
    head = query.head;
    reg_query_clear(&query);
    reader->ops->reader_close(reader);
    return head;
}
