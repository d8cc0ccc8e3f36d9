/* Connections, parameters, results, errors. */
#include "store/postgresql/migrate.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/error.h"

/* ---- errors -------------------------------------------------------------------------------------------------------- */

/* By the beginning of the SQLSTATE; the first that fits. */
static const struct {
    const char *state;
    int error;
    const char *zh, *en;
} errors[] = {
    {"21000", REG_ERR_CONFLICT, "同一批中有相同的唯一键", "the batch has a unique key twice"},
    {"22012", REG_ERR_CONFLICT, "所依据的行已改变", "a row that this relies on has changed"}, /* ALL_CHANGED */
    {"23505", REG_ERR_CONFLICT, "唯一性冲突", "a unique key is taken"},
    {"40", REG_ERR_UNAVAILABLE, "数据库中止了事务，请稍后重试", "the database ended the transaction: try again"},
    {"53100", REG_ERR_UNAVAILABLE, "数据库磁盘已满，写入暂停", "the database's disk is full: writing is paused"},
    {"53", REG_ERR_UNAVAILABLE, "数据库资源不足，请稍后重试", "the database is short of resources: try again"},
    {"55P03", REG_ERR_UNAVAILABLE, "数据库的锁被占用，请稍后重试", "a lock of the database is held: try again"},
    {"57", REG_ERR_UNAVAILABLE, "数据库正在停机或者取消了操作，请稍后重试",
     "the database is going down or cancelled the operation: try again"},
    {"25P03", REG_ERR_UNAVAILABLE, "数据库因闲置结束了事务，请稍后重试",
     "the database ended an idle transaction: try again"},
    {"25006", REG_ERR_UNAVAILABLE, "数据库只读（可能是备库）", "the database is read-only: perhaps a standby"},
    {"08", REG_ERR_UNAVAILABLE, "与数据库的连接中断，请稍后重试", "the connection to the database was lost: try again"},
    {"42501", REG_ERR_DENIED, "数据库角色没有所需的权限，请用 registryctl migrate --grant 授权",
     "the database role lacks a privilege: grant it by registryctl migrate --grant"},
    {"42P10", REG_ERR_UNAVAILABLE, "正在导入现有登记册，请稍后重试",
     "an existing register is being imported: try again"}, /* no key for ON CONFLICT: a fill has taken it away (fill.c) */
    {"42P01", REG_ERR_CORRUPT, "数据库中没有登记库的表，请先运行 registryctl migrate",
     "the database has no registry's tables: run registryctl migrate first"},
    {"XX00", REG_ERR_CORRUPT, "数据库已损坏", "the database is damaged"},
};

int reg_pg_error(struct reg_pg *pg, const PGresult *result, struct reg_error_info *info)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

    /* this server does not lead any more: the next use looks for the one that does */
    if (state && strcmp(state, "25006") == 0)
        pg->stale = true;
    for (size_t i = 0; state && i < sizeof errors / sizeof *errors; i++)
        if (strncmp(errors[i].state, state, strlen(errors[i].state)) == 0)
            return reg_fail(info, errors[i].error, errors[i].zh, errors[i].en);
    if (!pg->conn || PQstatus(pg->conn) != CONNECTION_OK)
        return reg_fail(info, REG_ERR_UNAVAILABLE, "与数据库的连接中断，请稍后重试",
                        "the connection to the database was lost: try again");
    return reg_fail(info, REG_ERR_CORRUPT, "数据库出错：%s", "the database failed: %s",
                    message ? message : PQerrorMessage(pg->conn));
}

/* ---- connecting ---------------------------------------------------------------------------------------------------- */

#define WAIT_FIRST_MS 50
#define WAIT_MOST_MS  5000
/* Connecting is waited for: a standby that is not there must not cost those who can do without it much. */
#define WAIT_STANDBY_MS 60000

int64_t reg_pg_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A COMMIT that ends with a warning (a standby did not confirm) did not end clean. */
static void on_notice(void *context, const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

    if (severity && strcmp(severity, "WARNING") == 0)
        ((struct reg_pg *)context)->warned = true;
}

