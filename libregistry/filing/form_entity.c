/* The one form: the registered and recorded facts of the entity (条例 §8, §9; 细则 §6, §7). */
#include <string.h>

#include "base/message.h"
#include "filing/form_work.h"
#include "filing/rule.h"

#define CAPITAL_OF_OTHERS     (REG_RULE_WITH_CAPITAL & ~REG_RULE_COMPANY)
#define HAS_TERM              (REG_RULE_COMPANY | REG_RULE_NON_COMPANY)
#define OTHERS                (1u << REG_FAMILY_OTHER)
#define ADDRESS               "\"$ref\":\"#/$defs/address\""
#define MONEY                 "\"$ref\":\"#/$defs/money\""
#define TERM                  "\"$ref\":\"#/$defs/term\""
#define LIST_OF(name)         "\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/" name "\"}"
#define AT_LEAST(count)       ",\"minItems\":" #count
#define AT_MOST(count)        ",\"maxItems\":" #count
#define PARENT_CODE           "entity.parentCode"
#define ONE                   AT_LEAST(1) AT_MOST(1)
#define YES                   "\"type\":\"boolean\""
#define CHOICE(value, zh, en) "{\"const\":\"" value "\",\"title\":\"" zh "\",\"x-title-en\":\"" en "\"}"
#define RAISINGS                                                                                                            \
    "\"type\":\"string\",\"oneOf\":[" CHOICE("RAISING_PROMOTERS", "发起设立", "The promoters take all") "," CHOICE(         \
        "RAISING_PRIVATE", "向特定对象募集设立",                                                                            \
        "Raised from certain persons") "," CHOICE("RAISING_PUBLIC", "公开募集设立", "Raised from the public") "]"
#define GROUNDS                                                                                                             \
    "\"type\":\"string\",\"oneOf\":[" CHOICE(                                                                               \
        "NO_SUPERVISORS_AUDIT_COMMITTEE", "董事会设审计委员会",                                                             \
        "An audit committee of the board") "," CHOICE("NO_SUPERVISORS_CONSENT", "全体股东一致同意（有限责任公司）",         \
                                                      "All shareholders agreed (limited company)") "]"
#define FOUNDINGS (REG_KIND(ESTABLISH) | REG_KIND(UPGRADE))
#define NUMBER    "\"type\":\"integer\",\"minimum\":1"
#define NUMBERS   "\"$ref\":\"#/$defs/personNumbers\""

/* A company has directors (公司法 §67, §75, §120). */
#define WITH_DIRECTOR                                                                                                       \
    AT_LEAST(1)                                                                                                             \
    ",\"contains\":{\"properties\":{\"position\":{\"enum\":[\"POSITION_DIRECTOR\",\"POSITION_CHAIR\"]}},"                   \
    "\"required\":[\"position\"]}"

enum entity_step { STEP_ENTITY, STEP_PEOPLE, STEP_COUNT };

static const struct {
    const char *id, *zh, *en;
} steps[STEP_COUNT] = {[STEP_ENTITY] = {"entity", "主体信息", "Entity"}, [STEP_PEOPLE] = {"people", "人员", "People"}};

