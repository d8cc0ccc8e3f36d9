#include "service/licence.h"

#include <stdlib.h>
#include <string.h>

#include "server.h"
#include "service/errors.h"
#include "service/read.h"
#include "writer/pool.h"

/* A VerifyCredential in the pool: a signature check costs what a hundred look-ups cost. */
struct verification {
    struct rd_pool_job job; /* first */
    struct rd_task back;
    struct rd_worker *worker;
    struct rd_call *call; /* held; touched on its worker alone */
    const struct reg_caller *caller;
    int error;
    struct reg_error_info info;
    struct reg_data response;
    size_t len;
    uint8_t message[];
};

void rd_licence_get(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_get_licence);
}

void rd_licence_history(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_get_licence_history);
}

void rd_licence_batch(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_batch_get_licences);
}

static void back(struct rd_task *task, struct rd_worker *worker)
{
    struct verification *v = (struct verification *)((char *)task - offsetof(struct verification, back));

    (void)worker;
    if (v->error < 0)
        rd_call_fail_error(v->call, v->error, &v->info);
    else
        rd_call_reply(v->call, reg_bytes_of(&v->response));
    rd_call_release(v->call);
    free(v->response.data);
    free(v);
}

static void done(void *context, int error, const struct reg_error_info *info, struct reg_bytes message)
{
    struct verification *v = context;

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

static void run(struct rd_pool_job *job, struct reg_reader *reader)
{
    struct verification *v = (struct verification *)job;

    reg_verify_credential(reader, v->caller, (struct reg_bytes){v->message, v->len}, done, v);
}

void rd_licence_verify(struct rd_call *call, struct reg_bytes message)
{
    struct rd_server *server = rd_worker_context(rd_call_worker(call));
    struct verification *v = calloc(1, sizeof *v + message.len + 1);

    if (v == NULL) {
        rd_call_fail_error(call, REG_ERR_NOMEM, NULL);
        return;
    }
    v->job.run = run;
    v->back.run = back;
    v->worker = rd_call_worker(call);
    v->call = call;
    v->caller = rd_call_caller(call);
    v->len = message.len;
    if (message.len > 0)
        memcpy(v->message, message.data, message.len);
    rd_call_hold(call);
    if (rd_pool_submit(server->pool, &v->job))
        return;
    rd_call_fail(call, RD_RESOURCE_EXHAUSTED,
                 "too many credentials wait to be verified; try again in a second / 等待验证的凭证过多，请稍后重试");
    rd_call_release(call);
    free(v);
}
