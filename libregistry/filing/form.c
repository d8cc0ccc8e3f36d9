/* The one form: the schema as a whole. */
#include "filing/form.h"

#include "base/error.h"
#include "filing/form_work.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

extern const unsigned char reg_form_defs[]; /* data/form.json: shapes that do not depend on the catalogue */
extern const size_t reg_form_defs_len;

static const char *const state_names[] = {
    [FORM_APPLIES] = "applies", [FORM_IF_STAFF] = "if_staff", [FORM_ASKABLE] = "opt_in",
    [FORM_ASKED] = "asked",     [FORM_WAITING] = "waiting",   [FORM_NOT_APPLICABLE] = "not_applicable",
};

static bool is_question(const struct form_item *entry)
{
    return entry->state == FORM_ASKABLE || entry->state == FORM_ASKED;
}

/* ---- head ---------------------------------------------------------------------------------------------------------- */

static void put_head(const struct form *form)
{
    struct reg_buf *buf = form->buf;

    reg_buf_puts(buf, "{\"$schema\":\"" DIALECT "\",");
    if (reg_catalogue_is_sample(form->request->catalogue)) {
        reg_buf_puts(buf, "\"$comment\":\"");
        reg_buf_puts(buf, reg_catalogue_notice_zh());
        reg_buf_puts(buf, " / ");
        reg_buf_puts(buf, reg_catalogue_notice_en());
        reg_buf_puts(buf, "\",");
    }
    reg_buf_puts(buf, "\"title\":\"");
    reg_buf_puts(buf, form->step->zh);
    reg_buf_puts(buf, " · ");
    reg_buf_puts(buf, form->type->name_zh);
    reg_buf_puts(buf, "\",\"x-title-en\":\"");
    reg_buf_puts(buf, form->step->en);
    reg_buf_puts(buf, " · entity type ");
    reg_form_put_number(buf, form->request->type);
    reg_buf_puts(buf, "\",\"description\":\"一张表办理全部合并事项，每项信息只填一次。\","
                      "\"x-description-en\":\"One form for every item that is merged; each fact is asked once.\","
                      "\"type\":\"object\"");
}

/* ---- properties ---------------------------------------------------------------------------------------------------- */

/* The yes or no of an opt-in item. */
static void put_question(const struct form *form, const struct form_item *entry)
{
    struct reg_buf *buf = form->buf;

    reg_buf_puts(buf, "\"item.");
    reg_form_put_number(buf, entry->item->number);
    reg_buf_puts(buf, "\":{");
    reg_form_put_titles(buf, entry->item->name_zh, entry->item->name_en);
    reg_buf_puts(buf, entry->state == FORM_ASKED ? ",\"type\":\"boolean\",\"default\":true,"
                                                 : ",\"type\":\"boolean\",\"default\":false,");
    reg_form_put_member(buf, "x-legal-basis", entry->item->legal_basis);
    reg_buf_put_u8(buf, '}');
}

static void put_properties(const struct form *form)
{
    bool first = true;

    reg_buf_puts(form->buf, ",\"properties\":{");
    reg_form_particular_properties(form, &first);
    reg_form_entity_properties(form, &first);
    for (size_t i = 0; i < form->item_count; i++) {
        if (!is_question(&form->items[i]))
            continue;
        reg_form_comma(form->buf, &first);
        put_question(form, &form->items[i]);
    }
    for (size_t i = 0; i < form->order_count; i++) {
        if (form->order[i]->condition != FORM_ALWAYS || reg_form_derived(form->order[i]))
            continue;
        reg_form_comma(form->buf, &first);
        reg_form_put_slot(form->buf, form->order[i]);
    }
    reg_buf_puts(form->buf, "},\"required\":[");
    first = true;
    reg_form_particular_required(form, &first);
    reg_form_entity_required(form, &first);
    for (size_t i = 0; i < form->order_count; i++) {
        const struct form_slot *slot = form->order[i];

        if (!slot->mandatory || slot->held || reg_form_derived(slot))
            continue;
        reg_form_comma(form->buf, &first);
        reg_form_put_name(form->buf, slot);
    }
    reg_buf_put_u8(form->buf, ']');
}

/* ---- steps --------------------------------------------------------------------------------------------------------- */

static void start_step(const struct form *form, const char *id, const char *zh, const char *en)
{
    reg_buf_puts(form->buf, ",{");
    reg_form_put_member(form->buf, "id", id);
    reg_buf_put_u8(form->buf, ',');
    reg_form_put_titles(form->buf, zh, en);
    reg_buf_puts(form->buf, ",\"properties\":[");
}

/* Opt-in items come before the departments: what a yes leads to follows the question. */
static void put_opt_in_step(const struct form *form)
{
    bool first = true;

    for (size_t i = 0; i < form->item_count; i++) {
        if (!is_question(&form->items[i]))
            continue;
        if (first)
            start_step(form, "opt_in", "可选事项", "Optional items");
        reg_form_comma(form->buf, &first);
        reg_buf_puts(form->buf, "\"item.");
        reg_form_put_number(form->buf, form->items[i].item->number);
        reg_buf_put_u8(form->buf, '"');
    }
    if (!first)
        reg_buf_puts(form->buf, "]}");
}

