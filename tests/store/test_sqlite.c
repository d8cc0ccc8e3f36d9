/* The SQLite adapter: the conformance suite, and what is its own: files, settings, erasing from the disk, bad files. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "batch.h"
#include "conformance.h"
#include "place.h"
#include "store/sqlite/sqlite.h"
#include "suite.h"

#define KEYS    300
#define KEY_LEN 60

static const char *path_of(const char *file)
{
    static char path[512];

    snprintf(path, sizeof path, "%s/%s", place_directory, file);
    return path;
}

/* ---- files and settings -------------------------------------------------------------------------------------------- */

static void test_files(void)
{
    mode_t before = umask(0);
    struct reg_store *store = place_create();
    DIR *directory = opendir(place_directory);
    const struct dirent *file;
    unsigned files = 0;

    CU_ASSERT_EQUAL(batch_append(store, 1), 0);
    while ((file = readdir(directory))) {
        struct stat status;

        if (file->d_name[0] == '.')
            continue;
        files++;
        CU_ASSERT_EQUAL(stat(path_of(file->d_name), &status), 0);
        CHECK_CASE((status.st_mode & 07777) == 0600, "%s: %o", file->d_name, (unsigned)status.st_mode);
    }
    CU_ASSERT_EQUAL(files, 3); /* the file, its log and the log's index */
    closedir(directory);
    umask(before);
    store->ops->close(store);
}

static sqlite3 *raw_open(const char *file)
{
    sqlite3 *db = NULL;

    CU_ASSERT_EQUAL_FATAL(sqlite3_open_v2(path_of(file), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL), SQLITE_OK);
    return db;
}

static int raw_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int number = -1;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static void test_schema(void)
{
    struct reg_store *store = place_create();
    sqlite3 *db;
    static const char *const refused[] = {
        "UPDATE entry SET body = x'00'",        "DELETE FROM entry",
        "UPDATE batch SET time_ms = 0",         "DELETE FROM batch",
        "DELETE FROM entry WHERE position = 2", "INSERT INTO entry (position, header, body) VALUES (9, 7, x'00')",
        "INSERT OR REPLACE INTO entry (position, header, body) VALUES (1, x'00', x'00')",
        "INSERT OR REPLACE INTO batch (first_position, count, time_ms, edge) VALUES (0, 3, 0, x'00')"};

    CU_ASSERT_EQUAL(batch_append(store, 3), 0);
    db = raw_open("registry.db");
    CU_ASSERT_EQUAL(raw_number(db, "SELECT (SELECT journal_mode FROM pragma_journal_mode) = 'wal'"), 1);
    CU_ASSERT(raw_number(db, "SELECT count(*) FROM sqlite_master WHERE type = 'table'") >= 10);
    CU_ASSERT_EQUAL(raw_number(db, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                                   " AND name NOT LIKE 'sqlite_%' AND (strict = 0 OR wr = (name NOT IN ('name_gram', 'licence_term')))"),
                    0);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        CHECK_CASE(sqlite3_exec(db, refused[i], NULL, NULL, NULL) == SQLITE_CONSTRAINT, "%s", refused[i]);
    CU_ASSERT_EQUAL(raw_number(db, "SELECT count(*) FROM entry"), 3);
    sqlite3_close(db);
    store->ops->close(store);
}

/* ---- opening ------------------------------------------------------------------------------------------------------- */

static void check_open(const char *name, const char *url, const struct reg_store_identity *create, int expected)
{
    struct reg_store *store = NULL;
    struct reg_error_info info = {0};
    int error = reg_store_open(place_directory, url, create, &store, &info);

    CHECK_CASE(error == expected, "%s: %d, %s", name, error, info.en);
    CHECK_CASE((store != NULL) == (error == 0), "%s", name);
    CHECK_CASE(error == 0 || (info.en[0] && info.zh[0]), "%s says nothing", name);
    if (store)
        store->ops->close(store);
}

static void write_file(const char *file, const char *text)
{
    FILE *stream = fopen(path_of(file), "w");

    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    fputs(text, stream);
    fclose(stream);
}

static void read_file(const char *file, char *ret, size_t size)
{
    FILE *stream = fopen(path_of(file), "r");

    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    memset(ret, 0, size);
    CU_ASSERT(fread(ret, 1, size, stream) > 0);
    fclose(stream);
}

