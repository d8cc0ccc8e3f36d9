/* Family B: words in names, of data/name_words.csv. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "filing/name_rules.h"

#define ERROR  REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define REVIEW REGISTRY__V1__SEVERITY__SEVERITY_REVIEW

static bool is_class(const struct reg_name_word *word, const char *const *classes)
{
    for (; *classes; classes++)
        if (strcmp(word->class_name, *classes) == 0)
            return true;
    return false;
}

/* The rule's text, the word and its clause; NULL where memory ran out. */
static const char *say(struct reg_rule_run *run, const char *rule_text, const struct reg_name_word *word)
{
    char text[300];

    snprintf(text, sizeof text, "%s: “%s” (%s)", rule_text, word->word, word->legal_basis);
    return reg_arena_strdup(run->arena, text);
}

static void find_word(struct reg_rule_run *run, const struct reg_name_word *word)
{
    static const reg_pb_severity severities[] = {[REG_NAME_WORD_ERROR] = ERROR,
                                                 [REG_NAME_WORD_WARNING] = REGISTRY__V1__SEVERITY__SEVERITY_WARNING,
                                                 [REG_NAME_WORD_REVIEW] = REVIEW};

    reg_find_as(run, severities[word->severity], say(run, run->rule->zh, word), say(run, run->rule->en, word),
                "entity.name.full");
}

/* Does the text begin with the word, and not with a phrase that excuses it? */
static bool begins_with(const struct reg_name_word *word, const char *text)
{
    return strncmp(text, word->word, strlen(word->word)) == 0 && reg_name_word_find(word, text) == text;
}

/* Does the word stand where it is not allowed? A name begins twice: with its division and with its trade name. */
static bool stands_in(const struct reg_name_word *word, const char *text, struct name_part_text trade)
{
    size_t len = strlen(word->word);
    bool begins_trade = trade.len >= len && begins_with(word, trade.text);

    if (word->position == REG_NAME_WORD_TRADE_NAME)
        return trade.len == len && begins_trade;
    if (word->position == REG_NAME_WORD_ANYWHERE)
        return reg_name_word_find(word, text) != NULL;
    return begins_trade || begins_with(word, text);
}

/* The law's words that stand in the whole name or in a trade name that was filed beside it; once in a run. */
static const struct reg_name_word_set *words_in_name(struct reg_rule_run *run)
{
    const char *name = reg_name_full(run->entity);

    if (!run->words_found) {
        reg_name_words_in(name, strlen(name), &run->name_words);
        if (name_parts_filed(run->entity))
            reg_name_words_in(run->entity->name->trade_name, strlen(run->entity->name->trade_name), &run->name_words);
        run->words_found = true;
    }
    return &run->name_words;
}

static void find_words(struct reg_rule_run *run, const char *const *classes)
{
    const char *text = name_own_text(run);
    struct name_part_text trade = name_part(run, NAME_TRADE);
    const struct reg_name_word *word = NULL;

    if (name_is_long(run->entity))
        return;
    if (text != reg_name_full(run->entity))
        trade.len = 0; /* a branch's parent has it, and is registered */
    while ((word = reg_name_words_next(words_in_name(run), word)))
        if (is_class(word, classes) && stands_in(word, text, trade))
            find_word(run, word);
}

/* The name of an enterprise of another country says which country that is. */
void check_b15(struct reg_rule_run *run)
{
    static const char *const classes[] = {"dignity", "public", "body", "obscene", "race", "morals", "leader", NULL},
                             *const foreign[] = {"foreign", NULL};

    find_words(run, classes);
    if (!reg_rule_foreign(run))
        find_words(run, foreign);
}

/* Is the word a part of what the name says about the industry? */
static bool in_industry(struct reg_rule_run *run, const char *word)
{
    struct name_part_text industry = name_part(run, NAME_INDUSTRY);
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= industry.len; i++)
        if (memcmp(industry.text + i, word, len) == 0)
            return true;
    return false;
}

/* 名称规定 §12. Whether the State Council approved is not in the filing: a person decides. */
void check_b16(struct reg_rule_run *run)
{
    static const char *const classes[] = {"state", NULL};
    const char *name = reg_name_full(run->entity);
    const struct reg_name_word *word = NULL;

    if (name_is_long(run->entity))
        return;
    if (reg_name_has_mark(name, "中国")) {
        if (!reg_rule_foreign(run))
            reg_find_as(run, ERROR, "名称含有“（中国）”的，限于使用外国投资者字号的外商独资或者控股企业",
                        "（中国） is for firms that foreign investors hold and that use their trade name",
                        "entity.name.full");
        return;
    }
    while ((word = reg_name_words_next(words_in_name(run), word))) {
        const char *at = is_class(word, classes) ? reg_name_word_find(word, name) : NULL;

        if (at == name)
            reg_find(run, "entity.name.full");
        else if (at && word->position == REG_NAME_WORD_ANYWHERE && !in_industry(run, word->word))
            reg_find_as(run, REVIEW, "名称中间的“中国”“中华”“全国”“国家”等字词应当是行业限定语",
                        "中国, 中华, 全国 or 国家 within a name qualifies the industry", "entity.name.full");
    }
}

/* Of the State's own types: 国有独资, 国有控股, 全民所有制. */
static bool state_owned(unsigned type)
{
    return type == 1110 || type == 1140 || type == 1213 || type == 1223 || type == 3100;
}

/* Latin letters and digits of either width, Cyrillic, Greek: whatever is not Han. */
static bool without_han(struct name_part_text part)
{
    for (const char *at = part.text; at < part.text + part.len;)
        if (reg_utf8_is_han(reg_utf8_next(&at)))
            return false;
    return part.len > 0;
}

void check_b18(struct reg_rule_run *run)
{
    static const char *const classes[] = {"superlative", "state_credit", "strategy", "non_profit", NULL},
                             *const capital[] = {"state_capital", NULL};
    struct name_part_text trade = name_part(run, NAME_TRADE);

    find_words(run, classes);
    if (!state_owned(run->entity->type))
        find_words(run, capital);
    if (!name_is_long(run->entity) && without_han(trade) && name_own_text(run) == reg_name_full(run->entity))
        reg_find_as(run, ERROR, "字号不得只由数字、字母或者拼音组成", "a trade name is not digits or letters alone", "%s",
                    trade.path);
}