int reg_pg_unclear(struct reg_error_info *info)
{
    return reg_fail(info, REG_ERR_UNAVAILABLE, "数据库已提交但有警告，可能尚未复制到备库",
                    "the database committed with a warning: a standby may not have it yet");
}

static int connect_fault(struct reg_pg *pg, struct reg_error_info *info)
{
    const char *message = pg->conn ? PQerrorMessage(pg->conn) : "(waiting before the next attempt)";
    int len = (int)strcspn(message, "\n");

    return reg_fail(info, REG_ERR_UNAVAILABLE, "无法连接数据库：%.*s", "cannot connect to the database: %.*s", len, message);
}

/* What every connection is set to: durable commits, no frozen lock holder; and
 * statements that are planned once: anew for each call costs more than most of them do. A plan that was made while tables were
 * empty must do when they are large: by indexes, whatever they seem to cost (which must not call for helpers or the compiler: a page of rows is read in a millisecond, a
 * helper comes in thirty). */
static const char *const settings[] = {REG_PG_DURABLE,
                                       "SET idle_in_transaction_session_timeout = '5s'",
                                       "SET client_min_messages = warning",
                                       "SET lock_timeout = '10s'",
                                       "SET timezone = 'UTC'",
                                       "SET plan_cache_mode = force_generic_plan",
                                       "SET enable_seqscan = off",
                                       "SET enable_bitmapscan = off",
                                       "SET enable_sort = off",
                                       "SET enable_hashjoin = off",
                                       "SET enable_mergejoin = off",
                                       "SET max_parallel_workers_per_gather = 0",
                                       "SET jit = off"};

#define SETTINGS (sizeof settings / sizeof *settings + 1)

/* What its transactions are; those of one that `reads` are implicit, a round trip each. */
static const char *transactions(const struct reg_pg *pg)
{
    return pg->reads ? "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                     : "SET default_transaction_isolation = 'read committed'";
}

void reg_pg_drop(struct reg_pg *pg)
{
    PQfinish(pg->conn);
    pg->conn = NULL;
    pg->prepared = false;
}

static int64_t answer_ms(const struct reg_pg *pg)
{
    return pg->standby ? REG_PG_STANDBY_MS : REG_PG_ANSWER_MS;
}

static PGconn *connect_by(const struct reg_pg *pg, PGconn *(*connect)(const char *const *, const char *const *, int))
{
    /* The last one wins. A host that lost its power answers nothing: without keepalives, for two hours. */
    static const char *const names[] = {
        "application_name", "connect_timeout",      "tcp_user_timeout", "keepalives_idle", "keepalives_interval",
        "keepalives_count", "target_session_attrs", "dbname",           "client_encoding", NULL};
    const char *const values[] = {
        "registry", "5", "5000", "5", "2", "3", pg->standby ? "any" : "read-write", pg->url, "UTF8", NULL};

    return connect(names, values, 1);
}

static void expect_connection(struct reg_pg *pg)
{
    PQfinish(pg->conn);
    pg->prepared = pg->stale = false;
    pg->answer_ms = answer_ms(pg);
}

PGresult *reg_pg_result(struct reg_pg *pg)
{
    int64_t end = reg_pg_now_ms() + pg->answer_ms, left;

    while (pg->answer_ms > 0 && PQisBusy(pg->conn) == 1) {
        struct pollfd wait = {.fd = PQsocket(pg->conn), .events = POLLIN};

        if ((left = end - reg_pg_now_ms()) <= 0) {
            shutdown(wait.fd, SHUT_RDWR);
            break;
        }
        if (poll(&wait, 1, (int)left) > 0 && PQconsumeInput(pg->conn) != 1)
            break;
    }
    return PQgetResult(pg->conn);
}

/* The last result of what was sent. */
static PGresult *last_result(struct reg_pg *pg)
{
    PGresult *last = NULL, *result;

    while ((result = reg_pg_result(pg)) != NULL) {
        PQclear(last);
        last = result;
    }
    return last;
}

/* ---- parameters ---------------------------------------------------------------------------------------------------- */

static void put_big(uint8_t *out, uint64_t number, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(number >> 8 * (bytes - 1 - i));
}

static void set_value(struct reg_pg_call *call, const void *value, size_t length)
{
    call->values[call->count] = value;
    call->lengths[call->count++] = (int)length;
}

