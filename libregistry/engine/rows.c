/* The rows of the views that an entry brings, made from the entry; walking through tables. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "engine/check.h"
#include "engine/terms.h"

#define PAGE 512

/* An entry that another one names. */
struct earlier {
    reg_pb_record *record; /* the public sections */
    reg_pb_entry_header *header;
    bool erased;
};

static int read_earlier(const struct reg_engine *engine, struct reg_store_reader *reader, uint64_t position,
                        struct reg_arena *arena, struct earlier *ret)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = position, .limit = 1};
    const struct reg_entry_row *row;
    int error = reg_query_wait(reader, &query);

    *ret = (struct earlier){NULL, NULL, false};
    if (error == 0 && (query.entry_count != 1 || query.entries[0].position != position))
        error = REG_ERR_CORRUPT;
    if (error == 0) {
        row = &query.entries[0];
        ret->erased = row->has_case && row->wrapped_key.len == 0;
        error = reg_record_decode(row->body, engine->facts.suite, NULL, arena, &ret->record);
        if (error == 0)
            error = reg_message_decode(&registry__v1__entry_header__descriptor, row->header, REG_UNKNOWN_REFUSE, arena,
                                       (ProtobufCMessage **)&ret->header, NULL);
    }
    reg_query_clear(&query);
    return error == 0 || error == REG_ERR_NOMEM || error == REG_ERR_UNAVAILABLE ? error : REG_ERR_CORRUPT;
}

/* The key of a name that is held. */
static int fill_key(const struct reg_licence_row *row, struct reg_arena *arena, const char **ret)
{
    if ((REG_STATE_NAMED >> row->state & 1) && row->name[0] && !(*ret = reg_name_key(row->name, arena)))
        return REG_ERR_NOMEM;
    return 0;
}

/* The entry of the revision before; without a record: it is the first. */
static int read_before(const struct reg_engine *engine, struct reg_store_reader *reader, uint64_t position,
                       const reg_pb_licence_record *licence, struct reg_arena *arena, struct earlier *ret)
{
    const reg_pb_licence_record *before;
    int error;

    *ret = (struct earlier){NULL, NULL, false};
    if (licence->before_case != REGISTRY__V1__LICENCE_RECORD__BEFORE_PREVIOUS)
        return 0;
    error = licence->previous < position ? read_earlier(engine, reader, licence->previous, arena, ret) : REG_ERR_CORRUPT;
    if (error != 0)
        return error;
    before = ret->record->licence;
    if (!before || strcmp(before->credit_code, licence->credit_code) != 0 || before->revision + 1 != licence->revision)
        return REG_ERR_CORRUPT;
    return 0;
}

/* The row and the terms that this revision replaces. */
static int fill_before(const struct reg_engine *engine, const reg_pb_licence_record *licence, const struct earlier *before,
                       struct reg_arena *arena, struct reg_entry_rows *rows)
{
    int error = reg_licence_terms_of(engine, NULL, before->record->licence, before->erased, arena, &rows->before_terms);

    reg_licence_row_of(before->record->licence, &rows->before);
    rows->before.position = licence->previous;
    rows->before.recorded = reg_day_of_time(before->header->time_ms);
    rows->replaces = true;
    return error == 0 ? fill_key(&rows->before, arena, &rows->before_key) : error;
}

/* A revision that printed no new licence goes on with the serial of the one before it. */
static void fill_serial(uint64_t position, const reg_pb_licence_record *licence, const reg_pb_licence_record *before,
                        struct reg_entry_rows *rows)
{
    if (licence->version == 0 || (before && before->version == licence->version)) /* 0: taken over, without a credential */
        return;
    rows->serial = (struct reg_serial_row){.serial = licence->serial, .position = position, .version = licence->version};
    memcpy(rows->serial.code, rows->licence.code, sizeof rows->serial.code);
    rows->append.serial = &rows->serial;
}

/* The name of the reservation that a revision used, and its holder's; both NULL: none. */
static int read_reservation(const struct reg_engine *engine, struct reg_store_reader *reader, uint64_t position,
                            struct reg_arena *arena, const char **ret_holder, const char **ret_name)
{
    struct earlier entry;
    int error;

    *ret_holder = *ret_name = NULL;
    if (position == 0)
        return 0;
    error = read_earlier(engine, reader, position, arena, &entry);
    if (error != 0)
        return error;
    if (!entry.record->name)
        return REG_ERR_CORRUPT;
    *ret_name = entry.record->name->name;
    *ret_holder = reg_arena_printf(arena, "%llu", (unsigned long long)position);
    return *ret_holder ? 0 : REG_ERR_NOMEM;
}

static int fill_names(const struct reg_engine *engine, struct reg_store_reader *reader, uint64_t position, int32_t day,
                      const reg_pb_licence_record *licence, const reg_pb_licence_record *before, struct reg_arena *arena,
                      struct reg_entry_rows *rows)
{
    struct reg_licence_row *was = before ? reg_arena_alloc(arena, sizeof *was) : NULL;
    int32_t ended = reg_name_ended(licence);
    struct reg_name_row *names;
    const char *holder, *reserved;
    int error = before && !was
                    ? REG_ERR_NOMEM
                    : read_reservation(engine, reader, licence->name_reservation, arena, &holder, &reserved);

