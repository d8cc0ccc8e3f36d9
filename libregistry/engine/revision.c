#include "engine/revision.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/error.h"

int reg_revision_new(unsigned number, int32_t effective, struct reg_catalogue *catalogue, struct reg_revision **ret)
{
    struct reg_revision *revision = calloc(1, sizeof *revision);

    if (!revision)
        return REG_ERR_NOMEM;
    *revision = (struct reg_revision){.number = number, .effective = effective, .catalogue = catalogue};
    *ret = revision;
    return 0;
}

void reg_revision_free(struct reg_revision *revision)
{
    if (!revision)
        return;
    reg_catalogue_free(revision->catalogue);
    free(revision);
}

static struct reg_bytes bytes_of(const ProtobufCBinaryData *data)
{
    return (struct reg_bytes){data->data, data->len};
}

int reg_revision_read(const reg_pb_catalogue_record *record, struct reg_revision **ret, struct reg_error_info *info)
{
    struct reg_bytes scope_terms = bytes_of(&record->scope_terms_csv);
    struct reg_catalogue *catalogue = NULL;
    int32_t effective = 0;
    int error;

    if (scope_terms.len == 0) /* an entry from before there was such a list */
        scope_terms = (struct reg_bytes){NULL, 0};
    if (*record->effective && !reg_day_parse(record->effective, &effective))
        return REG_ERR_CORRUPT;
    error = reg_catalogue_parse(bytes_of(&record->items_csv), bytes_of(&record->facts_csv), bytes_of(&record->materials_csv),
                                scope_terms, &catalogue, info);
    if (error == 0)
        error = reg_revision_new(record->revision, effective, catalogue, ret);
    if (error != 0)
        reg_catalogue_free(catalogue);
    return error;
}

const struct reg_revision *reg_revision_newest(const struct reg_engine *engine)
{
    return atomic_load_explicit(&engine->newest, memory_order_acquire);
}

const struct reg_revision *reg_revision_as_of(const struct reg_engine *engine, int32_t day, uint64_t position)
{
    const struct reg_revision *revision = reg_revision_newest(engine);

    while (revision->before && (revision->effective > day || revision->position >= position))
        revision = revision->before;
    return revision;
}

const struct reg_revision *reg_revision_on(const struct reg_engine *engine, int32_t day)
{
    return reg_revision_as_of(engine, day, UINT64_MAX);
}

const struct reg_revision *reg_revision_today(const struct reg_engine *engine)
{
    return reg_revision_on(engine, reg_day_of_time(engine->host.now(engine->host.context)));
}

const struct reg_revision *reg_revision_of(const struct reg_engine *engine, unsigned number)
{
    const struct reg_revision *revision = reg_revision_newest(engine);

    while (revision && revision->number != number)
        revision = revision->before;
    return revision;
}

/* Exchanges the newest for one that stands on it. */
static bool add_behind(struct reg_engine *engine, struct reg_revision *newest, struct reg_revision *revision)
{
    return atomic_compare_exchange_strong_explicit(&engine->newest, &newest, revision, memory_order_acq_rel,
                                                   memory_order_acquire);
}

bool reg_revision_add(struct reg_engine *engine, struct reg_revision *revision)
{
    struct reg_revision *newest = atomic_load_explicit(&engine->newest, memory_order_acquire);

    if ((newest ? newest->number : 0) + 1 != revision->number)
        return false;
    revision->before = newest;
    return add_behind(engine, newest, revision);
}

static int read_revision(const struct reg_engine *engine, struct reg_store_reader *reader,
                         const struct reg_catalogue_row *row, struct reg_revision **ret, struct reg_error_info *info)
{
    struct reg_query query = {.kind = REG_QUERY_ENTRIES, .from = row->position, .limit = 1};
    struct reg_arena *arena = reg_arena_new(REG_MESSAGE_BUDGET);
    reg_pb_record *record;
    int error = arena ? reg_query_wait(reader, &query) : REG_ERR_NOMEM;

    if (error == 0)
        error = query.entry_count == 1 ? reg_entry_read_public(engine, &query.entries[0], arena, &record, info)
                                       : REG_ERR_CORRUPT;
    if (error == 0)
        error = record->catalogue && record->catalogue->revision == row->revision
                    ? reg_revision_read(record->catalogue, ret, info)
                    : REG_ERR_CORRUPT;
    if (error == REG_ERR_CORRUPT)
        reg_fail(info, error, "目录第 %u 版无法读取", "revision %u of the catalogue cannot be read",
                 (unsigned)row->revision);
    reg_query_clear(&query);
    reg_arena_free(arena);
    return error;
}

int reg_revisions_catch_up(struct reg_engine *engine, struct reg_store_reader *reader, struct reg_error_info *info)
{
    struct reg_revision *known = atomic_load_explicit(&engine->newest, memory_order_acquire), *made = known;
    struct reg_query query = {.kind = REG_QUERY_CATALOGUES, .number = known->number};
    int error = reg_query_wait(reader, &query);

    for (size_t i = 0; i < query.catalogue_count && error == 0; i++) {
        struct reg_revision *revision = NULL;

        error = read_revision(engine, reader, &query.catalogues[i], &revision, info);
        if (error == 0) {
            revision->position = query.catalogues[i].position;
            revision->before = made;
            made = revision;
        }
    }
    reg_query_clear(&query);
    if (error == 0 && made != known && add_behind(engine, known, made))
        return 0;
    while (made != known) { /* it failed, or another thread was faster */
        struct reg_revision *before = made->before;

        reg_revision_free(made);
        made = before;
    }
    return error;
}
