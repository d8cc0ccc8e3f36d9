#include "service/stock.h"

#include <stdlib.h>

#include "log/log.h"
#include "server.h"

#define PERIOD_S 60

enum level { ENOUGH, LOW, OUT };

/* What was said last of each authority: it is said once, and once more when it gets worse. */
struct watch {
    struct rd_task task; /* first */
    size_t count;
    struct {
        unsigned authority;
        enum level level;
    } said[RD_AUTHORITIES_MAX];
};

static size_t place_of(struct watch *watch, unsigned authority)
{
    size_t i = 0;

    while (i < watch->count && watch->said[i].authority != authority)
        i++;
    if (i == watch->count && i < RD_AUTHORITIES_MAX) {
        watch->said[i].authority = authority;
        watch->said[i].level = ENOUGH;
        watch->count++;
    }
    return i;
}

static void look_at(void *context, const struct reg_code_stock *stock)
{
    struct watch *watch = context;
    enum level level = stock->used >= stock->all ? OUT : stock->low ? LOW : ENOUGH;
    size_t at = place_of(watch, stock->authority);

    if (at == RD_AUTHORITIES_MAX)
        return;
    if (level > watch->said[at].level)
        rd_log(level == OUT ? RD_LOG_ERROR : RD_LOG_WARNING, "service",
               "subject codes of authority %u: %llu of %llu are used; add a pool with registryctl pool add",
               stock->authority, (unsigned long long)stock->used, (unsigned long long)stock->all);
    watch->said[at].level = level;
}

/* Looks, and comes back in a minute. */
static void look(struct rd_task *task, struct rd_worker *worker)
{
    struct reg_error_info info = {"", ""};

    if (reg_code_stocks(rd_worker_reader(worker), look_at, task, &info) < 0)
        rd_log(RD_LOG_ERROR, "service", "%s", info.en);
    if (!rd_worker_after(worker, PERIOD_S, task))
        rd_log(RD_LOG_ERROR, "service", "nobody watches the subject codes any more: restart the daemon");
}

struct rd_task *rd_stock_watch(struct rd_worker *worker)
{
    struct watch *watch = calloc(1, sizeof *watch);

    if (watch == NULL)
        return NULL;
    watch->task.run = look;
    rd_worker_post(worker, &watch->task);
    return &watch->task;
}
