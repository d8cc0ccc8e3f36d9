/* What the files of the engine share: the engine, a reader, a request, and entries on their way into the ledger. */
#ifndef REG_ENGINE_INTERNAL_H
#define REG_ENGINE_INTERNAL_H

#include <stdatomic.h>

#include <registry/code.h>
#include <registry/engine.h>

#include "filing/life.h"
#include "filing/rules.h"
#include "identity/similar.h"
#include "ledger/store.h"
#include "licence/licence.h"
#include "licence/merge.h"

/* The stored and sent messages are bounded by these (design: limits). */
#define REG_MESSAGE_BUDGET ((size_t)16 << 20) /* memory that decoding one message may take */
#define REG_LEASE_BLOCK    64

/* Numbers leased from the store, used up one by one; a restart skips the rest. Each lease is twice the one before, up to
 * REG_LEASE_BLOCK: who files once takes one. */
struct reg_block {
    uint32_t authority; /* of codes: who takes from it */
    uint64_t next, left;
    unsigned want;
    char prefix[9];
};

struct reg_engine {
    struct reg_host host;
    struct reg_store *store;
    int lock_fd;
    struct reg_registry_facts facts; /* strings are owned by `strings` */
    struct reg_arena *strings;
    struct reg_revision *_Atomic newest; /* revision of the catalogue (engine/revision.h) */
    struct reg_signer *issuer_file, *log; /* from key files */
    const struct reg_signer *issuer;      /* the file's, or the host's own */
    struct reg_public_key *keys[3];       /* as entry 0 names them, by role - 1 */
    struct reg_master_key *master;
    struct reg_connected_sources sources;
    atomic_uint signed_count; /* one signature in 1,000 is verified before it is used */
    struct reg_tail *tail;    /* engine/tail.h */
    /* The writer's: */
    struct reg_block *codes, serials; /* one block of codes for each authority that founds licences */
    size_t code_blocks;
};

struct reg_reader {
    struct reg_engine *engine;
    struct reg_store_reader *store;
    struct reg_cache *cache;  /* NULL: none */
    uint64_t followed, epoch; /* up to where the cache has dropped what changed */
    uint64_t rebuilt;         /* of which views its rows are */
    struct reg_reader *next;  /* with a cache */
};

/* Begins the transaction that reg_engine_commit ends, and reads those queries (linked by `next`; NULL: none) inside. */
REG_MUST_CHECK int reg_engine_begin(struct reg_engine *engine, struct reg_query *queries, struct reg_error_info *info);
/* Commits what was inserted, and lets readers know. */
REG_MUST_CHECK int reg_engine_commit(struct reg_engine *engine, struct reg_error_info *info);
/* The registry's lock file, LOCK_SH or LOCK_EX of flock; close the descriptor to let go. REG_ERR_BUSY. */
REG_MUST_CHECK int reg_registry_lock(const char *directory, int how, int *ret_fd, struct reg_error_info *info);
/* An engine over a store in any state, under a lock that was taken (-1: the caller keeps it). Both are the engine's, also where
 * it fails. */
REG_MUST_CHECK int reg_engine_open_store(const char *directory, const struct reg_open_options *options,
                                         const struct reg_host *host, struct reg_store *store, int lock_fd,
                                         struct reg_engine **ret_engine, struct reg_error_info *info);

/* ---- entries on their way ------------------------------------------------------------------------------------------ */

#define REG_RESERVATION_TEXT 21 /* a position as text, with its NUL */

