/* GetLicenceHistory, BatchGetLicences: a licence's revisions, from the newest back; and many licences as of one tree size.
 */
#include "engine/read.h"

#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "base/wire.h"
#include "crypto/digest.h"

#define PAGE_DEFAULT 20
#define PAGE_MAX     100
#define BATCH_MAX    100
#define PAGE_BYTES   ((size_t)1 << 20) /* a page ends with the entry that passes it */
#define BATCH_BYTES  ((size_t)3 << 20) /* what off-the-shelf clients take is 4 MiB */

static int check_code(struct read *read, const char *code)
{
    enum reg_code_reason reason;

    if (reg_code_check(code, strlen(code), &reason) == REG_VERDICT_INVALID)
        return reg_fail(&read->info, REG_ERR_INVALID, "统一社会信用代码“%.40s”无效：%s",
                        "credit code \"%.40s\" is invalid (%s)", code, reg_code_reason_name(reason));
    return 0;
}

static void as_of(const struct read *read, uint64_t size, reg_pb_tree_size *ret)
{
    registry__v1__tree_size__init(ret);
    ret->registry_id = (ProtobufCBinaryData){sizeof read->engine->facts.id, read->engine->facts.id};
    ret->size = size;
}

/* Appends `field` under that number, and clears it. */
static int put_field(struct reg_buf *buf, unsigned number, struct reg_buf *field)
{
    int error = field->error;

    if (error == 0)
        reg_wire_put_bytes(buf, number, reg_buf_bytes(field));
    reg_buf_clear(field);
    return error != 0 ? error : buf->error;
}

/* ---- GetLicenceHistory --------------------------------------------------------------------------------------------- */

/* The walk from a licence's newest revision back. */
struct walk {
    struct read *read;
    const reg_pb_get_licence_history_request *request;
    uint64_t position; /* of the revision to be read next; 0: none, for no licence stands there */
    size_t count;      /* revisions given */
    bool begun;        /* the first one to be given was reached */
};

/* An entry of the walk, open. */
struct step {
    const struct reg_entry_row *row;
    const reg_pb_entry_header *header;
    const reg_pb_licence_record *licence;
};

/* Was the revision there at the point that is asked for? */
static bool was_there(const struct walk *walk, const struct step *step)
{
    switch (walk->request->at_case) {
    case REGISTRY__V1__GET_LICENCE_HISTORY_REQUEST__AT_TREE_SIZE:
        return step->row->position < walk->request->tree_size;
    case REGISTRY__V1__GET_LICENCE_HISTORY_REQUEST__AT_TIME_MS:
        return step->header->time_ms <= walk->request->time_ms;
    default:
        return true;
    }
}

static int put_entry(struct walk *walk, const struct step *step, struct reg_buf *buf)
{
    struct reg_buf view = REG_BUF_INIT;
    struct reg_opened_entry opened;
    uint8_t key[REG_CASE_KEY_LEN];
    int error = reg_entry_open(walk->read->engine, step->row, key, &opened);

    if (error == 0)
        error = reg_view_build(walk->read->engine->facts.suite, opened.header, opened.body, &walk->read->grant,
                               opened.case_key, &view);
    reg_secret_wipe(key, sizeof key);
    if (error != 0) {
        reg_buf_clear(&view);
        return error;
    }
    return put_field(buf, 10, &view);
}

static int put_revision(struct walk *walk, const struct step *step, struct reg_buf *buf)
{
    reg_pb_licence_revision revision = REGISTRY__V1__LICENCE_REVISION__INIT;
    struct reg_buf field = REG_BUF_INIT;
    char day[REG_DAY_TEXT];
    int error = 0;

    reg_day_format(reg_day_of_time(step->header->time_ms), day);
    revision.position = step->row->position;
    revision.revision = step->licence->revision;
    revision.version = step->licence->version;
    revision.serial = step->licence->serial;
    revision.kind = step->licence->kind;
    revision.state = step->licence->state;
    revision.time_ms = step->header->time_ms;
    revision.day = day;
    revision.n_changes = step->licence->n_changes;
    revision.changes = step->licence->changes;
    reg_message_encode(&revision.base, &field);
    if (walk->request->with_entries)
        error = put_entry(walk, step, &field);
    if (error != 0) {
        reg_buf_clear(&field);
        return error;
    }
    walk->count++;
    return put_field(buf, 1, &field);
}

