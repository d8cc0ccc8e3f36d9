#include "print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ITEM_MAX 1023

/* ---- requests ------------------------------------------------------------------------------------------------------ */

int ctl_pack(const ProtobufCMessage *message, struct reg_data *ret)
{
    size_t len = protobuf_c_message_get_packed_size(message);
    uint8_t *data = malloc(len + 1);

    if (!data)
        return REG_ERR_NOMEM;
    *ret = (struct reg_data){data, protobuf_c_message_pack(message, data)};
    return 0;
}

ProtobufCMessage *ctl_unpack(const ProtobufCMessageDescriptor *type, struct reg_bytes message)
{
    return protobuf_c_message_unpack(type, NULL, message.len, message.data);
}

int ctl_wrap_filing(const char *request_id, struct reg_bytes filing, struct reg_data *ret)
{
    Registry__V1__SubmitFilingRequest submit = REGISTRY__V1__SUBMIT_FILING_REQUEST__INIT;
    Registry__V1__ValidateFilingRequest validate = REGISTRY__V1__VALIDATE_FILING_REQUEST__INIT;
    Registry__V1__Filing *message = registry__v1__filing__unpack(NULL, filing.len, filing.data);
    int error;

    if (!message)
        return REG_ERR_NOMEM;
    submit.request_id = (char *)request_id;
    submit.filing = validate.filing = message;
    error = ctl_pack(request_id ? &submit.base : &validate.base, ret);
    registry__v1__filing__free_unpacked(message, NULL);
    return error;
}

int ctl_wrap_code(const char *code, struct reg_data *ret)
{
    Registry__V1__GetLicenceRequest request = REGISTRY__V1__GET_LICENCE_REQUEST__INIT;

    request.credit_code = (char *)code;
    return ctl_pack(&request.base, ret);
}

/* ---- parts --------------------------------------------------------------------------------------------------------- */

static const char *const severities[] = {"", "提示 warning", "待核 review", "错误 error"};
static const char *const case_states[] = {
    "", "受理审查 in review", "退回补正 returned", "准予登记 accepted", "不予登记 refused", "已撤回 withdrawn"};
static const char *const licence_states[] = {"",
                                             "存续 existing",
                                             "歇业 dormant",
                                             "吊销 revoked",
                                             "责令关闭 ordered closed",
                                             "注销 deregistered",
                                             "撤销 annulled",
                                             "迁出 moved out"};
static const char *const outcome_states[] = {
    "", "已合并 merged", "容缺 deferred", "等待 waiting", "不适用 not applicable", "不予合并 refused"};

#define NAME_OF(names, value) ((size_t)(value) < sizeof(names) / sizeof *(names) ? (names)[value] : "?")

static const char *const filing_kinds[] = {"",
                                           "设立 establish",
                                           "变更 change",
                                           "备案 record",
                                           "歇业 go dormant",
                                           "注销 deregister",
                                           "简易注销 simple deregister",
                                           "补换照 reissue",
                                           "迁入 move in",
                                           "换照 convert",
                                           "个转企 upgrade",
                                           "撤销 annul",
                                           "恢复 restore",
                                           "吊销 revoke",
                                           "强制注销 force deregister",
                                           "责令关闭 order closed",
                                           "迁出 move out",
                                           "恢复营业 wake",
                                           "存量导入 import",
                                           "补签凭证 sign"};

const char *ctl_licence_state(int state)
{
    return NAME_OF(licence_states, state);
}

const char *ctl_filing_kind(int kind)
{
    return NAME_OF(filing_kinds, kind);
}

static void print_findings(Registry__V1__Finding *const *findings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Registry__V1__Finding *finding = findings[i];

        printf("  [%s] %s %s\n      %s\n      %s\n      依据 basis: %s\n", finding->rule,
               NAME_OF(severities, finding->severity), finding->path, finding->message_zh, finding->message_en,
               finding->legal_basis);
    }
}

/* The outcome that has the item; NULL: none. */
static const Registry__V1__Outcome *outcome_of(Registry__V1__Outcome *const *outcomes, size_t count, unsigned item)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < outcomes[i]->n_items; j++)
            if (outcomes[i]->items[j] == item)
                return outcomes[i];
    return NULL;
}

/* The outcomes that say something to a person, by item: not those that simply do not apply. */
static void print_outcomes(Registry__V1__Outcome *const *outcomes, size_t count, const struct reg_catalogue *catalogue)
{
    for (unsigned item = 1; item <= ITEM_MAX; item++) {
        const Registry__V1__Outcome *outcome = outcome_of(outcomes, count, item);
        const char *name = reg_catalogue_item_name(catalogue, item, true);

        if (!outcome || outcome->state == REGISTRY__V1__OUTCOME_STATE__OUTCOME_STATE_NOT_APPLICABLE)
            continue;
        printf("  %2u %s  %s%s%s%s%s\n", item, NAME_OF(outcome_states, outcome->state), name ? name : "",
               *outcome->until ? " 至 until " : "", outcome->until, *outcome->waiting_for ? " 待 for " : "", outcome->waiting_for);
    }
}

