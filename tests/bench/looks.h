/* Look-ups under load: which codes, and as many loops side by side as the machine has processors, as the daemon has workers.
 */
#ifndef TESTS_BENCH_LOOKS_H
#define TESTS_BENCH_LOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "made.h"

struct looks {
    const char *url;
    struct reg_store *store; /* through the port */
    bool zipf;               /* of exponent 1: the k-th most wanted is wanted as 1/k, and the most wanted are strewn about */
    size_t in_flight;        /* of one loop */
    double seconds;
    uint64_t size;     /* licences that are looked for */
    const char *codes; /* of them, CODE_SIZE bytes each with what ends a line; NULL: those of made ones */
};

/* Codes drawn at random, the same in each run. */
struct drawing {
    uint64_t state;
    char codes[BATCH_MAX][CODE_SIZE];
};

/* The i-th code, or all of them that are in flight, anew. */
void draw_code(const struct looks *looks, struct drawing *drawing, size_t i);
void draw_codes(const struct looks *looks, struct drawing *drawing);

/* Looks up until the time is over: how many a second, without what connecting took. */
typedef double (*look_loop)(const struct looks *looks, struct drawing *drawing);

/* Runs the loops, `in_flight` of the options shared out among them: look-ups a second. `codes_path`: a file with one code a
 * line; NULL: the first `looks->size` made licences. */
double look_all(struct looks looks, const char *codes_path, look_loop loop);

#endif