    if (error != 0)
        return error;
    if (was)
        reg_licence_row_of(before, was);
    error = ended ? reg_name_rows_imported(engine, &rows->licence, ended, arena, &names, &rows->append.name_count)
                  : reg_name_rows(engine, was, &rows->licence, holder, reserved, arena, &names, &rows->append.name_count);
    if (error != 0)
        return error;
    rows->append.name_count = reg_name_rows_date(names, rows->append.name_count, ended, day);
    for (size_t i = 0; i < rows->append.name_count; i++)
        names[i].position = position;
    rows->append.names = names;
    return 0;
}

static int fill_licence(const struct reg_engine *engine, struct reg_store_reader *reader, uint64_t position,
                        int64_t time_ms, const reg_pb_licence_record *licence, struct reg_arena *arena,
                        struct reg_entry_rows *rows)
{
    const reg_pb_licence_record *before;
    struct earlier earlier;
    int error = read_before(engine, reader, position, licence, arena, &earlier);

    if (error != 0)
        return error;
    before = earlier.record ? earlier.record->licence : NULL;
    reg_licence_row_of(licence, &rows->licence);
    rows->licence.position = position;
    rows->licence.recorded = reg_day_of_time(time_ms);
    rows->append.licence = &rows->licence;
    error = fill_key(&rows->licence, arena, &rows->append.name_key);
    if (error == 0 && before)
        error = fill_before(engine, licence, &earlier, arena, rows);
    if (error != 0)
        return error;
    fill_serial(position, licence, before, rows);
    error = reg_licence_terms_of(engine, before, licence, rows->erased, arena, &rows->terms);
    if (error == 0)
        error = reg_licence_terms_of(engine, NULL, licence, rows->erased, arena, &rows->all_terms);
    if (error != 0)
        return error;
    rows->append.terms = &rows->terms;
    return fill_names(engine, reader, position, reg_day_of_time(time_ms), licence, before, arena, rows);
}

/* The row of a name that was reserved. */
static int fill_reservation(const struct reg_engine *engine, uint64_t position, const reg_pb_name_record *name,
                            struct reg_arena *arena, struct reg_entry_rows *rows)
{
    struct reg_name_row *row = reg_arena_alloc(arena, sizeof *row);
    char *holder = reg_arena_printf(arena, "%llu", (unsigned long long)position);
    int32_t until;
    int error;

    if (!row || !holder)
        return REG_ERR_NOMEM;
    if (!reg_day_parse(name->until, &until))
        return REG_ERR_CORRUPT;
    error = reg_name_row_fill(engine, holder, name->name, name->authority, REG_NAME_RESERVED, until + 1, arena, row);
    row->position = position;
    rows->append.names = row;
    rows->append.name_count = error == 0;
    return error;
}

/* Placed, or lifted; what it rests on is sealed. */
static int fill_restriction(const struct reg_engine *engine, uint64_t position, const reg_pb_record *record,
                            struct reg_arena *arena, struct reg_entry_rows *rows)
{
    int error;

    if (record->restriction->ends_case == REGISTRY__V1__RESTRICTION_RECORD__ENDS_LIFTS) {
        rows->append.lifts = record->restriction->lifts;
        return 0;
    }
    if (rows->erased)
        return 0;
    error = reg_restriction_row_of(engine, record, arena, &rows->restriction);
    rows->restriction.position = position;
    rows->append.restriction = &rows->restriction;
    return error;
}

static void fill_case(const struct reg_entry_row *row, const reg_pb_entry_header *header, const reg_pb_record *record,
                      struct reg_entry_rows *rows)
{
    reg_pb_case_state state = record->licence       ? REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED
                              : record->case_record ? record->case_record->state
                                                    : REGISTRY__V1__CASE_STATE__CASE_STATE_UNSPECIFIED;

    if (!row->has_case || state == REGISTRY__V1__CASE_STATE__CASE_STATE_UNSPECIFIED)
        return;
    rows->case_row = (struct reg_case_row){.number = row->case_number,
                                           .position = row->position,
                                           .state = (uint32_t)state,
                                           .authority = header->authority};
    snprintf(rows->case_row.code, sizeof rows->case_row.code, "%s", header->credit_code);
    rows->append.case_row = &rows->case_row;
}

static int fill_request(uint64_t position, const reg_pb_administration *administration, struct reg_entry_rows *rows)
{
    if (!administration || administration->request_id[0] == '\0')
        return 0;
    if (administration->request_digest.len != REG_DIGEST_LEN)
        return REG_ERR_CORRUPT;
    rows->request = (struct reg_request_row){
        .caller = administration->caller, .request_id = administration->request_id, .position = position};
    memcpy(rows->request.digest, administration->request_digest.data, REG_DIGEST_LEN);
    rows->append.request = &rows->request;
    return 0;
}

