/* Replay: every recorded filing judged again, by another catalogue or as if on another day. Entry by entry, page by page, in
 * constant memory. No read holds a snapshot for longer than a page. */
#include "engine/replay.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "engine/revision.h"
#include "filing/rule.h"
#include "licence/licence.h"
#include "licence/recall.h"

#define PAGE 64

struct replay {
    struct reg_engine *engine;
    struct reg_reader *reader;
    const struct reg_replay_options *options;
    struct reg_revision other; /* of options->catalogue */
    reg_progress_callback progress;
    reg_replay_callback differs;
    void *context;
    struct reg_replay_result result;
    bool stopped;
};

/* One entry's filing on its way. */
struct replaying {
    struct replay *replay;
    struct reg_arena *arena;
    const reg_pb_entry_header *header;
    struct reg_replayed recorded;
    struct reg_preparation prep;
    bool erased; /* it, or what it starts from */
};

/* ---- what is recorded ---------------------------------------------------------------------------------------------- */

/* The record of an entry; `work->erased` where its key is gone. */
static int open_record(struct replaying *work, const struct reg_entry_row *row, reg_pb_record **ret)
{
    const struct reg_engine *engine = work->replay->engine;
    uint8_t key[REG_CASE_KEY_LEN];
    struct reg_opened_entry opened;
    int error = reg_entry_open(engine, row, key, &opened);

    if (error == 0 && row->has_case && !opened.case_key)
        work->erased = true;
    if (error == 0)
        error = reg_record_decode(opened.body, engine->facts.suite, opened.case_key, work->arena, ret);
    reg_secret_wipe(key, sizeof key);
    return error;
}

static int read_record(struct replaying *work, uint64_t position, reg_pb_record **ret)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = position, .limit = 1};
    int error = reg_query_wait(work->replay->reader->store, &query);

    if (error == 0)
        error = query.entry_count == 1 && query.entries[0].position == position ? 0 : REG_ERR_CORRUPT;
    if (error == 0)
        error = open_record(work, &query.entries[0], ret);
    if (error == 0 && !(*ret)->licence)
        error = REG_ERR_CORRUPT;
    reg_query_clear(&query);
    return error;
}

/* Was the record there before the entry? The end of an individual business stands right before the upgrade that brought it.
 */
static bool was_before(const struct replaying *work, const reg_pb_licence_record *licence, uint64_t position)
{
    bool ended_by_it =
        licence->life && licence->life->successor[0] && strcmp(licence->life->successor, work->header->credit_code) == 0;

    return position < work->recorded.row->position && !ended_by_it;
}

/* A licence as it was before this entry; NULL: there was none. `*ret_position`: of its entry. */
static int read_licence_then(struct replaying *work, const char *code, reg_pb_record **ret, uint64_t *ret_position)
{
    struct reg_query query = {.kind = REG_QUERY_LICENCES, .codes = &code, .code_count = 1};
    int error = reg_query_wait(work->replay->reader->store, &query);
    uint64_t at = error == 0 && query.licence_count == 1 ? query.licences[0].position : 0;
    bool there = error == 0 && query.licence_count == 1;
    reg_pb_record *record = NULL;

    reg_query_clear(&query);
    while (error == 0 && there) {
        error = read_record(work, at, &record);
        if (error != 0 || was_before(work, record->licence, at))
            break;
        there = record->licence->before_case == REGISTRY__V1__LICENCE_RECORD__BEFORE_PREVIOUS;
        at = record->licence->previous;
    }
    *ret = there ? record : NULL;
    *ret_position = at;
    return error;
}

/* ---- the filing again ---------------------------------------------------------------------------------------------- */

