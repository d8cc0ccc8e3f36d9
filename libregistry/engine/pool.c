/* Pools of subject codes: adding one, which is ledgered, and looking at them. Codes are leased in issue.c. */
#include "engine/read.h"

#include <string.h>

#include "base/error.h"
#include "base/message.h"
#include "identity/alphabet.h"
#include "identity/division.h"

#define LOW_TENTHS 9 /* of what an authority has, used: it is time to ask for more */

/* ---- ranges -------------------------------------------------------------------------------------------------------- */

static uint64_t room_behind(const char *prefix)
{
    uint64_t room = 1;

    for (size_t i = strlen(prefix); i < 8; i++)
        room *= REG_CODE_BASE;
    return room;
}

void reg_pool_whole(uint32_t authority, const char *prefix, struct reg_pool_row *ret)
{
    *ret = (struct reg_pool_row){.authority = authority, .last = room_behind(prefix) - 1};
    strncpy(ret->prefix, prefix, sizeof ret->prefix - 1);
}

void reg_pool_message(const struct reg_pool_row *row, reg_pb_code_pool *ret)
{
    registry__v1__code_pool__init(ret);
    ret->authority = row->authority;
    ret->prefix = (char *)row->prefix;
    ret->first = row->first;
    ret->last = row->last;
}

/* The first and the last 8 characters of a pool; the alphabet ascends, so that they can be compared as bytes. */
struct span {
    char first[9], last[9];
};

static int span_of(const struct reg_pool_row *row, struct span *ret)
{
    int error = reg_code_pool_body(row->prefix, row->first, ret->first);

    return error == 0 ? reg_code_pool_body(row->prefix, row->last, ret->last) : error;
}

static bool overlap(const struct span *a, const struct span *b)
{
    return strcmp(a->first, b->last) <= 0 && strcmp(b->first, a->last) <= 0;
}

/* Does a credit code hold one of the span's? */
static bool holds(const struct span *span, const char *code)
{
    return strncmp(span->first, code + 8, 8) <= 0 && strncmp(code + 8, span->last, 8) <= 0;
}

/* ---- adding one ---------------------------------------------------------------------------------------------------- */

static int check_range(const struct reg_pool_row *row, struct reg_error_info *info)
{
    uint64_t room = room_behind(row->prefix);

    if (row->first > row->last || row->last >= room)
        return reg_fail(info, REG_ERR_INVALID, "码段的首尾应满足 first ≤ last ≤ %llu",
                        "a pool behind this prefix has first ≤ last ≤ %llu", (unsigned long long)(room - 1));
    return 0;
}

int reg_pool_take(struct reg_request *request, struct reg_error_info *info)
{
    const reg_pb_add_pool_request *message = (const reg_pb_add_pool_request *)request->message;
    const struct reg_registry_facts *facts = &request->engine->facts;
    uint32_t authority = message->authority ? message->authority : facts->authority;
    char body[9];

    request->request_id = message->request_id;
    request->actor = message->actor;
    if (facts->role != REG_ROLE_REGISTRAR)
        return reg_fail(info, REG_ERR_UNSUPPORTED, "节点不赋码，没有码段", "a node allots no codes and has no pools");
    if (!reg_registrar_known(authority) || !reg_division_within(facts->authority, authority))
        return reg_fail(info, REG_ERR_INVALID, "登记机关 %u 不属于本登记库（%u）",
                        "authority %u is not one of this registry's (%u)", authority, facts->authority);
    if (strlen(message->prefix) > 7 || reg_code_pool_body(message->prefix, 0, body) != 0)
        return reg_fail(info, REG_ERR_INVALID, "码段前缀“%.20s”无效：至多 7 个代码字符",
                        "pool prefix \"%.20s\" is invalid: at most 7 characters of a code", message->prefix);
    reg_pool_whole(authority, message->prefix, &request->pool_row);
    request->pool_row.first = request->pool_row.next = message->first;
    if (message->until_case == REGISTRY__V1__ADD_POOL_REQUEST__UNTIL_LAST)
        request->pool_row.last = message->last;
    return check_range(&request->pool_row, info);
}

int reg_pool_build(struct reg_request *request)
{
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    struct reg_data bytes = {0};
    struct reg_buf buf = REG_BUF_INIT;
    reg_pb_code_pool pool;
    int error;

    reg_pool_message(&request->pool_row, &pool);
    record.pool = &pool;
    reg_message_encode(&record.base, &buf);
    error = reg_buf_finish(&buf, &bytes);
    reg_buf_clear(&buf);
    if (error != 0)
        return error;
    request->pending.pool = &request->pool_row;
    return reg_administration_build(request, REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_POOL, bytes);
}

