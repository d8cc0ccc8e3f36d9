/* Terms: what licences are found by, beside the columns of their rows. A term is a number, a kind in its upper byte and a
 * value below it; the store keeps pairs of terms and codes, and knows nothing of their meaning. They are stored: kinds keep
 * their numbers. Each costs a row with every licence: what nearly all licences have is none. */
#ifndef REG_ENGINE_TERMS_H
#define REG_ENGINE_TERMS_H

#include "engine/internal.h"

enum reg_term_kind {
    REG_TERM_FORMER = 1, /* an old registration number or organisation code: a keyed digest */
    REG_TERM_PERSON = 2, /* the name of a representative or delegate: a keyed digest */
    REG_TERM_GRAM = 3,   /* two neighbouring characters of the name, normalised; but those of a limited company's form */
    REG_TERM_ITEM = 4    /* an item that is merged or deferred; but the licence itself */
};

struct reg_term_list {
    int64_t *terms; /* room enough is the caller's to see to */
    size_t count;
};

int64_t reg_term(enum reg_term_kind kind, uint64_t value);
enum reg_term_kind reg_term_kind(int64_t term);
/* Adds it where it is not there yet. */
void reg_term_add(struct reg_term_list *list, int64_t term);
/* Adds the item where licences are told apart by it. */
void reg_term_add_item(struct reg_term_list *list, uint32_t item);
/* Adds the grams of a normalised name (reg_name_key) by which names are told apart, `most` of them at the most. */
void reg_term_add_grams(struct reg_term_list *list, const char *name_key, size_t most);
/* Adds the digest of an old number or of a person's name, as both are compared: without spaces, in half width. */
REG_MUST_CHECK int reg_term_add_digest(const struct reg_engine *engine, enum reg_term_kind kind, const char *text,
                                       struct reg_arena *arena, struct reg_term_list *list);
/* The classes of an industry: a section's letter, or two to four digits with or without one; false: it is none. */
bool reg_industry_classes(const char *text, int32_t *ret_first, int32_t *ret_last);

/* What changes from one record of a licence (NULL: founded) to the next (NULL: erased, which takes away persons alone), in
 * the arena. `erased`: the next is of a case whose key was destroyed, and nobody is found by it. Persons are taken away
 * and put there again with each revision: the one before may have been erased. */
REG_MUST_CHECK int reg_licence_terms_of(const struct reg_engine *engine, const reg_pb_licence_record *before,
                                        const reg_pb_licence_record *after, bool erased, struct reg_arena *arena,
                                        struct reg_licence_terms *ret);

#endif
