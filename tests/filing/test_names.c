/* Names before the law: each row is the full name of one of the examples, as an applicant might have given it, and what the
 * rule says of it. Written against the text of 企业名称登记管理规定 (2021) and its 实施办法; `severity` 0: the rule is
 * silent. */
#include <string.h>

#include "base/date.h"
#include "filing/rule.h"
#include "load.h"
#include "suite.h"

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING
#define REVIEW  REGISTRY__V1__SEVERITY__SEVERITY_REVIEW

/* The examples that rows start from: kind of entity, seat, main business. */
#define LLC         "01" /* 有限责任公司, 宿州市埇桥区, I6513 应用软件开发 */
#define TRADER      "02" /* 有限责任公司, 宿州市埇桥区, F5229 食品零售 */
#define JSC         "03" /* 股份有限公司, 砀山县, C1473 食品制造 */
#define BRANCH      "04" /* 分公司, 宿州市埇桥区 */
#define PARTNERSHIP "05" /* 有限合伙企业, 宿州市埇桥区, L7212 投资 */
#define SOLE        "06" /* 个人独资企业, 宿州市埇桥区, R9011 歌舞厅 */
#define COOPERATIVE "07" /* 农民专业合作社, 灵璧县, A0321 鸡的饲养 */
#define INDIVIDUAL  "08" /* 个体工商户, 宿州市埇桥区, H6220 快餐 */