static int fill_catalogue(uint64_t position, const reg_pb_catalogue_record *catalogue, struct reg_entry_rows *rows)
{
    rows->catalogue = (struct reg_catalogue_row){.revision = catalogue->revision, .position = position};
    if (*catalogue->effective && !reg_day_parse(catalogue->effective, &rows->catalogue.effective))
        return REG_ERR_CORRUPT;
    rows->append.catalogue = &rows->catalogue;
    return 0;
}

int reg_entry_rows_of(const struct reg_engine *engine, struct reg_store_reader *reader, const struct reg_entry_row *row,
                      const reg_pb_entry_header *header, const reg_pb_record *record, struct reg_arena *arena,
                      struct reg_entry_rows *ret)
{
    int error = 0;

    *ret = (struct reg_entry_rows){.erased = row->has_case && row->wrapped_key.len == 0};
    ret->append.entry.position = row->position;
    if (record->licence)
        error = fill_licence(engine, reader, row->position, header->time_ms, record->licence, arena, ret);
    fill_case(row, header, record, ret);
    if (error == 0)
        error = fill_request(row->position, record->administration, ret);
    if (error == 0 && record->catalogue)
        error = fill_catalogue(row->position, record->catalogue, ret);
    if (error == 0 && record->name)
        error = fill_reservation(engine, row->position, record->name, arena, ret);
    if (error == 0 && record->restriction)
        error = fill_restriction(engine, row->position, record, arena, ret);
    return error;
}

int reg_entry_rows_read(const struct reg_engine *engine, struct reg_store_reader *reader, const struct reg_entry_row *row,
                        struct reg_arena *arena, struct reg_entry_rows *ret)
{
    uint8_t key[REG_CASE_KEY_LEN];
    struct reg_opened_entry opened = {0};
    ProtobufCMessage *header = NULL;
    reg_pb_record *record = NULL;
    int error = reg_entry_open(engine, row, key, &opened);

    if (error == 0)
        error = reg_message_decode(&registry__v1__entry_header__descriptor, row->header, REG_UNKNOWN_REFUSE, arena, &header,
                                   NULL);
    if (error == 0)
        error = reg_record_decode(row->body, engine->facts.suite, opened.case_key, arena, &record);
    reg_secret_wipe(key, sizeof key);
    if (error == 0)
        error = reg_entry_rows_of(engine, reader, row, (reg_pb_entry_header *)header, record, arena, ret);
    return error;
}

/* ---- walking ------------------------------------------------------------------------------------------------------- */

void reg_cursor_init(struct reg_cursor *cursor, struct reg_store_reader *reader, enum reg_table table)
{
    *cursor = (struct reg_cursor){.reader = reader, .table = table};
}

void reg_cursor_clear(struct reg_cursor *cursor)
{
    reg_query_clear(&cursor->page);
}

/* The page from the last row on, that row itself being the first of it. */
static int next_page(struct reg_cursor *cursor)
{
    static const struct reg_value least[3][REG_KEY_MAX] = {
        {{.kind = REG_VALUE_NUMBER, .number = INT64_MIN},
         {.kind = REG_VALUE_NUMBER, .number = INT64_MIN},
         {.kind = REG_VALUE_NUMBER, .number = INT64_MIN}},
        {{REG_VALUE_TEXT, 0, {(const uint8_t *)"", 0}}, {REG_VALUE_TEXT, 0, {(const uint8_t *)"", 0}}},
        {{.kind = REG_VALUE_NUMBER, .number = INT64_MIN}, {REG_VALUE_TEXT, 0, {(const uint8_t *)"", 0}}}};
    size_t key = cursor->table == REG_TABLE_LICENCE || cursor->table == REG_TABLE_REQUEST ? 1
                 : cursor->table == REG_TABLE_TERM                                        ? 2
                                                                                          : 0;
    struct reg_query page = {.kind = REG_QUERY_TABLE, .table = cursor->table, .limit = PAGE, .ahead = cursor->ahead};
    int error;

    page.key = cursor->started ? cursor->page.rows[cursor->page.row_count - 1] : least[key];
    error = reg_query_wait(cursor->reader, &page);
    page.key = NULL;
    cursor->at = cursor->started; /* the last row again, where it still stands */
    if (error == 0 && cursor->started && page.row_count > 0)
        for (unsigned i = 0; i < reg_table_keys(cursor->table); i++) {
            const struct reg_value *was = &cursor->page.rows[cursor->page.row_count - 1][i], *is = &page.rows[0][i];

            if (was->number != is->number || was->bytes.len != is->bytes.len ||
                (was->bytes.len > 0 && memcmp(was->bytes.data, is->bytes.data, was->bytes.len) != 0))
                cursor->at = 0;
        }
    cursor->started = true;
    cursor->ended = error != 0 || page.row_count < PAGE;
    reg_query_clear(&cursor->page);
    cursor->page = page;
    return error;
}

int reg_cursor_next(struct reg_cursor *cursor, const struct reg_value **ret_row)
{
    int error = 0;

    *ret_row = NULL;
    while (error == 0 && cursor->at >= cursor->page.row_count && !cursor->ended)
        error = next_page(cursor);
    if (error == 0 && cursor->at < cursor->page.row_count)
        *ret_row = cursor->page.rows[cursor->at++];
    return error;
}
