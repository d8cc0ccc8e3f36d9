/* Catalogues that differ in one place: what the diff says of it, and whether the new one may be published. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "catalogue/diff.h"
#include "suite.h"

#define ITEMS_HEAD                                                                                                          \
    "number,tier,name_zh,name_en,department,level,kind,treatment,entity_types,industries,keywords,when,status,status_note," \
    "note,permit_zh,legal_basis,provenance,facts,materials\n"
#define ITEM_7                                                                                                              \
    "7,local,公章刻制备案,Seals,police,县级,备案,信息采集,C;B,5951,甲;乙,establish,in_force,,,,法 "        \
    "§1,,size!;mode,plan\n"
#define ITEM_8 "8,local,餐饮备案,Catering,market,县级,备案,信息采集,C,*,*,opt_in,in_force,,,,法 §2,,staff,\n"
#define FACTS                                                                                                               \
    "key,type,unit,choices,choices_en,min,max,label_zh,label_en,help_zh,help_en,visibility,source\n"                        \
    "size,num,㎡,,,0,100,面积,Area,,,item,\nmode,enum,,批发;零售,Wholesale;Retail,,,方式,Mode,,,item,\n"           \
    "staff,int,人,,,0,,人数,Staff,,,item,\n"
#define MATERIALS "kind,label_zh,label_en\nplan,平面图,Plan\nphoto,照片,Photograph\n"
#define TERMS     "code,term,kind,industries,items,permit,note\ng1,软件开发,general,6513,,,\n"

static const char *const whole[4] = {ITEMS_HEAD ITEM_7 ITEM_8, FACTS, MATERIALS, TERMS};

static struct reg_bytes bytes_of(const char *text)
{
    return (struct reg_bytes){(const uint8_t *)text, strlen(text)};
}

/* The catalogue in which `find` of one file is `put`. */
static struct reg_catalogue *mutated(unsigned file, const char *find, const char *put)
{
    struct reg_catalogue *catalogue = NULL;
    struct reg_error_info info = {0};
    const char *at = strstr(whole[file], find), *texts[4];
    char text[4096];

    if (!at)
        return NULL;
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - whole[file]), whole[file], put, at + strlen(find));
    memcpy(texts, whole, sizeof texts);
    texts[file] = text;
    if (reg_catalogue_parse(bytes_of(texts[0]), bytes_of(texts[1]), bytes_of(texts[2]), bytes_of(texts[3]), &catalogue,
                            &info) != 0)
        fprintf(stderr, "%s\n", info.en);
    return catalogue;
}

enum { ITEMS, FACT_FILE, MATERIAL_FILE, TERM_FILE };

static const struct {
    unsigned file;
    const char *find, *put;
    const char *lines; /* of the text, but the last one */
    bool may_follow;
} mutations[] = {
    {ITEMS, "", "", "", true},
    {ITEMS, ITEM_8, ITEM_8 "9,local,新事项,New,tax,县级,备案,信息采集,C,*,*,opt_in,in_force,,,,法 §3,,,\n",
     "＋ 新增 added 事项 item 9 新事项 New\n", true},
    {ITEMS, "opt_in,in_force", "opt_in,repealed",
     "－ 废止 repealed 事项 item 8 餐饮备案 Catering：status：in_force → repealed\n", true},
    {ITEMS, "establish,in_force", "opt_in,in_force",
     "～ 变更 changed 事项 item 7 公章刻制备案 Seals：when：establish → opt_in\n", true},
    {ITEMS, "size!;mode", "size!;mode!",
     "～ 变更 changed 事项 item 7 公章刻制备案 Seals：facts mode 方式 Mode：optional → mandatory\n", true},
    {ITEMS, "size!;mode", "mode;staff!",
     "～ 变更 changed 事项 item 7 公章刻制备案 Seals：facts staff 人数 Staff：— → mandatory\n"
     "～ 变更 changed 事项 item 7 公章刻制备案 Seals：facts size 面积 Area：mandatory → —\n",
     true},
    {ITEMS, "size!;mode", "mode;size!", "", true},
    {ITEMS, "mode,plan", "mode,photo",
     "～ 变更 changed 事项 item 7 公章刻制备案 Seals：materials photo 照片 Photograph：— → optional\n"
     "～ 变更 changed 事项 item 7 公章刻制备案 Seals：materials plan 平面图 Plan：optional → —\n",
     true},
    {ITEMS, "公章刻制备案", "印章刻制备案",
     "～ 变更 changed 事项 item 7 印章刻制备案 Seals：name_zh：公章刻制备案 → 印章刻制备案\n", true},
    {ITEMS, "公章刻制备案", "出租车备案",
     "～ 变更 changed 事项 item 7 出租车备案 Seals：name_zh：公章刻制备案 → 出租车备案\n", false},
    {ITEMS, "Seals,police", "Seals,tax", "～ 变更 changed 事项 item 7 公章刻制备案 Seals：department：police → tax\n", true},
    {ITEMS, "公章刻制备案,Seals,police", "印章刻制备案,Seals,tax",
     "～ 变更 changed 事项 item 7 印章刻制备案 Seals：name_zh：公章刻制备案 → 印章刻制备案\n"
     "～ 变更 changed 事项 item 7 印章刻制备案 Seals：department：police → tax\n",
     false},
    {ITEMS, ITEM_8, "", "✕ 删行 removed 事项 item 8 餐饮备案 Catering\n", false},
    {ITEMS, ITEM_7 ITEM_8, ITEM_8 ITEM_7, "", true},
    {FACT_FILE, "0,100,面积", "0,200,面积", "～ 变更 changed 信息项 fact size 面积 Area：max：100 → 200\n", true},
    {FACT_FILE, "staff,int", "age,int,,,,,,年龄,Age,,,item,\nstaff,int", "＋ 新增 added 信息项 fact age 年龄 Age\n", true},
    {MATERIAL_FILE, "Photograph", "Picture",
     "～ 变更 changed 材料 material photo 照片 Picture：label_en：Photograph → Picture\n", true},
    {MATERIAL_FILE, "photo,照片,Photograph\n", "", "✕ 删行 removed 材料 material photo 照片 Photograph\n", true},
    {TERM_FILE, "general,6513", "general,6510", "～ 变更 changed 规范表述 scope term g1 软件开发：industries：6513 → 6510\n",
     true},
};

