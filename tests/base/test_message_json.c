/* The proto3 JSON mapping: spellings in and out, what is refused and where, and everything of the model there and back. */
#include <stdlib.h>
#include <string.h>

#include <registry/v1/filing_service.pb-c.h>
#include <registry/v1/ledger.pb-c.h>

#include "base/base64.h"
#include "base/message.h"
#include "random_message.h"
#include "suite.h"

#define ROUNDS 30

static struct reg_bytes text_bytes(const char *text)
{
    return (struct reg_bytes){(const uint8_t *)text, strlen(text)};
}

/* JSON in, of type Filing, and how it comes out again. */
static const struct {
    const char *in, *out;
} mapped[] = {
    {"{}", "{}"},
    {" { } \n", "{}"},
    {"{\"kind\":\"FILING_KIND_CHANGE\"}", "{\"kind\":\"FILING_KIND_CHANGE\"}"},
    {"{\"kind\":2}", "{\"kind\":\"FILING_KIND_CHANGE\"}"},
    {"{\"kind\":0,\"authority\":0,\"assignedCode\":\"\",\"itemsAsked\":[]}", "{}"},
    {"{\"kind\":null,\"entity\":null,\"persons\":null,\"previousCase\":null}", "{}"},
    {"{\"base_revision\":7,\"assigned_code\":\"x\"}", "{\"baseRevision\":\"7\",\"assignedCode\":\"x\"}"},
    {"{\"baseRevision\":\"18446744073709551615\"}", "{\"baseRevision\":\"18446744073709551615\"}"},
    {"{\"baseRevision\":9223372036854775807}", "{\"baseRevision\":\"9223372036854775807\"}"},
    {"{\"baseRevision\":1e3}", "{\"baseRevision\":\"1000\"}"},
    {"{\"authority\":341300.0}", "{\"authority\":341300}"},
    {"{\"authority\":\"4294967295\"}", "{\"authority\":4294967295}"},
    {"{\"entity\":{}}", "{\"entity\":{}}"},
    {"{\"previousCase\":0}", "{\"previousCase\":\"0\"}"},
    {"{\"facts\":[{\"key\":\"a\",\"integer\":\"-9223372036854775808\"},{\"key\":\"b\",\"flag\":false},{\"text\":\"\"}]}",
     "{\"facts\":[{\"key\":\"a\",\"integer\":\"-9223372036854775808\"},{\"key\":\"b\",\"flag\":false},{\"text\":\"\"}]}"},
    {"{\"materials\":[{\"digest\":\"-_-_\"},{\"digest\":\"AQ\"},{\"digest\":\"AQI=\"},{\"digest\":\"\"}]}",
     "{\"materials\":[{\"digest\":\"+/+/\"},{\"digest\":\"AQ==\"},{\"digest\":\"AQI=\"},{}]}"},
    {"{\"assignedCode\":\"宿\\u5dde\\ud842\\udfb7\\n\\\"/\"}", "{\"assignedCode\":\"宿州𠮷\\n\\\"/\"}"},
    {"{\"entity\":{\"liaisonPerson\":2,\"former_numbers\":[\"1\",\"2\"]}}",
     "{\"entity\":{\"liaisonPerson\":2,\"formerNumbers\":[\"1\",\"2\"]}}"},
};

static void maps_both_ways(void)
{
    for (size_t i = 0; i < sizeof mapped / sizeof mapped[0]; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        struct reg_error_info info = {"", ""};
        struct reg_buf buf = REG_BUF_INIT;
        ProtobufCMessage *message;
        int error =
            reg_message_from_json(&registry__v1__filing__descriptor, text_bytes(mapped[i].in), arena, &message, &info);

        CHECK_CASE(error == 0, "%s: %s", mapped[i].in, info.en);
        if (!error) {
            CHECK_CASE(reg_message_to_json(message, 0, &buf) == 0, "%s", mapped[i].in);
            CHECK_CASE(buf.len == strlen(mapped[i].out) && memcmp(buf.data, mapped[i].out, buf.len) == 0, "%s: %.*s",
                       mapped[i].in, (int)buf.len, (char *)buf.data);
        }
        reg_buf_clear(&buf);
        reg_arena_free(arena);
    }
}

