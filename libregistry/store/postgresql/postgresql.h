/* The PostgreSQL adapter's inside: connections with their prepared statements, parameters and results in binary. */
#ifndef REG_STORE_POSTGRESQL_POSTGRESQL_H
#define REG_STORE_POSTGRESQL_POSTGRESQL_H

#include <libpq-fe.h>

#include "base/buffer.h"
#include "ledger/store.h"

#define REG_PG_VERSION 1 /* of sql/postgresql */

enum reg_pg_statement {
    REG_PG_HEAD,
    REG_PG_LICENCES,
    REG_PG_LICENCE_ENTRIES,
    REG_PG_ENTRIES,
    REG_PG_HEADERS,
    REG_PG_CASE,
    REG_PG_CASE_ENTRY,
    REG_PG_CASES_OF,
    REG_PG_CASES,
    REG_PG_WAKES,
    REG_PG_CATALOGUES,
    REG_PG_LAST_CATALOGUE,
    REG_PG_RESTRICTION,
    REG_PG_RESTRICTIONS,
    REG_PG_STANDING,
    REG_PG_BRANCHES,
    REG_PG_SERIAL,
    REG_PG_SERIAL_LICENCE,
    REG_PG_SERIAL_ENTRY,
    REG_PG_REQUEST,
    REG_PG_NAME,
    REG_PG_NAMES,
    REG_PG_NAMES_OF,
    REG_PG_RESERVED,
    REG_PG_TILE,
    REG_PG_CHECKPOINT,
    REG_PG_SNAPSHOT,
    REG_PG_BEGIN,
    REG_PG_LOCK,
    REG_PG_NOTIFY,
    REG_PG_COMMIT,
    REG_PG_INSERT_ENTRIES,
    REG_PG_INSERT_KEYS,
    REG_PG_DESTROY_KEYS,
    REG_PG_PUT_LICENCES,
    REG_PG_SEARCH, /* + enum reg_search_by */
    REG_PG_SEARCH_LAST = REG_PG_SEARCH + REG_SEARCH_BY_COUNT - 1,
    REG_PG_DELETE_TERMS,
    REG_PG_INSERT_TERMS,
    REG_PG_DELETE_NAME_KEYS,
    REG_PG_DELETE_NAMES,
    REG_PG_PUT_NAMES,
    REG_PG_INSERT_NAME_KEYS,
    REG_PG_INSERT_SERIALS,
    REG_PG_PUT_CASES,
    REG_PG_INSERT_REQUESTS,
    REG_PG_INSERT_CATALOGUES,
    REG_PG_INSERT_RESTRICTIONS,
    REG_PG_LIFT_RESTRICTIONS,
    REG_PG_INSERT_TILES,
    REG_PG_INSERT_BATCH,
    REG_PG_KEEP_CHECKPOINT,
    REG_PG_POOL_TAKE,
    REG_PG_INSERT_POOLS,
    REG_PG_POOLS,
    REG_PG_SUBJECTS,
    REG_PG_TAKEN,
    REG_PG_SERIAL_TAKE,
    REG_PG_SERIAL_RAISE,
    REG_PG_POOL_RAISE,
    REG_PG_SET_STATE,
    REG_PG_FILL_LICENCES,
    REG_PG_FILL_REQUESTS,
    REG_PG_NAME_NUMBERS,
    REG_PG_TABLE, /* + enum reg_table */
    REG_PG_COUNT = REG_PG_TABLE + REG_TABLE_COUNT
};

extern const char *const reg_pg_sql[REG_PG_COUNT]; /* statements.c */

/* A server that is frozen keeps its connections open and never answers. Longer than a lock may be waited for. */
#define REG_PG_ANSWER_MS 20000
/* A standby is only there to help: what it does not answer at once, the database is asked, and for a while the standby nothing. */
#define REG_PG_STANDBY_MS      1000
#define REG_PG_STANDBY_REST_MS 15000
/* Monotonic. */
int64_t reg_pg_now_ms(void);

