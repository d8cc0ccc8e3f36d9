/* A registry on disk: making one, opening and closing it. */
#include "engine/revision.h"
#include "engine/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"

static const enum reg_key_role key_roles[] = {REG_KEY_ISSUER, REG_KEY_LOG, REG_KEY_RECEIPT};

static char *key_path(struct reg_arena *arena, const char *directory, const char *role)
{
    return reg_arena_printf(arena, "%s/keys/%s.key", directory, role);
}

/* Takes the lock file: shared for whoever opens the registry; whoever needs it alone (LOCK_EX) is refused meanwhile. */
static int take_lock(const char *directory, bool create, int how, int *ret_fd, struct reg_error_info *info)
{
    struct reg_arena *arena = reg_arena_new(0);
    char *path = arena ? reg_arena_printf(arena, "%s/lock", directory) : NULL;
    int fd, error = 0;

    if (!path) {
        reg_arena_free(arena);
        return REG_ERR_NOMEM;
    }
    fd = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT | O_EXCL : 0), 0600);
    if (fd < 0 && errno == EEXIST)
        error = reg_fail(info, REG_ERR_EXISTS, "%s 已是登记库", "%s holds a registry already", directory);
    else if (fd < 0 && errno == ENOENT)
        error = reg_fail(info, REG_ERR_NOT_FOUND, "%s 不是登记库，请先运行 registryctl init",
                         "%s is not a registry: run registryctl init first", directory);
    else if (fd < 0)
        error = reg_fail(info, REG_ERR_IO, "无法打开 %s：%s", "cannot open %s: %s", path, strerror(errno));
    else if (flock(fd, how | LOCK_NB) != 0)
        error = how == LOCK_EX ? reg_fail(info, REG_ERR_BUSY, "登记库正被使用：请先停止 registryd",
                                          "the registry is in use: stop registryd first")
                               : reg_fail(info, REG_ERR_BUSY, "%s 正被独占使用", "%s is held by somebody who needs it alone",
                                          directory);
    if (error == 0)
        *ret_fd = fd;
    else if (fd >= 0)
        close(fd);
    reg_arena_free(arena);
    return error;
}

int reg_registry_lock(const char *directory, int how, int *ret_fd, struct reg_error_info *info)
{
    return take_lock(directory, false, how, ret_fd, info);
}

/* ---- init ---------------------------------------------------------------------------------------------------------- */

struct birth {
    const char *directory;
    const struct reg_init_options *options;
    struct reg_arena *arena;
    struct reg_engine engine; /* as far as appending needs it */
    struct reg_signer *signers[3];
    struct reg_catalogue *catalogue;
    struct reg_catalogue_row catalogue_row;
    struct reg_pool_row pool_row;
    const char *made[5]; /* files, to be removed where init fails */
    size_t made_count;
};

static int make_directories(struct birth *birth, struct reg_error_info *info)
{
    const char *paths[] = {birth->directory, reg_arena_printf(birth->arena, "%s/keys", birth->directory)};

    for (size_t i = 0; i < 2; i++)
        if (!paths[i] || (mkdir(paths[i], 0700) != 0 && errno != EEXIST))
            return reg_fail(info, REG_ERR_IO, "无法创建目录 %s：%s", "cannot make directory %s: %s",
                            paths[i] ? paths[i] : "", strerror(errno));
    return 0;
}

static int make_keys(struct birth *birth, struct reg_error_info *info)
{
    const struct reg_init_options *options = birth->options;
    const struct reg_host *host = &birth->engine.host;
    const char *master_path = key_path(birth->arena, birth->directory, "master");
    uint8_t master[32];
    int error = master_path ? 0 : REG_ERR_NOMEM;

    for (size_t i = 0; i < 3 && error == 0; i++) {
        const char *path = key_path(birth->arena, birth->directory, reg_key_role_name(key_roles[i]));

        error = path ? reg_signer_generate(options->suite, key_roles[i], &birth->signers[i]) : REG_ERR_NOMEM;
        if (error == 0)
            error = reg_signer_save(birth->signers[i], path, options->passphrase, info);
        if (error == 0)
            birth->made[birth->made_count++] = path;
    }
    if (error == 0)
        error = host->random(host->context, master, sizeof master);
    if (error == 0)
        error = reg_master_key_new(options->suite, master, &birth->engine.master);
    if (error == 0)
        error = reg_master_key_save(birth->engine.master, master_path, options->passphrase, info);
    if (error == 0)
        birth->made[birth->made_count++] = master_path;
    reg_secret_wipe(master, sizeof master);
    return error;
}

