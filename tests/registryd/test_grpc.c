/* gRPC over HTTP/2, bytes in and bytes out: calls, their errors, and every limit of limits.h that needs no socket. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grpc/text.h"
#include "h2_client.h"
#include "suite.h"

static int64_t now_ns;
static struct rd_call *kept;
static int runs, freed;
static size_t last_row;
static enum rd_status last_status;

static int64_t test_clock(void)
{
    return now_ns;
}

static void pass_ms(int64_t ms)
{
    now_ns += ms * 1000000;
}

static void count_call(void *context, size_t row, enum rd_status status, double seconds)
{
    (void)context;
    (void)seconds;
    last_row = row;
    last_status = status;
}

static void run_echo(struct rd_call *call, struct reg_bytes message)
{
    runs++;
    rd_call_reply(call, message);
    rd_call_reply(call, message); /* does nothing */
}

static void run_fail(struct rd_call *call, struct reg_bytes message)
{
    (void)message;
    rd_call_fail(call, RD_NOT_FOUND, "no 100% 营业执照\n");
}

static void run_later(struct rd_call *call, struct reg_bytes message)
{
    (void)message;
    rd_call_hold(call);
    kept = call;
}

static void free_count(void *state)
{
    CU_ASSERT_PTR_EQUAL(state, &freed);
    freed++;
}

static void run_chat(struct rd_call *call, struct reg_bytes message)
{
    if (message.data == NULL) {
        rd_call_finish(call);
        return;
    }
    runs++;
    rd_call_set_state(call, &freed, free_count);
    CU_ASSERT_PTR_EQUAL(rd_call_state(call), &freed);
    rd_call_send(call, message);
}

static void run_flood(struct rd_call *call, struct reg_bytes message)
{
    static uint8_t much[40000];

    (void)message;
    for (int i = 0; i < 8 && !rd_call_done(call); i++)
        rd_call_send(call, (struct reg_bytes){much, sizeof much});
}

static const struct rd_method methods[] = {
    {"/t.T/Echo", RD_UNARY, false, run_echo},    {"/t.T/Fail", RD_UNARY, false, run_fail},
    {"/t.T/Later", RD_UNARY, false, run_later},  {"/t.T/Chat", RD_STREAM, false, run_chat},
    {"/t.T/Flood", RD_STREAM, false, run_flood}, {"/t.T/Open", RD_UNARY, true, run_echo},
};
enum { ECHO, FAIL, LATER, CHAT, FLOOD, OPEN, METHODS };

static const struct reg_caller window = {.uri = "registry:window", .kind = REG_CALLER_WINDOW};
static struct rd_limits limits;
static struct rd_grpc *grpc;
static struct rd_grpc_connection *connection;
static struct client client;

static void begin(const struct reg_caller *caller)
{
    struct rd_grpc_options options = {
        .limits = &limits, .methods = methods, .method_count = METHODS, .clock = test_clock, .on_call = count_call};

    now_ns = 1000000000;
    runs = freed = 0;
    kept = NULL;
    last_row = 99;
    CU_ASSERT_FATAL(rd_grpc_new(&options, &grpc) == 0);
    CU_ASSERT_FATAL(rd_grpc_connection_new(grpc, caller, NULL, &connection) == 0);
    client_open(&client, connection);
    client_pump(&client);
}

static void begin_usual(void)
{
    limits = (struct rd_limits)RD_LIMITS_INIT;
    begin(&window);
}

static void end(void)
{
    client_close(&client);
    rd_grpc_connection_free(connection);
    rd_grpc_free(grpc);
}

static struct answer *ask(const char *path, const uint8_t *body, size_t len)
{
    struct request request = {.path = path, .body = body, .body_len = len};
    struct answer *answer = client_call(&client, &request);

    client_pump(&client);
    return answer;
}

