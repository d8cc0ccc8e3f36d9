/* Build-time generator: what code.c adds up for each character at each place of a credit code, and the categories of each
 * department. Usage: make_code_table credit_code_prefixes.csv > code_table.h
 *
 * Bits of an entry: 0-13 what it adds to the credit code's weighted sum (GB 32100), 14-24 to the organisation code's (GB
 * 11714, places 9 to 17), 25 "no check character" (place 17 alone), 26 "cannot stand there", 32-45 to the registrar's first
 * four digits, 46-52 to its last two. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY", inner_alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static uint64_t entry(int place, int c)
{
    static const unsigned registrar[6] = {1000, 100, 10, 1, 10, 1};
    static const unsigned weights[18] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1};
    static const unsigned inner_weights[18] = {[8] = 3, 7, 9, 10, 5, 8, 4, 2, 1};
    const char *at = c ? strchr(alphabet, c) : NULL;
    uint64_t value, inner;

    if (!at || (place >= 2 && place < 8 && (c < '0' || c > '9')))
        return UINT64_C(1) << 26;
    value = (uint64_t)(at - alphabet) * weights[place];
    if (place >= 2 && place < 8)
        return value | (uint64_t)(c - '0') * registrar[place - 2] << (place < 6 ? 32 : 46);
    inner = (uint64_t)(strchr(inner_alphabet, c) - inner_alphabet);
    if (place == 16 && c == 'X')
        inner = 10;
    else if (place == 16 && inner > 9)
        return value | UINT64_C(1) << 25;
    return value | inner * inner_weights[place] << 14;
}

/* Rows are department,name,category,name; no name has a comma or quote. */
static int read_categories(const char *path, uint64_t ret[256])
{
    FILE *file = fopen(path, "r");
    char line[512];

    if (!file || !fgets(line, sizeof line, file))
        return fprintf(stderr, "cannot read %s\n", path), -1;
    while (fgets(line, sizeof line, file)) {
        char *name = strchr(line, ','), *category = name ? strchr(name + 1, ',') : NULL;

        if (!category || name != line + 1 || category[1] < '0' || category[1] > '9' || category[2] != ',')
            return fprintf(stderr, "%s: bad row: %s", path, line), -1;
        ret[(unsigned char)line[0]] |= UINT64_C(1) << (category[1] - '0');
    }
    return fclose(file);
}

int main(int argc, char **argv)
{
    static uint64_t categories[256];

    if (argc != 2 || read_categories(argv[1], categories) != 0)
        return 1;
    puts("/* Made by make_code_table.c. */\nstatic const uint64_t adds[18][256] = {");
    for (int place = 0; place < 18; place++) {
        puts("{");
        for (int c = 0; c < 256; c++)
            printf("0x%llxu,%s", (unsigned long long)entry(place, c), c % 16 == 15 ? "\n" : "");
        puts("},");
    }
    puts("};\n/* Bit n: category n. */\nstatic const uint64_t categories[256] = {");
    for (int c = 0; c < 256; c++)
        if (categories[c])
            printf("['%c'] = 0x%llxu,\n", c, (unsigned long long)categories[c]);
    puts("};");
    return 0;
}
