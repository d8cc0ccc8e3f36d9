/* SearchLicences: one index leads through the licences, and each of them is held against every condition. A page looks at
 * CANDIDATES_MAX licences at the most, in short reads; it ends early where the register grew between two of them, so that
 * all of it is true as of one tree size. */
#include "engine/read.h"
#include "engine/terms.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "base/utf8.h"
#include "base/wire.h"
#include "crypto/digest.h"
#include "crypto/master.h"

#define PAGE_DEFAULT    20
#define PAGE_MAX        100
#define CANDIDATES_READ 200 /* by the first read, which most searches end with */
#define CANDIDATES_MORE 900 /* by each that follows: each looks anew for the rarest of the terms */
#define CANDIDATES_MAX  2000
#define ITEMS_MAX       16
#define GRAMS_MAX       24 /* of the name: one leads, and the name itself is looked at */
#define NAME_BYTES      300
#define FINE_PREFIX     10  /* characters of a code behind which few licences are */
#define FEW_DAYS        366 /* days that lead before an authority or a type does */

/* A search under way. */
struct search {
    struct read *read;
    const reg_pb_search_licences_request *request;
    struct reg_search store; /* what the store is asked */
    int64_t terms[REG_SEARCH_TERMS_MAX];
    char after[REG_CODE_LEN + 1], *to;
    const char *name, *prefix, *part;                 /* normalised; NULL: not asked for */
    int32_t established[2], recorded[2], industry[2]; /* the first and the last */
    uint8_t conditions[REG_DIGEST_LEN];               /* their digest */
    size_t page, looked_at, count;
    bool ended, full;
};

/* ---- page tokens --------------------------------------------------------------------------------------------------- */

/* version 1 || value 4, big-endian || code || MAC 16. The MAC also covers the registry and the conditions: a token that was
 * made up, or is of another search, is told from one that was given. */
#define TOKEN_VERSION 1
#define TOKEN_FIXED   5
#define TOKEN_MAC     16
#define TOKEN_MAX     (TOKEN_FIXED + REG_CODE_LEN + TOKEN_MAC)

static int token_mac(const struct search *search, struct reg_bytes start, uint8_t ret[REG_DIGEST_LEN])
{
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    reg_buf_put(&buf, search->read->engine->facts.id, REG_REGISTRY_ID_LEN);
    reg_buf_put(&buf, search->conditions, sizeof search->conditions);
    reg_buf_put(&buf, start.data, start.len);
    error = buf.error ? buf.error
                      : reg_master_digest(search->read->engine->master, "registry page token", reg_buf_bytes(&buf), ret);
    reg_buf_clear(&buf);
    return error;
}

static int put_token(const struct search *search, uint8_t token[TOKEN_MAX], size_t *ret_len)
{
    uint32_t value = (uint32_t)search->store.value_after;
    size_t len = TOKEN_FIXED + strlen(search->after);
    uint8_t mac[REG_DIGEST_LEN];
    int error;

    token[0] = TOKEN_VERSION;
    for (int i = 0; i < 4; i++)
        token[1 + i] = (uint8_t)(value >> 8 * (3 - i));
    memcpy(token + TOKEN_FIXED, search->after, len - TOKEN_FIXED);
    error = token_mac(search, (struct reg_bytes){token, len}, mac);
    if (error != 0)
        return error;
    memcpy(token + len, mac, TOKEN_MAC);
    *ret_len = len + TOKEN_MAC;
    return 0;
}

static int take_token(struct search *search)
{
    const ProtobufCBinaryData *token = &search->request->page_token;
    size_t len = token->len - TOKEN_MAC; /* what the MAC covers */
    uint8_t mac[REG_DIGEST_LEN];
    uint32_t value = 0;
    int error;

    if (token->len == 0)
        return 0;
    if (token->len <= TOKEN_FIXED + TOKEN_MAC || token->len > TOKEN_MAX || token->data[0] != TOKEN_VERSION)
        return reg_fail(&search->read->info, REG_ERR_INVALID, "page_token 无效", "page_token is not one");
    error = token_mac(search, (struct reg_bytes){token->data, len}, mac);
    if (error != 0)
        return error;
    if (!reg_secret_equal(mac, token->data + len, TOKEN_MAC))
        return reg_fail(&search->read->info, REG_ERR_INVALID, "page_token 不属于本登记库的这一查询",
                        "page_token is not one of this search in this registry");
    for (int i = 0; i < 4; i++)
        value = value << 8 | token->data[1 + i];
    search->store.value_after = (int32_t)value;
    memcpy(search->after, token->data + TOKEN_FIXED, len - TOKEN_FIXED);
    search->after[len - TOKEN_FIXED] = '\0';
    return 0;
}

