/* pool add, pool list, export codes: the subject codes that the national code centre allotted. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <registry/code.h>

#include "ctl.h"
#include "print.h"

/* A whole number; false: it is none. */
static bool take_number(const char *text, uint64_t *ret)
{
    size_t len = strlen(text);

    if (len == 0 || len > 18 || strspn(text, "0123456789") != len)
        return false;
    *ret = strtoull(text, NULL, 10);
    return true;
}

/* --name N where it is given. */
static bool number_option(struct ctl *ctl, const char *name, bool *ret_given, uint64_t *ret)
{
    const char *text = ctl_option(ctl, name);

    *ret_given = text != NULL;
    if (!text || take_number(text, ret))
        return true;
    fprintf(stderr, "registryctl: --%s 应为数字 / --%s is a number\n", name, name);
    return false;
}

/* ---- pool add ------------------------------------------------------------------------------------------------------ */

static bool take_options(struct ctl *ctl, Registry__V1__AddPoolRequest *request)
{
    uint64_t authority = 0;
    bool first, last, named;

    if (!number_option(ctl, "first", &first, &request->first) || !number_option(ctl, "last", &last, &request->last) ||
        !number_option(ctl, "authority", &named, &authority))
        return false;
    if (last)
        request->until_case = REGISTRY__V1__ADD_POOL_REQUEST__UNTIL_LAST;
    request->authority = authority < UINT32_MAX ? (uint32_t)authority : UINT32_MAX;
    return true;
}

static int print_added(const struct ctl *ctl, struct reg_bytes answer, struct reg_error_info *info)
{
    Registry__V1__AddPoolResponse *response;

    if (ctl->json)
        return ctl_print_json("AddPoolResponse", answer, info);
    response = (Registry__V1__AddPoolResponse *)ctl_unpack(&registry__v1__add_pool_response__descriptor, answer);
    if (!response || !response->pool)
        return REG_ERR_NOMEM;
    printf("码段 %s（%" PRIu64 " 至 %" PRIu64 "）归 %u，记于条目 %" PRIu64 " / pool %s (%" PRIu64 " to %" PRIu64
           ") is authority %u's, entry %" PRIu64 "\n",
           response->pool->prefix, response->pool->first, response->pool->last, response->pool->authority,
           response->position, response->pool->prefix, response->pool->first, response->pool->last,
           response->pool->authority, response->position);
    registry__v1__add_pool_response__free_unpacked(response, NULL);
    return 0;
}

int ctl_pool_add(struct ctl *ctl)
{
    Registry__V1__AddPoolRequest request = REGISTRY__V1__ADD_POOL_REQUEST__INIT;
    const char *given = ctl_option(ctl, "request-id");
    struct reg_engine *engine = NULL;
    struct reg_data message = {0}, answer = {0};
    struct reg_error_info info = {0};
    struct reg_caller caller;
    char made[37];
    int error;

    if (!take_options(ctl, &request) || !ctl_arguments(ctl, 1) || ctl_open(ctl, &engine) != 0)
        return CTL_FAULT;
    caller = ctl_operator(engine);
    ctl_make_request_id(made);
    request.request_id = (char *)(given ? given : made);
    request.prefix = ctl->argv[0];
    error = ctl_pack(&request.base, &message);
    if (error == 0)
        error = reg_engine_step(engine, REG_STEP_ADD_POOL, &caller, reg_bytes_of(&message), &answer, &info);
    if (error == 0)
        error = print_added(ctl, reg_bytes_of(&answer), &info);
    reg_data_clear(&message);
    reg_data_clear(&answer);
    reg_engine_close(engine);
    return error == 0 ? CTL_YES : ctl_fail(error, &info);
}

/* ---- pool list ----------------------------------------------------------------------------------------------------- */

/* The code that comes next, as its 8 characters; "—": none. */
static void next_body(const Registry__V1__PoolState *state, char ret[9])
{
    if (state->next > state->pool->last || reg_code_pool_body(state->pool->prefix, state->next, ret) != 0)
        strcpy(ret, "—");
}

