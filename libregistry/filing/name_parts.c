/* Family B: the parts of a name, as filed or as the parser finds them. What a higher authority or a person decides is
 * review. */
#include "filing/name_rules.h"

#include <string.h>

#include "base/utf8.h"

#define ERROR  REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define REVIEW REGISTRY__V1__SEVERITY__SEVERITY_REVIEW

#define NAME_MAX_BYTES 300 /* the credential signs the whole name, and a QR code has room for no more */
#define TYPE_GROUP     8000
#define FAMILY(family)                                                                                                      \
    _Static_assert(REG_NAME_##family == 1 << REG_FAMILY_##family, "the parser's families are the catalogue's")

FAMILY(LLC);
FAMILY(JSC);
FAMILY(BRANCH);
FAMILY(PARTNERSHIP);
FAMILY(SOLE);
FAMILY(COOPERATIVE);
FAMILY(INDIVIDUAL);
FAMILY(NON_COMPANY);
FAMILY(OTHER);

bool name_is_long(const reg_pb_entity *entity)
{
    return strlen(reg_name_full(entity)) > NAME_MAX_BYTES;
}

bool name_parts_filed(const reg_pb_entity *entity)
{
    const reg_pb_name *name = entity->name;

    return name && (name->division[0] || name->trade_name[0] || name->industry[0] || name->form[0]);
}

static unsigned seat(const struct reg_rule_run *run)
{
    return run->entity->address ? run->entity->address->division : 0;
}

const struct reg_name_parts *name_parsed(struct reg_rule_run *run)
{
    if (!run->name_parsed) {
        struct reg_name_hints hints = {run->input->type ? 1u << run->input->type->family : 0, seat(run)};

        reg_name_parse(reg_name_full(run->entity), &hints, &run->name_parts);
        run->name_parsed = true;
    }
    return &run->name_parts;
}

struct name_part_text name_part(struct reg_rule_run *run, enum name_part part)
{
    static const char *const paths[] = {"entity.name.division", "entity.name.tradeName", "entity.name.industry",
                                        "entity.name.form"};
    const reg_pb_name *name = run->entity->name;

    if (name_parts_filed(run->entity)) {
        const char *texts[] = {name->division, name->trade_name, name->industry, name->form};

        return (struct name_part_text){texts[part], strlen(texts[part]), paths[part]};
    }
    const struct reg_name_parts *parsed = name_parsed(run);
    struct reg_name_span spans[] = {parsed->division, parsed->trade_name, parsed->industry, parsed->form};

    return (struct name_part_text){reg_name_full(run->entity) + spans[part].offset, spans[part].len, "entity.name.full"};
}

const char *name_own_text(struct reg_rule_run *run)
{
    const struct reg_parent_view *parent = &run->input->view->parent;
    const char *name = reg_name_full(run->entity), *rest;

    if (!run->input->type || run->input->type->family != REG_FAMILY_BRANCH)
        return name;
    rest = parent->found && parent->name ? reg_name_after(name, parent->name) : NULL;
    return rest ? rest : name + name_parsed(run)->branch.offset;
}

/* Is there a name with a length that a name may have? Elsewhere B01, B02 and B22 have spoken. */
static bool readable(const struct reg_rule_run *run)
{
    return reg_name_full(run->entity)[0] && !name_is_long(run->entity);
}

void check_b04(struct reg_rule_run *run)
{
    struct name_part_text part = name_part(run, NAME_DIVISION);

    if (readable(run) && part.len == 0)
        reg_find(run, "%s", part.path);
}

void check_b05(struct reg_rule_run *run)
{
    struct name_part_text part = name_part(run, NAME_INDUSTRY);

    if (readable(run) && part.len == 0 && !name_parsed(run)->form_says_trade)
        reg_find(run, "%s", part.path);
}

void check_b06(struct reg_rule_run *run)
{
    struct name_part_text part = name_part(run, NAME_DIVISION);
    struct reg_name_division where;

    if (!readable(run) || part.len == 0)
        return;
    if (!reg_name_division_parse(part.text, part.len, seat(run), &where))
        reg_find_as(run, REVIEW, "行政区划表中没有名称所用的行政区划",
                    "the name's division is not in the table of divisions", "%s", part.path);
    else if (where.lone_zone)
        reg_find_as(run, ERROR, "开发区、垦区等区域名称应当与行政区划名称连用，不得单独使用",
                    "a development zone stands with a division, not alone", "%s", part.path);
    else if (!where.covers_seat)
        reg_find_as(run, ERROR, "名称中的行政区划名称应当是企业所在地的县级以上地方行政区划名称",
                    "the name's division is not one in which the seat lies", "%s", part.path);
    else if (where.lone_district)
        reg_find_as(run, ERROR, "市辖区名称应当同时冠以其所属的设区的市的行政区划名称",
                    "the name of a district stands behind its city's", "%s", part.path);
}

void check_b07(struct reg_rule_run *run)
{
    struct name_part_text part = name_part(run, NAME_TRADE);
    const char *at = part.text;
    unsigned han = 0;

    if (!readable(run) || part.len == 0)
        return;
    while (at < part.text + part.len)
        han += reg_utf8_is_han(reg_utf8_next(&at));
    if (han < 2)
        reg_find(run, "%s", part.path);
}

/* §8 excepts names that mean something else as well (东方, 太和); whether they do a person decides. */
void check_b08(struct reg_rule_run *run)
{
    struct name_part_text part = name_part(run, NAME_TRADE);
    enum reg_name_division_kind division = reg_name_is_division(part.text, part.len);
    enum reg_name_industry_kind industry = reg_name_is_industry(part.text, part.len);

    if (!readable(run))
        return;
    if (division == REG_NAME_FULL_DIVISION || industry == REG_NAME_THAT_INDUSTRY)
        reg_find(run, "%s", part.path);
    else if (division == REG_NAME_SHORT_DIVISION)
        reg_find_as(run, REVIEW, "字号与行政区划简称相同，是否另有含义由登记机关认定",
                    "the trade name is short for a division; whether it means something else is to be decided", "%s",
                    part.path);
    else if (industry == REG_NAME_ANY_INDUSTRY)
        reg_find_as(run, REVIEW, "字号是表示经营特点的字词，是否另有含义由登记机关认定",
                    "the trade name is a word for a business trait; whether it means something else is to be decided", "%s",
                    part.path);
}

void check_b09(struct reg_rule_run *run)
{
    struct name_part_text part = name_part(run, NAME_INDUSTRY);

    if (readable(run) && reg_name_industry_agrees(part.text, part.len, run->entity->industry) == REG_NAME_DISAGREES)
        reg_find(run, "%s", part.path);
}

/* Whether a company holds those that make a group is not in the filing; that a partnership is no group's parent is certain.
 */
void check_b17(struct reg_rule_run *run)
{
    unsigned family = run->input->type ? 1u << run->input->type->family : REG_NAME_OTHER;
    bool legal_person = family & (REG_NAME_LLC | REG_NAME_JSC | REG_NAME_NON_COMPANY | REG_NAME_OTHER);

    if (!readable(run) || run->entity->type == TYPE_GROUP || !strstr(reg_name_full(run->entity), "集团"))
        return;
    if (name_parsed(run)->group.len && !legal_person)
        reg_find(run, "entity.name.full");
    else if (name_parsed(run)->group.len)
        reg_find_as(run, REVIEW, "组织形式之前使用“集团”字样，是否为企业集团母公司未核验",
                    "集团 stands before the form; whether the company is a group's parent was not verified",
                    "entity.name.full");
    else
        reg_find_as(run, REVIEW, "名称中使用企业集团名称，是否为其成员未核验",
                    "the name has a group's name in it; whether it is one of the group was not verified",
                    "entity.name.full");
}
