/* Family E: what a filing of each kind needs beside what the entity is, and the clocks. Days in 日, 月, 年 are calendar
 * time, the first day excluded; a last day on a holiday moves to the next working day (E24). */
#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/date.h"
#include "filing/amend.h"
#include "filing/rule.h"

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING

#define STATE(name) REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_##name

/* ---- days ---------------------------------------------------------------------------------------------------------- */

int32_t reg_rule_limit_end(int32_t from, int days)
{
    return reg_calendar_move_off_holiday(from + days);
}

static int32_t three_years_end(int32_t from)
{
    return reg_calendar_move_off_holiday(reg_day_add_months(from, 36));
}

/* A day of the particulars: there, a date, and not in the future. A finding says what is wrong. */
static bool past_day(struct reg_rule_run *run, const char *text, const char *member, const char *zh, const char *en,
                     int32_t *ret)
{
    if (reg_day_parse(text, ret) && *ret <= run->input->day)
        return true;
    reg_find_as(run, run->rule->severity,
                reg_arena_printf(run->arena, "%s%s", zh, text[0] ? "不是有效日期，或者晚于今日" : "未填写"),
                reg_arena_printf(run->arena, "%s %s", en, text[0] ? "is no date, or in the future" : "is missing"),
                "particulars.%s", member);
    return false;
}

void reg_rule_find_limit(struct reg_rule_run *run, reg_pb_severity severity, const char *zh, const char *en, int32_t last,
                         const char *path)
{
    bool provisional = reg_calendar_is_provisional(last);
    char day[REG_DAY_TEXT];

    reg_day_format(last, day);
    reg_find_as(run, severity,
                reg_arena_printf(run->arena, "%s（%s%s）", zh, day, provisional ? "，放假安排公布前为暂定" : ""),
                reg_arena_printf(run->arena, "%s (%s%s)", en, day,
                                 provisional ? ", provisional until that year's holidays are published" : ""),
                "%s", path);
}

bool reg_rule_replaces(const struct reg_rule_run *run, const char *member)
{
    for (size_t i = 0; i < run->filing->n_replaces; i++)
        if (strcmp(run->filing->replaces[i], member) == 0)
            return true;
    return false;
}

static bool is_family(const struct reg_rule_run *run, unsigned families)
{
    return run->input->type && (families >> run->input->type->family & 1);
}

static const reg_pb_licence_record *licence_of(const struct reg_rule_run *run)
{
    return run->input->view->subject.licence;
}

static const reg_pb_life *life_of(const struct reg_rule_run *run)
{
    static const reg_pb_life none = REGISTRY__V1__LIFE__INIT;

    return licence_of(run) && licence_of(run)->life ? licence_of(run)->life : &none;
}

/* ---- S01 to S04: state, revision, parts, grounds ------------------------------------------------------------------- */

static void check_s01(struct reg_rule_run *run)
{
    const struct reg_life_step *step = reg_life_step(run->filing->kind);
    reg_pb_licence_state state = licence_of(run) ? licence_of(run)->state : STATE(UNSPECIFIED);
    bool partial = run->filing->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_ANNUL && reg_rule_particulars(run)->undoes;

    if (licence_of(run) && !reg_rule_kind(run, REG_KIND(MOVE_IN) | REG_KIND(UPGRADE)) &&
        run->filing->authority != licence_of(run)->authority)
        reg_find_as(run, ERROR, "该主体不由此登记机关登记", "the entity is registered by another authority", "authority");
    if (!step || (step->from >> state & 1) || (partial && (REG_STATE_LIVE >> state & 1)))
        return;
    reg_find_as(run, ERROR,
                reg_arena_printf(run->arena, "该主体的状态为%s，不能办理%s（%s）", reg_life_state_zh(state), step->zh,
                                 step->legal_basis),
                reg_arena_printf(run->arena, "the entity is %s: a filing of kind \"%s\" does not start there (%s)",
                                 reg_life_state_en(state), step->en, step->legal_basis),
                "kind");
}

