/* The engine: the way of a filing, from bytes to entry, and the reads. What the daemon, the tool and an embedder call.
 *
 * A registry is a directory: the store, keys/, a lock file (and the daemon's configuration and certificates). Make one with reg_registry_init, open it with
 * reg_engine_open.
 *
 * One filing at a time, the embedder's way:
 *
 *     struct reg_open_options options = REG_OPEN_OPTIONS_INIT;
 *     options.open_store = reg_store_open;
 *     reg_engine_open(dir, &options, &host, &engine, &info);
 *     reg_engine_submit(engine, &caller, request, &answer, &info);    SubmitFilingRequest in, SubmitFilingResponse out
 *     reg_engine_close(engine);
 *
 * Many at once, the daemon's way: workers prepare in parallel, one writer leases and appends, a pool signs:
 *
 *     reg_request_new, reg_request_prepare      worker; many threads, each with its own reader
 *     reg_engine_lease                          writer; codes and serials for a batch
 *     reg_request_sign                          pool; many threads
 *     reg_engine_append                         writer; one batch, one commit
 *     reg_request_answer, reg_request_free
 *
 * Messages are the encoded messages of proto/registry/v1; reg_json_to_message and reg_message_json go between them and JSON.
 */
#ifndef REGISTRY_ENGINE_H
#define REGISTRY_ENGINE_H

#include <stdbool.h>

#include <registry/catalogue.h>
#include <registry/credential.h>
#include <registry/entry.h>
#include <registry/host.h>
#include <registry/store.h>

REG_BEGIN_DECLS

struct reg_engine;
struct reg_reader;
struct reg_request;

enum reg_role { REG_ROLE_REGISTRAR = 1, REG_ROLE_NODE = 2 };

/* ---- callers ------------------------------------------------------------------------------------------------------ */

enum reg_caller_kind { REG_CALLER_WINDOW = 1, REG_CALLER_DEPARTMENT, REG_CALLER_AUDITOR, REG_CALLER_OPERATOR };

/* Who calls: the URI of a client certificate and what it may see. */
struct reg_caller {
    const char *uri;
    enum reg_caller_kind kind;
    const unsigned *items; /* a department's items */
    size_t item_count;
    const unsigned *classes; /* a department's restricted classes (enum RestrictedClass) */
    size_t class_count;
};

/* ---- making and opening ------------------------------------------------------------------------------------------- */

struct reg_init_options {
    size_t size;            /* sizeof(struct reg_init_options) */
    enum reg_suite suite;   /* default gm */
    enum reg_role role;     /* default registrar */
    unsigned authority;     /* default 341300 */
    const char *host;       /* default "localhost" */
    reg_store_opener open_store; /* registry_store's reg_store_open */
    const char *store;      /* store URL; default "sqlite:registry.db", relative to the directory */
    const char *catalogue;  /* directory of the catalogue's CSV files; NULL: the compiled-in sample */
    const char *pool_prefix; /* subject codes of the registrar's pool; default "MAY" */
    const char *operator_uri; /* default "registry:operator" */
    const char *passphrase; /* seals the key files; NULL: none */
};
#define REG_INIT_OPTIONS_INIT {sizeof(struct reg_init_options), REG_SUITE_GM, REG_ROLE_REGISTRAR, 341300, "localhost", \
                               NULL, "sqlite:registry.db", NULL, "MAY", "registry:operator", NULL}

/* Makes a registry: the directory (created, mode 0700, must not hold a registry), keys, store, entries 0 and 1. */
REG_EXPORT REG_MUST_CHECK int reg_registry_init(const char *directory, const struct reg_init_options *options,
                                                const struct reg_host *host, struct reg_error_info *info);