static void test_unary(void)
{
    uint8_t body[64];
    size_t len = framed(body, "hello");

    begin_usual();
    for (int i = 0; i < 300; i++) {
        struct answer *answer = ask("/t.T/Echo", body, len);

        CHECK_CASE(answer->http == 200 && answer->status == 0, "call %d", i);
        CHECK_CASE(answer->len == len && memcmp(answer->data, body, len) == 0, "call %d", i);
        CHECK_CASE(answer->closed && answer->reset == 0, "call %d", i);
    }
    CU_ASSERT_EQUAL(runs, 300);
    CU_ASSERT_EQUAL(last_row, ECHO);
    CU_ASSERT_EQUAL(last_status, RD_OK);
    CU_ASSERT_EQUAL(client.settings_header_list, limits.header_bytes);
    CU_ASSERT_EQUAL(client.settings_streams, limits.streams_per_connection);
    end();
}

/* One row per way in which a request can be wrong. */
static void test_refused(void)
{
    static const uint8_t good[] = {0, 0, 0, 0, 2, 'h', 'i'}, empty[] = {0, 0, 0, 0, 0},
                         compressed[] = {1, 0, 0, 0, 2, 'h', 'i'}, flag[] = {7, 0, 0, 0, 2, 'h', 'i'},
                         cut[] = {0, 0, 0, 0, 9, 'h', 'i'}, cut_prefix[] = {0, 0, 0},
                         two[] = {0, 0, 0, 0, 1, 'a', 0, 0, 0, 0, 1, 'b'}, large[] = {0, 0x40, 0, 0, 1, 'x'},
                         huge[] = {0, 0xff, 0xff, 0xff, 0xff, 'x'};
    static const struct {
        const char *name;
        struct request request;
        int http, status;
        const char *message;
    } cases[] = {
        {"empty message", {.path = "/t.T/Echo", .body = empty, .body_len = 5}, 200, RD_OK, ""},
        {"suffix", {.path = "/t.T/Echo", .type = "application/grpc+proto", .body = good, .body_len = 7}, 200, RD_OK, ""},
        {"failing",
         {.path = "/t.T/Fail", .body = good, .body_len = 7},
         200,
         RD_NOT_FOUND,
         "no 100%25 %E8%90%A5%E4%B8%9A%E6%89%A7%E7%85%A7%0A"},
        {"unknown method", {.path = "/t.T/Ech", .body = good, .body_len = 7}, 200, RD_UNIMPLEMENTED, "no such method"},
        {"longer path", {.path = "/t.T/Echoo", .body = good, .body_len = 7}, 200, RD_UNIMPLEMENTED, "no such method"},
        {"GET", {.path = "/t.T/Echo", .method = "GET", .body = good, .body_len = 7}, 405, RD_UNIMPLEMENTED, "gRPC"},
        {"type",
         {.path = "/t.T/Echo", .type = "application/json", .body = good, .body_len = 7},
         415,
         RD_INVALID_ARGUMENT,
         ""},
        {"type web",
         {.path = "/t.T/Echo", .type = "application/grpc-web", .body = good, .body_len = 7},
         415,
         RD_INVALID_ARGUMENT,
         ""},
        {"timeout",
         {.path = "/t.T/Echo", .timeout = "5x", .body = good, .body_len = 7},
         200,
         RD_INVALID_ARGUMENT,
         "malformed grpc-timeout"},
        {"no time", {.path = "/t.T/Echo", .timeout = "0m", .body = good, .body_len = 7}, 200, RD_DEADLINE_EXCEEDED, ""},
        {"compressed", {.path = "/t.T/Echo", .body = compressed, .body_len = 7}, 200, RD_UNIMPLEMENTED, "compressed"},
        {"flag", {.path = "/t.T/Echo", .body = flag, .body_len = 7}, 200, RD_INTERNAL, "the message's prefix"},
        {"cut", {.path = "/t.T/Echo", .body = cut, .body_len = 7}, 200, RD_INVALID_ARGUMENT, "the message was cut"},
        {"cut prefix",
         {.path = "/t.T/Echo", .body = cut_prefix, .body_len = 3},
         200,
         RD_INVALID_ARGUMENT,
         "the message was"},
        {"none", {.path = "/t.T/Echo"}, 200, RD_INVALID_ARGUMENT, "this method takes one message"},
        {"two",
         {.path = "/t.T/Echo", .body = two, .body_len = 12},
         200,
         RD_INVALID_ARGUMENT,
         "this method takes one message"},
        {"too large",
         {.path = "/t.T/Echo", .body = large, .body_len = 6, .keep_open = true},
         200,
         RD_RESOURCE_EXHAUSTED,
         "the message is too large"},
        {"huge", {.path = "/t.T/Chat", .body = huge, .body_len = 6, .keep_open = true}, 200, RD_RESOURCE_EXHAUSTED, ""},
    };

    begin_usual();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer *answer = client_call(&client, &cases[i].request);

        client_pump(&client);
        CHECK_CASE(answer->http == cases[i].http, "%s: %d", cases[i].name, answer->http);
        CHECK_CASE(answer->status == cases[i].status, "%s: %d", cases[i].name, answer->status);
        CHECK_CASE(strncmp(answer->message, cases[i].message, strlen(cases[i].message)) == 0, "%s: %s", cases[i].name,
                   answer->message);
        CHECK_CASE(answer->closed && answer->reset == 0, "%s: reset %u", cases[i].name, answer->reset);
    }
    CHECK_CASE(client.goaways == 0, "the connection goes on");
    end();
}

