/* Files of secrets. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "crypto/pkey.h"

#define SECRET_FILE_MAX 65536

static int cannot(struct reg_error_info *info, const char *path)
{
    int number = errno;

    return reg_fail(info, REG_ERR_IO, "密钥文件 %s：%s", "key file %s: %s", path, strerror(number));
}

int reg_secret_file_read(const char *path, struct reg_buf *buf, struct reg_error_info *info)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), error = 0;
    struct stat status;
    ssize_t n = 1;

    if (fd < 0)
        return cannot(info, path);
    if (fstat(fd, &status) != 0) {
        error = cannot(info, path);
    } else if (status.st_mode & 077) {
        error = reg_fail(info, REG_ERR_MODE, "密钥文件 %s 可被他人读取，请执行 chmod 600",
                         "key file %s can be read by others: chmod 600 it", path);
    } else if (status.st_size > SECRET_FILE_MAX) {
        error = reg_fail(info, REG_ERR_KEY, "%s 不是密钥文件", "%s is not a key file", path);
    }
    while (error == 0 && n > 0) {
        uint8_t *at = reg_buf_extend(buf, 4096);

        if (!at) {
            error = buf->error;
            break;
        }
        n = read(fd, at, 4096);
        buf->len -= 4096 - (n > 0 ? (size_t)n : 0);
        if (n < 0 && errno == EINTR)
            n = 1; /* not the end of the file */
        else if (n < 0)
            error = cannot(info, path);
        if (buf->len > SECRET_FILE_MAX)
            error = reg_fail(info, REG_ERR_KEY, "%s 不是密钥文件", "%s is not a key file", path);
    }
    close(fd);
    return error;
}

static int sync_directory(const char *path)
{
    char copy[4096];
    int fd, result;

    if (strlen(path) >= sizeof copy) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(copy, path);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    result = fsync(fd);
    close(fd);
    return result;
}

int reg_secret_file_write(const char *path, struct reg_bytes bytes, struct reg_error_info *info)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), error = 0;
    size_t done = 0;

    if (fd < 0)
        return cannot(info, path);
    while (done < bytes.len && error == 0) {
        ssize_t n = write(fd, bytes.data + done, bytes.len - done);

        if (n > 0)
            done += (size_t)n;
        else if (errno != EINTR)
            error = cannot(info, path);
    }
    if (error == 0 && fsync(fd) != 0)
        error = cannot(info, path);
    if (close(fd) != 0 && error == 0)
        error = cannot(info, path);
    if (error == 0 && sync_directory(path) != 0)
        error = cannot(info, path);
    if (error != 0)
        unlink(path);
    return error;
}
