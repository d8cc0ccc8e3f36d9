/* The one form: what a filing says beside the entity, by its kind (rules of family E, process.c). */
#include "filing/form_work.h"
#include "filing/rule.h"

#define DAY     "\"type\":\"string\",\"format\":\"date\",\"pattern\":\"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\""
#define TEXT    "\"type\":\"string\",\"pattern\":\"\\\\S\""
#define YES     "\"type\":\"boolean\""
#define PROMISE YES ",\"const\":true"
#define NUMBER  "\"type\":\"integer\",\"minimum\":1"
#define CAUSES                                                                                                               \
    "\"oneOf\":[{\"const\":\"DORMANCY_CAUSE_DISASTER\",\"title\":\"自然灾害\",\"x-title-en\":\"Natural disaster\"},"     \
    "{\"const\":\"DORMANCY_CAUSE_ACCIDENT\",\"title\":\"事故灾难\",\"x-title-en\":\"Accident\"},"                        \
    "{\"const\":\"DORMANCY_CAUSE_HEALTH\",\"title\":\"公共卫生事件\",\"x-title-en\":\"Public-health event\"},"         \
    "{\"const\":\"DORMANCY_CAUSE_SECURITY\",\"title\":\"社会安全事件\",\"x-title-en\":\"Public-security event\"},"     \
    "{\"const\":\"DORMANCY_CAUSE_OPERATING\",\"title\":\"其他原因造成经营困难\",\"x-title-en\":\"Other operating " \
    "difficulties\"}]"

#define DECISIONS      (REG_KIND(ANNUL) | REG_KIND(RESTORE) | REG_KIND(REVOKE) | REG_KIND(ORDER_CLOSED))
#define ENDS           (REG_KIND(DEREGISTER) | REG_KIND(SIMPLE_DEREGISTER))
#define MOVES          (REG_KIND(MOVE_IN) | REG_KIND(MOVE_OUT))
#define NOT_INDIVIDUAL (REG_RULE_ALL & ~REG_RULE_INDIVIDUAL)
#define SIGNED         (REG_RULE_COMPANY | REG_RULE_NON_COMPANY | REG_RULE_COOPERATIVE | REG_RULE_PARTNERSHIP | REG_RULE_BRANCH)

