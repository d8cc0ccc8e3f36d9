/* Names taken apart: the form of organisation from the end, the division from the front or out of brackets, the industry
 * from the end of what is left; the rest is the trade name. */
#include "identity/name.h"

#include <stdlib.h>
#include <string.h>

#include "identity/division.h"
#include "identity/name_table.h"

#include <registry/code.h>

#define ANY_FORM (1u << FORM_LEGAL | 1u << FORM_BRANCH | 1u << FORM_PLAIN | 1u << FORM_TRADE)

size_t reg_name_open_bracket(const char *text)
{
    return text[0] == '(' ? 1 : text[0] == "（"[0] && text[1] == "（"[1] && text[2] == "（"[2] ? 3 : 0;
}

size_t reg_name_close_bracket(const char *text)
{
    return text[0] == ')' ? 1 : text[0] == "）"[0] && text[1] == "）"[1] && text[2] == "）"[2] ? 3 : 0;
}

const char *reg_name_after(const char *text, const char *prefix)
{
    while (*prefix) {
        size_t open = reg_name_open_bracket(prefix), close = reg_name_close_bracket(prefix);
        size_t in_text = open ? reg_name_open_bracket(text) : close ? reg_name_close_bracket(text) : *text == *prefix;

        if (!in_text)
            return NULL;
        text += in_text;
        prefix += open ? open : close ? close : 1;
    }
    return text;
}

bool reg_name_equal(const char *a, const char *b)
{
    const char *rest = reg_name_after(a, b);

    return rest && !*rest;
}

bool reg_name_has_mark(const char *text, const char *mark)
{
    size_t len = strlen(mark);

    for (const char *at = text; (at = strstr(at, mark)); at += len) {
        bool open = (at > text && at[-1] == '(') || (at - text >= 3 && strncmp(at - 3, "（", 3) == 0);

        if (open && reg_name_close_bracket(at + len))
            return true;
    }
    return false;
}

/* Code points between two offsets. */
static size_t characters(const char *text, size_t from, size_t to)
{
    size_t count = 0;

    for (; from < to; from++)
        count += ((unsigned char)text[from] & 0xc0) != 0x80;
    return count;
}

/* ---- divisions ------------------------------------------------------------------------------------------------------- */

#define MAX_PIECES 4 /* province, prefecture, county, development zone */

/* Divisions one within the other, as far as they were read. */
struct chain {
    unsigned seat;
    bool bracketed; /* then nothing but a division is meant */
    size_t pieces, end, last_start;
    bool last_short, zone, has_city;
    const struct named_division *rows; /* what the last piece may be */
    size_t row_count;
    unsigned code;
};

static bool is_zone(unsigned code)
{
    return code % 100 > 70 && code % 100 <= 80;
}

/* A zone lies in some county of its prefecture; in which the codes do not say. */
static bool covers(unsigned code, unsigned seat)
{
    return !seat || reg_division_within(code, seat) || ((is_zone(code) || is_zone(seat)) && code / 100 == seat / 100);
}

/* A city that has districts: a prefecture's, or 北京, 天津, 上海, 重庆. */
static bool is_city(unsigned code)
{
    unsigned province = code / 10000;

    return code % 100 == 0 && (code % 10000 != 0 || province == 11 || province == 12 || province == 31 || province == 50);
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), cut = strlen(end);

    return len >= cut && strcmp(text + len - cut, end) == 0;
}

static bool is_district(unsigned code)
{
    const char *name = reg_division_name(code);

    return name && code % 100 != 0 && code % 100 <= 70 && ends_with(name, "区") && !ends_with(name, "林区") &&
           !ends_with(name, "特区") && !ends_with(name, "开发区");
}