/* A connection. Lost ones are made anew at the next use, not more often than the back-off says. */
struct reg_pg {
    PGconn *conn;
    char *url;
    int64_t retry_ms, wait_ms; /* monotonic; when the next attempt may be made, and how long it waits after that */
    int64_t answer_ms;         /* how long an answer may take; 0: as long as it takes */
    bool prepared;
    bool reads;   /* and nothing else: each round trip is a snapshot */
    bool listens; /* to what writers notify */
    bool warned;  /* the server sent a warning during the last run or command */
    bool stale;   /* the server does not lead any more */
    bool standby; /* a server that only reads will do */
};

#define REG_PG_PARAMS_MAX 15

/* The parameters of one statement, all binary. Texts and bytes are borrowed; arrays are owned until it was sent. */
struct reg_pg_call {
    enum reg_pg_statement statement;
    int count;
    const char *values[REG_PG_PARAMS_MAX];
    int lengths[REG_PG_PARAMS_MAX];
    uint8_t numbers[REG_PG_PARAMS_MAX][8];
    struct reg_buf arrays[REG_PG_PARAMS_MAX];
    PGresult *result; /* after reg_pg_run */
};

void reg_pg_call_clear(struct reg_pg_call *call);
void reg_pg_number(struct reg_pg_call *call, int64_t number);
void reg_pg_text(struct reg_pg_call *call, const char *text);
void reg_pg_bytes(struct reg_pg_call *call, struct reg_bytes bytes);

/* One-dimensional arrays, element by element: for rows written at once, and `= ANY`. */
enum reg_pg_element { REG_PG_NUMBERS = 20, REG_PG_TEXTS = 25, REG_PG_BLOBS = 17 }; /* their OIDs */
struct reg_buf *reg_pg_array(struct reg_pg_call *call, enum reg_pg_element element, size_t count);
void reg_pg_array_number(struct reg_buf *array, int64_t number);
void reg_pg_array_text(struct reg_buf *array, const char *text);
void reg_pg_array_bytes(struct reg_buf *array, struct reg_bytes bytes);
void reg_pg_array_null(struct reg_buf *array);
/* The arrays are whole: they become the call's values. 0, or REG_ERR_NOMEM. */
REG_MUST_CHECK int reg_pg_arrays_done(struct reg_pg_call *call);

/* A query under way, or look-ups that go together: the calls, the head's first. */
#define REG_PG_CALLS_MAX 10
struct reg_pg_reading {
    struct reg_query *query; /* the first */
    struct reg_pg_call calls[REG_PG_CALLS_MAX];
    size_t count;
};

/* A connection's commits are durable; remote_apply is more than that, and stands. */
#define REG_PG_DURABLE                                                                                                      \
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') <> 'remote_apply'"

/* Connects, or reconnects where the connection was lost and the back-off allows. REG_ERR_UNAVAILABLE. */
REG_MUST_CHECK int reg_pg_ready(struct reg_pg *pg, struct reg_error_info *info);
/* The same without waiting: PQconnectPoll goes on with what was started; then what a connection is set to, and its statements,
 * are sent, the identity first, and one PGRES_PIPELINE_SYNC ends what they say. False: it is of no use. */
bool reg_pg_connect_start(struct reg_pg *pg);
bool reg_pg_opening_send(struct reg_pg *pg);
void reg_pg_close(struct reg_pg *pg);
/* A connection that is not as it should be is none: the next use makes another. */
void reg_pg_drop(struct reg_pg *pg);
void reg_pg_back_off(struct reg_pg *pg);
/* Which registry the database holds, by the result of that query. REG_ERR_CORRUPT, REG_ERR_VERSION, REG_ERR_SUITE. */
#define REG_PG_IDENTITY "SELECT registry_id, suite, version, oldest, state FROM meta"
REG_MUST_CHECK int reg_pg_identity(struct reg_pg *pg, const PGresult *result, struct reg_store_identity *ret,
                                   struct reg_error_info *info);
