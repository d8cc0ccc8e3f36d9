/* Key files: modes, passphrases, roles, suites, damage. */
#include <registry/key.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

static char directory[64], path[96];

static int set_up(void)
{
    strcpy(directory, "/tmp/registry-keys-XXXXXX");
    if (!mkdtemp(directory))
        return 1;
    snprintf(path, sizeof path, "%s/key", directory);
    return 0;
}

static int tear_down(void)
{
    unlink(path);
    return rmdir(directory);
}

static size_t read_file(char *text, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t len = file ? fread(text, 1, size - 1, file) : 0;

    text[len] = '\0';
    if (file)
        fclose(file);
    return len;
}

static void write_file(const char *text, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    CU_ASSERT(fd >= 0 && write(fd, text, len) == (ssize_t)len);
    close(fd);
}

static const struct {
    const char *name;
    enum reg_suite suite;
    enum reg_key_role role;
    const char *passphrase;
} kinds[] = {
    {"gm issuer", REG_SUITE_GM, REG_KEY_ISSUER, NULL},      {"gm log", REG_SUITE_GM, REG_KEY_LOG, "宿州 pass phrase"},
    {"intl issuer", REG_SUITE_INTL, REG_KEY_ISSUER, NULL},  {"intl log", REG_SUITE_INTL, REG_KEY_LOG, NULL},
    {"intl receipt", REG_SUITE_INTL, REG_KEY_RECEIPT, "x"}, {"intl log", REG_SUITE_INTL, REG_KEY_LOG, "x"},
};

static void test_signers(void)
{
    static const struct reg_bytes hello = {(const uint8_t *)"hello", 5};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct reg_signer *made = NULL, *loaded = NULL;
        struct stat status = {0};
        uint8_t signature[64];
        char text[4096];

        CHECK_CASE(reg_signer_generate(kinds[i].suite, kinds[i].role, &made) == 0, "%s", kinds[i].name);
        CHECK_CASE(reg_signer_save(made, path, kinds[i].passphrase, NULL) == 0, "%s", kinds[i].name);
        CHECK_CASE(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600, "%s: %o", kinds[i].name, status.st_mode);
        read_file(text, sizeof text);
        CHECK_CASE(strncmp(text,
                           kinds[i].passphrase ? "-----BEGIN ENCRYPTED PRIVATE KEY-----" : "-----BEGIN PRIVATE KEY-----",
                           27) == 0,
                   "%s", kinds[i].name);
        CHECK_CASE(reg_signer_load(path, kinds[i].passphrase, kinds[i].role, &loaded, NULL) == 0, "%s", kinds[i].name);
        if (loaded) {
            CHECK_CASE(reg_signer_sign(loaded, hello, signature) == 0, "%s", kinds[i].name);
            CHECK_CASE(reg_public_key_verify(reg_signer_public_key(made), hello, signature) == 0, "%s", kinds[i].name);
        }
        reg_signer_free(loaded);
        reg_signer_free(made);
        unlink(path);
    }
}

/* Loading must fail with that error, name the file in both languages, and give nothing. */
static void refuse(const char *name, int error, const char *passphrase, enum reg_key_role role)
{
    struct reg_error_info info = {0};
    struct reg_signer *signer = NULL;
    int got = reg_signer_load(path, passphrase, role, &signer, &info);

    CHECK_CASE(got == error && !signer, "%s: %d", name, got);
    CHECK_CASE(strstr(info.zh, path) && strstr(info.en, path), "%s: %s", name, info.en);
    reg_signer_free(signer);
}

static void test_refused_signers(void)
{
    struct reg_error_info info = {0};
    struct reg_signer *signer = NULL;
    char text[4096];
    size_t len;

    refuse("no file", REG_ERR_IO, NULL, REG_KEY_LOG);
    CU_ASSERT_EQUAL_FATAL(reg_signer_generate(REG_SUITE_INTL, REG_KEY_LOG, &signer), 0);
    CU_ASSERT_EQUAL(reg_signer_save(signer, path, "right", NULL), 0);
    CU_ASSERT_EQUAL(reg_signer_save(signer, path, "right", &info), REG_ERR_IO); /* never over another key */
    CU_ASSERT(strstr(info.en, path) && strstr(info.zh, path));
    refuse("no passphrase, and no question at the terminal", REG_ERR_KEY, NULL, REG_KEY_LOG);
    refuse("another passphrase", REG_ERR_KEY, "wrong", REG_KEY_LOG);
    refuse("empty passphrase", REG_ERR_KEY, "", REG_KEY_LOG);
    refuse("Ed25519 for an issuer", REG_ERR_KEY, "right", REG_KEY_ISSUER);
    for (mode_t bit = 01; bit <= 040; bit <<= 1) {
        CU_ASSERT_EQUAL(chmod(path, 0600 | bit), 0);
        refuse("mode", REG_ERR_MODE, "right", REG_KEY_LOG);
    }
    CU_ASSERT_EQUAL(chmod(path, 0600), 0);
    len = read_file(text, sizeof text);
    write_file(text, len / 2);
    refuse("cut short", REG_ERR_KEY, "right", REG_KEY_LOG);
    write_file("", 0);
    refuse("empty", REG_ERR_KEY, NULL, REG_KEY_LOG);
    reg_signer_free(signer);
    unlink(path);
}