static const struct name_case {
    const char *rule, *example, *name;
    int severity;
} cases[] = {
    /* §6: 字号, 组织形式. */
    {"B03", LLC, "宿州市青禾软件有限公司", 0},
    {"B03", LLC, "青禾(宿州)软件有限公司", 0},
    {"B03", LLC, "宿州市软件有限公司", ERROR},
    {"B03", LLC, "宿州市青禾软件", ERROR},
    {"B03", PARTNERSHIP, "宿州市青禾投资(有限合伙)", 0},
    {"B03", SOLE, "宿州市埇桥区欢聚歌舞娱乐总汇", REVIEW},
    {"B03", BRANCH, "宿州分公司", 0},
    /* §6: 跨省经营的可以不含行政区划名称. */
    {"B04", LLC, "宿州市青禾软件有限公司", 0},
    {"B04", LLC, "青禾（宿州）软件有限公司", 0},
    {"B04", LLC, "青禾软件(宿州)有限公司", 0},
    {"B04", LLC, "安徽青禾软件有限公司", 0},
    {"B04", LLC, "青禾软件有限公司", REVIEW},
    {"B04", LLC, "青禾（国际）软件有限公司", REVIEW},
    {"B04", LLC, "东方明珠软件有限公司", REVIEW},
    {"B04", INDIVIDUAL, "姜小满小吃店", 0},
    /* §6: 跨行业综合经营的可以不含行业. */
    {"B05", LLC, "宿州市青禾软件有限公司", 0},
    {"B05", LLC, "宿州市青禾实业有限公司", 0},
    {"B05", LLC, "宿州市青禾有限公司", REVIEW},
    {"B05", LLC, "青禾（宿州）有限公司", REVIEW},
    {"B05", SOLE, "宿州市埇桥区康健大药房（个人独资）", 0},
    {"B05", INDIVIDUAL, "姜小满店", 0},
    /* §7: 企业所在地的县级以上地方行政区划名称; 市辖区; 开发区. */
    {"B06", LLC, "宿州市青禾软件有限公司", 0},
    {"B06", LLC, "安徽省宿州市埇桥区青禾软件有限公司", 0},
    {"B06", LLC, "宿州埇桥青禾软件有限公司", 0},
    {"B06", LLC, "青禾（安徽）软件有限公司", 0},
    {"B06", LLC, "南京青禾软件有限公司", ERROR},
    {"B06", LLC, "青禾（南京）软件有限公司", ERROR},
    {"B06", LLC, "青禾(南京)软件有限公司", ERROR},
    {"B06", LLC, "灵璧县青禾软件有限公司", ERROR},
    {"B06", LLC, "埇桥区青禾软件有限公司", ERROR},
    {"B06", LLC, "安徽省埇桥区青禾软件有限公司", ERROR},
    {"B06", LLC, "青禾（埇桥）软件有限公司", ERROR},
    {"B06", LLC, "高新区青禾软件有限公司", ERROR},
    {"B06", LLC, "宿州市高新区青禾软件有限公司", 0},
    {"B06", JSC, "砀山县砀泽食品股份有限公司", 0},
    {"B06", COOPERATIVE, "灵璧县丰谷家禽养殖专业合作社", 0},
    {"B06", COOPERATIVE, "泗县丰谷家禽养殖专业合作社", ERROR},
    {"B06", BRANCH, "合肥示例软件有限公司宿州分公司", 0},
    {"B06", INDIVIDUAL, "埇桥区姜小满小吃店", 0},
    /* §8: 两个以上汉字. */
    {"B07", LLC, "宿州市青禾软件有限公司", 0},
    {"B07", LLC, "宿州市青软件有限公司", ERROR},
    {"B07", LLC, "宿州市ABC软件有限公司", ERROR},
    {"B07", LLC, "宿州市𠮷禾软件有限公司", 0},
    /* §8: 县级以上行政区划名称、行业或者经营特点不得作为字号, 另有含义的除外. */
    {"B08", LLC, "宿州市青禾软件有限公司", 0},
    {"B08", LLC, "宿州市南京市软件有限公司", ERROR},
    {"B08", LLC, "宿州市东方软件有限公司", REVIEW},
    {"B08", LLC, "宿州市东方明珠软件有限公司", 0},
    {"B08", LLC, "宿州市食品信息技术有限公司", ERROR},
    {"B08", LLC, "宿州市创业软件有限公司", REVIEW},
    {"B08", LLC, "宿州市灵璧软件有限公司", REVIEW},
    {"B08", LLC, "宿州市灵璧石软件有限公司", 0},
    {"B08", INDIVIDUAL, "宿州市东方小吃店", 0},
    /* §9: 主营业务和国民经济行业分类标准. */
    {"B09", LLC, "宿州市青禾软件有限公司", 0},
    {"B09", LLC, "宿州市青禾信息技术有限公司", 0},
    {"B09", LLC, "宿州市青禾科技有限公司", 0},
    {"B09", LLC, "宿州市青禾实业有限公司", 0},
    {"B09", LLC, "宿州市青禾餐饮管理有限公司", WARNING},
    {"B09", LLC, "宿州市青禾网络有限公司", 0},
    {"B09", TRADER, "宿州市云帆商贸有限公司", 0},
    {"B09", TRADER, "宿州市云帆物流有限公司", WARNING},
    {"B09", TRADER, "宿州市云帆物流贸易有限公司", 0},
    {"B09", JSC, "安徽砀泽建筑工程股份有限公司", WARNING},
    {"B09", INDIVIDUAL, "宿州市姜小满五金店", 0},
    /* 合伙企业法, 个人独资企业法: marks in brackets of either width. */
    {"B11", PARTNERSHIP, "宿州市汴河创业投资合伙企业（有限合伙）", 0},
    {"B11", PARTNERSHIP, "宿州市汴河创业投资合伙企业(有限合伙)", 0},
    {"B11", PARTNERSHIP, "宿州市汴河创业投资合伙企业(普通合伙)", ERROR},
    {"B11", PARTNERSHIP, "宿州市汴河有限合伙创业投资合伙企业", ERROR},
    {"B12", SOLE, "宿州市埇桥区欢聚歌舞娱乐厅（个人独资）", 0},
    {"B12", SOLE, "宿州市埇桥区欢聚歌舞娱乐厅(个人独资)", 0},
    {"B12", SOLE, "宿州市埇桥区欢聚个人独资歌舞娱乐厅", ERROR},
    /* §11(一)至(九). */
    {"B15", LLC, "宿州市青禾软件有限公司", 0},
    {"B15", LLC, "宿州市国耻软件有限公司", ERROR},     /* (一) */
    {"B15", LLC, "宿州市走私软件有限公司", ERROR},     /* (二) */
    {"B15", LLC, "宿州市共青团软件有限公司", ERROR},   /* (三) */
    {"B15", LLC, "宿州市海军软件有限公司", REVIEW},    /* (三): 海军 is a given name, too */
    {"B15", LLC, "美国青禾软件有限公司", ERROR},       /* (四) */
    {"B15", LLC, "宿州市美国通用软件有限公司", ERROR}, /* (四): the trade name begins with it */
    {"B15", LLC, "宿州市爱美国风软件有限公司", 0},     /* within a trade name it is other words */
    {"B15", LLC, "宿州市联合国软件有限公司", ERROR},   /* (四) */
    {"B15", LLC, "宿州市赌博软件有限公司", ERROR},     /* (五) */
    {"B15", LLC, "宿州市春风水软件有限公司", 0},       /* 风水 within 春风水 */
    {"B15", LLC, "宿州市男尊女卑软件有限公司", ERROR}, /* (六) */
    {"B15", LLC, "宿州市法西斯软件有限公司", ERROR},   /* (七) */
    {"B15", LLC, "宿州市小三峡软件有限公司", 0},
    {"B15", LLC, "宿州市小三软件有限公司", ERROR},
    {"B15", INDIVIDUAL, "冠军火锅店", 0}, /* 军火 within 冠军火锅 */
    {"B15", INDIVIDUAL, "朱德强小吃店", 0},
    {"B15", INDIVIDUAL, "朱德小吃店", ERROR},
    {"B15", INDIVIDUAL, "日本料理店", 0},
    {"B15", INDIVIDUAL, "日本小吃店", ERROR},
    {"B15", BRANCH, "宿州市共青团软件有限公司灵璧分公司", 0}, /* the parent is registered */
    {"B15", BRANCH, "合肥示例软件有限公司赌博分公司", ERROR},
    /* §12. */
    {"B16", LLC, "中国青禾软件有限公司", REVIEW},
    {"B16", LLC, "国际青禾软件有限公司", REVIEW},
    {"B16", LLC, "宿州市青禾国际贸易有限公司", 0},
    {"B16", LLC, "宿州市青禾中央空调设备有限公司", 0},
    {"B16", LLC, "宿州市中华软件有限公司", REVIEW},
    {"B16", LLC, "宿州市华中国际软件有限公司", 0}, /* 华中 and 国际 */
    {"B16", LLC, "宿州市平安全国际软件有限公司", 0},
    {"B16", LLC, "国家青禾软件有限公司", REVIEW},
    {"B16", LLC, "青禾(中国)软件有限公司", ERROR},
    {"B16", LLC, "青禾（中国）软件有限公司", ERROR},
    /* §14. */
    {"B17", LLC, "安徽青禾软件有限公司", 0},
    {"B17", LLC, "安徽青禾软件集团有限公司", REVIEW},
    {"B17", LLC, "安徽青禾软件（集团）有限公司", REVIEW},
    {"B17", LLC, "安徽青禾软件(集团)有限公司", REVIEW},
    {"B17", LLC, "青禾集团软件有限公司", REVIEW}, /* the name of the group that it belongs to */
    {"B17", PARTNERSHIP, "宿州市汴河投资集团合伙企业（有限合伙）", ERROR},
    {"B17", PARTNERSHIP, "汴河集团宿州投资合伙企业（有限合伙）", REVIEW},
    {"B17", COOPERATIVE, "灵璧县丰谷养殖集团专业合作社", ERROR},
    {"B17", INDIVIDUAL, "埇桥区姜小满小吃集团店", ERROR},
    /* 实施办法 §17. */
    {"B18", LLC, "宿州市青禾软件有限公司", 0},
    {"B18", LLC, "宿州市国家级软件有限公司", ERROR},
    {"B18", LLC, "宿州市最佳软件有限公司", ERROR},
    {"B18", LLC, "宿州市第一软件有限公司", REVIEW},
    {"B18", LLC, "宿州市国资软件有限公司", REVIEW},
    {"B18", LLC, "宿州市乡村振兴软件有限公司", REVIEW},
    {"B18", LLC, "宿州市青禾慈善软件有限公司", ERROR},
    {"B18", LLC, "宿州市夜总会软件有限公司", 0}, /* 总会 within 夜总会 */
    {"B18", LLC, "宿州市123软件有限公司", ERROR},
    {"B18", LLC, "宿州市QINGHE软件有限公司", ERROR},
    {"B18", LLC, "宿州市青禾123软件有限公司", 0},
    {"B18", BRANCH, "宿州市第一机床有限公司灵璧分公司", 0},
    {"B18", BRANCH, "合肥示例软件有限公司第一分公司", REVIEW},
    /* §25. */
    {"B22", INDIVIDUAL, "埇桥区姜小满小吃店", 0},
    {"B22", INDIVIDUAL, "姜小满", 0}, /* the operator's name */
    {"B22", INDIVIDUAL, "埇桥区姜小满小吃公司", ERROR},
    {"B22", INDIVIDUAL, "埇桥区姜小满企业", ERROR},
    {"B22", INDIVIDUAL, "埇桥区姜小满农民专业合作社", ERROR},
    {"B22", INDIVIDUAL, "埇桥区姜小满养殖专业合作社", REVIEW},
    {"B22", INDIVIDUAL, "埇桥区姜小满小吃（有限合伙）", REVIEW},
};

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

