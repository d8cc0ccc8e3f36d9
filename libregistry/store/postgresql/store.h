/* The adapter for PostgreSQL. */
#ifndef REG_STORE_POSTGRESQL_STORE_H
#define REG_STORE_POSTGRESQL_STORE_H

#include "ledger/store.h"

/* Opens the store that a libpq URL names, with all that libpq knows (hosts, certificates, options). With `create` its tables
 * are made where they are missing, and the registry is entered; REG_ERR_EXISTS: it holds one. */
REG_MUST_CHECK int reg_pg_store_open(const char *url, const struct reg_store_identity *create, struct reg_store **ret_store,
                                     struct reg_error_info *info);

#endif
