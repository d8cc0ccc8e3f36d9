/* Made-up licences as bench_store writes them: all rows of an issue, sizes as of example 02. */
#ifndef TESTS_BENCH_MADE_H
#define TESTS_BENCH_MADE_H

#include "ledger/store.h"

#define BATCH_MAX 256
#define AUTHORITY 341300
#define BODY      5110
#define HEADER    82
#define WRAPPED   60
#define NAME_KEYS 3
#define TERMS     17 /* example 02 has as many */
#define CODE_SIZE 19

/* The rows of one licence. */
struct made {
    struct reg_append append; /* what follows, as the port takes it */
    struct reg_licence_row licence;
    struct reg_serial_row serial;
    struct reg_case_row case_row;
    struct reg_request_row request;
    struct reg_name_row name;
    struct reg_licence_terms terms;
    int64_t term_numbers[TERMS];
    uint32_t keys[NAME_KEYS];
    char text[64], id[32];
    uint8_t header[HEADER], body[BODY], wrapped[WRAPPED];
};

/* A batch of them; large, and reused by the next. */
struct made_batch {
    struct made made[BATCH_MAX];
    struct reg_append appends[BATCH_MAX];
    struct reg_tile tiles[2];
    struct reg_batch batch;
};

/* Random numbers. */
uint64_t draw(uint64_t *state);

/* The code of the licence at a position; no code that an office gives, but as long. */
void code_of(uint64_t position, char ret[CODE_SIZE]);

/* The next `count` (at most BATCH_MAX) behind `head`, with the edge and the tiles of the lowest level that they complete. */
void make_batch(struct made_batch *made, enum reg_suite suite, const struct reg_head *head, size_t count);

#endif
