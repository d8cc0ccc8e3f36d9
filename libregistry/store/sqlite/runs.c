/* Runs: sorted in memory by radix, written one behind the other, merged through a buffer each. */
#include "store/sqlite/runs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEY_LEN 8
#define BUFFER  ((size_t)64 << 10) /* of a run that is merged */
#define DIGIT   11                 /* bits that are sorted by at once */
#define DIGITS  (1u << DIGIT)

struct ref {
    uint64_t key;
    uint32_t item; /* its payload, or that payload's rank */
};

struct run {
    uint64_t from, left; /* bytes of the file that are not in the buffer yet */
    uint8_t *buffer;
    size_t at, end;
};

struct reg_runs {
    char *path;
    size_t payload_len, record_len, most;
    int fd, number; /* of the file's last error */
    uint64_t size, count;
    struct ref *refs, *sorted;
    size_t ref_count;
    uint8_t *items;
    size_t item_count, item_cap;
    bool ordered; /* payloads came in their order */
    struct run *runs;
    size_t run_count, run_cap;
    size_t *heap; /* of runs, the one with the least record first */
    size_t heap_count;
    bool taken; /* the first one's record was given */
};

struct reg_runs *reg_runs_new(const char *path, size_t payload_len, size_t most)
{
    struct reg_runs *runs = calloc(1, sizeof *runs);

    if (!runs)
        return NULL;
    runs->fd = -1;
    runs->payload_len = payload_len;
    runs->record_len = KEY_LEN + payload_len;
    runs->most = most;
    runs->ordered = true;
    runs->path = strdup(path);
    if (!runs->path) {
        reg_runs_free(runs);
        return NULL;
    }
    return runs;
}

static void free_memory(struct reg_runs *runs)
{
    free(runs->refs);
    free(runs->sorted);
    free(runs->items);
    runs->refs = runs->sorted = NULL;
    runs->items = NULL;
    runs->item_cap = 0;
}

void reg_runs_free(struct reg_runs *runs)
{
    if (!runs)
        return;
    for (size_t i = 0; i < runs->run_count; i++)
        free(runs->runs[i].buffer);
    free_memory(runs);
    free(runs->runs);
    free(runs->heap);
    free(runs->path);
    if (runs->fd >= 0)
        close(runs->fd);
    free(runs);
}

uint64_t reg_runs_count(const struct reg_runs *runs)
{
    return runs->count;
}

int reg_runs_errno(const struct reg_runs *runs)
{
    return runs->number;
}

/* ---- sorting ------------------------------------------------------------------------------------------------------- */

static int compare_items(const void *a, const void *b, void *context)
{
    const struct reg_runs *runs = context;

    return memcmp(runs->items + *(const uint32_t *)a * runs->payload_len,
                  runs->items + *(const uint32_t *)b * runs->payload_len, runs->payload_len);
}

/* Payloads in their order, and refs by their places there. */
static int rank_items(struct reg_runs *runs)
{
    uint32_t *order = malloc(runs->item_count * sizeof *order), *ranks = malloc(runs->item_count * sizeof *ranks);
    uint8_t *items = malloc(runs->item_cap * runs->payload_len);
    int error = order && ranks && items ? 0 : REG_ERR_NOMEM;

    for (uint32_t i = 0; i < runs->item_count && error == 0; i++)
        order[i] = i;
    if (error == 0) {
        qsort_r(order, runs->item_count, sizeof *order, compare_items, runs);
        for (uint32_t i = 0; i < runs->item_count; i++) {
            ranks[order[i]] = i;
            memcpy(items + i * runs->payload_len, runs->items + order[i] * runs->payload_len, runs->payload_len);
        }
        for (size_t i = 0; i < runs->ref_count; i++)
            runs->refs[i].item = ranks[runs->refs[i].item];
        free(runs->items);
        runs->items = items;
        items = NULL;
    }
    free(order);
    free(ranks);
    free(items);
    return error;
}

