#include <stdio.h>
#include <string.h>

#include <registry/catalogue.h>

#include "base/date.h"
#include "licence/merge.h"
#include "suite.h"

#define STATE(name)    REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_##name
#define REASON(name)   REGISTRY__V1__OUTCOME_REASON__OUTCOME_REASON_##name
#define SEVERITY(name) REGISTRY__V1__SEVERITY__SEVERITY_##name

#define MAX_PARTS 64
#define DAY       reg_day_of_civil(2026, 11, 24)

/* An answer: key, how it travels (t text, i integer, d decimal, f flag, l list of one) and its value. */
struct answer {
    const char *key;
    char how;
    const char *value;
};

struct expected_outcome {
    unsigned item;
    reg_pb_outcome_state state;
    reg_pb_outcome_reason reason;
};

struct expected_finding {
    const char *rule, *path;
    reg_pb_severity severity;
};

/* A filing that differs from a plain one, and what merging must say of it. */
struct merge_case {
    const char *name;
    unsigned type; /* 0: 1151, a one-person LLC */
    const char *industry;
    const char *terms[3];
    struct answer answers[16]; /* beside or instead of the plain ones; how 0: left out */
    const char *materials[3];  /* beside the plain ones, "kind" or "kind=day" */
    unsigned asked[3];
    struct expected_outcome outcomes[12];
    struct expected_finding findings[6]; /* in order; all of them … */
    bool more_findings;                  /* … or only the first */
};

static const struct answer plain[] = {
    {"accounting_method", 't', "独立核算"},
    {"employees", 'i', "0"},
    {"finance_head_mobile", 't', "13912345678"},
    {"finance_head_name", 't', "张示例"},
    {"main_activity", 't', "软件开发"},
    {"seal_division", 't', "341302"},
    {"seal_receiver_id", 't', "11010519491231002X"},
    {"seal_receiver_name", 't', "张示例"},
    {"seal_shop_name", 't', "示例刻章店"},
    {"seal_statutory_name", 'f', "1"},
};

#define STAFF_ANSWERS                                                                                                       \
    {"insurance_handler_name", 't', "李示例"}, {"insurance_handler_mobile", 't', "13812345678"},                            \
        {"insured_headcount", 'i', "3"}, {"social_insurance_kinds", 'l', "养老"}, {"housing_fund_headcount", 'i', "3"},     \
        {"housing_fund_unit_rate", 'd', "8"}, {"housing_fund_personal_rate", 'd', "8"},                                     \
        {"housing_fund_start", 't', "2026-12"}, {"payday", 'i', "15"}, {"housing_fund_bank", 't', "示例银行"},              \
        {"housing_fund_handler_name", 't', "李示例"}, {"housing_fund_handler_id", 't', "11010519491231002X"},               \
    {                                                                                                                       \
        "housing_fund_handler_mobile", 't', "13812345678"                                                                   \
    }

