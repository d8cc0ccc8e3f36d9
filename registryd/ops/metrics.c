#include "ops/metrics.h"

#include <stdatomic.h>
#include <stdlib.h>

#define STATUS_COUNT 17
#define BUCKET_COUNT 12

/* Upper bounds; what is above the last counts towards +Inf alone. */
static const double call_bounds[BUCKET_COUNT] = {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025,
                                                 0.005,   0.01,   0.025,   0.1,    0.5,   2.5};
static const double batch_bounds[BUCKET_COUNT] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};

static const char *const status_names[STATUS_COUNT] = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

struct histogram {
    atomic_uint_fast64_t buckets[BUCKET_COUNT + 1]; /* each alone; summed when written */
    atomic_uint_fast64_t total_ns;                  /* or whole numbers, for sizes */
};

struct row {
    atomic_uint_fast64_t by_status[STATUS_COUNT];
    struct histogram seconds;
};

struct rd_metrics {
    const char *const *paths;
    size_t count;
    int64_t start_ms;
    struct histogram batch_filings, batch_seconds;
    struct row rows[];
};

const char *rd_status_name(enum rd_status status)
{
    return (unsigned)status < STATUS_COUNT ? status_names[status] : "UNKNOWN";
}

int rd_metrics_new(const char *const *paths, size_t count, int64_t now_ms, struct rd_metrics **ret_metrics)
{
    struct rd_metrics *metrics = calloc(1, sizeof *metrics + (count + 1) * sizeof metrics->rows[0]);

    if (metrics == NULL)
        return REG_ERR_NOMEM;
    metrics->paths = paths;
    metrics->count = count;
    metrics->start_ms = now_ms;
    *ret_metrics = metrics;
    return 0;
}

void rd_metrics_free(struct rd_metrics *metrics)
{
    free(metrics);
}

