/* Build-time generator: data/divisions.csv and data/registrar_codes.csv to a header with the divisions sorted by code and a
 * two-level bitmap of the codes. Usage: make_tables divisions.csv registrar_codes.csv > divisions_table.h */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct division {
    unsigned code;
    char name[96];
};

static struct division divisions[8192];
static size_t count;

/* Rows are code,name,…; the name has no comma or quote in either file. */
static int read_rows(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[512];

    if (!file || !fgets(line, sizeof line, file))
        return fprintf(stderr, "cannot read %s\n", path), -1;
    while (fgets(line, sizeof line, file)) {
        char *name = strchr(line, ','), *end = name ? strchr(name + 1, ',') : NULL;

        if (!end || count == sizeof divisions / sizeof *divisions || (size_t)(end - name - 1) >= sizeof divisions->name)
            return fprintf(stderr, "%s: bad row: %s", path, line), -1;
        divisions[count].code = (unsigned)strtoul(line, NULL, 10);
        memcpy(divisions[count].name, name + 1, (size_t)(end - name - 1));
        if (divisions[count].code < 100000 || divisions[count].code > 999999)
            return fprintf(stderr, "%s: bad code: %s", path, line), -1;
        count++;
    }
    return fclose(file);
}

static int compare(const void *a, const void *b)
{
    const struct division *x = a, *y = b;

    return (x->code > y->code) - (x->code < y->code);
}

static void print_bitmap(void)
{
    static uint16_t block_of[10000];
    static uint64_t blocks[8192][2];
    unsigned used = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned hundred = divisions[i].code / 100, bit = divisions[i].code % 100;

        if (!block_of[hundred])
            block_of[hundred] = (uint16_t)++used;
        blocks[block_of[hundred]][bit / 64] |= UINT64_C(1) << bit % 64;
    }
    puts("const uint16_t reg_division_block_of[10000] = {");
    for (unsigned i = 0; i < 10000; i++)
        printf("%u,%s", block_of[i], i % 20 == 19 ? "\n" : "");
    puts("};\nconst uint64_t reg_division_blocks[][2] = {");
    for (unsigned i = 0; i <= used; i++)
        printf("{0x%llxu, 0x%llxu},\n", (unsigned long long)blocks[i][0], (unsigned long long)blocks[i][1]);
    puts("};");
}

int main(int argc, char **argv)
{
    if (argc != 3 || read_rows(argv[1]) != 0 || read_rows(argv[2]) != 0)
        return 1;
    qsort(divisions, count, sizeof *divisions, compare);
    puts("/* Made from data/ by make_tables.c. */");
    print_bitmap();
    puts("static const struct {\n    uint32_t code;\n    const char *name;\n} divisions[] = {");
    for (size_t i = 0; i < count; i++)
        if (i == 0 || divisions[i].code != divisions[i - 1].code)
            printf("{%u, \"%s\"},\n", divisions[i].code, divisions[i].name);
    puts("};");
    return 0;
}