static const struct merge_case cases[] = {
    {.name = "a plain LLC",
     .outcomes = {{1, STATE(MERGED), REASON(UNIVERSAL)},
                  {2, STATE(MERGED), REASON(UNIVERSAL)},
                  {3, STATE(MERGED), REASON(UNIVERSAL)},
                  {4, STATE(NOT_APPLICABLE), REASON(NO_STAFF)},
                  {8, STATE(MERGED), REASON(UNIVERSAL)},
                  {12, STATE(NOT_APPLICABLE), REASON(NO_STAFF)},
                  {13, STATE(NOT_APPLICABLE), REASON(NOT_IN_FORCE)},
                  {18, STATE(NOT_APPLICABLE), REASON(ENTITY_TYPE)},
                  {20, STATE(NOT_APPLICABLE), REASON(NOT_IN_FORCE)},
                  {30, STATE(NOT_APPLICABLE), REASON(NOT_ASKED)},
                  {45, STATE(NOT_APPLICABLE), REASON(NO_MATCH)},
                  {55, STATE(NOT_APPLICABLE), REASON(NO_MATCH)}}},
    {.name = "staff",
     .answers = {{"employees", 'i', "3"}, STAFF_ANSWERS},
     .outcomes = {{4, STATE(MERGED), REASON(UNIVERSAL)},
                  {12, STATE(MERGED), REASON(UNIVERSAL)},
                  {37, STATE(MERGED), REASON(UNIVERSAL)}}},
    {.name = "staff, and not a word on insurance",
     .answers = {{"employees", 'i', "3"}, {"insured_headcount", 'i', "0"}},
     .outcomes = {{4, STATE(REFUSED), REASON(INCOMPLETE)}, {37, STATE(REFUSED), REASON(INCOMPLETE)}},
     .findings = {{"I4", "facts[insurance_handler_mobile]", SEVERITY(ERROR)},
                  {"I4", "facts[insurance_handler_name]", SEVERITY(ERROR)},
                  {"I4", "facts[social_insurance_kinds]", SEVERITY(ERROR)},
                  {"I12", "facts[housing_fund_bank]", SEVERITY(ERROR)}},
     .more_findings = true},
    {.name = "staff by the item's own headcount",
     .answers = {STAFF_ANSWERS},
     .outcomes = {{4, STATE(MERGED), REASON(UNIVERSAL)}, {12, STATE(MERGED), REASON(UNIVERSAL)}}},
    {.name = "food by its scope",
     .terms = {"食品销售（仅销售预包装食品）"},
     .answers = {{"food_sales_kinds", 'l', "食品销售"}, {"food_sales_modes", 'l', "零售"}},
     .outcomes = {{55, STATE(MERGED), REASON(SCOPE)}}},
    {.name = "food by its industry, facts missing",
     .industry = "F5211",
     .answers = {{"food_sales_modes", 'l', "零售"}},
     .outcomes = {{55, STATE(REFUSED), REASON(INCOMPLETE)}},
     .findings = {{"I55", "facts[food_sales_kinds]", SEVERITY(ERROR)}}},
    {.name = "customs asked for",
     .terms = {"货物进出口"},
     .asked = {19},
     .answers = {{"customs_office", 't', "3300"},
                 {"customs_economic_zone", 't', "34139"},
                 {"customs_economic_type", 't', "150"},
                 {"english_name", 't', "Example Ltd"},
                 {"english_address", 't', "1 Example Road"},
                 {"customs_contact_name", 't', "李示例"},
                 {"customs_contact_mobile", 't', "13812345678"}},
     .outcomes = {{19, STATE(MERGED), REASON(ASKED)}, {25, STATE(NOT_APPLICABLE), REASON(NOT_IN_FORCE)}}},
    {.name = "customs not asked for",
     .terms = {"货物进出口"},
     .outcomes = {{19, STATE(NOT_APPLICABLE), REASON(NOT_ASKED)}, {26, STATE(NOT_APPLICABLE), REASON(NOT_ASKED)}}},
    {.name = "asked for without its scope, repealed, unknown",
     .asked = {19, 25, 99},
     .outcomes = {{19, STATE(NOT_APPLICABLE), REASON(NO_MATCH)}},
     .findings = {{"I0", "itemsAsked[2]", SEVERITY(WARNING)},
                  {"I19", "itemsAsked", SEVERITY(WARNING)},
                  {"I25", "itemsAsked", SEVERITY(WARNING)}}},
    {.name = "franchise never at the start",
     .terms = {"商业特许经营"},
     .asked = {45},
     .outcomes = {{45, STATE(NOT_APPLICABLE), REASON(NOT_AT_START)}},
     .findings = {{"I45", "itemsAsked", SEVERITY(WARNING)}}},
    {.name = "waiting for a permit, its facts not required",
     .terms = {"歌舞娱乐活动"},
     .outcomes = {{31, STATE(WAITING), REASON(PERMIT)}}},
    {.name = "waiting for two permits",
     .terms = {"歌舞娱乐活动", "营业性演出场所经营"},
     .outcomes = {{31, STATE(WAITING), REASON(PERMIT)}, {49, STATE(WAITING), REASON(PERMIT)}}},
    {.name = "two files of a kind, one of them without its digest",
     .materials = {"+identity_proof", "+identity_proof#"},
     .outcomes = {{1, STATE(REFUSED), REASON(INCOMPLETE)}},
     .findings = {{"I1", "materials[identity_proof]", SEVERITY(ERROR)}}},
    {.name = "three files of a kind",
     .materials = {"+identity_proof", "+identity_proof"},
     .outcomes = {{1, STATE(MERGED), REASON(UNIVERSAL)}}},
    {.name = "a material without a file",
     .materials = {"identity_proof#"},
     .outcomes = {{1, STATE(REFUSED), REASON(INCOMPLETE)}},
     .findings = {{"I1", "materials[identity_proof]", SEVERITY(ERROR)}}},
    {.name = "a deferred material",
     .terms = {"机动车修理和维护"},
     .answers = {{"public_order_head", 't', "王示例"},
                 {"vehicle_repair_category", 't', "三类"},
                 {"site_area", 'd', "80.5"},
                 {"vehicle_repair_technical_head", 't', "王示例"},
                 {"vehicle_repair_technicians", 'i', "2"}},
     .materials = {"premises_proof", "repair_equipment_list=2026-12-01", "repair_technician_certificates=2026-12-15"},
     .outcomes = {{38, STATE(DEFERRED), REASON(MATERIAL_DEFERRED)}, {32, STATE(NOT_APPLICABLE), REASON(NO_MATCH)}}},
    {.name = "a promise in the past, a promise that is no day, a missing material",
     .terms = {"机动车修理和维护"},
     .answers = {{"vehicle_repair_category", 't', "三类"},
                 {"site_area", 'd', "80.5"},
                 {"vehicle_repair_technical_head", 't', "王示例"},
                 {"vehicle_repair_technicians", 'i', "2"}},
     .materials = {"premises_proof=2026-11-23", "repair_equipment_list=soon"},
     .outcomes = {{38, STATE(REFUSED), REASON(INCOMPLETE)}},
     .findings = {{"I38", "materials[premises_proof]", SEVERITY(ERROR)},
                  {"I38", "materials[repair_equipment_list]", SEVERITY(ERROR)},
                  {"I38", "materials[repair_technician_certificates]", SEVERITY(ERROR)}}},
    {.name = "what the licence itself rests on cannot be deferred",
     .materials = {"address_proof=2026-12-01"},
     .outcomes = {{1, STATE(REFUSED), REASON(INCOMPLETE)}, {2, STATE(MERGED), REASON(UNIVERSAL)}},
     .findings = {{"I1", "materials[address_proof]", SEVERITY(ERROR)}}},
    {.name = "a missing fact",
     .answers = {{"finance_head_name", 0, NULL}},
     .outcomes = {{3, STATE(REFUSED), REASON(INCOMPLETE)}},
     .findings = {{"I3", "facts[finance_head_name]", SEVERITY(ERROR)}}},
    {.name = "a fact that the dictionary does not know",
     .answers = {{"ff_mode", 't', "海运"}},
     .outcomes = {{1, STATE(MERGED), REASON(UNIVERSAL)}},
     .findings = {{"I0", "facts[ff_mode]", SEVERITY(ERROR)}}},
    {.name = "a material that the catalogue does not know",
     .materials = {"horoscope"},
     .findings = {{"I0", "materials[horoscope]", SEVERITY(WARNING)}}},
    {.name = "wrong values, each said once though two items name one of them",
     .answers = {{"employees", 't', "3"}, {"accounting_method", 't', "心算"}},
     .outcomes = {{3, STATE(REFUSED), REASON(INCOMPLETE)},
                  {4, STATE(NOT_APPLICABLE), REASON(NO_STAFF)},
                  {5, STATE(REFUSED), REASON(INCOMPLETE)}},
     .findings = {{"I3", "facts[accounting_method]", SEVERITY(ERROR)}, {"I3", "facts[employees]", SEVERITY(ERROR)}}},
    {.name = "a wrong value that nobody needs",
     .answers = {{"venue_seats", 'i', "-5"}},
     .outcomes = {{49, STATE(NOT_APPLICABLE), REASON(NO_MATCH)}},
     .findings = {{"I0", "facts[venue_seats]", SEVERITY(WARNING)}}},
    {.name = "an answer that differs from the filing",
     .answers = {{"main_industry_code", 't', "6512"}, {"subject_code", 't', "MA2P00000"}},
     .outcomes = {{5, STATE(MERGED), REASON(UNIVERSAL)}, {2, STATE(MERGED), REASON(UNIVERSAL)}},
     .findings = {{"I2", "facts[subject_code]", SEVERITY(WARNING)}, {"I5", "facts[main_industry_code]", SEVERITY(WARNING)}}},
    {.name = "an individual business",
     .type = 9999,
     .terms = {"小餐饮服务"},
     .answers = {{"usable_area", 'd', "30"}, {"small_catering_items", 'l', "热食"}, {"health_certificates", 'i', "1"}},
     .materials = {"health_certificate"},
     .outcomes = {{1, STATE(MERGED), REASON(UNIVERSAL)},
                  {2, STATE(NOT_APPLICABLE), REASON(ENTITY_TYPE)},
                  {3, STATE(MERGED), REASON(UNIVERSAL)},
                  {5, STATE(NOT_APPLICABLE), REASON(ENTITY_TYPE)},
                  {8, STATE(NOT_APPLICABLE), REASON(ENTITY_TYPE)},
                  {56, STATE(MERGED), REASON(SCOPE)}}},
    {.name = "a branch: head and parent come from the filing",
     .type = 2151,
     .terms = {"旅行社业务"},
     .answers = {{"parent_travel_agency_permit", 't', "L-AH-00000"}, {"travel_deposit_paid", 'f', "1"}},
     .materials = {"travel_agency_permit_copy", "travel_deposit_proof"},
     .outcomes = {{24, STATE(MERGED), REASON(SCOPE)}, {45, STATE(NOT_APPLICABLE), REASON(ENTITY_TYPE)}}},
    {.name = "a foreign branch is a branch",
     .type = 5810,
     .outcomes = {{18, STATE(NOT_APPLICABLE), REASON(ENTITY_TYPE)}, {1, STATE(MERGED), REASON(UNIVERSAL)}}},
    {.name = "foreign-invested: what was transformed is in force",
     .type = 5150,
     .answers = {{"foreign_report_kind", 't', "初始报告"},
                 {"foreign_controllers", 'l', "Example Holdings"},
                 {"foreign_controller_country", 't', "702"},
                 {"foreign_investment_way", 't', "新设"}},
     .outcomes = {{18, STATE(MERGED), REASON(UNIVERSAL)}, {6, STATE(NOT_APPLICABLE), REASON(NO_MATCH)}}},
    {.name = "an unknown type", .type = 1, .outcomes = {{1, STATE(NOT_APPLICABLE), REASON(ENTITY_TYPE)}}},
};

