/* load: a gRPC client that sends each request of a file once, over TLS, and counts.
 *
 *   load --port P --ca F --cert F --key F --method /pkg.Service/Method --requests F [--connections N] [--streams N] [--rate
 * R]
 *
 * The file: for each request its length (4 bytes, big-endian) and its message. Without --rate as fast as answers come,
 * --streams in flight on each connection; with it that many a second, whether answers come or not, and the time of a request
 * counts from when it was due. Prints JSON: requests, those that gRPC's status called good, seconds, rate, microseconds at
 * the quantiles. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 64

struct options {
    int port;
    const char *ca, *cert, *key, *method, *requests;
    size_t repeat, connections, streams;
    double rate;
};

struct request {
    const uint8_t *message;
    uint32_t len, sent; /* of the 5 bytes of gRPC's frame and the message */
    uint64_t due;       /* nanoseconds */
};

struct load {
    struct options options;
    struct request *requests;
    size_t count, next, done, good;
    uint64_t *times;
    uint64_t began;
};

struct connection {
    struct load *load;
    SSL *ssl;
    nghttp2_session *session;
    size_t in_flight;
};

static void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "");
    ERR_print_errors_fp(stderr);
    exit(2);
}

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* ---- the file ------------------------------------------------------------------------------------------------------ */

static void read_requests(struct load *load)
{
    int fd = open(load->options.requests, O_RDONLY | O_CLOEXEC);
    struct stat stat;
    const uint8_t *data;

    if (fd < 0 || fstat(fd, &stat) < 0 || stat.st_size == 0)
        die(load->options.requests);
    data = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (data == MAP_FAILED)
        die(load->options.requests);
    close(fd);
    load->requests = calloc((size_t)stat.st_size / 5 + 1, sizeof *load->requests);
    if (!load->requests)
        die("memory");
    for (size_t at = 0; at + 4 <= (size_t)stat.st_size;) {
        uint32_t len = (uint32_t)data[at] << 24 | (uint32_t)data[at + 1] << 16 | (uint32_t)data[at + 2] << 8 | data[at + 3];

        at += 4;
        if (len > (size_t)stat.st_size - at)
            die("the file of requests is cut off");
        load->requests[load->count++] = (struct request){.message = data + at, .len = len};
        at += len;
    }
}

static void repeat_requests(struct load *load)
{
    size_t count = load->count;

    load->count *= load->options.repeat;
    load->requests = realloc(load->requests, load->count * sizeof *load->requests);
    load->times = calloc(load->count, sizeof *load->times);
    if (!load->requests || !load->times)
        die("memory");
    for (size_t i = count; i < load->count; i++)
        load->requests[i] = load->requests[i % count];
}

/* ---- HTTP/2 -------------------------------------------------------------------------------------------------------- */

static ssize_t read_body(nghttp2_session *session, int32_t stream, uint8_t *buf, size_t length, uint32_t *flags,
                         nghttp2_data_source *source, void *context)
{
    struct request *request = source->ptr;
    size_t count = 0;

    (void)session, (void)stream, (void)context;
    for (; count < length && request->sent < 5; request->sent++)
        buf[count++] = request->sent == 0 ? 0 : (uint8_t)(request->len >> 8 * (4 - request->sent));
    if (count < length && request->sent >= 5) {
        size_t rest = request->len + 5 - request->sent, part = rest < length - count ? rest : length - count;

        memcpy(buf + count, request->message + (request->sent - 5), part);
        request->sent += (uint32_t)part;
        count += part;
    }
    if (request->sent == request->len + 5)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)count;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_length,
                     const uint8_t *value, size_t value_length, uint8_t flags, void *context)
{
    struct connection *connection = context;

    (void)session, (void)frame, (void)flags;
    if (name_length == 11 && memcmp(name, "grpc-status", 11) == 0 && value_length == 1 && *value == '0')
        connection->load->good++;
    return 0;
}

