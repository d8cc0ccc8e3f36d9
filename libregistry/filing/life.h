/* The life of an enterprise: which filing takes it from which state to which, and what the licence's next version prints. One
 * table (life.c) that the rules, the engine and `registryctl rules --life` read. */
#ifndef REG_FILING_LIFE_H
#define REG_FILING_LIFE_H

#include <stdbool.h>

#include "model.h"

/* States, or-ed; REG_STATE_NONE: not on the register. */
#define REG_STATE(name)  (1u << REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_##name)
#define REG_STATE_NONE   REG_STATE(UNSPECIFIED)
#define REG_STATE_LIVE   (REG_STATE(EXISTING) | REG_STATE(DORMANT))
/* Who holds a name: everybody whose registration has not come to its end. */
#define REG_STATE_NAMED  (REG_STATE_LIVE | REG_STATE(REVOKED) | REG_STATE(ORDERED_CLOSED))

/* Kinds, or-ed. */
#define REG_KIND(name) (1u << REGISTRY__V1__FILING_KIND__FILING_KIND_##name)

/* When a step makes a new version of the licence, which supersedes the credential before. */
enum reg_life_prints {
    REG_PRINTS_NEVER,
    REG_PRINTS_CHANGES, /* where something that the licence prints or the credential signs changed */
    REG_PRINTS_ALWAYS
};

enum reg_life_form {
    REG_FORM_NONE,  /* nothing of the entity is filed */
    REG_FORM_PARTS, /* what `replaces` names, persons and facts */
    REG_FORM_WHOLE  /* a whole entity */
};

struct reg_life_step {
    reg_pb_filing_kind kind;
    unsigned from;           /* REG_STATE…, or-ed */
    reg_pb_licence_state to; /* UNSPECIFIED: as it was; restore: as it was before */
    enum reg_life_form form;
    enum reg_life_prints prints;
    bool subject; /* is about a licence that its `credit_code` names */
    bool own;     /* the authority's own: no applicant files it */
    const char *zh, *en, *clock_zh, *clock_en, *legal_basis;
};

/* NULL: no such kind. */
const struct reg_life_step *reg_life_step(reg_pb_filing_kind kind);
size_t reg_life_count(void);
const struct reg_life_step *reg_life_at(size_t index);
const char *reg_life_state_zh(reg_pb_licence_state state);
const char *reg_life_state_en(reg_pb_licence_state state);

#endif
