/* Family E and S01 to S04, and what families C and its days ask of a change: which filing an entity may make, with what, and
 * when. Limits exclude their first day; a last day on a holiday moves to the next working day (民法典 §201, §203). */
#include <stdio.h>

#include "filing/life.h"
#include "law.h"
#include "model.h"
#include "suite.h"

#define FILE(kind, ...)  "kind=FILING_KIND_" #kind "; " __VA_ARGS__
#define REPLACE(members) "replaces=[" members "]; "
#define NAME             "\"name\""
#define REPRESENTATIVES  "\"representatives\""
#define CAPITAL          "\"capital\""
#define INVESTORS        "\"investors\""
#define DECIDED(day)     "particulars.decided=" day "; "
#define ANNOUNCED(day)   "particulars.announced=" day "; "
#define RETURNED         "particulars.licenceReturned=true; "
#define TAXES            "particulars.taxesSettled=true; "
#define STATE(name)      "@licence.state=LICENCE_STATE_" #name "; "
#define SINCE(day)       "@licence.life.since=" day "; "

static const struct law_row base_rows[] = {
    {"S01", FAILS, "a change at another authority: the entity moves first", LLC, TODAY,
     FILE(CHANGE, REPLACE(NAME) "@licence.authority=340100"), ERROR, "authority", "条例"},
    {"S01", FAILS, "a recordation at another authority", LLC, TODAY,
     FILE(RECORD, REPLACE("\"term\"") "@licence.authority=340100"), ERROR, "authority", "条例"},
    {"S02", LAST_GOOD, "starts from the present revision", LLC, TODAY,
     FILE(CHANGE, REPLACE(NAME) "baseRevision=7; @licence.revision=7"), SILENT, "条例 §17"},
    {"S02", FIRST_BAD, "starts from the revision before", LLC, TODAY,
     FILE(CHANGE, REPLACE(NAME) "baseRevision=6; @licence.revision=7"), ERROR, "baseRevision", "条例 §17"},
    {"S02", FIRST_BAD, "starts from a revision that is not there yet", LLC, TODAY,
     FILE(REISSUE, "baseRevision=8; @licence.revision=7"), ERROR, "baseRevision", "条例 §17"},
    {"S02", FAILS, "starts from no revision", LLC, TODAY, FILE(DEREGISTER, "baseRevision=0"), ERROR, "baseRevision",
     "条例 §17"},
    {"S02", PASSES, "an establishment starts from none", LLC, TODAY, "baseRevision=0", SILENT, "条例 §17"},

    {"S03", PASSES, "records another term and other officers", LLC, TODAY,
     FILE(RECORD, REPLACE("\"term\", \"officers\"") "@branches 0"), SILENT, "§9"},
    {"S03", FAILS, "records another capital, which is registered", LLC, TODAY,
     FILE(RECORD, REPLACE("\"term\", " CAPITAL) "@branches 0"), ERROR, "replaces[1]", "条例 §8"},
    {"S03", LAST_GOOD, "records a cooperative's members", COOPERATIVE, TODAY, FILE(RECORD, REPLACE(INVESTORS) "@branches 0"),
     SILENT, "§9"},
    {"S03", FIRST_BAD, "records a company's shareholders", LLC, TODAY, FILE(RECORD, REPLACE(INVESTORS) "@branches 0"), ERROR,
     "replaces[0]", "条例 §8"},
    {"S03", FAILS, "goes dormant and takes another name with it", LLC, TODAY, FILE(GO_DORMANT, REPLACE(NAME) "@branches 0"),
     ERROR, "replaces[0]", "§24"},

    {"S04", LAST_GOOD, "revoked by a decision of today", LLC, TODAY,
     FILE(REVOKE, DECIDED(TODAY) "particulars.basis=宿市监处罚〔2026〕12号"), SILENT, "行政处罚法 §59"},
    {"S04", FIRST_BAD, "revoked by a decision of tomorrow", LLC, TODAY,
     FILE(REVOKE, DECIDED("2026-11-25") "particulars.basis=宿市监处罚〔2026〕12号"), ERROR, "particulars.decided",
     "行政处罚法 §59"},
    {"S04", FAILS, "annulled, and nobody says by which decision", LLC, TODAY, FILE(ANNUL, DECIDED(TODAY) "@branches 0"),
     ERROR, "particulars.basis", "§40"},
    {"S04", FAILS, "closed by an order without a day", LLC, TODAY, FILE(ORDER_CLOSED, "particulars.basis=宿政〔2026〕3号"),
     ERROR, "particulars.decided", "条例"},
};

/* ---- in time --------------------------------------------------------------------------------------------------------- */

