/* licence search: the licences that meet every condition given. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "print.h"

#define PAGE  100
#define LIMIT 100 /* licences that are printed where nothing else is said */
#define ITEMS 16

/* What is looked for, and how many are still to be printed. */
struct searching {
    Registry__V1__SearchLicencesRequest request;
    uint32_t items[ITEMS];
    uint64_t left, found, size;
    bool more;
};

/* A whole number up to `most`; without the option 0. */
static bool take_number(struct ctl *ctl, const char *name, uint64_t most, uint64_t *ret)
{
    const char *text = ctl_option(ctl, name);
    size_t len = text ? strlen(text) : 0;

    *ret = text ? strtoull(text, NULL, 10) : 0;
    if (!text || (len > 0 && len < 19 && strspn(text, "0123456789") == len && *ret > 0 && *ret <= most))
        return true;
    fprintf(stderr, "registryctl: --%s 应为正整数 / --%s is a whole number\n", name, name);
    return false;
}

static bool take_items(struct ctl *ctl, struct searching *searching)
{
    const char *text = ctl_option(ctl, "items");
    char *end;

    searching->request.items = searching->items;
    for (; text && *text; text = *end ? end + 1 : end) {
        unsigned long item = strtoul(text, &end, 10);

        if (end == text || (*end && *end != ',') || item > 1023 || searching->request.n_items == ITEMS) {
            ctl_usage("--items 应为事项序号，如 3,25，至多 16 个",
                      "--items are numbers of items, such as 3,25, 16 at the most");
            return false;
        }
        searching->items[searching->request.n_items++] = (uint32_t)item;
    }
    return true;
}

/* existing, dormant … */
static bool take_state(struct ctl *ctl, Registry__V1__SearchLicencesRequest *request)
{
    const char *text = ctl_option(ctl, "state");
    const ProtobufCEnumDescriptor *states = &registry__v1__licence_state__descriptor;
    static const char prefix[] = "LICENCE_STATE_";

    if (!text)
        return true;
    for (unsigned i = 0; i < states->n_values; i++) {
        const char *name = states->values[i].name + sizeof prefix - 1;
        size_t at = 0;

        while (text[at] && (text[at] == '-'                      ? '_'
                            : text[at] >= 'a' && text[at] <= 'z' ? text[at] - 'a' + 'A'
                                                                 : text[at]) == name[at])
            at++;
        if (states->values[i].value > 0 && !text[at] && !name[at]) {
            request->state = (Registry__V1__LicenceState)states->values[i].value;
            return true;
        }
    }
    ctl_usage("--state 应为 existing、dormant、revoked、ordered-closed、deregistered、annulled 或 moved-out",
              "--state is existing, dormant, revoked, ordered-closed, deregistered, annulled or moved-out");
    return false;
}

static bool take_options(struct ctl *ctl, struct searching *searching)
{
    Registry__V1__SearchLicencesRequest *request = &searching->request;
    const struct {
        const char *name;
        char **field;
    } texts[] = {{"code", &request->code},
                 {"former", &request->former_number},
                 {"name", &request->name},
                 {"prefix", &request->name_prefix},
                 {"part", &request->name_part},
                 {"representative", &request->representative},
                 {"industry", &request->industry},
                 {"established-from", &request->established_from},
                 {"established-to", &request->established_to},
                 {"recorded-from", &request->recorded_from},
                 {"recorded-to", &request->recorded_to}};
    uint64_t authority, type;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = ctl_option(ctl, texts[i].name);

        if (text)
            *texts[i].field = (char *)text;
    }
    if (!take_number(ctl, "authority", 999999, &authority) || !take_number(ctl, "type", 9999, &type) ||
        !take_number(ctl, "limit", INT64_MAX, &searching->left) || !take_items(ctl, searching) || !take_state(ctl, request))
        return false;
    request->authority = (uint32_t)authority;
    request->type = (uint32_t)type;
    searching->left = searching->left ? searching->left : LIMIT;
    return true;
}

static int print_json(const Registry__V1__FoundLicence *found, struct reg_error_info *info)
{
    struct reg_data message = {0}, json = {0};
    int error = ctl_pack(&found->base, &message);

    if (error == 0)
        error = reg_message_json("FoundLicence", reg_bytes_of(&message), 0, &json, info);
    if (error == 0)
        ctl_print(reg_bytes_of(&json));
    reg_data_clear(&message);
    reg_data_clear(&json);
    return error;
}

