/* Erasing: the keys of a case, of a restriction or of a reserved name are destroyed and the ledger says so. Every proof
 * still holds: digests stay. */
#include "engine/terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"

#define CASES_MAX REG_BATCH_MAX
#define BASIS_MAX 1024

/* One erase entry on its way. */
struct erasure {
    struct reg_pending pending;
    struct reg_data body, wrapped;
    struct reg_licence_terms terms; /* nobody is found by what was erased */
};

static int seal_entry(struct reg_engine *engine, struct reg_fragment *fragments, struct erasure *erasure)
{
    uint8_t key[REG_CASE_KEY_LEN], nonce[REG_SEAL_NONCE_LEN];
    struct reg_buf wrapped = REG_BUF_INIT;
    int error = engine->host.random(engine->host.context, key, sizeof key);

    if (error == 0)
        error = engine->host.random(engine->host.context, nonce, sizeof nonce);
    if (error == 0)
        error =
            reg_body_build(engine->facts.suite, fragments, 2, key, &engine->host, &erasure->body, erasure->pending.digest);
    if (error == 0)
        error = reg_case_key_wrap(engine->master, key, nonce, &wrapped);
    if (error == 0)
        error = reg_buf_finish(&wrapped, &erasure->wrapped);
    reg_buf_clear(&wrapped);
    reg_secret_wipe(key, sizeof key);
    return error;
}

/* The entry: what was erased and why is public, who did it is the administration's. */
static int build_entry(struct reg_engine *engine, const struct reg_case_row *row, const char *basis, struct erasure *erasure)
{
    reg_pb_administration administration = REGISTRY__V1__ADMINISTRATION__INIT;
    reg_pb_erase_record erase = REGISTRY__V1__ERASE_RECORD__INIT;
    reg_pb_record open = REGISTRY__V1__RECORD__INIT, sealed = REGISTRY__V1__RECORD__INIT;
    struct reg_fragment fragments[2] = {
        {.id = REG_SECTION_PUBLIC},
        {.id = REG_SECTION_RESTRICTED + REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_ADMINISTRATION}};
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    erase.case_number = row->number;
    erase.basis = (char *)basis;
    open.erase = &erase;
    administration.caller = (char *)engine->facts.operator_uri;
    sealed.administration = &administration;
    reg_message_encode(&open.base, &buf);
    error = reg_buf_finish(&buf, &fragments[0].bytes);
    reg_message_encode(&sealed.base, &buf);
    if (error == 0)
        error = reg_buf_finish(&buf, &fragments[1].bytes);
    if (error == 0)
        error = seal_entry(engine, fragments, erasure);
    reg_buf_clear(&buf);
    reg_data_clear(&fragments[0].bytes);
    reg_data_clear(&fragments[1].bytes);
    erasure->pending.kind = REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_ERASE;
    erasure->pending.code = row->code;
    erasure->pending.authority = row->authority;
    erasure->pending.body = reg_bytes_of(&erasure->body);
    erasure->pending.wrapped_key = reg_bytes_of(&erasure->wrapped);
    erasure->pending.destroys = true;
    erasure->pending.destroyed_case = row->number;
    return error;
}

/* ---- what is to be erased ------------------------------------------------------------------------------------------ */

/* An entry that is no case's and sealed something all the same, as if it were a case of its own. `*ret_restriction`: what it
 * says of a restriction, NULL: nothing. Leaves no row where there is no such entry. */
