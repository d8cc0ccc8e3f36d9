#include "service/read.h"

#include "loop/worker.h"
#include "service/errors.h"

static void done(void *context, int error, const struct reg_error_info *info, struct reg_bytes message)
{
    struct rd_call *call = context;

    if (error < 0)
        rd_call_fail_error(call, error, info);
    else
        rd_call_reply(call, message);
    rd_call_release(call);
}

void rd_read_answer(struct rd_call *call, struct reg_bytes message, rd_read read)
{
    rd_call_hold(call);
    read(rd_worker_reader(rd_call_worker(call)), rd_call_caller(call), message, done, call);
}
