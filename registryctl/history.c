/* licence history: what became of a licence, the newest revision first. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <registry/rules.h>

#include "ctl.h"
#include "print.h"

#define PAGE   100
#define DAY_MS INT64_C(86400000)
#define CHINA  (8 * INT64_C(3600000))

/* --at: a number is a tree size, a day means its end. */
static bool take_point(const char *at, Registry__V1__GetLicenceHistoryRequest *request)
{
    size_t len = strlen(at);
    int32_t day;

    if (len > 0 && len < 19 && strspn(at, "0123456789") == len) {
        request->at_case = REGISTRY__V1__GET_LICENCE_HISTORY_REQUEST__AT_TREE_SIZE;
        request->tree_size = strtoull(at, NULL, 10);
        return true;
    }
    if (!reg_rules_day(at, &day))
        return false;
    request->at_case = REGISTRY__V1__GET_LICENCE_HISTORY_REQUEST__AT_TIME_MS;
    request->time_ms = (day + 1) * DAY_MS - CHINA - 1;
    return true;
}

static int print_json(const Registry__V1__LicenceRevision *revision, struct reg_error_info *info)
{
    struct reg_data message = {0}, json = {0};
    int error = ctl_pack(&revision->base, &message);

    if (error == 0)
        error = reg_message_json("LicenceRevision", reg_bytes_of(&message), 0, &json, info);
    if (error == 0)
        ctl_print(reg_bytes_of(&json));
    reg_data_clear(&message);
    reg_data_clear(&json);
    return error;
}

static void print_row(const Registry__V1__LicenceRevision *revision)
{
    printf("%4" PRIu64 "  %s  %s  → %s  (版本 version %u · 条目 entry %" PRIu64 ")\n", revision->revision, revision->day,
           ctl_filing_kind(revision->kind), ctl_licence_state(revision->state), revision->version, revision->position);
    for (size_t i = 0; i < revision->n_changes; i++)
        printf("      变更前 before  %s = %s\n", revision->changes[i]->path,
               revision->changes[i]->before[0] ? revision->changes[i]->before : "（不公开 not public）");
}

/* Prints a page; `*ret_next` is where the next one starts. */
static int print_page(const struct ctl *ctl, struct reg_bytes answer, uint64_t *ret_next, struct reg_error_info *info)
{
    Registry__V1__GetLicenceHistoryResponse *page = (Registry__V1__GetLicenceHistoryResponse *)ctl_unpack(
        &registry__v1__get_licence_history_response__descriptor, answer);
    int error = 0;

    if (!page)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < page->n_revisions && error == 0; i++)
        if (ctl->json)
            error = print_json(page->revisions[i], info);
        else
            print_row(page->revisions[i]);
    *ret_next = page->next_position;
    registry__v1__get_licence_history_response__free_unpacked(page, NULL);
    return error;
}

static int print_pages(const struct ctl *ctl, struct reg_engine *engine, struct reg_reader *reader,
                       Registry__V1__GetLicenceHistoryRequest *request, struct reg_error_info *info)
{
    struct reg_caller caller = ctl_operator(engine);
    int error;

    do {
        struct reg_data message = {0}, answer = {0};

        error = ctl_pack(&request->base, &message);
        if (error == 0)
            error = ctl_wait(reg_get_licence_history, reader, &caller, reg_bytes_of(&message), &answer, info);
        if (error == 0)
            error = print_page(ctl, reg_bytes_of(&answer), &request->from_position, info);
        reg_data_clear(&message);
        reg_data_clear(&answer);
    } while (error == 0 && request->from_position != 0);
    return error;
}

int ctl_licence_history(struct ctl *ctl)
{
    Registry__V1__GetLicenceHistoryRequest request = REGISTRY__V1__GET_LICENCE_HISTORY_REQUEST__INIT;
    const char *at = ctl_option(ctl, "at");
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    struct reg_error_info info = {0};
    int error;

    if (at && !take_point(at, &request))
        return ctl_usage("--at 应为日期（如 2026-11-24）或台账条目数",
                         "--at is a day, such as 2026-11-24, or a size of the ledger");
    if (!ctl_arguments(ctl, 1) || ctl_open_reader(ctl, &engine, &reader) != 0)
        return CTL_FAULT;
    request.credit_code = ctl->argv[0];
    request.page_size = PAGE;
    error = print_pages(ctl, engine, reader, &request, &info);
    reg_reader_close(reader);
    reg_engine_close(engine);
    if (error == 0)
        return CTL_YES;
    ctl_fail(error, &info);
    return error == REG_ERR_NOT_FOUND ? CTL_NO : CTL_FAULT;
}
