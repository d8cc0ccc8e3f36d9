/* Lives told as text (lives/ *.txt), run against a real registry with a moved clock.
 *
 *     on DAY                         the clock stands at noon of that day, UTC+8
 *     file NAME KIND …               files the JSON of the indented lines that follow, and:
 *         from NN                        laid over example NN: what it replaces, persons, facts, materials, reservation
 *         base N                         starts from revision N
 *         follows                        the case filed last is resubmitted
 *         undoes N                       what revision N changed
 *         parent NAME                    a branch of that one
 *         as NAME                        what an upgrade leads to
 *         reserved                       takes the name that was reserved last
 *         bare                           without materials; any other filing brings those that its kind needs
 *     reserve NAME [approval]        asks to keep that name, of a trading company
 *     kept DAY|none                  until then
 *     supplement                     adds the JSON that follows to the case filed last
 *     decide ACCEPT|RETURN|REFUSE    on the case filed last
 *     withdraw                       the same
 *     resume NAME                    the notice that it resumes business
 *     clock                          what the daemon does once a minute
 *     deadline DAY                   the last day for a decision
 *     expect STATE [revision N] [version N] [state S]
 *     findings none | RULE(!|?|*) …  all of them: ! error, ? warning, * review
 *     says RULE TEXT                 that finding's English text has it
 *     changed MEMBER …               what the new revision says that it changed
 *     state NAME S
 *     slept NAME DAYS                so many days dormant in all
 *     predecessor NAME NAME, successor NAME NAME   the first names the second so
 *     chain NAME, then indented `revision vVERSION STATE SINCE`, newest first
 */
#include "fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/message.h"
#include "engine/internal.h"
#include "filing/amend.h"
#include "filing/materials.h"
#include "suite.h"

#define WORDS 24

/* An entity of the story, by the name that the text gives it. */
struct named {
    char name[64], code[19];
};

struct story {
    struct fixture fixture;
    const char *file;
    unsigned line, requests;
    char **lines;
    size_t count, at;
    uint64_t reservation; /* the last */
    const reg_pb_reserve_name_response *kept;
    struct named named[16];
    size_t named_count;
    char filing[64];          /* whom the case filed last is about */
    const reg_pb_case *filed; /* the answer to the last request */
    const reg_pb_get_licence_response *licence;
    const reg_pb_record *record;
};

static void fail(struct story *story, const char *what, const char *detail)
{
    CHECK_CASE(false, "%s:%zu: %s %s", story->file, story->at, what, detail);
}

/* ---- the text -------------------------------------------------------------------------------------------------------- */

static size_t split(char *line, char *words[WORDS])
{
    size_t count = 0;

    for (char *word = strtok(line, " \n"); word && count < WORDS; word = strtok(NULL, " \n"))
        words[count++] = word;
    return count;
}

/* The indented lines from here on, joined. */
static char *indented(struct story *story)
{
    char *text = calloc(1, 1 << 16);

    while (story->at < story->count && story->lines[story->at][0] == ' ')
        strcat(text, story->lines[story->at++]);
    return text;
}

static struct named *find_named(struct story *story, const char *name)
{
    for (size_t i = 0; i < story->named_count; i++)
        if (strcmp(story->named[i].name, name) == 0)
            return &story->named[i];
    return NULL;
}

static char *code_of(struct story *story, const char *name)
{
    struct named *named = find_named(story, name);

    if (!named)
        fail(story, "never registered:", name);
    return named ? named->code : (char *)"";
}

static const char *enum_name(const ProtobufCEnumDescriptor *type, int value)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);

    return found ? found->name : "";
}

/* "CASE_STATE_RETURNED" is "returned" here. */
static bool is_state(const char *full, const char *prefix, const char *word)
{
    return strncmp(full, prefix, strlen(prefix)) == 0 && strcasecmp(full + strlen(prefix), word) == 0;
}

/* ---- requests -------------------------------------------------------------------------------------------------------- */

