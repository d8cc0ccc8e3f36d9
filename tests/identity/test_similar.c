/* Names near each other. What is expected was written by hand; keys are held against the comparison over generated names. */
#include <stdio.h>
#include <string.h>

#include "identity/similar.h"
#include "suite.h"

static const struct {
    const char *a, *b;
    enum reg_similarity expected;
} trades[] = {
    {"云帆", "云帆", REG_SIMILAR_EQUAL},
    {"云帆", "雲帆", REG_SIMILAR_NORMALISED},
    {"台山", "臺山", REG_SIMILAR_NORMALISED},
    {"高峰", "高峯", REG_SIMILAR_NORMALISED},
    {"双喜", "双囍", REG_SIMILAR_NORMALISED},
    {"ＡＢ云帆", "ab云帆", REG_SIMILAR_NORMALISED},
    {"云·帆", "云帆", REG_SIMILAR_NORMALISED},
    {"云帆", "芸帆", REG_SIMILAR_HOMOPHONE},
    {"云帆", "雲凡", REG_SIMILAR_HOMOPHONE},
    {"长安", "常安", REG_SIMILAR_HOMOPHONE},
    {"长安", "掌安", REG_SIMILAR_HOMOPHONE}, /* 长 has two readings */
    {"重达", "虫达", REG_SIMILAR_HOMOPHONE},
    {"乐天", "月天", REG_SIMILAR_HOMOPHONE},
    {"绿源", "吕源", REG_SIMILAR_HOMOPHONE},
    {"吕源", "路源", REG_SIMILAR_NOT}, /* lü is not lu */
    {"华泰兴达", "花台星大", REG_SIMILAR_HOMOPHONE},
    {"华泰兴达", "花台星天", REG_SIMILAR_NOT},
    {"云帆", "云帆达", REG_SIMILAR_CONTAINED},
    {"新云帆", "云帆", REG_SIMILAR_CONTAINED},
    {"大云帆达", "雲帆", REG_SIMILAR_CONTAINED},
    {"华泰兴", "华泰新", REG_SIMILAR_ONE_APART},
    {"华泰兴", "华大兴", REG_SIMILAR_ONE_APART},
    {"华泰兴", "天泰兴", REG_SIMILAR_ONE_APART},
    {"华泰兴", "華泰新", REG_SIMILAR_ONE_APART},
    {"华兴", "华泰兴", REG_SIMILAR_ONE_APART},
    {"华泰兴", "华泰大兴", REG_SIMILAR_ONE_APART},
    {"华泰兴", "华大新", REG_SIMILAR_NOT},
    {"华泰兴", "泰兴华", REG_SIMILAR_NOT},
    {"云帆", "云天", REG_SIMILAR_NOT}, /* of two characters one is too much */
    {"云帆", "青禾", REG_SIMILAR_NOT},
    {"云", "芸", REG_SIMILAR_NOT},
    {"云", "云帆", REG_SIMILAR_NOT},
    {"", "", REG_SIMILAR_EQUAL},
    {"", "云帆", REG_SIMILAR_NOT},
    {"··", "云帆", REG_SIMILAR_NOT},
};

static void profile_of(const char *trade, const char *industry, char name[256], struct reg_name_profile *ret)
{
    *ret = (struct reg_name_profile){.full = name};
    snprintf(name, 256, "%s%s", trade, industry);
    ret->trade_name.len = strlen(trade);
    ret->industry_text = (struct reg_name_span){strlen(trade), strlen(industry)};
    reg_trade_normalise(name, strlen(trade), &ret->trade);
}

static bool meet(const struct reg_name_keys *a, const struct reg_name_keys *b, bool sure)
{
    for (size_t i = 0; i < (sure ? a->sure : a->count); i++)
        for (size_t j = 0; j < (sure ? b->sure : b->count); j++)
            if (a->keys[i] == b->keys[j])
                return true;
    return false;
}

static void check_keys(const struct reg_name_profile *a, const struct reg_name_profile *b, enum reg_similarity found)
{
    struct reg_name_keys x, y;

    reg_name_keys(a, &x);
    reg_name_keys(b, &y);
    if (found != REG_SIMILAR_NOT && a->trade.count && b->trade.count)
        CHECK_CASE(meet(&x, &y, found >= REG_SIMILAR_HOMOPHONE), "%s and %s have a key in common", a->full, b->full);
}

