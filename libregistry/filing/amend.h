/* Filings as amendments: what a filing replaces, laid over what is recorded. */
#ifndef REG_FILING_AMEND_H
#define REG_FILING_AMEND_H

#include "base/arena.h"
#include "model.h"

/* `filing` as a whole filing: members of Entity that it replaces, persons by number, facts by key, materials by kind and items
 * asked for are its own, everything else is that of `base`. Persons to whom nothing refers any more are left out. Shallow, in
 * the arena; `filing` and `base` must outlive it. REG_ERR_NOMEM, REG_ERR_LIMIT. */
REG_MUST_CHECK int reg_filing_amend(const reg_pb_filing *base, const reg_pb_filing *filing, struct reg_arena *arena,
                                    reg_pb_filing **ret);

/* Adds to what `whole` replaces the members in which somebody stands whom `filed` makes another person than the one recorded
 * under that number: by name, kind, credit code or document. What is theirs beside that (contact, residence) is not registered. */
REG_MUST_CHECK int reg_filing_imply_replaced(const reg_pb_filing *recorded, const reg_pb_filing *filed, struct reg_arena *arena,
                                             reg_pb_filing *whole);
/* A filing in review with what a supplement adds: the members of Entity that the supplement replaces, its persons, facts and
 * materials; which members the whole replaces is the union. As above. */
REG_MUST_CHECK int reg_filing_supplement(const reg_pb_filing *filing, const reg_pb_filing *supplement, struct reg_arena *arena,
                                         reg_pb_filing **ret);

#endif
