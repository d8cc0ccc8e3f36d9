/* What each query asks: the statements of one round trip, and their parameters. */
#include "store/postgresql/postgresql.h"

#define PAGE_BYTES ((int64_t)4 << 20)
#define PAGE_MOST  65536

static struct reg_pg_call *add(struct reg_pg_reading *reading, enum reg_pg_statement statement)
{
    struct reg_pg_call *call = &reading->calls[reading->count++];

    call->statement = statement;
    return call;
}

/* Numbers from callers may lie past what is counted; nothing is stored there. */
static int64_t bounded(uint64_t number)
{
    return number > INT64_MAX ? INT64_MAX : (int64_t)number;
}

static int64_t limit_of(const struct reg_query *query)
{
    return query->limit < PAGE_MOST ? (int64_t)query->limit : PAGE_MOST;
}

/* ---- what each kind asks ------------------------------------------------------------------------------------------- */

static void ask_licences(struct reg_pg_reading *reading)
{
    const struct reg_query *query = reading->query;
    struct reg_pg_call *call = add(reading, query->with_entries ? REG_PG_LICENCE_ENTRIES : REG_PG_LICENCES);
    struct reg_buf *codes = reg_pg_array(call, REG_PG_TEXTS, query->code_count);

    for (size_t i = 0; i < query->code_count; i++)
        reg_pg_array_text(codes, query->codes[i]);
}

static void ask_cases_of(struct reg_pg_reading *reading)
{
    reg_pg_text(add(reading, REG_PG_CASES_OF), reading->query->code_count > 0 ? reading->query->codes[0] : "");
}

static void ask_cases(struct reg_pg_reading *reading)
{
    const struct reg_query *query = reading->query;
    struct reg_pg_call *call;

    if (query->code_count > 0) {
        ask_cases_of(reading);
        return;
    }
    call = add(reading, REG_PG_CASES);
    reg_pg_number(call, bounded(query->number));
    reg_pg_number(call, query->state);
    reg_pg_number(call, query->authority);
    reg_pg_number(call, limit_of(query));
}

static void put_keys(struct reg_pg_call *call, const struct reg_name_probe *probe)
{
    struct reg_buf *keys = reg_pg_array(call, REG_PG_NUMBERS, probe->count);

    for (size_t i = 0; i < probe->count; i++)
        reg_pg_array_number(keys, probe->keys[i]);
}

static void ask_names(struct reg_pg_reading *reading)
{
    const struct reg_name_probe *probe = reading->query->probe;
    struct reg_pg_call *call;

    if (!probe || probe->count == 0)
        return;
    call = add(reading, REG_PG_NAMES);
    reg_pg_number(call, reading->query->authority);
    put_keys(call, probe);
    reg_pg_number(call, probe->industry);
    reg_pg_number(call, probe->day);
    reg_pg_number(call, (int64_t)probe->sure);
    reg_pg_number(call, REG_NAMES_LOOKED_AT);
    reg_pg_number(call, REG_NAMES_PER_KEY);
    reg_pg_number(call, REG_NAMES_MAX);
}

static void ask_names_of(struct reg_pg_reading *reading)
{
    static const struct reg_name_probe none;
    const struct reg_query *query = reading->query;
    const struct reg_name_probe *probe = query->probe ? query->probe : &none;
    struct reg_pg_call *call = add(reading, REG_PG_NAMES_OF);

    reg_pg_text(call, query->code_count > 0 ? query->codes[0] : "");
    reg_pg_text(call, query->name ? query->name : "");
    put_keys(call, probe);
    reg_pg_number(call, probe->industry);
}

static void ask_standing(struct reg_pg_reading *reading)
{
    const struct reg_query *query = reading->query;
    struct reg_buf *subjects = reg_pg_array(add(reading, REG_PG_STANDING), REG_PG_TEXTS, query->subject_count);

    for (size_t i = 0; i < query->subject_count; i++)
        reg_pg_array_text(subjects, query->subjects[i]);
}

static void ask_restrictions(struct reg_pg_reading *reading)
{
    const struct reg_query *query = reading->query;
    struct reg_pg_call *call = add(reading, REG_PG_RESTRICTIONS);

    reg_pg_number(call, bounded(query->number));
    reg_pg_text(call, query->subject_count > 0 ? query->subjects[0] : "");
    reg_pg_number(call, query->with_lifted);
    reg_pg_number(call, limit_of(query));
}

