/* The licence's texts, its public record and the sections of its entry. What is restricted must be nowhere in section 0. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <registry/catalogue.h>
#include <registry/v1/ledger.pb-c.h>

#include "../filing/load.h"
#include "base/date.h"
#include "base/message.h"
#include "licence/licence.h"
#include "licence/recall.h"
#include "suite.h"

#define DAY         reg_day_of_civil(2026, 11, 24)
#define MAX_ENTRIES 4

static const char *const examples[] = {"01", "02", "03", "04", "05", "06", "07", "08"};
#define EXAMPLE_COUNT (sizeof examples / sizeof *examples)

static struct reg_catalogue *catalogue;

static int load(void)
{
    return reg_catalogue_default(&catalogue);
}

static int unload(void)
{
    reg_catalogue_free(catalogue);
    return 0;
}

/* ---- texts --------------------------------------------------------------------------------------------------------- */

#define GENERAL  "（除许可业务外，可自主依法经营法律法规非禁止或限制的项目）"
#define LICENSED "（依法须经批准的项目，经相关部门批准后方可开展经营活动，具体经营项目以相关部门批准文件或许可证件为准）"

static const struct {
    const char *name, *general[MAX_ENTRIES], *licensed[MAX_ENTRIES], *text;
} scopes[] = {
    {"nothing", {NULL}, {NULL}, ""},
    {"one general", {"软件开发"}, {NULL}, "一般项目：软件开发" GENERAL},
    {"three general", {"甲", "乙", "丙"}, {NULL}, "一般项目：甲；乙；丙" GENERAL},
    {"one licensed", {NULL}, {"歌舞娱乐活动"}, "许可项目：歌舞娱乐活动" LICENSED},
    {"both", {"甲", "乙"}, {"丙", "丁"}, "一般项目：甲；乙" GENERAL "许可项目：丙；丁" LICENSED},
    {"brackets of a term's own", {"食品销售（仅销售预包装食品）"}, {NULL}, "一般项目：食品销售（仅销售预包装食品）" GENERAL},
};

static size_t fill(reg_pb_scope_entry *entries, reg_pb_scope_entry **list, const char *const *terms)
{
    size_t count = 0;

    for (; count < MAX_ENTRIES && terms[count]; count++) {
        registry__v1__scope_entry__init(&entries[count]);
        entries[count].term = (char *)terms[count];
        list[count] = &entries[count];
    }
    return count;
}

static void test_scope(void)
{
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        reg_pb_scope scope = REGISTRY__V1__SCOPE__INIT;
        reg_pb_scope_entry entries[2 * MAX_ENTRIES], *general[MAX_ENTRIES], *licensed[MAX_ENTRIES];
        char *text;

        scope.n_general = fill(entries, general, scopes[i].general);
        scope.general = general;
        scope.n_licensed = fill(entries + MAX_ENTRIES, licensed, scopes[i].licensed);
        scope.licensed = licensed;
        text = reg_licence_scope_text(&scope, arena);
        CHECK_CASE(text && strcmp(text, scopes[i].text) == 0, "%s: %s", scopes[i].name, text ? text : "(none)");
        reg_arena_free(arena);
    }
}

static void test_no_scope(void)
{
    struct reg_arena *arena = reg_arena_new(0);
    char *text = reg_licence_scope_text(NULL, arena);

    CU_ASSERT_TRUE(text && text[0] == '\0');
    reg_arena_free(arena);
}

/* Persons 1 to 3 are 甲, 乙 and 丙. */
static const struct {
    const char *name;
    struct {
        unsigned person, delegate;
    } who[3];
    const char *text;
} representatives[] = {
    {"none", {{0, 0}}, ""},
    {"one", {{1, 0}}, "甲"},
    {"two in the order filed", {{2, 0}, {1, 0}}, "乙、甲"},
    {"a delegate", {{3, 1}}, "丙（委派代表：甲）"},
    {"several, one by a delegate", {{1, 0}, {3, 2}, {2, 0}}, "甲、丙（委派代表：乙）、乙"},
    {"nobody of that number", {{9, 0}}, ""},
};

