/* Build-time generator: the divisions and the words of names, as sorted tables.
 * Usage: make_name_tables divisions.csv registrar_codes.csv industry_words.csv name_forms.csv name_words.csv > names_table.h
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "name_hash.h"

#define COLUMNS   7
#define MAX_WORDS 1024 /* of one table; divisions have more */

/* A name of a division and one code that it stands for. */
struct division {
    char name[96];
    unsigned code;
    bool is_short;
};

static struct division divisions[16384];
static size_t division_count;

/* The next row's cells; no file has quotes. Returns the number of cells, 0 at the end. */
static size_t next_row(FILE *file, char *line, size_t size, char *cells[COLUMNS])
{
    size_t count = 0;

    if (!fgets(line, (int)size, file))
        return 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; at && count < COLUMNS;) {
        char *comma = strchr(at, ',');

        cells[count++] = at;
        if (comma)
            *comma++ = '\0';
        at = comma;
    }
    return count;
}

/* Opens a file and skips its header; ends the program where it cannot. */
static FILE *open_rows(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[512];

    if (!file || !fgets(line, sizeof line, file)) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    return file;
}

static void reject(const char *path, const char *cell)
{
    fprintf(stderr, "%s: bad row: %s\n", path, cell);
    exit(1);
}

/* The index of a table: which lengths words with that edge have, and where a word stands (its row and 1; 0: nothing). Rows
 * with the same word stand together, the first is found. */
static void print_index(const char *table, const char *const *words, size_t count, bool by_end)
{
    static uint64_t lengths[NAME_EDGES];
    static unsigned slots[32768];
    size_t size = 16;

    while (size < 2 * count)
        size *= 2;
    if (size > sizeof slots / sizeof *slots || count > UINT16_MAX)
        reject(table, "too many rows");
    memset(lengths, 0, sizeof lengths);
    memset(slots, 0, sizeof slots);
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(words[i]), slot = name_hash(words[i], len) % size;

        if (len == 0 || len >= NAME_WORD_LESS)
            reject(table, words[i]);
        lengths[by_end ? name_last_edge(words[i] + len, len) : name_first_edge(words[i], len)] |= (uint64_t)1 << len;
        if (i > 0 && strcmp(words[i], words[i - 1]) == 0)
            continue;
        while (slots[slot])
            slot = (slot + 1) % size;
        slots[slot] = (unsigned)i + 1;
    }
    printf("static const uint64_t %s_lengths[] = {", table);
    for (size_t i = 0; i < NAME_EDGES; i++)
        printf("%s0x%llx,", i % 8 ? " " : "\n", (unsigned long long)lengths[i]);
    printf("\n};\nstatic const uint16_t %s_slots[] = {", table);
    for (size_t i = 0; i < size; i++)
        printf("%s%u,", i % 16 ? " " : "\n", slots[i]);
    puts("\n};");
}

static bool cut_end(char *text, const char *end)
{
    size_t len = strlen(text), cut = strlen(end);

    if (len < cut + strlen("宿州") || strcmp(text + len - cut, end) != 0)
        return false;
    text[len - cut] = '\0';
    return true;
}

/* Peoples that autonomous divisions are named after: 恩施土家族苗族自治州 is 恩施 for short. */
static void cut_peoples(char *text)
{
    static const char *const peoples[] = {
        "维吾尔", "柯尔克孜", "哈萨克", "塔吉克", "乌孜别克", "鄂温克", "鄂伦春", "达斡尔", "蒙古", "锡伯",
        "回族",   "藏族",     "苗族",   "彝族",   "壮族",     "布依",   "朝鲜",   "满族",   "侗族", "瑶族",
        "白族",   "土家",     "哈尼",   "傣族",   "黎族",     "傈僳",   "佤族",   "畲族",   "拉祜", "水族",
        "东乡",   "纳西",     "景颇",   "土族",   "仫佬",     "羌族",   "布朗",   "撒拉",   "毛南", "仡佬",
        "阿昌",   "普米",     "怒族",   "德昂",   "保安",     "裕固",   "独龙",   "基诺",   "各族"};

    for (bool cut = true; cut;) { /* another people may stand in front */
        cut = false;
        for (size_t i = 0; i < sizeof peoples / sizeof *peoples && !cut; i++) {
            char with[32];

            snprintf(with, sizeof with, "%s族", peoples[i]);
            cut = cut_end(text, with) || cut_end(text, peoples[i]);
        }
    }
}

