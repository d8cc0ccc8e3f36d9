/* Connections, statements, parameters, results, errors. */
#include "store/postgresql/migrate.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/error.h"

#define LICENCE_COLUMNS                                                                                                     \
    "l.code, l.position, l.serial, l.version, l.revision, l.state, l.authority, l.type, l.name, l.parent, l.wake_day,"      \
    " l.industry, l.established, l.recorded"
#define ENTRY_COLUMNS "e.position, e.case_number, e.header, e.body, k.wrapped"
#define ENTRY_KEYS    "entry e LEFT JOIN case_key k ON k.case_number = e.case_number"
#define NAME_COLUMNS  "n.holder, n.name, n.authority, n.state, n.until_day, n.position"
#define NAME_FITS                                                                                                           \
    "(g.industry = 0 OR $3::int8 = 0 OR (g.industry & $3::int8) <> 0) AND (n.until_day IS NULL OR n.until_day > $4::int8)"
/* Each name is looked for once, however many keys it has; by its index (OFFSET 0), whatever was known of the table when this was
 * planned: once it was empty. */
#define NAME_KEYS                                                                                                           \
    "unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::int8[]) r (holder, name, first, last, industry)"            \
    " CROSS JOIN LATERAL (SELECT x.authority, x.number FROM name x WHERE x.holder = r.holder AND x.name = r.name OFFSET 0) n" \
    " CROSS JOIN LATERAL unnest(($6::int8[])[r.first::int:r.last::int]) k (gram)"
#define SEARCH_HITS   "(SELECT count(*) FROM licence_term h WHERE h.term = ANY ($4::int8[]) AND h.code = l.code)"
#define SEARCH_COLUMN(column, also)                                                                                         \
    "SELECT " LICENCE_COLUMNS ", " SEARCH_HITS " FROM licence l WHERE (l." column ", l.code) > ($5::int8, $1::text)"        \
    " AND l." column " <= $2::int8" also " ORDER BY l." column ", l.code LIMIT $3::int8"
#define CASE_COLUMNS "number, position, state, authority, code"

#define RESTRICTION_COLUMNS "r.position, r.subject, r.source, r.since, r.until, r.blocks, r.unreachable, r.basis, r.lifted"

/* A statement by the array $1 that must change as many rows as that has elements: otherwise it fails by dividing by zero, and
 * nothing runs that was sent behind it, a COMMIT neither. */
#define ALL_CHANGED(statement)                                                                                              \
    "WITH changed AS (" statement " RETURNING 1) SELECT 1 / (count(*) = cardinality($1))::int FROM changed"

/* Pages of tables, by what their keys are. Their order is the database's own. */
#define PAGE_NUMBER(table, key, columns)                                                                                    \
    "SELECT " columns " FROM " table " WHERE " key " >= $1::int8 ORDER BY " key " LIMIT $2::int8"
#define PAGE_NUMBERS(table, key, columns)                                                                                   \
    "SELECT " columns " FROM " table " WHERE (" key ") >= ($1::int8, $2::int8) ORDER BY " key " LIMIT $3::int8"
#define PAGE_THREE(table, key, columns)                                                                                      \
    "SELECT " columns " FROM " table " WHERE (" key ") >= ($1::int8, $2::int8, $3::int8) ORDER BY " key " LIMIT $4::int8"
#define PAGE_TEXT(table, key, columns)                                                                                      \
    "SELECT " columns " FROM " table " WHERE " key " >= $1::text ORDER BY " key " LIMIT $2::int8"
#define PAGE_TEXTS(table, key, columns)                                                                                     \
    "SELECT " columns " FROM " table " WHERE (" key ") >= ($1::text, $2::text) ORDER BY " key " LIMIT $3::int8"

