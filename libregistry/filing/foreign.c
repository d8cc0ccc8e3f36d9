/* Family C, fourth part: who invests from abroad. */
#include "filing/rule.h"

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING
#define CHINA   156 /* ISO 3166-1 */

/* ---- C37 ----------------------------------------------------------------------------------------------------------- */

static void check_c37(struct reg_rule_run *run)
{
    if (reg_rule_foreign(run) && run->entity->document_recipient == 0) /* a number that nobody has is D08's */
        reg_find_as(run, reg_rule_brings(run, "documentRecipient") ? ERROR : WARNING, NULL, NULL,
                    "entity.documentRecipient");
}

/* ---- C38 ----------------------------------------------------------------------------------------------------------- */

/* Documents that this country issued, which nobody abroad need attest (细则 §24(2), 无需提供公证文件的除外). */
static bool identified_here(const reg_pb_person *person)
{
    reg_pb_id_kind kind = person->id ? person->id->kind : REGISTRY__V1__ID_KIND__ID_KIND_UNSPECIFIED;

    return kind == REGISTRY__V1__ID_KIND__ID_KIND_HK_MO_PASS || kind == REGISTRY__V1__ID_KIND__ID_KIND_TW_PASS ||
           kind == REGISTRY__V1__ID_KIND__ID_KIND_HMT_RESIDENCE || kind == REGISTRY__V1__ID_KIND__ID_KIND_FOREIGN_PERMANENT;
}

static bool to_be_attested(const reg_pb_person *person)
{
    return person && person->country != 0 && person->country != CHINA && !identified_here(person);
}

static void check_c38(struct reg_rule_run *run)
{
    if (!reg_rule_foreign(run) || !reg_rule_brings(run, "investors") ||
        reg_rule_has_material(run, "foreign_investor_attestation"))
        return;
    for (size_t i = 0; i < run->entity->n_investors; i++)
        if (to_be_attested(reg_filing_person(run->filing, run->entity->investors[i]->person)))
            reg_find(run, "entity.investors[%zu].person", i);
}

static const struct reg_rule rules[] = {
    {"C37", REG_RULE_COMPANY | REG_RULE_PARTNERSHIP, REG_RULE_DAY(2022, 3, 1), 0, ERROR,
     "应当备案外商投资企业法律文件送达接受人", "a foreign-invested enterprise records who receives legal documents for it",
     "条例 §9(七); 外商投资法 §28,§34", check_c37},
    {"C38", REG_RULE_COMPANY | REG_RULE_PARTNERSHIP, REG_RULE_DAY(2022, 3, 1), 0, ERROR,
     "外国投资者的主体资格文件或者身份证明应当经公证认证；港澳台投资者应当提交当地公证机构的公证文件",
     "a foreign investor's documents are notarised and authenticated; those of Hong Kong, Macao and Taiwan are notarised "
     "there",
     "细则 §24", check_c38},
};
const struct reg_rule_list reg_rules_foreign = {rules, sizeof rules / sizeof *rules};
