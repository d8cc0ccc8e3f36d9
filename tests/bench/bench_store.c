/* The store port under load, one measurement a call; scripts/bench store calls it and puts it beside others.
 *
 *   bench_store URL fill COUNT                                  appends made licences, in batches
 *   bench_store URL issue BATCH SECONDS                         the same for a time: licences a second, each batch durable
 *   bench_store URL look uniform|zipf IN_FLIGHT SECONDS         look-ups by code with their entries, a second
 *   bench_store URL bare-issue BATCH SECONDS                    the same statements without the port: libpq, or SQLite
 *   bench_store URL bare-look uniform|zipf IN_FLIGHT SECONDS
 *
 * `look` has a reader a processor, as the daemon has, and takes a file with one code a line as its last word: whose licences
 * are looked for, in place of made ones.
 */
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <registry/store.h>

#include "bare.h"
#include "bench.h"
#include "made.h"

static const char usage[] = "usage: see the head of tests/bench/bench_store.c";

static void check(int error, const struct reg_error_info *info, const char *what)
{
    if (error != 0 && info->en[0])
        what = info->en;
    must(error, what);
}

/* ---- appending ----------------------------------------------------------------------------------------------------- */

static void append(struct reg_store *store, size_t count)
{
    static struct made_batch made;
    struct reg_query query = {.kind = REG_QUERY_HEAD};
    struct reg_error_info info = {"", ""};
    bool refused;

    check(store->ops->begin(store, &query, &info), &info, "begin");
    make_batch(&made, store->identity.suite, &query.head, count);
    reg_query_clear(&query);
    check(store->ops->append(store, &made.batch, &refused, &info), &info, "append");
}

static double issue(struct reg_store *store, size_t batch, double seconds)
{
    double began = now_us(), at = began;
    size_t count = 0;

    for (; at - began < seconds * 1e6; at = now_us(), count += batch)
        append(store, batch);
    return (double)count * 1e6 / (at - began);
}

/* ---- looking up ---------------------------------------------------------------------------------------------------- */

static uint64_t size_of(struct reg_store *store)
{
    struct reg_query query = {.kind = REG_QUERY_HEAD};
    uint64_t size;

    must(store->ops->read(store, &query), "head");
    size = query.head.size;
    reg_query_clear(&query);
    return size;
}

/* One look-up: as the daemon's workers ask, one code a query, which the port puts together as it likes. */
struct looking {
    struct reg_query query; /* first */
    const char *code;
    struct looking *next; /* of those that are done */
};

struct looker {
    struct reg_store_reader *reader;
    struct looking *done;
    uint64_t count;
};

static void take(struct reg_query *query, int error)
{
    struct looking *looking = (struct looking *)query;
    struct looker *looker = query->context;

    must(error != 0 || query->licence_count != 1 || query->entry_count != 1, "a licence is missing");
    looking->next = looker->done;
    looker->done = looking;
    looker->count++;
}

static void start(struct looker *looker, struct looking *looking)
{
    reg_query_clear(&looking->query);
    looking->query = (struct reg_query){.kind = REG_QUERY_LICENCES,
                                        .codes = &looking->code,
                                        .code_count = 1,
                                        .with_entries = true,
                                        .done = take,
                                        .context = looker};
    looker->reader->ops->start(looker->reader, &looking->query);
}

/* Waits until something arrived, and takes it. */
static void turn(struct looker *looker)
{
    struct reg_store_wait waits[REG_STORE_WAITS];
    struct pollfd poll_for[REG_STORE_WAITS];

    if (!looker->reader->ops->turn)
        return;
    looker->reader->ops->turn(looker->reader, waits);
    for (size_t i = 0; i < REG_STORE_WAITS; i++)
        poll_for[i] = (struct pollfd){waits[i].fd, (short)(POLLIN | (waits[i].writing ? POLLOUT : 0)), 0};
    if (!looker->done)
        poll(poll_for, REG_STORE_WAITS, 1000);
}