static void check_s02(struct reg_rule_run *run)
{
    const reg_pb_licence_record *licence = licence_of(run);
    const char *changed = run->input->view->subject.changed_since;

    if (!licence || run->filing->base_revision == licence->revision)
        return;
    if (run->filing->base_revision > licence->revision || run->filing->base_revision == 0)
        changed = "";
    reg_find_as(run, ERROR,
                reg_arena_printf(run->arena, "申请所依据的第 %llu 次记载已不是现行的：现行为第 %llu 次%s%s",
                                 (unsigned long long)run->filing->base_revision, (unsigned long long)licence->revision,
                                 changed[0] ? "，其间变更了 " : "", changed),
                reg_arena_printf(run->arena, "the filing starts from revision %llu, the register is at %llu%s%s",
                                 (unsigned long long)run->filing->base_revision, (unsigned long long)licence->revision,
                                 changed[0] ? "; changed since: " : "", changed),
                "baseRevision");
}

/* Recorded facts (备案事项), which a recordation may replace; all else is registered and takes a change (条例 §8, §9). */
static const char *const recorded_members[] = {
    "term",          "officers", "noSupervisors", "liaisonPerson",    "beneficialOwners",
    "familyMembers", "industry", "formerNumbers", "beneficialExempt", "documentRecipient",
};

static bool is_recorded_member(const struct reg_rule_run *run, const char *member)
{
    for (size_t i = 0; i < sizeof recorded_members / sizeof *recorded_members; i++)
        if (strcmp(recorded_members[i], member) == 0)
            return true;
    return strcmp(member, "investors") == 0 && is_family(run, REG_RULE_COOPERATIVE); /* members of a cooperative */
}

/* What a filing of a kind that changes nothing of the entity brings all the same. */
static void check_nothing_brought(struct reg_rule_run *run)
{
    const reg_pb_filing *filed = run->input->view->subject.filed;
    const struct {
        size_t count;
        const char *path;
    } parts[] = {{filed ? filed->n_replaces : 0, "replaces[0]"},
                 {filed ? filed->n_persons : 0, "persons"},
                 {filed ? filed->n_facts : 0, "facts"},
                 {filed ? filed->n_items_asked : 0, "itemsAsked"}};

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].count > 0)
            reg_find_as(run, ERROR, "此类申请不变更登记、备案事项，请另行申请变更或者备案",
                        "a filing of this kind replaces nothing: file a change or a recordation of its own", "%s",
                        parts[i].path);
}

static void check_s03(struct reg_rule_run *run)
{
    if (reg_life_step(run->filing->kind)->form == REG_FORM_NONE) {
        check_nothing_brought(run);
        return;
    }
    for (size_t i = 0; i < run->filing->n_replaces; i++)
        if (run->filing->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_RECORD &&
            !is_recorded_member(run, run->filing->replaces[i]))
            reg_find(run, "replaces[%zu]", i);
}

static void check_s04(struct reg_rule_run *run)
{
    int32_t decided;

    if (!reg_rule_particulars(run)->basis[0])
        reg_find(run, "particulars.basis");
    past_day(run, reg_rule_particulars(run)->decided, "decided", "决定日期", "the day of the decision", &decided);
}

/* ---- E05 to E07: in time ------------------------------------------------------------------------------------------- */

static void check_thirty_days(struct reg_rule_run *run)
{
    int32_t decided, last;

    if (!reg_rule_particulars(run)->decided[0] ||
        !past_day(run, reg_rule_particulars(run)->decided, "decided", "决定或者变更之日", "the day of the change", &decided))
        return;
    last = reg_rule_limit_end(decided, 30);
    if (run->input->day > last)
        reg_rule_find_limit(run, run->rule->severity, run->rule->zh, run->rule->en, last, "particulars.decided");
}

static void check_e05(struct reg_rule_run *run)
{
    if (!is_family(run, REG_RULE_BRANCH)) /* E06 */
        check_thirty_days(run);
}

/* Members of a cooperative are recorded within 90 days after the year's end (条例 §29). */
static void check_e07(struct reg_rule_run *run)
{
    int year, month, mday;
    int32_t decided, last;

    if (!is_family(run, REG_RULE_COOPERATIVE) || !reg_rule_replaces(run, "investors")) {
        check_thirty_days(run);
        return;
    }
    if (!reg_day_parse(reg_rule_particulars(run)->decided, &decided))
        return;
    reg_day_to_civil(decided, &year, &month, &mday);
    last = reg_rule_limit_end(reg_day_of_civil(year, 12, 31), 90);
    if (run->input->day > last)
        reg_rule_find_limit(run, WARNING, "合作社成员变动应自年度终了之日起90日内备案",
                            "changes of members are recorded within 90 days "
                            "after the year's end",
                            last, "particulars.decided");
}

