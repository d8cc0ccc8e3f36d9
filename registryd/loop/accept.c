/* The thread that accepts and deals connections to the workers. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop/internal.h"

#define BACKLOG      1024
#define OUT_OF_FD_MS 100 /* without descriptors or memory, accepting waits a little */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage storage;
};

static int io_fault(struct reg_error_info *info, const char *address, unsigned port)
{
    const char *reason = strerrordesc_np(errno);

    if (info != NULL) {
        snprintf(info->zh, sizeof info->zh, "无法监听 %s 端口 %u：%s", address, port, reason);
        snprintf(info->en, sizeof info->en, "cannot listen on %s port %u: %s", address, port, reason);
    }
    return REG_ERR_IO;
}

static socklen_t parse(const char *text, unsigned port, union address *address)
{
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons((uint16_t)port);
        return sizeof address->v4;
    }
    if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
        address->v6.sin6_family = AF_INET6;
        address->v6.sin6_port = htons((uint16_t)port);
        return sizeof address->v6;
    }
    return 0;
}

static bool is_loopback(const union address *address)
{
    return address->any.sa_family == AF_INET ? (ntohl(address->v4.sin_addr.s_addr) >> 24) == 127
                                             : IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

static int address_fault(struct reg_error_info *info, const char *zh, const char *en, const char *address)
{
    if (info != NULL) {
        snprintf(info->zh, sizeof info->zh, "%s：%s", zh, address);
        snprintf(info->en, sizeof info->en, "%s: %s", en, address);
    }
    return REG_ERR_INVALID;
}

int rd_listen(struct rd_transport *transport, struct reg_error_info *info)
{
    const struct rd_transport_options *options = &transport->options;
    union address address;
    socklen_t len = parse(options->address, options->port, &address);
    int one = 1;

    if (len == 0 || options->port > 65535)
        return address_fault(info, "监听地址须为数字形式", "the address to listen on must be numeric", options->address);
    if (transport->tls == NULL && !is_loopback(&address))
        return address_fault(info, "未启用 TLS 时只能监听本机地址", "without TLS only a loopback address is served",
                             options->address);
    transport->listen_fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (transport->listen_fd < 0)
        return io_fault(info, options->address, options->port);
    setsockopt(transport->listen_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(transport->listen_fd, &address.any, len) < 0 || listen(transport->listen_fd, BACKLOG) < 0)
        return io_fault(info, options->address, options->port);
    len = sizeof address;
    if (getsockname(transport->listen_fd, &address.any, &len) < 0)
        return io_fault(info, options->address, options->port);
    transport->port = ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
    return 0;
}

/* IPv4 as the last four bytes; of IPv6 the /64, which is what one subscriber has. */
static void tally_key(const union address *address, uint8_t key[RD_TALLY_KEY])
{
    memset(key, 0, RD_TALLY_KEY);
    if (address->any.sa_family == AF_INET)
        memcpy(key + 12, &address->v4.sin_addr, 4);
    else
        memcpy(key, &address->v6.sin6_addr, 8);
}

static struct rd_worker *least_loaded(struct rd_transport *transport)
{
    struct rd_worker *best = &transport->workers[0];

    for (unsigned i = 1; i < transport->options.workers; i++)
        if (atomic_load(&transport->workers[i].load) < atomic_load(&best->load))
            best = &transport->workers[i];
    return best;
}

static void deal(struct rd_transport *transport, int fd, const union address *address)
{
    struct rd_worker *worker = least_loaded(transport);
    struct rd_connection *connection;
    uint8_t key[RD_TALLY_KEY];
    int one = 1;

    tally_key(address, key);
    if (atomic_load(&transport->open) >= transport->options.limits.connections ||
        !rd_tally_take(transport->addresses, key)) {
        atomic_fetch_add(&transport->counters.refused, 1);
        close(fd);
        return;
    }
    connection = rd_connection_new(worker, fd, key);
    if (connection == NULL) {
        rd_tally_give(transport->addresses, key);
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    atomic_fetch_add(&transport->counters.accepted, 1);
    atomic_fetch_add(&transport->open, 1);
    atomic_fetch_add(&worker->load, 1);
    rd_worker_post(worker, &connection->arrive);
}

void *rd_accept_run(void *argument)
{
    struct rd_transport *transport = argument;
    struct pollfd fds[2] = {{transport->stop_fd, POLLIN, 0}, {transport->listen_fd, POLLIN, 0}};
    nfds_t count = 2;

    for (;;) {
        union address address;
        socklen_t len = sizeof address;
        int fd;

        if (poll(fds, count, count == 2 ? -1 : OUT_OF_FD_MS) < 0 && errno != EINTR)
            return NULL;
        if (fds[0].revents != 0)
            return NULL;
        fd = accept4(transport->listen_fd, &address.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        count = fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) ? 1 : 2;
        if (fd >= 0)
            deal(transport, fd, &address);
    }
}