static const char *const sql[REG_PG_COUNT] = {
    [REG_PG_HEAD] = "SELECT first_position + count, time_ms, edge, (SELECT rebuilt FROM meta) FROM batch"
                    " ORDER BY first_position DESC LIMIT 1",
    [REG_PG_LICENCES] = "SELECT " LICENCE_COLUMNS " FROM unnest($1::text[]) WITH ORDINALITY a (code, place)"
                        " JOIN licence l ON l.code = a.code ORDER BY a.place",
    [REG_PG_LICENCE_ENTRIES] =
        "SELECT " LICENCE_COLUMNS ", " ENTRY_COLUMNS " FROM unnest($1::text[]) WITH ORDINALITY a (code, place)"
        " JOIN licence l ON l.code = a.code JOIN entry e ON e.position = l.position"
        " LEFT JOIN case_key k ON k.case_number = e.case_number ORDER BY a.place",
    /* a page ends before its bytes pass $3, but has one entry at least */
    [REG_PG_ENTRIES] =
        "SELECT position, case_number, header, body, wrapped FROM (SELECT p.*, sum(size) OVER (ORDER BY position) AS total"
        " FROM (SELECT " ENTRY_COLUMNS ", octet_length(e.header) + octet_length(e.body) AS size FROM " ENTRY_KEYS
        " WHERE e.position >= $1::int8 ORDER BY e.position LIMIT $2::int8) p) q WHERE total <= $3::int8 OR total = size"
        " ORDER BY position",
    [REG_PG_HEADERS] = "SELECT e.position, e.case_number, e.header, ''::bytea, NULL::bytea FROM entry e"
                       " WHERE e.position >= $1::int8 ORDER BY e.position LIMIT $2::int8",
    [REG_PG_CASE] = "SELECT " CASE_COLUMNS " FROM \"case\" WHERE number = $1::int8",
    [REG_PG_CASE_ENTRY] = "SELECT " ENTRY_COLUMNS " FROM " ENTRY_KEYS
                          " WHERE e.position = (SELECT position FROM \"case\" WHERE number = $1::int8)",
    [REG_PG_CASES_OF] = "SELECT " CASE_COLUMNS " FROM \"case\" WHERE code = $1::text AND code <> '' ORDER BY number",
    [REG_PG_CASES] = "SELECT " CASE_COLUMNS " FROM \"case\" WHERE number < $1::int8 AND ($2::int8 = 0 OR state = $2)"
                     " AND ($3::int8 = 0 OR authority = $3) ORDER BY number DESC LIMIT $4::int8",
    [REG_PG_WAKES] =
        "SELECT " LICENCE_COLUMNS " FROM licence l WHERE l.wake_day <= $1::int8 ORDER BY l.wake_day, l.code LIMIT $2::int8",
    [REG_PG_RESTRICTION] = "SELECT " RESTRICTION_COLUMNS " FROM restriction r WHERE position = $1::int8",
    [REG_PG_RESTRICTIONS] = "SELECT " RESTRICTION_COLUMNS
                            " FROM restriction r WHERE position < $1::int8 AND ($2::text = '' OR subject = $2::text)"
                            " AND ($3::int8 <> 0 OR lifted IS NULL) ORDER BY position DESC LIMIT $4::int8",
    [REG_PG_STANDING] = "SELECT " RESTRICTION_COLUMNS " FROM unnest($1::text[]) WITH ORDINALITY a (subject, place)"
                        " JOIN restriction r ON r.subject = a.subject WHERE a.subject <> '' AND r.lifted IS NULL"
                        " ORDER BY a.place, r.position",
    [REG_PG_CATALOGUES] = "SELECT revision, position, effective FROM catalogue WHERE revision > $1::int8 ORDER BY revision",
    [REG_PG_LAST_CATALOGUE] = "SELECT revision, position, effective FROM catalogue ORDER BY revision DESC LIMIT 1",
    /* states 1 to 4: a registration that has not ended */
    [REG_PG_BRANCHES] = "SELECT name, count(*) OVER () FROM licence WHERE parent = $1::text AND state BETWEEN 1 AND 4"
                        " ORDER BY code LIMIT $2::int8",
    [REG_PG_SERIAL] = "SELECT serial, code, position, version FROM serial WHERE serial = $1::int8",
    [REG_PG_SERIAL_LICENCE] =
        "SELECT " LICENCE_COLUMNS " FROM licence l WHERE l.code = (SELECT code FROM serial WHERE serial = $1::int8)",
    [REG_PG_SERIAL_ENTRY] = "SELECT " ENTRY_COLUMNS " FROM " ENTRY_KEYS
                            " WHERE e.position = (SELECT position FROM serial WHERE serial = $1::int8)",
    /* A row that is seen may not be on a standby yet: after a restart, or where waiting for the standby was cancelled. Who
     * is told of it was answered, so a row that is found makes the transaction write, whose COMMIT then waits for the
     * standby. */
    [REG_PG_REQUEST] = "SELECT digest, position, pg_logical_emit_message(true, 'registry', '') IS NULL FROM request"
                       " WHERE caller = $1::text AND request_id = $2::text",
    [REG_PG_NAME] = "SELECT code FROM licence WHERE authority = $1::int8 AND name_key = $2::text",
    /* the first $5 keys are looked through to their end, the others' newest $6 names; each once, under its first key */
    [REG_PG_NAMES] =
        "SELECT " NAME_COLUMNS " FROM (SELECT number, min(place) AS place"
        " FROM unnest($2::int8[]) WITH ORDINALITY k (gram, place) CROSS JOIN LATERAL ("
        "(SELECT g.number FROM name_gram g JOIN name n ON n.number = g.number WHERE k.place <= $5::int8"
        " AND g.authority = $1::int8 AND g.gram = k.gram AND " NAME_FITS " ORDER BY g.number DESC LIMIT $7::int8)"
        " UNION ALL (SELECT g.number FROM (SELECT number, industry FROM name_gram WHERE k.place > $5::int8"
        " AND authority = $1::int8 AND gram = k.gram ORDER BY number DESC LIMIT $6::int8) g JOIN name n ON n.number = "
        "g.number"
        " WHERE " NAME_FITS
        " ORDER BY g.number DESC LIMIT $7::int8)) f GROUP BY number) f JOIN name n ON n.number = f.number"
        " ORDER BY f.place, n.number DESC LIMIT $8::int8",
    [REG_PG_NAMES_OF] = "SELECT " NAME_COLUMNS ", (SELECT count(*) FROM name_gram g WHERE n.name = $2::text"
                        " AND g.authority = n.authority AND g.gram = ANY ($3::int8[]) AND g.number = n.number"
                        " AND g.industry = $4::int8) FROM name n WHERE n.holder = $1::text ORDER BY n.number",
    [REG_PG_RESERVED] = "SELECT " NAME_COLUMNS " FROM name n WHERE n.holder = $1::text ORDER BY n.number LIMIT 1",
    [REG_PG_TILE] = "SELECT hashes FROM tile WHERE level = $1::int8 AND number = $2::int8",
    [REG_PG_CHECKPOINT] = "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1",
    [REG_PG_SNAPSHOT] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    [REG_PG_BEGIN] = "BEGIN",
    [REG_PG_LOCK] = "SELECT pg_advisory_xact_lock($1::int8)",
    [REG_PG_NOTIFY] = "NOTIFY registry",
    [REG_PG_COMMIT] = "COMMIT",
    [REG_PG_INSERT_ENTRIES] = "INSERT INTO entry (position, case_number, header, body)"
                              " SELECT * FROM unnest($1::int8[], $2::int8[], $3::bytea[], $4::bytea[])",
    [REG_PG_INSERT_KEYS] = "INSERT INTO case_key (case_number, wrapped) SELECT * FROM unnest($1::int8[], $2::bytea[])",
    [REG_PG_DESTROY_KEYS] = "WITH forgotten AS (UPDATE restriction SET subject = '', basis = '' WHERE position = ANY"
                            " ($1::int8[])) UPDATE case_key SET wrapped = NULL WHERE case_number = ANY ($1::int8[])"
                            " AND wrapped IS NOT NULL",
    /* a revision that is not newer changes nothing: the code, or the revision, was taken */
    [REG_PG_PUT_LICENCES] = ALL_CHANGED(
        "INSERT INTO licence (code, position, serial, version, revision, state, authority, type, name, name_key, parent,"
        " wake_day, industry, established, recorded) SELECT * FROM unnest($1::text[], $2::int8[], $3::int8[], $4::int8[],"
        " $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::text[], $10::text[], $11::text[], $12::int8[], $13::int8[],"
        " $14::int8[], $15::int8[]) ON CONFLICT (code) DO UPDATE SET"
        " position = excluded.position, serial = excluded.serial, version = excluded.version, revision = excluded.revision,"
        " state = excluded.state, authority = excluded.authority, type = excluded.type, name = excluded.name,"
        " name_key = excluded.name_key, parent = excluded.parent, wake_day = excluded.wake_day,"
        " industry = excluded.industry, established = excluded.established, recorded = excluded.recorded"
        " WHERE excluded.revision > licence.revision"),
    [REG_PG_SEARCH + REG_SEARCH_BY_CODE] = "SELECT " LICENCE_COLUMNS ", " SEARCH_HITS " FROM licence l WHERE l.code > $1::text"
                           " AND l.code <= $2::text ORDER BY l.code LIMIT $3::int8",
    /* the rarest is found first, by counting no further than $5 */
    [REG_PG_SEARCH + REG_SEARCH_BY_TERM] =
        "SELECT " LICENCE_COLUMNS ", " SEARCH_HITS " FROM (SELECT code FROM licence_term WHERE term = (SELECT k.term"
        " FROM unnest($4::int8[]) WITH ORDINALITY k (term, place) ORDER BY (SELECT count(*) FROM (SELECT 1 FROM licence_term"
        " c WHERE c.term = k.term LIMIT $5::int8) c), k.place LIMIT 1) AND code > $1::text AND code <= $2::text"
        " ORDER BY code LIMIT $3::int8) t JOIN licence l ON l.code = t.code ORDER BY t.code",
    [REG_PG_SEARCH + REG_SEARCH_BY_ESTABLISHED] = SEARCH_COLUMN("established", ""),
    [REG_PG_SEARCH + REG_SEARCH_BY_RECORDED] = SEARCH_COLUMN("recorded", ""),
    [REG_PG_SEARCH + REG_SEARCH_BY_AUTHORITY] = SEARCH_COLUMN("authority", ""),
    [REG_PG_SEARCH + REG_SEARCH_BY_TYPE] = SEARCH_COLUMN("type", ""),
    [REG_PG_SEARCH + REG_SEARCH_BY_INDUSTRY] = SEARCH_COLUMN("industry", ""),
    [REG_PG_SEARCH + REG_SEARCH_BY_STATE] = SEARCH_COLUMN("state", " AND l.state <> 1"),
    [REG_PG_DELETE_TERMS] = "DELETE FROM licence_term t USING unnest($1::int8[], $2::text[]) r (term, code)"
                            " WHERE t.term = r.term AND t.code = r.code",
    [REG_PG_INSERT_TERMS] = "INSERT INTO licence_term (term, code) SELECT * FROM unnest($1::int8[], $2::text[])"
                             " a (term, code) ORDER BY a.term, a.code COLLATE \"C\"",
    [REG_PG_DELETE_NAME_KEYS] = "DELETE FROM name_gram g USING (SELECT n.authority, k.gram, n.number FROM " NAME_KEYS ") k"
                                " WHERE g.authority = k.authority AND g.gram = k.gram AND g.number = k.number",
    [REG_PG_DELETE_NAMES] = "DELETE FROM name n USING unnest($1::text[], $2::text[]) r (holder, name)"
                            " WHERE n.holder = r.holder AND n.name = r.name",
    [REG_PG_PUT_NAMES] =
        "INSERT INTO name (holder, name, authority, state, until_day, position)"
        " SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::int8[], $6::int8[]) ON CONFLICT (holder, name)"
        " DO UPDATE SET authority = excluded.authority, state = excluded.state, until_day = excluded.until_day,"
        " position = excluded.position",
    [REG_PG_INSERT_NAME_KEYS] = "INSERT INTO name_gram (authority, gram, number, industry)"
                                " SELECT n.authority, k.gram, n.number, r.industry FROM " NAME_KEYS " ORDER BY 1, 2, 3",
    [REG_PG_INSERT_SERIALS] = "INSERT INTO serial (serial, code, position, version)"
                              " SELECT * FROM unnest($1::int8[], $2::text[], $3::int8[], $4::int8[])",
    [REG_PG_PUT_CASES] =
        "INSERT INTO \"case\" (number, position, state, authority, code)"
        " SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::int8[], $5::text[]) ON CONFLICT (number) DO UPDATE"
        " SET position = excluded.position, state = excluded.state, authority = excluded.authority, code = excluded.code",
    [REG_PG_INSERT_REQUESTS] = "INSERT INTO request (caller, request_id, digest, position)"
                               " SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::int8[]) ORDER BY 1, 2",
    [REG_PG_INSERT_RESTRICTIONS] =
        "INSERT INTO restriction (position, subject, source, since, until, blocks, unreachable, basis) SELECT * FROM"
        " unnest($1::int8[], $2::text[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::text[])",
    /* one that was lifted before stays as it is */
    [REG_PG_LIFT_RESTRICTIONS] =
        ALL_CHANGED("UPDATE restriction r SET lifted = v.lifted FROM unnest($1::int8[], $2::int8[]) AS v (placed, lifted)"
                    " WHERE r.position = v.placed AND (r.lifted IS NULL OR r.lifted = v.lifted)"),
    [REG_PG_INSERT_CATALOGUES] = "INSERT INTO catalogue (revision, position, effective)"
                                 " SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[])",
    [REG_PG_INSERT_TILES] =
        "INSERT INTO tile (level, number, hashes) SELECT * FROM unnest($1::int8[], $2::int8[], $3::bytea[])",
    [REG_PG_INSERT_BATCH] = "INSERT INTO batch (first_position, count, time_ms, edge)"
                            " VALUES ($1::int8, $2::int8, $3::int8, $4::bytea)",
    [REG_PG_KEEP_CHECKPOINT] =
        "INSERT INTO checkpoint (size, note) VALUES ($1::int8, $2::bytea) ON CONFLICT (size) DO NOTHING",
    [REG_PG_POOL_TAKE] =
        "UPDATE pool p SET next = least(p.next + $2::int8, p.last + 1) FROM (SELECT number, next FROM pool"
        " WHERE authority = $1::int8 ORDER BY next > last, number LIMIT 1 FOR UPDATE) f WHERE p.number = f.number"
        " RETURNING p.prefix, f.next, p.next - f.next",
    [REG_PG_INSERT_POOLS] =
        "INSERT INTO pool (authority, prefix, first, next, last, position)"
        " SELECT * FROM unnest($1::int8[], $2::text[], $3::int8[], $4::int8[], $5::int8[], $6::int8[])",
    [REG_PG_POOLS] = "SELECT authority, prefix, first, next, last, position FROM pool ORDER BY number",
    [REG_PG_SUBJECTS] = "SELECT " LICENCE_COLUMNS
                        " FROM licence l WHERE substr(l.code, 9, 9) BETWEEN $1::text AND $2::text || '~' LIMIT 1",
    /* each by its index, whatever was known of the tables when this was planned: once they were empty */
    [REG_PG_TAKEN] =
        "SELECT r.digest, r.position, (SELECT l.code FROM licence l WHERE substr(l.code, 9, 9) = substr(t.code, 9, 9)),"
        " (SELECT n.code FROM licence n WHERE n.authority = t.authority AND n.name_key = t.name_key)"
        " FROM unnest($2::text[], $3::text[], $4::text[], $5::int8[]) WITH ORDINALITY t (request_id, code, name_key, authority,"
        " place) LEFT JOIN LATERAL (SELECT x.digest, x.position FROM request x WHERE x.caller = $1::text"
        " AND x.request_id = t.request_id OFFSET 0) r ON true ORDER BY t.place",
    [REG_PG_SERIAL_RAISE] = "UPDATE counter SET next_serial = greatest(next_serial, $1::int8)",
    [REG_PG_POOL_RAISE] =
        "UPDATE pool SET next = least(greatest(next, $2::int8), last + 1) WHERE position = $1::int8",
    [REG_PG_SET_STATE] = "UPDATE meta SET state = $1::int8",
    [REG_PG_SERIAL_TAKE] = "UPDATE counter SET next_serial = next_serial + $1::int8 RETURNING next_serial - $1::int8",
    [REG_PG_TABLE + REG_TABLE_LICENCE] = PAGE_TEXT("licence", "code",
                                                   "code, position, serial, version, revision, state, authority, type, name,"
                                                   " name_key, parent, wake_day, industry, established, recorded"),
    [REG_PG_TABLE + REG_TABLE_SERIAL] = PAGE_NUMBER("serial", "serial", "serial, code, position, version"),
    [REG_PG_TABLE + REG_TABLE_CASE] = PAGE_NUMBER("\"case\"", "number", "number, position, state, authority, code"),
    [REG_PG_TABLE + REG_TABLE_REQUEST] = PAGE_TEXTS("request", "caller, request_id", "caller, request_id, digest, position"),
    [REG_PG_TABLE + REG_TABLE_CATALOGUE] = PAGE_NUMBER("catalogue", "revision", "revision, position, effective"),
    [REG_PG_TABLE + REG_TABLE_NAME] =
        PAGE_NUMBER("name", "number", "number, holder, name, authority, state, until_day, position"),
    [REG_PG_TABLE + REG_TABLE_NAME_KEY] =
        PAGE_THREE("name_gram", "authority, gram, number", "authority, gram, number, industry"),
    [REG_PG_TABLE + REG_TABLE_RESTRICTION] =
        PAGE_NUMBER("restriction r", "position", RESTRICTION_COLUMNS),
    [REG_PG_TABLE + REG_TABLE_CASE_KEY] = PAGE_NUMBER("case_key", "case_number", "case_number, wrapped"),
    [REG_PG_TABLE + REG_TABLE_BATCH] = PAGE_NUMBER("batch", "first_position", "first_position, count, time_ms, edge"),
    [REG_PG_TABLE + REG_TABLE_TILE] = PAGE_NUMBERS("tile", "level, number", "level, number, hashes"),
    [REG_PG_TABLE + REG_TABLE_CHECKPOINT] = PAGE_NUMBER("checkpoint", "size", "size, note"),
    [REG_PG_TABLE + REG_TABLE_POOL] = PAGE_NUMBER("pool", "position", "position, authority, prefix, first, next, last"),
    [REG_PG_TABLE + REG_TABLE_COUNTER] = PAGE_NUMBER("counter", "one", "one, next_serial"),
    [REG_PG_TABLE + REG_TABLE_META] = PAGE_NUMBER("meta", "one", "one, registry_id, suite, version, oldest, state"),
    [REG_PG_TABLE + REG_TABLE_TERM] = "SELECT term, code FROM licence_term WHERE (term, code) >= ($1::int8, $2::text)"
                                      " ORDER BY term, code LIMIT $3::int8",
};

