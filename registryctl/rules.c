/* rules. */
#include <registry/rules.h>

#include "ctl.h"

static int list_life(struct ctl *ctl, bool markdown)
{
    struct reg_data text = {0};
    int error = ctl->json  ? reg_rules_life_json(&text)
                : markdown ? reg_rules_life_markdown(&text)
                           : reg_rules_life_table(&text);

    if (error != 0)
        return ctl_fail(error, NULL);
    ctl_print(reg_bytes_of(&text));
    reg_data_clear(&text);
    return CTL_YES;
}

int ctl_rules(struct ctl *ctl)
{
    const char *on = ctl_option(ctl, "on");
    bool markdown = ctl_flag(ctl, "markdown"), coverage = ctl_flag(ctl, "coverage");
    bool life = ctl_flag(ctl, "life");
    struct reg_data text = {0};
    int32_t day = 0;
    int error;

    if (!ctl_arguments(ctl, 0))
        return CTL_FAULT;
    if (on && !reg_rules_day(on, &day))
        return ctl_usage("--on 应为存在的日期，如 2024-07-01", "--on is a day of the calendar, such as 2024-07-01");
    if (coverage && (on || markdown))
        return ctl_usage("--coverage 不与 --on、--markdown 同用", "--coverage goes with neither --on nor --markdown");
    if (life && (on || coverage))
        return ctl_usage("--life 不与 --on、--coverage 同用", "--life goes with neither --on nor --coverage");
    if (life)
        return list_life(ctl, markdown);
    if (coverage)
        error = ctl->json ? reg_rules_coverage_json(&text) : reg_rules_coverage_table(&text);
    else if (markdown)
        error = reg_rules_markdown(day, &text);
    else
        error = ctl->json ? reg_rules_json(day, &text) : reg_rules_table(day, &text);
    if (error != 0)
        return ctl_fail(error, NULL);
    ctl_print(reg_bytes_of(&text));
    reg_data_clear(&text);
    return CTL_YES;
}
