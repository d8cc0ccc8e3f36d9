/* The QR code of a credential's text (libqrencode): ECC level M, quiet zone 4, the digits as a numeric segment. */
#ifndef REGISTRY_QR_H
#define REGISTRY_QR_H

#include <registry/bytes.h>
#include <registry/error.h>

REG_BEGIN_DECLS

enum reg_qr_format {
    REG_QR_PNG,     /* one bit a pixel */
    REG_QR_SVG,
    REG_QR_TERMINAL /* UTF-8 half blocks, dark on light, with ANSI colours */
};

/* Draws `text` (https://<host>/v/<digits>, or any other: one byte segment). `scale`: pixels a module, 1 to 64 (PNG, SVG).
 * REG_ERR_INVALID: empty text, another format or scale.
 * REG_ERR_LIMIT: too long for a QR code. */
REG_EXPORT REG_MUST_CHECK int reg_qr_draw(struct reg_bytes text, enum reg_qr_format format, unsigned scale, struct reg_data *ret_image);

REG_END_DECLS

#endif