static void put_or_null(struct reg_buf *array, const char *text)
{
    if (text)
        reg_pg_array_text(array, text);
    else
        reg_pg_array_null(array);
}

static void ask_taken(struct reg_pg_reading *reading)
{
    const struct reg_query *query = reading->query;
    struct reg_pg_call *call = add(reading, REG_PG_TAKEN);
    struct reg_buf *requests, *codes, *names, *authorities;

    reg_pg_text(call, query->caller);
    requests = reg_pg_array(call, REG_PG_TEXTS, query->taken_count);
    codes = reg_pg_array(call, REG_PG_TEXTS, query->taken_count);
    names = reg_pg_array(call, REG_PG_TEXTS, query->taken_count);
    authorities = reg_pg_array(call, REG_PG_NUMBERS, query->taken_count);
    for (size_t i = 0; i < query->taken_count; i++) {
        put_or_null(requests, query->taken[i].request_id);
        put_or_null(codes, query->taken[i].code);
        put_or_null(names, query->taken[i].name_key);
        reg_pg_array_number(authorities, query->taken[i].authority);
    }
}

static void ask_register(struct reg_pg_reading *reading)
{
    const struct reg_query *query = reading->query;
    struct reg_pg_call *call;

    if (query->caller && query->request_id) {
        call = add(reading, REG_PG_REQUEST);
        reg_pg_text(call, query->caller);
        reg_pg_text(call, query->request_id);
    }
    if (query->code_count > 0)
        ask_licences(reading);
    if (query->name_key) {
        call = add(reading, REG_PG_NAME);
        reg_pg_number(call, query->authority);
        reg_pg_text(call, query->name_key);
    }
    if (query->parent) {
        call = add(reading, REG_PG_BRANCHES);
        reg_pg_text(call, query->parent);
        reg_pg_number(call, REG_BRANCHES_NAMED);
    }
    ask_names(reading);
    if (query->reservation)
        reg_pg_text(add(reading, REG_PG_RESERVED), query->reservation);
    if (query->subject_count > 0)
        ask_standing(reading);
    add(reading, REG_PG_LAST_CATALOGUE);
}

static void ask_entries(struct reg_pg_reading *reading)
{
    bool headers = reading->query->headers_only;
    struct reg_pg_call *call = add(reading, headers ? REG_PG_HEADERS : REG_PG_ENTRIES);

    reg_pg_number(call, bounded(reading->query->from));
    reg_pg_number(call, limit_of(reading->query));
    if (!headers)
        reg_pg_number(call, PAGE_BYTES);
}

static void ask_by_number(struct reg_pg_reading *reading, enum reg_pg_statement statement)
{
    reg_pg_number(add(reading, statement), bounded(reading->query->number));
}

static void ask_search(struct reg_pg_reading *reading)
{
    const struct reg_search *search = reading->query->search;
    struct reg_pg_call *call = add(reading, REG_PG_SEARCH + search->by);
    struct reg_buf *terms;

    reg_pg_text(call, search->code_after);
    if (REG_SEARCH_BY_COLUMN(search->by))
        reg_pg_number(call, search->value_to);
    else
        reg_pg_text(call, search->code_to);
    reg_pg_number(call, limit_of(reading->query));
    terms = reg_pg_array(call, REG_PG_NUMBERS, search->term_count);
    for (size_t i = 0; i < search->term_count; i++)
        reg_pg_array_number(terms, search->terms[i]);
    if (REG_SEARCH_BY_COLUMN(search->by))
        reg_pg_number(call, search->value_after);
    else if (search->by == REG_SEARCH_BY_TERM)
        reg_pg_number(call, REG_SEARCH_COUNTED);
}

static void ask_table(struct reg_pg_reading *reading)
{
    const struct reg_query *query = reading->query;
    struct reg_pg_call *call = add(reading, REG_PG_TABLE + query->table);

    for (unsigned i = 0; i < reg_table_keys(query->table); i++)
        if (query->key[i].kind == REG_VALUE_TEXT)
            reg_pg_text(call, (const char *)query->key[i].bytes.data);
        else
            reg_pg_number(call, query->key[i].number);
    reg_pg_number(call, limit_of(query));
}