static void test_representatives(void)
{
    static const char *const names[] = {"甲", "乙", "丙"};

    for (size_t i = 0; i < sizeof representatives / sizeof *representatives; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        reg_pb_filing filing = REGISTRY__V1__FILING__INIT;
        reg_pb_entity entity = REGISTRY__V1__ENTITY__INIT;
        reg_pb_person persons[3], *person_list[3];
        reg_pb_representative who[3], *who_list[3];
        char *text;

        for (unsigned j = 0; j < 3; j++) {
            registry__v1__person__init(&persons[j]);
            persons[j].number = j + 1;
            persons[j].name = (char *)names[j];
            person_list[j] = &persons[j];
        }
        for (size_t j = 0; j < 3 && representatives[i].who[j].person; j++) {
            registry__v1__representative__init(&who[j]);
            who[j].person = representatives[i].who[j].person;
            who[j].delegate = representatives[i].who[j].delegate;
            who_list[entity.n_representatives++] = &who[j];
        }
        entity.representatives = who_list;
        filing.entity = &entity;
        filing.n_persons = 3;
        filing.persons = person_list;
        text = reg_licence_representative_text(&filing, arena);
        CHECK_CASE(text && strcmp(text, representatives[i].text) == 0, "%s: %s", representatives[i].name,
                   text ? text : "(none)");
        reg_arena_free(arena);
    }
}

/* ---- records and sections ------------------------------------------------------------------------------------------ */

/* An example made into a record and the sections of its entry. */
struct made {
    struct reg_arena *arena;
    reg_pb_filing *filing;
    struct reg_merge merge;
    reg_pb_licence_record *licence;
    struct reg_fragment *fragments;
    size_t count;
};

/* `change` may alter the filing before it is made; NULL: none. */
static struct made make(const char *example, void (*change)(struct made *made))
{
    static const struct reg_register_view view;
    struct made made = {.arena = reg_arena_new(0)};
    struct reg_rule_input input = {.view = &view, .catalogue = catalogue, .day = DAY};
    reg_pb_administration administration = REGISTRY__V1__ADMINISTRATION__INIT;

    CU_ASSERT_PTR_NOT_NULL_FATAL(made.arena);
    made.filing = load_example(example, made.arena);
    if (change)
        change(&made);
    administration.caller = (char *)"urn:registry:caller:example";
    input.filing = made.filing;
    input.type = reg_entity_type_find(made.filing->entity->type);
    CU_ASSERT_EQUAL_FATAL(reg_merge_run(&input, made.arena, &made.merge), 0);
    CU_ASSERT_EQUAL_FATAL(reg_licence_record_build(&input, &made.merge, 1, made.arena, &made.licence), 0);
    CU_ASSERT_EQUAL_FATAL(
        reg_licence_fragments(made.licence, &made.merge, made.filing, &administration, &made.fragments, &made.count), 0);
    return made;
}

static void unmake(struct made *made)
{
    reg_fragments_free(made->fragments, made->count);
    reg_arena_free(made->arena);
}

static bool contains(struct reg_data bytes, const char *text)
{
    return memmem(bytes.data, bytes.len, text, strlen(text)) != NULL;
}

static void test_sections_ascend(void)
{
    for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
        struct made made = make(examples[i], NULL);

        CHECK_CASE(made.fragments[0].id == REG_SECTION_PUBLIC, "%s: the first is %u", examples[i], made.fragments[0].id);
        for (size_t j = 1; j < made.count; j++)
            CHECK_CASE(made.fragments[j].id > made.fragments[j - 1].id, "%s: %u behind %u", examples[i],
                       made.fragments[j].id, made.fragments[j - 1].id);
        for (size_t j = 0; j < made.merge.record_count; j++)
            CHECK_CASE(made.fragments[1 + j].id == made.merge.records[j]->item, "%s: item %u", examples[i],
                       made.merge.records[j]->item);
        unmake(&made);
    }
}

