/* Messages to JSON: the proto3 JSON mapping, made from the descriptors. */
#include "base/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/base64.h"
#include "base/message_fault.h"
#include "base/utf8.h"

/* The first error; once set, what is made is thrown away. */
struct writer {
    int error;
};

static json_t *message_to_json(struct writer *writer, const ProtobufCMessage *message);

static json_t *string_to_json(struct writer *writer, const char *text)
{
    size_t len = text ? strlen(text) : 0;

    if (!reg_utf8_valid(text, len)) {
        writer->error = REG_ERR_ENCODING;
        return NULL;
    }
    return json_stringn_nocheck(text ? text : "", len);
}

static json_t *bytes_to_json(const ProtobufCBinaryData *bytes)
{
    size_t len = base64_encoded_length(bytes->len);
    char *text = malloc(len + 1);
    json_t *json = NULL;

    if (text) {
        base64_encode(bytes->data, bytes->len, text);
        json = json_stringn_nocheck(text, len);
    }
    free(text);
    return json;
}

/* Numbers of 64 bits are strings: a JavaScript number holds 53. */
static json_t *long_to_json(const void *value, bool is_signed)
{
    char text[24];

    if (is_signed)
        snprintf(text, sizeof text, "%" PRId64, *(const int64_t *)value);
    else
        snprintf(text, sizeof text, "%" PRIu64, *(const uint64_t *)value);
    return json_string(text);
}

static json_t *enum_to_json(const ProtobufCFieldDescriptor *field, int value)
{
    const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(field->descriptor, value);

    return known ? json_string(known->name) : json_integer(value);
}

static json_t *value_to_json(struct writer *writer, const ProtobufCFieldDescriptor *field, const void *value)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return json_integer(*(const int32_t *)value);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return json_integer(*(const uint32_t *)value);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return long_to_json(value, true);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return long_to_json(value, false);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *)value);
    case PROTOBUF_C_TYPE_ENUM:
        return enum_to_json(field, *(const int *)value);
    case PROTOBUF_C_TYPE_STRING:
        return string_to_json(writer, *(const char *const *)value);
    case PROTOBUF_C_TYPE_BYTES:
        return bytes_to_json(value);
    case PROTOBUF_C_TYPE_MESSAGE:
        return message_to_json(writer, *(const ProtobufCMessage *const *)value);
    default:
        /* Amounts are integers and decimals are strings: the model has no floating point. */
        writer->error = REG_ERR_UNSUPPORTED;
        return NULL;
    }
}

static json_t *list_to_json(struct writer *writer, const ProtobufCFieldDescriptor *field, const void *const *list,
                            size_t count)
{
    const uint8_t *element = *list;
    size_t size = message_element_size(field->type);
    json_t *array = json_array();

    for (size_t i = 0; array && i < count; i++) {
        json_t *json = value_to_json(writer, field, element + i * size);

        if (!json || json_array_append_new(array, json) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* Fields without presence are there where they are not zero or empty, members of a oneof where they were chosen. */
static bool is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const void *value)
{
    const void *quantifier = (const uint8_t *)message + field->quantifier_offset;
    static const uint64_t zero;

    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        return *(const uint32_t *)quantifier == field->id;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const size_t *)quantifier > 0;
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(const char *const *)value;

        return text && *text;
    }
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return ((const ProtobufCBinaryData *)value)->len > 0;
    return memcmp(value, &zero, message_element_size(field->type)) != 0;
}

static json_t *message_to_json(struct writer *writer, const ProtobufCMessage *message)
{
    json_t *object = json_object();

    for (unsigned i = 0; object && i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const void *value = (const uint8_t *)message + field->offset;
        char name[MESSAGE_NAME_SIZE];
        json_t *json;

        if (!is_set(message, field, value))
            continue;
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            json =
                list_to_json(writer, field, value, *(const size_t *)((const uint8_t *)message + field->quantifier_offset));
        else
            json = value_to_json(writer, field, value);
        message_json_name(field, name);
        if (!json || json_object_set_new_nocheck(object, name, json) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static int append(const char *text, size_t len, void *data)
{
    struct reg_buf *buf = data;

    reg_buf_put(buf, text, len);
    return buf->error ? -1 : 0;
}

int reg_message_to_json(const ProtobufCMessage *message, int indent, struct reg_buf *buf)
{
    struct writer writer = {0};
    json_t *json = message_to_json(&writer, message);
    int failed;

    if (!json)
        return writer.error ? writer.error : REG_ERR_NOMEM;
    failed = json_dump_callback(json, append, buf, indent > 0 ? JSON_INDENT((size_t)indent) : JSON_COMPACT);
    json_decref(json);
    if (buf->error)
        return buf->error;
    return failed ? REG_ERR_NOMEM : 0;
}