static int read_entry(struct reg_engine *engine, uint64_t position, struct reg_query *query, struct reg_case_row *row,
                      const reg_pb_restriction_record **ret_restriction)
{
    struct reg_query entries = {.kind = REG_QUERY_ENTRIES, .from = position, .limit = 1};
    const reg_pb_entry_header *header = NULL;
    reg_pb_record *record = NULL;
    ProtobufCMessage *message = NULL;
    int error = engine->store->ops->read(engine->store, &entries);

    if (error == 0 && entries.entry_count == 1 && entries.entries[0].position == position && entries.entries[0].has_case &&
        entries.entries[0].case_number == position) {
        error = reg_message_decode(&registry__v1__entry_header__descriptor, entries.entries[0].header, REG_UNKNOWN_REFUSE,
                                   query->arena, &message, NULL);
        header = (const reg_pb_entry_header *)message;
        if (error == 0)
            error = reg_record_decode(entries.entries[0].body, engine->facts.suite, NULL, query->arena, &record);
    }
    reg_query_clear(&entries);
    if (error != 0 || !record || (!record->restriction && !record->name))
        return error;
    *row = (struct reg_case_row){.number = position, .position = position, .authority = header->authority};
    snprintf(row->code, sizeof row->code, "%s", header->credit_code);
    *ret_restriction = record->restriction;
    return 0;
}

/* The entry that lifted a restriction goes with it; while it stands the rules need it. */
static int add_lifting(struct reg_engine *engine, struct reg_query *query, struct reg_error_info *info)
{
    struct reg_query restrictions = {.kind = REG_QUERY_RESTRICTION, .number = query->cases[0].number};
    int error = engine->store->ops->read(engine->store, &restrictions);
    uint64_t lifted = error == 0 && restrictions.restriction_count == 1 ? restrictions.restrictions[0].lifted : 0;

    reg_query_clear(&restrictions);
    if (error == 0 && !lifted)
        error = reg_fail(info, REG_ERR_INVALID, "条目 %llu 所设限制尚未解除，请先解除",
                         "the restriction of entry %llu stands: lift it first", (unsigned long long)query->cases[0].number);
    if (error == 0) {
        query->cases[1] = query->cases[0];
        query->cases[1].number = query->cases[1].position = lifted;
        query->case_count = 2;
    }
    return error;
}

/* A restriction or a reservation, by its entry's position. */
static int find_entry(struct reg_engine *engine, struct reg_query *query, struct reg_error_info *info)
{
    const reg_pb_restriction_record *restriction = NULL;
    int error;

    query->cases = reg_arena_alloc(query->arena, 2 * sizeof *query->cases);
    if (!query->cases)
        return REG_ERR_NOMEM;
    query->cases[0].number = 0;
    error = read_entry(engine, query->number, query, &query->cases[0], &restriction);
    if (error == 0)
        query->case_count = query->cases[0].number > 0;
    if (error == 0 && restriction && restriction->ends_case != REGISTRY__V1__RESTRICTION_RECORD__ENDS_LIFTS)
        error = add_lifting(engine, query, info);
    return error;
}

static int find_cases(struct reg_engine *engine, const char *target, struct reg_query *query, struct reg_error_info *info)
{
    bool is_code = strlen(target) == REG_CODE_LEN;
    char *end = NULL;
    int error;

    if (is_code) {
        query->kind = REG_QUERY_CASES_OF;
        query->codes = &target;
        query->code_count = 1;
    } else {
        query->kind = REG_QUERY_CASE;
        query->number = strtoull(target, &end, 10);
        if (*target < '0' || *target > '9' || *end != '\0')
            return reg_fail(info, REG_ERR_INVALID, "“%s”既非办件号也非统一社会信用代码",
                            "\"%s\" is neither a case number nor a credit code", target);
    }
    error = engine->store->ops->read(engine->store, query);
    if (error == 0 && query->case_count == 0 && !is_code)
        error = find_entry(engine, query, info);
    if (error == 0 && query->case_count == 0)
        error = reg_fail(info, REG_ERR_NOT_FOUND, "没有 %s 的办件、限制或者名称保留",
                         "there is no case, restriction or reserved name of %s", target);
    for (size_t i = 0; error == 0 && i < query->case_count; i++)
        if (query->cases[i].state == REGISTRY__V1__CASE_STATE__CASE_STATE_IN_REVIEW)
            error = reg_fail(info, REG_ERR_INVALID, "办件 %llu 尚在审查，请先作出决定或者撤回",
                             "case %llu is in review: decide or withdraw it first",
                             (unsigned long long)query->cases[i].number);
    if (error == 0 && query->case_count > CASES_MAX)
        error = reg_fail(info, REG_ERR_LIMIT, "一次至多抹除 %d 个办件", "at most %d cases are erased at once", CASES_MAX);
    return error;
}