/* ---- errors -------------------------------------------------------------------------------------------------------- */

/* By the beginning of the SQLSTATE; the first that fits. */
static const struct {
    const char *state;
    int error;
    const char *zh, *en;
} errors[] = {
    {"21000", REG_ERR_CONFLICT, "同一批中有相同的唯一键", "the batch has a unique key twice"},
    {"22012", REG_ERR_CONFLICT, "所依据的行已改变", "a row that this relies on has changed"}, /* ALL_CHANGED */
    {"23505", REG_ERR_CONFLICT, "唯一性冲突", "a unique key is taken"},
    {"40", REG_ERR_UNAVAILABLE, "数据库中止了事务，请稍后重试", "the database ended the transaction: try again"},
    {"53100", REG_ERR_UNAVAILABLE, "数据库磁盘已满，写入暂停", "the database's disk is full: writing is paused"},
    {"53", REG_ERR_UNAVAILABLE, "数据库资源不足，请稍后重试", "the database is short of resources: try again"},
    {"55P03", REG_ERR_UNAVAILABLE, "数据库的锁被占用，请稍后重试", "a lock of the database is held: try again"},
    {"57", REG_ERR_UNAVAILABLE, "数据库正在停机或者取消了操作，请稍后重试",
     "the database is going down or cancelled the operation: try again"},
    {"25P03", REG_ERR_UNAVAILABLE, "数据库因闲置结束了事务，请稍后重试",
     "the database ended an idle transaction: try again"},
    {"25006", REG_ERR_UNAVAILABLE, "数据库只读（可能是备库）", "the database is read-only: perhaps a standby"},
    {"08", REG_ERR_UNAVAILABLE, "与数据库的连接中断，请稍后重试", "the connection to the database was lost: try again"},
    {"42501", REG_ERR_DENIED, "数据库角色没有所需的权限，请用 registryctl migrate --grant 授权",
     "the database role lacks a privilege: grant it by registryctl migrate --grant"},
    {"42P01", REG_ERR_CORRUPT, "数据库中没有登记库的表，请先运行 registryctl migrate",
     "the database has no registry's tables: run registryctl migrate first"},
    {"XX00", REG_ERR_CORRUPT, "数据库已损坏", "the database is damaged"},
};

