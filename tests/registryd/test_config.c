/* registry.conf: what it says, and each way in which it can be wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "config/options.h"
#include "log/log.h"
#include "registry/v1/ledger.pb-c.h"
#include "suite.h"

static int parse(const char *text, size_t len, struct rd_config *config, struct reg_error_info *info)
{
    return rd_config_parse("/srv/demo/", "registry.conf", (struct reg_bytes){(const uint8_t *)text, len}, config, info);
}

static const char *const good = "# a comment\n"
                                "; another\n"
                                "\n"
                                "[registry]\r\n"
                                "store = sqlite:other.db ; the store\n"
                                "[listen]\n"
                                "address=::1\n"
                                "port = 0\n"
                                "[threads]\nworkers = 3\npool = 2\n"
                                "[tls]\ncertificate = /etc/tls/a.crt\nkey = tls/b.key\n"
                                "[limits]\nmessage_bytes = 65536\ncall_ms = 1000\nqueue_length = 7\nbatch_size = 64\n"
                                "[ops]\naddress = 127.8.8.8\n"
                                "[log]\nlevel = debug\nformat = json\n"
                                "[caller window 1]\nuri = registry:window\nkind = window\n"
                                "[caller tax]\nuri = registry:department:tax\nkind = department\nitems = 3, 5,61\nclasses = "
                                "contact,identity\n"
                                "[caller bare]\nuri = registry:department:bare\nkind = department\nitems =\n";

static void test_good(void)
{
    struct rd_config config = {0};
    struct reg_error_info info = {"", ""};
    int r = parse(good, strlen(good), &config, &info);

    CHECK_CASE(r == 0, "%s", info.en);
    CU_ASSERT_FATAL(r == 0);
    CU_ASSERT_STRING_EQUAL(config.directory, "/srv/demo");
    CU_ASSERT_STRING_EQUAL(config.store, "sqlite:other.db");
    CU_ASSERT_STRING_EQUAL(config.listen_address, "::1");
    CU_ASSERT_EQUAL(config.listen_port, 0);
    CU_ASSERT_EQUAL(config.workers, 3);
    CU_ASSERT_EQUAL(config.pool, 2);
    CU_ASSERT_STRING_EQUAL(config.certificate, "/etc/tls/a.crt");
    CU_ASSERT_STRING_EQUAL(config.key, "/srv/demo/tls/b.key");
    CU_ASSERT_STRING_EQUAL(config.client_ca, "/srv/demo/tls/ca.crt");
    CU_ASSERT_EQUAL(config.limits.message_bytes, 65536);
    CU_ASSERT_EQUAL(config.limits.call_ms, 1000);
    CU_ASSERT_EQUAL(config.queue_length, 7);
    CU_ASSERT_EQUAL(config.batch_size, 64);
    CU_ASSERT_STRING_EQUAL(config.ops_address, "127.8.8.8");
    CU_ASSERT_EQUAL(config.ops_port, 7480);
    CU_ASSERT_EQUAL(config.log_level, RD_LOG_DEBUG);
    CU_ASSERT_EQUAL(config.log_format, RD_LOG_JSON);
    CU_ASSERT_EQUAL_FATAL(config.caller_count, 3);
    CU_ASSERT_STRING_EQUAL(config.callers[0].name, "window 1");
    CU_ASSERT_EQUAL(config.callers[0].kind, REG_CALLER_WINDOW);
    CU_ASSERT_STRING_EQUAL(config.callers[1].uri, "registry:department:tax");
    CU_ASSERT_EQUAL_FATAL(config.callers[1].items.count, 3);
    CU_ASSERT_EQUAL(config.callers[1].items.values[2], 61);
    CU_ASSERT_EQUAL_FATAL(config.callers[1].classes.count, 2);
    CU_ASSERT_EQUAL(config.callers[1].classes.values[0], 3);
    CU_ASSERT_EQUAL(config.callers[2].items.count, 0);
    rd_config_clear(&config);
}

/* The compiled-in defaults are the limits' own. */
static void test_defaults(void)
{
    static const struct rd_limits initial = RD_LIMITS_INIT;
    struct rd_config config = {0};
    struct reg_error_info info = {"", ""};
    int r = parse("", 0, &config, &info);

    CHECK_CASE(r == 0, "%s", info.en);
    CHECK_CASE(memcmp(&config.limits, &initial, sizeof initial) == 0, "limits");
    CU_ASSERT_EQUAL(config.queue_length, 1024);
    CU_ASSERT_EQUAL(config.batch_size, 64);
    CU_ASSERT_EQUAL(config.drain_ms, 10000);
    CU_ASSERT_STRING_EQUAL(config.listen_address, "127.0.0.1");
    CU_ASSERT_STRING_EQUAL(config.passphrase_file, "");
    rd_config_clear(&config);
}

