/* A watch on the subject codes: once a minute a worker looks how many are left, and says in the log where they run out. */
#ifndef RD_SERVICE_STOCK_H
#define RD_SERVICE_STOCK_H

#include "loop/worker.h"

/* Starts the watch on a worker, which looks at once; it stops with the worker's loop. Any thread. NULL: out of memory. The caller
 * frees what it gives once the worker is gone. */
struct rd_task *rd_stock_watch(struct rd_worker *worker);

#endif
