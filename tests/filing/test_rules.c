/* Names (family B) by the parts of an example that is good, changed in one respect, and what the rules ask of filing and
 * register. The other families are tables: test_codes.c, test_people.c, test_roles.c, test_capital.c, test_items.c. */
#include <stdlib.h>
#include <string.h>

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

static void be_near(struct scene *s, const char *code, enum reg_name_hold hold, enum reg_similarity similarity)
{
    static struct reg_similar_name other;

    other = (struct reg_similar_name){code, "宿州市青禾网络有限公司", hold, similarity};
    s->view.similar = &other;
    s->view.similar_count = 1;
}

#define OTHER "91341302MAY000009R"
CHANGE(near_equal, be_near(s, OTHER, REG_HOLD_LIVE, REG_SIMILAR_EQUAL))
CHANGE(near_reserved, be_near(s, "r1", REG_HOLD_RESERVED, REG_SIMILAR_EQUAL))
CHANGE(near_given_up, be_near(s, OTHER, REG_HOLD_GIVEN_UP, REG_SIMILAR_EQUAL))
CHANGE(near_written, be_near(s, OTHER, REG_HOLD_LIVE, REG_SIMILAR_NORMALISED))
CHANGE(near_sound, be_near(s, OTHER, REG_HOLD_LIVE, REG_SIMILAR_HOMOPHONE))
CHANGE(near_one_apart, be_near(s, OTHER, REG_HOLD_GIVEN_UP, REG_SIMILAR_ONE_APART))
CHANGE(near_investor, be_near(s, OTHER, REG_HOLD_LIVE, REG_SIMILAR_EQUAL);
       s->filing->persons[e->investors[0]->person - 1]->credit_code = TEXT(OTHER))
CHANGE(near_person, be_near(s, OTHER, REG_HOLD_LIVE, REG_SIMILAR_EQUAL); e->investors[0]->person = 99;
       s->filing->persons[0]->credit_code = TEXT(OTHER))
CHANGE(reservation_good, s->filing->name_reservation = TEXT("r1"); s->view.reserved_name = e->name->full)
CHANGE(reservation_ended, s->filing->name_reservation = TEXT("r1"))
CHANGE(reservation_other, s->filing->name_reservation = TEXT("r1"); s->view.reserved_name = "宿州市青禾网络有限公司")

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
    {"an equal trade name", "01", TODAY, near_equal, "B19", ERROR, "entity.name.full"},
    {"an equal trade name, reserved", "01", TODAY, near_reserved, "B19", ERROR, "entity.name.full"},
    {"an equal trade name, given up", "01", TODAY, near_given_up, "B19", ERROR, "entity.name.full"},
    {"an equal trade name, written otherwise", "01", TODAY, near_written, "B19", REVIEW, "entity.name.full"},
    {"a trade name that sounds the same", "01", TODAY, near_sound, "B19", WARNING, "entity.name.full"},
    {"a trade name one character apart", "01", TODAY, near_one_apart, "B19", WARNING, "entity.name.full"},
    {"an investor's trade name", "01", TODAY, near_investor, "B19", 0, NULL},
    {"the trade name of one who is no investor", "01", TODAY, near_person, "B19", ERROR, "entity.name.full"},
    {"a reserved name", "01", TODAY, reservation_good, "B20", 0, NULL},
    {"a reservation that has ended", "01", TODAY, reservation_ended, "B20", ERROR, "nameReservation"},
    {"another name than was reserved", "01", TODAY, reservation_other, "B20", ERROR, "nameReservation"},
    {"an individual with a name", "08", TODAY, individual_named, "B22", 0, NULL},
    {"an individual called 公司", "08", TODAY, individual_company, "B22", ERROR, "entity.name.full"},
    {"an individual called 企业", "08", TODAY, individual_enterprise, "B22", ERROR, "entity.name.full"},
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

/* Every rule of names must have failed in some case. */
static void test_every_rule_fails_somewhere(void)
{
    for (size_t j = 0; j < reg_rules_names.count; j++) {
        const char *id = reg_rules_names.rules[j].id;
        bool fails = false;

        for (size_t k = 0; k < CASE_COUNT; k++)
            fails = fails || (cases[k].severity && strcmp(cases[k].rule, id) == 0);
        CHECK_CASE(fails, "%s", id);
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
