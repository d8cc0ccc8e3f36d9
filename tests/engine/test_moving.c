/* Numbers after a restore, and a copy of a store that somebody else still writes to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <registry/code.h>
#include <registry/import.h>
#include <registry/moving.h>

#include "engine/internal.h"
#include "fixture.h"
#include "store_double.h"
#include "suite.h"

#define LOST    5
#define DAEMONS 8

static const unsigned counties[] = {341302, 341321, 341322, 341323, 341324};
#define COUNTIES (sizeof counties / sizeof *counties)

/* ---- an import ----------------------------------------------------------------------------------------------------- */

static int give(void *context, uint8_t *bytes, size_t size, size_t *ret_len)
{
    const char **text = context;
    size_t len = strnlen(*text, size);

    memcpy(bytes, *text, len);
    *text += len;
    *ret_len = len;
    return 0;
}

/* Takes over `count` subjects that have but an old number, the counties by turns, in one batch. */
static void import(struct fixture *fixture, unsigned from, unsigned count)
{
    struct reg_import_options options = REG_IMPORT_OPTIONS_INIT;
    struct reg_import_counts counts = {0};
    struct reg_import_batch *batch = NULL;
    struct reg_import *run = NULL;
    size_t room = 200 + 200 * (size_t)count, len;
    char *rows = malloc(room);
    const char *text = rows;
    int error;

    CU_ASSERT_PTR_NOT_NULL_FATAL(rows);
    len = (size_t)snprintf(rows, room, "registration_number,name,type,authority,established\n");
    for (unsigned i = from; i < from + count; i++) {
        char body[15], number[16], trade[7];

        snprintf(body, sizeof body, "341300%08u", i + 1);
        CU_ASSERT_EQUAL(reg_registration_number_make(body, number), 0);
        trade_name(i, trade);
        len += (size_t)snprintf(rows + len, room - len, "%s,宿州市%s示例有限公司,1130,%u,2020-01-02\n", number, trade,
                                counties[i % COUNTIES]);
    }
    error = reg_import_new(fixture->engine, &operator_caller, &options, give, &text, &run, &fixture->info);
    if (error == 0)
        error = reg_import_read(run, count, &batch, &fixture->info);
    if (error == 0)
        error = reg_import_judge(batch, 0, 1);
    if (error == 0)
        error = reg_import_look(batch, fixture->reader);
    if (error == 0)
        error = reg_import_lease(batch, &fixture->info);
    if (error == 0)
        error = reg_import_seal(batch, 0, 1);
    if (error == 0)
        error = reg_import_append(batch, &fixture->info);
    if (error == 0)
        error = reg_import_report(batch, &counts, NULL, NULL);
    CHECK_CASE(error == 0 && counts.imported == count, "%d %s, %d imported", error, fixture->info.en, (int)counts.imported);
    reg_import_batch_free(batch);
    reg_import_free(run);
    free(rows);
}

static struct reg_pool_row pool_of(struct fixture *fixture)
{
    struct reg_query query = {.kind = REG_QUERY_POOLS};
    struct reg_pool_row pool = {0};

    CU_ASSERT_EQUAL(reg_query_wait(fixture->reader->store, &query), 0);
    if (query.pool_count > 0)
        pool = query.pools[0];
    CHECK_CASE(query.pool_count == 1, "%zu pools", query.pool_count);
    reg_query_clear(&query);
    return pool;
}

/* An import leases one code for each row, however many authorities take from one pool. */
static void test_import(void)
{
    struct fixture fixture;
    struct reg_pool_row before;

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    before = pool_of(&fixture);
    for (unsigned i = 1; i <= 2; i++) {
        import(&fixture, 25 * (i - 1), 25);
        CHECK_CASE(pool_of(&fixture).next - before.next == 25 * i, "%d codes leased for %u rows",
                   (int)(pool_of(&fixture).next - before.next), 25 * i);
    }
    fixture_end(&fixture);
}

/* ---- a restored store ---------------------------------------------------------------------------------------------- */

struct skips {
    uint64_t first, next; /* of codes */
    uint64_t serials;
    unsigned used_up;
};

static void note_skip(void *context, const char *prefix, uint64_t first, uint64_t next)
{
    struct skips *skips = context;

    if (prefix) {
        skips->first = first;
        skips->next = next;
    } else {
        skips->serials = next - first;
    }
}

