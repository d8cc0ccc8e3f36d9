#include "image.h"

int ctl_image_read(const char *path, struct reg_data *ret_text, struct reg_error_info *info)
{
    (void)ret_text;
    snprintf(info->zh, sizeof info->zh, "%s：本程序编译时未含读图功能（REGISTRY_IMAGES）", path);
    snprintf(info->en, sizeof info->en, "%s: built without reading images (REGISTRY_IMAGES)", path);
    return REG_ERR_UNSUPPORTED;
}
