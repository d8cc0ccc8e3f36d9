#include "service/licence.h"

#include "service/read.h"

void rd_licence_get(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_get_licence);
}

void rd_licence_history(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_get_licence_history);
}

void rd_licence_batch(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_batch_get_licences);
}

void rd_licence_search(struct rd_call *call, struct reg_bytes message)
{
    rd_read_in_pool(call, message, reg_search_licences);
}

void rd_licence_verify(struct rd_call *call, struct reg_bytes message)
{
    rd_read_in_pool(call, message, reg_verify_credential);
}
