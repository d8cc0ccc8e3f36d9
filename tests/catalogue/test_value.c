#include <string.h>

#include <registry/catalogue.h>

#include "base/date.h"
#include "catalogue/value.h"
#include "suite.h"

/* One letter says how the value travels: t text, i integer, d decimal, f flag, l list (parts between /), n nothing. */
struct value_case {
    const char *key;
    char how;
    const char *value;
    enum reg_fact_fault expected;
};

static const struct value_case cases[] = {
    {"main_activity", 't', "食品销售", REG_FACT_GOOD},
    {"main_activity", 't', " ", REG_FACT_EMPTY},
    {"main_activity", 'n', "", REG_FACT_EMPTY},
    {"main_activity", 'i', "3", REG_FACT_KIND},
    {"employees", 'i', "0", REG_FACT_GOOD},
    {"employees", 'i', "-1", REG_FACT_BOUNDS},
    {"employees", 't', "3", REG_FACT_KIND},
    {"employees", 'd', "3", REG_FACT_KIND},
    {"payday", 'i', "31", REG_FACT_GOOD},
    {"payday", 'i', "32", REG_FACT_BOUNDS},
    {"housing_fund_unit_rate", 'd', "5", REG_FACT_GOOD},
    {"housing_fund_unit_rate", 'd', "12.0", REG_FACT_GOOD},
    {"housing_fund_unit_rate", 'd', "12.01", REG_FACT_BOUNDS},
    {"housing_fund_unit_rate", 'd', "4.99", REG_FACT_BOUNDS},
    {"housing_fund_unit_rate", 'i', "8", REG_FACT_GOOD},
    {"housing_fund_unit_rate", 'd', "8,5", REG_FACT_FORMAT},
    {"housing_fund_unit_rate", 'd', "8.", REG_FACT_FORMAT},
    {"housing_fund_unit_rate", 'd', ".5", REG_FACT_FORMAT},
    {"housing_fund_unit_rate", 'd', "", REG_FACT_FORMAT},
    {"seal_finance", 'f', "1", REG_FACT_GOOD},
    {"seal_finance", 't', "true", REG_FACT_KIND},
    {"accounting_method", 't', "独立核算", REG_FACT_GOOD},
    {"accounting_method", 't', "独立", REG_FACT_CHOICE},
    {"food_sales_modes", 'l', "批发/零售", REG_FACT_GOOD},
    {"food_sales_modes", 'l', "批发/批发", REG_FACT_CHOICE},
    {"food_sales_modes", 'l', "批发/出租", REG_FACT_CHOICE},
    {"food_sales_modes", 'l', "", REG_FACT_EMPTY},
    {"food_sales_modes", 't', "批发", REG_FACT_KIND},
    {"franchise_own_shops", 'l', "一店/二店", REG_FACT_GOOD},
    {"franchise_own_shops", 'l', "一店", REG_FACT_BOUNDS},
    {"franchise_first_contract", 't', "2026-02-28", REG_FACT_GOOD},
    {"franchise_first_contract", 't', "2026-02-29", REG_FACT_FORMAT},
    {"housing_fund_start", 't', "2026-12", REG_FACT_GOOD},
    {"housing_fund_start", 't', "2026-13", REG_FACT_FORMAT},
    {"housing_fund_start", 't', "2026-1", REG_FACT_FORMAT},
    {"seal_receiver_id", 't', "11010519491231002X", REG_FACT_GOOD},
    {"seal_receiver_id", 't', "110105194912310021", REG_FACT_FORMAT},
    {"seal_receiver_id", 't', "11010519491231002x", REG_FACT_FORMAT},
    {"seal_receiver_id", 't', "110105491231002", REG_FACT_FORMAT}, /* first generation */
    {"seal_receiver_id", 't', "E12345678", REG_FACT_GOOD},
    {"seal_receiver_id", 't', "E12", REG_FACT_FORMAT},
    {"seal_shop_credit_code", 't', "91350100M000100Y43", REG_FACT_GOOD}, /* GB 32100's example */
    {"seal_shop_credit_code", 't', "91110000600037341N", REG_FACT_FORMAT},
    {"finance_head_mobile", 't', "13912345678", REG_FACT_GOOD},
    {"finance_head_mobile", 't', "12912345678", REG_FACT_FORMAT},
    {"finance_head_mobile", 't', "1391234567", REG_FACT_FORMAT},
    {"finance_head_mobile", 't', "+85251234567", REG_FACT_GOOD},
    {"statistics_contact_telephone", 't', "0557-3021234", REG_FACT_GOOD},
    {"statistics_contact_telephone", 't', "05573021234", REG_FACT_GOOD},
    {"statistics_contact_telephone", 't', "0557-3021234-801", REG_FACT_GOOD},
    {"statistics_contact_telephone", 't', "0557-30212", REG_FACT_FORMAT},
    {"statistics_contact_telephone", 't', "400-123-4567", REG_FACT_GOOD},
    {"car_rental_hotline", 't', "95123", REG_FACT_GOOD},
    {"car_rental_hotline", 't', "call me", REG_FACT_FORMAT},
    {"unit_postcode", 't', "234000", REG_FACT_GOOD},
    {"unit_postcode", 't', "23400", REG_FACT_FORMAT},
    {"customs_contact_email", 't', "li@example.cn", REG_FACT_GOOD},
    {"customs_contact_email", 't', "li@example", REG_FACT_FORMAT},
    {"customs_contact_email", 't', "li@@example.cn", REG_FACT_FORMAT},
    {"seal_division", 't', "341302", REG_FACT_GOOD},
    {"seal_division", 't', "999999", REG_FACT_FORMAT},
    {"main_industry_code", 't', "F5211", REG_FACT_GOOD},
    {"main_industry_code", 't', "521", REG_FACT_FORMAT},
    {"foreign_controller_country", 't', "702", REG_FACT_GOOD},
    {"foreign_controller_country", 't', "Singapore", REG_FACT_FORMAT},
};

