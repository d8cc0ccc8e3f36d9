/* What is unique of licences and requests while an empty register is filled by one connection alone: licences have no keys then,
 * so that their rows are only put behind one another. Hashes in memory lead to the few rows that must be looked at. */
#ifndef REG_STORE_POSTGRESQL_KEYS_H
#define REG_STORE_POSTGRESQL_KEYS_H

#include "store/postgresql/postgresql.h"

struct reg_pg_keys;
/* Of a register without rows; NULL: out of memory. */
struct reg_pg_keys *reg_pg_keys_new(void);
void reg_pg_keys_free(struct reg_pg_keys *keys);
/* Answers REG_QUERY_TAKEN; by any connection, from any thread. */
REG_MUST_CHECK int reg_pg_keys_taken(struct reg_pg_keys *keys, struct reg_pg *pg, struct reg_query *query);
/* Rows that are about to be written, in the transaction. REG_ERR_CONFLICT: a code, a name or a request is taken. */
REG_MUST_CHECK int reg_pg_keys_add(struct reg_pg_keys *keys, struct reg_pg *pg, const struct reg_append *appends, size_t count,
                                   struct reg_error_info *info);

#endif
