/* From a filing as sent to a whole filing with what it starts from: the licence that it is about, or the case that it
 * resubmits; then one register view, and the judgement. */
#include "engine/revision.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "filing/amend.h"
#include "filing/rule.h"
#include "licence/recall.h"

#define REVISIONS_SEEN 64 /* that are looked back through */

/* A preparation under way. */
struct preparing {
    struct reg_engine *engine;
    struct reg_store_reader *reader;
    const struct reg_asker *asker;
    struct reg_preparation *prep;
    struct reg_error_info *info;
};

/* ---- what is stored ------------------------------------------------------------------------------------------------ */

/* The record of an entry, opened, in the arena. */
static int open_record(const struct reg_engine *engine, const struct reg_entry_row *row, struct reg_arena *arena,
                       reg_pb_record **ret)
{
    uint8_t key[REG_CASE_KEY_LEN];
    struct reg_opened_entry opened;
    int error = reg_entry_open(engine, row, key, &opened);

    if (error == 0)
        error = reg_record_decode(opened.body, engine->facts.suite, opened.case_key, arena, ret);
    reg_secret_wipe(key, sizeof key);
    return error;
}

static int read_record(struct preparing *p, uint64_t position, reg_pb_record **ret)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = position, .limit = 1};
    int error = reg_query_wait(p->reader, &query);

    if (error == 0)
        error = query.entry_count == 1 && query.entries[0].position == position ? 0 : REG_ERR_CORRUPT;
    if (error == 0)
        error = open_record(p->engine, &query.entries[0], p->prep->work, ret);
    reg_query_clear(&query);
    return error;
}

int reg_case_filing(struct reg_engine *engine, struct reg_store_reader *reader, uint64_t number, struct reg_arena *arena,
                    reg_pb_filing **ret, struct reg_case_row *ret_row, uint8_t key[REG_CASE_KEY_LEN],
                    struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_CASE, .number = number};
    struct reg_opened_entry opened;
    reg_pb_record *record = NULL;
    int error = reg_query_wait(reader, &query);

    if (error == 0 && (query.case_count == 0 || query.entry_count == 0))
        error = reg_fail(info, REG_ERR_NOT_FOUND, "没有办件 %llu", "there is no case %llu", (unsigned long long)number);
    if (error == 0 && query.entries[0].wrapped_key.len == 0)
        error = reg_fail(info, REG_ERR_ERASED, "办件 %llu 的内容已抹除", "what case %llu held was erased",
                         (unsigned long long)number);
    if (error == 0)
        error = reg_entry_open(engine, &query.entries[0], key, &opened);
    if (error == 0)
        error = reg_record_decode(opened.body, engine->facts.suite, key, arena, &record);
    if (error == 0 && (!record->filing || !record->filing->filing))
        error = reg_fail(info, REG_ERR_INVALID, "办件 %llu 不是退回或者在审的申请",
                         "case %llu is no returned filing, nor one in review", (unsigned long long)number);
    if (error == 0) {
        *ret = record->filing->filing;
        *ret_row = query.cases[0];
    }
    reg_query_clear(&query);
    return error;
}

int reg_base_filing(struct reg_engine *engine, struct reg_store_reader *reader, const reg_pb_filing *filed,
                    struct reg_arena *arena, reg_pb_filing **ret, struct reg_error_info *info)
{
    bool whole = filed->entity && filed->n_replaces == 0 && reg_life_step(filed->kind)->form == REG_FORM_WHOLE;
    uint8_t key[REG_CASE_KEY_LEN];
    struct reg_case_row row;
    reg_pb_filing *base = NULL;
    int error;

