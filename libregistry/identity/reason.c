/* Verdicts and reasons, by name. */
#include <registry/code.h>

const char *reg_verdict_name(enum reg_verdict verdict)
{
    static const char *const names[] = {"valid", "legacy", "invalid"};

    return verdict <= REG_VERDICT_INVALID ? names[verdict] : "invalid";
}

static const struct {
    const char *name, *en, *zh;
} reasons[] = {
    [REG_CODE_GOOD] = {"good", "conforms", "符合标准"},
    [REG_CODE_LENGTH] = {"length", "has the wrong number of characters", "位数不对"},
    [REG_CODE_CHARACTER] = {"character", "has a character that cannot stand there", "含有不允许的字符"},
    [REG_CODE_PREFIX] = {"prefix", "names no known department and category", "登记管理部门代码或机构类别代码无效"},
    [REG_CODE_SUBJECT_CHECK] = {"subject_check", "the check character of the subject code (17) is wrong",
                                "主体标识码（第 9 至 17 位）校验码错误"},
    [REG_CODE_CHECK] = {"check", "the last character, the check, is wrong", "末位校验码错误"},
    [REG_CODE_LEGACY] = {"legacy", "in use though its last character does not follow (registered before 2016); look it up",
                         "2016 年前赋予的在用代码，末位不符合校验规则，须向登记库核对"},
    [REG_CODE_REGISTRAR_UNKNOWN] = {"registrar_unknown", "conforms; its registrar is no known division",
                                    "符合标准，但登记机关行政区划码未知"},
    [REG_CODE_DATE] = {"date", "the birth date does not exist or is in the future", "出生日期不存在或在将来"},
    [REG_CODE_OLD] = {"old", "15-digit IDs are no longer accepted", "15 位的第一代身份证号已停止使用"},
};

const char *reg_code_reason_name(enum reg_code_reason reason)
{
    return reason <= REG_CODE_OLD ? reasons[reason].name : "";
}

const char *reg_code_reason_text(enum reg_code_reason reason, bool zh)
{
    if (reason > REG_CODE_OLD)
        return "";
    return zh ? reasons[reason].zh : reasons[reason].en;
}
