/* Judging a filing: rules and merging over one register view. Pure, given the view. */
#include "engine/internal.h"

#include <string.h>

#include "base/calendar.h"
#include "base/error.h"
#include "base/message.h"
#include "identity/division.h"

#define FINDINGS_MAX 1000

/* A filing that is wrong in more ways than anybody reads: errors first, the rest counted. */
static int cut_findings(struct reg_arena *arena, struct reg_judgement *judgement)
{
    reg_pb_finding **kept = reg_arena_alloc(arena, FINDINGS_MAX * sizeof *kept),
                   *last = reg_arena_alloc(arena, sizeof *last);
    reg_pb_severity worst = reg_findings_worst(judgement->findings, judgement->finding_count);
    size_t left = judgement->finding_count - (FINDINGS_MAX - 1), count = 0;

    if (!kept || !last)
        return REG_ERR_NOMEM;
    for (int severity = REGISTRY__V1__SEVERITY__SEVERITY_ERROR; severity > 0; severity--)
        for (size_t i = 0; i < judgement->finding_count && count < FINDINGS_MAX - 1; i++)
            if ((int)judgement->findings[i]->severity == severity)
                kept[count++] = judgement->findings[i];
    registry__v1__finding__init(last);
    last->rule = (char *)"D08";
    last->severity = worst;
    last->path = (char *)"entity";
    last->legal_basis = (char *)"条例 §8; 细则 §6";
    last->message_zh = reg_arena_printf(arena, "另有 %zu 个问题未列出", left);
    last->message_en = reg_arena_printf(arena, "%zu more findings are not listed", left);
    if (!last->message_zh || !last->message_en)
        return REG_ERR_NOMEM;
    kept[count++] = last;
    judgement->findings = kept;
    judgement->finding_count = count;
    return 0;
}

static int join_findings(struct reg_arena *arena, reg_pb_finding **rules, size_t rule_count, const struct reg_merge *merge,
                         struct reg_judgement *ret)
{
    size_t count = rule_count + merge->finding_count;

    ret->findings = reg_arena_alloc(arena, (count ? count : 1) * sizeof *ret->findings);
    if (!ret->findings)
        return REG_ERR_NOMEM;
    if (rule_count)
        memcpy(ret->findings, rules, rule_count * sizeof *rules);
    if (merge->finding_count)
        memcpy(ret->findings + rule_count, merge->findings, merge->finding_count * sizeof *rules);
    ret->finding_count = count;
    return count > FINDINGS_MAX ? cut_findings(arena, ret) : 0;
}

int reg_filing_judge(const struct reg_rule_input *input, struct reg_arena *arena, struct reg_judgement *ret)
{
    struct reg_judgement judgement = {0};
    reg_pb_finding **findings;
    size_t count;
    int error = reg_rules_run(input, arena, &findings, &count);

    if (error == 0)
        error = reg_merge_run(input, arena, &judgement.merge);
    if (error == 0)
        error = join_findings(arena, findings, count, &judgement.merge, &judgement);
    if (error == 0)
        *ret = judgement;
    return error;
}

