#include "law.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <registry/code.h>

#include "base/date.h"
#include "base/message.h"
#include "filing/restrictions.h"
#include "filing/rule.h"
#include "load.h"
#include "suite.h"

/* A filing on its way from the example to what the row says. */
struct draft {
    json_t *filing, *licence; /* that it is about; NULL: there is none */
    json_t *parent_scope;     /* NULL: not known */
    bool on_register;         /* the row says so, whatever the kind */
    struct reg_register_view view;
    struct reg_restriction_view restrictions[4];
    size_t restriction_count;
    struct reg_connected_sources sources;
};

static void give_up(const char *what)
{
    fprintf(stderr, "cannot read the change: %s\n", what);
    abort();
}

/* ---- paths ----------------------------------------------------------------------------------------------------------- */

/* Takes the next step of a path: a name, or an index (returned with an empty name). */
static size_t next_step(const char **path, char name[64])
{
    const char *at = *path;
    size_t len = strcspn(at, ".["), index = 0;

    name[0] = '\0';
    if (len > 0) {
        snprintf(name, 64, "%.*s", (int)len, at);
        at += len;
    } else {
        index = (size_t)strtoul(at + 1, (char **)&at, 10);
        at++; /* the bracket */
    }
    *path = at + (*at == '.');
    return index;
}

static json_t *member(json_t *of, const char *name, size_t index)
{
    json_t *found = name[0] ? json_object_get(of, name) : json_array_get(of, index);

    if (!found && name[0]) {
        found = json_object();
        json_object_set_new(of, name, found);
    }
    if (!found)
        give_up("an index beyond the list");
    return found;
}

/* Puts the value there; NULL: takes what is there away. */
static void put(json_t *of, const char *path, json_t *value)
{
    char name[64];
    size_t index = next_step(&path, name);

    if (*path) {
        put(member(of, name, index), path, value);
    } else if (name[0] && value) {
        json_object_set_new(of, name, value);
    } else if (name[0] ? json_object_del(of, name)
               : value ? json_array_set_new(of, index, value)
                       : json_array_remove(of, index)) {
        give_up(name);
    }
}

static void repeat(json_t *filing, const char *path, size_t count)
{
    json_t *list = filing;
    char name[64];
    size_t own;

    while (*path) {
        size_t index = next_step(&path, name);

        list = member(list, name, index);
    }
    own = json_array_size(list);
    while (json_array_size(list) > count)
        json_array_remove(list, json_array_size(list) - 1);
    while (own && json_array_size(list) < count) {
        json_t *copy = json_deep_copy(json_array_get(list, json_array_size(list) % own));

        if (json_object_get(copy, "number"))
            json_object_set_new(copy, "number", json_integer((json_int_t)json_array_size(list) + 1));
        json_array_append_new(list, copy);
    }
}

/* ---- values ---------------------------------------------------------------------------------------------------------- */

static json_t *repeated(const char *text, size_t len, size_t count)
{
    char *all = malloc(len * count + 1);
    json_t *value;

    if (!all)
        abort();
    for (size_t i = 0; i < count; i++)
        memcpy(all + i * len, text, len);
    value = json_stringn(all, len * count);
    free(all);
    return value;
}

static json_t *value_of(const char *text)
{
    const char *times = strstr(text, "×");
    char body[32], id[19];

    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return json_boolean(text[0] == 't');
    if (text[0] == '[' || text[0] == '{')
        return json_loads(text, 0, NULL);
    if (strncmp(text, "born ", 5) == 0) {
        snprintf(body, sizeof body, "341302%s123", text + 5);
        CU_ASSERT_EQUAL(reg_resident_id_make(body, id), 0);
        return json_string(id);
    }
    if (times)
        return repeated(text, (size_t)(times - text), (size_t)strtoul(times + strlen("×"), NULL, 10));
    return json_string(text);
}

/* ---- the licence ----------------------------------------------------------------------------------------------------- */

static json_t *licence_of(const json_t *example)
{
    json_t *entity = json_object_get(example, "entity");

    return json_pack("{s:s, s:s, s:O, s:O, s:s, s:s}", "creditCode", "91341300MAY000009W", "revision", "1", "authority",
                     json_object_get(example, "authority"), "type", json_object_get(entity, "type"), "state",
                     "LICENCE_STATE_EXISTING", "kind", "FILING_KIND_ESTABLISH");
}

/* ---- changes --------------------------------------------------------------------------------------------------------- */

static void set_board(json_t *filing, size_t directors, size_t supervisors)
{
    json_t *officers = json_array();

    repeat(filing, "persons", directors + supervisors < 8 ? 8 : directors + supervisors);
    for (size_t i = 0; i < directors + supervisors; i++)
        json_array_append_new(officers,
                              json_pack("{s:i, s:s, s:b}", "person", (int)i + 1, "position",
                                        i < directors ? "POSITION_DIRECTOR" : "POSITION_SUPERVISOR", "executes", i == 0));
    put(filing, "entity.officers", officers);
}

