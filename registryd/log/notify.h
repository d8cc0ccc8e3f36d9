/* Telling the service manager (sd_notify, libsystemd); does nothing where there is none. */
#ifndef RD_LOG_NOTIFY_H
#define RD_LOG_NOTIFY_H

/* Ready to serve, with a line for `systemctl status`. */
void rd_notify_ready(const char *status);
/* Going down. */
void rd_notify_stopping(void);

#endif
