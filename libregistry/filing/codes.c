/* Family A: codes, documents and contacts. */
#include <registry/code.h>

#include <stdio.h>
#include <string.h>

#include "filing/postcode.h"
#include "filing/rule.h"

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING
#define REVIEW  REGISTRY__V1__SEVERITY__SEVERITY_REVIEW

/* ---- credit codes, wherever the filing has one --------------------------------------------------------------------- */

/* Calls `found` for each code whose check gives that reason; `issued`: it is the one that this licence will carry. */
static void each_code(struct reg_rule_run *run,
                      void (*found)(struct reg_rule_run *run, enum reg_code_reason reason, bool issued, const char *path))
{
    enum reg_code_reason reason;
    char path[48];

    if (run->filing->assigned_code[0]) {
        reg_code_check(run->filing->assigned_code, strlen(run->filing->assigned_code), &reason);
        found(run, reason, true, "assignedCode");
    }
    if (run->entity->parent_code[0]) {
        reg_code_check(run->entity->parent_code, strlen(run->entity->parent_code), &reason);
        found(run, reason, false, "entity.parentCode");
    }
    for (size_t i = 0; i < run->filing->n_persons; i++) {
        const char *code = run->filing->persons[i]->credit_code;

        if (!code[0])
            continue;
        reg_code_check(code, strlen(code), &reason);
        snprintf(path, sizeof path, "persons[%zu].creditCode", i);
        found(run, reason, false, path);
    }
}

static void found_characters(struct reg_rule_run *run, enum reg_code_reason reason, bool issued, const char *path)
{
    (void)issued;
    if (reason == REG_CODE_LENGTH || reason == REG_CODE_CHARACTER)
        reg_find(run, "%s", path);
}

static void check_a01(struct reg_rule_run *run)
{
    each_code(run, found_characters);
}

static void found_check(struct reg_rule_run *run, enum reg_code_reason reason, bool issued, const char *path)
{
    if (reason == REG_CODE_CHECK || (reason == REG_CODE_LEGACY && issued))
        reg_find(run, "%s", path);
    else if (reason == REG_CODE_LEGACY)
        reg_find_as(run, REVIEW, "2016 年前赋予的在用代码，末位不符合校验规则，须向登记库核对",
                    "a code in use since before 2016 whose last character does not follow: to be looked up in the register",
                    "%s", path);
}

static void check_a02(struct reg_rule_run *run)
{
    each_code(run, found_check);
}

static void found_subject(struct reg_rule_run *run, enum reg_code_reason reason, bool issued, const char *path)
{
    (void)issued;
    if (reason == REG_CODE_SUBJECT_CHECK)
        reg_find(run, "%s", path);
}

static void check_a03(struct reg_rule_run *run)
{
    each_code(run, found_subject);
}

static void found_prefix(struct reg_rule_run *run, enum reg_code_reason reason, bool issued, const char *path)
{
    if (reason == REG_CODE_PREFIX)
        reg_find(run, "%s", path);
    else if (issued && reason != REG_CODE_LENGTH && run->filing->assigned_code[0] != '9')
        reg_find_as(run, ERROR, "登记机关所赋代码应以 91、92 或 93 开头",
                    "a code that this authority issues begins with 91, 92 or 93", "%s", path);
}

static void check_a04(struct reg_rule_run *run)
{
    each_code(run, found_prefix);
}

static void check_a05(struct reg_rule_run *run)
{
    const char *code = run->filing->assigned_code;

    if (code[0] && run->input->type && run->input->type->prefix[0] && strncmp(code, run->input->type->prefix, 2) != 0)
        reg_find(run, "assignedCode");
}

static void found_registrar(struct reg_rule_run *run, enum reg_code_reason reason, bool issued, const char *path)
{
    if (reason == REG_CODE_REGISTRAR_UNKNOWN)
        reg_find_as(run, issued ? ERROR : WARNING, NULL, NULL, "%s", path);
}

static void check_a06(struct reg_rule_run *run)
{
    each_code(run, found_registrar);
}

static void check_a07(struct reg_rule_run *run)
{
    if (run->input->view->code_taken)
        reg_find(run, "assignedCode");
}

/* ---- identity documents -------------------------------------------------------------------------------------------- */

/* The reason why a document's number is not good; numbers of documents without a check of their own are good. */
static enum reg_code_reason document_reason(const reg_pb_id_document *id, int32_t day)
{
    enum reg_code_reason reason = REG_CODE_GOOD;
    size_t len = strlen(id->number);

    switch (id->kind) {
    case REGISTRY__V1__ID_KIND__ID_KIND_RESIDENT:
        reg_resident_id_check(id->number, len, day, &reason);
        break;
    case REGISTRY__V1__ID_KIND__ID_KIND_HMT_RESIDENCE:
        reg_resident_id_check(id->number, len, day, &reason);
        if (reason == REG_CODE_GOOD && strncmp(id->number, "810000", 6) != 0 && strncmp(id->number, "820000", 6) != 0 &&
            strncmp(id->number, "830000", 6) != 0)
            reason = REG_CODE_PREFIX;
        break;
    default:
        reason = len == 0 || len > 64 ? REG_CODE_LENGTH : REG_CODE_GOOD;
        break;
    }
    return reason;
}