static void test_callers(void)
{
    uint8_t body[16];
    size_t len = framed(body, "x");

    limits = (struct rd_limits)RD_LIMITS_INIT;
    begin(NULL);
    CU_ASSERT_EQUAL(ask("/t.T/Echo", body, len)->status, RD_UNAUTHENTICATED);
    CU_ASSERT_EQUAL(ask("/t.T/Chat", body, len)->status, RD_UNAUTHENTICATED);
    CU_ASSERT_EQUAL(ask("/t.T/None", body, len)->status, RD_UNAUTHENTICATED);
    CU_ASSERT_EQUAL(last_row, METHODS);
    CU_ASSERT_EQUAL(runs, 0);
    CU_ASSERT_EQUAL(ask("/t.T/Open", body, len)->status, RD_OK);
    CU_ASSERT_EQUAL(last_row, OPEN);
    end();
}

static void test_stream(void)
{
    uint8_t body[64];
    size_t len = framed(body, "one");
    struct answer *answer;

    begin_usual();
    len += framed(body + len, "");
    len += framed(body + len, "three");
    answer = ask("/t.T/Chat", body, len);
    CU_ASSERT_EQUAL(runs, 3);
    CU_ASSERT_EQUAL(answer->status, RD_OK);
    CU_ASSERT_EQUAL(answer->len, len);
    CU_ASSERT(memcmp(answer->data, body, len) == 0);
    CU_ASSERT_EQUAL(freed, 1);
    end();
}

/* A message that comes byte by byte is one message. */
static void test_bytewise(void)
{
    static uint8_t bytes[4096];
    uint8_t body[64];
    struct request request = {.path = "/t.T/Echo", .body = body, .body_len = framed(body, "slow")};
    struct answer *answer;
    size_t len;

    begin_usual();
    answer = client_call(&client, &request);
    len = client_take(&client, bytes, 4096 + 20000);
    for (size_t i = 0; i < len; i++)
        CU_ASSERT_EQUAL(rd_grpc_receive(connection, (struct reg_bytes){bytes + i, 1}), 0);
    client_pump(&client);
    CU_ASSERT_EQUAL(answer->status, RD_OK);
    CU_ASSERT_EQUAL(answer->len, request.body_len);
    end();
}

static void test_large(void)
{
    const size_t len = 3u << 20;
    uint8_t *body = calloc(1, len + 5);
    struct answer *answer;

    CU_ASSERT_FATAL(body != NULL);
    begin_usual();
    memcpy(body, (uint8_t[]){0, 0, 0x30, 0, 0}, 5);
    answer = ask("/t.T/Echo", body, len + 5);
    CU_ASSERT_EQUAL(answer->status, RD_OK);
    CU_ASSERT_EQUAL(answer->len, len + 5);
    end();
    free(body);
}

static void test_incoming(void)
{
    uint8_t body[600] = {0, 0, 0, 0x03, 0xe8};
    struct request request = {.path = "/t.T/Echo", .body = body, .body_len = sizeof body, .keep_open = true};
    struct answer *answers[4];

    limits = (struct rd_limits)RD_LIMITS_INIT;
    limits.message_bytes = 1000;
    begin(&window);
    for (int i = 0; i < 4; i++)
        answers[i] = client_call(&client, &request);
    client_pump(&client);
    for (int i = 0; i < 4; i++)
        CHECK_CASE(answers[i]->status == (i < 3 ? -1 : RD_RESOURCE_EXHAUSTED), "message %d: %d", i, answers[i]->status);
    end();
}

