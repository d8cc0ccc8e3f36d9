/* Names taken apart. What is expected was written by hand: division, trade name, industry, form; then what some names have
 * beside: 集团, the branch behind the parent's name, a second division. "" is a part that is absent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity/name.h"
#include "suite.h"

#define SUZHOU 341302u /* 宿州市埇桥区 */

/* Where the division stands. */
#define FRONT    REG_NAME_FRONT
#define TRADE    REG_NAME_AFTER_TRADE
#define INDUSTRY REG_NAME_AFTER_INDUSTRY
#define NOWHERE  REG_NAME_NOWHERE

static const struct name_case {
    const char *name;
    unsigned seat, families;
    enum reg_name_place place;
    const char *division, *trade_name, *industry, *form;
    const char *group, *branch, *aside; /* NULL: none */
} cases[] = {
    /* Division in front. */
    {"宿州市青禾软件有限公司", SUZHOU, 0, FRONT, "宿州市", "青禾", "软件", "有限公司", 0, 0, 0},
    {"宿州市云帆贸易有限责任公司", SUZHOU, 0, FRONT, "宿州市", "云帆", "贸易", "有限责任公司", 0, 0, 0},
    {"安徽砀泽食品科技股份有限公司", 341321, 0, FRONT, "安徽", "砀泽", "食品科技", "股份有限公司", 0, 0, 0},
    {"宿州市汴河创业投资合伙企业（有限合伙）", SUZHOU, 0, FRONT, "宿州市", "汴河", "创业投资", "合伙企业（有限合伙）", 0, 0,
     0},
    {"宿州市埇桥区欢聚歌舞娱乐厅（个人独资）", SUZHOU, 0, FRONT, "宿州市埇桥区", "欢聚", "歌舞娱乐", "厅（个人独资）", 0, 0,
     0},
    {"灵璧县丰谷家禽养殖专业合作社", 341323, 0, FRONT, "灵璧县", "丰谷", "家禽养殖", "专业合作社", 0, 0, 0},
    {"宿州市顾氏商贸", SUZHOU, 0, FRONT, "宿州市", "顾氏", "商贸", "", 0, 0, 0},
    {"宿州市知味餐饮管理合伙企业", SUZHOU, 0, FRONT, "宿州市", "知味", "餐饮管理", "合伙企业", 0, 0, 0},
    {"安徽省宿州市埇桥区青禾文化传媒有限公司", SUZHOU, 0, FRONT, "安徽省宿州市埇桥区", "青禾", "文化传媒", "有限公司", 0, 0,
     0},
    {"安徽省青禾建筑工程有限公司", SUZHOU, 0, FRONT, "安徽省", "青禾", "建筑工程", "有限公司", 0, 0, 0},
    {"北京市朝阳区云汉信息技术有限公司", 110105, 0, FRONT, "北京市朝阳区", "云汉", "信息技术", "有限公司", 0, 0, 0},
    {"上海浦东新区云汉物流有限公司", 310115, 0, FRONT, "上海浦东新区", "云汉", "物流", "有限公司", 0, 0, 0},
    {"吉林省吉林市松花服装厂", 220200, 0, FRONT, "吉林省吉林市", "松花", "服装", "厂", 0, 0, 0},
    {"吉林松花药业股份公司", 220200, 0, FRONT, "吉林", "松花", "药业", "股份公司", 0, 0, 0},
    {"内蒙古青牧牧业有限公司", 150000, 0, FRONT, "内蒙古", "青牧", "牧业", "有限公司", 0, 0, 0},
    {"新疆维吾尔自治区青牧畜牧有限公司", 650000, 0, FRONT, "新疆维吾尔自治区", "青牧", "畜牧", "有限公司", 0, 0, 0},
    {"广西南宁云汉国际物流有限公司", 450100, 0, FRONT, "广西南宁", "云汉", "国际物流", "有限公司", 0, 0, 0},
    {"恩施土家族苗族自治州硒谷茶叶有限公司", 422801, 0, FRONT, "恩施土家族苗族自治州", "硒谷", "茶叶", "有限公司", 0, 0, 0},
    {"恩施硒谷茶叶有限公司", 422801, 0, FRONT, "恩施", "硒谷", "茶叶", "有限公司", 0, 0, 0},
    {"积石山县河州食品有限公司", 622927, 0, FRONT, "积石山县", "河州", "食品", "有限公司", 0, 0, 0},     /* 自治县 */
    {"无为县江岸水产养殖有限公司", 340281, 0, FRONT, "无为县", "江岸", "水产养殖", "有限公司", 0, 0, 0}, /* retired */
    {"合肥高新技术产业开发区云汉软件有限公司", 340104, 0, FRONT, "合肥高新技术产业开发区", "云汉", "软件", "有限公司", 0, 0,
     0},
    {"宿州市高新区云汉软件有限公司", SUZHOU, 0, FRONT, "宿州市高新区", "云汉", "软件", "有限公司", 0, 0, 0},
    {"高新区云汉软件有限公司", SUZHOU, 0, FRONT, "高新区", "云汉", "软件", "有限公司", 0, 0, 0},
    {"埇桥区姜小满小吃店", SUZHOU, 0, FRONT, "埇桥区", "姜小满", "小吃", "店", 0, 0, 0},
    {"埇桥姜小满小吃店", SUZHOU, 0, FRONT, "埇桥", "姜小满", "小吃", "店", 0, 0, 0},
    {"宿州埇桥青禾软件有限公司", SUZHOU, 0, FRONT, "宿州埇桥", "青禾", "软件", "有限公司", 0, 0, 0},
    {"砀山县梨都果业有限公司", 341321, 0, FRONT, "砀山县", "梨都", "果业", "有限公司", 0, 0, 0},
    {"香港云汉贸易有限公司", 0, 0, FRONT, "香港", "云汉", "贸易", "有限公司", 0, 0, 0},
    /* In brackets. */
    {"青禾（宿州）软件有限公司", SUZHOU, 0, TRADE, "（宿州）", "青禾", "软件", "有限公司", 0, 0, 0},
    {"青禾(宿州)软件有限公司", SUZHOU, 0, TRADE, "(宿州)", "青禾", "软件", "有限公司", 0, 0, 0},
    {"青禾（宿州市）软件有限公司", SUZHOU, 0, TRADE, "（宿州市）", "青禾", "软件", "有限公司", 0, 0, 0},
    {"青禾（安徽宿州）软件有限公司", SUZHOU, 0, TRADE, "（安徽宿州）", "青禾", "软件", "有限公司", 0, 0, 0},
    {"青禾软件（宿州）有限公司", SUZHOU, 0, INDUSTRY, "（宿州）", "青禾", "软件", "有限公司", 0, 0, 0},
    {"青禾软件(宿州)有限公司", SUZHOU, 0, INDUSTRY, "(宿州)", "青禾", "软件", "有限公司", 0, 0, 0},
    {"青禾（宿州)软件有限公司", SUZHOU, 0, TRADE, "（宿州)", "青禾", "软件", "有限公司", 0, 0, 0}, /* one of each width */
    {"青禾（宿州）有限公司", SUZHOU, 0, TRADE, "（宿州）", "青禾", "", "有限公司", 0, 0, 0},
    {"青禾创业投资（宿州）合伙企业（有限合伙）", SUZHOU, 0, INDUSTRY, "（宿州）", "青禾", "创业投资", "合伙企业（有限合伙）",
     0, 0, 0},
    {"朝阳（宿州）贸易有限公司", SUZHOU, 0, TRADE, "（宿州）", "朝阳", "贸易", "有限公司", 0, 0, 0},
    {"大同（宿州）贸易有限公司", SUZHOU, 0, TRADE, "（宿州）", "大同", "贸易", "有限公司", 0, 0, 0},
    {"安徽青禾（宿州）软件有限公司", SUZHOU, 0, FRONT, "安徽", "青禾", "软件", "有限公司", 0, 0, "（宿州）"},
    {"青禾（中国）软件有限公司", SUZHOU, 0, NOWHERE, "", "青禾（中国）", "软件", "有限公司", 0, 0, 0},
    {"青禾（国际）贸易有限公司", SUZHOU, 0, NOWHERE, "", "青禾（国际）", "贸易", "有限公司", 0, 0, 0},
    {"（宿州）青禾软件有限公司", SUZHOU, 0, NOWHERE, "", "（宿州）青禾", "软件", "有限公司", 0, 0, 0},
    {"青禾（宿州软件有限公司", SUZHOU, 0, NOWHERE, "", "青禾（宿州", "软件", "有限公司", 0, 0, 0}, /* never closed */
    {"青禾（）软件有限公司", SUZHOU, 0, NOWHERE, "", "青禾（）", "软件", "有限公司", 0, 0, 0},
    /* 集团. */
    {"安徽青禾集团有限公司", SUZHOU, 0, FRONT, "安徽", "青禾", "", "有限公司", "集团", 0, 0},
    {"安徽青禾建设（集团）有限公司", SUZHOU, 0, FRONT, "安徽", "青禾", "建设", "有限公司", "（集团）", 0, 0},
    {"安徽青禾建设(集团)股份有限公司", SUZHOU, 0, FRONT, "安徽", "青禾", "建设", "股份有限公司", "(集团)", 0, 0},
    {"青禾集团（宿州）有限公司", SUZHOU, 0, TRADE, "（宿州）", "青禾", "", "有限公司", "集团", 0, 0},
    {"青禾（宿州）实业集团有限公司", SUZHOU, 0, TRADE, "（宿州）", "青禾", "实业", "有限公司", "集团", 0, 0},
    /* Parts that are absent. */
    {"青禾软件有限公司", SUZHOU, 0, NOWHERE, "", "青禾", "软件", "有限公司", 0, 0, 0},
    {"宿州市青禾有限公司", SUZHOU, 0, FRONT, "宿州市", "青禾", "", "有限公司", 0, 0, 0},
    {"宿州市软件有限公司", SUZHOU, 0, FRONT, "宿州市", "", "软件", "有限公司", 0, 0, 0},
    {"宿州市餐饮管理有限公司", SUZHOU, 0, FRONT, "宿州市", "", "餐饮管理", "有限公司", 0, 0, 0},
    {"宿州市食品信息技术有限公司", SUZHOU, 0, FRONT, "宿州市", "食品", "信息技术", "有限公司", 0, 0, 0},
    {"宿州市有限公司", SUZHOU, 0, FRONT, "宿州市", "", "", "有限公司", 0, 0, 0},
    {"有限公司", SUZHOU, 0, NOWHERE, "", "", "", "有限公司", 0, 0, 0},
    {"宿州市", SUZHOU, 0, FRONT, "宿州市", "", "", "", 0, 0, 0},
    {"宿州软件有限公司", SUZHOU, 0, FRONT, "宿州", "", "软件", "有限公司", 0, 0, 0},
    {"青禾", SUZHOU, 0, NOWHERE, "", "青禾", "", "", 0, 0, 0},
    {"", SUZHOU, 0, NOWHERE, "", "", "", "", 0, 0, 0},
    /* Words that leave a choice. */
    {"宿州市青软件有限公司", SUZHOU, 0, FRONT, "宿州市", "青", "软件", "有限公司", 0, 0, 0},
    {"宿州市金农业科技有限公司", SUZHOU, 0, FRONT, "宿州市", "金农业", "科技", "有限公司", 0, 0, 0},
    {"宿州市灵璧石贸易有限公司", SUZHOU, 0, FRONT, "宿州市", "灵璧石", "贸易", "有限公司", 0, 0, 0},
    {"宿州市灵璧贸易有限公司", SUZHOU, 0, FRONT, "宿州市", "灵璧", "贸易", "有限公司", 0, 0, 0},
    {"安徽太和堂药业有限公司", SUZHOU, 0, FRONT, "安徽", "太和堂", "药业", "有限公司", 0, 0, 0},
    {"东方明珠贸易有限公司", SUZHOU, 0, NOWHERE, "", "东方明珠", "贸易", "有限公司", 0, 0, 0}, /* 东方市 is in 海南 */
    {"东方明珠贸易有限公司", 460000, 0, FRONT, "东方", "明珠", "贸易", "有限公司", 0, 0, 0},
    {"宿州市东方贸易有限公司", SUZHOU, 0, FRONT, "宿州市", "东方", "贸易", "有限公司", 0, 0, 0},
    {"南京青禾软件有限公司", SUZHOU, 0, FRONT, "南京", "青禾", "软件", "有限公司", 0, 0, 0},
    {"宿州市万里物流运输有限公司", SUZHOU, 0, FRONT, "宿州市", "万里", "物流运输", "有限公司", 0, 0, 0},
    {"宿州市青禾农业科技发展有限公司", SUZHOU, 0, FRONT, "宿州市", "青禾", "农业科技发展", "有限公司", 0, 0, 0},
    {"宿州市青禾有限公司有限公司", SUZHOU, REG_NAME_LLC, FRONT, "宿州市", "青禾有限公司", "", "有限公司", 0, 0, 0},
    /* Forms. */
    {"宿州市信诚会计师事务所（特殊普通合伙）", SUZHOU, 0, FRONT, "宿州市", "信诚", "", "会计师事务所（特殊普通合伙）", 0, 0,
     0},
    {"宿州市信诚税务咨询事务所(普通合伙)", SUZHOU, 0, FRONT, "宿州市", "信诚", "税务咨询", "事务所(普通合伙)", 0, 0, 0},
    {"宿州市青禾咨询中心(有限合伙)", SUZHOU, 0, FRONT, "宿州市", "青禾", "咨询", "中心(有限合伙)", 0, 0, 0},
    {"宿州市青禾咨询（有限合伙）", SUZHOU, 0, FRONT, "宿州市", "青禾", "咨询", "（有限合伙）", 0, 0, 0},
    {"灵璧县丰谷家禽养殖专业合作社联合社", 341323, 0, FRONT, "灵璧县", "丰谷", "家禽养殖", "专业合作社联合社", 0, 0, 0},
    {"灵璧县丰谷家庭农场", 341323, 0, FRONT, "灵璧县", "丰谷", "", "家庭农场", 0, 0, 0},
    {"灵璧县丰谷养殖场", 341323, 0, FRONT, "灵璧县", "丰谷", "养殖", "场", 0, 0, 0},
    {"宿州市埇桥区喜盈门五金经营部", SUZHOU, 0, FRONT, "宿州市埇桥区", "喜盈门", "五金", "经营部", 0, 0, 0},
    {"宿州市埇桥区喜盈门商行", SUZHOU, 0, FRONT, "宿州市埇桥区", "喜盈门", "", "商行", 0, 0, 0},
    {"埇桥区光影摄影工作室", SUZHOU, 0, FRONT, "埇桥区", "光影", "摄影", "工作室", 0, 0, 0},
    {"宿州市埇桥区康健大药房", SUZHOU, 0, FRONT, "宿州市埇桥区", "康健", "", "大药房", 0, 0, 0},
    {"宿州市第二机床厂", SUZHOU, 0, FRONT, "宿州市", "第二", "机床", "厂", 0, 0, 0},
    {"宿州市青禾百货公司", SUZHOU, 0, FRONT, "宿州市", "青禾", "百货", "公司", 0, 0, 0},
    /* Branches: the parts are the parent's. */
    {"合肥示例软件有限公司宿州分公司", SUZHOU, REG_NAME_BRANCH, FRONT, "合肥", "示例", "软件", "有限公司", 0, "宿州分公司",
     0},
    {"合肥示例软件有限公司宿州分公司", SUZHOU, 0, FRONT, "合肥", "示例", "软件", "有限公司", 0, "宿州分公司", 0},
    {"示例软件（合肥）有限公司分公司", SUZHOU, 0, INDUSTRY, "（合肥）", "示例", "软件", "有限公司", 0, "分公司", 0},
    {"宿州市信诚会计师事务所（特殊普通合伙）灵璧分所", 341323, 0, FRONT, "宿州市", "信诚", "",
     "会计师事务所（特殊普通合伙）", 0, "灵璧分所", 0},
    {"灵璧县丰谷家禽养殖专业合作社第一分社", 341323, 0, FRONT, "灵璧县", "丰谷", "家禽养殖", "专业合作社", 0, "第一分社", 0},
    {"青禾商贸有限公司汴河路便利店", SUZHOU, REG_NAME_BRANCH, NOWHERE, "", "青禾", "商贸", "有限公司", 0, "汴河路便利店", 0},
    {"宿州市青禾商贸分公司", SUZHOU, 0, FRONT, "宿州市", "青禾", "商贸", "分公司", 0, 0, 0}, /* no parent's form in it */
    /* Other scripts and odd texts. */
    {"宿州市ABC软件有限公司", SUZHOU, 0, FRONT, "宿州市", "ABC", "软件", "有限公司", 0, 0, 0},
    {"宿州市青𠮷软件有限公司", SUZHOU, 0, FRONT, "宿州市", "青𠮷", "软件", "有限公司", 0, 0, 0},
    {"宿州市𠮷软件有限公司", SUZHOU, 0, FRONT, "宿州市", "𠮷", "软件", "有限公司", 0, 0, 0},
    {"宿州市🌾🌾贸易有限公司", SUZHOU, 0, FRONT, "宿州市", "🌾🌾", "贸易", "有限公司", 0, 0, 0},
    {"宿州市青·禾软件有限公司", SUZHOU, 0, FRONT, "宿州市", "青·禾", "软件", "有限公司", 0, 0, 0},
    {"ئۈرۈمچى شىركىتى", SUZHOU, 0, NOWHERE, "", "ئۈرۈمچى شىركىتى", "", "", 0, 0, 0},
    {"བོད་ལྗོངས", SUZHOU, 0, NOWHERE, "", "བོད་ལྗོངས", "", "", 0, 0, 0},
    {"Example Trading Co., Ltd.", SUZHOU, 0, NOWHERE, "", "Example Trading Co., Ltd.", "", "", 0, 0, 0},
    {"(((((", SUZHOU, 0, NOWHERE, "", "(((((", "", "", 0, 0, 0},
    {"）））", SUZHOU, 0, NOWHERE, "", "）））", "", "", 0, 0, 0},
    {"青禾 软件 有限公司", SUZHOU, 0, NOWHERE, "", "青禾 软件 ", "", "有限公司", 0, 0, 0},
};

