#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* One table of each kind, in the order of its rows' arrival; searched from end to end. */
struct memory_licence {
    struct reg_licence_row row;
    char *name, *name_key; /* NULL: none held */
};

struct memory_request {
    char *caller, *id;
    struct reg_request_row row;
};

struct memory_key {
    uint64_t case_number;
    struct reg_bytes wrapped; /* data NULL: destroyed */
};

struct memory_entry {
    uint64_t position, case_number;
    bool has_case;
    struct reg_bytes header, body;
};

struct memory_term {
    int64_t term;
    char code[19];
};

struct memory {
    struct reg_store base;   /* first */
    struct reg_arena *arena; /* of bytes and texts, which stay as long as the store */
    struct reg_head head;
    struct memory_entry *entries;
    size_t entry_count;
    struct memory_licence *licences;
    size_t licence_count;
    struct reg_serial_row *serials;
    size_t serial_count;
    struct reg_case_row *cases;
    size_t case_count;
    struct memory_request *requests;
    size_t request_count;
    struct memory_key *keys;
    size_t key_count;
    struct memory_term *terms;
    size_t term_count;
};

struct memory_reader {
    struct reg_store_reader base; /* first */
    struct memory *memory;
};

static struct memory *memory_of(struct reg_store *store)
{
    return (struct memory *)store;
}

/* Room for one more element behind `count`: twice as much at each power of two. */
#define GROW(list, count)                                                                                                   \
    ((count) & ((count)-1) ? (list) : ((list) = realloc((list), ((count) ? 2 * (count) : 1) * sizeof *(list))))

static struct reg_bytes copy(struct memory *memory, struct reg_bytes bytes)
{
    return (struct reg_bytes){bytes.len ? reg_arena_memdup(memory->arena, bytes.data, bytes.len) : NULL, bytes.len};
}

static char *copy_text(struct memory *memory, const char *text)
{
    return text ? reg_arena_strdup(memory->arena, text) : NULL;
}

/* ---- writing ------------------------------------------------------------------------------------------------------- */

/* A batch replaces so many rows of cases and keys at most: one of each an append. */
#define REPLACED_MAX 64

/* What a batch may change: the number of rows, the rows of cases and keys that it replaces, and licences and terms, which
 * are few. Cases and keys are not: copied for each batch they would make a long run take hours. */
struct undo {
    struct reg_head head;
    size_t entries, serials, requests, case_count, key_count;
    struct memory_licence *licences;
    size_t licence_count;
    struct memory_term *terms;
    size_t term_count;
    struct {
        size_t at;
        struct reg_case_row row;
    } cases[REPLACED_MAX];
    size_t replaced_cases;
    struct {
        size_t at;
        struct memory_key key;
    } keys[REPLACED_MAX];
    size_t replaced_keys;
};

static struct undo undo;

/* With the room that GROW counts on. */
static void *copy_list(const void *list, size_t count, size_t size)
{
    size_t room = 1;
    void *copied;

    while (room < count)
        room *= 2;
    copied = malloc(room * size);
    if (count)
        memcpy(copied, list, count * size);
    return copied;
}

static int read_now(struct reg_store *store, struct reg_query *query);

static int begin(struct reg_store *store, struct reg_query *queries, struct reg_error_info *info)
{
    struct memory *memory = memory_of(store);
    int error = 0;

    (void)info;
    for (struct reg_query *query = queries; query && error == 0; query = query->next)
        error = read_now(store, query);
    if (error != 0)
        return error;
    undo = (struct undo){.head = memory->head,
                         .entries = memory->entry_count,
                         .serials = memory->serial_count,
                         .requests = memory->request_count,
                         .case_count = memory->case_count,
                         .key_count = memory->key_count,
                         .licences = copy_list(memory->licences, memory->licence_count, sizeof *memory->licences),
                         .licence_count = memory->licence_count,
                         .terms = copy_list(memory->terms, memory->term_count, sizeof *memory->terms),
                         .term_count = memory->term_count};
    return 0;
}

static void forget(void)
{
    free(undo.licences);
    free(undo.terms);
    undo = (struct undo){0};
}