struct reg_open_options {
    size_t size;                 /* sizeof(struct reg_open_options) */
    reg_store_opener open_store; /* registry_store's reg_store_open */
    const char *store;           /* store URL; default "sqlite:registry.db", relative to the directory */
    const char *passphrase;      /* of the key files; NULL: none */
    const struct reg_signer *issuer; /* signs credentials in place of keys/issuer.key (a crypto card); borrowed; NULL: the file */
    /* Sources of restrictions that are connected: keys such as "abnormal_list", joined by commas or spaces; "all"; "none". Rules say
     * 未核验 of those that are not. NULL: not configured, and nothing is said of sources. */
    const char *connected_sources;
    /* Open it although the view of the catalogue's revisions is damaged, to check it and rebuild its views: nothing may be filed
     * then, since the revisions behind the damage are not known. */
    bool damaged_views;
    /* URL of a standby that reads may go to where a loop takes turns (reg_reader_turn); NULL: none. REG_ERR_INVALID: the store has no
     * standbys. */
    const char *read_store;
    /* Open it although the import of a register into it was not ended: to go on with that, or to rebuild its views. */
    bool filling;
};
#define REG_OPEN_OPTIONS_INIT {sizeof(struct reg_open_options), NULL, "sqlite:registry.db", NULL, NULL, NULL, false, NULL, false}

/* Opens a registry; holds its lock file shared until closed. `host` is copied.
 * REG_ERR_NOT_FOUND, REG_ERR_MODE, REG_ERR_KEY, REG_ERR_VERSION, REG_ERR_SUITE, REG_ERR_BUSY: one clear line in `info`. */
REG_EXPORT REG_MUST_CHECK int reg_engine_open(const char *directory, const struct reg_open_options *options,
                                              const struct reg_host *host, struct reg_engine **ret_engine,
                                              struct reg_error_info *info);
/* Every reader and request must be gone. NULL is fine. */
REG_EXPORT void reg_engine_close(struct reg_engine *engine);

/* What a registry is; borrowed from the engine. */
struct reg_registry_facts {
    uint8_t id[8];
    enum reg_suite suite;
    enum reg_role role;
    unsigned authority;
    const char *host;
    const char *operator_uri;
    unsigned catalogue_revision; /* in force today */
};
REG_EXPORT void reg_engine_facts(const struct reg_engine *engine, struct reg_registry_facts *ret_facts);
/* The catalogue in force today; the engine keeps every revision for as long as it lives. */
REG_EXPORT const struct reg_catalogue *reg_engine_catalogue(const struct reg_engine *engine);
/* The catalogue of a revision, or, with `revision` 0, the one in force on `day` (days since 1970, UTC+8). Borrowed from the
 * engine. REG_ERR_NOT_FOUND: there is no such revision. */
REG_EXPORT REG_MUST_CHECK int reg_engine_catalogue_of(const struct reg_engine *engine, unsigned revision, int32_t day,
                                                      const struct reg_catalogue **ret_catalogue,
                                                      struct reg_error_info *info);
REG_EXPORT const struct reg_public_key *reg_engine_public_key(const struct reg_engine *engine, enum reg_key_role role);

/* ---- one filing on its way ---------------------------------------------------------------------------------------- */

enum reg_request_state {
    REG_REQUEST_ANSWERED, /* the answer is there: seen before, or appended */
    REG_REQUEST_QUEUE,    /* to be leased, signed and appended */
    REG_REQUEST_AGAIN     /* lost a race in append: prepare again */
};

/* Decodes a SubmitFilingRequest. `caller` is copied. REG_ERR_INVALID, REG_ERR_ENCODING, REG_ERR_UNKNOWN_FIELD, REG_ERR_LIMIT:
 * `info` names the field. */
REG_EXPORT REG_MUST_CHECK int reg_request_new(struct reg_engine *engine, const struct reg_caller *caller, struct reg_bytes message,
                                              struct reg_request **ret_request, struct reg_error_info *info);
