/* The list of scope terms: reading, looking up, matching by it, importing one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalogue/scope_terms.h"
#include "suite.h"

#define HEAD "code,term,kind,industries,items,permit,note\n"

static struct reg_catalogue *sample;

static int load(void)
{
    return reg_catalogue_default(&sample);
}

static int unload(void)
{
    reg_catalogue_free(sample);
    return 0;
}

static struct reg_bytes bytes_of(const char *text)
{
    return (struct reg_bytes){(const uint8_t *)text, strlen(text)};
}

/* The sample's items with another list. */
static int parse(const char *terms, struct reg_catalogue **ret, struct reg_error_info *info)
{
    return reg_catalogue_parse(reg_catalogue_csv(sample, "items"), reg_catalogue_csv(sample, "facts"),
                               reg_catalogue_csv(sample, "materials"), bytes_of(terms), ret, info);
}

static void test_small(void)
{
    struct reg_catalogue *catalogue = NULL;
    const struct reg_scope_term *term;

    CU_ASSERT_EQUAL_FATAL(
        parse(HEAD "B.2,乙（不含甲）,post_approval,5229;C13-C43,55;6,乙证,注\nA-1,甲,general,,,,\n", &catalogue, NULL), 0);
    CU_ASSERT_FALSE(reg_scope_terms_are_sample(catalogue));
    CU_ASSERT_TRUE(reg_catalogue_is_sample(catalogue)); /* the items still are */
    CU_ASSERT_EQUAL_FATAL(reg_scope_term_count(catalogue), 2);
    term = reg_scope_term_by_text(catalogue, "乙(不含甲)");
    CU_ASSERT_PTR_NOT_NULL_FATAL(term);
    CU_ASSERT_PTR_EQUAL(term, reg_scope_term_by_code(catalogue, "B.2"));
    CU_ASSERT_PTR_EQUAL(term, reg_scope_term_at(catalogue, 0));
    CU_ASSERT_EQUAL(term->kind, REG_SCOPE_POST_APPROVAL);
    CU_ASSERT_EQUAL(term->industry_count, 2);
    CU_ASSERT_EQUAL_FATAL(term->item_count, 2);
    CU_ASSERT_EQUAL(term->items[0], 55);
    CU_ASSERT_STRING_EQUAL(term->permit_zh, "乙证");
    CU_ASSERT_STRING_EQUAL(term->note, "注");
    CU_ASSERT_PTR_NULL(reg_scope_term_by_text(catalogue, "乙"));
    CU_ASSERT_PTR_NULL(reg_scope_term_by_text(catalogue, ""));
    CU_ASSERT_PTR_NULL(reg_scope_term_by_code(catalogue, "B"));
    reg_catalogue_free(catalogue);
}

