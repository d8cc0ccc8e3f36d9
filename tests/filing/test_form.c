/* The one form: what it asks, of whom, on what condition. That it is a valid schema, others say: check_form.py. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "filing/form.h"
#include "licence/merge.h"
#include "load.h"
#include "suite.h"

#define ESTABLISH REGISTRY__V1__FILING_KIND__FILING_KIND_ESTABLISH
#define CHANGE    REGISTRY__V1__FILING_KIND__FILING_KIND_CHANGE
#define LLC       1130

static struct reg_catalogue *sample;

static int load(void)
{
    return reg_catalogue_default(&sample);
}

static int unload(void)
{
    reg_catalogue_free(sample);
    return 0;
}

static struct reg_form_request request_of(unsigned type, const char *const *terms, size_t term_count)
{
    return (struct reg_form_request){.catalogue = sample,
                                     .type = type,
                                     .kind = ESTABLISH,
                                     .terms = terms,
                                     .term_count = term_count,
                                     .industry = "",
                                     .day = reg_day_of_civil(2026, 11, 24)};
}

/* The form as JSON; the test ends where there is none. */
static json_t *form_of(const struct reg_form_request *request, struct reg_form_savings *ret_savings)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_form_savings savings;
    struct reg_error_info info = {0};
    json_error_t fault = {0};
    json_t *json;
    int error;

    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    error = reg_form_build(request, arena, &buf, &savings, &info);
    CHECK_CASE(error == 0, "type %u: %s", request->type, info.en);
    json = error ? NULL : json_loadb((const char *)buf.data, buf.len, JSON_REJECT_DUPLICATES, &fault);
    CHECK_CASE(json != NULL, "type %u, byte %d: %s", request->type, fault.position, fault.text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(json);
    if (ret_savings)
        *ret_savings = savings;
    reg_buf_clear(&buf);
    reg_arena_free(arena);
    return json;
}

static bool lists(const json_t *array, const char *text)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (strcmp(json_string_value(json_array_get(array, i)), text) == 0)
            return true;
    return false;
}

static const json_t *always(const json_t *form, const char *name)
{
    return json_object_get(json_object_get(form, "properties"), name);
}

static bool required(const json_t *form, const char *name)
{
    return lists(json_object_get(form, "required"), name);
}

/* The part of `allOf` whose `then` asks this; NULL: none. `*ret_times`: how many do. */
static const json_t *part_asking(const json_t *form, const char *name, size_t *ret_times)
{
    const json_t *parts = json_object_get(form, "allOf"), *found = NULL;

    *ret_times = 0;
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *part = json_array_get(parts, i);

        if (json_object_get(json_object_get(json_object_get(part, "then"), "properties"), name)) {
            found = part;
            ++*ret_times;
        }
    }
    return found;
}

static size_t times_asked(const json_t *form, const char *name)
{
    size_t times;

    part_asking(form, name, &times);
    return times + (always(form, name) != NULL);
}

static size_t times_in_steps(const json_t *form, const char *name)
{
    const json_t *steps = json_object_get(form, "x-steps");
    size_t times = 0;

    for (size_t i = 0; i < json_array_size(steps); i++)
        times += lists(json_object_get(json_array_get(steps, i), "properties"), name);
    return times;
}

static const char *state_of(const json_t *form, unsigned number)
{
    const json_t *items = json_object_get(form, "x-items");

    for (size_t i = 0; i < json_array_size(items); i++)
        if (json_integer_value(json_object_get(json_array_get(items, i), "number")) == number)
            return json_string_value(json_object_get(json_array_get(items, i), "state"));
    return "";
}

/* ---- each fact once ------------------------------------------------------------------------------------------------ */

static const char *const terms_once[] = {
    "货物进出口", "食品销售（仅销售预包装食品）", "机动车修理和维护", "房地产经纪", "歌舞娱乐活动", "特许经营"};
#define TERMS_ONCE (sizeof terms_once / sizeof *terms_once)

