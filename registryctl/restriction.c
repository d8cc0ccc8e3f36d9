/* restriction place, lift, list, import. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "print.h"
#include "registry/v1/admin_service.pb-c.h"

#define IMPORT_MAX ((size_t)64 << 20)
#define PAGE       500

/* ---- words --------------------------------------------------------------------------------------------------------- */

/* "abnormal_list" of an enum whose values are PREFIX_ABNORMAL_LIST; 0: there is none. */
static int value_of(const ProtobufCEnumDescriptor *type, const char *prefix, const char *text, size_t len)
{
    char name[96];
    const ProtobufCEnumValue *value;

    snprintf(name, sizeof name, "%s%.*s", prefix, (int)(len < 48 ? len : 48), text);
    for (char *at = name; *at; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    value = protobuf_c_enum_descriptor_get_value_by_name(type, name);
    return value ? value->value : 0;
}

static const char *name_of(const ProtobufCEnumDescriptor *type, const char *prefix, int value)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);

    return found ? found->name + strlen(prefix) : "?";
}

static int compare_kinds(const void *a, const void *b)
{
    return (int)*(const Registry__V1__FilingKind *)a - (int)*(const Registry__V1__FilingKind *)b;
}

/* Kinds of filing joined by commas; false: one is unknown. */
static bool read_kinds(const char *text, Registry__V1__FilingKind kinds[32], size_t *ret_count)
{
    size_t count = 0;

    while (*text && count < 32) {
        size_t len = strcspn(text, ",");
        int kind = value_of(&registry__v1__filing_kind__descriptor, "FILING_KIND_", text, len);

        if (kind == 0)
            return false;
        kinds[count++] = (Registry__V1__FilingKind)kind;
        text += len + (text[len] != '\0');
    }
    qsort(kinds, count, sizeof *kinds, compare_kinds);
    *ret_count = count;
    return *text == '\0';
}

static bool read_person(struct ctl *ctl, Registry__V1__IdDocument *person)
{
    const char *kind = ctl_option(ctl, "id-kind"), *number = ctl_option(ctl, "id-number");

    registry__v1__id_document__init(person);
    if (!kind && !number)
        return false;
    person->kind = (Registry__V1__IdKind)value_of(&registry__v1__id_kind__descriptor, "ID_KIND_", kind ? kind : "resident",
                                                  strlen(kind ? kind : "resident"));
    person->number = (char *)(number ? number : "");
    return true;
}

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

/* ---- place, lift --------------------------------------------------------------------------------------------------- */

/* Sends the request as the operator and prints the entry's position. */
static int send(struct ctl *ctl, enum reg_step step, const ProtobufCMessage *message, const char *zh, const char *en)
{
    struct reg_data request = {0}, answer = {0};
    struct reg_error_info info = {0};
    struct reg_engine *engine = NULL;
    Registry__V1__RestrictionResponse *response = NULL;
    int error;

    if (ctl_open(ctl, &engine) != 0)
        return CTL_FAULT;
    error = ctl_pack(message, &request);
    if (error == 0) {
        struct reg_caller caller = ctl_operator(engine);

        error = reg_engine_step(engine, step, &caller, reg_bytes_of(&request), &answer, &info);
    }
    if (error == 0)
        response = registry__v1__restriction_response__unpack(NULL, answer.len, answer.data);
    reg_data_clear(&request);
    reg_data_clear(&answer);
    reg_engine_close(engine);
    if (error == REG_ERR_NOT_FOUND || error == REG_ERR_EXISTS) {
        ctl_fail(error, &info);
        return CTL_NO;
    }
    if (error != 0 || !response)
        return ctl_fail(error != 0 ? error : REG_ERR_NOMEM, &info);
    if (ctl->json)
        printf("{\"position\":\"%" PRIu64 "\"}\n", response->position);
    else
        printf("%s，记于条目 %" PRIu64 " / %s, recorded as entry %" PRIu64 "\n", zh, response->position, en,
               response->position);
    registry__v1__restriction_response__free_unpacked(response, NULL);
    return CTL_YES;
}