/* Findings of the rules over an example under another name, of a type of its own (0: the example's). */
static size_t run(const char *example, const char *name, unsigned type, struct reg_arena *arena, reg_pb_finding ***ret)
{
    static const struct reg_register_view view;
    struct reg_rule_input input = {.filing = load_example(example, arena), .view = &view, .catalogue = catalogue};
    reg_pb_name *given = reg_arena_alloc(arena, sizeof *given);
    size_t count = 0;

    registry__v1__name__init(given);
    given->full = (char *)name;
    input.filing->entity->name = given;
    if (type)
        input.filing->entity->type = type;
    input.type = reg_entity_type_find(input.filing->entity->type);
    CU_ASSERT_TRUE(reg_day_parse("2026-11-24", &input.day));
    CU_ASSERT_EQUAL_FATAL(reg_rules_run(&input, arena, ret, &count), 0);
    return count;
}

/* The worst that the rule says; 0: nothing. */
static int worst(reg_pb_finding *const *findings, size_t count, const char *rule)
{
    int severity = 0;

    for (size_t i = 0; i < count; i++)
        if (strcmp(findings[i]->rule, rule) == 0 && (int)findings[i]->severity > severity)
            severity = (int)findings[i]->severity;
    return severity;
}

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        reg_pb_finding **findings;
        size_t count = run(cases[i].example, cases[i].name, 0, arena, &findings);

        CHECK_CASE(worst(findings, count, cases[i].rule) == cases[i].severity, "%s of %s: %d", cases[i].rule, cases[i].name,
                   worst(findings, count, cases[i].rule));
        for (size_t j = 0; j < count; j++)
            CHECK_CASE(strcmp(findings[j]->rule, cases[i].rule) != 0 ||
                           (strstr(findings[j]->path, "entity.name") == findings[j]->path && findings[j]->message_zh[0] &&
                            findings[j]->message_en[0]),
                       "%s of %s says too little", cases[i].rule, cases[i].name);
        reg_arena_free(arena);
    }
}

