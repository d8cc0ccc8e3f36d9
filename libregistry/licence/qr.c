#include <registry/qr.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <qrencode.h>

#include "base/buffer.h"
#include "licence/credential_text.h"

/* Light modules around the symbol (ISO/IEC 18004 section 9.1). */
#define QUIET_ZONE 4
#define SCALE_MAX  64
/* Digits of the largest symbol at any level: no segment is longer. */
#define SEGMENT_MAX 7089

/* A symbol with its quiet zone: `size` modules a side. */
struct symbol {
    QRcode *code;
    int size;
};

static bool is_dark(const struct symbol *symbol, int x, int y)
{
    x -= QUIET_ZONE;
    y -= QUIET_ZONE;
    if (x < 0 || y < 0 || x >= symbol->code->width || y >= symbol->code->width)
        return false;
    return symbol->code->data[y * symbol->code->width + x] & 1;
}

/* ---- encoding ----------------------------------------------------------------------------------------------------- */

static int append_segment(QRinput *input, QRencodeMode mode, struct reg_bytes bytes)
{
    if (bytes.len == 0)
        return 0;
    if (bytes.len > SEGMENT_MAX)
        return REG_ERR_LIMIT;
    if (QRinput_append(input, mode, (int)bytes.len, bytes.data) == 0)
        return 0;
    return errno == ENOMEM ? REG_ERR_NOMEM : REG_ERR_LIMIT;
}

/* Two segments: what precedes the digits as bytes, the digits at 10 bits for three. Anything else is one byte segment. */
static int encode(struct reg_bytes text, struct symbol *ret)
{
    struct reg_bytes prefix = text, digits = {NULL, 0};
    QRinput *input;
    int r;

    if (text.len == 0)
        return REG_ERR_INVALID;
    if (reg_digits_find(text, &digits))
        prefix.len = text.len - digits.len;
    input = QRinput_new2(0, QR_ECLEVEL_M);
    if (input == NULL)
        return REG_ERR_NOMEM;
    r = append_segment(input, QR_MODE_8, prefix);
    if (r == 0)
        r = append_segment(input, QR_MODE_NUM, digits);
    if (r == 0) {
        ret->code = QRcode_encodeInput(input);
        if (ret->code == NULL)
            r = errno == ENOMEM ? REG_ERR_NOMEM : REG_ERR_LIMIT;
        else
            ret->size = ret->code->width + 2 * QUIET_ZONE;
    }
    QRinput_free(input);
    return r;
}

/* ---- PNG ---------------------------------------------------------------------------------------------------------- */

/* One row of pixels, one bit each: 1 is white. */
static void fill_row(const struct symbol *symbol, int y, unsigned scale, uint8_t *row, size_t len)
{
    size_t pixel = 0;

    memset(row, 0xff, len);
    for (int x = 0; x < symbol->size; x++)
        for (unsigned i = 0; i < scale; i++, pixel++)
            if (is_dark(symbol, x, y))
                row[pixel / 8] &= (uint8_t) ~(0x80u >> pixel % 8);
}

static void write_png_bytes(png_structp png, png_bytep data, size_t len)
{
    struct reg_buf *buf = png_get_io_ptr(png);

    reg_buf_put(buf, data, len);
    if (buf->error != 0)
        png_error(png, "out of memory");
}

static void flush_png(png_structp png)
{
    (void)png;
}

/* libpng's messages: the error number is enough, and a library writes nothing to stderr. */
static void fail_png(png_structp png, png_const_charp message)
{
    (void)message;
    png_longjmp(png, 1);
}