static void note_used_up(void *context, unsigned authority)
{
    ((struct skips *)context)->used_up = authority;
}

static void take(struct fixture *fixture, struct reg_engine *engine, unsigned authority, unsigned count, char ret[9])
{
    for (unsigned i = 0; i < count; i++)
        CU_ASSERT_EQUAL_FATAL(reg_code_take(engine, authority, ret, &fixture->info), 0);
}

/* Replaces the store by the backup, and makes it fit to be served. */
static struct skips restore(struct fixture *fixture, const char *backup)
{
    struct skips skips = {0};
    struct reg_restored_callbacks callbacks = {.skipped = note_skip, .used_up = note_used_up, .context = &skips};
    struct reg_restored_options options = REG_RESTORED_OPTIONS_INIT;
    struct reg_restored_result result;
    static const char *const suffixes[] = {"-wal", "-shm", ""};
    char path[128];
    int error;

    options.lost = LOST;
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/registry.db%s", fixture->directory, suffixes[i]);
        unlink(path);
    }
    CU_ASSERT_EQUAL(rename(backup, path), 0);
    fixture->open.open_store = double_open;
    error = reg_registry_restored(fixture->directory, &fixture->open, &fixture->host, &options, &callbacks, &result,
                                  &fixture->info);
    CHECK_CASE(error == 0, "%d %s", error, fixture->info.en);
    CHECK_CASE(double_asked_entries() == 0, "%u pages of the ledger inside a transaction", double_asked_entries());
    fixture->open.open_store = reg_store_open;
    return skips;
}

/* As many daemons as there may be, each with a block of 64 of every county about to be used up, as the backup is made. Then
 * each issues one licence more of each county: the codes of those are not issued again. */
static void test_blocks(void)
{
    struct fixture fixture;
    struct reg_engine *engines[DAEMONS];
    struct skips skips;
    char backup[96], last[9] = "", body[9] = "";
    int error = 0;

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    import(&fixture, 0, COUNTIES);
    snprintf(backup, sizeof backup, "%s/backup.db", fixture.directory);
    for (size_t i = 0; i < DAEMONS && error == 0; i++) {
        error = reg_engine_open(fixture.directory, &fixture.open, &fixture.host, &engines[i], &fixture.info);
        CU_ASSERT_EQUAL_FATAL(error, 0);
        for (size_t j = 0; j < COUNTIES; j++)
            take(&fixture, engines[i], counties[j], 63, body);
    }
    CU_ASSERT_EQUAL(reg_registry_backup(fixture.engine, backup, NULL, NULL, &fixture.info), 0);
    for (size_t i = 0; i < DAEMONS; i++) {
        for (size_t j = 0; j < COUNTIES; j++)
            take(&fixture, engines[i], counties[j], 1, last);
        reg_engine_close(engines[i]);
    }
    fixture_shut(&fixture);
    skips = restore(&fixture, backup);
    CHECK_CASE(skips.next - skips.first == 3 * LOST + 4096 + COUNTIES * DAEMONS * 64, "%d codes skipped",
               (int)(skips.next - skips.first));
    CHECK_CASE(skips.serials == 3 * LOST + DAEMONS * 64, "%d serials skipped", (int)skips.serials);
    CU_ASSERT_EQUAL(skips.used_up, 0);
    CU_ASSERT_EQUAL_FATAL(fixture_open(&fixture), 0);
    take(&fixture, fixture.engine, 341300, 1, body);
    CHECK_CASE(strcmp(body, last) > 0, "%s was issued, and is issued again: %s", last, body); /* same prefix, its order */
    fixture_end(&fixture);
}

/* A pool that ends before the skip does is said to. */
static void test_used_up(void)
{
    struct fixture fixture;
    struct skips skips;
    char backup[96], body[9];

    CU_ASSERT_EQUAL_FATAL(fixture_prepare(&fixture, REG_SUITE_INTL), 0);
    fixture.init.pool_prefix = "MAY0000"; /* 31 codes */
    CU_ASSERT_EQUAL_FATAL(reg_registry_init(fixture.directory, &fixture.init, &fixture.host, &fixture.info), 0);
    CU_ASSERT_EQUAL_FATAL(fixture_open(&fixture), 0);
    snprintf(backup, sizeof backup, "%s/backup.db", fixture.directory);
    CU_ASSERT_EQUAL(reg_registry_backup(fixture.engine, backup, NULL, NULL, &fixture.info), 0);
    fixture_shut(&fixture);
    skips = restore(&fixture, backup);
    CHECK_CASE(skips.used_up == 341300 && skips.first == 0 && skips.next == 31, "%u", skips.used_up);
    CU_ASSERT_EQUAL_FATAL(fixture_open(&fixture), 0);
    CU_ASSERT_EQUAL(reg_code_take(fixture.engine, 341300, body, &fixture.info), REG_ERR_EXHAUSTED);
    fixture_end(&fixture);
}

