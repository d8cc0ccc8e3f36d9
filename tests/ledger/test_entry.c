/* Entries in both suites: bodies, views for each kind of receiver, and that nothing altered passes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/base64.h"
#include "base/message.h"
#include "ledger/body.h"
#include "suite.h"

static const uint8_t case_key[REG_CASE_KEY_LEN] = "the key of one case, 32 bytes..";
static const uint8_t registry_id[REG_REGISTRY_ID_LEN] = {1, 2, 3, 4, 5, 6, 7, 8};

/* Bytes that differ from call to call and are the same in every run. */
static int counted(void *context, void *ret, size_t len)
{
    static uint8_t next;

    (void)context;
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)ret)[i] = next++;
    return 0;
}

static const struct reg_host host = {NULL, counted, NULL};

/* An entry of four sections: public, item 3, identity, contact. */
struct made {
    struct reg_data body, header;
};

static struct reg_data encode(const reg_pb_record *record)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_data data = {0};

    reg_message_encode(&record->base, &buf);
    CU_ASSERT_EQUAL_FATAL(reg_buf_finish(&buf, &data), 0);
    return data;
}

static void make(enum reg_suite suite, struct made *made)
{
    reg_pb_licence_record licence = REGISTRY__V1__LICENCE_RECORD__INIT;
    reg_pb_item_record item = REGISTRY__V1__ITEM_RECORD__INIT, *items = &item;
    reg_pb_person_identity identity = REGISTRY__V1__PERSON_IDENTITY__INIT, *identities = &identity;
    reg_pb_contact_record contact = REGISTRY__V1__CONTACT_RECORD__INIT;
    reg_pb_record records[4];
    struct reg_fragment fragments[4];
    struct reg_buf header = REG_BUF_INIT;
    uint8_t digest[REG_DIGEST_LEN];

    for (size_t i = 0; i < 4; i++)
        registry__v1__record__init(&records[i]);
    licence.credit_code = (char *)"91341300MAY000009W";
    records[0].licence = &licence;
    item.item = 3;
    records[1].n_items = 1;
    records[1].items = &items;
    identity.person = 1;
    records[2].n_identities = 1;
    records[2].identities = &identities;
    contact.postcode = (char *)"234000";
    records[3].contact = &contact;
    for (size_t i = 0; i < 4; i++)
        fragments[i] = (struct reg_fragment){(const uint32_t[]){0, 3, 1026, 1027}[i], encode(&records[i])};
    CU_ASSERT_EQUAL_FATAL(reg_body_build(suite, fragments, 4, case_key, &host, &made->body, digest), 0);
    CU_ASSERT_EQUAL_FATAL(reg_header_encode(registry_id, 7, REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_LICENCE,
                                            licence.credit_code, 1000, 341300, digest, &header),
                          0);
    CU_ASSERT_EQUAL_FATAL(reg_buf_finish(&header, &made->header), 0);
    for (size_t i = 0; i < 4; i++)
        reg_data_clear(&fragments[i].bytes);
}

static void clear(struct made *made)
{
    reg_data_clear(&made->body);
    reg_data_clear(&made->header);
}

/* ---- views --------------------------------------------------------------------------------------------------------- */

static const struct receiver {
    const char *name;
    struct reg_grant grant;
    bool has_key;
    size_t sections, digests;
} receivers[] = {
    {"window", {.all = true}, true, 4, 0},
    {"department of item 3", {.items = {1u << 2}}, true, 2, 2},
    {"department of item 3 and contacts", {.items = {1u << 2}, .classes = 1u << 3}, true, 3, 1},
    {"department of another item", {.items = {1u << 5}}, true, 1, 3},
    {"auditor", {0}, true, 1, 3},
    {"window after erasing", {.all = true}, false, 1, 3},
};

