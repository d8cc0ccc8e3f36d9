#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <registry/qr.h>

#include "base/buffer.h"
#include "suite.h"

#define QUIET    4
#define SIDE_MAX 185 /* version 40 with its quiet zone */

struct matrix {
    int size;
    bool dark[SIDE_MAX][SIDE_MAX];
};

/* The text of a credential of so many digits: 28 bytes, then digits that do not repeat soon. */
static void put_text(struct reg_buf *buf, size_t digits)
{
    reg_buf_puts(buf, "https://yz.suzhou.example/v/");
    for (size_t i = 0; i < digits; i++)
        reg_buf_put_u8(buf, (uint8_t)('0' + (i * i + i / 7) % 10));
}

static void draw(size_t digits, enum reg_qr_format format, unsigned scale, struct reg_data *ret)
{
    struct reg_buf text = REG_BUF_INIT;

    put_text(&text, digits);
    CU_ASSERT_EQUAL_FATAL(reg_qr_draw(reg_buf_bytes(&text), format, scale, ret), 0);
    reg_buf_clear(&text);
}

/* ---- reading the drawings ----------------------------------------------------------------------------------------- */

static void read_png(const struct reg_data *data, unsigned scale, struct matrix *ret)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    uint8_t *pixels;
    size_t side;
    bool square = true;

    memset(ret, 0, sizeof *ret);
    CU_ASSERT_FATAL(png_image_begin_read_from_memory(&image, data->data, data->len) != 0);
    image.format = PNG_FORMAT_GRAY;
    CU_ASSERT_EQUAL_FATAL(image.width, image.height);
    CU_ASSERT_EQUAL_FATAL(image.width % scale, 0);
    side = image.width;
    ret->size = (int)(side / scale);
    CU_ASSERT_FATAL(ret->size <= SIDE_MAX);
    pixels = malloc(side * side);
    CU_ASSERT_PTR_NOT_NULL_FATAL(pixels);
    CU_ASSERT_FATAL(png_image_finish_read(&image, NULL, pixels, (png_int_32)side, NULL) != 0);
    for (size_t y = 0; y < side; y++)
        for (size_t x = 0; x < side; x++) {
            uint8_t first = pixels[y / scale * scale * side + x / scale * scale];

            square = square && (first == 0 || first == 255) && pixels[y * side + x] == first;
            ret->dark[y / scale][x / scale] = first == 0;
        }
    CU_ASSERT_TRUE(square);
    free(pixels);
}

static void read_svg(const struct reg_data *data, unsigned scale, struct matrix *ret)
{
    const char *at = strstr((const char *)data->data, " d=\"");
    int width = 0, size = 0, x, y, run, back, used;

    memset(ret, 0, sizeof *ret);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    CU_ASSERT_EQUAL_FATAL(sscanf(strstr((const char *)data->data, "width="), "width=\"%d\"", &width), 1);
    CU_ASSERT_EQUAL_FATAL(sscanf(strstr((const char *)data->data, "viewBox="), "viewBox=\"0 0 %d", &size), 1);
    CU_ASSERT_FATAL(size <= SIDE_MAX);
    CU_ASSERT_EQUAL(width, size * (int)scale);
    ret->size = size;
    for (at += 4; sscanf(at, "M%d %dh%dv1h-%dz%n", &x, &y, &run, &back, &used) == 4; at += used) {
        CU_ASSERT_FATAL(run == back && x >= 0 && y >= 0 && x + run <= size && y < size);
        for (int i = 0; i < run; i++) {
            CU_ASSERT_FALSE(ret->dark[y][x + i]);
            ret->dark[y][x + i] = true;
        }
        /* Runs are merged: none begins where another ends. */
        CU_ASSERT_FALSE(x > 0 && ret->dark[y][x - 1]);
    }
    CU_ASSERT_STRING_EQUAL(at, "\"/></svg>\n");
}