/* A sample keeps numbers of items that its neighbour does not have: they trigger nothing. */
static void test_sample_anywhere(void)
{
    struct reg_catalogue *catalogue = NULL;

    CU_ASSERT_EQUAL_FATAL(parse(HEAD "A1,甲,general,,,,\nsample-1,乙,general,,900,,\n", &catalogue, NULL), 0);
    CU_ASSERT_TRUE(reg_scope_terms_are_sample(catalogue));
    reg_catalogue_free(catalogue);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_TRUE(fputs(text, file) >= 0);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

/* A folder without the list has the sample; an empty file is none. */
static void test_folder(void)
{
    static const char *const names[] = {"items.csv", "facts.csv", "materials.csv", "scope_terms.csv"};
    char folder[] = "/tmp/scope_terms_XXXXXX", from[512], to[4][64];
    struct reg_catalogue *catalogue = NULL;
    struct reg_error_info info = {"", ""};

    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    for (size_t i = 0; i < 4; i++) {
        snprintf(from, sizeof from, REG_SOURCE_DIR "/data/%s", names[i]);
        snprintf(to[i], sizeof to[i], "%s/%s", folder, names[i]);
        CU_ASSERT_TRUE(i == 3 || symlink(from, to[i]) == 0);
    }
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_load(folder, &catalogue, &info), 0);
    CU_ASSERT_TRUE(reg_scope_terms_are_sample(catalogue));
    CU_ASSERT_EQUAL(reg_scope_term_count(catalogue), reg_scope_term_count(sample));
    reg_catalogue_free(catalogue);
    catalogue = NULL;
    write_file(to[3], "");
    CU_ASSERT_EQUAL(reg_catalogue_load(folder, &catalogue, &info), REG_ERR_INVALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(info.en, "scope_terms.csv"));
    write_file(to[3], HEAD "A1,甲,general,,,,\n");
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_load(folder, &catalogue, &info), 0);
    CU_ASSERT_FALSE(reg_scope_terms_are_sample(catalogue));
    reg_catalogue_free(catalogue);
    for (size_t i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(unlink(to[i]), 0);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static void test_faults(void)
{
    static const struct {
        const char *csv, *says;
    } faults[] = {
        {"", "scope_terms.csv"},
        {HEAD, "scope_terms.csv has no term"},
        {"code,term,kind\nA1,甲,general\n", "scope_terms.csv line 1: column industries is missing"},
        {HEAD ",甲,general,,,,\n", "line 2, column code"},
        {HEAD "A 1,甲,general,,,,\n", "line 2, column code"},
        {HEAD "A1234567890123456789012345678901234,甲,general,,,,\n", "line 2, column code"},
        {HEAD "A1,,general,,,,\n", "line 2, column term"},
        {HEAD "A1,甲 乙,general,,,,\n", "line 2, column term"},
        {HEAD "A1,甲,一般,,,,\n", "line 2, column kind"},
        {HEAD "A1,甲,general,59x,,,\n", "line 2, column industries"},
        {HEAD "A1,甲,general,,62,,\n", "line 2, column items"},
        {HEAD "A1,甲,general,,06,,\n", "line 2, column items"},
        {HEAD "A1,甲,general,,6;6,,\n", "line 2, column items"},
        {HEAD "sample-1,甲,general,,x,,\n", "line 2, column items"},
        {HEAD "A1,甲,general,,,甲证,\n", "line 2, column permit"},
        {HEAD "A1,甲,general,,,,\nA2,乙,general,,,,\nA1,丙,general,,,,\n", "line 4, column code"},
        {HEAD "A1,甲（乙）,general,,,,\nA2,甲(乙),general,,,,\n", "line 3, column term"},
    };

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct reg_catalogue *catalogue = NULL;
        struct reg_error_info info = {"", ""};

        CHECK_CASE(parse(faults[i].csv, &catalogue, &info) == REG_ERR_INVALID && !catalogue, "%s", faults[i].csv);
        CHECK_CASE(strstr(info.en, faults[i].says) && info.zh[0], "%s: %s", faults[i].csv, info.en);
        reg_catalogue_free(catalogue);
    }
}

/* Each keyword of each item is in a term whose row triggers the item; codes and texts find their rows. */
static void test_sample(void)
{
    CU_ASSERT_TRUE(reg_scope_terms_are_sample(sample));
    CU_ASSERT_TRUE(reg_scope_term_count(sample) >= 220);
    for (size_t i = 0; i < reg_catalogue_item_count(sample); i++) {
        const struct reg_item *item = reg_catalogue_item_at(sample, i);

        for (size_t k = 0; k < item->keyword_count; k++) {
            bool found = false;

            for (size_t t = 0; t < reg_scope_term_count(sample); t++) {
                const struct reg_scope_term *term = reg_scope_term_at(sample, t);

                for (size_t n = 0; n < term->item_count && strstr(term->term, item->keywords[k]); n++)
                    found = found || term->items[n] == item->number;
            }
            CHECK_CASE(found, "item %u: %s", item->number, item->keywords[k]);
        }
    }
    for (size_t t = 0; t < reg_scope_term_count(sample); t++) {
        const struct reg_scope_term *term = reg_scope_term_at(sample, t);

        CHECK_CASE(reg_scope_term_by_code(sample, term->code) == term, "%s", term->code);
        CHECK_CASE(reg_scope_term_by_text(sample, term->term) == term, "%s", term->term);
        CHECK_CASE(term->kind == REG_SCOPE_GENERAL || *term->permit_zh, "%s: which permit?", term->term);
        CHECK_CASE(term->industry_count > 0, "%s: which industry?", term->term);
    }
}