/* What the conditions are, without the page: a token serves no others. */
static int digest_conditions(struct search *search)
{
    reg_pb_search_licences_request conditions = *search->request;
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_bytes bytes;
    int error;

    conditions.page_size = 0;
    conditions.page_token = (ProtobufCBinaryData){0, NULL};
    conditions.base.n_unknown_fields = 0;
    reg_message_encode(&conditions.base, &buf);
    bytes = reg_buf_bytes(&buf);
    error = buf.error ? buf.error : reg_digest(search->read->engine->facts.suite, &bytes, 1, search->conditions);
    reg_buf_clear(&buf);
    return error;
}

/* ---- conditions ---------------------------------------------------------------------------------------------------- */

static int take_day(struct search *search, const char *field, const char *text, int32_t *ret)
{
    if (*text && !reg_day_parse(text, ret))
        return reg_fail(&search->read->info, REG_ERR_INVALID, "%s 应为日期，如 2026-11-24",
                        "%s is a day, such as 2026-11-24", field);
    return 0;
}

static int take_days(struct search *search)
{
    const reg_pb_search_licences_request *request = search->request;
    int error = take_day(search, "established_from", request->established_from, &search->established[0]);

    if (error == 0)
        error = take_day(search, "established_to", request->established_to, &search->established[1]);
    if (error == 0)
        error = take_day(search, "recorded_from", request->recorded_from, &search->recorded[0]);
    if (search->established[0] == INT32_MIN && search->established[1] != INT32_MAX)
        search->established[0]++; /* who has no such day is not before another */
    return error == 0 ? take_day(search, "recorded_to", request->recorded_to, &search->recorded[1]) : error;
}

/* A name, or a part of one: normalised, with its grams among the terms. */
static int take_name(struct search *search, const char *text, struct reg_term_list *list, const char **ret)
{
    char *key;

    if (*text == '\0')
        return 0;
    if (strlen(text) > NAME_BYTES)
        return reg_fail(&search->read->info, REG_ERR_INVALID, "名称至多 %d 字节", "a name has %d bytes at the most",
                        NAME_BYTES);
    key = reg_name_key(text, search->read->arena);
    if (!key)
        return REG_ERR_NOMEM;
    if (reg_utf8_length(key) < 2)
        return reg_fail(&search->read->info, REG_ERR_INVALID, "按名称查询至少须给出两个字",
                        "a search by name wants two characters at least");
    reg_term_add_grams(list, key, list->count < GRAMS_MAX ? GRAMS_MAX - list->count : 0);
    *ret = key;
    return 0;
}

/* Whom a person signs for is more than a licence shows: it is for those who may see who the person is. */
static int take_person(struct search *search, struct reg_term_list *list)
{
    const char *name = search->request->representative;

    if (*name == '\0')
        return 0;
    if (!search->read->grant.all &&
        !(search->read->grant.classes >> REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_IDENTITY & 1))
        return reg_fail(&search->read->info, REG_ERR_DENIED, "按负责人姓名查询须有身份信息的权限",
                        "searching by a representative's name wants the right to see the class IDENTITY");
    return reg_term_add_digest(search->read->engine, REG_TERM_PERSON, name, search->read->arena, list);
}

static int take_items(struct search *search, struct reg_term_list *list)
{
    if (search->request->n_items > ITEMS_MAX)
        return reg_fail(&search->read->info, REG_ERR_INVALID, "items 至多 %d 个", "items are %d at the most", ITEMS_MAX);
    for (size_t i = 0; i < search->request->n_items; i++) {
        if (search->request->items[i] < 1 || search->request->items[i] > REG_ITEM_MAX)
            return reg_fail(&search->read->info, REG_ERR_INVALID, "没有事项 %u", "there is no item %u",
                            search->request->items[i]);
        reg_term_add_item(list, search->request->items[i]);
    }
    return 0;
}