void reg_pg_number(struct reg_pg_call *call, int64_t number)
{
    put_big(call->numbers[call->count], (uint64_t)number, 8);
    set_value(call, call->numbers[call->count], 8);
}

void reg_pg_text(struct reg_pg_call *call, const char *text)
{
    set_value(call, text, text ? strlen(text) : 0);
}

void reg_pg_bytes(struct reg_pg_call *call, struct reg_bytes bytes)
{
    set_value(call, bytes.data ? bytes.data : (const uint8_t *)"", bytes.len);
}

static void put_int4(struct reg_buf *buf, uint32_t number)
{
    uint8_t bytes[4];

    put_big(bytes, number, 4);
    reg_buf_put(buf, bytes, 4);
}

/* Dimensions, may hold NULLs, element type; then length and lower bound of the one dimension. */
struct reg_buf *reg_pg_array(struct reg_pg_call *call, enum reg_pg_element element, size_t count)
{
    struct reg_buf *array = &call->arrays[call->count];

    reg_buf_clear(array);
    put_int4(array, 1);
    put_int4(array, 1);
    put_int4(array, element);
    put_int4(array, (uint32_t)count);
    put_int4(array, 1);
    set_value(call, NULL, 0);
    return array;
}

void reg_pg_array_number(struct reg_buf *array, int64_t number)
{
    uint8_t bytes[12] = {0, 0, 0, 8};

    put_big(bytes + 4, (uint64_t)number, 8);
    reg_buf_put(array, bytes, sizeof bytes);
}

void reg_pg_array_bytes(struct reg_buf *array, struct reg_bytes bytes)
{
    put_int4(array, (uint32_t)bytes.len);
    reg_buf_put(array, bytes.data, bytes.len);
}

void reg_pg_array_text(struct reg_buf *array, const char *text)
{
    reg_pg_array_bytes(array, (struct reg_bytes){(const uint8_t *)text, strlen(text)});
}

void reg_pg_array_null(struct reg_buf *array)
{
    put_int4(array, UINT32_MAX);
}

int reg_pg_arrays_done(struct reg_pg_call *call)
{
    for (int i = 0; i < call->count; i++) {
        if (call->arrays[i].error)
            return call->arrays[i].error;
        if (call->arrays[i].len > 0) {
            call->values[i] = (const char *)call->arrays[i].data;
            call->lengths[i] = (int)call->arrays[i].len;
        }
    }
    return 0;
}

void reg_pg_call_clear(struct reg_pg_call *call)
{
    for (int i = 0; i < REG_PG_PARAMS_MAX; i++)
        reg_buf_clear(&call->arrays[i]);
    PQclear(call->result);
    call->result = NULL;
    call->count = 0;
}

/* ---- running ------------------------------------------------------------------------------------------------------- */

static bool sent(struct reg_pg *pg, struct reg_pg_call *call)
{
    static const int binary[REG_PG_PARAMS_MAX] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    char name[16];

    snprintf(name, sizeof name, "s%d", (int)call->statement);
    return PQsendQueryPrepared(pg->conn, name, call->count, call->values, call->lengths, binary, 1) == 1;
}

static bool send_calls(struct reg_pg *pg, struct reg_pg_call *calls, size_t count)
{
    bool good = true;

    for (size_t i = 0; good && i < count; i++)
        good = sent(pg, &calls[i]);
    return good;
}

bool reg_pg_send(struct reg_pg *pg, struct reg_pg_call *calls, size_t count)
{
    return send_calls(pg, calls, count) && PQpipelineSync(pg->conn) == 1;
}

/* The next statement's result; the NULL that ends it is taken, too. */
static PGresult *next_result(struct reg_pg *pg)
{
    PGresult *result = reg_pg_result(pg), *end;

    while (result && PQresultStatus(result) != PGRES_PIPELINE_SYNC && (end = reg_pg_result(pg)) != NULL)
        PQclear(end);
    return result;
}

int reg_pg_check(struct reg_pg *pg, const PGresult *result, int error, struct reg_error_info *info)
{
    ExecStatusType status = result ? PQresultStatus(result) : PGRES_FATAL_ERROR;

    if (error != 0 || status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_PIPELINE_ABORTED)
        return error;
    return reg_pg_error(pg, result, info);
}

