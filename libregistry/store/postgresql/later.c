/* Queries whose completion comes later. What was started in one turn of the reader's loop goes out together, look-ups of
 * licences as one `= ANY`; what arrived is completed in a later turn. Each flight is an implicit transaction, which is a
 * snapshot of its own and costs no statements. A reader has one such line to the database and, with a standby, one to that,
 * which is connected beside the queries: what the standby does not answer, or answers as of too small a tree, is asked of
 * the database itself. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "store/postgresql/postgresql.h"

#define FLIGHTS   2   /* on their way on one line: while the server works on one, the next is there already */
#define CODES_MAX 256 /* of look-ups in one flight; a single query may have more */

struct flight {
    struct reg_query *queries; /* linked by `next` */
    struct reg_pg_reading reading;
    bool together; /* look-ups in one call */
    size_t step;   /* statements whose results ended */
    int error;     /* the first */
    int64_t sent_ms;
};

/* A queue of queries. */
struct queue {
    struct reg_query *first, *last;
};

struct line {
    struct reg_pg pg;
    struct queue waiting;
    struct flight flights[FLIGHTS];
    size_t first, count; /* of the flights */
    uint64_t connection; /* how many there were */
    int fd;              /* of the last one */
    enum { CLOSED, CONNECTING, OPENING, READY } state;
    PostgresPollingStatusType polling; /* CONNECTING: what for */
    int64_t since_ms;                  /* CONNECTING, OPENING */
    int opened;                        /* OPENING: statements whose results ended */
    bool writing;                      /* not all could be sent */
};

struct reg_pg_later {
    struct line primary, standby;
    struct reg_store *store; /* what it counts, and which registry it is */
};

static void put(struct queue *queue, struct reg_query *query)
{
    query->next = NULL;
    if (queue->last)
        queue->last->next = query;
    else
        queue->first = query;
    queue->last = query;
}

struct reg_pg_later *reg_pg_later_new(struct reg_store *store, const char *url, const char *standby_url)
{
    struct reg_pg_later *later = calloc(1, sizeof *later);

    if (!later)
        return NULL;
    later->store = store;
    later->primary.pg.url = strdup(url);
    later->primary.pg.reads = later->standby.pg.reads = true;
    later->standby.pg.standby = true;
    later->standby.pg.url = standby_url ? strdup(standby_url) : NULL;
    if (!later->primary.pg.url || (standby_url && !later->standby.pg.url)) {
        reg_pg_later_free(later);
        return NULL;
    }
    return later;
}

/* ---- completing ------------------------------------------------------------------------------------------------------ */

/* Gives the answer, or asks the database itself for it. */
static void settle(struct reg_pg_later *later, struct line *line, struct reg_query *query, int error)
{
    struct reg_store_counts *counts = &later->store->counts;

    if (line == &later->primary) {
        query->done(query, error);
    } else if (error == 0 && query->head.size >= query->at_least) {
        atomic_fetch_add_explicit(&counts->standby, 1, memory_order_relaxed);
        query->done(query, 0);
    } else {
        atomic_fetch_add_explicit(error == 0 ? &counts->behind : &counts->failed, 1, memory_order_relaxed);
        reg_query_again(query);
        put(&later->primary.waiting, query);
    }
}

static void settle_all(struct reg_pg_later *later, struct line *line, struct reg_query *query, int error)
{
    struct reg_query *next;

    for (; query; query = next) {
        next = query->next;
        settle(later, line, query, error);
    }
}

static void clear_flight(struct flight *flight)
{
    for (size_t i = 0; i < flight->reading.count; i++)
        reg_pg_call_clear(&flight->reading.calls[i]);
    *flight = (struct flight){0};
}

static void drop(struct line *line)
{
    reg_pg_drop(&line->pg);
    line->state = CLOSED;
    line->writing = false;
}

static void give_up_waiting(struct reg_pg_later *later, struct line *line)
{
    struct reg_query *waiting = line->waiting.first;

    line->waiting = (struct queue){0};
    settle_all(later, line, waiting, REG_ERR_UNAVAILABLE);
}

/* Nothing more comes of what is on its way: who asked may ask again. What waits for the standby need not wait for another
 * connection to it. */
static void lose(struct reg_pg_later *later, struct line *line)
{
    drop(line);
    for (; line->count > 0; line->count--) {
        settle_all(later, line, line->flights[line->first].queries, REG_ERR_UNAVAILABLE);
        clear_flight(&line->flights[line->first]);
        line->first = (line->first + 1) % FLIGHTS;
    }
    if (line == &later->standby)
        give_up_waiting(later, line);
}

