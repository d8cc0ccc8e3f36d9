#include "filing/savings.h"

#include <string.h>

int reg_savings_init(const struct reg_catalogue *catalogue, struct reg_arena *arena, struct reg_savings *ret)
{
    struct reg_savings savings = {.catalogue = catalogue};

    savings.facts = reg_arena_alloc(arena, reg_catalogue_fact_count(catalogue) + 1);
    savings.materials = reg_arena_alloc(arena, reg_catalogue_material_count(catalogue) + 1);
    savings.departments = reg_arena_alloc(arena, (reg_catalogue_item_count(catalogue) + 1) * sizeof *savings.departments);
    if (!savings.facts || !savings.materials || !savings.departments)
        return reg_arena_over_budget(arena) ? REG_ERR_LIMIT : REG_ERR_NOMEM;
    *ret = savings;
    return 0;
}

void reg_savings_add(struct reg_savings *savings, const struct reg_item *item)
{
    size_t at = 0;

    savings->item_count++;
    for (size_t i = 0; i < item->fact_count; i++) {
        bool *seen = &savings->facts[reg_catalogue_fact_index(savings->catalogue, item->facts[i].fact)];

        savings->fact_repeats += *seen;
        *seen = true;
    }
    for (size_t i = 0; i < item->material_count; i++) {
        bool *seen = &savings->materials[reg_catalogue_material_index(savings->catalogue, item->materials[i])];

        savings->material_repeats += *seen;
        *seen = true;
    }
    while (at < savings->department_count && strcmp(savings->departments[at], item->department) != 0)
        at++;
    if (at == savings->department_count)
        savings->departments[savings->department_count++] = item->department;
}

void reg_savings_sum(const struct reg_savings *savings, reg_pb_savings *ret)
{
    registry__v1__savings__init(ret);
    ret->forms = savings->item_count ? (uint32_t)(savings->item_count - 1) : 0;
    ret->facts = savings->fact_repeats;
    ret->materials = savings->material_repeats;
    ret->visits = savings->department_count ? (uint32_t)(savings->department_count - 1) : 0;
}
