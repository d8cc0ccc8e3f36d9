/* What is unique, while a register is filled and there is no index: numbers of rows by a hash of what each has. Rows that have
 * the hash must be looked at: it may be another's, or of a row that is gone. */
#ifndef REG_STORE_UNIQUE_H
#define REG_STORE_UNIQUE_H

#include <stddef.h>
#include <stdint.h>

#include <registry/error.h>
#include <registry/export.h>

struct reg_unique {
    uint64_t *slots; /* hash and number; 0: free */
    size_t size, count;
};

void reg_unique_clear(struct reg_unique *unique);
/* A number of a row, from 1. REG_ERR_NOMEM; REG_ERR_LIMIT: more than 32 bits have. */
REG_MUST_CHECK int reg_unique_add(struct reg_unique *unique, uint32_t hash, uint64_t number);
/* The next number with that hash; `*at` is 0 at first. 0: there is none. */
uint64_t reg_unique_next(const struct reg_unique *unique, uint32_t hash, size_t *at);
/* Of a number and a text. */
uint32_t reg_unique_hash(uint64_t number, const char *text, size_t len);

#endif
