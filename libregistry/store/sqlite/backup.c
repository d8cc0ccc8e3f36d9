/* A backup of the file while it is written: SQLite's online backup inside one read transaction. Pages are copied as they
 * stood when it began, so that the backup is the ledger at one of its sizes, and never starts anew however much is written
 * meanwhile. The write-ahead log grows until it is done. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "store/sqlite/sqlite.h"

#define PAGES_PER_STEP 256 /* a mebibyte */

static int copy_pages(struct reg_sqlite *from, struct reg_sqlite *to, reg_pages_callback pages, void *context,
                      struct reg_error_info *info)
{
    sqlite3_backup *backup;
    int stepped, error = 0;

    if (sqlite3_exec(from->db, "BEGIN; SELECT 1 FROM meta", NULL, NULL, NULL) != SQLITE_OK)
        return reg_sqlite_error(from, info);
    backup = sqlite3_backup_init(to->db, "main", from->db, "main");
    if (!backup)
        return reg_sqlite_error(to, info);
    while ((stepped = sqlite3_backup_step(backup, PAGES_PER_STEP)) == SQLITE_OK) {
        uint64_t total = (uint64_t)sqlite3_backup_pagecount(backup);

        if (pages && !pages(context, total - (uint64_t)sqlite3_backup_remaining(backup), total)) {
            error = reg_fail(info, REG_ERR_UNAVAILABLE, "已中止，没有备份", "stopped; there is no backup");
            break;
        }
    }
    if (sqlite3_backup_finish(backup) != SQLITE_OK && error == 0)
        error = reg_sqlite_error(to, info);
    (void)stepped; /* its error is the one that finishing gives */
    sqlite3_exec(from->db, "COMMIT", NULL, NULL, NULL);
    return error;
}

/* One file, without a log beside it, that says what it is. */
static int mark(struct reg_sqlite *to, struct reg_error_info *info)
{
    char command[80];

    snprintf(command, sizeof command, "PRAGMA journal_mode = DELETE; UPDATE meta SET state = %d", REG_STORE_BACKUP);
    return sqlite3_exec(to->db, command, NULL, NULL, NULL) == SQLITE_OK ? 0 : reg_sqlite_error(to, info);
}

static int sync_path(const char *path, int flags, struct reg_error_info *info)
{
    int fd = open(path, flags | O_CLOEXEC), number;
    bool good = fd >= 0 && fsync(fd) == 0;

    number = errno;
    if (fd >= 0)
        close(fd);
    return good ? 0 : reg_fail(info, REG_ERR_IO, "无法写入 %s：%s", "cannot write %s: %s", path, strerror(number));
}

/* The finished file takes its name only now: half a backup is never taken for one. */
static int take_name(const char *part, const char *path, struct reg_error_info *info)
{
    char *copy = strdup(path);
    int error = copy ? sync_path(part, O_RDONLY, info) : REG_ERR_NOMEM;

    if (error == 0 && rename(part, path) != 0)
        error = reg_fail(info, REG_ERR_IO, "无法写入 %s：%s", "cannot write %s: %s", path, strerror(errno));
    if (error == 0)
        error = sync_path(dirname(copy), O_RDONLY | O_DIRECTORY, info);
    free(copy);
    return error;
}

int reg_sqlite_backup(const char *path, const char *to_path, reg_pages_callback pages, void *context,
                      struct reg_error_info *info)
{
    struct reg_sqlite from = {0}, to = {0};
    char *part = NULL;
    int error;

    if (access(to_path, F_OK) == 0)
        return reg_fail(info, REG_ERR_EXISTS, "%s 已存在，未写入", "%s is there already: nothing was written", to_path);
    if (asprintf(&part, "%s.part", to_path) < 0)
        return REG_ERR_NOMEM;
    unlink(part); /* of one that was cut off */
    error = reg_sqlite_make_file(part, info);
    if (error == 0)
        error = reg_sqlite_open(path, &from, info);
    if (error == 0)
        error = reg_sqlite_open(part, &to, info);
    if (error == 0)
        error = copy_pages(&from, &to, pages, context, info);
    if (error == 0)
        error = mark(&to, info);
    reg_sqlite_close(&to);
    reg_sqlite_close(&from);
    if (error == 0)
        error = take_name(part, to_path, info);
    if (error != 0)
        unlink(part);
    free(part);
    return error;
}
