/* licence show, licence qr. */
#include <stdlib.h>
#include <string.h>

#include <registry/code.h>
#include <registry/qr.h>

#include "ctl.h"
#include "print.h"

/* The encoded GetLicenceResponse of a code. */
static int get_licence(struct reg_engine *engine, struct reg_reader *reader, const char *code, struct reg_data *ret,
                       struct reg_error_info *info)
{
    struct reg_caller caller = ctl_operator(engine);
    struct reg_data request = {0};
    int error = ctl_wrap_code(code, &request);

    if (error == 0)
        error = ctl_wait(reg_get_licence, reader, &caller, reg_bytes_of(&request), ret, info);
    reg_data_clear(&request);
    return error;
}

static int answer_of(int error, const struct reg_error_info *info)
{
    if (error == 0)
        return CTL_YES;
    ctl_fail(error, info);
    return error == REG_ERR_NOT_FOUND ? CTL_NO : CTL_FAULT;
}

int ctl_licence_show(struct ctl *ctl)
{
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    struct reg_data answer = {0};
    struct reg_error_info info = {0};
    int error;

    if (!ctl_arguments(ctl, 1) || ctl_open_reader(ctl, &engine, &reader) != 0)
        return CTL_FAULT;
    error = get_licence(engine, reader, ctl->argv[0], &answer, &info);
    if (error == 0)
        error = ctl_print_licence(ctl, reg_engine_catalogue(engine), reg_bytes_of(&answer), &info);
    reg_data_clear(&answer);
    reg_reader_close(reader);
    reg_engine_close(engine);
    return answer_of(error, &info);
}

/* The text of the credential's QR code. */
static int qr_text(struct reg_engine *engine, struct reg_bytes answer, struct reg_data *ret, struct reg_error_info *info)
{
    Registry__V1__GetLicenceResponse *licence =
        (Registry__V1__GetLicenceResponse *)ctl_unpack(&registry__v1__get_licence_response__descriptor, answer);
    Registry__V1__Record *record = licence ? ctl_public_record(licence) : NULL;
    struct reg_credential *credential = NULL;
    struct reg_registry_facts facts;
    int error = record && record->licence ? 0 : REG_ERR_CORRUPT;

    if (error == 0 && licence->status && licence->status->credential_pending) {
        snprintf(info->zh, sizeof info->zh, "%s", licence->status->note_zh);
        snprintf(info->en, sizeof info->en, "%s", licence->status->note_en);
        error = REG_ERR_NOT_FOUND;
    }

    reg_engine_facts(engine, &facts);
    if (error == 0)
        error = reg_credential_parse((struct reg_bytes){record->licence->credential.data, record->licence->credential.len},
                                     &credential, info);
    if (error == 0)
        error = reg_credential_text(credential, facts.host, ret);
    reg_credential_free(credential);
    if (record)
        registry__v1__record__free_unpacked(record, NULL);
    if (licence)
        registry__v1__get_licence_response__free_unpacked(licence, NULL);
    return error;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* Draws to the file, or to the terminal with the text below it. */
static int draw(struct reg_bytes text, const char *out, unsigned scale, struct reg_error_info *info)
{
    enum reg_qr_format format = !out ? REG_QR_TERMINAL : ends_with(out, ".svg") ? REG_QR_SVG : REG_QR_PNG;
    struct reg_data image = {0};
    int error = reg_qr_draw(text, format, scale, &image);

    if (error == 0 && out)
        error = ctl_write_file(out, reg_bytes_of(&image), 0644, info);
    else if (error == 0) {
        ctl_print(reg_bytes_of(&image));
        ctl_print(text);
    }
    reg_data_clear(&image);
    return error;
}

int ctl_licence_qr(struct ctl *ctl)
{
    const char *out = ctl_option(ctl, "out"), *scale = ctl_option(ctl, "scale");
    unsigned long pixels = scale ? strtoul(scale, NULL, 10) : 4;
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    struct reg_data answer = {0}, text = {0};
    struct reg_error_info info = {0};
    int error;

    if (out && !ends_with(out, ".png") && !ends_with(out, ".svg"))
        return ctl_usage("--out 应以 .png 或 .svg 结尾", "--out ends with .png or .svg");
    if (pixels < 1 || pixels > 64)
        return ctl_usage("--scale 应为 1 至 64", "--scale is 1 to 64");
    if (!ctl_arguments(ctl, 1) || ctl_open_reader(ctl, &engine, &reader) != 0)
        return CTL_FAULT;
    error = get_licence(engine, reader, ctl->argv[0], &answer, &info);
    if (error == 0)
        error = qr_text(engine, reg_bytes_of(&answer), &text, &info);
    if (error == 0)
        error = draw(reg_bytes_of(&text), out, (unsigned)pixels, &info);
    reg_data_clear(&answer);
    reg_data_clear(&text);
    reg_reader_close(reader);
    reg_engine_close(engine);
    return answer_of(error, &info);
}
