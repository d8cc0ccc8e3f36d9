/* The codes that were allotted, for the return to the national code centre: read off the ledger, page by page. */
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/message.h"

#define PAGE 256

/* A page: the codes that its entries allotted. */
struct page {
    struct reg_reader *reader;
    struct reg_allotted_code codes[PAGE];
    size_t count;
};

static const char *const states[] = {"",         "existing", "dormant", "revoked", "ordered closed", "deregistered",
                                     "annulled", "moved out"};

/* Taken over from an existing register under its own code; one that had but a registration number was given a code here. */
static bool came_with_code(const reg_pb_licence_record *licence)
{
    return licence->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_IMPORT && !licence->code_allotted;
}

/* A first revision has a code of this registry, unless its entity came from elsewhere with its own. */
static bool allots(const reg_pb_record *record)
{
    return record->licence && record->licence->revision == 1 &&
           record->licence->kind != REGISTRY__V1__FILING_KIND__FILING_KIND_MOVE_IN && !came_with_code(record->licence) &&
           strlen(record->licence->credit_code) == REG_CODE_LEN;
}

static int take_entry(struct page *page, const struct reg_entry_row *row, struct reg_error_info *info)
{
    struct reg_allotted_code *code = &page->codes[page->count];
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    ProtobufCMessage *header;
    reg_pb_record *record;
    int error = arena ? reg_entry_read_public(page->reader->engine, row, arena, &record, info) : REG_ERR_NOMEM;

    if (error == 0 && allots(record))
        error = reg_message_decode(&registry__v1__entry_header__descriptor, row->header, REG_UNKNOWN_REFUSE, arena, &header,
                                   NULL);
    if (error == 0 && allots(record)) {
        *code = (struct reg_allotted_code){.authority = record->licence->authority,
                                           .position = row->position,
                                           .time_ms = ((reg_pb_entry_header *)header)->time_ms};
        memcpy(code->code, record->licence->credit_code, REG_CODE_LEN);
        memcpy(code->subject, record->licence->credit_code + 8, 9);
        reg_day_format(reg_day_of_time(code->time_ms), code->day);
        page->count++;
    }
    reg_arena_free(arena);
    return error;
}

/* Names and states as they are now, and out with them. False in `*ret_on`: the callback has had enough. */
static int give(struct page *page, reg_code_callback callback, void *context, bool *ret_on, struct reg_error_info *info)
{
    const char *codes[PAGE];
    struct reg_query query = {.kind = REG_QUERY_LICENCES, .codes = codes, .code_count = page->count};
    int error;

    for (size_t i = 0; i < page->count; i++)
        codes[i] = page->codes[i].code;
    error = reg_query_wait(page->reader->store, &query);
    for (size_t i = 0; i < page->count && error == 0 && *ret_on; i++) {
        struct reg_allotted_code *code = &page->codes[i];

        if (query.licence_count != page->count || strcmp(query.licences[i].code, code->code) != 0) {
            error = reg_fail(info, REG_ERR_CORRUPT, "登记库缺少代码 %s 的执照", "the register lacks the licence of code %s",
                             code->code);
            break;
        }
        code->name = query.licences[i].name;
        code->state = query.licences[i].state < sizeof states / sizeof *states ? states[query.licences[i].state] : "";
        *ret_on = callback(context, code);
    }
    reg_query_clear(&query);
    return error;
}

/* One page of entries from `*at`, which goes on. */
static int export_page(struct page *page, uint64_t *at, uint64_t until, bool *ret_end, struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = *at, .limit = PAGE};
    int error = reg_query_wait(page->reader->store, &query);

    page->count = 0;
    *ret_end = query.entry_count == 0;
    for (size_t i = 0; i < query.entry_count && error == 0 && !*ret_end; i++) {
        *ret_end = until != 0 && query.entries[i].position >= until;
        if (!*ret_end)
            error = take_entry(page, &query.entries[i], info);
        *at = query.entries[i].position + 1;
    }
    reg_query_clear(&query);
    return error;
}

int reg_codes_export(struct reg_reader *reader, uint64_t from, uint64_t until, reg_code_callback code, void *context,
                     struct reg_error_info *info)
{
    struct page *page;
    bool end = false, on = true;
    int error = 0;

    if (reader->engine->facts.role != REG_ROLE_REGISTRAR)
        return reg_fail(info, REG_ERR_UNSUPPORTED, "节点不赋码", "a node allots no codes");
    page = calloc(1, sizeof *page);
    if (!page)
        return REG_ERR_NOMEM;
    page->reader = reader;
    while (error == 0 && on && !end) {
        error = export_page(page, &from, until, &end, info);
        if (error == 0 && page->count > 0)
            error = give(page, code, context, &on, info);
    }
    free(page);
    return error;
}
