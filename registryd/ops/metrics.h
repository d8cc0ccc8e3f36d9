/* Counters of the daemon, in Prometheus' text format. Counting is an atomic addition, from any thread. */
#ifndef RD_OPS_METRICS_H
#define RD_OPS_METRICS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <registry/error.h>

#include "grpc/status.h"

struct rd_metrics;

#define RD_AUTHORITIES_MAX 256 /* with pools of their own; a province has fewer counties */

/* Subject codes of an authority. */
struct rd_stock {
    unsigned authority;
    uint64_t used, all;
};

/* What is read when somebody looks rather than counted. */
struct rd_gauges {
    const char *version, *suite, *role;
    uint64_t tree_size;
    bool tree_known; /* the tree could be read */
    unsigned queue_length, queue_limit;
    unsigned connections;
    uint64_t accepted, refused, failed_handshakes, glitches, timeouts; /* connections, since the start */
    uint64_t cache_hits, cache_misses, cache_bypassed, cache_evicted;  /* look-ups of licences, since the start */
    uint64_t cache_bytes, cache_entries;
    uint64_t standby_answered, standby_behind, standby_failed; /* reads, since the start */
    bool paused;                                                       /* the store cannot be written */
    size_t stock_count;
    struct rd_stock stocks[RD_AUTHORITIES_MAX];
};

/* Counts calls of `count` methods; row `count` is for methods that do not exist. `paths` is borrowed. */
REG_MUST_CHECK int rd_metrics_new(const char *const *paths, size_t count, int64_t now_ms, struct rd_metrics **ret_metrics);
void rd_metrics_free(struct rd_metrics *metrics);
/* A call of that row has ended. */
void rd_metrics_call(struct rd_metrics *metrics, size_t row, enum rd_status status, double seconds);
/* A batch was committed. */
void rd_metrics_batch(struct rd_metrics *metrics, size_t filings, double seconds);
void rd_metrics_write(const struct rd_metrics *metrics, const struct rd_gauges *gauges, FILE *out);

/* "OK", "INVALID_ARGUMENT" …; "UNKNOWN" for a number that gRPC does not have. */
const char *rd_status_name(enum rd_status status);

#endif