/* An entry with the rows it changes, before it has a position. `body` and the rows are borrowed. */
struct reg_pending {
    reg_pb_entry_kind kind;
    const char *code; /* empty: none */
    uint32_t authority;
    struct reg_bytes body;
    uint8_t digest[REG_DIGEST_LEN];
    struct reg_bytes wrapped_key; /* empty: nothing is sealed, no case, or one that goes on */
    bool goes_on;                 /* a further entry of `case_number`, under the key it has */
    uint64_t case_number;
    struct reg_licence_row *licence;
    const char *name_key;
    const struct reg_licence_terms *terms;
    struct reg_name_row *names;
    size_t name_count;
    int32_t name_ended; /* reg_name_ended: taken over, its name given up that day */
    bool reserves; /* names[0] is held by the entry itself: the holder is written here with the position */
    char reservation[REG_RESERVATION_TEXT];
    struct reg_serial_row *serial;
    struct reg_case_row *case_row;
    struct reg_request_row *request;
    struct reg_catalogue_row *catalogue;
    struct reg_pool_row *pool;
    bool destroys;
    uint64_t destroyed_case;
    const char *restricts;                   /* the subject whose restrictions this entry changes; NULL: nobody's */
    struct reg_restriction_row *restriction; /* that it places; NULL: none */
    uint64_t lifts;
    /* out */
    struct reg_data header; /* the caller's to clear */
    uint64_t position;
};

/* Numbers the entries from the head, extends tree and tiles, and inserts them; inside a transaction that the caller began
 * and will commit. Positions in the rows are filled in. */
REG_MUST_CHECK int reg_pending_insert(struct reg_engine *engine, struct reg_pending *const *pending, size_t count,
                                      struct reg_error_info *info);
/* The same, and commits, as the port's `append` does. */
REG_MUST_CHECK int reg_pending_append(struct reg_engine *engine, struct reg_pending *const *pending, size_t count,
                                      bool *ret_refused, struct reg_error_info *info);

/* ---- a filing on its way ------------------------------------------------------------------------------------------- */

/* Rules and merging over a filing; what ValidateFiling, SubmitFiling and `filing check` share. */
struct reg_judgement {
    reg_pb_finding **findings;
    size_t finding_count;
    struct reg_merge merge;
};

/* What a name asks of the index of names. */
struct reg_name_need {
    const struct reg_engine *engine;
    bool wanted; /* the filing has a name that is compared */
    struct reg_name_profile profile;
    struct reg_name_keys keys;
    struct reg_name_probe probe;
    int32_t day;
    const char *reservation; /* that the filing uses; NULL: none */
    size_t equal;            /* names with its trade name that the view had */
};

/* A filing before it is decided: what it starts from, the whole that it makes of that, and what rules and merging say. */
struct reg_preparation {
    struct reg_arena *work; /* everything below lives in it */
    int32_t day;            /* on which it is judged */
    const struct reg_revision *revision; /* of the catalogue, in force on that day; the engine's */
    const reg_pb_filing *filed;
    reg_pb_filing *whole; /* `filed` laid over what is recorded, or over the case that it resubmits */
    bool has_subject;
    struct reg_licence_row row;    /* of the subject */
    const reg_pb_record *before;   /* of the subject's latest revision */
    reg_pb_filing *recorded;       /* the same as a whole filing */
    const reg_pb_life *restored_life; /* restore: of the revision whose state comes back; NULL: none */
    struct reg_register_needs needs;
    struct reg_name_need name_need;
    struct reg_register_view view;
    const char **subjects; /* whose restrictions the rules look at, as the store has them */
    size_t subject_count;
    size_t restriction_count; /* those that stood */
    uint64_t view_size;
    struct reg_rule_input input;
    struct reg_judgement judgement;
    bool seen; /* the request id was used: nothing else is filled */
    uint64_t seen_position;
    uint8_t seen_digest[REG_DIGEST_LEN];
};

/* Who asks, under which id; both NULL: nobody files. */
struct reg_asker {
    const char *caller, *request_id;
};

/* Reads one register view and judges. `base`: the filing of the case that this one resubmits or goes on with, or NULL. The filing
 * is admitted. REG_ERR_NOT_FOUND: no such licence, no such case; REG_ERR_CONFLICT: the register changed between two reads. */
REG_MUST_CHECK int reg_prepare(struct reg_engine *engine, struct reg_store_reader *reader, const reg_pb_filing *filed,
                               const reg_pb_filing *base, const struct reg_asker *asker, struct reg_preparation *ret,
                               struct reg_error_info *info);