/* Those that are done are asked anew of other codes, as long as there is time. */
static double look(const struct looks *looks, struct drawing *drawing)
{
    static _Thread_local struct looking lookings[BATCH_MAX];
    struct reg_error_info info = {"", ""};
    struct reg_store_wait waits[REG_STORE_WAITS];
    struct looker looker = {0};
    size_t in_flight = looks->in_flight;
    double began, rate;

    check(looks->store->ops->reader_open(looks->store, &looker.reader, &info), &info, "reader");
    if (looker.reader->ops->turn) /* from now on queries complete in a turn */
        looker.reader->ops->turn(looker.reader, waits);
    for (size_t i = 0; i < in_flight; i++) {
        lookings[i].code = drawing->codes[i];
        lookings[i].next = looker.done;
        looker.done = &lookings[i];
    }
    for (began = now_us(); in_flight > 0;) {
        struct looking *done = looker.done, *next;
        bool more = now_us() - began < looks->seconds * 1e6;

        looker.done = NULL;
        for (; done; done = next) {
            next = done->next;
            in_flight -= !more;
            draw_code(looks, drawing, (size_t)(done - lookings));
            if (more)
                start(&looker, done);
        }
        if (in_flight > 0)
            turn(&looker);
    }
    rate = (double)looker.count * 1e6 / (now_us() - began);
    for (size_t i = 0; i < looks->in_flight; i++)
        reg_query_clear(&lookings[i].query);
    looker.reader->ops->reader_close(looker.reader);
    return rate;
}

/* ---- the program ----------------------------------------------------------------------------------------------------- */

static double fill(struct reg_store *store, size_t count)
{
    double began = now_us();

    for (size_t done = 0; done < count; done += BATCH_MAX)
        append(store, BATCH_MAX);
    return (double)count * 1e6 / (now_us() - began);
}

static struct reg_store *open_store(const char *url)
{
    static const struct reg_store_identity identity = {.registry_id = {1}, .suite = REG_SUITE_INTL};
    struct reg_error_info info = {"", ""};
    struct reg_store *store = NULL;

    if (reg_store_open("/", url, NULL, &store, &info) != 0)
        check(reg_store_open("/", url, &identity, &store, &info), &info, "open");
    return store;
}

/* PATTERN IN_FLIGHT SECONDS [CODES] */
static double look_as(struct reg_store *store, const char *url, char **words, bool bare)
{
    struct looks looks = {.url = url,
                          .store = store,
                          .zipf = strcmp(words[0], "zipf") == 0,
                          .in_flight = strtoull(words[1], NULL, 10),
                          .seconds = strtod(words[2], NULL),
                          .size = size_of(store)};

    must(looks.in_flight == 0 || looks.in_flight > BATCH_MAX, "as many cannot be in flight");
    return look_all(looks, words[3], bare ? bare_look(url) : look);
}

int main(int argc, char **argv)
{
    const char *url = argc > 3 ? argv[1] : "", *what = argc > 3 ? argv[2] : "";
    size_t count = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
    double seconds = argc > 4 ? strtod(argv[4], NULL) : 0, rate = -1;
    bool bare = strncmp(what, "bare-", 5) == 0;
    struct reg_store *store;

    mallopt(M_TRIM_THRESHOLD, 8 << 20); /* as registryd does */
    must(argc < 4, usage);
    store = open_store(url);
    what += bare ? 5 : 0;
    if (strcmp(what, "look") == 0 && argc > 5)
        rate = look_as(store, url, argv + 3, bare); /* argv ends with NULL */
    else if (strcmp(what, "fill") == 0 && !bare)
        rate = fill(store, count);
    else if (strcmp(what, "issue") == 0 && count > 0 && count <= BATCH_MAX)
        rate = bare ? bare_issue(url, count, seconds) : issue(store, count, seconds);
    store->ops->close(store);
    must(rate < 0, usage);
    printf("%.0f\n", rate);
    return 0;
}