static void set_restriction(struct draft *draft, const char *source, unsigned person, const char *since, const char *until)
{
    const struct reg_restriction_source *found = reg_restriction_source_find(source, strlen(source));
    struct reg_restriction_view *restriction = &draft->restrictions[draft->restriction_count];

    if (!found || draft->restriction_count++ == 4)
        give_up(source);
    *restriction =
        (struct reg_restriction_view){.source = found->source, .person = person, .basis = "皖市监限〔2026〕1号"};
    if (!reg_day_parse(since, &restriction->since) || (until[0] != '-' && !reg_day_parse(until, &restriction->until)))
        give_up(since);
}

static void set_sources(struct draft *draft, const char *name)
{
    const struct reg_restriction_source *found = reg_restriction_source_find(name, strlen(name));

    draft->sources.configured = true;
    if (found)
        draft->sources.mask |= 1u << found->source;
    else if (strcmp(name, "none") != 0)
        give_up(name);
}

/* A parent on the register that may do that one thing. */
static void set_parent_scope(struct draft *draft, const char *term)
{
    draft->parent_scope = json_pack("{s:[{s:s}]}", "general", "term", term);
    draft->view.parent.found = true;
    draft->view.parent.state = REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING;
}

static void set_register(struct draft *draft, char *says)
{
    struct reg_register_view *view = &draft->view;
    struct reg_restriction_view *last = &draft->restrictions[draft->restriction_count ? draft->restriction_count - 1 : 0];
    char *value = strchr(says, '='), source[32], since[REG_DAY_TEXT], until[REG_DAY_TEXT];
    unsigned number;

    if (strncmp(says, "licence.", strlen("licence.")) == 0 && value) {
        *value = '\0';
        draft->on_register = true;
        put(draft->licence, says + strlen("licence."), value_of(value + 1));
    } else if (strcmp(says, "licence gone") == 0) {
        json_decref(draft->licence);
        draft->licence = NULL;
    } else if (sscanf(says, "branches %zu", &view->subject.branches) == 1) {
        view->subject.branch_names = "宿州市云帆贸易有限责任公司砀山分公司";
    } else if (sscanf(says, "restricted %31s %u %10s %10s", source, &number, since, until) == 4) {
        set_restriction(draft, source, number, since, until);
    } else if (sscanf(says, "blocks %u", &number) == 1) {
        last->blocks |= 1u << number;
    } else if (strcmp(says, "unreachable") == 0) {
        last->unreachable = true;
    } else if (sscanf(says, "sources %31s", source) == 1) {
        set_sources(draft, source);
    } else if (strcmp(says, "code taken") == 0) {
        view->code_taken = true;
    } else if (strncmp(says, "parent scope ", strlen("parent scope ")) == 0) {
        set_parent_scope(draft, says + strlen("parent scope "));
    } else if (strcmp(says, "parent gone") == 0 || strcmp(says, "parent here") == 0) {
        view->parent.found = true;
        view->parent.state = strcmp(says, "parent gone") == 0 ? REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DEREGISTERED
                                                              : REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING;
    } else {
        give_up(says);
    }
}

static void change(struct draft *draft, char *statement)
{
    char *value = strchr(statement, '='), *count = value ? NULL : strrchr(statement, '*');
    unsigned directors, supervisors;

    if (statement[0] == '-') {
        put(draft->filing, statement + 1, NULL);
    } else if (statement[0] == '@') {
        set_register(draft, statement + 1);
    } else if (sscanf(statement, "board %u+%u", &directors, &supervisors) == 2) {
        set_board(draft->filing, directors, supervisors);
    } else if (count) {
        *count = '\0';
        repeat(draft->filing, statement, (size_t)strtoul(count + 1, NULL, 10));
    } else if (value) {
        *value = '\0';
        put(draft->filing, statement, value_of(value + 1));
    } else {
        give_up(statement);
    }
}

static void change_all(struct draft *draft, const char *changes)
{
    char *copy = strdup(changes);

    if (!copy)
        abort();
    for (char *at = copy, *next; *at; at = next) {
        next = strstr(at, "; ");
        if (next)
            *next = '\0';
        next = next ? next + 2 : at + strlen(at);
        change(draft, at);
    }
    free(copy);
}

/* JSON as a message; frees the JSON. */
static void *read_json(const struct law_row *row, const ProtobufCMessageDescriptor *type, json_t *json,
                       struct reg_arena *arena)
{
    struct reg_error_info info;
    ProtobufCMessage *message = NULL;
    char *text = json_dumps(json, JSON_COMPACT);

