#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <registry/catalogue.h>

#include "catalogue/catalogue.h"
#include "suite.h"

#define ITEMS_HEAD                                                                                                          \
    "number,tier,name_zh,name_en,department,level,kind,treatment,entity_types,industries,keywords,when,status,status_note," \
    "note,"                                                                                                                 \
    "permit_zh,legal_basis,provenance,facts,materials\n"
#define FACTS_HEAD     "key,type,unit,choices,choices_en,min,max,label_zh,label_en,help_zh,help_en,visibility,source\n"
#define MATERIALS_HEAD "kind,label_zh,label_en\n"

#define GOOD_FACTS                                                                                                          \
    FACTS_HEAD                                                                                                              \
    "size,num,㎡,,,0,100,面积,Area,室内面积。,Floor "                                                               \
    "area.,item,\nmode,enum,,批发;零售,Wholesale;Retail,,,方式,Mode,,,item,\n"                                        \
    "staff,int,人,,,0,,人数,Staff,,,item,\n"
#define GOOD_MATERIALS MATERIALS_HEAD "plan,平面图,Plan\nphoto,照片,Photograph\n"
#define GOOD_ROW                                                                                                            \
    "7,local,事项七,Item seven,police,县级,备案,信息采集,C;B,5951;C13-C43,甲;乙,establish,in_force,,,,法 "    \
    "§1,,size!;mode,plan\n"

static struct reg_bytes bytes_of(const char *text)
{
    return (struct reg_bytes){(const uint8_t *)text, strlen(text)};
}

static int parse(const char *items, const char *facts, const char *materials, struct reg_catalogue **ret,
                 struct reg_error_info *info)
{
    return reg_catalogue_parse(bytes_of(items), bytes_of(facts), bytes_of(materials), (struct reg_bytes){NULL, 0}, ret,
                               info);
}

static void test_small(void)
{
    struct reg_catalogue *catalogue = NULL;
    const struct reg_item *item;

    CU_ASSERT_EQUAL_FATAL(parse(ITEMS_HEAD GOOD_ROW, GOOD_FACTS, GOOD_MATERIALS, &catalogue, NULL), 0);
    item = reg_catalogue_item(catalogue, 7);
    CU_ASSERT_PTR_NOT_NULL_FATAL(item);
    CU_ASSERT_PTR_NULL(reg_catalogue_item(catalogue, 8));
    CU_ASSERT_PTR_NULL(reg_catalogue_item(catalogue, 5000));
    CU_ASSERT_STRING_EQUAL(item->department_zh, "公安局");
    CU_ASSERT_EQUAL(item->letters, REG_LETTER_C | REG_LETTER_B);
    CU_ASSERT_EQUAL(item->keyword_count, 2);
    CU_ASSERT_EQUAL(item->fact_count, 2);
    CU_ASSERT_STRING_EQUAL(item->facts[0].fact->key, "mode"); /* sorted by key */
    CU_ASSERT_FALSE(item->facts[0].mandatory);
    CU_ASSERT_TRUE(item->facts[1].mandatory);
    CU_ASSERT_EQUAL(item->facts[1].fact->max, 100.0);
    CU_ASSERT_STRING_EQUAL(item->facts[0].fact->choices[1], "零售");
    CU_ASSERT_STRING_EQUAL(item->facts[0].fact->choices_en[1], "Retail");
    CU_ASSERT_STRING_EQUAL(item->facts[0].fact->help_en, "");
    CU_ASSERT_STRING_EQUAL(item->facts[1].fact->help_zh, "室内面积。");
    CU_ASSERT_STRING_EQUAL(item->facts[1].fact->help_en, "Floor area.");
    CU_ASSERT_STRING_EQUAL(item->materials[0]->label_en, "Plan");
    CU_ASSERT_FALSE(reg_catalogue_is_sample(catalogue));
    reg_catalogue_free(catalogue);
}

