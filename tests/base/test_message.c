/* Decoding: each kind of bytes that must not come in, and everything of the model that must come back the same. */
#include <stdio.h>
#include <string.h>

#include <registry/v1/filing_service.pb-c.h>
#include <registry/v1/ledger.pb-c.h>

#include "base/message.h"
#include "random_message.h"
#include "suite.h"

#define BYTES(text)                                                                                                         \
    {                                                                                                                       \
        (const uint8_t *)(text), sizeof(text) - 1                                                                           \
    }
#define ROUNDS 30

/* All of type Filing. */
static const struct {
    const char *name;
    struct reg_bytes bytes;
    int error;
    const char *en; /* how the English text begins */
} cases[] = {
    {"empty", BYTES(""), 0, ""},
    {"kind", BYTES("\x08\x01"), 0, ""},
    {"number in ten bytes", BYTES("\x18\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), 0, ""},
    {"text", BYTES("\x4A\x06\xE5\xAE\xBF\xE5\xB7\x9E"), 0, ""},
    {"packed list", BYTES("\x3A\x03\x03\x05\x07"), 0, ""},
    {"list one by one", BYTES("\x38\x03\x38\x05"), 0, ""},
    {"empty packed list", BYTES("\x3A\x00"), 0, ""},
    {"the same message twice merges", BYTES("\x22\x02\x08\x01\x22\x02\x08\x02"), 0, ""},
    {"tag cut", BYTES("\x80"), REG_ERR_INVALID, "Filing: the bytes are not"},
    {"tag without value", BYTES("\x08"), REG_ERR_INVALID, "kind: the bytes are not"},
    {"number cut", BYTES("\x18\xFF"), REG_ERR_INVALID, "baseRevision: the bytes are not"},
    {"number in eleven bytes", BYTES("\x18\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x81\x00"), REG_ERR_INVALID, "baseRevision: "},
    {"number over 64 bits", BYTES("\x18\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"), REG_ERR_INVALID, "baseRevision: "},
    {"field number 0", BYTES("\x00\x01"), REG_ERR_INVALID, "Filing: the bytes are not"},
    {"field number over 29 bits", BYTES("\x80\x80\x80\x80\x10\x01"), REG_ERR_INVALID, "Filing: the bytes are not"},
    {"length past the end",
     BYTES("\x4A\x05"
           "abcd"),
     REG_ERR_INVALID, "assignedCode: the bytes are not"},
    {"length of 2^64 - 1", BYTES("\x4A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), REG_ERR_INVALID, "assignedCode: "},
    {"inner length past the inner end",
     BYTES("\x22\x03\x12\x05\x0A"
           "abcdefgh"),
     REG_ERR_INVALID, "entity.name: "},
    {"start group", BYTES("\x0B\x0C"), REG_ERR_INVALID, "kind: the bytes are not"},
    {"unknown group", BYTES("\x9B\x06\x9C\x06"), REG_ERR_INVALID, "Filing: the bytes are not"},
    {"wire type 6", BYTES("\x0E"), REG_ERR_INVALID, "kind: the bytes are not"},
    {"string as number", BYTES("\x48\x01"), REG_ERR_INVALID, "assignedCode: the wire type"},
    {"number as string",
     BYTES("\x0A\x01"
           "1"),
     REG_ERR_INVALID, "kind: the wire type"},
    {"number as fixed32", BYTES("\x15\x01\x02\x03\x04"), REG_ERR_INVALID, "authority: the wire type"},
    {"number as fixed64", BYTES("\x11\x01\x02\x03\x04\x05\x06\x07\x08"), REG_ERR_INVALID, "authority: the wire type"},
    {"fixed64 cut", BYTES("\x11\x01\x02\x03"), REG_ERR_INVALID, "authority: the bytes are not"},
    {"message as number", BYTES("\x20\x01"), REG_ERR_INVALID, "entity: the wire type"},
    {"list of messages as number", BYTES("\x2A\x00\x28\x01"), REG_ERR_INVALID, "persons[1]: the wire type"},
    {"packed list cut", BYTES("\x3A\x02\x03\x80"), REG_ERR_INVALID, "itemsAsked[0]: the bytes are not"},
    {"enum value that is not", BYTES("\x08\x63"), REG_ERR_INVALID, "kind: no such enum value"},
    {"negative enum", BYTES("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), REG_ERR_INVALID, "kind: no such enum value"},
    {"enum 2^32 + 1", BYTES("\x08\x81\x80\x80\x80\x10"), REG_ERR_INVALID, "kind: no such enum value"},
    {"enum deep", BYTES("\x2A\x02\x10\x01\x2A\x02\x10\x09"), REG_ERR_INVALID, "persons[1].kind: no such enum value"},
    {"not UTF-8", BYTES("\x4A\x02\xC3\x28"), REG_ERR_ENCODING, "assignedCode: text is not"},
    {"surrogate", BYTES("\x4A\x03\xED\xA0\x80"), REG_ERR_ENCODING, "assignedCode: text is not"},
    {"NUL",
     BYTES("\x4A\x03"
           "a\0b"),
     REG_ERR_ENCODING, "assignedCode: text is not"},
    {"NUL at the end",
     BYTES("\x4A\x02"
           "a\0"),
     REG_ERR_ENCODING, "assignedCode: text is not"},
    {"not UTF-8 deep", BYTES("\x22\x0D\x5A\x02\x08\x01\x08\x01\x5A\x05\x08\x02\x22\x01\xFF"), REG_ERR_ENCODING,
     "entity.investors[1].due: text is not"},
    {"list in a oneof",
     BYTES("\x32\x08\x32\x06\x0A\x01"
           "a\x0A\x01\xFF"),
     REG_ERR_ENCODING, "facts[0].list.values[1]: text"},
    {"unknown field", BYTES("\x08\x01\x98\x06\x01"), REG_ERR_UNKNOWN_FIELD, "#99: the model has no such field"},
    {"unknown field deep", BYTES("\x22\x05\x12\x03\xF8\x01\x01"), REG_ERR_UNKNOWN_FIELD, "entity.name.#31: the model has"},
    {"unknown field, cut", BYTES("\x98\x06"), REG_ERR_INVALID, "Filing: the bytes are not"},
};

static void decodes_or_refuses(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reg_arena *arena = reg_arena_new(1 << 16);
        struct reg_error_info info = {"", ""};
        ProtobufCMessage *message = NULL;
        int error = reg_message_decode(&registry__v1__filing__descriptor, cases[i].bytes, REG_UNKNOWN_REFUSE, arena,
                                       &message, &info);

        CHECK_CASE(error == cases[i].error, "%s: %d", cases[i].name, error);
        CHECK_CASE(strncmp(info.en, cases[i].en, strlen(cases[i].en)) == 0, "%s: %s", cases[i].name, info.en);
        CHECK_CASE(!error == !!message, "%s", cases[i].name);
        CHECK_CASE(!error || info.zh[0], "%s", cases[i].name);
        CHECK_CASE(reg_message_decode(&registry__v1__filing__descriptor, cases[i].bytes, REG_UNKNOWN_REFUSE, arena, &message,
                                      NULL) == error,
                   "%s", cases[i].name);
        reg_arena_free(arena);
    }
}

static void unknown_fields_can_be_ignored(void)
{
    static const struct reg_bytes bytes = BYTES("\x08\x01\x98\x06\x01\x22\x07\x08\x02\x12\x03\xF8\x01\x01\x4A\x01z");
    struct reg_arena *arena = reg_arena_new(0);
    ProtobufCMessage *message = NULL;
    const Registry__V1__Filing *filing;

    CU_ASSERT_EQUAL_FATAL(
        reg_message_decode(&registry__v1__filing__descriptor, bytes, REG_UNKNOWN_IGNORE, arena, &message, NULL), 0);
    filing = (const Registry__V1__Filing *)message;
    CU_ASSERT_EQUAL(filing->kind, REGISTRY__V1__FILING_KIND__FILING_KIND_ESTABLISH);
    CU_ASSERT_EQUAL(filing->entity->type, 2);
    CU_ASSERT_STRING_EQUAL(filing->assigned_code, "z");
    CU_ASSERT_EQUAL(reg_message_decode(&registry__v1__filing__descriptor, (struct reg_bytes)BYTES("\x9B\x06\x9C\x06"),
                                       REG_UNKNOWN_IGNORE, arena, &message, NULL),
                    REG_ERR_INVALID);
    reg_arena_free(arena);
}

/* The last of a number or text wins, messages in two parts are one, lists go on, and of a choice the last is left. */
static void what_comes_twice(void)
{
    static const struct reg_bytes bytes = BYTES("\x08\x01\x08\x02\x4A\x01"
                                                "a\x4A\x00"
                                                "\x22\x06\x08\x01\x6A\x02\x01\x02\x22\x04\x68\x03\x70\x09"
                                                "\x32\x0B\x18\x05\x32\x03\x0A\x01x\x32\x02\x0A\x00"
                                                "\x32\x05\x32\x01\x0A\x18\x07");
    static const struct reg_bytes good = BYTES("\x08\x01\x08\x02\x4A\x01"
                                               "a\x4A\x00"
                                               "\x22\x06\x08\x01\x6A\x02\x01\x02\x22\x04\x68\x03\x70\x09"
                                               "\x32\x0B\x18\x05\x32\x03\x0A\x01x\x32\x02\x0A\x00"
                                               "\x32\x07\x32\x03\x0A\x01y\x18\x07");
    struct reg_arena *arena = reg_arena_new(0);
    ProtobufCMessage *message = NULL;
    struct reg_error_info info = {"", ""};
    const Registry__V1__Filing *filing;

    CU_ASSERT_EQUAL(reg_message_decode(&registry__v1__filing__descriptor, bytes, REG_UNKNOWN_REFUSE, arena, &message, &info),
                    REG_ERR_INVALID);
    CU_ASSERT_EQUAL_FATAL(
        reg_message_decode(&registry__v1__filing__descriptor, good, REG_UNKNOWN_REFUSE, arena, &message, &info), 0);
    filing = (const Registry__V1__Filing *)message;
    CU_ASSERT_EQUAL(filing->kind, 2);
    CU_ASSERT_STRING_EQUAL(filing->assigned_code, "");
    CU_ASSERT_EQUAL(filing->entity->type, 1);
    CU_ASSERT_EQUAL(filing->entity->liaison_person, 9);
    CU_ASSERT_EQUAL_FATAL(filing->entity->n_family_members, 3);
    for (uint32_t i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(filing->entity->family_members[i], i + 1);
    CU_ASSERT_EQUAL_FATAL(filing->n_facts, 2);
    CU_ASSERT_EQUAL(filing->facts[0]->value_case, REGISTRY__V1__FACT__VALUE_LIST);
    CU_ASSERT_EQUAL_FATAL(filing->facts[0]->list->n_values, 2);
    CU_ASSERT_STRING_EQUAL(filing->facts[0]->list->values[0], "x");
    CU_ASSERT_STRING_EQUAL(filing->facts[0]->list->values[1], "");
    CU_ASSERT_EQUAL(filing->facts[1]->value_case, REGISTRY__V1__FACT__VALUE_INTEGER);
    CU_ASSERT_EQUAL(filing->facts[1]->integer, 7);
    reg_arena_free(arena);
}

/* What protobuf-c's own decoder reads of the same bytes. */
static void agrees_with_protobuf_c(struct random_source *source, const ProtobufCMessageDescriptor *type)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_buf wire = REG_BUF_INIT, ours = REG_BUF_INIT, theirs = REG_BUF_INIT;
    ProtobufCMessage *message = random_message(source, type, arena), *decoded = NULL, *unpacked;

    CU_ASSERT_PTR_NOT_NULL_FATAL(message);
    reg_message_encode(message, &wire);
    unpacked = protobuf_c_message_unpack(type, NULL, wire.len, wire.data);
    CU_ASSERT_PTR_NOT_NULL_FATAL(unpacked);
    CU_ASSERT_EQUAL_FATAL(reg_message_decode(type, reg_buf_bytes(&wire), REG_UNKNOWN_REFUSE, arena, &decoded, NULL), 0);
    CHECK_CASE(reg_message_to_json(decoded, 0, &ours) == 0 && reg_message_to_json(unpacked, 0, &theirs) == 0, "%s",
               type->short_name);
    CHECK_CASE(ours.len == theirs.len && memcmp(ours.data, theirs.data, ours.len) == 0, "%s: %.*s", type->short_name,
               (int)ours.len, (char *)ours.data);
    protobuf_c_message_free_unpacked(unpacked, NULL);
    reg_buf_clear(&wire);
    reg_buf_clear(&ours);
    reg_buf_clear(&theirs);
    reg_arena_free(arena);
}

/* A packed list of n bytes becomes n numbers of four, a list of empty messages of two bytes each much more. */
static void allocations_have_a_budget(void)
{
    static uint8_t bytes[100000];
    struct reg_error_info info = {"", ""};
    struct reg_arena *arena = reg_arena_new(200000);
    ProtobufCMessage *message = NULL;

    for (size_t i = 0; i + 1 < sizeof bytes; i += 2)
        bytes[i] = 0x2A; /* persons: an empty message */
    CU_ASSERT_EQUAL(reg_message_decode(&registry__v1__filing__descriptor, (struct reg_bytes){bytes, sizeof bytes},
                                       REG_UNKNOWN_REFUSE, arena, &message, &info),
                    REG_ERR_LIMIT);
    CHECK_CASE(strncmp(info.en, "persons[", 8) == 0 && strstr(info.en, "decoding takes more memory than allowed"), "%s",
               info.en);
    CU_ASSERT_PTR_NULL(message);
    reg_arena_free(arena);
    arena = reg_arena_new(200000);
    CU_ASSERT_EQUAL(reg_message_decode(&registry__v1__filing__descriptor, (struct reg_bytes){bytes, 200}, REG_UNKNOWN_REFUSE,
                                       arena, &message, &info),
                    0);
    CU_ASSERT_EQUAL(((Registry__V1__Filing *)message)->n_persons, 100);
    reg_arena_free(arena);
}

/* So that a message added to the .proto files is tested without a word here. */
static void every_type_is_known(void)
{
    static const char *const files[] = {"model",        "ledger", "licence_service", "filing_service", "catalogue_service",
                                        "admin_service"};
    const ProtobufCMessageDescriptor *types[256];
    size_t declared = 0;
    char line[512];

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        FILE *file;

        snprintf(line, sizeof line, "%s/proto/registry/v1/%s.proto", REG_SOURCE_DIR, files[i]);
        file = fopen(line, "r");
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        while (fgets(line, sizeof line, file))
            declared += strncmp(line, "message ", 8) == 0;
        fclose(file);
    }
    CHECK_CASE(model_types(types, 256) == declared, "%zu declared, %zu found", declared, model_types(types, 256));
}

static void round_trip(struct random_source *source, const ProtobufCMessageDescriptor *type)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_buf first = REG_BUF_INIT, second = REG_BUF_INIT;
    struct reg_error_info info = {"", ""};
    ProtobufCMessage *message = random_message(source, type, arena), *decoded = NULL;
    int error;

    CU_ASSERT_PTR_NOT_NULL_FATAL(message);
    reg_message_encode(message, &first);
    error = reg_message_decode(type, reg_buf_bytes(&first), REG_UNKNOWN_REFUSE, arena, &decoded, &info);
    CHECK_CASE(error == 0, "%s: %s", type->short_name, info.en);
    if (!error)
        reg_message_encode(decoded, &second);
    CHECK_CASE(first.len == second.len && (first.len == 0 || memcmp(first.data, second.data, first.len) == 0), "%s",
               type->short_name);
    reg_buf_clear(&first);
    reg_buf_clear(&second);
    reg_arena_free(arena);
}

/* Any cut of good bytes and any changed byte either decodes or is refused with a text; the sanitizers watch. */
static void damage(struct random_source *source, const ProtobufCMessageDescriptor *type)
{
    struct reg_arena *arena = reg_arena_new(1 << 22);
    struct reg_buf buf = REG_BUF_INIT;
    ProtobufCMessage *message = random_message(source, type, arena), *decoded;

    CU_ASSERT_PTR_NOT_NULL_FATAL(message);
    reg_message_encode(message, &buf);
    for (int i = 0; i < 20 && buf.len > 0; i++) {
        struct reg_arena *scratch = reg_arena_new(1 << 20);
        struct reg_error_info info = {"", ""};

        buf.data[random_next(source) % buf.len] ^= (uint8_t)(1u << random_next(source) % 8);
        if (reg_message_decode(type, (struct reg_bytes){buf.data, random_next(source) % (buf.len + 1)}, REG_UNKNOWN_IGNORE,
                               scratch, &decoded, &info))
            CHECK_CASE(info.zh[0] && info.en[0], "%s", type->short_name);
        reg_arena_free(scratch);
    }
    reg_buf_clear(&buf);
    reg_arena_free(arena);
}

static void every_type_round_trips(void)
{
    const ProtobufCMessageDescriptor *types[256];
    size_t count = model_types(types, 256);
    struct random_source source = random_start();

    for (size_t i = 0; i < count; i++) {
        for (int round = 0; round < ROUNDS; round++) {
            round_trip(&source, types[i]);
            damage(&source, types[i]);
            agrees_with_protobuf_c(&source, types[i]);
        }
    }
}

static CU_TestInfo tests[] = {
    {"decodes or refuses", decodes_or_refuses},
    {"unknown fields can be ignored", unknown_fields_can_be_ignored},
    {"what comes twice", what_comes_twice},
    {"allocations have a budget", allocations_have_a_budget},
    {"every type is known", every_type_is_known},
    {"every type round-trips", every_type_round_trips},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {{"message", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
