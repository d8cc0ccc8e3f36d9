/* Taking over an existing register: rows of a file become licences, thousands at a time, without credentials, which are
 * signed afterwards (REG_STEP_SIGN).
 *
 * Looking, leasing and appending are the writer's; reading and freeing belong to one thread, which may be another. Judging and
 * sealing may be shared among threads, each with a part of the batch's rows. For each batch, and for several at once:
 *
 *     reg_import_read                        the next rows of the file
 *     reg_import_judge(batch, part, parts)   what the rules say of each; any thread
 *     reg_import_look                        what the register has already, which needs no further work
 *     reg_import_lease                       codes for those that have but an old number
 *     reg_import_seal(batch, part, parts)    sections, salted and sealed; any thread
 *     reg_import_append                      one transaction
 *     reg_import_report, reg_import_batch_free
 *
 * An empty register is filled without indexes, and without what its licences are found by, which is written in the end, in order: reg_import_fill_begin
 * before the first batch, reg_import_fill_end behind the last one.
 *
 * A row is known by its credit code, by the code that follows from its organisation code, or by its registration number. The
 * same row again is passed over, another one of the same entity is refused: after a crash the file is imported again.
 */
#ifndef REGISTRY_IMPORT_H
#define REGISTRY_IMPORT_H

#include <registry/engine.h>

REG_BEGIN_DECLS

struct reg_import;
struct reg_import_batch;

/* Reads up to `size` bytes; `*ret_len` 0: there are no more. 0, or an enum reg_error. */
typedef int (*reg_import_source)(void *context, uint8_t *bytes, size_t size, size_t *ret_len);

enum reg_import_encoding { REG_IMPORT_DETECT, REG_IMPORT_UTF8, REG_IMPORT_GB18030 };

struct reg_import_options {
    size_t size;      /* sizeof(struct reg_import_options) */
    const char *file; /* for messages */
    bool json_lines;  /* one JSON object a line; otherwise CSV with a header row */
    enum reg_import_encoding encoding;
};
#define REG_IMPORT_OPTIONS_INIT                                                                                             \
    {                                                                                                                       \
        sizeof(struct reg_import_options), "", false, REG_IMPORT_DETECT                                                     \
    }

#define REG_IMPORT_BATCH_MAX 4096

/* The columns that a file may have, each with its Chinese name; NULL past the last one. */
REG_EXPORT const char *reg_import_column(size_t index, bool zh);

/* Everything but the engine is copied or read here; `caller` is whose requests the rows are. REG_ERR_INVALID: the header. */
REG_EXPORT REG_MUST_CHECK int reg_import_new(struct reg_engine *engine, const struct reg_caller *caller,
                                             const struct reg_import_options *options, reg_import_source source,
                                             void *context, struct reg_import **ret_import, struct reg_error_info *info);
REG_EXPORT void reg_import_free(struct reg_import *import);

/* `*ret_filling` true: the register is empty, or was when an earlier import began that did not come to its end, and this process is alone
 * with it. Its store is REG_STORE_FILLING from now on, which nobody else opens, and reg_import_fill_end must follow; who dies before
 * that imports again, or rebuilds the views. What is unique stays so all the while. False: rows are written whole, beside whoever has
 * the registry open; so too where a PostgreSQL store wants the role that owns the tables. */
REG_EXPORT REG_MUST_CHECK int reg_import_fill_begin(struct reg_import *import, bool *ret_filling, struct reg_error_info *info);
/* Writes names and terms of every licence that was imported, makes the indexes, and the store is live. `progress` hears of entries that
 * are read again, where an earlier run died, then of steps. May be run again. */
REG_EXPORT REG_MUST_CHECK int reg_import_fill_end(struct reg_import *import, struct reg_reader *reader,
                                                  reg_progress_callback progress, void *context,
                                                  struct reg_error_info *info);

/* The next rows, at most `most`, and fewer where they are long: 8 MiB of text and the row that passes them. `*ret_batch` NULL: there are
 * none. */
REG_EXPORT REG_MUST_CHECK int reg_import_read(struct reg_import *import, size_t most, struct reg_import_batch **ret_batch,
                                              struct reg_error_info *info);
REG_EXPORT REG_MUST_CHECK int reg_import_judge(struct reg_import_batch *batch, size_t part, size_t parts);
REG_EXPORT REG_MUST_CHECK int reg_import_look(struct reg_import_batch *batch, struct reg_reader *reader);
REG_EXPORT REG_MUST_CHECK int reg_import_lease(struct reg_import_batch *batch, struct reg_error_info *info);
REG_EXPORT REG_MUST_CHECK int reg_import_seal(struct reg_import_batch *batch, size_t part, size_t parts);
/* Commits what is good of the batch. After an error nothing of it is on the register, or, where the commit's answer was
 * lost, all of it may be: import the file again. */
REG_EXPORT REG_MUST_CHECK int reg_import_append(struct reg_import_batch *batch, struct reg_error_info *info);

struct reg_import_counts {
    uint64_t rows, imported, known, refused;
    uint64_t bytes; /* of the file, read */
};
/* A refused row as JSON: line, code and findings (rule, path, message in both languages, legal basis). */
typedef void (*reg_import_refusal)(void *context, struct reg_bytes json);
/* Adds up what became of the rows, after the append. */
REG_EXPORT REG_MUST_CHECK int reg_import_report(const struct reg_import_batch *batch, struct reg_import_counts *counts,
                                                reg_import_refusal refused, void *context);
REG_EXPORT void reg_import_batch_free(struct reg_import_batch *batch);

/* ---- credentials, afterwards --------------------------------------------------------------------------------------- */

/* Called with the encoded SignLicenceRequest of each licence; false stops. */
typedef bool (*reg_unsigned_callback)(void *context, const char *code, struct reg_bytes message);
/* Licences that were taken over, live and have no credential, in the order of their codes, behind `after` ("": from the
 * first); at most `limit`.
 * `*ret_last` gets the code to go on behind, "" at the end; it may have found none and yet not be at the end. */
REG_EXPORT REG_MUST_CHECK int reg_unsigned_licences(struct reg_reader *reader, const char *after, size_t limit,
                                                    reg_unsigned_callback callback, void *context, char ret_last[19],
                                                    struct reg_error_info *info);

REG_END_DECLS

#endif
