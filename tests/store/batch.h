/* Batches for the tests of stores: entries with a recognisable header and body, the tree carried on from the head. */
#ifndef TESTS_STORE_BATCH_H
#define TESTS_STORE_BATCH_H

#include "ledger/store.h"

#define BATCH_CAP 64

struct batch {
    struct reg_store *store;
    struct reg_head head; /* before the batch */
    size_t count;
    struct reg_append appends[BATCH_CAP];
    char headers[BATCH_CAP][32], bodies[BATCH_CAP][32];
    const struct reg_tile *tiles; /* borrowed */
    size_t tile_count;
    struct reg_error_info info;
};

/* Takes the writer's lock and reads the head. */
int batch_begin(struct reg_store *store, struct batch *ret);
/* One more entry: header "header N", body "body N"; the caller hangs rows on it. */
struct reg_append *batch_add(struct batch *batch);
/* Appends the leaves, inserts, and leaves the transaction open. */
int batch_insert(struct batch *batch);
/* Inserts and commits; rolls back where that fails. */
int batch_end(struct batch *batch);
/* A batch of that many entries without rows of views. */
int batch_append(struct reg_store *store, size_t count);

/* Runs a query on a reader of its own, or checks that it succeeds on the given one. */
void ask(struct reg_store_reader *reader, struct reg_query *query);
struct reg_store_reader *reader_of(struct reg_store *store);
struct reg_head head_of(struct reg_store *store);

#endif
