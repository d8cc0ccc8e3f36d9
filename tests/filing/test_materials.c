/* D10, E21: what the registration itself needs on paper, kind by kind, against 条例 §16 and 细则 §25-30, §32, §46, §47. */
#include "law.h"
#include "model.h"
#include "suite.h"

#define PAPER(kind)    "{\"kind\": \"" kind "\"}"
#define PROMISED(kind) "{\"kind\": \"" kind "\", \"deferredUntil\": \"2026-12-10\"}"
#define FORM           PAPER("application_form")
#define CHANGE         "kind=FILING_KIND_CHANGE; "
#define DEREGISTER     "kind=FILING_KIND_DEREGISTER; "
#define AT(material)   "materials[" material "]"

static const struct law_row rows[] = {
    {"D10", PASSES, "a company with everything", LLC, TODAY, "", SILENT, "细则 §25-30"},
    {"D10", FAILS, "a company without documents of its officers' appointment", LLC, TODAY, "-materials[2]", ERROR,
     AT("appointment_documents"), "细则 §25-30"},
    {"D10", LAST_GOOD, "the same, on the day before the regulation", LLC, "2022-02-28", "-materials[2]", SILENT,
     "细则 §25-30"},
    {"D10", FIRST_BAD, "the same, on the regulation's first day", LLC, "2022-03-01", "-materials[2]", ERROR,
     AT("appointment_documents"), "细则 §25-30"},
    {"D10", PASSES, "a sole proprietorship, which appoints nobody", SOLE, TODAY, "", SILENT, "细则 §25-30"},
    {"D10", PASSES, "an individual business likewise", INDIVIDUAL, TODAY, "", SILENT, "细则 §25-30"},
    {"D10", FAILS, "a branch without the appointment of its head", BRANCH, TODAY, "-materials[2]", ERROR,
     AT("appointment_documents"), "细则 §25-30"},
    {"D10", FAILS, "a cooperative without the minutes of its founding", COOPERATIVE, TODAY, "-materials[4]", ERROR,
     AT("founding_minutes"), "细则 §25-30"},
    {"D10", FAILS, "a cooperative without the roster of its members", COOPERATIVE, TODAY, "-materials[6]", ERROR,
     AT("member_roster"), "细则 §25-30"},
    {"D10", FAILS, "a managing partner's delegate without mandate", PARTNERSHIP, TODAY, "-materials[3]", ERROR,
     AT("partners_mandate"), "细则 §25-30"},
    {"D10", LAST_GOOD, "no delegate, and the one general partner manages", PARTNERSHIP, TODAY,
     "-materials[3]; -entity.representatives[0].delegate", SILENT, "细则 §25-30"},
    {"D10", FIRST_BAD, "two general partners, of whom one manages", PARTNERSHIP, TODAY,
     "-materials[3]; -entity.representatives[0].delegate; entity.investors[1].liability=LIABILITY_UNLIMITED", ERROR,
     AT("partners_mandate"), "细则 §25-30"},
    {"D10", LAST_GOOD, "promoters who pay in money", JSC, TODAY, "", SILENT, "细则 §25-30"},
    {"D10", FIRST_BAD, "a promoter who contributes land, and no proof of its transfer", JSC, TODAY,
     "entity.investors[0].form=土地使用权", ERROR, AT("property_transfer_proof"), "细则 §25-30"},

    {"D10", LAST_GOOD, "a change of what no articles state, with the application form alone", LLC, TODAY,
     CHANGE "replaces=[\"industry\"]; persons*0; materials=[" FORM "]", SILENT, "§32"},
    {"D10", FIRST_BAD, "a change without application form", LLC, TODAY,
     CHANGE "replaces=[\"industry\"]; persons*0; materials=[]", ERROR, AT("application_form"), "§32"},
    {"D10", FAILS, "another name without resolution", LLC, TODAY,
     CHANGE "replaces=[\"name\"]; persons*0; materials=[" FORM ", " PAPER("articles") "]", ERROR, AT("change_resolution"),
     "§32"},
    {"D10", FAILS, "another name without the articles that say so", LLC, TODAY,
     CHANGE "replaces=[\"name\"]; persons*0; materials=[" FORM ", " PAPER("change_resolution") "]", ERROR, AT("articles"),
     "§32"},
    {"D10", PASSES, "another name with both", LLC, TODAY,
     CHANGE "replaces=[\"name\"]; persons*0; materials=[" FORM ", " PAPER("articles") ", " PAPER("change_resolution") "]",
     SILENT, "§32"},
    {"D10", FAILS, "another address without proof", BRANCH, TODAY,
     CHANGE "replaces=[\"address\"]; persons*0; materials=[" FORM "]", ERROR, AT("address_proof"), "§32"},
    {"D10", FAILS, "a partnership decides on every change", PARTNERSHIP, TODAY,
     CHANGE "replaces=[\"industry\"]; persons*0; materials=[" FORM "]", ERROR, AT("change_resolution"), "§32"},

    {"D10", FAILS, "a recordation without application form", LLC, TODAY,
     "kind=FILING_KIND_RECORD; replaces=[\"industry\"]; materials=[]", ERROR, AT("application_form"), "条例 §16"},

    {"D10", PASSES, "a deregistration with everything", LLC, TODAY,
     DEREGISTER "materials=[" FORM
                ", " PAPER("dissolution_decision") ", " PAPER("liquidation_report") ", " PAPER("tax_clearance") "]",
     SILENT, "§46"},
    {"D10", FAILS, "without the decision", LLC, TODAY,
     DEREGISTER "materials=[" FORM ", " PAPER("liquidation_report") ", " PAPER("tax_clearance") "]", ERROR,
     AT("dissolution_decision"), "§46"},
    {"D10", FAILS, "without the report", LLC, TODAY,
     DEREGISTER "materials=[" FORM ", " PAPER("dissolution_decision") ", " PAPER("tax_clearance") "]", ERROR,
     AT("liquidation_report"), "§46"},
    {"D10", LAST_GOOD, "an individual business needs neither", INDIVIDUAL, TODAY,
     DEREGISTER "materials=[" FORM ", " PAPER("tax_clearance") "]", SILENT, "§46"},
    {"D10", FIRST_BAD, "but the proof that its taxes are settled", INDIVIDUAL, TODAY, DEREGISTER "materials=[" FORM "]",
     ERROR, AT("tax_clearance"), "§46"},
    {"D10", PASSES, "a court's ruling stands for all of it", LLC, TODAY,
     DEREGISTER "particulars.courtRuling=true; materials=[" FORM ", " PAPER("court_ruling") "]", SILENT, "§46"},
    {"D10", FAILS, "a court's ruling that nobody sees", LLC, TODAY,
     DEREGISTER "particulars.courtRuling=true; materials=[" FORM "]", ERROR, AT("court_ruling"), "§46"},
    {"D10", FAILS, "simple deregistration without the investors' promise", LLC, TODAY,
     "kind=FILING_KIND_SIMPLE_DEREGISTER; materials=[" FORM "]", ERROR, AT("investors_promise"), "条例 §16"},

    {"E21", PASSES, "a cooperative with everything", COOPERATIVE, TODAY, "", SILENT, "条例 §16"},
    {"E21", FAILS, "the minutes of its founding promised for December", COOPERATIVE, TODAY,
     "materials[4].deferredUntil=2026-12-10", ERROR, AT("founding_minutes"), "条例 §16"},
    {"E21", FAILS, "articles promised for December", LLC, TODAY,
     CHANGE "replaces=[\"name\"]; materials=[" FORM ", " PAPER("change_resolution") ", " PROMISED("articles") "]", ERROR,
     AT("articles"), "条例 §16"},
    {"E21", LAST_GOOD, "a material of which one file is here and another follows", LLC, TODAY,
     CHANGE "replaces=[\"industry\"]; persons*0; materials=[" FORM ", " PROMISED("application_form") "]", SILENT, "§19"},
    {"E21", FIRST_BAD, "a material all of which follows", LLC, TODAY,
     CHANGE "replaces=[\"industry\"]; persons*0; materials=[" PROMISED("application_form") "]", ERROR,
     AT("application_form"), "§19"},
    {"E21", LAST_GOOD, "what a merged item alone asks for may follow", INDIVIDUAL, TODAY, "", SILENT, "条例 §16"},
};

static void test_rows(void)
{
    law_check(rows, sizeof rows / sizeof *rows);
}

static CU_TestInfo tests[] = {{"rows", test_rows}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"materials", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
