/* The reference of the store port, in memory and as plain as can be: append, get, range. What the adapters answer is what it does. */
#ifndef TESTS_STORE_MEMORY_H
#define TESTS_STORE_MEMORY_H

#include "ledger/store.h"

/* Numbers of cases and serials, codes and the rest are bounded by what the test draws them from. */
struct reg_store *memory_open(const struct reg_store_identity *identity);

#endif
