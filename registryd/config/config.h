/* The daemon's configuration: DIR/registry.conf, read once at start.
 *
 * Every option is a row of the table in options.c; what the table does not have is refused. A fault is one line that names
 * file and line. docs/configuration.md is made from the table (registryd --list-options).
 *
 *     struct rd_config config = {0};
 *     if (rd_config_load(directory, &config, &info) == 0 && rd_config_check(&config, &info) == 0) …
 *     rd_config_clear(&config);
 */
#ifndef RD_CONFIG_CONFIG_H
#define RD_CONFIG_CONFIG_H

#include <registry/engine.h>

#include "grpc/limits.h"

struct rd_numbers {
    unsigned *values;
    size_t count;
};

/* A section [caller NAME]. */
struct rd_caller {
    char *name;
    char *uri;
    unsigned kind; /* enum reg_caller_kind */
    struct rd_numbers items, classes;
    unsigned line; /* of its section */
};

struct rd_config {
    char *directory; /* as given, without a slash at its end */
    /* [registry] */
    char *store;
    char *read_store;      /* empty: none */
    char *passphrase_file; /* empty: keys are not sealed by a passphrase */
    /* [restrictions] */
    char *sources; /* empty: not configured */
    /* [listen] */
    char *listen_address;
    unsigned listen_port; /* 0: any; the bound one stands in DIR/run/port */
    /* [threads] */
    unsigned workers; /* 0: as many as there are cores */
    unsigned pool;    /* 0: as many as there are cores */
    /* [cache] */
    size_t licence_bytes; /* of all workers together; 0: no cache */
    /* [tls]; absolute, or relative to the working directory like `directory` itself */
    char *certificate, *key, *client_ca;
    /* [limits] */
    struct rd_limits limits;
    unsigned queue_length, batch_size, verify_queue, drain_ms;
    /* [ops] */
    char *ops_address;
    unsigned ops_port; /* 0: any; the bound one stands in DIR/run/ops-port */
    /* [log] */
    unsigned log_level;  /* enum rd_log_level */
    unsigned log_format; /* enum rd_log_format */
    /* [caller NAME], in the order of the file */
    struct rd_caller *callers;
    size_t caller_count;
};

/* Reads DIR/registry.conf into a zeroed struct. REG_ERR_NOT_FOUND, REG_ERR_IO, REG_ERR_INVALID, REG_ERR_NOMEM. The struct is
 * to be cleared in any case. */
REG_MUST_CHECK int rd_config_load(const char *directory, struct rd_config *config, struct reg_error_info *info);
/* The same from bytes; `file` names them in faults. */
REG_MUST_CHECK int rd_config_parse(const char *directory, const char *file, struct reg_bytes text, struct rd_config *config,
                                   struct reg_error_info *info);
void rd_config_clear(struct rd_config *config);
/* Are the files there that the options name, and are those with secrets closed to others? With `tls` false those of [tls]
 * are not looked at. REG_ERR_IO, REG_ERR_MODE. */
REG_MUST_CHECK int rd_config_check(const struct rd_config *config, bool tls, struct reg_error_info *info);
/* The passphrase that seals the keys: the first line of the passphrase file; NULL in *ret where the configuration has none.
 * The caller wipes and frees it (rd_secret_free). */
REG_MUST_CHECK int rd_config_passphrase(const struct rd_config *config, char **ret_passphrase, struct reg_error_info *info);
void rd_secret_free(char *secret);

#endif
