/* LicenceService. */
#ifndef RD_SERVICE_LICENCE_H
#define RD_SERVICE_LICENCE_H

#include "grpc/call.h"

void rd_licence_get(struct rd_call *call, struct reg_bytes message);
void rd_licence_history(struct rd_call *call, struct reg_bytes message);
void rd_licence_batch(struct rd_call *call, struct reg_bytes message);
void rd_licence_search(struct rd_call *call, struct reg_bytes message);
void rd_licence_verify(struct rd_call *call, struct reg_bytes message);

#endif
