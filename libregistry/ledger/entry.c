/* Bodies and headers. */
#include "ledger/entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/message.h"
#include "crypto/digest.h"
#include "ledger/body.h"

void reg_fragments_free(struct reg_fragment *fragments, size_t count)
{
    for (size_t i = 0; fragments && i < count; i++)
        reg_data_clear(&fragments[i].bytes);
    free(fragments);
}

/* ---- digests ------------------------------------------------------------------------------------------------------- */

int reg_section_digest(enum reg_suite suite, struct reg_bytes salt, struct reg_bytes bytes, uint8_t ret[REG_DIGEST_LEN])
{
    struct reg_bytes parts[] = {salt, bytes};

    return reg_digest(suite, parts, 2, ret);
}

void reg_body_digest_put(struct reg_buf *buf, uint32_t id, const uint8_t digest[REG_DIGEST_LEN])
{
    reg_buf_put_be16(buf, (uint16_t)id);
    reg_buf_put(buf, digest, REG_DIGEST_LEN);
}

/* What sealing binds a section to: its id. */
struct reg_bytes reg_section_aad(uint32_t id, uint8_t space[2])
{
    space[0] = (uint8_t)(id >> 8);
    space[1] = (uint8_t)id;
    return (struct reg_bytes){space, 2};
}

/* ---- building ------------------------------------------------------------------------------------------------------ */

/* One section on its way into the body. */
static int add_section(enum reg_suite suite, const struct reg_fragment *fragment, struct reg_sealer *sealer,
                       const struct reg_host *host, struct reg_buf *body, struct reg_buf *digests)
{
    reg_pb_stored_section section = REGISTRY__V1__STORED_SECTION__INIT;
    reg_pb_stored_body holder = REGISTRY__V1__STORED_BODY__INIT;
    reg_pb_stored_section *list = &section;
    uint8_t salt[REG_SALT_LEN], nonce[REG_SEAL_NONCE_LEN], digest[REG_DIGEST_LEN], aad[2];
    struct reg_bytes bytes = reg_bytes_of(&fragment->bytes);
    struct reg_buf plain = REG_BUF_INIT, sealed = REG_BUF_INIT;
    int error = host->random(host->context, salt, sizeof salt);

    if (error == 0)
        error = reg_section_digest(suite, (struct reg_bytes){salt, sizeof salt}, bytes, digest);
    section.id = fragment->id;
    section.digest = (ProtobufCBinaryData){sizeof digest, digest};
    if (error == 0 && fragment->id == REG_SECTION_PUBLIC) {
        section.salt = (ProtobufCBinaryData){sizeof salt, salt};
        section.bytes = (ProtobufCBinaryData){bytes.len, (uint8_t *)bytes.data};
    } else if (error == 0) {
        reg_buf_put(&plain, salt, sizeof salt);
        reg_buf_put(&plain, bytes.data, bytes.len);
        error = plain.error ? plain.error : host->random(host->context, nonce, sizeof nonce);
        if (error == 0)
            error = reg_sealer_seal(sealer, nonce, reg_section_aad(fragment->id, aad), reg_buf_bytes(&plain), &sealed);
        section.sealed = (ProtobufCBinaryData){sealed.len, sealed.data};
    }
    if (error == 0) { /* a body is the concatenation of bodies of one section */
        holder.n_sections = 1;
        holder.sections = &list;
        reg_message_encode(&holder.base, body);
        reg_body_digest_put(digests, fragment->id, digest);
        error = body->error ? body->error : digests->error;
    }
    reg_buf_wipe(&plain);
    reg_buf_clear(&sealed);
    return error;
}

int reg_body_build(enum reg_suite suite, const struct reg_fragment *fragments, size_t count,
                   const uint8_t case_key[REG_CASE_KEY_LEN], const struct reg_host *host, struct reg_data *ret_body,
                   uint8_t ret_digest[REG_DIGEST_LEN])
{
    struct reg_buf body = REG_BUF_INIT, digests = REG_BUF_INIT;
    struct reg_sealer *sealer = NULL;
    struct reg_bytes all;
    int error = count > 0 && fragments[0].id == REG_SECTION_PUBLIC && (count == 1 || case_key) ? 0 : REG_ERR_INVALID;

    if (error == 0 && case_key)
        error = reg_sealer_new(suite, case_key, &sealer);
    for (size_t i = 0; i < count && error == 0; i++)
        error = i > 0 && (fragments[i].id <= fragments[i - 1].id || fragments[i].id > UINT16_MAX)
                    ? REG_ERR_INVALID
                    : add_section(suite, &fragments[i], sealer, host, &body, &digests);
    all = reg_buf_bytes(&digests);
    if (error == 0)
        error = reg_digest(suite, &all, 1, ret_digest);
    if (error == 0)
        error = reg_buf_finish(&body, ret_body);
    reg_sealer_free(sealer);
    reg_buf_clear(&body);
    reg_buf_clear(&digests);
    return error;
}

