#include "service/wake.h"

#include <stdlib.h>

#include "log/log.h"
#include "server.h"

#define PERIOD_S 60
#define AT_ONCE  256 /* the next look takes what is left */

/* A wake on its way through the writer. */
struct wake {
    struct rd_filing filing; /* first: the task that comes back is its first member */
};

static void end(struct wake *wake)
{
    reg_request_free(wake->filing.request);
    free(wake);
}

static void back(struct rd_task *task, struct rd_worker *worker)
{
    struct wake *wake = (struct wake *)task;

    (void)worker;
    if (wake->filing.fate == RD_FATE_FAILED)
        rd_log(RD_LOG_ERROR, "service", "a dormancy could not be ended: %s", wake->filing.info.en);
    end(wake); /* who lost a race, or is not written yet, is found by the next look */
}

static void wake_one(void *context, const struct reg_caller *caller, struct reg_bytes message)
{
    struct rd_worker *worker = context;
    struct rd_server *server = rd_worker_context(worker);
    struct wake *wake = calloc(1, sizeof *wake);
    struct reg_error_info info = {"", ""};
    int r;

    if (wake == NULL)
        return;
    r = reg_request_new_step(server->engine, REG_STEP_WAKE, caller, message, &wake->filing.request, &info);
    if (r == 0)
        r = reg_request_prepare(wake->filing.request, rd_worker_reader(worker), &info);
    if (r < 0) {
        rd_log(RD_LOG_ERROR, "service", "a dormancy could not be ended: %s", info.en);
        end(wake);
        return;
    }
    wake->filing.back.run = back;
    wake->filing.worker = worker;
    wake->filing.hash = reg_request_hash(wake->filing.request);
    if (reg_request_state(wake->filing.request) == REG_REQUEST_ANSWERED ||
        rd_writer_push(server->writer, &wake->filing) != RD_PUSH_OK)
        end(wake);
}

/* Looks, and comes back in a minute. */
static void look(struct rd_task *task, struct rd_worker *worker)
{
    struct reg_error_info info = {"", ""};

    if (reg_due_wakes(rd_worker_reader(worker), AT_ONCE, wake_one, worker, &info) < 0)
        rd_log(RD_LOG_ERROR, "service", "%s", info.en);
    if (!rd_worker_after(worker, PERIOD_S, task))
        rd_log(RD_LOG_ERROR, "service", "the clock of dormancies has stopped: restart the daemon");
}

struct rd_task *rd_wake_start(struct rd_worker *worker)
{
    struct rd_task *task = calloc(1, sizeof *task);

    if (task == NULL)
        return NULL;
    task->run = look;
    rd_worker_post(worker, task);
    return task;
}