static const struct bad {
    const char *text;
    const char *expected; /* how the English line begins */
} bad[] = {
    {"[registry]\nstor = x\n", "registry.conf:2: [registry] has no option \"stor\""},
    {"\n[nothing]\n", "registry.conf:2: there is no section [nothing]"},
    {"[nothing]\na = b\n", "registry.conf:1: there is no section [nothing]"},
    {"store = x\n", "registry.conf:1: \"store\" stands outside every section"},
    {"[registry]\nstore\n", "registry.conf:2: expected"},
    {"[registry\nstore = x\n", "registry.conf:1: expected"},
    {"[registry]\nstore = a\nstore = b\n", "registry.conf:3: [registry] has \"store\" twice"},
    {"[registry]\nstore =\n", "registry.conf:2: store must not be empty"},
    {"[registry]\n  store = a\n", "registry.conf:2: a line must not begin with a blank"},
    {"[listen]\naddress = localhost\n", "registry.conf:2: address must be a numeric IP address, not \"localhost\""},
    {"[listen]\nport = 65536\n", "registry.conf:2: port must be a whole number from 0 to 65535, not \"65536\""},
    {"[listen]\nport = -1\n", "registry.conf:2: port must be"},
    {"[listen]\nport = 0x10\n", "registry.conf:2: port must be"},
    {"[listen]\nport =\n", "registry.conf:2: port must be"},
    {"[listen]\nport = 99999999999999999999\n", "registry.conf:2: port must be"},
    {"[threads]\nworkers = 257\n", "registry.conf:2: workers must be"},
    {"[limits]\nmessage_bytes = 1023\n", "registry.conf:2: message_bytes must be"},
    {"[limits]\nbatch_size = 65\n", "registry.conf:2: batch_size must be a whole number from 1 to 64"},
    {"[limits]\nqueue_length = 0\n", "registry.conf:2: queue_length must be"},
    {"[ops]\naddress = 0.0.0.0\n", "registry.conf:2: address must be a loopback address"},
    {"[ops]\naddress = ::\n", "registry.conf:2: address must be a loopback address"},
    {"[log]\nlevel = loud\n", "registry.conf:2: level must be one of error, warning, notice, info, debug, not \"loud\""},
    {"[caller]\nuri = a\n", "registry.conf:1: a caller needs a name"},
    {"[caller a]\nuri = u\n", "registry.conf:1: caller \"a\" lacks uri or kind"},
    {"\n[caller a]\nkind = window\n", "registry.conf:2: caller \"a\" lacks uri or kind"},
    {"[caller a]\nuri = u\nkind = clerk\n", "registry.conf:3: kind must be one of window, department, auditor, operator"},
    {"[caller a]\nuri = u\nkind = window\n[caller a]\nuri = v\nkind = window\n",
     "registry.conf:4: caller \"a\" stands here twice"},
    {"[caller a]\nuri = u\nkind = window\n[caller b]\nuri = u\nkind = window\n",
     "registry.conf:4: another caller has the URI \"u\""},
    {"[caller a]\nuri = u\nuri = v\n", "registry.conf:3: [caller a] has \"uri\" twice"},
    {"[caller a]\nuri = u\nkind = window\nitems = 3\n", "registry.conf:1: only a department has items and classes"},
    {"[caller a]\nitems = 3,,5\n", "registry.conf:2: items must be"},
    {"[caller a]\nitems = 0\n", "registry.conf:2: items must be a whole number from 1 to 1023"},
    {"[caller a]\nitems = 3, 3\n", "registry.conf:2: items has \"3\" twice"},
    {"[caller a]\nclasses = contact,secrets\n", "registry.conf:2: classes must be one of administration, identity"},
    {"[caller aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n",
     "registry.conf:1: the section's name is longer than 48 bytes"},
};

