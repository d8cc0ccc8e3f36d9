/* Metrics as text, and the loopback listener that serves them. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ops/metrics.h"
#include "ops/ops.h"
#include "suite.h"

static const char *const paths[] = {"/a.B/C", "/a.B/D"};
static const struct rd_gauges gauges = {"1.2.3", "gm", "registrar", 42, true, 7, 1024, 3, 11, 12, 13, 14, 15, 21, 22, 23, 24, 25, 26, 27, 28, 29, false, 2,
                                        {{341300, 90, 100}, {341302, 0, 5}}};

static char *text_of(const struct rd_metrics *metrics, const struct rd_gauges *with)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    rd_metrics_write(metrics, with, out);
    fclose(out);
    return text;
}

static const char *const expected[] = {
    "registry_build_info{version=\"1.2.3\",suite=\"gm\",role=\"registrar\"} 1\n",
    "registry_start_time_seconds 1.5\n",
    "registry_calls_total{method=\"/a.B/C\",status=\"OK\"} 2\n",
    "registry_calls_total{method=\"/a.B/C\",status=\"NOT_FOUND\"} 1\n",
    "registry_calls_total{method=\"other\",status=\"UNIMPLEMENTED\"} 2\n",
    "registry_call_seconds_bucket{method=\"/a.B/C\",le=\"0.001\"} 1\n",
    "registry_call_seconds_bucket{method=\"/a.B/C\",le=\"0.0025\"} 2\n",
    "registry_call_seconds_bucket{method=\"/a.B/C\",le=\"2.5\"} 2\n",
    "registry_call_seconds_bucket{method=\"/a.B/C\",le=\"+Inf\"} 3\n",
    "registry_call_seconds_sum{method=\"/a.B/C\"} 10.003\n",
    "registry_call_seconds_count{method=\"/a.B/C\"} 3\n",
    "registry_call_seconds_count{method=\"/a.B/D\"} 0\n",
    "registry_batch_filings_bucket{le=\"1\"} 1\n",
    "registry_batch_filings_bucket{le=\"48\"} 1\n",
    "registry_batch_filings_bucket{le=\"64\"} 2\n",
    "registry_batch_filings_sum 65\n",
    "registry_commit_seconds_count 2\n",
    "registry_queue_length 7\n",
    "registry_queue_limit 1024\n",
    "registry_connections 3\n",
    "registry_connections_accepted_total 11\n",
    "registry_connections_refused_total 12\n",
    "registry_handshakes_failed_total 13\n",
    "registry_glitches_total 14\n",
    "registry_timeouts_total 15\n",
    "registry_cache_hits_total 21\n",
    "registry_cache_misses_total 22\n",
    "registry_cache_bypassed_total 23\n",
    "registry_cache_evicted_total 24\n",
    "registry_cache_bytes 25\n",
    "registry_cache_entries 26\n",
    "registry_standby_answered_total 27\n",
    "registry_standby_behind_total 28\n",
    "registry_standby_failed_total 29\n",
    "registry_writing_paused 0\n",
    "registry_codes_used{authority=\"341300\"} 90\n",
    "registry_codes_limit{authority=\"341302\"} 5\n",
    "registry_tree_size 42\n",
};

static void test_metrics(void)
{
    struct rd_metrics *metrics = NULL;
    struct rd_gauges unread = gauges;
    char *text;

    CU_ASSERT_EQUAL_FATAL(rd_metrics_new(paths, 2, 1500, &metrics), 0);
    rd_metrics_call(metrics, 0, RD_OK, 0.001);
    rd_metrics_call(metrics, 0, RD_OK, 0.002);
    rd_metrics_call(metrics, 0, RD_NOT_FOUND, 10);
    rd_metrics_call(metrics, 2, RD_UNIMPLEMENTED, 0);
    rd_metrics_call(metrics, 99, RD_UNIMPLEMENTED, 0);
    rd_metrics_batch(metrics, 1, 0.001);
    rd_metrics_batch(metrics, 64, 0.002);
    text = text_of(metrics, &gauges);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        CHECK_CASE(strstr(text, expected[i]) != NULL, "%s", expected[i]);
    free(text);
    unread.tree_known = false;
    unread.paused = true;
    text = text_of(metrics, &unread);
    CU_ASSERT_PTR_NULL(strstr(text, "registry_tree_size"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "registry_writing_paused 1\n"));
    free(text);
    rd_metrics_free(metrics);
}

/* Every sample belongs to a metric that was announced, and stands on a line of its own. */
static void test_format(void)
{
    struct rd_metrics *metrics = NULL;
    char *text, *line, *rest, type[128] = "";

    CU_ASSERT_EQUAL_FATAL(rd_metrics_new(paths, 2, 0, &metrics), 0);
    text = text_of(metrics, &gauges);
    for (rest = text; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        if (sscanf(line, "# TYPE %127s", type) == 1 || strncmp(line, "# HELP ", 7) == 0)
            continue;
        CHECK_CASE(strncmp(line, type, strlen(type)) == 0, "%s after the type of %s", line, type);
        CHECK_CASE(strrchr(line, ' ') != NULL &&
                       strspn(strrchr(line, ' ') + 1, "0123456789.e+-") == strlen(strrchr(line, ' ') + 1),
                   "%s", line);
    }
    free(text);
    rd_metrics_free(metrics);
}