static void each_document(struct reg_rule_run *run, bool old)
{
    for (size_t i = 0; i < run->filing->n_persons; i++) {
        const reg_pb_person *person = run->filing->persons[i];
        enum reg_code_reason reason;

        if (person->kind != REGISTRY__V1__PERSON_KIND__PERSON_KIND_NATURAL || !person->id)
            continue;
        reason = document_reason(person->id, run->input->day);
        if (old && reason == REG_CODE_OLD)
            reg_find(run, "persons[%zu].id.number", i);
        else if (!old && reason != REG_CODE_GOOD && reason != REG_CODE_OLD)
            reg_find_as(run, ERROR, reg_code_reason_text(reason, true), reg_code_reason_text(reason, false),
                        "persons[%zu].id.number", i);
    }
}

static void check_a08(struct reg_rule_run *run)
{
    each_document(run, false);
}

static void check_a09(struct reg_rule_run *run)
{
    each_document(run, true);
}

static void check_a10(struct reg_rule_run *run)
{
    for (size_t i = 0; i < run->entity->n_former_numbers; i++) {
        const char *number = run->entity->former_numbers[i];
        size_t len = strlen(number);
        enum reg_verdict verdict =
            len == 15 ? reg_registration_number_check(number, len, NULL) : reg_organisation_code_check(number, len, NULL);

        if (verdict == REG_VERDICT_INVALID)
            reg_find(run, "entity.formerNumbers[%zu]", i);
    }
}

/* ---- contacts ------------------------------------------------------------------------------------------------------ */

/* Digits at `text`; moves past them. */
static size_t digits(const char **text)
{
    size_t count = strspn(*text, "0123456789");

    *text += count;
    return count;
}

/* ^1[3-9][0-9]{9}$, or + and a country code for persons from elsewhere. */
static bool mobile_good(const char *text)
{
    const char *at = text;
    size_t count;

    if (*at == '+') {
        at++;
        count = digits(&at);
        return *at == '\0' && count >= 7 && count <= 15;
    }
    count = digits(&at);
    return *at == '\0' && count == 11 && text[0] == '1' && text[1] >= '3';
}

/* ^0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?$ */
static bool telephone_good(const char *text)
{
    const char *at = text;
    size_t first = digits(&at), second, extension = 1;

    if (text[0] != '0')
        return false;
    if (*at == '-' && first <= 4) {
        at++;
        second = digits(&at);
        if (first < 3 || second < 7 || second > 8)
            return false;
    } else if (first < 10 || first > 12) {
        return false;
    }
    if (*at == '-') {
        at++;
        extension = digits(&at);
    }
    return *at == '\0' && extension >= 1 && extension <= 6;
}

static void check_a11(struct reg_rule_run *run)
{
    const reg_pb_address *address = run->entity->address;

    for (size_t i = 0; i < run->filing->n_persons; i++) {
        const reg_pb_contact *contact = run->filing->persons[i]->contact;

        if (contact && contact->mobile[0] && !mobile_good(contact->mobile))
            reg_find(run, "persons[%zu].contact.mobile", i);
        if (contact && contact->telephone[0] && !telephone_good(contact->telephone))
            reg_find(run, "persons[%zu].contact.telephone", i);
    }
    if (address && address->postcode[0] && !reg_postcode_fits(address->division, address->postcode))
        reg_find(run, "entity.address.postcode");
}

static const struct reg_rule rules[] = {
    {"A01", REG_RULE_ALL, 0, 0, ERROR, "统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）",
     "a credit code has 18 digits and capital letters, without I, O, S, V and Z", "GB 32100-2015", check_a01},
    {"A02", REG_RULE_ALL, 0, 0, ERROR, "统一社会信用代码校验码错误", "the credit code's check character is wrong",
     "GB 32100-2015", check_a02},
    {"A03", REG_RULE_ALL, 0, 0, ERROR, "主体标识码（组织机构代码）校验码错误",
     "the check character of the subject code is wrong", "GB 11714-1997", check_a03},
    {"A04", REG_RULE_ALL, 0, 0, ERROR, "登记管理部门代码或机构类别代码无效",
     "the code names no known department and category", "GB 32100-2015 (XG1-2016)", check_a04},
    {"A05", REG_RULE_ALL, 0, 0, ERROR, "统一社会信用代码机构类别与主体类型不一致",
     "the code's category does not agree with the entity's type", "GB 32100-2015", check_a05},
    {"A06", REG_RULE_ALL, 0, 0, WARNING, "登记管理机关行政区划码无效", "the code's registrar is no known division",
     "GB 32100-2015; GB/T 2260", check_a06},
    {"A07", REG_RULE_ALL, 0, 0, ERROR, "统一社会信用代码已被使用", "the credit code is in use",
     "国发〔2015〕33号 唯一、终身不变", check_a07},
    {"A08", REG_RULE_ALL, 0, 0, ERROR, "公民身份号码校验错误", "the ID number is wrong", "GB 11643-1999", check_a08},
    {"A09", REG_RULE_ALL, REG_RULE_DAY(2013, 1, 1), 0, ERROR, "第一代居民身份证已停止使用",
     "15-digit ID cards are no longer valid", "居民身份证法", check_a09},
    {"A10", REG_RULE_ALL, 0, 0, ERROR, "注册号校验码错误", "a former registration number or organisation code is wrong",
     "GS 15-2006; GB 11714-1997", check_a10},
    {"A11", REG_RULE_ALL, 0, 0, WARNING, "联系电话或邮政编码格式不正确",
     "a telephone number or post code is not of the usual form", "通信编号规则", check_a11},
};
const struct reg_rule_list reg_rules_codes = {rules, sizeof rules / sizeof *rules};