/* Every fact of the dictionary, against what the items on the form say of it. */
static void check_once(const json_t *form, unsigned type)
{
    for (size_t i = 0; i < reg_catalogue_item_count(sample); i++) {
        const struct reg_item *item = reg_catalogue_item_at(sample, i);
        const char *state = state_of(form, item->number);
        bool applies = strcmp(state, "applies") == 0;

        if (!applies && strcmp(state, "if_staff") != 0 && strcmp(state, "opt_in") != 0)
            continue;
        for (size_t k = 0; k < item->fact_count; k++) {
            const struct reg_fact_def *fact = item->facts[k].fact;
            size_t wanted = *fact->source ? 0 : 1;

            CHECK_CASE(times_asked(form, fact->key) == wanted, "%u: item %u, %s", type, item->number, fact->key);
            CHECK_CASE(times_in_steps(form, fact->key) == wanted, "%u: item %u, %s in steps", type, item->number, fact->key);
            if (applies && wanted && item->facts[k].mandatory)
                CHECK_CASE(required(form, fact->key), "%u: item %u needs %s", type, item->number, fact->key);
        }
    }
}

/* Nothing is on the form that no item asks, and no step names what is not asked. */
static void check_no_more(const json_t *form, unsigned type)
{
    const json_t *steps = json_object_get(form, "x-steps"), *needed = json_object_get(form, "required");

    for (size_t i = 0; i < json_array_size(steps); i++) {
        const json_t *names = json_object_get(json_array_get(steps, i), "properties");

        CHECK_CASE(json_array_size(names) > 0, "%u: step %zu is empty", type, i);
        for (size_t k = 0; k < json_array_size(names); k++)
            CHECK_CASE(times_asked(form, json_string_value(json_array_get(names, k))) == 1, "%u: %s", type,
                       json_string_value(json_array_get(names, k)));
    }
    for (size_t i = 0; i < json_array_size(needed); i++)
        CHECK_CASE(always(form, json_string_value(json_array_get(needed, i))) != NULL, "%u: %s is required and not asked",
                   type, json_string_value(json_array_get(needed, i)));
}

static void test_once(void)
{
    static const unsigned types[] = {1130, 1151, 1210, 2151, 4533, 4540, 9100, 9500, 3100, 5110, 7110};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct reg_form_request request = request_of(types[i], terms_once, TERMS_ONCE);
        json_t *form = form_of(&request, NULL);

        check_once(form, types[i]);
        check_no_more(form, types[i]);
        json_decref(form);
    }
}

/* ---- required ------------------------------------------------------------------------------------------------------ */

static void test_plain(void)
{
    static const char *const needed[] = {"entity.type",
                                         "entity.name",
                                         "entity.address",
                                         "entity.capital",
                                         "entity.term",
                                         "entity.scope",
                                         "filing.persons",
                                         "entity.representatives",
                                         "entity.investors",
                                         "entity.officers",
                                         "entity.liaisonPerson",
                                         "material.application_form",
                                         "material.identity_proof",
                                         "material.address_proof",
                                         "accounting_method",
                                         "employees",
                                         "finance_head_mobile",
                                         "finance_head_name",
                                         "main_activity",
                                         "seal_division",
                                         "seal_receiver_id",
                                         "seal_receiver_name",
                                         "seal_shop_name",
                                         "seal_statutory_name",
                                         "material.articles",
                                         "material.appointment_documents"};
    struct reg_form_request request = request_of(LLC, NULL, 0);
    json_t *form = form_of(&request, NULL);

    CU_ASSERT_EQUAL(json_array_size(json_object_get(form, "required")), sizeof needed / sizeof *needed);
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        CHECK_CASE(required(form, needed[i]), "%s", needed[i]);
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(json_object_get(form, "x-derived"), "subject_code")),
                           "subject_code");
    CU_ASSERT_EQUAL(times_asked(form, "subject_code"), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(json_string_value(json_object_get(form, "$comment")), "示例目录"));
    json_decref(form);
}

