/* Each rule with filings that pass, fail and stand on the boundary: an example that is good, changed in one respect. What is
 * expected was written against the law's text (rules.csv names the clause). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <registry/code.h>

#include "base/date.h"
#include "filing/rule.h"
#include "load.h"
#include "suite.h"

#define TODAY   "2026-11-24"
#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING
#define REVIEW  REGISTRY__V1__SEVERITY__SEVERITY_REVIEW

/* What a change may touch. */
struct scene {
    reg_pb_filing *filing;
    struct reg_register_view view;
    bool node;
    struct reg_arena *arena;
};

#define TEXT(value) ((char *)(value))

/* ---- changes --------------------------------------------------------------------------------------------------------- */

#define CHANGE(name, ...)                                                                                                   \
    static void name(struct scene *s)                                                                                       \
    {                                                                                                                       \
        reg_pb_filing *f = s->filing;                                                                                       \
        reg_pb_entity *e = f->entity;                                                                                       \
        (void)e;                                                                                                            \
        __VA_ARGS__;                                                                                                        \
    }

static void as_node(struct scene *s, const char *code)
{
    s->node = true;
    s->filing->assigned_code = TEXT(code);
    s->filing->entity->established = TEXT("2026-11-20");
}

CHANGE(nothing, (void)f)
CHANGE(node_good, as_node(s, "91341300MAY000009W"))
CHANGE(node_short, as_node(s, "91341300MAY000009"))
CHANGE(node_letter, as_node(s, "91341300MAI000009W"))
CHANGE(node_check, as_node(s, "91341300MAY000009X"))
CHANGE(node_legacy, as_node(s, "91350203M0001FUE2P"))
CHANGE(node_subject, as_node(s, "91341300MAY000008W"))
CHANGE(node_prefix, as_node(s, "94341300MAY000009W"))
CHANGE(node_other_department, as_node(s, "11100000MB0143028R"))
CHANGE(node_individual_prefix, as_node(s, "92341300MAY000009U"))
CHANGE(node_taken, as_node(s, "91341300MAY000009W"); s->view.code_taken = true)
CHANGE(node_no_date, as_node(s, "91341300MAY000009W"); e->established = TEXT(""))
CHANGE(node_false_date, as_node(s, "91341300MAY000009W"); e->established = TEXT("2026-02-30"))
CHANGE(investor_code_check, f->persons[3]->credit_code = TEXT("91341300MAY000009X"))
CHANGE(investor_code_legacy, f->persons[3]->credit_code = TEXT("91350203M0001FUE2P"))
/* A code that conforms but for its registrar, which nobody knows. */
static char *unknown_registrar(struct scene *s)
{
    char *code = reg_arena_alloc(s->arena, REG_CODE_LEN + 1);

    memcpy(code, "91999999MAY0000090", REG_CODE_LEN + 1);
    for (const char *c = "0123456789ABCDEFGHJKLMNPQRTUWXY"; *c; c++) {
        code[REG_CODE_LEN - 1] = *c;
        if (reg_code_check(code, REG_CODE_LEN, NULL) == REG_VERDICT_VALID)
            break;
    }
    return code;
}
CHANGE(investor_code_unknown, f->persons[3]->credit_code = unknown_registrar(s))
CHANGE(node_unknown, as_node(s, unknown_registrar(s)))
CHANGE(id_check, f->persons[0]->id->number = TEXT("110105194912310021"))
CHANGE(id_good, f->persons[0]->id->number = TEXT("11010519491231002X"))
CHANGE(id_lower_case, f->persons[0]->id->number = TEXT("11010519491231002x"))
CHANGE(id_full_width, f->persons[0]->id->number = TEXT("１１０１０５１９４９１２３１００２X"))
CHANGE(id_no_such_day, char *id = reg_arena_alloc(s->arena, 19);
       CU_ASSERT_EQUAL(reg_resident_id_make("34130219900230123", id), 0); f->persons[0]->id->number = id)
CHANGE(id_future, char *id = reg_arena_alloc(s->arena, 19);
       CU_ASSERT_EQUAL(reg_resident_id_make("34130220261125123", id), 0); f->persons[0]->id->number = id)
CHANGE(id_born_today, char *id = reg_arena_alloc(s->arena, 19);
       CU_ASSERT_EQUAL(reg_resident_id_make("34130220261124123", id), 0); f->persons[0]->id->number = id)
CHANGE(id_old, f->persons[0]->id->number = TEXT("341302900307123"))
CHANGE(passport, f->persons[0]->id->kind = REGISTRY__V1__ID_KIND__ID_KIND_PASSPORT;
       f->persons[0]->id->number = TEXT("E12345678"))
CHANGE(permit_prefix, f->persons[0]->id->kind = REGISTRY__V1__ID_KIND__ID_KIND_HMT_RESIDENCE)

static void former(struct scene *s, const char *number)
{
    char **list = reg_arena_alloc(s->arena, sizeof *list);

    list[0] = TEXT(number);
    s->filing->entity->n_former_numbers = 1;
    s->filing->entity->former_numbers = list;
}
CHANGE(former_good, former(s, "110108000000016"))
CHANGE(former_check, former(s, "110108000000017"))
CHANGE(former_organisation, former(s, "76081063-9"))
CHANGE(former_organisation_check, former(s, "76081063-8"))
CHANGE(mobile_short, f->persons[0]->contact->mobile = TEXT("1390000010"))
CHANGE(mobile_foreign, f->persons[0]->contact->mobile = TEXT("+4915112345678"))
CHANGE(mobile_twelve, f->persons[0]->contact->mobile = TEXT("12900000101"))
CHANGE(telephone_good, f->persons[0]->contact->telephone = TEXT("0557-3012345-801"))
CHANGE(telephone_bad, f->persons[0]->contact->telephone = TEXT("557-3012345"))
CHANGE(postcode_elsewhere, e->address->postcode = TEXT("235300"))
CHANGE(postcode_unknown_division, e->address->division = 341371; e->address->postcode = TEXT("999999"))

CHANGE(name_none, e->name = NULL)
CHANGE(name_empty, e->name->full = TEXT(""))
CHANGE(name_latin, e->name->full = TEXT("宿州市ABC软件有限公司"); e->name->trade_name = TEXT("ABC"))
CHANGE(name_astral, e->name->full = TEXT("宿州市青𠮷软件有限公司"); e->name->trade_name = TEXT("青𠮷"))
CHANGE(name_emoji, e->name->full = TEXT("宿州市青🌾软件有限公司"); e->name->trade_name = TEXT("青🌾"))
CHANGE(name_long, char *text = reg_arena_alloc(s->arena, 4000); memset(text, 0, 4000);
       for (int i = 0; i < 1000; i++) memcpy(text + 3 * i, "青", 3); e->name->full = text)
