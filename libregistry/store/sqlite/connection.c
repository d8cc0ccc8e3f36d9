/* Connections, statements, errors. */
#include <string.h>

#include "base/error.h"
#include "store/sqlite/sqlite.h"

#define LICENCE_COLUMNS                                                                                                     \
    "l.code, l.position, l.serial, l.version, l.revision, l.state, l.authority, l.type, l.name, l.parent, l.wake_day,"      \
    " l.industry, l.established, l.recorded"
#define LICENCE_VALUES                                                                                                      \
    "code, position, serial, version, revision, state, authority, type, name, name_key, parent, wake_day, industry,"        \
    " established, recorded"
#define LICENCE_PLACES "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15"
#define LICENCE_TAKES                                                                                                       \
    " DO UPDATE SET position = excluded.position, serial = excluded.serial, version = excluded.version,"                    \
    " revision = excluded.revision, state = excluded.state, authority = excluded.authority, type = excluded.type,"          \
    " name = excluded.name, name_key = excluded.name_key, parent = excluded.parent, wake_day = excluded.wake_day,"          \
    " industry = excluded.industry, established = excluded.established, recorded = excluded.recorded"                       \
    " WHERE excluded.revision > licence.revision"
#define NAME_COLUMNS "n.number, n.holder, n.name, n.authority, n.state, n.until_day, n.position"
#define NAME_FITS    "(g.industry = 0 OR ?3 = 0 OR g.industry & ?3)"
#define NAME_COUNTS  "(n.until_day IS NULL OR n.until_day > ?4)"
#define ENTRY_COLUMNS   "e.position, e.case_number, e.header, e.body, k.wrapped"
#define RESTRICTION_COLUMNS "position, subject, source, since, until, blocks, unreachable, basis, lifted"
#define ENTRY_KEYS      "entry e LEFT JOIN case_key k ON k.case_number = e.case_number"

/* A page of a table whose key is one column, two or three. */
#define PAGE(table, key, columns)  "SELECT " columns " FROM " table " WHERE " key " >= ?1 ORDER BY " key " LIMIT ?2"
#define SEARCH_COLUMN(column, also)                                                                                         \
    "SELECT " LICENCE_COLUMNS " FROM licence l WHERE (l." column ", l.code) > (?4, ?1) AND l." column " <= ?2" also         \
    " ORDER BY l." column ", l.code LIMIT ?3"
#define PAGE2(table, key, columns) "SELECT " columns " FROM " table " WHERE (" key ") >= (?1, ?2) ORDER BY " key " LIMIT ?3"
#define PAGE3(table, key, columns) "SELECT " columns " FROM " table " WHERE (" key ") >= (?1, ?2, ?3) ORDER BY " key " LIMIT ?4"