/* Decodes an entry that should be a revision of the licence. */
static int open_step(struct walk *walk, const struct reg_entry_row *row, struct reg_arena *arena, struct step *ret)
{
    struct read *read = walk->read;
    ProtobufCMessage *header;
    reg_pb_record *record;
    int error = reg_entry_read_public(read->engine, row, arena, &record, &read->info);

    if (error == 0)
        error = reg_message_decode(&registry__v1__entry_header__descriptor, row->header, REG_UNKNOWN_REFUSE, arena, &header,
                                   NULL);
    if (error != 0)
        return error;
    *ret = (struct step){row, (reg_pb_entry_header *)header, record->licence};
    if (!record->licence || strcmp(record->licence->credit_code, walk->request->credit_code) != 0)
        return reg_fail(&read->info, REG_ERR_INVALID, "条目 %llu 不是执照 %s 的", "entry %llu is not one of licence %s",
                        (unsigned long long)row->position, walk->request->credit_code);
    return 0;
}

/* Reads the revision at `position`, gives it where it is asked for, and goes back by one. */
static int go_back(struct walk *walk, struct reg_buf *buf)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = walk->position, .limit = 1};
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    struct step step;
    int error = arena ? reg_query_wait(walk->read->store, &query) : REG_ERR_NOMEM;

    if (error == 0 && (query.entry_count != 1 || query.entries[0].position != walk->position))
        error = reg_fail(&walk->read->info, REG_ERR_NOT_FOUND, "没有条目 %llu", "there is no entry %llu",
                         (unsigned long long)walk->position);
    if (error == 0)
        error = open_step(walk, &query.entries[0], arena, &step);
    if (error == 0) {
        walk->begun = walk->begun || was_there(walk, &step);
        walk->position =
            step.licence->before_case == REGISTRY__V1__LICENCE_RECORD__BEFORE_PREVIOUS ? step.licence->previous : 0;
        if (walk->begun)
            error = put_revision(walk, &step, buf);
    }
    reg_query_clear(&query);
    reg_arena_free(arena);
    return error;
}

/* Where the walk starts: at the page that is asked for, or at the newest revision. */
static int start_walk(struct walk *walk)
{
    const struct read *read = walk->read;

    if (read->query.licence_count == 0)
        return reg_fail(&walk->read->info, REG_ERR_NOT_FOUND, "本登记库没有代码 %s 的执照",
                        "this registry has no licence of code %s", walk->request->credit_code);
    walk->position = walk->request->from_position ? walk->request->from_position : read->query.licences[0].position;
    walk->begun = walk->request->from_position != 0;
    return 0;
}

static int answer_history(struct read *read, struct reg_buf *buf)
{
    const reg_pb_get_licence_history_request *request = (reg_pb_get_licence_history_request *)read->message;
    reg_pb_get_licence_history_response response = REGISTRY__V1__GET_LICENCE_HISTORY_RESPONSE__INIT;
    struct walk walk = {.read = read, .request = request};
    size_t page = request->page_size ? request->page_size : PAGE_DEFAULT;
    reg_pb_tree_size size;
    int error = start_walk(&walk);

    while (error == 0 && walk.position != 0 && walk.count < page && buf->len < PAGE_BYTES)
        error = go_back(&walk, buf);
    if (error == 0 && walk.count == 0)
        error = reg_fail(&read->info, REG_ERR_NOT_FOUND, "那时还没有代码 %s 的执照", "there was no licence of code %s then",
                         request->credit_code);
    if (error != 0)
        return error;
    as_of(read, read->query.head.size, &size);
    response.next_position = walk.position;
    response.as_of = &size;
    reg_message_encode(&response.base, buf);
    return buf->error;
}

