/* The wire format is decoded here and not by protobuf-c's unpack, which cannot refuse an unknown field, a NUL or an unknown
 * enum value, refuses messages that come in two parts (1.4.1 fails to merge them under proto3), and allocates forty bytes
 * of scaffolding for each field that a peer sends. Its structs, descriptors and encoder are used. */
#include "base/message.h"

#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/message_fault.h"
#include "base/utf8.h"

/* The model is not recursive; this bounds the stack for whatever else is decoded. */
#define MAX_DEPTH        32
#define MAX_FIELD_NUMBER ((1u << 29) - 1)

/* One decoding: checked and filled in the same walk, into the arena. */
struct decoder {
    enum reg_unknown_fields unknown;
    unsigned depth;
    struct reg_arena *arena;
    struct message_fault fault;
};

/* What stands on the wire for one field: a number (varint, or fixed and little-endian) or a run of bytes. */
struct wire_value {
    uint64_t number;
    struct reg_bytes bytes;
};

static int decode_message(struct decoder *decoder, struct reg_bytes bytes, ProtobufCMessage *message);

static int malformed(struct decoder *decoder)
{
    return message_fault_set(&decoder->fault, REG_ERR_INVALID, "%s：数据不是合法的 protobuf 编码",
                             "%s: the bytes are not a valid protobuf encoding");
}

/* At most ten bytes, of which the last has one bit of the 64. */
static bool take_varint(struct reg_cursor *cursor, uint64_t *ret)
{
    struct reg_cursor ahead = *cursor;
    uint64_t value = 0;
    uint8_t byte;

    if (cursor->left > 0 && cursor->at[0] < 0x80) {
        *ret = cursor->at[0];
        cursor->at++;
        cursor->left--;
        return true;
    }
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (!reg_cursor_u8(&ahead, &byte) || (shift == 63 && byte > 1))
            return false;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *cursor = ahead;
            *ret = value;
            return true;
        }
    }
    return false;
}

static bool take_length_prefixed(struct reg_cursor *cursor, struct reg_bytes *ret)
{
    uint64_t len;

    return take_varint(cursor, &len) && len <= cursor->left && reg_cursor_bytes(cursor, (size_t)len, ret);
}

static bool take_fixed(struct reg_cursor *cursor, size_t size, uint64_t *ret)
{
    struct reg_bytes bytes;
    uint64_t number = 0;

    if (!reg_cursor_bytes(cursor, size, &bytes))
        return false;
    while (size-- > 0)
        number = number << 8 | bytes.data[size];
    *ret = number;
    return true;
}

/* Groups (3 and 4) are not part of proto3. */
static bool take_value(struct reg_cursor *cursor, unsigned wire_type, struct wire_value *ret)
{
    switch (wire_type) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return take_varint(cursor, &ret->number);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        return take_fixed(cursor, 8, &ret->number);
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        return take_length_prefixed(cursor, &ret->bytes);
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        return take_fixed(cursor, 4, &ret->number);
    default:
        return false;
    }
}

/* The field numbers of a message come in runs; most have one, from 1. */
static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *type, uint32_t number)
{
    for (unsigned i = 0; i < type->n_field_ranges; i++) {
        const ProtobufCIntRange *range = &type->field_ranges[i];
        uint32_t offset = number - (uint32_t)range->start_value;

        if (number < (uint32_t)range->start_value)
            return NULL;
        if (offset < range[1].orig_index - range->orig_index)
            return &type->fields[range->orig_index + offset];
    }
    return NULL;
}

static unsigned wire_type_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return PROTOBUF_C_WIRE_TYPE_64BIT;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return PROTOBUF_C_WIRE_TYPE_32BIT;
    default:
        return PROTOBUF_C_WIRE_TYPE_VARINT;
    }
}

static void *allocate(struct decoder *decoder, size_t size)
{
    void *memory = reg_arena_alloc(decoder->arena, size);

    if (memory)
        return memory;
    if (reg_arena_over_budget(decoder->arena))
        message_fault_set(&decoder->fault, REG_ERR_LIMIT, "%s：解码所需内存超过限额",
                          "%s: decoding takes more memory than allowed");
    else
        message_fault_set(&decoder->fault, REG_ERR_NOMEM, "%s：内存不足", "%s: out of memory");
    return NULL;
}