/* What a request does. Each step has its own request message and gives a SubmitFilingResponse, where nothing else is said. */
enum reg_step {
    REG_STEP_FILE,       /* SubmitFilingRequest: what reg_request_new takes */
    REG_STEP_SUPPLEMENT, /* SupplementCaseRequest: adds to a case in review */
    REG_STEP_DECIDE,     /* DecideTaskRequest: a person's decision on it */
    REG_STEP_WITHDRAW,   /* WithdrawCaseRequest: the applicant takes it back */
    REG_STEP_WAKE,       /* ReportResumptionRequest: a dormancy ends by notice, or by the clock */
    REG_STEP_PUBLISH,    /* PublishCatalogueRequest: the catalogue's next revision; gives a PublishCatalogueResponse */
    REG_STEP_RESTRICT,   /* PlaceRestrictionRequest: no case; gives a RestrictionResponse */
    REG_STEP_LIFT,       /* LiftRestrictionRequest: the same */
    REG_STEP_ADD_POOL,   /* AddPoolRequest: a further pool of subject codes; gives an AddPoolResponse */
    REG_STEP_RESERVE,    /* ReserveNameRequest: keeps a name; gives a ReserveNameResponse */
    REG_STEP_SIGN        /* SignLicenceRequest: the first credential of a licence that was taken over (registry/import.h) */
};
/* As reg_request_new, for any step. */
REG_EXPORT REG_MUST_CHECK int reg_request_new_step(struct reg_engine *engine, enum reg_step step,
                                                   const struct reg_caller *caller, struct reg_bytes message,
                                                   struct reg_request **ret_request, struct reg_error_info *info);
REG_EXPORT void reg_request_free(struct reg_request *request);
/* Reads one register view, runs the rules, merges. A repeat is answered from the store. REG_ERR_EXISTS: the request id was
 * used for another filing. REG_ERR_CONFLICT: prepared three times in vain. */
REG_EXPORT REG_MUST_CHECK int reg_request_prepare(struct reg_request *request, struct reg_reader *reader, struct reg_error_info *info);
REG_EXPORT enum reg_request_state reg_request_state(const struct reg_request *request);
/* A number that is equal for requests with the same caller and request id. */
REG_EXPORT uint64_t reg_request_hash(const struct reg_request *request);
REG_EXPORT bool reg_request_same(const struct reg_request *a, const struct reg_request *b);
/* Codes and serials for those of the batch that lead to a licence. Only the writer calls it. Requests that cannot be served
 * (REG_ERR_EXHAUSTED) get their error in reg_request_error. */
REG_EXPORT REG_MUST_CHECK int reg_engine_lease(struct reg_engine *engine, struct reg_request *const *requests, size_t count,
                                               struct reg_error_info *info);
/* Encodes and signs the credential, lints it, salts and seals the sections. Any thread, one at a time per request. */
REG_EXPORT REG_MUST_CHECK int reg_request_sign(struct reg_request *request, struct reg_error_info *info);
/* Appends the batch in order, at most 64, in one commit. Only the writer calls it. On 0 each request is answered, to be
 * prepared again, or has an error of its own. On an error nothing was appended; REG_ERR_UNAVAILABLE: try again later. */
#define REG_BATCH_MAX 64
REG_EXPORT REG_MUST_CHECK int reg_engine_append(struct reg_engine *engine, struct reg_request *const *requests, size_t count,
                                                struct reg_error_info *info);
/* The error that a batch left on this request; 0: none. */
REG_EXPORT int reg_request_error(const struct reg_request *request, struct reg_error_info *info);
/* The encoded SubmitFilingResponse of an answered request; equal for every repeat. */
REG_EXPORT REG_MUST_CHECK int reg_request_answer(const struct reg_request *request, struct reg_data *ret_message);

/* All of the above for one filing, waiting for the commit. One thread at a time per engine. */
REG_EXPORT REG_MUST_CHECK int reg_engine_submit(struct reg_engine *engine, const struct reg_caller *caller, struct reg_bytes message,
                                                struct reg_data *ret_message, struct reg_error_info *info);

