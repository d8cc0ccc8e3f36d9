/* The store port: what the engine asks of a store, and what an adapter (sqlite, postgresql) answers.
 *
 * Reads have a start and a completion, which come together unless the reader's loop takes turns (`turn`). A reader belongs to one
 * thread. Writes go through a transaction object that one thread at a time holds. Adapters know rows, never what they mean:
 * deciding is the engine's.
 */
#ifndef REG_LEDGER_STORE_H
#define REG_LEDGER_STORE_H

#include <stdatomic.h>
#include <stdbool.h>

#include <registry/host.h>
#include <registry/store.h>

#include "base/arena.h"
#include "ledger/entry.h"
#include "ledger/merkle.h"

#define REG_CALLER_MAX     255
#define REG_REQUEST_ID_MAX 64
#define REG_BRANCHES_NAMED 8

/* ---- rows ------------------------------------------------------------------------------------------------------- */

/* The ledger's head: the latest batch row. */
struct reg_head {
    uint64_t size;
    uint64_t rebuilt; /* read: how often the views were cleared, to be written anew; what was read before need not hold */
    int64_t time_ms;
    struct reg_edge edge;
};

/* An entry as stored. `case_number` is the case that brought it, whose key seals it; entries without a case have none. */
struct reg_entry_row {
    uint64_t position;
    bool has_case;
    uint64_t case_number;
    struct reg_bytes header, body;
    struct reg_bytes wrapped_key; /* empty: destroyed, or nothing sealed */
};

/* View: one row per credit code. Guarantee: its subject code, characters 9 to 17, is unique, whatever stands before it. */
struct reg_licence_row {
    char code[19];
    uint64_t position; /* of its latest licence entry */
    uint64_t serial;   /* of its latest credential */
    uint32_t version;
    uint64_t revision;
    uint32_t state; /* LicenceState */
    uint32_t authority;
    uint32_t type;
    const char *name; /* as printed; empty where there is none */
    char parent[19];  /* credit code of the parent; branches */
    int32_t wake_day; /* dormant: the day on which the clock ends it; 0: none */
    uint32_t industry;   /* the four digits of its class; 0: none */
    int32_t established; /* a day */
    int32_t recorded;    /* the day of its latest entry */
};

/* View: what a licence is found by, terms and codes in pairs. What the number of a term means is the engine's to know. */
struct reg_licence_terms {
    const char *code;
    const int64_t *gone; /* taken away first; those that are not there are none */
    size_t gone_count;
    const int64_t *terms; /* put there; none of them may be there */
    size_t count;
};

#define REG_SEARCH_TERMS_MAX  64
#define REG_SEARCH_COUNTED    4096 /* codes of a term that are counted, to tell which term is the rarest */
#define REG_SEARCH_CODE_LAST  "~"  /* behind every code */

/* What leads through the licences, and in which order they come. */
enum reg_search_by {
    REG_SEARCH_BY_CODE,        /* by code */
    REG_SEARCH_BY_TERM,        /* those with the rarest of the terms (the first of equals), by code */
    REG_SEARCH_BY_ESTABLISHED, /* by what stands in that column, and code; so are those that follow */
    REG_SEARCH_BY_RECORDED,
    REG_SEARCH_BY_AUTHORITY,
    REG_SEARCH_BY_TYPE,
    REG_SEARCH_BY_INDUSTRY,
    REG_SEARCH_BY_STATE, /* every state but existing, which most are in */
    REG_SEARCH_BY_COUNT
};
#define REG_SEARCH_BY_COLUMN(by) ((by) >= REG_SEARCH_BY_ESTABLISHED)

/* Which licences are looked at: behind (value_after, code_after) up to value_to, or, where no column leads, behind code_after
 * up to code_to. */
struct reg_search {
    enum reg_search_by by;
    const int64_t *terms; /* REG_SEARCH_TERMS_MAX at the most */
    size_t term_count;
    const char *code_after, *code_to;
    int32_t value_after, value_to;
};

/* View: one row per issued serial. */
struct reg_serial_row {
    uint64_t serial;
    char code[19];
    uint64_t position; /* of the entry that holds the credential */
    uint32_t version;
};

/* View: one row per case. */
struct reg_case_row {
    uint64_t number;
    uint64_t position; /* of its latest entry */
    uint32_t state;    /* CaseState */
    uint32_t authority;
    char code[19];
};

/* View: one row per revision of the catalogue. Guarantee: a revision is unique. */
struct reg_catalogue_row {
    uint32_t revision; /* from 1, dense */
    uint64_t position;
    int32_t effective; /* the day from which it is in force; 0: from the beginning */
};