/* A filing with room for its parts. */
struct built {
    reg_pb_filing filing;
    reg_pb_entity entity;
    reg_pb_name name;
    reg_pb_address address;
    reg_pb_scope scope;
    reg_pb_scope_entry entries[3], *entry_list[3];
    reg_pb_representative representative, *representative_list[1];
    reg_pb_person person, *person_list[1];
    reg_pb_id_document id;
    reg_pb_fact facts[MAX_PARTS], *fact_list[MAX_PARTS];
    reg_pb_string_list lists[MAX_PARTS];
    char *values[MAX_PARTS];
    reg_pb_material materials[8], *material_list[8];
    char kinds[8][64];
    uint32_t asked[3];
};

static void add_fact(struct built *built, const struct answer *answer)
{
    size_t at = built->filing.n_facts++;
    reg_pb_fact *fact = built->fact_list[at] = &built->facts[at];
    long number = 0;

    registry__v1__fact__init(fact);
    fact->key = (char *)answer->key;
    switch (answer->how) {
    case 't':
        fact->value_case = REGISTRY__V1__FACT__VALUE_TEXT;
        fact->text = (char *)answer->value;
        break;
    case 'i':
        sscanf(answer->value, "%ld", &number);
        fact->value_case = REGISTRY__V1__FACT__VALUE_INTEGER;
        fact->integer = number;
        break;
    case 'd':
        fact->value_case = REGISTRY__V1__FACT__VALUE_DECIMAL;
        fact->decimal = (char *)answer->value;
        break;
    case 'f':
        fact->value_case = REGISTRY__V1__FACT__VALUE_FLAG;
        fact->flag = answer->value[0] == '1';
        break;
    default:
        registry__v1__string_list__init(&built->lists[at]);
        built->values[at] = (char *)answer->value;
        built->lists[at].values = &built->values[at];
        built->lists[at].n_values = 1;
        fact->value_case = REGISTRY__V1__FACT__VALUE_LIST;
        fact->list = &built->lists[at];
    }
}