static void print_savings(const Registry__V1__Savings *savings)
{
    if (savings)
        printf("  合并节省 saved: 表格 forms %u · 信息项 facts %u · 材料 materials %u · 跑动 visits %u\n", savings->forms,
               savings->facts, savings->materials, savings->visits);
}

int ctl_print_json(const char *type, struct reg_bytes message, struct reg_error_info *info)
{
    struct reg_data json = {0};
    int error = reg_message_json(type, message, 2, &json, info);

    if (error == 0)
        ctl_print(reg_bytes_of(&json));
    reg_data_clear(&json);
    return error;
}

/* ---- a filing ------------------------------------------------------------------------------------------------------ */

static bool has_error(Registry__V1__Finding *const *findings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (findings[i]->severity == REGISTRY__V1__SEVERITY__SEVERITY_ERROR)
            return true;
    return false;
}

/* ---- a name -------------------------------------------------------------------------------------------------------- */

static void print_similar(Registry__V1__SimilarName *const *similar, size_t count)
{
    static const char *const holds[] = {"", "已登记 registered", "保留 reserved", "未满一年 given up"};

    for (size_t i = 0; i < count; i++)
        printf("  相近 near: %s  %s %s\n      %s / %s\n", similar[i]->name, NAME_OF(holds, similar[i]->hold),
               similar[i]->code, similar[i]->reason_zh, similar[i]->reason_en);
}

int ctl_print_name(const struct ctl *ctl, struct reg_bytes message, bool *ret_good, struct reg_error_info *info)
{
    Registry__V1__CheckNameResponse *answer =
        (Registry__V1__CheckNameResponse *)ctl_unpack(&registry__v1__check_name_response__descriptor, message);
    int error = 0;

    if (!answer)
        return REG_ERR_NOMEM;
    *ret_good = !has_error(answer->findings, answer->n_findings);
    if (ctl->json)
        error = ctl_print_json("CheckNameResponse", message, info);
    else {
        printf("%s\n", *ret_good ? "名称可用 / the name may be used" : "名称不可用 / the name may not be used");
        if (answer->parts)
            printf("  行政区划 division: %s · 字号 trade name: %s · 行业 industry: %s · 组织形式 form: %s\n",
                   answer->parts->division, answer->parts->trade_name, answer->parts->industry, answer->parts->form);
        print_findings(answer->findings, answer->n_findings);
        print_similar(answer->similar, answer->n_similar);
    }
    if (!ctl->dir)
        fputs("registryctl: 仅按规则校验，未比对已登记的名称（请用 --dir DIR）"
              " / by the rules alone, compared with no register (name one with --dir DIR)\n",
              stderr);
    registry__v1__check_name_response__free_unpacked(answer, NULL);
    return error;
}

int ctl_print_reservation(const struct ctl *ctl, struct reg_bytes message, bool *ret_good, struct reg_error_info *info)
{
    Registry__V1__ReserveNameResponse *answer =
        (Registry__V1__ReserveNameResponse *)ctl_unpack(&registry__v1__reserve_name_response__descriptor, message);
    int error = 0;

    if (!answer)
        return REG_ERR_NOMEM;
    *ret_good = answer->reservation != 0;
    if (ctl->json)
        error = ctl_print_json("ReserveNameResponse", message, info);
    else {
        if (*ret_good)
            printf("名称保留 %llu，至 %s（含当日） / reservation %llu, to the end of %s\n",
                   (unsigned long long)answer->reservation, answer->until, (unsigned long long)answer->reservation,
                   answer->until);
        else
            puts("名称不予保留 / the name is not reserved");
        print_findings(answer->findings, answer->n_findings);
        print_similar(answer->similar, answer->n_similar);
    }
    registry__v1__reserve_name_response__free_unpacked(answer, NULL);
    return error;
}

/* ---- a filing, judged ---------------------------------------------------------------------------------------------- */

int ctl_print_validation(const struct ctl *ctl, struct reg_bytes message, bool *ret_good, struct reg_error_info *info)
{
    Registry__V1__ValidateFilingResponse *answer =
        (Registry__V1__ValidateFilingResponse *)ctl_unpack(&registry__v1__validate_filing_response__descriptor, message);
    struct reg_catalogue *sample = NULL;
    int error = answer ? 0 : REG_ERR_NOMEM;

    if (error == 0 && ctl->json)
        error = ctl_print_json("ValidateFilingResponse", message, info);
    else if (error == 0) {
        error = reg_catalogue_default(&sample);
        printf("%s\n", has_error(answer->findings, answer->n_findings) ? "申请须补正 / the filing would be returned"
                                                                       : "申请可予登记 / the filing would be accepted");
        print_findings(answer->findings, answer->n_findings);
        print_outcomes(answer->outcomes, answer->n_outcomes, sample);
        print_savings(answer->savings);
    }
    if (error == 0)
        *ret_good = !has_error(answer->findings, answer->n_findings);
    reg_catalogue_free(sample);
    if (answer)
        registry__v1__validate_filing_response__free_unpacked(answer, NULL);
    return error;
}