/* A registered or recorded fact of some families; a family has a property of that name once. */
static const struct entity_fact {
    enum entity_step step;
    const char *name;
    unsigned families;
    unsigned required; /* of which families, at establishment */
    const char *zh, *en;
    const char *schema;             /* members; NULL: the type, which is written by hand */
    unsigned kinds;                 /* of filing; 0: all that change or found an entity */
    bool (*of_type)(unsigned type); /* NULL: of every type of the families */
} entity_facts[] = {
    {STEP_ENTITY, "entity.type", REG_RULE_ALL, REG_RULE_ALL, "市场主体类型", "Type of entity", NULL},
    {STEP_ENTITY, "entity.name", REG_RULE_ALL & ~REG_RULE_BRANCH, REG_RULE_ALL & ~REG_RULE_INDIVIDUAL, "名称", "Name",
     "\"$ref\":\"#/$defs/name\",\"required\":[\"tradeName\",\"form\"]"},
    {STEP_ENTITY, "entity.name", REG_RULE_BRANCH, REG_RULE_ALL, "名称", "Name", "\"$ref\":\"#/$defs/name\""},
    {STEP_ENTITY, PARENT_CODE, REG_RULE_BRANCH, REG_RULE_ALL, "所隶属主体的统一社会信用代码", "Credit code of the parent",
     "\"type\":\"string\",\"pattern\":\"^[0-9A-HJ-NP-RT-UW-Y]{18}$\""},
    {STEP_ENTITY, "entity.composition", REG_RULE_INDIVIDUAL, REG_RULE_ALL, "组成形式", "Composition",
     "\"$ref\":\"#/$defs/composition\""},
    {STEP_ENTITY, "entity.address", REG_RULE_PARTNERSHIP, REG_RULE_ALL, "主要经营场所", "Main place of business", ADDRESS},
    {STEP_ENTITY, "entity.address", REG_RULE_BRANCH, REG_RULE_ALL, "经营场所", "Place of business", ADDRESS},
    {STEP_ENTITY, "entity.address", REG_RULE_INDIVIDUAL, REG_RULE_ALL, "经营场所", "Place of business",
     "\"$ref\":\"#/$defs/addressOrPlatform\""},
    {STEP_ENTITY, "entity.address", REG_RULE_ALL & ~(REG_RULE_PARTNERSHIP | REG_RULE_BRANCH | REG_RULE_INDIVIDUAL),
     REG_RULE_ALL, "住所", "Address", ADDRESS},
    {STEP_ENTITY, "entity.capital", REG_RULE_COMPANY, REG_RULE_ALL, "注册资本", "Registered capital", MONEY},
    {STEP_ENTITY, "entity.capital", CAPITAL_OF_OTHERS, REG_RULE_ALL, "出资额", "Capital", MONEY},
    {STEP_ENTITY, "entity.raising", REG_RULE_JSC, 0, "设立方式", "How the shares are taken up", RAISINGS, FOUNDINGS},
    {STEP_ENTITY, "entity.term", HAS_TERM, REG_RULE_ALL, "经营期限", "Term of business", TERM},
    {STEP_ENTITY, "entity.term", REG_RULE_PARTNERSHIP, REG_RULE_ALL, "合伙期限", "Term of the partnership", TERM},
    {STEP_ENTITY, "entity.scope", REG_RULE_ALL, REG_RULE_ALL, "经营范围", "Business scope", "\"$ref\":\"#/$defs/scope\""},
    {STEP_ENTITY, "entity.established", REG_RULE_ALL, REG_RULE_ALL, "原登记的成立日期", "Day of establishment as registered",
     "\"type\":\"string\",\"format\":\"date\",\"pattern\":\"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\"",
     REG_KIND(CONVERT) | REG_KIND(MOVE_IN)},
    {STEP_ENTITY, "entity.formerNumbers", REG_RULE_ALL, 0, "原注册号、组织机构代码", "Former registration numbers",
     "\"type\":\"array\",\"items\":{\"type\":\"string\",\"pattern\":\"^[0-9A-Z-]{9,15}$\"}",
     REG_KIND(CONVERT) | REG_KIND(MOVE_IN)},
    {STEP_ENTITY, "entity.industry", REG_RULE_ALL, 0, "主要行业代码（GB/T 4754）", "Main industry (GB/T 4754)",
     "\"type\":\"string\",\"pattern\":\"^[A-T]?[0-9]{4}$\""},
    {STEP_PEOPLE, "filing.persons", REG_RULE_ALL, REG_RULE_ALL, "有关人员", "Persons", LIST_OF("person") AT_LEAST(1)},
    {STEP_PEOPLE, "entity.representatives", REG_RULE_COMPANY | REG_RULE_NON_COMPANY | REG_RULE_COOPERATIVE, REG_RULE_ALL,
     "法定代表人", "Legal representative", LIST_OF("representative") ONE},
    {STEP_PEOPLE, "entity.representatives", REG_RULE_PARTNERSHIP, REG_RULE_ALL, "执行事务合伙人", "Managing partners",
     LIST_OF("representative") AT_LEAST(1)},
    {STEP_PEOPLE, "entity.representatives", REG_RULE_SOLE, REG_RULE_ALL, "投资人", "Investor",
     LIST_OF("representative") ONE},
    {STEP_PEOPLE, "entity.representatives", REG_RULE_BRANCH, REG_RULE_ALL, "负责人", "Head of the branch",
     LIST_OF("representative") ONE},
    {STEP_PEOPLE, "entity.representatives", REG_RULE_INDIVIDUAL, REG_RULE_ALL, "经营者", "Operator",
     LIST_OF("representative") ONE},
    {STEP_PEOPLE, "entity.representatives", OTHERS, REG_RULE_ALL, "法定代表人（负责人）", "Legal representative or head",
     LIST_OF("representative") AT_LEAST(1)},
    {STEP_PEOPLE, "entity.investors", REG_RULE_LLC, REG_RULE_ALL, "股东", "Shareholders",
     LIST_OF("investor") AT_LEAST(1) AT_MOST(50)},
    {STEP_PEOPLE, "entity.investors", REG_RULE_JSC, REG_RULE_ALL, "发起人", "Promoters",
     LIST_OF("investor") AT_LEAST(1) AT_MOST(200)},
    {STEP_PEOPLE, "entity.investors", REG_RULE_PARTNERSHIP, REG_RULE_ALL, "合伙人", "Partners",
     "\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/investor\",\"required\":[\"liability\"]}" AT_LEAST(2)},
    {STEP_PEOPLE, "entity.investors", REG_RULE_SOLE, REG_RULE_ALL, "投资人的出资", "Contribution of the investor",
     LIST_OF("investor") ONE},
    {STEP_PEOPLE, "entity.investors", REG_RULE_COOPERATIVE, REG_RULE_ALL, "成员", "Members",
     LIST_OF("investor") AT_LEAST(3)},
    {STEP_PEOPLE, "entity.investors", REG_RULE_NON_COMPANY, REG_RULE_ALL, "出资人（主管部门）",
     "Investors (departments in charge)", LIST_OF("investor") AT_LEAST(1)},
    {STEP_PEOPLE, "entity.officers", REG_RULE_COMPANY, REG_RULE_ALL, "董事、监事、高级管理人员",
     "Directors, supervisors and managers", LIST_OF("officer") WITH_DIRECTOR},
    {STEP_PEOPLE, "entity.noSupervisors", REG_RULE_COMPANY, 0, "不设监事会、监事的依据（不设的填写）",
     "Why there is no supervisor (where there is none)", GROUNDS},
    {STEP_PEOPLE, "entity.noExecutorAgreed", REG_RULE_PARTNERSHIP, 0,
     "合伙协议未约定且合伙人未决定执行事务合伙人（此时普通合伙人均登记为执行事务合伙人）",
     "Nobody was agreed on to execute affairs: then every general partner is registered as doing so", YES},
    {STEP_PEOPLE, "entity.familyMembers", REG_RULE_INDIVIDUAL, 0, "参加经营的家庭成员", "Family members who take part",
     NUMBERS},
    {STEP_PEOPLE, "entity.liaisonPerson", REG_RULE_ALL, REG_RULE_ALL, "登记联络员", "Registration liaison", NUMBER},
    {STEP_PEOPLE, "entity.beneficialOwners", REG_RULE_COMPANY | REG_RULE_PARTNERSHIP, 0, "受益所有人（承诺免报的，不填）",
     "Beneficial owners (none where the exemption is promised)", NUMBERS},
    {STEP_PEOPLE, "entity.beneficialOwners", REG_RULE_BRANCH, 0, "受益所有人", "Beneficial owners", NUMBERS, 0,
     reg_rule_parent_abroad},
    {STEP_PEOPLE, "entity.beneficialExempt", REG_RULE_COMPANY | REG_RULE_PARTNERSHIP, 0,
     "承诺免报受益所有人（出资不超过一千万元、股东或者合伙人均为自然人，且无他人以其他方式控制或者获益）",
     "The exemption is promised: ten million yuan or less, held by natural persons, and nobody else controls or profits",
     YES},
    {STEP_PEOPLE, "entity.documentRecipient", REG_RULE_COMPANY | REG_RULE_PARTNERSHIP, REG_RULE_ALL,
     "外商投资企业法律文件送达接受人", "Who receives legal documents for the foreign-invested enterprise", NUMBER, 0,
     reg_rule_foreign_type},
};
#define FACT_COUNT (sizeof entity_facts / sizeof *entity_facts)

