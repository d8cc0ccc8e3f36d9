/* The terms in which a business scope is written (经营范围规范表述): what each needs by way of approval, which items it
 * triggers. The compiled-in list is a sample: its codes are this project's own and begin with `sample-`. */
#ifndef REG_CATALOGUE_SCOPE_TERMS_H
#define REG_CATALOGUE_SCOPE_TERMS_H

#include "catalogue/catalogue.h"

enum reg_scope_kind {
    REG_SCOPE_GENERAL,      /* 一般项目: the licence is enough */
    REG_SCOPE_PRE_APPROVAL, /* 前置许可: approved before the licence */
    REG_SCOPE_POST_APPROVAL /* 后置许可: approved after the licence, before business begins */
};

struct reg_scope_term {
    const char *code, *term;
    enum reg_scope_kind kind;
    const char *const *industries; /* GB/T 4754 */
    size_t industry_count;
    const uint16_t *items; /* numbers of the items that it triggers */
    size_t item_count;
    const char *permit_zh; /* the approval it needs; "": none, or not said */
    const char *note;
};

/* Terms in the order of the file. */
size_t reg_scope_term_count(const struct reg_catalogue *catalogue);
const struct reg_scope_term *reg_scope_term_at(const struct reg_catalogue *catalogue, size_t index);
/* NULL: the list has none such. Text is compared whole, brackets of either width alike. */
const struct reg_scope_term *reg_scope_term_by_code(const struct reg_catalogue *catalogue, const char *code);
const struct reg_scope_term *reg_scope_term_by_text(const struct reg_catalogue *catalogue, const char *text);
/* Is the list a sample, which cannot refuse what it does not know? */
bool reg_scope_terms_are_sample(const struct reg_catalogue *catalogue);

#endif
