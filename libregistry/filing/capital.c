/* Family C, third part: capital and dates. */
#include <string.h>

#include "base/date.h"
#include "filing/decimal.h"
#include "filing/minimum_capital.h"
#include "filing/rule.h"

#define ERROR REGISTRY__V1__SEVERITY__SEVERITY_ERROR

#define CNY          156
#define SHARE_PLACES 6 /* of a per cent */

/* ---- C04, C06 to C08 ----------------------------------------------------------------------------------------------- */

#define COMPANY_LAW REG_RULE_DAY(2024, 7, 1)

#define MOST_PLACES 9 /* exponents above are C10's */

int reg_money_compare(const reg_pb_money *a, const reg_pb_money *b)
{
    __extension__ unsigned __int128 left = a->minor, right = b->minor;

    for (unsigned i = a->exponent; i < b->exponent && i < MOST_PLACES; i++)
        left *= 10;
    for (unsigned i = b->exponent; i < a->exponent && i < MOST_PLACES; i++)
        right *= 10;
    return left < right ? -1 : left > right;
}

static bool paid_up(const reg_pb_investor *investor)
{
    return investor->paid && investor->subscribed && investor->paid->currency == investor->subscribed->currency &&
           investor->paid->exponent == investor->subscribed->exponent &&
           investor->paid->minor >= investor->subscribed->minor;
}

/* The day of establishment: for a registrar's own founding, today. */
static int32_t established(const struct reg_rule_run *run)
{
    bool founds = reg_rule_kind(run, REG_KIND(ESTABLISH) | REG_KIND(UPGRADE)) && !run->input->node;
    int32_t day;

    return !founds && reg_day_parse(run->entity->established, &day) ? day : run->input->day;
}

/* Registered before the Company Law of 2023 came into force: C07 is for these. */
static bool old_company(const struct reg_rule_run *run)
{
    return established(run) < COMPANY_LAW;
}

/* What the same person subscribed as recorded; NULL: nothing, or the filing founds. */
static const reg_pb_money *recorded_subscription(const struct reg_rule_run *run, uint32_t person)
{
    const reg_pb_entity *recorded = reg_rule_recorded(run);

    for (size_t i = 0; recorded && i < recorded->n_investors; i++)
        if (recorded->investors[i]->person == person)
            return recorded->investors[i]->subscribed;
    return NULL;
}

static bool capital_raised(const struct reg_rule_run *run)
{
    const reg_pb_entity *recorded = reg_rule_recorded(run);

    return recorded && recorded->capital && run->entity->capital && run->entity->capital->minor > recorded->capital->minor;
}

/* Is what this investor subscribed capital that this change brings? */
static bool new_money(const struct reg_rule_run *run, const reg_pb_investor *investor)
{
    const reg_pb_money *before = recorded_subscription(run, investor->person);

    return capital_raised(run) && investor->subscribed && (!before || reg_money_compare(investor->subscribed, before) > 0);
}

/* Is what this investor had subscribed before the change paid? Then its days are over, and what is due is the new money. */
static bool old_money_paid(const struct reg_rule_run *run, const reg_pb_investor *investor)
{
    const reg_pb_money *before = recorded_subscription(run, investor->person);

    return !before || (investor->paid && reg_money_compare(investor->paid, before) >= 0);
}

static void check_c04(struct reg_rule_run *run)
{
    for (size_t i = 0; i < run->entity->n_investors && !old_company(run); i++)
        if (!new_money(run, run->entity->investors[i]) && !paid_up(run->entity->investors[i]))
            reg_find(run, "entity.investors[%zu].paid", i);
}

/* Each subscription's due day: there, and not after `last`. */
static void check_due(struct reg_rule_run *run, size_t i, int32_t last, reg_pb_severity severity)
{
    const reg_pb_investor *investor = run->entity->investors[i];
    int32_t due;

    if (!investor->due[0] && paid_up(investor))
        return;
    if (!reg_day_parse(investor->due, &due))
        reg_find_as(run, severity, "出资期限缺失或不是有效日期", "the day by which it is to be paid is missing or no date",
                    "entity.investors[%zu].due", i);
    else if (due > last)
        reg_find_as(run, severity, NULL, NULL, "entity.investors[%zu].due", i);
}