static int load_catalogue(struct birth *birth, struct reg_error_info *info)
{
    return birth->options->catalogue ? reg_catalogue_load(birth->options->catalogue, &birth->catalogue, info)
                                     : reg_catalogue_default(&birth->catalogue);
}

/* An entry with nothing but a public section, which is freed. */
static int public_body(struct birth *birth, struct reg_fragment *fragment, struct reg_pending *pending,
                       struct reg_data *body)
{
    int error = reg_body_build(birth->options->suite, fragment, 1, NULL, &birth->engine.host, body, pending->digest);

    reg_data_clear(&fragment->bytes);
    pending->code = "";
    pending->authority = birth->options->authority;
    pending->body = reg_bytes_of(body);
    return error;
}

static int registry_entry(struct birth *birth, struct reg_pending *pending, struct reg_data *body)
{
    const struct reg_init_options *options = birth->options;
    reg_pb_registry_record registry = REGISTRY__V1__REGISTRY_RECORD__INIT;
    reg_pb_code_pool pool = REGISTRY__V1__CODE_POOL__INIT;
    reg_pb_public_key keys[3], *key_list[3];
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    struct reg_fragment fragment = {.id = REG_SECTION_PUBLIC};
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    for (size_t i = 0; i < 3; i++) {
        struct reg_bytes spki = reg_public_key_spki(reg_signer_public_key(birth->signers[i]));

        registry__v1__public_key__init(&keys[i]);
        keys[i].role = (char *)reg_key_role_name(key_roles[i]);
        keys[i].spki = (ProtobufCBinaryData){spki.len, (uint8_t *)spki.data};
        key_list[i] = &keys[i];
    }
    registry.suite = (reg_pb_suite)options->suite;
    registry.role = (reg_pb_role)options->role;
    registry.authority = options->authority;
    registry.host = (char *)options->host;
    registry.operator_uri = (char *)options->operator_uri;
    registry.n_keys = 3;
    registry.keys = key_list;
    if (options->role == REG_ROLE_REGISTRAR) {
        reg_pool_whole(options->authority, options->pool_prefix, &birth->pool_row);
        reg_pool_message(&birth->pool_row, &pool);
        registry.pool = &pool;
        pending->pool = &birth->pool_row;
    }
    record.registry = &registry;
    pending->kind = REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_REGISTRY;
    reg_message_encode(&record.base, &buf);
    error = reg_buf_finish(&buf, &fragment.bytes);
    reg_buf_clear(&buf);
    return error == 0 ? public_body(birth, &fragment, pending, body) : error;
}

static int catalogue_entry(struct birth *birth, struct reg_pending *pending, struct reg_data *body)
{
    struct reg_fragment fragment = {.id = REG_SECTION_PUBLIC};
    int error = reg_catalogue_record_encode(birth->catalogue, 1, "", &fragment.bytes);

    pending->kind = REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_CATALOGUE;
    pending->catalogue = &birth->catalogue_row;
    birth->catalogue_row = (struct reg_catalogue_row){.revision = 1};
    return error == 0 ? public_body(birth, &fragment, pending, body) : error;
}

static int first_entries(struct birth *birth, struct reg_error_info *info)
{
    struct reg_store *store = birth->engine.store;
    struct reg_pending first[2] = {{0}}, *list[2] = {&first[0], &first[1]};
    struct reg_data bodies[2] = {{0}};
    int error = registry_entry(birth, &first[0], &bodies[0]);

    if (error == 0)
        error = catalogue_entry(birth, &first[1], &bodies[1]);
    if (error == 0)
        error = store->ops->begin(store, NULL, info);
    if (error == 0) {
        error = reg_pending_insert(&birth->engine, list, 2, info);
        if (error == 0)
            error = store->ops->commit(store, info);
        if (error != 0)
            store->ops->rollback(store);
    }
    for (size_t i = 0; i < 2; i++) {
        reg_data_clear(&bodies[i]);
        reg_data_clear(&first[i].header);
    }
    return error;
}

