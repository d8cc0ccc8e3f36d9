#include "filing/life.h"

#define KIND(name)  REGISTRY__V1__FILING_KIND__FILING_KIND_##name
#define TO(name)    REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_##name
#define AS_IT_WAS   TO(UNSPECIFIED)
#define NOT_ENDED   (REG_STATE_NAMED | REG_STATE(ANNULLED))
#define STEP_COUNT  (sizeof steps / sizeof *steps)
#define STATE_COUNT (sizeof states / sizeof *states)

static const struct reg_life_step steps[] = {
    {KIND(ESTABLISH), REG_STATE_NONE, TO(EXISTING), REG_FORM_WHOLE, REG_PRINTS_ALWAYS, false, false, "设立", "establish",
     "当场登记；否则 3 个工作日", "on the spot; otherwise 3 working days", "条例 §19,§21"},
    {KIND(CHANGE), REG_STATE_LIVE, AS_IT_WAS, REG_FORM_PARTS, REG_PRINTS_CHANGES, true, false, "变更", "change",
     "变更决议作出之日起 30 日内", "within 30 days of the resolution", "条例 §24; 细则 §31"},
    {KIND(RECORD), REG_STATE_LIVE, AS_IT_WAS, REG_FORM_PARTS, REG_PRINTS_CHANGES, true, false, "备案", "record",
     "变更之日起 30 日内；合作社成员为年度终了后 90 日内",
     "within 30 days of the change; a cooperative's members within 90 days after the year's end", "条例 §29"},
    {KIND(GO_DORMANT), REG_STATE_LIVE, TO(DORMANT), REG_FORM_NONE, REG_PRINTS_NEVER, true, false, "歇业", "go dormant",
     "歇业前备案；累计不超过 3 年；延期于届满 30 日前",
     "recorded before it begins; 3 years in all at the most; extended 30 days before it ends", "条例 §30; 细则 §40-43"},
    {KIND(WAKE), REG_STATE(DORMANT), TO(EXISTING), REG_FORM_NONE, REG_PRINTS_NEVER, true, false, "恢复营业", "wake",
     "报告之日，或者期限届满的次日", "the day of the notice, or the day after its last day", "条例 §30; 细则 §43"},
    {KIND(DEREGISTER), NOT_ENDED, TO(DEREGISTERED), REG_FORM_NONE, REG_PRINTS_NEVER, true, false, "注销", "deregister",
     "公告 45 日；清算结束之日起 30 日内", "45 days after the announcement; within 30 days of the liquidation's end",
     "条例 §32,§34; 细则 §44-46"},
    {KIND(SIMPLE_DEREGISTER), REG_STATE_LIVE, TO(DEREGISTERED), REG_FORM_NONE, REG_PRINTS_NEVER, true, false, "简易注销",
     "simple deregister", "公示 20 日，其后 20 日内申请", "publicity of 20 days, filed within the 20 days after it",
     "条例 §33; 细则 §49; 公司法 §240"},
    {KIND(REISSUE), REG_STATE_LIVE, AS_IT_WAS, REG_FORM_NONE, REG_PRINTS_ALWAYS, true, false, "补换照", "reissue",
     "先声明作废", "declared void first", "条例 §37"},
    {KIND(MOVE_IN), REG_STATE_NONE | REG_STATE(MOVED_OUT), TO(EXISTING), REG_FORM_WHOLE, REG_PRINTS_ALWAYS, true, false,
     "迁入", "move in", "档案 3 个月内移交", "the archive follows within 3 months", "条例 §27; 细则 §35,§62"},
    {KIND(CONVERT), REG_STATE_NONE, TO(EXISTING), REG_FORM_WHOLE, REG_PRINTS_ALWAYS, false, false, "换照", "convert", "", "",
     "国发〔2015〕33号; 国办发〔2015〕50号"},
    {KIND(UPGRADE), REG_STATE_LIVE, TO(DEREGISTERED), REG_FORM_WHOLE, REG_PRINTS_ALWAYS, true, false, "个转企", "upgrade",
     "", "", "细则 §37(3); 促进个体工商户发展条例 §13"},
    {KIND(ANNUL), REG_STATE_NAMED | REG_STATE(DEREGISTERED), TO(ANNULLED), REG_FORM_NONE, REG_PRINTS_CHANGES, true, true,
     "撤销", "annul", "3 个工作日内决定受理；3 个月内查清，可延 3 个月；公示 45 日",
     "3 working days to accept; inquiry of 3 months, extended by 3; publicity of 45 days", "条例 §40; 细则 §50-58"},
    {KIND(RESTORE), REG_STATE_NAMED | REG_STATE(ANNULLED) | REG_STATE(DEREGISTERED), AS_IT_WAS, REG_FORM_NONE,
     REG_PRINTS_CHANGES, true, true, "恢复", "restore", "强制注销后 3 年内", "within 3 years of a forced deregistration",
     "条例 §42; 总局令第105号"},
    {KIND(REVOKE), REG_STATE_LIVE, TO(REVOKED), REG_FORM_NONE, REG_PRINTS_NEVER, true, true, "吊销", "revoke", "", "",
     "条例 §44,§46; 细则 §64"},
    {KIND(FORCE_DEREGISTER), REG_STATE(REVOKED) | REG_STATE(ORDERED_CLOSED) | REG_STATE(ANNULLED), TO(DEREGISTERED),
     REG_FORM_NONE, REG_PRINTS_NEVER, true, true, "强制注销", "forced deregistration", "满 3 年；公告 90 日",
     "after 3 years; an announcement of 90 days", "公司法 §241; 总局令第105号"},
    {KIND(ORDER_CLOSED), REG_STATE_LIVE, TO(ORDERED_CLOSED), REG_FORM_NONE, REG_PRINTS_NEVER, true, true, "责令关闭",
     "order closed", "", "", "公司法 §229; 条例 §31"},
    {KIND(MOVE_OUT), REG_STATE_LIVE, TO(MOVED_OUT), REG_FORM_NONE, REG_PRINTS_NEVER, true, true, "迁出", "move out",
     "档案 3 个月内移交", "the archive follows within 3 months", "条例 §27; 细则 §35,§62"},
    {KIND(SIGN), REG_STATE_LIVE, AS_IT_WAS, REG_FORM_NONE, REG_PRINTS_ALWAYS, true, true, "补签凭证", "sign", "", "",
     "条例 §21"},
};

