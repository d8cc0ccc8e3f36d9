#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "base/buffer.h"
#include "bench.h"
#include "made.h"

enum column { POSITION, CODE, NAME, HEADER_BYTES, BODY_BYTES, WRAPPED_BYTES, DIGEST, ID, TERM, GRAM };

/* What a batch writes for each licence, `per` rows of it. */
static const struct insert {
    const char *postgresql, *sqlite;
    enum column columns[3];
    size_t count, per;
} inserts[] = {
    {"INSERT INTO entry (position, case_number, header, body) SELECT p, p, h, b FROM unnest($1::int8[],"
     " $2::bytea[], $3::bytea[]) a (p, h, b)",
     "INSERT INTO entry (position, case_number, header, body) VALUES (?1, ?1, ?2, ?3)",
     {POSITION, HEADER_BYTES, BODY_BYTES},
     3,
     1},
    {"INSERT INTO case_key (case_number, wrapped) SELECT * FROM unnest($1::int8[], $2::bytea[])",
     "INSERT INTO case_key (case_number, wrapped) VALUES (?1, ?2)",
     {POSITION, WRAPPED_BYTES},
     2,
     1},
    {"INSERT INTO licence (code, position, serial, version, revision, state, authority, type, name, name_key,"
     " industry, established, recorded) SELECT c, p, p, 1, 1, 1, 341300, 1130, n, n, 0, 20000, 20000 FROM"
     " unnest($1::text[], $2::int8[], $3::text[]) a (c, p, n)",
     "INSERT INTO licence (code, position, serial, version, revision, state, authority, type, name, name_key,"
     " industry, established, recorded) VALUES (?1, ?2, ?2, 1, 1, 1, 341300, 1130, ?3, ?3, 0, 20000, 20000)",
     {CODE, POSITION, NAME},
     3,
     1},
    {"INSERT INTO licence_term (term, code) SELECT * FROM unnest($1::int8[], $2::text[])",
     "INSERT INTO licence_term (term, code) VALUES (?1, ?2)",
     {TERM, CODE},
     2,
     TERMS},
    {"INSERT INTO name (holder, name, authority, state, position) SELECT c, n, 341300, 1, p FROM"
     " unnest($1::text[], $2::text[], $3::int8[]) a (c, n, p)",
     "INSERT INTO name (holder, name, authority, state, position) VALUES (?1, ?2, 341300, 1, ?3)",
     {CODE, NAME, POSITION},
     3,
     1},
    {"INSERT INTO name_gram (authority, gram, number, industry) SELECT 341300, a.g, n.number, 1 FROM"
     " unnest($1::text[], $2::text[], $3::int8[]) a (c, n, g) CROSS JOIN LATERAL (SELECT number FROM name x WHERE"
     " x.holder = a.c AND x.name = a.n OFFSET 0) n",
     "INSERT INTO name_gram (authority, gram, number, industry) SELECT 341300, ?3, number, 1 FROM name WHERE"
     " holder = ?1 AND name = ?2",
     {CODE, NAME, GRAM},
     3,
     NAME_KEYS},
    {"INSERT INTO serial (serial, code, position, version) SELECT p, c, p, 1 FROM unnest($1::int8[], $2::text[]) a (p, c)",
     "INSERT INTO serial (serial, code, position, version) VALUES (?1, ?2, ?1, 1)",
     {POSITION, CODE},
     2,
     1},
    {"INSERT INTO \"case\" (number, position, state, authority, code) SELECT p, p, 3, 341300, c FROM"
     " unnest($1::int8[], $2::text[]) a (p, c)",
     "INSERT INTO \"case\" (number, position, state, authority, code) VALUES (?1, ?1, 3, 341300, ?2)",
     {POSITION, CODE},
     2,
     1},
    {"INSERT INTO request (caller, request_id, digest, position) SELECT 'registry:window', i, d, p FROM"
     " unnest($1::text[], $2::bytea[], $3::int8[]) a (i, d, p)",
     "INSERT INTO request (caller, request_id, digest, position) VALUES ('registry:window', ?1, ?2, ?3)",
     {ID, DIGEST, POSITION},
     3,
     1},
};

#define INSERTS (sizeof inserts / sizeof *inserts)

static const char head_sql[] = "SELECT first_position + count, edge FROM batch ORDER BY first_position DESC LIMIT 1";
static struct made_batch made;