static int decode_enum(struct decoder *decoder, const ProtobufCFieldDescriptor *field, uint64_t number, void *slot)
{
    /* Negative values come as 64 bits; an enum has 32 of them. */
    int64_t value = (int64_t)number;

    if (value < INT32_MIN || value > INT32_MAX || !protobuf_c_enum_descriptor_get_value(field->descriptor, (int)value))
        return message_fault_set(&decoder->fault, REG_ERR_INVALID, "%s：没有这个枚举值", "%s: no such enum value");
    *(int *)slot = (int)value;
    return 0;
}

static int decode_string(struct decoder *decoder, struct reg_bytes bytes, void *slot)
{
    char *text;

    if (!reg_utf8_valid(bytes.data, bytes.len))
        return message_fault_set(&decoder->fault, REG_ERR_ENCODING, "%s：文字不是合法的 UTF-8，或含有空字符",
                                 "%s: text is not valid UTF-8, or holds a NUL");
    text = allocate(decoder, bytes.len + 1);
    if (!text)
        return decoder->fault.error;
    memcpy(text, bytes.data, bytes.len);
    *(char **)slot = text;
    return 0;
}

static int decode_bytes(struct decoder *decoder, struct reg_bytes bytes, ProtobufCBinaryData *slot)
{
    *slot = (ProtobufCBinaryData){0};
    if (bytes.len == 0)
        return 0;
    slot->data = allocate(decoder, bytes.len);
    if (!slot->data)
        return decoder->fault.error;
    memcpy(slot->data, bytes.data, bytes.len);
    slot->len = bytes.len;
    return 0;
}

/* A message that comes a second time is merged into the first, as the wire format wants it. */
static int decode_submessage(struct decoder *decoder, const ProtobufCFieldDescriptor *field, struct reg_bytes bytes,
                             ProtobufCMessage **slot)
{
    const ProtobufCMessageDescriptor *type = field->descriptor;
    int error;

    if (decoder->depth == MAX_DEPTH)
        return message_fault_set(&decoder->fault, REG_ERR_LIMIT, "%s：嵌套过深", "%s: nested too deeply");
    if (!*slot) {
        *slot = allocate(decoder, type->sizeof_message);
        if (!*slot)
            return decoder->fault.error;
        type->message_init(*slot);
    }
    decoder->depth++;
    error = decode_message(decoder, bytes, *slot);
    decoder->depth--;
    return error;
}

static int decode_value(struct decoder *decoder, const ProtobufCFieldDescriptor *field, const struct wire_value *value,
                        void *slot)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return decode_string(decoder, value->bytes, slot);
    case PROTOBUF_C_TYPE_BYTES:
        return decode_bytes(decoder, value->bytes, slot);
    case PROTOBUF_C_TYPE_MESSAGE:
        return decode_submessage(decoder, field, value->bytes, slot);
    case PROTOBUF_C_TYPE_ENUM:
        return decode_enum(decoder, field, value->number, slot);
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)slot = value->number != 0;
        return 0;
    case PROTOBUF_C_TYPE_SINT32:
        *(uint32_t *)slot = (uint32_t)value->number >> 1 ^ -((uint32_t)value->number & 1);
        return 0;
    case PROTOBUF_C_TYPE_SINT64:
        *(uint64_t *)slot = value->number >> 1 ^ -(value->number & 1);
        return 0;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        *(uint32_t *)slot = (uint32_t)value->number;
        return 0;
    default:
        *(uint64_t *)slot = value->number;
        return 0;
    }
}

/* The slot of one more element, zeroed; NULL with the fault set. A list has room for 4, 8, 16 … elements, so its length
 * says when it is full, and no peer can make it copy more than twice what it sends. */
static void *add_element(struct decoder *decoder, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    size_t *count = (size_t *)(void *)((uint8_t *)message + field->quantifier_offset);
    uint8_t **list = (uint8_t **)(void *)((uint8_t *)message + field->offset);
    size_t size = message_element_size(field->type), room = 0;

    if (*count == 0)
        room = 4;
    else if (*count >= 4 && (*count & (*count - 1)) == 0)
        room = *count * 2;
    if (room > 0) {
        uint8_t *grown = allocate(decoder, room * size);

        if (!grown)
            return NULL;
        if (*count > 0)
            memcpy(grown, *list, *count * size);
        *list = grown;
    }
    return *list + (*count)++ * size;
}

static int decode_element(struct decoder *decoder, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                          const struct wire_value *value)
{
    void *slot = add_element(decoder, message, field);

    return slot ? decode_value(decoder, field, value, slot) : decoder->fault.error;
}

