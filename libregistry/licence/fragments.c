/* The sections of a licence entry: who may see what is decided here, by where a fact is put. */
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "filing/rule.h"
#include "licence/licence.h"

#define CLASS_COUNT 7
#define UNVERIFIED  REGISTRY__V1__VERIFICATION__VERIFICATION_UNSPECIFIED

/* Fragments under construction; the arena holds what the messages point to. */
struct splitting {
    const reg_pb_filing *filing;
    struct reg_arena *arena;
    struct reg_fragment *fragments;
    size_t count;
};

static int add(struct splitting *splitting, uint32_t id, const reg_pb_record *record)
{
    struct reg_buf buf = REG_BUF_INIT;
    int error;

    reg_message_encode(&record->base, &buf);
    error = reg_buf_finish(&buf, &splitting->fragments[splitting->count].bytes);
    if (error == 0)
        splitting->fragments[splitting->count++].id = id;
    return error;
}

static int add_class(struct splitting *splitting, reg_pb_restricted_class class, const reg_pb_record *record)
{
    return add(splitting, REG_SECTION_RESTRICTED + (uint32_t) class, record);
}

/* ---- the restricted classes ---------------------------------------------------------------------------------------- */

static bool filled(const char *text)
{
    return text && *text;
}

static int add_identities(struct splitting *splitting)
{
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    const reg_pb_filing *filing = splitting->filing;

    record.identities = reg_arena_alloc(splitting->arena, (filing->n_persons + 1) * sizeof *record.identities);
    if (!record.identities)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < filing->n_persons; i++) {
        reg_pb_person_identity *identity;

        if (!filing->persons[i]->id && filing->persons[i]->verification == UNVERIFIED)
            continue;
        identity = reg_arena_alloc(splitting->arena, sizeof *identity);
        if (!identity)
            return REG_ERR_NOMEM;
        registry__v1__person_identity__init(identity);
        identity->person = filing->persons[i]->number;
        identity->id = filing->persons[i]->id;
        identity->verification = filing->persons[i]->verification;
        record.identities[record.n_identities++] = identity;
    }
    return record.n_identities ? add_class(splitting, REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_IDENTITY, &record)
                               : 0;
}

static int add_contacts(struct splitting *splitting)
{
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    reg_pb_contact_record contact = REGISTRY__V1__CONTACT_RECORD__INIT;
    const reg_pb_filing *filing = splitting->filing;

    contact.persons = reg_arena_alloc(splitting->arena, (filing->n_persons + 1) * sizeof *contact.persons);
    if (!contact.persons)
        return REG_ERR_NOMEM;
    if (filing->entity->address)
        contact.postcode = filing->entity->address->postcode;
    for (size_t i = 0; i < filing->n_persons; i++) {
        reg_pb_person_contact *person;

        if (!filing->persons[i]->contact)
            continue;
        person = reg_arena_alloc(splitting->arena, sizeof *person);
        if (!person)
            return REG_ERR_NOMEM;
        registry__v1__person_contact__init(person);
        person->person = filing->persons[i]->number;
        person->contact = filing->persons[i]->contact;
        contact.persons[contact.n_persons++] = person;
    }
    record.contact = &contact;
    if (contact.n_persons == 0 && !filled(contact.postcode))
        return 0;
    return add_class(splitting, REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_CONTACT, &record);
}

static int add_residences(struct splitting *splitting)
{
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    const reg_pb_filing *filing = splitting->filing;

    record.residences = reg_arena_alloc(splitting->arena, (filing->n_persons + 1) * sizeof *record.residences);
    if (!record.residences)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < filing->n_persons; i++) {
        const reg_pb_person *person = filing->persons[i];
        reg_pb_person_residence *residence;

        if (!filled(person->residence) && !person->resident && !person->barred && !person->farmer)
            continue;
        residence = reg_arena_alloc(splitting->arena, sizeof *residence);
        if (!residence)
            return REG_ERR_NOMEM;
        registry__v1__person_residence__init(residence);
        residence->person = person->number;
        residence->residence = person->residence;
        residence->resident = person->resident;
        residence->barred = person->barred;
        residence->farmer = person->farmer;
        record.residences[record.n_residences++] = residence;
    }
    return record.n_residences ? add_class(splitting, REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_RESIDENCE, &record)
                               : 0;
}

/* Who receives legal documents, with name where nothing public tells it. */
static int name_recipient(struct splitting *splitting, reg_pb_liaison_record *liaison)
{
    const reg_pb_entity *entity = splitting->filing->entity;
    const reg_pb_person *person = reg_filing_person(splitting->filing, entity->document_recipient);

    liaison->recipient = entity->document_recipient;
    if (!person || reg_licence_person_is_public(entity, person->number))
        return 0;
    liaison->recipient_named = reg_licence_public_person(person, splitting->arena);
    return liaison->recipient_named ? 0 : REG_ERR_NOMEM;
}