int reg_pg_error(struct reg_pg *pg, const PGresult *result, struct reg_error_info *info)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

    /* this server does not lead any more: the next use looks for the one that does */
    if (state && strcmp(state, "25006") == 0)
        pg->stale = true;
    for (size_t i = 0; state && i < sizeof errors / sizeof *errors; i++)
        if (strncmp(errors[i].state, state, strlen(errors[i].state)) == 0)
            return reg_fail(info, errors[i].error, errors[i].zh, errors[i].en);
    if (!pg->conn || PQstatus(pg->conn) != CONNECTION_OK)
        return reg_fail(info, REG_ERR_UNAVAILABLE, "与数据库的连接中断，请稍后重试",
                        "the connection to the database was lost: try again");
    return reg_fail(info, REG_ERR_CORRUPT, "数据库出错：%s", "the database failed: %s",
                    message ? message : PQerrorMessage(pg->conn));
}

/* ---- connecting ---------------------------------------------------------------------------------------------------- */

#define WAIT_FIRST_MS 50
#define WAIT_MOST_MS  5000
/* Connecting is waited for: a standby that is not there must not cost those who can do without it much. */
#define WAIT_STANDBY_MS 60000

int64_t reg_pg_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A COMMIT that ends with a warning (a standby did not confirm) did not end clean. */
static void on_notice(void *context, const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

    if (severity && strcmp(severity, "WARNING") == 0)
        ((struct reg_pg *)context)->warned = true;
}

