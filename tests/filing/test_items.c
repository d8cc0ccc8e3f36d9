/* Families D and E: what is registered, what is recorded, which items are asked for. */
#include "law.h"
#include "model.h"
#include "suite.h"

static const struct law_row rows[] = {
    {"D01", PASSES, "an address in the city", LLC, TODAY, "", SILENT, "条例 §11"},
    {"D01", FAILS, "no address", LLC, TODAY, "-entity.address", ERROR, "entity.address.text", "条例 §11"},
    {"D01", FAILS, "an empty address", LLC, TODAY, "entity.address.text=", ERROR, "entity.address.text", "条例 §11"},
    {"D01", FAILS, "an address in another city", LLC, TODAY, "entity.address.division=340102", ERROR,
     "entity.address.division", "细则 §10"},
    {"D01", FAILS, "an address in a division that does not exist", LLC, TODAY, "entity.address.division=341399", ERROR,
     "entity.address.division", "细则 §10"},
    {"D01", LAST_GOOD, "a district's authority, an address in the district", LLC, TODAY, "authority=341302", SILENT,
     "细则 §10"},
    {"D01", FIRST_BAD, "a district's authority, an address in the next county", LLC, TODAY,
     "authority=341302; entity.address.division=341321", ERROR, "entity.address.division", "细则 §10"},
    {"D01", PASSES, "the province's authority, an address in the province", LLC, TODAY,
     "authority=340000; entity.address.division=340102", SILENT, "细则 §10"},

    {"D07", PASSES, "unlimited", LLC, TODAY, "", SILENT, "条例 §9(二)"},
    {"D07", LAST_GOOD, "a term of one day", LLC_OF_TWO, TODAY, "entity.term.to=2026-11-25", SILENT, "细则 §23"},
    {"D07", FIRST_BAD, "a term that ends as it begins", LLC_OF_TWO, TODAY, "entity.term.to=2026-11-24", ERROR,
     "entity.term.to", "细则 §23"},
    {"D07", FAILS, "unlimited, and with an end", LLC, TODAY, "entity.term.to=2046-11-23", ERROR, "entity.term", "细则 §23"},
    {"D07", FAILS, "neither", LLC, TODAY, "entity.term.unlimited=false", ERROR, "entity.term", "细则 §23"},
    {"D07", FAILS, "an end that does not exist", LLC_OF_TWO, TODAY, "entity.term.to=2046-11-31", ERROR, "entity.term.to",
     "细则 §23"},

    {"D08", PASSES, "everything is there", LLC, TODAY, "", SILENT, "条例 §8"},
    {"D08", FAILS, "no scope", LLC, TODAY, "-entity.scope", ERROR, "entity.scope", "细则 §6"},
    {"D08", LAST_GOOD, "a scope of one term", LLC, TODAY, "entity.scope.general*1", SILENT, "细则 §6"},
    {"D08", FIRST_BAD, "a scope of no term", LLC, TODAY, "entity.scope.general*0", ERROR, "entity.scope", "细则 §6"},
    {"D08", FAILS, "no representative", LLC, TODAY, "-entity.representatives", ERROR, "entity.representatives", "细则 §6"},
    {"D08", FAILS, "no capital", LLC, TODAY, "-entity.capital", ERROR, "entity.capital", "细则 §6"},
    {"D08", FAILS, "a branch with capital", BRANCH, TODAY, "entity.capital.minor=100", ERROR, "entity.capital", "细则 §6"},
    {"D08", FAILS, "an individual business without composition", INDIVIDUAL, TODAY, "-entity.composition", ERROR,
     "entity.composition", "细则 §6"},
    {"D08", FAILS, "a partner without liability", PARTNERSHIP, TODAY, "-entity.investors[1].liability", ERROR,
     "entity.investors[1].liability", "细则 §6"},
    {"D08", FAILS, "a partner without residence", PARTNERSHIP, TODAY, "-persons[0].residence", ERROR, "persons[0].residence",
     "细则 §6"},
    {"D08", FAILS, "a sole investor without residence", SOLE, TODAY, "-persons[0].residence", ERROR, "persons[0].residence",
     "细则 §6"},
    {"D08", FAILS, "an operator without residence", INDIVIDUAL, TODAY, "-persons[0].residence", ERROR,
     "persons[0].residence", "细则 §6"},
    {"D08", LAST_GOOD, "a shareholder without residence, which is not registered", LLC, TODAY, "-persons[0].residence",
     SILENT, "细则 §6"},
    {"D08", FAILS, "a managing partner that is an enterprise, without delegate", PARTNERSHIP, TODAY,
     "-entity.representatives[0].delegate", ERROR, "entity.representatives[0].delegate", "细则 §6"},
    {"D08", FAILS, "a branch without parent", BRANCH, TODAY, "-entity.parentCode", ERROR, "entity.parentCode", "细则 §6"},
    {"D08", FIRST_BAD, "a branch of a parent in another register", BRANCH, TODAY, "", WARNING, "entity.parentCode",
     "细则 §6"},
    {"D08", FIRST_BAD, "a branch of a foreign company, which has no code", "20", TODAY, "", WARNING, "entity.parentCode",
     "细则 §6"},
    {"D08", FAILS, "a branch of a parent that is gone", BRANCH, TODAY, "@parent gone", ERROR, "entity.parentCode",
     "细则 §6"},
    {"D08", PASSES, "a branch of a parent in this register", BRANCH, TODAY, "@parent here", SILENT, "细则 §6"},
    {"D08", FAILS, "two persons of one number", LLC, TODAY, "persons[1].number=1", ERROR, "persons[1].number", "细则 §6"},
    {"D08", FAILS, "a role of nobody", LLC, TODAY, "entity.investors[0].person=77", ERROR, "entity.investors[0].person",
     "细则 §6"},
    {"D08", FAILS, "a person without a name", LLC, TODAY, "persons[1].name=", ERROR, "persons[1].name", "细则 §6"},
    {"D08", LAST_GOOD, "a name of 300 bytes", LLC, TODAY, "persons[1].name=青×100", SILENT, "细则 §6"},
    {"D08", FIRST_BAD, "a name of 303 bytes", LLC, TODAY, "persons[1].name=青×101", ERROR, "persons[1].name", "细则 §6"},
    {"D08", FAILS, "representatives that no QR code holds", LLC, TODAY, "persons[0].name=青×401", ERROR,
     "entity.representatives", "细则 §6"},
    {"D08", FAILS, "a person without a document", LLC, TODAY, "-persons[0].id", ERROR, "persons[0].id", "细则 §6"},

    {"D09", PASSES, "everything is there", LLC, TODAY, "", SILENT, "条例 §9"},
    {"D09", FAILS, "no articles", LLC, TODAY, "-materials[3]", ERROR, "materials", "细则 §7"},
    {"D09", FAILS, "no partnership agreement", PARTNERSHIP, TODAY, "-materials[4]", ERROR, "materials", "细则 §7"},
    {"D09", FAILS, "no term", LLC, TODAY, "-entity.term", ERROR, "entity.term", "细则 §7"},
    {"D09", LAST_GOOD, "one director and nobody else", LLC, TODAY, "board 1+0", SILENT, "细则 §7"},
    {"D09", FIRST_BAD, "one supervisor and no director", LLC, TODAY, "board 0+1", ERROR, "entity.officers", "细则 §7"},
    {"D09", FAILS, "no officer", LLC, TODAY, "-entity.officers", ERROR, "entity.officers", "细则 §7"},
    {"D09", FAILS, "no liaison", LLC, TODAY, "-entity.liaisonPerson", ERROR, "entity.liaisonPerson", "细则 §7"},

    {"D11", PASSES, "a joint-stock company at the province", JSC, TODAY, "authority=340000", SILENT, "细则 §4"},
    {"D11", PASSES, "a limited liability company at a county", LLC, TODAY, "authority=341302", SILENT, "细则 §4"},
    {"D11", LAST_GOOD, "a joint-stock company at the city", JSC, TODAY, "", SILENT, "细则 §4"},
    {"D11", FIRST_BAD, "a joint-stock company at a county of the city", JSC, TODAY, "authority=341321", REVIEW, "authority",
     "细则 §4"},
    {"D11", LAST_GOOD, "the same, on the day before the regulation", JSC, "2022-02-28", "authority=341321", SILENT,
     "细则 §4"},
    {"D11", FAILS, "the same, on the regulation's first day", JSC, "2022-03-01", "authority=341321", REVIEW, "authority",
     "细则 §4"},

    {"E22", PASSES, "nothing is asked for", LLC, TODAY, "", SILENT, "工商企注字〔2018〕31号"},
    {"E22", LAST_GOOD, "the last item of the catalogue", LLC, TODAY, "itemsAsked=[61]", SILENT, "工商企注字〔2018〕31号"},
    {"E22", FIRST_BAD, "the item after the last", LLC, TODAY, "itemsAsked=[62]", ERROR, "itemsAsked[0]",
     "工商企注字〔2018〕31号"},
    {"E22", FAILS, "an item that no catalogue has", LLC, TODAY, "itemsAsked=[19, 4000000000]", ERROR, "itemsAsked[1]",
     "工商企注字〔2018〕31号"},
};

static void test_rows(void)
{
    law_check(rows, sizeof rows / sizeof *rows);
}

static CU_TestInfo tests[] = {{"rows", test_rows}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"items", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