static int commit(struct reg_store *store, struct reg_error_info *info)
{
    (void)store;
    (void)info;
    forget();
    return 0;
}

static void rollback(struct reg_store *store)
{
    struct memory *memory = memory_of(store);

    if (!undo.licences)
        return;
    memory->head = undo.head;
    memory->entry_count = undo.entries;
    memory->serial_count = undo.serials;
    memory->request_count = undo.requests;
    free(memory->licences);
    memory->licences = undo.licences;
    memory->licence_count = undo.licence_count;
    while (undo.replaced_cases-- > 0)
        memory->cases[undo.cases[undo.replaced_cases].at] = undo.cases[undo.replaced_cases].row;
    memory->case_count = undo.case_count;
    while (undo.replaced_keys-- > 0)
        memory->keys[undo.keys[undo.replaced_keys].at] = undo.keys[undo.replaced_keys].key;
    memory->key_count = undo.key_count;
    free(memory->terms);
    memory->terms = undo.terms;
    memory->term_count = undo.term_count;
    undo = (struct undo){0};
}

static struct memory_licence *find_licence(const struct memory *memory, const char *code)
{
    for (size_t i = 0; i < memory->licence_count; i++)
        if (strcmp(memory->licences[i].row.code, code) == 0)
            return &memory->licences[i];
    return NULL;
}

static const struct memory_licence *find_name(const struct memory *memory, uint32_t authority, const char *name_key)
{
    for (size_t i = 0; i < memory->licence_count; i++)
        if (memory->licences[i].name_key && memory->licences[i].row.authority == authority &&
            strcmp(memory->licences[i].name_key, name_key) == 0)
            return &memory->licences[i];
    return NULL;
}

static int put_licence(struct memory *memory, const struct reg_append *append)
{
    struct memory_licence *at = find_licence(memory, append->licence->code);
    const struct memory_licence *holder =
        append->name_key ? find_name(memory, append->licence->authority, append->name_key) : NULL;

    if (at && at->row.revision >= append->licence->revision)
        return REG_ERR_CONFLICT;
    if (holder && holder != at)
        return REG_ERR_CONFLICT;
    if (!at) {
        GROW(memory->licences, memory->licence_count);
        at = &memory->licences[memory->licence_count++];
    }
    at->row = *append->licence;
    at->name = copy_text(memory, append->licence->name);
    at->name_key = copy_text(memory, append->name_key);
    return 0;
}

static bool has_term(const struct memory *memory, int64_t term, const char *code, size_t *ret_at)
{
    for (*ret_at = 0; *ret_at < memory->term_count; ++*ret_at)
        if (memory->terms[*ret_at].term == term && strcmp(memory->terms[*ret_at].code, code) == 0)
            return true;
    return false;
}

static void put_terms(struct memory *memory, const struct reg_licence_terms *terms)
{
    size_t at;

    for (size_t i = 0; i < terms->gone_count; i++)
        if (has_term(memory, terms->gone[i], terms->code, &at))
            memory->terms[at] = memory->terms[--memory->term_count];
    for (size_t i = 0; i < terms->count; i++) {
        GROW(memory->terms, memory->term_count);
        memory->terms[memory->term_count].term = terms->terms[i];
        strcpy(memory->terms[memory->term_count++].code, terms->code);
    }
}

static int put_rows(struct memory *memory, const struct reg_append *append)
{
    for (size_t i = 0; append->serial && i < memory->serial_count; i++)
        if (memory->serials[i].serial == append->serial->serial)
            return REG_ERR_CONFLICT;
    for (size_t i = 0; append->request && i < memory->request_count; i++)
        if (strcmp(memory->requests[i].caller, append->request->caller) == 0 &&
            strcmp(memory->requests[i].id, append->request->request_id) == 0)
            return REG_ERR_CONFLICT;
    if (append->serial) {
        GROW(memory->serials, memory->serial_count);
        memory->serials[memory->serial_count++] = *append->serial;
    }
    if (append->request) {
        GROW(memory->requests, memory->request_count);
        memory->requests[memory->request_count++] = (struct memory_request){
            copy_text(memory, append->request->caller), copy_text(memory, append->request->request_id), *append->request};
    }
    if (append->case_row) {
        size_t at = 0;

        while (at < memory->case_count && memory->cases[at].number != append->case_row->number)
            at++;
        if (at == memory->case_count) {
            GROW(memory->cases, memory->case_count);
            memory->case_count++;
        } else {
            undo.cases[undo.replaced_cases].at = at;
            undo.cases[undo.replaced_cases++].row = memory->cases[at];
        }
        memory->cases[at] = *append->case_row;
    }
    if (append->terms)
        put_terms(memory, append->terms);
    return append->licence ? put_licence(memory, append) : 0;
}

