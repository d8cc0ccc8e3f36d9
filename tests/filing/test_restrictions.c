/* Rules that read restrictions: who may not hold an office or apply, and what an entity may not do for now. */
#include "law.h"
#include "model.h"
#include "suite.h"

#define FILE(kind, rest)  "kind=FILING_KIND_" #kind "; " rest
#define ON(source, since) "@restricted " source " 0 " since " -"
#define REPLACES(member)  "; replaces=[\"" member "\"]"

/* ---- offices, applicants --------------------------------------------------------------------------------------------- */

static const struct law_row person_rows[] = {
    {"C15", PASSES, "nobody is barred", LLC, TODAY, "", SILENT, "条例 §12"},
    {"C15", FAILS, "the representative is barred", LLC, TODAY, "@restricted disqualified 1 2026-01-01 -", ERROR,
     "entity.representatives[0].person", "条例 §12"},
    {"C15", FAILS, "the representative is a dishonest debtor", LLC, TODAY, "@restricted dishonest_debtor 1 2026-01-01 -",
     ERROR, "entity.representatives[0].person", "条例 §12"},
    {"C15", PASSES, "the supervisor is barred", LLC, TODAY, "@restricted disqualified 2 2026-01-01 -", SILENT, "条例 §12"},
    {"C15", PASSES, "a list that bars nobody from office", LLC, TODAY, "@restricted investigation 1 2026-01-01 -", SILENT,
     "条例 §12"},
    {"C15", FIRST_BAD, "barred from today on", LLC, TODAY, "@restricted disqualified 1 2026-11-24 -", ERROR,
     "entity.representatives[0].person", "条例 §12"},
    {"C15", LAST_GOOD, "barred from tomorrow on", LLC, TODAY, "@restricted disqualified 1 2026-11-25 -", SILENT, "条例 §12"},
    {"C15", FIRST_BAD, "barred until today", LLC, TODAY, "@restricted disqualified 1 2026-01-01 2026-11-24", ERROR,
     "entity.representatives[0].person", "条例 §12"},
    {"C15", LAST_GOOD, "barred until yesterday", LLC, TODAY, "@restricted disqualified 1 2026-01-01 2026-11-23", SILENT,
     "条例 §12"},
    {"C15", PASSES, "a partnership has no legal representative", PARTNERSHIP, TODAY,
     "@restricted disqualified 1 2026-01-01 -", SILENT, "条例 §12"},
    {"C15", FAILS, "sources are not connected", LLC, TODAY, "@sources none", WARNING, "entity.representatives", "条例 §12"},
    {"C15", LAST_GOOD, "both are", LLC, TODAY, "@sources disqualified; @sources dishonest_debtor", SILENT, "条例 §12"},
    {"C15", FIRST_BAD, "one is", LLC, TODAY, "@sources disqualified", WARNING, "entity.representatives", "条例 §12"},

    {"C16", PASSES, "nobody is barred", LLC, TODAY, "", SILENT, "公司法 §178"},
    {"C16", FAILS, "the supervisor is barred", LLC, TODAY, "@restricted disqualified 2 2026-01-01 -", ERROR,
     "entity.officers[1].person", "公司法 §178"},
    {"C16", FAILS, "the director is a dishonest debtor", LLC, TODAY, "@restricted dishonest_debtor 1 2026-01-01 -", ERROR,
     "entity.officers[0].person", "公司法 §178"},
    {"C16", LAST_GOOD, "until yesterday", LLC, TODAY, "@restricted disqualified 2 2026-01-01 2026-11-23", SILENT,
     "公司法 §178"},
    {"C16", FIRST_BAD, "until today", LLC, TODAY, "@restricted disqualified 2 2026-01-01 2026-11-24", ERROR,
     "entity.officers[1].person", "公司法 §178"},
    {"C16", FAILS, "sources are not connected", LLC, TODAY, "@sources none", WARNING, "entity.officers", "公司法 §178"},

    {"C34", PASSES, "nobody registered falsely", LLC, TODAY, "", SILENT, "条例 §40"},
    {"C34", FAILS, "the investor did", LLC, TODAY, "@restricted false_filing 1 2026-01-01 -", ERROR,
     "entity.investors[0].person", "条例 §40"},
    {"C34", FAILS, "the representative did", LLC, TODAY, "@restricted false_filing 1 2026-01-01 -", ERROR,
     "entity.representatives[0].person", "条例 §40"},
    {"C34", FIRST_BAD, "three years ago to the day", LLC, TODAY, "@restricted false_filing 1 2023-11-24 -", ERROR,
     "entity.investors[0].person", "条例 §40"},
    {"C34", LAST_GOOD, "three years and a day ago", LLC, TODAY, "@restricted false_filing 1 2023-11-23 -", SILENT,
     "条例 §40"},
    {"C34", PASSES, "the supervisor neither applies nor represents", LLC, TODAY, "@restricted false_filing 2 2026-01-01 -",
     SILENT, "条例 §40"},
    {"C34", FAILS, "the source is not connected", LLC, TODAY, "@sources disqualified", WARNING, "entity.investors",
     "条例 §40"},
    {"C34", PASSES, "an individual's filing is not warned", INDIVIDUAL, TODAY, "@sources none", SILENT, "条例 §40"},
};