/* One row of items.csv that replaces GOOD_ROW, or another file; what the message must hold. */
struct fault {
    const char *name, *items, *facts, *materials, *where;
};

#define ITEM(row) ITEMS_HEAD row, GOOD_FACTS, GOOD_MATERIALS

static const struct fault faults[] = {
    {"unknown department", ITEM(GOOD_ROW "8,local,名,N,mars,县级,备案,信息采集,C,*,*,establish,in_force,,,,法,,,\n"),
     "items.csv line 3, column department: no such department: \"mars\""},
    {"unknown fact", ITEM("8,local,名,N,police,县级,备案,信息采集,C,*,*,establish,in_force,,,,法,,size;colour!,\n"),
     "items.csv line 2, column facts: the dictionary has no such fact: \"colour\""},
    {"fact twice", ITEM("8,local,名,N,police,县级,备案,信息采集,C,*,*,establish,in_force,,,,法,,size;size!,\n"),
     "items.csv line 2, column facts: listed twice: \"size\""},
    {"unknown material", ITEM("8,local,名,N,police,县级,备案,信息采集,C,*,*,establish,in_force,,,,法,,,plan;key\n"),
     "items.csv line 2, column materials: no such material: \"key\""},
    {"number 0", ITEM("0,local,名,N,police,县级,备案,信息采集,C,*,*,establish,in_force,,,,法,,,\n"),
     "items.csv line 2, column number: must be a number from 1 to 1023: \"0\""},
    {"number 1024", ITEM("1024,local,名,N,police,县级,备案,信息采集,C,*,*,establish,in_force,,,,法,,,\n"),
     "line 2, column number: must be a number from 1 to 1023: \"1024\""},
    {"number word", ITEM("7x,local,名,N,police,县级,备案,信息采集,C,*,*,establish,in_force,,,,法,,,\n"),
     "line 2, column number: must be a number from 1 to 1023: \"7x\""},
    {"number twice", ITEM(GOOD_ROW GOOD_ROW), "items.csv line 3, column number: an earlier row has the same: \"7\""},
    {"blank line before", ITEM("\n" GOOD_ROW "\n" GOOD_ROW), "items.csv line 5, column number"},
    {"kind", ITEM("8,local,名,N,police,县级,审批,信息采集,C,*,*,establish,in_force,,,,法,,,\n"),
     "items.csv line 2, column kind: not one of the values allowed here: \"审批\""},
    {"when", ITEM("8,local,名,N,police,县级,备案,信息采集,C,*,*,later,in_force,,,,法,,,\n"),
     "items.csv line 2, column when: "},
    {"status", ITEM("8,local,名,N,police,县级,备案,信息采集,C,*,*,establish,gone,,,,法,,,\n"),
     "items.csv line 2, column status: "},
    {"letter", ITEM("8,local,名,N,police,县级,备案,信息采集,C;X,*,*,establish,in_force,,,,法,,,\n"),
     "column entity_types: must be one of C, B, P, S, F, I, N, W: \"X\""},
    {"letter of none", ITEM("8,local,名,N,police,县级,备案,信息采集,,*,*,establish,in_force,,,,法,,,\n"),
     "column entity_types: must not be empty"},
    {"industry", ITEM("8,local,名,N,police,县级,备案,信息采集,C,59x1,*,establish,in_force,,,,法,,,\n"),
     "column industries: "},
    {"industry backwards", ITEM("8,local,名,N,police,县级,备案,信息采集,C,C43-C13,*,establish,in_force,,,,法,,,\n"),
     "column industries: "},
    {"industry letters differ", ITEM("8,local,名,N,police,县级,备案,信息采集,C,C13-D43,*,establish,in_force,,,,法,,,\n"),
     "column industries: "},
    {"empty keyword", ITEM("8,local,名,N,police,县级,备案,信息采集,C,*,甲;;乙,establish,in_force,,,,法,,,\n"),
     "column keywords: nothing between semicolons"},
    {"no permit", ITEM("8,local,名,N,police,县级,备案,信息采集,C,*,*,after_permit,in_force,,,,法,,,\n"),
     "column permit_zh: an after_permit item names its permit"},
    {"permit of none", ITEM("8,local,名,N,police,县级,备案,信息采集,C,*,*,establish,in_force,,,许可证,法,,,\n"),
     "column permit_zh: "},
    {"no legal basis", ITEM("8,local,名,N,police,县级,备案,信息采集,C,*,*,establish,in_force,,,,,,,\n"),
     "column legal_basis: must not be empty"},
    {"no items", ITEM(""), "items.csv line 1: there are no items"},
    {"column missing", "number,tier\n1,base\n", GOOD_FACTS, GOOD_MATERIALS, "items.csv line 1: column name_zh is missing"},
    {"column unknown", ITEMS_HEAD GOOD_ROW, "key,kind\n", GOOD_MATERIALS,
     "facts.csv line 1: column kind is unknown or repeated"},
    {"fact type", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,float,,,,,,面积,Area,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column type: not one of the values allowed here: \"float\""},
    {"fact key", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "Size,num,,,,,,面积,Area,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column key: "},
    {"fact key twice", ITEMS_HEAD GOOD_ROW, GOOD_FACTS "size,num,,,,,,面积,Area,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 5, column key: an earlier row has the same"},
    {"choices of a text", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,text,,a;b,,,,面积,Area,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column choices: "},
    {"enum without choices", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,enum,,,,,,面积,Area,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column choices: "},
    {"choices without English", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,enum,,a;b,A,,,面积,Area,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column choices_en: must have as many as choices: \"A\""},
    {"English for no choices", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,text,,,A,,,面积,Area,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column choices_en: must have as many as choices: \"A\""},
    {"English twice", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,set,,a;b,A;A,,,面积,Area,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column choices_en: listed twice"},
    {"help in one language", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,text,,,,,,面积,Area,多大,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column help_en: help is given in both languages or in neither"},
    {"help in the other", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,text,,,,,,面积,Area,,How large,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column help_zh: help is given in both languages or in neither"},
    {"bound", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,num,,,,1e3,,面积,Area,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column min: not a number: \"1e3\""},
    {"bounds crossed", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,num,,,,3,2,面积,Area,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column max: less than the minimum: \"2\""},
    {"bound of a text", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,text,,,,3,,面积,Area,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column min: "},
    {"visibility", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,text,,,,,,面积,Area,,,all,\n", GOOD_MATERIALS,
     "facts.csv line 2, column visibility: "},
    {"source", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,text,,,,,,面积,Area,,,item,moon\n", GOOD_MATERIALS,
     "facts.csv line 2, column source: "},
    {"label", ITEMS_HEAD GOOD_ROW, FACTS_HEAD "size,text,,,,,,面积, ,,,item,\n", GOOD_MATERIALS,
     "facts.csv line 2, column label_en: must not be empty"},
    {"material twice", ITEMS_HEAD GOOD_ROW, GOOD_FACTS, GOOD_MATERIALS "plan,图,Plan\n",
     "materials.csv line 4, column kind: "},
    {"material label", ITEMS_HEAD GOOD_ROW, GOOD_FACTS, MATERIALS_HEAD "plan,,Plan\n",
     "materials.csv line 2, column label_zh: "},
};

static void test_faults(void)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const struct fault *fault = &faults[i];
        struct reg_error_info info = {"", ""};
        struct reg_catalogue *catalogue = NULL;
        int error = parse(fault->items, fault->facts, fault->materials, &catalogue, &info);

        CHECK_CASE(error == REG_ERR_INVALID, "%s: %d", fault->name, error);
        CHECK_CASE(strstr(info.en, fault->where) != NULL, "%s: %s", fault->name, info.en);
        CHECK_CASE(info.zh[0] != '\0' && strstr(info.zh, "行") != NULL, "%s: %s", fault->name, info.zh);
        CHECK_CASE(catalogue == NULL, "%s", fault->name);
        reg_catalogue_free(catalogue);
    }
}

/* A permission is a row like any other; that it never merges is merging's affair (E22). */
static void test_permission(void)
{
    struct reg_catalogue *catalogue = NULL;

    CU_ASSERT_EQUAL_FATAL(parse(ITEMS_HEAD "8,local,名,N,police,县级,许可,信息采集,C,*,*,establish,in_force,,,,法,,,\n",
                                GOOD_FACTS, GOOD_MATERIALS, &catalogue, NULL),
                          0);
    CU_ASSERT_EQUAL(reg_catalogue_item(catalogue, 8)->kind, REG_ITEM_PERMISSION);
    reg_catalogue_free(catalogue);
}

/* Rows of the compiled-in catalogue as a person reads them in the sources. */
static void test_default(void)
{
    static const struct {
        unsigned number;
        const char *name_zh, *department;
        unsigned letters;
        enum reg_item_kind kind;
        enum reg_item_when when;
        enum reg_item_status status;
        bool any_industry, any_keyword;
        size_t facts, materials;
    } rows[] = {
        {1, "营业执照", "market", 0xFF, REG_ITEM_REGISTRATION, REG_WHEN_ESTABLISH, REG_ITEM_IN_FORCE, true, true, 0, 3},
        {2, "组织机构代码证", "market", 0xFF & ~REG_LETTER_I, REG_ITEM_REGISTRATION, REG_WHEN_ESTABLISH, REG_ITEM_IN_FORCE,
         true, true, 1, 0},
        {3, "税务登记证", "tax", 0xFF, REG_ITEM_REGISTRATION, REG_WHEN_ESTABLISH, REG_ITEM_IN_FORCE, true, true, 10, 0},
        {4, "社会保险登记证", "hrss", 0xFF & ~REG_LETTER_I, REG_ITEM_REGISTRATION, REG_WHEN_ESTABLISH_IF_STAFF,
         REG_ITEM_IN_FORCE, true, true, 8, 0},
        {13, "工程造价咨询企业设立分支机构备案", "housing", REG_LETTER_B, REG_ITEM_RECORDATION, REG_WHEN_ESTABLISH,
         REG_ITEM_REPEALED, false, false, 2, 0},
        {18, "外商投资信息报告", "commerce", REG_LETTER_W, REG_ITEM_REPORT, REG_WHEN_ESTABLISH, REG_ITEM_TRANSFORMED, true,
         true, 6, 0},
        {20, "出入境检验检疫报检企业备案证书", "customs", 0xFF, REG_ITEM_RECORDATION, REG_WHEN_ESTABLISH, REG_ITEM_ABSORBED,
         false, false, 12, 0},
        {31, "娱乐场所治安备案", "police", REG_LETTER_C | REG_LETTER_B | REG_LETTER_P | REG_LETTER_S | REG_LETTER_I,
         REG_ITEM_RECORDATION, REG_WHEN_AFTER_PERMIT, REG_ITEM_IN_FORCE, false, false, 3, 1},
        {45, "商业特许经营备案", "commerce",
         REG_LETTER_C | REG_LETTER_P | REG_LETTER_S | REG_LETTER_F | REG_LETTER_N | REG_LETTER_W, REG_ITEM_RECORDATION,
         REG_WHEN_OPT_IN_AFTER_START, REG_ITEM_IN_FORCE, true, false, 4, 3},
        {61, "固定污染源排污登记", "ecology", 0xFF, REG_ITEM_REGISTRATION, REG_WHEN_ESTABLISH, REG_ITEM_IN_FORCE, false,
         true, 5, 0},
    };
    struct reg_catalogue *catalogue = NULL;

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&catalogue), 0);
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_item_count(catalogue), 61);
    for (unsigned number = 1; number <= 61; number++) {
        CHECK_CASE(reg_catalogue_item_at(catalogue, number - 1)->number == number, "item %u", number);
        CHECK_CASE(reg_catalogue_item(catalogue, number) == reg_catalogue_item_at(catalogue, number - 1), "item %u", number);
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct reg_item *item = reg_catalogue_item(catalogue, rows[i].number);

        CHECK_CASE(strcmp(item->name_zh, rows[i].name_zh) == 0, "item %u: %s", rows[i].number, item->name_zh);
        CHECK_CASE(strcmp(item->department, rows[i].department) == 0, "item %u: %s", rows[i].number, item->department);
        CHECK_CASE(item->letters == rows[i].letters, "item %u: %x", rows[i].number, item->letters);
        CHECK_CASE(item->kind == rows[i].kind && item->when == rows[i].when && item->status == rows[i].status, "item %u",
                   rows[i].number);
        CHECK_CASE(item->any_industry == rows[i].any_industry && item->any_keyword == rows[i].any_keyword, "item %u",
                   rows[i].number);
        CHECK_CASE(item->fact_count == rows[i].facts && item->material_count == rows[i].materials, "item %u",
                   rows[i].number);
    }
    CU_ASSERT_STRING_EQUAL(reg_catalogue_item(catalogue, 31)->permit_zh, "娱乐经营许可证");
    CU_ASSERT_STRING_EQUAL(reg_catalogue_item(catalogue, 55)->keywords[0], "食品销售（仅销售预包装食品）");
    CU_ASSERT_TRUE(reg_catalogue_is_sample(catalogue));
    reg_catalogue_free(catalogue);
}

static bool names(const struct reg_catalogue *catalogue, unsigned number, const char *key)
{
    const struct reg_item *item = reg_catalogue_item(catalogue, number);

    for (size_t i = 0; i < item->fact_count; i++) {
        if (strcmp(item->facts[i].fact->key, key) == 0)
            return true;
    }
    return false;
}

/* What means the same has one name in every item that needs it. */
static void test_shared_facts(void)
{
    static const struct {
        const char *key;
        unsigned items[5];
    } shared[] = {
        {"employees", {3, 5, 32}},           {"english_name", {17, 19, 20, 25}},
        {"insured_headcount", {4, 37}},      {"parent_name", {7, 10, 13, 22, 36}},
        {"main_industry_code", {5, 18, 19}}, {"business_premises", {11, 20, 21, 46, 55}},
    };
    struct reg_catalogue *catalogue = NULL;

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&catalogue), 0);
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++) {
        CHECK_CASE(reg_catalogue_fact(catalogue, shared[i].key) != NULL, "%s", shared[i].key);
        for (size_t k = 0; k < 5 && shared[i].items[k]; k++)
            CHECK_CASE(names(catalogue, shared[i].items[k], shared[i].key), "item %u: %s", shared[i].items[k],
                       shared[i].key);
    }
    CU_ASSERT_STRING_EQUAL(reg_catalogue_fact(catalogue, "subject_code")->source, "subject_code");
    CU_ASSERT_EQUAL(reg_catalogue_fact(catalogue, "housing_fund_unit_rate")->max, 12.0);
    CU_ASSERT_PTR_NULL(reg_catalogue_fact(catalogue, "ff_mode")); /* a name of the sources that meant two things */
    reg_catalogue_free(catalogue);
}