static void put_entry(struct memory *memory, const struct reg_append *append)
{
    GROW(memory->entries, memory->entry_count);
    memory->entries[memory->entry_count++] =
        (struct memory_entry){append->entry.position, append->entry.case_number, append->entry.has_case,
                              copy(memory, append->entry.header), copy(memory, append->entry.body)};
    if (append->new_case_key) {
        GROW(memory->keys, memory->key_count);
        memory->keys[memory->key_count++] =
            (struct memory_key){append->entry.case_number, copy(memory, append->entry.wrapped_key)};
    }
    for (size_t i = 0; append->destroy_key && i < memory->key_count; i++)
        if (memory->keys[i].case_number == append->destroy_case) {
            undo.keys[undo.replaced_keys].at = i;
            undo.keys[undo.replaced_keys++].key = memory->keys[i];
            memory->keys[i].wrapped = (struct reg_bytes){0};
        }
}

static int insert(struct reg_store *store, const struct reg_batch *batch, struct reg_error_info *info)
{
    struct memory *memory = memory_of(store);
    int error = 0;

    (void)info;
    for (size_t i = 0; i < batch->count && error == 0; i++) {
        put_entry(memory, &batch->appends[i]);
        error = put_rows(memory, &batch->appends[i]);
    }
    if (error == 0)
        memory->head = batch->head;
    return error;
}

