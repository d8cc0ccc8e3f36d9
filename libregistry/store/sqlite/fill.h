/* A register that is being filled, and what is known of its rows meanwhile. */
#ifndef REG_STORE_SQLITE_FILL_H
#define REG_STORE_SQLITE_FILL_H

#include <pthread.h>

#include "store/sqlite/sqlite.h"
#include "store/unique.h"

/* Numbers of rows: of licences by subject code, and by authority and live name; of requests by caller and id. */
struct reg_known {
    pthread_mutex_t lock; /* a reader asks while the writer adds */
    struct reg_unique subjects, names, requests;
};

void reg_known_init(struct reg_known *known);
void reg_known_clear(struct reg_known *known);
/* The indexes know it from now on. */
void reg_known_forget(struct reg_known *known);
/* The rows that are there. */
REG_MUST_CHECK int reg_known_read(struct reg_sqlite *sqlite, struct reg_known *known);

struct reg_sqlite_fill {
    struct reg_known known;
    struct reg_runs *terms, *keys;
    bool relaxed;
    bool ends; /* reg_sqlite_fill_on was called */
    uint64_t term_steps, key_steps, done, total;
    const char *index; /* the statement of the next */
};

#endif
