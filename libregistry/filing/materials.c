/* D10, E21: the materials that the registration itself needs. A filing about a licence brings its own: what was filed before
 * does not count again. */
#include "filing/materials.h"

#include <string.h>

#include "filing/rule.h"

#define FAMILY(name) REG_RULE_##name
#define IF_ALWAYS    REG_MATERIAL_IF_ALWAYS
#define IF_PERSONS   REG_MATERIAL_IF_PERSONS
#define IF_ADDRESS   REG_MATERIAL_IF_ADDRESS
#define IF_ARTICLES  REG_MATERIAL_IF_ARTICLES
#define IF_IN_KIND   REG_MATERIAL_IF_IN_KIND
#define IF_MANDATE   REG_MATERIAL_IF_MANDATE
#define IF_RULING    REG_MATERIAL_IF_RULING
#define IF_NO_RULING REG_MATERIAL_IF_NO_RULING
#define IF_RAISED    REG_MATERIAL_IF_RAISED
#define IF_PUBLIC    REG_MATERIAL_IF_PUBLIC
#define IF_SPECIAL   REG_MATERIAL_IF_SPECIAL
#define IF_FOREIGN   REG_MATERIAL_IF_FOREIGN

#include "registration_materials_table.h"

#define COUNT (sizeof materials / sizeof *materials)
#define PAPER_KINDS                                                                                                         \
    (REG_RULE_FORM_KINDS | REG_KIND(GO_DORMANT) | REG_KIND(DEREGISTER) | REG_KIND(SIMPLE_DEREGISTER) | REG_KIND(REISSUE))
#define WHOLE_KINDS (REG_KIND(ESTABLISH) | REG_KIND(MOVE_IN) | REG_KIND(CONVERT) | REG_KIND(UPGRADE))

size_t reg_registration_material_count(void)
{
    return COUNT;
}

const struct reg_registration_material *reg_registration_material_at(size_t index)
{
    return &materials[index];
}

bool reg_registration_material_known(const char *kind)
{
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(materials[i].def.kind, kind) == 0)
            return true;
    return false;
}

/* ---- conditions ---------------------------------------------------------------------------------------------------- */

/* What the applicant sent; what is recorded is not in it. */
static const reg_pb_filing *filed_by(const struct reg_rule_input *input)
{
    return input->view->subject.filed ? input->view->subject.filed : input->filing;
}

static bool replaces_any(const reg_pb_filing *filing, const char *const *members, size_t count)
{
    for (size_t i = 0; i < filing->n_replaces; i++)
        for (size_t j = 0; j < count; j++)
            if (strcmp(filing->replaces[i], members[j]) == 0)
                return true;
    return false;
}

/* What articles and agreements state of what is registered (公司法 §46, §95; 合伙企业法 §18; 农民专业合作社法 §15). */
static bool changes_articles(const reg_pb_filing *filing)
{
    static const char *const members[] = {"name", "address", "scope", "capital", "investors"};

    return replaces_any(filing, members, sizeof members / sizeof *members);
}

static bool contributes_in_kind(const reg_pb_entity *entity)
{
    for (size_t i = 0; i < entity->n_investors; i++)
        if (entity->investors[i]->form[0] && strcmp(entity->investors[i]->form, "货币") != 0)
            return true;
    return false;
}

/* Partners who are liable without limit and do not manage have given a mandate; so has a delegate. */
static bool needs_mandate(const reg_pb_entity *entity)
{
    size_t partners = 0;

    for (size_t i = 0; i < entity->n_investors; i++)
        partners += entity->investors[i]->liability != REGISTRY__V1__LIABILITY__LIABILITY_LIMITED;
    for (size_t i = 0; i < entity->n_representatives; i++)
        if (entity->representatives[i]->delegate)
            return true;
    return entity->n_representatives < partners;
}

static bool holds(enum reg_material_condition condition, const struct reg_rule_input *input)
{
    static const char *const address[] = {"address"};
    const reg_pb_filing *filing = input->filing;

    switch (condition) {
    case REG_MATERIAL_IF_PERSONS:
        return filed_by(input)->n_persons > 0;
    case REG_MATERIAL_IF_ADDRESS:
        return replaces_any(filing, address, 1);
    case REG_MATERIAL_IF_ARTICLES:
        return changes_articles(filing);
    case REG_MATERIAL_IF_IN_KIND:
        return contributes_in_kind(filing->entity);
    case REG_MATERIAL_IF_MANDATE:
        return needs_mandate(filing->entity);
    case REG_MATERIAL_IF_RULING:
        return filing->particulars && filing->particulars->court_ruling;
    case REG_MATERIAL_IF_NO_RULING:
        return !(filing->particulars && filing->particulars->court_ruling);
    case REG_MATERIAL_IF_RAISED: /* C05, C27 and C38 look closer, and say so */
    case REG_MATERIAL_IF_PUBLIC:
    case REG_MATERIAL_IF_SPECIAL:
    case REG_MATERIAL_IF_FOREIGN:
        return false;
    case REG_MATERIAL_IF_ALWAYS:
        break;
    }
    return true;
}

