/* What is wrong with a message, and where: the path is put together from the inside out while the recursion unwinds; and what
 * else message.c and the JSON codec share. Private to them. */
#ifndef REG_BASE_MESSAGE_FAULT_H
#define REG_BASE_MESSAGE_FAULT_H

#include <protobuf-c/protobuf-c.h>

#include <registry/error.h>

#define MESSAGE_NO_INDEX ((size_t)-1)
#define MESSAGE_NAME_SIZE 64 /* of a field's JSON name with its NUL; longer ones are cut in paths */

struct message_fault {
    int error;
    const char *zh, *en; /* formats that take the path */
    size_t start;        /* of the path, which grows towards the front */
    char path[160];
};

void message_fault_init(struct message_fault *fault);
/* Notes what is wrong; returns `error`. */
int message_fault_set(struct message_fault *fault, int error, const char *zh, const char *en);
/* Puts `name` or `name[index]` in front of the path. */
void message_fault_within(struct message_fault *fault, const char *name, size_t index);
void message_fault_within_field(struct message_fault *fault, const ProtobufCFieldDescriptor *field, size_t index);
/* Fills `info` and returns the error; a path that stayed empty shows as the message's own name. */
int message_fault_report(const struct message_fault *fault, const ProtobufCMessageDescriptor *type,
                         struct reg_error_info *info);

/* lowerCamelCase of a field's name in the .proto, as the JSON mapping has it. */
void message_json_name(const ProtobufCFieldDescriptor *field, char name[MESSAGE_NAME_SIZE]);
/* Bytes of one value of that type in protobuf-c's structs. */
size_t message_element_size(ProtobufCType type);

#endif
