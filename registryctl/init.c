/* init: a registry with everything that trying it out needs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ctl.h"
#include "pki.h"

/* The callers of a fresh registry; the department is a sample of one. */
static const struct sample_caller {
    const char *name, *uri, *section;
} callers[] = {
    {"window", "registry:window", "kind = window\n"},
    {"tax", "registry:department:tax", "kind = department\nitems = 3\nclasses = identity,contact\n"},
    {"auditor", "registry:auditor", "kind = auditor\n"},
    {"operator", "registry:operator", "kind = operator\n"},
};
#define CALLER_COUNT (sizeof callers / sizeof *callers)

static int make_directory(const char *directory, const char *name, struct reg_error_info *info)
{
    char path[4096];

    if ((size_t)snprintf(path, sizeof path, "%s/%s", directory, name) < sizeof path &&
        (mkdir(path, 0700) == 0 || errno == EEXIST))
        return 0;
    snprintf(info->zh, sizeof info->zh, "无法创建目录 %s/%s", directory, name);
    snprintf(info->en, sizeof info->en, "cannot make directory %s/%s", directory, name);
    return REG_ERR_IO;
}

static int make_certificates(const char *directory, const char *host, struct reg_error_info *info)
{
    struct ctl_pki *pki = NULL;
    char path[4096], alt[512];
    int error = make_directory(directory, "tls", info);

    snprintf(path, sizeof path, "%s/tls", directory);
    snprintf(alt, sizeof alt, "DNS:%s%s,IP:127.0.0.1,IP:::1", host, strcmp(host, "localhost") == 0 ? "" : ",DNS:localhost");
    if (error == 0)
        error = ctl_pki_new(path, &pki, info);
    if (error == 0)
        error = ctl_pki_issue(pki, "server", alt, 1, info);
    for (size_t i = 0; i < CALLER_COUNT && error == 0; i++) {
        snprintf(alt, sizeof alt, "URI:%s", callers[i].uri);
        error = ctl_pki_issue(pki, callers[i].name, alt, 0, info);
    }
    ctl_pki_free(pki);
    return error;
}

static int write_configuration(const char *directory, const char *store, struct reg_error_info *info)
{
    char path[4096], text[4096];
    int len = snprintf(text, sizeof text,
                       "# registryd 的配置；全部选项见 docs/configuration.md\n"
                       "# registryd's configuration; docs/configuration.md lists every option\n\n"
                       "[registry]\nstore = %s\n\n[listen]\naddress = 127.0.0.1\nport = 7443\n\n"
                       "[tls]\ncertificate = tls/server.crt\nkey = tls/server.key\nclient_ca = tls/ca.crt\n\n"
                       "[ops]\naddress = 127.0.0.1\nport = 7480\n\n[log]\nlevel = info\nformat = auto\n",
                       store);

    for (size_t i = 0; i < CALLER_COUNT && len > 0 && (size_t)len < sizeof text; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, "\n[caller %s]\nuri = %s\n%s", callers[i].name,
                        callers[i].uri, callers[i].section);
    if (len < 0 || (size_t)len >= sizeof text) {
        snprintf(info->zh, sizeof info->zh, "存储地址过长，配置容不下");
        snprintf(info->en, sizeof info->en, "the store's address is too long for the configuration");
        return REG_ERR_LIMIT;
    }
    snprintf(path, sizeof path, "%s/registry.conf", directory);
    return ctl_write_file(path, (struct reg_bytes){(uint8_t *)text, (size_t)len}, 0600, info);
}

/* The public keys, for whoever verifies offline. */
static int export_keys(const struct ctl *ctl, struct reg_error_info *info)
{
    static const enum reg_key_role roles[] = {REG_KEY_ISSUER, REG_KEY_LOG, REG_KEY_RECEIPT};
    struct reg_engine *engine = NULL;
    int error = make_directory(ctl->dir, "trust", info);

    if (error == 0)
        error = ctl_open(ctl, &engine);
    for (size_t i = 0; i < 3 && error == 0; i++) {
        struct reg_data pem = {0};
        char path[4096];

        snprintf(path, sizeof path, "%s/trust/%s.pem", ctl->dir, reg_key_role_name(roles[i]));
        error = reg_public_key_pem(reg_engine_public_key(engine, roles[i]), &pem);
        if (error == 0)
            error = ctl_write_file(path, reg_bytes_of(&pem), 0644, info);
        reg_data_clear(&pem);
    }
    reg_engine_close(engine);
    return error;
}

static bool read_options(struct ctl *ctl, struct reg_init_options *options)
{
    const char *suite = ctl_option(ctl, "suite"), *role = ctl_option(ctl, "role"), *authority = ctl_option(ctl, "authority");
    const char *host = ctl_option(ctl, "host"), *store = ctl_option(ctl, "store"), *pool = ctl_option(ctl, "pool");
    char none[] = "", *end = none;

    options->catalogue = ctl_option(ctl, "catalogue");
    if (suite && reg_suite_parse(suite, &options->suite) != 0)
        return ctl_usage("--suite 应为 gm 或 intl", "--suite is gm or intl"), false;
    if (role && strcmp(role, "registrar") != 0 && strcmp(role, "node") != 0)
        return ctl_usage("--role 应为 registrar 或 node", "--role is registrar or node"), false;
    if (role && strcmp(role, "node") == 0)
        options->role = REG_ROLE_NODE;
    if (authority)
        options->authority = (unsigned)strtoul(authority, &end, 10);
    if (*end != '\0')
        return ctl_usage("--authority 应为六位数字", "--authority takes six digits"), false;
    options->host = host ? host : options->host;
    options->store = store ? store : options->store;
    options->pool_prefix = pool ? pool : options->pool_prefix;
    return true;
}

static void say_done(const struct ctl *ctl, const struct reg_init_options *options)
{
    printf("登记库已建立 / registry made: %s\n"
           "  套件 suite %s · 登记机关 authority %u · 主机 host %s · 存储 store %s\n"
           "  目录为示例目录，非宿州市公布目录 / the catalogue is a sample, not one that a city published\n"
           "  开发用 CA 与证书在 tls/（正式运行请换用自己的证书）/ development certificates in tls/: bring your own for "
           "production\n"
           "  公钥在 trust/ / public keys in trust/\n"
           "下一步 / next: registryd --dir %s\n",
           ctl->dir, reg_suite_name(options->suite), options->authority, options->host, options->store, ctl->dir);
}

int ctl_init(struct ctl *ctl)
{
    struct reg_init_options options = REG_INIT_OPTIONS_INIT;
    struct reg_error_info info = {0};
    struct reg_data passphrase = {0};
    int error = 0;

    options.open_store = reg_store_open;
    if (!read_options(ctl, &options) || !ctl_arguments(ctl, 1))
        return CTL_FAULT;
    ctl->dir = ctl->argv[0];
    if (ctl->passphrase_file)
        error = ctl_read_passphrase(ctl->passphrase_file, &passphrase, &info);
    options.passphrase = (const char *)passphrase.data;
    if (error == 0)
        error = reg_registry_init(ctl->dir, &options, &ctl_host, &info);
    if (error == 0)
        error = make_certificates(ctl->dir, options.host, &info);
    if (error == 0)
        error = write_configuration(ctl->dir, options.store, &info);
    if (error == 0)
        error = export_keys(ctl, &info);
    if (passphrase.data)
        explicit_bzero(passphrase.data, passphrase.len);
    reg_data_clear(&passphrase);
    if (error != 0)
        return ctl_fail(error, &info);
    say_done(ctl, &options);
    return CTL_YES;
}
