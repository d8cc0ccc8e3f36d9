#include "ops/ops.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/thread.h>

#include "config/fault.h"

/* A scraper sends a line and a few headers, and reads at once. */
#define HEADERS_MAX     8192
#define TIMEOUT_SECONDS 10

struct rd_ops {
    struct rd_ops_options options;
    struct event_base *base;
    struct evhttp *http;
    unsigned port;
    pthread_t thread;
    bool running;
};

static bool is_loopback(const char *address)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_pton(AF_INET, address, &v4) == 1)
        return (ntohl(v4.s_addr) >> 24) == 127;
    return inet_pton(AF_INET6, address, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static void free_text(const void *data, size_t len, void *extra)
{
    (void)data;
    (void)len;
    free(extra);
}

/* Sends `text`, which evhttp frees when it is sent. */
static void reply(struct evhttp_request *request, int code, const char *type, char *text, size_t len)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    struct evbuffer *body = evbuffer_new();

    if (body == NULL || evbuffer_add_reference(body, text, len, free_text, text) < 0) {
        free(text);
        evhttp_send_error(request, HTTP_INTERNAL, NULL);
    } else {
        evhttp_add_header(headers, "Content-Type", type);
        evhttp_add_header(headers, "Cache-Control", "no-store");
        evhttp_send_reply(request, code, code == HTTP_OK ? "OK" : "Service Unavailable", body);
    }
    if (body != NULL)
        evbuffer_free(body);
}

static void serve_metrics(struct evhttp_request *request, void *argument)
{
    struct rd_ops *ops = argument;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    if (out == NULL) {
        evhttp_send_error(request, HTTP_INTERNAL, NULL);
        return;
    }
    ops->options.metrics(ops->options.context, out);
    fclose(out);
    reply(request, HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", text, len);
}

static void serve_health(struct evhttp_request *request, void *argument)
{
    struct rd_ops *ops = argument;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    bool healthy;

    if (out == NULL) {
        evhttp_send_error(request, HTTP_INTERNAL, NULL);
        return;
    }
    healthy = ops->options.healthy(ops->options.context, out);
    fclose(out);
    reply(request, healthy ? HTTP_OK : HTTP_SERVUNAVAIL, "text/plain; charset=utf-8", text, len);
}

static void *ops_main(void *argument)
{
    struct rd_ops *ops = argument;

    event_base_loop(ops->base, EVLOOP_NO_EXIT_ON_EMPTY);
    return NULL;
}

static unsigned bound_port(evutil_socket_t fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t len = sizeof address;

    if (getsockname(fd, &address.any, &len) < 0)
        return 0;
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

static int listen_on(struct rd_ops *ops, struct reg_error_info *info)
{
    const struct rd_ops_options *options = &ops->options;
    struct evhttp_bound_socket *socket;

    ops->base = event_base_new();
    ops->http = ops->base == NULL ? NULL : evhttp_new(ops->base);
    if (ops->http == NULL)
        return rd_fail(info, REG_ERR_NOMEM, "内存不足", "out of memory");
    evhttp_set_allowed_methods(ops->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
    evhttp_set_max_headers_size(ops->http, HEADERS_MAX);
    evhttp_set_max_body_size(ops->http, 0);
    evhttp_set_timeout(ops->http, TIMEOUT_SECONDS);
    if (evhttp_set_cb(ops->http, "/metrics", serve_metrics, ops) != 0 ||
        evhttp_set_cb(ops->http, "/healthz", serve_health, ops) != 0)
        return rd_fail(info, REG_ERR_NOMEM, "内存不足", "out of memory");
    socket = evhttp_bind_socket_with_handle(ops->http, options->address, (uint16_t)options->port);
    if (socket == NULL)
        return rd_fail(info, REG_ERR_IO, "[ops] 无法监听 %s 端口 %u：%s", "[ops] cannot listen on %s port %u: %s",
                       options->address, options->port, strerror(errno));
    ops->port = bound_port(evhttp_bound_socket_get_fd(socket));
    return 0;
}

int rd_ops_new(const struct rd_ops_options *options, struct rd_ops **ret_ops, struct reg_error_info *info)
{
    struct rd_ops *ops;
    int r;

    if (!is_loopback(options->address))
        return rd_fail(info, REG_ERR_INVALID, "[ops] address 只能是本机地址，不能是“%s”",
                       "[ops] address must be a loopback address, not \"%s\"", options->address);
    ops = calloc(1, sizeof *ops);
    if (ops == NULL || evthread_use_pthreads() < 0) {
        free(ops);
        return rd_fail(info, REG_ERR_NOMEM, "内存不足", "out of memory");
    }
    ops->options = *options;
    r = listen_on(ops, info);
    if (r == 0 && pthread_create(&ops->thread, NULL, ops_main, ops) != 0)
        r = rd_fail(info, REG_ERR_NOMEM, "无法启动线程", "cannot start a thread");
    ops->running = r == 0;
    if (r < 0) {
        rd_ops_free(ops);
        return r;
    }
    *ret_ops = ops;
    return 0;
}

unsigned rd_ops_port(const struct rd_ops *ops)
{
    return ops->port;
}

void rd_ops_free(struct rd_ops *ops)
{
    if (ops == NULL)
        return;
    if (ops->running) {
        event_base_loopexit(ops->base, NULL);
        pthread_join(ops->thread, NULL);
    }
    if (ops->http != NULL)
        evhttp_free(ops->http);
    if (ops->base != NULL)
        event_base_free(ops->base);
    free(ops);
}