static void test_families(void)
{
    static const struct {
        unsigned type;
        const char *asked, *not_asked, *required, *title_of, *title;
    } cases[] = {
        {1130, "entity.officers", "entity.composition", "material.articles", "entity.investors", "股东"},
        {1210, "entity.beneficialOwners", "entity.parentCode", "entity.officers", "entity.investors", "发起人"},
        {2151, "entity.parentCode", "entity.capital", "entity.parentCode", "entity.representatives", "负责人"},
        {4533, "entity.capital", "entity.officers", "material.partnership_agreement", "entity.term", "合伙期限"},
        {4540, "entity.investors", "entity.term", "entity.capital", "entity.representatives", "投资人"},
        {9100, "entity.investors", "entity.officers", "material.articles", "entity.investors", "成员"},
        {9500, "entity.name", "entity.capital", "entity.composition", "entity.address", "经营场所"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reg_form_request request = request_of(cases[i].type, NULL, 0);
        json_t *form = form_of(&request, NULL);
        const char *title = json_string_value(json_object_get(always(form, cases[i].title_of), "title"));

        CHECK_CASE(always(form, cases[i].asked) != NULL, "%u", cases[i].type);
        CHECK_CASE(always(form, cases[i].not_asked) == NULL, "%u", cases[i].type);
        CHECK_CASE(required(form, cases[i].required), "%u", cases[i].type);
        CHECK_CASE(title && strcmp(title, cases[i].title) == 0, "%u: %s", cases[i].type, title);
        json_decref(form);
    }
}

/* Is a part of `allOf` under a condition on that answer? */
static bool hangs_on(const json_t *form, const char *name)
{
    const json_t *parts = json_object_get(form, "allOf");
    bool found = false;

    for (size_t i = 0; i < json_array_size(parts); i++)
        found = found || lists(json_object_get(json_object_get(json_array_get(parts, i), "if"), "required"), name);
    return found;
}

/* What the law asks of some types of a family alone, and what hangs on an answer. */
static void test_types(void)
{
    static const struct {
        unsigned type;
        const char *asked, *not_asked, *required;
    } cases[] = {
        {1130, "entity.noSupervisors", "entity.documentRecipient", "entity.officers"},
        {1210, "entity.raising", "material.foreign_investor_attestation", "entity.officers"},
        {1210, "material.public_offering_approval", "material.partner_qualifications", "material.articles"},
        {5150, "material.foreign_investor_attestation", "material.capital_verification", "entity.documentRecipient"},
        {4531, "entity.noExecutorAgreed", "material.partner_qualifications", "material.partnership_agreement"},
        {4532, "entity.beneficialExempt", "entity.noSupervisors", "material.partner_qualifications"},
        {7120, "entity.beneficialOwners", "entity.beneficialExempt", "entity.representatives"},
        {2151, "entity.parentCode", "entity.beneficialOwners", "entity.parentCode"},
        {5810, "entity.parentCode", "entity.beneficialOwners", "entity.parentCode"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reg_form_request request = request_of(cases[i].type, NULL, 0);
        json_t *form = form_of(&request, NULL);

        CHECK_CASE(always(form, cases[i].asked) != NULL, "%u: %s", cases[i].type, cases[i].asked);
        CHECK_CASE(always(form, cases[i].not_asked) == NULL, "%u: %s", cases[i].type, cases[i].not_asked);
        CHECK_CASE(required(form, cases[i].required), "%u: %s", cases[i].type, cases[i].required);
        CHECK_CASE(times_in_steps(form, cases[i].asked) == 1, "%u: %s", cases[i].type, cases[i].asked);
        CHECK_CASE(!required(form, "material.capital_verification"), "%u", cases[i].type);
        CHECK_CASE((cases[i].type == 1210) == hangs_on(form, "entity.raising"), "%u", cases[i].type);
        json_decref(form);
    }
}

/* A change asks again for what items need, and of the entity only what changes. */
static void test_change(void)
{
    static const char *const franchise[] = {"特许经营"};
    struct reg_form_request request = request_of(LLC, franchise, 1);
    json_t *form = form_of(&request, NULL);

    CU_ASSERT_STRING_EQUAL(state_of(form, 45), ""); /* never at establishment */
    CU_ASSERT_TRUE(required(form, "entity.capital"));
    json_decref(form);
    request.kind = CHANGE;
    form = form_of(&request, NULL);
    CU_ASSERT_STRING_EQUAL(state_of(form, 45), "opt_in");
    CU_ASSERT_PTR_NOT_NULL(always(form, "entity.capital"));
    CU_ASSERT_FALSE(required(form, "entity.capital"));
    CU_ASSERT_FALSE(required(form, "material.articles"));
    CU_ASSERT_TRUE(required(form, "accounting_method"));
    json_decref(form);
}

/* A kind that changes nothing of the entity asks for its papers all the same, each once. */
static void test_papers(void)
{
    struct reg_form_request request = request_of(LLC, NULL, 0);
    json_t *form;

    request.kind = REGISTRY__V1__FILING_KIND__FILING_KIND_DEREGISTER;
    form = form_of(&request, NULL);
    CU_ASSERT_TRUE(required(form, "material.application_form"));
    CU_ASSERT_EQUAL(times_asked(form, "material.tax_clearance"), 1);
    CU_ASSERT_FALSE(required(form, "material.tax_clearance")); /* a court's ruling may stand for it */
    CU_ASSERT_EQUAL(times_asked(form, "material.court_ruling"), 1);
    CU_ASSERT_EQUAL(times_asked(form, "material.articles"), 0);
    json_decref(form);
}

/* ---- conditions ---------------------------------------------------------------------------------------------------- */

static const json_t *condition_of(const json_t *form, const char *fact)
{
    size_t times;
    const json_t *part = part_asking(form, fact, &times);

    return json_object_get(part, "if");
}

static void test_opt_in(void)
{
    static const char *const trade[] = {"货物进出口"};
    static const uint32_t named[] = {19};
    struct reg_form_request request = request_of(LLC, trade, 1);
    json_t *form = form_of(&request, NULL);
    const json_t *question = always(form, "item.19"), *part;
    size_t times;

    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(question, "type")), "boolean");
    CU_ASSERT_TRUE(json_is_false(json_object_get(question, "default")));
    CU_ASSERT_FALSE(required(form, "item.19"));
    CU_ASSERT_FALSE(required(form, "customs_office"));
    part = part_asking(form, "customs_office", &times);
    CU_ASSERT_TRUE(json_is_true(
        json_object_get(json_object_get(json_object_get(json_object_get(part, "if"), "properties"), "item.19"), "const")));
    CU_ASSERT_TRUE(lists(json_object_get(json_object_get(part, "if"), "required"), "item.19"));
    CU_ASSERT_TRUE(lists(json_object_get(json_object_get(part, "then"), "required"), "customs_office"));
    CU_ASSERT_FALSE(lists(json_object_get(json_object_get(part, "then"), "required"), "customs_contact_fax"));
    json_decref(form);

    /* named and nothing else: asked for, whatever the scope says */
    request = request_of(LLC, NULL, 0);
    request.items = named;
    request.item_count = 1;
    form = form_of(&request, NULL);
    CU_ASSERT_STRING_EQUAL(state_of(form, 19), "asked");
    CU_ASSERT_TRUE(json_is_true(json_object_get(always(form, "item.19"), "default")));
    CU_ASSERT_PTR_NOT_NULL(condition_of(form, "customs_office"));
    json_decref(form);
}