    *ret = NULL;
    if (filed->follows_case != REGISTRY__V1__FILING__FOLLOWS_PREVIOUS_CASE)
        return 0;
    error = reg_case_filing(engine, reader, filed->previous_case, arena, &base, &row, key, info);
    reg_secret_wipe(key, sizeof key);
    if (error == REG_ERR_ERASED && whole) /* it needs nothing of what was there */
        return 0;
    if (error != 0)
        return error;
    if (row.state != REGISTRY__V1__CASE_STATE__CASE_STATE_RETURNED)
        return reg_fail(info, REG_ERR_INVALID, "办件 %llu 不是退回的申请，不能据以重新申请",
                        "case %llu was not returned: there is nothing to resubmit",
                        (unsigned long long)filed->previous_case);
    if (filed->kind != base->kind || strcmp(filed->credit_code, base->credit_code) != 0)
        return reg_fail(info, REG_ERR_INVALID, "重新申请的种类和所涉执照应与原申请相同",
                        "a resubmission is of the same kind and about the same licence as the filing that was returned");
    if (!whole)
        *ret = base;
    return 0;
}

/* ---- the subject --------------------------------------------------------------------------------------------------- */

static int no_licence(struct preparing *p)
{
    return reg_fail(p->info, REG_ERR_NOT_FOUND, "本登记库没有代码 %s 的执照", "this registry has no licence of code %s",
                    p->prep->filed->credit_code);
}

static void remember_seen(struct reg_preparation *prep, const struct reg_request_row *row)
{
    prep->seen = true;
    prep->seen_position = row->position;
    memcpy(prep->seen_digest, row->digest, REG_DIGEST_LEN);
}

/* The revision of the catalogue that the filing is judged by: what others have published since is read first. One that comes
 * into force between two reads is a conflict like a licence that changes between them. */
static int settle_revision(struct preparing *p, const struct reg_query *query)
{
    const struct reg_revision *revision;
    int error = 0;

    if (query->catalogue_count > 0 && query->catalogues[0].revision > reg_revision_newest(p->engine)->number)
        error = reg_revisions_catch_up(p->engine, p->reader, p->info);
    revision = reg_revision_on(p->engine, p->prep->day);
    if (error == 0 && p->prep->revision && p->prep->revision != revision)
        error = REG_ERR_CONFLICT;
    p->prep->revision = revision;
    return error;
}

/* Takes the licence that the filing is about out of a completed query. An entity that moves in need not be there. */
static int take_subject(struct preparing *p, const struct reg_query *query)
{
    struct reg_preparation *prep = p->prep;
    int error;

    if (query->licence_count == 0 || query->entry_count == 0)
        return prep->filed->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_MOVE_IN ? 0 : no_licence(p);
    prep->row = query->licences[0];
    prep->row.name = reg_arena_strdup(prep->work, prep->row.name);
    error = prep->row.name ? 0 : REG_ERR_NOMEM;
    if (error == 0)
        error = open_record(p->engine, &query->entries[0], prep->work, (reg_pb_record **)&prep->before);
    if (error == 0)
        error = reg_licence_recall(prep->before, prep->revision->catalogue, prep->work, &prep->recorded);
    prep->has_subject = error == 0;
    return error;
}

static int read_subject(struct preparing *p)
{
    const char *code = p->prep->filed->credit_code;
    struct reg_query query = {.kind = REG_QUERY_REGISTER,
                              .codes = &code,
                              .code_count = 1,
                              .with_entries = true,
                              .caller = p->asker->caller,
                              .request_id = p->asker->request_id};
    int error = reg_query_wait(p->reader, &query);

    if (error == 0 && query.request)
        remember_seen(p->prep, query.request);
    else if (error == 0)
        error = settle_revision(p, &query);
    if (error == 0 && !query.request)
        error = take_subject(p, &query);
    reg_query_clear(&query);
    return error;
}

int reg_recorded_filing(struct reg_engine *engine, struct reg_store_reader *reader, const char *code, int32_t day,
                        struct reg_arena *arena, reg_pb_filing **ret, struct reg_error_info *info)
{
    static const struct reg_asker nobody = {NULL, NULL};
    reg_pb_filing asked = REGISTRY__V1__FILING__INIT;
    struct reg_preparation prep = {.work = arena, .filed = &asked, .day = day};
    struct preparing p = {engine, reader, &nobody, &prep, info};
    int error;

    asked.kind = REGISTRY__V1__FILING_KIND__FILING_KIND_CHANGE;
    asked.credit_code = (char *)code;
    error = read_subject(&p);
    if (error != 0)
        return error;
    prep.recorded->base_revision = prep.row.revision;
    *ret = prep.recorded;
    return 0;
}

