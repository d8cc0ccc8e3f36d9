/* The catalogue (目录) of items that one licence merges.
 *
 * The compiled-in default is a sample (示例目录，非宿州市公布目录): items 1-5 are documented nationally, 6-24 are the national
 * list by name from memory, 25-61 were composed from filings that exist in national rules. A bureau replaces it by its own.
 */
#ifndef REGISTRY_CATALOGUE_H
#define REGISTRY_CATALOGUE_H

#include <stdbool.h>

#include <registry/bytes.h>
#include <registry/error.h>

REG_BEGIN_DECLS

/* A catalogue: opaque, immutable after creation, any thread. */
struct reg_catalogue;

/* Is it the compiled-in sample? */
REG_EXPORT bool reg_catalogue_is_sample(const struct reg_catalogue *catalogue);
/* What must stand wherever the sample is shown, in Chinese and English. */
REG_EXPORT const char *reg_catalogue_notice_zh(void);
REG_EXPORT const char *reg_catalogue_notice_en(void);

/* The compiled-in catalogue. */
REG_EXPORT REG_MUST_CHECK int reg_catalogue_default(struct reg_catalogue **ret_catalogue);
/* From the bytes of CSV files (items, facts, materials, scope terms; UTF-8 or GB 18030, with or without a byte-order mark).
 * REG_ERR_INVALID; `info` names file, row and column. The bytes are not kept.
 * `scope_terms_csv` {NULL, 0}: the compiled-in sample of scope terms. */
REG_EXPORT REG_MUST_CHECK int reg_catalogue_parse(struct reg_bytes items_csv, struct reg_bytes facts_csv,
                                                  struct reg_bytes materials_csv, struct reg_bytes scope_terms_csv,
                                                  struct reg_catalogue **ret_catalogue, struct reg_error_info *info);
/* From a directory with items.csv, facts.csv and materials.csv; without scope_terms.csv the compiled-in one is used. */
REG_EXPORT REG_MUST_CHECK int reg_catalogue_load(const char *directory, struct reg_catalogue **ret_catalogue,
                                                 struct reg_error_info *info);
REG_EXPORT void reg_catalogue_free(struct reg_catalogue *catalogue);
/* The files as UTF-8 CSV, as ledgered: `which` is "items", "facts", "materials" or "scope_terms". Borrowed. */
REG_EXPORT struct reg_bytes reg_catalogue_csv(const struct reg_catalogue *catalogue, const char *which);
/* A list of scope terms (经营范围规范表述) taken in: what a catalogue keeps as scope_terms.csv, and why rows were refused. */
struct reg_scope_import {
    struct reg_data csv;    /* UTF-8, the columns of data/scope_terms.csv */
    struct reg_data report; /* one line per refused row, in Chinese and English: file, line, column, reason */
    size_t taken, refused_count;
};
/* Reads a CSV file's bytes with at least a code, a term and a kind per row, under our headings or Chinese ones (编码,
 * 规范表述, 类别); `file` is its name in messages. Blanks around cells are taken off, columns that no heading names are left
 * out. Without a column of items each term gets those of the catalogue whose keywords it has. REG_ERR_INVALID: the file is
 * no CSV or lacks a column; what is wrong with a row alone only goes into the report. */
REG_EXPORT REG_MUST_CHECK int reg_scope_terms_import(const struct reg_catalogue *catalogue, const char *file,
                                                     struct reg_bytes csv, struct reg_scope_import *ret,
                                                     struct reg_error_info *info);
REG_EXPORT void reg_scope_import_clear(struct reg_scope_import *import);
/* The item's name ("公章刻制备案"), borrowed; NULL: no such item. */
REG_EXPORT const char *reg_catalogue_item_name(const struct reg_catalogue *catalogue, unsigned item, bool zh);
/* The name of an entity type (市场主体类型), static; NULL: no such type. */
REG_EXPORT const char *reg_entity_type_name(unsigned code);
/* The items as JSON, {"notice": {"zh", "en"} (of the sample alone), "items": […]}, or as a table for people; the table of the compiled-in sample is headed by its notice. */
REG_EXPORT REG_MUST_CHECK int reg_catalogue_items_json(const struct reg_catalogue *catalogue, struct reg_data *ret_json);
REG_EXPORT REG_MUST_CHECK int reg_catalogue_items_table(const struct reg_catalogue *catalogue, struct reg_data *ret_text);

/* What `after` has otherwise than `before`: items added, repealed and changed (which column; which of its facts and
 * materials), facts, materials and scope terms; for people, a line each, or as JSON {"changes": […]}. `*ret_count`: how many. */
REG_EXPORT REG_MUST_CHECK int reg_catalogue_diff_text(const struct reg_catalogue *before, const struct reg_catalogue *after,
                                                      struct reg_data *ret_text, size_t *ret_count);
REG_EXPORT REG_MUST_CHECK int reg_catalogue_diff_json(const struct reg_catalogue *before, const struct reg_catalogue *after,
                                                      struct reg_data *ret_json, size_t *ret_count);
/* May `after` be published after `before`? REG_ERR_INVALID: the row of an item is gone, or its number names another item
 * (another department and name, or a name that shares less than half with the old one): numbers are never reused. */
REG_EXPORT REG_MUST_CHECK int reg_catalogue_may_follow(const struct reg_catalogue *before, const struct reg_catalogue *after,
                                                       struct reg_error_info *info);

REG_END_DECLS

#endif
