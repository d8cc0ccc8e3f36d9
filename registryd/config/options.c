#include "config/options.h"

#include <stddef.h>
#include <string.h>

#include "log/log.h"

static const struct rd_choice kinds[] = {{"window", REG_CALLER_WINDOW},
                                         {"department", REG_CALLER_DEPARTMENT},
                                         {"auditor", REG_CALLER_AUDITOR},
                                         {"operator", REG_CALLER_OPERATOR},
                                         {NULL, 0}};
/* enum RestrictedClass of proto/registry/v1/ledger.proto. */
static const struct rd_choice classes[] = {{"administration", 1}, {"identity", 2},   {"contact", 3}, {"residence", 4},
                                           {"liaison", 5},        {"beneficial", 6}, {"filing", 7},  {NULL, 0}};
static const struct rd_choice levels[] = {{"error", RD_LOG_ERROR}, {"warning", RD_LOG_WARNING}, {"notice", RD_LOG_NOTICE},
                                          {"info", RD_LOG_INFO},   {"debug", RD_LOG_DEBUG},     {NULL, 0}};
static const struct rd_choice formats[] = {
    {"auto", RD_LOG_AUTO}, {"journal", RD_LOG_JOURNAL}, {"json", RD_LOG_JSON}, {"text", RD_LOG_TEXT}, {NULL, 0}};

#define IN_CONFIG(member) offsetof(struct rd_config, member)
#define IN_CALLER(member) offsetof(struct rd_caller, member)

