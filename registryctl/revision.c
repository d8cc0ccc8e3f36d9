/* catalogue diff, catalogue publish: from one revision of the catalogue to the next. */
#include <stdlib.h>
#include <string.h>

#include <registry/rules.h>

#include "ctl.h"
#include "print.h"

int32_t ctl_today(void)
{
    return (int32_t)((ctl_host.now(NULL) / 1000 + 8 * 3600) / 86400); /* UTC+8's */
}

/* "3": a revision of the registry; not a directory. */
static bool revision_number(const char *text, unsigned *ret)
{
    size_t len = strlen(text);

    if (len == 0 || len > 6 || strspn(text, "0123456789") != len)
        return false;
    *ret = (unsigned)strtoul(text, NULL, 10);
    return *ret > 0;
}

int ctl_catalogue_named(const char *name, const struct reg_engine *engine, struct ctl_catalogue *ret,
                        struct reg_error_info *info)
{
    unsigned number;
    int error;

    ret->owned = NULL;
    if (revision_number(name, &number) && !engine) {
        snprintf(info->zh, sizeof info->zh, "第 %u 版：请用 --dir DIR 或 REGISTRY_DIR 指明登记库", number);
        snprintf(info->en, sizeof info->en, "revision %u: name the registry with --dir DIR or REGISTRY_DIR", number);
        return REG_ERR_INVALID;
    }
    if (revision_number(name, &number))
        return reg_engine_catalogue_of(engine, number, 0, &ret->catalogue, info);
    error = strcmp(name, "sample") == 0 ? reg_catalogue_default(&ret->owned) : reg_catalogue_load(name, &ret->owned, info);
    ret->catalogue = ret->owned;
    return error;
}

int ctl_catalogue_diff(struct ctl *ctl)
{
    struct ctl_catalogue before = {NULL, NULL}, after = {NULL, NULL};
    struct reg_engine *engine = NULL;
    struct reg_error_info info = {0};
    struct reg_data text = {0};
    size_t count = 0;
    int error;

    if (!ctl_arguments(ctl, 2))
        return CTL_FAULT;
    if (ctl->dir && ctl_open(ctl, &engine) != 0)
        return CTL_FAULT;
    error = ctl_catalogue_named(ctl->argv[0], engine, &before, &info);
    if (error == 0)
        error = ctl_catalogue_named(ctl->argv[1], engine, &after, &info);
    if (error == 0)
        error = ctl->json ? reg_catalogue_diff_json(before.catalogue, after.catalogue, &text, &count)
                          : reg_catalogue_diff_text(before.catalogue, after.catalogue, &text, &count);
    if (error == 0)
        ctl_print(reg_bytes_of(&text));
    reg_data_clear(&text);
    reg_catalogue_free(before.owned);
    reg_catalogue_free(after.owned);
    reg_engine_close(engine);
    if (error != 0)
        return ctl_fail(error, &info);
    return count == 0 ? CTL_YES : CTL_NO;
}

/* ---- publishing ---------------------------------------------------------------------------------------------------- */

static ProtobufCBinaryData file_of(const struct reg_catalogue *catalogue, const char *which)
{
    struct reg_bytes csv = reg_catalogue_csv(catalogue, which);

    return (ProtobufCBinaryData){csv.len, (uint8_t *)csv.data};
}

static int make_request(const struct reg_catalogue *catalogue, const char *effective, const char *id, struct reg_data *ret)
{
    Registry__V1__PublishCatalogueRequest request = REGISTRY__V1__PUBLISH_CATALOGUE_REQUEST__INIT;

    request.request_id = (char *)id;
    request.effective = (char *)effective;
    request.items_csv = file_of(catalogue, "items");
    request.facts_csv = file_of(catalogue, "facts");
    request.materials_csv = file_of(catalogue, "materials");
    request.scope_terms_csv = file_of(catalogue, "scope_terms");
    return ctl_pack(&request.base, ret);
}

static int print_publication(const struct ctl *ctl, struct reg_bytes answer, struct reg_error_info *info)
{
    Registry__V1__PublishCatalogueResponse *response;
    struct reg_data json = {0};
    int error = 0;

    if (ctl->json) {
        error = reg_message_json("PublishCatalogueResponse", answer, 2, &json, info);
        if (error == 0)
            ctl_print(reg_bytes_of(&json));
        reg_data_clear(&json);
        return error;
    }
    response =
        (Registry__V1__PublishCatalogueResponse *)ctl_unpack(&registry__v1__publish_catalogue_response__descriptor, answer);
    if (!response)
        return REG_ERR_NOMEM;
    printf("目录第 %u 版自 %s 起施行，记于条目 %llu / revision %u of the catalogue is in force from %s, entry %llu\n",
           response->revision, response->effective, (unsigned long long)response->position, response->revision,
           response->effective, (unsigned long long)response->position);
    registry__v1__publish_catalogue_response__free_unpacked(response, NULL);
    return 0;
}

int ctl_catalogue_publish(struct ctl *ctl)
{
    const char *effective = ctl_option(ctl, "effective"), *given = ctl_option(ctl, "request-id");
    struct ctl_catalogue named = {NULL, NULL};
    struct reg_engine *engine = NULL;
    struct reg_data request = {0}, answer = {0};
    struct reg_error_info info = {0};
    struct reg_caller caller;
    char made[37];
    int error;

    if (!effective)
        return ctl_usage("请用 --effective 写明生效日", "name the day from which it is in force with --effective");
    if (!ctl_arguments(ctl, 1) || ctl_open(ctl, &engine) != 0)
        return CTL_FAULT;
    caller = ctl_operator(engine);
    ctl_make_request_id(made);
    error = ctl_catalogue_named(ctl->argv[0], engine, &named, &info);
    if (error == 0)
        error = make_request(named.catalogue, effective, given ? given : made, &request);
    if (error == 0)
        error = reg_engine_step(engine, REG_STEP_PUBLISH, &caller, reg_bytes_of(&request), &answer, &info);
    if (error == 0)
        error = print_publication(ctl, reg_bytes_of(&answer), &info);
    reg_data_clear(&request);
    reg_data_clear(&answer);
    reg_catalogue_free(named.owned);
    reg_engine_close(engine);
    return error == 0 ? CTL_YES : ctl_fail(error, &info);
}

/* ---- options that name a revision ---------------------------------------------------------------------------------- */

bool ctl_revision_options(struct ctl *ctl, unsigned *ret_revision, const char **ret_on, int32_t *ret_day)
{
    const char *revision = ctl_option(ctl, "revision"), *on = ctl_option(ctl, "on");

    *ret_revision = 0;
    *ret_on = on;
    *ret_day = ctl_today();
    if (on && !reg_rules_day(on, ret_day)) {
        ctl_usage("--on 应为存在的日期，如 2024-07-01", "--on is a day of the calendar, such as 2024-07-01");
        return false;
    }
    if (revision && !revision_number(revision, ret_revision)) {
        ctl_usage("--revision 应为目录版次，如 2", "--revision is a revision of the catalogue, such as 2");
        return false;
    }
    if (revision && !ctl->dir) {
        ctl_usage("--revision：请用 --dir DIR 或 REGISTRY_DIR 指明登记库",
                  "--revision: name the registry with --dir DIR or REGISTRY_DIR");
        return false;
    }
    return true;
}
