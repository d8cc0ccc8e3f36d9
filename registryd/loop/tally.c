#include "loop/tally.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <registry/error.h>

#define SLOTS 1024

struct row {
    struct row *next;
    unsigned count;
    uint8_t key[RD_TALLY_KEY];
};

/* As many rows as there are connections at most, and those are limited. */
struct rd_tally {
    pthread_mutex_t lock;
    unsigned limit;
    struct row *slots[SLOTS];
};

int rd_tally_new(unsigned limit, struct rd_tally **ret_tally)
{
    struct rd_tally *tally = calloc(1, sizeof *tally);

    if (tally == NULL)
        return REG_ERR_NOMEM;
    pthread_mutex_init(&tally->lock, NULL);
    tally->limit = limit;
    *ret_tally = tally;
    return 0;
}

void rd_tally_free(struct rd_tally *tally)
{
    if (tally == NULL)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        while (tally->slots[i] != NULL) {
            struct row *row = tally->slots[i];

            tally->slots[i] = row->next;
            free(row);
        }
    pthread_mutex_destroy(&tally->lock);
    free(tally);
}

static struct row **find(struct rd_tally *tally, const uint8_t key[RD_TALLY_KEY])
{
    uint32_t h = 2166136261u;
    struct row **at;

    for (size_t i = 0; i < RD_TALLY_KEY; i++)
        h = (h ^ key[i]) * 16777619u;
    for (at = &tally->slots[h % SLOTS]; *at != NULL; at = &(*at)->next)
        if (memcmp((*at)->key, key, RD_TALLY_KEY) == 0)
            break;
    return at;
}

bool rd_tally_take(struct rd_tally *tally, const uint8_t key[RD_TALLY_KEY])
{
    struct row **at;
    bool taken = false;

    pthread_mutex_lock(&tally->lock);
    at = find(tally, key);
    if (*at == NULL && tally->limit > 0) {
        *at = calloc(1, sizeof **at);
        if (*at != NULL)
            memcpy((*at)->key, key, RD_TALLY_KEY);
    }
    if (*at != NULL && (*at)->count < tally->limit) {
        (*at)->count++;
        taken = true;
    }
    pthread_mutex_unlock(&tally->lock);
    return taken;
}

void rd_tally_give(struct rd_tally *tally, const uint8_t key[RD_TALLY_KEY])
{
    struct row **at, *row;

    pthread_mutex_lock(&tally->lock);
    at = find(tally, key);
    row = *at;
    if (row != NULL && --row->count == 0) {
        *at = row->next;
        free(row);
    }
    pthread_mutex_unlock(&tally->lock);
}