/* The returned filing that `filed` resubmits; `*ret` NULL: it follows none, or is whole by itself. */
REG_MUST_CHECK int reg_base_filing(struct reg_engine *engine, struct reg_store_reader *reader, const reg_pb_filing *filed,
                                   struct reg_arena *arena, reg_pb_filing **ret, struct reg_error_info *info);
/* What is recorded of a licence now, as a whole filing with its current revision, in the arena. REG_ERR_NOT_FOUND. */
REG_MUST_CHECK int reg_recorded_filing(struct reg_engine *engine, struct reg_store_reader *reader, const char *code, int32_t day,
                                       struct reg_arena *arena, reg_pb_filing **ret, struct reg_error_info *info);
/* The whole filing that `filed` makes of what is recorded, where it is not a resubmission. */
REG_MUST_CHECK int reg_preparation_complete(struct reg_engine *engine, struct reg_store_reader *reader,
                                            struct reg_preparation *prep, struct reg_error_info *info);
/* Judges a whole filing over its view, by its revision of the catalogue, on its day; reads nothing. */
REG_MUST_CHECK int reg_preparation_judge(const struct reg_engine *engine, struct reg_preparation *prep);
/* The filing that a case holds, in the arena; `key` gets the case's key. REG_ERR_ERASED: it was destroyed. */
REG_MUST_CHECK int reg_case_filing(struct reg_engine *engine, struct reg_store_reader *reader, uint64_t number,
                                   struct reg_arena *arena, reg_pb_filing **ret, struct reg_case_row *ret_row,
                                   uint8_t key[REG_CASE_KEY_LEN], struct reg_error_info *info);

/* The individual business that an upgrade ends: a second entry of the same request. */
struct reg_second_entry {
    struct reg_pending pending;
    struct reg_licence_row licence_row;
    struct reg_licence_terms terms;
    struct reg_case_row case_row;
    struct reg_data body, wrapped_key;
};

struct reg_request {
    struct reg_engine *engine;
    struct reg_arena *arena; /* the message */
    const char *caller, *request_id;
    ProtobufCMessage *message; /* as sent */
    enum reg_step step;
    const reg_pb_filing *filed; /* as sent; of a case that goes on, as stored */
    reg_pb_actor *actor;
    reg_pb_decision decision;
    const char *reason, *basis;  /* of a decision; never NULL */
    uint64_t case_number;        /* of a case that goes on */
    uint64_t case_position;      /* of its entry that was read */
    struct reg_revision *revision; /* to be published; NULL: none */
    uint8_t digest[REG_DIGEST_LEN];
    uint64_t hash;
    enum reg_request_state state;
    unsigned attempts;
    int error;
    struct reg_error_info error_info;

    struct reg_arena *work; /* everything below, made anew by each preparation */
    struct reg_preparation prep;
    reg_pb_case_state outcome;
    bool new_version; /* a new serial and credential */
    char code[REG_CODE_LEN + 1];
    uint64_t serial;
    reg_pb_licence_record *licence;
    struct reg_licence_row licence_row;
    struct reg_licence_terms terms;
    struct reg_serial_row serial_row;
    struct reg_case_row case_row;
    struct reg_request_row request_row;
    struct reg_catalogue_row catalogue_row;
    struct reg_pool_row pool_row;
    struct reg_pending pending;
    struct reg_second_entry second;
    bool has_second;
    struct reg_restriction_row restriction_row; /* that it places, or lifts */
    struct reg_data body, wrapped_key;
    uint8_t case_key[REG_CASE_KEY_LEN];
    struct reg_data answer;
};

/* Is it the operator's, and no filing? */
bool reg_request_administers(const struct reg_request *request);
/* Does the case that the request brings, or goes on with, end in a revision of a licence? */
bool reg_request_licenses(const struct reg_request *request);