int reg_judgement_add(struct reg_judgement *judgement, struct reg_arena *arena, const char *rule, reg_pb_severity severity,
                      const char *zh, const char *en, const char *basis)
{
    reg_pb_finding **findings = reg_arena_alloc(arena, (judgement->finding_count + 1) * sizeof *findings);
    reg_pb_finding *finding = reg_arena_alloc(arena, sizeof *finding);

    if (!findings || !finding)
        return reg_arena_over_budget(arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
    if (judgement->finding_count)
        memcpy(findings, judgement->findings, judgement->finding_count * sizeof *findings);
    registry__v1__finding__init(finding);
    finding->rule = (char *)rule;
    finding->severity = severity;
    finding->message_zh = (char *)zh;
    finding->message_en = (char *)en;
    finding->legal_basis = (char *)basis;
    findings[judgement->finding_count++] = finding;
    judgement->findings = findings;
    return 0;
}

void reg_judgement_encode(const struct reg_judgement *judgement, struct reg_buf *buf)
{
    reg_pb_validate_filing_response response = REGISTRY__V1__VALIDATE_FILING_RESPONSE__INIT;

    response.n_findings = judgement->finding_count;
    response.findings = judgement->findings;
    response.n_outcomes = judgement->merge.outcome_count;
    response.outcomes = judgement->merge.outcomes;
    response.savings = (reg_pb_savings *)&judgement->merge.savings;
    reg_message_encode(&response.base, buf);
}

int reg_register_query_fill(const struct reg_register_needs *needs, uint32_t authority, struct reg_arena *arena,
                            struct reg_query *query)
{
    const char **codes = reg_arena_alloc(arena, (needs->reference_count + 3) * sizeof *codes);
    size_t count = 0;

    if (!codes)
        return REG_ERR_NOMEM;
    if (needs->subject) /* the first: reg_prepare compares it */
        codes[count++] = needs->subject;
    if (needs->code)
        codes[count++] = needs->code;
    if (needs->parent)
        codes[count++] = needs->parent;
    for (size_t i = 0; i < needs->reference_count; i++)
        codes[count++] = needs->references[i];
    query->kind = REG_QUERY_REGISTER;
    query->codes = codes;
    query->code_count = count;
    query->name_key = needs->name_key;
    query->parent = needs->subject;
    query->authority = authority;
    return 0;
}

static const struct reg_licence_row *find_row(const struct reg_query *query, const char *code)
{
    for (size_t i = 0; code && i < query->licence_count; i++)
        if (strcmp(query->licences[i].code, code) == 0)
            return &query->licences[i];
    return NULL;
}

void reg_register_view_fill(const struct reg_query *query, const struct reg_register_needs *needs,
                            struct reg_register_view *ret)
{
    const struct reg_licence_row *parent = find_row(query, needs->parent);

    *ret = (struct reg_register_view){
        .code_taken = find_row(query, needs->code) != NULL,
        .name_taken = query->name_code && !(needs->subject && strcmp(query->name_code, needs->subject) == 0),
    };
    if (parent)
        ret->parent = (struct reg_parent_view){
            .found = true, .type = parent->type, .name = parent->name, .state = (reg_pb_licence_state)parent->state};
}

#define NAME_MAX_BYTES 64

/* Names of facts and materials: longer than any name is no name, and findings would repeat it. */
static int check_names(const reg_pb_filing *filing, struct reg_error_info *info)
{
    for (size_t i = 0; i < filing->n_facts; i++)
        if (strlen(filing->facts[i]->key) > NAME_MAX_BYTES)
            return reg_fail(info, REG_ERR_LIMIT, "facts[%zu].key 超过 %d 字节", "facts[%zu].key is over %d bytes", i,
                            NAME_MAX_BYTES);
    for (size_t i = 0; i < filing->n_materials; i++)
        if (strlen(filing->materials[i]->kind) > NAME_MAX_BYTES)
            return reg_fail(info, REG_ERR_LIMIT, "materials[%zu].kind 超过 %d 字节", "materials[%zu].kind is over %d bytes",
                            i, NAME_MAX_BYTES);
    return 0;
}

/* Parts of a filing that a peer can make as many as it likes, and how many we take. */
static int check_sizes(const reg_pb_filing *filing, struct reg_error_info *info)
{
    static const reg_pb_entity none = REGISTRY__V1__ENTITY__INIT;
    const reg_pb_entity *entity = filing->entity ? filing->entity : &none;
    const struct {
        const char *name;
        size_t count, most;
    } parts[] = {
        {"persons", filing->n_persons, 20000},
        {"facts", filing->n_facts, 2048},
        {"itemsAsked", filing->n_items_asked, 1023},
        {"materials", filing->n_materials, 1024},
        {"entity.investors", entity->n_investors, 20000},
        {"entity.officers", entity->n_officers, 2048},
        {"entity.representatives", entity->n_representatives, 2048},
        {"entity.familyMembers", entity->n_family_members, 256},
        {"entity.beneficialOwners", entity->n_beneficial_owners, 2048},
        {"entity.formerNumbers", entity->n_former_numbers, 64},
        {"entity.scope.general", entity->scope ? entity->scope->n_general : 0, 2048},
        {"entity.scope.licensed", entity->scope ? entity->scope->n_licensed : 0, 2048},
    };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].count > parts[i].most)
            return reg_fail(info, REG_ERR_LIMIT, "%s 超过 %zu 个", "%s has more than %zu elements", parts[i].name,
                            parts[i].most);
    return check_names(filing, info);
}

