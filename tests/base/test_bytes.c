/* Errors, bytes, buffers, cursors and arenas. */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/cursor.h"
#include "base/error.h"
#include "base/utf8.h"
#include "suite.h"

static void every_error_has_two_texts(void)
{
    for (int error = REG_ERR_BUSY; error <= 0; error++) {
        CHECK_CASE(strcmp(reg_error_text(error), "unknown error") != 0, "error %d", error);
        CHECK_CASE(reg_error_text(error)[0] && reg_error_text_zh(error)[0], "error %d", error);
        for (int other = error + 1; other <= 0; other++)
            CHECK_CASE(strcmp(reg_error_text(error), reg_error_text(other)) != 0, "errors %d and %d", error, other);
    }
    CU_ASSERT_STRING_EQUAL(reg_error_text(1), "unknown error");
    CU_ASSERT_STRING_EQUAL(reg_error_text(REG_ERR_BUSY - 1), "unknown error");
    CU_ASSERT_STRING_EQUAL(reg_error_text(INT32_MIN), "unknown error");
    CU_ASSERT_STRING_EQUAL(reg_error_text_zh(INT32_MIN), "未知错误");
}

static void fail_fills_both_languages(void)
{
    struct reg_error_info info;
    char text[400] = "";

    CU_ASSERT_EQUAL(reg_fail(&info, REG_ERR_LIMIT, "第 %d 行：%s", "line %d: %s", 7, "甲"), REG_ERR_LIMIT);
    CU_ASSERT_STRING_EQUAL(info.zh, "第 7 行：甲");
    CU_ASSERT_STRING_EQUAL(info.en, "line 7: 甲");
    CU_ASSERT_EQUAL(reg_fail(&info, REG_ERR_IO, NULL, NULL), REG_ERR_IO);
    CU_ASSERT_STRING_EQUAL(info.zh, "");
    CU_ASSERT_STRING_EQUAL(info.en, "");
    CU_ASSERT_EQUAL(reg_fail(NULL, REG_ERR_IO, "%s", "%s", "x"), REG_ERR_IO);
    /* Cut at whole characters: every offset of a three-byte character against the end. */
    for (int shift = 0; shift < 3; shift++) {
        memset(text, 'x', sizeof text);
        for (int i = 0; i < 100; i++)
            memcpy(text + shift + i * 3, "宿", 3);
        text[shift + 300] = '\0';
        reg_fail(&info, REG_ERR_IO, "%s", "%s", text);
        CHECK_CASE(strlen(info.zh) == (size_t)(255 - (255 - shift) % 3), "shift %d", shift);
        CHECK_CASE(reg_utf8_valid(info.zh, strlen(info.zh)), "shift %d", shift);
        reg_fail_because(&info, REG_ERR_IO, "%.*s%s", "%.*s%s", shift, "xx", text + shift + 60); /* the reason is cut, too */
        CU_ASSERT(strlen(info.zh) > 240);
        CHECK_CASE(reg_utf8_valid(info.zh, strlen(info.zh)), "shift %d", shift);
    }
    CU_ASSERT_EQUAL(reg_fail_because(&info, REG_ERR_IO, "条目 %d", "entry %d", 7), REG_ERR_IO);
    CU_ASSERT_EQUAL(strncmp(info.zh, "条目 7：", strlen("条目 7：")), 0);
    CU_ASSERT_STRING_EQUAL(info.zh + strlen("条目 7："), reg_error_text_zh(REG_ERR_IO));
    CU_ASSERT_EQUAL(strncmp(info.en, "entry 7: ", strlen("entry 7: ")), 0);
    CU_ASSERT_STRING_EQUAL(info.en + strlen("entry 7: "), reg_error_text(REG_ERR_IO));
    CU_ASSERT_EQUAL(reg_fail_because(NULL, REG_ERR_IO, "%s", "%s", "x"), REG_ERR_IO);
}

