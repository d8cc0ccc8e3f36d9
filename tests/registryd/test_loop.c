/* The transport on loopback: TLS 1.3 with certificates made here, workers, posted answers, limits of connections, drain. */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "h2_client.h"
#include "loop/server.h"
#include "suite.h"

/* ---- certificates ------------------------------------------------------------------------------------------------- */

struct identity {
    EVP_PKEY *key;
    X509 *certificate;
};

static char directory[] = "/tmp/registryd-test-XXXXXX";
static struct identity ca, other_ca, server_id, window_id, stranger_id, two_uris_id, foreign_id;

/* CUnit's asserts are for tests, not for setting up. */
static void must(bool good)
{
    if (!good)
        abort();
}

static void add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    must(extension != NULL);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

static struct identity make(const char *name, const char *alternative, const struct identity *issuer)
{
    static long serial = 1;
    struct identity made = {EVP_EC_gen("P-256"), X509_new()};

    must(made.key != NULL && made.certificate != NULL);
    X509_set_version(made.certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made.certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.certificate), 3600);
    X509_set_pubkey(made.certificate, made.key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.certificate), "CN", MBSTRING_UTF8, (const unsigned char *)name, -1,
                               -1, 0);
    X509_set_issuer_name(made.certificate, X509_get_subject_name(issuer != NULL ? issuer->certificate : made.certificate));
    add_extension(made.certificate, NID_basic_constraints, issuer == NULL ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (alternative != NULL)
        add_extension(made.certificate, NID_subject_alt_name, alternative);
    must(X509_sign(made.certificate, issuer != NULL ? issuer->key : made.key, EVP_sha256()) > 0);
    return made;
}

static void path_of(const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", directory, name);
}

static void save(const char *name, const struct identity *identity, bool key)
{
    char path[128];
    FILE *file;

    path_of(name, path);
    file = fopen(path, "w");
    must(file != NULL);
    if (key)
        PEM_write_PrivateKey(file, identity->key, NULL, NULL, 0, NULL, NULL);
    else
        PEM_write_X509(file, identity->certificate);
    fclose(file);
}

static int set_up(void)
{
    signal(SIGPIPE, SIG_IGN); /* as registryd's main does: either side may have closed first */
    if (mkdtemp(directory) == NULL)
        return 1;
    ca = make("CA", NULL, NULL);
    other_ca = make("CA", NULL, NULL);
    server_id = make("localhost", "DNS:localhost", &ca);
    window_id = make("window", "DNS:ignored.example,URI:registry:window", &ca);
    stranger_id = make("stranger", "URI:registry:stranger", &ca);
    two_uris_id = make("two", "URI:registry:window,URI:registry:operator", &ca);
    foreign_id = make("window", "URI:registry:window", &other_ca);
    save("ca.crt", &ca, false);
    save("server.crt", &server_id, false);
    save("server.key", &server_id, true);
    return 0;
}

static void drop(struct identity *identity)
{
    EVP_PKEY_free(identity->key);
    X509_free(identity->certificate);
}

static int clean_up(void)
{
    static const char *const names[] = {"ca.crt", "server.crt", "server.key"};
    char path[128];

    for (size_t i = 0; i < 3; i++) {
        path_of(names[i], path);
        unlink(path);
    }
    rmdir(directory);
    drop(&ca);
    drop(&other_ca);
    drop(&server_id);
    drop(&window_id);
    drop(&stranger_id);
    drop(&two_uris_id);
    drop(&foreign_id);
    return 0;
}

/* ---- the server --------------------------------------------------------------------------------------------------- */

static const struct reg_caller window = {.uri = "registry:window", .kind = REG_CALLER_WINDOW};
static atomic_int calls, errors;

static const struct reg_caller *find_caller(void *context, const char *uri)
{
    (void)context;
    return strcmp(uri, window.uri) == 0 ? &window : NULL;
}

static void on_call(void *context, size_t row, enum rd_status status, double seconds)
{
    (void)context;
    (void)row;
    (void)seconds;
    atomic_fetch_add(status == RD_OK ? &calls : &errors, 1);
}

static void run_echo(struct rd_call *call, struct reg_bytes message)
{
    rd_call_reply(call, message);
}

struct work {
    struct rd_task task;
    struct rd_call *call;
};