/* What the filing starts from: the licence `code` as it was. */
static int take_subject(struct replaying *work, const char *code)
{
    struct reg_preparation *prep = &work->prep;
    reg_pb_record *before = NULL;
    uint64_t position = 0;
    int error = read_licence_then(work, code, &before, &position);

    if (error != 0 || !before)
        return error;
    prep->before = before;
    reg_licence_row_of(before->licence, &prep->row);
    prep->row.position = position;
    error = reg_licence_recall(before, prep->revision->catalogue, work->arena, &prep->recorded);
    prep->has_subject = error == 0;
    return error;
}

/* The members of the entity that the entry changed. */
static int list_replaced(struct replaying *work, reg_pb_filing *filing)
{
    const reg_pb_licence_record *licence = work->recorded.record->licence;

    filing->replaces = reg_arena_alloc(work->arena, (licence->n_changes + 1) * sizeof *filing->replaces);
    if (!filing->replaces)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < licence->n_changes; i++) {
        const char *member = reg_licence_changed_member(licence->changes[i]->path);

        if (member)
            filing->replaces[filing->n_replaces++] = (char *)member;
    }
    return 0;
}

static int same_person(const reg_pb_person *a, const reg_pb_person *b, bool *ret)
{
    struct reg_buf left = REG_BUF_INIT, right = REG_BUF_INIT;
    int error;

    reg_message_encode(&a->base, &left);
    reg_message_encode(&b->base, &right);
    error = left.error ? left.error : right.error;
    *ret = error == 0 && left.len == right.len && memcmp(left.data, right.data, left.len) == 0;
    reg_buf_wipe(&left);
    reg_buf_wipe(&right);
    return error;
}

/* What an accepted filing brought, as far as judging asks: its kind, what it replaced, and the persons whom it changed. */
static int make_filed(struct replaying *work, const reg_pb_filing *whole, reg_pb_filing **ret)
{
    const reg_pb_filing *recorded = work->prep.recorded;
    reg_pb_filing *filed = reg_arena_memdup(work->arena, whole, sizeof *whole);
    int error = 0;

    if (!filed || !(filed->persons = reg_arena_alloc(work->arena, (whole->n_persons + 1) * sizeof *filed->persons)))
        return REG_ERR_NOMEM;
    filed->n_persons = 0;
    for (size_t i = 0; i < whole->n_persons && error == 0; i++) {
        const reg_pb_person *before = recorded ? reg_filing_person(recorded, whole->persons[i]->number) : NULL;
        bool same = false;

        if (before)
            error = same_person(before, whole->persons[i], &same);
        if (!same)
            filed->persons[filed->n_persons++] = whole->persons[i];
    }
    *ret = filed;
    return error;
}

/* What the record has of the filing beside the entity. */
static void restore_rest(struct replaying *work, const struct reg_life_step *step, reg_pb_filing *filing)
{
    const reg_pb_licence_record *licence = work->recorded.record->licence;
    const reg_pb_administration *administration = work->recorded.record->administration;
    bool founds = (REG_KIND(ESTABLISH) | REG_KIND(CONVERT) | REG_KIND(UPGRADE)) >> step->kind & 1;
    bool upgrade = step->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_UPGRADE;

    filing->particulars = licence->particulars;
    filing->credit_code = upgrade && licence->life ? licence->life->predecessor
                          : step->subject          ? licence->credit_code
                                                   : (char *)"";
    if (work->replay->engine->facts.role == REG_ROLE_NODE && founds)
        filing->assigned_code = licence->credit_code;
    else if (step->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_ESTABLISH || upgrade)
        filing->entity->established = (char *)""; /* it was allotted, not filed */
    if (!administration)
        return;
    filing->actor = administration->actor;
    filing->channel = administration->channel;
    if (administration->follows_case == REGISTRY__V1__ADMINISTRATION__FOLLOWS_PREVIOUS_CASE) {
        filing->follows_case = REGISTRY__V1__FILING__FOLLOWS_PREVIOUS_CASE;
        filing->previous_case = administration->previous_case;
    }
}

