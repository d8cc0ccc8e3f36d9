/* What the tables of readings and variants are made of; for their generator and for similar.c. */
#ifndef REG_IDENTITY_SIMILAR_TABLE_SHAPE_H
#define REG_IDENTITY_SIMILAR_TABLE_SHAPE_H

#include <stdint.h>

#define READINGS_MAX   4      /* of one character */
#define READINGS_FIRST 0x4e00 /* characters up to the last have a row each, others are looked for */
#define READINGS_LAST  0x9fff

struct character_pair {
    uint32_t from, to;
};

#endif
