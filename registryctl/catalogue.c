/* catalogue items. */
#include "ctl.h"

/* The registry's catalogue where --dir names one, else the compiled-in sample. */
int ctl_catalogue_items(struct ctl *ctl)
{
    struct reg_engine *engine = NULL;
    struct reg_catalogue *sample = NULL;
    const struct reg_catalogue *catalogue;
    struct reg_data text = {0};
    int error;

    if (!ctl_arguments(ctl, 0))
        return CTL_FAULT;
    if (ctl->dir && ctl_open(ctl, &engine) != 0)
        return CTL_FAULT;
    error = engine ? 0 : reg_catalogue_default(&sample);
    catalogue = engine ? reg_engine_catalogue(engine) : sample;
    if (error == 0)
        error = ctl->json ? reg_catalogue_items_json(catalogue, &text) : reg_catalogue_items_table(catalogue, &text);
    if (error == 0)
        ctl_print(reg_bytes_of(&text));
    reg_data_clear(&text);
    reg_catalogue_free(sample);
    reg_engine_close(engine);
    return error == 0 ? CTL_YES : ctl_fail(error, NULL);
}