    if (!text ||
        reg_message_from_json(type, (struct reg_bytes){(uint8_t *)text, strlen(text)}, arena, &message, &info) != 0) {
        fprintf(stderr, "%s, %s: %s\n", row->rule, row->says, info.en);
        abort();
    }
    free(text);
    json_decref(json);
    return message;
}

static reg_pb_filing *made(const struct law_row *row, struct reg_arena *arena, struct reg_register_view *view,
                           struct reg_connected_sources *sources)
{
    struct draft draft = {.filing = load_example_json(row->example)};
    const struct reg_life_step *step;
    reg_pb_filing *filing, *filed;

    draft.licence = licence_of(draft.filing);
    json_object_set_new(draft.filing, "baseRevision", json_string("1"));
    draft.view.subject.changed_since = draft.view.subject.branch_names = "";
    change_all(&draft, row->change);
    filing = read_json(row, &registry__v1__filing__descriptor, draft.filing, arena);
    step = reg_life_step(filing->kind);
    if (draft.licence && (draft.on_register || step->subject)) {
        draft.view.subject.licence = read_json(row, &registry__v1__licence_record__descriptor, draft.licence, arena);
        draft.view.subject.recorded = load_example(row->example, arena);
        if ((filed = reg_arena_memdup(arena, filing, sizeof *filing)) == NULL)
            return NULL;
        filed->n_persons = filed->n_facts = filed->n_items_asked = 0; /* what stands in the example is recorded */
        draft.view.subject.filed = filed;
    } else {
        json_decref(draft.licence);
    }
    if (draft.parent_scope)
        draft.view.parent.scope = read_json(row, &registry__v1__scope__descriptor, draft.parent_scope, arena);
    draft.view.restrictions = reg_arena_memdup(arena, draft.restrictions, sizeof draft.restrictions);
    draft.view.restriction_count = draft.restriction_count;
    *view = draft.view;
    *sources = draft.sources;
    return draft.view.restrictions ? filing : NULL;
}

/* ---- what the rules say ---------------------------------------------------------------------------------------------- */

/* Some rule of that number rests on the clause. */
static bool rests_on(const char *rule, const char *clause)
{
    for (size_t i = 0; i < REG_RULE_FAMILY_COUNT; i++)
        for (size_t j = 0; j < reg_rule_families[i]->count; j++)
            if (strcmp(reg_rule_families[i]->rules[j].id, rule) == 0 &&
                strstr(reg_rule_families[i]->rules[j].legal_basis, clause))
                return true;
    return false;
}

static void judge(const struct law_row *row, reg_pb_finding *const *findings, size_t count)
{
    bool speaks = false, as_said = false;

    for (size_t i = 0; i < count; i++) {
        const reg_pb_finding *finding = findings[i];

        CHECK_CASE(finding->message_zh[0] && finding->message_en[0] && finding->legal_basis[0] && finding->path[0],
                   "%s, %s: %s says too little", row->rule, row->says, finding->rule);
        if (strcmp(finding->rule, row->rule) != 0)
            continue;
        speaks = true;
        as_said = as_said || ((int)finding->severity == row->severity && row->path && strcmp(finding->path, row->path) == 0);
    }
    if (row->severity == 0)
        CHECK_CASE(!speaks, "%s, %s: should be silent", row->rule, row->says);
    else
        CHECK_CASE(as_said, "%s, %s: nothing of severity %d at %s", row->rule, row->says, row->severity, row->path);
}

static void check_row(const struct law_row *row, const struct reg_catalogue *catalogue)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_register_view view;
    struct reg_connected_sources sources;
    reg_pb_filing *filing = made(row, arena, &view, &sources);
    struct reg_rule_input input = {.filing = filing,
                                   .view = &view,
                                   .sources = sources,
                                   .catalogue = catalogue,
                                   .type = reg_entity_type_find(filing->entity->type),
                                   .node = filing->assigned_code[0] != '\0'};
    reg_pb_finding **findings;
    size_t count;

    CU_ASSERT_TRUE(reg_day_parse(row->day, &input.day));
    CU_ASSERT_EQUAL_FATAL(reg_rules_run(&input, arena, &findings, &count), 0);
    judge(row, findings, count);
    reg_arena_free(arena);
}

void law_check(const struct law_row *rows, size_t count)
{
    struct reg_catalogue *catalogue;

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&catalogue), 0);
    for (size_t i = 0; i < count; i++) {
        bool good = rows[i].side == PASSES || rows[i].side == LAST_GOOD;

        CHECK_CASE(good == (rows[i].severity == 0), "%s, %s: a row contradicts itself", rows[i].rule, rows[i].says);
        CHECK_CASE(rests_on(rows[i].rule, rows[i].clause), "%s, %s: no such clause: %s", rows[i].rule, rows[i].says,
                   rows[i].clause);
        check_row(&rows[i], catalogue);
    }
    reg_catalogue_free(catalogue);
}