/* A pool of subject codes: numbers [first, last] behind the prefix, of which those from `next` on are free. An authority's pools
 * are used in the order in which they came. Guarantees: (prefix, first) and position are unique; that none overlap is the engine's to see. */
struct reg_pool_row {
    uint32_t authority;
    char prefix[9];
    uint64_t first, next, last; /* next is last + 1 once it is used up */
    uint64_t position;
};

/* Guarantee: (caller, request_id) is unique. */
struct reg_request_row {
    const char *caller, *request_id;
    uint8_t digest[REG_DIGEST_LEN];
    uint64_t position; /* of the entry that answers it */
};

enum reg_name_state { REG_NAME_REMOVED, REG_NAME_HELD, REG_NAME_GIVEN_UP, REG_NAME_RESERVED };

/* View: a name that somebody holds, held until lately, or has reserved, with the keys under which names near it are found
 * (identity/similar.h). (holder, name) is unique. */
struct reg_name_row {
    const char *holder; /* credit code; of a reservation its id */
    const char *name;   /* as printed */
    uint32_t authority;
    enum reg_name_state state; /* written as REG_NAME_REMOVED: the row goes */
    int32_t until_day;         /* the first day on which it no longer counts; 0: none */
    /* Written; a row that is read has but the number of those that were asked for. The same name has the same keys. */
    const uint32_t *keys;
    size_t key_count;
    uint32_t industry;
    uint64_t position; /* of the entry that wrote the row last */
};

#define REG_NAMES_PER_KEY   64   /* read for one key at the most */
#define REG_NAMES_MAX       256  /* read for all */
#define REG_NAMES_LOOKED_AT 4096 /* for a key that is not sure: no more of its names are looked at, the newest first */

/* Which names are looked for: of the authority, with one of the keys, their industry with a bit in common or 0 on one side,
 * that count on that day. The first `sure` keys are looked through to their end. */
struct reg_name_probe {
    const uint32_t *keys;
    size_t count, sure;
    uint32_t industry;
    int32_t day;
};

/* View: one row per restriction. The subject is a credit code, or the digest of a person's document in hex. */
struct reg_restriction_row {
    uint64_t position; /* of the entry that placed it */
    const char *subject;
    uint32_t source; /* RestrictionSource */
    int32_t since, until; /* days; until 0: until it is lifted */
    uint32_t blocks;      /* 1 << FilingKind, or-ed */
    bool unreachable;
    const char *basis;
    uint64_t lifted; /* position of the entry that lifted it; 0: it stands */
};

/* The tables that can be paged through as they stand, and their columns in order; those of the key first. */
enum reg_table {
    REG_TABLE_LICENCE,    /* code; position, serial, version, revision, state, authority, type, name, name_key, parent, wake_day,
                           * industry, established, recorded */
    REG_TABLE_SERIAL,     /* serial; code, position, version */
    REG_TABLE_CASE,       /* number; position, state, authority, code */
    REG_TABLE_REQUEST,    /* caller, request_id; digest, position */
    REG_TABLE_CATALOGUE,  /* revision; position, effective */
    REG_TABLE_NAME,       /* number; holder, name, authority, state, until_day, position */
    REG_TABLE_NAME_KEY,   /* authority, key, number; industry */
    REG_TABLE_RESTRICTION, /* position; subject, source, since, until, blocks, unreachable, basis, lifted */
    REG_TABLE_CASE_KEY,   /* case_number; wrapped */
    REG_TABLE_BATCH,      /* first_position; count, time_ms, edge */
    REG_TABLE_TILE,       /* level, number; hashes */
    REG_TABLE_CHECKPOINT, /* size; note */
    REG_TABLE_POOL,       /* position; authority, prefix, first, next, last */
    REG_TABLE_COUNTER,    /* one; next_serial */
    REG_TABLE_META,       /* one; registry_id, suite, version, oldest, state */
    REG_TABLE_TERM,       /* term, code */
    REG_TABLE_COUNT
};

enum reg_value_kind { REG_VALUE_NULL, REG_VALUE_NUMBER, REG_VALUE_TEXT, REG_VALUE_BLOB };

/* What stands in a column. A text is terminated behind its `bytes`. */
struct reg_value {
    enum reg_value_kind kind;
    int64_t number;
    struct reg_bytes bytes;
};

#define REG_COLUMNS_MAX 15
#define REG_KEY_MAX     3

/* One of many asked at once: was the request of `caller` seen, whose is the code's subject code (characters 9 to 17), who holds
 * the name? */
