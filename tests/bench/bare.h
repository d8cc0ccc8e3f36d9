/* What the store does, without the port: the same statements in a bare loop of libpq or of SQLite. */
#ifndef TESTS_BENCH_BARE_H
#define TESTS_BENCH_BARE_H

#include <stdbool.h>
#include <stddef.h>

/* Look-ups by code with their entries, `in_flight` in one statement, or in one transaction of SQLite: a second. */
double bare_look(const char *url, bool zipf, size_t in_flight, double seconds);

/* Licences issued in batches, each durable: a second. */
double bare_issue(const char *url, size_t batch, double seconds);

#endif