CHANGE(name_bracketed, e->name->full = TEXT("青禾（宿州）软件有限公司"); e->name->division = TEXT("（宿州）"))
CHANGE(name_bracketed_bare, e->name->full = TEXT("青禾（宿州）软件有限公司"); e->name->division = TEXT("宿州"))
CHANGE(name_half_width, e->name->full = TEXT("青禾(宿州)软件有限公司"); e->name->division = TEXT("（宿州）"))
CHANGE(name_half_width_bare, e->name->full = TEXT("青禾软件(宿州)有限公司"); e->name->division = TEXT("宿州"))
CHANGE(name_bracketed_late, e->name->full = TEXT("青禾软件（宿州）有限公司"); e->name->division = TEXT("（宿州）"))
CHANGE(name_disorder, e->name->full = TEXT("青禾宿州市软件有限公司"))
CHANGE(name_no_trade, e->name->trade_name = TEXT(""); e->name->full = TEXT("宿州市软件有限公司"))
CHANGE(name_no_form, e->name->form = TEXT(""))
CHANGE(name_no_division, e->name->division = TEXT(""); e->name->full = TEXT("青禾软件有限公司"))
CHANGE(name_no_industry, e->name->industry = TEXT(""); e->name->full = TEXT("宿州市青禾有限公司"))
CHANGE(trade_one, e->name->trade_name = TEXT("青"); e->name->full = TEXT("宿州市青软件有限公司"))
CHANGE(trade_two_with_dot, e->name->trade_name = TEXT("青·禾"); e->name->full = TEXT("宿州市青·禾软件有限公司"))
CHANGE(llc_as_jsc, e->name->form = TEXT("股份有限公司"); e->name->full = TEXT("宿州市青禾软件股份有限公司"))
CHANGE(jsc_short, e->name->form = TEXT("股份公司"); e->name->full = TEXT("安徽砀泽食品科技股份公司"))
CHANGE(jsc_as_llc, e->name->form = TEXT("有限公司"); e->name->full = TEXT("安徽砀泽食品科技有限公司"))
CHANGE(partnership_bare, e->name->form = TEXT("合伙企业"); e->name->full = TEXT("宿州市汴河创业投资合伙企业"))
CHANGE(partnership_other, e->name->form = TEXT("合伙企业（普通合伙）");
       e->name->full = TEXT("宿州市汴河创业投资合伙企业（普通合伙）"))
CHANGE(sole_bare, e->name->form = TEXT("厅"); e->name->full = TEXT("宿州市埇桥区欢聚歌舞娱乐厅"))
CHANGE(sole_company, e->name->full = TEXT("宿州市埇桥区欢聚歌舞娱乐公司（个人独资）");
       e->name->form = TEXT("公司（个人独资）"))
CHANGE(cooperative_bare, e->name->full = TEXT("灵璧县丰谷家禽养殖合作社"); e->name->form = TEXT("合作社"))
CHANGE(cooperative_union, e->name->full = TEXT("灵璧县丰谷家禽养殖专业合作社联合社");
       e->name->form = TEXT("专业合作社联合社"))
CHANGE(cooperative_bad_union, e->name->full = TEXT("灵璧县丰谷家禽养殖合作社联合社"); e->name->form = TEXT("合作社联合社"))
CHANGE(name_taken, s->view.name_taken = true)

static void give_name(struct scene *s, const char *full)
{
    reg_pb_name *name = reg_arena_alloc(s->arena, sizeof *name);

    registry__v1__name__init(name);
    name->full = TEXT(full);
    s->filing->entity->name = name;
}
/* More of names, in full alone, is in test_names.c. */
CHANGE(name_elsewhere, give_name(s, "南京青禾软件有限公司"))
CHANGE(name_division_as_trade, give_name(s, "宿州市安徽省软件有限公司"))
CHANGE(name_other_business, give_name(s, "宿州市青禾餐饮管理有限公司"))
CHANGE(name_gambling, give_name(s, "宿州市青禾博彩软件有限公司"))
CHANGE(name_best, give_name(s, "宿州市最佳软件有限公司"))
CHANGE(name_group, give_name(s, "宿州市汴河创业投资集团合伙企业（有限合伙）"))
CHANGE(individual_named, give_name(s, "埇桥区姜小满小吃店"))
CHANGE(individual_company, give_name(s, "埇桥区姜小满小吃公司"))
CHANGE(individual_enterprise, give_name(s, "埇桥区姜小满小吃企业"))

CHANGE(type_unknown, e->type = 1234)
CHANGE(type_no_licence, e->type = 1000)
CHANGE(type_two_owners_as_one, e->type = 1151)
CHANGE(type_one_as_two, e->type = 1130)
CHANGE(type_natural_as_legal, e->type = 1152)

static void investors(struct scene *s, size_t count)
{
    reg_pb_entity *entity = s->filing->entity;
    reg_pb_investor **list = reg_arena_alloc(s->arena, (count + 1) * sizeof *list);

    for (size_t i = 0; i < count; i++)
        list[i] = entity->investors[i % entity->n_investors];
    entity->n_investors = count;
    entity->investors = list;
}
CHANGE(investors_0, investors(s, 0))
CHANGE(investors_50, investors(s, 50))
CHANGE(investors_51, investors(s, 51))
CHANGE(investors_200, investors(s, 200))
CHANGE(investors_201, investors(s, 201))
CHANGE(investors_10000, investors(s, 10000))
CHANGE(one_partner, investors(s, 1))
CHANGE(half_abroad, f->persons[0]->resident = false)
CHANGE(half_of_two, investors(s, 2); f->persons[0]->resident = false)
CHANGE(most_abroad, f->persons[0]->resident = false; f->persons[1]->resident = false)
CHANGE(no_general_partner, e->investors[0]->liability = REGISTRY__V1__LIABILITY__LIABILITY_LIMITED)
CHANGE(all_general, e->investors[1]->liability = REGISTRY__V1__LIABILITY__LIABILITY_UNLIMITED)
CHANGE(not_executing, e->officers[0]->executes = false)
CHANGE(supervisor_represents, e->representatives[0]->person = 2)
CHANGE(manager_represents, e->officers[0]->position = REGISTRY__V1__POSITION__POSITION_MANAGER)
CHANGE(two_owners, investors(s, 2))
CHANGE(owner_barred, f->persons[0]->barred = true)
CHANGE(owner_foreign, f->persons[0]->country = 276)
CHANGE(owner_enterprise, f->persons[0]->kind = REGISTRY__V1__PERSON_KIND__PERSON_KIND_ENTERPRISE;
       f->persons[0]->credit_code = TEXT("91341300MAY000009W"))

CHANGE(due_last_day, e->investors[0]->due = TEXT("2031-11-24"))
CHANGE(due_late, e->investors[0]->due = TEXT("2031-11-25"))
CHANGE(due_missing, e->investors[0]->due = TEXT(""))
CHANGE(due_missing_but_paid, e->investors[0]->due = TEXT(""); e->investors[0]->paid = e->investors[0]->subscribed)
CHANGE(due_no_date, e->investors[0]->due = TEXT("2030-02-29"))
CHANGE(due_leap, e->investors[0]->due = TEXT("2033-02-28"))
CHANGE(due_after_leap, e->investors[0]->due = TEXT("2033-03-01"))
CHANGE(dollars, e->capital->currency = 840)
CHANGE(no_currency, e->capital->currency = 0)
CHANGE(exponent, e->capital->exponent = 3)
CHANGE(exponent_huge, e->capital->exponent = 4000000000u)
CHANGE(capital_zero, e->capital->minor = 0; e->investors[0]->subscribed->minor = 0)
CHANGE(capital_more, e->capital->minor++)
CHANGE(capital_overflow, e->capital->minor = 1; e->investors[0]->subscribed->minor = UINT64_MAX;
       e->investors[1]->subscribed->minor = 2)
CHANGE(amount_missing, e->investors[0]->subscribed = NULL)
CHANGE(shares_short, e->investors[0]->share = TEXT("66.666666"))
CHANGE(shares_partly, e->investors[0]->share = TEXT(""))
CHANGE(share_hostile, e->investors[0]->share = TEXT("99999999999999999999999999999999"))
CHANGE(share_full_width, e->investors[0]->share = TEXT("６６.６６６６６７"))
CHANGE(date_given, e->established = TEXT("2026-11-24"))