/* Every fact and material of the dictionaries is named by an item, whatever its status, but for what some kinds of entity
 * file beside item 1 (市场主体登记管理条例 §16). */
static void test_no_orphans(void)
{
    static const char *const by_kind[] = {"articles",
                                          "partnership_agreement",
                                          "appointment_documents",
                                          "approval_document",
                                          "change_resolution",
                                          "court_ruling",
                                          "dissolution_decision",
                                          "founding_minutes",
                                          "investors_promise",
                                          "liquidation_report",
                                          "member_roster",
                                          "partners_mandate",
                                          "property_transfer_proof",
                                          "tax_clearance",
                                          "capital_verification",
                                          "foreign_investor_attestation",
                                          "partner_qualifications",
                                          "public_offering_approval"};
    struct reg_catalogue *catalogue = NULL;
    size_t facts, materials;
    char *used;

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&catalogue), 0);
    facts = reg_catalogue_fact_count(catalogue);
    materials = reg_catalogue_material_count(catalogue);
    used = calloc(facts + materials, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(used);
    for (size_t i = 0; i < 61; i++) {
        const struct reg_item *item = reg_catalogue_item_at(catalogue, i);

        for (size_t k = 0; k < item->fact_count; k++)
            used[reg_catalogue_fact_index(catalogue, item->facts[k].fact)] = 1;
        for (size_t k = 0; k < item->material_count; k++)
            used[facts + reg_catalogue_material_index(catalogue, item->materials[k])] = 1;
    }
    for (size_t i = 0; i < sizeof by_kind / sizeof *by_kind; i++) {
        const struct reg_material_def *material = reg_catalogue_material(catalogue, by_kind[i]);

        CHECK_CASE(material != NULL, "%s", by_kind[i]);
        if (material)
            used[facts + reg_catalogue_material_index(catalogue, material)] = 1;
    }
    CU_ASSERT_PTR_NULL(memchr(used, 0, facts));
    CU_ASSERT_PTR_NULL(memchr(used + facts, 0, materials));
    free(used);
    reg_catalogue_free(catalogue);
}

