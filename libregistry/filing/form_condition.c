/* The one form: what hangs on an answer. Each condition is a part of `allOf`; a schema has no empty one. */
#include "filing/form_work.h"

/* Before each part: the first opens the list. */
static void next(struct reg_buf *buf, bool *first)
{
    reg_buf_puts(buf, *first ? ",\"allOf\":[" : ",");
    *first = false;
}

static void put_condition(const struct form *form, unsigned condition)
{
    struct reg_buf *buf = form->buf;

    if (condition == FORM_STAFF) {
        reg_buf_puts(buf, "{\"properties\":{\"employees\":{\"minimum\":1}},\"required\":[\"employees\"]}");
        return;
    }
    for (size_t i = 0; i < form->item_count; i++) {
        if (form->items[i].condition != condition)
            continue;
        reg_buf_puts(buf, "{\"properties\":{\"item.");
        reg_form_put_number(buf, form->items[i].item->number);
        reg_buf_puts(buf, "\":{\"const\":true}},\"required\":[\"item.");
        reg_form_put_number(buf, form->items[i].item->number);
        reg_buf_puts(buf, "\"]}");
    }
}

/* What a part of the schema that hangs on a condition has so far. */
struct part {
    const struct form *form;
    unsigned condition;
    bool started, first;
};

/* Starts `{"if":…,"then":{` with the first thing that hangs on the condition, and the member where it belongs. */
static void start_part(struct part *part, bool *first, const char *member)
{
    struct reg_buf *buf = part->form->buf;

    if (!part->started) {
        next(buf, first);
        reg_buf_puts(buf, "{\"if\":");
        put_condition(part->form, part->condition);
        reg_buf_puts(buf, ",\"then\":{");
        part->started = true;
    }
    reg_buf_puts(buf, member);
    part->first = true;
}

static void require(struct part *part, bool *first, struct form_slot *slot, const char *member, bool *opened)
{
    if (slot->mandatory || slot->held || reg_form_derived(slot) || slot->listed == part->condition + 1)
        return;
    slot->listed = part->condition + 1;
    if (!*opened)
        start_part(part, first, member);
    *opened = true;
    reg_form_comma(part->form->buf, &part->first);
    reg_form_put_name(part->form->buf, slot);
}

/* What the items of a condition must be told. */
static void put_required(struct part *part, bool *first, const char *member, bool *opened)
{
    const struct form *form = part->form;
    const struct reg_catalogue *catalogue = form->request->catalogue;

    for (size_t i = 0; i < form->item_count; i++) {
        const struct reg_item *item = form->items[i].item;

        if (form->items[i].condition != part->condition)
            continue;
        for (size_t k = 0; k < item->fact_count; k++)
            if (item->facts[k].mandatory)
                require(part, first, &form->slots[reg_catalogue_fact_index(catalogue, item->facts[k].fact)], member, opened);
        for (size_t k = 0; k < item->material_count; k++)
            require(part, first,
                    &form->slots[form->fact_count + reg_catalogue_material_index(catalogue, item->materials[k])], member,
                    opened);
    }
}

/* What is asked and required under one condition; nothing where nothing hangs on it. */
static void put_part(const struct form *form, unsigned condition, bool *first)
{
    struct part part = {.form = form, .condition = condition};
    bool asks = false, requires = false;

    for (size_t i = 0; i < form->order_count; i++) {
        const struct form_slot *slot = form->order[i];

        if (slot->condition != condition || slot->several || reg_form_derived(slot))
            continue;
        if (!asks)
            start_part(&part, first, "\"properties\":{");
        asks = true;
        reg_form_comma(form->buf, &part.first);
        reg_form_put_slot(form->buf, slot);
    }
    if (asks)
        reg_buf_put_u8(form->buf, '}');
    put_required(&part, first, asks ? ",\"required\":[" : "\"required\":[", &requires);
    if (requires)
        reg_buf_put_u8(form->buf, ']');
    if (part.started)
        reg_buf_puts(form->buf, "}}");
}

static bool item_asks(const struct form_item *entry, const struct form_slot *slot)
{
    if (entry->condition == FORM_ALWAYS)
        return false;
    for (size_t i = 0; slot->fact && i < entry->item->fact_count; i++)
        if (entry->item->facts[i].fact == slot->fact)
            return true;
    for (size_t i = 0; slot->material && i < entry->item->material_count; i++)
        if (entry->item->materials[i] == slot->material)
            return true;
    return false;
}

/* A question that several conditions lead to: asked where any of them holds. */
static void put_shared(const struct form *form, const struct form_slot *slot, bool *first)
{
    unsigned last = FORM_ALWAYS;
    bool first_condition = true;

    next(form->buf, first);
    reg_buf_puts(form->buf, "{\"if\":{\"anyOf\":[");
    for (size_t i = 0; i < form->item_count; i++) {
        const struct form_item *entry = &form->items[i];

        if (!item_asks(entry, slot) || (entry->condition == FORM_STAFF && last == FORM_STAFF))
            continue;
        last = entry->condition;
        reg_form_comma(form->buf, &first_condition);
        put_condition(form, entry->condition);
    }
    reg_buf_puts(form->buf, "]},\"then\":{\"properties\":{");
    reg_form_put_slot(form->buf, slot);
    reg_buf_puts(form->buf, "}}}");
}

void reg_form_put_conditions(const struct form *form)
{
    const char *entity = reg_form_entity_condition(form);
    bool first = true;

    if (entity) {
        next(form->buf, &first);
        reg_buf_puts(form->buf, entity);
    }
    for (unsigned condition = FORM_STAFF; condition < form->condition_count; condition++)
        put_part(form, condition, &first);
    for (size_t i = 0; i < form->order_count; i++)
        if (form->order[i]->several && !reg_form_derived(form->order[i]))
            put_shared(form, form->order[i], &first);
    if (!first)
        reg_buf_put_u8(form->buf, ']');
}