static void test_staff(void)
{
    struct reg_form_request request = request_of(LLC, NULL, 0);
    reg_pb_fact employees = REGISTRY__V1__FACT__INIT, *held[] = {&employees};
    json_t *form = form_of(&request, NULL);
    const json_t *staff = condition_of(form, "insured_headcount");

    CU_ASSERT_STRING_EQUAL(state_of(form, 4), "if_staff");
    CU_ASSERT_EQUAL(
        json_integer_value(json_object_get(json_object_get(json_object_get(staff, "properties"), "employees"), "minimum")),
        1);
    CU_ASSERT_TRUE(lists(json_object_get(staff, "required"), "employees"));
    CU_ASSERT_FALSE(required(form, "insured_headcount"));
    CU_ASSERT_TRUE(required(form, "employees"));
    json_decref(form);

    /* who has employees is past the first one */
    employees.key = (char *)"employees";
    employees.value_case = REGISTRY__V1__FACT__VALUE_INTEGER;
    employees.integer = 5;
    request.held = held;
    request.held_count = 1;
    form = form_of(&request, NULL);
    CU_ASSERT_STRING_EQUAL(state_of(form, 4), "applies");
    CU_ASSERT_TRUE(required(form, "insured_headcount"));
    CU_ASSERT_FALSE(required(form, "employees"));
    json_decref(form);

    /* who has none is asked: the form is to hear of the first one */
    employees.integer = 0;
    form = form_of(&request, NULL);
    CU_ASSERT_STRING_EQUAL(state_of(form, 4), "if_staff");
    CU_ASSERT_TRUE(required(form, "employees"));
    CU_ASSERT_PTR_NULL(json_object_get(always(form, "employees"), "readOnly"));
    json_decref(form);
}

static void test_waiting(void)
{
    static const char *const venue[] = {"歌舞娱乐活动"};
    struct reg_form_request request = request_of(LLC, venue, 1);
    json_t *form = form_of(&request, NULL);

    CU_ASSERT_STRING_EQUAL(state_of(form, 31), "waiting");
    CU_ASSERT_EQUAL(times_asked(form, "approved_capacity"), 0);
    CU_ASSERT_EQUAL(times_asked(form, "material.entertainment_permit"), 0);
    json_decref(form);
}

/* ---- what the authority holds -------------------------------------------------------------------------------------- */