static void buffer_grows_and_finishes(void)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_data data = {0};
    static const uint8_t expected[] = {0xAB, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 'z', 'h', '-', '4', '2'};

    reg_buf_put_u8(&buf, 0xAB);
    reg_buf_put_be16(&buf, 0x0102);
    reg_buf_put_be32(&buf, 0x03040506);
    reg_buf_put_be64(&buf, 0x0708090A0B0C0D0E);
    reg_buf_puts(&buf, "zh");
    reg_buf_printf(&buf, "%d", -42);
    reg_buf_put(&buf, NULL, 0);
    CU_ASSERT_EQUAL(reg_buf_bytes(&buf).len, sizeof expected);
    CU_ASSERT_EQUAL(reg_buf_finish(&buf, &data), 0);
    CU_ASSERT_EQUAL_FATAL(data.len, sizeof expected);
    CU_ASSERT_EQUAL(memcmp(data.data, expected, sizeof expected), 0);
    CU_ASSERT_EQUAL(data.data[data.len], 0);
    CU_ASSERT_TRUE(!buf.data && buf.len == 0 && buf.cap == 0);
    reg_data_clear(&data);
    CU_ASSERT_TRUE(!data.data && data.len == 0);
    reg_data_clear(&data);
    reg_data_clear(NULL);

    for (int i = 0; i < 5000; i++)
        reg_buf_printf(&buf, "%d,", i % 10);
    CU_ASSERT_EQUAL(reg_buf_finish(&buf, &data), 0);
    CU_ASSERT_EQUAL(data.len, 10000);
    CU_ASSERT_EQUAL(memcmp(data.data + 9996, "8,9,", 5), 0);
    reg_data_clear(&data);

    CU_ASSERT_EQUAL(reg_buf_finish(&buf, &data), 0); /* an empty buffer finishes as the empty string */
    CU_ASSERT_TRUE(data.len == 0 && data.data && data.data[0] == 0);
    reg_data_clear(&data);
}

static void buffer_error_sticks(void)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_data data = {0};
    uint8_t *at;

    reg_buf_puts(&buf, "before");
    CU_ASSERT_PTR_NULL(reg_buf_extend(&buf, SIZE_MAX));
    CU_ASSERT_EQUAL(buf.error, REG_ERR_LIMIT);
    reg_buf_puts(&buf, "after");
    reg_buf_printf(&buf, "%s", "after");
    CU_ASSERT_EQUAL(buf.len, 6);
    CU_ASSERT_EQUAL(reg_buf_finish(&buf, &data), REG_ERR_LIMIT);
    CU_ASSERT_TRUE(!data.data && !buf.data && !buf.error);

    at = reg_buf_extend(&buf, 4);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    memcpy(at, "wxyz", 4);
    CU_ASSERT_EQUAL(buf.len, 4);
    reg_buf_wipe(&buf);
    CU_ASSERT_TRUE(!buf.data && buf.len == 0);
    reg_buf_clear(&buf);
}

static void cursor_stays_in_bounds(void)
{
    static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
    struct reg_cursor cursor = reg_cursor_of((struct reg_bytes){bytes, sizeof bytes});
    struct reg_bytes run = {0};
    uint8_t u8 = 0;
    uint16_t u16 = 0;
    uint32_t u32 = 0;
    uint64_t u64 = 0;

    CU_ASSERT_TRUE(reg_cursor_u8(&cursor, &u8) && u8 == 1);
    CU_ASSERT_TRUE(reg_cursor_be16(&cursor, &u16) && u16 == 0x0203);
    CU_ASSERT_TRUE(reg_cursor_be32(&cursor, &u32) && u32 == 0x04050607);
    CU_ASSERT_TRUE(reg_cursor_be64(&cursor, &u64) && u64 == 0x08090A0B0C0D0E0F);
    CU_ASSERT_TRUE(reg_cursor_bytes(&cursor, 1, &run) && run.len == 1 && run.data[0] == 16);
    CU_ASSERT_EQUAL(cursor.left, 1);
    CU_ASSERT_FALSE(reg_cursor_be16(&cursor, &u16));
    CU_ASSERT_FALSE(reg_cursor_be32(&cursor, &u32));
    CU_ASSERT_FALSE(reg_cursor_be64(&cursor, &u64));
    CU_ASSERT_FALSE(reg_cursor_bytes(&cursor, 2, &run));
    CU_ASSERT_FALSE(reg_cursor_bytes(&cursor, SIZE_MAX, &run));
    CU_ASSERT_TRUE(u16 == 0x0203 && u32 == 0x04050607 && u64 == 0x08090A0B0C0D0E0F && run.len == 1);
    CU_ASSERT_EQUAL(cursor.left, 1);
    CU_ASSERT_TRUE(reg_cursor_u8(&cursor, &u8) && u8 == 17);
    CU_ASSERT_FALSE(reg_cursor_u8(&cursor, &u8));
    CU_ASSERT_TRUE(reg_cursor_bytes(&cursor, 0, &run) && run.len == 0);
    cursor = reg_cursor_of((struct reg_bytes){NULL, 0});
    CU_ASSERT_TRUE(reg_cursor_bytes(&cursor, 0, &run));
    CU_ASSERT_FALSE(reg_cursor_u8(&cursor, &u8));
}

