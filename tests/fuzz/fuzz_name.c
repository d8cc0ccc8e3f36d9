/* Names: whatever the text and the hints, the parts lie within the text, do not overlap and begin and end between
 * characters. The first byte gives the hints. */
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "identity/name.h"

static void check_part(const char *text, struct reg_name_span part, bool *taken)
{
    size_t len = strlen(text);

    MUST(part.offset <= len && part.len <= len - part.offset);
    MUST(reg_utf8_valid(text + part.offset, part.len));
    for (size_t i = part.offset; i < part.offset + part.len; i++) {
        MUST(!taken[i]);
        taken[i] = true;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[REG_NAME_LONGEST + 64];
    bool taken[sizeof text] = {false};
    struct reg_name_hints hints;
    struct reg_name_parts parts;
    struct reg_name_division where;

    if (size < 1 || size >= sizeof text || !reg_utf8_valid(data + 1, size - 1))
        return 0;
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    hints = (struct reg_name_hints){(data[0] & 15u) < 10 ? 1u << (data[0] & 15u) : 0, data[0] & 16 ? 341302 : 0};
    reg_name_parse(text, &hints, &parts);
    check_part(text, parts.division, taken);
    check_part(text, parts.trade_name, taken);
    check_part(text, parts.industry, taken);
    check_part(text, parts.group, taken);
    check_part(text, parts.form, taken);
    check_part(text, parts.branch, taken);
    check_part(text, parts.aside, taken);
    MUST((parts.place == REG_NAME_NOWHERE) == (parts.division.len == 0));
    for (size_t i = 0; i + 1 < size && size - 1 <= REG_NAME_LONGEST; i++)
        MUST(taken[i]); /* every byte belongs to a part */
    (void)reg_name_division_parse(text, strlen(text), hints.seat, &where);
    (void)reg_name_industry_agrees(text, strlen(text), "I6513");
    MUST(reg_name_equal(text, text) && reg_name_after(text, text));
    return 0;
}
