/* Which adapter a store URL names. */
#include <registry/store.h>

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "store/postgresql/store.h"
#include "store/sqlite/store.h"

int reg_store_open(const char *directory, const char *url, const struct reg_store_identity *create,
                   struct reg_store **ret_store, struct reg_error_info *info)
{
    static const char scheme[] = "sqlite:", *const server[] = {"postgresql://", "postgres://"};
    const char *name = url + sizeof scheme - 1;
    char path[4096];
    int len;

    for (size_t i = 0; i < 2; i++)
        if (strncmp(url, server[i], strlen(server[i])) == 0)
            return reg_pg_store_open(url, create, ret_store, info);
    if (strncmp(url, scheme, sizeof scheme - 1) != 0 || !*name)
        return reg_fail(info, REG_ERR_INVALID, "存储地址“%s”无效，应为 sqlite:路径 或 postgresql://…",
                        "store URL \"%s\" is invalid: expected sqlite:PATH or postgresql://…", url);
    len = *name == '/' ? snprintf(path, sizeof path, "%s", name) : snprintf(path, sizeof path, "%s/%s", directory, name);
    if (len < 0 || (size_t)len >= sizeof path)
        return reg_fail(info, REG_ERR_INVALID, "存储路径过长", "the store's path is too long");
    return reg_sqlite_store_open(path, create, ret_store, info);
}
