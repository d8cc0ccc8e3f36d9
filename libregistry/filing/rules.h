/* The rulebook: rules as pure functions of (filing, register view, catalogue, day). */
#ifndef REG_FILING_RULES_H
#define REG_FILING_RULES_H

#include "base/arena.h"
#include "catalogue/catalogue.h"
#include "catalogue/entity_type.h"
#include "identity/similar.h"
#include "model.h"

/* What the rules will ask of the register: one read answers all of it. */
struct reg_register_needs {
    const char *code;              /* assigned_code, or NULL */
    const char *parent;            /* credit code of the parent, or NULL */
    const char *subject;           /* credit code of the licence that the filing is about, or NULL */
    const char *name_key;          /* the name, normalised, or NULL */
    const char *const *references; /* credit codes of organisations among the persons */
    size_t reference_count;
};

struct reg_parent_view {
    bool found;
    unsigned type;
    const char *name;
    reg_pb_licence_state state;
    const reg_pb_scope *scope; /* NULL: not known */
};

/* The licence that the filing is about, as recorded. */
struct reg_subject_view {
    const reg_pb_licence_record *licence; /* NULL: the filing is about none */
    const reg_pb_filing *recorded;        /* what is recorded, as a whole filing; NULL with `licence` */
    const reg_pb_filing *filed;           /* what was sent, before it was laid over that */
    const char *changed_since;            /* members that changed since the filing's base revision, joined; "": none */
    size_t branches;                      /* live branches on this register */
    const char *branch_names;             /* the first of them, joined by 、 */
};

enum reg_name_hold {
    REG_HOLD_LIVE,
    REG_HOLD_RESERVED,
    REG_HOLD_GIVEN_UP /* by deregistration, change or annulment less than a year ago */
};

/* A name of the same authority, in the same or in no industry, that is near the filing's. */
struct reg_similar_name {
    const char *code, *name; /* code: of a reservation its id */
    enum reg_name_hold hold;
    enum reg_similarity similarity;
};

/* A restriction that was placed and not lifted, on the entity that the filing is about or on a person of the filing. */
struct reg_restriction_view {
    reg_pb_restriction_source source;
    uint32_t person;      /* number of the filing's person; 0: the entity itself */
    int32_t since, until; /* days, both included; until 0: until it is lifted */
    uint32_t blocks;      /* 1 << FilingKind, or-ed */
    bool unreachable;
    const char *basis;
};

/* What the register said, as of one tree size. */
struct reg_register_view {
    struct reg_subject_view subject;
    bool code_taken;
    bool name_taken;
    const struct reg_similar_name *similar; /* the nearest first */
    size_t similar_count;
    const char *reserved_name; /* of the reservation that the filing uses; NULL: it has none, or one that has ended */
    struct reg_parent_view parent;
    const struct reg_restriction_view *restrictions; /* by person */
    size_t restriction_count;
};

/* Which sources of restrictions are connected: those that are not yield a warning (未核验). */
struct reg_connected_sources {
    bool configured; /* false: nothing is said of sources */
    uint32_t mask;   /* 1 << RestrictionSource, or-ed */
};

/* Everything a rule may look at. */
struct reg_rule_input {
    const reg_pb_filing *filing;
    const struct reg_register_view *view;
    const struct reg_catalogue *catalogue;
    const struct reg_entity_type *type; /* NULL: unknown type */
    int32_t day;                        /* the filing's day, UTC+8 */
    bool node;                          /* role: node (assigned_code given) or registrar */
    struct reg_connected_sources sources;
};

/* The name as names are compared, in the arena: full-width ASCII folded to half width, round brackets to full width, spaces
 * left out. NULL: out of memory. */
char *reg_name_key(const char *name, struct reg_arena *arena);

/* Fills what the rules will ask; strings are borrowed from the filing or in the arena. */
REG_MUST_CHECK int reg_rules_needs(const reg_pb_filing *filing, struct reg_arena *arena, struct reg_register_needs *ret);

/* Runs every rule that applies on that day; findings are in rule order and live in the arena. */
REG_MUST_CHECK int reg_rules_run(const struct reg_rule_input *input, struct reg_arena *arena, reg_pb_finding ***ret_findings,
                                 size_t *ret_count);

/* Runs the rules about codes and documents alone, whatever the kind: what holds for everybody on a register, whenever it was
 * founded. */
REG_MUST_CHECK int reg_rules_run_codes(const struct reg_rule_input *input, struct reg_arena *arena,
                                       reg_pb_finding ***ret_findings, size_t *ret_count);

/* The worst severity among the findings, SEVERITY_UNSPECIFIED for none. */
reg_pb_severity reg_findings_worst(reg_pb_finding *const *findings, size_t count);

#endif
