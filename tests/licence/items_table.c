/* Reading items.csv. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "items.h"

/* Cuts a copy of the cell at each `;`. */
static struct item_list cut(const char *cell, struct reg_arena *arena)
{
    struct item_list list = {.count = 0};
    char *at = reg_arena_strdup(arena, cell);

    while (at && *at && list.count < LIST_MAX) {
        char *end = strchr(at, ';');

        list.parts[list.count++] = at;
        if (!end)
            break;
        *end = '\0';
        at = end + 1;
    }
    return list;
}

static void read_facts(const char *cell, struct reg_arena *arena, struct item_expected *item)
{
    struct item_list list = cut(cell, arena);

    for (size_t i = 0; i < list.count; i++) {
        char *text = reg_arena_strdup(arena, list.parts[i]);
        char *equals = text ? strchr(text, '=') : NULL;
        struct expected_fact *fact = &item->facts[item->fact_count++];
        size_t len;

        if (equals)
            *equals = '\0';
        len = text ? strlen(text) : 0;
        *fact = (struct expected_fact){text, equals ? equals + 1 : NULL, len > 0 && text[len - 1] == '!'};
        if (fact->mandatory)
            text[len - 1] = '\0';
    }
}

/* The cell of that column, in the arena; "": there is no such column. */
static const char *cell(const struct reg_csv *csv, size_t row, const char *column, struct reg_arena *arena)
{
    int at = reg_csv_column(csv, column);

    return at < 0 ? "" : reg_arena_strdup(arena, reg_csv_cell(csv, row, (size_t)at));
}

static void read_row(const struct reg_csv *csv, size_t row, struct reg_arena *arena, struct item_expected *item)
{
    *item = (struct item_expected){
        .item = (unsigned)strtoul(cell(csv, row, "item", arena), NULL, 10),
        .name_zh = cell(csv, row, "name_zh", arena),
        .kind_zh = cell(csv, row, "kind_zh", arena),
        .department_zh = cell(csv, row, "department_zh", arena),
        .letters = cell(csv, row, "entity_letters", arena),
        .when = cell(csv, row, "when", arena),
        .waits_for = cell(csv, row, "waits_for", arena),
        .status = cell(csv, row, "status", arena),
        .industries = cut(cell(csv, row, "industries", arena), arena),
        .terms = cut(cell(csv, row, "terms", arena), arena),
        .near_industries = cut(cell(csv, row, "near_industries", arena), arena),
        .near_terms = cut(cell(csv, row, "near_terms", arena), arena),
        .materials = cut(cell(csv, row, "materials", arena), arena),
    };
    read_facts(cell(csv, row, "facts", arena), arena, item);
}

static size_t read_file(uint8_t *to, size_t size)
{
    FILE *file = fopen(REG_SOURCE_DIR "/tests/licence/items.csv", "rb");
    size_t len = file ? fread(to, 1, size, file) : 0;

    if (file)
        fclose(file);
    return len;
}

bool item_table_load(struct item_table *table)
{
    static uint8_t text[1 << 16];
    struct reg_error_info info = {0};
    struct reg_csv csv;
    bool good;

    *table = (struct item_table){.arena = reg_arena_new(0)};
    if (!table->arena || reg_csv_parse("items.csv", (struct reg_bytes){text, read_file(text, sizeof text)}, &csv, &info)) {
        fprintf(stderr, "%s\n", info.en);
        return false;
    }
    good = csv.rows == ITEM_COUNT;
    for (size_t i = 0; good && i < ITEM_COUNT; i++) {
        read_row(&csv, i, table->arena, &table->items[i]);
        good = table->items[i].item == i + 1;
    }
    reg_csv_clear(&csv);
    return good;
}

void item_table_free(struct item_table *table)
{
    reg_arena_free(table->arena);
}

bool expected_in_force(const struct item_expected *item)
{
    return strcmp(item->status, "in_force") == 0 || strcmp(item->status, "transformed") == 0;
}

bool expected_universal(const struct item_expected *item)
{
    return item->industries.count == 0 && item->terms.count == 0;
}
