/* Filling an empty register: its views in the end are those of a register that was not filled, whatever happened meanwhile.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <registry/code.h>

#include "base/message.h"
#include "engine/internal.h"
#include "import_run.h"
#include "store_double.h"
#include "suite.h"

/* Names that are held, none, given up lately and long ago; persons; a former number. */
static void fill_rows(char *rows, size_t size)
{
    char a[19], b[19], c[19], d[19], number[16];

    import_code("91", "MAX", 1, a);
    import_code("92", "MAX", 2, b);
    import_code("91", "MAX", 3, c);
    import_code("91", "MAX", 4, d);
    CU_ASSERT_EQUAL(reg_registration_number_make("34130000000001", number), 0);
    snprintf(rows, size,
             HEADER "%s,,,宿州市甲示例有限公司,1130,,,,100,陈远帆,," DAY "\n"
                    "%s,,,,9500,341302,,,,李明,," DAY "\n"
                    ",%s,,宿州市丙示例有限公司,1130,,,,,,," DAY "\n"
                    "%s,,,宿州市丁示例有限公司,1130,,注销,2026-06-01,,,," DAY "\n"
                    "%s,,,宿州市戊示例有限公司,1130,,注销,2021-06-01,,,," DAY "\n"
                    "%s,,,宿州市己示例有限公司,1130,,,,,,," DAY "\n",
             a, b, number, c, d, a);
}

/* The views are what the entries make of them, and what an import beside others writes. */
static void check_filled(struct fixture *fixture, const char *name, uint64_t licences)
{
    struct reg_check_result result = {0};
    uint64_t entries;
    char *filled = fixture_views(fixture);

    CHECK_CASE(fixture_check(fixture, &result) == 0 && result.licences == licences, "%s: %s", name, fixture->info.en);
    CU_ASSERT_EQUAL(reg_ledger_repair_views(fixture->engine, NULL, NULL, &entries, &fixture->info), 0);
    CHECK_CASE(filled && strcmp(filled, fixture_views(fixture)) == 0, "%s: the views differ", name);
}

static void open_again(struct fixture *fixture, bool with_filling, int expected)
{
    int error;

    fixture_shut(fixture);
    fixture->info = (struct reg_error_info){0};
    fixture->open.filling = with_filling;
    error = fixture_open(fixture);
    CHECK_CASE(error == expected, "%d %s", error, fixture->info.en);
    if (error == REG_ERR_UNSUPPORTED)
        CHECK_CASE(strstr(fixture->info.en, "run registryctl import register again") &&
                       strstr(fixture->info.zh, "registryctl import register"),
                   "%s", fixture->info.en);
}

static void test_filling(void)
{
    struct fixture fixture;
    char rows[2048], code[19];
    int error;

    fill_rows(rows, sizeof rows);
    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    import_fills = true;
    import_ends = false;
    import_expect(&fixture, "not ended", rows, 2, 5, 0, "7 A07;");
    CU_ASSERT(import_filling);
    CU_ASSERT_EQUAL(fixture_views(&fixture) == NULL, false);
    open_again(&fixture, false, REG_ERR_UNSUPPORTED);
    open_again(&fixture, true, 0);
    import_expect(&fixture, "again, not ended", rows, 100, 0, 5, "7 A07;");
    CU_ASSERT(import_filling);
    import_ends = true;
    import_expect(&fixture, "ended", rows, 100, 0, 5, "7 A07;");
    CU_ASSERT(import_filling);
    open_again(&fixture, false, 0);
    check_filled(&fixture, "ended", 5);
    import_expect(&fixture, "beside others", rows, 100, 0, 5, "7 A07;");
    CU_ASSERT_FALSE(import_filling);
    import_code("91", "MAX", 1, code);
    CU_ASSERT_PTR_NOT_NULL(fixture_licence(&fixture, &window, code, &error));
    import_fills = false;
    fixture_end(&fixture);
}

/* Who dies while names and terms are written goes on with what is there; or all views are made anew. */
static void test_filling_stopped(void)
{
    static const char *const left[] = {
        "UPDATE meta SET state = 3",
        "UPDATE meta SET state = 3; DELETE FROM licence_term; DELETE FROM name; DELETE FROM name_gram",
        "UPDATE meta SET state = 3; DELETE FROM licence_term WHERE code IN (SELECT code FROM licence WHERE number > 2)"};
    char rows[2048];

    fill_rows(rows, sizeof rows);
    for (size_t i = 0; i < 2 * sizeof left / sizeof *left; i++) {
        struct fixture fixture;
        uint64_t entries = 0;

        CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_GM), 0);
        import_fills = import_ends = true;
        import_expect(&fixture, "ended", rows, 100, 5, 0, "7 A07;");
        fixture_shut(&fixture);
        CU_ASSERT(fixture_sql(&fixture, left[i / 2]));
        fixture.open.filling = true;
        CU_ASSERT_EQUAL_FATAL(fixture_open(&fixture), 0);
        if (i % 2) {
            CU_ASSERT_EQUAL(reg_ledger_repair_views(fixture.engine, NULL, NULL, &entries, &fixture.info), 0);
        } else {
            import_expect(&fixture, "ended again", rows, 100, 0, 5, "7 A07;");
        }
        open_again(&fixture, false, 0);
        check_filled(&fixture, left[i / 2], 5);
        import_fills = false;
        fixture_end(&fixture);
    }
}

