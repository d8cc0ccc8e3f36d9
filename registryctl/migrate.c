/* migrate. */
#include <stdio.h>

#include "ctl.h"

int ctl_migrate(struct ctl *ctl)
{
    const char *store = ctl_option(ctl, "store"), *role = ctl_option(ctl, "grant");
    struct reg_error_info info = {0};
    unsigned applied = 0;
    char url[1024];
    int error;

    if (!ctl_arguments(ctl, 0))
        return CTL_FAULT;
    if (!store && !ctl->dir)
        return ctl_usage("请用 --store URL 指明数据库（属主角色），或用 --dir 指明登记库",
                         "name the database by --store URL (as its owner), or a registry by --dir");
    if (!store && ctl_store_url(ctl, url, sizeof url) != 0)
        return CTL_FAULT;
    error = reg_store_migrate(store ? store : url, role, &applied, &info);
    if (error != 0)
        return ctl_fail(error, &info);
    if (applied > 0)
        printf("已执行 %u 个迁移 / %u migrations applied\n", applied, applied);
    else
        puts("数据库已是最新 / the database is up to date");
    if (role)
        printf("已授权 %s / granted to %s\n", role, role);
    return CTL_YES;
}
