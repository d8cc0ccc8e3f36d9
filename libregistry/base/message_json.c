/* Messages from JSON: the proto3 JSON mapping, made from the descriptors. message_json_out.c is the way back. */
#include "base/message.h"

#include <string.h>

#include <jansson.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/message_fault.h"
#include "base/utf8.h"

/* jansson takes some 50 to 300 bytes for each value and has no limit of its own: the text's values are counted first. */
#define MAX_VALUES 200000

struct reader {
    struct reg_arena *arena;
    struct message_fault fault;
};

/* The magnitude of a number and its sign: holds both signed and unsigned 64 bits. */
struct integer {
    bool negative;
    uint64_t magnitude;
};

static int read_message(struct reader *reader, const ProtobufCMessageDescriptor *type, const json_t *json,
                        ProtobufCMessage **ret);

static int invalid(struct reader *reader, const char *zh, const char *en)
{
    return message_fault_set(&reader->fault, REG_ERR_INVALID, zh, en);
}

static void *allocate(struct reader *reader, size_t size)
{
    void *memory = reg_arena_alloc(reader->arena, size);

    if (memory)
        return memory;
    if (reg_arena_over_budget(reader->arena))
        message_fault_set(&reader->fault, REG_ERR_LIMIT, "%s：所需内存超过限额", "%s: takes more memory than allowed");
    else
        message_fault_set(&reader->fault, REG_ERR_NOMEM, "%s：内存不足", "%s: out of memory");
    return NULL;
}

static bool text_to_integer(const char *text, struct integer *ret)
{
    struct integer integer = {0};

    if (*text == '-') {
        integer.negative = true;
        text++;
    }
    if (!*text || (text[0] == '0' && text[1]))
        return false;
    for (; *text; text++) {
        unsigned digit = (unsigned)(*text - '0');

        if (*text < '0' || *text > '9' || integer.magnitude > (UINT64_MAX - digit) / 10)
            return false;
        integer.magnitude = integer.magnitude * 10 + digit;
    }
    *ret = integer;
    return true;
}

/* A number, or its digits as a string; 1.0 and 1e3 are whole numbers too as far as a double is exact. */
static bool json_to_integer(const json_t *json, struct integer *ret)
{
    double real;

    if (json_is_string(json))
        return strlen(json_string_value(json)) == json_string_length(json) && text_to_integer(json_string_value(json), ret);
    if (json_is_integer(json)) {
        json_int_t value = json_integer_value(json);

        ret->negative = value < 0;
        ret->magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
        return true;
    }
    if (!json_is_real(json))
        return false;
    real = json_real_value(json);
    if (real < -9007199254740992.0 || real > 9007199254740992.0 || real != (double)(int64_t)real)
        return false;
    ret->negative = real < 0;
    ret->magnitude = (uint64_t)(real < 0 ? -real : real);
    return true;
}

static int read_integer(struct reader *reader, const json_t *json, unsigned bits, bool is_signed, void *value)
{
    uint64_t most = is_signed ? (UINT64_C(1) << (bits - 1)) - 1 : UINT64_MAX >> (64 - bits);
    struct integer integer;
    uint64_t number;

    if (!json_to_integer(json, &integer))
        return invalid(reader, "%s：应为整数", "%s: an integer is wanted");
    if (integer.magnitude == 0)
        integer.negative = false;
    if (integer.negative && !is_signed)
        return invalid(reader, "%s：不能为负数", "%s: cannot be negative");
    if (integer.magnitude > most + integer.negative)
        return invalid(reader, "%s：数值超出范围", "%s: the number is out of range");
    number = integer.negative ? -integer.magnitude : integer.magnitude;
    if (bits == 32)
        *(uint32_t *)value = (uint32_t)number;
    else
        *(uint64_t *)value = number;
    return 0;
}

static int read_enum(struct reader *reader, const ProtobufCFieldDescriptor *field, const json_t *json, void *value)
{
    const ProtobufCEnumValue *known = NULL;

    if (json_is_string(json))
        known = protobuf_c_enum_descriptor_get_value_by_name(field->descriptor, json_string_value(json));
    else if (json_is_integer(json) && json_integer_value(json) >= INT32_MIN && json_integer_value(json) <= INT32_MAX)
        known = protobuf_c_enum_descriptor_get_value(field->descriptor, (int)json_integer_value(json));
    if (!known)
        return invalid(reader, "%s：没有这个枚举值", "%s: no such enum value");
    *(int *)value = known->value;
    return 0;
}

