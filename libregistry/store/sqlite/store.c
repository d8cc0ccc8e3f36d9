/* The port's operations on SQLite: one connection that writes, one per reader. */
#include "store/sqlite/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "store/sqlite/sqlite.h"

#define KEPT_MIB 32
#define MANY     1024 /* entries in a batch, which the daemon never has */
#define MANY_MIB 128

struct sqlite_store {
    struct reg_store base; /* first */
    char *path;
    struct reg_sqlite sqlite; /* the writer's */
    struct reg_sqlite_fill *fill; /* a register is being filled; NULL: none */
    bool fill_begins;             /* with this transaction */
    bool many;                    /* batches are large */
    bool destroying;          /* this transaction destroys a key */
    bool log_holds_keys;      /* the write-ahead log may hold destroyed keys */
};

struct sqlite_reader {
    struct reg_store_reader base; /* first */
    struct sqlite_store *store;
    struct reg_sqlite sqlite;
};

static struct sqlite_store *store_of(struct reg_store *store)
{
    return (struct sqlite_store *)store;
}

/* Fills `info` for an error that a statement reported; of an error that is not SQLite's the number says it all. */
static int say(struct reg_sqlite *sqlite, int error, struct reg_error_info *info)
{
    if (error != 0 && sqlite->fill && reg_sqlite_fill_errno(sqlite->fill) != 0)
        return reg_fail(info, error, "无法写入或读取存储旁的临时文件：%s",
                        "the temporary file beside the store cannot be written or read: %s",
                        strerror(reg_sqlite_fill_errno(sqlite->fill)));
    if (error != 0 && info && reg_sqlite_error(sqlite, info) != error)
        *info = (struct reg_error_info){0};
    return error;
}

static void store_close(struct reg_store *store)
{
    reg_sqlite_fill_free(store_of(store)->fill);
    reg_sqlite_close(&store_of(store)->sqlite);
    free(store_of(store)->path);
    free(store);
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static int reader_open(struct reg_store *store, struct reg_store_reader **ret, struct reg_error_info *info)
{
    struct sqlite_reader *reader = calloc(1, sizeof *reader);
    int error;

    if (!reader)
        return REG_ERR_NOMEM;
    reader->base.ops = store->ops;
    reader->store = store_of(store);
    error = reg_sqlite_open(store_of(store)->path, &reader->sqlite, info);
    if (error != 0) {
        free(reader);
        return error;
    }
    *ret = &reader->base;
    return 0;
}

static void reader_close(struct reg_store_reader *reader)
{
    reg_sqlite_close(&((struct sqlite_reader *)reader)->sqlite);
    free(reader);
}

static void start(struct reg_store_reader *reader, struct reg_query *query)
{
    struct sqlite_reader *own = (struct sqlite_reader *)reader;
    int error;

    own->sqlite.fill = own->store->fill;
    error = reg_sqlite_query(&own->sqlite, query, true);
    query->done(query, error);
}

static int read_now(struct reg_store *store, struct reg_query *query)
{
    struct reg_sqlite *sqlite = &store_of(store)->sqlite;

    return reg_sqlite_query(sqlite, query, sqlite3_get_autocommit(sqlite->db));
}

/* ---- writing ------------------------------------------------------------------------------------------------------- */

static void end_fill(struct sqlite_store *store)
{
    reg_sqlite_fill_free(store->fill);
    store->fill = store->sqlite.fill = NULL;
    store->fill_begins = false;
}

static void rollback(struct reg_store *store)
{
    struct reg_sqlite *sqlite = &store_of(store)->sqlite;

    if (store_of(store)->fill_begins)
        end_fill(store_of(store));
    if (!sqlite3_get_autocommit(sqlite->db)) /* SQLite may have rolled back by itself; an error here leaves nothing either */
        (void)!reg_sqlite_run(sqlite, reg_sqlite_prepare(sqlite, REG_SQL_ROLLBACK));
}

static int begin(struct reg_store *store, struct reg_query *queries, struct reg_error_info *info)
{
    struct reg_sqlite *sqlite = &store_of(store)->sqlite;
    int error;

    if (sqlite->fill)
        reg_sqlite_fill_relax(sqlite);
    error = reg_sqlite_run(sqlite, reg_sqlite_prepare(sqlite, REG_SQL_BEGIN_WRITE));
    store_of(store)->destroying = false;
    reg_sqlite_drop_sorted(sqlite);
    for (struct reg_query *query = queries; query && error == 0; query = query->next)
        error = reg_sqlite_query(sqlite, query, false);
    if (error != 0) {
        error = say(sqlite, error, info);
        rollback(store);
    }
    return error;
}

static int insert_batch_row(struct reg_sqlite *sqlite, const struct reg_batch *batch)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_BATCH);
    struct reg_buf edge = REG_BUF_INIT;
    int error;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    reg_edge_encode(&batch->head.edge, &edge);
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)(batch->head.size - batch->count));
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)batch->count);
    sqlite3_bind_int64(statement, 3, batch->head.time_ms);
    sqlite3_bind_blob64(statement, 4, edge.data, edge.len, SQLITE_STATIC);
    error = edge.error ? edge.error : reg_sqlite_run(sqlite, statement);
    reg_buf_clear(&edge);
    return error;
}