CHANGE(no_address, e->address = NULL)
CHANGE(empty_address, e->address->text = TEXT(""))
CHANGE(other_city, e->address->division = 340102)
CHANGE(no_such_division, e->address->division = 341399)
CHANGE(county_elsewhere, f->authority = 341302; e->address->division = 341321)
CHANGE(county_here, f->authority = 341302)
CHANGE(province, f->authority = 340000; e->address->division = 340102)
CHANGE(term_both, e->term->to = TEXT("2046-11-23"))
CHANGE(term_neither, e->term->unlimited = false)
CHANGE(term_backwards, e->term->to = TEXT("2026-11-24"))
CHANGE(term_one_day, e->term->to = TEXT("2026-11-25"))
CHANGE(term_no_date, e->term->to = TEXT("2046-11-31"))
CHANGE(no_scope, e->scope = NULL)
CHANGE(no_representative, e->n_representatives = 0)
CHANGE(no_capital, e->capital = NULL)
CHANGE(branch_capital, reg_pb_money *money = reg_arena_alloc(s->arena, sizeof *money); registry__v1__money__init(money);
       money->minor = 100; money->currency = 156; money->exponent = 2; e->capital = money)
CHANGE(no_composition, e->composition = REGISTRY__V1__COMPOSITION__COMPOSITION_UNSPECIFIED)
CHANGE(no_liability, e->investors[1]->liability = REGISTRY__V1__LIABILITY__LIABILITY_UNSPECIFIED)
CHANGE(partner_no_residence, f->persons[0]->residence = TEXT(""))
CHANGE(owner_no_residence, f->persons[0]->residence = TEXT(""))
CHANGE(no_delegate, e->representatives[0]->delegate = 0)
CHANGE(no_parent, e->parent_code = TEXT(""))
CHANGE(parent_gone, s->view.parent.found = true;
       s->view.parent.state = REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DEREGISTERED)
CHANGE(parent_here, s->view.parent.found = true; s->view.parent.state = REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING)
CHANGE(parent_legacy, e->parent_code = TEXT("91350203M0001FUE2P"))
CHANGE(person_twice, f->persons[1]->number = 1)
CHANGE(person_dangling, e->investors[0]->person = 77)
CHANGE(person_nameless, f->persons[1]->name = TEXT(""))
static char *long_text(struct scene *s, size_t characters)
{
    char *text = reg_arena_alloc(s->arena, 3 * characters + 1);

    for (size_t i = 0; i < characters; i++)
        memcpy(text + 3 * i, "青", 3);
    return text;
}
CHANGE(person_long_name, f->persons[1]->name = long_text(s, 101))
CHANGE(person_longest_name, f->persons[1]->name = long_text(s, 100))
CHANGE(representatives_too_long, f->persons[0]->name = long_text(s, 401))
CHANGE(person_no_document, f->persons[0]->id = NULL)
CHANGE(no_articles, f->n_materials = 2)
CHANGE(no_term, e->term = NULL)
CHANGE(no_director, e->n_officers = 0)
CHANGE(no_liaison, e->liaison_case = REGISTRY__V1__ENTITY__LIAISON__NOT_SET)
CHANGE(no_family, e->n_family_members = 0)
CHANGE(personal, e->n_family_members = 0; e->composition = REGISTRY__V1__COMPOSITION__COMPOSITION_PERSONAL)
CHANGE(no_agreement, f->n_materials = 3)
CHANGE(unknown_item, static uint32_t asked[] = {62}; f->n_items_asked = 1; f->items_asked = asked)

/* Born on that day, YYYYMMDD. */
static void birthday(struct scene *s, size_t person, const char *day)
{
    char body[18], *id = reg_arena_alloc(s->arena, 19);

    snprintf(body, sizeof body, "341302%s123", day);
    CU_ASSERT_EQUAL(reg_resident_id_make(body, id), 0);
    s->filing->persons[person]->id->number = id;
}
CHANGE(born_18, birthday(s, 0, "20081124"))
CHANGE(born_18_tomorrow, birthday(s, 0, "20081125"))
CHANGE(born_16, birthday(s, 0, "20101124"))
CHANGE(born_16_tomorrow, birthday(s, 0, "20101125"))
CHANGE(young_supervisor, birthday(s, 1, "20101125"))
CHANGE(young_limited_partner, birthday(s, 2, "20151125"))
CHANGE(young_delegate, birthday(s, 1, "20101125"))
CHANGE(young_family, birthday(s, 1, "20151125"))

static void give_parent(struct scene *s, const char *name)
{
    s->view.parent.found = true;
    s->view.parent.state = REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING;
    s->view.parent.name = name;
}
CHANGE(parent_named, give_parent(s, "合肥示例软件有限公司"))
CHANGE(parent_named_otherwise, give_parent(s, "合肥示例软件股份有限公司"))
CHANGE(branch_bare, e->name->full = TEXT("合肥示例软件有限公司宿州"))
CHANGE(branch_of_branch_word, give_parent(s, "合肥分享软件有限公司"); e->name->full = TEXT("合肥分享软件有限公司宿州"))
CHANGE(parent_half_width, give_parent(s, "示例软件（合肥）有限公司"); e->name->full = TEXT("示例软件(合肥)有限公司宿州分公司"))
CHANGE(branch_shop, e->name->full = TEXT("合肥示例软件有限公司宿州分店"))
CHANGE(china_first, e->name->full = TEXT("中国青禾软件有限公司"); e->name->division = TEXT("中国"))
CHANGE(china_industry, e->name->full = TEXT("宿州市青禾中国画有限公司"); e->name->industry = TEXT("中国画"))
CHANGE(china_trade, e->name->full = TEXT("宿州市新中华软件有限公司"); e->name->trade_name = TEXT("新中华"))
CHANGE(china_bracketed, e->name->full = TEXT("青禾（中国）软件有限公司"); e->name->division = TEXT("（中国）"))
CHANGE(china_bracketed_foreign, china_bracketed(s); e->type = 5140)
CHANGE(china_branch, e->name->full = TEXT("中国示例软件有限公司宿州分公司"))

CHANGE(form_labour, e->investors[0]->form = TEXT("劳务"))
CHANGE(form_mixed, e->investors[0]->form = TEXT("货币、商誉"))
CHANGE(form_land, e->investors[0]->form = TEXT("货币、土地使用权、知识产权、股权、债权"))
CHANGE(form_limited_labour, e->investors[1]->form = TEXT("劳务"))
CHANGE(supervisor_manages, e->officers[1]->person = 1)
CHANGE(supervisor_keeps_books, e->officers[0]->position = REGISTRY__V1__POSITION__POSITION_FINANCE_HEAD;
       e->officers[1]->person = 1)