void reg_pg_later_free(struct reg_pg_later *later)
{
    struct line *lines[2];

    if (!later)
        return;
    lines[0] = &later->standby; /* what it gives up goes to the other, which comes last */
    lines[1] = &later->primary;
    for (size_t i = 0; i < 2; i++) {
        lose(later, lines[i]);
        give_up_waiting(later, lines[i]);
        reg_pg_close(&lines[i]->pg);
    }
    free(later);
}

/* ---- what arrives ---------------------------------------------------------------------------------------------------- */

static void land(struct reg_pg_later *later, struct line *line)
{
    struct flight *flight = &line->flights[line->first];
    struct reg_query *query = flight->queries, *next;
    int row = 0, error = flight->error;

    if (error == 0)
        line->pg.wait_ms = 0;
    for (; query; query = next) {
        next = query->next;
        if (error == 0) /* an error is one of all that follow: they do not know where their rows begin */
            error =
                flight->together ? reg_pg_answer_look_up(&flight->reading, query, &row) : reg_pg_answer(&flight->reading);
        settle(later, line, query, error);
    }
    clear_flight(flight);
    line->first = (line->first + 1) % FLIGHTS;
    line->count--;
}

/* The calls', then what ends the round trip. Each statement's results end with NULL. */
static void take_result(struct reg_pg_later *later, struct line *line, PGresult *result)
{
    struct flight *flight = &line->flights[line->first];

    if (!result) {
        flight->step++;
    } else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
        PQclear(result);
        land(later, line);
    } else {
        flight->error = reg_pg_check(&line->pg, result, flight->error, NULL);
        if (flight->step < flight->reading.count && !flight->reading.calls[flight->step].result)
            flight->reading.calls[flight->step].result = result;
        else
            PQclear(result);
    }
}

/* Whoever did not answer once is not asked at once again: each time costs who asked the time that it was given. */
static void rest(struct line *line)
{
    line->pg.wait_ms = REG_PG_STANDBY_REST_MS;
    line->pg.retry_ms = reg_pg_now_ms() + REG_PG_STANDBY_REST_MS;
}

static void take(struct reg_pg_later *later, struct line *line)
{
    bool good, late;

    if (line->state != READY)
        return;
    good = PQconsumeInput(line->pg.conn) == 1;
    while (good && line->count > 0 && !PQisBusy(line->pg.conn)) {
        take_result(later, line, PQgetResult(line->pg.conn));
        good = PQstatus(line->pg.conn) == CONNECTION_OK;
    }
    late = good && line->count > 0 && reg_pg_now_ms() - line->flights[line->first].sent_ms >= line->pg.answer_ms;
    if (late && line == &later->standby)
        rest(line);
    if (!good || late)
        lose(later, line);
}

/* ---- what goes out --------------------------------------------------------------------------------------------------- */

static bool is_look_up(const struct reg_query *query)
{
    return query->kind == REG_QUERY_LICENCES && query->with_entries;
}

/* Takes the first query, and with a look-up every other that fits. */
static struct reg_query *take_waiting(struct queue *waiting)
{
    struct reg_query *query = waiting->first, *next;
    struct queue taken = {0}, rest = {0};
    size_t codes = 0;
    bool together = is_look_up(query);

    for (; query; query = next) {
        next = query->next;
        if (!taken.first || (together && is_look_up(query) && codes + query->code_count <= CODES_MAX)) {
            codes += query->code_count;
            put(&taken, query);
        } else {
            put(&rest, query);
        }
    }
    *waiting = rest;
    return taken.first;
}

static bool make_ready(struct line *line)
{
    if (line->state == READY)
        return true;
    if (line->pg.standby || reg_pg_ready(&line->pg, NULL) != 0)
        return false; /* a standby is not waited for */
    line->connection++;
    if (PQsetnonblocking(line->pg.conn, 1) == 0 && PQenterPipelineMode(line->pg.conn) == 1)
        line->state = READY;
    else
        drop(line);
    return line->state == READY;
}

/* ---- a standby's connection, which nobody waits for ------------------------------------------------------------------ */

static void give_up_opening(struct line *line)
{
    drop(line);
    reg_pg_back_off(&line->pg);
}

/* Whether its descriptor is what PQconnectPoll wants it to be. */
static bool is_due(const struct line *line)
{
    struct pollfd wait = {.fd = PQsocket(line->pg.conn),
                          .events = line->polling == PGRES_POLLING_READING ? POLLIN : POLLOUT};

    return poll(&wait, 1, 0) > 0;
}