static void print_state(const Registry__V1__PoolState *state)
{
    uint64_t all = state->pool->last - state->pool->first + 1;
    char next[9];

    next_body(state, next);
    printf("%06u  %-7s  %" PRIu64 "–%" PRIu64 "  已用 used %" PRIu64 " · 剩余 free %" PRIu64
           " · %.1f%%  下一个 next %s%s%s\n",
           state->pool->authority, state->pool->prefix, state->pool->first, state->pool->last, state->used,
           all - state->used, 100.0 * (double)state->used / (double)all, next, state->current ? "  ← 在用 current" : "",
           state->low ? "  ！将用尽，请申请新码段 running out: ask for a new pool" : "");
}

int ctl_pool_list(struct ctl *ctl)
{
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    Registry__V1__ListPoolsResponse *response = NULL;
    struct reg_data answer = {0};
    struct reg_error_info info = {0};
    struct reg_caller caller;
    int error;

    if (!ctl_arguments(ctl, 0) || ctl_open_reader(ctl, &engine, &reader) != 0)
        return CTL_FAULT;
    caller = ctl_operator(engine);
    error = ctl_wait(reg_list_pools, reader, &caller, (struct reg_bytes){NULL, 0}, &answer, &info);
    if (error == 0 && ctl->json)
        error = ctl_print_json("ListPoolsResponse", reg_bytes_of(&answer), &info);
    else if (error == 0) {
        response = (Registry__V1__ListPoolsResponse *)ctl_unpack(&registry__v1__list_pools_response__descriptor,
                                                                 reg_bytes_of(&answer));
        for (size_t i = 0; response && i < response->n_pools; i++)
            print_state(response->pools[i]);
        error = response ? 0 : REG_ERR_NOMEM;
    }
    if (response)
        registry__v1__list_pools_response__free_unpacked(response, NULL);
    reg_data_clear(&answer);
    reg_reader_close(reader);
    reg_engine_close(engine);
    return error == 0 ? CTL_YES : ctl_fail(error, &info);
}

/* ---- export codes -------------------------------------------------------------------------------------------------- */

/* A CSV field; quoted where it must be (RFC 4180). */
static void put_field(const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static bool print_csv(void *context, const struct reg_allotted_code *code)
{
    (void)context;
    printf("%s,%s,%06u,%" PRIu64 ",%s,", code->code, code->subject, code->authority, code->position, code->day);
    put_field(code->name);
    printf(",%s\n", code->state);
    return !ferror(stdout);
}

/* A JSON string (RFC 8259). */
static void put_string(const char *text)
{
    putchar('"');
    for (; *text; text++)
        if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            printf("\\u%04x", (unsigned char)*text);
        else
            putchar(*text);
    putchar('"');
}

static bool print_json_line(void *context, const struct reg_allotted_code *code)
{
    (void)context;
    printf("{\"creditCode\":\"%s\",\"subjectCode\":\"%s\",\"authority\":%u,\"position\":\"%" PRIu64
           "\",\"day\":\"%s\",\"name\":",
           code->code, code->subject, code->authority, code->position, code->day);
    put_string(code->name);
    printf(",\"state\":\"%s\"}\n", code->state);
    return !ferror(stdout);
}

int ctl_export_codes(struct ctl *ctl)
{
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    struct reg_error_info info = {0};
    uint64_t from = 0, until = 0;
    bool given;
    int error;

    if (!number_option(ctl, "from", &given, &from) || !number_option(ctl, "until", &given, &until))
        return CTL_FAULT;
    if (given && until == 0)
        return ctl_usage("--until 应大于 0", "--until is above 0");
    if (!ctl_arguments(ctl, 0) || ctl_open_reader(ctl, &engine, &reader) != 0)
        return CTL_FAULT;
    if (!ctl->json)
        puts("credit_code,subject_code,authority,position,day,name,state");
    error = reg_codes_export(reader, from, until, ctl->json ? print_json_line : print_csv, NULL, &info);
    reg_reader_close(reader);
    reg_engine_close(engine);
    return error == 0 ? CTL_YES : ctl_fail(error, &info);
}