static const struct law_row thirty_day_rows[] = {
    {"E05", PASSES, "resolved yesterday", LLC, TODAY, FILE(CHANGE, REPLACE(NAME) DECIDED("2026-11-23")), SILENT, "条例 §24"},
    {"E05", LAST_GOOD, "filed on the 30th day after the resolution", LLC, TODAY,
     FILE(CHANGE, REPLACE(NAME) DECIDED("2026-10-25")), SILENT, "条例 §24"},
    {"E05", FIRST_BAD, "filed on the 31st day", LLC, TODAY, FILE(CHANGE, REPLACE(NAME) DECIDED("2026-10-24")), WARNING,
     "particulars.decided", "条例 §24"},
    {"E05", LAST_GOOD, "the 30th day is Mid-Autumn, a Friday: filed on Monday", LLC, "2026-09-28",
     FILE(CHANGE, REPLACE(NAME) DECIDED("2026-08-26")), SILENT, "细则 §31"},
    {"E05", FIRST_BAD, "the same, filed on Tuesday", LLC, "2026-09-29", FILE(CHANGE, REPLACE(NAME) DECIDED("2026-08-26")),
     WARNING, "particulars.decided", "细则 §31"},
    {"E05", LAST_GOOD, "the 30th day is a Sunday on which everybody works: filed on it", LLC, "2026-09-20",
     FILE(CHANGE, REPLACE(NAME) DECIDED("2026-08-21")), SILENT, "细则 §31"},
    {"E05", FIRST_BAD, "the same, filed on Monday", LLC, "2026-09-21", FILE(CHANGE, REPLACE(NAME) DECIDED("2026-08-21")),
     WARNING, "particulars.decided", "细则 §31"},
    {"E05", FAILS, "resolved tomorrow", LLC, TODAY, FILE(CHANGE, REPLACE(NAME) DECIDED("2026-11-25")), WARNING,
     "particulars.decided", "条例 §24"},
    {"E05", FAILS, "resolved on a day that does not exist", LLC, TODAY, FILE(CHANGE, REPLACE(NAME) DECIDED("2026-02-30")),
     WARNING, "particulars.decided", "条例 §24"},

    {"E06", PASSES, "a branch follows its parent in a week", BRANCH, TODAY,
     FILE(CHANGE, REPLACE(NAME) DECIDED("2026-11-17")), SILENT, "细则 §21"},
    {"E06", LAST_GOOD, "on the 30th day", BRANCH, TODAY, FILE(CHANGE, REPLACE(NAME) DECIDED("2026-10-25")), SILENT, "§31"},
    {"E06", FIRST_BAD, "on the 31st day", BRANCH, TODAY, FILE(CHANGE, REPLACE(NAME) DECIDED("2026-10-24")), WARNING,
     "particulars.decided", "§31"},
    {"E06", LAST_GOOD, "set up on the 30th day after the decision", BRANCH, TODAY, DECIDED("2026-10-25"), SILENT,
     "细则 §21"},
    {"E06", FIRST_BAD, "set up on the 31st day", BRANCH, TODAY, DECIDED("2026-10-24"), WARNING, "particulars.decided",
     "细则 §21"},
    {"E06", FAILS, "half a year late", BRANCH, TODAY, FILE(CHANGE, REPLACE(NAME) DECIDED("2026-05-24")), WARNING,
     "particulars.decided", "§31"},

    {"E07", PASSES, "a new liaison, within a week", LLC, TODAY,
     FILE(RECORD, REPLACE("\"liaisonPerson\"") DECIDED("2026-11-17")), SILENT, "条例 §29"},
    {"E07", LAST_GOOD, "on the 30th day", LLC, TODAY, FILE(RECORD, REPLACE("\"liaisonPerson\"") DECIDED("2026-10-25")),
     SILENT, "条例 §29"},
    {"E07", FIRST_BAD, "on the 31st day", LLC, TODAY, FILE(RECORD, REPLACE("\"liaisonPerson\"") DECIDED("2026-10-24")),
     WARNING, "particulars.decided", "条例 §29"},
    {"E07", FIRST_BAD, "a cooperative's liaison has no longer", COOPERATIVE, TODAY,
     FILE(RECORD, REPLACE("\"liaisonPerson\"") DECIDED("2026-10-24")), WARNING, "particulars.decided", "条例 §29"},
    {"E07", LAST_GOOD, "members who joined in February, on the 90th day after that year", COOPERATIVE, "2026-03-31",
     FILE(RECORD, REPLACE(INVESTORS) DECIDED("2025-02-10")), SILENT, "条例 §29"},
    {"E07", FIRST_BAD, "members, on the 91st day after the year", COOPERATIVE, "2026-04-01",
     FILE(RECORD, REPLACE(INVESTORS) DECIDED("2025-12-31")), WARNING, "particulars.decided", "条例 §29"},
    {"E07", FAILS, "members of two years ago", COOPERATIVE, TODAY, FILE(RECORD, REPLACE(INVESTORS) DECIDED("2024-02-10")),
     WARNING, "particulars.decided", "条例 §29"},

    {"C21", PASSES, "a new legal representative ten days after the old resigned", LLC, TODAY,
     FILE(CHANGE, REPLACE(REPRESENTATIVES) DECIDED("2026-11-14")), SILENT, "公司法 §10"},
    {"C21", PASSES, "another name is no matter of resignations", LLC, TODAY,
     FILE(CHANGE, REPLACE(NAME) DECIDED("2026-01-14")), SILENT, "公司法 §10"},
    {"C21", LAST_GOOD, "on the 30th day", LLC, TODAY, FILE(CHANGE, REPLACE(REPRESENTATIVES) DECIDED("2026-10-25")), SILENT,
     "公司法 §10"},
    {"C21", FIRST_BAD, "on the 31st day", LLC, TODAY, FILE(CHANGE, REPLACE(REPRESENTATIVES) DECIDED("2026-10-24")), WARNING,
     "particulars.decided", "公司法 §10"},
    {"C21", LAST_GOOD, "the 30th day is Mid-Autumn: filed on the next working day", LLC, "2026-09-28",
     FILE(CHANGE, REPLACE(REPRESENTATIVES) DECIDED("2026-08-26")), SILENT, "公司法 §10"},
    {"C21", LAST_GOOD, "late on the day before the law", LLC, "2024-06-30",
     FILE(CHANGE, REPLACE(REPRESENTATIVES) DECIDED("2024-05-29")), SILENT, "公司法 §10"},
    {"C21", FIRST_BAD, "late on the law's first day", LLC, "2024-07-01",
     FILE(CHANGE, REPLACE(REPRESENTATIVES) DECIDED("2024-05-29")), WARNING, "particulars.decided", "公司法 §10"},
    {"C21", FAILS, "after a year", LLC, TODAY, FILE(CHANGE, REPLACE(REPRESENTATIVES) DECIDED("2025-11-24")), WARNING,
     "particulars.decided", "公司法 §10"},
};

/* ---- capital --------------------------------------------------------------------------------------------------------- */

#define LESS FILE(CHANGE, REPLACE(CAPITAL) "entity.capital.minor=200000000; ")
#define MORE(due)                                                                                                           \
    FILE(CHANGE, REPLACE(CAPITAL ", " INVESTORS) "entity.capital.minor=900000000; "                                         \
                                                 "entity.investors[0].subscribed.minor=800000000; "                         \
                                                 "entity.investors[0].due=" due)
#define OF_OLD(due)                                                                                                         \
    FILE(RECORD, REPLACE("\"term\"") "entity.established=2024-06-30; "                                                      \
                                     "entity.investors[0].due=" due)

