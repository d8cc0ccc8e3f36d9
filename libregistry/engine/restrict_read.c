/* Restrictions that stand: whose a filing's rules look at, and listing them. */
#include "engine/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "filing/restrictions.h"

#define PAGE_DEFAULT 50
#define PAGE_MAX     500

int reg_sources_parse(const char *list, struct reg_connected_sources *ret, struct reg_error_info *info)
{
    *ret = (struct reg_connected_sources){.configured = list != NULL};
    while (list && *list) {
        size_t len = strcspn(list, ", ");
        const struct reg_restriction_source *source = reg_restriction_source_find(list, len);

        bool all = len == 3 && memcmp(list, "all", len) == 0, none = len == 4 && memcmp(list, "none", len) == 0;

        if (len > 0 && !source && !all && !none)
            return reg_fail(info, REG_ERR_INVALID, "没有名为“%.*s”的限制来源", "there is no source \"%.*s\" of restrictions",
                            (int)len, list);
        if (source)
            ret->mask |= 1u << source->source;
        else if (all)
            ret->mask = UINT32_MAX;
        list += len + (list[len] != '\0');
    }
    return 0;
}

/* ---- subjects ------------------------------------------------------------------------------------------------------ */

int reg_person_subject(const struct reg_engine *engine, const reg_pb_id_document *id, struct reg_arena *arena,
                       const char **ret)
{
    uint8_t kind = (uint8_t)id->kind, digest[REG_DIGEST_LEN];
    char *number = reg_arena_strdup(arena, id->number), *to = number;
    char *text = reg_arena_alloc(arena, 2 * REG_DIGEST_LEN + 1);
    int error;

    if (!number || !text)
        return REG_ERR_NOMEM;
    for (const char *at = number; *at; at++) /* as numbers are compared: without spaces, in capitals */
        if (*at != ' ')
            *to++ = *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
    *to = '\0';
    error = reg_digest(engine->facts.suite,
                       (struct reg_bytes[]){{engine->facts.id, sizeof engine->facts.id},
                                            {&kind, 1},
                                            {(const uint8_t *)number, (size_t)(to - number)}},
                       3, digest);
    for (size_t i = 0; i < REG_DIGEST_LEN && error == 0; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    *ret = text;
    return error;
}

/* The subject first (or an empty text), then two for each person: document and credit code, empty where there is none. */
int reg_restriction_subjects(const struct reg_engine *engine, struct reg_preparation *prep)
{
    const reg_pb_filing *filing = prep->whole;
    size_t count = 0;
    int error = 0;

    prep->subjects = reg_arena_alloc(prep->work, (2 * filing->n_persons + 1) * sizeof *prep->subjects);
    if (!prep->subjects)
        return REG_ERR_NOMEM;
    prep->subjects[count++] = filing->credit_code;
    for (size_t i = 0; i < filing->n_persons && error == 0; i++) {
        const reg_pb_person *person = filing->persons[i];

        prep->subjects[count] = "";
        if (person->id && person->id->number[0])
            error = reg_person_subject(engine, person->id, prep->work, &prep->subjects[count]);
        count++;
        prep->subjects[count++] = person->credit_code;
    }
    prep->subject_count = count;
    return error;
}

static void view_of(const struct reg_restriction_row *row, uint32_t person, struct reg_restriction_view *ret)
{
    *ret = (struct reg_restriction_view){.source = (reg_pb_restriction_source)row->source,
                                         .person = person,
                                         .since = row->since,
                                         .until = row->until,
                                         .blocks = row->blocks,
                                         .unreachable = row->unreachable,
                                         .basis = row->basis};
}

static int compare_rows(const void *a, const void *b)
{
    const struct reg_restriction_row *left = a, *right = b;
    int order = strcmp(left->subject, right->subject);

    return order != 0 ? order : left->position < right->position ? -1 : left->position > right->position;
}

/* The restrictions by subject, each once: a subject that was asked for twice has its rows twice. */
static int distinct_rows(const struct reg_query *query, struct reg_arena *arena, struct reg_restriction_row **ret,
                         size_t *ret_count)
{
    struct reg_restriction_row *rows = reg_arena_alloc(arena, (query->restriction_count + 1) * sizeof *rows);
    size_t count = 0;

    if (!rows)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < query->restriction_count; i++)
        rows[i] = query->restrictions[i];
    qsort(rows, query->restriction_count, sizeof *rows, compare_rows);
    for (size_t i = 0; i < query->restriction_count; i++)
        if (count == 0 || rows[i].position != rows[count - 1].position)
            rows[count++] = rows[i];
    for (size_t i = 0; i < count; i++)
        if (!(rows[i].basis = reg_arena_strdup(arena, rows[i].basis))) /* outlives the query */
            return REG_ERR_NOMEM;
    *ret = rows;
    *ret_count = count;
    return 0;
}

/* Where the rows of a subject begin. */
static size_t find_rows(const struct reg_restriction_row *rows, size_t count, const char *subject)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(rows[middle].subject, subject) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The views of every subject's rows, in the order of the subjects; with no room given they are counted. */
static size_t put_views(const struct reg_preparation *prep, const struct reg_restriction_row *rows, size_t row_count,
                        struct reg_restriction_view *views)
{
    size_t count = 0;

    for (size_t i = 0; i < prep->subject_count; i++) {
        uint32_t person = i > 0 ? prep->whole->persons[(i - 1) / 2]->number : 0;

        for (size_t j = find_rows(rows, row_count, prep->subjects[i]);
             j < row_count && strcmp(rows[j].subject, prep->subjects[i]) == 0; j++, count++)
            if (views)
                view_of(&rows[j], person, &views[count]);
    }
    return count;
}