/* The same for any step. */
REG_EXPORT REG_MUST_CHECK int reg_engine_step(struct reg_engine *engine, enum reg_step step, const struct reg_caller *caller,
                                              struct reg_bytes message, struct reg_data *ret_message,
                                              struct reg_error_info *info);

/* Dormancies that the clock has ended: calls `due` with the encoded ReportResumptionRequest of each (request id: code/day) and
 * the caller that it is sent as, "registry"; at most `limit`. The host's clock says what day it is. */
typedef void (*reg_due_callback)(void *context, const struct reg_caller *caller, struct reg_bytes message);
REG_EXPORT REG_MUST_CHECK int reg_due_wakes(struct reg_reader *reader, size_t limit, reg_due_callback due, void *context,
                                            struct reg_error_info *info);

/* ---- reading ------------------------------------------------------------------------------------------------------ */

/* A reader belongs to one thread. */
REG_EXPORT REG_MUST_CHECK int reg_reader_open(struct reg_engine *engine, struct reg_reader **ret_reader, struct reg_error_info *info);
REG_EXPORT void reg_reader_close(struct reg_reader *reader);

/* Gives the reader a cache of licences (GetLicence) of at most that many bytes. It is used only while one thread follows the
 * ledger with a reader of its own, every 50 ms; a commit of this engine and an answer already given are never gone back behind.
 * REG_ERR_LIMIT: too few bytes. */
REG_EXPORT REG_MUST_CHECK int reg_reader_cache(struct reg_reader *reader, size_t bytes, struct reg_error_info *info);
/* Reads what was appended since, here or elsewhere. One thread, with a reader of its own. `*ret_news`: there was something, and
 * reg_reader_catch_up lets the other readers drop what is out of date at once rather than at their next look-up. */
REG_EXPORT REG_MUST_CHECK int reg_reader_follow(struct reg_reader *reader, bool *ret_news, struct reg_error_info *info);
REG_EXPORT void reg_reader_catch_up(struct reg_reader *reader);
/* A file descriptor that becomes readable when somebody appended, valid until the reader's next call; -1: the store has none. */
REG_EXPORT int reg_reader_listen(struct reg_reader *reader);
struct reg_cache_figures {
    uint64_t hits, misses, bypassed, evicted; /* since the start; bypassed: the tail was not known well enough */
    uint64_t bytes, entries;
};
/* Of all readers together. Any thread. */
REG_EXPORT void reg_cache_figures(struct reg_engine *engine, struct reg_cache_figures *ret_figures);

/* A turn of the reader's loop. From the first on, reads are not waited for where the store can do without: each turn completes what
 * arrived, sends what was started, and says what to poll for the next one; other stores complete a read at its start. */
#define REG_READER_WAITS 2
struct reg_reader_wait {
    int fd;              /* to be polled for reading; -1: none */
    bool writing;        /* and for writing */
    uint64_t connection; /* another number: another connection, though the fd may be the same */
};
REG_EXPORT void reg_reader_turn(struct reg_reader *reader, struct reg_reader_wait ret_waits[REG_READER_WAITS]);
struct reg_standby_figures {
    uint64_t answered, behind, failed; /* the last two: asked anew of the store, as the standby was behind or did not answer */
};
/* Of all readers together. Any thread. */
REG_EXPORT void reg_standby_figures(struct reg_engine *engine, struct reg_standby_figures *ret_figures);

/* A read has a start and a completion: `done` is called once, before the start returns or later from the reader's loop.
 * `message` is the encoded response, borrowed for the call. */
typedef void (*reg_read_callback)(void *context, int error, const struct reg_error_info *info, struct reg_bytes message);

