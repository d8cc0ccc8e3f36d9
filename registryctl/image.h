/* Reading a QR code from a PNG (libzbar): an optional part of the build. */
#ifndef CTL_IMAGE_H
#define CTL_IMAGE_H

#include "ctl.h"

/* The text of the one QR code in the image. REG_ERR_INVALID: no QR code, or not a PNG; REG_ERR_UNSUPPORTED: built without.
 */
REG_MUST_CHECK int ctl_image_read(const char *path, struct reg_data *ret_text, struct reg_error_info *info);

#endif
