#include <string.h>

#include "catalogue/catalogue.h"
#include "catalogue/entity_type.h"
#include "suite.h"

struct match_case {
    const char *name;
    unsigned item;
    const char *industry;
    const char *terms[4];
    enum reg_item_match expected;
};

static const struct match_case cases[] = {
    {"universal needs nothing", 1, "", {NULL}, REG_MATCH_UNIVERSAL},
    {"industry", 6, "5951", {NULL}, REG_MATCH_INDUSTRY},
    {"industry with its letter", 6, "G5951", {NULL}, REG_MATCH_INDUSTRY},
    {"another industry", 6, "5952", {NULL}, REG_MATCH_NONE},
    {"an industry that is none", 6, "59-1", {NULL}, REG_MATCH_NONE},
    {"keyword inside a term", 6, "5111", {"谷物销售", "粮食仓储服务"}, REG_MATCH_SCOPE},
    {"keyword across two terms is none", 6, "", {"粮食", "仓储"}, REG_MATCH_NONE},
    {"range, lower end", 61, "C1311", {NULL}, REG_MATCH_INDUSTRY},
    {"range, upper end", 61, "4390", {NULL}, REG_MATCH_INDUSTRY},
    {"below the range", 61, "1290", {NULL}, REG_MATCH_NONE},
    {"above the range", 61, "4411", {NULL}, REG_MATCH_NONE},
    {"a letter that contradicts the range", 61, "D1311", {NULL}, REG_MATCH_NONE},
    {"industry any, keyword decides: yes", 45, "5211", {"商业特许经营管理"}, REG_MATCH_SCOPE},
    {"industry any, keyword decides: no", 45, "5211", {"食品销售"}, REG_MATCH_NONE},
    {"the bracketed keyword matches its term", 55, "", {"食品销售（仅销售预包装食品）"}, REG_MATCH_SCOPE},
    {"whatever the width of brackets", 55, "", {"食品销售(仅销售预包装食品)"}, REG_MATCH_SCOPE},
    {"not the plain term", 55, "", {"食品销售"}, REG_MATCH_NONE},
    {"not another tail", 55, "", {"食品销售（不含预包装食品）"}, REG_MATCH_NONE},
    {"not the tail alone", 55, "", {"仅销售预包装食品"}, REG_MATCH_NONE},
    {"what a term excludes matches no other item",
     10,
     "",
     {"人力资源服务（不含职业中介活动、劳务派遣服务）"},
     REG_MATCH_NONE},
    {"that term matches its own item", 35, "", {"人力资源服务（不含职业中介活动、劳务派遣服务）"}, REG_MATCH_SCOPE},
    {"the text before brackets still matches", 36, "", {"人力资源服务（不含职业中介活动、劳务派遣服务）"}, REG_MATCH_SCOPE},
    {"the text after brackets still matches", 6, "", {"（粮食局）粮食仓储"}, REG_MATCH_SCOPE},
    {"no word arises across brackets", 6, "", {"粮食（注）仓储"}, REG_MATCH_NONE},
    {"brackets in brackets", 6, "", {"销售（不含（进口）粮食仓储）"}, REG_MATCH_NONE},
    {"brackets left open", 6, "", {"销售（粮食仓储"}, REG_MATCH_NONE},
    {"a bracket too many", 6, "", {"销售）粮食仓储"}, REG_MATCH_SCOPE},
    {"brackets inside a keyword", 48, "", {"艺（美）术品、收藏品鉴定评估服务"}, REG_MATCH_SCOPE},
    {"a keyword with digits", 60, "", {"3岁以下婴幼儿照护服务"}, REG_MATCH_SCOPE},
    {"an empty term", 6, "", {""}, REG_MATCH_NONE},
};

static void test_match(void)
{
    struct reg_catalogue *catalogue = NULL;

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&catalogue), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        struct reg_scope_index scope;
        enum reg_item_match match;
        size_t count = 0;

        CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
        while (count < 4 && cases[i].terms[count])
            count++;
        CU_ASSERT_EQUAL_FATAL(reg_scope_index_init(catalogue, cases[i].industry, cases[i].terms, count, arena, &scope), 0);
        match = reg_item_matches(reg_catalogue_item(catalogue, cases[i].item), &scope);
        CHECK_CASE(match == cases[i].expected, "%s: %d", cases[i].name, (int)match);
        reg_arena_free(arena);
    }
    reg_catalogue_free(catalogue);
}

/* The filter by pairs of characters never hides a match: every keyword finds itself. */
static void test_every_keyword(void)
{
    struct reg_catalogue *catalogue = NULL;

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&catalogue), 0);
    for (size_t i = 0; i < reg_catalogue_item_count(catalogue); i++) {
        const struct reg_item *item = reg_catalogue_item_at(catalogue, i);

        for (size_t k = 0; k < item->keyword_count; k++) {
            struct reg_arena *arena = reg_arena_new(0);
            struct reg_scope_index scope;

            CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
            CU_ASSERT_EQUAL_FATAL(reg_scope_index_init(NULL, "", &item->keywords[k], 1, arena, &scope), 0);
            CHECK_CASE(reg_item_matches(item, &scope) == REG_MATCH_SCOPE, "item %u: %s", item->number, item->keywords[k]);
            reg_arena_free(arena);
        }
    }
    reg_catalogue_free(catalogue);
}

