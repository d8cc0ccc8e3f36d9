/* Tables of the law: a row says what a filing has in it, and what a rule says of that.
 *
 * A row starts from an example (examples/filings) that is good, and changes it:
 *     entity.investors[0].due=2031-11-25     a member gets a value; what is missing on the way is made
 *     -entity.address                        a member, or an entry of a list, goes
 *     entity.investors*51                    a list gets that many entries, repeating its own; numbered ones are counted on
 *     persons[0].id.number=born 20081124     the number of a card of somebody born on that day
 *     entity.name.full=青×101                a text, that often
 *     board 3+1                              so many directors, of whom the first executes, and so many supervisors
 *     @code taken, @parent gone, @parent here    what the register says
 *     @parent scope 货物进出口                   the parent's scope is that alone
 *     @licence.state=LICENCE_STATE_DORMANT   a member of the licence that the filing is about gets a value
 *     @licence gone                          there is none
 *     @branches 2                            it has so many
 *     @restricted disqualified 1 2026-01-01 -       a person, or the entity (0), from that day on; until another day in the
 *                                            place of the -
 *     @blocks 2                              the restriction said last forbids filings of that kind, a number
 *     @unreachable                           it is of an entity that was not found at its address
 *     @sources none                          the sources that are connected
 * one after the other, between `; `. A filing with an assignedCode is judged as a node's. One of a kind that is
 * about a licence finds one on the register: the example as it was, existing, at the revision that the filing starts from. */
#ifndef TESTS_FILING_LAW_H
#define TESTS_FILING_LAW_H

#include <stddef.h>

/* Where a row stands: on the side that is allowed, on the other, or next to the line between them. */
enum side { PASSES, FAILS, LAST_GOOD, FIRST_BAD };

#define TODAY   "2026-11-24" /* the day of the examples */
#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING
#define REVIEW  REGISTRY__V1__SEVERITY__SEVERITY_REVIEW
#define SILENT  REGISTRY__V1__SEVERITY__SEVERITY_UNSPECIFIED, NULL /* the rule has nothing to say */

/* The examples that rows start from. */
#define LLC         "01" /* 有限责任公司（自然人独资） */
#define LLC_OF_TWO  "02" /* 有限责任公司, 两名股东 */
#define JSC         "03" /* 股份有限公司 */
#define BRANCH      "04" /* 分公司 */
#define PARTNERSHIP "05" /* 有限合伙企业 */
#define SOLE        "06" /* 个人独资企业 */
#define COOPERATIVE "07" /* 农民专业合作社 */
#define INDIVIDUAL  "08" /* 个体工商户, 家庭经营 */

struct law_row {
    const char *rule;
    enum side side;
    const char *says;    /* what the filing says, in words */
    const char *example; /* that it starts from */
    const char *day;     /* on which it is filed */
    const char *change;
    int severity; /* of what the rule finds, or SILENT */
    const char *path;
    const char *clause; /* part of the rule's legal basis */
};

/* Runs the rows as one test, with a message for each that is not as it should be. */
void law_check(const struct law_row *rows, size_t count);

#endif
