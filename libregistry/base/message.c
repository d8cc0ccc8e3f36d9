#include "base/message.h"

#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "base/message_fault.h"
#include "base/utf8.h"

/* The model is not recursive; this bounds the stack for whatever else is decoded. */
#define MAX_DEPTH        32
#define MAX_FIELD_NUMBER ((1u << 29) - 1)

/* One check of foreign bytes, before protobuf-c sees them. */
struct check {
    enum reg_unknown_fields unknown;
    unsigned depth;
    struct message_fault fault;
};

static int check_message(struct check *check, const ProtobufCMessageDescriptor *type, struct reg_bytes bytes);

static int malformed(struct check *check)
{
    return message_fault_set(&check->fault, REG_ERR_INVALID, "%s：数据不是合法的 protobuf 编码",
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

/* What stands on the wire for one field: a number or a run of bytes. Groups (3 and 4) are not part of proto3. */
static bool take_value(struct reg_cursor *cursor, unsigned wire_type, uint64_t *ret_number, struct reg_bytes *ret_bytes)
{
    switch (wire_type) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return take_varint(cursor, ret_number);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        return reg_cursor_bytes(cursor, 8, ret_bytes);
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        return take_length_prefixed(cursor, ret_bytes);
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        return reg_cursor_bytes(cursor, 4, ret_bytes);
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

static int check_enum(struct check *check, const ProtobufCFieldDescriptor *field, uint64_t number)
{
    /* Negative values come as 64 bits; an enum has 32 of them. */
    int64_t value = (int64_t)number;

    if (value >= INT32_MIN && value <= INT32_MAX && protobuf_c_enum_descriptor_get_value(field->descriptor, (int)value))
        return 0;
    return message_fault_set(&check->fault, REG_ERR_INVALID, "%s：没有这个枚举值", "%s: no such enum value");
}

/* The elements of a packed field, which must fill the run of bytes exactly. */
static int check_packed(struct check *check, const ProtobufCFieldDescriptor *field, struct reg_bytes bytes)
{
    struct reg_cursor cursor = reg_cursor_of(bytes);
    unsigned wire_type = wire_type_of(field->type);
    struct reg_bytes fixed;
    uint64_t number = 0;
    int error = 0;

    while (!error && cursor.left > 0) {
        if (!take_value(&cursor, wire_type, &number, &fixed))
            return malformed(check);
        if (field->type == PROTOBUF_C_TYPE_ENUM)
            error = check_enum(check, field, number);
    }
    return error;
}

static int check_submessage(struct check *check, const ProtobufCFieldDescriptor *field, struct reg_bytes bytes)
{
    int error;

    if (check->depth == MAX_DEPTH)
        return message_fault_set(&check->fault, REG_ERR_LIMIT, "%s：嵌套过深", "%s: nested too deeply");
    check->depth++;
    error = check_message(check, field->descriptor, bytes);
    check->depth--;
    return error;
}

static int check_field(struct check *check, const ProtobufCFieldDescriptor *field, unsigned wire_type, uint64_t number,
                       struct reg_bytes bytes)
{
    unsigned own = wire_type_of(field->type);

    if (wire_type != own) {
        /* A list of numbers comes packed or one by one, whichever the sender likes. */
        if (field->label == PROTOBUF_C_LABEL_REPEATED && wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
            return check_packed(check, field, bytes);
        return message_fault_set(&check->fault, REG_ERR_INVALID, "%s：编码类型与字段不符",
                                 "%s: the wire type is not this field's");
    }
    if (field->type == PROTOBUF_C_TYPE_STRING && !reg_utf8_valid(bytes.data, bytes.len))
        return message_fault_set(&check->fault, REG_ERR_ENCODING, "%s：文字不是合法的 UTF-8，或含有空字符",
                                 "%s: text is not valid UTF-8, or holds a NUL");
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return check_submessage(check, field, bytes);
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return check_enum(check, field, number);
    return 0;
}

/* Which element of a list starts at `element`: counted only once something is wrong with it. */
static size_t index_of(const ProtobufCFieldDescriptor *field, struct reg_bytes message, const uint8_t *element)
{
    struct reg_cursor cursor = reg_cursor_of(message);
    struct reg_bytes bytes;
    uint64_t tag, number;
    size_t index = 0;

    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return MESSAGE_NO_INDEX;
    while (cursor.at < element && take_varint(&cursor, &tag) && take_value(&cursor, tag & 7, &number, &bytes))
        index += tag >> 3 == field->id;
    return index;
}

static int check_unknown(struct check *check, uint32_t number)
{
    char name[16];

    if (check->unknown == REG_UNKNOWN_IGNORE)
        return 0;
    snprintf(name, sizeof name, "#%u", number);
    message_fault_within(&check->fault, name, MESSAGE_NO_INDEX);
    return message_fault_set(&check->fault, REG_ERR_UNKNOWN_FIELD, "%s：模型中没有此字段",
                             "%s: the model has no such field");
}

static int check_message(struct check *check, const ProtobufCMessageDescriptor *type, struct reg_bytes bytes)
{
    struct reg_cursor cursor = reg_cursor_of(bytes);

    while (cursor.left > 0) {
        const ProtobufCFieldDescriptor *field;
        const uint8_t *start = cursor.at;
        struct reg_bytes value = {0};
        uint64_t tag, number = 0;
        int error;

        if (!take_varint(&cursor, &tag) || tag >> 3 < 1 || tag >> 3 > MAX_FIELD_NUMBER)
            return malformed(check);
        field = find_field(type, (uint32_t)(tag >> 3));
        if (!take_value(&cursor, tag & 7, &number, &value))
            error = malformed(check);
        else if (!field)
            error = check_unknown(check, (uint32_t)(tag >> 3));
        else
            error = check_field(check, field, tag & 7, number, value);
        if (error) {
            if (field)
                message_fault_within_field(&check->fault, field, index_of(field, bytes, start));
            return error;
        }
    }
    return 0;
}

struct arena_allocator {
    ProtobufCAllocator functions;
    struct reg_arena *arena;
    int refused;
};

static void *allocate(void *data, size_t size)
{
    struct arena_allocator *allocator = data;
    void *memory = reg_arena_alloc(allocator->arena, size);

    if (!memory)
        allocator->refused = 1;
    return memory;
}

static void leave(void *data, void *pointer)
{
    (void)data;
    (void)pointer;
}

int reg_message_decode(const ProtobufCMessageDescriptor *type, struct reg_bytes bytes, enum reg_unknown_fields unknown,
                       struct reg_arena *arena, ProtobufCMessage **ret, struct reg_error_info *info)
{
    struct check check = {.unknown = unknown};
    struct arena_allocator allocator = {{allocate, leave, NULL}, arena, 0};
    ProtobufCMessage *message;
    int error;

    message_fault_init(&check.fault);
    error = check_message(&check, type, bytes);
    if (error)
        return message_fault_report(&check.fault, type, info);
    allocator.functions.allocator_data = &allocator;
    message = protobuf_c_message_unpack(type, &allocator.functions, bytes.len, bytes.data);
    if (!message) {
        if (!allocator.refused)
            malformed(&check);
        else if (reg_arena_over_budget(arena))
            message_fault_set(&check.fault, REG_ERR_LIMIT, "%s：解码所需内存超过限额",
                              "%s: decoding takes more memory than allowed");
        else
            message_fault_set(&check.fault, REG_ERR_NOMEM, "%s：内存不足", "%s: out of memory");
        return message_fault_report(&check.fault, type, info);
    }
    *ret = message;
    return 0;
}

void reg_message_encode(const ProtobufCMessage *message, struct reg_buf *buf)
{
    uint8_t *at = reg_buf_extend(buf, protobuf_c_message_get_packed_size(message));

    if (at)
        protobuf_c_message_pack(message, at);
}