CHANGE(director_manages, e->officers[1]->person = 1; e->officers[1]->position = REGISTRY__V1__POSITION__POSITION_MANAGER)
CHANGE(limited_executes, e->representatives[0]->person = 3)
CHANGE(stranger_executes, e->representatives[0]->person = 2)
CHANGE(four_members, investors(s, 4))
/* Of so many members so many are one enterprise, person 5. */
static void organisation_members(struct scene *s, size_t members, size_t count)
{
    reg_pb_investor *body = s->filing->entity->investors[4], *farmer = s->filing->entity->investors[0];

    s->filing->persons[4]->kind = REGISTRY__V1__PERSON_KIND__PERSON_KIND_ENTERPRISE;
    investors(s, members);
    for (size_t i = 0; i < members; i++)
        s->filing->entity->investors[i] = i < count ? body : farmer;
}
CHANGE(members_20_1, organisation_members(s, 20, 1))
CHANGE(members_20_2, organisation_members(s, 20, 2))
CHANGE(members_21_1, organisation_members(s, 21, 1))
CHANGE(members_21_2, organisation_members(s, 21, 2))
CHANGE(members_40_2, organisation_members(s, 40, 2))
/* A union of which so many members are cooperatives. */
static void union_members(struct scene *s, size_t cooperatives)
{
    cooperative_union(s);
    for (size_t i = 0; i < 5; i++) {
        s->filing->persons[i]->kind = REGISTRY__V1__PERSON_KIND__PERSON_KIND_ENTERPRISE;
        s->filing->persons[i]->credit_code = TEXT(i < cooperatives ? "93341300MAY000009T" : "91341300MAY000009W");
    }
}
CHANGE(union_3, union_members(s, 3))
CHANGE(union_2, union_members(s, 2))
CHANGE(operator_abroad, f->persons[0]->country = 276)
CHANGE(operator_taiwan, f->persons[0]->country = 158)
CHANGE(operator_enterprise, f->persons[0]->kind = REGISTRY__V1__PERSON_KIND__PERSON_KIND_ENTERPRISE)
static void second_operator(struct scene *s)
{
    reg_pb_entity *entity = s->filing->entity;
    reg_pb_representative **list = reg_arena_alloc(s->arena, 2 * sizeof *list);

    list[0] = list[1] = entity->representatives[0];
    entity->representatives = list;
    entity->n_representatives = 2;
}
CHANGE(no_owner_filed, e->n_beneficial_owners = 0)
CHANGE(owners_ten_million, e->n_beneficial_owners = 0; e->capital->minor = 1000000000)
CHANGE(owners_above_ten_million, e->n_beneficial_owners = 0; e->capital->minor = 1000000001)
CHANGE(owners_enterprise_holds, e->n_beneficial_owners = 0; e->capital->minor = 100;
       f->persons[3]->kind = REGISTRY__V1__PERSON_KIND__PERSON_KIND_ENTERPRISE)
CHANGE(owner_is_enterprise, e->beneficial_owners[0] = 4)

static void officers(struct scene *s, size_t directors, size_t supervisors)
{
    reg_pb_entity *entity = s->filing->entity;
    reg_pb_officer *all = reg_arena_alloc(s->arena, 8 * sizeof *all), **list = reg_arena_alloc(s->arena, 8 * sizeof *list);
    reg_pb_person *persons = reg_arena_alloc(s->arena, 8 * sizeof *persons);
    reg_pb_person **named = reg_arena_alloc(s->arena, 8 * sizeof *named);

    for (size_t i = 0; i < 8; i++) { /* as many persons as are needed, all like the first */
        persons[i] = *s->filing->persons[0];
        persons[i].number = (uint32_t)i + 1;
        named[i] = i < s->filing->n_persons ? s->filing->persons[i] : &persons[i];
    }
    s->filing->persons = named;
    s->filing->n_persons = 8;
    for (size_t i = 0; i < directors + supervisors; i++) {
        registry__v1__officer__init(&all[i]);
        all[i].person = (uint32_t)i + 1;
        all[i].position =
            i < directors ? REGISTRY__V1__POSITION__POSITION_DIRECTOR : REGISTRY__V1__POSITION__POSITION_SUPERVISOR;
        all[i].executes = i == 0;
        list[i] = &all[i];
    }
    entity->officers = list;
    entity->n_officers = directors + supervisors;
}
CHANGE(officers_1_0, officers(s, 1, 0))
CHANGE(officers_1_1, officers(s, 1, 1))
CHANGE(officers_1_2, officers(s, 1, 2))
CHANGE(officers_1_3, officers(s, 1, 3))
CHANGE(officers_2_0, officers(s, 2, 0))
CHANGE(officers_2_1, officers(s, 2, 1))
CHANGE(officers_3_0, officers(s, 3, 0))
CHANGE(officers_3_2, officers(s, 3, 2))
CHANGE(officers_3_3, officers(s, 3, 3))
CHANGE(chair_of_one, officers(s, 1, 1); e->officers[0]->position = REGISTRY__V1__POSITION__POSITION_CHAIR)
CHANGE(chair_of_three, officers(s, 3, 1); e->officers[0]->position = REGISTRY__V1__POSITION__POSITION_CHAIR)
CHANGE(director_twice, officers(s, 2, 0); e->officers[1]->person = 1)
CHANGE(paid_a_fen_less, e->investors[2]->paid->minor--)
CHANGE(paid_nothing, e->investors[0]->paid = NULL)
CHANGE(paid_dollars, e->investors[0]->paid->currency = 840)

/* ---- cases ----------------------------------------------------------------------------------------------------------- */

