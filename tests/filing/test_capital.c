/* Family C, third part: capital, and the days to pay it by. */
#include "law.h"
#include "model.h"
#include "suite.h"

#define DISPATCH "entity.scope.licensed=[{\"term\": \"劳务派遣服务\"}]"
/* Shares are raised from others than the promoters. */
#define PRIVATE         "entity.raising=RAISING_PRIVATE; "
#define PUBLIC          "entity.raising=RAISING_PUBLIC; "
#define MATERIALS(list) "materials=[" list "]"
#define VERIFICATION    "{\"kind\":\"capital_verification\"}"
#define APPROVAL        "{\"kind\":\"public_offering_approval\"}"
/* Of 50,000,000 yuan 17,500,000 are 35 per cent; the last two digits of the third promoter's fen follow. */
#define PROMOTERS_TAKE                                                                                                      \
    "entity.investors[0].subscribed.minor=1000000000; entity.investors[1].subscribed.minor=499999950; "                     \
    "entity.investors[2].subscribed.minor=2500000"
/* In fen. */
#define CAPITAL(subscribed_fen, paid_fen)                                                                                   \
    "entity.capital.minor=" subscribed_fen "; entity.investors[0].subscribed.minor=" subscribed_fen                         \
    "; entity.investors[0].paid={\"minor\": \"" paid_fen "\", \"currency\": 156, \"exponent\": 2}"

