#include "base/message_fault.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

void message_fault_init(struct message_fault *fault)
{
    fault->error = 0;
    fault->zh = fault->en = NULL;
    fault->start = sizeof fault->path - 1;
    fault->path[fault->start] = '\0';
}

int message_fault_set(struct message_fault *fault, int error, const char *zh, const char *en)
{
    fault->error = error;
    fault->zh = zh;
    fault->en = en;
    return error;
}

void message_fault_within(struct message_fault *fault, const char *name, size_t index)
{
    char step[MESSAGE_NAME_SIZE + 32];
    const char *rest = fault->path + fault->start;
    const char *dot = *rest ? "." : "";
    size_t len;
    int n;

    if (index == MESSAGE_NO_INDEX)
        n = snprintf(step, sizeof step, "%s%s", name, dot);
    else
        n = snprintf(step, sizeof step, "%s[%zu]%s", name, index, dot);
    if (n < 0)
        return;
    len = reg_utf8_cut(step, strlen(step));
    /* The inner end of a path tells more than the outer one. */
    if (len > fault->start)
        return;
    fault->start -= len;
    memcpy(fault->path + fault->start, step, len);
}

void message_fault_within_field(struct message_fault *fault, const ProtobufCFieldDescriptor *field, size_t index)
{
    char name[MESSAGE_NAME_SIZE];

    message_json_name(field, name);
    message_fault_within(fault, name, index);
}

int message_fault_report(const struct message_fault *fault, const ProtobufCMessageDescriptor *type,
                         struct reg_error_info *info)
{
    const char *path = fault->path + fault->start;

    return reg_fail(info, fault->error, fault->zh, fault->en, *path ? path : type->short_name);
}

void message_json_name(const ProtobufCFieldDescriptor *field, char name[MESSAGE_NAME_SIZE])
{
    size_t len = 0;
    int upper = 0;

    for (const char *at = field->name; *at && len < MESSAGE_NAME_SIZE - 1; at++) {
        if (*at == '_') {
            upper = 1;
            continue;
        }
        name[len++] = upper && *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
        upper = 0;
    }
    name[len] = '\0';
}

size_t message_element_size(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return sizeof(uint64_t);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    default:
        return sizeof(uint32_t); /* and enums, which protoc-c pads to int */
    }
}