/* The result that ends the round trip. Anything else is an error of what the server did there, as of an implicit commit. */
static int take_sync(struct reg_pg *pg, int error, struct reg_error_info *info)
{
    PGresult *result = next_result(pg);

    if (error == 0 && (!result || PQresultStatus(result) != PGRES_PIPELINE_SYNC))
        error = reg_pg_error(pg, result, info);
    PQclear(result);
    return error;
}

static int take_all(struct reg_pg *pg, const struct reg_pg_part *parts, size_t count, struct reg_error_info *info)
{
    int error = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; PQstatus(pg->conn) == CONNECTION_OK && j < parts[i].count; j++) {
            parts[i].calls[j].result = next_result(pg);
            error = reg_pg_check(pg, parts[i].calls[j].result, error, info);
        }
    if (PQstatus(pg->conn) == CONNECTION_OK)
        error = take_sync(pg, error, info);
    return error != 0 || PQstatus(pg->conn) == CONNECTION_OK ? error : reg_pg_error(pg, NULL, info);
}

static bool send_parts(struct reg_pg *pg, const struct reg_pg_part *parts, size_t count)
{
    bool good = PQenterPipelineMode(pg->conn) == 1;

    for (size_t i = 0; good && i < count; i++)
        good = send_calls(pg, parts[i].calls, parts[i].count);
    return good && PQpipelineSync(pg->conn) == 1;
}

/* Half of it may be on its way: nothing more is to be had here. */
static int broken(struct reg_pg *pg, int error, struct reg_error_info *info)
{
    if (error == 0)
        error = reg_pg_error(pg, NULL, info);
    reg_pg_drop(pg);
    return error == REG_ERR_CORRUPT ? REG_ERR_UNAVAILABLE : error;
}

static int take_parts(struct reg_pg *pg, const struct reg_pg_part *parts, size_t count, struct reg_error_info *info)
{
    int error = take_all(pg, parts, count, info);

    return PQstatus(pg->conn) == CONNECTION_OK && PQexitPipelineMode(pg->conn) == 1 ? error : broken(pg, error, info);
}

int reg_pg_run_parts(struct reg_pg *pg, const struct reg_pg_part *parts, size_t count, struct reg_error_info *info)
{
    pg->warned = false;
    return send_parts(pg, parts, count) ? take_parts(pg, parts, count, info) : broken(pg, 0, info);
}

int reg_pg_run(struct reg_pg *pg, struct reg_pg_call *calls, size_t count, struct reg_error_info *info)
{
    return reg_pg_run_parts(pg, &(struct reg_pg_part){calls, count}, 1, info);
}

bool reg_pg_snapshot_start(struct reg_pg *pg, struct reg_pg_call *calls, size_t count)
{
    struct reg_pg_call begin = {.statement = REG_PG_SNAPSHOT}, commit = {.statement = REG_PG_COMMIT};

    pg->warned = false;
    return PQenterPipelineMode(pg->conn) == 1 && sent(pg, &begin) && send_calls(pg, calls, count) && sent(pg, &commit) &&
           PQpipelineSync(pg->conn) == 1;
}

int reg_pg_snapshot_end(struct reg_pg *pg, struct reg_pg_call *calls, size_t count, struct reg_error_info *info)
{
    struct reg_pg_call begin = {.statement = REG_PG_SNAPSHOT}, commit = {.statement = REG_PG_COMMIT};
    const struct reg_pg_part parts[3] = {{&begin, 1}, {calls, count}, {&commit, 1}};
    int error = take_parts(pg, parts, 3, info);

    reg_pg_call_clear(&begin);
    reg_pg_call_clear(&commit);
    if (error != 0 && pg->conn) /* the failed transaction is still open */
        PQclear(reg_pg_exec(pg, "ROLLBACK"));
    return error == 0 && pg->warned ? reg_pg_unclear(info) : error;
}

int reg_pg_run_snapshot(struct reg_pg *pg, struct reg_pg_call *calls, size_t count, struct reg_error_info *info)
{
    return reg_pg_snapshot_start(pg, calls, count) ? reg_pg_snapshot_end(pg, calls, count, info) : broken(pg, 0, info);
}