static struct reg_data to_gb18030(struct reg_bytes text)
{
    struct reg_data out = {malloc(2 * text.len + 16), 0};
    char *from = (char *)(uintptr_t)text.data, *to = (char *)out.data;
    size_t left = text.len, room = 2 * text.len;
    iconv_t conversion = iconv_open("GB18030", "UTF-8");

    CU_ASSERT_TRUE_FATAL(out.data && conversion != (iconv_t)-1);
    CU_ASSERT_EQUAL(iconv(conversion, &from, &left, &to, &room), 0);
    iconv_close(conversion);
    out.len = (size_t)(to - (char *)out.data);
    return out;
}

/* What is ledgered does not depend on how a file was written: encoding, line ends, byte-order mark. */
static void test_encodings(void)
{
    static const char *const which[] = {"items", "facts", "materials", "scope_terms"};
    struct reg_catalogue *utf8 = NULL, *gb = NULL;
    struct reg_data files[4];
    int error;

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&utf8), 0);
    for (size_t i = 0; i < 4; i++)
        files[i] = to_gb18030(reg_catalogue_csv(utf8, which[i]));
    error = reg_catalogue_parse(reg_bytes_of(&files[0]), reg_bytes_of(&files[1]), reg_bytes_of(&files[2]),
                                reg_bytes_of(&files[3]), &gb, NULL);
    CU_ASSERT_EQUAL_FATAL(error, 0);
    for (size_t i = 0; i < 4; i++) {
        struct reg_bytes a = reg_catalogue_csv(utf8, which[i]), b = reg_catalogue_csv(gb, which[i]);

        CHECK_CASE(a.len == b.len && memcmp(a.data, b.data, a.len) == 0, "%s", which[i]);
        CHECK_CASE(files[i].len != a.len, "%s was converted", which[i]);
        free(files[i].data);
    }
    CU_ASSERT_TRUE(reg_catalogue_is_sample(gb));
    CU_ASSERT_EQUAL(reg_catalogue_csv(gb, "others").len, 0);
    reg_catalogue_free(utf8);
    reg_catalogue_free(gb);
}

