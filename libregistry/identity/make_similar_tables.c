/* Build-time generator: readings of characters and the standard characters behind variants, as tables by code point.
 * Usage: make_similar_tables pinyin.csv variants.csv > similar_table.h
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "similar_table_shape.h"

#define SYLLABLES 1024
#define SETS      4096
#define FAR       2048

struct set {
    unsigned syllables[READINGS_MAX]; /* number and 1, ascending; 0: no more */
};

static char syllables[SYLLABLES][8];
static struct set sets[SETS];
static unsigned near_sets[READINGS_LAST - READINGS_FIRST + 1], syllable_count, set_count = 1;
static struct {
    unsigned character, set;
} far_sets[FAR];
static size_t far_count;

static void reject(const char *path, const char *row)
{
    fprintf(stderr, "%s: bad row: %s\n", path, row);
    exit(1);
}

static FILE *open_rows(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[256];

    if (!file || !fgets(line, sizeof line, file)) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    return file;
}

/* The code point of one character of UTF-8 that is the whole text; 0: it is not. */
static unsigned code_point(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    unsigned length = *at >= 0xf0   ? 4
                      : *at >= 0xe0 ? 3
                      : *at >= 0xc0 ? 2
                                    : 1,
             value = length == 1 ? *at : *at & (0x7fu >> length);

    for (unsigned i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (at[i] & 0x3f);
    }
    return at[length] ? 0 : value;
}

static unsigned syllable_number(const char *path, const char *text)
{
    unsigned i = 0;

    while (i < syllable_count && strcmp(syllables[i], text) != 0)
        i++;
    if (i == syllable_count) {
        if (i == SYLLABLES || strlen(text) >= sizeof *syllables)
            reject(path, text);
        strcpy(syllables[syllable_count++], text);
    }
    return i + 1;
}

static int compare_numbers(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

    return (x > y) - (x < y);
}

/* The number of the set of those readings; 0 is the empty one. */
static unsigned set_number(const char *path, char *readings)
{
    struct set set = {{0}};
    unsigned count = 0, i = 1;

    for (char *text = strtok(readings, ";"); text; text = strtok(NULL, ";")) {
        if (count == READINGS_MAX)
            reject(path, text);
        set.syllables[count++] = syllable_number(path, text);
    }
    qsort(set.syllables, count, sizeof *set.syllables, compare_numbers);
    while (i < set_count && memcmp(&sets[i], &set, sizeof set) != 0)
        i++;
    if (i == set_count) {
        if (i == SETS || count == 0)
            reject(path, "too many sets, or an empty one");
        sets[set_count++] = set;
    }
    return i;
}

static void read_readings(const char *path)
{
    FILE *file = open_rows(path);
    char line[256];

    while (fgets(line, sizeof line, file)) {
        char *comma = strchr(line, ',');
        unsigned character, set;

        line[strcspn(line, "\n")] = '\0';
        if (!comma || comma == line)
            reject(path, line);
        *comma = '\0';
        character = code_point(line);
        set = set_number(path, comma + 1);
        if (character >= READINGS_FIRST && character <= READINGS_LAST)
            near_sets[character - READINGS_FIRST] = set;
        else if (!character || far_count == FAR || (far_count > 0 && character <= far_sets[far_count - 1].character))
            reject(path, line);
        else {
            far_sets[far_count].character = character;
            far_sets[far_count++].set = set;
        }
    }
    fclose(file);
}

static void print_readings(void)
{
    puts("static const uint16_t reading_sets[][READINGS_MAX] = {");
    for (unsigned i = 0; i < set_count; i++) {
        printf("{");
        for (unsigned j = 0; j < READINGS_MAX; j++)
            printf("%u,", sets[i].syllables[j]);
        puts("},");
    }
    puts("};\nstatic const uint16_t near_readings[] = {");
    for (size_t i = 0; i < sizeof near_sets / sizeof *near_sets; i++)
        printf("%u,%s", near_sets[i], i % 16 == 15 ? "\n" : "");
    puts("\n};\nstatic const struct character_pair far_readings[] = {");
    for (size_t i = 0; i < far_count; i++)
        printf("{0x%x, %u},\n", far_sets[i].character, far_sets[i].set);
    puts("};");
}

static void print_variants(const char *path)
{
    FILE *file = open_rows(path);
    char line[256];
    unsigned last = 0;

    puts("static const struct character_pair variants[] = {");
    while (fgets(line, sizeof line, file)) {
        char *comma = strchr(line, ',');
        unsigned from, to;

        line[strcspn(line, "\n")] = '\0';
        if (!comma)
            reject(path, line);
        *comma = '\0';
        from = code_point(line);
        to = code_point(comma + 1);
        if (!from || !to || from <= last)
            reject(path, line);
        printf("{0x%x, 0x%x},\n", from, to);
        last = from;
    }
    puts("};");
    fclose(file);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 1;
    puts("/* Made from data/ by make_similar_tables.c. */");
    read_readings(argv[1]);
    print_readings();
    print_variants(argv[2]);
    return 0;
}