static void check_view(enum reg_suite suite, const struct made *made, const struct receiver *receiver)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_buf view = REG_BUF_INIT, again = REG_BUF_INIT;
    struct reg_error_info info;
    ProtobufCMessage *message;
    const reg_pb_entry_view *decoded;

    CU_ASSERT_EQUAL(reg_view_build(suite, reg_bytes_of(&made->header), reg_bytes_of(&made->body), &receiver->grant,
                                   receiver->has_key ? case_key : NULL, &view),
                    0);
    CU_ASSERT_EQUAL_FATAL(reg_message_decode(&registry__v1__entry_view__descriptor, reg_buf_bytes(&view), REG_UNKNOWN_REFUSE,
                                             arena, &message, &info),
                          0);
    decoded = (const reg_pb_entry_view *)message;
    CHECK_CASE(decoded->n_sections == receiver->sections && decoded->n_digests == receiver->digests,
               "%s: %zu sections, %zu digests", receiver->name, decoded->n_sections, decoded->n_digests);
    CHECK_CASE(reg_entry_view_verify(suite, reg_buf_bytes(&view), &info) == 0, "%s", receiver->name);
    reg_message_encode(message, &again);
    CHECK_CASE(again.len == view.len && memcmp(again.data, view.data, view.len) == 0, "%s: not as an encoder writes it",
               receiver->name);
    for (size_t i = 0; i < view.len;
         i++) { /* other bytes of the header say other things, but nothing that is hashed passes */
        view.data[i] ^= 0x10;
        if (i >= made->header.len + 2)
            CHECK_CASE(reg_entry_view_verify(suite, reg_buf_bytes(&view), &info) != 0, "%s: byte %zu", receiver->name, i);
        view.data[i] ^= 0x10;
    }
    reg_buf_clear(&view);
    reg_buf_clear(&again);
    reg_arena_free(arena);
}

static void check_views(enum reg_suite suite)
{
    struct made made = {0};

    make(suite, &made);
    for (size_t i = 0; i < sizeof receivers / sizeof *receivers; i++)
        check_view(suite, &made, &receivers[i]);
    clear(&made);
}

static void test_views_gm(void)
{
    check_views(REG_SUITE_GM);
}

static void test_views_intl(void)
{
    check_views(REG_SUITE_INTL);
}

/* More closed sections than are kept in hand: still in order, still what an encoder writes. */
static void test_many_sections(void)
{
    static const struct reg_grant grants[] = {{0}, {.items = {1u << 1, 1u << 5}}, {.items = {0, UINT64_MAX}}, {.all = true}};
    struct reg_fragment fragments[200];
    struct reg_data body = {0};
    struct reg_buf header = REG_BUF_INIT;
    uint8_t digest[REG_DIGEST_LEN];

    for (size_t i = 0; i < 200; i++)
        fragments[i] = (struct reg_fragment){(uint32_t)(i < 150 ? i : 950 + i), {0}};
    CU_ASSERT_EQUAL_FATAL(reg_body_build(REG_SUITE_INTL, fragments, 200, case_key, &host, &body, digest), 0);
    CU_ASSERT_EQUAL_FATAL(
        reg_header_encode(registry_id, 7, REGISTRY__V1__ENTRY_KIND__ENTRY_KIND_LICENCE, "", 1000, 341300, digest, &header),
        0);
    for (size_t i = 0; i < sizeof grants / sizeof *grants; i++) {
        struct reg_arena *arena = reg_arena_new(0);
        struct reg_buf view = REG_BUF_INIT, again = REG_BUF_INIT;
        ProtobufCMessage *message;
        size_t open = 0;

        for (size_t j = 0; j < 200; j++)
            open += reg_grant_allows(&grants[i], fragments[j].id);
        CU_ASSERT_EQUAL(
            reg_view_build(REG_SUITE_INTL, reg_buf_bytes(&header), reg_bytes_of(&body), &grants[i], case_key, &view), 0);
        CHECK_CASE(reg_entry_view_verify(REG_SUITE_INTL, reg_buf_bytes(&view), NULL) == 0, "grant %zu", i);
        CU_ASSERT_EQUAL_FATAL(reg_message_decode(&registry__v1__entry_view__descriptor, reg_buf_bytes(&view),
                                                 REG_UNKNOWN_REFUSE, arena, &message, NULL),
                              0);
        CHECK_CASE(((const reg_pb_entry_view *)message)->n_sections == open &&
                       ((const reg_pb_entry_view *)message)->n_digests == 200 - open,
                   "grant %zu", i);
        reg_message_encode(message, &again);
        CHECK_CASE(again.len == view.len && memcmp(again.data, view.data, view.len) == 0, "grant %zu", i);
        reg_buf_clear(&view);
        reg_buf_clear(&again);
        reg_arena_free(arena);
    }
    reg_data_clear(&body);
    reg_buf_clear(&header);
}

