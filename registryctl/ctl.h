/* What the subcommands share. */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <stdbool.h>
#include <stdio.h>

#include <registry/engine.h>

/* Exit codes. */
enum { CTL_YES = 0, CTL_NO = 1, CTL_FAULT = 2 };

/* The invocation: options that every subcommand has, and what is left of the command line. */
struct ctl {
    const char *dir; /* --dir or REGISTRY_DIR; NULL: not given */
    bool json;       /* --format json */
    const char *passphrase_file;
    int argc;
    char **argv; /* arguments of the subcommand, options taken out by ctl_option */
};

/* One row per subcommand. */
struct ctl_command {
    const char *group, *verb, *arguments;
    const char *zh, *en;
    int (*run)(struct ctl *ctl);
};
extern const struct ctl_command ctl_commands[];

/* Takes `--name VALUE` (or `--name=VALUE`) out of the arguments; NULL where it is not given. */
const char *ctl_option(struct ctl *ctl, const char *name);
bool ctl_flag(struct ctl *ctl, const char *name);
/* After the options: exactly `count` arguments are left, none of them an option. Says so otherwise. */
bool ctl_arguments(struct ctl *ctl, int count);

/* One line on standard error, both languages; returns CTL_FAULT. */
int ctl_fail(int error, const struct reg_error_info *info);
int ctl_usage(const char *zh, const char *en);

/* Time and randomness of this machine. */
extern const struct reg_host ctl_host;

/* Calls `use` with the options that --dir's registry.conf gives, and another store where that is not NULL; says what is wrong. */
typedef int (*ctl_opened)(const struct ctl *ctl, const struct reg_open_options *options, void *context,
                          struct reg_error_info *info);
REG_MUST_CHECK int ctl_open_with(const struct ctl *ctl, const char *store, ctl_opened use, void *context);
/* Opens the registry that --dir names; says what is wrong. */
REG_MUST_CHECK int ctl_open(const struct ctl *ctl, struct reg_engine **ret_engine);
/* The same for a registry whose views are damaged: to check and repair it. */
/* `filling`: also where an import was not ended. `store` NULL: the configured one. */
REG_MUST_CHECK int ctl_open_damaged(const struct ctl *ctl, bool filling, struct reg_engine **ret_engine);
REG_MUST_CHECK int ctl_open_filling(const struct ctl *ctl, const char *store, struct reg_engine **ret_engine,
                                    struct reg_reader **ret_reader);
REG_MUST_CHECK int ctl_open_reader(const struct ctl *ctl, struct reg_engine **ret_engine, struct reg_reader **ret_reader);
/* The operator, as which the tool writes and reads. */
struct reg_caller ctl_operator(const struct reg_engine *engine);

/* The store's URL as --dir's registry.conf says it; what went wrong was printed. */
REG_MUST_CHECK int ctl_store_url(const struct ctl *ctl, char *ret, size_t size);

/* One read, waited for: a copy of its message. */
typedef void (*ctl_read)(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                         reg_read_callback done, void *context);
REG_MUST_CHECK int ctl_wait(ctl_read start, struct reg_reader *reader, const struct reg_caller *caller,
                            struct reg_bytes message, struct reg_data *ret_message, struct reg_error_info *info);

/* The first line of a passphrase file; the caller wipes it. */
REG_MUST_CHECK int ctl_read_passphrase(const char *path, struct reg_data *ret, struct reg_error_info *info);
/* A whole file, "-" standard input; at most `limit` bytes. */
REG_MUST_CHECK int ctl_read_file(const char *path, size_t limit, struct reg_data *ret, struct reg_error_info *info);
REG_MUST_CHECK int ctl_write_file(const char *path, struct reg_bytes bytes, unsigned mode, struct reg_error_info *info);
/* Appends whatever a stream has to say: prints bytes and a newline. */
void ctl_print(struct reg_bytes text);

/* Today, as the library counts days. */
int32_t ctl_today(void);
/* A fresh request id. */
void ctl_make_request_id(char id[37]);

/* A catalogue that the command line names. */
struct ctl_catalogue {
    const struct reg_catalogue *catalogue;
    struct reg_catalogue *owned; /* the caller's to free; NULL: it is the engine's */
};
/* A directory of CSV files, `sample`, or a revision's number (of `engine`, which may be NULL). */
REG_MUST_CHECK int ctl_catalogue_named(const char *name, const struct reg_engine *engine, struct ctl_catalogue *ret,
                                       struct reg_error_info *info);
/* --revision N and --on DAY: 0 and today where they are not given. Says what is wrong. */
bool ctl_revision_options(struct ctl *ctl, unsigned *ret_revision, const char **ret_on, int32_t *ret_day);

/* A progress bar on standard error, where that is a terminal and the work takes over a second. */
struct ctl_progress {
    const char *label;
    int64_t started_ms, drawn_ms;
};
void ctl_progress_start(struct ctl_progress *progress, const char *label);
/* A reg_progress_callback. */
bool ctl_progress_draw(void *progress, uint64_t done, uint64_t total);
void ctl_progress_end(struct ctl_progress *progress);
/* Since it started. */
double ctl_progress_seconds(const struct ctl_progress *progress);

/* Runs a part of a work on each of `count` threads; the first error of them. */
#define CTL_THREADS_MAX 16
typedef int (*ctl_part)(void *context, size_t part, size_t parts);
size_t ctl_thread_count(void);
int ctl_parallel(ctl_part part, void *context, size_t count);

/* subcommands */
int ctl_init(struct ctl *ctl);
int ctl_migrate(struct ctl *ctl);
int ctl_code_check(struct ctl *ctl);
int ctl_code_make(struct ctl *ctl);
int ctl_catalogue_items(struct ctl *ctl);
int ctl_catalogue_import(struct ctl *ctl);
int ctl_catalogue_form(struct ctl *ctl);
int ctl_catalogue_diff(struct ctl *ctl);
int ctl_catalogue_publish(struct ctl *ctl);
int ctl_filing_check(struct ctl *ctl);
int ctl_filing_submit(struct ctl *ctl);
int ctl_name_check(struct ctl *ctl);
int ctl_name_reserve(struct ctl *ctl);
int ctl_rules(struct ctl *ctl);
int ctl_licence_show(struct ctl *ctl);
int ctl_licence_history(struct ctl *ctl);
int ctl_licence_search(struct ctl *ctl);
int ctl_licence_qr(struct ctl *ctl);
int ctl_licence_verify(struct ctl *ctl);
int ctl_restriction_place(struct ctl *ctl);
int ctl_restriction_lift(struct ctl *ctl);
int ctl_restriction_list(struct ctl *ctl);
int ctl_restriction_import(struct ctl *ctl);
int ctl_ledger_head(struct ctl *ctl);
int ctl_ledger_check(struct ctl *ctl);
int ctl_store_copy(struct ctl *ctl);
int ctl_store_backup(struct ctl *ctl);
int ctl_store_restored(struct ctl *ctl);
int ctl_pool_add(struct ctl *ctl);
int ctl_pool_list(struct ctl *ctl);
int ctl_export_codes(struct ctl *ctl);
int ctl_erase(struct ctl *ctl);
int ctl_replay(struct ctl *ctl);
int ctl_import_register(struct ctl *ctl);
int ctl_generate(struct ctl *ctl);
int ctl_licence_sign(struct ctl *ctl);

#endif
