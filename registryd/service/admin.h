/* AdminService. */
#ifndef RD_SERVICE_ADMIN_H
#define RD_SERVICE_ADMIN_H

#include "grpc/call.h"

void rd_admin_publish_catalogue(struct rd_call *call, struct reg_bytes message);
void rd_admin_place_restriction(struct rd_call *call, struct reg_bytes message);
void rd_admin_lift_restriction(struct rd_call *call, struct reg_bytes message);
void rd_admin_list_restrictions(struct rd_call *call, struct reg_bytes message);
void rd_admin_add_pool(struct rd_call *call, struct reg_bytes message);
void rd_admin_list_pools(struct rd_call *call, struct reg_bytes message);

#endif
