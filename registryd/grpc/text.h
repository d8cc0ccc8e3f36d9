/* The small languages of gRPC over HTTP/2's header fields. */
#ifndef RD_GRPC_TEXT_H
#define RD_GRPC_TEXT_H

#include <stdbool.h>

#include <registry/bytes.h>

/* grpc-timeout ("100m", one to eight digits and a unit of HMSmun) in nanoseconds. False: it is not one. */
bool rd_timeout_parse(struct reg_bytes text, int64_t *ret_ns);
/* grpc-message: percent-encoded, everything but printable ASCII and '%'; at most `size` - 1 bytes, never cut within a
 * character. Returns the length. */
size_t rd_percent_encode(const char *text, char *buffer, size_t size);
/* "application/grpc", with a suffix after '+' or parameters after ';'. */
bool rd_is_grpc(struct reg_bytes content_type);

#endif