/* ---- rows ------------------------------------------------------------------------------------------------------------- */

struct row {
    const struct made *made;
    int64_t key; /* TERM or GRAM */
};

struct cell {
    enum { NUMBER, TEXT, BYTES } kind;
    int64_t number;
    const void *bytes;
    size_t len;
};

static struct cell text(const char *text)
{
    return (struct cell){TEXT, 0, text, strlen(text)};
}

static struct cell bytes(const void *bytes, size_t len)
{
    return (struct cell){BYTES, 0, bytes, len};
}

static struct cell number(int64_t number)
{
    return (struct cell){NUMBER, number, NULL, 0};
}

static struct cell cell_of(const struct row *row, enum column column)
{
    const struct made *licence = row->made;

    switch (column) {
    case POSITION:
        return number((int64_t)licence->licence.position);
    case CODE:
        return text(licence->licence.code);
    case NAME:
        return text(licence->text);
    case HEADER_BYTES:
        return bytes(licence->header, HEADER);
    case BODY_BYTES:
        return bytes(licence->body, BODY);
    case WRAPPED_BYTES:
        return bytes(licence->wrapped, WRAPPED);
    case DIGEST:
        return bytes(licence->request.digest, REG_DIGEST_LEN);
    case ID:
        return text(licence->id);
    case TERM:
    case GRAM:
        break;
    }
    return number(row->key);
}

static int by_key(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    int order = (left->key > right->key) - (left->key < right->key);

    return order ? order : (left->made > right->made) - (left->made < right->made);
}

/* The rows of a table, in the order of their keys. */
static size_t rows_of(const struct insert *insert, size_t count, struct row *ret)
{
    size_t rows = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < insert->per; j++)
            ret[rows++] = (struct row){&made.made[i], insert->per == TERMS       ? made.made[i].term_numbers[j]
                                                      : insert->per == NAME_KEYS ? made.made[i].keys[j]
                                                                                 : 0};
    if (insert->per > 1)
        qsort(ret, rows, sizeof *ret, by_key);
    return rows;
}

/* ---- PostgreSQL ------------------------------------------------------------------------------------------------------- */

static void check(PGconn *connection, PGresult *result)
{
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        fprintf(stderr, "bench_store: %s", PQerrorMessage(connection));
        exit(1);
    }
    PQclear(result);
}

static void put_cell(struct reg_buf *array, const struct cell *cell)
{
    static const char digits[] = "0123456789abcdef";

    if (cell->kind == NUMBER) {
        reg_buf_printf(array, "%lld", (long long)cell->number);
        return;
    }
    reg_buf_puts(array, cell->kind == TEXT ? "\"" : "\"\\\\x");
    for (size_t i = 0; i < cell->len; i++) {
        uint8_t byte = ((const uint8_t *)cell->bytes)[i];

        if (cell->kind == BYTES)
            reg_buf_put_u8(array, (uint8_t)digits[byte >> 4]);
        reg_buf_put_u8(array, cell->kind == TEXT ? byte : (uint8_t)digits[byte & 15]);
    }
    reg_buf_puts(array, "\"");
}

static void insert_all(PGconn *connection, const struct insert *insert, size_t count)
{
    static struct row rows[BATCH_MAX * TERMS];
    struct reg_buf arrays[3] = {REG_BUF_INIT, REG_BUF_INIT, REG_BUF_INIT};
    const char *values[3];
    char name[32];
    size_t row_count = rows_of(insert, count, rows);

    for (size_t i = 0; i < insert->count; i++) {
        for (size_t j = 0; j < row_count; j++) {
            struct cell cell = cell_of(&rows[j], insert->columns[i]);

            reg_buf_puts(&arrays[i], j ? "," : "{");
            put_cell(&arrays[i], &cell);
        }
        reg_buf_put(&arrays[i], "}", 2); /* with its NUL */
        values[i] = (const char *)arrays[i].data;
    }
    snprintf(name, sizeof name, "insert%td", insert - inserts);
    check(connection, PQexecPrepared(connection, name, (int)insert->count, values, NULL, NULL, 1));
    for (size_t i = 0; i < 3; i++)
        reg_buf_clear(&arrays[i]);
}