/* 宿州市 to 宿州; false where nothing comes off. */
static bool shorten(char *name)
{
    static const char *const ends[] = {"特别行政区", "地区", "林区", "特区", "新区", "省", "市", "县", "区", "盟", "旗"};

    if (cut_end(name, "自治区") || cut_end(name, "自治州") || cut_end(name, "自治县") || cut_end(name, "自治旗")) {
        cut_peoples(name);
        return true;
    }
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (cut_end(name, ends[i]))
            return true;
    return false;
}

static void add_division(const char *name, unsigned code, bool is_short)
{
    if (division_count == sizeof divisions / sizeof *divisions || strlen(name) >= sizeof divisions->name)
        reject("divisions", name);
    strcpy(divisions[division_count].name, name);
    divisions[division_count].code = code;
    divisions[division_count++].is_short = is_short;
}

/* Rows that are headings (市辖区, 省直辖县级行政区划, a registrar with its bracket) name no place. */
static bool is_heading(const char *name)
{
    static const char *const headings[] = {"市辖区", "市辖县", "县", "市", "(", "（", "直辖"};

    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        if (i < 4 ? strcmp(name, headings[i]) == 0 : strstr(name, headings[i]) != NULL)
            return true;
    return false;
}

/* Development zones have numbers of their own below their prefecture: 340176, 341371. */
static bool is_zone(unsigned code)
{
    return code % 100 > 70 && code % 100 <= 80;
}

static void read_divisions(const char *path)
{
    FILE *file = open_rows(path);
    char line[512], county[512 + sizeof "县"], *cells[COLUMNS];
    bool autonomous_county;

    while (next_row(file, line, sizeof line, cells) >= 2) {
        unsigned code = (unsigned)strtoul(cells[0], NULL, 10);

        if (is_heading(cells[1]))
            continue;
        add_division(cells[1], code, false);
        autonomous_county = strstr(cells[1], "自治县") != NULL;
        if (is_zone(code) || !shorten(cells[1]))
            continue;
        add_division(cells[1], code, true);
        if (autonomous_county) /* 积石山县 is usual too */
            add_division(strcat(strcpy(county, cells[1]), "县"), code, false);
    }
    fclose(file);
}

static int compare_divisions(const void *a, const void *b)
{
    const struct division *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order ? order : (x->code > y->code) - (x->code < y->code);
}

static void print_divisions(void)
{
    static const char *names[sizeof divisions / sizeof *divisions];

    qsort(divisions, division_count, sizeof *divisions, compare_divisions);
    puts("static const struct named_division named_divisions[] = {");
    for (size_t i = 0; i < division_count; i++) {
        names[i] = divisions[i].name;
        printf("{\"%s\", %zu, %d, %u},\n", names[i], strlen(names[i]), divisions[i].is_short, divisions[i].code);
    }
    puts("};");
    print_index("named_divisions", names, division_count, false);
}

/* ---- industries ------------------------------------------------------------------------------------------------------ */

struct word {
    char text[64], codes[128];
};

static int compare_words(const void *a, const void *b)
{
    return strcmp(((const struct word *)a)->text, ((const struct word *)b)->text);
}

/* The sections of GB/T 4754-2017: a letter and its divisions. */
static const struct {
    char letter;
    unsigned first, last;
} sections[] = {{'A', 1, 5},   {'B', 6, 12},  {'C', 13, 43}, {'D', 44, 46}, {'E', 47, 50}, {'F', 51, 52}, {'G', 53, 60},
                {'H', 61, 62}, {'I', 63, 65}, {'J', 66, 69}, {'K', 70, 70}, {'L', 71, 72}, {'M', 73, 75}, {'N', 76, 79},
                {'O', 80, 82}, {'P', 83, 83}, {'Q', 84, 85}, {'R', 86, 90}, {'S', 91, 96}, {'T', 97, 97}};