/* Sections are laid end to end where a reader may see several: they must then be one Record with all of them. */
static void test_sections_make_one_record(void)
{
    for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
        struct made made = make(examples[i], NULL);
        struct reg_buf all = REG_BUF_INIT;
        struct reg_error_info info = {"", ""};
        ProtobufCMessage *message = NULL;
        reg_pb_record *record;
        size_t identified = 0;

        for (size_t j = 0; j < made.count; j++)
            reg_buf_put(&all, made.fragments[j].bytes.data, made.fragments[j].bytes.len);
        CHECK_CASE(reg_message_decode(&registry__v1__record__descriptor, reg_buf_bytes(&all), REG_UNKNOWN_REFUSE, made.arena,
                                      &message, &info) == 0,
                   "%s: %s", examples[i], info.en);
        CU_ASSERT_PTR_NOT_NULL_FATAL(message);
        record = (reg_pb_record *)message;
        for (size_t j = 0; j < made.filing->n_persons; j++)
            identified += made.filing->persons[j]->id || made.filing->persons[j]->verification;
        CHECK_CASE(record->licence && record->administration, "%s: the halves that every entry has", examples[i]);
        CHECK_CASE(record->n_items == made.merge.record_count, "%s: %zu items", examples[i], record->n_items);
        CHECK_CASE(record->n_identities == identified, "%s: %zu identities", examples[i], record->n_identities);
        CHECK_CASE(record->contact && record->liaison, "%s: contacts and liaison", examples[i]);
        CHECK_CASE(!record->beneficial == !made.filing->entity->n_beneficial_owners, "%s: beneficial owners", examples[i]);
        reg_buf_clear(&all);
        unmake(&made);
    }
}

/* Is `text` nowhere in section 0, and somewhere behind it? */
static void check_restricted(const struct made *made, const char *example, const char *text)
{
    bool elsewhere = false;

    if (!text || !text[0])
        return;
    CHECK_CASE(!contains(made->fragments[0].bytes, text), "%s: \"%s\" is in the public section", example, text);
    for (size_t i = 1; i < made->count; i++)
        elsewhere = elsewhere || contains(made->fragments[i].bytes, text);
    CHECK_CASE(elsewhere, "%s: \"%s\" is in no section", example, text);
}

static void test_public_section(void)
{
    size_t checked = 0;

    for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
        struct made made = make(examples[i], NULL);
        const reg_pb_entity *entity = made.filing->entity;

        for (size_t j = 0; j < made.filing->n_persons; j++) {
            const reg_pb_person *person = made.filing->persons[j];

            checked += person->id != NULL;
            check_restricted(&made, examples[i], person->id ? person->id->number : NULL);
            check_restricted(&made, examples[i], person->contact ? person->contact->mobile : NULL);
            check_restricted(&made, examples[i], person->contact ? person->contact->telephone : NULL);
            check_restricted(&made, examples[i], person->contact ? person->contact->email : NULL);
            check_restricted(&made, examples[i], person->residence);
            if (!reg_licence_person_is_public(entity, person->number))
                check_restricted(&made, examples[i], person->name);
        }
        check_restricted(&made, examples[i], entity->address->postcode);
        unmake(&made);
    }
    CU_ASSERT_TRUE(checked >= EXAMPLE_COUNT); /* the examples have something to hide */
}

/* A liaison and a beneficial owner who are nothing else, with marks that no other text has. */
static void add_hidden(struct made *made)
{
    reg_pb_filing *filing = made->filing;
    reg_pb_person **persons = reg_arena_alloc(made->arena, (filing->n_persons + 2) * sizeof *persons);
    reg_pb_person *hidden = reg_arena_alloc(made->arena, 2 * sizeof *hidden);
    uint32_t *owners = reg_arena_alloc(made->arena, sizeof *owners);

    memcpy(persons, filing->persons, filing->n_persons * sizeof *persons);
    for (uint32_t i = 0; i < 2; i++) {
        registry__v1__person__init(&hidden[i]);
        hidden[i].number = 901 + i;
        hidden[i].kind = REGISTRY__V1__PERSON_KIND__PERSON_KIND_NATURAL;
        hidden[i].name = (char *)(i == 0 ? "隐联络" : "隐受益");
        hidden[i].residence = (char *)(i == 0 ? "隐路一号" : "隐路二号");
        persons[filing->n_persons + i] = &hidden[i];
    }
    filing->persons = persons;
    filing->n_persons += 2;
    filing->entity->liaison_case = REGISTRY__V1__ENTITY__LIAISON_LIAISON_PERSON;
    filing->entity->liaison_person = 901;
    owners[0] = 902;
    filing->entity->beneficial_owners = owners;
    filing->entity->n_beneficial_owners = 1;
}

