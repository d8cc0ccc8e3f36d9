/* filing check, filing submit. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <registry/rules.h>

#include "ctl.h"
#include "print.h"

#define FILING_MAX ((size_t)4 << 20)

/* The encoded Filing of a JSON file. */
static int read_filing(const char *path, struct reg_data *ret, struct reg_error_info *info)
{
    struct reg_data json = {0};
    int error = ctl_read_file(path, FILING_MAX, &json, info);

    if (error == 0)
        error = reg_json_to_message("Filing", reg_bytes_of(&json), ret, info);
    reg_data_clear(&json);
    return error;
}

/* Against the registry that --dir names, or, without one, against an empty register and the sample catalogue. */
static int check_in_registry(struct ctl *ctl, struct reg_bytes filing, struct reg_data *ret, struct reg_error_info *info)
{
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    struct reg_data request = {0};
    struct reg_caller caller;
    int error = ctl_open_reader(ctl, &engine, &reader);

    if (error != 0)
        return error;
    caller = ctl_operator(engine);
    error = ctl_wrap_filing(NULL, filing, &request);
    if (error == 0)
        error = ctl_wait(reg_validate_filing, reader, &caller, reg_bytes_of(&request), ret, info);
    reg_data_clear(&request);
    reg_reader_close(reader);
    reg_engine_close(engine);
    return error;
}

static int check_alone(unsigned authority, int32_t day, struct reg_bytes filing, struct reg_data *ret,
                       struct reg_error_info *info)
{
    struct reg_catalogue *catalogue = NULL;
    int error = reg_catalogue_default(&catalogue);

    if (error == 0)
        error = reg_filing_check(catalogue, authority, day, filing, ret, info);
    reg_catalogue_free(catalogue);
    return error;
}

int ctl_filing_check(struct ctl *ctl)
{
    const char *authority = ctl_option(ctl, "authority"), *on = ctl_option(ctl, "on");
    int32_t day = (int32_t)((ctl_host.now(NULL) / 1000 + 8 * 3600) / 86400); /* UTC+8's */
    struct reg_data filing = {0}, answer = {0};
    struct reg_error_info info = {0};
    bool good = false;
    int error;

    if (!ctl_arguments(ctl, 1))
        return CTL_FAULT;
    if (on && !reg_rules_day(on, &day))
        return ctl_usage("--on 应为存在的日期，如 2024-07-01", "--on is a day of the calendar, such as 2024-07-01");
    if (on && ctl->dir)
        return ctl_usage("登记库按当日校验：--on 不与 --dir 或 REGISTRY_DIR 同用",
                         "a registry judges by today: --on goes without --dir and REGISTRY_DIR");
    error = read_filing(ctl->argv[0], &filing, &info);
    if (error == 0)
        error = ctl->dir ? check_in_registry(ctl, reg_bytes_of(&filing), &answer, &info)
                         : check_alone(authority ? (unsigned)strtoul(authority, NULL, 10) : 341300, day,
                                       reg_bytes_of(&filing), &answer, &info);
    if (error == 0)
        error = ctl_print_validation(ctl, reg_bytes_of(&answer), &good, &info);
    reg_data_clear(&filing);
    reg_data_clear(&answer);
    if (error != 0)
        return ctl_fail(error, &info);
    return good ? CTL_YES : CTL_NO;
}

void ctl_make_request_id(char id[37])
{
    uint8_t bytes[16] = {0};

    if (ctl_host.random(NULL, bytes, sizeof bytes) != 0)
        abort(); /* the kernel has no randomness: nothing here may go on */
    snprintf(id, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", bytes[0], bytes[1], bytes[2],
             bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9], bytes[10], bytes[11], bytes[12],
             bytes[13], bytes[14], bytes[15]);
}

/* The filing with the licence that it is about, and the revision that it starts from, where it does not say them itself. */
static int name_subject(const char *code, uint64_t revision, struct reg_bytes filing, struct reg_data *ret)
{
    Registry__V1__Filing *message = registry__v1__filing__unpack(NULL, filing.len, filing.data);
    char *own;
    int error;

    if (!message)
        return REG_ERR_NOMEM;
    own = message->credit_code;
    if (!own[0])
        message->credit_code = (char *)code;
    if (!message->base_revision)
        message->base_revision = revision;
    error = ctl_pack(&message->base, ret);
    message->credit_code = own; /* what is freed is the message's */
    registry__v1__filing__free_unpacked(message, NULL);
    return error;
}

static int present_revision(struct reg_engine *engine, const char *code, uint64_t *ret, struct reg_error_info *info)
{
    struct reg_caller caller = ctl_operator(engine);
    struct reg_data request = {0}, answer = {0};
    struct reg_reader *reader = NULL;
    Registry__V1__GetLicenceResponse *licence;
    int error = reg_reader_open(engine, &reader, info);

    if (error != 0)
        return error;
    error = ctl_wrap_code(code, &request);
    if (error == 0)
        error = ctl_wait(reg_get_licence, reader, &caller, reg_bytes_of(&request), &answer, info);
    if (error == 0) {
        licence = registry__v1__get_licence_response__unpack(NULL, answer.len, answer.data);
        error = licence ? 0 : REG_ERR_NOMEM;
        *ret = licence ? licence->status->revision : 0;
        registry__v1__get_licence_response__free_unpacked(licence, NULL);
    }
    reg_data_clear(&request);
    reg_data_clear(&answer);
    reg_reader_close(reader);
    return error;
}

static int fill_subject(struct reg_engine *engine, const char *code, struct reg_data *filing, struct reg_error_info *info)
{
    struct reg_data filled = {0};
    uint64_t revision = 0;
    int error = present_revision(engine, code, &revision, info);

    if (error == 0)
        error = name_subject(code, revision, reg_bytes_of(filing), &filled);
    if (error != 0)
        return error;
    reg_data_clear(filing);
    *filing = filled;
    return 0;
}

int ctl_filing_submit(struct ctl *ctl)
{
    const char *given = ctl_option(ctl, "request-id"), *code = ctl_option(ctl, "code");
    struct reg_data filing = {0}, request = {0}, answer = {0};
    struct reg_error_info info = {0};
    struct reg_engine *engine = NULL;
    struct reg_caller caller;
    char made[37];
    bool accepted = false;
    int error;

    if (!ctl_arguments(ctl, 1) || ctl_open(ctl, &engine) != 0)
        return CTL_FAULT;
    ctl_make_request_id(made);
    caller = ctl_operator(engine);
    error = read_filing(ctl->argv[0], &filing, &info);
    if (error == 0 && code)
        error = fill_subject(engine, code, &filing, &info);
    if (error == 0)
        error = ctl_wrap_filing(given ? given : made, reg_bytes_of(&filing), &request);
    if (error == 0)
        error = reg_engine_submit(engine, &caller, reg_bytes_of(&request), &answer, &info);
    if (error == 0)
        error = ctl_print_submission(ctl, reg_engine_catalogue(engine), reg_bytes_of(&answer), &accepted, &info);
    reg_data_clear(&filing);
    reg_data_clear(&request);
    reg_data_clear(&answer);
    reg_engine_close(engine);
    if (error != 0)
        return ctl_fail(error, &info);
    return accepted ? CTL_YES : CTL_NO;
}