/* Does what was merged stay as it is recorded? Where a step brings nothing of the entity, unless it undoes changes. */
bool reg_preparation_carries(const struct reg_preparation *prep);
/* Does it found a licence, rather than revise one? */
bool reg_request_founds(const struct reg_request *request);
/* Builds sections and rows of a decided request, with its codes, and of the second entry where there is one. */
REG_MUST_CHECK int reg_request_build(struct reg_request *request, struct reg_error_info *info);
/* Appends the encoded record as a section to be. */
REG_MUST_CHECK int reg_fragment_add(struct reg_fragment *fragments, size_t *count, uint32_t id, const reg_pb_record *record);
/* Seals the fragments of the request's entry under the key of its case, or under a new one; frees them. */
REG_MUST_CHECK int reg_request_seal(struct reg_request *request, struct reg_fragment *fragments, size_t count);
/* The row that a licence entry makes in the view; position and day of recording are left 0. Borrows the name. */
void reg_licence_row_of(const reg_pb_licence_record *licence, struct reg_licence_row *ret);
REG_MUST_CHECK int reg_filing_judge(const struct reg_rule_input *input, struct reg_arena *arena, struct reg_judgement *ret);
/* Appends the encoded ValidateFilingResponse. */
void reg_judgement_encode(const struct reg_judgement *judgement, struct reg_buf *buf);
/* Fills a register view from a completed REG_QUERY_REGISTER. */
void reg_register_view_fill(const struct reg_query *query, const struct reg_register_needs *needs,
                            struct reg_register_view *ret);
/* What the query must ask for these needs; `codes` in the arena. */
REG_MUST_CHECK int reg_register_query_fill(const struct reg_register_needs *needs, uint32_t authority,
                                           struct reg_arena *arena, struct reg_query *query);
/* May this engine take the filing at all? A kind that is filed, authority in its territory, codes as kind and role have them. */
REG_MUST_CHECK int reg_filing_admit(const struct reg_engine *engine, const reg_pb_filing *filing,
                                    struct reg_error_info *info);
/* Parts of a filing, or of what is added to one: members that exist, with the entity they are of, and not too many. */
REG_MUST_CHECK int reg_filing_check_parts(const reg_pb_filing *filing, struct reg_error_info *info);
/* Says that a filing takes more memory than one may; REG_ERR_LIMIT. */
int reg_filing_too_large(struct reg_error_info *info);
/* Answers a request whose id was seen, from its entry. REG_ERR_EXISTS: another request had it. */
REG_MUST_CHECK int reg_request_settle(struct reg_request *request, uint64_t position, const uint8_t digest[REG_DIGEST_LEN],
                                      struct reg_query *entry_query, struct reg_error_info *info);
/* What a judgement comes to where nobody decides: returned, in review or accepted. */
reg_pb_case_state reg_judgement_outcome(const struct reg_judgement *judgement);
/* What a person looked at asks for no review any more. */
void reg_judgement_settle_reviews(struct reg_judgement *judgement);
/* Decides what the judgement comes to, and, where that is a revision, makes its record (all but code, serial and credential). */
REG_MUST_CHECK int reg_request_decide(struct reg_request *request, struct reg_error_info *info);
/* Adds a finding of the engine's own behind the others. */
REG_MUST_CHECK int reg_judgement_add(struct reg_judgement *judgement, struct reg_arena *arena, const char *rule,
                                     reg_pb_severity severity, const char *zh, const char *en, const char *basis);
/* The last day for deciding a case in review: three working days (细则 §18). */
int32_t reg_case_deadline(int32_t day);

/* ---- a revision of the catalogue on its way ------------------------------------------------------------------------ */

REG_MUST_CHECK int reg_publication_take(struct reg_request *request, struct reg_error_info *info);
/* Numbers it behind the newest. REG_ERR_INVALID: its day is too early, or it may not follow that one. */
REG_MUST_CHECK int reg_publication_prepare(struct reg_request *request, struct reg_store_reader *reader,
                                           struct reg_error_info *info);