static void test_opening(void)
{
    static char before[65536], after[65536];
    char absolute[512], too_long[5000] = "sqlite:";
    struct reg_store *store;
    sqlite3 *db;

    check_open("a missing file", place_url, NULL, REG_ERR_NOT_FOUND);
    check_open("another scheme", "postgresql:registry", NULL, REG_ERR_INVALID);
    check_open("no path", "sqlite:", NULL, REG_ERR_INVALID);
    memset(too_long + 7, 'x', sizeof too_long - 8);
    check_open("a long path", too_long, NULL, REG_ERR_INVALID);
    check_open("a directory that is not there", "sqlite:none/registry.db", &place_identity, REG_ERR_IO);
    write_file("text",
               "this is no database, but long enough to be taken for one if nobody looks at its first bytes closely\n");
    check_open("a text file", "sqlite:text", NULL, REG_ERR_CORRUPT);
    write_file("empty", "");
    check_open("an empty file", "sqlite:empty", NULL, REG_ERR_CORRUPT);
    mkdir(path_of("directory"), 0700);
    check_open("a directory", "sqlite:directory", NULL, REG_ERR_IO);
    db = raw_open("other");
    CU_ASSERT_EQUAL(sqlite3_exec(db, "CREATE TABLE bookmark (url TEXT)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    read_file("other", before, sizeof before);
    check_open("somebody else's database", "sqlite:other", NULL, REG_ERR_CORRUPT);
    read_file("other", after, sizeof after);
    CU_ASSERT_EQUAL(memcmp(before, after, sizeof before), 0);
    store = place_create();
    store->ops->close(store);
    check_open("a store that exists", place_url, &place_identity, REG_ERR_EXISTS);
    check_open("the store", place_url, NULL, 0);
    snprintf(absolute, sizeof absolute, "sqlite:%s/registry.db", place_directory);
    check_open("the store by its whole path", absolute, NULL, 0);
}

static void test_versions(void)
{
    static const struct {
        const char *name, *sql;
        int expected;
    } cases[] = {
        {"a later version that this program may use", "UPDATE meta SET version = 3, oldest = 2", 0},
        {"a later version", "UPDATE meta SET version = 3, oldest = 3", REG_ERR_VERSION},
        {"an earlier version", "UPDATE meta SET version = 1, oldest = 1", REG_ERR_VERSION},
        {"another suite", "UPDATE meta SET version = 2, oldest = 2, suite = 9", REG_ERR_SUITE},
        {"no identity", "DELETE FROM meta", REG_ERR_CORRUPT},
    };
    struct reg_store *store = place_create();

    store->ops->close(store);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sqlite3 *db = raw_open("registry.db");

        CU_ASSERT_EQUAL(sqlite3_exec(db, cases[i].sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        check_open(cases[i].name, place_url, NULL, cases[i].expected);
    }
}

static void test_damaged(void)
{
    struct reg_store *store = place_create();
    struct reg_error_info info = {0};
    int fd, error;
    static const char garbage[4096 * 2] = {'?'};

    for (int i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(batch_append(store, 64), 0);
    store->ops->close(store);
    fd = open(path_of("registry.db"), O_WRONLY);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(pwrite(fd, garbage, sizeof garbage, 4096), (ssize_t)sizeof garbage); /* all but the first page */
    close(fd);
    error = reg_store_open(place_directory, place_url, NULL, &store, &info);
    CHECK_CASE(error == REG_ERR_CORRUPT, "%d: %s", error, info.en);
    CU_ASSERT_NOT_EQUAL(info.en[0], '\0');
}

/* ---- what the system refuses --------------------------------------------------------------------------------------- */

/* Runs in a child of its own, which may give up its rights; its exit status. */
static int in_child(int (*run)(void))
{
    pid_t pid;
    int status = -1;

    fflush(NULL);
    pid = fork();
    if (pid == 0)
        _exit(run());
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* 0: refused with a text, as it should be. */
static int open_read_only(void)
{
    struct reg_store *store = NULL;
    struct reg_error_info info = {0};
    int error;

    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 2;
    error = reg_store_open(place_directory, place_url, NULL, &store, &info);
    return error == REG_ERR_UNAVAILABLE && strstr(info.en, "read-only") ? 0 : 3;
}

static void test_read_only(void)
{
    struct reg_store *store = place_create();

    store->ops->close(store);
    CU_ASSERT_EQUAL(chmod(place_directory, 0777), 0);
    CU_ASSERT_EQUAL(chmod(path_of("registry.db"), 0444), 0);
    CU_ASSERT_EQUAL(in_child(open_read_only), 0);
    CU_ASSERT_EQUAL(chmod(path_of("registry.db"), 0600), 0);
}

static struct rlimit file_limit(rlim_t size)
{
    struct rlimit limit;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = size;
    return limit;
}

/* A disk that has no room for a batch, then has it again. 0: the batch failed whole, and went in afterwards. */
static int write_without_room(void)
{
    static uint8_t large[200000];
    static struct batch batch;
    struct reg_store *store = NULL;
    struct rlimit tight = file_limit(3000000), wide = file_limit(RLIM_INFINITY);

    signal(SIGXFSZ, SIG_IGN);
    if (reg_store_open(place_directory, place_url, NULL, &store, NULL) != 0 || batch_append(store, 5) != 0)
        return 1;
    for (int room = 0; room < 2; room++) {
        int error;

        if (setrlimit(RLIMIT_FSIZE, room ? &wide : &tight) != 0 || batch_begin(store, &batch) != 0)
            return 2;
        for (size_t i = 0; i < BATCH_CAP; i++)
            batch_add(&batch)->entry.body = (struct reg_bytes){large, sizeof large};
        error = batch_end(&batch);
        if (error != (room ? 0 : REG_ERR_UNAVAILABLE) || (batch.info.en[0] == '\0') == !room)
            return 3 + room;
        if (batch.head.size != 5)
            return 5;
    }
    store->ops->close(store);
    return 0;
}

/* 0: making a store failed and left nothing that would be in the way of the next attempt. */
static int create_without_room(void)
{
    struct reg_store *store = NULL;
    struct rlimit tight = file_limit(1000), wide = file_limit(RLIM_INFINITY);

    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &tight) != 0)
        return 1;
    if (reg_store_open(place_directory, place_url, &place_identity, &store, NULL) != REG_ERR_UNAVAILABLE)
        return 2;
    if (access(path_of("registry.db"), F_OK) == 0 || access(path_of("registry.db-wal"), F_OK) == 0)
        return 3;
    return setrlimit(RLIMIT_FSIZE, &wide) == 0 ? 0 : 1;
}

static void test_no_room(void)
{
    struct reg_store *store;

    CU_ASSERT_EQUAL(in_child(create_without_room), 0);
    store = place_create();
    store->ops->close(store);
    CU_ASSERT_EQUAL(in_child(write_without_room), 0);
    store = place_open();
    CU_ASSERT_EQUAL(head_of(store).size, 5 + BATCH_CAP);
    store->ops->close(store);
}

/* A lock that nobody gives back is waited for, but not for ever. */
static void test_stuck_lock(void)
{
    struct reg_store *store = place_create();
    struct reg_error_info info = {0};
    sqlite3 *db = raw_open("registry.db");

    CU_ASSERT_EQUAL(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL(store->ops->begin(store, NULL, &info), REG_ERR_UNAVAILABLE);
    CU_ASSERT_PTR_NOT_NULL(strstr(info.en, "another writer"));
    CU_ASSERT_EQUAL(head_of(store).size, 0); /* reading goes on */
    sqlite3_close(db);
    CU_ASSERT_EQUAL(batch_append(store, 1), 0);
    store->ops->close(store);
}

/* ---- erasing ------------------------------------------------------------------------------------------------------- */

static void key_of(size_t i, uint8_t ret[KEY_LEN])
{
    for (size_t j = 0; j < KEY_LEN; j++)
        ret[j] = (uint8_t)(i * 31 + j * 7 + (i >> 3) + 1);
    memcpy(ret, "wrapped:", 8);
    ret[8] = (uint8_t)(i >> 8);
    ret[9] = (uint8_t)i;
}

/* How many of the keys stand in the file. */
static unsigned keys_in(const char *path, size_t first, size_t step)
{
    FILE *stream = fopen(path, "r");
    uint8_t key[KEY_LEN], *bytes;
    unsigned found = 0;
    long len;

    if (!stream)
        return 0;
    fseek(stream, 0, SEEK_END);
    len = ftell(stream);
    rewind(stream);
    bytes = malloc((size_t)len + 1);
    if (!bytes || fread(bytes, 1, (size_t)len, stream) != (size_t)len)
        abort();
    fclose(stream);
    for (size_t i = first; i < KEYS; i += step) {
        key_of(i, key);
        found += memmem(bytes, (size_t)len, key, KEY_LEN) != NULL;
    }
    free(bytes);
    return found;
}

static unsigned keys_on_disk(size_t first, size_t step)
{
    DIR *directory = opendir(place_directory);
    const struct dirent *file;
    unsigned found = 0;

    while ((file = readdir(directory)))
        if (file->d_name[0] != '.')
            found += keys_in(path_of(file->d_name), first, step);
    closedir(directory);
    return found;
}

static void append_keys(struct reg_store *store)
{
    static uint8_t keys[KEYS][KEY_LEN];
    struct batch batch;

    for (size_t i = 0; i < KEYS;) {
        CU_ASSERT_EQUAL_FATAL(batch_begin(store, &batch), 0);
        for (size_t n = 0; n < 30 && i < KEYS; n++, i++) {
            struct reg_append *append = batch_add(&batch);

            key_of(i, keys[i]);
            append->entry.has_case = true;
            append->entry.case_number = i;
            append->entry.wrapped_key = (struct reg_bytes){keys[i], KEY_LEN};
            append->new_case_key = true;
        }
        CU_ASSERT_EQUAL(batch_end(&batch), 0);
    }
}

static int destroy_keys(struct reg_store *store, size_t first, size_t step)
{
    struct batch batch;
    int error = 0;

    for (size_t i = first; i < KEYS && error == 0;) {
        error = batch_begin(store, &batch);
        for (size_t n = 0; n < 30 && i < KEYS && error == 0; n++, i += step) {
            struct reg_append *append = batch_add(&batch);

            append->destroy_key = true;
            append->destroy_case = i;
        }
        error = error == 0 ? batch_end(&batch) : error;
    }
    return error;
}

/* Destroyed keys are in no file any more, though readers are open; the others are. */
static void test_erased(void)
{
    struct reg_store *store = place_create();
    struct reg_store_reader *reader = reader_of(store);
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .limit = KEYS};

    append_keys(store);
    ask(reader, &query); /* it has read the keys, and holds no snapshot of them */
    CU_ASSERT_EQUAL(query.entry_count, KEYS);
    reg_query_clear(&query);
    CU_ASSERT(keys_on_disk(0, 1) >= KEYS); /* in the log, the file, or both: the search finds what is there */
    CU_ASSERT_EQUAL(destroy_keys(store, 0, 2), 0);
    CU_ASSERT_EQUAL(keys_on_disk(0, 2), 0);
    CU_ASSERT_EQUAL(keys_on_disk(1, 2), KEYS / 2);
    CU_ASSERT_EQUAL(destroy_keys(store, 1, 2), 0);
    CU_ASSERT_EQUAL(keys_on_disk(0, 1), 0);
    reader->ops->reader_close(reader);
    store->ops->close(store);
}

/* A reader in the way keeps the log as it is; the first commit of whoever opens the store next empties it. */
static void test_erased_behind_a_reader(void)
{
    struct reg_store *store = place_create();
    sqlite3 *db;

    append_keys(store);
    db = raw_open("registry.db");
    CU_ASSERT_EQUAL(sqlite3_exec(db, "BEGIN; SELECT count(*) FROM case_key", NULL, NULL, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL(destroy_keys(store, 297, 1), 0); /* committed all the same */
    CU_ASSERT(keys_on_disk(297, 1) > 0);
    store->ops->close(store);
    CU_ASSERT(keys_on_disk(297, 1) > 0);
    CU_ASSERT_EQUAL(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    store = place_open();
    CU_ASSERT_EQUAL(batch_append(store, 1), 0);
    CU_ASSERT_EQUAL(keys_on_disk(297, 1), 0);
    CU_ASSERT_EQUAL(keys_on_disk(0, 1), 297);
    sqlite3_close(db);
    store->ops->close(store);
}

/* A search goes through an index, in its order: no plan has a scan of a table, nor sorts what it found. */
static void check_plan(struct reg_sqlite *sqlite, enum reg_sqlite_statement which, const char *index)
{
    sqlite3_stmt *statement = reg_sqlite_prepare(sqlite, which), *plan = NULL;
    char *sql = statement ? sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sqlite3_sql(statement)) : NULL;
    unsigned lines = 0, through = 0;

    CU_ASSERT_EQUAL_FATAL(sql ? sqlite3_prepare_v2(sqlite->db, sql, -1, &plan, NULL) : -1, SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(plan, 3);

        lines++;
        through += strstr(line, index) != NULL;
        CHECK_CASE(!strstr(line, "TEMP B-TREE") && (!strstr(line, "SCAN") || strstr(line, "SCAN (subquery")), "%s: %s", sql,
                   line);
    }
    CHECK_CASE(lines > 0 && through == 1, "%s: %u lines, %u through %s", sql, lines, through, index);
    sqlite3_finalize(plan);
    sqlite3_free(sql);
}

static void test_plans(void)
{
    static const struct {
        enum reg_sqlite_statement statement;
        const char *index;
    } plans[] = {{REG_SQL_SEARCH + REG_SEARCH_BY_CODE, "INDEX licence_code (code>? AND code<?)"},
                 {REG_SQL_SEARCH + REG_SEARCH_BY_TERM, "SEARCH t USING PRIMARY KEY (term=? AND code>? AND code<?)"},
                 {REG_SQL_SEARCH + REG_SEARCH_BY_ESTABLISHED, "INDEX licence_established ("},
                 {REG_SQL_SEARCH + REG_SEARCH_BY_RECORDED, "INDEX licence_recorded ("},
                 {REG_SQL_SEARCH + REG_SEARCH_BY_AUTHORITY, "INDEX licence_authority ("},
                 {REG_SQL_SEARCH + REG_SEARCH_BY_TYPE, "INDEX licence_type ("},
                 {REG_SQL_SEARCH + REG_SEARCH_BY_INDUSTRY, "INDEX licence_industry ("},
                 {REG_SQL_SEARCH + REG_SEARCH_BY_STATE, "INDEX licence_state ("},
                 {REG_SQL_COUNT_TERM, "SEARCH licence_term USING PRIMARY KEY (term=?)"},
                 {REG_SQL_HAS_TERM, "SEARCH licence_term USING PRIMARY KEY (term=? AND code=?)"}};
    struct reg_store *store = place_create();
    struct reg_sqlite sqlite = {0};

    CU_ASSERT_EQUAL_FATAL(reg_sqlite_open(path_of("registry.db"), &sqlite, NULL), 0);
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        check_plan(&sqlite, plans[i].statement, plans[i].index);
    reg_sqlite_close(&sqlite);
    store->ops->close(store);
}

static CU_TestInfo tests[] = {{"files", test_files},
                              {"schema", test_schema},
                              {"plans of a search", test_plans},
                              {"opening", test_opening},
                              {"versions", test_versions},
                              {"damaged", test_damaged},
                              {"read-only", test_read_only},
                              {"no room", test_no_room},
                              {"a stuck lock", test_stuck_lock},
                              {"erased from the disk", test_erased},
                              {"erased behind a reader", test_erased_behind_a_reader},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"sqlite: rows", NULL, NULL, place_set_up, place_tear_down, conformance_rows},
                         {"sqlite: names", NULL, NULL, place_set_up, place_tear_down, conformance_names},
                         {"sqlite: restrictions", NULL, NULL, place_set_up, place_tear_down, conformance_restrictions},
                         {"sqlite: search", NULL, NULL, place_set_up, place_tear_down, conformance_search},
                         {"sqlite: tables", NULL, NULL, place_set_up, place_tear_down, conformance_tables},
                         {"sqlite: moved", NULL, NULL, place_set_up, place_tear_down, conformance_moved},
                         {"sqlite: taken", NULL, NULL, place_set_up, place_tear_down, conformance_taken},
                         {"sqlite: snapshots", NULL, NULL, place_set_up, place_tear_down, conformance_snapshots},
                         {"sqlite: processes", NULL, NULL, place_set_up, place_tear_down, conformance_processes},
                         {"sqlite", NULL, NULL, place_set_up, place_tear_down, tests},
                         CU_SUITE_INFO_NULL};
