#include "http2/session.h"

#include <stdlib.h>
#include <string.h>

#include <nghttp2/nghttp2.h>

#include <registry/error.h>

#include "http2/bucket.h"

#define STREAM_WINDOW     (256 * 1024)
#define CONNECTION_WINDOW (1024 * 1024)
#define FIELD_OVERHEAD    32 /* RFC 9113, 6.5.2 */
#define OUT_MIN           1024
#define FRAME_COST        256 /* what a queued frame without DATA holds, roughly: RST_STREAM, a header list, an ACK */
/* WINDOW_UPDATE and PING that the peer has earned by DATA that it was sent; more are glitches. */
#define EARNED_PER_DATA 3
#define EARNED_MAX      4096

struct rd_http2_setup {
    const struct rd_limits *limits;
    const struct rd_http2_events *events;
    nghttp2_session_callbacks *callbacks;
    nghttp2_option *option;
};

struct rd_http2 {
    nghttp2_session *session;
    const struct rd_http2_setup *setup;
    void *context;
    size_t waiting;
    struct rd_bucket glitches;
    unsigned earned;
    int64_t now_ns;
    bool glitched;
    bool broken; /* nghttp2 gave up: nothing may be asked of it any more */
};

static void glitch(struct rd_http2 *http2)
{
    if (http2->glitched || rd_bucket_take(&http2->glitches, http2->now_ns))
        return;
    http2->glitched = true;
    rd_http2_calm(http2);
}

/* Frames that cost the peer nothing and us something. gRPC clients measure the bandwidth with a PING and open the window as
 * DATA comes in, so these are free where DATA was sent since (as gRPC's own servers count ping strikes). */
static int on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *hd, void *user)
{
    struct rd_http2 *http2 = user;

    (void)session;
    switch (hd->type) {
    case NGHTTP2_HEADERS:
    case NGHTTP2_CONTINUATION: /* nghttp2 counts them: max_continuations */
        return 0;
    case NGHTTP2_DATA:
        if (hd->length == 0 && (hd->flags & NGHTTP2_FLAG_END_STREAM) == 0)
            glitch(http2);
        return 0;
    case NGHTTP2_SETTINGS:
        if ((hd->flags & NGHTTP2_FLAG_ACK) == 0)
            glitch(http2);
        return 0;
    case NGHTTP2_PING:
    case NGHTTP2_WINDOW_UPDATE:
        if (http2->earned > 0)
            http2->earned--;
        else
            glitch(http2);
        return 0;
    default:
        glitch(http2);
        return 0;
    }
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct rd_http2 *http2 = user;
    struct rd_stream *stream;

    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0;
    stream = http2->glitched ? NULL : http2->setup->events->open(http2->context);
    if (stream == NULL) {
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_REFUSED_STREAM);
        return 0;
    }
    stream->http2 = http2;
    stream->id = frame->hd.stream_id;
    nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, stream);
    return 0;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_len,
                     const uint8_t *value, size_t value_len, uint8_t flags, void *user)
{
    struct rd_http2 *http2 = user;
    struct rd_stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);

    (void)flags;
    if (stream == NULL)
        return 0;
    stream->header_bytes += name_len + value_len + FIELD_OVERHEAD;
    if (stream->header_bytes > http2->setup->limits->header_bytes) {
        if (!stream->oversized)
            glitch(http2);
        stream->oversized = true;
    } else if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) { /* trailers of a request say nothing to gRPC */
        http2->setup->events->header(stream, (struct reg_bytes){name, name_len}, (struct reg_bytes){value, value_len});
    }
    return 0;
}

static int on_frame_recv(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct rd_http2 *http2 = user;
    struct rd_stream *stream;

    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)
        return 0;
    stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (stream == NULL)
        return 0;
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
        stream->peer_closed = true;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
        http2->setup->events->begin(stream);
    if (stream->peer_closed)
        http2->setup->events->end(stream);
    return 0;
}

static int on_data_chunk(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data, size_t len, void *user)
{
    struct rd_http2 *http2 = user;
    struct rd_stream *stream = nghttp2_session_get_stream_user_data(session, id);

    (void)flags;
    if (stream != NULL)
        http2->setup->events->data(stream, (struct reg_bytes){data, len});
    return 0;
}

static int on_frame_send(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct rd_http2 *http2 = user;
    struct rd_stream *stream;

    if (frame->hd.type == NGHTTP2_DATA && http2->earned < EARNED_MAX)
        http2->earned += EARNED_PER_DATA;
    if (frame->hd.type != NGHTTP2_HEADERS || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0)
        return 0;
    stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    /* answered before the request was whole: the peer need not send the rest (RFC 9113, 8.1) */
    if (stream != NULL && !stream->peer_closed)
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
    return 0;
}