/* Sends the calls, and what ends the round trip, in pipeline mode: of one that `reads`, an implicit transaction, which is a snapshot
 * of its own and leaves nothing open where it fails. False: the connection is of no use any more. */
bool reg_pg_send(struct reg_pg *pg, struct reg_pg_call *calls, size_t count);
/* `error`, or that of the result. */
int reg_pg_check(struct reg_pg *pg, const PGresult *result, int error, struct reg_error_info *info);
/* Runs the calls in one round trip. Behind one that fails none runs. Results must be cleared by reg_pg_call_clear, also after
 * an error. */
REG_MUST_CHECK int reg_pg_run(struct reg_pg *pg, struct reg_pg_call *calls, size_t count, struct reg_error_info *info);
/* The same in a snapshot of its own. */
REG_MUST_CHECK int reg_pg_run_snapshot(struct reg_pg *pg, struct reg_pg_call *calls, size_t count,
                                       struct reg_error_info *info);
/* The same in two: what goes on between them is the caller's, so long as the connection is used for nothing else. False: the
 * connection is of no use any more. */
bool reg_pg_snapshot_start(struct reg_pg *pg, struct reg_pg_call *calls, size_t count);
REG_MUST_CHECK int reg_pg_snapshot_end(struct reg_pg *pg, struct reg_pg_call *calls, size_t count,
                                       struct reg_error_info *info);
/* The same of calls that stand in several places. */
struct reg_pg_part {
    struct reg_pg_call *calls;
    size_t count;
};
REG_MUST_CHECK int reg_pg_run_parts(struct reg_pg *pg, const struct reg_pg_part *parts, size_t count,
                                    struct reg_error_info *info);
/* Of COMMIT's result, where there is one. REG_ERR_UNAVAILABLE: it did not end clean. */
REG_MUST_CHECK int reg_pg_committed(const struct reg_pg *pg, PGresult *result, struct reg_error_info *info);
/* PQgetResult, which waits no longer than it may: then the connection counts as lost. That cancels nothing. What the server
 * was doing goes on there, a COMMIT too, and the lock is not free before it ended. */
PGresult *reg_pg_result(struct reg_pg *pg);
/* The last result of commands without parameters; NULL without a connection. */
PGresult *reg_pg_exec(struct reg_pg *pg, const char *sql);
/* The same of one query, in binary. */
PGresult *reg_pg_select(struct reg_pg *pg, const char *query);
/* A command without parameters. */
REG_MUST_CHECK int reg_pg_command(struct reg_pg *pg, const char *sql, struct reg_error_info *info);
/* REG_ERR_UNAVAILABLE: it was committed, and warned. */
int reg_pg_unclear(struct reg_error_info *info);
/* The enum reg_error of a result or of the connection; `info` says what. */
int reg_pg_error(struct reg_pg *pg, const PGresult *result, struct reg_error_info *info);

/* Columns of a binary result. */
int reg_pg_rows(const PGresult *result);
int64_t reg_pg_column_number(const PGresult *result, int row, int column);
bool reg_pg_column_null(const PGresult *result, int row, int column);
/* Copies to the arena; NULL: out of memory. */
char *reg_pg_column_text(const PGresult *result, int row, int column, struct reg_arena *arena);
REG_MUST_CHECK int reg_pg_column_bytes(const PGresult *result, int row, int column, struct reg_arena *arena,
                                       struct reg_bytes *ret);
REG_MUST_CHECK int reg_pg_column_code(const PGresult *result, int row, int column, char ret[19]);

/* What the queries ask (ask.c), and their results from the calls' (read.c). Several linked by `next`: look-ups with entries, each of which
 * finds its rows behind those of the one before (`row`, from 0). */
REG_MUST_CHECK int reg_pg_ask(struct reg_pg_reading *reading, struct reg_query *queries);
REG_MUST_CHECK int reg_pg_answer(const struct reg_pg_reading *reading);
REG_MUST_CHECK int reg_pg_answer_look_up(const struct reg_pg_reading *reading, struct reg_query *query, int *row);

