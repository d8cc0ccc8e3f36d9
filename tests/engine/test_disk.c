/* A disk that is full, seen through a limit on the size of files: the batch's error says so, nothing is appended or lost,
 * and once there is room everything goes on. */
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "suite.h"

static uint64_t tree_size(struct fixture *fixture)
{
    struct reg_ledger_head head = {0};

    return reg_ledger_head(fixture->reader, &head, &fixture->info) == 0 ? head.size : 0;
}

/* No file of this process may grow beyond what the log of the store has now; 0: no limit. */
static bool limit_files(const struct fixture *fixture, bool on)
{
    struct rlimit limit;
    struct stat status;
    char path[96];

    snprintf(path, sizeof path, "%s/registry.db-wal", fixture->directory);
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || stat(path, &status) != 0)
        return false;
    limit.rlim_cur = on ? (rlim_t)status.st_size : limit.rlim_max;
    return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

/* Two requests that are ready to be appended. */
static int ready(struct fixture *fixture, struct reg_request *requests[2])
{
    int error = 0;

    for (unsigned i = 0; i < 2 && error == 0; i++) {
        char id[16], trade[7];
        struct reg_data message;

        snprintf(id, sizeof id, "disk-%u", i);
        trade_name(i, trade);
        message = fixture_request(fixture, "01", id, trade);
        error = reg_request_new(fixture->engine, &window, reg_bytes_of(&message), &requests[i], &fixture->info);
        reg_data_clear(&message);
        if (error == 0)
            error = reg_request_prepare(requests[i], fixture->reader, &fixture->info);
    }
    if (error == 0)
        error = reg_engine_lease(fixture->engine, requests, 2, &fixture->info);
    for (unsigned i = 0; i < 2 && error == 0; i++)
        error = reg_request_sign(requests[i], &fixture->info);
    return error;
}

static void full(void)
{
    struct fixture fixture;
    struct reg_check_result result = {0};
    struct reg_request *requests[2] = {NULL, NULL};
    struct reg_error_info info = {0};
    int error = fixture_start(&fixture, REG_SUITE_INTL);

    signal(SIGXFSZ, SIG_IGN);
    if (error == 0)
        error = ready(&fixture, requests);
    CHECK_CASE(error == 0, "%s", fixture.info.en);
    CHECK_CASE(limit_files(&fixture, true), "no limit");
    for (int attempt = 0; attempt < 3 && error == 0; attempt++) {
        int failed = reg_engine_append(fixture.engine, requests, 2, &info);

        CHECK_CASE(failed == REG_ERR_UNAVAILABLE && *info.zh && *info.en, "attempt %d: %d %s", attempt, failed, info.en);
        CHECK_CASE(reg_request_state(requests[0]) == REG_REQUEST_QUEUE && reg_request_error(requests[0], NULL) == 0,
                   "attempt %d: %d", attempt, reg_request_error(requests[0], NULL));
        CHECK_CASE(tree_size(&fixture) == 2, "attempt %d: %llu entries", attempt, (unsigned long long)tree_size(&fixture));
    }
    CHECK_CASE(limit_files(&fixture, false), "the limit stays");
    if (error == 0)
        error = reg_engine_append(fixture.engine, requests, 2, &info);
    CHECK_CASE(error == 0 && tree_size(&fixture) == 4 && reg_request_state(requests[1]) == REG_REQUEST_ANSWERED, "%d %s",
               error, info.en);
    CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.licences == 2, "%s", fixture.info.en);
    reg_request_free(requests[0]);
    reg_request_free(requests[1]);
    fixture_end(&fixture);
}

static CU_TestInfo tests[] = {{"a full disk", full}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"disk", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