int reg_pg_unclear(struct reg_error_info *info)
{
    return reg_fail(info, REG_ERR_UNAVAILABLE, "数据库已提交但有警告，可能尚未复制到备库",
                    "the database committed with a warning: a standby may not have it yet");
}

static int connect_fault(struct reg_pg *pg, struct reg_error_info *info)
{
    const char *message = pg->conn ? PQerrorMessage(pg->conn) : "(waiting before the next attempt)";
    int len = (int)strcspn(message, "\n");

    return reg_fail(info, REG_ERR_UNAVAILABLE, "无法连接数据库：%.*s", "cannot connect to the database: %.*s", len, message);
}

/* What every connection is set to: durable commits (remote_apply is more than that, and stands), no frozen lock holder; and
 * statements that are planned once: anew for each call costs more than most of them do. A plan that was made while tables were
 * empty must do when they are large: by indexes, whatever they seem to cost (which must not call for helpers or the compiler: a page of rows is read in a millisecond, a
 * helper comes in thirty). */
static const char *const settings[] = {"SELECT set_config('synchronous_commit', 'on', false)"
                                       " WHERE current_setting('synchronous_commit') <> 'remote_apply'",
                                       "SET idle_in_transaction_session_timeout = '5s'",
                                       "SET client_min_messages = warning",
                                       "SET lock_timeout = '10s'",
                                       "SET timezone = 'UTC'",
                                       "SET default_transaction_isolation = 'read committed'",
                                       "SET plan_cache_mode = force_generic_plan",
                                       "SET enable_seqscan = off",
                                       "SET enable_bitmapscan = off",
                                       "SET enable_sort = off",
                                       "SET enable_hashjoin = off",
                                       "SET enable_mergejoin = off",
                                       "SET max_parallel_workers_per_gather = 0",
                                       "SET jit = off"};

#define SETTINGS (sizeof settings / sizeof *settings)

void reg_pg_drop(struct reg_pg *pg)
{
    PQfinish(pg->conn);
    pg->conn = NULL;
    pg->prepared = false;
}

static int64_t answer_ms(const struct reg_pg *pg)
{
    return pg->standby ? REG_PG_STANDBY_MS : REG_PG_ANSWER_MS;
}

