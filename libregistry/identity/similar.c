/* Names that are near each other: trade names normalised, compared, and folded to the keys of an index. */
#include "identity/similar.h"

#include <string.h>

#include "base/utf8.h"
#include "identity/name_table.h"
#include "identity/similar_table_shape.h"

/* Made by make_similar_tables.c. */
#include "similar_table.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* ---- characters ------------------------------------------------------------------------------------------------------ */

static uint32_t look_up(const struct character_pair *pairs, size_t count, uint32_t from)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (pairs[middle].from < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && pairs[low].from == from ? pairs[low].to : 0;
}

/* The readings of a character, ended by 0; none for what is no Chinese character. */
static const uint16_t *readings(uint32_t c)
{
    return reading_sets[c >= READINGS_FIRST && c <= READINGS_LAST ? near_readings[c - READINGS_FIRST]
                                                                  : look_up(far_readings, COUNT(far_readings), c)];
}

static bool sound_alike(uint32_t a, uint32_t b)
{
    const uint16_t *x = readings(a), *y = readings(b);

    if (a == b)
        return true;
    for (size_t i = 0; i < READINGS_MAX && x[i]; i++)
        for (size_t j = 0; j < READINGS_MAX && y[j]; j++)
            if (x[i] == y[j])
                return true;
    return false;
}

/* Spaces, brackets, dots and dashes, which tell no name from another; after folding to half width. */
static bool is_mark(uint32_t c)
{
    return c <= ' ' || (c < 0x80 && strchr("()[].,-_&'\"", (int)c)) || c == 0x3000 || c == 0x00b7 || c == 0x2022 ||
           c == 0x30fb || c == 0x2014 || (c >= 0x3001 && c <= 0x3011);
}

void reg_trade_normalise(const char *text, size_t len, struct reg_trade *ret)
{
    const char *at = text;
    uint32_t c, standard;

    ret->count = 0;
    while (at < text + len && ret->count < REG_TRADE_MAX && (c = reg_utf8_next(&at))) {
        if (c >= 0xff01 && c <= 0xff5e)
            c -= 0xfee0;
        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        standard = c >= 0x2e80 ? look_up(variants, COUNT(variants), c) : 0;
        if (!is_mark(c))
            ret->characters[ret->count++] = standard ? standard : c;
    }
}

/* ---- profiles -------------------------------------------------------------------------------------------------------- */

#define INDUSTRY_GENERIC 98 /* 发展, 实业: speaks of no industry; GB/T 4754 has 97 divisions */
#define INDUSTRY_UNKNOWN 99 /* words that are in no table: the same only where the texts are */

static void set_bit(struct reg_industry_set *set, unsigned bit)
{
    set->bits[bit / 64] |= (uint64_t)1 << bit % 64;
}

static bool same_text(const struct reg_name_profile *a, const struct reg_name_profile *b, const struct reg_name_span *of_a,
                      const struct reg_name_span *of_b)
{
    return of_a->len == of_b->len && memcmp(a->full + of_a->offset, b->full + of_b->offset, of_a->len) == 0;
}

/* The first word that names an industry says which: in 食品科技 it is 食品. */
static void read_industry(const char *text, size_t len, struct reg_industry_set *ret)
{
    const struct industry_word *word, *first = NULL;

    *ret = (struct reg_industry_set){{0, 0}};
    if (len == 0)
        return;
    for (; len && (word = name_industry_before(text + len, len)); len -= word->len)
        if (word->end_range > word->first_range)
            first = word;
    if (first)
        name_industry_divisions(first, ret->bits);
    else
        set_bit(ret, len ? INDUSTRY_UNKNOWN : INDUSTRY_GENERIC);
}

void reg_name_profile(const char *full, const struct reg_name_hints *hints, struct reg_name_profile *ret)
{
    struct reg_name_parts parts;
    size_t len = strnlen(full, REG_NAME_LONGEST);

    reg_name_parse(full, hints, &parts);
    ret->full = full;
    ret->trade_name = parts.trade_name.len ? parts.trade_name : (struct reg_name_span){0, len};
    ret->industry_text = parts.industry;
    reg_trade_normalise(full + ret->trade_name.offset, ret->trade_name.len, &ret->trade);
    read_industry(full + parts.industry.offset, parts.industry.len, &ret->industry);
}

bool reg_name_same_industry(const struct reg_name_profile *a, const struct reg_name_profile *b)
{
    const uint64_t known = ~((uint64_t)1 << (INDUSTRY_UNKNOWN - 64));

    if (!a->industry_text.len || !b->industry_text.len)
        return true;
    return (a->industry.bits[0] & b->industry.bits[0]) || (a->industry.bits[1] & b->industry.bits[1] & known) ||
           same_text(a, b, &a->industry_text, &b->industry_text);
}

/* ---- comparing ------------------------------------------------------------------------------------------------------- */

static bool homophones(const struct reg_trade *a, const struct reg_trade *b)
{
    if (a->count != b->count || a->count < 2)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!sound_alike(a->characters[i], b->characters[i]))
            return false;
    return true;
}

static bool equal_at(const struct reg_trade *a, size_t from, const struct reg_trade *b, size_t b_from, size_t count)
{
    return memcmp(a->characters + from, b->characters + b_from, count * sizeof *a->characters) == 0;
}

static bool contains(const struct reg_trade *longer, const struct reg_trade *shorter)
{
    for (size_t at = 0; shorter->count >= 2 && at + shorter->count <= longer->count; at++)
        if (equal_at(longer, at, shorter, 0, shorter->count))
            return true;
    return false;
}

