#include "service/methods.h"

#include <string.h>

#include "service/admin.h"
#include "service/catalogue.h"
#include "service/filing.h"
#include "service/health.h"
#include "service/licence.h"
#include "service/reflection.h"

#define MAY(number, path, kind, may, handler) may,
static const unsigned who_may[] = {RD_METHODS(MAY)};

bool rd_method_may(size_t row, unsigned kind)
{
    return who_may[row] == RD_MAY_ANYONE || (kind != 0 && (who_may[row] & RD_MAY(kind)) != 0);
}

static bool permitted(struct rd_call *call, size_t row)
{
    const struct reg_caller *caller = rd_call_caller(call);

    if (rd_method_may(row, caller == NULL ? 0 : (unsigned)caller->kind))
        return true;
    rd_call_fail(call, RD_PERMISSION_DENIED,
                 "callers of this kind may not call this method; ask the operator / 该类调用方不得调用此方法，请联系运维");
    return false;
}

#define RUN(number, path, kind, may, handler)                                                                               \
    static void run_##number(struct rd_call *call, struct reg_bytes message)                                                \
    {                                                                                                                       \
        if (permitted(call, number))                                                                                        \
            handler(call, message);                                                                                         \
    }
RD_METHODS(RUN)

#define ROW(number, path, kind, may, handler) {path, kind, (may) == RD_MAY_ANYONE, run_##number},
const struct rd_method rd_methods[] = {RD_METHODS(ROW)};
const size_t rd_method_count = sizeof rd_methods / sizeof rd_methods[0];

bool rd_service_known(const char *service)
{
    size_t len = strlen(service);

    for (size_t i = 0; i < rd_method_count; i++)
        if (len > 0 && strncmp(rd_methods[i].path + 1, service, len) == 0 && rd_methods[i].path[1 + len] == '/')
            return true;
    return false;
}