static void check_part(const struct name_case *test, struct reg_name_span part, const char *expected, const char *which)
{
    expected = expected ? expected : "";
    CHECK_CASE(part.len == strlen(expected) && memcmp(test->name + part.offset, expected, part.len) == 0,
               "%s: %s is %.*s, not %s", test->name, which, (int)part.len, test->name + part.offset, expected);
}

static void test_parts(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct name_case *test = &cases[i];
        struct reg_name_hints hints = {test->families, test->seat};
        struct reg_name_parts parts;

        reg_name_parse(test->name, &hints, &parts);
        CHECK_CASE(parts.place == test->place, "%s: place %d", test->name, parts.place);
        check_part(test, parts.division, test->division, "division");
        check_part(test, parts.trade_name, test->trade_name, "trade name");
        check_part(test, parts.industry, test->industry, "industry");
        check_part(test, parts.form, test->form, "form");
        check_part(test, parts.group, test->group, "group");
        check_part(test, parts.branch, test->branch, "branch");
        check_part(test, parts.aside, test->aside, "aside");
    }
}

/* What the division means for the seat. */
static void test_divisions(void)
{
    static const struct {
        const char *division;
        unsigned seat;
        bool known, covers_seat, lone_district, lone_zone;
        unsigned code;
    } divisions[] = {
        {"宿州市", SUZHOU, true, true, false, false, 341300},
        {"宿州", SUZHOU, true, true, false, false, 341300},
        {"（宿州）", SUZHOU, true, true, false, false, 341300},
        {"(宿州)", SUZHOU, true, true, false, false, 341300},
        {"安徽", SUZHOU, true, true, false, false, 340000},
        {"安徽省宿州市埇桥区", SUZHOU, true, true, false, false, 341302},
        {"埇桥区", SUZHOU, true, true, true, false, 341302},
        {"埇桥", SUZHOU, true, true, true, false, 341302},
        {"安徽省埇桥区", SUZHOU, true, true, true, false, 341302},
        {"灵璧县", SUZHOU, true, false, false, false, 341323},
        {"南京", SUZHOU, true, false, false, false, 320100},
        {"朝阳", 211302, true, true, false, false, 211300}, /* 朝阳市 of 辽宁 ... */
        {"朝阳", 110105, true, true, true, false, 110105},  /* ... and 朝阳区 of 北京 */
        {"北京市朝阳区", 110105, true, true, false, false, 110105},
        {"上海浦东", 310115, true, true, false, false, 310115},
        {"恩施", 422825, true, true, false, false, 422800}, /* the prefecture, not 恩施市 */
        {"无为县", 340281, true, false, false, false, 340225},
        {"高新区", SUZHOU, true, true, false, true, 0},
        {"宿州市高新区", SUZHOU, true, true, false, false, 341300},
        {"合肥高新技术产业开发区", 340104, true, true, false, false, 340176},
        {"宿州市", 0, true, true, false, false, 341300},
        {"青禾", SUZHOU, false, false, false, false, 0},
        {"宿州青禾", SUZHOU, false, false, false, false, 0},
        {"（宿州", SUZHOU, false, false, false, false, 0},
        {"市辖区", SUZHOU, false, false, false, false, 0}, /* a heading of the table */
        {"南京市埇桥区", SUZHOU, false, false, false, false, 0},
        {"", SUZHOU, false, false, false, false, 0},
    };

    for (size_t i = 0; i < sizeof divisions / sizeof *divisions; i++) {
        struct reg_name_division got = {0};
        const char *text = divisions[i].division;

        CHECK_CASE(reg_name_division_parse(text, strlen(text), divisions[i].seat, &got) == divisions[i].known, "%s", text);
        CHECK_CASE(got.code == divisions[i].code, "%s: %u", text, got.code);
        CHECK_CASE(got.covers_seat == divisions[i].covers_seat, "%s: covers", text);
        CHECK_CASE(got.lone_district == divisions[i].lone_district, "%s: district", text);
        CHECK_CASE(got.lone_zone == divisions[i].lone_zone, "%s: zone", text);
    }
}