static int take_industry(struct search *search)
{
    if (search->request->industry[0] == '\0')
        return 0;
    if (!reg_industry_classes(search->request->industry, &search->industry[0], &search->industry[1]))
        return reg_fail(&search->read->info, REG_ERR_INVALID, "行业“%.10s”应为门类字母或者二至四位数字",
                        "industry \"%.10s\" is a section's letter, or two to four digits", search->request->industry);
    return 0;
}

/* The terms, those that few licences have first; `*ret_rare`: how many of them. */
static int take_terms(struct search *search, size_t *ret_rare)
{
    const reg_pb_search_licences_request *request = search->request;
    struct reg_term_list list = {search->terms, 0};
    int error = take_name(search, request->name, &list, &search->name);

    if (error == 0)
        error = take_name(search, request->name_prefix, &list, &search->prefix);
    if (error == 0)
        error = take_name(search, request->name_part, &list, &search->part);
    if (error == 0 && request->former_number[0])
        error =
            reg_term_add_digest(search->read->engine, REG_TERM_FORMER, request->former_number, search->read->arena, &list);
    if (error == 0)
        error = take_person(search, &list);
    *ret_rare = list.count;
    if (error == 0)
        error = take_items(search, &list);
    search->store.terms = search->terms;
    search->store.term_count = list.count;
    return error;
}

static int take_code(struct search *search)
{
    const char *code = search->request->code;
    size_t len = strlen(code);

    if (len > REG_CODE_LEN || strspn(code, "0123456789ABCDEFGHJKLMNPQRTUWXY") != len)
        return reg_fail(&search->read->info, REG_ERR_INVALID, "“%.40s”不是统一社会信用代码或者其开头",
                        "\"%.40s\" is no credit code, nor the beginning of one", code);
    if (len == REG_CODE_LEN) { /* behind all that come before it */
        memcpy(search->after, code, len - 1);
        search->to = reg_arena_strdup(search->read->arena, code);
    } else {
        memcpy(search->after, code, len);
        search->to = reg_arena_printf(search->read->arena, "%s%s", code, REG_SEARCH_CODE_LAST);
    }
    return search->to ? 0 : REG_ERR_NOMEM;
}

static bool few_days(const int32_t days[2])
{
    return days[0] != INT32_MIN && days[1] != INT32_MAX && (int64_t)days[1] - days[0] < FEW_DAYS;
}

static bool any_day(const int32_t days[2])
{
    return days[0] != INT32_MIN || days[1] != INT32_MAX;
}

static void lead_by(struct search *search, enum reg_search_by by, int32_t first, int32_t last)
{
    search->store.by = by;
    search->store.value_after = first;
    search->store.value_to = last;
    search->after[0] = '\0'; /* the code is looked at row by row */
}

/* Columns, those first in which one value has the fewest licences. */
static bool lead_by_column(struct search *search)
{
    const reg_pb_search_licences_request *request = search->request;

    if (request->state > REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING)
        lead_by(search, REG_SEARCH_BY_STATE, request->state, request->state);
    else if (request->authority)
        lead_by(search, REG_SEARCH_BY_AUTHORITY, (int32_t)request->authority, (int32_t)request->authority);
    else if (request->industry[0])
        lead_by(search, REG_SEARCH_BY_INDUSTRY, search->industry[0], search->industry[1]);
    else if (request->type)
        lead_by(search, REG_SEARCH_BY_TYPE, (int32_t)request->type, (int32_t)request->type);
    else if (any_day(search->recorded))
        lead_by(search, REG_SEARCH_BY_RECORDED, search->recorded[0], search->recorded[1]);
    else if (any_day(search->established))
        lead_by(search, REG_SEARCH_BY_ESTABLISHED, search->established[0], search->established[1]);
    else
        return false;
    return true;
}

