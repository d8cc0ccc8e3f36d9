/* docs/configuration.md is made from the option table: registryd --list-options. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/options.h"

static const char *const head =
    "# registry.conf / 配置\n"
    "\n"
    "Made by `registryd --list-options`; a test compares it with the option table.\n"
    "\n"
    "A registry is a directory, and `registry.conf` in it is read once, at start. A line is a `[section]`, an\n"
    "`option = value` or a comment (`#` or `;`; ` ;` after a value begins one too). Whatever the tables below do not have "
    "is\n"
    "refused: a section, an option, an option given twice, a line of over %d bytes, a line that begins with a blank. A "
    "fault\n"
    "is one line that names file and line, and the daemon ends with exit code 2 before it listens;\n"
    "`registryd --dir DIR --check-config` looks without serving. Paths are relative to the directory. Files that hold\n"
    "secrets must have mode 0600.\n";

static const char *const caller_head =
    "A caller is the single URI in the SAN of its client certificate. Each has a section of its own, `[caller NAME]`; the\n"
    "name is for people. A certificate whose URI stands in none is answered `UNAUTHENTICATED`. Windows and the operator "
    "may\n"
    "call everything; a department reads licences (the public section, its items, its classes) and verifies credentials; "
    "an\n"
    "auditor does so with the public section alone.\n"
    "\n"
    "    [caller tax]\n"
    "    uri = registry:department:tax\n"
    "    kind = department\n"
    "    items = 3, 5\n"
    "    classes = contact, identity\n"
    "\n";

static void put_bounds(FILE *out, const struct rd_option *option)
{
    switch (option->type) {
    case RD_OPTION_NUMBER:
    case RD_OPTION_SIZE:
        fprintf(out, "%lu–%lu", option->min, option->max);
        break;
    case RD_OPTION_NUMBERS:
        fprintf(out, "list of %lu–%lu", option->min, option->max);
        break;
    case RD_OPTION_CHOICE:
    case RD_OPTION_CHOICES:
        fputs(option->type == RD_OPTION_CHOICES ? "list of " : "", out);
        for (const struct rd_choice *c = option->choices; c->name != NULL; c++)
            fprintf(out, "%s`%s`", c == option->choices ? "" : ", ", c->name);
        break;
    case RD_OPTION_PATH:
        fputs("path", out);
        break;
    case RD_OPTION_ADDRESS:
        fputs("IP address", out);
        break;
    case RD_OPTION_LOOPBACK:
        fputs("loopback address", out);
        break;
    case RD_OPTION_TEXT:
        fputs("text", out);
        break;
    }
}

static void put_option(FILE *out, const struct rd_option *option)
{
    fprintf(out, "| `%s` | ", option->key);
    put_bounds(out, option);
    if (option->initial == NULL)
        fputs(" | (required)", out);
    else if (option->initial[0] == '\0')
        fputs(" | (none)", out);
    else
        fprintf(out, " | `%s`", option->initial);
    fprintf(out, " | %s / %s |\n", option->zh, option->en);
}

char *rd_options_markdown(void)
{
    const char *section = "";
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool failed;

    if (out == NULL)
        return NULL;
    fprintf(out, head, RD_CONFIG_LINE_MAX);
    for (size_t i = 0; i < rd_option_count; i++) {
        if (strcmp(section, rd_options[i].section) != 0) {
            bool caller = strcmp(rd_options[i].section, RD_CALLER_SECTION) == 0;

            section = rd_options[i].section;
            fprintf(out, "\n## [%s%s]\n\n%s", section, caller ? " NAME" : "", caller ? caller_head : "");
            fputs("| option | value | default | meaning |\n|---|---|---|---|\n", out);
        }
        put_option(out, &rd_options[i]);
    }
    failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}