static int add_liaison(struct splitting *splitting)
{
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    reg_pb_liaison_record liaison = REGISTRY__V1__LIAISON_RECORD__INIT;
    const reg_pb_entity *entity = splitting->filing->entity;
    const reg_pb_person *person;

    if (entity->liaison_case != REGISTRY__V1__ENTITY__LIAISON_LIAISON_PERSON && entity->document_recipient == 0)
        return 0;
    if (entity->liaison_case == REGISTRY__V1__ENTITY__LIAISON_LIAISON_PERSON)
        liaison.person = entity->liaison_person;
    person = reg_filing_person(splitting->filing, liaison.person);
    if (person) {
        liaison.name = person->name;
        liaison.country = person->country;
    }
    if (name_recipient(splitting, &liaison) != 0)
        return REG_ERR_NOMEM;
    record.liaison = &liaison;
    return add_class(splitting, REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_LIAISON, &record);
}

static int add_beneficial(struct splitting *splitting)
{
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    reg_pb_beneficial_record beneficial = REGISTRY__V1__BENEFICIAL_RECORD__INIT;
    const reg_pb_entity *entity = splitting->filing->entity;

    if (entity->n_beneficial_owners == 0 && !entity->beneficial_exempt)
        return 0;
    beneficial.exempt = entity->beneficial_exempt;
    beneficial.n_persons = entity->n_beneficial_owners;
    beneficial.persons = entity->beneficial_owners;
    beneficial.named = reg_arena_alloc(splitting->arena, (entity->n_beneficial_owners + 1) * sizeof *beneficial.named);
    if (!beneficial.named)
        return REG_ERR_NOMEM;
    for (size_t i = 0; i < entity->n_beneficial_owners; i++) {
        const reg_pb_person *person = reg_filing_person(splitting->filing, entity->beneficial_owners[i]);

        if (person && !reg_licence_person_is_public(entity, person->number)) {
            reg_pb_public_person *named = reg_licence_public_person(person, splitting->arena);

            if (!named)
                return REG_ERR_NOMEM;
            beneficial.named[beneficial.n_named++] = named;
        }
    }
    record.beneficial = &beneficial;
    return add_class(splitting, REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_BENEFICIAL, &record);
}

/* ---- all of them --------------------------------------------------------------------------------------------------- */

static int add_items(struct splitting *splitting, const struct reg_merge *merge)
{
    int error = 0;

    for (size_t i = 0; i < merge->record_count && error == 0; i++) {
        reg_pb_record record = REGISTRY__V1__RECORD__INIT;

        record.n_items = 1;
        record.items = &merge->records[i];
        error = add(splitting, merge->records[i]->item, &record);
    }
    return error;
}

int reg_licence_fragments(const reg_pb_licence_record *licence, const struct reg_merge *merge, const reg_pb_filing *filing,
                          const reg_pb_administration *administration, struct reg_fragment **ret_fragments,
                          size_t *ret_count)
{
    struct splitting splitting = {.filing = filing, .arena = reg_arena_new(0)};
    reg_pb_record record = REGISTRY__V1__RECORD__INIT;
    int error = REG_ERR_NOMEM;

    splitting.fragments = calloc(1 + merge->record_count + CLASS_COUNT, sizeof *splitting.fragments);
    if (!splitting.fragments || !splitting.arena)
        goto out;
    record.licence = (reg_pb_licence_record *)licence;
    error = add(&splitting, REG_SECTION_PUBLIC, &record);
    if (error == 0)
        error = add_items(&splitting, merge);
    record.licence = NULL;
    record.administration = (reg_pb_administration *)administration;
    if (error == 0)
        error = add_class(&splitting, REGISTRY__V1__RESTRICTED_CLASS__RESTRICTED_CLASS_ADMINISTRATION, &record);
    if (error == 0)
        error = add_identities(&splitting);
    if (error == 0)
        error = add_contacts(&splitting);
    if (error == 0)
        error = add_residences(&splitting);
    if (error == 0)
        error = add_liaison(&splitting);
    if (error == 0)
        error = add_beneficial(&splitting);
out:
    reg_arena_free(splitting.arena);
    if (error != 0) {
        reg_fragments_free(splitting.fragments, splitting.count);
        return error;
    }
    *ret_fragments = splitting.fragments;
    *ret_count = splitting.count;
    return 0;
}
