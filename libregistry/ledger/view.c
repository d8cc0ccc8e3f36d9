/* Views: what a receiver gets of an entry, and verifying what was received. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "ledger/body.h"

bool reg_grant_allows(const struct reg_grant *grant, uint32_t section_id)
{
    uint32_t class;

    if (section_id == REG_SECTION_PUBLIC || grant->all)
        return true;
    if (section_id < REG_SECTION_RESTRICTED)
        return grant->items[(section_id - 1) / 64] >> (section_id - 1) % 64 & 1;
    class = section_id - REG_SECTION_RESTRICTED;
    return class < 32 && (grant->classes >> class & 1);
}

/* ---- making -------------------------------------------------------------------------------------------------------- */

static size_t varint_len(uint64_t value)
{
    size_t len = 1;

    for (; value >= 0x80; value >>= 7)
        len++;
    return len;
}

/* Section {id, salt, bytes} as field 2. proto3 leaves out an id of 0 and empty bytes. */
static void put_open(struct reg_buf *buf, uint32_t id, struct reg_bytes salt, struct reg_bytes bytes)
{
    size_t len = (id ? 1 + varint_len(id) : 0) + 1 + varint_len(salt.len) + salt.len +
                 (bytes.len ? 1 + varint_len(bytes.len) + bytes.len : 0);

    reg_wire_put_varint(buf, 2 << 3 | 2);
    reg_wire_put_varint(buf, len);
    if (id) {
        reg_wire_put_varint(buf, 1 << 3);
        reg_wire_put_varint(buf, id);
    }
    reg_wire_put_bytes(buf, 2, salt);
    if (bytes.len)
        reg_wire_put_bytes(buf, 3, bytes);
}

/* SectionDigest {id, digest} as field 3, put at once: most sections of a public look-up are closed. */
static void put_closed(struct reg_buf *buf, uint32_t id, const uint8_t digest[REG_DIGEST_LEN])
{
    uint8_t field[2 + 1 + 3 + 2 + REG_DIGEST_LEN] = {3 << 3 | 2, 0, 1 << 3};
    size_t len = 3;

    for (; id >= 0x80; id >>= 7) /* ids have 16 bits, which are three bytes here */
        field[len++] = (uint8_t)(id | 0x80);
    field[len++] = (uint8_t)id;
    field[len++] = 2 << 3 | 2;
    field[len++] = REG_DIGEST_LEN;
    memcpy(field + len, digest, REG_DIGEST_LEN);
    len += REG_DIGEST_LEN;
    field[1] = (uint8_t)(len - 2);
    reg_buf_put(buf, field, len);
}

static bool sees(const struct reg_stored_section *section, const struct reg_grant *grant, const uint8_t *case_key)
{
    return reg_grant_allows(grant, section->id) && (section->sealed.len == 0 || case_key);
}

/* Closed sections on their way: fields come in ascending order, as any encoder would write the message, so their digests
 * follow the open sections. */
struct closed {
    size_t count;
    uint32_t ids[64];
    const uint8_t *digests[64];
    struct reg_cursor rest; /* where the sections begin that found no room here */
};

static int put_sections(enum reg_suite suite, struct reg_bytes body, const struct reg_grant *grant, const uint8_t *case_key,
                        struct reg_buf *buf, struct closed *closed)
{
    struct reg_section_opener opener = {.suite = suite, .case_key = case_key};
    struct reg_stored_section section;
    struct reg_bytes salt, bytes;
    int error = 0;

    closed->count = 0;
    closed->rest = (struct reg_cursor){NULL, 0};
    for (struct reg_cursor cursor = reg_cursor_of(body), before = cursor; cursor.left > 0 && error == 0; before = cursor) {
        error = reg_body_next(&cursor, &section);
        if (error != 0)
            break;
        if (sees(&section, grant, case_key)) {
            error = reg_section_open(&opener, &section, &salt, &bytes);
            if (error == 0)
                put_open(buf, section.id, salt, bytes);
        } else if (closed->count < sizeof closed->ids / sizeof *closed->ids) {
            closed->ids[closed->count] = section.id;
            closed->digests[closed->count++] = section.digest.data;
        } else if (closed->rest.left == 0) {
            closed->rest = before;
        }
    }
    reg_section_opener_clear(&opener);
    return error;
}

int reg_view_build(enum reg_suite suite, struct reg_bytes header, struct reg_bytes stored_body,
                   const struct reg_grant *grant, const uint8_t case_key[REG_CASE_KEY_LEN], struct reg_buf *buf)
{
    struct reg_stored_section section;
    struct closed closed;
    int error;

    reg_wire_put_bytes(buf, 1, header);
    error = put_sections(suite, stored_body, grant, case_key, buf, &closed);
    for (size_t i = 0; i < closed.count && error == 0; i++)
        put_closed(buf, closed.ids[i], closed.digests[i]);
    while (closed.rest.left > 0 && error == 0) {
        error = reg_body_next(&closed.rest, &section);
        if (error == 0 && !sees(&section, grant, case_key))
            put_closed(buf, section.id, section.digest.data);
    }
    return error == 0 ? buf->error : error;
}

/* ---- verifying ----------------------------------------------------------------------------------------------------- */

static int decode_view(struct reg_bytes view, struct reg_arena *arena, reg_pb_entry_view **ret, struct reg_error_info *info)
{
    ProtobufCMessage *message;
    int error = reg_message_decode(&registry__v1__entry_view__descriptor, view, REG_UNKNOWN_REFUSE, arena, &message, info);

    if (error == 0)
        *ret = (reg_pb_entry_view *)message;
    return error;
}