static int ask(struct reg_pg_reading *reading)
{
    const struct reg_query *query = reading->query;
    struct reg_pg_call *call;

    add(reading, REG_PG_HEAD);
    switch (query->kind) {
    case REG_QUERY_HEAD:
        return 0;
    case REG_QUERY_LICENCES:
        ask_licences(reading);
        return 0;
    case REG_QUERY_ENTRIES:
        ask_entries(reading);
        return 0;
    case REG_QUERY_CASE:
        ask_by_number(reading, REG_PG_CASE);
        ask_by_number(reading, REG_PG_CASE_ENTRY);
        return 0;
    case REG_QUERY_SERIAL:
        ask_by_number(reading, REG_PG_SERIAL);
        ask_by_number(reading, REG_PG_SERIAL_LICENCE);
        ask_by_number(reading, REG_PG_SERIAL_ENTRY);
        return 0;
    case REG_QUERY_REGISTER:
        ask_register(reading);
        return 0;
    case REG_QUERY_TILE:
        call = add(reading, REG_PG_TILE);
        reg_pg_number(call, query->level);
        reg_pg_number(call, bounded(query->number));
        return 0;
    case REG_QUERY_CHECKPOINT:
        add(reading, REG_PG_CHECKPOINT);
        return 0;
    case REG_QUERY_CASES_OF:
        ask_cases_of(reading);
        return 0;
    case REG_QUERY_CASES:
        ask_cases(reading);
        return 0;
    case REG_QUERY_CATALOGUES:
        ask_by_number(reading, REG_PG_CATALOGUES);
        return 0;
    case REG_QUERY_WAKES:
        call = add(reading, REG_PG_WAKES);
        reg_pg_number(call, bounded(query->number));
        reg_pg_number(call, limit_of(query));
        return 0;
    case REG_QUERY_POOLS:
        add(reading, REG_PG_POOLS);
        return 0;
    case REG_QUERY_SUBJECTS:
        call = add(reading, REG_PG_SUBJECTS);
        reg_pg_text(call, query->code_count > 1 ? query->codes[0] : "");
        reg_pg_text(call, query->code_count > 1 ? query->codes[1] : "");
        return 0;
    case REG_QUERY_TAKEN:
        ask_taken(reading);
        return 0;
    case REG_QUERY_NAMES:
        ask_names(reading);
        return 0;
    case REG_QUERY_NAMES_OF:
        ask_names_of(reading);
        return 0;
    case REG_QUERY_RESTRICTION:
        ask_by_number(reading, REG_PG_RESTRICTION);
        return 0;
    case REG_QUERY_RESTRICTIONS:
        ask_restrictions(reading);
        return 0;
    case REG_QUERY_SEARCH:
        ask_search(reading);
        return 0;
    case REG_QUERY_TABLE:
        ask_table(reading);
        return 0;
    }
    return REG_ERR_INVALID;
}

/* Look-ups of several: one call for all their codes, in order. */
static void ask_look_ups(struct reg_pg_reading *reading, const struct reg_query *queries)
{
    struct reg_buf *codes;
    size_t count = 0;

    for (const struct reg_query *query = queries; query; query = query->next)
        count += query->code_count;
    add(reading, REG_PG_HEAD);
    codes = reg_pg_array(add(reading, REG_PG_LICENCE_ENTRIES), REG_PG_TEXTS, count);
    for (const struct reg_query *query = queries; query; query = query->next)
        for (size_t i = 0; i < query->code_count; i++)
            reg_pg_array_text(codes, query->codes[i]);
}

int reg_pg_ask(struct reg_pg_reading *reading, struct reg_query *queries)
{
    int error = 0;

    reading->query = queries;
    for (struct reg_query *query = queries; query; query = query->next)
        if (!query->arena && !(query->arena = reg_arena_new(0)))
            return REG_ERR_NOMEM;
    if (queries->next)
        ask_look_ups(reading, queries);
    else
        error = ask(reading);
    for (size_t i = 0; i < reading->count && error == 0; i++)
        error = reg_pg_arrays_done(&reading->calls[i]);
    return error;
}
