/* The daemon's log: one line an event, on standard error, written by one write(2) so that threads never mix.
 *
 * What never stands in it: keys, passphrases, and anything of a filing (names, identity numbers, telephone numbers). A line
 * says which method, which caller's URI, which status.
 */
#ifndef RD_LOG_LOG_H
#define RD_LOG_LOG_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__GNUC__)
#define RD_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define RD_PRINTF(fmt, args)
#endif

/* In the order of syslog's priorities. */
enum rd_log_level { RD_LOG_ERROR, RD_LOG_WARNING, RD_LOG_NOTICE, RD_LOG_INFO, RD_LOG_DEBUG };

enum rd_log_format {
    RD_LOG_AUTO,    /* the journal where standard error is connected to it, text elsewhere */
    RD_LOG_JOURNAL, /* sd-daemon(3): "<6>area: text" */
    RD_LOG_JSON,    /* {"time":"…","level":"info","area":"writer","message":"…"} */
    RD_LOG_TEXT     /* 2026-11-24T10:00:00.000Z info writer: text */
};

/* Sets what is written and how; before there are other threads. */
void rd_log_setup(enum rd_log_level level, enum rd_log_format format);
/* Would a line of this level be written? */
bool rd_log_wants(enum rd_log_level level);
/* Writes a line; `area` is the folder that speaks ("writer", "tls"). Control characters are escaped. Any thread. */
void rd_log(enum rd_log_level level, const char *area, const char *format, ...) RD_PRINTF(3, 4);

/* "error", "warning", "notice", "info", "debug". */
const char *rd_log_level_name(enum rd_log_level level);
/* Formats one line into `ret_line` (always ends in a newline, cut at a whole character where it does not fit) and returns
 * its length; the part of rd_log that has no outside. `size` at least 128; `time_ms` since 1970. */
size_t rd_log_line(enum rd_log_level level, enum rd_log_format format, const char *area, const char *text, long long time_ms,
                   char *ret_line, size_t size);

#endif