static PGconn *connect_by(const struct reg_pg *pg, PGconn *(*connect)(const char *const *, const char *const *, int))
{
    /* The last one wins. A host that lost its power answers nothing: without keepalives, for two hours. */
    static const char *const names[] = {
        "application_name", "connect_timeout",      "tcp_user_timeout", "keepalives_idle", "keepalives_interval",
        "keepalives_count", "target_session_attrs", "dbname",           "client_encoding", NULL};
    const char *const values[] = {
        "registry", "5", "5000", "5", "2", "3", pg->standby ? "any" : "read-write", pg->url, "UTF8", NULL};

    return connect(names, values, 1);
}

static void expect_connection(struct reg_pg *pg)
{
    PQfinish(pg->conn);
    pg->prepared = pg->stale = false;
    pg->answer_ms = answer_ms(pg);
}

/* PQgetResult, which waits no longer than it may: then the connection counts as lost. That cancels nothing. What the server
 * was doing goes on there, a COMMIT too, and the lock is not free before it ended. */
static PGresult *get_result(struct reg_pg *pg)
{
    int64_t end = reg_pg_now_ms() + pg->answer_ms, left;

    while (pg->answer_ms > 0 && PQisBusy(pg->conn) == 1) {
        struct pollfd wait = {.fd = PQsocket(pg->conn), .events = POLLIN};

        if ((left = end - reg_pg_now_ms()) <= 0) {
            shutdown(wait.fd, SHUT_RDWR);
            break;
        }
        if (poll(&wait, 1, (int)left) > 0 && PQconsumeInput(pg->conn) != 1)
            break;
    }
    return PQgetResult(pg->conn);
}

/* The last result of what was sent. */
static PGresult *last_result(struct reg_pg *pg)
{
    PGresult *last = NULL, *result;

    while ((result = get_result(pg)) != NULL) {
        PQclear(last);
        last = result;
    }
    return last;
}

/* ---- parameters ---------------------------------------------------------------------------------------------------- */

static void put_big(uint8_t *out, uint64_t number, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(number >> 8 * (bytes - 1 - i));
}

static void set_value(struct reg_pg_call *call, const void *value, size_t length)
{
    call->values[call->count] = value;
    call->lengths[call->count++] = (int)length;
}

void reg_pg_number(struct reg_pg_call *call, int64_t number)
{
    put_big(call->numbers[call->count], (uint64_t)number, 8);
    set_value(call, call->numbers[call->count], 8);
}

void reg_pg_text(struct reg_pg_call *call, const char *text)
{
    set_value(call, text, text ? strlen(text) : 0);
}

void reg_pg_bytes(struct reg_pg_call *call, struct reg_bytes bytes)
{
    set_value(call, bytes.data ? bytes.data : (const uint8_t *)"", bytes.len);
}

static void put_int4(struct reg_buf *buf, uint32_t number)
{
    uint8_t bytes[4];

    put_big(bytes, number, 4);
    reg_buf_put(buf, bytes, 4);
}

/* Dimensions, may hold NULLs, element type; then length and lower bound of the one dimension. */
struct reg_buf *reg_pg_array(struct reg_pg_call *call, enum reg_pg_element element, size_t count)
{
    struct reg_buf *array = &call->arrays[call->count];

    reg_buf_clear(array);
    put_int4(array, 1);
    put_int4(array, 1);
    put_int4(array, element);
    put_int4(array, (uint32_t)count);
    put_int4(array, 1);
    set_value(call, NULL, 0);
    return array;
}

void reg_pg_array_number(struct reg_buf *array, int64_t number)
{
    uint8_t bytes[8];

    put_int4(array, 8);
    put_big(bytes, (uint64_t)number, 8);
    reg_buf_put(array, bytes, 8);
}

void reg_pg_array_bytes(struct reg_buf *array, struct reg_bytes bytes)
{
    put_int4(array, (uint32_t)bytes.len);
    reg_buf_put(array, bytes.data, bytes.len);
}

void reg_pg_array_text(struct reg_buf *array, const char *text)
{
    reg_pg_array_bytes(array, (struct reg_bytes){(const uint8_t *)text, strlen(text)});
}

void reg_pg_array_null(struct reg_buf *array)
{
    put_int4(array, UINT32_MAX);
}

int reg_pg_arrays_done(struct reg_pg_call *call)
{
    for (int i = 0; i < call->count; i++) {
        if (call->arrays[i].error)
            return call->arrays[i].error;
        if (call->arrays[i].len > 0) {
            call->values[i] = (const char *)call->arrays[i].data;
            call->lengths[i] = (int)call->arrays[i].len;
        }
    }
    return 0;
}

void reg_pg_call_clear(struct reg_pg_call *call)
{
    for (int i = 0; i < REG_PG_PARAMS_MAX; i++)
        reg_buf_clear(&call->arrays[i]);
    PQclear(call->result);
    call->result = NULL;
    call->count = 0;
}

/* ---- running ------------------------------------------------------------------------------------------------------- */

static bool sent(struct reg_pg *pg, struct reg_pg_call *call)
{
    static const int binary[REG_PG_PARAMS_MAX] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    char name[16];

    snprintf(name, sizeof name, "s%d", (int)call->statement);
    return PQsendQueryPrepared(pg->conn, name, call->count, call->values, call->lengths, binary, 1) == 1;
}

static bool send_calls(struct reg_pg *pg, struct reg_pg_call *calls, size_t count)
{
    bool good = true;

    for (size_t i = 0; good && i < count; i++)
        good = sent(pg, &calls[i]);
    return good;
}

bool reg_pg_send(struct reg_pg *pg, struct reg_pg_call *calls, size_t count)
{
    struct reg_pg_call begin = {.statement = REG_PG_SNAPSHOT}, commit = {.statement = REG_PG_COMMIT};

    return sent(pg, &begin) && send_calls(pg, calls, count) && sent(pg, &commit) && PQpipelineSync(pg->conn) == 1;
}

/* The next statement's result; the NULL that ends it is taken, too. */
static PGresult *next_result(struct reg_pg *pg)
{
    PGresult *result = get_result(pg), *end;

    while (result && PQresultStatus(result) != PGRES_PIPELINE_SYNC && (end = get_result(pg)) != NULL)
        PQclear(end);
    return result;
}

