/* What the files of family B share: the parts of a name, and the rules that judge words. */
#ifndef REG_FILING_NAME_RULES_H
#define REG_FILING_NAME_RULES_H

#include "filing/rule.h"
#include "identity/name.h"

enum name_part { NAME_DIVISION, NAME_TRADE, NAME_INDUSTRY, NAME_FORM };

/* A part as filed, or, where the filing gives the full name alone, as the parser finds it. */
struct name_part_text {
    const char *text;
    size_t len; /* 0: absent */
    const char *path;
};

/* Does the filing give any part of the name? */
bool name_parts_filed(const reg_pb_entity *entity);
struct name_part_text name_part(struct reg_rule_run *run, enum name_part part);
/* The full name taken apart; once in a run. */
const struct reg_name_parts *name_parsed(struct reg_rule_run *run);
/* Longer than a name may be: B02 and B22 say so, and nobody looks at it further. */
bool name_is_long(const reg_pb_entity *entity);
/* What of a name is new: a branch's behind its parent's name, else the whole. */
const char *name_own_text(struct reg_rule_run *run);

/* Parts of names: name_parts.c. */
void check_b04(struct reg_rule_run *run);
void check_b05(struct reg_rule_run *run);
void check_b06(struct reg_rule_run *run);
void check_b07(struct reg_rule_run *run);
void check_b08(struct reg_rule_run *run);
void check_b09(struct reg_rule_run *run);
void check_b17(struct reg_rule_run *run);
/* Words in names: name_words.c. */
void check_b15(struct reg_rule_run *run);
void check_b16(struct reg_rule_run *run);
void check_b18(struct reg_rule_run *run);
/* Names of others: name_similar.c. */
void check_b19(struct reg_rule_run *run);
void check_b20(struct reg_rule_run *run);

#endif