static int give_birth(struct birth *birth, struct reg_error_info *info)
{
    const struct reg_init_options *options = birth->options;
    struct reg_engine *engine = &birth->engine;
    struct reg_store_identity identity = {.suite = options->suite};
    int error = load_catalogue(birth, info);

    if (error == 0)
        error = make_directories(birth, info);
    if (error == 0)
        error = take_lock(birth->directory, true, LOCK_SH, &engine->lock_fd, info);
    if (error == 0) {
        birth->made[birth->made_count++] = reg_arena_printf(birth->arena, "%s/lock", birth->directory);
        error = birth->made[0] ? 0 : REG_ERR_NOMEM;
    }
    if (error == 0)
        error = make_keys(birth, info);
    if (error == 0)
        error = engine->host.random(engine->host.context, identity.registry_id, sizeof identity.registry_id);
    if (error != 0)
        return error;
    memcpy(engine->facts.id, identity.registry_id, sizeof engine->facts.id);
    engine->facts.suite = options->suite;
    error = options->open_store(birth->directory, options->store, &identity, &engine->store, info);
    if (error == 0)
        error = first_entries(birth, info);
    return error;
}

/* What stands in the QR code's address and names the log: a host, perhaps with a port. */
static bool host_good(const char *host)
{
    size_t len = strlen(host);

    return len > 0 && len <= 255 && strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:") == len;
}

/* Everything that can be wrong is found here, before anything is made. */
static int check_options(const struct reg_init_options *options, struct reg_error_info *info)
{
    char body[9];

    if (options->size != sizeof *options || !options->open_store || !options->store || !options->host ||
        !options->pool_prefix || !options->operator_uri || !options->host)
        return reg_fail(info, REG_ERR_INVALID, "初始化选项不完整", "the init options are incomplete");
    if (options->suite != REG_SUITE_GM && options->suite != REG_SUITE_INTL)
        return reg_fail(info, REG_ERR_INVALID, "算法套件应为 gm 或 intl", "the suite is gm or intl");
    if (options->role != REG_ROLE_REGISTRAR && options->role != REG_ROLE_NODE)
        return reg_fail(info, REG_ERR_INVALID, "角色应为 registrar 或 node", "the role is registrar or node");
    if (!reg_registrar_known(options->authority))
        return reg_fail(info, REG_ERR_INVALID, "登记机关 %u 不在 GB/T 2260 中", "authority %u is not in GB/T 2260",
                        options->authority);
    if (!host_good(options->host))
        return reg_fail(info, REG_ERR_INVALID, "主机名“%s”无效", "host \"%s\" is invalid", options->host);
    if (!options->operator_uri[0] || strlen(options->operator_uri) > REG_CALLER_MAX)
        return reg_fail(info, REG_ERR_INVALID, "运营者 URI 应为 1 至 %d 字节", "the operator's URI takes 1 to %d bytes",
                        REG_CALLER_MAX);
    if (strlen(options->pool_prefix) > 7 || reg_code_pool_body(options->pool_prefix, 0, body) != 0)
        return reg_fail(info, REG_ERR_INVALID, "码段前缀“%s”无效：至多 7 个代码字符",
                        "pool prefix \"%s\" is invalid: at most 7 characters of a code", options->pool_prefix);
    return 0;
}

int reg_registry_init(const char *directory, const struct reg_init_options *options, const struct reg_host *host,
                      struct reg_error_info *info)
{
    struct birth birth = {.directory = directory, .options = options};
    int error = check_options(options, info);

    if (error != 0)
        return error;
    birth.arena = reg_arena_new(0);
    birth.engine.host = *host;
    birth.engine.lock_fd = -1;
    error = birth.arena ? give_birth(&birth, info) : REG_ERR_NOMEM;
    if (birth.engine.store)
        birth.engine.store->ops->close(birth.engine.store);
    for (size_t i = birth.made_count; error != 0 && i > 0; i--) /* half a registry would be in the way of the next attempt */
        if (birth.made[i - 1])
            unlink(birth.made[i - 1]);
    if (birth.engine.lock_fd >= 0)
        close(birth.engine.lock_fd);
    for (size_t i = 0; i < 3; i++)
        reg_signer_free(birth.signers[i]);
    reg_master_key_free(birth.engine.master);
    reg_catalogue_free(birth.catalogue);
    reg_arena_free(birth.arena);
    return error;
}

/* ---- open ---------------------------------------------------------------------------------------------------------- */

