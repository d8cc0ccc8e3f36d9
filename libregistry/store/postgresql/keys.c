#include "store/postgresql/keys.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "store/unique.h"

#define SUBJECT_AT  8 /* of a code: characters 9 to 17 */
#define SUBJECT_LEN 9

/* Numbers are one more than the position of the entry that brought the row. One that was rolled back leads to no row, or to
 * another one. */
struct reg_pg_keys {
    pthread_mutex_t lock; /* a reader asks while the writer adds */
    struct reg_unique subjects, names, requests;
};

struct reg_pg_keys *reg_pg_keys_new(void)
{
    struct reg_pg_keys *keys = calloc(1, sizeof *keys);

    if (keys)
        pthread_mutex_init(&keys->lock, NULL);
    return keys;
}

void reg_pg_keys_free(struct reg_pg_keys *keys)
{
    if (!keys)
        return;
    reg_unique_clear(&keys->subjects);
    reg_unique_clear(&keys->names);
    reg_unique_clear(&keys->requests);
    pthread_mutex_destroy(&keys->lock);
    free(keys);
}

/* ---- hashes -------------------------------------------------------------------------------------------------------- */

static uint32_t hash_subject(const char *code)
{
    size_t len = strlen(code);

    return len > SUBJECT_AT ? reg_unique_hash(0, code + SUBJECT_AT, strnlen(code + SUBJECT_AT, SUBJECT_LEN))
                            : reg_unique_hash(0, "", 0);
}

static uint32_t hash_name(uint32_t authority, const char *name_key)
{
    return reg_unique_hash(authority, name_key, strlen(name_key));
}

static uint32_t hash_request(const char *caller, const char *request_id)
{
    return reg_unique_hash(reg_unique_hash(0, caller, strlen(caller)), request_id, strlen(request_id));
}

static bool same_subject(const char *a, const char *b)
{
    return strlen(a) > SUBJECT_AT && strlen(b) > SUBJECT_AT && strncmp(a + SUBJECT_AT, b + SUBJECT_AT, SUBJECT_LEN) == 0;
}

/* ---- looking ------------------------------------------------------------------------------------------------------- */

/* Rows that must be looked at: licences by their positions, requests by their ids. */
struct looking {
    struct reg_pg_keys *keys;
    const char *caller;
    struct reg_taken *taken;
    size_t count;
    struct reg_buf positions; /* of uint64_t */
    size_t request_count;
};

static void put_positions(struct reg_buf *positions, const struct reg_unique *unique, uint32_t hash)
{
    uint64_t number;

    for (size_t at = 0; (number = reg_unique_next(unique, hash, &at)) != 0;) {
        number--;
        reg_buf_put(positions, &number, sizeof number);
    }
}

static void find(struct looking *looking, struct reg_buf *requests)
{
    const struct reg_pg_keys *keys = looking->keys;

    for (size_t i = 0; i < looking->count; i++) {
        struct reg_taken *taken = &looking->taken[i];
        size_t at = 0;

        taken->seen = false;
        taken->registered[0] = taken->holder[0] = '\0';
        if (taken->code)
            put_positions(&looking->positions, &keys->subjects, hash_subject(taken->code));
        if (taken->name_key)
            put_positions(&looking->positions, &keys->names, hash_name(taken->authority, taken->name_key));
        if (taken->request_id &&
            reg_unique_next(&keys->requests, hash_request(looking->caller, taken->request_id), &at) != 0) {
            reg_pg_array_text(requests, taken->request_id);
            looking->request_count++;
        }
    }
}

/* A licence that the hash of some of them leads to. */
static int judge_licence(struct looking *looking, const PGresult *result, int row)
{
    const char *name_key = reg_pg_column_null(result, row, 2) ? NULL : PQgetvalue(result, row, 2);
    uint32_t authority = (uint32_t)reg_pg_column_number(result, row, 1);
    char code[19];
    int error = reg_pg_column_code(result, row, 0, code);

    for (size_t i = 0; error == 0 && i < looking->count; i++) {
        struct reg_taken *taken = &looking->taken[i];

        if (taken->code && same_subject(taken->code, code))
            memcpy(taken->registered, code, sizeof code);
        if (taken->name_key && name_key && taken->authority == authority && strcmp(taken->name_key, name_key) == 0)
            memcpy(taken->holder, code, sizeof code);
    }
    return error;
}

static int judge_request(struct looking *looking, const PGresult *result, int row)
{
    if (PQgetlength(result, row, 1) != REG_DIGEST_LEN)
        return REG_ERR_CORRUPT;
    for (size_t i = 0; i < looking->count; i++) {
        struct reg_taken *taken = &looking->taken[i];

        if (!taken->request_id || strcmp(taken->request_id, PQgetvalue(result, row, 0)) != 0)
            continue;
        taken->seen = true;
        memcpy(taken->digest, PQgetvalue(result, row, 1), REG_DIGEST_LEN);
        taken->position = (uint64_t)reg_pg_column_number(result, row, 2);
    }
    return 0;
}

static int judge(struct looking *looking, const struct reg_pg_call *licences, const struct reg_pg_call *requests)
{
    int error = 0;

    for (int row = 0; error == 0 && row < reg_pg_rows(licences->result); row++)
        error = judge_licence(looking, licences->result, row);
    for (int row = 0; error == 0 && row < reg_pg_rows(requests->result); row++)
        error = judge_request(looking, requests->result, row);
    return error;
}