int reg_header_encode(const uint8_t registry_id[REG_REGISTRY_ID_LEN], uint64_t position, reg_pb_entry_kind kind,
                      const char *code, int64_t time_ms, uint32_t authority, const uint8_t body_digest[REG_DIGEST_LEN],
                      struct reg_buf *buf)
{
    reg_pb_entry_header header = REGISTRY__V1__ENTRY_HEADER__INIT;

    header.format = 1;
    header.registry_id = (ProtobufCBinaryData){REG_REGISTRY_ID_LEN, (uint8_t *)registry_id};
    header.position = position;
    header.kind = kind;
    header.credit_code = (char *)code;
    header.time_ms = time_ms;
    header.authority = authority;
    header.body_digest = (ProtobufCBinaryData){REG_DIGEST_LEN, (uint8_t *)body_digest};
    reg_message_encode(&header.base, buf);
    return buf->error;
}

/* ---- reading back -------------------------------------------------------------------------------------------------- */

int reg_body_next(struct reg_cursor *cursor, struct reg_stored_section *ret)
{
    struct reg_stored_section section = {0};
    struct reg_cursor inner;
    struct reg_bytes message, field;
    uint64_t tag, value;

    if (!reg_wire_varint(cursor, &tag) || tag != (1 << 3 | 2) || !reg_wire_bytes(cursor, &message))
        return REG_ERR_CORRUPT;
    for (inner = reg_cursor_of(message); inner.left > 0;) {
        if (!reg_wire_varint(&inner, &tag))
            return REG_ERR_CORRUPT;
        if (tag == (1 << 3 | 0)) {
            if (!reg_wire_varint(&inner, &value) || value > UINT16_MAX)
                return REG_ERR_CORRUPT;
            section.id = (uint32_t)value;
            continue;
        }
        if (!reg_wire_bytes(&inner, &field))
            return REG_ERR_CORRUPT;
        switch (tag >> 3) {
        case 2:
            section.digest = field;
            break;
        case 3:
            section.salt = field;
            break;
        case 4:
            section.bytes = field;
            break;
        case 5:
            section.sealed = field;
            break;
        default:
            return REG_ERR_CORRUPT;
        }
    }
    if (section.digest.len != REG_DIGEST_LEN || (section.sealed.len == 0 && section.salt.len != REG_SALT_LEN))
        return REG_ERR_CORRUPT;
    *ret = section;
    return 0;
}

void reg_section_opener_clear(struct reg_section_opener *opener)
{
    reg_sealer_free(opener->sealer);
    reg_buf_wipe(&opener->plain);
    opener->sealer = NULL;
}

int reg_section_open(struct reg_section_opener *opener, const struct reg_stored_section *section, struct reg_bytes *ret_salt,
                     struct reg_bytes *ret_bytes)
{
    struct reg_buf *plain = &opener->plain;
    uint8_t aad[2];
    int error = 0;

    if (section->sealed.len == 0) {
        *ret_salt = section->salt;
        *ret_bytes = section->bytes;
        return 0;
    }
    if (!opener->sealer)
        error = reg_sealer_new(opener->suite, opener->case_key, &opener->sealer);
    plain->len = 0;
    if (error == 0)
        error = reg_sealer_open(opener->sealer, reg_section_aad(section->id, aad), section->sealed, plain);
    if (error != 0)
        return error;
    if (plain->len < REG_SALT_LEN)
        return REG_ERR_CORRUPT;
    *ret_salt = (struct reg_bytes){plain->data, REG_SALT_LEN};
    *ret_bytes = (struct reg_bytes){plain->data + REG_SALT_LEN, plain->len - REG_SALT_LEN};
    return 0;
}

int reg_record_decode(struct reg_bytes stored_body, enum reg_suite suite, const uint8_t case_key[REG_CASE_KEY_LEN],
                      struct reg_arena *arena, reg_pb_record **ret)
{
    struct reg_section_opener opener = {.suite = suite, .case_key = case_key};
    struct reg_buf whole = REG_BUF_INIT;
    struct reg_cursor cursor = reg_cursor_of(stored_body);
    ProtobufCMessage *record;
    int error = 0;

