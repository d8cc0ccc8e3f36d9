/* What one catalogue has otherwise than another, row by row of their files. */
#ifndef REG_CATALOGUE_DIFF_H
#define REG_CATALOGUE_DIFF_H

#include "catalogue/catalogue.h"

enum reg_change_subject { REG_CHANGED_ITEM, REG_CHANGED_FACT, REG_CHANGED_MATERIAL, REG_CHANGED_TERM };

enum reg_change_kind {
    REG_CHANGE_ADDED,
    REG_CHANGE_REMOVED,  /* the row is gone */
    REG_CHANGE_REPEALED, /* an item: its status is repealed or absorbed now */
    REG_CHANGE_CHANGED   /* one column, or one fact or material of an item */
};

/* Strings live in the diff's arena; all of them are "" rather than NULL. */
struct reg_catalogue_change {
    enum reg_change_subject subject;
    enum reg_change_kind kind;
    const char *id, *zh, *en;             /* number, key, kind or code; and what people call it */
    const char *column;                   /* changed: which */
    const char *part, *part_zh, *part_en; /* changed facts and materials of an item: which one */
    const char *before, *after;           /* of a part: "", "optional" or "mandatory" */
};

struct reg_catalogue_diff {
    struct reg_catalogue_change *changes; /* items, facts, materials, scope terms; each in the order of the new file */
    size_t count, cap;
};

REG_MUST_CHECK int reg_catalogue_diff_make(const struct reg_catalogue *before, const struct reg_catalogue *after,
                                           struct reg_arena *arena, struct reg_catalogue_diff *ret);

#endif
