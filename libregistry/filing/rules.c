/* Running the rulebook. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/utf8.h"
#include "filing/rule.h"

const struct reg_rule_list *const reg_rule_families[REG_RULE_FAMILY_COUNT] = {
    &reg_rules_codes,   &reg_rules_names,     &reg_rules_people,   &reg_rules_roles,
    &reg_rules_capital, &reg_rules_foreign,   &reg_rules_verified, &reg_rules_scope,
    &reg_rules_items,   &reg_rules_materials, &reg_rules_process,  &reg_rules_restrictions};

/* ---- findings ------------------------------------------------------------------------------------------------------ */

static bool grow(struct reg_rule_run *run)
{
    size_t cap = run->cap ? run->cap * 2 : 16;
    reg_pb_finding **findings = reg_arena_alloc(run->arena, cap * sizeof *findings);

    if (!findings)
        return false;
    if (run->count)
        memcpy(findings, run->findings, run->count * sizeof *findings);
    run->findings = findings;
    run->cap = cap;
    return true;
}

static void add(struct reg_rule_run *run, reg_pb_severity severity, const char *zh, const char *en, const char *path)
{
    const struct reg_rule *rule = run->rule;
    reg_pb_finding *finding = reg_arena_alloc(run->arena, sizeof *finding);

    if (!finding || (run->count == run->cap && !grow(run)) || !path) {
        run->error = reg_arena_over_budget(run->arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
        return;
    }
    registry__v1__finding__init(finding);
    finding->rule = (char *)rule->id;
    finding->severity = severity;
    finding->path = (char *)path;
    finding->message_zh = (char *)(zh ? zh : rule->zh);
    finding->message_en = (char *)(en ? en : rule->en);
    finding->legal_basis = (char *)rule->legal_basis;
    run->findings[run->count++] = finding;
}

static char *format_path(struct reg_rule_run *run, const char *format, va_list args)
{
    char path[128];

    vsnprintf(path, sizeof path, format, args);
    return reg_arena_strdup(run->arena, path);
}

void reg_find(struct reg_rule_run *run, const char *path_format, ...)
{
    va_list args;

    va_start(args, path_format);
    add(run, run->rule->severity, NULL, NULL, format_path(run, path_format, args));
    va_end(args);
}

void reg_find_as(struct reg_rule_run *run, reg_pb_severity severity, const char *zh, const char *en, const char *path_format,
                 ...)
{
    va_list args;

    va_start(args, path_format);
    add(run, severity, zh, en, format_path(run, path_format, args));
    va_end(args);
}

/* ---- what rules ask ------------------------------------------------------------------------------------------------ */

/* Persons are numbered upwards (D08), mostly from 1 without gaps: a filing with thousands of roles is not searched through
 * for each. Where they are out of order, which returns the case, a person may go unfound. */
size_t reg_filing_person_index(const reg_pb_filing *filing, uint32_t number)
{
    size_t low = 0, high = filing->n_persons;

    if (number == 0)
        return SIZE_MAX;
    if (number <= filing->n_persons && filing->persons[number - 1]->number == number)
        return number - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (filing->persons[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < filing->n_persons && filing->persons[low]->number == number ? low : SIZE_MAX;
}

const reg_pb_person *reg_filing_person(const reg_pb_filing *filing, uint32_t number)
{
    size_t index = reg_filing_person_index(filing, number);

    return index == SIZE_MAX ? NULL : filing->persons[index];
}

const char *reg_name_full(const reg_pb_entity *entity)
{
    return entity->name ? entity->name->full : "";
}

bool reg_text_ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len >= end_len && memcmp(text + len - end_len, end, end_len) == 0;
}

bool reg_rule_kind(const struct reg_rule_run *run, unsigned kinds)
{
    return kinds >> run->filing->kind & 1;
}

const reg_pb_entity *reg_rule_recorded(const struct reg_rule_run *run)
{
    const reg_pb_filing *recorded = run->input->view->subject.recorded;

    /* an upgrade founds an enterprise of its own; who moves in brings the whole entity, was it here before or not */
    return recorded && !reg_rule_kind(run, REG_KIND(UPGRADE) | REG_KIND(MOVE_IN)) ? recorded->entity : NULL;
}

const reg_pb_particulars *reg_rule_particulars(const struct reg_rule_run *run)
{
    static const reg_pb_particulars none = REGISTRY__V1__PARTICULARS__INIT;

    return run->filing->particulars ? run->filing->particulars : &none;
}

bool reg_rule_foreign_type(unsigned type)
{
    return type >= 5000 && type < 8000;
}

bool reg_rule_foreign(const struct reg_rule_run *run)
{
    return reg_rule_foreign_type(run->entity->type);
}

bool reg_rule_special_partnership(unsigned type)
{
    return type == 4532 || type == 5420 || type == 6420;
}

bool reg_rule_brings(const struct reg_rule_run *run, const char *member)
{
    return !reg_rule_recorded(run) || reg_rule_replaces(run, member);
}

bool reg_rule_has_material(const struct reg_rule_run *run, const char *kind)
{
    const reg_pb_filing *filed = run->input->view->subject.filed ? run->input->view->subject.filed : run->filing;

    for (size_t i = 0; i < filed->n_materials; i++)
        if (strcmp(filed->materials[i]->kind, kind) == 0 && !filed->materials[i]->deferred_until[0])
            return true;
    return false;
}

/* ---- running ------------------------------------------------------------------------------------------------------- */

bool reg_rule_in_force(const struct reg_rule *rule, int32_t day)
{
    return (!rule->since || day >= rule->since) && (!rule->until || day < rule->until);
}

static bool applies(const struct reg_rule *rule, const struct reg_rule_input *input)
{
    unsigned family = input->type ? 1u << input->type->family : 1u << REG_FAMILY_OTHER;

    unsigned kinds = rule->kinds ? rule->kinds : REG_RULE_FORM_KINDS;

    return (rule->applies_to & family) && (kinds >> input->filing->kind & 1) && reg_rule_in_force(rule, input->day);
}

int reg_rules_run(const struct reg_rule_input *input, struct reg_arena *arena, reg_pb_finding ***ret_findings,
                  size_t *ret_count)
{
    struct reg_rule_run run = {.input = input, .filing = input->filing, .entity = input->filing->entity, .arena = arena};

    for (size_t i = 0; i < REG_RULE_FAMILY_COUNT; i++)
        for (size_t j = 0; j < reg_rule_families[i]->count && run.error == 0; j++) {
            run.rule = &reg_rule_families[i]->rules[j];
            if (applies(run.rule, input))
                run.rule->check(&run);
        }
    if (run.error != 0)
        return run.error;
    *ret_findings = run.findings;
    *ret_count = run.count;
    return 0;
}

int reg_rules_run_codes(const struct reg_rule_input *input, struct reg_arena *arena, reg_pb_finding ***ret_findings,
                        size_t *ret_count)
{
    struct reg_rule_run run = {.input = input, .filing = input->filing, .entity = input->filing->entity, .arena = arena};

    for (size_t i = 0; i < reg_rules_codes.count && run.error == 0; i++) {
        run.rule = &reg_rules_codes.rules[i];
        if (reg_rule_in_force(run.rule, input->day))
            run.rule->check(&run);
    }
    *ret_findings = run.findings;
    *ret_count = run.count;
    return run.error;
}

reg_pb_severity reg_findings_worst(reg_pb_finding *const *findings, size_t count)
{
    reg_pb_severity worst = REGISTRY__V1__SEVERITY__SEVERITY_UNSPECIFIED;

    for (size_t i = 0; i < count; i++)
        if (findings[i]->severity > worst)
            worst = findings[i]->severity;
    return worst;
}

/* ---- what they will ask of the register ---------------------------------------------------------------------------- */

char *reg_name_key(const char *name, struct reg_arena *arena)
{
    char *key = reg_arena_alloc(arena, strlen(name) * 3 + 1);
    char *out = key;

    if (!key)
        return NULL;
    for (const char *at = name, *from = at; reg_utf8_next(&at); from = at) {
        const char *peek = from;
        uint32_t c = reg_utf8_next(&peek);

        if (c == ' ' || c == 0x3000)
            continue;
        if (c >= 0xff01 && c <= 0xff5e)
            c -= 0xfee0;
        if (c == '(' || c == ')') {
            memcpy(out, c == '(' ? "（" : "）", 3);
            out += 3;
        } else if (c < 0x80) {
            *out++ = (char)c;
        } else {
            memcpy(out, from, (size_t)(at - from));
            out += at - from;
        }
    }
    *out = '\0';
    return key;
}

int reg_rules_needs(const reg_pb_filing *filing, struct reg_arena *arena, struct reg_register_needs *ret)
{
    struct reg_register_needs needs = {0};
    const char **references = reg_arena_alloc(arena, (filing->n_persons + 1) * sizeof *references);

    if (!references)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < filing->n_persons; i++)
        if (filing->persons[i]->credit_code[0])
            references[needs.reference_count++] = filing->persons[i]->credit_code;
    needs.references = references;
    needs.code = filing->assigned_code[0] ? filing->assigned_code : NULL;
    needs.subject = filing->credit_code[0] ? filing->credit_code : NULL;
    needs.parent = filing->entity->parent_code[0] ? filing->entity->parent_code : NULL;
    if (reg_name_full(filing->entity)[0] && !(needs.name_key = reg_name_key(reg_name_full(filing->entity), arena)))
        return REG_ERR_NOMEM;
    *ret = needs;
    return 0;
}