/* The files in data/ are written the canonical way, and loading the folder gives the compiled-in catalogue. */
static void test_load(void)
{
    struct reg_catalogue *catalogue = NULL, *compiled = NULL;
    struct reg_error_info info = {"", ""};

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_load(REG_SOURCE_DIR "/data", &catalogue, &info), 0);
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&compiled), 0);
    CU_ASSERT_TRUE(reg_catalogue_is_sample(catalogue));
    CU_ASSERT_EQUAL(reg_catalogue_csv(catalogue, "facts").len, reg_catalogue_csv(compiled, "facts").len);
    reg_catalogue_free(catalogue);
    reg_catalogue_free(compiled);
    catalogue = NULL;
    CU_ASSERT_EQUAL(reg_catalogue_load(REG_SOURCE_DIR "/data/none", &catalogue, &info), REG_ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(info.en, "data/none/items.csv"));
    CU_ASSERT_PTR_NULL(catalogue);
}

static void test_listings(void)
{
    struct reg_catalogue *catalogue = NULL;
    struct reg_data text = {0}, json = {0};
    const char *table;

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&catalogue), 0);
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_items_table(catalogue, &text), 0);
    table = (const char *)text.data;
    CU_ASSERT_PTR_EQUAL(strstr(table, "示例目录，非宿州市公布目录\nSample catalogue"), table);
    CU_ASSERT_PTR_NOT_NULL(strstr(table, "\n61  固定污染源排污登记"));
    CU_ASSERT_PTR_NOT_NULL(strstr(table, "\n1   营业执照  "));
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_items_json(catalogue, &json), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr((const char *)json.data, "\"zh\": \"示例目录，非宿州市公布目录\""));
    CU_ASSERT_PTR_NOT_NULL(strstr((const char *)json.data, "\"nameZh\": \"外商投资信息报告\""));
    CU_ASSERT_PTR_NOT_NULL(strstr((const char *)json.data, "\"permit\": \"娱乐经营许可证\""));
    reg_data_clear(&text);
    reg_data_clear(&json);
    reg_catalogue_free(catalogue);
    catalogue = NULL;
    CU_ASSERT_EQUAL_FATAL(parse(ITEMS_HEAD GOOD_ROW, GOOD_FACTS, GOOD_MATERIALS, &catalogue, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_items_table(catalogue, &text), 0);
    CU_ASSERT_STRING_EQUAL((const char *)text.data, "#  事项    部门    when       status    item\n"
                                                    "7  事项七  公安局  establish  in_force  Item seven\n");
    reg_data_clear(&text);
    reg_catalogue_free(catalogue);
}

