/* A work in parts, one a thread. */
#include <pthread.h>
#include <unistd.h>

#include "ctl.h"

struct piece {
    ctl_part part;
    void *context;
    size_t number, count;
    int error;
    pthread_t thread;
    bool started;
};

size_t ctl_thread_count(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    return cores < 1 ? 1 : cores > CTL_THREADS_MAX ? CTL_THREADS_MAX : (size_t)cores;
}

static void *run_piece(void *context)
{
    struct piece *piece = context;

    piece->error = piece->part(piece->context, piece->number, piece->count);
    return NULL;
}

int ctl_parallel(ctl_part part, void *context, size_t count)
{
    struct piece pieces[CTL_THREADS_MAX];
    int error = 0;

    count = count < 1 ? 1 : count > CTL_THREADS_MAX ? CTL_THREADS_MAX : count;
    for (size_t i = 0; i < count; i++) {
        pieces[i] = (struct piece){.part = part, .context = context, .number = i, .count = count};
        pieces[i].started = i > 0 && pthread_create(&pieces[i].thread, NULL, run_piece, &pieces[i]) == 0;
    }
    for (size_t i = 0; i < count; i++) { /* here what has no thread of its own */
        if (pieces[i].started)
            pthread_join(pieces[i].thread, NULL);
        else
            run_piece(&pieces[i]);
        error = error != 0 ? error : pieces[i].error;
    }
    return error;
}