/* `A`, `F51`, `H622`, `L7212` to the four-digit codes that it takes in. */
static void print_range(const char *word, const char *code)
{
    size_t section = 0, digits = strlen(code) - 1;
    unsigned value = (unsigned)strtoul(code + 1, NULL, 10), scale = 1;

    while (section < sizeof sections / sizeof *sections && sections[section].letter != code[0])
        section++;
    if (section == sizeof sections / sizeof *sections || digits == 1 || digits > 4 ||
        strspn(code + 1, "0123456789") != digits)
        reject(word, code);
    if (digits == 0) {
        printf("{%u, %u},\n", sections[section].first * 100, sections[section].last * 100 + 99);
        return;
    }
    for (size_t i = digits; i < 4; i++)
        scale *= 10;
    if (value * scale / 100 < sections[section].first || value * scale / 100 > sections[section].last)
        reject(word, code); /* a code of another letter */
    printf("{%u, %u},\n", value * scale, value * scale + scale - 1);
}

static size_t read_words(const char *path, struct word *words, size_t max)
{
    FILE *file = open_rows(path);
    char line[512], *cells[COLUMNS];
    size_t count = 0;

    while (next_row(file, line, sizeof line, cells) >= 2) {
        if (count == max || strlen(cells[0]) >= sizeof words->text || strlen(cells[1]) >= sizeof words->codes)
            reject(path, cells[0]);
        strcpy(words[count].text, cells[0]);
        strcpy(words[count++].codes, cells[1]);
    }
    fclose(file);
    qsort(words, count, sizeof *words, compare_words);
    for (size_t i = 1; i < count; i++)
        if (strcmp(words[i].text, words[i - 1].text) == 0)
            reject(path, words[i].text);
    return count;
}

static void print_industries(const char *path)
{
    static struct word words[4096];
    static const char *texts[4096];
    size_t count = read_words(path, words, sizeof words / sizeof *words), ranges[4097] = {0};

    puts("static const struct {\n    unsigned first, last;\n} industry_ranges[] = {");
    for (size_t i = 0; i < count; i++) {
        ranges[i + 1] = ranges[i];
        for (char *code = strtok(words[i].codes, ";"); code; code = strtok(NULL, ";"), ranges[i + 1]++)
            print_range(words[i].text, code);
    }
    puts("};\nstatic const struct industry_word industry_words[] = {");
    for (size_t i = 0; i < count; i++) {
        texts[i] = words[i].text;
        printf("{\"%s\", %zu, %zu, %zu},\n", texts[i], strlen(texts[i]), ranges[i], ranges[i + 1]);
    }
    puts("};");
    print_index("industry_words", texts, count, true);
}

/* ---- forms and words ------------------------------------------------------------------------------------------------- */

/* `llc;jsc` to a mask: 1 << the family's number in the catalogue. */
static unsigned families(const char *path, char *list)
{
    static const char *const names[] = {"",     "llc",         "jsc",        "branch",      "partnership",
                                        "sole", "cooperative", "individual", "non_company", "other"};
    unsigned mask = 0;

    for (char *name = strtok(list, ";"); name; name = strtok(NULL, ";")) {
        size_t i = 1;

        while (i < sizeof names / sizeof *names && strcmp(names[i], name) != 0)
            i++;
        if (i == sizeof names / sizeof *names)
            reject(path, name);
        mask |= 1u << i;
    }
    return mask;
}

static const char *pick(const char *path, const char *cell, const char *const (*pairs)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(pairs[i][0], cell) == 0)
            return pairs[i][1];
    reject(path, cell);
    return NULL;
}

struct form {
    char text[NAME_WORD_LESS];
    const char *kind;
    unsigned families;
};

static int compare_forms(const void *a, const void *b)
{
    return strcmp(((const struct form *)a)->text, ((const struct form *)b)->text);
}

