/* What the files of the rulebook share: a rule is a row, a family of rules a file. */
#ifndef REG_FILING_RULE_H
#define REG_FILING_RULE_H

#include "filing/life.h"
#include "filing/rules.h"
#include "identity/name.h"

/* Days since 1970 of a civil date, as a constant expression (years after 0000-03-01). */
#define REG_RULE_YEAR(y, m) ((int32_t)(y) - ((m) <= 2))
#define REG_RULE_DAY(y, m, d)                                                                                               \
    (REG_RULE_YEAR(y, m) * 365 + REG_RULE_YEAR(y, m) / 4 - REG_RULE_YEAR(y, m) / 100 + REG_RULE_YEAR(y, m) / 400 +          \
     (153 * ((m) + ((m) > 2 ? -3 : 9)) + 2) / 5 + (d)-1 - 719468)

/* Whom a rule applies to, or-ed. */
#define REG_RULE_LLC         (1u << REG_FAMILY_LLC)
#define REG_RULE_JSC         (1u << REG_FAMILY_JSC)
#define REG_RULE_COMPANY     (REG_RULE_LLC | REG_RULE_JSC)
#define REG_RULE_BRANCH      (1u << REG_FAMILY_BRANCH)
#define REG_RULE_PARTNERSHIP (1u << REG_FAMILY_PARTNERSHIP)
#define REG_RULE_SOLE        (1u << REG_FAMILY_SOLE)
#define REG_RULE_COOPERATIVE (1u << REG_FAMILY_COOPERATIVE)
#define REG_RULE_INDIVIDUAL  (1u << REG_FAMILY_INDIVIDUAL)
#define REG_RULE_NON_COMPANY (1u << REG_FAMILY_NON_COMPANY)
#define REG_RULE_WITH_CAPITAL                                                                                               \
    (REG_RULE_COMPANY | REG_RULE_NON_COMPANY | REG_RULE_PARTNERSHIP | REG_RULE_SOLE | REG_RULE_COOPERATIVE)
#define REG_RULE_ALL (~0u)

/* Kinds that bring what the entity is: every rule without kinds of its own runs for them. */
#define REG_RULE_FORM_KINDS                                                                                                 \
    (REG_KIND(ESTABLISH) | REG_KIND(CHANGE) | REG_KIND(RECORD) | REG_KIND(MOVE_IN) | REG_KIND(CONVERT) | REG_KIND(UPGRADE))

struct reg_rule_run;
struct reg_buf;

/* One row of the rulebook. */
struct reg_rule {
    const char *id;
    unsigned applies_to;
    int32_t since, until; /* days; 0: no bound. `until` is the first day on which it is no longer the law */
    reg_pb_severity severity;
    const char *zh, *en, *legal_basis;
    void (*check)(struct reg_rule_run *run);
    unsigned kinds; /* of filing, or-ed REG_KIND…; 0: REG_RULE_FORM_KINDS */
};

/* Rules of one family, in order of their numbers. */
struct reg_rule_list {
    const struct reg_rule *rules;
    size_t count;
};
extern const struct reg_rule_list reg_rules_codes, reg_rules_names, reg_rules_people, reg_rules_roles, reg_rules_capital,
    reg_rules_foreign, reg_rules_verified, reg_rules_scope, reg_rules_items, reg_rules_materials, reg_rules_process,
    reg_rules_restrictions;

/* The whole rulebook, in the order in which it runs. */
#define REG_RULE_FAMILY_COUNT 12
extern const struct reg_rule_list *const reg_rule_families[REG_RULE_FAMILY_COUNT];
/* "llc", "jsc" …: what listings call a family. */
const char *reg_rule_family_name(enum reg_entity_family family);
bool reg_rule_in_force(const struct reg_rule *rule, int32_t day);
/* `, "member": "text"`; the rulebook's own texts have no control characters. */
void reg_rule_put_text(struct reg_buf *buf, const char *member, const char *text);

/* A run of the rulebook over one filing. */
struct reg_rule_run {
    const struct reg_rule_input *input;
    const reg_pb_filing *filing;
    const reg_pb_entity *entity;
    struct reg_arena *arena;
    const struct reg_rule *rule; /* that is being checked */
    reg_pb_finding **findings;
    size_t count, cap;
    int error;
    bool name_parsed;
    struct reg_name_parts name_parts; /* where name_parsed */
    bool words_found;
    struct reg_name_word_set name_words; /* where words_found: the law's words that stand in the name */
};

/* Reports what the rule says, at a path of the filing. */
void reg_find(struct reg_rule_run *run, const char *path_format, ...) REG_PRINTF(2, 3);
/* The same with another severity, or with texts that say more than the row's (NULL: the row's). */
void reg_find_as(struct reg_rule_run *run, reg_pb_severity severity, const char *zh, const char *en, const char *path_format,
                 ...) REG_PRINTF(5, 6);

/* Where the person of that number stands among the filing's persons; SIZE_MAX: there is none. */
size_t reg_filing_person_index(const reg_pb_filing *filing, uint32_t number);
/* The person of that number; NULL: there is none. */
const reg_pb_person *reg_filing_person(const reg_pb_filing *filing, uint32_t number);
/* "" where the message is absent. */
const char *reg_name_full(const reg_pb_entity *entity);
bool reg_text_ends_with(const char *text, const char *end);
/* Is it a branch of a foreign company, whose parent has no credit code? */
bool reg_rule_parent_abroad(unsigned type);
/* The kind of the filing that is judged. */
bool reg_rule_kind(const struct reg_rule_run *run, unsigned kinds);
/* The recorded entity that the filing changes; NULL: it founds one. */
const reg_pb_entity *reg_rule_recorded(const struct reg_rule_run *run);
/* What the filing says beside the form; never NULL. */
const reg_pb_particulars *reg_rule_particulars(const struct reg_rule_run *run);
/* Compares amounts of one currency, whatever their exponents; below 0: `a` is less. */
int reg_money_compare(const reg_pb_money *a, const reg_pb_money *b);
/* Types of entities that foreigners, or investors of Hong Kong, Macao and Taiwan, have a part in. */
bool reg_rule_foreign_type(unsigned type);
bool reg_rule_foreign(const struct reg_rule_run *run);
bool reg_person_natural(const reg_pb_person *person);
/* Does the filing replace that member of the entity? */
bool reg_rule_replaces(const struct reg_rule_run *run, const char *member);
/* Does it bring that member: founding the entity, or replacing it? What is recorded was judged when it was filed. */
bool reg_rule_brings(const struct reg_rule_run *run, const char *member);
/* Is a material of that kind handed in with this filing, not promised for later? */
bool reg_rule_has_material(const struct reg_rule_run *run, const char *kind);
/* Special general partnerships (特殊普通合伙企业), whoever invests. */
bool reg_rule_special_partnership(unsigned type);
/* The last day of a limit of `days` days from a day. */
int32_t reg_rule_limit_end(int32_t from, int days);
/* Finds with the day that a limit ends on, which past the calendar's last year is provisional. */
void reg_rule_find_limit(struct reg_rule_run *run, reg_pb_severity severity, const char *zh, const char *en, int32_t last,
                         const char *path);

#endif
