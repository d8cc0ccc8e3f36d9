/* CSV (RFC 4180) with a header row, UTF-8 or GB 18030, with or without a byte-order mark; errors name file, row, column. */
#ifndef REG_BASE_CSV_H
#define REG_BASE_CSV_H

#include <registry/bytes.h>
#include <registry/error.h>

/* A whole file in memory: cells are NUL-terminated UTF-8 strings. */
struct reg_csv {
    const char *file;     /* as named by the caller, for messages; borrowed */
    size_t columns, rows; /* rows without the header */
    char **cells;         /* (rows + 1) x columns, header first */
    size_t *lines;        /* line number in the file of each data row */
    char *text;           /* what the cells point into */
};

/* Parses `bytes`. Every row must have as many cells as the header; blank lines are skipped; limits: 64 MiB, 256 columns.
 * REG_ERR_INVALID with file, line and column in `info`. */
REG_MUST_CHECK int reg_csv_parse(const char *file, struct reg_bytes bytes, struct reg_csv *ret, struct reg_error_info *info);
void reg_csv_clear(struct reg_csv *csv);
/* The index of the column with that header, or -1. */
int reg_csv_column(const struct reg_csv *csv, const char *name);
/* The cell of a data row (from 0); never NULL. */
const char *reg_csv_cell(const struct reg_csv *csv, size_t row, size_t column);

#endif