static int on_stream_close(nghttp2_session *session, int32_t stream, uint32_t error, void *context)
{
    struct connection *connection = context;
    struct load *load = connection->load;
    const struct request *request = nghttp2_session_get_stream_user_data(session, stream);

    (void)error;
    load->times[load->done++] = now() - request->due;
    connection->in_flight--;
    return 0;
}

#define HEADER(name, value)                                                                                                 \
    {                                                                                                                       \
        (uint8_t *)(name), (uint8_t *)(value), sizeof(name) - 1, strlen(value),                                             \
            NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE                                                    \
    }

static void send_request(struct connection *connection, struct request *request)
{
    const nghttp2_nv headers[] = {
        HEADER(":method", "POST"),         HEADER(":scheme", "https"), HEADER(":path", connection->load->options.method),
        HEADER(":authority", "127.0.0.1"), HEADER("te", "trailers"),   HEADER("content-type", "application/grpc")};
    nghttp2_data_provider body = {.source.ptr = request, .read_callback = read_body};

    if (nghttp2_submit_request(connection->session, NULL, headers, sizeof headers / sizeof *headers, &body, request) < 0)
        die("nghttp2");
    connection->in_flight++;
}

static void write_out(struct connection *connection)
{
    static uint8_t gathered[1 << 16];
    size_t count = 0;

    for (;;) {
        const uint8_t *data;
        ssize_t length = nghttp2_session_mem_send(connection->session, &data);

        if (length < 0)
            die("nghttp2");
        if (count > 0 && (length == 0 || count + (size_t)length > sizeof gathered)) {
            for (size_t at = 0; at < count;) { /* the peer reads: waiting for it here is waiting for the server */
                int sent = SSL_write(connection->ssl, gathered + at, (int)(count - at));

                if (sent > 0)
                    at += (size_t)sent;
                else if (SSL_get_error(connection->ssl, sent) == SSL_ERROR_WANT_WRITE)
                    poll(&(struct pollfd){SSL_get_fd(connection->ssl), POLLOUT, 0}, 1, 1000);
                else
                    die("write");
            }
            count = 0;
        }
        if (length == 0)
            return;
        memcpy(gathered + count, data, (size_t)length);
        count += (size_t)length;
    }
}

static void read_in(struct connection *connection)
{
    uint8_t buf[1 << 14];

    for (;;) {
        int length = SSL_read(connection->ssl, buf, sizeof buf);

        if (length <= 0) {
            if (SSL_get_error(connection->ssl, length) == SSL_ERROR_WANT_READ)
                return;
            die("the server closed the connection");
        }
        if (nghttp2_session_mem_recv(connection->session, buf, (size_t)length) < 0)
            die("nghttp2");
    }
}

static void connect_to(struct connection *connection, struct load *load, SSL_CTX *context,
                       nghttp2_session_callbacks *callbacks)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load->options.port)};
    nghttp2_settings_entry settings = {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 24};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *connection = (struct connection){.load = load, .ssl = SSL_new(context)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || !connection->ssl || connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (!SSL_set_fd(connection->ssl, fd) || SSL_connect(connection->ssl) != 1)
        die("TLS");
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (nghttp2_session_client_new(&connection->session, callbacks, connection) != 0 ||
        nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, &settings, 1) != 0 ||
        nghttp2_session_set_local_window_size(connection->session, NGHTTP2_FLAG_NONE, 0, 1 << 28) != 0)
        die("nghttp2");
    write_out(connection);
}

/* ---- the run ------------------------------------------------------------------------------------------------------- */

/* Gives the connection what it may send now. */
static void feed(struct connection *connection)
{
    struct load *load = connection->load;

    while (load->next < load->count && connection->in_flight < load->options.streams) {
        struct request *request = &load->requests[load->next];

        request->due = now();
        if (load->options.rate > 0) {
            uint64_t due = load->began + (uint64_t)(1e9 * (double)load->next / load->options.rate);

            if (due > request->due)
                break;
            request->due = due;
        }
        load->next++;
        send_request(connection, request);
    }
    write_out(connection);
}