/* ---- a copy -------------------------------------------------------------------------------------------------------- */

/* What another host's daemon does while the copy is checked. */
enum meanwhile { TAKES_CODE, TAKES_SERIAL, ISSUES, NOTHING };

struct elsewhere {
    struct fixture *fixture;
    enum meanwhile does;
};

static void meanwhile(void *context, enum reg_copy_stage stage)
{
    struct elsewhere *elsewhere = context;
    struct fixture *fixture = elsewhere->fixture;
    struct reg_store *store = fixture->engine->store;
    struct reg_lease lease;
    struct reg_data message;
    int error = 0;

    if (stage != REG_COPY_CHECK)
        return;
    if (elsewhere->does == TAKES_CODE || elsewhere->does == TAKES_SERIAL) {
        error = store->ops->lease(store, elsewhere->does == TAKES_CODE ? REG_LEASE_CODES : REG_LEASE_SERIALS, 341300, 1,
                                  &lease, NULL);
    } else if (elsewhere->does == ISSUES) {
        message = fixture_request(fixture, "01", "meanwhile", NULL);
        CU_ASSERT_PTR_NOT_NULL(fixture_submit(fixture, reg_bytes_of(&message), &error));
        reg_data_clear(&message);
    }
    CU_ASSERT_EQUAL(error, 0);
}

/* The lock of a directory is not the other host's: it has a file of its own. */
static void leave_lock(const struct fixture *fixture)
{
    char path[96];
    FILE *file;

    snprintf(path, sizeof path, "%s/lock", fixture->directory);
    CU_ASSERT_EQUAL(unlink(path), 0);
    file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fclose(file);
}

static int open_copy(struct fixture *fixture)
{
    struct reg_open_options options = fixture->open;
    struct reg_engine *engine = NULL;
    int error;

    options.store = "sqlite:copy.db";
    error = reg_engine_open(fixture->directory, &options, &fixture->host, &engine, &fixture->info);
    reg_engine_close(engine);
    return error;
}

/* A source that somebody else changes is not replaced by its copy; when it is quiet the copy goes on, and is whole. */
static void test_copy(void)
{
    struct fixture fixture;
    struct reg_copy_result result;
    struct reg_ledger_head head;

    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    import(&fixture, 0, 10);
    leave_lock(&fixture);
    fixture.open.open_store = double_open;
    for (enum meanwhile does = TAKES_CODE; does <= NOTHING; does++) {
        struct elsewhere elsewhere = {&fixture, does};
        struct reg_copy_callbacks callbacks = {.stage = meanwhile, .context = &elsewhere};
        int error = reg_registry_copy(fixture.directory, &fixture.open, "sqlite:copy.db", &fixture.host, &callbacks, &result,
                                      &fixture.info);

        CHECK_CASE(error == (does == NOTHING ? 0 : REG_ERR_BUSY), "%d: %d %s", does, error, fixture.info.en);
        CHECK_CASE(does == NOTHING || strstr(fixture.info.en, "every host"), "%d: %s", does, fixture.info.en);
        CHECK_CASE((open_copy(&fixture) == 0) == (does == NOTHING), "%d", does);
    }
    CHECK_CASE(double_asked_keys() == 0, "%u pages of keys inside a transaction", double_asked_keys());
    CU_ASSERT_EQUAL(reg_ledger_head(fixture.reader, &head, &fixture.info), 0);
    CHECK_CASE(result.entries == head.size && memcmp(result.root, head.root, sizeof head.root) == 0, "%d entries of %d",
               (int)result.entries, (int)head.size);
    fixture_end(&fixture);
}

static CU_TestInfo tests[] = {{"an import leases what it needs", test_import},
                              {"blocks of daemons", test_blocks},
                              {"a pool that is used up", test_used_up},
                              {"a source that changes", test_copy},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"moving", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