/* `longer` may be as long. */
static bool one_apart(const struct reg_trade *longer, const struct reg_trade *shorter)
{
    size_t extra = longer->count - shorter->count, same = 0;

    if (extra > 1 || shorter->count < (extra ? 2 : 3))
        return false;
    while (same < shorter->count && longer->characters[same] == shorter->characters[same])
        same++;
    /* behind the difference */
    return same == shorter->count ||
           equal_at(longer, same + 1, shorter, same + 1 - extra, shorter->count - same - 1 + extra);
}

enum reg_similarity reg_name_compare(const struct reg_name_profile *a, const struct reg_name_profile *b)
{
    const struct reg_trade *longer = &a->trade, *shorter = &b->trade;

    if (same_text(a, b, &a->trade_name, &b->trade_name))
        return REG_SIMILAR_EQUAL;
    if (longer->count < shorter->count) {
        longer = &b->trade;
        shorter = &a->trade;
    }
    if (shorter->count == 0)
        return REG_SIMILAR_NOT;
    if (longer->count == shorter->count && equal_at(longer, 0, shorter, 0, longer->count))
        return REG_SIMILAR_NORMALISED;
    if (homophones(longer, shorter))
        return REG_SIMILAR_HOMOPHONE;
    if (contains(longer, shorter))
        return REG_SIMILAR_CONTAINED;
    return one_apart(longer, shorter) ? REG_SIMILAR_ONE_APART : REG_SIMILAR_NOT;
}

const char *reg_similarity_zh(enum reg_similarity similarity)
{
    static const char *const texts[] = {
        "不近似", "字号相差一字", "字号相互包含", "字号读音相同", "字号相同（异体字、繁体字或者书写形式不同）", "字号相同"};

    return texts[similarity];
}

const char *reg_similarity_en(enum reg_similarity similarity)
{
    static const char *const texts[] = {"not similar",
                                        "the trade names are one character apart",
                                        "one trade name contains the other",
                                        "the trade names sound the same",
                                        "the trade names are the same in other characters or another form",
                                        "the trade names are the same"};

    return texts[similarity];
}

/* ---- keys ------------------------------------------------------------------------------------------------------------ */

enum key_kind { KEY_TRADE = 1, KEY_SOUND, KEY_PAIR, KEY_SINGLE };
#define SOUND_CHARACTERS 3 /* whose readings make the key; the whole length goes in too */

static uint32_t mix(uint32_t hash, uint32_t value)
{
    for (int i = 0; i < 4; i++, value >>= 8)
        hash = (hash ^ (value & 0xff)) * 16777619u;
    return hash;
}

static uint32_t key_of(enum key_kind kind, const uint32_t *values, size_t count)
{
    uint32_t hash = mix(2166136261u, kind);

    for (size_t i = 0; i < count; i++)
        hash = mix(hash, values[i]);
    return hash ^ hash >> 15;
}

static void add_key(struct reg_name_keys *keys, uint32_t key)
{
    for (size_t i = 0; i < keys->count; i++)
        if (keys->keys[i] == key)
            return;
    keys->keys[keys->count++] = key;
}

/* Every way to read the first characters: names that sound alike have one in common. */
static void add_sounds(struct reg_name_keys *keys, const struct reg_trade *trade)
{
    size_t length = trade->count < SOUND_CHARACTERS ? trade->count : SOUND_CHARACTERS, chosen[SOUND_CHARACTERS] = {0}, at;
    uint32_t values[SOUND_CHARACTERS + 1] = {(uint32_t)trade->count};

    do {
        for (size_t i = 0; i < length; i++) {
            uint32_t reading = readings(trade->characters[i])[chosen[i]];

            values[i + 1] = reading ? reading : trade->characters[i] | 0x80000000u;
        }
        add_key(keys, key_of(KEY_SOUND, values, length + 1));
        for (at = 0; at < length; at++) { /* the next way, as numbers are counted */
            const uint16_t *of = readings(trade->characters[at]);

            if (++chosen[at] < READINGS_MAX && of[chosen[at]])
                break;
            chosen[at] = 0;
        }
    } while (at < length);
}

/* The bits of a set of industries, folded. */
static uint32_t fold(const struct reg_industry_set *set)
{
    uint32_t folded = 0;

    for (unsigned bit = 0; bit < 128; bit++)
        if (set->bits[bit / 64] >> bit % 64 & 1)
            folded |= (uint32_t)1 << bit % 31;
    return folded;
}

void reg_name_keys(const struct reg_name_profile *profile, struct reg_name_keys *ret)
{
    const struct reg_trade *trade = &profile->trade;
    const uint32_t ends[2] = {trade->characters[0], trade->characters[2]};

    ret->count = ret->sure = 0;
    ret->industry = fold(&profile->industry);
    if (trade->count == 0)
        return;
    add_key(ret, key_of(KEY_TRADE, trade->characters, trade->count));
    if (trade->count > 1)
        add_sounds(ret, trade);
    ret->sure = ret->count;
    for (size_t i = 0; i + 1 < trade->count; i++)
        add_key(ret, key_of(KEY_PAIR, trade->characters + i, 2));
    if (trade->count == 3) /* 华泰兴 and 华大兴, 华兴 */
        add_key(ret, key_of(KEY_PAIR, ends, 2));
    if (trade->count == 1)
        add_key(ret, key_of(KEY_SINGLE, trade->characters, 1));
}