static const struct law_row capital_rows[] = {
    {"E09", PASSES, "announced three months ago", LLC_OF_TWO, TODAY, LESS ANNOUNCED("2026-08-24"), SILENT, "公司法 §224"},
    {"E09", PASSES, "more capital needs no announcement", LLC_OF_TWO, TODAY, MORE("2031-06-30"), SILENT, "公司法 §224"},
    {"E09", FIRST_BAD, "filed on the 45th day after the announcement", LLC_OF_TWO, TODAY, LESS ANNOUNCED("2026-10-10"),
     ERROR, "particulars.announced", "公司法 §224"},
    {"E09", LAST_GOOD, "filed on the 46th day", LLC_OF_TWO, TODAY, LESS ANNOUNCED("2026-10-09"), SILENT, "公司法 §224"},
    {"E09", FIRST_BAD, "the 45th day is a Sunday: filed on Monday", LLC_OF_TWO, "2026-11-23", LESS ANNOUNCED("2026-10-08"),
     ERROR, "particulars.announced", "细则 §21"},
    {"E09", LAST_GOOD, "the same, filed on Tuesday", LLC_OF_TWO, TODAY, LESS ANNOUNCED("2026-10-08"), SILENT, "细则 §21"},
    {"E09", FAILS, "not announced", LLC_OF_TWO, TODAY, LESS "-itemsAsked", ERROR, "particulars.announced", "§36(3)"},
    {"E09", FAILS, "announced tomorrow", LLC_OF_TWO, TODAY, LESS ANNOUNCED("2026-11-25"), ERROR, "particulars.announced",
     "§36(3)"},
    {"E09", LAST_GOOD, "covers losses: announced on the 30th day, moved behind the National Day", LLC_OF_TWO, "2026-10-08",
     LESS "particulars.coversLosses=true; " DECIDED("2026-09-01") ANNOUNCED("2026-10-08"), SILENT, "§225"},
    {"E09", FIRST_BAD, "covers losses: announced a day after that", LLC_OF_TWO, "2026-10-09",
     LESS "particulars.coversLosses=true; " DECIDED("2026-09-01") ANNOUNCED("2026-10-09"), ERROR, "particulars.announced",
     "§225"},

    {"C07", PASSES, "founded before the law, due within the five years", LLC_OF_TWO, TODAY, OF_OLD("2030-06-30"), SILENT,
     "公司法 §266"},
    {"C07", LAST_GOOD, "due five years after the end of adjusting", LLC_OF_TWO, TODAY, OF_OLD("2032-06-30"), SILENT, "§2"},
    {"C07", FIRST_BAD, "due a day later", LLC_OF_TWO, TODAY, OF_OLD("2032-07-01"), WARNING, "entity.investors[0].due", "§2"},
    {"C07", LAST_GOOD, "due in forty years, founded on the law's first day: C06", LLC_OF_TWO, TODAY,
     FILE(RECORD, REPLACE("\"term\"") "entity.established=2024-07-01; entity.investors[0].due=2064-06-30"), SILENT,
     "公司法 §266"},
    {"C07", LAST_GOOD, "due in forty years, on the day before the law", LLC_OF_TWO, "2024-06-30", OF_OLD("2064-06-30"),
     SILENT, "§2"},
    {"C07", FIRST_BAD, "due in forty years, on the law's first day: there is time", LLC_OF_TWO, "2024-07-01",
     OF_OLD("2064-06-30"), WARNING, "entity.investors[0].due", "§2"},
    {"C07", FIRST_BAD, "due in forty years, on the last day of adjusting", LLC_OF_TWO, "2027-06-30", OF_OLD("2064-06-30"),
     WARNING, "entity.investors[0].due", "§2"},
    {"C07", FAILS, "due in forty years, on the day after", LLC_OF_TWO, "2027-07-01", OF_OLD("2064-06-30"), ERROR,
     "entity.investors[0].due", "§2"},
    {"C07", PASSES, "shares of old, paid in full", JSC, TODAY, OF_OLD("2064-06-30") "; -entity.investors[0].due", SILENT,
     "公司法 §266"},
    {"C07", LAST_GOOD, "shares of old, to be paid by the end of adjusting", JSC, TODAY,
     OF_OLD("2027-06-30") "; -entity.investors[0].paid", SILENT, "§2"},
    {"C07", FIRST_BAD, "shares of old, to be paid a day later", JSC, TODAY,
     OF_OLD("2027-07-01") "; -entity.investors[0].paid", WARNING, "entity.investors[0].due", "§2"},

    {"C08", PASSES, "new capital, due in four years", LLC_OF_TWO, TODAY, MORE("2030-11-24"), SILENT, "公司法 §228"},
    {"C08", LAST_GOOD, "due five years after the change", LLC_OF_TWO, TODAY, MORE("2031-11-24"), SILENT, "公司法 §228"},
    {"C08", FIRST_BAD, "due a day later", LLC_OF_TWO, TODAY, MORE("2031-11-25"), ERROR, "entity.investors[0].due",
     "公司法 §228"},
    {"C08", LAST_GOOD, "due in forty years, on the day before the law", LLC_OF_TWO, "2024-06-30", MORE("2064-06-30"), SILENT,
     "公司法 §228"},
    {"C08", FIRST_BAD, "due five years and a day on, on the law's first day", LLC_OF_TWO, "2024-07-01", MORE("2029-07-02"),
     ERROR, "entity.investors[0].due", "公司法 §228"},
    {"C08", PASSES, "who brings nothing new keeps their day", LLC_OF_TWO, TODAY,
     MORE("2031-06-30") "; entity.investors[1].due=2040-01-01", SILENT, "公司法 §228"},
    {"C08", FAILS, "new capital, and no day", LLC_OF_TWO, TODAY, MORE("2031-06-30") "; -entity.investors[0].due", ERROR,
     "entity.investors[0].due", "公司法 §228"},
    {"C08", FIRST_BAD, "new shares, a fen of them unpaid", JSC, TODAY,
     FILE(CHANGE, REPLACE(CAPITAL ", " INVESTORS) "entity.capital.minor=99000000000; "
                                                  "entity.investors[0].subscribed.minor=90000000000; "
                                                  "entity.investors[0].paid.minor=89999999999"),
     ERROR, "entity.investors[0].paid", "§36(2)"},
    {"C08", LAST_GOOD, "new shares, all paid", JSC, TODAY,
     FILE(CHANGE, REPLACE(CAPITAL ", " INVESTORS) "entity.capital.minor=99000000000; "
                                                  "entity.investors[0].subscribed.minor=90000000000; "
                                                  "entity.investors[0].paid.minor=90000000000"),
     SILENT, "§36(2)"},
};

/* ---- moving, individuals, the paper ---------------------------------------------------------------------------------- */

