/* The one form (一表登记): what a filing of that kind asks, as a JSON Schema (2020-12) that a portal renders and checks.
 *
 * What a filing says beside the entity, by its kind (decision, announcement, dormancy …), are `particulars.…`; a kind that
 * changes nothing of the entity asks nothing else. A property is one question: `entity.…` and `filing.persons` are the registered and recorded facts of the entity, in the
 * JSON of the model's messages; a fact of the dictionary has its key; `material.<kind>` are files; `item.<number>` is the
 * yes or no of an opt-in item. Facts have no dot in their keys, so that no name is ever two things. Each fact is asked once,
 * whatever the number of items that need it. Titles are Chinese; members that begin with `x-` are ours, others ignore them:
 *
 *     x-title-en, x-description-en, x-unit      what `title` and `description` say, in English; the unit of a number
 *     x-confirm                                 the authority holds it: shown, not asked (条例 §16(3))
 *     x-steps                                   the properties in the order in which a person fills them
 *     x-items                                   the items that the form is about, each with its state
 *     x-derived                                 facts that the engine takes from elsewhere unless they are answered
 *     x-savings                                 forms, facts, materials and visits that the one form saves */
#ifndef REG_FILING_FORM_H
#define REG_FILING_FORM_H

#include "base/buffer.h"
#include "catalogue/entity_type.h"
#include "filing/savings.h"

/* An item applies where it is universal, matches industry or scope, or is named. An opt-in item that is named is one that
 * was asked for. */
struct reg_form_request {
    const struct reg_catalogue *catalogue;
    unsigned type;           /* of the entity */
    reg_pb_filing_kind kind; /* any that is filed */
    const uint32_t *items;   /* named */
    size_t item_count;
    const char *const *terms; /* of the business scope */
    size_t term_count;
    const char *industry;     /* "": not given */
    reg_pb_fact *const *held; /* facts that the authority has; one that is no longer valid is asked anew */
    size_t held_count;
    const reg_pb_filing *recorded; /* what is recorded of the entity, shown likewise; NULL: nothing, or a founding */
    int32_t day;                   /* of the filing */
};

/* What the form saves; `with_staff`: if the entity has employees, so that the items which wait for the first one apply. */
struct reg_form_savings {
    reg_pb_savings plain, with_staff;
};

/* Appends the schema. REG_ERR_INVALID: no such entity type, one that no licence is issued for, no such item;
 * REG_ERR_INVALID: a kind that nobody files; REG_ERR_NOMEM, REG_ERR_LIMIT (the arena's budget). */
REG_MUST_CHECK int reg_form_build(const struct reg_form_request *request, struct reg_arena *arena, struct reg_buf *buf,
                                  struct reg_form_savings *ret_savings, struct reg_error_info *info);

#endif