/* Which index leads: from the conditions alone, so that every page of a search goes the same way. */
static void choose_lead(struct search *search, size_t rare)
{
    size_t code = strlen(search->request->code);

    if (code == REG_CODE_LEN)
        search->store.by = REG_SEARCH_BY_CODE;
    else if (rare > 0)
        search->store.by = REG_SEARCH_BY_TERM;
    else if (code >= FINE_PREFIX)
        search->store.by = REG_SEARCH_BY_CODE;
    else if (few_days(search->recorded))
        lead_by(search, REG_SEARCH_BY_RECORDED, search->recorded[0], search->recorded[1]);
    else if (few_days(search->established))
        lead_by(search, REG_SEARCH_BY_ESTABLISHED, search->established[0], search->established[1]);
    else if (search->store.term_count > 0)
        search->store.by = REG_SEARCH_BY_TERM;
    else if (!lead_by_column(search))
        search->store.by = REG_SEARCH_BY_CODE;
}

static int take_conditions(struct search *search)
{
    const reg_pb_search_licences_request *request = search->request;
    size_t rare = 0;
    int error;

    search->established[0] = search->recorded[0] = INT32_MIN;
    search->established[1] = search->recorded[1] = INT32_MAX;
    if (request->at_case != REGISTRY__V1__SEARCH_LICENCES_REQUEST__AT__NOT_SET)
        return reg_fail(&search->read->info, REG_ERR_UNSUPPORTED, "查询只知登记簿的现状；过去的情况请用 GetLicenceHistory",
                        "a search knows the register as it is; ask GetLicenceHistory for what was");
    if (request->page_size > PAGE_MAX)
        return reg_fail(&search->read->info, REG_ERR_INVALID, "page_size 应为 1 至 %d", "page_size is 1 to %d", PAGE_MAX);
    search->page = request->page_size ? request->page_size : PAGE_DEFAULT;
    error = take_code(search);
    if (error == 0)
        error = take_days(search);
    if (error == 0)
        error = take_industry(search);
    if (error == 0)
        error = take_terms(search, &rare);
    if (error != 0)
        return error;
    choose_lead(search, rare);
    error = digest_conditions(search);
    if (error == 0)
        error = take_token(search);
    search->store.code_after = search->after;
    search->store.code_to = search->to;
    return error;
}

/* ---- licences ------------------------------------------------------------------------------------------------------ */

static bool within(int32_t value, const int32_t values[2])
{
    return value >= values[0] && value <= values[1];
}

static bool columns_fit(const struct search *search, const struct reg_licence_row *row)
{
    const reg_pb_search_licences_request *request = search->request;

    return strncmp(row->code, request->code, strlen(request->code)) == 0 &&
           (!request->state || row->state == (uint32_t)request->state) &&
           (!request->authority || row->authority == request->authority) && (!request->type || row->type == request->type) &&
           (!request->industry[0] || within((int32_t)row->industry, search->industry)) &&
           within(row->established, search->established) && within(row->recorded, search->recorded);
}

static int fits(struct search *search, const struct reg_licence_row *row, size_t hits, bool *ret)
{
    struct reg_arena *arena;
    const char *key;

    *ret = hits == search->store.term_count && columns_fit(search, row);
    if (!*ret || !(search->name || search->prefix || search->part))
        return 0;
    arena = reg_arena_new(0);
    key = arena ? reg_name_key(row->name, arena) : NULL;
    if (key)
        *ret = (!search->name || strcmp(key, search->name) == 0) &&
               (!search->prefix || strncmp(key, search->prefix, strlen(search->prefix)) == 0) &&
               (!search->part || strstr(key, search->part));
    reg_arena_free(arena);
    return key ? 0 : REG_ERR_NOMEM;
}

static int put_found(const struct reg_licence_row *row, struct reg_buf *buf)
{
    reg_pb_found_licence found = REGISTRY__V1__FOUND_LICENCE__INIT;
    char established[REG_DAY_TEXT] = "", recorded[REG_DAY_TEXT], industry[16] = "";
    struct reg_buf field = REG_BUF_INIT;
    int error;

    if (row->established != INT32_MIN)
        reg_day_format(row->established, established);
    reg_day_format(row->recorded, recorded);
    if (row->industry)
        snprintf(industry, sizeof industry, "%04u", (unsigned)row->industry);
    found.credit_code = (char *)row->code;
    found.name = (char *)row->name;
    found.type = row->type;
    found.state = (reg_pb_licence_state)row->state;
    found.authority = row->authority;
    found.industry = industry;
    found.established = established;
    found.recorded = recorded;
    found.serial = row->serial;
    found.version = row->version;
    found.revision = row->revision;
    found.position = row->position;
    reg_message_encode(&found.base, &field);
    error = field.error;
    if (error == 0)
        reg_wire_put_bytes(buf, 1, reg_buf_bytes(&field));
    reg_buf_clear(&field);
    return error != 0 ? error : buf->error;
}

