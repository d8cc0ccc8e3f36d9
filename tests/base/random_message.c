#include "random_message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <registry/v1/admin_service.pb-c.h>
#include <registry/v1/catalogue_service.pb-c.h>
#include <registry/v1/filing_service.pb-c.h>
#include <registry/v1/ledger.pb-c.h>
#include <registry/v1/licence_service.pb-c.h>

/* splitmix64 */
uint64_t random_next(struct random_source *source)
{
    uint64_t z = source->state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

struct random_source random_start(void)
{
    const char *given = getenv("REG_TEST_SEED");
    struct random_source source = {given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL)};

    printf("REG_TEST_SEED=%" PRIu64 "\n", source.state);
    return source;
}

/* Numbers of every size, the ends included. */
static uint64_t random_number(struct random_source *source)
{
    uint64_t number = random_next(source);

    switch (random_next(source) % 8) {
    case 0:
        return 0;
    case 1:
        return UINT64_MAX;
    case 2:
        return (uint64_t)INT64_MAX + (number & 1);
    case 3:
        return (uint64_t)INT32_MAX + (number & 1);
    default:
        return number >> (random_next(source) % 64);
    }
}

static char *random_text(struct random_source *source, struct reg_arena *arena)
{
    static const char *const pieces[] = {"a",    "宿",   "é", "𠮷",     "\"", "\\", "\n",
                                         "\x01", "\x7f", "/", "\u2028", "〇", "0",  " "};
    size_t count = random_next(source) % 6;
    char *text = reg_arena_alloc(arena, count * 4 + 1);

    for (size_t i = 0; text && i < count; i++)
        strcat(text, pieces[random_next(source) % (sizeof pieces / sizeof pieces[0])]);
    return text;
}

/* False: the arena is used up. */
static int random_value(struct random_source *source, const ProtobufCFieldDescriptor *field, struct reg_arena *arena,
                        void *value)
{
    const ProtobufCEnumDescriptor *enumeration = field->descriptor;
    ProtobufCBinaryData *bytes = value;

    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)value = random_next(source) & 1;
        return 1;
    case PROTOBUF_C_TYPE_ENUM:
        *(int *)value = enumeration->values[random_next(source) % enumeration->n_values].value;
        return 1;
    case PROTOBUF_C_TYPE_STRING:
        return (*(char **)value = random_text(source, arena)) != NULL;
    case PROTOBUF_C_TYPE_BYTES:
        bytes->len = random_next(source) % 40;
        bytes->data = reg_arena_alloc(arena, bytes->len);
        for (size_t i = 0; bytes->data && i < bytes->len; i++)
            bytes->data[i] = (uint8_t)random_next(source);
        return bytes->data != NULL;
    case PROTOBUF_C_TYPE_MESSAGE:
        return (*(ProtobufCMessage **)value = random_message(source, field->descriptor, arena)) != NULL;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        *(uint64_t *)value = random_number(source);
        return 1;
    default:
        *(uint32_t *)value = (uint32_t)random_number(source);
        return 1;
    }
}

static int random_field(struct random_source *source, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                        struct reg_arena *arena)
{
    void *value = (uint8_t *)message + field->offset;
    void *quantifier = (uint8_t *)message + field->quantifier_offset;
    uint8_t *list;
    size_t count, size;

    if (random_next(source) % 4 == 0)
        return 1;
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
            if (*(uint32_t *)quantifier != 0)
                return 1;
            *(uint32_t *)quantifier = field->id;
        }
        return random_value(source, field, arena, value);
    }
    count = random_next(source) % 4;
    size = field->type == PROTOBUF_C_TYPE_BYTES                                           ? sizeof(ProtobufCBinaryData)
           : field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_ENUM ? 4
                                                                                          : 8;
    list = reg_arena_alloc(arena, count * size);
    for (size_t i = 0; list && i < count; i++)
        if (!random_value(source, field, arena, list + i * size))
            return 0;
    *(size_t *)quantifier = count;
    *(void **)value = list;
    return list != NULL;
}

ProtobufCMessage *random_message(struct random_source *source, const ProtobufCMessageDescriptor *type,
                                 struct reg_arena *arena)
{
    ProtobufCMessage *message = reg_arena_alloc(arena, type->sizeof_message);

    if (!message)
        return NULL;
    type->message_init(message);
    for (unsigned i = 0; i < type->n_fields; i++)
        if (!random_field(source, message, &type->fields[i], arena))
            return NULL;
    return message;
}

static size_t add_type(const ProtobufCMessageDescriptor *type, const ProtobufCMessageDescriptor **types, size_t size,
                       size_t count)
{
    for (size_t i = 0; i < count && i < size; i++)
        if (types[i] == type)
            return count;
    if (count < size)
        types[count] = type;
    count++;
    for (unsigned i = 0; i < type->n_fields; i++)
        if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
            count = add_type(type->fields[i].descriptor, types, size, count);
    return count;
}

size_t model_types(const ProtobufCMessageDescriptor **types, size_t size)
{
    static const ProtobufCServiceDescriptor *const services[] = {
        &registry__v1__filing_service__descriptor, &registry__v1__licence_service__descriptor,
        &registry__v1__catalogue_service__descriptor, &registry__v1__admin_service__descriptor};
    size_t count = 0;

    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        for (unsigned j = 0; j < services[i]->n_methods; j++) {
            count = add_type(services[i]->methods[j].input, types, size, count);
            count = add_type(services[i]->methods[j].output, types, size, count);
        }
    }
    count = add_type(&registry__v1__entry_header__descriptor, types, size, count);
    count = add_type(&registry__v1__stored_body__descriptor, types, size, count);
    count = add_type(&registry__v1__sign_licence_request__descriptor, types, size, count);
    return add_type(&registry__v1__record__descriptor, types, size, count);
}