/* A business that a family runs records who of it takes part (细则 §7, §9). */
#define FAMILY_CONDITION                                                                                                    \
    "{\"if\":{\"properties\":{\"entity.composition\":{\"const\":\"COMPOSITION_FAMILY\"}},"                                  \
    "\"required\":[\"entity.composition\"]},\"then\":{\"required\":[\"entity.familyMembers\"]}}"

/* Shares that others than the promoters take up: verified, and with approval where the public takes them (细则 §26). */
#define RAISING_CONDITIONS                                                                                                  \
    "{\"if\":{\"properties\":{\"entity.raising\":{\"enum\":[\"RAISING_PRIVATE\",\"RAISING_PUBLIC\"]}},"                     \
    "\"required\":[\"entity.raising\"]},\"then\":{\"required\":[\"material.capital_verification\"]}},"                      \
    "{\"if\":{\"properties\":{\"entity.raising\":{\"const\":\"RAISING_PUBLIC\"}},\"required\":[\"entity.raising\"]},"       \
    "\"then\":{\"required\":[\"material.public_offering_approval\"]}}"

/* Is the property on this form? A filing that changes nothing of the entity asks nothing of it. */
static bool has(const struct form *form, unsigned families)
{
    return form->step->form != REG_FORM_NONE && families >> form->type->family & 1;
}