static void read_terminal(const struct reg_data *data, struct matrix *ret)
{
    static const char colours[] = "\033[38;5;16;48;5;231m", end[] = "\033[0m\n";
    static const struct {
        const char *block;
        bool upper, lower;
    } blocks[] = {{" ", false, false}, {"▀", true, false}, {"▄", false, true}, {"█", true, true}};
    const char *at = (const char *)data->data;
    int y = 0;

    memset(ret, 0, sizeof *ret);
    for (; *at != '\0'; y += 2) {
        int x = 0;

        CU_ASSERT_FATAL(strncmp(at, colours, strlen(colours)) == 0);
        at += strlen(colours);
        while (strncmp(at, end, strlen(end)) != 0) {
            size_t i = 0;

            while (i < 4 && strncmp(at, blocks[i].block, strlen(blocks[i].block)) != 0)
                i++;
            CU_ASSERT_FATAL(i < 4 && x < SIDE_MAX && y + 1 < SIDE_MAX);
            ret->dark[y][x] = blocks[i].upper;
            ret->dark[y + 1][x++] = blocks[i].lower;
            at += strlen(blocks[i].block);
        }
        CU_ASSERT_TRUE(ret->size == 0 || ret->size == x);
        ret->size = x;
        at += strlen(end);
    }
    /* Two rows a line, and an odd number of rows. */
    CU_ASSERT_EQUAL(y, ret->size + 1);
}

/* ---- tests -------------------------------------------------------------------------------------------------------- */

static bool quiet(const struct matrix *matrix)
{
    for (int y = 0; y < matrix->size; y++)
        for (int x = 0; x < matrix->size; x++)
            if ((x < QUIET || y < QUIET || x >= matrix->size - QUIET || y >= matrix->size - QUIET) && matrix->dark[y][x])
                return false;
    /* The corner of a finder pattern touches it. */
    return matrix->dark[QUIET][QUIET] && matrix->dark[QUIET][matrix->size - QUIET - 1] &&
           matrix->dark[matrix->size - QUIET - 1][QUIET];
}

/* Level M is 00 in the first two format bits, which are masked with 10 (ISO/IEC 18004 section 7.9). */
static bool level_m(const struct matrix *matrix)
{
    return matrix->dark[QUIET + 8][QUIET] && !matrix->dark[QUIET + 8][QUIET + 1];
}

static void test_versions(void)
{
    static const struct {
        size_t digits;
        int version;
    } cases[] = {{1, 3}, {482, 11}, {510, 11}, {530, 11}, {740, 14}, {850, 15}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct matrix matrix;
        struct reg_data png = {0};

        draw(cases[i].digits, REG_QR_PNG, 1, &png);
        read_png(&png, 1, &matrix);
        CHECK_CASE(matrix.size == 17 + 4 * cases[i].version + 2 * QUIET, "%zu digits: %d modules", cases[i].digits,
                   matrix.size);
        CHECK_CASE(quiet(&matrix), "%zu digits", cases[i].digits);
        CHECK_CASE(level_m(&matrix), "%zu digits", cases[i].digits);
        reg_data_clear(&png);
    }
}

static void test_formats_agree(void)
{
    static const unsigned scales[] = {1, 3, 4, 10, 64};
    static struct matrix png, svg, terminal;
    struct reg_data data = {0};

    draw(510, REG_QR_TERMINAL, 0, &data);
    read_terminal(&data, &terminal);
    reg_data_clear(&data);
    CU_ASSERT_TRUE(quiet(&terminal));
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
        draw(510, REG_QR_PNG, scales[i], &data);
        read_png(&data, scales[i], &png);
        reg_data_clear(&data);
        draw(510, REG_QR_SVG, scales[i], &data);
        read_svg(&data, scales[i], &svg);
        reg_data_clear(&data);
        CHECK_CASE(memcmp(&png, &svg, sizeof png) == 0, "scale %u", scales[i]);
        CHECK_CASE(memcmp(&png, &terminal, sizeof png) == 0, "scale %u", scales[i]);
    }
}