static const struct law_row rows[] = {
    {"C04", PASSES, "the shares are paid in full", JSC, TODAY, "", SILENT, "公司法 §96"},
    {"C04", PASSES, "a limited liability company's are not", LLC, TODAY, "", SILENT, "§98"},
    {"C04", LAST_GOOD, "a fen more than in full", JSC, TODAY, "entity.investors[2].paid.minor=2000000001", SILENT, "§98"},
    {"C04", FIRST_BAD, "a fen less, on the law's first day", JSC, "2024-07-01", "entity.investors[2].paid.minor=1999999999",
     ERROR, "entity.investors[2].paid", "§98"},
    {"C04", LAST_GOOD, "a fen less, the day before", JSC, "2024-06-30", "entity.investors[2].paid.minor=1999999999", SILENT,
     "§98"},
    {"C04", FAILS, "nothing is paid", JSC, TODAY, "-entity.investors[0].paid", ERROR, "entity.investors[0].paid", "§98"},
    {"C04", FAILS, "as much is paid in dollars", JSC, TODAY, "entity.investors[0].paid.currency=840", ERROR,
     "entity.investors[0].paid", "§98"},

    {"C05", PASSES, "the promoters take all: no verification", JSC, TODAY, "materials=[]", SILENT, "细则 §26"},
    {"C05", PASSES, "shares raised from certain persons, verified", JSC, TODAY, PRIVATE MATERIALS(VERIFICATION), SILENT,
     "细则 §26"},
    {"C05", LAST_GOOD, "not verified, on the day before", JSC, "2022-02-28", PRIVATE "materials=[]", SILENT, "细则 §26"},
    {"C05", FIRST_BAD, "not verified, on the first day", JSC, "2022-03-01", PRIVATE "materials=[]", ERROR, "materials",
     "公司法 §97,§101"},
    {"C05", FAILS, "the verification is promised for later", JSC, TODAY,
     PRIVATE "materials=[{\"kind\":\"capital_verification\",\"deferredUntil\":\"2026-12-24\"}]", ERROR, "materials",
     "细则 §26"},
    {"C05", PASSES, "shares raised from the public, verified and approved", JSC, TODAY,
     PUBLIC MATERIALS(VERIFICATION "," APPROVAL), SILENT, "细则 §26"},
    {"C05", FAILS, "shares raised from the public, verified, not approved", JSC, TODAY, PUBLIC MATERIALS(VERIFICATION), ERROR,
     "materials", "细则 §26"},
    {"C05", LAST_GOOD, "the promoters take 35 per cent", JSC, TODAY, PRIVATE MATERIALS(VERIFICATION) "; " PROMOTERS_TAKE "50",
     SILENT, "§97"},
    {"C05", FIRST_BAD, "the promoters take a fen less", JSC, TODAY, PRIVATE MATERIALS(VERIFICATION) "; " PROMOTERS_TAKE "49",
     ERROR, "entity.investors", "§97"},
    {"C05", PASSES, "a change brings no verification again", JSC, TODAY, PRIVATE "materials=[]; kind=FILING_KIND_CHANGE",
     SILENT, "细则 §26"},

    {"C06", PASSES, "due in four years", LLC, TODAY, "entity.investors[0].due=2030-12-31", SILENT, "公司法 §47"},
    {"C06", LAST_GOOD, "due exactly five years later", LLC, TODAY, "entity.investors[0].due=2031-11-24", SILENT, "§47"},
    {"C06", FIRST_BAD, "due a day more than five years later", LLC, TODAY, "entity.investors[0].due=2031-11-25", ERROR,
     "entity.investors[0].due", "§47"},
    {"C06", LAST_GOOD, "due in forty years, on the day before the law", LLC, "2024-06-30",
     "entity.investors[0].due=2064-06-30", SILENT, "§47"},
    {"C06", FIRST_BAD, "due in forty years, on the law's first day", LLC, "2024-07-01", "entity.investors[0].due=2064-06-30",
     ERROR, "entity.investors[0].due", "§47"},
    {"C06", LAST_GOOD, "established on 29 February: five years end on 28 February", LLC, "2028-02-29",
     "entity.investors[0].due=2033-02-28", SILENT, "§47"},
    {"C06", FIRST_BAD, "established on 29 February: a day more", LLC, "2028-02-29", "entity.investors[0].due=2033-03-01",
     ERROR, "entity.investors[0].due", "§47"},
    {"C06", LAST_GOOD, "five years from the day that the province's system established it", LLC, TODAY,
     "assignedCode=91341300MAY000009W; entity.established=2026-11-20; entity.investors[0].due=2031-11-20", SILENT, "§47"},
    {"C06", FIRST_BAD, "a day more than five years from that day", LLC, TODAY,
     "assignedCode=91341300MAY000009W; entity.established=2026-11-20; entity.investors[0].due=2031-11-21", ERROR,
     "entity.investors[0].due", "§47"},
    {"C06", FAILS, "no day", LLC, TODAY, "-entity.investors[0].due", ERROR, "entity.investors[0].due", "§47"},
    {"C06", PASSES, "no day, as all is paid", LLC, TODAY,
     "-entity.investors[0].due; entity.investors[0].paid={\"minor\": \"100000000\", \"currency\": 156, \"exponent\": 2}",
     SILENT, "§47"},
    {"C06", FAILS, "a day that does not exist", LLC, TODAY, "entity.investors[0].due=2030-02-29", ERROR,
     "entity.investors[0].due", "§47"},

    {"C09", PASSES, "land, rights and claims", LLC, TODAY, "entity.investors[0].form=货币、土地使用权、知识产权、股权、债权",
     SILENT, "条例 §13"},
    {"C09", FAILS, "labour", LLC, TODAY, "entity.investors[0].form=劳务", ERROR, "entity.investors[0].form", "条例 §13"},
    {"C09", LAST_GOOD, "labour, on the day before the regulation", LLC, "2022-02-28", "entity.investors[0].form=劳务",
     SILENT, "条例 §13"},
    {"C09", FIRST_BAD, "goodwill beside money, on the regulation's first day", COOPERATIVE, "2022-03-01",
     "entity.investors[0].form=货币、商誉", ERROR, "entity.investors[0].form", "条例 §13"},
    {"C09", PASSES, "a general partner's labour", PARTNERSHIP, TODAY, "entity.investors[0].form=劳务", SILENT, "条例 §13"},

    {"C10", PASSES, "yuan, counted in fen", LLC, TODAY, "", SILENT, "条例 §13"},
    {"C10", LAST_GOOD, "dollars of a foreign-invested company", "16", TODAY, "entity.capital.currency=840", SILENT,
     "细则 §13"},
    {"C10", FIRST_BAD, "dollars of a domestic company", LLC, TODAY, "entity.capital.currency=840", ERROR,
     "entity.capital.currency", "细则 §13"},
    {"C10", FAILS, "no currency", LLC, TODAY, "entity.capital.currency=0", ERROR, "entity.capital.currency", "细则 §13"},
    {"C10", FIRST_BAD, "tenths of a fen", LLC, TODAY, "entity.capital.exponent=3", ERROR, "entity.capital.exponent",
     "细则 §13"},
    {"C10", FAILS, "4,000,000,000 decimal places", LLC, TODAY, "entity.capital.exponent=4000000000", ERROR,
     "entity.capital.exponent", "细则 §13"},

    {"C11", PASSES, "the amounts add up", LLC_OF_TWO, TODAY, "", SILENT, "公司法 §47"},
    {"C11", LAST_GOOD, "a capital of one fen", LLC, TODAY, "entity.capital.minor=1; entity.investors[0].subscribed.minor=1",
     SILENT, "细则 §13"},
    {"C11", FIRST_BAD, "no capital", LLC, TODAY, "entity.capital.minor=0; entity.investors[0].subscribed.minor=0", ERROR,
     "entity.capital.minor", "细则 §13"},
    {"C11", FIRST_BAD, "a fen more than is subscribed", LLC_OF_TWO, TODAY, "entity.capital.minor=300000001", ERROR,
     "entity.capital", "公司法 §47"},
    {"C11", FIRST_BAD, "a fen less than is subscribed", LLC_OF_TWO, TODAY, "entity.capital.minor=299999999", ERROR,
     "entity.capital", "公司法 §47"},
    {"C11", LAST_GOOD, "others than the promoters take the rest", JSC, TODAY, PRIVATE PROMOTERS_TAKE "50", SILENT,
     "公司法 §47"},
    {"C11", FIRST_BAD, "promoters take a fen more than all", JSC, TODAY,
     PRIVATE "entity.investors[2].subscribed.minor=2000000001", ERROR, "entity.capital", "公司法 §47"},
    {"C11", LAST_GOOD, "the promoters' shares are 99 per cent", JSC, TODAY, PRIVATE "entity.investors[0].share=39", SILENT,
     "公司法 §47"},
    {"C11", FIRST_BAD, "the promoters' shares are 101 per cent", JSC, TODAY, PRIVATE "entity.investors[0].share=41", ERROR,
     "entity.investors", "公司法 §47"},
    {"C11", FAILS, "amounts past 64 bits", LLC_OF_TWO, TODAY,
     "entity.capital.minor=1; entity.investors[0].subscribed.minor=18446744073709551615; "
     "entity.investors[1].subscribed.minor=2",
     ERROR, "entity.investors[1].subscribed", "公司法 §47"},
    {"C11", FAILS, "an amount is missing", LLC_OF_TWO, TODAY, "-entity.investors[0].subscribed", ERROR,
     "entity.investors[0].subscribed", "公司法 §47"},
    {"C11", LAST_GOOD, "shares of 100 per cent", LLC_OF_TWO, TODAY, "entity.investors[0].share=66.666667", SILENT,
     "公司法 §47"},
    {"C11", FIRST_BAD, "shares a millionth short of it", LLC_OF_TWO, TODAY, "entity.investors[0].share=66.666666", ERROR,
     "entity.investors", "公司法 §47"},
    {"C11", FAILS, "shares of some only", LLC_OF_TWO, TODAY, "entity.investors[0].share=", ERROR, "entity.investors",
     "公司法 §47"},
    {"C11", FAILS, "a share of 32 nines", LLC_OF_TWO, TODAY, "entity.investors[0].share=9×32", ERROR,
     "entity.investors[0].share", "公司法 §47"},
    {"C11", FAILS, "a share of full width", LLC_OF_TWO, TODAY, "entity.investors[0].share=６６.６６６６６７", ERROR,
     "entity.investors[0].share", "公司法 §47"},

    {"C13", PASSES, "software needs no minimum", LLC, TODAY, "", SILENT, "国发〔2014〕7号"},
    {"C13", LAST_GOOD, "labour dispatch: two million yuan, paid", LLC, TODAY,
     DISPATCH "; " CAPITAL("200000000", "200000000"), SILENT, "劳动合同法 §57"},
    {"C13", FIRST_BAD, "labour dispatch: a fen less", LLC, TODAY, DISPATCH "; " CAPITAL("199999999", "199999999"), ERROR,
     "entity.capital.minor", "劳动合同法 §57"},
    {"C13", FIRST_BAD, "labour dispatch: two million yuan, a fen less of it paid", LLC, TODAY,
     DISPATCH "; " CAPITAL("200000000", "199999999"), ERROR, "entity.investors", "国发〔2014〕7号"},
    {"C13", LAST_GOOD, "labour dispatch, before the reform of 2014", LLC, "2014-02-28", DISPATCH, SILENT, "国发〔2014〕7号"},
    {"C13", FIRST_BAD, "labour dispatch, on the reform's first day", LLC, "2014-03-01", DISPATCH, ERROR,
     "entity.capital.minor", "国发〔2014〕7号"},
    {"C13", FAILS, "labour dispatch: one million yuan", LLC, TODAY, DISPATCH, ERROR, "entity.capital.minor",
     "劳动合同法 §57"},
    {"C13", FAILS, "direct selling beside it: two million are not enough", LLC, TODAY,
     DISPATCH "; entity.scope.general[0].term=直销; " CAPITAL("200000000", "200000000"), ERROR, "entity.capital.minor",
     "国发〔2014〕7号"},
    {"C13", PASSES, "labour services without dispatch", LLC, TODAY, "entity.scope.general[0].term=劳务服务（不含劳务派遣）",
     SILENT, "劳动合同法 §57"},

    {"C39", PASSES, "a registrar's filing has no day", LLC, TODAY, "", SILENT, "条例 §21"},
    {"C39", FIRST_BAD, "a registrar's filing has one, though it is today", LLC, TODAY, "entity.established=2026-11-24",
     ERROR, "entity.established", "条例 §21"},
    {"C39", LAST_GOOD, "a node's filing has the day of the province's system", LLC, TODAY,
     "assignedCode=91341300MAY000009W; entity.established=2026-11-24", SILENT, "条例 §21"},
    {"C39", FAILS, "a node's filing has none", LLC, TODAY, "assignedCode=91341300MAY000009W", ERROR, "entity.established",
     "条例 §21"},
    {"C39", FAILS, "a node's filing has a day that does not exist", LLC, TODAY,
     "assignedCode=91341300MAY000009W; entity.established=2026-02-30", ERROR, "entity.established", "条例 §21"},
};

static void test_rows(void)
{
    law_check(rows, sizeof rows / sizeof *rows);
}

static CU_TestInfo tests[] = {{"rows", test_rows}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"capital", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