static void test_held(void)
{
    reg_pb_fact name = REGISTRY__V1__FACT__INIT, method = REGISTRY__V1__FACT__INIT, mobile = REGISTRY__V1__FACT__INIT;
    reg_pb_fact unknown = REGISTRY__V1__FACT__INIT, *held[] = {&name, &method, &mobile, &unknown};
    struct reg_form_request request = request_of(LLC, NULL, 0);
    json_t *form;
    const json_t *shown;

    name.key = (char *)"finance_head_name";
    name.text = (char *)"郑\"若\\兰\n";
    method.key = (char *)"accounting_method";
    method.text = (char *)"别的核算"; /* no longer among the choices */
    mobile.key = (char *)"finance_head_mobile";
    mobile.text = (char *)"13900000201";
    unknown.key = (char *)"colour";
    unknown.text = (char *)"红";
    name.value_case = method.value_case = mobile.value_case = unknown.value_case = REGISTRY__V1__FACT__VALUE_TEXT;
    request.kind = CHANGE;
    request.held = held;
    request.held_count = sizeof held / sizeof *held;
    form = form_of(&request, NULL);
    shown = always(form, "finance_head_name");
    CU_ASSERT_TRUE(json_is_true(json_object_get(shown, "readOnly")));
    CU_ASSERT_TRUE(json_is_true(json_object_get(shown, "x-confirm")));
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(shown, "default")), name.text);
    CU_ASSERT_FALSE(required(form, "finance_head_name"));
    CU_ASSERT_EQUAL(times_in_steps(form, "finance_head_name"), 1);
    CU_ASSERT_TRUE(required(form, "accounting_method"));
    CU_ASSERT_PTR_NULL(json_object_get(always(form, "accounting_method"), "default"));
    CU_ASSERT_EQUAL(times_asked(form, "colour"), 0);
    json_decref(form);
}

/* Values of each shape, as JSON has them. */
static void test_held_shapes(void)
{
    static const uint32_t named[] = {6, 12, 45, 55};
    char *modes[] = {(char *)"批发", (char *)"网络"};
    reg_pb_string_list list = REGISTRY__V1__STRING_LIST__INIT;
    reg_pb_fact set = REGISTRY__V1__FACT__INIT, rate = REGISTRY__V1__FACT__INIT, flag = REGISTRY__V1__FACT__INIT;
    reg_pb_fact *held[] = {&set, &rate, &flag};
    struct reg_form_request request = request_of(LLC, NULL, 0);
    size_t times;
    json_t *form, *value;

    list.values = modes;
    list.n_values = 2;
    set.key = (char *)"food_sales_modes";
    set.value_case = REGISTRY__V1__FACT__VALUE_LIST;
    set.list = &list;
    rate.key = (char *)"housing_fund_unit_rate";
    rate.value_case = REGISTRY__V1__FACT__VALUE_DECIMAL;
    rate.decimal = (char *)"007.50";
    flag.key = (char *)"seal_statutory_name";
    flag.value_case = REGISTRY__V1__FACT__VALUE_FLAG;
    flag.flag = true;
    request.items = named;
    request.item_count = sizeof named / sizeof *named;
    request.kind = CHANGE;
    request.held = held;
    request.held_count = sizeof held / sizeof *held;
    form = form_of(&request, NULL);
    value = json_object_get(always(form, "food_sales_modes"), "default");
    CU_ASSERT_EQUAL(json_array_size(value), 2);
    CU_ASSERT_TRUE(lists(value, "网络"));
    value = json_object_get(
        json_object_get(json_object_get(part_asking(form, "housing_fund_unit_rate", &times), "then"), "properties"),
        "housing_fund_unit_rate");
    CU_ASSERT_EQUAL(json_number_value(json_object_get(value, "default")), 7.5);
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(value, "minimum")), 5);
    CU_ASSERT_TRUE(json_is_true(json_object_get(always(form, "seal_statutory_name"), "default")));
    json_decref(form);
}

/* ---- savings ------------------------------------------------------------------------------------------------------- */

static const char *const *terms_of(const reg_pb_scope *scope, struct reg_arena *arena, size_t *ret_count)
{
    const char **terms = reg_arena_alloc(arena, (scope->n_general + scope->n_licensed + 1) * sizeof *terms);
    size_t count = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(terms);
    for (size_t i = 0; i < scope->n_general; i++)
        terms[count++] = scope->general[i]->term;
    for (size_t i = 0; i < scope->n_licensed; i++)
        terms[count++] = scope->licensed[i]->term;
    *ret_count = count;
    return terms;
}

