/* What a fill of SQLite is made of: sorted runs that are merged, and what is unique by its hash. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "store/sqlite/runs.h"
#include "store/unique.h"
#include "suite.h"

#define PAYLOAD 5
#define RECORD  (8 + PAYLOAD)

static char directory[] = "/tmp/registry-runs-XXXXXX", path[64];

static int set_up(void)
{
    if (!mkdtemp(directory))
        return 1;
    snprintf(path, sizeof path, "%s/registry.db", directory);
    return 0;
}

/* Files without a name leave nothing there. */
static int tear_down(void)
{
    return rmdir(directory);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 20;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, RECORD);
}

static void put(uint8_t *record, uint64_t key, const char *payload)
{
    for (size_t i = 0; i < 8; i++)
        record[i] = (uint8_t)(key >> (56 - 8 * i));
    memcpy(record + 8, payload, PAYLOAD);
}

/* Payloads with a few keys each, some of them all over, some near one another: as qsort has them. */
static void check_sorted(const char *name, size_t most, size_t payloads, bool ordered)
{
    struct reg_runs *runs = reg_runs_new(path, PAYLOAD, most);
    uint8_t *expected = calloc(payloads * 9, RECORD);
    uint64_t state = 1, key = 0, keys[9];
    const uint8_t *payload = NULL;
    size_t count = 0, at = 0;
    int error = runs && expected ? 0 : REG_ERR_NOMEM;

    for (size_t i = 0; i < payloads && error == 0; i++) {
        size_t some = next_random(&state) % 10;
        char text[PAYLOAD + 1];

        snprintf(text, sizeof text, "%05u", (unsigned)(ordered ? i : next_random(&state) % 100000));
        for (size_t k = 0; k < some; k++) {
            keys[k] = next_random(&state) % 3 ? next_random(&state) % 50 : next_random(&state) << 21;
            put(expected + count++ * RECORD, keys[k], text);
        }
        error = reg_runs_add(runs, keys, some, text);
    }
    qsort(expected, count, RECORD, compare);
    CHECK_CASE(error == 0 && reg_runs_count(runs) == count, "%s: %d, %d of %d", name, error, (int)reg_runs_count(runs),
               (int)count);
    error = reg_runs_merge(runs);
    while (error == 0 && (error = reg_runs_next(runs, &key, &payload)) == 0 && payload && at < count) {
        uint8_t record[RECORD];

        put(record, key, (const char *)payload);
        if (memcmp(record, expected + at++ * RECORD, RECORD) != 0)
            break;
    }
    CHECK_CASE(error == 0 && !payload && at == count, "%s: %d, differs at %d of %d", name, error, (int)at, (int)count);
    free(expected);
    reg_runs_free(runs);
}

static void test_sorted(void)
{
    check_sorted("nothing", 16, 0, true);
    check_sorted("one run, payloads in order", 100000, 3000, true);
    check_sorted("one run, payloads all over", 100000, 3000, false);
    check_sorted("runs that end within a payload's keys", 7, 500, false);
    check_sorted("many runs", 1000, 20000, false);
    check_sorted("many runs in order", 1000, 20000, true);
    check_sorted("more than a buffer each", 20000, 30000, false);
}

/* The disk is full: the error says so, and errno is the caller's to tell. */
static void test_full(void)
{
    struct reg_runs *runs = reg_runs_new(path, PAYLOAD, 64);
    struct rlimit limit;
    uint64_t key = 1;
    int error = 0;

    signal(SIGXFSZ, SIG_IGN);
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = 1024;
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (int i = 0; i < 200 && error == 0; i++)
        error = reg_runs_add(runs, &key, 1, "abcde");
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_FSIZE, &limit);
    CHECK_CASE(error == REG_ERR_UNAVAILABLE && reg_runs_errno(runs) != 0, "%d, errno %d", error, reg_runs_errno(runs));
    reg_runs_free(runs);
}

/* Every number is found under its hash, those with the same one too, and as few others as there are. */
static void test_unique(void)
{
    struct reg_unique unique = {0};
    uint64_t number, state = 1;
    uint32_t last = 0;

    CU_ASSERT_EQUAL(reg_unique_next(&unique, 1, &(size_t){0}), 0);
    for (uint32_t i = 1; i <= 200000; i++) {
        last = i % 100 ? (uint32_t)next_random(&state) : UINT32_MAX - i % 3;
        CU_ASSERT_EQUAL_FATAL(reg_unique_add(&unique, last, i), 0);
    }
    state = 1;
    for (uint32_t i = 1; i <= 200000; i++) {
        uint32_t hash = i % 100 ? (uint32_t)next_random(&state) : UINT32_MAX - i % 3;
        size_t at = 0;

        if (i % 100 == 0 && i > 1000) /* a third of 2,000 each: looked through below */
            continue;
        do
            number = reg_unique_next(&unique, hash, &at);
        while (number != 0 && number != i);
        CHECK_CASE(number == i, "%u: %u", i, (unsigned)number);
    }
    for (size_t at = 0, found = 0; found <= 2000; found++)
        if (!reg_unique_next(&unique, UINT32_MAX, &at)) {
            CHECK_CASE(found >= 666 && found <= 668, "%d", (int)found);
            break;
        }
    CU_ASSERT_EQUAL(reg_unique_add(&unique, 1, (uint64_t)1 << 32), REG_ERR_LIMIT);
    reg_unique_clear(&unique);
}

static CU_TestInfo tests[] = {
    {"sorted", test_sorted}, {"a full disk", test_full}, {"unique", test_unique}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"runs", set_up, tear_down, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