static void add_facts(struct built *built, const struct merge_case *c)
{
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        bool replaced = false;

        for (size_t k = 0; k < 16 && c->answers[k].key; k++)
            replaced = replaced || strcmp(c->answers[k].key, plain[i].key) == 0;
        if (!replaced)
            add_fact(built, &plain[i]);
    }
    for (size_t k = 0; k < 16 && c->answers[k].key; k++) {
        if (c->answers[k].how)
            add_fact(built, &c->answers[k]);
    }
    built->filing.facts = built->fact_list;
}

/* "kind", "kind=day" or "kind#", which has no file; one of the same kind is replaced, unless
 * the text starts with "+". */
static void add_material(struct built *built, const char *text)
{
    static uint8_t digest[32];
    bool another = *text == '+';
    const char *equals = strchr(text, '=');
    size_t len, at = 0;

    text += another;
    len = strcspn(text, "=#");
    while (another && at < built->filing.n_materials)
        at++;
    while (at < built->filing.n_materials && strncmp(built->kinds[at], text, len) != 0)
        at++;
    if (at == built->filing.n_materials)
        built->filing.n_materials++;
    snprintf(built->kinds[at], sizeof built->kinds[at], "%.*s", (int)len, text);
    built->material_list[at] = &built->materials[at];
    registry__v1__material__init(&built->materials[at]);
    built->materials[at].kind = built->kinds[at];
    if (equals)
        built->materials[at].deferred_until = (char *)equals + 1;
    else if (text[len] != '#')
        built->materials[at].digest = (ProtobufCBinaryData){sizeof digest, digest};
    built->filing.materials = built->material_list;
}