static const struct {
    const char *term;
    enum reg_scope_kind kind;
} kinds[] = {
    {"食品销售（仅销售预包装食品）", REG_SCOPE_GENERAL},
    {"软件开发", REG_SCOPE_GENERAL},
    {"服装服饰零售", REG_SCOPE_GENERAL},
    {"食品销售", REG_SCOPE_POST_APPROVAL},
    {"劳务派遣服务", REG_SCOPE_POST_APPROVAL},
    {"烟草制品零售", REG_SCOPE_POST_APPROVAL},
    {"出版物零售", REG_SCOPE_POST_APPROVAL},
    {"药品零售", REG_SCOPE_POST_APPROVAL},
    {"餐饮服务", REG_SCOPE_POST_APPROVAL},
    {"旅行社业务", REG_SCOPE_POST_APPROVAL},
    {"保安服务", REG_SCOPE_PRE_APPROVAL},
    {"民用爆炸物品生产", REG_SCOPE_PRE_APPROVAL},
    {"烟草专卖品生产", REG_SCOPE_PRE_APPROVAL},
    {"证券业务", REG_SCOPE_PRE_APPROVAL},
    {"保险业务", REG_SCOPE_PRE_APPROVAL},
    {"银行业务", REG_SCOPE_PRE_APPROVAL},
};

static void test_kinds(void)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct reg_scope_term *term = reg_scope_term_by_text(sample, kinds[i].term);

        CHECK_CASE(term && term->kind == kinds[i].kind, "%s", kinds[i].term);
    }
}

static enum reg_item_match match(const struct reg_catalogue *catalogue, const char *text, unsigned item)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_scope_index index;
    enum reg_item_match result;

    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    CU_ASSERT_EQUAL_FATAL(reg_scope_index_init(catalogue, "", &text, 1, arena, &index), 0);
    result = reg_item_matches(reg_catalogue_item(catalogue, item), &index);
    reg_arena_free(arena);
    return result;
}

/* A listed term triggers its row's items and no others; what is not listed goes by keywords. */
static void test_match(void)
{
    static const char terms[] = HEAD "A1,粮食仓储,general,,29,,\nA2,白蚁,general,,29,,\n";
    struct reg_catalogue *catalogue = NULL, *other = NULL;
    struct reg_bytes items = reg_catalogue_csv(sample, "items");
    size_t len = items.len - 1;

    CU_ASSERT_EQUAL_FATAL(parse(terms, &catalogue, NULL), 0);
    CU_ASSERT_EQUAL(match(catalogue, "粮食仓储", 29), REG_MATCH_SCOPE);
    CU_ASSERT_EQUAL(match(catalogue, "粮食仓储", 6), REG_MATCH_NONE);
    CU_ASSERT_EQUAL(match(catalogue, "白蚁", 29), REG_MATCH_SCOPE);
    CU_ASSERT_EQUAL(match(catalogue, "粮食仓储业务", 6), REG_MATCH_SCOPE);
    CU_ASSERT_EQUAL(match(catalogue, "粮食仓储业务", 29), REG_MATCH_NONE);
    CU_ASSERT_EQUAL(match(sample, "新能源汽车整车销售", 43), REG_MATCH_SCOPE);
    CU_ASSERT_EQUAL(match(sample, "畜禽养殖技术服务", 54), REG_MATCH_NONE);
    reg_catalogue_free(catalogue);

    /* beside another catalogue's items the sample's numbers mean nothing */
    while (items.data[len - 1] != '\n') /* without its last item */
        len--;
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_parse((struct reg_bytes){items.data, len}, reg_catalogue_csv(sample, "facts"),
                                              reg_catalogue_csv(sample, "materials"),
                                              reg_catalogue_csv(sample, "scope_terms"), &other, NULL),
                          0);
    CU_ASSERT_EQUAL(match(other, "新能源汽车整车销售", 43), REG_MATCH_NONE);
    CU_ASSERT_EQUAL(match(other, "畜禽养殖技术服务", 54), REG_MATCH_SCOPE);
    reg_catalogue_free(other);
}