/* Is the key still there? */
static int key_kept(struct reg_engine *engine, const struct reg_case_row *row, bool *ret)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = row->number, .limit = 1};
    int error = engine->store->ops->read(engine->store, &query);

    if (error == 0)
        *ret = query.entry_count == 1 && query.entries[0].wrapped_key.len > 0;
    reg_query_clear(&query);
    return error;
}

/* Where the case brought the licence's present record, its persons are found by it no more. */
static int forget_persons(struct reg_engine *engine, const struct reg_case_row *row, struct reg_arena *arena,
                          struct erasure *erasure)
{
    const char *code = row->code;
    struct reg_query query = {.kind = REG_QUERY_LICENCES, .codes = &code, .code_count = 1, .with_entries = true};
    reg_pb_record *record = NULL;
    int error = *code ? engine->store->ops->read(engine->store, &query) : 0;

    if (error == 0 && query.entry_count == 1 && query.entries[0].has_case && query.entries[0].case_number == row->number)
        error = reg_record_decode(query.entries[0].body, engine->facts.suite, NULL, arena, &record);
    if (error == 0 && record && record->licence) {
        error = reg_licence_terms_of(engine, record->licence, NULL, true, arena, &erasure->terms);
        erasure->terms.code = row->code;
        erasure->pending.terms = &erasure->terms;
    }
    reg_query_clear(&query);
    return error;
}

static int erase_cases(struct reg_engine *engine, const struct reg_query *cases, const char *basis, struct reg_arena *arena,
                       struct erasure *erasures, uint64_t *ret_position, struct reg_error_info *info)
{
    struct reg_pending *list[CASES_MAX];
    size_t count = 0;
    int error = 0;

    for (size_t i = 0; i < cases->case_count && error == 0; i++) {
        bool kept = false;

        error = key_kept(engine, &cases->cases[i], &kept);
        if (error == 0 && kept) {
            error = build_entry(engine, &cases->cases[i], basis, &erasures[count]);
            if (error == 0)
                error = forget_persons(engine, &cases->cases[i], arena, &erasures[count]);
            list[count] = &erasures[count].pending;
            count++;
        }
    }
    if (error == 0 && count == 0)
        error = reg_fail(info, REG_ERR_ERASED, "此前已抹除", "it was erased before");
    if (error == 0)
        error = reg_pending_insert(engine, list, count, info);
    if (error == 0)
        *ret_position = erasures[0].pending.position;
    return error;
}

int reg_ledger_erase(struct reg_engine *engine, const char *target, const char *basis, uint64_t *ret_position,
                     struct reg_error_info *info)
{
    struct erasure *erasures = calloc(CASES_MAX, sizeof *erasures);
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_query cases = {0};
    uint64_t position = 0;
    int error;

    if (!erasures || !arena) {
        reg_arena_free(arena);
        free(erasures);
        return REG_ERR_NOMEM;
    }
    if (basis[0] == '\0' || strlen(basis) > BASIS_MAX) {
        error = reg_fail(info, REG_ERR_INVALID, "请写明抹除依据（至多 %d 字节）",
                         "give the basis of erasing (at most %d bytes)", BASIS_MAX);
        goto out;
    }
    error = reg_engine_begin(engine, NULL, info);
    if (error != 0)
        goto out;
    error = find_cases(engine, target, &cases, info);
    if (error == 0)
        error = erase_cases(engine, &cases, basis, arena, erasures, &position, info);
    if (error == 0)
        error = reg_engine_commit(engine, info);
    if (error == 0)
        *ret_position = position;
    else
        engine->store->ops->rollback(engine->store);
out:
    reg_query_clear(&cases);
    for (size_t i = 0; i < CASES_MAX; i++) {
        reg_data_clear(&erasures[i].body);
        reg_data_clear(&erasures[i].wrapped);
        reg_data_clear(&erasures[i].pending.header);
    }
    reg_arena_free(arena);
    free(erasures);
    return error;
}