static const struct {
    const char *json;
    int error;
    const char *en; /* how the English text begins */
} refused[] = {
    {"", REG_ERR_INVALID, "JSON line 1, column 0: "},
    {"[]", REG_ERR_INVALID, "Filing: an object is wanted"},
    {"null", REG_ERR_INVALID, "JSON line 1"},
    {"{\"kind\":1", REG_ERR_INVALID, "JSON line 1"},
    {"{\"kind\":1}x", REG_ERR_INVALID, "JSON line 1"},
    {"{\n\"kind\":1,}", REG_ERR_INVALID, "JSON line 2"},
    {"{'kind':1}", REG_ERR_INVALID, "JSON line 1"},
    {"{\"authority\":01}", REG_ERR_INVALID, "JSON line 1"},
    {"{\"kind\":1,\"kind\":1}", REG_ERR_INVALID, "JSON line 1"},
    {"{\"baseRevision\":1,\"base_revision\":1}", REG_ERR_INVALID, "baseRevision: the field is there twice"},
    {"{\"assignedCode\":\"\\u0000\"}", REG_ERR_ENCODING, "JSON line 1"},
    {"{\"assigned\\u0000Code\":\"\"}", REG_ERR_ENCODING, "JSON line 1"},
    {"{\"assignedCode\":\"\xC3\x28\"}", REG_ERR_ENCODING, "JSON line 1"},
    {"{\"assignedCode\":\"\\ud800\"}", REG_ERR_INVALID, "JSON line 1"},
    {"{\"assignedCode\":7}", REG_ERR_INVALID, "assignedCode: a string is wanted"},
    {"{\"nonsense\":1}", REG_ERR_UNKNOWN_FIELD, "nonsense: the model has no such field"},
    {"{\"Kind\":1}", REG_ERR_UNKNOWN_FIELD, "Kind: the model has no such field"},
    {"{\"\":1}", REG_ERR_UNKNOWN_FIELD, ""},
    {"{\"entity\":{\"investors\":[{},{\"dew\":1}]}}", REG_ERR_UNKNOWN_FIELD, "entity.investors[1].dew: the model has"},
    {"{\"entity\":{\"investors\":[{},{\"due\":1}]}}", REG_ERR_INVALID, "entity.investors[1].due: a string is wanted"},
    {"{\"entity\":{\"investors\":[{},null]}}", REG_ERR_INVALID, "entity.investors[1]: an object is wanted"},
    {"{\"entity\":{\"investors\":{}}}", REG_ERR_INVALID, "entity.investors: an array is wanted"},
    {"{\"entity\":[]}", REG_ERR_INVALID, "entity: an object is wanted"},
    {"{\"kind\":\"CHANGE\"}", REG_ERR_INVALID, "kind: no such enum value"},
    {"{\"kind\":99}", REG_ERR_INVALID, "kind: no such enum value"},
    {"{\"kind\":4294967297}", REG_ERR_INVALID, "kind: no such enum value"},
    {"{\"kind\":true}", REG_ERR_INVALID, "kind: no such enum value"},
    {"{\"authority\":-1}", REG_ERR_INVALID, "authority: cannot be negative"},
    {"{\"authority\":4294967296}", REG_ERR_INVALID, "authority: the number is out of range"},
    {"{\"authority\":1.5}", REG_ERR_INVALID, "authority: an integer is wanted"},
    {"{\"authority\":1e300}", REG_ERR_INVALID, "authority: an integer is wanted"},
    {"{\"authority\":\"\"}", REG_ERR_INVALID, "authority: an integer is wanted"},
    {"{\"authority\":\"+1\"}", REG_ERR_INVALID, "authority: an integer is wanted"},
    {"{\"authority\":\"01\"}", REG_ERR_INVALID, "authority: an integer is wanted"},
    {"{\"authority\":\"1 \"}", REG_ERR_INVALID, "authority: an integer is wanted"},
    {"{\"authority\":\"0x1\"}", REG_ERR_INVALID, "authority: an integer is wanted"},
    {"{\"authority\":[1]}", REG_ERR_INVALID, "authority: an integer is wanted"},
    {"{\"baseRevision\":\"18446744073709551616\"}", REG_ERR_INVALID, "baseRevision: an integer is wanted"},
    {"{\"facts\":[{\"integer\":\"9223372036854775808\"}]}", REG_ERR_INVALID, "facts[0].integer: the number is out of range"},
    {"{\"facts\":[{\"integer\":\"-9223372036854775809\"}]}", REG_ERR_INVALID,
     "facts[0].integer: the number is out of range"},
    {"{\"facts\":[{\"integer\":1,\"text\":\"1\"}]}", REG_ERR_INVALID, "facts[0].text: another field of the same choice"},
    {"{\"facts\":[{\"flag\":\"true\"}]}", REG_ERR_INVALID, "facts[0].flag: true or false is wanted"},
    {"{\"facts\":[{\"list\":{\"values\":[\"a\",1]}}]}", REG_ERR_INVALID, "facts[0].list.values[1]: a string is wanted"},
    {"{\"materials\":[{\"digest\":\"A\"}]}", REG_ERR_INVALID, "materials[0].digest: not valid base64"},
    {"{\"materials\":[{\"digest\":7}]}", REG_ERR_INVALID, "materials[0].digest: a base64 string is wanted"},
};