/* How well a division goes with what is known; 0: not at all. */
static int fitness(const struct chain *chain, const struct named_division *row)
{
    bool county = row->code % 100 != 0, within = chain->pieces == 0;

    for (size_t i = 0; i < chain->row_count && !within; i++)
        within = row->code != chain->rows[i].code && reg_division_within(chain->rows[i].code, row->code);
    if (!within)
        return 0;
    if (covers(row->code, chain->seat))
        return 3;
    if (row->code / 10000 == chain->seat / 10000)
        return 2;
    /* 东方, 太和: far more often a trade name than a county elsewhere. */
    return row->is_short && county && !chain->bracketed ? 0 : 1;
}

static bool take_zone(struct chain *chain, const char *text, size_t at, size_t end)
{
    size_t len = name_zone_at(text + at, end - at);

    if (!len)
        return false;
    chain->zone = true;
    chain->pieces++;
    chain->last_start = at;
    chain->last_short = false;
    chain->end = at + len;
    return true;
}

static bool take_piece(struct chain *chain, const char *text, size_t at, size_t end)
{
    const struct named_division *rows, *best = NULL;
    size_t count = name_divisions_at(text + at, end - at, &rows);

    for (size_t i = 0; i < count; i++)
        if (fitness(chain, &rows[i]) > (best ? fitness(chain, best) : 0))
            best = &rows[i];
    if (!best)
        return take_zone(chain, text, at, end);
    chain->has_city = chain->has_city || is_city(best->code);
    chain->code = best->code;
    chain->rows = rows;
    chain->row_count = count;
    chain->pieces++;
    chain->last_start = at;
    chain->last_short = best->is_short;
    chain->end = at + best->len;
    return true;
}

/* Reads as many pieces as there are. */
static struct chain read_chain(const char *text, size_t at, size_t end, unsigned seat, bool bracketed)
{
    struct chain chain = {.seat = seat, .bracketed = bracketed, .end = at};

    while (chain.pieces < MAX_PIECES && !chain.zone && take_piece(&chain, text, chain.end, end))
        ;
    return chain;
}

static void describe(const struct chain *chain, struct reg_name_division *ret)
{
    *ret = (struct reg_name_division){.code = chain->code,
                                      .covers_seat = covers(chain->code, chain->seat),
                                      .lone_district = is_district(chain->code) && !chain->has_city,
                                      .lone_zone = chain->zone && chain->pieces == 1};
    if (ret->lone_zone) /* where it lies nobody says */
        ret->covers_seat = true;
}

bool reg_name_division_parse(const char *text, size_t len, unsigned seat, struct reg_name_division *ret)
{
    size_t open = len ? reg_name_open_bracket(text) : 0, at = open < len ? open : 0, end = len;
    struct chain chain;

    if (open && len >= 2 * open && reg_name_close_bracket(text + len - open))
        end -= open;
    else if (open)
        return false;
    chain = read_chain(text, at, end, seat, true);
    if (chain.pieces == 0 || chain.end != end)
        return false;
    describe(&chain, ret);
    return true;
}

/* ---- the parts ------------------------------------------------------------------------------------------------------- */

struct parse {
    const char *text;
    unsigned seat;
    struct reg_name_parts *ret;
};

static struct reg_name_span span(size_t from, size_t to)
{
    return (struct reg_name_span){from < to ? from : 0, from < to ? to - from : 0};
}

/* The bracket that closes at `end`, its content between *ret_open and *ret_close; the offset where it opens, or `end`. */
static size_t bracket_before(const char *text, size_t end, size_t *ret_content, size_t *ret_content_end)
{
    size_t close = end >= 3 && reg_name_close_bracket(text + end - 3) == 3 ? 3 : end >= 1 && text[end - 1] == ')' ? 1 : 0;

    for (size_t at = end - close; close && at-- > 0;) {
        size_t open = reg_name_open_bracket(text + at);

        if (open && at + open <= end - close) {
            *ret_content = at + open;
            *ret_content_end = end - close;
            return at;
        }
    }
    return end;
}