static void test_later(void)
{
    uint8_t body[16];
    size_t len = framed(body, "x");
    struct answer *answer;

    begin_usual();
    answer = ask("/t.T/Later", body, len);
    CU_ASSERT_FALSE(answer->closed);
    CU_ASSERT_FALSE(rd_call_done(kept));
    rd_call_reply(kept, (struct reg_bytes){(const uint8_t *)"later", 5});
    rd_call_release(kept);
    client_pump(&client);
    CU_ASSERT_EQUAL(answer->status, RD_OK);
    CU_ASSERT_EQUAL(answer->len, 10);
    end();
}

/* The peer resets, or goes, and the handler comes back afterwards. */
static void test_cancelled(void)
{
    uint8_t body[16];
    size_t len = framed(body, "x");
    struct answer *answer;

    begin_usual();
    answer = ask("/t.T/Later", body, len);
    nghttp2_submit_rst_stream(client.session, NGHTTP2_FLAG_NONE, answer->id, NGHTTP2_CANCEL);
    client_pump(&client);
    CU_ASSERT_TRUE(rd_call_done(kept));
    CU_ASSERT_EQUAL(last_status, RD_CANCELLED);
    rd_call_reply(kept, (struct reg_bytes){body, 1});
    rd_call_release(kept);
    ask("/t.T/Later", body, len);
    client_close(&client);
    rd_grpc_connection_free(connection);
    CU_ASSERT_TRUE(rd_call_done(kept));
    rd_call_fail(kept, RD_INTERNAL, "nobody hears it");
    rd_call_release(kept);
    rd_grpc_free(grpc);
}

static void test_deadlines(void)
{
    static const struct {
        const char *timeout;
        int64_t before_ms, after_ms;
    } cases[] = {
        {"250m", 249, 250}, {"2S", 1999, 2000}, {NULL, 29999, 30000}, {"1H", 29999, 30000}, {"99999999H", 29999, 30000}};
    uint8_t body[16];
    size_t len = framed(body, "x");

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct request request = {.path = "/t.T/Later", .timeout = cases[i].timeout, .body = body, .body_len = len};
        struct answer *answer;

        begin_usual();
        answer = client_call(&client, &request);
        client_pump(&client);
        pass_ms(cases[i].before_ms);
        CHECK_CASE(rd_grpc_tick(connection) == 0 && !rd_call_done(kept), "case %zu", i);
        pass_ms(cases[i].after_ms - cases[i].before_ms);
        rd_grpc_tick(connection);
        client_pump(&client);
        CHECK_CASE(rd_call_done(kept), "case %zu", i);
        CHECK_CASE(answer->status == RD_DEADLINE_EXCEEDED, "case %zu: %d", i, answer->status);
        rd_call_release(kept);
        end();
    }
}

/* Answered between the deadline and the tick that would have seen it. */
static void test_late_answer(void)
{
    uint8_t body[16];
    struct request request = {.path = "/t.T/Later", .timeout = "10m", .body = body, .body_len = framed(body, "x")};
    struct answer *answer;

    begin_usual();
    answer = client_call(&client, &request);
    client_pump(&client);
    pass_ms(11);
    rd_grpc_now(grpc);
    rd_call_reply(kept, (struct reg_bytes){body, 1});
    rd_call_release(kept);
    client_pump(&client);
    CU_ASSERT_EQUAL(answer->status, RD_DEADLINE_EXCEEDED);
    end();
}