static void test_bad(void)
{
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct rd_config config = {0};
        struct reg_error_info info = {"", ""};
        int r = parse(bad[i].text, strlen(bad[i].text), &config, &info);

        CHECK_CASE(r == REG_ERR_INVALID, "%s: %d", bad[i].expected, r);
        CHECK_CASE(strncmp(info.en, bad[i].expected, strlen(bad[i].expected)) == 0, "%s, got: %s", bad[i].expected, info.en);
        CHECK_CASE(strncmp(info.zh, "registry.conf:", 14) == 0 && strchr(info.zh, '\n') == NULL, "%s: %s", bad[i].expected,
                   info.zh);
        rd_config_clear(&config);
    }
}

/* A whole file of one line: the longest that passes arrives uncut, the next is refused. */
static void test_line_length(void)
{
    for (int len = RD_CONFIG_LINE_MAX - 2; len <= RD_CONFIG_LINE_MAX + 20; len++) {
        struct rd_config config = {0};
        struct reg_error_info info = {"", ""};
        char text[512];
        int prefix = sprintf(text, "[tls]\nkey = /"), r;

        for (int i = prefix; i < len + 6; i++)
            text[i] = i < prefix + 100 ? 'k' : ' '; /* a long value with blanks behind it, which are not part of it */
        strcpy(text + len + 6 - 1, "\n[log]\nlevel = warning\n");
        r = parse(text, strlen(text), &config, &info);
        if (len - 1 <= RD_CONFIG_LINE_MAX) {
            CHECK_CASE(r == 0 && strlen(config.key) == 101 && config.log_level == RD_LOG_WARNING, "%d bytes: %s", len - 1,
                       info.en);
        } else {
            CHECK_CASE(r == REG_ERR_INVALID && strncmp(info.en, "registry.conf:2: the line is longer", 35) == 0,
                       "%d bytes: %s", len - 1, info.en);
        }
        rd_config_clear(&config);
    }
}

static void test_bytes(void)
{
    static const char with_nul[] = "[log]\nlevel = in\0fo\n";
    static const char with_bom[] = "\xef\xbb\xbf[log]\nlevel = debug";
    struct rd_config config = {0};
    struct reg_error_info info = {"", ""};

    CU_ASSERT_EQUAL(parse(with_nul, sizeof with_nul - 1, &config, &info), REG_ERR_INVALID);
    CHECK_CASE(strcmp(info.en, "registry.conf:2: has a NUL byte") == 0, "%s", info.en);
    rd_config_clear(&config);
    CU_ASSERT_EQUAL(parse(with_bom, sizeof with_bom - 1, &config, &info), 0);
    CU_ASSERT_EQUAL(config.log_level, RD_LOG_DEBUG);
    rd_config_clear(&config);
}

/* ---- the table ---------------------------------------------------------------------------------------------------- */

/* Every member of rd_limits has a row: a limit that cannot be set is forgotten here. */
static void test_limits_have_options(void)
{
    unsigned char covered[sizeof(struct rd_limits)] = {0};
    size_t size;

    for (size_t i = 0; i < rd_option_count; i++) {
        size_t offset = rd_options[i].offset - offsetof(struct rd_config, limits);

        size = rd_options[i].type == RD_OPTION_SIZE ? sizeof(size_t) : sizeof(unsigned);
        if (strcmp(rd_options[i].section, "limits") == 0 && offset < sizeof covered)
            memset(covered + offset, 1, size);
    }
    for (size_t i = 0; i < sizeof covered; i += sizeof(unsigned))
        if (covered[i] == 0) /* padding alone may stay, and only before a size_t or at the end */
            CHECK_CASE(i + sizeof(unsigned) == sizeof covered || (i % sizeof(size_t) != 0 && covered[i - 1] != 0),
                       "byte %zu", i);
    CU_ASSERT_PTR_NOT_NULL(rd_option_find("limits", "handshakes_per_turn"));
}

static void test_classes_are_the_models(void)
{
    const ProtobufCEnumDescriptor *descriptor = &registry__v1__restricted_class__descriptor;
    const struct rd_option *option = rd_option_find(RD_CALLER_SECTION, "classes");
    size_t count = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(option);
    for (const struct rd_choice *c = option->choices; c->name != NULL; c++, count++) {
        const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(descriptor, (int)c->value);
        char lower[64] = "";

        for (size_t i = 0; value != NULL && i < sizeof lower - 1 && value->name[i] != '\0'; i++)
            lower[i] = value->name[i] >= 'A' && value->name[i] <= 'Z' ? (char)(value->name[i] + 32) : value->name[i];
        CHECK_CASE(strncmp(lower, "restricted_class_", 17) == 0 && strcmp(lower + 17, c->name) == 0, "%s", c->name);
    }
    CU_ASSERT_EQUAL(count + 1, descriptor->n_values);
}

