/* One row, column by column, as a batch has it: each column behind the array of its own that a statement is sent, or all behind one
 * another, as COPY takes them. The binary form of a value is the same. */
#ifndef REG_STORE_POSTGRESQL_ROWS_H
#define REG_STORE_POSTGRESQL_ROWS_H

#include "store/postgresql/postgresql.h"

void reg_pg_put_entry(struct reg_buf *const columns[4], const struct reg_append *append);
void reg_pg_put_key(struct reg_buf *const columns[2], const struct reg_append *append);
void reg_pg_put_licence(struct reg_buf *const columns[15], const struct reg_append *append);
/* Of one that is removed holder and name alone. */
void reg_pg_put_name(struct reg_buf *const columns[6], const struct reg_name_row *row);
void reg_pg_put_case(struct reg_buf *const columns[5], const struct reg_case_row *row);
void reg_pg_put_request(struct reg_buf *const columns[4], const struct reg_request_row *row);

#endif
