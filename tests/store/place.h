/* Where an adapter under test keeps its store: made empty before each test, taken away after it. Each adapter's test program
 * has its own place.c; the conformance suite runs on all of them. */
#ifndef TESTS_STORE_PLACE_H
#define TESTS_STORE_PLACE_H

#include "ledger/store.h"

extern char place_directory[];
extern const char *place_url;

void place_set_up(void);
void place_tear_down(void);

extern const struct reg_store_identity place_identity;
/* Makes the store of this place, or opens it; a failure ends the test. */
struct reg_store *place_create(void);
struct reg_store *place_open(void);

#endif