/* ---- JSON ---------------------------------------------------------------------------------------------------------- */

static bool is_base64_of(const json_t *text, struct reg_bytes bytes)
{
    static uint8_t decoded[4096];
    size_t len;

    return json_is_string(text) && json_string_length(text) < sizeof decoded &&
           base64_decode(json_string_value(text), json_string_length(text), decoded, &len) && len == bytes.len &&
           memcmp(decoded, bytes.data, len) == 0;
}

/* A value by its path; NULL: not there. */
static const json_t *at(const json_t *json, const char *path)
{
    char key[64];
    int len;

    for (; json && *path; path += len + (path[len] == '.')) {
        len = (int)strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", len, path);
        json = json_is_array(json) ? json_array_get(json, strtoul(key, NULL, 10)) : json_object_get(json, key);
    }
    return json;
}

static void check_json(const struct made *made, const struct receiver *receiver)
{
    static const struct {
        const char *path, *value;
    } texts[] = {{"headerFields.creditCode", "91341300MAY000009W"},
                 {"headerFields.position", "7"},
                 {"headerFields.kind", "ENTRY_KIND_LICENCE"},
                 {"sections.0.record.licence.creditCode", "91341300MAY000009W"}};
    struct reg_buf view = REG_BUF_INIT;
    struct reg_data text = {0};
    struct reg_error_info info = {0};
    json_t *json;

    CU_ASSERT_EQUAL_FATAL(reg_view_build(REG_SUITE_INTL, reg_bytes_of(&made->header), reg_bytes_of(&made->body),
                                         &receiver->grant, receiver->has_key ? case_key : NULL, &view),
                          0);
    CHECK_CASE(reg_entry_view_json(reg_buf_bytes(&view), &text, &info) == 0, "%s: %s", receiver->name, info.en);
    json = json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(json);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const json_t *value = at(json, texts[i].path);

        CHECK_CASE(json_is_string(value) && strcmp(json_string_value(value), texts[i].value) == 0, "%s: %s", receiver->name,
                   texts[i].path);
    }
    CHECK_CASE(is_base64_of(at(json, "header"), reg_bytes_of(&made->header)), "%s", receiver->name);
    CHECK_CASE(json_array_size(at(json, "sections")) == receiver->sections, "%s", receiver->name);
    CHECK_CASE(json_array_size(at(json, "digests")) == receiver->digests, "%s", receiver->name);
    for (size_t i = 0; i < receiver->sections; i++) { /* the bytes stand beside what they say */
        const json_t *section = json_array_get(at(json, "sections"), i);

        CHECK_CASE(json_is_string(at(section, "bytes")) && json_is_string(at(section, "salt")) &&
                       json_is_object(at(section, "record")),
                   "%s: section %zu", receiver->name, i);
    }
    json_decref(json);
    reg_data_clear(&text);
    reg_buf_clear(&view);
}

static void test_json(void)
{
    static const uint8_t bytes[] = {0x0a, 0x05, 1};
    struct reg_data text = {0};
    struct made made = {0};

    make(REG_SUITE_INTL, &made);
    for (size_t i = 0; i < sizeof receivers / sizeof *receivers; i++)
        check_json(&made, &receivers[i]);
    CU_ASSERT_EQUAL(reg_entry_view_json((struct reg_bytes){bytes, sizeof bytes}, &text, NULL), REG_ERR_INVALID);
    CU_ASSERT_PTR_NULL(text.data);
    clear(&made);
}