static void check_c06(struct reg_rule_run *run)
{
    int32_t last = reg_day_add_months(established(run), 60);

    for (size_t i = 0; i < run->entity->n_investors && !old_company(run); i++)
        if (!new_money(run, run->entity->investors[i]) || !old_money_paid(run, run->entity->investors[i]))
            check_due(run, i, last, ERROR);
}

/* Until 2027-06-30 there is time to adjust (规定 §2): till then it is said, from then on it is asked for. A limited company
 * pays by 2032-06-30, a joint-stock company by 2027-06-30. */
static void check_c07(struct reg_rule_run *run)
{
    bool llc = run->input->type->family == REG_FAMILY_LLC;
    int32_t last = llc ? REG_RULE_DAY(2032, 6, 30) : REG_RULE_DAY(2027, 6, 30);
    reg_pb_severity severity =
        run->input->day <= REG_RULE_DAY(2027, 6, 30) ? REGISTRY__V1__SEVERITY__SEVERITY_WARNING : ERROR;

    for (size_t i = 0; i < run->entity->n_investors && old_company(run); i++)
        if (!new_money(run, run->entity->investors[i]) || !old_money_paid(run, run->entity->investors[i]))
            check_due(run, i, last, severity);
}

/* New capital is paid within five years of the change, new shares before it is registered (公司法 §228). */
static void check_c08(struct reg_rule_run *run)
{
    for (size_t i = 0; i < run->entity->n_investors; i++) {
        if (!new_money(run, run->entity->investors[i]))
            continue;
        if (run->input->type->family == REG_FAMILY_LLC)
            check_due(run, i, reg_day_add_months(run->input->day, 60), ERROR);
        else if (!paid_up(run->entity->investors[i]))
            reg_find_as(run, ERROR, "新增股份的股款应当在变更登记前缴足",
                        "new shares are paid for in full before the change is registered", "entity.investors[%zu].paid", i);
    }
}

/* ---- C05 ----------------------------------------------------------------------------------------------------------- */

/* Are shares taken up by others than the promoters (募集设立)? */
static bool raised(const reg_pb_entity *entity)
{
    return entity->raising == REGISTRY__V1__RAISING__RAISING_PRIVATE ||
           entity->raising == REGISTRY__V1__RAISING__RAISING_PUBLIC;
}

/* Promoters take 35 per cent or more (公司法 §97); amounts that cannot be added are C11's. */
static bool promoters_take_enough(const reg_pb_entity *entity)
{
    __extension__ unsigned __int128 sum = 0, least = entity->capital ? entity->capital->minor : 0;

    for (size_t i = 0; i < entity->n_investors; i++)
        sum += entity->investors[i]->subscribed ? entity->investors[i]->subscribed->minor : 0;
    return sum * 100 >= least * 35;
}

/* That title to contributions in kind has passed is D10's. */
static void check_c05(struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;

    if (!raised(entity))
        return;
    if (!reg_rule_has_material(run, "capital_verification"))
        reg_find(run, "materials");
    if (entity->raising == REGISTRY__V1__RAISING__RAISING_PUBLIC && !reg_rule_has_material(run, "public_offering_approval"))
        reg_find_as(run, ERROR, "公开募集应当提交国务院证券监督管理机构的核准或者注册文件",
                    "a public offering needs the approval or registration of the securities regulator", "materials");
    if (!promoters_take_enough(entity))
        reg_find_as(run, ERROR, "募集设立的，发起人认购的股份不得少于应发行股份总数的百分之三十五",
                    "the promoters take 35 per cent of the shares or more", "entity.investors");
}

/* ---- C09 ----------------------------------------------------------------------------------------------------------- */

static void check_c09(struct reg_rule_run *run)
{
    static const char *const forbidden[] = {"劳务", "信用", "自然人姓名", "商誉", "特许经营权", "设定担保"};

    for (size_t i = 0; i < run->entity->n_investors; i++)
        for (size_t j = 0; j < sizeof forbidden / sizeof *forbidden; j++)
            if (strstr(run->entity->investors[i]->form, forbidden[j])) {
                reg_find(run, "entity.investors[%zu].form", i);
                break;
            }
}

/* ---- C10, C11 ------------------------------------------------------------------------------------------------------ */

static bool currency_good(const reg_pb_money *money, bool foreign)
{
    return money->currency == CNY || (foreign && money->currency > 0 && money->currency < 1000);
}