/* The elements of a packed field, which must fill the run of bytes exactly. */
static int decode_packed(struct decoder *decoder, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                         struct reg_bytes bytes)
{
    struct reg_cursor cursor = reg_cursor_of(bytes);
    unsigned wire_type = wire_type_of(field->type);
    struct wire_value value = {0};
    int error = 0;

    while (!error && cursor.left > 0) {
        if (!take_value(&cursor, wire_type, &value))
            return malformed(decoder);
        error = decode_element(decoder, message, field, &value);
    }
    return error;
}

/* Chooses a member of a oneof; the one chosen before is forgotten, unless it is the same. */
static void choose(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, void *slot)
{
    uint32_t *chosen = (uint32_t *)(void *)((uint8_t *)message + field->quantifier_offset);

    if (*chosen != field->id)
        memset(slot, 0, message_element_size(field->type));
    *chosen = field->id;
}

static int decode_field(struct decoder *decoder, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                        unsigned wire_type, const struct wire_value *value)
{
    void *slot = (uint8_t *)message + field->offset;

    if (wire_type != wire_type_of(field->type)) {
        /* A list of numbers comes packed or one by one, whichever the sender likes. */
        if (field->label == PROTOBUF_C_LABEL_REPEATED && wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
            return decode_packed(decoder, message, field, value->bytes);
        return message_fault_set(&decoder->fault, REG_ERR_INVALID, "%s：编码类型与字段不符",
                                 "%s: the wire type is not this field's");
    }
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return decode_element(decoder, message, field, value);
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        choose(message, field, slot);
    return decode_value(decoder, field, value, slot);
}

/* Which element of a list starts at `element`: counted only once something is wrong with it. */
static size_t index_of(const ProtobufCFieldDescriptor *field, struct reg_bytes message, const uint8_t *element)
{
    struct reg_cursor cursor = reg_cursor_of(message);
    struct wire_value value;
    uint64_t tag;
    size_t index = 0;

    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return MESSAGE_NO_INDEX;
    while (cursor.at < element && take_varint(&cursor, &tag) && take_value(&cursor, tag & 7, &value))
        index += tag >> 3 == field->id;
    return index;
}

static int skip_unknown(struct decoder *decoder, uint32_t number)
{
    char name[16];

    if (decoder->unknown == REG_UNKNOWN_IGNORE)
        return 0;
    snprintf(name, sizeof name, "#%u", number);
    message_fault_within(&decoder->fault, name, MESSAGE_NO_INDEX);
    return message_fault_set(&decoder->fault, REG_ERR_UNKNOWN_FIELD, "%s：模型中没有此字段",
                             "%s: the model has no such field");
}

static int decode_message(struct decoder *decoder, struct reg_bytes bytes, ProtobufCMessage *message)
{
    struct reg_cursor cursor = reg_cursor_of(bytes);

    while (cursor.left > 0) {
        const ProtobufCFieldDescriptor *field;
        const uint8_t *start = cursor.at;
        struct wire_value value = {0};
        uint64_t tag;
        int error;

        if (!take_varint(&cursor, &tag) || tag >> 3 < 1 || tag >> 3 > MAX_FIELD_NUMBER)
            return malformed(decoder);
        field = find_field(message->descriptor, (uint32_t)(tag >> 3));
        if (!take_value(&cursor, tag & 7, &value))
            error = malformed(decoder);
        else if (!field)
            error = skip_unknown(decoder, (uint32_t)(tag >> 3));
        else
            error = decode_field(decoder, message, field, tag & 7, &value);
        if (error) {
            if (field)
                message_fault_within_field(&decoder->fault, field, index_of(field, bytes, start));
            return error;
        }
    }
    return 0;
}

int reg_message_decode(const ProtobufCMessageDescriptor *type, struct reg_bytes bytes, enum reg_unknown_fields unknown,
                       struct reg_arena *arena, ProtobufCMessage **ret, struct reg_error_info *info)
{
    struct decoder decoder = {.unknown = unknown, .arena = arena};
    ProtobufCMessage *message;

    message_fault_init(&decoder.fault);
    message = allocate(&decoder, type->sizeof_message);
    if (!message)
        return message_fault_report(&decoder.fault, type, info);
    type->message_init(message);
    if (decode_message(&decoder, bytes, message))
        return message_fault_report(&decoder.fault, type, info);
    *ret = message;
    return 0;
}

void reg_message_encode(const ProtobufCMessage *message, struct reg_buf *buf)
{
    uint8_t *at = reg_buf_extend(buf, protobuf_c_message_get_packed_size(message));

    if (at)
        protobuf_c_message_pack(message, at);
}