/* One bit a pixel, greyscale: IHDR's bytes 24 and 25. */
static void test_png_header(void)
{
    struct reg_data png = {0};

    draw(510, REG_QR_PNG, 4, &png);
    CU_ASSERT_FATAL(png.len > 33);
    CU_ASSERT_EQUAL(memcmp(png.data, "\x89PNG\r\n\x1a\n", 8), 0);
    CU_ASSERT_EQUAL(png.data[24], 1);
    CU_ASSERT_EQUAL(png.data[25], 0);
    reg_data_clear(&png);
}

static int draw_text(const char *text, size_t len, enum reg_qr_format format, unsigned scale, int *ret_size)
{
    static struct matrix matrix;
    struct reg_data data = {0};
    int r = reg_qr_draw((struct reg_bytes){(const uint8_t *)text, len}, format, scale, &data);

    if (r == 0 && format == REG_QR_PNG) {
        read_png(&data, scale, &matrix);
        *ret_size = matrix.size;
    }
    CU_ASSERT_TRUE(r == 0 || data.data == NULL);
    reg_data_clear(&data);
    return r;
}

/* What does not end in /v/ and digits goes as bytes, which takes a larger symbol. */
static void test_other_texts(void)
{
    char digits[300], other[300];
    int size = 0, other_size = 0;

    memset(digits, '7', sizeof digits);
    memcpy(digits, "https://localhost/v/", 20);
    memcpy(other, digits, sizeof other);
    other[18] = 'w';
    CU_ASSERT_EQUAL(draw_text(digits, sizeof digits, REG_QR_PNG, 2, &size), 0);
    CU_ASSERT_EQUAL(draw_text(other, sizeof other, REG_QR_PNG, 2, &other_size), 0);
    CHECK_CASE(size < other_size, "%d, %d", size, other_size);
    CU_ASSERT_EQUAL(draw_text("宿州", strlen("宿州"), REG_QR_PNG, 2, &size), 0);
    CU_ASSERT_EQUAL(draw_text("7", 1, REG_QR_SVG, 1, &size), 0);
}

static void test_refused(void)
{
    static char longest[8000];
    int size;

    memset(longest, 'x', sizeof longest);
    CU_ASSERT_EQUAL(draw_text("", 0, REG_QR_PNG, 4, &size), REG_ERR_INVALID);
    CU_ASSERT_EQUAL(draw_text("x", 1, REG_QR_PNG, 0, &size), REG_ERR_INVALID);
    CU_ASSERT_EQUAL(draw_text("x", 1, REG_QR_PNG, 65, &size), REG_ERR_INVALID);
    CU_ASSERT_EQUAL(draw_text("x", 1, REG_QR_SVG, 65, &size), REG_ERR_INVALID);
    CU_ASSERT_EQUAL(draw_text("x", 1, (enum reg_qr_format)3, 1, &size), REG_ERR_INVALID);
    CU_ASSERT_EQUAL(draw_text("x", 1, REG_QR_TERMINAL, 0, &size), 0);
    CU_ASSERT_EQUAL(draw_text(longest, 2331, REG_QR_PNG, 1, &size), 0); /* version 40-M */
    CU_ASSERT_EQUAL(size, SIDE_MAX);
    CU_ASSERT_EQUAL(draw_text(longest, 2332, REG_QR_PNG, 1, &size), REG_ERR_LIMIT);
    CU_ASSERT_EQUAL(draw_text(longest, sizeof longest, REG_QR_PNG, 1, &size), REG_ERR_LIMIT);
    memset(longest, '1', sizeof longest);
    memcpy(longest, "/v/", 3);
    CU_ASSERT_EQUAL(draw_text(longest, 7000, REG_QR_TERMINAL, 1, &size), REG_ERR_LIMIT);
}

static CU_TestInfo tests[] = {
    {"versions, quiet zone and level", test_versions},
    {"PNG, SVG and terminal show the same modules", test_formats_agree},
    {"the PNG has one bit a pixel", test_png_header},
    {"other texts", test_other_texts},
    {"what cannot be drawn", test_refused},
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suites[] = {
    {"qr", NULL, NULL, NULL, NULL, tests},
    CU_SUITE_INFO_NULL,
};
