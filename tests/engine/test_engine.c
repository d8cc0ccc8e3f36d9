/* The engine as an embedder uses it: init, open, submit, read, erase, check; and what is refused. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <registry/code.h>
#include <registry/entry.h>

#include "suite.h"

static const enum reg_suite both[] = {REG_SUITE_GM, REG_SUITE_INTL};

#define SECTION_IDENTITY (1024 + REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_IDENTITY)

/* Re-encodes the view and verifies it as its receiver would. */
static bool view_verifies(struct fixture *fixture, const reg_pb_entry_view *view)
{
    size_t len = protobuf_c_message_get_packed_size(&view->base);
    uint8_t *bytes = malloc(len);
    bool ok;

    if (!bytes)
        return false;
    protobuf_c_message_pack(&view->base, bytes);
    ok = reg_entry_view_verify(fixture->suite, (struct reg_bytes){bytes, len}, &fixture->info) == 0;
    free(bytes);
    return ok;
}

static bool has_section(const reg_pb_entry_view *view, unsigned id)
{
    for (size_t i = 0; i < view->n_sections; i++)
        if (view->sections[i]->id == id)
            return true;
    return false;
}

static void repeats(struct fixture *fixture, struct reg_bytes message)
{
    const char *suite = reg_suite_name(fixture->suite);
    struct reg_data first = {NULL, 0}, second = {NULL, 0}, other;
    int error;

    CHECK_CASE(reg_engine_submit(fixture->engine, &window, message, &first, &fixture->info) == 0, "%s", suite);
    fixture->clock += 5000;
    CHECK_CASE(reg_engine_submit(fixture->engine, &window, message, &second, &fixture->info) == 0, "%s", suite);
    CHECK_CASE(first.len > 0 && first.len == second.len && memcmp(first.data, second.data, first.len) == 0, "%s", suite);
    reg_data_clear(&first);
    reg_data_clear(&second);
    other = fixture_request(fixture, "08", "one", NULL);
    error = reg_engine_submit(fixture->engine, &window, reg_bytes_of(&other), &second, &fixture->info);
    CHECK_CASE(error == REG_ERR_EXISTS && *fixture->info.zh && strstr(fixture->info.en, "one"), "%s: %d %s", suite, error,
               fixture->info.en);
    reg_data_clear(&other);
    other = fixture_request(fixture, "08", "one", NULL);
    error = reg_engine_submit(fixture->engine, &operator_caller, reg_bytes_of(&other), &second, &fixture->info);
    CHECK_CASE(error == 0, "%s: the same id of another caller: %d %s", suite, error, fixture->info.en);
    reg_data_clear(&other);
    reg_data_clear(&second);
}

static void returns(struct fixture *fixture)
{
    struct reg_data message = fixture_request(fixture, "09", "returned", NULL);
    reg_pb_submit_filing_response *answer;
    reg_pb_get_case_response *filed;
    int error;

    answer = fixture_submit(fixture, reg_bytes_of(&message), &error);
    CHECK_CASE(error == 0 && answer, "%s", fixture->info.en);
    if (answer) {
        CHECK_CASE(answer->filed_case->state == REGISTRY__V1__CASE_STATE__CASE_STATE_RETURNED && !answer->licence,
                   "state %d", answer->filed_case->state);
        CHECK_CASE(answer->filed_case->n_findings > 0, "no findings");
        filed = fixture_case(fixture, answer->filed_case->number, &error);
        CHECK_CASE(error == 0 && filed && filed->filed_case->n_findings == answer->filed_case->n_findings, "%s",
                   fixture->info.en);
    }
    CHECK_CASE(!fixture_case(fixture, 99999, &error) && error == REG_ERR_NOT_FOUND, "case 99999: %d", error);
    reg_data_clear(&message);
}

/* Everything, the public part, and a department's item and class. */
static void grants(struct fixture *fixture, const char *code)
{
    const char *suite = reg_suite_name(fixture->suite);
    reg_pb_get_licence_response *all, *public, *some;
    unsigned item = 0, class = REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_IDENTITY;
    struct reg_caller department = {"test:tax", REG_CALLER_DEPARTMENT, &item, 1, &class, 1};
    char unknown[REG_CODE_LEN + 1];
    int error;

    all = fixture_licence(fixture, &window, code, &error);
    CHECK_CASE(error == 0 && all && view_verifies(fixture, all->entry), "%s: %s", suite, fixture->info.en);
    public = fixture_licence(fixture, &auditor, code, &error);
    CHECK_CASE(error == 0 && public && view_verifies(fixture, public->entry), "%s: %s", suite, fixture->info.en);
    if (!all || !public)
        return;
    CHECK_CASE(all->entry->n_digests == 0 && all->entry->n_sections > 3, "%s: %zu open", suite, all->entry->n_sections);
    CHECK_CASE(public->entry->n_sections == 1 && public->entry->sections[0]->id == 0 &&
                   public->entry->n_digests == all->entry->n_sections - 1,
               "%s: %zu open, %zu closed", suite, public->entry->n_sections, public->entry->n_digests);
    for (size_t i = 0; i < all->entry->n_sections && item == 0; i++)
        item = all->entry->sections[i]->id;
    some = fixture_licence(fixture, &department, code, &error);
    CHECK_CASE(error == 0 && some && view_verifies(fixture, some->entry), "%s: %s", suite, fixture->info.en);
    if (some)
        CHECK_CASE(some->entry->n_sections == 3 && has_section(some->entry, 0) && has_section(some->entry, item) &&
                       has_section(some->entry, SECTION_IDENTITY),
                   "%s: %zu open", suite, some->entry->n_sections);
    all->entry->sections[1]->bytes.data[0] ^= 1;
    CHECK_CASE(!view_verifies(fixture, all->entry), "%s: a changed section verifies", suite);
    all->entry->sections[1]->bytes.data[0] ^= 1;
    CHECK_CASE(reg_code_make("91", 341300, "MAYYYYYY", unknown) == 0, "%s", suite);
    for (size_t i = 0; i < 2; i++) {
        some = fixture_licence(fixture, &window, i == 0 ? unknown : "91341300MAY000000X", &error);
        CHECK_CASE(!some && error == (i == 0 ? REG_ERR_NOT_FOUND : REG_ERR_INVALID), "%s, %zu: %d", suite, i, error);
    }
}