static void test_persons(void)
{
    law_check(person_rows, sizeof person_rows / sizeof *person_rows);
}

/* ---- entities -------------------------------------------------------------------------------------------------------- */

static const struct law_row entity_rows[] = {
    {"E15", PASSES, "nothing stands against it", LLC, TODAY, FILE(SIMPLE_DEREGISTER, "particulars.promised=true"), SILENT,
     "条例 §33"},
    {"E15", FAILS, "on the list of abnormal operations", LLC, TODAY,
     FILE(SIMPLE_DEREGISTER, ON("abnormal_list", "2026-01-01")), ERROR, "kind", "细则 §48"},
    {"E15", FAILS, "on the list of serious violations", LLC, TODAY,
     FILE(SIMPLE_DEREGISTER, ON("serious_violation", "2026-01-01")), ERROR, "kind", "细则 §48"},
    {"E15", FAILS, "equity frozen", LLC, TODAY, FILE(SIMPLE_DEREGISTER, ON("frozen_equity", "2026-01-01")), ERROR, "kind",
     "细则 §48"},
    {"E15", FAILS, "equity pledged", LLC, TODAY, FILE(SIMPLE_DEREGISTER, ON("pledge", "2026-01-01")), ERROR, "kind",
     "细则 §48"},
    {"E15", FAILS, "chattels mortgaged", LLC, TODAY, FILE(SIMPLE_DEREGISTER, ON("chattel_mortgage", "2026-01-01")), ERROR,
     "kind", "细则 §48"},
    {"E15", FAILS, "investigated", LLC, TODAY, FILE(SIMPLE_DEREGISTER, ON("investigation", "2026-01-01")), ERROR, "kind",
     "细则 §48"},
    {"E15", FAILS, "a penalty unpaid", LLC, TODAY, FILE(SIMPLE_DEREGISTER, ON("unpaid_penalty", "2026-01-01")), ERROR,
     "kind", "细则 §48"},
    {"E15", PASSES, "a dishonest debtor may", LLC, TODAY, FILE(SIMPLE_DEREGISTER, ON("dishonest_debtor", "2026-01-01")),
     SILENT, "细则 §48"},
    {"E15", PASSES, "ordinary deregistration is open", LLC, TODAY, FILE(DEREGISTER, ON("abnormal_list", "2026-01-01")),
     SILENT, "细则 §48"},
    {"E15", FIRST_BAD, "listed from today on", LLC, TODAY, FILE(SIMPLE_DEREGISTER, ON("abnormal_list", "2026-11-24")), ERROR,
     "kind", "细则 §48"},
    {"E15", LAST_GOOD, "listed from tomorrow on", LLC, TODAY, FILE(SIMPLE_DEREGISTER, ON("abnormal_list", "2026-11-25")),
     SILENT, "细则 §48"},
    {"E15", FAILS, "sources are not connected", LLC, TODAY, FILE(SIMPLE_DEREGISTER, "@sources none"), WARNING, "kind",
     "细则 §48"},

    {"E19", PASSES, "found at its address", LLC, TODAY, FILE(CHANGE, "replaces=[\"scope\"]"), SILENT, "细则 §20"},
    {"E19", FAILS, "not found at its address, which stays", LLC, TODAY,
     FILE(CHANGE, ON("abnormal_list", "2026-01-01")) "; @unreachable" REPLACES("scope"), ERROR, "entity.address",
     "细则 §20"},
    {"E19", PASSES, "not found, and the address is changed too", LLC, TODAY,
     FILE(CHANGE, ON("abnormal_list", "2026-01-01")) "; @unreachable; replaces=[\"address\",\"scope\"]", SILENT, "细则 §20"},
    {"E19", PASSES, "listed for another cause", LLC, TODAY,
     FILE(CHANGE, ON("abnormal_list", "2026-01-01")) REPLACES("scope"), SILENT, "细则 §20"},
    {"E19", FAILS, "the representative is barred and stays", LLC, TODAY,
     FILE(CHANGE, "@restricted disqualified 1 2026-01-01 -") REPLACES("scope"), ERROR, "entity.representatives", "细则 §20"},
    {"E19", PASSES, "the representative is barred and replaced", LLC, TODAY,
     FILE(CHANGE, "@restricted disqualified 1 2026-01-01 -") REPLACES("representatives"), SILENT, "细则 §20"},
    {"E19", LAST_GOOD, "barred until yesterday", LLC, TODAY,
     FILE(CHANGE, "@restricted disqualified 1 2026-01-01 2026-11-23") REPLACES("scope"), SILENT, "细则 §20"},
    {"E19", FIRST_BAD, "barred until today", LLC, TODAY,
     FILE(CHANGE, "@restricted disqualified 1 2026-01-01 2026-11-24") REPLACES("scope"), ERROR, "entity.representatives",
     "细则 §20"},

    {"E27", PASSES, "nothing is forbidden", LLC, TODAY, FILE(CHANGE, "replaces=[\"scope\"]"), SILENT, "细则 §48"},
    {"E27", FAILS, "a court forbids changes", LLC, TODAY,
     FILE(CHANGE, ON("court_assistance", "2026-01-01")) "; @blocks 2" REPLACES("scope"), ERROR, "kind", "§79"},
    {"E27", PASSES, "a court forbids deregistration alone", LLC, TODAY,
     FILE(CHANGE, ON("court_assistance", "2026-01-01")) "; @blocks 5" REPLACES("scope"), SILENT, "§79"},
    {"E27", FAILS, "deregistration while equity is frozen", LLC, TODAY,
     FILE(DEREGISTER, ON("frozen_equity", "2026-01-01")) "; @blocks 5", ERROR, "kind", "§79"},
    {"E27", LAST_GOOD, "until yesterday", LLC, TODAY,
     FILE(CHANGE, "@restricted investigation 0 2026-01-01 2026-11-23") "; @blocks 2" REPLACES("scope"), SILENT, "§79"},
    {"E27", FIRST_BAD, "until today", LLC, TODAY,
     FILE(CHANGE, "@restricted investigation 0 2026-01-01 2026-11-24") "; @blocks 2" REPLACES("scope"), ERROR, "kind",
     "§79"},
    {"E27", PASSES, "a list that holds nothing", LLC, TODAY,
     FILE(CHANGE, ON("abnormal_list", "2026-01-01")) "; @blocks 2" REPLACES("scope"), SILENT, "§79"},
    {"E27", FAILS, "sources are not connected", LLC, TODAY, FILE(CHANGE, "@sources none") REPLACES("scope"), WARNING, "kind",
     "§79"},

    {"B21", PASSES, "the name may be used", LLC, TODAY, FILE(CHANGE, "replaces=[\"scope\"]"), SILENT, "名称规定 §23"},
    {"B21", FAILS, "ordered to stop, another change", LLC, TODAY,
     FILE(CHANGE, ON("name_stopped", "2026-11-01")) REPLACES("scope"), WARNING, "entity.name", "名称规定 §23"},
    {"B21", LAST_GOOD, "changed on the 30th day", LLC, TODAY,
     FILE(CHANGE, ON("name_stopped", "2026-10-25")) REPLACES("name"), SILENT, "名称规定 §23"},
    {"B21", FIRST_BAD, "changed on the 31st day", LLC, TODAY,
     FILE(CHANGE, ON("name_stopped", "2026-10-24")) REPLACES("name"), WARNING, "entity.name", "名称规定 §23"},
};

static void test_entities(void)
{
    law_check(entity_rows, sizeof entity_rows / sizeof *entity_rows);
}

static CU_TestInfo tests[] = {{"persons", test_persons}, {"entities", test_entities}, CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"restrictions", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
