/* grpc.reflection: what a client without our .proto files asks. v1 and v1alpha have the same bytes. */
#ifndef RD_SERVICE_REFLECTION_H
#define RD_SERVICE_REFLECTION_H

#include "grpc/call.h"
#include "service/descriptors.h"

/* Answers an encoded ServerReflectionRequest with an encoded ServerReflectionResponse (reg_data_clear); what is not found is
 * an answer too. REG_ERR_INVALID: not such a message; REG_ERR_LIMIT: over 4 KiB; REG_ERR_NOMEM. */
REG_MUST_CHECK int rd_reflection_answer(const struct rd_descriptors *descriptors, struct reg_bytes request,
                                        struct reg_data *ret_response);
/* The method of both versions: a stream of questions. */
void rd_reflection_info(struct rd_call *call, struct reg_bytes message);

#endif
