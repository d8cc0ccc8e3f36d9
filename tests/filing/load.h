/* Loading example filings. */
#ifndef TESTS_FILING_LOAD_H
#define TESTS_FILING_LOAD_H

#include <jansson.h>

#include "base/arena.h"
#include "model.h"

/* The example whose file name begins with `prefix`, decoded into the arena; ends the test where it does not decode. */
reg_pb_filing *load_example(const char *prefix, struct reg_arena *arena);

/* The same as it is written; the caller releases it. */
json_t *load_example_json(const char *prefix);

#endif
