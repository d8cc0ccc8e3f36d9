/* The one form: how questions are written. */
#include <string.h>

#include "catalogue/value.h"
#include "filing/form_work.h"

void reg_form_put_string(struct reg_buf *buf, const char *text)
{
    static const char digits[] = "0123456789abcdef";

    reg_buf_put_u8(buf, '"');
    for (;;) {
        const char *from = text;

        while ((unsigned char)*text >= 0x20 && *text != '"' && *text != '\\')
            text++;
        reg_buf_put(buf, from, (size_t)(text - from));
        if (*text == '\0')
            break;
        if (*text == '"' || *text == '\\') {
            const char escape[] = {'\\', *text};

            reg_buf_put(buf, escape, sizeof escape);
        } else {
            const char escape[] = {'\\', 'u', '0', '0', digits[*text >> 4], digits[*text & 15]};

            reg_buf_put(buf, escape, sizeof escape);
        }
        text++;
    }
    reg_buf_put_u8(buf, '"');
}

void reg_form_put_member(struct reg_buf *buf, const char *member, const char *text)
{
    reg_buf_put_u8(buf, '"');
    reg_buf_puts(buf, member);
    reg_buf_puts(buf, "\":");
    reg_form_put_string(buf, text);
}

void reg_form_put_number(struct reg_buf *buf, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    reg_buf_put(buf, digits + at, sizeof digits - at);
}

