#include "service/admin.h"

#include "service/filing.h"

/* Goes through the writer like a filing: there is one writer. */
void rd_admin_publish_catalogue(struct rd_call *call, struct reg_bytes message)
{
    rd_filing_step(call, REG_STEP_PUBLISH, message);
}
