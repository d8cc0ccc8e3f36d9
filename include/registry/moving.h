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

/* Copies the store that `options` names to the one at `url`: entries, batches, tiles, wrapped keys, pools, counters, request ids and
 * checkpoints as they stand. Views are rebuilt from the entries, and the copy is checked as a whole before it can be opened. The
 * caller is alone with the registry (REG_ERR_BUSY). Who died on the way calls it again: it goes on with what is there. The source
 * is read only. REG_ERR_EXISTS: there is another registry, or a store that is in use; REG_ERR_CONFLICT: a copy of another
 * history; REG_ERR_CORRUPT: the check found problems. */
REG_EXPORT REG_MUST_CHECK int reg_registry_copy(const char *directory, const struct reg_open_options *options, const char *url,
                                                const struct reg_host *host, const struct reg_copy_callbacks *callbacks,
                                                struct reg_copy_result *ret_result, struct reg_error_info *info);

REG_END_DECLS

#endif