static int damaged(struct reg_error_info *info, unsigned position)
{
    return reg_fail(info, REG_ERR_CORRUPT, "台账第 %u 条无法读取", "entry %u of the ledger cannot be read", position);
}

static int read_registry(struct reg_engine *engine, const reg_pb_registry_record *registry, struct reg_error_info *info)
{
    struct reg_registry_facts *facts = &engine->facts;

    if (registry->n_keys != 3)
        return damaged(info, 0);
    facts->role = (enum reg_role)registry->role;
    facts->authority = registry->authority;
    facts->host = reg_arena_strdup(engine->strings, registry->host);
    facts->operator_uri = reg_arena_strdup(engine->strings, registry->operator_uri);
    for (size_t i = 0; i < 3; i++) {
        int error = reg_public_key_new((struct reg_bytes){registry->keys[i]->spki.data, registry->keys[i]->spki.len},
                                       &engine->keys[i], info);

        if (error != 0)
            return error;
    }
    return facts->host && facts->operator_uri ? 0 : REG_ERR_NOMEM;
}

static int read_first_revision(struct reg_engine *engine, const reg_pb_catalogue_record *record, struct reg_error_info *info)
{
    struct reg_revision *revision;
    int error = reg_revision_read(record, &revision, info);

    if (error == 0)
        revision->position = 1;
    if (error == 0 && !reg_revision_add(engine, revision)) {
        reg_revision_free(revision);
        return damaged(info, 1);
    }
    return error;
}

/* With another suite than its own no digest would agree: that is said first. */
int reg_entry_read_public(const struct reg_engine *engine, const struct reg_entry_row *row, struct reg_arena *arena,
                          reg_pb_record **ret_record, struct reg_error_info *info)
{
    enum reg_suite suite = engine->facts.suite;
    reg_pb_record *record;
    int error = reg_record_decode(row->body, suite, NULL, arena, &record);

    if (error == 0 && record->registry && (enum reg_suite)record->registry->suite != suite)
        return reg_fail(info, REG_ERR_SUITE, "存储标明的算法套件与台账第 0 条不一致",
                        "the store is marked with another suite than entry 0 of its ledger");
    if (error == 0)
        error = reg_body_check(suite, row->header, row->body, NULL, NULL);
    if (error != 0)
        return error == REG_ERR_NOMEM ? error : damaged(info, (unsigned)row->position);
    *ret_record = record;
    return 0;
}

/* Entry 0 says what the registry is, entry 1 brings the catalogue. */
static int read_beginning(struct reg_engine *engine, struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = 0, .limit = 2};
    struct reg_arena *arena = reg_arena_new(0);
    reg_pb_record *records[2] = {NULL, NULL};
    int error = arena ? engine->store->ops->read(engine->store, &query) : REG_ERR_NOMEM;

    if (error != 0)
        reg_fail_because(info, error, "无法读取台账的开头", "the beginning of the ledger cannot be read");
    if (error == 0 && query.entry_count != 2)
        error = damaged(info, (unsigned)query.entry_count);
    for (size_t i = 0; i < 2 && error == 0; i++)
        error = reg_entry_read_public(engine, &query.entries[i], arena, &records[i], info);
    if (error == 0 && (!records[0]->registry || !records[1]->catalogue))
        error = damaged(info, records[0]->registry ? 1 : 0);
    if (error == 0)
        error = read_registry(engine, records[0]->registry, info);
    if (error == 0)
        error = read_first_revision(engine, records[1]->catalogue, info);
    reg_query_clear(&query);
    reg_arena_free(arena);
    return error;
}

static bool same_key(const struct reg_public_key *a, const struct reg_public_key *b)
{
    struct reg_bytes x = reg_public_key_spki(a), y = reg_public_key_spki(b);

    return x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
}

static int foreign_keys(const char *directory, struct reg_error_info *info)
{
    return reg_fail(info, REG_ERR_KEY, "%s/keys 中的密钥不属于本登记库", "the keys in %s/keys are not this registry's",
                    directory);
}

/* Nothing is signed with the receipt key until receipts land, yet a wrong or open file is refused like the others. */
static int check_receipt_key(struct reg_engine *engine, const char *directory, const struct reg_open_options *options,
                             struct reg_error_info *info)
{
    struct reg_signer *receipt = NULL;
    int error = reg_signer_load(key_path(engine->strings, directory, "receipt"), options->passphrase, REG_KEY_RECEIPT,
                                &receipt, info);