int ctl_print_submission(const struct ctl *ctl, const struct reg_catalogue *catalogue, struct reg_bytes message,
                         bool *ret_accepted, struct reg_error_info *info)
{
    Registry__V1__SubmitFilingResponse *answer =
        (Registry__V1__SubmitFilingResponse *)ctl_unpack(&registry__v1__submit_filing_response__descriptor, message);
    const Registry__V1__Case *filed = answer ? answer->filed_case : NULL;
    int error = filed ? 0 : REG_ERR_NOMEM;

    if (error == 0 && ctl->json)
        error = ctl_print_json("SubmitFilingResponse", message, info);
    else if (error == 0) {
        printf("办件 case %" PRIu64 ": %s\n", filed->number, NAME_OF(case_states, filed->state));
        if (*filed->credit_code)
            printf("  统一社会信用代码 credit code %s\n", filed->credit_code);
        if (*filed->deadline)
            printf("  期限 deadline %s\n", filed->deadline);
        print_findings(filed->findings, filed->n_findings);
        print_outcomes(filed->outcomes, filed->n_outcomes, catalogue);
        print_savings(filed->savings);
    }
    if (error == 0)
        *ret_accepted = filed->state == REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED;
    if (answer)
        registry__v1__submit_filing_response__free_unpacked(answer, NULL);
    return error;
}

/* ---- a licence ----------------------------------------------------------------------------------------------------- */

Registry__V1__Record *ctl_public_record(const Registry__V1__GetLicenceResponse *licence)
{
    const Registry__V1__Section *section;

    if (!licence->entry || licence->entry->n_sections == 0)
        return NULL;
    section = licence->entry->sections[0];
    return section->id == 0 ? registry__v1__record__unpack(NULL, section->bytes.len, section->bytes.data) : NULL;
}

static void print_money(const char *label, const Registry__V1__Money *money)
{
    uint64_t unit = 1;

    if (!money)
        return;
    for (uint32_t i = 0; i < money->exponent && i < 18; i++)
        unit *= 10;
    printf("  %s  %" PRIu64 ".%0*" PRIu64 " (ISO 4217: %u)\n", label, money->minor / unit, (int)money->exponent,
           money->minor % unit, money->currency);
}

static void print_face(const Registry__V1__LicenceRecord *record, const Registry__V1__LicenceStatus *status)
{
    const char *type = reg_entity_type_name(record->type);

    printf("营业执照 business licence\n");
    printf("  统一社会信用代码 credit code  %s\n", record->credit_code);
    printf("  名称 name  %s\n", record->name && *record->name->full ? record->name->full : "—");
    printf("  类型 type  %u %s\n", record->type, type ? type : "");
    printf("  代表人 representative  %s\n", record->representative);
    print_money("资本 capital", record->capital);
    printf("  成立日期 established  %s\n", record->established);
    printf("  地址 address  %s\n", record->address ? record->address->text : "");
    printf("  经营范围 scope  %s\n", record->scope);
    printf("  登记机关 authority  %u\n", record->authority);
    printf("  状态 state  %s · 版本 version %u · 修订 revision %" PRIu64 " · 序号 serial %" PRIu64 " · 条目 entry %" PRIu64
           "\n",
           NAME_OF(licence_states, status->state), status->version, status->revision, status->serial, status->position);
    if (status->credential_pending)
        printf("  凭证 credential  %s\n                    %s\n", status->note_zh, status->note_en);
}

int ctl_print_licence(const struct ctl *ctl, const struct reg_catalogue *catalogue, struct reg_bytes message,
                      struct reg_error_info *info)
{
    Registry__V1__GetLicenceResponse *answer =
        (Registry__V1__GetLicenceResponse *)ctl_unpack(&registry__v1__get_licence_response__descriptor, message);
    Registry__V1__Record *record = answer ? ctl_public_record(answer) : NULL;
    int error = record && record->licence ? 0 : REG_ERR_CORRUPT;

    if (error == 0 && ctl->json)
        error = ctl_print_json("GetLicenceResponse", message, info);
    else if (error == 0) {
        print_face(record->licence, answer->status);
        printf("合并事项 items%s%s\n", reg_catalogue_is_sample(catalogue) ? " — " : "",
               reg_catalogue_is_sample(catalogue) ? reg_catalogue_notice_zh() : "");
        print_outcomes(record->licence->outcomes, record->licence->n_outcomes, catalogue);
    }
    if (record)
        registry__v1__record__free_unpacked(record, NULL);
    if (answer)
        registry__v1__get_licence_response__free_unpacked(answer, NULL);
    return error;
}
