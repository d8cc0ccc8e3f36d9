/* licence verify: offline, against exported public keys. */
#include <dirent.h>
#include <string.h>

#include "ctl.h"
#include "image.h"

#define KEY_MAX 65536

static bool is_pem(const char *name)
{
    size_t len = strlen(name);

    return len > 4 && strcmp(name + len - 4, ".pem") == 0;
}

/* Does the key of this file verify the credential? Files that are no keys, and keys of another suite, do not. */
static int try_key(const struct reg_credential *credential, const char *path)
{
    struct reg_error_info info = {0};
    struct reg_public_key *key = NULL;
    struct reg_data pem = {0};
    int error = ctl_read_file(path, KEY_MAX, &pem, &info);

    if (error == 0)
        error = reg_public_key_new(reg_bytes_of(&pem), &key, &info);
    if (error == 0)
        error = reg_credential_verify(credential, key, &info);
    reg_public_key_free(key);
    reg_data_clear(&pem);
    return error;
}

/* Tries every key of the directory: a key id is four bytes, which two keys may share. */
static int verify(const struct reg_credential *credential, const char *trust, char *ret_path, size_t path_size)
{
    DIR *directory = opendir(trust);
    struct dirent *file;
    bool verified = false;

    if (!directory) {
        fprintf(stderr, "registryctl: 无法读取公钥目录 %s / cannot read the directory of keys %s\n", trust, trust);
        return CTL_FAULT;
    }
    while (!verified && (file = readdir(directory)))
        if (is_pem(file->d_name) && (size_t)snprintf(ret_path, path_size, "%s/%s", trust, file->d_name) < path_size)
            verified = try_key(credential, ret_path) == 0;
    closedir(directory);
    return verified ? CTL_YES : CTL_NO;
}

static int report(const struct ctl *ctl, const struct reg_credential *credential, int verdict, const char *key)
{
    struct reg_data claims = {0};
    int error = reg_credential_claims_json(credential, &claims);

    if (error != 0)
        return ctl_fail(error, NULL);
    if (ctl->json)
        printf("{\"authentic\":%s,\"claims\":%.*s}\n", verdict == CTL_YES ? "true" : "false", (int)claims.len,
               (char *)claims.data);
    else {
        if (verdict == CTL_YES)
            printf("签名属实（公钥 %s）；当前状态须联网核验 / authentic (key %s); its status now needs a look-up on line\n",
                   key, key);
        else
            printf(
                "签名不符：不是所信任的公钥签发，或已被篡改 / not authentic: no trusted key signed it, or it was altered\n");
        ctl_print(reg_bytes_of(&claims));
    }
    reg_data_clear(&claims);
    return verdict;
}

static int verify_text(const struct ctl *ctl, struct reg_bytes text, const char *trust)
{
    struct reg_credential *credential = NULL;
    struct reg_error_info info = {0};
    char key[4096] = "";
    int verdict;

    if (reg_credential_parse(text, &credential, &info) != 0) {
        ctl_fail(REG_ERR_INVALID, &info);
        return CTL_NO;
    }
    verdict = verify(credential, trust, key, sizeof key);
    if (verdict != CTL_FAULT)
        verdict = report(ctl, credential, verdict, key);
    reg_credential_free(credential);
    return verdict;
}

int ctl_licence_verify(struct ctl *ctl)
{
    const char *image = ctl_option(ctl, "image"), *trust = ctl_option(ctl, "trust");
    struct reg_data text = {0};
    struct reg_error_info info = {0};
    char own[4096];
    int verdict;

    if (!ctl_arguments(ctl, image ? 0 : 1))
        return CTL_FAULT;
    if (!trust) {
        if (!ctl->dir)
            return ctl_usage("请用 --trust 指明公钥目录（或 --dir 指明登记库）",
                             "name the directory of public keys with --trust (or a registry with --dir)");
        snprintf(own, sizeof own, "%s/trust", ctl->dir);
        trust = own;
    }
    if (!image)
        return verify_text(ctl, (struct reg_bytes){(uint8_t *)ctl->argv[0], strlen(ctl->argv[0])}, trust);
    if (ctl_image_read(image, &text, &info) != 0)
        return ctl_fail(REG_ERR_INVALID, &info);
    verdict = verify_text(ctl, reg_bytes_of(&text), trust);
    reg_data_clear(&text);
    return verdict;
}