static const char *const sql[REG_SQL_COUNT] = {
    [REG_SQL_HEAD] = "SELECT first_position + count, time_ms, edge, (SELECT rebuilt FROM meta) FROM batch"
                     " ORDER BY first_position DESC LIMIT 1",
    [REG_SQL_LICENCE] = "SELECT " LICENCE_COLUMNS " FROM licence l WHERE l.code = ?1",
    [REG_SQL_LICENCE_ENTRY] =
        "SELECT " LICENCE_COLUMNS ", " ENTRY_COLUMNS " FROM licence l JOIN entry e ON e.position = l.position"
        " LEFT JOIN case_key k ON k.case_number = e.case_number WHERE l.code = ?1",
    [REG_SQL_ENTRIES] = "SELECT " ENTRY_COLUMNS " FROM " ENTRY_KEYS " WHERE e.position >= ?1 ORDER BY e.position LIMIT ?2",
    [REG_SQL_HEADERS] = "SELECT e.position, e.case_number, e.header, x'', NULL FROM entry e WHERE e.position >= ?1"
                        " ORDER BY e.position LIMIT ?2",
    [REG_SQL_ENTRY] = "SELECT " ENTRY_COLUMNS " FROM " ENTRY_KEYS " WHERE e.position = ?1",
    [REG_SQL_CASE] = "SELECT number, position, state, authority, code FROM \"case\" WHERE number = ?1",
    [REG_SQL_CASES_OF] =
        "SELECT number, position, state, authority, code FROM \"case\" WHERE code = ?1 AND code <> '' ORDER BY number",
    [REG_SQL_CASES] = "SELECT number, position, state, authority, code FROM \"case\" WHERE number < ?1 AND (?2 = 0 OR state = ?2)"
                      " AND (?3 = 0 OR authority = ?3) ORDER BY number DESC LIMIT ?4",
    [REG_SQL_WAKES] = "SELECT " LICENCE_COLUMNS " FROM licence l WHERE l.wake_day <= ?1 ORDER BY l.wake_day, l.code LIMIT ?2",
    [REG_SQL_CATALOGUES] = "SELECT revision, position, effective FROM catalogue WHERE revision > ?1 ORDER BY revision",
    [REG_SQL_LAST_CATALOGUE] = "SELECT revision, position, effective FROM catalogue ORDER BY revision DESC LIMIT 1",
    /* states 1 to 4: a registration that has not ended */
    [REG_SQL_BRANCHES] = "SELECT name, count(*) OVER () FROM licence WHERE parent = ?1 AND state BETWEEN 1 AND 4 ORDER BY code"
                         " LIMIT ?2",
    [REG_SQL_SERIAL] = "SELECT serial, code, position, version FROM serial WHERE serial = ?1",
    [REG_SQL_REQUEST] = "SELECT digest, position FROM request WHERE caller = ?1 AND request_id = ?2",
    [REG_SQL_NAME] = "SELECT code FROM licence WHERE authority = ?1 AND name_key = ?2",
    [REG_SQL_NAMES_SURE] = "SELECT " NAME_COLUMNS " FROM name_gram g CROSS JOIN name n ON n.number = g.number"
                           " WHERE g.authority = ?1 AND g.gram = ?2 AND " NAME_FITS " AND " NAME_COUNTS
                           " ORDER BY g.number DESC LIMIT ?5",
    [REG_SQL_NAMES_NEAR] = "SELECT " NAME_COLUMNS " FROM (SELECT number, industry FROM name_gram WHERE authority = ?1"
                           " AND gram = ?2 ORDER BY number DESC LIMIT ?6) g CROSS JOIN name n ON n.number = g.number"
                           " WHERE " NAME_FITS " AND " NAME_COUNTS " LIMIT ?5",
    [REG_SQL_NAMES_OF] = "SELECT " NAME_COLUMNS " FROM name n WHERE n.holder = ?1 ORDER BY n.number LIMIT ?2",
    [REG_SQL_NAME_KEY] = "SELECT industry FROM name_gram WHERE authority = ?1 AND gram = ?2 AND number = ?3",
    [REG_SQL_RESTRICTION] = "SELECT " RESTRICTION_COLUMNS " FROM restriction WHERE position = ?1",
    [REG_SQL_RESTRICTIONS] = "SELECT " RESTRICTION_COLUMNS " FROM restriction WHERE position < ?1 AND (?2 IS NULL OR subject = ?2)"
                             " AND (?3 OR lifted IS NULL) ORDER BY position DESC LIMIT ?4",
    [REG_SQL_STANDING] =
        "SELECT " RESTRICTION_COLUMNS " FROM restriction WHERE subject = ?1 AND lifted IS NULL ORDER BY position",
    [REG_SQL_TILE] = "SELECT hashes FROM tile WHERE level = ?1 AND number = ?2",
    [REG_SQL_CHECKPOINT] = "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1",
    [REG_SQL_BEGIN_READ] = "BEGIN",
    [REG_SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [REG_SQL_COMMIT] = "COMMIT",
    [REG_SQL_ROLLBACK] = "ROLLBACK",
    [REG_SQL_INSERT_ENTRY] = "INSERT INTO entry (position, case_number, header, body) VALUES (?1, ?2, ?3, ?4)",
    [REG_SQL_INSERT_BATCH] = "INSERT INTO batch (first_position, count, time_ms, edge) VALUES (?1, ?2, ?3, ?4)",
    [REG_SQL_INSERT_TILE] = "INSERT INTO tile (level, number, hashes) VALUES (?1, ?2, ?3)",
    [REG_SQL_INSERT_KEY] = "INSERT INTO case_key (case_number, wrapped) VALUES (?1, ?2)",
    [REG_SQL_DESTROY_KEY] = "UPDATE case_key SET wrapped = NULL WHERE case_number = ?1 AND wrapped IS NOT NULL",
    [REG_SQL_FORGET_RESTRICTION] = "UPDATE restriction SET subject = '', basis = '' WHERE position = ?1",
    /* A revision that is not newer changes nothing; reg_sqlite_insert_views takes that for a conflict. */
    [REG_SQL_PUT_LICENCE] = "INSERT INTO licence (" LICENCE_VALUES ") VALUES (" LICENCE_PLACES ") ON CONFLICT (code)" LICENCE_TAKES,
    [REG_SQL_FILL_LICENCE] = "INSERT INTO licence (" LICENCE_VALUES ", number) VALUES (" LICENCE_PLACES ", ?16) ON CONFLICT (number)"
                             LICENCE_TAKES,
    [REG_SQL_FILLED_SUBJECT] = "SELECT code FROM licence WHERE number = ?1 AND substr(code, 9, 9) = substr(?2, 9, 9)",
    [REG_SQL_FILLED_NAME] = "SELECT code FROM licence WHERE number = ?1 AND authority = ?2 AND name_key = ?3",
    [REG_SQL_FILLED_REQUEST] = "SELECT digest, position FROM request WHERE number = ?1 AND caller = ?2 AND request_id = ?3",
    [REG_SQL_FILLED_LICENCES] = "SELECT number, code, authority, name_key FROM licence",
    [REG_SQL_FILLED_REQUESTS] = "SELECT number, caller, request_id FROM request",
    [REG_SQL_SEARCH + REG_SEARCH_BY_CODE] =
        "SELECT " LICENCE_COLUMNS " FROM licence l WHERE l.code > ?1 AND l.code <= ?2 ORDER BY l.code LIMIT ?3",
    [REG_SQL_SEARCH + REG_SEARCH_BY_TERM] = "SELECT " LICENCE_COLUMNS " FROM licence_term t CROSS JOIN licence l ON l.code = t.code"
                            " WHERE t.term = ?4 AND t.code > ?1 AND t.code <= ?2 ORDER BY t.code LIMIT ?3",
    [REG_SQL_SEARCH + REG_SEARCH_BY_ESTABLISHED] = SEARCH_COLUMN("established", ""),
    [REG_SQL_SEARCH + REG_SEARCH_BY_RECORDED] = SEARCH_COLUMN("recorded", ""),
    [REG_SQL_SEARCH + REG_SEARCH_BY_AUTHORITY] = SEARCH_COLUMN("authority", ""),
    [REG_SQL_SEARCH + REG_SEARCH_BY_TYPE] = SEARCH_COLUMN("type", ""),
    [REG_SQL_SEARCH + REG_SEARCH_BY_INDUSTRY] = SEARCH_COLUMN("industry", ""),
    [REG_SQL_SEARCH + REG_SEARCH_BY_STATE] = SEARCH_COLUMN("state", " AND l.state <> 1"),
    [REG_SQL_COUNT_TERM] = "SELECT count(*) FROM (SELECT 1 FROM licence_term WHERE term = ?1 LIMIT ?2)",
    [REG_SQL_HAS_TERM] = "SELECT 1 FROM licence_term WHERE term = ?1 AND code = ?2",
    [REG_SQL_INSERT_TERM] = "INSERT INTO licence_term (term, code) VALUES (?1, ?2)",
    [REG_SQL_DELETE_TERM] = "DELETE FROM licence_term WHERE term = ?1 AND code = ?2",
    [REG_SQL_NAME_ROW] = "SELECT " NAME_COLUMNS " FROM name n WHERE n.holder = ?1 AND n.name = ?2",
    [REG_SQL_INSERT_NAME] = "INSERT INTO name (holder, name, authority, state, until_day, position) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [REG_SQL_UPDATE_NAME] = "UPDATE name SET authority = ?2, state = ?3, until_day = ?4, position = ?5 WHERE number = ?1",
    [REG_SQL_DELETE_NAME] = "DELETE FROM name WHERE number = ?1",
    [REG_SQL_INSERT_KEY_OF_NAME] = "INSERT INTO name_gram (authority, gram, number, industry) VALUES (?1, ?2, ?3, ?4)",
    [REG_SQL_DELETE_KEY_OF_NAME] = "DELETE FROM name_gram WHERE authority = ?1 AND gram = ?2 AND number = ?3",
    [REG_SQL_INSERT_SERIAL] = "INSERT INTO serial (serial, code, position, version) VALUES (?1, ?2, ?3, ?4)",
    [REG_SQL_PUT_CASE] = "INSERT INTO \"case\" (number, position, state, authority, code) VALUES (?1, ?2, ?3, ?4, ?5)"
                         " ON CONFLICT (number) DO UPDATE SET position = excluded.position, state = excluded.state,"
                         " authority = excluded.authority, code = excluded.code",
    [REG_SQL_INSERT_REQUEST] = "INSERT INTO request (caller, request_id, digest, position) VALUES (?1, ?2, ?3, ?4)",
    [REG_SQL_INSERT_CATALOGUE] = "INSERT INTO catalogue (revision, position, effective) VALUES (?1, ?2, ?3)",
    [REG_SQL_INSERT_RESTRICTION] =
        "INSERT INTO restriction (" RESTRICTION_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)",
    /* One that was lifted before stays as it is; reg_sqlite_insert_views takes that for a conflict. */
    [REG_SQL_LIFT_RESTRICTION] = "UPDATE restriction SET lifted = ?2 WHERE position = ?1 AND (lifted IS NULL OR lifted = ?2)",
    [REG_SQL_KEEP_CHECKPOINT] = "INSERT INTO checkpoint (size, note) VALUES (?1, ?2) ON CONFLICT (size) DO NOTHING",
    [REG_SQL_POOL_NEXT] =
        "SELECT number, prefix, next, last FROM pool WHERE authority = ?1 ORDER BY next > last, number LIMIT 1",
    [REG_SQL_POOL_TAKE] = "UPDATE pool SET next = next + ?2 WHERE number = ?1",
    [REG_SQL_POOL_ADD] =
        "INSERT INTO pool (authority, prefix, first, next, last, position) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [REG_SQL_POOLS] = "SELECT authority, prefix, first, next, last, position FROM pool ORDER BY number",
    [REG_SQL_SUBJECTS] =
        "SELECT " LICENCE_COLUMNS " FROM licence l WHERE substr(l.code, 9, 9) BETWEEN ?1 AND ?2 || '~' LIMIT 1",
    [REG_SQL_SUBJECT] = "SELECT code FROM licence WHERE substr(code, 9, 9) = substr(?1, 9, 9)",
    [REG_SQL_SERIAL_RAISE] = "UPDATE meta SET next_serial = max(next_serial, ?1)",
    [REG_SQL_POOL_RAISE] = "UPDATE pool SET next = min(max(next, ?2), last + 1) WHERE position = ?1",
    [REG_SQL_SET_STATE] = "UPDATE meta SET state = ?1",
    [REG_SQL_SERIAL_TAKE] = "UPDATE meta SET next_serial = next_serial + ?1 RETURNING next_serial - ?1",
    [REG_SQL_TABLE + REG_TABLE_LICENCE] = PAGE("licence", "code",
                                               "code, position, serial, version, revision, state, authority, type, name,"
                                               " name_key, parent, wake_day, industry, established, recorded"),
    [REG_SQL_TABLE + REG_TABLE_SERIAL] = PAGE("serial", "serial", "serial, code, position, version"),
    [REG_SQL_TABLE + REG_TABLE_CASE] = PAGE("\"case\"", "number", "number, position, state, authority, code"),
    [REG_SQL_TABLE + REG_TABLE_REQUEST] = PAGE2("request", "caller, request_id", "caller, request_id, digest, position"),
    [REG_SQL_TABLE + REG_TABLE_CATALOGUE] = PAGE("catalogue", "revision", "revision, position, effective"),
    [REG_SQL_TABLE + REG_TABLE_NAME] = PAGE("name", "number", "number, holder, name, authority, state, until_day, position"),
    [REG_SQL_TABLE + REG_TABLE_NAME_KEY] = PAGE3("name_gram", "authority, gram, number", "authority, gram, number, industry"),
    [REG_SQL_TABLE + REG_TABLE_RESTRICTION] = PAGE("restriction", "position", RESTRICTION_COLUMNS),
    [REG_SQL_TABLE + REG_TABLE_CASE_KEY] = PAGE("case_key", "case_number", "case_number, wrapped"),
    [REG_SQL_TABLE + REG_TABLE_BATCH] = PAGE("batch", "first_position", "first_position, count, time_ms, edge"),
    [REG_SQL_TABLE + REG_TABLE_TILE] = PAGE2("tile", "level, number", "level, number, hashes"),
    [REG_SQL_TABLE + REG_TABLE_CHECKPOINT] = PAGE("checkpoint", "size", "size, note"),
    [REG_SQL_TABLE + REG_TABLE_POOL] = PAGE("pool", "position", "position, authority, prefix, first, next, last"),
    [REG_SQL_TABLE + REG_TABLE_COUNTER] = PAGE("meta", "one", "one, next_serial"),
    [REG_SQL_TABLE + REG_TABLE_META] = PAGE("meta", "one", "one, registry_id, suite, version, oldest, state"),
    [REG_SQL_TABLE + REG_TABLE_TERM] = PAGE2("licence_term", "term, code", "term, code"),
};