static void erases(struct fixture *fixture, const char *code, struct reg_bytes message)
{
    const char *suite = reg_suite_name(fixture->suite);
    struct reg_check_result result = {0};
    reg_pb_get_licence_response *left;
    uint64_t position = 0;
    int error = reg_ledger_erase(fixture->engine, code, "测试：错录他人信息", &position, &fixture->info);

    CHECK_CASE(error == 0 && position > 2, "%s: %d %s", suite, error, fixture->info.en);
    left = fixture_licence(fixture, &window, code, &error);
    CHECK_CASE(error == 0 && left && left->entry->n_sections == 1 && left->entry->n_digests > 2, "%s: %s", suite,
               fixture->info.en);
    CHECK_CASE(left && view_verifies(fixture, left->entry), "%s: %s", suite, fixture->info.en);
    error = reg_ledger_erase(fixture->engine, code, "again", &position, &fixture->info);
    CHECK_CASE(error == REG_ERR_ERASED, "%s: %d", suite, error);
    error = reg_ledger_erase(fixture->engine, "99999", "none", &position, &fixture->info);
    CHECK_CASE(error == REG_ERR_NOT_FOUND, "%s: %d", suite, error);
    CHECK_CASE(fixture_submit(fixture, message, &error) && error == 0, "%s: a repeat after erasing: %d %s", suite, error,
               fixture->info.en);
    CHECK_CASE(fixture_check(fixture, &result) == 0 && result.erased_sections > 2, "%s: %s, %llu erased", suite,
               fixture->info.en, (unsigned long long)result.erased_sections);
}

static void whole_way(void)
{
    for (size_t i = 0; i < 2; i++) {
        struct fixture fixture;
        struct reg_check_result result = {0};
        struct reg_data message = {NULL, 0};
        reg_pb_submit_filing_response *answer;
        int error = fixture_start(&fixture, both[i]);

        CHECK_CASE(error == 0, "%s: %d %s", reg_suite_name(both[i]), error, fixture.info.en);
        if (error == 0) {
            message = fixture_request(&fixture, "01", "one", NULL);
            repeats(&fixture, reg_bytes_of(&message));
            answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);
            CHECK_CASE(answer && answer->licence &&
                           answer->filed_case->state == REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED,
                       "%s: %s", reg_suite_name(both[i]), fixture.info.en);
            returns(&fixture);
            CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.entries == 5 && result.licences == 2, "%s: %s",
                       reg_suite_name(both[i]), fixture.info.en);
            if (answer && answer->licence) {
                grants(&fixture, answer->licence->status->credit_code);
                erases(&fixture, answer->licence->status->credit_code, reg_bytes_of(&message));
            }
            fixture_shut(&fixture);
            CHECK_CASE(fixture_open(&fixture) == 0 && fixture_check(&fixture, &result) == 0 && result.entries == 6,
                       "%s, reopened: %s", reg_suite_name(both[i]), fixture.info.en);
        }
        reg_data_clear(&message);
        fixture_end(&fixture);
    }
}

/* ---- what open refuses --------------------------------------------------------------------------------------------- */

static void in_directory(const struct fixture *fixture, const char *name, char ret[160])
{
    snprintf(ret, 160, "%s/%s", fixture->directory, name);
}

static int reopen(struct fixture *fixture)
{
    int error;

    fixture->info = (struct reg_error_info){0};
    error = fixture_open(fixture);
    fixture_shut(fixture);
    return error;
}

static void refused_modes(struct fixture *fixture)
{
    static const char *const files[] = {"keys/issuer.key", "keys/log.key", "keys/master.key"};

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[160];
        int error;

        in_directory(fixture, files[i], path);
        CU_ASSERT_EQUAL(chmod(path, 0644), 0);
        error = reopen(fixture);
        CHECK_CASE(error == REG_ERR_MODE && strstr(fixture->info.en, files[i]) && *fixture->info.zh, "%s: %d %s", files[i],
                   error, fixture->info.en);
        CU_ASSERT_EQUAL(chmod(path, 0600), 0);
    }
    CHECK_CASE(reopen(fixture) == 0, "%s", fixture->info.en);
}