static const struct law_row change_rows[] = {
    {"E08", PASSES, "moves to the capital of the province", LLC, TODAY, FILE(MOVE_OUT, "particulars.otherAuthority=340100"),
     SILENT, "条例 §27"},
    {"E08", LAST_GOOD, "moves to the district next door", LLC, TODAY, FILE(MOVE_OUT, "particulars.otherAuthority=341302"),
     SILENT, "条例 §27"},
    {"E08", FIRST_BAD, "moves to where it is", LLC, TODAY, FILE(MOVE_OUT, "particulars.otherAuthority=341300"), ERROR,
     "particulars.otherAuthority", "条例 §27"},
    {"E08", FAILS, "moves, and does not say where to", LLC, TODAY, FILE(MOVE_OUT, "@branches 0"), ERROR,
     "particulars.otherAuthority", "条例 §27"},
    {"E08", PASSES, "comes from elsewhere", LLC, TODAY, FILE(MOVE_IN, "@licence gone; particulars.otherAuthority=340100"),
     SILENT, "§35"},
    {"E08", FAILS, "comes, and does not say where from", LLC, TODAY, FILE(MOVE_IN, "@licence gone"), ERROR,
     "particulars.otherAuthority", "§62"},

    {"E10", PASSES, "a new operator, taxes settled", INDIVIDUAL, TODAY, FILE(CHANGE, REPLACE(REPRESENTATIVES) TAXES), SILENT,
     "促进个体工商户发展条例 §13"},
    {"E10", PASSES, "another address", INDIVIDUAL, TODAY, FILE(CHANGE, REPLACE("\"address\"") "@branches 0"), SILENT, "§13"},
    {"E10", FAILS, "a new operator, taxes open", INDIVIDUAL, TODAY, FILE(CHANGE, REPLACE(REPRESENTATIVES) "@branches 0"),
     ERROR, "particulars.taxesSettled", "§13"},
    {"E10", LAST_GOOD, "taxes open, on the day before that regulation", INDIVIDUAL, "2022-10-31",
     FILE(CHANGE, REPLACE(REPRESENTATIVES) "@branches 0"), SILENT, "§13"},
    {"E10", FIRST_BAD, "taxes open, on its first day", INDIVIDUAL, "2022-11-01",
     FILE(CHANGE, REPLACE(REPRESENTATIVES) "@branches 0"), ERROR, "particulars.taxesSettled", "§13"},
    {"E10", LAST_GOOD, "a company's representative is no operator", LLC, TODAY,
     FILE(CHANGE, REPLACE(REPRESENTATIVES) "@branches 0"), SILENT, "§13"},

    {"E11", PASSES, "a new name, the licence handed in", LLC, TODAY, FILE(CHANGE, REPLACE(NAME) RETURNED), SILENT,
     "条例 §28"},
    {"E11", PASSES, "a new name, the licence declared void", LLC, TODAY,
     FILE(CHANGE, REPLACE(NAME) "particulars.voided=2026-11-20"), SILENT, "§23(3)"},
    {"E11", FAILS, "a new name, the licence kept", LLC, TODAY, FILE(CHANGE, REPLACE(NAME) "@branches 0"), WARNING,
     "particulars.licenceReturned", "条例 §28"},
    {"E11", LAST_GOOD, "what the licence does not print, the licence kept", LLC, TODAY,
     FILE(CHANGE, REPLACE("\"industry\", " INVESTORS) "@branches 0"), SILENT, "条例 §28"},
    {"E11", FIRST_BAD, "the same and the scope, which it prints", LLC, TODAY,
     FILE(CHANGE, REPLACE("\"industry\", \"scope\"") "@branches 0"), WARNING, "particulars.licenceReturned", "条例 §28"},
    {"E11", FAILS, "deregistered, the licence kept", LLC, TODAY, FILE(DEREGISTER, "@branches 0"), WARNING,
     "particulars.licenceReturned", "条例 §28"},

    {"E12", PASSES, "damaged, and handed in", LLC, TODAY, FILE(REISSUE, RETURNED), SILENT, "条例 §37"},
    {"E12", LAST_GOOD, "lost, declared void today", LLC, TODAY, FILE(REISSUE, "particulars.voided=" TODAY), SILENT,
     "条例 §37"},
    {"E12", FIRST_BAD, "lost, to be declared void tomorrow", LLC, TODAY, FILE(REISSUE, "particulars.voided=2026-11-25"),
     ERROR, "particulars.voided", "条例 §37"},
    {"E12", FAILS, "lost, and not declared void", LLC, TODAY, FILE(REISSUE, "@branches 0"), ERROR, "particulars.voided",
     "条例 §37"},

    {"E28", PASSES, "an individual becomes a company, taxes settled", LLC, TODAY, FILE(UPGRADE, TAXES "@licence.type=9500"),
     SILENT, "§37(3)"},
    {"E28", FAILS, "taxes open", LLC, TODAY, FILE(UPGRADE, "@licence.type=9500"), ERROR, "particulars.taxesSettled",
     "§37(3)"},
    {"E28", LAST_GOOD, "becomes a sole proprietorship, which is an enterprise", SOLE, TODAY,
     FILE(UPGRADE, TAXES "@licence.type=9500"), SILENT, "§13"},
    {"E28", FIRST_BAD, "becomes a branch, which is none of its own", BRANCH, TODAY,
     FILE(UPGRADE, TAXES "@licence.type=9500"), ERROR, "entity.type", "§13"},
    {"E28", FAILS, "becomes an individual", INDIVIDUAL, TODAY, FILE(UPGRADE, TAXES "@branches 0"), ERROR, "entity.type",
     "§13"},
    {"E28", FAILS, "a company becomes a company", LLC, TODAY, FILE(UPGRADE, TAXES "@branches 0"), ERROR, "creditCode",
     "§37(3)"},
};

/* ---- dormancy -------------------------------------------------------------------------------------------------------- */

#define SLEEP(first, last)                                                                                                  \
    FILE(GO_DORMANT, "particulars.cause=DORMANCY_CAUSE_OPERATING; particulars.from=" first "; particulars.until=" last)
#define ASLEEP(first, last) "; " STATE(DORMANT) SINCE(first) "@licence.life.dormantUntil=" last