static bool has_staff(const reg_pb_filing *filing)
{
    for (size_t i = 0; i < filing->n_facts; i++)
        if (strcmp(filing->facts[i]->key, "employees") == 0)
            return filing->facts[i]->integer > 0;
    return false;
}

/* What the form promises is what merging the filled form then saves. */
static void test_savings(void)
{
    static const char *const examples[] = {"01", "02", "03", "04", "05", "06", "07", "08", "11",
                                           "12", "13", "14", "15", "16", "17", "18", "19", "20"};
    static const struct reg_register_view view;

    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        const reg_pb_filing *filing = load_example(examples[i], arena);
        struct reg_form_request request = request_of(filing->entity->type, NULL, 0);
        struct reg_rule_input input = {.filing = filing, .view = &view, .catalogue = sample, .day = request.day};
        struct reg_form_savings savings;
        const reg_pb_savings *promised;
        struct reg_merge merge;

        input.type = reg_entity_type_find(filing->entity->type);
        CU_ASSERT_EQUAL_FATAL(reg_merge_run(&input, arena, &merge), 0);
        request.terms = terms_of(filing->entity->scope, arena, &request.term_count);
        request.industry = filing->entity->industry;
        request.items = filing->items_asked;
        request.item_count = filing->n_items_asked;
        json_decref(form_of(&request, &savings));
        promised = has_staff(filing) ? &savings.with_staff : &savings.plain;
        CHECK_CASE(promised->forms == merge.savings.forms && promised->facts == merge.savings.facts &&
                       promised->materials == merge.savings.materials && promised->visits == merge.savings.visits,
                   "%s: %u %u %u %u, merged %u %u %u %u", examples[i], promised->forms, promised->facts, promised->materials,
                   promised->visits, merge.savings.forms, merge.savings.facts, merge.savings.materials,
                   merge.savings.visits);
        reg_arena_free(arena);
    }
}

/* ---- a bureau's own catalogue -------------------------------------------------------------------------------------- */

#define ITEMS_HEAD                                                                                                          \
    "number,tier,name_zh,name_en,department,level,kind,treatment,entity_types,industries,keywords,when,status,status_note," \
    "note,permit_zh,legal_basis,provenance,facts,materials\n"
#define FACTS_HEAD "key,type,unit,choices,choices_en,min,max,label_zh,label_en,help_zh,help_en,visibility,source\n"
#define ROW(number, when, facts, materials)                                                                                 \
#number ",local,事项" #number ",Item " #number ",police,县级,备案,信息采集,C,*,*," when ",in_force,,,,法,," facts       \
            "," materials "\n"

static struct reg_bytes bytes_of(const char *text)
{
    return (struct reg_bytes){(const uint8_t *)text, strlen(text)};
}

static struct reg_catalogue *parse(const char *items, const char *facts, const char *materials)
{
    struct reg_catalogue *catalogue = NULL;
    struct reg_error_info info = {0};
    int error = reg_catalogue_parse(bytes_of(items), bytes_of(facts), bytes_of(materials), (struct reg_bytes){NULL, 0},
                                    &catalogue, &info);

    CHECK_CASE(error == 0, "%s", info.en);
    CU_ASSERT_PTR_NOT_NULL_FATAL(catalogue);
    return catalogue;
}

