/* A store behind the port that fails when it is told to; everything else is the real one's. */
#ifndef TESTS_ENGINE_STORE_DOUBLE_H
#define TESTS_ENGINE_STORE_DOUBLE_H

#include <registry/store.h>

enum fault {
    FAULT_NONE,
    FAULT_BEGIN,            /* begin: REG_ERR_UNAVAILABLE */
    FAULT_INSERT,           /* insert: REG_ERR_UNAVAILABLE */
    FAULT_COMMIT_LOST,      /* commit did not happen, and reports it */
    FAULT_COMMIT_UNCLEAR,   /* commit happened, and reports a failure */
    FAULT_COMMIT_AND_BEGIN, /* commit happened, reports a failure, and the next begin fails too */
    FAULT_LEASE,
};

/* The opener to hand to init and open. */
int double_open(const char *directory, const char *url, const struct reg_store_identity *create,
                struct reg_store **ret_store, struct reg_error_info *info);
/* The next call of that kind fails, once. */
void double_fail(enum fault fault);
/* Did the fault happen? */
int double_failed(void);
/* How often readers asked for entries, and for rows of keys, while a transaction was open: of a large ledger that takes
 * longer than PostgreSQL lets a transaction be idle. */
unsigned double_asked_entries(void);
unsigned double_asked_keys(void);

#endif