static int insert_tile(struct reg_sqlite *sqlite, const struct reg_tile *tile)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_TILE);

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_bind_int64(statement, 1, tile->level);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)tile->index);
    sqlite3_bind_blob64(statement, 3, tile->hashes, sizeof tile->hashes, SQLITE_STATIC);
    return reg_sqlite_run(sqlite, statement);
}

/* Pages that batch after batch changes are kept, `mib` of them at the most, and written from the log to the file when it has half
 * as many instead of with each commit. A batch of 64 changes some 2,000 pages of 4 KiB: SQLite's own 2 MiB would read and write them
 * several times. */
static void keep_pages(struct sqlite_store *store, int mib)
{
    char settings[80];

    snprintf(settings, sizeof settings, "PRAGMA cache_size = %d; PRAGMA wal_autocheckpoint = %d", -1024 * mib, 128 * mib);
    sqlite3_exec(store->sqlite.db, settings, NULL, NULL, NULL);
}

/* A register is being taken over. */
static void expect_many(struct sqlite_store *store)
{
    if (!store->many)
        keep_pages(store, MANY_MIB);
    store->many = true;
}

/* With their entries, or the rows of views alone. */
static int put_appends(struct reg_sqlite *sqlite, const struct reg_append *appends, size_t count, bool entries)
{
    const struct reg_append **by_code = NULL; /* without indexes the order is nothing */
    int error = sqlite->fill ? 0 : reg_sqlite_by_code(appends, count, &by_code);

    for (size_t i = 0; i < count && error == 0; i++) {
        if (entries)
            error = reg_sqlite_insert_entry(sqlite, &appends[i]);
        if (error == 0 && !by_code)
            error = reg_sqlite_insert_views(sqlite, &appends[i]);
    }
    for (size_t i = 0; by_code && i < count && error == 0; i++)
        error = reg_sqlite_insert_views(sqlite, by_code[i]);
    free(by_code);
    return error == 0 ? reg_sqlite_write_sorted(sqlite) : error;
}

static int insert(struct reg_store *store, const struct reg_batch *batch, struct reg_error_info *info)
{
    struct reg_sqlite *sqlite = &store_of(store)->sqlite;
    int error;

    if (batch->count >= MANY && !sqlite->fill)
        expect_many(store_of(store));
    for (size_t i = 0; i < batch->count; i++)
        store_of(store)->destroying |= batch->appends[i].destroy_key;
    error = put_appends(sqlite, batch->appends, batch->count, true);
    for (size_t i = 0; i < batch->tile_count && error == 0; i++)
        error = insert_tile(sqlite, &batch->tiles[i]);
    if (error == 0)
        error = insert_batch_row(sqlite, batch);
    return say(sqlite, error, info);
}

/* A destroyed key must leave the write-ahead log too. Readers hold no snapshot for long; where one is in the way all the
 * same, or the process dies first, the next commit does it. */
static void clean_log(struct sqlite_store *store)
{
    sqlite3 *db = store->sqlite.db;

    sqlite3_busy_timeout(db, REG_SQLITE_CLEAN_WAIT_MS);
    if (sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK)
        store->log_holds_keys = false;
    sqlite3_busy_timeout(db, REG_SQLITE_LOCK_WAIT_MS);
}

static int commit(struct reg_store *store, struct reg_error_info *info)
{
    struct sqlite_store *own = store_of(store);
    int error = reg_sqlite_run(&own->sqlite, reg_sqlite_prepare(&own->sqlite, REG_SQL_COMMIT));

    if (error != 0)
        return say(&own->sqlite, error, info);
    own->fill_begins = false;
    own->log_holds_keys |= own->destroying;
    if (own->log_holds_keys)
        clean_log(own);
    return 0;
}

