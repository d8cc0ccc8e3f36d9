/* The clock that ends dormancies: once a minute a worker looks for those that are over and has the writer append their `wake`. */
#ifndef RD_SERVICE_WAKE_H
#define RD_SERVICE_WAKE_H

#include "loop/worker.h"

/* Starts the clock on a worker, which looks at once; it stops with the worker's loop. Any thread. NULL: out of memory. The caller
 * frees what it gives once the worker is gone. */
struct rd_task *rd_wake_start(struct rd_worker *worker);

#endif