static void add_entity(struct built *built, const struct merge_case *c)
{
    reg_pb_entity *entity = &built->entity;

    registry__v1__entity__init(entity);
    registry__v1__name__init(&built->name);
    registry__v1__address__init(&built->address);
    registry__v1__scope__init(&built->scope);
    built->name.full = (char *)"宿州示例有限公司";
    built->address.text = (char *)"安徽省宿州市埇桥区示例路1号";
    built->address.postcode = (char *)"234000";
    for (size_t i = 0; i < 3 && c->terms[i]; i++) {
        registry__v1__scope_entry__init(&built->entries[i]);
        built->entries[i].term = (char *)c->terms[i];
        built->entry_list[built->scope.n_general++] = &built->entries[i];
    }
    built->scope.general = built->entry_list;
    entity->type = c->type ? c->type : 1151;
    entity->name = &built->name;
    entity->address = &built->address;
    entity->scope = &built->scope;
    entity->industry = (char *)(c->industry ? c->industry : "I6513");
    registry__v1__representative__init(&built->representative);
    built->representative.person = 1;
    built->representative_list[0] = &built->representative;
    entity->representatives = built->representative_list;
    entity->n_representatives = 1;
    built->filing.entity = entity;
}

static void add_person(struct built *built)
{
    registry__v1__person__init(&built->person);
    registry__v1__id_document__init(&built->id);
    built->id.number = (char *)"11010519491231002X";
    built->person.number = 1;
    built->person.name = (char *)"张示例";
    built->person.id = &built->id;
    built->person_list[0] = &built->person;
    built->filing.persons = built->person_list;
    built->filing.n_persons = 1;
}

static void build(struct built *built, const struct merge_case *c)
{
    memset(built, 0, sizeof *built);
    registry__v1__filing__init(&built->filing);
    built->filing.kind = REGISTRY__V1__FILING_KIND__FILING_KIND_ESTABLISH;
    add_entity(built, c);
    add_person(built);
    add_facts(built, c);
    add_material(built, "application_form");
    add_material(built, "identity_proof");
    add_material(built, "address_proof");
    for (size_t i = 0; i < 3 && c->materials[i]; i++)
        add_material(built, c->materials[i]);
    for (size_t i = 0; i < 3 && c->asked[i]; i++)
        built->asked[built->filing.n_items_asked++] = c->asked[i];
    built->filing.items_asked = built->asked;
}

struct run {
    struct built built;
    struct reg_register_view view;
    struct reg_catalogue *catalogue;
    struct reg_arena *arena;
    struct reg_merge merge;
};

static void run_start(struct run *run, const struct merge_case *c)
{
    struct reg_rule_input input;

    memset(run, 0, sizeof *run);
    build(&run->built, c);
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&run->catalogue), 0);
    run->arena = reg_arena_new(0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(run->arena);
    run->view.parent.found = true;
    run->view.parent.name = "宿州示例旅行社有限公司";
    input = (struct reg_rule_input){.filing = &run->built.filing,
                                    .view = &run->view,
                                    .catalogue = run->catalogue,
                                    .type = reg_entity_type_find(run->built.entity.type),
                                    .day = DAY};
    CU_ASSERT_EQUAL_FATAL(reg_merge_run(&input, run->arena, &run->merge), 0);
}

static void run_end(struct run *run)
{
    reg_arena_free(run->arena);
    reg_catalogue_free(run->catalogue);
}

static const reg_pb_outcome *outcome_of(const struct reg_merge *merge, unsigned item)
{
    for (size_t i = 0; i < merge->outcome_count; i++) {
        for (size_t k = 0; k < merge->outcomes[i]->n_items; k++) {
            if (merge->outcomes[i]->items[k] == item)
                return merge->outcomes[i];
        }
    }
    return NULL;
}

static const reg_pb_item_record *record_of(const struct reg_merge *merge, unsigned item)
{
    for (size_t i = 0; i < merge->record_count; i++) {
        if (merge->records[i]->item == item)
            return merge->records[i];
    }
    return NULL;
}

