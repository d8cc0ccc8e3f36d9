/* What one form costs: of a plain limited liability company, and of one that trades, whose scope brings items and opt-ins.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <registry/catalogue.h>

#include "base/date.h"
#include "filing/form.h"
#include "bench.h"

#define ROUNDS 21
#define PASSES 200

static const char *const terms[] = {"食品销售（仅销售预包装食品）", "货物进出口", "日用百货销售"};

/* The bytes of one form, from nothing to the schema and back to nothing. */
static size_t pass(const struct reg_form_request *request)
{
    struct reg_arena *arena = reg_arena_new(0);
    struct reg_buf buf = REG_BUF_INIT;
    struct reg_form_savings savings;
    size_t len;

    must(arena ? 0 : REG_ERR_NOMEM, "arena");
    must(reg_form_build(request, arena, &buf, &savings, NULL), "form");
    len = buf.len;
    reg_buf_clear(&buf);
    reg_arena_free(arena);
    return len;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure(const char *name, const struct reg_form_request *request)
{
    double rounds[ROUNDS];
    size_t len = pass(request);

    for (int round = 0; round < ROUNDS; round++) {
        double start = now_us();

        for (int i = 0; i < PASSES; i++)
            pass(request);
        rounds[round] = (now_us() - start) / PASSES;
    }
    qsort(rounds, ROUNDS, sizeof rounds[0], compare);
    printf("%-32s %6zu bytes %8.2f %8.2f %8.2f\n", name, len, rounds[0], rounds[ROUNDS / 2], rounds[ROUNDS - 1]);
}

int main(void)
{
    struct reg_catalogue *catalogue;
    struct reg_form_request request = {.type = 1130,
                                       .kind = REGISTRY__V1__FILING_KIND__FILING_KIND_ESTABLISH,
                                       .industry = "F5229",
                                       .day = reg_day_of_civil(2026, 11, 24)};

    must(reg_catalogue_default(&catalogue), "catalogue");
    request.catalogue = catalogue;
    printf("us a form (%d rounds of %d) %18s %8s %8s %8s\n", ROUNDS, PASSES, "", "min", "median", "max");
    measure("plain company", &request);
    request.terms = terms;
    request.term_count = sizeof terms / sizeof *terms;
    measure("trading company", &request);
    reg_catalogue_free(catalogue);
    return 0;
}
