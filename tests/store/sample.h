/* A ledger of three entries, the last of which has one row of each view. */
#ifndef TESTS_STORE_SAMPLE_H
#define TESTS_STORE_SAMPLE_H

#include <stdbool.h>

#include "batch.h"

#define CODE_A "91341300MAY000009W"
#define CODE_B "91341300MAY000017P"
#define CODE_A_ELSEWHERE "92110000MAY000009X" /* the subject code of CODE_A */

#define SAMPLE_WRAPPED_LEN 41
extern const uint8_t sample_wrapped[SAMPLE_WRAPPED_LEN];

bool sample_same(struct reg_bytes bytes, const char *text);
struct reg_licence_row sample_licence(const char *code, uint64_t position, uint64_t revision);
/* Entries 0 and 1 without rows, entry 2 with one of each: licence, name, serial, case with its key, request. */
struct sample {
    struct batch batch;
    struct reg_licence_row licence;
    struct reg_licence_terms terms; /* the highest number, and 7 */
    struct reg_serial_row serial;
    struct reg_case_row case_row;
    struct reg_request_row request;
};

/* Begins a transaction and fills its batch; the caller inserts it. */
void sample_begin(struct reg_store *store, struct sample *ret);
/* Begins, inserts, commits. */
void sample_append(struct reg_store *store);
/* Is it entry 2's licence? */
void sample_check_licence(const struct reg_licence_row *row);

#endif
