/* The SQLite adapter's inside: connections with their prepared statements. */
#ifndef REG_STORE_SQLITE_SQLITE_H
#define REG_STORE_SQLITE_SQLITE_H

#include <sqlite3.h>

#include "ledger/store.h"

#define REG_SQLITE_VERSION       2     /* of sql/sqlite */
#define REG_SQLITE_LOCK_WAIT_MS  10000 /* how long a writer waits for another one */
#define REG_SQLITE_CLEAN_WAIT_MS 1000  /* how long emptying the log waits for readers */

struct reg_sqlite_term {
    int64_t term;
    const char *code;
};
struct reg_sqlite_key {
    int64_t authority, key, number, industry;
};

/* What the rows written since hold back, to be written in the order of its keys: sorted.c. */
struct reg_sqlite_sorted {
    struct reg_sqlite_term *terms;
    size_t term_count, term_cap;
    struct reg_sqlite_key *keys;
    size_t key_count, key_cap;
};

struct reg_sqlite_fill;

extern const unsigned char reg_sql_sqlite_001[], reg_sql_sqlite_002[];

/* A connection and the statements prepared on it, each once, by the index of reg_sqlite_sql. */
struct reg_sqlite {
    sqlite3 *db;
    sqlite3_stmt *statements[96];
    struct reg_sqlite_sorted sorted;
    struct reg_sqlite_fill *fill; /* the store's; NULL: it is not being filled */
};

enum reg_sqlite_statement {
    REG_SQL_HEAD,
    REG_SQL_LICENCE,
    REG_SQL_LICENCE_ENTRY,
    REG_SQL_ENTRIES,
    REG_SQL_HEADERS,
    REG_SQL_ENTRY,
    REG_SQL_CASE,
    REG_SQL_CASES_OF,
    REG_SQL_CASES,
    REG_SQL_WAKES,
    REG_SQL_CATALOGUES,
    REG_SQL_LAST_CATALOGUE,
    REG_SQL_BRANCHES,
    REG_SQL_SERIAL,
    REG_SQL_REQUEST,
    REG_SQL_NAME,
    REG_SQL_NAMES_SURE,
    REG_SQL_NAMES_NEAR,
    REG_SQL_NAMES_OF,
    REG_SQL_NAME_KEY,
    REG_SQL_RESTRICTION,
    REG_SQL_RESTRICTIONS,
    REG_SQL_STANDING,
    REG_SQL_TILE,
    REG_SQL_CHECKPOINT,
    REG_SQL_BEGIN_READ,
    REG_SQL_BEGIN_WRITE,
    REG_SQL_COMMIT,
    REG_SQL_ROLLBACK,
    REG_SQL_INSERT_ENTRY,
    REG_SQL_INSERT_BATCH,
    REG_SQL_INSERT_TILE,
    REG_SQL_INSERT_KEY,
    REG_SQL_DESTROY_KEY,
    REG_SQL_FORGET_RESTRICTION,
    REG_SQL_PUT_LICENCE,
    REG_SQL_SEARCH, /* + enum reg_search_by */
    REG_SQL_SEARCH_LAST = REG_SQL_SEARCH + REG_SEARCH_BY_COUNT - 1,
    REG_SQL_FILL_LICENCE,
    REG_SQL_FILLED_SUBJECT,
    REG_SQL_FILLED_NAME,
    REG_SQL_FILLED_REQUEST,
    REG_SQL_FILLED_LICENCES,
    REG_SQL_FILLED_REQUESTS,
    REG_SQL_COUNT_TERM,
    REG_SQL_HAS_TERM,
    REG_SQL_INSERT_TERM,
    REG_SQL_DELETE_TERM,
    REG_SQL_NAME_ROW,
    REG_SQL_INSERT_NAME,
    REG_SQL_UPDATE_NAME,
    REG_SQL_DELETE_NAME,
    REG_SQL_INSERT_KEY_OF_NAME,
    REG_SQL_DELETE_KEY_OF_NAME,
    REG_SQL_INSERT_SERIAL,
    REG_SQL_PUT_CASE,
    REG_SQL_INSERT_REQUEST,
    REG_SQL_INSERT_CATALOGUE,
    REG_SQL_INSERT_RESTRICTION,
    REG_SQL_LIFT_RESTRICTION,
    REG_SQL_KEEP_CHECKPOINT,
    REG_SQL_POOL_NEXT,
    REG_SQL_POOL_TAKE,
    REG_SQL_POOL_ADD,
    REG_SQL_POOLS,
    REG_SQL_SUBJECTS,
    REG_SQL_SUBJECT,
    REG_SQL_SERIAL_TAKE,
    REG_SQL_SERIAL_RAISE,
    REG_SQL_POOL_RAISE,
    REG_SQL_SET_STATE,
    REG_SQL_TABLE, /* + enum reg_table */
    REG_SQL_COUNT = REG_SQL_TABLE + REG_TABLE_COUNT
};

/* Opens a connection with the settings that every one has. */
REG_MUST_CHECK int reg_sqlite_open(const char *path, struct reg_sqlite *ret, struct reg_error_info *info);
/* An empty file of mode 0600: SQLite would make one with the umask's. REG_ERR_EXISTS. */
REG_MUST_CHECK int reg_sqlite_make_file(const char *path, struct reg_error_info *info);
/* Switches the file to a write-ahead log where it is not. REG_ERR_UNAVAILABLE: its file system has none. */
REG_MUST_CHECK int reg_sqlite_use_log(struct reg_sqlite *sqlite, struct reg_error_info *info);
void reg_sqlite_close(struct reg_sqlite *sqlite);
/* The prepared statement, reset and unbound; NULL: see sqlite3_errcode. */
sqlite3_stmt *reg_sqlite_prepare(struct reg_sqlite *sqlite, enum reg_sqlite_statement statement);
/* Steps a statement that gives no rows, and resets it. */
REG_MUST_CHECK int reg_sqlite_run(struct reg_sqlite *sqlite, sqlite3_stmt *statement);
/* The enum reg_error of SQLite's last error; `info` says what. */
int reg_sqlite_error(struct reg_sqlite *sqlite, struct reg_error_info *info);

