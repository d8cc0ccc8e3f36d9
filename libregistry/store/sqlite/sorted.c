/* Rows that a batch writes in the order of their keys: terms of licences, keys of names, and the views of a register that is
 * taken over. Each goes to a page of its own where they come as they are; in order, those that go to one page go there
 * together. */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/sqlite.h"

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_terms(const void *a, const void *b)
{
    const struct reg_sqlite_term *left = a, *right = b;
    int order = compare_numbers(left->term, right->term);

    return order ? order : strcmp(left->code, right->code);
}

static int compare_keys(const void *a, const void *b)
{
    const struct reg_sqlite_key *left = a, *right = b;
    int order = compare_numbers(left->authority, right->authority);

    if (order == 0)
        order = compare_numbers(left->key, right->key);
    return order ? order : compare_numbers(left->number, right->number);
}

/* Room for `more` further elements; NULL: out of memory, and the list is as it was. */
static void *grow(void *list, size_t size, size_t count, size_t more, size_t *cap)
{
    size_t room = *cap ? *cap : 64;
    void *grown;

    if (count + more <= *cap)
        return list;
    while (room < count + more)
        room *= 2;
    grown = realloc(list, room * size);
    if (grown)
        *cap = room;
    return grown;
}

int reg_sqlite_keep_terms(struct reg_sqlite *sqlite, const struct reg_licence_terms *terms)
{
    struct reg_sqlite_sorted *sorted = &sqlite->sorted;
    struct reg_sqlite_term *list = grow(sorted->terms, sizeof *list, sorted->term_count, terms->count, &sorted->term_cap);

    if (!list)
        return terms->count > 0 ? REG_ERR_NOMEM : 0;
    sorted->terms = list;
    for (size_t i = 0; i < terms->count; i++)
        list[sorted->term_count++] = (struct reg_sqlite_term){terms->terms[i], terms->code};
    return 0;
}

int reg_sqlite_keep_keys(struct reg_sqlite *sqlite, const struct reg_name_row *row, int64_t number)
{
    struct reg_sqlite_sorted *sorted = &sqlite->sorted;
    struct reg_sqlite_key *list = grow(sorted->keys, sizeof *list, sorted->key_count, row->key_count, &sorted->key_cap);

    if (!list)
        return row->key_count > 0 ? REG_ERR_NOMEM : 0;
    sorted->keys = list;
    for (size_t i = 0; i < row->key_count; i++)
        list[sorted->key_count++] = (struct reg_sqlite_key){row->authority, row->keys[i], number, row->industry};
    return 0;
}

static int write_terms(struct reg_sqlite *sqlite, const struct reg_sqlite_sorted *sorted)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_TERM);
    int error = statement ? 0 : reg_sqlite_error(sqlite, NULL);

    for (size_t i = 0; i < sorted->term_count && error == 0; i++) {
        sqlite3_bind_int64(statement, 1, sorted->terms[i].term);
        sqlite3_bind_text(statement, 2, sorted->terms[i].code, -1, SQLITE_STATIC);
        error = reg_sqlite_run(sqlite, statement);
    }
    return error;
}

static int write_keys(struct reg_sqlite *sqlite, const struct reg_sqlite_sorted *sorted)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, REG_SQL_INSERT_KEY_OF_NAME);
    int error = statement ? 0 : reg_sqlite_error(sqlite, NULL);

    for (size_t i = 0; i < sorted->key_count && error == 0; i++) {
        sqlite3_bind_int64(statement, 1, sorted->keys[i].authority);
        sqlite3_bind_int64(statement, 2, sorted->keys[i].key);
        sqlite3_bind_int64(statement, 3, sorted->keys[i].number);
        sqlite3_bind_int64(statement, 4, sorted->keys[i].industry);
        error = reg_sqlite_run(sqlite, statement);
    }
    return error;
}

int reg_sqlite_write_sorted(struct reg_sqlite *sqlite)
{
    struct reg_sqlite_sorted *sorted = &sqlite->sorted;
    int error = 0;

    if (sorted->term_count > 0) {
        qsort(sorted->terms, sorted->term_count, sizeof *sorted->terms, compare_terms);
        error = write_terms(sqlite, sorted);
    }
    if (error == 0 && sorted->key_count > 0) {
        qsort(sorted->keys, sorted->key_count, sizeof *sorted->keys, compare_keys);
        error = write_keys(sqlite, sorted);
    }
    reg_sqlite_drop_sorted(sqlite);
    return error;
}

void reg_sqlite_drop_sorted(struct reg_sqlite *sqlite)
{
    sqlite->sorted.term_count = sqlite->sorted.key_count = 0;
}

void reg_sqlite_free_sorted(struct reg_sqlite *sqlite)
{
    free(sqlite->sorted.terms);
    free(sqlite->sorted.keys);
    sqlite->sorted = (struct reg_sqlite_sorted){0};
}

/* ---- licences that are new ----------------------------------------------------------------------------------------- */

static int compare_appends(const void *a, const void *b)
{
    const struct reg_append *const *left = a, *const *right = b;

    return strcmp((*left)->licence->code, (*right)->licence->code);
}

/* Did all of them found a licence? None of those waits for another. */
static bool all_found(const struct reg_append *appends, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!appends[i].licence || appends[i].licence->revision != 1 || appends[i].destroy_key)
            return false;
    return count > 1;
}

int reg_sqlite_by_code(const struct reg_append *appends, size_t count, const struct reg_append ***ret)
{
    const struct reg_append **list;

    *ret = NULL;
    if (!all_found(appends, count))
        return 0;
    list = malloc(count * sizeof *list);
    if (!list)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        list[i] = &appends[i];
    qsort(list, count, sizeof *list, compare_appends);
    *ret = list;
    return 0;
}
