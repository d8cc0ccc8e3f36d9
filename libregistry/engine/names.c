/* Names near a name: what is asked of the index, what of its answer the rules see, and the rows that a revision writes. */
#include "engine/internal.h"

#include <string.h>

#include "base/date.h"
#include "catalogue/entity_type.h"

#define NAME_MAX_BYTES 300 /* longer is no name: B02 and B22 say so */
#define SIMILAR_SHOWN  20
#define MONTHS_IN_YEAR 12

/* A branch's trade name is its parent's: it is no other than that one, and none is asked for. */
static bool compared(const char *name, uint32_t type)
{
    const struct reg_entity_type *known = reg_entity_type_find(type);
    size_t len = name ? strlen(name) : 0;

    return len > 0 && len <= NAME_MAX_BYTES && !(known && known->family == REG_FAMILY_BRANCH);
}

/* Every name of a registry is taken apart with the same hint, so that the index and who asks it agree. */
static void profile_of(const struct reg_engine *engine, const char *name, struct reg_name_profile *ret)
{
    const struct reg_name_hints hints = {.seat = engine->facts.authority};

    reg_name_profile(name, &hints, ret);
}

void reg_name_need_fill(const struct reg_engine *engine, const char *name, uint32_t type, struct reg_name_need *ret)
{
    *ret = (struct reg_name_need){.engine = engine, .day = reg_day_of_time(engine->host.now(engine->host.context))};
    if (!compared(name, type))
        return;
    ret->wanted = true;
    profile_of(engine, name, &ret->profile);
    reg_name_keys(&ret->profile, &ret->keys);
}

void reg_name_need_ask(struct reg_name_need *need, bool again, struct reg_query *query)
{
    query->reservation = need->reservation;
    if (!need->wanted)
        return;
    need->probe = (struct reg_name_probe){.keys = need->keys.keys,
                                          .count = need->keys.count,
                                          .sure = need->keys.sure,
                                          .industry = need->keys.industry,
                                          .day = need->day};
    if (again && need->probe.count > 1) /* the key of the trade name itself */
        need->probe.count = need->probe.sure = 1;
    query->probe = &need->probe;
}

size_t reg_name_need_equal(const struct reg_name_need *need, const struct reg_query *query)
{
    size_t count = 0;

    for (size_t i = 0; need->wanted && i < query->name_count; i++) {
        struct reg_name_profile other;

        profile_of(need->engine, query->names[i].name, &other);
        count += reg_name_compare(&need->profile, &other) >= REG_SIMILAR_NORMALISED;
    }
    return count < REG_NAMES_PER_KEY ? count : REG_NAMES_PER_KEY; /* no more are found under the lock */
}

/* ---- the register view --------------------------------------------------------------------------------------------- */

/* Is it the filing's own: of the licence that it is about, of the code it was given, or the reservation that it uses? */
static bool own(const struct reg_preparation *prep, const char *holder)
{
    const char *const mine[] = {prep->needs.subject, prep->needs.code, prep->name_need.reservation};

    for (size_t i = 0; i < sizeof mine / sizeof *mine; i++)
        if (mine[i] && strcmp(mine[i], holder) == 0)
            return true;
    return false;
}

static enum reg_name_hold hold_of(enum reg_name_state state)
{
    return state == REG_NAME_HELD ? REG_HOLD_LIVE : state == REG_NAME_RESERVED ? REG_HOLD_RESERVED : REG_HOLD_GIVEN_UP;
}

/* Puts it where it belongs, the nearest first; the list is one longer than what is shown. */
static void put_in_order(struct reg_similar_name *list, size_t *count, struct reg_similar_name name)
{
    size_t at = *count;

    while (at > 0 && list[at - 1].similarity < name.similarity) {
        list[at] = list[at - 1];
        at--;
    }
    list[at] = name;
    *count += *count < SIMILAR_SHOWN;
}

static int fill_similar(struct reg_preparation *prep, const struct reg_query *query)
{
    struct reg_similar_name *list = reg_arena_alloc(prep->work, (SIMILAR_SHOWN + 1) * sizeof *list);
    size_t count = 0;

    if (!list)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < query->name_count; i++) {
        const struct reg_name_row *row = &query->names[i];
        struct reg_name_profile other;
        enum reg_similarity similarity;

        profile_of(prep->name_need.engine, row->name, &other);
        similarity = reg_name_compare(&prep->name_need.profile, &other);
        if (similarity != REG_SIMILAR_NOT && !own(prep, row->holder) &&
            reg_name_same_industry(&prep->name_need.profile, &other))
            put_in_order(list, &count, (struct reg_similar_name){row->holder, row->name, hold_of(row->state), similarity});
    }
    for (size_t i = 0; i < count; i++) { /* they outlive the query */
        list[i].code = reg_arena_strdup(prep->work, list[i].code);
        list[i].name = reg_arena_strdup(prep->work, list[i].name);
        if (!list[i].code || !list[i].name)
            return REG_ERR_NOMEM;
    }
    prep->view.similar = list;
    prep->view.similar_count = count;
    return 0;
}