static void refuses_with_the_path(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        struct reg_error_info info = {"", ""};
        ProtobufCMessage *message = NULL;
        int error =
            reg_message_from_json(&registry__v1__filing__descriptor, text_bytes(refused[i].json), arena, &message, &info);

        CHECK_CASE(error == refused[i].error, "%s: %d", refused[i].json, error);
        CHECK_CASE(strncmp(info.en, refused[i].en, strlen(refused[i].en)) == 0, "%s: %s", refused[i].json, info.en);
        CHECK_CASE(info.zh[0] && !message, "%s", refused[i].json);
        reg_arena_free(arena);
    }
}

/* jansson would go 2,048 deep and take a few hundred bytes for each value. */
static void json_has_limits(void)
{
    static char deep[5000], wide[500000];
    struct reg_arena *arena = reg_arena_new(1000);
    struct reg_error_info info;
    ProtobufCMessage *message;

    memset(deep, '[', sizeof deep - 1);
    CU_ASSERT_EQUAL(reg_message_from_json(&registry__v1__filing__descriptor, text_bytes(deep), arena, &message, &info),
                    REG_ERR_LIMIT);
    memset(wide, ',', sizeof wide - 1);
    CU_ASSERT_EQUAL(reg_message_from_json(&registry__v1__filing__descriptor, text_bytes(wide), arena, &message, &info),
                    REG_ERR_LIMIT);
    CU_ASSERT_STRING_EQUAL(info.en, "the JSON holds more than 200000 values");
    /* In a string they are text. */
    wide[0] = wide[sizeof wide - 2] = '"';
    CU_ASSERT_EQUAL(reg_message_from_json(&registry__v1__filing__descriptor, text_bytes(wide), arena, &message, &info),
                    REG_ERR_INVALID);
    CU_ASSERT_EQUAL(reg_message_from_json(&registry__v1__filing__descriptor,
                                          text_bytes("{\"persons\":[{},{},{},{},{},{},{},{},{},{},{}]}"), arena, &message,
                                          &info),
                    REG_ERR_LIMIT);
    CHECK_CASE(strncmp(info.en, "persons[", 8) == 0 && strstr(info.en, "takes more memory than allowed"), "%s", info.en);
    reg_arena_free(arena);
}

