/* A token bucket: `rate` tokens a second, at most as many at once. */
#ifndef RD_HTTP2_BUCKET_H
#define RD_HTTP2_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct rd_bucket {
    unsigned rate;
    int64_t level_ns; /* what is in it, as the time that fills it */
    int64_t then_ns;
};

#define RD_BUCKET_FULL_NS 1000000000

static inline void rd_bucket_init(struct rd_bucket *bucket, unsigned rate, int64_t now_ns)
{
    *bucket = (struct rd_bucket){rate > 0 ? rate : 1, RD_BUCKET_FULL_NS, now_ns};
}

/* Takes one token; false where there is none. */
static inline bool rd_bucket_take(struct rd_bucket *bucket, int64_t now_ns)
{
    int64_t cost = RD_BUCKET_FULL_NS / bucket->rate;
    int64_t gained = now_ns > bucket->then_ns ? now_ns - bucket->then_ns : 0;

    if (gained > RD_BUCKET_FULL_NS - bucket->level_ns)
        gained = RD_BUCKET_FULL_NS - bucket->level_ns;
    bucket->level_ns += gained;
    bucket->then_ns = now_ns;
    if (bucket->level_ns < cost)
        return false;
    bucket->level_ns -= cost;
    return true;
}

#endif