/* ---- E08: moving --------------------------------------------------------------------------------------------------- */

static void check_e08(struct reg_rule_run *run)
{
    uint32_t other = reg_rule_particulars(run)->other_authority;

    if (other == 0 || other == run->filing->authority)
        reg_find(run, "particulars.otherAuthority");
}

/* ---- E09: less capital --------------------------------------------------------------------------------------------- */

static void check_e09(struct reg_rule_run *run)
{
    const reg_pb_particulars *particulars = reg_rule_particulars(run);
    int32_t announced, decided;

    const reg_pb_entity *recorded = reg_rule_recorded(run);
    const reg_pb_money *before = recorded ? recorded->capital : NULL, *after = run->entity->capital;

    if (before && after && before->currency != after->currency)
        reg_find_as(run, REGISTRY__V1__SEVERITY__SEVERITY_REVIEW, "注册资本改用其他币种：是否减资须人工核实",
                    "the capital is in another currency: whether it is reduced is for a person to decide", "entity.capital");
    if (!before || !after || before->currency != after->currency || reg_money_compare(after, before) >= 0 ||
        !past_day(run, particulars->announced, "announced", "减资公告日期", "the day of the announcement", &announced))
        return;
    if (particulars->covers_losses) { /* 公司法 §225: announced in thirty days, nobody to wait for */
        if (past_day(run, particulars->decided, "decided", "减资决议日期", "the day of the resolution", &decided) &&
            announced > reg_rule_limit_end(decided, 30))
            reg_rule_find_limit(run, ERROR, "弥补亏损的减资应自决议作出之日起30日内公告",
                                "a reduction that covers losses is announced within 30 days of the resolution",
                                reg_rule_limit_end(decided, 30), "particulars.announced");
    } else if (run->input->day <= reg_rule_limit_end(announced, 45)) {
        reg_rule_find_limit(run, ERROR, "公告期未满45日", "the 45 days of the announcement are not over",
                            reg_rule_limit_end(announced, 45), "particulars.announced");
    }
}

/* ---- E10, E28: individuals ----------------------------------------------------------------------------------------- */

static void check_e10(struct reg_rule_run *run)
{
    if (reg_rule_replaces(run, "representatives") && !reg_rule_particulars(run)->taxes_settled)
        reg_find(run, "particulars.taxesSettled");
}

static void check_e28(struct reg_rule_run *run)
{
    const reg_pb_licence_record *licence = licence_of(run);

    if (licence && licence->type != 9500)
        reg_find_as(run, ERROR, "只有个体工商户可以转型为企业", "only an individual business becomes an enterprise this way",
                    "creditCode");
    if (is_family(run, REG_RULE_INDIVIDUAL | REG_RULE_BRANCH))
        reg_find_as(run, ERROR, "应当转型为企业", "what it becomes is an enterprise", "entity.type");
    if (!reg_rule_particulars(run)->taxes_settled)
        reg_find(run, "particulars.taxesSettled");
}

/* ---- E11, E12: the paper ------------------------------------------------------------------------------------------- */

static void check_e11(struct reg_rule_run *run)
{
    const reg_pb_particulars *particulars = reg_rule_particulars(run);
    bool printed = run->filing->kind != REGISTRY__V1__FILING_KIND__FILING_KIND_CHANGE;
    static const char *const members[] = {"name", "type", "address", "capital", "scope", "representatives", "composition"};

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        printed = printed || reg_rule_replaces(run, members[i]);
    if (printed && !particulars->licence_returned && !particulars->voided[0])
        reg_find(run, "particulars.licenceReturned");
}

static void check_e12(struct reg_rule_run *run)
{
    int32_t voided;

    if (!reg_rule_particulars(run)->licence_returned) /* a damaged one is handed in */
        past_day(run, reg_rule_particulars(run)->voided, "voided", "应当先公示声明作废：声明日期",
                 "a lost licence is first declared void: the day of it", &voided);
}

/* ---- E13: dormancy ------------------------------------------------------------------------------------------------- */