static void count_in(struct histogram *histogram, const double bounds[BUCKET_COUNT], double value, uint64_t total)
{
    size_t i = 0;

    while (i < BUCKET_COUNT && value > bounds[i])
        i++;
    atomic_fetch_add_explicit(&histogram->buckets[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&histogram->total_ns, total, memory_order_relaxed);
}

void rd_metrics_call(struct rd_metrics *metrics, size_t row, enum rd_status status, double seconds)
{
    struct row *r = &metrics->rows[row < metrics->count ? row : metrics->count];
    unsigned s = (unsigned)status < STATUS_COUNT ? (unsigned)status : RD_UNKNOWN;

    atomic_fetch_add_explicit(&r->by_status[s], 1, memory_order_relaxed);
    count_in(&r->seconds, call_bounds, seconds, seconds > 0 ? (uint64_t)(seconds * 1e9) : 0);
}

void rd_metrics_batch(struct rd_metrics *metrics, size_t filings, double seconds)
{
    count_in(&metrics->batch_filings, batch_bounds, (double)filings, filings);
    count_in(&metrics->batch_seconds, call_bounds, seconds, seconds > 0 ? (uint64_t)(seconds * 1e9) : 0);
}

static uint64_t read_counter(const atomic_uint_fast64_t *counter)
{
    return atomic_load_explicit((atomic_uint_fast64_t *)counter, memory_order_relaxed);
}

/* `label` is empty or `method="…"`; `unit` what one of the total is. */
static void write_histogram(FILE *out, const char *name, const char *label, const struct histogram *histogram,
                            const double bounds[BUCKET_COUNT], double unit)
{
    const char *comma = label[0] != '\0' ? "," : "", *open = label[0] != '\0' ? "{" : "",
               *close = label[0] != '\0' ? "}" : "";
    uint64_t sum = 0;

    for (size_t i = 0; i <= BUCKET_COUNT; i++) {
        sum += read_counter(&histogram->buckets[i]);
        if (i < BUCKET_COUNT)
            fprintf(out, "%s_bucket{%s%sle=\"%g\"} %llu\n", name, label, comma, bounds[i], (unsigned long long)sum);
    }
    fprintf(out, "%s_bucket{%s%sle=\"+Inf\"} %llu\n", name, label, comma, (unsigned long long)sum);
    fprintf(out, "%s_sum%s%s%s %.9g\n", name, open, label, close, (double)read_counter(&histogram->total_ns) * unit);
    fprintf(out, "%s_count%s%s%s %llu\n", name, open, label, close, (unsigned long long)sum);
}

static void head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_gauge(FILE *out, const char *name, const char *help, double value)
{
    head(out, name, "gauge", help);
    fprintf(out, "%s %.17g\n", name, value);
}

static void write_calls(const struct rd_metrics *metrics, FILE *out)
{
    char label[160];

    head(out, "registry_calls_total", "counter", "Calls that ended, by method and gRPC status.");
    for (size_t i = 0; i <= metrics->count; i++)
        for (unsigned s = 0; s < STATUS_COUNT; s++) {
            uint64_t n = read_counter(&metrics->rows[i].by_status[s]);

            if (n > 0)
                fprintf(out, "registry_calls_total{method=\"%s\",status=\"%s\"} %llu\n",
                        i < metrics->count ? metrics->paths[i] : "other", status_names[s], (unsigned long long)n);
        }
    head(out, "registry_call_seconds", "histogram", "From a call's message to its answer.");
    for (size_t i = 0; i < metrics->count; i++) {
        snprintf(label, sizeof label, "method=\"%s\"", metrics->paths[i]);
        write_histogram(out, "registry_call_seconds", label, &metrics->rows[i].seconds, call_bounds, 1e-9);
    }
}

static void write_counter(FILE *out, const char *name, const char *help, uint64_t value)
{
    head(out, name, "counter", help);
    fprintf(out, "%s %llu\n", name, (unsigned long long)value);
}

static void write_connections(const struct rd_gauges *gauges, FILE *out)
{
    write_gauge(out, "registry_connections", "Open connections of the agency plane.", gauges->connections);
    write_counter(out, "registry_connections_accepted_total", "Connections that were accepted.", gauges->accepted);
    write_counter(out, "registry_connections_refused_total", "Connections over a limit.", gauges->refused);
    write_counter(out, "registry_handshakes_failed_total", "Handshakes that failed or took too long.",
                  gauges->failed_handshakes);
    write_counter(out, "registry_glitches_total", "Connections closed for resets, pings, settings or empty frames.",
                  gauges->glitches);
    write_counter(out, "registry_timeouts_total",
                  "Connections closed for being idle or unread, and messages that never came.", gauges->timeouts);
}

static void write_cache(const struct rd_gauges *gauges, FILE *out)
{
    write_counter(out, "registry_cache_hits_total", "Look-ups of a licence answered from the cache.", gauges->cache_hits);
    write_counter(out, "registry_cache_misses_total", "Look-ups of a licence that the cache did not have.", gauges->cache_misses);
    write_counter(out, "registry_cache_bypassed_total", "Look-ups past the cache because the ledger's tail was not known.",
                  gauges->cache_bypassed);
    write_counter(out, "registry_cache_evicted_total", "Licences that left the cache to make room.", gauges->cache_evicted);
    write_gauge(out, "registry_cache_bytes", "Bytes of the cache of licences.", (double)gauges->cache_bytes);
    write_gauge(out, "registry_cache_entries", "Licences in the cache, one for each kind of caller.",
                (double)gauges->cache_entries);
}

static void write_standby(const struct rd_gauges *gauges, FILE *out)
{
    write_counter(out, "registry_standby_answered_total", "Reads answered by the standby.", gauges->standby_answered);
    write_counter(out, "registry_standby_behind_total", "Reads asked anew of the store because the standby was behind.",
                  gauges->standby_behind);
    write_counter(out, "registry_standby_failed_total", "Reads asked anew of the store because the standby did not answer.",
                  gauges->standby_failed);
}

static void write_stocks(const struct rd_gauges *gauges, FILE *out)
{
    head(out, "registry_codes_used", "gauge", "Subject codes taken from an authority's pools.");
    for (size_t i = 0; i < gauges->stock_count; i++)
        fprintf(out, "registry_codes_used{authority=\"%06u\"} %llu\n", gauges->stocks[i].authority,
                (unsigned long long)gauges->stocks[i].used);
    head(out, "registry_codes_limit", "gauge", "Subject codes in an authority's pools.");
    for (size_t i = 0; i < gauges->stock_count; i++)
        fprintf(out, "registry_codes_limit{authority=\"%06u\"} %llu\n", gauges->stocks[i].authority,
                (unsigned long long)gauges->stocks[i].all);
}

void rd_metrics_write(const struct rd_metrics *metrics, const struct rd_gauges *gauges, FILE *out)
{
    head(out, "registry_build_info", "gauge", "What runs here.");
    fprintf(out, "registry_build_info{version=\"%s\",suite=\"%s\",role=\"%s\"} 1\n", gauges->version, gauges->suite,
            gauges->role);
    write_gauge(out, "registry_start_time_seconds", "When the daemon started, in seconds since 1970.",
                (double)metrics->start_ms / 1000);
    write_calls(metrics, out);
    head(out, "registry_batch_filings", "histogram", "Filings in one commit.");
    write_histogram(out, "registry_batch_filings", "", &metrics->batch_filings, batch_bounds, 1);
    head(out, "registry_commit_seconds", "histogram", "How long a commit took.");
    write_histogram(out, "registry_commit_seconds", "", &metrics->batch_seconds, call_bounds, 1e-9);
    write_gauge(out, "registry_queue_length", "Filings that wait for the writer.", gauges->queue_length);
    write_gauge(out, "registry_queue_limit", "Filings that may wait.", gauges->queue_limit);
    write_connections(gauges, out);
    write_cache(gauges, out);
    write_standby(gauges, out);
    write_gauge(out, "registry_writing_paused", "1 while the store cannot be written.", gauges->paused ? 1 : 0);
    if (gauges->stock_count > 0)
        write_stocks(gauges, out);
    if (gauges->tree_known)
        write_gauge(out, "registry_tree_size", "Entries in the ledger.", (double)gauges->tree_size);
}