static int append(struct reg_store *store, const struct reg_batch *batch, bool *ret_refused, struct reg_error_info *info)
{
    int error = insert(store, batch, info);

    *ret_refused = error != 0;
    return error == 0 ? commit(store, info) : error;
}

/* Runs `change` in a transaction of its own, or in the one that is open. */
static int alone(struct reg_store *store, int (*change)(struct reg_sqlite *sqlite, void *context), void *context,
                 struct reg_error_info *info)
{
    struct reg_sqlite *sqlite = &store_of(store)->sqlite;
    int error;

    if (!sqlite3_get_autocommit(sqlite->db))
        return say(sqlite, change(sqlite, context), info);
    error = begin(store, NULL, info);
    if (error != 0)
        return error;
    error = say(sqlite, change(sqlite, context), info);
    if (error == 0)
        error = commit(store, info);
    if (error != 0)
        rollback(store);
    return error;
}

/* Was the key of the entry that made the row not destroyed? */
#define ENTRY_OPENS(table)                                                                                                   \
    "NOT EXISTS (SELECT 1 FROM entry e JOIN case_key k ON k.case_number = e.case_number WHERE e.position = " table          \
    ".position AND k.wrapped IS NULL)"

static int clear_views(struct reg_store *store, struct reg_error_info *info)
{
    static const char command[] =
        "UPDATE meta SET rebuilt = rebuilt + 1;"
        "DELETE FROM licence; DELETE FROM serial; DELETE FROM \"case\"; DELETE FROM catalogue;"
        "DELETE FROM name; DELETE FROM name_gram; DELETE FROM licence_term;"
        "DELETE FROM request WHERE " ENTRY_OPENS("request") "; DELETE FROM restriction WHERE " ENTRY_OPENS("restriction");
    struct reg_sqlite *sqlite = &store_of(store)->sqlite;

    return sqlite3_exec(sqlite->db, command, NULL, NULL, NULL) == SQLITE_OK ? 0 : reg_sqlite_error(sqlite, info);
}

static int insert_views(struct reg_store *store, const struct reg_append *appends, size_t count, struct reg_error_info *info)
{
    struct reg_sqlite *sqlite = &store_of(store)->sqlite;

    return say(sqlite, put_appends(sqlite, appends, count, false), info);
}

static int lease(struct reg_store *store, enum reg_lease_kind kind, uint32_t authority, unsigned want, struct reg_lease *ret,
                 struct reg_error_info *info)
{
    struct reg_sqlite_leasing leasing = {kind, authority, want, {0}};
    int error = alone(store, reg_sqlite_lease, &leasing, info);

    if (error == 0)
        *ret = leasing.lease;
    return error;
}

struct keeping {
    uint64_t size;
    struct reg_bytes note;
};

static int put_checkpoint(struct reg_sqlite *sqlite, void *context)
{
    const struct keeping *keeping = context;
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_KEEP_CHECKPOINT);

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)keeping->size);
    sqlite3_bind_blob64(statement, 2, keeping->note.data, keeping->note.len, SQLITE_STATIC);
    return reg_sqlite_run(sqlite, statement);
}

static int keep_checkpoint(struct reg_store *store, uint64_t size, struct reg_bytes text, struct reg_error_info *info)
{
    struct keeping keeping = {size, text};

    return alone(store, put_checkpoint, &keeping, info);
}

/* Runs a statement with one or two numbers. */
static int run_numbers(struct reg_store *store, enum reg_sqlite_statement which, const uint64_t *numbers, int count,
                       struct reg_error_info *info)
{
    struct reg_sqlite *sqlite = &store_of(store)->sqlite;
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, which);

    if (!statement)
        return reg_sqlite_error(sqlite, info);
    for (int i = 0; i < count; i++)
        sqlite3_bind_int64(statement, i + 1, (sqlite3_int64)numbers[i]);
    return say(sqlite, reg_sqlite_run(sqlite, statement), info);
}

static int destroy_keys(struct reg_store *store, const uint64_t *cases, size_t count, uint64_t *ret_destroyed,
                        struct reg_error_info *info)
{
    int error = 0;

    *ret_destroyed = 0;
    for (size_t i = 0; i < count && error == 0; i++) {
        error = run_numbers(store, REG_SQL_DESTROY_KEY, &cases[i], 1, info);
        *ret_destroyed += error == 0 ? (uint64_t)sqlite3_changes(store_of(store)->sqlite.db) : 0;
        if (error == 0)
            error = run_numbers(store, REG_SQL_FORGET_RESTRICTION, &cases[i], 1, info);
    }
    store_of(store)->destroying |= *ret_destroyed > 0;
    return error;
}