static void base64_forms(void)
{
    static const struct {
        const char *text;
        int len; /* -1: refused */
    } cases[] = {
        {"", 0},       {"AA==", 1},  {"AA", 1},    {"AAA=", 2},   {"AAA", 2},     {"AAAA", 3},  {"AAAAAA", 4}, {"A", -1},
        {"AAAAA", -1}, {"AA=", -1},  {"A===", -1}, {"AAAA=", -1}, {"AAAA==", -1}, {"=", -1},    {"==", -1},    {"A=A=", -1},
        {"AB==", -1},  {"AAB=", -1}, {"AA A", -1}, {"AA\n", -1},  {"AA==AA", -1}, {"*AAA", -1}, {"AAA==", -1}, {"宿A", -1},
    };
    uint8_t bytes[16];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len = 99;
        bool ok = base64_decode(cases[i].text, strlen(cases[i].text), bytes, &len);

        CHECK_CASE(ok == (cases[i].len >= 0), "\"%s\"", cases[i].text);
        CHECK_CASE(len == (ok ? (size_t)cases[i].len : 99), "\"%s\": %zu", cases[i].text, len);
    }
}

static void indents(void)
{
    Registry__V1__Money money = REGISTRY__V1__MONEY__INIT;
    Registry__V1__Material material = REGISTRY__V1__MATERIAL__INIT;
    struct reg_buf buf = REG_BUF_INIT;

    money.currency = 156;
    CU_ASSERT_EQUAL(reg_message_to_json(&money.base, 2, &buf), 0);
    CHECK_CASE(buf.len == 21 && memcmp(buf.data, "{\n  \"currency\": 156\n}", 21) == 0, "%.*s", (int)buf.len,
               (char *)buf.data);
    reg_buf_clear(&buf);
    material.kind = (char *)"\xFF";
    CU_ASSERT_EQUAL(reg_message_to_json(&material.base, 0, &buf), REG_ERR_ENCODING);
    material.kind = NULL;
    CU_ASSERT_EQUAL(reg_message_to_json(&material.base, 0, &buf), 0);
    reg_buf_clear(&buf);
}

static void round_trip(struct random_source *source, const ProtobufCMessageDescriptor *type)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_buf wire = REG_BUF_INIT, json = REG_BUF_INIT, again = REG_BUF_INIT;
    struct reg_error_info info = {"", ""};
    ProtobufCMessage *message = random_message(source, type, arena), *read = NULL;
    int error;

    CU_ASSERT_PTR_NOT_NULL_FATAL(message);
    reg_message_encode(message, &wire);
    error = reg_message_to_json(message, random_next(source) % 3, &json);
    CHECK_CASE(error == 0, "%s: %d", type->short_name, error);
    error = reg_message_from_json(type, reg_buf_bytes(&json), arena, &read, &info);
    CHECK_CASE(error == 0, "%s: %s: %.*s", type->short_name, info.en, (int)json.len, (char *)json.data);
    if (!error)
        reg_message_encode(read, &again);
    CHECK_CASE(wire.len == again.len && (wire.len == 0 || memcmp(wire.data, again.data, wire.len) == 0), "%s: %.*s",
               type->short_name, (int)json.len, (char *)json.data);
    reg_buf_clear(&wire);
    reg_buf_clear(&json);
    reg_buf_clear(&again);
    reg_arena_free(arena);
}

static void every_type_round_trips(void)
{
    const ProtobufCMessageDescriptor *types[256];
    size_t count = model_types(types, 256);
    struct random_source source = random_start();

    for (size_t i = 0; i < count; i++)
        for (int round = 0; round < ROUNDS; round++)
            round_trip(&source, types[i]);
}

static CU_TestInfo tests[] = {
    {"maps both ways", maps_both_ways},
    {"refuses with the path", refuses_with_the_path},
    {"JSON has limits", json_has_limits},
    {"base64 forms", base64_forms},
    {"indents", indents},
    {"every type round-trips", every_type_round_trips},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {{"message JSON", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
