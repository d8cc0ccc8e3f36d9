/* The statements, prepared once on each connection. */
#include "store/postgresql/postgresql.h"

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

const char *const reg_pg_sql[REG_PG_COUNT] = {
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
    [REG_PG_FILL_LICENCES] = "SELECT code, authority, name_key FROM licence WHERE position = ANY ($1::int8[])",
    [REG_PG_FILL_REQUESTS] =
        "SELECT request_id, digest, position FROM request WHERE caller = $1::text AND request_id = ANY ($2::text[])",
    [REG_PG_NAME_NUMBERS] = "SELECT setval(s, nextval(s) + $1::int8 - 1) - $1::int8 + 1"
                            " FROM pg_get_serial_sequence('name', 'number') s",
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
