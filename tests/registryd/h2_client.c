#include "h2_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct answer *find(struct client *client, int32_t id)
{
    for (size_t i = 0; i < client->count; i++)
        if (client->answers[i].id == id)
            return &client->answers[i];
    return NULL;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_len,
                     const uint8_t *value, size_t value_len, uint8_t flags, void *user)
{
    struct answer *answer = find(user, frame->hd.stream_id);

    (void)session;
    (void)name_len;
    (void)flags;
    if (answer == NULL)
        return 0;
    if (strcmp((const char *)name, ":status") == 0)
        answer->http = atoi((const char *)value);
    if (strcmp((const char *)name, "grpc-status") == 0)
        answer->status = atoi((const char *)value);
    if (strcmp((const char *)name, "grpc-message") == 0)
        snprintf(answer->message, sizeof answer->message, "%.*s", (int)value_len, (const char *)value);
    return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data, size_t len, void *user)
{
    struct answer *answer = find(user, id);

    (void)session;
    (void)flags;
    for (size_t i = 0; answer != NULL && i < len; i++, answer->len++)
        if (answer->len < sizeof answer->data)
            answer->data[answer->len] = data[i];
    return 0;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t code, void *user)
{
    struct answer *answer = find(user, id);

    (void)session;
    if (answer != NULL) {
        answer->closed = true;
        answer->reset = code;
    }
    return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct client *client = user;

    (void)session;
    if (frame->hd.type == NGHTTP2_GOAWAY) {
        client->goaways++;
        client->goaway_code = frame->goaway.error_code;
        client->goaway_last = frame->goaway.last_stream_id;
    }
    for (size_t i = 0; frame->hd.type == NGHTTP2_SETTINGS && i < frame->settings.niv; i++) {
        if (frame->settings.iv[i].settings_id == NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE)
            client->settings_header_list = frame->settings.iv[i].value;
        if (frame->settings.iv[i].settings_id == NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
            client->settings_streams = frame->settings.iv[i].value;
    }
    return 0;
}

void client_open_alone(struct client *client)
{
    nghttp2_session_callbacks *callbacks;
    nghttp2_option *option;

    memset(client, 0, sizeof *client);
    client->answers = calloc(ANSWERS_MAX, sizeof *client->answers);
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_option_new(&option);
    nghttp2_option_set_peer_max_concurrent_streams(option, 1000000); /* so that the server's limit is what is tried */
    nghttp2_session_client_new2(&client->session, callbacks, client, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(client->session, NGHTTP2_FLAG_NONE, NULL, 0);
}

void client_open(struct client *client, struct rd_grpc_connection *server)
{
    client_open_alone(client);
    client->server = server;
}

void client_close(struct client *client)
{
    nghttp2_session_del(client->session);
    free(client->answers);
}

static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *buffer, size_t size, uint32_t *flags,
                         nghttp2_data_source *source, void *user)
{
    struct answer *answer = source->ptr;
    size_t len = answer->body_len < size ? answer->body_len : size;

    (void)session;
    (void)id;
    (void)user;
    if (len == 0 && answer->keep_open)
        return NGHTTP2_ERR_DEFERRED;
    if (len > 0)
        memcpy(buffer, answer->body, len);
    answer->body += len;
    answer->body_len -= len;
    if (answer->body_len == 0 && !answer->keep_open)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)len;
}

static nghttp2_nv field(const char *name, const char *value)
{
    return (nghttp2_nv){(uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value), NGHTTP2_NV_FLAG_NONE};
}

struct answer *client_call(struct client *client, const struct request *request)
{
    struct answer *answer = &client->answers[client->count++];
    nghttp2_data_provider provider = {.source.ptr = answer, .read_callback = read_body};
    nghttp2_nv fields[8] = {field(":method", request->method != NULL ? request->method : "POST"), field(":scheme", "http"),
                            field(":path", request->path), field(":authority", "localhost"),
                            field("content-type", request->type != NULL ? request->type : "application/grpc")};
    size_t count = 5;

    if (request->timeout != NULL)
        fields[count++] = field("grpc-timeout", request->timeout);
    if (request->extra != NULL)
        fields[count++] = field("x-extra", request->extra);
    *answer =
        (struct answer){.status = -1, .body = request->body, .body_len = request->body_len, .keep_open = request->keep_open};
    answer->id = nghttp2_submit_request(client->session, NULL, fields, count, &provider, NULL);
    return answer;
}

size_t client_take(struct client *client, uint8_t *buffer, size_t size)
{
    const uint8_t *data;
    size_t len = 0;
    ssize_t n;

    while (len + 20000 < size && (n = nghttp2_session_mem_send(client->session, &data)) > 0) {
        memcpy(buffer + len, data, (size_t)n);
        len += (size_t)n;
    }
    return len;
}

void client_give(struct client *client, const uint8_t *bytes, size_t len)
{
    ssize_t n = nghttp2_session_mem_recv(client->session, bytes, len);

    (void)n;
}

void client_pump(struct client *client)
{
    static uint8_t buffer[DATA_MAX];
    struct reg_bytes bytes = {NULL, 0};
    bool busy = true;

    while (busy) {
        size_t len = client_take(client, buffer, sizeof buffer);

        busy = len > 0;
        if (len > 0)
            client->received = rd_grpc_receive(client->server, (struct reg_bytes){buffer, len});
        while (rd_grpc_send(client->server, &bytes) == 0 && bytes.len > 0) {
            client_give(client, bytes.data, bytes.len);
            busy = true;
        }
        if (client->received < 0)
            return;
    }
}

size_t framed(uint8_t *buffer, const char *text)
{
    size_t len = strlen(text);

    memcpy(buffer, (uint8_t[]){0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len}, 5);
    memcpy(buffer + 5, text, len);
    return len + 5;
}