static const struct law_row dormancy_rows[] = {
    {"E13", PASSES, "half a year from next month", LLC, TODAY, SLEEP("2026-12-01", "2027-05-31"), SILENT, "条例 §30"},
    {"E13", LAST_GOOD, "three years", LLC, TODAY, SLEEP("2026-12-01", "2029-11-30"), SILENT, "条例 §30"},
    {"E13", FIRST_BAD, "three years and a day", LLC, TODAY, SLEEP("2026-12-01", "2029-12-01"), ERROR, "particulars.until",
     "条例 §30"},
    {"E13", LAST_GOOD, "365 days before, and all that is left of three years", LLC, TODAY,
     SLEEP("2026-12-01", "2028-11-30") "; @licence.life.dormantDays=365", SILENT, "条例 §30"},
    {"E13", FIRST_BAD, "365 days before, and a day more than is left", LLC, TODAY,
     SLEEP("2026-12-01", "2028-12-01") "; @licence.life.dormantDays=365", ERROR, "particulars.until", "条例 §30"},
    {"E13", LAST_GOOD, "from the day of filing on", LLC, TODAY, SLEEP(TODAY, "2027-05-31"), SILENT, "§40"},
    {"E13", FIRST_BAD, "from the day before filing on", LLC, TODAY, SLEEP("2026-11-23", "2027-05-31"), ERROR,
     "particulars.from", "§40"},
    {"E13", FAILS, "no cause", LLC, TODAY, SLEEP("2026-12-01", "2027-05-31") "; -particulars.cause", ERROR,
     "particulars.cause", "条例 §30"},
    {"E13", FAILS, "ends before it begins", LLC, TODAY, SLEEP("2026-12-01", "2026-11-30"), ERROR, "particulars.from", "§40"},
    {"E13", LAST_GOOD, "extended on the 30th day before the end", LLC, TODAY,
     SLEEP("2026-12-25", "2027-06-30") ASLEEP("2026-06-10", "2026-12-24"), SILENT, "§40-43"},
    {"E13", FIRST_BAD, "extended on the 29th day before the end", LLC, TODAY,
     SLEEP("2026-12-24", "2027-06-30") ASLEEP("2026-06-10", "2026-12-23"), ERROR, "particulars.until", "§40-43"},
    {"E13", LAST_GOOD, "extended to three years from its first day", LLC, TODAY,
     SLEEP("2027-01-01", "2027-12-31") ASLEEP("2025-01-01", "2026-12-31"), SILENT, "条例 §30"},
    {"E13", FIRST_BAD, "extended by a day more", LLC, TODAY,
     SLEEP("2027-01-01", "2028-01-01") ASLEEP("2025-01-01", "2026-12-31"), ERROR, "particulars.until", "条例 §30"},
    {"E13", FIRST_BAD, "extended to three years with a spell of ten days before", LLC, TODAY,
     SLEEP("2027-01-01", "2027-12-22") ASLEEP("2025-01-01", "2026-12-31") "; @licence.life.dormantDays=10", ERROR,
     "particulars.until", "条例 §30"},
    {"E13", FAILS, "extended with a gap", LLC, TODAY, SLEEP("2027-01-02", "2027-06-30") ASLEEP("2026-06-10", "2026-12-31"),
     ERROR, "particulars.from", "§40-43"},
    {"E13", LAST_GOOD, "a day too long, on the day before the regulation", LLC, "2022-02-28",
     SLEEP("2022-03-01", "2025-03-01"), SILENT, "条例 §30"},
    {"E13", FIRST_BAD, "a day too long, on its first day", LLC, "2022-03-01", SLEEP("2022-03-01", "2025-03-01"), ERROR,
     "particulars.until", "条例 §30"},
};

/* ---- the end --------------------------------------------------------------------------------------------------------- */

#define SIMPLY(day) FILE(SIMPLE_DEREGISTER, "particulars.promised=true; " ANNOUNCED(day))
/* The group was formed on 1 September, a Tuesday. */
#define LIQUIDATED(publicised, notified, announced, ended)                                                                  \
    FILE(DEREGISTER, TAXES "particulars.liquidatorsFormed=2026-09-01; particulars.liquidatorsPublicised=" publicised        \
                           "; particulars.liquidatorsNotified=" notified                                                    \
                           "; " ANNOUNCED(announced) "particulars.liquidationEnded=" ended)
#define RULED FILE(DEREGISTER, "particulars.courtRuling=true; ")