static void answer_back(struct rd_task *task, struct rd_worker *worker)
{
    struct work *work = (struct work *)task;

    if (rd_call_worker(work->call) != worker) /* CUnit knows one thread */
        atomic_fetch_add(&errors, 1);
    rd_call_reply(work->call, (struct reg_bytes){(const uint8_t *)"posted", 6});
    rd_call_release(work->call);
    free(work);
}

static void *post_back(void *argument)
{
    struct work *work = argument;

    rd_worker_post(rd_call_worker(work->call), &work->task);
    return NULL;
}

/* Answers from another thread. */
static void run_posted(struct rd_call *call, struct reg_bytes message)
{
    struct work *work = calloc(1, sizeof *work);
    pthread_t thread;

    (void)message;
    work->task.run = answer_back;
    work->call = call;
    rd_call_hold(call);
    pthread_create(&thread, NULL, post_back, work);
    pthread_detach(thread);
}

static void run_chat(struct rd_call *call, struct reg_bytes message)
{
    if (message.data == NULL)
        rd_call_finish(call);
    else
        rd_call_send(call, message);
}

static void run_large(struct rd_call *call, struct reg_bytes message)
{
    static const uint8_t large[2000000];

    (void)message;
    rd_call_reply(call, (struct reg_bytes){large, sizeof large});
}

static const struct rd_method methods[] = {{"/t.T/Echo", RD_UNARY, false, run_echo},
                                           {"/t.T/Posted", RD_UNARY, false, run_posted},
                                           {"/t.T/Chat", RD_STREAM, false, run_chat},
                                           {"/t.T/Large", RD_UNARY, false, run_large},
                                           {"/t.T/Open", RD_UNARY, true, run_echo}};

static char paths[3][128];

static struct rd_transport_options usual_options(void)
{
    struct rd_transport_options options = RD_TRANSPORT_OPTIONS_INIT;

    path_of("server.crt", paths[0]);
    path_of("server.key", paths[1]);
    path_of("ca.crt", paths[2]);
    options.certificate = paths[0];
    options.key = paths[1];
    options.client_ca = paths[2];
    options.workers = 2;
    options.methods = methods;
    options.method_count = sizeof methods / sizeof methods[0];
    options.find_caller = find_caller;
    options.on_call = on_call;
    return options;
}

static struct rd_transport *start(const struct rd_transport_options *options)
{
    struct rd_transport *transport = NULL;
    struct reg_error_info info = {"", ""};

    atomic_store(&calls, 0);
    atomic_store(&errors, 0);
    CHECK_CASE(rd_transport_new(options, &transport, &info) == 0, "%s", info.en);
    CU_ASSERT_FATAL(transport != NULL);
    CU_ASSERT_FATAL(rd_transport_start(transport, &info) == 0);
    return transport;
}

/* ---- a client ----------------------------------------------------------------------------------------------------- */

struct line {
    int fd;
    SSL_CTX *context;
    SSL *ssl;
    struct client client;
};