/* The first licence of fill_rows gets another name. */
static void rename_first(struct fixture *fixture)
{
    const reg_pb_submit_filing_response *changed = NULL;
    struct reg_data message = {NULL, 0};
    char code[19], text[2048];
    int error;

    import_code("91", "MAX", 1, code);
    snprintf(
        text, sizeof text,
        "{'requestId':'name','filing':{'kind':'FILING_KIND_CHANGE','authority':341300,'creditCode':'%s',"
        "'baseRevision':'1','replaces':['name'],'entity':{'name':{'full':'宿州市云海贸易有限责任公司','division':'宿州市',"
        "'tradeName':'云海','industry':'贸易','form':'有限责任公司'}},'particulars':{'decided':'2026-11-20',"
        "'licenceReturned':true},'materials':[" MATERIAL("application_form") "," MATERIAL("change_resolution") "," MATERIAL(
            "articles") "]}}",
        code);
    for (char *at = text; (at = strchr(at, '\'')); at++)
        *at = '"';
    error = reg_json_to_message("SubmitFilingRequest", (struct reg_bytes){(const uint8_t *)text, strlen(text)}, &message,
                                &fixture->info);
    if (error == 0)
        changed = fixture_submit(fixture, reg_bytes_of(&message), &error);
    CHECK_CASE(changed && changed->licence, "%d %s", error, fixture->info.en);
    for (size_t i = 0; changed && i < changed->filed_case->n_findings; i++)
        CHECK_CASE(changed->licence != NULL, "%s %s", changed->filed_case->findings[i]->rule,
                   changed->filed_case->findings[i]->message_en);
    reg_data_clear(&message);
}

/* As if on another host: a new licence, and a change of one that was taken over. */
static void file_beside(struct fixture *fixture)
{
    struct reg_data message = fixture_request(fixture, "01", "beside", NULL);
    int error;

    CU_ASSERT_PTR_NOT_NULL(fixture_submit(fixture, reg_bytes_of(&message), &error));
    reg_data_clear(&message);
    rename_first(fixture);
}

/* Somebody on another host, whom the lock file does not keep away, files and changes meanwhile: the views are made anew. */
static void test_filling_beside(void)
{
    char rows[2048];

    fill_rows(rows, sizeof rows);
    for (int between = 0; between < 2; between++) { /* two runs, or in the midst of one */
        struct fixture fixture;

        CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_GM), 0);
        import_fills = true;
        import_ends = !between;
        import_before_end = between ? NULL : file_beside;
        import_expect(&fixture, "first", rows, 100, 5, 0, "7 A07;");
        import_before_end = NULL;
        if (between) {
            file_beside(&fixture);
            open_again(&fixture, true, 0);
            import_ends = true;
            import_expect(&fixture, "ended", rows, 100, 0, 5, "7 A07;");
        }
        open_again(&fixture, false, 0);
        check_filled(&fixture, "beside", 6);
        import_fills = false;
        fixture_end(&fixture);
    }
}

/* Somebody else has the registry open, or it has licences: everything is written at once. */
static void test_not_filling(void)
{
    struct reg_engine *other = NULL;
    struct fixture fixture;
    char rows[2048];

    fill_rows(rows, sizeof rows);
    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
    CU_ASSERT_EQUAL_FATAL(reg_engine_open(fixture.directory, &fixture.open, &fixture.host, &other, &fixture.info), 0);
    import_fills = import_ends = true;
    import_expect(&fixture, "beside another", rows, 100, 5, 0, "7 A07;");
    CU_ASSERT_FALSE(import_filling);
    reg_engine_close(other);
    import_expect(&fixture, "it has licences", rows, 100, 0, 5, "7 A07;");
    CU_ASSERT_FALSE(import_filling);
    check_filled(&fixture, "beside another", 5);
    import_fills = false;
    fixture_end(&fixture);
}

/* ---- what is not as it should be ----------------------------------------------------------------------------------- */

