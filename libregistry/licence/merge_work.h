/* Merging at work: what its files share. */
#ifndef REG_LICENCE_MERGE_WORK_H
#define REG_LICENCE_MERGE_WORK_H

#include "licence/merge.h"

#define STATE(name)    REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_##name
#define REASON(name)   REGISTRY__V1__OUTCOME_REASON__OUTCOME_REASON_##name
#define SEVERITY(name) REGISTRY__V1__SEVERITY__SEVERITY_##name

/* A fact of the dictionary, as this filing has it. */
struct fact_slot {
    reg_pb_fact *fact; /* given, or taken from the filing; NULL: neither */
    bool given;
    bool checked, bad;
    bool derived; /* the source was looked at */
};

/* A material of the catalogue, as this filing has it: the files of its kind, chained by the work's `next`. */
struct material_slot {
    size_t first, last; /* index in the filing + 1; 0: none */
    size_t count;
};

struct reg_merge_work {
    const struct reg_rule_input *in;
    const reg_pb_entity *entity; /* NULL: the filing has none */
    struct reg_arena *arena;
    struct reg_merge *merge;
    struct fact_slot *facts;         /* by index in the dictionary */
    struct material_slot *materials; /* by index in the catalogue's materials */
    size_t *next;                    /* by index in the filing: the next material of its kind, + 1 */
    struct reg_scope_index scope;
    struct reg_item_set asked;
    size_t finding_cap;
    bool staff;
};

/* What collecting an item's facts and materials finds out. */
struct promise {
    bool incomplete;
    const char *until; /* the latest promised day, "": none */
};

/* The error of an arena that gave nothing: REG_ERR_LIMIT or REG_ERR_NOMEM. */
int reg_merge_no_memory(struct reg_arena *arena);
/* Adds a finding; `item` NULL: rule I0. Texts and path are in the arena already; a NULL among them is lack of memory. */
REG_MUST_CHECK int reg_merge_find(struct reg_merge_work *w, const struct reg_item *item, reg_pb_severity severity,
                                  char *path, char *zh, char *en);

/* Facts (merge_facts.c). */
REG_MUST_CHECK int reg_merge_index_facts(struct reg_merge_work *w);
/* Is the fact a number above zero? `def` may be NULL. */
bool reg_merge_positive(const struct reg_merge_work *w, const struct reg_fact_def *def);
/* Looks at each fact that the item names; `*incomplete` becomes true where one is missing (if `required`) or wrong. */
REG_MUST_CHECK int reg_merge_collect_facts(struct reg_merge_work *w, const struct reg_item *item, bool required,
                                           reg_pb_item_record *record, bool *incomplete);
/* Facts that no item which applies names: nothing hangs on them, so what is wrong with them is a warning. */
REG_MUST_CHECK int reg_merge_check_unneeded(struct reg_merge_work *w);

/* Materials (merge_materials.c). */
REG_MUST_CHECK int reg_merge_index_materials(struct reg_merge_work *w);
/* Looks at each material that the item names. */
REG_MUST_CHECK int reg_merge_collect_materials(struct reg_merge_work *w, const struct reg_item *item, bool required,
                                               reg_pb_item_record *record, struct promise *promise);

#endif