struct reg_taken {
    const char *request_id, *code, *name_key; /* NULL: not asked */
    uint32_t authority;                       /* of the name */
    /* out */
    bool seen;
    char registered[19];            /* code on the register that has the same subject code; empty: none */
    uint8_t digest[REG_DIGEST_LEN]; /* of the request that was seen */
    uint64_t position;
    char holder[19]; /* code of the live licence that holds the name; empty: none */
};

/* ---- reading ----------------------------------------------------------------------------------------------------- */

enum reg_query_kind {
    REG_QUERY_HEAD,       /* head */
    REG_QUERY_LICENCES,   /* codes -> licences, and their entries with `with_entries` */
    REG_QUERY_ENTRIES,    /* from, limit -> entries; with `headers_only` neither bodies nor keys */
    REG_QUERY_CASE,       /* number -> cases[0], entries[0] */
    REG_QUERY_SERIAL,     /* number -> serials[0], licences[0] (the code's current row), entries[0] (of the credential) */
    REG_QUERY_REGISTER,   /* caller, request_id, codes, name_key, parent, probe, reservation, subjects -> request, licences,
                           * name_code, branches, names, reserved, restrictions that stand, head, the last revision of the
                           * catalogue: one register view; entries of licences with `with_entries` */
    REG_QUERY_TILE,       /* level, number -> bytes: 256 hashes, or none */
    REG_QUERY_CHECKPOINT, /* -> the last checkpoint kept: number = its size, bytes */
    REG_QUERY_CASES_OF,   /* codes[0] -> cases that brought entries of that code */
    REG_QUERY_CASES,      /* state, authority, codes[0] (each 0 or none: any), number (below it), limit -> cases, newest first */
    REG_QUERY_CATALOGUES, /* number: a revision -> those behind it, ascending */
    REG_QUERY_WAKES,      /* number: a day; limit -> licences whose dormancy the clock ends on that day or did before */
    REG_QUERY_NAMES,      /* authority, probe -> names, those of the first keys first */
    REG_QUERY_POOLS,      /* -> pools, in the order in which they came */
    REG_QUERY_SUBJECTS,   /* codes[0], codes[1]: the first and the last of subject codes, at most 9 characters, in the order of
                           * their bytes; the last one is a beginning -> licences[0]: one whose code holds one of them */
    REG_QUERY_TAKEN,      /* caller, taken: of each what is taken, written into it */
    REG_QUERY_NAMES_OF,   /* codes[0], name, probe -> names of that holder; key_count: how many of the probe's keys the index
                           * has for the row with that name */
    REG_QUERY_RESTRICTION,  /* number: a position -> restrictions[0], lifted or not */
    REG_QUERY_RESTRICTIONS, /* subjects (none: any), number (below it), with_lifted, limit -> restrictions, newest first */
    REG_QUERY_SEARCH,       /* search, limit -> licences in its order, and in `hits` how many of the terms each of them has */
    REG_QUERY_TABLE       /* table, key, limit -> rows whose key is not below that one, in the key's order */
};

/* One read. The caller fills kind and inputs (borrowed until completion), and `done` where it does not wait. Results live
 * in the query's arena until reg_query_clear. What is not there is a count of 0, never an error. Every query also fills
 * head.size, head.rebuilt and head.time_ms, of the same snapshot: an answer says as of which tree size it is true. */
struct reg_query {
    enum reg_query_kind kind;
    /* in */
    const char *const *codes;
    size_t code_count;
    bool with_entries, headers_only;
    uint64_t from, number;
    unsigned level;
    size_t limit; /* entries at the most; the sum of their bytes is kept under 4 MiB, at least one is given */
    const char *caller, *request_id;
    const char *name_key;
    const char *parent; /* whose branches are asked for; NULL: nobody's */
    const char *name;
    const struct reg_name_probe *probe; /* NULL: no names are looked for */
    const char *reservation;            /* NULL: none */
    const char *const *subjects; /* of restrictions */
    size_t subject_count;
    bool with_lifted;
    struct reg_taken *taken; /* in and out */
    size_t taken_count;
    uint32_t authority, state;
    const struct reg_search *search;
    enum reg_table table;
    const struct reg_value *key; /* all values of the table's key */
    uint64_t at_least;           /* a standby answers only as of that tree size or a later one */
    bool waited;                 /* completes at its start, whatever the reader's loop */
    bool ahead; /* entries, tables: who asks will ask this reader for the page behind next, which may be read meanwhile, and
                 * then be older than that question */
    void (*done)(struct reg_query *query, int error);
    void *context;
    struct reg_query *next;      /* the adapter's, until completion; those that `begin` reads are linked by the caller */
    /* out */
    struct reg_arena *arena; /* made by the adapter where NULL */
    struct reg_head head;
    struct reg_licence_row *licences;
    size_t licence_count;
    size_t *hits; /* of each licence that a search found */
    struct reg_entry_row *entries;
    size_t entry_count;
    struct reg_case_row *cases;
    size_t case_count;
    struct reg_serial_row *serials;
    size_t serial_count;
    struct reg_catalogue_row *catalogues; /* REG_QUERY_REGISTER: the last one alone */
    size_t catalogue_count;
    struct reg_pool_row *pools;
    size_t pool_count;
    struct reg_request_row *request; /* NULL: not seen */
    const char *name_code;           /* code of the live licence that holds the name; NULL: none */
    size_t branch_count;             /* branches whose registration has not ended */
    const char *branch_names;        /* of the first REG_BRANCHES_NAMED, joined by 、 */
    struct reg_name_row *names;
    size_t name_count;
    const struct reg_name_row *reserved; /* NULL: no such reservation */
    struct reg_restriction_row *restrictions;
    size_t restriction_count;
    struct reg_bytes bytes;
    struct reg_value (*rows)[REG_COLUMNS_MAX];
    size_t row_count;
};