static void arena_gives_zeroed_aligned_memory(void)
{
    struct reg_arena *arena = reg_arena_new(0);
    char *text;

    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    for (size_t size = 0; size < 3000; size += 7) {
        uint8_t *memory = reg_arena_alloc(arena, size);
        size_t sum = 0;

        CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
        CHECK_CASE((uintptr_t)memory % 16 == 0, "size %zu", size);
        for (size_t i = 0; i < size; i++)
            sum += memory[i];
        CHECK_CASE(sum == 0, "size %zu", size);
        memset(memory, 0xFF, size);
    }
    CU_ASSERT_PTR_NOT_NULL(reg_arena_alloc(arena, (size_t)1 << 20));
    text = reg_arena_strdup(arena, "宿州");
    CU_ASSERT_STRING_EQUAL(text, "宿州");
    text = reg_arena_printf(arena, "%s-%d", "a", 5);
    CU_ASSERT_STRING_EQUAL(text, "a-5");
    text = reg_arena_memdup(arena, "a\0b", 3);
    CU_ASSERT_EQUAL(memcmp(text, "a\0b", 3), 0);
    CU_ASSERT_PTR_NOT_NULL(reg_arena_memdup(arena, NULL, 0));
    CU_ASSERT_FALSE(reg_arena_over_budget(arena));
    CU_ASSERT_PTR_NULL(reg_arena_alloc(arena, SIZE_MAX - 3));
    CU_ASSERT_TRUE(reg_arena_over_budget(arena));
    reg_arena_free(arena);
    reg_arena_free(NULL);
}

/* What is handed out after a reset is zeroed, and counted anew. */
static void arena_begins_again(void)
{
    struct reg_arena *arena = reg_arena_new(100000);

    CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
    reg_arena_reset(arena);
    for (size_t round = 0; round < 40; round++) {
        size_t size = round % 4 == 3 ? 70000 : 900 * (round % 4 + 1);
        uint8_t *memory = reg_arena_alloc(arena, size);

        CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
        CHECK_CASE(memory[0] == 0 && memory[size - 1] == 0, "round %zu", round);
        memset(memory, 0xff, size);
        CHECK_CASE(round % 4 != 3 || (!reg_arena_alloc(arena, 70000) && reg_arena_over_budget(arena)), "round %zu", round);
        reg_arena_reset(arena);
        CHECK_CASE(!reg_arena_over_budget(arena), "round %zu", round);
    }
    reg_arena_free(arena);
}

static void arena_keeps_its_budget(void)
{
    static const size_t budgets[] = {16, 100, 4096, 100000};

    for (size_t i = 0; i < sizeof budgets / sizeof budgets[0]; i++) {
        struct reg_arena *arena = reg_arena_new(budgets[i]);
        size_t given = 0;

        CU_ASSERT_PTR_NOT_NULL_FATAL(arena);
        CHECK_CASE(reg_arena_alloc(arena, budgets[i] + 1) == NULL && reg_arena_over_budget(arena), "budget %zu", budgets[i]);
        while (reg_arena_alloc(arena, 10))
            given += 10;
        CHECK_CASE(given > 0 && given <= budgets[i] && given >= budgets[i] / 2, "budget %zu gave %zu", budgets[i], given);
        reg_arena_free(arena);
    }
}

static CU_TestInfo tests[] = {
    {"every error has two texts", every_error_has_two_texts},
    {"fail fills both languages", fail_fills_both_languages},
    {"buffer grows and finishes", buffer_grows_and_finishes},
    {"buffer error sticks", buffer_error_sticks},
    {"cursor stays in bounds", cursor_stays_in_bounds},
    {"arena gives zeroed aligned memory", arena_gives_zeroed_aligned_memory},
    {"an arena begins again", arena_begins_again},
                              {"arena keeps its budget", arena_keeps_its_budget},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {{"bytes", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