/* An accepted filing: the revision that it made is the whole of it, but for a step that brings nothing of the entity. */
static int rebuild_accepted(struct replaying *work)
{
    struct reg_preparation *prep = &work->prep;
    const reg_pb_record *record = work->recorded.record;
    const struct reg_life_step *step = reg_life_step(record->licence->kind);
    reg_pb_filing *filing = NULL;
    int error = step ? reg_licence_recall(record, prep->revision->catalogue, work->arena, &filing) : REG_ERR_CORRUPT;

    if (error == 0) {
        restore_rest(work, step, filing);
        error = list_replaced(work, filing);
    }
    if (error == 0 && filing->credit_code[0])
        error = take_subject(work, filing->credit_code);
    if (error != 0)
        return error;
    if (prep->has_subject)
        filing->base_revision = prep->row.revision;
    prep->filed = prep->whole = filing;
    if (step->form != REG_FORM_NONE || !prep->has_subject) {
        reg_pb_filing *filed = NULL;

        error = make_filed(work, filing, &filed);
        prep->filed = filed;
        return error;
    }
    filing->n_replaces = 0;
    filing->entity = NULL;
    filing->n_persons = filing->n_facts = filing->n_items_asked = 0; /* what it brought are materials alone */
    return reg_preparation_complete(work->replay->engine, work->replay->reader->store, prep, NULL);
}

/* A filing that led to no licence is kept as it was sent. */
static int rebuild_filed(struct replaying *work)
{
    struct reg_preparation *prep = &work->prep;
    reg_pb_filing *filing = reg_arena_memdup(work->arena, work->recorded.record->filing->filing, sizeof *filing);
    int error = filing ? 0 : REG_ERR_NOMEM;

    if (error == 0 && !reg_life_step(filing->kind))
        error = REG_ERR_CORRUPT;
    if (error == 0 && filing->credit_code[0])
        error = take_subject(work, filing->credit_code);
    prep->filed = filing;
    return error == 0 ? reg_preparation_complete(work->replay->engine, work->replay->reader->store, prep, NULL) : error;
}

/* The view that the rules look at, as far as the ledger tells it. */
static int fill_view(struct replaying *work)
{
    struct reg_preparation *prep = &work->prep;
    reg_pb_record *parent = NULL;
    uint64_t position;
    int error = reg_rules_needs(prep->whole, work->arena, &prep->needs);

    prep->view.subject.changed_since = "";
    prep->view.subject.branch_names = "";
    if (prep->has_subject) {
        prep->view.subject.licence = prep->before->licence;
        prep->view.subject.recorded = prep->recorded;
        prep->view.subject.filed = prep->filed;
    }
    if (error == 0 && prep->needs.parent)
        error = read_licence_then(work, prep->needs.parent, &parent, &position);
    if (error == 0 && parent)
        prep->view.parent = (struct reg_parent_view){.found = true,
                                                     .type = parent->licence->type,
                                                     .name = parent->licence->name ? parent->licence->name->full : "",
                                                     .state = parent->licence->state};
    return error;
}

/* ---- one entry ----------------------------------------------------------------------------------------------------- */

/* Takes out of the record what was said and what came of it; false: it is no filing that is judged. */
static bool take_recorded(struct replaying *work)
{
    struct reg_replayed *recorded = &work->recorded;
    const reg_pb_record *record = recorded->record;

    if (record->licence && record->administration && record->administration->request_id[0]) {
        recorded->state = REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED;
        recorded->findings = record->administration->findings;
        recorded->finding_count = record->administration->n_findings;
        recorded->outcomes = record->licence->outcomes;
        recorded->outcome_count = record->licence->n_outcomes;
        return true;
    }
    if (!record->filing || !record->filing->filing || !record->case_record ||
        record->case_record->state == REGISTRY__V1__CASE_STATE__CASE_STATE_WITHDRAWN)
        return false;
    recorded->state = record->case_record->state;
    recorded->findings = record->filing->findings;
    recorded->finding_count = record->filing->n_findings;
    recorded->outcomes = record->filing->outcomes;
    recorded->outcome_count = record->filing->n_outcomes;
    return true;
}

