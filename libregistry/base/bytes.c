#include <registry/bytes.h>

#include <stdlib.h>

void reg_data_clear(struct reg_data *data)
{
    if (!data)
        return;
    free(data->data);
    *data = (struct reg_data){0};
}