/* `rule` NULL: no error. `path` NULL: wherever. A severity of 0: the rule must not report at all. */
static const struct rule_case {
    const char *name, *example, *day;
    void (*change)(struct scene *s);
    const char *rule;
    int severity;
    const char *path;
} cases[] = {
    {"as it is", "01", TODAY, nothing, NULL, 0, NULL},
    {"node with its code", "01", TODAY, node_good, NULL, 0, NULL},
    {"17 characters", "01", TODAY, node_short, "A01", ERROR, "assignedCode"},
    {"letter I", "01", TODAY, node_letter, "A01", ERROR, "assignedCode"},
    {"character 18", "01", TODAY, node_check, "A02", ERROR, "assignedCode"},
    {"legacy is never issued", "01", TODAY, node_legacy, "A02", ERROR, "assignedCode"},
    {"an investor's check character", "03", TODAY, investor_code_check, "A02", ERROR, "persons[3].creditCode"},
    {"an investor's legacy code", "03", TODAY, investor_code_legacy, "A02", REVIEW, "persons[3].creditCode"},
    {"a parent's legacy code", "04", TODAY, parent_legacy, "A02", REVIEW, "entity.parentCode"},
    {"character 17", "01", TODAY, node_subject, "A03", ERROR, "assignedCode"},
    {"no such category", "01", TODAY, node_prefix, "A04", ERROR, "assignedCode"},
    {"another department's code", "01", TODAY, node_other_department, "A04", ERROR, "assignedCode"},
    {"an individual's prefix on a company", "01", TODAY, node_individual_prefix, "A05", ERROR, "assignedCode"},
    {"an investor's unknown registrar", "03", TODAY, investor_code_unknown, "A06", WARNING, "persons[3].creditCode"},
    {"an unknown registrar in what is issued", "01", TODAY, node_unknown, "A06", ERROR, "assignedCode"},
    {"a code in use", "01", TODAY, node_taken, "A07", ERROR, "assignedCode"},
    {"ID check character", "01", TODAY, id_check, "A08", ERROR, "persons[0].id.number"},
    {"the standard's example", "01", TODAY, id_good, "A08", 0, NULL},
    {"lower-case x", "01", TODAY, id_lower_case, "A08", ERROR, "persons[0].id.number"},
    {"full-width digits", "01", TODAY, id_full_width, "A08", ERROR, "persons[0].id.number"},
    {"born on 30 February", "01", TODAY, id_no_such_day, "A08", ERROR, "persons[0].id.number"},
    {"born tomorrow", "01", TODAY, id_future, "A08", ERROR, "persons[0].id.number"},
    {"born today", "01", TODAY, id_born_today, "A08", 0, NULL},
    {"a passport has no check", "01", TODAY, passport, "A08", 0, NULL},
    {"a residence permit of the mainland", "01", TODAY, permit_prefix, "A08", ERROR, "persons[0].id.number"},
    {"15 digits", "01", TODAY, id_old, "A09", ERROR, "persons[0].id.number"},
    {"15 digits before 2013", "01", "2012-12-31", id_old, "A09", 0, NULL},
    {"registration number", "01", TODAY, former_good, "A10", 0, NULL},
    {"registration number's check", "01", TODAY, former_check, "A10", ERROR, "entity.formerNumbers[0]"},
    {"organisation code", "01", TODAY, former_organisation, "A10", 0, NULL},
    {"organisation code's check", "01", TODAY, former_organisation_check, "A10", ERROR, "entity.formerNumbers[0]"},
    {"ten digits of mobile", "01", TODAY, mobile_short, "A11", WARNING, "persons[0].contact.mobile"},
    {"a mobile that begins with 12", "01", TODAY, mobile_twelve, "A11", WARNING, "persons[0].contact.mobile"},
    {"a mobile from abroad", "01", TODAY, mobile_foreign, "A11", 0, NULL},
    {"landline with extension", "01", TODAY, telephone_good, "A11", 0, NULL},
    {"landline without 0", "01", TODAY, telephone_bad, "A11", WARNING, "persons[0].contact.telephone"},
    {"another county's post code", "01", TODAY, postcode_elsewhere, "A11", WARNING, "entity.address.postcode"},
    {"a division without a prefix in data", "01", TODAY, postcode_unknown_division, "A11", 0, NULL},

    {"no name", "01", TODAY, name_none, "B01", ERROR, "entity.name.full"},
    {"an empty name", "01", TODAY, name_empty, "B01", ERROR, "entity.name.full"},
    {"an individual without a name", "08", TODAY, nothing, NULL, 0, NULL},
    {"Latin letters", "01", TODAY, name_latin, "B02", ERROR, "entity.name.full"},
    {"a character outside the BMP", "01", TODAY, name_astral, "B02", 0, NULL},
    {"an emoji", "01", TODAY, name_emoji, "B02", ERROR, "entity.name.full"},
    {"3,000 bytes of name", "01", TODAY, name_long, "B02", ERROR, "entity.name.full"},
    {"division in brackets behind the trade name", "01", TODAY, name_bracketed, "B03", 0, NULL},
    {"division filed without its brackets", "01", TODAY, name_bracketed_bare, "B03", 0, NULL},
    {"division in brackets behind the industry", "01", TODAY, name_bracketed_late, "B03", 0, NULL},
    {"half-width brackets in the name, full-width in the part", "01", TODAY, name_half_width, "B03", 0, NULL},
    {"half-width brackets in the name, none in the part", "01", TODAY, name_half_width_bare, "B03", 0, NULL},
    {"division behind without brackets", "01", TODAY, name_disorder, "B03", ERROR, "entity.name.full"},
    {"no trade name", "01", TODAY, name_no_trade, "B03", ERROR, "entity.name.tradeName"},
    {"no form", "01", TODAY, name_no_form, "B03", ERROR, "entity.name.form"},
    {"no division", "01", TODAY, name_no_division, "B04", REVIEW, "entity.name.division"},
    {"no industry", "01", TODAY, name_no_industry, "B05", REVIEW, "entity.name.industry"},
    {"one character of trade name", "01", TODAY, trade_one, "B07", ERROR, "entity.name.tradeName"},
    {"two characters and a dot", "01", TODAY, trade_two_with_dot, "B07", 0, NULL},
    {"an LLC called 股份有限公司", "01", TODAY, llc_as_jsc, "B10", ERROR, "entity.name.full"},
    {"有限责任公司", "02", TODAY, nothing, "B10", 0, NULL},
    {"股份公司", "03", TODAY, jsc_short, "B10", 0, NULL},
    {"a JSC called 有限公司", "03", TODAY, jsc_as_llc, "B10", ERROR, "entity.name.full"},
    {"a partnership without its kind", "05", TODAY, partnership_bare, "B11", ERROR, "entity.name.full"},
    {"a limited partnership called general", "05", TODAY, partnership_other, "B11", ERROR, "entity.name.full"},
    {"no （个人独资）", "06", TODAY, sole_bare, "B12", ERROR, "entity.name.full"},
    {"no （个人独资） on the last day before", "06", "2023-09-30", sole_bare, "B12", 0, NULL},
    {"no （个人独资） on the first day", "06", "2023-10-01", sole_bare, "B12", ERROR, "entity.name.full"},
    {"a sole proprietorship called 公司", "06", TODAY, sole_company, "B12", ERROR, "entity.name.full"},
    {"no 专业合作社", "07", TODAY, cooperative_bare, "B13", ERROR, "entity.name.full"},
    {"a union", "07", TODAY, cooperative_union, "B13", 0, NULL},
    {"a union without 专业合作社", "07", TODAY, cooperative_bad_union, "B13", ERROR, "entity.name.full"},
    {"a branch named after its parent", "04", TODAY, parent_named, "B14", 0, NULL},
    {"a branch named after its parent with half-width brackets", "04", TODAY, parent_half_width, "B14", 0, NULL},
    {"a branch not named after its parent", "04", TODAY, parent_named_otherwise, "B14", ERROR, "entity.name.full"},
    {"a branch without 分公司", "04", TODAY, branch_bare, "B14", ERROR, "entity.name.full"},
    {"分 in the parent's name alone", "04", TODAY, branch_of_branch_word, "B14", ERROR, "entity.name.full"},
    {"a branch as 分店", "04", TODAY, branch_shop, "B14", 0, NULL},
    {"中国 in front", "01", TODAY, china_first, "B16", REVIEW, "entity.name.full"},
    {"中国 in front before the regulation", "01", "2021-02-28", china_first, "B16", 0, NULL},
    {"中国 as of the industry", "01", TODAY, china_industry, "B16", 0, NULL},
    {"中华 in a trade name", "01", TODAY, china_trade, "B16", REVIEW, "entity.name.full"},
    {"（中国） of a domestic firm", "01", TODAY, china_bracketed, "B16", ERROR, "entity.name.full"},
    {"（中国） of a foreign-held firm", "01", TODAY, china_bracketed_foreign, "B16", 0, NULL},
    {"a branch of a parent called 中国", "04", TODAY, china_branch, "B16", 0, NULL},
    {"another city's division", "01", TODAY, name_elsewhere, "B06", ERROR, "entity.name.full"},
    {"a division as trade name", "01", TODAY, name_division_as_trade, "B08", ERROR, "entity.name.full"},
    {"another business than the name says", "01", TODAY, name_other_business, "B09", WARNING, "entity.name.full"},
    {"a forbidden word", "01", TODAY, name_gambling, "B15", ERROR, "entity.name.full"},
    {"a partnership as a group", "05", TODAY, name_group, "B17", ERROR, "entity.name.full"},
    {"the best", "01", TODAY, name_best, "B18", ERROR, "entity.name.full"},
    {"the best on the last day before", "01", "2023-09-30", name_best, "B18", 0, NULL},
    {"the best on the first day", "01", "2023-10-01", name_best, "B18", ERROR, "entity.name.full"},
    {"an equal name", "01", TODAY, name_taken, "B19", ERROR, "entity.name.full"},
    {"an individual with a name", "08", TODAY, individual_named, "B22", 0, NULL},
    {"an individual called 公司", "08", TODAY, individual_company, "B22", ERROR, "entity.name.full"},
    {"an individual called 企业", "08", TODAY, individual_enterprise, "B22", ERROR, "entity.name.full"},

    {"no such type", "01", TODAY, type_unknown, "C01", ERROR, "entity.type"},
    {"a type without a licence", "01", TODAY, type_no_licence, "C01", ERROR, "entity.type"},
    {"two owners as one", "02", TODAY, type_two_owners_as_one, "C01", ERROR, "entity.type"},
    {"one owner as several", "01", TODAY, type_one_as_two, "C01", ERROR, "entity.type"},
    {"a natural person as a legal one", "01", TODAY, type_natural_as_legal, "C01", ERROR, "entity.type"},
    {"no shareholder", "02", TODAY, investors_0, "C02", ERROR, "entity.investors"},
    {"50 shareholders", "02", TODAY, investors_50, "C02", 0, NULL},
    {"51 shareholders", "02", TODAY, investors_51, "C02", ERROR, "entity.investors"},
    {"10,000 shareholders", "02", TODAY, investors_10000, "C02", ERROR, "entity.investors"},
    {"200 promoters", "03", TODAY, investors_200, "C03", 0, NULL},
    {"201 promoters", "03", TODAY, investors_201, "C03", ERROR, "entity.investors"},
    {"one of three promoters abroad", "03", TODAY, half_abroad, "C03", 0, NULL},
    {"one of two promoters abroad", "03", TODAY, half_of_two, "C03", 0, NULL},
    {"two of three promoters abroad", "03", TODAY, most_abroad, "C03", ERROR, "entity.investors"},
    {"the last day of five years", "01", TODAY, due_last_day, "C06", 0, NULL},
    {"a day more than five years", "01", TODAY, due_late, "C06", ERROR, "entity.investors[0].due"},
    {"a day more, before the law", "01", "2024-06-30", due_late, "C06", 0, NULL},
    {"labour as a contribution", "01", TODAY, form_labour, "C09", ERROR, "entity.investors[0].form"},
    {"labour before the regulation", "01", "2022-02-28", form_labour, "C09", 0, NULL},
    {"goodwill beside money", "07", "2022-03-01", form_mixed, "C09", ERROR, "entity.investors[0].form"},
    {"land, rights and claims", "01", TODAY, form_land, "C09", 0, NULL},
    {"a general partner's labour", "05", TODAY, form_labour, NULL, 0, NULL},
    {"a limited partner's labour", "05", TODAY, form_limited_labour, "C25", ERROR, "entity.investors[1].form"},
    {"a limited partner executes", "05", TODAY, limited_executes, "C25", ERROR, "entity.representatives[0].person"},
    {"a general partner executes", "05", TODAY, nothing, "C25", 0, NULL},
    {"somebody who is no partner executes", "05", TODAY, stranger_executes, "C26", ERROR,
     "entity.representatives[0].person"},
    {"a partner executes", "05", TODAY, nothing, "C26", 0, NULL},
    {"a director supervises", "01", TODAY, supervisor_manages, "C17", ERROR, "entity.officers[1]"},
    {"the head of finance supervises", "01", TODAY, supervisor_keeps_books, "C17", ERROR, "entity.officers[1]"},
    {"a director manages", "01", TODAY, director_manages, "C17", 0, NULL},
    {"one director", "01", "2024-07-01", officers_1_1, "C18", 0, NULL},
    {"two directors", "01", "2024-07-01", officers_2_1, "C18", ERROR, "entity.officers"},
    {"two directors before the law", "01", "2024-06-30", officers_2_1, "C18", 0, NULL},
    {"three directors", "01", TODAY, officers_3_0, "C18", 0, NULL},
    {"a chair without a board", "01", TODAY, chair_of_one, "C18", ERROR, "entity.officers"},
    {"a chair of three", "01", TODAY, chair_of_three, "C18", 0, NULL},
    {"one director, filed twice", "01", TODAY, director_twice, "C18", 0, NULL},
    {"a joint-stock company with two directors", "03", TODAY, officers_2_1, "C18", ERROR, "entity.officers"},
    {"no supervisor", "01", TODAY, officers_1_0, "C19", 0, NULL},
    {"one supervisor", "01", TODAY, officers_1_1, "C19", 0, NULL},
    {"two supervisors", "01", "2024-07-01", officers_1_2, "C19", ERROR, "entity.officers"},
    {"two supervisors before the law", "01", "2024-06-30", officers_1_2, "C19", 0, NULL},
    {"three supervisors", "01", TODAY, officers_1_3, "C19", 0, NULL},
    {"an audit committee of three", "03", TODAY, officers_3_0, "C20", 0, NULL},
    {"neither supervisor nor committee", "03", TODAY, officers_2_0, "C20", ERROR, "entity.officers"},
    {"the same before the law", "03", "2024-06-30", officers_2_0, "C20", 0, NULL},
    {"a small joint-stock company", "03", TODAY, officers_1_1, "C20", 0, NULL},
    {"a joint-stock company with two supervisors", "03", TODAY, officers_3_2, "C20", ERROR, "entity.officers"},
    {"a joint-stock company with three supervisors", "03", TODAY, officers_3_3, "C20", 0, NULL},
    {"shares paid in full", "03", "2024-07-01", nothing, "C04", 0, NULL},
    {"a fen of the shares is not paid", "03", "2024-07-01", paid_a_fen_less, "C04", ERROR, "entity.investors[2].paid"},
    {"a fen before the law", "03", "2024-06-30", paid_a_fen_less, "C04", 0, NULL},
    {"shares not paid at all", "03", TODAY, paid_nothing, "C04", ERROR, "entity.investors[0].paid"},
    {"shares paid in another currency", "03", TODAY, paid_dollars, "C04", ERROR, "entity.investors[0].paid"},
    {"an LLC's shares are paid later", "01", TODAY, nothing, "C04", 0, NULL},
    {"four members", "07", TODAY, four_members, "C29", ERROR, "entity.investors"},
    {"five members", "07", TODAY, nothing, "C29", 0, NULL},
    {"one organisation of 20 members", "07", TODAY, members_20_1, "C29", 0, NULL},
    {"two organisations of 20 members", "07", TODAY, members_20_2, "C29", ERROR, "entity.investors"},
    {"one organisation of 21 members", "07", TODAY, members_21_1, "C29", 0, NULL},
    {"two organisations of 21 members", "07", TODAY, members_21_2, "C29", ERROR, "entity.investors"},
    {"two organisations of 40 members", "07", TODAY, members_40_2, "C29", 0, NULL},
    {"a union of three cooperatives", "07", TODAY, union_3, "C30", 0, NULL},
    {"a union of two cooperatives", "07", TODAY, union_2, "C30", ERROR, "entity.investors"},
    {"a union's organisations", "07", TODAY, union_3, "C29", 0, NULL},
    {"a foreigner operates", "08", TODAY, operator_abroad, "C31", ERROR, "entity.representatives[0].person"},
    {"an operator of Taiwan", "08", TODAY, operator_taiwan, "C31", 0, NULL},
    {"an enterprise operates", "08", TODAY, operator_enterprise, "C31", ERROR, "entity.representatives[0].person"},
    {"two operators", "08", TODAY, second_operator, "C31", ERROR, "entity.representatives"},
    {"18 today", "01", TODAY, born_18, "C33", 0, NULL},
    {"18 tomorrow", "01", TODAY, born_18_tomorrow, "C33", REVIEW, "persons[0].id.number"},
    {"16 today", "01", TODAY, born_16, "C33", REVIEW, "persons[0].id.number"},
    {"16 tomorrow", "01", TODAY, born_16_tomorrow, "C33", ERROR, "persons[0].id.number"},
    {"an operator of 15", "08", TODAY, born_16_tomorrow, "C33", ERROR, "persons[0].id.number"},
    {"a sole investor of 15", "06", TODAY, born_16_tomorrow, "C33", ERROR, "persons[0].id.number"},
    {"a supervisor of 15", "01", TODAY, young_supervisor, "C33", ERROR, "persons[1].id.number"},
    {"a delegate of 15", "05", TODAY, young_delegate, "C33", ERROR, "persons[1].id.number"},
    {"a limited partner of 11", "05", TODAY, young_limited_partner, "C33", 0, NULL},
    {"a family's child", "08", TODAY, young_family, "C33", 0, NULL},
    {"no beneficial owner, ten million", "01", TODAY, owners_ten_million, "C36", WARNING, "entity.beneficialOwners"},
    {"no beneficial owner, a fen more", "01", TODAY, owners_above_ten_million, "C36", ERROR, "entity.beneficialOwners"},
    {"no beneficial owner, an enterprise holds", "03", TODAY, owners_enterprise_holds, "C36", ERROR,
     "entity.beneficialOwners"},
    {"no beneficial owner the day before", "03", "2024-10-31", owners_enterprise_holds, "C36", 0, NULL},
    {"no beneficial owner on the first day", "03", "2024-11-01", owners_enterprise_holds, "C36", ERROR,
     "entity.beneficialOwners"},
    {"a cooperative's owners are not asked for", "07", TODAY, no_owner_filed, "C36", 0, NULL},
    {"an enterprise as beneficial owner", "03", TODAY, owner_is_enterprise, "C36", ERROR, "entity.beneficialOwners[0]"},
    {"no day to pay by", "01", TODAY, due_missing, "C06", ERROR, "entity.investors[0].due"},
    {"no day, but paid", "01", TODAY, due_missing_but_paid, "C06", 0, NULL},
    {"a day that does not exist", "01", TODAY, due_no_date, "C06", ERROR, "entity.investors[0].due"},
    {"five years from 29 February", "01", "2028-02-29", due_leap, "C06", 0, NULL},
    {"five years and a day from 29 February", "01", "2028-02-29", due_after_leap, "C06", ERROR, "entity.investors[0].due"},
    {"dollars", "01", TODAY, dollars, "C10", ERROR, "entity.capital.currency"},
    {"no currency", "01", TODAY, no_currency, "C10", ERROR, "entity.capital.currency"},
    {"tenths of a fen", "01", TODAY, exponent, "C10", ERROR, "entity.capital.exponent"},
    {"a huge exponent", "01", TODAY, exponent_huge, "C10", ERROR, "entity.capital.exponent"},
    {"no capital at all", "01", TODAY, capital_zero, "C11", ERROR, "entity.capital.minor"},
    {"a fen more than subscribed", "02", TODAY, capital_more, "C11", ERROR, "entity.capital"},
    {"amounts past 64 bits", "02", TODAY, capital_overflow, "C11", ERROR, "entity.investors[1].subscribed"},
    {"an amount is missing", "02", TODAY, amount_missing, "C11", ERROR, "entity.investors[0].subscribed"},
    {"shares a millionth short", "02", TODAY, shares_short, "C11", ERROR, "entity.investors"},
    {"shares of some only", "02", TODAY, shares_partly, "C11", ERROR, "entity.investors"},
    {"a hostile share", "02", TODAY, share_hostile, "C11", ERROR, "entity.investors[0].share"},
    {"a full-width share", "02", TODAY, share_full_width, "C11", ERROR, "entity.investors[0].share"},
    {"a director who does not execute", "01", TODAY, not_executing, "C14", ERROR, "entity.representatives"},
    {"the same before the law", "01", "2024-06-30", not_executing, "C14", 0, NULL},
    {"a supervisor represents", "01", TODAY, supervisor_represents, "C14", ERROR, "entity.representatives"},
    {"a manager represents", "01", TODAY, manager_represents, "C14", 0, NULL},
    {"one partner", "05", TODAY, one_partner, "C22", ERROR, "entity.investors"},
    {"two partners", "05", TODAY, nothing, "C22", 0, NULL},
    {"no general partner", "05", TODAY, no_general_partner, "C23", ERROR, "entity.investors"},
    {"all general partners", "05", TODAY, all_general, "C23", 0, NULL},
    {"50 partners", "05", TODAY, investors_50, "C23", 0, NULL},
    {"51 partners", "05", TODAY, investors_51, "C23", ERROR, "entity.investors"},
    {"two owners of a sole proprietorship", "06", TODAY, two_owners, "C28", ERROR, "entity.investors"},
    {"a barred owner", "06", TODAY, owner_barred, "C28", ERROR, "entity.investors[0].person"},
    {"a foreign owner", "06", TODAY, owner_foreign, "C28", ERROR, "entity.investors[0].person"},
    {"an enterprise as owner", "06", TODAY, owner_enterprise, "C28", ERROR, "entity.investors"},
    {"establishment date filed with a registrar", "01", TODAY, date_given, "C39", ERROR, "entity.established"},
    {"no establishment date filed with a node", "01", TODAY, node_no_date, "C39", ERROR, "entity.established"},
    {"a false establishment date", "01", TODAY, node_false_date, "C39", ERROR, "entity.established"},

    {"no address", "01", TODAY, no_address, "D01", ERROR, "entity.address.text"},
    {"an empty address", "01", TODAY, empty_address, "D01", ERROR, "entity.address.text"},
    {"another city", "01", TODAY, other_city, "D01", ERROR, "entity.address.division"},
    {"no such division", "01", TODAY, no_such_division, "D01", ERROR, "entity.address.division"},
    {"a county's authority, another county", "01", TODAY, county_elsewhere, "D01", ERROR, "entity.address.division"},
    {"a county's authority, its county", "01", TODAY, county_here, "D01", 0, NULL},
    {"the province's authority", "01", TODAY, province, "D01", 0, NULL},
    {"unlimited with an end", "01", TODAY, term_both, "D07", ERROR, "entity.term"},
    {"neither unlimited nor an end", "01", TODAY, term_neither, "D07", ERROR, "entity.term"},
    {"a term that ends as it begins", "02", TODAY, term_backwards, "D07", ERROR, "entity.term.to"},
    {"a term of one day", "02", TODAY, term_one_day, "D07", 0, NULL},
    {"an end that does not exist", "02", TODAY, term_no_date, "D07", ERROR, "entity.term.to"},
    {"no scope", "01", TODAY, no_scope, "D08", ERROR, "entity.scope"},
    {"no representative", "01", TODAY, no_representative, "D08", ERROR, "entity.representatives"},
    {"no capital filed", "01", TODAY, no_capital, "D08", ERROR, "entity.capital"},
    {"a branch with capital", "04", TODAY, branch_capital, "D08", ERROR, "entity.capital"},
    {"an individual without composition", "08", TODAY, no_composition, "D08", ERROR, "entity.composition"},
    {"a partner without liability", "05", TODAY, no_liability, "D08", ERROR, "entity.investors[1].liability"},
    {"a partner without residence", "05", TODAY, partner_no_residence, "D08", ERROR, "persons[0].residence"},
    {"a sole investor without residence", "06", TODAY, owner_no_residence, "D08", ERROR, "persons[0].residence"},
    {"an operator without residence", "08", TODAY, owner_no_residence, "D08", ERROR, "persons[0].residence"},
    {"a shareholder's residence is not registered", "01", TODAY, owner_no_residence, "D08", 0, NULL},
    {"a managing partner without delegate", "05", TODAY, no_delegate, "D08", ERROR, "entity.representatives[0].delegate"},
    {"a branch without parent", "04", TODAY, no_parent, "D08", ERROR, "entity.parentCode"},
    {"a branch of a parent elsewhere", "04", TODAY, nothing, "D08", WARNING, "entity.parentCode"},
    {"a branch of a foreign company, which has no code", "20", TODAY, nothing, "D08", WARNING, "entity.parentCode"},
    {"a branch of a parent that is gone", "04", TODAY, parent_gone, "D08", ERROR, "entity.parentCode"},
    {"a branch of a parent here", "04", TODAY, parent_here, "D08", 0, NULL},
    {"two persons of one number", "01", TODAY, person_twice, "D08", ERROR, "persons[1].number"},
    {"a role of nobody", "01", TODAY, person_dangling, "D08", ERROR, "entity.investors[0].person"},
    {"a person without a name", "01", TODAY, person_nameless, "D08", ERROR, "persons[1].name"},
    {"a name of 303 bytes", "01", TODAY, person_long_name, "D08", ERROR, "persons[1].name"},
    {"a name of 300 bytes", "01", TODAY, person_longest_name, "D08", 0, NULL},
    {"representatives that no QR code holds", "01", TODAY, representatives_too_long, "D08", ERROR, "entity.representatives"},
    {"a person without a document", "01", TODAY, person_no_document, "D08", ERROR, "persons[0].id"},
    {"no articles", "01", TODAY, no_articles, "D09", ERROR, "materials"},
    {"no term filed", "01", TODAY, no_term, "D09", ERROR, "entity.term"},
    {"no director", "01", TODAY, no_director, "D09", ERROR, "entity.officers"},
    {"no liaison", "01", TODAY, no_liaison, "D09", ERROR, "entity.liaisonPerson"},
    {"a family's business without family", "08", TODAY, no_family, "C32", ERROR, "entity.familyMembers"},
    {"a family's business with one member", "08", TODAY, nothing, "C32", 0, NULL},
    {"a personal business without family", "08", TODAY, personal, "C32", 0, NULL},
    {"no partnership agreement", "05", TODAY, no_agreement, "D09", ERROR, "materials"},
    {"an item that the catalogue lacks", "01", TODAY, unknown_item, "E22", ERROR, "itemsAsked[0]"},
};
#define CASE_COUNT (sizeof cases / sizeof *cases)

