#include "service/read.h"

#include <stdlib.h>
#include <string.h>

#include "loop/worker.h"
#include "server.h"
#include "service/errors.h"
#include "writer/pool.h"

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

/* ---- in the pool --------------------------------------------------------------------------------------------------- */

/* A read in the pool: what costs as much as a hundred look-ups. */
struct pooled {
    struct rd_pool_job job; /* first */
    struct rd_task back;
    struct rd_worker *worker;
    struct rd_call *call; /* held; touched on its worker alone */
    const struct reg_caller *caller;
    rd_read read;
    int error;
    struct reg_error_info info;
    struct reg_data response;
    size_t len;
    uint8_t message[];
};

static void pool_back(struct rd_task *task, struct rd_worker *worker)
{
    struct pooled *v = (struct pooled *)((char *)task - offsetof(struct pooled, back));

    (void)worker;
    if (v->error < 0)
        rd_call_fail_error(v->call, v->error, &v->info);
    else
        rd_call_reply(v->call, reg_bytes_of(&v->response));
    rd_call_release(v->call);
    free(v->response.data);
    free(v);
}

static void pool_done(void *context, int error, const struct reg_error_info *info, struct reg_bytes message)
{
    struct pooled *v = context;

    v->error = error;
    if (error < 0 && info != NULL)
        v->info = *info;
    if (error == 0) {
        v->response.data = malloc(message.len + 1);
        if (v->response.data == NULL) {
            v->error = REG_ERR_NOMEM;
        } else {
            if (message.len > 0)
                memcpy(v->response.data, message.data, message.len);
            v->response.len = message.len;
        }
    }
    rd_worker_post(v->worker, &v->back);
}

static void pool_run(struct rd_pool_job *job, struct reg_reader *reader)
{
    struct pooled *v = (struct pooled *)job;

    v->read(reader, v->caller, (struct reg_bytes){v->message, v->len}, pool_done, v);
}

void rd_read_in_pool(struct rd_call *call, struct reg_bytes message, rd_read read)
{
    struct rd_server *server = rd_worker_context(rd_call_worker(call));
    struct pooled *v = calloc(1, sizeof *v + message.len + 1);

    if (v == NULL) {
        rd_call_fail_error(call, REG_ERR_NOMEM, NULL);
        return;
    }
    v->job.run = pool_run;
    v->back.run = pool_back;
    v->worker = rd_call_worker(call);
    v->call = call;
    v->caller = rd_call_caller(call);
    v->read = read;
    v->len = message.len;
    if (message.len > 0)
        memcpy(v->message, message.data, message.len);
    rd_call_hold(call);
    if (rd_pool_submit(server->pool, &v->job))
        return;
    rd_call_fail(call, RD_RESOURCE_EXHAUSTED,
                 "too many requests wait to be worked on; try again in a second / 等待处理的请求过多，请稍后重试");
    rd_call_release(call);
    free(v);
}