/* Facts that several conditions lead to: still asked once, where any of them holds. */
static void test_shared(void)
{
    struct reg_catalogue *catalogue = parse(
        ITEMS_HEAD ROW(10, "opt_in", "a!;b", "plan") ROW(11, "opt_in", "a;c!", "plan")
            ROW(12, "establish_if_staff", "a!;d!", "") ROW(13, "opt_in", "d;e!", "") ROW(14, "establish", "e", ""),
        FACTS_HEAD "a,text,,,,,,甲,A,,,item,\nb,text,,,,,,乙,B,,,item,\nc,text,,,,,,丙,C,,,item,\nd,text,,,,,,丁,D,,,item,\n"
                   "e,text,,,,,,戊,E,,,item,\nemployees,int,人,,,0,,人数,Staff,,,item,\n",
        "kind,label_zh,label_en\nplan,图,Plan\n");
    struct reg_form_request request = request_of(LLC, NULL, 0);
    json_t *form;
    const json_t *any;

    request.catalogue = catalogue;
    form = form_of(&request, NULL);
    CU_ASSERT_PTR_NULL(json_object_get(form, "$comment")); /* the bureau's own is no sample */
    CU_ASSERT_EQUAL(times_asked(form, "a"), 1);
    any = json_object_get(condition_of(form, "a"), "anyOf");
    CU_ASSERT_EQUAL(json_array_size(any), 3);
    CU_ASSERT_EQUAL(times_asked(form, "d"), 1);
    CU_ASSERT_EQUAL(json_array_size(json_object_get(condition_of(form, "d"), "anyOf")), 2);
    CU_ASSERT_EQUAL(times_asked(form, "material.plan"), 1);
    CU_ASSERT_EQUAL(json_array_size(json_object_get(condition_of(form, "material.plan"), "anyOf")), 2);
    CU_ASSERT_PTR_NOT_NULL(always(form, "e")); /* 14 asks without condition */
    CU_ASSERT_FALSE(required(form, "e"));      /* but does not need it */
    CU_ASSERT_EQUAL(times_asked(form, "e"), 1);
    CU_ASSERT_PTR_NOT_NULL(always(form, "employees")); /* no item asks, the condition does */
    CU_ASSERT_EQUAL(times_in_steps(form, "employees"), 1);
    check_no_more(form, LLC);
    json_decref(form);
    reg_catalogue_free(catalogue);
}

/* Where the catalogue does not ask how many are employed, staff items are asked at once and need nothing. */
static void test_no_count(void)
{
    struct reg_catalogue *catalogue =
        parse(ITEMS_HEAD ROW(12, "establish_if_staff", "rate!", ""),
              FACTS_HEAD "rate,num,%,,,-0.5,12.25,\"引\"\"号\\\",\"A \"\"rate\"\"\",,,item,\n", "kind,label_zh,label_en\n");
    struct reg_form_request request = request_of(LLC, NULL, 0);
    const json_t *rate;
    json_t *form;

    request.catalogue = catalogue;
    form = form_of(&request, NULL);
    rate = always(form, "rate");
    CU_ASSERT_FALSE(required(form, "rate"));
    CU_ASSERT_PTR_NULL(json_object_get(form, "allOf"));
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(rate, "title")), "引\"号\\");
    CU_ASSERT_EQUAL(json_number_value(json_object_get(rate, "minimum")), -0.5);
    CU_ASSERT_EQUAL(json_number_value(json_object_get(rate, "maximum")), 12.25);
    CU_ASSERT_TRUE(required(form, "material.articles")); /* the law asks, though the catalogue has no such material */
    json_decref(form);
    reg_catalogue_free(catalogue);
}

/* ---- refusals ------------------------------------------------------------------------------------------------------ */