/* A mark is stored without its brackets: a name may have them of either width. */
static void print_forms(const char *path)
{
    static const char *const kinds[][2] = {{"legal", "FORM_LEGAL"},
                                           {"mark", "FORM_MARK"},
                                           {"branch", "FORM_BRANCH"},
                                           {"plain", "FORM_PLAIN"},
                                           {"trade", "FORM_TRADE"}};
    static struct form forms[MAX_WORDS];
    static const char *texts[MAX_WORDS];
    FILE *file = open_rows(path);
    char line[512], *cells[COLUMNS];
    size_t count = 0;

    while (next_row(file, line, sizeof line, cells) >= 3) {
        const char *kind = pick(path, cells[1], kinds, sizeof kinds / sizeof *kinds);
        bool mark = strcmp(kind, "FORM_MARK") == 0;

        if (mark && (strncmp(cells[0], "（", 3) != 0 || !cut_end(cells[0], "）")))
            reject(path, cells[0]);
        cells[0] += mark ? 3 : 0;
        if (count == MAX_WORDS || strlen(cells[0]) >= NAME_WORD_LESS)
            reject(path, cells[0]);
        strcpy(forms[count].text, cells[0]);
        forms[count].kind = kind;
        forms[count++].families = families(path, cells[2]);
    }
    fclose(file);
    qsort(forms, count, sizeof *forms, compare_forms);
    puts("static const struct form_word form_words[] = {");
    for (size_t i = 0; i < count; i++) {
        texts[i] = forms[i].text;
        if (i > 0 && strcmp(texts[i], texts[i - 1]) == 0)
            reject(path, texts[i]);
        printf("{\"%s\", %zu, %s, %u},\n", texts[i], strlen(texts[i]), forms[i].kind, forms[i].families);
    }
    puts("};");
    print_index("form_words", texts, count, true);
}

static char law_words[MAX_WORDS][NAME_WORD_LESS];

static int compare_rows(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    int order = strcmp(law_words[x], law_words[y]);

    return order ? order : (x > y) - (x < y);
}

/* The rows keep the file's order, in which findings stand; the index is over their numbers in the words' order. */
static void print_word_index(size_t count)
{
    static unsigned rows[MAX_WORDS];
    static const char *words[MAX_WORDS];

    for (size_t i = 0; i < count; i++)
        rows[i] = (unsigned)i;
    qsort(rows, count, sizeof *rows, compare_rows);
    puts("static const uint16_t name_word_rows[] = {");
    for (size_t i = 0; i < count; i++) {
        words[i] = law_words[rows[i]];
        printf("%u,\n", rows[i]);
    }
    puts("};");
    print_index("name_word_rows", words, count, false);
}

static void print_words(const char *path)
{
    static const char *const positions[][2] = {{"any", "REG_NAME_WORD_ANYWHERE"},
                                               {"prefix", "REG_NAME_WORD_FIRST"},
                                               {"exact_trade_name", "REG_NAME_WORD_TRADE_NAME"}},
                             *const severities[][2] = {{"error", "REG_NAME_WORD_ERROR"},
                                                       {"warning", "REG_NAME_WORD_WARNING"},
                                                       {"review", "REG_NAME_WORD_REVIEW"}};
    FILE *file = open_rows(path);
    char line[512], *cells[COLUMNS];
    size_t count, rows = 0;

    puts("static const struct reg_name_word name_words[] = {");
    while ((count = next_row(file, line, sizeof line, cells))) {
        if (count != COLUMNS || !cells[0][0] || !cells[6][0] || strlen(cells[0]) >= NAME_WORD_LESS || rows == MAX_WORDS)
            reject(path, cells[0]);
        printf("{\"%s\", \"%s\", %s, %s, \"%s\", \"%s\", \"%s\"},\n", cells[0], cells[1], pick(path, cells[2], positions, 3),
               pick(path, cells[3], severities, 3), cells[4], cells[5], cells[6]);
        strcpy(law_words[rows++], cells[0]);
    }
    puts("};");
    fclose(file);
    print_word_index(rows);
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 1;
    puts("/* Made from data/ by make_name_tables.c. */");
    read_divisions(argv[1]);
    read_divisions(argv[2]);
    print_divisions();
    print_industries(argv[3]);
    print_forms(argv[4]);
    print_words(argv[5]);
    return 0;
}