static void print_row(const Registry__V1__FoundLicence *found)
{
    printf("%s  %-4u  %06u  %-10s  %-10s  %s  %s\n", found->credit_code, found->type, found->authority,
           *found->established ? found->established : "-", found->recorded, ctl_licence_state(found->state),
           *found->name ? found->name : "-");
}

static int print_page(const struct ctl *ctl, struct searching *searching, const Registry__V1__SearchLicencesResponse *page,
                      struct reg_error_info *info)
{
    int error = 0;

    if (!ctl->json && searching->found == 0 && page->n_licences > 0)
        printf("%-18s  %s  %s  %s  %s  %s  %s\n", "代码 code", "类型 type", "机关 authority", "成立 established",
               "登记 recorded", "状态 state", "名称 name");
    for (size_t i = 0; i < page->n_licences && error == 0; i++)
        if (ctl->json)
            error = print_json(page->licences[i], info);
        else
            print_row(page->licences[i]);
    searching->found += page->n_licences;
    searching->left -= page->n_licences;
    searching->size = page->as_of ? page->as_of->size : 0;
    return error;
}

/* Prints a page and keeps its token for the next one. */
static int take_page(const struct ctl *ctl, struct searching *searching, struct reg_bytes answer, struct reg_data *token,
                     struct reg_error_info *info)
{
    Registry__V1__SearchLicencesResponse *page =
        (Registry__V1__SearchLicencesResponse *)ctl_unpack(&registry__v1__search_licences_response__descriptor, answer);
    int error;

    if (!page)
        return REG_ERR_NOMEM;
    error = print_page(ctl, searching, page, info);
    reg_data_clear(token);
    searching->more = page->next_page_token.len > 0;
    if (searching->more) {
        token->data = malloc(page->next_page_token.len);
        token->len = page->next_page_token.len;
        if (token->data)
            memcpy(token->data, page->next_page_token.data, token->len);
        else
            error = REG_ERR_NOMEM;
    }
    searching->request.page_token = (ProtobufCBinaryData){token->len, token->data};
    registry__v1__search_licences_response__free_unpacked(page, NULL);
    return error;
}

static int print_pages(const struct ctl *ctl, struct reg_engine *engine, struct reg_reader *reader,
                       struct searching *searching, struct reg_error_info *info)
{
    struct reg_caller caller = ctl_operator(engine);
    struct reg_data token = {0};
    int error;

    do {
        struct reg_data message = {0}, answer = {0};

        searching->request.page_size = (uint32_t)(searching->left < PAGE ? searching->left : PAGE);
        error = ctl_pack(&searching->request.base, &message);
        if (error == 0)
            error = ctl_wait(reg_search_licences, reader, &caller, reg_bytes_of(&message), &answer, info);
        if (error == 0)
            error = take_page(ctl, searching, reg_bytes_of(&answer), &token, info);
        reg_data_clear(&message);
        reg_data_clear(&answer);
    } while (error == 0 && searching->more && searching->left > 0);
    reg_data_clear(&token);
    return error;
}

int ctl_licence_search(struct ctl *ctl)
{
    struct searching searching = {.request = REGISTRY__V1__SEARCH_LICENCES_REQUEST__INIT};
    struct reg_engine *engine = NULL;
    struct reg_reader *reader = NULL;
    struct reg_error_info info = {0};
    int error;

    if (!take_options(ctl, &searching) || !ctl_arguments(ctl, 0) || ctl_open_reader(ctl, &engine, &reader) != 0)
        return CTL_FAULT;
    error = print_pages(ctl, engine, reader, &searching, &info);
    reg_reader_close(reader);
    reg_engine_close(engine);
    if (error != 0)
        return ctl_fail(error, &info);
    if (!ctl->json)
        printf("%" PRIu64 " 个 found · 截至条目 as of tree size %" PRIu64 "%s\n", searching.found, searching.size,
               searching.more ? " · 还有更多（--limit） there may be more (--limit)" : "");
    return searching.found > 0 ? CTL_YES : CTL_NO;
}