/* The key of another registry in this one's place. */
static void refused_keys(struct fixture *fixture, struct fixture *other, const char *what)
{
    static const char *const files[] = {"keys/issuer.key", "keys/log.key", "keys/master.key", NULL};

    for (size_t i = 0; files[i]; i++) {
        char mine[160], aside[160], theirs[160];
        int error;

        in_directory(fixture, files[i], mine);
        in_directory(fixture, "aside", aside);
        in_directory(other, files[i], theirs);
        CU_ASSERT_EQUAL(rename(mine, aside), 0);
        error = reopen(fixture);
        CHECK_CASE(error != 0 && *fixture->info.en, "no %s: %d", files[i], error);
        CU_ASSERT_EQUAL(link(theirs, mine), 0);
        error = reopen(fixture);
        CHECK_CASE((error == REG_ERR_KEY || error == REG_ERR_SUITE) && *fixture->info.en && *fixture->info.zh,
                   "%s of %s: %d %s", files[i], what, error, fixture->info.en);
        unlink(mine);
        CU_ASSERT_EQUAL(rename(aside, mine), 0);
    }
}

static void refusals(void)
{
    struct fixture fixture, same, other;
    struct reg_data message;
    int error = fixture_start(&fixture, REG_SUITE_GM);

    CHECK_CASE(error == 0 && fixture_start(&same, REG_SUITE_GM) == 0 && fixture_start(&other, REG_SUITE_INTL) == 0, "%s",
               fixture.info.en);
    message = fixture_request(&fixture, "01", "sealed by the master key", NULL);
    CHECK_CASE(fixture_submit(&fixture, reg_bytes_of(&message), &error) != NULL, "%s", fixture.info.en);
    reg_data_clear(&message);
    fixture_shut(&fixture);
    error = reg_registry_init(fixture.directory, &fixture.init, &fixture.host, &fixture.info);
    CHECK_CASE(error == REG_ERR_EXISTS, "init again: %d %s", error, fixture.info.en);
    refused_modes(&fixture);
    refused_keys(&fixture, &same, "another registry");
    refused_keys(&fixture, &other, "another suite");
    fixture.open.store = "sqlite:none.db";
    error = reopen(&fixture);
    CHECK_CASE(error == REG_ERR_NOT_FOUND, "no store: %d %s", error, fixture.info.en);
    fixture.open.store = "oracle:none";
    error = reopen(&fixture);
    CHECK_CASE(error == REG_ERR_INVALID, "another scheme: %d %s", error, fixture.info.en);
    fixture.open.store = "sqlite:registry.db";
    CHECK_CASE(fixture_sql(&fixture, "UPDATE meta SET version = 99, oldest = 99"), "sql");
    error = reopen(&fixture);
    CHECK_CASE(error == REG_ERR_VERSION, "version 99: %d %s", error, fixture.info.en);
    fixture_end(&fixture);
    fixture_end(&same);
    fixture_end(&other);
    if (fixture_prepare(&fixture, REG_SUITE_GM) == 0) {
        error = reopen(&fixture);
        CHECK_CASE(error == REG_ERR_NOT_FOUND && strstr(fixture.info.en, "init"), "%d %s", error, fixture.info.en);
        fixture_end(&fixture);
    }
}

/* ---- time ------------------------------------------------------------------------------------------------------------ */

/* The clock may go backwards, the ledger does not. */
static void clock_backwards(void)
{
    struct fixture fixture;
    struct reg_check_result result = {0};
    int64_t last = 0;
    int error = fixture_start(&fixture, REG_SUITE_INTL);

    CHECK_CASE(error == 0, "%s", fixture.info.en);
    for (unsigned i = 0; i < 3 && error == 0; i++) {
        char id[8], trade[7];
        struct reg_data message;
        reg_pb_submit_filing_response *answer;
        reg_pb_entry_header *header = NULL;

        snprintf(id, sizeof id, "%u", i);
        trade_name(i, trade);
        fixture.clock += i == 1 ? -7200000 : 1000;
        message = fixture_request(&fixture, "01", id, trade);
        answer = fixture_submit(&fixture, reg_bytes_of(&message), &error);
        if (answer && answer->licence)
            header = (reg_pb_entry_header *)fixture_decode(
                &fixture, &registry__v1__entry_header__descriptor,
                (struct reg_bytes){answer->licence->entry->header.data, answer->licence->entry->header.len});
        CHECK_CASE(header && header->time_ms >= last, "filing %u: %s", i, fixture.info.en);
        last = header ? header->time_ms : last;
        reg_data_clear(&message);
    }
    CHECK_CASE(fixture_check(&fixture, &result) == 0 && result.entries == 5, "%s", fixture.info.en);
    fixture_end(&fixture);
}

static CU_TestInfo tests[] = {{"init, submit, repeat, read, erase, check", whole_way},
                              {"what init and open refuse", refusals},
                              {"a clock that goes backwards", clock_backwards},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"engine", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
