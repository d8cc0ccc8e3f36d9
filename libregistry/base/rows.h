/* Rows of a file of any length, one by one, in memory that does not grow: CSV (RFC 4180) with a header row, or one JSON
 * object a line; UTF-8 or GB 18030, with or without a byte-order mark. A row that cannot be read says why, and the next one
 * is read; one quote that is never closed costs one line. */
#ifndef REG_BASE_ROWS_H
#define REG_BASE_ROWS_H

#include <stdbool.h>

#include <registry/bytes.h>
#include <registry/error.h>

#define REG_ROW_MAX         ((size_t)256 << 10) /* bytes of a row, as UTF-8 */
#define REG_ROW_COLUMNS_MAX 64

/* Reads up to `size` bytes; `*ret_len` 0: there are no more. */
typedef int (*reg_rows_source)(void *context, uint8_t *bytes, size_t size, size_t *ret_len);

enum reg_rows_encoding {
    REG_ROWS_DETECT, /* by the first bytes that are not ASCII */
    REG_ROWS_UTF8,
    REG_ROWS_GB18030
};

struct reg_rows_format {
    const char *file;                /* as named by the caller, for messages; borrowed like all of this */
    const char *const (*columns)[2]; /* what a file may have: each column's name, and its Chinese one */
    size_t column_count;             /* at most REG_ROW_COLUMNS_MAX */
    bool json_lines;
    enum reg_rows_encoding encoding;
};

struct reg_row {
    uint64_t line; /* on which it begins, from 1 */
    int error;     /* 0; or why it could not be read, with `info` */
    struct reg_error_info info;
    const char *cells[REG_ROW_COLUMNS_MAX]; /* by column; never NULL; borrowed until the next row is read */
};

struct reg_rows;
/* Reads the header of a CSV file. REG_ERR_INVALID: there is none, or it has a column that is unknown, empty or there twice.
 */
REG_MUST_CHECK int reg_rows_open(const struct reg_rows_format *format, reg_rows_source source, void *context,
                                 struct reg_rows **ret, struct reg_error_info *info);
void reg_rows_close(struct reg_rows *rows);
/* The next row; `*ret_end`: there is none. An error is the source's, or a lack of memory. */
REG_MUST_CHECK int reg_rows_next(struct reg_rows *rows, struct reg_row *ret, bool *ret_end, struct reg_error_info *info);
/* Bytes of the file that were taken so far. */
uint64_t reg_rows_taken(const struct reg_rows *rows);

#endif