static int dial(const struct rd_transport *transport)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)rd_transport_port(transport))};
    struct timeval patience = {20, 0};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    CU_ASSERT_FATAL(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

/* False: the handshake, or the first read after it (TLS 1.3 tells a client then), failed. */
static bool line_open(struct line *line, const struct rd_transport *transport, const struct identity *identity, bool tls)
{
    static const unsigned char h2[] = {2, 'h', '2'};

    memset(line, 0, sizeof *line);
    client_open_alone(&line->client);
    line->fd = dial(transport);
    if (!tls)
        return true;
    line->context = SSL_CTX_new(TLS_client_method());
    X509_STORE_add_cert(SSL_CTX_get_cert_store(line->context), ca.certificate);
    SSL_CTX_set_verify(line->context, SSL_VERIFY_PEER, NULL);
    if (identity != NULL) {
        SSL_CTX_use_certificate(line->context, identity->certificate);
        SSL_CTX_use_PrivateKey(line->context, identity->key);
    }
    line->ssl = SSL_new(line->context);
    SSL_set_fd(line->ssl, line->fd);
    SSL_set_alpn_protos(line->ssl, h2, sizeof h2);
    return SSL_connect(line->ssl) == 1;
}

static void line_close(struct line *line)
{
    SSL_free(line->ssl);
    SSL_CTX_free(line->context);
    close(line->fd);
    client_close(&line->client);
}

/* One read; false: the connection is gone. */
static bool line_read(struct line *line)
{
    static uint8_t buffer[DATA_MAX];
    int n = line->ssl != NULL ? SSL_read(line->ssl, buffer, sizeof buffer) : (int)recv(line->fd, buffer, sizeof buffer, 0);

    if (n <= 0)
        return false;
    client_give(&line->client, buffer, (size_t)n);
    return true;
}

static bool line_write(struct line *line)
{
    static uint8_t buffer[DATA_MAX];
    size_t len = client_take(&line->client, buffer, sizeof buffer);

    if (len == 0)
        return true;
    return line->ssl != NULL ? SSL_write(line->ssl, buffer, (int)len) == (int)len
                             : send(line->fd, buffer, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static struct answer *ask(struct line *line, const char *path, bool wait)
{
    static uint8_t body[16];
    struct request request = {.path = path, .body = body, .body_len = framed(body, "hello"), .keep_open = !wait};
    struct answer *answer = client_call(&line->client, &request);

    while (line_write(line) && (wait ? !answer->closed : answer->len < 10) && line_read(line))
        ;
    line_write(line);
    return answer;
}

/* ---- tests -------------------------------------------------------------------------------------------------------- */

static void test_tls(void)
{
    static const struct {
        const char *name;
        const struct identity *identity;
        int status; /* -1: no handshake */
    } cases[] = {{"window", &window_id, RD_OK},
                 {"no certificate", NULL, RD_UNAUTHENTICATED},
                 {"stranger", &stranger_id, RD_UNAUTHENTICATED},
                 {"two URIs", &two_uris_id, RD_UNAUTHENTICATED},
                 {"another authority", &foreign_id, -1}};
    struct rd_transport_options options = usual_options();
    struct rd_transport *transport = start(&options);
    struct rd_transport_counters counters;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct line line;
        bool open = line_open(&line, transport, cases[i].identity, true);

        if (cases[i].status < 0) {
            CHECK_CASE(!open || !line_read(&line), "%s", cases[i].name);
        } else {
            CHECK_CASE(open, "%s", cases[i].name);
            CHECK_CASE(SSL_version(line.ssl) == TLS1_3_VERSION, "%s", cases[i].name);
            CHECK_CASE(ask(&line, "/t.T/Echo", true)->status == cases[i].status, "%s", cases[i].name);
            CHECK_CASE(ask(&line, "/t.T/Open", true)->status == RD_OK, "%s", cases[i].name);
        }
        line_close(&line);
    }
    rd_transport_counters(transport, &counters);
    CU_ASSERT_EQUAL(counters.failed_handshakes, 1);
    CU_ASSERT_EQUAL(counters.accepted, 5);
    rd_transport_free(transport);
    CU_ASSERT_EQUAL(atomic_load(&calls), 5);
    CU_ASSERT_EQUAL(atomic_load(&errors), 3);
}

static void test_no_alpn(void)
{
    struct rd_transport_options options = usual_options();
    struct rd_transport *transport = start(&options);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(context);
    char byte;
    int fd = dial(transport);

    SSL_set_fd(ssl, fd);
    CU_ASSERT(SSL_connect(ssl) != 1 || SSL_read(ssl, &byte, 1) <= 0);
    SSL_free(ssl);
    SSL_CTX_free(context);
    close(fd);
    rd_transport_free(transport);
}

static void test_calls(void)
{
    struct rd_transport_options options = usual_options();
    struct rd_transport *transport = start(&options);
    struct answer *large;
    struct line lines[4];

    for (int i = 0; i < 4; i++)
        CU_ASSERT(line_open(&lines[i], transport, &window_id, true));
    for (int i = 0; i < 40; i++) {
        struct answer *answer = ask(&lines[i % 4], "/t.T/Posted", true);

        CHECK_CASE(answer->status == RD_OK && answer->len == 11 && memcmp(answer->data + 5, "posted", 6) == 0, "call %d", i);
    }
    large = ask(&lines[0], "/t.T/Large", true);
    CHECK_CASE(large->len == 2000005 && large->status == RD_OK, "%zu bytes, status %d, reset %u, goaway %u", large->len,
               large->status, large->reset, lines[0].client.goaway_code);
    CU_ASSERT_EQUAL(ask(&lines[1], "/t.T/Chat", true)->status, RD_OK);
    for (int i = 0; i < 4; i++)
        line_close(&lines[i]);
    rd_transport_free(transport);
    CU_ASSERT_EQUAL(atomic_load(&calls), 42);
    CU_ASSERT_EQUAL(atomic_load(&errors), 0);
}

static void test_plain(void)
{
    struct rd_transport_options options = usual_options();
    struct rd_transport *transport;
    struct line line;

    options.certificate = NULL;
    options.anybody = &window;
    options.address = "0.0.0.0";
    CHECK_CASE(rd_transport_new(&options, &transport, NULL) == REG_ERR_INVALID, "not without TLS on every interface");
    options.address = "127.0.0.1";
    transport = start(&options);
    CU_ASSERT(line_open(&line, transport, NULL, false));
    CU_ASSERT_EQUAL(ask(&line, "/t.T/Echo", true)->status, RD_OK);
    line_close(&line);
    rd_transport_free(transport);
}

/* What goes over a limit is closed at once, and makes no room by being refused. */
static void test_connections(void)
{
    static const struct {
        const char *name;
        unsigned all, address, caller;
    } cases[] = {{"all", 2, 9, 9}, {"address", 9, 2, 9}, {"caller", 9, 9, 2}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rd_transport_options options = usual_options();
        struct rd_transport *transport;
        struct rd_transport_counters counters;
        struct line a, b, c, d;

        options.certificate = NULL;
        options.anybody = &window;
        options.limits.connections = cases[i].all;
        options.limits.connections_per_address = cases[i].address;
        options.limits.connections_per_caller = cases[i].caller;
        transport = start(&options);
        line_open(&a, transport, NULL, false);
        CHECK_CASE(ask(&a, "/t.T/Echo", true)->status == RD_OK, "%s", cases[i].name);
        line_open(&b, transport, NULL, false);
        CHECK_CASE(ask(&b, "/t.T/Echo", true)->status == RD_OK, "%s", cases[i].name);
        line_open(&c, transport, NULL, false);
        CHECK_CASE(ask(&c, "/t.T/Echo", true)->status == -1, "%s", cases[i].name);
        line_close(&c);
        rd_transport_counters(transport, &counters);
        CHECK_CASE(counters.refused_connections == 1, "%s", cases[i].name);
        line_close(&a);
        for (int tries = 0; tries < 1000 && rd_transport_connections(transport) > 1; tries++)
            usleep(10000);
        line_open(&d, transport, NULL, false);
        CHECK_CASE(ask(&d, "/t.T/Echo", true)->status == RD_OK, "%s: a place is free again", cases[i].name);
        line_close(&b);
        line_close(&d);
        rd_transport_free(transport);
    }
}

/* Who says nothing in the time for the handshake, or for a first stream, is closed. */
static void test_silent(void)
{
    struct rd_transport_options options = usual_options();
    struct rd_transport *transport;
    struct rd_transport_counters counters;
    struct line silent, idle;
    char byte;

    options.limits.handshake_ms = 100;
    options.limits.idle_ms = 100;
    transport = start(&options);
    line_open(&silent, transport, NULL, false);
    CU_ASSERT_EQUAL(recv(silent.fd, &byte, 1, 0), 0);
    CU_ASSERT(line_open(&idle, transport, &window_id, true));
    while (line_read(&idle))
        ;
    CU_ASSERT_EQUAL(idle.client.goaways, 1);
    CU_ASSERT_TRUE(rd_transport_wait(transport, 20000));
    rd_transport_counters(transport, &counters);
    CU_ASSERT_EQUAL(counters.failed_handshakes, 1);
    CU_ASSERT_EQUAL(counters.timeouts, 1);
    line_close(&silent);
    line_close(&idle);
    rd_transport_free(transport);
}

/* What costs us more than the peer ends in ENHANCE_YOUR_CALM, and says so before the connection closes. */
static void test_calm(void)
{
    struct rd_transport_options options = usual_options();
    struct rd_transport *transport = start(&options);
    struct rd_transport_counters counters;
    struct line line;

    CU_ASSERT(line_open(&line, transport, &window_id, true));
    CU_ASSERT_EQUAL(ask(&line, "/t.T/Echo", true)->status, RD_OK);
    for (int i = 0; i < 1000; i++)
        nghttp2_submit_ping(line.client.session, NGHTTP2_FLAG_NONE, NULL);
    while (line_write(&line) && line_read(&line))
        ;
    CU_ASSERT_EQUAL(line.client.goaway_code, NGHTTP2_ENHANCE_YOUR_CALM);
    CU_ASSERT_TRUE(rd_transport_wait(transport, 20000));
    rd_transport_counters(transport, &counters);
    CU_ASSERT_EQUAL(counters.glitches, 1);
    line_close(&line);
    rd_transport_free(transport);
}

/* ---- peers that write HTTP/2 by hand; without TLS ----------------------------------------------------------------- */

static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0"; /* and an empty SETTINGS */

static struct rd_transport *start_plain(struct rd_transport_options *options)
{
    options->certificate = NULL;
    options->anybody = &window;
    return start(options);
}

static size_t frame(uint8_t *buffer, uint8_t type, uint8_t flags, uint32_t stream, const char *payload, size_t len)
{
    const uint8_t head[9] = {0,
                             0,
                             (uint8_t)len,
                             type,
                             flags,
                             (uint8_t)(stream >> 24),
                             (uint8_t)(stream >> 16),
                             (uint8_t)(stream >> 8),
                             (uint8_t)stream};

    memcpy(buffer, head, sizeof head);
    memcpy(buffer + sizeof head, payload, len);
    return sizeof head + len;
}

#define CONTINUATIONS 8

/* A header list in more pieces than anybody needs ends the connection. */
static void test_continuations(void)
{
    struct rd_transport_options options = usual_options();
    struct rd_transport *transport;
    uint8_t bytes[256];
    size_t len = frame(bytes, NGHTTP2_HEADERS, NGHTTP2_FLAG_NONE, 1, "\x83\x86", 2);
    ssize_t n;
    int fd;

    options.limits.header_ms = 600000; /* nothing else ends it */
    transport = start_plain(&options);
    fd = dial(transport);
    for (int i = 0; i < CONTINUATIONS; i++)
        len += frame(bytes + len, NGHTTP2_CONTINUATION, NGHTTP2_FLAG_NONE, 1, "\x84", i == 0);
    CU_ASSERT(send(fd, preface, sizeof preface, MSG_NOSIGNAL) == (ssize_t)sizeof preface);
    CU_ASSERT(send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len);
    do
        n = recv(fd, bytes, sizeof bytes, 0);
    while (n > 0);
    CHECK_CASE(n == 0 || errno == ECONNRESET, "closed, though the header list has not ended: %s", strerror(errno));
    close(fd);
    rd_transport_free(transport);
}

#define UNREAD_BYTES  (24 * 1024 * 1024) /* asked for without reading an answer: far more than sockets hold */
#define UNREAD_FRAMES 1024

/* Calls whose answers are not read: refusals too count as output, reading stops, and in the end the connection goes. */
static void test_unread(void)
{
    struct rd_transport_options options = usual_options();
    struct rd_transport *transport;
    struct rd_transport_counters counters;
    struct timeval patience = {20, 0};
    static uint8_t bytes[UNREAD_FRAMES * 16];
    size_t sent = sizeof preface;
    uint32_t stream = 1;
    ssize_t n = 1;
    int fd;

    options.limits.output_bytes = 65536;
    options.limits.idle_ms = 3000;
    transport = start_plain(&options);
    fd = dial(transport);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    CU_ASSERT(send(fd, preface, sizeof preface, MSG_NOSIGNAL) == (ssize_t)sizeof preface);
    while (n > 0 && sent < UNREAD_BYTES) {
        size_t len = 0;

        for (int i = 0; i < UNREAD_FRAMES; i++, stream += 2)
            len += frame(bytes + len, NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream,
                         "\x83\x86\x84", 3);
        n = send(fd, bytes, len, MSG_NOSIGNAL);
        sent += n > 0 ? (size_t)n : 0;
    }
    CHECK_CASE(sent < UNREAD_BYTES, "%zu bytes were read from a peer that reads nothing", sent);
    CU_ASSERT_TRUE(rd_transport_wait(transport, 20000));
    rd_transport_counters(transport, &counters);
    CHECK_CASE(counters.timeouts == 1 && counters.glitches == 0, "%llu timeouts, %llu glitches",
               (unsigned long long)counters.timeouts, (unsigned long long)counters.glitches);
    close(fd);
    rd_transport_free(transport);
}

#define CROWD 8

static void *open_and_ask(void *argument)
{
    struct line *line = argument;
    uint8_t byte = 0;

    /* connected by the test; from here all at once */
    if (SSL_connect(line->ssl) == 1 && SSL_write(line->ssl, preface, sizeof preface) == (int)sizeof preface &&
        SSL_read(line->ssl, &byte, 1) == 1)
        return line;
    return NULL;
}

/* Handshakes beyond those of a turn wait for the next one, and all come to an end. */
static void test_handshakes(void)
{
    struct rd_transport_options options = usual_options();
    struct rd_transport *transport;
    static struct line lines[CROWD];
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    pthread_t threads[CROWD];
    void *done;

    options.workers = 1;
    options.limits.handshakes_per_turn = 1;
    transport = start(&options);
    SSL_CTX_set_alpn_protos(context, (const unsigned char *)"\2h2", 3);
    for (int i = 0; i < CROWD; i++) {
        lines[i].ssl = SSL_new(context);
        lines[i].fd = dial(transport);
        SSL_set_fd(lines[i].ssl, lines[i].fd);
    }
    for (int i = 0; i < CROWD; i++)
        must(pthread_create(&threads[i], NULL, open_and_ask, &lines[i]) == 0);
    for (int i = 0; i < CROWD; i++) {
        pthread_join(threads[i], &done);
        CHECK_CASE(done != NULL, "connection %d", i);
        SSL_free(lines[i].ssl);
        close(lines[i].fd);
    }
    SSL_CTX_free(context);
    rd_transport_free(transport);
}

static void test_drain(void)
{
    struct rd_transport_options options = usual_options();
    struct rd_transport *transport = start(&options);
    struct answer *stream;
    struct line line, idle;

    CU_ASSERT(line_open(&line, transport, &window_id, true));
    CU_ASSERT(line_open(&idle, transport, &window_id, true));
    stream = ask(&line, "/t.T/Chat", false);
    CU_ASSERT_EQUAL(stream->len, 10);
    CU_ASSERT_FALSE(rd_transport_wait(transport, 1));
    rd_transport_drain(transport);
    while (line_read(&line) && line_write(&line))
        ;
    while (line_read(&idle) && line_write(&idle))
        ;
    CU_ASSERT_EQUAL(stream->status, RD_UNAVAILABLE);
    CU_ASSERT(line.client.goaways >= 1);
    CU_ASSERT(idle.client.goaways >= 1);
    CU_ASSERT_TRUE(rd_transport_wait(transport, 20000));
    line_close(&line);
    line_close(&idle);
    rd_transport_free(transport);
}

static void test_bad_options(void)
{
    struct rd_transport_options options = usual_options();
    struct rd_transport *transport = NULL, *first;
    struct reg_error_info info = {"", ""};

    options.key = paths[2];
    CU_ASSERT_EQUAL(rd_transport_new(&options, &transport, &info), REG_ERR_KEY);
    CU_ASSERT(strstr(info.en, paths[2]) != NULL);
    options = usual_options();
    options.address = "localhost";
    CU_ASSERT_EQUAL(rd_transport_new(&options, &transport, &info), REG_ERR_INVALID);
    options = usual_options();
    options.anybody = &window;
    CU_ASSERT_EQUAL(rd_transport_new(&options, &transport, &info), REG_ERR_INVALID);
    options = usual_options();
    first = start(&options);
    options.port = rd_transport_port(first);
    CU_ASSERT_EQUAL(rd_transport_new(&options, &transport, &info), REG_ERR_IO);
    CU_ASSERT_PTR_NULL(transport);
    rd_transport_free(first);
    rd_transport_free(NULL);
}

static CU_TestInfo tests[] = {
    {"TLS and callers", test_tls},
    {"no ALPN", test_no_alpn},
    {"calls", test_calls},
    {"without TLS", test_plain},
    {"connections", test_connections},
    {"silent peers", test_silent},
    {"calm", test_calm},
    {"continuations", test_continuations},
    {"unread answers", test_unread},
    {"handshakes", test_handshakes},
    {"drain", test_drain},
    {"bad options", test_bad_options},
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suites[] = {{"loop", set_up, clean_up, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
