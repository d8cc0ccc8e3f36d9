/* CatalogueService. */
#ifndef RD_SERVICE_CATALOGUE_H
#define RD_SERVICE_CATALOGUE_H

#include "grpc/call.h"

void rd_catalogue_list_items(struct rd_call *call, struct reg_bytes message);
void rd_catalogue_get_form(struct rd_call *call, struct reg_bytes message);
void rd_catalogue_list_rules(struct rd_call *call, struct reg_bytes message);

#endif