/* Has the case a later entry? Only one in review goes on. */
static int check_latest(struct replaying *work, bool *ret)
{
    struct reg_query query = {.kind = REG_QUERY_CASE, .number = work->recorded.row->case_number};
    int error = 0;

    *ret = true;
    if (work->recorded.state != REGISTRY__V1__CASE_STATE__CASE_STATE_IN_REVIEW)
        return 0;
    error = reg_query_wait(work->replay->reader->store, &query);
    if (error == 0 && query.case_count == 1)
        *ret = query.cases[0].position == work->recorded.row->position;
    reg_query_clear(&query);
    return error;
}

/* The day on which it was judged: that of its entry, but a state that began with it says so itself. An entry's time does not
 * go back where a clock does. */
static int32_t day_then(const struct replaying *work)
{
    const reg_pb_licence_record *licence = work->recorded.record->licence;
    int32_t day = reg_day_of_time(work->header->time_ms), since;
    bool began = licence && licence->before_case != REGISTRY__V1__LICENCE_RECORD__BEFORE_PREVIOUS;

    for (size_t i = 0; licence && i < licence->n_changes; i++)
        began = began || strcmp(licence->changes[i]->path, "state") == 0;
    if (began && licence->life && licence->kind != REGISTRY__V1__FILING_KIND__FILING_KIND_RESTORE && /* its days came back */
        licence->state != REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DORMANT && reg_day_parse(licence->life->since, &since))
        day = since;
    return day;
}

static int judge_again(struct replaying *work)
{
    struct replay *replay = work->replay;
    struct reg_preparation *prep = &work->prep;
    int32_t then = day_then(work);
    int error;

    prep->work = work->arena;
    prep->day = replay->options->day ? replay->options->day : then;
    prep->revision =
        replay->options->catalogue ? &replay->other : reg_revision_as_of(replay->engine, then, work->recorded.row->position);
    error = work->recorded.record->licence ? rebuild_accepted(work) : rebuild_filed(work);
    if (error == 0)
        error = fill_view(work);
    if (error != 0 || work->erased)
        return error;
    error = reg_preparation_judge(replay->engine, prep);
    return error == 0 ? reg_replay_carry(&work->recorded, work->arena, &prep->judgement) : error;
}

/* What the new judgement comes to; a person's decision stands where no error is in its way. */
static reg_pb_case_state outcome_again(struct replaying *work)
{
    struct reg_judgement *judgement = &work->prep.judgement;
    bool decided = work->recorded.row->case_number != work->recorded.row->position;
    reg_pb_case_state after;

    if (decided && work->recorded.state == REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED)
        reg_judgement_settle_reviews(judgement);
    after = reg_judgement_outcome(judgement);
    return work->recorded.state == REGISTRY__V1__CASE_STATE__CASE_STATE_REFUSED ? work->recorded.state : after;
}

static int report(struct replaying *work)
{
    struct replay *replay = work->replay;
    const reg_pb_filing *whole = work->prep.whole;
    struct reg_replay_difference difference = {.number = work->recorded.row->case_number,
                                               .position = work->recorded.row->position,
                                               .code = work->header->credit_code,
                                               .name =
                                                   whole->entity && whole->entity->name ? whole->entity->name->full : ""};
    bool differs = false;
    int error =
        reg_replay_compare(&work->recorded, &work->prep.judgement, outcome_again(work), work->arena, &difference, &differs);

    if (error != 0)
        return error;
    replay->result.filings++;
    replay->result.differing += differs;
    if (differs && replay->differs && !replay->differs(replay->context, &difference))
        replay->stopped = true;
    return 0;
}