void reg_get_licence_history(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                             reg_read_callback done, void *context)
{
    struct read *read = read_new(reader, caller, &registry__v1__get_licence_history_request__descriptor, message,
                                 answer_history, done, context);
    const reg_pb_get_licence_history_request *request;
    int error;

    if (!read)
        return;
    request = (reg_pb_get_licence_history_request *)read->message;
    error = check_code(read, request->credit_code);
    if (error == 0 && request->page_size > PAGE_MAX)
        error = reg_fail(&read->info, REG_ERR_INVALID, "page_size 应为 1 至 %d", "page_size is 1 to %d", PAGE_MAX);
    if (error != 0) {
        read_end(read, error);
        return;
    }
    read->query.kind = REG_QUERY_LICENCES;
    read->query.codes = (const char *const *)&request->credit_code;
    read->query.code_count = 1;
    read_start(read); /* the walk itself reads more than once, each time waiting: an entry never changes */
}

/* ---- BatchGetLicences ---------------------------------------------------------------------------------------------- */

static int put_found(struct read *read, size_t at, struct reg_buf *buf)
{
    struct reg_buf licence = REG_BUF_INIT;
    struct reg_opened_entry entry;
    uint8_t key[REG_CASE_KEY_LEN];
    int error = reg_entry_open(read->engine, &read->query.entries[at], key, &entry);

    if (error == 0)
        error = reg_answer_licence(read->engine, &entry, &read->query.licences[at], &read->grant, read->query.head.size,
                                   &licence);
    reg_secret_wipe(key, sizeof key);
    if (error != 0) {
        reg_buf_clear(&licence);
        return error;
    }
    return put_field(buf, 3, &licence);
}

/* The store gives those that it has in the order in which they are asked for. */
static int answer_batch(struct read *read, struct reg_buf *buf)
{
    const reg_pb_batch_get_licences_request *request = (reg_pb_batch_get_licences_request *)read->message;
    reg_pb_batch_get_licences_response response = REGISTRY__V1__BATCH_GET_LICENCES_RESPONSE__INIT;
    reg_pb_tree_size size;
    size_t at = 0;

    if (read->query.entry_count != read->query.licence_count)
        return reg_fail(&read->info, REG_ERR_CORRUPT, "登记库缺少执照的条目", "the store lacks the entry of a licence");
    for (size_t i = 0; i < request->n_credit_codes; i++) {
        reg_pb_batch_licence one = REGISTRY__V1__BATCH_LICENCE__INIT;
        struct reg_buf field = REG_BUF_INIT;
        int error = 0;

        one.credit_code = request->credit_codes[i];
        one.found = at < read->query.licence_count && strcmp(read->query.licences[at].code, one.credit_code) == 0;
        reg_message_encode(&one.base, &field);
        if (one.found)
            error = put_found(read, at++, &field);
        if (error != 0) {
            reg_buf_clear(&field);
            return error;
        }
        error = put_field(buf, 1, &field);
        if (error != 0)
            return error;
        if (buf->len > BATCH_BYTES)
            return reg_fail(&read->info, REG_ERR_LIMIT, "答复过大，请减少代码", "the answer is too large: ask for fewer");
    }
    as_of(read, read->query.head.size, &size);
    response.as_of = &size;
    reg_message_encode(&response.base, buf);
    return buf->error;
}

void reg_batch_get_licences(struct reg_reader *reader, const struct reg_caller *caller, struct reg_bytes message,
                            reg_read_callback done, void *context)
{
    struct read *read = read_new(reader, caller, &registry__v1__batch_get_licences_request__descriptor, message,
                                 answer_batch, done, context);
    const reg_pb_batch_get_licences_request *request;
    int error = 0;

    if (!read)
        return;
    request = (reg_pb_batch_get_licences_request *)read->message;
    if (request->n_credit_codes < 1 || request->n_credit_codes > BATCH_MAX)
        error =
            reg_fail(&read->info, REG_ERR_INVALID, "credit_codes 应为 1 至 %d 个", "credit_codes are 1 to %d", BATCH_MAX);
    for (size_t i = 0; error == 0 && i < request->n_credit_codes; i++)
        error = check_code(read, request->credit_codes[i]);
    if (error != 0) {
        read_end(read, error);
        return;
    }
    read->query.kind = REG_QUERY_LICENCES;
    read->query.codes = (const char *const *)request->credit_codes;
    read->query.code_count = request->n_credit_codes;
    read->query.with_entries = true;
    read_start(read);
}
