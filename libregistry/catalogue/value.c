#include "catalogue/value.h"

#include <stdio.h>
#include <string.h>

#include <registry/code.h>

#include "base/date.h"
#include "catalogue/internal.h"

#define DIGITS "0123456789"

enum value_kind { VALUE_TEXT, VALUE_INTEGER, VALUE_NUMBER, VALUE_FLAG, VALUE_LIST };

/* What a type looks like on the wire, its format, and how to say so. */
struct type_info {
    enum value_kind kind;
    bool (*check)(const char *text, int32_t day); /* NULL: any text */
    const char *zh, *en;
    const char *schema; /* members of a JSON Schema */
};

static bool all_of(const char *text, const char *set, size_t min, size_t max)
{
    size_t len = strlen(text);

    return len >= min && len <= max && strspn(text, set) == len;
}

static bool is_date(const char *text, int32_t day)
{
    int32_t parsed;

    (void)day;
    return reg_day_parse(text, &parsed);
}

static bool is_month(const char *text, int32_t day)
{
    char date[REG_DAY_TEXT];

    if (strlen(text) != sizeof "YYYY-MM" - 1)
        return false;
    snprintf(date, sizeof date, "%s-01", text);
    return is_date(date, day);
}

/* A resident ID and what has its form (GB 11643) is checked; first-generation cards are no longer accepted; the number of
 * any other document is only looked at for its characters. */