    while (cursor.left > 0 && error == 0) {
        struct reg_stored_section section;
        struct reg_bytes salt, bytes;

        error = reg_body_next(&cursor, &section);
        if (error == 0 && section.sealed.len > 0 && !case_key)
            continue;
        if (error == 0)
            error = reg_section_open(&opener, &section, &salt, &bytes);
        if (error == 0)
            reg_buf_put(&whole, bytes.data, bytes.len);
    }
    if (error == 0)
        error = whole.error;
    if (error == 0)
        error = reg_message_decode(&registry__v1__record__descriptor, reg_buf_bytes(&whole), REG_UNKNOWN_REFUSE, arena,
                                   &record, NULL);
    if (error == 0)
        *ret = (reg_pb_record *)record;
    reg_buf_wipe(&whole);
    reg_section_opener_clear(&opener);
    return error;
}

/* ---- checking ------------------------------------------------------------------------------------------------------ */

int reg_header_body_digest(struct reg_bytes header, struct reg_bytes *ret)
{
    struct reg_cursor cursor = reg_cursor_of(header);
    struct reg_bytes field, found = {NULL, 0};
    uint64_t tag, value;

    while (cursor.left > 0) {
        if (!reg_wire_varint(&cursor, &tag))
            return REG_ERR_INVALID;
        if ((tag & 7) == 0 && reg_wire_varint(&cursor, &value))
            continue;
        if ((tag & 7) != 2 || !reg_wire_bytes(&cursor, &field))
            return REG_ERR_INVALID;
        if (tag >> 3 == 8)
            found = field;
    }
    if (found.len != REG_DIGEST_LEN)
        return REG_ERR_INVALID;
    *ret = found;
    return 0;
}

static int check_section(struct reg_section_opener *opener, const struct reg_stored_section *section,
                         struct reg_error_info *info)
{
    struct reg_bytes salt, bytes;
    uint8_t digest[REG_DIGEST_LEN];
    int error;

    if (section->sealed.len > 0 && !opener->case_key)
        return 0;
    error = reg_section_open(opener, section, &salt, &bytes);
    if (error == REG_ERR_SIGNATURE || error == REG_ERR_CORRUPT)
        return reg_fail(info, REG_ERR_CORRUPT, "信息段 %u 无法解封", "section %u does not unseal", section->id);
    if (error == 0)
        error = reg_section_digest(opener->suite, salt, bytes, digest);
    if (error == 0 && memcmp(digest, section->digest.data, sizeof digest) != 0)
        error = reg_fail(info, REG_ERR_CORRUPT, "信息段 %u 与其摘要不符", "section %u contradicts its digest", section->id);
    return error;
}

int reg_body_check(enum reg_suite suite, struct reg_bytes header, struct reg_bytes stored_body,
                   const uint8_t case_key[REG_CASE_KEY_LEN], struct reg_error_info *info)
{
    struct reg_section_opener opener = {.suite = suite, .case_key = case_key};
    struct reg_buf digests = REG_BUF_INIT;
    struct reg_cursor cursor = reg_cursor_of(stored_body);
    struct reg_bytes named, all;
    uint8_t digest[REG_DIGEST_LEN];
    int64_t last = -1;
    int error = 0;

    while (cursor.left > 0 && error == 0) {
        struct reg_stored_section section;

        error = reg_body_next(&cursor, &section);
        if (error == 0 && (int64_t)section.id <= last)
            error = REG_ERR_CORRUPT;
        if (error != 0) {
            reg_fail(info, error, "条目正文无法解码", "the body does not decode");
            break;
        }
        last = section.id;
        error = check_section(&opener, &section, info);
        reg_body_digest_put(&digests, section.id, section.digest.data);
    }
    all = reg_buf_bytes(&digests);
    if (error == 0)
        error = digests.error ? digests.error : reg_digest(suite, &all, 1, digest);
    if (error == 0 && (reg_header_body_digest(header, &named) != 0 || memcmp(named.data, digest, sizeof digest) != 0))
        error = reg_fail(info, REG_ERR_CORRUPT, "正文与条目头的摘要不符", "the body contradicts the header's digest");
    reg_buf_clear(&digests);
    reg_section_opener_clear(&opener);
    return error;
}