static void set_list(reg_pb_fact *fact, reg_pb_string_list *list, char *values[8], char *text)
{
    registry__v1__string_list__init(list);
    for (char *part = strtok(text, "/"); part && list->n_values < 8; part = strtok(NULL, "/"))
        values[list->n_values++] = part;
    list->values = values;
    fact->value_case = REGISTRY__V1__FACT__VALUE_LIST;
    fact->list = list;
}

static long number_of(const char *text)
{
    long value = 0;

    for (const char *at = text + (*text == '-'); *at; at++)
        value = value * 10 + (*at - '0');
    return *text == '-' ? -value : value;
}

static void test_values(void)
{
    struct reg_catalogue *catalogue = NULL;

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&catalogue), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct reg_fact_def *def = reg_catalogue_fact(catalogue, cases[i].key);
        reg_pb_fact fact = REGISTRY__V1__FACT__INIT;
        reg_pb_string_list list;
        char text[64], *values[8];
        enum reg_fact_fault fault;

        CHECK_CASE(def != NULL, "%s", cases[i].key);
        if (!def)
            continue;
        strcpy(text, cases[i].value);
        fact.key = (char *)def->key;
        if (cases[i].how == 't') {
            fact.value_case = REGISTRY__V1__FACT__VALUE_TEXT;
            fact.text = text;
        } else if (cases[i].how == 'i') {
            fact.value_case = REGISTRY__V1__FACT__VALUE_INTEGER;
            fact.integer = number_of(text);
        } else if (cases[i].how == 'd') {
            fact.value_case = REGISTRY__V1__FACT__VALUE_DECIMAL;
            fact.decimal = text;
        } else if (cases[i].how == 'f') {
            fact.value_case = REGISTRY__V1__FACT__VALUE_FLAG;
            fact.flag = true;
        } else if (cases[i].how == 'l') {
            set_list(&fact, &list, values, text);
        }
        fault = reg_fact_check(def, &fact, reg_day_of_civil(2026, 11, 24));
        CHECK_CASE(fault == cases[i].expected, "%s %c %s: %d", cases[i].key, cases[i].how, cases[i].value, (int)fault);
    }
    reg_catalogue_free(catalogue);
}

static void test_texts(void)
{
    static const struct {
        const char *key;
        enum reg_fact_fault fault;
        const char *zh, *en;
    } texts[] = {
        {"payday", REG_FACT_BOUNDS, "应在 1 至 31 之间", "must be from 1 to 31"},
        {"employees", REG_FACT_BOUNDS, "应不小于 0", "must be at least 0"},
        {"employees", REG_FACT_KIND, "应为整数", "must be a whole number"},
        {"accounting_method", REG_FACT_CHOICE, "应从下列选项中选择：独立核算、非独立核算",
         "choose among: 独立核算, 非独立核算"},
        {"main_activity", REG_FACT_EMPTY, "内容为空", "is empty"},
        {"housing_fund_start", REG_FACT_FORMAT, "应为年月（YYYY-MM）", "must be a month (YYYY-MM)"},
    };
    struct reg_catalogue *catalogue = NULL;
    struct reg_arena *arena = reg_arena_new(0);

    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&catalogue), 0);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct reg_fact_def *def = reg_catalogue_fact(catalogue, texts[i].key);
        const char *zh = reg_fact_fault_text(def, texts[i].fault, true, arena);
        const char *en = reg_fact_fault_text(def, texts[i].fault, false, arena);

        CHECK_CASE(zh && strcmp(zh, texts[i].zh) == 0, "%s: %s", texts[i].key, zh ? zh : "NULL");
        CHECK_CASE(en && strcmp(en, texts[i].en) == 0, "%s: %s", texts[i].key, en ? en : "NULL");
    }
    reg_arena_free(arena);
    reg_catalogue_free(catalogue);
}

static CU_TestInfo tests[] = {{"values", test_values}, {"what is said", test_texts}, CU_TEST_INFO_NULL};

CU_SuiteInfo suites[] = {{"value", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