static void insert_head(PGconn *connection, const struct reg_batch *batch)
{
    struct reg_buf edge = REG_BUF_INIT;
    char first[24], count[24], index[24];
    const char *values[] = {first, count, NULL}, *tile[] = {index, NULL};

    for (size_t i = 0; i < batch->tile_count; i++) {
        snprintf(index, sizeof index, "%llu", (unsigned long long)batch->tiles[i].index);
        tile[1] = (const char *)batch->tiles[i].hashes;
        check(connection,
              PQexecPrepared(connection, "tile", 2, tile, (int[]){0, sizeof batch->tiles[i].hashes}, (int[]){0, 1}, 1));
    }
    reg_edge_encode(&batch->head.edge, &edge);
    snprintf(first, sizeof first, "%llu", (unsigned long long)(batch->head.size - batch->count));
    snprintf(count, sizeof count, "%zu", batch->count);
    values[2] = (const char *)edge.data;
    check(connection, PQexecPrepared(connection, "batch", 3, values, (int[]){0, 0, (int)edge.len}, (int[]){0, 0, 1}, 1));
    reg_buf_clear(&edge);
}

static void prepare_all(PGconn *connection)
{
    check(connection,
          PQexec(connection, "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off"));
    for (size_t i = 0; i < INSERTS; i++) {
        char name[32];

        snprintf(name, sizeof name, "insert%zu", i);
        check(connection, PQprepare(connection, name, inserts[i].postgresql, 0, NULL));
    }
    check(connection, PQprepare(connection, "tile",
                                "INSERT INTO tile (level, number, hashes) VALUES (0, $1::int8, $2::bytea)", 0, NULL));
    check(connection,
          PQprepare(connection, "batch",
                    "INSERT INTO batch (first_position, count, time_ms, edge) VALUES ($1::int8, $2::int8, 1795500000000,"
                    " $3::bytea)",
                    0, NULL));
}

static struct reg_head head_of_libpq(PGconn *connection)
{
    PGresult *result = PQexecParams(connection, head_sql, 0, NULL, NULL, NULL, NULL, 1);
    struct reg_head head = {0};

    if (PQntuples(result) != 1 || PQgetlength(result, 0, 0) != 8)
        must(1, "the head");
    for (int i = 0; i < 8; i++)
        head.size = head.size << 8 | (uint8_t)PQgetvalue(result, 0, 0)[i];
    must(reg_edge_decode(head.size,
                         (struct reg_bytes){(const uint8_t *)PQgetvalue(result, 0, 1), (size_t)PQgetlength(result, 0, 1)},
                         &head.edge),
         "the edge");
    PQclear(result);
    return head;
}

static double issue_libpq(const char *url, size_t batch, double seconds)
{
    PGconn *connection = PQconnectdb(url);
    struct reg_head head;
    double began, count = 0;

    if (PQstatus(connection) != CONNECTION_OK)
        must(1, PQerrorMessage(connection));
    prepare_all(connection);
    head = head_of_libpq(connection);
    for (began = now_us(); now_us() - began < seconds * 1e6; count += (double)batch) {
        make_batch(&made, REG_SUITE_INTL, &head, batch);
        check(connection, PQexec(connection, "BEGIN"));
        for (size_t i = 0; i < INSERTS; i++)
            insert_all(connection, &inserts[i], batch);
        insert_head(connection, &made.batch);
        check(connection, PQexec(connection, "COMMIT"));
        head = made.batch.head;
    }
    PQfinish(connection);
    return count * 1e6 / (now_us() - began);
}

/* ---- SQLite ------------------------------------------------------------------------------------------------------------
 */

static sqlite3_stmt *prepare(sqlite3 *file, const char *sql)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(file, sql, -1, &statement, NULL) != SQLITE_OK)
        must(1, sqlite3_errmsg(file));
    return statement;
}

static void run(sqlite3 *file, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        must(1, sqlite3_errmsg(file));
    sqlite3_reset(statement);
}