#define DORMANT_MONTHS 36

/* Days that are left of three years, from the first day of a dormancy on. */
static int32_t last_dormant_day(const struct reg_rule_run *run, int32_t from)
{
    return reg_day_add_months(from, DORMANT_MONTHS) - 1 - (int32_t)life_of(run)->dormant_days;
}

static void check_extension(struct reg_rule_run *run, int32_t from, int32_t until)
{
    int32_t since, ends;

    if (!reg_day_parse(life_of(run)->since, &since) || !reg_day_parse(life_of(run)->dormant_until, &ends))
        return;
    if (from != ends + 1)
        reg_find_as(run, ERROR, "延长歇业应自原期限届满的次日起",
                    "an extension starts the day after the dormancy's last day", "particulars.from");
    if (run->input->day > ends - 30)
        reg_rule_find_limit(run, ERROR, "延长歇业应在期限届满30日前办理",
                            "an extension is filed 30 days before the dormancy ends", ends - 30, "particulars.until");
    if (until > last_dormant_day(run, since))
        reg_rule_find_limit(run, ERROR, run->rule->zh, run->rule->en, last_dormant_day(run, since), "particulars.until");
}

static void check_e13(struct reg_rule_run *run)
{
    const reg_pb_particulars *particulars = reg_rule_particulars(run);
    int32_t from, until;

    if (particulars->cause == REGISTRY__V1__DORMANCY_CAUSE__DORMANCY_CAUSE_UNSPECIFIED)
        reg_find_as(run, ERROR, "应当说明歇业原因", "the cause of the dormancy is missing", "particulars.cause");
    if (!reg_day_parse(particulars->from, &from) || !reg_day_parse(particulars->until, &until) || until < from) {
        reg_find_as(run, ERROR, "歇业起止日期缺失或者不正确", "the first and last day of the dormancy are missing or wrong",
                    "particulars.from");
        return;
    }
    if (licence_of(run) && licence_of(run)->state == STATE(DORMANT)) {
        check_extension(run, from, until);
        return;
    }
    if (from < run->input->day)
        reg_find_as(run, ERROR, "应当在歇业前办理备案", "a dormancy is recorded before it begins", "particulars.from");
    if (from > reg_day_add_months(run->input->day, 12)) /* what is so far off is no dormancy yet */
        reg_find_as(run, ERROR, "歇业起始日不得晚于一年之后", "a dormancy begins within a year of its recordation",
                    "particulars.from");
    if (until > last_dormant_day(run, from))
        reg_rule_find_limit(run, ERROR, run->rule->zh, run->rule->en, last_dormant_day(run, from), "particulars.until");
}

/* ---- E14, E16: deregistration -------------------------------------------------------------------------------------- */

static void check_branches(struct reg_rule_run *run)
{
    const struct reg_subject_view *subject = &run->input->view->subject;

    if (subject->branches > 0)
        reg_find_as(run, ERROR,
                    reg_arena_printf(run->arena, "应当先注销 %zu 个分支机构：%s", subject->branches, subject->branch_names),
                    reg_arena_printf(run->arena, "%zu branches are to be deregistered first: %s", subject->branches,
                                     subject->branch_names),
                    "creditCode");
}

static void check_e14(struct reg_rule_run *run)
{
    const reg_pb_particulars *particulars = reg_rule_particulars(run);
    int32_t announced, over;

    check_branches(run);
    if (!particulars->promised)
        reg_find_as(run, ERROR, "应当由全体投资人书面承诺", "the written promise of all investors is missing",
                    "particulars.promised");
    if (is_family(run, REG_RULE_INDIVIDUAL) || /* no publicity: the departments are asked instead */
        !past_day(run, particulars->announced, "announced", "公示日期", "the day of publicity", &announced))
        return;
    over = reg_rule_limit_end(announced, 20);
    if (run->input->day <= over)
        reg_rule_find_limit(run, ERROR, "简易注销公示期未满20日", "the 20 days of publicity are not over", over,
                            "particulars.announced");
    else if (run->input->day > reg_rule_limit_end(over, 20))
        reg_rule_find_limit(run, ERROR, "已超过公示期届满后20日的申请期限",
                            "the 20 days for applying after the publicity are over", reg_rule_limit_end(over, 20),
                            "particulars.announced");
}