static int read_string(struct reader *reader, const json_t *json, void *value)
{
    char *text;

    if (!json_is_string(json))
        return invalid(reader, "%s：应为字符串", "%s: a string is wanted");
    text = allocate(reader, json_string_length(json) + 1);
    if (!text)
        return reader->fault.error;
    memcpy(text, json_string_value(json), json_string_length(json) + 1);
    *(char **)value = text;
    return 0;
}

static int read_bytes(struct reader *reader, const json_t *json, ProtobufCBinaryData *bytes)
{
    size_t len, decoded;
    uint8_t *data;

    if (!json_is_string(json))
        return invalid(reader, "%s：应为 base64 字符串", "%s: a base64 string is wanted");
    len = json_string_length(json);
    if (len == 0)
        return 0;
    data = allocate(reader, len / 4 * 3 + 2);
    if (!data)
        return reader->fault.error;
    if (!base64_decode(json_string_value(json), len, data, &decoded))
        return invalid(reader, "%s：不是合法的 base64", "%s: not valid base64");
    *bytes = (ProtobufCBinaryData){decoded, data};
    return 0;
}

static int read_value(struct reader *reader, const ProtobufCFieldDescriptor *field, const json_t *json, void *value)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return read_integer(reader, json, 32, true, value);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return read_integer(reader, json, 32, false, value);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return read_integer(reader, json, 64, true, value);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return read_integer(reader, json, 64, false, value);
    case PROTOBUF_C_TYPE_BOOL:
        if (!json_is_boolean(json))
            return invalid(reader, "%s：应为 true 或 false", "%s: true or false is wanted");
        *(protobuf_c_boolean *)value = json_is_true(json);
        return 0;
    case PROTOBUF_C_TYPE_ENUM:
        return read_enum(reader, field, json, value);
    case PROTOBUF_C_TYPE_STRING:
        return read_string(reader, json, value);
    case PROTOBUF_C_TYPE_BYTES:
        return read_bytes(reader, json, value);
    case PROTOBUF_C_TYPE_MESSAGE:
        return read_message(reader, field->descriptor, json, value);
    default:
        /* Amounts are integers and decimals are strings: the model has no floating point. */
        return message_fault_set(&reader->fault, REG_ERR_UNSUPPORTED, "%s：不支持浮点数",
                                 "%s: floating point is not supported");
    }
}

static int read_list(struct reader *reader, const ProtobufCFieldDescriptor *field, const json_t *json, void **ret_list,
                     size_t *ret_count)
{
    size_t size = message_element_size(field->type), count;
    uint8_t *list;

    if (!json_is_array(json)) {
        message_fault_within_field(&reader->fault, field, MESSAGE_NO_INDEX);
        return invalid(reader, "%s：应为数组", "%s: an array is wanted");
    }
    count = json_array_size(json);
    if (count == 0)
        return 0;
    list = allocate(reader, count * size); /* count is at most MAX_VALUES */
    for (size_t i = 0; list && i < count; i++) {
        int error = read_value(reader, field, json_array_get(json, i), list + i * size);

        if (error) {
            message_fault_within_field(&reader->fault, field, i);
            return error;
        }
    }
    if (!list) {
        message_fault_within_field(&reader->fault, field, MESSAGE_NO_INDEX);
        return reader->fault.error;
    }
    *ret_list = list;
    *ret_count = count;
    return 0;
}

static int read_field(struct reader *reader, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                      const json_t *json)
{
    void *value = (uint8_t *)message + field->offset;
    void *quantifier = (uint8_t *)message + field->quantifier_offset;
    int error;

    if (json_is_null(json))
        return 0;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return read_list(reader, field, json, value, quantifier);
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) && *(uint32_t *)quantifier != 0)
        error = invalid(reader, "%s：只能填其中一项", "%s: another field of the same choice is set");
    else
        error = read_value(reader, field, json, value);
    if (error)
        message_fault_within_field(&reader->fault, field, MESSAGE_NO_INDEX);
    else if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        *(uint32_t *)quantifier = field->id;
    return error;
}