static const reg_pb_fact *fact_of(const reg_pb_item_record *record, const char *key)
{
    for (size_t i = 0; record && i < record->n_facts; i++) {
        if (strcmp(record->facts[i]->key, key) == 0)
            return record->facts[i];
    }
    return NULL;
}

/* Every item once, ascending within its outcome; records ascending with sorted facts, for the states that have them. */
static void check_shape(const struct merge_case *c, const struct reg_merge *merge)
{
    unsigned seen[62] = {0}, before = 0;

    for (size_t i = 0; i < merge->outcome_count; i++) {
        const reg_pb_outcome *outcome = merge->outcomes[i];

        CHECK_CASE(outcome->state && outcome->reason && outcome->n_items > 0, "%s", c->name);
        for (size_t k = 0; k < outcome->n_items; k++) {
            bool kept = outcome->state <= STATE(WAITING);

            CHECK_CASE(k == 0 || outcome->items[k - 1] < outcome->items[k], "%s", c->name);
            seen[outcome->items[k]]++;
            CHECK_CASE(kept == (record_of(merge, outcome->items[k]) != NULL), "%s: item %u", c->name, outcome->items[k]);
            CHECK_CASE((outcome->state == STATE(MERGED)) == reg_item_set_has(&merge->merged, outcome->items[k]),
                       "%s: item %u", c->name, outcome->items[k]);
        }
        for (size_t k = 0; k < i; k++)
            CHECK_CASE(merge->outcomes[k]->state != outcome->state || merge->outcomes[k]->reason != outcome->reason ||
                           strcmp(merge->outcomes[k]->waiting_for, outcome->waiting_for) != 0 ||
                           strcmp(merge->outcomes[k]->until, outcome->until) != 0,
                       "%s: outcomes %zu and %zu are one", c->name, k, i);
    }
    for (unsigned item = 1; item <= 61; item++)
        CHECK_CASE(seen[item] == 1, "%s: item %u", c->name, item);
    for (size_t i = 0; i < merge->record_count; i++) {
        const reg_pb_item_record *record = merge->records[i];

        CHECK_CASE(record->item > before, "%s: item %u", c->name, record->item);
        before = record->item;
        for (size_t k = 1; k < record->n_facts; k++)
            CHECK_CASE(strcmp(record->facts[k - 1]->key, record->facts[k]->key) < 0, "%s: item %u", c->name, record->item);
    }
}

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct merge_case *c = &cases[i];
        struct run run;
        size_t expected = 0;

        run_start(&run, c);
        check_shape(c, &run.merge);
        for (size_t k = 0; k < 12 && c->outcomes[k].item; k++) {
            const reg_pb_outcome *outcome = outcome_of(&run.merge, c->outcomes[k].item);

            CHECK_CASE(outcome && outcome->state == c->outcomes[k].state && outcome->reason == c->outcomes[k].reason,
                       "%s: item %u: state %d, reason %d", c->name, c->outcomes[k].item, outcome ? (int)outcome->state : -1,
                       outcome ? (int)outcome->reason : -1);
        }
        while (expected < 6 && c->findings[expected].rule)
            expected++;
        CHECK_CASE(c->more_findings ? run.merge.finding_count > expected : run.merge.finding_count == expected,
                   "%s: %zu findings", c->name, run.merge.finding_count);
        for (size_t k = 0; k < run.merge.finding_count && !(c->more_findings && k == expected); k++) {
            const reg_pb_finding *finding = run.merge.findings[k];

            CHECK_CASE(k < expected && strcmp(finding->rule, c->findings[k].rule) == 0 &&
                           strcmp(finding->path, c->findings[k].path) == 0 && finding->severity == c->findings[k].severity,
                       "%s: %s %s %s", c->name, finding->rule, finding->path, finding->message_en);
            CHECK_CASE(*finding->message_zh && *finding->message_en && *finding->legal_basis, "%s", c->name);
        }
        run_end(&run);
    }
}

static const struct merge_case *case_named(const char *name)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (strcmp(cases[i].name, name) == 0)
            return &cases[i];
    }
    return NULL;
}