/* The public record of an earlier revision, in a scratch arena. */
static int read_public(struct preparing *p, uint64_t position, struct reg_arena *arena, const reg_pb_licence_record **ret)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = position, .limit = 1};
    reg_pb_record *record = NULL;
    int error = reg_query_wait(p->reader, &query);

    if (error == 0)
        error = query.entry_count == 1 && query.entries[0].position == position ? 0 : REG_ERR_CORRUPT;
    if (error == 0)
        error = reg_record_decode(query.entries[0].body, p->engine->facts.suite, NULL, arena, &record);
    if (error == 0 && !record->licence)
        error = REG_ERR_CORRUPT;
    if (error == 0)
        *ret = record->licence;
    reg_query_clear(&query);
    return error;
}

/* Calls `look` for each revision from the current one back, until it says so or REVISIONS_SEEN were seen. */
typedef int (*look_back)(struct preparing *p, const reg_pb_licence_record *licence, void *context, bool *ret_done);

static int each_revision(struct preparing *p, look_back look, void *context)
{
    const reg_pb_licence_record *licence = p->prep->before->licence;
    struct reg_arena *arena = NULL;
    bool done = false;
    int error = look(p, licence, context, &done);

    for (unsigned seen = 0; error == 0 && !done && seen < REVISIONS_SEEN &&
                            licence->before_case == REGISTRY__V1__LICENCE_RECORD__BEFORE_PREVIOUS;
         seen++) {
        uint64_t previous = licence->previous;

        reg_arena_free(arena);
        arena = reg_arena_new(REG_MESSAGE_BUDGET);
        error = arena ? read_public(p, previous, arena, &licence) : REG_ERR_NOMEM;
        if (error == 0)
            error = look(p, licence, context, &done);
    }
    reg_arena_free(arena);
    return error;
}

static int add_changes(struct preparing *p, const reg_pb_licence_record *licence, void *context, bool *ret_done)
{
    const char **list = context;

    *ret_done = licence->revision <= p->prep->filed->base_revision;
    for (size_t i = 0; !*ret_done && i < licence->n_changes; i++) {
        if (strstr(*list, licence->changes[i]->path))
            continue;
        *list = reg_arena_printf(p->prep->work, "%s%s%s", *list, (*list)[0] ? ", " : "", licence->changes[i]->path);
        if (!*list)
            return REG_ERR_NOMEM;
    }
    return 0;
}

/* Members that revisions after the filing's base changed, joined, newest first, each once; where the base is stale. */
static int list_changes(struct preparing *p, const char **ret)
{
    uint64_t base = p->prep->filed->base_revision;

    *ret = "";
    return base > 0 && base < p->prep->row.revision ? each_revision(p, add_changes, ret) : 0;
}

static int take_life(struct preparing *p, const reg_pb_licence_record *licence, void *context, bool *ret_done)
{
    const reg_pb_licence_state *state = context;
    reg_pb_life *life;

    *ret_done = licence->state == *state && licence != p->prep->before->licence;
    if (!*ret_done || !licence->life)
        return 0;
    life = reg_arena_memdup(p->prep->work, licence->life, sizeof *life);
    if (!life)
        return REG_ERR_NOMEM;
    life->since = reg_arena_strdup(p->prep->work, life->since);
    life->dormant_until = reg_arena_strdup(p->prep->work, life->dormant_until);
    life->successor = reg_arena_strdup(p->prep->work, life->successor);
    life->predecessor = reg_arena_strdup(p->prep->work, life->predecessor);
    p->prep->restored_life = life;
    return life->since && life->dormant_until && life->successor && life->predecessor ? 0 : REG_ERR_NOMEM;
}

/* A state that comes back comes back with its days: the life of the latest revision that had it. */
static int find_restored_life(struct preparing *p)
{
    const reg_pb_life *life = p->prep->before->licence->life;
    reg_pb_licence_state state = life ? life->before : REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_UNSPECIFIED;

    return state ? each_revision(p, take_life, &state) : 0;
}