/* The queries for names: names.c. */
REG_MUST_CHECK int reg_sqlite_query_names(struct reg_sqlite *sqlite, struct reg_query *query);
REG_MUST_CHECK int reg_sqlite_query_names_of(struct reg_sqlite *sqlite, struct reg_query *query);
REG_MUST_CHECK int reg_sqlite_query_reservation(struct reg_sqlite *sqlite, struct reg_query *query);
REG_MUST_CHECK int reg_sqlite_put_names(struct reg_sqlite *sqlite, const struct reg_append *append);

/* Texts are borrowed until they are written. */
REG_MUST_CHECK int reg_sqlite_keep_terms(struct reg_sqlite *sqlite, const struct reg_licence_terms *terms);
REG_MUST_CHECK int reg_sqlite_keep_keys(struct reg_sqlite *sqlite, const struct reg_name_row *row, int64_t number);
REG_MUST_CHECK int reg_sqlite_write_sorted(struct reg_sqlite *sqlite);
void reg_sqlite_drop_sorted(struct reg_sqlite *sqlite);
void reg_sqlite_free_sorted(struct reg_sqlite *sqlite);
/* The appends by code, to be freed, where all of them found a licence; NULL: they do not, and their rows are written as they come. */
REG_MUST_CHECK int reg_sqlite_by_code(const struct reg_append *appends, size_t count, const struct reg_append ***ret);

struct reg_sqlite_leasing {
    enum reg_lease_kind kind;
    uint32_t authority;
    uint64_t want;
    struct reg_lease lease;
};
/* Inside a transaction; the context is a struct reg_sqlite_leasing. */
REG_MUST_CHECK int reg_sqlite_lease(struct reg_sqlite *sqlite, void *context);

/* Filling an empty register: fill.c. */
/* Inside a transaction: takes indexes, names and terms away, and knows what is unique of the rows that are there. */
REG_MUST_CHECK int reg_sqlite_fill_begin(struct reg_sqlite *sqlite, const char *path, struct reg_sqlite_fill **ret);
void reg_sqlite_fill_free(struct reg_sqlite_fill *fill);
/* Outside a transaction: a commit need not be on the disk from now on, only behind those before it. */
void reg_sqlite_fill_relax(struct reg_sqlite *sqlite);
/* The number of the licence's row; 0: it is new. REG_ERR_CONFLICT: another has its subject code or its name. */
REG_MUST_CHECK int reg_sqlite_fill_find(struct reg_sqlite *sqlite, const struct reg_licence_row *row, const char *name_key,
                                        int64_t *ret_number);
/* The row was written under that number. */
REG_MUST_CHECK int reg_sqlite_fill_know(struct reg_sqlite *sqlite, const struct reg_licence_row *row, const char *name_key,
                                        int64_t number);
/* Is such a request there? REG_ERR_CONFLICT. */
REG_MUST_CHECK int reg_sqlite_fill_find_request(struct reg_sqlite *sqlite, const struct reg_request_row *row);
REG_MUST_CHECK int reg_sqlite_fill_know_request(struct reg_sqlite *sqlite, const struct reg_request_row *row, int64_t number);
/* Kept aside, until reg_sqlite_fill_on. */
REG_MUST_CHECK int reg_sqlite_fill_terms(struct reg_sqlite *sqlite, const struct reg_licence_terms *terms);
REG_MUST_CHECK int reg_sqlite_fill_keys(struct reg_sqlite *sqlite, const struct reg_name_row *row, int64_t number);
/* REG_QUERY_TAKEN, on any connection. */
REG_MUST_CHECK int reg_sqlite_fill_taken(struct reg_sqlite *sqlite, struct reg_query *query);
REG_MUST_CHECK int reg_sqlite_fill_on(struct reg_sqlite *sqlite, uint64_t *ret_done, uint64_t *ret_total);
/* Of the file beside the store; 0: none. */
int reg_sqlite_fill_errno(const struct reg_sqlite_fill *fill);

/* Copies the store at `from` to the new file `to`, page by page as of one moment: backup.c. */
REG_MUST_CHECK int reg_sqlite_backup(const char *from, const char *to, reg_pages_callback pages, void *context,
                                     struct reg_error_info *info);

/* What licences are found by: search.c. A row is read by read.c. */
REG_MUST_CHECK int reg_sqlite_query_search(struct reg_sqlite *sqlite, struct reg_query *query);
REG_MUST_CHECK int reg_sqlite_put_terms(struct reg_sqlite *sqlite, const struct reg_licence_terms *terms);
REG_MUST_CHECK int reg_sqlite_read_licence(sqlite3_stmt *statement, struct reg_arena *arena, struct reg_licence_row *ret);

/* Runs a query; inside a write transaction, or in a read transaction of its own (`begin`). Results in the query's arena. */
REG_MUST_CHECK int reg_sqlite_query(struct reg_sqlite *sqlite, struct reg_query *query, bool begin);
/* Writes the rows of one append, but for what reg_sqlite_write_sorted writes. */
REG_MUST_CHECK int reg_sqlite_insert_entry(struct reg_sqlite *sqlite, const struct reg_append *append);
REG_MUST_CHECK int reg_sqlite_insert_views(struct reg_sqlite *sqlite, const struct reg_append *append);

#endif