static void test_status_names(void)
{
    CU_ASSERT_STRING_EQUAL(rd_status_name(RD_OK), "OK");
    CU_ASSERT_STRING_EQUAL(rd_status_name(RD_UNAUTHENTICATED), "UNAUTHENTICATED");
    CU_ASSERT_STRING_EQUAL(rd_status_name(RD_ABORTED), "ABORTED");
    CU_ASSERT_STRING_EQUAL(rd_status_name(RD_UNIMPLEMENTED), "UNIMPLEMENTED");
    CU_ASSERT_STRING_EQUAL(rd_status_name((enum rd_status)99), "UNKNOWN");
}

/* ---- the listener ------------------------------------------------------------------------------------------------- */

static bool good = true;

static void write_metrics(void *context, FILE *out)
{
    fprintf(out, "up %s\n", (const char *)context);
}

static bool write_health(void *context, FILE *out)
{
    (void)context;
    fputs(good ? "ok\n" : "the store cannot be written\n", out);
    return good;
}

static const struct rd_ops_options local = {"127.0.0.1", 0, (void *)"1", write_metrics, write_health};

/* The whole answer to a request on a connection of its own. */
static void ask(unsigned port, const char *request, char ret[4096])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t len = 0;
    ssize_t n;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CU_ASSERT_EQUAL_FATAL(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    CU_ASSERT_EQUAL(write(fd, request, strlen(request)), (ssize_t)strlen(request));
    while (len < 4095 && (n = read(fd, ret + len, 4095 - len)) > 0)
        len += (size_t)n;
    ret[len] = '\0';
    close(fd);
}

static void test_listener(void)
{
    struct rd_ops *ops = NULL;
    struct reg_error_info info = {"", ""};
    char answer[4096];
    unsigned port;

    CU_ASSERT_EQUAL_FATAL(rd_ops_new(&local, &ops, &info), 0);
    port = rd_ops_port(ops);
    CU_ASSERT_TRUE(port > 0);
    ask(port, "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", answer);
    CHECK_CASE(strncmp(answer, "HTTP/1.1 200 ", 13) == 0 && strstr(answer, "\r\n\r\nup 1\n") != NULL, "%s", answer);
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "Content-Type: text/plain; version=0.0.4"));
    ask(port, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", answer);
    CHECK_CASE(strncmp(answer, "HTTP/1.1 200 ", 13) == 0 && strstr(answer, "\r\n\r\nok\n") != NULL, "%s", answer);
    good = false;
    ask(port, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", answer);
    CHECK_CASE(strncmp(answer, "HTTP/1.1 503 ", 13) == 0 && strstr(answer, "cannot be written") != NULL, "%s", answer);
    good = true;
    ask(port, "GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", answer);
    CHECK_CASE(strncmp(answer, "HTTP/1.1 404 ", 13) == 0, "%s", answer);
    ask(port, "DELETE /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", answer);
    CHECK_CASE(strncmp(answer, "HTTP/1.1 405 ", 13) == 0 || strncmp(answer, "HTTP/1.1 501 ", 13) == 0, "%s", answer);
    rd_ops_free(ops);
}

static void test_refused(void)
{
    static const char *const addresses[] = {"0.0.0.0", "::", "192.0.2.1", "localhost", ""};
    struct rd_ops *ops = NULL, *second = NULL;
    struct reg_error_info info = {"", ""};
    struct rd_ops_options options = local;

    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        options.address = addresses[i];
        CHECK_CASE(rd_ops_new(&options, &ops, &info) == REG_ERR_INVALID, "%s", addresses[i]);
    }
    CU_ASSERT_EQUAL_FATAL(rd_ops_new(&local, &ops, &info), 0);
    options = local;
    options.port = rd_ops_port(ops);
    CU_ASSERT_EQUAL(rd_ops_new(&options, &second, &info), REG_ERR_IO);
    CHECK_CASE(strstr(info.en, "cannot listen on 127.0.0.1 port") != NULL, "%s", info.en);
    rd_ops_free(ops);
}

static CU_TestInfo ops_tests[] = {{"metrics", test_metrics},           {"format", test_format},
                                  {"status names", test_status_names}, {"listener", test_listener},
                                  {"refused", test_refused},           CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"ops", NULL, NULL, NULL, NULL, ops_tests}, CU_SUITE_INFO_NULL};