/* One of the liquidation's days: within `days` of the group's forming. */
static void within(struct reg_rule_run *run, const char *text, const char *member, const char *zh, const char *en,
                   int32_t formed, int days)
{
    int32_t day;

    if (past_day(run, text, member, zh, en, &day) && day > reg_rule_limit_end(formed, days))
        reg_rule_find_limit(run, ERROR, reg_arena_printf(run->arena, "%s超过清算组成立之日起%d日", zh, days),
                            reg_arena_printf(run->arena, "%s is over %d days after the group was formed", en, days),
                            reg_rule_limit_end(formed, days), reg_arena_printf(run->arena, "particulars.%s", member));
}

static void check_liquidation(struct reg_rule_run *run, const reg_pb_particulars *particulars)
{
    int32_t formed, announced, ended;

    if (past_day(run, particulars->liquidators_formed, "liquidatorsFormed", "清算组成立日期",
                 "the day on which the liquidation group was formed", &formed)) {
        within(run, particulars->liquidators_publicised, "liquidatorsPublicised", "清算组公示日期",
               "the day on which the group was publicised", formed, 10);
        within(run, particulars->liquidators_notified, "liquidatorsNotified", "通知债权人日期",
               "the day on which the creditors were notified", formed, 10);
        within(run, particulars->announced, "announced", "债权人公告日期", "the day of the announcement", formed, 60);
    }
    if (reg_day_parse(particulars->announced, &announced) && announced <= run->input->day &&
        run->input->day <= reg_rule_limit_end(announced, 45))
        reg_rule_find_limit(run, ERROR, "公告期未满45日", "the 45 days of the announcement are not over",
                            reg_rule_limit_end(announced, 45), "particulars.announced");
    if (past_day(run, particulars->liquidation_ended, "liquidationEnded", "清算结束日期",
                 "the day on which the liquidation ended", &ended) &&
        run->input->day > reg_rule_limit_end(ended, 30))
        reg_rule_find_limit(run, WARNING, "应自清算结束之日起30日内申请注销登记",
                            "deregistration is filed within 30 days of the liquidation's end", reg_rule_limit_end(ended, 30),
                            "particulars.liquidationEnded");
}

static void check_e16(struct reg_rule_run *run)
{
    const reg_pb_particulars *particulars = reg_rule_particulars(run);

    check_branches(run);
    if (particulars->court_ruling) { /* 条例 §34: the ruling stands for liquidation and taxes */
        if (!particulars->basis[0])
            reg_find_as(run, ERROR, "应当写明人民法院的裁定及其案号", "the court's ruling and its number are missing",
                        "particulars.basis");
        return;
    }
    if (!particulars->taxes_settled)
        reg_find_as(run, ERROR, "缺少清税证明", "the proof that taxes are settled is missing", "particulars.taxesSettled");
    if (!is_family(run, REG_RULE_INDIVIDUAL | REG_RULE_BRANCH)) /* neither is liquidated on its own */
        check_liquidation(run, particulars);
}

/* ---- E17, E29: by the authority ------------------------------------------------------------------------------------ */

static void check_e17(struct reg_rule_run *run)
{
    const reg_pb_particulars *particulars = reg_rule_particulars(run);
    int32_t since, announced, days;

    if (!is_family(run, REG_RULE_COMPANY))
        reg_find_as(run, ERROR, "强制注销只适用于公司", "only companies are deregistered by force", "creditCode");
    if (particulars->objection)
        reg_find_as(run, ERROR, "公告期内有异议，强制注销程序终止", "somebody objected: the procedure has ended",
                    "particulars.objection");
    if (!past_day(run, particulars->announced, "announced", "公告日期", "the day of the announcement", &announced))
        return;
    if (!reg_day_parse(life_of(run)->since, &since) || announced <= three_years_end(since))
        reg_find_as(run, ERROR, "被吊销、责令关闭或者撤销未满三年",
                    "three years have not passed since it was revoked, closed "
                    "or annulled",
                    "particulars.announced");
    days = announced >= REG_RULE_DAY(2025, 10, 10) ? 90 : 60;
    if (run->input->day <= reg_rule_limit_end(announced, days))
        reg_rule_find_limit(run, ERROR, reg_arena_printf(run->arena, "强制注销公告期未满%d日", (int)days),
                            reg_arena_printf(run->arena, "the %d days of the announcement are not over", (int)days),
                            reg_rule_limit_end(announced, days), "particulars.announced");
}

