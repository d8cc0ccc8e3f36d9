#include "service/health.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "grpc/health/v1/health.pb-c.h"
#include "loop/worker.h"
#include "server.h"
#include "service/methods.h"

/* A name, and protobuf's few bytes around it. */
#define REQUEST_MAX     1024
#define WRITING_SERVICE "registry.v1.FilingService"

/* A call of Watch. It lives on the worker of its call; `next` and `posted` are the lock's. */
struct watch {
    struct rd_task task; /* looks again */
    struct watch *next;
    struct rd_health *health;
    struct rd_worker *worker;
    struct rd_call *call; /* NULL once it has ended */
    enum rd_serving sent;
    bool posted; /* the task is on its way, so that the memory must stay */
    char service[];
};

struct rd_health {
    pthread_mutex_t lock;
    bool paused, draining;
    struct watch *watches;
};

int rd_health_new(struct rd_health **ret_health)
{
    struct rd_health *health = calloc(1, sizeof *health);

    if (health == NULL)
        return REG_ERR_NOMEM;
    pthread_mutex_init(&health->lock, NULL);
    *ret_health = health;
    return 0;
}

void rd_health_free(struct rd_health *health)
{
    if (health == NULL)
        return;
    pthread_mutex_destroy(&health->lock);
    free(health);
}

static enum rd_serving status_locked(const struct rd_health *health, const char *service)
{
    if (service[0] != '\0' && !rd_service_known(service))
        return RD_SERVICE_UNKNOWN;
    if (health->draining || (health->paused && strcmp(service, WRITING_SERVICE) == 0))
        return RD_NOT_SERVING;
    return RD_SERVING;
}

enum rd_serving rd_health_status(struct rd_health *health, const char *service)
{
    enum rd_serving status;

    pthread_mutex_lock(&health->lock);
    status = status_locked(health, service);
    pthread_mutex_unlock(&health->lock);
    return status;
}

static void change(struct rd_health *health, bool *member, bool value)
{
    pthread_mutex_lock(&health->lock);
    if (*member != value) {
        *member = value;
        for (struct watch *watch = health->watches; watch != NULL; watch = watch->next) {
            if (!watch->posted)
                rd_worker_post(watch->worker, &watch->task);
            watch->posted = true;
        }
    }
    pthread_mutex_unlock(&health->lock);
}

void rd_health_set_paused(struct rd_health *health, bool paused)
{
    change(health, &health->paused, paused);
}

void rd_health_set_draining(struct rd_health *health)
{
    change(health, &health->draining, true);
}

/* The name asked for; NULL: no such message. Freed with free(). */
static char *decode(struct reg_bytes message)
{
    Grpc__Health__V1__HealthCheckRequest *request = NULL;
    char *service = NULL;

    if (message.len <= REQUEST_MAX)
        request = grpc__health__v1__health_check_request__unpack(NULL, message.len, message.data);
    if (request != NULL)
        service = strdup(request->service);
    grpc__health__v1__health_check_request__free_unpacked(request, NULL);
    return service;
}

static struct reg_bytes encode(enum rd_serving status, uint8_t buffer[16])
{
    Grpc__Health__V1__HealthCheckResponse response = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;

    response.status = (Grpc__Health__V1__HealthCheckResponse__ServingStatus)status;
    return (struct reg_bytes){buffer, grpc__health__v1__health_check_response__pack(&response, buffer)};
}

static void refuse(struct rd_call *call)
{
    rd_call_fail(call, RD_INVALID_ARGUMENT, "send one HealthCheckRequest / 请发送一条 HealthCheckRequest");
}

void rd_health_check(struct rd_call *call, struct reg_bytes message)
{
    struct rd_server *server = rd_worker_context(rd_call_worker(call));
    uint8_t buffer[16];
    char *service = decode(message);
    enum rd_serving status;

    if (service == NULL) {
        refuse(call);
        return;
    }
    status = rd_health_status(server->health, service);
    if (status == RD_SERVICE_UNKNOWN)
        rd_call_fail(call, RD_NOT_FOUND, "no such service; ask reflection for the list / 没有该服务，可由反射接口查询");
    else
        rd_call_reply(call, encode(status, buffer));
    free(service);
}

/* On the worker: says the status if it is not what was said last. */
static void look(struct watch *watch, bool first)
{
    uint8_t buffer[16];
    enum rd_serving status = rd_health_status(watch->health, watch->service);

    if (!first && status == watch->sent)
        return;
    watch->sent = status;
    rd_call_send(watch->call, encode(status, buffer));
}

static void look_again(struct rd_task *task, struct rd_worker *worker)
{
    struct watch *watch = (struct watch *)task;

    (void)worker;
    pthread_mutex_lock(&watch->health->lock);
    watch->posted = false;
    pthread_mutex_unlock(&watch->health->lock);
    if (watch->call == NULL)
        free(watch);
    else
        look(watch, false);
}

/* The call has ended; a task on its way frees the memory when it arrives. */
static void end_watch(void *state)
{
    struct watch *watch = state;
    bool posted;

    pthread_mutex_lock(&watch->health->lock);
    for (struct watch **at = &watch->health->watches; *at != NULL; at = &(*at)->next)
        if (*at == watch) {
            *at = watch->next;
            break;
        }
    posted = watch->posted;
    pthread_mutex_unlock(&watch->health->lock);
    watch->call = NULL;
    if (!posted)
        free(watch);
}

void rd_health_watch(struct rd_call *call, struct reg_bytes message)
{
    struct rd_server *server = rd_worker_context(rd_call_worker(call));
    struct watch *watch = rd_call_state(call);
    char *service;

    if (message.data == NULL && watch != NULL)
        return; /* the peer has said all it had to say, and waits */
    service = message.data == NULL || watch != NULL ? NULL : decode(message);
    if (service != NULL)
        watch = calloc(1, sizeof *watch + strlen(service) + 1);
    if (service == NULL || watch == NULL) {
        free(service);
        refuse(call);
        return;
    }
    strcpy(watch->service, service);
    free(service);
    watch->task.run = look_again;
    watch->health = server->health;
    watch->worker = rd_call_worker(call);
    watch->call = call;
    pthread_mutex_lock(&watch->health->lock);
    watch->next = watch->health->watches;
    watch->health->watches = watch;
    pthread_mutex_unlock(&watch->health->lock);
    rd_call_set_state(call, watch, end_watch);
    look(watch, true);
}