static void take_answer(struct story *story, int error, struct reg_data *answer)
{
    struct fixture *f = &story->fixture;
    reg_pb_submit_filing_response *response = NULL;

    story->filed = NULL;
    story->licence = NULL;
    story->record = NULL;
    if (error == 0)
        response = (reg_pb_submit_filing_response *)fixture_decode(f, &registry__v1__submit_filing_response__descriptor,
                                                                   reg_bytes_of(answer));
    reg_data_clear(answer);
    if (!response) {
        fail(story, reg_arena_printf(f->arena, "the request failed (%d):", error), f->info.en);
        return;
    }
    story->filed = response->filed_case;
    story->licence = response->licence;
    if (!response->licence)
        return;
    for (size_t i = 0; i < response->licence->entry->n_sections; i++)
        if (response->licence->entry->sections[i]->id == 0) {
            ProtobufCBinaryData bytes = response->licence->entry->sections[i]->bytes;

            story->record = (reg_pb_record *)fixture_decode(f, &registry__v1__record__descriptor,
                                                            (struct reg_bytes){bytes.data, bytes.len});
        }
}

static void send(struct story *story, enum reg_step step, const ProtobufCMessage *message)
{
    struct fixture *f = &story->fixture;
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_data answer = {0};
    int error;

    reg_message_encode(message, &buf);
    error = reg_engine_step(f->engine, step, &window, reg_buf_bytes(&buf), &answer, &f->info);
    reg_buf_clear(&buf);
    take_answer(story, error, &answer);
}

static uint64_t revision_of(struct story *story, const char *code)
{
    int error;
    reg_pb_get_licence_response *licence = fixture_licence(&story->fixture, &window, code, &error);

    return licence ? licence->status->revision : 0;
}

/* ---- what is recorded ------------------------------------------------------------------------------------------------ */

/* The record of an entry as the store has it. */
static const reg_pb_licence_record *record_at(struct story *story, uint64_t position)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = position, .limit = 1};
    reg_pb_record *record = NULL;

    if (reg_query_wait(story->fixture.reader->store, &query) != 0 || query.entry_count != 1 ||
        reg_record_decode(query.entries[0].body, story->fixture.suite, NULL, story->fixture.arena, &record) != 0)
        record = NULL;
    reg_query_clear(&query);
    return record ? record->licence : NULL;
}

/* The newest revision's. */
static const reg_pb_licence_record *present(struct story *story, const char *code, uint64_t *ret_position)
{
    int error;
    reg_pb_get_licence_response *now = fixture_licence(&story->fixture, &window, code, &error);

    *ret_position = now ? now->status->position : 0;
    return now ? record_at(story, now->status->position) : NULL;
}

/* Where the entry of that revision stands. */
static uint64_t position_of(struct story *story, const char *code, uint64_t revision)
{
    uint64_t position;
    const reg_pb_licence_record *at = present(story, code, &position);

    while (at && at->revision > revision) {
        position = at->previous;
        at = record_at(story, position);
    }
    return position;
}

/* ---- filing ---------------------------------------------------------------------------------------------------------- */

/* The indented JSON as a filing; an empty one where there is none. */
static reg_pb_filing *read_json(struct story *story)
{
    struct fixture *f = &story->fixture;
    ProtobufCMessage *decoded = NULL;
    char *json = indented(story);
    reg_pb_filing *filing;

    if (*json && reg_message_from_json(&registry__v1__filing__descriptor, (struct reg_bytes){(uint8_t *)json, strlen(json)},
                                       f->arena, &decoded, &f->info) != 0)
        fail(story, "the JSON:", f->info.en);
    free(json);
    filing = decoded ? (reg_pb_filing *)decoded : reg_arena_alloc(f->arena, sizeof *filing);
    if (!decoded)
        registry__v1__filing__init(filing);
    return filing;
}

/* An example with the JSON laid over it. */
static reg_pb_filing *lay_over(struct story *story, const char *name, reg_pb_filing *json)
{
    struct fixture *f = &story->fixture;
    struct reg_data example = fixture_request(f, name, "x", NULL);
    ProtobufCMessage *request = fixture_decode(f, &registry__v1__submit_filing_request__descriptor, reg_bytes_of(&example));
    reg_pb_filing *filing = NULL;

    reg_data_clear(&example);
    if (reg_filing_supplement(((reg_pb_submit_filing_request *)request)->filing, json, f->arena, &filing) != 0)
        return json;
    filing->particulars = json->particulars;
    filing->name_reservation = json->name_reservation;
    filing->authority = json->authority ? json->authority : filing->authority;
    return filing;
}

