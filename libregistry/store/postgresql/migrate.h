/* Migrations of sql/postgresql: forward only, each once, whoever else migrates at the same time. */
#ifndef REG_STORE_POSTGRESQL_MIGRATE_H
#define REG_STORE_POSTGRESQL_MIGRATE_H

#include "store/postgresql/postgresql.h"

/* Keys and indexes, which filling an empty register takes away and makes (fill.c). */
extern const unsigned char reg_sql_postgresql_002[];
extern const size_t reg_sql_postgresql_002_len;

/* Applies what is missing. REG_ERR_VERSION: a migration that was applied is not the one that this program has. */
REG_MUST_CHECK int reg_pg_migrate(struct reg_pg *pg, unsigned *ret_applied, struct reg_error_info *info);
/* What a daemon's role needs, and no more: it may add to the ledger, not change it. */
REG_MUST_CHECK int reg_pg_grant(struct reg_pg *pg, const char *role, struct reg_error_info *info);
/* Connects without preparing statements, whose tables may not be there yet. */
REG_MUST_CHECK int reg_pg_connect_bare(struct reg_pg *pg, struct reg_error_info *info);

#endif
