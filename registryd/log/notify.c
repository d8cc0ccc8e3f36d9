#include "log/notify.h"

#include <systemd/sd-daemon.h>

void rd_notify_ready(const char *status)
{
    sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void rd_notify_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}