static void check_c10(struct reg_rule_run *run)
{
    const reg_pb_money *capital = run->entity->capital;
    bool foreign = reg_rule_foreign(run);

    if (capital && !currency_good(capital, foreign))
        reg_find(run, "entity.capital.currency");
    if (capital && (capital->exponent > 4 || (capital->currency == CNY && capital->exponent != 2)))
        reg_find_as(run, ERROR, "金额的小数位数不符（人民币应以分为单位）",
                    "the amount's exponent is wrong (CNY is counted in fen)", "entity.capital.exponent");
}

/* Same currency and exponent: amounts that can be added. */
static bool same_unit(const reg_pb_money *a, const reg_pb_money *b)
{
    return a->currency == b->currency && a->exponent == b->exponent;
}

static void check_sum(struct reg_rule_run *run, const reg_pb_money *capital)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < run->entity->n_investors; i++) {
        const reg_pb_money *part = run->entity->investors[i]->subscribed;

        if (!part) {
            reg_find_as(run, ERROR, "缺少认缴出资额", "the subscribed amount is missing", "entity.investors[%zu].subscribed",
                        i);
            return;
        }
        if (!same_unit(part, capital) || __builtin_add_overflow(sum, part->minor, &sum)) {
            reg_find(run, "entity.investors[%zu].subscribed", i);
            return;
        }
    }
    if (raised(run->entity) ? sum > capital->minor : sum != capital->minor) /* others than the promoters take the rest */
        reg_find(run, "entity.capital");
}

static void check_shares(struct reg_rule_run *run)
{
    int64_t sum = 0, share, hundred = 100;
    size_t given = 0;

    for (int i = 0; i < SHARE_PLACES; i++)
        hundred *= 10;
    for (size_t i = 0; i < run->entity->n_investors; i++) {
        const char *text = run->entity->investors[i]->share;

        if (!text[0])
            continue;
        given++;
        if (!reg_decimal_parse(text, SHARE_PLACES, &share) || share > hundred) {
            reg_find_as(run, ERROR, "出资比例不是 0 到 100 之间的百分数", "the share is not a percentage between 0 and 100",
                        "entity.investors[%zu].share", i);
            return;
        }
        sum += share;
    }
    if (raised(run->entity) && sum <= hundred)
        return;
    if (given > 0 && (given != run->entity->n_investors || sum != hundred))
        reg_find_as(run, ERROR, "出资比例合计不等于100%", "the shares do not add up to 100%", "entity.investors");
}

static void check_c11(struct reg_rule_run *run)
{
    const reg_pb_money *capital = run->entity->capital;

    if (!capital)
        return; /* D08 says so */
    if (capital->minor == 0)
        reg_find_as(run, ERROR, "注册资本（出资额）应当大于零", "the capital must be above zero", "entity.capital.minor");
    if (run->entity->n_investors > 0)
        check_sum(run, capital);
    check_shares(run);
}

/* ---- C13 ----------------------------------------------------------------------------------------------------------- */

/* The highest minimum among the entries of the scope, in yuan. */
static uint64_t minimum_of(const reg_pb_scope *scope)
{
    uint64_t most = 0;

    for (size_t i = 0; scope && i < scope->n_general + scope->n_licensed; i++) {
        const reg_pb_scope_entry *entry = i < scope->n_general ? scope->general[i] : scope->licensed[i - scope->n_general];
        uint64_t minimum = reg_minimum_capital(entry->term);

        most = minimum > most ? minimum : most;
    }
    return most;
}

/* What is paid in, in the capital's unit; amounts in others, or past 64 bits, are C10's and C11's. */
static uint64_t paid_in(const reg_pb_entity *entity)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < entity->n_investors; i++) {
        const reg_pb_money *paid = entity->investors[i]->paid;

        if (paid && same_unit(paid, entity->capital) && __builtin_add_overflow(sum, paid->minor, &sum))
            return UINT64_MAX;
    }
    return sum;
}

static void check_c13(struct reg_rule_run *run)
{
    const reg_pb_money *capital = run->entity->capital;
    uint64_t minimum = minimum_of(run->entity->scope) * 100;

    if (minimum == 0 || !capital || capital->currency != CNY || capital->exponent != 2)
        return;
    if (capital->minor < minimum)
        reg_find(run, "entity.capital.minor");
    else if (paid_in(run->entity) < minimum)
        reg_find_as(run, ERROR, "该行业实行注册资本实缴登记，实缴出资低于法定最低限额",
                    "this business registers paid-in capital: less than the minimum is paid", "entity.investors");
}