static int on_stream_close(nghttp2_session *session, int32_t id, uint32_t code, void *user)
{
    struct rd_http2 *http2 = user;
    struct rd_stream *stream = nghttp2_session_get_stream_user_data(session, id);

    (void)code;
    if (stream == NULL)
        return 0;
    nghttp2_session_set_stream_user_data(session, id, NULL);
    http2->waiting -= stream->out_len - stream->out_at;
    stream->http2 = NULL;
    http2->setup->events->close(stream);
    return 0;
}

int rd_http2_setup_new(const struct rd_limits *limits, const struct rd_http2_events *events,
                       struct rd_http2_setup **ret_setup)
{
    struct rd_http2_setup *setup = calloc(1, sizeof *setup);

    if (setup == NULL)
        return REG_ERR_NOMEM;
    setup->limits = limits;
    setup->events = events;
    if (nghttp2_session_callbacks_new(&setup->callbacks) != 0 || nghttp2_option_new(&setup->option) != 0) {
        rd_http2_setup_free(setup);
        return REG_ERR_NOMEM;
    }
    nghttp2_session_callbacks_set_on_begin_frame_callback(setup->callbacks, on_begin_frame);
    nghttp2_session_callbacks_set_on_begin_headers_callback(setup->callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(setup->callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(setup->callbacks, on_frame_recv);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(setup->callbacks, on_data_chunk);
    nghttp2_session_callbacks_set_on_frame_send_callback(setup->callbacks, on_frame_send);
    nghttp2_session_callbacks_set_on_stream_close_callback(setup->callbacks, on_stream_close);
    nghttp2_option_set_no_closed_streams(setup->option, 1); /* else 300 calls leave 89 KiB behind */
    /* a second line behind the glitches */
    nghttp2_option_set_stream_reset_rate_limit(setup->option, 4u * limits->glitches_per_second, limits->glitches_per_second);
    nghttp2_option_set_max_continuations(setup->option, 4);
    *ret_setup = setup;
    return 0;
}

void rd_http2_setup_free(struct rd_http2_setup *setup)
{
    if (setup == NULL)
        return;
    nghttp2_session_callbacks_del(setup->callbacks);
    nghttp2_option_del(setup->option);
    free(setup);
}

int rd_http2_new(struct rd_http2_setup *setup, void *context, int64_t now_ns, struct rd_http2 **ret_http2)
{
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, setup->limits->streams_per_connection},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, (uint32_t)setup->limits->header_bytes},
        {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
    };
    struct rd_http2 *http2 = calloc(1, sizeof *http2);

    if (http2 == NULL)
        return REG_ERR_NOMEM;
    http2->setup = setup;
    http2->context = context;
    http2->now_ns = now_ns;
    rd_bucket_init(&http2->glitches, setup->limits->glitches_per_second, now_ns);
    http2->earned = 2 * EARNED_PER_DATA; /* the first WINDOW_UPDATE and PING of a connection come before any DATA */
    if (nghttp2_session_server_new2(&http2->session, setup->callbacks, http2, setup->option) != 0 ||
        nghttp2_submit_settings(http2->session, NGHTTP2_FLAG_NONE, settings, sizeof settings / sizeof settings[0]) != 0 ||
        nghttp2_session_set_local_window_size(http2->session, NGHTTP2_FLAG_NONE, 0, CONNECTION_WINDOW) != 0) {
        rd_http2_free(http2);
        return REG_ERR_NOMEM;
    }
    *ret_http2 = http2;
    return 0;
}

void rd_http2_free(struct rd_http2 *http2)
{
    if (http2 == NULL)
        return;
    nghttp2_session_del(http2->session);
    free(http2);
}

int rd_http2_receive(struct rd_http2 *http2, struct reg_bytes bytes, int64_t now_ns)
{
    ssize_t n;

    if (http2->broken || http2->glitched)
        return REG_ERR_INVALID;
    http2->now_ns = now_ns;
    n = nghttp2_session_mem_recv(http2->session, bytes.data, bytes.len);
    if (n >= 0)
        return http2->glitched ? REG_ERR_INVALID : 0;
    /* A wrong preface and its like are answered nothing. */
    http2->broken = true;
    return n == NGHTTP2_ERR_NOMEM ? REG_ERR_NOMEM : REG_ERR_INVALID;
}

int rd_http2_send(struct rd_http2 *http2, struct reg_bytes *ret_bytes)
{
    const uint8_t *data = NULL;
    ssize_t n = http2->broken ? 0 : nghttp2_session_mem_send(http2->session, &data);

    if (n < 0) {
        http2->broken = true;
        return n == NGHTTP2_ERR_NOMEM ? REG_ERR_NOMEM : REG_ERR_INVALID;
    }
    *ret_bytes = (struct reg_bytes){data, (size_t)n};
    return 0;
}

bool rd_http2_over(const struct rd_http2 *http2)
{
    return http2->broken || (!nghttp2_session_want_read(http2->session) && !nghttp2_session_want_write(http2->session));
}

bool rd_http2_glitched(const struct rd_http2 *http2)
{
    return http2->glitched;
}

size_t rd_http2_waiting(const struct rd_http2 *http2)
{
    return http2->waiting + FRAME_COST * nghttp2_session_get_outbound_queue_size(http2->session);
}