/* ---- importing ---------------------------------------------------------------------------------------------------------
 */

static void test_import(void)
{
    static const char list[] = "序号,编码,规范表述,类别,许可\n"
                               "1,A1, 粮食仓储　,一般,\n"
                               "2,A2,保安服务（甲）,前置许可,甲证\n"
                               "3,A3,食品销售,许可(后置),\n"
                               "4,A4,乙,许可,\n"
                               "5,A1,丙,一般,\n"
                               "6,A6,保安服务(甲),前置,\n"
                               "7,,丁,一般,\n"
                               "8,A8,戊,一般,戊证\n";
    struct reg_scope_import import = {{NULL, 0}, {NULL, 0}, 0, 0};
    struct reg_error_info info = {"", ""};
    struct reg_catalogue *catalogue = NULL;
    const char *report;

    CU_ASSERT_EQUAL_FATAL(reg_scope_terms_import(sample, "list.csv", bytes_of(list), &import, &info), 0);
    CU_ASSERT_EQUAL(import.taken, 3);
    CU_ASSERT_EQUAL(import.refused_count, 5);
    CU_ASSERT_STRING_EQUAL((const char *)import.csv.data, HEAD "A1,粮食仓储,general,,6,,\n"
                                                               "A2,保安服务（甲）,pre_approval,,7,甲证,\n"
                                                               "A3,食品销售,post_approval,,,,\n");
    report = (const char *)import.report.data;
    CU_ASSERT_PTR_NOT_NULL(strstr(report, "list.csv line 5, column kind: must be general"));
    CU_ASSERT_PTR_NOT_NULL(strstr(report, "list.csv 第 6 行，code 列：与前面的行重复"));
    CU_ASSERT_PTR_NOT_NULL(strstr(report, "list.csv line 7, column term: an earlier row has the same"));
    CU_ASSERT_PTR_NOT_NULL(strstr(report, "list.csv line 8, column code"));
    CU_ASSERT_PTR_NOT_NULL(strstr(report, "list.csv line 9, column permit"));
    /* what was written is what a catalogue reads */
    CU_ASSERT_EQUAL_FATAL(parse((const char *)import.csv.data, &catalogue, &info), 0);
    CU_ASSERT_EQUAL(reg_scope_term_count(catalogue), 3);
    CU_ASSERT_EQUAL(reg_catalogue_csv(catalogue, "scope_terms").len, import.csv.len);
    reg_catalogue_free(catalogue);
    reg_scope_import_clear(&import);
}

static void test_import_own_headings(void)
{
    struct reg_scope_import import = {{NULL, 0}, {NULL, 0}, 0, 0};
    struct reg_error_info info = {"", ""};
    struct reg_bytes csv = reg_catalogue_csv(sample, "scope_terms");

    CU_ASSERT_EQUAL_FATAL(reg_scope_terms_import(sample, "own.csv", csv, &import, &info), 0);
    CU_ASSERT_EQUAL(import.refused_count, 0);
    CU_ASSERT_TRUE(import.csv.len == csv.len && memcmp(import.csv.data, csv.data, csv.len) == 0);
    reg_scope_import_clear(&import);
    CU_ASSERT_EQUAL(reg_scope_terms_import(sample, "no.csv", bytes_of("编码,类别\nA1,一般\n"), &import, &info),
                    REG_ERR_INVALID);
    CU_ASSERT_PTR_NOT_NULL(strstr(info.zh, "no.csv 第 1 行：缺少列“term”（规范表述）"));
    CU_ASSERT_EQUAL(reg_scope_terms_import(sample, "bad.csv", bytes_of("编码,规范表述,类别\nA1\n"), &import, &info),
                    REG_ERR_INVALID);
}

static CU_TestInfo tests[] = {{"a small list", test_small},
                              {"faults name file, line and column", test_faults},
                              {"the compiled-in sample", test_sample},
                              {"a sample beside other items", test_sample_anywhere},
                              {"from a folder", test_folder},
                              {"before and after the licence", test_kinds},
                              {"matching by term, then by keyword", test_match},
                              {"import", test_import},
                              {"import of our own headings", test_import_own_headings},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"scope terms", load, unload, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