/* ---- undoing ------------------------------------------------------------------------------------------------------- */

static int nothing_to_undo(struct preparing *p, uint64_t position)
{
    return reg_fail(p->info, REG_ERR_NOT_FOUND, "条目 %llu 不是此执照的变更", "entry %llu is no change of this licence",
                    (unsigned long long)position);
}

/* Is it the same person by all that is public, and by document? */
static bool same_person(const reg_pb_person *a, const reg_pb_person *b)
{
    const char *x = a->id ? a->id->number : "", *y = b->id ? b->id->number : "";

    return a->kind == b->kind && strcmp(a->name, b->name) == 0 && strcmp(a->credit_code, b->credit_code) == 0 &&
           strcmp(x, y) == 0;
}

/* Persons of before the undone change: those who are gone since, and those whom the change itself made another. Who was made
 * another by a later one is not brought back over it: that is for a filing of its own. */
static int undo_persons(struct preparing *p, const reg_pb_filing *old, const reg_pb_filing *undone, reg_pb_filing *filing)
{
    filing->persons = reg_arena_alloc(p->prep->work, (old->n_persons + 1) * sizeof *filing->persons);
    filing->n_persons = 0;
    if (!filing->persons)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < old->n_persons; i++) {
        reg_pb_person *person = old->persons[i];
        const reg_pb_person *now = reg_filing_person(p->prep->recorded, person->number);
        const reg_pb_person *then = reg_filing_person(undone, person->number);

        if (now && same_person(person, now))
            continue;
        if (now && !(then && same_person(then, now)))
            return reg_fail(p->info, REG_ERR_INVALID, "第 %u 号人员其后已变更，请另行申请更正",
                            "person %u was changed again since: correct that by a filing of its own", person->number);
        filing->persons[filing->n_persons++] = person;
    }
    return 0;
}

/* May this kind of filing undo that entry? A restoration undoes an annulment, an annulment anything that changed something.
 */
static bool undoable(const struct preparing *p, const reg_pb_record *undone)
{
    return undone->licence && strcmp(undone->licence->credit_code, p->prep->row.code) == 0 &&
           undone->licence->before_case == REGISTRY__V1__LICENCE_RECORD__BEFORE_PREVIOUS &&
           (p->prep->filed->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_ANNUL ||
            undone->licence->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_ANNUL);
}

/* The filing that puts the members which an entry changed back to what they were before it. */
static int undo(struct preparing *p, uint64_t position, reg_pb_filing **ret)
{
    struct reg_arena *arena = p->prep->work;
    const struct reg_catalogue *catalogue = p->prep->revision->catalogue;
    reg_pb_record *undone = NULL, *before = NULL;
    reg_pb_filing *old = NULL, *changed = NULL, *filing = reg_arena_memdup(arena, p->prep->filed, sizeof *filing);
    int error = filing ? read_record(p, position, &undone) : REG_ERR_NOMEM;

    if (error == REG_ERR_CORRUPT || (error == 0 && !undoable(p, undone)))
        return nothing_to_undo(p, position);
    if (error == 0)
        error = read_record(p, undone->licence->previous, &before);
    if (error == 0)
        error = reg_licence_recall(before, catalogue, arena, &old);
    if (error == 0)
        error = reg_licence_recall(undone, catalogue, arena, &changed);
    if (error == 0)
        error = undo_persons(p, old, changed, filing);
    if (error != 0)
        return error;
    filing->entity = old->entity;
    filing->n_replaces = 0;
    filing->replaces = reg_arena_alloc(arena, (undone->licence->n_changes + 1) * sizeof *filing->replaces);
    if (!filing->replaces)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < undone->licence->n_changes; i++) {
        const char *member = reg_licence_changed_member(undone->licence->changes[i]->path);

        if (member)
            filing->replaces[filing->n_replaces++] = (char *)member;
    }
    *ret = filing;
    return filing->n_replaces + filing->n_persons > 0 ? 0 : nothing_to_undo(p, position);
}

/* ---- the whole filing ---------------------------------------------------------------------------------------------- */