static void test_header_time(void)
{
    uint8_t body[16];
    struct request half = {.path = "/t.T/Echo", .body = body, .body_len = framed(body, "x") - 1, .keep_open = true};
    struct request open = {.path = "/t.T/Chat", .body = body, .body_len = framed(body, "x"), .keep_open = true};
    static const uint8_t endless[] = {0, 0, 1, NGHTTP2_HEADERS, 0, 0, 0, 0, 9, 0x83};
    struct answer *slow, *idle;

    begin_usual();
    slow = client_call(&client, &half);
    idle = client_call(&client, &open);
    client_pump(&client);
    pass_ms(limits.header_ms - 1);
    CU_ASSERT_EQUAL(rd_grpc_tick(connection), 0);
    pass_ms(1);
    CU_ASSERT_EQUAL(rd_grpc_tick(connection), 1);
    client_pump(&client);
    CU_ASSERT_EQUAL(slow->status, RD_DEADLINE_EXCEEDED);
    CHECK_CASE(idle->status == -1, "a stream between two messages waits as long as it likes");
    CU_ASSERT_EQUAL(rd_grpc_receive(connection, (struct reg_bytes){endless, sizeof endless}), 0);
    pass_ms(limits.header_ms);
    CU_ASSERT_EQUAL(rd_grpc_tick(connection), 1);
    client_pump(&client);
    CU_ASSERT_EQUAL(client.goaway_code, NGHTTP2_ENHANCE_YOUR_CALM);
    CU_ASSERT_TRUE(rd_grpc_over(connection));
    end();
}

static void test_idle(void)
{
    uint8_t body[16];
    size_t len = framed(body, "x");

    begin_usual();
    pass_ms(limits.idle_ms - 1);
    ask("/t.T/Echo", body, len);
    pass_ms(limits.idle_ms - 1);
    rd_grpc_tick(connection);
    CU_ASSERT_FALSE(rd_grpc_idle(connection));
    pass_ms(1);
    rd_grpc_tick(connection);
    CU_ASSERT_TRUE(rd_grpc_idle(connection));
    client_pump(&client);
    CU_ASSERT_EQUAL(client.goaways, 1);
    CU_ASSERT_EQUAL(client.goaway_code, NGHTTP2_NO_ERROR);
    CU_ASSERT_TRUE(rd_grpc_over(connection));
    end();
}

static void test_header_list(void)
{
    char extra[9000];
    uint8_t body[16];
    struct request request = {.path = "/t.T/Echo", .extra = extra, .body = body, .body_len = framed(body, "x")};
    struct answer *answer;

    memset(extra, 'a', sizeof extra);
    extra[7800] = '\0';
    begin_usual();
    answer = client_call(&client, &request);
    client_pump(&client);
    CU_ASSERT_EQUAL(answer->status, RD_OK);
    extra[7800] = 'a';
    extra[8999] = '\0';
    answer = client_call(&client, &request);
    client_pump(&client);
    CU_ASSERT_EQUAL(answer->http, 431);
    CU_ASSERT_EQUAL(answer->status, RD_RESOURCE_EXHAUSTED);
    CU_ASSERT_EQUAL(runs, 1);
    end();
}

static void test_streams(void)
{
    uint8_t body[16];
    struct request request = {.path = "/t.T/Chat", .body = body, .body_len = framed(body, "x"), .keep_open = true};
    struct answer *answers[6];
    static uint8_t bytes[DATA_MAX];
    size_t len;

    limits = (struct rd_limits)RD_LIMITS_INIT;
    limits.streams_per_connection = 4;
    begin(&window);
    /* a client that has not heard of the limit yet: all at once, without its own session holding it back */
    client_close(&client);
    rd_grpc_connection_free(connection);
    CU_ASSERT_FATAL(rd_grpc_connection_new(grpc, &window, NULL, &connection) == 0);
    client_open(&client, connection);
    for (int i = 0; i < 6; i++)
        answers[i] = client_call(&client, &request);
    len = client_take(&client, bytes, sizeof bytes);
    CU_ASSERT_EQUAL(rd_grpc_receive(connection, (struct reg_bytes){bytes, len}), 0);
    client_pump(&client);
    for (int i = 0; i < 6; i++) {
        CHECK_CASE(answers[i]->closed == (i >= 4), "stream %d", i);
        CHECK_CASE(answers[i]->reset == (i < 4 ? 0 : NGHTTP2_REFUSED_STREAM), "stream %d: %u", i, answers[i]->reset);
    }
    CU_ASSERT_EQUAL(client.goaways, 0);
    end();
}

enum flood { FLOOD_PING, FLOOD_SETTINGS, FLOOD_WINDOW, FLOOD_RESET, FLOOD_EMPTY, FLOOD_PRIORITY, FLOODS };

