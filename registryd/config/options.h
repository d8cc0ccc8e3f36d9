/* The option table: each option of registry.conf is one row. */
#ifndef RD_CONFIG_OPTIONS_H
#define RD_CONFIG_OPTIONS_H

#include "config/config.h"

/* inih keeps 49 bytes of a section or key and cuts lines of 200: whatever is longer is refused before inih sees it. */
#define RD_CONFIG_LINE_MAX 190
#define RD_CONFIG_NAME_MAX 48

/* The section that stands once per caller; its rows are relative to struct rd_caller. */
#define RD_CALLER_SECTION "caller"

enum rd_option_type {
    RD_OPTION_TEXT,
    RD_OPTION_PATH,     /* relative to the registry's directory */
    RD_OPTION_ADDRESS,  /* a numeric IPv4 or IPv6 address */
    RD_OPTION_LOOPBACK, /* the same, and only of this machine */
    RD_OPTION_NUMBER,   /* unsigned, within bounds */
    RD_OPTION_SIZE,     /* size_t, within bounds */
    RD_OPTION_CHOICE,   /* unsigned, by name */
    RD_OPTION_NUMBERS,  /* struct rd_numbers: numbers within bounds, with commas between */
    RD_OPTION_CHOICES   /* struct rd_numbers: names, with commas between */
};

struct rd_choice {
    const char *name;
    unsigned value;
};

struct rd_option {
    const char *section, *key;
    enum rd_option_type type;
    size_t offset;
    const char *initial; /* NULL: must be given */
    unsigned long min, max;
    const struct rd_choice *choices; /* ends with a NULL name */
    const char *zh, *en;
};

extern const struct rd_option rd_options[];
extern const size_t rd_option_count;

/* The row, NULL where there is none. */
const struct rd_option *rd_option_find(const char *section, const char *key);
/* Sets the member of `target` (struct rd_config or struct rd_caller) from text. REG_ERR_INVALID: `info` says what is wrong
 * with the value, without file and line. */
REG_MUST_CHECK int rd_option_set(const struct rd_option *option, const char *directory, const char *value, void *target,
                                 struct reg_error_info *info);
/* The reference of all options as Markdown, which docs/configuration.md is. Freed with free(); NULL: out of memory. */
char *rd_options_markdown(void);

#endif
