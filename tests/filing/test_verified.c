/* A12 and C35: who was made sure of. */
#include "law.h"
#include "model.h"
#include "suite.h"

#define FOREIGN         "16" /* 外商投资有限责任公司: one company of Singapore */
#define NON_COMPANY     "15" /* its investor is a village's cooperative */
#define AS(value)       "verification=VERIFICATION_" value
#define CHANGES(member) "; kind=FILING_KIND_CHANGE; replaces=[\"" member "\"]"

static const struct law_row rows[] = {
    {"A12", PASSES, "by the system of real names", LLC, TODAY, "", SILENT, "细则 §16"},
    {"A12", PASSES, "by a notarised document", LLC, TODAY, "persons[0]." AS("NOTARISED"), SILENT, "细则 §16"},
    {"A12", PASSES, "in person", LLC, TODAY, "persons[0]." AS("IN_PERSON"), SILENT, "细则 §16"},
    {"A12", LAST_GOOD, "nobody was verified, on the day before", LLC, "2022-02-28", "-persons[0].verification", SILENT,
     "细则 §16"},
    {"A12", FIRST_BAD, "nobody was verified, on the first day", LLC, "2022-03-01", "-persons[0].verification", ERROR,
     "persons[0].verification", "细则 §16"},
    {"A12", FAILS, "the verification failed", LLC, TODAY, "persons[0]." AS("FAILED"), ERROR, "persons[0].verification",
     "条例 §15"},
    {"A12", FAILS, "a person has no electronic licence", LLC, TODAY, "persons[0]." AS("E_LICENCE"), ERROR,
     "persons[0].verification", "细则 §16"},
    {"A12", FAILS, "a supervisor was not verified", LLC, TODAY, "-persons[1].verification", ERROR, "persons[1].verification",
     "细则 §16"},
    {"A12", FAILS, "a partner was not verified", PARTNERSHIP, TODAY, "-persons[2].verification", ERROR,
     "persons[2].verification", "细则 §16"},
    {"A12", FAILS, "the delegate of a managing partner was not verified", PARTNERSHIP, TODAY,
     "-persons[1].verification; entity.liaisonPerson=3", ERROR, "persons[1].verification", "细则 §16"},
    {"A12", FAILS, "a member of a cooperative was not verified", COOPERATIVE, TODAY, "-persons[4].verification", ERROR,
     "persons[4].verification", "细则 §16"},
    {"A12", FAILS, "the operator was not verified", INDIVIDUAL, TODAY, "-persons[0].verification; entity.liaisonPerson=2",
     ERROR, "persons[0].verification", "细则 §16"},
    {"A12", PASSES, "a family member need not be", INDIVIDUAL, TODAY, "-persons[1].verification; entity.liaisonPerson=1",
     SILENT, "细则 §16"},
    {"A12", FAILS, "the liaison was not verified", INDIVIDUAL, TODAY, "-persons[1].verification; entity.liaisonPerson=2",
     ERROR, "persons[1].verification", "细则 §16"},
    {"A12", FAILS, "who receives documents was not verified", FOREIGN, TODAY,
     "-persons[4].verification; entity.documentRecipient=5", ERROR, "persons[4].verification", "细则 §16"},
    {"A12", PASSES, "an owner abroad who is nothing but that need not be", FOREIGN, TODAY,
     "-persons[4].verification; entity.beneficialOwners=[5]", SILENT, "细则 §16"},
    {"A12", FAILS, "who is in charge of a branch was not verified", BRANCH, TODAY, "-persons[0].verification", ERROR,
     "persons[0].verification", "细则 §16"},
    {"A12", PASSES, "a person who has a part in no company", NON_COMPANY, TODAY, "persons[0].kind=PERSON_KIND_NATURAL",
     SILENT, "细则 §16"},
    {"A12", PASSES, "on record without it, and not touched", LLC, TODAY, "-persons[0].verification" CHANGES("address"),
     SILENT, "细则 §16"},
    {"A12", FAILS, "on record without it, and made a director", LLC, TODAY, "-persons[0].verification" CHANGES("officers"),
     ERROR, "persons[0].verification", "细则 §16"},

    {"C35", PASSES, "by its electronic licence", JSC, TODAY, "", SILENT, "88号"},
    {"C35", PASSES, "who represents it came in person", JSC, TODAY, "persons[3]." AS("IN_PERSON"), SILENT, "88号"},
    {"C35", LAST_GOOD, "not confirmed, on the day before", JSC, "2024-03-14", "-persons[3].verification", SILENT, "88号"},
    {"C35", FIRST_BAD, "not confirmed, on the first day", JSC, "2024-03-15", "-persons[3].verification", ERROR,
     "entity.investors[2].person", "88号"},
    {"C35", FAILS, "a partner's confirmation failed", PARTNERSHIP, TODAY, "persons[0]." AS("FAILED"), ERROR,
     "entity.investors[0].person", "88号"},
    {"C35", PASSES, "an enterprise from abroad has no electronic licence", FOREIGN, TODAY, "", SILENT, "88号"},
    {"C35", PASSES, "a village is no enterprise", NON_COMPANY, TODAY, "", SILENT, "88号"},
    {"C35", FAILS, "the State's by its name, and not by its licence", JSC, TODAY,
     "persons[3].name=宿州市国有资产运营有限公司; persons[3]." AS("REAL_NAME"), REVIEW, "entity.investors[2].person",
     "88号"},
    {"C35", FAILS, "of the whole country by its name", JSC, TODAY,
     "persons[3].name=中国示例集团有限公司; persons[3]." AS("NOTARISED"), REVIEW, "entity.investors[2].person", "88号"},
    {"C35", PASSES, "the State's by its name, by its licence", JSC, TODAY, "persons[3].name=宿州市国有资产运营有限公司",
     SILENT, "88号"},
    {"C35", PASSES, "of a word that only looks like it", JSC, TODAY,
     "persons[3].name=宿州市爱国有机食品有限公司; persons[3]." AS("REAL_NAME"), SILENT, "88号"},
    {"C35", PASSES, "a change that does not touch the investors", JSC, TODAY, "-persons[3].verification" CHANGES("address"),
     SILENT, "88号"},
    {"C35", FAILS, "a change of the investors", JSC, TODAY, "-persons[3].verification" CHANGES("investors"), ERROR,
     "entity.investors[2].person", "88号"},
};

static void test_rows(void)
{
    law_check(rows, sizeof rows / sizeof *rows);
}

static CU_TestInfo tests[] = {{"rows", test_rows}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"verified", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
