/* A difference as programs read it. */
#include <stdlib.h>

#include <jansson.h>

#include <registry/engine.h>

#include "base/buffer.h"

static json_t *difference_object(const struct reg_replay_difference *difference)
{
    json_t *findings = json_array(), *items = json_array();

    for (size_t i = 0; i < difference->finding_count; i++) {
        const struct reg_replay_finding *finding = &difference->findings[i];

        json_array_append_new(findings, json_pack("{s:b, s:s, s:s, s:s, s:s, s:s}", "appears", finding->appears, "rule",
                                                  finding->rule, "severity", finding->severity, "path", finding->path,
                                                  "messageZh", finding->zh, "messageEn", finding->en));
    }
    for (size_t i = 0; i < difference->item_count; i++)
        json_array_append_new(items, json_pack("{s:i, s:s, s:s}", "item", (int)difference->items[i].item, "before",
                                               difference->items[i].before, "after", difference->items[i].after));
    return json_pack("{s:I, s:I, s:s, s:s, s:s, s:s, s:o, s:o}", "case", (json_int_t)difference->number, "position",
                     (json_int_t)difference->position, "creditCode", difference->code, "name", difference->name, "before",
                     difference->before, "after", difference->after, "findings", findings, "items", items);
}

int reg_replay_json(const struct reg_replay_difference *difference, struct reg_data *ret_json)
{
    json_t *json = difference_object(difference);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    struct reg_buf buf = REG_BUF_INIT;
    int error = text ? 0 : REG_ERR_NOMEM;

    if (error == 0) {
        reg_buf_puts(&buf, text);
        error = reg_buf_finish(&buf, ret_json);
    }
    reg_buf_clear(&buf);
    free(text);
    json_decref(json);
    return error;
}