/* clang-format off: a table is read down its columns */
const struct rd_option rd_options[] = {
    {"registry", "store", RD_OPTION_TEXT, IN_CONFIG(store), "sqlite:registry.db", 1, 160, NULL,
     "存储的地址：sqlite:路径（相对于登记库目录）或 postgresql://…",
     "URL of the store: sqlite:PATH, relative to the registry's directory, or postgresql://…"},
    {"registry", "read_store", RD_OPTION_TEXT, IN_CONFIG(read_store), "", 0, 160, NULL,
     "备库的地址（postgresql://…），读取先问备库；空：无", "URL of a standby (postgresql://…) that is asked first where something is read; empty: none"},
    {"registry", "passphrase_file", RD_OPTION_PATH, IN_CONFIG(passphrase_file), "", 0, 160, NULL,
     "口令文件（首行为密钥文件的口令，权限 0600）；空：密钥文件无口令",
     "file whose first line is the passphrase of the key files (mode 0600); empty: none"},

    {"restrictions", "sources", RD_OPTION_TEXT, IN_CONFIG(sources), "", 0, 300, NULL,
     "已接入的限制来源（逗号分隔，或者 all、none）；未接入的由规则列出名称并注明未核验；空：不作说明",
     "sources of restrictions that are connected (joined by commas, or all, none); rules name those that are not as "
     "unverified (未核验); empty: nothing is said"},

    {"listen", "address", RD_OPTION_ADDRESS, IN_CONFIG(listen_address), "127.0.0.1", 0, 0, NULL,
     "机关平面（gRPC）的监听地址", "address of the agency plane (gRPC)"},
    {"listen", "port", RD_OPTION_NUMBER, IN_CONFIG(listen_port), "7443", 0, 65535, NULL,
     "端口；0：任选，实际端口写入 run/port", "port; 0: any, the bound one is written to run/port"},

    {"threads", "workers", RD_OPTION_NUMBER, IN_CONFIG(workers), "0", 0, 256, NULL, "事件循环线程数；0：与处理器核数相同",
     "threads with an event loop; 0: one per core"},
    {"threads", "pool", RD_OPTION_NUMBER, IN_CONFIG(pool), "0", 0, 256, NULL, "签名与验证线程数；0：与处理器核数相同",
     "threads that sign and verify; 0: one per core"},

    {"cache", "licence_bytes", RD_OPTION_SIZE, IN_CONFIG(licence_bytes), "268435456", 0, 1ul << 40, NULL,
     "执照缓存的字节数，由各工作线程均分；0：不缓存", "bytes of the cache of licences, shared out to the workers; 0: no cache"},

    {"tls", "certificate", RD_OPTION_PATH, IN_CONFIG(certificate), "tls/server.crt", 1, 160, NULL, "服务器证书链（PEM）",
     "the server's certificate chain (PEM)"},
    {"tls", "key", RD_OPTION_PATH, IN_CONFIG(key), "tls/server.key", 1, 160, NULL, "服务器私钥（PEM，权限 0600）",
     "its private key (PEM, mode 0600)"},
    {"tls", "client_ca", RD_OPTION_PATH, IN_CONFIG(client_ca), "tls/ca.crt", 1, 160, NULL, "签发调用方证书的 CA（PEM）",
     "the CA that issues callers' certificates (PEM)"},

    {"limits", "message_bytes", RD_OPTION_SIZE, IN_CONFIG(limits.message_bytes), "4194304", 1024, 64ul << 20, NULL,
     "一条消息的字节数", "bytes of one message"},
    {"limits", "header_bytes", RD_OPTION_SIZE, IN_CONFIG(limits.header_bytes), "8192", 1024, 65536, NULL,
     "一个头部列表的字节数", "bytes of one header list"},
    {"limits", "streams_per_connection", RD_OPTION_NUMBER, IN_CONFIG(limits.streams_per_connection), "256", 1, 65536, NULL,
     "一个连接上同时进行的调用数", "calls at once on one connection"},
    {"limits", "connections", RD_OPTION_NUMBER, IN_CONFIG(limits.connections), "4096", 1, 1000000, NULL, "连接总数",
     "connections in all"},
    {"limits", "connections_per_address", RD_OPTION_NUMBER, IN_CONFIG(limits.connections_per_address), "1024", 1, 1000000,
     NULL, "同一地址的连接数", "connections from one address"},
    {"limits", "connections_per_caller", RD_OPTION_NUMBER, IN_CONFIG(limits.connections_per_caller), "1024", 1, 1000000,
     NULL, "同一调用方的连接数", "connections of one caller"},
    {"limits", "handshake_ms", RD_OPTION_NUMBER, IN_CONFIG(limits.handshake_ms), "5000", 10, 600000, NULL,
     "从接受连接到握手完成的毫秒数", "milliseconds from accept to the end of the handshake"},
    {"limits", "header_ms", RD_OPTION_NUMBER, IN_CONFIG(limits.header_ms), "10000", 10, 600000, NULL,
     "从调用的首字节到整条消息的毫秒数", "milliseconds from a call's first byte to its whole message"},
    {"limits", "idle_ms", RD_OPTION_NUMBER, IN_CONFIG(limits.idle_ms), "300000", 100, 86400000, NULL,
     "没有调用或对方不读取的连接保留的毫秒数",
     "milliseconds that a connection is kept without a call, or unread by its peer"},
    {"limits", "glitches_per_second", RD_OPTION_NUMBER, IN_CONFIG(limits.glitches_per_second), "200", 1, 1000000, NULL,
     "每秒允许的重置、PING、SETTINGS 与空帧数", "resets, pings, settings and empty frames per second"},
    {"limits", "call_ms", RD_OPTION_NUMBER, IN_CONFIG(limits.call_ms), "30000", 100, 3600000, NULL, "一次调用最长的毫秒数",
     "milliseconds of a call at most"},
    {"limits", "output_bytes", RD_OPTION_SIZE, IN_CONFIG(limits.output_bytes), "8388608", 65536, 1ul << 30, NULL,
     "一个连接上待发送的字节数，超过时停止读取", "bytes waiting for one connection before reading stops"},
    {"limits", "handshakes_per_turn", RD_OPTION_NUMBER, IN_CONFIG(limits.handshakes_per_turn), "4", 1, 1024, NULL,
     "每轮事件循环的 TLS 握手数", "TLS handshakes in one turn of a loop"},
    {"limits", "queue_length", RD_OPTION_NUMBER, IN_CONFIG(queue_length), "1024", 1, 65536, NULL,
     "等待写入的申请数，超过时答复 RESOURCE_EXHAUSTED", "filings that wait for the writer; beyond: RESOURCE_EXHAUSTED"},
    {"limits", "batch_size", RD_OPTION_NUMBER, IN_CONFIG(batch_size), "64", 1, REG_BATCH_MAX, NULL, "一次提交的申请数",
     "filings in one commit"},
    {"limits", "verify_queue", RD_OPTION_NUMBER, IN_CONFIG(verify_queue), "1024", 1, 65536, NULL,
     "等待验证的凭证数，超过时答复 RESOURCE_EXHAUSTED", "credentials that wait to be verified; beyond: RESOURCE_EXHAUSTED"},
    {"limits", "drain_ms", RD_OPTION_NUMBER, IN_CONFIG(drain_ms), "10000", 0, 600000, NULL,
     "收到 SIGTERM 后完成在办事务的毫秒数", "milliseconds to finish what was begun after SIGTERM"},

    {"ops", "address", RD_OPTION_LOOPBACK, IN_CONFIG(ops_address), "127.0.0.1", 0, 0, NULL,
     "/metrics 与 /healthz 的监听地址（仅限本机）", "address of /metrics and /healthz (loopback only)"},
    {"ops", "port", RD_OPTION_NUMBER, IN_CONFIG(ops_port), "7480", 0, 65535, NULL,
     "端口；0：任选，实际端口写入 run/ops-port", "port; 0: any, the bound one is written to run/ops-port"},

    {"log", "level", RD_OPTION_CHOICE, IN_CONFIG(log_level), "info", 0, 0, levels, "写入日志的最低级别",
     "the least level that is written"},
    {"log", "format", RD_OPTION_CHOICE, IN_CONFIG(log_format), "auto", 0, 0, formats,
     "auto：接到 systemd 日志时为 journal，否则为 text", "auto: journal where the journal listens, text elsewhere"},

    {RD_CALLER_SECTION, "uri", RD_OPTION_TEXT, IN_CALLER(uri), NULL, 1, 160, NULL, "调用方证书 SAN 中唯一的 URI",
     "the single URI in the SAN of the caller's certificate"},
    {RD_CALLER_SECTION, "kind", RD_OPTION_CHOICE, IN_CALLER(kind), NULL, 0, 0, kinds, "调用方的种类", "what the caller is"},
    {RD_CALLER_SECTION, "items", RD_OPTION_NUMBERS, IN_CALLER(items), "", 1, 1023, NULL, "部门可以看到的事项编号",
     "numbers of the items that a department sees"},
    {RD_CALLER_SECTION, "classes", RD_OPTION_CHOICES, IN_CALLER(classes), "", 0, 0, classes, "部门可以看到的受限信息类别",
     "classes of restricted facts that a department sees"},
};
/* clang-format on */
const size_t rd_option_count = sizeof rd_options / sizeof rd_options[0];

const struct rd_option *rd_option_find(const char *section, const char *key)
{
    for (size_t i = 0; i < rd_option_count; i++)
        if (strcmp(rd_options[i].section, section) == 0 && strcmp(rd_options[i].key, key) == 0)
            return &rd_options[i];
    return NULL;
}