static void start_opening(struct line *line)
{
    if (reg_pg_now_ms() < line->pg.retry_ms)
        return;
    line->state = CONNECTING;
    line->polling = PGRES_POLLING_WRITING;
    line->since_ms = reg_pg_now_ms();
    line->connection++;
    if (!reg_pg_connect_start(&line->pg))
        give_up_opening(line);
}

static void go_on_connecting(struct line *line)
{
    if (!is_due(line))
        return;
    line->polling = PQconnectPoll(line->pg.conn);
    if (line->polling == PGRES_POLLING_OK && reg_pg_opening_send(&line->pg)) {
        line->state = OPENING;
        line->opened = 0;
    } else if (line->polling == PGRES_POLLING_OK || line->polling == PGRES_POLLING_FAILED) {
        give_up_opening(line);
    }
}

/* It must be one of this registry. */
static bool opens(const struct reg_pg_later *later, struct line *line, const PGresult *result)
{
    struct reg_store_identity identity;

    if (line->opened > 0)
        return reg_pg_check(&line->pg, result, 0, NULL) == 0;
    return reg_pg_identity(&line->pg, result, &identity, NULL) == 0 &&
           memcmp(identity.registry_id, later->store->identity.registry_id, sizeof identity.registry_id) == 0;
}

static void go_on_opening(struct reg_pg_later *later, struct line *line)
{
    PGconn *conn = line->pg.conn;
    int left = PQflush(conn);
    bool good = left >= 0 && PQconsumeInput(conn) == 1;

    line->writing = left == 1;
    while (good && line->state == OPENING && !PQisBusy(conn)) {
        PGresult *result = PQgetResult(conn);

        if (!result)
            line->opened++;
        else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC)
            line->state = READY;
        else
            good = opens(later, line, result);
        PQclear(result);
        good = good && PQstatus(conn) == CONNECTION_OK;
    }
    if (!good)
        give_up_opening(line);
}

static void open_standby(struct reg_pg_later *later)
{
    struct line *line = &later->standby;

    if (!line->pg.url)
        return;
    if (line->state == CLOSED)
        start_opening(line);
    if (line->state == CONNECTING)
        go_on_connecting(line);
    if (line->state == OPENING)
        go_on_opening(later, line);
    if ((line->state == CONNECTING || line->state == OPENING) && reg_pg_now_ms() - line->since_ms >= REG_PG_STANDBY_REST_MS)
        give_up_opening(line);
}

static void send_waiting(struct reg_pg_later *later, struct line *line)
{
    bool good = true;

    if (line->waiting.first && !make_ready(line))
        give_up_waiting(later, line);
    while (good && line->waiting.first && line->count < FLIGHTS) {
        struct flight *flight = &line->flights[(line->first + line->count) % FLIGHTS];
        struct reg_query *queries = take_waiting(&line->waiting);
        int error = reg_pg_ask(&flight->reading, queries);

        if (error != 0) {
            clear_flight(flight);
            settle_all(later, line, queries, error);
            continue;
        }
        flight->queries = queries;
        flight->sent_ms = reg_pg_now_ms();
        flight->together = queries->next != NULL;
        line->count++;
        good = reg_pg_send(&line->pg, flight->reading.calls, flight->reading.count);
    }
    if (line->state == READY) {
        int left = good ? PQflush(line->pg.conn) : -1;

        line->writing = left == 1;
        if (left < 0)
            lose(later, line);
    }
}

void reg_pg_later_start(struct reg_pg_later *later, struct reg_query *query)
{
    put(later->standby.pg.url ? &later->standby.waiting : &later->primary.waiting, query);
}

/* Of a host with several addresses libpq tries one after the other. */
static void tell(struct line *line, struct reg_store_wait *ret)
{
    int fd = line->state == CLOSED ? -1 : PQsocket(line->pg.conn);

    if (line->state == CONNECTING && fd != line->fd)
        line->connection++;
    line->fd = fd;
    *ret = (struct reg_store_wait){
        fd, line->writing || (line->state == CONNECTING && line->polling != PGRES_POLLING_READING), line->connection};
}

void reg_pg_later_turn(struct reg_pg_later *later, struct reg_store_wait ret_waits[REG_STORE_WAITS])
{
    take(later, &later->standby);
    take(later, &later->primary);
    open_standby(later);
    send_waiting(later, &later->standby); /* the standby first: what it cannot take goes to the other */
    send_waiting(later, &later->primary);
    tell(&later->primary, &ret_waits[0]);
    tell(&later->standby, &ret_waits[1]);
}