/* What each kind asks beside the entity; a kind that changes nothing of it asks nothing else. */
static void test_kinds(void)
{
    static const struct {
        reg_pb_filing_kind kind;
        unsigned type;
        const char *asked, *required, *not_asked;
    } cases[] = {
        {REGISTRY__V1__FILING_KIND__FILING_KIND_GO_DORMANT, LLC, "particulars.cause", "particulars.until", "entity.name"},
        {REGISTRY__V1__FILING_KIND__FILING_KIND_SIMPLE_DEREGISTER, LLC, "particulars.announced", "particulars.announced",
         "employees"},
        {REGISTRY__V1__FILING_KIND__FILING_KIND_SIMPLE_DEREGISTER, 9500, "particulars.promised", "particulars.promised",
         "particulars.announced"},
        {REGISTRY__V1__FILING_KIND__FILING_KIND_REVOKE, LLC, "particulars.decided", "particulars.basis", "entity.scope"},
        {REGISTRY__V1__FILING_KIND__FILING_KIND_CONVERT, LLC, "entity.formerNumbers", "entity.established",
         "particulars.decided"},
        {REGISTRY__V1__FILING_KIND__FILING_KIND_MOVE_IN, LLC, "entity.name", "particulars.otherAuthority",
         "particulars.decided"},
        {CHANGE, LLC, "particulars.announced", NULL, "entity.established"},
        {CHANGE, 9500, "particulars.taxesSettled", NULL, "particulars.announced"},
        {ESTABLISH, LLC, "entity.name", "entity.name", "particulars.decided"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reg_form_request request = request_of(cases[i].type, NULL, 0);
        json_t *form, *properties, *required, *name;
        bool found = cases[i].required == NULL;
        size_t at;

        request.kind = cases[i].kind;
        form = form_of(&request, NULL);
        properties = json_object_get(form, "properties");
        required = json_object_get(form, "required");
        CHECK_CASE(json_object_get(properties, cases[i].asked) != NULL, "kind %d: %s", cases[i].kind, cases[i].asked);
        CHECK_CASE(json_object_get(properties, cases[i].not_asked) == NULL, "kind %d: %s", cases[i].kind,
                   cases[i].not_asked);
        json_array_foreach(required, at, name)
        {
            CHECK_CASE(json_object_get(properties, json_string_value(name)) != NULL,
                       "kind %d requires %s, which is not there", cases[i].kind, json_string_value(name));
            found = found || strcmp(json_string_value(name), cases[i].required) == 0;
        }
        CHECK_CASE(found, "kind %d does not require %s", cases[i].kind, cases[i].required);
        json_decref(form);
    }
}

static void test_refused(void)
{
    static const uint32_t none[] = {62}, repealed[] = {25};
    static const struct {
        const char *name;
        unsigned type;
        reg_pb_filing_kind kind;
        const uint32_t *items;
        int error;
    } cases[] = {
        {"no such type", 1, ESTABLISH, NULL, REG_ERR_INVALID},
        {"a type without a licence", 1000, ESTABLISH, NULL, REG_ERR_INVALID},
        {"no such item", LLC, ESTABLISH, none, REG_ERR_INVALID},
        {"a wake, which nobody files", LLC, REGISTRY__V1__FILING_KIND__FILING_KIND_WAKE, NULL, REG_ERR_INVALID},
        {"no kind", LLC, REGISTRY__V1__FILING_KIND__FILING_KIND_UNSPECIFIED, NULL, REG_ERR_INVALID},
    };
    struct reg_form_request request = request_of(LLC, NULL, 0);
    json_t *form;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        struct reg_buf buf = REG_BUF_INIT;
        struct reg_form_savings savings = {.plain.forms = 77};
        struct reg_error_info info = {0};

        request.type = cases[i].type;
        request.kind = cases[i].kind;
        request.items = cases[i].items;
        request.item_count = cases[i].items != NULL;
        CHECK_CASE(reg_form_build(&request, arena, &buf, &savings, &info) == cases[i].error, "%s", cases[i].name);
        CHECK_CASE(info.zh[0] && info.en[0] && savings.plain.forms == 77, "%s: %s", cases[i].name, info.en);
        reg_buf_clear(&buf);
        reg_arena_free(arena);
    }
    /* named, but no longer in force: said, not asked */
    request = request_of(LLC, NULL, 0);
    request.items = repealed;
    request.item_count = 1;
    form = form_of(&request, NULL);
    CU_ASSERT_STRING_EQUAL(state_of(form, 25), "not_applicable");
    CU_ASSERT_EQUAL(times_asked(form, "english_name"), 0);
    json_decref(form);
}

/* At each budget: a clean error, or the whole form. */
static void test_budget(void)
{
    struct reg_form_request request = request_of(LLC, terms_once, TERMS_ONCE);
    int error = REG_ERR_LIMIT;
    size_t failures = 0;

    for (size_t budget = 64; error && budget < 1 << 20; budget += 512) {
        struct reg_arena *arena = reg_arena_new(budget);
        struct reg_buf buf = REG_BUF_INIT;
        struct reg_form_savings savings;

        CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
        error = reg_form_build(&request, arena, &buf, &savings, NULL);
        CHECK_CASE(error == 0 || error == REG_ERR_LIMIT, "%zu: %d", budget, error);
        failures += error != 0;
        reg_buf_clear(&buf);
        reg_arena_free(arena);
    }
    CU_ASSERT_EQUAL(error, 0);
    CU_ASSERT_TRUE(failures > 3);
}

static CU_TestInfo tests[] = {{"each fact once", test_once},
                              {"what a plain company must answer", test_plain},
                              {"families", test_families},
                              {"types", test_types},
                              {"a change", test_change},
                              {"papers", test_papers},
                              {"opt-in items", test_opt_in},
                              {"the first employee", test_staff},
                              {"items that wait for a permit", test_waiting},
                              {"what the authority holds", test_held},
                              {"held values of each shape", test_held_shapes},
                              {"savings are the merge's", test_savings},
                              {"one question under several conditions", test_shared},
                              {"no count of employees", test_no_count},
                              {"kinds of filing", test_kinds},
                              {"refused", test_refused},
                              {"budget", test_budget},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"form", load, unload, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