/* Clean is: the command says COMMIT, and the server had no warning, as it has where a standby did not confirm. */
int reg_pg_committed(const struct reg_pg *pg, PGresult *result, struct reg_error_info *info)
{
    if (strcmp(PQcmdStatus(result), "COMMIT") != 0)
        return reg_fail(info, REG_ERR_UNAVAILABLE, "数据库没有提交，而是撤销了事务",
                        "the database rolled the transaction back instead of committing it");
    return pg->warned ? reg_pg_unclear(info) : 0;
}

PGresult *reg_pg_exec(struct reg_pg *pg, const char *command)
{
    pg->warned = false;
    return PQsendQuery(pg->conn, command) == 1 ? last_result(pg) : NULL;
}

PGresult *reg_pg_select(struct reg_pg *pg, const char *query)
{
    return PQsendQueryParams(pg->conn, query, 0, NULL, NULL, NULL, NULL, 1) == 1 ? last_result(pg) : NULL;
}

int reg_pg_command(struct reg_pg *pg, const char *command, struct reg_error_info *info)
{
    PGresult *result = reg_pg_exec(pg, command);
    ExecStatusType status = PQresultStatus(result);
    int error = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? 0 : reg_pg_error(pg, result, info);

    PQclear(result);
    return error;
}

/* ---- being ready -------------------------------------------------------------------------------------------------- */

static bool send_texts(struct reg_pg *pg, const char *const *texts, size_t count)
{
    bool good = true;

    for (size_t i = 0; good && i < count; i++)
        good = PQsendQueryParams(pg->conn, texts[i], 0, NULL, NULL, NULL, NULL, 1) == 1;
    return good;
}

static bool send_settings(struct reg_pg *pg)
{
    const char *const last[] = {transactions(pg)};

    return send_texts(pg, settings, SETTINGS - 1) && send_texts(pg, last, 1);
}

static bool send_statements(struct reg_pg *pg)
{
    bool good = true;
    char name[16];

    for (size_t i = 0; good && i < REG_PG_COUNT; i++) {
        snprintf(name, sizeof name, "s%zu", i);
        good = PQsendPrepare(pg->conn, name, reg_pg_sql[i], 0, NULL) == 1;
    }
    return good;
}

/* Sends so many commands, and takes what they say, in one round trip. */
static int run_commands(struct reg_pg *pg, bool (*send)(struct reg_pg *pg), size_t count, struct reg_error_info *info)
{
    int error = 0;

    if (PQenterPipelineMode(pg->conn) != 1 || !send(pg) || PQpipelineSync(pg->conn) != 1)
        return reg_pg_error(pg, NULL, info);
    for (size_t i = 0; PQstatus(pg->conn) == CONNECTION_OK && i < count; i++) {
        PGresult *result = next_result(pg);

        error = reg_pg_check(pg, result, error, info);
        PQclear(result);
    }
    if (PQstatus(pg->conn) == CONNECTION_OK)
        error = take_sync(pg, error, info);
    if (error == 0 && (PQstatus(pg->conn) != CONNECTION_OK || PQexitPipelineMode(pg->conn) != 1))
        error = reg_pg_error(pg, NULL, info);
    return error;
}

static int open_connection(struct reg_pg *pg, struct reg_error_info *info)
{
    int error;

    expect_connection(pg);
    pg->conn = connect_by(pg, PQconnectdbParams);
    if (!pg->conn)
        return REG_ERR_NOMEM;
    if (PQstatus(pg->conn) != CONNECTION_OK)
        return connect_fault(pg, info);
    PQsetNoticeReceiver(pg->conn, on_notice, pg);
    error = run_commands(pg, send_settings, SETTINGS, info);
    if (error == 0 && strcmp(PQparameterStatus(pg->conn, "server_encoding"), "UTF8") != 0)
        error = reg_fail(info, REG_ERR_INVALID, "数据库编码为 %s，应为 UTF8",
                         "the database's encoding is %s: it must be UTF8", PQparameterStatus(pg->conn, "server_encoding"));
    return error;
}