static void test_industries(void)
{
    static const struct {
        const char *industry, *code;
        enum reg_name_agreement agreement;
    } industries[] = {
        {"软件", "I6513", REG_NAME_AGREES},         {"软件", "6513", REG_NAME_AGREES},
        {"软件", "I6410", REG_NAME_DISAGREES},      {"软件", "H6210", REG_NAME_DISAGREES},
        {"贸易", "F5229", REG_NAME_AGREES},         {"贸易", "F5100", REG_NAME_AGREES},
        {"贸易", "G5310", REG_NAME_DISAGREES},      {"贸易", "E5090", REG_NAME_DISAGREES},
        {"食品科技", "C1473", REG_NAME_AGREES},     {"实业", "C1473", REG_NAME_UNDECIDED},
        {"软件开发服务", "I6513", REG_NAME_AGREES}, {"农业科技发展", "A0111", REG_NAME_AGREES},
        {"不知道", "I6513", REG_NAME_UNDECIDED},    {"软件", "", REG_NAME_UNDECIDED},
        {"软件", "I65", REG_NAME_UNDECIDED},        {"软件", "I65130", REG_NAME_UNDECIDED},
        {"", "I6513", REG_NAME_UNDECIDED},
    };

    for (size_t i = 0; i < sizeof industries / sizeof *industries; i++) {
        const char *text = industries[i].industry;

        CHECK_CASE(reg_name_industry_agrees(text, strlen(text), industries[i].code) == industries[i].agreement, "%s, %s",
                   text, industries[i].code);
    }
}

