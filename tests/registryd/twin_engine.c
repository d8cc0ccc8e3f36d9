#include "twin_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reg_request {
    struct reg_engine *engine;
    char uri[32], id[16];
    char script;
    unsigned prepared;
    bool raced;
    int error;
    enum reg_request_state state;
};

struct reg_reader {
    struct reg_engine *engine;
};

void twin_engine_init(struct reg_engine *engine)
{
    memset(engine, 0, sizeof *engine);
    engine->allowed = SIZE_MAX;
    pthread_mutex_init(&engine->lock, NULL);
    pthread_cond_init(&engine->changed, NULL);
}

static size_t count_of(const struct reg_engine *engine, const char *id)
{
    size_t n = 0;

    for (size_t i = 0; i < engine->written_count; i++)
        n += strcmp(engine->written[i], id) == 0;
    return n;
}

size_t twin_engine_written(struct reg_engine *engine, const char *id)
{
    size_t n;

    pthread_mutex_lock(&engine->lock);
    n = count_of(engine, id);
    pthread_mutex_unlock(&engine->lock);
    return n;
}

void twin_engine_allow(struct reg_engine *engine, size_t commits)
{
    pthread_mutex_lock(&engine->lock);
    engine->allowed = commits;
    pthread_cond_broadcast(&engine->changed);
    pthread_mutex_unlock(&engine->lock);
}

void twin_engine_set_unavailable(struct reg_engine *engine, bool unavailable)
{
    pthread_mutex_lock(&engine->lock);
    engine->unavailable = unavailable;
    pthread_mutex_unlock(&engine->lock);
}

void twin_engine_wait(struct reg_engine *engine, const size_t *counter, size_t value)
{
    pthread_mutex_lock(&engine->lock);
    while (*counter != value)
        pthread_cond_wait(&engine->changed, &engine->lock);
    pthread_mutex_unlock(&engine->lock);
}

int reg_reader_open(struct reg_engine *engine, struct reg_reader **ret_reader, struct reg_error_info *info)
{
    (void)info;
    *ret_reader = calloc(1, sizeof **ret_reader);
    if (*ret_reader == NULL)
        return REG_ERR_NOMEM;
    (*ret_reader)->engine = engine;
    pthread_mutex_lock(&engine->lock);
    engine->readers++;
    pthread_mutex_unlock(&engine->lock);
    return 0;
}

void reg_reader_close(struct reg_reader *reader)
{
    if (reader == NULL)
        return;
    pthread_mutex_lock(&reader->engine->lock);
    reader->engine->readers--;
    pthread_mutex_unlock(&reader->engine->lock);
    free(reader);
}

int reg_request_new(struct reg_engine *engine, const struct reg_caller *caller, struct reg_bytes message,
                    struct reg_request **ret_request, struct reg_error_info *info)
{
    return reg_request_new_step(engine, REG_STEP_FILE, caller, message, ret_request, info);
}

int reg_request_new_step(struct reg_engine *engine, enum reg_step step, const struct reg_caller *caller,
                         struct reg_bytes message, struct reg_request **ret_request, struct reg_error_info *info)
{
    struct reg_request *request;
    const char *text = (const char *)message.data, *colon = memchr(text, ':', message.len);
    size_t len = colon != NULL ? (size_t)(colon - text) : message.len;

    if (colon != NULL && colon[1] == 'N') {
        snprintf(info->en, sizeof info->en, "filing.entity has no field 99");
        snprintf(info->zh, sizeof info->zh, "filing.entity 没有字段 99");
        return REG_ERR_UNKNOWN_FIELD;
    }
    request = calloc(1, sizeof *request);
    if (request == NULL)
        return REG_ERR_NOMEM;
    (void)step;
    request->engine = engine;
    snprintf(request->uri, sizeof request->uri, "%s", caller->uri);
    snprintf(request->id, sizeof request->id, "%.*s", (int)len, text);
    request->script = colon != NULL ? colon[1] : ' ';
    *ret_request = request;
    return 0;
}

void reg_request_free(struct reg_request *request)
{
    free(request);
}

int reg_request_prepare(struct reg_request *request, struct reg_reader *reader, struct reg_error_info *info)
{
    (void)info;
    pthread_mutex_lock(&reader->engine->lock);
    reader->engine->prepared++;
    request->state = count_of(reader->engine, request->id) > 0 ? REG_REQUEST_ANSWERED : REG_REQUEST_QUEUE;
    pthread_mutex_unlock(&reader->engine->lock);
    request->error = 0;
    return request->state == REG_REQUEST_QUEUE && request->prepared++ == 3 ? REG_ERR_CONFLICT : 0;
}

enum reg_request_state reg_request_state(const struct reg_request *request)
{
    return request->state;
}

uint64_t reg_request_hash(const struct reg_request *request)
{
    return (uint64_t)request->id[0]; /* poor on purpose: reg_request_same decides */
}