static void put_department_step(const struct form *form, size_t department)
{
    const struct reg_item *item = form->departments[department];
    bool first = true;

    for (size_t i = 0; i < form->order_count; i++) {
        const struct form_slot *slot = form->order[i];

        if (!slot->fact || slot->department != department || reg_form_derived(slot))
            continue;
        if (first)
            start_step(form, item->department, item->department_zh, item->department_en);
        reg_form_comma(form->buf, &first);
        reg_form_put_name(form->buf, slot);
    }
    if (!first)
        reg_buf_puts(form->buf, "]}");
}

static void put_material_step(const struct form *form)
{
    bool first = true;

    for (size_t i = 0; i < form->order_count; i++) {
        if (form->order[i]->fact)
            continue;
        if (first)
            start_step(form, "materials", "材料", "Materials");
        reg_form_comma(form->buf, &first);
        reg_form_put_name(form->buf, form->order[i]);
    }
    if (!first)
        reg_buf_puts(form->buf, "]}");
}

static void put_steps(const struct form *form)
{
    bool first = true;

    reg_buf_puts(form->buf, ",\"x-steps\":[");
    reg_form_particular_step(form, &first);
    reg_form_entity_steps(form, &first);
    put_opt_in_step(form);
    for (size_t i = 0; i < form->department_count; i++)
        put_department_step(form, i);
    put_material_step(form);
    reg_buf_put_u8(form->buf, ']');
}

/* ---- what the form is about ---------------------------------------------------------------------------------------- */

static void put_items(const struct form *form)
{
    struct reg_buf *buf = form->buf;

    reg_buf_puts(buf, ",\"x-items\":[");
    for (size_t i = 0; i < form->item_count; i++) {
        const struct form_item *entry = &form->items[i];

        reg_buf_puts(buf, i == 0 ? "{\"number\":" : ",{\"number\":");
        reg_form_put_number(buf, entry->item->number);
        reg_buf_put_u8(buf, ',');
        reg_form_put_titles(buf, entry->item->name_zh, entry->item->name_en);
        reg_buf_put_u8(buf, ',');
        reg_form_put_member(buf, "department", entry->item->department);
        reg_buf_put_u8(buf, ',');
        reg_form_put_member(buf, "state", state_names[entry->state]);
        if (entry->state == FORM_WAITING) {
            reg_buf_put_u8(buf, ',');
            reg_form_put_member(buf, "waitingFor", entry->item->permit_zh);
        }
        reg_buf_put_u8(buf, '}');
    }
    reg_buf_put_u8(buf, ']');
}

static void put_derived(const struct form *form)
{
    bool first = true;

    reg_buf_puts(form->buf, ",\"x-derived\":{");
    for (size_t i = 0; i < form->order_count; i++) {
        if (!reg_form_derived(form->order[i]))
            continue;
        reg_form_comma(form->buf, &first);
        reg_form_put_member(form->buf, form->order[i]->fact->key, form->order[i]->fact->source);
    }
    reg_buf_put_u8(form->buf, '}');
}

static void put_saved(struct reg_buf *buf, const reg_pb_savings *savings)
{
    reg_buf_puts(buf, "\"forms\":");
    reg_form_put_number(buf, savings->forms);
    reg_buf_puts(buf, ",\"facts\":");
    reg_form_put_number(buf, savings->facts);
    reg_buf_puts(buf, ",\"materials\":");
    reg_form_put_number(buf, savings->materials);
    reg_buf_puts(buf, ",\"visits\":");
    reg_form_put_number(buf, savings->visits);
}

static void put_savings(const struct form *form)
{
    reg_buf_puts(form->buf, ",\"x-savings\":{");
    put_saved(form->buf, &form->savings.plain);
    reg_buf_puts(form->buf, ",\"withStaff\":{");
    put_saved(form->buf, &form->savings.with_staff);
    reg_buf_puts(form->buf, "}}");
}

static void put_form(const struct form *form)
{
    put_head(form);
    put_properties(form);
    reg_form_put_conditions(form);
    put_steps(form);
    put_items(form);
    put_derived(form);
    put_savings(form);
    reg_buf_puts(form->buf, ",\"$defs\":");
    reg_buf_put(form->buf, reg_form_defs, reg_form_defs_len);
    reg_buf_puts(form->buf, "}\n");
}

int reg_form_build(const struct reg_form_request *request, struct reg_arena *arena, struct reg_buf *buf,
                   struct reg_form_savings *ret_savings, struct reg_error_info *info)
{
    struct form form = {.request = request, .arena = arena, .buf = buf};
    int error;

    form.type = reg_entity_type_find(request->type);
    if (!form.type || form.type->licence_template == 0)
        return reg_fail(info, REG_ERR_INVALID, "没有发照的市场主体类型 %u", "no licence is issued for an entity type %u",
                        request->type);
    form.step = reg_life_step(request->kind);
    if (!form.step || request->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_WAKE ||
        request->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_SIGN)
        return reg_fail(info, REG_ERR_INVALID, "没有此种申请", "nobody files such a kind");
    form.establish = form.step->form == REG_FORM_WHOLE;
    error = reg_form_plan(&form, info);
    if (error)
        return error;
    put_form(&form);
    if (buf->error)
        return buf->error;
    *ret_savings = form.savings;
    return 0;
}