static void run(struct load *load, struct connection *connections)
{
    struct pollfd polls[CONNECTIONS_MAX];

    load->began = now();
    while (load->done < load->count) {
        for (size_t i = 0; i < load->options.connections; i++) {
            feed(&connections[i]);
            polls[i] = (struct pollfd){SSL_get_fd(connections[i].ssl), POLLIN, 0};
        }
        if (poll(polls, load->options.connections, load->options.rate > 0 ? 1 : 30000) == 0 && load->options.rate <= 0)
            die("no answer in 30 s");
        for (size_t i = 0; i < load->options.connections; i++)
            if (polls[i].revents)
                read_in(&connections[i]);
    }
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static void print(const struct load *load, uint64_t took)
{
    static const double quantiles[] = {0.5, 0.9, 0.99, 0.999, 1};
    static const char *const names[] = {"p50_us", "p90_us", "p99_us", "p999_us", "max_us"};

    qsort(load->times, load->count, sizeof *load->times, by_size);
    printf("{\"requests\": %zu, \"good\": %zu, \"seconds\": %.3f, \"rate\": %.0f", load->count, load->good,
           (double)took / 1e9, (double)load->count * 1e9 / (double)took);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        printf(", \"%s\": %.0f", names[i], (double)load->times[(size_t)((double)(load->count - 1) * quantiles[i])] / 1e3);
    puts("}");
}

static void parse(int argc, char **argv, struct options *options)
{
    *options = (struct options){.repeat = 1, .connections = 8, .streams = 32};
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        const struct {
            const char *name, **text;
        } texts[] = {{"--ca", &options->ca},
                     {"--cert", &options->cert},
                     {"--key", &options->key},
                     {"--method", &options->method},
                     {"--requests", &options->requests}};
        bool found = false;

        for (size_t j = 0; j < sizeof texts / sizeof *texts && !found; j++)
            if ((found = strcmp(name, texts[j].name) == 0))
                *texts[j].text = value;
        if (strcmp(name, "--port") == 0)
            options->port = atoi(value);
        else if (strcmp(name, "--connections") == 0)
            options->connections = strtoul(value, NULL, 10);
        else if (strcmp(name, "--streams") == 0)
            options->streams = strtoul(value, NULL, 10);
        else if (strcmp(name, "--repeat") == 0)
            options->repeat = strtoul(value, NULL, 10);
        else if (strcmp(name, "--rate") == 0)
            options->rate = strtod(value, NULL);
        else if (!found)
            die(name);
    }
    if (!options->port || !options->ca || !options->cert || !options->key || !options->method || !options->requests ||
        options->connections == 0 || options->connections > CONNECTIONS_MAX || options->streams == 0 || options->repeat == 0)
        die("an option is missing, see the head of tests/bench/load.c");
}

int main(int argc, char **argv)
{
    static struct connection connections[CONNECTIONS_MAX];
    struct load load = {0};
    nghttp2_session_callbacks *callbacks;
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    parse(argc, argv, &load.options);
    read_requests(&load);
    repeat_requests(&load);
    if (!context || SSL_CTX_load_verify_locations(context, load.options.ca, NULL) != 1 ||
        SSL_CTX_use_certificate_chain_file(context, load.options.cert) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, load.options.key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_set_alpn_protos(context, (const uint8_t *)"\2h2", 3) != 0)
        die("TLS");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (nghttp2_session_callbacks_new(&callbacks) != 0)
        die("nghttp2");
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    for (size_t i = 0; i < load.options.connections; i++)
        connect_to(&connections[i], &load, context, callbacks);
    run(&load, connections);
    print(&load, now() - load.began);
    return load.good == load.count ? 0 : 1;
}