int ctl_restriction_place(struct ctl *ctl)
{
    Registry__V1__PlaceRestrictionRequest request = REGISTRY__V1__PLACE_RESTRICTION_REQUEST__INIT;
    Registry__V1__Restriction restriction = REGISTRY__V1__RESTRICTION__INIT;
    Registry__V1__FilingKind kinds[32];
    Registry__V1__IdDocument person;
    const char *source = text_or_empty(ctl_option(ctl, "source")), *id = ctl_option(ctl, "request-id");
    char made[37];

    ctl_make_request_id(made);
    restriction.source = (Registry__V1__RestrictionSource)value_of(&registry__v1__restriction_source__descriptor,
                                                                   "RESTRICTION_SOURCE_", source, strlen(source));
    restriction.credit_code = (char *)text_or_empty(ctl_option(ctl, "code"));
    restriction.person = read_person(ctl, &person) ? &person : NULL;
    restriction.basis = (char *)text_or_empty(ctl_option(ctl, "basis"));
    restriction.since = (char *)text_or_empty(ctl_option(ctl, "since"));
    restriction.until = (char *)text_or_empty(ctl_option(ctl, "until"));
    restriction.note = (char *)text_or_empty(ctl_option(ctl, "note"));
    restriction.address_unreachable = ctl_flag(ctl, "address-unreachable");
    restriction.blocks = kinds;
    if (!read_kinds(text_or_empty(ctl_option(ctl, "blocks")), kinds, &restriction.n_blocks))
        return ctl_usage("--blocks 中有未知的申请种类", "--blocks names a kind of filing that there is not");
    if (!ctl_arguments(ctl, 0))
        return CTL_FAULT;
    request.request_id = id ? (char *)id : made;
    request.restriction = &restriction;
    return send(ctl, REG_STEP_RESTRICT, &request.base, "已登记限制", "placed");
}

int ctl_restriction_lift(struct ctl *ctl)
{
    Registry__V1__LiftRestrictionRequest request = REGISTRY__V1__LIFT_RESTRICTION_REQUEST__INIT;
    const char *id = ctl_option(ctl, "request-id");
    char made[37];

    request.basis = (char *)text_or_empty(ctl_option(ctl, "basis"));
    if (!ctl_arguments(ctl, 1))
        return CTL_FAULT;
    ctl_make_request_id(made);
    request.request_id = id ? (char *)id : made;
    request.position = strtoull(ctl->argv[0], NULL, 10);
    return send(ctl, REG_STEP_LIFT, &request.base, "已解除限制", "lifted");
}

/* ---- list ---------------------------------------------------------------------------------------------------------- */

static void print_listed(const Registry__V1__ListedRestriction *listed)
{
    const Registry__V1__Restriction *restriction = listed->restriction;

    printf("%" PRIu64 "  %s  %s  %s  %s–%s", restriction->position,
           name_of(&registry__v1__restriction_source__descriptor, "RESTRICTION_SOURCE_", (int)restriction->source),
           restriction->person ? restriction->person->number : restriction->credit_code, restriction->basis,
           restriction->since, restriction->until);
    for (size_t i = 0; i < restriction->n_blocks; i++)
        printf("%s%s", i ? "," : "  ",
               name_of(&registry__v1__filing_kind__descriptor, "FILING_KIND_", (int)restriction->blocks[i]));
    if (listed->lifted)
        printf("  已由条目 %" PRIu64 " 解除 / lifted by entry %" PRIu64, listed->lifted_by, listed->lifted_by);
    putchar('\n');
}

static int print_page(struct ctl *ctl, struct reg_bytes answer, uint64_t *ret_before, struct reg_error_info *info)
{
    Registry__V1__ListRestrictionsResponse *response =
        registry__v1__list_restrictions_response__unpack(NULL, answer.len, answer.data);
    struct reg_data json = {0};
    int error = response ? 0 : REG_ERR_NOMEM;

    if (error == 0 && ctl->json) {
        error = reg_message_json("ListRestrictionsResponse", answer, 0, &json, info);
        if (error == 0)
            ctl_print(reg_bytes_of(&json));
    }
    for (size_t i = 0; error == 0 && !ctl->json && i < response->n_restrictions; i++)
        print_listed(response->restrictions[i]);
    *ret_before = error == 0 ? response->next_before : 0;
    reg_data_clear(&json);
    registry__v1__list_restrictions_response__free_unpacked(response, NULL);
    return error;
}

int ctl_restriction_list(struct ctl *ctl)
{
    Registry__V1__ListRestrictionsRequest request = REGISTRY__V1__LIST_RESTRICTIONS_REQUEST__INIT;
    Registry__V1__IdDocument person;
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    struct reg_error_info info = {0};
    int error = 0;

    request.credit_code = (char *)text_or_empty(ctl_option(ctl, "code"));
    request.person = read_person(ctl, &person) ? &person : NULL;
    request.lifted = ctl_flag(ctl, "all");
    request.page_size = PAGE;
    if (!ctl_arguments(ctl, 0) || ctl_open_reader(ctl, &engine, &reader) != 0)
        return CTL_FAULT;
    do {
        struct reg_caller caller = ctl_operator(engine);
        struct reg_data message = {0}, answer = {0};

        error = ctl_pack(&request.base, &message);
        if (error == 0)
            error = ctl_wait(reg_list_restrictions, reader, &caller, reg_bytes_of(&message), &answer, &info);
        if (error == 0)
            error = print_page(ctl, reg_bytes_of(&answer), &request.before, &info);
        reg_data_clear(&message);
        reg_data_clear(&answer);
    } while (error == 0 && request.before != 0);
    reg_reader_close(reader);
    reg_engine_close(engine);
    return error == 0 ? CTL_YES : ctl_fail(error, &info);
}

