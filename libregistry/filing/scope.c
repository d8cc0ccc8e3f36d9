/* Family D, the business scope: standard terms, and approvals before and after the licence. */
#include <string.h>

#include "catalogue/scope_terms.h"
#include "filing/rule.h"

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING

#define APPROVAL_DOCUMENT "approval_document"

/* The two lists of a scope, walked alike. */
enum list { GENERAL, LICENSED, LIST_COUNT };
static const char *const list_names[LIST_COUNT] = {"general", "licensed"};

/* Looks at one entry; `term` NULL: the list of terms does not have its text. */
typedef void (*check_entry)(struct reg_rule_run *run, enum list list, size_t index, const reg_pb_scope_entry *entry,
                            const struct reg_scope_term *term);

/* A scope without entries, and entries without text, are D08's. */
static void each_entry(struct reg_rule_run *run, check_entry check)
{
    const reg_pb_scope *scope = run->entity->scope;

    for (int list = GENERAL; scope && list < LIST_COUNT; list++) {
        reg_pb_scope_entry *const *entries = list == GENERAL ? scope->general : scope->licensed;
        size_t count = list == GENERAL ? scope->n_general : scope->n_licensed;

        for (size_t i = 0; i < count; i++)
            if (entries[i]->term[0])
                check(run, (enum list)list, i, entries[i], reg_scope_term_by_text(run->input->catalogue, entries[i]->term));
    }
}

/* ---- D03 ----------------------------------------------------------------------------------------------------------- */

/* What the licence prints is the text: a code only says once more which term is meant. A sample's codes are its own, so
 * that a code which it does not know may well be right. */
static void check_d03_entry(struct reg_rule_run *run, enum list list, size_t index, const reg_pb_scope_entry *entry,
                            const struct reg_scope_term *term)
{
    const struct reg_catalogue *catalogue = run->input->catalogue;
    const struct reg_scope_term *coded = entry->code[0] ? reg_scope_term_by_code(catalogue, entry->code) : NULL;
    bool sample = reg_scope_terms_are_sample(catalogue);

    if (coded != term && (coded || (entry->code[0] && !sample)))
        reg_find_as(run, ERROR, "经营范围条目代码与其规范表述不一致", "the entry's code is not that of its text",
                    "entity.scope.%s[%zu].code", list_names[list], index);
    else if (!term && sample)
        reg_find_as(run, WARNING, "非规范表述，按关键词匹配（示例条目表未收录）",
                    "not a term of the sample list; items are matched by keywords", "entity.scope.%s[%zu].term",
                    list_names[list], index);
    else if (!term)
        reg_find(run, "entity.scope.%s[%zu].term", list_names[list], index);
    else if (list == LICENSED && term->kind == REG_SCOPE_GENERAL)
        reg_find_as(run, ERROR, "一般项目不得列入许可项目", "a general item does not belong among the licensed ones",
                    "entity.scope.%s[%zu].term", list_names[list], index);
    else if (list == GENERAL && term->kind == REG_SCOPE_PRE_APPROVAL)
        reg_find_as(run, ERROR, "前置许可项目不得列入一般项目",
                    "what needs approval before the licence does not belong among the general items",
                    "entity.scope.%s[%zu].term", list_names[list], index);
}

static void check_d03(struct reg_rule_run *run)
{
    each_entry(run, check_d03_entry);
}

/* ---- D04 ----------------------------------------------------------------------------------------------------------- */

/* Promised for later (容缺) is not there: the approval comes before the licence. Its own days are not in the filing. */
static bool has_approval(const reg_pb_filing *filing)
{
    for (size_t i = 0; i < filing->n_materials; i++)
        if (strcmp(filing->materials[i]->kind, APPROVAL_DOCUMENT) == 0 && !filing->materials[i]->deferred_until[0])
            return true;
    return false;
}

static void check_d04_entry(struct reg_rule_run *run, enum list list, size_t index, const reg_pb_scope_entry *entry,
                            const struct reg_scope_term *term)
{
    const char *zh = NULL, *en = NULL;

    (void)entry;
    if (!term || term->kind != REG_SCOPE_PRE_APPROVAL)
        return;
    if (*term->permit_zh) {
        zh = reg_arena_printf(run->arena, "%s（%s）", run->rule->zh, term->permit_zh);
        en = reg_arena_printf(run->arena, "%s (%s)", run->rule->en, term->permit_zh);
    }
    reg_find_as(run, ERROR, zh, en, "entity.scope.%s[%zu].term", list_names[list], index);
}

static void check_d04(struct reg_rule_run *run)
{
    if (!has_approval(run->filing))
        each_entry(run, check_d04_entry);
}

/* ---- D05 ----------------------------------------------------------------------------------------------------------- */

/* The licence prints the tail behind the licensed items; among the general ones it is missing. */
static void check_d05_entry(struct reg_rule_run *run, enum list list, size_t index, const reg_pb_scope_entry *entry,
                            const struct reg_scope_term *term)
{
    (void)entry;
    if (list == GENERAL && term && term->kind == REG_SCOPE_POST_APPROVAL)
        reg_find(run, "entity.scope.%s[%zu].term", list_names[list], index);
}

static void check_d05(struct reg_rule_run *run)
{
    each_entry(run, check_d05_entry);
}

/* ---- D06 ----------------------------------------------------------------------------------------------------------- */

static bool lists(reg_pb_scope_entry *const *entries, size_t count, const char *term)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(entries[i]->term, term) == 0)
            return true;
    return false;
}

static void check_d06_entry(struct reg_rule_run *run, enum list list, size_t index, const reg_pb_scope_entry *entry,
                            const struct reg_scope_term *term)
{
    const reg_pb_scope *parent = run->input->view->parent.scope;

    (void)term;
    if (!lists(parent->general, parent->n_general, entry->term) && !lists(parent->licensed, parent->n_licensed, entry->term))
        reg_find_as(run, WARNING, reg_arena_printf(run->arena, "%s：%s", run->rule->zh, entry->term),
                    reg_arena_printf(run->arena, "%s: %s", run->rule->en, entry->term), "entity.scope.%s[%zu].term",
                    list_names[list], index);
}

/* Of a branch whose scope is filed, and whose parent's is known. */
static void check_d06(struct reg_rule_run *run)
{
    if (run->input->view->parent.scope && (!reg_rule_recorded(run) || reg_rule_replaces(run, "scope")))
        each_entry(run, check_d06_entry);
}

static const struct reg_rule rules[] = {
    {"D03", REG_RULE_ALL, 0, 0, ERROR, "经营范围应当使用规范表述", "a scope is written in the terms of the published list",
     "条例 §14; 细则 §12", check_d03},
    {"D04", REG_RULE_ALL, 0, 0, ERROR, "许可经营项目应当提交有效的批准文件",
     "what needs approval before the licence is filed with its approval", "条例 §14,§21(2); 细则 §22", check_d04},
    {"D05", REG_RULE_ALL, 0, 0, WARNING, "许可项目应当标注提示语",
     "what needs approval after the licence is listed as licensed, so that the licence says so",
     "经营范围登记规范表述 practice", check_d05},
    {"D06", REG_RULE_BRANCH, 0, 0, WARNING, "分支机构经营范围超出所属企业经营范围",
     "the branch's scope goes beyond its parent's", "公司法 §13(2); 旅行社条例 §10", check_d06},
};
const struct reg_rule_list reg_rules_scope = {rules, sizeof rules / sizeof *rules};