static int raise_counters(struct reg_store *store, const struct reg_raise *raise, struct reg_error_info *info)
{
    const uint64_t pool[] = {raise->pool, raise->next_code};
    int error = run_numbers(store, REG_SQL_SERIAL_RAISE, &raise->next_serial, 1, info);

    return error == 0 && raise->next_code > 0 ? run_numbers(store, REG_SQL_POOL_RAISE, pool, 2, info) : error;
}

static int begin_fill(struct sqlite_store *store, struct reg_error_info *info)
{
    int error;

    end_fill(store);
    error = reg_sqlite_fill_begin(&store->sqlite, store->path, &store->fill);
    if (error != 0)
        return say(&store->sqlite, error, info);
    store->sqlite.fill = store->fill;
    store->fill_begins = true;
    return 0;
}

static int set_state(struct reg_store *store, enum reg_store_state state, struct reg_error_info *info)
{
    const uint64_t number = state;
    int error = state == REG_STORE_FILLING ? begin_fill(store_of(store), info) : 0;

    return error == 0 ? run_numbers(store, REG_SQL_SET_STATE, &number, 1, info) : error;
}

static int fill_on(struct reg_store *store, uint64_t *ret_done, uint64_t *ret_total, struct reg_error_info *info)
{
    struct sqlite_store *own = store_of(store);
    int error = 0;

    *ret_done = *ret_total = 0;
    if (own->fill)
        error = say(&own->sqlite, reg_sqlite_fill_on(&own->sqlite, ret_done, ret_total), info);
    if (error != 0)
        rollback(store);
    else if (*ret_done == *ret_total)
        end_fill(own);
    return error;
}

static int backup(struct reg_store *store, const char *path, reg_pages_callback pages, void *context,
                  struct reg_error_info *info)
{
    return reg_sqlite_backup(store_of(store)->path, path, pages, context, info);
}

static const struct reg_store_ops ops = {
    .close = store_close,
    .reader_open = reader_open,
    .reader_close = reader_close,
    .start = start,
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

int reg_sqlite_make_file(const char *path, struct reg_error_info *info)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), number = errno;

    if (fd < 0)
        return reg_fail(info, number == EEXIST ? REG_ERR_EXISTS : REG_ERR_IO, "无法建立存储 %s：%s",
                        "cannot make the store %s: %s", path, strerror(number));
    close(fd);
    return 0;
}