/* Terms that the store has been given already. */
static void give_twice(struct fixture *fixture)
{
    static const int64_t terms[] = {5};
    struct reg_licence_terms two[2] = {{.terms = terms, .count = 1}, {.terms = terms, .count = 1}};
    struct reg_append appends[2] = {{.terms = &two[0]}, {.terms = &two[1]}};
    struct reg_store *store = fixture->engine->store;
    char code[19];
    int error = store->ops->begin(store, NULL, &fixture->info);

    import_code("91", "MAX", 1, code);
    two[0].code = two[1].code = code;
    if (error == 0)
        error = store->ops->insert_views(store, appends, 2, &fixture->info);
    if (error == 0)
        error = store->ops->commit(store, &fixture->info);
    CHECK_CASE(error == 0, "%s", fixture->info.en);
}

/* A term that came twice: the views are made anew, and have it not. */
static void test_twice(void)
{
    struct fixture fixture;
    char rows[2048];

    fill_rows(rows, sizeof rows);
    CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_GM), 0);
    import_fills = import_ends = true;
    import_before_end = give_twice;
    import_expect(&fixture, "twice", rows, 100, 5, 0, "7 A07;");
    import_before_end = NULL;
    open_again(&fixture, false, 0);
    check_filled(&fixture, "twice", 5);
    import_fills = false;
    fixture_end(&fixture);
}

static enum fault next_fault; /* of the first batch */

static void fail_next(void)
{
    if (next_fault != FAULT_NONE)
        double_fail(next_fault);
    next_fault = FAULT_NONE;
}

/* A batch that the store could not take, and took when it came again: what was kept aside of it is not there twice. */
static void test_again(void)
{
    static const enum fault faults[] = {FAULT_INSERT, FAULT_COMMIT_LOST};

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct fixture fixture = {0};
        char rows[2048];

        fill_rows(rows, sizeof rows);
        CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
        fixture_shut(&fixture);
        fixture.open.open_store = double_open;
        CU_ASSERT_EQUAL_FATAL(fixture_open(&fixture), 0);
        import_fills = import_ends = import_again = true;
        next_fault = faults[i];
        import_before_batch = fail_next;
        import_expect(&fixture, "again", rows, 3, 5, 0, "7 A07;");
        CHECK_CASE(double_failed() == 1, "%d: it did not happen", (int)i);
        double_fail(FAULT_NONE);
        import_before_batch = NULL;
        import_again = false;
        open_again(&fixture, false, 0);
        check_filled(&fixture, "again", 5);
        import_fills = false;
        fixture_end(&fixture);
    }
}

/* No file of this process grows beyond `size`; 0: no limit. */
static void limit_files(rlim_t size)
{
    struct rlimit limit;

    CU_ASSERT_EQUAL(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size ? size : limit.rlim_max;
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void fill_disk(struct fixture *fixture)
{
    (void)fixture;
    limit_files(1);
}

/* The log may take what is there, and no more. */
static void fill_disk_later(struct fixture *fixture)
{
    struct stat status;
    char path[96];

    snprintf(path, sizeof path, "%s/registry.db-wal", fixture->directory);
    CU_ASSERT_EQUAL(stat(path, &status), 0);
    limit_files((rlim_t)status.st_size);
}

/* A disk that is full in the end: of the file of runs, or of the store. It says so, and the next run goes on. */
static void test_disk(void)
{
    static const struct disk_case {
        void (*before_end)(struct fixture *fixture);
        const char *told;
    } cases[] = {{fill_disk, "temporary file beside the store"}, {fill_disk_later, "cannot be read or written"}};

    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture fixture;
        char rows[2048];

        fill_rows(rows, sizeof rows);
        CU_ASSERT_EQUAL_FATAL(fixture_start(&fixture, REG_SUITE_INTL), 0);
        import_fills = import_ends = true;
        import_before_end = cases[i].before_end;
        import_error = REG_ERR_UNAVAILABLE;
        import_expect(&fixture, "full", rows, 100, 5, 0, "7 A07;");
        limit_files(0);
        CHECK_CASE(strstr(fixture.info.en, cases[i].told) && *fixture.info.zh, "%s", fixture.info.en);
        import_before_end = NULL;
        import_error = 0;
        open_again(&fixture, false, REG_ERR_UNSUPPORTED);
        open_again(&fixture, true, 0);
        import_expect(&fixture, "again", rows, 100, 0, 5, "7 A07;");
        open_again(&fixture, false, 0);
        check_filled(&fixture, "a full disk", 5);
        import_fills = false;
        fixture_end(&fixture);
    }
}

static CU_TestInfo tests[] = {{"filled", test_filling},
                              {"stopped", test_filling_stopped},
                              {"beside another host", test_filling_beside},
                              {"not filling", test_not_filling},
                              {"a term that came twice", test_twice},
                              {"a batch that came again", test_again},
                              {"a full disk", test_disk},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"fill", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