static void test_reference(void)
{
    char *expected = rd_options_markdown(), *found = NULL;
    FILE *file = fopen(REG_SOURCE_DIR "/docs/configuration.md", "rb");
    size_t len = 0;

    CU_ASSERT_PTR_NOT_NULL(file);
    if (file != NULL && expected != NULL) {
        found = calloc(1, 65536);
        len = fread(found, 1, 65535, file);
        CHECK_CASE(len == strlen(expected) && memcmp(found, expected, len) == 0,
                   "docs/configuration.md: run registryd --list-options > docs/configuration.md");
    }
    if (file != NULL)
        fclose(file);
    free(found);
    free(expected);
}

/* ---- files -------------------------------------------------------------------------------------------------------- */

static void write_file(const char *directory, const char *name, const char *text, mode_t mode)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", directory, name);
    file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
    chmod(path, mode);
}

static void test_files(void)
{
    char directory[] = "/tmp/registryd-config-XXXXXX", path[128];
    struct rd_config config = {0};
    struct reg_error_info info = {"", ""};
    char *passphrase = NULL;

    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
    CU_ASSERT_EQUAL(rd_config_load(directory, &config, &info), REG_ERR_NOT_FOUND);
    CHECK_CASE(strstr(info.en, "/registry.conf: ") != NULL, "%s", info.en);
    write_file(directory, "registry.conf",
               "[registry]\npassphrase_file = p\n[tls]\ncertificate = c\nkey = k\nclient_ca = a\n", 0600);
    CU_ASSERT_EQUAL(rd_config_load(directory, &config, &info), 0);
    write_file(directory, "p", "secret\nmore\n", 0644);
    CU_ASSERT_EQUAL(rd_config_check(&config, true, &info), REG_ERR_MODE);
    CHECK_CASE(strstr(info.en, "/p has mode 644") != NULL, "%s", info.en);
    write_file(directory, "p", "secret\nmore\n", 0600);
    CU_ASSERT_EQUAL(rd_config_check(&config, false, &info), 0);
    CU_ASSERT_EQUAL(rd_config_check(&config, true, &info), REG_ERR_IO);
    write_file(directory, "c", "x", 0644);
    write_file(directory, "a", "x", 0644);
    write_file(directory, "k", "x", 0640);
    CU_ASSERT_EQUAL(rd_config_check(&config, true, &info), REG_ERR_MODE);
    CHECK_CASE(strstr(info.en, "/k has mode 640, so that others can reach it; run: chmod 600 ") != NULL, "%s", info.en);
    write_file(directory, "k", "x", 0600);
    CU_ASSERT_EQUAL(rd_config_check(&config, true, &info), 0);
    CU_ASSERT_EQUAL(rd_config_passphrase(&config, &passphrase, &info), 0);
    CU_ASSERT_STRING_EQUAL(passphrase, "secret");
    rd_secret_free(passphrase);
    write_file(directory, "p", "\n", 0600);
    CU_ASSERT_EQUAL(rd_config_passphrase(&config, &passphrase, &info), REG_ERR_INVALID);
    rd_config_clear(&config);
    for (const char *const *name = (const char *const[]){"registry.conf", "p", "c", "a", "k", NULL}; *name != NULL; name++) {
        snprintf(path, sizeof path, "%s/%s", directory, *name);
        unlink(path);
    }
    rmdir(directory);
}

static CU_TestInfo config_tests[] = {{"good", test_good},
                                     {"defaults", test_defaults},
                                     {"bad", test_bad},
                                     {"line length", test_line_length},
                                     {"bytes", test_bytes},
                                     {"every limit has an option", test_limits_have_options},
                                     {"classes are the model's", test_classes_are_the_models},
                                     {"docs/configuration.md", test_reference},
                                     {"files", test_files},
                                     CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"config", NULL, NULL, NULL, NULL, config_tests}, CU_SUITE_INFO_NULL};