/* A member of Particulars, for the kinds that ask it; `required` of those that cannot do without. */
static const struct particular {
    const char *name;
    unsigned kinds, required, families;
    const char *zh, *en, *schema;
} particulars[] = {
    {"particulars.decided", REG_KIND(CHANGE) | REG_KIND(RECORD) | DECISIONS, DECISIONS, REG_RULE_ALL,
     "决议、决定作出或者变更之日", "Day of the resolution, decision or change", DAY},
    {"particulars.basis", DECISIONS | REG_KIND(DEREGISTER) | REG_KIND(FORCE_DEREGISTER), DECISIONS, REG_RULE_ALL,
     "所依据的决定、裁定及其文号", "Decision or ruling that it rests on, with its number", TEXT},
    {"particulars.undoes", REG_KIND(ANNUL) | REG_KIND(RESTORE), 0, REG_RULE_ALL, "仅撤销（恢复）某次变更：该条目的位置",
     "Only one change is annulled or restored: its entry's position", NUMBER},
    {"particulars.requested", REG_KIND(ANNUL), 0, REG_RULE_ALL, "收到撤销申请之日", "Day on which the request came in", DAY},
    {"particulars.accepted", REG_KIND(ANNUL), 0, REG_RULE_ALL, "受理日期", "Day on which the inquiry was taken up", DAY},
    {"particulars.extended", REG_KIND(ANNUL), 0, REG_RULE_ALL, "调查期限已延长", "The inquiry was extended", YES},
    {"particulars.suspendedDays", REG_KIND(ANNUL), 0, REG_RULE_ALL, "调查中止的天数",
     "Days for which the inquiry was suspended", NUMBER},
    {"particulars.announced", REG_KIND(ANNUL), 0, REG_RULE_ALL, "公示日期（无法取得联系的填写）",
     "Day of publicity (where nobody could be reached)", DAY},
    {"particulars.signedBy", REG_KIND(CHANGE), 0, SIGNED, "申请书签署人的人员编号（变更负责人的填写新任者）",
     "Number of the person who signed (for another representative: the new one)", NUMBER},
    {"particulars.approvalEnded", REG_KIND(CHANGE) | ENDS, 0, REG_RULE_ALL, "批准文件变更、失效之日",
     "Day on which an approval changed or ended", DAY},
    {"particulars.cause", REG_KIND(GO_DORMANT), REG_KIND(GO_DORMANT), REG_RULE_ALL, "歇业原因", "Cause of the dormancy",
     CAUSES},
    {"particulars.from", REG_KIND(GO_DORMANT), REG_KIND(GO_DORMANT), REG_RULE_ALL, "歇业起始日", "First day of dormancy",
     DAY},
    {"particulars.until", REG_KIND(GO_DORMANT), REG_KIND(GO_DORMANT), REG_RULE_ALL, "歇业截止日（累计不超过三年）",
     "Last day of dormancy (three years in all at the most)", DAY},
    {"particulars.announced", REG_KIND(CHANGE), 0, REG_RULE_COMPANY, "减资公告日期（减少注册资本的填写）",
     "Day of the announcement (for a reduction of capital)", DAY},
    {"particulars.coversLosses", REG_KIND(CHANGE), 0, REG_RULE_COMPANY, "减资用于弥补亏损", "The reduction covers losses",
     YES},
    {"particulars.announced", REG_KIND(DEREGISTER), 0, NOT_INDIVIDUAL, "债权人公告日期",
     "Day of the announcement to creditors", DAY},
    {"particulars.announced", REG_KIND(SIMPLE_DEREGISTER), REG_KIND(SIMPLE_DEREGISTER), NOT_INDIVIDUAL, "公示日期",
     "Day of publicity", DAY},
    {"particulars.announced", REG_KIND(FORCE_DEREGISTER), REG_KIND(FORCE_DEREGISTER), REG_RULE_ALL, "公告日期",
     "Day of the announcement", DAY},
    {"particulars.objection", REG_KIND(FORCE_DEREGISTER), 0, REG_RULE_ALL, "公告期内有异议", "Somebody objected", YES},
    {"particulars.courtRuling", REG_KIND(DEREGISTER), 0, REG_RULE_ALL, "依人民法院裁定注销", "By a court's ruling", YES},
    {"particulars.liquidatorsFormed", REG_KIND(DEREGISTER), 0, NOT_INDIVIDUAL, "清算组成立日期",
     "Day on which the liquidation group was formed", DAY},
    {"particulars.liquidatorsPublicised", REG_KIND(DEREGISTER), 0, NOT_INDIVIDUAL, "清算组公示日期",
     "Day on which the group was publicised", DAY},
    {"particulars.liquidatorsNotified", REG_KIND(DEREGISTER), 0, NOT_INDIVIDUAL, "通知债权人日期",
     "Day on which the creditors were notified", DAY},
    {"particulars.liquidationEnded", REG_KIND(DEREGISTER), 0, NOT_INDIVIDUAL, "清算结束日期",
     "Day on which the liquidation ended", DAY},
    {"particulars.taxesSettled", REG_KIND(DEREGISTER), 0, REG_RULE_ALL, "已取得清税证明", "Taxes are settled", YES},
    {"particulars.taxesSettled", REG_KIND(UPGRADE), REG_KIND(UPGRADE), REG_RULE_ALL, "已结清税款", "Taxes are settled",
     PROMISE},
    {"particulars.taxesSettled", REG_KIND(CHANGE), 0, REG_RULE_INDIVIDUAL, "已结清税款（变更经营者的填写）",
     "Taxes are settled (for a change of operator)", YES},
    {"particulars.promised", REG_KIND(SIMPLE_DEREGISTER), REG_KIND(SIMPLE_DEREGISTER), REG_RULE_ALL, "全体投资人书面承诺",
     "Written promise of all investors", PROMISE},
    {"particulars.voided", REG_KIND(REISSUE) | REG_KIND(CHANGE) | ENDS, 0, REG_RULE_ALL, "营业执照声明作废日期",
     "Day on which the licence was declared void", DAY},
    {"particulars.licenceReturned", REG_KIND(REISSUE) | REG_KIND(CHANGE) | ENDS, 0, REG_RULE_ALL, "已缴回营业执照",
     "The licence was handed in", YES},
    {"particulars.otherAuthority", MOVES, MOVES, REG_RULE_ALL, "迁出地（迁入地）登记机关", "Authority moved from or to",
     "\"type\":\"integer\",\"minimum\":100000,\"maximum\":999999"},
};
#define PARTICULAR_COUNT (sizeof particulars / sizeof *particulars)

static bool asks(const struct form *form, const struct particular *particular)
{
    return (particular->kinds >> form->request->kind & 1) && (particular->families >> form->type->family & 1);
}

void reg_form_particular_properties(const struct form *form, bool *first)
{
    for (size_t i = 0; i < PARTICULAR_COUNT; i++) {
        if (!asks(form, &particulars[i]))
            continue;
        reg_form_comma(form->buf, first);
        reg_form_put_string(form->buf, particulars[i].name);
        reg_buf_puts(form->buf, ":{");
        reg_form_put_titles(form->buf, particulars[i].zh, particulars[i].en);
        reg_buf_put_u8(form->buf, ',');
        reg_buf_puts(form->buf, particulars[i].schema);
        reg_buf_put_u8(form->buf, '}');
    }
}

void reg_form_particular_required(const struct form *form, bool *first)
{
    for (size_t i = 0; i < PARTICULAR_COUNT; i++) {
        if (!asks(form, &particulars[i]) || !(particulars[i].required >> form->request->kind & 1))
            continue;
        reg_form_comma(form->buf, first);
        reg_form_put_string(form->buf, particulars[i].name);
    }
}

void reg_form_particular_step(const struct form *form, bool *first)
{
    bool first_name = true;

    for (size_t i = 0; i < PARTICULAR_COUNT; i++) {
        if (!asks(form, &particulars[i]))
            continue;
        if (first_name) {
            reg_form_comma(form->buf, first);
            reg_buf_puts(form->buf, "{\"id\":\"particulars\",");
            reg_form_put_titles(form->buf, "办理事项", "What is filed");
            reg_buf_puts(form->buf, ",\"properties\":[");
        }
        reg_form_comma(form->buf, &first_name);
        reg_form_put_string(form->buf, particulars[i].name);
    }
    if (!first_name)
        reg_buf_puts(form->buf, "]}");
}