#define LEN(text) text, strlen(text)

static void test_words(void)
{
    size_t count, zones = 0;
    const struct reg_name_word *words = reg_name_words(&count);

    CU_ASSERT_EQUAL(reg_name_is_division(LEN("宿州市")), REG_NAME_FULL_DIVISION);
    CU_ASSERT_EQUAL(reg_name_is_division(LEN("宿州")), REG_NAME_SHORT_DIVISION);
    CU_ASSERT_EQUAL(reg_name_is_division(LEN("宿")), REG_NAME_NOT_DIVISION);
    CU_ASSERT_EQUAL(reg_name_is_division(LEN("青禾")), REG_NAME_NOT_DIVISION);
    CU_ASSERT_EQUAL(reg_name_is_industry(LEN("食品科技")), REG_NAME_THAT_INDUSTRY);
    CU_ASSERT_EQUAL(reg_name_is_industry(LEN("发展")), REG_NAME_ANY_INDUSTRY);
    CU_ASSERT_EQUAL(reg_name_is_industry(LEN("青禾食品")), REG_NAME_NO_INDUSTRY);
    CU_ASSERT_EQUAL(reg_name_is_industry(LEN("")), REG_NAME_NO_INDUSTRY);
    CU_ASSERT_TRUE(count > 250);
    for (size_t i = 0; i < count; i++) {
        CHECK_CASE(reg_name_word_find(&words[i], words[i].word) != NULL, "%s is found in itself", words[i].word);
        CHECK_CASE(words[i].legal_basis[0] != 0, "%s", words[i].word);
        zones += strcmp(words[i].class_name, "zone") == 0;
    }
    CU_ASSERT_TRUE(zones > 5);
}