static bool holds_filing(reg_pb_entry_kind kind)
{
    switch (kind) {
    case REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_LICENCE:
    case REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_WAKE:
    case REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_RETURNED:
    case REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_IN_REVIEW:
    case REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_REFUSED:
        return true;
    default:
        return false;
    }
}

static int replay_filing(struct replaying *work)
{
    reg_pb_record *record = NULL;
    bool latest = false;
    int error = open_record(work, work->recorded.row, &record);

    work->recorded.record = record;
    if (error == 0 && work->erased) {
        work->replay->result.erased++;
        return 0;
    }
    if (error != 0 || !take_recorded(work))
        return error;
    error = check_latest(work, &latest);
    if (error == 0 && latest)
        error = judge_again(work);
    if (error != 0 || !latest)
        return error;
    if (work->erased) {
        work->replay->result.erased++;
        return 0;
    }
    return report(work);
}

static int replay_entry(struct replay *replay, const struct reg_entry_row *row, struct reg_error_info *info)
{
    struct replaying work = {.replay = replay, .arena = reg_arena_new(4 * REG_MESSAGE_BUDGET), .recorded = {.row = row}};
    ProtobufCMessage *header = NULL;
    int error = work.arena ? reg_message_decode(&registry__v1__entry_header__descriptor, row->header, REG_UNKNOWN_REFUSE,
                                                work.arena, &header, NULL)
                           : REG_ERR_NOMEM;

    work.header = (const reg_pb_entry_header *)header;
    if (error == 0 && row->has_case && holds_filing(work.header->kind))
        error = replay_filing(&work);
    reg_arena_free(work.arena);
    if (error != 0)
        return reg_fail_because(info, error, "条目 %llu 无法重演", "entry %llu cannot be replayed",
                                (unsigned long long)row->position);
    return 0;
}

/* ---- the ledger ---------------------------------------------------------------------------------------------------- */

static int replay_page(struct replay *replay, uint64_t from, uint64_t size, uint64_t *ret_next, struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = from, .limit = PAGE};
    int error = reg_query_wait(replay->reader->store, &query);

    *ret_next = size; /* where nothing is left */
    for (size_t i = 0; i < query.entry_count && error == 0 && !replay->stopped; i++) {
        if (query.entries[i].position >= size)
            break;
        error = replay_entry(replay, &query.entries[i], info);
        *ret_next = query.entries[i].position + 1;
    }
    reg_query_clear(&query);
    return error;
}

static int run(struct replay *replay, struct reg_error_info *info)
{
    struct reg_query head = {.kind = REG_QUERY_HEAD};
    uint64_t from = replay->options->from, at = from;
    int error = reg_query_wait(replay->reader->store, &head);
    uint64_t size = head.head.size;

    reg_query_clear(&head);
    if (error == 0) /* every revision that an entry below `size` was judged by */
        error = reg_revisions_catch_up(replay->engine, replay->reader->store, info);
    while (error == 0 && at < size && !replay->stopped) {
        error = replay_page(replay, at, size, &at, info);
        if (error == 0 && replay->progress && !replay->progress(replay->context, at - from, size - from))
            break;
    }
    return error;
}

int reg_replay(struct reg_engine *engine, const struct reg_replay_options *options, reg_progress_callback progress,
               reg_replay_callback differs, void *context, struct reg_replay_result *ret_result, struct reg_error_info *info)
{
    struct replay replay = {.engine = engine,
                            .options = options,
                            .other = {.catalogue = (struct reg_catalogue *)options->catalogue}, /* only read */
                            .progress = progress,
                            .differs = differs,
                            .context = context};
    int error;

    if (options->size != sizeof *options)
        return reg_fail(info, REG_ERR_INVALID, "重演选项不完整", "the replay options are incomplete");
    error = reg_reader_open(engine, &replay.reader, info);
    if (error == 0)
        error = run(&replay, info);
    reg_reader_close(replay.reader);
    if (error == 0)
        *ret_result = replay.result;
    return error;
}