int reg_pg_check(struct reg_pg *pg, const PGresult *result, int error, struct reg_error_info *info)
{
    ExecStatusType status = result ? PQresultStatus(result) : PGRES_FATAL_ERROR;

    if (error != 0 || status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_PIPELINE_ABORTED)
        return error;
    return reg_pg_error(pg, result, info);
}

/* The result that ends the round trip. Anything else is an error of what the server did there, as of an implicit commit. */
static int take_sync(struct reg_pg *pg, int error, struct reg_error_info *info)
{
    PGresult *result = next_result(pg);

    if (error == 0 && (!result || PQresultStatus(result) != PGRES_PIPELINE_SYNC))
        error = reg_pg_error(pg, result, info);
    PQclear(result);
    return error;
}

static int take_all(struct reg_pg *pg, const struct reg_pg_part *parts, size_t count, struct reg_error_info *info)
{
    int error = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; PQstatus(pg->conn) == CONNECTION_OK && j < parts[i].count; j++) {
            parts[i].calls[j].result = next_result(pg);
            error = reg_pg_check(pg, parts[i].calls[j].result, error, info);
        }
    if (PQstatus(pg->conn) == CONNECTION_OK)
        error = take_sync(pg, error, info);
    return error != 0 || PQstatus(pg->conn) == CONNECTION_OK ? error : reg_pg_error(pg, NULL, info);
}

static bool send_parts(struct reg_pg *pg, const struct reg_pg_part *parts, size_t count)
{
    bool good = PQenterPipelineMode(pg->conn) == 1;

    for (size_t i = 0; good && i < count; i++)
        good = send_calls(pg, parts[i].calls, parts[i].count);
    return good && PQpipelineSync(pg->conn) == 1;
}

/* Half of it may be on its way: nothing more is to be had here. */
static int broken(struct reg_pg *pg, int error, struct reg_error_info *info)
{
    if (error == 0)
        error = reg_pg_error(pg, NULL, info);
    reg_pg_drop(pg);
    return error == REG_ERR_CORRUPT ? REG_ERR_UNAVAILABLE : error;
}

int reg_pg_run_parts(struct reg_pg *pg, const struct reg_pg_part *parts, size_t count, struct reg_error_info *info)
{
    int error;

    pg->warned = false;
    if (!send_parts(pg, parts, count))
        return broken(pg, 0, info);
    error = take_all(pg, parts, count, info);
    return PQstatus(pg->conn) == CONNECTION_OK && PQexitPipelineMode(pg->conn) == 1 ? error : broken(pg, error, info);
}

int reg_pg_run(struct reg_pg *pg, struct reg_pg_call *calls, size_t count, struct reg_error_info *info)
{
    return reg_pg_run_parts(pg, &(struct reg_pg_part){calls, count}, 1, info);
}

int reg_pg_run_snapshot(struct reg_pg *pg, struct reg_pg_call *calls, size_t count, struct reg_error_info *info)
{
    struct reg_pg_call begin = {.statement = REG_PG_SNAPSHOT}, commit = {.statement = REG_PG_COMMIT};
    const struct reg_pg_part parts[3] = {{&begin, 1}, {calls, count}, {&commit, 1}};
    int error = reg_pg_run_parts(pg, parts, 3, info);

    reg_pg_call_clear(&begin);
    reg_pg_call_clear(&commit);
    if (error != 0 && pg->conn) /* the failed transaction is still open */
        PQclear(reg_pg_exec(pg, "ROLLBACK"));
    return error == 0 && pg->warned ? reg_pg_unclear(info) : error;
}

/* Clean is: the command says COMMIT, and the server had no warning, as it has where a standby did not confirm. */
int reg_pg_committed(const struct reg_pg *pg, PGresult *result, struct reg_error_info *info)
{
    if (strcmp(PQcmdStatus(result), "COMMIT") != 0)
        return reg_fail(info, REG_ERR_UNAVAILABLE, "数据库没有提交，而是撤销了事务",
                        "the database rolled the transaction back instead of committing it");
    return pg->warned ? reg_pg_unclear(info) : 0;
}

PGresult *reg_pg_exec(struct reg_pg *pg, const char *command)
{
    pg->warned = false;
    return PQsendQuery(pg->conn, command) == 1 ? last_result(pg) : NULL;
}

PGresult *reg_pg_select(struct reg_pg *pg, const char *query)
{
    return PQsendQueryParams(pg->conn, query, 0, NULL, NULL, NULL, NULL, 1) == 1 ? last_result(pg) : NULL;
}

int reg_pg_command(struct reg_pg *pg, const char *command, struct reg_error_info *info)
{
    PGresult *result = reg_pg_exec(pg, command);
    ExecStatusType status = PQresultStatus(result);
    int error = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? 0 : reg_pg_error(pg, result, info);

    PQclear(result);
    return error;
}

/* ---- being ready -------------------------------------------------------------------------------------------------- */

static bool send_texts(struct reg_pg *pg, const char *const *texts, size_t count)
{
    bool good = true;

    for (size_t i = 0; good && i < count; i++)
        good = PQsendQueryParams(pg->conn, texts[i], 0, NULL, NULL, NULL, NULL, 1) == 1;
    return good;
}

static bool send_settings(struct reg_pg *pg)
{
    return send_texts(pg, settings, SETTINGS);
}

static bool send_statements(struct reg_pg *pg)
{
    bool good = true;
    char name[16];

    for (size_t i = 0; good && i < REG_PG_COUNT; i++) {
        snprintf(name, sizeof name, "s%zu", i);
        good = PQsendPrepare(pg->conn, name, sql[i], 0, NULL) == 1;
    }
    return good;
}