static void test_too_large(void)
{
    static char text[65537];

    memset(text, 'x', sizeof text);
    write_file(text, sizeof text);
    refuse("64 KiB and one", REG_ERR_KEY, NULL, REG_KEY_ISSUER);
    unlink(path);
}

/* ---- master key ---------------------------------------------------------------------------------------------------- */

static void refuse_master(const char *name, int error, enum reg_suite suite, const char *passphrase)
{
    struct reg_error_info info = {0};
    struct reg_master_key *key = NULL;
    int got = reg_master_key_load(suite, path, passphrase, &key, &info);

    CHECK_CASE(got == error && !key, "%s: %d", name, got);
    CHECK_CASE(strstr(info.zh, path) && strstr(info.en, path), "%s: %s", name, info.en);
    reg_master_key_free(key);
}

static void test_master_key(void)
{
    static const uint8_t bytes[32] = "these are thirty-two bytes long";

    for (int i = 0; i < 4; i++) {
        enum reg_suite suite = i % 2 ? REG_SUITE_INTL : REG_SUITE_GM, other = i % 2 ? REG_SUITE_GM : REG_SUITE_INTL;
        const char *passphrase = i < 2 ? NULL : "right";
        struct reg_master_key *made = NULL, *loaded = NULL;
        struct stat status = {0};
        char before[512], after[512];

        CU_ASSERT_EQUAL_FATAL(reg_master_key_new(suite, bytes, &made), 0);
        CHECK_CASE(reg_master_key_save(made, path, passphrase, NULL) == 0, "%d", i);
        CHECK_CASE(reg_master_key_save(made, path, passphrase, NULL) == REG_ERR_IO, "%d", i);
        CHECK_CASE(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600, "%d: %o", i, status.st_mode);
        CHECK_CASE(reg_master_key_load(suite, path, passphrase, &loaded, NULL) == 0, "%d", i);
        read_file(before, sizeof before);
        refuse_master("another suite", REG_ERR_SUITE, other, passphrase);
        if (passphrase) {
            refuse_master("no passphrase", REG_ERR_KEY, suite, NULL);
            refuse_master("another passphrase", REG_ERR_KEY, suite, "wrong");
        }
        CU_ASSERT_EQUAL(chmod(path, 0640), 0);
        refuse_master("mode", REG_ERR_MODE, suite, passphrase);
        unlink(path);
        if (loaded && !passphrase) { /* what was loaded is what was saved */
            CHECK_CASE(reg_master_key_save(loaded, path, NULL, NULL) == 0, "%d", i);
            read_file(after, sizeof after);
            CHECK_CASE(strcmp(before, after) == 0, "%d", i);
            unlink(path);
        }
        reg_master_key_free(made);
        reg_master_key_free(loaded);
    }
}

static void test_damaged_master_keys(void)
{
#define HEX "00112233445566778899aabbccddeeff"
    static const char *const texts[] = {
        "",
        "\n",
        "registry-master-key gm plain",
        "registry-master-key gm plain\n",
        "registry-master-key gm plain\n" HEX HEX "0\n",
        "registry-master-key gm plain\n" HEX HEX "00\n",
        "registry-master-key gm plain\n" HEX "\n",
        "registry-master-key gm plain\n" HEX HEX "x\n",
        "registry-master-key xx plain\n" HEX HEX "\n",
        "registry-master-key gm other\n" HEX HEX "\n",
        "registry-master-key gm sealed\n" HEX "\n",
        "-----BEGIN PRIVATE KEY-----\n" HEX HEX "\n",
    };

    refuse_master("no file", REG_ERR_IO, REG_SUITE_GM, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_file(texts[i], strlen(texts[i]));
        refuse_master(texts[i], REG_ERR_KEY, REG_SUITE_GM, NULL);
    }
    unlink(path);
}

static CU_TestInfo tests[] = {
    {"signers", test_signers},       {"refused signers", test_refused_signers},         {"too large", test_too_large},
    {"master key", test_master_key}, {"damaged master keys", test_damaged_master_keys}, CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {{.pName = "key file", .pInitFunc = set_up, .pCleanupFunc = tear_down, .pTests = tests},
                         CU_SUITE_INFO_NULL};
