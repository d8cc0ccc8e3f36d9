/* Family C, first part: types, and how many people of what kind. */
#include "law.h"
#include "model.h"
#include "suite.h"

#define ENTERPRISE(person, code) "persons[" #person "].kind=PERSON_KIND_ENTERPRISE; persons[" #person "].creditCode=" code
/* A union of which three members are cooperatives, or two. */
#define UNION_OF(third)                                                                                                              \
    "entity.name.full=灵璧县丰谷家禽养殖专业合作社联合社; entity.name.form=专业合作社联合社; " ENTERPRISE(                           \
        0,                                                                                                                           \
        "93341300MAY000009N") "; " ENTERPRISE(1,                                                                                     \
                                              "93341300MAY000009N") "; " ENTERPRISE(2,                                               \
                                                                                    third) "; " ENTERPRISE(3,                        \
                                                                                                           "91341300MAY000"          \
                                                                                                           "009W") ";"               \
                                                                                                                   " " ENTERPRISE(4, \
                                                                                                                                  "91341300MAY000009W")
/* The fifth member is an organisation; the four others, farmers, come as often as is needed. */
#define MEMBERS(count) ENTERPRISE(4, "91341300MAY000009W") "; -entity.investors[4]; entity.investors*" #count "; "

#define UNQUALIFIED "materials=[]"