/* Appends id and digest of the next section in order of id, from whichever list has it. */
static int next_digest(enum reg_suite suite, const reg_pb_entry_view *view, size_t *open, size_t *closed,
                       struct reg_buf *digests, int64_t *last)
{
    const reg_pb_section *section = *open < view->n_sections ? view->sections[*open] : NULL;
    const reg_pb_section_digest *other = *closed < view->n_digests ? view->digests[*closed] : NULL;
    uint8_t digest[REG_DIGEST_LEN];
    uint32_t id = section && (!other || section->id < other->id) ? section->id : other->id;
    int error = 0;

    if ((int64_t)id <= *last || id > UINT16_MAX)
        return REG_ERR_INVALID;
    *last = id;
    if (section && id == section->id && (!other || id != other->id)) {
        if (section->salt.len != REG_SALT_LEN)
            return REG_ERR_INVALID;
        error = reg_section_digest(suite, (struct reg_bytes){section->salt.data, section->salt.len},
                                   (struct reg_bytes){section->bytes.data, section->bytes.len}, digest);
        ++*open;
    } else {
        if (other->digest.len != REG_DIGEST_LEN)
            return REG_ERR_INVALID;
        memcpy(digest, other->digest.data, sizeof digest);
        ++*closed;
    }
    if (error == 0)
        reg_body_digest_put(digests, id, digest);
    return error;
}

int reg_entry_view_verify(enum reg_suite suite, struct reg_bytes view, struct reg_error_info *info)
{
    struct reg_arena *arena = reg_arena_new(16u << 20);
    struct reg_buf digests = REG_BUF_INIT;
    uint8_t digest[REG_DIGEST_LEN];
    reg_pb_entry_view *decoded = NULL;
    struct reg_bytes named, all;
    size_t open = 0, closed = 0;
    int64_t last = -1;
    int error = arena ? decode_view(view, arena, &decoded, info) : REG_ERR_NOMEM;

    while (error == 0 && (open < decoded->n_sections || closed < decoded->n_digests)) {
        error = next_digest(suite, decoded, &open, &closed, &digests, &last);
        if (error == REG_ERR_INVALID)
            reg_fail(info, error, "信息段次序或长度有误", "sections are out of order or of a wrong length");
    }
    if (error == 0)
        error = reg_header_body_digest((struct reg_bytes){decoded->header.data, decoded->header.len}, &named);
    all = reg_buf_bytes(&digests);
    if (error == 0)
        error = digests.error ? digests.error : reg_digest(suite, &all, 1, digest);
    if (error == 0 && memcmp(named.data, digest, sizeof digest) != 0)
        error = reg_fail(info, REG_ERR_SIGNATURE, "所收内容与条目头的摘要不符",
                         "what was received contradicts the header's digest");
    reg_buf_clear(&digests);
    reg_arena_free(arena);
    return error;
}

/* ---- JSON ---------------------------------------------------------------------------------------------------------- */

/* Decodes `bytes` as a message of that type and gives its JSON; NULL where it does not decode. */
static json_t *decoded_json(const ProtobufCMessageDescriptor *type, const ProtobufCBinaryData *bytes,
                            struct reg_arena *arena)
{
    struct reg_buf buf = REG_BUF_INIT;
    ProtobufCMessage *message;
    json_t *json = NULL;

    if (reg_message_decode(type, (struct reg_bytes){bytes->data, bytes->len}, REG_UNKNOWN_IGNORE, arena, &message, NULL) ==
            0 &&
        reg_message_to_json(message, 0, &buf) == 0 && buf.error == 0)
        json = json_loadb((const char *)buf.data, buf.len, 0, NULL);
    reg_buf_clear(&buf);
    return json;
}

static json_t *view_json(const reg_pb_entry_view *view, struct reg_arena *arena)
{
    struct reg_buf buf = REG_BUF_INIT;
    json_t *json = NULL, *sections, *header;

    if (reg_message_to_json(&view->base, 0, &buf) == 0 && buf.error == 0)
        json = json_loadb((const char *)buf.data, buf.len, 0, NULL);
    reg_buf_clear(&buf);
    if (!json)
        return NULL;
    header = decoded_json(&registry__v1__entry_header__descriptor, &view->header, arena);
    if (header)
        json_object_set_new(json, "headerFields", header);
    sections = json_object_get(json, "sections");
    for (size_t i = 0; i < view->n_sections && i < json_array_size(sections); i++) {
        json_t *record = decoded_json(&registry__v1__record__descriptor, &view->sections[i]->bytes, arena);

        if (record)
            json_object_set_new(json_array_get(sections, i), "record", record);
    }
    return json;
}

int reg_entry_view_json(struct reg_bytes view, struct reg_data *ret_json, struct reg_error_info *info)
{
    struct reg_arena *arena = reg_arena_new(64u << 20);
    struct reg_buf buf = REG_BUF_INIT;
    reg_pb_entry_view *decoded = NULL;
    json_t *json = NULL;
    char *text = NULL;
    int error = arena ? decode_view(view, arena, &decoded, info) : REG_ERR_NOMEM;

    if (error == 0) {
        json = view_json(decoded, arena);
        text = json ? json_dumps(json, JSON_COMPACT) : NULL;
        error = text ? 0 : REG_ERR_NOMEM;
    }
    if (error == 0) {
        reg_buf_puts(&buf, text);
        error = reg_buf_finish(&buf, ret_json);
    }
    free(text);
    json_decref(json);
    reg_arena_free(arena);
    return error;
}
