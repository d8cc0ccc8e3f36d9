/* The SQLite adapter: one file, WAL, synchronous=FULL, no mmap. */
#ifndef REG_STORE_SQLITE_STORE_H
#define REG_STORE_SQLITE_STORE_H

#include "ledger/store.h"

/* Opens the file, or, with `create`, makes it. Errors as reg_store_open's. */
REG_MUST_CHECK int reg_sqlite_store_open(const char *path, const struct reg_store_identity *create,
                                         struct reg_store **ret_store, struct reg_error_info *info);

#endif
