/* licence sign --pending: the credentials of licences that were imported. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <registry/import.h>

#include "ctl.h"

#define ATTEMPTS 3 /* of a licence that changes meanwhile */

/* One run; requests of a batch are prepared and signed by several threads, and appended by this one. */
struct run {
    struct ctl_progress progress;
    struct reg_engine *engine;
    struct reg_reader *readers[CTL_THREADS_MAX];
    size_t threads;
    struct reg_request *requests[REG_BATCH_MAX];
    size_t count;
    uint64_t signed_count, skipped, failed;
    struct reg_error_info info;
    int error; /* of the batch's collection */
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

static bool collect(void *context, const char *code, struct reg_bytes message)
{
    struct run *run = context;
    struct reg_caller caller = ctl_operator(run->engine);

    (void)code;
    run->error = reg_request_new_step(run->engine, REG_STEP_SIGN, &caller, message, &run->requests[run->count], &run->info);
    run->count += run->error == 0;
    return run->error == 0 && run->count < REG_BATCH_MAX;
}

/* A request that is of no use is given up, the others go on. */
static void give_up(struct run *run, size_t index, int error, const struct reg_error_info *info)
{
    if (error == REG_ERR_EXISTS)
        __atomic_add_fetch(&run->skipped, 1, __ATOMIC_RELAXED);
    else {
        __atomic_add_fetch(&run->failed, 1, __ATOMIC_RELAXED);
        fprintf(stderr, "registryctl: %s / %s\n", info->zh, info->en);
    }
    reg_request_free(run->requests[index]);
    run->requests[index] = NULL;
}

static int prepare_part(void *context, size_t part, size_t parts)
{
    struct run *run = context;

    for (size_t i = part; i < run->count; i += parts) {
        struct reg_error_info info = {0};
        int error = reg_request_state(run->requests[i]) == REG_REQUEST_AGAIN
                        ? reg_request_prepare(run->requests[i], run->readers[part], &info)
                        : 0;

        if (error == REG_ERR_UNAVAILABLE || error == REG_ERR_NOMEM)
            return error;
        if (error != 0)
            give_up(run, i, error, &info);
    }
    return 0;
}

static int sign_part(void *context, size_t part, size_t parts)
{
    struct run *run = context;

    for (size_t i = part; i < run->count; i += parts)
        if (reg_request_state(run->requests[i]) == REG_REQUEST_QUEUE)
            (void)!reg_request_sign(run->requests[i], NULL); /* its error stays with it */
    return 0;
}

/* Those that are left, in order. */
static void close_ranks(struct run *run)
{
    size_t count = 0;

    for (size_t i = 0; i < run->count; i++)
        if (run->requests[i])
            run->requests[count++] = run->requests[i];
    run->count = count;
}

/* Answered ones are done with; who lost a race is prepared again. */
static void take_answers(struct run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        struct reg_error_info info = {0};
        int error = reg_request_error(run->requests[i], &info);

        if (error != 0) {
            give_up(run, i, error, &info);
        } else if (reg_request_state(run->requests[i]) == REG_REQUEST_ANSWERED) {
            run->signed_count++;
            reg_request_free(run->requests[i]);
            run->requests[i] = NULL;
        }
    }
    close_ranks(run);
}

static int sign_batch(struct run *run)
{
    int error = 0;

    for (unsigned attempt = 0; attempt < ATTEMPTS && run->count > 0 && error == 0; attempt++) {
        error = ctl_parallel(prepare_part, run, run->threads);
        close_ranks(run);
        if (error == 0)
            error = reg_engine_lease(run->engine, run->requests, run->count, &run->info);
        if (error == 0)
            error = ctl_parallel(sign_part, run, run->threads);
        if (error == 0)
            error = reg_engine_append(run->engine, run->requests, run->count, &run->info);
        if (error == 0)
            take_answers(run);
    }
    run->failed += run->count;
    for (size_t i = 0; i < run->count; i++)
        reg_request_free(run->requests[i]);
    run->count = 0;
    return error;
}

static int sign_all(struct run *run)
{
    struct reg_ledger_head head = {0};
    char after[19] = "", last[19];
    int error = reg_ledger_head(run->readers[0], &head, &run->info);

    while (error == 0 && !stopped) {
        error = reg_unsigned_licences(run->readers[0], after, REG_BATCH_MAX, collect, run, last, &run->info);
        if (error == 0)
            error = run->error;
        if (error == 0)
            error = sign_batch(run);
        if (!last[0])
            break;
        memcpy(after, last, sizeof after);
        ctl_progress_draw(&run->progress, run->signed_count, head.size);
    }
    return error;
}

static int run_signing(struct ctl *ctl, struct run *run)
{
    struct sigaction action = {.sa_handler = on_signal};
    int error = 0;

    if (ctl_open(ctl, &run->engine) != 0)
        return CTL_FAULT;
    run->threads = ctl_thread_count();
    for (size_t i = 0; i < run->threads && error == 0; i++)
        error = reg_reader_open(run->engine, &run->readers[i], &run->info);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    ctl_progress_start(&run->progress, "licence sign");
    if (error == 0)
        error = sign_all(run);
    ctl_progress_end(&run->progress);
    for (size_t i = 0; i < run->threads; i++)
        reg_reader_close(run->readers[i]);
    reg_engine_close(run->engine);
    if (ctl->json)
        printf("{\"signed\":%llu,\"failed\":%llu,\"seconds\":%.3f,\"complete\":%s}\n", (unsigned long long)run->signed_count,
               (unsigned long long)run->failed, ctl_progress_seconds(&run->progress), stopped ? "false" : "true");
    else
        printf("补签 signed %llu · 失败 failed %llu · %.1f s\n", (unsigned long long)run->signed_count,
               (unsigned long long)run->failed, ctl_progress_seconds(&run->progress));
    if (error != 0)
        return ctl_fail(error, &run->info);
    return run->failed > 0 || stopped ? CTL_NO : CTL_YES;
}

int ctl_licence_sign(struct ctl *ctl)
{
    struct run run = {0};

    if (!ctl_flag(ctl, "pending"))
        return ctl_usage("请用 --pending", "give --pending");
    if (!ctl_arguments(ctl, 0))
        return CTL_FAULT;
    return run_signing(ctl, &run);
}