static void test_compare(void)
{
    for (size_t i = 0; i < sizeof trades / sizeof *trades; i++) {
        struct reg_name_profile a, b;
        char one[256], other[256];
        enum reg_similarity found;

        profile_of(trades[i].a, "", one, &a);
        profile_of(trades[i].b, "", other, &b);
        found = reg_name_compare(&a, &b);
        CHECK_CASE(found == trades[i].expected, "%s, %s: %d, not %d", trades[i].a, trades[i].b, (int)found,
                   (int)trades[i].expected);
        CHECK_CASE(reg_name_compare(&b, &a) == found, "%s, %s: the same the other way round", trades[i].a, trades[i].b);
        check_keys(&a, &b, found);
    }
}

/* Every two of all trade names of up to four characters out of six: where they are near, the index would find them. */
static void test_keys(void)
{
    static const char *const characters[] = {"云", "雲", "芸", "长", "常", "掌"};
    static char names[1554][32];
    static struct reg_name_profile profiles[1554];
    size_t count = 0, near = 0;

    for (size_t length = 1, all = 6; length <= 4; length++, all *= 6)
        for (size_t number = 0; number < all; number++, count++) {
            char *name = names[count];

            for (size_t i = 0, rest = number; i < length; i++, rest /= 6)
                name = strcpy(name, characters[rest % 6]) + 3;
            profiles[count] = (struct reg_name_profile){.full = names[count], .trade_name.len = strlen(names[count])};
            reg_trade_normalise(names[count], strlen(names[count]), &profiles[count].trade);
        }
    CU_ASSERT_EQUAL(count, 1554);
    for (size_t i = 0; i < count; i += 7)
        for (size_t j = 0; j < count; j++) {
            enum reg_similarity found = reg_name_compare(&profiles[i], &profiles[j]);

            near += found != REG_SIMILAR_NOT;
            check_keys(&profiles[i], &profiles[j], found);
        }
    CU_ASSERT_TRUE(near > 10000);
}

static void test_industries(void)
{
    static const struct {
        const char *a, *b;
        bool same;
    } pairs[] = {
        {"宿州云帆食品有限公司", "宿州云帆食品有限公司", true},
        {"宿州云帆食品有限公司", "云帆（宿州）食品科技有限公司", true},
        {"宿州云帆食品有限公司", "宿州云帆有限公司", true},
        {"宿州云帆食品科技有限公司", "宿州云帆网络科技有限公司", false},
        {"宿州云帆软件开发有限公司", "宿州云帆网络科技有限公司", true}, /* I65 both */
        {"宿州云帆食品有限公司", "宿州云帆软件有限公司", false},
        {"宿州云帆贸易有限公司", "宿州云帆商贸有限公司", true},
        {"宿州云帆实业有限公司", "宿州云帆发展有限公司", true}, /* neither says which */
        {"宿州云帆实业有限公司", "宿州云帆软件有限公司", false},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct reg_name_profile a, b;
        struct reg_name_keys x, y;

        reg_name_profile(pairs[i].a, NULL, &a);
        reg_name_profile(pairs[i].b, NULL, &b);
        CHECK_CASE(reg_name_compare(&a, &b) == REG_SIMILAR_EQUAL, "%s, %s: 云帆", pairs[i].a, pairs[i].b);
        CHECK_CASE(reg_name_same_industry(&a, &b) == pairs[i].same, "%s, %s: %d", pairs[i].a, pairs[i].b, !pairs[i].same);
        reg_name_keys(&a, &x);
        reg_name_keys(&b, &y);
        CHECK_CASE(!pairs[i].same || (x.industry & y.industry) || !x.industry || !y.industry, "%s, %s: their bits meet",
                   pairs[i].a, pairs[i].b);
    }
}

/* Where the parser finds no trade name the whole stands for it; nothing is read behind a name's end. */
static void test_odd_names(void)
{
    struct reg_name_profile profile;
    struct reg_name_keys keys;
    char longest[REG_NAME_LONGEST + 64] = "";

    reg_name_profile("", NULL, &profile);
    reg_name_keys(&profile, &keys);
    CU_ASSERT_EQUAL(keys.count, 0);
    reg_name_profile("有限公司", NULL, &profile);
    CU_ASSERT_EQUAL(profile.trade_name.len, strlen("有限公司"));
    for (size_t i = 0; i < REG_NAME_LONGEST / 3; i++)
        strcat(longest, "行");
    reg_name_profile(longest, NULL, &profile);
    reg_name_keys(&profile, &keys);
    CU_ASSERT_EQUAL(profile.trade.count, REG_TRADE_MAX);
    CU_ASSERT_EQUAL(keys.sure, 1 + 27); /* 行 reads xing, hang, heng: 3 to the third */
    CU_ASSERT_EQUAL(keys.count, keys.sure + 1);
}

static CU_TestInfo tests[] = {{"compare", test_compare},
                              {"keys", test_keys},
                              {"industries", test_industries},
                              {"odd names", test_odd_names},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"similar", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