/* ---- import -------------------------------------------------------------------------------------------------------- */

/* What the import's callbacks share. */
struct importing {
    struct ctl_progress progress; /* first: it is the progress callback's context too */
    struct reg_bytes header;      /* the file's first line */
    const char *path;             /* of the error file */
    FILE *errors;                 /* made with the first refused row */
};

static void put_quoted(FILE *file, const char *text)
{
    fputs(",\"", file);
    for (; *text; text++)
        fputs(*text == '"' ? "\"\"" : (char[2]){*text, '\0'}, file);
    fputc('"', file);
}

/* A refused row goes into the error file as it came, with the reason behind it: put right, the file is imported as it is. */
static void keep_refused(void *context, size_t line, struct reg_bytes row, const struct reg_error_info *info)
{
    struct importing *importing = context;

    if (!importing->errors) {
        importing->errors = fopen(importing->path, "wx");
        if (importing->errors)
            fprintf(importing->errors, "%.*s,line,reason_zh,reason_en\n", (int)importing->header.len,
                    (const char *)importing->header.data);
    }
    if (!importing->errors) {
        fprintf(stderr, "%zu: %s / %s\n", line, info->zh, info->en);
        return;
    }
    fprintf(importing->errors, "%.*s,%zu", (int)row.len, (const char *)row.data, line);
    put_quoted(importing->errors, info->zh);
    put_quoted(importing->errors, info->en);
    fputc('\n', importing->errors);
}

/* Column names are ASCII in either encoding; a byte-order mark is left out. */
static struct reg_bytes first_line(const struct reg_data *file)
{
    size_t mark = file->len >= 3 && memcmp(file->data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, len = 0;

    while (mark + len < file->len && file->data[mark + len] != '\n' && file->data[mark + len] != '\r')
        len++;
    return (struct reg_bytes){file->data + mark, len};
}

static void print_result(const struct ctl *ctl, const struct reg_import_result *result, const char *errors)
{
    if (ctl->json)
        printf("{\"rows\":%zu,\"placed\":%zu,\"known\":%zu,\"refused\":%zu}\n", result->rows, result->placed, result->known,
               result->refused);
    else
        printf("行 rows %zu · 登记 placed %zu · 此前已登记 known %zu · 未采用 refused %zu\n", result->rows, result->placed,
               result->known, result->refused);
    if (result->refused > 0)
        fprintf(stderr, "registryctl: 未采用的各行及其理由见 %s / refused rows, with reasons, are in %s\n", errors, errors);
}

int ctl_restriction_import(struct ctl *ctl)
{
    const char *errors = ctl_option(ctl, "errors");
    struct importing importing = {0};
    struct reg_import_result result = {0};
    struct reg_error_info info = {0};
    struct reg_engine *engine = NULL;
    struct reg_data file = {0};
    char path[4096];
    int error;

    if (!ctl_arguments(ctl, 1))
        return CTL_FAULT;
    snprintf(path, sizeof path, "%s.errors.csv", ctl->argv[0]);
    importing.path = errors ? errors : path;
    error = ctl_read_file(ctl->argv[0], IMPORT_MAX, &file, &info);
    if (error != 0)
        return ctl_fail(error, &info);
    if (ctl_open(ctl, &engine) == 0) {
        struct reg_caller caller = ctl_operator(engine);

        importing.header = first_line(&file);
        ctl_progress_start(&importing.progress, "restriction import");
        error = reg_restrictions_import(engine, &caller, ctl->argv[0], reg_bytes_of(&file), ctl_progress_draw, keep_refused,
                                        &importing, &result, &info);
        ctl_progress_end(&importing.progress);
        if (importing.errors && fclose(importing.errors) != 0 && error == 0)
            error = REG_ERR_IO;
        print_result(ctl, &result, importing.path);
        error = error != 0 ? ctl_fail(error, &info) : result.refused > 0 ? CTL_NO : CTL_YES;
    } else {
        error = CTL_FAULT;
    }
    reg_engine_close(engine);
    reg_data_clear(&file);
    return error;
}
