/* Family B: names of others that are near the name, and reservations. What is merely similar is said, and is the applicant's
 * to weigh (名称规定 §16): an equal trade name in the same industry is in the way. */
#include "filing/name_rules.h"

#include <string.h>

#define ERROR   REGISTRY__V1__SEVERITY__SEVERITY_ERROR
#define WARNING REGISTRY__V1__SEVERITY__SEVERITY_WARNING
#define REVIEW  REGISTRY__V1__SEVERITY__SEVERITY_REVIEW

#define SIMILAR_SAID 5 /* findings at the most for names that are not equal */

/* An investment relation as the filing shows it: the enterprise is an investor of this one. */
static bool invests(const struct reg_rule_run *run, const char *code)
{
    for (size_t i = 0; i < run->entity->n_investors; i++) {
        const reg_pb_person *person = reg_filing_person(run->filing, run->entity->investors[i]->person);

        if (person && strcmp(person->credit_code, code) == 0)
            return true;
    }
    return false;
}

static void say(struct reg_rule_run *run, reg_pb_severity severity, const struct reg_similar_name *other)
{
    static const char *const zh[] = {[REG_HOLD_LIVE] = "同一登记机关已登记的名称",
                                     [REG_HOLD_RESERVED] = "保留期内的名称",
                                     [REG_HOLD_GIVEN_UP] = "注销、变更或者撤销未满一年的名称"},
                             *const en[] = {[REG_HOLD_LIVE] = "a name that the same authority has registered",
                                            [REG_HOLD_RESERVED] = "a reserved name",
                                            [REG_HOLD_GIVEN_UP] = "a name that was given up less than a year ago"};

    reg_find_as(run, severity,
                reg_arena_printf(run->arena, "与%s“%s”%s，且行业相同或者未表述行业", zh[other->hold], other->name,
                                 reg_similarity_zh(other->similarity)),
                reg_arena_printf(run->arena, "%s, “%s”, is near, in the same industry or in none: %s", en[other->hold],
                                 other->name, reg_similarity_en(other->similarity)),
                "entity.name.full");
}

/* Does what the authority undoes bring a name back, which another may have taken since? */
static bool brings_name(const struct reg_rule_run *run)
{
    const reg_pb_licence_record *licence = run->input->view->subject.licence;

    if (!reg_rule_kind(run, REG_KIND(ANNUL) | REG_KIND(RESTORE)) || reg_rule_particulars(run)->undoes)
        return true;
    return reg_rule_kind(run, REG_KIND(RESTORE)) && licence && licence->life &&
           (REG_STATE_NAMED >> licence->life->before & 1);
}

/* The same trade name in other characters is a person's to judge; a sound, a part, a character is to be known. */
void check_b19(struct reg_rule_run *run)
{
    const struct reg_register_view *view = run->input->view;
    size_t said = 0;

    if (!brings_name(run))
        return;
    if (view->name_taken) {
        reg_find(run, "entity.name.full");
        return;
    }
    for (size_t i = 0; i < view->similar_count; i++) {
        const struct reg_similar_name *other = &view->similar[i];

        if (invests(run, other->code))
            continue;
        if (other->similarity == REG_SIMILAR_EQUAL)
            say(run, ERROR, other);
        else if (said++ < SIMILAR_SAID)
            say(run, other->similarity == REG_SIMILAR_NORMALISED ? REVIEW : WARNING, other);
    }
}

void check_b20(struct reg_rule_run *run)
{
    const char *reserved = run->input->view->reserved_name;

    if (!run->filing->name_reservation[0])
        return;
    if (!reserved)
        reg_find_as(run, ERROR, "没有该名称保留，或者保留期已届满",
                    "there is no such reservation of a name, or it has ended", "nameReservation");
    else if (!reg_name_equal(reserved, reg_name_full(run->entity)))
        reg_find_as(run, ERROR, "名称与所保留的名称不一致", "the name is not the one that was reserved", "nameReservation");
}
