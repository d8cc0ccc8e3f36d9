#include "image.h"

#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <zbar.h>

#define PIXELS_MAX ((size_t)64 << 20)

static int fail(struct reg_error_info *info, const char *path, const char *zh, const char *en)
{
    snprintf(info->zh, sizeof info->zh, "%s：%s", path, zh);
    snprintf(info->en, sizeof info->en, "%s: %s", path, en);
    return REG_ERR_INVALID;
}

static uint8_t *read_grey(const char *path, png_image *image, struct reg_error_info *info)
{
    uint8_t *pixels = NULL;

    *image = (png_image){.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_file(image, path)) {
        fail(info, path, "不是可读的 PNG", image->message);
        return NULL;
    }
    image->format = PNG_FORMAT_GRAY;
    if ((size_t)image->width * image->height > PIXELS_MAX || !(pixels = malloc(PNG_IMAGE_SIZE(*image)))) {
        fail(info, path, "图像过大", "the image is too large");
        png_image_free(image);
        return NULL;
    }
    if (!png_image_finish_read(image, NULL, pixels, 0, NULL)) {
        fail(info, path, "PNG 已损坏", image->message);
        free(pixels);
        return NULL;
    }
    return pixels;
}

/* The data of the only symbol; NULL: none or several. */
static const zbar_symbol_t *scan(zbar_image_scanner_t *scanner, zbar_image_t *image, const png_image *png, uint8_t *pixels)
{
    const zbar_symbol_t *symbol;

    zbar_image_scanner_request_dbus(scanner, 0);
    zbar_image_scanner_set_config(scanner, 0, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
    zbar_image_set_format(image, *(const uint32_t *)(const void *)"Y800");
    zbar_image_set_size(image, png->width, png->height);
    zbar_image_set_data(image, pixels, (unsigned long)png->width * png->height, NULL);
    if (zbar_scan_image(scanner, image) < 1)
        return NULL;
    symbol = zbar_image_first_symbol(image);
    return symbol && !zbar_symbol_next(symbol) ? symbol : NULL;
}

int ctl_image_read(const char *path, struct reg_data *ret_text, struct reg_error_info *info)
{
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    zbar_image_t *image = zbar_image_create();
    const zbar_symbol_t *symbol;
    png_image png;
    uint8_t *pixels = read_grey(path, &png, info);
    int error = REG_ERR_INVALID;

    if (!pixels)
        goto out;
    symbol = scan(scanner, image, &png, pixels);
    if (!symbol) {
        error = fail(info, path, "图中没有（唯一的）二维码", "the image has no QR code, or several");
        goto out;
    }
    ret_text->len = zbar_symbol_get_data_length(symbol);
    ret_text->data = malloc(ret_text->len + 1);
    error = ret_text->data ? 0 : REG_ERR_NOMEM;
    if (error == 0) {
        memcpy(ret_text->data, zbar_symbol_get_data(symbol), ret_text->len);
        ret_text->data[ret_text->len] = '\0';
    }
out:
    zbar_image_destroy(image);
    zbar_image_scanner_destroy(scanner);
    free(pixels);
    return error;
}
