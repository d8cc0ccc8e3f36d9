/* Messages of the model: the one way in (decoding with the checks that protobuf-c lacks), out, and through JSON.
 *
 * Decoded messages live in an arena of the caller's and are freed with it; never call protobuf-c's free_unpacked. */
#ifndef REG_BASE_MESSAGE_H
#define REG_BASE_MESSAGE_H

#include <stdbool.h>

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/buffer.h"

enum reg_unknown_fields {
    REG_UNKNOWN_REFUSE, /* what is stored */
    REG_UNKNOWN_IGNORE  /* answers read by a newer client */
};

/* Decodes `bytes`: valid UTF-8 and no NUL in strings, enum values that exist, allocations within the arena's budget, no
 * unknown fields (at any depth) unless told to ignore them.
 * REG_ERR_INVALID, REG_ERR_ENCODING, REG_ERR_UNKNOWN_FIELD, REG_ERR_LIMIT; `info` names the field. */
REG_MUST_CHECK int reg_message_decode(const ProtobufCMessageDescriptor *type, struct reg_bytes bytes,
                                      enum reg_unknown_fields unknown, struct reg_arena *arena, ProtobufCMessage **ret,
                                      struct reg_error_info *info);
/* Appends the encoding to `buf` (fields ascending, as protobuf-c packs). */
void reg_message_encode(const ProtobufCMessage *message, struct reg_buf *buf);
/* The proto3 JSON mapping (lowerCamelCase out; both spellings in; enums by name; 64-bit as strings out, both in; bytes
 * base64; unset fields left out). `indent` 0: one line. Unknown keys are REG_ERR_UNKNOWN_FIELD; `info` names the path. */
REG_MUST_CHECK int reg_message_to_json(const ProtobufCMessage *message, int indent, struct reg_buf *buf);
REG_MUST_CHECK int reg_message_from_json(const ProtobufCMessageDescriptor *type, struct reg_bytes json,
                                         struct reg_arena *arena, ProtobufCMessage **ret, struct reg_error_info *info);

/* ---- one field of a message ---------------------------------------------------------------------------------------- */

/* The field of that JSON name ("familyMembers"); NULL: there is none. */
const ProtobufCFieldDescriptor *reg_message_field(const ProtobufCMessageDescriptor *type, const char *json_name);
/* Copies a field between messages of one type; shallow. */
void reg_message_field_copy(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *from, ProtobufCMessage *to);
/* Is the field equal in both, as it is encoded? */
REG_MUST_CHECK int reg_message_field_same(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *a,
                                          const ProtobufCMessage *b, bool *ret);
/* Appends the JSON of the message as if it had this field alone. */
REG_MUST_CHECK int reg_message_field_json(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message,
                                          struct reg_buf *buf);

#endif