/* The mark （有限合伙） or the like that ends at `end`; the offset where it begins, or `end`. */
static size_t mark_before(const char *text, size_t end, unsigned *ret_families)
{
    size_t content = 0, content_end = 0, at = bracket_before(text, end, &content, &content_end);
    const struct form_word *mark = at < end ? name_mark_named(text + content, content_end - content) : NULL;

    if (!mark)
        return end;
    *ret_families = mark->families;
    return at;
}

static size_t take_form(struct parse *p, size_t end)
{
    unsigned families = 0;
    size_t mark = mark_before(p->text, end, &families), at = mark;
    const struct form_word *form = name_form_before(p->text + mark, mark, ANY_FORM);

    if (form) {
        at = mark - form->len;
        p->ret->form_says_trade = form->kind == FORM_TRADE;
        if (mark == end)
            families = form->families;
    }
    p->ret->form = span(at, end);
    p->ret->form_families = families;
    return at;
}

static size_t take_group(struct parse *p, size_t end)
{
    static const char *const words[] = {"（集团）", "(集团)", "集团"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);

        if (len < end && memcmp(p->text + end - len, words[i], len) == 0) {
            p->ret->group = span(end - len, end);
            return end - len;
        }
    }
    return end;
}

/* Where the industry begins that ends at `to`: words from the end, the longest that leave two characters for the trade name.
 * Where the first word leaves nothing at all, there is no trade name. */
static size_t industry_start(const char *text, size_t from, size_t to)
{
    for (size_t at = to;;) {
        const struct industry_word *word = name_industry_before(text + at, at - from), *longest = word;

        while (word && characters(text, from, at - word->len) < 2 && !(at == to && word->len == at - from))
            word = name_industry_before(text + at, word->len - 1);
        if (!word && at == to)
            word = longest;
        if (!word)
            return at;
        at -= word->len;
        if (at == from)
            return at;
    }
}

static void split_trade(struct parse *p, size_t from, size_t to)
{
    size_t at = industry_start(p->text, from, to);

    p->ret->trade_name = span(from, at);
    p->ret->industry = span(at, to);
}

/* Reads a division in front of [from, to). A short name may have been meant as the trade name's beginning: 宿州市灵璧石贸易.
 */
static size_t take_front(struct parse *p, size_t from, size_t to)
{
    struct chain chain = read_chain(p->text, from, to, p->seat, false);
    size_t left = characters(p->text, chain.end, industry_start(p->text, chain.end, to));

    if (chain.pieces && chain.last_short && left < 2 && (chain.pieces > 1 || (left == 1 && chain.code % 100 != 0)))
        chain = read_chain(p->text, from, chain.last_start, p->seat, false);
    if (chain.pieces == 0)
        return from;
    p->ret->division = span(from, chain.end);
    p->ret->place = REG_NAME_FRONT;
    describe(&chain, &p->ret->where);
    return chain.end;
}

/* The first division in brackets behind a trade name. */
static bool find_bracketed(struct parse *p, size_t to, struct reg_name_span *ret, struct reg_name_division *ret_where)
{
    for (size_t at = 1; at < to; at++) {
        size_t open = reg_name_open_bracket(p->text + at), end = at + open;

        while (open && end < to && !reg_name_close_bracket(p->text + end) && !reg_name_open_bracket(p->text + end))
            end++;
        if (!open || end >= to || !reg_name_close_bracket(p->text + end))
            continue;
        struct chain chain = read_chain(p->text, at + open, end, p->seat, true);
        if (chain.pieces && chain.end == end) {
            *ret = span(at, end + reg_name_close_bracket(p->text + end));
            describe(&chain, ret_where);
            return true;
        }
        at = end - 1;
    }
    return false;
}