REG_MUST_CHECK int reg_publication_build(struct reg_request *request);
/* Builds the body of an operator's entry around its encoded public record, which it takes, and the request's row. */
REG_MUST_CHECK int reg_administration_build(struct reg_request *request, reg_pb_entry_kind kind, struct reg_data record);
/* Its entry is committed: the engine judges by it from its day on. */
void reg_publication_appended(struct reg_request *request);
/* Appends the encoded PublishCatalogueResponse. */
void reg_answer_publication(const reg_pb_catalogue_record *record, uint64_t position, struct reg_buf *buf);
/* The encoded Record of a catalogue entry. */
REG_MUST_CHECK int reg_catalogue_record_encode(const struct reg_catalogue *catalogue, unsigned revision,
                                               const char *effective, struct reg_data *ret);
/* ---- restrictions -------------------------------------------------------------------------------------------------- */

/* Places or lifts a restriction rather than going on with a case? */
bool reg_request_restricts(const struct reg_request *request);
/* Checks the message of a restriction; gives its request id. */
REG_MUST_CHECK int reg_restriction_take(struct reg_request *request, struct reg_error_info *info);
REG_MUST_CHECK int reg_lift_take(struct reg_request *request, struct reg_error_info *info);
/* Looks up what stands; REG_ERR_EXISTS: the same stands already; REG_ERR_NOT_FOUND: there is nothing to lift. */
REG_MUST_CHECK int reg_restriction_prepare(struct reg_request *request, struct reg_store_reader *reader,
                                           struct reg_error_info *info);
/* The entry of a prepared one. */
REG_MUST_CHECK int reg_restriction_build(struct reg_request *request);
/* Did what stood change since it was prepared? `now`: the subject's restrictions under the lock. */
bool reg_restriction_outdated(const struct reg_request *request, const struct reg_query *now);
/* Appends an encoded RestrictionResponse of the entry at that position. */
void reg_restriction_answer(const struct reg_engine *engine, uint64_t position, struct reg_buf *buf);

/* Under what the store keeps the restrictions of a person. The document's number does not stand there: the key is the suite's
 * digest over registry id, kind and number. Whoever has the store could still try all numbers; the digest keeps them out of
 * sight, and out of other registries' keys. */
REG_MUST_CHECK int reg_person_subject(const struct reg_engine *engine, const reg_pb_id_document *id, struct reg_arena *arena,
                                      const char **ret);
/* The subjects of a whole filing, in prep->subjects. */
REG_MUST_CHECK int reg_restriction_subjects(const struct reg_engine *engine, struct reg_preparation *prep);
/* The view's restrictions from a completed REG_QUERY_REGISTER. */
REG_MUST_CHECK int reg_restriction_view_fill(const struct reg_query *query, struct reg_preparation *prep);
/* The row that a placing entry made, from its record; the subject in the arena. */
REG_MUST_CHECK int reg_restriction_row_of(const struct reg_engine *engine, const reg_pb_record *record,
                                          struct reg_arena *arena, struct reg_restriction_row *ret);
/* Takes the names of connected sources. REG_ERR_INVALID: one is unknown. */
REG_MUST_CHECK int reg_sources_parse(const char *list, struct reg_connected_sources *ret, struct reg_error_info *info);

/* ---- names --------------------------------------------------------------------------------------------------------- */

/* What the name of an entity of that type asks; a branch's asks nothing. */
void reg_name_need_fill(const struct reg_engine *engine, const char *name, uint32_t type, struct reg_name_need *ret);
/* Adds it to a register query; `again`: under the writer's lock, where only equal trade names are asked for. */
void reg_name_need_ask(struct reg_name_need *need, bool again, struct reg_query *query);
/* How many of the names found have the trade name. */
size_t reg_name_need_equal(const struct reg_name_need *need, const struct reg_query *query);
/* Fills what the rules see of names near the filing's, and of its reservation. */
REG_MUST_CHECK int reg_name_view_fill(struct reg_preparation *prep, const struct reg_query *query);
/* The keys under which the index has a name. */
void reg_name_keys_of(const struct reg_engine *engine, const char *name, struct reg_name_keys *ret);
/* A row with its keys, in the arena; holder and name are borrowed. */
REG_MUST_CHECK int reg_name_row_fill(const struct reg_engine *engine, const char *holder, const char *name, uint32_t authority,
                                     enum reg_name_state state, int32_t until_day, struct reg_arena *arena,
                                     struct reg_name_row *ret);
