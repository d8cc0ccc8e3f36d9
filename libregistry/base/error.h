/* Filling a caller's reg_error_info. */
#ifndef REG_BASE_ERROR_H
#define REG_BASE_ERROR_H

#include <registry/error.h>

/* Writes both texts (either may be NULL: empty) into `info` where it is not NULL, cut at a whole UTF-8 character, and
 * returns `error`, so that `return reg_fail(...)` is one line. The formats share the arguments, in the same order. */
int reg_fail(struct reg_error_info *info, int error, const char *zh, const char *en, ...);
/* As reg_fail(); behind each text stands, in its language, what `error` itself says. */
int reg_fail_because(struct reg_error_info *info, int error, const char *zh, const char *en, ...);

#endif
