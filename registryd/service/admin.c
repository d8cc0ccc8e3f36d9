#include "service/admin.h"

#include "service/filing.h"
#include "service/read.h"

/* Goes through the writer like a filing: there is one writer. */
void rd_admin_publish_catalogue(struct rd_call *call, struct reg_bytes message)
{
    rd_filing_step(call, REG_STEP_PUBLISH, message);
}

void rd_admin_place_restriction(struct rd_call *call, struct reg_bytes message)
{
    rd_filing_step(call, REG_STEP_RESTRICT, message);
}

void rd_admin_lift_restriction(struct rd_call *call, struct reg_bytes message)
{
    rd_filing_step(call, REG_STEP_LIFT, message);
}

void rd_admin_list_restrictions(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_list_restrictions);
}

void rd_admin_add_pool(struct rd_call *call, struct reg_bytes message)
{
    rd_filing_step(call, REG_STEP_ADD_POOL, message);
}

void rd_admin_list_pools(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_list_pools);
}
