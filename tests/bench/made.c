#include "made.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define KEY_SPACE    100000
#define COMMON_TERMS 5

/* splitmix64 */
uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* What licences are made of. */
static uint64_t draw_next(void)
{
    static uint64_t state = 20261124;

    return draw(&state);
}

void code_of(uint64_t position, char ret[CODE_SIZE])
{
    snprintf(ret, CODE_SIZE, "91341300M%08u0", (unsigned)(position % 100000000));
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static void make_name(struct made *made, uint64_t position)
{
    snprintf(made->text, sizeof made->text, "宿州市%08" PRIu64 "贸易有限责任公司", position);
    for (size_t i = 0; i < NAME_KEYS; i++)
        made->keys[i] = (uint32_t)(i * KEY_SPACE + draw_next() % KEY_SPACE);
    qsort(made->keys, NAME_KEYS, sizeof *made->keys, by_number);
    made->name = (struct reg_name_row){.holder = made->licence.code,
                                       .name = made->text,
                                       .authority = AUTHORITY,
                                       .state = REG_NAME_HELD,
                                       .position = made->licence.position,
                                       .keys = made->keys,
                                       .key_count = NAME_KEYS,
                                       .industry = 1};
}

/* As many as example 02 is found by: some that most licences have, and many that few have. */
static void make_terms(struct made *made)
{
    for (size_t i = 0; i < TERMS; i++)
        made->term_numbers[i] = i < COMMON_TERMS ? (int64_t)i + 1 : (int64_t)(i * KEY_SPACE + draw_next() % KEY_SPACE);
    made->terms = (struct reg_licence_terms){.code = made->licence.code, .terms = made->term_numbers, .count = TERMS};
}

static void make(struct made *made, uint64_t position)
{
    for (size_t i = 0; i + 8 <= BODY; i += 8) { /* sealed bytes do not compress */
        uint64_t word = draw_next();

        memcpy(made->body + i, &word, 8);
    }
    memcpy(made->header, made->body, HEADER);
    memcpy(made->header, &position, sizeof position);
    memcpy(made->wrapped, made->body + HEADER, WRAPPED);
    made->licence = (struct reg_licence_row){.position = position,
                                             .serial = position,
                                             .version = 1,
                                             .revision = 1,
                                             .state = 1,
                                             .authority = AUTHORITY,
                                             .type = 1130,
                                             .name = made->text,
                                             .established = 20000,
                                             .recorded = 20000};
    code_of(position, made->licence.code);
    make_name(made, position);
    make_terms(made);
    made->serial = (struct reg_serial_row){.serial = position, .position = position, .version = 1};
    made->case_row = (struct reg_case_row){.number = position, .position = position, .state = 3, .authority = AUTHORITY};
    code_of(position, made->serial.code);
    code_of(position, made->case_row.code);
    snprintf(made->id, sizeof made->id, "load %" PRIu64, position);
    made->request = (struct reg_request_row){.caller = "registry:window", .request_id = made->id, .position = position};
    memcpy(made->request.digest, made->body, REG_DIGEST_LEN);
    made->append = (struct reg_append){.entry = {.position = position,
                                                 .has_case = true,
                                                 .case_number = position,
                                                 .header = {made->header, HEADER},
                                                 .body = {made->body, BODY},
                                                 .wrapped_key = {made->wrapped, WRAPPED}},
                                       .new_case_key = true,
                                       .licence = &made->licence,
                                       .name_key = made->text,
                                       .terms = &made->terms,
                                       .names = &made->name,
                                       .name_count = 1,
                                       .serial = &made->serial,
                                       .case_row = &made->case_row,
                                       .request = &made->request};
}

/* The leaves and the right edge of the batch; tiles that it completes, of the lowest level, as the engine would write them.
 */
static void grow(struct made_batch *made, enum reg_suite suite)
{
    static uint8_t leaves[REG_TILE_WIDTH][REG_DIGEST_LEN];
    struct reg_batch *batch = &made->batch;

    for (size_t i = 0; i < batch->count; i++) {
        uint64_t position = batch->appends[i].entry.position;
        uint8_t *leaf = leaves[position % REG_TILE_WIDTH];

        must(reg_merkle_leaf(suite, batch->appends[i].entry.header, leaf), "leaf");
        must(reg_edge_append(suite, &batch->head.edge, leaf), "edge");
        if (position % REG_TILE_WIDTH == REG_TILE_WIDTH - 1) {
            made->tiles[batch->tile_count].level = 0;
            made->tiles[batch->tile_count].index = position / REG_TILE_WIDTH;
            memcpy(made->tiles[batch->tile_count++].hashes, leaves, sizeof leaves);
        }
    }
    batch->head.size += batch->count;
}

void make_batch(struct made_batch *made, enum reg_suite suite, const struct reg_head *head, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        make(&made->made[i], head->size + i);
        made->appends[i] = made->made[i].append;
    }
    made->batch = (struct reg_batch){.appends = made->appends, .count = count, .head = *head, .tiles = made->tiles};
    grow(made, suite);
}
