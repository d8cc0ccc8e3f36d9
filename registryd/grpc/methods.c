/* Methods by path. */
#include <stdlib.h>
#include <string.h>

#include "grpc/internal.h"

/* FNV-1a */
static size_t hash(const uint8_t *bytes, size_t len)
{
    uint64_t h = 14695981039346656037u;

    for (size_t i = 0; i < len; i++)
        h = (h ^ bytes[i]) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

int rd_methods_index(struct rd_grpc *grpc)
{
    size_t size = 16;

    while (size < 4 * grpc->options.method_count)
        size *= 2;
    grpc->table = calloc(size, sizeof *grpc->table);
    if (grpc->table == NULL)
        return REG_ERR_NOMEM;
    grpc->table_mask = size - 1;
    for (size_t i = 0; i < grpc->options.method_count; i++) {
        const struct rd_method *method = &grpc->options.methods[i];
        size_t at = hash((const uint8_t *)method->path, strlen(method->path)) & grpc->table_mask;

        while (grpc->table[at] != NULL)
            at = (at + 1) & grpc->table_mask;
        grpc->table[at] = method;
    }
    return 0;
}

const struct rd_method *rd_methods_find(const struct rd_grpc *grpc, struct reg_bytes path)
{
    size_t at = hash(path.data, path.len) & grpc->table_mask;

    while (grpc->table[at] != NULL) {
        const char *known = grpc->table[at]->path;

        if (strlen(known) == path.len && memcmp(known, path.data, path.len) == 0)
            return grpc->table[at];
        at = (at + 1) & grpc->table_mask;
    }
    return NULL;
}
