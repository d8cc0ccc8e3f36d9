/* Family C, fourth part: who invests from abroad. */
#include "law.h"
#include "model.h"
#include "suite.h"

#define FOREIGN     "16" /* 外商投资有限责任公司: one company of Singapore */
#define HONG_KONG   "17" /* with a natural person of Hong Kong, by travel permit, and an enterprise of here */
#define FUND        "18" /* 外商投资有限合伙企业: a company of Germany is the general partner */
#define NOTHING     "materials=[]"
#define ATTESTATION "foreign_investor_attestation"

static const struct law_row rows[] = {
    {"C37", PASSES, "a recipient is recorded", FOREIGN, TODAY, "", SILENT, "条例 §9(七)"},
    {"C37", PASSES, "a partnership's recipient is recorded", FUND, TODAY, "", SILENT, "条例 §9(七)"},
    {"C37", PASSES, "a domestic company has none", LLC, TODAY, "", SILENT, "条例 §9(七)"},
    {"C37", LAST_GOOD, "none, on the day before", FOREIGN, "2022-02-28", "-entity.documentRecipient", SILENT, "条例 §9(七)"},
    {"C37", FIRST_BAD, "none, on the first day", FOREIGN, "2022-03-01", "-entity.documentRecipient", ERROR,
     "entity.documentRecipient", "条例 §9(七)"},
    {"C37", FAILS, "a company with an investor of Hong Kong has none", HONG_KONG, TODAY, "-entity.documentRecipient", ERROR,
     "entity.documentRecipient", "条例 §9(七)"},
    {"C37", FAILS, "a partnership has none", FUND, TODAY, "-entity.documentRecipient", ERROR, "entity.documentRecipient",
     "条例 §9(七)"},
    {"C37", FAILS, "none on record: said", FOREIGN, TODAY, "-entity.documentRecipient; kind=FILING_KIND_CHANGE", WARNING,
     "entity.documentRecipient", "条例 §9(七)"},
    {"C37", FAILS, "the recipient leaves and nobody follows", FOREIGN, TODAY,
     "-entity.documentRecipient; kind=FILING_KIND_RECORD; replaces=[\"documentRecipient\"]", ERROR,
     "entity.documentRecipient", "条例 §9(七)"},

    {"C38", PASSES, "the documents are attested", FOREIGN, TODAY, "", SILENT, "细则 §24"},
    {"C38", PASSES, "a domestic company with a foreign promoter's number", JSC, TODAY, NOTHING "; persons[3].country=702",
     SILENT, "细则 §24"},
    {"C38", LAST_GOOD, "not attested, on the day before", FOREIGN, "2022-02-28", NOTHING, SILENT, "细则 §24"},
    {"C38", FIRST_BAD, "not attested, on the first day", FOREIGN, "2022-03-01", NOTHING, ERROR, "entity.investors[0].person",
     "细则 §24"},
    {"C38", FAILS, "the attestation is promised for later", FOREIGN, TODAY,
     "materials=[{\"kind\":\"" ATTESTATION "\",\"deferredUntil\":\"2026-12-24\"}]", ERROR, "entity.investors[0].person",
     "细则 §24"},
    {"C38", FAILS, "a German partner's documents are not attested", FUND, TODAY, NOTHING, ERROR, "entity.investors[0].person",
     "细则 §24"},
    {"C38", LAST_GOOD, "a resident of Hong Kong with a travel permit", HONG_KONG, TODAY, NOTHING, SILENT, "细则 §24"},
    {"C38", FIRST_BAD, "a resident of Hong Kong with a passport", HONG_KONG, TODAY,
     NOTHING "; persons[0].id.kind=ID_KIND_PASSPORT", ERROR, "entity.investors[0].person", "细则 §24"},
    {"C38", FIRST_BAD, "a company of Hong Kong", HONG_KONG, TODAY,
     NOTHING "; persons[0].kind=PERSON_KIND_ENTERPRISE; -persons[0].id", ERROR, "entity.investors[0].person", "细则 §24"},
    {"C38", PASSES, "a change that does not touch the investors", FOREIGN, TODAY,
     NOTHING "; kind=FILING_KIND_CHANGE; replaces=[\"address\"]", SILENT, "细则 §24"},
    {"C38", FAILS, "a change of the investors", FOREIGN, TODAY, NOTHING "; kind=FILING_KIND_CHANGE; replaces=[\"investors\"]",
     ERROR, "entity.investors[0].person", "细则 §24"},
};

static void test_rows(void)
{
    law_check(rows, sizeof rows / sizeof *rows);
}

static CU_TestInfo tests[] = {{"rows", test_rows}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"foreign", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
