/* The licence: its public record and the sections of its entry. */
#ifndef REG_LICENCE_LICENCE_H
#define REG_LICENCE_LICENCE_H

#include "base/buffer.h"
#include "ledger/entry.h"
#include "licence/merge.h"

/* The business scope as printed: 一般项目：a；b（…）许可项目：c（…）. In the arena; NULL: out of memory. */
char *reg_licence_scope_text(const reg_pb_scope *scope, struct reg_arena *arena);
/* The representatives as printed: joined by 、, a delegate as 甲（委派代表：乙）. */
char *reg_licence_representative_text(const reg_pb_filing *filing, struct reg_arena *arena);

/* Has the person a role that the register shows? Liaison and beneficial owners have none. */
bool reg_licence_person_is_public(const reg_pb_entity *entity, uint32_t number);
/* What is public of a person; in the arena. NULL: out of memory. */
reg_pb_public_person *reg_licence_public_person(const reg_pb_person *person, struct reg_arena *arena);

/* The public record of an establishment: everything but code, serial, credential and nonce, which the caller sets. Persons
 * without a public role are left out; type 9999 becomes 9500. Lives in the arena. */
REG_MUST_CHECK int reg_licence_record_build(const struct reg_rule_input *input, const struct reg_merge *merge,
                                            unsigned catalogue_revision, struct reg_arena *arena, reg_pb_licence_record **ret);

/* Lists in a new revision, which makes `whole` of what is `recorded`, what it changes of the revision before (`before`, its
 * record): members of the public record that differ, and facts and states of each item in `merge`, each with its value before
 * as JSON; then the restricted classes that differ, without a value. `*ret_printed`: something that the licence prints or the
 * credential signs is among them. */
REG_MUST_CHECK int reg_licence_revise(const reg_pb_record *before, const reg_pb_filing *recorded, const reg_pb_filing *whole,
                                      reg_pb_licence_record *licence, struct reg_merge *merge, struct reg_arena *arena,
                                      bool *ret_printed);
/* The member of Entity that a change of the public record's member is undone by; NULL: none. */
const char *reg_licence_changed_member(const char *path);

/* The fragments of a licence entry, ids ascending: 0 public, one per item record, one per restricted class that has
 * anything to say. The caller frees them with reg_fragments_free. */
REG_MUST_CHECK int reg_licence_fragments(const reg_pb_licence_record *licence, const struct reg_merge *merge,
                                         const reg_pb_filing *filing, const reg_pb_administration *administration,
                                         struct reg_fragment **ret_fragments, size_t *ret_count);

#endif