/* Each takes its encoded request message and gives its encoded response message. */
REG_EXPORT void reg_validate_filing(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                                    reg_read_callback done, void *context);
REG_EXPORT void reg_get_case(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                             reg_read_callback done, void *context);
REG_EXPORT void reg_list_cases(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                               reg_read_callback done, void *context);
/* Compares with many names: for the pool, not the loop. */
REG_EXPORT void reg_check_name(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                               reg_read_callback done, void *context);
/* Restrictions of a subject, or of all, from the newest back; windows and the operator. */
REG_EXPORT void reg_list_restrictions(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                                      reg_read_callback done, void *context);
REG_EXPORT void reg_get_licence(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                                reg_read_callback done, void *context);
/* A licence's revisions, newest first, or from the one that was current at a tree size or time. REG_ERR_NOT_FOUND: also where
 * there was none then. */
REG_EXPORT void reg_get_licence_history(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                                        reg_read_callback done, void *context);
/* Up to 100 licences of one snapshot; who is not there is marked so. */
REG_EXPORT void reg_batch_get_licences(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                                       reg_read_callback done, void *context);
/* The licences that meet every condition of a SearchLicencesRequest, page by page; a page reads more than once and counts rare
 * terms: for the pool, not the loop. REG_ERR_DENIED: by a representative's name without the right; REG_ERR_INVALID: a condition
 * that is none, or a page token of another search or registry; REG_ERR_UNSUPPORTED: as of the past. */
REG_EXPORT void reg_search_licences(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                                    reg_read_callback done, void *context);
/* Costs a signature check where the bytes are unknown to the store: for the pool, not the loop. */
REG_EXPORT void reg_verify_credential(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                                      reg_read_callback done, void *context);

/* The catalogue and the rulebook. The one form is a JSON Schema; REG_ERR_INVALID (no such entity
 * type, item or day), REG_ERR_UNSUPPORTED (a kind of filing that has no form). */
REG_EXPORT void reg_list_items(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                               reg_read_callback done, void *context);
REG_EXPORT void reg_get_form(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                             reg_read_callback done, void *context);
REG_EXPORT void reg_list_rules(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                               reg_read_callback done, void *context);

/* The pools of subject codes: gives a ListPoolsResponse. */
REG_EXPORT void reg_list_pools(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                               reg_read_callback done, void *context);

/* How much of an authority's pools is used. */
struct reg_code_stock {
    unsigned authority;
    uint64_t used, all;
    bool low; /* nine tenths are used: it is time to ask the code centre for more */
};
typedef void (*reg_stock_callback)(void *context, const struct reg_code_stock *stock);
/* Calls `stock` for each authority that has pools of its own. */
REG_EXPORT REG_MUST_CHECK int reg_code_stocks(struct reg_reader *reader, reg_stock_callback stock, void *context,
                                              struct reg_error_info *info);

/* A subject code that was allotted; texts are borrowed for the call. */
struct reg_allotted_code {
    char code[19], subject[10]; /* credit code; subject code with its check character */
    unsigned authority;
    uint64_t position; /* of the entry that founded the licence */
    int64_t time_ms;
    char day[11];      /* of that time, UTC+8 */
    const char *name;  /* today's */
    const char *state; /* today's: "existing", "deregistered" … */
};
/* Return false to stop. */
typedef bool (*reg_code_callback)(void *context, const struct reg_allotted_code *code);
/* Every code that this registry allotted by its entries [from, until), in order, page by page; `until` 0: to the end. */
REG_EXPORT REG_MUST_CHECK int reg_codes_export(struct reg_reader *reader, uint64_t from, uint64_t until,
                                               reg_code_callback code, void *context, struct reg_error_info *info);

/* ---- the ledger --------------------------------------------------------------------------------------------------- */

/* The tree head as a signed checkpoint (signed note); signs and keeps a new one where the tree has grown. */
REG_EXPORT REG_MUST_CHECK int reg_ledger_checkpoint(struct reg_engine *engine, struct reg_data *ret_note, struct reg_error_info *info);
struct reg_ledger_head {
    uint64_t size;
    int64_t time_ms;
    uint8_t root[REG_DIGEST_LEN];
};
REG_EXPORT REG_MUST_CHECK int reg_ledger_head(struct reg_reader *reader, struct reg_ledger_head *ret_head, struct reg_error_info *info);