static const struct law_row end_rows[] = {
    {"E14", PASSES, "a month after publicity began", LLC, TODAY, SIMPLY("2026-10-24"), SILENT, "条例 §33"},
    {"E14", FIRST_BAD, "filed on the 20th day of publicity", LLC, TODAY, SIMPLY("2026-11-04"), ERROR,
     "particulars.announced", "条例 §33"},
    {"E14", LAST_GOOD, "filed on the 21st day", LLC, TODAY, SIMPLY("2026-11-03"), SILENT, "公司法 §240"},
    {"E14", FIRST_BAD, "the 20th day is Mid-Autumn: filed on Monday", LLC, "2026-09-28", SIMPLY("2026-09-05"), ERROR,
     "particulars.announced", "§49"},
    {"E14", LAST_GOOD, "the same, filed on Tuesday", LLC, "2026-09-29", SIMPLY("2026-09-05"), SILENT, "§49"},
    {"E14", LAST_GOOD, "filed on the 40th day", LLC, TODAY, SIMPLY("2026-10-15"), SILENT, "公司法 §240"},
    {"E14", FIRST_BAD, "filed on the 41st day", LLC, TODAY, SIMPLY("2026-10-14"), ERROR, "particulars.announced",
     "公司法 §240"},
    {"E14", FAILS, "not publicised", LLC, TODAY, FILE(SIMPLE_DEREGISTER, "particulars.promised=true"), ERROR,
     "particulars.announced", "条例 §33"},
    {"E14", FAILS, "no promise", LLC, TODAY, FILE(SIMPLE_DEREGISTER, ANNOUNCED("2026-10-24")), ERROR, "particulars.promised",
     "条例 §33"},
    {"E14", PASSES, "an individual's is not publicised", INDIVIDUAL, TODAY,
     FILE(SIMPLE_DEREGISTER, "particulars.promised=true"), SILENT, "§49"},

    {"E16", PASSES, "liquidated in time", LLC, TODAY, LIQUIDATED("2026-09-02", "2026-09-03", "2026-09-04", "2026-11-20"),
     SILENT, "条例 §32"},
    {"E16", LAST_GOOD, "publicised and creditors notified on the 10th day", LLC, TODAY,
     LIQUIDATED("2026-09-11", "2026-09-11", "2026-09-04", "2026-11-20"), SILENT, "公司法 §235"},
    {"E16", FIRST_BAD, "the group publicised on the 11th day", LLC, TODAY,
     LIQUIDATED("2026-09-12", "2026-09-11", "2026-09-04", "2026-11-20"), ERROR, "particulars.liquidatorsPublicised",
     "公司法 §235"},
    {"E16", FIRST_BAD, "creditors notified on the 11th day", LLC, TODAY,
     LIQUIDATED("2026-09-11", "2026-09-12", "2026-09-04", "2026-11-20"), ERROR, "particulars.liquidatorsNotified",
     "公司法 §235"},
    {"E16", LAST_GOOD, "announced on the 60th day, a Saturday moved to Monday", LLC, "2026-12-28",
     LIQUIDATED("2026-09-11", "2026-09-11", "2026-11-02", "2026-12-21"), SILENT, "公司法 §235"},
    {"E16", FIRST_BAD, "announced on Tuesday", LLC, "2026-12-28",
     LIQUIDATED("2026-09-11", "2026-09-11", "2026-11-03", "2026-12-21"), ERROR, "particulars.announced", "公司法 §235"},
    {"E16", FIRST_BAD, "filed on the 45th day after the announcement", LLC, TODAY,
     LIQUIDATED("2026-09-11", "2026-09-11", "2026-10-10", "2026-11-20"), ERROR, "particulars.announced", "§44-46"},
    {"E16", LAST_GOOD, "filed on the 46th day", LLC, TODAY,
     LIQUIDATED("2026-09-11", "2026-09-11", "2026-10-09", "2026-11-20"), SILENT, "§44-46"},
    {"E16", LAST_GOOD, "filed on the 30th day after the liquidation", LLC, TODAY,
     LIQUIDATED("2026-09-11", "2026-09-11", "2026-09-04", "2026-10-25"), SILENT, "§44-46"},
    {"E16", FIRST_BAD, "filed on the 31st day", LLC, TODAY,
     LIQUIDATED("2026-09-11", "2026-09-11", "2026-09-04", "2026-10-24"), WARNING, "particulars.liquidationEnded", "§44-46"},
    {"E16", FAILS, "taxes open", LLC, TODAY,
     LIQUIDATED("2026-09-02", "2026-09-03", "2026-09-04", "2026-11-20") "; -particulars.taxesSettled", ERROR,
     "particulars.taxesSettled", "条例 §32"},
    {"E16", FAILS, "no liquidation group", LLC, TODAY, FILE(DEREGISTER, TAXES), ERROR, "particulars.liquidatorsFormed",
     "条例 §32"},
    {"E16", FAILS, "a branch still lives", LLC, TODAY,
     LIQUIDATED("2026-09-02", "2026-09-03", "2026-09-04", "2026-11-20") "; @branches 1", ERROR, "creditCode", "条例 §32"},
    {"E16", PASSES, "by a court's ruling: no liquidation, no taxes", LLC, TODAY, RULED "particulars.basis=（2026）皖13破1号",
     SILENT, "§34"},
    {"E16", FAILS, "by a court's ruling that is not named", LLC, TODAY, RULED, ERROR, "particulars.basis", "§34"},
    {"E16", FAILS, "by a court's ruling while a branch lives", LLC, TODAY,
     RULED "particulars.basis=（2026）皖13破1号; @branches 1", ERROR, "creditCode", "条例 §32"},
    {"E16", PASSES, "a branch is not liquidated on its own", BRANCH, TODAY, FILE(DEREGISTER, TAXES), SILENT, "条例 §32"},
    {"E16", PASSES, "nor an individual", INDIVIDUAL, TODAY, FILE(DEREGISTER, TAXES), SILENT, "条例 §32"},
};

/* ---- by the authority ------------------------------------------------------------------------------------------------ */

#define FORCE(since, announced) FILE(FORCE_DEREGISTER, STATE(REVOKED) SINCE(since) ANNOUNCED(announced))
#define FORCED(since)           FILE(RESTORE, STATE(DEREGISTERED) "@licence.kind=FILING_KIND_FORCE_DEREGISTER; " SINCE(since))