static void put_signed(struct reg_buf *buf, int64_t number)
{
    if (number < 0)
        reg_buf_put_u8(buf, '-');
    reg_form_put_number(buf, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

#define BOUND_SCALE 1000000
#define BOUND_MOST  1e15

/* A bound of the dictionary, by hand: printf's decimal point is the locale's. Six places are enough for rates. */
static void put_bound(struct reg_buf *buf, double bound)
{
    double size = bound < 0 ? -bound : bound;
    uint64_t whole = (uint64_t)size, rest = (uint64_t)((size - (double)whole) * BOUND_SCALE + 0.5);

    if (bound < 0)
        reg_buf_put_u8(buf, '-');
    reg_form_put_number(buf, whole);
    for (unsigned scale = BOUND_SCALE / 10; rest; rest %= scale, scale /= 10) {
        if (scale == BOUND_SCALE / 10)
            reg_buf_put_u8(buf, '.');
        reg_buf_put_u8(buf, (uint8_t)('0' + rest / scale));
    }
}

void reg_form_comma(struct reg_buf *buf, bool *first)
{
    if (!*first)
        reg_buf_put_u8(buf, ',');
    *first = false;
}

void reg_form_put_titles(struct reg_buf *buf, const char *zh, const char *en)
{
    reg_form_put_member(buf, "title", zh);
    reg_buf_put_u8(buf, ',');
    reg_form_put_member(buf, "x-title-en", en);
}

/* ---- facts --------------------------------------------------------------------------------------------------------- */

static void put_choices(struct reg_buf *buf, const struct reg_fact_def *fact)
{
    reg_buf_puts(buf, "\"oneOf\":[");
    for (size_t i = 0; i < fact->choice_count; i++) {
        reg_buf_puts(buf, i == 0 ? "{" : ",{");
        reg_form_put_member(buf, "const", fact->choices[i]);
        reg_buf_put_u8(buf, ',');
        reg_form_put_titles(buf, fact->choices[i], fact->choices_en[i]);
        reg_buf_put_u8(buf, '}');
    }
    reg_buf_put_u8(buf, ']');
}

/* A bound that the form can say; beyond it reg_fact_check alone knows. */
static bool has_bound(bool has, double bound)
{
    return has && bound > -BOUND_MOST && bound < BOUND_MOST;
}

static void put_bounds(struct reg_buf *buf, const struct reg_fact_def *fact)
{
    bool list = fact->type == REG_FACT_LIST;

    if (has_bound(fact->has_min, fact->min) && !(list && fact->min < 1)) {
        reg_buf_puts(buf, list ? ",\"minItems\":" : ",\"minimum\":");
        put_bound(buf, fact->min);
    } else if (list) { /* an empty list is no answer */
        reg_buf_puts(buf, ",\"minItems\":1");
    }
    if (has_bound(fact->has_max, fact->max)) {
        reg_buf_puts(buf, list ? ",\"maxItems\":" : ",\"maximum\":");
        put_bound(buf, fact->max);
    }
}

/* A decimal that reg_fact_check let through; JSON has no zeros in front. */
static void put_decimal(struct reg_buf *buf, const char *decimal)
{
    if (*decimal == '-')
        reg_buf_put_u8(buf, (uint8_t)*decimal++);
    while (decimal[0] == '0' && decimal[1] >= '0' && decimal[1] <= '9')
        decimal++;
    reg_buf_puts(buf, decimal);
}

/* What the authority holds, as the property's type has it. */
static void put_held(struct reg_buf *buf, const reg_pb_fact *held)
{
    reg_buf_puts(buf, ",\"readOnly\":true,\"x-confirm\":true,\"default\":");
    switch (held->value_case) {
    case REGISTRY__V1__FACT__VALUE_INTEGER:
        put_signed(buf, held->integer);
        break;
    case REGISTRY__V1__FACT__VALUE_DECIMAL:
        put_decimal(buf, held->decimal);
        break;
    case REGISTRY__V1__FACT__VALUE_FLAG:
        reg_buf_puts(buf, held->flag ? "true" : "false");
        break;
    case REGISTRY__V1__FACT__VALUE_LIST:
        for (size_t i = 0; i < held->list->n_values; i++) {
            reg_buf_put_u8(buf, i == 0 ? '[' : ',');
            reg_form_put_string(buf, held->list->values[i]);
        }
        reg_buf_put_u8(buf, ']');
        break;
    default:
        reg_form_put_string(buf, held->text);
        break;
    }
}

static void put_fact(struct reg_buf *buf, const struct form_slot *slot)
{
    const struct reg_fact_def *fact = slot->fact;

    reg_buf_put_u8(buf, '{');
    reg_form_put_titles(buf, fact->label_zh, fact->label_en);
    if (*fact->help_zh) {
        reg_buf_put_u8(buf, ',');
        reg_form_put_member(buf, "description", fact->help_zh);
        reg_buf_put_u8(buf, ',');
        reg_form_put_member(buf, "x-description-en", fact->help_en);
    }
    if (*fact->unit) {
        reg_buf_put_u8(buf, ',');
        reg_form_put_member(buf, "x-unit", fact->unit);
    }
    reg_buf_put_u8(buf, ',');
    reg_buf_puts(buf, reg_fact_type_schema(fact->type));
    if (fact->type == REG_FACT_ENUM) {
        reg_buf_put_u8(buf, ',');
        put_choices(buf, fact);
    } else if (fact->type == REG_FACT_SET) {
        reg_buf_puts(buf, ",\"minItems\":1,\"items\":{");
        put_choices(buf, fact);
        reg_buf_put_u8(buf, '}');
    }
    put_bounds(buf, fact);
    if (slot->held)
        put_held(buf, slot->held);
    reg_buf_put_u8(buf, '}');
}

/* ---- questions ----------------------------------------------------------------------------------------------------- */

void reg_form_put_name(struct reg_buf *buf, const struct form_slot *slot)
{
    /* keys and kinds are letters, digits and _ */
    reg_buf_puts(buf, slot->fact ? "\"" : "\"material.");
    reg_buf_puts(buf, slot->fact ? slot->fact->key : slot->material->kind);
    reg_buf_put_u8(buf, '"');
}

void reg_form_put_slot(struct reg_buf *buf, const struct form_slot *slot)
{
    reg_form_put_name(buf, slot);
    reg_buf_put_u8(buf, ':');
    if (slot->fact) {
        put_fact(buf, slot);
        return;
    }
    reg_buf_put_u8(buf, '{');
    reg_form_put_titles(buf, slot->material->label_zh, slot->material->label_en);
    reg_buf_puts(buf, slot->at_once ? ",\"$ref\":\"#/$defs/files\"}" : ",\"$ref\":\"#/$defs/filesOrPromise\"}");
}
