/* Would a wrong catalogue be noticed? Changes one thing at a time in each row of data/items.csv, in memory, and judges the
 * row that came out by items.csv here. A mutant that no judgement tells from the real row survives, and fails the run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "items.h"

#define PARTS_MAX 32

/* Mutants that say the same as the row: each with the reason. The list is exact: a mutant in it that is killed fails too. */
static const struct {
    unsigned item;
    const char *column, *change, *why;
} equivalent[] = {
    {58, "keywords", "- 机构养老服务", "every term with 机构养老服务 holds 养老服务, which is a keyword as well"},
    {59, "keywords", "- 中医诊所服务", "every term with 中医诊所服务 holds 诊所服务, which is a keyword as well"},
};
#define EQUIVALENT_COUNT (sizeof equivalent / sizeof *equivalent)
_Static_assert(EQUIVALENT_COUNT == 2, "a new equivalent mutant needs its reason, and a look by a second pair of eyes");

struct bench {
    struct item_table table;
    struct reg_catalogue *real;
    struct reg_csv csv;
    size_t row, mutants, killed, by_merging, by_row, refused, equivalents;
};

/* The cell in whose place `value` stands. */
struct change {
    int column;
    const char *value;
};

static void put_cell(struct reg_buf *buf, const char *cell)
{
    reg_buf_puts(buf, "\"");
    for (; *cell; cell++) {
        if (*cell == '"')
            reg_buf_puts(buf, "\"");
        reg_buf_put(buf, cell, 1);
    }
    reg_buf_puts(buf, "\"");
}

/* The header and the row under test, with the changes: the other rows do not matter to it. */
static void write_csv(const struct bench *bench, const struct change *changes, size_t count, struct reg_buf *buf)
{
    for (size_t line = 0; line < 2; line++) {
        for (size_t i = 0; i < bench->csv.columns; i++) {
            const char *cell = line ? reg_csv_cell(&bench->csv, bench->row, i) : bench->csv.cells[i];

            for (size_t k = 0; line && k < count; k++)
                cell = changes[k].column == (int)i ? changes[k].value : cell;
            reg_buf_puts(buf, i ? "," : "");
            put_cell(buf, cell);
        }
        reg_buf_puts(buf, "\n");
    }
}

static bool is_equivalent(const struct bench *bench, const char *column, const char *change)
{
    for (size_t i = 0; i < EQUIVALENT_COUNT; i++) {
        if (equivalent[i].item == bench->row + 1 && strcmp(equivalent[i].column, column) == 0 &&
            strcmp(equivalent[i].change, change) == 0)
            return true;
    }
    return false;
}

/* Judges the mutant; true: killed. */
static bool kill(struct bench *bench, struct reg_bytes items)
{
    struct judge judge = {.table = &bench->table, .item = &bench->table.items[bench->row], .stop = true};
    struct reg_catalogue *mutant = NULL;

    if (reg_catalogue_parse(items, reg_catalogue_csv(bench->real, "facts"), reg_catalogue_csv(bench->real, "materials"),
                            (struct reg_bytes){NULL, 0}, &mutant, NULL) != 0) {
        bench->refused++;
        return true;
    }
    judge.catalogue = mutant;
    judge_merging(&judge);
    bench->by_merging += judge.failures > 0;
    if (judge.failures == 0) {
        judge_row(&judge);
        bench->by_row += judge.failures > 0;
    }
    reg_catalogue_free(mutant);
    return judge.failures > 0;
}

static void mutate(struct bench *bench, const char *column, const char *description, const struct change *changes,
                   size_t count)
{
    bool known = is_equivalent(bench, column, description);
    struct reg_buf buf = REG_BUF_INIT;
    bool killed;

    write_csv(bench, changes, count, &buf);
    killed = kill(bench, reg_buf_bytes(&buf));
    reg_buf_clear(&buf);
    if (known && !killed) {
        bench->equivalents++;
        return;
    }
    bench->mutants++;
    bench->killed += killed && !known;
    if (known || !killed)
        printf("item %zu, %s, %s: %s\n", bench->row + 1, column, description,
               killed ? "listed as equivalent, but killed" : "survives");
}

static int column_of(const struct bench *bench, const char *column)
{
    int at = reg_csv_column(&bench->csv, column);

    if (at < 0)
        abort();
    return at;
}

static const char *cell_of(const struct bench *bench, const char *column)
{
    return reg_csv_cell(&bench->csv, bench->row, (size_t)column_of(bench, column));
}

/* One cell becomes `value`. */
static void replace(struct bench *bench, const char *column, const char *description, const char *value)
{
    mutate(bench, column, description, &(struct change){column_of(bench, column), value}, 1);
}

/* A cell's parts; `text` is cut up. */
static size_t split(char *text, char **parts)
{
    size_t count = 0;

    for (char *part = strtok(text, ";"); part && count < PARTS_MAX; part = strtok(NULL, ";"))
        parts[count++] = part;
    return count;
}