static const struct law_row authority_rows[] = {
    {"E17", PASSES, "revoked ten years ago, announced in spring", LLC, TODAY, FORCE("2016-11-24", "2026-04-01"), SILENT,
     "公司法 §241"},
    {"E17", FIRST_BAD, "on the 90th day of the announcement", LLC, TODAY, FORCE("2016-11-24", "2026-08-26"), ERROR,
     "particulars.announced", "总局令第105号"},
    {"E17", LAST_GOOD, "on the 91st day", LLC, TODAY, FORCE("2016-11-24", "2026-08-25"), SILENT, "总局令第105号"},
    {"E17", FIRST_BAD, "announced before the 90 days were law: on the 60th day", LLC, "2025-12-08",
     FORCE("2016-11-24", "2025-10-09"), ERROR, "particulars.announced", "公司法 §241"},
    {"E17", LAST_GOOD, "announced before the 90 days were law: on the 61st day", LLC, "2025-12-09",
     FORCE("2016-11-24", "2025-10-09"), SILENT, "公司法 §241"},
    {"E17", FIRST_BAD, "announced on the first day of the 90: on the 61st day", LLC, "2025-12-10",
     FORCE("2016-11-24", "2025-10-10"), ERROR, "particulars.announced", "总局令第105号"},
    {"E17", FIRST_BAD, "the same on the 90th day", LLC, "2026-01-08", FORCE("2016-11-24", "2025-10-10"), ERROR,
     "particulars.announced", "总局令第105号"},
    {"E17", LAST_GOOD, "the same on the 91st day", LLC, "2026-01-09", FORCE("2016-11-24", "2025-10-10"), SILENT,
     "总局令第105号"},
    {"E17", FIRST_BAD, "announced on the third anniversary of the revocation", LLC, TODAY, FORCE("2023-08-21", "2026-08-21"),
     ERROR, "particulars.announced", "公司法 §241"},
    {"E17", LAST_GOOD, "announced on the day after the third anniversary", LLC, TODAY, FORCE("2023-08-21", "2026-08-22"),
     SILENT, "公司法 §241"},
    {"E17", FIRST_BAD, "the third anniversary is a Saturday: announced on Monday", LLC, TODAY,
     FORCE("2023-08-22", "2026-08-24"), ERROR, "particulars.announced", "公司法 §241"},
    {"E17", LAST_GOOD, "the same, announced on Tuesday", LLC, TODAY, FORCE("2023-08-22", "2026-08-25"), SILENT,
     "公司法 §241"},
    {"E17", LAST_GOOD, "announced today, on the day before the law", LLC, "2024-06-30", FORCE("2016-11-24", "2024-06-30"),
     SILENT, "公司法 §241"},
    {"E17", FIRST_BAD, "announced today, on the law's first day", LLC, "2024-07-01", FORCE("2016-11-24", "2024-07-01"),
     ERROR, "particulars.announced", "公司法 §241"},
    {"E17", FAILS, "somebody objected", LLC, TODAY, FORCE("2016-11-24", "2026-04-01") "particulars.objection=true", ERROR,
     "particulars.objection", "总局令第105号"},
    {"E17", FAILS, "a partnership", PARTNERSHIP, TODAY, FORCE("2016-11-24", "2026-04-01"), ERROR, "creditCode",
     "公司法 §241"},
    {"E17", FAILS, "not announced", LLC, TODAY, FILE(FORCE_DEREGISTER, STATE(REVOKED) SINCE("2016-11-24")), ERROR,
     "particulars.announced", "公司法 §241"},

    {"E29", PASSES, "annulled long ago: the annulment was wrong", LLC, TODAY,
     FILE(RESTORE, STATE(ANNULLED) SINCE("2016-11-24")), SILENT, "条例 §42"},
    {"E29", LAST_GOOD, "on the third anniversary of the forced deregistration", LLC, TODAY, FORCED("2023-11-24"), SILENT,
     "总局令第105号"},
    {"E29", FIRST_BAD, "on the day after", LLC, TODAY, FORCED("2023-11-23"), ERROR, "creditCode", "总局令第105号"},
    {"E29", LAST_GOOD, "the third anniversary is a Saturday: on Monday", LLC, "2026-08-24", FORCED("2023-08-22"), SILENT,
     "总局令第105号"},
    {"E29", FIRST_BAD, "the same, on Tuesday", LLC, "2026-08-25", FORCED("2023-08-22"), ERROR, "creditCode",
     "总局令第105号"},
    {"E29", FAILS, "deregistered by its own filing", LLC, TODAY,
     FILE(RESTORE, STATE(DEREGISTERED) "@licence.kind=FILING_KIND_DEREGISTER; " SINCE("2026-10-24")), ERROR, "creditCode",
     "条例 §42"},
    {"E29", FAILS, "nothing happened to it", LLC, TODAY, FILE(RESTORE, STATE(EXISTING) "@branches 0"), ERROR, "creditCode",
     "条例 §42"},
};

/* ---- annulments, signatures, approvals that end ---------------------------------------------------------------------- */

#define ANNULLED(particulars) FILE(ANNUL, DECIDED(TODAY) "particulars.basis=宿市监撤登〔2026〕1号; " particulars)
#define ACCEPTED(day)         "particulars.accepted=" day
#define SIGNED(person)        "particulars.signedBy=" person
#define HEAD(person)          "entity.representatives[0].person=" person "; "
#define ENDED(day)            "particulars.approvalEnded=" day