    if (error == 0 && !same_key(reg_signer_public_key(receipt), engine->keys[2]))
        error = foreign_keys(directory, info);
    reg_signer_free(receipt);
    return error;
}

static int load_keys(struct reg_engine *engine, const char *directory, const struct reg_open_options *options,
                     struct reg_error_info *info)
{
    int error = 0;

    engine->issuer = options->issuer;
    if (!engine->issuer) {
        error = reg_signer_load(key_path(engine->strings, directory, "issuer"), options->passphrase, REG_KEY_ISSUER,
                                &engine->issuer_file, info);
        engine->issuer = engine->issuer_file;
    }
    if (error == 0)
        error = reg_signer_load(key_path(engine->strings, directory, "log"), options->passphrase, REG_KEY_LOG, &engine->log,
                                info);
    if (error == 0)
        error = reg_master_key_load(engine->facts.suite, key_path(engine->strings, directory, "master"), options->passphrase,
                                    &engine->master, info);
    if (error != 0)
        return error;
    if (!same_key(reg_signer_public_key(engine->issuer), engine->keys[0]) ||
        !same_key(reg_signer_public_key(engine->log), engine->keys[1]))
        return foreign_keys(directory, info);
    return check_receipt_key(engine, directory, options, info);
}

/* Another registry's master key would open nothing: the first case's key says so at once. */
static int try_master_key(struct reg_engine *engine, const char *directory, struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = 2, .limit = 1};
    uint8_t key[REG_CASE_KEY_LEN];
    int error = engine->store->ops->read(engine->store, &query);

    if (error == 0 && query.entry_count == 1 && query.entries[0].wrapped_key.len > 0)
        error = reg_case_key_unwrap(engine->master, query.entries[0].wrapped_key, key);
    reg_secret_wipe(key, sizeof key);
    reg_query_clear(&query);
    if (error == REG_ERR_SIGNATURE)
        error = reg_fail(info, REG_ERR_KEY, "%s/keys/master.key 不是本登记库的主密钥",
                         "%s/keys/master.key is not this registry's master key", directory);
    return error;
}

/* The later revisions of the catalogue, and whether the ledger is still the one that was signed. */
static int read_on(struct reg_engine *engine, bool damaged_views, struct reg_error_info *info)
{
    struct reg_reader *reader;
    int error = reg_reader_open(engine, &reader, info);

    if (error == 0) {
        error = reg_revisions_catch_up(engine, reader->store, info);
        if (error == REG_ERR_CORRUPT && damaged_views)
            error = 0;
        if (error == 0)
            error = reg_checkpoint_hold(engine, reader, info);
        reg_reader_close(reader);
    }
    return error;
}

/* Half a copy is no registry, a backup does not know what was lost since, and what nobody knows is not served. */
static int check_state(const struct reg_store *store, bool filling, struct reg_error_info *info)
{
    if (store->identity.state == REG_STORE_FILLING)
        return filling ? 0
                       : reg_fail(info, REG_ERR_UNSUPPORTED,
                                  "存量登记数据的导入未完成：请再次运行 registryctl import register，或者 registryctl ledger check "
                                  "--repair-views",
                                  "the import of a register was not ended: run registryctl import register again, or registryctl "
                                  "ledger check --repair-views");
    if (store->identity.state == REG_STORE_COPY)
        return reg_fail(info, REG_ERR_UNSUPPORTED, "存储是未完成的副本：请再次运行 registryctl store copy",
                        "the store is half a copy: run registryctl store copy again");
    if (store->identity.state == REG_STORE_BACKUP)
        return reg_fail(info, REG_ERR_UNSUPPORTED, "存储是备份：启用前请先运行 registryctl store restored",
                        "the store is a backup: run registryctl store restored before it is served");
    if (store->identity.state != REG_STORE_LIVE)
        return reg_fail(info, REG_ERR_CORRUPT, "存储的状态 %d 未知", "the store's state %d is unknown", (int)store->identity.state);
    return 0;
}

int reg_engine_open_store(const char *directory, const struct reg_open_options *options, const struct reg_host *host,
                          struct reg_store *store, int lock_fd, struct reg_engine **ret_engine, struct reg_error_info *info)
{
    struct reg_engine *engine = calloc(1, sizeof *engine);
    int error;

