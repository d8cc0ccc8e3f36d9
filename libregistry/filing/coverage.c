/* What of the list of rules the rulebook has: data/rules.csv as people and programs list it. */
#include <registry/rules.h>

#include <string.h>

#include "base/buffer.h"
#include "base/csv.h"
#include "filing/rule.h"

extern const unsigned char reg_data_rules_csv[];
extern const size_t reg_data_rules_csv_len;

enum { RULE, CONDITION, MESSAGE, BASIS, SEVERITY, STATUS, REASON_ZH, REASON_EN, TESTS, COLUMN_COUNT };
static const char *const columns[COLUMN_COUNT] = {"rule",   "condition", "message_zh", "legal_basis", "severity",
                                                  "status", "reason_zh", "reason_en",  "tests"};

static const char *const status_names[] = {"coded", "partly", "waiting"};
#define STATUS_COUNT (sizeof status_names / sizeof *status_names)

struct coverage {
    struct reg_csv csv;
    size_t at[COLUMN_COUNT]; /* where the columns stand in the file */
};

static int load(struct coverage *ret)
{
    struct reg_error_info info;
    int error = reg_csv_parse("rules.csv", (struct reg_bytes){reg_data_rules_csv, reg_data_rules_csv_len}, &ret->csv, &info);

    if (error != 0)
        return error;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        int column = reg_csv_column(&ret->csv, columns[i]);

        if (column < 0) {
            reg_csv_clear(&ret->csv);
            return REG_ERR_INVALID;
        }
        ret->at[i] = (size_t)column;
    }
    return 0;
}

static const char *cell(const struct coverage *coverage, size_t row, size_t column)
{
    return reg_csv_cell(&coverage->csv, row, coverage->at[column]);
}

static size_t count_of(const struct coverage *coverage, const char *status)
{
    size_t count = 0;

    for (size_t i = 0; i < coverage->csv.rows; i++)
        count += strcmp(cell(coverage, i, STATUS), status) == 0;
    return count;
}

static bool listed(const struct coverage *coverage, const char *id)
{
    for (size_t i = 0; i < coverage->csv.rows; i++)
        if (strcmp(cell(coverage, i, RULE), id) == 0)
            return true;
    return false;
}

/* Rules that no row of the list has: the engine's own. NULL after the last; `at` counts from 0. */
static const struct reg_rule *next_own(const struct coverage *coverage, size_t *at)
{
    size_t skip = (*at)++, seen = 0;

    for (size_t i = 0; i < REG_RULE_FAMILY_COUNT; i++)
        for (size_t j = 0; j < reg_rule_families[i]->count; j++)
            if (!listed(coverage, reg_rule_families[i]->rules[j].id) && seen++ == skip)
                return &reg_rule_families[i]->rules[j];
    return NULL;
}

/* ---- for people ---------------------------------------------------------------------------------------------------- */

/* Rules of procedure say nothing to an applicant; their condition says what they are. */
static const char *text_of(const struct coverage *coverage, size_t row)
{
    const char *message = cell(coverage, row, MESSAGE);

    return message[0] ? message : cell(coverage, row, CONDITION);
}

static void put_row(struct reg_buf *buf, const struct coverage *coverage, size_t row)
{
    reg_buf_printf(buf, "%s  %-8s %-8s %s\n", cell(coverage, row, RULE), cell(coverage, row, STATUS),
                   cell(coverage, row, SEVERITY), text_of(coverage, row));
    reg_buf_printf(buf, "     %s\n", cell(coverage, row, BASIS));
    if (cell(coverage, row, REASON_ZH)[0])
        reg_buf_printf(buf, "     %s\n     %s\n", cell(coverage, row, REASON_ZH), cell(coverage, row, REASON_EN));
    if (cell(coverage, row, TESTS)[0])
        reg_buf_printf(buf, "     %s\n", cell(coverage, row, TESTS));
}

int reg_rules_coverage_table(struct reg_data *ret_text)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct coverage coverage;
    const struct reg_rule *own;
    size_t own_count = 0;
    int error = load(&coverage);

    if (error != 0)
        return error;
    for (size_t i = 0; i < coverage.csv.rows; i++)
        put_row(&buf, &coverage, i);
    while ((own = next_own(&coverage, &own_count)))
        reg_buf_printf(&buf, "%s  own      %s\n     %s\n", own->id, own->zh, own->en);
    reg_buf_printf(&buf, "\n%zu 条 / rules: ", coverage.csv.rows);
    for (size_t i = 0; i < STATUS_COUNT; i++)
        reg_buf_printf(&buf, "%s%zu %s", i ? ", " : "", count_of(&coverage, status_names[i]), status_names[i]);
    reg_buf_printf(&buf, "; %zu own\n", own_count - 1);
    reg_csv_clear(&coverage.csv);
    return reg_buf_finish(&buf, ret_text);
}

/* ---- for programs -------------------------------------------------------------------------------------------------- */

static void put_tests(struct reg_buf *buf, const char *tests)
{
    reg_buf_puts(buf, ", \"tests\": [");
    for (size_t len, i = 0; *tests; i++, tests += len + (tests[len] == ';')) {
        len = strcspn(tests, ";");
        reg_buf_printf(buf, "%s\"%.*s\"", i ? ", " : "", (int)len, tests);
    }
    reg_buf_puts(buf, "]");
}

static void put_object(struct reg_buf *buf, const struct coverage *coverage, size_t row)
{
    reg_buf_printf(buf, "%s\n  {\"id\": \"%s\"", row ? "," : "", cell(coverage, row, RULE));
    reg_rule_put_text(buf, "status", cell(coverage, row, STATUS));
    reg_rule_put_text(buf, "severity", cell(coverage, row, SEVERITY));
    reg_rule_put_text(buf, "condition", cell(coverage, row, CONDITION));
    reg_rule_put_text(buf, "zh", cell(coverage, row, MESSAGE));
    reg_rule_put_text(buf, "legalBasis", cell(coverage, row, BASIS));
    reg_rule_put_text(buf, "reasonZh", cell(coverage, row, REASON_ZH));
    reg_rule_put_text(buf, "reasonEn", cell(coverage, row, REASON_EN));
    put_tests(buf, cell(coverage, row, TESTS));
    reg_buf_puts(buf, "}");
}

int reg_rules_coverage_json(struct reg_data *ret_json)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct coverage coverage;
    const struct reg_rule *own;
    size_t own_count = 0;
    int error = load(&coverage);

    if (error != 0)
        return error;
    reg_buf_puts(&buf, "{\"rules\": [");
    for (size_t i = 0; i < coverage.csv.rows; i++)
        put_object(&buf, &coverage, i);
    while ((own = next_own(&coverage, &own_count))) {
        reg_buf_printf(&buf, ",\n  {\"id\": \"%s\", \"status\": \"own\"", own->id);
        reg_rule_put_text(&buf, "zh", own->zh);
        reg_rule_put_text(&buf, "en", own->en);
        reg_rule_put_text(&buf, "legalBasis", own->legal_basis);
        reg_buf_puts(&buf, "}");
    }
    reg_buf_printf(&buf, "\n], \"totals\": {\"rules\": %zu", coverage.csv.rows);
    for (size_t i = 0; i < STATUS_COUNT; i++)
        reg_buf_printf(&buf, ", \"%s\": %zu", status_names[i], count_of(&coverage, status_names[i]));
    reg_buf_printf(&buf, ", \"own\": %zu}}\n", own_count - 1);
    reg_csv_clear(&coverage.csv);
    return reg_buf_finish(&buf, ret_json);
}
