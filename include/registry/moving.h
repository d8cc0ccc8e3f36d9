/* Moving a registry to another store, backing it up, and what a restored one needs before it is served. */
#ifndef REGISTRY_MOVING_H
#define REGISTRY_MOVING_H

#include <registry/engine.h>

REG_BEGIN_DECLS

/* ---- another store ------------------------------------------------------------------------------------------------- */

enum reg_copy_stage { REG_COPY_ENTRIES, REG_COPY_VIEWS, REG_COPY_CHECK };

/* What happens on the way; each may be NULL. */
struct reg_copy_callbacks {
    void (*stage)(void *context, enum reg_copy_stage stage); /* the progress starts anew */
    reg_progress_callback progress;
    reg_problem_callback problem; /* what the check of the copy finds */
    void *context;
};

struct reg_copy_result {
    uint64_t entries, copied; /* all, and those that were copied by this call */
    uint64_t problems;        /* of the check: the copy stays unfinished where there are any */
    uint8_t root[REG_DIGEST_LEN];
};

/* Copies the store that `options` names to the one at `url`: entries, batches, tiles, wrapped keys, pools, counters, request
 * ids and checkpoints as they stand. Views are rebuilt from the entries, and the copy is checked as a whole before it can be
 * opened. The caller is alone with the registry (REG_ERR_BUSY, also where the source changed meanwhile, as it does where a
 * daemon on another host serves it: the copy stays closed). Who died on the way calls it again: it goes on with what is there.
 * The source is read only. REG_ERR_EXISTS: there is another registry, or a store that is in use; REG_ERR_CONFLICT: a
 * copy of another history; REG_ERR_CORRUPT: the check found problems. */
REG_EXPORT REG_MUST_CHECK int reg_registry_copy(const char *directory, const struct reg_open_options *options,
                                                const char *url, const struct reg_host *host,
                                                const struct reg_copy_callbacks *callbacks,
                                                struct reg_copy_result *ret_result, struct reg_error_info *info);

/* ---- backup and restore --------------------------------------------------------------------------------------------- */

/* Writes the store as it stands to a new file, beside a running daemon. The file is not served before reg_registry_restored.
 * REG_ERR_UNSUPPORTED: PostgreSQL has means of its own; REG_ERR_EXISTS: there is such a file. */
REG_EXPORT REG_MUST_CHECK int reg_registry_backup(struct reg_engine *engine, const char *path,
                                                  reg_progress_callback progress, void *context,
                                                  struct reg_error_info *info);

struct reg_restored_options {
    size_t size;   /* sizeof(struct reg_restored_options) */
    uint64_t lost; /* at most how many licences were issued, changed, signed or imported since the last entry that is there,
                    * the rows of imports that were killed too; 0: guessed */
};
#define REG_RESTORED_OPTIONS_INIT                                                                                           \
    {                                                                                                                       \
        sizeof(struct reg_restored_options), 0                                                                              \
    }

/* What happens on the way; each may be NULL. */
struct reg_restored_callbacks {
    reg_progress_callback progress; /* of the check */
    reg_problem_callback problem;
    /* Numbers [first, next) are not issued any more: of a pool of subject codes, or serials of credentials (`prefix` NULL).
     */
    void (*skipped)(void *context, const char *prefix, uint64_t first, uint64_t next);
    /* The pools of that authority end before the skip does: it needs another one, before it issues anything. */
    void (*used_up)(void *context, unsigned authority);
    void *context;
};

struct reg_restored_result {
    uint64_t entries, problems;
    int64_t time_ms; /* of the last batch that is there: what was done later is lost */
    uint64_t keys;   /* that erase entries had destroyed, and that the backup brought back */
    uint64_t lost;   /* as given, or guessed */
    uint8_t root[REG_DIGEST_LEN];
};

/* Makes a store that was restored fit to be served: destroys the keys of erased cases again, checks the whole ledger, skips
 * the numbers that may have been issued since, and opens the store. The caller is alone with the registry (REG_ERR_BUSY),
 * and of a PostgreSQL store the role that owns the tables. REG_ERR_CORRUPT: the check found problems, and the store stays
 * closed. */
REG_EXPORT REG_MUST_CHECK int reg_registry_restored(const char *directory, const struct reg_open_options *options,
                                                    const struct reg_host *host, const struct reg_restored_options *restored,
                                                    const struct reg_restored_callbacks *callbacks,
                                                    struct reg_restored_result *ret_result, struct reg_error_info *info);

REG_END_DECLS

#endif