    if (!engine) {
        store->ops->close(store);
        if (lock_fd >= 0)
            close(lock_fd);
        return REG_ERR_NOMEM;
    }
    engine->host = *host;
    engine->lock_fd = lock_fd;
    engine->store = store;
    engine->strings = reg_arena_new(0);
    engine->tail = reg_tail_new();
    error = engine->strings && engine->tail ? reg_sources_parse(options->connected_sources, &engine->sources, info)
                                            : REG_ERR_NOMEM;
    if (error == 0) {
        memcpy(engine->facts.id, engine->store->identity.registry_id, sizeof engine->facts.id);
        engine->facts.suite = engine->store->identity.suite;
        error = read_beginning(engine, info);
    }
    if (error == 0)
        error = load_keys(engine, directory, options, info);
    if (error == 0)
        error = try_master_key(engine, directory, info);
    if (error == 0)
        error = read_on(engine, options->damaged_views, info);
    if (error != 0) {
        reg_engine_close(engine);
        return error;
    }
    *ret_engine = engine;
    return 0;
}

int reg_engine_open(const char *directory, const struct reg_open_options *options, const struct reg_host *host,
                    struct reg_engine **ret_engine, struct reg_error_info *info)
{
    struct reg_store *store = NULL;
    int error, fd = -1;

    if (options->size != sizeof *options || !options->open_store || !options->store)
        return reg_fail(info, REG_ERR_INVALID, "打开选项不完整", "the open options are incomplete");
    error = reg_registry_lock(directory, LOCK_SH, &fd, info);
    if (error == 0)
        error = options->open_store(directory, options->store, NULL, &store, info);
    if (error == 0) {
        error = check_state(store, options->filling, info);
        if (error == 0 && options->read_store)
            error = store->ops->read_from ? store->ops->read_from(store, options->read_store, info)
                                          : reg_fail(info, REG_ERR_INVALID, "只有 PostgreSQL 有备库：read_store",
                                                     "only PostgreSQL has standbys: read_store");
        if (error != 0)
            store->ops->close(store);
    }
    if (error == 0)
        return reg_engine_open_store(directory, options, host, store, fd, ret_engine, info);
    if (fd >= 0)
        close(fd);
    return error;
}

static void free_revisions(struct reg_engine *engine)
{
    struct reg_revision *revision = atomic_load_explicit(&engine->newest, memory_order_acquire);

    while (revision) {
        struct reg_revision *before = revision->before;

        reg_revision_free(revision);
        revision = before;
    }
}

void reg_engine_close(struct reg_engine *engine)
{
    if (!engine)
        return;
    if (engine->store)
        engine->store->ops->close(engine->store);
    if (engine->lock_fd >= 0)
        close(engine->lock_fd);
    reg_signer_free(engine->issuer_file);
    reg_signer_free(engine->log);
    reg_master_key_free(engine->master);
    for (size_t i = 0; i < 3; i++)
        reg_public_key_free(engine->keys[i]);
    free_revisions(engine);
    free(engine->codes);
    reg_tail_free(engine->tail);
    reg_arena_free(engine->strings);
    free(engine);
}

void reg_engine_facts(const struct reg_engine *engine, struct reg_registry_facts *ret_facts)
{
    *ret_facts = engine->facts;
    ret_facts->catalogue_revision = reg_revision_today(engine)->number;
}

const struct reg_catalogue *reg_engine_catalogue(const struct reg_engine *engine)
{
    return reg_revision_today(engine)->catalogue;
}

int reg_engine_catalogue_of(const struct reg_engine *engine, unsigned revision, int32_t day,
                            const struct reg_catalogue **ret_catalogue, struct reg_error_info *info)
{
    const struct reg_revision *found = revision ? reg_revision_of(engine, revision) : reg_revision_on(engine, day);

    if (!found)
        return reg_fail(info, REG_ERR_NOT_FOUND, "目录没有第 %u 版", "the catalogue has no revision %u", revision);
    *ret_catalogue = found->catalogue;
    return 0;
}

const struct reg_public_key *reg_engine_public_key(const struct reg_engine *engine, enum reg_key_role role)
{
    return role >= REG_KEY_ISSUER && role <= REG_KEY_RECEIPT ? engine->keys[role - 1] : NULL;
}