static void flood_once(enum flood kind, struct answer *open)
{
    uint8_t body[16];
    struct request request = {.path = "/t.T/Later", .body = body, .body_len = framed(body, "x"), .keep_open = true};
    struct answer *reset;
    uint8_t empty[9] = {0, 0, 0, NGHTTP2_DATA, 0, 0, 0, 0, (uint8_t)open->id};
    static const uint8_t priority[] = {0, 0, 5, NGHTTP2_PRIORITY, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1};

    switch (kind) {
    case FLOOD_PING:
        nghttp2_submit_ping(client.session, NGHTTP2_FLAG_NONE, NULL);
        break;
    case FLOOD_SETTINGS:
        nghttp2_submit_settings(client.session, NGHTTP2_FLAG_NONE, NULL, 0);
        break;
    case FLOOD_WINDOW:
        nghttp2_submit_window_update(client.session, NGHTTP2_FLAG_NONE, 0, 1);
        break;
    case FLOOD_RESET:
        client.count = 1;
        reset = client_call(&client, &request);
        client_pump(&client);
        nghttp2_submit_rst_stream(client.session, NGHTTP2_FLAG_NONE, reset->id, NGHTTP2_CANCEL);
        break;
    case FLOOD_EMPTY:
        client.received = rd_grpc_receive(connection, (struct reg_bytes){empty, sizeof empty});
        break;
    case FLOOD_PRIORITY:
    case FLOODS:
        client.received = rd_grpc_receive(connection, (struct reg_bytes){priority, sizeof priority});
        break;
    }
    client_pump(&client);
}

/* Each kind of empty frame: 200 a second are fine for ever, 400 at once are not. */
static void test_glitches(void)
{
    uint8_t body[16];
    struct request request = {.path = "/t.T/Chat", .body = body, .body_len = framed(body, "x"), .keep_open = true};

    for (enum flood kind = 0; kind < FLOODS; kind++) {
        struct answer *open;

        begin_usual();
        open = client_call(&client, &request);
        client_pump(&client);
        for (int i = 0; i < 300; i++) {
            pass_ms(10);
            flood_once(kind, open);
        }
        CHECK_CASE(!rd_grpc_glitched(connection), "kind %d, slowly", kind);
        for (int i = 0; i < 400 && client.received == 0; i++)
            flood_once(kind, open);
        CHECK_CASE(rd_grpc_glitched(connection), "kind %d, fast", kind);
        CHECK_CASE(client.received < 0, "kind %d, fast", kind);
        CHECK_CASE(client.goaway_code == NGHTTP2_ENHANCE_YOUR_CALM, "kind %d: %u", kind, client.goaway_code);
        CHECK_CASE(rd_grpc_over(connection), "kind %d, fast", kind);
        end();
    }
}

/* What gRPC clients do while DATA comes in is no glitch. */
static void test_earned(void)
{
    uint8_t body[16];
    size_t len = framed(body, "x");

    begin_usual();
    for (int i = 0; i < 1000; i++) {
        client.count = 0;
        CU_ASSERT_EQUAL(ask("/t.T/Echo", body, len)->status, RD_OK);
        nghttp2_submit_ping(client.session, NGHTTP2_FLAG_NONE, NULL);
        nghttp2_submit_window_update(client.session, NGHTTP2_FLAG_NONE, 0, 6);
        client_pump(&client);
    }
    CU_ASSERT_FALSE(rd_grpc_glitched(connection));
    end();
}

static void test_backlog(void)
{
    uint8_t body[16];
    struct request request = {.path = "/t.T/Flood", .body = body, .body_len = framed(body, "x"), .keep_open = true};
    struct answer *answer;

    limits = (struct rd_limits)RD_LIMITS_INIT;
    limits.output_bytes = 200000;
    begin(&window);
    answer = client_call(&client, &request);
    client_pump(&client);
    CU_ASSERT_EQUAL(last_status, RD_RESOURCE_EXHAUSTED);
    CU_ASSERT_EQUAL(answer->status, RD_RESOURCE_EXHAUSTED);
    CHECK_CASE(answer->len == 4 * 40005 || answer->len == 5 * 40005, "whole messages came before: %zu", answer->len);
    CU_ASSERT_EQUAL(rd_grpc_waiting(connection), 0);
    end();
}