/* Called now and then while a long work goes on; return false to stop it. */
typedef bool (*reg_progress_callback)(void *context, uint64_t done, uint64_t total);
/* Called for each thing that is wrong. */
typedef void (*reg_problem_callback)(void *context, const struct reg_error_info *info);

struct reg_check_result {
    uint64_t entries, licences, problems;
    uint64_t signatures;      /* of credentials, verified */
    uint64_t erased_sections; /* sealed sections whose keys were destroyed: their digests alone were checked */
};
struct reg_check_options {
    size_t size; /* sizeof(struct reg_check_options) */
    bool all;    /* verify the signature of every credential, not of one in 1,000 and of the last 1,000 entries; and look for every
                  * row by its key, through the store's index, where sums of rows would do */
};
#define REG_CHECK_OPTIONS_INIT {sizeof(struct reg_check_options), false}

/* Recomputes the tree, the digests of sections and the views, verifies credentials and checkpoints, and compares every table
 * with the entries, both ways, page by page beside a running daemon. `options` NULL: the defaults. The progress counts entries,
 * then the rows of tables, of which the total is guessed until the last entry. 0 also where there are problems: see
 * the result. Callbacks may be NULL. */
REG_EXPORT REG_MUST_CHECK int reg_ledger_check(struct reg_engine *engine, const struct reg_check_options *options,
                                               reg_progress_callback progress, reg_problem_callback problem, void *context,
                                               struct reg_check_result *ret_result, struct reg_error_info *info);
/* Rebuilds the views licence, serial, case, request, catalogue, name, name_gram and restriction from the entries, in one
 * transaction: all of them or none. The caller is alone with the registry: REG_ERR_BUSY, somebody else has it open. REG_ERR_DENIED:
 * a PostgreSQL store wants the role that owns the tables. What erased cases sealed away (request ids, what a restriction rests
 * on) cannot be made anew, and is left as it stands. Pools, counters, keys, tiles and checkpoints are no views. */
REG_EXPORT REG_MUST_CHECK int reg_ledger_repair_views(struct reg_engine *engine, reg_progress_callback progress, void *context,
                                                      uint64_t *ret_entries, struct reg_error_info *info);
/* Destroys the key of a case and appends an `erase` entry with its basis. `target`: a case number, a credit code (all its
 * cases), or the position of an entry that placed a restriction (and was lifted: with the entry that lifted it), lifted one, or
 * reserved a name. REG_ERR_NOT_FOUND; REG_ERR_ERASED: it was done before. Writes beside a running daemon. */
REG_EXPORT REG_MUST_CHECK int reg_ledger_erase(struct reg_engine *engine, const char *target, const char *basis,
                                               uint64_t *ret_position, struct reg_error_info *info);

/* ---- replay -------------------------------------------------------------------------------------------------------- */

struct reg_replay_options {
    size_t size;                           /* sizeof(struct reg_replay_options) */
    const struct reg_catalogue *catalogue; /* judge by this one; NULL: by the revision that each was judged by */
    int32_t day;                           /* as if filed on that day (days since 1970); 0: on the day it was */
    uint64_t from;                         /* the first entry */
};
#define REG_REPLAY_OPTIONS_INIT {sizeof(struct reg_replay_options), NULL, 0, 0}

