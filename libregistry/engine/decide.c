/* What a judgement comes to: the case's outcome, and, where that is a revision of a licence, its record. */
#include "engine/revision.h"

#include <stdlib.h>

#include "base/date.h"

bool reg_request_licenses(const struct reg_request *request)
{
    return request->outcome == REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED;
}

static bool upgrades(const struct reg_request *request)
{
    return request->prep.whole->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_UPGRADE;
}

bool reg_request_founds(const struct reg_request *request)
{
    return !request->prep.has_subject || upgrades(request);
}

static bool reviewed(const struct reg_request *request)
{
    return request->step == REG_STEP_DECIDE && request->decision == REGISTRY__V1__DECISION__DECISION_ACCEPT;
}

void reg_judgement_settle_reviews(struct reg_judgement *judgement)
{
    for (size_t i = 0; i < judgement->finding_count; i++)
        if (judgement->findings[i]->severity == REGISTRY__V1__SEVERITY__SEVERITY_REVIEW)
            judgement->findings[i]->severity = REGISTRY__V1__SEVERITY__SEVERITY_WARNING;
}

reg_pb_case_state reg_judgement_outcome(const struct reg_judgement *judgement)
{
    reg_pb_severity worst = reg_findings_worst(judgement->findings, judgement->finding_count);

    return worst == REGISTRY__V1__SEVERITY__SEVERITY_ERROR    ? REGISTRY__V1__CASE_STATE__CASE_STATE_RETURNED
           : worst == REGISTRY__V1__SEVERITY__SEVERITY_REVIEW ? REGISTRY__V1__CASE_STATE__CASE_STATE_IN_REVIEW
                                                              : REGISTRY__V1__CASE_STATE__CASE_STATE_ACCEPTED;
}

static reg_pb_case_state outcome_of(const struct reg_request *request)
{
    if (request->step == REG_STEP_WITHDRAW)
        return REGISTRY__V1__CASE_STATE__CASE_STATE_WITHDRAWN;
    if (request->step == REG_STEP_DECIDE && request->decision == REGISTRY__V1__DECISION__DECISION_REFUSE)
        return REGISTRY__V1__CASE_STATE__CASE_STATE_REFUSED;
    if (request->step == REG_STEP_DECIDE && request->decision == REGISTRY__V1__DECISION__DECISION_RETURN)
        return REGISTRY__V1__CASE_STATE__CASE_STATE_RETURNED;
    return reg_judgement_outcome(&request->prep.judgement);
}

static int32_t day_or(const char *text, int32_t otherwise)
{
    int32_t day;

    return reg_day_parse(text, &day) ? day : otherwise;
}

static char *day_text(struct reg_request *request, int32_t day)
{
    char text[REG_DAY_TEXT];

    reg_day_format(day, text);
    return reg_arena_strdup(request->work, text);
}

/* The state after the step; where it was and what it goes back to. */
static reg_pb_licence_state next_state(const struct reg_request *request)
{
    const struct reg_life_step *step = reg_life_step(request->prep.whole->kind);
    const reg_pb_licence_record *before = request->prep.has_subject ? request->prep.before->licence : NULL;
    const reg_pb_particulars *particulars = request->prep.whole->particulars;

    if (reg_request_founds(request))
        return REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_EXISTING;
    if (particulars && particulars->undoes)
        return before->state;
    if (step->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_RESTORE && before->life)
        return before->life->before;
    return step->to ? step->to : before->state;
}

/* The first day after a dormancy: today, or the day after its last day however late the clock comes to it. */
static int32_t awake_on(const struct reg_request *request, const reg_pb_life *before)
{
    int32_t today = request->prep.input.day, last = day_or(before->dormant_until, today);

    return last < today ? last + 1 : today;
}

/* Days spent dormant once this spell is over. */
static uint32_t dormant_days(const struct reg_request *request, const reg_pb_life *before)
{
    int32_t end = awake_on(request, before), since = day_or(before->since, end);

    return before->dormant_days + (uint32_t)(end > since ? end - since : 0);
}

