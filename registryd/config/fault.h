/* Filling a reg_error_info in the daemon. */
#ifndef RD_CONFIG_FAULT_H
#define RD_CONFIG_FAULT_H

#include <registry/error.h>

/* Writes both texts into `info` where it is not NULL, cut at a whole character, and returns `error`, so that
 * `return rd_fail(...)` is one line. The formats share the arguments, in the same order. */
int rd_fail(struct reg_error_info *info, int error, const char *zh, const char *en, ...);
/* The same for a place in a file: "file:line: " before what `what` says. */
int rd_fail_at(struct reg_error_info *info, int error, const char *file, unsigned line, const struct reg_error_info *what);

#endif
