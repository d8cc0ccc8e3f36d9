/* The follower: one thread that reads the ledger's tail every 50 ms, or as soon as this daemon's writer or, where the store
 * can tell, another's has committed. What it finds keeps the workers' caches of licences true. */
#ifndef RD_SERVICE_FOLLOW_H
#define RD_SERVICE_FOLLOW_H

#include "loop/server.h"

struct rd_follower;

/* Starts the thread, with a reader of its own. The transport outlives it. */
REG_MUST_CHECK int rd_follower_start(struct reg_engine *engine, struct rd_transport *transport,
                                     struct rd_follower **ret_follower, struct reg_error_info *info);
/* Something was committed. Any thread; NULL is fine. */
void rd_follower_nudge(struct rd_follower *follower);
/* Stops and joins the thread; nothing is posted to a worker afterwards. NULL is fine. */
void rd_follower_stop(struct rd_follower *follower);
/* Once the workers are gone. NULL is fine. */
void rd_follower_free(struct rd_follower *follower);

#endif