/* The rows that a licence writes as it goes from `before` (NULL: founded) to `after`, using a reservation (NULL: none). They
 * borrow the holders and names, and lack their day and position: the entry's. */
REG_MUST_CHECK int reg_name_rows(const struct reg_engine *engine, const struct reg_licence_row *before,
                                 const struct reg_licence_row *after, const char *reservation, const char *reserved_name,
                                 struct reg_arena *arena, struct reg_name_row **ret_rows, size_t *ret_count);
/* The day on which a licence that is taken over had given up its name; 0: it has it still, or nobody knows. */
int32_t reg_name_ended(const reg_pb_licence_record *licence);
/* The row of such a licence: the name that it holds, or held until that day. */
REG_MUST_CHECK int reg_name_rows_imported(const struct reg_engine *engine, const struct reg_licence_row *licence,
                                          int32_t ended, struct reg_arena *arena, struct reg_name_row **ret_rows,
                                          size_t *ret_count);
/* Ends what is given up, or used, by an entry of that day, or of a name that ended before it was taken over (0: none such).
 * Gives how many rows are left: a name given up a year ago is none. */
size_t reg_name_rows_date(struct reg_name_row *rows, size_t count, int32_t ended, int32_t day);
/* Do both take names with one trade name from the same authority? */
bool reg_name_rows_meet(const struct reg_pending *a, const struct reg_pending *b);

/* ---- pools of subject codes ---------------------------------------------------------------------------------------- */

REG_MUST_CHECK int reg_pool_take(struct reg_request *request, struct reg_error_info *info);
REG_MUST_CHECK int reg_pool_build(struct reg_request *request);
/* Checks what the request says of subject codes against pools and licences, under the lock: a new pool overlaps none and holds
 * no code of the register; who moves in brings no code that is still to be allotted. REG_ERR_INVALID. */
REG_MUST_CHECK int reg_pool_judge(const struct reg_request *request, struct reg_error_info *info);
/* May what another request of the batch brings change that judgement? */
bool reg_pool_depends(const struct reg_request *request, const struct reg_pending *other);
/* Leases `count` subject codes of that authority at once, for reg_code_take, where it has fewer at hand. */
REG_MUST_CHECK int reg_codes_want(struct reg_engine *engine, uint32_t authority, uint64_t count,
                                  struct reg_error_info *info);
/* The 8 characters of the next subject code of that authority. REG_ERR_EXHAUSTED. */
REG_MUST_CHECK int reg_code_take(struct reg_engine *engine, uint32_t authority, char ret[9], struct reg_error_info *info);
/* Which of the pools a credit code lies in; NULL: none. */
const struct reg_pool_row *reg_pool_holding(const struct reg_query *pools, const char *code);
/* The pool of everything behind the prefix. */
void reg_pool_whole(uint32_t authority, const char *prefix, struct reg_pool_row *ret);
void reg_pool_message(const struct reg_pool_row *row, reg_pb_code_pool *ret);
void reg_answer_pool(const reg_pb_code_pool *pool, uint64_t position, struct reg_buf *buf);
/* What CheckName and ReserveName judge: a filing that has but a name; in the arena. REG_ERR_INVALID: there is nothing to
 * judge, or it is another registry's. */
REG_MUST_CHECK int reg_name_filing(const struct reg_engine *engine, const reg_pb_check_name_request *asked,
                                   struct reg_arena *arena, reg_pb_filing **ret, struct reg_error_info *info);
/* Of all that the rules say of a filing without anything but a name, what they say of the name. */
REG_MUST_CHECK int reg_name_findings(const struct reg_judgement *judgement, struct reg_arena *arena, reg_pb_finding ***ret,
                                     size_t *ret_count);
