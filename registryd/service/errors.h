/* From the library's errors to gRPC's status codes, and the text that tells the peer what to do. */
#ifndef RD_SERVICE_ERRORS_H
#define RD_SERVICE_ERRORS_H

#include "grpc/call.h"

/* Long enough for both languages and the advice. */
#define RD_ERROR_TEXT_MAX 768

/* The status of an enum reg_error; RD_INTERNAL for a number that does not exist. */
enum rd_status rd_error_status(int error);
/* Is there a row for it? */
bool rd_error_known(int error);
/* What happened and what to do, "English / 中文". Faults of ours say no more than that there is one: the detail is for our
 * log. */
void rd_error_text(int error, const struct reg_error_info *info, char ret_text[RD_ERROR_TEXT_MAX]);
/* Ends the call; a fault of ours is logged. `info` may be empty. */
void rd_call_fail_error(struct rd_call *call, int error, const struct reg_error_info *info);

#endif
