/* import register: an existing register becomes licences, batch by batch. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <registry/import.h>

#include "ctl.h"

#define BATCH  2048
#define PIECES 16 /* of a batch that threads share */

/* One run. Five batches are on their way at once: one is read while others are judged, looked up, sealed and appended. */
struct run {
    struct ctl_progress progress;
    int fd;
    uint64_t size; /* of the file; 0: unknown */
    struct reg_engine *engine;
    struct reg_reader *reader;
    struct reg_import *import;
    struct reg_import_batch *read, *judging, *looking, *sealing, *appending, *appended;
    atomic_size_t piece; /* that is the next: of the batch that is sealed, then of the one that is judged */
    struct reg_error_info read_info;
    struct reg_import_counts counts;
    struct reg_error_info info;
    const char *errors_path, *store;
    FILE *errors; /* made with the first refused row */
    bool errors_failed;
    struct ctl_progress writing; /* of names and terms */
    bool filling;                /* they are written in the end */
    bool ready;                  /* they were, or all along */
    bool interrupted; /* reading; that is no end of the file: the row that it cuts must not be taken for a whole one */
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

static int read_bytes(void *context, uint8_t *bytes, size_t size, size_t *ret_len)
{
    struct run *run = context;
    ssize_t len;

    do
        len = read(run->fd, bytes, size);
    while (len < 0 && errno == EINTR && !stopped);
    *ret_len = len > 0 ? (size_t)len : 0;
    run->interrupted = len < 0 && errno == EINTR;
    return len < 0 ? REG_ERR_IO : 0;
}

/* What was refused may name persons: the file is its owner's alone. */
static void keep_refused(void *context, struct reg_bytes json)
{
    struct run *run = context;

    if (!run->errors && !run->errors_failed) {
        int fd = open(run->errors_path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

        run->errors = fd >= 0 ? fdopen(fd, "w") : NULL;
        run->errors_failed = !run->errors;
    }
    if (run->errors)
        fwrite(json.data, 1, json.len, run->errors);
    else
        fwrite(json.data, 1, json.len, stderr);
}

/* ---- a step of all batches ----------------------------------------------------------------------------------------- */

/* The writer's: what it says of the register, and the codes, is true for whom it looks. */
static int write_part(struct run *run)
{
    int error = run->appending ? reg_import_append(run->appending, &run->info) : 0;

    if (error == 0 && run->appending)
        error = reg_import_report(run->appending, &run->counts, keep_refused, run);
    if (error == 0 && run->looking)
        error = reg_import_look(run->looking, run->reader);
    if (error == 0 && run->looking)
        error = reg_import_lease(run->looking, &run->info);
    return error;
}

/* The file's. What was read of a batch when that was interrupted is read again by the next run. */
static int read_part(struct run *run)
{
    int error;

    reg_import_batch_free(run->appended);
    run->appended = NULL;
    if (stopped)
        return 0;
    error = reg_import_read(run->import, BATCH, &run->read, &run->read_info);
    return run->interrupted ? 0 : error;
}

/* Pieces of what any thread may do, as long as there are some. */
static int share(struct run *run)
{
    size_t piece;
    int error = 0;

    while (error == 0 && (piece = atomic_fetch_add(&run->piece, 1)) < 2 * PIECES) {
        if (piece < PIECES && run->sealing)
            error = reg_import_seal(run->sealing, piece, PIECES);
        if (piece >= PIECES && run->judging)
            error = reg_import_judge(run->judging, piece - PIECES, PIECES);
    }
    return error;
}

static int work_part(void *context, size_t part, size_t parts)
{
    struct run *run = context;
    int error = part == 0 ? write_part(run) : 0;

    if (error == 0 && part == (parts > 1))
        error = read_part(run);
    return error == 0 ? share(run) : error;
}

/* All of them go on by one. */
static int step(struct run *run, size_t threads)
{
    int error;

    atomic_store(&run->piece, 0);
    error = ctl_parallel(work_part, run, threads + 1); /* the writer waits for the disk */
    if (error != 0 && !*run->info.en)
        run->info = run->read_info;
    if (error != 0)
        return error;
    run->appended = run->appending;
    run->appending = run->sealing;
    run->sealing = run->looking;
    run->looking = run->judging;
    run->judging = run->read;
    run->read = NULL;
    return 0;
}

static void free_batches(struct run *run)
{
    struct reg_import_batch **all[] = {&run->read,    &run->judging,   &run->looking,
                                       &run->sealing, &run->appending, &run->appended};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        reg_import_batch_free(*all[i]);
        *all[i] = NULL;
    }
}

static bool draw_writing(void *context, uint64_t done, uint64_t total)
{
    struct run *run = context;

    ctl_progress_draw(&run->writing, done, total);
    return !stopped;
}

/* What licences are found by; where that is stopped, or the import was, the next run goes on. */
static int write_rest(struct run *run)
{
    int error;

    if (!run->filling || stopped) {
        run->ready = !run->filling;
        return 0;
    }
    ctl_progress_end(&run->progress);
    ctl_progress_start(&run->writing, "names, terms");
    error = reg_import_fill_end(run->import, run->reader, draw_writing, run, &run->info);
    ctl_progress_end(&run->writing);
    run->ready = error == 0;
    return stopped ? 0 : error;
}

static int import_all(struct run *run)
{
    size_t threads = ctl_thread_count();
    int error;

    do {
        error = step(run, threads);
        if (run->counts.bytes > 0) /* rows, and how many the file seems to have */
            ctl_progress_draw(&run->progress, run->counts.rows,
                              run->size > 0 ? run->counts.rows * run->size / run->counts.bytes : run->counts.rows + 1);
    } while (error == 0 && (run->judging || run->looking || run->sealing || run->appending));
    free_batches(run);
    return error == 0 ? write_rest(run) : error;
}

/* ---- the command --------------------------------------------------------------------------------------------------- */

static void print_counts(const struct ctl *ctl, const struct run *run)
{
    const struct reg_import_counts *counts = &run->counts;
    double seconds = ctl_progress_seconds(&run->progress);

    if (ctl->json)
        printf("{\"rows\":%llu,\"imported\":%llu,\"known\":%llu,\"refused\":%llu,\"seconds\":%.3f,\"complete\":%s}\n",
               (unsigned long long)counts->rows, (unsigned long long)counts->imported, (unsigned long long)counts->known,
               (unsigned long long)counts->refused, seconds, stopped || !run->ready ? "false" : "true");
    else
        printf("行 rows %llu · 导入 imported %llu · 此前已导入 known %llu · 未采用 refused %llu · %.1f s · %.0f/s\n",
               (unsigned long long)counts->rows, (unsigned long long)counts->imported, (unsigned long long)counts->known,
               (unsigned long long)counts->refused, seconds, seconds > 0 ? (double)counts->rows / seconds : 0);
    if (counts->refused > 0)
        fprintf(stderr, "registryctl: 未采用的各行及其理由见 %s / refused rows, with reasons, are in %s\n", run->errors_path,
                run->errors_path);
    if (stopped)
        fputs("registryctl: 已中断，重新运行即继续 / stopped: run it again to go on\n", stderr);
    if (!run->ready)
        fputs("registryctl: 登记库尚不能启用，须再次运行导入 / the registry cannot be used yet: run the import again\n",
              stderr);
    if (counts->imported > 0 && run->ready)
        fputs("registryctl: 凭证尚待补签 / credentials are to be signed: registryctl licence sign --pending\n", stderr);
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static int open_input(struct run *run, const char *path)
{
    struct stat status;

    run->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (run->fd < 0) {
        fprintf(stderr, "registryctl: 无法读取 %s：%s / cannot read %s: %s\n", path, strerror(errno), path, strerror(errno));
        return REG_ERR_IO;
    }
    if (fstat(run->fd, &status) == 0 && S_ISREG(status.st_mode))
        run->size = (uint64_t)status.st_size;
    return 0;
}

/* Refused rows of an earlier run would speak of rows that are put right. Only a file is taken away, and never the input. */
static int clear_errors(const struct run *run)
{
    const char *path = run->errors_path;
    struct stat input, status;

    if (lstat(path, &status) != 0)
        return 0; /* nothing is there, or making it will say why */
    if (S_ISREG(status.st_mode) &&
        !(fstat(run->fd, &input) == 0 && input.st_dev == status.st_dev && input.st_ino == status.st_ino) &&
        unlink(path) == 0)
        return 0;
    fprintf(stderr,
            "registryctl: --errors %s 是输入文件本身、不是普通文件或不能替换 / --errors %s is the input itself, no plain "
            "file, or "
            "cannot be replaced\n",
            path, path);
    return REG_ERR_INVALID;
}

static int run_import(struct ctl *ctl, struct run *run, const struct reg_import_options *options)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct reg_caller caller;
    int error;

    if (ctl_open_filling(ctl, run->store, &run->engine, &run->reader) != 0)
        return CTL_FAULT;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    caller = ctl_operator(run->engine);
    ctl_progress_start(&run->progress, "import");
    error = reg_import_new(run->engine, &caller, options, read_bytes, run, &run->import, &run->info);
    if (run->interrupted)
        error = 0;
    if (error == 0 && run->import && !run->interrupted)
        error = reg_import_fill_begin(run->import, &run->filling, &run->info);
    if (error == 0 && run->import && !run->interrupted)
        error = import_all(run);
    ctl_progress_end(&run->progress);
    if (run->errors && fclose(run->errors) != 0 && error == 0)
        error = REG_ERR_IO;
    if (run->import)
        print_counts(ctl, run);
    reg_import_free(run->import);
    reg_reader_close(run->reader);
    reg_engine_close(run->engine);
    if (error != 0)
        return ctl_fail(error, &run->info);
    return run->counts.refused > 0 || stopped ? CTL_NO : CTL_YES;
}

int ctl_import_register(struct ctl *ctl)
{
    const char *encoding = ctl_option(ctl, "encoding"), *errors = ctl_option(ctl, "errors");
    bool json_lines = ctl_flag(ctl, "json-lines");
    struct reg_import_options options = REG_IMPORT_OPTIONS_INIT;
    struct run run = {.fd = -1, .store = ctl_option(ctl, "store")};
    char path[4096];
    int answer;

    if (!ctl_arguments(ctl, 1))
        return CTL_FAULT;
    if (encoding && strcmp(encoding, "utf-8") != 0 && strcmp(encoding, "gb18030") != 0)
        return ctl_usage("--encoding 应为 utf-8 或 gb18030", "--encoding is utf-8 or gb18030");
    options.file = ctl->argv[0];
    options.json_lines = json_lines || ends_with(options.file, ".jsonl");
    options.encoding = !encoding ? REG_IMPORT_DETECT : strcmp(encoding, "utf-8") == 0 ? REG_IMPORT_UTF8 : REG_IMPORT_GB18030;
    if (open_input(&run, options.file) != 0)
        return CTL_FAULT;
    snprintf(path, sizeof path, "%s.errors.jsonl", run.fd == STDIN_FILENO ? "import" : options.file);
    run.errors_path = errors ? errors : path;
    answer = clear_errors(&run) == 0 ? run_import(ctl, &run, &options) : CTL_FAULT;
    if (run.fd != STDIN_FILENO)
        close(run.fd);
    return answer;
}