static void insert_rows(sqlite3 *file, sqlite3_stmt *statement, const struct insert *insert, size_t count)
{
    static struct row rows[BATCH_MAX * TERMS];
    size_t row_count = rows_of(insert, count, rows);

    for (size_t i = 0; i < row_count; i++) {
        for (size_t j = 0; j < insert->count; j++) {
            struct cell cell = cell_of(&rows[i], insert->columns[j]);

            if (cell.kind == NUMBER)
                sqlite3_bind_int64(statement, (int)j + 1, cell.number);
            else if (cell.kind == TEXT)
                sqlite3_bind_text(statement, (int)j + 1, cell.bytes, (int)cell.len, SQLITE_STATIC);
            else
                sqlite3_bind_blob(statement, (int)j + 1, cell.bytes, (int)cell.len, SQLITE_STATIC);
        }
        run(file, statement);
    }
}

static void insert_head_row(sqlite3 *file, sqlite3_stmt *tile, sqlite3_stmt *row, const struct reg_batch *batch)
{
    struct reg_buf edge = REG_BUF_INIT;

    for (size_t i = 0; i < batch->tile_count; i++) {
        sqlite3_bind_int64(tile, 1, (sqlite3_int64)batch->tiles[i].index);
        sqlite3_bind_blob(tile, 2, batch->tiles[i].hashes, sizeof batch->tiles[i].hashes, SQLITE_STATIC);
        run(file, tile);
    }
    reg_edge_encode(&batch->head.edge, &edge);
    sqlite3_bind_int64(row, 1, (sqlite3_int64)(batch->head.size - batch->count));
    sqlite3_bind_int64(row, 2, (sqlite3_int64)batch->count);
    sqlite3_bind_blob(row, 3, edge.data, (int)edge.len, SQLITE_STATIC);
    run(file, row);
    reg_buf_clear(&edge);
}

static struct reg_head head_of_sqlite(sqlite3 *file)
{
    sqlite3_stmt *statement = prepare(file, head_sql);
    struct reg_head head = {0};

    if (sqlite3_step(statement) != SQLITE_ROW)
        must(1, "the head");
    head.size = (uint64_t)sqlite3_column_int64(statement, 0);
    must(reg_edge_decode(head.size,
                         (struct reg_bytes){sqlite3_column_blob(statement, 1), (size_t)sqlite3_column_bytes(statement, 1)},
                         &head.edge),
         "the edge");
    sqlite3_finalize(statement);
    return head;
}

/* With the settings of the store's writer. */
static sqlite3 *open_file(const char *path)
{
    sqlite3 *file;

    if (sqlite3_open_v2(path, &file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
        sqlite3_exec(file,
                     "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -32768;"
                     "PRAGMA wal_autocheckpoint = 4096",
                     NULL, NULL, NULL) != SQLITE_OK)
        must(1, sqlite3_errmsg(file));
    return file;
}

static double issue_sqlite(const char *path, size_t batch, double seconds)
{
    sqlite3 *file = open_file(path);
    sqlite3_stmt *statements[INSERTS], *begin = prepare(file, "BEGIN IMMEDIATE"), *commit = prepare(file, "COMMIT");
    sqlite3_stmt *tile = prepare(file, "INSERT INTO tile (level, number, hashes) VALUES (0, ?1, ?2)");
    sqlite3_stmt *row =
        prepare(file, "INSERT INTO batch (first_position, count, time_ms, edge) VALUES (?1, ?2, 1795500000000, ?3)");
    struct reg_head head = head_of_sqlite(file);
    double began, count = 0;

    for (size_t i = 0; i < INSERTS; i++)
        statements[i] = prepare(file, inserts[i].sqlite);
    for (began = now_us(); now_us() - began < seconds * 1e6; count += (double)batch) {
        make_batch(&made, REG_SUITE_INTL, &head, batch);
        run(file, begin);
        for (size_t i = 0; i < INSERTS; i++)
            insert_rows(file, statements[i], &inserts[i], batch);
        insert_head_row(file, tile, row, &made.batch);
        run(file, commit);
        head = made.batch.head;
    }
    count = count * 1e6 / (now_us() - began);
    for (size_t i = 0; i < INSERTS; i++)
        sqlite3_finalize(statements[i]);
    sqlite3_finalize(begin);
    sqlite3_finalize(commit);
    sqlite3_finalize(tile);
    sqlite3_finalize(row);
    sqlite3_close(file);
    return count;
}

double bare_issue(const char *url, size_t batch, double seconds)
{
    return strncmp(url, "sqlite:", 7) == 0 ? issue_sqlite(url + 7, batch, seconds) : issue_libpq(url, batch, seconds);
}