/* By one digit, those that are equal as they stood; false: all are equal. */
static bool sort_digit(const struct ref *from, struct ref *to, size_t count, unsigned shift, bool by_item)
{
    size_t places[DIGITS] = {0}, sum = 0;

    for (size_t i = 0; i < count; i++)
        places[(by_item ? from[i].item : from[i].key) >> shift & (DIGITS - 1)]++;
    if (places[(by_item ? from[0].item : from[0].key) >> shift & (DIGITS - 1)] == count)
        return false;
    for (size_t i = 0; i < DIGITS; i++) {
        size_t here = places[i];

        places[i] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++)
        to[places[(by_item ? from[i].item : from[i].key) >> shift & (DIGITS - 1)]++] = from[i];
    return true;
}

static void sort_refs(struct reg_runs *runs)
{
    for (unsigned pass = 0; pass < 2; pass++) {
        bool by_item = pass == 0;

        if (by_item && runs->ordered)
            continue;
        for (unsigned shift = 0; shift < (by_item ? 32 : 64); shift += DIGIT)
            if (sort_digit(runs->refs, runs->sorted, runs->ref_count, shift, by_item)) {
                struct ref *swapped = runs->refs;

                runs->refs = runs->sorted;
                runs->sorted = swapped;
            }
    }
}

/* ---- runs ---------------------------------------------------------------------------------------------------------- */

static int fail(struct reg_runs *runs)
{
    runs->number = errno;
    return REG_ERR_UNAVAILABLE;
}

static int open_file(struct reg_runs *runs)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof path, "%s-fill-XXXXXX", runs->path) >= (int)sizeof path)
        return REG_ERR_IO;
    runs->fd = mkostemp(path, O_CLOEXEC);
    if (runs->fd < 0)
        return fail(runs);
    unlink(path);
    return 0;
}

static int write_bytes(struct reg_runs *runs, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = pwrite(runs->fd, bytes, len, (off_t)runs->size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return fail(runs);
        bytes += written;
        len -= (size_t)written;
        runs->size += (uint64_t)written;
    }
    return 0;
}

static void put_key(uint8_t *to, uint64_t key)
{
    for (size_t i = 0; i < KEY_LEN; i++)
        to[i] = (uint8_t)(key >> (8 * (KEY_LEN - 1 - i)));
}

static int write_records(struct reg_runs *runs)
{
    size_t room = BUFFER / runs->record_len, at = 0;
    uint8_t *buffer = malloc(room * runs->record_len);
    int error = buffer ? 0 : REG_ERR_NOMEM;

    for (size_t i = 0; i < runs->ref_count && error == 0; i++) {
        uint8_t *to = buffer + at * runs->record_len;

        put_key(to, runs->refs[i].key);
        memcpy(to + KEY_LEN, runs->items + runs->refs[i].item * runs->payload_len, runs->payload_len);
        if (++at == room || i + 1 == runs->ref_count) {
            error = write_bytes(runs, buffer, at * runs->record_len);
            at = 0;
        }
    }
    free(buffer);
    return error;
}

static int end_run(struct reg_runs *runs)
{
    struct run *more = runs->runs;
    uint64_t from = runs->size;
    int error = 0;

    if (runs->ref_count == 0)
        return 0;
    if (runs->run_count == runs->run_cap) {
        more = realloc(runs->runs, (runs->run_cap + 16) * sizeof *more);
        if (!more)
            return REG_ERR_NOMEM;
        runs->runs = more;
        runs->run_cap += 16;
    }
    if (!runs->ordered)
        error = rank_items(runs);
    if (error == 0)
        sort_refs(runs);
    if (error == 0 && runs->fd < 0)
        error = open_file(runs);
    if (error == 0)
        error = write_records(runs);
    if (error == 0)
        runs->runs[runs->run_count++] = (struct run){.from = from, .left = runs->size - from};
    runs->ref_count = runs->item_count = 0;
    runs->ordered = true;
    return error;
}

static int make_room(struct reg_runs *runs)
{
    uint8_t *items;
    size_t cap = runs->item_cap ? 2 * runs->item_cap : 1024;

    if (!runs->refs)
        runs->refs = malloc(runs->most * sizeof *runs->refs);
    if (!runs->sorted)
        runs->sorted = malloc(runs->most * sizeof *runs->sorted);
    if (!runs->refs || !runs->sorted)
        return REG_ERR_NOMEM;
    if (runs->item_count < runs->item_cap)
        return 0;
    items = realloc(runs->items, cap * runs->payload_len);
    if (!items)
        return REG_ERR_NOMEM;
    runs->items = items;
    runs->item_cap = cap;
    return 0;
}