/* Sends so many commands, and takes what they say, in one round trip. */
static int run_commands(struct reg_pg *pg, bool (*send)(struct reg_pg *pg), size_t count, struct reg_error_info *info)
{
    int error = 0;

    if (PQenterPipelineMode(pg->conn) != 1 || !send(pg) || PQpipelineSync(pg->conn) != 1)
        return reg_pg_error(pg, NULL, info);
    for (size_t i = 0; PQstatus(pg->conn) == CONNECTION_OK && i < count; i++) {
        PGresult *result = next_result(pg);

        error = reg_pg_check(pg, result, error, info);
        PQclear(result);
    }
    if (PQstatus(pg->conn) == CONNECTION_OK)
        error = take_sync(pg, error, info);
    if (error == 0 && (PQstatus(pg->conn) != CONNECTION_OK || PQexitPipelineMode(pg->conn) != 1))
        error = reg_pg_error(pg, NULL, info);
    return error;
}

static int open_connection(struct reg_pg *pg, struct reg_error_info *info)
{
    int error;

    expect_connection(pg);
    pg->conn = connect_by(pg, PQconnectdbParams);
    if (!pg->conn)
        return REG_ERR_NOMEM;
    if (PQstatus(pg->conn) != CONNECTION_OK)
        return connect_fault(pg, info);
    PQsetNoticeReceiver(pg->conn, on_notice, pg);
    error = run_commands(pg, send_settings, SETTINGS, info);
    if (error == 0 && strcmp(PQparameterStatus(pg->conn, "server_encoding"), "UTF8") != 0)
        error = reg_fail(info, REG_ERR_INVALID, "数据库编码为 %s，应为 UTF8",
                         "the database's encoding is %s: it must be UTF8", PQparameterStatus(pg->conn, "server_encoding"));
    return error;
}

int reg_pg_connect_bare(struct reg_pg *pg, struct reg_error_info *info)
{
    return open_connection(pg, info);
}

static int prepare_all(struct reg_pg *pg, struct reg_error_info *info)
{
    int error = run_commands(pg, send_statements, REG_PG_COUNT, info);

    if (error != 0)
        return error;
    pg->prepared = true;
    pg->answer_ms = answer_ms(pg); /* migrating took the limit away */
    return pg->listens ? reg_pg_command(pg, "LISTEN registry", info) : 0;
}

/* ---- without waiting ----------------------------------------------------------------------------------------------- */

bool reg_pg_connect_start(struct reg_pg *pg)
{
    expect_connection(pg);
    pg->conn = connect_by(pg, PQconnectStartParams);
    return pg->conn && PQstatus(pg->conn) != CONNECTION_BAD;
}

bool reg_pg_opening_send(struct reg_pg *pg)
{
    static const char *const identity[] = {REG_PG_IDENTITY};

    PQsetNoticeReceiver(pg->conn, on_notice, pg);
    return PQsetnonblocking(pg->conn, 1) == 0 && PQenterPipelineMode(pg->conn) == 1 && send_texts(pg, identity, 1) &&
           send_settings(pg) && send_statements(pg) && PQpipelineSync(pg->conn) == 1;
}

void reg_pg_back_off(struct reg_pg *pg)
{
    int64_t most = pg->standby ? WAIT_STANDBY_MS : WAIT_MOST_MS, next = pg->wait_ms * (pg->standby ? 4 : 2);

    pg->wait_ms = pg->wait_ms == 0 ? WAIT_FIRST_MS : next < most ? next : most;
    pg->retry_ms = reg_pg_now_ms() + pg->wait_ms;
}

int reg_pg_ready(struct reg_pg *pg, struct reg_error_info *info)
{
    int error;

    if (pg->conn && PQstatus(pg->conn) == CONNECTION_OK && pg->prepared && !pg->stale)
        return 0;
    if (reg_pg_now_ms() < pg->retry_ms)
        return connect_fault(pg, info);
    error = pg->conn && PQstatus(pg->conn) == CONNECTION_OK && !pg->stale ? 0 : open_connection(pg, info);
    if (error == 0)
        error = prepare_all(pg, info);
    if (error == 0) {
        pg->wait_ms = 0;
        return 0;
    }
    reg_pg_drop(pg);
    reg_pg_back_off(pg);
    return error;
}

void reg_pg_close(struct reg_pg *pg)
{
    PQfinish(pg->conn);
    free(pg->url);
    *pg = (struct reg_pg){0};
}

/* ---- results ------------------------------------------------------------------------------------------------------- */

int reg_pg_rows(const PGresult *result)
{
    return PQntuples(result);
}

int64_t reg_pg_column_number(const PGresult *result, int row, int column)
{
    const uint8_t *bytes = (const uint8_t *)PQgetvalue(result, row, column);
    uint64_t number = 0;

    for (int i = 0; i < PQgetlength(result, row, column) && i < 8; i++)
        number = number << 8 | bytes[i];
    return (int64_t)number;
}

bool reg_pg_column_null(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) == 1;
}

char *reg_pg_column_text(const PGresult *result, int row, int column, struct reg_arena *arena)
{
    return reg_arena_strdup(arena, PQgetvalue(result, row, column));
}

int reg_pg_column_bytes(const PGresult *result, int row, int column, struct reg_arena *arena, struct reg_bytes *ret)
{
    size_t len = (size_t)PQgetlength(result, row, column);
    void *copy = NULL;

    if (len > 0 && !(copy = reg_arena_memdup(arena, PQgetvalue(result, row, column), len)))
        return REG_ERR_NOMEM;
    *ret = (struct reg_bytes){copy, len};
    return 0;
}

int reg_pg_column_code(const PGresult *result, int row, int column, char ret[19])
{
    int len = PQgetlength(result, row, column);

    if (len > 18)
        return REG_ERR_CORRUPT;
    memcpy(ret, PQgetvalue(result, row, column), (size_t)len);
    ret[len] = '\0';
    return 0;
}