/* What was deregistered by force may come back for three years; what an applicant deregistered does not. */
static void check_e29(struct reg_rule_run *run)
{
    const reg_pb_licence_record *licence = licence_of(run);
    int32_t since;

    if (!licence || reg_rule_particulars(run)->undoes)
        return;
    if (licence->state == STATE(DEREGISTERED) &&
        (licence->kind != REGISTRY__V1__FILING_KIND__FILING_KIND_FORCE_DEREGISTER ||
         !reg_day_parse(life_of(run)->since, &since) || run->input->day > three_years_end(since)))
        reg_find(run, "creditCode");
    if (licence->state != STATE(DEREGISTERED) && licence->state != STATE(ANNULLED))
        reg_find_as(run, ERROR, "没有可以恢复的登记", "there is nothing to restore", "creditCode");
}

/* ---- E18: the clock of an annulment -------------------------------------------------------------------------------- */

#define INQUIRY_MONTHS 3 /* and as many again, once */

/* The request is taken up, or not, within three working days. */
static void check_accepted(struct reg_rule_run *run, int32_t accepted)
{
    int32_t requested;

    if (!reg_rule_particulars(run)->requested[0] || !past_day(run, reg_rule_particulars(run)->requested, "requested",
                                                              "收到撤销申请之日", "the day of the request", &requested))
        return;
    if (accepted < requested)
        reg_find_as(run, ERROR, "受理日期早于收到撤销申请之日", "taken up before it was requested", "particulars.accepted");
    else if (accepted > reg_calendar_add_workdays(requested, 3))
        reg_rule_find_limit(run, WARNING, "应当自收到申请之日起3个工作日内决定是否受理",
                            "whether a request is taken up is decided within 3 working days",
                            reg_calendar_add_workdays(requested, 3), "particulars.accepted");
}

/* Nobody who lives under a false registration loses it unheard: who cannot be reached is called in public for 45 days. */
static void check_e18(struct reg_rule_run *run)
{
    const reg_pb_particulars *particulars = reg_rule_particulars(run);
    int32_t accepted, announced, decided, last;

    if (particulars->announced[0] &&
        past_day(run, particulars->announced, "announced", "公示日期", "the day of publicity", &announced) &&
        run->input->day <= reg_rule_limit_end(announced, 45))
        reg_rule_find_limit(run, ERROR, "公示期未满45日", "the 45 days of publicity are not over",
                            reg_rule_limit_end(announced, 45), "particulars.announced");
    if (!particulars->accepted[0] || !past_day(run, particulars->accepted, "accepted", "受理日期",
                                               "the day on which the inquiry was taken up", &accepted))
        return;
    check_accepted(run, accepted);
    last = reg_day_add_months(accepted, particulars->extended ? 2 * INQUIRY_MONTHS : INQUIRY_MONTHS);
    last = reg_calendar_move_off_holiday(last + (int32_t)(particulars->suspended_days & 0xffff));
    if (reg_day_parse(particulars->decided, &decided) && decided > last)
        reg_rule_find_limit(run, WARNING, "应当自受理之日起3个月内完成调查；经批准可以延长3个月",
                            "an inquiry takes 3 months, or 6 where it was extended", last, "particulars.decided");
}

/* ---- E20: who signs ------------------------------------------------------------------------------------------------ */

static bool represents(const reg_pb_entity *entity, uint32_t number)
{
    for (size_t i = 0; i < entity->n_representatives; i++)
        if (entity->representatives[i]->person == number || entity->representatives[i]->delegate == number)
            return true;
    return false;
}

/* Does the change make somebody a representative who was none? */
static bool takes_office(const struct reg_rule_run *run, uint32_t number)
{
    const reg_pb_filing *recorded = run->input->view->subject.recorded;

    return number && recorded && recorded->entity && !represents(recorded->entity, number);
}

static bool anybody_takes_office(const struct reg_rule_run *run)
{
    const reg_pb_entity *entity = run->entity;

    for (size_t i = 0; i < entity->n_representatives; i++)
        if (takes_office(run, entity->representatives[i]->person) || takes_office(run, entity->representatives[i]->delegate))
            return true;
    return false;
}