static bool undoes(const reg_pb_filing *filing)
{
    return (filing->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_ANNUL ||
            filing->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_RESTORE) &&
           filing->particulars && filing->particulars->undoes;
}

/* What stays of the record whoever files: who it is, and when it was established. */
static void keep_identity(struct reg_preparation *prep)
{
    if (!prep->whole->authority)
        prep->whole->authority = prep->row.authority;
    prep->whole->name_reservation = prep->filed->name_reservation;
}

/* A resubmission carries over the filing that was returned; what it says itself goes first. */
static int carry_over(struct preparing *p, const reg_pb_filing *base)
{
    struct reg_preparation *prep = p->prep;
    const reg_pb_filing *filed = prep->filed;
    reg_pb_filing *whole = NULL;
    int error;

    error = reg_filing_supplement(base, filed, prep->work, &whole);
    if (error != 0)
        return error;
    whole->authority = filed->authority;
    whole->base_revision = filed->base_revision ? filed->base_revision : base->base_revision;
    whole->actor = filed->actor;
    whole->channel = filed->channel;
    whole->assigned_code = filed->assigned_code;
    whole->particulars = filed->particulars ? filed->particulars : base->particulars;
    whole->follows_case = filed->follows_case;
    whole->previous_case = filed->previous_case;
    whole->name_reservation = filed->name_reservation[0] ? filed->name_reservation : base->name_reservation;
    prep->filed = whole;
    return 0;
}

static int make_whole(struct preparing *p, const reg_pb_filing *base)
{
    struct reg_preparation *prep = p->prep;
    enum reg_life_form form = reg_life_step(prep->filed->kind)->form;
    reg_pb_filing *laid = NULL;
    int error = base ? carry_over(p, base) : 0;

    if (error != 0)
        return error;
    laid = (reg_pb_filing *)prep->filed;
    if (form == REG_FORM_WHOLE) {
        prep->whole = reg_arena_memdup(prep->work, laid, sizeof *laid);
        return prep->whole ? 0 : REG_ERR_NOMEM;
    }
    if (undoes(prep->filed))
        error = undo(p, prep->filed->particulars->undoes, &laid);
    if (error == 0)
        error = reg_filing_amend(prep->recorded, laid, prep->work, &prep->whole);
    if (error == 0)
        error = reg_filing_check_parts(prep->whole, p->info);
    if (error == 0)
        error = reg_filing_imply_replaced(prep->recorded, prep->filed, prep->work, prep->whole);
    if (error == 0 && prep->filed->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_RESTORE && !undoes(prep->filed))
        error = find_restored_life(p);
    if (error == 0)
        keep_identity(prep);
    return error;
}

/* ---- judging ------------------------------------------------------------------------------------------------------- */

/* What a branch's parent may do, by its latest entry (D06). */
static int read_parent_scope(struct preparing *p, const struct reg_query *query)
{
    const reg_pb_licence_record *licence = NULL;
    int error = 0;

    for (size_t i = 0; i < query->licence_count && error == 0 && !licence; i++)
        if (strcmp(query->licences[i].code, p->prep->needs.parent) == 0)
            error = read_public(p, query->licences[i].position, p->prep->work, &licence);
    if (error == 0 && licence)
        p->prep->view.parent.scope = licence->scope_entries;
    return error;
}

static int fill_view(struct preparing *p, const struct reg_query *query)
{
    struct reg_preparation *prep = p->prep;
    struct reg_register_view *view = &prep->view;
    int error;

    reg_register_view_fill(query, &prep->needs, view);
    if (view->parent.name && !(view->parent.name = reg_arena_strdup(prep->work, view->parent.name))) /* outlives the query */
        return REG_ERR_NOMEM;
    error = reg_name_view_fill(prep, query);
    if (error == 0 && view->parent.found)
        error = read_parent_scope(p, query);
    if (error != 0)
        return error;
    view->subject.changed_since = "";
    if (reg_restriction_view_fill(query, prep) != 0)
        return REG_ERR_NOMEM;
    view->subject.branches = query->branch_count;
    view->subject.branch_names = reg_arena_strdup(prep->work, query->branch_names ? query->branch_names : "");
    prep->view_size = query->head.size;
    if (!view->subject.branch_names)
        return REG_ERR_NOMEM;
    if (!prep->has_subject)
        return 0;
    view->subject.licence = prep->before->licence;
    view->subject.recorded = prep->recorded;
    view->subject.filed = prep->filed;
    return list_changes(p, &view->subject.changed_since);
}