/* How many columns the key of a table has. */
unsigned reg_table_keys(enum reg_table table);

void reg_query_clear(struct reg_query *query);
/* Forgets results, keeps what is asked: for the adapter, to ask anew. */
void reg_query_again(struct reg_query *query);

/* ---- writing ----------------------------------------------------------------------------------------------------- */

/* An entry to append, with the rows of the views that it changes. Pointers are borrowed until commit. */
struct reg_append {
    struct reg_entry_row entry;
    bool new_case_key;                     /* entry.wrapped_key is to be kept for entry.case_number; empty: it was destroyed */
    const struct reg_licence_row *licence; /* NULL: none; else insert or replace */
    const char *name_key;                  /* with `licence`: live name to hold; NULL: none */
    const struct reg_name_row *names;      /* inserted, replaced or removed in this order */
    size_t name_count;
    const struct reg_licence_terms *terms; /* NULL: none change */
    const struct reg_serial_row *serial;   /* NULL: no new credential */
    const struct reg_case_row *case_row;   /* NULL: none; else insert or replace */
    const struct reg_request_row *request; /* NULL: none */
    const struct reg_catalogue_row *catalogue; /* NULL: none */
    const struct reg_restriction_row *restriction; /* NULL: none is placed */
    uint64_t lifts;                        /* position of the restriction that this entry lifts; 0: none */
    const struct reg_pool_row *pool;       /* NULL: none */
    bool destroy_key;                      /* erase: destroy the key of `destroy_case`; a restriction that this entry placed,
                                            * which is lifted, loses subject and basis */
    uint64_t destroy_case;
};

struct reg_tile {
    unsigned level;
    uint64_t index;
    uint8_t hashes[REG_TILE_WIDTH][REG_DIGEST_LEN];
};

struct reg_batch {
    const struct reg_append *appends;
    size_t count;
    struct reg_head head; /* after the batch */
    const struct reg_tile *tiles;
    size_t tile_count;
};

struct reg_lease {
    uint64_t first, count; /* count 0: what there is is used up */
    char prefix[9];
    bool no_pool; /* the authority never had one */
};

enum reg_lease_kind { REG_LEASE_CODES, REG_LEASE_SERIALS };

/* ---- the port ----------------------------------------------------------------------------------------------------- */

struct reg_store;
struct reg_store_reader;

#define REG_STORE_WAITS 2
struct reg_store_wait {
    int fd;              /* to be polled for reading; -1: none */
    bool writing;        /* and for writing */
    uint64_t connection; /* another number: another connection, though the fd may be the same */
};

/* Answered by the standby; asked anew of the database because the standby was behind, or did not answer. */
struct reg_store_counts {
    atomic_uint_fast64_t standby, behind, failed;
};

/* Counters that are not to be lower than this: the next serial, and of the pool that entry `pool` brought the next number. */
struct reg_raise {
    uint64_t next_serial;
    uint64_t pool, next_code; /* next_code 0: no pool */
};

/* Return false to stop. */
typedef bool (*reg_pages_callback)(void *context, uint64_t done, uint64_t total);