/* What a filing is about, by its kind. */
static int check_subject(const struct reg_life_step *step, const reg_pb_filing *filing, struct reg_error_info *info)
{
    bool resubmits = filing->follows_case == REGISTRY__V1__FILING__FOLLOWS_PREVIOUS_CASE;

    if (step->subject && strlen(filing->credit_code) != REG_CODE_LEN)
        return reg_fail(info, REG_ERR_INVALID, "此类申请须以 credit_code 写明所涉执照的统一社会信用代码",
                        "a filing of this kind names its licence by credit_code");
    if (!step->subject && filing->credit_code[0])
        return reg_fail(info, REG_ERR_INVALID, "此类申请不得带 credit_code", "a filing of this kind has no credit_code");
    if (!filing->entity && step->form == REG_FORM_WHOLE && !resubmits)
        return reg_fail(info, REG_ERR_INVALID, "申请缺少 entity", "the filing has no entity");
    return 0;
}

int reg_filing_check_parts(const reg_pb_filing *filing, struct reg_error_info *info)
{
    if (!filing->entity && filing->n_replaces > 0)
        return reg_fail(info, REG_ERR_INVALID, "申请缺少 entity", "the filing has no entity");
    if (filing->n_replaces > registry__v1__entity__descriptor.n_fields)
        return reg_fail(info, REG_ERR_LIMIT, "replaces 过多", "replaces has too many elements");
    for (size_t i = 0; i < filing->n_replaces; i++)
        if (!reg_message_field(&registry__v1__entity__descriptor, filing->replaces[i]))
            return reg_fail(info, REG_ERR_INVALID, "replaces[%zu]“%.40s”不是 entity 的成员",
                            "replaces[%zu] \"%.40s\" is no member of entity", i, filing->replaces[i]);
    return check_sizes(filing, info);
}

/* Who allots the code of a licence that a filing founds. */
static int check_assigned(const struct reg_engine *engine, const reg_pb_filing *filing, struct reg_error_info *info)
{
    bool founds = (REG_KIND(ESTABLISH) | REG_KIND(CONVERT) | REG_KIND(UPGRADE)) >> filing->kind & 1;
    bool node = engine->facts.role == REG_ROLE_NODE;

    if (node && founds && filing->assigned_code[0] == '\0')
        return reg_fail(info, REG_ERR_INVALID, "节点登记库的申请须带 assigned_code",
                        "a node's filings bring their assigned_code");
    if ((!node || !founds) && filing->assigned_code[0] != '\0')
        return reg_fail(info, REG_ERR_INVALID, "此申请不得带 assigned_code：代码由本登记库赋予，或者已经赋予",
                        "leave assigned_code out: this registry allots the code itself, or it was allotted before");
    return 0;
}

int reg_filing_admit(const struct reg_engine *engine, const reg_pb_filing *filing, struct reg_error_info *info)
{
    const struct reg_life_step *step = reg_life_step(filing->kind);
    int error;

    if (!step)
        return reg_fail(info, REG_ERR_INVALID, "申请缺少种类（kind）", "the filing has no kind");
    if (filing->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_WAKE)
        return reg_fail(info, REG_ERR_INVALID, "恢复营业不是申请，请用 ReportResumption 报告",
                        "resuming business is no filing: report it by ReportResumption");
    if (filing->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_SIGN)
        return reg_fail(info, REG_ERR_INVALID, "补签凭证不是申请，请用 registryctl licence sign --pending",
                        "signing is no filing: it is done by registryctl licence sign --pending");
    error = check_subject(step, filing, info);
    if (error != 0)
        return error;
    if (!reg_division_within(engine->facts.authority, filing->authority))
        return reg_fail(info, REG_ERR_INVALID, "登记机关 %u 不属于本登记库（%u）",
                        "authority %u is not one of this registry's (%u)", filing->authority, engine->facts.authority);
    error = check_assigned(engine, filing, info);
    if (error != 0)
        return error;
    return reg_filing_check_parts(filing, info);
}

int reg_filing_too_large(struct reg_error_info *info)
{
    return reg_fail(info, REG_ERR_LIMIT, "申请过大，处理它所需的内存超过上限",
                    "the filing is too large: handling it takes more memory than allowed");
}

int32_t reg_case_deadline(int32_t day)
{
    return reg_calendar_add_workdays(day, 3); /* 实施细则 §18 */
}