static const struct {
    const char *zh, *en;
} states[] = {
    [TO(UNSPECIFIED)] = {"未登记", "not registered"},
    [TO(EXISTING)] = {"存续", "existing"},
    [TO(DORMANT)] = {"歇业", "dormant"},
    [TO(REVOKED)] = {"吊销", "revoked"},
    [TO(ORDERED_CLOSED)] = {"责令关闭", "closed by order"},
    [TO(DEREGISTERED)] = {"注销", "deregistered"},
    [TO(ANNULLED)] = {"撤销", "annulled"},
    [TO(MOVED_OUT)] = {"迁出", "moved out"},
};

const struct reg_life_step *reg_life_step(reg_pb_filing_kind kind)
{
    for (size_t i = 0; i < STEP_COUNT; i++)
        if (steps[i].kind == kind)
            return &steps[i];
    return NULL;
}

size_t reg_life_count(void)
{
    return STEP_COUNT;
}

const struct reg_life_step *reg_life_at(size_t index)
{
    return &steps[index];
}

const char *reg_life_state_zh(reg_pb_licence_state state)
{
    return (size_t)state < STATE_COUNT ? states[state].zh : "";
}

const char *reg_life_state_en(reg_pb_licence_state state)
{
    return (size_t)state < STATE_COUNT ? states[state].en : "";
}
