/* A12 and C35: who was made sure of. */
#include <string.h>

#include "filing/rule.h"

#define ERROR  REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define REVIEW REGISTRY__V1__SEVERITY__SEVERITY_REVIEW
#define CHINA  156 /* ISO 3166-1 */

/* ---- A12 ----------------------------------------------------------------------------------------------------------- */

/* Persons of the filing, in their order, whose identity is verified (细则 §16). */
struct named {
    const struct reg_rule_run *run;
    bool *persons;
};

/* A member of the entity names that person. Who is on record, with a member that the filing does not touch, is left alone.
 */
static void name(const struct named *named, const char *member, uint32_t number)
{
    const reg_pb_filing *filed = named->run->input->view->subject.filed;
    size_t index = reg_filing_person_index(named->run->filing, number);

    if (index != SIZE_MAX && (reg_rule_brings(named->run, member) || (filed && reg_filing_person(filed, number))))
        named->persons[index] = true;
}

/* Whoever holds a part in an enterprise without a company's form (主管部门（出资人）) is not of that list. */
static void name_all(const struct named *named)
{
    const reg_pb_entity *entity = named->run->entity;
    bool investors = named->run->input->type && named->run->input->type->family != REG_FAMILY_NON_COMPANY;

    for (size_t i = 0; i < entity->n_representatives; i++) {
        name(named, "representatives", entity->representatives[i]->person);
        name(named, "representatives", entity->representatives[i]->delegate);
    }
    for (size_t i = 0; investors && i < entity->n_investors; i++)
        name(named, "investors", entity->investors[i]->person);
    for (size_t i = 0; i < entity->n_officers; i++)
        name(named, "officers", entity->officers[i]->person);
    if (entity->liaison_case == REGISTRY__V1__ENTITY__LIAISON_LIAISON_PERSON)
        name(named, "liaisonPerson", entity->liaison_person);
    name(named, "documentRecipient", entity->document_recipient);
}

static bool verified(const reg_pb_person *person)
{
    return person->verification == REGISTRY__V1__VERIFICATION__VERIFICATION_REAL_NAME ||
           person->verification == REGISTRY__V1__VERIFICATION__VERIFICATION_NOTARISED ||
           person->verification == REGISTRY__V1__VERIFICATION__VERIFICATION_IN_PERSON;
}

static bool failed(const reg_pb_person *person)
{
    return person->verification == REGISTRY__V1__VERIFICATION__VERIFICATION_FAILED;
}

static void check_a12(struct reg_rule_run *run)
{
    size_t size = (run->filing->n_persons + 1) * sizeof(bool);
    struct named named = {run, reg_arena_alloc(run->arena, size)};

    if (!named.persons) {
        run->error = reg_arena_over_budget(run->arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
        return;
    }
    memset(named.persons, 0, size);
    name_all(&named);
    for (size_t i = 0; i < run->filing->n_persons; i++) {
        const reg_pb_person *person = run->filing->persons[i];

        if (!named.persons[i] || !reg_person_natural(person) || verified(person))
            continue;
        if (failed(person))
            reg_find_as(run, ERROR, "实名验证未通过", "the verification of who this person is failed",
                        "persons[%zu].verification", i);
        else
            reg_find(run, "persons[%zu].verification", i);
    }
}

/* ---- C35 ----------------------------------------------------------------------------------------------------------- */

/* Does the name say that the State owns the enterprise? */
static bool of_the_state(const char *name)
{
    struct reg_name_word_set words = {0};

    reg_name_words_in(name, strlen(name), &words);
    for (const struct reg_name_word *word = NULL; (word = reg_name_words_next(&words, word)) != NULL;)
        if (strcmp(word->class_name, "state_capital") == 0 && reg_name_word_find(word, name))
            return true;
    return strncmp(name, "中国", strlen("中国")) == 0 || strncmp(name, "中央", strlen("中央")) == 0 ||
           strncmp(name, "国家", strlen("国家")) == 0;
}

/* An enterprise takes part by its own electronic licence, or somebody who represents it is verified. One from abroad has
 * neither: its documents are attested (C38). */
static void check_enterprise(struct reg_rule_run *run, const reg_pb_person *person, size_t index)
{
    if (person->verification == REGISTRY__V1__VERIFICATION__VERIFICATION_E_LICENCE)
        return;
    if (!verified(person))
        reg_find_as(run, ERROR, failed(person) ? "企业投资人的确认未通过" : NULL,
                    failed(person) ? "that the enterprise takes part was not confirmed" : NULL,
                    "entity.investors[%zu].person", index);
    else if (of_the_state(person->name))
        reg_find_as(run, REVIEW, "企业投资人名称显示其为国有企业，且未以电子营业执照确认：是否冒用其名义，须人工核实",
                    "its name says that the State owns this enterprise, which has not confirmed by its electronic licence: "
                    "whether somebody poses as it is for a person to decide",
                    "entity.investors[%zu].person", index);
}

static void check_c35(struct reg_rule_run *run)
{
    if (!reg_rule_brings(run, "investors"))
        return;
    for (size_t i = 0; i < run->entity->n_investors; i++) {
        const reg_pb_person *person = reg_filing_person(run->filing, run->entity->investors[i]->person);

        if (person && person->kind == REGISTRY__V1__PERSON_KIND__PERSON_KIND_ENTERPRISE &&
            (person->country == 0 || person->country == CHINA))
            check_enterprise(run, person, i);
    }
}

static const struct reg_rule rules[] = {
    {"A12", REG_RULE_ALL, REG_RULE_DAY(2022, 3, 1), 0, ERROR, "实名验证未完成",
     "who this person is has not been verified: by the system of real names, by a notarised document, or in person",
     "条例 §15; 细则 §16", check_a12},
    {"C35", REG_RULE_COMPANY | REG_RULE_PARTNERSHIP | REG_RULE_COOPERATIVE, REG_RULE_DAY(2024, 3, 15), 0, ERROR,
     "企业投资人未以电子营业执照等方式确认投资，疑似冒用其他企业名义",
     "an enterprise that invests has not confirmed it, by its electronic licence or otherwise",
     "防范和查处假冒企业登记违法行为规定(总局令第88号)", check_c35},
};
const struct reg_rule_list reg_rules_verified = {rules, sizeof rules / sizeof *rules};