/* The set of words in a name is what looking for each of them one by one finds. */
static void test_word_set(void)
{
    size_t count;
    const struct reg_name_word *words = reg_name_words(&count);

    for (size_t i = 0; i < count; i++) {
        struct reg_name_word_set set = {{0}};
        const struct reg_name_word *row = NULL;
        char name[160];
        size_t expected = 0, found = 0;

        snprintf(name, sizeof name, "宿州市%s青%s%s", words[i].word, words[(i * 7) % count].word, words[i].word);
        reg_name_words_in(name, strlen(name), &set);
        while ((row = reg_name_words_next(&set, row))) {
            found++;
            CHECK_CASE(strstr(name, row->word) != NULL, "%s in %s", row->word, name);
        }
        for (size_t j = 0; j < count; j++)
            expected += strstr(name, words[j].word) != NULL;
        CHECK_CASE(found == expected, "%s: %zu words, not %zu", name, found, expected);
    }
}

/* A phrase that excuses a word does not excuse the word elsewhere in the name. */
static void test_exceptions(void)
{
    static const struct reg_name_word word = {
        "中央", "state", REG_NAME_WORD_ANYWHERE, REG_NAME_WORD_REVIEW, "中央空调;大中央店", "", "§12"};
    const char *late = "宿州市中央空调中央有限公司";

    CU_ASSERT_PTR_NULL(reg_name_word_find(&word, "宿州市中央空调有限公司"));
    CU_ASSERT_PTR_NULL(reg_name_word_find(&word, "宿州市大中央店"));
    CU_ASSERT_PTR_NOT_NULL(reg_name_word_find(&word, "大中央"));
    CU_ASSERT_PTR_EQUAL(reg_name_word_find(&word, late), late + strlen("宿州市中央空调"));
}