static struct reg_catalogue *catalogue;

static int load(void)
{
    return reg_catalogue_default(&catalogue);
}

static int unload(void)
{
    reg_catalogue_free(catalogue);
    return 0;
}

static bool found(reg_pb_finding *const *findings, size_t count, const char *rule, int severity, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if ((!rule || strcmp(findings[i]->rule, rule) == 0) && (!severity || (int)findings[i]->severity == severity) &&
            (!path || strcmp(findings[i]->path, path) == 0))
            return true;
    return false;
}

static void run_case(const struct rule_case *test, const struct reg_catalogue *with)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct scene scene = {.filing = load_example(test->example, arena), .arena = arena};
    struct reg_rule_input input = {.filing = scene.filing, .view = &scene.view, .catalogue = with};
    reg_pb_finding **findings;
    size_t count;

    test->change(&scene);
    input.node = scene.node;
    input.type = reg_entity_type_find(scene.filing->entity->type);
    CU_ASSERT_TRUE(reg_day_parse(test->day, &input.day));
    CU_ASSERT_EQUAL_FATAL(reg_rules_run(&input, arena, &findings, &count), 0);
    if (!test->rule)
        CHECK_CASE(!found(findings, count, NULL, ERROR, NULL), "%s: a finding of %s at %s", test->name,
                   count ? findings[0]->rule : "", count ? findings[0]->path : "");
    else if (!test->severity)
        CHECK_CASE(!found(findings, count, test->rule, 0, NULL), "%s: %s should be silent", test->name, test->rule);
    else
        CHECK_CASE(found(findings, count, test->rule, test->severity, test->path), "%s: no %s at %s", test->name, test->rule,
                   test->path);
    for (size_t i = 0; i < count; i++)
        CHECK_CASE(findings[i]->message_zh[0] && findings[i]->message_en[0] && findings[i]->legal_basis[0] &&
                       findings[i]->path[0],
                   "%s: %s says too little", test->name, findings[i]->rule);
    reg_arena_free(arena);
}

