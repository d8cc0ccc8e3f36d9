/* How near two names of enterprises are (企业名称登记管理规定 §16, §17): their trade names compared, and the keys under
 * which an index finds names that may be near. */
#ifndef REG_IDENTITY_SIMILAR_H
#define REG_IDENTITY_SIMILAR_H

#include "identity/name.h"

#define REG_TRADE_MAX 100 /* characters; a longer trade name is compared as far as that */

/* A trade name as trade names are compared: half width, lower case, standard characters, without marks and spaces. */
struct reg_trade {
    size_t count;
    uint32_t characters[REG_TRADE_MAX];
};

/* The industries that a name speaks of: divisions of GB/T 4754, a bit each. */
struct reg_industry_set {
    uint64_t bits[2];
};

/* What of a name is compared. `full` is borrowed. */
struct reg_name_profile {
    const char *full;
    struct reg_name_span trade_name, industry_text;
    struct reg_trade trade;
    struct reg_industry_set industry;
};

/* The farthest first. Stored and sent: their numbers never change. */
enum reg_similarity {
    REG_SIMILAR_NOT,
    REG_SIMILAR_ONE_APART,  /* one character another, of three or more; or one more, one less */
    REG_SIMILAR_CONTAINED,  /* one trade name stands in the other */
    REG_SIMILAR_HOMOPHONE,  /* each character has a reading in common with its opposite */
    REG_SIMILAR_NORMALISED, /* equal but for variants, traditional forms, width, case, marks */
    REG_SIMILAR_EQUAL
};

void reg_trade_normalise(const char *text, size_t len, struct reg_trade *ret);
/* Where the parser finds no trade name, the whole name stands for it. */
void reg_name_profile(const char *full, const struct reg_name_hints *hints, struct reg_name_profile *ret);
/* How near two trade names are. */
enum reg_similarity reg_name_compare(const struct reg_name_profile *a, const struct reg_name_profile *b);
/* Is the industry the same, or absent in one of them? */
bool reg_name_same_industry(const struct reg_name_profile *a, const struct reg_name_profile *b);
/* 字号相同 and the like. */
const char *reg_similarity_zh(enum reg_similarity similarity);
const char *reg_similarity_en(enum reg_similarity similarity);

/* ---- keys of the index ----------------------------------------------------------------------------------------------- */

#define REG_NAME_KEYS_MAX (REG_TRADE_MAX + 1 + 64)

/* Two names that reg_name_compare finds near have a key in common: one of the first `sure` where they are equal, equal once
 * normalised, or homophones; else one of the others. `industry` has a bit in common, or is 0 on one side, where the
 * industry is the same or absent. */
struct reg_name_keys {
    uint32_t keys[REG_NAME_KEYS_MAX]; /* none twice */
    size_t count, sure;
    uint32_t industry;
};

void reg_name_keys(const struct reg_name_profile *profile, struct reg_name_keys *ret);

#endif