/* [0, bracket) and behind it: the division is in brackets, unless one stands in front as well. */
static void split_bracketed(struct parse *p, struct reg_name_span bracket, const struct reg_name_division *where, size_t to)
{
    size_t before = take_group(p, bracket.offset), after = bracket.offset + bracket.len;
    struct chain front = read_chain(p->text, 0, before, p->seat, false);
    size_t from = 0;

    if (front.pieces && characters(p->text, front.end, before) >= 2)
        from = take_front(p, 0, before);
    if (after < to) {
        p->ret->trade_name = span(from, before);
        p->ret->industry = span(after, to);
    } else
        split_trade(p, from, before);
    if (p->ret->place == REG_NAME_FRONT) {
        p->ret->aside = bracket;
        return;
    }
    p->ret->division = bracket;
    p->ret->where = *where;
    p->ret->place = after < to || !p->ret->industry.len ? REG_NAME_AFTER_TRADE : REG_NAME_AFTER_INDUSTRY;
}

/* Where the parent's name ends in a branch's: behind the last legal form in front of 分公司 and the like; 0: no parent
 * there. */
static size_t parent_end(const char *text, size_t len, bool surely)
{
    const struct form_word *branch = name_form_before(text + len, len, 1u << FORM_BRANCH);
    unsigned families;

    if (!branch && !surely)
        return 0;
    for (size_t at = branch ? len - branch->len : len - 1; at > 0 && len; at--)
        if (mark_before(text, at, &families) < at || name_form_before(text + at, at, 1u << FORM_LEGAL))
            return at;
    return 0;
}

static void split(struct parse *p, size_t len)
{
    size_t end = take_group(p, take_form(p, len));
    struct reg_name_span bracket;
    struct reg_name_division where;

    if (find_bracketed(p, end, &bracket, &where))
        split_bracketed(p, bracket, &where, end);
    else
        split_trade(p, take_front(p, 0, end), end);
}

void reg_name_parse(const char *full, const struct reg_name_hints *hints, struct reg_name_parts *ret)
{
    size_t len = strnlen(full, REG_NAME_LONGEST + 1), parent = 0;
    unsigned families = hints ? hints->families : 0;
    struct parse p = {full, hints ? hints->seat : 0, ret};

    *ret = (struct reg_name_parts){0};
    if (len == 0 || len > REG_NAME_LONGEST)
        return;
    if (!families || families & REG_NAME_BRANCH)
        parent = parent_end(full, len, families == REG_NAME_BRANCH);
    if (parent)
        ret->branch = span(parent, len);
    split(&p, parent ? parent : len);
}

/* ---- words ----------------------------------------------------------------------------------------------------------- */

enum reg_name_division_kind reg_name_is_division(const char *text, size_t len)
{
    const struct named_division *rows;
    size_t count = name_divisions_named(text, len, &rows);

    for (size_t i = 0; i < count; i++)
        if (!rows[i].is_short)
            return REG_NAME_FULL_DIVISION;
    return count ? REG_NAME_SHORT_DIVISION : REG_NAME_NOT_DIVISION;
}

enum reg_name_industry_kind reg_name_is_industry(const char *text, size_t len)
{
    enum reg_name_industry_kind kind = REG_NAME_ANY_INDUSTRY;
    const struct industry_word *word;

    if (len == 0)
        return REG_NAME_NO_INDUSTRY;
    for (; len; len -= word->len) {
        word = name_industry_before(text + len, len);
        if (!word)
            return REG_NAME_NO_INDUSTRY;
        if (word->end_range > word->first_range)
            kind = REG_NAME_THAT_INDUSTRY;
    }
    return kind;
}

enum reg_name_agreement reg_name_industry_agrees(const char *text, size_t len, const char *code)
{
    enum reg_name_agreement agreement = REG_NAME_UNDECIDED;
    const struct industry_word *word;
    unsigned number;

    code += *code >= 'A' && *code <= 'T';
    if (strspn(code, "0123456789") != 4 || code[4])
        return REG_NAME_UNDECIDED;
    number = (unsigned)strtoul(code, NULL, 10);
    for (; len && (word = name_industry_before(text + len, len)); len -= word->len) {
        if (name_industry_has(word, number))
            return REG_NAME_AGREES;
        if (word->end_range > word->first_range)
            agreement = REG_NAME_DISAGREES;
    }
    return agreement;
}