static void warn_png(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

/* Everything that may leave by longjmp; owns nothing. */
static int write_png(png_structp png, png_infop header, const struct symbol *symbol, unsigned scale, uint8_t *row,
                     size_t row_len)
{
    uint32_t side = (uint32_t)symbol->size * scale;

    if (setjmp(png_jmpbuf(png)) != 0)
        return REG_ERR_NOMEM;
    png_set_compression_level(png, 1);
    /* A small hash table: clearing the usual one takes longer than compressing a picture of a kilobyte. */
    png_set_compression_mem_level(png, 1);
    png_set_IHDR(png, header, side, side, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, header);
    for (int y = 0; y < symbol->size; y++) {
        fill_row(symbol, y, scale, row, row_len);
        for (unsigned i = 0; i < scale; i++)
            png_write_row(png, row);
    }
    png_write_end(png, header);
    return 0;
}

static int draw_png(const struct symbol *symbol, unsigned scale, struct reg_buf *buf)
{
    size_t row_len = ((size_t)symbol->size * scale + 7) / 8;
    png_structp png = NULL;
    png_infop header = NULL;
    uint8_t *row;
    int r = REG_ERR_NOMEM;

    row = malloc(row_len);
    if (row == NULL)
        return REG_ERR_NOMEM;
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail_png, warn_png);
    if (png == NULL)
        goto out;
    header = png_create_info_struct(png);
    if (header == NULL)
        goto out;
    png_set_write_fn(png, buf, write_png_bytes, flush_png);
    r = write_png(png, header, symbol, scale, row, row_len);
out:
    if (png != NULL)
        png_destroy_write_struct(&png, &header);
    free(row);
    return r;
}

/* ---- SVG and terminal --------------------------------------------------------------------------------------------- */

/* One path; dark modules beside each other are one rectangle. */
static int draw_svg(const struct symbol *symbol, unsigned scale, struct reg_buf *buf)
{
    unsigned side = (unsigned)symbol->size * scale;

    reg_buf_printf(buf,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %d %d\" "
                   "shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path fill=\"#000\" d=\"",
                   side, side, symbol->size, symbol->size, symbol->size, symbol->size);
    for (int y = 0; y < symbol->size; y++) {
        for (int x = 0; x < symbol->size; x++) {
            int run = 0;

            while (is_dark(symbol, x + run, y))
                run++;
            if (run > 0)
                reg_buf_printf(buf, "M%d %dh%dv1h-%dz", x, y, run, run);
            x += run;
        }
    }
    reg_buf_puts(buf, "\"/></svg>\n");
    return buf->error;
}

/* Two modules a character. Black and white of the 256-colour cube are the same in every theme, which the first 16 are not.
 */
static int draw_terminal(const struct symbol *symbol, unsigned scale, struct reg_buf *buf)
{
    static const char *const blocks[] = {" ", "▄", "▀", "█"};

    (void)scale;
    for (int y = 0; y < symbol->size; y += 2) {
        reg_buf_puts(buf, "\033[38;5;16;48;5;231m");
        for (int x = 0; x < symbol->size; x++)
            reg_buf_puts(buf, blocks[is_dark(symbol, x, y) << 1 | is_dark(symbol, x, y + 1)]);
        reg_buf_puts(buf, "\033[0m\n");
    }
    return buf->error;
}

static int (*const drawers[])(const struct symbol *symbol, unsigned scale, struct reg_buf *buf) = {
    [REG_QR_PNG] = draw_png,
    [REG_QR_SVG] = draw_svg,
    [REG_QR_TERMINAL] = draw_terminal,
};

int reg_qr_draw(struct reg_bytes text, enum reg_qr_format format, unsigned scale, struct reg_data *ret_image)
{
    struct reg_buf buf = REG_BUF_INIT;
    struct symbol symbol = {0};
    int r;

    if ((size_t)format >= sizeof drawers / sizeof drawers[0])
        return REG_ERR_INVALID;
    if (format != REG_QR_TERMINAL && (scale < 1 || scale > SCALE_MAX))
        return REG_ERR_INVALID;
    r = encode(text, &symbol);
    if (r != 0)
        return r;
    r = drawers[format](&symbol, scale, &buf);
    if (r == 0)
        r = reg_buf_finish(&buf, ret_image);
    reg_buf_clear(&buf);
    QRcode_free(symbol.code);
    return r;
}