/* `query` gets the head; NULL: nobody asks for it. */
static int look(struct looking *looking, struct reg_pg *pg, struct reg_query *query, struct reg_error_info *info)
{
    struct reg_pg_call calls[3] = {
        {.statement = REG_PG_HEAD}, {.statement = REG_PG_FILL_LICENCES}, {.statement = REG_PG_FILL_REQUESTS}};
    struct reg_buf ids = REG_BUF_INIT, *positions, *requests;
    size_t count;
    int error;

    pthread_mutex_lock(&looking->keys->lock);
    find(looking, &ids);
    pthread_mutex_unlock(&looking->keys->lock);
    count = looking->positions.len / sizeof(uint64_t);
    positions = reg_pg_array(&calls[1], REG_PG_NUMBERS, count);
    for (size_t i = 0; i < count; i++)
        reg_pg_array_number(positions, (int64_t)((const uint64_t *)(const void *)looking->positions.data)[i]);
    reg_pg_text(&calls[2], looking->caller);
    requests = reg_pg_array(&calls[2], REG_PG_TEXTS, looking->request_count);
    reg_buf_put(requests, ids.data, ids.len);
    error = looking->positions.error ? looking->positions.error : ids.error;
    for (size_t i = 1; i < 3 && error == 0; i++)
        error = reg_pg_arrays_done(&calls[i]);
    if (error == 0 && (query || count > 0 || looking->request_count > 0))
        error = reg_pg_run(pg, calls, count > 0 || looking->request_count > 0 ? 3 : 1, info);
    if (error == 0 && query)
        error = reg_pg_read_head(query, calls[0].result);
    if (error == 0 && calls[1].result)
        error = judge(looking, &calls[1], &calls[2]);
    for (size_t i = 0; i < 3; i++)
        reg_pg_call_clear(&calls[i]);
    reg_buf_clear(&ids);
    reg_buf_clear(&looking->positions);
    return error;
}

int reg_pg_keys_taken(struct reg_pg_keys *keys, struct reg_pg *pg, struct reg_query *query)
{
    struct looking looking = {.keys = keys, .caller = query->caller, .taken = query->taken, .count = query->taken_count};

    return look(&looking, pg, query, NULL);
}

/* ---- adding -------------------------------------------------------------------------------------------------------- */

/* Does an earlier row of the batch that the hash leads to have the same? */
static bool taken_beside(const struct reg_unique *unique, uint32_t hash, const struct reg_append *appends, size_t i,
                         bool name)
{
    const struct reg_append *own = &appends[i], *other;
    uint64_t first = appends[0].entry.position, number;

    for (size_t at = 0; (number = reg_unique_next(unique, hash, &at)) != 0;) {
        if (number - 1 < first || number - 1 >= own->entry.position)
            continue;
        other = &appends[number - 1 - first];
        if (!other->licence)
            continue;
        if (name ? other->name_key && own->licence->authority == other->licence->authority &&
                       strcmp(own->name_key, other->name_key) == 0
                 : same_subject(own->licence->code, other->licence->code))
            return true;
    }
    return false;
}

static int add_row(struct reg_pg_keys *keys, const struct reg_append *appends, size_t i)
{
    const struct reg_append *append = &appends[i];
    uint64_t number = append->entry.position + 1;
    int error = 0;

    if (append->licence) {
        uint32_t hash = hash_subject(append->licence->code);

        error = taken_beside(&keys->subjects, hash, appends, i, false) ? REG_ERR_CONFLICT
                                                                       : reg_unique_add(&keys->subjects, hash, number);
    }
    if (error == 0 && append->licence && append->name_key) {
        uint32_t hash = hash_name(append->licence->authority, append->name_key);

        error = taken_beside(&keys->names, hash, appends, i, true) ? REG_ERR_CONFLICT
                                                                   : reg_unique_add(&keys->names, hash, number);
    }
    if (error == 0 && append->request) /* which have a key: it says whether one is taken */
        error = reg_unique_add(&keys->requests, hash_request(append->request->caller, append->request->request_id), number);
    return error;
}

static int refuse_taken(const struct reg_append *appends, size_t count, struct reg_pg_keys *keys, struct reg_pg *pg,
                        struct reg_error_info *info)
{
    struct looking looking = {.keys = keys, .caller = "", .taken = calloc(count + 1, sizeof *looking.taken), .count = count};
    int error = looking.taken ? 0 : REG_ERR_NOMEM;

    for (size_t i = 0; i < count && error == 0; i++)
        if (appends[i].licence)
            looking.taken[i] = (struct reg_taken){.code = appends[i].licence->code,
                                                  .name_key = appends[i].name_key,
                                                  .authority = appends[i].licence->authority};
    if (error == 0)
        error = look(&looking, pg, NULL, info);
    for (size_t i = 0; i < count && error == 0; i++)
        if (looking.taken[i].registered[0] || looking.taken[i].holder[0])
            error = REG_ERR_CONFLICT;
    free(looking.taken);
    return error;
}

int reg_pg_keys_add(struct reg_pg_keys *keys, struct reg_pg *pg, const struct reg_append *appends, size_t count,
                    struct reg_error_info *info)
{
    int error = refuse_taken(appends, count, keys, pg, info);

    pthread_mutex_lock(&keys->lock);
    for (size_t i = 0; i < count && error == 0; i++)
        error = add_row(keys, appends, i);
    pthread_mutex_unlock(&keys->lock);
    if (error == REG_ERR_CONFLICT)
        reg_fail(info, error, "唯一性冲突", "a unique key is taken");
    return error;
}
