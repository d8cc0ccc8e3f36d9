/* name check, name reserve: a name before anything is filed. */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "print.h"

#define AUTHORITY 341300
#define TYPE      1130

/* What both commands say of the name. */
struct asked {
    char *name, *industry;
    unsigned authority, type;
};

static bool number(struct ctl *ctl, const char *option, unsigned otherwise, unsigned *ret)
{
    const char *text = ctl_option(ctl, option);

    *ret = text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
    if (!text || (strlen(text) <= 6 && strspn(text, "0123456789") == strlen(text)))
        return true;
    ctl_usage("--authority 为六位、--type 为四位数字", "--authority takes six digits, --type four");
    return false;
}

static bool take_asked(struct ctl *ctl, struct asked *asked)
{
    const char *industry = ctl_option(ctl, "industry");

    if (!number(ctl, "authority", AUTHORITY, &asked->authority) || !number(ctl, "type", TYPE, &asked->type) ||
        !ctl_arguments(ctl, 1))
        return false;
    asked->name = ctl->argv[0];
    asked->industry = (char *)(industry ? industry : "");
    return true;
}

/* ---- name check ---------------------------------------------------------------------------------------------------- */

static int check_in_register(struct ctl *ctl, const struct asked *asked, struct reg_data *ret, struct reg_error_info *info)
{
    Registry__V1__CheckNameRequest message = REGISTRY__V1__CHECK_NAME_REQUEST__INIT;
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    struct reg_data request = {0};
    struct reg_caller caller;
    int error = ctl_open_reader(ctl, &engine, &reader);

    if (error != 0)
        return error;
    message.authority = asked->authority;
    message.name = asked->name;
    message.type = asked->type;
    message.industry = asked->industry;
    caller = ctl_operator(engine);
    error = ctl_pack(&message.base, &request);
    if (error == 0)
        error = ctl_wait(reg_check_name, reader, &caller, reg_bytes_of(&request), ret, info);
    reg_data_clear(&request);
    reg_reader_close(reader);
    reg_engine_close(engine);
    return error;
}

/* Of a judged filing, what the rules say of its name, as a CheckNameResponse. */
static int keep_names(struct reg_bytes judged, struct reg_data *ret)
{
    Registry__V1__ValidateFilingResponse *answer =
        (Registry__V1__ValidateFilingResponse *)ctl_unpack(&registry__v1__validate_filing_response__descriptor, judged);
    Registry__V1__CheckNameResponse response = REGISTRY__V1__CHECK_NAME_RESPONSE__INIT;
    int error = REG_ERR_NOMEM;

    response.findings = answer ? calloc(answer->n_findings + 1, sizeof *response.findings) : NULL;
    if (response.findings) {
        for (size_t i = 0; i < answer->n_findings; i++)
            if (answer->findings[i]->rule[0] == 'B')
                response.findings[response.n_findings++] = answer->findings[i];
        error = ctl_pack(&response.base, ret);
    }
    free(response.findings);
    if (answer)
        registry__v1__validate_filing_response__free_unpacked(answer, NULL);
    return error;
}

static int check_alone(const struct asked *asked, struct reg_data *ret, struct reg_error_info *info)
{
    Registry__V1__Filing filing = REGISTRY__V1__FILING__INIT;
    Registry__V1__Entity entity = REGISTRY__V1__ENTITY__INIT;
    Registry__V1__Name name = REGISTRY__V1__NAME__INIT;
    struct reg_catalogue *catalogue = NULL;
    struct reg_data message = {0}, judged = {0};
    int error = reg_catalogue_default(&catalogue);

    filing.kind = REGISTRY__V1__FILING_KIND__FILING_KIND_ESTABLISH;
    filing.authority = asked->authority;
    filing.entity = &entity;
    entity.type = asked->type;
    entity.industry = asked->industry;
    entity.name = &name;
    name.full = asked->name;
    if (error == 0)
        error = ctl_pack(&filing.base, &message);
    if (error == 0)
        error = reg_filing_check(catalogue, asked->authority, ctl_today(), reg_bytes_of(&message), &judged, info);
    if (error == 0)
        error = keep_names(reg_bytes_of(&judged), ret);
    reg_data_clear(&message);
    reg_data_clear(&judged);
    reg_catalogue_free(catalogue);
    return error;
}

int ctl_name_check(struct ctl *ctl)
{
    struct reg_data answer = {0};
    struct reg_error_info info = {0};
    struct asked asked;
    bool good = false;
    int error;

    if (!take_asked(ctl, &asked))
        return CTL_FAULT;
    error = ctl->dir ? check_in_register(ctl, &asked, &answer, &info) : check_alone(&asked, &answer, &info);
    if (error == 0)
        error = ctl_print_name(ctl, reg_bytes_of(&answer), &good, &info);
    reg_data_clear(&answer);
    if (error != 0)
        return ctl_fail(error, &info);
    return good ? CTL_YES : CTL_NO;
}

/* ---- name reserve -------------------------------------------------------------------------------------------------- */

int ctl_name_reserve(struct ctl *ctl)
{
    Registry__V1__ReserveNameRequest message = REGISTRY__V1__RESERVE_NAME_REQUEST__INIT;
    const char *given = ctl_option(ctl, "request-id"), *applicant = ctl_option(ctl, "applicant");
    struct reg_data request = {0}, answer = {0};
    struct reg_error_info info = {0};
    struct reg_engine *engine = NULL;
    struct reg_caller caller;
    struct asked asked;
    char made[37];
    bool good = false;
    int error;

    message.needs_approval = ctl_flag(ctl, "needs-approval");
    if (!applicant)
        return ctl_usage("请用 --applicant 写明申请人", "name the applicant with --applicant");
    if (!take_asked(ctl, &asked) || ctl_open(ctl, &engine) != 0)
        return CTL_FAULT;
    ctl_make_request_id(made);
    caller = ctl_operator(engine);
    message.request_id = (char *)(given ? given : made);
    message.authority = asked.authority;
    message.name = asked.name;
    message.type = asked.type;
    message.industry = asked.industry;
    message.applicant = (char *)applicant;
    error = ctl_pack(&message.base, &request);
    if (error == 0)
        error = reg_engine_step(engine, REG_STEP_RESERVE, &caller, reg_bytes_of(&request), &answer, &info);
    if (error == 0)
        error = ctl_print_reservation(ctl, reg_bytes_of(&answer), &good, &info);
    reg_data_clear(&request);
    reg_data_clear(&answer);
    reg_engine_close(engine);
    if (error != 0)
        return ctl_fail(error, &info);
    return good ? CTL_YES : CTL_NO;
}