/* Each part of the list left out in turn, and with `optional` each mark of what is mandatory put or taken away. */
static void mutate_list(struct bench *bench, const char *column, bool optional)
{
    char text[2048], changed[2048], description[256], *parts[PARTS_MAX];
    size_t count;

    if (strcmp(cell_of(bench, column), "*") == 0)
        return;
    snprintf(text, sizeof text, "%s", cell_of(bench, column));
    count = split(text, parts);
    for (size_t i = 0; i < (optional ? 2 : 1) * count; i++) {
        const char *part = parts[i % count];
        size_t len = 0, size = strlen(part);
        bool marked = part[size - 1] == '!';

        changed[0] = '\0';
        for (size_t k = 0; k < count; k++) {
            const char *separator = len ? ";" : "";

            if (k != i % count)
                len += (size_t)snprintf(changed + len, sizeof changed - len, "%s%s", separator, parts[k]);
            else if (i >= count)
                len += (size_t)snprintf(changed + len, sizeof changed - len, "%s%.*s%s", separator, (int)(size - marked),
                                        part, marked ? "" : "!");
        }
        snprintf(description, sizeof description, "%s %s", i < count ? "-" : marked ? "optional" : "mandatory", part);
        replace(bench, column, description, changed);
    }
}

static void add_part(struct bench *bench, const char *column, const char *part)
{
    char changed[2048], description[256];
    const char *cell = cell_of(bench, column);

    snprintf(changed, sizeof changed, "%s%s%s", cell, *cell ? ";" : "", part);
    snprintf(description, sizeof description, "+ %s", part);
    replace(bench, column, description, changed);
}

static void add_letters(struct bench *bench)
{
    static const char *const letters[] = {"C", "B", "P", "S", "F", "I", "N", "W"};

    for (size_t i = 0; i < 8; i++) {
        if (!strstr(cell_of(bench, "entity_types"), letters[i]))
            add_part(bench, "entity_types", letters[i]);
    }
}

/* Every other value of `when`; the permit comes and goes with after_permit, else the parser would refuse the row. */
static void change_when(struct bench *bench)
{
    static const char *const whens[] = {"establish", "establish_if_staff", "opt_in", "opt_in_after_start", "after_permit"};

    for (size_t i = 0; i < 5; i++) {
        struct change changes[] = {{column_of(bench, "when"), whens[i]},
                                   {column_of(bench, "permit_zh"), i == 4 ? "示例许可证" : ""}};

        if (strcmp(cell_of(bench, "when"), whens[i]) != 0)
            mutate(bench, "when", whens[i], changes, 2);
    }
    if (*cell_of(bench, "permit_zh"))
        replace(bench, "permit_zh", "another permit", "示例许可证");
}

static void change_values(struct bench *bench)
{
    static const char *const states[] = {"in_force", "repealed", "absorbed", "transformed"};
    static const char *const departments[] = {"market", "tax"};

    for (size_t i = 0; i < 4; i++) {
        if (strcmp(cell_of(bench, "status"), states[i]) != 0)
            replace(bench, "status", states[i], states[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        if (strcmp(cell_of(bench, "department"), departments[i]) != 0)
            replace(bench, "department", departments[i], departments[i]);
    }
    replace(bench, "name_zh", "another name", "示例事项");
    replace(bench, "kind", "a permission", "许可"); /* E22: then it never merges */
}

/* The row as it is must be innocent, else every mutant of it would seem to be killed. It stands alone here, so that its
 * keywords decide and not the sample's list of scope terms, which goes with the sample's items alone. */
static bool innocent(struct bench *bench)
{
    struct bench before = *bench;
    struct reg_buf buf = REG_BUF_INIT;
    bool killed;

    write_csv(bench, NULL, 0, &buf);
    killed = kill(bench, reg_buf_bytes(&buf));
    reg_buf_clear(&buf);
    *bench = before;
    if (killed)
        printf("item %zu: the row itself is not what items.csv expects\n", bench->row + 1);
    return !killed;
}

static void mutate_row(struct bench *bench)
{
    mutate_list(bench, "entity_types", false);
    add_letters(bench);
    mutate_list(bench, "industries", false);
    mutate_list(bench, "keywords", false);
    change_when(bench);
    change_values(bench);
    mutate_list(bench, "facts", true);
    mutate_list(bench, "materials", false);
    add_part(bench, "facts", "cost_engineers");
    add_part(bench, "facts", "stage_area!");
    add_part(bench, "materials", "articles");
}

int main(void)
{
    struct bench bench = {0};
    struct reg_error_info info = {0};
    size_t survived, guilty = 0;

    if (!item_table_load(&bench.table) || reg_catalogue_default(&bench.real) != 0 ||
        reg_csv_parse("items.csv", reg_catalogue_csv(bench.real, "items"), &bench.csv, &info) != 0 ||
        bench.csv.rows != ITEM_COUNT) {
        fprintf(stderr, "cannot load the tables: %s\n", info.en);
        return 2;
    }
    for (; bench.row < ITEM_COUNT; bench.row++) {
        guilty += !innocent(&bench);
        mutate_row(&bench);
    }
    survived = bench.mutants - bench.killed;
    printf("%zu mutants, %zu killed: %zu by what merging does, %zu by the row alone, %zu refused when read; "
           "%zu equivalent beside\n",
           bench.mutants, bench.killed, bench.by_merging, bench.by_row, bench.refused, bench.equivalents);
    reg_csv_clear(&bench.csv);
    reg_catalogue_free(bench.real);
    item_table_free(&bench.table);
    return guilty > 0 || survived > 0 || bench.equivalents != EQUIVALENT_COUNT;
}