static const struct law_row late_rows[] = {
    {"E18", PASSES, "by its own inquiry, of which no day is said", LLC, TODAY, ANNULLED("@branches 0"), SILENT, "条例 §40"},
    {"E18", LAST_GOOD, "taken up three months before the decision", LLC, TODAY, ANNULLED(ACCEPTED("2026-08-24")), SILENT,
     "条例 §40"},
    {"E18", FIRST_BAD, "taken up a day before that", LLC, TODAY, ANNULLED(ACCEPTED("2026-08-23")), WARNING,
     "particulars.decided", "条例 §40"},
    {"E18", LAST_GOOD, "extended to six months", LLC, TODAY, ANNULLED(ACCEPTED("2026-05-24") "; particulars.extended=true"),
     SILENT, "§50-58"},
    {"E18", FIRST_BAD, "extended, and over by a day", LLC, TODAY,
     ANNULLED(ACCEPTED("2026-05-23") "; particulars.extended=true"), WARNING, "particulars.decided", "§50-58"},
    {"E18", LAST_GOOD, "suspended for ten days", LLC, TODAY,
     ANNULLED(ACCEPTED("2026-08-14") "; particulars.suspendedDays=10"), SILENT, "§50-58"},
    {"E18", FIRST_BAD, "suspended for nine", LLC, TODAY, ANNULLED(ACCEPTED("2026-08-14") "; particulars.suspendedDays=9"),
     WARNING, "particulars.decided", "§50-58"},
    {"E18", LAST_GOOD, "taken up on the third working day, behind a weekend", LLC, TODAY,
     ANNULLED("particulars.requested=2026-11-18; " ACCEPTED("2026-11-23")), SILENT, "§50-58"},
    {"E18", FIRST_BAD, "taken up on the fourth", LLC, TODAY,
     ANNULLED("particulars.requested=2026-11-18; " ACCEPTED("2026-11-24")), WARNING, "particulars.accepted", "§50-58"},
    {"E18", FAILS, "taken up before it was requested", LLC, TODAY,
     ANNULLED("particulars.requested=2026-11-18; " ACCEPTED("2026-11-17")), ERROR, "particulars.accepted", "§50-58"},
    {"E18", FIRST_BAD, "decided on the 45th day of publicity", LLC, TODAY, ANNULLED(ANNOUNCED("2026-10-10")), ERROR,
     "particulars.announced", "条例 §40"},
    {"E18", LAST_GOOD, "decided on the day after", LLC, TODAY, ANNULLED(ANNOUNCED("2026-10-09")), SILENT, "条例 §40"},

    {"E20", PASSES, "another name, which anybody may sign", LLC, TODAY, FILE(CHANGE, REPLACE(NAME) "@branches 0"), SILENT,
     "细则 §33"},
    {"E20", PASSES, "another representative, who signs", LLC, TODAY,
     FILE(CHANGE, REPLACE(REPRESENTATIVES) HEAD("2") SIGNED("2")), SILENT, "细则 §33"},
    {"E20", FIRST_BAD, "another representative, the one before signs", LLC, TODAY,
     FILE(CHANGE, REPLACE(REPRESENTATIVES) HEAD("2") SIGNED("1")), ERROR, "particulars.signedBy", "细则 §33"},
    {"E20", LAST_GOOD, "the same representative as before", LLC, TODAY, FILE(CHANGE, REPLACE(REPRESENTATIVES) SIGNED("1")),
     SILENT, "细则 §33"},
    {"E20", FAILS, "nobody signs", LLC, TODAY, FILE(CHANGE, REPLACE(REPRESENTATIVES) HEAD("2")), ERROR,
     "particulars.signedBy", "细则 §33"},
    {"E20", PASSES, "another delegate of the managing partner, who signs", PARTNERSHIP, TODAY,
     FILE(CHANGE, REPLACE(REPRESENTATIVES) "entity.representatives[0].delegate=3; " SIGNED("3")), SILENT, "细则 §33"},
    {"E20", FAILS, "another head of a branch, the one before signs", BRANCH, TODAY,
     FILE(CHANGE, REPLACE(REPRESENTATIVES) HEAD("2") SIGNED("1")), ERROR, "particulars.signedBy", "细则 §33"},
    {"E20", LAST_GOOD, "an individual business has an operator (E10)", INDIVIDUAL, TODAY,
     FILE(CHANGE, REPLACE(REPRESENTATIVES) HEAD("2")), SILENT, "细则 §33"},
    {"E20", LAST_GOOD, "nobody signs, on the day before the regulation", LLC, "2022-02-28",
     FILE(CHANGE, REPLACE(REPRESENTATIVES) HEAD("2")), SILENT, "细则 §33"},
    {"E20", FIRST_BAD, "nobody signs, on its first day", LLC, "2022-03-01", FILE(CHANGE, REPLACE(REPRESENTATIVES) HEAD("2")),
     ERROR, "particulars.signedBy", "细则 §33"},

    {"E26", PASSES, "another scope a week after the approval ended", LLC, TODAY,
     FILE(CHANGE, REPLACE("\"scope\"") ENDED("2026-11-17")), SILENT, "条例 §26"},
    {"E26", LAST_GOOD, "on the 30th day", LLC, TODAY, FILE(CHANGE, REPLACE("\"scope\"") ENDED("2026-10-25")), SILENT,
     "条例 §26"},
    {"E26", FIRST_BAD, "on the 31st day", LLC, TODAY, FILE(CHANGE, REPLACE("\"scope\"") ENDED("2026-10-24")), WARNING,
     "particulars.approvalEnded", "条例 §26"},
    {"E26", FAILS, "an approval that ended, and the scope stays", LLC, TODAY,
     FILE(CHANGE, REPLACE(NAME) ENDED("2026-11-17")), WARNING, "entity.scope", "细则 §22(2)"},
    {"E26", LAST_GOOD, "deregistered on the 30th day", LLC, TODAY, FILE(DEREGISTER, ENDED("2026-10-25")), SILENT,
     "条例 §26"},
    {"E26", FIRST_BAD, "deregistered on the 31st day", LLC, TODAY, FILE(DEREGISTER, ENDED("2026-10-24")), WARNING,
     "particulars.approvalEnded", "条例 §26"},
    {"E26", FAILS, "an approval that ends tomorrow", LLC, TODAY, FILE(CHANGE, REPLACE("\"scope\"") ENDED("2026-11-25")),
     WARNING, "particulars.approvalEnded", "条例 §26"},
};

/* ---- S01: states and kinds ------------------------------------------------------------------------------------------- */

static const char *const states[] = {"",         "EXISTING", "DORMANT", "REVOKED", "ORDERED_CLOSED", "DEREGISTERED",
                                     "ANNULLED", "MOVED_OUT"};

/* What may begin where, by the law; a column a state, in the order above. */
static const struct {
    const char *kind, *starts; /* x: it may */
} table[] = {
    {"ESTABLISH", "x......."},
    {"CHANGE", ".xx....."},
    {"RECORD", ".xx....."},
    {"GO_DORMANT", ".xx....."}, /* of the dormant: an extension */
    {"WAKE", "..x....."},
    {"DEREGISTER", ".xxxx.x."},        /* 条例 §31: whoever was revoked, closed or annulled is liquidated, too */
    {"SIMPLE_DEREGISTER", ".xx....."}, /* 细则 §48: but not simply */
    {"REISSUE", ".xx....."},
    {"MOVE_IN", "x......x"}, /* who left may come back */
    {"CONVERT", "x......."},
    {"UPGRADE", ".xx....."},
    {"ANNUL", ".xxxxx.."},
    {"RESTORE", ".xxxxxx."}, /* of those that were not ended: what was annulled in part (E29) */
    {"REVOKE", ".xx....."},
    {"FORCE_DEREGISTER", "...xx.x."}, /* 公司法 §241 */
    {"ORDER_CLOSED", ".xx....."},
    {"MOVE_OUT", ".xx....."},
    {"SIGN", ".xx....."}, /* a licence that was taken over gets its credential */
};

static void test_states(void)
{
    CU_ASSERT_EQUAL(sizeof table / sizeof *table, reg_life_count());
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (size_t j = 0; j < sizeof states / sizeof *states; j++) {
            char says[64], change[128];
            struct law_row row = {"S01", PASSES, says, LLC, TODAY, change, SILENT, "条例"};

            snprintf(says, sizeof says, "%s of %s", table[i].kind, states[j]);
            snprintf(change, sizeof change, "kind=FILING_KIND_%s; %s%s", table[i].kind,
                     *states[j] ? "@licence.state=LICENCE_STATE_" : "@licence gone", states[j]);
            if (table[i].starts[j] != 'x') {
                row.side = FAILS;
                row.severity = ERROR;
                row.path = "kind";
            }
            law_check(&row, 1);
        }
}

#define TEST(name)                                                                                                          \
    static void test_##name(void)                                                                                           \
    {                                                                                                                       \
        law_check(name##_rows, sizeof name##_rows / sizeof *name##_rows);                                                   \
    }
TEST(base)
TEST(thirty_day)
TEST(capital)
TEST(change)
TEST(dormancy)
TEST(end)
TEST(authority)
TEST(late)

static CU_TestInfo tests[] = {{"states", test_states},   {"base", test_base},           {"thirty_days", test_thirty_day},
                              {"capital", test_capital}, {"change", test_change},       {"dormancy", test_dormancy},
                              {"end", test_end},         {"authority", test_authority}, {"late", test_late},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"law_process", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
