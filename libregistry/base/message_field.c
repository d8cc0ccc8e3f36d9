/* Fields of messages by their descriptors: what amending a filing and listing changes rest on. */
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/message_fault.h"

/* "family_members" is "familyMembers" in JSON. */
static bool same_name(const char *snake, const char *camel)
{
    for (; *snake; snake++, camel++) {
        char expected = *snake;

        if (expected == '_') {
            snake++;
            expected = (char)(*snake - 'a' + 'A');
        }
        if (*camel != expected)
            return false;
    }
    return *camel == '\0';
}

const ProtobufCFieldDescriptor *reg_message_field(const ProtobufCMessageDescriptor *type, const char *json_name)
{
    for (unsigned i = 0; i < type->n_fields; i++)
        if (same_name(type->fields[i].name, json_name))
            return &type->fields[i];
    return NULL;
}

/* What a field takes in the struct. */
static size_t field_size(const ProtobufCFieldDescriptor *field)
{
    return field->label == PROTOBUF_C_LABEL_REPEATED ? sizeof(void *) : message_element_size(field->type);
}

void reg_message_field_copy(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *from, ProtobufCMessage *to)
{
    const char *source = (const char *)from;
    char *target = (char *)to;

    memcpy(target + field->offset, source + field->offset, field_size(field));
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        memcpy(target + field->quantifier_offset, source + field->quantifier_offset, sizeof(size_t));
    else if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        memcpy(target + field->quantifier_offset, source + field->quantifier_offset, sizeof(uint32_t));
}

/* A message with nothing but that field; the caller frees it. */
static ProtobufCMessage *only(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message)
{
    ProtobufCMessage *copy = malloc(message->descriptor->sizeof_message);

    if (!copy)
        return NULL;
    protobuf_c_message_init(message->descriptor, copy);
    reg_message_field_copy(field, message, copy);
    return copy;
}

static int encode(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message, struct reg_buf *buf)
{
    ProtobufCMessage *copy = only(field, message);

    if (!copy)
        return REG_ERR_NOMEM;
    reg_message_encode(copy, buf);
    free(copy);
    return buf->error;
}

int reg_message_field_same(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *a, const ProtobufCMessage *b,
                           bool *ret)
{
    struct reg_buf left = REG_BUF_INIT, right = REG_BUF_INIT;
    int error = encode(field, a, &left);

    if (error == 0)
        error = encode(field, b, &right);
    if (error == 0)
        *ret = left.len == right.len && (left.len == 0 || memcmp(left.data, right.data, left.len) == 0);
    reg_buf_clear(&left);
    reg_buf_clear(&right);
    return error;
}

int reg_message_field_json(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message, struct reg_buf *buf)
{
    ProtobufCMessage *copy = only(field, message);
    int error = copy ? reg_message_to_json(copy, 0, buf) : REG_ERR_NOMEM;

    free(copy);
    return error;
}