int reg_restriction_view_fill(const struct reg_query *query, struct reg_preparation *prep)
{
    struct reg_restriction_row *rows = NULL;
    size_t row_count = 0, count;
    struct reg_restriction_view *views;
    int error = distinct_rows(query, prep->work, &rows, &row_count);

    if (error != 0)
        return error;
    count = put_views(prep, rows, row_count, NULL);
    views = reg_arena_alloc(prep->work, (count + 1) * sizeof *views);
    if (!views)
        return REG_ERR_NOMEM;
    prep->view.restrictions = views;
    prep->view.restriction_count = put_views(prep, rows, row_count, views);
    prep->restriction_count = query->restriction_count;
    return 0;
}

/* ---- ListRestrictions ---------------------------------------------------------------------------------------------- */

/* What the entry says of the restriction: the row has no document and no note. */
static int fill_restriction(struct read *read, const struct reg_restriction_row *row, reg_pb_restriction *ret)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = row->position, .limit = 1};
    struct reg_opened_entry opened;
    uint8_t key[REG_CASE_KEY_LEN];
    reg_pb_record *record = NULL;
    int error = reg_query_wait(read->store, &query);

    if (error == 0 && (query.entry_count == 0 || query.entries[0].position != row->position))
        error = REG_ERR_CORRUPT;
    if (error == 0)
        error = reg_entry_open(read->engine, &query.entries[0], key, &opened);
    if (error == 0)
        error = reg_record_decode(opened.body, read->engine->facts.suite, opened.case_key, read->arena, &record);
    if (error == 0 && !record->restriction)
        error = REG_ERR_CORRUPT;
    reg_secret_wipe(key, sizeof key);
    reg_query_clear(&query);
    if (error != 0)
        return error;
    registry__v1__restriction__init(ret);
    ret->position = row->position;
    ret->source = record->restriction->source;
    ret->credit_code = record->restriction->credit_code;
    ret->since = record->restriction->since;
    ret->until = record->restriction->until;
    ret->n_blocks = record->restriction->n_blocks;
    ret->blocks = record->restriction->blocks;
    ret->address_unreachable = record->restriction->address_unreachable;
    ret->basis = record->administration ? record->administration->basis : ret->basis;
    ret->note = record->administration ? record->administration->note : ret->note;
    ret->person = record->n_identities > 0 ? record->identities[0]->id : NULL;
    return 0;
}

static int add_listed(struct read *read, const struct reg_restriction_row *row, reg_pb_list_restrictions_response *response)
{
    reg_pb_listed_restriction *listed = reg_arena_alloc(read->arena, sizeof *listed);
    reg_pb_restriction *restriction = reg_arena_alloc(read->arena, sizeof *restriction);
    int error = listed && restriction ? fill_restriction(read, row, restriction) : REG_ERR_NOMEM;

    if (error != 0)
        return error;
    registry__v1__listed_restriction__init(listed);
    listed->restriction = restriction;
    listed->lifted = row->lifted != 0;
    listed->lifted_by = row->lifted;
    response->restrictions[response->n_restrictions++] = listed;
    return 0;
}

static int answer_list(struct read *read, struct reg_buf *buf)
{
    const reg_pb_list_restrictions_request *request = (reg_pb_list_restrictions_request *)read->message;
    size_t page = request->page_size ? request->page_size : PAGE_DEFAULT;
    reg_pb_list_restrictions_response response = REGISTRY__V1__LIST_RESTRICTIONS_RESPONSE__INIT;
    reg_pb_tree_size as_of = REGISTRY__V1__TREE_SIZE__INIT;
    int error = 0;

    response.restrictions = reg_arena_alloc(read->arena, (page + 1) * sizeof *response.restrictions);
    if (!response.restrictions)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < read->query.restriction_count && i < page && error == 0; i++)
        error = add_listed(read, &read->query.restrictions[i], &response);
    if (error != 0)
        return error;
    if (read->query.restriction_count > page) /* one more was asked of the store than is given */
        response.next_before = read->query.restrictions[page - 1].position;
    as_of.registry_id = (ProtobufCBinaryData){sizeof read->engine->facts.id, read->engine->facts.id};
    as_of.size = read->query.head.size;
    response.as_of = &as_of;
    reg_message_encode(&response.base, buf);
    return buf->error;
}

static int ask_list(struct read *read)
{
    const reg_pb_list_restrictions_request *request = (reg_pb_list_restrictions_request *)read->message;
    const char **subject = reg_arena_alloc(read->arena, sizeof *subject);
    int error = subject ? 0 : REG_ERR_NOMEM;

    if (request->page_size > PAGE_MAX)
        return reg_fail(&read->info, REG_ERR_INVALID, "page_size 应为 1 至 %d", "page_size is 1 to %d", PAGE_MAX);
    if (error == 0 && request->person)
        error = reg_person_subject(read->engine, request->person, read->arena, subject);
    else if (error == 0)
        *subject = request->credit_code;
    read->query.kind = REG_QUERY_RESTRICTIONS;
    read->query.subjects = subject;
    read->query.subject_count = request->person || request->credit_code[0] ? 1 : 0;
    read->query.with_lifted = request->lifted;
    read->query.number = request->before ? request->before : UINT64_MAX;
    read->query.limit = (request->page_size ? request->page_size : PAGE_DEFAULT) + 1;
    return error;
}

void reg_list_restrictions(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                           reg_read_callback done, void *context)
{
    struct read *read =
        read_new(reader, caller, &registry__v1__list_restrictions_request__descriptor, message, answer_list, done, context);
    int error;

    if (!read || !read_may_file(read))
        return;
    error = ask_list(read);
    if (error != 0)
        read_end(read, error);
    else
        read_start(read);
}