void reg_answer_pool(const reg_pb_code_pool *pool, uint64_t position, struct reg_buf *buf)
{
    reg_pb_add_pool_response response = REGISTRY__V1__ADD_POOL_RESPONSE__INIT;

    response.pool = (reg_pb_code_pool *)pool;
    response.position = position;
    reg_message_encode(&response.base, buf);
}

/* ---- under the lock ------------------------------------------------------------------------------------------------ */

const struct reg_pool_row *reg_pool_holding(const struct reg_query *pools, const char *code)
{
    for (size_t i = 0; i < pools->pool_count; i++) {
        struct span span;

        if (span_of(&pools->pools[i], &span) == 0 && holds(&span, code))
            return &pools->pools[i];
    }
    return NULL;
}

/* The pool that overlaps the span; NULL: none. In the query, which the caller clears. */
static int find_pool(struct reg_engine *engine, const struct span *span, struct reg_query *query,
                     const struct reg_pool_row **ret)
{
    int error = engine->store->ops->read(engine->store, query);

    *ret = NULL;
    for (size_t i = 0; i < query->pool_count && error == 0 && !*ret; i++) {
        struct span other;

        error = span_of(&query->pools[i], &other);
        if (error == 0 && overlap(span, &other))
            *ret = &query->pools[i];
    }
    return error;
}

static int judge_new_pool(const struct reg_request *request, struct reg_error_info *info)
{
    struct reg_engine *engine = request->engine;
    struct reg_query pools = {.kind = REG_QUERY_POOLS}, licences = {.kind = REG_QUERY_SUBJECTS, .code_count = 2};
    const struct reg_pool_row *found = NULL;
    struct span span;
    int error = span_of(&request->pool_row, &span);

    licences.codes = (const char *const[]){span.first, span.last};
    if (error == 0)
        error = find_pool(engine, &span, &pools, &found);
    if (error == 0 && found)
        error = reg_fail(info, REG_ERR_INVALID, "与码段 %s（%llu 至 %llu，条目 %llu）重叠",
                         "it overlaps pool %s (%llu to %llu, entry %llu)", found->prefix, (unsigned long long)found->first,
                         (unsigned long long)found->last, (unsigned long long)found->position);
    if (error == 0)
        error = engine->store->ops->read(engine->store, &licences);
    if (error == 0 && licences.licence_count > 0)
        error = reg_fail(info, REG_ERR_INVALID, "码段含有已登记的代码 %s", "it holds code %s, which is on the register",
                         licences.licences[0].code);
    reg_query_clear(&pools);
    reg_query_clear(&licences);
    return error;
}

static bool founds(const struct reg_request *request)
{
    return !reg_request_administers(request) && reg_request_licenses(request) && !request->prep.has_subject;
}

static bool moves_in(const struct reg_request *request)
{
    return founds(request) && request->prep.whole->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_MOVE_IN;
}

/* Who comes with a code that another registry allotted. */
static bool brings_code(const struct reg_request *request)
{
    return moves_in(request) || (founds(request) && request->engine->facts.role == REG_ROLE_NODE);
}

/* Who comes from elsewhere, and was never here, cannot have a code that only this registry allots. */
static int judge_code(const struct reg_request *request, struct reg_error_info *info)
{
    struct reg_query pools = {.kind = REG_QUERY_POOLS};
    const struct reg_pool_row *found;
    struct span span = {"", ""};
    int error;

    memcpy(span.first, request->code + 8, 8);
    memcpy(span.last, request->code + 8, 8);
    error = find_pool(request->engine, &span, &pools, &found);
    if (error == 0 && found)
        error = reg_fail(info, REG_ERR_INVALID, "代码 %s 属本登记库的码段 %s，但从未赋予",
                         "code %s lies in this registry's pool %s, and was never allotted", request->code, found->prefix);
    reg_query_clear(&pools);
    return error;
}

/* The subject code is one entity's, whatever division stands before it. */
static int judge_subject(const struct reg_request *request, struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_SUBJECTS, .code_count = 2};
    char subject[10] = "";
    int error;

    memcpy(subject, request->code + 8, 9);
    query.codes = (const char *const[]){subject, subject};
    error = request->engine->store->ops->read(request->engine->store, &query);
    if (error == 0 && query.licence_count > 0 && strcmp(query.licences[0].code, request->code) != 0)
        error = reg_fail(info, REG_ERR_INVALID, "代码 %s 的主体标识码（第 9 至 17 位）已由 %s 使用",
                         "the subject code (characters 9 to 17) of code %s is that of %s", request->code,
                         query.licences[0].code);
    reg_query_clear(&query);
    return error;
}