static void check_e20(struct reg_rule_run *run)
{
    uint32_t signer = reg_rule_particulars(run)->signed_by;

    if (reg_rule_replaces(run, "representatives") &&
        (!signer || !represents(run->entity, signer) || (anybody_takes_office(run) && !takes_office(run, signer))))
        reg_find(run, "particulars.signedBy");
}

/* ---- E26: an approval that ended ----------------------------------------------------------------------------------- */

static void check_e26(struct reg_rule_run *run)
{
    const reg_pb_particulars *particulars = reg_rule_particulars(run);
    int32_t ended, last;

    if (!particulars->approval_ended[0] ||
        !past_day(run, particulars->approval_ended, "approvalEnded", "批准文件变更、失效之日",
                  "the day on which the approval changed or ended", &ended))
        return;
    last = reg_rule_limit_end(ended, 30);
    if (run->input->day > last)
        reg_rule_find_limit(run, WARNING, run->rule->zh, run->rule->en, last, "particulars.approvalEnded");
    if (reg_rule_kind(run, REG_KIND(CHANGE)) && !reg_rule_replaces(run, "scope"))
        reg_find_as(run, WARNING, "批准文件失效的，应当一并变更经营范围",
                    "where an approval has ended the change includes the scope", "entity.scope");
}

#define SUBJECT_KINDS                                                                                                       \
    (REG_KIND(CHANGE) | REG_KIND(RECORD) | REG_KIND(GO_DORMANT) | REG_KIND(DEREGISTER) | REG_KIND(SIMPLE_DEREGISTER) |      \
     REG_KIND(REISSUE) | REG_KIND(UPGRADE) | REG_KIND(ANNUL) | REG_KIND(RESTORE) | REG_KIND(REVOKE) |                       \
     REG_KIND(FORCE_DEREGISTER) | REG_KIND(ORDER_CLOSED) | REG_KIND(MOVE_OUT))