static int append(struct reg_store *store, const struct reg_batch *batch, bool *ret_refused, struct reg_error_info *info)
{
    int error = insert(store, batch, info);

    *ret_refused = error != 0;
    return error == 0 ? commit(store, info) : error;
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static void give_licence(struct reg_query *query, const struct memory_licence *licence)
{
    query->licences[query->licence_count] = licence->row;
    query->licences[query->licence_count++].name = reg_arena_strdup(query->arena, licence->name);
}

static void give_entry(struct reg_query *query, const struct memory *memory, uint64_t position)
{
    const struct memory_entry *entry = &memory->entries[position];
    struct reg_entry_row *row;

    if (position >= memory->entry_count)
        return;
    row = &query->entries[query->entry_count++];
    *row = (struct reg_entry_row){.position = position,
                                  .has_case = entry->has_case,
                                  .case_number = entry->case_number,
                                  .header = entry->header,
                                  .body = entry->body};
    if (query->headers_only)
        row->body = (struct reg_bytes){NULL, 0};
    for (size_t i = 0; !query->headers_only && entry->has_case && i < memory->key_count; i++)
        if (memory->keys[i].case_number == entry->case_number)
            row->wrapped_key = memory->keys[i].wrapped;
}

static void give_case(struct reg_query *query, const struct memory *memory)
{
    for (size_t i = 0; i < memory->case_count; i++)
        if (memory->cases[i].number == query->number) {
            query->cases[query->case_count++] = memory->cases[i];
            give_entry(query, memory, memory->cases[i].position);
        }
}

static int compare_up(const void *a, const void *b)
{
    const struct reg_case_row *left = a, *right = b;

    return left->number < right->number ? -1 : left->number > right->number;
}

static int compare_down(const void *a, const void *b)
{
    return -compare_up(a, b);
}

static void give_cases(struct reg_query *query, const struct memory *memory)
{
    bool of = query->kind == REG_QUERY_CASES_OF;

    for (size_t i = 0; i < memory->case_count; i++)
        if (of ? query->codes[0][0] && strcmp(memory->cases[i].code, query->codes[0]) == 0
               : memory->cases[i].number < query->number && (!query->state || memory->cases[i].state == query->state) &&
                     (!query->authority || memory->cases[i].authority == query->authority))
            query->cases[query->case_count++] = memory->cases[i];
    qsort(query->cases, query->case_count, sizeof *query->cases, of ? compare_up : compare_down);
    if (!of && query->case_count > query->limit)
        query->case_count = query->limit;
}

static void give_register(struct reg_query *query, const struct memory *memory)
{
    const struct memory_licence *holder = query->name_key ? find_name(memory, query->authority, query->name_key) : NULL;

    for (size_t i = 0; i < memory->request_count; i++)
        if (strcmp(memory->requests[i].caller, query->caller) == 0 && strcmp(memory->requests[i].id, query->request_id) == 0)
            query->request = &memory->requests[i].row;
    query->name_code = holder ? holder->row.code : NULL;
    for (size_t i = 0; i < memory->licence_count; i++)
        query->branch_count += query->parent && strcmp(memory->licences[i].row.parent, query->parent) == 0 &&
                               memory->licences[i].row.state >= 1 && memory->licences[i].row.state <= 4;
}

/* The term that leads: the first of those that the fewest licences have. */
static int64_t rarest(const struct memory *memory, const struct reg_search *search)
{
    size_t least = SIZE_MAX;
    int64_t found = 0;

    for (size_t i = 0; i < search->term_count; i++) {
        size_t count = 0;

        for (size_t j = 0; j < memory->term_count; j++)
            count += memory->terms[j].term == search->terms[i];
        if (count < least) {
            least = count;
            found = search->terms[i];
        }
    }
    return found;
}

static int32_t value_of(const struct reg_search *search, const struct reg_licence_row *row)
{
    const int32_t values[REG_SEARCH_BY_COUNT] = {
        [REG_SEARCH_BY_ESTABLISHED] = row->established,      [REG_SEARCH_BY_RECORDED] = row->recorded,
        [REG_SEARCH_BY_AUTHORITY] = (int32_t)row->authority, [REG_SEARCH_BY_TYPE] = (int32_t)row->type,
        [REG_SEARCH_BY_INDUSTRY] = (int32_t)row->industry,   [REG_SEARCH_BY_STATE] = (int32_t)row->state};

    return values[search->by];
}

static bool is_searched(const struct memory *memory, const struct reg_search *search, const struct reg_licence_row *row)
{
    int32_t value = value_of(search, row);
    size_t at;

    if (search->by == REG_SEARCH_BY_STATE && value == REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING)
        return false;
    if (REG_SEARCH_BY_COLUMN(search->by))
        return (value > search->value_after ||
                (value == search->value_after && strcmp(row->code, search->code_after) > 0)) &&
               value <= search->value_to;
    return strcmp(row->code, search->code_after) > 0 && strcmp(row->code, search->code_to) <= 0 &&
           (search->by == REG_SEARCH_BY_CODE || has_term(memory, rarest(memory, search), row->code, &at));
}

/* Each in its place as it comes; those past the limit fall off. */
static void give_search(struct reg_query *query, const struct memory *memory)
{
    const struct reg_search *search = query->search;
    size_t unused;

    query->hits = reg_arena_alloc(query->arena, (memory->licence_count + 1) * sizeof *query->hits);
    for (size_t i = 0; i < memory->licence_count; i++) {
        const struct reg_licence_row *row = &memory->licences[i].row;
        size_t at = query->licence_count;

        if (!is_searched(memory, search, row))
            continue;
        give_licence(query, &memory->licences[i]);
        for (; at > 0; at--) {
            struct reg_licence_row *before = &query->licences[at - 1], own = query->licences[at];
            int32_t value = value_of(search, &own), other = value_of(search, before);

            if (other < value || (other == value && strcmp(before->code, own.code) < 0))
                break;
            query->licences[at] = *before;
            *before = own;
        }
    }
    if (query->licence_count > query->limit)
        query->licence_count = query->limit;
    for (size_t i = 0; i < query->licence_count; i++) {
        query->hits[i] = 0;
        for (size_t j = 0; j < search->term_count; j++)
            query->hits[i] += has_term(memory, search->terms[j], query->licences[i].code, &unused);
    }
}

static int run(struct memory *memory, struct reg_query *query)
{
    size_t few = memory->licence_count + query->code_count + 2, listed = 1;

    if (!query->arena && !(query->arena = reg_arena_new(0)))
        return REG_ERR_NOMEM;
    /* no more room than the kind may take: it is cleared for each query */
    if (query->kind == REG_QUERY_ENTRIES)
        few = query->limit;
    if (query->kind == REG_QUERY_CASES || query->kind == REG_QUERY_CASES_OF)
        listed = memory->case_count;
    query->licences = reg_arena_alloc(query->arena, few * sizeof *query->licences);
    query->entries = reg_arena_alloc(query->arena, few * sizeof *query->entries);
    query->cases = reg_arena_alloc(query->arena, listed * sizeof *query->cases);
    query->serials = reg_arena_alloc(query->arena, sizeof *query->serials);
    query->head = memory->head;
    if (query->kind == REG_QUERY_ENTRIES)
        for (uint64_t at = query->from; at < memory->entry_count && query->entry_count < query->limit; at++)
            give_entry(query, memory, at);
    if (query->kind == REG_QUERY_CASE)
        give_case(query, memory);
    if (query->kind == REG_QUERY_CASES || query->kind == REG_QUERY_CASES_OF)
        give_cases(query, memory);
    if (query->kind == REG_QUERY_REGISTER)
        give_register(query, memory);
    if (query->kind == REG_QUERY_SEARCH)
        give_search(query, memory);
    for (size_t i = 0; query->kind == REG_QUERY_SERIAL && i < memory->serial_count; i++)
        if (memory->serials[i].serial == query->number) {
            query->serials[query->serial_count++] = memory->serials[i];
            if (find_licence(memory, memory->serials[i].code))
                give_licence(query, find_licence(memory, memory->serials[i].code));
            give_entry(query, memory, memory->serials[i].position);
        }
    for (size_t i = 0; (query->kind == REG_QUERY_LICENCES || query->kind == REG_QUERY_REGISTER) && i < query->code_count;
         i++)
        if (find_licence(memory, query->codes[i])) {
            give_licence(query, find_licence(memory, query->codes[i]));
            if (query->with_entries)
                give_entry(query, memory, find_licence(memory, query->codes[i])->row.position);
        }
    return 0;
}

static int read_now(struct reg_store *store, struct reg_query *query)
{
    return run(memory_of(store), query);
}

static void start(struct reg_store_reader *reader, struct reg_query *query)
{
    query->done(query, run(((struct memory_reader *)reader)->memory, query));
}

static int reader_open(struct reg_store *store, struct reg_store_reader **ret, struct reg_error_info *info)
{
    struct memory_reader *reader = calloc(1, sizeof *reader);

    (void)info;
    reader->base.ops = store->ops;
    reader->memory = memory_of(store);
    *ret = &reader->base;
    return 0;
}

static void reader_close(struct reg_store_reader *reader)
{
    free(reader);
}

static void store_close(struct reg_store *store)
{
    struct memory *memory = memory_of(store);

    free(memory->entries);
    free(memory->licences);
    free(memory->serials);
    free(memory->cases);
    free(memory->requests);
    free(memory->keys);
    free(memory->terms);
    reg_arena_free(memory->arena);
    free(memory);
}

static int fill_on(struct reg_store *store, uint64_t *ret_done, uint64_t *ret_total, struct reg_error_info *info)
{
    (void)store;
    (void)info;
    *ret_done = *ret_total = 0;
    return 0;
}

static const struct reg_store_ops ops = {
    .close = store_close,
    .reader_open = reader_open,
    .reader_close = reader_close,
    .start = start,
    .begin = begin,
    .read = read_now,
    .insert = insert,
    .append = append,
    .commit = commit,
    .rollback = rollback,
    .fill_on = fill_on,
};

struct reg_store *memory_open(const struct reg_store_identity *identity)
{
    struct memory *memory = calloc(1, sizeof *memory);

    memory->arena = reg_arena_new(0);
    memory->base.ops = &ops;
    memory->base.identity = *identity;
    return &memory->base;
}
