/* What the files of the engine share: the engine, a reader, a request, and entries on their way into the ledger. */
#ifndef REG_ENGINE_INTERNAL_H
#define REG_ENGINE_INTERNAL_H

#include <stdatomic.h>

#include <registry/code.h>
#include <registry/engine.h>

#include "filing/rules.h"
#include "ledger/store.h"
#include "licence/licence.h"
#include "licence/merge.h"

/* The stored and sent messages are bounded by these (design: limits). */
#define REG_MESSAGE_BUDGET ((size_t)16 << 20) /* memory that decoding one message may take */
#define REG_LEASE_BLOCK    64

/* Numbers leased from the store, used up one by one; a restart skips the rest. */
struct reg_block {
    uint64_t next, left;
    char prefix[9];
};

struct reg_engine {
    struct reg_host host;
    struct reg_store *store;
    int lock_fd;
    struct reg_registry_facts facts; /* strings are owned by `strings` */
    struct reg_arena *strings;
    struct reg_catalogue *catalogue;
    struct reg_signer *issuer_file, *log; /* from key files */
    const struct reg_signer *issuer;      /* the file's, or the host's own */
    struct reg_public_key *keys[3];       /* as entry 0 names them, by role - 1 */
    struct reg_master_key *master;
    atomic_uint signed_count; /* one signature in 1,000 is verified before it is used */
    /* The writer's: */
    struct reg_block codes, serials;
};

struct reg_reader {
    struct reg_engine *engine;
    struct reg_store_reader *store;
};

/* ---- entries on their way ------------------------------------------------------------------------------------------ */

/* An entry with the rows it changes, before it has a position. `body` and the rows are borrowed. */
struct reg_pending {
    reg_pb_entry_kind kind;
    const char *code; /* empty: none */
    uint32_t authority;
    struct reg_bytes body;
    uint8_t digest[REG_DIGEST_LEN];
    struct reg_bytes wrapped_key; /* empty: nothing is sealed, no case */
    struct reg_licence_row *licence;
    const char *name_key;
    struct reg_serial_row *serial;
    struct reg_case_row *case_row;
    struct reg_request_row *request;
    bool destroys;
    uint64_t destroyed_case;
    /* out */
    struct reg_data header; /* the caller's to clear */
    uint64_t position;
};

/* Numbers the entries from the head, extends tree and tiles, and inserts them; inside a transaction that the caller began
 * and will commit. Positions in the rows are filled in. */
REG_MUST_CHECK int reg_pending_insert(struct reg_engine *engine, struct reg_pending *const *pending, size_t count,
                                      struct reg_error_info *info);

/* ---- a filing on its way ------------------------------------------------------------------------------------------- */

struct reg_request {
    struct reg_engine *engine;
    struct reg_arena *arena; /* the message */
    const char *caller;
    reg_pb_submit_filing_request *message;
    uint8_t digest[REG_DIGEST_LEN];
    uint64_t hash;
    enum reg_request_state state;
    unsigned attempts;
    int error;
    struct reg_error_info error_info;

    struct reg_arena *work; /* everything below, made anew by each preparation */
    uint64_t view_size;
    struct reg_register_needs needs;
    struct reg_rule_input input;
    struct reg_register_view view;
    reg_pb_finding **findings;
    size_t finding_count;
    struct reg_merge merge;
    reg_pb_case_state outcome;
    char code[REG_CODE_LEN + 1];
    uint64_t serial;
    reg_pb_licence_record *licence;
    struct reg_licence_row licence_row;
    struct reg_serial_row serial_row;
    struct reg_case_row case_row;
    struct reg_request_row request_row;
    struct reg_pending pending;
    struct reg_data body, wrapped_key;
    uint8_t case_key[REG_CASE_KEY_LEN];
    struct reg_data answer;
};

/* Rules and merging over a decoded filing; what ValidateFiling, SubmitFiling and `filing check` share. */
struct reg_judgement {
    reg_pb_finding **findings;
    size_t finding_count;
    struct reg_merge merge;
};
REG_MUST_CHECK int reg_filing_judge(const struct reg_rule_input *input, struct reg_arena *arena, struct reg_judgement *ret);
/* Appends the encoded ValidateFilingResponse. */
void reg_judgement_encode(const struct reg_judgement *judgement, struct reg_buf *buf);
/* Fills a register view from a completed REG_QUERY_REGISTER. */
void reg_register_view_fill(const struct reg_query *query, const struct reg_register_needs *needs,
                            struct reg_register_view *ret);
/* What the query must ask for these needs; `codes` in the arena. */
REG_MUST_CHECK int reg_register_query_fill(const struct reg_register_needs *needs, uint32_t authority,
                                           struct reg_arena *arena, struct reg_query *query);
/* May this engine take the filing at all? Kind served, authority in its territory, assigned code as the role has it. */
REG_MUST_CHECK int reg_filing_admit(const struct reg_engine *engine, const reg_pb_filing *filing,
                                    struct reg_error_info *info);
/* Says that a filing takes more memory than one may; REG_ERR_LIMIT. */
int reg_filing_too_large(struct reg_error_info *info);
/* Answers a request whose id was seen: `view` holds its row, `entry_query` its entry. REG_ERR_EXISTS: another filing. */
REG_MUST_CHECK int reg_request_settle(struct reg_request *request, const struct reg_query *view,
                                      struct reg_query *entry_query, struct reg_error_info *info);
/* Builds the fragments of a returned or reviewed case. */
REG_MUST_CHECK int reg_case_fragments(const struct reg_request *request, const reg_pb_administration *administration,
                                      struct reg_fragment **ret_fragments, size_t *ret_count);
/* The last day for deciding a case in review: three working days (细则 §18). */
int32_t reg_case_deadline(int32_t day);

/* ---- answers ------------------------------------------------------------------------------------------------------- */

/* An entry with the key of its case where there is one: what answers are made of. */
struct reg_opened_entry {
    struct reg_bytes header, body;
    uint64_t position;
    const uint8_t *case_key; /* NULL: destroyed or none */
};

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