static const struct reg_rule rules[] = {
    {"S01", REG_RULE_ALL, 0, 0, ERROR, "主体的状态与申请类型不符", "the entity's state does not allow this kind of filing",
     "市场主体登记管理条例（各申请类型的条款见生命周期表）", check_s01, ~0u},
    {"S02", REG_RULE_ALL, 0, 0, ERROR, "申请所依据的记载已不是现行的", "the filing starts from a revision that was replaced",
     "条例 §17; 细则 §17", check_s02, SUBJECT_KINDS},
    {"S03", REG_RULE_ALL, 0, 0, ERROR, "登记事项的变更应当申请变更登记，不能以备案办理",
     "what is registered is changed by a change, not by a recordation", "条例 §8,§9,§24,§29", check_s03,
     ~REG_RULE_FORM_KINDS | REG_KIND(RECORD)},
    {"S04", REG_RULE_ALL, 0, 0, ERROR, "应当写明所依据的决定及其文号", "the decision that it rests on is missing",
     "条例 §20,§40,§44; 行政处罚法 §59", check_s04,
     REG_KIND(ANNUL) | REG_KIND(RESTORE) | REG_KIND(REVOKE) | REG_KIND(ORDER_CLOSED)},
    {"E05", REG_RULE_ALL, 0, 0, WARNING, "应当自变更决议、决定作出之日起30日内申请变更登记",
     "a change is filed within 30 days of the resolution or decision", "条例 §24; 细则 §31", check_e05, REG_KIND(CHANGE)},
    {"E06", REG_RULE_BRANCH, 0, 0, WARNING, "分支机构应在30日内办理", "a branch files within 30 days", "细则 §21,§31",
     check_thirty_days, REG_KIND(CHANGE) | REG_KIND(ESTABLISH)},
    {"E07", REG_RULE_ALL, 0, 0, WARNING, "应当自变更之日起30日内办理备案", "a recordation is filed within 30 days",
     "条例 §29", check_e07, REG_KIND(RECORD)},
    {"E08", REG_RULE_ALL, 0, 0, ERROR, "应当写明迁出地（迁入地）登记机关", "the authority moved from or to is missing",
     "条例 §27; 细则 §35,§62", check_e08, REG_KIND(MOVE_IN) | REG_KIND(MOVE_OUT)},
    {"E09", REG_RULE_COMPANY, 0, 0, ERROR, "减少注册资本应当公告满45日", "a reduction of capital is announced for 45 days",
     "细则 §21,§36(3); 公司法 §224,§225", check_e09, REG_KIND(CHANGE)},
    {"E10", REG_RULE_INDIVIDUAL, REG_RULE_DAY(2022, 11, 1), 0, ERROR, "变更经营者应当依法结清税款等",
     "an operator changes once taxes are settled", "促进个体工商户发展条例 §13（优先于细则 §38）", check_e10,
     REG_KIND(CHANGE)},
    {"E11", REG_RULE_ALL, 0, 0, WARNING, "应当缴回营业执照，不能缴回的公告作废",
     "the licence that is replaced is handed in, or else declared void", "条例 §28,§37(3); 细则 §23(3)", check_e11,
     REG_KIND(CHANGE) | REG_KIND(DEREGISTER) | REG_KIND(SIMPLE_DEREGISTER)},
    {"E12", REG_RULE_ALL, 0, 0, ERROR, "应当先公示声明作废", "a lost licence is first declared void", "条例 §37", check_e12,
     REG_KIND(REISSUE)},
    {"E13", REG_RULE_ALL, REG_RULE_DAY(2022, 3, 1), 0, ERROR, "歇业期限累计不得超过三年",
     "dormancy lasts three years at the most in all", "条例 §30; 细则 §40-43", check_e13, REG_KIND(GO_DORMANT)},
    {"E14", REG_RULE_ALL, 0, 0, ERROR, "简易注销公示期未满或已超过申请期限",
     "simple deregistration: publicity of 20 days, filed within 20 days after it", "条例 §33; 细则 §49; 公司法 §240",
     check_e14, REG_KIND(SIMPLE_DEREGISTER)},
    {"E16", REG_RULE_ALL, 0, 0, ERROR, "未完成清算或清税", "liquidation or taxes are not completed",
     "条例 §32,§34; 细则 §44-46; 公司法 §235", check_e16, REG_KIND(DEREGISTER)},
    {"E17", REG_RULE_ALL, REG_RULE_DAY(2024, 7, 1), 0, ERROR, "强制注销公告期未满90日",
     "forced deregistration: three years, and an announcement of 90 days (60 before 2025-10-10)",
     "公司法 §241; 注册资本规定 §8; 总局令第105号 §2,§3", check_e17, REG_KIND(FORCE_DEREGISTER)},
    {"E18", REG_RULE_ALL, 0, 0, WARNING, "撤销登记的受理、调查和公示期限",
     "an annulment: 3 working days to take it up, 3 months of inquiry, 45 days of publicity", "条例 §40-42; 细则 §50-58",
     check_e18, REG_KIND(ANNUL)},
    {"E20", REG_RULE_COMPANY | REG_RULE_NON_COMPANY | REG_RULE_COOPERATIVE | REG_RULE_PARTNERSHIP | REG_RULE_BRANCH,
     REG_RULE_DAY(2022, 3, 1), 0, ERROR, "变更申请应当由新任负责人签署",
     "who takes the office signs the application for the change", "细则 §33", check_e20, REG_KIND(CHANGE)},
    {"E26", REG_RULE_ALL, 0, 0, WARNING, "批准文件失效应在30日内办理变更或者注销登记",
     "a change or deregistration is filed within 30 days of an approval's end", "条例 §26; 细则 §22(2)", check_e26,
     REG_KIND(CHANGE) | REG_KIND(DEREGISTER) | REG_KIND(SIMPLE_DEREGISTER)},
    {"E28", REG_RULE_ALL, 0, 0, ERROR, "个体工商户转型为企业应当结清税款", "taxes are settled before an upgrade",
     "细则 §37(3); 促进个体工商户发展条例 §13", check_e28, REG_KIND(UPGRADE)},
    {"E29", REG_RULE_ALL, 0, 0, ERROR, "只有被强制注销未满三年的登记可以恢复",
     "only what was deregistered by force is restored, within three years", "条例 §42; 总局令第105号", check_e29,
     REG_KIND(RESTORE)},
};
const struct reg_rule_list reg_rules_process = {rules, sizeof rules / sizeof *rules};