static void test_mutations(void)
{
    struct reg_catalogue *before = mutated(ITEMS, "", "");

    CU_ASSERT_PTR_NOT_NULL_FATAL(before);
    for (size_t i = 0; i < sizeof mutations / sizeof *mutations; i++) {
        struct reg_catalogue *after = mutated(mutations[i].file, mutations[i].find, mutations[i].put);
        struct reg_data text = {NULL, 0};
        size_t count = 99, lines = 0, len = strlen(mutations[i].lines);
        int error = after ? reg_catalogue_diff_text(before, after, &text, &count) : REG_ERR_INVALID;

        for (const char *at = mutations[i].lines; (at = strchr(at, '\n')) != NULL; at++)
            lines++;
        CHECK_CASE(error == 0 && count == lines && text.len > len && memcmp(text.data, mutations[i].lines, len) == 0 &&
                       strncmp((const char *)text.data + len, "共 ", strlen("共 ")) == 0,
                   "%zu: %s", i, error == 0 ? (const char *)text.data : reg_error_text(error));
        error = after ? reg_catalogue_may_follow(before, after, NULL) : 1;
        CHECK_CASE(error == (mutations[i].may_follow ? 0 : REG_ERR_INVALID), "%zu may follow: %d", i, error);
        reg_data_clear(&text);
        reg_catalogue_free(after);
    }
    reg_catalogue_free(before);
}

static void test_json(void)
{
    struct reg_catalogue *before = mutated(ITEMS, "", ""), *after = mutated(ITEMS, "size!;mode", "size!;mode!");
    struct reg_data json = {NULL, 0};
    size_t count = 0;

    CU_ASSERT_FATAL(before && after);
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_diff_json(before, after, &json, &count), 0);
    CU_ASSERT_EQUAL(count, 1);
    for (size_t i = 0; i < 6; i++) {
        static const char *const parts[] = {"\"subject\": \"item\"", "\"kind\": \"changed\"",    "\"id\": \"7\"",
                                            "\"part\": \"mode\"",    "\"before\": \"optional\"", "\"after\": \"mandatory\""};

        CHECK_CASE(strstr((const char *)json.data, parts[i]) != NULL, "%s in %s", parts[i], (const char *)json.data);
    }
    reg_data_clear(&json);
    reg_catalogue_free(before);
    reg_catalogue_free(after);
}

static void test_refusal_text(void)
{
    struct reg_catalogue *before = mutated(ITEMS, "", ""), *after = mutated(ITEMS, "公章刻制备案", "出租车备案");
    struct reg_error_info info = {0};

    CU_ASSERT_FATAL(before && after);
    CU_ASSERT_EQUAL(reg_catalogue_may_follow(before, after, &info), REG_ERR_INVALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(info.en, "numbers are never reused"));
    CU_ASSERT_PTR_NOT_NULL(strstr(info.zh, "编号不得改作他用"));
    reg_catalogue_free(before);
    reg_catalogue_free(after);
}

static CU_TestInfo tests[] = {
    {"one place each", test_mutations},
    {"as JSON", test_json},
    {"why a number is refused", test_refusal_text},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {
    {"catalogue diff", NULL, NULL, NULL, NULL, tests},
    CU_SUITE_INFO_NULL,
};
