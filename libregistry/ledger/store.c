/* What every adapter shares. */
#include "ledger/store.h"

#include <stddef.h>
#include <string.h>

void reg_query_clear(struct reg_query *query)
{
    reg_arena_free(query->arena);
    memset(query, 0, sizeof *query);
}

void reg_query_again(struct reg_query *query)
{
    reg_arena_free(query->arena);
    memset(&query->arena, 0, sizeof *query - offsetof(struct reg_query, arena));
}

unsigned reg_table_keys(enum reg_table table)
{
    return table == REG_TABLE_NAME_KEY ? 3 : table == REG_TABLE_REQUEST || table == REG_TABLE_TILE || table == REG_TABLE_TERM ? 2 : 1;
}

/* What waiting needs to know of a completion. */
struct wait {
    int done, error;
};

static void waited(struct reg_query *query, int error)
{
    struct wait *wait = query->context;

    wait->done = 1;
    wait->error = error;
}

int reg_query_wait(struct reg_store_reader *reader, struct reg_query *query)
{
    struct wait wait = {0};

    query->done = waited;
    query->context = &wait;
    query->waited = true;
    reader->ops->start(reader, query);
    return wait.done ? wait.error : REG_ERR_UNAVAILABLE;
}
