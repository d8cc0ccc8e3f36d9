/* What the store does, without the port: the same statements in a bare loop of libpq or of SQLite. */
#ifndef TESTS_BENCH_BARE_H
#define TESTS_BENCH_BARE_H

#include "looks.h"

/* Looks up by code with the entries, those in flight in one statement, or in one transaction of SQLite. */
look_loop bare_look(const char *url);

/* Licences issued in batches, each durable: a second. */
double bare_issue(const char *url, size_t batch, double seconds);

#endif