static int set_up_schema(struct reg_sqlite *sqlite, const struct reg_store_identity *identity, struct reg_error_info *info)
{
    sqlite3_stmt *statement = NULL;
    int error = 0;

    if (sqlite3_exec(sqlite->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(sqlite->db, (const char *)reg_sql_sqlite_001, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(sqlite->db, (const char *)reg_sql_sqlite_002, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(sqlite->db,
                           "INSERT INTO meta (one, registry_id, suite, version, oldest, state) VALUES (1, ?1, ?2, ?3, ?3, ?4)", -1,
                           &statement, NULL) != SQLITE_OK)
        return reg_sqlite_error(sqlite, info);
    sqlite3_bind_blob(statement, 1, identity->registry_id, sizeof identity->registry_id, SQLITE_STATIC);
    sqlite3_bind_int(statement, 2, identity->suite);
    sqlite3_bind_int(statement, 3, REG_SQLITE_VERSION);
    sqlite3_bind_int(statement, 4, (int)identity->state);
    if (sqlite3_step(statement) != SQLITE_DONE)
        error = reg_sqlite_error(sqlite, info);
    sqlite3_finalize(statement);
    if (error == 0 && sqlite3_exec(sqlite->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        error = reg_sqlite_error(sqlite, info);
    return error;
}

static int read_identity(struct reg_sqlite *sqlite, const char *path, struct reg_store_identity *ret,
                         struct reg_error_info *info)
{
    sqlite3_stmt *statement = NULL;
    int error = 0;

    if (sqlite3_prepare_v2(sqlite->db, "SELECT registry_id, suite, version, oldest, state FROM meta", -1, &statement, NULL) !=
        SQLITE_OK) {
        int code = sqlite3_errcode(sqlite->db);

        return code == SQLITE_ERROR
                   ? reg_fail(info, REG_ERR_CORRUPT, "%s 不是登记库的存储", "%s is not a registry's store", path)
                   : reg_sqlite_error(sqlite, info);
    }
    if (sqlite3_step(statement) != SQLITE_ROW || sqlite3_column_bytes(statement, 0) != REG_REGISTRY_ID_LEN)
        error = reg_fail(info, REG_ERR_CORRUPT, "%s 不是登记库的存储", "%s is not a registry's store", path);
    else if (sqlite3_column_int(statement, 3) > REG_SQLITE_VERSION || sqlite3_column_int(statement, 2) < REG_SQLITE_VERSION)
        error = reg_fail(info, REG_ERR_VERSION, "存储 %s 的版本为 %d，本程序支持版本 %d",
                         "store %s has version %d, this program knows version %d", path, sqlite3_column_int(statement, 2),
                         REG_SQLITE_VERSION);
    else {
        memcpy(ret->registry_id, sqlite3_column_blob(statement, 0), REG_REGISTRY_ID_LEN);
        ret->suite = (enum reg_suite)sqlite3_column_int(statement, 1);
        ret->state = (enum reg_store_state)sqlite3_column_int(statement, 4);
        if (ret->suite != REG_SUITE_GM && ret->suite != REG_SUITE_INTL)
            error = reg_fail(info, REG_ERR_SUITE, "存储 %s 的算法套件未知", "store %s is of an unknown suite", path);
    }
    sqlite3_finalize(statement);
    return error;
}

/* Who began a copy may have died before the file had its tables. */
static bool is_blank(struct reg_sqlite *sqlite)
{
    sqlite3_stmt *statement = NULL;
    bool blank = sqlite3_prepare_v2(sqlite->db, "SELECT count(*) FROM sqlite_schema", -1, &statement, NULL) == SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int(statement, 0) == 0;

    sqlite3_finalize(statement);
    return blank;
}

static int check_copy(const struct sqlite_store *store, const struct reg_store_identity *create, struct reg_error_info *info)
{
    const struct reg_store_identity *identity = &store->base.identity;

    if (memcmp(identity->registry_id, create->registry_id, sizeof identity->registry_id) != 0)
        return reg_fail(info, REG_ERR_EXISTS, "%s 属于另一登记库", "%s is another registry's", store->path);
    return 0;
}

/* A file that is not a store is left as it was: its identity is read before anything is set in it. */
static int open_file(struct sqlite_store *store, const struct reg_store_identity *create, struct reg_error_info *info)
{
    struct reg_sqlite *sqlite = &store->sqlite;
    bool copies = create && create->state == REG_STORE_COPY;
    int error = reg_sqlite_open(store->path, sqlite, info);

    if (error == 0 && sqlite3_db_readonly(sqlite->db, "main") == 1)
        error = reg_fail(info, REG_ERR_UNAVAILABLE, "存储 %s 只读", "the store %s is read-only", store->path);
    if (error == 0 && create && (!copies || is_blank(sqlite))) {
        error = reg_sqlite_use_log(sqlite, info);
        if (error == 0)
            error = set_up_schema(sqlite, create, info);
    }
    if (error == 0)
        error = read_identity(sqlite, store->path, &store->base.identity, info);
    if (error == 0 && copies)
        error = check_copy(store, create, info);
    if (error == 0 && !create)
        error = reg_sqlite_use_log(sqlite, info);
    store->log_holds_keys = !create; /* who was here before may have died on the way */
    return error;
}

int reg_sqlite_store_open(const char *path, const struct reg_store_identity *create, struct reg_store **ret_store,
                          struct reg_error_info *info)
{
    struct sqlite_store *store;
    bool made;
    int error;

    if (!create && access(path, F_OK) != 0)
        return reg_fail(info, REG_ERR_NOT_FOUND, "没有存储 %s", "there is no store %s", path);
    store = calloc(1, sizeof *store);
    if (!store || !(store->path = strdup(path))) {
        free(store);
        return REG_ERR_NOMEM;
    }
    store->base.ops = &ops;
    made = create && (create->state != REG_STORE_COPY || access(path, F_OK) != 0);
    error = made ? reg_sqlite_make_file(path, info) : 0;
    if (error != 0) {
        store_close(&store->base);
        return error;
    }
    error = open_file(store, create, info);
    if (error == 0)
        keep_pages(store, KEPT_MIB);
    if (error != 0) {
        store_close(&store->base);
        if (made) /* half a store would only be in the way of the next attempt */
            unlink(path);
        return error;
    }
    *ret_store = &store->base;
    return 0;
}
