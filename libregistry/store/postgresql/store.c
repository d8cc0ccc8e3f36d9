/* The port's operations on PostgreSQL: one connection that writes, one per reader, and one for queries that are answered
 * later. */
#include "store/postgresql/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/postgresql/keys.h"
#include "store/postgresql/migrate.h"

struct pg_store {
    struct reg_store base;    /* first */
    char *url, *standby_url;  /* the second NULL: no standby */
    struct reg_pg pg;         /* the writer's */
    bool open;                /* a transaction */
    bool filling;             /* names and terms have no keys */
    struct reg_pg_keys *keys; /* nor have licences; NULL: they have */
    int filler;               /* the server's process that the lock is held by */
    PGresult *head;           /* as it began; NULL once something was written */
};

struct pg_reader {
    struct reg_store_reader base; /* first */
    struct pg_store *store;
    struct reg_pg pg;
    struct reg_pg_ahead ahead;
    struct reg_pg_later *later; /* from the first turn on */
};

static struct pg_store *store_of(struct reg_store *store)
{
    return (struct pg_store *)store;
}

static void store_close(struct reg_store *store)
{
    PQclear(store_of(store)->head);
    reg_pg_close(&store_of(store)->pg);
    reg_pg_keys_free(store_of(store)->keys);
    free(store_of(store)->url);
    free(store_of(store)->standby_url);
    free(store);
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static int reader_open(struct reg_store *store, struct reg_store_reader **ret, struct reg_error_info *info)
{
    struct pg_reader *reader = calloc(1, sizeof *reader);
    int error;

    if (!reader)
        return REG_ERR_NOMEM;
    reader->base.ops = store->ops;
    reader->store = store_of(store);
    reader->pg.url = strdup(store_of(store)->url);
    error = reader->pg.url ? reg_pg_ready(&reader->pg, info) : REG_ERR_NOMEM;
    if (error != 0) {
        reg_pg_close(&reader->pg);
        free(reader);
        return error;
    }
    *ret = &reader->base;
    return 0;
}

static void reader_close(struct reg_store_reader *reader)
{
    reg_pg_later_free(((struct pg_reader *)reader)->later);
    reg_pg_ahead_end(&((struct pg_reader *)reader)->ahead, &((struct pg_reader *)reader)->pg);
    reg_pg_close(&((struct pg_reader *)reader)->pg);
    free(reader);
}

static void start(struct reg_store_reader *reader, struct reg_query *query)
{
    struct pg_reader *own = (struct pg_reader *)reader;
    struct reg_pg *pg = &own->pg;
    PGnotify *notice;
    int error;

    if (own->later && !query->waited) {
        reg_pg_later_start(own->later, query);
        return;
    }
    if (own->store->keys && query->kind == REG_QUERY_TAKEN) {
        reg_pg_ahead_end(&own->ahead, pg);
        error = reg_pg_ready(pg, NULL);
        if (error == 0)
            error = reg_pg_keys_taken(own->store->keys, pg, query);
    } else {
        error = reg_pg_ahead_query(&own->ahead, pg, query);
    }
    while (pg->conn && (notice = PQnotifies(pg->conn)) != NULL) /* the query itself is the look that they ask for */
        PQfreemem(notice);
    query->done(query, error);
}

static void turn(struct reg_store_reader *reader, struct reg_store_wait ret_waits[REG_STORE_WAITS])
{
    struct pg_reader *own = (struct pg_reader *)reader;

    for (size_t i = 0; i < REG_STORE_WAITS; i++)
        ret_waits[i] = (struct reg_store_wait){.fd = -1};
    if (!own->later) /* out of memory: queries complete at their start, as before */
        own->later = reg_pg_later_new(&own->store->base, own->store->url, own->store->standby_url);
    if (own->later)
        reg_pg_later_turn(own->later, ret_waits);
}

static int read_from(struct reg_store *store, const char *url, struct reg_error_info *info)
{
    struct pg_store *own = store_of(store);

    if (strncmp(url, "postgresql:", 11) != 0 && strncmp(url, "postgres:", 9) != 0)
        return reg_fail(info, REG_ERR_INVALID, "备库的地址应为 postgresql://…", "a standby's address is postgresql://…");
    free(own->standby_url);
    own->standby_url = strdup(url);
    return own->standby_url ? 0 : REG_ERR_NOMEM;
}

static int listen(struct reg_store_reader *reader)
{
    struct reg_pg *pg = &((struct pg_reader *)reader)->pg;

    reg_pg_ahead_end(&((struct pg_reader *)reader)->ahead, pg);
    if (!pg->listens && (reg_pg_ready(pg, NULL) != 0 || reg_pg_command(pg, "LISTEN registry", NULL) != 0))
        return -1;
    pg->listens = true; /* each connection anew, from here on */
    return pg->conn ? PQsocket(pg->conn) : -1;
}

static int read_now(struct reg_store *store, struct reg_query *query)
{
    struct pg_store *own = store_of(store);
    int error = own->open ? 0 : reg_pg_ready(&own->pg, NULL);

    if (error != 0)
        return error;
    if (own->open && own->head && query->kind == REG_QUERY_HEAD)
        return reg_pg_read_head(query, own->head);
    if (own->keys && query->kind == REG_QUERY_TAKEN)
        return reg_pg_keys_taken(own->keys, &own->pg, query);
    return reg_pg_query(&own->pg, query, !own->open);
}

/* ---- writing ------------------------------------------------------------------------------------------------------- */

/* The lock's number is the registry's id. */
static int64_t lock_key(const struct pg_store *store)
{
    int64_t key;

    memcpy(&key, store->base.identity.registry_id, sizeof key);
    return key;
}

static void forget_head(struct pg_store *store)
{
    PQclear(store->head);
    store->head = NULL;
}

static void rollback(struct reg_store *store)
{
    struct pg_store *own = store_of(store);

    forget_head(own);
    if (own->open && own->pg.conn && PQstatus(own->pg.conn) == CONNECTION_OK)
        PQclear(reg_pg_exec(&own->pg, "ROLLBACK")); /* a lost connection has rolled back by itself */
    own->open = false;
}

/* In READ COMMITTED each statement has a snapshot of its own: the head's is taken after the lock was got. */
static int begin(struct reg_store *store, struct reg_query *queries, struct reg_error_info *info)
{
    struct pg_store *own = store_of(store);
    struct reg_pg_call calls[3] = {{.statement = REG_PG_BEGIN}, {.statement = REG_PG_LOCK}, {.statement = REG_PG_HEAD}};
    int error = reg_pg_ready(&own->pg, info);

    own->pg.answer_ms = REG_PG_ANSWER_MS;
    own->open = error == 0;
    if (error == 0) {
        reg_pg_number(&calls[1], lock_key(own));
        error = reg_pg_queries(&own->pg, calls, 3, queries, info);
    }
    if (error == 0) {
        own->head = calls[2].result;
        calls[2].result = NULL;
    }
    for (size_t i = 0; i < 3; i++)
        reg_pg_call_clear(&calls[i]);
    if (error != 0)
        rollback(store);
    return error;
}

/* Of another connection nobody knows whether what was committed without waiting is there, and who wrote meanwhile. */
static int check_filler(const struct pg_store *store, struct reg_error_info *info)
{
    if (!store->filling || PQbackendPID(store->pg.conn) == store->filler)
        return 0;
    return reg_fail(info, REG_ERR_UNAVAILABLE, "与数据库的连接曾中断，请重新运行导入",
                    "the connection to the database was lost: run the import again");
}

static int insert(struct reg_store *store, const struct reg_batch *batch, struct reg_error_info *info)
{
    struct pg_store *own = store_of(store);
    int error;

    forget_head(own);
    if (!own->filling || !reg_pg_copy_fits(batch->appends, batch->count))
        return reg_pg_insert(&own->pg, batch, info);
    error = check_filler(own, info);
    if (error == 0 && own->keys)
        error = reg_pg_keys_add(own->keys, &own->pg, batch->appends, batch->count, info);
    if (error == 0)
        error = reg_pg_copy_rows(&own->pg, batch->appends, batch->count, true, info);
    return error != 0 ? error : reg_pg_insert_head(&own->pg, batch, info);
}

static int append(struct reg_store *store, const struct reg_batch *batch, bool *ret_refused, struct reg_error_info *info)
{
    struct pg_store *own = store_of(store);
    int error;

    forget_head(own);
    error = reg_pg_append(&own->pg, batch, ret_refused, info);
    own->open = *ret_refused;
    return error;
}

/* Was the key of the entry that made the row not destroyed? */
#define ENTRY_OPENS(table)                                                                                                  \
    "NOT EXISTS (SELECT 1 FROM entry e JOIN case_key k ON k.case_number = e.case_number WHERE e.position = " table          \
    ".position AND k.wrapped IS NULL)"

static int clear_views(struct reg_store *store, struct reg_error_info *info)
{
    /* no TRUNCATE: readers on other hosts go on with what their snapshot has */
    static const char command[] =
        "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on;"
        "UPDATE meta SET rebuilt = rebuilt + 1;"
        "DELETE FROM licence; DELETE FROM serial; DELETE FROM \"case\"; DELETE FROM catalogue;"
        "DELETE FROM name_gram; DELETE FROM name; DELETE FROM licence_term;"
        "DELETE FROM request WHERE " ENTRY_OPENS("request") "; DELETE FROM restriction WHERE " ENTRY_OPENS("restriction");

    store_of(store)->pg.answer_ms = 0; /* until this transaction's end: a large register's views are a long statement */
    return reg_pg_command(&store_of(store)->pg, command, info);
}

static int insert_views(struct reg_store *store, const struct reg_append *appends, size_t count, struct reg_error_info *info)
{
    struct pg_store *own = store_of(store);

    int error = check_filler(own, info);

    own->pg.answer_ms = 0; /* as above */
    if (error != 0)
        return error;
    if (own->filling && reg_pg_copy_fits(appends, count))
        return reg_pg_copy_rows(&own->pg, appends, count, false, info);
    return reg_pg_insert_views(&own->pg, appends, count, info);
}

static int commit(struct reg_store *store, struct reg_error_info *info)
{
    struct pg_store *own = store_of(store);
    struct reg_pg_call calls[2] = {{.statement = REG_PG_NOTIFY}, {.statement = REG_PG_COMMIT}};
    int error = reg_pg_run(&own->pg, calls, 2, info);

    if (error == 0)
        error = reg_pg_committed(&own->pg, calls[1].result, info);
    reg_pg_call_clear(&calls[0]);
    reg_pg_call_clear(&calls[1]);
    forget_head(own);
    own->open = false;
    return error;
}

/* One statement in a transaction of its own, which the round trip ends with. */
static int alone(struct pg_store *store, struct reg_pg_call *call, struct reg_error_info *info)
{
    int error = reg_pg_ready(&store->pg, info);

    if (error == 0)
        error = reg_pg_run(&store->pg, call, 1, info);
    if (error == 0 && store->pg.warned)
        error = reg_pg_unclear(info);
    return error;
}

static int take_lease(struct pg_store *store, enum reg_lease_kind kind, uint32_t authority, unsigned want,
                      struct reg_lease *ret, struct reg_error_info *info)
{
    bool codes = kind == REG_LEASE_CODES;
    struct reg_pg_call call = {.statement = codes ? REG_PG_POOL_TAKE : REG_PG_SERIAL_TAKE};
    struct reg_lease lease = {0};
    int error;

    if (codes)
        reg_pg_number(&call, authority);
    reg_pg_number(&call, want);
    error = alone(store, &call, info);
    if (error == 0 && codes && reg_pg_rows(call.result) > 0) {
        if (PQgetlength(call.result, 0, 0) >= (int)sizeof lease.prefix)
            error = REG_ERR_CORRUPT;
        else
            memcpy(lease.prefix, PQgetvalue(call.result, 0, 0), (size_t)PQgetlength(call.result, 0, 0));
        lease.first = (uint64_t)reg_pg_column_number(call.result, 0, 1);
        lease.count = (uint64_t)reg_pg_column_number(call.result, 0, 2);
    } else if (error == 0 && codes) {
        lease.no_pool = true;
    } else if (error == 0) {
        lease.first = (uint64_t)reg_pg_column_number(call.result, 0, 0);
        lease.count = want;
    }
    reg_pg_call_clear(&call);
    if (error == 0)
        *ret = lease;
    return error;
}

/* Who waited for a pool's row while another took its last numbers gets none of it: the pool was chosen before the wait. A
 * further one, if there is any, is seen by the next attempt; each attempt that finds nothing has seen one pool more used up.
 */
static int lease(struct reg_store *store, enum reg_lease_kind kind, uint32_t authority, unsigned want, struct reg_lease *ret,
                 struct reg_error_info *info)
{
    int error = take_lease(store_of(store), kind, authority, want, ret, info);

    if (error == 0 && kind == REG_LEASE_CODES && ret->count == 0 && !ret->no_pool)
        error = take_lease(store_of(store), kind, authority, want, ret, info);
    return error;
}

static int keep_checkpoint(struct reg_store *store, uint64_t size, struct reg_bytes text, struct reg_error_info *info)
{
    struct reg_pg_call call = {.statement = REG_PG_KEEP_CHECKPOINT};
    int error;

    reg_pg_number(&call, (int64_t)size);
    reg_pg_bytes(&call, text);
    error = alone(store_of(store), &call, info);
    reg_pg_call_clear(&call);
    return error;
}

static int destroy_keys(struct reg_store *store, const uint64_t *cases, size_t count, uint64_t *ret_destroyed,
                        struct reg_error_info *info)
{
    struct reg_pg_call call = {.statement = REG_PG_DESTROY_KEYS};
    struct reg_buf *numbers = reg_pg_array(&call, REG_PG_NUMBERS, count);
    int error;

    for (size_t i = 0; i < count; i++)
        reg_pg_array_number(numbers, (int64_t)cases[i]);
    error = reg_pg_arrays_done(&call);
    if (error == 0)
        error = reg_pg_run(&store_of(store)->pg, &call, 1, info);
    *ret_destroyed = error == 0 ? strtoull(PQcmdTuples(call.result), NULL, 10) : 0;
    reg_pg_call_clear(&call);
    return error;
}

static int raise_counters(struct reg_store *store, const struct reg_raise *raise, struct reg_error_info *info)
{
    struct reg_pg_call calls[2] = {{.statement = REG_PG_SERIAL_RAISE}, {.statement = REG_PG_POOL_RAISE}};
    int error;

    reg_pg_number(&calls[0], (int64_t)raise->next_serial);
    reg_pg_number(&calls[1], (int64_t)raise->pool);
    reg_pg_number(&calls[1], (int64_t)raise->next_code);
    error = reg_pg_run(&store_of(store)->pg, calls, raise->next_code > 0 ? 2 : 1, info);
    reg_pg_call_clear(&calls[0]);
    reg_pg_call_clear(&calls[1]);
    return error;
}

static int begin_filling(struct pg_store *store, struct reg_error_info *info)
{
    bool empty;
    int error = reg_pg_fill_begin(&store->pg, lock_key(store), &empty, info);

    reg_pg_keys_free(store->keys);
    store->keys = error == 0 && empty ? reg_pg_keys_new() : NULL;
    store->filling = error == 0;
    store->filler = error == 0 ? PQbackendPID(store->pg.conn) : 0;
    return error == 0 && empty && !store->keys ? REG_ERR_NOMEM : error;
}

static int set_state(struct reg_store *store, enum reg_store_state state, struct reg_error_info *info)
{
    struct pg_store *own = store_of(store);
    struct reg_pg_call call = {.statement = REG_PG_SET_STATE};
    int error;

    reg_pg_number(&call, state);
    error = reg_pg_run(&own->pg, &call, 1, info);
    reg_pg_call_clear(&call);
    if (error == 0 && state == REG_STORE_FILLING)
        error = begin_filling(own, info);
    return error;
}

static int fill_on(struct reg_store *store, uint64_t *ret_done, uint64_t *ret_total, struct reg_error_info *info)
{
    struct pg_store *own = store_of(store);
    int error = reg_pg_ready(&own->pg, info);

    if (error == 0)
        error = check_filler(own, info);
    if (error == 0)
        error = reg_pg_fill_on(&own->pg, ret_done, ret_total, info);
    if (error == 0 && *ret_done == *ret_total) {
        own->filling = false;
        reg_pg_keys_free(own->keys);
        own->keys = NULL;
    }
    return error;
}

static int backup(struct reg_store *store, const char *path, reg_pages_callback pages, void *context,
                  struct reg_error_info *info)
{
    (void)store;
    (void)pages;
    (void)context;
    return reg_fail(info, REG_ERR_UNSUPPORTED, "PostgreSQL 的存储请用 pgBackRest 备份（docs/backup.md），未写入 %s",
                    "a PostgreSQL store is backed up by pgBackRest (docs/backup.md); %s was not written", path);
}

static const struct reg_store_ops ops = {
    .close = store_close,
    .reader_open = reader_open,
    .reader_close = reader_close,
    .start = start,
    .turn = turn,
    .read_from = read_from,
    .listen = listen,
    .lease = lease,
    .begin = begin,
    .read = read_now,
    .insert = insert,
    .append = append,
    .commit = commit,
    .rollback = rollback,
    .clear_views = clear_views,
    .insert_views = insert_views,
    .keep_checkpoint = keep_checkpoint,
    .destroy_keys = destroy_keys,
    .raise = raise_counters,
    .set_state = set_state,
    .fill_on = fill_on,
    .backup = backup,
};

/* ---- opening ------------------------------------------------------------------------------------------------------- */

static int enter_registry(struct reg_pg *pg, const struct reg_store_identity *identity, struct reg_error_info *info)
{
    size_t len;
    unsigned char *id = PQescapeByteaConn(pg->conn, identity->registry_id, sizeof identity->registry_id, &len);
    char *command = NULL;
    int error = 0;

    if (!id ||
        asprintf(&command,
                 "INSERT INTO meta (one, registry_id, suite, version, oldest, state) VALUES (1, '%s', %d, %d, %d, %d)",
                 (const char *)id, (int)identity->suite, REG_PG_VERSION, REG_PG_VERSION, (int)identity->state) < 0)
        error = REG_ERR_NOMEM;
    if (error == 0)
        error = reg_pg_command(pg, command, info);
    if (error == REG_ERR_CONFLICT)
        error = reg_fail(info, REG_ERR_EXISTS, "数据库中已有登记库", "the database holds a registry already");
    free(command);
    PQfreemem(id);
    return error;
}

int reg_pg_identity(struct reg_pg *pg, const PGresult *result, struct reg_store_identity *ret, struct reg_error_info *info)
{
    int64_t version, oldest;
    int error = PQresultStatus(result) == PGRES_TUPLES_OK ? 0 : reg_pg_error(pg, result, info);

    if (error == 0 && (PQntuples(result) != 1 || PQgetlength(result, 0, 0) != REG_REGISTRY_ID_LEN))
        error = reg_fail(info, REG_ERR_CORRUPT, "数据库不是登记库的存储", "the database is not a registry's store");
    if (error == 0) {
        version = reg_pg_column_number(result, 0, 2);
        oldest = reg_pg_column_number(result, 0, 3);
        if (oldest > REG_PG_VERSION || version < REG_PG_VERSION)
            error =
                reg_fail(info, REG_ERR_VERSION, "数据库的版本为 %lld，本程序支持版本 %d",
                         "the database has version %lld, this program knows version %d", (long long)version, REG_PG_VERSION);
    }
    if (error == 0) {
        memcpy(ret->registry_id, PQgetvalue(result, 0, 0), REG_REGISTRY_ID_LEN);
        ret->suite = (enum reg_suite)reg_pg_column_number(result, 0, 1);
        ret->state = (enum reg_store_state)reg_pg_column_number(result, 0, 4);
        if (ret->suite != REG_SUITE_GM && ret->suite != REG_SUITE_INTL)
            error = reg_fail(info, REG_ERR_SUITE, "数据库的算法套件未知", "the database is of an unknown suite");
    }
    return error;
}

static int read_identity(struct pg_store *store, struct reg_error_info *info)
{
    PGresult *result = reg_pg_select(&store->pg, REG_PG_IDENTITY);
    int error = reg_pg_identity(&store->pg, result, &store->base.identity, info);

    PQclear(result);
    return error;
}

int reg_pg_store_open(const char *url, const struct reg_store_identity *create, struct reg_store **ret_store,
                      struct reg_error_info *info)
{
    struct pg_store *store = calloc(1, sizeof *store);
    unsigned applied;
    bool begun = false; /* a copy */
    int error;

    if (!store || !(store->url = strdup(url)) || !(store->pg.url = strdup(url))) {
        if (store)
            store_close(&store->base);
        return REG_ERR_NOMEM;
    }
    store->base.ops = &ops;
    error = reg_pg_connect_bare(&store->pg, info);
    if (error == 0 && create)
        error = reg_pg_migrate(&store->pg, &applied, info);
    if (error == 0 && create) {
        error = enter_registry(&store->pg, create, info);
        begun = error == REG_ERR_EXISTS && create->state == REG_STORE_COPY;
        error = begun ? 0 : error;
    }
    if (error == 0)
        error = read_identity(store, info);
    if (error == 0 && begun && memcmp(store->base.identity.registry_id, create->registry_id, REG_REGISTRY_ID_LEN) != 0)
        error = reg_fail(info, REG_ERR_EXISTS, "数据库中有另一登记库", "the database holds another registry");
    if (error == 0)
        error = reg_pg_ready(&store->pg, info);
    if (error != 0) {
        store_close(&store->base);
        return error;
    }
    *ret_store = &store->base;
    return 0;
}