bool reg_request_same(const struct reg_request *a, const struct reg_request *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->uri, b->uri) == 0;
}

int reg_engine_lease(struct reg_engine *engine, struct reg_request *const *requests, size_t count,
                     struct reg_error_info *info)
{
    (void)engine;
    (void)info;
    for (size_t i = 0; i < count; i++)
        if (requests[i]->script == 'E')
            requests[i]->error = REG_ERR_EXHAUSTED;
    return 0;
}

int reg_request_sign(struct reg_request *request, struct reg_error_info *info)
{
    (void)info;
    pthread_mutex_lock(&request->engine->lock);
    request->engine->signed_count++;
    pthread_cond_broadcast(&request->engine->changed);
    pthread_mutex_unlock(&request->engine->lock);
    return request->script == 'S' ? REG_ERR_CRYPTO : 0;
}

static void append_one(struct reg_engine *engine, struct reg_request *request)
{
    if (request->script == 'L' && !request->raced) {
        request->raced = true;
        request->state = REG_REQUEST_AGAIN;
        return;
    }
    if (count_of(engine, request->id) == 0)
        snprintf(engine->written[engine->written_count++ % 1024], sizeof engine->written[0], "%s", request->id);
    request->state = REG_REQUEST_ANSWERED;
}

int reg_engine_append(struct reg_engine *engine, struct reg_request *const *requests, size_t count,
                      struct reg_error_info *info)
{
    int r = 0;

    (void)info;
    pthread_mutex_lock(&engine->lock);
    engine->appending++;
    pthread_cond_broadcast(&engine->changed);
    while (engine->commits >= engine->allowed)
        pthread_cond_wait(&engine->changed, &engine->lock);
    engine->appending--;
    if (engine->unavailable)
        r = REG_ERR_UNAVAILABLE;
    for (size_t i = 0; i < count; i++)
        if (requests[i]->script == 'B')
            r = REG_ERR_CORRUPT;
    for (size_t i = 0; i < count && r == 0; i++)
        append_one(engine, requests[i]);
    if (r == 0) {
        engine->commits++;
        engine->largest = count > engine->largest ? count : engine->largest;
    }
    pthread_mutex_unlock(&engine->lock);
    return r;
}

int reg_request_error(const struct reg_request *request, struct reg_error_info *info)
{
    (void)info;
    return request->error;
}

int reg_request_answer(const struct reg_request *request, struct reg_data *ret_message)
{
    char text[64];

    snprintf(text, sizeof text, "answer to %s", request->id);
    ret_message->data = (uint8_t *)strdup(text);
    ret_message->len = strlen(text);
    return ret_message->data == NULL ? REG_ERR_NOMEM : 0;
}

static void answer_read(const char *what, struct reg_bytes message, reg_read_callback done, void *context)
{
    struct reg_error_info info = {"没有", "there is none"};
    char text[128];

    if (message.len == 4 && memcmp(message.data, "none", 4) == 0) {
        done(context, REG_ERR_NOT_FOUND, &info, (struct reg_bytes){NULL, 0});
        return;
    }
    snprintf(text, sizeof text, "%s of %.*s", what, (int)message.len, (const char *)message.data);
    done(context, 0, NULL, (struct reg_bytes){(const uint8_t *)text, strlen(text)});
}

void reg_validate_filing(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                         reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("findings", message, done, context);
}

void reg_get_case(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                  reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("case", message, done, context);
}

void reg_check_name(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                    reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("names near", message, done, context);
}

void reg_get_licence(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                     reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("licence", message, done, context);
}

void reg_get_licence_history(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                             reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("history", message, done, context);
}

void reg_batch_get_licences(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                            reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("licences", message, done, context);
}

void reg_search_licences(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                         reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("found", message, done, context);
}

void reg_verify_credential(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                           reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("verdict", message, done, context);
}

void reg_list_items(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                    reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("items", message, done, context);
}

void reg_get_form(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                  reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("form", message, done, context);
}

void reg_list_rules(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                    reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("rules", message, done, context);
}

void reg_list_pools(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                    reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("pools", message, done, context);
}

int reg_code_stocks(struct reg_reader *reader, reg_stock_callback stock, void *context, struct reg_error_info *info)
{
    (void)reader;
    (void)stock;
    (void)context;
    (void)info;
    return 0;
}

void reg_list_cases(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                    reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("cases", message, done, context);
}

void reg_list_restrictions(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                           reg_read_callback done, void *context)
{
    (void)reader;
    (void)caller;
    answer_read("restrictions", message, done, context);
}

int reg_due_wakes(struct reg_reader *reader, size_t limit, reg_due_callback due, void *context, struct reg_error_info *info)
{
    (void)reader;
    (void)limit;
    (void)due;
    (void)context;
    (void)info;
    return 0;
}