bool reg_registration_material_not_of(const struct reg_registration_material *material, unsigned type)
{
    return (material->condition == REG_MATERIAL_IF_SPECIAL && !reg_rule_special_partnership(type)) ||
           (material->condition == REG_MATERIAL_IF_FOREIGN && !reg_rule_foreign_type(type));
}

bool reg_registration_material_needed(const struct reg_registration_material *material, const struct reg_rule_input *input)
{
    return (material->kinds >> input->filing->kind & 1) && input->type && (material->families >> input->type->family & 1) &&
           holds(material->condition, input);
}

/* ---- D10 ----------------------------------------------------------------------------------------------------------- */

/* Merging looks at what the item that is the licence asks for. */
static bool merging_says(const struct reg_rule_input *input, const char *kind)
{
    const struct reg_item *licence = reg_catalogue_item(input->catalogue, REG_ITEM_LICENCE);

    for (size_t i = 0; licence && (WHOLE_KINDS >> input->filing->kind & 1) && i < licence->material_count; i++)
        if (strcmp(licence->materials[i]->kind, kind) == 0)
            return true;
    return false;
}

/* D09 says that articles and agreements are missing, which are recorded. */
static bool said_elsewhere(const struct reg_rule_input *input, const char *kind)
{
    bool recorded = strcmp(kind, "articles") == 0 || strcmp(kind, "partnership_agreement") == 0;

    return (recorded && (WHOLE_KINDS >> input->filing->kind & 1)) || merging_says(input, kind);
}

static bool has(const reg_pb_filing *filing, const char *kind)
{
    for (size_t i = 0; i < filing->n_materials; i++)
        if (strcmp(filing->materials[i]->kind, kind) == 0)
            return true;
    return false;
}

static void check_d10(struct reg_rule_run *run)
{
    const reg_pb_filing *filed = filed_by(run->input);

    for (size_t i = 0; i < COUNT; i++) {
        const struct reg_registration_material *material = &materials[i];

        if (!reg_registration_material_needed(material, run->input) || said_elsewhere(run->input, material->def.kind) ||
            has(filed, material->def.kind))
            continue;
        reg_find_as(run, run->rule->severity,
                    reg_arena_printf(run->arena, "缺少%s（%s）", material->def.label_zh, material->legal_basis),
                    reg_arena_printf(run->arena, "%s: missing (%s)", material->def.label_en, material->legal_basis),
                    "materials[%s]", material->def.kind);
    }
}

/* ---- E21 ----------------------------------------------------------------------------------------------------------- */

static bool all_promised(const reg_pb_filing *filing, const char *kind)
{
    bool promised = false;

    for (size_t i = 0; i < filing->n_materials; i++)
        if (strcmp(filing->materials[i]->kind, kind) == 0) {
            if (!filing->materials[i]->deferred_until[0])
                return false;
            promised = true;
        }
    return promised;
}

/* Only what merged items ask for may follow later (容缺); of the licence's own materials merging says so. */
static void check_e21(struct reg_rule_run *run)
{
    const reg_pb_filing *filed = filed_by(run->input);

    for (size_t i = 0; i < COUNT; i++) {
        const struct reg_material_def *def = &materials[i].def;

        if (reg_registration_material_needed(&materials[i], run->input) && all_promised(filed, def->kind) &&
            !merging_says(run->input, def->kind))
            reg_find_as(
                run, run->rule->severity, reg_arena_printf(run->arena, "%s不得容缺", def->label_zh),
                reg_arena_printf(run->arena, "%s: the registration needs it now, it cannot follow later", def->label_en),
                "materials[%s]", def->kind);
    }
}

static const struct reg_rule rules[] = {
    {"D10", REG_RULE_ALL, REG_RULE_DAY(2022, 3, 1), 0, REGISTRY__V1__SEVERITY__SEVERITY_ERROR, "申请材料不齐全",
     "a material that the registration needs is missing", "条例 §16; 细则 §25-30,§32,§46", check_d10, PAPER_KINDS},
    {"E21", REG_RULE_ALL, 0, 0, REGISTRY__V1__SEVERITY__SEVERITY_ERROR, "登记自身所需的材料不得容缺",
     "what the registration itself needs cannot follow later", "条例 §16,§19", check_e21, PAPER_KINDS},
};
const struct reg_rule_list reg_rules_materials = {rules, sizeof rules / sizeof *rules};
