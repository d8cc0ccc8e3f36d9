/* Family C, second part: who does what, and who is recorded. */
#include "law.h"
#include "model.h"
#include "suite.h"

#define NO_OWNER "-entity.beneficialOwners"

static const struct law_row rows[] = {
    {"C17", PASSES, "the director and the supervisor are two persons", LLC, TODAY, "", SILENT, "公司法 §76(4)"},
    {"C17", LAST_GOOD, "a director is the manager too", LLC, TODAY,
     "entity.officers[1].person=1; entity.officers[1].position=POSITION_MANAGER", SILENT, "公司法 §76(4)"},
    {"C17", FIRST_BAD, "a director is the supervisor too", LLC, TODAY, "entity.officers[1].person=1", ERROR,
     "entity.officers[1]", "公司法 §76(4)"},
    {"C17", FAILS, "the head of finance is the supervisor too", LLC, TODAY,
     "entity.officers[0].position=POSITION_FINANCE_HEAD; entity.officers[1].person=1", ERROR, "entity.officers[1]",
     "§130(4)"},

    {"C18", PASSES, "one director and no board", LLC, "2024-07-01", "board 1+1", SILENT, "公司法 §68"},
    {"C18", LAST_GOOD, "three directors", LLC, TODAY, "board 3+0", SILENT, "§68"},
    {"C18", FIRST_BAD, "two directors, on the law's first day", LLC, "2024-07-01", "board 2+1", ERROR, "entity.officers",
     "§68"},
    {"C18", LAST_GOOD, "two directors, on the day before", LLC, "2024-06-30", "board 2+1", SILENT, "§68"},
    {"C18", FAILS, "a chair without a board", LLC, TODAY, "board 1+1; entity.officers[0].position=POSITION_CHAIR", ERROR,
     "entity.officers", "§75"},
    {"C18", PASSES, "a chair of three", LLC, TODAY, "board 3+1; entity.officers[0].position=POSITION_CHAIR", SILENT, "§68"},
    {"C18", LAST_GOOD, "one director, filed twice", LLC, TODAY, "board 2+0; entity.officers[1].person=1", SILENT, "§75"},
    {"C18", FAILS, "a joint-stock company with two directors", JSC, TODAY, "board 2+1", ERROR, "entity.officers", "§120"},

    {"C19", PASSES, "one supervisor", LLC, TODAY, "board 1+1", SILENT, "§83"},
    {"C19", PASSES, "no supervisor", LLC, TODAY, "board 1+0", SILENT, "§83"},
    {"C19", LAST_GOOD, "three supervisors", LLC, TODAY, "board 1+3", SILENT, "§76"},
    {"C19", FIRST_BAD, "two supervisors, on the law's first day", LLC, "2024-07-01", "board 1+2", ERROR, "entity.officers",
     "§76"},
    {"C19", LAST_GOOD, "two supervisors, on the day before", LLC, "2024-06-30", "board 1+2", SILENT, "§76"},
    {"C19", FAILS, "two supervisors beside a board of three", LLC, TODAY, "board 3+2", ERROR, "entity.officers", "§76"},

    {"C20", PASSES, "one supervisor of a small company", JSC, TODAY, "board 1+1", SILENT, "§133"},
    {"C20", LAST_GOOD, "three directors, who may be an audit committee", JSC, TODAY, "board 3+0", SILENT, "§121"},
    {"C20", FIRST_BAD, "two directors and no supervisor, on the law's first day", JSC, "2024-07-01", "board 2+0", ERROR,
     "entity.officers", "§121"},
    {"C20", LAST_GOOD, "two directors and no supervisor, on the day before", JSC, "2024-06-30", "board 2+0", SILENT, "§121"},
    {"C20", FIRST_BAD, "two supervisors", JSC, TODAY, "board 3+2", ERROR, "entity.officers", "§130"},
    {"C20", LAST_GOOD, "three supervisors", JSC, TODAY, "board 3+3", SILENT, "§130"},
    {"C20", FAILS, "one director and no supervisor", JSC, TODAY, "board 1+0", ERROR, "entity.officers", "§133"},

    {"C24", PASSES, "an enterprise as general partner", PARTNERSHIP, TODAY, "", SILENT, "合伙企业法 §3"},
    {"C24", LAST_GOOD, "a public institution as limited partner", PARTNERSHIP, TODAY,
     "persons[2].kind=PERSON_KIND_ORGANISATION; persons[2].creditCode=12341300MAY0000093", SILENT, "§3"},
    {"C24", LAST_GOOD, "a foundation as general partner", PARTNERSHIP, TODAY,
     "persons[0].kind=PERSON_KIND_ORGANISATION; persons[0].creditCode=53341300MAY0000093", SILENT, "§3"},
    {"C24", FIRST_BAD, "a public institution as general partner", PARTNERSHIP, TODAY,
     "persons[0].kind=PERSON_KIND_ORGANISATION; persons[0].creditCode=12341300MAY0000093", REVIEW,
     "entity.investors[0].person", "§3"},
    {"C24", FIRST_BAD, "a social body as general partner", PARTNERSHIP, TODAY,
     "persons[0].kind=PERSON_KIND_ORGANISATION; persons[0].creditCode=51341300MAY0000093", REVIEW,
     "entity.investors[0].person", "§3"},
    {"C24", FAILS, "a general partner named as the State's", PARTNERSHIP, TODAY,
     "persons[0].name=宿州市国有资本示例有限公司", REVIEW, "entity.investors[0].person", "§3"},
    {"C24", PASSES, "a natural person with 国有 in the name", PARTNERSHIP, TODAY,
     "persons[0].kind=PERSON_KIND_NATURAL; persons[0].name=陈国有", SILENT, "§3"},

    {"C25", PASSES, "the general partner executes", PARTNERSHIP, TODAY, "", SILENT, "§68"},
    {"C25", LAST_GOOD, "the general partner contributes labour", PARTNERSHIP, TODAY, "entity.investors[0].form=劳务", SILENT,
     "§64"},
    {"C25", FIRST_BAD, "the limited partner contributes labour", PARTNERSHIP, TODAY, "entity.investors[1].form=劳务", ERROR,
     "entity.investors[1].form", "§64"},
    {"C25", FAILS, "the limited partner executes", PARTNERSHIP, TODAY, "entity.representatives[0].person=3", ERROR,
     "entity.representatives[0].person", "§68"},

    {"C26", PASSES, "a partner executes", PARTNERSHIP, TODAY, "", SILENT, "合伙企业法 §26"},
    {"C26", LAST_GOOD, "a limited partner executes, which C25 refuses", PARTNERSHIP, TODAY,
     "entity.representatives[0].person=3", SILENT, "§26"},
    {"C26", FIRST_BAD, "the partner's delegate executes in person", PARTNERSHIP, TODAY, "entity.representatives[0].person=2",
     ERROR, "entity.representatives[0].person", "§26"},
    {"C26", FAILS, "two execute, one of them no partner", PARTNERSHIP, TODAY,
     "entity.representatives*2; entity.representatives[1].person=2", ERROR, "entity.representatives[1].person", "§26"},

    {"C31", PASSES, "a citizen operates", INDIVIDUAL, TODAY, "", SILENT, "促进个体工商户发展条例 §2"},
    {"C31", LAST_GOOD, "a resident of Taiwan operates", INDIVIDUAL, TODAY, "persons[0].country=158", SILENT, "§37"},
    {"C31", FIRST_BAD, "a foreigner operates", INDIVIDUAL, TODAY, "persons[0].country=276", ERROR,
     "entity.representatives[0].person", "§37"},
    {"C31", FAILS, "an enterprise operates", INDIVIDUAL, TODAY, "persons[0].kind=PERSON_KIND_ENTERPRISE", ERROR,
     "entity.representatives[0].person", "§2"},
    {"C31", FAILS, "two operate", INDIVIDUAL, TODAY, "entity.representatives*2", ERROR, "entity.representatives", "§2"},

    {"C32", PASSES, "a personal business", INDIVIDUAL, TODAY,
     "-entity.familyMembers; entity.composition=COMPOSITION_PERSONAL", SILENT, "细则 §7"},
    {"C32", LAST_GOOD, "a family's business with one member", INDIVIDUAL, TODAY, "", SILENT, "条例 §9(六)"},
    {"C32", FIRST_BAD, "a family's business with none", INDIVIDUAL, TODAY, "entity.familyMembers*0", ERROR,
     "entity.familyMembers", "条例 §9(六)"},
    {"C32", FAILS, "another family's business with none", "14", TODAY, "-entity.familyMembers", ERROR,
     "entity.familyMembers", "条例 §9(六)"},

    {"C33", PASSES, "born in 1990", LLC, TODAY, "persons[0].id.number=born 19900307", SILENT, "民法典 §17"},
    {"C33", LAST_GOOD, "18 today", LLC, TODAY, "persons[0].id.number=born 20081124", SILENT, "民法典 §17"},
    {"C33", FIRST_BAD, "18 tomorrow", LLC, TODAY, "persons[0].id.number=born 20081125", REVIEW, "persons[0].id.number",
     "民法典 §17-18"},
    {"C33", FAILS, "16 today", LLC, TODAY, "persons[0].id.number=born 20101124", REVIEW, "persons[0].id.number",
     "民法典 §17-18"},
    {"C33", FIRST_BAD, "16 tomorrow", LLC, TODAY, "persons[0].id.number=born 20101125", ERROR, "persons[0].id.number",
     "民法典 §17-18"},
    {"C33", FAILS, "an operator of 15", INDIVIDUAL, TODAY, "persons[0].id.number=born 20101125", ERROR,
     "persons[0].id.number", "民法典 §17-18"},
    {"C33", FAILS, "a sole investor of 15", SOLE, TODAY, "persons[0].id.number=born 20101125", ERROR, "persons[0].id.number",
     "民法典 §17-18"},
    {"C33", FAILS, "a supervisor of 15", LLC, TODAY, "persons[1].id.number=born 20101125", ERROR, "persons[1].id.number",
     "民法典 §17-18"},
    {"C33", FAILS, "a delegate of 15", PARTNERSHIP, TODAY, "persons[1].id.number=born 20101125", ERROR,
     "persons[1].id.number", "民法典 §17-18"},
    {"C33", PASSES, "a limited partner of 10, who does not act", PARTNERSHIP, TODAY, "persons[2].id.number=born 20151125",
     SILENT, "民法典 §17-18"},
    {"C33", PASSES, "a child of the family, who does not act", INDIVIDUAL, TODAY, "persons[1].id.number=born 20151125",
     SILENT, "民法典 §17-18"},

    {"C36", PASSES, "a beneficial owner is filed", LLC, TODAY, "", SILENT, "受益所有人信息管理办法(2024-11-01) §2"},
    {"C36", PASSES, "a cooperative files none", COOPERATIVE, TODAY, "", SILENT, "§2"},
    {"C36", FIRST_BAD, "none; ten million yuan, natural persons hold: the promise is to be seen", LLC, TODAY,
     NO_OWNER "; entity.capital.minor=1000000000", WARNING, "entity.beneficialOwners", "§3"},
    {"C36", FIRST_BAD, "none; a fen more than ten million yuan", LLC, TODAY, NO_OWNER "; entity.capital.minor=1000000001",
     ERROR, "entity.beneficialOwners", "§3"},
    {"C36", FAILS, "none; an enterprise holds", JSC, TODAY, NO_OWNER "; entity.capital.minor=100", ERROR,
     "entity.beneficialOwners", "§3"},
    {"C36", LAST_GOOD, "none, on the day before", JSC, "2024-10-31", NO_OWNER, SILENT, "§2"},
    {"C36", FIRST_BAD, "none, on the first day", JSC, "2024-11-01", NO_OWNER, ERROR, "entity.beneficialOwners", "§2"},
    {"C36", FAILS, "an enterprise as beneficial owner", JSC, TODAY, "entity.beneficialOwners[0]=4", ERROR,
     "entity.beneficialOwners[0]", "§2"},
};

static void test_rows(void)
{
    law_check(rows, sizeof rows / sizeof *rows);
}

static CU_TestInfo tests[] = {{"rows", test_rows}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"roles", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