/* What the register keeps of a filing and shows to few: who receives documents, who is a farmer, how persons were verified,
 * the promise of exemption. It is recalled, and the public section has none of it. */
static void add_unseen(struct made *made)
{
    add_hidden(made);
    made->filing->entity->document_recipient = 901;
    made->filing->entity->liaison_person = 1;
    made->filing->entity->n_beneficial_owners = 0;
    made->filing->entity->beneficial_exempt = true;
    made->filing->entity->no_supervisors = REGISTRY__V1__NO_SUPERVISORS__NO_SUPERVISORS_CONSENT;
    made->filing->entity->raising = REGISTRY__V1__RAISING__RAISING_PRIVATE;
    made->filing->entity->no_executor_agreed = true;
    made->filing->entity->officers[0]->employee = true;
    made->filing->persons[0]->farmer = true;
    made->filing->persons[1]->verification = REGISTRY__V1__VERIFICATION__VERIFICATION_NOTARISED;
}

static void test_unseen(void)
{
    struct made made = make("02", add_unseen);
    struct reg_buf all = REG_BUF_INIT;
    ProtobufCMessage *message = NULL;
    const reg_pb_record *record;
    reg_pb_filing *recalled = NULL;

    for (size_t i = 0; i < made.count; i++)
        reg_buf_put(&all, made.fragments[i].bytes.data, made.fragments[i].bytes.len);
    CU_ASSERT_EQUAL_FATAL(reg_message_decode(&registry__v1__record__descriptor, reg_buf_bytes(&all), REG_UNKNOWN_REFUSE,
                                             made.arena, &message, NULL),
                          0);
    record = (const reg_pb_record *)message;
    check_restricted(&made, "02 with a recipient", "隐联络");
    CU_ASSERT_TRUE(record->liaison && record->liaison->recipient == 901 && record->liaison->recipient_named);
    CU_ASSERT_TRUE(record->beneficial && record->beneficial->exempt);
    CU_ASSERT_EQUAL_FATAL(reg_licence_recall(record, catalogue, made.arena, &recalled), 0);
    CU_ASSERT_EQUAL(recalled->entity->document_recipient, 901);
    CU_ASSERT_EQUAL(recalled->entity->liaison_person, 1);
    CU_ASSERT_TRUE(recalled->entity->beneficial_exempt && recalled->entity->no_executor_agreed);
    CU_ASSERT_EQUAL(recalled->entity->no_supervisors, REGISTRY__V1__NO_SUPERVISORS__NO_SUPERVISORS_CONSENT);
    CU_ASSERT_EQUAL(recalled->entity->raising, REGISTRY__V1__RAISING__RAISING_PRIVATE);
    CU_ASSERT_TRUE(recalled->entity->officers[0]->employee && recalled->persons[0]->farmer);
    CU_ASSERT_EQUAL(recalled->persons[1]->verification, REGISTRY__V1__VERIFICATION__VERIFICATION_NOTARISED);
    CU_ASSERT_STRING_EQUAL(recalled->persons[recalled->n_persons - 1]->name, "隐联络");
    reg_buf_clear(&all);
    unmake(&made);
}

static void test_hidden_persons(void)
{
    static const char *const marks[] = {"隐联络", "隐受益", "隐路一号", "隐路二号"};
    struct made made = make("02", add_hidden);

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        check_restricted(&made, "02 with hidden persons", marks[i]);
    for (size_t i = 0; i < made.licence->n_persons; i++)
        CU_ASSERT_TRUE(made.licence->persons[i]->number < 901);
    unmake(&made);
}

/* Roles that the register shows, and those that it does not. */
static void test_roles(void)
{
    struct made made = make("05", add_hidden); /* an organisation acts through its delegate */
    const reg_pb_entity *entity = made.filing->entity;

    CU_ASSERT_TRUE_FATAL(entity->n_representatives > 0 && entity->representatives[0]->delegate > 0);
    CU_ASSERT_TRUE(reg_licence_person_is_public(entity, entity->representatives[0]->person));
    CU_ASSERT_TRUE(reg_licence_person_is_public(entity, entity->representatives[0]->delegate));
    for (size_t i = 0; i < entity->n_investors; i++)
        CU_ASSERT_TRUE(reg_licence_person_is_public(entity, entity->investors[i]->person));
    CU_ASSERT_FALSE(reg_licence_person_is_public(entity, 901));
    CU_ASSERT_FALSE(reg_licence_person_is_public(entity, 902));
    unmake(&made);
}