static void test_brackets(void)
{
    CU_ASSERT_TRUE(reg_name_has_mark("青禾（有限合伙）", "有限合伙"));
    CU_ASSERT_TRUE(reg_name_has_mark("青禾(有限合伙)", "有限合伙"));
    CU_ASSERT_TRUE(reg_name_has_mark("青禾有限合伙（有限合伙)分所", "有限合伙"));
    CU_ASSERT_FALSE(reg_name_has_mark("青禾有限合伙", "有限合伙"));
    CU_ASSERT_FALSE(reg_name_has_mark("（有限合伙企业）", "有限合伙"));
    CU_ASSERT_FALSE(reg_name_has_mark("（特殊普通合伙）", "普通合伙"));
    CU_ASSERT_TRUE(reg_name_equal("青禾（宿州）", "青禾(宿州)"));
    CU_ASSERT_TRUE(reg_name_equal("青禾(宿州)", "青禾（宿州）"));
    CU_ASSERT_FALSE(reg_name_equal("青禾（宿州）", "青禾（宿州"));
    CU_ASSERT_FALSE(reg_name_equal("青禾（宿州", "青禾（宿州）"));
    CU_ASSERT_FALSE(reg_name_equal("青禾（", "青禾）"));
    CU_ASSERT_STRING_EQUAL(reg_name_after("示例(合肥)有限公司宿州分公司", "示例（合肥）有限公司"), "宿州分公司");
    CU_ASSERT_PTR_NULL(reg_name_after("示例", "示例（"));
}

/* A text that is too long for a name has no parts; one that is just short enough has. */
static void test_long(void)
{
    struct reg_name_parts parts;
    size_t lengths[] = {REG_NAME_LONGEST, REG_NAME_LONGEST + 3, 3000000};

    for (size_t i = 0; i < 3; i++) {
        char *text = malloc(lengths[i] + 1);
        const char *unit = i < 2 ? "软" : "件";

        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        for (size_t at = 0; at < lengths[i]; at += 3)
            memcpy(text + at, unit, 3);
        text[lengths[i]] = '\0';
        reg_name_parse(text, NULL, &parts);
        CHECK_CASE(parts.trade_name.len == (lengths[i] <= REG_NAME_LONGEST ? lengths[i] : 0), "%zu bytes: %zu", lengths[i],
                   parts.trade_name.len);
        free(text);
    }
}

static CU_TestInfo tests[] = {{"parts", test_parts},       {"divisions", test_divisions}, {"industries", test_industries},
                              {"words", test_words},       {"word set", test_word_set},   {"exceptions", test_exceptions},
                              {"brackets", test_brackets}, {"long texts", test_long},     CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"name", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
