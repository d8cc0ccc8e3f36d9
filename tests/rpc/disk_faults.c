/* Preloaded into registryd by disk.py: what the disk under an SQLite store may do, and the clock. `REGISTRY_FAULTS` names a file
 * of the struct below, shared with the test: a field that is written there holds from the next call on.
 *
 * Counted are the writes and syncs of registry.db and registry.db-wal. A batch is the log's writes and one sync of the log; once
 * the log is long, writes and a sync of the database. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum step { LOG_WRITE = 1, LOG_SYNC, DATABASE_WRITE, DATABASE_SYNC };
enum side { BEFORE, HALF, AFTER };

static struct faults {
    int32_t write_errno, sync_errno; /* what the calls fail with; 0: they do not */
    int32_t step, side, skip;        /* at which step, after how many of its kind, the process dies of SIGKILL; step 0: nowhere */
    int32_t died;                    /* set before it dies */
    int64_t clock_s;                 /* added to the time of day */
} *faults;

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset);

__attribute__((constructor)) static void set_up(void)
{
    const char *path = getenv("REGISTRY_FAULTS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *shared = fd >= 0 ? mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;

    if (fd >= 0)
        close(fd);
    if (shared != MAP_FAILED)
        faults = shared;
}

/* Which step of the store's this call is; 0: another file. */
static int step_of(int fd, bool sync)
{
    char link[40], path[4096];
    ssize_t len;

    if (!faults)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    len = readlink(link, path, sizeof path - 1);
    if (len < 0)
        return 0;
    path[len] = '\0';
    if (len > 12 && strcmp(path + len - 12, "/registry.db") == 0)
        return sync ? DATABASE_SYNC : DATABASE_WRITE;
    if (len > 16 && strcmp(path + len - 16, "/registry.db-wal") == 0)
        return sync ? LOG_SYNC : LOG_WRITE;
    return 0;
}

/* Is this the call that it dies at? */
static bool due(int step)
{
    return step != 0 && faults->step == step && __atomic_fetch_sub(&faults->skip, 1, __ATOMIC_RELAXED) == 0;
}

static void die(void)
{
    faults->died = 1;
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
    ssize_t (*next)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    int step = step_of(fd, false);
    bool last = due(step);
    ssize_t done;

    if (last && faults->side == BEFORE)
        die();
    if (step != 0 && faults->write_errno != 0) {
        errno = faults->write_errno;
        return -1;
    }
    done = next(fd, bytes, last && faults->side == HALF ? len / 2 : len, offset);
    if (last)
        die();
    return done;
}

static int synced(int fd, const char *name)
{
    int (*next)(int) = dlsym(RTLD_NEXT, name);
    int step = step_of(fd, true), done;
    bool last = due(step);

    if (last && faults->side == BEFORE)
        die();
    if (step != 0 && faults->sync_errno != 0) {
        errno = faults->sync_errno;
        return -1;
    }
    done = next(fd);
    if (last)
        die();
    return done;
}

int fdatasync(int fd)
{
    return synced(fd, "fdatasync");
}

int fsync(int fd)
{
    return synced(fd, "fsync");
}

int clock_gettime(clockid_t clock, struct timespec *ret)
{
    int (*next)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int done = next(clock, ret);

    if (done == 0 && clock == CLOCK_REALTIME && faults)
        ret->tv_sec += faults->clock_s;
    return done;
}