int reg_pool_judge(const struct reg_request *request, struct reg_error_info *info)
{
    int error = 0;

    if (request->step == REG_STEP_ADD_POOL)
        return judge_new_pool(request, info);
    if (moves_in(request))
        error = judge_code(request, info);
    return error == 0 && brings_code(request) ? judge_subject(request, info) : error;
}

bool reg_pool_depends(const struct reg_request *request, const struct reg_pending *other)
{
    struct span span;

    if (request->step != REG_STEP_ADD_POOL)
        return (other->pool && moves_in(request)) ||
               (other->licence && brings_code(request) && memcmp(other->licence->code + 8, request->code + 8, 9) == 0);
    return other->pool || (other->licence && span_of(&request->pool_row, &span) == 0 && holds(&span, other->licence->code));
}

/* ---- ListPools ----------------------------------------------------------------------------------------------------- */

/* What an authority has in all its pools. */
static void add_up(const struct reg_query *query, uint32_t authority, struct reg_code_stock *ret)
{
    *ret = (struct reg_code_stock){.authority = authority};
    for (size_t i = 0; i < query->pool_count; i++)
        if (query->pools[i].authority == authority) {
            ret->used += query->pools[i].next - query->pools[i].first;
            ret->all += query->pools[i].last - query->pools[i].first + 1;
        }
    ret->low = ret->used * 10 >= ret->all * LOW_TENTHS;
}

int reg_code_stocks(struct reg_reader *reader, reg_stock_callback callback, void *context, struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_POOLS};
    int error = reg_query_wait(reader->store, &query);

    for (size_t i = 0; i < query.pool_count && error == 0; i++) {
        struct reg_code_stock stock;
        bool seen = false;

        for (size_t k = 0; k < i; k++)
            seen = seen || query.pools[k].authority == query.pools[i].authority;
        add_up(&query, query.pools[i].authority, &stock);
        if (!seen)
            callback(context, &stock);
    }
    reg_query_clear(&query);
    return error == 0 ? 0 : reg_fail_because(info, error, "无法读取码段", "cannot read the pools");
}

/* Is that pool the first of its authority with something left? */
static bool is_current(const struct reg_query *query, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (query->pools[i].authority == query->pools[at].authority && query->pools[i].next <= query->pools[i].last)
            return false;
    return query->pools[at].next <= query->pools[at].last;
}

static int answer_list_pools(struct read *read, struct reg_buf *buf)
{
    const struct reg_query *query = &read->query;
    reg_pb_list_pools_response response = REGISTRY__V1__LIST_POOLS_RESPONSE__INIT;
    reg_pb_tree_size as_of = REGISTRY__V1__TREE_SIZE__INIT;
    reg_pb_pool_state *states = reg_arena_alloc(read->arena, (query->pool_count + 1) * sizeof *states);
    reg_pb_code_pool *pools = reg_arena_alloc(read->arena, (query->pool_count + 1) * sizeof *pools);

    response.pools = reg_arena_alloc(read->arena, (query->pool_count + 1) * sizeof *response.pools);
    if (!states || !pools || !response.pools)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < query->pool_count; i++) {
        const struct reg_pool_row *row = &query->pools[i];
        struct reg_code_stock stock;

        add_up(query, row->authority, &stock);
        registry__v1__pool_state__init(&states[i]);
        reg_pool_message(row, &pools[i]);
        states[i].pool = &pools[i];
        states[i].next = row->next;
        states[i].used = row->next - row->first;
        states[i].position = row->position;
        states[i].current = is_current(query, i);
        states[i].low = stock.low;
        response.pools[response.n_pools++] = &states[i];
    }
    as_of.registry_id = (ProtobufCBinaryData){sizeof read->engine->facts.id, read->engine->facts.id};
    as_of.size = query->head.size;
    response.as_of = &as_of;
    reg_message_encode(&response.base, buf);
    return buf->error;
}

void reg_list_pools(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                    reg_read_callback done, void *context)
{
    struct read *read =
        read_new(reader, caller, &registry__v1__list_pools_request__descriptor, message, answer_list_pools, done, context);

    if (!read)
        return;
    if (caller->kind != REG_CALLER_OPERATOR && caller->kind != REG_CALLER_AUDITOR) {
        read_end(read, reg_fail(&read->info, REG_ERR_DENIED, "码段只供运营者和审计者查看",
                                "pools are for the operator and auditors"));
        return;
    }
    read->query.kind = REG_QUERY_POOLS;
    read_start(read);
}
