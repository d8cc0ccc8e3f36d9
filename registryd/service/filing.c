#include "service/filing.h"

#include <stdlib.h>

#include "server.h"
#include "service/errors.h"
#include "service/read.h"
#include "writer/writer.h"

/* A SubmitFiling, or another step of a case, on its way; it lives from the call to the answer, on the call's worker but for its time with the writer. */
struct submission {
    struct rd_filing filing; /* first: the task that comes back is its first member */
    struct rd_call *call;    /* held */
};

void rd_filing_validate(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_validate_filing);
}

void rd_filing_get_case(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_get_case);
}

void rd_filing_check_name(struct rd_call *call, struct reg_bytes message)
{
    rd_read_in_pool(call, message, reg_check_name);
}

void rd_filing_list_cases(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_list_cases);
}

static void end(struct submission *submission)
{
    reg_request_free(submission->filing.request);
    rd_call_release(submission->call);
    free(submission);
}

static void answer(struct submission *submission)
{
    struct reg_data message = {NULL, 0};
    int r = reg_request_answer(submission->filing.request, &message);

    if (r < 0)
        rd_call_fail_error(submission->call, r, NULL);
    else
        rd_call_reply(submission->call, reg_bytes_of(&message));
    reg_data_clear(&message);
    end(submission);
}

static void fail(struct submission *submission, int error, const struct reg_error_info *info)
{
    rd_call_fail_error(submission->call, error, info);
    end(submission);
}

/* Prepares on the worker (rules and merging, against the worker's own reader), then hands over to the writer. */
static void prepare(struct submission *submission)
{
    struct rd_filing *filing = &submission->filing;
    struct rd_server *server = rd_worker_context(filing->worker);
    struct reg_error_info info = {"", ""};
    int r = reg_request_prepare(filing->request, rd_worker_reader(filing->worker), &info);

    if (r < 0) {
        fail(submission, r, &info);
        return;
    }
    if (reg_request_state(filing->request) == REG_REQUEST_ANSWERED) {
        answer(submission);
        return;
    }
    switch (rd_writer_push(server->writer, filing)) {
    case RD_PUSH_OK:
        return;
    case RD_PUSH_FULL:
        rd_call_fail(submission->call, RD_RESOURCE_EXHAUSTED,
                     "too many filings wait; try again in a second with the same request_id / "
                     "等待办理的申请过多，请稍后以同一 request_id 重试");
        break;
    case RD_PUSH_STOPPED:
        rd_call_fail(
            submission->call, RD_UNAVAILABLE,
            "the server is going down; try again with the same request_id / 服务器正在停机，请以同一 request_id 重试");
        break;
    }
    end(submission);
}

static void back(struct rd_task *task, struct rd_worker *worker)
{
    struct submission *submission = (struct submission *)task;

    (void)worker;
    switch (submission->filing.fate) {
    case RD_FATE_WRITTEN:
        answer(submission);
        break;
    case RD_FATE_AGAIN:
        /* nobody waits: what is not written yet need not be */
        if (rd_call_done(submission->call))
            end(submission);
        else
            prepare(submission);
        break;
    case RD_FATE_FAILED:
        fail(submission, submission->filing.error, &submission->filing.info);
        break;
    }
}

void rd_filing_step(struct rd_call *call, enum reg_step step, struct reg_bytes message)
{
    struct rd_server *server = rd_worker_context(rd_call_worker(call));
    struct submission *submission = calloc(1, sizeof *submission);
    struct reg_error_info info = {"", ""};
    int r;

    if (submission == NULL) {
        rd_call_fail_error(call, REG_ERR_NOMEM, NULL);
        return;
    }
    r = reg_request_new_step(server->engine, step, rd_call_caller(call), message, &submission->filing.request, &info);
    if (r < 0) {
        rd_call_fail_error(call, r, &info);
        free(submission);
        return;
    }
    submission->filing.back.run = back;
    submission->filing.worker = rd_call_worker(call);
    submission->filing.hash = reg_request_hash(submission->filing.request);
    submission->call = call;
    rd_call_hold(call);
    prepare(submission);
}

void rd_filing_submit(struct rd_call *call, struct reg_bytes message)
{
    rd_filing_step(call, REG_STEP_FILE, message);
}

void rd_filing_supplement(struct rd_call *call, struct reg_bytes message)
{
    rd_filing_step(call, REG_STEP_SUPPLEMENT, message);
}

void rd_filing_decide(struct rd_call *call, struct reg_bytes message)
{
    rd_filing_step(call, REG_STEP_DECIDE, message);
}

void rd_filing_withdraw(struct rd_call *call, struct reg_bytes message)
{
    rd_filing_step(call, REG_STEP_WITHDRAW, message);
}

void rd_filing_resume(struct rd_call *call, struct reg_bytes message)
{
    rd_filing_step(call, REG_STEP_WAKE, message);
}

void rd_filing_reserve_name(struct rd_call *call, struct reg_bytes message)
{
    rd_filing_step(call, REG_STEP_RESERVE, message);
}