int reg_pg_connect_bare(struct reg_pg *pg, struct reg_error_info *info)
{
    return open_connection(pg, info);
}

static int prepare_all(struct reg_pg *pg, struct reg_error_info *info)
{
    int error = run_commands(pg, send_statements, REG_PG_COUNT, info);

    if (error != 0)
        return error;
    pg->prepared = true;
    pg->answer_ms = answer_ms(pg); /* migrating took the limit away */
    return pg->listens ? reg_pg_command(pg, "LISTEN registry", info) : 0;
}

/* ---- without waiting ----------------------------------------------------------------------------------------------- */

bool reg_pg_connect_start(struct reg_pg *pg)
{
    expect_connection(pg);
    pg->conn = connect_by(pg, PQconnectStartParams);
    return pg->conn && PQstatus(pg->conn) != CONNECTION_BAD;
}

bool reg_pg_opening_send(struct reg_pg *pg)
{
    static const char *const identity[] = {REG_PG_IDENTITY};

    PQsetNoticeReceiver(pg->conn, on_notice, pg);
    return PQsetnonblocking(pg->conn, 1) == 0 && PQenterPipelineMode(pg->conn) == 1 && send_texts(pg, identity, 1) &&
           send_settings(pg) && send_statements(pg) && PQpipelineSync(pg->conn) == 1;
}

void reg_pg_back_off(struct reg_pg *pg)
{
    int64_t most = pg->standby ? WAIT_STANDBY_MS : WAIT_MOST_MS, next = pg->wait_ms * (pg->standby ? 4 : 2);

    pg->wait_ms = pg->wait_ms == 0 ? WAIT_FIRST_MS : next < most ? next : most;
    pg->retry_ms = reg_pg_now_ms() + pg->wait_ms;
}

int reg_pg_ready(struct reg_pg *pg, struct reg_error_info *info)
{
    int error;

    if (pg->conn && PQstatus(pg->conn) == CONNECTION_OK && pg->prepared && !pg->stale)
        return 0;
    if (reg_pg_now_ms() < pg->retry_ms)
        return connect_fault(pg, info);
    error = pg->conn && PQstatus(pg->conn) == CONNECTION_OK && !pg->stale ? 0 : open_connection(pg, info);
    if (error == 0)
        error = prepare_all(pg, info);
    if (error == 0) {
        pg->wait_ms = 0;
        return 0;
    }
    reg_pg_drop(pg);
    reg_pg_back_off(pg);
    return error;
}

void reg_pg_close(struct reg_pg *pg)
{
    PQfinish(pg->conn);
    free(pg->url);
    *pg = (struct reg_pg){0};
}

/* ---- results ------------------------------------------------------------------------------------------------------- */

int reg_pg_rows(const PGresult *result)
{
    return PQntuples(result);
}

int64_t reg_pg_column_number(const PGresult *result, int row, int column)
{
    const uint8_t *bytes = (const uint8_t *)PQgetvalue(result, row, column);
    uint64_t number = 0;

    for (int i = 0; i < PQgetlength(result, row, column) && i < 8; i++)
        number = number << 8 | bytes[i];
    return (int64_t)number;
}

bool reg_pg_column_null(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) == 1;
}

char *reg_pg_column_text(const PGresult *result, int row, int column, struct reg_arena *arena)
{
    return reg_arena_strdup(arena, PQgetvalue(result, row, column));
}

int reg_pg_column_bytes(const PGresult *result, int row, int column, struct reg_arena *arena, struct reg_bytes *ret)
{
    size_t len = (size_t)PQgetlength(result, row, column);
    void *copy = NULL;

    if (len > 0 && !(copy = reg_arena_memdup(arena, PQgetvalue(result, row, column), len)))
        return REG_ERR_NOMEM;
    *ret = (struct reg_bytes){copy, len};
    return 0;
}

int reg_pg_column_code(const PGresult *result, int row, int column, char ret[19])
{
    int len = PQgetlength(result, row, column);

    if (len > 18)
        return REG_ERR_CORRUPT;
    memcpy(ret, PQgetvalue(result, row, column), (size_t)len);
    ret[len] = '\0';
    return 0;
}