static int live_on(struct reg_request *request, reg_pb_licence_record *licence)
{
    static const reg_pb_life unborn = REGISTRY__V1__LIFE__INIT;
    const reg_pb_licence_record *before = reg_request_founds(request) ? NULL : request->prep.before->licence;
    const reg_pb_particulars *particulars = request->prep.whole->particulars;
    const reg_pb_life *old = before && before->life ? before->life : &unborn;
    reg_pb_life *life = reg_arena_alloc(request->work, sizeof *life);
    bool dormant = licence->state == REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DORMANT;

    if (!life)
        return REG_ERR_NOMEM;
    *life = *old;
    if (request->prep.restored_life) { /* as if the step that is taken back had not been */
        *life = *request->prep.restored_life;
    } else if (!before || before->state != licence->state) {
        life->before = before ? before->state : REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_UNSPECIFIED;
        life->since = day_text(request, request->prep.input.day);
        if (request->prep.whole->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_WAKE)
            life->since = day_text(request, awake_on(request, old));
        if (dormant && particulars) /* a dormancy is recorded before it begins */
            life->since = day_text(request, day_or(particulars->from, request->prep.input.day));
        if (before && before->state == REGISTRY__V1__LICENCE_STATE__LICENCE_STATE_DORMANT) {
            life->dormant_days = dormant_days(request, old);
            life->dormant_until = (char *)"";
        }
    }
    if (request->prep.whole->kind == REGISTRY__V1__FILING_KIND__FILING_KIND_GO_DORMANT && particulars)
        life->dormant_until = particulars->until;
    if (upgrades(request))
        life->predecessor = request->prep.row.code;
    licence->life = life;
    return life->since ? 0 : REG_ERR_NOMEM;
}

static int make_record(struct reg_request *request)
{
    struct reg_preparation *prep = &request->prep;
    enum reg_life_prints prints = reg_life_step(prep->whole->kind)->prints;
    reg_pb_licence_record *licence = NULL;
    bool printed = true;
    int error = reg_licence_record_build(&prep->input, &prep->judgement.merge,
                                         reg_preparation_carries(prep) ? prep->before->licence->catalogue_revision
                                                                       : prep->revision->number,
                                         request->work, &licence);

    if (error != 0)
        return error;
    licence->state = next_state(request);
    licence->particulars = prep->whole->particulars;
    if (prep->view.reserved_name)
        licence->name_reservation = strtoull(prep->name_need.reservation, NULL, 10);
    if (!reg_request_founds(request)) {
        licence->before_case = REGISTRY__V1__LICENCE_RECORD__BEFORE_PREVIOUS;
        licence->previous = prep->row.position;
        error = reg_licence_revise(prep->before, prep->recorded, prep->whole, licence, &prep->judgement.merge, request->work,
                                   &printed);
    }
    if (error == 0)
        error = live_on(request, licence);
    request->new_version =
        reg_request_founds(request) || prints == REG_PRINTS_ALWAYS || (prints == REG_PRINTS_CHANGES && printed);
    request->licence = licence;
    return error;
}

int reg_request_decide(struct reg_request *request, struct reg_error_info *info)
{
    struct reg_judgement *judgement = &request->prep.judgement;
    int error = 0;

    (void)info;
    if (reviewed(request))
        reg_judgement_settle_reviews(judgement);
    if (request->step == REG_STEP_DECIDE && !reviewed(request))
        error = reg_judgement_add(judgement, request->work, "E04", REGISTRY__V1__SEVERITY__SEVERITY_ERROR, request->reason,
                                  request->reason, request->basis[0] ? request->basis : "条例 §19,§20; 细则 §18,§19");
    request->outcome = outcome_of(request);
    request->new_version = false;
    request->licence = NULL;
    if (error == 0 && reg_request_licenses(request))
        error = make_record(request);
    if (error == 0)
        request->state = REG_REQUEST_QUEUE;
    return error;
}
