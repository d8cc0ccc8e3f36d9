/* catalogue form. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "print.h"

#define FORM_LIST_MAX 1024 /* items, scope terms */

static bool read_number(const char *text, uint32_t *ret)
{
    size_t len = strspn(text, "0123456789");

    if (len == 0 || len > 9 || text[len] != '\0')
        return false;
    *ret = (uint32_t)strtoul(text, NULL, 10);
    return true;
}

/* "go_dormant" or "go-dormant" is FILING_KIND_GO_DORMANT. */
static bool read_kind(const char *name, Registry__V1__FilingKind *ret)
{
    char full[64] = "FILING_KIND_";
    const ProtobufCEnumValue *value;
    size_t at = strlen(full);

    for (; *name && at + 1 < sizeof full; name++)
        full[at++] = (char)(*name == '-' ? '_' : toupper((unsigned char)*name));
    full[at] = '\0';
    value = protobuf_c_enum_descriptor_get_value_by_name(&registry__v1__filing_kind__descriptor, full);
    if (!value || value->value == 0)
        return false;
    *ret = (Registry__V1__FilingKind)value->value;
    return true;
}

/* Cuts `text` at `separators` into at most FORM_LIST_MAX parts; SIZE_MAX: there are more. */
static size_t cut(char *text, const char *separators, char *parts[FORM_LIST_MAX])
{
    size_t count = 0;
    char *rest;

    for (char *part = strtok_r(text, separators, &rest); part; part = strtok_r(NULL, separators, &rest)) {
        if (count == FORM_LIST_MAX)
            return SIZE_MAX;
        parts[count++] = part;
    }
    return count;
}

static bool read_items(char *text, uint32_t items[FORM_LIST_MAX], size_t *ret_count)
{
    char *parts[FORM_LIST_MAX];
    size_t count = cut(text, ",; ", parts);

    for (size_t i = 0; i < count; i++)
        if (count == SIZE_MAX || !read_number(parts[i], &items[i]))
            return false;
    *ret_count = count;
    return true;
}

static int form_of_registry(struct ctl *ctl, struct reg_bytes request, struct reg_data *ret, struct reg_error_info *info)
{
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    struct reg_caller caller;
    int error = ctl_open_reader(ctl, &engine, &reader);

    if (error != 0)
        return error;
    caller = ctl_operator(engine);
    error = ctl_wait(reg_get_form, reader, &caller, request, ret, info);
    reg_reader_close(reader);
    reg_engine_close(engine);
    return error;
}

static int form_of_sample(struct reg_bytes request, struct reg_data *ret, struct reg_error_info *info)
{
    int32_t day = (int32_t)((ctl_host.now(NULL) / 1000 + 8 * 3600) / 86400); /* UTC+8's */
    struct reg_catalogue *sample = NULL;
    int error = reg_catalogue_default(&sample);

    if (error == 0)
        error = reg_form_make(sample, day, request, ret, info);
    reg_catalogue_free(sample);
    return error;
}

/* The form of the registry that --dir names, else of the compiled-in sample catalogue. */
static int make_form(struct ctl *ctl, const Registry__V1__GetFormRequest *request)
{
    Registry__V1__GetFormResponse *response = NULL;
    struct reg_data encoded = {0}, answer = {0};
    struct reg_error_info info = {0};
    int error = ctl_pack(&request->base, &encoded);

    if (error == 0)
        error = ctl->dir ? form_of_registry(ctl, reg_bytes_of(&encoded), &answer, &info)
                         : form_of_sample(reg_bytes_of(&encoded), &answer, &info);
    if (error == 0) {
        response =
            (Registry__V1__GetFormResponse *)ctl_unpack(&registry__v1__get_form_response__descriptor, reg_bytes_of(&answer));
        error = response ? 0 : REG_ERR_NOMEM;
    }
    if (error == 0)
        fputs(response->schema_json, stdout);
    registry__v1__get_form_response__free_unpacked(response, NULL);
    reg_data_clear(&encoded);
    reg_data_clear(&answer);
    return error == 0 ? CTL_YES : ctl_fail(error, &info);
}

int ctl_catalogue_form(struct ctl *ctl)
{
    const char *type = ctl_option(ctl, "type"), *kind = ctl_option(ctl, "kind"), *items = ctl_option(ctl, "items");
    const char *scope = ctl_option(ctl, "scope"), *industry = ctl_option(ctl, "industry");
    const char *code = ctl_option(ctl, "code");
    Registry__V1__GetFormRequest request = REGISTRY__V1__GET_FORM_REQUEST__INIT;
    char *item_text = strdup(items ? items : ""), *scope_text = strdup(scope ? scope : "");
    uint32_t numbers[FORM_LIST_MAX];
    char *terms[FORM_LIST_MAX];
    const char *on;
    int32_t day;
    int status = CTL_FAULT;

    if (!item_text || !scope_text) {
        ctl_fail(REG_ERR_NOMEM, NULL);
        goto out;
    }
    if (!ctl_revision_options(ctl, &request.catalogue_revision, &on, &day) || !ctl_arguments(ctl, 0))
        goto out;
    request.day = (char *)(on ? on : "");
    request.n_scope_terms = cut(scope_text, ";", terms);
    request.scope_terms = terms;
    request.items = numbers;
    request.industry = (char *)(industry ? industry : "");
    request.credit_code = (char *)(code ? code : "");
    if ((type || !code) && !(type && read_number(type, &request.entity_type)))
        ctl_usage("--type 应为市场主体类型代码，如 1130；或以 --code 指明执照",
                  "--type is the code of an entity type, such as 1130; or --code names a licence");
    else if (!read_kind(kind ? kind : "establish", &request.kind))
        ctl_usage("--kind 应为申请种类，如 establish、change、go-dormant",
                  "--kind is a kind of filing, such as establish, change or go-dormant");
    else if (!read_items(item_text, numbers, &request.n_items))
        ctl_usage("--items 应为事项编号，如 1,2,19", "--items are numbers of items, such as 1,2,19");
    else if (request.n_scope_terms == SIZE_MAX)
        ctl_usage("--scope 的条目过多", "--scope has too many terms");
    else
        status = make_form(ctl, &request);
out:
    free(item_text);
    free(scope_text);
    return status;
}