static void apply_word(struct story *story, const char *word, const char *value, const struct named *named,
                       reg_pb_filing *filing)
{
    if (strcmp(word, "base") == 0) {
        filing->base_revision = strtoull(value, NULL, 10);
    } else if (strcmp(word, "follows") == 0) {
        filing->follows_case = REGISTRY__V1__FILING__FOLLOWS_PREVIOUS_CASE;
        filing->previous_case = story->filed->number;
    } else if (strcmp(word, "undoes") == 0) {
        filing->particulars->undoes = position_of(story, named->code, strtoull(value, NULL, 10));
    } else if (strcmp(word, "parent") == 0) {
        filing->entity->parent_code = code_of(story, value);
    } else if (strcmp(word, "reserved") == 0) {
        filing->name_reservation = reg_arena_printf(story->fixture.arena, "%llu", (unsigned long long)story->reservation);
    }
}

static bool is_word(char **words, size_t count, const char *word)
{
    for (size_t i = 3; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

/* Materials are no part of most stories: a filing brings what its kind may need and it has not (D10). */
static void add_materials(struct story *story, reg_pb_filing *filing)
{
    static uint8_t digest[32];
    reg_pb_material **all =
        reg_arena_alloc(story->fixture.arena, (filing->n_materials + reg_registration_material_count()) * sizeof *all);

    for (size_t i = 0; i < filing->n_materials; i++)
        all[i] = filing->materials[i];
    filing->materials = all;
    for (size_t i = 0; i < reg_registration_material_count(); i++) {
        const struct reg_registration_material *needed = reg_registration_material_at(i);
        bool there = false;

        for (size_t j = 0; j < filing->n_materials; j++)
            there = there || strcmp(all[j]->kind, needed->def.kind) == 0;
        if (there || !(needed->kinds >> filing->kind & 1))
            continue;
        all[filing->n_materials] = reg_arena_alloc(story->fixture.arena, sizeof(reg_pb_material));
        registry__v1__material__init(all[filing->n_materials]);
        all[filing->n_materials]->kind = (char *)needed->def.kind;
        all[filing->n_materials++]->digest = (ProtobufCBinaryData){sizeof digest, digest};
    }
}

/* The filing that the words and the indented JSON say. */
static reg_pb_filing *filing_of(struct story *story, char **words, size_t count)
{
    struct named *named = find_named(story, words[1]);
    reg_pb_filing *filing = read_json(story);
    char kind[64];

    for (size_t i = 3; i + 1 < count; i++)
        if (strcmp(words[i], "from") == 0)
            filing = lay_over(story, words[i + 1], filing);
    snprintf(kind, sizeof kind, "FILING_KIND_%s", words[2]);
    filing->kind = protobuf_c_enum_descriptor_get_value_by_name(&registry__v1__filing_kind__descriptor, kind)->value;
    filing->authority = filing->authority ? filing->authority : 341300;
    if (named && reg_life_step(filing->kind)->subject) {
        filing->credit_code = named->code;
        filing->base_revision = revision_of(story, named->code);
    }
    for (size_t i = 3; i < count; i++)
        apply_word(story, words[i], i + 1 < count ? words[i + 1] : "", named, filing);
    if (!is_word(words, count, "bare") && !is_word(words, count, "from") && !is_word(words, count, "follows"))
        add_materials(story, filing);
    return filing;
}

/* An entity gets its name in the story with the licence that founds it. */
static void name_entity(struct story *story)
{
    struct named *named = &story->named[story->named_count];

    if (!story->licence || find_named(story, story->filing))
        return;
    story->named_count++;
    snprintf(named->name, sizeof named->name, "%s", story->filing);
    snprintf(named->code, sizeof named->code, "%s", story->licence->status->credit_code);
}

static void run_file(struct story *story, char **words, size_t count)
{
    reg_pb_submit_filing_request request = REGISTRY__V1__SUBMIT_FILING_REQUEST__INIT;
    char id[32];

    snprintf(id, sizeof id, "step-%u", story->requests++);
    request.request_id = id;
    request.filing = filing_of(story, words, count);
    send(story, REG_STEP_FILE, &request.base);
    snprintf(story->filing, sizeof story->filing, "%s", words[1]);
    for (size_t i = 3; i + 1 < count; i++)
        if (strcmp(words[i], "as") == 0)
            snprintf(story->filing, sizeof story->filing, "%s", words[i + 1]);
    name_entity(story);
}

static void run_reserve(struct story *story, char **words, size_t count)
{
    struct fixture *f = &story->fixture;
    reg_pb_reserve_name_request request = REGISTRY__V1__RESERVE_NAME_REQUEST__INIT;
    reg_pb_case *judged = reg_arena_alloc(f->arena, sizeof *judged);
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_data answer = {0};
    char id[32];

    snprintf(id, sizeof id, "step-%u", story->requests++);
    request.request_id = id;
    request.authority = 341300;
    request.name = words[1];
    request.type = 1130;
    request.industry = (char *)"F5137";
    request.applicant = (char *)"林晚";
    request.needs_approval = count > 2;
    reg_message_encode(&request.base, &buf);
    story->kept = NULL;
    story->filed = NULL;
    if (reg_engine_step(f->engine, REG_STEP_RESERVE, &window, reg_buf_bytes(&buf), &answer, &f->info) != 0)
        fail(story, "the reservation:", f->info.en);
    else
        story->kept = (reg_pb_reserve_name_response *)fixture_decode(f, &registry__v1__reserve_name_response__descriptor,
                                                                     reg_bytes_of(&answer));
    reg_buf_clear(&buf);
    reg_data_clear(&answer);
    if (!story->kept)
        return;
    registry__v1__case__init(judged); /* for `findings` and `says` */
    judged->n_findings = story->kept->n_findings;
    judged->findings = story->kept->findings;
    story->filed = judged;
    if (story->kept->reservation)
        story->reservation = story->kept->reservation;
}

static void kept(struct story *story, const char *until)
{
    const reg_pb_reserve_name_response *is = story->kept;
    bool none = strcmp(until, "none") == 0;

    if (is && (is->reservation == 0) == none && strcmp(is->until, none ? "" : until) == 0)
        return;
    fail(story, "kept until", is ? is->until : "");
}

static void run_supplement(struct story *story)
{
    reg_pb_supplement_case_request request = REGISTRY__V1__SUPPLEMENT_CASE_REQUEST__INIT;
    char id[32];

    snprintf(id, sizeof id, "step-%u", story->requests++);
    request.request_id = id;
    request.number = story->filed->number;
    request.filing = read_json(story);
    send(story, REG_STEP_SUPPLEMENT, &request.base);
    name_entity(story);
}

static void run_resume(struct story *story, const char *name)
{
    reg_pb_report_resumption_request request = REGISTRY__V1__REPORT_RESUMPTION_REQUEST__INIT;
    char id[32];

    snprintf(id, sizeof id, "step-%u", story->requests++);
    request.request_id = id;
    request.credit_code = code_of(story, name);
    send(story, REG_STEP_WAKE, &request.base);
}

static void run_decide(struct story *story, const char *decision)
{
    reg_pb_decide_task_request request = REGISTRY__V1__DECIDE_TASK_REQUEST__INIT;
    char id[32], name[32];

    snprintf(id, sizeof id, "step-%u", story->requests++);
    snprintf(name, sizeof name, "DECISION_%s", decision);
    request.request_id = id;
    request.number = story->filed->number;
    request.decision = protobuf_c_enum_descriptor_get_value_by_name(&registry__v1__decision__descriptor, name)->value;
    if (request.decision != REGISTRY__V1__DECISION__DECISION_ACCEPT)
        request.reason = (char *)"申请材料之间相互矛盾";
    if (request.decision == REGISTRY__V1__DECISION__DECISION_REFUSE)
        request.basis = (char *)"条例 §20";
    send(story, REG_STEP_DECIDE, &request.base);
    name_entity(story);
}

static void run_withdraw(struct story *story)
{
    reg_pb_withdraw_case_request request = REGISTRY__V1__WITHDRAW_CASE_REQUEST__INIT;
    char id[32];

    snprintf(id, sizeof id, "step-%u", story->requests++);
    request.request_id = id;
    request.number = story->filed->number;
    send(story, REG_STEP_WITHDRAW, &request.base);
}

static void wake_one(void *context, const struct reg_caller *caller, struct reg_bytes message)
{
    struct story *story = context;
    struct reg_data answer = {0};
    int error = reg_engine_step(story->fixture.engine, REG_STEP_WAKE, caller, message, &answer, &story->fixture.info);

    if (error != 0)
        fail(story, "the clock:", story->fixture.info.en);
    reg_data_clear(&answer);
}

/* ---- expectations ---------------------------------------------------------------------------------------------------- */

static void expect(struct story *story, char **words, size_t count)
{
    const reg_pb_licence_record *licence = story->record ? story->record->licence : NULL;

    if (!story->filed)
        return;
    if (!is_state(enum_name(&registry__v1__case_state__descriptor, (int)story->filed->state), "CASE_STATE_", words[1]))
        fail(story, "the case is", enum_name(&registry__v1__case_state__descriptor, (int)story->filed->state));
    for (size_t i = 2; i + 1 < count; i += 2) {
        bool good = licence != NULL;

        if (good && strcmp(words[i], "revision") == 0)
            good = licence->revision == strtoull(words[i + 1], NULL, 10);
        else if (good && strcmp(words[i], "version") == 0)
            good = licence->version == strtoul(words[i + 1], NULL, 10);
        else if (good)
            good = is_state(enum_name(&registry__v1__licence_state__descriptor, (int)licence->state), "LICENCE_STATE_",
                            words[i + 1]);
        if (!good)
            fail(story, "not as expected:", words[i]);
    }
}

/* The last day for a decision of the case that is in review. */
static void deadline(struct story *story, const char *day)
{
    if (story->filed && strcmp(story->filed->deadline, day) != 0)
        fail(story, "it is to be decided by", story->filed->deadline);
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void findings(struct story *story, char **words, size_t count)
{
    static const char marks[] = {' ', '?', '*', '!'};
    char got[1024] = "", expected[1024] = "", *list[256];
    size_t n = 0;

    if (!story->filed)
        return;
    for (size_t i = 0; i < story->filed->n_findings && n < 256; i++) {
        list[n] = reg_arena_printf(story->fixture.arena, "%s%c", story->filed->findings[i]->rule,
                                   marks[story->filed->findings[i]->severity]);
        n++;
    }
    qsort(list, n, sizeof *list, compare_words);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(list[i], list[i - 1]) != 0)
            snprintf(got + strlen(got), sizeof got - strlen(got), " %s", list[i]);
    for (size_t i = 1; i < count; i++)
        if (strcmp(words[i], "none") != 0)
            snprintf(expected + strlen(expected), sizeof expected - strlen(expected), " %s", words[i]);
    if (strcmp(got, expected) != 0)
        fail(story, "the findings are", got);
}

static void says(struct story *story, char **words, size_t count)
{
    for (size_t i = 0; story->filed && i < story->filed->n_findings; i++)
        if (count > 2 && strcmp(story->filed->findings[i]->rule, words[1]) == 0 &&
            strstr(story->filed->findings[i]->message_en, words[2]))
            return;
    fail(story, "no finding says", count > 2 ? words[2] : "");
}

/* Of a restricted class nobody is told what it was. */
static bool restricted(const char *path)
{
    return strcmp(path, "identities") == 0 || strcmp(path, "contact") == 0 || strcmp(path, "residences") == 0 ||
           strcmp(path, "liaison") == 0 || strcmp(path, "beneficial") == 0;
}

static void changed(struct story *story, char **words, size_t count)
{
    const reg_pb_licence_record *licence = story->record ? story->record->licence : NULL;
    bool good = licence && licence->n_changes == count - 1;

    for (size_t i = 1; good && i < count; i++)
        good = strcmp(licence->changes[i - 1]->path, words[i]) == 0 &&
               licence->changes[i - 1]->before[0] == (restricted(words[i]) ? '\0' : '{');
    if (!good)
        fail(story, "it changed otherwise:", licence && licence->n_changes ? licence->changes[0]->path : "nothing");
}

static void state(struct story *story, char **words)
{
    int error;
    reg_pb_get_licence_response *licence = fixture_licence(&story->fixture, &window, code_of(story, words[1]), &error);
    const char *is = licence ? enum_name(&registry__v1__licence_state__descriptor, (int)licence->status->state) : "";

    if (!is_state(is, "LICENCE_STATE_", words[2]))
        fail(story, "the state is", is);
}

static void chain(struct story *story, const char *name)
{
    uint64_t position;
    const reg_pb_licence_record *at = present(story, code_of(story, name), &position);

    for (; story->at < story->count && story->lines[story->at][0] == ' '; story->at++) {
        char line[256], *words[WORDS], got[128] = "nothing";
        size_t count;

        snprintf(line, sizeof line, "%s", story->lines[story->at]);
        count = split(line, words);
        if (at)
            snprintf(got, sizeof got, "%llu v%u %s %s", (unsigned long long)at->revision, at->version,
                     enum_name(&registry__v1__licence_state__descriptor, (int)at->state) + strlen("LICENCE_STATE_"),
                     at->life ? at->life->since : "");
        snprintf(line, sizeof line, "%s %s %s %s", count > 0 ? words[0] : "", count > 1 ? words[1] : "",
                 count > 2 ? words[2] : "", count > 3 ? words[3] : "");
        if (strcmp(line, got) != 0)
            fail(story, "the chain has", got);
        at = at && at->before_case == REGISTRY__V1__LICENCE_RECORD__BEFORE_PREVIOUS ? record_at(story, at->previous) : NULL;
    }
    if (at)
        fail(story, "the chain goes on", "");
}

static void slept(struct story *story, char **words)
{
    uint64_t position;
    const reg_pb_licence_record *licence = present(story, code_of(story, words[1]), &position);
    unsigned days = licence && licence->life ? licence->life->dormant_days : 0;

    if (days != strtoul(words[2], NULL, 10))
        fail(story, "so many days dormant:", reg_arena_printf(story->fixture.arena, "%u", days));
}

/* Upgrades: the one names the other. */
static void related(struct story *story, char **words)
{
    uint64_t position;
    const reg_pb_licence_record *licence = present(story, code_of(story, words[1]), &position);
    const char *names = "";

    if (licence && licence->life)
        names = strcmp(words[0], "successor") == 0 ? licence->life->successor : licence->life->predecessor;
    if (strcmp(names, code_of(story, words[2])) != 0)
        fail(story, "another, or none, is the", words[0]);
}

/* ---- running --------------------------------------------------------------------------------------------------------- */

static void move_clock(struct story *story, const char *text)
{
    int32_t day;

    if (!reg_day_parse(text, &day))
        fail(story, "no day:", text);
    else
        story->fixture.clock = ((int64_t)day * 86400 + 4 * 3600) * 1000; /* noon in UTC+8 */
}

static void run_line(struct story *story)
{
    char line[512], *words[WORDS] = {0};
    size_t count;
    struct reg_error_info info;

    snprintf(line, sizeof line, "%s", story->lines[story->at++]);
    count = line[0] == '#' ? 0 : split(line, words);
    if (count == 0)
        return;
    if (strcmp(words[0], "on") == 0)
        move_clock(story, words[1]);
    else if (strcmp(words[0], "file") == 0)
        run_file(story, words, count);
    else if (strcmp(words[0], "resume") == 0)
        run_resume(story, words[1]);
    else if (strcmp(words[0], "decide") == 0)
        run_decide(story, words[1]);
    else if (strcmp(words[0], "reserve") == 0)
        run_reserve(story, words, count);
    else if (strcmp(words[0], "kept") == 0)
        kept(story, words[1]);
    else if (strcmp(words[0], "supplement") == 0)
        run_supplement(story);
    else if (strcmp(words[0], "withdraw") == 0)
        run_withdraw(story);
    else if (strcmp(words[0], "clock") == 0)
        CHECK_CASE(reg_due_wakes(story->fixture.reader, 100, wake_one, story, &info) == 0, "%s", story->file);
    else if (strcmp(words[0], "expect") == 0)
        expect(story, words, count);
    else if (strcmp(words[0], "deadline") == 0)
        deadline(story, words[1]);
    else if (strcmp(words[0], "findings") == 0)
        findings(story, words, count);
    else if (strcmp(words[0], "says") == 0)
        says(story, words, count);
    else if (strcmp(words[0], "changed") == 0)
        changed(story, words, count);
    else if (strcmp(words[0], "state") == 0)
        state(story, words);
    else if (strcmp(words[0], "slept") == 0)
        slept(story, words);
    else if (strcmp(words[0], "predecessor") == 0 || strcmp(words[0], "successor") == 0)
        related(story, words);
    else if (strcmp(words[0], "chain") == 0)
        chain(story, words[1]);
    else
        fail(story, "no such word:", words[0]);
}

static void read_lines(struct story *story, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *line = NULL;
    size_t size = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    while (getline(&line, &size, file) >= 0) {
        story->lines = realloc(story->lines, (story->count + 1) * sizeof *story->lines);
        story->lines[story->count++] = strdup(line);
    }
    free(line);
    fclose(file);
}

/* Judged again by the same catalogue and law, every filing of the story comes out as it did. */
static bool comes_out_otherwise(void *context, const struct reg_replay_difference *difference)
{
    const struct reg_replay_finding *first = difference->finding_count ? difference->findings : NULL;

    CHECK_CASE(false, "%s: replay: case %llu, %s -> %s, %zu findings (%c%s %s), %zu items", (const char *)context,
               (unsigned long long)difference->number, difference->before, difference->after, difference->finding_count,
               first && first->appears ? '+' : '-', first ? first->rule : "", first ? first->path : "",
               difference->item_count);
    return true;
}

static void replay_story(struct story *story)
{
    struct reg_replay_options options = REG_REPLAY_OPTIONS_INIT;
    struct reg_replay_result result = {0};
    int error = reg_replay(story->fixture.engine, &options, NULL, comes_out_otherwise, (void *)story->file, &result,
                           &story->fixture.info);

    CHECK_CASE(error == 0 && result.filings > 0, "%s: replay: %s", story->file, story->fixture.info.en);
}

/* The views made anew from the entries are the views that the story left. */
static void repair_story(struct story *story)
{
    const char *before = fixture_views(&story->fixture), *after;
    struct reg_check_result result;
    uint64_t entries = 0;

    CHECK_CASE(reg_ledger_repair_views(story->fixture.engine, NULL, NULL, &entries, &story->fixture.info) == 0, "%s: %s",
               story->file, story->fixture.info.en);
    after = fixture_views(&story->fixture);
    CHECK_CASE(before && after && strcmp(before, after) == 0, "%s: the views are others", story->file);
    CHECK_CASE(fixture_check(&story->fixture, &result) == 0 && result.entries == entries, "%s: repaired: %s", story->file,
               story->fixture.info.en);
}

static void run_story(const char *path, const char *file, enum reg_suite suite)
{
    struct story *story = calloc(1, sizeof *story);
    struct reg_check_result result;

    story->file = file;
    read_lines(story, path);
    CU_ASSERT_EQUAL_FATAL(fixture_start(&story->fixture, suite), 0);
    while (story->at < story->count)
        run_line(story);
    CHECK_CASE(fixture_check(&story->fixture, &result) == 0, "%s: the ledger: %s", file, story->fixture.info.en);
    replay_story(story);
    repair_story(story);
    fixture_end(&story->fixture);
    for (size_t i = 0; i < story->count; i++)
        free(story->lines[i]);
    free(story->lines);
    free(story);
}

static void test_lives(void)
{
    static const char folder[] = REG_SOURCE_DIR "/tests/engine/lives";
    DIR *listing = opendir(folder);
    struct dirent *entry;
    unsigned count = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(listing);
    while ((entry = readdir(listing)) != NULL) {
        char path[512];

        if (!strstr(entry->d_name, ".txt"))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        run_story(path, entry->d_name, count++ % 2 ? REG_SUITE_GM : REG_SUITE_INTL);
    }
    closedir(listing);
    CU_ASSERT(count > 0);
}

static CU_TestInfo tests[] = {{"lives", test_lives}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"life", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