static void test_budget(void)
{
    static const char *const terms[] = {"粮食仓储粮食仓储粮食仓储"};
    struct reg_arena *arena = reg_arena_new(64);
    struct reg_scope_index scope;

    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    CU_ASSERT_EQUAL(reg_scope_index_init(NULL, "", terms, 1, arena, &scope), REG_ERR_LIMIT);
    reg_arena_free(arena);
}

static void test_entity_types(void)
{
    static const struct {
        unsigned code;
        const char *name_zh;
        enum reg_entity_family family;
        enum reg_entity_letter letter;
        unsigned licence_template;
        const char *prefix;
    } types[] = {
        {1151, "有限责任公司(自然人独资)", REG_FAMILY_LLC, REG_LETTER_C, 1, "91"},
        {1222, "股份有限公司(非上市、自然人投资或控股)", REG_FAMILY_JSC, REG_LETTER_C, 1, "91"},
        {2151, "有限责任公司分公司(自然人独资)", REG_FAMILY_BRANCH, REG_LETTER_B, 9, "91"},
        {3100, "全民所有制", REG_FAMILY_NON_COMPANY, REG_LETTER_N, 3, "91"},
        {4310, "全民所有制分支机构(非法人)", REG_FAMILY_BRANCH, REG_LETTER_B, 11, "91"},
        {4410, "国有经营单位(非法人)", REG_FAMILY_OTHER, REG_LETTER_N, 11, "91"},
        {4533, "有限合伙企业", REG_FAMILY_PARTNERSHIP, REG_LETTER_P, 4, "91"},
        {4540, "个人独资企业", REG_FAMILY_SOLE, REG_LETTER_S, 7, "91"},
        {4560, "个人独资企业分支机构", REG_FAMILY_BRANCH, REG_LETTER_B, 14, "91"},
        {5150, "有限责任公司(外国法人独资)", REG_FAMILY_LLC, REG_LETTER_W, 2, "91"},
        {6220, "股份有限公司(港澳台与境内合资、上市)", REG_FAMILY_JSC, REG_LETTER_W, 2, "91"},
        {5430, "有限合伙企业", REG_FAMILY_PARTNERSHIP, REG_LETTER_W, 5, "91"},
        {5810, "分公司", REG_FAMILY_BRANCH, REG_LETTER_B, 10, "91"}, /* branch before foreign-invested */
        {7200, "外国(地区)企业常驻代表机构", REG_FAMILY_OTHER, REG_LETTER_W, 0, "91"},
        {9100, "农民专业合作社(农民专业合作经济组织)", REG_FAMILY_COOPERATIVE, REG_LETTER_F, 6, "93"},
        {9200, "农民专业合作社分支机构", REG_FAMILY_BRANCH, REG_LETTER_B, 15, "93"},
        {9500, "个体工商户", REG_FAMILY_INDIVIDUAL, REG_LETTER_I, 8, "92"},
        {8000, "集团", REG_FAMILY_OTHER, REG_LETTER_N, 0, ""},
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const struct reg_entity_type *type = reg_entity_type_find(types[i].code);

        CHECK_CASE(type != NULL, "%u", types[i].code);
        if (!type)
            continue;
        CHECK_CASE(type->code == types[i].code && strcmp(type->name_zh, types[i].name_zh) == 0, "%u: %s", types[i].code,
                   type->name_zh);
        CHECK_CASE(type->family == types[i].family, "%u: family %d", types[i].code, (int)type->family);
        CHECK_CASE(type->letter == types[i].letter, "%u: letter %d", types[i].code, (int)type->letter);
        CHECK_CASE(type->licence_template == types[i].licence_template, "%u: template %u", types[i].code,
                   type->licence_template);
        CHECK_CASE(strcmp(type->prefix, types[i].prefix) == 0, "%u: prefix %s", types[i].code, type->prefix);
    }
    CU_ASSERT_PTR_EQUAL(reg_entity_type_find(9999), reg_entity_type_find(9500));
    CU_ASSERT_PTR_NULL(reg_entity_type_find(0));
    CU_ASSERT_PTR_NULL(reg_entity_type_find(1154));
    CU_ASSERT_PTR_NULL(reg_entity_type_find(10000));
}

static CU_TestInfo tests[] = {{"industry and scope", test_match},
                              {"every keyword finds itself", test_every_keyword},
                              {"a budget is kept", test_budget},
                              {"entity types", test_entity_types},
                              CU_TEST_INFO_NULL};

CU_SuiteInfo suites[] = {{"match", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