static void test_cases(void)
{
    for (size_t i = 0; i < CASE_COUNT; i++)
        run_case(&cases[i], catalogue);
}

/* Rules that start from what is recorded: test_process.c. */
static bool of_process(const struct reg_rule_list *family, const char *id)
{
    return family == &reg_rules_process || strcmp(id, "C07") == 0 || strcmp(id, "C08") == 0 || strcmp(id, "C21") == 0;
}

/* Every rule that this rulebook has must have failed in some case; test_scope.c says so of its family. */
static void test_every_rule_fails_somewhere(void)
{
    for (size_t i = 0; i < REG_RULE_FAMILY_COUNT; i++)
        for (size_t j = 0; reg_rule_families[i] != &reg_rules_scope && j < reg_rule_families[i]->count; j++) {
            const char *id = reg_rule_families[i]->rules[j].id;
            bool fails = false;

            for (size_t k = 0; k < CASE_COUNT; k++)
                fails = fails || (cases[k].severity && strcmp(cases[k].rule, id) == 0);
            CHECK_CASE(fails || of_process(reg_rule_families[i], id), "%s", id);
        }
}

/* E22: an item of kind 许可 is never merged, whoever asks for it. */
static void test_permission(void)
{
    struct reg_bytes items = reg_catalogue_csv(catalogue, "items"), facts = reg_catalogue_csv(catalogue, "facts"),
                     materials = reg_catalogue_csv(catalogue, "materials");
    char *copy = malloc(items.len + 64), *row;
    struct reg_catalogue *other;
    struct reg_error_info info;
    static const struct rule_case asked = {"a permission is asked for", "02", TODAY, nothing, "E22", ERROR, "itemsAsked[0]"};

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, items.data, items.len);
    copy[items.len] = '\0';
    row = strstr(copy, "\n19,"); /* 02 asks for item 19 */
    row = row ? strstr(row, ",备案,") : NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    memcpy(row, ",许可,", strlen(",许可,"));
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_parse((struct reg_bytes){(uint8_t *)copy, items.len}, facts, materials,
                                              (struct reg_bytes){NULL, 0}, &other, &info),
                          0);
    run_case(&asked, other);
    reg_catalogue_free(other);
    free(copy);
}