static const struct {
    int code, error;
    const char *zh, *en;
} errors[] = {
    {SQLITE_CONSTRAINT, REG_ERR_CONFLICT, "唯一性冲突", "a unique key is taken"},
    {SQLITE_BUSY, REG_ERR_UNAVAILABLE, "存储正被另一写入者占用，请稍后重试", "another writer holds the store: try again"},
    {SQLITE_LOCKED, REG_ERR_UNAVAILABLE, "存储正被占用，请稍后重试", "the store is locked: try again"},
    {SQLITE_FULL, REG_ERR_UNAVAILABLE, "磁盘已满，写入暂停", "the disk is full: writing is paused"},
    {SQLITE_READONLY, REG_ERR_UNAVAILABLE, "存储文件只读", "the store is read-only"},
    {SQLITE_IOERR, REG_ERR_UNAVAILABLE, "存储读写出错", "the store cannot be read or written"},
    {SQLITE_CANTOPEN, REG_ERR_IO, "无法打开存储文件", "the store cannot be opened"},
    {SQLITE_CORRUPT, REG_ERR_CORRUPT, "存储文件已损坏", "the store is damaged"},
    {SQLITE_NOTADB, REG_ERR_CORRUPT, "不是登记库的存储文件", "the file is not a store"},
    {SQLITE_NOMEM, REG_ERR_NOMEM, "内存不足", "out of memory"},
};

