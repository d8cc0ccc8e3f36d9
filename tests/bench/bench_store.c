/* The store port under load, one measurement a call; scripts/bench store calls it and puts it beside others.
 *
 *   bench_store URL fill COUNT                                  appends made licences, in batches
 *   bench_store URL issue BATCH SECONDS                         the same for a time: licences a second, each batch durable
 *   bench_store URL look uniform|zipf IN_FLIGHT SECONDS         look-ups by code with their entries, a second
 *   bench_store URL bare-issue BATCH SECONDS                    the same statements without the port: libpq, or SQLite
 *   bench_store URL bare-look uniform|zipf IN_FLIGHT SECONDS
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <registry/store.h>

#include "bare.h"
#include "bench.h"
#include "made.h"

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

static uint64_t size_of(struct reg_store_reader *reader)
{
    struct reg_query query = {.kind = REG_QUERY_HEAD};
    uint64_t size;

    must(reg_query_wait(reader, &query), "head");
    size = query.head.size;
    reg_query_clear(&query);
    if (size == 0)
        must(1, "the store is empty");
    return size;
}

static double look(struct reg_store *store, bool zipf, size_t in_flight, double seconds)
{
    static char codes[BATCH_MAX][CODE_SIZE];
    const char *pointers[BATCH_MAX];
    struct reg_store_reader *reader;
    struct reg_error_info info = {"", ""};
    double began, at;
    uint64_t size, count = 0;

    check(store->ops->reader_open(store, &reader, &info), &info, "reader");
    size = size_of(reader);
    for (size_t i = 0; i < in_flight; i++)
        pointers[i] = codes[i];
    for (at = began = now_us(); at - began < seconds * 1e6; at = now_us()) {
        struct reg_query query = {
            .kind = REG_QUERY_LICENCES, .codes = pointers, .code_count = in_flight, .with_entries = true};

        draw_codes(size, zipf, in_flight, codes);
        must(reg_query_wait(reader, &query), "query");
        if (query.licence_count != in_flight || query.entry_count != in_flight)
            must(1, "a licence is missing");
        count += in_flight;
        reg_query_clear(&query);
    }
    reader->ops->reader_close(reader);
    return (double)count * 1e6 / (at - began);
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

int main(int argc, char **argv)
{
    const char *url = argc > 3 ? argv[1] : "", *what = argc > 3 ? argv[2] : "";
    bool zipf = argc > 3 && strcmp(argv[3], "zipf") == 0;
    size_t number = argc > 3 ? strtoull(argv[argc > 5 ? 4 : 3], NULL, 10) : 0;
    double seconds = argc > 4 ? strtod(argv[argc - 1], NULL) : 0, rate = -1;
    struct reg_store *store;

    mallopt(M_TRIM_THRESHOLD, 8 << 20); /* as registryd does */
    if (number == 0 || (number > BATCH_MAX && strcmp(what, "fill") != 0))
        must(1, "usage: see the head of tests/bench/bench_store.c");
    store = open_store(url);
    if (strcmp(what, "fill") == 0)
        rate = fill(store, number);
    else if (strcmp(what, "issue") == 0)
        rate = issue(store, number, seconds);
    else if (strcmp(what, "look") == 0)
        rate = look(store, zipf, number, seconds);
    store->ops->close(store);
    if (strcmp(what, "bare-look") == 0)
        rate = bare_look(url, zipf, number, seconds);
    else if (strcmp(what, "bare-issue") == 0)
        rate = bare_issue(url, number, seconds);
    must(rate < 0, "usage: see the head of tests/bench/bench_store.c");
    printf("%.0f\n", rate);
    return 0;
}
