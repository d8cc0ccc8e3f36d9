/* Appending a batch: the writer's transaction, decided in arrival order (docs/architecture.md, the writer). */
#include "engine/revision.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "engine/tail.h"

static bool same_text(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* Is the catalogue that the request was prepared by, or is to follow, another one now? */
static bool catalogue_outdated(const struct reg_request *request, const struct reg_query *now)
{
    const struct reg_engine *engine = request->engine;
    unsigned last = now->catalogue_count > 0 ? now->catalogues[0].revision : 0;

    if (request->revision)
        return last + 1 != request->revision->number;
    if (reg_request_administers(request))
        return false;
    return last != reg_revision_newest(engine)->number || request->prep.revision != reg_revision_today(engine);
}

/* What a request relied on and what the register says now, under the lock. */
static bool view_outdated(const struct reg_request *request, const struct reg_query *now)
{
    if (reg_request_restricts(request))
        return reg_restriction_outdated(request, now);
    if (catalogue_outdated(request, now))
        return true;
    if (now->restriction_count != request->prep.restriction_count)
        return true;
    for (size_t i = 0; i < now->restriction_count; i++)
        if (now->restrictions[i].position >= request->prep.view_size)
            return true;
    for (size_t i = 0; i < now->licence_count; i++)
        if (now->licences[i].position >= request->prep.view_size)
            return true;
    if (request->case_number && (now->case_count == 0 || now->cases[0].position != request->case_position))
        return true;
    if (now->branch_count != request->prep.view.subject.branches ||
        reg_name_need_equal(&request->prep.name_need, now) != request->prep.name_need.equal)
        return true;
    return request->pending.name_key && now->name_code && strcmp(now->name_code, request->code) != 0 &&
           !same_text(now->name_code, request->prep.needs.subject);
}

/* Does the request look at the restrictions of that subject? */
static bool relies_on(const struct reg_request *request, const char *subject)
{
    for (size_t i = 0; i < request->prep.subject_count; i++)
        if (same_text(request->prep.subjects[i], subject))
            return true;
    return false;
}

/* What an earlier request of this batch has taken. */
static bool batch_took(const struct reg_request *request, struct reg_pending *const *taken, size_t count)
{
    const struct reg_register_needs *needs = &request->prep.needs;

    for (size_t i = 0; i < count; i++) {
        const struct reg_pending *other = taken[i];

        if (other->request && same_text(other->request->caller, request->caller) &&
            same_text(other->request->request_id, request->request_id))
            return true;
        if (other->restricts && relies_on(request, other->restricts))
            return true;
        if (request->case_number && other->goes_on && other->case_number == request->case_number)
            return true;
        if (other->catalogue && (request->revision || other->catalogue->effective <= request->prep.day))
            return true;
        if (reg_pool_depends(request, other))
            return true;
        if (request->prep.name_need.wanted && reg_name_rows_meet(other, &request->pending))
            return true;
        if (!other->licence)
            continue;
        if (same_text(other->licence->code, needs->code) || same_text(other->licence->code, needs->parent) ||
            same_text(other->licence->code, needs->subject) || same_text(other->licence->parent, needs->subject))
            return true;
        for (size_t j = 0; j < needs->reference_count; j++)
            if (same_text(other->licence->code, needs->references[j]))
                return true;
        if (request->pending.licence && other->authority == request->pending.authority &&
            same_text(other->name_key, request->pending.name_key))
            return true;
    }
    return false;
}

/* What the register says now of what a request relied on, and the case that it goes on with; read under the lock. */
struct now {
    struct reg_query view, held;
};

/* What is to be asked, put behind `*last`, which moves on. */
static int ask_again(struct reg_request *request, struct now *now, struct reg_query ***last)
{
    struct reg_engine *engine = request->engine;
    bool alone = reg_request_administers(request) || reg_request_restricts(request); /* it has no filing */
    uint32_t authority = alone ? engine->facts.authority : request->prep.whole->authority;
    int error = reg_register_query_fill(&request->prep.needs, authority, request->work, &now->view);

    if (error != 0)
        return error;
    reg_name_need_ask(&request->prep.name_need, true, &now->view);
    now->view.subjects = request->prep.subjects;
    now->view.subject_count = request->prep.subject_count;
    now->view.caller = request->caller;
    now->view.request_id = request->request_id;
    **last = &now->view;
    *last = &now->view.next;
    if (request->case_number) {
        now->held = (struct reg_query){.kind = REG_QUERY_CASE, .number = request->case_number};
        **last = &now->held;
        *last = &now->held.next;
    }
    return 0;
}

static bool is_open(const struct reg_request *request)
{
    return request->state == REG_REQUEST_QUEUE && request->error == 0;
}

/* Takes the lock, and reads of all requests that are open what the register says now. */
static int begin_reading(struct reg_engine *engine, struct reg_request *const *requests, size_t count, struct now *now,
                         struct reg_error_info *info)
{
    struct reg_query *first = NULL, **last = &first;
    int error = now ? 0 : REG_ERR_NOMEM;

    for (size_t i = 0; i < count && error == 0; i++)
        if (is_open(requests[i]))
            error = ask_again(requests[i], &now[i], &last);
    return error == 0 ? reg_engine_begin(engine, first, info) : error;
}

static void free_now(struct now *now, size_t count)
{
    for (size_t i = 0; now && i < count; i++) {
        reg_query_clear(&now[i].view);
        reg_query_clear(&now[i].held);
    }
    free(now);
}

/* The request's id was seen: its stored outcome, or an error of its own. */
static int settle(struct reg_request *request, const struct reg_query *view)
{
    struct reg_engine *engine = request->engine;
    struct reg_query entry = {.kind = REG_QUERY_ENTRIES, .from = view->request->position, .limit = 1};
    int error = engine->store->ops->read(engine->store, &entry);

    if (error == 0) {
        request->error =
            reg_request_settle(request, view->request->position, view->request->digest, &entry, &request->error_info);
        reg_query_clear(&entry);
    }
    return error;
}

/* The case that the request goes on with, as it is now; none where its key was destroyed. */
static void show_case(struct now *now)
{
    const struct reg_query *held = &now->held;

    if (held->case_count > 0 && held->entry_count > 0 && held->entries[0].wrapped_key.len > 0) {
        now->view.cases = held->cases;
        now->view.case_count = 1;
    }
}

/* Decides one request; adds it to `taken` where it is to be appended. */
static int decide(struct reg_request *request, struct now *now, struct reg_pending **taken, size_t *count)
{
    int error;

    if (now->view.request)
        return settle(request, &now->view);
    show_case(now);
    if (view_outdated(request, &now->view) || batch_took(request, taken, *count)) {
        request->state = REG_REQUEST_AGAIN;
        return 0;
    }
    error = reg_pool_judge(request, &request->error_info);
    if (error == REG_ERR_INVALID) {
        request->error = error;
        return 0;
    }
    if (error != 0)
        return error;
    if (request->has_second) /* it gives up its name first */
        taken[(*count)++] = &request->second.pending;
    taken[(*count)++] = &request->pending;
    return 0;
}

/* Gives the error to those that are neither answered nor to be prepared again. */
static void fail_rest(struct reg_request *const *requests, size_t count, int error, const struct reg_error_info *info)
{
    for (size_t i = 0; i < count; i++)
        if (is_open(requests[i])) {
            requests[i]->error = error;
            requests[i]->error_info = *info;
        }
}

/* Gives those whose ids are there what is there. */
static int settle_found(struct reg_request *const *requests, size_t count, const struct now *now, bool *ret_found)
{
    int error = 0;

    for (size_t i = 0; i < count && error == 0; i++)
        if (is_open(requests[i]) && now[i].view.request) {
            error = settle(requests[i], &now[i].view);
            *ret_found = true;
        }
    return error;
}

/* COMMIT did not end clean, for a `cause`: take the lock, then ask for the ids. Found: answered once a further commit ended
 * clean. Absent: the caller repeats; where all are, the cause is the batch's error. Nobody is answered otherwise. */
static int settle_unclear(struct reg_engine *engine, struct reg_request *const *requests, size_t count, int cause,
                          const struct reg_error_info *cause_info, struct reg_error_info *info)
{
    struct now *now = calloc(count, sizeof *now);
    bool found = false;
    int error = begin_reading(engine, requests, count, now, info);

    if (error == 0)
        error = settle_found(requests, count, now, &found);
    free_now(now, count);
    if (error == 0)
        error = found ? reg_engine_commit(engine, info) : engine->store->ops->commit(engine->store, info);
    if (error != 0) {
        engine->store->ops->rollback(engine->store);
        return error;
    }
    if (found)
        fail_rest(requests, count, cause, cause_info);
    else if (info)
        *info = *cause_info;
    return found ? 0 : cause;
}

int reg_engine_begin(struct reg_engine *engine, struct reg_query *queries, struct reg_error_info *info)
{
    engine->tail->inserted = 0; /* what an earlier transaction that was rolled back left there never came to be */
    return engine->store->ops->begin(engine->store, queries, info);
}

int reg_engine_commit(struct reg_engine *engine, struct reg_error_info *info)
{
    int error = engine->store->ops->commit(engine->store, info);

    if (error == 0)
        reg_tail_know(engine->tail, engine->tail->inserted);
    return error;
}

static int append_group(struct reg_engine *engine, struct reg_request *const *requests, size_t count,
                        struct reg_error_info *info);

/* A unique key was lost though the reads saw nothing: each request alone, once. An error is the batch's while nothing is
 * appended, later it is that of those that are left. */
static int append_singly(struct reg_engine *engine, struct reg_request *const *requests, size_t count,
                         struct reg_error_info *info)
{
    struct reg_error_info detail = {0};
    bool appended = false;
    int error = 0;

    for (size_t i = 0; i < count && error == 0; i++)
        if (is_open(requests[i])) {
            error = append_group(engine, &requests[i], 1, &detail);
            appended = appended || requests[i]->state == REG_REQUEST_ANSWERED;
        }
    if (error != 0 && appended) {
        fail_rest(requests, count, error, &detail);
        return 0;
    }
    if (error != 0 && info)
        *info = detail;
    return error;
}

/* A transaction that found requests' outcomes ended with nothing: they are not answered by it. What another's COMMIT left may
 * not be with the standby yet. */
static void unsettle(struct reg_request *const *requests, size_t count, const bool *open)
{
    for (size_t i = 0; i < count; i++)
        if (open[i] && requests[i]->state == REG_REQUEST_ANSWERED) {
            reg_data_clear(&requests[i]->answer);
            requests[i]->state = REG_REQUEST_QUEUE;
        }
}

/* Decides those that are open, and appends what is to be; `*ret_refused`: nothing of it is there. */
static int append_open(struct reg_engine *engine, struct reg_request *const *requests, const bool *open, size_t count,
                       struct now *now, bool *ret_refused, struct reg_error_info *info)
{
    struct reg_pending *taken[2 * REG_BATCH_MAX];
    size_t taken_count = 0;
    int error = 0;

    for (size_t i = 0; i < count && error == 0; i++)
        if (open[i])
            error = decide(requests[i], &now[i], taken, &taken_count);
    *ret_refused = error != 0;
    if (error != 0)
        return error;
    if (taken_count > 0)
        return reg_pending_append(engine, taken, taken_count, ret_refused, info);
    return reg_engine_commit(engine, info);
}

/* The batch did not end well: rolled back for certain, or to be asked for. */
static int append_failed(struct reg_engine *engine, struct reg_request *const *requests, const bool *open, size_t count,
                         bool refused, int error, const struct reg_error_info *detail, struct reg_error_info *info)
{
    engine->store->ops->rollback(engine->store);
    unsettle(requests, count, open);
    if (!refused) {
        error = settle_unclear(engine, requests, count, error, detail, info);
        if (error != 0)
            unsettle(requests, count, open);
        return error;
    }
    if (error != REG_ERR_CONFLICT) {
        if (info)
            *info = *detail;
        return error;
    }
    if (count > 1)
        return append_singly(engine, requests, count, info);
    requests[0]->state = REG_REQUEST_AGAIN;
    return 0;
}

static int append_group(struct reg_engine *engine, struct reg_request *const *requests, size_t count,
                        struct reg_error_info *info)
{
    struct now *now = calloc(count, sizeof *now);
    bool open[REG_BATCH_MAX] = {false}; /* as the transaction begins */
    struct reg_error_info detail = {0};
    bool refused = false;
    int error = begin_reading(engine, requests, count, now, info);

    for (size_t i = 0; i < count && error == 0; i++)
        open[i] = is_open(requests[i]);
    if (error != 0) {
        free_now(now, count);
        return error;
    }
    error = append_open(engine, requests, open, count, now, &refused, &detail);
    free_now(now, count);
    if (error != 0)
        return append_failed(engine, requests, open, count, refused, error, &detail, info);
    for (size_t i = 0; i < count; i++)
        if (is_open(requests[i])) {
            requests[i]->state = REG_REQUEST_ANSWERED;
            reg_publication_appended(requests[i]);
        }
    return 0;
}

int reg_engine_append(struct reg_engine *engine, struct reg_request *const *requests, size_t count,
                      struct reg_error_info *info)
{
    if (count > REG_BATCH_MAX)
        return REG_ERR_LIMIT;
    return append_group(engine, requests, count, info);
}

static int submit_once(struct reg_engine *engine, struct reg_request *request, struct reg_reader *reader,
                       struct reg_error_info *info)
{
    int error = reg_request_prepare(request, reader, info);

    if (error != 0 || request->state != REG_REQUEST_QUEUE)
        return error;
    error = reg_engine_lease(engine, &request, 1, info);
    if (error == 0)
        error = reg_request_error(request, info);
    if (error == 0)
        error = reg_request_sign(request, info);
    if (error == 0)
        error = reg_engine_append(engine, &request, 1, info);
    return error != 0 ? error : reg_request_error(request, info);
}

int reg_engine_submit(struct reg_engine *engine, const struct reg_caller *caller, struct reg_bytes message,
                      struct reg_data *ret_message, struct reg_error_info *info)
{
    return reg_engine_step(engine, REG_STEP_FILE, caller, message, ret_message, info);
}

int reg_engine_step(struct reg_engine *engine, enum reg_step step, const struct reg_caller *caller, struct reg_bytes message,
                    struct reg_data *ret_message, struct reg_error_info *info)
{
    struct reg_request *request = NULL;
    struct reg_reader *reader = NULL;
    int error = reg_request_new_step(engine, step, caller, message, &request, info);

    if (error == 0)
        error = reg_reader_open(engine, &reader, info);
    while (error == 0 && request->state == REG_REQUEST_AGAIN)
        error = submit_once(engine, request, reader, info);
    if (error == 0)
        error = reg_request_answer(request, ret_message);
    reg_reader_close(reader);
    reg_request_free(request);
    return error;
}