/* ---- C39 ----------------------------------------------------------------------------------------------------------- */

static void check_c39(struct reg_rule_run *run)
{
    bool allotted = reg_rule_kind(run, REG_KIND(ESTABLISH) | REG_KIND(UPGRADE)) && !run->input->node;
    int32_t day;

    if (reg_rule_recorded(run)) { /* it was set then, and stays */
        for (size_t i = 0; i < run->filing->n_replaces; i++)
            if (strcmp(run->filing->replaces[i], "established") == 0)
                reg_find_as(run, ERROR, "成立日期不变更", "the establishment date does not change", "replaces[%zu]", i);
    } else if (allotted && run->entity->established[0]) {
        reg_find(run, "entity.established");
    } else if (!allotted && (!reg_day_parse(run->entity->established, &day) || day > run->input->day)) {
        reg_find_as(run, ERROR, "须填写原登记的成立日期",
                    "the establishment date as registered before is missing or no date", "entity.established");
    }
}

static const struct reg_rule rules[] = {
    {"C04", REG_RULE_JSC, COMPANY_LAW, 0, ERROR, "发起人应当在公司成立前全额缴纳股款",
     "promoters pay for their shares in full before the company is established", "公司法 §96,§98", check_c04},
    {"C05", REG_RULE_JSC, REG_RULE_DAY(2022, 3, 1), 0, ERROR, "募集设立应当提交验资证明",
     "a company whose shares others than its promoters take up needs a capital verification",
     "公司法 §97,§101; 细则 §26; 公司登记管理实施办法(总局令第95号) §5", check_c05, REG_KIND(ESTABLISH) | REG_KIND(UPGRADE)},
    {"C06", REG_RULE_LLC, COMPANY_LAW, 0, ERROR, "股东出资期限不得超过公司成立之日起五年",
     "shareholders pay within five years of the company's establishment", "公司法 §47", check_c06},
    {"C07", REG_RULE_COMPANY, COMPANY_LAW, 0, ERROR, "2024年6月30日前登记的公司，出资期限应当在2027年6月30日前调整",
     "companies registered by 2024-06-30 adjust their terms of payment by 2027-06-30",
     "国务院注册资本登记管理制度规定(2024) §2; 公司法 §266", check_c07,
     REG_KIND(CHANGE) | REG_KIND(RECORD) | REG_KIND(MOVE_IN)},
    {"C08", REG_RULE_COMPANY, COMPANY_LAW, 0, ERROR, "新增资本的出资应当自注册资本变更登记之日起五年内缴足",
     "new capital is paid within five years of the change's registration", "公司法 §228; 细则 §36(2)", check_c08,
     REG_KIND(CHANGE)},
    {"C09", REG_RULE_COMPANY | REG_RULE_NON_COMPANY | REG_RULE_COOPERATIVE, REG_RULE_DAY(2022, 3, 1), 0, ERROR,
     "不得以劳务、信用、自然人姓名、商誉、特许经营权或者设定担保的财产等作价出资",
     "labour, credit, a person's name, goodwill, a franchise and encumbered property are no contributions", "条例 §13",
     check_c09},
    {"C10", REG_RULE_WITH_CAPITAL, 0, 0, ERROR, "注册资本（出资额）应当以人民币表示", "the capital is given in CNY",
     "条例 §13; 细则 §13", check_c10},
    {"C11", REG_RULE_WITH_CAPITAL, 0, 0, ERROR, "股东出资额合计与注册资本不一致",
     "the subscribed amounts do not add up to the capital", "公司法 §47; 细则 §13", check_c11},
    {"C13", REG_RULE_COMPANY, REG_RULE_DAY(2014, 3, 1), 0, ERROR, "注册资本低于法定最低限额",
     "the capital is below the minimum for this business", "公司法 §47(2),§96(2); 国发〔2014〕7号附件; 劳动合同法 §57",
     check_c13},
    {"C39", REG_RULE_ALL, 0, 0, ERROR, "成立日期为营业执照签发日期",
     "the establishment date is the day the licence is issued: leave it out", "条例 §21", check_c39},
};
const struct reg_rule_list reg_rules_capital = {rules, sizeof rules / sizeof *rules};