static void test_details(void)
{
    struct run run;
    const reg_pb_item_record *record;

    run_start(&run, case_named("a deferred material"));
    CU_ASSERT_STRING_EQUAL(outcome_of(&run.merge, 38)->until, "2026-12-15"); /* the latest of the two */
    CU_ASSERT_EQUAL(record_of(&run.merge, 38)->n_materials, 3);
    run_end(&run);

    run_start(&run, case_named("waiting for a permit, its facts not required"));
    CU_ASSERT_STRING_EQUAL(outcome_of(&run.merge, 31)->waiting_for, "娱乐经营许可证");
    CU_ASSERT_FALSE(reg_item_set_has(&run.merge.merged, 31));
    run_end(&run);

    run_start(&run, case_named("three files of a kind"));
    CU_ASSERT_EQUAL(record_of(&run.merge, 1)->n_materials, 5);
    run_end(&run);

    run_start(&run, case_named("waiting for two permits"));
    CU_ASSERT_STRING_EQUAL(outcome_of(&run.merge, 31)->waiting_for, "娱乐经营许可证");
    CU_ASSERT_STRING_EQUAL(outcome_of(&run.merge, 49)->waiting_for, "公众聚集场所消防安全检查意见");
    run_end(&run);

    run_start(&run, case_named("food by its scope"));
    record = record_of(&run.merge, 55); /* asked nowhere: the address is the filing's */
    CU_ASSERT_PTR_NOT_NULL_FATAL(fact_of(record, "business_premises"));
    CU_ASSERT_STRING_EQUAL(fact_of(record, "business_premises")->text, "安徽省宿州市埇桥区示例路1号");
    CU_ASSERT_PTR_NULL(fact_of(record, "website"));
    run_end(&run);

    run_start(&run, case_named("staff"));
    record = record_of(&run.merge, 12);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fact_of(record, "unit_postcode"));
    CU_ASSERT_STRING_EQUAL(fact_of(record, "unit_postcode")->text, "234000");
    run_end(&run);

    run_start(&run, case_named("an answer that differs from the filing"));
    CU_ASSERT_STRING_EQUAL(fact_of(record_of(&run.merge, 5), "main_industry_code")->text, "6512");
    CU_ASSERT_PTR_NULL(fact_of(record_of(&run.merge, 2), "subject_code"));
    run_end(&run);

    run_start(&run, case_named("a branch: head and parent come from the filing"));
    CU_ASSERT_STRING_EQUAL(fact_of(record_of(&run.merge, 24), "head_name")->text, "张示例");
    run_end(&run);
}

static void test_set_code(void)
{
    struct run run;
    const reg_pb_fact *fact;

    run_start(&run, case_named("a plain LLC"));
    CU_ASSERT_PTR_NULL(fact_of(record_of(&run.merge, 2), "subject_code"));
    CU_ASSERT_EQUAL(reg_merge_set_code(&run.merge, run.catalogue, "91350100M000100Y4", run.arena), REG_ERR_INVALID);
    CU_ASSERT_EQUAL(reg_merge_set_code(&run.merge, run.catalogue, "91350211M00013FA1N", run.arena), 0);
    CU_ASSERT_EQUAL(reg_merge_set_code(&run.merge, run.catalogue, "91350100M000100Y43", run.arena),
                    0); /* the last one counts */
    fact = fact_of(record_of(&run.merge, 2), "subject_code");
    CU_ASSERT_PTR_NOT_NULL_FATAL(fact);
    CU_ASSERT_STRING_EQUAL(fact->text, "M000100Y4");
    CU_ASSERT_EQUAL(record_of(&run.merge, 2)->n_facts, 1);
    CU_ASSERT_PTR_NULL(fact_of(record_of(&run.merge, 3), "subject_code"));
    run_end(&run);
}

static void test_savings(void)
{
    struct run run;

    /* 1, 2, 3, 5, 8: of 1 + 10 + 5 + 11 facts only `employees` is asked twice; departments market, tax, statistics, police
     */
    run_start(&run, case_named("a plain LLC"));
    CU_ASSERT_EQUAL(run.merge.savings.forms, 4);
    CU_ASSERT_EQUAL(run.merge.savings.facts, 1);
    CU_ASSERT_EQUAL(run.merge.savings.materials, 0);
    CU_ASSERT_EQUAL(run.merge.savings.visits, 3);
    run_end(&run);

    /* and 4, 12, 37: the headcount, the handler's name and mobile are shared by 4 and 37 */
    run_start(&run, case_named("staff"));
    CU_ASSERT_EQUAL(run.merge.savings.forms, 7);
    CU_ASSERT_EQUAL(run.merge.savings.facts, 4);
    CU_ASSERT_EQUAL(run.merge.savings.visits, 6);
    run_end(&run);

    run_start(&run, case_named("an unknown type"));
    CU_ASSERT_EQUAL(run.merge.savings.forms, 0);
    CU_ASSERT_EQUAL(run.merge.savings.visits, 0);
    run_end(&run);
}

static struct reg_bytes bytes_of(const char *text)
{
    return (struct reg_bytes){(const uint8_t *)text, strlen(text)};
}

