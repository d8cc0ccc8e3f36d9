/* FilingService. */
#ifndef RD_SERVICE_FILING_H
#define RD_SERVICE_FILING_H

#include "grpc/call.h"

void rd_filing_validate(struct rd_call *call, struct reg_bytes message);
void rd_filing_submit(struct rd_call *call, struct reg_bytes message);
void rd_filing_get_case(struct rd_call *call, struct reg_bytes message);
void rd_filing_check_name(struct rd_call *call, struct reg_bytes message);
void rd_filing_reserve_name(struct rd_call *call, struct reg_bytes message);
void rd_filing_list_cases(struct rd_call *call, struct reg_bytes message);
void rd_filing_supplement(struct rd_call *call, struct reg_bytes message);
void rd_filing_decide(struct rd_call *call, struct reg_bytes message);
void rd_filing_withdraw(struct rd_call *call, struct reg_bytes message);
void rd_filing_resume(struct rd_call *call, struct reg_bytes message);
/* Any step that goes through the writer. */
void rd_filing_step(struct rd_call *call, enum reg_step step, struct reg_bytes message);

#endif
