/* Stores. The core knows a store by its port alone; link target registry_store brings the adapters and reg_store_open. Who
 * only checks codes or verifies credentials links neither it nor SQLite. */
#ifndef REGISTRY_STORE_H
#define REGISTRY_STORE_H

#include <stdbool.h>

#include <registry/suite.h>

REG_BEGIN_DECLS

struct reg_store;

/* What a store is there for. Only a live one is served. */
enum reg_store_state {
    REG_STORE_LIVE,
    REG_STORE_COPY,  /* of another store, and not known to be whole yet: registry/moving.h */
    REG_STORE_BACKUP, /* what was lost since it was made is not seen to yet */
    REG_STORE_FILLING /* an empty register is being taken over: names and terms are not there yet (registry/import.h) */
};

/* What a store belongs to. */
struct reg_store_identity {
    uint8_t registry_id[8];
    enum reg_suite suite;
    enum reg_store_state state;
};

/* Opens the store of `url`, relative to `directory`. With `create` not NULL the store must be empty and is set up for that
 * registry; a `create` whose state is REG_STORE_COPY opens a copy of the same registry that was begun, too. Otherwise it must
 * exist, in whatever state. */
typedef int (*reg_store_opener)(const char *directory, const char *url, const struct reg_store_identity *create,
                                struct reg_store **ret_store, struct reg_error_info *info);

/* The opener of registry_store: "sqlite:PATH", or "postgresql://…" with all that libpq has. REG_ERR_INVALID: another scheme; REG_ERR_NOT_FOUND, REG_ERR_EXISTS,
 * REG_ERR_VERSION, REG_ERR_CORRUPT, REG_ERR_IO. */
REG_EXPORT REG_MUST_CHECK int reg_store_open(const char *directory, const char *url, const struct reg_store_identity *create,
                                             struct reg_store **ret_store, struct reg_error_info *info);

/* Applies to a PostgreSQL store the migrations that it lacks, as a role that owns the schema; safe to run twice, and from two
 * places. `role` (NULL: none) is granted what a daemon needs. `*ret_applied`: how many were missing. */
REG_EXPORT REG_MUST_CHECK int reg_store_migrate(const char *url, const char *role, unsigned *ret_applied,
                                                struct reg_error_info *info);

REG_END_DECLS

#endif