/* A filing that leaves the name as it is asks for none. */
static void need_names(struct preparing *p)
{
    struct reg_preparation *prep = p->prep;
    const reg_pb_entity *entity = prep->whole->entity;
    const char *name = entity->name ? entity->name->full : "";
    bool kept = prep->has_subject && prep->whole->kind != REGISTRY__V1__FILING_KIND__FILING_KIND_UPGRADE &&
                strcmp(name, prep->row.name) == 0 && prep->whole->authority == prep->row.authority;

    reg_name_need_fill(p->engine, kept ? "" : name, entity->type, &prep->name_need);
    prep->name_need.reservation = prep->whole->name_reservation[0] ? prep->whole->name_reservation : NULL;
}

/* The second read: everything the rules ask, as of one tree size, in which the subject is what was read before. */
static int read_view(struct preparing *p)
{
    struct reg_preparation *prep = p->prep;
    struct reg_query query = {0};
    int error = reg_rules_needs(prep->whole, prep->work, &prep->needs);

    if (error == 0)
        error = reg_register_query_fill(&prep->needs, prep->whole->authority, prep->work, &query);
    if (error == 0)
        error = reg_restriction_subjects(p->engine, prep);
    if (error == 0) {
        need_names(p);
        reg_name_need_ask(&prep->name_need, false, &query);
        query.caller = p->asker->caller;
        query.request_id = p->asker->request_id;
        query.subjects = prep->subjects;
        query.subject_count = prep->subject_count;
        error = reg_query_wait(p->reader, &query);
    }
    if (error == 0 && query.request)
        remember_seen(prep, query.request);
    else if (error == 0 && prep->has_subject &&
             (query.licence_count == 0 || strcmp(query.licences[0].code, prep->row.code) != 0 ||
              query.licences[0].position != prep->row.position))
        error = REG_ERR_CONFLICT;
    else if (error == 0)
        error = settle_revision(p, &query);
    if (error == 0 && !query.request)
        error = fill_view(p, &query);
    reg_query_clear(&query);
    return error;
}

/* A rule of the process itself: it judges this filing, not what is recorded. */
static bool process_rule(const reg_pb_finding *finding)
{
    return finding->rule[0] == 'S' || finding->rule[0] == 'E' || strcmp(finding->rule, "D10") == 0;
}

/* Is the path in a member of Entity that the filing replaces? */
static bool in_replaced(const reg_pb_filing *filing, const char *path)
{
    static const char entity[] = "entity.";

    if (strncmp(path, entity, strlen(entity)) != 0)
        return false;
    path += strlen(entity);
    for (size_t i = 0; i < filing->n_replaces; i++)
        if (strcspn(path, ".[") == strlen(filing->replaces[i]) &&
            strncmp(path, filing->replaces[i], strlen(filing->replaces[i])) == 0)
            return true;
    return false;
}

/* Is the path in a person whom the filing brings, or who stood elsewhere in what is recorded? */
static bool in_new_person(const struct reg_preparation *prep, const char *path)
{
    const reg_pb_filing *whole = prep->whole, *recorded = prep->recorded;
    size_t index;

    if (sscanf(path, "persons[%zu]", &index) != 1)
        return false;
    return index >= whole->n_persons || index >= recorded->n_persons ||
           whole->persons[index]->number != recorded->persons[index]->number ||
           reg_filing_person(prep->filed, whole->persons[index]->number);
}