/* E22: a permission never merges, whatever the catalogue says of it otherwise. */
static void test_permission(void)
{
    static const char items[] =
        "number,tier,name_zh,name_en,department,level,kind,treatment,entity_types,industries,keywords,when,status,status_"
        "note,note,"
        "permit_zh,legal_basis,provenance,facts,materials\n"
        "9,local,食品经营许可,Food permit,market,县级,许可,信息采集,C,*,*,establish,in_force,,,,食品安全法 §35,,,\n"
        "10,local,餐饮许可,Catering permit,market,县级,许可,信息采集,C,6210,,establish,in_force,,,,食品安全法 §35,,,\n";
    struct reg_catalogue *catalogue = NULL;
    struct reg_arena *arena = reg_arena_new(0);
    struct built built;
    struct reg_merge merge;

    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    CU_ASSERT_EQUAL_FATAL(
        reg_catalogue_parse(
            bytes_of(items),
            bytes_of("key,type,unit,choices,choices_en,min,max,label_zh,label_en,help_zh,help_en,visibility,source\n"),
            bytes_of("kind,label_zh,label_en\n"), (struct reg_bytes){NULL, 0}, &catalogue, NULL),
        0);
    build(&built, case_named("a plain LLC"));
    built.filing.n_facts = built.filing.n_materials = 0;
    CU_ASSERT_EQUAL_FATAL(reg_merge_run(&(struct reg_rule_input){.filing = &built.filing,
                                                                 .catalogue = catalogue,
                                                                 .type = reg_entity_type_find(1151),
                                                                 .day = DAY},
                                        arena, &merge),
                          0);
    CU_ASSERT_EQUAL(outcome_of(&merge, 9)->state, STATE(REFUSED));
    CU_ASSERT_EQUAL(outcome_of(&merge, 9)->reason, REASON(PERMISSION));
    CU_ASSERT_EQUAL(outcome_of(&merge, 10)->reason, REASON(NO_MATCH));
    CU_ASSERT_EQUAL(merge.record_count, 0);
    reg_arena_free(arena);
    reg_catalogue_free(catalogue);
}

/* At each budget: a clean error and the result left alone, or the whole result. */
static void test_budget(void)
{
    struct reg_catalogue *catalogue = NULL;
    struct built built;
    int error = REG_ERR_LIMIT;
    size_t failures = 0;

    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&catalogue), 0);
    build(&built, case_named("wrong values, each said once though two items name one of them"));
    for (size_t budget = 64; error && budget < 1 << 20; budget += 512) {
        struct reg_arena *arena = reg_arena_new(budget);
        struct reg_merge merge = {.outcome_count = 77};

        CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
        error = reg_merge_run(
            &(struct reg_rule_input){
                .filing = &built.filing, .catalogue = catalogue, .type = reg_entity_type_find(1151), .day = DAY},
            arena, &merge);
        CHECK_CASE(error == 0 || (error == REG_ERR_LIMIT && merge.outcome_count == 77), "%zu bytes: %d", budget, error);
        failures += error != 0;
        reg_arena_free(arena);
    }
    CU_ASSERT_EQUAL(error, 0);
    CU_ASSERT_TRUE(failures > 4);
    reg_catalogue_free(catalogue);
}

static void test_empty_filing(void)
{
    reg_pb_filing filing = REGISTRY__V1__FILING__INIT;
    struct reg_catalogue *catalogue = NULL;
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_merge merge;

    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    CU_ASSERT_EQUAL_FATAL(reg_catalogue_default(&catalogue), 0);
    CU_ASSERT_EQUAL_FATAL(reg_merge_run(
                              &(struct reg_rule_input){
                                  .filing = &filing, .catalogue = catalogue, .type = reg_entity_type_find(1151), .day = DAY},
                              arena, &merge),
                          0);
    CU_ASSERT_EQUAL(outcome_of(&merge, 1)->reason, REASON(INCOMPLETE));
    CU_ASSERT_EQUAL(outcome_of(&merge, 2)->state, STATE(MERGED));
    CU_ASSERT_TRUE(merge.finding_count > 10);
    reg_arena_free(arena);
    reg_catalogue_free(catalogue);
}

static CU_TestInfo tests[] = {{"cases", test_cases},
                              {"what records carry", test_details},
                              {"the code's facts", test_set_code},
                              {"savings", test_savings},
                              {"a permission", test_permission},
                              {"a budget is kept", test_budget},
                              {"an empty filing", test_empty_filing},
                              CU_TEST_INFO_NULL};

CU_SuiteInfo suites[] = {{"merge", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