/* Each rule that is tried here is silent of some name and speaks of another. */
static void test_both_ways(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool silent = false, speaks = false;

        for (size_t j = 0; j < sizeof cases / sizeof *cases; j++)
            if (strcmp(cases[i].rule, cases[j].rule) == 0) {
                silent = silent || !cases[j].severity;
                speaks = speaks || cases[j].severity;
            }
        CHECK_CASE(silent && speaks, "%s", cases[i].rule);
    }
}

/* What the type of the entity changes. */
static void test_types(void)
{
    static const struct {
        unsigned type;
        const char *rule, *name;
        int severity;
    } types[] = {
        {1130, "B18", "宿州市国资软件有限公司", REVIEW},
        {1110, "B18", "宿州市国资软件有限公司", 0}, /* 国有独资 */
        {1130, "B15", "美国示例软件有限公司", ERROR},
        {5150, "B15", "美国示例软件有限公司", 0}, /* 外国法人独资 */
        {1130, "B16", "青禾（中国）软件有限公司", ERROR},
        {5150, "B16", "青禾（中国）软件有限公司", 0},
        {8000, "B17", "安徽青禾集团", 0},
        {3100, "B17", "安徽青禾集团公司", REVIEW},
        {7110, "B14", "新加坡示例海岛有限责任公司宿州分公司", 0},
        {7110, "B14", "示例海岛（香港）股份有限公司宿州分公司", 0},
        {7110, "B14", "新加坡示例海岛商行宿州分公司", ERROR},    /* not how it is liable */
        {7110, "B14", "示例海岛有限责任公司宿州分公司", REVIEW}, /* not where it is from */
        {3100, "B03", "宿州市青禾百货总站", 0},
        {3100, "B03", "宿州市青禾百货总汇", REVIEW},
    };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        reg_pb_finding **findings;
        size_t count = run(LLC, types[i].name, types[i].type, arena, &findings);

        CHECK_CASE(worst(findings, count, types[i].rule) == types[i].severity, "%s of %s as %u: %d", types[i].rule,
                   types[i].name, types[i].type, worst(findings, count, types[i].rule));
        reg_arena_free(arena);
    }
}

/* The finding of a word says which word and which clause. */
static void test_word_is_said(void)
{
    struct reg_arena *arena = reg_arena_new(0);
    reg_pb_finding **findings;
    size_t count = run(LLC, "宿州市赌博软件有限公司", 0, arena, &findings);
    bool said = false;

    for (size_t i = 0; i < count; i++)
        said = said || (strcmp(findings[i]->rule, "B15") == 0 && strstr(findings[i]->message_zh, "“赌博”") &&
                        strstr(findings[i]->message_zh, "§11(五)") && strstr(findings[i]->message_en, "赌博"));
    CU_ASSERT_TRUE(said);
    reg_arena_free(arena);
}

static CU_TestInfo tests[] = {{"cases", test_cases},
                              {"both ways", test_both_ways},
                              {"types", test_types},
                              {"the word is said", test_word_is_said},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"names", load, unload, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