/* A page that was asked for before its reader does (ahead.c). */
struct reg_pg_ahead {
    bool sent;
    struct reg_query query;
    struct reg_value key[REG_KEY_MAX];
    struct reg_pg_reading reading;
};
/* Runs a query in a snapshot of its own; or takes what is on its way, where that is the same. Asks for the next page where the
 * query's reader goes on there. */
REG_MUST_CHECK int reg_pg_ahead_query(struct reg_pg_ahead *ahead, struct reg_pg *pg, struct reg_query *query);
/* Nothing is on its way any more; before the connection is used for anything else. */
void reg_pg_ahead_end(struct reg_pg_ahead *ahead, struct reg_pg *pg);

/* Queries whose completion comes later (later.c). `standby_url` NULL: none. NULL: out of memory. */
struct reg_pg_later;
struct reg_pg_later *reg_pg_later_new(struct reg_store *store, const char *url, const char *standby_url);
/* Completes what is under way with REG_ERR_UNAVAILABLE. NULL is fine. */
void reg_pg_later_free(struct reg_pg_later *later);
void reg_pg_later_start(struct reg_pg_later *later, struct reg_query *query);
void reg_pg_later_turn(struct reg_pg_later *later, struct reg_store_wait ret_waits[REG_STORE_WAITS]);

/* The answer to REG_QUERY_HEAD. */
REG_MUST_CHECK int reg_pg_read_head(struct reg_query *query, const PGresult *result);
/* Runs a query; inside a write transaction, or in a snapshot of its own. Results in the query's arena (read.c). */
REG_MUST_CHECK int reg_pg_query(struct reg_pg *pg, struct reg_query *query, bool snapshot);
/* Runs queries linked by `next` behind those calls, the last of which asks for the head, which is the queries', too. One round
 * trip. */
REG_MUST_CHECK int reg_pg_queries(struct reg_pg *pg, struct reg_pg_call *calls, size_t count, struct reg_query *queries,
                                  struct reg_error_info *info);
/* Writes the rows of the views alone. */
REG_MUST_CHECK int reg_pg_insert_views(struct reg_pg *pg, const struct reg_append *appends, size_t count,
                                       struct reg_error_info *info);
/* The same of a register that is being filled, whose names and terms have no keys, by COPY; the rows of entries, too, where
 * `entries`. Fit for rows of entities that are new alone (copy.c). */
bool reg_pg_copy_fits(const struct reg_append *appends, size_t count);
REG_MUST_CHECK int reg_pg_copy_rows(struct reg_pg *pg, const struct reg_append *appends, size_t count, bool entries,
                                    struct reg_error_info *info);
/* Inside a transaction: names, their keys and terms are none, and what filling does without is taken away; from licences their
 * keys, too, where there are none (`*ret_empty`). Until the connection ends or nothing is left to do, nobody else writes: the
 * writer's lock, of that number, is held (fill.c). */
REG_MUST_CHECK int reg_pg_fill_begin(struct reg_pg *pg, int64_t lock, bool *ret_empty, struct reg_error_info *info);
/* As the port's `fill_on`. */
REG_MUST_CHECK int reg_pg_fill_on(struct reg_pg *pg, uint64_t *ret_done, uint64_t *ret_total, struct reg_error_info *info);
/* Writes a batch in one round trip (write.c). */
REG_MUST_CHECK int reg_pg_insert(struct reg_pg *pg, const struct reg_batch *batch, struct reg_error_info *info);
/* The rest of a batch whose rows were copied: tiles and the head. */
REG_MUST_CHECK int reg_pg_insert_head(struct reg_pg *pg, const struct reg_batch *batch, struct reg_error_info *info);
/* The same, and commits in it; as the port's `append`. */
REG_MUST_CHECK int reg_pg_append(struct reg_pg *pg, const struct reg_batch *batch, bool *ret_refused,
                                 struct reg_error_info *info);

#endif