static void test_drain(void)
{
    uint8_t body[16];
    size_t len = framed(body, "x");
    struct request open = {.path = "/t.T/Chat", .body = body, .body_len = len, .keep_open = true};
    struct answer *stream, *running;
    struct reg_bytes frame = {NULL, 0};

    begin_usual();
    stream = client_call(&client, &open);
    running = ask("/t.T/Later", body, len);
    rd_grpc_drain(connection);
    client_pump(&client);
    CU_ASSERT_EQUAL(stream->status, RD_UNAVAILABLE);
    CU_ASSERT_EQUAL(freed, 1);
    CU_ASSERT_EQUAL(client.goaways, 1);
    CU_ASSERT_EQUAL(client.goaway_last, INT32_MAX);
    rd_grpc_drain(connection);
    client_pump(&client);
    CHECK_CASE(client.goaways == 1 && !rd_grpc_over(connection), "what runs is finished");
    rd_call_reply(kept, (struct reg_bytes){body, 1});
    rd_call_release(kept);
    client_pump(&client);
    CU_ASSERT_EQUAL(running->status, RD_OK);
    rd_grpc_drain(connection);
    /* nghttp2's client has stopped listening: it has heard of the end and has no streams */
    CU_ASSERT_EQUAL(rd_grpc_send(connection, &frame), 0);
    CU_ASSERT(frame.len == 17 && frame.data[3] == NGHTTP2_GOAWAY);
    CU_ASSERT(frame.len == 17 && frame.data[12] == (uint8_t)running->id);
    CU_ASSERT_TRUE(rd_grpc_over(connection));
    end();
}

static void test_not_http2(void)
{
    static const char text[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    begin_usual();
    rd_grpc_connection_free(connection);
    CU_ASSERT_FATAL(rd_grpc_connection_new(grpc, &window, NULL, &connection) == 0);
    CU_ASSERT(rd_grpc_receive(connection, (struct reg_bytes){(const uint8_t *)text, sizeof text - 1}) < 0);
    CU_ASSERT_TRUE(rd_grpc_over(connection));
    end();
}

static void test_timeout_text(void)
{
    static const struct {
        const char *text;
        bool good;
        int64_t ns;
    } cases[] = {{"1n", true, 1},
                 {"7u", true, 7000},
                 {"12345678m", true, 12345678000000},
                 {"3S", true, 3000000000},
                 {"2M", true, 120000000000},
                 {"1H", true, 3600000000000},
                 {"99999999H", true, INT64_MAX / 256},
                 {"", false, 0},
                 {"S", false, 0},
                 {"5", false, 0},
                 {"123456789S", false, 0},
                 {"-1S", false, 0},
                 {"1.5S", false, 0},
                 {"5s", false, 0},
                 {" 5S", false, 0}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reg_bytes text = {(const uint8_t *)cases[i].text, strlen(cases[i].text)};
        int64_t ns = 0;

        CHECK_CASE(rd_timeout_parse(text, &ns) == cases[i].good, "'%s'", cases[i].text);
        CHECK_CASE(ns == cases[i].ns, "'%s': %lld", cases[i].text, (long long)ns);
    }
}

static void test_percent(void)
{
    char buffer[12];
    size_t len = rd_percent_encode("a照照", buffer, sizeof buffer);

    CHECK_CASE(len == 10 && memcmp(buffer, "a%E7%85%A7", 10) == 0, "never cut within a character");
}

static CU_TestInfo tests[] = {
    {"unary", test_unary},
    {"refused", test_refused},
    {"callers", test_callers},
    {"stream", test_stream},
    {"byte by byte", test_bytewise},
    {"large", test_large},
    {"incoming messages", test_incoming},
    {"later", test_later},
    {"cancelled", test_cancelled},
    {"deadlines", test_deadlines},
    {"late answer", test_late_answer},
    {"header time", test_header_time},
    {"idle", test_idle},
    {"header list", test_header_list},
    {"streams", test_streams},
    {"glitches", test_glitches},
    {"earned", test_earned},
    {"backlog", test_backlog},
    {"drain", test_drain},
    {"not HTTP/2", test_not_http2},
    {"grpc-timeout", test_timeout_text},
    {"grpc-message", test_percent},
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suites[] = {{"grpc", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