static void test_name_keys(void)
{
    static const struct {
        const char *name, *key;
    } names[] = {{"宿州市青禾软件有限公司", "宿州市青禾软件有限公司"},
                 {"青禾(宿州)软件有限公司", "青禾（宿州）软件有限公司"},
                 {"青禾（宿州） 软件　有限公司", "青禾（宿州）软件有限公司"},
                 {"青禾ＡＢ软件有限公司", "青禾AB软件有限公司"},
                 {"𠮷禾软件有限公司", "𠮷禾软件有限公司"}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        reg_pb_filing *filing = load_example("01", arena);
        struct reg_register_needs needs;

        filing->entity->name->full = TEXT(names[i].name);
        CU_ASSERT_EQUAL_FATAL(reg_rules_needs(filing, arena, &needs), 0);
        CHECK_CASE(strcmp(needs.name_key, names[i].key) == 0, "%s: %s", names[i].name, needs.name_key);
        reg_arena_free(arena);
    }
}

/* Persons by number, with gaps between and numbers beyond. */
static void test_persons_by_number(void)
{
    static const uint32_t numbers[] = {1, 2, 5, 9, 4000000000u}, absent[] = {0, 3, 4, 6, 10, 3999999999u, UINT32_MAX};
    reg_pb_filing filing = REGISTRY__V1__FILING__INIT;
    reg_pb_person persons[5], *list[5];

    for (size_t i = 0; i < 5; i++) {
        registry__v1__person__init(&persons[i]);
        persons[i].number = numbers[i];
        list[i] = &persons[i];
    }
    filing.persons = list;
    CU_ASSERT_PTR_NULL(reg_filing_person(&filing, 1)); /* nobody yet */
    filing.n_persons = 5;
    for (size_t i = 0; i < 5; i++)
        CHECK_CASE(reg_filing_person(&filing, numbers[i]) == &persons[i], "person %u", numbers[i]);
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        CHECK_CASE(!reg_filing_person(&filing, absent[i]), "person %u", absent[i]);
}

static CU_TestInfo tests[] = {{"cases", test_cases},
                              {"every rule fails somewhere", test_every_rule_fails_somewhere},
                              {"permissions", test_permission},
                              {"name keys", test_name_keys},
                              {"persons by number", test_persons_by_number},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"rules", load, unload, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