static const struct law_row rows[] = {
    {"C01", PASSES, "one natural person: 1151", LLC, TODAY, "", SILENT, "细则 §9"},
    {"C01", LAST_GOOD, "two shareholders: 1130", LLC_OF_TWO, TODAY, "", SILENT, "细则 §9"},
    {"C01", FIRST_BAD, "one shareholder as of several", LLC, TODAY, "entity.type=1130", ERROR, "entity.type", "细则 §9"},
    {"C01", FIRST_BAD, "two shareholders as one", LLC_OF_TWO, TODAY, "entity.type=1151", ERROR, "entity.type", "细则 §9"},
    {"C01", FAILS, "a natural person as a legal one", LLC, TODAY, "entity.type=1152", ERROR, "entity.type", "细则 §9"},
    {"C01", FAILS, "no such type", LLC, TODAY, "entity.type=1234", ERROR, "entity.type", "细则 §9"},
    {"C01", FAILS, "a type that has no licence", LLC, TODAY, "entity.type=1000", ERROR, "entity.type", "细则 §9"},

    {"C02", PASSES, "two shareholders", LLC_OF_TWO, TODAY, "", SILENT, "公司法 §42"},
    {"C02", LAST_GOOD, "one shareholder", LLC, TODAY, "", SILENT, "公司法 §42"},
    {"C02", LAST_GOOD, "50 shareholders", LLC_OF_TWO, TODAY, "entity.investors*50", SILENT, "公司法 §42"},
    {"C02", FIRST_BAD, "no shareholder", LLC_OF_TWO, TODAY, "entity.investors*0", ERROR, "entity.investors", "公司法 §42"},
    {"C02", FIRST_BAD, "51 shareholders", LLC_OF_TWO, TODAY, "entity.investors*51", ERROR, "entity.investors", "公司法 §42"},
    {"C02", FAILS, "10,000 shareholders", LLC_OF_TWO, TODAY, "entity.investors*10000", ERROR, "entity.investors",
     "公司法 §42"},

    {"C03", PASSES, "three promoters of China", JSC, TODAY, "", SILENT, "公司法 §92"},
    {"C03", LAST_GOOD, "200 promoters", JSC, TODAY, "entity.investors*200", SILENT, "公司法 §92"},
    {"C03", FIRST_BAD, "201 promoters", JSC, TODAY, "entity.investors*201", ERROR, "entity.investors", "公司法 §92"},
    {"C03", LAST_GOOD, "one of two promoters lives abroad", JSC, TODAY, "entity.investors*2; persons[0].resident=false",
     SILENT, "公司法 §92"},
    {"C03", FIRST_BAD, "two of three promoters live abroad", JSC, TODAY,
     "persons[0].resident=false; persons[1].resident=false", ERROR, "entity.investors", "公司法 §92"},
    {"C03", FAILS, "no promoter", JSC, TODAY, "entity.investors*0", ERROR, "entity.investors", "公司法 §92"},

    {"C14", PASSES, "the director who executes represents", LLC, TODAY, "", SILENT, "公司法 §10"},
    {"C14", PASSES, "a manager who executes represents", LLC, TODAY, "entity.officers[0].position=POSITION_MANAGER", SILENT,
     "公司法 §10"},
    {"C14", LAST_GOOD, "a director who does not execute, before the law", LLC, "2024-06-30",
     "entity.officers[0].executes=false", SILENT, "公司法 §10"},
    {"C14", FIRST_BAD, "a director who does not execute, on the law's first day", LLC, "2024-07-01",
     "entity.officers[0].executes=false", ERROR, "entity.representatives", "公司法 §10"},
    {"C14", FAILS, "a supervisor represents", LLC, TODAY, "entity.representatives[0].person=2", ERROR,
     "entity.representatives", "公司法 §10"},
    {"C14", FAILS, "two represent", LLC, TODAY, "entity.representatives*2", ERROR, "entity.representatives", "公司法 §10"},

    {"C22", PASSES, "50 partners", PARTNERSHIP, TODAY, "entity.investors*50", SILENT, "合伙企业法 §14"},
    {"C22", LAST_GOOD, "two partners", PARTNERSHIP, TODAY, "", SILENT, "合伙企业法 §14"},
    {"C22", FIRST_BAD, "one partner", PARTNERSHIP, TODAY, "entity.investors*1", ERROR, "entity.investors", "合伙企业法 §14"},
    {"C22", FAILS, "no partner", PARTNERSHIP, TODAY, "entity.investors*0", ERROR, "entity.investors", "合伙企业法 §14"},

    {"C23", PASSES, "one general and one limited partner", PARTNERSHIP, TODAY, "", SILENT, "合伙企业法 §61"},
    {"C23", LAST_GOOD, "50 partners", PARTNERSHIP, TODAY, "entity.investors*50", SILENT, "合伙企业法 §61"},
    {"C23", FIRST_BAD, "51 partners", PARTNERSHIP, TODAY, "entity.investors*51", ERROR, "entity.investors",
     "合伙企业法 §61"},
    {"C23", FAILS, "no general partner", PARTNERSHIP, TODAY, "entity.investors[0].liability=LIABILITY_LIMITED", ERROR,
     "entity.investors", "合伙企业法 §61"},
    {"C23", PASSES, "a general partnership of 51", "11", TODAY, "entity.investors*51", SILENT, "合伙企业法 §61"},

    {"C27", PASSES, "appraisers with their qualifications", "12", TODAY, "", SILENT, "合伙企业法 §55"},
    {"C27", PASSES, "a general partnership, which needs none", "11", TODAY, "", SILENT, "§55"},
    {"C27", LAST_GOOD, "no qualifications, on the day before", "12", "2022-02-28", UNQUALIFIED, SILENT, "细则 §28"},
    {"C27", FIRST_BAD, "no qualifications, on the first day", "12", "2022-03-01", UNQUALIFIED, ERROR, "materials",
     "细则 §28"},
    {"C27", FAILS, "the qualifications are promised for later", "12", TODAY,
     "materials=[{\"kind\":\"partner_qualifications\",\"deferredUntil\":\"2026-12-24\"}]", ERROR, "materials", "细则 §28"},
    {"C27", PASSES, "a change brings no qualifications again", "12", TODAY, UNQUALIFIED "; kind=FILING_KIND_CHANGE", SILENT,
     "细则 §28"},
    {"C27", FAILS, "a restaurant as special general partnership", "12", TODAY, "entity.industry=H6210", REVIEW,
     "entity.industry", "§55"},
    {"C27", LAST_GOOD, "technical services", "12", TODAY, "entity.industry=7590", SILENT, "§55"},
    {"C27", FIRST_BAD, "the division behind them", "12", TODAY, "entity.industry=N7610", REVIEW, "entity.industry", "§55"},

    {"C28", PASSES, "one natural person", SOLE, TODAY, "", SILENT, "个人独资企业法 §2"},
    {"C28", LAST_GOOD, "a person whose country is not said", SOLE, TODAY, "-persons[0].country", SILENT, "§47"},
    {"C28", FIRST_BAD, "two natural persons", SOLE, TODAY, "entity.investors*2", ERROR, "entity.investors", "§8"},
    {"C28", FAILS, "an enterprise", SOLE, TODAY, ENTERPRISE(0, "91341300MAY000009W"), ERROR, "entity.investors", "§2"},
    {"C28", FAILS, "a civil servant, barred from business", SOLE, TODAY, "persons[0].barred=true", ERROR,
     "entity.investors[0].person", "§16"},
    {"C28", FAILS, "a foreigner", SOLE, TODAY, "persons[0].country=276", ERROR, "entity.investors[0].person", "§47"},

    {"C29", PASSES, "six members", COOPERATIVE, TODAY, "entity.investors*6", SILENT, "农民专业合作社法 §12"},
    {"C29", LAST_GOOD, "five members", COOPERATIVE, TODAY, "", SILENT, "§12"},
    {"C29", FIRST_BAD, "four members", COOPERATIVE, TODAY, "entity.investors*4", ERROR, "entity.investors", "§12"},
    {"C29", LAST_GOOD, "20 members, one an organisation", COOPERATIVE, TODAY, MEMBERS(20) "entity.investors[19].person=5",
     SILENT, "§20"},
    {"C29", FIRST_BAD, "20 members, two organisations", COOPERATIVE, TODAY,
     MEMBERS(20) "entity.investors[18].person=5; entity.investors[19].person=5", ERROR, "entity.investors", "§20"},
    {"C29", LAST_GOOD, "21 members, one an organisation", COOPERATIVE, TODAY, MEMBERS(21) "entity.investors[20].person=5",
     SILENT, "§20"},
    {"C29", FAILS, "21 members, two organisations", COOPERATIVE, TODAY,
     MEMBERS(21) "entity.investors[19].person=5; entity.investors[20].person=5", ERROR, "entity.investors", "§20"},
    {"C29", FIRST_BAD, "39 members, two organisations", COOPERATIVE, TODAY,
     MEMBERS(39) "entity.investors[37].person=5; entity.investors[38].person=5", ERROR, "entity.investors", "§20"},
    {"C29", LAST_GOOD, "40 members, two organisations", COOPERATIVE, TODAY,
     MEMBERS(40) "entity.investors[38].person=5; entity.investors[39].person=5", SILENT, "§20"},
    {"C29", LAST_GOOD, "four of five members are farmers", COOPERATIVE, TODAY, "persons[4].farmer=false", SILENT, "§20"},
    {"C29", FIRST_BAD, "three of five members are farmers", COOPERATIVE, TODAY,
     "persons[3].farmer=false; persons[4].farmer=false", ERROR, "entity.investors", "§20"},
    {"C29", FAILS, "no member is a farmer", COOPERATIVE, TODAY,
     "persons[0].farmer=false; persons[1].farmer=false; persons[2].farmer=false; persons[3].farmer=false; "
     "persons[4].farmer=false",
     ERROR, "entity.investors", "§20"},
    {"C29", LAST_GOOD, "an organisation is no farmer, whatever is filed", COOPERATIVE, TODAY,
     ENTERPRISE(4, "91341300MAY000009W"), SILENT, "§20"},
    {"C29", FIRST_BAD, "an organisation beside one who is no farmer", COOPERATIVE, TODAY,
     ENTERPRISE(4, "91341300MAY000009W") "; persons[3].farmer=false", ERROR, "entity.investors", "§20"},
    {"C29", FAILS, "farmers left: there are six months", COOPERATIVE, TODAY,
     "persons[3].farmer=false; persons[4].farmer=false; kind=FILING_KIND_RECORD; replaces=[\"investors\"]", WARNING,
     "entity.investors", "细则 §39(2)"},
    {"C29", PASSES, "too few farmers on record, which a change of address does not touch", COOPERATIVE, TODAY,
     "persons[3].farmer=false; persons[4].farmer=false; kind=FILING_KIND_CHANGE; replaces=[\"address\"]", SILENT,
     "细则 §39(2)"},
    {"C29", FAILS, "a state organ as member", COOPERATIVE, TODAY, ENTERPRISE(4, "11341300MAY000009W"), ERROR,
     "entity.investors[4].person", "§19"},
    {"C29", PASSES, "a union, whose members are organisations", COOPERATIVE, TODAY, UNION_OF("93341300MAY000009N"), SILENT,
     "§20"},

    {"C30", PASSES, "the example of a union", "13", TODAY, "", SILENT, "农民专业合作社法 §56"},
    {"C30", LAST_GOOD, "three cooperatives", COOPERATIVE, TODAY, UNION_OF("93341300MAY000009N"), SILENT, "§56"},
    {"C30", FIRST_BAD, "two cooperatives", COOPERATIVE, TODAY, UNION_OF("91341300MAY000009W"), ERROR, "entity.investors",
     "§56"},
    {"C30", FAILS, "five farmers as a union", COOPERATIVE, TODAY, "entity.name.full=灵璧县丰谷家禽养殖专业合作社联合社",
     ERROR, "entity.investors", "§56"},
};

static void test_rows(void)
{
    law_check(rows, sizeof rows / sizeof *rows);
}

static CU_TestInfo tests[] = {{"rows", test_rows}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"people", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
