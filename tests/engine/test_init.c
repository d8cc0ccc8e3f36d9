/* An init that fails leaves nothing that the next one would stumble over, and never takes away what it did not make. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

static char many[300];

static void bad_pool(struct reg_init_options *init)
{
    init->pool_prefix = "MAYMAYMA";
}

static void bad_character(struct reg_init_options *init)
{
    init->pool_prefix = "may";
}

static void no_host(struct reg_init_options *init)
{
    init->host = "";
}

static void host_with_space(struct reg_init_options *init)
{
    init->host = "a host";
}

static void host_with_path(struct reg_init_options *init)
{
    init->host = "host/path";
}

static void long_operator(struct reg_init_options *init)
{
    memset(many, 'a', sizeof many - 1);
    init->operator_uri = many;
}

static void unknown_authority(struct reg_init_options *init)
{
    init->authority = 999999;
}

static const struct refusal {
    const char *name;
    void (*spoil)(struct reg_init_options *init);
} refusals[] = {{"a pool prefix of 8 characters", bad_pool},
                {"a pool prefix that no code has", bad_character},
                {"no host", no_host},
                {"a host with a space", host_with_space},
                {"a host with a path", host_with_path},
                {"an operator's URI of 299 bytes", long_operator},
                {"an unknown authority", unknown_authority}};

static bool there(const struct fixture *fixture, const char *name)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", fixture->directory, name);
    return access(path, F_OK) == 0;
}

static void options(void)
{
    struct fixture fixture;
    int error = fixture_prepare(&fixture, REG_SUITE_INTL);

    for (size_t i = 0; i < sizeof refusals / sizeof *refusals && error == 0; i++) {
        struct reg_init_options init = fixture.init;
        int refused;

        refusals[i].spoil(&init);
        fixture.info = (struct reg_error_info){0};
        refused = reg_registry_init(fixture.directory, &init, &fixture.host, &fixture.info);
        CHECK_CASE(refused == REG_ERR_INVALID && *fixture.info.zh && *fixture.info.en, "%s: %d %s", refusals[i].name,
                   refused, fixture.info.en);
        CHECK_CASE(!there(&fixture, "lock") && !there(&fixture, "keys"), "%s: something was made", refusals[i].name);
    }
    if (error == 0)
        error = reg_registry_init(fixture.directory, &fixture.init, &fixture.host, &fixture.info);
    CHECK_CASE(error == 0 && fixture_open(&fixture) == 0, "%d %s", error, fixture.info.en);
    fixture_end(&fixture);
}

/* A key that stands there already, of whatever origin: it stays as it is, what init made before goes. */
static void foreign_key(void)
{
    struct fixture fixture;
    int error = fixture_prepare(&fixture, REG_SUITE_INTL);
    char path[128], text[8] = "";
    FILE *file;

    snprintf(path, sizeof path, "%s/keys", fixture.directory);
    CHECK_CASE(error == 0 && mkdir(path, 0700) == 0, "no directory");
    snprintf(path, sizeof path, "%s/keys/receipt.key", fixture.directory);
    file = fopen(path, "w");
    CHECK_CASE(file && fputs("theirs", file) >= 0 && fclose(file) == 0, "no file");
    error = reg_registry_init(fixture.directory, &fixture.init, &fixture.host, &fixture.info);
    CHECK_CASE(error == REG_ERR_IO && strstr(fixture.info.en, "receipt.key"), "%d %s", error, fixture.info.en);
    CHECK_CASE(!there(&fixture, "lock") && !there(&fixture, "keys/issuer.key") && !there(&fixture, "keys/log.key"),
               "something was left");
    file = fopen(path, "r");
    CHECK_CASE(file && fgets(text, sizeof text, file) && strcmp(text, "theirs") == 0, "their key is gone");
    if (file)
        fclose(file);
    CHECK_CASE(unlink(path) == 0 && reg_registry_init(fixture.directory, &fixture.init, &fixture.host, &fixture.info) == 0 &&
                   fixture_open(&fixture) == 0,
               "%s", fixture.info.en);
    fixture_end(&fixture);
}

static bool write_text(const char *path, struct reg_bytes text)
{
    FILE *file = fopen(path, "wb");

    return file && fwrite(text.data, 1, text.len, file) == text.len && fclose(file) == 0;
}

/* A bureau's own list of scope terms is ledgered with its catalogue, and is what an opened registry judges by. */
static void own_scope_terms(void)
{
    static const char terms[] = "code,term,kind,industries,items,permit,note\nA1,软件开发,general,6513,,,\n";
    static const char *const names[] = {"items", "facts", "materials", "scope_terms"};
    struct reg_catalogue *sample = NULL;
    struct fixture fixture;
    struct reg_bytes csv = {(const uint8_t *)terms, sizeof terms - 1};
    int error = fixture_prepare(&fixture, REG_SUITE_INTL);
    char path[128];

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&sample), 0);
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s.csv", fixture.directory, names[i]);
        CHECK_CASE(write_text(path, i == 3 ? csv : reg_catalogue_csv(sample, names[i])), "%s", path);
    }
    fixture.init.catalogue = fixture.directory;
    if (error == 0)
        error = reg_registry_init(fixture.directory, &fixture.init, &fixture.host, &fixture.info);
    CU_ASSERT_EQUAL_FATAL(error, 0);
    CU_ASSERT_EQUAL_FATAL(unlink(path), 0);
    CU_ASSERT_EQUAL_FATAL(fixture_open(&fixture), 0);
    csv = reg_catalogue_csv(reg_engine_catalogue(fixture.engine), "scope_terms");
    CU_ASSERT_TRUE(csv.len == sizeof terms - 1 && memcmp(csv.data, terms, csv.len) == 0);
    reg_catalogue_free(sample);
    fixture_end(&fixture);
}

static CU_TestInfo tests[] = {{"options that are refused", options},
                              {"a key that was there", foreign_key},
                              {"a bureau's own scope terms", own_scope_terms},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"init", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