/* ---- bodies -------------------------------------------------------------------------------------------------------- */

static void check_bodies(enum reg_suite suite)
{
    static const uint8_t wrong_key[REG_CASE_KEY_LEN] = {1};
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_error_info info = {0};
    struct made made = {0};
    reg_pb_record *record = NULL;

    make(suite, &made);
    CU_ASSERT_EQUAL(reg_body_check(suite, reg_bytes_of(&made.header), reg_bytes_of(&made.body), case_key, &info), 0);
    CU_ASSERT_EQUAL(reg_body_check(suite, reg_bytes_of(&made.header), reg_bytes_of(&made.body), NULL, &info), 0);
    CU_ASSERT_EQUAL(reg_body_check(suite, reg_bytes_of(&made.header), reg_bytes_of(&made.body), wrong_key, &info),
                    REG_ERR_CORRUPT);
    CU_ASSERT_EQUAL_FATAL(reg_record_decode(reg_bytes_of(&made.body), suite, case_key, arena, &record), 0);
    CU_ASSERT_STRING_EQUAL(record->licence->credit_code, "91341300MAY000009W");
    CU_ASSERT_EQUAL(record->n_items, 1);
    CU_ASSERT_EQUAL(record->n_identities, 1);
    CU_ASSERT_STRING_EQUAL(record->contact->postcode, "234000");
    CU_ASSERT_EQUAL_FATAL(reg_record_decode(reg_bytes_of(&made.body), suite, NULL, arena, &record), 0);
    CU_ASSERT_PTR_NOT_NULL(record->licence);
    CU_ASSERT_PTR_NULL(record->contact);
    for (size_t i = 0; i < made.body.len; i++) {
        made.body.data[i] ^= 0x20;
        CHECK_CASE(reg_body_check(suite, reg_bytes_of(&made.header), reg_bytes_of(&made.body), case_key, &info) != 0,
                   "byte %zu", i);
        made.body.data[i] ^= 0x20;
    }
    clear(&made);
    reg_arena_free(arena);
}

static void test_bodies_gm(void)
{
    check_bodies(REG_SUITE_GM);
}

static void test_bodies_intl(void)
{
    check_bodies(REG_SUITE_INTL);
}

static void test_bad_fragments(void)
{
    struct reg_fragment none[] = {{3, {0}}}, twice[] = {{0, {0}}, {3, {0}}, {3, {0}}}, far[] = {{0, {0}}, {70000, {0}}};
    uint8_t digest[REG_DIGEST_LEN];
    struct reg_data body = {0};

    CU_ASSERT_EQUAL(reg_body_build(REG_SUITE_INTL, none, 1, case_key, &host, &body, digest), REG_ERR_INVALID);
    CU_ASSERT_EQUAL(reg_body_build(REG_SUITE_INTL, twice, 3, case_key, &host, &body, digest), REG_ERR_INVALID);
    CU_ASSERT_EQUAL(reg_body_build(REG_SUITE_INTL, far, 2, case_key, &host, &body, digest), REG_ERR_INVALID);
    CU_ASSERT_EQUAL(reg_body_build(REG_SUITE_INTL, twice, 2, NULL, &host, &body, digest), REG_ERR_INVALID);
    CU_ASSERT_PTR_NULL(body.data);
}

static CU_TestInfo tests[] = {{"views, gm", test_views_gm},
                              {"views, intl", test_views_intl},
                              {"bodies, gm", test_bodies_gm},
                              {"bodies, intl", test_bodies_intl},
                              {"bad fragments", test_bad_fragments},
                              {"many sections", test_many_sections},
                              {"JSON", test_json},
                              CU_TEST_INFO_NULL};
CU_SuiteInfo suites[] = {{"entry", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
