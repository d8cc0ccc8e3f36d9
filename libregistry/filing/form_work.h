/* The one form at work: what its files share. */
#ifndef REG_FILING_FORM_WORK_H
#define REG_FILING_FORM_WORK_H

#include "filing/form.h"
#include "filing/life.h"

/* When a question is asked: always, once there is staff, or (from FORM_OPT_IN on, one each) after a yes to an item. */
enum { FORM_ALWAYS, FORM_STAFF, FORM_OPT_IN };

enum form_state { FORM_APPLIES, FORM_IF_STAFF, FORM_ASKABLE, FORM_ASKED, FORM_WAITING, FORM_NOT_APPLICABLE };

struct form_item {
    const struct reg_item *item;
    enum form_state state;
    unsigned condition;  /* of its questions */
    unsigned department; /* index in the form's */
};

/* One question: a fact or a material. */
struct form_slot {
    const struct reg_fact_def *fact; /* NULL: a material */
    const struct reg_material_def *material;
    const reg_pb_fact *held; /* NULL: asked */
    unsigned department;     /* of the first item that asks; index in the form's */
    unsigned condition;      /* of the first; FORM_ALWAYS as soon as one item asks without condition */
    unsigned listed;         /* the condition + 1 whose `required` names it already */
    bool planned, mandatory; /* mandatory: always */
    bool several;            /* asked under several conditions */
    bool at_once;            /* a material that cannot be promised for later */
};

struct form {
    const struct reg_form_request *request;
    const struct reg_entity_type *type;
    struct reg_arena *arena;
    struct reg_buf *buf;
    const struct reg_life_step *step;
    bool establish; /* the entity is founded: nothing is recorded */
    const struct reg_fact_def *staff; /* how many are employed; NULL: the catalogue does not ask */
    bool staffed;                     /* the authority knows of employees */
    struct form_item *items;          /* that apply, may apply, wait, or were named; ascending */
    size_t item_count;
    unsigned condition_count;            /* FORM_OPT_IN and the opt-in items that are on the form */
    const struct reg_item **departments; /* an item of each department, in the order of the items */
    size_t department_count;
    struct form_slot *slots; /* facts, materials, and those of the registration that the catalogue lacks */
    size_t fact_count, slot_count;
    struct form_slot **order; /* those that are asked or held, in the order of the items */
    size_t order_count;
    struct reg_form_savings savings;
};

/* Decides what the form asks, and what it saves (form_plan.c). */
REG_MUST_CHECK int reg_form_plan(struct form *form, struct reg_error_info *info);

/* `,"allOf":[…]`, the questions that are asked under a condition (form_condition.c). */
void reg_form_put_conditions(const struct form *form);

/* Does the engine take it from elsewhere? Then it is not asked. */
static inline bool reg_form_derived(const struct form_slot *slot)
{
    return slot->fact && *slot->fact->source;
}

/* Writing (form_write.c). Texts are escaped; members follow each other by reg_form_comma. */
void reg_form_put_string(struct reg_buf *buf, const char *text);
/* `"member":"text"`. */
void reg_form_put_member(struct reg_buf *buf, const char *member, const char *text);
void reg_form_put_number(struct reg_buf *buf, uint64_t number);
/* A comma, but before the first. */
void reg_form_comma(struct reg_buf *buf, bool *first);
/* `"title":"zh","x-title-en":"en"`. */
void reg_form_put_titles(struct reg_buf *buf, const char *zh, const char *en);
/* The name of a slot's property, in quotes. */
void reg_form_put_name(struct reg_buf *buf, const struct form_slot *slot);
/* The property of a slot, `"name":{…}`. */
void reg_form_put_slot(struct reg_buf *buf, const struct form_slot *slot);

/* The registered and recorded facts of the entity (form_entity.c): their properties, the names of those that are required,
 * their steps. */
void reg_form_entity_properties(const struct form *form, bool *first);
void reg_form_entity_required(const struct form *form, bool *first);
/* Members of `allOf`; NULL: none. */
const char *reg_form_entity_condition(const struct form *form);
void reg_form_entity_steps(const struct form *form, bool *first);

/* What the kind of filing asks beside the entity (form_particulars.c), likewise. */
void reg_form_particular_properties(const struct form *form, bool *first);
void reg_form_particular_required(const struct form *form, bool *first);
void reg_form_particular_step(const struct form *form, bool *first);

#endif