/* A field by its JSON name or by the one of the .proto; NULL: neither. */
static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *type, const char *key,
                                                  char name[MESSAGE_NAME_SIZE])
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];

        if (field->name[0] != key[0])
            continue;
        message_json_name(field, name);
        if (strcmp(key, name) == 0 || strcmp(key, field->name) == 0)
            return field;
    }
    return NULL;
}

static int read_key(struct reader *reader, ProtobufCMessage *message, const json_t *object, const char *key,
                    const json_t *json)
{
    char name[MESSAGE_NAME_SIZE];
    const ProtobufCFieldDescriptor *field = find_field(message->descriptor, key, name);

    if (!field) {
        message_fault_within(&reader->fault, key, MESSAGE_NO_INDEX);
        return message_fault_set(&reader->fault, REG_ERR_UNKNOWN_FIELD, "%s：模型中没有此字段",
                                 "%s: the model has no such field");
    }
    /* jansson refuses a key that comes twice, but not one that comes in both spellings. */
    if (strcmp(key, name) != 0 && json_object_get(object, name)) {
        message_fault_within(&reader->fault, name, MESSAGE_NO_INDEX);
        return invalid(reader, "%s：同一字段出现两次", "%s: the field is there twice");
    }
    return read_field(reader, message, field, json);
}

static int read_message(struct reader *reader, const ProtobufCMessageDescriptor *type, const json_t *json,
                        ProtobufCMessage **ret)
{
    ProtobufCMessage *message;
    const char *key;
    json_t *value;

    if (!json_is_object(json))
        return invalid(reader, "%s：应为对象", "%s: an object is wanted");
    message = allocate(reader, type->sizeof_message);
    if (!message)
        return reader->fault.error;
    type->message_init(message);
    /* Iterating does not change the object; jansson's iterators merely lack const. */
    json_object_foreach((json_t *)json, key, value)
    {
        int error = read_key(reader, message, json, key, value);

        if (error)
            return error;
    }
    *ret = message;
    return 0;
}

/* Every value but the first stands after one of these, outside of strings. */
static bool too_many_values(struct reg_bytes json)
{
    bool in_string = false;
    size_t values = 1;

    for (size_t i = 0; i < json.len; i++) {
        uint8_t c = json.data[i];

        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string)
            values += c == ',' || c == ':' || c == '[';
    }
    return values > MAX_VALUES;
}

static int syntax_error(json_error_t *problem, struct reg_error_info *info)
{
    int error = REG_ERR_INVALID;

    /* jansson says nothing where it ran out of memory between tokens (and takes the token for wrong where it did within). */
    if (!problem->text[0])
        return reg_fail(info, REG_ERR_NOMEM, "内存不足", "out of memory");
    switch (json_error_code(problem)) {
    case json_error_invalid_utf8:
    case json_error_null_character:
    case json_error_null_byte_in_key:
        error = REG_ERR_ENCODING;
        break;
    case json_error_stack_overflow:
        error = REG_ERR_LIMIT;
        break;
    default:
        break;
    }
    /* jansson quotes what it saw and cuts its text at a byte. */
    problem->text[reg_utf8_cut(problem->text, strlen(problem->text))] = '\0';
    return reg_fail(info, error, "JSON 第 %d 行第 %d 列有误：%s", "JSON line %d, column %d: %s", problem->line,
                    problem->column, reg_utf8_valid(problem->text, strlen(problem->text)) ? problem->text : "");
}

int reg_message_from_json(const ProtobufCMessageDescriptor *type, struct reg_bytes json, struct reg_arena *arena,
                          ProtobufCMessage **ret, struct reg_error_info *info)
{
    struct reader reader = {.arena = arena};
    json_error_t problem;
    json_t *root;
    int error;

    message_fault_init(&reader.fault);
    if (too_many_values(json))
        return reg_fail(info, REG_ERR_LIMIT, "JSON 的值超过 %d 个", "the JSON holds more than %d values", MAX_VALUES);
    root = json_loadb((const char *)json.data, json.len, JSON_REJECT_DUPLICATES, &problem);
    if (!root)
        return syntax_error(&problem, info);
    error = read_message(&reader, type, root, ret);
    json_decref(root);
    return error ? message_fault_report(&reader.fault, type, info) : 0;
}
