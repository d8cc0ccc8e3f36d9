/* An external merge sort of records: a key, and a payload of a fixed length that many keys in a row may share. Sorted runs
 * go to a file that has no name, beside the store; then they are merged. */
#ifndef REG_STORE_SQLITE_RUNS_H
#define REG_STORE_SQLITE_RUNS_H

#include <stddef.h>
#include <stdint.h>

#include <registry/error.h>
#include <registry/export.h>

struct reg_runs;

#define REG_RUNS_PAYLOAD_MAX 24

/* Sorted are `most` records at once. The file is made beside `path` with the first run. NULL: out of memory. */
struct reg_runs *reg_runs_new(const char *path, size_t payload_len, size_t most);
void reg_runs_free(struct reg_runs *runs);
/* Adds `count` keys with that payload. REG_ERR_NOMEM; REG_ERR_UNAVAILABLE: the file cannot be written, see reg_runs_errno.
 */
REG_MUST_CHECK int reg_runs_add(struct reg_runs *runs, const uint64_t *keys, size_t count, const void *payload);
/* How many were added. */
uint64_t reg_runs_count(const struct reg_runs *runs);
/* Nothing is added any more: reg_runs_next begins. */
REG_MUST_CHECK int reg_runs_merge(struct reg_runs *runs);
/* The next in the order of keys and payloads, as bytes; the payload is borrowed until the next call. NULL: there are none.
 */
REG_MUST_CHECK int reg_runs_next(struct reg_runs *runs, uint64_t *ret_key, const uint8_t **ret_payload);
/* Of the file's last error; 0: there was none. */
int reg_runs_errno(const struct reg_runs *runs);

#endif