/* The names near it, as messages. */
REG_MUST_CHECK int reg_name_similar(const struct reg_register_view *view, struct reg_arena *arena,
                                    reg_pb_similar_name ***ret, size_t *ret_count);

/* ---- a name on its way to be reserved ------------------------------------------------------------------------------ */

REG_MUST_CHECK int reg_reservation_take(struct reg_request *request, struct reg_error_info *info);
/* Of the judged name: refused, and answered, or to be appended. */
REG_MUST_CHECK int reg_reservation_decide(struct reg_request *request);
REG_MUST_CHECK int reg_reservation_build(struct reg_request *request);
/* Appends the encoded ReserveNameResponse. */
void reg_answer_reservation(const reg_pb_record *record, uint64_t position, struct reg_buf *buf);

/* ---- answers ------------------------------------------------------------------------------------------------------- */

/* An entry with the key of its case where there is one: what answers are made of. */
struct reg_opened_entry {
    struct reg_bytes header, body;
    uint64_t position;
    uint64_t case_number;
    const uint8_t *case_key; /* NULL: destroyed or none */
};

/* The open sections of an entry, checked against its header; in the arena. REG_ERR_SUITE, REG_ERR_CORRUPT. */
REG_MUST_CHECK int reg_entry_read_public(const struct reg_engine *engine, const struct reg_entry_row *row,
                                         struct reg_arena *arena, reg_pb_record **ret_record, struct reg_error_info *info);
void reg_grant_of(const struct reg_caller *caller, struct reg_grant *ret);
/* Unwraps the row's key into `key`; `*ret` points to it, or is NULL where the key was destroyed. */
REG_MUST_CHECK int reg_entry_open(const struct reg_engine *engine, const struct reg_entry_row *row,
                                  uint8_t key[REG_CASE_KEY_LEN], struct reg_opened_entry *ret);
/* Appends an encoded SubmitFilingResponse, as of the entry's own commit. */
REG_MUST_CHECK int reg_answer_submit(const struct reg_engine *engine, const struct reg_opened_entry *entry,
                                     struct reg_buf *buf);
/* Appends an encoded GetCaseResponse. */
REG_MUST_CHECK int reg_answer_case(const struct reg_engine *engine, const struct reg_opened_entry *entry,
                                   const struct reg_case_row *row, uint64_t tree_size, struct reg_buf *buf);
/* Appends the status of an encoded GetLicenceResponse. */
REG_MUST_CHECK int reg_answer_status(const struct reg_engine *engine, const struct reg_licence_row *row, uint64_t tree_size,
                                     struct reg_buf *buf);
/* Appends an encoded GetLicenceResponse. */
REG_MUST_CHECK int reg_answer_licence(const struct reg_engine *engine, const struct reg_opened_entry *entry,
                                      const struct reg_licence_row *row, const struct reg_grant *grant, uint64_t tree_size,
                                      struct reg_buf *buf);

/* ---- the tree ------------------------------------------------------------------------------------------------------ */

/* Hashes of the store's tree, read tile by tile through a reader; one thread. */
struct reg_tree {
    struct reg_engine *engine;
    struct reg_store_reader *store;
    struct reg_tile_source source;
    struct reg_tile last; /* the tile read last, where `has_last` */
    bool has_last;
};
void reg_tree_init(struct reg_tree *tree, struct reg_reader *reader);
/* Root of the first `size` leaves. */
REG_MUST_CHECK int reg_tree_root_at(struct reg_tree *tree, uint64_t size, uint8_t ret[REG_DIGEST_LEN]);
/* "<host>/<16 hex digits of the registry id>"; in the arena. */
char *reg_engine_origin(const struct reg_engine *engine, struct reg_arena *arena);
/* Is the last checkpoint kept a prefix of the store's tree? REG_ERR_CORRUPT: no, nothing may be written. */
REG_MUST_CHECK int reg_checkpoint_hold(struct reg_engine *engine, struct reg_reader *reader, struct reg_error_info *info);

#endif