/* What cannot be queued for want of memory leaves the peer without an answer: the connection is given up. */
static void submitted(struct rd_http2 *http2, int result)
{
    if (result != 0 && nghttp2_is_fatal(result))
        http2->broken = true;
    http2->setup->events->output(http2->context);
}

void rd_http2_notice(struct rd_http2 *http2)
{
    if (!http2->broken)
        submitted(http2, nghttp2_submit_shutdown_notice(http2->session));
}

void rd_http2_goaway(struct rd_http2 *http2)
{
    if (!http2->broken)
        submitted(http2,
                  nghttp2_submit_goaway(http2->session, NGHTTP2_FLAG_NONE,
                                        nghttp2_session_get_last_proc_stream_id(http2->session), NGHTTP2_NO_ERROR, NULL, 0));
}

void rd_http2_calm(struct rd_http2 *http2)
{
    if (!http2->broken)
        submitted(http2, nghttp2_session_terminate_session(http2->session, NGHTTP2_ENHANCE_YOUR_CALM));
}

static size_t to_nv(const struct rd_field *fields, size_t count, nghttp2_nv nv[RD_FIELDS_MAX])
{
    for (size_t i = 0; i < count; i++)
        nv[i] = (nghttp2_nv){(uint8_t *)fields[i].name, (uint8_t *)fields[i].value.data, strlen(fields[i].name),
                             fields[i].value.len, NGHTTP2_NV_FLAG_NO_COPY_NAME};
    return count;
}

static void send_trailers(struct rd_http2 *http2, struct rd_stream *stream)
{
    struct rd_field fields[RD_FIELDS_MAX];
    nghttp2_nv nv[RD_FIELDS_MAX];
    size_t count = to_nv(fields, http2->setup->events->trailers(stream, fields), nv);

    submitted(http2, nghttp2_submit_trailer(http2->session, stream->id, nv, count));
}

static ssize_t read_out(nghttp2_session *session, int32_t id, uint8_t *buffer, size_t size, uint32_t *data_flags,
                        nghttp2_data_source *source, void *user)
{
    struct rd_http2 *http2 = user;
    struct rd_stream *stream = source->ptr;
    size_t len = stream->out_len - stream->out_at;

    (void)session;
    (void)id;
    if (len > size)
        len = size;
    if (len > 0)
        memcpy(buffer, stream->out + stream->out_at, len);
    stream->out_at += len;
    http2->waiting -= len;
    if (stream->out_at < stream->out_len)
        return (ssize_t)len;
    stream->out_at = stream->out_len = 0;
    if (stream->ending) {
        *data_flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
        send_trailers(http2, stream);
    } else if (len == 0) {
        stream->deferred = true;
        return NGHTTP2_ERR_DEFERRED;
    }
    return (ssize_t)len;
}

void rd_stream_respond(struct rd_stream *stream, const struct rd_field *fields, size_t count, bool end)
{
    nghttp2_data_provider provider = {.source.ptr = stream, .read_callback = read_out};
    nghttp2_nv nv[RD_FIELDS_MAX];

    if (stream->http2 == NULL || stream->http2->broken)
        return;
    stream->headers_sent = true;
    to_nv(fields, count, nv);
    submitted(stream->http2, nghttp2_submit_response(stream->http2->session, stream->id, nv, count, end ? NULL : &provider));
}

static void resume(struct rd_stream *stream)
{
    if (stream->deferred && !stream->http2->broken) {
        stream->deferred = false;
        submitted(stream->http2, nghttp2_session_resume_data(stream->http2->session, stream->id));
    }
}

bool rd_stream_data(struct rd_stream *stream, struct reg_bytes prefix, struct reg_bytes bytes)
{
    size_t len = prefix.len + bytes.len, size = stream->out_size > 0 ? stream->out_size : OUT_MIN;
    uint8_t *out;

    if (stream->http2 == NULL)
        return true;
    if (stream->out_at > 0) {
        memmove(stream->out, stream->out + stream->out_at, stream->out_len - stream->out_at);
        stream->out_len -= stream->out_at;
        stream->out_at = 0;
    }
    while (size - stream->out_len < len)
        size *= 2;
    if (size > stream->out_size) {
        out = realloc(stream->out, size);
        if (out == NULL)
            return false;
        stream->out = out;
        stream->out_size = size;
    }
    if (prefix.len > 0)
        memcpy(stream->out + stream->out_len, prefix.data, prefix.len);
    if (bytes.len > 0)
        memcpy(stream->out + stream->out_len + prefix.len, bytes.data, bytes.len);
    stream->out_len += len;
    stream->http2->waiting += len;
    resume(stream);
    return true;
}

void rd_stream_end(struct rd_stream *stream)
{
    if (stream->http2 == NULL)
        return;
    stream->ending = true;
    resume(stream);
}

void rd_stream_clear(struct rd_stream *stream)
{
    free(stream->out);
    stream->out = NULL;
    stream->out_size = 0;
}
