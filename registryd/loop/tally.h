/* How many connections an address, or a caller, has. Shared by the threads. */
#ifndef RD_LOOP_TALLY_H
#define RD_LOOP_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include <registry/export.h>

#define RD_TALLY_KEY 16

struct rd_tally;

REG_MUST_CHECK int rd_tally_new(unsigned limit, struct rd_tally **ret_tally);
void rd_tally_free(struct rd_tally *tally);
/* False where the key has as many as it may (or there is no memory): not counted. */
REG_MUST_CHECK bool rd_tally_take(struct rd_tally *tally, const uint8_t key[RD_TALLY_KEY]);
void rd_tally_give(struct rd_tally *tally, const uint8_t key[RD_TALLY_KEY]);

#endif