/* What was so before the filing is said, and is not in its way: it changes something else. */
static void excuse_recorded(struct reg_preparation *prep, const struct reg_judgement *recorded)
{
    for (size_t i = 0; i < prep->judgement.finding_count; i++) {
        reg_pb_finding *finding = prep->judgement.findings[i];

        if (process_rule(finding) || in_replaced(prep->whole, finding->path) || in_new_person(prep, finding->path))
            continue;
        for (size_t j = 0; j < recorded->finding_count; j++)
            if (strcmp(finding->rule, recorded->findings[j]->rule) == 0 &&
                strcmp(finding->path, recorded->findings[j]->path) == 0 &&
                strcmp(finding->message_zh, recorded->findings[j]->message_zh) == 0) {
                finding->severity = REGISTRY__V1__SEVERITY__SEVERITY_WARNING;
                break;
            }
    }
}

static int judge_change(struct reg_preparation *prep)
{
    struct reg_rule_input input = prep->input;
    struct reg_register_view view = prep->view;
    reg_pb_filing *recorded = reg_arena_memdup(prep->work, prep->recorded, sizeof *recorded);
    struct reg_judgement before;
    int error = recorded ? reg_filing_judge(&prep->input, prep->work, &prep->judgement) : REG_ERR_NOMEM;

    if (error != 0)
        return error;
    recorded->kind = prep->whole->kind;
    recorded->base_revision = prep->row.revision;
    if (prep->name_need.wanted) { /* what the register says of the new name is no fault of the old one */
        view.name_taken = false;
        view.similar_count = 0;
    }
    input.view = &view;
    input.filing = recorded;
    input.type = reg_entity_type_find(recorded->entity->type);
    error = reg_filing_judge(&input, prep->work, &before);
    if (error == 0)
        excuse_recorded(prep, &before);
    return error;
}

bool reg_preparation_carries(const struct reg_preparation *prep)
{
    return reg_life_step(prep->whole->kind)->form == REG_FORM_NONE && !undoes(prep->filed);
}

/* A filing that brings nothing of the entity: what was merged stays as it is, unless changes are undone. */
static int judge_step(struct reg_preparation *prep)
{
    struct reg_judgement *judgement = &prep->judgement;
    int error = reg_rules_run(&prep->input, prep->work, &judgement->findings, &judgement->finding_count);

    if (error == 0 && undoes(prep->filed)) {
        error = reg_merge_run(&prep->input, prep->work, &judgement->merge);
        judgement->merge.finding_count = 0; /* what an annulment brings back is not asked for anew */
    } else if (error == 0) {
        error = reg_licence_recall_merge(prep->before, prep->work, &judgement->merge);
    }
    return error;
}

int reg_preparation_judge(const struct reg_engine *engine, struct reg_preparation *prep)
{
    const struct reg_life_step *step = reg_life_step(prep->whole->kind);

    prep->input = (struct reg_rule_input){
        .filing = prep->whole,
        .view = &prep->view,
        .catalogue = prep->revision->catalogue,
        .type = reg_entity_type_find(prep->whole->entity->type),
        .day = prep->day,
        .node = engine->facts.role == REG_ROLE_NODE,
        .sources = engine->sources,
    };
    if (step->form == REG_FORM_PARTS)
        return judge_change(prep);
    return step->form == REG_FORM_NONE ? judge_step(prep) : reg_filing_judge(&prep->input, prep->work, &prep->judgement);
}

int reg_preparation_complete(struct reg_engine *engine, struct reg_store_reader *reader, struct reg_preparation *prep,
                             struct reg_error_info *info)
{
    struct preparing p = {engine, reader, NULL, prep, info};

    return make_whole(&p, NULL);
}

int reg_prepare(struct reg_engine *engine, struct reg_store_reader *reader, const reg_pb_filing *filed,
                const reg_pb_filing *base, const struct reg_asker *asker, struct reg_preparation *ret,
                struct reg_error_info *info)
{
    struct preparing p = {engine, reader, asker, ret, info};
    int error = 0;

    ret->filed = filed;
    ret->day = reg_day_of_time(engine->host.now(engine->host.context));
    if (filed->credit_code[0])
        error = read_subject(&p);
    if (error == 0 && !ret->seen)
        error = make_whole(&p, base);
    if (error == 0 && !ret->seen)
        error = read_view(&p);
    if (error == 0 && !ret->seen)
        error = reg_preparation_judge(engine, ret);
    return error;
}