/* What stands in the column that leads. */
static int32_t value_of(const struct reg_licence_row *row, enum reg_search_by by)
{
    switch (by) {
    case REG_SEARCH_BY_ESTABLISHED:
        return row->established;
    case REG_SEARCH_BY_RECORDED:
        return row->recorded;
    case REG_SEARCH_BY_AUTHORITY:
        return (int32_t)row->authority;
    case REG_SEARCH_BY_TYPE:
        return (int32_t)row->type;
    case REG_SEARCH_BY_INDUSTRY:
        return (int32_t)row->industry;
    case REG_SEARCH_BY_STATE:
        return (int32_t)row->state;
    default:
        return 0;
    }
}

/* Goes through what one read gave, up to the end of the page. */
static int look_at(struct search *search, const struct reg_query *query, struct reg_buf *buf)
{
    int error = 0;

    for (size_t i = 0; i < query->licence_count && !search->full && error == 0; i++) {
        const struct reg_licence_row *row = &query->licences[i];
        bool wanted = false;

        error = fits(search, row, query->hits[i], &wanted);
        if (error == 0 && wanted) {
            error = put_found(row, buf);
            search->count++;
        }
        memcpy(search->after, row->code, sizeof search->after);
        search->store.value_after = value_of(row, search->store.by);
        search->full = search->count == search->page;
    }
    search->looked_at += query->licence_count;
    search->ended = query->licence_count < query->limit && !search->full;
    return error;
}

/* Reads on; `*ret_same` false: the register grew since the page began, and what was read is left to the next page. */
static int look_on(struct search *search, struct reg_buf *buf, bool *ret_same)
{
    struct reg_query query = {.kind = REG_QUERY_SEARCH, .search = &search->store, .limit = CANDIDATES_MORE};
    int error = reg_query_wait(search->read->store, &query);

    *ret_same = error == 0 && query.head.size == search->read->query.head.size;
    if (*ret_same)
        error = look_at(search, &query, buf);
    reg_query_clear(&query);
    return error;
}

static int answer_search(struct read *read, struct reg_buf *buf)
{
    struct search *search = (struct search *)read->work;
    reg_pb_search_licences_response response = REGISTRY__V1__SEARCH_LICENCES_RESPONSE__INIT;
    reg_pb_tree_size as_of = REGISTRY__V1__TREE_SIZE__INIT;
    uint8_t token[TOKEN_MAX];
    bool same = true;
    int error = look_at(search, &read->query, buf);

    while (error == 0 && same && !search->ended && !search->full && search->looked_at < CANDIDATES_MAX)
        error = look_on(search, buf, &same);
    if (error == 0 && !search->ended) {
        response.next_page_token.data = token;
        error = put_token(search, token, &response.next_page_token.len);
    }
    if (error != 0)
        return error;
    as_of.registry_id = (ProtobufCBinaryData){sizeof read->engine->facts.id, read->engine->facts.id};
    as_of.size = read->query.head.size;
    response.as_of = &as_of;
    reg_message_encode(&response.base, buf);
    return buf->error;
}

void reg_search_licences(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                         reg_read_callback done, void *context)
{
    struct read *read =
        read_new(reader, caller, &registry__v1__search_licences_request__descriptor, message, answer_search, done, context);
    struct search *search;
    int error;

    if (!read)
        return;
    search = reg_arena_alloc(read->arena, sizeof *search);
    if (!search) {
        read_end(read, REG_ERR_NOMEM);
        return;
    }
    *search = (struct search){.read = read, .request = (reg_pb_search_licences_request *)read->message};
    read->work = search;
    error = take_conditions(search);
    if (error != 0) {
        read_end(read, error);
        return;
    }
    read->query.kind = REG_QUERY_SEARCH;
    read->query.search = &search->store;
    read->query.limit = CANDIDATES_READ;
    read_start(read);
}