int reg_sqlite_error(struct reg_sqlite *sqlite, struct reg_error_info *info)
{
    int code = sqlite3_errcode(sqlite->db) & 0xff;

    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].code == code) {
            reg_fail(info, errors[i].error, errors[i].zh, errors[i].en);
            return errors[i].error;
        }
    return reg_fail(info, REG_ERR_CORRUPT, "存储出错：%s", "the store failed: %s", sqlite3_errmsg(sqlite->db));
}

static int set_up(struct reg_sqlite *sqlite)
{
    static const char settings[] = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
                                   "PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;";

    sqlite3_extended_result_codes(sqlite->db, 0);
    sqlite3_busy_timeout(sqlite->db, REG_SQLITE_LOCK_WAIT_MS);
    return sqlite3_exec(sqlite->db, settings, NULL, NULL, NULL);
}

int reg_sqlite_open(const char *path, struct reg_sqlite *ret, struct reg_error_info *info)
{
    struct reg_sqlite sqlite = {0};
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX; /* a reader too: WAL wants its shared memory */
    int error;

    if (sqlite3_open_v2(path, &sqlite.db, flags, NULL) == SQLITE_OK && set_up(&sqlite) == SQLITE_OK) {
        *ret = sqlite;
        return 0;
    }
    error = sqlite.db ? reg_sqlite_error(&sqlite, info) : REG_ERR_NOMEM;
    sqlite3_close(sqlite.db);
    return error;
}

