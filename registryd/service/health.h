/* grpc.health.v1: is the daemon, is a service of it, able to serve? */
#ifndef RD_SERVICE_HEALTH_H
#define RD_SERVICE_HEALTH_H

#include "grpc/call.h"

/* Numbers of grpc.health.v1.HealthCheckResponse.ServingStatus. */
enum rd_serving { RD_SERVING_UNKNOWN, RD_SERVING, RD_NOT_SERVING, RD_SERVICE_UNKNOWN };

struct rd_health;

REG_MUST_CHECK int rd_health_new(struct rd_health **ret_health);
/* Every watching call must be gone. NULL is fine. */
void rd_health_free(struct rd_health *health);
/* The store cannot be written: FilingService does not serve, look-ups do. Any thread. */
void rd_health_set_paused(struct rd_health *health, bool paused);
/* The daemon is going down: nothing serves any more. Any thread. */
void rd_health_set_draining(struct rd_health *health);
/* Of a service by its full name, or of the whole (empty). Any thread. */
enum rd_serving rd_health_status(struct rd_health *health, const char *service);

void rd_health_check(struct rd_call *call, struct reg_bytes message);
void rd_health_watch(struct rd_call *call, struct reg_bytes message);

#endif