static bool is_id(const char *text, int32_t day)
{
    size_t len = strlen(text);

    if (len == 18)
        return reg_resident_id_check(text, len, day, NULL) == REG_VERDICT_VALID;
    if (len == 15 && strspn(text, DIGITS) == len)
        return false;
    return all_of(text, DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZ()-/", 5, 20);
}

/* A unified social credit code (GB 32100), or the subject code in it (GB 11714). */
static bool is_code(const char *text, int32_t day)
{
    size_t len = strlen(text);

    (void)day;
    if (len == REG_SUBJECT_LEN)
        return reg_organisation_code_check(text, len, NULL) == REG_VERDICT_VALID;
    return reg_code_check(text, len, NULL) != REG_VERDICT_INVALID;
}

static bool is_foreign_number(const char *text)
{
    return text[0] == '+' && all_of(text + 1, DIGITS "-", 7, 18);
}

static bool is_mobile(const char *text, int32_t day)
{
    (void)day;
    if (is_foreign_number(text))
        return true;
    return all_of(text, DIGITS, 11, 11) && text[0] == '1' && text[1] >= '3';
}

/* ^0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?$ */
static bool is_landline(const char *text)
{
    size_t digits = strspn(text, DIGITS);

    if (text[0] != '0')
        return false;
    if (digits == 3 || digits == 4) {
        if (text[digits] != '-')
            return false;
        text += digits + 1;
        digits = strspn(text, DIGITS);
        if (digits < 7 || digits > 8)
            return false;
    } else if (digits < 10 || digits > 12) {
        return false;
    }
    text += digits;
    return *text == '\0' || (*text == '-' && all_of(text + 1, DIGITS, 1, 6));
}

/* Landline, mobile, 400 and 800 numbers, short service numbers that start with 9 or 1. */
static bool is_telephone(const char *text, int32_t day)
{
    if (is_mobile(text, day) || is_landline(text))
        return true;
    if (strncmp(text, "400", 3) == 0 || strncmp(text, "800", 3) == 0) {
        size_t digits = 0;

        for (const char *at = text; *at; at++)
            digits += *at != '-';
        return digits == 10 && all_of(text, DIGITS "-", 10, 12);
    }
    return (text[0] == '9' || text[0] == '1') && all_of(text, DIGITS, 5, 8);
}

static bool is_postcode(const char *text, int32_t day)
{
    (void)day;
    return all_of(text, DIGITS, 6, 6);
}

static bool is_email(const char *text, int32_t day)
{
    const char *at = strchr(text, '@');
    const char *dot = at ? strrchr(at, '.') : NULL;

    (void)day;
    return at && at != text && !strchr(at + 1, '@') && dot && dot > at + 1 && dot[1] != '\0' &&
           !strpbrk(text, " \t\r\n<>") && strlen(text) <= 254;
}

static bool is_division(const char *text, int32_t day)
{
    unsigned value = 0;

    (void)day;
    if (!all_of(text, DIGITS, 6, 6))
        return false;
    for (; *text; text++)
        value = value * 10 + (unsigned)(*text - '0');
    return reg_registrar_known(value);
}

static bool is_industry(const char *text, int32_t day)
{
    (void)day;
    text += *text >= 'A' && *text <= 'T';
    return all_of(text, DIGITS, 4, 4);
}

static bool is_country(const char *text, int32_t day)
{
    (void)day;
    return all_of(text, DIGITS, 3, 3);
}

/* The formats as a person's browser can check them; what is more (check characters, the calendar) is reg_fact_check's. */
#define SCHEMA_STRING           "\"type\":\"string\""
#define SCHEMA_PATTERN(pattern) "\"pattern\":\"^" pattern "$\""
#define SCHEMA_TEXT             SCHEMA_STRING ",\"pattern\":\"\\\\S\""
#define SCHEMA_LIST             "\"type\":\"array\""
#define PATTERN_MOBILE          "1[3-9][0-9]{9}|[+][0-9-]{7,18}"

static const struct type_info type_table[] = {
    [REG_FACT_TEXT] = {VALUE_TEXT, NULL, "文字", "text", SCHEMA_TEXT},
    [REG_FACT_INT] = {VALUE_INTEGER, NULL, "整数", "a whole number", "\"type\":\"integer\""},
    [REG_FACT_NUM] = {VALUE_NUMBER, NULL, "数值", "a number", "\"type\":\"number\""},
    [REG_FACT_BOOL] = {VALUE_FLAG, NULL, "是或者否", "yes or no", "\"type\":\"boolean\""},
    [REG_FACT_ENUM] = {VALUE_TEXT, NULL, "选项之一", "one of the choices", SCHEMA_STRING},
    [REG_FACT_SET] = {VALUE_LIST, NULL, "选项（可多选）", "some of the choices", SCHEMA_LIST ",\"uniqueItems\":true"},
    [REG_FACT_DATE] = {VALUE_TEXT, is_date, "日期（YYYY-MM-DD）", "a date (YYYY-MM-DD)",
                       SCHEMA_STRING ",\"format\":\"date\"," SCHEMA_PATTERN("[0-9]{4}-[0-9]{2}-[0-9]{2}")},
    [REG_FACT_YM] = {VALUE_TEXT, is_month, "年月（YYYY-MM）", "a month (YYYY-MM)",
                     SCHEMA_STRING "," SCHEMA_PATTERN("[0-9]{4}-(0[1-9]|1[0-2])")},
    [REG_FACT_ID] = {VALUE_TEXT, is_id, "有效的证件号码", "a valid document number",
                     SCHEMA_STRING "," SCHEMA_PATTERN("([0-9]{17}[0-9X]|(?![0-9]{15}$)(?!.{18}$)[0-9A-Z()/-]{5,20})")},
    [REG_FACT_CODE] = {VALUE_TEXT, is_code, "有效的统一社会信用代码", "a valid credit code",
                       SCHEMA_STRING "," SCHEMA_PATTERN("([0-9A-HJ-NP-RT-UW-Y]{18}|[0-9A-Z]{9})")},
    [REG_FACT_MOBILE] = {VALUE_TEXT, is_mobile, "手机号码（11 位，境外号码加 + 和国家代码）",
                         "a mobile number (11 digits, or + and the country code)",
                         SCHEMA_STRING "," SCHEMA_PATTERN("(" PATTERN_MOBILE ")")},
    [REG_FACT_TEL] = {VALUE_TEXT, is_telephone, "电话号码（如 0557-3021234）", "a telephone number (such as 0557-3021234)",
                      SCHEMA_STRING "," SCHEMA_PATTERN("(" PATTERN_MOBILE
                                                       "|0[0-9]{2,3}-[0-9]{7,8}(-[0-9]{1,6})?|0[0-9]{9,11}(-[0-9]{1,6})?"
                                                       "|[48]00[0-9-]{7,9}|[19][0-9]{4,7})")},
    [REG_FACT_POST] = {VALUE_TEXT, is_postcode, "六位邮政编码", "a post code of six digits",
                       SCHEMA_STRING "," SCHEMA_PATTERN("[0-9]{6}")},
    [REG_FACT_EMAIL] = {VALUE_TEXT, is_email, "电子邮箱地址", "a mail address",
                        SCHEMA_STRING
                        ",\"format\":\"email\",\"maxLength\":254," SCHEMA_PATTERN("[^@ <>]+@[^@ <>]+[.][^@ <>.]+")},
    [REG_FACT_DIV] = {VALUE_TEXT, is_division, "六位行政区划代码（GB/T 2260）", "a division of GB/T 2260, six digits",
                      SCHEMA_STRING "," SCHEMA_PATTERN("[0-9]{6}")},
    [REG_FACT_IND4] = {VALUE_TEXT, is_industry, "四位行业代码（GB/T 4754）", "an industry of GB/T 4754, four digits",
                       SCHEMA_STRING "," SCHEMA_PATTERN("[A-T]?[0-9]{4}")},
    [REG_FACT_CTRY] = {VALUE_TEXT, is_country, "三位国家（地区）代码（ISO 3166-1）", "a country of ISO 3166-1, three digits",
                       SCHEMA_STRING "," SCHEMA_PATTERN("[0-9]{3}")},
    [REG_FACT_LIST] = {VALUE_LIST, NULL, "清单", "a list", SCHEMA_LIST ",\"items\":{" SCHEMA_TEXT "}"},
    [REG_FACT_REF] = {VALUE_TEXT, NULL, "文字", "text", SCHEMA_TEXT},
};

const char *reg_fact_type_schema(enum reg_fact_type type)
{
    return type_table[type].schema;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

static bool is_choice(const struct reg_fact_def *def, const char *text)
{
    for (size_t i = 0; i < def->choice_count; i++) {
        if (strcmp(def->choices[i], text) == 0)
            return true;
    }
    return false;
}

static enum reg_fact_fault check_text(const struct reg_fact_def *def, const reg_pb_fact *fact, int32_t day)
{
    const struct type_info *type = &type_table[def->type];

    if (fact->value_case != REGISTRY__V1__FACT__VALUE_TEXT)
        return REG_FACT_KIND;
    if (is_blank(fact->text))
        return REG_FACT_EMPTY;
    if (def->type == REG_FACT_ENUM)
        return is_choice(def, fact->text) ? REG_FACT_GOOD : REG_FACT_CHOICE;
    return !type->check || type->check(fact->text, day) ? REG_FACT_GOOD : REG_FACT_FORMAT;
}

static enum reg_fact_fault check_bounds(const struct reg_fact_def *def, double value)
{
    return (def->has_min && value < def->min) || (def->has_max && value > def->max) ? REG_FACT_BOUNDS : REG_FACT_GOOD;
}

static enum reg_fact_fault check_number(const struct reg_fact_def *def, const reg_pb_fact *fact)
{
    double value;

    if (fact->value_case == REGISTRY__V1__FACT__VALUE_INTEGER)
        return check_bounds(def, (double)fact->integer);
    if (fact->value_case != REGISTRY__V1__FACT__VALUE_DECIMAL || def->type != REG_FACT_NUM)
        return REG_FACT_KIND;
    return decimal_parse(fact->decimal, &value) ? check_bounds(def, value) : REG_FACT_FORMAT;
}

static enum reg_fact_fault check_list(const struct reg_fact_def *def, const reg_pb_fact *fact)
{
    const reg_pb_string_list *list = fact->list;

    if (fact->value_case != REGISTRY__V1__FACT__VALUE_LIST)
        return REG_FACT_KIND;
    if (!list || list->n_values == 0)
        return REG_FACT_EMPTY;
    if (def->type == REG_FACT_SET && list->n_values > def->choice_count)
        return REG_FACT_CHOICE;
    for (size_t i = 0; i < list->n_values; i++) {
        if (is_blank(list->values[i]))
            return REG_FACT_EMPTY;
        if (def->type != REG_FACT_SET)
            continue;
        if (!is_choice(def, list->values[i]))
            return REG_FACT_CHOICE;
        for (size_t k = 0; k < i; k++) {
            if (strcmp(list->values[k], list->values[i]) == 0)
                return REG_FACT_CHOICE;
        }
    }
    return check_bounds(def, (double)list->n_values);
}

enum reg_fact_fault reg_fact_check(const struct reg_fact_def *def, const reg_pb_fact *fact, int32_t day)
{
    if (fact->value_case == REGISTRY__V1__FACT__VALUE__NOT_SET)
        return REG_FACT_EMPTY;
    switch (type_table[def->type].kind) {
    case VALUE_INTEGER:
    case VALUE_NUMBER:
        return check_number(def, fact);
    case VALUE_FLAG:
        return fact->value_case == REGISTRY__V1__FACT__VALUE_FLAG ? REG_FACT_GOOD : REG_FACT_KIND;
    case VALUE_LIST:
        return check_list(def, fact);
    case VALUE_TEXT:
        break;
    }
    return check_text(def, fact, day);
}

static char *choices_text(const struct reg_fact_def *def, bool zh, struct reg_arena *arena)
{
    char *text = reg_arena_strdup(arena, zh ? "应从下列选项中选择：" : "choose among: ");

    for (size_t i = 0; text && i < def->choice_count; i++)
        text = reg_arena_printf(arena, "%s%s%s", text, i == 0 ? "" : zh ? "、" : ", ", def->choices[i]);
    return text;
}

static char *bounds_text(const struct reg_fact_def *def, bool zh, struct reg_arena *arena)
{
    if (def->has_min && def->has_max)
        return reg_arena_printf(arena, zh ? "应在 %g 至 %g 之间" : "must be from %g to %g", def->min, def->max);
    return reg_arena_printf(arena,
                            def->has_min ? zh ? "应不小于 %g" : "must be at least %g"
                            : zh         ? "应不大于 %g"
                                         : "must be at most %g",
                            def->has_min ? def->min : def->max);
}

char *reg_fact_fault_text(const struct reg_fact_def *def, enum reg_fact_fault fault, bool zh, struct reg_arena *arena)
{
    const struct type_info *type = &type_table[def->type];

    switch (fault) {
    case REG_FACT_EMPTY:
        return reg_arena_strdup(arena, zh ? "内容为空" : "is empty");
    case REG_FACT_CHOICE:
        return choices_text(def, zh, arena);
    case REG_FACT_BOUNDS:
        return bounds_text(def, zh, arena);
    case REG_FACT_GOOD:
    case REG_FACT_KIND:
    case REG_FACT_FORMAT:
        break;
    }
    return reg_arena_printf(arena, zh ? "应为%s" : "must be %s", zh ? type->zh : type->en);
}