int reg_runs_add(struct reg_runs *runs, const uint64_t *keys, size_t count, const void *payload)
{
    while (count > 0) {
        size_t part = runs->most - runs->ref_count < count ? runs->most - runs->ref_count : count;
        uint8_t *item;
        int error = make_room(runs);

        if (error != 0)
            return error;
        item = runs->items + runs->item_count * runs->payload_len;
        memcpy(item, payload, runs->payload_len);
        if (runs->item_count > 0 && memcmp(item - runs->payload_len, item, runs->payload_len) > 0)
            runs->ordered = false;
        for (size_t i = 0; i < part; i++)
            runs->refs[runs->ref_count++] = (struct ref){keys[i], (uint32_t)runs->item_count};
        runs->item_count++;
        runs->count += part;
        keys += part;
        count -= part;
        error = runs->ref_count == runs->most ? end_run(runs) : 0;
        if (error != 0)
            return error;
    }
    return 0;
}

/* ---- merging ------------------------------------------------------------------------------------------------------- */

/* Whole records; none: the run ends. */
static int fill_buffer(struct reg_runs *runs, struct run *run)
{
    size_t room = BUFFER / runs->record_len * runs->record_len, want = run->left < room ? (size_t)run->left : room;

    run->at = run->end = 0;
    while (run->end < want) {
        ssize_t len = pread(runs->fd, run->buffer + run->end, want - run->end, (off_t)run->from);

        if (len < 0 && errno == EINTR)
            continue;
        if (len <= 0) {
            errno = len == 0 ? EIO : errno;
            return fail(runs);
        }
        run->end += (size_t)len;
        run->from += (uint64_t)len;
        run->left -= (uint64_t)len;
    }
    return 0;
}

static bool before(const struct reg_runs *runs, size_t a, size_t b)
{
    const struct run *left = &runs->runs[a], *right = &runs->runs[b];

    return memcmp(left->buffer + left->at, right->buffer + right->at, runs->record_len) < 0;
}

/* The run at `at` goes down to where its record belongs. */
static void sink(struct reg_runs *runs, size_t at)
{
    size_t *heap = runs->heap, moved = heap[at];

    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= runs->heap_count)
            break;
        if (child + 1 < runs->heap_count && before(runs, heap[child + 1], heap[child]))
            child++;
        if (!before(runs, heap[child], moved))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

int reg_runs_merge(struct reg_runs *runs)
{
    int error = end_run(runs);

    free_memory(runs);
    runs->heap = malloc((runs->run_count + 1) * sizeof *runs->heap);
    if (!runs->heap)
        return error != 0 ? error : REG_ERR_NOMEM;
    for (size_t i = 0; i < runs->run_count && error == 0; i++) {
        runs->runs[i].buffer = malloc(BUFFER);
        error = runs->runs[i].buffer ? fill_buffer(runs, &runs->runs[i]) : REG_ERR_NOMEM;
        runs->heap[runs->heap_count++] = i;
    }
    for (size_t i = runs->heap_count / 2; i-- > 0 && error == 0;)
        sink(runs, i);
    return error;
}

/* Behind the record that was given last. */
static int advance(struct reg_runs *runs)
{
    struct run *first = &runs->runs[runs->heap[0]];
    int error = 0;

    first->at += runs->record_len;
    if (first->at == first->end)
        error = fill_buffer(runs, first);
    if (error == 0 && first->at == first->end)
        runs->heap[0] = runs->heap[--runs->heap_count];
    if (error == 0 && runs->heap_count > 0)
        sink(runs, 0);
    return error;
}

int reg_runs_next(struct reg_runs *runs, uint64_t *ret_key, const uint8_t **ret_payload)
{
    int error = runs->taken ? advance(runs) : 0;
    const uint8_t *record;

    *ret_payload = NULL;
    runs->taken = error == 0 && runs->heap_count > 0;
    if (!runs->taken)
        return error;
    record = runs->runs[runs->heap[0]].buffer + runs->runs[runs->heap[0]].at;
    *ret_key = 0;
    for (size_t i = 0; i < KEY_LEN; i++)
        *ret_key = *ret_key << 8 | record[i];
    *ret_payload = record + KEY_LEN;
    return 0;
}