/* A finding that is said on one side alone. */
struct reg_replay_finding {
    bool appears; /* false: it is recorded, and would not be said */
    const char *rule, *severity, *path, *zh, *en; /* severity: "warning", "review", "error" */
};
/* An item whose outcome is another. */
struct reg_replay_item {
    unsigned item;
    const char *before, *after; /* "merged", "deferred", "waiting", "not_applicable", "refused"; "": nothing is said of it */
};
/* A case that would come out differently; everything is borrowed for the call. */
struct reg_replay_difference {
    uint64_t number, position;
    const char *code, *name;    /* may be empty */
    const char *before, *after; /* "accepted", "returned", "in_review", "refused" */
    const struct reg_replay_finding *findings;
    size_t finding_count;
    const struct reg_replay_item *items;
    size_t item_count;
};
/* Return false to stop. */
typedef bool (*reg_replay_callback)(void *context, const struct reg_replay_difference *difference);

struct reg_replay_result {
    uint64_t filings, differing;
    uint64_t erased; /* passed over: their keys, or those of what they start from, were destroyed */
};
/* Judges every recorded filing again, by another catalogue or on another day, and gives those of which findings (rule, severity,
 * path), outcomes of items or the case's outcome would be others. What the register alone knew at the time (names and codes
 * taken, branches, a person's decision) stands as it was recorded. Page by page, in constant memory; writes nothing. A case in
 * review is judged at its latest entry. */
REG_EXPORT REG_MUST_CHECK int reg_replay(struct reg_engine *engine, const struct reg_replay_options *options,
                                         reg_progress_callback progress, reg_replay_callback differs, void *context,
                                         struct reg_replay_result *ret_result, struct reg_error_info *info);

/* A difference as one line of JSON. */
REG_EXPORT REG_MUST_CHECK int reg_replay_json(const struct reg_replay_difference *difference, struct reg_data *ret_json);

/* ---- restrictions by the file -------------------------------------------------------------------------------------- */

struct reg_import_result {
    size_t rows, placed, known, refused; /* known: such a restriction stood already */
};
/* Called for each row that is refused, with its line number and its cells as a line of CSV. */
typedef void (*reg_refused_callback)(void *context, size_t line, struct reg_bytes row, const struct reg_error_info *info);
/* Places a restriction for each row of a CSV file (UTF-8 or GB 18030) with the columns source, credit_code, id_kind, id_number,
 * basis, since, until, blocks, note, address_unreachable; the last five may be left out. One commit each. A row that is refused
 * is reported and passed over; 0 also then. Callbacks may be NULL. */
REG_EXPORT REG_MUST_CHECK int reg_restrictions_import(struct reg_engine *engine, const struct reg_caller *caller,
                                                      const char *file, struct reg_bytes csv, reg_progress_callback progress,
                                                      reg_refused_callback refused, void *context,
                                                      struct reg_import_result *ret_result, struct reg_error_info *info);

/* ---- messages and JSON -------------------------------------------------------------------------------------------- */

/* Between the encoded form of a message and its proto3 JSON. `type`: its name in package registry.v1, "Filing". */
REG_EXPORT REG_MUST_CHECK int reg_json_to_message(const char *type, struct reg_bytes json, struct reg_data *ret_message,
                                                  struct reg_error_info *info);
REG_EXPORT REG_MUST_CHECK int reg_message_json(const char *type, struct reg_bytes message, int indent, struct reg_data *ret_json,
                                               struct reg_error_info *info);
/* Checks an encoded Filing without a registry: rules and merging against an empty register on that day (days since 1970,
 * UTC+8). Gives an encoded ValidateFilingResponse. */
REG_EXPORT REG_MUST_CHECK int reg_filing_check(const struct reg_catalogue *catalogue, unsigned authority, int32_t day,
                                               struct reg_bytes filing, struct reg_data *ret_message, struct reg_error_info *info);
/* The one form of an encoded GetFormRequest by that catalogue on that day, without a registry: an encoded GetFormResponse. */
REG_EXPORT REG_MUST_CHECK int reg_form_make(const struct reg_catalogue *catalogue, int32_t day, struct reg_bytes request,
                                            struct reg_data *ret_message, struct reg_error_info *info);

REG_END_DECLS

#endif
