#include "store_double.h"

#include <stdlib.h>

#include "ledger/store.h"

struct twin {
    struct reg_store store;
    struct reg_store *real;
};

static enum fault pending;
static int happened;
static bool is_open; /* a transaction */
static unsigned asked_entries, asked_keys;
static struct reg_store_ops reader_ops; /* the real one's, but for `start` */
static void (*real_start)(struct reg_store_reader *reader, struct reg_query *query);

void double_fail(enum fault fault)
{
    pending = fault;
    happened = 0;
}

int double_failed(void)
{
    return happened;
}

unsigned double_asked_entries(void)
{
    return asked_entries;
}

unsigned double_asked_keys(void)
{
    return asked_keys;
}

static struct reg_store *real_of(struct reg_store *store)
{
    return ((struct twin *)store)->real;
}

/* Is it the turn of this fault? Then the next one follows. */
static bool strikes(enum fault fault, enum fault next)
{
    if (pending != fault)
        return false;
    pending = next;
    happened++;
    return true;
}

static void close_twin(struct reg_store *store)
{
    real_of(store)->ops->close(real_of(store));
    free(store);
}

static void start(struct reg_store_reader *reader, struct reg_query *query)
{
    asked_entries += is_open && query->kind == REG_QUERY_ENTRIES;
    asked_keys += is_open && query->kind == REG_QUERY_TABLE && query->table == REG_TABLE_CASE_KEY;
    real_start(reader, query);
}

static int reader_open(struct reg_store *store, struct reg_store_reader **ret, struct reg_error_info *info)
{
    int error = real_of(store)->ops->reader_open(real_of(store), ret, info);

    if (error != 0)
        return error;
    reader_ops = *(*ret)->ops;
    real_start = reader_ops.start;
    reader_ops.start = start;
    (*ret)->ops = &reader_ops;
    return 0;
}

static int lease(struct reg_store *store, enum reg_lease_kind kind, uint32_t authority, unsigned want, struct reg_lease *ret,
                 struct reg_error_info *info)
{
    if (strikes(FAULT_LEASE, FAULT_NONE))
        return REG_ERR_UNAVAILABLE;
    return real_of(store)->ops->lease(real_of(store), kind, authority, want, ret, info);
}

static int begin(struct reg_store *store, struct reg_query *queries, struct reg_error_info *info)
{
    if (strikes(FAULT_BEGIN, FAULT_NONE))
        return REG_ERR_UNAVAILABLE;
    is_open = true;
    return real_of(store)->ops->begin(real_of(store), queries, info);
}

static int read_twin(struct reg_store *store, struct reg_query *query)
{
    return real_of(store)->ops->read(real_of(store), query);
}

static int insert(struct reg_store *store, const struct reg_batch *batch, struct reg_error_info *info)
{
    int error = real_of(store)->ops->insert(real_of(store), batch, info);

    return strikes(FAULT_INSERT, FAULT_NONE) ? REG_ERR_UNAVAILABLE : error;
}

static int commit(struct reg_store *store, struct reg_error_info *info)
{
    int error;

    is_open = false;
    if (strikes(FAULT_COMMIT_LOST, FAULT_NONE))
        return REG_ERR_UNAVAILABLE;
    error = real_of(store)->ops->commit(real_of(store), info);
    if (strikes(FAULT_COMMIT_UNCLEAR, FAULT_NONE) || strikes(FAULT_COMMIT_AND_BEGIN, FAULT_BEGIN))
        return REG_ERR_UNAVAILABLE;
    return error;
}

static int append(struct reg_store *store, const struct reg_batch *batch, bool *ret_refused, struct reg_error_info *info)
{
    int error = insert(store, batch, info);

    *ret_refused = error != 0;
    return error == 0 ? commit(store, info) : error;
}

static void rollback(struct reg_store *store)
{
    is_open = false;
    real_of(store)->ops->rollback(real_of(store));
}

static int clear_views(struct reg_store *store, struct reg_error_info *info)
{
    return real_of(store)->ops->clear_views(real_of(store), info);
}

static int insert_views(struct reg_store *store, const struct reg_append *appends, size_t count, struct reg_error_info *info)
{
    return real_of(store)->ops->insert_views(real_of(store), appends, count, info);
}

static int keep_checkpoint(struct reg_store *store, uint64_t size, struct reg_bytes text, struct reg_error_info *info)
{
    return real_of(store)->ops->keep_checkpoint(real_of(store), size, text, info);
}

static int destroy_keys(struct reg_store *store, const uint64_t *cases, size_t count, uint64_t *ret_destroyed,
                        struct reg_error_info *info)
{
    return real_of(store)->ops->destroy_keys(real_of(store), cases, count, ret_destroyed, info);
}

static int raise_counters(struct reg_store *store, const struct reg_raise *raise, struct reg_error_info *info)
{
    return real_of(store)->ops->raise(real_of(store), raise, info);
}

static int set_state(struct reg_store *store, enum reg_store_state state, struct reg_error_info *info)
{
    return real_of(store)->ops->set_state(real_of(store), state, info);
}

static int fill_on(struct reg_store *store, uint64_t *ret_done, uint64_t *ret_total, struct reg_error_info *info)
{
    return real_of(store)->ops->fill_on(real_of(store), ret_done, ret_total, info);
}

static const struct reg_store_ops twin_ops = {.close = close_twin,
                                              .reader_open = reader_open,
                                              .lease = lease,
                                              .begin = begin,
                                              .append = append,
                                              .read = read_twin,
                                              .insert = insert,
                                              .commit = commit,
                                              .rollback = rollback,
                                              .clear_views = clear_views,
                                              .insert_views = insert_views,
                                              .keep_checkpoint = keep_checkpoint,
                                              .destroy_keys = destroy_keys,
                                              .raise = raise_counters,
                                              .set_state = set_state,
                                              .fill_on = fill_on};

int double_open(const char *directory, const char *url, const struct reg_store_identity *create,
                struct reg_store **ret_store, struct reg_error_info *info)
{
    struct twin *twin = calloc(1, sizeof *twin);
    int error = twin ? reg_store_open(directory, url, create, &twin->real, info) : REG_ERR_NOMEM;

    if (error != 0) {
        free(twin);
        return error;
    }
    twin->store = (struct reg_store){.ops = &twin_ops, .identity = twin->real->identity};
    *ret_store = &twin->store;
    return 0;
}
