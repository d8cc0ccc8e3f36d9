/* The rulebook (登记规则): what a filing must satisfy, with the law that says so and the days on which it is the law. */
#ifndef REGISTRY_RULES_H
#define REGISTRY_RULES_H

#include <stdbool.h>

#include <registry/bytes.h>
#include <registry/error.h>

REG_BEGIN_DECLS

/* A day of the calendar, "2026-11-24", as days since 1970; false, and `*ret_day` alone, where there is no such day. */
REG_EXPORT REG_MUST_CHECK bool reg_rules_day(const char *text, int32_t *ret_day);

/* The rules in order of their numbers: those that are the law on `day` (days since 1970, UTC+8), or with 0 all of them.
 * A table for people; JSON, {"rules": […]}; a page of Markdown, which is docs/rules.md for day 0. */
REG_EXPORT REG_MUST_CHECK int reg_rules_table(int32_t day, struct reg_data *ret_text);
REG_EXPORT REG_MUST_CHECK int reg_rules_json(int32_t day, struct reg_data *ret_json);
REG_EXPORT REG_MUST_CHECK int reg_rules_markdown(int32_t day, struct reg_data *ret_text);

/* What of the list of rules (data/rules.csv) the rulebook has: each rule as coded with its tests, partly, or waiting with
 * the reason, and totals at the end. A table for people; JSON, {"rules": […], "totals": {…}}. */
REG_EXPORT REG_MUST_CHECK int reg_rules_coverage_table(struct reg_data *ret_text);
REG_EXPORT REG_MUST_CHECK int reg_rules_coverage_json(struct reg_data *ret_json);

/* The life of an enterprise: for every kind of filing the states that it starts from and the one it leads to, what is filed,
 * when the licence gets a new version, the clock and the law. A table; JSON, {"life": […]}; Markdown, which is docs/life.md.
 */
REG_EXPORT REG_MUST_CHECK int reg_rules_life_table(struct reg_data *ret_text);
REG_EXPORT REG_MUST_CHECK int reg_rules_life_json(struct reg_data *ret_json);
REG_EXPORT REG_MUST_CHECK int reg_rules_life_markdown(struct reg_data *ret_text);

REG_END_DECLS

#endif