struct reg_store_ops {
    void (*close)(struct reg_store *store);
    /* A reader for one thread. */
    int (*reader_open)(struct reg_store *store, struct reg_store_reader **ret, struct reg_error_info *info);
    void (*reader_close)(struct reg_store_reader *reader);
    void (*start)(struct reg_store_reader *reader, struct reg_query *query);
    /* From the first call on, queries that are not `waited` complete in such a turn of the reader's loop: it takes what arrived, sends
     * what was started since, and says what to poll for the next. NULL: queries complete at their start. */
    void (*turn)(struct reg_store_reader *reader, struct reg_store_wait ret_waits[REG_STORE_WAITS]);
    /* Such queries go to a standby first, where there is one; before readers are opened. NULL: the store has no standbys. */
    int (*read_from)(struct reg_store *store, const char *url, struct reg_error_info *info);
    /* Something to poll for reading: it becomes readable when somebody appended, and is quiet again after the reader's next query.
     * -1: not to be had now. NULL: never. */
    int (*listen)(struct reg_store_reader *reader);
    /* Numbers [first, first + count) are the caller's alone once this returns: committed before their first use. */
    int (*lease)(struct reg_store *store, enum reg_lease_kind kind, uint32_t authority, unsigned want, struct reg_lease *ret,
                 struct reg_error_info *info);
    /* The writer's transaction: takes the writer's lock, then reads the queries (linked by `next`; NULL: none) inside. */
    int (*begin)(struct reg_store *store, struct reg_query *queries, struct reg_error_info *info);
    /* Reads inside the transaction; completes before it returns. */
    int (*read)(struct reg_store *store, struct reg_query *query);
    int (*insert)(struct reg_store *store, const struct reg_batch *batch, struct reg_error_info *info);
    /* `insert` and `commit`, together where the store can. `*ret_refused`: the batch could not be inserted, nothing of it is
     * there, and the transaction is still open; any other error leaves open what became of it, as one of `commit` does. */
    int (*append)(struct reg_store *store, const struct reg_batch *batch, bool *ret_refused, struct reg_error_info *info);
    int (*commit)(struct reg_store *store, struct reg_error_info *info);
    void (*rollback)(struct reg_store *store);
    /* Inside the transaction: the views without a row, but for those of requests and restrictions whose entry's key was
     * destroyed, which stay; and the rows of views that those appends have, without their entries or pools. */
    int (*clear_views)(struct reg_store *store, struct reg_error_info *info);
    int (*insert_views)(struct reg_store *store, const struct reg_append *appends, size_t count, struct reg_error_info *info);
    /* In a transaction of its own, or in the one that is open. */
    int (*keep_checkpoint)(struct reg_store *store, uint64_t size, struct reg_bytes text, struct reg_error_info *info);
    /* Inside the transaction. The keys of those cases are destroyed; `*ret_destroyed`: how many were there. */
    int (*destroy_keys)(struct reg_store *store, const uint64_t *cases, size_t count, uint64_t *ret_destroyed,
                        struct reg_error_info *info);
    /* Inside the transaction. A pool's next number goes to one past its last at the most. */
    int (*raise)(struct reg_store *store, const struct reg_raise *raise, struct reg_error_info *info);
    /* Inside the transaction; the role that owns the tables. REG_STORE_FILLING, also where the store is in that state already,
     * begins the filling of names, their keys and terms anew: their tables are empty from then on, and indexes that only readers
     * want may be gone. What `insert` and `insert_views` get of names and terms in that state may be kept aside, where nobody
     * reads it; what is unique of a licence, a case or a request stays so all the while. */
    int (*set_state)(struct reg_store *store, enum reg_store_state state, struct reg_error_info *info);
    /* Outside a transaction, in state REG_STORE_FILLING, behind the last rows: takes the next step of what is left to write and
     * to index, and commits it. `*ret_done` of `*ret_total` steps are behind it; done == total: nothing is left, every index
     * stands, and the state may be set to another. What was kept aside may be lost with the process, or with an error:
     * then the filling begins anew. REG_ERR_CONFLICT: a name or a term came twice. */
    int (*fill_on)(struct reg_store *store, uint64_t *ret_done, uint64_t *ret_total, struct reg_error_info *info);
    /* Writes the store as it stands to a new file, beside writers; the file's state is REG_STORE_BACKUP. REG_ERR_UNSUPPORTED:
     * the store has its own means. */
    int (*backup)(struct reg_store *store, const char *path, reg_pages_callback pages, void *context,
                  struct reg_error_info *info);
};

struct reg_store {
    const struct reg_store_ops *ops;
    struct reg_store_identity identity;
    struct reg_store_counts counts;
};

struct reg_store_reader {
    const struct reg_store_ops *ops;
};

/* Starts the query and waits for its completion. */
REG_MUST_CHECK int reg_query_wait(struct reg_store_reader *reader, struct reg_query *query);

#endif
