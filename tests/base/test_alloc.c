/* Fails the first, second, … n-th allocation of each scenario: every failure is REG_ERR_NOMEM, leaves the result alone and
 * leaks nothing (the address sanitizer looks). Linked with --wrap, since a malloc of our own would break the sanitizer. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <registry/v1/filing_service.pb-c.h>

#include "base/csv.h"
#include "base/message.h"
#include "suite.h"

static long allocations_left = -1; /* -1: all are granted */

static int granted(void)
{
    if (allocations_left < 0)
        return 1;
    return allocations_left > 0 && allocations_left-- > 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size)
{
    return granted() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return granted() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *memory, size_t size)
{
    return granted() ? __real_realloc(memory, size) : NULL;
}

static const char json[] = "{\"requestId\":\"r\",\"filing\":{\"persons\":[{\"number\":1,\"name\":\"甲\"},{\"number\":2}],"
                           "\"itemsAsked\":[1,2,3,4,5],\"materials\":[{\"digest\":\"AAECAw==\"}],"
                           "\"facts\":[{\"key\":\"a\",\"list\":{\"values\":[\"x\"]}}]}}";

static int from_json(void)
{
    struct reg_arena *arena = reg_arena_new(0);
    ProtobufCMessage *message = NULL;
    int error = REG_ERR_NOMEM;

    if (arena)
        error = reg_message_from_json(&registry__v1__submit_filing_request__descriptor,
                                      (struct reg_bytes){(const uint8_t *)json, sizeof json - 1}, arena, &message, NULL);
    CU_ASSERT_TRUE(!error == !!message);
    reg_arena_free(arena);
    return error;
}

/* Encodes, decodes and writes a message that was read while memory was plenty. */
static int there_and_back(void)
{
    static const uint8_t wire[] = "\x0A\x01r\x12\x1E\x2A\x05\x08\x01\x1A\x01"
                                  "a\x2A\x02\x08\x02\x3A\x03\x01\x02\x03\x42\x0C\x12\x04"
                                  "\x00\x01\x02\x03\x0A\x04kind";
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_data data = {0};
    ProtobufCMessage *message = NULL;
    int error = REG_ERR_NOMEM;

    if (arena)
        error = reg_message_decode(&registry__v1__submit_filing_request__descriptor,
                                   (struct reg_bytes){wire, sizeof wire - 1}, REG_UNKNOWN_REFUSE, arena, &message, NULL);
    if (!error)
        error = reg_message_to_json(message, 0, &buf);
    if (!error) {
        reg_message_encode(message, &buf);
        reg_buf_printf(&buf, "%0300d", 1);
        error = reg_buf_finish(&buf, &data);
        CU_ASSERT_TRUE(!error == !!data.data);
    }
    reg_data_clear(&data);
    reg_buf_clear(&buf);
    reg_arena_free(arena);
    return error;
}

static int csv(struct reg_bytes bytes)
{
    struct reg_csv parsed = {.columns = 77};
    int error = reg_csv_parse("t.csv", bytes, &parsed, NULL);

    CU_ASSERT_TRUE((parsed.columns == 77) == !!error);
    if (!error)
        reg_csv_clear(&parsed);
    return error;
}

static int csv_utf8(void)
{
    return csv((struct reg_bytes){(const uint8_t *)"a,b\n1,2\n", 8});
}

static int csv_gb18030(void)
{
    return csv((struct reg_bytes){(const uint8_t *)"\xC3\xFB,b\n1,2\n", 9});
}

static const struct {
    const char *name;
    int (*run)(void);
    int allocations; /* at least so many are failed */
    bool disguised;  /* jansson passes a failed allocation off as a wrong token */
} scenarios[] = {
    {"from JSON", from_json, 20, true},
    {"there and back", there_and_back, 8, false},
    {"CSV", csv_utf8, 3, false},
    {"CSV in GB 18030", csv_gb18030, 3, false},
};

static void every_allocation_may_fail(void)
{
    json_set_alloc_funcs(__wrap_malloc, free);
    for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        int n, error = REG_ERR_NOMEM;

        for (n = 0; n < 1000 && error; n++) {
            allocations_left = n;
            error = scenarios[i].run();
            allocations_left = -1;
            CHECK_CASE(error == 0 || error == REG_ERR_NOMEM || (scenarios[i].disguised && error == REG_ERR_INVALID),
                       "%s, allocation %d: %d", scenarios[i].name, n + 1, error);
        }
        CHECK_CASE(!error && n > scenarios[i].allocations, "%s: %d allocations", scenarios[i].name, n - 1);
    }
}

static CU_TestInfo tests[] = {
    {"every allocation may fail", every_allocation_may_fail},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {{"allocations", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