int reg_sqlite_use_log(struct reg_sqlite *sqlite, struct reg_error_info *info)
{
    sqlite3_stmt *statement = NULL;
    const char *mode = NULL;
    int error;

    if (sqlite3_prepare_v2(sqlite->db, "PRAGMA journal_mode = WAL", -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW || !(mode = (const char *)sqlite3_column_text(statement, 0)))
        error = reg_sqlite_error(sqlite, info);
    else if (strcmp(mode, "wal") != 0)
        error = reg_fail(info, REG_ERR_UNAVAILABLE, "此文件系统不支持 SQLite 的预写日志",
                         "the file system does not support SQLite's write-ahead log");
    else
        error = 0;
    sqlite3_finalize(statement);
    return error;
}

void reg_sqlite_close(struct reg_sqlite *sqlite)
{
    for (size_t i = 0; i < REG_SQL_COUNT; i++)
        sqlite3_finalize(sqlite->statements[i]);
    sqlite3_close(sqlite->db);
    reg_sqlite_free_sorted(sqlite);
    *sqlite = (struct reg_sqlite){0};
}

sqlite3_stmt *reg_sqlite_prepare(struct reg_sqlite *sqlite, enum reg_sqlite_statement statement)
{
    sqlite3_stmt **at = &sqlite->statements[statement];

    if (!*at)
        sqlite3_prepare_v3(sqlite->db, sql[statement], -1, SQLITE_PREPARE_PERSISTENT, at, NULL);
    return *at;
}

int reg_sqlite_run(struct reg_sqlite *sqlite, sqlite3_stmt *statement)
{
    int stepped, error = 0;

    if (!statement)
        return reg_sqlite_error(sqlite, NULL);
    stepped = sqlite3_step(statement);
    if (stepped != SQLITE_DONE && stepped != SQLITE_ROW)
        error = reg_sqlite_error(sqlite, NULL);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return error;
}