int reg_name_view_fill(struct reg_preparation *prep, const struct reg_query *query)
{
    const struct reg_name_row *reserved = query->reserved;

    prep->name_need.equal = reg_name_need_equal(&prep->name_need, query);
    if (reserved && reserved->state == REG_NAME_RESERVED && reserved->authority == query->authority &&
        (!reserved->until_day || reserved->until_day > prep->name_need.day)) {
        prep->view.reserved_name = reg_arena_strdup(prep->work, reserved->name);
        if (!prep->view.reserved_name)
            return REG_ERR_NOMEM;
    }
    return prep->name_need.wanted ? fill_similar(prep, query) : 0;
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

void reg_name_keys_of(const struct reg_engine *engine, const char *name, struct reg_name_keys *ret)
{
    struct reg_name_profile profile;

    profile_of(engine, name, &profile);
    reg_name_keys(&profile, ret);
}

int reg_name_row_fill(const struct reg_engine *engine, const char *holder, const char *name, uint32_t authority,
                      enum reg_name_state state, int32_t until_day, struct reg_arena *arena, struct reg_name_row *ret)
{
    struct reg_name_keys keys;
    uint32_t *copy;

    reg_name_keys_of(engine, name, &keys);
    copy = reg_arena_alloc(arena, (keys.count + 1) * sizeof *copy);
    if (!copy)
        return REG_ERR_NOMEM;
    memcpy(copy, keys.keys, keys.count * sizeof *copy);
    *ret = (struct reg_name_row){holder, name, authority, state, until_day, copy, keys.count, keys.industry, 0};
    return 0;
}

static bool holds(const struct reg_licence_row *row)
{
    return (REG_STATE_NAMED >> row->state & 1) && compared(row->name, row->type);
}

int reg_name_rows(const struct reg_engine *engine, const struct reg_licence_row *before, const struct reg_licence_row *after,
                  const char *reservation, const char *reserved_name, struct reg_arena *arena,
                  struct reg_name_row **ret_rows, size_t *ret_count)
{
    bool held = before && holds(before), will_hold = holds(after);
    bool same = held && will_hold && strcmp(before->name, after->name) == 0;
    struct reg_name_row *rows = reg_arena_alloc(arena, 3 * sizeof *rows);
    size_t count = 0;
    int error = 0;

    if (!rows)
        return REG_ERR_NOMEM;
    if (reservation && reserved_name) /* used */
        error = reg_name_row_fill(engine, reservation, reserved_name, after->authority, REG_NAME_RESERVED, 0, arena,
                                  &rows[count++]);
    if (error == 0 && held && !same)
        error = reg_name_row_fill(engine, before->code, before->name, before->authority, REG_NAME_GIVEN_UP, 0, arena,
                                  &rows[count++]);
    if (error == 0 && will_hold && !(same && before->authority == after->authority))
        error = reg_name_row_fill(engine, after->code, after->name, after->authority, REG_NAME_HELD, 0, arena,
                                  &rows[count++]);
    *ret_rows = rows;
    *ret_count = count;
    return error;
}

int32_t reg_name_ended(const reg_pb_licence_record *licence)
{
    int32_t day = 0;

    if (licence->kind != REGISTRY__V1__FILING_KIND__FILING_KIND_IMPORT || (REG_STATE_NAMED >> licence->state & 1) ||
        !licence->life || !reg_day_parse(licence->life->since, &day))
        return 0;
    return day;
}

int reg_name_rows_imported(const struct reg_engine *engine, const struct reg_licence_row *licence, int32_t ended,
                           struct reg_arena *arena, struct reg_name_row **ret_rows, size_t *ret_count)
{
    if (!ended || !compared(licence->name, licence->type))
        return reg_name_rows(engine, NULL, licence, NULL, NULL, arena, ret_rows, ret_count);
    *ret_count = 1;
    *ret_rows = reg_arena_alloc(arena, sizeof **ret_rows);
    return *ret_rows ? reg_name_row_fill(engine, licence->code, licence->name, licence->authority, REG_NAME_GIVEN_UP, 0, arena,
                                         *ret_rows)
                     : REG_ERR_NOMEM;
}

size_t reg_name_rows_date(struct reg_name_row *rows, size_t count, int32_t ended, int32_t day)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].state == REG_NAME_GIVEN_UP) /* 名称规定 §17: it counts for a year */
            rows[i].until_day = reg_day_add_months(ended ? ended : day, MONTHS_IN_YEAR);
        else if (rows[i].state == REG_NAME_RESERVED)
            rows[i].until_day = day;
    return ended && count > 0 && rows[0].until_day <= day ? 0 : count;
}

bool reg_name_rows_meet(const struct reg_pending *a, const struct reg_pending *b)
{
    for (size_t i = 0; i < a->name_count; i++)
        for (size_t j = 0; j < b->name_count; j++) {
            const struct reg_name_row *x = &a->names[i], *y = &b->names[j];
            bool taken = x->state == REG_NAME_HELD || x->state == REG_NAME_RESERVED;

            if (taken && (y->state == REG_NAME_HELD || y->state == REG_NAME_RESERVED) && x->authority == y->authority &&
                x->key_count > 0 && y->key_count > 0 && x->keys[0] == y->keys[0])
                return true;
        }
    return false;
}