static void test_item_set(void)
{
    struct reg_item_set set = {{0}};
    static const unsigned in[] = {1, 61, 64, 65, 128, 193, 1023};
    unsigned item = 0;

    for (size_t i = 0; i < 7; i++)
        reg_item_set_add(&set, in[i]);
    reg_item_set_add(&set, 0);
    reg_item_set_add(&set, 1024);
    for (size_t i = 0; i < 7; i++) {
        item = reg_item_set_next(&set, item);
        CHECK_CASE(item == in[i], "%u after %zu", item, i);
    }
    CU_ASSERT_EQUAL(reg_item_set_next(&set, item), 0);
    CU_ASSERT_TRUE(reg_item_set_has(&set, 1023));
    CU_ASSERT_FALSE(reg_item_set_has(&set, 1022));
    CU_ASSERT_FALSE(reg_item_set_has(&set, 1024));
}

static CU_TestInfo tests[] = {{"a small catalogue", test_small},
                              {"faults name file, line and column", test_faults},
                              {"a permission is read", test_permission},
                              {"the compiled-in catalogue", test_default},
                              {"shared facts have one name", test_shared_facts},
                              {"no orphans", test_no_orphans},
                              {"UTF-8 and GB 18030 give the same", test_encodings},
                              {"from a folder", test_load},
                              {"table and JSON", test_listings},
                              {"sets of items", test_item_set},
                              CU_TEST_INFO_NULL};

CU_SuiteInfo suites[] = {{"catalogue", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
