/* Materials: filed, promised for a day (容缺), or missing. */
#include <string.h>

#include "base/date.h"
#include "filing/materials.h"
#include "licence/merge_work.h"

#define DIGEST_LEN 32

int reg_merge_index_materials(struct reg_merge_work *w)
{
    const reg_pb_filing *filing = w->in->filing;
    struct reg_arena *arena = w->arena;
    int error = 0;

    w->next = reg_arena_alloc(arena, (filing->n_materials + 1) * sizeof *w->next);
    if (!w->next)
        return reg_merge_no_memory(arena);
    for (size_t i = 0; !error && i < filing->n_materials; i++) {
        const char *kind = filing->materials[i]->kind;
        const struct reg_material_def *def = reg_catalogue_material(w->in->catalogue, kind);
        struct material_slot *slot = def ? &w->materials[reg_catalogue_material_index(w->in->catalogue, def)] : NULL;

        if (slot) {
            *(slot->count ? &w->next[slot->last - 1] : &slot->first) = i + 1;
            slot->last = i + 1;
            slot->count++;
        } else if (!reg_registration_material_known(kind)) { /* a bureau may ask for more: said, not in the way */
            error = reg_merge_find(w, NULL, SEVERITY(WARNING), reg_arena_printf(arena, "materials[%s]", kind),
                                   reg_arena_printf(arena, "目录中没有材料“%s”", kind),
                                   reg_arena_printf(arena, "The catalogue has no material %s", kind));
        }
    }
    return error;
}

/* What is wrong with a material, NULL: nothing. */
static const char *material_fault(const struct reg_merge_work *w, const struct reg_item *item,
                                  const reg_pb_material *material, bool zh)
{
    int32_t until;

    if (*material->deferred_until == '\0')
        return material->digest.len == DIGEST_LEN ? NULL : zh ? "没有文件摘要" : "has no digest of its file";
    /* the licence is issued on the spot on complete materials (条例 §19): only what hangs on it can be deferred */
    if (item->number == REG_ITEM_LICENCE)
        return zh ? "不得容缺" : "cannot be deferred";
    if (!reg_day_parse(material->deferred_until, &until))
        return zh ? "承诺补交日期应为 YYYY-MM-DD" : "is promised for a day that is not YYYY-MM-DD";
    if (until < w->in->day)
        return zh ? "承诺补交日期已过" : "is promised for a day that has passed";
    return NULL;
}

static int material_finding(struct reg_merge_work *w, const struct reg_item *item, const struct reg_material_def *def,
                            const char *zh, const char *en)
{
    return reg_merge_find(w, item, SEVERITY(ERROR), reg_arena_printf(w->arena, "materials[%s]", def->kind),
                          reg_arena_printf(w->arena, "%s：“%s”%s", item->name_zh, def->label_zh, zh),
                          reg_arena_printf(w->arena, "%s: %s %s", item->name_en, def->label_en, en));
}

/* The files of one kind: those that are in order go to the record. */
static int collect_kind(struct reg_merge_work *w, const struct reg_item *item, const struct reg_material_def *def,
                        const struct material_slot *slot, reg_pb_item_record *record, struct promise *promise)
{
    int error = 0;

    for (size_t at = slot->first; !error && at; at = w->next[at - 1]) {
        reg_pb_material *material = w->in->filing->materials[at - 1];
        const char *fault = material_fault(w, item, material, true);

        if (fault) {
            promise->incomplete = true;
            error = material_finding(w, item, def, fault, material_fault(w, item, material, false));
            continue;
        }
        record->materials[record->n_materials++] = material;
        if (strcmp(material->deferred_until, promise->until) > 0)
            promise->until = material->deferred_until;
    }
    return error;
}

/* Looks at each material that the item names. */
int reg_merge_collect_materials(struct reg_merge_work *w, const struct reg_item *item, bool required,
                                reg_pb_item_record *record, struct promise *promise)
{
    size_t room = 0;
    int error = 0;

    for (size_t i = 0; i < item->material_count; i++)
        room += w->materials[reg_catalogue_material_index(w->in->catalogue, item->materials[i])].count;
    record->materials = room ? reg_arena_alloc(w->arena, room * sizeof(reg_pb_material *)) : NULL;
    if (room && !record->materials)
        return reg_merge_no_memory(w->arena);
    for (size_t i = 0; !error && i < item->material_count; i++) {
        const struct reg_material_def *def = item->materials[i];
        const struct material_slot *slot = &w->materials[reg_catalogue_material_index(w->in->catalogue, def)];

        if (slot->count > 0) {
            error = collect_kind(w, item, def, slot, record, promise);
        } else if (required) {
            promise->incomplete = true;
            error = material_finding(w, item, def, "缺少", "is missing");
        }
    }
    return error;
}