/* The value of one member in the JSON of a message that has it alone: `{"name":…}`; what is absent is "{}". */
static void put_member_value(struct reg_buf *buf, const char *member, const struct reg_buf *json)
{
    size_t head = strlen(member) + strlen("{\"\":");

    if (json->error || json->len <= head)
        return;
    reg_buf_puts(buf, ",\"readOnly\":true,\"x-confirm\":true,\"default\":");
    reg_buf_put(buf, json->data + head, json->len - head - 1);
}

/* What is recorded of a property, to be confirmed (条例 §16(3)); a fault leaves it to be asked. */
static void put_recorded(const struct form *form, const char *name)
{
    const reg_pb_filing *recorded = form->request->recorded;
    const char *member = strchr(name, '.') + 1;
    const ProtobufCMessage *holder = NULL;
    struct reg_buf json = REG_BUF_INIT;

    if (recorded)
        holder = strncmp(name, "filing.", strlen("filing.")) == 0 ? &recorded->base : &recorded->entity->base;
    if (holder && reg_message_field_json(reg_message_field(holder->descriptor, member), holder, &json) == 0)
        put_member_value(form->buf, member, &json);
    reg_buf_clear(&json);
}

static void put_property(const struct form *form, const struct entity_fact *fact)
{
    struct reg_buf *buf = form->buf;

    reg_form_put_string(buf, fact->name);
    reg_buf_puts(buf, ":{");
    reg_form_put_titles(buf, fact->zh, fact->en);
    reg_buf_put_u8(buf, ',');
    if (fact->schema) {
        reg_buf_puts(buf, fact->schema);
        put_recorded(form, fact->name);
    } else { /* chosen before the form was made: confirmed */
        reg_buf_puts(buf, "\"default\":");
        reg_form_put_number(buf, form->request->type);
        reg_buf_puts(buf, ",\"oneOf\":[{\"const\":");
        reg_form_put_number(buf, form->request->type);
        reg_buf_put_u8(buf, ',');
        reg_form_put_member(buf, "title", form->type->name_zh);
        reg_buf_puts(buf, "}]");
    }
    reg_buf_put_u8(buf, '}');
}

static bool is_asked(const struct form *form, const struct entity_fact *fact)
{
    return has(form, fact->families) && (!fact->of_type || fact->of_type(form->request->type)) &&
           (!fact->kinds || (fact->kinds >> form->request->kind & 1));
}

void reg_form_entity_properties(const struct form *form, bool *first)
{
    for (size_t i = 0; i < FACT_COUNT; i++) {
        if (!is_asked(form, &entity_facts[i]))
            continue;
        reg_form_comma(form->buf, first);
        put_property(form, &entity_facts[i]);
    }
}

static bool is_required(const struct form *form, const struct entity_fact *fact)
{
    if (!is_asked(form, fact) || !has(form, fact->families & fact->required))
        return false;
    return strcmp(fact->name, PARENT_CODE) != 0 || !reg_rule_parent_abroad(form->request->type);
}

void reg_form_entity_required(const struct form *form, bool *first)
{
    for (size_t i = 0; i < FACT_COUNT && form->establish; i++) {
        if (!is_required(form, &entity_facts[i]))
            continue;
        reg_form_comma(form->buf, first);
        reg_form_put_string(form->buf, entity_facts[i].name);
    }
}

const char *reg_form_entity_condition(const struct form *form)
{
    if (has(form, REG_RULE_JSC) && (FOUNDINGS >> form->request->kind & 1))
        return RAISING_CONDITIONS;
    return has(form, REG_RULE_INDIVIDUAL) ? FAMILY_CONDITION : NULL;
}

void reg_form_entity_steps(const struct form *form, bool *first)
{
    for (unsigned step = 0; step < STEP_COUNT; step++) {
        bool first_name = true;

        if (form->step->form == REG_FORM_NONE)
            return;
        reg_form_comma(form->buf, first);
        reg_buf_put_u8(form->buf, '{');
        reg_form_put_member(form->buf, "id", steps[step].id);
        reg_buf_put_u8(form->buf, ',');
        reg_form_put_titles(form->buf, steps[step].zh, steps[step].en);
        reg_buf_puts(form->buf, ",\"properties\":[");
        for (size_t i = 0; i < FACT_COUNT; i++) {
            if (entity_facts[i].step != step || !is_asked(form, &entity_facts[i]))
                continue;
            reg_form_comma(form->buf, &first_name);
            reg_form_put_string(form->buf, entity_facts[i].name);
        }
        reg_buf_puts(form->buf, "]}");
    }
}