/* Fresh persons 903 and up, one for each role that the register shows, behind the hidden ones: numbers with a gap. */
static void add_shown(struct made *made)
{
    reg_pb_filing *filing = made->filing;
    reg_pb_entity *entity = filing->entity;
    reg_pb_person **persons = reg_arena_alloc(made->arena, (filing->n_persons + 6) * sizeof *persons);
    reg_pb_person *shown = reg_arena_alloc(made->arena, 4 * sizeof *shown);
    uint32_t *family = reg_arena_alloc(made->arena, sizeof *family);

    CU_ASSERT_TRUE_FATAL(persons && shown && family && entity->n_representatives > 0 && entity->n_investors > 0 &&
                         entity->n_officers > 0);
    add_hidden(made);
    memcpy(persons, filing->persons, filing->n_persons * sizeof *persons);
    for (uint32_t i = 0; i < 4; i++) {
        shown[i] = *filing->persons[0];
        shown[i].number = 903 + i;
        persons[filing->n_persons++] = &shown[i];
    }
    filing->persons = persons;
    entity->representatives[0]->delegate = 903;
    entity->investors[entity->n_investors - 1]->person = 904;
    entity->officers[entity->n_officers - 1]->person = 905;
    *family = 906;
    entity->family_members = family;
    entity->n_family_members = 1;
}

static void test_shown_persons(void)
{
    struct made made = make("02", add_shown);
    const reg_pb_licence_record *licence = made.licence;
    size_t at = 0;

    for (size_t i = 0; i < made.filing->n_persons; i++) {
        uint32_t number = made.filing->persons[i]->number;
        bool shown = at < licence->n_persons && licence->persons[at]->number == number;

        CHECK_CASE(shown == reg_licence_person_is_public(made.filing->entity, number), "person %u", number);
        CHECK_CASE(number < 901 || shown == (number > 902), "person %u", number);
        at += shown;
    }
    CU_ASSERT_EQUAL(at, licence->n_persons);
    unmake(&made);
}

static void as_9999(struct made *made)
{
    made->filing->entity->type = 9999;
}

static void test_type(void)
{
    struct made made = make("08", as_9999), plain = make("01", NULL);

    CU_ASSERT_EQUAL(made.licence->type, 9500);
    CU_ASSERT_EQUAL(plain.licence->type, 1151);
    unmake(&made);
    unmake(&plain);
}

/* The record's own facts: what the caller sets is empty, what the filing says is there. */
static void test_record(void)
{
    for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
        struct made made = make(examples[i], NULL);
        const reg_pb_licence_record *licence = made.licence;

        CHECK_CASE(licence->credit_code[0] == '\0' && licence->credential.len == 0 && licence->credential_nonce.len == 0,
                   "%s: set by the caller", examples[i]);
        CHECK_CASE(licence->state == REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING, "%s", examples[i]);
        CHECK_CASE(licence->authority == made.filing->authority && licence->catalogue_revision == 1, "%s", examples[i]);
        CHECK_CASE(licence->address && licence->address->postcode[0] == '\0', "%s: the post code is not public",
                   examples[i]);
        CHECK_CASE(licence->scope[0] && licence->representative[0], "%s: texts", examples[i]);
        CHECK_CASE(licence->n_outcomes == made.merge.outcome_count, "%s: outcomes", examples[i]);
        CHECK_CASE(made.filing->entity->address->postcode[0], "%s: the filing keeps its own", examples[i]);
        unmake(&made);
    }
}

static CU_TestInfo tests[] = {{"scope", test_scope},
                              {"no scope", test_no_scope},
                              {"representatives", test_representatives},
                              {"sections ascend", test_sections_ascend},
                              {"sections make one record", test_sections_make_one_record},
                              {"public section", test_public_section},
                              {"unseen", test_unseen},
                              {"hidden persons", test_hidden_persons},
                              {"roles", test_roles},
                              {"shown persons", test_shown_persons},
                              {"type", test_type},
                              {"record", test_record},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"record", load, unload, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
