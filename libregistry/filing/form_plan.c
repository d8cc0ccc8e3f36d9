/* The one form: which items it is about, and which questions they ask. */
#include <string.h>

#include "base/error.h"
#include "catalogue/value.h"
#include "filing/form_work.h"
#include "filing/materials.h"

#define STAFF_FACT "employees"

static int no_memory(const struct form *form)
{
    return reg_arena_over_budget(form->arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
}

/* ---- items --------------------------------------------------------------------------------------------------------- */

/* What becomes of an item that is named or matches; the same columns decide as in merging. */
static enum form_state state_of(const struct form *form, const struct reg_item *item, bool named)
{
    if (item->status == REG_ITEM_REPEALED || item->status == REG_ITEM_ABSORBED || item->kind == REG_ITEM_PERMISSION ||
        !(item->letters & (unsigned)form->type->letter))
        return FORM_NOT_APPLICABLE;
    switch (item->when) {
    case REG_WHEN_ESTABLISH_IF_STAFF:
        return form->staffed ? FORM_APPLIES : FORM_IF_STAFF;
    case REG_WHEN_OPT_IN_AFTER_START:
        if (form->establish)
            return FORM_NOT_APPLICABLE;
        return named ? FORM_ASKED : FORM_ASKABLE;
    case REG_WHEN_OPT_IN:
        return named ? FORM_ASKED : FORM_ASKABLE;
    case REG_WHEN_AFTER_PERMIT:
        return FORM_WAITING;
    case REG_WHEN_ESTABLISH:
        break;
    }
    return FORM_APPLIES;
}

static int read_named(const struct form *form, struct reg_item_set *named, struct reg_error_info *info)
{
    const struct reg_form_request *request = form->request;

    for (size_t i = 0; i < request->item_count; i++) {
        if (!reg_catalogue_item(request->catalogue, request->items[i]))
            return reg_fail(info, REG_ERR_INVALID, "目录中没有事项 %u", "the catalogue has no item %u", request->items[i]);
        reg_item_set_add(named, request->items[i]);
    }
    return 0;
}

static unsigned department_of(struct form *form, const struct reg_item *item)
{
    size_t at = 0;

    while (at < form->department_count && strcmp(form->departments[at]->department, item->department) != 0)
        at++;
    if (at == form->department_count)
        form->departments[form->department_count++] = item;
    return (unsigned)at;
}

static void add_item(struct form *form, const struct reg_item *item, enum form_state state)
{
    struct form_item *entry = &form->items[form->item_count++];

    *entry = (struct form_item){.item = item, .state = state, .department = department_of(form, item)};
    if (state == FORM_IF_STAFF)
        entry->condition = form->staff ? FORM_STAFF : FORM_ALWAYS;
    else if (state == FORM_ASKED || state == FORM_ASKABLE)
        entry->condition = form->condition_count++;
}

static int choose_items(struct form *form, struct reg_error_info *info)
{
    const struct reg_form_request *request = form->request;
    size_t count = reg_catalogue_item_count(request->catalogue);
    struct reg_item_set named = {0};
    struct reg_scope_index scope;
    int error = read_named(form, &named, info);

    form->items = reg_arena_alloc(form->arena, (count + 1) * sizeof *form->items);
    form->departments = reg_arena_alloc(form->arena, (count + 1) * sizeof *form->departments);
    if (!error && (!form->items || !form->departments))
        error = no_memory(form);
    if (!error)
        error = reg_scope_index_init(request->catalogue, request->industry, request->terms, request->term_count, form->arena,
                                     &scope);
    for (size_t i = 0; !error && i < count; i++) {
        const struct reg_item *item = reg_catalogue_item_at(request->catalogue, i);
        bool is_named = reg_item_set_has(&named, item->number);
        enum form_state state = state_of(form, item, is_named);

        if (is_named || (state != FORM_NOT_APPLICABLE && reg_item_matches(item, &scope) != REG_MATCH_NONE))
            add_item(form, item, state);
    }
    return error;
}

/* ---- questions ----------------------------------------------------------------------------------------------------- */

static struct form_slot *fact_slot(const struct form *form, const struct reg_fact_def *fact)
{
    return &form->slots[reg_catalogue_fact_index(form->request->catalogue, fact)];
}

static struct form_slot *material_slot(const struct form *form, const struct reg_material_def *material)
{
    return &form->slots[form->fact_count + reg_catalogue_material_index(form->request->catalogue, material)];
}

/* An item asks: the question is put once, without condition as soon as one of those who ask has none. */
static void ask(struct form *form, struct form_slot *slot, unsigned department, unsigned condition, bool mandatory)
{
    if (!slot->planned) {
        slot->planned = true;
        slot->department = department;
        slot->condition = condition;
        form->order[form->order_count++] = slot;
    } else if (slot->condition != condition && slot->condition != FORM_ALWAYS) {
        slot->several = condition != FORM_ALWAYS;
        if (condition == FORM_ALWAYS)
            slot->condition = FORM_ALWAYS;
    }
    if (condition == FORM_ALWAYS && mandatory)
        slot->mandatory = true;
}

static void ask_fact(struct form *form, const struct reg_fact_def *fact, const struct form_item *entry, bool mandatory)
{
    struct form_slot *slot = fact_slot(form, fact);

    slot->fact = fact;
    ask(form, slot, entry->department, entry->condition, mandatory);
}

static void ask_item(struct form *form, const struct form_item *entry)
{
    bool staff = entry->state == FORM_IF_STAFF;

    for (size_t i = 0; i < entry->item->fact_count; i++) /* without a count of employees nothing says that there are any */
        ask_fact(form, entry->item->facts[i].fact, entry,
                 entry->item->facts[i].mandatory && !(staff && entry->condition == FORM_ALWAYS));
    for (size_t i = 0; i < entry->item->material_count; i++) {
        struct form_slot *slot = material_slot(form, entry->item->materials[i]);

        slot->material = entry->item->materials[i];
        if (entry->item->number == REG_ITEM_LICENCE) /* the licence is issued on complete materials (条例 §19) */
            slot->at_once = true;
        ask(form, slot, entry->department, entry->condition, !(staff && entry->condition == FORM_ALWAYS));
    }
}

/* Items that wait for the first employee hang on the number of employees: it is asked without condition. */
static void ask_staff(struct form *form)
{
    for (size_t i = 0; form->staff && i < form->item_count; i++) {
        struct form_item always = {.department = form->items[i].department, .condition = FORM_ALWAYS};

        if (form->items[i].condition == FORM_STAFF)
            ask_fact(form, form->staff, &always, false);
    }
}

/* The slot of a material of the registration: the catalogue's, or where that lacks it the first free one behind them. */
static struct form_slot *registration_slot(const struct form *form, const struct reg_material_def *def)
{
    const struct reg_material_def *own = reg_catalogue_material(form->request->catalogue, def->kind);
    struct form_slot *slot = &form->slots[form->slot_count - reg_registration_material_count()];

    if (own)
        return material_slot(form, own);
    while (slot->material && strcmp(slot->material->kind, def->kind) != 0)
        slot++;
    return slot;
}

/* What the registration itself needs. Whether a condition holds is seen when it is filed: such a question may stay open. */
static void ask_registration(struct form *form)
{
    for (size_t i = 0; i < reg_registration_material_count(); i++) {
        const struct reg_registration_material *material = reg_registration_material_at(i);
        struct form_slot *slot;

        if (!(material->kinds >> form->request->kind & 1) || !(material->families >> form->type->family & 1) ||
            reg_registration_material_not_of(material, form->request->type))
            continue;
        slot = registration_slot(form, &material->def);
        if (!slot->material) {
            slot->material = reg_catalogue_material(form->request->catalogue, material->def.kind);
            slot->material = slot->material ? slot->material : &material->def;
        }
        slot->at_once = true;
        ask(form, slot, 0, FORM_ALWAYS,
            material->condition == REG_MATERIAL_IF_ALWAYS || material->condition == REG_MATERIAL_IF_SPECIAL);
    }
}

/* Facts that the authority holds and that are still what the dictionary says. Nobody employed is no fact to hold on to: the
 * first employee is what the form is to hear of. */
static void take_held(struct form *form)
{
    const struct reg_form_request *request = form->request;

    for (size_t i = 0; i < request->held_count; i++) {
        const reg_pb_fact *fact = request->held[i];
        const struct reg_fact_def *def = reg_catalogue_fact(request->catalogue, fact->key);
        bool staff = def && def == form->staff;

        if (!def || reg_fact_check(def, fact, request->day) != REG_FACT_GOOD)
            continue;
        if (staff && fact->integer <= 0)
            continue;
        fact_slot(form, def)->held = fact;
        form->staffed |= staff;
    }
}

static int make_slots(struct form *form)
{
    form->fact_count = reg_catalogue_fact_count(form->request->catalogue);
    form->slot_count =
        form->fact_count + reg_catalogue_material_count(form->request->catalogue) + reg_registration_material_count();
    form->slots = reg_arena_alloc(form->arena, form->slot_count * sizeof *form->slots);
    form->order = reg_arena_alloc(form->arena, form->slot_count * sizeof(struct form_slot *));
    return form->slots && form->order ? 0 : no_memory(form);
}

/* ---- savings ------------------------------------------------------------------------------------------------------- */

static int save(struct form *form)
{
    struct reg_savings savings;
    int error = reg_savings_init(form->request->catalogue, form->arena, &savings);

    for (size_t i = 0; !error && i < form->item_count; i++)
        if (form->items[i].state == FORM_APPLIES || form->items[i].state == FORM_ASKED)
            reg_savings_add(&savings, form->items[i].item);
    if (error)
        return error;
    reg_savings_sum(&savings, &form->savings.plain);
    for (size_t i = 0; i < form->item_count; i++)
        if (form->items[i].state == FORM_IF_STAFF)
            reg_savings_add(&savings, form->items[i].item);
    reg_savings_sum(&savings, &form->savings.with_staff);
    return 0;
}

int reg_form_plan(struct form *form, struct reg_error_info *info)
{
    int error = make_slots(form);

    form->condition_count = FORM_OPT_IN;
    form->staff = reg_catalogue_fact(form->request->catalogue, STAFF_FACT);
    if (form->staff && form->staff->type != REG_FACT_INT)
        form->staff = NULL;
    if (error)
        return error;
    if (form->step->form == REG_FORM_NONE) { /* it asks nothing of items */
        ask_registration(form);
        return save(form);
    }
    take_held(form);
    error = choose_items(form, info);
    if (error)
        return error;
    for (size_t i = 0; i < form->item_count; i++)
        if (form->items[i].state != FORM_WAITING && form->items[i].state != FORM_NOT_APPLICABLE)
            ask_item(form, &form->items[i]);
    ask_staff(form);
    ask_registration(form);
    return save(form);
}
