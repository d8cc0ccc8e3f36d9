#include "log/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TEXT_SIZE 2048
#define LINE_SIZE 4096

/* The level and the format are, with the flag of the signals, the only globals of the daemon: they are set once before there
 * are other threads. */
static enum rd_log_level log_level = RD_LOG_INFO;
static enum rd_log_format log_format = RD_LOG_TEXT;

static const struct {
    const char *name;
    int priority; /* syslog(3) */
} levels[] = {{"error", 3}, {"warning", 4}, {"notice", 5}, {"info", 6}, {"debug", 7}};

struct line {
    char *text;
    size_t len, size;
    bool full;
};

/* Appends until something does not fit; room for the closing of a JSON line and the newline stays free. */
static void put(struct line *line, const char *bytes, size_t len)
{
    if (line->full || line->len + len + 4 > line->size) {
        line->full = true;
        return;
    }
    memcpy(line->text + line->len, bytes, len);
    line->len += len;
}

static void put_string(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

/* The length of the UTF-8 character that starts here; 0 where there is none. */
static size_t character(const unsigned char *p)
{
    size_t len = p[0] < 0x80                   ? 1
                 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
                 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
                 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                               : 0;

    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

/* Whatever a peer can make us write stays on its line and inside its quotes. */
static void put_escaped(struct line *line, const char *text, bool json)
{
    const unsigned char *p = (const unsigned char *)text;
    char hex[8];
    size_t len;

    while (*p != 0) {
        len = character(p);
        if (len == 0) {
            put_string(line, "\xef\xbf\xbd"); /* U+FFFD */
            p++;
            continue;
        }
        if (*p < 0x20 || *p == 0x7f) {
            snprintf(hex, sizeof hex, "\\u%04x", *p);
            put_string(line, hex);
        } else if (json && (*p == '"' || *p == '\\')) {
            put(line, (const char[]){'\\', (char)*p}, 2);
        } else {
            put(line, (const char *)p, len);
        }
        p += len;
    }
}

static void put_time(struct line *line, long long time_ms)
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm tm;
    char text[64];

    if (gmtime_r(&seconds, &tm) == NULL)
        return;
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
             tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(time_ms % 1000));
    put_string(line, text);
}

size_t rd_log_line(enum rd_log_level level, enum rd_log_format format, const char *area, const char *text, long long time_ms,
                   char *ret_line, size_t size)
{
    struct line line = {ret_line, 0, size, false};

    if (format == RD_LOG_JSON) {
        put_string(&line, "{\"time\":\"");
        put_time(&line, time_ms);
        put_string(&line, "\",\"level\":\"");
        put_string(&line, levels[level].name);
        put_string(&line, "\",\"area\":\"");
        put_escaped(&line, area, true);
        put_string(&line, "\",\"message\":\"");
        put_escaped(&line, text, true);
        line.size += 2; /* the room that was kept */
        line.full = false;
        put_string(&line, "\"}");
    } else {
        if (format == RD_LOG_JOURNAL) {
            put(&line, (const char[]){'<', (char)('0' + levels[level].priority), '>'}, 3);
        } else {
            put_time(&line, time_ms);
            put_string(&line, " ");
            put_string(&line, levels[level].name);
            put_string(&line, " ");
        }
        put_escaped(&line, area, false);
        put_string(&line, ": ");
        put_escaped(&line, text, false);
    }
    line.text[line.len++] = '\n';
    return line.len;
}

const char *rd_log_level_name(enum rd_log_level level)
{
    return levels[level].name;
}

void rd_log_setup(enum rd_log_level level, enum rd_log_format format)
{
    log_level = level;
    if (format == RD_LOG_AUTO)
        format = getenv("JOURNAL_STREAM") != NULL ? RD_LOG_JOURNAL : RD_LOG_TEXT;
    log_format = format;
}

bool rd_log_wants(enum rd_log_level level)
{
    return level <= log_level;
}

void rd_log(enum rd_log_level level, const char *area, const char *format, ...)
{
    char text[TEXT_SIZE], line[LINE_SIZE];
    struct timespec now;
    va_list args;
    size_t len;
    ssize_t written;

    if (!rd_log_wants(level))
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    clock_gettime(CLOCK_REALTIME, &now);
    len =
        rd_log_line(level, log_format, area, text, (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000, line, sizeof line);
    written = write(STDERR_FILENO, line, len);
    (void)written; /* there is nobody left to tell */
}
