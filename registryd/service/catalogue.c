#include "service/catalogue.h"

#include "service/read.h"

/* None of them touches the store: what the engine holds in memory is answered on the worker. */

void rd_catalogue_list_items(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_list_items);
}

void rd_catalogue_get_form(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_get_form);
}

void rd_catalogue_list_rules(struct rd_call *call, struct reg_bytes message)
{
    rd_read_answer(call, message, reg_list_rules);
}
